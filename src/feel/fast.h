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
#include "feel/value.h"

/* 1, 10, 100, … as far as 64 bits go */
enum { YZ_TENS = 20 };
extern const uint64_t yz_feel_tens[YZ_TENS];

static inline uint64_t word_at(const char *p)
{
	uint64_t w;
	memcpy(&w, p, sizeof w);
	return w;
}

static inline uint32_t half_at(const char *p)
{
	uint32_t w;
	memcpy(&w, p, sizeof w);
	return w;
}

/* Texts compared here are names and words: short, and mostly of different lengths where they differ. */
static inline bool same_bytes(const char *a, const char *b, size_t n)
{
	if (n >= 8) {
		if ((word_at(a) ^ word_at(b)) | (word_at(a + n - 8) ^ word_at(b + n - 8)))
			return false;
		for (size_t i = 8; i + 8 < n; i += 8)
			if (word_at(a + i) != word_at(b + i))
				return false;
		return true;
	}
	if (n >= 4)
		return !((half_at(a) ^ half_at(b)) | (half_at(a + n - 4) ^ half_at(b + n - 4)));
	return !n || !((a[0] ^ b[0]) | (a[n / 2] ^ b[n / 2]) | (a[n - 1] ^ b[n - 1]));
}

static inline bool is_key(const struct yz_feel_entry *e, struct yz_str key)
{
	return e->key.len == key.len && same_bytes(e->key.ptr, key.ptr, key.len);
}

/* yz_feel_find in a small context. */
static inline const struct yz_feel_value *find_in_small(const struct yz_feel_context *c, struct yz_str key)
{
	for (const struct yz_feel_entry *e = c->entries, *end = e + c->len; e < end; e++)
		if (is_key(e, key))
			return &e->value;
	return NULL;
}

/* yz_feel_find, where contexts are mostly small. */
static inline const struct yz_feel_value *find_entry(const struct yz_feel_context *c, struct yz_str key)
{
	return c->slots ? yz_feel_find(c, key) : find_in_small(c, key);
}

/* The same, where contexts are alike one after the other: *hint is where the last had it. */
static inline const struct yz_feel_value *find_alike(const struct yz_feel_context *c, struct yz_str key, uint32_t *hint)
{
	if (*hint < c->len && is_key(&c->entries[*hint], key))
		return &c->entries[*hint].value;
	const struct yz_feel_value *v = find_entry(c, key);
	if (v)
		*hint = (uint32_t)((const struct yz_feel_entry *)((const char *)v - offsetof(struct yz_feel_entry, value)) -
				   c->entries);
	return v;
}

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

