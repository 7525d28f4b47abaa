/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/days.h"

#include "base/map.h"

#include <assert.h>
#include <string.h>

enum { YEARS = YZ_CALENDAR_LAST - YZ_CALENDAR_FIRST + 1, UNLISTED = 0, OFF, LIEU, EXCHANGED };

struct listed {
	uint8_t what;
	uint16_t name; /* index into names */
};

struct year {
	bool official;
	struct listed day[366];
};

struct yz_calendar {
	struct yz_arena *arena;
	int offset;
	struct yz_office office[8];
	struct yz_warn warn;
	struct year *year[YEARS];    /* NULL: nothing listed */
	yz_day january[YEARS + 1];   /* its first day of each year, and of the one behind */
	YZ_VEC(struct yz_str) names; /* [0] is empty */
};

struct yz_calendar *yz_calendar_new(struct yz_arena *a, int offset)
{
	struct yz_calendar *c = yz_new(a, struct yz_calendar);
	c->arena = a;
	c->offset = offset;
	c->warn = yz_warn_default;
	*yz_vec_push(a, &c->names) = YZ_LIT("");
	for (int y = 0; y <= YEARS; y++)
		c->january[y] = yz_day_from(YZ_CALENDAR_FIRST + y, 1, 1);
	for (int w = 0; w <= YZ_EXCHANGED; w++)
		if (w < 5 || w == YZ_EXCHANGED)
			c->office[w] = (struct yz_office){2, {{540, 720}, {810, 1050}}};
	return c;
}

struct yz_calendar *yz_calendar_copy(struct yz_arena *a, const struct yz_calendar *c)
{
	struct yz_calendar *to = yz_new(a, struct yz_calendar);
	*to = *c;
	to->arena = a;
	for (int y = 0; y < YEARS; y++)
		if (c->year[y]) {
			to->year[y] = yz_new(a, struct year);
			*to->year[y] = *c->year[y];
		}
	memset(&to->names, 0, sizeof to->names);
	for (size_t i = 0; i < c->names.len; i++)
		*yz_vec_push(a, &to->names) = yz_str_dup(a, c->names.at[i]);
	return to;
}

int yz_calendar_offset(const struct yz_calendar *c)
{
	return c->offset;
}

/* "09:00" at the front of *s; 24:00 is the end of the day. */
static bool hour_minute(struct yz_str *s, int *minutes)
{
	const char *p = s->ptr;
	if (s->len < 5 || p[2] != ':')
		return false;
	for (int i = 0; i < 5; i++)
		if (i != 2 && (p[i] < '0' || p[i] > '9'))
			return false;
	int h = (p[0] - '0') * 10 + p[1] - '0', m = (p[3] - '0') * 10 + p[4] - '0';
	*minutes = h * 60 + m;
	*s = yz_str_n(p + 5, s->len - 5);
	return m < 60 && *minutes <= 1440;
}

bool yz_calendar_set_office(struct yz_calendar *c, int weekday, struct yz_str hours, struct yz_err *err)
{
	struct yz_office o = {0};
	struct yz_str rest = hours;
	assert(weekday >= 0 && weekday <= YZ_EXCHANGED);
	while (rest.len > 0) {
		int from, to;
		if (o.n == YZ_OFFICE_SPANS)
			return yz_fail(err, YZ_LIMIT, "office hours \"%.*s\" have more than %d spans", YZ_P(hours),
				       YZ_OFFICE_SPANS);
		if (!hour_minute(&rest, &from) || rest.len == 0 || rest.ptr[0] != '-')
			return yz_fail(err, YZ_SYNTAX, "office hours \"%.*s\" are not like 09:00-12:00,13:30-17:30",
				       YZ_P(hours));
		rest = yz_str_n(rest.ptr + 1, rest.len - 1);
		if (!hour_minute(&rest, &to) || (rest.len > 0 && (rest.ptr[0] != ',' || rest.len == 1)))
			return yz_fail(err, YZ_SYNTAX, "office hours \"%.*s\" are not like 09:00-12:00,13:30-17:30",
				       YZ_P(hours));
		if (from >= to || (o.n > 0 && from < o.span[o.n - 1].to))
			return yz_fail(err, YZ_BAD_INPUT, "office hours \"%.*s\" do not ascend", YZ_P(hours));
		if (rest.len > 0)
			rest = yz_str_n(rest.ptr + 1, rest.len - 1);
		o.span[o.n].from = from;
		o.span[o.n++].to = to;
	}
	c->office[weekday] = o;
	return true;
}

