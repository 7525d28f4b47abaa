/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"

#include "base/utf8.h"
#include "db/private.h"

#include <assert.h>
#include <string.h>

/* Both databases must see the same: SQLite alone would take any bytes. */
static bool check_text(struct yz_str s, size_t i, struct yz_err *err)
{
	if (s.len && memchr(s.ptr, 0, s.len))
		return yz_fail(err, YZ_BAD_INPUT, "the text for $%zu holds a NUL", i + 1);
	if (!yz_utf8_valid(s))
		return yz_fail(err, YZ_BAD_INPUT, "the text for $%zu is not UTF-8", i + 1);
	return true;
}

static void name_statement(struct yz_err *err, const char *sql)
{
	yz_fail_in(err, "%.100s", sql);
}

static bool start(struct yz_conn *c, const char *sql, size_t n, const struct yz_val *vals, bool stream,
		  struct yz_err *err)
{
	assert(!c->running); /* no statement inside yz_each */
	assert(n <= PARAMS);
	if (c->spoiled) {
		*err = c->bad;
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (vals[i].type == YZ_VAL_TEXT && !check_text(vals[i].s, i, err)) {
			name_statement(err, sql);
			return yz_conn_spoil(c, err);
		}
	c->running = true;
	c->wrote = c->wrote || strncmp(sql, "SELECT ", 7) != 0;
	if (c->driver->start(c, sql, n, vals, stream, err))
		return true;
	yz_conn_settle(c);
	name_statement(err, sql);
	return yz_conn_spoil(c, err);
}

static int step(struct yz_conn *c, const char *sql, struct yz_err *err)
{
	int got = c->driver->step(c, err);
	if (got < 0) {
		yz_conn_settle(c);
		name_statement(err, sql);
		yz_conn_spoil(c, err);
	}
	return got;
}

struct held_row {
	struct held_row *next;
	struct yz_val cells[];
};

static struct held_row *hold(struct yz_conn *c, struct yz_arena *a, size_t cols)
{
	struct held_row *row = yz_alloc(a, sizeof *row + cols * sizeof(struct yz_val));
	for (size_t k = 0; k < cols; k++) {
		row->cells[k] = c->driver->value(c, k);
		if (row->cells[k].type == YZ_VAL_TEXT || row->cells[k].type == YZ_VAL_BLOB)
			row->cells[k].s = yz_str_dup(a, row->cells[k].s);
	}
	return row;
}

struct yz_rows *yz_select_vals(struct yz_conn *c, struct yz_arena *a, struct yz_err *err, const char *sql, size_t n,
			       const struct yz_val *vals)
{
	struct yz_err local;
	err = err ? err : &local;
	if (!start(c, sql, n, vals, false, err))
		return NULL;
	struct yz_rows *rows = yz_new(a, struct yz_rows);
	struct held_row *first = NULL, **last = &first;
	int got;
	while ((got = step(c, sql, err)) > 0) {
		rows->cols = c->driver->columns(c);
		if (rows->count == YZ_ROWS_MOST) {
			yz_fail(err, YZ_LIMIT, "more than %d rows", YZ_ROWS_MOST);
			name_statement(err, sql);
			yz_conn_spoil(c, err);
			got = -1;
			break;
		}
		*last = hold(c, a, rows->cols);
		last = &(*last)->next;
		rows->count++;
	}
	yz_conn_settle(c);
	if (got < 0)
		return NULL;
	rows->row = yz_new_n(a, rows->count, struct yz_val *);
	size_t i = 0;
	for (struct held_row *row = first; row; row = row->next)
		rows->row[i++] = row->cells;
	return rows;
}

bool yz_select_int_vals(struct yz_conn *c, int64_t *out, int64_t fallback, struct yz_err *err, const char *sql,
			size_t n, const struct yz_val *vals)
{
	struct yz_err local;
	err = err ? err : &local;
	if (!start(c, sql, n, vals, false, err))
		return false;
	*out = fallback;
	int got;
	for (bool first = true; (got = step(c, sql, err)) > 0; first = false)
		if (first) {
			struct yz_val v = c->driver->value(c, 0);
			assert(v.type == YZ_VAL_INT || v.type == YZ_VAL_NULL);
			*out = v.type == YZ_VAL_INT ? v.i : fallback;
		}
	yz_conn_settle(c);
	return got == 0;
}

bool yz_exec_vals(struct yz_conn *c, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals)
{
	struct yz_err local;
	err = err ? err : &local;
	c->changed = 0;
	if (!start(c, sql, n, vals, false, err))
		return false;
	int got;
	while ((got = step(c, sql, err)) > 0)
		;
	yz_conn_settle(c);
	return got == 0;
}

int64_t yz_insert_vals(struct yz_conn *c, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals)
{
	int64_t id = 0;
	struct yz_err local;
	err = err ? err : &local;
	if (!yz_select_int_vals(c, &id, 0, err, sql, n, vals))
		return 0;
	if (!id) {
		/* ON CONFLICT DO NOTHING, or a SELECT that gave nothing */
		yz_fail(err, YZ_EXISTS, "nothing was inserted");
		name_statement(err, sql);
		yz_conn_spoil(c, err);
	}
	return id;
}

bool yz_each_vals(struct yz_conn *c, yz_each_fn *fn, void *ctx, struct yz_err *err, const char *sql, size_t n,
		  const struct yz_val *vals)
{
	struct yz_err local;
	err = err ? err : &local;
	if (!start(c, sql, n, vals, true, err))
		return false;
	struct yz_val cells[64], *row = cells;
	struct yz_rows rows = {.count = 1, .row = &row};
	int got;
	while ((got = step(c, sql, err)) > 0) {
		rows.cols = c->driver->columns(c);
		assert(rows.cols <= sizeof cells / sizeof *cells);
		for (size_t k = 0; k < rows.cols; k++)
			cells[k] = c->driver->value(c, k);
		if (!fn(ctx, &rows, err)) {
			yz_conn_settle(c);
			return false;
		}
	}
	yz_conn_settle(c);
	return got == 0;
}

int64_t yz_changed(const struct yz_conn *c)
{
	return c->changed;
}

/* ---- cells ---- */

static const struct yz_val *cell(const struct yz_rows *rows, size_t r, size_t c)
{
	assert(r < rows->count && c < rows->cols);
	return &rows->row[r][c];
}

int64_t yz_row_int(const struct yz_rows *rows, size_t r, size_t c)
{
	const struct yz_val *v = cell(rows, r, c);
	assert(v->type == YZ_VAL_INT || v->type == YZ_VAL_NULL);
	return v->type == YZ_VAL_INT ? v->i : 0;
}

double yz_row_real(const struct yz_rows *rows, size_t r, size_t c)
{
	const struct yz_val *v = cell(rows, r, c);
	assert(v->type == YZ_VAL_REAL || v->type == YZ_VAL_INT || v->type == YZ_VAL_NULL);
	return v->type == YZ_VAL_REAL ? v->r : v->type == YZ_VAL_INT ? (double)v->i : 0;
}

struct yz_str yz_row_str(const struct yz_rows *rows, size_t r, size_t c)
{
	const struct yz_val *v = cell(rows, r, c);
	assert(v->type == YZ_VAL_TEXT || v->type == YZ_VAL_BLOB || v->type == YZ_VAL_NULL);
	return v->type == YZ_VAL_NULL ? yz_str_n("", 0) : v->s;
}

const char *yz_row_z(const struct yz_rows *rows, size_t r, size_t c)
{
	return yz_row_str(rows, r, c).ptr;
}

bool yz_row_null(const struct yz_rows *rows, size_t r, size_t c)
{
	return cell(rows, r, c)->type == YZ_VAL_NULL;
}
