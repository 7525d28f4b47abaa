/* feel/zone.c - named time zones, read from TZif files (RFC 8536).
 *
 * Only version 2 and later with 64-bit times; the footer's rule answers for
 * everything behind the last transition.  A file that breaks the format in any
 * way is no zone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/time.h"

#include <fcntl.h>
#include <unistd.h>

enum { LARGEST_FILE = 256 * 1024, LONGEST_NAME = 64, HEADER = 44 };

struct rule_day {
	char form; /* 'J': 1..365 without leap days; 'N': 0..365; 'M': month, week, weekday */
	int day, month, week;
	int seconds; /* local, from midnight; may be negative or beyond a day */
};

struct rule {
	int standard, summer; /* offsets east */
	bool has_summer;
	struct rule_day start, end;
};

struct zone {
	struct yz_str name;
	size_t n;
	const int64_t *times;
	const uint8_t *kinds; /* index into offsets, one a transition */
	const int32_t *offsets;
	const bool *summer;
	int before; /* offset before the first transition */
	bool has_rule;
	struct rule rule;
};

/* ---- the footer: POSIX TZ strings with RFC 8536's extensions ---- */

static bool skip_abbreviation(const char **p, const char *end)
{
	const char *from = *p;
	if (*p < end && **p == '<') {
		while (*p < end && **p != '>')
			(*p)++;
		if (*p == end)
			return false;
		(*p)++;
		return *p - from >= 5;
	}
	while (*p < end && ((**p | 0x20) >= 'a' && (**p | 0x20) <= 'z'))
		(*p)++;
	return *p - from >= 3;
}

static bool number(const char **p, const char *end, int most, int *out)
{
	const char *from = *p;
	int v = 0;
	for (; *p < end && **p >= '0' && **p <= '9'; (*p)++) {
		v = v * 10 + (**p - '0');
		if (v > most)
			return false;
	}
	*out = v;
	return *p > from;
}

/* [+-]hh[:mm[:ss]] in seconds */
static bool hms(const char **p, const char *end, int *out)
{
	int sign = 1, h, m = 0, s = 0;
	if (*p < end && (**p == '-' || **p == '+'))
		sign = *(*p)++ == '-' ? -1 : 1;
	if (!number(p, end, 167, &h))
		return false;
	if (*p < end && **p == ':' && (++*p, !number(p, end, 59, &m)))
		return false;
	if (*p < end && **p == ':' && (++*p, !number(p, end, 59, &s)))
		return false;
	*out = sign * (h * 3600 + m * 60 + s);
	return true;
}

static bool read_rule_day(const char **p, const char *end, struct rule_day *d)
{
	*d = (struct rule_day){.form = 'N', .seconds = 7200};
	if (*p == end || *(*p)++ != ',' || *p == end)
		return false;
	if (**p == 'J' || **p == 'M')
		d->form = *(*p)++;
	if (d->form == 'M') {
		if (!number(p, end, 12, &d->month) || *p == end || *(*p)++ != '.' || !number(p, end, 5, &d->week) ||
		    *p == end || *(*p)++ != '.' || !number(p, end, 6, &d->day) || !d->month || !d->week)
			return false;
	} else if (!number(p, end, 365, &d->day)) {
		return false;
	}
	if (*p < end && **p == '/') {
		++*p;
		return hms(p, end, &d->seconds);
	}
	return true;
}

static bool read_rule(const char *p, const char *end, struct rule *r)
{
	if (!skip_abbreviation(&p, end) || !hms(&p, end, &r->standard))
		return false;
	r->standard = -r->standard;
	if (p == end)
		return true;
	if (!skip_abbreviation(&p, end))
		return false;
	r->has_summer = true;
	r->summer = r->standard + 3600;
	if (p < end && *p != ',') {
		if (!hms(&p, end, &r->summer))
			return false;
		r->summer = -r->summer;
	}
	return read_rule_day(&p, end, &r->start) && read_rule_day(&p, end, &r->end) && p == end;
}

