/* Files of items as rows of elements.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/item_import.h"

#include "fmt/csv.h"
#include "fmt/xlsx.h"
#include "pack/pack.h"

#include <stdlib.h>

enum { NOTHING = -1, DEPARTMENT = YZ_ELEMENTS, DEPT_CODE };

/* Columns by other names than the elements' keys and titles. */
static const struct {
	const char *column;
	int target;
} aliases[] = {
	{"department", DEPARTMENT},	     {"dept_name", DEPARTMENT},		  {"部门", DEPARTMENT},
	{"部门名称", DEPARTMENT},	     {"实施主体名称", DEPARTMENT},	  {"dept_code", DEPT_CODE},
	{"部门代码", DEPT_CODE},	     {"实施主体代码", DEPT_CODE},	  {"item_code", YZ_EL_code},
	{"task_code", YZ_EL_code},	     {"item_name", YZ_EL_name},		  {"task_name", YZ_EL_name},
	{"名称", YZ_EL_name},		     {"编码", YZ_EL_code},		  {"catalog_code", YZ_EL_basic_code},
	{"area_code", YZ_EL_region},	     {"区划代码", YZ_EL_region},	  {"task_type", YZ_EL_type},
	{"事项类型代码", YZ_EL_type},	     {"主项名称", YZ_EL_main_item},	  {"link", YZ_EL_online_url},
};

struct reader {
	struct yz_arena *a;
	const struct yz_json *map;
	struct yz_import_rows *out;
	int *targets; /* by column */
	size_t ncolumns;
};

static int element_named(struct yz_str s)
{
	for (int i = 0; i < YZ_ELEMENTS; i++)
		if (yz_str_eqz(s, yz_elements[i].key))
			return i;
	return yz_str_eqz(s, "department") ? DEPARTMENT : yz_str_eqz(s, "dept_code") ? DEPT_CODE : NOTHING;
}

/* With a map, only what it names; without, what is known by key, title or alias. */
static int target_of(const struct reader *r, struct yz_str column)
{
	struct yz_str s = yz_str_trim(column);
	if (r->map) {
		for (size_t i = 0; i < r->map->count; i++)
			if (yz_str_eq(yz_json_text(r->map->members[i].value), s))
				return element_named(r->map->members[i].key);
		return NOTHING;
	}
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (yz_str_eqz(s, aliases[i].column))
			return aliases[i].target;
	for (int i = 0; i < YZ_ELEMENTS; i++)
		if (yz_str_eqz(s, yz_elements[i].key) || yz_str_eqz(s, yz_elements[i].title))
			return i == YZ_EL_org ? DEPARTMENT : i;
	return NOTHING;
}

/* ---- cells ---- */

const struct yz_json *yz_import_list(struct yz_arena *a, struct yz_str s)
{
	static const char *const separators[] = {"、", "；", ";", "|", ",", "，", "\n"};
	struct yz_json *list = yz_json_new_array(a);
	while (s.len) {
		size_t at = s.len, width = 0;
		for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
			size_t found = yz_str_find(s, yz_str(separators[i]), 0);
			if (found < at) {
				at = found;
				width = strlen(separators[i]);
			}
		}
		struct yz_str part = yz_str_trim(yz_str_n(s.ptr, at));
		if (part.len)
			yz_json_push(a, list, yz_json_new_str(a, part));
		s = yz_str_n(s.ptr + at + width, s.len - at - width);
	}
	return list;
}

