/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/check.h"

/* Shared */

const struct yz_belem *yz_bref(const struct yz_bpmn *m, struct yz_str qname)
{
	struct yz_str id = yz_local(qname);
	return id.len ? yz_map_get(&m->ids, id) : NULL;
}

const struct yz_belem *yz_bref_attr(const struct yz_bpmn *m, const struct yz_belem *el, const char *attr)
{
	return yz_bref(m, yz_belem_attr(el, attr));
}

const struct yz_belem *yz_bref_child(struct yz_bpmn *m, const struct yz_belem *el, const char *child)
{
	const struct yz_belem *c = yz_belem_child(el, child);
	return c ? yz_bref(m, yz_belem_text(m->arena, c)) : NULL;
}

const struct yz_bnode *yz_bnode_at(const struct yz_bpmn *m, const struct yz_belem *el)
{
	struct yz_str id = el ? yz_belem_attr(el, "id") : (struct yz_str){NULL, 0};
	const struct yz_bnode *n = id.len ? yz_map_get(&m->by_id, id) : NULL;
	return n && n->el == el ? n : NULL;
}

const struct yz_belem *yz_belem_owner(const struct yz_belem *el, const char *name)
{
	while (el && !yz_belem_is(el, name))
		el = el->parent;
	return el;
}

bool yz_belem_executable(const struct yz_belem *el)
{
	const struct yz_belem *p = yz_belem_owner(el, "process");
	struct yz_str v = p ? yz_belem_attr(p, "isExecutable") : (struct yz_str){NULL, 0};
	return yz_str_eqz(v, "true") || yz_str_eqz(v, "1");
}

bool yz_belem_one_of(const struct yz_belem *el, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (yz_belem_is(el, names[i]))
			return true;
	return false;
}

size_t yz_belem_count(const struct yz_belem *el, const char *child)
{
	size_t n = 0;
	for (const struct yz_belem *c = yz_belem_child(el, child); c; c = yz_belem_next(c, child))
		n++;
	return n;
}

/* Ids */

static void check_ids(struct yz_bpmn *m, const struct yz_belem *e, struct yz_map *seen)
{
	for (; e; e = e->next) {
		if (e->kind != BXML_ELEMENT || e->ns == BNS_DIAGRAM)
			continue;
		struct yz_str id = yz_belem_attr(e, "id");
		if (id.len && e->ns == BNS_BPMN && yz_map_has(seen, id))
			BAD("EXT002", e, "the id \"%.*s\" stands twice", YZ_P(id));
		if (id.len && e->ns == BNS_BPMN)
			yz_map_put(seen, id, m);
		check_ids(m, e->first, seen);
	}
}

/* Sequence flows */

static bool is_artifact(const struct yz_belem *el)
{
	static const char *const names[] = {"association", "group", "textAnnotation"};
	return el && yz_belem_one_of(el, names, 3);
}

static bool lists(struct yz_bpmn *m, const struct yz_belem *el, const char *child, struct yz_str id)
{
	const struct yz_belem *c = yz_belem_child(el, child);
	for (; c; c = yz_belem_next(c, child))
		if (yz_str_eq(yz_local(yz_belem_text(m->arena, c)), id))
			return true;
	return false;
}

static void check_flow(struct yz_bpmn *m, const struct yz_bflow *f, bool listed)
{
	const struct yz_bnode *a = f->from, *b = f->to;
	if (a->event_triggered)
		BAD("EXT021", f->el, "no flow leaves an event subprocess");
	if (b->event_triggered)
		BAD("EXT022", f->el, "no flow leads to an event subprocess");
	if (listed && !lists(m, a->el, "outgoing", f->pub.id))
		BAD("EXT023", f->el, "\"%.*s\" does not list this flow as outgoing", YZ_P(a->pub.id));
	if (listed && !lists(m, b->el, "incoming", f->pub.id))
		BAD("EXT023", f->el, "\"%.*s\" does not list this flow as incoming", YZ_P(b->pub.id));
	if (yz_belem_executable(f->el) && yz_belem_attr(f->el, "isImmediate").ptr)
		BAD("EXT024", f->el, "a flow of an executable process has no isImmediate");
	if (yz_belem_child(f->el, "conditionExpression") && a->nout < 2 && yz_btype_is_activity(a->pub.type))
		BAD("EXT025", f->el, "a conditional flow leaves an activity that has no other way out");
	if (a->scope != b->scope)
		BAD("EXT028", f->el, "the flow crosses the border of a process or subprocess");
}

static void check_flow_ends(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (is_artifact(yz_bref_attr(m, el, "sourceRef")))
		BAD("EXT006", el, "a sequence flow does not come from an artifact");
	if (is_artifact(yz_bref_attr(m, el, "targetRef")))
		BAD("EXT007", el, "a sequence flow does not lead to an artifact");
	if (!yz_belem_attr(el, "id").len)
		BAD("EXT003", el, "the sequence flow has no id");
}

