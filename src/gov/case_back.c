/* Where a case goes on: sent back (退回), taken back (撤回), ended by law (终止).
 *
 * Sending back moves no clock of the law: the step's own ends and that of the step it goes to begins, the whole runs on.  To
 * the applicant too, once it is accepted: 行政许可法 32 lets her be asked once, before; what 45 lists is all that stops
 * the limits.  She has her days, after which the office goes on with what it has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/doing.h"

#include "base/map.h"
#include "gov/case_steps.h"
#include "gov/fault.h"
#include "gov/relay.h"
#include "text/text.h"

enum { AMEND_DAYS = 5, AMEND_MOST = 60 };

const struct yz_close_cause yz_close_causes[] = {
	{"died", N_("申请人死亡，没有权利义务承受人")}, {"ended", N_("申请人（法人或组织）已经终止")},
	{"moot", N_("申请的事情已经没有必要办或没法办了")},  {"law", N_("法律、法规、规章规定的其他情形")}, {NULL, NULL},
};

/* ---- 退回 ---- */

/* All that a token at `from` can come to, without passing `wall`. */
static void reaches(struct yz_acting *t, const struct yz_bpmn_node *from, const struct yz_bpmn_node *wall, struct yz_map *seen)
{
	size_t n;
	const struct yz_bpmn_flow *flows = yz_bpmn_flows(t->process, &n);
	YZ_VEC(const struct yz_bpmn_node *) todo = {0};
	*yz_vec_push(t->a, &todo) = from;
	while (todo.len) {
		const struct yz_bpmn_node *at = todo.at[--todo.len];
		for (size_t i = 0; i < n; i++)
			if (flows[i].from == at && flows[i].to != wall && !yz_map_put(seen, flows[i].to->id, (void *)flows[i].to))
				*yz_vec_push(t->a, &todo) = flows[i].to;
	}
}

/* Going on there would come again to where another token stands: what is beside the task is left as well. */
static bool leaves_all(struct yz_acting *t, const struct yz_task_held *k, const struct yz_bpmn_node *to)
{
	size_t n;
	struct yz_map seen;
	yz_map_init(&seen, t->a);
	reaches(t, to, yz_bpmn_node(t->process, k->node), &seen);
	const struct yz_bpmn_token *tokens = yz_bpmn_tokens(t->process, t->flow, t->a, &n);
	for (size_t i = 0; i < n; i++) {
		const struct yz_bpmn_node *at = tokens[i].from ? tokens[i].from : tokens[i].node;
		if (tokens[i].kind != YZ_BPMN_OPEN_SCOPE && tokens[i].id != k->token && !yz_str_eq(at->id, k->node) &&
		    (at == to || yz_map_has(&seen, at->id)))
			return true;
	}
	return false;
}

struct earlier {
	const struct yz_bpmn_node *node;
	struct yz_str name;
	struct yz_task_held then;
};

/* The step that was done before this one was opened: the last of all, or of that node; what was done in another
 * branch beside it was not before it.  Acceptance is no step to go back
 * to: it has been told to the applicant. */
static bool find_earlier(struct yz_acting *t, const struct yz_task_held *k, struct yz_str where, struct earlier *out, struct yz_err *err)
{
	bool last = yz_str_eqz(where, "last");
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT k.node, k.name, k.person, k.org, k.role, k.region, g.path FROM task k "
				      "LEFT JOIN region g ON g.code = k.region WHERE k.case_id = $1 AND k.state = 'done' AND k.kind = '' "
				      "AND k.act = 'review' AND k.node <> $2 AND ($3 = '' OR k.node = $3) "
				      "AND k.done <= (SELECT opened FROM task WHERE id = $4) ORDER BY k.done DESC, k.id DESC",
				      YZ_I(t->id), YZ_S(k->node), YZ_S(last ? YZ_LIT("") : where), YZ_I(k->id));
	const struct yz_bpmn_node *here = yz_bpmn_node(t->process, k->node);
	if (!r)
		return false;
	*out = (struct earlier){0};
	for (size_t i = 0; here && !out->node && i < r->count; i++) {
		const struct yz_bpmn_node *node = yz_bpmn_node(t->process, yz_row_str(r, i, 0));
		if (node && yz_case_leads(t->process, t->a, node, here))
			*out = (struct earlier){node, yz_row_str(r, i, 1),
						{.person = yz_row_int(r, i, 2), .org = yz_row_str(r, i, 3), .role = yz_row_str(r, i, 4),
						 .region = yz_row_str(r, i, 5), .path = yz_row_str(r, i, 6)}};
	}
	return out->node || yz_wrong(err, "where", last ? N_("前面没有可以退回的环节") : N_("不能退回到这个环节，请另选"));
}

