/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/model.h"

typedef YZ_VEC(struct yz_bnode *) node_list; /* names for vectors used in this file only */

static struct yz_bnode *node_of(const struct yz_bpmn *m, struct yz_str ref)
{
	ref = yz_local(ref);
	return ref.len ? yz_map_get(&m->by_id, ref) : NULL;
}

static void link_flows(struct yz_bpmn *m)
{
	for (size_t i = 0; i < m->flows.len; i++) {
		m->flows.at[i]->from->nout++;
		m->flows.at[i]->to->nin++;
	}
	for (size_t i = 0; i < m->nodes.len; i++) {
		struct yz_bnode *n = m->nodes.at[i];
		n->in = yz_new_n(m->arena, n->nin + 1, struct yz_bflow *);
		n->out = yz_new_n(m->arena, n->nout + 1, struct yz_bflow *);
		n->nin = n->nout = 0;
	}
	m->public_flows = yz_new_n(m->arena, m->flows.len + 1, struct yz_bpmn_flow);
	for (size_t i = 0; i < m->flows.len; i++) {
		struct yz_bflow *f = m->flows.at[i];
		struct yz_str standard = yz_local(yz_belem_attr(f->from->el, "default"));
		f->place = (uint32_t)f->to->nin;
		f->to->in[f->to->nin++] = f;
		f->from->out[f->from->nout++] = f;
		if (standard.len && yz_str_eq(standard, f->pub.id)) {
			f->from->standard = f;
			f->pub.is_default = true;
		}
		m->public_flows[i] = f->pub;
	}
}

static void link_boundaries(struct yz_bpmn *m)
{
	for (size_t i = 0; i < m->nodes.len; i++) {
		struct yz_bnode *n = m->nodes.at[i];
		if (n->pub.type != YZ_BPMN_BOUNDARY_EVENT)
			continue;
		n->attached = node_of(m, yz_belem_attr(n->el, "attachedToRef"));
		if (!n->attached || !yz_btype_is_activity(n->attached->pub.type) || n->attached->scope != n->scope) {
			yz_bdiag(m, YZ_BPMN_REJECT, "ATTACHED", n->el,
				 "the boundary event is attached to no activity beside it");
			n->attached = NULL;
			continue;
		}
		n->attached->nboundary++;
	}
	for (size_t i = 0; i < m->nodes.len; i++) {
		struct yz_bnode *n = m->nodes.at[i];
		n->boundary = yz_new_n(m->arena, n->nboundary + 1, struct yz_bnode *);
		n->nboundary = 0;
	}
	for (size_t i = 0; i < m->nodes.len; i++) {
		struct yz_bnode *n = m->nodes.at[i];
		if (n->attached)
			n->attached->boundary[n->attached->nboundary++] = n;
	}
}

/* The activity an association leads from a compensation boundary event to. */
static void link_handlers(struct yz_bpmn *m, const struct yz_belem *e)
{
	for (; e; e = e->next) {
		if (e->kind != BXML_ELEMENT)
			continue;
		if (yz_belem_is(e, "association")) {
			struct yz_bnode *from = node_of(m, yz_belem_attr(e, "sourceRef"));
			struct yz_bnode *to = node_of(m, yz_belem_attr(e, "targetRef"));
			if (from && to && from->pub.type == YZ_BPMN_BOUNDARY_EVENT && yz_bnode_compensates(from) &&
			    yz_btype_is_activity(to->pub.type))
				from->handler = to;
		}
		link_handlers(m, e->first);
	}
}

static void link_defs(struct yz_bpmn *m, struct yz_bnode *n)
{
	for (size_t i = 0; i < n->ndefs; i++) {
		struct yz_bdef *d = (struct yz_bdef *)(uintptr_t)&n->defs[i];
		m->conditional |= d->kind == BDEF_CONDITION;
		m->hears |= d->kind == BDEF_SIGNAL && n->pub.type != YZ_BPMN_END_EVENT && n->pub.type != YZ_BPMN_THROW_EVENT;
		if (d->kind == BDEF_COMPENSATE && d->ref.len)
			d->activity = yz_map_get(&m->by_id, d->ref);
		if (d->kind != BDEF_LINK || n->pub.type != YZ_BPMN_THROW_EVENT)
			continue;
		for (size_t j = 0; j < n->scope->nchildren; j++) {
			struct yz_bnode *c = n->scope->children[j];
			if (c->pub.type == YZ_BPMN_CATCH_EVENT && c->ndefs == 1 && c->defs[0].kind == BDEF_LINK &&
			    yz_str_eq(c->defs[0].name, d->name))
				n->link = c;
		}
	}
}

