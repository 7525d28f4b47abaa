/* feel/condition.c - a condition as a tree of tests, for whoever wants to know it without running it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/ast.h"

#include "feel/builtin.h"
#include "feel/value.h"

struct walker {
	struct yz_arena *arena;
	const struct yz_feel *program;
	struct yz_feel_cursor cursor;
	struct yz_feel_parser parser; /* what generating code needs of one */
};

/* What a test is about. */
struct subject {
	size_t input;
	struct yz_str path;
};

static const struct yz_feel_cond *walk(struct walker *w, struct yz_feel_node *n);

static struct yz_feel_cond *cond(struct walker *w, enum yz_feel_cond_kind kind, const struct yz_feel_node *n)
{
	struct yz_feel_cond *c = yz_new(w->arena, struct yz_feel_cond);
	c->kind = kind;
	yz_feel_place_next(w->program, &w->cursor, n->from, n->to, &c->place);
	return c;
}

static const struct yz_feel_cond *of_value(struct walker *w, const struct yz_feel_node *n, struct yz_feel_value v)
{
	struct yz_feel_cond *c = cond(w, YZ_FEEL_COND_VALUE, n);
	c->value = v;
	return c;
}

static const struct yz_feel_cond *opaque(struct walker *w, struct yz_feel_node *n)
{
	struct yz_feel_cond *c = cond(w, YZ_FEEL_COND_OPAQUE, n);
	struct yz_feel *f = yz_new(w->arena, struct yz_feel);
	*f = *w->program;
	f->root = n;
	f->result = n->type ? n->type : yz_feel_type_of_kind(YZ_FEEL_ANY);
	yz_feel_generate(&w->parser, n, f);
	c->program = f;
	return c;
}

/* The last name of a chain of dots first; false: not a chain that begins with an input or `?`. */
static bool subject_of(struct walker *w, const struct yz_feel_node *n, struct subject *out)
{
	const struct yz_feel_node *bottom = n;
	YZ_VEC(struct yz_str) names = {0};
	for (; bottom->kind == YZ_N_PATH; bottom = bottom->a)
		*yz_vec_push(w->arena, &names) = bottom->name;
	if (bottom->kind != YZ_N_NAME || bottom->nmaybe)
		return false;
	if (bottom->ref.kind == YZ_REF_INPUT)
		out->input = bottom->ref.index;
	else if (bottom->asks)
		out->input = SIZE_MAX;
	else
		return false;
	struct yz_buf b;
	yz_buf_init(&b, w->arena, 1 << 20);
	for (size_t i = names.len; i-- > 0;) {
		yz_buf_adds(&b, names.at[i]);
		if (i)
			yz_buf_addc(&b, '.');
	}
	out->path = yz_buf_str(&b);
	return true;
}

static bool constant_of(struct walker *w, struct yz_feel_node *n, struct yz_feel_value *out)
{
	if (n->kind == YZ_N_CONST) {
		*out = n->value;
		return true;
	}
	return n->constant && yz_feel_compute(&w->parser, n, out);
}

static const struct yz_feel_cond *test(struct walker *w, const struct yz_feel_node *n, const struct subject *s,
				       enum yz_feel_op op, struct yz_feel_value v)
{
	struct yz_feel_cond *c = cond(w, YZ_FEEL_COND_TEST, n);
	c->input = s->input;
	c->path = s->path;
	c->op = op;
	c->value = v;
	return c;
}

typedef const struct yz_feel_cond *part;

static const struct yz_feel_cond *of_parts(struct walker *w, enum yz_feel_cond_kind kind, const struct yz_feel_node *n,
					   const part *parts, size_t len)
{
	if (len == 1 && kind != YZ_FEEL_COND_NOT)
		return parts[0];
	struct yz_feel_cond *c = cond(w, kind, n);
	c->parts = parts;
	c->len = len;
	return c;
}

/* ---- and, or, not ---- */

