/* gov/outside_file.c - what a department hands over as a file: read whole, then taken row by row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/outside_take.h"

#include "db/db.h"
#include "gov/item_import.h"
#include "gov/item_row.h"
#include "gov/note.h"

enum { COLUMNS_MOST = 200, TIME_MOST = 40 };

struct reading {
	struct yz_site *site;
	struct yz_arena *a;
	enum yz_lang lang;
	int64_t system;
	struct yz_str *columns; /* of a table: the names in its head */
	size_t ncolumns;
	YZ_VEC(struct yz_out_item) items;
	YZ_VEC(int) numbers;    /* the row of the file that each item is */
	struct yz_outside_report *out;
};

/* ---- tables ---- */

/* Of a spreadsheet, or as a person writes it: 2026-11-22T10:32:00, 2026/11/22 10:32, by the clock of the place. */
static struct yz_str instant_of(struct reading *r, struct yz_str s)
{
	char day[16];
	yz_instant at;
	yz_day on;
	size_t cut = 0;
	if (yz_instant_parse(s, &at) || s.len > TIME_MOST)
		return s;
	while (cut < s.len && s.ptr[cut] != ' ' && s.ptr[cut] != 'T')
		cut++;
	if (cut == s.len || !yz_day_read(yz_str_n(s.ptr, cut), &on))
		return s;
	struct yz_str clock = yz_str_trim(yz_str_n(s.ptr + cut + 1, s.len - cut - 1));
	struct yz_str whole = yz_str_printf(r->a, "%sT%s%.*s%s+00:00", yz_day_print(on, day), clock.len == 4 || clock.len == 7 ? "0" : "", YZ_P(clock),
					    clock.len <= 5 ? ":00" : "");
	char text[32];
	return yz_instant_parse(whole, &at) ? yz_str_dup(r->a, yz_str(yz_instant_print(at - (yz_instant)r->site->offset * YZ_SECOND, text))) : s;
}

static const struct yz_json *cell(struct reading *r, enum yz_out_slot slot, struct yz_str s)
{
	int64_t n;
	if (slot != YZ_OUT_SLOTS && yz_out_defs[slot].kind == YZ_OUT_LIST)
		return yz_import_list(r->a, s);
	if (slot != YZ_OUT_SLOTS && yz_out_defs[slot].kind == YZ_OUT_INT && yz_str_int(s, &n))
		return yz_json_new_int(r->a, n);
	if (slot != YZ_OUT_SLOTS && yz_out_defs[slot].kind == YZ_OUT_TIME)
		s = instant_of(r, s);
	return yz_json_new_str(r->a, s);
}

static const char *frame_column(struct yz_str name)
{
	static const char *const named[][2] = {{"table", "table"}, {"表", "table"}, {"no", "no"}, {"办件编号", "no"}, {"key", "key"}, {"行标识", "key"}};
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (yz_str_eqz(name, named[i][0]))
			return named[i][1];
	return NULL;
}

static bool known_column(struct yz_str name)
{
	if (frame_column(name))
		return true;
	for (int t = 0; t < YZ_OUT_SLOTS; t++)
		if (yz_out_defs[t].kind != YZ_OUT_TABLE && yz_str_eqz(name, yz_out_defs[t].name))
			return true;
	return false;
}

static bool read_head(struct reading *r, const struct yz_csv_row *row, struct yz_err *err)
{
	bool table = false, no = false;
	if (row->n > COLUMNS_MOST)
		return yz_fail(err, YZ_LIMIT, "more than %d columns", COLUMNS_MOST);
	r->columns = yz_new_n(r->a, row->n, struct yz_str);
	r->ncolumns = row->n;
	for (size_t i = 0; i < row->n; i++) {
		struct yz_str name = r->columns[i] = yz_str_dup(r->a, yz_str_trim(row->fields[i]));
		const char *frame = frame_column(name);
		table = table || (frame && strcmp(frame, "table") == 0);
		no = no || (frame && strcmp(frame, "no") == 0);
		for (size_t k = 0; k < i; k++)
			if (name.len && yz_str_eq(name, r->columns[k]))
				return yz_fail(err, YZ_BAD_INPUT, "the column %.*s stands there twice", YZ_P(name));
		if (name.len && !known_column(name))
			yz_finding_add(r->a, &r->out->findings, false, (int)row->number, "", name, YZ_LIT(""), "%s",
				       yz_tr(r->lang, N_("没有这个字段，这一列没有读")));
	}
	return (table && no) || yz_fail(err, YZ_BAD_INPUT, "the first row names the columns, among them 表 and 办件编号 (table and no)");
}

static bool add(struct reading *r, int number, const struct yz_json *line, struct yz_err *err)
{
	struct yz_out_row *row = yz_new(r->a, struct yz_out_row);
	if (r->items.len == YZ_OUTSIDE_FILE_ROWS)
		return yz_fail(err, YZ_LIMIT, "more than %d rows; split the file", YZ_OUTSIDE_FILE_ROWS);
	yz_out_row_read(r->a, r->lang, number, line, row);
	*yz_vec_push(r->a, &r->items) = (struct yz_out_item){.site = r->site, .system = r->system, .lang = r->lang, .row = row};
	*yz_vec_push(r->a, &r->numbers) = number;
	return true;
}

static struct yz_str in_frame(struct reading *r, const struct yz_csv_row *row, const char *what)
{
	for (size_t i = 0; i < row->n && i < r->ncolumns; i++) {
		const char *frame = frame_column(r->columns[i]);
		if (frame && strcmp(frame, what) == 0)
			return yz_str_dup(r->a, yz_str_trim(row->fields[i]));
	}
	return YZ_LIT("");
}

