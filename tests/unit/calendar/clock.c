/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "calendar/calendar.h"

#include <stdio.h>
#include <string.h>

static struct yz_arena *arena;
static struct yz_err err;

/* 2026 as its notice has it around the Spring Festival and in May; 2027 unknown. */
static struct yz_calendar *calendar(void)
{
	static struct yz_calendar *c;
	if (c)
		return c;
	arena = yz_arena_create(0);
	c = yz_calendar_new(arena, YZ_SHANGHAI);
	assert_true(yz_calendar_import(
		c,
		YZ_LIT("{\"holidays\":{\"2026-01-01\":\"元旦\",\"2026-01-02\":\"元旦\",\"2026-01-03\":\"元旦\",\"2026-"
		       "02-15\":\"春节\","
		       "\"2026-02-16\":\"春节\",\"2026-02-17\":\"春节\",\"2026-02-18\":\"春节\",\"2026-02-19\":"
		       "\"春节\",\"2026-02-20\":\"春节\","
		       "\"2026-02-21\":\"春节\",\"2026-02-22\":\"春节\",\"2026-02-23\":\"春节\",\"2026-05-01\":"
		       "\"劳动节\",\"2026-10-01\":\"国庆节\"},"
		       "\"workdays\":{\"2026-01-04\":\"元旦\",\"2026-02-14\":\"春节\",\"2026-02-28\":\"春节\"}}"),
		NULL, &err));
	return c;
}

static yz_instant at(const char *local)
{
	yz_instant t;
	char iso[40];
	snprintf(iso, sizeof iso, "%.10sT%s:00+08:00", local, local + 11);
	assert_true(yz_instant_parse(yz_str(iso), &t));
	return t;
}

static struct yz_clock started(int limit, enum yz_unit unit, const char *when)
{
	struct yz_clock k;
	calendar();
	assert_true(yz_clock_start(&k, limit, unit, at(when), &err));
	return k;
}

static void due_is(const struct yz_clock *k, const char *local)
{
	char got[32];
	yz_instant due = yz_clock_due(k, calendar());
	assert_int_not_equal(due, YZ_NEVER);
	assert_string_equal(yz_instant_local(due, YZ_SHANGHAI, got), local);
}

static void warn_is(const struct yz_clock *k, const struct yz_warn *w, const char *local)
{
	char got[32];
	struct yz_clock_state s = yz_clock_at(k, calendar(), w, k->started);
	assert_string_equal(yz_instant_local(s.warn, YZ_SHANGHAI, got), local);
}

TEST(five_working_days_run_around_the_spring_festival)
{
	struct yz_clock k = started(5, YZ_WORKING_DAYS, "2026-02-12 10:32");
	due_is(&k, "2026-02-27 00:00"); /* 24:00 of the 26th */
	warn_is(&k, NULL, "2026-02-25 09:00");
	struct yz_clock_state s = yz_clock_at(&k, calendar(), NULL, at("2026-02-12 23:59"));
	assert_int_equal(s.used, 0);
	assert_int_equal(s.left, 5);
	s = yz_clock_at(&k, calendar(), NULL, at("2026-02-18 12:00"));
	assert_int_equal(s.used, 2); /* 13th, and the 14th by exchange */
	s = yz_clock_at(&k, calendar(), NULL, at("2026-02-26 23:59"));
	assert_int_equal(s.used, 5);
	assert_false(s.overdue);
	s = yz_clock_at(&k, calendar(), NULL, at("2026-02-27 00:00"));
	assert_true(s.overdue);
	assert_int_equal(s.left, -1);
	assert_int_equal(s.provisional, 0);
}

TEST(a_natural_period_ends_on_a_working_day)
{
	struct yz_clock k = started(15, YZ_NATURAL_DAYS, "2026-02-02 09:00"); /* nominal end: 17 February */
	due_is(&k, "2026-02-25 00:00");
	struct yz_clock_state s = yz_clock_at(&k, calendar(), NULL, at("2026-02-24 10:00"));
	assert_int_equal(s.used, 15);
	assert_int_equal(s.left, 0);
	assert_false(s.overdue);
	s = yz_clock_at(&k, calendar(), NULL, at("2026-02-26 10:00"));
	assert_int_equal(s.left, -2);
	k = started(15, YZ_NATURAL_DAYS, "2026-03-02 09:00");
	due_is(&k, "2026-03-18 00:00");
}

