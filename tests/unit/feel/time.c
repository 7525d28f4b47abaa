/* Civil dates and zones, below the language.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "feel/time.h"

#include <stdlib.h>
#include <time.h>

TEST(days_survive_the_round_trip_over_all_years)
{
	uint64_t seed = 7;
	for (int i = 0; i < 200000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		int64_t day = (int64_t)(seed >> 12) % 365242000000;
		if (seed & 1)
			day = -day;
		struct yz_date d = yz_date_of(day);
		assert_true(d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31);
		assert_true(yz_date_days(d.year, d.month, d.day) == day);
	}
	for (int64_t day = -800000; day < 800000; day++) {
		struct yz_date d = yz_date_of(day);
		assert_true(yz_date_valid(d.year, d.month, d.day));
		assert_true(yz_date_days(d.year, d.month, d.day) == day);
	}
	assert_true(yz_date_days(1970, 1, 1) == 0);
	assert_int_equal(yz_date_weekday(0), 4);
	assert_true(yz_date_in_range(yz_date_days(999999999, 12, 31)));
	assert_false(yz_date_in_range(yz_date_days(999999999, 12, 31) + 1));
	assert_false(yz_date_in_range(INT64_MAX));
	assert_false(yz_date_in_range(INT64_MIN));
}

TEST(months_are_added_up_to_the_last_year_and_no_further)
{
	int64_t day = yz_date_days(2020, 1, 31), out;
	assert_true(yz_date_add_months(day, 1, &out) && out == yz_date_days(2020, 2, 29));
	assert_true(yz_date_add_months(day, -11, &out) && out == yz_date_days(2019, 2, 28));
	assert_true(yz_date_add_months(day, 12, &out) && out == yz_date_days(2021, 1, 31));
	assert_false(yz_date_add_months(yz_date_days(999999999, 12, 1), 1, &out));
	assert_false(yz_date_add_months(day, INT64_MAX, &out));
	assert_false(yz_date_add_months(day, INT64_MIN, &out));
}

TEST(weeks_are_those_of_iso_8601)
{
	assert_int_equal(yz_date_week(yz_date_days(2005, 1, 1)), 53);
	assert_int_equal(yz_date_week(yz_date_days(2005, 1, 3)), 1);
	assert_int_equal(yz_date_week(yz_date_days(2008, 12, 29)), 1);
	assert_int_equal(yz_date_week(yz_date_days(2010, 1, 3)), 53);
	assert_int_equal(yz_date_day_of_year(yz_date_days(2020, 12, 31)), 366);
}

/* The C library's own reading of the same files, one zone after the other. */
TEST(zones_agree_with_the_c_library)
{
	static const char *const names[] = {
		"Asia/Shanghai",    "Europe/Paris",      "America/New_York", "Australia/Lord_Howe",
		"America/St_Johns", "Africa/Casablanca", "Asia/Gaza",        "Europe/Dublin",
		"Pacific/Apia",     "America/Santiago",  "Asia/Kathmandu",   "Etc/GMT+5",
		"Antarctica/Troll", "America/Nuuk",      "Asia/Urumqi",      "UTC"};
	struct yz_arena *a = yz_arena_create(0);
	size_t found = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		uint64_t zone;
		if (!yz_zone_load(a, yz_str(names[i]), &zone))
			continue;
		found++;
		setenv("TZ", names[i], 1);
		tzset();
		/* Every eleven hours and some from 1890 to 2110. */
		for (time_t t = -2524608000; t < 4417977600; t += 39623) {
			struct tm tm;
			localtime_r(&t, &tm);
			int offset = yz_zone_offset_utc(zone, t);
			if (offset != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, the library has %ld", names[i], (long long)t, offset,
					 tm.tm_gmtoff);
			int local = yz_zone_offset_local(zone, t + offset);
			/* In an overlap the earlier of two readings. */
			if (local != offset && yz_zone_offset_utc(zone, t + offset - local) != local)
				fail_msg("%s at %lld: local %d", names[i], (long long)t, local);
		}
	}
	if (!found)
		SKIP("no zone files in /usr/share/zoneinfo: zones are not tested");
	yz_arena_destroy(a);
}

TEST(gaps_and_overlaps_take_the_offset_before_the_change)
{
	struct yz_arena *a = yz_arena_create(0);
	uint64_t paris;
	if (!yz_zone_load(a, YZ_LIT("Europe/Paris"), &paris)) {
		yz_arena_destroy(a);
		SKIP("no zone files in /usr/share/zoneinfo: zones are not tested");
	}
	int64_t gap = yz_date_days(2020, 3, 29) * YZ_DAY_SECONDS + 9000,
		overlap = yz_date_days(2020, 10, 25) * YZ_DAY_SECONDS + 9000;
	assert_int_equal(yz_zone_offset_local(paris, gap), 3600);
	assert_int_equal(yz_zone_offset_local(paris, overlap), 7200);
	assert_int_equal(yz_zone_offset_local(paris, overlap + 3600), 3600);
	assert_int_equal(yz_zone_offset_standard(paris), 3600);
	assert_true(yz_str_eqz(yz_zone_name(paris), "Europe/Paris"));
	yz_arena_destroy(a);
}

TEST(names_that_are_no_zones_are_refused)
{
	static const char *const bad[] = {"",        "/etc/passwd", "../passwd", "Asia/", "Asia/Shanghai/",
					  "Asia",    "tzdata.zi",   "zone.tab",  "A B",   "Asia/../UTC",
					  "No/Where"};
	struct yz_arena *a = yz_arena_create(0);
	uint64_t zone = 77;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (yz_zone_load(a, yz_str(bad[i]), &zone))
			fail_msg("'%s' is a zone", bad[i]);
	char longer[200];
	memset(longer, 'A', sizeof longer);
	assert_false(yz_zone_load(a, yz_str_n(longer, sizeof longer), &zone));
	assert_true(zone == 77);
	yz_arena_destroy(a);
}

TEST(fixed_offsets_are_words)
{
	for (int o = -YZ_OFFSET_MOST; o <= YZ_OFFSET_MOST; o++) {
		uint64_t z = yz_zone_fixed(o);
		assert_true(z && !yz_zone_named(z));
		assert_int_equal(yz_zone_offset_utc(z, 5), o);
		assert_int_equal(yz_zone_offset_local(z, 5), o);
	}
	assert_int_equal(yz_zone_offset_utc(0, 5), 0);
}
