/* dmn/compile_call.c - functions, what calls them, and the nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/compile.h"

/* ---- functions ---- */

/* Which outer slots the body reads is seen by counting from nothing; what was seen before is kept. */
static bool *forget_used(struct yz_dscope *s)
{
	bool *before = yz_new_n(s->load->arena, s->slots.len, bool);
	for (size_t i = 0; i < s->slots.len; i++) {
		before[i] = s->slots.at[i].used;
		s->slots.at[i].used = false;
	}
	return before;
}

static void take_needed(struct yz_dscope *s, struct yz_dfunction *fn, const bool *before)
{
	uint32_t *needed = yz_new_n(s->load->arena, fn->captured, uint32_t);
	for (uint32_t i = 0; i < fn->captured; i++) {
		if (s->slots.at[i].used)
			needed[fn->nneeded++] = i;
		s->slots.at[i].used |= before[i];
	}
	fn->needed = needed;
}

/* Parameters: names, types and slots. */
static struct yz_feel_type *read_parameters(struct yz_dscope *s, const struct yz_xml *el)
{
	struct yz_dload *l = s->load;
	struct yz_feel_type *t = yz_dtype_new(l, YZ_FEEL_FUNCTION);
	struct yz_feel_field *params = yz_new_n(l->arena, el ? el->n : 0, struct yz_feel_field);
	size_t first = s->slots.len;
	for (size_t i = 0; el && i < el->n; i++) {
		const struct yz_xml *c = el->children[i];
		if (!yz_dis(c, "formalParameter"))
			continue;
		struct yz_feel_field p = {yz_dname_of(l, c), yz_dtype_of(l, s->file, c)};
		if (!p.name.len)
			yz_ddiag(l, YZ_FEEL_ERROR, s->file, c, "the parameter needs a name");
		else if (yz_dscope_find(s, p.name) >= first && yz_dscope_find(s, p.name) != UINT32_MAX)
			yz_ddiag(l, YZ_FEEL_ERROR, s->file, c, "two parameters are called '%.*s'", YZ_P(p.name));
		yz_dscope_push(s, c, p.name, p.type);
		params[t->nfields++] = p;
	}
	t->fields = params;
	return t;
}

static const struct yz_dexpr *compile_body(struct yz_dscope *s, const struct yz_xml *el,
					   const struct yz_feel_type **seen)
{
	struct yz_str kind = yz_str_trim(yz_xml_attr(el, "kind"));
	const struct yz_xml *body = yz_dexpr_in(el);
	*seen = NULL;
	if (kind.len && !yz_str_eqz(kind, "FEEL")) {
		struct yz_dmn_diag *d = yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el,
						 "functions of another kind than FEEL are not run");
		d->expected = YZ_LIT("FEEL");
		d->found = kind;
		return yz_dexpr_broken(s, el, "a function of another kind than FEEL");
	}
	return body ? yz_dcompile(s, body, seen) : yz_dexpr_missing(s, el, "the body of the function");
}

/* A typeRef on a function may be the type of the function, or (as tools write it) of its result. */
static const struct yz_feel_type *result_of(const struct yz_feel_type *t)
{
	return t && t->kind == YZ_FEEL_FUNCTION ? t->item : t;
}

static const struct yz_feel_type *known(const struct yz_feel_type *t)
{
	return t && t->kind == YZ_FEEL_ANY && !t->allows ? NULL : t;
}

/* In the scope around it; `result`: what is declared of its result elsewhere.  *seen: its type, with a result that only
 * shows. */
static struct yz_dfunction *compile_function(struct yz_dscope *s, const struct yz_xml *el, struct yz_str name,
					     const struct yz_feel_type *result, const struct yz_feel_type **seen)
{
	struct yz_dload *l = s->load;
	struct yz_dfunction *fn = yz_new(l->arena, struct yz_dfunction);
	const struct yz_feel_type *shows = NULL;
	uint32_t most = s->most;
	const bool *before = forget_used(s);
	fn->captured = fn->first = (uint32_t)s->slots.len;
	fn->self = UINT32_MAX;
	s->most = fn->captured;
	struct yz_feel_type *type = read_parameters(s, el);
	fn->body = compile_body(s, el, &shows);
	fn->slots = s->most;
	yz_dscope_pop(s, fn->captured);
	take_needed(s, fn, before);
	s->most = most;
	yz_dcheck_type(l, s->file, el, result, shows);
	struct yz_feel_type *visible = yz_dtype_new(l, YZ_FEEL_FUNCTION);
	/* Something has to stand there: a function type without anything is that of all functions. */
	type->item = known(result) ? result : yz_feel_type_of_kind(YZ_FEEL_ANY);
	*visible = *type;
	if (!known(result) && shows)
		visible->item = shows;
	fn->host.name = name;
	fn->host.type = type;
	fn->host.strict = true; /* an argument that does not conform makes the call null (10.3.2.13.2) */
	*seen = visible;
	return fn;
}

