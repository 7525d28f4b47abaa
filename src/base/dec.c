/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dec.h"

#include "base/dec_wide.h"

#include <assert.h>

/* Digits kept beyond the 34 before the one rounding at the end; 37 digits fit 128 bits with room to add. */
enum { GUARDED = YZ_DEC_DIGITS + 3 };

#define E19 ((u128)10000000000000000000u)

const u128 yz_p10[39] = {
	1u,
	10u,
	100u,
	1000u,
	10000u,
	100000u,
	1000000u,
	10000000u,
	100000000u,
	1000000000u,
	10000000000u,
	100000000000u,
	1000000000000u,
	10000000000000u,
	100000000000000u,
	1000000000000000u,
	10000000000000000u,
	100000000000000000u,
	1000000000000000000u,
	E19,
	E19 * 10u,
	E19 * 100u,
	E19 * 1000u,
	E19 * 10000u,
	E19 * 100000u,
	E19 * 1000000u,
	E19 * 10000000u,
	E19 * 100000000u,
	E19 * 1000000000u,
	E19 * 10000000000u,
	E19 * 100000000000u,
	E19 * 1000000000000u,
	E19 * 10000000000000u,
	E19 * 100000000000000u,
	E19 * 1000000000000000u,
	E19 * 10000000000000000u,
	E19 * 100000000000000000u,
	E19 * 1000000000000000000u,
	E19 *E19,
};

static inline u128 coef(struct yz_dec d)
{
	return (u128)d.hi << 64 | d.lo;
}

static inline struct yz_dec make(u128 c, int exp, bool neg)
{
	return (struct yz_dec){(uint64_t)c, (uint64_t)(c >> 64), (int16_t)exp, neg};
}

int yz_u128_digits(u128 c)
{
	uint64_t hi = (uint64_t)(c >> 64), lo = (uint64_t)c;
	int bits = hi ? 128 - __builtin_clzll(hi) : lo ? 64 - __builtin_clzll(lo) : 0;
	int t = bits * 1233 >> 12;
	return t + (c >= yz_p10[t]);
}
#define digits yz_u128_digits

/* Whether a truncated magnitude goes one up. `half` compares what was cut off with one half. */
static bool goes_up(enum yz_dec_round how, bool neg, bool odd, int half, bool inexact)
{
	switch (how) {
	case YZ_DEC_HALF_EVEN:
		return half > 0 || (half == 0 && odd);
	case YZ_DEC_HALF_UP:
		return half >= 0;
	case YZ_DEC_HALF_DOWN:
		return half > 0;
	case YZ_DEC_UP:
		return inexact;
	case YZ_DEC_DOWN:
		return false;
	case YZ_DEC_FLOOR:
		return inexact && neg;
	case YZ_DEC_CEILING:
		return inexact && !neg;
	}
	assert(!"no such rounding");
}

/* c without its last n digits, rounded; `tail`: something not zero was already cut off behind c. */
static u128 drop(u128 c, int n, bool tail, enum yz_dec_round how, bool neg)
{
	if (n <= 0)
		return c;
	u128 q = 0;
	int half = -1;
	bool inexact = tail || c;
	if (n <= 38) {
		u128 unit = yz_p10[n], r;
		q = yz_u128_over_ten(c, n, &r);
		u128 twice = r * 2;
		half = twice > unit ? 1 : twice < unit ? -1 : tail ? 1 : 0;
		inexact = tail || r;
	}
	return q + goes_up(how, neg, q & 1, half, inexact);
}

bool yz_dec_settle(u128 c, int exp, bool neg, bool tail, struct yz_dec *out)
{
	int n = digits(c) - YZ_DEC_DIGITS;
	if (YZ_DEC_EXP_MIN - exp > n)
		n = YZ_DEC_EXP_MIN - exp;
	if (n > 0) {
		c = drop(c, n, tail, YZ_DEC_HALF_EVEN, neg);
		exp += n;
		if (c == yz_p10[YZ_DEC_DIGITS]) {
			c = yz_p10[YZ_DEC_DIGITS - 1];
			exp++;
		}
	}
	if (exp > YZ_DEC_EXP_MAX) {
		int pad = exp - YZ_DEC_EXP_MAX;
		if (c && pad > YZ_DEC_DIGITS - digits(c))
			return false;
		if (c)
			c *= yz_p10[pad];
		exp = YZ_DEC_EXP_MAX;
	}
	*out = make(c, exp, neg && c);
	return true;
}

