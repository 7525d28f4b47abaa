/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/case_steps.h"

#include "base/map.h"
#include "gov/version.h"

struct yz_case_step *yz_case_step_of(const struct yz_case_steps *s, struct yz_str id)
{
	for (size_t i = 0; i < s->len; i++)
		if (yz_str_eq(s->at[i].node->id, id))
			return &s->at[i];
	return NULL;
}

/* ---- what leads where ---- */

struct walk {
	struct yz_arena *a;
	struct yz_map seen;
	YZ_VEC(const struct yz_bpmn_node *) todo;
};

static void reach(struct walk *w, const struct yz_bpmn_node *node)
{
	if (!yz_map_put(&w->seen, node->id, (void *)node))
		*yz_vec_push(w->a, &w->todo) = node;
}

static bool begins_by_itself(const struct yz_bpmn_node *n, const struct yz_bpmn_flow *flows, size_t nflows)
{
	if (n->type == YZ_BPMN_BOUNDARY_EVENT)
		return true;
	for (size_t i = 0; i < nflows; i++)
		if (flows[i].to == n)
			return false;
	return n->type == YZ_BPMN_SUBPROCESS && n->parent;
}

static bool in_or_at(const struct yz_bpmn_node *n, const struct yz_bpmn_node *scope)
{
	while (n && n != scope)
		n = n->parent;
	return n != NULL;
}

bool yz_case_leads(const struct yz_bpmn *m, struct yz_arena *a, const struct yz_bpmn_node *from, const struct yz_bpmn_node *to)
{
	size_t nflows, nnodes;
	const struct yz_bpmn_flow *flows = yz_bpmn_flows(m, &nflows);
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(m, &nnodes);
	struct walk w = {.a = a};
	yz_map_init(&w.seen, a);
	*yz_vec_push(a, &w.todo) = from;
	for (size_t i = 0; i < nnodes; i++)
		if (begins_by_itself(nodes[i], flows, nflows))
			reach(&w, nodes[i]);
	while (w.todo.len) {
		const struct yz_bpmn_node *at = w.todo.at[--w.todo.len];
		for (size_t i = 0; i < nflows; i++)
			if (in_or_at(at, flows[i].from))
				reach(&w, flows[i].to);
		for (size_t i = 0; i < nnodes; i++)
			if (nodes[i]->parent == at)
				reach(&w, nodes[i]);
	}
	return yz_map_has(&w.seen, to->id);
}

/* ---- what became of each ---- */

static bool is_task(const struct yz_bpmn_node *n)
{
	return n->type == YZ_BPMN_TASK || n->type == YZ_BPMN_USER_TASK || n->type == YZ_BPMN_MANUAL_TASK;
}

/* The last word of its rows: sent back and opened again, it is open. */
static void by_rows(const struct yz_case *c, struct yz_case_steps *s)
{
	for (size_t i = 0; i < c->ntasks; i++) {
		const struct yz_case_task *t = &c->tasks[i];
		struct yz_case_step *step = t->kind.len ? NULL : yz_case_step_of(s, t->node);
		if (!step)
			continue;
		bool now = t->open || t->held || t->waiting;
		bool before = step->mark == YZ_BPMN_MARK_OPEN || (step->mark == YZ_BPMN_MARK_DONE && t->multi);
		if (now)
			step->mark = t->open ? YZ_BPMN_MARK_OPEN : YZ_BPMN_MARK_WAITS;
		else if (!before)
			step->mark = t->cancelled ? YZ_BPMN_MARK_CANCELLED : YZ_BPMN_MARK_DONE;
		if (now || !before)
			step->task = t;
	}
}

static void by_tokens(struct yz_arena *a, const struct yz_bpmn_state *state, struct yz_case_steps *s)
{
	size_t n;
	const struct yz_bpmn_token *tokens = yz_bpmn_tokens(s->process, state, a, &n);
	for (size_t i = 0; i < n; i++) {
		struct yz_case_step *step = yz_case_step_of(s, tokens[i].node->id);
		if (!step || step->mark != YZ_BPMN_MARK_NONE)
			continue;
		step->mark = tokens[i].kind == YZ_BPMN_OPEN_TASK || tokens[i].kind == YZ_BPMN_OPEN_SCOPE ? YZ_BPMN_MARK_OPEN : YZ_BPMN_MARK_WAITS;
	}
}

/* A gateway of events waits at each of them. */
static void by_waits(const struct yz_case *c, struct yz_case_steps *s)
{
	for (size_t i = 0; i < c->nwaits; i++) {
		struct yz_case_step *step = yz_case_step_of(s, c->waits[i].node);
		if (!step)
			continue;
		step->wait = &c->waits[i];
		if (step->node->type != YZ_BPMN_BOUNDARY_EVENT && step->node->type != YZ_BPMN_START_EVENT)
			step->mark = YZ_BPMN_MARK_WAITS;
	}
}

