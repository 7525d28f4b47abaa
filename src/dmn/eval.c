/* dmn/eval.c - one evaluation: each node is computed once, when something first needs it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/eval.h"

#include <assert.h>

/* ---- begin, set ---- */

void yz_dmn_begin(struct yz_dmn_eval *e, const struct yz_dmn *m, struct yz_feel_run *run)
{
	size_t n = (m->nnodes + YZ_DMN_PAGE - 1) / YZ_DMN_PAGE;
	*e = (struct yz_dmn_eval){
		.model = m, .run = run, .pages = yz_new_n(run->arena, n ? n : 1, struct yz_dmn_page *)};
}

struct yz_dmn_page *yz_dpage_new(struct yz_dmn_eval *e, size_t index)
{
	size_t at = index / YZ_DMN_PAGE, rest = e->model->nnodes - at * YZ_DMN_PAGE;
	size_t n = rest < YZ_DMN_PAGE ? rest : YZ_DMN_PAGE;
	return e->pages[at] = yz_alloc(e->run->arena, sizeof(struct yz_dmn_page) + n * sizeof(struct yz_feel_value));
}

static inline struct yz_feel_value keep(struct yz_dmn_eval *e, const struct yz_dnode *n, enum yz_dstate state,
					struct yz_feel_value v)
{
	struct yz_dmn_page *page = yz_dpage(e, n->face.index);
	page->state[n->face.index % YZ_DMN_PAGE] = (uint8_t)state;
	page->values[n->face.index % YZ_DMN_PAGE] = v;
	return v;
}

/* Scalars of the very type, the common case, need no asking. */
static inline bool conforms(const struct yz_feel_value *v, const struct yz_feel_type *t)
{
	return !t || (v->kind == t->kind && v->kind < YZ_FEEL_LIST && !t->allows);
}

static inline struct yz_feel_value converted(struct yz_dmn_eval *e, struct yz_feel_value v,
					     const struct yz_feel_type *t)
{
	return conforms(&v, t) ? v : yz_feel_coerce(e->run, v, t);
}

/* What an input does not take is told with its place in the model. */
static struct yz_feel_value refused_at(struct yz_dmn_eval *e, const struct yz_dmn_node *node, struct yz_feel_value v,
				       struct yz_feel_value given)
{
	struct yz_feel_reason *r = e->run->last_reason;
	if (v.kind == YZ_FEEL_NULL && given.kind != YZ_FEEL_NULL && r && v.reason == r && !r->place.where.len)
		r->place = (struct yz_feel_place){
			.where = node->place.element, .line = node->place.line, .column = node->place.column};
	return v;
}

bool yz_dmn_set(struct yz_dmn_eval *e, const struct yz_dmn_node *node, struct yz_feel_value v)
{
	struct yz_dmn_page *page = yz_dpage(e, node->index);
	struct yz_feel_value *at = &page->values[node->index % YZ_DMN_PAGE];
	page->state[node->index % YZ_DMN_PAGE] = DS_SET;
	if (conforms(&v, node->type))
		yz_dcopy(at, &v);
	else
		*at = refused_at(e, node, yz_feel_coerce(e->run, v, node->type), v);
	return at->kind != YZ_FEEL_NULL || v.kind == YZ_FEEL_NULL;
}

/* Some node stands behind this name of an import. */
static bool names_import(const struct yz_dmn *m, struct yz_str name)
{
	for (size_t i = 0; i < m->nnodes; i++) {
		struct yz_str import = m->nodes[i]->import;
		if (yz_str_starts(import, name) && (import.len == name.len || import.ptr[name.len] == '.'))
			return true;
	}
	return false;
}

