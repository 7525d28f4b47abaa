/* feel/evaluate.c - evaluations and calls: the frames that the machine runs in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/exec.h"

#include "feel/calc.h"
#include "feel/fast.h"

#include <assert.h>

static const struct yz_feel_value null_value = {0};

/* ---- frames ---- */

static __attribute__((noinline)) void grow_stack(struct yz_feel_run *run, size_t need)
{
	size_t size = need > 512 ? need * 2 : 1024;
	run->stack = yz_new_n(run->arena, size, struct yz_feel_value);
	run->stack_size = size;
	run->stack_used = 0;
}

static inline struct yz_feel_value *push_frame(struct yz_feel_run *run, size_t need)
{
	if (run->stack_size - run->stack_used < need)
		grow_stack(run, need);
	struct yz_feel_value *base = run->stack + run->stack_used;
	run->stack_used += need;
	return base;
}

static void pop_frame(struct yz_feel_run *run, struct yz_feel_value *base)
{
	/* A deeper frame may have moved on to a larger block, which is then empty again. */
	if (base >= run->stack && base < run->stack + run->stack_size)
		run->stack_used = (size_t)(base - run->stack);
	else
		run->stack_used = 0;
}

enum { SMALL = 4 };

/* Runs a proto whose arguments already lie in `locals`. */
static inline void run_proto(struct yz_exec *x, const struct yz_feel_proto *p, struct yz_feel_value *out)
{
	struct yz_iter iters[SMALL];
	struct yz_builder lists[SMALL];
	x->iters = iters;
	x->lists = lists;
	if (__builtin_expect((p->niters | p->nlists) >= SMALL, 0)) {
		x->iters = yz_new_n(x->run->arena, p->niters, struct yz_iter);
		x->lists = yz_new_n(x->run->arena, p->nlists, struct yz_builder);
	}
	x->frame.program = x->program;
	x->frame.proto = p;
	x->frame.pc = p->code;
	x->frame.outer = x->run->frame;
	x->run->frame = &x->frame;
	yz_feel_execute(x, p->code, NULL, x->locals + p->nlocals, out);
	x->run->frame = x->frame.outer;
}

/* Arguments as the parameters' types want them; false: one does not conform, *v is the result. */
static bool coerce_arguments(struct yz_feel_run *run, const struct yz_feel_proto *p, struct yz_feel_value *args,
			     struct yz_feel_value *v)
{
	for (size_t i = 0; i < p->nparams; i++) {
		if (args[i].kind == YZ_FEEL_NULL)
			continue;
		*v = yz_feel_coerce(run, args[i], p->params[i].type);
		if (v->kind == YZ_FEEL_NULL)
			return false;
		args[i] = *v;
	}
	return true;
}

struct yz_feel_value yz_feel_call_closure(struct yz_feel_run *run, const struct yz_feel_function *fn,
					  const struct yz_feel_value *args, size_t n)
{
	const struct yz_feel_proto *p = fn->proto;
	if (n != p->nparams)
		return yz_feel_raise(run, YZ_FEEL_WHY_ARGUMENTS, "the function", NULL);
	if (run->depth >= run->limits->depth || run->depth >= YZ_FEEL_DEEPEST)
		return yz_feel_raise(run, YZ_FEEL_WHY_DEPTH, NULL, NULL);
	if (!yz_feel_steps(run, 1))
		return yz_feel_last_null(run);
	struct yz_exec x;
	struct yz_feel_value v;
	x.run = run;
	x.program = fn->program;
	x.inputs = NULL;
	x.captured = fn->captured;
	x.self = fn;
	x.locals = push_frame(run, p->nlocals + p->nstack);
	for (size_t i = 0; i < n; i++)
		copy(&x.locals[i], &args[i]);
	if (!p->typed || coerce_arguments(run, p, x.locals, &v)) {
		run->depth++;
		run_proto(&x, p, &v);
		run->depth--;
	}
	pop_frame(run, x.locals);
	return taken(&v);
}

/* ---- from outside ---- */

void yz_feel_run_init(struct yz_feel_run *run, struct yz_arena *a)
{
	/* Each by itself: what compilers make of a whole struct of zeros takes longer than a small expression. */
	run->arena = a;
	run->limits = &yz_feel_default;
	run->now = null_value;
	run->reasons = NULL;
	run->nreasons = 0;
	run->steps = UINT64_MAX;
	run->last_reason = NULL;
	run->kept = 0;
	run->depth = 0;
	run->spent = false;
	run->frame = run->regexes = NULL;
	run->stack = NULL;
	run->stack_used = run->stack_size = 0;
}

void yz_feel_run_again(struct yz_feel_run *run)
{
	struct yz_feel_value now = run->now;
	const struct yz_feel_limits *limits = run->limits;
	yz_feel_run_init(run, run->arena);
	run->now = now;
	run->limits = limits;
}

/* ---- a single comparison, which needs no frame ---- */

static enum yz_feel_opcode op_at(const uint32_t *pc)
{
	return (enum yz_feel_opcode)(*pc & 0xff);
}

static bool compares(enum yz_feel_opcode op)
{
	return op == YZ_OP_EQ_CONST || op == YZ_OP_NE_CONST || op == YZ_OP_LT_CONST || op == YZ_OP_LE_CONST ||
	       op == YZ_OP_GT_CONST || op == YZ_OP_GE_CONST || op == YZ_OP_IN_ANY || op == YZ_OP_TEST_ANY;
}

