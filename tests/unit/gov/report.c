/* Periods, and reports from the rows the acts keep.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/report.h"

#define WHY YZ_LIT("材料齐全，情况属实")
#define LAW YZ_LIT("城市道路管理条例第三十三条")

static struct yz_period period(const char *text)
{
	struct yz_period p;
	assert_true(yz_period_parse(yz_str(text), &p));
	return p;
}

static void assert_period(struct yz_period p, const char *text)
{
	char buf[YZ_PERIOD_TEXT];
	assert_string_equal(yz_period_print(p, buf), text);
	struct yz_period again = period(text);
	assert_int_equal(again.from, p.from);
	assert_int_equal(again.to, p.to);
}

TEST(a_period_is_read_as_it_is_written)
{
	const char *const good[] = {"2026-11-23", "2026-W48", "2026-W01", "2026-W53", "2026-11", "2026-Q4", "2026", "2024-02-29"};
	const char *const bad[] = {"",	      "26",	 "2026-",    "2026-13",	 "2026-00", "2026-Q0", "2026-Q5",   "2026-W00", "2026-W54",
				   "2025-W53", "2026-1", "2026-11-31", "1899",	 "2200",    "20x6",    "2026-W4",   "2026W48",	"2026-11-2",
				   "2026-Q44", "2026/11"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_period(period(good[i]), good[i]);
	struct yz_period p;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(yz_period_parse(yz_str(bad[i]), &p));
}

TEST(every_day_lies_in_the_period_of_its_kind_and_they_follow_without_gap)
{
	for (yz_day d = yz_day_from(2019, 12, 20); d < yz_day_from(2028, 1, 20); d++)
		for (int k = 0; k < YZ_PERIOD_KINDS; k++) {
			struct yz_period p = yz_period_of((enum yz_period_kind)k, d), next = yz_period_after(p);
			char buf[YZ_PERIOD_TEXT];
			assert_true(p.from <= d && d <= p.to);
			assert_int_equal(next.from, p.to + 1);
			assert_int_equal(yz_period_before(next).from, p.from);
			assert_period(p, yz_period_print(p, buf));
		}
}

TEST(a_year_ago_is_the_same_month_week_and_day)
{
	assert_period(yz_period_year_ago(period("2026-11")), "2025-11");
	assert_period(yz_period_year_ago(period("2026-Q1")), "2025-Q1");
	assert_period(yz_period_year_ago(period("2026")), "2025");
	assert_period(yz_period_year_ago(period("2026-W47")), "2025-W47");
	assert_period(yz_period_year_ago(period("2026-W53")), "2025-W52");
	assert_period(yz_period_year_ago(period("2024-02-29")), "2023-02-28");
	assert_period(yz_period_year_ago(period("2026-11-23")), "2025-11-23");
}

/* ---- reports ---- */

static void make(struct fixture *f, const char *login, const char *of, enum yz_report_by by, const char *org, struct yz_report *r)
{
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_report_make(f->site, conn, f->a, actor(f, login), period(of), by, yz_str(org), r, &f->err));
	yz_db_release(conn);
}

static const struct yz_report_row *row(const struct yz_report *r, const char *org, const char *key)
{
	for (size_t i = 0; i < r->nrows; i++)
		if (yz_str_eqz(r->rows[i].org, org) && yz_str_eqz(r->rows[i].key, key))
			return &r->rows[i];
	fail_msg("no row %s %s among %zu", org, key, r->nrows);
	return NULL;
}

/* Handed in on Monday, accepted on Tuesday, decided on the Monday after, and given on Wednesday. */
static struct yz_str slow_case(struct fixture *f)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	site_clock(f, "2026-11-24T10:00:00+08:00");
	review_all(f, no);
	site_clock(f, "2026-11-30T10:00:00+08:00");
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = WHY));
	site_clock(f, "2026-12-02T10:00:00+08:00");
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, issue));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, deliver));
	GOOD(f, ACT(f, she, no, rate, .level = 2));
	return no;
}

SITE(each_act_counts_on_its_day_for_its_item_post_and_person)
{
	slow_case(f);
	struct yz_report r;
	make(f, "supervisor", "2026-11", YZ_BY_POST, "", &r);
	assert_int_equal(r.sum.now.received, 1);
	assert_int_equal(r.sum.now.accepted, 1);
	assert_int_equal(r.sum.now.decided, 1);
	assert_int_equal(r.sum.now.delivered, 0);
	assert_int_equal(row(&r, "zhujian", "")->now.received, 1);
	assert_int_equal(row(&r, "zhujian", "window")->now.accepted, 1);
	assert_int_equal(row(&r, "zhujian", "window")->now.days_accept, 1);
	assert_int_equal(row(&r, "zhujian", "decider")->now.decided, 1);
	assert_int_equal(row(&r, "zhujian", "decider")->now.on_time, 1);
	int64_t clerk = actor(f, "zhangmin")->person, decider = actor(f, "decider")->person;
	assert_int_equal(site_int(f, "SELECT accepted FROM figure WHERE day = '2026-11-24' AND person = $1 AND item = $2", YZ_I(clerk), YZ_Z(ROAD_DIG)), 1);
	assert_int_equal(site_int(f, "SELECT decided FROM figure WHERE day = '2026-11-30' AND person = $1 AND item = $2", YZ_I(decider), YZ_Z(ROAD_DIG)), 1);
	make(f, "supervisor", "2026-12", YZ_BY_ITEM, "", &r);
	assert_int_equal(r.sum.now.delivered, 1);
	assert_int_equal(r.sum.now.rated, 1);
	assert_int_equal(r.sum.now.low, 1);
	assert_int_equal(r.sum.before.received, 1);
	assert_int_equal(r.sum.year_ago.received, 0);
	assert_string_equal(yz_str_z(f->a, row(&r, "zhujian", ROAD_DIG)->name), "城市道路挖掘许可");
}