struct yz_dec yz_dec_int(int64_t v)
{
	return make(v < 0 ? -(uint64_t)v : (uint64_t)v, 0, v < 0);
}

/* ---- text ---- */

static bool read_exponent(struct yz_str s, size_t *i, int *exp)
{
	bool minus = false;
	if (*i < s.len && (s.ptr[*i] == '+' || s.ptr[*i] == '-'))
		minus = s.ptr[(*i)++] == '-';
	if (*i == s.len)
		return false;
	int e = 0;
	for (; *i < s.len; (*i)++) {
		if (s.ptr[*i] < '0' || s.ptr[*i] > '9')
			return false;
		if (e < 100000)
			e = e * 10 + (s.ptr[*i] - '0');
	}
	*exp = minus ? -e : e;
	return true;
}

bool yz_dec_parse(struct yz_str s, struct yz_dec *out)
{
	size_t i = 0, seen = 0;
	bool neg = s.len && s.ptr[0] == '-', point = false, tail = false;
	u128 c = 0;
	int kept = 0, exp = 0, e10 = 0;
	for (i = neg; i < s.len; i++) {
		char ch = s.ptr[i];
		if (ch == '.' && !point) {
			point = true;
			continue;
		}
		if (ch < '0' || ch > '9')
			break;
		seen++;
		if (kept < 38) {
			c = c * 10 + (unsigned)(ch - '0');
			kept += c != 0;
			exp -= point;
		} else {
			tail |= ch != '0';
			exp += !point;
		}
		if (exp < -100000000 || exp > 100000000)
			return false;
	}
	if (!seen)
		return false;
	if (i < s.len) {
		if ((s.ptr[i] | 0x20) != 'e')
			return false;
		i++;
		if (!read_exponent(s, &i, &e10))
			return false;
	}
	return yz_dec_settle(c, exp + e10, neg, tail, out);
}

static size_t put_digits(u128 c, char out[40])
{
	char rev[40];
	size_t n = 0;
	while (c >> 64) {
		uint64_t part = (uint64_t)(c % E19);
		c /= E19;
		for (int k = 0; k < 19; k++, part /= 10)
			rev[n++] = (char)('0' + part % 10);
	}
	for (uint64_t part = (uint64_t)c; part || !n; part /= 10)
		rev[n++] = (char)('0' + part % 10);
	while (n > 1 && rev[n - 1] == '0')
		n--;
	for (size_t k = 0; k < n; k++)
		out[k] = rev[n - 1 - k];
	return n;
}

void yz_buf_add_dec(struct yz_buf *b, struct yz_dec d)
{
	char text[40];
	size_t n = put_digits(coef(d), text);
	if (d.neg && coef(d))
		yz_buf_addc(b, '-');
	if (d.exp >= 0) {
		yz_buf_add(b, text, n);
		for (int k = 0; coef(d) && k < d.exp; k++)
			yz_buf_addc(b, '0');
		return;
	}
	size_t behind = (size_t)-d.exp;
	if (n > behind) {
		yz_buf_add(b, text, n - behind);
	} else {
		yz_buf_addc(b, '0');
	}
	yz_buf_addc(b, '.');
	for (size_t k = n; k < behind; k++)
		yz_buf_addc(b, '0');
	size_t from = n > behind ? n - behind : 0;
	yz_buf_add(b, text + from, n - from);
}

/* ---- addition ---- */

/* Zero plus b: b with the zeros of the finer exponent, as far as 34 digits reach. */
static struct yz_dec padded(struct yz_dec b, int exp)
{
	u128 c = coef(b);
	int n = b.exp - exp;
	if (n <= 0)
		return b;
	int room = c ? YZ_DEC_DIGITS - digits(c) : n;
	if (n > room)
		n = room;
	return make(c ? c * yz_p10[n] : 0, b.exp - n, b.neg);
}

