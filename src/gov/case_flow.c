/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/acting.h"

#include "gov/case_light.h"
#include "gov/fee_case.h"
#include "gov/note.h"
#include "text/text.h"

#include <string.h>

enum { ROUNDS = 50 }; /* built-in acts that follow one another in one step */

/* What the host makes of a task by its yz:act; the role that does it where yz:role is silent. */
static const char *role_of(struct yz_str act)
{
	static const char *const roles[][2] = {{"accept", "window"}, {"review", "reviewer"}, {"decide", "decider"},
					       {"issue", "window"}, {"deliver", "window"}};
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (yz_str_eqz(act, roles[i][0]))
			return roles[i][1];
	return "reviewer";
}

static struct yz_str attr(const struct yz_bpmn_effect *e, const char *name)
{
	for (size_t i = 0; i < e->nattrs; i++)
		if (yz_str_eqz(e->attrs[i].name, name))
			return e->attrs[i].value;
	return (struct yz_str){0};
}

/* Each fact by its name, all of them as `facts`, the situation, the item. */
bool yz_acting_vars(struct yz_acting *t, struct yz_err *err)
{
	struct yz_arena *a = t->a;
	if (t->vars.kind != YZ_FEEL_NULL)
		return true;
	if (!yz_acting_facts(t, err))
		return false;
	struct yz_feel_value facts = yz_bpmn_value_read(a, t->facts);
	size_t n = yz_feel_len(facts), k = 0;
	struct yz_feel_entry *e = yz_new_n(a, n + 3, struct yz_feel_entry);
	bool own_facts = yz_feel_get(facts, YZ_LIT("facts")) || yz_feel_get(facts, YZ_LIT("situation")) ||
			 yz_feel_get(facts, YZ_LIT("item"));
	for (; k < n; k++)
		e[k] = yz_feel_entries(facts)[k];
	if (!own_facts) {
		e[k++] = (struct yz_feel_entry){YZ_LIT("facts"), facts};
		e[k++] = (struct yz_feel_entry){YZ_LIT("situation"), yz_feel_string(t->situation)};
		e[k++] = (struct yz_feel_entry){YZ_LIT("item"), yz_feel_string(t->v->key)};
	}
	t->vars = yz_feel_context(a, e, k);
	return true;
}

static struct yz_task_held *task_of(struct yz_acting *t, int64_t id)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		if (t->tasks.at[i].id == id)
			return &t->tasks.at[i];
	return NULL;
}

static void drop_task(struct yz_acting *t, struct yz_task_held *k)
{
	size_t i = (size_t)(k - t->tasks.at);
	memmove(k, k + 1, (--t->tasks.len - i) * sizeof *k);
}

/* In a hearing or an appraisal, what opens waits with the rest. */
static bool all_wait(struct yz_acting *t)
{
	struct yz_clock_held *whole = yz_acting_clock(t, "promised");
	whole = whole ? whole : yz_acting_clock(t, "legal");
	return whole && yz_clock_stopped(&whole->clock);
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
	bool stopped = all_wait(t);
	*own = yz_acting_clock_ready(t, "step", org, n, unit, t->now, err);
	if (*own && stopped && !yz_clock_stop(&(*own)->clock, t->now, err))
		return false;
	return *own != NULL;
}

static bool open_task(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err)
{
	struct yz_str act = attr(e, "act"), org = attr(e, "org"), role = attr(e, "role");
	struct yz_clock_held *own;
	if (!role.len)
		role = yz_str(role_of(act));
	struct yz_task_held k = {.token = e->id, .node = e->node->id, .act = act.len ? act : YZ_LIT("review"), .org = org.len ? org : t->org};
	struct yz_str name = e->node->name.len ? e->node->name : e->node->id;
	if (!ready_limit(t, e, attr(e, "limit"), k.org, &own, err))
		return false;
	k.due = yz_acting_task_due(t, k.act, own);
	k.id = yz_insert(t->conn, err,
			 "INSERT INTO task (case_id, token, node, name, act, org, role, region, state, opened, due, outcome, opinion) "
			 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, '', '')",
			 YZ_I(t->id), YZ_I(k.token), YZ_S(k.node), YZ_S(name), YZ_S(k.act), YZ_S(k.org), YZ_S(role), YZ_S(t->region),
			 YZ_I(t->now), yz_val_int_or_null(k.due, k.due != YZ_NEVER));
	if (!k.id)
		return false;
	*yz_vec_push(t->a, &t->tasks) = k;
	return !own || yz_acting_clock_insert(t, own, k.id, err);
}

static bool task_gone(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err)
{
	struct yz_task_held *k = NULL;
	for (size_t i = 0; !k && i < t->tasks.len; i++)
		k = t->tasks.at[i].token == e->id ? &t->tasks.at[i] : NULL;
	if (!k)
		return true;
	int64_t task = k->id;
	drop_task(t, k);
	return yz_exec(t->conn, err, "UPDATE task SET state = 'cancelled', done = $1 WHERE id = $2", YZ_I(t->now), YZ_I(task)) &&
	       yz_acting_clock_end(t, NULL, task, err);
}

