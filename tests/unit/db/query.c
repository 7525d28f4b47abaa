/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/db/site.h"

#include <setjmp.h>
#include <unistd.h>

static const char table[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n BIGINT, "
			    "r REAL, bytes BLOB);";

static bool insert_three(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	int64_t *ids = ctx;
	struct yz_str raw = yz_str_n("\0\xff'", 3);
	ids[0] = yz_insert(c, err, "INSERT INTO t (name, n, r, bytes) VALUES ($1, $2, $3, $4)", YZ_Z("甲"),
			   YZ_I(INT64_MIN), YZ_R(0.1), YZ_BLOB(raw));
	ids[1] = yz_insert(c, err, "INSERT INTO t (name, n, r, bytes) VALUES ($4, $3, $2, $1)", YZ_NULL, YZ_NULL,
			   YZ_NULL, YZ_Z("it's"));
	ids[2] = yz_insert(c, err, "INSERT INTO t (name) VALUES ($1)", YZ_S(yz_str_n(NULL, 0)));
	return ids[0] && ids[1] && ids[2];
}

BOTH(values_come_back_as_they_went_in)
{
	int64_t ids[3];
	GOOD(site, site_ddl(site, table));
	GOOD(site, yz_db_write(site->db, insert_three, ids, &site->err));
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	GOOD(site, c);
	struct yz_rows *r = yz_select(c, site->a, &site->err, "SELECT id, name, n, r, bytes FROM t ORDER BY id");
	GOOD(site, r);
	assert_int_equal(r->count, 3);
	assert_int_equal(r->cols, 5);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(yz_row_int(r, i, 0), ids[i]);
	assert_string_equal(yz_row_z(r, 0, 1), "甲");
	assert_true(yz_row_int(r, 0, 2) == INT64_MIN);
	assert_true(yz_row_real(r, 0, 3) == 0.1);
	assert_true(yz_str_eq(yz_row_str(r, 0, 4), yz_str_n("\0\xff'", 3)));
	assert_string_equal(yz_row_z(r, 1, 1), "it's");
	for (size_t k = 2; k < 5; k++)
		assert_true(yz_row_null(r, 1, k));
	assert_int_equal(yz_row_int(r, 1, 2), 0);
	assert_int_equal(yz_row_str(r, 1, 4).len, 0);
	assert_false(yz_row_null(r, 2, 1)); /* the empty text is not NULL */
	assert_int_equal(yz_row_str(r, 2, 1).len, 0);
	yz_db_release(c);
}

BOTH(parameters_are_bound_by_name_in_any_order_and_repeated)
{
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	for (int round = 0; round < 2; round++) { /* prepared, then from the cache */
		struct yz_rows *r = yz_select(c, site->a, &site->err, "SELECT $2 + $1 * $2, $3 || $3", YZ_I(5 + round),
					      YZ_I(7), YZ_Z("ab"));
		GOOD(site, r);
		assert_int_equal(yz_row_int(r, 0, 0), 42 + 7 * round);
		assert_string_equal(yz_row_z(r, 0, 1), "abab");
	}
}

BOTH(counts_sums_and_averages_have_the_same_types)
{
	GOOD(site, site_ddl(site, table));
	GOOD(site, site_exec(site, "INSERT INTO t (name, n) VALUES ('a', 1), ('b', 2)"));
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	struct yz_rows *r = yz_select(c, site->a, &site->err,
				      "SELECT COUNT(*), SUM(n), AVG(n), MAX(name), SUM(n) > 2, SUM(r) FROM t");
	GOOD(site, r);
	assert_int_equal(yz_row_int(r, 0, 0), 2);
	assert_int_equal(yz_row_int(r, 0, 1), 3);
	assert_true(yz_row_real(r, 0, 2) == 1.5);
	assert_string_equal(yz_row_z(r, 0, 3), "b");
	assert_int_equal(yz_row_int(r, 0, 4), 1);
	assert_true(yz_row_null(r, 0, 5));
}

BOTH(text_sorts_and_matches_by_its_bytes)
{
	GOOD(site, site_ddl(site, table));
	GOOD(site, site_exec(site, "INSERT INTO t (name) VALUES ('b'), ('B'), ('a'), ('乙'), ('_')"));
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	struct yz_rows *r = yz_select(c, site->a, &site->err, "SELECT name FROM t ORDER BY name");
	GOOD(site, r);
	static const char *const order[] = {"B", "_", "a", "b", "乙"};
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(yz_row_z(r, i, 0), order[i]);
	r = yz_select(c, site->a, &site->err, "SELECT name FROM t WHERE name LIKE 'b%'");
	GOOD(site, r);
	assert_int_equal(r->count, 1);
}

struct change {
	int64_t changed[3];
};

static bool change_rows(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct change *ch = ctx;
	if (!yz_exec(c, err, "INSERT INTO t (name, n) VALUES ('a', 1), ('b', 2)"))
		return false;
	ch->changed[0] = yz_changed(c);
	if (!yz_exec(c, err, "UPDATE t SET n = n + $1 WHERE n >= $2", YZ_I(1), YZ_I(2)))
		return false;
	ch->changed[1] = yz_changed(c);
	if (!yz_exec(c, err, "DELETE FROM t WHERE n = $1", YZ_I(99)))
		return false;
	ch->changed[2] = yz_changed(c);
	return yz_exec(c, err,
		       "INSERT INTO t (name, n) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET n = excluded.n",
		       YZ_Z("a"), YZ_I(10)) &&
	       yz_exec(c, err, "INSERT INTO t (name, n) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", YZ_Z("a"),
		       YZ_I(11));
}

BOTH(changed_says_how_many_rows_and_conflicts_are_handled)
{
	struct change ch;
	GOOD(site, site_ddl(site, table));
	GOOD(site, yz_db_write(site->db, change_rows, &ch, &site->err));
	assert_int_equal(ch.changed[0], 2);
	assert_int_equal(ch.changed[1], 1);
	assert_int_equal(ch.changed[2], 0);
	assert_int_equal(site_int(site, "SELECT n FROM t WHERE name = 'a'"), 10);
}

struct given_ids {
	int64_t own, plain, odd;
};

static bool insert_ids(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct given_ids *g = ctx;
	g->own = yz_insert(c, err, "INSERT INTO numbered (name) VALUES ($1)", YZ_Z("first"));
	g->odd = g->own ? yz_insert(c, err, "INSERT INTO odd (name, id) VALUES ($1, $2)", YZ_Z("x"), YZ_I(77)) : 0;
	g->plain = g->odd ? yz_insert(c, err, "INSERT INTO numbered (id, name) VALUES ($1, $2)", YZ_I(500), YZ_Z("), (")) : 0;
	return g->plain != 0 && yz_insert(c, err, "INSERT INTO odd (name, id) SELECT 'y', id + 1 FROM odd") == 78;
}

BOTH(an_insert_gives_the_id_of_its_row_whatever_the_key_is)
{
	struct given_ids g = {0};
	GOOD(site, site_ddl(site, "CREATE TABLE numbered (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
				  "CREATE TABLE odd (name TEXT PRIMARY KEY, id BIGINT NOT NULL);"));
	for (int i = 0; i < 2; i++) {
		GOOD(site, yz_db_write(site->db, insert_ids, &g, &site->err));
		assert_int_equal(g.odd, 77);
		assert_int_equal(g.plain, 500);
		assert_int_equal(site_int(site, "SELECT MAX(id) FROM numbered WHERE name = 'first'"), g.own);
		GOOD(site, site_exec(site, "DELETE FROM odd"));
		GOOD(site, site_exec(site, "DELETE FROM numbered WHERE id = 500"));
	}
}

BOTH(a_double_key_is_told_apart_from_other_mistakes)
{
	GOOD(site, site_ddl(site, table));
	GOOD(site, site_exec(site, "INSERT INTO t (name) VALUES ('a')"));
	assert_false(site_exec(site, "INSERT INTO t (name) VALUES ('a')"));
	assert_int_equal(site->err.code, YZ_EXISTS);
	assert_false(site_exec(site, "INSERT INTO t (name) VALUES (NULL)"));
	assert_int_equal(site->err.code, YZ_DB);
	assert_false(site_exec(site, "INSERT INTO nothing (name) VALUES (NULL)"));
	assert_int_equal(site->err.code, YZ_DB);
	assert_non_null(strstr(site->err.where, "INSERT INTO nothing"));
	assert_false(site_exec(site, "SELECT 1; SELECT 2"));
	assert_false(site_exec(site, "UPDATE t SET name = \"text in name quotes\""));
}

BOTH(a_reader_cannot_write_and_a_spoiled_transaction_stays_spoiled)
{
	GOOD(site, site_ddl(site, table));
	struct yz_conn *c = yz_db_read(site->db, &site->err);
	int64_t one;
	GOOD(site, yz_select_int(c, &one, 0, &site->err, "SELECT 1"));
	assert_false(yz_exec(c, &site->err, "INSERT INTO t (name) VALUES ('x')"));
	assert_false(yz_select_int(c, &one, 0, &site->err, "SELECT 1"));
	assert_non_null(strstr(site->err.where, "INSERT"));
	yz_db_release(c);
	c = yz_db_read(site->db, &site->err);
	GOOD(site, yz_select_int(c, &one, 0, &site->err, "SELECT 1"));
	yz_db_release(c);
}

BOTH(a_text_with_a_nul_or_bad_bytes_is_refused)
{
	struct yz_conn *c = yz_db_read(site->db, &site->err);
	assert_null(yz_select(c, site->a, &site->err, "SELECT $1", YZ_S(yz_str_n("a\0b", 3))));
	assert_int_equal(site->err.code, YZ_BAD_INPUT);
	yz_db_release(c);
	c = yz_db_read(site->db, &site->err);
	assert_null(yz_select(c, site->a, &site->err, "SELECT $1", YZ_Z("\xc0\xaf")));
	assert_int_equal(site->err.code, YZ_BAD_INPUT);
	yz_db_release(c);
}

static const char numbers[] =
	"WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < $1) SELECT i FROM k";

BOTH(one_row_past_the_bound_is_refused)
{
	struct yz_conn *c = yz_db_read(site->db, &site->err);
	struct yz_val most = YZ_I(YZ_ROWS_MOST), past = YZ_I(YZ_ROWS_MOST + 1);
	struct yz_rows *r = yz_select_vals(c, site->a, &site->err, numbers, 1, &most);
	GOOD(site, r);
	assert_int_equal(r->count, YZ_ROWS_MOST);
	assert_int_equal(yz_row_int(r, YZ_ROWS_MOST - 1, 0), YZ_ROWS_MOST);
	assert_null(yz_select_vals(c, site->a, &site->err, numbers, 1, &past));
	assert_int_equal(site->err.code, YZ_LIMIT);
	yz_db_release(c);
}

struct walk {
	int64_t seen, sum, stop;
};

static bool add_up(void *ctx, const struct yz_rows *row, struct yz_err *err)
{
	struct walk *w = ctx;
	w->seen++;
	w->sum += yz_row_int(row, 0, 0);
	return w->seen != w->stop || yz_fail(err, YZ_NOT_NOW, "enough");
}

BOTH(each_walks_any_number_of_rows_and_stops_when_told)
{
	struct yz_conn *c = yz_db_read(site->db, &site->err);
	static const int64_t sizes[] = {0, 1, 499, 500, 501, 1000, 300000};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct walk w = {0};
		GOOD(site, yz_each(c, add_up, &w, &site->err,
				   "SELECT i FROM (WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k "
				   "WHERE i < $1) SELECT i FROM k) AS j WHERE i <= $1",
				   YZ_I(sizes[i])));
		assert_int_equal(w.seen, sizes[i]);
		assert_int_equal(w.sum, sizes[i] * (sizes[i] + 1) / 2);
	}
	struct walk w = {.stop = 3};
	struct yz_val past = YZ_I(100000);
	assert_false(yz_each_vals(c, add_up, &w, &site->err, numbers, 1, &past));
	assert_int_equal(site->err.code, YZ_NOT_NOW);
	assert_int_equal(w.seen, 3);
	int64_t one;
	GOOD(site, yz_select_int(c, &one, 0, &site->err, "SELECT 1")); /* and the connection goes on */
	yz_db_release(c);
}

