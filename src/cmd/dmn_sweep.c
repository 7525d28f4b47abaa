/* cmd/dmn_sweep.c - a decision over a whole register: yizhan dmn sweep.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"
#include "cmd/dmn.h"

#include "base/map.h"
#include "dmn/dmn.h"
#include "fmt/csv.h"
#include "text/text.h"

#include <stdio.h>

enum { DOUBTS_SHOWN = 10, SHORT_MOST = 8 };

struct sweep {
	struct yz_args *args;
	const struct yz_dmn *model;
	const struct yz_dmn_node *decision;
	const struct yz_dmn_fact *facts;
	size_t nfacts;
	size_t *columns; /* of the file, for each fact; SIZE_MAX: it has none */
	size_t key;      /* SIZE_MAX: rows go by their number */
	YZ_VEC(struct yz_str) keys;
	struct yz_dmn_sheet *sheet;
	size_t doubts;
	struct yz_feel_value now;
	const struct yz_feel_value *wanted; /* or NULL */
};

/* The fact a column is called after: by its whole name, or by its last part where only one fact ends so. */
static size_t fact_called(const struct sweep *s, struct yz_str name)
{
	size_t found = SIZE_MAX, n = 0;
	name = yz_str_trim(name);
	for (size_t i = 0; i < s->nfacts; i++) {
		if (yz_str_eq(s->facts[i].name, name))
			return i;
		struct yz_str full = s->facts[i].name;
		if (full.len > name.len && name.len && full.ptr[full.len - name.len - 1] == '.' && yz_str_ends(full, name)) {
			found = i;
			n++;
		}
	}
	return n == 1 ? found : SIZE_MAX;
}

/* The decision stands on it. */
static bool is_needed(const struct sweep *s, const struct yz_dmn_node *input)
{
	size_t n;
	const struct yz_dmn_node *const *inputs = yz_dmn_inputs_of(s->args->arena, s->model, s->decision, &n);
	for (size_t i = 0; i < n; i++)
		if (inputs[i] == input)
			return true;
	return false;
}

static bool read_head(struct sweep *s, const struct yz_csv_row *row, struct yz_err *err)
{
	size_t known = 0;
	s->key = SIZE_MAX;
	s->columns = yz_new_n(s->args->arena, s->nfacts, size_t);
	for (size_t i = 0; i < s->nfacts; i++)
		s->columns[i] = SIZE_MAX;
	for (size_t c = 0; c < row->n; c++) {
		size_t f = fact_called(s, row->fields[c]);
		if (f == SIZE_MAX && s->key == SIZE_MAX)
			s->key = c;
		if (f == SIZE_MAX)
			continue;
		if (s->columns[f] != SIZE_MAX)
			return yz_fail(err, YZ_SYNTAX, T(s->args->lang, "有两列都叫“%.*s”"), YZ_P(row->fields[c]));
		s->columns[f] = c;
		known++;
	}
	if (!known)
		return yz_fail(err, YZ_SYNTAX, T(s->args->lang, "没有一列和模型的事实同名"));
	for (size_t i = 0; i < s->nfacts; i++)
		if (s->columns[i] == SIZE_MAX && is_needed(s, s->facts[i].input))
			fprintf(s->args->err, T(s->args->lang, "没有“%.*s”这一列：这一项全部按空值算\n"), YZ_P(s->facts[i].name));
	return true;
}

/* A yes or no as spreadsheets and people write it. */
static bool read_truth(struct yz_str text, struct yz_feel_value *v)
{
	static const char *const words[2][7] = {{"false", "no", "n", "f", "0", "否", "假"},
						{"true", "yes", "y", "t", "1", "是", "真"}};
	for (int truth = 0; truth < 2; truth++)
		for (size_t i = 0; i < 7; i++)
			if (text.len == strlen(words[truth][i]) && !strncasecmp(text.ptr, words[truth][i], text.len)) {
				*v = yz_feel_bool(truth);
				return true;
			}
	return false;
}

