/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/check.h"

const struct yz_belem *yz_bitem(const struct yz_bpmn *m, const struct yz_belem *el)
{
	static const char *const attrs[] = {"itemSubjectRef", "itemRef", "structureRef"};
	if (el && yz_belem_is(el, "dataObjectReference"))
		el = yz_bref_attr(m, el, "dataObjectRef");
	for (size_t i = 0; el && i < 3; i++) {
		const struct yz_belem *item = yz_bref_attr(m, el, attrs[i]);
		if (item && yz_belem_is(item, "itemDefinition"))
			return item;
	}
	return NULL;
}

bool yz_bitem_same(const struct yz_belem *a, const struct yz_belem *b)
{
	if (a == b || !a || !b)
		return a == b;
	struct yz_str x = yz_belem_attr(a, "structureRef"), y = yz_belem_attr(b, "structureRef");
	return x.len && yz_str_eq(x, y);
}

static bool flag(const struct yz_belem *el, const char *attr)
{
	struct yz_str v = yz_belem_attr(el, attr);
	return yz_str_eqz(v, "true") || yz_str_eqz(v, "1");
}

static void check_collection(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *item = yz_bitem(m, el);
	if (item && flag(item, "isCollection") != flag(el, "isCollection"))
		BAD("EXT020", el, "isCollection differs from the item definition's");
}

static void check_data_state(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *state = yz_belem_child(el, "dataState"), *object = yz_bref_attr(m, el, "dataObjectRef");
	struct yz_str name = yz_belem_attr(el, "name");
	if (!state || !object || !name.len)
		return;
	struct yz_str object_name = yz_belem_attr(object, "name"), state_name = yz_belem_attr(state, "name");
	if (!yz_str_eq(name, yz_str_printf(m->arena, "%.*s [%.*s]", YZ_P(object_name), YZ_P(state_name))))
		BAD("EXT076", el, "a reference with a state is named after its data object: \"%.*s [%.*s]\"",
		    YZ_P(object_name), YZ_P(state_name));
}

static void check_property(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_bnode *owner = yz_bnode_at(m, el->parent);
	if (!owner || yz_btype_is_gateway(owner->pub.type))
		BAD("EXT078", el, "a property belongs to a process, an activity or an event");
}

/* Sets of inputs and outputs */

static bool set_has(struct yz_bpmn *m, const struct yz_belem *set, const char *refs, const struct yz_belem *data)
{
	const struct yz_belem *r = yz_belem_child(set, refs);
	for (; r; r = yz_belem_next(r, refs))
		if (yz_bref(m, yz_belem_text(m->arena, r)) == data)
			return true;
	return false;
}

static void check_all_used(struct yz_bpmn *m, const struct yz_belem *spec, const char *data, const char *sets,
			   const char *refs, const char *code)
{
	for (const struct yz_belem *d = yz_belem_child(spec, data); d; d = yz_belem_next(d, data)) {
		bool used = false;
		for (const struct yz_belem *s = yz_belem_child(spec, sets); s; s = yz_belem_next(s, sets)) {
			/* A set whose reference leads nowhere is another finding. */
			used |= set_has(m, s, refs, d);
			for (const struct yz_belem *r = yz_belem_child(s, refs); r; r = yz_belem_next(r, refs)) {
				const struct yz_belem *to = yz_bref(m, yz_belem_text(m->arena, r));
				used |= !to || !yz_belem_is(to, data);
			}
		}
		if (!used)
			BAD(code, d, "no %s has this %s", sets, data);
	}
}

static void check_spec(struct yz_bpmn *m, const struct yz_belem *el)
{
	static const char *const scopes[] = {"subProcess", "transaction", "adHocSubProcess"};
	if (el->parent && yz_belem_one_of(el->parent, scopes, 3))
		BAD("EXT079", el, "a subprocess has no ioSpecification: what is in it sees the data around it");
	check_all_used(m, el, "dataInput", "inputSet", "dataInputRefs", "EXT084");
	check_all_used(m, el, "dataOutput", "outputSet", "dataOutputRefs", "EXT088");
}

