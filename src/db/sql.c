/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"

#include "db/private.h"

#include <assert.h>

void yz_sql_init(struct yz_sql *q, struct yz_arena *a)
{
	yz_buf_init(&q->text, a, YZ_SQL_MOST);
	q->n = 0;
	q->bad = (struct yz_err){0};
}

static void refuse(struct yz_sql *q, enum yz_code code, const char *what)
{
	if (q->bad.code == YZ_OK)
		yz_fail(&q->bad, code, "%s", what);
}

/* Copies sql with each $k moved up by what stands before it. */
void yz_sql_add_vals(struct yz_sql *q, const char *sql, size_t n, const struct yz_val *vals)
{
	if (n > YZ_SQL_VALS - q->n) {
		refuse(q, YZ_LIMIT, "a statement takes at most 256 values");
		return;
	}
	for (const char *p = sql; *p;) {
		if (*p != '$' || p[1] < '1' || p[1] > '9') {
			yz_buf_addc(&q->text, *p++);
			continue;
		}
		size_t k = 0;
		for (p++; *p >= '0' && *p <= '9'; p++)
			k = k < 1000 ? k * 10 + (size_t)(*p - '0') : k;
		assert(k <= n);
		yz_buf_printf(&q->text, "$%zu", q->n + k);
	}
	for (size_t i = 0; i < n; i++)
		q->vals[q->n++] = vals[i];
	if (q->text.full)
		refuse(q, YZ_LIMIT, "a statement has at most 65536 bytes");
}

void yz_sql_val(struct yz_sql *q, struct yz_val v)
{
	yz_sql_add_vals(q, "$1", 1, &v);
}

void yz_sql_name(struct yz_sql *q, struct yz_str name)
{
	bool good = name.len > 0 && name.len <= YZ_NAME_MOST;
	for (size_t i = 0; good && i < name.len; i++) {
		char c = name.ptr[i];
		good = (c >= 'a' && c <= 'z') || c == '_' || (c >= 'A' && c <= 'Z') || (i && c >= '0' && c <= '9');
	}
	if (!good) {
		refuse(q, YZ_BAD_INPUT, "a name in SQL has 1 to 60 letters, digits and _");
		return;
	}
	yz_buf_printf(&q->text, "\"%.*s\"", YZ_P(name));
	if (q->text.full)
		refuse(q, YZ_LIMIT, "a statement has at most 65536 bytes");
}

static bool sound(struct yz_sql *q, struct yz_err *err)
{
	if (q->bad.code == YZ_OK)
		return true;
	if (err)
		*err = q->bad;
	return false;
}

static const char *text_of(struct yz_sql *q)
{
	return yz_buf_str(&q->text).ptr;
}

struct yz_rows *yz_sql_select(struct yz_sql *q, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	return sound(q, err) ? yz_select_vals(conn, a, err, text_of(q), q->n, q->vals) : NULL;
}

bool yz_sql_exec(struct yz_sql *q, struct yz_conn *conn, struct yz_err *err)
{
	return sound(q, err) && yz_exec_vals(conn, err, text_of(q), q->n, q->vals);
}

int64_t yz_sql_insert(struct yz_sql *q, struct yz_conn *conn, struct yz_err *err)
{
	yz_sql_add(q, " RETURNING id");
	return sound(q, err) ? yz_insert_vals(conn, err, text_of(q), q->n, q->vals) : 0;
}

bool yz_sql_each(struct yz_sql *q, struct yz_conn *conn, yz_each_fn *fn, void *ctx, struct yz_err *err)
{
	return sound(q, err) && yz_each_vals(conn, fn, ctx, err, text_of(q), q->n, q->vals);
}

bool yz_sql_ddl(struct yz_sql *q, struct yz_conn *conn, struct yz_err *err)
{
	struct yz_err local;
	err = err ? err : &local;
	assert(q->n == 0 && conn->writer);
	if (!sound(q, err))
		return false;
	if (conn->spoiled) {
		*err = conn->bad;
		return false;
	}
	conn->wrote = true;
	char *text = yz_dialect_ddl(q->text.arena, text_of(q), yz_db_is_postgres(conn->db));
	return conn->driver->script(conn, text, err) || yz_conn_spoil(conn, err);
}