static bool any_listed(const struct yz_bpmn *m)
{
	for (size_t i = 0; i < m->nodes.len; i++)
		if (yz_belem_child(m->nodes.at[i]->el, "incoming") || yz_belem_child(m->nodes.at[i]->el, "outgoing"))
			return true;
	return false;
}

/* Gateways */

static void check_direction(struct yz_bpmn *m, const struct yz_bnode *n)
{
	struct yz_str d = yz_belem_attr(n->el, "gatewayDirection");
	size_t in = yz_belem_count(n->el, "incoming"), out = yz_belem_count(n->el, "outgoing");
	if (in == 0 && out == 0) {
		in = n->nin;
		out = n->nout;
	}
	if (yz_str_eqz(d, "Converging") && (in < 2 || out > 1))
		BAD("EXT017", n->el, "a converging gateway has several flows in and at most one out");
	if (yz_str_eqz(d, "Diverging") && (in > 1 || out < 2))
		BAD("EXT018", n->el, "a diverging gateway has at most one flow in and several out");
	if (yz_str_eqz(d, "Mixed") && (in < 2 || out < 2))
		BAD("EXT019", n->el, "a mixed gateway has several flows in and several out");
	if (in < 2 && out < 2)
		BAD("EXT135", n->el, "a gateway has several flows in or several out");
}

static bool may_wait_for(const struct yz_bnode *n)
{
	if (n->pub.type == YZ_BPMN_RECEIVE_TASK)
		return true;
	if (n->pub.type != YZ_BPMN_CATCH_EVENT || n->ndefs == 0)
		return false;
	for (size_t i = 0; i < n->ndefs; i++)
		if (n->defs[i].kind != BDEF_MESSAGE && n->defs[i].kind != BDEF_SIGNAL &&
		    n->defs[i].kind != BDEF_TIMER && n->defs[i].kind != BDEF_CONDITION)
			return false;
	return true;
}

static void check_event_gateway(struct yz_bpmn *m, const struct yz_bnode *n)
{
	bool message = false, receive = false;
	if (n->nout < 2)
		BAD("EXT136", n->el, "an event-based gateway has several flows out");
	if (n->instantiate && n->nin > 0)
		BAD("EXT142", n->el, "a gateway that starts the process has no flow in");
	for (size_t i = 0; i < n->nout; i++) {
		const struct yz_bnode *to = n->out[i]->to;
		if (yz_belem_child(n->out[i]->el, "conditionExpression"))
			BAD("EXT137", n->out[i]->el, "a flow out of an event-based gateway has no condition");
		if (!may_wait_for(to))
			BAD("EXT138", to->el,
			    "an event-based gateway leads only to message, signal, timer and condition events "
			    "and receive tasks");
		receive |= to->pub.type == YZ_BPMN_RECEIVE_TASK;
		message |= to->pub.type == YZ_BPMN_CATCH_EVENT && to->ndefs > 0 && to->defs[0].kind == BDEF_MESSAGE;
		if (to->pub.type == YZ_BPMN_RECEIVE_TASK && to->nboundary)
			BAD("EXT140", to->el, "a receive task behind an event-based gateway has no boundary events");
		if (to->nin > 1)
			BAD("EXT141", to->el, "what follows an event-based gateway has no other flow in");
	}
	if (message && receive)
		BAD("EXT139", n->el, "an event-based gateway leads to message events or to receive tasks, not both");
}

/* Activities */

static void check_default(struct yz_bpmn *m, const struct yz_bnode *n)
{
	const struct yz_belem *flow = yz_bref_attr(m, n->el, "default");
	if (!yz_belem_attr(n->el, "default").len)
		return;
	if (!flow || !yz_belem_is(flow, "sequenceFlow"))
		yz_bdiag(m, YZ_BPMN_DOUBT, "REFERENCE", n->el, "the default is no sequence flow");
	else if (!n->standard)
		BAD("EXT026", n->el, "the default flow does not leave this element");
}

static bool has_activity(const struct yz_bnode *scope)
{
	for (size_t i = 0; i < scope->nchildren; i++)
		if (yz_btype_is_activity(scope->children[i]->pub.type))
			return true;
	return false;
}

static size_t starts_of(const struct yz_bnode *scope)
{
	size_t n = 0;
	for (size_t i = 0; i < scope->nchildren; i++)
		n += scope->children[i]->pub.type == YZ_BPMN_START_EVENT;
	return n;
}

static size_t ends_of(const struct yz_bnode *scope)
{
	size_t n = 0;
	for (size_t i = 0; i < scope->nchildren; i++)
		n += scope->children[i]->pub.type == YZ_BPMN_END_EVENT;
	return n;
}

