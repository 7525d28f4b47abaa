/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/db/site.h"

static const char table[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)";

enum way { PUT, REFUSE, UNDO, TWICE, SPEND };

struct one {
	enum way way;
	int n;
};

static bool do_one(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct one *o = ctx;
	char name[32];
	snprintf(name, sizeof name, "n%d", o->n);
	if (o->way == REFUSE)
		return yz_fail(err, YZ_NOT_NOW, "not today");
	for (int i = 0; o->way == SPEND; i++)
		memset(yz_alloc(a, 1 << 20), i, 1);
	if (!yz_insert(c, err, "INSERT INTO t (name) VALUES ($1)", YZ_Z(name)))
		return false;
	if (o->way == TWICE)
		yz_insert(c, err, "INSERT INTO t (name) VALUES ($1)", YZ_Z(name));
	return o->way != UNDO || yz_fail(err, YZ_NOT_NOW, "changed my mind");
}

/* Forty writes, the twentieth in its own way; counts by a read of its own what is there after each. */
struct many {
	struct site *site;
	enum way way;
	int64_t seen[40];
	int calls, good;
	struct yz_err err; /* of the twentieth */
};

static bool do_many(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct many *m = ctx;
	(void)c;
	(void)a;
	m->calls++;
	m->good = 0;
	for (int i = 0; i < 40; i++) {
		struct one one = {i == 20 ? m->way : PUT, i};
		struct yz_err failed = {0};
		m->good += yz_db_write(m->site->db, do_one, &one, &failed);
		if (i == 20)
			m->err = failed;
		struct yz_conn *own = yz_db_read(m->site->db, err);
		if (!own || !yz_select_int(own, &m->seen[i], 0, err, "SELECT COUNT(*) FROM t"))
			return false;
		yz_db_release(own);
	}
	return true;
}

BOTH(many_writes_become_one_commit_and_see_each_other)
{
	struct many m = {.site = site};
	GOOD(site, site_ddl(site, table));
	struct yz_db_stats before = yz_db_stats(site->db);
	GOOD(site, yz_db_bulk(site->db, do_many, &m, &site->err));
	assert_int_equal(m.calls, 1);
	assert_int_equal(m.good, 40);
	for (int i = 0; i < 40; i++)
		assert_int_equal(m.seen[i], i + 1);
	struct yz_db_stats after = yz_db_stats(site->db);
	assert_int_equal(after.commits - before.commits, 1);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 40);
}

BOTH(one_that_is_refused_before_it_changes_anything_hurts_no_other)
{
	struct many m = {.site = site, .way = REFUSE};
	GOOD(site, site_ddl(site, table));
	GOOD(site, yz_db_bulk(site->db, do_many, &m, &site->err));
	assert_int_equal(m.good, 39);
	assert_int_equal(m.err.code, YZ_NOT_NOW);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 39);
}

static void undoes_all(struct site *site, enum way way, enum yz_code code)
{
	struct many m = {.site = site, .way = way};
	GOOD(site, site_ddl(site, table));
	assert_false(yz_db_bulk(site->db, do_many, &m, &site->err));
	assert_int_equal(site->err.code, code);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 0);
	/* And the writer goes on, bulk or not. */
	m = (struct many){.site = site};
	GOOD(site, yz_db_bulk(site->db, do_many, &m, &site->err));
	GOOD(site, site_exec(site, "INSERT INTO t (name) VALUES ('after')"));
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 41);
}

BOTH(one_that_fails_having_changed_something_undoes_all)
{
	undoes_all(site, UNDO, YZ_NOT_NOW);
}

BOTH(a_failed_statement_undoes_all_whatever_its_write_says)
{
	undoes_all(site, TWICE, YZ_EXISTS);
}

BOTH(memory_that_is_spent_undoes_all)
{
	undoes_all(site, SPEND, YZ_LIMIT);
}

static bool read_in(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct site *site = ctx;
	int64_t n;
	(void)c;
	for (int i = 0; i < 3; i++) {
		struct yz_conn *own = yz_db_read_in(site->db, a, err);
		if (!own || !yz_select_int(own, &n, 0, err, "SELECT COUNT(*) FROM t"))
			return false;
	}
	return true;
}

BOTH(a_connection_lent_to_an_arena_is_the_writers_own)
{
	GOOD(site, site_ddl(site, table));
	int busy = yz_db_stats(site->db).readers_busy;
	GOOD(site, yz_db_bulk(site->db, read_in, site, &site->err));
	assert_int_equal(yz_db_stats(site->db).readers_busy, busy);
}

/* ---- some at a time ---- */

static bool do_instead(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct one *o = ctx;
	char name[32];
	(void)a;
	snprintf(name, sizeof name, "instead of n%d", o->n);
	return yz_insert(c, err, "INSERT INTO t (name) VALUES ($1)", YZ_Z(name)) != 0;
}

static void some(struct one *items, enum way third)
{
	for (int i = 0; i < 5; i++)
		items[i] = (struct one){i == 3 ? third : PUT, i};
}

BOTH(some_are_one_commit)
{
	struct one items[5];
	some(items, PUT);
	GOOD(site, site_ddl(site, table));
	struct yz_db_stats before = yz_db_stats(site->db);
	GOOD(site, yz_db_write_some(site->db, do_one, do_instead, items, sizeof *items, 5, &site->err));
	assert_int_equal(yz_db_stats(site->db).commits - before.commits, 1);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 5);
	GOOD(site, yz_db_write_some(site->db, do_one, do_instead, items, sizeof *items, 0, &site->err));
}

static void all_but_one(struct site *site, enum way way)
{
	struct one items[5];
	some(items, way);
	GOOD(site, site_ddl(site, table));
	GOOD(site, yz_db_write_some(site->db, do_one, do_instead, items, sizeof *items, 5, &site->err));
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 5);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t WHERE name = 'instead of n3'"), 1);
}

BOTH(one_of_some_that_is_refused_stops_no_other)
{
	all_but_one(site, REFUSE);
}

BOTH(one_of_some_that_changed_something_and_failed_is_undone_alone)
{
	all_but_one(site, UNDO);
}

static bool do_inside(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct site *site = ctx;
	struct one items[5];
	(void)c, (void)a;
	some(items, REFUSE);
	return yz_db_write_some(site->db, do_one, do_instead, items, sizeof *items, 5, err);
}

BOTH(inside_a_bulk_none_of_some_is_done_twice)
{
	GOOD(site, site_ddl(site, table));
	GOOD(site, yz_db_bulk(site->db, do_inside, site, &site->err)); /* the name is unique: twice would fail */
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t"), 5);
	assert_int_equal(site_int(site, "SELECT COUNT(*) FROM t WHERE name = 'instead of n3'"), 1);
}