struct yz_dexpr *yz_dread_function(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_FUNCTION);
	const struct yz_feel_type *declared = yz_dtype_of(s->load, s->file, el);
	x->function = compile_function(s, el, (struct yz_str){NULL, 0}, result_of(declared), seen);
	if (declared && declared->kind == YZ_FEEL_FUNCTION)
		x->type = declared;
	return x;
}

/* ---- invocations ---- */

static void check_bindings(struct yz_dscope *s, const struct yz_xml *el, const struct yz_map *bound,
			   const struct yz_feel_type *fn)
{
	struct yz_dload *l = s->load;
	if (!fn || fn->kind == YZ_FEEL_ANY)
		return;
	if (fn->kind != YZ_FEEL_FUNCTION) {
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "what is invoked is no function")->found =
			yz_feel_type_text(l->arena, fn);
		return;
	}
	if (!fn->item && !fn->nfields)
		return;
	struct yz_map parameters;
	yz_map_init(&parameters, l->arena);
	for (size_t i = 0; i < fn->nfields; i++) {
		yz_map_put(&parameters, fn->fields[i].name, &parameters);
		if (!yz_map_has(bound, fn->fields[i].name))
			yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "nothing is bound to the parameter '%.*s'",
				 YZ_P(fn->fields[i].name));
	}
	for (size_t i = 0; i < bound->len; i++)
		if (!yz_map_has(&parameters, bound->entries[i].key))
			yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "the function has no parameter '%.*s'",
				 YZ_P(bound->entries[i].key));
}

static struct yz_dentry read_binding(struct yz_dscope *s, const struct yz_xml *el, struct yz_map *bound)
{
	struct yz_dload *l = s->load;
	const struct yz_xml *parameter = yz_dchild(el, "parameter"), *inner = yz_dexpr_in(el);
	struct yz_dentry e = {.type = yz_dtype_of(l, s->file, parameter)};
	const struct yz_feel_type *seen;
	if (parameter)
		e.name = yz_dname_of(l, parameter);
	if (!e.name.len)
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "the binding names no parameter");
	else if (yz_map_put(bound, e.name, bound))
		yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "'%.*s' is bound twice", YZ_P(e.name));
	if (inner) {
		e.expr = yz_dcompile(s, inner, &seen);
		yz_dcheck_type(l, s->file, el, e.type, seen);
	}
	return e;
}

struct yz_dexpr *yz_dread_invocation(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dload *l = s->load;
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_INVOCATION);
	const struct yz_xml *callee = yz_dexpr_in(el);
	const struct yz_feel_type *fn = NULL;
	struct yz_map bound;
	yz_map_init(&bound, l->arena);
	x->callee = callee ? yz_dcompile(s, callee, &fn) : yz_dexpr_missing(s, el, "an expression for the function");
	x->entries = yz_new_n(l->arena, el->n, struct yz_dentry);
	for (size_t i = 0; i < el->n && !l->failed; i++)
		if (yz_dis(el->children[i], "binding"))
			x->entries[x->n++] = read_binding(s, el->children[i], &bound);
	check_bindings(s, el, &bound, fn);
	*seen = fn && fn->kind == YZ_FEEL_FUNCTION ? known(fn->item) : NULL;
	return x;
}

/* ---- nodes ---- */

static struct yz_str where_of(struct yz_dload *l, const struct yz_dnew *n)
{
	return yz_dplace_path(l, n->file, n->el);
}

/* What the node requires: slots of its frame, in that order. */
static void push_required(struct yz_dscope *s, struct yz_dnew *n)
{
	for (size_t i = 0; i < n->node.nrequired && !s->load->failed; i++) {
		const struct yz_drequired *r = &n->node.required[i];
		struct yz_str name = r->import ? r->import->name : r->node->face.name;
		if (yz_dscope_find(s, name) != UINT32_MAX) {
			yz_ddiag(s->load, YZ_FEEL_ERROR, n->file, n->el, "two things it requires are called '%.*s'",
				 YZ_P(name));
			name = (struct yz_str){NULL, 0};
		}
		yz_dscope_push(s, n->el, name,
			       r->import ? yz_dimport_type(s->load, r->import)
					 : ((const struct yz_dnew *)r->node)->seen);
	}
}

