/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

static int zone(const struct bstep *r)
{
	return r->env->calendar ? yz_calendar_offset(r->env->calendar) : 0;
}

static yz_instant add_months(yz_instant t, int64_t months, int offset)
{
	yz_day day = yz_instant_day(t, offset);
	struct yz_civil c = yz_day_civil(day);
	int64_t at = (int64_t)c.year * 12 + c.month - 1 + months;
	int year = (int)(at / 12), month = (int)(at % 12) + 1, last = c.day;
	while (!yz_civil_valid(year, month, last))
		last--;
	return t + (yz_instant)(yz_day_from(year, month, last) - day) * YZ_DAY;
}

/* Days and time as microseconds; false when they do not fit. */
static bool span_of(struct yz_feel_value v, int64_t *micros)
{
	__int128 n = (__int128)(((unsigned __int128)v.hi << 64) | v.lo) / 1000;
	*micros = (int64_t)n;
	return n >= 0 && n <= (__int128)YZ_DAY * 366 * 200;
}

/* `base` and what the text or value says of it. */
static bool after(struct bstep *r, struct yz_feel_value v, yz_instant base, yz_instant *due)
{
	int64_t span;
	switch ((enum yz_feel_kind)v.kind) {
	case YZ_FEEL_DAYS:
		if (!span_of(v, &span))
			return false;
		*due = base + span;
		return true;
	case YZ_FEEL_MONTHS:
		if (v.n < 0 || v.n > 200 * 12)
			return false;
		*due = add_months(base, v.n, zone(r));
		return true;
	case YZ_FEEL_DATE:
	case YZ_FEEL_DATE_TIME:
		return yz_feel_instant_of(v, zone(r), due);
	default:
		return false;
	}
}

static bool working(struct bstep *r, struct yz_str text, yz_instant base, yz_instant *due)
{
	int32_t limit;
	enum yz_unit unit;
	struct yz_clock clock;
	if (!r->env->calendar || !yz_limit_parse(text, &limit, &unit) ||
	    (unit != YZ_WORKING_DAYS && unit != YZ_WORKING_HOURS))
		return false;
	if (!yz_clock_start(&clock, limit, unit, base, NULL))
		return false;
	*due = yz_clock_due(&clock, r->env->calendar);
	return *due != YZ_NEVER;
}

static bool read_time(struct bstep *r, struct yz_str text, yz_instant base, yz_instant *due)
{
	struct yz_feel_value v;
	text = yz_str_trim(text);
	if (working(r, text, base, due))
		return true;
	static const enum yz_feel_kind kinds[] = {YZ_FEEL_DAYS, YZ_FEEL_MONTHS, YZ_FEEL_DATE_TIME, YZ_FEEL_DATE};
	for (int i = 0; i < 4; i++)
		if (yz_feel_read(r->a, kinds[i], text, &v))
			return after(r, v, base, due);
	return false;
}

/* "R3/PT10S", "R/P1D", "R3/2026-01-01T00:00:00Z/P1D": what repeats, how often, from when. */
static bool cycle(struct yz_str text, int64_t *times, struct yz_str *start, struct yz_str *period)
{
	struct yz_str head, rest = yz_str_trim(text);
	if (rest.len < 3 || rest.ptr[0] != 'R' || !yz_str_cut(&rest, '/', &head) || !rest.ptr)
		return false;
	*times = -1;
	if (head.len > 1 && (!yz_str_int(yz_str_n(head.ptr + 1, head.len - 1), times) || *times < 0 || *times > 100000))
		return false;
	struct yz_str whole = rest, first;
	*start = (struct yz_str){NULL, 0};
	*period = whole;
	if (yz_str_cut(&rest, '/', &first) && rest.ptr) {
		*start = first;
		*period = rest;
	}
	return period->len > 0;
}

static bool reads(struct yz_arena *a, struct yz_str text)
{
	static const enum yz_feel_kind kinds[] = {YZ_FEEL_DAYS, YZ_FEEL_MONTHS, YZ_FEEL_DATE_TIME, YZ_FEEL_DATE};
	struct yz_feel_value v;
	int32_t limit;
	enum yz_unit unit;
	text = yz_str_trim(text);
	for (int i = 0; i < 4; i++)
		if (yz_feel_read(a, kinds[i], text, &v))
			return true;
	return yz_limit_parse(text, &limit, &unit) && (unit == YZ_WORKING_DAYS || unit == YZ_WORKING_HOURS);
}

