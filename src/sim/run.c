/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

#include <stdlib.h>

enum { STATES_LEAST = 16 << 20, EVENTS_A_CASE = 1000 }; /* on average, and as many cases more */

/* ---- when they come ---- */

static int earlier(const void *a, const void *b)
{
	const struct yz_sim_arrival *x = a, *y = b;
	return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->nth > y->nth) - (x->nth < y->nth);
}

static int weekday_of(const struct yz_calendar *c, yz_day day)
{
	if (!c)
		return yz_weekday(day);
	enum yz_day_kind kind = yz_calendar_day(c, day).kind;
	return kind == YZ_DAY_OFF ? 6 : kind == YZ_DAY_EXCHANGED ? 4 : yz_weekday(day);
}

struct hour {
	yz_instant at;
	double before; /* share of the cases that come before it */
};

/* Each hour of the year with its share. */
static size_t hours_of(const struct sim_run *r, const struct yz_sim_coming *coming, struct hour **out)
{
	const struct yz_sim_world *w = r->w;
	int offset = w->calendar ? yz_calendar_offset(w->calendar) : 0;
	size_t n = 0;
	double all = 0, even = 0;
	for (int d = 0; d < 7; d++)
		for (int h = 0; h < 24; h++)
			even += coming->weight[d][h];
	*out = yz_new_n(r->a, (size_t)((w->until - w->from) / YZ_HOUR + 2), struct hour);
	for (yz_instant at = w->from; at < w->until; at += YZ_HOUR) {
		yz_day day = yz_instant_day(at, offset);
		int hour = (int)((at - yz_day_start(day, offset)) / YZ_HOUR);
		(*out)[n++] = (struct hour){at, all};
		all += even > 0 ? coming->weight[weekday_of(w->calendar, day)][hour] : 1;
	}
	for (size_t i = 0; i < n && all > 0; i++)
		(*out)[i].before /= all;
	(*out)[n] = (struct hour){w->until, 1};
	return n;
}

static yz_instant instant_at(const struct hour *hours, size_t n, double u)
{
	size_t lo = 0, hi = n;
	while (lo + 1 < hi) {
		size_t mid = (lo + hi) / 2;
		if (hours[mid].before <= u)
			lo = mid;
		else
			hi = mid;
	}
	double width = hours[lo + 1].before - hours[lo].before, part = width > 0 ? (u - hours[lo].before) / width : 0;
	return hours[lo].at + (yz_instant)(part * (double)(hours[lo + 1].at - hours[lo].at));
}

static struct yz_sim_arrival *arrivals(struct sim_run *r, size_t *n)
{
	const struct yz_sim_world *w = r->w;
	size_t all = w->narrivals, k = 0;
	for (size_t i = 0; i < w->ncoming; i++)
		all += w->coming[i].n;
	struct yz_sim_arrival *list = yz_new_n(r->a, all + 1, struct yz_sim_arrival);
	for (size_t i = 0; i < w->narrivals; i++)
		if (w->arrivals[i].at >= w->from && w->arrivals[i].at < w->until)
			list[k++] = w->arrivals[i];
	/* Numbers of those drawn stand apart from those that came. */
	uint32_t nth = YZ_SIM_CASES;
	for (size_t i = 0; i < w->ncoming; i++) {
		struct hour *hours;
		const uint32_t *pool = w->coming[i].npool ? w->coming[i].pool : NULL;
		size_t nhours = hours_of(r, &w->coming[i], &hours), nprofiles = pool ? w->coming[i].npool : w->kinds[w->coming[i].kind].nprofiles;
		for (size_t j = 0; j < w->coming[i].n; j++, nth++) {
			double u = yz_sim_chance(r->seed, nth, i, SIM_ARRIVAL), p = yz_sim_chance(r->seed, nth, i, SIM_PROFILE);
			uint32_t one = (uint32_t)(p * (double)nprofiles);
			list[k++] = (struct yz_sim_arrival){.at = instant_at(hours, nhours, u), .kind = w->coming[i].kind, .nth = nth,
							    .profile = pool ? pool[one] : one};
		}
	}
	qsort(list, k, sizeof *list, earlier);
	*n = k;
	return list;
}