TEST(a_stop_moves_the_due_day_by_its_working_days)
{
	struct yz_clock k = started(20, YZ_WORKING_DAYS, "2026-03-02 09:00");
	due_is(&k, "2026-03-31 00:00");
	assert_true(yz_clock_stop(&k, at("2026-03-04 10:00"), &err));
	assert_true(yz_clock_stopped(&k));
	struct yz_clock_state s = yz_clock_at(&k, calendar(), NULL, at("2026-03-10 10:00"));
	assert_true(s.stopped);
	assert_true(s.due == YZ_NEVER && s.warn == YZ_NEVER);
	assert_int_equal(s.used, 2);                                    /* the day of stopping counts */
	assert_true(yz_clock_resume(&k, at("2026-03-11 16:00"), &err)); /* 5, 6, 9, 10, 11 March do not count */
	due_is(&k, "2026-04-07 00:00");                                 /* five later */
	s = yz_clock_at(&k, calendar(), NULL, at("2026-03-12 08:00"));
	assert_int_equal(s.used, 3);
}

TEST(a_stop_within_one_day_costs_nothing_in_days)
{
	struct yz_clock k = started(20, YZ_WORKING_DAYS, "2026-03-02 09:00");
	assert_true(yz_clock_stop(&k, at("2026-03-04 10:00"), &err));
	assert_true(yz_clock_resume(&k, at("2026-03-04 15:00"), &err));
	due_is(&k, "2026-03-31 00:00");
}

TEST(a_limit_that_ran_out_is_not_healed_by_a_stop)
{
	struct yz_clock k = started(2, YZ_WORKING_DAYS, "2026-03-02 09:00");
	assert_true(yz_clock_stop(&k, at("2026-03-05 10:00"), &err));
	due_is(&k, "2026-03-05 00:00");
	assert_true(yz_clock_at(&k, calendar(), NULL, at("2026-03-06 10:00")).overdue);
	k = started(2, YZ_MINUTES, "2026-03-02 09:00");
	assert_true(yz_clock_stop(&k, at("2026-03-02 09:02"), &err));
	due_is(&k, "2026-03-02 09:02");
}

TEST(twenty_and_ten_make_thirty)
{
	struct yz_clock k = started(20, YZ_WORKING_DAYS, "2026-03-02 09:00");
	assert_true(yz_clock_extend(&k, 10, &err));
	struct yz_clock whole = started(30, YZ_WORKING_DAYS, "2026-03-02 09:00");
	assert_int_equal(yz_clock_due(&k, calendar()), yz_clock_due(&whole, calendar()));
	assert_int_equal(yz_clock_at(&k, calendar(), NULL, at("2026-03-03 09:00")).total, 30);
	assert_false(yz_clock_extend(&k, 0, &err));
	assert_false(yz_clock_extend(&k, YZ_CLOCK_LIMIT_MOST, &err));
	assert_int_equal(k.extra, 10);
}

TEST(working_hours_run_in_the_offices_hours)
{
	struct yz_clock k = started(8, YZ_WORKING_HOURS, "2026-03-02 16:30"); /* 1 h, then 7 h */
	due_is(&k, "2026-03-03 17:30");
	k = started(4, YZ_WORKING_HOURS, "2026-02-14 16:30"); /* exchanged Saturday, then the festival */
	due_is(&k, "2026-02-24 12:00");
	k = started(1, YZ_WORKING_HOURS, "2026-03-02 20:00");
	due_is(&k, "2026-03-03 10:00");
	struct yz_clock_state s = yz_clock_at(&k, calendar(), NULL, at("2026-03-03 09:15"));
	assert_int_equal(s.used, 15 * YZ_MINUTE);
	assert_int_equal(s.left, 45 * YZ_MINUTE);
	warn_is(&k, NULL, "2026-03-03 09:48");
	assert_true(yz_clock_stop(&k, at("2026-03-03 09:30"), &err));
	assert_true(yz_clock_resume(&k, at("2026-03-03 14:00"), &err));
	due_is(&k, "2026-03-03 14:30");
	k = started(0, YZ_WORKING_HOURS, "2026-03-02 20:00");
	due_is(&k, "2026-03-02 20:00");
}

