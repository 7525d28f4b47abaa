/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/doing.h"

#include "gov/case_light.h"
#include "gov/doubt.h"
#include "gov/fee_case.h"
#include "gov/note.h"
#include "gov/payout.h"
#include "gov/publicity.h"
#include "gov/relay.h"
#include "text/text.h"

#include <string.h>

enum { ROUNDS = 50 }; /* built-in acts that follow one another in one step */

struct yz_str yz_effect_attr(const struct yz_bpmn_effect *e, const char *name)
{
	for (size_t i = 0; i < e->nattrs; i++)
		if (yz_str_eqz(e->attrs[i].name, name))
			return e->attrs[i].value;
	return (struct yz_str){0};
}

/* {no, applicant, joint, together}: what messages between cases are known by; together: the items applied for beside it. */
bool yz_acting_about(struct yz_acting *t, struct yz_err *err)
{
	if (t->about.kind != YZ_FEEL_NULL || !yz_bpmn_talks(t->process))
		return true;
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT j.no, o.item_key FROM joint_part p JOIN joint j ON j.id = p.joint_id JOIN joint_part o ON o.joint_id = j.id "
				      "WHERE p.case_id = $1 AND o.id <> p.id AND o.state <> 'dropped' ORDER BY o.nth",
				      YZ_I(t->id));
	if (!r)
		return false;
	struct yz_feel_value *items = yz_new_n(t->a, r->count + 1, struct yz_feel_value);
	for (size_t i = 0; i < r->count; i++)
		items[i] = yz_feel_string(yz_row_str(r, i, 1));
	struct yz_feel_entry *e = yz_new_n(t->a, 4, struct yz_feel_entry);
	e[0] = (struct yz_feel_entry){YZ_LIT("no"), yz_feel_string(t->no)};
	e[1] = (struct yz_feel_entry){YZ_LIT("applicant"), yz_feel_int(t->applicant)};
	e[2] = (struct yz_feel_entry){YZ_LIT("joint"), r->count ? yz_feel_string(yz_row_str(r, 0, 0)) : (struct yz_feel_value){0}};
	e[3] = (struct yz_feel_entry){YZ_LIT("together"), yz_feel_list(items, r->count)};
	t->about = yz_feel_context(t->a, e, 4);
	return true;
}

/* Each fact by its name, all of them as `facts`, the situation, the item; of a process that talks to others, the case. */
bool yz_acting_vars(struct yz_acting *t, struct yz_err *err)
{
	struct yz_arena *a = t->a;
	if (t->vars.kind != YZ_FEEL_NULL)
		return true;
	if (!yz_acting_facts(t, err))
		return false;
	struct yz_feel_value facts = yz_bpmn_value_read(a, t->facts);
	size_t n = yz_feel_len(facts), k = 0;
	struct yz_feel_entry *e = yz_new_n(a, n + 4, struct yz_feel_entry);
	bool own_facts = yz_feel_get(facts, YZ_LIT("facts")) || yz_feel_get(facts, YZ_LIT("situation")) ||
			 yz_feel_get(facts, YZ_LIT("item"));
	for (; k < n; k++)
		e[k] = yz_feel_entries(facts)[k];
	if (!own_facts) {
		e[k++] = (struct yz_feel_entry){YZ_LIT("facts"), facts};
		e[k++] = (struct yz_feel_entry){YZ_LIT("situation"), yz_feel_string(t->situation)};
		e[k++] = (struct yz_feel_entry){YZ_LIT("item"), yz_feel_string(t->v->key)};
	}
	if (!yz_acting_about(t, err))
		return false;
	if (t->about.kind != YZ_FEEL_NULL && !yz_feel_get(facts, YZ_LIT("case")))
		e[k++] = (struct yz_feel_entry){YZ_LIT("case"), t->about};
	t->vars = yz_feel_context(a, e, k);
	return true;
}

