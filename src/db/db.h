/* db/db.h - one face of SQLite and PostgreSQL.
 *
 *	struct yz_conn *c = yz_db_read_in(db, arena, err);
 *	struct yz_rows *r = yz_select(c, arena, err, "SELECT id, name FROM item WHERE region = $1", YZ_S(region));
 *	for (size_t i = 0; r && i < r->count; i++)
 *		… yz_row_int(r, i, 0) … yz_row_str(r, i, 1) …
 *
 *	static bool accept(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
 *	{
 *		struct act *act = ctx;
 *		return yz_exec(c, err, "UPDATE item SET state = $1 WHERE id = $2", YZ_Z("accepted"), YZ_I(act->id)) &&
 *		       yz_ledger_add(c, &act->entry, err);
 *	}
 *	yz_db_write(db, accept, &act, err)	returns when it is on disk
 *
 * SQL is written once, in what both speak: $n parameters (bound by name, any
 * order, repeated at will), INSERT … ON CONFLICT … DO UPDATE, RETURNING, WITH,
 * window functions; no JSON functions, no booleans (0 and 1), no dates
 * (instants are BIGINT), strings in '…' and names in "…".  Text compares by bytes on both
 * (ORDER BY, LIKE are case sensitive).  FOR UPDATE [SKIP LOCKED] may stand at a
 * statement's end: SQLite drops it, its writer being alone.  Where a
 * difference is left, a piece between the SQL comments "sqlite" and "end" (or
 * "postgres" and "end", without spaces inside) is kept by that one only.
 * A bare NULL parameter has no type on PostgreSQL: write CAST($1 AS BIGINT) IS NULL.
 *
 * Reads:    a connection of the pool inside one transaction, one snapshot.
 * Writes:   one writer thread a process takes waiting writes into one commit,
 *           undoes alone what fails alone, and answers after the commit is durable.
 *           Writes run one after another, as if alone: over all processes on
 *           one PostgreSQL too (of one `lane`).
 * Ownership: rows and text live in the arena given; a connection is lent.
 * Failure:  a failed statement spoils its transaction on both databases: the
 *           write fails, whatever fn returns.  YZ_EXISTS: a unique key;
 *           YZ_UNAVAILABLE: disk full, I/O error, connection lost; YZ_DB: the rest.
 * Threads:  yz_db: any; a connection: the thread that took it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DB_DB_H
#define YZ_DB_DB_H

#include "base/arena.h"
#include "base/date.h"
#include "base/embed.h"
#include "base/err.h"
#include "base/str.h"

struct yz_db;
struct yz_conn;

struct yz_db_options {
	const char *dir; /* the site's folder; must exist */
	const char *url; /* "postgresql://…"; NULL: SQLite in DIR/site.db */
	int readers;     /* read connections at most; 0: 2 × processors + 2 */
	int batch;       /* writes in one commit at most; 0: 512; 1: one commit a write */
	int64_t lane; /* PostgreSQL: writers of one lane take turns; regions of one's own may have a lane of their own
		       */
	const char *vfs; /* SQLite: a VFS by name, for tests of faults; NULL: the usual */
};

/* Creates an empty database where there is none (SQLite); run yz_db_migrate next. */
struct yz_db *yz_db_open(const struct yz_db_options *options, struct yz_err *err);
/* Waits for the writes under way.  All connections must be released. NULL allowed. */
void yz_db_close(struct yz_db *db);
const char *yz_db_dir(const struct yz_db *db);
bool yz_db_is_postgres(const struct yz_db *db);

/* ---- values ---- */

enum yz_val_type { YZ_VAL_NULL, YZ_VAL_INT, YZ_VAL_REAL, YZ_VAL_TEXT, YZ_VAL_BLOB };

struct yz_val {
	enum yz_val_type type;
	union {
		int64_t i;
		double r;
		struct yz_str s;
	};
};

#define YZ_I(v) ((struct yz_val){.type = YZ_VAL_INT, .i = (v)})
#define YZ_R(v) ((struct yz_val){.type = YZ_VAL_REAL, .r = (v)})
#define YZ_S(v) yz_val_str(v)     /* struct yz_str; one with a NULL ptr is the empty text */
#define YZ_Z(v) yz_val_z(v)       /* const char *; NULL is SQL's NULL */
#define YZ_BLOB(v) yz_val_blob(v) /* struct yz_str of bytes */
#define YZ_NULL ((struct yz_val){.type = YZ_VAL_NULL})

static inline struct yz_val yz_val_str(struct yz_str s)
{
	return (struct yz_val){.type = YZ_VAL_TEXT, .s = {s.ptr ? s.ptr : "", s.len}};
}
static inline struct yz_val yz_val_z(const char *z)
{
	return z ? yz_val_str(yz_str(z)) : YZ_NULL;
}
static inline struct yz_val yz_val_blob(struct yz_str s)
{
	return (struct yz_val){.type = YZ_VAL_BLOB, .s = {s.ptr ? s.ptr : "", s.len}};
}
/* NULL when absent: an optional integer, an optional text. */
static inline struct yz_val yz_val_int_or_null(int64_t v, bool there)
{
	return there ? YZ_I(v) : YZ_NULL;
}
static inline struct yz_val yz_val_str_or_null(struct yz_str s)
{
	return s.len ? yz_val_str(s) : YZ_NULL;
}

