/* SPDX-License-Identifier: Apache-2.0
 *
 * Two sites open on one PostgreSQL, each with its own writer and readers, as two servers have them.
 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/catalogue.h"
#include "gov/refresh.h"

#include <pthread.h>

/* f is the first; `other` has the same clock. */
#define PAIR(name)                                                                                                     \
	static void name##_pair(struct fixture *f, struct fixture *other);                                             \
	TEST(name)                                                                                                     \
	{                                                                                                              \
		const char *why, *url = yz_test_pg(&why);                                                              \
		if (!url)                                                                                              \
			SKIP(why);                                                                                     \
		struct fixture f = {.dir = yz_test_folder(), .a = yz_arena_create(0)}, other = f;                      \
		other.a = yz_arena_create(0);                                                                          \
		site_clock(&f, SITE_BEGINS);                                                                           \
		site_open(&f, true, url);                                                                              \
		site_install(&f, site_demo_pack());                                                                    \
		site_clock(&other, SITE_BEGINS);                                                                       \
		site_open(&other, false, url);                                                                         \
		name##_pair(&f, &other);                                                                               \
		yz_arena_destroy(f.a);                                                                                 \
		yz_arena_destroy(other.a);                                                                             \
		yz_site_close(f.site);                                                                                 \
		yz_site_close(other.site);                                                                             \
	}                                                                                                              \
	static void name##_pair(struct fixture *f, struct fixture *other)

struct sweeping {
	struct fixture *f;
	bool good;
};

static void *sweep_all(void *ctx)
{
	struct sweeping *s = ctx;
	int64_t done;
	yz_instant next;
	s->good = yz_sweep(s->f->site, s->f->now, &done, &next, &s->f->err);
	return NULL;
}

PAIR(two_servers_sweepers_issue_each_card_once)
{
	enum { CASES = 60 };
	struct yz_actor *she = actor(f, "liuyang"), *there = actor(other, "liuyang");
	for (int i = 0; i < CASES; i++)
		i % 2 ? apply(f, she) : apply(other, there);
	site_clock(f, "2026-11-30T12:00:00+08:00"); /* the window's day is over, the five days nearly */
	other->now = f->now;
	struct sweeping both[] = {{f, false}, {other, false}};
	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sweep_all, &both[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		GOOD(both[i].f, both[i].good);
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'red'"), CASES);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'yellow'"), CASES);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act LIKE 'card.%'"), 2 * CASES);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(yellow + red) AS BIGINT) FROM figure"), 2 * CASES);
	ledger_holds(other);
}

PAIR(two_servers_sweepers_issue_the_cards_of_monitors_once)
{
	enum { CASES = 30 };
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin"), *reviewer = actor(f, "reviewer");
	for (int i = 0; i < CASES; i++) {
		struct yz_str no = apply(f, she);
		GOOD(f, ACT(f, clerk, no, accept));
		GOOD(f, ACT(f, reviewer, no, stop, .special = YZ_LIT("检验"), .days = 3, .reason = YZ_LIT("送检")));
	}
	site_clock(f, "2026-12-20T10:00:00+08:00");
	other->now = f->now;
	struct sweeping both[] = {{f, false}, {other, false}};
	pthread_t threads[2];
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sweep_all, &both[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		GOOD(both[i].f, both[i].good);
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'special-long' AND level = 'yellow'"), CASES);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch"), 0);
	ledger_holds(other);
}

struct deciding {
	struct fixture *f;
	struct yz_str no;
	bool good;
};

static void *accept_it(void *ctx)
{
	struct deciding *d = ctx;
	d->good = ACT(d->f, actor(d->f, "zhangmin"), d->no, accept);
	return NULL;
}

static void *refuse_it(void *ctx)
{
	struct deciding *d = ctx;
	d->good = ACT(d->f, actor(d->f, "zhangmin"), d->no, refuse, .reason = YZ_LIT("材料与现场不符"), .basis = YZ_LIT("行政许可法第三十二条"));
	return NULL;
}