/* a + b with a.exp > b.exp, neither zero, too far apart for plain alignment: b is at most a tail of a. */
static bool add_far(struct yz_dec a, struct yz_dec b, struct yz_dec *out)
{
	u128 ca = coef(a), cb = coef(b);
	int up = GUARDED - digits(ca);
	ca *= yz_p10[up];
	int down = a.exp - up - b.exp;
	assert(down > 0);
	u128 q = down > 38 ? 0 : cb / yz_p10[down];
	bool tail = down > 38 || q * yz_p10[down] != cb;
	if (a.neg == b.neg)
		ca += q;
	else
		ca -= q + tail;
	return yz_dec_settle(ca, a.exp - up, a.neg, tail, out);
}

bool yz_dec_add(struct yz_dec a, struct yz_dec b, struct yz_dec *out)
{
	if (a.exp < b.exp) {
		struct yz_dec t = a;
		a = b;
		b = t;
	}
	u128 ca = coef(a), cb = coef(b);
	int d = a.exp - b.exp;
	if (d) {
		if (!ca) {
			*out = b;
			return true;
		}
		if (!cb) {
			*out = padded(a, b.exp);
			return true;
		}
		if (d > GUARDED || digits(ca) + d > GUARDED)
			return add_far(a, b, out);
		ca *= yz_p10[d];
	}
	if (a.neg == b.neg)
		return yz_dec_settle(ca + cb, b.exp, a.neg, false, out);
	bool neg = ca > cb ? a.neg : ca < cb ? b.neg : false;
	return yz_dec_settle(ca > cb ? ca - cb : cb - ca, b.exp, neg, false, out);
}

bool yz_dec_sub(struct yz_dec a, struct yz_dec b, struct yz_dec *out)
{
	b.neg = !b.neg && coef(b);
	return yz_dec_add(a, b, out);
}

/* ---- multiplication and division ---- */

bool yz_u256_settle(uint64_t w[4], int exp, bool neg, bool tail, struct yz_dec *out)
{
	int top = w[3] ? 3 : w[2] ? 2 : w[1] ? 1 : 0, bits = 64 * top + 64 - (w[top] ? __builtin_clzll(w[top]) : 64);
	/* A number of so many bits has this many digits, or one more. */
	int least = ((bits - 1) * 1233 >> 12) + 1, surplus = least - GUARDED;
	if (surplus <= 0) {
		assert(!w[2] && !w[3]);
		return yz_dec_settle((u128)w[1] << 64 | w[0], exp, neg, tail, out);
	}
	exp += surplus;
	bool rest;
	if (surplus > 38) {
		tail |= yz_u256_div_small(w, (uint64_t)yz_p10[surplus - 38]) != 0;
		surplus = 38;
	}
	u128 c = yz_u256_div(w, yz_p10[surplus], &rest);
	return yz_dec_settle(c, exp, neg, tail || rest, out);
}

bool yz_dec_mul(struct yz_dec a, struct yz_dec b, struct yz_dec *out)
{
	bool neg = a.neg != b.neg;
	int exp = a.exp + b.exp;
	if (!a.hi && !b.hi)
		return yz_dec_settle((u128)a.lo * b.lo, exp, neg, false, out);
	u128 ca = coef(a), cb = coef(b);
	uint64_t w[4];
	yz_u256_mul(ca, cb, w);
	return yz_u256_settle(w, exp, neg, false, out);
}

/* Takes away up to `most` trailing zeros. */
static u128 without_zeros(u128 c, int most, int *taken)
{
	*taken = 0;
	/* Mostly there is none: 2^64 is 1 modulo 5. */
	if (c & 1 || ((uint64_t)c % 5 + (uint64_t)(c >> 64) % 5) % 5)
		return c;
	for (int step = 16; step; step /= 2)
		while (most - *taken >= step && c % yz_p10[step] == 0) {
			c /= yz_p10[step];
			*taken += step;
		}
	return c;
}

bool yz_dec_div(struct yz_dec a, struct yz_dec b, struct yz_dec *out)
{
	u128 ca = coef(a), cb = coef(b);
	int exp = a.exp - b.exp;
	bool neg = a.neg != b.neg;
	if (!cb)
		return false;
	if (!ca)
		return yz_dec_settle(0, exp, false, false, out);
	if (!a.hi && !b.hi && a.lo % b.lo == 0)
		return yz_dec_settle(a.lo / b.lo, exp, neg, false, out);
	/* The quotient of a*10^up by b has 37 or 38 digits. */
	int da = digits(ca), up = GUARDED + digits(cb) - da, first = up < 38 - da ? up : 38 - da;
	uint64_t w[4];
	yz_u256_mul(ca * yz_p10[first], yz_p10[up - first], w);
	bool tail;
	u128 q = yz_u256_div(w, cb, &tail);
	int zeros = 0;
	if (!tail)
		q = without_zeros(q, up, &zeros);
	return yz_dec_settle(q, exp - up + zeros, neg, tail, out);
}