/* ---- rows ---- */

enum { YZ_ROWS_MOST = 200000 }; /* a select with more fails with YZ_LIMIT: page it, or yz_each */

struct yz_rows {
	size_t count, cols;
	struct yz_val **row; /* row[r][c] */
};

/* Text is NUL-terminated behind its end.  NULL reads as 0 and as empty; a column of another type is an assertion. */
int64_t yz_row_int(const struct yz_rows *rows, size_t r, size_t c);
double yz_row_real(const struct yz_rows *rows, size_t r, size_t c);
struct yz_str yz_row_str(const struct yz_rows *rows, size_t r, size_t c); /* text or bytes */
const char *yz_row_z(const struct yz_rows *rows, size_t r, size_t c);
bool yz_row_null(const struct yz_rows *rows, size_t r, size_t c);

/* ---- statements: `sql` is a literal ---- */

#define YZ_VALS(...) ((const struct yz_val[]){YZ_NULL, ##__VA_ARGS__} + 1)
#define YZ_NVALS(...) (sizeof((const struct yz_val[]){YZ_NULL, ##__VA_ARGS__}) / sizeof(struct yz_val) - 1)

/* All rows, or NULL. */
#define yz_select(conn, arena, err, sql, ...)                                                                          \
	yz_select_vals((conn), (arena), (err), "" sql, YZ_NVALS(__VA_ARGS__), YZ_VALS(__VA_ARGS__))
/* One integer in one row; `fallback` when there is no row or it is NULL. */
#define yz_select_int(conn, out, fallback, err, sql, ...)                                                              \
	yz_select_int_vals((conn), (out), (fallback), (err), "" sql, YZ_NVALS(__VA_ARGS__), YZ_VALS(__VA_ARGS__))
/* A statement; yz_changed says how many rows it changed. */
#define yz_exec(conn, err, sql, ...) yz_exec_vals((conn), (err), "" sql, YZ_NVALS(__VA_ARGS__), YZ_VALS(__VA_ARGS__))
/* An INSERT into a table with a column id, without RETURNING; the new id, or 0 when it failed. */
#define yz_insert(conn, err, sql, ...)                                                                                 \
	yz_insert_vals((conn), (err), "" sql " RETURNING id", YZ_NVALS(__VA_ARGS__), YZ_VALS(__VA_ARGS__))
/* Row after row through `fn` without holding them: `row` is rows of one, valid during the call.
 * fn must not use conn; false from it ends the walk with its err. */
#define yz_each(conn, fn, ctx, err, sql, ...)                                                                          \
	yz_each_vals((conn), (fn), (ctx), (err), "" sql, YZ_NVALS(__VA_ARGS__), YZ_VALS(__VA_ARGS__))

typedef bool yz_each_fn(void *ctx, const struct yz_rows *row, struct yz_err *err);

int64_t yz_changed(const struct yz_conn *conn);

/* The functions behind; `sql` must be a literal or come from a yz_sql. */
struct yz_rows *yz_select_vals(struct yz_conn *conn, struct yz_arena *a, struct yz_err *err, const char *sql, size_t n,
			       const struct yz_val *vals);
bool yz_select_int_vals(struct yz_conn *conn, int64_t *out, int64_t fallback, struct yz_err *err, const char *sql,
			size_t n, const struct yz_val *vals);
bool yz_exec_vals(struct yz_conn *conn, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals);
int64_t yz_insert_vals(struct yz_conn *conn, struct yz_err *err, const char *sql, size_t n, const struct yz_val *vals);
bool yz_each_vals(struct yz_conn *conn, yz_each_fn *fn, void *ctx, struct yz_err *err, const char *sql, size_t n,
		  const struct yz_val *vals);

/* ---- a statement put together from literals and checked names ----
 *
 *	struct yz_sql q;
 *	yz_sql_init(&q, arena);
 *	yz_sql_add(&q, "SELECT id FROM item WHERE region = $1", YZ_S(region));
 *	if (state.len)
 *		yz_sql_add(&q, " AND state = $1", YZ_S(state));     each piece counts from $1
 *	yz_sql_add(&q, " ORDER BY ");
 *	yz_sql_name(&q, column);                                    quoted; letters, digits, _ only
 *	struct yz_rows *r = yz_sql_select(&q, conn, arena, err);
 */
enum { YZ_SQL_VALS = 256, YZ_SQL_MOST = 65536, YZ_NAME_MOST = 60 }; /* values, bytes, bytes of a name */

struct yz_sql {
	struct yz_buf text;
	struct yz_val vals[YZ_SQL_VALS];
	size_t n;
	struct yz_err bad; /* first mistake; reported when it runs */
};