static void check_subset(struct yz_bpmn *m, const struct yz_belem *set, const char *part, const char *whole,
			 const char *code)
{
	const struct yz_belem *r = yz_belem_child(set, part);
	for (; r; r = yz_belem_next(r, part)) {
		const struct yz_belem *data = yz_bref(m, yz_belem_text(m->arena, r));
		if (data && !set_has(m, set, whole, data))
			BAD(code, r, "%s names what is not among the %s of its set", part, whole);
	}
}

/* Input sets and output sets that belong together say so on both sides. */
static void check_mutual(struct yz_bpmn *m, const struct yz_belem *set, const char *refs, const char *back)
{
	const struct yz_belem *r = yz_belem_child(set, refs);
	for (; r; r = yz_belem_next(r, refs)) {
		const struct yz_belem *other = yz_bref(m, yz_belem_text(m->arena, r));
		if (other && !set_has(m, other, back, set))
			BAD("EXT087", r, "the set named here does not name this one");
	}
}

static void check_input_set(struct yz_bpmn *m, const struct yz_belem *el)
{
	check_subset(m, el, "optionalInputRefs", "dataInputRefs", "EXT085");
	check_subset(m, el, "whileExecutingInputRefs", "dataInputRefs", "EXT086");
	check_mutual(m, el, "outputSetRefs", "inputSetRefs");
}

static void check_output_set(struct yz_bpmn *m, const struct yz_belem *el)
{
	check_subset(m, el, "optionalOutputRefs", "dataOutputRefs", "EXT089");
	check_subset(m, el, "whileExecutingOutputRefs", "dataOutputRefs", "EXT090");
	check_mutual(m, el, "inputSetRefs", "outputSetRefs");
}

/* Associations */

static bool of_process(const struct yz_belem *data)
{
	const struct yz_belem *spec = data ? data->parent : NULL;
	return spec && yz_belem_is(spec, "ioSpecification") && spec->parent && yz_belem_is(spec->parent, "process");
}

static void check_association(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *from = yz_bref_child(m, el, "sourceRef"), *to = yz_bref_child(m, el, "targetRef");
	const struct yz_belem *a = yz_bitem(m, from), *b = yz_bitem(m, to);
	bool transformed = yz_belem_child(el, "transformation") || yz_belem_child(el, "assignment");
	if (yz_belem_is(el, "dataOutputAssociation") && of_process(to) && yz_belem_is(to, "dataInput"))
		BAD("EXT080", el, "nothing inside a process writes to its data input");
	if (yz_belem_is(el, "dataInputAssociation") && of_process(from) && yz_belem_is(from, "dataOutput"))
		BAD("EXT082", el, "nothing inside a process reads its data output");
	if (!transformed && a && b && !yz_bitem_same(a, b))
		BAD("EXT091", el, "source and target are of different items and nothing transforms them");
	if (!yz_belem_child(el, "transformation") && yz_belem_count(el, "sourceRef") > 1)
		BAD("EXT092", el, "several sources need a transformation");
}

/* Data of events: one for each definition that carries an item, in order. */

static const struct yz_belem *item_of_def(const struct yz_bpmn *m, const struct yz_belem *def, bool *carries)
{
	static const char *const refs[] = {"messageRef", "signalRef", "errorRef", "escalationRef"};
	const struct yz_belem *of = NULL;
	for (size_t i = 0; i < 4 && !of; i++)
		of = yz_bref_attr(m, def, refs[i]);
	const struct yz_belem *item = yz_bitem(m, of);
	*carries = item != NULL;
	return item;
}