BOTH(a_statement_is_put_together_from_literals_and_names)
{
	GOOD(site, site_ddl(site, table));
	GOOD(site, site_exec(site, "INSERT INTO t (name, n) VALUES ('a', 1), ('b', 2), ('c', 3)"));
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	struct yz_sql q;
	yz_sql_init(&q, site->a);
	yz_sql_add(&q, "SELECT ");
	yz_sql_name(&q, YZ_LIT("name"));
	yz_sql_add(&q, " FROM t WHERE n > $1 AND n < $2", YZ_I(0), YZ_I(9));
	yz_sql_add(&q, " AND name IN (");
	yz_sql_val(&q, YZ_Z("b"));
	yz_sql_add(&q, ", ");
	yz_sql_val(&q, YZ_Z("c"));
	yz_sql_add(&q, ") ORDER BY n DESC LIMIT $1", YZ_I(1));
	struct yz_rows *r = yz_sql_select(&q, c, site->a, &site->err);
	GOOD(site, r);
	assert_int_equal(r->count, 1);
	assert_string_equal(yz_row_z(r, 0, 0), "c");
	static const char *const bad[] = {"",   "a b", "a\"b",
					  "1a", "名",  "a123456789012345678901234567890123456789012345678901234567890"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		yz_sql_init(&q, site->a);
		yz_sql_add(&q, "SELECT ");
		yz_sql_name(&q, yz_str(bad[i]));
		assert_null(yz_sql_select(&q, c, site->a, &site->err));
		assert_int_equal(site->err.code, YZ_BAD_INPUT);
	}
}

