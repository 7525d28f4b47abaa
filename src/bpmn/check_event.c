/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/check.h"

#define BIT(kind) (1u << BDEF_##kind)

enum {
	MAY_START = BIT(MESSAGE) | BIT(SIGNAL) | BIT(TIMER) | BIT(CONDITION),
	MAY_START_SUB = MAY_START | BIT(ERROR) | BIT(ESCALATION) | BIT(COMPENSATE),
	MAY_END = BIT(MESSAGE) | BIT(SIGNAL) | BIT(ERROR) | BIT(ESCALATION) | BIT(COMPENSATE) | BIT(CANCEL) |
		  BIT(TERMINATE),
	MAY_CATCH = MAY_START | BIT(LINK),
	MAY_THROW = BIT(MESSAGE) | BIT(SIGNAL) | BIT(ESCALATION) | BIT(COMPENSATE) | BIT(LINK),
	MAY_INTERRUPT = MAY_START | BIT(ERROR) | BIT(ESCALATION) | BIT(COMPENSATE) | BIT(CANCEL),
	MAY_NOT_INTERRUPT = MAY_START | BIT(ESCALATION),
};

static bool only(const struct yz_bnode *n, unsigned allowed)
{
	for (size_t i = 0; i < n->ndefs; i++)
		if (!(allowed >> n->defs[i].kind & 1))
			return false;
	return true;
}

static bool has(const struct yz_bnode *n, enum yz_bdef_kind kind)
{
	for (size_t i = 0; i < n->ndefs; i++)
		if (n->defs[i].kind == kind)
			return true;
	return false;
}

/* Event definitions that stand in the event, resolved or not. */
static bool says_nothing(const struct yz_bnode *n)
{
	return n->ndefs == 0 && !yz_belem_child(n->el, "eventDefinitionRef");
}

static bool called(const struct yz_bpmn *m, const struct yz_bnode *process)
{
	for (size_t i = 0; i < m->nodes.len; i++)
		if (m->nodes.at[i]->called == process)
			return true;
	return false;
}

static bool has_plain_start(const struct yz_bnode *scope)
{
	for (size_t i = 0; i < scope->nchildren; i++)
		if (scope->children[i]->pub.type == YZ_BPMN_START_EVENT && says_nothing(scope->children[i]))
			return true;
	return false;
}

static void check_start(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_bnode *n = yz_bnode_at(m, el);
	if (!n || !n->scope)
		return;
	if (n->nin)
		BAD("EXT096", el, "no flow leads to a start event");
	if (n->nout == 0)
		BAD("EXT101", el, "a start event has a flow out");
	if (n->scope->event_triggered) {
		if (says_nothing(n) || !only(n, MAY_START_SUB))
			BAD("EXT059", el,
			    "an event subprocess starts with a message, signal, timer, condition, error, escalation or "
			    "compensation");
		if (!n->interrupting && (has(n, BDEF_ERROR) || has(n, BDEF_COMPENSATE)))
			BAD("EXT059", el, "an error or a compensation always interrupts");
	} else if (n->scope->pub.type == YZ_BPMN_PROCESS) {
		if (!only(n, MAY_START))
			BAD("EXT098", el, "a process starts by itself or with a message, signal, timer or condition");
		if (called(m, n->scope) && !has_plain_start(n->scope))
			BAD("EXT099", el, "a process that is called needs a start event that waits for nothing");
	} else if (!says_nothing(n)) {
		BAD("EXT100", el, "the start event of a subprocess waits for nothing");
	}
}

static void check_end(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_bnode *n = yz_bnode_at(m, el);
	if (!n || !n->scope)
		return;
	if (n->nout)
		BAD("EXT104", el, "no flow leaves an end event");
	if (n->nin == 0)
		BAD("EXT107", el, "a flow leads to an end event");
	if (!only(n, MAY_END))
		BAD("EXT146", el,
		    "an end event throws a message, signal, error, escalation, compensation, cancel or termination");
	if (has(n, BDEF_CANCEL) && n->scope->pub.type != YZ_BPMN_TRANSACTION)
		BAD("EXT106", el, "a cancel end event stands in a transaction");
}

static bool links(const struct yz_bnode *n)
{
	return n->ndefs == 1 && n->defs[0].kind == BDEF_LINK;
}

static void check_catch(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_bnode *n = yz_bnode_at(m, el);
	if (!n || !n->scope)
		return;
	if (says_nothing(n) || !only(n, MAY_CATCH))
		BAD("EXT148", el,
		    "an intermediate event that catches waits for a message, signal, timer, condition or link");
	if (links(n) ? n->nin > 0 : n->nin == 0)
		BAD(links(n) ? "EXT117" : "EXT115", el,
		    links(n) ? "no flow leads to the catching end of a link" : "a flow leads to an intermediate event");
	if (n->nout == 0)
		BAD("EXT116", el, "a flow leaves an intermediate event");
}

static void check_throw(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_bnode *n = yz_bnode_at(m, el);
	if (!n || !n->scope)
		return;
	if (!only(n, MAY_THROW))
		BAD("EXT149", el, "an intermediate event throws a message, signal, escalation, compensation or link");
	if (n->nin == 0)
		BAD("EXT115", el, "a flow leads to an intermediate event");
	if (links(n) ? n->nout > 0 : n->nout == 0)
		BAD(links(n) ? "EXT117" : "EXT116", el,
		    links(n) ? "no flow leaves the throwing end of a link" : "a flow leaves an intermediate event");
}

