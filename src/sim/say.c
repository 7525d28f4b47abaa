/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/csv.h"
#include "sim/run.h"

#include <math.h>
#include <stdio.h>

static const struct {
	const char *name, *unit;
} step_numbers[YZ_SIM_STEP_NUMBERS] = {{"tasks", ""}, {"wait", "h"}, {"wait_p50", "h"}, {"wait_p90", "h"}, {"wait_p99", "h"}, {"service", "h"}, {"late", "%"}},
  post_numbers[YZ_SIM_POST_NUMBERS] = {{"busy", "%"}, {"queue", ""}, {"queue_most", ""}};

static void number(char buf[32], double x)
{
	snprintf(buf, 32, "%.4f", fabs(x) < 0.00005 ? 0.0 : x);
}

static void line(struct yz_buf *out, const char *what, struct yz_str which, struct yz_str title, const char *name, const char *unit,
		 const struct yz_sim_pair *p, bool before, bool after)
{
	const double x[6] = {p->before.mean, p->before.half, p->after.mean, p->after.half, p->change.mean, p->change.half};
	yz_csv_field(out, yz_str(what), true);
	yz_csv_field(out, which, false);
	yz_csv_field(out, title, false);
	yz_csv_field(out, yz_str(name), false);
	yz_csv_field(out, yz_str(unit), false);
	for (int i = 0; i < 6; i++) {
		char buf[32];
		bool there = i < 2 ? before : i < 4 ? after : before && after;
		number(buf, x[i]);
		yz_buf_addc(out, ',');
		yz_buf_addz(out, there ? buf : "");
	}
	yz_csv_end(out);
}

void yz_sim_csv(const struct yz_sim_study *s, struct yz_buf *out)
{
	yz_buf_addz(out, "what,which,title,number,unit,before,before_half,after,after_half,change,change_half\r\n");
	for (int i = 0; i < YZ_SIM_NUMBERS; i++)
		line(out, "all", YZ_LIT(""), YZ_LIT(""), yz_sim_number_name((enum yz_sim_number)i), yz_sim_number_unit((enum yz_sim_number)i),
		     &s->number[i], true, s->compared);
	for (size_t i = 0; i < s->nsteps; i++)
		for (int k = 0; k < YZ_SIM_STEP_NUMBERS; k++)
			line(out, "step", s->steps[i].node, s->steps[i].name, step_numbers[k].name, step_numbers[k].unit, &s->steps[i].number[k],
			     s->steps[i].has_before, s->steps[i].has_after);
	for (size_t i = 0; i < s->nposts; i++)
		for (int k = 0; k < YZ_SIM_POST_NUMBERS && s->posts[i].used; k++)
			line(out, "post", s->posts[i].name, YZ_LIT(""), post_numbers[k].name, post_numbers[k].unit, &s->posts[i].number[k], true, s->compared);
	for (size_t i = 0; i < s->nposts; i++)
		for (size_t k = 0; k < s->nweeks && s->posts[i].used; k++) {
			char day[16];
			struct yz_sim_pair p = {.before = {.mean = s->posts[i].week[0][k]}, .after = {.mean = s->posts[i].week[1][k]}};
			p.change.mean = p.after.mean - p.before.mean;
			line(out, "week", s->posts[i].name, yz_str(yz_day_print(yz_instant_day(s->from, YZ_SHANGHAI) + (yz_day)k * 7, day)), "queue", "", &p,
			     true, s->compared);
		}
}

/* ---- JSON ---- */

static void json_figure(struct yz_jw *w, const char *key, const struct yz_sim_figure *f)
{
	char mean[32], half[32];
	number(mean, f->mean);
	number(half, f->half);
	yz_jw_key(w, key);
	yz_jw_array(w);
	yz_jw_raw(w, yz_str(mean));
	yz_jw_raw(w, yz_str(half));
	yz_jw_end(w, ']');
}

static void json_pair(struct yz_jw *w, const char *key, const struct yz_sim_pair *p, bool before, bool after)
{
	yz_jw_key(w, key);
	yz_jw_object(w);
	if (before)
		json_figure(w, "before", &p->before);
	if (after)
		json_figure(w, "after", &p->after);
	if (before && after)
		json_figure(w, "change", &p->change);
	yz_jw_end(w, '}');
}

static void json_weeks(struct yz_jw *w, const char *key, const double *week, size_t n)
{
	yz_jw_key(w, key);
	yz_jw_array(w);
	for (size_t i = 0; i < n; i++) {
		char buf[32];
		number(buf, week[i]);
		yz_jw_raw(w, yz_str(buf));
	}
	yz_jw_end(w, ']');
}

static void json_post(struct yz_jw *w, const struct yz_sim_study *s, const struct yz_sim_post_study *p)
{
	yz_jw_object(w);
	yz_jw_kstr(w, "name", p->name);
	for (int k = 0; k < YZ_SIM_POST_NUMBERS; k++)
		json_pair(w, post_numbers[k].name, &p->number[k], true, s->compared);
	json_weeks(w, "week_before", p->week[0], s->nweeks);
	if (s->compared)
		json_weeks(w, "week_after", p->week[1], s->nweeks);
	yz_jw_end(w, '}');
}

void yz_sim_json(const struct yz_sim_study *s, struct yz_jw *w)
{
	yz_jw_object(w);
	yz_jw_key(w, "runs");
	yz_jw_int(w, (int64_t)s->runs);
	yz_jw_key(w, "all");
	yz_jw_object(w);
	for (int i = 0; i < YZ_SIM_NUMBERS; i++)
		json_pair(w, yz_sim_number_name((enum yz_sim_number)i), &s->number[i], true, s->compared);
	yz_jw_end(w, '}');
	yz_jw_key(w, "steps");
	yz_jw_array(w);
	for (size_t i = 0; i < s->nsteps; i++) {
		yz_jw_object(w);
		yz_jw_kstr(w, "id", s->steps[i].node);
		yz_jw_kstr(w, "name", s->steps[i].name);
		for (int k = 0; k < YZ_SIM_STEP_NUMBERS; k++)
			json_pair(w, step_numbers[k].name, &s->steps[i].number[k], s->steps[i].has_before, s->steps[i].has_after);
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
	yz_jw_key(w, "posts");
	yz_jw_array(w);
	for (size_t i = 0; i < s->nposts; i++)
		if (s->posts[i].used)
			json_post(w, s, &s->posts[i]);
	yz_jw_end(w, ']');
	yz_jw_end(w, '}');
}