TEST(hours_and_minutes_run_by_the_clock)
{
	struct yz_clock k = started(24, YZ_NATURAL_HOURS, "2026-02-14 20:00");
	due_is(&k, "2026-02-15 20:00");
	k = started(30, YZ_MINUTES, "2026-12-31 23:45");
	due_is(&k, "2027-01-01 00:15");
	warn_is(&k, NULL, "2027-01-01 00:09");
	assert_int_equal(yz_clock_at(&k, calendar(), NULL, k.started).provisional, 0);
	assert_true(yz_clock_stop(&k, at("2026-12-31 23:50"), &err));
	assert_true(yz_clock_resume(&k, at("2027-01-01 00:50"), &err));
	due_is(&k, "2027-01-01 01:15");
	assert_int_equal(yz_clock_at(&k, calendar(), NULL, at("2027-01-01 01:00")).used, 15 * YZ_MINUTE);
}

TEST(an_office_that_never_opens_is_never_due)
{
	struct yz_calendar *c = yz_calendar_copy(arena, calendar());
	for (int w = 0; w <= YZ_EXCHANGED; w++)
		assert_true(yz_calendar_set_office(c, w, YZ_LIT(""), &err));
	struct yz_clock k = started(8, YZ_WORKING_HOURS, "2026-03-02 16:30");
	assert_int_equal(yz_clock_due(&k, c), YZ_NEVER);
}

TEST(a_period_into_an_unknown_year_is_provisional_until_the_notice_comes)
{
	struct yz_clock k = started(20, YZ_WORKING_DAYS, "2026-12-14 09:00");
	due_is(&k, "2027-01-13 00:00"); /* 14 days in 2026, 6 in 2027 without 1 January */
	assert_int_equal(yz_clock_at(&k, calendar(), NULL, k.started).provisional, 2027);
	struct yz_clock_row *rows;
	bool cut;
	size_t n = yz_clock_explain(arena, &k, calendar(), k.started, 400, &rows, &cut);
	assert_int_equal(rows[18].mark, YZ_MARK_OFF);
	assert_true(yz_str_eqz(rows[18].info.name, "元旦") && rows[18].info.provisional);
	assert_false(rows[17].info.provisional);
	assert_int_equal(rows[n - 1].mark, YZ_MARK_LAST);
	assert_int_equal(rows[n - 1].nth, 20);
	struct yz_calendar *told = yz_calendar_copy(arena, calendar());
	assert_true(yz_calendar_import(
		told,
		YZ_LIT("{\"holidays\":{\"2027-01-01\":\"元旦\",\"2027-01-04\":\"元旦\",\"2027-05-01\":\"a\","
		       "\"2027-10-01\":\"b\"}}"),
		NULL, &err));
	struct yz_clock_state s = yz_clock_at(&k, told, NULL, k.started);
	assert_int_equal(s.provisional, 0);
	char got[32];
	assert_string_equal(yz_instant_local(s.due, YZ_SHANGHAI, got), "2027-01-14 00:00");
}