/* "20 个工作日", "7天", "即办" */
static const struct yz_json *read_limit(struct yz_arena *a, struct yz_str s)
{
	static const char *const units[][2] = {{"工作日", "wd"}, {"工作小时", "wh"}, {"天", "d"}, {"日", "d"}, {"小时", "wh"}};
	struct yz_json *limit = yz_json_new_object(a);
	if (yz_str_find(s, YZ_LIT("即办"), 0) != SIZE_MAX || yz_str_find(s, YZ_LIT("当场"), 0) != SIZE_MAX) {
		yz_json_put(a, limit, YZ_LIT("n"), yz_json_new_int(a, 0));
		yz_json_put(a, limit, YZ_LIT("unit"), yz_json_new_str(a, YZ_LIT("now")));
		return limit;
	}
	size_t n = 0;
	while (n < s.len && n < 6 && s.ptr[n] >= '0' && s.ptr[n] <= '9')
		n++;
	for (size_t i = 0; n && i < sizeof units / sizeof *units; i++)
		if (yz_str_find(s, yz_str(units[i][0]), n) != SIZE_MAX) {
			yz_json_put(a, limit, YZ_LIT("n"), yz_json_new_int(a, atoi(yz_str_z(a, yz_str_n(s.ptr, n)))));
			yz_json_put(a, limit, YZ_LIT("unit"), yz_json_new_str(a, yz_str(units[i][1])));
			return limit;
		}
	return NULL;
}

static const struct yz_json *read_bool(struct yz_arena *a, struct yz_str s)
{
	bool yes = yz_str_eqz(s, "是") || yz_str_eqz(s, "1") || yz_str_eqz(s, "true") || yz_str_eqz(s, "支持");
	bool no = yz_str_eqz(s, "否") || yz_str_eqz(s, "0") || yz_str_eqz(s, "false") || yz_str_eqz(s, "不支持");
	return yes || no ? yz_json_new_bool(a, yes) : NULL;
}

/* A code, or the words it stands for; the type with its leading zero. */
static const struct yz_json *read_code(struct yz_arena *a, const char *list, struct yz_str s)
{
	size_t n;
	const struct yz_code_row *rows = yz_code_list(list, &n);
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(s, rows[i].title))
			return yz_json_new_str(a, yz_str(rows[i].code));
	if (strcmp(list, "type") == 0 && s.len == 1)
		s = yz_str_printf(a, "0%c", s.ptr[0]);
	return yz_json_new_str(a, s);
}

/* 511602000000 is 511602, 511602101000 is 511602101. */
static struct yz_str short_region(struct yz_str s)
{
	if (s.len != 12 || !yz_str_ends(s, YZ_LIT("000")))
		return s;
	return yz_str_n(s.ptr, yz_str_ends(s, YZ_LIT("000000")) ? 6 : 9);
}

static const struct yz_json *read_cell(struct yz_arena *a, int element, struct yz_str s)
{
	const char *kind = yz_elements[element].kind, *key = yz_elements[element].key;
	int64_t n;
	if (strcmp(kind, "text") == 0 || strcmp(kind, "long") == 0 || strcmp(kind, "ref") == 0 || strcmp(kind, "org") == 0)
		return yz_json_new_str(a, s);
	if (strcmp(kind, "code") == 0)
		return read_code(a, key, s);
	if (strcmp(kind, "region") == 0)
		return yz_json_new_str(a, short_region(s));
	if (strcmp(kind, "list") == 0 || strcmp(kind, "codes") == 0 || strcmp(kind, "themes") == 0 || strcmp(kind, "orgs") == 0)
		return yz_import_list(a, s);
	if (strcmp(kind, "bool") == 0)
		return read_bool(a, s);
	if (strcmp(kind, "int") == 0)
		return yz_str_int(s, &n) ? yz_json_new_int(a, n) : NULL;
	if (strcmp(kind, "limit") == 0 && s.ptr[0] != '{')
		return read_limit(a, s);
	struct yz_err err = {0};
	return yz_json_read(a, s, NULL, &err);
}

static void put_cell(struct reader *r, struct yz_import_row *row, int target, struct yz_str value)
{
	struct yz_str s = yz_str_trim(value);
	if (target == NOTHING || !s.len)
		return;
	s = yz_str_dup(r->a, s);
	if (target == DEPARTMENT)
		row->department = s;
	else if (target == DEPT_CODE)
		row->dept_code = s;
	else {
		const struct yz_json *v = read_cell(r->a, target, s);
		if (v)
			yz_json_put(r->a, row->body, yz_str(yz_elements[target].key), v);
		else {
			row->bad_cell = yz_str(yz_elements[target].key);
			row->bad_value = s;
		}
	}
}

