/* base/dec.h - decimal numbers of 34 digits, as IEEE 754-2008 decimal128 has them.
 *
 * A number is (-1)^neg * coef * 10^exp with coef < 10^34 and -6176 <= exp <=
 * 6111.  There is no infinity and no NaN: an operation whose result would be
 * one returns false and leaves *out alone.  Results round half to even;
 * results too small go to the nearest multiple of 10^-6176, zero included.
 *
 * add, sub, mul keep the trailing zeros the standard prefers (1.10 + 2.20 is
 * 3.30); comparison is by value; zero has no sign that matters.
 *
 * No floating point anywhere, so every machine answers alike.
 *
 * Threads:   any; pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_DEC_H
#define YZ_BASE_DEC_H

#include "base/str.h"

#define YZ_DEC_DIGITS 34
#define YZ_DEC_EXP_MIN (-6176)
#define YZ_DEC_EXP_MAX 6111

struct yz_dec {
	uint64_t lo, hi; /* coefficient */
	int16_t exp;
	bool neg;
};

enum yz_dec_round {
	YZ_DEC_HALF_EVEN,
	YZ_DEC_HALF_UP,   /* ties away from zero */
	YZ_DEC_HALF_DOWN, /* ties toward zero */
	YZ_DEC_UP,        /* away from zero */
	YZ_DEC_DOWN,      /* toward zero */
	YZ_DEC_FLOOR,
	YZ_DEC_CEILING,
};

struct yz_dec yz_dec_int(int64_t v);
/* "-12.50", ".5", "1e3": digits with at most one point, at least one digit, optional exponent.
 * More than 34 digits are rounded. False: not a number, or out of range. */
bool yz_dec_parse(struct yz_str s, struct yz_dec *out);
/* Plain digits, never an exponent, as many zeros as exp says. */
void yz_buf_add_dec(struct yz_buf *b, struct yz_dec d);

bool yz_dec_add(struct yz_dec a, struct yz_dec b, struct yz_dec *out);
bool yz_dec_sub(struct yz_dec a, struct yz_dec b, struct yz_dec *out);
bool yz_dec_mul(struct yz_dec a, struct yz_dec b, struct yz_dec *out);
/* Division; false on division by zero. */
bool yz_dec_div(struct yz_dec a, struct yz_dec b, struct yz_dec *out);
/* a - b * floor(a / b), exactly; has the sign of b. */
bool yz_dec_mod(struct yz_dec a, struct yz_dec b, struct yz_dec *out);
/* a**b.  Exact for integer b as long as the result fits; 0**0 is 1.  False: overflow, 0 to a
 * negative power, a negative base with a fraction for exponent. */
bool yz_dec_pow(struct yz_dec a, struct yz_dec b, struct yz_dec *out);
bool yz_dec_sqrt(struct yz_dec a, struct yz_dec *out); /* false: negative */
bool yz_dec_exp(struct yz_dec a, struct yz_dec *out);
bool yz_dec_log(struct yz_dec a, struct yz_dec *out); /* natural; false: not positive */

/* <0, 0, >0 by value. */
int yz_dec_cmp(struct yz_dec a, struct yz_dec b);
bool yz_dec_is_zero(struct yz_dec d);
bool yz_dec_is_int(struct yz_dec d);
/* Same value, no trailing zeros in the coefficient, where the exponent allows. */
struct yz_dec yz_dec_strip(struct yz_dec d);
/* Rounded to `scale` digits behind the point (negative: before it); the result has at most that
 * many.  False: would need more than 34 digits or leave the range. */
bool yz_dec_scale(struct yz_dec d, int scale, enum yz_dec_round how, struct yz_dec *out);
/* The integer, toward zero; false: out of int64_t. */
bool yz_dec_to_int(struct yz_dec d, int64_t *out);
/* For statistics and drawings only. */
double yz_dec_to_double(struct yz_dec d);

#endif
