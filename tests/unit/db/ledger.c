/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/db/site.h"

#include "db/ledger.h"

#include <pthread.h>
#include <stdlib.h>

struct act {
	const char *region;
	int64_t thing;
	const char *body;
	struct yz_entry entry;
};

static struct yz_entry entry_of(const struct act *act)
{
	return (struct yz_entry){
		.region = yz_str(act->region),
		.at = 1700000000000000 + act->thing,
		.actor_kind = YZ_LIT("person"),
		.actor_id = 42,
		.actor_name = YZ_LIT("窗口一号"),
		.act = YZ_LIT("case.accept"),
		.thing_kind = YZ_LIT("case"),
		.thing_id = act->thing,
		.rule = YZ_LIT("行政许可法 32"),
		.body = yz_str(act->body),
	};
}

static bool add(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct act *act = ctx;
	act->entry = entry_of(act);
	return yz_ledger_add(c, &act->entry, err);
}

static struct yz_entry add_one(struct site *site, const char *region, int64_t thing)
{
	struct act act = {.region = region, .thing = thing, .body = "{\"b\": 2, \"a\": 1.0}"};
	GOOD(site, yz_db_write(site->db, add, &act, &site->err));
	return act.entry;
}

static void fill(struct site *site)
{
	GOOD(site, site_ddl(site, "CREATE TABLE yz_keep AS SELECT * FROM ledger; "
				  "CREATE TABLE yz_keep_head AS SELECT * FROM ledger_head;"));
	for (int i = 1; i <= 10; i++)
		add_one(site, "511602", i);
	for (int i = 1; i <= 3; i++)
		add_one(site, "511603", i);
}

static struct yz_ledger_report verify(struct site *site, const char *region)
{
	struct yz_ledger_report report;
	struct yz_str one = yz_str(region);
	struct yz_conn *c = yz_db_read(site->db, &site->err);
	GOOD(site, c);
	GOOD(site, yz_ledger_verify(c, region ? &one : NULL, &report, &site->err));
	yz_db_release(c);
	return report;
}

BOTH(entries_are_chained_by_region_and_read_back)
{
	fill(site);
	struct yz_entry last = add_one(site, "511602", 3);
	assert_int_equal(last.seq, 11);
	struct yz_ledger_report report = verify(site, NULL);
	assert_int_equal(report.fault, YZ_LEDGER_GOOD);
	assert_int_equal(report.checked, 14);
	assert_int_equal(report.chains, 2);
	assert_int_equal(verify(site, "511603").checked, 3);
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	struct yz_entries e;
	GOOD(site, yz_ledger_page(c, site->a, YZ_LIT("511602"), 0, 2, &e, &site->err));
	assert_int_equal(e.count, 2);
	assert_int_equal(e.at[0].seq, 11);
	assert_true(yz_digest_eq(&e.at[0].hash, &last.hash));
	assert_true(yz_digest_eq(&e.at[0].prev, &e.at[1].hash));
	assert_true(yz_str_eqz(e.at[0].body, "{\"a\":1.0,\"b\":2}")); /* canonical */
	assert_true(yz_str_eqz(e.at[0].actor_name, "窗口一号"));
	GOOD(site, yz_ledger_page(c, site->a, YZ_LIT("511602"), e.at[1].seq, 100, &e, &site->err));
	assert_int_equal(e.count, 9);
	assert_int_equal(e.at[0].seq, 9);
	GOOD(site, yz_ledger_of(c, site->a, YZ_LIT("case"), 3, 0, 0, 100, &e, &site->err));
	assert_int_equal(e.count, 3);
	GOOD(site, yz_ledger_of(c, site->a, YZ_LIT("case"), 3, e.at[1].at, e.at[1].seq, 100, &e, &site->err));
	assert_int_equal(e.count, 1);
	assert_int_equal(e.at[0].seq, 11);
}

BOTH(the_hash_is_what_the_header_says)
{
	struct yz_entry e = add_one(site, "5", 7);
	char text[400];
	size_t n = 0;
#define NUMBER(v)                                                                                                      \
	for (int i = 0; i < 8; i++)                                                                                    \
	text[n++] = (char)((uint64_t)(v) >> (56 - 8 * i))
#define TEXT(s)                                                                                                        \
	do {                                                                                                           \
		NUMBER(strlen(s));                                                                                     \
		memcpy(text + n, s, strlen(s));                                                                        \
		n += strlen(s);                                                                                        \
	} while (0)
	TEXT("5");
	NUMBER(1);
	NUMBER(1700000000000007);
	TEXT("person");
	NUMBER(42);
	TEXT("窗口一号");
	TEXT("case.accept");
	TEXT("case");
	NUMBER(7);
	TEXT("行政许可法 32");
	TEXT("{\"a\":1.0,\"b\":2}");
	memset(text + n, 0, 32);
	struct yz_digest d = yz_digest(YZ_SM3, yz_str_n(text, n + 32));
	assert_true(yz_digest_eq(&d, &e.hash));
}