static bool set_facts(struct yz_dmn_eval *e, struct yz_str import, struct yz_feel_value facts, struct yz_str *stray)
{
	bool all = true;
	for (size_t i = 0; i < yz_feel_len(facts); i++) {
		const struct yz_feel_entry *f = &yz_feel_entries(facts)[i];
		struct yz_str name =
			import.len ? yz_str_printf(e->run->arena, "%.*s.%.*s", YZ_P(import), YZ_P(f->key)) : f->key;
		const struct yz_dmn_node *node = yz_dmn_find(e->model, name);
		if (node && (node->kind == YZ_DMN_INPUT || node->kind == YZ_DMN_DECISION))
			all &= yz_dmn_set(e, node, f->value);
		else if (f->value.kind == YZ_FEEL_CONTEXT && names_import(e->model, name))
			all &= set_facts(e, name, f->value, stray);
		else if (stray && !stray->ptr)
			*stray = name;
	}
	return all;
}

bool yz_dmn_set_all(struct yz_dmn_eval *e, struct yz_feel_value facts, struct yz_str *stray)
{
	if (stray)
		*stray = (struct yz_str){0};
	return set_facts(e, (struct yz_str){NULL, 0}, facts, stray);
}

struct yz_feel_value yz_dnull(struct yz_dmn_eval *e, enum yz_feel_why why, const struct yz_dmn_place *place,
			      struct yz_str a, struct yz_str b, struct yz_str c)
{
	struct yz_feel_place p = {.where = place->element, .line = place->line, .column = place->column};
	return yz_feel_null_for(e->run, why, &p, a, b, c);
}

bool yz_dstep(struct yz_dmn_eval *e)
{
	struct yz_feel_run *run = e->run;
	if (run->steps == UINT64_MAX)
		run->steps = run->limits->steps ? run->limits->steps : yz_feel_default.steps;
	if (run->steps) {
		run->steps--;
		return true;
	}
	struct yz_str none = {0};
	yz_feel_null_for(run, YZ_FEEL_WHY_STEPS, NULL, none, none, none);
	return false;
}

/* ---- values of nodes ---- */

struct yz_feel_value yz_dmissing(struct yz_dmn_eval *e, const struct yz_dnode *n)
{
	if (!e->missing_unknown)
		return (struct yz_feel_value){0};
	struct yz_str name = n->face.name;
	if (n->face.import.len)
		name = yz_str_printf(e->run->arena, "%.*s.%.*s", YZ_P(n->face.import), YZ_P(name));
	return yz_feel_unknown_of(e->run->arena, name, n->face.type);
}

/* What a service was not given it finds where it was called. */
static struct yz_feel_value input_value(struct yz_dmn_eval *e, const struct yz_dnode *n)
{
	size_t at = n->face.index / YZ_DMN_PAGE, i = n->face.index % YZ_DMN_PAGE;
	for (const struct yz_dmn_eval *o = e->outer; o; o = o->outer)
		if (o->pages[at] && o->pages[at]->state[i] == DS_SET)
			return o->pages[at]->values[i];
	return yz_dmissing(e, n);
}

static struct yz_feel_value import_value(struct yz_dmn_eval *e, const struct yz_dimported *import)
{
	struct yz_feel_entry *entries = yz_new_n(e->run->arena, import->nmembers, struct yz_feel_entry);
	for (size_t i = 0; i < import->nmembers; i++) {
		entries[i].key = import->members[i].name;
		entries[i].value = import->members[i].node ? yz_dnode_value(e, import->members[i].node)
							   : import_value(e, import->members[i].inner);
	}
	return yz_feel_context(e->run->arena, entries, import->nmembers);
}

void yz_dframe_fill(struct yz_dmn_eval *e, const struct yz_dnode *n, struct yz_feel_value *frame)
{
	for (size_t i = 0; i < n->nrequired; i++) {
		const struct yz_dnode *r = n->required[i].node;
		const struct yz_dmn_page *page = r ? e->pages[r->face.index / YZ_DMN_PAGE] : NULL;
		size_t at = r ? r->face.index % YZ_DMN_PAGE : 0;
		if (page && (page->state[at] == DS_SET || page->state[at] == DS_DONE))
			yz_dcopy(&frame[i], &page->values[at]);
		else
			frame[i] = r ? yz_dnode_value(e, r) : import_value(e, n->required[i].import);
	}
}

