/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/days.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct yz_warn yz_warn_default = {1, 540};

/* Acts */

static bool in_range(yz_instant at, struct yz_err *err)
{
	if (at >= yz_day_start(yz_day_from(YZ_CALENDAR_FIRST, 1, 2), 0) &&
	    at < yz_day_start(yz_day_from(YZ_CALENDAR_LAST, 12, 31), 0))
		return true;
	return yz_fail(err, YZ_LIMIT, "the instant lies outside the years %d to %d", YZ_CALENDAR_FIRST,
		       YZ_CALENDAR_LAST);
}

static bool limit_fits(enum yz_unit unit, int64_t limit, struct yz_err *err)
{
	int64_t most = unit == YZ_MINUTES ? YZ_CLOCK_LIMIT_MOST * 60 : YZ_CLOCK_LIMIT_MOST;
	if (limit >= 0 && limit <= most)
		return true;
	return yz_fail(err, YZ_LIMIT, "a limit of %lld %s is not between 0 and %lld", (long long)limit,
		       yz_unit_name(unit), (long long)most);
}

bool yz_clock_start(struct yz_clock *k, int32_t limit, enum yz_unit unit, yz_instant at, struct yz_err *err)
{
	if (!limit_fits(unit, limit, err) || !in_range(at, err))
		return false;
	*k = (struct yz_clock){.unit = unit, .limit = limit, .started = at, .ended = YZ_NEVER};
	return true;
}

bool yz_clock_stopped(const struct yz_clock *k)
{
	return k->nstops > 0 && k->stops[k->nstops - 1].to == YZ_NEVER;
}

static yz_instant last_act(const struct yz_clock *k)
{
	if (k->nstops == 0)
		return k->started;
	const struct yz_clock_stop *s = &k->stops[k->nstops - 1];
	return s->to == YZ_NEVER ? s->from : s->to;
}

static bool may_act(const struct yz_clock *k, yz_instant at, struct yz_err *err)
{
	char had[32];
	if (!in_range(at, err))
		return false;
	if (k->ended != YZ_NEVER)
		return yz_fail(err, YZ_NOT_NOW, "the clock has ended at %s", yz_instant_print(k->ended, had));
	if (at < last_act(k))
		return yz_fail(err, YZ_NOT_NOW, "the clock's last act was later, at %s",
			       yz_instant_print(last_act(k), had));
	return true;
}

bool yz_clock_stop(struct yz_clock *k, yz_instant at, struct yz_err *err)
{
	if (!may_act(k, at, err))
		return false;
	if (yz_clock_stopped(k))
		return yz_fail(err, YZ_NOT_NOW, "the clock is stopped already");
	if (k->nstops == YZ_CLOCK_STOPS)
		return yz_fail(err, YZ_LIMIT, "a clock stops at most %d times", YZ_CLOCK_STOPS);
	k->stops[k->nstops++] = (struct yz_clock_stop){at, YZ_NEVER};
	return true;
}

bool yz_clock_resume(struct yz_clock *k, yz_instant at, struct yz_err *err)
{
	if (!may_act(k, at, err))
		return false;
	if (!yz_clock_stopped(k))
		return yz_fail(err, YZ_NOT_NOW, "the clock is not stopped");
	k->stops[k->nstops - 1].to = at;
	return true;
}

bool yz_clock_extend(struct yz_clock *k, int32_t more, struct yz_err *err)
{
	if (k->ended != YZ_NEVER)
		return yz_fail(err, YZ_NOT_NOW, "the clock has ended");
	if (more <= 0)
		return yz_fail(err, YZ_BAD_INPUT, "an extension adds at least 1, not %d", more);
	if (!limit_fits(k->unit, (int64_t)k->limit + k->extra + more, err))
		return false;
	k->extra += more;
	return true;
}

bool yz_clock_restart(struct yz_clock *k, yz_instant at, struct yz_err *err)
{
	return may_act(k, at, err) && yz_clock_start(k, k->limit, k->unit, at, err);
}

bool yz_clock_end(struct yz_clock *k, yz_instant at, struct yz_err *err)
{
	if (!may_act(k, at, err))
		return false;
	if (yz_clock_stopped(k))
		k->stops[k->nstops - 1].to = at;
	k->ended = at;
	return true;
}

/* Days */

static bool in_days(const struct yz_clock *k)
{
	return k->unit == YZ_WORKING_DAYS || k->unit == YZ_NATURAL_DAYS;
}

/* The stop whose days hold `day`, or NULL. */
static const struct yz_clock_stop *stop_of_day(const struct yz_clock *k, int offset, yz_day day)
{
	for (uint32_t i = 0; i < k->nstops; i++) {
		const struct yz_clock_stop *s = &k->stops[i];
		if (day > yz_instant_day(s->from, offset) &&
		    (s->to == YZ_NEVER || day <= yz_instant_day(s->to, offset)))
			return s;
	}
	return NULL;
}

static bool counts(const struct yz_clock *k, const struct yz_calendar *c, yz_day day)
{
	return (k->unit == YZ_NATURAL_DAYS || yz_is_working(c, day)) && !stop_of_day(k, yz_calendar_offset(c), day);
}