PAIR(of_two_acts_at_once_on_two_servers_one_wins)
{
	struct yz_actor *she = actor(f, "liuyang");
	for (int i = 0; i < 20; i++) {
		struct yz_str no = apply(f, she);
		struct deciding here = {f, no, false}, there = {other, no, false};
		pthread_t first, second;
		assert_int_equal(pthread_create(&first, NULL, accept_it, &here), 0);
		assert_int_equal(pthread_create(&second, NULL, refuse_it, &there), 0);
		pthread_join(first, NULL);
		pthread_join(second, NULL);
		assert_int_equal(here.good + there.good, 1);
		struct fixture *loser = here.good ? other : f;
		assert_true(loser->err.code == YZ_CONFLICT || loser->err.code == YZ_NOT_NOW);
		loser->err = (struct yz_err){0};
		assert_int_equal(look(f, actor(f, "zhangmin"), no)->row.state, here.good ? YZ_CASE_accepted : YZ_CASE_refused);
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act IN ('case.accept', 'case.refuse')"), 20);
	ledger_holds(other);
}

/* ---- items and days ---- */

static bool finds(struct fixture *f, const char *words, const char *name)
{
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	const struct yz_find q = {.words = yz_str(words), .limit = 5};
	struct yz_found *hits;
	size_t total, n = yz_catalogue_search(c, f->a, &q, &hits, &total);
	bool found = false;
	for (size_t i = 0; i < n; i++)
		found = found || yz_str_eqz(hits[i].item->name, name);
	yz_site_catalogue_release(f->site, c);
	return found;
}

static void import(struct fixture *f, const char *name)
{
	struct yz_import_report r;
	const struct yz_import_options o = {.file_name = YZ_LIT("items.csv"),
					    .bytes = yz_str_printf(f->a, "实施编码,事项名称,部门\n1199012100990999994000000000001,%s,清泽县民政局\n", name)};
	GOOD(f, yz_item_import(f->site, f->a, &o, &r, &f->err));
}

PAIR(what_one_server_changes_the_other_has_at_its_next_look)
{
	struct yz_seen seen = *other->site->at_open;
	import(f, "风筝放飞备案");
	assert_true(finds(f, "风筝", "风筝放飞备案"));
	assert_false(finds(other, "风筝", "风筝放飞备案"));
	GOOD(other, yz_site_refresh(other->site, &seen, &other->err));
	assert_true(finds(other, "风筝", "风筝放飞备案"));
	/* And back, another name in the same place. */
	struct yz_seen first = *f->site->at_open;
	GOOD(f, yz_site_refresh(f->site, &first, &f->err));
	f->now = other->now += YZ_MINUTE;
	import(other, "孔明灯燃放备案");
	GOOD(f, yz_site_refresh(f->site, &first, &f->err));
	assert_true(finds(f, "孔明灯", "孔明灯燃放备案"));
	assert_false(finds(f, "风筝", "风筝放飞备案"));
}

static void hears(void *ctx, unsigned changes)
{
	*(unsigned *)ctx |= changes;
}

PAIR(who_listens_at_one_server_hears_of_the_others_cases)
{
	static unsigned heard;
	struct yz_seen seen = *other->site->at_open;
	GOOD(other, yz_site_refresh(other->site, &seen, &other->err));
	heard = 0;
	yz_site_listen(other->site, hears, &heard);
	apply(f, actor(f, "liuyang"));
	assert_int_equal(heard, 0);
	GOOD(other, yz_site_refresh(other->site, &seen, &other->err));
	assert_int_equal(heard, YZ_CHANGE_CASE | YZ_CHANGE_CARD);
	heard = 0;
	GOOD(other, yz_site_refresh(other->site, &seen, &other->err)); /* nothing new */
	assert_int_equal(heard, 0);
}

static bool set_hours(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a, (void)ctx;
	return yz_site_set(conn, "calendar.hours", YZ_LIT("[\"10:00-11:00\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]"), err);
}

PAIR(office_hours_too)
{
	struct yz_seen seen = *other->site->at_open;
	const struct yz_calendar *before = yz_site_calendar(other->site);
	yz_site_calendar_release(other->site, before);
	GOOD(f, yz_db_write(f->site->db, set_hours, NULL, &f->err));
	GOOD(other, yz_site_refresh(other->site, &seen, &other->err));
	const struct yz_calendar *after = yz_site_calendar(other->site);
	yz_site_calendar_release(other->site, after);
	assert_ptr_not_equal(before, after);
	GOOD(other, yz_site_refresh(other->site, &seen, &other->err)); /* nothing new */
	assert_ptr_equal(yz_site_calendar(other->site), after);
	yz_site_calendar_release(other->site, after);
}
