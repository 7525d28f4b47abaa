/* dmn/allow.c - the values an item definition allows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/load.h"

struct yz_dallowed {
	const struct yz_dfile *file;
	const struct yz_xml *el;
	const struct yz_feel_type *type; /* of the value under test */
	struct yz_str text;
	const struct yz_feel *tests; /* NULL: unreadable, which allows all */
	struct yz_feel_span span;
	const struct yz_dallowed *also; /* of the type it was made from */
};

static struct yz_feel_value allows(const struct yz_feel_type *self, struct yz_feel_run *run, struct yz_feel_value v)
{
	struct yz_feel_value all = yz_feel_bool(true);
	for (const struct yz_dallowed *w = self->ctx; w; w = w->also) {
		struct yz_feel_value one = w->tests ? yz_feel_test(w->tests, run, NULL, v) : yz_feel_bool(true);
		if (one.kind == YZ_FEEL_UNKNOWN)
			all = yz_feel_unknown_both(run->arena, all, one);
		else if (!yz_feel_is_true(one))
			return yz_feel_bool(false);
	}
	return all;
}

/* All hold together, so each of them alone says something; a list says most. */
static const struct yz_feel_span *span(const struct yz_feel_type *self)
{
	const struct yz_feel_span *bounds = NULL;
	for (const struct yz_dallowed *w = self->ctx; w; w = w->also) {
		if (w->span.values)
			return &w->span;
		if (!bounds && (w->span.least || w->span.most))
			bounds = &w->span;
	}
	return bounds;
}

static struct yz_dallowed *narrow(struct yz_arena *a, struct yz_feel_type *t)
{
	struct yz_dallowed *w = yz_new(a, struct yz_dallowed);
	w->also = t->ctx;
	t->allows = allows;
	t->span = span;
	t->ctx = w;
	return w;
}

/* An end of the interval that a test describes. */
static void find_bounds(struct yz_feel_span *s, const struct yz_feel_cond *c)
{
	if (c->kind == YZ_FEEL_COND_AND)
		for (size_t i = 0; i < c->len; i++)
			find_bounds(s, c->parts[i]);
	if (c->kind != YZ_FEEL_COND_TEST || c->input != SIZE_MAX || c->path.len)
		return;
	const struct yz_feel_value *v = &c->value;
	if (c->op == YZ_FEEL_GT || c->op == YZ_FEEL_GE) {
		s->least = v;
	} else if (c->op == YZ_FEEL_LT || c->op == YZ_FEEL_LE) {
		s->most = v;
	} else if (c->op == YZ_FEEL_IN && v->kind == YZ_FEEL_RANGE && v->range->form == YZ_FEEL_INTERVAL) {
		s->least = v->range->start.kind ? &v->range->start : s->least;
		s->most = v->range->end.kind ? &v->range->end : s->most;
	}
}

static void find_span(struct yz_arena *a, struct yz_dallowed *w)
{
	w->span.values = yz_dallow_values(a, w->tests, &w->span.nvalues);
	const struct yz_feel_cond *c = yz_feel_condition(a, w->tests);
	if (c && !w->span.values)
		find_bounds(&w->span, c);
}

void yz_dallow_by(struct yz_arena *a, struct yz_feel_type *t, const struct yz_feel *tests)
{
	struct yz_dallowed *w = narrow(a, t);
	w->tests = tests;
	w->text = yz_feel_source(tests);
	find_span(a, w);
}

void yz_dallow_add(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el, struct yz_feel_type *t)
{
	struct yz_str text = yz_dtext(el);
	if (!text.len)
		return;
	struct yz_feel_type *before = yz_dtype_new(l, YZ_FEEL_ANY);
	*before = *t;
	before->allows = NULL;
	before->span = NULL;
	struct yz_dallowed *w = narrow(l->arena, t);
	w->file = f;
	w->el = el;
	w->type = before;
	w->text = text;
	*yz_vec_push(l->arena, &l->allowed) = w;
}

void yz_dallow_compile(struct yz_dload *l)
{
	for (size_t i = 0; i < l->allowed.len; i++) {
		struct yz_dallowed *w = l->allowed.at[i];
		struct yz_dscope s;
		struct yz_dfeel compiled = {0};
		yz_dscope_init(&s, l, (struct yz_dfile *)w->file);
		s.where = yz_dplace_path(l, w->file, w->el);
		yz_dscope_compile(&s, w->el, YZ_FEEL_UNARY_TESTS, w->type, &compiled);
		w->tests = compiled.program;
		if (w->tests)
			find_span(l->arena, w);
	}
}

const struct yz_feel *yz_dallow_tests(const struct yz_feel_type *t, size_t i)
{
	const struct yz_dallowed *w = t->allows == allows ? t->ctx : NULL;
	while (w && i--)
		w = w->also;
	return w ? w->tests : NULL;
}

/* ---- plain lists ---- */

struct plain {
	struct yz_arena *arena;
	YZ_VEC(struct yz_feel_value) values;
};

static bool add_values(struct plain *p, const struct yz_feel_cond *c, unsigned depth)
{
	if (depth > 64)
		return false;
	if (c->kind == YZ_FEEL_COND_OR) {
		for (size_t i = 0; i < c->len; i++)
			if (!add_values(p, c->parts[i], depth + 1))
				return false;
		return true;
	}
	if (c->kind != YZ_FEEL_COND_TEST || c->input != SIZE_MAX || c->path.len)
		return false;
	if (c->op == YZ_FEEL_EQ) {
		*yz_vec_push(p->arena, &p->values) = c->value;
		return true;
	}
	if (c->op != YZ_FEEL_IN || c->value.kind != YZ_FEEL_LIST)
		return false;
	for (size_t i = 0; i < yz_feel_len(c->value); i++)
		*yz_vec_push(p->arena, &p->values) = yz_feel_at(c->value, i);
	return true;
}

const struct yz_feel_value *yz_dallow_values(struct yz_arena *a, const struct yz_feel *tests, size_t *n)
{
	struct plain p = {.arena = a};
	bool plain = add_values(&p, yz_feel_condition(a, tests), 0);
	*n = plain ? p.values.len : 0;
	return plain ? p.values.at : NULL;
}

struct yz_str yz_dmn_allowed(const struct yz_dmn *m, const struct yz_feel_type *t, const struct yz_feel_value **values,
			     size_t *n)
{
	const struct yz_dallowed *w = t && t->allows == allows ? t->ctx : NULL;
	if (values)
		*values = w ? w->span.values : NULL;
	if (n)
		*n = w ? w->span.nvalues : 0;
	return w ? w->text : (struct yz_str){NULL, 0};
}
