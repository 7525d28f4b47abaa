/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/upward_row.h"

#include "base/map.h"
#include "base/utf8.h"
#include "crypt/crypt.h"
#include "gov/person.h"
#include "text/text.h"

#include <string.h>

const struct yz_up_def yz_up_defs[YZ_UP_SLOTS] = {
#define TABLE(table, id, sql, title) {YZ_UP_TABLE, id, sql, 0, N_(title)},
#define FIELD(table, column, kind, most, name) {YZ_UP_##kind, name, #column, most, NULL},
#include "gov/upward_fields.def"
#undef TABLE
#undef FIELD
};

size_t yz_up_width(enum yz_up_slot table)
{
	size_t n = 0;
	while (table + 1 + n < YZ_UP_SLOTS && yz_up_defs[table + 1 + n].kind != YZ_UP_TABLE)
		n++;
	return n;
}

enum yz_up_slot yz_up_next(enum yz_up_slot table)
{
	return table == YZ_UP_SLOTS ? 0 : (enum yz_up_slot)(table + 1 + yz_up_width(table));
}

static const struct yz_up_def *field_of(const struct yz_up_row *row, size_t i)
{
	return &yz_up_defs[row->table + 1 + i];
}

struct yz_up_row *yz_up_row_new(struct yz_arena *a, enum yz_up_slot table, struct yz_str site, struct yz_str no, struct yz_str key)
{
	struct yz_up_row *row = yz_new(a, struct yz_up_row);
	*row = (struct yz_up_row){.table = table, .site = site, .no = no, .key = key, .vals = yz_new_n(a, yz_up_width(table), struct yz_val)};
	return row;
}

/* ---- a line ---- */

static struct yz_str cut(struct yz_str s, size_t most)
{
	size_t at = 0;
	for (size_t n = 0; at < s.len && n < most; n++)
		yz_utf8_next(s, &at);
	return yz_str_n(s.ptr, at);
}

static struct yz_str masked(struct yz_arena *a, enum yz_up_kind kind, struct yz_str s)
{
	return kind == YZ_UP_NAME ? yz_mask_name(a, s) : kind == YZ_UP_NUMBER ? yz_mask_id(a, s) : YZ_LIT("");
}

static bool says_text(const struct yz_json *v)
{
	if (!yz_json_is(v, YZ_JSON_ARRAY))
		return yz_json_is(v, YZ_JSON_STRING);
	for (size_t i = 0; i < yz_json_len(v); i++)
		if (says_text(yz_json_at(v, i)))
			return true;
	return false;
}

/* A computation without the facts, [["name", value] …], that are words: a name or a reason may stand in them. */
static struct yz_str without_words(struct yz_arena *a, struct yz_str s)
{
	const struct yz_json *tree = yz_json_read(a, s, NULL, NULL);
	struct yz_buf b;
	struct yz_jw w;
	if (!yz_json_is(tree, YZ_JSON_OBJECT))
		return YZ_LIT("");
	yz_buf_init(&b, a, s.len + 1024);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	for (size_t i = 0; i < tree->count; i++) {
		const struct yz_json *v = tree->members[i].value;
		yz_jw_keys(&w, tree->members[i].key);
		if (!yz_str_eqz(tree->members[i].key, "facts")) {
			yz_jw_value(&w, v);
			continue;
		}
		yz_jw_array(&w);
		for (size_t k = 0; k < yz_json_len(v); k++)
			if (!says_text(yz_json_at(yz_json_at(v, k), 1)))
				yz_jw_value(&w, yz_json_at(v, k));
		yz_jw_end(&w, ']');
	}
	yz_jw_end(&w, '}');
	return yz_buf_str(&b);
}

static void write_text(struct yz_up_out *out, struct yz_jw *w, const struct yz_up_def *f, struct yz_str s)
{
	if (f->kind >= YZ_UP_SAID && !out->personal)
		s = masked(out->a, f->kind, s);
	if (f->kind == YZ_UP_JSON && !out->personal)
		s = without_words(out->a, s);
	/* A tree that is cut is no tree. */
	if (!s.len || (f->kind == YZ_UP_JSON && yz_utf8_count(s) > f->most))
		return;
	yz_jw_key(w, f->name);
	yz_jw_str(w, cut(s, f->most));
}

static void write_value(struct yz_up_out *out, struct yz_jw *w, const struct yz_up_def *f, const struct yz_val *v)
{
	char text[32];
	if (v->type == YZ_VAL_NULL)
		return;
	if (f->kind == YZ_UP_INT)
		yz_jw_kint(w, f->name, v->i);
	else if (f->kind == YZ_UP_TIME)
		yz_jw_kz(w, f->name, yz_instant_print(v->i, text));
	else
		write_text(out, w, f, v->s);
}