/* ---- tables ---- */

static bool has_target(const struct reader *r, int target)
{
	for (size_t i = 0; i < r->ncolumns; i++)
		if (r->targets[i] == target)
			return true;
	return false;
}

static bool read_head(struct reader *r, const struct yz_csv_row *row, struct yz_err *err)
{
	r->targets = yz_new_n(r->a, row->n, int);
	r->ncolumns = row->n;
	for (size_t i = 0; i < row->n; i++)
		r->targets[i] = target_of(r, row->fields[i]);
	const char *missing = !has_target(r, YZ_EL_name) ? N_("事项名称") : !has_target(r, YZ_EL_code) ? N_("实施编码") :
			      !has_target(r, DEPARTMENT) && !has_target(r, YZ_EL_org) ? N_("部门") : NULL;
	if (missing)
		return yz_fail(err, YZ_BAD_INPUT, "no column for %s is known; say which column it is with a map, as {\"%s\": \"their column\"}",
			       missing, strcmp(missing, "部门") == 0 ? "department" : strcmp(missing, "事项名称") == 0 ? "name" : "code");
	return true;
}

static bool read_row(struct reader *r, const struct yz_csv_row *row, struct yz_err *err)
{
	if (r->out->len >= YZ_IMPORT_ROWS)
		return yz_fail(err, YZ_LIMIT, "more than %d rows; split the file", YZ_IMPORT_ROWS);
	struct yz_import_row *out = yz_vec_push(r->a, r->out);
	*out = (struct yz_import_row){.row = (int)row->number, .body = yz_json_new_object(r->a)};
	for (size_t i = 0; i < row->n && i < r->ncolumns; i++)
		put_cell(r, out, r->targets[i], row->fields[i]);
	return true;
}

static bool each_csv(struct yz_arena *a, struct yz_str bytes, yz_import_each_fn *fn, void *ctx, struct yz_err *err)
{
	struct yz_csv *csv = yz_csv_open(a, bytes, NULL, err);
	struct yz_csv_row row;
	struct yz_err stop = {0};
	size_t last = 0, width = 0, columns = 0;
	if (!csv)
		return false;
	while (yz_csv_next(csv, &row, &stop)) {
		columns = last ? columns : row.n;
		last = row.number;
		width = row.n;
		if (!fn(ctx, &row, err))
			return false;
	}
	if (stop.code) {
		*err = stop;
		return false;
	}
	if (!last)
		return yz_fail(err, YZ_BAD_INPUT, "the file is empty");
	/* Cut off within a row: a whole file ends its last line, or has all columns in it. */
	if (width < columns && bytes.len && bytes.ptr[bytes.len - 1] != '\n')
		return yz_fail(err, YZ_SYNTAX, "the file breaks off in row %zu", last);
	return true;
}

static bool each_xlsx(struct yz_arena *a, struct yz_str bytes, yz_import_each_fn *fn, void *ctx, struct yz_err *err)
{
	struct yz_sheet *sheet = yz_sheet_open(a, bytes, YZ_LIT(""), NULL, err);
	struct yz_csv_row row;
	struct yz_err stop = {0};
	bool any = false;
	if (!sheet)
		return false;
	for (; yz_sheet_next(sheet, &row, &stop); any = true)
		if (!fn(ctx, &row, err))
			return false;
	if (stop.code) {
		*err = stop;
		return false;
	}
	return any || yz_fail(err, YZ_BAD_INPUT, "the sheet is empty");
}

enum yz_import_kind yz_import_kind_of(struct yz_str bytes)
{
	size_t i = 0;
	while (i < bytes.len && (bytes.ptr[i] == ' ' || bytes.ptr[i] == '\n' || bytes.ptr[i] == '\r' || bytes.ptr[i] == '\t'))
		i++;
	return yz_str_starts(bytes, YZ_LIT("PK\003\004")) ? YZ_IMPORT_XLSX
	       : i < bytes.len && (bytes.ptr[i] == '[' || bytes.ptr[i] == '{') ? YZ_IMPORT_JSON
									       : YZ_IMPORT_CSV;
}

