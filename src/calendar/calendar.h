/* calendar/calendar.h - working days, statutory periods, clocks that stop and resume.
 *
 * A calendar knows the days off and the exchanged working days (调休) that the
 * yearly notice names, the region's offset and the office hours.  A year without
 * a notice is assumed: weekends, and the statutory days of 全国年节及纪念日放假办法
 * as it stood in that year (2024 amendment: 1 Jan; New Year's Eve and the first
 * three days of the lunar year; 清明; 1-2 May; 端午; 中秋; 1-3 Oct), with no
 * day exchanged and none made up.  Whatever touches such a year is provisional
 * (暂定) and says which year.  Lunar festivals are known from 2000 to 2100.
 *
 * How periods run (行政许可法 42, 45, 82; 民法典 201-203):
 *
 *	working days   the day of the start does not count; each later working day
 *	               that is not stopped counts one; due at 24:00 of the last
 *	natural days   likewise with every day; a last day that is no working day
 *	               moves to the next working day that is not stopped
 *	working hours  time inside office hours of working days, from the instant on
 *	natural hours, minutes   time by the clock
 *
 *	A stop is lawful time that does not count (行政许可法 45: hearing, tender,
 *	auction, inspection, testing, quarantine, appraisal, expert review).  In days,
 *	the day of stopping still counts, and the days after it do not, up to and
 *	with the day of resuming, for counting begins the day after, as at a start.
 *	So a stop of k working days moves the due day by exactly k working days,
 *	and stops add up.  In hours and minutes the stopped time itself is left out.
 *	A limit that has run out is not healed by a later stop.  While a clock is
 *	stopped it has no due instant (YZ_NEVER).
 *
 * Ownership: a calendar and its names live in the arena it was made in; a clock
 *            is a plain value to copy and store.
 * Failure:   import and the clock's acts fill err; nothing is changed then.
 * Threads:   a calendar may be read by any number once nobody changes it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CALENDAR_CALENDAR_H
#define YZ_CALENDAR_CALENDAR_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

#define YZ_NEVER INT64_MAX /* an instant that does not come */

enum {
	YZ_SHANGHAI = 28800,
	YZ_CALENDAR_FIRST = 1900, /* years a calendar can hold; outside, Monday to Friday */
	YZ_CALENDAR_LAST = 2199,
	YZ_OFFICE_SPANS = 4,
	YZ_EXCHANGED = 7, /* the office's hours on exchanged working days */
};

struct yz_calendar;

/* Office hours of one day, minutes after midnight, ascending, not overlapping. */
struct yz_office {
	int n;
	struct {
		int from, to;
	} span[YZ_OFFICE_SPANS];
};

/* offset in seconds east of UTC.  Office hours begin as 09:00-12:00 and
 * 13:30-17:30 from Monday to Friday and on exchanged days. */
struct yz_calendar *yz_calendar_new(struct yz_arena *a, int offset);
/* A copy to change while others read the first. */
struct yz_calendar *yz_calendar_copy(struct yz_arena *a, const struct yz_calendar *c);
int yz_calendar_offset(const struct yz_calendar *c);

/* "09:00-12:00,13:30-17:30"; "" means closed.  weekday 0 = Monday … 6, or YZ_EXCHANGED. */
bool yz_calendar_set_office(struct yz_calendar *c, int weekday, struct yz_str hours, struct yz_err *err);
const struct yz_office *yz_calendar_office(const struct yz_calendar *c, yz_day day);

/* When limits warn by this calendar (struct yz_warn below); a new one has the default.  time: "09:00". */
enum { YZ_WARN_DAYS = 10 };
struct yz_warn;
bool yz_calendar_set_warn(struct yz_calendar *c, int64_t days, struct yz_str time, struct yz_err *err);
const struct yz_warn *yz_calendar_warn(const struct yz_calendar *c);