void yz_up_row_write(struct yz_up_out *out, const struct yz_up_row *row)
{
	struct yz_jw w;
	yz_jw_init(&w, out->buf);
	yz_jw_object(&w);
	yz_jw_kz(&w, "table", yz_up_defs[row->table].name);
	yz_jw_kstr(&w, "site", row->site);
	yz_jw_kstr(&w, "no", row->no);
	yz_jw_kstr(&w, "key", row->key);
	yz_jw_key(&w, "fields");
	yz_jw_object(&w);
	for (size_t i = 0; i < yz_up_width(row->table); i++)
		write_value(out, &w, field_of(row, i), &row->vals[i]);
	yz_jw_end(&w, '}');
	yz_jw_end(&w, '}');
	yz_buf_addc(out->buf, '\n');
	out->rows++;
}

static bool table_named(struct yz_str id, enum yz_up_slot *table)
{
	for (enum yz_up_slot t = yz_up_next(YZ_UP_SLOTS); t < YZ_UP_SLOTS; t = yz_up_next(t))
		if (yz_str_eqz(id, yz_up_defs[t].name)) {
			*table = t;
			return true;
		}
	return false;
}

static bool read_value(struct yz_arena *a, const struct yz_up_def *f, const struct yz_json *v, struct yz_val *out, struct yz_err *err)
{
	int64_t n;
	if (f->kind == YZ_UP_INT) {
		if (!yz_json_is(v, YZ_JSON_NUMBER) || !yz_str_int(v->text, &n))
			return yz_fail(err, YZ_BAD_INPUT, "%s is a whole number", f->name);
		*out = YZ_I(n);
		return true;
	}
	struct yz_str s = yz_json_text(v);
	if (!s.ptr)
		return yz_fail(err, YZ_BAD_INPUT, "%s is a text", f->name);
	if (f->kind == YZ_UP_TIME) {
		if (!yz_instant_parse(s, &n))
			return yz_fail(err, YZ_BAD_INPUT, "%s is an instant such as 2026-11-22T10:32:00Z", f->name);
		*out = YZ_I(n);
		return true;
	}
	if (yz_utf8_count(s) > f->most)
		return yz_fail(err, YZ_BAD_INPUT, "%s has at most %zu characters", f->name, f->most);
	if (memchr(s.ptr, '\0', s.len))
		return yz_fail(err, YZ_BAD_INPUT, "%s has a NUL in it", f->name);
	if (f->kind == YZ_UP_JSON && !yz_json_read(a, s, NULL, err))
		return yz_fail_in(err, "%s", f->name);
	*out = YZ_S(s);
	return true;
}

static bool read_fields(struct yz_arena *a, const struct yz_json *fields, struct yz_up_row *row, struct yz_err *err)
{
	size_t known = 0, width = yz_up_width(row->table);
	for (size_t i = 0; i < width; i++) {
		const struct yz_json *v = yz_json_get(fields, field_of(row, i)->name);
		if (v && !read_value(a, field_of(row, i), v, &row->vals[i], err))
			return false;
		known += v != NULL;
	}
	return known == yz_json_len(fields) ||
	       yz_fail(err, YZ_BAD_INPUT, "table %s has a field that is not in it", yz_up_defs[row->table].name);
}

bool yz_up_row_read(struct yz_arena *a, const struct yz_json *line, struct yz_up_row *row, struct yz_err *err)
{
	const struct yz_json *fields = yz_json_get(line, "fields");
	enum yz_up_slot table;
	if (!table_named(yz_json_str(line, "table"), &table))
		return yz_fail(err, YZ_BAD_INPUT, "there is no such table");
	*row = *yz_up_row_new(a, table, yz_json_str(line, "site"), yz_json_str(line, "no"), yz_json_str(line, "key"));
	if (!row->site.len || row->site.len > YZ_UP_SITE || !row->no.len || row->no.len > YZ_UP_NO || !row->key.ptr || row->key.len > YZ_UP_KEY ||
	    yz_json_len(line) != 5 || !yz_json_is(fields, YZ_JSON_OBJECT))
		return yz_fail(err, YZ_BAD_INPUT, "a row has table, site, no, key and fields, within their lengths");
	return read_fields(a, fields, row, err);
}

/* ---- the database ---- */

static struct yz_val sealed(struct yz_site *site, struct yz_arena *a, const struct yz_up_row *row, size_t i)
{
	const struct yz_up_def *f = field_of(row, i);
	if (row->vals[i].type == YZ_VAL_NULL || f->kind < YZ_UP_NAME)
		return row->vals[i];
	return YZ_BLOB(yz_seal(site->keys, a, yz_printf(a, "%s.%s", yz_up_defs[row->table].sql, f->sql), 0, row->vals[i].s));
}