/* The last day of the period; *nominal is the day the count ends on.  False: stopped before. */
static bool last_day(const struct yz_clock *k, const struct yz_calendar *c, yz_day *nominal, yz_day *last)
{
	int offset = yz_calendar_offset(c), total = k->limit + k->extra;
	yz_day d = yz_instant_day(k->started, offset), most = yz_day_from(YZ_CALENDAR_LAST + 100, 1, 1);
	for (int n = 0; n < total;) {
		const struct yz_clock_stop *s = stop_of_day(k, offset, ++d);
		if ((s && s->to == YZ_NEVER) || d > most)
			return false;
		if (s)
			d = yz_instant_day(s->to, offset);
		else
			n += k->unit == YZ_NATURAL_DAYS || yz_is_working(c, d);
	}
	*nominal = d;
	if (k->unit == YZ_NATURAL_DAYS && total > 0)
		while (!yz_is_working(c, d) || stop_of_day(k, offset, d)) {
			const struct yz_clock_stop *s = stop_of_day(k, offset, d);
			if ((s && s->to == YZ_NEVER) || d > most)
				return false;
			d++;
		}
	*last = d;
	return true;
}

static int64_t counted_days(const struct yz_clock *k, const struct yz_calendar *c, yz_day after, yz_day to)
{
	int64_t n = 0;
	for (yz_day d = after + 1; d <= to; d++)
		n += counts(k, c, d);
	return n;
}

/* Hours and minutes */

static yz_instant unit_length(enum yz_unit unit)
{
	return unit == YZ_MINUTES ? YZ_MINUTE : YZ_HOUR;
}

/* The instant at which *left of office time after `from` is used; YZ_NEVER when `to`
 * comes first, and then *left is what remains. */
static yz_instant office_advance(const struct yz_calendar *c, yz_instant from, yz_instant to, int64_t *left)
{
	int offset = yz_calendar_offset(c);
	yz_day last = yz_day_from(YZ_CALENDAR_LAST + 1, 1, 1), end = to == YZ_NEVER ? last : yz_instant_day(to, offset);
	for (yz_day d = yz_instant_day(from, offset); d <= end && d <= last; d++) {
		const struct yz_office *o = yz_calendar_office(c, d);
		for (int i = 0; i < o->n; i++) {
			yz_instant midnight = yz_day_start(d, offset);
			yz_instant a = midnight + o->span[i].from * YZ_MINUTE, b = midnight + o->span[i].to * YZ_MINUTE;
			a = a < from ? from : a;
			b = b > to ? to : b;
			if (b <= a)
				continue;
			if (*left <= b - a)
				return a + *left;
			*left -= b - a;
		}
	}
	return YZ_NEVER;
}

/* When `amount` microseconds that count are used. */
static yz_instant used_up(const struct yz_clock *k, const struct yz_calendar *c, int64_t amount)
{
	yz_instant from = k->started;
	if (amount == 0)
		return from;
	for (uint32_t i = 0; i <= k->nstops; i++) {
		yz_instant to = i < k->nstops ? k->stops[i].from : YZ_NEVER;
		if (k->unit == YZ_WORKING_HOURS) {
			yz_instant at = office_advance(c, from, to, &amount);
			if (at != YZ_NEVER)
				return at;
		} else if (to == YZ_NEVER || amount <= to - from) {
			return from + amount;
		} else {
			amount -= to - from;
		}
		if (i == k->nstops || k->stops[i].to == YZ_NEVER)
			return YZ_NEVER;
		from = k->stops[i].to;
	}
	return YZ_NEVER;
}

/* What counts in [from, to]. */
static int64_t used_between(const struct yz_clock *k, const struct yz_calendar *c, yz_instant from, yz_instant to)
{
	int64_t sum = 0;
	yz_instant a = from > k->started ? from : k->started;
	for (uint32_t i = 0; i <= k->nstops && a < to; i++) {
		yz_instant b = i < k->nstops && k->stops[i].from < to ? k->stops[i].from : to;
		if (b > a)
			sum += k->unit == YZ_WORKING_HOURS ? yz_count_office(c, a, b) : b - a;
		if (i == k->nstops || k->stops[i].to == YZ_NEVER)
			break;
		a = k->stops[i].to > a ? k->stops[i].to : a;
	}
	return sum;
}

/* State */

static yz_instant due_of(const struct yz_clock *k, const struct yz_calendar *c, yz_day *last)
{
	yz_day nominal;
	if (in_days(k))
		return last_day(k, c, &nominal, last) ? yz_day_start(*last + 1, yz_calendar_offset(c)) : YZ_NEVER;
	yz_instant due = used_up(k, c, (k->limit + (int64_t)k->extra) * unit_length(k->unit));
	if (due != YZ_NEVER)
		*last = yz_instant_day(due, yz_calendar_offset(c));
	return due;
}

yz_instant yz_clock_due(const struct yz_clock *k, const struct yz_calendar *c)
{
	yz_day last;
	return due_of(k, c, &last);
}