bool yz_calendar_set_warn(struct yz_calendar *c, int64_t days, struct yz_str time, struct yz_err *err)
{
	int minute;
	if (days < 1 || days > YZ_WARN_DAYS)
		return yz_fail(err, YZ_BAD_INPUT, "limits warn 1 to %d working days before, not %lld", YZ_WARN_DAYS, (long long)days);
	if (!hour_minute(&time, &minute) || time.len || minute >= 1440)
		return yz_fail(err, YZ_BAD_INPUT, "limits warn at a time such as 09:00");
	c->warn = (struct yz_warn){(int)days, minute};
	return true;
}

const struct yz_warn *yz_calendar_warn(const struct yz_calendar *c)
{
	return &c->warn;
}

static struct year *year_of(const struct yz_calendar *c, int year)
{
	return year < YZ_CALENDAR_FIRST || year > YZ_CALENDAR_LAST ? NULL : c->year[year - YZ_CALENDAR_FIRST];
}

static struct year *year_make(struct yz_calendar *c, int year)
{
	if (year < YZ_CALENDAR_FIRST || year > YZ_CALENDAR_LAST)
		return NULL;
	struct year **y = &c->year[year - YZ_CALENDAR_FIRST];
	if (!*y)
		*y = yz_new(c->arena, struct year);
	return *y;
}

/* Clocks ask for the days one by one. */
static int year_at(const struct yz_calendar *c, yz_day day)
{
	if (day < c->january[0] || day >= c->january[YEARS])
		return yz_day_civil(day).year;
	int y = (day - c->january[0]) / 366; /* of 300 years at most one too few */
	while (day >= c->january[y + 1])
		y++;
	return YZ_CALENDAR_FIRST + y;
}

/* What is listed of the day, or NULL. */
static const struct listed *listed_at(const struct yz_calendar *c, const struct year *y, int year, yz_day day)
{
	const struct listed *l = y ? &y->day[day - c->january[year - YZ_CALENDAR_FIRST]] : NULL;
	return l && l->what != UNLISTED ? l : NULL;
}

struct yz_day_info yz_calendar_day(const struct yz_calendar *c, yz_day day)
{
	int year = year_at(c, day);
	const struct year *y = year_of(c, year);
	struct yz_day_info info = {.year = year, .name = YZ_LIT(""), .provisional = !y || !y->official};
	const struct listed *l = listed_at(c, y, year, day);
	if (l) {
		info.listed = true;
		info.kind = l->what == EXCHANGED ? YZ_DAY_EXCHANGED : YZ_DAY_OFF;
		info.in_lieu = l->what == LIEU;
		info.name = c->names.at[l->name];
	} else {
		const char *statutory = info.provisional ? yz_statutory_name(day) : NULL;
		info.kind = statutory ? YZ_DAY_OFF : yz_weekday(day) >= 5 ? YZ_DAY_WEEKEND : YZ_DAY_WORKING;
		if (statutory)
			info.name = yz_str(statutory);
	}
	info.working = info.kind == YZ_DAY_WORKING || info.kind == YZ_DAY_EXCHANGED;
	return info;
}

static uint16_t intern(struct yz_calendar *c, struct yz_str name)
{
	for (size_t i = 0; i < c->names.len; i++)
		if (yz_str_eq(c->names.at[i], name))
			return (uint16_t)i;
	if (c->names.len == UINT16_MAX)
		return 0;
	*yz_vec_push(c->arena, &c->names) = yz_str_dup(c->arena, name);
	return (uint16_t)(c->names.len - 1);
}

