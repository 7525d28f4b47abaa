/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/model.h"

#include <stdlib.h>

/* Findings */

void yz_bdiag(struct yz_bpmn *m, enum yz_bpmn_severity severity, const char *code, const struct yz_belem *at,
	      const char *fmt, ...)
{
	va_list ap;
	if (m->counts[severity]++ >= YZ_BPMN_DIAGS)
		return;
	struct yz_bpmn_diag *d = yz_new(m->arena, struct yz_bpmn_diag), **where = &m->diags;
	struct yz_str id = yz_belem_attr(at, "id");
	va_start(ap, fmt);
	d->message = yz_str(yz_vprintf(m->arena, fmt, ap));
	va_end(ap);
	d->severity = severity;
	d->code = code;
	d->element = id.len ? id : at->name;
	d->line = at->line;
	while (*where && (*where)->line <= d->line)
		where = (struct yz_bpmn_diag **)(uintptr_t) & (*where)->next;
	d->next = *where;
	*where = d;
}

const struct yz_bpmn_diag *yz_bpmn_diags(const struct yz_bpmn *m)
{
	return m->diags;
}

size_t yz_bpmn_count(const struct yz_bpmn *m, enum yz_bpmn_severity severity)
{
	return m->counts[severity];
}

/* Nodes */

static const char *const type_names[] = {
#define TYPE(name, xml) xml,
#include "bpmn/types.def"
#undef TYPE
};

const char *yz_bpmn_type_name(enum yz_bpmn_type type)
{
	return type_names[type];
}

static bool node_type(const struct yz_belem *el, enum yz_bpmn_type *type)
{
	if (el->kind != BXML_ELEMENT || el->ns != BNS_BPMN)
		return false;
	for (int i = 0; i < YZ_BPMN_NTYPES; i++)
		if (yz_str_eqz(el->name, type_names[i])) {
			*type = (enum yz_bpmn_type)i;
			return true;
		}
	return false;
}

static bool boolean(const struct yz_belem *el, const char *attr, bool fallback)
{
	struct yz_str v = yz_str_trim(yz_belem_attr(el, attr));
	return v.len == 0 ? fallback : yz_str_eqz(v, "true") || yz_str_eqz(v, "1");
}

static int64_t quantity(const struct yz_belem *el, const char *attr)
{
	int64_t n;
	struct yz_str v = yz_belem_attr(el, attr);
	return v.len == 0 ? 1 : yz_str_int(yz_str_trim(v), &n) ? n : 0;
}

static const struct yz_bexpr *yz_expr_attr(struct yz_bpmn *m, const struct yz_belem *el, const char *name)
{
	struct yz_str text = yz_belem_attr_of(el, BNS_YZ, name);
	return text.len ? yz_bexpr_new(m, el, text, false) : NULL;
}

static void read_attrs(struct yz_bpmn *m, struct yz_bnode *n)
{
	struct yz_bpmn_attr *attrs = yz_new_n(m->arena, n->el->nattrs + 1, struct yz_bpmn_attr);
	n->attr_exprs = yz_new_n(m->arena, n->el->nattrs + 1, const struct yz_bexpr *);
	for (size_t i = 0; i < n->el->nattrs; i++) {
		const struct yz_battr *at = &n->el->attrs[i];
		if (at->ns != BNS_YZ)
			continue;
		if (at->value.len > 1 && at->value.ptr[0] == '=')
			n->attr_exprs[n->pub.nattrs] =
				yz_bexpr_new(m, n->el, yz_str_n(at->value.ptr + 1, at->value.len - 1), false);
		attrs[n->pub.nattrs++] = (struct yz_bpmn_attr){at->name, at->value};
	}
	n->pub.attrs = attrs;
}

/* A script is FEEL, or of a language this engine leaves to the host's hook. */
static void read_script(struct yz_bpmn *m, struct yz_bnode *n)
{
	struct yz_str format = yz_belem_attr(n->el, "scriptFormat");
	n->script_text = yz_belem_text(m->arena, yz_belem_child(n->el, "script"));
	bool feel = format.len == 0 || yz_str_find(format, YZ_LIT("feel"), 0) != SIZE_MAX ||
		    yz_str_find(format, YZ_LIT("FEEL"), 0) != SIZE_MAX;
	if (feel && n->script_text.len)
		n->script = yz_bexpr_new(m, n->el, n->script_text, false);
	else if (n->script_text.len)
		yz_bdiag(m, YZ_BPMN_DOUBT, "SCRIPT_LANGUAGE", n->el, "the script is written in %.*s; only FEEL is run",
			 YZ_P(format));
}

