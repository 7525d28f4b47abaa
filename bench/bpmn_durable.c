/* Whole cases of three approvals a second, durable, from 128 clients, against a bare writer of the same rows.
 *
 * One case is four acts (it begins, and three are done).  An act reads the case's state from its row, steps the engine,
 * and writes the state, the task that is done, the task that opens and a ledger entry, in one transaction
 * through the group-commit writer, with synchronous=FULL.  The rival does neither engine nor ledger's hash: one thread
 * with prepared statements puts the same rows into SQLite, 128 acts a commit.
 *
 *	bench_bpmn_durable [SECONDS [CLIENTS]]
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bpmn/bpmn.h"
#include "db/db.h"
#include "db/ledger.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CLIENTS_MOST = 512, ACTS = 4 };

static const char MODEL[] =
	"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:yz=\"https://yizhan.dev/bpmn\" id=\"d\" targetNamespace=\"bench\">"
	"<process id=\"p\" isExecutable=\"true\"><startEvent id=\"s\"/><userTask id=\"a\" yz:post=\"x\" yz:limit=\"P5WD\"/>"
	"<userTask id=\"b\" yz:post=\"x\"/><userTask id=\"c\" yz:post=\"x\"/><endEvent id=\"e\" name=\"ok\"/>"
	"<sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"a\"/><sequenceFlow id=\"f2\" sourceRef=\"a\" targetRef=\"b\"/>"
	"<sequenceFlow id=\"f3\" sourceRef=\"b\" targetRef=\"c\"/><sequenceFlow id=\"f4\" sourceRef=\"c\" targetRef=\"e\"/></process></definitions>";

#define TABLES                                                                                                         \
	"CREATE TABLE life (id INTEGER PRIMARY KEY, flow TEXT NOT NULL, ended BIGINT);"                                \
	"CREATE TABLE task (id INTEGER PRIMARY KEY, life BIGINT NOT NULL, token BIGINT NOT NULL, node TEXT NOT NULL, state TEXT NOT NULL, "  \
	"opened BIGINT NOT NULL, done BIGINT); CREATE INDEX task_life ON task(life);"

static atomic_bool stop;
static atomic_long cases;

static void give_up(const char *why)
{
	fprintf(stderr, "%s\n", why);
	exit(1);
}

/* ---- the house ---- */

struct client {
	pthread_t thread;
	struct yz_db *db;
	const struct yz_bpmn *m;
	int64_t life, task;
	struct yz_bpmn_event event;
	bool ended;
};

static bool put_state(struct client *k, struct yz_conn *c, struct yz_arena *a, const struct yz_bpmn_result *r, struct yz_err *err)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	yz_bpmn_state_write(k->m, r->state, &b);
	k->ended = yz_bpmn_ended(r->state);
	if (!k->life)
		return (k->life = yz_insert(c, err, "INSERT INTO life (flow) VALUES ($1)", YZ_S(yz_buf_str(&b)))) != 0;
	return yz_exec(c, err, "UPDATE life SET flow = $1, ended = $2 WHERE id = $3", YZ_S(yz_buf_str(&b)),
		       yz_val_int_or_null(1, k->ended), YZ_I(k->life));
}

static bool put_tasks(struct client *k, struct yz_conn *c, const struct yz_bpmn_result *r, struct yz_err *err)
{
	if (k->task && !yz_exec(c, err, "UPDATE task SET state = 'done', done = $1 WHERE id = $2", YZ_I(1), YZ_I(k->task)))
		return false;
	for (size_t i = 0; i < r->len; i++) {
		const struct yz_bpmn_effect *e = &r->effects[i];
		if (e->kind != YZ_BPMN_TASK_OPENED)
			continue;
		k->event.id = e->id;
		k->task = yz_insert(c, err, "INSERT INTO task (life, token, node, state, opened) VALUES ($1, $2, $3, 'open', $4)", YZ_I(k->life),
				    YZ_I(e->id), YZ_S(e->node->id), YZ_I(1));
		if (!k->task)
			return false;
	}
	return true;
}

