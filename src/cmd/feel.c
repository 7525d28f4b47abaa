/* yizhan feel: an expression, its value, and for each null in it why and where.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"

#include "base/date.h"
#include "base/utf8.h"
#include "bpmn/bpmn.h"
#include "feel/feel.h"
#include "fmt/json.h"
#include "text/text.h"

#include <unistd.h>

enum { LOCAL_OFFSET = 8 * 3600 /* now() without a site's region */ };

/* --context is a file when there is one of that name, else JSON itself. */
static bool read_context(struct yz_args *args, struct yz_feel_value *out)
{
	const char *given = yz_option(args, "context");
	struct yz_err err = {0};
	const struct yz_json *json;
	if (!given) {
		*out = yz_feel_context(args->arena, NULL, 0);
		return true;
	}
	bool file = access(given, F_OK) == 0;
	json = file ? yz_json_load(args->arena, given, NULL, &err) : yz_json_read(args->arena, yz_str(given), NULL, &err);
	if (!json) {
		if (!file && !strchr(given, '{'))
			yz_fail(&err, YZ_NOT_FOUND, T(args->lang, "没有“%s”这个文件，它也不是 JSON"), given);
		else if (!file)
			yz_fail_in(&err, "--context");
		yz_cmd_fail(args, &err);
		return false;
	}
	if (!yz_json_is(json, YZ_JSON_OBJECT)) {
		yz_cmd_usage(args, N_("--context 要给一个 JSON 对象"));
		return false;
	}
	*out = yz_bpmn_value_read(args->arena, json);
	return true;
}

static enum yz_feel_lang lang_of(const struct yz_args *args)
{
	return args->lang == YZ_LANG_EN ? YZ_FEEL_EN : YZ_FEEL_ZH;
}

/* The line of the text and, below it, where in it; Chinese characters are two columns wide. */
static void point_at(FILE *to, struct yz_str text, const struct yz_feel_place *place)
{
	struct yz_str line = {0};
	uint32_t n = 0, column = 1;
	while (n < place->line && yz_str_cut(&text, '\n', &line))
		n++;
	fprintf(to, "  %.*s\n  ", YZ_P(line));
	for (size_t at = 0; at < line.len && column < place->column; column++) {
		uint32_t c = yz_utf8_next(line, &at);
		fputs(c == '\t' ? "\t" : c >= 0x2E80 ? "  " : " ", to);
	}
	fputs("^\n", to);
}

static void tell(struct yz_args *args, const struct yz_feel_place *place, const char *kind, struct yz_str message)
{
	fprintf(args->err, "%u:%u: %s: %.*s\n", place->line, place->column, T(args->lang, kind), YZ_P(message));
	point_at(args->err, yz_str(args->argv[0]), place);
}

static bool told(const struct yz_feel_diag *d, const struct yz_feel_place *place)
{
	for (; d; d = d->next)
		if (d->place.line == place->line && d->place.column == place->column)
			return true;
	return false;
}

static void tell_reasons(struct yz_args *args, const struct yz_feel_run *run, const struct yz_feel_diag *diags)
{
	for (const struct yz_feel_reason *r = run->reasons; r; r = r->next)
		if (!told(diags, &r->place))
			tell(args, &r->place, N_("空值"), yz_feel_reason_text(args->arena, r, lang_of(args)));
}

static void evaluate(struct yz_args *args, const struct yz_feel *f, const struct yz_feel_value *values,
		     const struct yz_feel_diag *diags)
{
	struct yz_feel_run run;
	struct yz_buf out;
	yz_feel_run_init(&run, args->arena);
	run.now = yz_feel_instant(yz_now(), LOCAL_OFFSET);
	struct yz_feel_value v = yz_feel_eval(f, &run, values);
	yz_buf_init(&out, args->arena, 64 << 20);
	yz_feel_write(&out, v);
	fprintf(args->out, "%.*s\n", YZ_P(yz_buf_str(&out)));
	tell_reasons(args, &run, diags);
}

int yz_cmd_feel(struct yz_args *args)
{
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出一个 FEEL 表达式"));
	struct yz_err err = {0};
	struct yz_arena *a = args->arena;
	struct yz_feel_value facts;
	if (!read_context(args, &facts))
		return 1;
	size_t n = yz_feel_len(facts);
	struct yz_feel_name *names = yz_new_n(a, n, struct yz_feel_name);
	struct yz_feel_value *values = yz_new_n(a, n, struct yz_feel_value);
	for (size_t i = 0; i < n; i++) {
		names[i].name = yz_feel_entries(facts)[i].key;
		values[i] = yz_feel_entries(facts)[i].value;
		names[i].type = yz_feel_type_of(a, values[i]);
	}
	const struct yz_feel_scope scope = {.names = names, .len = n};
	const struct yz_feel_diag *diags = NULL;
	const struct yz_feel *f = yz_feel_compile(a, yz_str(args->argv[0]), YZ_FEEL_EXPRESSION, &scope, &diags, &err);
	for (const struct yz_feel_diag *d = diags; d; d = d->next)
		tell(args, &d->place, d->severity == YZ_FEEL_ERROR ? N_("错误") : N_("警告"),
		     yz_feel_diag_text(a, d, lang_of(args)));
	if (!f)
		return diags ? 1 : yz_cmd_fail(args, &err);
	evaluate(args, f, values, diags);
	return 0;
}