static void check_event_data(struct yz_bpmn *m, const struct yz_belem *el)
{
	const char *kind = yz_belem_child(el, "dataOutput") ? "dataOutput" : "dataInput";
	const struct yz_belem *data = yz_belem_child(el, kind);
	size_t have = yz_belem_count(el, kind), need = 0;
	if (have == 0)
		return;
	for (const struct yz_belem *c = yz_belem_first(el); c; c = yz_belem_after(c)) {
		bool carries;
		const struct yz_belem *item = item_of_def(m, c, &carries);
		if (!yz_str_ends(c->name, YZ_LIT("EventDefinition")) || !carries)
			continue;
		need++;
		if (data && yz_bitem(m, data) && !yz_bitem_same(yz_bitem(m, data), item))
			BAD("EXT094", data, "the item is not that of the event definition it belongs to");
		data = data ? yz_belem_next(data, kind) : NULL;
	}
	if (need > 0 && have < need)
		BAD("EXT093", el, "%zu event definitions carry an item, and there are %zu data elements", need, have);
}

/* Loops */

static void check_multiple(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *in = yz_bref_child(m, el, "loopDataInputRef"),
			      *out = yz_bref_child(m, el, "loopDataOutputRef");
	const struct yz_belem *in_item = yz_belem_child(el, "inputDataItem"),
			      *out_item = yz_belem_child(el, "outputDataItem");
	bool each = yz_belem_attr_of(el, BNS_YZ, "each").len || yz_belem_attr_of(el->parent, BNS_YZ, "each").len;
	if (!yz_belem_child(el, "loopCardinality") && !yz_belem_child(el, "loopDataInputRef") && !each)
		BAD("EXT067", el, "how many instances? loopCardinality, loopDataInputRef or yz:each says it");
	if (in && !yz_belem_is(in, "dataInput") && !yz_belem_is(in, "dataObject") &&
	    !yz_belem_is(in, "dataObjectReference") && !yz_belem_is(in, "property"))
		BAD("EXT068", el, "loopDataInputRef names no data");
	const struct yz_belem *pairs[2][2] = {{out, out_item}, {in, in_item}};
	for (int i = 0; i < 2; i++) {
		const struct yz_belem *many = yz_bitem(m, pairs[i][0]), *one = yz_bitem(m, pairs[i][1]);
		if (many && one && (flag(one, "isCollection") || !yz_bitem_same(many, one)))
			BAD(i ? "EXT070" : "EXT069", el,
			    "the item of one instance is not an element of the collection");
	}
}

/* Operations */

static const struct yz_belem *message_of(struct yz_bpmn *m, const struct yz_belem *op, const char *ref)
{
	return op ? yz_bref_child(m, op, ref) : NULL;
}

/* One set with one element, of the message's item. */
static void check_io(struct yz_bpmn *m, const struct yz_belem *el, const struct yz_belem *message, const char *set,
		     const char *data, bool must, const char *const codes[3])
{
	const struct yz_belem *spec = yz_belem_child(el, "ioSpecification");
	if (!message || (!spec && !must))
		return;
	size_t sets = spec ? yz_belem_count(spec, set) : 0, n = spec ? yz_belem_count(spec, data) : 0;
	if (sets != 1)
		BAD(codes[0], el, "the operation has one message here, so there is one %s", set);
	if (n > 1 || (must && n == 0))
		BAD(codes[1], el, "the operation has one message here, so there is one %s", data);
	const struct yz_belem *item = yz_bitem(m, message), *d = spec ? yz_belem_child(spec, data) : NULL;
	if (d && item && !yz_bitem_same(yz_bitem(m, d), item))
		BAD(codes[2], d, "the item is not that of the message");
}

static void check_service(struct yz_bpmn *m, const struct yz_belem *el)
{
	static const char *const in[] = {"EXT042", "EXT042", "EXT044"}, *const out[] = {"EXT043", "EXT043", "EXT045"};
	const struct yz_belem *op = yz_bref_attr(m, el, "operationRef");
	if (op && yz_belem_is(op, "operation")) {
		check_io(m, el, message_of(m, op, "inMessageRef"), "inputSet", "dataInput", true, in);
		check_io(m, el, message_of(m, op, "outMessageRef"), "outputSet", "dataOutput", true, out);
	}
}

