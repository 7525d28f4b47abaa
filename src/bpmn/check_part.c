/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/check.h"

static const char *const artifacts[] = {"association", "group", "textAnnotation"};
static const char *const chores[] = {"choreographyTask", "subChoreography", "callChoreography"};

/* The participant an element stands for or stands in, or NULL. */
static const struct yz_belem *pool_of(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (el && yz_belem_is(el, "participant"))
		return el;
	const struct yz_belem *process = el ? yz_belem_owner(el, "process") : NULL;
	struct yz_str id = process ? yz_belem_attr(process, "id") : (struct yz_str){NULL, 0};
	const struct yz_belem *c = yz_belem_child(m->root, "collaboration");
	for (; id.len && c; c = yz_belem_next(c, "collaboration")) {
		const struct yz_belem *p = yz_belem_child(c, "participant");
		for (; p; p = yz_belem_next(p, "participant"))
			if (yz_str_eq(yz_local(yz_belem_attr(p, "processRef")), id))
				return p;
	}
	return NULL;
}

static bool waits_for_message(const struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_bnode *n = yz_bnode_at(m, el);
	for (size_t i = 0; n && i < n->ndefs; i++)
		if (n->defs[i].kind == BDEF_MESSAGE)
			return true;
	return false;
}

static void check_message_flow(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *from = yz_bref_attr(m, el, "sourceRef"), *to = yz_bref_attr(m, el, "targetRef");
	const struct yz_belem *a = pool_of(m, from), *b = pool_of(m, to);
	if (to && yz_belem_one_of(to, artifacts, 3))
		BAD("EXT008", el, "a message flow does not lead to an artifact");
	if (from && yz_belem_one_of(from, artifacts, 3))
		BAD("EXT009", el, "a message flow does not come from an artifact");
	if (a && a == b)
		BAD("EXT031", el, "a message flow connects two different pools");
	if ((from && yz_belem_one_of(from, chores, 3)) || (to && yz_belem_one_of(to, chores, 3)))
		BAD("EXT033", el, "a message flow does not end at a choreography activity");
	if (from && yz_belem_is(from, "startEvent"))
		BAD("EXT102", el, "no message flow leaves a start event");
	if (to && yz_belem_is(to, "startEvent") && !waits_for_message(m, to))
		BAD("EXT103", el, "a message flow leads to a start event only when it waits for a message");
	if (to && yz_belem_is(to, "endEvent"))
		BAD("EXT108", el, "no message flow leads to an end event");
	if (from && yz_belem_is(from, "endEvent") && !waits_for_message(m, from))
		BAD("EXT109", el, "a message flow leaves an end event only when it sends a message");
	if ((from && yz_belem_is(from, "intermediateCatchEvent")) || (to && yz_belem_is(to, "intermediateThrowEvent")))
		BAD("EXT119", el, "a message flow leaves what throws and leads to what catches");
}

static void check_multiplicity(struct yz_bpmn *m, const struct yz_belem *el)
{
	struct yz_str least = yz_belem_attr(el, "minimum"), most = yz_belem_attr(el, "maximum");
	int64_t a = 0, b = 1;
	if ((least.len && !yz_str_int(least, &a)) || (most.len && !yz_str_int(most, &b)) || a < 0 || b < 1)
		BAD("EXT029", el, "minimum is a number from 0 and maximum a number from 1");
	else if (a > b)
		BAD("EXT030", el, "minimum is greater than maximum");
}

static void check_choreography(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (yz_belem_child(el, "choreographyRef"))
		BAD("EXT027", el, "only a collaboration refers to a choreography");
}

static void check_global_conversation(struct yz_bpmn *m, const struct yz_belem *el)
{
	static const char *const nodes[] = {"conversation", "subConversation", "callConversation"};
	check_choreography(m, el);
	for (const struct yz_belem *c = yz_belem_first(el); c; c = yz_belem_after(c))
		if (yz_belem_one_of(c, nodes, 3) || yz_belem_one_of(c, artifacts, 3)) {
			BAD("EXT032", c,
			    "a global conversation has participants, message flows and correlation keys only");
			return;
		}
}

static void check_misplaced(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (yz_belem_owner(el, "process"))
		BAD("EXT036", el, "a choreography activity does not stand in a process");
}

static void check_process(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (yz_belem_executable(el) && yz_str_eqz(yz_belem_attr(el, "processType"), "Public"))
		BAD("EXT035", el, "an executable process is not public");
}

static void check_resource(struct yz_bpmn *m, const struct yz_belem *el)
{
	bool named = yz_belem_child(el, "resourceRef"), chosen = yz_belem_child(el, "resourceAssignmentExpression");
	if (named && chosen)
		BAD("EXT039", el, "a resource is named or found by an expression, not both");
	if (!named && yz_belem_child(el, "resourceParameterBinding"))
		BAD("EXT040", el, "parameters belong to a resource that is named");
}

static void check_message_item(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (yz_belem_attr(el, "itemRef").len && !yz_bitem(m, el))
		yz_bdiag(m, YZ_BPMN_DOUBT, "REFERENCE", el, "itemRef names no item definition");
}

const struct yz_brule yz_bpart_rules[] = {
	{"messageFlow", check_message_flow},   {"participantMultiplicity", check_multiplicity},
	{"choreography", check_choreography},  {"globalConversation", check_global_conversation},
	{"choreographyTask", check_misplaced}, {"subChoreography", check_misplaced},
	{"callChoreography", check_misplaced}, {"process", check_process},
	{"performer", check_resource},         {"humanPerformer", check_resource},
	{"potentialOwner", check_resource},    {"resourceRole", check_resource},
	{"message", check_message_item},       {0},
};
