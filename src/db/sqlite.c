/* SPDX-License-Identifier: Apache-2.0
 *
 * WAL with synchronous=FULL: a commit is on disk when it returns.  Connections
 * without mutexes (each has one thread) and without memory statistics, whose
 * one lock makes two readers slower than one.  No mmap: an I/O error then
 * is an error and not a SIGBUS.  The log is put back into the file beside the writer (checkpoint.c), never inside a
 * commit.
 */
#include "db/private.h"

#include "base/log.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BUSY_MS = 5000,
	READ_CACHE_KB = 16 * 1024, /* over all readers */
	WRITE_CACHE_KB = 8 * 1024, /* what a batch changes; beyond it pages go to the log early, and again */
	LOG_PAGES = 16384,      /* put back when so many are new */
	LOG_PAGES_MUCH = 32768, /* from here on to its end, that it may begin anew; within what is kept */
	LOG_PAGES_MOST = 65536, /* from here on waiting for readers */
	LOG_KEEP = 160 * 1024 * 1024,
};

static bool failed(struct yz_conn *c, int rc, struct yz_err *err)
{
	const char *what = c->handle ? sqlite3_errmsg(c->handle) : sqlite3_errstr(rc);
	if (c->handle)
		rc = sqlite3_extended_errcode(c->handle);
	c->again = false;
	switch (rc) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return yz_fail(err, YZ_EXISTS, "%s", what);
	}
	switch (rc & 0xFF) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_BUSY:
	case SQLITE_NOMEM:
	case SQLITE_READONLY:
		return yz_fail(err, YZ_UNAVAILABLE, "%s (SQLite %d)", what, rc);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return yz_fail(err, YZ_CORRUPT, "%s (SQLite %d)", what, rc);
	case SQLITE_TOOBIG:
		return yz_fail(err, YZ_LIMIT, "%s", what);
	}
	return yz_fail(err, YZ_DB, "%s (SQLite %d)", what, rc);
}

static bool run(struct yz_conn *c, const char *sql, struct yz_err *err)
{
	int rc = sqlite3_exec(c->handle, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK || failed(c, rc, err);
}

static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	if (sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK && sqlite3_memory_used() > 0)
		yz_log(YZ_WARN, "SQLite was in use before the database was opened: readers will be slower");
}

/* SQLite rolls back by itself too, when the disk is full. */
static void forget_log(void *ctx)
{
	yz_log_forget(ctx);
}

static int note_log(void *ctx, sqlite3 *handle, const char *name, int pages)
{
	(void)handle;
	(void)name;
	struct yz_conn *c = ctx;
	if (pages < c->wal_pages) { /* it began anew */
		c->wal_next = LOG_PAGES;
		c->wal_chased = false;
	}
	c->wal_pages = pages;
	return SQLITE_OK;
}