/* Local seconds since 1970 at which the rule's day and time fall in a year. */
static int64_t rule_time(const struct rule_day *d, int64_t year)
{
	int64_t first = yz_date_days(year, 1, 1), day = first + d->day;
	if (d->form == 'J') {
		bool leap = yz_date_days(year + 1, 1, 1) - first == 366;
		day = first + d->day - 1 + (leap && d->day >= 60);
	} else if (d->form == 'M') {
		int64_t month = yz_date_days(year, d->month, 1);
		int64_t next = d->month == 12 ? yz_date_days(year + 1, 1, 1) : yz_date_days(year, d->month + 1, 1);
		int weekday = yz_date_weekday(month) % 7; /* 0 = Sunday */
		day = month + (d->day - weekday + 7) % 7 + (d->week - 1) * 7;
		if (day >= next)
			day -= 7;
	}
	return day * YZ_DAY_SECONDS + d->seconds;
}

static int rule_offset(const struct rule *r, int64_t utc)
{
	if (!r->has_summer)
		return r->standard;
	int64_t year = yz_date_of(yz_floor_div(utc + r->standard, YZ_DAY_SECONDS)).year;
	int64_t start = rule_time(&r->start, year) - r->standard, end = rule_time(&r->end, year) - r->summer;
	bool summer = start < end ? utc >= start && utc < end : utc >= start || utc < end;
	return summer ? r->summer : r->standard;
}

/* ---- the file ---- */

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const unsigned char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

struct counts {
	uint32_t isut, isstd, leap, times, types, chars;
};

static bool read_header(const unsigned char *p, size_t n, struct counts *c)
{
	if (n < HEADER || memcmp(p, "TZif", 4) || p[4] < '2')
		return false;
	*c = (struct counts){be32(p + 20), be32(p + 24), be32(p + 28), be32(p + 32), be32(p + 36), be32(p + 40)};
	return c->isut <= LARGEST_FILE && c->isstd <= LARGEST_FILE && c->leap <= LARGEST_FILE &&
	       c->times <= LARGEST_FILE && c->types <= 256 && c->types && c->chars <= LARGEST_FILE;
}

static size_t body_size(const struct counts *c, size_t width)
{
	return c->times * (width + 1) + c->types * 6 + c->chars + c->leap * (width + 4) + c->isstd + c->isut;
}

static bool read_body(struct yz_arena *a, const unsigned char *p, const struct counts *c, struct zone *z)
{
	int64_t *times = yz_new_n(a, c->times, int64_t);
	uint8_t *kinds = yz_new_n(a, c->times, uint8_t);
	int32_t *offsets = yz_new_n(a, c->types, int32_t);
	bool *summer = yz_new_n(a, c->types, bool);
	for (uint32_t i = 0; i < c->times; i++, p += 8) {
		times[i] = be64(p);
		if (i && times[i] <= times[i - 1])
			return false;
	}
	for (uint32_t i = 0; i < c->times; i++)
		if ((kinds[i] = *p++) >= c->types)
			return false;
	for (uint32_t i = 0; i < c->types; i++, p += 6) {
		offsets[i] = (int32_t)be32(p);
		summer[i] = p[4];
		if (offsets[i] < -26 * 3600 || offsets[i] > 26 * 3600)
			return false;
	}
	z->n = c->times;
	z->times = times;
	z->kinds = kinds;
	z->offsets = offsets;
	z->summer = summer;
	z->before = offsets[0];
	return true;
}

static bool parse(struct yz_arena *a, const unsigned char *p, size_t n, struct zone *z)
{
	struct counts c;
	if (!read_header(p, n, &c))
		return false;
	size_t skip = HEADER + body_size(&c, 4);
	if (skip > n || !read_header(p + skip, n - skip, &c))
		return false;
	p += skip + HEADER;
	n -= skip + HEADER;
	size_t body = body_size(&c, 8);
	if (body > n || !read_body(a, p, &c, z))
		return false;
	const char *footer = (const char *)p + body, *end = (const char *)p + n;
	if (end - footer < 2 || footer[0] != '\n' || end[-1] != '\n')
		return false;
	if (end - footer > 2) {
		z->has_rule = read_rule(footer + 1, end - 1, &z->rule);
		return z->has_rule;
	}
	return true;
}