/* The task's own limit, begun but not stored. */
static bool ready_limit(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_str limit, struct yz_str org,
			struct yz_clock_held **own, struct yz_err *err)
{
	int32_t n;
	enum yz_unit unit;
	*own = NULL;
	if (!limit.len)
		return true;
	if (!yz_limit_parse(limit, &n, &unit))
		return yz_fail(err, YZ_BAD_INPUT, "task %.*s: %.*s is no limit", YZ_P(e->node->id), YZ_P(limit));
	bool stopped = yz_acting_all_wait(t) || t->paused;
	*own = yz_acting_clock_ready(t, "step", org, n, unit, t->now, err);
	if (*own && stopped && !yz_clock_stop(&(*own)->clock, t->now, err))
		return false;
	return *own != NULL;
}

/* The activity of several that a task is one of; 0: of none. */
static uint32_t multi_of(struct yz_acting *t, const struct yz_bpmn_effect *e)
{
	size_t n;
	const struct yz_bpmn_token *tokens = e->index ? yz_bpmn_tokens(t->process, t->flow, t->a, &n) : NULL;
	for (size_t i = 0; tokens && i < n; i++)
		if (tokens[i].id == e->id)
			return tokens[i].multi;
	return 0;
}

/* It was sent back to here: who did it does it again, and it may go straight on from here. */
static bool take_return(struct yz_acting *t, struct yz_task_held *k, struct yz_err *err)
{
	k->return_to = YZ_LIT("");
	if (!t->back_at.len || !yz_str_eq(t->back_at, k->node))
		return true;
	k->return_to = t->back_from;
	const struct yz_task_held *b = &t->back_task;
	struct yz_task_held then = *k;
	then.org = b->org;
	then.role = b->role;
	then.region = b->region;
	then.path = b->path;
	then.post = YZ_LIT("");
	then.person = 0;
	if (!yz_acting_still(t, &then, b->person, err))
		return false;
	*k = then.person ? then : *k;
	return true;
}

static bool open_task(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err)
{
	struct yz_str act = yz_effect_attr(e, "act"), home;
	struct yz_clock_held *own;
	struct yz_task_held k = {.token = e->id, .multi = multi_of(t, e), .node = e->node->id, .act = act.len ? act : YZ_LIT("review"),
				 .name = e->node->name.len ? e->node->name : e->node->id, .kind = YZ_LIT(""), .held = t->paused != 0};
	if (!yz_acting_place(t, e, &k, &home, err) || !take_return(t, &k, err) || !ready_limit(t, e, yz_effect_attr(e, "limit"), k.org, &own, err))
		return false;
	if (home.len && !t->home.len)
		t->home = home;
	k.due = yz_acting_task_due(t, k.act, own);
	return yz_acting_task_insert(t, &k, e->index, err) && (!own || yz_acting_clock_insert(t, own, k.id, err));
}

bool yz_acting_task_cancel(struct yz_acting *t, struct yz_task_held *k, struct yz_err *err)
{
	int64_t task = k->id;
	yz_acting_task_drop(t, k);
	if (!yz_exec(t->conn, err, "UPDATE task SET state = 'cancelled', done = $1 WHERE id = $2", YZ_I(t->now), YZ_I(task)) ||
	    !yz_acting_clock_end(t, NULL, task, err))
		return false;
	/* What hangs on it goes with it. */
	for (size_t i = 0; i < t->tasks.len; i++)
		if (t->tasks.at[i].parent == task)
			return yz_acting_task_cancel(t, &t->tasks.at[i], err) && yz_acting_task_cancel_of(t, task, err);
	return true;
}

bool yz_acting_task_cancel_of(struct yz_acting *t, int64_t parent, struct yz_err *err)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		if (t->tasks.at[i].parent == parent)
			return yz_acting_task_cancel(t, &t->tasks.at[i], err) && yz_acting_task_cancel_of(t, parent, err);
	return true;
}

static bool task_gone(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		if (t->tasks.at[i].token == e->id && !t->tasks.at[i].kind.len)
			return yz_acting_task_cancel(t, &t->tasks.at[i], err);
	return true;
}

typedef bool built_in_fn(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err);

static bool noted(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err)
{
	return true;
}

static bool charge(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err)
{
	return yz_fee_at(t, "task", err);
}

