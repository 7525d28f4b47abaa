/* Files of records as rows of values.  SPDX-License-Identifier: Apache-2.0 */
#include "record/row.h"

#include "fmt/csv.h"
#include "fmt/xlsx.h"

enum { NONE = -1 };

struct reading {
	struct yz_arena *a;
	const struct yz_record_env *env;
	const struct yz_register *g;
	const struct yz_record_options *o;
	const struct yz_json *map;
	struct yz_record_entries *out;
	struct yz_record_report *report;
	YZ_VEC(struct yz_record_finding) findings;
	int *targets; /* by column: a field, or NONE */
	size_t ncolumns;
	struct yz_map keys; /* those of the rows above */
	yz_day today;
};

static void find(struct reading *r, bool error, int row, struct yz_str field, struct yz_str value, const char *reason)
{
	*yz_vec_push(r->a, &r->findings) = (struct yz_record_finding){error, row, yz_str_dup(r->a, field), yz_str_dup(r->a, value),
									     yz_str(reason)};
	r->report->findings = r->findings.at;
	r->report->nfindings = r->findings.len;
	if (error)
		r->report->errors++;
	else
		r->report->warnings++;
}

/* What somebody typed into a private field stays out of the report as far as it can. */
static struct yz_str shown(struct reading *r, const struct yz_reg_field *f, struct yz_str typed)
{
	return f->is_private ? yz_record_mask(r->a, f, yz_str_trim(typed)) : yz_str_trim(typed);
}

static int target_of(const struct reading *r, struct yz_str head)
{
	for (size_t i = 0; i < r->g->nfields; i++) {
		const struct yz_json *theirs = yz_json_find(r->map, r->g->fields[i].name);
		if (yz_str_eq(theirs ? yz_json_text(theirs) : r->g->fields[i].name, head))
			return (int)i;
	}
	return NONE;
}

static bool read_head(struct reading *r, const struct yz_csv_row *row, struct yz_err *err)
{
	bool *has = yz_new_n(r->a, r->g->nfields, bool);
	if (row->n > YZ_RECORD_COLUMNS)
		return yz_fail(err, YZ_LIMIT, "more than %d columns", YZ_RECORD_COLUMNS);
	r->ncolumns = row->n;
	r->targets = yz_new_n(r->a, row->n, int);
	for (size_t i = 0; i < row->n; i++) {
		struct yz_str head = yz_str_trim(row->fields[i]);
		int t = r->targets[i] = target_of(r, head);
		if (t != NONE && has[t])
			return yz_fail(err, YZ_SYNTAX, "two columns are both '%.*s'", YZ_P(r->g->fields[t].name));
		if (t != NONE)
			has[t] = true;
		else if (head.len)
			find(r, false, (int)row->number, head, YZ_LIT(""), yz_tr(r->o->lang, N_("这个库没有这个字段，这一列没有记")));
	}
	for (size_t i = 0; i < r->g->nfields; i++)
		if (r->g->fields[i].required && !has[i])
			return yz_fail(err, YZ_SYNTAX, "no column is called %.*s; name yours in a map: {\"%.*s\": \"…\"}", YZ_P(r->g->fields[i].name),
				       YZ_P(r->g->fields[i].name));
	return true;
}

/* A value that does not fit keeps the row out where the field is needed, else only itself. */
static bool take_cell(struct reading *r, struct yz_record_entry *e, size_t field, struct yz_str typed)
{
	const struct yz_reg_field *f = &r->g->fields[field];
	const char *fault = yz_reg_value(r->a, f, typed, r->today, &e->values[field]);
	bool needed = f->required || f->find;
	if (fault)
		find(r, needed, e->row, f->name, shown(r, f, typed),
		     yz_printf(r->a, yz_tr(r->o->lang, needed ? N_("%s；这一行没有导入") : N_("%s；这一格没有记")), yz_tr(r->o->lang, fault)));
	return !fault || !needed;
}

static bool all_there(struct reading *r, struct yz_record_entry *e)
{
	for (size_t i = 0; i < r->g->nfields; i++)
		if (r->g->fields[i].required && !e->values[i].len) {
			find(r, true, e->row, r->g->fields[i].name, YZ_LIT(""), yz_tr(r->o->lang, N_("没有填；这一行没有导入")));
			return false;
		}
	return true;
}

