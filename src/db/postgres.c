/* SPDX-License-Identifier: Apache-2.0
 *
 * Values go as binary with their types declared, rows come as text.  The
 * writer's batches run READ COMMITTED behind an advisory lock of their lane:
 * so each write sees all before it, as on SQLite, in however many processes.
 * A commit whose answer was lost is looked up by its transaction id; on
 * another timeline (a standby took over) that id means nothing, and the
 * answer is "unknown".
 */
#include "db/private.h"

#include "base/log.h"
#include "crypt/crypt.h"

#include <assert.h>
#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25 };
enum { OID_OID = 26, OID_FLOAT4 = 700, OID_FLOAT8 = 701, OID_NUMERIC = 1700 };
enum { FETCH = 500, LANES = 0x797a };

/* Fills err from a result (NULL: from the connection). */
static bool failed(struct yz_conn *c, const PGresult *res, struct yz_err *err)
{
	const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *what = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum yz_code code = YZ_DB;
	state = state ? state : "08000";
	what = what ? what : PQerrorMessage(c->handle);
	c->again = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0;
	if (PQstatus(c->handle) != CONNECTION_OK)
		c->dead = true;
	if (strcmp(state, "25006") == 0) /* a standby: the next connection may find the primary */
		c->dead = true;
	if (strcmp(state, "23505") == 0)
		code = YZ_EXISTS;
	else if (c->dead || strncmp(state, "08", 2) == 0 || strncmp(state, "53", 2) == 0 ||
		 strncmp(state, "57", 2) == 0 || strncmp(state, "58", 2) == 0 || strcmp(state, "55P03") == 0 ||
		 c->again)
		code = YZ_UNAVAILABLE;
	else if (strcmp(state, "XX001") == 0 || strcmp(state, "XX002") == 0)
		code = YZ_CORRUPT;
	else if (strncmp(state, "54", 2) == 0)
		code = YZ_LIMIT;
	size_t n = strcspn(what, "\n");
	return yz_fail(err, code, "%.*s (PostgreSQL %s)", (int)n, what, state);
}

/* A command, or several; the last one's rows into *out when it is wanted. */
static bool run(struct yz_conn *c, const char *sql, PGresult **out, struct yz_err *err)
{
	PGresult *res = PQexec(c->handle, sql);
	ExecStatusType status = PQresultStatus(res);
	bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
	if (!good)
		failed(c, res, err);
	if (good && out)
		*out = res;
	else
		PQclear(res);
	return good;
}

static void notice(void *ctx, const char *message)
{
	(void)ctx;
	yz_log(YZ_DEBUG, "PostgreSQL: %s", message);
}

static bool ask_timeline(struct yz_conn *c, struct yz_err *err)
{
	PGresult *res;
	if (!run(c,
		 "SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END",
		 &res, err))
		return false;
	snprintf(c->timeline, sizeof c->timeline, "%s", PQgetvalue(res, 0, 0));
	PQclear(res);
	return true;
}

static bool check_server(struct yz_conn *c, struct yz_err *err)
{
	PGresult *res;
	if (!run(c, "SELECT current_setting('fsync')", &res, err))
		return false;
	if (strcmp(PQgetvalue(res, 0, 0), "on") != 0)
		yz_log(YZ_WARN, "this PostgreSQL runs with fsync off: nothing it says is durable");
	PQclear(res);
	return ask_timeline(c, err);
}

static bool pg_open(struct yz_conn *c, struct yz_err *err)
{
	/* What the URL says goes before what stands in front of it. */
	static const char *const names[] = {"connect_timeout", "application_name", "dbname", "client_encoding", NULL};
	const char *const values[] = {"5", "yizhan", c->db->url, "UTF8", NULL};
	c->handle = PQconnectdbParams(names, values, 1);
	if (PQstatus(c->handle) != CONNECTION_OK) {
		const char *what = PQerrorMessage(c->handle);
		return yz_fail(err, YZ_UNAVAILABLE, "%.*s", (int)strcspn(what, "\n"), what);
	}
	PQsetNoticeProcessor(c->handle, notice, NULL);
	if (PQserverVersion(c->handle) < 130000)
		return yz_fail(err, YZ_DB, "PostgreSQL 13 or newer is needed, this is %d", PQserverVersion(c->handle));
	return run(c,
		   "SET synchronous_commit = on; SET standard_conforming_strings = on; SET bytea_output = hex; "
		   "SET timezone = 'UTC'; SET lock_timeout = '30s'; SET extra_float_digits = 1",
		   NULL, err) &&
	       (!c->writer || check_server(c, err));
}