static bool to_step(struct yz_acting *t, const struct yz_act_input *in, struct yz_task_held *held, struct yz_err *err)
{
	struct earlier to;
	struct yz_task_held k = *held;
	if (!find_earlier(t, held, in->where, &to, err) || !yz_acting_flow(t, err))
		return false;
	bool all = leaves_all(t, &k, to.node);
	/* Straight back it would wait at the join for branches that are gone. */
	if (all && in->straight)
		return yz_wrong(err, "straight", N_("并行的环节也要重办，不能直接送回"));
	t->back_at = to.node->id;
	t->back_from = in->straight ? k.node : YZ_LIT("");
	t->back_task = to.then;
	struct yz_bpmn_event jump = {.kind = YZ_BPMN_JUMP, .id = k.token, .node = to.node,
				     .name = all ? YZ_LIT("all") : YZ_LIT("")};
	struct yz_str text = yz_str_printf(t->a, "%.*s退回到%.*s%s：%.*s", YZ_P(k.name), YZ_P(to.name),
					   in->straight ? "，改好后直接送回本环节" : "", YZ_P(yz_act_says(in)));
	yz_acting_task_drop(t, held);
	return yz_exec(t->conn, err, "UPDATE task SET state = 'done', done = $1, outcome = 'back', opinion = $2, person = $3 WHERE id = $4",
		       YZ_I(t->now), YZ_S(yz_act_says(in)), YZ_I(t->who->person), YZ_I(k.id)) &&
	       yz_acting_clock_end(t, "step", k.id, err) && yz_acting_task_cancel_of(t, k.id, err) && yz_acting_step(t, &jump, err) &&
	       yz_acting_note(t, YZ_ACT_back, k.id, text, YZ_LIT(""), err);
}

static bool to_applicant(struct yz_acting *t, const struct yz_act_input *in, const struct yz_task_held *k, struct yz_err *err)
{
	int64_t task = k->id;
	if (!yz_act_items(t, in->items, err))
		return false;
	if (in->days < 0 || in->days > AMEND_MOST)
		return yz_wrong(err, "days", N_("请写 1 到 60 个工作日"));
	int32_t days = in->days ? (int32_t)in->days : AMEND_DAYS;
	struct yz_buf items;
	yz_buf_init(&items, t->a, 1 << 20);
	yz_json_canonical(&items, in->items);
	t->state = YZ_CASE_correcting;
	t->figure.corrected = 1;
	yz_acting_touch(t);
	if (!yz_acting_steps_rest(t, err) || !yz_acting_clock_start(t, "correction", 0, t->org, days, YZ_WORKING_DAYS, t->now, err) ||
	    !yz_insert(t->conn, err, "INSERT INTO amend (case_id, items, reason, by_person, task_id, at, due) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		       YZ_I(t->id), YZ_S(yz_buf_str(&items)), YZ_S(yz_act_says(in)), YZ_I(t->who->person), YZ_I(task), YZ_I(t->now),
		       YZ_I(yz_acting_clock(t, "correction")->due)) ||
	    !yz_act_mark(t, in->items, err))
		return false;
	return yz_acting_hold(t, true, err) &&
	       yz_acting_say(t, YZ_SAY_change,
			     (const struct yz_said[]){{"count", yz_str_printf(t->a, "%zu", yz_json_len(in->items)), false, false},
						      {"days", yz_str_printf(t->a, "%d", days), false, false}},
			     2, err) &&
	       yz_acting_note(t, YZ_ACT_back, task, yz_str_printf(t->a, "退回申请人修改：%.*s", YZ_P(yz_act_says(in))), YZ_LIT(""), err);
}

