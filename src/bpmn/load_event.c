/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/model.h"

/* Times */

bool yz_btime_ok(struct yz_str s)
{
	/* P…, R…, or a date: what ISO 8601 begins with.  FEEL that begins so is a name. */
	if (s.len < 2)
		return false;
	if (s.ptr[0] == 'P' || s.ptr[0] == 'R')
		return (s.ptr[1] >= '0' && s.ptr[1] <= '9') || s.ptr[1] == 'T' || s.ptr[1] == '/' || s.ptr[1] == '-';
	yz_day day;
	return s.len >= 10 && yz_day_parse(yz_str_n(s.ptr, 10), &day);
}

static void note_used(struct yz_bpmn *m, struct yz_bexpr *x)
{
	size_t n;
	const struct yz_feel_use *uses = yz_feel_uses(m->arena, x->feel, &n);
	bool *seen = yz_new_n(m->arena, x->nnames + 1, bool);
	uint32_t *used = yz_new_n(m->arena, x->nnames + 1, uint32_t);
	for (size_t i = 0; i < n; i++) {
		if (!seen[uses[i].input])
			used[x->nused++] = (uint32_t)uses[i].input;
		seen[uses[i].input] = true;
	}
	x->used = used;
}

/* The id of the element, else of the nearest around it that has one. */
static struct yz_str belongs_to(const struct yz_belem *el)
{
	struct yz_str id = yz_belem_attr(el, "id");
	while (!id.len && el->parent) {
		el = el->parent;
		id = yz_belem_attr(el, "id");
	}
	return id;
}

const struct yz_bpmn_asked *yz_bpmn_asks(const struct yz_bpmn *m, size_t *n)
{
	*n = m->asked.len;
	return m->asked.at;
}

const struct yz_bexpr *yz_bexpr_new(struct yz_bpmn *m, const struct yz_belem *at, struct yz_str text, bool literal)
{
	struct yz_bexpr *x = yz_new(m->arena, struct yz_bexpr);
	x->text = text;
	if (literal)
		return x;
	struct yz_feel_scope scope = {.names = m->declared.at,
				      .len = m->declared.len,
				      .open = true,
				      .where = yz_belem_attr(at, "id"),
				      .line = at->line};
	struct yz_err err = {0};
	x->feel = yz_feel_compile(m->arena, text, YZ_FEEL_EXPRESSION, &scope, NULL, &err);
	if (x->feel) {
		x->names = yz_feel_names(x->feel, &x->nnames);
		note_used(m, x);
		for (size_t i = 0; i < x->nused; i++)
			if (x->used[i] >= m->declared.len)
				*yz_vec_push(m->arena, &m->asked) = (struct yz_bpmn_asked){x->names[x->used[i]].name, belongs_to(at), at->line};
	} else {
		yz_bdiag(m, YZ_BPMN_REJECT, "EXPRESSION", at, "\"%.*s\" is no FEEL expression: %s",
			 (int)(text.len > 80 ? 80 : text.len), text.ptr ? text.ptr : "", err.msg);
	}
	return x;
}

const struct yz_bexpr *yz_bexpr_of(struct yz_bpmn *m, const struct yz_belem *el)
{
	if (!el)
		return NULL;
	struct yz_str text = yz_belem_text(m->arena, el);
	if (text.len == 0) {
		yz_bdiag(m, YZ_BPMN_DOUBT, "EMPTY_EXPRESSION", el, "the expression is empty");
		return NULL;
	}
	return yz_bexpr_new(m, el, text, false);
}

/* Definitions */