static void pg_close(struct yz_conn *c)
{
	PQclear(c->result);
	PQfinish(c->handle);
	yz_arena_destroy(c->scratch);
	c->result = c->handle = NULL;
}

static bool pg_begin(struct yz_conn *c, struct yz_err *err)
{
	if (!c->writer)
		return run(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, err);
	char sql[160];
	PGresult *res;
	uint64_t key = (uint64_t)LANES << 48 ^ (uint64_t)c->db->lane;
	c->saved = false;
	snprintf(sql, sizeof sql,
		 "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
		 "SELECT pg_advisory_xact_lock(%lld), pg_current_xact_id()",
		 (long long)key);
	if (!run(c, sql, &res, err))
		return false;
	snprintf(c->xid, sizeof c->xid, "%s", PQgetvalue(res, 0, 1));
	PQclear(res);
	return true;
}

static bool pg_savepoint(struct yz_conn *c, struct yz_err *err)
{
	/* The last write's savepoint goes in the same message: a round trip less. */
	bool good = run(c, c->saved ? "RELEASE w; SAVEPOINT w" : "SAVEPOINT w", NULL, err);
	c->saved = false;
	return good;
}

static bool pg_release(struct yz_conn *c, struct yz_err *err)
{
	(void)err;
	c->saved = true;
	return true;
}

static bool pg_undo(struct yz_conn *c, struct yz_err *err)
{
	c->saved = false;
	return run(c, "ROLLBACK TO w; RELEASE w", NULL, err);
}

static enum outcome pg_commit(struct yz_conn *c, struct yz_err *err)
{
	PGresult *res = PQexec(c->handle, "COMMIT");
	enum outcome got = NOT_COMMITTED;
	if (PQresultStatus(res) == PGRES_COMMAND_OK) {
		if (strcmp(PQcmdStatus(res), "COMMIT") == 0)
			got = COMMITTED;
		else
			yz_fail(err, YZ_UNAVAILABLE, "PostgreSQL answered the commit with %s", PQcmdStatus(res));
	} else {
		failed(c, res, err);
		if (c->dead)
			got = UNKNOWN;
	}
	PQclear(res);
	return got;
}