TEST(warnings_are_configured_in_working_days_and_a_time)
{
	struct yz_clock k = started(5, YZ_WORKING_DAYS, "2026-02-12 10:32");
	warn_is(&k, &(struct yz_warn){2, 14 * 60}, "2026-02-24 14:00");
	warn_is(&k, &(struct yz_warn){0, 540}, "2026-02-26 09:00");
	k = started(1, YZ_WORKING_DAYS, "2026-03-02 10:00"); /* 09:00 of Monday has passed */
	warn_is(&k, NULL, "2026-03-03 09:00");
	k = started(0, YZ_WORKING_DAYS, "2026-03-02 14:00");
	warn_is(&k, NULL, "2026-03-02 22:00");
	k = started(3, YZ_WORKING_DAYS, "2026-03-02 10:00");
	assert_true(yz_clock_stop(&k, at("2026-03-04 10:00"), &err));
	assert_true(yz_clock_resume(&k, at("2026-03-06 15:00"),
				    &err)); /* last day Monday 9; the Friday's 09:00 was stopped */
	due_is(&k, "2026-03-10 00:00");
	warn_is(&k, NULL, "2026-03-06 15:00");
}

TEST(where_nothing_else_is_said_warnings_go_by_the_calendar)
{
	struct yz_clock k = started(5, YZ_WORKING_DAYS, "2026-02-12 10:32");
	struct yz_calendar *c = yz_calendar_copy(arena, calendar());
	char got[32];
	assert_string_equal(yz_instant_local(yz_clock_at(&k, c, NULL, k.started).warn, YZ_SHANGHAI, got), "2026-02-25 09:00");
	assert_true(yz_calendar_set_warn(c, 2, YZ_LIT("14:30"), &err));
	assert_string_equal(yz_instant_local(yz_clock_at(&k, c, NULL, k.started).warn, YZ_SHANGHAI, got), "2026-02-24 14:30");
	c = yz_calendar_copy(arena, c);
	assert_string_equal(yz_instant_local(yz_clock_at(&k, c, NULL, k.started).warn, YZ_SHANGHAI, got), "2026-02-24 14:30");
	assert_true(yz_calendar_set_warn(c, YZ_WARN_DAYS, YZ_LIT("23:59"), &err));
	static const char *const wrong[] = {"24:00", "9:00", "09:00 ", "", "09:60", "noon"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(yz_calendar_set_warn(c, 1, yz_str(wrong[i]), &err));
		err = (struct yz_err){0};
	}
	assert_false(yz_calendar_set_warn(c, YZ_WARN_DAYS + 1, YZ_LIT("09:00"), &err));
	err = (struct yz_err){0};
	assert_false(yz_calendar_set_warn(c, 0, YZ_LIT("09:00"), &err));
	err = (struct yz_err){0};
	assert_int_equal(yz_calendar_warn(c)->minute, 23 * 60 + 59);
}

TEST(the_explanation_shows_each_day_and_its_reason)
{
	struct yz_clock k = started(5, YZ_WORKING_DAYS, "2026-02-12 10:32");
	assert_true(yz_clock_stop(&k, at("2026-02-13 10:00"), &err));
	assert_true(yz_clock_resume(&k, at("2026-02-14 10:00"), &err));
	struct yz_clock_row *r;
	bool cut;
	size_t n = yz_clock_explain(arena, &k, calendar(), at("2026-02-20 00:00"), 400, &r, &cut);
	assert_false(cut);
	static const struct {
		enum yz_clock_mark mark;
		int nth;
	} want[] = {{YZ_MARK_START, 0},   {YZ_MARK_COUNTED, 1}, {YZ_MARK_STOPPED, 1}, {YZ_MARK_OFF, 1},
		    {YZ_MARK_OFF, 1},     {YZ_MARK_OFF, 1},     {YZ_MARK_OFF, 1},     {YZ_MARK_OFF, 1},
		    {YZ_MARK_OFF, 1},     {YZ_MARK_OFF, 1},     {YZ_MARK_OFF, 1},     {YZ_MARK_OFF, 1},
		    {YZ_MARK_COUNTED, 2}, {YZ_MARK_COUNTED, 3}, {YZ_MARK_COUNTED, 4}, {YZ_MARK_LAST, 5}};
	assert_int_equal(n, sizeof want / sizeof want[0]);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(r[i].mark, want[i].mark);
		assert_int_equal(r[i].nth, want[i].nth);
	}
	assert_int_equal(r[2].info.kind, YZ_DAY_EXCHANGED);
	n = yz_clock_explain(arena, &k, calendar(), at("2026-02-20 00:00"), 3, &r, &cut);
	assert_true(cut && n == 3);
	/* Stopped: up to today. */
	assert_true(yz_clock_stop(&k, at("2026-02-25 10:00"), &err));
	n = yz_clock_explain(arena, &k, calendar(), at("2026-02-28 09:00"), 400, &r, &cut);
	assert_int_equal(n, 17);
	assert_int_equal(r[16].mark, YZ_MARK_STOPPED);
	/* A natural period that moves. */
	k = started(15, YZ_NATURAL_DAYS, "2026-02-02 09:00");
	n = yz_clock_explain(arena, &k, calendar(), k.started, 400, &r, &cut);
	assert_int_equal(r[15].mark, YZ_MARK_COUNTED);
	assert_int_equal(r[16].mark, YZ_MARK_MOVED);
	assert_int_equal(r[n - 1].mark, YZ_MARK_LAST);
	/* Hours: the sum of the days is the limit. */
	k = started(8, YZ_WORKING_HOURS, "2026-02-13 18:30");
	n = yz_clock_explain(arena, &k, calendar(), k.started, 400, &r, &cut);
	assert_int_equal(r[0].mark, YZ_MARK_START);
	assert_int_equal(r[1].counted, 7 * YZ_HOUR);
	assert_int_equal(r[n - 1].nth, 8 * YZ_HOUR);
	assert_int_equal(r[n - 1].mark, YZ_MARK_LAST);
}

