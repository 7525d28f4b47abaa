/* feel/compile.c - expressions to code; compile_loop.c has loops, filters, functions and calls.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/compile.h"

#include "feel/calc.h"
#include "feel/machine.h"

#include <assert.h>

static void refuse(struct yz_body *b, const struct yz_feel_node *n, enum yz_feel_why why, struct yz_str about)
{
	yz_mark(b, n);
	yz_emit(b, YZ_OP_REFUSE, yz_key(b->unit, about));
	yz_word(b, why);
}

/* ---- constants computed in advance ---- */

/* What ends in null is left to the run, which tells the reason; so is what takes long. */
bool yz_feel_compute(struct yz_feel_parser *p, struct yz_feel_node *n, struct yz_feel_value *out)
{
	struct yz_unit inner = {.parser = p, .arena = p->arena, .folding = true};
	struct yz_body body;
	yz_body_init(&body, &inner, NULL, p->func);
	yz_gen(&body, n);
	const struct yz_feel_proto *proto = yz_body_finish(&body);
	struct yz_feel program = *p->program;
	program.mode = YZ_FEEL_EXPRESSION;
	program.nregexes = 0;
	program.quick = NULL;
	program.calc = NULL;
	program.protos = &proto;
	program.nprotos = 1;
	program.consts = inner.consts.at;
	program.keys = inner.keys.at;
	struct yz_feel_limits limits = *p->limits;
	limits.steps = 10000;
	limits.list = limits.list < 10000 ? limits.list : 10000;
	limits.string = limits.string < 10000 ? limits.string : 10000;
	struct yz_feel_run run;
	yz_feel_run_init(&run, p->arena);
	run.limits = &limits;
	*out = yz_feel_eval(&program, &run, NULL);
	return out->kind != YZ_FEEL_NULL && !run.nreasons;
}

/* ---- names ---- */

uint32_t yz_capture(struct yz_body *b, const struct yz_feel_var *var, uint32_t input)
{
	for (size_t i = 0; i < b->captures.len; i++)
		if (b->captures.at[i].var == var && (var || b->captures.at[i].input == input))
			return (uint32_t)i;
	struct yz_body *outer = b->outer;
	struct yz_feel_capture from;
	if (var ? var == b->self : b->own && b->own - 1 == input) {
		from = (struct yz_feel_capture){YZ_FROM_SELF, 0};
	} else if (var && var->owner == outer->func && var->partial) {
		uint32_t copy = yz_new_local(outer); /* stays taken until the loop ends */
		yz_emit(outer, YZ_OP_PARTIAL, var->slot);
		yz_emit(outer, YZ_OP_SET, copy);
		from = (struct yz_feel_capture){YZ_FROM_LOCAL, copy};
	} else if (var && var->owner == outer->func) {
		from = (struct yz_feel_capture){YZ_FROM_LOCAL, var->slot};
	} else if (!var && !outer->outer) {
		from = (struct yz_feel_capture){YZ_FROM_INPUT, input};
	} else {
		from = (struct yz_feel_capture){YZ_FROM_CAPTURE, yz_capture(outer, var, input)};
	}
	*yz_vec_push(b->unit->arena, &b->captures) = (struct yz_captured){var, input, from};
	return (uint32_t)b->captures.len - 1;
}

void yz_gen_load(struct yz_body *b, const struct yz_feel_var *v)
{
	if (v->owner != b->func)
		yz_emit(b, YZ_OP_CAPTURED, yz_capture(b, v, 0));
	else
		yz_emit(b, v->partial ? YZ_OP_PARTIAL : YZ_OP_LOCAL, v->slot);
}

static void gen_name(struct yz_body *b, struct yz_feel_node *n)
{
	uint32_t tries[8], ntries = 0;
	for (uint32_t i = 0; i < n->nmaybe && ntries < 8; i++) {
		yz_gen_load(b, n->maybe[i]);
		tries[ntries++] = yz_emit(b, YZ_OP_FIELD, yz_key(b->unit, n->text));
		yz_word(b, 0);
	}
	switch (n->ref.kind) {
	case YZ_REF_VAR:
		yz_gen_load(b, n->ref.var);
		break;
	case YZ_REF_INPUT:
		if (b->outer)
			yz_emit(b, YZ_OP_CAPTURED, yz_capture(b, NULL, n->ref.index));
		else
			yz_emit(b, YZ_OP_INPUT, n->ref.index);
		break;
	case YZ_REF_BUILTIN:
		yz_const(b, yz_feel_builtin_value(n->ref.index));
		break;
	case YZ_REF_NONE:
		refuse(b, n, YZ_FEEL_WHY_NO_NAME, n->text);
		break;
	}
	for (uint32_t i = 0; i < ntries; i++)
		yz_land(b, tries[i], 1);
}