bool yz_dec_mod(struct yz_dec a, struct yz_dec b, struct yz_dec *out)
{
	u128 ca = coef(a), cb = coef(b), r;
	if (!cb)
		return false;
	int exp = a.exp < b.exp ? a.exp : b.exp, d = a.exp - b.exp;
	if (d < 0) {
		if (-d + digits(cb) > 38) { /* |a| < |b| */
			if (!ca || a.neg == b.neg) {
				*out = a;
				return true;
			}
			return yz_dec_add(a, b, out);
		}
		cb *= yz_p10[-d];
		d = 0;
	}
	/* cb has at most 34 digits whenever d > 0, so a remainder times 10^4 fits. */
	for (r = ca % cb; d > 0 && r; d -= d < 4 ? d : 4)
		r = r * yz_p10[d < 4 ? d : 4] % cb;
	if (r && a.neg != b.neg)
		r = cb - r;
	return yz_dec_settle(r, exp, b.neg, false, out);
}

/* ---- comparison and rounding ---- */

int yz_dec_cmp(struct yz_dec a, struct yz_dec b)
{
	u128 ca = coef(a), cb = coef(b);
	if (!ca || !cb)
		return ca ? (a.neg ? -1 : 1) : cb ? (b.neg ? 1 : -1) : 0;
	if (a.neg != b.neg)
		return a.neg ? -1 : 1;
	int sign = a.neg ? -1 : 1;
	if (a.exp != b.exp) {
		int ta = digits(ca) + a.exp, tb = digits(cb) + b.exp;
		if (ta != tb)
			return ta < tb ? -sign : sign;
		if (a.exp > b.exp)
			ca *= yz_p10[a.exp - b.exp];
		else
			cb *= yz_p10[b.exp - a.exp];
	}
	return ca == cb ? 0 : ca < cb ? -sign : sign;
}

bool yz_dec_is_zero(struct yz_dec d)
{
	return !d.lo && !d.hi;
}

bool yz_dec_is_int(struct yz_dec d)
{
	if (d.exp >= 0 || yz_dec_is_zero(d))
		return true;
	return d.exp > -YZ_DEC_DIGITS && coef(d) % yz_p10[-d.exp] == 0;
}

struct yz_dec yz_dec_strip(struct yz_dec d)
{
	if (yz_dec_is_zero(d))
		return make(0, 0, false);
	int taken;
	u128 c = without_zeros(coef(d), YZ_DEC_EXP_MAX - d.exp, &taken);
	return make(c, d.exp + taken, d.neg);
}

bool yz_dec_scale(struct yz_dec d, int scale, enum yz_dec_round how, struct yz_dec *out)
{
	int n = -scale - d.exp;
	if (n <= 0) {
		*out = d;
		return true;
	}
	u128 c = drop(coef(d), n, false, how, d.neg);
	return yz_dec_settle(c, -scale, d.neg, false, out);
}

bool yz_dec_to_int(struct yz_dec d, int64_t *out)
{
	u128 c = coef(d);
	if (d.exp > 0 && c) {
		if (d.exp > 19 || digits(c) + d.exp > 19)
			return false;
		c *= yz_p10[d.exp];
	} else if (d.exp < 0) {
		c = d.exp < -38 ? 0 : c / yz_p10[-d.exp];
	}
	if (c > (u128)INT64_MAX + d.neg)
		return false;
	*out = d.neg ? (int64_t) - (uint64_t)c : (int64_t)c;
	return true;
}

double yz_dec_to_double(struct yz_dec d)
{
	double v = (double)coef(d);
	int e = d.exp;
	for (; e >= 300; e -= 300)
		v *= 1e300;
	for (; e <= -300; e += 300)
		v /= 1e300;
	double p = 1;
	for (int k = e < 0 ? -e : e; k > 0; k--)
		p *= 10;
	v = e < 0 ? v / p : v * p;
	return d.neg ? -v : v;
}
