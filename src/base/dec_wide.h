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
void yz_u256_mul(u128 a, u128 b, uint64_t w[4]);
/* The quotient, which must fit 128 bits; *rest: there is a remainder. */
u128 yz_u256_div(const uint64_t w[4], u128 d, bool *rest);

#endif