static const struct {
	enum yz_act act;
	const char *name;
	built_in_fn *does;
} built_ins[] = {
#define BUILT_IN(act, does) {YZ_ACT_##act, #act, does},
#include "pack/built_in_acts.def"
#undef BUILT_IN
};

/* The built-in acts of service tasks; *result goes back to the process. */
static bool built_in(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err)
{
	size_t i = 0, n = sizeof built_ins / sizeof *built_ins;
	while (i < n && !yz_str_eqz(e->name, built_ins[i].name))
		i++;
	if (i == n)
		return yz_fail(err, YZ_BAD_INPUT, "service task %.*s calls %.*s, which is no built-in act", YZ_P(e->node->id), YZ_P(e->name));
	if (!built_ins[i].does(t, e, result, err))
		return false;
	enum yz_act act = built_ins[i].act;
	if (act == YZ_ACT_charge && !t->charged)
		return true; /* nothing is owed: there is nothing to say */
	bool tells = act == YZ_ACT_notify;
	*yz_vec_push(t->a, &t->follow) = (struct yz_follow){
		.act = act,
		.part = tells ? (e->node->name.len ? e->node->name : e->name) : YZ_LIT(""),
		.text = tells ? e->node->documentation : YZ_LIT(""),
	};
	return true;
}

/* The process is over: what the case came to. */
static void finish(struct yz_acting *t, enum yz_bpmn_outcome how)
{
	t->ended = t->now;
	if (how == YZ_BPMN_TERMINATED)
		return; /* refuse and withdraw have said what it is */
	t->state = yz_str_eqz(t->outcome, "deny") ? YZ_CASE_denied : YZ_CASE_finished;
}

struct round {
	uint32_t id;
	struct yz_feel_value value;
};

/* A certificate is not made for a case that was denied, whatever the process draws. */
static bool skip_issue(const struct yz_acting *t, const struct yz_bpmn_effect *e)
{
	return yz_str_eqz(t->outcome, "deny") && yz_str_eqz(yz_effect_attr(e, "act"), "issue");
}

static bool apply(struct yz_acting *t, const struct yz_bpmn_result *r, struct round *todo, size_t *ntodo, struct yz_err *err)
{
	t->flow = r->state;
	t->flowed = true;
	for (size_t i = 0; i < r->len; i++) {
		const struct yz_bpmn_effect *e = &r->effects[i];
		bool ok = true;
		switch (e->kind) {
		case YZ_BPMN_TASK_OPENED:
			if (skip_issue(t, e) && *ntodo < ROUNDS)
				todo[(*ntodo)++] = (struct round){e->id, {0}};
			else
				ok = open_task(t, e, err);
			break;
		case YZ_BPMN_ACT_CALLED:
			ok = *ntodo < ROUNDS;
			if (ok && (ok = built_in(t, e, &todo[*ntodo].value, err)))
				todo[(*ntodo)++].id = e->id;
			break;
		case YZ_BPMN_TASK_GONE:
			ok = task_gone(t, e, err);
			break;
		case YZ_BPMN_MESSAGE_SENT:
			ok = yz_relay_send(t, e, err);
			break;
		case YZ_BPMN_SIGNAL_SENT:
			ok = yz_relay_signal(t, e, err);
			break;
		case YZ_BPMN_MESSAGE_AWAITED:
			ok = yz_relay_wait(t, e, err);
			break;
		case YZ_BPMN_AWAITED_NO_MORE:
			ok = yz_relay_gone(t, e, err);
			break;
		case YZ_BPMN_ENDED:
			finish(t, e->outcome);
			break;
		default: /* timers are read off the state when it is saved */
			break;
		}
		if (!ok)
			return false;
	}
	return true;
}

/* Nothing is left to do in a case that has ended: no request, no opinion, no pause. */
static bool close_down(struct yz_acting *t, struct yz_err *err)
{
	while (t->tasks.len)
		if (!yz_acting_task_cancel(t, &t->tasks.at[0], err))
			return false;
	bool was = t->paused != 0;
	t->paused = 0;
	return (!was || yz_exec(t->conn, err, "UPDATE cases SET paused = NULL WHERE id = $1", YZ_I(t->id))) && yz_acting_clock_end(t, NULL, 0, err) &&
	       yz_acting_publicity_end(t, err);
}