/* What one day is. */
enum yz_day_kind {
	YZ_DAY_WORKING, /* Monday to Friday */
	YZ_DAY_WEEKEND,
	YZ_DAY_OFF,       /* a holiday, or a day exchanged into one (in_lieu) */
	YZ_DAY_EXCHANGED, /* a weekend day worked: 班 */
};
struct yz_day_info {
	enum yz_day_kind kind;
	bool working;
	bool in_lieu;
	bool listed;      /* by a notice or by yz_calendar_set, not by rule */
	bool provisional; /* its year has no notice */
	int year;
	struct yz_str name; /* "春节", or empty; lives as long as the calendar */
};
struct yz_day_info yz_calendar_day(const struct yz_calendar *c, yz_day day);

/* Lists one day: kind YZ_DAY_OFF or YZ_DAY_EXCHANGED; YZ_DAY_WORKING forgets it.
 * For rows read from a database, and for a region's own days off.  False outside the years held. */
bool yz_calendar_set(struct yz_calendar *c, yz_day day, enum yz_day_kind kind, bool in_lieu, struct yz_str name);
/* Whether the year's notice is in. */
void yz_calendar_set_official(struct yz_calendar *c, int year, bool official);
bool yz_calendar_official(const struct yz_calendar *c, int year);

/* Reads a notice: JSON {"holidays": {"2026-01-01": "New Year's Day,元旦,1"}, "workdays": {…},
 * "inLieuDays": {…}} or iCalendar whose events say 休 or 班 in SUMMARY (RFC 5545; events that
 * say neither are left out).  A year is official once the file gives 1 May and 1 October off;
 * such a year is replaced whole, other days are added.  An error names line, date and reason
 * and changes nothing.  At most 4 MiB and 20,000 days. */
struct yz_calendar_report {
	int off, exchanged; /* days read */
	int years;          /* official years, ascending */
	int year[YZ_CALENDAR_LAST - YZ_CALENDAR_FIRST + 1];
	yz_day first, last; /* days whose nature changed; first > last when none did */
};
bool yz_calendar_import(struct yz_calendar *c, struct yz_str text, struct yz_calendar_report *report,
			struct yz_err *err);

/* The first day in [from, to] that two calendars see differently (or hold provisional differently). */
bool yz_calendar_differ(const struct yz_calendar *a, const struct yz_calendar *b, yz_day from, yz_day to,
			yz_day *first);

/* Working days. */
bool yz_is_working(const struct yz_calendar *c, yz_day day);
/* The first working day on or after (step 1) or on or before (step -1). */
yz_day yz_working_from(const struct yz_calendar *c, yz_day day, int step);
/* The nth working day after `day` (n > 0), before it (n < 0), or `day` itself (0); |n| ≤ 100,000. */
yz_day yz_add_working(const struct yz_calendar *c, yz_day day, int n);
/* Working days in (from, to]; negative when to < from. */
int yz_count_working(const struct yz_calendar *c, yz_day from, yz_day to);
/* Microseconds of office time in [from, to]; 0 when to < from. */
int64_t yz_count_office(const struct yz_calendar *c, yz_instant from, yz_instant to);
/* The first year without notice that [from, to] touches, or 0. */
int yz_provisional_year(const struct yz_calendar *c, yz_day from, yz_day to);

/* Festivals by rule, 2000-2100; false outside. */
enum yz_festival { YZ_SPRING_FESTIVAL, YZ_QINGMING, YZ_DRAGON_BOAT, YZ_MID_AUTUMN };
bool yz_festival_day(int year, enum yz_festival which, yz_day *day);

/* Limits. */
enum yz_unit { YZ_WORKING_DAYS, YZ_NATURAL_DAYS, YZ_WORKING_HOURS, YZ_NATURAL_HOURS, YZ_MINUTES };
/* "wd" "d" "wh" "h" "min" and back. */
const char *yz_unit_name(enum yz_unit unit);
bool yz_unit_parse(struct yz_str s, enum yz_unit *unit);
/* "P5WD" (working days), "P15D", "PT8WH" (working hours), "PT24H", "PT30M". */
bool yz_limit_parse(struct yz_str s, int32_t *limit, enum yz_unit *unit);

/* Clocks. */
enum { YZ_CLOCK_STOPS = 24, YZ_CLOCK_LIMIT_MOST = 10000 /* days; hours; × 60 in minutes */ };

struct yz_clock_stop {
	yz_instant from, to; /* to is YZ_NEVER while it lasts */
};