/* Where a scope begins by itself: none start events, else whatever nothing leads to (13.3.4). */
static bool begins(const struct yz_bnode *scope, const struct yz_bnode *n)
{
	if (n->nin > 0 || n->for_compensation || n->event_triggered || n->pub.type == YZ_BPMN_BOUNDARY_EVENT)
		return false;
	if (n->pub.type == YZ_BPMN_START_EVENT)
		return n->ndefs == 0;
	if (n->pub.type == YZ_BPMN_CATCH_EVENT && n->ndefs == 1 && n->defs[0].kind == BDEF_LINK)
		return false;
	if (n->instantiate)
		return false;
	for (size_t i = 0; scope->pub.type != YZ_BPMN_ADHOC && i < scope->nchildren; i++)
		if (scope->children[i]->pub.type == YZ_BPMN_START_EVENT)
			return false;
	return true;
}

static struct yz_bnode *trigger_of(const struct yz_bnode *event_sub)
{
	for (size_t i = 0; i < event_sub->nchildren; i++)
		if (event_sub->children[i]->pub.type == YZ_BPMN_START_EVENT)
			return event_sub->children[i];
	return NULL;
}

static void link_scope(struct yz_bpmn *m, struct yz_bnode *s)
{
	node_list entries = {0}, subs = {0};
	for (size_t i = 0; i < s->nchildren; i++) {
		struct yz_bnode *c = s->children[i];
		if (begins(s, c))
			*yz_vec_push(m->arena, &entries) = c;
		struct yz_bnode *start = c->event_triggered ? trigger_of(c) : NULL;
		if (!start)
			continue;
		if (yz_bnode_compensates(start))
			s->compensator = start;
		else
			*yz_vec_push(m->arena, &subs) = start;
	}
	/* An event subprocess begins by its trigger alone. */
	s->entries = entries.at;
	s->nentries = s->event_triggered ? 0 : entries.len;
	s->event_subs = subs.at;
	s->nevent_subs = subs.len;
}

/* Backwards from one incoming flow, never through the gateway itself. */
static void mark(struct yz_bpmn *m, const struct yz_bnode *g, const struct yz_bflow *in, uint64_t *reach,
		 node_list *todo)
{
	uint64_t bit = (uint64_t)1 << in->place;
	todo->len = 0;
	*yz_vec_push(m->arena, todo) = in->from;
	while (todo->len > 0) {
		struct yz_bnode *n = todo->at[--todo->len];
		if (n == g || (reach[n->index] & bit))
			continue;
		reach[n->index] |= bit;
		for (size_t i = 0; i < n->nin; i++)
			*yz_vec_push(m->arena, todo) = n->in[i]->from;
		if (n->attached)
			*yz_vec_push(m->arena, todo) = n->attached;
		if (n->pub.type == YZ_BPMN_CATCH_EVENT && n->ndefs == 1 && n->defs[0].kind == BDEF_LINK)
			for (size_t i = 0; i < n->scope->nchildren; i++)
				if (n->scope->children[i]->link == n)
					*yz_vec_push(m->arena, todo) = n->scope->children[i];
	}
}

static bool link_joins(struct yz_bpmn *m, struct yz_err *err)
{
	size_t cells = 0;
	node_list todo = {0};
	for (size_t i = 0; i < m->nodes.len; i++) {
		struct yz_bnode *g = m->nodes.at[i];
		if (g->ndefs > YZ_BPMN_JOINS)
			return yz_fail(err, YZ_LIMIT, "line %u: \"%.*s\" has %zu event definitions, at most %d can be",
				       g->pub.line, YZ_P(g->pub.id), g->ndefs, YZ_BPMN_JOINS);
		if (yz_btype_is_gateway(g->pub.type) && (g->nin > YZ_BPMN_JOINS || g->nout > YZ_BPMN_JOINS))
			return yz_fail(err, YZ_LIMIT,
				       "line %u: more than %d flows lead into or out of the gateway \"%.*s\"",
				       g->pub.line, YZ_BPMN_JOINS, YZ_P(g->pub.id));
		if ((g->pub.type != YZ_BPMN_INCLUSIVE && g->pub.type != YZ_BPMN_COMPLEX) || g->nin < 2)
			continue;
		if ((cells += m->nodes.len) > YZ_BPMN_REACH)
			return yz_fail(err, YZ_LIMIT, "line %u: too many inclusive gateways for so large a model",
				       g->pub.line);
		uint64_t *reach = yz_new_n(m->arena, m->nodes.len, uint64_t);
		for (size_t j = 0; j < g->nin; j++)
			mark(m, g, g->in[j], reach, &todo);
		g->reach = reach;
	}
	return true;
}