BOTH(the_257th_value_of_a_statement_is_refused)
{
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	struct yz_sql q;
	yz_sql_init(&q, site->a);
	yz_sql_add(&q, "SELECT 0");
	for (int i = 0; i < YZ_SQL_VALS; i++) {
		yz_sql_add(&q, " + ");
		yz_sql_val(&q, YZ_I(i));
	}
	struct yz_rows *r = yz_sql_select(&q, c, site->a, &site->err);
	GOOD(site, r);
	assert_int_equal(yz_row_int(r, 0, 0), 255 * 256 / 2);
	yz_sql_val(&q, YZ_I(1));
	assert_null(yz_sql_select(&q, c, site->a, &site->err));
	assert_int_equal(site->err.code, YZ_LIMIT);
}

BOTH(more_statements_than_the_cache_holds_all_work)
{
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	for (int i = 0; i < 700; i++) {
		struct yz_sql q;
		yz_sql_init(&q, site->a);
		yz_sql_add(&q, "SELECT 1");
		for (int k = 0; k < i % 350; k++)
			yz_sql_add(&q, " + 1");
		struct yz_rows *r = yz_sql_select(&q, c, site->a, &site->err);
		GOOD(site, r);
		assert_int_equal(yz_row_int(r, 0, 0), i % 350 + 1);
	}
}