/* The file and its entry in the folder, before anything is in it. */
static bool make_file(const struct yz_db *db, struct yz_err *err)
{
	if (access(db->file, F_OK) == 0)
		return true;
	int fd = open(db->file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int folder = open(db->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && folder >= 0 && fsync(folder) == 0;
	if (!good)
		yz_fail(err, YZ_UNAVAILABLE, "%s: %m", db->file);
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	return good;
}

static bool prepare_writer(struct yz_conn *c, struct yz_err *err)
{
	char text[160];
	snprintf(text, sizeof text, "PRAGMA journal_mode=WAL; PRAGMA cache_size=-%d; PRAGMA journal_size_limit=%d",
		 WRITE_CACHE_KB, LOG_KEEP);
	c->wal_next = LOG_PAGES;
	sqlite3_wal_hook(c->handle, note_log, c); /* in place of the automatic checkpoint */
	sqlite3_rollback_hook(c->handle, forget_log, c->handle);
	return run(c, text, err);
}

static bool prepare_reader(struct yz_conn *c, struct yz_err *err)
{
	int kb = READ_CACHE_KB / c->db->readers;
	char text[80];
	snprintf(text, sizeof text, "PRAGMA query_only=1; PRAGMA cache_size=-%d",
		 kb < 512    ? 512
		 : kb > 2048 ? 2048
			     : kb);
	return run(c, text, err);
}

static bool sqlite_open(struct yz_conn *c, struct yz_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure);
	if (c->writer && !make_file(c->db, err))
		return false;
	sqlite3 *handle = NULL;
	int rc = sqlite3_open_v2(c->db->file, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, yz_log_vfs(c->db->vfs));
	c->handle = handle;
	if (rc != SQLITE_OK)
		return failed(c, rc, err);
	sqlite3_busy_timeout(handle, BUSY_MS);
	sqlite3_extended_result_codes(handle, 1);
	/* A name in "…" that does not exist is an error, as on PostgreSQL. */
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, PARAMS);
	sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
	return run(c, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=1; PRAGMA case_sensitive_like=1", err) &&
	       (c->writer ? prepare_writer(c, err) : prepare_reader(c, err));
}

static void sqlite_close(struct yz_conn *c)
{
	int rc = sqlite3_close(c->handle);
	assert(rc == SQLITE_OK);
	c->handle = NULL;
}

/* Statements of our own, without values. */
static bool fixed(struct yz_conn *c, const char *sql, struct yz_err *err)
{
	c->running = true;
	bool good = c->driver->start(c, sql, 0, NULL, false, err) && c->driver->step(c, err) == 0;
	yz_conn_settle(c);
	return good;
}

static bool sqlite_begin(struct yz_conn *c, struct yz_err *err)
{
	return fixed(c, c->writer ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static bool sqlite_savepoint(struct yz_conn *c, struct yz_err *err)
{
	return fixed(c, "SAVEPOINT w", err);
}

static bool sqlite_release(struct yz_conn *c, struct yz_err *err)
{
	return fixed(c, "RELEASE w", err);
}

static bool sqlite_undo(struct yz_conn *c, struct yz_err *err)
{
	return fixed(c, "ROLLBACK TO w", err) && fixed(c, "RELEASE w", err);
}

static enum outcome sqlite_commit(struct yz_conn *c, struct yz_err *err)
{
	return fixed(c, "COMMIT", err) ? COMMITTED : NOT_COMMITTED;
}

static bool sqlite_in_transaction(struct yz_conn *c)
{
	return !sqlite3_get_autocommit(c->handle);
}

static void sqlite_rollback(struct yz_conn *c)
{
	struct yz_err err;
	if (sqlite_in_transaction(c) && !fixed(c, "ROLLBACK", &err))
		yz_log_err(YZ_WARN, &err);
}

static enum outcome sqlite_outcome(struct yz_conn *c, const struct yz_conn *lost)
{
	(void)c;
	(void)lost;
	return NOT_COMMITTED;
}

/* ---- statements ---- */

#define GIVES_ID " RETURNING id"

/* Whether the id of the one row that this inserts is the database's own number of it, which it tells for nothing:
 * for RETURNING it fills a table of its own each time. */
static bool id_is_rowid(struct yz_conn *c, struct yz_arena *a, const char *sql)
{
	struct yz_str text = yz_str(sql), into = YZ_LIT("INSERT INTO "), give = YZ_LIT(GIVES_ID);
	if (!yz_str_starts(text, into) || text.len < into.len + give.len ||
	    memcmp(sql + text.len - give.len, give.ptr, give.len) != 0 || strstr(sql, "SELECT") || strstr(sql, "CONFLICT") ||
	    strstr(sql, "), ("))
		return false;
	size_t n = strspn(sql + into.len, "abcdefghijklmnopqrstuvwxyz_0123456789");
	const char *table = yz_str_z(a, yz_str_n(sql + into.len, n)), *type;
	int key = 0;
	return sqlite3_table_column_metadata(c->handle, NULL, table, "rowid", NULL, NULL, NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_table_column_metadata(c->handle, NULL, table, "id", &type, NULL, NULL, &key, NULL) == SQLITE_OK && key &&
	       sqlite3_stricmp(type, "INTEGER") == 0;
}

static struct stmt *prepare(struct yz_conn *c, const char *sql, size_t n, struct yz_err *err)
{
	struct stmt *s = yz_stmt_find(c, sql, 0);
	if (s)
		return s;
	struct yz_arena *scratch = yz_arena_create(0);
	char *text = yz_dialect(scratch, sql, false);
	bool rowid = id_is_rowid(c, scratch, text);
	if (rowid)
		text[strlen(text) - strlen(GIVES_ID)] = '\0';
	sqlite3_stmt *handle = NULL;
	const char *tail = "";
	int rc = sqlite3_prepare_v3(c->handle, text, -1, SQLITE_PREPARE_PERSISTENT, &handle, &tail);
	bool more = rc == SQLITE_OK && tail[strspn(tail, " \t\r\n;")];
	if (rc != SQLITE_OK)
		failed(c, rc, err);
	else if (!handle || more)
		yz_fail(err, YZ_DB, "this is not one statement");
	yz_arena_destroy(scratch);
	if (rc != SQLITE_OK || !handle || more) {
		sqlite3_finalize(handle);
		return NULL;
	}
	s = yz_stmt_new(c, sql, 0);
	s->handle = handle;
	s->rowid = rowid;
	s->params = (size_t)sqlite3_bind_parameter_count(handle);
	assert(s->params <= PARAMS);
	s->index = calloc(s->params + 1, sizeof *s->index);
	if (!s->index)
		abort();
	for (size_t i = 0; i < s->params; i++) {
		char name[24];
		snprintf(name, sizeof name, "$%zu", i + 1);
		s->index[i] = (uint16_t)sqlite3_bind_parameter_index(handle, name);
	}
	return s;
}

static int bind(sqlite3_stmt *s, int index, const struct yz_val *v)
{
	switch (v->type) {
	case YZ_VAL_NULL:
		return sqlite3_bind_null(s, index);
	case YZ_VAL_INT:
		return sqlite3_bind_int64(s, index, v->i);
	case YZ_VAL_REAL:
		return sqlite3_bind_double(s, index, v->r);
	case YZ_VAL_TEXT:
		return sqlite3_bind_text64(s, index, v->s.ptr, v->s.len, SQLITE_STATIC, SQLITE_UTF8);
	case YZ_VAL_BLOB:
		return sqlite3_bind_blob64(s, index, v->s.ptr, v->s.len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static bool sqlite_start(struct yz_conn *c, const char *sql, size_t n, const struct yz_val *vals, bool stream,
			 struct yz_err *err)
{
	(void)stream;
	struct stmt *s = prepare(c, sql, n, err);
	if (!s)
		return false;
	c->open = s;
	c->row = 0;
	if (s->params != n)
		return yz_fail(err, YZ_DB, "%zu values for %zu parameters", n, s->params);
	for (size_t i = 0; i < n; i++) {
		if (!s->index[i])
			return yz_fail(err, YZ_DB, "$%zu does not occur", i + 1);
		int rc = bind(s->handle, s->index[i], &vals[i]);
		if (rc != SQLITE_OK)
			return failed(c, rc, err);
	}
	return true;
}

static int sqlite_step(struct yz_conn *c, struct yz_err *err)
{
	if (c->row)
		return 0;
	int rc = sqlite3_step(c->open->handle);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE) {
		if (!sqlite3_stmt_readonly(c->open->handle))
			c->changed = sqlite3_changes64(c->handle);
		return c->row = c->open->rowid;
	}
	failed(c, rc, err);
	return -1;
}

static size_t sqlite_columns(struct yz_conn *c)
{
	return c->row ? 1 : (size_t)sqlite3_column_count(c->open->handle);
}

/* One look at the column: without mutexes its value may be asked what it is as any other (sqlite3_value(3)). */
static struct yz_val sqlite_value(struct yz_conn *c, size_t column)
{
	if (c->row)
		return YZ_I(sqlite3_last_insert_rowid(c->handle));
	sqlite3_value *is = sqlite3_column_value(c->open->handle, (int)column);
	struct yz_val v = YZ_NULL;
	switch (sqlite3_value_type(is)) {
	case SQLITE_INTEGER:
		return YZ_I(sqlite3_value_int64(is));
	case SQLITE_FLOAT:
		return YZ_R(sqlite3_value_double(is));
	case SQLITE_TEXT:
		v = (struct yz_val){.type = YZ_VAL_TEXT, .s = {(const char *)sqlite3_value_text(is), 0}};
		break;
	case SQLITE_BLOB:
		v = (struct yz_val){.type = YZ_VAL_BLOB, .s = {sqlite3_value_blob(is), 0}};
		break;
	}
	if (v.type != YZ_VAL_NULL)
		v.s.len = (size_t)sqlite3_value_bytes(is);
	return v;
}

/* What was bound stays so until the next start binds all anew: nothing reads it meanwhile. */
static void sqlite_end(struct yz_conn *c)
{
	if (!c->open)
		return;
	sqlite3_reset(c->open->handle);
	c->open = NULL;
}

static bool sqlite_script(struct yz_conn *c, const char *sql, struct yz_err *err)
{
	return run(c, sql, err);
}

static void sqlite_dispose(struct yz_conn *c, struct stmt *s)
{
	(void)c;
	sqlite3_finalize(s->handle);
}

void yz_sqlite_checkpoint(struct yz_conn *c, bool wait)
{
	int log = 0, done = 0;
	sqlite3_busy_timeout(c->handle, 200);
	int rc = sqlite3_wal_checkpoint_v2(c->handle, NULL,
					   wait ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &log, &done);
	sqlite3_busy_timeout(c->handle, BUSY_MS);
	if (rc != SQLITE_OK && rc != SQLITE_BUSY)
		yz_log(YZ_WARN, "the database's log could not be put back: %s", sqlite3_errmsg(c->handle));
}

/* While it is written, the other thread never comes to its end: once it is long the writer goes the last bit itself,
 * right behind it. */
static void sqlite_rest(struct yz_conn *c)
{
	if (c->wal_pages < c->wal_next || yz_checkpoint_runs(c->db))
		return;
	bool much = c->wal_pages >= LOG_PAGES_MUCH;
	if (!c->wal_chased && yz_checkpoint_ask(c->db)) {
		c->wal_chased = much;
		c->wal_next = c->wal_pages + (much ? 0 : LOG_PAGES);
		return;
	}
	yz_sqlite_checkpoint(c, c->wal_pages >= LOG_PAGES_MOST);
	/* Readers may keep it from beginning anew: then not again with every batch. */
	c->wal_chased = false;
	c->wal_next = c->wal_pages + LOG_PAGES;
}

const struct driver yz_db_sqlite = {
	.open = sqlite_open,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.savepoint = sqlite_savepoint,
	.release = sqlite_release,
	.undo = sqlite_undo,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.in_transaction = sqlite_in_transaction,
	.outcome = sqlite_outcome,
	.start = sqlite_start,
	.step = sqlite_step,
	.columns = sqlite_columns,
	.value = sqlite_value,
	.end = sqlite_end,
	.script = sqlite_script,
	.dispose = sqlite_dispose,
	.rest = sqlite_rest,
};
