/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

static bool away(const struct yz_sim_person *p, yz_day day)
{
	for (size_t i = 0; p && i < p->nleave; i++)
		if (day >= p->leave[i].from && day <= p->leave[i].until)
			return true;
	return false;
}

static const struct yz_office *office_of(const struct yz_calendar *c, const struct yz_sim_person *p, yz_day day)
{
	if (!p || !p->has_hours)
		return yz_calendar_office(c, day);
	struct yz_day_info info = yz_calendar_day(c, day);
	if (info.kind == YZ_DAY_OFF)
		return NULL;
	return &p->hours[info.kind == YZ_DAY_EXCHANGED ? YZ_EXCHANGED : yz_weekday(day)];
}

static void add(struct yz_arena *a, struct sim_hours *h, size_t *cap, yz_instant from, yz_instant to)
{
	int64_t before = h->n ? h->span[h->n - 1].before + h->span[h->n - 1].to - h->span[h->n - 1].from : 0;
	if (from >= to)
		return;
	if (h->n && h->span[h->n - 1].to == from) {
		h->span[h->n - 1].to = to;
		return;
	}
	if (h->n == *cap)
		h->span = yz_vec_grow(a, h->span, cap, sizeof *h->span);
	h->span[h->n++] = (struct sim_span){from, to, before};
}

struct sim_hours yz_sim_hours(struct yz_arena *a, const struct yz_calendar *c, const struct yz_sim_person *person, yz_instant from,
			      yz_instant to)
{
	struct sim_hours h = {0};
	size_t cap = 0;
	int offset = c ? yz_calendar_offset(c) : 0;
	for (yz_day day = yz_instant_day(from, offset); yz_day_start(day, offset) < to; day++) {
		yz_instant midnight = yz_day_start(day, offset);
		const struct yz_office *o = c ? office_of(c, person, day) : NULL;
		if (away(person, day))
			continue;
		if (!c)
			add(a, &h, &cap, midnight > from ? midnight : from, midnight + YZ_DAY < to ? midnight + YZ_DAY : to);
		for (int i = 0; o && i < o->n; i++) {
			yz_instant f = midnight + o->span[i].from * YZ_MINUTE, t = midnight + o->span[i].to * YZ_MINUTE;
			add(a, &h, &cap, f > from ? f : from, t < to ? t : to);
		}
	}
	return h;
}

int64_t yz_sim_worked(const struct sim_hours *h, yz_instant t)
{
	size_t lo = 0, hi = h->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (h->span[mid].from < t)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo)
		return 0;
	const struct sim_span *s = &h->span[lo - 1];
	return s->before + (t < s->to ? t : s->to) - s->from;
}
