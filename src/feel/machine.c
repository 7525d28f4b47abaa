/* feel/machine.c - runs code.
 *
 * The common cases of the common operations (numbers whose coefficients fit 64
 * bits, strings, booleans, entries of contexts) are done right here; all else
 * goes to operate.c and its neighbours.  Unknown values are of no kind that a
 * fast path accepts, so they cost nothing where there are none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
/* gcc would join the ends of all operations in one indirect jump, which then is predicted badly. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-crossjumping")
#endif

#include "feel/exec.h"

#include "feel/builtin.h"
#include "feel/fast.h"

static inline void relate(struct yz_exec *x, const uint32_t *pc, enum yz_feel_opcode op, struct yz_feel_value *a,
			  const struct yz_feel_value *b)
{
	if (both_numbers(a, b)) {
		set_head(a, YZ_FEEL_BOOLEAN, holds(op, compare_numbers(a, b)), 0);
		return;
	}
	if ((op == YZ_OP_EQ || op == YZ_OP_NE) && a->kind == YZ_FEEL_STRING && b->kind == YZ_FEEL_STRING) {
		set_head(a, YZ_FEEL_BOOLEAN, same_strings_called(a, b) == (op == YZ_OP_EQ), 0);
		return;
	}
	x->frame.pc = pc;
	*a = yz_feel_relate(x->run, op, *a, *b);
}

/* ---- functions ---- */

static struct yz_feel_value make_closure(struct yz_exec *x, const struct yz_feel_proto *p)
{
	struct yz_arena *a = x->run->arena;
	struct yz_feel_function *fn = yz_new(a, struct yz_feel_function);
	struct yz_feel_value *captured = yz_new_n(a, p->ncaptures, struct yz_feel_value);
	struct yz_feel_value v = {.kind = YZ_FEEL_FUNCTION, .function = fn};
	for (size_t i = 0; i < p->ncaptures; i++) {
		const struct yz_feel_capture *c = &p->captures[i];
		switch (c->from) {
		case YZ_FROM_LOCAL:
			captured[i] = x->locals[c->index];
			break;
		case YZ_FROM_INPUT:
			captured[i] = x->inputs[c->index];
			break;
		case YZ_FROM_CAPTURE:
			captured[i] = x->captured[c->index];
			break;
		case YZ_FROM_SELF:
			captured[i] = v;
			break;
		}
	}
	*fn = (struct yz_feel_function){
		.kind = YZ_FEEL_CLOSURE, .program = x->program, .proto = p, .captured = captured};
	return v;
}

static struct yz_feel_value make_context(struct yz_exec *x, uint32_t n, uint32_t first, uint32_t key)
{
	struct yz_feel_entry *e = yz_new_n(x->run->arena, n ? n : 1, struct yz_feel_entry);
	for (uint32_t i = 0; i < n; i++)
		e[i] = (struct yz_feel_entry){x->program->keys[key + i], x->locals[first + i]};
	return yz_feel_context(x->run->arena, e, n);
}

/* ---- logic ---- */

/* The value of an if whose condition is unknown: that of both branches when they agree. */
static struct yz_feel_value either(struct yz_exec *x, struct yz_feel_value condition, const uint32_t *then,
				   const uint32_t *otherwise, const uint32_t *join, struct yz_feel_value *sp)
{
	struct yz_feel_run *run = x->run;
	if (run->depth >= run->limits->depth || !yz_feel_steps(run, 1))
		return yz_feel_raise(run, YZ_FEEL_WHY_DEPTH, NULL, NULL);
	run->depth++;
	struct yz_feel_value a, b;
	yz_feel_execute(x, then, join, sp, &a);
	yz_feel_execute(x, otherwise, join, sp, &b);
	run->depth--;
	if (yz_feel_same(a, b))
		return a;
	struct yz_feel_value u = yz_feel_unknown_both(run->arena, condition, a);
	return yz_feel_unknown_both(run->arena, u, b);
}