static bool look_behind(void *ctx, struct yz_feel_value *facts, struct yz_err *err)
{
	struct yz_acting *t = ctx;
	bool good = yz_acting_vars(t, err);
	*facts = t->vars;
	return good;
}

static struct yz_bpmn_env env_of(struct yz_acting *t)
{
	return (struct yz_bpmn_env){
		.now = t->now, .calendar = t->calendar, .facts_of = look_behind, .ctx = t, .decide = yz_acting_rule};
}

bool yz_acting_would_step(struct yz_acting *t, const struct yz_bpmn_event *event, struct yz_err *err)
{
	struct yz_bpmn_env env = env_of(t);
	struct yz_bpmn_result none;
	return yz_acting_flow(t, err) && yz_bpmn_step(t->process, t->a, t->flow, event, &env, &none, err);
}

bool yz_acting_step(struct yz_acting *t, const struct yz_bpmn_event *first, struct yz_err *err)
{
	struct yz_bpmn_env env = env_of(t);
	struct round *todo = yz_new_n(t->a, ROUNDS, struct round);
	size_t ntodo = 0, done = 0;
	struct yz_bpmn_result r;
	t->undo = YZ_LIT("");
	t->undo_task = 0;
	if (!yz_acting_flow(t, err) || !yz_bpmn_step(t->process, t->a, t->flow, first, &env, &r, err) ||
	    !apply(t, &r, todo, &ntodo, err))
		return false;
	while (done < ntodo) {
		struct yz_bpmn_event e = {.kind = YZ_BPMN_DONE, .id = todo[done].id, .value = todo[done].value};
		done++;
		if (!yz_bpmn_step(t->process, t->a, t->flow, &e, &env, &r, err) || !apply(t, &r, todo, &ntodo, err))
			return false;
	}
	return !t->ended || close_down(t, err);
}

bool yz_acting_begin(struct yz_acting *t, struct yz_err *err)
{
	struct yz_bpmn_event e = {.kind = YZ_BPMN_START};
	if (!yz_acting_step(t, &e, err) || !t->home.len)
		return t->flowed;
	/* It is at home where its first step lies. */
	t->region = t->home;
	return yz_exec(t->conn, err, "UPDATE cases SET region = $1 WHERE id = $2", YZ_S(t->region), YZ_I(t->id));
}

bool yz_acting_tick(struct yz_acting *t, struct yz_err *err)
{
	struct yz_bpmn_event e = {.kind = YZ_BPMN_TICK};
	return yz_acting_step(t, &e, err);
}

/* How the instances of an activity of several have decided so far. */
struct votes {
	int64_t agree, object;
};

static bool count_votes(struct yz_acting *t, const struct yz_task_held *k, struct yz_str outcome, struct votes *v, struct yz_err *err)
{
	*v = (struct votes){0};
	struct yz_rows *r = !k->multi ? NULL
				      : yz_select(t->conn, t->a, err,
						  "SELECT outcome, COUNT(*) FROM task WHERE case_id = $1 AND multi = $2 AND state = 'done' AND kind = '' "
						  "AND id <> $3 GROUP BY outcome",
						  YZ_I(t->id), YZ_I(k->multi), YZ_I(k->id));
	for (size_t i = 0; r && i < r->count; i++)
		*(yz_str_eqz(yz_row_str(r, i, 0), "object") ? &v->object : &v->agree) += yz_row_int(r, i, 1);
	*(yz_str_eqz(outcome, "object") ? &v->object : &v->agree) += 1;
	return !k->multi || r != NULL;
}

/* A context with one of its members set. */
static struct yz_feel_value with(struct yz_acting *t, struct yz_feel_value before, struct yz_str name, struct yz_feel_value value)
{
	size_t n = before.kind == YZ_FEEL_CONTEXT ? yz_feel_len(before) : 0, k = 0;
	struct yz_feel_entry *all = yz_new_n(t->a, n + 1, struct yz_feel_entry);
	for (size_t i = 0; i < n; i++)
		if (!yz_str_eq(yz_feel_entries(before)[i].key, name))
			all[k++] = yz_feel_entries(before)[i];
	all[k++] = (struct yz_feel_entry){name, value};
	return yz_feel_context(t->a, all, k);
}