void yz_sql_init(struct yz_sql *q, struct yz_arena *a);
#define yz_sql_add(q, sql, ...) yz_sql_add_vals((q), "" sql, YZ_NVALS(__VA_ARGS__), YZ_VALS(__VA_ARGS__))
void yz_sql_add_vals(struct yz_sql *q, const char *sql, size_t n, const struct yz_val *vals);
void yz_sql_name(struct yz_sql *q, struct yz_str name);
/* One value alone: ", $k" is written by the caller as yz_sql_add(q, ", "), yz_sql_val(q, v). */
void yz_sql_val(struct yz_sql *q, struct yz_val v);
struct yz_rows *yz_sql_select(struct yz_sql *q, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err);
bool yz_sql_exec(struct yz_sql *q, struct yz_conn *conn, struct yz_err *err);
int64_t yz_sql_insert(struct yz_sql *q, struct yz_conn *conn, struct yz_err *err); /* adds RETURNING id */
bool yz_sql_each(struct yz_sql *q, struct yz_conn *conn, yz_each_fn *fn, void *ctx, struct yz_err *err);

/* CREATE, ALTER or DROP, with the words for types of a migration (below); several statements end in ";". No values. */
bool yz_sql_ddl(struct yz_sql *q, struct yz_conn *conn, struct yz_err *err);

/* ---- reading ---- */

/* A read connection in one transaction; waits its turn at most 10 s, then YZ_BUSY.  A thread holds at most one. */
struct yz_conn *yz_db_read(struct yz_db *db, struct yz_err *err);
/* The same, released with the arena (or earlier, by yz_db_release). */
struct yz_conn *yz_db_read_in(struct yz_db *db, struct yz_arena *a, struct yz_err *err);
void yz_db_release(struct yz_conn *conn);
struct yz_db *yz_conn_db(const struct yz_conn *conn);

/* ---- writing ---- */

/* What runs inside the write.  On the writer's thread: be quick, wait for nothing, call no yz_db_write; reads see the
 * writes before it.  `a` is the writer's arena (16 MiB; spent: the write fails with YZ_LIMIT), gone afterwards: hand
 * results back in ctx, and allocate from no other arena.  It may run more than once (another in its batch failed,
 * a lock was lost): it starts from ctx as it was, and does nothing but to conn and ctx.  false: all it did is undone.
 */
typedef bool yz_write_fn(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err);

/* Returns true when it is durable; blocks until then.  Any thread but the writer's. */
bool yz_db_write(struct yz_db *db, yz_write_fn *fn, void *ctx, struct yz_err *err);

/* Many writes as one, for those that come in thousands: inside fn, and only there, yz_db_write and yz_db_read work on
 * the writer's own connection, one after another, and see what was written before; nothing waits for the disk until the
 * whole is durable.  A write inside that fails having changed nothing is its caller's affair; one that fails having
 * changed something, or spends its memory, fails the whole.  One inside another is part of it: when it fails nothing is undone, so nobody may do it again. */
bool yz_db_bulk(struct yz_db *db, yz_write_fn *fn, void *ctx, struct yz_err *err);

/* The writes of n items of `size` bytes, each fn's ctx, all in one durable write; where one fails, each in its own, and what
 * fails then is logged and has `instead` written for it, so that the others go on.  Inside a bulk each is a write of that.
 * false: the database cannot be reached, or `instead` failed. */
bool yz_db_write_some(struct yz_db *db, yz_write_fn *fn, yz_write_fn *instead, void *items, size_t size, size_t n, struct yz_err *err);

/* Called on the writer's thread after each commit that this process made, once a batch.  Before the first write only.
 */
void yz_db_on_commit(struct yz_db *db, void (*fn)(void *ctx), void *ctx);

struct yz_db_stats {
	int64_t commits, writes, failed, retried; /* since open */
	int readers_open, readers_busy, waiting_writes;
};
struct yz_db_stats yz_db_stats(struct yz_db *db);

/* ---- migrations: forward only ----
 *
 * Each runs in a transaction of its own, once, in order of version, and is
 * recorded with its digest; one that was changed afterwards is refused, and so is a
 * database that is ahead of the list.  Statements end in ";".  Types to write: INTEGER PRIMARY KEY (a 64-bit id
 * given by the database), INTEGER or BIGINT, TEXT, REAL, BLOB or BYTEA; each
 * database gets its own word for them (INTEGER is BIGINT on PostgreSQL, TEXT
 * compares by bytes, STRICT and AUTOINCREMENT vanish there).  Marked pieces as above.
 */
struct yz_migration {
	int version;      /* 1, 2, 3 … */
	const char *name; /* "cases" */
	const char *sql;
};
/* `module` names the list ("gov"); the tables of db itself come first with the first call; n 0 is allowed. */
bool yz_db_migrate(struct yz_db *db, const char *module, const struct yz_migration *list, size_t n, struct yz_err *err);
/* The same from files of tools/embed called 0001-name.sql; at most 1,000. */
bool yz_db_migrate_embedded(struct yz_db *db, const char *module, const struct yz_embedded *files, size_t n,
			    struct yz_err *err);

/* ---- one process a site ---- */

struct yz_site_lock;
/* Takes DIR/site.lock, or fails at once with YZ_BUSY and the number of the process that holds it. */
struct yz_site_lock *yz_site_lock(const char *dir, struct yz_err *err);
void yz_site_unlock(struct yz_site_lock *lock);

#endif