static void check_compensation_boundary(struct yz_bpmn *m, const struct yz_bnode *n)
{
	if (n->nout)
		BAD("EXT114", n->el, "an association, not a flow, leads from a compensation event to what undoes");
	if (!n->handler && !n->nout)
		BAD("EXT143", n->el, "an association leads from a compensation event to the activity that undoes");
	if (n->handler && !n->handler->for_compensation)
		BAD("EXT144", n->handler->el, "what undoes says isForCompensation=\"true\"");
}

static void check_boundary(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_bnode *n = yz_bnode_at(m, el);
	if (!n || !n->scope)
		return;
	if (says_nothing(n) || !only(n, n->interrupting ? MAY_INTERRUPT : MAY_NOT_INTERRUPT))
		BAD("EXT110", el,
		    n->interrupting
			    ? "a boundary event waits for a message, signal, timer, condition, error, escalation, "
			      "compensation or cancel"
			    : "a boundary event that does not interrupt waits for a message, signal, timer, "
			      "condition or escalation");
	if (has(n, BDEF_CANCEL) && n->attached && n->attached->pub.type != YZ_BPMN_TRANSACTION)
		BAD("EXT111", el, "a cancel event is attached to a transaction");
	if (n->nin)
		BAD("EXT112", el, "no flow leads to a boundary event");
	if (has(n, BDEF_COMPENSATE))
		check_compensation_boundary(m, n);
	else if (n->nout == 0)
		BAD("EXT113", el, "a flow leaves a boundary event");
}

/* Definitions */

static bool throws_it(const struct yz_belem *el)
{
	return el->parent && (yz_belem_is(el->parent, "endEvent") || yz_belem_is(el->parent, "intermediateThrowEvent"));
}

static void check_escalation(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *to = yz_bref_attr(m, el, "escalationRef");
	if (throws_it(el) && (!to || !yz_belem_attr(to, "escalationCode").len))
		BAD("EXT011", el, "an escalation that is thrown names an escalation with a code");
}

static void check_message(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *message = yz_bref_attr(m, el, "messageRef");
	if (!yz_belem_executable(el))
		return;
	if (!yz_belem_attr(el, "messageRef").len)
		BAD("EXT127", el, "a message event of an executable process names its message");
	else if (!message || !yz_belem_is(message, "message"))
		yz_bdiag(m, YZ_BPMN_DOUBT, "REFERENCE", el, "messageRef names no message");
	/* A message with an item comes from an interface; which operation then matters. */
	else if (yz_belem_attr(message, "itemRef").len && !yz_belem_child(el, "operationRef"))
		BAD("EXT128", el, "a message event whose message has an item names its operation");
}

static void check_shared_def(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *to = yz_bref(m, yz_belem_text(m->arena, el));
	struct yz_str name = to ? to->name : (struct yz_str){NULL, 0};
	if (!yz_str_ends(name, YZ_LIT("EventDefinition")))
		yz_bdiag(m, YZ_BPMN_DOUBT, "REFERENCE", el, "eventDefinitionRef names no event definition");
	else if (to->parent != m->root)
		BAD("EXT095", el, "a shared event definition stands at the top");
}

/* A link's other end, named by <target> or <source>, or by the same name in the same scope. */
static bool ends_meet(struct yz_bpmn *m, const struct yz_belem *el, const char *to, const char *back, bool *doubt)
{
	const struct yz_belem *event = el->parent, *c = yz_belem_child(el, to);
	*doubt = false;
	for (; c; c = yz_belem_next(c, to)) {
		const struct yz_belem *other = yz_bref(m, yz_belem_text(m->arena, c));
		if (!other || !yz_belem_is(other, "linkEventDefinition")) {
			*doubt = true;
			return true;
		}
		if (!other->parent || other->parent->parent != event->parent)
			return false;
		bool points_back = !yz_belem_child(other, back);
		const struct yz_belem *b = yz_belem_child(other, back);
		for (; b; b = yz_belem_next(b, back))
			points_back |= yz_bref(m, yz_belem_text(m->arena, b)) == el;
		if (!points_back)
			return false;
	}
	if (yz_belem_child(el, to))
		return true;
	struct yz_str name = yz_belem_attr(el, "name");
	const char *kind =
		yz_belem_is(event, "intermediateThrowEvent") ? "intermediateCatchEvent" : "intermediateThrowEvent";
	const struct yz_belem *e = name.len ? yz_belem_child(event->parent, kind) : NULL;
	for (; e; e = yz_belem_next(e, kind)) {
		const struct yz_belem *l = yz_belem_child(e, "linkEventDefinition");
		if (l && yz_str_eq(yz_belem_attr(l, "name"), name))
			return true;
	}
	return false;
}

static void check_link(struct yz_bpmn *m, const struct yz_belem *el)
{
	bool throws = el->parent && yz_belem_is(el->parent, "intermediateThrowEvent"), doubt;
	if (!throws && !(el->parent && yz_belem_is(el->parent, "intermediateCatchEvent")))
		return;
	if (!ends_meet(m, el, throws ? "target" : "source", throws ? "source" : "target", &doubt))
		BAD(throws ? "EXT125" : "EXT124", el,
		    throws ? "the link leads to no catching event of its scope"
			   : "no throwing event of its scope leads to this link");
	if (doubt)
		yz_bdiag(m, YZ_BPMN_DOUBT, "REFERENCE", el, "the other end of the link is no link event");
}

const struct yz_brule yz_bevent_rules[] = {
	{"startEvent", check_start},
	{"endEvent", check_end},
	{"intermediateCatchEvent", check_catch},
	{"intermediateThrowEvent", check_throw},
	{"boundaryEvent", check_boundary},
	{"escalationEventDefinition", check_escalation},
	{"messageEventDefinition", check_message},
	{"eventDefinitionRef", check_shared_def},
	{"linkEventDefinition", check_link},
	{0},
};