/* ---- the loop ---- */

static bool in_bounds(const struct yz_sim_world *w, struct yz_err *err)
{
	size_t cases = w->narrivals;
	for (size_t i = 0; i < w->ncoming; i++)
		cases += w->coming[i].n < YZ_SIM_CASES ? w->coming[i].n : YZ_SIM_CASES + 1;
	if (cases > YZ_SIM_CASES)
		return yz_fail(err, YZ_LIMIT, "more than %d cases in one run", YZ_SIM_CASES);
	if (w->nkinds > YZ_SIM_KINDS || w->nposts > YZ_SIM_POSTS || w->npeople > YZ_SIM_PEOPLE)
		return yz_fail(err, YZ_LIMIT, "more than %d processes, %d posts or %d people", YZ_SIM_KINDS, YZ_SIM_POSTS, YZ_SIM_PEOPLE);
	if (w->from >= w->until || w->until > w->horizon || w->until - w->from > (yz_instant)YZ_SIM_WEEKS * 7 * YZ_DAY ||
	    w->horizon - w->from > 10 * 366 * YZ_DAY)
		return yz_fail(err, YZ_LIMIT, "a run lasts up to %d weeks, and ten years until all is done", YZ_SIM_WEEKS);
	for (size_t i = 0; i < w->nkinds; i++)
		if (w->kinds[i].nsteps > YZ_SIM_STEPS || !w->kinds[i].nprofiles)
			return yz_fail(err, YZ_LIMIT, "%.*s: more than %d steps, or no facts", YZ_P(w->kinds[i].key), YZ_SIM_STEPS);
	return true;
}

static void begin(struct sim_run *r)
{
	const struct yz_sim_world *w = r->w;
	r->free_case = r->free_task = UINT32_MAX;
	r->inside_since = r->now = w->from;
	r->nweeks = (size_t)((w->until - w->from + 7 * YZ_DAY - 1) / (7 * YZ_DAY));
	r->office = yz_sim_hours(r->a, w->calendar, NULL, w->from, w->horizon);
	r->people = yz_new_n(r->a, w->npeople + 1, struct sim_person_now);
	for (size_t i = 0; i < w->npeople; i++)
		r->people[i].hours = w->people[i].has_hours || w->people[i].nleave
					     ? yz_sim_hours(r->a, w->calendar, &w->people[i], w->from, w->horizon)
					     : r->office;
	r->posts = yz_new_n(r->a, w->nposts + 1, struct sim_post_now);
	r->accepts = yz_new_n(r->a, w->nkinds + 1, bool);
	for (size_t i = 0; i < w->nkinds; i++)
		r->accepts[i] = yz_sim_has_act(w->kinds[i].process, "accept");
	yz_map_init(&r->post_of, r->a);
	for (size_t i = 0; i < w->nposts; i++) {
		r->posts[i].since = w->from;
		yz_map_put(&r->post_of, yz_str_printf(r->a, "%.*s/%.*s", YZ_P(w->posts[i].org), YZ_P(w->posts[i].role)), (void *)(i + 1));
	}
}

static void collect(struct sim_run *r)
{
	if (yz_arena_used(r->states) < STATES_LEAST + 3 * r->states_after)
		return;
	struct yz_arena *fresh = yz_arena_create(0);
	for (size_t i = 0; i < r->cases.len; i++)
		if (r->cases.at[i].used && r->cases.at[i].state)
			r->cases.at[i].state = yz_bpmn_state_copy(fresh, r->cases.at[i].state);
	yz_arena_destroy(r->states);
	r->states = fresh;
	r->states_after = yz_arena_used(fresh);
}

static bool tenant(const struct sim_run *r, const struct sim_event *e)
{
	return e->kind == SIM_DONE || e->kind == SIM_AGAIN ? r->tasks.at[e->slot].gen == e->gen
							    : r->cases.at[e->slot].used && r->cases.at[e->slot].gen == e->gen;
}

