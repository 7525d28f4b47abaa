/* base/dec_wide.h - what dec.c and dec_math.c share; private to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_DEC_WIDE_H
#define YZ_BASE_DEC_WIDE_H

#include "base/dec.h"

typedef unsigned __int128 u128;

extern const u128 yz_p10[39];

/* Decimal digits of c; 0 has none. */
int yz_u128_digits(u128 c);
/* The number c * 10^exp, rounded half to even into range; `tail`: the true value lies a little above c
 * (less than one unit), which needs at least two digits more than 34 in c.  False: overflow. */
bool yz_dec_settle(u128 c, int exp, bool neg, bool tail, struct yz_dec *out);
/* The same from 256 bits, least limb first. Spoils w. */
bool yz_u256_settle(uint64_t w[4], int exp, bool neg, bool tail, struct yz_dec *out);
/* a * b, least limb first. */
static inline void yz_u256_mul(u128 a, u128 b, uint64_t w[4])
{
	uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64), b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
	u128 p00 = (u128)a0 * b0, p01 = (u128)a0 * b1, p10 = (u128)a1 * b0, p11 = (u128)a1 * b1;
	u128 mid = (p00 >> 64) + (uint64_t)p01 + (uint64_t)p10;
	p11 += (mid >> 64) + (p01 >> 64) + (p10 >> 64);
	w[0] = (uint64_t)p00;
	w[1] = (uint64_t)mid;
	w[2] = (uint64_t)p11;
	w[3] = (uint64_t)(p11 >> 64);
}

/* c / 10^n for n in 1..38. */
u128 yz_u128_over_ten(u128 c, int n, u128 *rest);
/* w /= d, in place; the remainder. */
uint64_t yz_u256_div_small(uint64_t w[4], uint64_t d);
/* The quotient, which must fit 128 bits; *rest: there is a remainder. */
u128 yz_u256_div(const uint64_t w[4], u128 d, bool *rest);

/* dec_power.c: a**n for a and n that are not zero.  False: overflow. */
bool yz_dec_power(struct yz_dec a, int64_t n, struct yz_dec *out);
/* dec_math.c: its size by floats of 256 bits, with that sign. */
bool yz_dec_power_wide(struct yz_dec a, int64_t n, bool neg, struct yz_dec *out);
enum { YZ_FIVES = 14 };
/* 5 to the power 2^index, or one over it: the result, cut to 128 bits of which the highest is set, times 2^*exp. */
u128 yz_five_power(unsigned index, bool inverse, int *exp);

/* Of the coefficient, which is not zero. */
static inline int yz_dec_bits(struct yz_dec d)
{
	return d.hi ? 128 - __builtin_clzll(d.hi) : 64 - __builtin_clzll(d.lo);
}

#endif
