/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "calendar/calendar.h"
#include "fmt/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct yz_arena *arena;

static struct yz_calendar *bare(void)
{
	if (!arena)
		arena = yz_arena_create(0);
	return yz_calendar_new(arena, YZ_SHANGHAI);
}

static yz_day day(const char *s)
{
	yz_day d;
	assert_true(yz_day_parse(yz_str(s), &d));
	return d;
}

/* The public calendar, or NULL. */
static struct yz_calendar *published(const struct yz_json **doc)
{
	const char *path = yz_test_shared("data/calendar/chinese-days.json");
	struct yz_err err = {0};
	static char text[1 << 20];
	if (!path)
		return NULL;
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	size_t n = fread(text, 1, sizeof text, f);
	fclose(f);
	struct yz_calendar *c = bare();
	assert_true(yz_calendar_import(c, yz_str_n(text, n), NULL, &err));
	if (doc)
		*doc = yz_json_read(arena, yz_str_n(text, n), &yz_json_default, &err);
	return c;
}

TEST(spring_festival_2026_is_counted_around)
{
	struct yz_calendar *c = published(NULL);
	if (!c)
		SKIP("data/calendar/chinese-days.json is not there");
	assert_int_equal(yz_add_working(c, day("2026-02-12"), 5), day("2026-02-26"));
	assert_int_equal(yz_working_from(c, day("2026-02-15"), 1), day("2026-02-24"));
	assert_int_equal(yz_working_from(c, day("2026-02-15"), -1), day("2026-02-14"));
	assert_int_equal(yz_add_working(c, day("2026-02-26"), -5), day("2026-02-12"));
	struct yz_day_info info = yz_calendar_day(c, day("2026-02-14"));
	assert_int_equal(info.kind, YZ_DAY_EXCHANGED);
	assert_true(info.working && info.listed && !info.provisional);
	assert_true(yz_str_eqz(info.name, "春节"));
	info = yz_calendar_day(c, day("2026-02-20"));
	assert_true(info.in_lieu && !info.working);
}

static bool naive(const struct yz_json *doc, const char *iso, yz_day d)
{
	if (yz_json_get(yz_json_get(doc, "holidays"), iso))
		return false;
	return yz_json_get(yz_json_get(doc, "workdays"), iso) || yz_weekday(d) < 5;
}

TEST(every_day_from_2010_to_2026_agrees_with_a_naive_reading)
{
	const struct yz_json *doc;
	struct yz_calendar *c = published(&doc);
	if (!c)
		SKIP("data/calendar/chinese-days.json is not there");
	yz_day from = day("2010-01-01"), to = day("2026-12-31");
	static bool works[7000];
	char iso[16];
	for (yz_day d = from; d <= to; d++) {
		works[d - from] = naive(doc, yz_day_print(d, iso), d);
		assert_int_equal(yz_is_working(c, d), works[d - from]);
		assert_false(yz_calendar_day(c, d).provisional);
	}
	/* From every day: the nth working day, and the count back. */
	for (yz_day d = from; d < to - 120; d++)
		for (int n = 1; n <= 45; n += 11) {
			yz_day e = d;
			for (int left = n; left > 0;)
				left -= works[++e - from];
			assert_int_equal(yz_add_working(c, d, n), e);
			assert_int_equal(yz_count_working(c, d, e), n);
			assert_int_equal(yz_count_working(c, e, d), -n);
		}
}

TEST(every_day_has_its_year_and_works_as_its_kind_says)
{
	struct yz_calendar *c = bare();
	yz_calendar_set_official(c, 2030, true);
	assert_true(yz_calendar_set(c, day("2030-12-31"), YZ_DAY_OFF, false, YZ_LIT("歇")));
	assert_true(yz_calendar_set(c, day("2031-01-04"), YZ_DAY_EXCHANGED, false, YZ_LIT("")));
	for (yz_day d = yz_day_from(YZ_CALENDAR_FIRST - 2, 1, 1); d < yz_day_from(YZ_CALENDAR_LAST + 3, 1, 1); d++) {
		struct yz_day_info info = yz_calendar_day(c, d);
		assert_int_equal(info.year, yz_day_civil(d).year);
		assert_true(yz_is_working(c, d) == info.working);
	}
	assert_false(yz_is_working(c, day("2030-12-31")));
	assert_true(yz_is_working(c, day("2030-12-30")));
	assert_true(yz_is_working(c, day("2031-01-04")));
	assert_int_equal(yz_provisional_year(c, day("2030-12-31"), day("2031-01-01")), 2031);
	assert_int_equal(yz_provisional_year(c, day("2030-01-01"), day("2030-12-31")), 0);
}