/* a and b and c is one conjunction of three. */
static const struct yz_feel_cond *chain(struct walker *w, struct yz_feel_node *n)
{
	YZ_VEC(part) parts = {0};
	uint8_t op = n->op;
	struct yz_feel_node *left = n;
	for (; left->kind == YZ_N_BINARY && left->op == op; left = left->a)
		*yz_vec_push(w->arena, &parts) = walk(w, left->b);
	*yz_vec_push(w->arena, &parts) = walk(w, left);
	for (size_t i = 0; i < parts.len / 2; i++) {
		part t = parts.at[i];
		parts.at[i] = parts.at[parts.len - 1 - i];
		parts.at[parts.len - 1 - i] = t;
	}
	return of_parts(w, op == YZ_OP_AND ? YZ_FEEL_COND_AND : YZ_FEEL_COND_OR, n, parts.at, parts.len);
}

static bool calls_not(const struct yz_feel_node *n)
{
	const struct yz_feel_node *f = n->head;
	return n->kind == YZ_N_CALL && n->n == 1 && f->kind == YZ_N_CONST && f->value.kind == YZ_FEEL_FUNCTION &&
	       f->value.function->kind == YZ_FEEL_BUILTIN && !strcmp(f->value.function->builtin->name, "not");
}

static const struct yz_feel_cond *negation(struct walker *w, const struct yz_feel_node *n, part inner)
{
	part *parts = yz_new(w->arena, part);
	parts[0] = inner;
	return of_parts(w, YZ_FEEL_COND_NOT, n, parts, 1);
}

/* ---- comparisons ---- */

static enum yz_feel_op op_of(uint8_t opcode)
{
	static const enum yz_feel_op ops[] = {YZ_FEEL_EQ, YZ_FEEL_NE, YZ_FEEL_LT, YZ_FEEL_LE, YZ_FEEL_GT, YZ_FEEL_GE};
	return ops[opcode - YZ_OP_EQ];
}

/* 5 < x is x > 5. */
static enum yz_feel_op turned(enum yz_feel_op op)
{
	switch (op) {
	case YZ_FEEL_LT:
		return YZ_FEEL_GT;
	case YZ_FEEL_LE:
		return YZ_FEEL_GE;
	case YZ_FEEL_GT:
		return YZ_FEEL_LT;
	case YZ_FEEL_GE:
		return YZ_FEEL_LE;
	default:
		return op;
	}
}

static bool scalar(struct yz_feel_value v)
{
	return v.kind < YZ_FEEL_LIST;
}

static const struct yz_feel_cond *comparison(struct walker *w, struct yz_feel_node *n)
{
	struct subject s;
	struct yz_feel_value v;
	enum yz_feel_op op = op_of(n->op);
	if (subject_of(w, n->a, &s) && constant_of(w, n->b, &v) && scalar(v))
		return test(w, n, &s, op, v);
	if (subject_of(w, n->b, &s) && constant_of(w, n->a, &v) && scalar(v))
		return test(w, n, &s, turned(op), v);
	return opaque(w, n);
}

static const struct yz_feel_cond *between(struct walker *w, struct yz_feel_node *n)
{
	struct subject s;
	struct yz_feel_value low, high;
	if (!subject_of(w, n->a, &s) || !constant_of(w, n->b, &low) || !constant_of(w, n->c, &high) || !scalar(low) ||
	    !scalar(high))
		return opaque(w, n);
	part *parts = yz_new_n(w->arena, 2, part);
	parts[0] = test(w, n, &s, YZ_FEEL_GE, low);
	parts[1] = test(w, n, &s, YZ_FEEL_LE, high);
	return of_parts(w, YZ_FEEL_COND_AND, n, parts, 2);
}

/* The subject equals v or is within it; NULL: not a matter of tests. */
static const struct yz_feel_cond *membership(struct walker *w, const struct yz_feel_node *n, const struct subject *s,
					     struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_RANGE)
		return test(w, n, s, YZ_FEEL_IN, v);
	if (scalar(v))
		return test(w, n, s, YZ_FEEL_EQ, v);
	for (uint32_t i = 0; v.kind == YZ_FEEL_LIST && i < v.aux; i++)
		if (!scalar(v.items[i]) || v.items[i].kind != v.items[0].kind)
			return NULL;
	return v.kind == YZ_FEEL_LIST ? test(w, n, s, YZ_FEEL_IN, v) : NULL;
}