TEST(acts_out_of_turn_are_refused_and_change_nothing)
{
	struct yz_clock k = started(5, YZ_WORKING_DAYS, "2026-03-02 09:00"), was = k;
	assert_false(yz_clock_resume(&k, at("2026-03-03 09:00"), &err));
	assert_int_equal(err.code, YZ_NOT_NOW);
	assert_false(yz_clock_stop(&k, at("2026-03-01 09:00"), &err));
	assert_false(yz_clock_restart(&k, at("2026-03-01 09:00"), &err));
	assert_memory_equal(&k, &was, sizeof k);
	assert_true(yz_clock_stop(&k, at("2026-03-03 09:00"), &err));
	assert_false(yz_clock_stop(&k, at("2026-03-03 10:00"), &err));
	assert_false(yz_clock_resume(&k, at("2026-03-03 08:00"), &err));
	assert_true(yz_clock_end(&k, at("2026-03-04 09:00"), &err));
	assert_false(yz_clock_stopped(&k));
	assert_false(yz_clock_extend(&k, 1, &err));
	assert_false(yz_clock_stop(&k, at("2026-03-05 09:00"), &err));
	struct yz_clock_state s = yz_clock_at(&k, calendar(), NULL, at("2026-05-05 09:00"));
	assert_true(s.ended && !s.overdue);
	assert_int_equal(s.used, 1);
	assert_false(yz_clock_start(&k, -1, YZ_WORKING_DAYS, at("2026-03-02 09:00"), &err));
	assert_false(yz_clock_start(&k, YZ_CLOCK_LIMIT_MOST + 1, YZ_WORKING_DAYS, at("2026-03-02 09:00"), &err));
	assert_true(yz_clock_start(&k, YZ_CLOCK_LIMIT_MOST, YZ_WORKING_DAYS, at("2026-03-02 09:00"), &err));
	assert_false(yz_clock_start(&k, YZ_CLOCK_LIMIT_MOST * 60 + 1, YZ_MINUTES, at("2026-03-02 09:00"), &err));
	assert_false(yz_clock_start(&k, 1, YZ_MINUTES, INT64_MAX, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}

TEST(a_clock_stops_a_bounded_number_of_times)
{
	struct yz_clock k = started(5, YZ_WORKING_DAYS, "2026-03-02 09:00");
	for (int i = 0; i < YZ_CLOCK_STOPS; i++) {
		assert_true(yz_clock_stop(&k, k.started + i * YZ_DAY, &err));
		assert_true(yz_clock_resume(&k, k.started + i * YZ_DAY, &err));
	}
	assert_false(yz_clock_stop(&k, k.started + 90 * YZ_DAY, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	char text[YZ_CLOCK_TEXT];
	k.started += 1;
	for (int i = 0; i < YZ_CLOCK_STOPS; i++)
		k.stops[i].from = k.stops[i].to = k.stops[i].to + 123457;
	assert_true(yz_clock_end(&k, k.stops[YZ_CLOCK_STOPS - 1].to, &err));
	struct yz_clock back;
	assert_true(yz_clock_parse(yz_str(yz_clock_print(&k, text)), &back, &err));
	assert_memory_equal(&k, &back, sizeof k);
}

TEST(a_restart_begins_anew)
{
	struct yz_clock k = started(5, YZ_WORKING_DAYS, "2026-03-02 09:00");
	assert_true(yz_clock_stop(&k, at("2026-03-03 09:00"), &err));
	assert_true(yz_clock_restart(&k, at("2026-03-09 09:00"), &err));
	due_is(&k, "2026-03-17 00:00");
}

TEST(a_clock_survives_its_text)
{
	struct yz_clock k = started(20, YZ_WORKING_DAYS, "2026-03-02 09:00"), back;
	char text[YZ_CLOCK_TEXT];
	assert_true(yz_clock_extend(&k, 10, &err) && yz_clock_stop(&k, at("2026-03-03 09:00"), &err));
	assert_string_equal(yz_clock_print(&k, text), "wd 20+10 2026-03-02T01:00:00Z 2026-03-03T01:00:00Z/");
	assert_true(yz_clock_parse(yz_str(text), &back, &err));
	assert_memory_equal(&k, &back, sizeof k);
	static const char *const bad[] = {"",
					  "wd",
					  "wd 20 2026-03-02T01:00:00Z",
					  "wd 20+10",
					  "yd 20+10 2026-03-02T01:00:00Z",
					  "wd -1+0 2026-03-02T01:00:00Z",
					  "wd 20+10 2026-03-02T01:00:00Z x/",
					  "wd 20+10 2026-03-02T01:00:00Z 2026-03-03T01:00:00Z",
					  "wd 20+10 2026-03-02T01:00:00Z 2026-03-01T01:00:00Z/",
					  "wd 20+10 2026-03-02T01:00:00Z 2026-03-03T01:00:00Z/y",
					  "wd 20+10 2026-03-02T01:00:00Z end",
					  "wd 20+99999999 2026-03-02T01:00:00Z"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(yz_clock_parse(yz_str(bad[i]), &back, &err));
}

TEST(limits_are_read_from_their_text)
{
	int32_t n;
	enum yz_unit u;
	assert_true(yz_limit_parse(YZ_LIT("P5WD"), &n, &u) && n == 5 && u == YZ_WORKING_DAYS);
	assert_true(yz_limit_parse(YZ_LIT("P15D"), &n, &u) && n == 15 && u == YZ_NATURAL_DAYS);
	assert_true(yz_limit_parse(YZ_LIT("P2W"), &n, &u) && n == 14 && u == YZ_NATURAL_DAYS);
	assert_true(yz_limit_parse(YZ_LIT("PT8WH"), &n, &u) && n == 8 && u == YZ_WORKING_HOURS);
	assert_true(yz_limit_parse(YZ_LIT("PT24H"), &n, &u) && n == 24 && u == YZ_NATURAL_HOURS);
	assert_true(yz_limit_parse(YZ_LIT("PT30M"), &n, &u) && n == 30 && u == YZ_MINUTES);
	static const char *const bad[] = {"",   "P",     "PD",    "5WD",      "P-5WD", "P+5WD",
					  "P5", "P5WDx", "PT5WD", "P10001WD", "P1DT1H"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(yz_limit_parse(yz_str(bad[i]), &n, &u));
	for (int i = 0; i < 5; i++)
		assert_true(yz_unit_parse(yz_str(yz_unit_name((enum yz_unit)i)), &u) && u == (enum yz_unit)i);
}

/* Properties, over many clocks of a seeded generator. */

static uint64_t seed = 42;

static unsigned roll(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static yz_instant some_instant(void)
{
	return at("2026-01-01 00:00") + (yz_instant)roll(300 * 24 * 60) * YZ_MINUTE;
}

TEST(a_stop_and_resume_shift_the_due_day_by_the_working_days_between)
{
	for (int i = 0; i < 3000; i++) {
		struct yz_clock k, plain;
		yz_instant from = some_instant();
		assert_true(yz_clock_start(&k, 1 + (int)roll(40), YZ_WORKING_DAYS, from, &err));
		plain = k;
		yz_instant stop = from + (yz_instant)roll(60 * 24) * YZ_HOUR,
			   resume = stop + (yz_instant)roll(30 * 24) * YZ_HOUR;
		struct yz_clock_state before = yz_clock_at(&plain, calendar(), NULL, from);
		assert_true(yz_clock_stop(&k, stop, &err) && yz_clock_resume(&k, resume, &err));
		struct yz_clock_state after = yz_clock_at(&k, calendar(), NULL, from);
		yz_day a = yz_instant_day(stop, YZ_SHANGHAI), b = yz_instant_day(resume, YZ_SHANGHAI);
		int lost = a < before.last_day ? yz_count_working(calendar(), a, b) : 0;
		assert_int_equal(yz_count_working(calendar(), before.last_day, after.last_day), lost);
	}
}

TEST(a_later_start_or_more_days_or_a_longer_stop_is_never_due_earlier)
{
	for (int i = 0; i < 5000; i++) {
		struct yz_clock a, b;
		enum yz_unit unit = (enum yz_unit)roll(5);
		int limit = (int)roll(40), more = (int)roll(10);
		yz_instant from = some_instant(), later = from + (yz_instant)roll(5000) * YZ_MINUTE;
		yz_instant stop = later + (yz_instant)roll(9000) * YZ_MINUTE,
			   resume = stop + (yz_instant)roll(9000) * YZ_MINUTE;
		assert_true(yz_clock_start(&a, limit, unit, from, &err) &&
			    yz_clock_start(&b, limit + more, unit, later, &err));
		assert_true(yz_clock_due(&b, calendar()) >= yz_clock_due(&a, calendar()));
		assert_true(yz_clock_stop(&a, stop, &err) && yz_clock_resume(&a, resume, &err));
		b = a;
		b.stops[0].to += (yz_instant)roll(5000) * YZ_MINUTE;
		assert_true(yz_clock_due(&b, calendar()) >= yz_clock_due(&a, calendar()));
	}
}

TEST(state_and_explanation_agree_at_every_instant)
{
	for (int i = 0; i < 2000; i++) {
		struct yz_clock k;
		enum yz_unit unit = (enum yz_unit)roll(5);
		assert_true(yz_clock_start(&k, 1 + (int)roll(30), unit, some_instant(), &err));
		yz_instant t = k.started;
		for (unsigned stops = roll(4); stops > 0; stops--) {
			assert_true(yz_clock_stop(&k, t += (yz_instant)roll(6000) * YZ_MINUTE, &err));
			assert_true(yz_clock_resume(&k, t += (yz_instant)roll(6000) * YZ_MINUTE, &err));
		}
		struct yz_clock_row *rows;
		bool cut;
		size_t n = yz_clock_explain(arena, &k, calendar(), k.started, 4000, &rows, &cut);
		struct yz_clock_state s = yz_clock_at(&k, calendar(), NULL, yz_clock_due(&k, calendar()) - 1);
		assert_false(s.overdue);
		assert_int_equal(rows[n - 1].mark, YZ_MARK_LAST);
		assert_int_equal(rows[n - 1].nth, s.total);
		assert_in_range(s.left, 0, 1);
		assert_true(s.warn > k.started || unit >= YZ_WORKING_HOURS);
		assert_true(s.warn <= s.due);
		for (size_t j = 0, sum = 0; j < n; j++) {
			sum += (size_t)rows[j].counted;
			assert_int_equal(sum, rows[j].nth);
		}
		assert_true(yz_clock_at(&k, calendar(), NULL, s.due).overdue);
	}
}

/* ---- against an implementation of its own: a list of days, gone through one by one ---- */

enum { PLAIN_DAYS = 3000 };

struct plain {
	yz_day first;
	bool works[PLAIN_DAYS];
	struct yz_calendar *c;
};

/* Any day may be off or worked, as no notice would have it. */
static void random_calendar(struct plain *p)
{
	p->c = yz_calendar_new(arena, YZ_SHANGHAI);
	p->first = yz_day_from(2025, 1, 1);
	for (int year = 2025; year <= 2032; year++)
		yz_calendar_set_official(p->c, year, true);
	for (int i = 0; i < PLAIN_DAYS; i++) {
		/* 1 January 2025 was a Wednesday. */
		bool weekday = (i + 2) % 7 < 5, flip = roll(12) == 0;
		p->works[i] = weekday != flip;
		if (flip)
			assert_true(yz_calendar_set(p->c, p->first + i, weekday ? YZ_DAY_OFF : YZ_DAY_EXCHANGED, false, YZ_LIT("x")));
	}
}

static bool stands(const struct yz_clock *k, yz_day day)
{
	for (uint32_t i = 0; i < k->nstops; i++)
		if (day > yz_instant_day(k->stops[i].from, YZ_SHANGHAI) && day <= yz_instant_day(k->stops[i].to, YZ_SHANGHAI))
			return true;
	return false;
}

static yz_instant plain_due(const struct plain *p, const struct yz_clock *k)
{
	int64_t total = (int64_t)k->limit + k->extra;
	if (k->unit == YZ_NATURAL_HOURS || k->unit == YZ_MINUTES) {
		yz_instant left = total * (k->unit == YZ_MINUTES ? YZ_MINUTE : YZ_HOUR), t = k->started;
		for (uint32_t i = 0; i < k->nstops && t + left > k->stops[i].from; i++) {
			left -= k->stops[i].from - t;
			t = k->stops[i].to;
		}
		return t + left;
	}
	yz_day day = yz_instant_day(k->started, YZ_SHANGHAI);
	while (total > 0) {
		day++;
		total -= (k->unit == YZ_NATURAL_DAYS || p->works[day - p->first]) && !stands(k, day);
	}
	while (k->unit == YZ_NATURAL_DAYS && (!p->works[day - p->first] || stands(k, day)))
		day++;
	return (yz_instant)(day + 1) * YZ_DAY - 8 * YZ_HOUR;
}

TEST(every_due_instant_is_that_of_counting_day_by_day_whatever_the_calendar_the_stops_and_the_extensions)
{
	static const enum yz_unit units[] = {YZ_WORKING_DAYS, YZ_NATURAL_DAYS, YZ_NATURAL_HOURS, YZ_MINUTES};
	static struct plain p;
	calendar();
	for (int i = 0; i < 60; i++) {
		random_calendar(&p);
		for (int j = 0; j < 100; j++) {
			struct yz_clock k;
			yz_instant t = at("2025-06-01 00:00") + (yz_instant)roll(500 * 24 * 60) * YZ_MINUTE;
			assert_true(yz_clock_start(&k, 1 + (int)roll(60), units[roll(4)], t, &err));
			for (unsigned stops = roll(5); stops > 0; stops--) {
				t += (yz_instant)roll(12 * 24 * 60) * YZ_MINUTE;
				assert_true(yz_clock_stop(&k, t, &err));
				t += (yz_instant)roll(9 * 24 * 60) * YZ_MINUTE;
				assert_true(yz_clock_resume(&k, t, &err));
				if (roll(3) == 0 && !k.extra)
					assert_true(yz_clock_extend(&k, 1 + (int)roll(15), &err));
			}
			char text[YZ_CLOCK_TEXT];
			if (yz_clock_due(&k, p.c) != plain_due(&p, &k))
				fail_msg("%s: %lld, counted %lld", yz_clock_print(&k, text), (long long)yz_clock_due(&k, p.c),
					 (long long)plain_due(&p, &k));
		}
	}
}