/* The built-in acts of service tasks. */
static bool built_in(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err)
{
	enum yz_act act;
	if (!yz_act_parse(e->name, &act) || (act != YZ_ACT_publish && act != YZ_ACT_archive && act != YZ_ACT_notify && act != YZ_ACT_charge))
		return yz_fail(err, YZ_BAD_INPUT, "service task %.*s calls %.*s, which is no built-in act", YZ_P(e->node->id),
			       YZ_P(e->name));
	if (act == YZ_ACT_charge && !yz_fee_at(t, "task", err))
		return false;
	bool tells = act == YZ_ACT_notify;
	*yz_vec_push(t->a, &t->follow) = (struct yz_follow){
		.act = act,
		.title = tells ? yz_str_printf(t->a, "%.*s：%.*s", YZ_P(t->v->name), YZ_P(e->node->name)) : YZ_LIT(""),
		.body = tells ? e->node->documentation : YZ_LIT(""),
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
	return yz_str_eqz(t->outcome, "deny") && yz_str_eqz(attr(e, "act"), "issue");
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
			ok = *ntodo < ROUNDS && built_in(t, e, err);
			if (ok)
				todo[(*ntodo)++] = (struct round){e->id, {0}};
			break;
		case YZ_BPMN_TASK_GONE:
			ok = task_gone(t, e, err);
			break;
		case YZ_BPMN_ENDED:
			finish(t, e->outcome);
			break;
		default: /* timers and messages belong to processes this floor does not publish yet */
			break;
		}
		if (!ok)
			return false;
	}
	return true;
}

static bool step(struct yz_acting *t, const struct yz_bpmn_event *first, struct yz_err *err)
{
	if (!yz_acting_vars(t, err))
		return false;
	struct yz_bpmn_env env = {.now = t->now, .calendar = t->calendar, .facts = t->vars};
	struct round *todo = yz_new_n(t->a, ROUNDS, struct round);
	size_t ntodo = 0, done = 0;
	struct yz_bpmn_result r;
	if (!yz_bpmn_step(t->v->process, t->a, t->flow, first, &env, &r, err) || !apply(t, &r, todo, &ntodo, err))
		return false;
	while (done < ntodo) {
		struct yz_bpmn_event e = {.kind = YZ_BPMN_DONE, .id = todo[done].id, .value = todo[done].value};
		done++;
		if (!yz_bpmn_step(t->v->process, t->a, t->flow, &e, &env, &r, err) || !apply(t, &r, todo, &ntodo, err))
			return false;
	}
	if (t->ended)
		return yz_acting_clock_end(t, NULL, 0, err);
	return true;
}

bool yz_acting_begin(struct yz_acting *t, struct yz_err *err)
{
	struct yz_bpmn_event e = {.kind = YZ_BPMN_START};
	return step(t, &e, err);
}

bool yz_acting_done(struct yz_acting *t, int64_t task, const char *outcome, struct yz_str opinion, struct yz_err *err)
{
	struct yz_task_held *held = task_of(t, task);
	if (!held)
		return yz_fail(err, YZ_CONFLICT, "task %lld of case %.*s is done", (long long)task, YZ_P(t->no));
	struct yz_task_held k = *held;
	drop_task(t, held);
	int64_t person = t->who ? t->who->person : 0;
	if (!yz_exec(t->conn, err, "UPDATE task SET state = 'done', done = $1, outcome = $2, opinion = $3, person = $4 WHERE id = $5",
		     YZ_I(t->now), YZ_Z(outcome), YZ_S(opinion), yz_val_int_or_null(person, person != 0), YZ_I(task)) ||
	    !yz_acting_clock_end(t, "step", task, err))
		return false;
	struct yz_bpmn_event e = {.kind = YZ_BPMN_DONE, .id = k.token, .value = yz_bpmn_outcome_value(t->a, t->flow, k.node, yz_str(outcome))};
	return step(t, &e, err);
}

bool yz_acting_terminate(struct yz_acting *t, struct yz_err *err)
{
	struct yz_bpmn_event e = {.kind = YZ_BPMN_TERMINATE};
	if (!step(t, &e, err))
		return false;
	t->tasks.len = 0;
	return
	       yz_exec(t->conn, err, "UPDATE task SET state = 'cancelled', done = $1 WHERE case_id = $2 AND state IN ('open', 'held')",
		       YZ_I(t->now), YZ_I(t->id));
}

bool yz_acting_hold(struct yz_acting *t, bool hold, struct yz_err *err)
{
	for (size_t i = 0; i < t->tasks.len; i++)
		t->tasks.at[i].held = hold;
	return yz_exec(t->conn, err, "UPDATE task SET state = $1 WHERE case_id = $2 AND state = $3", YZ_Z(hold ? "held" : "open"),
		       YZ_I(t->id), YZ_Z(hold ? "open" : "held"));
}