bool yz_feel_compares(const struct yz_feel_type *tested, const struct yz_feel_node *test)
{
	if (!tested || tested->kind == YZ_FEEL_ANY)
		return test->a->kind == YZ_N_CONST && test->a->value.kind == YZ_FEEL_BOOLEAN;
	return tested->kind == YZ_FEEL_BOOLEAN;
}

/* One test of an `in` or of unary tests; NULL: cannot be told apart from the rest. */
static const struct yz_feel_cond *one_test(struct walker *w, struct yz_feel_node *n, const struct subject *s,
					   bool unary)
{
	struct yz_feel_value v;
	if (unary && n->op == YZ_OP_RETURN && n->a->asks)
		return n->a->type && n->a->type->kind == YZ_FEEL_BOOLEAN ? walk(w, n->a) : NULL;
	if (!constant_of(w, n->a, &v))
		return NULL;
	if (n->op != YZ_OP_RETURN)
		return scalar(v) ? test(w, n, s, op_of(n->op), v) : NULL;
	/* A boolean cell answers by itself for whatever is no boolean. */
	if (unary && v.kind == YZ_FEEL_BOOLEAN && !yz_feel_compares(w->program->tested->type, n))
		return NULL;
	return membership(w, n, s, v);
}

static const struct yz_feel_cond *in_tests(struct walker *w, struct yz_feel_node *n, const struct subject *s,
					   bool unary)
{
	YZ_VEC(part) parts = {0};
	for (uint32_t i = 0; i < n->n; i++) {
		const struct yz_feel_cond *c = one_test(w, n->items[i], s, unary);
		if (!c)
			return NULL;
		*yz_vec_push(w->arena, &parts) = c;
	}
	return of_parts(w, YZ_FEEL_COND_OR, n, parts.at, parts.len);
}

static const struct yz_feel_cond *unary_tests(struct walker *w, struct yz_feel_node *n)
{
	struct subject tested = {SIZE_MAX, {0}};
	if (!n->n)
		return of_value(w, n, yz_feel_bool(true));
	const struct yz_feel_cond *c = in_tests(w, n, &tested, true);
	if (!c)
		return opaque(w, n);
	return n->flag ? negation(w, n, c) : c;
}

static const struct yz_feel_cond *walk(struct walker *w, struct yz_feel_node *n)
{
	struct subject s;
	struct yz_feel_value v;
	const struct yz_feel_cond *c = NULL;
	bool boolean = n->type && n->type->kind == YZ_FEEL_BOOLEAN;
	switch ((enum yz_node_kind)n->kind) {
	case YZ_N_BINARY:
		if (n->op == YZ_OP_AND || n->op == YZ_OP_OR)
			return chain(w, n);
		if (n->op >= YZ_OP_EQ && n->op <= YZ_OP_GE && !n->constant)
			return comparison(w, n);
		break;
	case YZ_N_BETWEEN:
		if (!n->constant)
			return between(w, n);
		break;
	case YZ_N_IN:
		if (subject_of(w, n->head, &s))
			c = in_tests(w, n, &s, false);
		return c ? c : opaque(w, n);
	case YZ_N_CALL:
		/* What may be a list of one boolean is converted on the way in. */
		if (calls_not(n) && n->items[0]->type && n->items[0]->type->kind == YZ_FEEL_BOOLEAN)
			return negation(w, n, walk(w, n->items[0]));
		break;
	case YZ_N_NAME:
	case YZ_N_PATH:
		if (boolean && subject_of(w, n, &s))
			return test(w, n, &s, YZ_FEEL_HOLDS, (struct yz_feel_value){0});
		break;
	case YZ_N_TESTS:
		return unary_tests(w, n);
	default:
		break;
	}
	if (constant_of(w, n, &v))
		return of_value(w, n, v);
	return opaque(w, n);
}

const struct yz_feel_cond *yz_feel_condition(struct yz_arena *a, const struct yz_feel *f)
{
	struct walker w = {.arena = a, .program = f};
	w.parser = (struct yz_feel_parser){.arena = a,
					   .limits = f->limits,
					   .mode = f->mode,
					   .func = f->func,
					   .tested = f->tested,
					   .program = (struct yz_feel *)f};
	return walk(&w, f->root);
}