bool yz_do_back(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_task_held *k = yz_act_on(t, in, YZ_MAY_case_back, err);
	if (!k || !yz_act_at(t, err, YZ_AT(accepted)) || !yz_act_reason(in, err))
		return false;
	if (k->kind.len)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这是别人请您办的，请直接写明意见"));
	if (!in->where.len)
		return yz_wrong(err, "where", N_("请选择退回到哪里"));
	return yz_str_eqz(in->where, "applicant") ? to_applicant(t, in, k, err) : to_step(t, in, k, err);
}

/* ---- 撤回: every act on a task forgets the step before it (yz_acting_touch), so what can be recalled nobody acted on ---- */

/* The step's clock runs on as if it had never ended, or stands with the rest. */
static bool clock_again(struct yz_acting *t, int64_t task, struct yz_str org, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT id, body, card FROM clock WHERE case_id = $1 AND task_id = $2 AND kind = 'step' "
				      "ORDER BY id DESC LIMIT 1",
				      YZ_I(t->id), YZ_I(task));
	if (!r || !r->count)
		return r != NULL;
	if (t->nclocks == YZ_CASE_CLOCKS)
		return yz_fail(err, YZ_LIMIT, "case %.*s has too many clocks", YZ_P(t->no));
	struct yz_clock_held *k = &t->clocks[t->nclocks++];
	*k = (struct yz_clock_held){.id = yz_row_int(r, 0, 0), .task = task, .kind = YZ_LIT("step"), .org = org, .card = yz_row_str(r, 0, 2)};
	if (!yz_clock_parse(yz_row_str(r, 0, 1), &k->clock, err))
		return false;
	struct yz_clock_stop *last = k->clock.nstops ? &k->clock.stops[k->clock.nstops - 1] : NULL;
	bool wait = yz_acting_all_wait(t), stood = last && last->to == k->clock.ended;
	k->clock.ended = YZ_NEVER;
	if (wait && stood)
		last->to = YZ_NEVER;
	else if (wait && !yz_clock_stop(&k->clock, t->now, err))
		return false;
	return yz_acting_clock_store(t, k, err);
}

/* What was one of several, and gone because enough had decided. */
static bool open_again(struct yz_acting *t, uint32_t token, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT id, org, state FROM task WHERE case_id = $1 AND token = $2 AND kind = '' ORDER BY id DESC LIMIT 1",
				      YZ_I(t->id), YZ_I(token));
	if (!r || !r->count || !yz_str_eqz(yz_row_str(r, 0, 2), "cancelled"))
		return r != NULL;
	return yz_exec(t->conn, err, "UPDATE task SET state = 'open', done = NULL WHERE id = $1", YZ_I(yz_row_int(r, 0, 0))) &&
	       clock_again(t, yz_row_int(r, 0, 0), yz_row_str(r, 0, 1), err);
}

static bool held(const struct yz_acting *t, uint32_t token)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		if (t->tasks.at[i].token == token)
			return true;
	return false;
}

/* The tasks that the step opened go, those it closed come back; the process stands as before it. */
static bool restore(struct yz_acting *t, yz_instant since, struct yz_err *err)
{
	size_t n;
	const struct yz_bpmn_state *before = yz_bpmn_state_read(t->process, t->a, t->undo, err);
	if (!before)
		return false;
	const struct yz_bpmn_token *tokens = yz_bpmn_tokens(t->process, before, t->a, &n);
	for (size_t i = t->tasks.len; i-- > 0;) {
		bool stands = false;
		for (size_t k = 0; k < n; k++)
			stands = stands || (tokens[k].kind == YZ_BPMN_OPEN_TASK && tokens[k].id == t->tasks.at[i].token);
		if (!stands && !yz_acting_task_cancel(t, &t->tasks.at[i], err))
			return false;
	}
	for (size_t k = 0; k < n; k++)
		if (tokens[k].kind == YZ_BPMN_OPEN_TASK && !held(t, tokens[k].id) && !open_again(t, tokens[k].id, err))
			return false;
	t->flow = before;
	t->flowed = true;
	return !yz_bpmn_talks(t->process) || yz_relay_back(t, since, err);
}