static void check_send(struct yz_bpmn *m, const struct yz_belem *el)
{
	static const char *const codes[] = {"EXT046", "EXT047", "EXT048"};
	check_io(m, el, yz_bref_attr(m, el, "messageRef"), "inputSet", "dataInput", false, codes);
}

static void check_receive(struct yz_bpmn *m, const struct yz_belem *el)
{
	static const char *const codes[] = {"EXT050", "EXT051", "EXT052"};
	check_io(m, el, yz_bref_attr(m, el, "messageRef"), "outputSet", "dataOutput", false, codes);
}

/* Calls */

static void check_same_data(struct yz_bpmn *m, const struct yz_belem *el, const struct yz_belem *mine,
			    const struct yz_belem *theirs, const char *data)
{
	const struct yz_belem *a = yz_belem_child(mine, data), *b = theirs ? yz_belem_child(theirs, data) : NULL;
	for (; a && b; a = yz_belem_next(a, data), b = yz_belem_next(b, data))
		if (yz_bitem(m, a) && yz_bitem(m, b) && !yz_bitem_same(yz_bitem(m, a), yz_bitem(m, b)))
			BAD("EXT063", a, "the item is not that of the %s of what is called", data);
	if (a || b)
		BAD("EXT063", el, "what is called has another number of %s", data);
}

static void check_call(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *to = yz_bref_attr(m, el, "calledElement"), *mine = yz_belem_child(el, "ioSpecification");
	if (!to || !mine)
		return;
	check_same_data(m, el, mine, yz_belem_child(to, "ioSpecification"), "dataInput");
	check_same_data(m, el, mine, yz_belem_child(to, "ioSpecification"), "dataOutput");
}

static void check_callable(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *i = yz_belem_child(el, "supportedInterfaceRef");
	if (i && !yz_belem_child(el, "ioBinding"))
		BAD("EXT064", el, "what supports an interface binds its data to the operations by ioBinding");
}

static void check_binding(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *op = yz_bref_attr(m, el, "operationRef");
	const struct yz_belem *in = yz_bref_attr(m, el, "inputDataRef"), *out = yz_bref_attr(m, el, "outputDataRef");
	const struct yz_belem *want_in = yz_bitem(m, message_of(m, op, "inMessageRef"));
	const struct yz_belem *want_out = yz_bitem(m, message_of(m, op, "outMessageRef"));
	if ((in && want_in && !yz_bitem_same(yz_bitem(m, in), want_in)) ||
	    (out && want_out && !yz_bitem_same(yz_bitem(m, out), want_out)))
		BAD("EXT065", el, "the data bound is not of the item of the operation's message");
}

const struct yz_brule yz_bdata_rules[] = {
	{"dataInput", check_collection},
	{"dataOutput", check_collection},
	{"dataObject", check_collection},
	{"dataObjectReference", check_data_state},
	{"property", check_property},
	{"ioSpecification", check_spec},
	{"inputSet", check_input_set},
	{"outputSet", check_output_set},
	{"dataInputAssociation", check_association},
	{"dataOutputAssociation", check_association},
	{"startEvent", check_event_data},
	{"endEvent", check_event_data},
	{"intermediateCatchEvent", check_event_data},
	{"intermediateThrowEvent", check_event_data},
	{"boundaryEvent", check_event_data},
	{"multiInstanceLoopCharacteristics", check_multiple},
	{"serviceTask", check_service},
	{"sendTask", check_send},
	{"receiveTask", check_receive},
	{"callActivity", check_call},
	{"process", check_callable},
	{"globalTask", check_callable},
	{"ioBinding", check_binding},
	{0},
};