/* Parts of letters, digits and _ + -, joined by /; never a dot. */
static bool good_name(struct yz_str s)
{
	if (!s.len || s.len > LONGEST_NAME || s.ptr[0] == '/' || s.ptr[s.len - 1] == '/')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '+' && c != '/')
			return false;
	}
	return true;
}

static size_t slurp(const char *path, unsigned char *out, size_t most)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return 0;
	size_t n = 0;
	for (;;) {
		ssize_t got = read(fd, out + n, most - n);
		if (got <= 0) {
			n = got ? 0 : n;
			break;
		}
		n += (size_t)got;
	}
	close(fd);
	return n;
}

bool yz_zone_load(struct yz_arena *a, struct yz_str name, uint64_t *out)
{
	/* The largest file of the database is under 4 KB; bigger ones come from no sane system. */
	unsigned char bytes[16 * 1024];
	if (!good_name(name))
		return false;
	char path[sizeof "/usr/share/zoneinfo/" + LONGEST_NAME];
	memcpy(path, "/usr/share/zoneinfo/", 20);
	memcpy(path + 20, name.ptr, name.len);
	path[20 + name.len] = '\0';
	size_t n = slurp(path, bytes, sizeof bytes);
	if (!n || n == sizeof bytes)
		return false;
	struct zone *z = yz_new(a, struct zone);
	if (!parse(a, bytes, n, z))
		return false;
	z->name = yz_str_dup(a, name);
	*out = (uint64_t)(uintptr_t)z;
	return true;
}

/* ---- asking ---- */

static const struct zone *named(uint64_t zone)
{
	return (const struct zone *)(uintptr_t)zone;
}

struct yz_str yz_zone_name(uint64_t zone)
{
	return named(zone)->name;
}

int yz_zone_offset_utc(uint64_t zone, int64_t utc)
{
	if (!zone)
		return 0;
	if (zone & 1)
		return (int)((int64_t)zone >> 1);
	const struct zone *z = named(zone);
	if (!z->n)
		return z->has_rule ? rule_offset(&z->rule, utc) : z->before;
	if (utc < z->times[0])
		return z->before;
	if (z->has_rule && utc >= z->times[z->n - 1])
		return rule_offset(&z->rule, utc);
	size_t lo = 0, hi = z->n; /* times[lo] <= utc < times[hi] */
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (utc >= z->times[mid])
			lo = mid;
		else
			hi = mid;
	}
	return z->offsets[z->kinds[lo]];
}

int yz_zone_offset_local(uint64_t zone, int64_t local)
{
	if (!yz_zone_named(zone))
		return yz_zone_offset_utc(zone, 0);
	int before = yz_zone_offset_utc(zone, local - YZ_DAY_SECONDS);
	int after = yz_zone_offset_utc(zone, local + YZ_DAY_SECONDS);
	if (yz_zone_offset_utc(zone, local - before) == before)
		return before;
	return yz_zone_offset_utc(zone, local - after) == after ? after : before;
}

int yz_zone_offset_standard(uint64_t zone)
{
	if (!yz_zone_named(zone))
		return yz_zone_offset_utc(zone, 0);
	const struct zone *z = named(zone);
	if (z->has_rule)
		return z->rule.standard;
	for (size_t i = z->n; i-- > 0;)
		if (!z->summer[z->kinds[i]])
			return z->offsets[z->kinds[i]];
	return z->before;
}

bool yz_zone_same(uint64_t a, uint64_t b)
{
	if (a == b)
		return true;
	return yz_zone_named(a) && yz_zone_named(b) && yz_str_eq(named(a)->name, named(b)->name);
}
