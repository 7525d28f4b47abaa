/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/doing.h"

#include "gov/fault.h"
#include "text/text.h"

enum { EXTEND_MOST = 10, EXTEND_JOINT = 15, SUSPENDS_MOST = YZ_CLOCK_STOPS / 2 };

struct yz_str yz_act_stop_says(struct yz_arena *a, const struct yz_act_input *in)
{
	return yz_str_printf(a, "%.*s，预计 %lld 个工作日：%.*s", YZ_P(yz_str_trim(in->special)), (long long)in->days, YZ_P(yz_act_says(in)));
}

/* 行政许可法 45: this time does not count, and the applicant is told in writing. */
static bool stop(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	static const char *const lawful[] = {"听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"};
	struct yz_str special = yz_str_trim(in->special);
	bool known = false;
	for (size_t i = 0; i < sizeof lawful / sizeof *lawful; i++)
		known = known || yz_str_eqz(special, lawful[i]);
	const struct yz_json *own = yz_json_get(t->v->body, "special");
	for (size_t i = 0; i < yz_json_len(own); i++)
		known = known || yz_str_eq(special, yz_json_str(yz_json_at(own, i), "kind"));
	if (!yz_act_at(t, err, YZ_AT(accepted)) || !yz_act_reason(in, err))
		return false;
	if (!known)
		return yz_wrong(err, "special", N_("请选择法律规定不计入期限的程序"));
	if (in->days < 1 || in->days > 365)
		return yz_wrong(err, "days", N_("请写明预计需要的工作日，1 到 365"));
	struct yz_clock_held *k = yz_acting_clock(t, "promised");
	k = k ? k : yz_acting_clock(t, "legal");
	if (k && yz_clock_stopped(&k->clock))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("已经停表"));
	t->figure.stopped = 1;
	struct yz_letter_extra extra = {.reason = yz_act_says(in), .procedure = special, .days = in->days};
	struct yz_str text = yz_act_stop_says(t->a, in);
	return yz_acting_clocks_stop(t, err) && yz_acting_letter(t, "SUSPEND", &extra, err) &&
	       yz_acting_say(t, YZ_SAY_stop,
			     (struct yz_said[]){{"procedure", special, true},
						{"days", yz_str_printf(t->a, "%lld", (long long)in->days)},
						{"reason", yz_act_says(in)}},
			     3, err) &&
	       yz_acting_note(t, YZ_ACT_stop, in->task, text, YZ_LIT("行政许可法第四十五条"), err);
}

static bool resume(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	bool stopped = false;
	for (size_t i = 0; i < t->nclocks; i++)
		stopped = stopped || yz_clock_stopped(&t->clocks[i].clock);
	if (!stopped)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("现在没有停表"));
	return yz_act_reason(in, err) && yz_acting_clocks_resume(t, err) &&
	       yz_acting_say(t, YZ_SAY_resume, NULL, 0, err) &&
	       yz_acting_note(t, YZ_ACT_resume, in->task, yz_act_says(in), YZ_LIT(""), err);
}

/* The task that the ledger's entry names: one of the case's own, or none. */
static bool named(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	return !in->task || yz_acting_task(t, in->task) || yz_fail(err, YZ_CONFLICT, "case %.*s has no open task %lld", YZ_P(t->no), (long long)in->task);
}

/* ---- 延长期限 (行政许可法 42) ---- */

/* Ten working days more, approved by the organ's head; handled as one by several (26), fifteen, by the government's. */
static int64_t extend_most(const struct yz_acting *t)
{
	return t->v->joint ? EXTEND_JOINT : EXTEND_MOST;
}

static struct yz_str head(const struct yz_acting *t)
{
	struct yz_str government = t->v->joint ? yz_site_setting(t->conn, t->a, "government.org", "") : YZ_LIT("");
	return government.len ? government : t->org;
}

/* It may still be extended: the law extends its own limit while it runs, once; a promise that ran out before does not end it. */
static bool extendable(struct yz_acting *t, int64_t days, struct yz_err *err)
{
	if (days < 1 || days > extend_most(t))
		return yz_wrong(err, "days", t->v->joint ? N_("延长期限为 1 到 15 个工作日") : N_("延长期限为 1 到 10 个工作日"));
	const struct yz_clock_held *k = yz_acting_clock(t, "legal");
	k = k ? k : yz_acting_clock(t, "promised");
	if (k && !yz_clock_stopped(&k->clock) && t->now >= k->due)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("期限已过，不能再延长"));
	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].clock.extra)
			return yz_fail(err, YZ_NOT_NOW, "%s", N_("期限只能延长一次"));
	return true;
}

static struct yz_task_held *request(struct yz_acting *t)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		if (yz_str_eqz(t->tasks.at[i].kind, "extend"))
			return &t->tasks.at[i];
	return NULL;
}