bool yz_calendar_set(struct yz_calendar *c, yz_day day, enum yz_day_kind kind, bool in_lieu, struct yz_str name)
{
	int year = yz_day_civil(day).year;
	struct year *y = year_make(c, year);
	if (!y)
		return false;
	struct listed l = {0};
	if (kind == YZ_DAY_OFF || kind == YZ_DAY_EXCHANGED) {
		l.what = kind == YZ_DAY_EXCHANGED ? EXCHANGED : in_lieu ? LIEU : OFF;
		l.name = intern(c, name);
	}
	y->day[day - yz_day_from(year, 1, 1)] = l;
	return true;
}

void yz_calendar_set_official(struct yz_calendar *c, int year, bool official)
{
	struct year *y = year_make(c, year);
	if (y)
		y->official = official;
}

bool yz_calendar_official(const struct yz_calendar *c, int year)
{
	const struct year *y = year_of(c, year);
	return y && y->official;
}

bool yz_is_working(const struct yz_calendar *c, yz_day day)
{
	int year = year_at(c, day);
	const struct year *y = year_of(c, year);
	const struct listed *l = listed_at(c, y, year, day);
	if (l)
		return l->what == EXCHANGED;
	return yz_weekday(day) < 5 && ((y && y->official) || !yz_statutory_name(day));
}

yz_day yz_working_from(const struct yz_calendar *c, yz_day day, int step)
{
	int way = step < 0 ? -1 : 1;
	/* Rows can close whole years; the bound holds even then. */
	for (int i = 0; i < 366 * YEARS && !yz_is_working(c, day); i++)
		day += way;
	return day;
}

yz_day yz_add_working(const struct yz_calendar *c, yz_day day, int n)
{
	int way = n < 0 ? -1 : 1;
	assert(n >= -100000 && n <= 100000);
	for (; n != 0; n -= way)
		day = yz_working_from(c, day + way, way);
	return day;
}

int yz_count_working(const struct yz_calendar *c, yz_day from, yz_day to)
{
	int n = 0;
	if (to < from)
		return -yz_count_working(c, to, from);
	for (yz_day d = from + 1; d <= to; d++)
		n += yz_is_working(c, d);
	return n;
}

const struct yz_office *yz_calendar_office(const struct yz_calendar *c, yz_day day)
{
	static const struct yz_office closed;
	struct yz_day_info info = yz_calendar_day(c, day);
	return !info.working ? &closed : &c->office[info.kind == YZ_DAY_EXCHANGED ? YZ_EXCHANGED : yz_weekday(day)];
}

int64_t yz_office_of_day(const struct yz_calendar *c, yz_day day, yz_instant from, yz_instant to)
{
	const struct yz_office *o = yz_calendar_office(c, day);
	yz_instant midnight = yz_day_start(day, c->offset);
	int64_t sum = 0;
	for (int i = 0; i < o->n; i++) {
		yz_instant a = midnight + o->span[i].from * YZ_MINUTE, b = midnight + o->span[i].to * YZ_MINUTE;
		a = a < from ? from : a;
		b = b > to ? to : b;
		sum += b > a ? b - a : 0;
	}
	return sum;
}

int64_t yz_count_office(const struct yz_calendar *c, yz_instant from, yz_instant to)
{
	int64_t sum = 0;
	if (to <= from)
		return 0;
	yz_day last = yz_instant_day(to, c->offset);
	for (yz_day d = yz_instant_day(from, c->offset); d <= last; d++)
		sum += yz_office_of_day(c, d, from, to);
	return sum;
}

int yz_provisional_year(const struct yz_calendar *c, yz_day from, yz_day to)
{
	if (to < from)
		return 0;
	int last = year_at(c, to);
	for (int y = year_at(c, from); y <= last; y++)
		if (!yz_calendar_official(c, y))
			return y;
	return 0;
}