BOTH(a_change_in_any_field_is_found)
{
	fill(site);
	static const char *const changes[] = {
		"at = at + 1",
		"actor_kind = 'org'",
		"actor_id = 43",
		"actor_name = '窗口二号'",
		"act = 'case.refuse'",
		"thing_kind = 'task'",
		"thing_id = 6",
		"rule = ''",
		"body = '{\"a\":1.0,\"b\":3}'",
		"hash = prev",
		"prev = hash",
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		char sql[200];
		GOOD(site, site_exec(site, "DELETE FROM yz_keep"));
		GOOD(site,
		     site_exec(site, "INSERT INTO yz_keep SELECT * FROM ledger WHERE region = '511602' AND seq = 5"));
		snprintf(sql, sizeof sql, "UPDATE ledger SET %s WHERE region = '511602' AND seq = 5", changes[i]);
		GOOD(site, site_exec(site, sql));
		struct yz_ledger_report r = verify(site, NULL);
		assert_int_equal(r.fault, YZ_LEDGER_CHANGED);
		assert_int_equal(r.seq, 5);
		assert_string_equal(r.region, "511602");
		assert_int_equal(r.bad_chains, 1);
		assert_int_equal(verify(site, "511603").fault, YZ_LEDGER_GOOD);
		GOOD(site, site_exec(site, "DELETE FROM ledger WHERE region = '511602' AND seq = 5"));
		GOOD(site, site_exec(site, "INSERT INTO ledger SELECT * FROM yz_keep"));
		assert_int_equal(verify(site, NULL).fault, YZ_LEDGER_GOOD);
	}
}

struct tamper {
	const char *sql[4];
	enum yz_ledger_fault fault;
	int64_t seq;
};

BOTH(what_is_gone_moved_or_forked_is_told_by_name)
{
	static const struct tamper tampers[] = {
		{{"DELETE FROM ledger WHERE region = '511602' AND seq = 5"}, YZ_LEDGER_MISSING, 5},
		{{"DELETE FROM ledger WHERE region = '511602' AND seq = 1"}, YZ_LEDGER_MISSING, 1},
		{{"DELETE FROM ledger WHERE region = '511602' AND seq > 8"}, YZ_LEDGER_MISSING, 9},
		{{"DELETE FROM ledger WHERE region = '511602'"}, YZ_LEDGER_MISSING, 1},
		{{"DELETE FROM ledger_head WHERE region = '511602'"}, YZ_LEDGER_MISSING, 10},
		{{"UPDATE ledger SET seq = 500 WHERE region = '511602' AND seq = 5"}, YZ_LEDGER_MISSING, 5},
		{{"UPDATE ledger SET seq = 1000 WHERE region = '511602' AND seq = 5",
		  "UPDATE ledger SET seq = 5 WHERE region = '511602' AND seq = 6",
		  "UPDATE ledger SET seq = 6 WHERE region = '511602' AND seq = 1000"},
		 YZ_LEDGER_REORDERED,
		 5},
		{{"UPDATE ledger SET region = '511603', seq = 4 WHERE region = '511602' AND seq = 10",
		  "UPDATE ledger_head SET seq = 9 WHERE region = '511602'"},
		 YZ_LEDGER_FORKED,
		 9},
		{{"UPDATE ledger_head SET seq = 9 WHERE region = '511602'"}, YZ_LEDGER_FORKED, 10},
		{{"UPDATE ledger_head SET hash = (SELECT hash FROM ledger WHERE region = '511602' AND seq = 9) "
		  "WHERE region = '511602'"},
		 YZ_LEDGER_FORKED,
		 10},
	};
	fill(site);
	GOOD(site, site_exec(site, "INSERT INTO yz_keep SELECT * FROM ledger"));
	GOOD(site, site_exec(site, "INSERT INTO yz_keep_head SELECT * FROM ledger_head"));
	for (size_t i = 0; i < sizeof tampers / sizeof *tampers; i++) {
		for (size_t k = 0; k < 4 && tampers[i].sql[k]; k++)
			GOOD(site, site_exec(site, tampers[i].sql[k]));
		struct yz_ledger_report r = verify(site, NULL);
		assert_int_equal(r.fault, tampers[i].fault);
		assert_int_equal(r.seq, tampers[i].seq);
		assert_string_equal(r.region, "511602");
		GOOD(site, site_exec(site, "DELETE FROM ledger"));
		GOOD(site, site_exec(site, "DELETE FROM ledger_head"));
		GOOD(site, site_exec(site, "INSERT INTO ledger SELECT * FROM yz_keep"));
		GOOD(site, site_exec(site, "INSERT INTO ledger_head SELECT * FROM yz_keep_head"));
		assert_int_equal(verify(site, NULL).fault, YZ_LEDGER_GOOD);
	}
}