static void read_activity(struct yz_bpmn *m, struct yz_bnode *n)
{
	const struct yz_belem *el = n->el;
	n->loop = yz_bloop_of(m, el);
	n->start_quantity = quantity(el, "startQuantity");
	n->completion_quantity = quantity(el, "completionQuantity");
	n->for_compensation = boolean(el, "isForCompensation", false);
	n->instantiate = boolean(el, "instantiate", false);
	n->event_triggered = boolean(el, "triggeredByEvent", false);
	n->result = yz_belem_attr_of(el, BNS_YZ, "result");
	n->decision = yz_belem_attr_of(el, BNS_YZ, "decision");
	n->act = yz_belem_attr_of(el, BNS_YZ, "act");
	n->key = yz_expr_attr(m, el, "key");
	struct yz_str message = yz_local(yz_belem_attr(el, "messageRef"));
	const struct yz_belem *def = message.len ? yz_map_get(&m->ids, message) : NULL;
	n->message = def && yz_belem_attr(def, "name").len ? yz_belem_attr(def, "name") : message;
	struct yz_str operation = yz_local(yz_belem_attr(el, "operationRef"));
	def = operation.len ? yz_map_get(&m->ids, operation) : NULL;
	n->operation = def && yz_belem_attr(def, "name").len ? yz_belem_attr(def, "name") : operation;
	if (n->pub.type == YZ_BPMN_SCRIPT_TASK || n->pub.type == YZ_BPMN_GLOBAL_SCRIPT_TASK)
		read_script(m, n);
	if (n->pub.type == YZ_BPMN_CALL)
		n->called_name = yz_local(yz_belem_attr(el, "calledElement"));
	if (n->pub.type == YZ_BPMN_ADHOC) {
		n->sequential = yz_str_eqz(yz_belem_attr(el, "ordering"), "Sequential");
		n->choose = yz_str_eqz(yz_belem_attr_of(el, BNS_YZ, "start"), "choose");
		n->keep_remaining = !boolean(el, "cancelRemainingInstances", true);
		n->completion = yz_bexpr_of(m, yz_belem_child(el, "completionCondition"));
	}
}

static struct yz_bnode *new_node(struct yz_bpmn *m, const struct yz_belem *el, enum yz_bpmn_type type,
				 struct yz_bnode *scope)
{
	struct yz_bnode *n = yz_new(m->arena, struct yz_bnode);
	n->pub.type = type;
	n->pub.id = yz_belem_attr(el, "id");
	n->pub.name = yz_belem_attr(el, "name");
	n->pub.documentation = yz_belem_text(m->arena, yz_belem_child(el, "documentation"));
	n->pub.line = el->line;
	n->pub.parent = scope ? &scope->pub : NULL;
	n->el = el;
	n->scope = scope;
	n->index = (uint32_t)m->nodes.len;
	n->start_quantity = n->completion_quantity = 1;
	read_attrs(m, n);
	*yz_vec_push(m->arena, &m->nodes) = n;
	if (n->pub.id.len)
		yz_map_put(&m->by_id, n->pub.id, n);
	if (yz_btype_is_event(type)) {
		n->defs = yz_bdefs_of(m, el, &n->ndefs);
		n->parallel_multiple = boolean(el, "parallelMultiple", false);
		n->interrupting =
			boolean(el, type == YZ_BPMN_BOUNDARY_EVENT ? "cancelActivity" : "isInterrupting", true);
		n->result = yz_belem_attr_of(el, BNS_YZ, "result");
	} else if (type == YZ_BPMN_COMPLEX) {
		n->activation = yz_bexpr_of(m, yz_belem_child(el, "activationCondition"));
	} else if (type == YZ_BPMN_EVENT_BASED) {
		n->instantiate = boolean(el, "instantiate", false);
		n->wants_all = yz_str_eqz(yz_belem_attr(el, "eventGatewayType"), "Parallel");
	} else if (!yz_btype_is_gateway(type)) {
		read_activity(m, n);
	}
	yz_bdata_of(m, n);
	return n;
}