BOTH(marked_pieces_and_lock_clauses_are_for_one_database)
{
	GOOD(site, site_ddl(site, table));
	GOOD(site, site_exec(site, "INSERT INTO t (name) VALUES ('FOR UPDATE /*sqlite*/')"));
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	struct yz_rows *r = yz_select(c, site->a, &site->err,
				      "SELECT name, /*sqlite*/'s'/*end*//*postgres*/'p'/*end*/ FROM t -- FOR UPDATE\n"
				      "WHERE name = 'FOR UPDATE /*sqlite*/'");
	GOOD(site, r);
	assert_int_equal(r->count, 1);
	assert_string_equal(yz_row_z(r, 0, 1), site->url ? "p" : "s");
	GOOD(site,
	     site_exec(site, "UPDATE t SET n = 1 WHERE id IN (SELECT id FROM t ORDER BY id FOR UPDATE SKIP LOCKED)"));
	assert_int_equal(site_int(site, "SELECT n FROM t"), 1);
}

BOTH(a_read_sees_one_moment)
{
	GOOD(site, site_ddl(site, table));
	struct yz_conn *c = yz_db_read(site->db, &site->err);
	int64_t n;
	GOOD(site, yz_select_int(c, &n, 0, &site->err, "SELECT COUNT(*) FROM t"));
	GOOD(site, site_exec(site, "INSERT INTO t (name) VALUES ('a')"));
	GOOD(site, yz_select_int(c, &n, -1, &site->err, "SELECT COUNT(*) FROM t"));
	assert_int_equal(n, 0);
	yz_db_release(c);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 1);
}

static jmp_buf out_of_budget;

static void jump(void *ctx)
{
	(void)ctx;
	longjmp(out_of_budget, 1);
}

BOTH(a_request_that_ran_out_of_memory_gives_its_connection_back)
{
	for (volatile int i = 0; i < 20; i++) { /* more often than there are connections */
		struct yz_arena *a = yz_arena_create(64 * 1024);
		yz_arena_on_spent(a, jump, NULL);
		if (!setjmp(out_of_budget)) {
			struct yz_val many = YZ_I(100000);
			struct yz_conn *c = yz_db_read_in(site->db, a, &site->err);
			GOOD(site, c);
			yz_select_vals(c, a, &site->err, numbers, 1, &many);
			fail_msg("64 KiB cannot hold 100,000 rows");
		}
		yz_arena_destroy(a);
	}
	assert_int_equal(yz_db_stats(site->db).readers_busy, 0);
	assert_int_equal(site_int(site, "SELECT 1"), 1);
}