/* What a forger with the whole database would do: take the last entry out and write another behind the same one. */
BOTH(a_chain_written_again_is_found_by_its_anchor_only)
{
	fill(site);
	struct yz_ledger_report r;
	struct yz_conn *c = yz_db_read_in(site->db, site->a, &site->err);
	struct yz_str anchor = yz_ledger_anchor(c, site->a, &site->err);
	assert_int_equal(yz_str_find(anchor, YZ_LIT("10 "), 0), 0);
	GOOD(site, yz_ledger_check_anchor(c, anchor, &r, &site->err));
	assert_int_equal(r.fault, YZ_LEDGER_GOOD);
	assert_int_equal(r.checked, 2);
	yz_db_release(c);
	GOOD(site, site_exec(site, "DELETE FROM ledger WHERE region = '511602' AND seq = 10"));
	GOOD(site, site_exec(site, "UPDATE ledger_head SET seq = 9, hash = (SELECT hash FROM ledger WHERE "
				   "region = '511602' AND seq = 9) WHERE region = '511602'"));
	c = yz_db_read_in(site->db, site->a, &site->err);
	GOOD(site, yz_ledger_check_anchor(c, anchor, &r, &site->err));
	assert_int_equal(r.fault, YZ_LEDGER_ANCHOR);
	yz_db_release(c);
	add_one(site, "511602", 99);
	assert_int_equal(verify(site, NULL).fault, YZ_LEDGER_GOOD);
	c = yz_db_read_in(site->db, site->a, &site->err);
	GOOD(site, yz_ledger_check_anchor(c, anchor, &r, &site->err));
	assert_int_equal(r.fault, YZ_LEDGER_ANCHOR);
	assert_int_equal(r.seq, 10);
	static const char *const bad[] = {"x", "0 00 r", "1 00 r", "1"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(yz_ledger_check_anchor(c, yz_str(bad[i]), &r, &site->err));
		assert_int_equal(site->err.code, YZ_SYNTAX);
	}
}

static bool add_then_fail(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	return add(c, a, ctx, err) && yz_fail(err, YZ_NOT_NOW, "no");
}

BOTH(an_entry_of_a_failed_write_leaves_no_gap)
{
	struct act act = {.region = "511602", .thing = 1, .body = ""};
	for (int i = 1; i <= 3; i++) {
		assert_false(yz_db_write(site->db, add_then_fail, &act, &site->err));
		assert_int_equal(add_one(site, "511602", i).seq, i);
	}
	assert_int_equal(verify(site, NULL).fault, YZ_LEDGER_GOOD);
}

static bool add_twice(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct act *act = ctx;
	return add(c, a, act, err) && add(c, a, act, err) && (act->thing % 3 || yz_fail(err, YZ_NOT_NOW, "no"));
}

static void *twice_or_not(void *ctx)
{
	struct site *site = ctx;
	for (int i = 0; i < 60; i++) {
		struct act act = {.region = i % 2 ? "511602" : "511603", .thing = i, .body = ""};
		assert_int_equal(yz_db_write(site->db, add_twice, &act, NULL), i % 3 != 0);
	}
	return NULL;
}

BOTH(in_one_batch_some_are_undone_and_the_chain_holds)
{
	pthread_t threads[16];
	for (int i = 0; i < 16; i++)
		pthread_create(&threads[i], NULL, twice_or_not, site);
	for (int i = 0; i < 16; i++)
		pthread_join(threads[i], NULL);
	struct yz_ledger_report r = verify(site, NULL);
	assert_int_equal(r.fault, YZ_LEDGER_GOOD);
	assert_int_equal(r.checked, 16 * 40 * 2);
}

static bool refused(struct site *site, struct act *act, enum yz_code code)
{
	return !yz_db_write(site->db, add, act, &site->err) && site->err.code == code;
}