/* One test after the other, up to the first that passes. */
static struct yz_feel_value any_of(struct yz_feel_run *run, struct yz_feel_value v, struct yz_feel_value tests,
				   struct yz_feel_value (*test)(struct yz_feel_run *, struct yz_feel_value,
								struct yz_feel_value))
{
	struct yz_feel_value any;
	if (v.kind == YZ_FEEL_UNKNOWN && yz_feel_narrowed(run, YZ_OP_IN, v, tests, &any))
		return any;
	any = test(run, v, tests.items[0]);
	for (uint32_t i = 1; i < tests.aux && !yz_feel_is_true(any); i++)
		any = yz_feel_or(run, any, test(run, v, tests.items[i]));
	return any;
}

/* ---- the machine ---- */

/* The entry of that key in v, and as long as a PATH follows that of its key in turn, into *out.  What is no such
 * entry ends it.  Returns where the code goes on. */
static const uint32_t *walk(struct yz_exec *x, const uint32_t *pc, const struct yz_feel_value *v, uint32_t key,
			    struct yz_feel_value *out)
{
	const struct yz_str *keys = x->program->keys;
	for (;; key = *pc++ >> 8) {
		const struct yz_feel_value *e = NULL;
		if (v->kind == YZ_FEEL_CONTEXT)
			e = find_entry(v->context, keys[key]);
		if (!e) {
			x->frame.pc = pc;
			*out = yz_feel_path(x->run, *v, keys[key]);
			return pc;
		}
		v = e;
		if ((*pc & 0xff) != YZ_OP_PATH)
			break;
	}
	copy(out, v);
	return pc;
}

/* A range with an unknown end may turn out to be none at all; only a membership test can do with it as it is. */
static struct yz_feel_value make_range(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b,
				       uint32_t n)
{
	if ((a.kind == YZ_FEEL_UNKNOWN || b.kind == YZ_FEEL_UNKNOWN) && !(n & YZ_RANGE_TESTED))
		return yz_feel_unknown_both(run->arena, a, b);
	/* 10.3.2.7 wants the ends in order; "5 in [9..1]" is short for two comparisons, and false (table 55). */
	int c;
	bool equal;
	if (!(n & YZ_RANGE_TESTED) && yz_feel_order(a, b, &c, &equal) && c > 0)
		return yz_feel_raise(run, YZ_FEEL_WHY_RANGE_ORDER, NULL, NULL);
	return yz_feel_make_range(run, a, b, n & YZ_RANGE_START, n & YZ_RANGE_END,
				  (enum yz_feel_range_form)(n >> YZ_RANGE_FORM & 7));
}

/* `words` behind the instruction */
static inline struct yz_feel_value call_builtin(struct yz_feel_run *run, const uint32_t *words,
						struct yz_feel_value *args, uint32_t n)
{
	const struct yz_feel_builtin *b = &yz_feel_builtins[words[0] & 0xffff];
	const uint64_t kinds = words[1] | (uint64_t)words[2] << 32;
	bool fit = kinds;
	for (uint32_t i = 0; fit && i < n; i++)
		fit &= kinds >> (16 * i + args[i].kind) & 1;
	return fit ? yz_feel_call_fitting(run, b, args, n) : yz_feel_call_builtin(run, b, words[0] >> 16, args, n);
}