static void check_adhoc(struct yz_bpmn *m, const struct yz_bnode *n)
{
	if (!has_activity(n))
		BAD("EXT061", n->el, "an ad-hoc subprocess has at least one activity");
	if (starts_of(n) || ends_of(n))
		BAD("EXT062", n->el, "an ad-hoc subprocess has no start and no end events");
}

static void check_activity(struct yz_bpmn *m, const struct yz_bnode *n)
{
	if (n->start_quantity < 1)
		BAD("EXT037", n->el, "startQuantity is at least 1");
	if (n->completion_quantity < 1)
		BAD("EXT038", n->el, "completionQuantity is at least 1");
	if (n->loop && n->loop->bad_maximum)
		BAD("LOOP_MAXIMUM", n->el, "loopMaximum is a number from 0");
	if (yz_belem_child(n->el, "standardLoopCharacteristics") &&
	    yz_belem_child(n->el, "multiInstanceLoopCharacteristics"))
		BAD("EXT041", n->el, "an activity loops or has several instances, not both");
	if (n->event_triggered && (n->nin || n->nout))
		BAD("EXT057", n->el, "an event subprocess has no flows in or out");
	if (n->event_triggered && starts_of(n) != 1)
		BAD("EXT058", n->el, "an event subprocess has exactly one start event");
	if (n->pub.type == YZ_BPMN_RECEIVE_TASK && n->instantiate && n->nin)
		BAD("EXT049", n->el, "a receive task that starts the process has no flow in");
	if (n->pub.type == YZ_BPMN_ADHOC)
		check_adhoc(m, n);
}

/* With start events, tokens come by flows only; with end events, they leave by flows only. */
static bool stands_apart(const struct yz_bnode *n)
{
	bool link = n->ndefs == 1 && n->defs[0].kind == BDEF_LINK;
	return n->event_triggered || n->for_compensation || link || n->pub.type == YZ_BPMN_BOUNDARY_EVENT;
}

static void check_connected(struct yz_bpmn *m, const struct yz_bnode *n)
{
	const struct yz_bnode *scope = n->scope;
	if (scope->pub.type == YZ_BPMN_ADHOC || stands_apart(n))
		return;
	if (n->nin == 0 && n->pub.type != YZ_BPMN_START_EVENT && starts_of(scope) > 0)
		BAD("EXT150", n->el, "there is a start event, and no flow leads here");
	if (n->nout == 0 && n->pub.type != YZ_BPMN_END_EVENT && ends_of(scope) > 0)
		BAD("EXT151", n->el, "there is an end event, and no flow leaves here");
}

static void check_scope(struct yz_bpmn *m, const struct yz_bnode *n)
{
	if (n->pub.type == YZ_BPMN_ADHOC || n->event_triggered)
		return;
	bool begun = starts_of(n) > 0;
	for (size_t i = 0; i < n->nchildren; i++)
		begun |= n->children[i]->instantiate;
	if (ends_of(n) && !begun)
		BAD("EXT097", n->el, "there is an end event and no start event");
	if (starts_of(n) && !ends_of(n) && !n->event_triggered)
		BAD("EXT105", n->el, "there is a start event and no end event");
}

static void check_node(struct yz_bpmn *m, const struct yz_bnode *n)
{
	if (!n->pub.id.len)
		BAD("EXT003", n->el, "%.*s has no id", YZ_P(n->el->name));
	if (yz_btype_is_gateway(n->pub.type))
		check_direction(m, n);
	if (n->pub.type == YZ_BPMN_EVENT_BASED)
		check_event_gateway(m, n);
	if (yz_btype_is_activity(n->pub.type))
		check_activity(m, n);
	check_default(m, n);
	if (n->scope)
		check_connected(m, n);
	if (yz_btype_is_scope(n->pub.type))
		check_scope(m, n);
}

static void walk(struct yz_bpmn *m, const struct yz_belem *e)
{
	static const struct yz_brule *const tables[] = {yz_bevent_rules, yz_bdata_rules, yz_bpart_rules,
							yz_btext_rules};
	for (; e; e = e->next) {
		if (e->kind != BXML_ELEMENT || e->ns != BNS_BPMN)
			continue;
		if (yz_belem_is(e, "sequenceFlow"))
			check_flow_ends(m, e);
		for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
			for (const struct yz_brule *r = tables[t]; r->element; r++)
				if (yz_str_eqz(e->name, r->element))
					r->check(m, e);
		walk(m, e->first);
	}
}

void yz_bcheck_standard(struct yz_bpmn *m)
{
	struct yz_map seen;
	bool listed = any_listed(m);
	yz_map_init(&seen, m->arena);
	check_ids(m, m->root, &seen);
	walk(m, m->root);
	for (size_t i = 0; i < m->flows.len; i++)
		check_flow(m, m->flows.at[i], listed);
	for (size_t i = 0; i < m->nodes.len; i++)
		check_node(m, m->nodes.at[i]);
}
