/* feel/calc.c - sums without a frame: programs that only calculate with numbers and, at most, compare at the end.
 *
 * Such a program is also kept as steps over coefficients of 63 bits and a sign.
 * What does not fit them (a null, an unknown, a quotient that does not come
 * out, a coefficient too large) is left to the machine, which begins anew:
 * nothing has been changed, and steps give to the last zero what it gives.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/calc.h"

#include "feel/fast.h"

enum { MOST_STEPS = 64, SLOTS = 16 };

/* In the order that opcodes.def has the fused operators in. */
enum from { FROM_STACK, FROM_CONST, FROM_LOCAL, FROM_INPUT };

/* Those of two operands four times, in the order of `enum from`. */
enum act {
	ACT_ADD,
	ACT_SUB = ACT_ADD + 4,
	ACT_MUL = ACT_SUB + 4,
	ACT_DIV = ACT_MUL + 4,
	ACT_COMPARE = ACT_DIV + 4,
	ACT_LOAD = ACT_COMPARE + 4, /* from the stack: of what a path leads to */
	ACT_SET = ACT_LOAD + 4,
	ACT_NEG,
	ACT_RETURN,
};

struct number {
	int64_t c; /* times ten to the power e */
	int e;
};

struct step {
	uint8_t act, op; /* op: of a comparison */
	int16_t e;       /* of a constant */
	uint32_t index;  /* of an input or a local */
	union {
		int64_t c; /* of a constant */
		struct {
			const struct yz_str *path; /* keys, one behind the other */
			size_t npath;
		};
	};
};

struct yz_feel_calc {
	size_t n;
	struct step steps[];
};

/* ---- making ---- */

struct maker {
	struct yz_arena *a;
	const struct yz_feel *f;
	const uint32_t *pc;
	struct step steps[MOST_STEPS];
	size_t n;
};

static bool number_of(const struct yz_feel_value *v, int64_t *c, int *e)
{
	const uint64_t h = head(v);
	if (!is_number(h) || v->hi || v->lo > INT64_MAX)
		return false;
	*c = sign_of(h) ? -(int64_t)v->lo : (int64_t)v->lo;
	*e = exp_of(h);
	return true;
}

static bool add_step(struct maker *m, enum act act, enum from from, uint32_t operand)
{
	struct step s = {.act = (uint8_t)(act + from), .index = operand};
	int e = 0;
	if (from == FROM_CONST && !number_of(&m->f->consts[operand], &s.c, &e))
		return false;
	s.e = (int16_t)e;
	if (m->n == MOST_STEPS)
		return false;
	m->steps[m->n++] = s;
	return true;
}

static bool add_path(struct maker *m, uint32_t input)
{
	size_t n = 1;
	const uint32_t *keys = m->pc++;
	for (; (*m->pc & 0xff) == YZ_OP_PATH; m->pc++)
		n++;
	struct yz_str *path = yz_new_n(m->a, n, struct yz_str);
	for (size_t i = 0; i < n; i++)
		path[i] = m->f->keys[i ? keys[i] >> 8 : keys[0]];
	if (!add_step(m, ACT_LOAD, FROM_STACK, input))
		return false;
	m->steps[m->n - 1].path = path;
	m->steps[m->n - 1].npath = n;
	return true;
}

static bool add_operator(struct maker *m, enum yz_feel_opcode op, uint32_t operand)
{
	enum from from = FROM_STACK;
	if (op >= YZ_OP_ADD_CONST) {
		from = (enum from)(FROM_CONST + (op - YZ_OP_ADD_CONST) % 3);
		op = (enum yz_feel_opcode)(YZ_OP_ADD + (op - YZ_OP_ADD_CONST) / 3);
	}
	if (op <= YZ_OP_DIV)
		return add_step(m, (enum act)(ACT_ADD + 4 * (op - YZ_OP_ADD)), from, operand);
	if (op < YZ_OP_EQ || (*m->pc & 0xff) != YZ_OP_RETURN || !add_step(m, ACT_COMPARE, from, operand))
		return false;
	m->steps[m->n - 1].op = (uint8_t)op;
	return true;
}

static bool add_instruction(struct maker *m, enum yz_feel_opcode op, uint32_t operand)
{
	switch (op) {
	case YZ_OP_CONST:
		return add_step(m, ACT_LOAD, FROM_CONST, operand);
	case YZ_OP_INPUT:
		return add_step(m, ACT_LOAD, FROM_INPUT, operand);
	case YZ_OP_LOCAL:
		return add_step(m, ACT_LOAD, FROM_LOCAL, operand);
	case YZ_OP_INPUT_PATH:
		return add_path(m, operand);
	case YZ_OP_SET:
		return add_step(m, ACT_SET, FROM_STACK, operand);
	case YZ_OP_NEG:
		return add_step(m, ACT_NEG, FROM_STACK, 0);
	case YZ_OP_RETURN:
		return add_step(m, ACT_RETURN, FROM_STACK, 0);
	default:
		return (op <= YZ_OP_GE || (op >= YZ_OP_ADD_CONST && op <= YZ_OP_GE_INPUT)) && op >= YZ_OP_ADD &&
		       add_operator(m, op, operand);
	}
}

const struct yz_feel_calc *yz_feel_find_calc(struct yz_arena *a, const struct yz_feel *f)
{
	const struct yz_feel_proto *p = f->protos[0];
	struct maker m;
	m.a = a;
	m.f = f;
	m.pc = p->code;
	m.n = 0;
	if (p->nlocals > SLOTS || p->nstack >= SLOTS || p->niters || f->nprotos > 1)
		return NULL;
	for (uint32_t word = 0; (word & 0xff) != YZ_OP_RETURN;) {
		word = *m.pc++;
		if (!add_instruction(&m, (enum yz_feel_opcode)(word & 0xff), word >> 8))
			return NULL;
	}
	if (m.n < 3)
		return NULL; /* a value as it is */
	struct yz_feel_calc *c = yz_alloc(a, sizeof *c + m.n * sizeof *m.steps);
	c->n = m.n;
	memcpy(c->steps, m.steps, m.n * sizeof *m.steps);
	return c;
}