/* ---- operators ---- */

static void gen_logic(struct yz_body *b, struct yz_feel_node *n)
{
	yz_gen(b, n->a);
	uint32_t skip = yz_emit(b, n->op == YZ_OP_AND ? YZ_OP_IF_FALSE : YZ_OP_IF_TRUE, 0);
	yz_gen(b, n->b);
	yz_mark(b, n);
	yz_emit(b, (enum yz_feel_opcode)n->op, 0);
	yz_land(b, skip, 0);
}

static bool cheap(const struct yz_feel_node *n)
{
	return n->kind == YZ_N_CONST || (n->kind == YZ_N_NAME && !n->nmaybe && n->ref.kind != YZ_REF_NONE);
}

/* A value that is needed several times: computed once unless it is as good as a local. */
struct again {
	struct yz_feel_node *node;
	uint32_t slot;
	bool stored;
};

static struct again once(struct yz_body *b, struct yz_feel_node *n, bool as_local)
{
	struct again r = {n, 0, as_local || !cheap(n)};
	if (r.stored) {
		yz_gen(b, n);
		r.slot = yz_new_local(b);
		yz_emit(b, YZ_OP_SET, r.slot);
	}
	return r;
}

static void gen_again(struct yz_body *b, const struct again *r)
{
	if (r->stored)
		yz_emit(b, YZ_OP_LOCAL, r->slot);
	else
		yz_gen(b, r->node);
}

static void gen_between(struct yz_body *b, struct yz_feel_node *n)
{
	uint32_t locals = b->locals;
	struct again a = once(b, n->a, false);
	gen_again(b, &a);
	yz_gen(b, n->b);
	yz_mark(b, n);
	yz_emit(b, YZ_OP_GE, 0);
	uint32_t skip = yz_emit(b, YZ_OP_IF_FALSE, 0);
	gen_again(b, &a);
	yz_gen(b, n->c);
	yz_mark(b, n);
	yz_emit(b, YZ_OP_LE, 0);
	yz_emit(b, YZ_OP_AND, 0);
	yz_land(b, skip, 0);
	b->locals = locals;
}

static bool compares(const struct yz_body *b, const struct yz_feel_node *test)
{
	return yz_feel_compares(b->unit->parser->tested->type, test);
}

/* What the value of a test with `?` in it means depends on the test alone. */
static bool answers(const struct yz_body *b, const struct yz_feel_node *test, bool unary)
{
	return test->asks && (unary || !b->unit->parser->tested);
}

static void gen_test(struct yz_body *b, const struct again *value, struct yz_feel_node *test, bool unary)
{
	gen_again(b, value);
	if (test->a->kind == YZ_N_RANGE && test->op == YZ_OP_RETURN)
		test->a->flag |= YZ_RANGE_TESTED;
	yz_gen(b, test->a);
	yz_mark(b, test);
	if (test->op != YZ_OP_RETURN)
		yz_emit(b, (enum yz_feel_opcode)test->op, 0);
	else if (answers(b, test, unary))
		yz_emit(b, YZ_OP_PASSED, 0);
	else
		yz_emit(b, !unary || compares(b, test) ? YZ_OP_IN : YZ_OP_TEST, 0);
}

/* Tests that are all constants, and all numbers or all strings, are one operation. */
static bool gen_constant_tests(struct yz_body *b, const struct again *value, struct yz_feel_node *n, bool unary)
{
	struct yz_unit *u = b->unit;
	for (uint32_t i = 0; i < n->n; i++) {
		const struct yz_feel_node *test = n->items[i], *first = n->items[0];
		uint8_t kind = test->a->kind == YZ_N_CONST ? test->a->value.kind : YZ_FEEL_NULL;
		if (test->op != YZ_OP_RETURN || (kind != YZ_FEEL_NUMBER && kind != YZ_FEEL_STRING) ||
		    kind != first->a->value.kind)
			return false;
	}
	struct yz_feel_value *items = yz_new_n(u->arena, n->n, struct yz_feel_value);
	for (uint32_t i = 0; i < n->n; i++)
		items[i] = n->items[i]->a->value;
	gen_again(b, value);
	*yz_vec_push(u->arena, &u->consts) = yz_feel_list(items, n->n);
	yz_mark(b, n->n == 1 ? n->items[0] : n);
	yz_emit(b, unary ? YZ_OP_TEST_ANY : YZ_OP_IN_ANY, (uint32_t)u->consts.len - 1);
	return true;
}