static struct yz_feel_value decide(struct yz_dmn_eval *e, const struct yz_dnode *n)
{
	struct yz_feel_value brief[YZ_DMN_SHORT];
	struct yz_str none = {0};
	if (n->cyclic)
		return yz_dnull(e, YZ_FEEL_WHY_CYCLE, &n->face.place, n->face.name, none, none);
	if (!n->logic)
		return yz_dnull(e, YZ_FEEL_WHY_NO_LOGIC, &n->face.place, n->face.name, none, none);
	if (e->depth >= e->model->limits.chain)
		return yz_dnull(e, YZ_FEEL_WHY_CHAIN, &n->face.place, none, none, none);
	keep(e, n, DS_BUSY, (struct yz_feel_value){0});
	e->depth++;
	struct yz_dmn_trace *t = yz_dtrace_open(e, YZ_DMN_STEP_NODE, &n->face.place);
	if (t)
		t->node = &n->face;
	struct yz_feel_value *frame = yz_dframe(e, brief, n->slots);
	yz_dframe_fill(e, n, frame);
	struct yz_feel_value v = converted(e, yz_dexpr_eval(e, n->logic, frame), n->face.type);
	yz_dtrace_close(e, t, v);
	e->depth--;
	return v;
}

/* ---- functions of the model ---- */

struct closure {
	struct yz_feel_host host;
	struct yz_dmn_eval *eval;
	const struct yz_dnode *node;          /* knowledge model or service, or NULL: */
	const struct yz_dfunction *fn;        /* boxed; also that of a knowledge model */
	const struct yz_feel_value *captured; /* boxed */
};

static struct yz_dmn_trace *open_call(struct yz_dmn_eval *e, const struct closure *c, const struct yz_feel_value *args)
{
	struct yz_dmn_trace *t = c->node ? yz_dtrace_open(e, YZ_DMN_STEP_NODE, &c->node->face.place) : NULL;
	if (!t)
		return NULL;
	t->node = &c->node->face;
	for (size_t i = 0; i < c->host.type->nfields; i++) {
		struct yz_dmn_trace *arg = yz_dtrace_open(e, YZ_DMN_STEP_ENTRY, &c->node->face.place);
		if (arg)
			arg->name = c->host.type->fields[i].name;
		yz_dtrace_close(e, arg, args[i]);
	}
	return t;
}

static struct yz_feel_value run_body(struct yz_dmn_eval *e, const struct closure *c, const struct yz_feel_value *args,
				     size_t n)
{
	struct yz_feel_value brief[YZ_DMN_SHORT];
	const struct yz_dfunction *fn = c->fn;
	struct yz_feel_value *frame = yz_dframe(e, brief, fn->slots);
	if (c->node)
		yz_dframe_fill(e, c->node, frame);
	else if (fn->captured)
		memcpy(frame, c->captured, fn->captured * sizeof *frame);
	for (size_t i = 0; i < n; i++)
		frame[fn->first + i] = args[i];
	return yz_dexpr_eval(e, fn->body, frame);
}

/* The run may be another than that of the evaluation: explaining asks cells again in one of its own. */
static struct yz_feel_value call(const void *ctx, struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)
{
	const struct closure *c = ctx;
	struct yz_dmn_eval *e = c->eval;
	struct yz_feel_run *own = e->run;
	e->run = run;
	struct yz_dmn_trace *t = open_call(e, c, args);
	struct yz_feel_value v = c->fn ? run_body(e, c, args, n) : yz_dservice_run(e, c->node, args);
	yz_dtrace_close(e, t, v);
	e->run = own;
	return v;
}

static struct yz_feel_value function(struct yz_dmn_eval *e, const struct yz_feel_host *host, struct closure made)
{
	struct closure *c = yz_new(e->run->arena, struct closure);
	*c = made;
	c->eval = e;
	c->host = *host;
	c->host.call = call;
	c->host.ctx = c;
	return yz_feel_function_of(e->run->arena, &c->host);
}