static bool pg_in_transaction(struct yz_conn *c)
{
	PGTransactionStatusType status = PQtransactionStatus(c->handle);
	if (PQstatus(c->handle) != CONNECTION_OK)
		c->dead = true;
	return !c->dead && status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

static void pg_rollback(struct yz_conn *c)
{
	struct yz_err err;
	if (PQstatus(c->handle) != CONNECTION_OK)
		c->dead = true;
	if (!c->dead && PQtransactionStatus(c->handle) != PQTRANS_IDLE && !run(c, "ROLLBACK", NULL, &err))
		c->dead = true;
}

static enum outcome pg_outcome(struct yz_conn *c, const struct yz_conn *lost)
{
	struct yz_err err;
	char sql[96];
	if (!c->timeline[0] || strcmp(c->timeline, lost->timeline) != 0)
		return UNKNOWN;
	snprintf(sql, sizeof sql, "SELECT pg_xact_status('%s'::xid8)", lost->xid);
	for (int tries = 0; tries < 40; tries++) {
		PGresult *res;
		if (!run(c, sql, &res, &err))
			return UNKNOWN;
		const char *said = PQgetvalue(res, 0, 0);
		enum outcome got = strcmp(said, "committed") == 0 ? COMMITTED
				   : strcmp(said, "aborted") == 0 ? NOT_COMMITTED
								  : UNKNOWN;
		bool wait = strcmp(said, "in progress") == 0;
		PQclear(res);
		if (!wait)
			return got;
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	}
	return UNKNOWN;
}

/* ---- statements ---- */

struct params {
	Oid types[PARAMS];
	const char *values[PARAMS];
	int lengths[PARAMS], formats[PARAMS];
	uint64_t numbers[PARAMS]; /* big endian */
	uint64_t mark;            /* of the types */
};

static void set_param(struct params *p, size_t i, const struct yz_val *v)
{
	uint64_t bits = 0;
	p->formats[i] = 1;
	p->lengths[i] = 8;
	p->values[i] = (const char *)&p->numbers[i];
	switch (v->type) {
	case YZ_VAL_NULL:
		p->types[i] = 0; /* whatever the place wants */
		p->values[i] = NULL;
		return;
	case YZ_VAL_INT:
		p->types[i] = OID_INT8;
		p->numbers[i] = htobe64((uint64_t)v->i);
		return;
	case YZ_VAL_REAL:
		p->types[i] = OID_FLOAT8;
		memcpy(&bits, &v->r, sizeof bits);
		p->numbers[i] = htobe64(bits);
		return;
	case YZ_VAL_TEXT:
	case YZ_VAL_BLOB:
		p->types[i] = v->type == YZ_VAL_TEXT ? OID_TEXT : OID_BYTEA;
		p->values[i] = v->s.ptr;
		p->lengths[i] = (int)v->s.len;
		return;
	}
}

static bool set_params(struct params *p, size_t n, const struct yz_val *vals, struct yz_err *err)
{
	p->mark = n;
	for (size_t i = 0; i < n; i++) {
		if ((vals[i].type == YZ_VAL_TEXT || vals[i].type == YZ_VAL_BLOB) && vals[i].s.len > 1000000000)
			return yz_fail(err, YZ_LIMIT, "the value for $%zu has more than 1,000,000,000 bytes", i + 1);
		set_param(p, i, &vals[i]);
		p->mark = (p->mark ^ p->types[i]) * 0x100000001B3u + (p->mark >> 29);
	}
	return true;
}

static struct stmt *prepare(struct yz_conn *c, const char *sql, size_t n, const struct params *p, struct yz_err *err)
{
	struct stmt *s = yz_stmt_find(c, sql, p->mark);
	if (s)
		return s;
	struct yz_arena *scratch = yz_arena_create(0);
	char *text = yz_dialect(scratch, sql, true), name[sizeof s->name];
	snprintf(name, sizeof name, "s%llu", (unsigned long long)++c->number);
	PGresult *res = PQprepare(c->handle, name, text, (int)n, p->types);
	yz_arena_destroy(scratch);
	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		failed(c, res, err);
		PQclear(res);
		return NULL;
	}
	PQclear(res);
	s = yz_stmt_new(c, sql, p->mark);
	memcpy(s->name, name, sizeof name);
	return s;
}

static bool fetch(struct yz_conn *c, struct yz_err *err)
{
	char sql[40];
	PGresult *res;
	snprintf(sql, sizeof sql, "FETCH %d FROM y", FETCH);
	PQclear(c->result);
	c->result = NULL;
	c->row = -1;
	if (!run(c, sql, &res, err))
		return false;
	c->result = res;
	return true;
}

/* A cursor: the rows come by the hundred, and walking may stop anywhere. */
static bool start_cursor(struct yz_conn *c, const char *sql, size_t n, const struct params *p, struct yz_err *err)
{
	struct yz_arena *scratch = yz_arena_create(0);
	char *text = yz_printf(scratch, "DECLARE y NO SCROLL CURSOR FOR %s", yz_dialect(scratch, sql, true));
	PGresult *res = PQexecParams(c->handle, text, (int)n, p->types, p->values, p->lengths, p->formats, 0);
	bool good = PQresultStatus(res) == PGRES_COMMAND_OK || failed(c, res, err);
	PQclear(res);
	yz_arena_destroy(scratch);
	c->cursor = good;
	return good && fetch(c, err);
}

static bool pg_start(struct yz_conn *c, const char *sql, size_t n, const struct yz_val *vals, bool stream,
		     struct yz_err *err)
{
	struct params p;
	c->cursor = false;
	if (c->dead)
		return yz_fail(err, YZ_UNAVAILABLE, "the connection to PostgreSQL is lost");
	if (!set_params(&p, n, vals, err))
		return false;
	if (stream)
		return start_cursor(c, sql, n, &p, err);
	struct stmt *s = prepare(c, sql, n, &p, err);
	if (!s)
		return false;
	if (!PQsendQueryPrepared(c->handle, s->name, (int)n, p.values, p.lengths, p.formats, 0))
		return failed(c, NULL, err);
	c->open = s;
	PQsetSingleRowMode(c->handle);
	return true;
}

static int step_cursor(struct yz_conn *c, struct yz_err *err)
{
	if (++c->row < PQntuples(c->result))
		return 1;
	if (PQntuples(c->result) < FETCH)
		return 0;
	if (!fetch(c, err))
		return -1;
	c->row = 0;
	return PQntuples(c->result) > 0;
}