static void add_value(struct yz_sql *q, struct yz_val v)
{
	yz_sql_add(q, ", ");
	if (v.type == YZ_VAL_NULL)
		yz_sql_add(q, "NULL"); /* PostgreSQL knows no type of a bound one */
	else
		yz_sql_val(q, v);
}

bool yz_up_row_store(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_up_row *row, int64_t report,
		     struct yz_err *err)
{
	struct yz_sql *q = yz_new(a, struct yz_sql);
	size_t width = yz_up_width(row->table);
	yz_sql_init(q, a);
	yz_sql_add(q, "INSERT INTO ");
	yz_sql_name(q, yz_str(yz_up_defs[row->table].sql));
	yz_sql_add(q, " (site, no, key, report");
	for (size_t i = 0; i < width; i++) {
		yz_sql_add(q, ", ");
		yz_sql_name(q, yz_str(field_of(row, i)->sql));
	}
	yz_sql_add(q, ") VALUES ($1, $2, $3, $4", YZ_S(row->site), YZ_S(row->no), YZ_S(row->key), YZ_I(report));
	for (size_t i = 0; i < width; i++)
		add_value(q, sealed(site, a, row, i));
	yz_sql_add(q, ")");
	return yz_sql_exec(q, conn, err);
}

static bool drop(struct yz_conn *conn, struct yz_arena *a, struct yz_str site, const struct yz_str *no, struct yz_err *err)
{
	struct yz_sql *q = yz_new(a, struct yz_sql);
	for (enum yz_up_slot t = yz_up_next(YZ_UP_SLOTS); t < YZ_UP_SLOTS; t = yz_up_next(t)) {
		yz_sql_init(q, a);
		yz_sql_add(q, "DELETE FROM ");
		yz_sql_name(q, yz_str(yz_up_defs[t].sql));
		yz_sql_add(q, " WHERE site = $1", YZ_S(site));
		if (no)
			yz_sql_add(q, " AND no = $1", YZ_S(*no));
		if (!yz_sql_exec(q, conn, err))
			return false;
	}
	return true;
}

bool yz_up_thing_drop(struct yz_conn *conn, struct yz_arena *a, struct yz_str site, struct yz_str no, struct yz_err *err)
{
	return drop(conn, a, site, &no, err);
}

bool yz_up_site_drop(struct yz_conn *conn, struct yz_arena *a, struct yz_str site, struct yz_err *err)
{
	return drop(conn, a, site, NULL, err);
}

typedef YZ_VEC(struct yz_up_row) yz_up_held;

static bool read_held(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t k, struct yz_up_row *row, struct yz_err *err)
{
	for (size_t i = 0; i < yz_up_width(row->table); i++) {
		const struct yz_up_def *f = field_of(row, i);
		struct yz_str open;
		row->vals[i] = r->row[k][i + 3];
		if (f->kind < YZ_UP_NAME || row->vals[i].type == YZ_VAL_NULL)
			continue;
		if (!yz_unseal(site->keys, a, yz_printf(a, "%s.%s", yz_up_defs[row->table].sql, f->sql), 0, row->vals[i].s, &open, err))
			return false;
		row->vals[i] = YZ_S(open);
	}
	return true;
}

static bool read_table(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str of, struct yz_str no,
		       enum yz_up_slot t, yz_up_held *h, struct yz_err *err)
{
	struct yz_sql *q = yz_new(a, struct yz_sql);
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT site, no, key");
	for (size_t i = 0; i < yz_up_width(t); i++) {
		yz_sql_add(q, ", ");
		yz_sql_name(q, yz_str(yz_up_defs[t + 1 + i].sql));
	}
	yz_sql_add(q, " FROM ");
	yz_sql_name(q, yz_str(yz_up_defs[t].sql));
	yz_sql_add(q, " WHERE site = $1 AND no = $2 ORDER BY key", YZ_S(of), YZ_S(no));
	struct yz_rows *r = yz_sql_select(q, conn, a, err);
	for (size_t k = 0; r && k < r->count; k++) {
		struct yz_up_row *row = yz_vec_push(a, h);
		*row = *yz_up_row_new(a, t, yz_row_str(r, k, 0), yz_row_str(r, k, 1), yz_row_str(r, k, 2));
		if (!read_held(site, a, r, k, row, err))
			return false;
	}
	return r != NULL;
}

bool yz_up_rows(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str of, struct yz_str no, enum yz_up_slot table,
		struct yz_up_row **rows, size_t *n, struct yz_err *err)
{
	yz_up_held h = {0};
	for (enum yz_up_slot t = yz_up_next(YZ_UP_SLOTS); t < YZ_UP_SLOTS; t = yz_up_next(t))
		if ((table == YZ_UP_SLOTS || table == t) && !read_table(site, conn, a, of, no, t, &h, err))
			return false;
	*rows = h.at;
	*n = h.len;
	return true;
}