bool yz_btime_reads(struct yz_arena *a, struct yz_str s)
{
	int64_t times;
	struct yz_str start, period;
	if (cycle(s, &times, &start, &period))
		return reads(a, period) && (!start.len || reads(a, start));
	return reads(a, s);
}

static void no_time(struct bstep *r, const struct yz_bnode *node, struct yz_str text)
{
	bfail(r, YZ_BAD_INPUT,
	      "the timer of \"%.*s\" says \"%.*s\", which is no duration, date, cycle or working period%s",
	      YZ_P(node->pub.id), (int)(text.len > 60 ? 60 : text.len), text.ptr ? text.ptr : "",
	      r->env->calendar ? "" : " (there is no calendar)");
}

static void tell(struct bstep *r, const struct btimer *t)
{
	beffect(r, YZ_BPMN_TIMER_SET, t->node, t->id)->due = t->due;
}

void btimer_set(struct bstep *r, struct brec *rec, const struct yz_bnode *node, uint32_t def)
{
	const struct yz_bdef *d = &node->defs[def];
	struct yz_feel_value v = {0};
	struct yz_str text = {NULL, 0}, start, period;
	struct btimer t = {.id = r->s->next_id, .rec = rec->id, .node = node, .def = def, .left = 1};
	if (d->literal) {
		text = d->expr->text;
	} else if (d->expr) {
		v = beval(r, rec, d->expr);
		text = v.kind == YZ_FEEL_STRING ? yz_feel_str(v) : (struct yz_str){NULL, 0};
	}
	bool ok;
	if (text.len && cycle(text, &t.left, &start, &period)) {
		t.text = yz_str_dup(r->a, text);
		ok = start.len ? read_time(r, start, r->env->now, &t.due) : read_time(r, period, r->env->now, &t.due);
		if (t.left == 0)
			return;
	} else {
		ok = text.len ? read_time(r, text, r->env->now, &t.due) : after(r, v, r->env->now, &t.due);
	}
	if (!ok) {
		no_time(r, node, text.len || !d->expr ? text : d->expr->text);
		return;
	}
	r->s->next_id++;
	*yz_vec_push(r->a, &r->s->timers) = t;
	tell(r, &t);
}

/* The next firing of a cycle, or false.  A cycle without end does not catch up on what was slept through. */
static bool again(struct bstep *r, struct btimer *t)
{
	struct yz_str start, period;
	int64_t times;
	if (!t->text.len || t->left == 1 || !cycle(t->text, &times, &start, &period))
		return false;
	if (t->left < 0 && t->node->pub.type == YZ_BPMN_CATCH_EVENT)
		return false; /* a token that waits goes on once */
	int32_t n;
	enum yz_unit unit;
	bool office = yz_limit_parse(period, &n, &unit) && (unit == YZ_WORKING_DAYS || unit == YZ_WORKING_HOURS);
	do {
		/* One microsecond before midnight still belongs to the day the working period ended on. */
		yz_instant last = t->due;
		if (!read_time(r, period, last - office, &t->due) || t->due <= last)
			return false;
	} while (t->left < 0 && t->due <= r->env->now);
	t->left -= t->left > 0;
	return true;
}

void btimer_fire(struct bstep *r, struct btimer *at)
{
	struct btimer t = *at;
	struct brec *rec = brec_find(r->s, t.rec);
	/* A boundary or start event that interrupts takes its own timer away with it. */
	bool stays = t.node->pub.type == YZ_BPMN_CATCH_EVENT || !t.node->interrupting;
	if (!rec)
		return;
	at->dead = true;
	if (stays && again(r, &t)) {
		at->dead = false;
		*at = t;
		tell(r, &t);
		if (rec->kind == BREC_WAIT) {
			bflow_leave(r, brec_find(r->s, rec->parent), t.node, 1);
			return;
		}
	}
	bevent_fire(r, rec, t.node, t.def, (struct yz_feel_value){0});
}

void btimer_clear(struct bstep *r, uint32_t rec, const struct yz_bnode *node)
{
	for (size_t i = 0; i < r->s->timers.len; i++) {
		struct btimer *t = &r->s->timers.at[i];
		if (t->dead || t->rec != rec || (node && t->node != node))
			continue;
		t->dead = true;
		beffect(r, YZ_BPMN_TIMER_CLEARED, t->node, t->id);
	}
}
