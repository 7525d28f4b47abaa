/* What the hall's screen shows, and that every number opens what it counts.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/screen.h"

#define WHOLE YZ_LIT("/990000/990100/990121/")

static struct yz_screen *screen(struct fixture *f, struct yz_str path)
{
	struct yz_conn *conn = reading(f);
	struct yz_screen *s = yz_screen_load(f->site, conn, f->a, path, &f->err);
	yz_db_release(conn);
	GOOD(f, s);
	return s;
}

static struct yz_counted counted(struct fixture *f, const char *login, struct yz_counted_query q)
{
	struct yz_counted out;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_counted(f->site, conn, f->a, actor(f, login), &q, &out, &f->err));
	yz_db_release(conn);
	return out;
}

static const struct yz_screen_org *org_of(const struct yz_screen *s, const char *key)
{
	for (size_t i = 0; i < s->norgs; i++)
		if (yz_str_eqz(s->orgs[i].key, key))
			return &s->orgs[i];
	return NULL;
}

/* Decided on its own day, by whoever decides. */
static struct yz_str decided(struct fixture *f)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	review_all(f, no);
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件")));
	return no;
}

SITE(the_numbers_of_today_are_the_cases_they_open)
{
	struct yz_screen *s = screen(f, WHOLE);
	assert_int_equal(s->received + s->decided + s->rated + (int64_t)s->norgs, 0);
	apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-11-24T10:00:00+08:00");
	struct yz_str no = decided(f);
	apply(f, actor(f, "liuyang"));
	s = screen(f, WHOLE);
	assert_int_equal(s->received, 2);
	assert_int_equal(s->decided, 1);
	assert_int_equal(s->judged, 1);
	assert_int_equal(s->on_time, 1);
	const struct yz_screen_org *o = org_of(s, "zhujian");
	assert_non_null(o);
	assert_int_equal(o->ok + o->warn + o->late + o->stopped, 3);
	assert_int_equal(s->ok + s->warn + s->late + s->stopped, 3);
	yz_instant today = yz_day_start(s->day, f->site->offset);
	struct yz_counted c = counted(f, "supervisor", (struct yz_counted_query){.what = YZ_COUNTED_RECEIVED, .from = today, .to = today + YZ_DAY});
	assert_int_equal(c.total, s->received);
	assert_int_equal(c.len, 2);
	c = counted(f, "supervisor", (struct yz_counted_query){.what = YZ_COUNTED_DECIDED, .from = today, .to = today + YZ_DAY});
	assert_int_equal(c.total, s->decided);
	assert_true(yz_str_eq(c.rows[0].case_no, no));
	/* A day later nothing of it is today's, and the month has it still. */
	site_clock(f, "2026-11-25T10:00:00+08:00");
	s = screen(f, WHOLE);
	assert_int_equal(s->received + s->decided, 0);
	assert_int_equal(s->judged, 1);
}

/* How many of what was decided between, as `q` asks. */
static int64_t of_month(struct fixture *f, struct yz_counted_query q)
{
	q.from = at("2026-11-01T00:00:00+08:00");
	q.to = at("2027-02-01T00:00:00+08:00");
	return counted(f, "supervisor", q).total;
}

