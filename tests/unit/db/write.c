/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/db/site.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MUCH = 1000000 };

static const char table[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n BIGINT)";

struct put {
	struct site *site;
	char name[32];
	int64_t id;
	bool refuse, undo, good;
	int calls;
	struct yz_err err;
};

static bool put(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct put *p = ctx;
	(void)a;
	p->calls++;
	if (p->refuse)
		return yz_fail(err, YZ_NOT_NOW, "not today");
	p->id = yz_insert(c, err, "INSERT INTO t (name) VALUES ($1)", YZ_Z(p->name));
	if (!p->id)
		return false;
	return !p->undo || yz_fail(err, YZ_NOT_NOW, "changed my mind");
}

/* Holds the writer until the gate opens, so that what is written meanwhile lands in one batch. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int held;

static bool hold(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)c;
	(void)a;
	(void)ctx;
	(void)err;
	held = 1;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	return true;
}

static void *hold_thread(void *ctx)
{
	struct site *site = ctx;
	assert_true(yz_db_write(site->db, hold, NULL, NULL));
	return NULL;
}

static void *put_thread(void *ctx)
{
	struct put *p = ctx;
	p->good = yz_db_write(p->site->db, put, p, &p->err);
	return NULL;
}

/* All of `puts` in one batch behind a held writer. */
static void put_together(struct site *site, struct put *puts, size_t n)
{
	pthread_t holder, threads[200];
	assert_true(n <= 200);
	held = 0;
	pthread_mutex_lock(&gate);
	pthread_create(&holder, NULL, hold_thread, site);
	while (!held)
		usleep(100);
	for (size_t i = 0; i < n; i++) {
		puts[i].site = site;
		pthread_create(&threads[i], NULL, put_thread, &puts[i]);
		while (yz_db_stats(site->db).waiting_writes <= (int)i)
			usleep(100);
	}
	pthread_mutex_unlock(&gate);
	for (size_t i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	pthread_join(holder, NULL);
}

BOTH(waiting_writes_share_a_commit_and_each_is_undone_alone)
{
	enum { N = 100 };
	struct put *puts = yz_new_n(site->a, N, struct put);
	GOOD(site, site_ddl(site, table));
	for (int i = 0; i < N; i++) {
		snprintf(puts[i].name, sizeof puts[i].name, "n%d", i % 90); /* the last ten are double */
		puts[i].undo = i % 3 == 0 && i < 80;
	}
	struct yz_db_stats before = yz_db_stats(site->db);
	put_together(site, puts, N);
	struct yz_db_stats after = yz_db_stats(site->db);
	assert_int_equal(after.commits - before.commits, 1);
	assert_int_equal(after.writes - before.writes, N + 1);
	int good = 0;
	for (int i = 0; i < N; i++) {
		bool twice = i >= 90 && !puts[i - 90].undo;
		assert_int_equal(puts[i].good, !puts[i].undo && !twice);
		if (!puts[i].good)
			assert_int_equal(puts[i].err.code, puts[i].undo ? YZ_NOT_NOW : YZ_EXISTS);
		good += puts[i].good;
	}
	assert_int_equal(after.failed - before.failed, N - good);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), good);
}

BOTH(a_refusal_that_changed_nothing_makes_no_other_run_again)
{
	enum { N = 30 };
	struct put *puts = yz_new_n(site->a, N, struct put);
	GOOD(site, site_ddl(site, table));
	for (int i = 0; i < N; i++) {
		snprintf(puts[i].name, sizeof puts[i].name, "n%d", i);
		puts[i].refuse = i % 4 == 1;
	}
	put_together(site, puts, N);
	for (int i = 0; i < N; i++) {
		assert_int_equal(puts[i].good, !puts[i].refuse);
		assert_int_equal(puts[i].calls, 1);
	}
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), N - (N + 2) / 4);
}

BOTH(what_fails_behind_others_is_undone_without_them)
{
	struct put *puts = yz_new_n(site->a, 3, struct put);
	GOOD(site, site_ddl(site, table));
	for (int i = 0; i < 3; i++)
		snprintf(puts[i].name, sizeof puts[i].name, "n%d", i);
	puts[1].undo = true;
	put_together(site, puts, 3);
	assert_true(puts[0].good && puts[2].good);
	assert_int_equal(puts[1].err.code, YZ_NOT_NOW);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t WHERE name = 'n1'"), 0);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 2);
}

static bool put_then_forget(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	(void)ctx;
	struct yz_err ignored;
	if (!yz_exec(c, err, "INSERT INTO t (name) VALUES ('first')"))
		return false;
	yz_exec(c, &ignored, "INSERT INTO t (name) VALUES ('first')");
	yz_exec(c, &ignored, "INSERT INTO t (name) VALUES ('second')");
	return true;
}