static struct yz_feel_value value_of(struct sweep *s, struct yz_arena *a, size_t fact, const struct yz_csv_row *row)
{
	struct yz_feel_value v = {0};
	size_t c = s->columns[fact];
	struct yz_str text = c < row->n ? yz_str_trim(row->fields[c]) : (struct yz_str){0};
	const struct yz_feel_type *t = s->facts[fact].type;
	if (!text.len)
		return v;
	if (t->kind == YZ_FEEL_BOOLEAN ? read_truth(text, &v) : yz_feel_read(a, t->kind, text, &v)) {
		struct yz_feel_run run;
		yz_feel_run_init(&run, a);
		if (!t->allows || yz_feel_coerce(&run, v, t).kind != YZ_FEEL_NULL)
			return v;
		v = (struct yz_feel_value){0};
	}
	if (s->doubts++ < DOUBTS_SHOWN)
		fprintf(s->args->err, T(s->args->lang, "第 %zu 行“%.*s”：“%.*s”读不出来或者不允许，按空值算\n"), row->number,
			YZ_P(s->facts[fact].name), YZ_P(text));
	return v;
}

static bool read_rows(struct sweep *s, struct yz_csv *csv, struct yz_err *err)
{
	struct yz_arena *scratch = yz_arena_create(0);
	struct yz_csv_row row;
	bool ok = true;
	while (ok && yz_csv_next(csv, &row, err)) {
		struct yz_feel_value *record = yz_new_n(scratch, s->nfacts, struct yz_feel_value);
		for (size_t f = 0; f < s->nfacts; f++)
			record[f] = value_of(s, scratch, f, &row);
		ok = yz_dmn_sheet_add(s->sheet, record, err) || yz_cmd_retell(s->args, err, N_("表太长"));
		*yz_vec_push(s->args->arena, &s->keys) =
			s->key < row.n ? yz_str_dup(s->args->arena, row.fields[s->key])
				       : yz_str_printf(s->args->arena, "%zu", row.number);
		yz_arena_reset(scratch);
	}
	if (ok && err->code)
		yz_cmd_retell(s->args, err, N_("表格读不懂"));
	yz_arena_destroy(scratch);
	yz_dmn_sheet_close(s->sheet);
	if (s->doubts > DOUBTS_SHOWN)
		fprintf(s->args->err, T(s->args->lang, "共有 %zu 处读不出来或者不允许\n"), s->doubts);
	return ok && err->code == YZ_OK;
}

static bool read_table(struct sweep *s, FILE *f, struct yz_err *err)
{
	struct yz_csv_row row;
	struct yz_csv *csv = yz_csv_open_file(s->args->arena, f, NULL, err);
	if (!csv)
		return yz_cmd_retell(s->args, err, N_("表格读不懂"));
	if (!yz_csv_next(csv, &row, err))
		return err->code ? yz_cmd_retell(s->args, err, N_("表格读不懂")) : yz_fail(err, YZ_SYNTAX, T(s->args->lang, "表是空的"));
	return read_head(s, &row, err) && read_rows(s, csv, err);
}

/* ---- what is printed ---- */

static void print_match(struct sweep *s, struct yz_arena *a, size_t row, const struct yz_feel_value *record, FILE *out)
{
	struct yz_feel_run run;
	struct yz_dmn_eval e;
	struct yz_buf text;
	yz_feel_run_init(&run, a);
	run.now = s->now;
	yz_dmn_begin(&e, s->model, &run);
	yz_dmn_set_record(&e, s->facts, s->nfacts, record);
	yz_buf_init(&text, a, 1 << 20);
	yz_dmn_write_json(&text, yz_dmn_decide(&e, s->decision));
	fprintf(out, "%.*s\t%.*s\n", YZ_P(s->keys.at[row]), YZ_P(yz_buf_str(&text)));
}

static void print_near(struct sweep *s, struct yz_arena *a, const struct yz_dmn_rules *rules, size_t row,
		       const struct yz_feel_value *record, FILE *out)
{
	struct yz_feel_run run;
	struct yz_dmn_short misses[SHORT_MOST];
	yz_feel_run_init(&run, a);
	run.now = s->now;
	size_t n = yz_dmn_short(a, rules, 0, record, &run, misses, SHORT_MOST);
	for (size_t i = 0; i < n; i++) {
		struct yz_buf b;
		yz_buf_init(&b, a, 1 << 16);
		yz_feel_write(&b, misses[i].is);
		yz_buf_addc(&b, '\t');
		if (misses[i].by.kind != YZ_FEEL_NULL)
			yz_feel_write(&b, misses[i].by);
		fprintf(out, "%.*s\tnear\t%.*s\t%.*s\n", YZ_P(s->keys.at[row]), YZ_P(misses[i].text),
			YZ_P(misses[i].fact ? yz_buf_str(&b) : YZ_LIT("\t")));
	}
}