/* op name of sp[-1] and b, where `fast` knows the common case */
#define ARITH(name, fast, b)                                                                                           \
	do {                                                                                                           \
		if (!fast(&sp[-1], b)) {                                                                               \
			SLOW;                                                                                          \
			sp[-1] = yz_feel_arith(run, YZ_OP_##name, sp[-1], *(b));                                       \
		}                                                                                                      \
		NEXT_OP;                                                                                               \
	} while (0)
#define RELATE(name, unused, b)                                                                                        \
	do {                                                                                                           \
		relate(x, pc, YZ_OP_##name, &sp[-1], b);                                                               \
		NEXT_OP;                                                                                               \
	} while (0)
/* The operator with its right operand on the stack, and fused. */
#define OPERATOR(name, how, fast)                                                                                      \
	op_##name : sp--;                                                                                              \
	how(name, fast, sp);                                                                                           \
	op_##name##_CONST : how(name, fast, &consts[n]);                                                               \
	op_##name##_LOCAL : how(name, fast, &locals[n]);                                                               \
	op_##name##_INPUT : how(name, fast, &inputs[n])
#define NEXT_OP                                                                                                        \
	do {                                                                                                           \
		word = *pc++;                                                                                          \
		n = word >> 8;                                                                                         \
		goto *labels[word & 0xff];                                                                             \
	} while (0)
#define SLOW (x->frame.pc = pc)

static inline bool never(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	return false;
}

/* Each label is an operation of opcodes.def; `n` is its operand and `pc` points behind its first word.  Until a
 * RETURN, or a JOIN at `stop`. */
void yz_feel_execute(struct yz_exec *x, const uint32_t *pc, const uint32_t *stop, struct yz_feel_value *sp,
		     struct yz_feel_value *out)
{
	static const void *const labels[] = {
#define OP(name, pops, pushes, words, text) &&op_##name,
#include "feel/opcodes.def"
#undef OP
	};
	struct yz_feel_run *const run = x->run;
	struct yz_feel_value *const locals = x->locals;
	const struct yz_feel_value *const consts = x->program->consts, *const inputs = x->inputs;
	const uint32_t *const code = x->frame.proto->code;
	struct yz_feel_value result;
	uint32_t word, n;
	NEXT_OP;

op_CONST:
	copy(sp++, &consts[n]);
	NEXT_OP;
op_INPUT:
	copy(sp++, &inputs[n]);
	NEXT_OP;
op_LOCAL:
	copy(sp++, &locals[n]);
	NEXT_OP;
op_SET:
	copy(&locals[n], --sp);
	NEXT_OP;
op_CAPTURED:
	copy(sp++, &x->captured[n]);
	NEXT_OP;
op_POP:
	sp--;
	NEXT_OP;

	OPERATOR(ADD, ARITH, fast_add);
	OPERATOR(SUB, ARITH, fast_sub);
	OPERATOR(MUL, ARITH, fast_mul);
	OPERATOR(DIV, ARITH, fast_div);
	OPERATOR(POW, ARITH, never);
	OPERATOR(EQ, RELATE, never);
	OPERATOR(NE, RELATE, never);
	OPERATOR(LT, RELATE, never);
	OPERATOR(LE, RELATE, never);
	OPERATOR(GT, RELATE, never);
	OPERATOR(GE, RELATE, never);
op_NEG:
	SLOW;
	sp[-1] = yz_feel_negate(run, sp[-1]);
	NEXT_OP;
op_IN:
	sp--;
	SLOW;
	if (!fast_in(&sp[-1], sp))
		sp[-1] = yz_feel_in(run, sp[-1], sp[0]);
	NEXT_OP;
op_TEST:
	sp--;
	SLOW;
	if (!fast_in(&sp[-1], sp))
		sp[-1] = yz_feel_passes(run, sp[-1], sp[0]);
	NEXT_OP;
op_IN_ANY:
	SLOW;
	if (!fast_any(&sp[-1], &consts[n]))
		sp[-1] = any_of(run, sp[-1], consts[n], yz_feel_in);
	NEXT_OP;
op_TEST_ANY:
	SLOW;
	if (!fast_any(&sp[-1], &consts[n]))
		sp[-1] = any_of(run, sp[-1], consts[n], yz_feel_passes);
	NEXT_OP;
op_PASSED:
	sp--;
	SLOW;
	sp[-1] = sp[0].kind == YZ_FEEL_BOOLEAN || sp[0].kind == YZ_FEEL_NULL ? sp[0]
									     : yz_feel_passes(run, sp[-1], sp[0]);
	NEXT_OP;

op_AND:
	sp--;
	SLOW;
	if (sp[-1].kind == YZ_FEEL_BOOLEAN && sp[0].kind == YZ_FEEL_BOOLEAN)
		set_head(&sp[-1], YZ_FEEL_BOOLEAN, sp[-1].flag & sp[0].flag, 0);
	else
		sp[-1] = yz_feel_and(run, sp[-1], sp[0]);
	NEXT_OP;
op_OR:
	sp--;
	SLOW;
	if (sp[-1].kind == YZ_FEEL_BOOLEAN && sp[0].kind == YZ_FEEL_BOOLEAN)
		set_head(&sp[-1], YZ_FEEL_BOOLEAN, sp[-1].flag | sp[0].flag, 0);
	else
		sp[-1] = yz_feel_or(run, sp[-1], sp[0]);
	NEXT_OP;
op_NOT:
	SLOW;
	if (sp[-1].kind == YZ_FEEL_BOOLEAN)
		set_head(&sp[-1], YZ_FEEL_BOOLEAN, !sp[-1].flag, 0);
	else
		sp[-1] = yz_feel_not(run, sp[-1]);
	NEXT_OP;
op_JUMP:
	pc = code + n;
	NEXT_OP;
op_IF_FALSE:
	if (sp[-1].kind == YZ_FEEL_BOOLEAN && !sp[-1].flag)
		pc = code + n;
	NEXT_OP;
op_IF_TRUE:
	if (sp[-1].kind == YZ_FEEL_BOOLEAN && sp[-1].flag)
		pc = code + n;
	NEXT_OP;
op_BRANCH:
	sp--;
	if (sp->kind == YZ_FEEL_BOOLEAN && sp->flag) {
		pc++;
	} else if (sp->kind != YZ_FEEL_UNKNOWN) {
		pc = code + n;
	} else {
		const uint32_t *join = code + *pc;
		SLOW;
		*sp = either(x, *sp, pc + 1, code + n, join, sp);
		sp++;
		pc = join + 1;
		if (run->spent)
			goto stopped;
	}
	NEXT_OP;
op_JOIN:
	if (pc - 1 == stop)
		goto finished;
	NEXT_OP;

op_LIST:
	SLOW;
	sp -= n;
	*sp = yz_feel_make_list(run, sp, n);
	sp++;
	NEXT_OP;
op_CONTEXT:
	*sp++ = make_context(x, n, pc[0], pc[1]);
	pc += 2;
	NEXT_OP;
op_RANGE:
	sp--;
	SLOW;
	sp[-1] = make_range(run, sp[-1], sp[0], n);
	NEXT_OP;
op_FUNCTION:
	*sp++ = make_closure(x, x->program->protos[n]);
	NEXT_OP;
op_PATH:
	pc = walk(x, pc, &sp[-1], n, &sp[-1]);
	NEXT_OP;
op_INPUT_PATH:
	pc = walk(x, pc + 1, &inputs[n], *pc, sp);
	sp++;
	NEXT_OP;
op_LOCAL_PATH:
	pc = walk(x, pc + 1, &locals[n], *pc, sp);
	sp++;
	NEXT_OP;
op_FIELD:
	sp--;
	pc++;
	if (sp->kind == YZ_FEEL_CONTEXT) {
		const struct yz_feel_value *e = find_entry(sp->context, x->program->keys[n]);
		if (e) {
			copy(sp++, e);
			pc = code + pc[-1];
		}
	}
	NEXT_OP;
op_INSTANCE:
	SLOW;
	sp[-1] = yz_feel_instance_of(run, sp[-1], x->program->types[n]);
	NEXT_OP;

op_CALL:
	SLOW;
	sp -= n;
	if (sp[-1].kind == YZ_FEEL_FUNCTION && sp[-1].function->kind == YZ_FEEL_CLOSURE)
		result = yz_feel_call_closure(run, sp[-1].function, sp, n);
	else
		result = yz_feel_call_value(run, sp[-1], sp, NULL, n);
	copy(&sp[-1], &result);
	if (run->spent)
		goto stopped;
	NEXT_OP;
op_CALL_NAMED : {
	const struct yz_feel_names *names = &x->program->argnames[n];
	SLOW;
	sp -= names->n;
	sp[-1] = yz_feel_call_value(run, sp[-1], sp, names, names->n);
	if (run->spent)
		goto stopped;
	NEXT_OP;
}
op_BUILTIN:
	pc += 3;
	SLOW;
	sp -= n;
	result = call_builtin(run, pc - 3, sp, n);
	copy(sp, &result);
	sp++;
	if (run->spent)
		goto stopped;
	NEXT_OP;
op_REFUSE:
	pc++;
	SLOW;
	*sp++ = yz_feel_raise_s(run, (enum yz_feel_why)pc[-1], x->program->keys[n], (struct yz_str){0},
				(struct yz_str){0});
	NEXT_OP;

op_EACH:
	sp--;
	pc += 2;
	SLOW;
	if (!yz_feel_begin_each(run, &x->iters[n], (enum yz_feel_each)pc[-2], sp)) {
		sp++;
		pc = code + pc[-1];
	}
	NEXT_OP;
op_EACH_RANGE:
	sp -= 2;
	pc++;
	SLOW;
	if (!yz_feel_count_between(&x->iters[n], sp[0], sp[1], true, true)) {
		*sp = yz_feel_cannot_iterate(run, sp[yz_feel_is_countable(sp[0])]);
		sp++;
		pc = code + pc[-1];
	}
	NEXT_OP;
op_NEXT:
	pc += 2;
	if (yz_feel_next_item(&x->iters[n], &locals[pc[-2]])) {
		if (__builtin_expect(!run->steps, 0)) {
			SLOW;
			yz_feel_steps(run, 1);
			goto stopped;
		}
		run->steps--;
		pc = code + pc[-1];
	}
	NEXT_OP;
op_BEGIN:
	pc++;
	yz_feel_begin_list(run, &x->lists[n], pc[-1] ? &x->iters[pc[-1] - 1] : NULL);
	NEXT_OP;
op_ADD_ITEM:
	SLOW;
	sp--;
	if (!yz_feel_add_item(run, &x->lists[n], sp) || run->spent)
		goto stopped;
	NEXT_OP;
op_PARTIAL:
op_END:
	*sp++ = yz_feel_list(x->lists[n].items, x->lists[n].n);
	NEXT_OP;
op_KEEP:
	pc++;
	SLOW;
	sp--;
	if (!yz_feel_keep_item(run, &x->iters[pc[-1]], &x->lists[n], sp))
		goto stopped;
	NEXT_OP;
op_KEPT : {
	const struct yz_iter *it = &x->iters[*pc++];
	*sp++ = it->chosen || it->result.kind == YZ_FEEL_UNKNOWN ? it->result
								 : yz_feel_list(x->lists[n].items, x->lists[n].n);
	NEXT_OP;
}
op_CHOOSE:
	sp--;
	SLOW;
	sp[-1] = yz_feel_choose(run, sp[-1], sp[0]);
	NEXT_OP;
op_SOME:
	pc++;
	SLOW;
	sp--;
	if (sp->kind != YZ_FEEL_BOOLEAN || sp->flag)
		locals[n] = yz_feel_or(run, locals[n], *sp);
	if (locals[n].kind == YZ_FEEL_BOOLEAN && locals[n].flag)
		pc = code + pc[-1];
	NEXT_OP;
op_EVERY:
	pc++;
	SLOW;
	sp--;
	if (sp->kind != YZ_FEEL_BOOLEAN || !sp->flag)
		locals[n] = yz_feel_and(run, locals[n], *sp);
	if (locals[n].kind == YZ_FEEL_BOOLEAN && !locals[n].flag)
		pc = code + pc[-1];
	NEXT_OP;
op_RETURN:
finished:
	copy(out, --sp);
	return;
stopped:
	*out = yz_feel_last_null(run);
}