BOTH(a_write_with_a_failed_statement_fails_whatever_it_says)
{
	GOOD(site, site_ddl(site, table));
	assert_false(yz_db_write(site->db, put_then_forget, NULL, &site->err));
	assert_int_equal(site->err.code, YZ_EXISTS);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 0);
}

static bool say_nothing(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)c;
	(void)a;
	(void)ctx;
	(void)err;
	return false;
}

static bool use_too_much(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)ctx;
	if (!yz_exec(c, err, "INSERT INTO t (name) VALUES ('big')"))
		return false;
	for (;;) {
		struct yz_rows *r = yz_select(c, a, err, "SELECT name, name, name FROM t");
		if (!r)
			return false;
		yz_alloc(a, 100000);
	}
}

BOTH(a_write_past_its_memory_fails_alone_and_the_writer_goes_on)
{
	GOOD(site, site_ddl(site, table));
	for (int i = 0; i < 3; i++) {
		assert_false(yz_db_write(site->db, use_too_much, NULL, &site->err));
		assert_int_equal(site->err.code, YZ_LIMIT);
	}
	assert_false(yz_db_write(site->db, say_nothing, NULL, &site->err));
	assert_int_equal(site->err.code, YZ_INTERNAL);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 0);
	GOOD(site, site_exec(site, "INSERT INTO t (name) VALUES ('after')"));
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 1);
}

static bool read_own(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_exec(c, err, "INSERT INTO t (name, n) VALUES ('a', 7)") &&
	       yz_select_int(c, ctx, 0, err, "SELECT n FROM t WHERE name = 'a'");
}

BOTH(a_write_sees_its_own_changes)
{
	int64_t n = 0;
	GOOD(site, site_ddl(site, table));
	GOOD(site, yz_db_write(site->db, read_own, &n, &site->err));
	assert_int_equal(n, 7);
}

static atomic_int called;

static void on_commit(void *ctx)
{
	(void)ctx;
	called++;
}

BOTH(the_commit_hook_is_called_once_a_batch_and_not_for_failures)
{
	called = 0;
	yz_db_on_commit(site->db, on_commit, NULL);
	GOOD(site, site_ddl(site, table));
	assert_int_equal(called, 1);
	struct put *puts = yz_new_n(site->a, 20, struct put);
	for (int i = 0; i < 20; i++)
		snprintf(puts[i].name, sizeof puts[i].name, "n%d", i);
	put_together(site, puts, 20);
	assert_int_equal(called, 2);
	assert_false(yz_db_write(site->db, say_nothing, NULL, &site->err));
	GOOD(site, site_exec(site, "INSERT INTO t (name) VALUES ('x')"));
	assert_int_equal(called, 3);
}

/* ---- a counter that only a lone writer gets right ---- */

struct adder {
	struct yz_db *db;
	int rounds, failures;
};

static bool read_then_write(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	(void)ctx;
	int64_t n;
	return yz_select_int(c, &n, 0, err, "SELECT n FROM t WHERE name = 'sum'") &&
	       yz_exec(c, err, "UPDATE t SET n = $1 WHERE name = 'sum'", YZ_I(n + 1));
}

static void *add(void *ctx)
{
	struct adder *ad = ctx;
	for (int i = 0; i < ad->rounds; i++)
		ad->failures += !yz_db_write(ad->db, read_then_write, NULL, NULL);
	return NULL;
}

BOTH(writes_run_as_if_alone_from_many_threads_and_processes)
{
	enum { THREADS = 32, ROUNDS = 20 };
	GOOD(site, site_ddl(site, table));
	GOOD(site, site_exec(site, "INSERT INTO t (name, n) VALUES ('sum', 0)"));
	/* On PostgreSQL a second opening stands for a second process. */
	struct yz_db *other = site->db;
	if (site->url)
		other = yz_db_open(&(struct yz_db_options){.dir = site->dir, .url = site->url}, &site->err);
	GOOD(site, other);
	pthread_t threads[THREADS];
	struct adder adders[THREADS];
	for (int i = 0; i < THREADS; i++) {
		adders[i] = (struct adder){.db = i % 2 ? other : site->db, .rounds = ROUNDS};
		pthread_create(&threads[i], NULL, add, &adders[i]);
	}
	int failures = 0;
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		failures += adders[i].failures;
	}
	assert_int_equal(failures, 0);
	assert_int_equal(site_int(site, "SELECT n FROM t WHERE name = 'sum'"), THREADS * ROUNDS);
	if (other != site->db)
		yz_db_close(other);
}

/* ---- the pool ---- */