bool yz_do_ask_extend(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_task_held *k = yz_act_on(t, in, YZ_MAY_extend_ask, err);
	struct yz_task_held ask = {.act = YZ_LIT("extend"), .kind = YZ_LIT("extend"), .name = YZ_LIT("批准延长期限"), .role = YZ_LIT("decider"),
				   .node = YZ_LIT(""), .post = YZ_LIT(""), .return_to = YZ_LIT(""), .due = YZ_NEVER};
	if (!k || !yz_act_at(t, err, YZ_AT(accepted)) || !yz_act_reason(in, err) || !extendable(t, in->days, err))
		return false;
	if (request(t))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("已经申请延长，等负责人批准"));
	ask.org = head(t);
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT o.region, g.path FROM org o LEFT JOIN region g ON g.code = o.region "
							  "WHERE o.key = $1",
				      YZ_S(ask.org));
	if (!r)
		return false;
	ask.region = r->count ? yz_row_str(r, 0, 0) : t->region;
	ask.path = r->count ? yz_row_str(r, 0, 1) : t->path;
	ask.due = yz_acting_task_due(t, ask.act, NULL);
	struct yz_str text = yz_str_printf(t->a, "申请延长 %lld 个工作日：%.*s", (long long)in->days, YZ_P(yz_act_says(in)));
	return yz_acting_task_insert(t, &ask, 0, err) &&
	       yz_exec(t->conn, err, "UPDATE task SET days = $1, by_person = $2 WHERE id = $3", YZ_I(in->days), YZ_I(t->who->person),
		       YZ_I(ask.id)) &&
	       yz_acting_note(t, YZ_ACT_ask_extend, ask.id, text, YZ_LIT(""), err);
}

/* The request has been decided. */
static bool settle(struct yz_acting *t, struct yz_task_held *ask, const char *outcome, struct yz_str opinion, struct yz_err *err)
{
	int64_t id = ask->id, by;
	yz_acting_task_drop(t, ask);
	return yz_select_int(t->conn, &by, 0, err, "SELECT by_person FROM task WHERE id = $1", YZ_I(id)) &&
	       yz_exec(t->conn, err, "UPDATE task SET state = 'done', done = $1, outcome = $2, opinion = $3, person = $4 WHERE id = $5",
		       YZ_I(t->now), YZ_Z(outcome), YZ_S(opinion), YZ_I(t->who->person), YZ_I(id)) &&
	       (!by || yz_act_tell(t, by, yz_str_eqz(yz_str(outcome), "grant") ? YZ_SAY_extend_agreed : YZ_SAY_extend_declined, YZ_LIT(""), opinion, err));
}

/* What was asked for; 0 when nobody asked. */
static bool asked_days(struct yz_acting *t, const struct yz_task_held *ask, int64_t *days, struct yz_err *err)
{
	*days = 0;
	return !ask || yz_select_int(t->conn, days, 0, err, "SELECT days FROM task WHERE id = $1", YZ_I(ask->id));
}

bool yz_do_extend(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_str org = head(t);
	struct yz_task_held *ask = request(t);
	int64_t days;
	if (!yz_act_at(t, err, YZ_AT(accepted)) || !named(t, in, err) || !yz_act_reason(in, err) || !asked_days(t, ask, &days, err))
		return false;
	/* A government's head stands above the case; her post covers its region, the department is hers. */
	if (!(t->by = yz_may_at(t->who, YZ_MAY_clock_extend, org, ask ? ask->path : t->path, YZ_LIT(""))))
		return yz_refuse(t->who, YZ_MAY_clock_extend, err);
	days = days ? days : in->days;
	if (!extendable(t, days, err))
		return false;
	struct yz_letter_extra extra = {.reason = yz_act_says(in), .days = days,
					.approver = t->v->joint ? YZ_LIT("本级人民政府负责人") : YZ_LIT("")};
	struct yz_str text = yz_str_printf(t->a, "延长 %lld 个工作日：%.*s", (long long)days, YZ_P(yz_act_says(in)));
	int64_t task = ask ? ask->id : in->task;
	return (!ask || settle(t, ask, "grant", yz_act_says(in), err)) && yz_acting_clocks_extend(t, (int32_t)days, err) &&
	       yz_acting_letter(t, "EXTEND", &extra, err) &&
	       yz_acting_say(t, YZ_SAY_extend,
			     (struct yz_said[]){{"days", yz_str_printf(t->a, "%lld", (long long)days)}, {"reason", yz_act_says(in)}}, 2, err) &&
	       yz_acting_note(t, YZ_ACT_extend, task, text, YZ_LIT("行政许可法第四十二条"), err);
}