struct yz_feel_value yz_dclosure(struct yz_dmn_eval *e, const struct yz_dfunction *fn,
				 const struct yz_feel_value *frame)
{
	struct yz_feel_value *captured = yz_new_n(e->run->arena, fn->captured, struct yz_feel_value);
	if (fn->captured)
		memcpy(captured, frame, fn->captured * sizeof *captured);
	struct yz_feel_value made = function(e, &fn->host, (struct closure){.fn = fn, .captured = captured});
	if (fn->self < fn->captured)
		captured[fn->self] = made;
	return made;
}

/* ---- asking ---- */

struct yz_feel_value yz_dnode_value(struct yz_dmn_eval *e, const struct yz_dnode *n)
{
	struct yz_dmn_page *page = yz_dpage(e, n->face.index);
	size_t i = n->face.index % YZ_DMN_PAGE;
	switch ((enum yz_dstate)page->state[i]) {
	case DS_DONE:
	case DS_SET:
		return page->values[i];
	case DS_BUSY:
		return yz_dnull(e, YZ_FEEL_WHY_CYCLE, &n->face.place, n->face.name, (struct yz_str){0},
				(struct yz_str){0});
	case DS_NONE:
		break;
	}
	switch (n->face.kind) {
	case YZ_DMN_INPUT:
		return keep(e, n, DS_DONE, input_value(e, n));
	case YZ_DMN_DECISION:
		return keep(e, n, DS_DONE, decide(e, n));
	case YZ_DMN_BKM:
	case YZ_DMN_SERVICE:
		return keep(e, n, DS_DONE, function(e, n->host, (struct closure){.node = n, .fn = n->function}));
	}
	assert(!"no such node");
}

struct yz_feel_value yz_dmn_decide(struct yz_dmn_eval *e, const struct yz_dmn_node *node)
{
	const struct yz_dnode *n = (const struct yz_dnode *)node;
	if (node->kind != YZ_DMN_SERVICE)
		return yz_dnode_value(e, n);
	struct yz_feel_value brief[YZ_DMN_SHORT], *args = yz_dframe(e, brief, n->nparameters);
	for (size_t i = 0; i < n->nparameters; i++) {
		const struct yz_dnode *p = n->parameters[i];
		struct yz_dmn_page *page = yz_dpage(e, p->face.index);
		bool set = page->state[p->face.index % YZ_DMN_PAGE] == DS_SET;
		args[i] = set ? page->values[p->face.index % YZ_DMN_PAGE] : yz_dmissing(e, p);
	}
	return yz_feel_call(e->run, yz_dnode_value(e, n), args, n->nparameters);
}

struct yz_feel_value yz_dmn_call(struct yz_dmn_eval *e, const struct yz_dmn_node *node,
				 const struct yz_feel_value *args, size_t n)
{
	struct yz_feel_value fn = yz_dnode_value(e, (const struct yz_dnode *)node), brief[YZ_DMN_SHORT];
	size_t takes = fn.kind == YZ_FEEL_FUNCTION ? (size_t)yz_feel_arity(fn) : 0;
	if (n >= takes)
		return yz_feel_call(e->run, fn, args, n);
	struct yz_feel_value *all = yz_dframe(e, brief, takes);
	if (n)
		memcpy(all, args, n * sizeof *all);
	return yz_feel_call(e->run, fn, all, takes);
}

struct yz_feel_value yz_dfeel_eval(struct yz_dmn_eval *e, const struct yz_dfeel *f, const struct yz_feel_value *frame)
{
	if (f->constant)
		return f->value;
	if (f->program)
		return yz_feel_eval(f->program, e->run, frame);
	struct yz_str none = {0};
	return yz_feel_null_for(e->run, YZ_FEEL_WHY_NOT_COMPILED, NULL, f->text, none, none);
}
