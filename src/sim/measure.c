/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

/* The least value that a share q of all do not exceed. */
static double quantile(const sim_values *v, double q)
{
	size_t i = (size_t)(q * (double)v->len);
	if ((double)i == q * (double)v->len && i)
		i--;
	return (double)v->at[i < v->len ? i : v->len - 1];
}

struct yz_sim_spread yz_sim_spread(sim_values *v)
{
	struct yz_sim_spread s = {.n = v->len};
	if (!v->len)
		return s;
	qsort(v->at, v->len, sizeof *v->at, ascending);
	for (size_t i = 0; i < v->len; i++)
		s.mean += (double)v->at[i];
	s.mean /= (double)v->len;
	s.p50 = quantile(v, 0.5);
	s.p90 = quantile(v, 0.9);
	s.p99 = quantile(v, 0.99);
	return s;
}

static void report_post(struct sim_run *r, size_t i, struct yz_sim_post_report *out)
{
	const struct sim_post_now *p = &r->posts[i];
	double there = 0, waited = 0, year = (double)(r->w->until - r->w->from);
	for (size_t k = 0; k < r->w->npeople; k++)
		for (size_t j = 0; j < r->w->people[k].nposts; j++)
			if (r->w->people[k].posts[j] == (int)i)
				there += (double)(yz_sim_worked(&r->people[k].hours, r->w->until) - yz_sim_worked(&r->people[k].hours, r->w->from));
	out->busy = there > 0 ? (double)p->worked / there : 0;
	for (size_t w = 0; w < r->nweeks; w++) {
		yz_instant from = r->w->from + (yz_instant)w * 7 * YZ_DAY, to = from + 7 * YZ_DAY;
		out->week[w] = p->week[w] / (double)((to < r->w->until ? to : r->w->until) - from);
		waited += p->week[w];
	}
	out->queue = waited / year;
	out->queue_most = (double)p->most;
	out->done = p->done;
}

void yz_sim_report_make(struct sim_run *r, struct yz_arena *a, struct yz_sim_report *out)
{
	*out = (struct yz_sim_report){.counted = r->counted, .others = r->others, .nposts = r->w->nposts, .nweeks = r->nweeks,
				      .inside = r->inside, .spent = r->spent, .events = r->events};
	out->counted.whole = yz_sim_spread(&r->whole[0]);
	out->counted.wait = yz_sim_spread(&r->waited[0]);
	out->others.whole = yz_sim_spread(&r->whole[1]);
	out->others.wait = yz_sim_spread(&r->waited[1]);
	out->steps = yz_new_n(a, r->steps.len, struct yz_sim_step_report);
	for (size_t i = 0; i < r->steps.len; i++) {
		struct sim_step_now *s = &r->steps.at[i];
		if (!r->w->kinds[s->kind].counted)
			continue;
		out->steps[out->nsteps++] = (struct yz_sim_step_report){
			.node = yz_str_dup(a, s->node->id), .name = yz_str_dup(a, s->node->name), .kind = s->kind, .wait = yz_sim_spread(&s->waits),
			.service = s->n ? s->service / (double)s->n / (double)YZ_HOUR : 0,
			.late = !s->limited ? -1 : s->n ? (double)s->late / (double)s->n : 0};
	}
	out->posts = yz_new_n(a, r->w->nposts, struct yz_sim_post_report);
	for (size_t i = 0; i < r->w->nposts; i++)
		report_post(r, i, &out->posts[i]);
}
