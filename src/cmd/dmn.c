/* cmd/dmn.c - decision models from the command line: check, eval, test.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/dmn.h"

#include "base/map.h"
#include "fmt/file.h"
#include "fmt/json.h"
#include "text/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CANNOT_READ N_("读不出来：没有这个文件，或者不让读")
#define WRONG_TYPE N_("值和它的类型对不上")
#define NO_JSON N_("不是合乎规矩的 JSON")

enum { MODEL_MOST = 16 << 20, OUTPUT_MOST = 256 << 20, FOLDERS_DEEPEST = 32 };

typedef YZ_VEC(struct yz_dmn_source) source_list;
typedef YZ_VEC(struct yz_str) path_list;

static enum yz_feel_lang words(const struct yz_args *args)
{
	return args->lang == YZ_LANG_EN ? YZ_FEEL_EN : YZ_FEEL_ZH;
}

bool yz_cmd_retell(const struct yz_args *args, struct yz_err *err, const char *msgid)
{
	struct yz_err told = *err;
	if (args->lang == YZ_LANG_EN)
		return false;
	*err = (struct yz_err){0};
	yz_fail(err, told.code, "%s", yz_tr(args->lang, msgid));
	if (told.where[0])
		yz_fail_in(err, "%s", told.where);
	return false;
}

struct yz_feel_value yz_cmd_now(void)
{
	struct timespec t;
	struct tm local;
	clock_gettime(CLOCK_REALTIME, &t);
	localtime_r(&t.tv_sec, &local);
	return yz_feel_instant((int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000, (int)local.tm_gmtoff);
}

static struct yz_str folder_of(struct yz_str path)
{
	for (size_t i = path.len; i-- > 0;)
		if (path.ptr[i] == '/')
			return yz_str_n(path.ptr, i ? i : 1);
	return YZ_LIT(".");
}

/* Names of a folder in order, each with the folder before it; "." files left out. */
static bool list_folder(struct yz_arena *a, struct yz_str folder, path_list *out, struct yz_err *err)
{
	struct dirent **names;
	int n = scandir(yz_str_z(a, folder), &names, NULL, alphasort);
	if (n < 0) {
		yz_fail(err, YZ_NOT_FOUND, "cannot be read");
		return yz_fail_in(err, "%.*s", YZ_P(folder));
	}
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.')
			*yz_vec_push(a, out) = yz_str_printf(a, "%.*s/%s", YZ_P(folder), names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return true;
}

static bool add_source(struct yz_arena *a, struct yz_str path, source_list *out, struct yz_err *err)
{
	struct yz_dmn_source s = {.file = path};
	if (!yz_file_read(a, yz_str_z(a, path), MODEL_MOST, &s.text, err))
		return false;
	*yz_vec_push(a, out) = s;
	return true;
}

/* The model, then the other models of its folder, which it may import. */
static bool read_model(struct yz_arena *a, struct yz_str path, source_list *out, struct yz_err *err)
{
	path_list beside = {0};
	if (!add_source(a, path, out, err) || !list_folder(a, folder_of(path), &beside, err))
		return false;
	struct yz_str own = yz_str_find(path, YZ_LIT("/"), 0) == SIZE_MAX ? yz_str_printf(a, "./%.*s", YZ_P(path)) : path;
	for (size_t i = 0; i < beside.len; i++)
		if (yz_str_ends(beside.at[i], YZ_LIT(".dmn")) && !yz_str_eq(beside.at[i], own) &&
		    !add_source(a, beside.at[i], out, err))
			return false;
	return true;
}

const struct yz_dmn *yz_cmd_model(struct yz_args *args, const char *path, const struct yz_dmn_diag **diags, struct yz_err *err)
{
	source_list sources = {0};
	if (!read_model(args->arena, yz_str(path), &sources, err)) {
		yz_cmd_retell(args, err, CANNOT_READ);
		return NULL;
	}
	return yz_dmn_load(args->arena, sources.at, sources.len, NULL, diags, err);
}

/* ---- check ---- */

static void print_diag(const struct yz_args *args, const struct yz_dmn_diag *d)
{
	const bool zh = words(args) == YZ_FEEL_ZH, error = d->severity == YZ_FEEL_ERROR;
	struct yz_str message = zh ? d->zh.message : d->message, element = zh ? d->zh.element : d->place.element;
	struct yz_str expected = zh ? d->zh.expected : d->expected, found = zh ? d->zh.found : d->found;
	fprintf(args->out, "%.*s:%u:%u: %s: ", YZ_P(d->place.file), d->place.line, d->place.column,
		zh ? error ? "错误" : "警告" : error ? "error" : "warning");
	if (element.len)
		fprintf(args->out, "%.*s: ", YZ_P(element));
	fprintf(args->out, "%.*s", YZ_P(message));
	/* FEEL's own syntax errors say it in the sentence. */
	if (expected.len && !yz_str_starts(d->message, YZ_LIT("expected")))
		fprintf(args->out, zh ? "（应为 %.*s%s%.*s）" : " (expected %.*s%s%.*s)", YZ_P(expected),
			!found.len ? "" : zh ? "，实为 " : ", found ", YZ_P(found));
	else if (found.len && !expected.len)
		fprintf(args->out, zh ? "（%.*s）" : " (%.*s)", YZ_P(found));
	fputc('\n', args->out);
}

static void json_diag(struct yz_jw *w, const struct yz_dmn_diag *d)
{
	yz_jw_object(w);
	yz_jw_kstr(w, "severity", d->severity == YZ_FEEL_ERROR ? YZ_LIT("error") : YZ_LIT("warning"));
	yz_jw_kstr(w, "file", d->place.file);
	yz_jw_kint(w, "line", d->place.line);
	yz_jw_kint(w, "column", d->place.column);
	yz_jw_kstr(w, "element", d->place.element);
	yz_jw_kstr(w, "id", d->place.id);
	yz_jw_kstr(w, "message", d->message);
	yz_jw_kstr(w, "expected", d->expected);
	yz_jw_kstr(w, "found", d->found);
	yz_jw_kstr(w, "message_zh", d->zh.message);
	yz_jw_end(w, '}');
}

int yz_cmd_dmn_check(struct yz_args *args)
{
	if (!args->argc)
		return yz_cmd_usage(args, N_("请给出 DMN 文件"));
	struct yz_arena *a = args->arena;
	struct yz_buf out;
	struct yz_jw w;
	int status = 0;
	yz_buf_init(&out, a, OUTPUT_MOST);
	yz_jw_init(&w, &out);
	yz_jw_array(&w);
	for (int i = 0; i < args->argc; i++) {
		struct yz_err err = {0};
		const struct yz_dmn_diag *diags = NULL;
		const struct yz_dmn *m = yz_cmd_model(args, args->argv[i], &diags, &err);
		for (const struct yz_dmn_diag *d = diags; d; d = d->next)
			if (args->json)
				json_diag(&w, d);
			else
				print_diag(args, d);
		if (!m && !diags)
			yz_cmd_fail(args, &err);
		if (!m || yz_dmn_errors(m))
			status = 1;
	}
	yz_jw_end(&w, ']');
	if (args->json)
		yz_cmd_json(args, &out);
	return status;
}

/* ---- eval ---- */

const struct yz_json *yz_cmd_json_file(struct yz_args *args, const char *path, struct yz_err *err)
{
	struct yz_str text;
	if (!yz_file_read(args->arena, path, MODEL_MOST, &text, err)) {
		yz_cmd_retell(args, err, CANNOT_READ);
		return NULL;
	}
	if (yz_str_starts(text, YZ_LIT("\xEF\xBB\xBF")))
		text = yz_str_n(text.ptr + 3, text.len - 3);
	const struct yz_json *j = yz_json_read(args->arena, text, NULL, err);
	if (!j) {
		yz_cmd_retell(args, err, NO_JSON);
		yz_fail_in(err, "%s", path);
	}
	return j;
}

/* --input is a file when there is one of that name, else JSON itself. */
static const struct yz_json *read_input(struct yz_args *args, struct yz_err *err)
{
	const char *given = yz_option(args, "input");
	if (!given)
		return yz_json_read(args->arena, YZ_LIT("{}"), NULL, err);
	if (access(given, R_OK) == 0)
		return yz_cmd_json_file(args, given, err);
	if (!yz_str_starts(yz_str_trim(yz_str(given)), YZ_LIT("{")))
		return yz_fail_null(err, YZ_NOT_FOUND, T(args->lang, "--input %s：没有这个文件，它也不是 JSON 对象"), given);
	const struct yz_json *j = yz_json_read(args->arena, yz_str(given), NULL, err);
	if (!j)
		yz_cmd_retell(args, err, NO_JSON);
	return j;
}

static bool set_input(struct yz_args *args, struct yz_dmn_eval *e, struct yz_str name, const struct yz_json *json,
		      struct yz_err *err)
{
	const struct yz_dmn_node *node = yz_dmn_find(e->model, name);
	struct yz_buf text;
	struct yz_jw w;
	struct yz_feel_value v;
	if (!node || (node->kind != YZ_DMN_INPUT && node->kind != YZ_DMN_DECISION))
		return yz_fail(err, YZ_NOT_FOUND, T(args->lang, "模型里没有叫“%.*s”的输入"), YZ_P(name));
	yz_buf_init(&text, args->arena, OUTPUT_MOST);
	yz_jw_init(&w, &text);
	yz_jw_value(&w, json);
	if (!yz_dmn_read_json(args->arena, yz_buf_str(&text), node->type, &v, err) && !yz_cmd_retell(args, err, WRONG_TYPE))
		return yz_fail_in(err, "%.*s", YZ_P(name));
	yz_dmn_set(e, node, v);
	return true;
}

static void print_reasons(const struct yz_args *args, const struct yz_feel_run *run)
{
	for (const struct yz_feel_reason *r = run->reasons; r; r = r->next) {
		if (r->place.where.len)
			fprintf(args->err, "%.*s:", YZ_P(r->place.where));
		if (r->place.line)
			fprintf(args->err, "%u:%u:", r->place.line, r->place.column);
		fprintf(args->err, "%s%.*s\n", r->place.where.len || r->place.line ? " " : "",
			YZ_P(yz_feel_reason_text(args->arena, r, words(args))));
	}
}

static int decide(struct yz_args *args, const struct yz_dmn *m, struct yz_err *err)
{
	struct yz_arena *a = args->arena;
	const struct yz_dmn_node *node = yz_dmn_find(m, yz_str(yz_option(args, "decision")));
	const struct yz_json *input = read_input(args, err);
	struct yz_feel_run run;
	struct yz_dmn_eval e;
	if (!input)
		return yz_cmd_fail(args, err);
	if (!yz_json_is(input, YZ_JSON_OBJECT))
		return yz_cmd_usage(args, N_("--input 要给一个 JSON 对象"));
	if (!node) {
		yz_fail(err, YZ_NOT_FOUND, T(args->lang, "模型里没有叫“%s”的决策"), yz_option(args, "decision"));
		return yz_cmd_fail(args, err);
	}
	yz_feel_run_init(&run, a);
	run.now = yz_cmd_now();
	yz_dmn_begin(&e, m, &run);
	e.missing_unknown = yz_option(args, "unknown") != NULL;
	e.explain = yz_option(args, "explain") != NULL;
	for (size_t i = 0; i < yz_json_len(input); i++)
		if (!set_input(args, &e, input->members[i].key, input->members[i].value, err))
			return yz_cmd_fail(args, err);
	struct yz_feel_value v = yz_dmn_decide(&e, node);
	struct yz_buf out;
	yz_buf_init(&out, a, OUTPUT_MOST);
	if (!e.explain)
		yz_dmn_write_json(&out, v);
	else if (args->json)
		yz_dmn_trace_json(e.trace, &out);
	else
		yz_dmn_trace_text(e.trace, words(args), &out);
	fprintf(args->out, "%.*s\n", YZ_P(yz_str_trim(yz_buf_str(&out))));
	print_reasons(args, &run);
	return 0;
}

int yz_cmd_dmn_eval(struct yz_args *args)
{
	struct yz_err err = {0};
	if (args->argc != 1 || !yz_option(args, "decision"))
		return yz_cmd_usage(args, N_("请给出 DMN 文件和 --decision 决策名"));
	const struct yz_dmn *m = yz_cmd_model(args, args->argv[0], NULL, &err);
	if (!m)
		return yz_cmd_fail(args, &err);
	if (yz_dmn_errors(m))
		fprintf(args->err, T(args->lang, "%s：有 %zu 处错误，用 yizhan dmn check 看\n"), args->argv[0], yz_dmn_errors(m));
	return decide(args, m, &err);
}

/* ---- test ---- */

struct test_run {
	struct yz_dmn_suite sum;
	size_t folders, whole; /* with test files; all of whose cases passed */
};

static bool run_file(struct test_run *t, struct yz_str path, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_dmn_source test = {.file = path};
	source_list sources = {0};
	struct yz_err missing = {0};
	bool ok = yz_file_read(a, yz_str_z(a, path), MODEL_MOST, &test.text, err);
	struct yz_str model = ok ? yz_dmn_suite_model(a, test.text) : YZ_LIT("");
	struct yz_str folder = folder_of(path);
	if (ok && !read_model(a, yz_str_printf(a, "%.*s/%.*s", YZ_P(folder), YZ_P(model)), &sources, &missing))
		sources.len = 0;
	/* The suite's own name of a folder: its level and itself. */
	struct yz_str shown = folder, level = folder_of(folder_of(folder));
	if (folder.len > level.len + 1 && yz_str_starts(folder, level))
		shown = yz_str_n(folder.ptr + level.len + 1, folder.len - level.len - 1);
	if (ok)
		ok = yz_dmn_suite_run(&t->sum, shown, &test, sources.at, sources.len, err);
	if (!ok)
		yz_fail_in(err, "%.*s", YZ_P(path));
	yz_arena_destroy(a);
	return ok;
}

static bool run_path(struct test_run *t, struct yz_str path, unsigned depth, struct yz_err *err)
{
	struct stat st;
	struct yz_arena *a = yz_arena_create(0);
	path_list names = {0};
	bool ok = true;
	if (stat(yz_str_z(a, path), &st) != 0) {
		yz_fail(err, YZ_NOT_FOUND, "there is no such file");
		ok = yz_fail_in(err, "%.*s", YZ_P(path));
	} else if (!S_ISDIR(st.st_mode))
		ok = run_file(t, path, err);
	else if (depth < FOLDERS_DEEPEST && (ok = list_folder(a, path, &names, err))) {
		size_t failed = t->sum.failed, all = t->sum.passed + t->sum.failed;
		bool own = false;
		for (size_t i = 0; ok && i < names.len; i++) {
			struct yz_str text;
			bool xml = yz_str_ends(names.at[i], YZ_LIT(".xml"));
			own |= xml;
			if (!xml && stat(yz_str_z(a, names.at[i]), &st) == 0 && S_ISDIR(st.st_mode))
				ok = run_path(t, names.at[i], depth + 1, err);
			else if (xml && yz_file_read(a, yz_str_z(a, names.at[i]), MODEL_MOST, &text, err) &&
				 yz_dmn_suite_model(a, text).ptr)
				ok = run_file(t, names.at[i], err);
		}
		if (own && t->sum.passed + t->sum.failed > all) {
			t->folders++;
			t->whole += t->sum.failed == failed;
		}
	}
	yz_arena_destroy(a);
	return ok;
}

int yz_cmd_dmn_test(struct yz_args *args)
{
	if (!args->argc)
		return yz_cmd_usage(args, N_("请给出套件的文件夹或测试文件"));
	struct yz_err err = {0};
	struct yz_buf out, csv;
	struct test_run t = {.sum = {.out = &out, .csv = &csv, .now = yz_cmd_now()}};
	const char *csv_path = yz_option(args, "csv");
	yz_buf_init(&out, args->arena, OUTPUT_MOST);
	yz_buf_init(&csv, args->arena, OUTPUT_MOST);
	bool ok = true;
	for (int i = 0; ok && i < args->argc; i++)
		ok = run_path(&t, yz_str(args->argv[i]), 0, &err);
	fprintf(args->out, "%.*s", YZ_P(yz_buf_str(&out)));
	if (!ok) {
		yz_cmd_retell(args, &err, err.code == YZ_SYNTAX ? N_("不是套件的测试文件") : CANNOT_READ);
		return yz_cmd_fail(args, &err);
	}
	FILE *f = csv_path ? fopen(csv_path, "w") : NULL;
	if (csv_path && (!f || fwrite(csv.ptr ? csv.ptr : "", 1, csv.len, f) != csv.len || fclose(f) != 0)) {
		yz_fail(&err, YZ_IO, T(args->lang, "%s 写不进去"), csv_path);
		return yz_cmd_fail(args, &err);
	}
	if (t.folders)
		fprintf(args->out, "%zu of %zu folders whole\n", t.whole, t.folders);
	fprintf(args->out, "%zu passed, %zu failed\n", t.sum.passed, t.sum.failed);
	return t.sum.failed ? 1 : 0;
}