static void gen_tests(struct yz_body *b, const struct again *value, struct yz_feel_node *n, bool unary)
{
	if (gen_constant_tests(b, value, n, unary))
		return;
	uint32_t *skips = yz_new_n(b->unit->arena, n->n, uint32_t);
	for (uint32_t i = 0; i < n->n; i++) {
		gen_test(b, value, n->items[i], unary);
		if (i)
			yz_emit(b, YZ_OP_OR, 0);
		if (i + 1 < n->n)
			skips[i] = yz_emit(b, YZ_OP_IF_TRUE, 0);
	}
	for (uint32_t i = 0; i + 1 < n->n; i++)
		yz_land(b, skips[i], 0);
}

static void gen_in(struct yz_body *b, struct yz_feel_node *n)
{
	uint32_t locals = b->locals;
	bool asks = false;
	for (uint32_t i = 0; i < n->n; i++)
		asks |= answers(b, n->items[i], false);
	struct again value = n->n == 1 && !asks ? (struct again){n->head, 0, false} : once(b, n->head, asks);
	n->vars[0]->slot = value.slot;
	gen_tests(b, &value, n, false);
	b->locals = locals;
}

static void gen_unary_tests(struct yz_body *b, struct yz_feel_node *n)
{
	if (!n->n) {
		yz_const(b, yz_feel_bool(true));
		return;
	}
	struct again value = {NULL, b->unit->parser->tested->slot, true};
	gen_tests(b, &value, n, true);
	if (n->flag)
		yz_emit(b, YZ_OP_NOT, 0);
}

static void gen_if(struct yz_body *b, struct yz_feel_node *n)
{
	yz_gen(b, n->a);
	yz_mark(b, n);
	uint32_t branch = yz_emit(b, YZ_OP_BRANCH, 0);
	yz_word(b, 0);
	yz_gen(b, n->b);
	uint32_t end = yz_emit(b, YZ_OP_JUMP, 0);
	b->depth--;
	yz_land(b, branch, 0);
	yz_gen(b, n->c);
	yz_land(b, end, 0);
	yz_land(b, branch, 1);
	yz_emit(b, YZ_OP_JOIN, 0);
}

/* ---- lists and contexts ---- */

static void gen_list(struct yz_body *b, struct yz_feel_node *n)
{
	for (uint32_t i = 0; i < n->n; i++)
		yz_gen(b, n->items[i]);
	yz_mark(b, n);
	yz_emit(b, YZ_OP_LIST, n->n);
}

/* The entries in locals; the first of them, or UINT32_MAX when the context is refused. */
static uint32_t gen_entries(struct yz_body *b, struct yz_feel_node *n)
{
	struct yz_str twice;
	if (yz_feel_key_twice(b->unit->arena, n, &twice)) {
		refuse(b, n, YZ_FEEL_WHY_TWICE, twice);
		return UINT32_MAX;
	}
	uint32_t first = b->locals;
	for (uint32_t i = 0; i < n->n; i++)
		yz_new_local(b);
	for (uint32_t i = 0; i < n->n; i++) {
		n->vars[i]->slot = first + i;
		if (n->items[i]->kind == YZ_N_FUNCTION)
			yz_gen_function(b, n->items[i], n->vars[i], 0);
		else
			yz_gen(b, n->items[i]);
		yz_emit(b, YZ_OP_SET, first + i);
	}
	return first;
}

static void gen_context(struct yz_body *b, struct yz_feel_node *n)
{
	struct yz_unit *u = b->unit;
	uint32_t locals = b->locals, first = gen_entries(b, n);
	if (first == UINT32_MAX)
		return;
	yz_mark(b, n);
	yz_emit(b, YZ_OP_CONTEXT, n->n);
	yz_word(b, first);
	yz_word(b, (uint32_t)u->keys.len);
	for (uint32_t i = 0; i < n->n; i++)
		*yz_vec_push(u->arena, &u->keys) = n->names[i];
	b->locals = locals;
}

/* {…}.name with such an entry needs no context. */
static bool gen_entry(struct yz_body *b, struct yz_feel_node *n)
{
	struct yz_feel_node *context = n->a;
	uint32_t i = 0, locals = b->locals;
	if (context->kind != YZ_N_CONTEXT)
		return false;
	while (i < context->n && !yz_str_eq(context->names[i], n->name))
		i++;
	if (i == context->n || yz_feel_key_twice(b->unit->arena, context, &(struct yz_str){0}))
		return false;
	uint32_t first = gen_entries(b, context);
	yz_emit(b, YZ_OP_LOCAL, first + i);
	b->locals = locals;
	return true;
}

static void gen_path(struct yz_body *b, struct yz_feel_node *n)
{
	enum yz_feel_opcode pushed;
	uint32_t operand, key = yz_key(b->unit, n->name);
	if (gen_entry(b, n))
		return;
	yz_gen(b, n->a);
	if (n->a->kind == YZ_N_NAME && yz_unpush(b, &pushed, &operand)) {
		yz_mark(b, n);
		yz_emit(b, pushed == YZ_OP_INPUT ? YZ_OP_INPUT_PATH : YZ_OP_LOCAL_PATH, operand);
		yz_word(b, key);
	} else {
		yz_mark(b, n);
		yz_emit(b, YZ_OP_PATH, key);
	}
}