bool yz_import_each(struct yz_arena *a, struct yz_str bytes, yz_import_each_fn *fn, void *ctx, struct yz_err *err)
{
	return yz_import_kind_of(bytes) == YZ_IMPORT_XLSX ? each_xlsx(a, bytes, fn, ctx, err) : each_csv(a, bytes, fn, ctx, err);
}

static bool read_table(void *ctx, const struct yz_csv_row *row, struct yz_err *err)
{
	struct reader *r = ctx;
	return !r->targets ? read_head(r, row, err) : read_row(r, row, err);
}

/* ---- JSON ---- */

/* Elements as they are; what has another name is taken as a cell of a table. */
static void read_object(struct reader *r, const struct yz_json *o, size_t n)
{
	struct yz_import_row *row = yz_vec_push(r->a, r->out);
	*row = (struct yz_import_row){.row = (int)n + 1, .body = yz_json_new_object(r->a)};
	for (size_t i = 0; i < o->count; i++) {
		const struct yz_json *v = o->members[i].value;
		int element = r->map ? NOTHING : element_named(o->members[i].key);
		bool scalar = yz_json_is(v, YZ_JSON_STRING) || yz_json_is(v, YZ_JSON_NUMBER);
		if (element >= 0 && element < YZ_ELEMENTS)
			yz_json_put(r->a, row->body, o->members[i].key, v);
		else if (scalar)
			put_cell(r, row, target_of(r, o->members[i].key), v->text);
	}
}

static bool read_json(struct reader *r, struct yz_str bytes, struct yz_err *err)
{
	const struct yz_json_limits limits = {.bytes = YZ_IMPORT_BYTES, .depth = 64, .values = 20000000};
	const struct yz_json *json = yz_json_read(r->a, bytes, &limits, err);
	if (!json)
		return false;
	if (yz_json_is(json, YZ_JSON_OBJECT) && yz_json_is(yz_json_get(json, "items"), YZ_JSON_ARRAY))
		json = yz_json_get(json, "items");
	bool one = yz_json_is(json, YZ_JSON_OBJECT);
	size_t n = one ? 1 : yz_json_len(json);
	if (n > YZ_IMPORT_ROWS)
		return yz_fail(err, YZ_LIMIT, "more than %d items; split the file", YZ_IMPORT_ROWS);
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *o = one ? json : yz_json_at(json, i);
		if (!yz_json_is(o, YZ_JSON_OBJECT))
			return yz_fail(err, YZ_BAD_INPUT, "item %zu is no object", i + 1);
		read_object(r, o, i);
	}
	return n || yz_fail(err, YZ_BAD_INPUT, "the file holds no items");
}

bool yz_import_read(struct yz_arena *a, struct yz_str bytes, const char *map, struct yz_import_rows *out, struct yz_err *err)
{
	struct reader r = {.a = a, .out = out};
	if (map && *map) {
		if (!(r.map = yz_json_read(a, yz_str(map), NULL, err)))
			return yz_fail_in(err, "map");
		if (!yz_json_is(r.map, YZ_JSON_OBJECT))
			return yz_fail(err, YZ_BAD_INPUT, "a map is an object, as {\"name\": \"their column\"}");
		for (size_t i = 0; i < r.map->count; i++)
			if (element_named(r.map->members[i].key) == NOTHING)
				return yz_fail(err, YZ_BAD_INPUT, "the map names %.*s, which is no element (docs/formats/pack.md)",
					       YZ_P(r.map->members[i].key));
	}
	return yz_import_kind_of(bytes) == YZ_IMPORT_JSON ? read_json(&r, bytes, err) : yz_import_each(a, bytes, read_table, &r, err);
}