struct yz_clock {
	enum yz_unit unit;
	int32_t limit, extra; /* as given, and by extensions */
	yz_instant started;
	yz_instant ended; /* YZ_NEVER while open */
	uint32_t nstops;
	struct yz_clock_stop stops[YZ_CLOCK_STOPS];
};

/* limit ≥ 0; 0 is due at the end of the day (days) or at once.  Instants of all acts lie in
 * the years 1900-2199, else YZ_LIMIT. */
bool yz_clock_start(struct yz_clock *k, int32_t limit, enum yz_unit unit, yz_instant at, struct yz_err *err);
/* Each act comes at or after the last one; a stop of a stopped clock, a resume of a
 * running one, any act on an ended one fail with YZ_NOT_NOW. */
bool yz_clock_stop(struct yz_clock *k, yz_instant at, struct yz_err *err);
bool yz_clock_resume(struct yz_clock *k, yz_instant at, struct yz_err *err);
bool yz_clock_extend(struct yz_clock *k, int32_t more, struct yz_err *err);
/* Begins anew: stops and extensions are forgotten. */
bool yz_clock_restart(struct yz_clock *k, yz_instant at, struct yz_err *err);
/* Decided, withdrawn: what was used stays as it is. */
bool yz_clock_end(struct yz_clock *k, yz_instant at, struct yz_err *err);
bool yz_clock_stopped(const struct yz_clock *k);

/* When to warn.  Limits in days: `minute` after midnight of the working day `days` before
 * the last one; where that does not lie after the start, of the last day itself.  Limits in
 * hours and minutes, and where neither lies after the start: when a fifth of the time is
 * left.  A warning that falls into a stop comes at the resuming. */
struct yz_warn {
	int days, minute;
};
extern const struct yz_warn yz_warn_default; /* 1 day, 09:00 */

struct yz_clock_state {
	bool stopped, ended, overdue; /* overdue: the instant asked about (or the end) lies at or past due */
	yz_instant due, warn;         /* YZ_NEVER while stopped */
	yz_day last_day;              /* the local day that due ends or lies in; meaningless while stopped */
	/* Days: today is the `used`th of `total` (counted so far, today included); `left` = total -
	 * used, negative by the days counted after the last one.  Hours and minutes: the same in
	 * microseconds. */
	int64_t used, total, left;
	int provisional; /* the first year without notice that the period touches, or 0;
			  * limits in natural hours and minutes need no calendar */
};
/* warn NULL: the calendar's. */
struct yz_clock_state yz_clock_at(const struct yz_clock *k, const struct yz_calendar *c, const struct yz_warn *warn,
				  yz_instant now);
/* Only the due instant: what the index holds. */
yz_instant yz_clock_due(const struct yz_clock *k, const struct yz_calendar *c);

/* The computation, day by day, from the day of the start to the last (or to today while
 * stopped; or until `most` rows, at least 1: then *cut is set). */
enum yz_clock_mark {
	YZ_MARK_START,   /* the day of the start: does not count (hours: came after office hours) */
	YZ_MARK_COUNTED, /* the nth */
	YZ_MARK_WEEKEND,
	YZ_MARK_OFF,
	YZ_MARK_STOPPED,
	YZ_MARK_MOVED, /* after the nominal last day, waiting for a working day */
	YZ_MARK_LAST,  /* the nth and last: due at 24:00, or within it */
};
struct yz_clock_row {
	yz_day day;
	enum yz_clock_mark mark;
	struct yz_day_info info; /* name, exchanged, provisional */
	int64_t nth;             /* counted so far: days, or microseconds */
	int64_t counted;         /* of this day: 0 or 1, or microseconds */
};
size_t yz_clock_explain(struct yz_arena *a, const struct yz_clock *k, const struct yz_calendar *c, yz_instant now,
			size_t most, struct yz_clock_row **rows, bool *cut);

/* One line of text that holds the whole clock, and back; buf of YZ_CLOCK_TEXT. */
enum { YZ_CLOCK_TEXT = 1600 };
char *yz_clock_print(const struct yz_clock *k, char buf[YZ_CLOCK_TEXT]);
bool yz_clock_parse(struct yz_str s, struct yz_clock *k, struct yz_err *err);

#endif
