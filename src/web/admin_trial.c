/* Simulations of an item: started here, run beside the work of the house, shown with charts.  SPDX-License-Identifier: Apache-2.0 */
#include "web/admin.h"

#include "fmt/file.h"
#include "gov/trial.h"
#include "sim/sim.h"
#include "web/admin_trial.h"
#include "web/handlers.h"
#include "web/templates.h"

#include <stdlib.h>

enum { LISTED = 30, BUSIEST = 3 };

/* ---- the list, and starting one ---- */

static bool show_list(struct yz_page *p, const struct yz_item *item, struct yz_err *failed, struct yz_err *err)
{
	struct yz_trials_page v = {.item = item, .failed = failed, .runs = yz_req_field(p->req, "runs"), .cases = yz_req_field(p->req, "cases"),
				   .year = yz_req_field(p->req, "year"), .settings = yz_req_field(p->req, "settings")};
	v.draft = !yz_str_eqz(yz_admin_state(p, item), "published");
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	v.n = yz_trial_list(conn, p->arena, item->code, LISTED, &v.list, err);
	if (err->code)
		return false;
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, yz_printf(p->arena, "%s - %.*s", T(p->lang, "模拟"), YZ_P(item->name)));
	tpl_admin_trials(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_admin_trials(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	const struct yz_item *item = yz_admin_load_item(p, err);
	return item && show_list(p, item, NULL, err);
}

/* Digits, or nothing at all. */
static bool number(struct yz_page *p, const char *name, int64_t fallback, int64_t *out)
{
	struct yz_str s = yz_str_trim(yz_req_field(p->req, name));
	*out = fallback;
	return !s.len || yz_str_int(s, out);
}

static bool read_form(struct yz_page *p, struct yz_trial_input *in, struct yz_err *err)
{
	int64_t year;
	struct yz_upload *process = yz_req_upload_of(p->req, "process"), *rule = yz_req_upload_of(p->req, "rule");
	in->settings = yz_str_trim(yz_req_field(p->req, "settings"));
	in->against = true;
	if (!number(p, "runs", 10, &in->runs) || !number(p, "cases", 0, &in->cases) || !number(p, "year", 0, &year) || year < 0 || year > 2190)
		return yz_fail(err, YZ_BAD_INPUT, "%s", N_("次数、件数和年份要写数字"));
	in->year = (int)year;
	in->seed = 1;
	return (!process || yz_file_read(p->arena, process->path, YZ_SIMULATE_MODEL, &in->process, err)) &&
	       (!rule || yz_file_read(p->arena, rule->path, YZ_SIMULATE_MODEL, &in->rule, err));
}

bool yz_web_admin_trials_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	const struct yz_item *item = yz_admin_load_item(p, err);
	struct yz_trial_input in = {0};
	struct yz_err failed = {0};
	int64_t id;
	if (!item)
		return false;
	yz_page_release(p);
	if (read_form(p, &in, &failed) && yz_trial_start(p->site, p->arena, &p->who, item->id, &in, &id, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/admin/item/%lld/trial/%lld", (long long)item->id, (long long)id));
	if (!yz_err_is_hers(&failed) && failed.code != YZ_SYNTAX) {
		*err = failed;
		return false;
	}
	return show_list(p, item, &failed, err);
}

/* ---- one ---- */

static double at(const struct yz_json *pair, size_t i)
{
	double x = 0;
	yz_sim_number_read(yz_json_at(pair, i), &x);
	return x;
}

struct yz_trial_value yz_trial_value(const struct yz_json *number_of, const char *side)
{
	const struct yz_json *pair = yz_json_get(number_of, side);
	return (struct yz_trial_value){.there = pair != NULL, .mean = at(pair, 0), .half = at(pair, 1)};
}

struct yz_str yz_trial_show(struct yz_arena *a, struct yz_trial_value v, bool sign)
{
	if (!v.there)
		return YZ_LIT("–");
	double mean = v.mean > -0.05 && v.mean < 0.05 ? 0 : v.mean;
	const char *before = mean < 0 ? "−" : sign && mean > 0 ? "+" : "";
	struct yz_str s = yz_str_printf(a, "%s%.1f", before, mean < 0 ? -mean : mean);
	return v.half < 0.05 ? s : yz_str_printf(a, "%.*s ±%.1f", YZ_P(s), v.half);
}

static void put(struct yz_chart_bar *bar, int series, struct yz_trial_value v)
{
	bar->there[series] = v.there;
	bar->value[series] = v.mean;
	bar->half[series] = v.half;
}

static struct yz_chart_bar bar_of(struct yz_str label, const struct yz_json *number_of)
{
	struct yz_chart_bar bar = {.label = label};
	put(&bar, 1, yz_trial_value(number_of, "before"));
	put(&bar, 2, yz_trial_value(number_of, "after"));
	return bar;
}

/* Beside what really happened. */
static void whole(struct yz_page *p, struct yz_trial_page *v)
{
	static const char *const days[] = {"days_p50", "days", "days_p90"};
	static const char *const titles[] = {N_("一半的办件不超过"), N_("平均"), N_("九成的办件不超过")};
	const struct yz_json *all = yz_json_path(v->trial.result, "study/all"), *today = yz_json_get(v->trial.result, "today");
	struct yz_trial_value none = {0};
	v->days = yz_new_n(p->arena, 3, struct yz_chart_bar);
	for (size_t i = 0; i < 3; i++) {
		v->days[i] = bar_of(yz_str(yz_tr(p->lang, titles[i])), yz_json_get(all, days[i]));
		none.there = v->received > 0;
		yz_sim_number_read(yz_json_get(today, days[i]), &none.mean);
		put(&v->days[i], 0, none);
	}
	v->on_time = bar_of(yz_str(T(p->lang, "按时办结")), yz_json_get(all, "on_time"));
	none.there = v->received > 0;
	yz_sim_number_read(yz_json_get(today, "on_time"), &none.mean);
	put(&v->on_time, 0, none);
}

static void parts(struct yz_page *p, struct yz_trial_page *v)
{
	const struct yz_json *steps = yz_json_path(v->trial.result, "study/steps"), *posts = yz_json_path(v->trial.result, "study/posts");
	v->nsteps = yz_json_len(steps);
	v->nposts = yz_json_len(posts);
	v->steps = yz_new_n(p->arena, v->nsteps + 1, struct yz_chart_bar);
	v->posts = yz_new_n(p->arena, v->nposts + 1, struct yz_chart_bar);
	for (size_t i = 0; i < v->nsteps; i++)
		v->steps[i] = bar_of(yz_json_str(yz_json_at(steps, i), "name"), yz_json_get(yz_json_at(steps, i), "wait"));
	for (size_t i = 0; i < v->nposts; i++)
		v->posts[i] = bar_of(yz_json_str(yz_json_at(posts, i), "name"), yz_json_get(yz_json_at(posts, i), "busy"));
}

static double queue_of(const struct yz_json *post)
{
	double before = yz_trial_value(yz_json_get(post, "queue"), "before").mean, after = yz_trial_value(yz_json_get(post, "queue"), "after").mean;
	return before > after ? before : after;
}

static double *weeks(struct yz_page *p, const struct yz_json *list, size_t n)
{
	double *out = yz_new_n(p->arena, n + 1, double);
	for (size_t i = 0; i < n; i++)
		yz_sim_number_read(yz_json_at(list, i), &out[i]);
	return out;
}

/* The longest queues, week by week; in the table by four weeks. */
static void queues(struct yz_page *p, struct yz_trial_page *v)
{
	const struct yz_json *posts = yz_json_path(v->trial.result, "study/posts");
	v->queues = yz_new_n(p->arena, BUSIEST, struct yz_trial_queue);
	for (size_t i = 0; i < yz_json_len(posts); i++) {
		const struct yz_json *one = yz_json_at(posts, i);
		size_t place = v->nqueues;
		while (place && v->queues[place - 1].mean < queue_of(one))
			place--;
		if (place >= BUSIEST || queue_of(one) < 0.05)
			continue;
		v->nqueues += v->nqueues < BUSIEST;
		for (size_t k = v->nqueues - 1; k > place; k--)
			v->queues[k] = v->queues[k - 1];
		struct yz_trial_queue *q = &v->queues[place];
		const struct yz_json *before = yz_json_get(one, "week_before");
		*q = (struct yz_trial_queue){.name = yz_json_str(one, "name"), .mean = queue_of(one), .n = yz_json_len(before)};
		q->week[1] = weeks(p, before, q->n);
		q->week[2] = v->compared ? weeks(p, yz_json_get(one, "week_after"), q->n) : NULL;
	}
	v->nmarks = v->nqueues ? (v->queues[0].n + 3) / 4 : 0;
	v->marks = yz_new_n(p->arena, v->nmarks + 1, struct yz_str);
	for (size_t i = 0; i < v->nmarks; i++) {
		struct yz_civil c = yz_day_civil(yz_instant_day(v->from, p->site->offset) + (yz_day)i * 28);
		v->marks[i] = yz_str_printf(p->arena, "%d-%d", c.month, c.day);
	}
}

double yz_trial_mean(const double *week, size_t n, size_t four)
{
	double sum = 0;
	size_t k = 0;
	for (size_t i = four * 4; i < n && i < four * 4 + 4; i++, k++)
		sum += week[i];
	return k ? sum / (double)k : 0;
}

static bool load(struct yz_page *p, struct yz_trial_page *v, struct yz_err *err)
{
	v->item = yz_admin_load_item(p, err);
	if (!v->item || !yz_trial_load(yz_page_read(p, err), p->arena, yz_param_int(p->req, "trial"), &v->trial, err))
		return false;
	/* Of this item, whichever version it was started from. */
	return yz_str_eq(v->trial.item_code, v->item->code) || yz_fail(err, YZ_NOT_FOUND, "the simulation is of another item");
}

bool yz_web_admin_trial(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_trial_page v = {0};
	if (!load(p, &v, err))
		return false;
	if (!v.trial.ended)
		yz_res_header(req, "Refresh", YZ_LIT("3"));
	if (v.trial.result) {
		yz_instant_parse(yz_json_str(v.trial.result, "from"), &v.from);
		yz_instant_parse(yz_json_str(v.trial.result, "until"), &v.until);
		v.received = yz_json_int(yz_json_get(v.trial.result, "today"), "received", 0);
		v.compared = yz_json_path(v.trial.result, "study/all/days/after") != NULL;
		v.names[0] = T(p->lang, "实际");
		v.names[1] = v.compared ? T(p->lang, "改之前") : T(p->lang, "模拟的");
		v.names[2] = v.compared ? T(p->lang, "改之后") : NULL;
		whole(p, &v);
		parts(p, &v);
		queues(p, &v);
	}
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, yz_printf(p->arena, "%s - %.*s", T(p->lang, "模拟的结果"), YZ_P(v.item->name)));
	tpl_admin_trial(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_admin_trial_csv(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_trial_page v = {0};
	if (!load(p, &v, err))
		return false;
	yz_res_download(req, yz_str_printf(p->arena, "simulate-%lld.csv", (long long)v.trial.id));
	return yz_res_body(req, "text/csv; charset=utf-8", v.trial.csv);
}