/* Tuesday to Monday are four working days, of which the decision had them all: the reviews were done on the first. */
SITE(stages_are_counted_in_working_days_without_lawful_stops)
{
	slow_case(f);
	struct yz_report r;
	int64_t days, n;
	make(f, "supervisor", "2026-Q4", YZ_BY_ORG, "", &r);
	yz_stage_of(&r.sum.now, YZ_STAGE_ACCEPT, &days, &n);
	assert_int_equal(days, 1);
	assert_int_equal(n, 1);
	yz_stage_of(&r.sum.now, YZ_STAGE_REVIEW, &days, &n);
	assert_int_equal(days, 0);
	yz_stage_of(&r.sum.now, YZ_STAGE_DECIDE, &days, &n);
	assert_int_equal(days, 4);
	yz_stage_of(&r.sum.now, YZ_STAGE_DELIVER, &days, &n);
	assert_int_equal(days, 2);
	/* Stopped from Thursday to Monday: those two days do not count. */
	struct yz_str no = apply(f, actor(f, "liuyang"));
	review_all(f, no);
	site_clock(f, "2026-12-03T10:00:00+08:00");
	GOOD(f, ACT(f, actor(f, "reviewer"), no, stop, .special = YZ_LIT("听证"), .days = 9, .reason = WHY));
	site_clock(f, "2026-12-07T10:00:00+08:00");
	GOOD(f, ACT(f, actor(f, "reviewer"), no, resume, .reason = WHY));
	GOOD(f, ACT(f, actor(f, "decider"), no, deny, .reason = WHY, .basis = LAW));
	make(f, "supervisor", "2026-12", YZ_BY_ORG, "", &r);
	assert_int_equal(r.sum.now.stopped, 1);
	assert_int_equal(r.sum.now.denied, 1);
	assert_int_equal(r.sum.now.days_review + r.sum.now.days_decide, 1);
}

SITE(a_report_keeps_to_the_region_and_to_who_may_see_it)
{
	slow_case(f);
	struct yz_report r;
	make(f, "supervisor", "2026-11", YZ_BY_REGION, "", &r);
	assert_int_equal(r.nrows, 1);
	assert_int_equal(r.rows[0].now.received, 1);
	make(f, "supervisor-town", "2026-11", YZ_BY_ORG, "", &r);
	assert_int_equal(r.nrows, 0);
	assert_int_equal(r.sum.now.received, 0);
	struct yz_conn *conn = reading(f);
	struct yz_actor *town = actor(f, "supervisor-town"), *clerk = actor(f, "zhangmin");
	FAILS(f, YZ_NOT_FOUND, yz_report_make(f->site, conn, f->a, town, period("2026-11"), YZ_BY_ITEM, YZ_LIT("zhujian"), &r, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_report_make(f->site, conn, f->a, clerk, period("2026-11"), YZ_BY_ITEM, YZ_LIT("zhujian"), &r, &f->err));
	yz_db_release(conn);
}

SITE(cards_are_listed_by_rule_and_level_as_the_table_has_them)
{
	apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-12-04T09:00:00+08:00");
	sweep(f);
	struct yz_report r;
	make(f, "supervisor", "2026-12", YZ_BY_ORG, "", &r);
	int64_t issued = 0;
	for (size_t i = 0; i < r.ncards; i++)
		issued += r.cards[i].issued;
	assert_true(issued > 0);
	assert_int_equal(issued, site_int(f, "SELECT COUNT(*) FROM card"));
	assert_int_equal(issued, r.sum.now.yellow + r.sum.now.red + r.sum.now.notice);
}

SITE(lines_divide_only_where_there_is_something)
{
	struct yz_figure nothing = {0};
	size_t n;
	const struct yz_report_line *lines = yz_report_lines(&n);
	for (size_t i = 0; i < n; i++) {
		int64_t part, whole;
		yz_report_value(&nothing, i, &part, &whole);
		assert_int_equal(part, 0);
		assert_int_equal(whole, 0);
		assert_true(lines[i].title[0]);
	}
	(void)f;
}