static int pg_step(struct yz_conn *c, struct yz_err *err)
{
	if (c->scratch)
		yz_arena_reset(c->scratch);
	if (c->cursor)
		return step_cursor(c, err);
	PQclear(c->result);
	PGresult *res = PQgetResult(c->handle);
	c->result = res;
	c->row = 0;
	ExecStatusType status = res ? PQresultStatus(res) : PGRES_COMMAND_OK;
	if (status == PGRES_SINGLE_TUPLE)
		return 1;
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		failed(c, res, err);
		return -1;
	}
	if (res)
		c->changed = strtoll(PQcmdTuples(res), NULL, 10);
	return 0;
}

static size_t pg_columns(struct yz_conn *c)
{
	return (size_t)PQnfields(c->result);
}

static struct yz_val number(struct yz_str text)
{
	int64_t i;
	if (yz_str_int(text, &i))
		return YZ_I(i);
	return YZ_R(strtod(text.ptr, NULL));
}

static struct yz_val bytes(struct yz_conn *c, struct yz_str hex)
{
	assert(yz_str_starts(hex, YZ_LIT("\\x")));
	if (!c->scratch)
		c->scratch = yz_arena_create(0);
	size_t n = hex.len / 2 - 1;
	char *p = yz_alloc(c->scratch, n + 1);
	bool good = yz_unhex(yz_str_n(hex.ptr + 2, hex.len - 2), p, n);
	assert(good);
	return yz_val_blob(yz_str_n(p, n));
}

static struct yz_val pg_value(struct yz_conn *c, size_t column)
{
	int k = (int)column;
	if (PQgetisnull(c->result, c->row, k))
		return YZ_NULL;
	struct yz_str text = {PQgetvalue(c->result, c->row, k), (size_t)PQgetlength(c->result, c->row, k)};
	switch (PQftype(c->result, k)) {
	case OID_BOOL:
		return YZ_I(text.ptr[0] == 't');
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
	case OID_OID:
	case OID_NUMERIC:
		return number(text);
	case OID_FLOAT4:
	case OID_FLOAT8:
		return YZ_R(strtod(text.ptr, NULL));
	case OID_BYTEA:
		return bytes(c, text);
	}
	return yz_val_str(text);
}

/* Takes what is still on its way; of a long answer only what was sent before the server hears of it. */
static void drain(struct yz_conn *c)
{
	PGresult *res;
	bool told = false;
	char why[256];
	while ((res = PQgetResult(c->handle))) {
		bool row = PQresultStatus(res) == PGRES_SINGLE_TUPLE;
		PQclear(res);
		if (row && !told) {
			PGcancel *cancel = PQgetCancel(c->handle);
			PQcancel(cancel, why, sizeof why);
			PQfreeCancel(cancel);
			told = true;
		}
	}
}

static void pg_end(struct yz_conn *c)
{
	struct yz_err err;
	PQclear(c->result);
	c->result = NULL;
	if (c->cursor && !c->dead && PQtransactionStatus(c->handle) == PQTRANS_INTRANS)
		run(c, "CLOSE y", NULL, &err);
	else if (c->open)
		drain(c);
	c->cursor = false;
	c->open = NULL;
	if (c->scratch)
		yz_arena_reset(c->scratch);
}

static bool pg_script(struct yz_conn *c, const char *sql, struct yz_err *err)
{
	return run(c, sql, NULL, err);
}

static void pg_dispose(struct yz_conn *c, struct stmt *s)
{
	char sql[48];
	struct yz_err err;
	/* In a failed transaction the server would refuse; then it keeps one statement more. */
	if (c->dead || PQtransactionStatus(c->handle) == PQTRANS_INERROR)
		return;
	snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
	run(c, sql, NULL, &err);
}

static void pg_rest(struct yz_conn *c)
{
	(void)c;
}

const struct driver yz_db_postgres = {
	.open = pg_open,
	.close = pg_close,
	.begin = pg_begin,
	.savepoint = pg_savepoint,
	.release = pg_release,
	.undo = pg_undo,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.in_transaction = pg_in_transaction,
	.outcome = pg_outcome,
	.start = pg_start,
	.step = pg_step,
	.columns = pg_columns,
	.value = pg_value,
	.end = pg_end,
	.script = pg_script,
	.dispose = pg_dispose,
	.rest = pg_rest,
};