static void compile_decision(struct yz_dload *l, struct yz_dnew *n)
{
	struct yz_dscope s;
	const struct yz_xml *logic = yz_dexpr_in(n->el);
	const struct yz_feel_type *seen = NULL, *declared = n->node.face.type;
	yz_dscope_init(&s, l, n->file);
	s.where = where_of(l, n);
	push_required(&s, n);
	if (logic)
		n->node.logic = yz_dcompile(&s, logic, &seen);
	else
		yz_ddiag(l, YZ_FEEL_WARNING, n->file, n->el, "the decision has no logic: it is null");
	yz_dcheck_type(l, n->file, n->el, declared, seen);
	n->seen = declared ? declared : seen;
	n->node.slots = s.most;
}

static void compile_knowledge(struct yz_dload *l, struct yz_dnew *n)
{
	struct yz_dscope s;
	const struct yz_xml *logic = yz_dchild(n->el, "encapsulatedLogic");
	const struct yz_feel_type *variable = n->node.face.type, *own = logic ? yz_dtype_of(l, n->file, logic) : NULL;
	yz_dscope_init(&s, l, n->file);
	s.where = where_of(l, n);
	push_required(&s, n);
	const struct yz_feel_type *result = result_of(variable);
	n->node.function = compile_function(&s, logic ? logic : n->el, n->node.face.name,
					    known(result) ? result : result_of(own), &n->seen);
	n->node.host = &n->node.function->host;
	n->node.face.type = n->node.host->type;
}

/* Its result is its output, or a context of them. */
static const struct yz_feel_type *outputs_type(struct yz_dload *l, const struct yz_dnew *n, bool visible)
{
	size_t len = n->node.noutputs;
	struct yz_feel_field *fields = yz_new_n(l->arena, len, struct yz_feel_field);
	for (size_t i = 0; i < len; i++) {
		const struct yz_dnew *out = (const struct yz_dnew *)n->node.outputs[i];
		fields[i] = (struct yz_feel_field){out->node.face.name, visible ? out->seen : out->node.face.type};
	}
	if (len == 1)
		return fields[0].type;
	struct yz_feel_type *t = yz_dtype_new(l, YZ_FEEL_CONTEXT);
	t->fields = fields;
	t->nfields = len;
	return len ? t : NULL;
}

static void compile_service(struct yz_dload *l, struct yz_dnew *n)
{
	struct yz_feel_host *host = yz_new(l->arena, struct yz_feel_host);
	struct yz_feel_type *type = yz_dtype_new(l, YZ_FEEL_FUNCTION), *visible = yz_dtype_new(l, YZ_FEEL_FUNCTION);
	struct yz_feel_field *params = yz_new_n(l->arena, n->node.nparameters, struct yz_feel_field);
	for (size_t i = 0; i < n->node.nparameters; i++)
		params[i] = (struct yz_feel_field){n->node.parameters[i]->face.name, n->node.parameters[i]->face.type};
	const struct yz_feel_type *result = known(result_of(n->node.face.type));
	type->fields = params;
	type->nfields = n->node.nparameters;
	*visible = *type;
	type->item = result ? result : outputs_type(l, n, false);
	visible->item = result ? result : outputs_type(l, n, true);
	if (!type->item)
		type->item = yz_feel_type_of_kind(YZ_FEEL_ANY);
	if (!visible->item)
		visible->item = yz_feel_type_of_kind(YZ_FEEL_ANY);
	host->name = n->node.face.name;
	host->strict = true; /* a service is not invoked with what does not conform */
	host->type = type;
	n->node.host = host;
	n->node.face.type = type;
	n->seen = visible;
}

void yz_dcompile_node(struct yz_dload *l, struct yz_dnew *n)
{
	switch (n->node.face.kind) {
	case YZ_DMN_INPUT:
		n->seen = n->node.face.type;
		break;
	case YZ_DMN_DECISION:
		compile_decision(l, n);
		break;
	case YZ_DMN_BKM:
		compile_knowledge(l, n);
		break;
	case YZ_DMN_SERVICE:
		compile_service(l, n);
		break;
	}
}