static bool take_row(struct reading *r, const struct yz_csv_row *row)
{
	struct yz_record_entry e = {.row = (int)row->number, .values = yz_new_n(r->a, r->g->nfields, struct yz_str)};
	bool good = true;
	for (size_t i = 0; i < row->n && i < r->ncolumns; i++)
		if (r->targets[i] != NONE)
			good = take_cell(r, &e, (size_t)r->targets[i], row->fields[i]) && good;
	if (!good || !all_there(r, &e))
		return false;
	e.key = yz_record_key(r->a, r->env->keys, r->g, e.values);
	if (yz_map_put(&r->keys, e.key, r)) {
		find(r, true, e.row, r->g->fields[r->g->id[0]].name, shown(r, &r->g->fields[r->g->id[0]], e.values[r->g->id[0]]),
		     yz_tr(r->o->lang, N_("前面已经有一行是这一条，这一行没有导入")));
		return false;
	}
	*yz_vec_push(r->a, r->out) = e;
	return true;
}

static bool take(struct reading *r, const struct yz_csv_row *row, struct yz_err *err)
{
	if (!r->targets)
		return read_head(r, row, err);
	if (++r->report->rows > YZ_RECORD_ROWS)
		return yz_fail(err, YZ_LIMIT, "more than %d rows; split the file", YZ_RECORD_ROWS);
	r->report->left_out += !take_row(r, row);
	return r->findings.len <= YZ_RECORD_FINDINGS ||
	       yz_fail(err, YZ_LIMIT, "more than %d findings; is this a file of %.*s?", YZ_RECORD_FINDINGS, YZ_P(r->g->name));
}

static bool read_csv(struct reading *r, struct yz_err *err)
{
	const struct yz_csv_options options = {.bytes = YZ_RECORD_BYTES, .rows = YZ_RECORD_ROWS + 2, .same_width = true};
	struct yz_csv_row row;
	struct yz_err stop = {0};
	struct yz_csv *csv = yz_csv_open(r->a, r->o->bytes, &options, err);
	if (!csv)
		return false;
	while (yz_csv_next(csv, &row, &stop))
		if (!take(r, &row, err))
			return false;
	if (stop.code)
		*err = stop;
	return !stop.code;
}

static bool read_xlsx(struct reading *r, struct yz_err *err)
{
	struct yz_sheet *sheet = yz_sheet_open(r->a, r->o->bytes, YZ_LIT(""), NULL, err);
	struct yz_csv_row row;
	struct yz_err stop = {0};
	if (!sheet)
		return false;
	while (yz_sheet_next(sheet, &row, &stop))
		if (!take(r, &row, err))
			return false;
	if (stop.code)
		*err = stop;
	return !stop.code;
}

static bool read_map(struct reading *r, struct yz_err *err)
{
	if (!r->o->map || !*r->o->map)
		return true;
	r->map = yz_json_read(r->a, yz_str(r->o->map), NULL, err);
	if (!r->map)
		return yz_fail_in(err, "map");
	if (!yz_json_is(r->map, YZ_JSON_OBJECT))
		return yz_fail(err, YZ_BAD_INPUT, "a map is an object, as {\"our field\": \"their column\"}");
	for (size_t i = 0; i < r->map->count; i++)
		if (yz_register_field(r->g, r->map->members[i].key) == SIZE_MAX)
			return yz_fail(err, YZ_BAD_INPUT, "the map names %.*s, which is no field of %.*s", YZ_P(r->map->members[i].key),
				       YZ_P(r->g->key));
	return true;
}

bool yz_record_read(struct yz_arena *a, const struct yz_record_env *env, const struct yz_register *g,
		    const struct yz_record_options *options, struct yz_record_entries *out, struct yz_record_report *report,
		    struct yz_err *err)
{
	struct reading r = {.a = a, .env = env, .g = g, .o = options, .out = out, .report = report,
			    .today = yz_instant_day(env->now, env->offset)};
	*report = (struct yz_record_report){0};
	yz_map_init(&r.keys, a);
	if (options->bytes.len > YZ_RECORD_BYTES)
		return yz_fail(err, YZ_TOO_LARGE, "the file is over %d bytes", YZ_RECORD_BYTES);
	bool xlsx = yz_str_starts(options->bytes, YZ_LIT("PK\003\004"));
	if (!read_map(&r, err) || !(xlsx ? read_xlsx(&r, err) : read_csv(&r, err)))
		return false;
	if (!r.targets)
		return yz_fail(err, YZ_SYNTAX, "the file is empty");
	return !options->strict || !r.findings.len ||
	       yz_fail(err, YZ_BAD_INPUT, "%zu errors and %zu warnings; nothing was imported (strict)", report->errors, report->warnings);
}