static bool add_entry(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_ledger_add(c, ctx, err);
}

/* The head is stored once a batch; who looks at it inside a write finds it up to date. */
static bool add_and_verify(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_ledger_report *report = ctx;
	for (int i = 1; i <= 3; i++) {
		struct act act = {.region = "511602", .thing = i, .body = "{}"};
		if (!add(c, a, &act, err))
			return false;
	}
	struct yz_str anchor = yz_ledger_anchor(c, a, err);
	return anchor.ptr && yz_str_starts(anchor, YZ_LIT("3 ")) && yz_ledger_verify(c, NULL, report, err);
}

BOTH(a_write_may_verify_what_it_has_added)
{
	struct yz_ledger_report report = {0};
	GOOD(site, yz_db_write(site->db, add_and_verify, &report, &site->err));
	assert_int_equal(report.fault, YZ_LEDGER_GOOD);
	assert_int_equal(report.checked, 3);
	assert_int_equal(site_int(site, "SELECT seq FROM ledger_head WHERE region = '511602'"), 3);
	assert_int_equal(verify(site, NULL).fault, YZ_LEDGER_GOOD);
}

BOTH(an_entry_past_its_bounds_is_refused)
{
	struct act act = {.region = "511602", .thing = 1, .body = "[1]"};
	assert_true(refused(site, &act, YZ_SYNTAX));
	act.body = "{\"a\":}";
	assert_true(refused(site, &act, YZ_SYNTAX));
	char *big = yz_alloc(site->a, YZ_LEDGER_BODY + 2);
	memset(big, 'x', YZ_LEDGER_BODY + 1);
	memcpy(big, "{\"a\":\"", 6);
	memcpy(big + YZ_LEDGER_BODY - 2, "\"}", 3);
	act.body = big;
	GOOD(site, yz_db_write(site->db, add, &act, &site->err));
	memcpy(big + YZ_LEDGER_BODY - 2, "x\"}", 4);
	assert_true(refused(site, &act, YZ_LIMIT));
	act.body = "{}";
	struct yz_entry e = entry_of(&act);
	char text[YZ_LEDGER_TEXT + 1];
	memset(text, 'x', sizeof text);
	e.rule = yz_str_n(text, YZ_LEDGER_TEXT);
	GOOD(site, yz_db_write(site->db, add_entry, &e, &site->err));
	e.rule = yz_str_n(text, YZ_LEDGER_TEXT + 1);
	assert_false(yz_db_write(site->db, add_entry, &e, &site->err));
	assert_int_equal(site->err.code, YZ_LIMIT);
	e.rule = YZ_LIT("");
	e.region = YZ_LIT("51 16");
	assert_false(yz_db_write(site->db, add_entry, &e, &site->err));
	assert_int_equal(site->err.code, YZ_BAD_INPUT);
	assert_int_equal(verify(site, NULL).checked, 2);
}

struct clerk {
	struct yz_db *db;
	int number, failures;
};

static void *work(void *ctx)
{
	struct clerk *k = ctx;
	static const char *const regions[] = {"", "511602", "511603"};
	for (int i = 0; i < 30; i++) {
		struct act act = {.region = regions[(k->number + i) % 3], .thing = k->number, .body = "{}"};
		k->failures += !yz_db_write(k->db, add, &act, NULL);
	}
	return NULL;
}

BOTH(chains_hold_under_many_threads_and_processes_in_lanes_of_their_own)
{
	enum { THREADS = 24 };
	/* Another lane: only the locked heads keep the two writers from forking a chain. */
	struct yz_db *other = site->db;
	if (site->url)
		other = yz_db_open(&(struct yz_db_options){.dir = site->dir, .url = site->url, .lane = 7}, &site->err);
	GOOD(site, other);
	pthread_t threads[THREADS];
	struct clerk clerks[THREADS];
	for (int i = 0; i < THREADS; i++) {
		clerks[i] = (struct clerk){.db = i % 2 ? other : site->db, .number = i};
		pthread_create(&threads[i], NULL, work, &clerks[i]);
	}
	int failures = 0;
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		failures += clerks[i].failures;
	}
	assert_int_equal(failures, 0);
	struct yz_ledger_report r = verify(site, NULL);
	assert_int_equal(r.fault, YZ_LEDGER_GOOD);
	assert_int_equal(r.checked, THREADS * 30);
	assert_int_equal(r.chains, 3);
	if (other != site->db)
		yz_db_close(other);
}