bool yz_calendar_differ(const struct yz_calendar *a, const struct yz_calendar *b, yz_day from, yz_day to, yz_day *first)
{
	for (yz_day d = from; d <= to; d++) {
		struct yz_day_info x = yz_calendar_day(a, d), y = yz_calendar_day(b, d);
		if (x.working != y.working || x.kind != y.kind || x.provisional != y.provisional) {
			*first = d;
			return true;
		}
		/* A year in which neither lists anything goes by the same rules in both. */
		if (!year_of(a, x.year) && !year_of(b, x.year))
			d = yz_day_from(x.year, 12, 31);
	}
	return false;
}

/* A year is official once its notice gives Labour Day and National Day off: the yearly
 * notice names both, and a neighbour's notice only reaches into the turn of the year. */
static bool gives_off(const struct yz_notice *n, yz_day day)
{
	for (size_t i = 0; i < n->days.len; i++)
		if (n->days.at[i].day == day && n->days.at[i].off)
			return true;
	return false;
}

static void report_changes(const struct yz_calendar *before, const struct yz_calendar *after,
			   struct yz_calendar_report *r)
{
	yz_day from = yz_day_from(YZ_CALENDAR_FIRST, 1, 1), to = yz_day_from(YZ_CALENDAR_LAST, 12, 31);
	r->first = to;
	r->last = from;
	if (!yz_calendar_differ(before, after, from, to, &r->first))
		return;
	for (int year = YZ_CALENDAR_LAST; year >= YZ_CALENDAR_FIRST; year--) {
		yz_day day = yz_day_from(year, 12, 31), at;
		if (!yz_calendar_differ(before, after, yz_day_from(year, 1, 1), day, &at))
			continue;
		while (!yz_calendar_differ(before, after, day, day, &at))
			day--;
		r->last = day;
		return;
	}
}

static void apply(struct yz_calendar *c, const struct yz_notice *n, struct yz_calendar_report *r)
{
	for (int y = YZ_CALENDAR_FIRST; y <= YZ_CALENDAR_LAST; y++)
		if (gives_off(n, yz_day_from(y, 5, 1)) && gives_off(n, yz_day_from(y, 10, 1))) {
			struct year *year = year_make(c, y);
			memset(year, 0, sizeof *year);
			year->official = true;
			r->year[r->years++] = y;
		}
	for (size_t i = 0; i < n->days.len; i++) {
		const struct yz_notice_day *d = &n->days.at[i];
		yz_calendar_set(c, d->day, d->off ? YZ_DAY_OFF : YZ_DAY_EXCHANGED, d->in_lieu, d->name);
		d->off ? r->off++ : r->exchanged++;
	}
}

bool yz_calendar_import(struct yz_calendar *c, struct yz_str text, struct yz_calendar_report *report,
			struct yz_err *err)
{
	struct yz_calendar_report local, *r = report ? report : &local;
	struct yz_str body = text;
	memset(r, 0, sizeof *r);
	if (text.len > YZ_NOTICE_BYTES)
		return yz_fail(err, YZ_TOO_LARGE, "the notice has %zu bytes, at most %d are read", text.len,
			       YZ_NOTICE_BYTES);
	if (yz_str_starts(body, YZ_LIT("\xEF\xBB\xBF")))
		body = yz_str_n(body.ptr + 3, body.len - 3);
	struct yz_arena *scratch = yz_arena_create(0);
	struct yz_notice n = {.arena = scratch};
	struct yz_str start = yz_str_trim(body);
	bool ok = start.len > 0 && start.ptr[0] == '{' ? yz_notice_read_json(&n, body, err)
						       : yz_notice_read_ical(&n, body, err);
	if (ok) {
		struct yz_calendar *before = yz_calendar_copy(scratch, c);
		apply(c, &n, r);
		report_changes(before, c, r);
	}
	yz_arena_destroy(scratch);
	return ok;
}