SITE(what_was_decided_says_how_its_limit_was_kept_and_by_whom)
{
	struct yz_str ahead = decided(f), late = apply(f, actor(f, "liuyang"));
	review_all(f, late);
	site_clock(f, "2027-01-25T10:00:00+08:00");
	GOOD(f, ACT(f, actor(f, "decider"), late, grant, .reason = YZ_LIT("符合条件")));
	struct yz_counted c = counted(f, "supervisor", (struct yz_counted_query){.what = YZ_COUNTED_DECIDED, .from = f->now - 90 * YZ_DAY, .to = f->now + 1});
	assert_int_equal(c.len, 2);
	assert_true(yz_str_eq(c.rows[0].case_no, late) && c.rows[0].kept == YZ_COUNTED_LATE);
	assert_true(yz_str_eq(c.rows[1].case_no, ahead) && c.rows[1].kept == YZ_COUNTED_AHEAD);
	int64_t she = actor(f, "decider")->person;
	assert_int_equal(of_month(f, (struct yz_counted_query){.what = YZ_COUNTED_DECIDED}), site_int(f, "SELECT SUM(decided) FROM figure"));
	assert_int_equal(of_month(f, (struct yz_counted_query){.what = YZ_COUNTED_EARLY}), site_int(f, "SELECT SUM(early) FROM figure"));
	assert_int_equal(of_month(f, (struct yz_counted_query){.what = YZ_COUNTED_ON_TIME}), site_int(f, "SELECT SUM(on_time) FROM figure"));
	assert_int_equal(of_month(f, (struct yz_counted_query){.what = YZ_COUNTED_EARLY, .person = she}), 1);
	assert_int_equal(of_month(f, (struct yz_counted_query){.what = YZ_COUNTED_DECIDED, .person = she, .post = YZ_LIT("decider")}), 2);
	assert_int_equal(of_month(f, (struct yz_counted_query){.what = YZ_COUNTED_DECIDED, .person = actor(f, "zhangmin")->person}), 0);
	assert_int_equal(of_month(f, (struct yz_counted_query){.what = YZ_COUNTED_EARLY, .post = YZ_LIT("window")}), 0);
	/* The entry is written a moment after the case's own instant. */
	site_do(f, "UPDATE cases SET decided = decided - 1");
	assert_int_equal(of_month(f, (struct yz_counted_query){.what = YZ_COUNTED_EARLY, .person = she}), 1);
	/* What no entry says is told as such. */
	site_do(f, "UPDATE ledger SET body = '{}' WHERE act = 'case.grant'");
	c = counted(f, "supervisor", (struct yz_counted_query){.what = YZ_COUNTED_DECIDED, .from = f->now - 90 * YZ_DAY, .to = f->now + 2});
	assert_true(c.len == 2 && c.rows[0].kept == YZ_COUNTED_UNKNOWN);
}

SITE(a_page_of_what_is_counted_goes_on_where_the_last_ended)
{
	for (int i = 0; i < 3; i++)
		apply(f, actor(f, "liuyang"));
	yz_instant today = yz_day_start(yz_instant_day(f->now, f->site->offset), f->site->offset);
	struct yz_counted_query q = {.what = YZ_COUNTED_RECEIVED, .from = today, .to = today + YZ_DAY, .limit = 2};
	struct yz_counted one = counted(f, "supervisor", q);
	assert_true(one.more && one.len == 2 && one.total == 3);
	q.before_at = one.rows[1].at;
	q.before_id = one.rows[1].id;
	struct yz_counted two = counted(f, "supervisor", q);
	assert_true(!two.more && two.len == 1 && two.total == 3);
	assert_false(yz_str_eq(two.rows[0].case_no, one.rows[0].case_no) || yz_str_eq(two.rows[0].case_no, one.rows[1].case_no));
	q.org = YZ_LIT("minzheng");
	q.before_at = 0;
	assert_int_equal(counted(f, "supervisor", q).total, 0);
}

SITE(a_step_is_shown_once_three_were_done_and_opens_them_and_a_recalled_one_does_not_count)
{
	struct yz_str last = {0};
	for (int i = 0; i < 3; i++) {
		assert_int_equal(screen(f, WHOLE)->nstages, 0);
		last = apply(f, actor(f, "liuyang"));
		GOOD(f, ACT(f, actor(f, "zhangmin"), last, accept));
	}
	struct yz_screen *s = screen(f, WHOLE);
	assert_int_equal(s->nstages, 1);
	const struct yz_screen_stage *g = &s->stages[0];
	assert_true(yz_str_eqz(g->org, "zhujian") && yz_str_eqz(g->item, ROAD_DIG) && g->n == 3);
	assert_int_equal(g->spent, 0);
	struct yz_counted_query q = {.what = YZ_COUNTED_STAGE, .from = at("2026-10-01T00:00:00+08:00"), .to = at("2027-01-01T00:00:00+08:00"),
				     .org = g->org, .item = g->item, .node = g->node};
	assert_int_equal(counted(f, "supervisor", q).total, 3);
	/* Half a working day lies on a reviewer's desk; the other two of it are taken back. */
	site_clock(f, "2026-11-24T09:00:00+08:00");
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	site_clock(f, "2026-11-24T12:00:00+08:00");
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
	assert_int_equal(site_int(f, "SELECT n FROM stage_figure WHERE org = 'jiaojing'"), 1);
	assert_int_equal(site_int(f, "SELECT spent FROM stage_figure WHERE org = 'jiaojing'"), 3 * YZ_HOUR);
	site_clock(f, "2026-11-24T15:00:00+08:00");
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, recall, .reason = YZ_LIT("看错了图")));
	assert_int_equal(site_int(f, "SELECT n FROM stage_figure WHERE org = 'jiaojing'"), 0);
	assert_int_equal(site_int(f, "SELECT spent FROM stage_figure WHERE org = 'jiaojing'"), 0);
}