BOTH(migrations_run_once_in_order_and_refuse_to_be_changed)
{
	struct yz_migration list[] = {
		{1, "first",
		 "CREATE TABLE a (id INTEGER PRIMARY KEY, big BIGINT NOT NULL DEFAULT 9000000000, t TEXT);\n"
		 "INSERT INTO a (t) VALUES ('x;y'); -- a comment; with semicolon\n"},
		{2, "second",
		 "ALTER TABLE a ADD COLUMN u TEXT NOT NULL DEFAULT '';\n"
		 "CREATE TABLE b (k TEXT PRIMARY KEY, v BYTEA) WITHOUT ROWID;\n"
		 "/*sqlite*/CREATE INDEX a_t ON a (t);/*end*/ /*postgres*/CREATE INDEX a_t ON a (t COLLATE "
		 "\"C\");/*end*/"},
		{5, "third", "CREATE TABLE broken (x NONSENSE(;"},
	};
	GOOD(site, yz_db_migrate(site->db, "m", list, 1, &site->err));
	GOOD(site, yz_db_migrate(site->db, "m", list, 2, &site->err));
	GOOD(site, yz_db_migrate(site->db, "m", list, 2, &site->err));
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM a"), 1);
	assert_true(site_int(site, "SELECT big FROM a") == 9000000000);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM yz_migration WHERE module = 'm'"), 2);
	assert_false(yz_db_migrate(site->db, "m", list, 3, &site->err));
	assert_non_null(strstr(site->err.where, "migration m 5 third"));
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM yz_migration WHERE module = 'm'"), 2);
	assert_false(yz_db_migrate(site->db, "m", list, 1, &site->err));
	assert_int_equal(site->err.code, YZ_CONFLICT);
	list[1].sql = "SELECT 1;";
	assert_false(yz_db_migrate(site->db, "m", list, 2, &site->err));
	assert_int_equal(site->err.code, YZ_CORRUPT);
	list[1].version = 1;
	assert_false(yz_db_migrate(site->db, "m", list, 2, &site->err));
}

BOTH(columns_keep_their_types)
{
	GOOD(site, site_ddl(site, table));
	assert_false(site_exec(site, "INSERT INTO t (name, n) VALUES ('a', 'no number')"));
	assert_int_equal(site->err.code, YZ_DB);
	GOOD(site, site_ddl(site, "CREATE TABLE u (a INTEGER NOT NULL, b TEXT, c REAL, CHECK (a < 5 AND b <> 'x;'))"));
	assert_false(site_exec(site, "INSERT INTO u (a) VALUES (5)"));
	GOOD(site, site_exec(site, "INSERT INTO u (a) VALUES (4)"));
}

BOTH(a_name_may_be_a_word_for_a_type)
{
	GOOD(site,
	     site_ddl(site, "CREATE TABLE integer (\"text\" TEXT, real REAL, n INTEGER, CHECK (n > 0 AND real > 0));"
			    "CREATE INDEX integer_text ON integer (real); ALTER TABLE integer ADD COLUMN int INTEGER"));
	GOOD(site, site_exec(site, "INSERT INTO integer (\"text\", real, n, int) VALUES ('a', 0.5, 9000000000, 1)"));
	assert_true(site_int(site, "SELECT n FROM integer WHERE real = 0.5") == 9000000000);
}

TEST(a_site_has_one_process)
{
	struct yz_err err;
	const char *dir = yz_test_folder();
	struct yz_site_lock *lock = yz_site_lock(dir, &err);
	assert_non_null(lock);
	assert_null(yz_site_lock(dir, &err));
	assert_int_equal(err.code, YZ_BUSY);
	char pid[32];
	snprintf(pid, sizeof pid, "process %d ", (int)getpid());
	assert_non_null(strstr(err.msg, pid));
	yz_site_unlock(lock);
	lock = yz_site_lock(dir, &err);
	assert_non_null(lock);
	yz_site_unlock(lock);
	assert_null(yz_site_lock("/nonexistent/site", &err));
	assert_int_equal(err.code, YZ_NOT_FOUND);
}

TEST(a_site_that_is_not_there_is_said_to_be_so)
{
	struct yz_err err;
	assert_null(yz_db_open(&(struct yz_db_options){.dir = "/nonexistent/site"}, &err));
	assert_int_equal(err.code, YZ_NOT_FOUND);
	const char *dir = yz_test_folder();
	assert_null(yz_db_open(&(struct yz_db_options){.dir = dir, .url = "postgresql:///x?host=/nonexistent"}, &err));
	assert_int_equal(err.code, YZ_UNAVAILABLE);
	char path[128];
	snprintf(path, sizeof path, "%s/site.db", dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 100; i++)
		fputs("this is no database, whatever it is called\n", f);
	fclose(f);
	assert_null(yz_db_open(&(struct yz_db_options){.dir = dir}, &err));
	assert_int_equal(err.code, YZ_CORRUPT);
}