/* {outcome: "pass", outcomes: {…, node: "pass"}}; of several also {agree, objections, votes: {…, node: {agree, objections}}},
 * and what stands in outcomes is "object" as soon as one objects. */
static bool outcome_value(struct yz_acting *t, const struct yz_task_held *k, struct yz_str outcome, struct yz_feel_value *value,
			  struct yz_err *err)
{
	struct votes v;
	if (!count_votes(t, k, outcome, &v, err) || !yz_acting_flow(t, err))
		return false;
	*value = yz_bpmn_outcome_value(t->a, t->flow, k->node, k->multi && v.object ? YZ_LIT("object") : outcome);
	if (!k->multi)
		return true;
	struct yz_feel_entry *two = yz_new_n(t->a, 2, struct yz_feel_entry);
	two[0] = (struct yz_feel_entry){YZ_LIT("agree"), yz_feel_int(v.agree)};
	two[1] = (struct yz_feel_entry){YZ_LIT("objections"), yz_feel_int(v.object)};
	*value = with(t, *value, YZ_LIT("outcome"), yz_feel_string(outcome));
	*value = with(t, *value, two[0].key, two[0].value);
	*value = with(t, *value, two[1].key, two[1].value);
	*value = with(t, *value, YZ_LIT("votes"),
		      with(t, yz_bpmn_variable(t->flow, YZ_LIT("votes")), k->node, yz_feel_context(t->a, two, 2)));
	return true;
}

/* Straight back to the step that sent it here, else the way the process goes. */
static bool go_on(struct yz_acting *t, const struct yz_task_held *k, struct yz_str outcome, struct yz_err *err)
{
	const struct yz_bpmn_node *back = k->return_to.len ? yz_bpmn_node(t->process, k->return_to) : NULL;
	struct yz_feel_value value;
	if (!outcome_value(t, k, outcome, &value, err))
		return false;
	struct yz_bpmn_event done = {.kind = YZ_BPMN_DONE, .id = k->token, .value = value};
	if (!back)
		return yz_acting_step(t, &done, err);
	struct yz_bpmn_event set = {.kind = YZ_BPMN_SET, .value = value};
	struct yz_bpmn_event jump = {.kind = YZ_BPMN_JUMP, .id = k->token, .node = back};
	return yz_acting_step(t, &set, err) && yz_acting_step(t, &jump, err);
}

/* What was added after a task begins when the task is done, and only then the process goes on. */
static bool open_behind(struct yz_acting *t, int64_t parent, bool *any, struct yz_err *err)
{
	*any = false;
	for (size_t i = 0; i < t->tasks.len; i++) {
		struct yz_task_held *s = &t->tasks.at[i];
		if (s->parent != parent || !yz_str_eqz(s->kind, "after"))
			continue;
		*any = true;
		s->waiting = false;
		s->held = t->paused != 0;
		if (!yz_acting_task_state(t, s, err) ||
		    !yz_exec(t->conn, err, "UPDATE task SET opened = $1 WHERE id = $2", YZ_I(t->now), YZ_I(s->id)))
			return false;
	}
	return true;
}

static bool any_left(const struct yz_acting *t, int64_t parent, const char *kind)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		if (t->tasks.at[i].parent == parent && yz_str_eqz(t->tasks.at[i].kind, kind))
			return true;
	return false;
}

bool yz_acting_hung(struct yz_acting *t, int64_t parent, struct yz_str kind, struct yz_err *err)
{
	struct yz_task_held *k = yz_acting_task(t, parent);
	bool after = yz_str_eqz(kind, "after");
	if (!k || !k->waiting || (after ? any_left(t, parent, "after") : any_left(t, parent, "before") || any_left(t, parent, "delegate")))
		return true;
	if (after && !k->outcome.len)
		return true; /* it is not done itself */
	k->waiting = false;
	if (!after) {
		k->held = t->paused != 0;
		return yz_acting_task_state(t, k, err);
	}
	struct yz_task_held gone = *k;
	yz_acting_task_drop(t, k);
	return yz_exec(t->conn, err, "UPDATE task SET state = 'done' WHERE id = $1", YZ_I(gone.id)) && go_on(t, &gone, gone.outcome, err);
}