struct reader {
	struct yz_db *db;
	int good;
};

static void *read_often(void *ctx)
{
	struct reader *r = ctx;
	for (int i = 0; i < 50; i++) {
		int64_t one = 0;
		struct yz_conn *c = yz_db_read(r->db, NULL);
		if (c && yz_select_int(c, &one, 0, NULL, "SELECT 1"))
			r->good += (int)one;
		yz_db_release(c);
	}
	return NULL;
}

BOTH(more_threads_than_connections_all_get_their_turn)
{
	enum { THREADS = 24 };
	struct yz_db *db =
		yz_db_open(&(struct yz_db_options){.dir = site->dir, .url = site->url, .readers = 3}, &site->err);
	GOOD(site, db);
	pthread_t threads[THREADS];
	struct reader readers[THREADS] = {0};
	for (int i = 0; i < THREADS; i++) {
		readers[i].db = db;
		pthread_create(&threads[i], NULL, read_often, &readers[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(readers[i].good, 50);
	}
	struct yz_db_stats stats = yz_db_stats(db);
	assert_in_range(stats.readers_open, 1, 3);
	assert_int_equal(stats.readers_busy, 0);
	yz_db_close(db);
}

BOTH(reads_go_on_while_a_write_is_held)
{
	GOOD(site, site_ddl(site, table));
	pthread_t holder;
	held = 0;
	pthread_mutex_lock(&gate);
	pthread_create(&holder, NULL, hold_thread, site);
	while (!held)
		usleep(100);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 0);
	pthread_mutex_unlock(&gate);
	pthread_join(holder, NULL);
}

/* ---- PostgreSQL only: connections that end ---- */

static void cut_all(const char *url)
{
	const char *dir = yz_test_folder();
	struct yz_err err;
	struct yz_db *db = yz_db_open(&(struct yz_db_options){.dir = dir, .url = url}, &err);
	assert_non_null(db);
	struct site s = {.dir = dir, .url = url, .db = db};
	site_int(&s, "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "
		     "WHERE datname = current_database() AND pid <> pg_backend_pid()");
	/* that cut our own writer's connection too; it is not used again */
	yz_db_close(db);
}

TEST(a_lost_connection_is_opened_again)
{
	const char *why;
	struct site s = {.dir = yz_test_folder(), .url = yz_test_pg(&why)};
	if (!s.url) {
		SKIP(why);
		return;
	}
	site_open(&s);
	GOOD(&s, site_ddl(&s, table));
	assert_int_equal(site_int(&s, "SELECT COUNT(*) FROM t"), 0);
	for (int i = 0; i < 3; i++) {
		cut_all(s.url);
		assert_int_equal(site_int(&s, "SELECT COUNT(*) FROM t"), i);
		cut_all(s.url);
		struct put p = {.site = &s};
		snprintf(p.name, sizeof p.name, "n%d", i);
		GOOD(&s, yz_db_write(s.db, put, &p, &s.err));
	}
	assert_int_equal(site_int(&s, "SELECT COUNT(*) FROM t"), 3);
	yz_db_close(s.db);
}

static atomic_int stop_cutting;

static void *keep_cutting(void *url)
{
	while (!stop_cutting) {
		cut_all(url);
		usleep(5000);
	}
	return NULL;
}

TEST(while_connections_are_cut_what_was_acknowledged_is_there_once)
{
	enum { THREADS = 16, EACH = 40 };
	const char *why;
	struct site s = {.dir = yz_test_folder(), .url = yz_test_pg(&why)};
	if (!s.url) {
		SKIP(why);
		return;
	}
	site_open(&s);
	s.a = yz_arena_create(0);
	GOOD(&s, site_ddl(&s, table));
	pthread_t cutter, threads[THREADS];
	stop_cutting = 0;
	pthread_create(&cutter, NULL, keep_cutting, (void *)s.url);
	int64_t good = 0, refused = 0;
	for (int round = 0; round < EACH; round++) {
		struct put puts[THREADS] = {0};
		for (int i = 0; i < THREADS; i++) {
			puts[i].site = &s;
			snprintf(puts[i].name, sizeof puts[i].name, "%d-%d", round, i);
			pthread_create(&threads[i], NULL, put_thread, &puts[i]);
		}
		for (int i = 0; i < THREADS; i++) {
			pthread_join(threads[i], NULL);
			good += puts[i].good;
			if (puts[i].good)
				continue;
			refused++;
			assert_int_equal(puts[i].err.code, YZ_UNAVAILABLE);
		}
	}
	stop_cutting = 1;
	pthread_join(cutter, NULL);
	int64_t there = site_int(&s, "SELECT COUNT(*) FROM t");
	assert_true(there >= good);
	assert_true(there <= good + refused);
	assert_true(good > 0);
	yz_arena_destroy(s.a);
	yz_db_close(s.db);
}

/* ---- SQLite's log ---- */

static bool put_much(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)ctx;
	char *text = yz_alloc(a, MUCH);
	memset(text, 'x', MUCH);
	return yz_exec(c, err, "INSERT INTO t (name) VALUES ($1)", YZ_S(yz_str_n(text, MUCH)));
}

