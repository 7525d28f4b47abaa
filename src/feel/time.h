/* feel/time.h - civil dates, zones and the lexical forms of time; private to feel.
 *
 * A day is a count of days since 1970-01-01, years run from -999999999 to
 * 999999999 (year 0 is 1 BC).  A zone is one word: 0 is none, an odd number a
 * fixed offset, else a pointer to a named zone read from the system's zone
 * files into an arena.  Nothing is global.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_TIME_H
#define YZ_FEEL_TIME_H

#include "feel/feel.h"

#define YZ_DAY_SECONDS ((int64_t)86400)
#define YZ_DAY_NANOS (YZ_DAY_SECONDS * 1000000000)
#define YZ_YEAR_MOST 999999999
/* The longest days and time duration, in nanoseconds: 18 digits of days. */
#define YZ_DAYS_MOST ((__int128)999999999999999999 * YZ_DAY_NANOS)
#define YZ_OFFSET_MOST (18 * 3600)

static inline int64_t yz_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static inline int64_t yz_floor_mod(int64_t a, int64_t b)
{
	int64_t r = a % b;
	return r < 0 ? r + b : r;
}

struct yz_date {
	int64_t year;
	int month, day;
};

bool yz_date_valid(int64_t year, int64_t month, int64_t day);
int64_t yz_date_days(int64_t year, int month, int day);
struct yz_date yz_date_of(int64_t days);
/* 1 = Monday … 7 = Sunday */
int yz_date_weekday(int64_t days);
int yz_date_day_of_year(int64_t days);
int yz_date_week(int64_t days); /* ISO 8601 */
/* So many months later, the day cut to the month's length; false: out of years. */
bool yz_date_add_months(int64_t days, int64_t months, int64_t *out);
/* The day is within the years. */
bool yz_date_in_range(int64_t days);

/* offset in seconds east */
static inline uint64_t yz_zone_fixed(int offset)
{
	return (uint64_t)(int64_t)offset << 1 | 1;
}
static inline bool yz_zone_named(uint64_t zone)
{
	return zone && !(zone & 1);
}
/* "Asia/Shanghai"; false when there is none of that name. */
bool yz_zone_load(struct yz_arena *a, struct yz_str name, uint64_t *out);
struct yz_str yz_zone_name(uint64_t zone); /* of a named one */
/* The offset in force at a local or at a UTC time in seconds since 1970; in a gap or an overlap of local time
 * the offset before the change. 0 for no zone. */
int yz_zone_offset_local(uint64_t zone, int64_t local);
int yz_zone_offset_utc(uint64_t zone, int64_t utc);
/* For a time of day, which has no date: the zone's standard offset. */
int yz_zone_offset_standard(uint64_t zone);
bool yz_zone_same(uint64_t a, uint64_t b);

bool yz_read_date(struct yz_str s, struct yz_feel_value *out);
bool yz_read_time(struct yz_arena *a, struct yz_str s, struct yz_feel_value *out);
bool yz_read_date_time(struct yz_arena *a, struct yz_str s, struct yz_feel_value *out);
bool yz_read_duration(struct yz_str s, struct yz_feel_value *out); /* either kind */
/* What stands behind @ */
bool yz_read_temporal(struct yz_arena *a, struct yz_str s, struct yz_feel_value *out);

void yz_write_temporal(struct yz_buf *b, struct yz_feel_value v);

#endif
