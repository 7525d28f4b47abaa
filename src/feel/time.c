/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/time.h"

#include "feel/value.h"

#include <assert.h>

/* ---- civil dates ---- */

static bool leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int64_t year, int month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return lengths[month - 1] + (month == 2 && leap(year));
}

bool yz_date_valid(int64_t year, int64_t month, int64_t day)
{
	return year >= -YZ_YEAR_MOST && year <= YZ_YEAR_MOST && month >= 1 && month <= 12 && day >= 1 &&
	       day <= month_length(year, (int)month);
}

/* Years begin in March, so that the leap day ends one; an era is 400 of them. */
int64_t yz_date_days(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = yz_floor_div(year, 400), in_era = year - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

struct yz_date yz_date_of(int64_t days)
{
	days += 719468;
	int64_t era = yz_floor_div(days, 146097), in_era = days - era * 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int march = (int)((5 * in_year + 2) / 153);
	int day = (int)(in_year - (153 * march + 2) / 5 + 1), month = march < 10 ? march + 3 : march - 9;
	return (struct yz_date){year + era * 400 + (month <= 2), month, day};
}

int yz_date_weekday(int64_t days)
{
	return (int)yz_floor_mod(days + 3, 7) + 1;
}

int yz_date_day_of_year(int64_t days)
{
	return (int)(days - yz_date_days(yz_date_of(days).year, 1, 1)) + 1;
}

/* The week that holds this week's Thursday, counted in the Thursday's year. */
int yz_date_week(int64_t days)
{
	return (yz_date_day_of_year(days - yz_date_weekday(days) + 4) - 1) / 7 + 1;
}

bool yz_date_in_range(int64_t days)
{
	int64_t year = days / 366; /* near enough to keep the exact look below from overflowing */
	if (year > YZ_YEAR_MOST || year < -YZ_YEAR_MOST)
		return false;
	year = yz_date_of(days).year;
	return year >= -YZ_YEAR_MOST && year <= YZ_YEAR_MOST;
}

bool yz_date_add_months(int64_t days, int64_t months, int64_t *out)
{
	struct yz_date d = yz_date_of(days);
	int64_t total;
	if (__builtin_add_overflow(d.year * 12 + d.month - 1, months, &total))
		return false;
	int64_t year = yz_floor_div(total, 12);
	int month = (int)yz_floor_mod(total, 12) + 1;
	if (year < -YZ_YEAR_MOST || year > YZ_YEAR_MOST)
		return false;
	int most = month_length(year, month);
	*out = yz_date_days(year, month, d.day < most ? d.day : most);
	return true;
}

int64_t yz_feel_utc(struct yz_feel_value v)
{
	return v.n - (v.zone ? yz_zone_offset_local(v.zone, v.n) : 0);
}

/* ---- reading ---- */

struct text {
	const char *at, *end;
};

static bool is_digit(const struct text *t)
{
	return t->at < t->end && *t->at >= '0' && *t->at <= '9';
}

static bool take(struct text *t, char c)
{
	if (t->at == t->end || *t->at != c)
		return false;
	t->at++;
	return true;
}

/* Up to `most` digits; how many in *n. */
static int64_t digits(struct text *t, int most, int *n)
{
	int64_t v = 0;
	for (*n = 0; *n < most && is_digit(t); (*n)++)
		v = v * 10 + (*t->at++ - '0');
	return v;
}

static bool two(struct text *t, int most, int *out)
{
	int n;
	*out = (int)digits(t, 2, &n);
	return n == 2 && *out <= most;
}

static bool read_day(struct text *t, int64_t *days)
{
	bool minus = take(t, '-');
	const char *first = t->at;
	int n, month, day;
	int64_t year = digits(t, 9, &n);
	if (n < 4 || (n > 4 && *first == '0') || (minus && !year))
		return false;
	if (minus)
		year = -year;
	if (!take(t, '-') || !two(t, 12, &month) || !take(t, '-') || !two(t, 31, &day) ||
	    !yz_date_valid(year, month, day))
		return false;
	*days = yz_date_days(year, month, day);
	return true;
}

/* Digits behind the point as nanoseconds; those past the ninth are cut off. */
static bool read_fraction(struct text *t, int64_t *ns)
{
	*ns = 0;
	if (!is_digit(t))
		return false;
	int64_t unit = 100000000;
	for (; is_digit(t); t->at++, unit /= 10)
		*ns += (*t->at - '0') * unit;
	return true;
}

/* hh:mm:ss with an optional fraction; 24:00:00 is a day's end. */
static bool read_clock(struct text *t, int64_t *ns)
{
	int h, m, s;
	int64_t fraction = 0;
	if (!two(t, 24, &h) || !take(t, ':') || !two(t, 59, &m) || !take(t, ':') || !two(t, 59, &s))
		return false;
	if (take(t, '.') && !read_fraction(t, &fraction))
		return false;
	if (h == 24 && (m || s || fraction))
		return false;
	*ns = ((int64_t)h * 3600 + m * 60 + s) * 1000000000 + fraction;
	return true;
}

/* Nothing, Z, ±hh:mm, ±hh:mm:ss or @Area/City, to the end. */
static bool read_zone(struct yz_arena *a, struct text *t, uint64_t *zone)
{
	*zone = 0;
	if (t->at == t->end)
		return true;
	/* XML Schema has Z; the examples of 10.3.4.1 write z. */
	if (take(t, 'Z') || take(t, 'z')) {
		*zone = yz_zone_fixed(0);
		return t->at == t->end;
	}
	if (take(t, '@')) {
		struct yz_str name = yz_str_n(t->at, (size_t)(t->end - t->at));
		return yz_zone_load(a, name, zone);
	}
	bool minus = *t->at == '-';
	int h, m, s = 0;
	if (!take(t, '+') && !take(t, '-'))
		return false;
	if (!two(t, 18, &h) || !take(t, ':') || !two(t, 59, &m) || (take(t, ':') && !two(t, 59, &s)))
		return false;
	int offset = h * 3600 + m * 60 + s;
	if (offset > YZ_OFFSET_MOST || t->at != t->end)
		return false;
	*zone = yz_zone_fixed(minus ? -offset : offset);
	return true;
}

bool yz_read_date(struct yz_str s, struct yz_feel_value *out)
{
	struct text t = {s.ptr, s.ptr + s.len};
	int64_t days;
	if (!read_day(&t, &days) || t.at != t.end)
		return false;
	*out = yz_feel_day(days);
	return true;
}

bool yz_read_time(struct yz_arena *a, struct yz_str s, struct yz_feel_value *out)
{
	struct text t = {s.ptr, s.ptr + s.len};
	int64_t ns;
	uint64_t zone;
	if (!read_clock(&t, &ns) || !read_zone(a, &t, &zone))
		return false;
	*out = (struct yz_feel_value){.kind = YZ_FEEL_TIME, .n = ns % YZ_DAY_NANOS, .zone = zone};
	return true;
}

bool yz_read_date_time(struct yz_arena *a, struct yz_str s, struct yz_feel_value *out)
{
	struct text t = {s.ptr, s.ptr + s.len};
	int64_t days, ns = 0;
	uint64_t zone = 0;
	if (!read_day(&t, &days))
		return false;
	if (t.at != t.end && (!take(&t, 'T') || !read_clock(&t, &ns) || !read_zone(a, &t, &zone)))
		return false;
	days += ns / YZ_DAY_NANOS;
	ns %= YZ_DAY_NANOS;
	if (!yz_date_in_range(days))
		return false;
	*out = (struct yz_feel_value){.kind = YZ_FEEL_DATE_TIME,
				      .aux = (uint32_t)(ns % 1000000000),
				      .n = days * YZ_DAY_SECONDS + ns / 1000000000,
				      .zone = zone};
	return true;
}

/* A number and its letter; only letters behind *order in `letters` may come, so none comes twice. */
static bool read_part(struct text *t, const char *letters, int *order, int64_t *value, int64_t *ns)
{
	int n;
	*value = digits(t, 18, &n);
	if (!n || t->at == t->end)
		return false;
	*ns = 0;
	bool point = take(t, '.');
	if (point && is_digit(t))
		read_fraction(t, ns);
	if (t->at == t->end)
		return false;
	const char *found = *t->at ? strchr(letters + *order, *t->at) : NULL;
	if (!found || (point && *found != 'S'))
		return false;
	t->at++;
	*order = (int)(found - letters) + 1;
	return true;
}

static bool read_months(struct text *t, bool minus, struct yz_feel_value *out)
{
	int64_t total = 0, v, ns;
	for (int order = 0; t->at < t->end;) {
		if (!read_part(t, "YM", &order, &v, &ns))
			return false;
		if (order == 1 && __builtin_mul_overflow(v, (int64_t)12, &v))
			return false;
		if (__builtin_add_overflow(total, v, &total))
			return false;
	}
	*out = yz_feel_months(minus ? -total : total);
	return true;
}

static bool read_days(struct text *t, bool minus, struct yz_feel_value *out)
{
	__int128 total = 0;
	int64_t v, ns;
	int order = 0;
	if (t->at < t->end && *t->at != 'T') {
		if (!read_part(t, "D", &order, &v, &ns))
			return false;
		total = (__int128)v * YZ_DAY_NANOS;
	}
	if (take(t, 'T')) {
		static const int64_t units[] = {3600, 60, 1};
		if (t->at == t->end)
			return false;
		for (order = 0; t->at < t->end;) {
			if (!read_part(t, "HMS", &order, &v, &ns))
				return false;
			total += (__int128)v * units[order - 1] * 1000000000 + ns;
		}
	}
	if (t->at != t->end || total > YZ_DAYS_MOST)
		return false;
	*out = yz_feel_nanos(minus ? -total : total);
	return true;
}

bool yz_read_duration(struct yz_str s, struct yz_feel_value *out)
{
	struct text t = {s.ptr, s.ptr + s.len};
	bool minus = take(&t, '-');
	if (!take(&t, 'P') || t.at == t.end)
		return false;
	bool time = memchr(t.at, 'T', (size_t)(t.end - t.at)) || memchr(t.at, 'D', (size_t)(t.end - t.at));
	return time ? read_days(&t, minus, out) : read_months(&t, minus, out);
}

bool yz_read_temporal(struct yz_arena *a, struct yz_str s, struct yz_feel_value *out)
{
	if (yz_read_date(s, out) || yz_read_time(a, s, out) || yz_read_duration(s, out))
		return true;
	return memchr(s.ptr, 'T', s.len) && yz_read_date_time(a, s, out);
}

/* ---- writing ---- */

static void write_day(struct yz_buf *b, int64_t days)
{
	struct yz_date d = yz_date_of(days);
	long long year = d.year < 0 ? -d.year : d.year;
	yz_buf_printf(b, "%s%04lld-%02d-%02d", d.year < 0 ? "-" : "", year, d.month, d.day);
}

/* ".25" for 250000000 */
static void write_fraction(struct yz_buf *b, int64_t ns)
{
	if (!ns)
		return;
	char text[16];
	int n = 10;
	text[0] = '.';
	for (int i = 9; i > 0; i--, ns /= 10)
		text[i] = (char)('0' + ns % 10);
	while (text[n - 1] == '0')
		n--;
	yz_buf_add(b, text, (size_t)n);
}

static void write_clock(struct yz_buf *b, int64_t seconds, int64_t ns, uint64_t zone)
{
	yz_buf_printf(b, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
	write_fraction(b, ns);
	if (yz_zone_named(zone)) {
		yz_buf_addc(b, '@');
		yz_buf_adds(b, yz_zone_name(zone));
	} else if (zone) {
		int offset = yz_zone_offset_utc(zone, 0), size = offset < 0 ? -offset : offset;
		if (!offset)
			yz_buf_addc(b, 'Z');
		else
			yz_buf_printf(b, "%c%02d:%02d", offset < 0 ? '-' : '+', size / 3600, size / 60 % 60);
		if (size % 60)
			yz_buf_printf(b, ":%02d", size % 60);
	}
}

static void write_days_duration(struct yz_buf *b, __int128 ns)
{
	unsigned __int128 size = ns < 0 ? -(unsigned __int128)ns : (unsigned __int128)ns;
	uint64_t days = (uint64_t)(size / YZ_DAY_NANOS);
	int64_t rest = (int64_t)(size % YZ_DAY_NANOS), seconds = rest / 1000000000, fraction = rest % 1000000000;
	if (!ns) {
		yz_buf_addz(b, "PT0S");
		return;
	}
	yz_buf_addz(b, ns < 0 ? "-P" : "P");
	if (days)
		yz_buf_printf(b, "%lluD", (unsigned long long)days);
	if (!rest)
		return;
	yz_buf_addc(b, 'T');
	if (seconds >= 3600)
		yz_buf_printf(b, "%dH", (int)(seconds / 3600));
	if (seconds / 60 % 60)
		yz_buf_printf(b, "%dM", (int)(seconds / 60 % 60));
	if (seconds % 60 || fraction) {
		yz_buf_printf(b, "%d", (int)(seconds % 60));
		write_fraction(b, fraction);
		yz_buf_addc(b, 'S');
	}
}

static void write_months_duration(struct yz_buf *b, int64_t months)
{
	uint64_t size = months < 0 ? -(uint64_t)months : (uint64_t)months;
	yz_buf_addz(b, months < 0 ? "-P" : "P");
	if (size >= 12)
		yz_buf_printf(b, "%lluY", (unsigned long long)(size / 12));
	if (size % 12 || !size)
		yz_buf_printf(b, "%dM", (int)(size % 12));
}

void yz_write_temporal(struct yz_buf *b, struct yz_feel_value v)
{
	switch (v.kind) {
	case YZ_FEEL_DATE:
		write_day(b, v.n);
		break;
	case YZ_FEEL_TIME:
		write_clock(b, v.n / 1000000000, v.n % 1000000000, v.zone);
		break;
	case YZ_FEEL_DATE_TIME:
		write_day(b, yz_floor_div(v.n, YZ_DAY_SECONDS));
		yz_buf_addc(b, 'T');
		write_clock(b, yz_floor_mod(v.n, YZ_DAY_SECONDS), v.aux, v.zone);
		break;
	case YZ_FEEL_DAYS:
		write_days_duration(b, yz_feel_nanos_of(v));
		break;
	case YZ_FEEL_MONTHS:
		write_months_duration(b, v.n);
		break;
	default:
		assert(!"not temporal");
	}
}
