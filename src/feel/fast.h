/* feel/fast.h - the common cases of copying, arithmetic and comparison; private to the machine.
 *
 * The operators return false, and leave *a alone, when the case is not one of theirs.
 *
 * A processor forwards what was just stored to the next load only where one
 * store covers the load.  So values are moved, and their heads written, in
 * words of 64 bits: one wide move behind a narrow store costs more than all
 * the rest of an operation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_FAST_H
#define YZ_FEEL_FAST_H

#include "feel/code.h"

static inline void copy(struct yz_feel_value *to, const struct yz_feel_value *from)
{
	uint64_t a, b, c;
	memcpy(&a, from, 8);
	memcpy(&b, (const char *)from + 8, 8);
	memcpy(&c, (const char *)from + 16, 8);
	__asm__("" : "+r"(a), "+r"(b), "+r"(c)); /* or the compiler makes one wide move of two */
	memcpy(to, &a, 8);
	memcpy((char *)to + 8, &b, 8);
	memcpy((char *)to + 16, &c, 8);
}

/* Kind, sign and exponent at once: numbers with equal heads differ in their coefficients only. */
static inline uint64_t head(const struct yz_feel_value *v)
{
	uint64_t h;
	memcpy(&h, v, sizeof h);
	return h;
}

static inline void set_head(struct yz_feel_value *v, uint8_t kind, uint8_t flag, int exp)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t word = kind | (uint64_t)flag << 8 | (uint64_t)(uint16_t)exp << 16;
#else
	const struct yz_feel_value h = {.kind = kind, .flag = flag, .exp = (int16_t)exp};
	uint64_t word = head(&h);
#endif
	memcpy(v, &word, sizeof word);
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
	bool turns = a->lo < b->lo;
	uint64_t rest = turns ? b->lo - a->lo : a->lo - b->lo;
	a->lo = rest;
	if (turns || !rest)
		set_head(a, YZ_FEEL_NUMBER, turns && !a->flag, a->exp);
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
	set_head(a, YZ_FEEL_NUMBER, (a->flag ^ b->flag) & (p != 0), exp);
	a->lo = (uint64_t)p;
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

static inline bool same_strings(const struct yz_feel_value *a, const struct yz_feel_value *b)
{
	return a->len == b->len && !memcmp(a->ptr, b->ptr, a->len);
}

/* A number in a number or an interval of numbers, a string in a string. */
static inline bool fast_in(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	bool in;
	if (both_numbers(a, b)) {
		in = compare_numbers(a, b) == 0;
	} else if (a->kind == YZ_FEEL_STRING && b->kind == YZ_FEEL_STRING) {
		in = same_strings(a, b);
	} else {
		const struct yz_feel_range *r = b->range;
		if (a->kind != YZ_FEEL_NUMBER || b->kind != YZ_FEEL_RANGE || r->form != YZ_FEEL_INTERVAL ||
		    !both_numbers(&r->start, &r->end))
			return false;
		int low = compare_numbers(a, &r->start), high = compare_numbers(a, &r->end);
		in = (low > 0 || (low == 0 && r->start_included)) && (high < 0 || (high == 0 && r->end_included));
	}
	set_head(a, YZ_FEEL_BOOLEAN, in, 0);
	return true;
}

/* Equality of numbers and of strings; false: something else. */
static inline bool fast_equal(const struct yz_feel_value *a, const struct yz_feel_value *b, bool *equal)
{
	if (both_numbers(a, b))
		*equal = compare_numbers(a, b) == 0;
	else if (a->kind == YZ_FEEL_STRING && b->kind == YZ_FEEL_STRING)
		*equal = same_strings(a, b);
	else
		return false;
	return true;
}

#endif
