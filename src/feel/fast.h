/* feel/fast.h - the common cases of arithmetic and comparison; private to the machine.
 *
 * Each returns false, and leaves *a alone, when the case is not one of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_FAST_H
#define YZ_FEEL_FAST_H

#include "feel/code.h"

/* Kind, sign and exponent at once: numbers with equal heads differ in their coefficients only. */
static inline uint64_t head(const struct yz_feel_value *v)
{
	uint64_t h;
	memcpy(&h, v, sizeof h);
	return h;
}

static inline bool both_numbers(const struct yz_feel_value *a, const struct yz_feel_value *b)
{
	return a->kind == YZ_FEEL_NUMBER && b->kind == YZ_FEEL_NUMBER;
}

static inline bool fast_add(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	uint64_t sum;
	if (head(a) != head(b) || a->kind != YZ_FEEL_NUMBER || (a->hi | b->hi) ||
	    __builtin_add_overflow(a->lo, b->lo, &sum))
		return false;
	a->lo = sum;
	return true;
}

static inline bool fast_sub(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	if (head(a) != head(b) || a->kind != YZ_FEEL_NUMBER || (a->hi | b->hi))
		return false;
	if (a->lo >= b->lo) {
		a->lo -= b->lo;
		a->flag &= a->lo != 0;
	} else {
		a->lo = b->lo - a->lo;
		a->flag = !a->flag;
	}
	return true;
}

static inline bool fast_mul(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	if (!both_numbers(a, b) || (a->hi | b->hi))
		return false;
	unsigned __int128 p = (unsigned __int128)a->lo * b->lo;
	int exp = a->exp + b->exp;
	if (p >> 64 || exp < YZ_DEC_EXP_MIN || exp > YZ_DEC_EXP_MAX)
		return false;
	a->lo = (uint64_t)p;
	a->exp = (int16_t)exp;
	a->flag = (a->flag ^ b->flag) & (p != 0);
	return true;
}

/* <0, 0, >0 of two numbers */
static inline int compare_numbers(const struct yz_feel_value *a, const struct yz_feel_value *b)
{
	if (head(a) == head(b)) {
		int c = a->hi == b->hi ? (a->lo > b->lo) - (a->lo < b->lo) : a->hi > b->hi ? 1 : -1;
		return a->flag ? -c : c;
	}
	return yz_dec_cmp(yz_feel_dec(*a), yz_feel_dec(*b));
}

static inline bool holds(enum yz_feel_opcode op, int c)
{
	switch (op) {
	case YZ_OP_EQ:
		return c == 0;
	case YZ_OP_NE:
		return c != 0;
	case YZ_OP_LT:
		return c < 0;
	case YZ_OP_LE:
		return c <= 0;
	case YZ_OP_GT:
		return c > 0;
	default:
		return c >= 0;
	}
}

#endif