static bool do_act(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct client *k = ctx;
	const struct yz_bpmn_state *state = NULL;
	struct yz_bpmn_env env = {.now = 1};
	struct yz_feel_entry answer = {YZ_LIT("outcome"), yz_feel_string(YZ_LIT("pass"))};
	struct yz_bpmn_event e = {.kind = k->life ? YZ_BPMN_DONE : YZ_BPMN_START, .id = k->event.id, .value = yz_feel_context(a, &answer, 1)};
	if (k->life) {
		struct yz_rows *r = yz_select(c, a, err, "SELECT flow FROM life WHERE id = $1", YZ_I(k->life));
		if (!r || !(state = yz_bpmn_state_read(k->m, a, yz_row_str(r, 0, 0), err)))
			return false;
	}
	struct yz_bpmn_result result;
	struct yz_entry entry = {.region = YZ_LIT("990121"), .at = 1, .actor_kind = YZ_LIT("person"), .actor_id = 7, .actor_name = YZ_LIT("reviewer"),
				 .act = YZ_LIT("case.pass"), .thing_kind = YZ_LIT("case"), .body = YZ_LIT("{\"outcome\":\"pass\",\"task\":1}")};
	if (!yz_bpmn_step(k->m, a, state, &e, &env, &result, err) || !put_state(k, c, a, &result, err) || !put_tasks(k, c, &result, err))
		return false;
	entry.thing_id = k->life;
	return yz_ledger_add(c, &entry, err);
}

static void *work(void *ctx)
{
	struct client *k = ctx;
	while (!stop) {
		struct yz_err err = {0};
		k->life = k->task = 0;
		k->ended = false;
		for (int i = 0; i < ACTS; i++)
			if (!yz_db_write(k->db, do_act, k, &err))
				give_up(err.msg);
		if (!k->ended)
			give_up("a case did not end");
		cases++;
	}
	return NULL;
}

static double house(const struct yz_bpmn *m, const char *dir, int n, unsigned seconds)
{
	static struct client clients[CLIENTS_MOST];
	static const struct yz_migration tables[] = {{1, "life", TABLES}};
	struct yz_err err = {0};
	struct yz_db *db = yz_db_open(&(struct yz_db_options){.dir = dir}, &err);
	if (!db || !yz_db_migrate(db, "bench", tables, 1, &err))
		give_up(err.msg);
	yz_instant begin = yz_ticks();
	for (int i = 0; i < n; i++) {
		clients[i] = (struct client){.db = db, .m = m};
		pthread_create(&clients[i].thread, NULL, work, &clients[i]);
	}
	sleep(seconds);
	stop = true;
	for (int i = 0; i < n; i++)
		pthread_join(clients[i].thread, NULL);
	double spent = (double)(yz_ticks() - begin) / 1e6;
	yz_db_close(db);
	return (double)cases / spent;
}

/* ---- the bare writer ---- */

static void run(sqlite3 *db, const char *sql)
{
	char *why;
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		give_up(why);
}

static sqlite3_stmt *ready(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;
	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK)
		give_up(sqlite3_errmsg(db));
	return s;
}

static void done(sqlite3_stmt *s)
{
	if (sqlite3_step(s) != SQLITE_DONE)
		give_up("a row was not written");
	sqlite3_reset(s);
}

struct bare {
	sqlite3 *db;
	sqlite3_stmt *life, *flow, *task, *finish, *entry;
	const char *flows[ACTS]; /* as the engine writes them */
	int64_t seq;
};

static void bare_act(struct bare *b, int64_t *life, int64_t *task, int act)
{
	static const char *const nodes[] = {"a", "b", "c"};
	sqlite3_stmt *s = *life ? b->flow : b->life;
	sqlite3_bind_text(s, 1, b->flows[act], -1, SQLITE_STATIC);
	if (*life)
		sqlite3_bind_int64(s, 2, *life);
	done(s);
	*life = *life ? *life : sqlite3_last_insert_rowid(b->db);
	if (*task) {
		sqlite3_bind_int64(b->finish, 1, *task);
		done(b->finish);
	}
	if (act < ACTS - 1) {
		sqlite3_bind_int64(b->task, 1, *life);
		sqlite3_bind_int(b->task, 2, act + 2);
		sqlite3_bind_text(b->task, 3, nodes[act], -1, SQLITE_STATIC);
		done(b->task);
		*task = sqlite3_last_insert_rowid(b->db);
	}
	sqlite3_bind_int64(b->entry, 1, ++b->seq);
	sqlite3_bind_int64(b->entry, 2, *life);
	done(b->entry);
}