bool yz_do_recall(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT k.person, k.done, k.org, g.path, k.name, k.node, k.opened, k.kind FROM task k LEFT JOIN region g ON g.code = k.region "
				      "WHERE k.id = $1 AND k.case_id = $2",
				      YZ_I(in->task ? in->task : t->undo_task), YZ_I(t->id));
	if (!r || !yz_act_reason(in, err))
		return false;
	if (!r->count || !yz_stands_for(t->who, yz_row_int(r, 0, 0)))
		return yz_refuse(t->who, YZ_MAY_case_recall, err);
	if (!yz_may_at(t->who, YZ_MAY_case_recall, yz_row_str(r, 0, 2), yz_row_str(r, 0, 3), YZ_LIT("")))
		return yz_refuse(t->who, YZ_MAY_case_recall, err);
	if (t->paused || !t->undo.len || (in->task && in->task != t->undo_task))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("后面的环节已经办了，不能撤回"));
	int64_t task = t->undo_task;
	struct yz_str text = yz_str_printf(t->a, "%.*s：%.*s", YZ_P(yz_row_str(r, 0, 4)), YZ_P(yz_act_says(in)));
	if (!restore(t, yz_row_int(r, 0, 1), err) || !clock_again(t, task, yz_row_str(r, 0, 2), err))
		return false;
	yz_acting_touch(t);
	const struct yz_stage step = {.org = yz_row_str(r, 0, 2), .node = yz_row_str(r, 0, 5), .name = yz_row_str(r, 0, 4), .n = -1};
	if (!yz_row_str(r, 0, 7).len && !yz_acting_stage(t, &step, yz_row_int(r, 0, 6), yz_row_int(r, 0, 1), err))
		return false;
	return yz_exec(t->conn, err, "UPDATE task SET state = 'open', done = NULL, outcome = '', opinion = '' WHERE id = $1", YZ_I(task)) &&
	       yz_acting_tasks_read(t, err) && yz_acting_note(t, YZ_ACT_recall, task, text, YZ_LIT(""), err);
}

/* ---- 终止 ---- */

bool yz_do_close(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	const char *cause = NULL;
	for (const struct yz_close_cause *c = yz_close_causes; c->code && !cause; c++)
		cause = yz_str_eqz(in->where, c->code) ? c->title : NULL;
	if (!yz_act_at(t, err, YZ_AT(submitted) | YZ_AT(correcting) | YZ_AT(accepted)) || !yz_act_reason(in, err))
		return false;
	if (!(t->by = yz_may_at(t->who, YZ_MAY_case_close, t->org, t->path, YZ_LIT(""))))
		return yz_refuse(t->who, YZ_MAY_case_close, err);
	if (!cause)
		return yz_wrong(err, "where", N_("请选择终止的情形"));
	if (!yz_str_trim(in->basis).len)
		return yz_wrong(err, "basis", N_("请写明法律依据（法律名称和条款）"));
	t->state = YZ_CASE_closed;
	t->outcome = YZ_LIT("close");
	t->paused = 0;
	struct yz_str why = yz_str_printf(t->a, "%s。%.*s", cause, YZ_P(yz_act_says(in)));
	struct yz_letter_extra extra = {.reason = why, .basis = yz_str_trim(in->basis)};
	return yz_acting_letter(t, "CLOSE", &extra, err) && yz_acting_terminate(t, err) &&
	       yz_acting_say(t, YZ_SAY_close, (const struct yz_said[]){{"reason", why, false, false}}, 1, err) &&
	       yz_acting_note(t, YZ_ACT_close, 0, why, yz_str_trim(in->basis), err);
}
