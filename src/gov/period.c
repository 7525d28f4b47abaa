/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/period.h"

#include "calendar/calendar.h"

#include <stdio.h>

static const char *const names[YZ_PERIOD_KINDS] = {"day", "week", "month", "quarter", "year"};

const char *yz_period_kind_name(enum yz_period_kind kind)
{
	return names[kind];
}

bool yz_period_kind_parse(struct yz_str s, enum yz_period_kind *kind)
{
	for (int i = 0; i < YZ_PERIOD_KINDS; i++)
		if (yz_str_eqz(s, names[i])) {
			*kind = (enum yz_period_kind)i;
			return true;
		}
	return false;
}

static yz_day first_of_month(int year, int month)
{
	return yz_day_from(year + (month - 1) / 12, (month - 1) % 12 + 1, 1);
}

static struct yz_period months(enum yz_period_kind kind, int year, int month, int n)
{
	return (struct yz_period){kind, first_of_month(year, month), first_of_month(year, month + n) - 1};
}

struct yz_period yz_period_of(enum yz_period_kind kind, yz_day day)
{
	struct yz_civil c = yz_day_civil(day);
	switch (kind) {
	case YZ_PERIOD_WEEK:
		return (struct yz_period){kind, day - yz_weekday(day), day - yz_weekday(day) + 6};
	case YZ_PERIOD_MONTH:
		return months(kind, c.year, c.month, 1);
	case YZ_PERIOD_QUARTER:
		return months(kind, c.year, (c.month - 1) / 3 * 3 + 1, 3);
	case YZ_PERIOD_YEAR:
		return months(kind, c.year, 1, 12);
	case YZ_PERIOD_DAY:
	case YZ_PERIOD_KINDS:
		break;
	}
	return (struct yz_period){YZ_PERIOD_DAY, day, day};
}

/* The Thursday of a week says which year's it is, and which of it. */
static yz_day first_week(int year)
{
	yz_day fourth = yz_day_from(year, 1, 4);
	return fourth - yz_weekday(fourth);
}

static bool number(struct yz_str s, size_t at, size_t n, int *out)
{
	int64_t v;
	if (s.len != at + n || !yz_str_int(yz_str_n(s.ptr + at, n), &v) || v < 0)
		return false;
	*out = (int)v;
	return true;
}

bool yz_period_parse(struct yz_str s, struct yz_period *out)
{
	int year, n;
	yz_day day;
	if (s.len < 4 || !number(yz_str_n(s.ptr, 4), 0, 4, &year) || year < YZ_CALENDAR_FIRST || year > YZ_CALENDAR_LAST)
		return false;
	if (s.len == 4) {
		*out = months(YZ_PERIOD_YEAR, year, 1, 12);
		return true;
	}
	if (s.ptr[4] != '-')
		return false;
	if (s.len == 10) {
		if (!yz_day_parse(s, &day))
			return false;
		*out = yz_period_of(YZ_PERIOD_DAY, day);
		return true;
	}
	if (s.len == 8 && s.ptr[5] == 'W' && number(s, 6, 2, &n)) {
		*out = yz_period_of(YZ_PERIOD_WEEK, first_week(year) + 7 * (n - 1));
		return n >= 1 && out->from < first_week(year + 1);
	}
	if (s.len == 7 && s.ptr[5] == 'Q' && number(s, 6, 1, &n)) {
		*out = months(YZ_PERIOD_QUARTER, year, 3 * n - 2, 3);
		return n >= 1 && n <= 4;
	}
	if (s.len == 7 && number(s, 5, 2, &n) && n >= 1 && n <= 12) {
		*out = months(YZ_PERIOD_MONTH, year, n, 1);
		return true;
	}
	return false;
}

char *yz_period_print(struct yz_period p, char buf[YZ_PERIOD_TEXT])
{
	struct yz_civil c = yz_day_civil(p.kind == YZ_PERIOD_WEEK ? p.from + 3 : p.from);
	unsigned year = (unsigned)c.year % 10000, month = (unsigned)c.month % 100;
	switch (p.kind) {
	case YZ_PERIOD_WEEK:
		snprintf(buf, YZ_PERIOD_TEXT, "%04u-W%02u", year, (unsigned)((p.from - first_week(c.year)) / 7 + 1) % 100);
		break;
	case YZ_PERIOD_MONTH:
		snprintf(buf, YZ_PERIOD_TEXT, "%04u-%02u", year, month);
		break;
	case YZ_PERIOD_QUARTER:
		snprintf(buf, YZ_PERIOD_TEXT, "%04u-Q%u", year, (month - 1) / 3 + 1);
		break;
	case YZ_PERIOD_YEAR:
		snprintf(buf, YZ_PERIOD_TEXT, "%04u", year);
		break;
	case YZ_PERIOD_DAY:
	case YZ_PERIOD_KINDS:
		yz_day_print(p.from, buf);
	}
	return buf;
}

struct yz_period yz_period_before(struct yz_period p)
{
	return yz_period_of(p.kind, p.from - 1);
}

struct yz_period yz_period_after(struct yz_period p)
{
	return yz_period_of(p.kind, p.to + 1);
}

struct yz_period yz_period_year_ago(struct yz_period p)
{
	struct yz_civil c = yz_day_civil(p.kind == YZ_PERIOD_WEEK ? p.from + 3 : p.from);
	if (p.kind == YZ_PERIOD_WEEK) {
		yz_day nth = p.from - first_week(c.year), last = first_week(c.year) - 7;
		yz_day from = first_week(c.year - 1) + nth;
		return yz_period_of(p.kind, from < last ? from : last);
	}
	if (p.kind == YZ_PERIOD_DAY && c.month == 2 && c.day == 29)
		c.day = 28;
	return yz_period_of(p.kind, yz_day_from(c.year - 1, c.month, c.day));
}