static bool def_kind(const struct yz_belem *el, enum yz_bdef_kind *kind)
{
	static const char *const names[] = {
		"messageEventDefinition",     "signalEventDefinition",     "timerEventDefinition",
		"errorEventDefinition",       "escalationEventDefinition", "compensateEventDefinition",
		"conditionalEventDefinition", "linkEventDefinition",       "cancelEventDefinition",
		"terminateEventDefinition",
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (yz_belem_is(el, names[i])) {
			*kind = (enum yz_bdef_kind)i;
			return true;
		}
	return false;
}

static const struct yz_belem *referred(const struct yz_bpmn *m, struct yz_str id)
{
	return id.len ? yz_map_get(&m->ids, id) : NULL;
}

/* The attribute of the element referred to, or its id. */
static struct yz_str name_of(const struct yz_bpmn *m, struct yz_str id, const char *attr)
{
	const struct yz_belem *el = referred(m, id);
	struct yz_str name = el ? yz_belem_attr(el, attr) : (struct yz_str){NULL, 0};
	return name.len ? name : id;
}

static void timer_of(struct yz_bpmn *m, struct yz_bdef *d, const struct yz_belem *el)
{
	static const char *const kinds[] = {"timeDuration", "timeDate", "timeCycle"};
	for (int i = 0; i < 3; i++) {
		const struct yz_belem *time = yz_belem_child(el, kinds[i]);
		if (!time)
			continue;
		struct yz_str text = yz_belem_text(m->arena, time);
		d->literal = yz_btime_ok(text);
		if (text.len > 1 && text.ptr[0] == '=')
			text = yz_str_n(text.ptr + 1, text.len - 1);
		d->expr = text.len ? yz_bexpr_new(m, time, text, d->literal) : NULL;
		return;
	}
}

static void fill_def(struct yz_bpmn *m, struct yz_bdef *d, const struct yz_belem *el)
{
	struct yz_str wait = yz_belem_attr(el, "waitForCompletion"), key = yz_belem_attr_of(el, BNS_YZ, "key");
	d->el = el;
	switch (d->kind) {
	case BDEF_MESSAGE:
		d->ref = yz_local(yz_belem_attr(el, "messageRef"));
		d->name = name_of(m, d->ref, "name");
		break;
	case BDEF_SIGNAL:
		d->ref = yz_local(yz_belem_attr(el, "signalRef"));
		d->name = name_of(m, d->ref, "name");
		break;
	case BDEF_ERROR:
		d->ref = yz_local(yz_belem_attr(el, "errorRef"));
		d->name = name_of(m, d->ref, "errorCode");
		break;
	case BDEF_ESCALATION:
		d->ref = yz_local(yz_belem_attr(el, "escalationRef"));
		d->name = name_of(m, d->ref, "escalationCode");
		break;
	case BDEF_TIMER:
		timer_of(m, d, el);
		break;
	case BDEF_CONDITION:
		d->expr = yz_bexpr_of(m, yz_belem_child(el, "condition"));
		break;
	case BDEF_LINK:
		d->name = yz_belem_attr(el, "name");
		break;
	case BDEF_COMPENSATE:
		d->ref = yz_local(yz_belem_attr(el, "activityRef"));
		d->wait = !yz_str_eqz(wait, "false");
		break;
	case BDEF_CANCEL:
	case BDEF_TERMINATE:
		break;
	}
	if (d->kind == BDEF_MESSAGE && key.len)
		d->key = yz_bexpr_new(m, el, key, false);
}

const struct yz_bdef *yz_bdef_ref(struct yz_bpmn *m, struct yz_str qname)
{
	const struct yz_belem *el = referred(m, yz_local(qname));
	struct yz_bdef *d = yz_new(m->arena, struct yz_bdef);
	if (!el || !def_kind(el, &d->kind))
		return NULL;
	fill_def(m, d, el);
	return d;
}

const struct yz_bdef *yz_bdefs_of(struct yz_bpmn *m, const struct yz_belem *el, size_t *n)
{
	YZ_VEC(struct yz_bdef) defs = {0};
	for (const struct yz_belem *c = yz_belem_first(el); c; c = yz_belem_after(c)) {
		struct yz_bdef d = {0};
		if (def_kind(c, &d.kind)) {
			fill_def(m, &d, c);
			*yz_vec_push(m->arena, &defs) = d;
		} else if (yz_belem_is(c, "eventDefinitionRef")) {
			const struct yz_bdef *shared = yz_bdef_ref(m, yz_belem_text(m->arena, c));
			if (shared)
				*yz_vec_push(m->arena, &defs) = *shared;
		}
	}
	*n = defs.len;
	return defs.at;
}

/* Loops */

static bool boolean(const struct yz_belem *el, const char *attr, bool fallback)
{
	struct yz_str v = yz_str_trim(yz_belem_attr(el, attr));
	return v.len == 0 ? fallback : yz_str_eqz(v, "true") || yz_str_eqz(v, "1");
}

static void standard_of(struct yz_bpmn *m, struct yz_bloop *l, const struct yz_belem *el)
{
	struct yz_str most = yz_belem_attr(el, "loopMaximum");
	const struct yz_belem *condition = yz_belem_child(el, "loopCondition");
	l->kind = BLOOP_STANDARD;
	l->test_before = boolean(el, "testBefore", false);
	l->maximum = -1;
	if (most.len && (!yz_str_int(yz_str_trim(most), &l->maximum) || l->maximum < 0))
		l->bad_maximum = true;
	l->condition = yz_bexpr_of(m, condition);
}

static void complex_of(struct yz_bpmn *m, struct yz_bloop *l, const struct yz_belem *el)
{
	YZ_VEC(struct yz_bcomplex) list = {0};
	const struct yz_belem *c = yz_belem_child(el, "complexBehaviorDefinition");
	for (; c; c = yz_belem_next(c, "complexBehaviorDefinition")) {
		size_t n = 0;
		const struct yz_belem *event = yz_belem_child(c, "event");
		const struct yz_bdef *defs = event ? yz_bdefs_of(m, event, &n) : NULL;
		struct yz_bcomplex x = {.condition = yz_bexpr_of(m, yz_belem_child(c, "condition")),
					.event = n ? defs : NULL};
		*yz_vec_push(m->arena, &list) = x;
	}
	l->complex = list.at;
	l->ncomplex = list.len;
}

static struct yz_str item_name(const struct yz_belem *item)
{
	struct yz_str name = item ? yz_belem_attr(item, "name") : (struct yz_str){NULL, 0};
	return name.len || !item ? name : yz_belem_attr(item, "id");
}

static void multiple_of(struct yz_bpmn *m, struct yz_bloop *l, const struct yz_belem *el, const struct yz_belem *owner)
{
	struct yz_str behavior = yz_belem_attr(el, "behavior"), ref;
	struct yz_str each = yz_belem_attr_of(el, BNS_YZ, "each"), as = yz_belem_attr_of(el, BNS_YZ, "as");
	if (!each.len) {
		each = yz_belem_attr_of(owner, BNS_YZ, "each");
		as = yz_belem_attr_of(owner, BNS_YZ, "as");
	}
	l->kind = boolean(el, "isSequential", false) ? BLOOP_SEQUENTIAL : BLOOP_PARALLEL;
	l->cardinality = yz_bexpr_of(m, yz_belem_child(el, "loopCardinality"));
	l->completion = yz_bexpr_of(m, yz_belem_child(el, "completionCondition"));
	if (each.len)
		l->each = yz_bexpr_new(m, el, each, false);
	ref = yz_belem_text(m->arena, yz_belem_child(el, "loopDataInputRef"));
	l->collection = ref.len ? yz_bdata_name(m, yz_local(ref)) : (struct yz_str){NULL, 0};
	ref = yz_belem_text(m->arena, yz_belem_child(el, "loopDataOutputRef"));
	l->out_collection = ref.len ? yz_bdata_name(m, yz_local(ref)) : (struct yz_str){NULL, 0};
	l->element = as.len ? as : item_name(yz_belem_child(el, "inputDataItem"));
	l->out_element = item_name(yz_belem_child(el, "outputDataItem"));
	l->behavior = yz_str_eqz(behavior, "None")      ? BMI_NONE
		      : yz_str_eqz(behavior, "One")     ? BMI_ONE
		      : yz_str_eqz(behavior, "Complex") ? BMI_COMPLEX
							: BMI_ALL;
	if ((ref = yz_belem_attr(el, "oneBehaviorEventRef")).len)
		l->one_event = yz_bdef_ref(m, ref);
	if ((ref = yz_belem_attr(el, "noneBehaviorEventRef")).len)
		l->none_event = yz_bdef_ref(m, ref);
	complex_of(m, l, el);
}

const struct yz_bloop *yz_bloop_of(struct yz_bpmn *m, const struct yz_belem *el)
{
	const struct yz_belem *standard = yz_belem_child(el, "standardLoopCharacteristics");
	const struct yz_belem *multiple = yz_belem_child(el, "multiInstanceLoopCharacteristics");
	if (!standard && !multiple)
		return NULL;
	struct yz_bloop *l = yz_new(m->arena, struct yz_bloop);
	if (multiple)
		multiple_of(m, l, multiple, el);
	else
		standard_of(m, l, standard);
	return l;
}