static double bare(const char *const flows[ACTS], const char *dir, int n, unsigned seconds)
{
	static int64_t life[CLIENTS_MOST], task[CLIENTS_MOST];
	char path[256];
	struct bare b = {0};
	snprintf(path, sizeof path, "%s/bare.db", dir);
	if (sqlite3_open(path, &b.db) != SQLITE_OK)
		give_up("no database");
	for (int i = 0; i < ACTS; i++)
		b.flows[i] = flows[i];
	run(b.db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" TABLES
		  "CREATE TABLE ledger (region TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, actor_kind TEXT, actor_id BIGINT, actor_name TEXT, "
		  "act TEXT, thing_kind TEXT, thing_id BIGINT, rule TEXT, body TEXT, prev TEXT, hash TEXT, PRIMARY KEY (region, seq));"
		  "CREATE INDEX ledger_thing ON ledger(thing_kind, thing_id, at, seq);");
	b.life = ready(b.db, "INSERT INTO life (flow) VALUES (?1)");
	b.flow = ready(b.db, "UPDATE life SET flow = ?1 WHERE id = ?2");
	b.task = ready(b.db, "INSERT INTO task (life, token, node, state, opened) VALUES (?1, ?2, ?3, 'open', 1)");
	b.finish = ready(b.db, "UPDATE task SET state = 'done', done = 1 WHERE id = ?1");
	b.entry = ready(b.db, "INSERT INTO ledger VALUES ('990121', ?1, 1, 'person', 7, 'reviewer', 'case.pass', 'case', ?2, '', "
			      "'{\"outcome\":\"pass\",\"task\":1}', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', "
			      "'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef')");
	long whole = 0;
	yz_instant begin = yz_ticks(), until = begin + seconds * YZ_SECOND;
	while (yz_ticks() < until) {
		memset(life, 0, sizeof life);
		memset(task, 0, sizeof task);
		for (int act = 0; act < ACTS; act++) {
			run(b.db, "BEGIN IMMEDIATE");
			for (int i = 0; i < n; i++)
				bare_act(&b, &life[i], &task[i], act);
			run(b.db, "COMMIT");
		}
		whole += n;
	}
	return (double)whole / ((double)(yz_ticks() - begin) / 1e6);
}

/* The states of one case, as text: what the rival writes. */
static void states_of(const struct yz_bpmn *m, struct yz_arena *a, const char *flows[ACTS])
{
	struct yz_feel_entry answer = {YZ_LIT("outcome"), yz_feel_string(YZ_LIT("pass"))};
	struct yz_bpmn_event e = {.kind = YZ_BPMN_START};
	struct yz_bpmn_env env = {.now = 1};
	struct yz_bpmn_result r = {0};
	struct yz_err err = {0};
	for (int i = 0; i < ACTS; i++) {
		struct yz_buf b;
		e.value = yz_feel_context(a, &answer, 1);
		if (!yz_bpmn_step(m, a, r.state, &e, &env, &r, &err))
			give_up(err.msg);
		yz_buf_init(&b, a, 1 << 20);
		yz_bpmn_state_write(m, r.state, &b);
		flows[i] = yz_buf_str(&b).ptr;
		e = (struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = r.effects[r.len - 1].id};
	}
}

int main(int argc, char **argv)
{
	unsigned seconds = argc > 1 ? (unsigned)atoi(argv[1]) : 5;
	int n = argc > 2 ? atoi(argv[2]) : 128;
	char dir[] = "/tmp/yz-bench-XXXXXX", command[64];
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	const char *flows[ACTS];
	const struct yz_bpmn *m = yz_bpmn_load(a, yz_str(MODEL), NULL, &err);
	if (!m || n < 1 || n > CLIENTS_MOST || !mkdtemp(dir))
		give_up(m ? "from 1 to 512 clients" : err.msg);
	states_of(m, a, flows);
	double ours = house(m, dir, n, seconds), theirs = bare(flows, dir, n, seconds);
	printf("%d clients, synchronous=FULL: %.0f whole cases/s (%.0f acts/s); bare writer of the same rows %.0f cases/s: %.0f %% of it\n", n, ours,
	       ours * ACTS, theirs, 100 * ours / theirs);
	yz_arena_destroy(a);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) != 0;
}