/* Elements that stand in a process and carry no token. */
static bool passive(const struct yz_belem *c)
{
	static const char *const names[] = {
		"documentation",
		"extensionElements",
		"incoming",
		"outgoing",
		"sequenceFlow",
		"laneSet",
		"artifact",
		"association",
		"group",
		"textAnnotation",
		"dataObject",
		"dataObjectReference",
		"dataStoreReference",
		"property",
		"ioSpecification",
		"auditing",
		"monitoring",
		"resourceRole",
		"performer",
		"humanPerformer",
		"potentialOwner",
		"correlationSubscription",
		"supports",
		"supportedInterfaceRef",
		"ioBinding",
		"dataInputAssociation",
		"dataOutputAssociation",
		"standardLoopCharacteristics",
		"multiInstanceLoopCharacteristics",
		"completionCondition",
		"category",
		"choreographyTask",
		"subChoreography",
		"callChoreography",
		"subConversation",
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (yz_belem_is(c, names[i]))
			return true;
	return false;
}

static bool read_scope(struct yz_bpmn *m, struct yz_bnode *scope, struct yz_err *err)
{
	YZ_VEC(struct yz_bnode *) children = {0};
	for (const struct yz_belem *c = yz_belem_first(scope->el); c; c = yz_belem_after(c)) {
		enum yz_bpmn_type type;
		if (m->nodes.len >= YZ_BPMN_NODES)
			return yz_fail(err, YZ_LIMIT, "line %u: more than %d flow nodes", c->line, YZ_BPMN_NODES);
		if (!node_type(c, &type) || type >= YZ_BPMN_PROCESS) {
			if (c->ns == BNS_BPMN && !passive(c))
				yz_bdiag(m, YZ_BPMN_DOUBT, "UNKNOWN_ELEMENT", c,
					 "%.*s is not known here and is passed over", YZ_P(c->name));
			continue;
		}
		struct yz_bnode *n = new_node(m, c, type, scope);
		*yz_vec_push(m->arena, &children) = n;
		if (yz_btype_is_scope(type) && !read_scope(m, n, err))
			return false;
	}
	scope->children = children.at;
	scope->nchildren = children.len;
	yz_bdeclared_of(m, scope);
	return true;
}

/* Flows are read when all nodes are known. */
static void read_flows(struct yz_bpmn *m, const struct yz_belem *scope)
{
	for (const struct yz_belem *c = yz_belem_first(scope); c; c = yz_belem_after(c)) {
		enum yz_bpmn_type type;
		if (node_type(c, &type) && yz_btype_is_scope(type))
			read_flows(m, c);
		if (!yz_belem_is(c, "sequenceFlow"))
			continue;
		struct yz_str from = yz_local(yz_belem_attr(c, "sourceRef")),
			      to = yz_local(yz_belem_attr(c, "targetRef"));
		struct yz_bnode *a = from.len ? yz_map_get(&m->by_id, from) : NULL,
				*b = to.len ? yz_map_get(&m->by_id, to) : NULL;
		if (!a || !b) {
			yz_bdiag(m, YZ_BPMN_REJECT, "FLOW_END", c,
				 "the sequence flow %s \"%.*s\", which is no flow node", a ? "leads to" : "comes from",
				 YZ_P(a ? to : from));
			continue;
		}
		struct yz_bflow *f = yz_new(m->arena, struct yz_bflow);
		f->el = c;
		f->index = (uint32_t)m->flows.len;
		f->from = a;
		f->to = b;
		f->condition = yz_bexpr_of(m, yz_belem_child(c, "conditionExpression"));
		f->pub = (struct yz_bpmn_flow){.id = yz_belem_attr(c, "id"),
					       .name = yz_belem_attr(c, "name"),
					       .from = &a->pub,
					       .to = &b->pub,
					       .condition =
						       f->condition ? f->condition->text : (struct yz_str){NULL, 0}};
		*yz_vec_push(m->arena, &m->flows) = f;
	}
}

static bool index_ids(struct yz_bpmn *m, struct yz_belem *e)
{
	for (; e; e = e->next) {
		struct yz_str id = e->kind == BXML_ELEMENT ? yz_belem_attr(e, "id") : (struct yz_str){NULL, 0};
		if (id.len && e->ns != BNS_DIAGRAM && !yz_map_has(&m->ids, id))
			yz_map_put(&m->ids, id, e);
		index_ids(m, e->first);
	}
	return true;
}

const struct yz_bpmn *yz_bpmn_load(struct yz_arena *a, struct yz_str xml, const struct yz_bpmn_known *known,
				   struct yz_err *err)
{
	struct yz_bpmn *m = yz_new(a, struct yz_bpmn);
	m->arena = a;
	m->known = known;
	m->root = yz_bxml_read(a, xml, &m->top, err);
	if (!m->root)
		return NULL;
	if (!yz_belem_is(m->root, "definitions"))
		return yz_fail_null(err, YZ_SYNTAX, "line %u: the root is %.*s, not BPMN 2.0 definitions",
				    m->root->line, YZ_P(m->root->name));
	yz_map_init(&m->ids, a);
	yz_map_init(&m->by_id, a);
	index_ids(m, m->root);
	yz_bdata_names(m);
	for (const struct yz_belem *c = yz_belem_first(m->root); c; c = yz_belem_after(c)) {
		enum yz_bpmn_type type;
		if (!node_type(c, &type) || type < YZ_BPMN_PROCESS)
			continue;
		struct yz_bnode *n = new_node(m, c, type, NULL);
		if (type == YZ_BPMN_PROCESS && !read_scope(m, n, err))
			return NULL;
	}
	for (const struct yz_belem *c = yz_belem_child(m->root, "process"); c; c = yz_belem_next(c, "process"))
		read_flows(m, c);
	if (!yz_bpmn_link(m, err))
		return NULL;
	yz_bcheck_standard(m);
	yz_bcheck_flow(m);
	yz_bcheck_people(m);
	m->known = NULL;
	return m;
}

void yz_bpmn_save(const struct yz_bpmn *m, struct yz_buf *out)
{
	yz_bxml_write(m->top, out);
}

/* Looking */

struct yz_str yz_bpmn_attr(const struct yz_bpmn_node *node, const char *name)
{
	for (size_t i = 0; i < node->nattrs; i++)
		if (yz_str_eqz(node->attrs[i].name, name))
			return node->attrs[i].value;
	return (struct yz_str){NULL, 0};
}

const struct yz_bpmn_node *yz_bpmn_node(const struct yz_bpmn *m, struct yz_str id)
{
	const struct yz_bnode *n = yz_map_get(&m->by_id, id);
	return n ? &n->pub : NULL;
}

const struct yz_bpmn_node *const *yz_bpmn_nodes(const struct yz_bpmn *m, size_t *n)
{
	*n = m->nodes.len;
	return (const struct yz_bpmn_node *const *)m->nodes.at;
}

const struct yz_bpmn_node *yz_bpmn_process(const struct yz_bpmn *m, struct yz_str id)
{
	const struct yz_bnode *first = NULL;
	for (size_t i = 0; i < m->nodes.len; i++) {
		const struct yz_bnode *n = m->nodes.at[i];
		if (n->pub.type != YZ_BPMN_PROCESS)
			continue;
		if (id.len ? yz_str_eq(n->pub.id, id) : yz_str_eqz(yz_belem_attr(n->el, "isExecutable"), "true"))
			return &n->pub;
		first = first ? first : n;
	}
	return id.len || !first ? NULL : &first->pub;
}

bool yz_bpmn_says(const struct yz_bpmn_node *node, size_t i, struct yz_bpmn_said *out)
{
	const struct yz_bnode *n = (const struct yz_bnode *)node;
	if (n->message.len && !n->act.len && i-- == 0) {
		*out = (struct yz_bpmn_said){n->message, n->key != NULL};
		return true;
	}
	for (size_t d = 0; d < n->ndefs; d++)
		if (n->defs[d].kind == BDEF_MESSAGE && i-- == 0) {
			*out = (struct yz_bpmn_said){n->defs[d].name, n->defs[d].key != NULL};
			return true;
		}
	return false;
}

bool yz_bpmn_talks(const struct yz_bpmn *m)
{
	for (size_t i = 0; i < m->nodes.len; i++) {
		const struct yz_bnode *n = m->nodes.at[i];
		if (n->message.len)
			return true;
		for (size_t d = 0; d < n->ndefs; d++)
			if (n->defs[d].kind == BDEF_MESSAGE || n->defs[d].kind == BDEF_SIGNAL)
				return true;
	}
	return false;
}

const struct yz_bpmn_start *yz_bpmn_starts(const struct yz_bpmn *m, size_t *n)
{
	*n = m->starts.len;
	return m->starts.at;
}

const struct yz_bpmn_flow *yz_bpmn_flows(const struct yz_bpmn *m, size_t *n)
{
	*n = m->flows.len;
	return m->public_flows;
}