const struct yz_feel_quick *yz_feel_find_quick(struct yz_arena *a, const struct yz_feel *f, bool tested)
{
	const uint32_t *pc = f->protos[0]->code, first = *pc++;
	const enum yz_feel_opcode from = (enum yz_feel_opcode)(first & 0xff);
	const bool deep = from == YZ_OP_INPUT_PATH || from == YZ_OP_LOCAL_PATH;
	const bool local = from == YZ_OP_LOCAL || from == YZ_OP_LOCAL_PATH;
	if ((!deep && from != YZ_OP_INPUT && from != YZ_OP_LOCAL) || (local && !tested))
		return NULL;
	size_t n = 0;
	while (deep && op_at(pc + 1 + n) == YZ_OP_PATH)
		n++;
	const uint32_t *test = pc + (deep ? n + 1 : 0);
	if (!compares(op_at(test)) || op_at(test + 1) != YZ_OP_RETURN)
		return NULL;
	struct yz_str *path = deep ? yz_new_n(a, n + 1, struct yz_str) : NULL;
	for (size_t i = 0; deep && i <= n; i++)
		path[i] = f->keys[i ? pc[i] >> 8 : pc[0]];
	struct yz_feel_quick *q = yz_new(a, struct yz_feel_quick);
	q->path = path;
	q->end = deep ? path + n + 1 : NULL;
	q->value = &f->consts[*test >> 8];
	q->input = local ? UINT32_MAX : first >> 8;
	q->op = op_at(test) == YZ_OP_IN_ANY || op_at(test) == YZ_OP_TEST_ANY
			? YZ_OP_IN_ANY
			: YZ_OP_ADD + (op_at(test) - YZ_OP_ADD_CONST) / 3;
	return q;
}

/* What the machine does for such code; false: the case is not a common one.  It calls little, so that the common
 * cases need not save what a call would spoil. */
static inline __attribute__((always_inline)) bool quickly(const struct yz_feel_quick *q,
							  const struct yz_feel_value *inputs,
							  const struct yz_feel_value *tested, bool *holds_so)
{
	const struct yz_feel_value *v = tested && q->input == UINT32_MAX ? tested : &inputs[q->input], *c = q->value;
	const enum yz_feel_opcode op = (enum yz_feel_opcode)q->op;
	for (const struct yz_str *key = q->path, *end = q->end; key < end; key++)
		if (v->kind != YZ_FEEL_CONTEXT || v->context->slots || !(v = find_in_small(v->context, *key)))
			return false;
	if (op == YZ_OP_IN_ANY)
		return is_any(v, c, holds_so);
	if (both_numbers(v, c))
		*holds_so = holds(op, compare_numbers(v, c));
	else if (v->kind == YZ_FEEL_STRING && c->kind == YZ_FEEL_STRING && (op == YZ_OP_EQ || op == YZ_OP_NE))
		*holds_so = same_strings(v, c) == (op == YZ_OP_EQ);
	else
		return false;
	return true;
}

static inline struct yz_feel_value truth(bool holds_so)
{
	struct yz_feel_value v;
	set_head(&v, YZ_FEEL_BOOLEAN, holds_so, 0);
	v.lo = v.hi = 0;
	return v;
}

enum { FIRST = 96 };

static __attribute__((noinline)) struct yz_feel_value
evaluate(const struct yz_feel *f, struct yz_feel_run *run, const struct yz_feel_value *inputs,
	 const struct yz_feel_value *tested)
{
	struct yz_feel_value first[FIRST], v;
	const bool outermost = !run->stack;
	const struct yz_feel_proto *p = f->protos[0];
	const size_t need = p->nlocals + p->nstack;
	struct yz_exec x;
	x.run = run;
	x.program = f;
	x.inputs = inputs;
	if (outermost) {
		if (run->limits != &yz_feel_default)
			run->limits = yz_feel_all_limits(run->arena, run->limits);
		if (run->steps == UINT64_MAX)
			run->steps = run->limits->steps;
		run->stack = first;
		run->stack_size = FIRST;
		run->stack_used = 0;
	}
	if (outermost && need <= FIRST) {
		x.locals = first;
		run->stack_used = need;
	} else {
		x.locals = push_frame(run, need);
	}
	if (tested)
		copy(x.locals, tested);
	run_proto(&x, p, &v);
	if (__builtin_expect(run->spent, 0))
		v = yz_feel_last_null(run);
	if (outermost)
		run->stack = NULL;
	else
		pop_frame(run, x.locals);
	return taken(&v);
}

/* Apart, so that what its common cases need is not saved for programs that have no short form. */
static __attribute__((noinline)) struct yz_feel_value by_comparison(const struct yz_feel *f, struct yz_feel_run *run,
								    const struct yz_feel_value *inputs,
								    const struct yz_feel_value *tested)
{
	bool holds_so;
	if (!run->spent && quickly(f->quick, inputs, tested, &holds_so))
		return truth(holds_so);
	return evaluate(f, run, inputs, tested);
}

struct yz_feel_value yz_feel_eval(const struct yz_feel *f, struct yz_feel_run *run, const struct yz_feel_value *inputs)
{
	assert(f->mode == YZ_FEEL_EXPRESSION);
	if (f->quick)
		return by_comparison(f, run, inputs, NULL);
	if (f->calc && !run->spent) {
		struct yz_feel_value v;
		if (yz_feel_calculate(f->calc, inputs, &v))
			return taken(&v);
	}
	return evaluate(f, run, inputs, NULL);
}

struct yz_feel_value yz_feel_test(const struct yz_feel *f, struct yz_feel_run *run, const struct yz_feel_value *inputs,
				  struct yz_feel_value tested)
{
	assert(f->mode == YZ_FEEL_UNARY_TESTS);
	if (f->quick)
		return by_comparison(f, run, inputs, &tested);
	return evaluate(f, run, inputs, &tested);
}