static void add_start(struct yz_bpmn *m, struct yz_bnode *process, struct yz_bnode *n, const struct yz_bdef *d,
		      struct yz_str message)
{
	struct yz_bpmn_start s = {.process = &process->pub, .node = &n->pub};
	if (!d || d->kind == BDEF_MESSAGE) {
		s.trigger = YZ_BPMN_ON_MESSAGE;
		s.name = d ? d->name : message;
	} else if (d->kind == BDEF_SIGNAL) {
		s.trigger = YZ_BPMN_ON_SIGNAL;
		s.name = d->name;
	} else if (d->kind == BDEF_TIMER || d->kind == BDEF_CONDITION) {
		s.trigger = d->kind == BDEF_TIMER ? YZ_BPMN_ON_TIMER : YZ_BPMN_ON_CONDITION;
		s.name = d->expr ? d->expr->text : (struct yz_str){NULL, 0};
	} else {
		return;
	}
	*yz_vec_push(m->arena, &m->starts) = s;
}

static void link_starts(struct yz_bpmn *m, struct yz_bnode *process)
{
	for (size_t i = 0; i < process->nchildren; i++) {
		struct yz_bnode *n = process->children[i];
		for (size_t d = 0; n->pub.type == YZ_BPMN_START_EVENT && d < n->ndefs; d++)
			add_start(m, process, n, &n->defs[d], n->message);
		if (n->pub.type == YZ_BPMN_RECEIVE_TASK && n->instantiate && n->nin == 0)
			add_start(m, process, n, NULL, n->message);
		for (size_t o = 0; n->pub.type == YZ_BPMN_EVENT_BASED && n->instantiate && n->nin == 0 && o < n->nout;
		     o++) {
			struct yz_bnode *t = n->out[o]->to;
			for (size_t d = 0; d < t->ndefs; d++)
				add_start(m, process, t, &t->defs[d], t->message);
			if (t->pub.type == YZ_BPMN_RECEIVE_TASK)
				add_start(m, process, t, NULL, t->message);
		}
	}
}

static void name_lanes(struct yz_bpmn *m, const struct yz_belem *set)
{
	for (const struct yz_belem *lane = yz_belem_child(set, "lane"); lane; lane = yz_belem_next(lane, "lane")) {
		const struct yz_belem *ref = yz_belem_child(lane, "flowNodeRef");
		for (; ref; ref = yz_belem_next(ref, "flowNodeRef")) {
			struct yz_bnode *n = node_of(m, yz_belem_text(m->arena, ref));
			if (n)
				n->pub.lane = yz_belem_attr(lane, "name");
		}
		if (yz_belem_child(lane, "childLaneSet"))
			name_lanes(m, yz_belem_child(lane, "childLaneSet"));
	}
}

bool yz_bpmn_link(struct yz_bpmn *m, struct yz_err *err)
{
	link_flows(m);
	link_boundaries(m);
	link_handlers(m, m->root);
	for (size_t i = 0; i < m->nodes.len; i++) {
		struct yz_bnode *n = m->nodes.at[i];
		if (n->scope)
			link_defs(m, n);
		if (yz_btype_is_scope(n->pub.type))
			link_scope(m, n);
		if (n->pub.type == YZ_BPMN_CALL && n->called_name.len) {
			struct yz_bnode *called = yz_map_get(&m->by_id, n->called_name);
			bool callable =
				called && (called->pub.type == YZ_BPMN_PROCESS || yz_btype_is_global(called->pub.type));
			n->called = callable ? called : NULL;
		}
	}
	for (size_t i = 0; i < m->nodes.len; i++)
		if (m->nodes.at[i]->pub.type == YZ_BPMN_PROCESS) {
			const struct yz_belem *set = yz_belem_child(m->nodes.at[i]->el, "laneSet");
			link_starts(m, m->nodes.at[i]);
			for (; set; set = yz_belem_next(set, "laneSet"))
				name_lanes(m, set);
		}
	return link_joins(m, err);
}