bool yz_do_decline(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_task_held *ask = request(t);
	if (!ask)
		return yz_fail(err, YZ_CONFLICT, "nobody asks for an extension of case %.*s", YZ_P(t->no));
	int64_t id = ask->id;
	return yz_act_reason(in, err) && yz_acting_may_do(t, ask, YZ_MAY_clock_extend, err) && settle(t, ask, "deny", yz_act_says(in), err) &&
	       yz_acting_note(t, YZ_ACT_decline, id, yz_act_says(in), YZ_LIT(""), err);
}

/* ---- 挂起 ---- */

/* A step's stops are there for what the law stops it for: those of one day are one, and the office has its share. */
static bool rest(struct yz_acting *t, struct yz_clock *k, struct yz_err *err)
{
	struct yz_clock_stop *last = k->nstops ? &k->stops[k->nstops - 1] : NULL;
	bool days = k->unit == YZ_WORKING_DAYS || k->unit == YZ_NATURAL_DAYS;
	if (last && days && yz_instant_day(last->to, t->site->offset) == yz_instant_day(t->now, t->site->offset)) {
		last->to = YZ_NEVER;
		return true;
	}
	if (k->nstops >= SUSPENDS_MOST)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这一步挂起的次数太多了，不能再挂起"));
	return yz_clock_stop(k, t->now, err);
}

/* The office's own pause: its steps rest, the law's limits do not, for 行政许可法 45 names all that stops them. */
static bool steps(struct yz_acting *t, bool stop, struct yz_err *err)
{
	for (size_t i = 0; i < t->nclocks; i++) {
		struct yz_clock_held *k = &t->clocks[i];
		if (!yz_str_eqz(k->kind, "step") || yz_clock_stopped(&k->clock) == stop)
			continue;
		if (!(stop ? rest(t, &k->clock, err) : yz_clock_resume(&k->clock, t->now, err)) ||
		    !yz_acting_clock_store(t, k, err))
			return false;
	}
	return true;
}

static bool may_suspend(struct yz_acting *t, struct yz_err *err)
{
	t->by = yz_may_at(t->who, YZ_MAY_case_suspend, t->org, t->path, YZ_LIT(""));
	for (size_t i = 0; !t->by && i < t->tasks.len; i++) {
		const struct yz_task_held *k = &t->tasks.at[i];
		t->by = yz_task_hangs(k) ? NULL : yz_may_at(t->who, YZ_MAY_case_suspend, k->org, k->path, YZ_LIT(""));
	}
	return t->by || yz_refuse(t->who, YZ_MAY_case_suspend, err);
}

bool yz_do_suspend(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_act_at(t, err, YZ_AT(accepted)) || !may_suspend(t, err) || !yz_act_reason(in, err))
		return false;
	if (t->paused)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("办件已经挂起"));
	t->paused = t->now;
	yz_acting_touch(t);
	return yz_exec(t->conn, err, "UPDATE cases SET paused = $1 WHERE id = $2", YZ_I(t->now), YZ_I(t->id)) && steps(t, true, err) &&
	       yz_acting_hold(t, true, err) && yz_acting_note(t, YZ_ACT_suspend, 0, yz_act_says(in), YZ_LIT(""), err);
}

bool yz_do_unsuspend(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_act_at(t, err, YZ_AT(accepted) | YZ_AT(correcting)) || !may_suspend(t, err))
		return false;
	if (!t->paused)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("办件没有挂起"));
	t->paused = 0;
	yz_acting_touch(t); /* a timer that came due meanwhile goes off now */
	bool special = yz_acting_all_wait(t);
	return yz_exec(t->conn, err, "UPDATE cases SET paused = NULL WHERE id = $1", YZ_I(t->id)) && (special || steps(t, false, err)) &&
	       (t->state == YZ_CASE_correcting || yz_acting_hold(t, false, err)) &&
	       yz_acting_note(t, YZ_ACT_unsuspend, 0, yz_act_says(in), YZ_LIT(""), err);
}

/* stop and resume: whoever holds an open task of the case (an opinion she was asked for is none), or decides for its department. */
bool yz_do_pause(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	t->by = yz_may_at(t->who, YZ_MAY_clock_stop, t->org, t->path, YZ_LIT(""));
	for (size_t i = 0; !t->by && i < t->tasks.len; i++) {
		const struct yz_task_held *k = &t->tasks.at[i];
		t->by = k->held || yz_task_hangs(k) ? NULL : yz_may_at(t->who, YZ_MAY_clock_stop, k->org, k->path, YZ_LIT(""));
	}
	if (!t->by)
		return yz_refuse(t->who, YZ_MAY_clock_stop, err);
	return named(t, in, err) && (in->act == YZ_ACT_stop ? stop(t, in, err) : resume(t, in, err));
}