TEST(the_years_with_a_notice_are_those_of_the_file)
{
	struct yz_calendar *c = published(NULL);
	if (!c)
		SKIP("data/calendar/chinese-days.json is not there");
	assert_false(yz_calendar_official(c, 2003));
	for (int y = 2004; y <= 2026; y++)
		assert_true(yz_calendar_official(c, y));
	assert_false(yz_calendar_official(c, 2027));
	assert_int_equal(yz_provisional_year(c, day("2026-01-01"), day("2026-12-31")), 0);
	assert_int_equal(yz_provisional_year(c, day("2026-12-31"), day("2027-01-01")), 2027);
}

/* Without its notice, each published year still has its festivals on the day the law says. */
TEST(assumed_statutory_days_were_off_in_every_published_year)
{
	struct yz_calendar *c = published(NULL), *none = bare();
	if (!c)
		SKIP("data/calendar/chinese-days.json is not there");
	int seen = 0;
	for (yz_day d = day("2004-01-01"); d <= day("2026-12-31"); d++) {
		struct yz_day_info info = yz_calendar_day(none, d);
		assert_true(info.provisional);
		if (info.kind == YZ_DAY_OFF) {
			char iso[16];
			if (yz_is_working(c, d))
				fail_msg("%s was worked", yz_day_print(d, iso));
			seen++;
		}
	}
	/* 2009 and 2020 had 中秋 within the National Day. */
	assert_int_equal(seen, 4 * 10 + 17 * 11 + 2 * 13 - 2);
}

TEST(an_unknown_year_has_the_days_of_the_2024_amendment)
{
	struct yz_calendar *c = bare();
	static const char *const off[] = {"2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08",
					  "2027-04-05", "2027-05-01", "2027-05-02", "2027-06-09", "2027-09-15",
					  "2027-10-01", "2027-10-02", "2027-10-03"};
	size_t n = 0;
	for (yz_day d = day("2027-01-01"); d <= day("2027-12-31"); d++) {
		struct yz_day_info info = yz_calendar_day(c, d);
		assert_true(info.provisional && !info.listed);
		if (info.kind != YZ_DAY_OFF) {
			assert_int_equal(info.working, yz_weekday(d) < 5);
			continue;
		}
		assert_true(n < 13 && d == day(off[n]));
		assert_true(info.name.len > 0);
		n++;
	}
	assert_int_equal(n, 13);
}

/* Mean new moon with the largest periodic terms, good to some minutes; in days UTC+8 since
 * 1970.  Meeus, Astronomical Algorithms, chapter 49. */
static double new_moon(int k)
{
	double T = k / 1236.85, r = 3.14159265358979 / 180;
	double jde = 2451550.09766 + 29.530588861 * k + (0.00015437 - 0.00000015 * T) * T * T;
	double E = 1 - 0.002516 * T;
	double M = (2.5534 + 29.1053567 * k) * r, Mp = (201.5643 + 385.81693528 * k + 0.0107582 * T * T) * r;
	double F = (160.7108 + 390.67050284 * k - 0.0016118 * T * T) * r, O = (124.7746 - 1.56375588 * k) * r;
	jde += -0.40720 * sin(Mp) + 0.17241 * E * sin(M) + 0.01608 * sin(2 * Mp) + 0.01039 * sin(2 * F) +
	       0.00739 * E * sin(Mp - M) - 0.00514 * E * sin(Mp + M) + 0.00208 * E * E * sin(2 * M) -
	       0.00111 * sin(Mp - 2 * F) - 0.00057 * sin(Mp + 2 * F) + 0.00056 * E * sin(2 * Mp + M) -
	       0.00042 * sin(3 * Mp) + 0.00042 * E * sin(M + 2 * F) + 0.00038 * E * sin(M - 2 * F) -
	       0.00024 * E * sin(2 * Mp - M) - 0.00017 * sin(O);
	return jde - 2440587.5 + 8.0 / 24 - 80.0 / 86400;
}

/* The sun's apparent longitude in degrees at a day UTC+8 (chapter 25, low accuracy). */
static double sun(double at)
{
	double T = (at - 8.0 / 24 + 80.0 / 86400 + 2440587.5 - 2451545) / 36525, r = 3.14159265358979 / 180;
	double M = (357.52911 + 35999.05029 * T - 0.0001537 * T * T) * r;
	double C = (1.914602 - 0.004817 * T) * sin(M) + (0.019993 - 0.000101 * T) * sin(2 * M) + 0.000289 * sin(3 * M);
	double l = 280.46646 + 36000.76983 * T + 0.0003032 * T * T + C - 0.00569 -
		   0.00478 * sin((125.04 - 1934.136 * T) * r);
	return fmod(l, 360);
}

/* Whether a month begins on `d`: its new moon lies in it, but for the error of the series. */
static bool begins_month(yz_day d)
{
	int k = (int)floor((d - 10962.6) / 29.530588861);
	for (int i = k - 1; i <= k + 2; i++)
		if (new_moon(i) > d - 0.004 && new_moon(i) < d + 1.004)
			return true;
	return false;
}

