/* base/dec_power.c - decimals to the power of an integer.
 *
 * Where the coefficient's power fits 256 bits it is exact and rounded once.
 * Else it is computed in floats of 128 bits that are always cut, so that how
 * far the true value may lie off is known; where rounding to 34 digits might go
 * either way within that, floats of 256 bits decide (dec_math.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/dec.h"

#include "base/dec_wide.h"

#include <assert.h>

static u128 coef(struct yz_dec d)
{
	return (u128)d.hi << 64 | d.lo;
}

/* a^n for n > 0 where the coefficient's power fits 256 bits: exact, rounded once. */
static bool exact_power(struct yz_dec a, uint64_t n, bool neg, struct yz_dec *out, bool *ok)
{
	u128 c = coef(a);
	int bits = yz_dec_bits(a);
	int64_t exp;
	if (__builtin_mul_overflow((int64_t)a.exp, (int64_t)n, &exp) || exp > 20000 || exp < -20000)
		exp = a.exp < 0 ? -20000 : 20000;
	if (c == 1) {
		*ok = yz_dec_settle(1, (int)exp, neg, false, out);
		return true;
	}
	if (n > 256 || bits * (int)n > 256)
		return false;
	uint64_t w[4] = {1, 0, 0, 0};
	for (uint64_t k = 0; k < n; k++) {
		/* c fits 128 bits and w*c fits 256, so each product is two 128-bit ones. */
		uint64_t lo[4], hi[4];
		yz_u256_mul((u128)w[1] << 64 | w[0], c, lo);
		yz_u256_mul((u128)w[3] << 64 | w[2], c, hi);
		u128 top = ((u128)lo[3] << 64 | lo[2]) + ((u128)hi[1] << 64 | hi[0]);
		w[0] = lo[0];
		w[1] = lo[1];
		w[2] = (uint64_t)top;
		w[3] = (uint64_t)(top >> 64);
	}
	*ok = yz_u256_settle(w, (int)exp, neg, false, out);
	return true;
}

/* m * 2^exp, the highest bit of m set */
struct half {
	u128 m;
	int exp;
};

static inline struct half half_of(u128 c)
{
	uint64_t hi = (uint64_t)(c >> 64);
	int s = hi ? __builtin_clzll(hi) : 64 + __builtin_clzll((uint64_t)c);
	return (struct half){c << s, -s};
}

/* The product, cut: below the true one by less than one part in 2^127. */
static inline struct half by(struct half a, struct half b)
{
	uint64_t a0 = (uint64_t)a.m, a1 = (uint64_t)(a.m >> 64), b0 = (uint64_t)b.m, b1 = (uint64_t)(b.m >> 64);
	u128 p01 = (u128)a0 * b1, p10 = (u128)a1 * b0;
	u128 mid = ((u128)a0 * b0 >> 64) + (uint64_t)p01 + (uint64_t)p10;
	u128 top = (u128)a1 * b1 + (mid >> 64) + (p01 >> 64) + (p10 >> 64);
	int exp = a.exp + b.exp + 128;
	if (top >> 127)
		return (struct half){top, exp};
	return (struct half){top << 1 | (uint64_t)mid >> 63, exp - 1};
}

/* 10^n, cut *cuts times at most */
static struct half ten_to(int n, unsigned *cuts)
{
	if (n >= 0 && n <= 38)
		return half_of(yz_p10[n]);
	/* 10^-6000 is 10^16 * 10^-6016: a small power that is exact, times large ones. */
	enum { SMALL_BITS = 5 };
	const int small = n & ((1 << SMALL_BITS) - 1);
	unsigned size = (unsigned)(n < 0 ? small - n : n - small) >> SMALL_BITS;
	struct half r = half_of(yz_p10[small]);
	r.exp += n - small;
	for (unsigned i = SMALL_BITS; size; size >>= 1, i++)
		if (size & 1) {
			struct half five;
			five.m = yz_five_power(i, n < 0, &five.exp);
			r = by(r, five);
			*cuts += 2;
		}
	return r;
}

static struct half half_power(struct half a, unsigned n)
{
	struct half r = a;
	for (bool begun = false;; n >>= 1) {
		if (n & 1) {
			r = begun ? by(r, a) : a;
			begun = true;
		}
		if (n <= 1)
			return r;
		a = by(a, a);
	}
}

static int64_t tens_of_bits(int64_t bits)
{
	int64_t t = bits * 30103; /* log10(2) is 0.30102999… */
	return t / 100000 + (t > 0);
}

/* Whether c, that far off at most, may lie on either side of where rounding to 34 digits turns. */
static bool doubtful(u128 c, unsigned off)
{
	const int n = yz_u128_digits(c) - YZ_DEC_DIGITS;
	u128 rest;
	yz_u128_over_ten(c, n, &rest);
	const u128 half = yz_p10[n] / 2;
	return rest + off >= half && rest <= half + off;
}

/* a^n where n is not too large and the result in the middle of what there is; false: it takes more bits. */
static bool quick_power(struct yz_dec a, int64_t n, bool neg, struct yz_dec *out)
{
	enum { MOST = 1000, LARGE = 6000 };
	if (n > MOST || n < -MOST)
		return false;
	const unsigned size = (unsigned)(n < 0 ? -n : n);
	/* The coefficient's power alone, in as many steps as make size - 1 cuts together. */
	struct half v = half_power(half_of(coef(a)), size);
	unsigned cuts = size;
	/* So many tens that 37 or 38 digits stand before the point. */
	int64_t bits = v.exp + 127, tens = 38 - tens_of_bits(n < 0 ? -bits : bits + 1), exp = a.exp * n - tens;
	if (exp < -LARGE || exp > LARGE || tens < -LARGE || tens > LARGE)
		return false;
	struct half scale = ten_to((int)tens, &cuts);
	u128 c;
	if (n < 0) {
		int k = scale.exp - v.exp;
		assert(k > 0 && k < 128);
		uint64_t w[4] = {0};
		bool rest;
		u128 low = scale.m << k, high = scale.m >> (128 - k);
		w[0] = (uint64_t)low;
		w[1] = (uint64_t)(low >> 64);
		w[2] = (uint64_t)high;
		w[3] = (uint64_t)(high >> 64);
		c = yz_u256_div(w, v.m, &rest);
	} else {
		v = by(v, scale);
		assert(v.exp < 0 && v.exp > -128);
		c = v.m >> -v.exp;
	}
	if (doubtful(c, cuts + 2) || !yz_dec_settle(c, (int)exp, neg, true, out))
		return false;
	if (out->exp < 0)
		*out = yz_dec_strip(*out);
	return out->exp <= 0 || yz_dec_add(*out, yz_dec_int(0), out);
}

bool yz_dec_power(struct yz_dec a, int64_t n, struct yz_dec *out)
{
	bool neg = a.neg && n % 2, ok;
	uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
	a = yz_dec_strip(a);
	struct yz_dec whole;
	if (exact_power(a, size, neg, &whole, &ok) && (n > 0 || ok)) {
		if (n > 0) {
			*out = whole;
			return ok;
		}
		/* Fewer than 34 digits: it was not rounded, so dividing rounds once. */
		if (yz_u128_digits(coef(whole)) < YZ_DEC_DIGITS)
			return yz_dec_div(yz_dec_int(1), whole, out);
	}
	return quick_power(a, n, neg, out) || yz_dec_power_wide(a, n, neg, out);
}
