/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

#include <math.h>

static const struct {
	const char *name, *title, *unit;
} numbers[] = {
#define NUMBER(name, title, unit) {#name, title, unit},
#include "sim/numbers.def"
#undef NUMBER
};

const char *yz_sim_number_name(enum yz_sim_number n)
{
	return numbers[n].name;
}

const char *yz_sim_number_title(enum yz_sim_number n)
{
	return numbers[n].title;
}

const char *yz_sim_number_unit(enum yz_sim_number n)
{
	return numbers[n].unit;
}

/* One number of one world, gathered run by run. */
struct series {
	double sum, squares;
	size_t n;
};

struct gathered {
	struct series before, after, change;
	double last; /* of the run under way, before */
	bool has_last;
};

static void gather(struct gathered *g, bool after, double x)
{
	struct series *s = after ? &g->after : &g->before;
	s->sum += x;
	s->squares += x * x;
	s->n++;
	if (after && g->has_last) {
		double d = x - g->last;
		g->change.sum += d;
		g->change.squares += d * d;
		g->change.n++;
	}
	g->has_last = !after;
	g->last = x;
}

/* Student's t, two-sided 95 %. */
static double student(size_t freedom)
{
	static const double t[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
				   2.120,  2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
	return freedom <= 30 ? t[freedom - 1] : 1.960 + 2.45 / (double)freedom;
}

static struct yz_sim_figure figure(const struct series *s)
{
	struct yz_sim_figure f = {0};
	if (!s->n)
		return f;
	f.mean = s->sum / (double)s->n;
	double variance = s->n > 1 ? (s->squares - s->sum * f.mean) / (double)(s->n - 1) : 0;
	f.half = s->n > 1 && variance > 0 ? student(s->n - 1) * sqrt(variance / (double)s->n) : 0;
	return f;
}

static struct yz_sim_pair pair(const struct gathered *g)
{
	return (struct yz_sim_pair){figure(&g->before), figure(&g->after), figure(&g->change)};
}

/* ---- what is gathered ---- */

struct step_gathered {
	struct yz_str node, name;
	struct gathered number[YZ_SIM_STEP_NUMBERS];
};

struct post_gathered {
	struct gathered number[YZ_SIM_POST_NUMBERS];
	double week[2][YZ_SIM_WEEKS];
	bool used;
};

struct gathering {
	struct yz_arena *a;
	struct gathered number[YZ_SIM_NUMBERS];
	YZ_VEC(struct step_gathered) steps;
	struct post_gathered *posts;
	size_t nposts, nweeks;
	uint64_t events;
};

static double share(size_t part, size_t whole)
{
	return whole ? 100 * (double)part / (double)whole : 0;
}

static void whole_run(struct gathering *g, bool after, const struct yz_sim_report *r)
{
	const struct yz_sim_total *c = &r->counted, *o = &r->others;
	const double all[YZ_SIM_NUMBERS] = {
		[YZ_SIM_arrived] = (double)c->arrived, [YZ_SIM_ended] = (double)c->ended, [YZ_SIM_open] = (double)c->open,
		[YZ_SIM_refused] = (double)c->refused, [YZ_SIM_denied] = (double)c->denied, [YZ_SIM_withdrawn] = (double)c->withdrawn,
		[YZ_SIM_on_time] = share(c->on_time, c->judged), [YZ_SIM_days] = c->whole.mean, [YZ_SIM_days_p50] = c->whole.p50,
		[YZ_SIM_days_p90] = c->whole.p90, [YZ_SIM_days_p99] = c->whole.p99, [YZ_SIM_wait] = c->wait.mean,
		[YZ_SIM_wait_p50] = c->wait.p50, [YZ_SIM_wait_p90] = c->wait.p90, [YZ_SIM_wait_p99] = c->wait.p99,
		[YZ_SIM_others_on_time] = share(o->on_time, o->judged), [YZ_SIM_others_days] = o->whole.mean,
	};
	for (size_t i = 0; i < YZ_SIM_NUMBERS; i++)
		gather(&g->number[i], after, all[i]);
	g->events += r->events;
}

static struct step_gathered *step_named(struct gathering *g, const struct yz_sim_step_report *s)
{
	for (size_t i = 0; i < g->steps.len; i++)
		if (yz_str_eq(g->steps.at[i].node, s->node))
			return &g->steps.at[i];
	struct step_gathered *one = yz_vec_push(g->a, &g->steps);
	*one = (struct step_gathered){.node = yz_str_dup(g->a, s->node), .name = yz_str_dup(g->a, s->name.len ? s->name : s->node)};
	return one;
}

static void steps_run(struct gathering *g, bool after, const struct yz_sim_report *r)
{
	for (size_t i = 0; i < r->nsteps; i++) {
		const struct yz_sim_step_report *s = &r->steps[i];
		struct step_gathered *one = step_named(g, s);
		const double all[YZ_SIM_STEP_NUMBERS] = {(double)s->wait.n, s->wait.mean, s->wait.p50, s->wait.p90, s->wait.p99, s->service,
							 s->late < 0 ? 0 : 100 * s->late};
		for (size_t k = 0; k < YZ_SIM_STEP_NUMBERS; k++)
			gather(&one->number[k], after, all[k]);
	}
}

static void posts_run(struct gathering *g, bool after, const struct yz_sim_report *r)
{
	g->nweeks = r->nweeks;
	for (size_t i = 0; i < r->nposts; i++) {
		const struct yz_sim_post_report *p = &r->posts[i];
		const double all[YZ_SIM_POST_NUMBERS] = {100 * p->busy, p->queue, p->queue_most};
		for (size_t k = 0; k < YZ_SIM_POST_NUMBERS; k++)
			gather(&g->posts[i].number[k], after, all[k]);
		for (size_t w = 0; w < r->nweeks; w++)
			g->posts[i].week[after][w] += p->week[w];
		g->posts[i].used |= p->done > 0;
	}
}

static bool one_run(struct gathering *g, const struct yz_sim_world *w, bool after, uint64_t seed, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_sim_report report;
	bool ok = yz_sim_run(w, seed, a, &report, err);
	if (ok) {
		whole_run(g, after, &report);
		steps_run(g, after, &report);
		posts_run(g, after, &report);
	}
	yz_arena_destroy(a);
	return ok;
}

/* A step whose process is left out in one world has no change. */
static void settle(const struct gathering *g, const struct yz_sim_world *w, struct yz_sim_study *out)
{
	for (size_t i = 0; i < YZ_SIM_NUMBERS; i++)
		out->number[i] = pair(&g->number[i]);
	out->nsteps = g->steps.len;
	out->steps = yz_new_n(g->a, out->nsteps, struct yz_sim_step_study);
	for (size_t i = 0; i < out->nsteps; i++) {
		const struct step_gathered *s = &g->steps.at[i];
		out->steps[i] = (struct yz_sim_step_study){.node = s->node, .name = s->name, .has_before = s->number[0].before.n > 0,
							   .has_after = s->number[0].after.n > 0};
		for (size_t k = 0; k < YZ_SIM_STEP_NUMBERS; k++)
			out->steps[i].number[k] = pair(&s->number[k]);
	}
	out->nposts = g->nposts;
	out->nweeks = g->nweeks;
	out->posts = yz_new_n(g->a, out->nposts, struct yz_sim_post_study);
	for (size_t i = 0; i < out->nposts; i++) {
		out->posts[i].name = yz_str_dup(g->a, w->posts[i].name);
		out->posts[i].used = g->posts[i].used;
		for (size_t k = 0; k < YZ_SIM_POST_NUMBERS; k++)
			out->posts[i].number[k] = pair(&g->posts[i].number[k]);
		for (size_t k = 0; k < 2 * YZ_SIM_WEEKS; k++)
			out->posts[i].week[k / YZ_SIM_WEEKS][k % YZ_SIM_WEEKS] = g->posts[i].week[k / YZ_SIM_WEEKS][k % YZ_SIM_WEEKS] / (double)out->runs;
	}
}

bool yz_sim_study(const struct yz_sim_world *before, const struct yz_sim_world *after, uint64_t seed, size_t runs,
		  bool (*told)(void *ctx, size_t done, size_t all), void *ctx, struct yz_arena *a, struct yz_sim_study *out,
		  struct yz_err *err)
{
	if (!runs || runs > YZ_SIM_RUNS)
		return yz_fail(err, YZ_LIMIT, "from 1 to %d runs", YZ_SIM_RUNS);
	if (after && after->nposts != before->nposts)
		return yz_fail(err, YZ_BAD_INPUT, "both worlds have the same posts");
	*out = (struct yz_sim_study){.compared = after != NULL, .runs = runs, .from = before->from};
	struct gathering g = {.a = a, .nposts = before->nposts, .posts = yz_new_n(a, before->nposts + 1, struct post_gathered)};
	for (size_t i = 0; i < runs; i++) {
		/* Seeds of runs lie far apart, whatever the first is. */
		uint64_t own = seed * 0x9E3779B97F4A7C15u + i;
		if (!one_run(&g, before, false, own, err) || (after && !one_run(&g, after, true, own, err)))
			return false;
		if (told && !told(ctx, i + 1, runs))
			return yz_fail(err, YZ_NOT_NOW, "stopped after %zu of %zu runs", i + 1, runs);
	}
	settle(&g, before, out);
	out->events = g.events;
	return true;
}