/* Whether the sun passes `longitude` in the month of 30 days from `d`, but for the error. */
static bool passes(yz_day d, double longitude)
{
	double before = remainder(sun(d) - longitude, 360), after = remainder(sun(d + 30) - longitude, 360);
	return before < 0.6 && after > -0.6;
}

TEST(festivals_agree_with_moon_and_sun)
{
	for (int y = 2000; y <= 2100; y++) {
		yz_day spring = 0, qingming = 0, dragon = 0, autumn = 0;
		assert_true(yz_festival_day(y, YZ_SPRING_FESTIVAL, &spring) &&
			    yz_festival_day(y, YZ_QINGMING, &qingming));
		assert_true(yz_festival_day(y, YZ_DRAGON_BOAT, &dragon) && yz_festival_day(y, YZ_MID_AUTUMN, &autumn));
		assert_true(begins_month(spring) && begins_month(dragon - 4) && begins_month(autumn - 14));
		/* 雨水 (330°) falls in the first month, 夏至 (90°) in the fifth, 秋分 (180°) in the eighth. */
		assert_true(passes(spring, 330) && passes(dragon - 4, 90) && passes(autumn - 14, 180));
		assert_true(sun(qingming) < 15.01 && sun(qingming + 1) > 14.99);
	}
	yz_day d;
	assert_false(yz_festival_day(1999, YZ_SPRING_FESTIVAL, &d));
	assert_false(yz_festival_day(2101, YZ_SPRING_FESTIVAL, &d));
}

TEST(office_hours_are_read_strictly)
{
	struct yz_calendar *c = bare();
	struct yz_err err = {0};
	static const char *const bad[] = {"9:00-12:00",
					  "09:00",
					  "09:00-",
					  "09:00-12:00,",
					  "12:00-09:00",
					  "09:00-09:00",
					  "09:00-12:00,11:00-13:00",
					  "09:60-12:00",
					  "24:00-24:01",
					  "09:00-12:00;13:00-14:00",
					  "01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		err.code = YZ_OK;
		assert_false(yz_calendar_set_office(c, 0, yz_str(bad[i]), &err));
		assert_int_not_equal(err.code, YZ_OK);
	}
	assert_int_equal(yz_calendar_office(c, day("2025-03-03"))->n, 2);
	assert_true(yz_calendar_set_office(c, 0, yz_str("00:00-24:00"), &err));
	assert_int_equal(yz_calendar_office(c, day("2025-03-03"))->span[0].to, 1440);
	assert_true(yz_calendar_set_office(c, 0, yz_str(""), &err));
	assert_int_equal(yz_calendar_office(c, day("2025-03-03"))->n, 0);
	assert_int_equal(yz_calendar_office(c, day("2025-03-08"))->n, 0);
}

TEST(office_time_leaves_lunch_and_weekends_out)
{
	struct yz_calendar *c = bare();
	yz_instant a, b;
	assert_true(yz_instant_parse(yz_str("2025-03-07T16:00:00+08:00"), &a));
	assert_true(yz_instant_parse(yz_str("2025-03-10T13:00:00+08:00"), &b));
	assert_int_equal(yz_count_office(c, a, b), 90 * YZ_MINUTE + 180 * YZ_MINUTE);
	assert_int_equal(yz_count_office(c, b, a), 0);
}

TEST(a_listed_day_can_be_forgotten_and_a_copy_stands_alone)
{
	struct yz_calendar *c = bare();
	assert_true(yz_calendar_set(c, day("2030-07-01"), YZ_DAY_OFF, false, YZ_LIT("古尔邦节")));
	struct yz_calendar *copy = yz_calendar_copy(arena, c);
	yz_day first;
	assert_false(yz_calendar_differ(c, copy, day("2030-01-01"), day("2030-12-31"), &first));
	assert_true(yz_calendar_set(c, day("2030-07-01"), YZ_DAY_WORKING, false, YZ_LIT("")));
	assert_true(yz_is_working(c, day("2030-07-01")));
	assert_false(yz_is_working(copy, day("2030-07-01")));
	assert_true(yz_calendar_differ(c, copy, day("2030-01-01"), day("2030-12-31"), &first));
	assert_int_equal(first, day("2030-07-01"));
	assert_true(yz_str_eqz(yz_calendar_day(copy, first).name, "古尔邦节"));
	assert_false(yz_calendar_set(c, yz_day_from(2200, 1, 1), YZ_DAY_OFF, false, YZ_LIT("x")));
	assert_false(yz_calendar_set(c, yz_day_from(1899, 12, 31), YZ_DAY_OFF, false, YZ_LIT("x")));
}

TEST(a_calendar_of_days_off_only_still_ends)
{
	struct yz_calendar *c = bare();
	for (yz_day d = yz_day_from(1900, 1, 1); d <= yz_day_from(2199, 12, 31); d++)
		yz_calendar_set(c, d, YZ_DAY_OFF, false, YZ_LIT("x"));
	assert_int_equal(yz_working_from(c, day("2026-01-01"), 1), yz_day_from(2200, 1, 1));
}