/* Whoever was added behind it and objects has objected for it. */
static bool hung_done(struct yz_acting *t, const struct yz_task_held *s, struct yz_str outcome, struct yz_err *err)
{
	struct yz_task_held *k = yz_acting_task(t, s->parent);
	if (k && yz_str_eqz(s->kind, "after") && yz_str_eqz(outcome, "object")) {
		k->outcome = outcome;
		if (!yz_exec(t->conn, err, "UPDATE task SET outcome = $1 WHERE id = $2", YZ_S(outcome), YZ_I(k->id)))
			return false;
	}
	return yz_acting_hung(t, s->parent, s->kind, err);
}

bool yz_acting_stage(struct yz_acting *t, const struct yz_stage *step, yz_instant opened, yz_instant done, struct yz_err *err)
{
	struct yz_stage s = *step;
	s.item = t->v->code;
	s.spent = s.n * yz_count_office(t->calendar, opened, done);
	s.at = done;
	s.org = yz_str_dup(t->a, s.org);
	s.node = yz_str_dup(t->a, s.node);
	*yz_vec_push(t->a, &t->stages) = s;
	return yz_figure_stage(t->site, t->conn, &s, err);
}

bool yz_acting_done(struct yz_acting *t, int64_t task, const char *outcome, struct yz_str opinion, struct yz_err *err)
{
	struct yz_task_held *held = yz_acting_task(t, task);
	if (!held)
		return yz_fail(err, YZ_CONFLICT, "task %lld of case %.*s is done", (long long)task, YZ_P(t->no));
	bool behind;
	int64_t person = t->who ? t->who->person : 0;
	yz_acting_touch(t);
	if (!yz_exec(t->conn, err, "UPDATE task SET state = 'done', done = $1, outcome = $2, opinion = $3, person = $4 WHERE id = $5",
		     YZ_I(t->now), YZ_Z(outcome), YZ_S(opinion), yz_val_int_or_null(person, person != 0), YZ_I(task)) ||
	    !yz_acting_clock_end(t, "step", task, err))
		return false;
	const struct yz_stage step = {.org = held->org, .node = held->node, .name = held->name, .n = 1};
	if ((!held->kind.len && !yz_acting_stage(t, &step, held->opened, t->now, err)) || !open_behind(t, task, &behind, err))
		return false;
	held = yz_acting_task(t, task);
	if (behind) {
		held->waiting = true;
		held->outcome = yz_str(outcome);
		return yz_acting_task_state(t, held, err);
	}
	struct yz_task_held k = *held;
	yz_acting_task_drop(t, held);
	/* Done by the passing of time it waits for nobody. */
	if (!yz_acting_task_cancel_of(t, task, err))
		return false;
	return k.kind.len ? hung_done(t, &k, yz_str(outcome), err) : go_on(t, &k, yz_str(outcome), err);
}

bool yz_acting_terminate(struct yz_acting *t, struct yz_err *err)
{
	struct yz_bpmn_event e = {.kind = YZ_BPMN_TERMINATE};
	if (!yz_acting_step(t, &e, err))
		return false;
	t->tasks.len = 0;
	return
	       yz_exec(t->conn, err, "UPDATE task SET state = 'cancelled', done = $1 WHERE case_id = $2 AND state IN ('open', 'held', 'waiting')",
		       YZ_I(t->now), YZ_I(t->id));
}

bool yz_acting_hold(struct yz_acting *t, bool hold, struct yz_err *err)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		t->tasks.at[i].held = hold && !t->tasks.at[i].waiting;
	return yz_exec(t->conn, err, "UPDATE task SET state = $1 WHERE case_id = $2 AND state = $3", YZ_Z(hold ? "held" : "open"),
		       YZ_I(t->id), YZ_Z(hold ? "open" : "held"));
}