static bool read_row(void *ctx, const struct yz_csv_row *row, struct yz_err *err)
{
	struct reading *r = ctx;
	if (!r->columns)
		return read_head(r, row, err);
	struct yz_json *line = yz_json_new_object(r->a), *fields = yz_json_new_object(r->a);
	struct yz_str said = in_frame(r, row, "table"), key = in_frame(r, row, "key");
	enum yz_out_slot table = yz_out_table(said);
	for (size_t i = 0; i < row->n && i < r->ncolumns; i++) {
		struct yz_str s = yz_str_trim(row->fields[i]);
		if (s.len && r->columns[i].len && known_column(r->columns[i]) && !frame_column(r->columns[i]))
			yz_json_put(r->a, fields, r->columns[i], cell(r, yz_out_field(table, r->columns[i]), yz_str_dup(r->a, s)));
	}
	/* By its id: the same row, whichever way it is called. */
	yz_json_put(r->a, line, YZ_LIT("table"), yz_json_new_str(r->a, table == YZ_OUT_SLOTS ? said : yz_str(yz_out_defs[table].name)));
	yz_json_put(r->a, line, YZ_LIT("no"), yz_json_new_str(r->a, in_frame(r, row, "no")));
	if (key.len)
		yz_json_put(r->a, line, YZ_LIT("key"), yz_json_new_str(r->a, key));
	yz_json_put(r->a, line, YZ_LIT("fields"), fields);
	return add(r, (int)row->number, line, err);
}

/* ---- JSON: a list of rows, or one a line ---- */

static bool read_json(struct reading *r, struct yz_str bytes, struct yz_err *err)
{
	static const struct yz_json_limits whole = {YZ_OUTSIDE_FILE, 8, 20000000}, one = {YZ_OUTSIDE_LINE, 6, 1000};
	struct yz_str rest = bytes, text;
	int nth = 0;
	if (yz_str_starts(yz_str_trim(bytes), YZ_LIT("["))) {
		const struct yz_json *list = yz_json_read(r->a, bytes, &whole, err);
		for (size_t i = 0; i < yz_json_len(list); i++)
			if (!add(r, (int)i + 1, yz_json_at(list, i), err))
				return false;
		return list != NULL;
	}
	while (yz_str_cut(&rest, '\n', &text)) {
		nth++;
		if (!yz_str_trim(text).len)
			continue;
		const struct yz_json *line = yz_json_read(r->a, text, &one, err);
		if (!line || !add(r, nth, line, err))
			return yz_fail_in(err, "line %d", nth);
	}
	return true;
}

/* ---- the whole ---- */

static bool find_system(struct reading *r, struct yz_str name, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(r->site->db, err);
	int64_t have;
	bool good = conn && yz_out_system_find(conn, r->a, name, &r->system, &have, err);
	if (conn)
		yz_db_release(conn);
	return good;
}

static void count(struct reading *r)
{
	for (size_t i = 0; i < r->items.len; i++) {
		const struct yz_out_item *item = &r->items.at[i];
		const struct yz_findings *found = &item->row->found;
		r->out->taken += item->state == YZ_OUT_TAKEN;
		r->out->same += item->state == YZ_OUT_SAME;
		r->out->refused += item->state == YZ_OUT_REFUSED;
		for (size_t k = 0; k < found->len; k++)
			yz_finding_add(r->a, &r->out->findings, found->at[k].error, found->at[k].row, "", found->at[k].field, found->at[k].value, "%.*s",
				       YZ_P(found->at[k].reason));
		if (item->state == YZ_OUT_REFUSED && !found->errors)
			yz_out_item_why(r->a, item, r->numbers.at[i], &r->out->findings);
	}
}

struct noting {
	const struct reading *r;
	struct yz_str name;
};

static bool do_note(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct noting *w = ctx;
	const struct yz_outside_report *out = w->r->out;
	return yz_exec(conn, err, "UPDATE outside_system SET seen = $1, refused = refused + $2 WHERE id = $3", YZ_I(yz_site_now(w->r->site)),
		       YZ_I((int64_t)out->refused), YZ_I(w->r->system)) &&
	       yz_note(w->r->site, conn, NULL, "system.report", "system", w->r->system, yz_str_z(a, w->name),
		       yz_str_printf(a, "{\"rows\":%zu,\"taken\":%zu,\"same\":%zu,\"refused\":%zu}", out->rows, out->taken, out->same, out->refused), err);
}

bool yz_outside_file(struct yz_site *site, struct yz_arena *a, enum yz_lang lang, struct yz_str system, struct yz_str bytes,
		     struct yz_outside_report *out, struct yz_err *err)
{
	struct reading *r = yz_new(a, struct reading);
	*out = (struct yz_outside_report){0};
	*r = (struct reading){.site = site, .a = a, .lang = lang, .out = out};
	if (bytes.len > YZ_OUTSIDE_FILE)
		return yz_fail(err, YZ_TOO_LARGE, "the file has more than %d bytes; split it", YZ_OUTSIDE_FILE);
	if (!find_system(r, system, err) ||
	    !(yz_import_kind_of(bytes) == YZ_IMPORT_JSON ? read_json(r, bytes, err) : yz_import_each(a, bytes, read_row, r, err)))
		return false;
	size_t n = out->rows = r->items.len;
	if (!n)
		return yz_fail(err, YZ_BAD_INPUT, "the file holds no rows");
	struct noting w = {r, system};
	bool good = yz_out_items_do(site, r->items.at, &n, err);
	r->items.len = n; /* what was done, where it ended early */
	count(r);
	return yz_db_write(site->db, do_note, &w, good ? err : &(struct yz_err){0}) && good;
}