SITE(a_town_sees_the_town_and_cards_name_nobody)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	struct yz_screen *s = screen(f, WHOLE);
	assert_true(s->ncards > 0);
	assert_true(s->cards[0].issued <= f->now && s->cards[0].item_name.len && s->cards[0].org_name.len);
	assert_true(s->late == 1 || s->warn == 1 || s->ok == 1);
	assert_true(look(f, actor(f, "zhangmin"), no)->row.id > 0);
	s = screen(f, YZ_LIT("/990000/990100/990121/990121001/"));
	assert_int_equal(s->ncards + s->norgs, 0);
	assert_int_equal(s->received, 0);
	yz_instant from = at("2026-01-01T00:00:00+08:00"), to = at("2027-01-01T00:00:00+08:00");
	assert_int_equal(counted(f, "supervisor-town", (struct yz_counted_query){.what = YZ_COUNTED_RECEIVED, .from = from, .to = to}).total, 0);
	struct yz_counted out;
	struct yz_conn *conn = reading(f);
	FAILS(f, YZ_FORBIDDEN, yz_counted(f->site, conn, f->a, actor(f, "zhangmin"), &(struct yz_counted_query){.to = to}, &out, &f->err));
	yz_db_release(conn);
}

SITE(a_device_is_let_in_by_its_address_until_there_is_a_new_one)
{
	struct yz_actor *chief = actor(f, "supervisor");
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_screen_token(f->site, conn, f->a, chief).len, 0);
	struct yz_str path;
	FAILS(f, YZ_NOT_FOUND, yz_screen_device(f->site, conn, f->a, YZ_LIT("990121.0123456789abcdef0123456789abcdef"), &path, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_screen_device(f->site, conn, f->a, YZ_LIT(""), &path, &f->err));
	yz_db_release(conn);
	FAILS(f, YZ_FORBIDDEN, yz_screen_token_set(f->site, actor(f, "zhangmin"), true, &f->err));
	GOOD(f, yz_screen_token_set(f->site, chief, true, &f->err));
	conn = reading(f);
	struct yz_str first = yz_screen_token(f->site, conn, f->a, chief);
	GOOD(f, yz_screen_device(f->site, conn, f->a, first, &path, &f->err));
	assert_true(yz_str_eq(path, WHOLE));
	FAILS(f, YZ_NOT_FOUND, yz_screen_device(f->site, conn, f->a, yz_str_n(first.ptr, first.len - 1), &path, &f->err));
	yz_db_release(conn);
	GOOD(f, yz_screen_token_set(f->site, chief, true, &f->err));
	conn = reading(f);
	FAILS(f, YZ_NOT_FOUND, yz_screen_device(f->site, conn, f->a, first, &path, &f->err));
	struct yz_str second = yz_screen_token(f->site, conn, f->a, chief);
	GOOD(f, yz_screen_device(f->site, conn, f->a, second, &path, &f->err));
	yz_db_release(conn);
	/* A town's is another, and shows the town. */
	GOOD(f, yz_screen_token_set(f->site, actor(f, "supervisor-town"), true, &f->err));
	conn = reading(f);
	GOOD(f, yz_screen_device(f->site, conn, f->a, yz_screen_token(f->site, conn, f->a, actor(f, "supervisor-town")), &path, &f->err));
	assert_true(yz_str_starts(path, WHOLE) && path.len > WHOLE.len);
	GOOD(f, yz_screen_device(f->site, conn, f->a, second, &path, &f->err));
	yz_db_release(conn);
	GOOD(f, yz_screen_token_set(f->site, chief, false, &f->err));
	conn = reading(f);
	FAILS(f, YZ_NOT_FOUND, yz_screen_device(f->site, conn, f->a, second, &path, &f->err));
	yz_db_release(conn);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act IN ('screen.open', 'screen.close')"), 4);
}

SITE(the_map_of_the_demo_has_every_town_and_its_departments)
{
	struct yz_conn *conn = reading(f);
	struct yz_atlas *m = yz_screen_map(conn, f->a);
	yz_db_release(conn);
	assert_int_equal(m->nrings, 12);
	assert_int_equal(m->nplaces, 51);
	for (size_t i = 0; i < m->nplaces; i++)
		assert_true(m->places[i].at.x > m->least.x && m->places[i].at.x < m->most.x);
}