static void print_rows(struct sweep *s, const struct yz_dmn_rules *rules, const struct yz_dmn_swept *w, bool near, FILE *out)
{
	struct yz_arena *a = yz_arena_create(0);
	for (size_t row = 0; row < yz_dmn_sheet_rows(s->sheet); row++) {
		bool match = w->match[row / 64] >> (row % 64) & 1, nearly = near && w->near[row / 64] >> (row % 64) & 1;
		if (!match && !nearly)
			continue;
		struct yz_feel_value *record = yz_new_n(a, s->nfacts, struct yz_feel_value);
		for (size_t f = 0; f < s->nfacts; f++)
			record[f] = yz_dmn_sheet_value(s->sheet, row, f);
		if (match)
			print_match(s, a, row, record, out);
		else
			print_near(s, a, rules, row, record, out);
		yz_arena_reset(a);
	}
	yz_arena_destroy(a);
}

static bool print_all(struct sweep *s, struct yz_err *err)
{
	const char *path = yz_option(s->args, "out");
	bool near = yz_option(s->args, "near") != NULL;
	const struct yz_dmn_rules *rules = yz_dmn_rules_new(s->args->arena, s->model, &s->decision, 1, s->facts, s->nfacts, s->wanted);
	struct yz_dmn_swept w;
	yz_dmn_swept_init(&w, s->sheet);
	if (!yz_dmn_rules_plain(rules, 0))
		fprintf(s->args->err, T(s->args->lang, "“%.*s”里有不是按列能比的条件，逐行计算，不找差一点的\n"), YZ_P(s->decision->name));
	yz_dmn_sweep(rules, 0, s->sheet, s->now, &w);
	FILE *out = path ? fopen(path, "w") : s->args->out;
	if (out && yz_option(s->args, "count")) {
		fprintf(out, "match\t%zu\n", w.nmatch);
		if (near)
			fprintf(out, "near\t%zu\n", w.nnear);
	} else if (out) {
		print_rows(s, rules, &w, near, out);
	}
	yz_dmn_swept_finish(&w);
	if (path && (!out || fclose(out) != 0))
		return yz_fail(err, YZ_IO, T(s->args->lang, "%s 写不进去"), path);
	return true;
}

int yz_cmd_dmn_sweep(struct yz_args *args)
{
	struct yz_err err = {0};
	struct sweep s = {.args = args, .now = yz_cmd_now()};
	const char *table = yz_option(args, "table"), *name = yz_option(args, "decision");
	if (args->argc != 1 || !table || !name)
		return yz_cmd_usage(args, N_("请给出 DMN 文件、--decision 决策名和 --table 表格文件"));
	s.model = yz_cmd_model(args, args->argv[0], NULL, &err);
	if (!s.model)
		return yz_cmd_fail(args, &err);
	s.decision = yz_dmn_find(s.model, yz_str(name));
	if (!s.decision || s.decision->kind != YZ_DMN_DECISION) {
		yz_fail(&err, YZ_NOT_FOUND, T(args->lang, "模型里没有叫“%s”的决策"), name);
		return yz_cmd_fail(args, &err);
	}
	struct yz_feel_value wanted;
	const char *outcome = yz_option(args, "outcome");
	if (outcome && !yz_dmn_read_json(args->arena, yz_str(outcome), s.decision->type, &wanted, &err)) {
		yz_cmd_retell(args, &err, N_("值和它的类型对不上"));
		yz_fail_in(&err, "--outcome");
		return yz_cmd_fail(args, &err);
	}
	s.wanted = outcome ? &wanted : NULL;
	s.facts = yz_dmn_facts(args->arena, s.model, &s.nfacts);
	FILE *f = fopen(table, "r");
	if (!f) {
		yz_fail(&err, YZ_NOT_FOUND, T(args->lang, "%s 读不出来"), table);
		return yz_cmd_fail(args, &err);
	}
	s.sheet = yz_dmn_sheet_create(s.facts, s.nfacts);
	bool ok = read_table(&s, f, &err) && print_all(&s, &err);
	fclose(f);
	yz_dmn_sheet_destroy(s.sheet);
	if (!ok)
		yz_fail_in(&err, "%s", table);
	return ok ? 0 : yz_cmd_fail(args, &err);
}