/* ---- everything ---- */

static void gen_binary(struct yz_body *b, struct yz_feel_node *n)
{
	if (n->op == YZ_OP_AND || n->op == YZ_OP_OR) {
		gen_logic(b, n);
		return;
	}
	yz_gen(b, n->a);
	yz_gen(b, n->b);
	yz_mark(b, n);
	yz_emit(b, (enum yz_feel_opcode)n->op, 0);
}

static void gen_operator(struct yz_body *b, struct yz_feel_node *n, enum yz_feel_opcode op, uint32_t operand)
{
	yz_gen(b, n->a);
	if (op == YZ_OP_RANGE)
		yz_gen(b, n->b);
	yz_mark(b, n);
	yz_emit(b, op, operand);
}

static uint32_t type_index(struct yz_unit *u, const struct yz_feel_type *t)
{
	*yz_vec_push(u->arena, &u->types) = t;
	return (uint32_t)u->types.len - 1;
}

static void gen_node(struct yz_body *b, struct yz_feel_node *n)
{
	switch ((enum yz_node_kind)n->kind) {
	case YZ_N_CONST:
		yz_const(b, n->value);
		break;
	case YZ_N_NAME:
		gen_name(b, n);
		break;
	case YZ_N_NEGATE:
		gen_operator(b, n, YZ_OP_NEG, 0);
		break;
	case YZ_N_BINARY:
		gen_binary(b, n);
		break;
	case YZ_N_BETWEEN:
		gen_between(b, n);
		break;
	case YZ_N_IN:
		gen_in(b, n);
		break;
	case YZ_N_INSTANCE:
		gen_operator(b, n, YZ_OP_INSTANCE, type_index(b->unit, n->wanted));
		break;
	case YZ_N_IF:
		gen_if(b, n);
		break;
	case YZ_N_FOR:
	case YZ_N_SOME:
	case YZ_N_EVERY:
		yz_gen_loop(b, n);
		break;
	case YZ_N_LIST:
		gen_list(b, n);
		break;
	case YZ_N_CONTEXT:
		gen_context(b, n);
		break;
	case YZ_N_RANGE:
		gen_operator(b, n, YZ_OP_RANGE, n->flag);
		break;
	case YZ_N_FUNCTION:
		yz_gen_function(b, n, NULL, 0);
		break;
	case YZ_N_CALL:
		yz_gen_call(b, n);
		break;
	case YZ_N_PATH:
		gen_path(b, n);
		break;
	case YZ_N_FILTER:
		yz_gen_filter(b, n);
		break;
	case YZ_N_TESTS:
		gen_unary_tests(b, n);
		break;
	case YZ_N_REFUSE:
		refuse(b, n, n->why, n->text);
		break;
	case YZ_N_TEST:
		assert(!"a test stands only in tests");
	}
}

void yz_gen(struct yz_body *b, struct yz_feel_node *n)
{
	struct yz_unit *u = b->unit;
	bool fold = n->constant && n->kind != YZ_N_CONST && !u->folding, outer = u->folding;
	struct yz_feel_value v;
	if (fold && yz_feel_compute(u->parser, n, &v)) {
		yz_const(b, v);
		return;
	}
	/* What does not come out as a whole is not tried again part by part: that would take the square of its size. */
	u->folding |= fold;
	gen_node(b, n);
	u->folding = outer;
}

void yz_feel_generate(struct yz_feel_parser *p, struct yz_feel_node *root, struct yz_feel *f)
{
	struct yz_unit u = {.parser = p, .arena = p->arena};
	struct yz_body b;
	yz_body_init(&b, &u, NULL, p->func);
	if (p->tested)
		p->tested->slot = yz_new_local(&b);
	*yz_vec_push(u.arena, &u.protos) = NULL;
	if (root->kind == YZ_N_FUNCTION && !root->constant && p->scope && p->scope->own)
		yz_gen_function(&b, root, NULL, p->scope->own);
	else
		yz_gen(&b, root);
	u.protos.at[0] = yz_body_finish(&b);
	f->protos = u.protos.at;
	f->nprotos = u.protos.len;
	f->consts = u.consts.at;
	f->nconsts = u.consts.len;
	f->keys = u.keys.at;
	f->nkeys = u.keys.len;
	f->types = u.types.at;
	f->argnames = u.argnames.at;
	f->regexes = u.regexes.at;
	f->nregexes = u.regexes.len;
	f->quick = yz_feel_find_quick(u.arena, f, p->tested);
	f->calc = f->quick || p->tested ? NULL : yz_feel_find_calc(u.arena, f);
}