/* ---- running ---- */

static inline bool follow(const struct step *s, const struct yz_feel_value *v, struct number *to)
{
	for (const struct yz_str *key = s->path, *end = key + s->npath; key < end; key++)
		if (v->kind != YZ_FEEL_CONTEXT || v->context->slots || !(v = find_in_small(v->context, *key)))
			return false;
	return number_of(v, &to->c, &to->e);
}

/* Both to the lower power of ten. */
static inline bool level(int64_t *x, int *a, int64_t *y, int b)
{
	int apart = *a - b;
	if (apart < 0)
		return -apart < YZ_TENS - 1 && !__builtin_mul_overflow(*y, (int64_t)yz_feel_tens[-apart], y);
	*a = b;
	return apart < YZ_TENS - 1 && !__builtin_mul_overflow(*x, (int64_t)yz_feel_tens[apart], x);
}

/* As fast_div has it. */
static inline bool quotient(int64_t *x, int *e, int64_t y, int f)
{
	enum { DIGITS = 4 };
	static const uint64_t most = INT64_MAX / 10000 - 1;
	const bool minus = (*x ^ y) < 0;
	const uint64_t a = *x < 0 ? -(uint64_t)*x : (uint64_t)*x, b = y < 0 ? -(uint64_t)y : (uint64_t)y;
	if (!b)
		return false;
	uint64_t q = a / b, rest = a % b;
	int exp = *e - f;
	if (rest) {
		if (b > most || q > most || rest * 10000 % b)
			return false;
		q = q * 10000 + rest * 10000 / b;
		for (exp -= DIGITS; q % 10 == 0; exp++)
			q /= 10;
	}
	if (q > INT64_MAX)
		return false;
	*x = minus ? -(int64_t)q : (int64_t)q;
	*e = exp;
	return exp >= YZ_DEC_EXP_MIN && exp <= YZ_DEC_EXP_MAX;
}

#define NEXT goto *acts[(++s)->act]
/* The act on x, which is e tens high, and the second operand y, which is f tens high; from wherever that comes. */
#define OPERATOR(name, ...)                                                                                            \
	name##_stack : y = x, f = e;                                                                                   \
	sp--;                                                                                                          \
	x = sp->c, e = sp->e;                                                                                          \
	__VA_ARGS__                                                                                                    \
	name##_const : y = s->c, f = s->e;                                                                             \
	__VA_ARGS__                                                                                                    \
	name##_local : y = locals[s->index].c, f = locals[s->index].e;                                                 \
	__VA_ARGS__                                                                                                    \
	name##_input : if (!number_of(&inputs[s->index], &y, &f)) return false;                                        \
	__VA_ARGS__
#define SUM(op)                                                                                                        \
	{                                                                                                              \
		if ((e != f && !level(&x, &e, &y, f)) || __builtin_##op##_overflow(x, y, &x))                          \
			return false;                                                                                  \
		NEXT;                                                                                                  \
	}

bool yz_feel_calculate(const struct yz_feel_calc *calc, const struct yz_feel_value *inputs, struct yz_feel_value *out)
{
#define FOUR(name) &&name##_stack, &&name##_const, &&name##_local, &&name##_input
	static const void *const acts[] = {FOUR(add),  FOUR(sub), FOUR(mul), FOUR(div), FOUR(compare),
					   FOUR(load), &&set,     &&neg,     &&ret};
#undef FOUR
	struct number stack[SLOTS + 1], locals[SLOTS], *sp = stack;
	const struct step *s = calc->steps;
	int64_t x = 0, y;
	int e = 0, f;
	goto *acts[s->act];

	OPERATOR(add, SUM(add));
	OPERATOR(sub, SUM(sub));
	OPERATOR(mul, {
		e += f;
		if (__builtin_mul_overflow(x, y, &x) || e < YZ_DEC_EXP_MIN || e > YZ_DEC_EXP_MAX)
			return false;
		NEXT;
	});
	OPERATOR(div, {
		if (!quotient(&x, &e, y, f))
			return false;
		NEXT;
	});
	OPERATOR(compare, {
		if (e != f && !level(&x, &e, &y, f))
			return false;
		set_head(out, YZ_FEEL_BOOLEAN, holds((enum yz_feel_opcode)s->op, (x > y) - (x < y)), 0);
		out->lo = out->hi = 0;
		return true;
	});
load_stack:
	*sp++ = (struct number){x, e};
	if (!follow(s, &inputs[s->index], sp))
		return false;
	x = sp->c, e = sp->e;
	NEXT;
load_const:
	*sp++ = (struct number){x, e};
	x = s->c, e = s->e;
	NEXT;
load_input:
	*sp++ = (struct number){x, e};
	if (!number_of(&inputs[s->index], &x, &e))
		return false;
	NEXT;
load_local:
	*sp++ = (struct number){x, e};
	x = locals[s->index].c, e = locals[s->index].e;
	NEXT;
set:
	locals[s->index] = (struct number){x, e};
	sp--;
	x = sp->c, e = sp->e;
	NEXT;
neg:
	if (__builtin_sub_overflow(0, x, &x))
		return false;
	NEXT;
ret:
	set_head(out, YZ_FEEL_NUMBER, x < 0, e);
	out->lo = x < 0 ? -(uint64_t)x : (uint64_t)x;
	out->hi = 0;
	return true;
}