/* The value as a result, in words too. */
static inline struct yz_feel_value taken(const struct yz_feel_value *from)
{
	struct yz_feel_value v;
	copy(&v, from);
	return v;
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

/* The parts of a head. */
static inline bool is_number(uint64_t h)
{
	return (uint8_t)h == YZ_FEEL_NUMBER;
}
static inline bool sign_of(uint64_t h)
{
	return h >> 8 & 1;
}
static inline int exp_of(uint64_t h)
{
	return (int16_t)(h >> 16);
}

/* x * 10**a and y * 10**b as multiples of the lower power, *a; false where 64 bits do not hold them. */
static inline bool align(uint64_t *x, int *a, uint64_t *y, int b)
{
	int apart = *a - b;
	if (apart < 0)
		return -apart < YZ_TENS && !__builtin_mul_overflow(*y, yz_feel_tens[-apart], y);
	*a = b;
	return apart < YZ_TENS && !__builtin_mul_overflow(*x, yz_feel_tens[apart], x);
}

/* a + b, or a - b when `minus`, of any signs and exponents */
static __attribute__((noinline, unused)) bool slower_sum(struct yz_feel_value *a, const struct yz_feel_value *b, bool minus)
{
	const uint64_t ha = head(a), hb = head(b);
	uint64_t x = a->lo, y = b->lo, sum;
	int exp = exp_of(ha);
	bool sign = sign_of(ha);
	if (!align(&x, &exp, &y, exp_of(hb)))
		return false;
	if (sign == (sign_of(hb) ^ minus)) {
		if (__builtin_add_overflow(x, y, &sum))
			return false;
	} else {
		bool turns = x < y;
		sum = turns ? y - x : x - y;
		sign ^= turns;
	}
	set_head(a, YZ_FEEL_NUMBER, sign & (sum != 0), exp);
	a->lo = sum;
	return true;
}

/* Mostly neither is negative, and a head with the result's exponent is there already. */
static inline __attribute__((always_inline)) bool fast_sum(struct yz_feel_value *a, const struct yz_feel_value *b, bool minus)
{
	const uint64_t ha = head(a), hb = head(b);
	uint64_t x = a->lo, y = b->lo, sum;
	int exp = exp_of(ha);
	if (!is_number(ha) || !is_number(hb) || (a->hi | b->hi))
		return false;
	if (sign_of(ha | hb) || (exp != exp_of(hb) && !align(&x, &exp, &y, exp_of(hb))) || (minus && x < y))
		return slower_sum(a, b, minus);
	if (minus)
		sum = x - y;
	else if (__builtin_add_overflow(x, y, &sum))
		return false;
	if (exp != exp_of(ha))
		memcpy(a, &hb, sizeof hb);
	a->lo = sum;
	return true;
}

static inline bool fast_add(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	return fast_sum(a, b, false);
}

static inline bool fast_sub(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	return fast_sum(a, b, true);
}

static inline bool fast_mul(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	const uint64_t ha = head(a), hb = head(b);
	uint64_t p;
	int exp = exp_of(ha) + exp_of(hb);
	if (!is_number(ha) || !is_number(hb) || (a->hi | b->hi) || __builtin_mul_overflow(a->lo, b->lo, &p) ||
	    exp < YZ_DEC_EXP_MIN || exp > YZ_DEC_EXP_MAX)
		return false;
	set_head(a, YZ_FEEL_NUMBER, (sign_of(ha) ^ sign_of(hb)) & (p != 0), exp);
	a->lo = p;
	return true;
}

/* Quotients that come out even, or do with a few digits more: of all there are, that with the fewest. */
static inline bool fast_div(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	enum { DIGITS = 4 };
	static const uint64_t most = UINT64_MAX / 10000 - 1;
	const uint64_t ha = head(a), hb = head(b), y = b->lo;
	if (!is_number(ha) || !is_number(hb) || (a->hi | b->hi) || !y)
		return false;
	uint64_t q = a->lo / y, rest = a->lo % y;
	int exp = exp_of(ha) - exp_of(hb);
	if (rest) {
		if (y > most || q > most || rest * 10000 % y)
			return false;
		q = q * 10000 + rest * 10000 / y;
		for (exp -= DIGITS; q % 10 == 0; exp++)
			q /= 10;
	}
	if (exp < YZ_DEC_EXP_MIN || exp > YZ_DEC_EXP_MAX)
		return false;
	set_head(a, YZ_FEEL_NUMBER, (sign_of(ha) ^ sign_of(hb)) & (q != 0), exp);
	a->lo = q;
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
	return a->len == b->len && same_bytes(a->ptr, b->ptr, a->len);
}

/* The same, called: within the machine the registers it would take are worth more to the loops around it. */
static __attribute__((noinline, unused)) bool same_strings_called(const struct yz_feel_value *a, const struct yz_feel_value *b)
{
	return same_strings(a, b);
}

/* A number in a number or an interval of numbers, a string in a string. */
static inline bool fast_in(struct yz_feel_value *a, const struct yz_feel_value *b)
{
	bool in;
	if (both_numbers(a, b)) {
		in = compare_numbers(a, b) == 0;
	} else if (a->kind == YZ_FEEL_STRING && b->kind == YZ_FEEL_STRING) {
		in = same_strings_called(a, b);
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

/* *in: one of the items, which are all numbers or all strings. */
static inline bool is_any(const struct yz_feel_value *a, const struct yz_feel_value *list, bool *in)
{
	const struct yz_feel_value *item = list->items, *end = item + list->aux;
	if (a->kind != item->kind)
		return false;
	if (a->kind == YZ_FEEL_STRING)
		while (item < end && !same_strings(a, item))
			item++;
	else
		while (item < end && compare_numbers(a, item))
			item++;
	*in = item < end;
	return true;
}

static inline bool fast_any(struct yz_feel_value *a, const struct yz_feel_value *list)
{
	bool in;
	if (!is_any(a, list, &in))
		return false;
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

/* How many items from the first on are plainly of the same kind as `wanted` and not equal to it. */
static inline uint32_t differing(const struct yz_feel_value *items, uint32_t n, const struct yz_feel_value *wanted)
{
	const uint64_t numbers = head(wanted), lo = wanted->lo, hi = wanted->hi;
	uint32_t i = 0;
	if (wanted->kind == YZ_FEEL_NUMBER) {
		const struct yz_feel_value *v = items, *end = items + n;
		/* Four at a time, each by two branches that are well predicted. */
#define OTHER(k) (head(&v[k]) == numbers && v[k].lo != lo)
		while (end - v >= 4 && OTHER(0) && OTHER(1) && OTHER(2) && OTHER(3))
			v += 4;
		while (v < end && OTHER(0))
			v++;
#undef OTHER
		i = (uint32_t)(v - items);
		while (i < n && head(&items[i]) == numbers && (items[i].lo != lo || items[i].hi != hi))
			i++;
	}
	if (wanted->kind == YZ_FEEL_STRING)
		while (i < n && items[i].kind == YZ_FEEL_STRING && !same_strings(&items[i], wanted))
			i++;
	return i;
}

#endif