static void happen(struct sim_run *r, const struct sim_event *e)
{
	if (e->kind == SIM_WAKE) {
		yz_sim_wake(r, e->slot);
		return;
	}
	if (!tenant(r, e))
		return;
	struct yz_bpmn_event event = {.kind = e->kind == SIM_TIMER ? YZ_BPMN_TIMER : YZ_BPMN_MESSAGE, .id = e->id};
	switch (e->kind) {
	case SIM_DONE:
		yz_sim_task_done(r, e->slot);
		return;
	case SIM_AGAIN:
		yz_sim_task_again(r, e->slot);
		return;
	case SIM_LEAVE:
		if (!r->cases.at[e->slot].outcome.len) {
			r->cases.at[e->slot].outcome = YZ_LIT("withdraw");
			yz_sim_case_end(r, e->slot);
		}
		return;
	default:
		yz_sim_case_step(r, e->slot, &event);
	}
}

static void play(struct sim_run *r)
{
	size_t n, next = 0;
	const struct yz_sim_arrival *list = arrivals(r, &n);
	while (!r->failed && (next < n || (r->open && r->agenda.len))) {
		bool comes = next < n && (!r->agenda.len || list[next].at <= r->agenda.heap[0].at);
		yz_instant at = comes ? list[next].at : r->agenda.heap[0].at;
		if (at > r->w->horizon)
			break;
		r->now = at;
		if (++r->events > (n + EVENTS_A_CASE) * EVENTS_A_CASE) {
			sim_fail(r, YZ_LIMIT, "more than %d events a case: a timer or a loop of the process has no end", EVENTS_A_CASE);
			break;
		}
		if (r->events % YZ_SIM_ASK == 0 && r->w->stop && r->w->stop(r->w->stop_ctx))
			sim_fail(r, YZ_NOT_NOW, "stopped after %llu events", (unsigned long long)r->events);
		if (r->events % YZ_SIM_ASK == 0 && r->w->most && yz_arena_used(r->a) + yz_arena_used(r->states) > r->w->most)
			sim_fail(r, YZ_LIMIT, "a run takes more than %zu MiB: fewer cases, or a shorter process", r->w->most >> 20);
		if (r->failed)
			break;
		if (comes) {
			yz_sim_case_begin(r, &list[next++]);
		} else {
			struct sim_event e = yz_sim_pop(&r->agenda);
			happen(r, &e);
		}
		collect(r);
	}
}

/* What is open stays open; the last stretch of every queue and of the house is counted in. */
static void end(struct sim_run *r)
{
	if (r->open)
		r->now = r->w->horizon;
	r->inside += (__int128)(r->now - r->inside_since) * (__int128)r->open;
	for (size_t i = 0; i < r->cases.len; i++) {
		const struct sim_case *c = &r->cases.at[i];
		if (!c->used)
			continue;
		r->spent += r->now - c->submitted;
		if (!c->apart)
			(r->w->kinds[c->kind].counted ? &r->counted : &r->others)->open++;
	}
	for (size_t i = 0; i < r->w->nposts; i++)
		yz_sim_queue_changed(r, (int)i, 0);
}

bool yz_sim_run(const struct yz_sim_world *w, uint64_t seed, struct yz_arena *a, struct yz_sim_report *out, struct yz_err *err)
{
	if (!in_bounds(w, err))
		return false;
	struct yz_arena *own = yz_arena_create(0);
	struct sim_run *r = yz_new(own, struct sim_run);
	*r = (struct sim_run){.w = w, .a = own, .states = yz_arena_create(0), .err = err, .seed = seed};
	begin(r);
	play(r);
	if (!r->failed) {
		end(r);
		yz_sim_report_make(r, a, out);
	}
	bool ok = !r->failed;
	yz_arena_destroy(r->states);
	yz_arena_destroy(own);
	return ok;
}