/* It is put back beside the writer, who comes to its end all the same. */
TEST(the_log_begins_anew_while_writes_go_on)
{
	enum { MOST = 600 };
	struct site s = {.dir = yz_test_folder()};
	char path[300];
	struct stat st = {0};
	int64_t n = 0;
	s.a = yz_arena_create(0);
	site_open(&s);
	snprintf(path, sizeof path, "%s/site.db-wal", s.dir);
	GOOD(&s, site_ddl(&s, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"));
	/* Until more was written than it is long. */
	while (n < MOST && st.st_size > n * MUCH - 8 * MUCH) {
		GOOD(&s, yz_db_write(s.db, put_much, NULL, &s.err));
		n++;
		assert_int_equal(stat(path, &st), 0);
	}
	assert_true(n > 8);
	assert_true(n < MOST);
	assert_int_equal(site_int(&s, "SELECT COUNT(*) FROM t"), n);
	yz_db_close(s.db);
	site_open(&s);
	assert_int_equal(site_int(&s, "SELECT COUNT(*) FROM t WHERE LENGTH(name) = 1000000"), n);
	yz_arena_destroy(s.a);
	yz_db_close(s.db);
}

static bool put_much_and_refuse(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	enum { ROWS = 12 }; /* more than the writer's pages hold: some are in the log before it ends */
	(void)ctx;
	char *text = yz_alloc(a, MUCH);
	memset(text, 'y', MUCH);
	for (int i = 0; i < ROWS; i++)
		if (!yz_exec(c, err, "INSERT INTO t (name) VALUES ($1)", YZ_S(yz_str_n(text, MUCH))))
			return false;
	return yz_fail(err, YZ_NOT_NOW, "changed my mind");
}

/* What was on its way into the log stays out of it: its place is another process's by then. */
TEST(what_is_rolled_back_is_not_written_over_another_process)
{
	enum { ROWS = 14 };
	struct site s = {.dir = yz_test_folder()}, other = {.dir = s.dir};
	s.a = yz_arena_create(0);
	site_open(&s);
	GOOD(&s, site_ddl(&s, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"));
	site_open(&other);
	for (int round = 0; round < 3; round++) {
		assert_false(yz_db_write(s.db, put_much_and_refuse, NULL, &s.err));
		assert_int_equal(s.err.code, YZ_NOT_NOW);
		for (int i = 0; i < ROWS; i++)
			GOOD(&other, yz_db_write(other.db, put_much, NULL, &other.err));
		GOOD(&s, yz_db_write(s.db, put_much, NULL, &s.err));
		assert_int_equal(site_int(&other, "SELECT COUNT(*) FROM t WHERE LENGTH(name) = 1000000 AND name LIKE 'xxx%'"),
				 (round + 1) * (ROWS + 1));
	}
	yz_db_close(other.db);
	yz_db_close(s.db);
	site_open(&s);
	assert_int_equal(site_int(&s, "SELECT COUNT(*) FROM t WHERE LENGTH(name) = 1000000 AND name LIKE 'xxx%'"), 3 * (ROWS + 1));
	yz_arena_destroy(s.a);
	yz_db_close(s.db);
}

static bool note_nice(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)c;
	(void)a;
	(void)err;
	*(int *)ctx = getpriority(PRIO_PROCESS, 0);
	return true;
}

static void *try_nice(void *ctx)
{
	bool may = setpriority(PRIO_PROCESS, 0, -20) == 0;
	*(int *)ctx = getpriority(PRIO_PROCESS, 0);
	return may ? ctx : NULL;
}

TEST(the_writer_goes_before_the_others_where_it_may)
{
	struct site s = {.dir = yz_test_folder()};
	int writer = 20, best = 20, own = getpriority(PRIO_PROCESS, 0);
	pthread_t thread;
	void *may;
	s.a = yz_arena_create(0);
	site_open(&s);
	pthread_create(&thread, NULL, try_nice, &best);
	pthread_join(thread, &may);
	GOOD(&s, yz_db_write(s.db, note_nice, &writer, &s.err));
	if (may)
		assert_int_equal(writer, best);
	else
		assert_true(writer <= own);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), own);
	yz_db_close(s.db);
	yz_arena_destroy(s.a);
}
