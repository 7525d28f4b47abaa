/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "calendar/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct yz_arena *arena;
static struct yz_calendar *cal;
static struct yz_err err;
static struct yz_calendar_report report;

static void fresh(void)
{
	if (!arena)
		arena = yz_arena_create(0);
	cal = yz_calendar_new(arena, YZ_SHANGHAI);
	err = (struct yz_err){0};
}

static bool import(const char *text)
{
	return yz_calendar_import(cal, yz_str(text), &report, &err);
}

static yz_day day(const char *s)
{
	yz_day d;
	assert_true(yz_day_parse(yz_str(s), &d));
	return d;
}

static void refused(const char *text, const char *says)
{
	fresh();
	assert_false(import(text));
	if (!strstr(err.msg, says))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, says);
	yz_day d;
	struct yz_calendar *untouched = yz_calendar_new(arena, YZ_SHANGHAI);
	assert_false(yz_calendar_differ(cal, untouched, day("2020-01-01"), day("2030-12-31"), &d));
}

TEST(a_notice_in_json_makes_its_year_official)
{
	fresh();
	assert_true(import(
		"{\"holidays\":{\"2027-01-01\":\"New Year's Day,元旦,1\",\"2027-05-01\":\"劳动节\","
		"\"2027-10-01\":\"National Day,国庆节,3\"},\n\"workdays\":{\"2027-10-09\":\"National Day,国庆节,3\"},"
		"\"inLieuDays\":{\"2027-01-01\":\"New Year's Day,元旦,1\"}}"));
	assert_int_equal(report.off, 3);
	assert_int_equal(report.exchanged, 1);
	assert_int_equal(report.years, 1);
	assert_int_equal(report.year[0], 2027);
	assert_true(yz_calendar_official(cal, 2027));
	assert_true(yz_str_eqz(yz_calendar_day(cal, day("2027-05-01")).name, "劳动节"));
	assert_true(yz_calendar_day(cal, day("2027-01-01")).in_lieu);
	assert_true(yz_is_working(cal, day("2027-10-09")));
	assert_true(yz_is_working(cal, day("2027-06-09"))); /* the notice has the last word */
	/* Every day of the year changed, for none is provisional now. */
	assert_int_equal(report.first, day("2027-01-01"));
	assert_int_equal(report.last, day("2027-12-31"));
}

TEST(a_second_notice_replaces_its_year_whole)
{
	fresh();
	assert_true(
		import("{\"holidays\":{\"2027-05-01\":\"劳动节\",\"2027-10-01\":\"国庆节\",\"2027-07-07\":\"x\"}}"));
	assert_false(yz_is_working(cal, day("2027-07-07")));
	assert_true(
		import("{\"holidays\":{\"2026-12-31\":\"元旦\",\"2027-05-01\":\"劳动节\",\"2027-10-01\":\"国庆节\"}}"));
	assert_true(yz_is_working(cal, day("2027-07-07")));
	assert_false(yz_is_working(cal, day("2026-12-31")));
	assert_false(yz_calendar_official(cal, 2026));
	assert_int_equal(report.first, day("2026-12-31"));
	assert_int_equal(report.last, day("2027-07-07"));
	assert_true(import("{\"holidays\":{\"2026-12-31\":\"元旦\"}}"));
	assert_true(report.first > report.last);
}

TEST(a_bad_json_notice_says_line_and_reason)
{
	refused("", "line");
	refused("{}", "holidays");
	refused("[]", "line 1");
	refused("{\"holidays\":[]}", "\"holidays\" is no object");
	refused("{\"holidays\":{\n\"2027-02-30\":\"x\"}}", "line 2: \"2027-02-30\"");
	refused("{\"holidays\":{\"2027-01-01\":3}}", "2027-01-01 in \"holidays\" has no name");
	refused("{\"holidays\":{\"2027-01-02\":\"a\"},\n\"workdays\":{\"2027-01-02\":\"a\"}}",
		"line 2: 2027-01-02 is a day off and");
	refused("{\"workdays\":{\"2027-01-04\":\"a\"}}", "no Saturday or Sunday");
	refused("{\"holidays\":{\"2200-01-01\":\"a\"}}", "year 2200");
	refused("{\"holidays\":{", "");
}

static const char *const CAL = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";

static char *ics(const char *events)
{
	return yz_printf(arena, "%s%sEND:VCALENDAR\r\n", CAL, events);
}

TEST(an_icalendar_with_marks_is_read)
{
	fresh();
	assert_true(import(
		ics("BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270104\r\n"
		    "SUMMARY;LANGUAGE=zh_CN:元旦（休）\r\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\nEND:VEVENT\r\n"
		    "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270207\r\nSUMMARY:春节(班)\r\n"
		    "BEGIN:VALARM\r\nDTSTART:x\r\nSUMMARY:休\r\nEND:VALARM\r\nEND:VEVENT\r\n"
		    "BEGIN:VEVENT\r\nDTSTART:20270501T000000\r\nDTEND:20270501T235900\r\nSUMMARY:劳动节 假期 第\r\n"
		    " 1天/共5天\r\nEND:VEVENT\r\n"
		    "BEGIN:VEVENT\r\nDTSTART;TZID=\"Asia:Shanghai\":20271001T000000\r\nDURATION:P3D\r\nSUMMARY:"
		    "国庆节放假\r\nEND:VEVENT\r\n"
		    "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20271009\r\nSUMMARY:国庆节调休上班\r\nEND:VEVENT\r\n"
		    "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270308\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:妇女节\r\nEND:"
		    "VEVENT\r\n")));
	assert_int_equal(report.off, 7);
	assert_int_equal(report.exchanged, 2);
	assert_int_equal(report.years, 1);
	assert_true(yz_str_eqz(yz_calendar_day(cal, day("2027-01-03")).name, "元旦"));
	assert_true(yz_str_eqz(yz_calendar_day(cal, day("2027-02-07")).name, "春节"));
	assert_true(yz_str_eqz(yz_calendar_day(cal, day("2027-05-01")).name, "劳动节"));
	assert_true(yz_str_eqz(yz_calendar_day(cal, day("2027-10-03")).name, "国庆节"));
	assert_true(yz_is_working(cal, day("2027-10-09")) && yz_is_working(cal, day("2027-03-08")));
}