static bool was_here(const struct yz_case_step *s)
{
	return s->mark != YZ_BPMN_MARK_NONE && s->mark != YZ_BPMN_MARK_AHEAD;
}

/* A parallel join was passed by every way into it, any other node by one of them: certain only when it is the only one. */
static bool backwards(struct yz_case_steps *s, const struct yz_bpmn_flow *flows, size_t nflows)
{
	bool more = false;
	for (size_t i = 0; i < nflows; i++) {
		struct yz_case_step *to = yz_case_step_of(s, flows[i].to->id), *from = yz_case_step_of(s, flows[i].from->id);
		size_t ways = 0;
		if (!to || !from || from->mark != YZ_BPMN_MARK_NONE || !was_here(to) || is_task(from->node) ||
		    (to->mark == YZ_BPMN_MARK_WAITS && to->node->type == YZ_BPMN_PARALLEL))
			continue;
		for (size_t k = 0; k < nflows; k++)
			ways += flows[k].to == flows[i].to;
		if (ways == 1 || to->node->type == YZ_BPMN_PARALLEL) {
			from->mark = YZ_BPMN_MARK_DONE;
			more = true;
		}
	}
	return more;
}

/* Sent back, a step is left by another way than its flow. */
static bool left_by_flow(const struct yz_case_step *s)
{
	return s->mark == YZ_BPMN_MARK_DONE && (!s->task || !yz_str_eqz(s->task->outcome, "back"));
}

static bool passes_at_once(const struct yz_bpmn_node *n)
{
	switch (n->type) {
	case YZ_BPMN_SERVICE_TASK:
	case YZ_BPMN_SCRIPT_TASK:
	case YZ_BPMN_RULE_TASK:
	case YZ_BPMN_SEND_TASK:
	case YZ_BPMN_EXCLUSIVE:
	case YZ_BPMN_END_EVENT:
	case YZ_BPMN_THROW_EVENT:
		return true;
	default:
		return false;
	}
}

static bool forwards(struct yz_case_steps *s, const struct yz_bpmn_flow *flows, size_t nflows)
{
	bool more = false;
	for (size_t i = 0; i < nflows; i++) {
		struct yz_case_step *to = yz_case_step_of(s, flows[i].to->id), *from = yz_case_step_of(s, flows[i].from->id);
		size_t ways = 0;
		if (!to || !from || to->mark != YZ_BPMN_MARK_NONE || !left_by_flow(from) || !passes_at_once(to->node))
			continue;
		for (size_t k = 0; k < nflows; k++)
			ways += flows[k].from == flows[i].from;
		if (ways == 1 || from->node->type == YZ_BPMN_PARALLEL) {
			to->mark = YZ_BPMN_MARK_DONE;
			more = true;
		}
	}
	return more;
}

/* It may be drawn by a newer version than it came by: the state's, where it was moved. */
static const struct yz_bpmn *process_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_case *c,
					struct yz_str *flow, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT flow, flow_item FROM cases WHERE id = $1", YZ_I(c->row.id));
	if (!r || !r->count)
		return r ? yz_fail_null(err, YZ_NOT_FOUND, "no case %lld", (long long)c->row.id) : NULL;
	int64_t moved = yz_row_int(r, 0, 1);
	const struct yz_version *v = moved ? yz_version_of(site, conn, a, moved, err) : c->version;
	*flow = yz_row_str(r, 0, 0);
	return v ? v->process : NULL;
}

bool yz_case_steps(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_case *c, struct yz_case_steps *out,
		   struct yz_err *err)
{
	struct yz_str flow;
	size_t nflows;
	*out = (struct yz_case_steps){.process = process_of(site, conn, a, c, &flow, err)};
	if (!out->process)
		return false;
	const struct yz_bpmn_state *state = flow.len ? yz_bpmn_state_read(out->process, a, flow, err) : NULL;
	if (flow.len && !state)
		return false;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(out->process, &out->len);
	const struct yz_bpmn_flow *flows = yz_bpmn_flows(out->process, &nflows);
	out->at = yz_new_n(a, out->len, struct yz_case_step);
	for (size_t i = 0; i < out->len; i++)
		out->at[i] = (struct yz_case_step){.node = nodes[i]};
	if (out->len + nflows > YZ_BPMN_DRAWN)
		return true; /* nobody is shown marks in it */
	by_rows(c, out);
	if (state && !yz_bpmn_ended(state))
		by_tokens(a, state, out);
	by_waits(c, out);
	while (backwards(out, flows, nflows) || forwards(out, flows, nflows))
		;
	for (size_t i = 0; i < out->len; i++)
		if (is_task(nodes[i]) && out->at[i].mark == YZ_BPMN_MARK_NONE)
			out->at[i].mark = YZ_BPMN_MARK_AHEAD;
	return true;
}
