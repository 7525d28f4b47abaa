/* tests/unit/gov/year_days.h - working days and limits, written plainly once more: what the house reckons is held against it.
 *
 * Nothing here calls the calendar.  2027 and 2028 have no notice yet, so the days off are those of 全国年节及纪念日放假办法
 * (2024) by the almanac: a holiday that falls on a weekend changes nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_GOV_YEAR_DAYS_H
#define YZ_TESTS_GOV_YEAR_DAYS_H

#include "base/date.h"

#include <stdbool.h>
#include <stddef.h>

enum { ZONE = 8 * 3600 };

static inline bool works(yz_day day)
{
	static const int off[][3] = {{2027, 1, 1}, {2027, 2, 5}, {2027, 2, 8}, {2027, 4, 5}, {2027, 6, 9}, {2027, 9, 15}, {2027, 10, 1},
				     {2028, 1, 25}, {2028, 1, 26}, {2028, 1, 27}, {2028, 1, 28}, {2028, 4, 4}, {2028, 5, 1}, {2028, 5, 2}};
	static yz_day days[sizeof off / sizeof *off];
	int weekday = (int)((day % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday; 0: Monday */
	if (weekday > 4)
		return false;
	for (size_t i = 0; i < sizeof off / sizeof *off; i++) {
		if (!days[i])
			days[i] = yz_day_from(off[i][0], off[i][1], off[i][2]);
		if (days[i] == day)
			return false;
	}
	return true;
}

static inline yz_day day_of(yz_instant at)
{
	return yz_instant_day(at, ZONE);
}

static inline yz_instant nine(yz_day day)
{
	return yz_day_start(day, ZONE) + 9 * YZ_HOUR;
}

/* n working days, or (hours) n hours by the clock; stop 0: it never stopped. */
struct limit {
	yz_instant from;
	int n;
	bool hours;
	yz_instant stop, resume;
};

static inline yz_day last_day(const struct limit *l, bool stopped)
{
	yz_day day = day_of(l->from);
	for (int n = 0; n < l->n;) {
		day++;
		bool stands = stopped && day > day_of(l->stop) && day <= day_of(l->resume);
		n += works(day) && !stands;
	}
	return day;
}

static inline yz_instant due_of(const struct limit *l, bool stopped)
{
	if (!l->hours)
		return yz_day_start(last_day(l, stopped) + 1, ZONE);
	yz_instant due = l->from + l->n * YZ_HOUR;
	return due + (stopped && due > l->stop ? l->resume - l->stop : 0);
}

/* 09:00 of the working day before the last, else of the last, else when a fifth is left; what falls into a stop comes after it. */
static inline yz_instant warn_of(const struct limit *l, bool stopped)
{
	yz_instant due = due_of(l, stopped), at;
	if (l->hours) {
		at = l->from + l->n * YZ_HOUR - l->n * YZ_HOUR / 5;
		at += stopped && at > l->stop ? l->resume - l->stop : 0;
	} else {
		yz_day last = last_day(l, stopped), before = last - 1;
		while (!works(before))
			before--;
		at = nine(before) > l->from ? nine(before) : nine(last);
		at = at > l->from ? at : due - (due - l->from) / 5;
	}
	return stopped && at >= l->stop && at < l->resume ? l->resume : at;
}

static inline int working_between(yz_day from, yz_day to)
{
	int n = 0;
	for (yz_day d = from + 1; d <= to; d++)
		n += works(d);
	return n;
}

#endif