TEST(a_bad_icalendar_says_line_and_reason)
{
	fresh();
	refused("hello", "line 1");
	refused("BEGIN:VTODO\n", "line 1: not BEGIN:VCALENDAR");
	refused(ics(""), "no event says");
	refused(ics("BEGIN:VEVENT\r\nSUMMARY:元旦（休）\r\nEND:VEVENT\r\n"),
		"line 3: the event \"元旦（休）\" has no DTSTART");
	refused(ics("BEGIN:VEVENT\r\nDTSTART:2027-01-01\r\n"), "line 4: DTSTART");
	refused(ics("BEGIN:VEVENT\r\nDTSTART:20270101\r\nDTEND:20269901\r\n"), "line 5: DTEND");
	refused(ics("BEGIN:VEVENT\r\nDTSTART:20270101\r\nDURATION:PT3H\r\n"), "line 5: DURATION");
	refused(ics("BEGIN:VEVENT\r\nDTSTART:20270101\r\nDTEND:20261231\r\nSUMMARY:休\r\nEND:VEVENT\r\n"),
		"does not end within");
	refused(ics("BEGIN:VEVENT\r\nDTSTART:20270101\r\nDTEND:20270303\r\nSUMMARY:休\r\nEND:VEVENT\r\n"),
		"does not end within");
	refused(ics("BEGIN:VEVENT\r\nDTSTART:20270101\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:元旦休\r\nEND:VEVENT\r\n"),
		"recurs");
	refused("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\n", "ends before END:VEVENT");
}

TEST(a_notice_one_past_its_bounds_is_refused)
{
	fresh();
	size_t n = (4 << 20) + 1;
	char *big = malloc(n + 1);
	memset(big, ' ', n);
	memcpy(big, "{\"holidays\":{}}", 15);
	assert_false(yz_calendar_import(cal, yz_str_n(big, n), &report, &err));
	assert_int_equal(err.code, YZ_TOO_LARGE);
	assert_true(yz_calendar_import(cal, yz_str_n(big, n - 1), &report, &err));

	memcpy(big, "BEGIN:VCALENDAR\nX:", 18);
	memset(big + 18, 'a', 8192 - 1);
	err = (struct yz_err){0};
	assert_false(yz_calendar_import(cal, yz_str_n(big, 18 + 8191), &report, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	err = (struct yz_err){0};
	assert_false(yz_calendar_import(cal, yz_str_n(big, 18 + 8190), &report, &err));
	assert_int_equal(err.code, YZ_BAD_INPUT); /* the line is read; no event */

	size_t at = (size_t)sprintf(big, "{\"holidays\":{");
	for (int i = 0; i <= 20000; i++) {
		char iso[16];
		at += (size_t)sprintf(big + at, "%s\"%s\":\"x\"", i ? "," : "",
				      yz_day_print(yz_day_from(1950, 1, 1) + i, iso));
		if (i == 19999) {
			strcpy(big + at, "}}");
			err = (struct yz_err){0};
			assert_true(yz_calendar_import(cal, yz_str(big), &report, &err));
		}
	}
	strcpy(big + at, "}}");
	assert_false(yz_calendar_import(cal, yz_str(big), &report, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	free(big);
}

/* Every day of the public file survives the way through iCalendar. */
TEST(the_public_file_reads_the_same_as_icalendar)
{
	const char *path = yz_test_shared("data/calendar/chinese-days.json");
	if (!path)
		SKIP("data/calendar/chinese-days.json is not there");
	static char text[1 << 20];
	FILE *f = fopen(path, "rb");
	size_t n = fread(text, 1, sizeof text, f);
	fclose(f);
	fresh();
	assert_true(yz_calendar_import(cal, yz_str_n(text, n), &report, &err));
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	yz_buf_addz(&b, CAL);
	for (yz_day d = day("2004-01-01"); d <= day("2026-12-31"); d++) {
		struct yz_day_info i = yz_calendar_day(cal, d);
		struct yz_civil c = yz_day_civil(d);
		if (i.listed)
			yz_buf_printf(&b, "BEGIN:VEVENT\nDTSTART:%04d%02d%02d\nSUMMARY:%.*s（%s）\nEND:VEVENT\n",
				      c.year, c.month, c.day, YZ_P(i.name), i.working ? "班" : "休");
	}
	yz_buf_addz(&b, "END:VCALENDAR\n");
	struct yz_calendar *other = yz_calendar_new(arena, YZ_SHANGHAI);
	struct yz_calendar_report second;
	assert_true(yz_calendar_import(other, yz_buf_str(&b), &second, &err));
	assert_int_equal(second.years, 23);
	assert_int_equal(report.off, second.off);
	assert_int_equal(report.exchanged, second.exchanged);
	yz_day first;
	assert_false(yz_calendar_differ(cal, other, day("1990-01-01"), day("2040-12-31"), &first));
	for (yz_day d = day("2004-01-01"); d <= day("2026-12-31"); d++)
		assert_true(yz_str_eq(yz_calendar_day(cal, d).name, yz_calendar_day(other, d).name));
}
