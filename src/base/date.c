/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

/* The year runs from March, so that the leap day is its last. */
yz_day yz_day_from(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return (yz_day)(era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468);
}

struct yz_civil yz_day_civil(yz_day d)
{
	int64_t z = (int64_t)d + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct yz_civil c = {.day = (int)(doy - (153 * mp + 2) / 5 + 1), .month = (int)(mp < 10 ? mp + 3 : mp - 9)};
	c.year = (int)(yoe + era * 400 + (c.month <= 2));
	return c;
}

int yz_weekday(yz_day d)
{
	int w = (d + 3) % 7; /* 1970-01-01 was a Thursday */
	return w < 0 ? w + 7 : w;
}

bool yz_civil_valid(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (month < 1 || month > 12 || day < 1)
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= days[month - 1] + (month == 2 && leap);
}

/* n digits at s[*i]; moves *i. */
static bool digits(struct yz_str s, size_t *i, int n, int *out)
{
	int v = 0;
	for (int k = 0; k < n; k++, ++*i) {
		if (*i >= s.len || s.ptr[*i] < '0' || s.ptr[*i] > '9')
			return false;
		v = v * 10 + (s.ptr[*i] - '0');
	}
	*out = v;
	return true;
}

static bool one(struct yz_str s, size_t *i, char c)
{
	return *i < s.len && s.ptr[*i] == c ? (++*i, true) : false;
}

static bool day_at(struct yz_str s, size_t *i, yz_day *out)
{
	int y, m, d;
	if (!digits(s, i, 4, &y) || !one(s, i, '-') || !digits(s, i, 2, &m) || !one(s, i, '-') || !digits(s, i, 2, &d))
		return false;
	if (!yz_civil_valid(y, m, d))
		return false;
	*out = yz_day_from(y, m, d);
	return true;
}

bool yz_day_parse(struct yz_str s, yz_day *out)
{
	size_t i = 0;
	return day_at(s, &i, out) && i == s.len;
}

bool yz_day_read(struct yz_str s, yz_day *out)
{
	int part[3] = {0}, n = 0;
	bool in = false;
	for (size_t i = 0; i < s.len; i++) {
		bool digit = s.ptr[i] >= '0' && s.ptr[i] <= '9';
		if (digit && !in && n++ == 3)
			return false;
		if (digit && part[n - 1] > 9999)
			return false;
		if (digit)
			part[n - 1] = part[n - 1] * 10 + s.ptr[i] - '0';
		in = digit;
	}
	if (n != 3 || !yz_civil_valid(part[0], part[1], part[2]))
		return false;
	*out = yz_day_from(part[0], part[1], part[2]);
	return true;
}

/* By hand: printf takes ten times as long, and each clock of each act is printed. */
static char *put_digits(char *p, unsigned v, int n)
{
	for (int i = n; i-- > 0; v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + n;
}

static char *put_day(char *p, yz_day d)
{
	struct yz_civil c = yz_day_civil(d);
	assert(c.year >= 0 && c.year <= 9999);
	p = put_digits(p, (unsigned)c.year, 4);
	*p++ = '-';
	p = put_digits(p, (unsigned)c.month, 2);
	*p++ = '-';
	return put_digits(p, (unsigned)c.day, 2);
}

char *yz_day_print(yz_day d, char buf[16])
{
	*put_day(buf, d) = '\0';
	return buf;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

yz_day yz_instant_day(yz_instant t, int offset)
{
	return (yz_day)floor_div(t + offset * YZ_SECOND, YZ_DAY);
}

yz_instant yz_day_start(yz_day d, int offset)
{
	return (yz_instant)d * YZ_DAY - offset * YZ_SECOND;
}

bool yz_instant_parse(struct yz_str s, yz_instant *out)
{
	size_t i = 0;
	yz_day d;
	int h, m, sec, oh = 0, om = 0, sign = 0;
	if (!day_at(s, &i, &d) || !(one(s, &i, 'T') || one(s, &i, ' ')) || !digits(s, &i, 2, &h) || !one(s, &i, ':') ||
	    !digits(s, &i, 2, &m) || !one(s, &i, ':') || !digits(s, &i, 2, &sec))
		return false;
	yz_instant frac = 0, unit = YZ_SECOND;
	if (one(s, &i, '.'))
		for (int v; unit > 1 && digits(s, &i, 1, &v);)
			frac += v * (unit /= 10);
	if (!one(s, &i, 'Z')) {
		sign = one(s, &i, '+') ? 1 : one(s, &i, '-') ? -1 : 0;
		if (!sign || !digits(s, &i, 2, &oh) || !one(s, &i, ':') || !digits(s, &i, 2, &om))
			return false;
	}
	if (i != s.len || h > 23 || m > 59 || sec > 59 || oh > 18 || om > 59)
		return false;
	*out = d * YZ_DAY + h * YZ_HOUR + m * YZ_MINUTE + sec * YZ_SECOND + frac - sign * (oh * YZ_HOUR + om * YZ_MINUTE);
	return true;
}

char *yz_instant_print(yz_instant t, char buf[32])
{
	yz_day d = yz_instant_day(t, 0);
	yz_instant rest = t - d * YZ_DAY;
	unsigned s = (unsigned)(rest / YZ_SECOND), us = (unsigned)(rest % YZ_SECOND);
	char *p = put_day(buf, d);
	*p++ = 'T';
	p = put_digits(p, s / 3600, 2);
	*p++ = ':';
	p = put_digits(p, s / 60 % 60, 2);
	*p++ = ':';
	p = put_digits(p, s % 60, 2);
	if (us) {
		*p++ = '.';
		p = put_digits(p, us, 6);
		while (p[-1] == '0')
			p--;
	}
	*p++ = 'Z';
	*p = '\0';
	return buf;
}

char *yz_instant_local(yz_instant t, int offset, char buf[32])
{
	char day[16];
	yz_day d = yz_instant_day(t, offset);
	unsigned minutes = (unsigned)((t - yz_day_start(d, offset)) / YZ_MINUTE);
	snprintf(buf, 32, "%s %02u:%02u", yz_day_print(d, day), minutes / 60 % 24, minutes % 60);
	return buf;
}

static yz_instant read_clock(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts);
	return ts.tv_sec * YZ_SECOND + ts.tv_nsec / 1000;
}

yz_instant yz_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

yz_instant yz_ticks(void)
{
	return read_clock(CLOCK_MONOTONIC);
}