static yz_instant warn_of(const struct yz_clock *k, const struct yz_calendar *c, const struct yz_warn *w,
			  yz_instant due, yz_day last)
{
	yz_instant at = YZ_NEVER;
	if (due == YZ_NEVER)
		return YZ_NEVER;
	if (in_days(k)) {
		at = yz_day_start(yz_add_working(c, last, -w->days), yz_calendar_offset(c)) + w->minute * YZ_MINUTE;
		if (at <= k->started)
			at = yz_day_start(last, yz_calendar_offset(c)) + w->minute * YZ_MINUTE;
		if (at <= k->started)
			at = due - (due - k->started) / 5;
	} else {
		int64_t whole = (k->limit + (int64_t)k->extra) * unit_length(k->unit);
		at = used_up(k, c, whole - whole / 5);
	}
	for (uint32_t i = 0; i < k->nstops; i++)
		if (at >= k->stops[i].from && at < k->stops[i].to && k->stops[i].to < due)
			at = k->stops[i].to;
	return at < due ? at : due;
}

static yz_instant latest(void)
{
	return yz_day_start(yz_day_from(YZ_CALENDAR_LAST + 1, 1, 1), 0);
}

struct yz_clock_state yz_clock_at(const struct yz_clock *k, const struct yz_calendar *c, const struct yz_warn *warn,
				  yz_instant now)
{
	struct yz_clock_state s = {.stopped = yz_clock_stopped(k), .ended = k->ended != YZ_NEVER};
	int offset = yz_calendar_offset(c);
	yz_instant at = s.ended ? k->ended : now < k->started ? k->started : now > latest() ? latest() : now;
	yz_day today = yz_instant_day(at, offset), first = yz_instant_day(k->started, offset);
	s.last_day = today;
	s.due = due_of(k, c, &s.last_day);
	s.warn = warn_of(k, c, warn ? warn : yz_calendar_warn(c), s.due, s.last_day);
	s.overdue = s.due != YZ_NEVER && at >= s.due;
	if (in_days(k)) {
		s.total = k->limit + k->extra;
		s.used = s.overdue ? s.total + counted_days(k, c, s.last_day, today) : counted_days(k, c, first, today);
		if (!s.overdue && s.used > s.total)
			s.used = s.total; /* moved: the last day was none to work on */
	} else {
		s.total = (k->limit + (int64_t)k->extra) * unit_length(k->unit);
		s.used = used_between(k, c, k->started, at);
	}
	s.left = s.total - s.used;
	if (k->unit != YZ_NATURAL_HOURS && k->unit != YZ_MINUTES)
		s.provisional = yz_provisional_year(c, first, s.due == YZ_NEVER ? today : s.last_day);
	return s;
}

/* Explanation */

static struct yz_clock_row row_of(const struct yz_clock *k, const struct yz_calendar *c, yz_day d, yz_day last,
				  yz_instant due, int64_t *nth)
{
	int offset = yz_calendar_offset(c);
	yz_day first = yz_instant_day(k->started, offset);
	struct yz_clock_row r = {.day = d, .info = yz_calendar_day(c, d)};
	bool free_day = r.info.kind == YZ_DAY_WEEKEND || r.info.kind == YZ_DAY_OFF;
	if (in_days(k)) {
		bool open = *nth < k->limit + k->extra;
		r.counted = d > first && open && counts(k, c, d);
	} else {
		yz_instant end = yz_day_start(d + 1, offset);
		r.counted = used_between(k, c, yz_day_start(d, offset), due < end ? due : end);
	}
	*nth += r.counted;
	r.nth = *nth;
	if (d == last && due != YZ_NEVER)
		r.mark = YZ_MARK_LAST;
	else if (r.counted > 0)
		r.mark = YZ_MARK_COUNTED;
	else if (d == first)
		r.mark = YZ_MARK_START;
	else if (stop_of_day(k, offset, d) || (!in_days(k) && !free_day))
		r.mark = YZ_MARK_STOPPED;
	else if (k->unit == YZ_NATURAL_DAYS)
		r.mark = YZ_MARK_MOVED;
	else
		r.mark = r.info.kind == YZ_DAY_WEEKEND ? YZ_MARK_WEEKEND : YZ_MARK_OFF;
	return r;
}

size_t yz_clock_explain(struct yz_arena *a, const struct yz_clock *k, const struct yz_calendar *c, yz_instant now,
			size_t most, struct yz_clock_row **rows, bool *cut)
{
	struct yz_clock_state s = yz_clock_at(k, c, NULL, now);
	yz_day first = yz_instant_day(k->started, yz_calendar_offset(c));
	size_t n = s.last_day < first ? 1 : (size_t)(s.last_day - first) + 1;
	int64_t nth = 0;
	assert(most > 0);
	*cut = n > most;
	n = *cut ? most : n;
	*rows = yz_new_n(a, n, struct yz_clock_row);
	for (size_t i = 0; i < n; i++)
		(*rows)[i] = row_of(k, c, first + (yz_day)i, s.last_day, s.due, &nth);
	return n;
}
