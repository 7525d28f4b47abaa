/* base/dec_math.c - roots, powers, exp and log of decimals.
 *
 * Everything transcendental is computed in a binary float of 256 bits (77
 * digits) and rounded once to 34, so a result is wrong in its last place only
 * where the true value lies within 10^-35 of its last place from a tie.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/dec.h"

#include "base/dec_wide.h"

#include <assert.h>

/* m * 2^exp with the highest bit of m set, or m zero. */
struct wide {
	uint64_t m[4]; /* least first */
	int exp;
	bool neg;
};

static const struct wide ln2 = {
	{0x8a0d175b8baafa2b, 0x40f343267298b62d, 0xc9e3b39803f2f6af, 0xb17217f7d1cf79ab}, -256, false};
static const struct wide ln2_inverse = {
	{0x8b25166cd1a13248, 0xeb577aa8dd695a58, 0xbe87fed0691d3e88, 0xb8aa3b295c17f0bb}, -255, false};

/* 5 to the powers of two, and one over them. */
enum { FIVES = YZ_FIVES };
static const struct wide fives[2][FIVES] = {
	{
		{{0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0xa000000000000000}, -253, false},
		{{0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0xc800000000000000}, -251, false},
		{{0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x9c40000000000000}, -246, false},
		{{0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0xbebc200000000000}, -237, false},
		{{0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x8e1bc9bf04000000}, -218, false},
		{{0x0000000000000000, 0x0000000000000000, 0xf020000000000000, 0x9dc5ada82b70b59d}, -181, false},
		{{0x0000000000000000, 0x50f8080000000000, 0x3cbf6b71c76b25fb, 0xc2781f49ffcfa6d5}, -107, false},
		{{0x0bc3c54e3f40f7e6, 0x0234f3fd7b08dd39, 0xc66f336c36b10137, 0x93ba47c980e98cdf}, 42, false},
		{{0xae780c7fea81c788, 0x851e4cbf3de2f98a, 0xddbb901b98feeab7, 0xaa7eebfb9df9de8d}, 339, false},
		{{0x422d38ea3584cde4, 0x9c6583981d134cba, 0xcc655c54bc5058f8, 0xe319a0aea60e91c6}, 933, false},
		{{0xd6f4b6d27bd1c61c, 0x526b988275249b0f, 0x650d3d28f18b50ce, 0xc976758681750c17}, 2122, false},
		{{0x77154ce2bcba1965, 0x6a3197bbebe3034f, 0xa74d28ce329ace52, 0x9e8b3b5dc53d5de4}, 4500, false},
		{{0xdd5cf7c945f22a40, 0x65761fb2444e2267, 0xc94c153f804a4a92, 0xc46052028a20979a}, 9255, false},
		{{0x412e0901a7bb6c7e, 0x072b211aceb5055e, 0x0c7c2892305f4e12, 0x96a3a1d17faf211a}, 18766, false},
	},
	{
		{{0xcccccccccccccccd, 0xcccccccccccccccc, 0xcccccccccccccccc, 0xcccccccccccccccc}, -258, false},
		{{0x70a3d70a3d70a3d7, 0xd70a3d70a3d70a3d, 0x3d70a3d70a3d70a3, 0xa3d70a3d70a3d70a}, -260, false},
		{{0x67381d7dbf487fcc, 0xc154c985f06f6944, 0xd3c36113404ea4a8, 0xd1b71758e219652b}, -265, false},
		{{0x7068f3b46d2f8350, 0x3d4d3d758161697c, 0xfdc20d2b36ba7c3d, 0xabcc77118461cefc}, -274, false},
		{{0x23ccd3484db670ab, 0xbf716c1add27f085, 0x4c2ebe687989a9b3, 0xe69594bec44de15b}, -293, false},
		{{0x59e338e387ad8e28, 0x0b5b1aa028ccd99e, 0x67de18eda5814af2, 0xcfb11ead453994ba}, -330, false},
		{{0x0e128b5d938cfb3f, 0x2a1fee40d90aab31, 0x3f2398d747b36224, 0xa87fea27a539e9a5}, -404, false},
		{{0x4ed775fc49f27953, 0xe26ca6063461fffa, 0xac7cb3f6d05ddbde, 0xddd0467c64bce4a0}, -553, false},
		{{0x9b03537708b1648f, 0xa23e2ed27766e8cc, 0xfa911155fefb5308, 0xc0314325637a1939}, -850, false},
		{{0xd4c94a9da0693e0d, 0xe7317d62209b6a93, 0x7132d332e3f204d4, 0x9049ee32db23d21c}, -1444, false},
		{{0xc0eaff3755a2ddcd, 0xf53e94d1b2357c32, 0x87a601586bd3f698, 0xa2a682a5da57c0bd}, -2633, false},
		{{0x71aad59046c7424a, 0x8263ca5cbc774bd9, 0x492512d4f2ead2cb, 0xceae534f34362de4}, -5011, false},
		{{0x5e2d7403972f6f2b, 0x20305d0244e091ba, 0x2de38123a1c3cffc, 0xa6dd04c8d2ce9fde}, -9766, false},
		{{0x6e7ad89a55416d56, 0xeef183849aee88f7, 0x5d1d4fd85b05f4c2, 0xd986c20b686da869}, -19277, false},
	},
};

enum { LEAST_EXP = -(1 << 20), MOST_EXP = 1 << 20 }; /* beyond any decimal; keeps exponents from overflowing */

static u128 coef(struct yz_dec d)
{
	return (u128)d.hi << 64 | d.lo;
}

static bool is_zero(const struct wide *a)
{
	return !a->m[3];
}

/* Brings the highest bit to the top; `below` is a further limb under m. */
static struct wide normal(const uint64_t m[4], uint64_t below, int exp, bool neg)
{
	uint64_t w[5] = {below, m[0], m[1], m[2], m[3]};
	int limbs = 0;
	while (limbs < 4 && !w[4]) {
		for (int i = 4; i > 0; i--)
			w[i] = w[i - 1];
		w[0] = 0;
		limbs++;
	}
	struct wide r = {{0}, 0, neg};
	if (!w[4])
		return r;
	int s = __builtin_clzll(w[4]);
	for (int i = 0; i < 4; i++)
		r.m[i] = s ? w[i + 1] << s | w[i] >> (64 - s) : w[i + 1];
	r.exp = exp - 64 * limbs - s;
	return r;
}

static struct wide from_u128(u128 c)
{
	uint64_t m[4] = {(uint64_t)c, (uint64_t)(c >> 64), 0, 0};
	return normal(m, 0, 0, false);
}

/* a * b + *carry + more, its upper half in *carry */
static inline uint64_t product(uint64_t a, uint64_t b, uint64_t more, uint64_t *carry)
{
	u128 t = (u128)a * b + more + *carry;
	*carry = (uint64_t)(t >> 64);
	return (uint64_t)t;
}

static struct wide times(struct wide a, struct wide b)
{
	uint64_t p[8] = {0};
	for (int i = 0; i < 4; i++) {
		uint64_t carry = 0;
		p[i] = product(a.m[i], b.m[0], p[i], &carry);
		p[i + 1] = product(a.m[i], b.m[1], p[i + 1], &carry);
		p[i + 2] = product(a.m[i], b.m[2], p[i + 2], &carry);
		p[i + 3] = product(a.m[i], b.m[3], p[i + 3], &carry);
		p[i + 4] = carry;
	}
	/* The product of two that have their highest bit has that or the next. */
	struct wide r = {{p[4], p[5], p[6], p[7]}, a.exp + b.exp + 256, a.neg != b.neg};
	if (p[7] >> 63)
		return r;
	if (!p[7])
		return normal(p + 4, p[3], r.exp, r.neg);
	for (int i = 0; i < 4; i++)
		r.m[i] = p[i + 4] << 1 | p[i + 3] >> 63;
	r.exp--;
	return r;
}

static struct wide over_small(struct wide a, uint64_t d)
{
	uint64_t q[5], r = 0;
	for (int i = 4; i >= 0; i--) {
		u128 part = (u128)r << 64 | (i ? a.m[i - 1] : 0);
		q[i] = (uint64_t)(part / d);
		r = (uint64_t)(part % d);
	}
	return normal(q + 1, q[0], a.exp, a.neg);
}

/* m >> n for n in 0..255 */
static void shift_down(uint64_t m[4], int n)
{
	int limbs = n / 64, bits = n % 64;
	for (int i = 0; i < 4; i++) {
		uint64_t lo = i + limbs < 4 ? m[i + limbs] : 0, hi = i + limbs + 1 < 4 ? m[i + limbs + 1] : 0;
		m[i] = bits ? lo >> bits | hi << (64 - bits) : lo;
	}
}

static int compare_m(const uint64_t a[4], const uint64_t b[4])
{
	for (int i = 3; i >= 0; i--)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static struct wide plus(struct wide a, struct wide b)
{
	if (is_zero(&a) || (!is_zero(&b) && a.exp < b.exp)) {
		struct wide t = a;
		a = b;
		b = t;
	}
	if (is_zero(&b) || a.exp - b.exp > 255)
		return a;
	shift_down(b.m, a.exp - b.exp);
	uint64_t r[4];
	u128 carry = 0;
	if (a.neg == b.neg) {
		for (int i = 0; i < 4; i++) {
			carry += (u128)a.m[i] + b.m[i];
			r[i] = (uint64_t)carry;
			carry >>= 64;
		}
		if (!carry)
			return normal(r, 0, a.exp, a.neg);
		shift_down(r, 1);
		r[3] |= (uint64_t)1 << 63;
		return normal(r, 0, a.exp + 1, a.neg);
	}
	bool swap = compare_m(a.m, b.m) < 0;
	const uint64_t *x = swap ? b.m : a.m, *y = swap ? a.m : b.m;
	uint64_t borrow = 0;
	for (int i = 0; i < 4; i++) {
		u128 t = (u128)x[i] - y[i] - borrow;
		r[i] = (uint64_t)t;
		borrow = (uint64_t)(t >> 64) & 1;
	}
	return normal(r, 0, a.exp, a.neg != swap);
}

static struct wide minus(struct wide a, struct wide b)
{
	b.neg = !b.neg;
	return plus(a, b);
}

/* 1 / a by Newton's x(2 - ax): 63 good bits at first, twice as many each time. */
static struct wide inverse(struct wide a)
{
	u128 first = (((u128)1 << 127) - 1) / a.m[3];
	struct wide x = from_u128(first), two = from_u128(2);
	x.exp += -127 - 192 - a.exp;
	x.neg = a.neg;
	for (int i = 0; i < 3; i++)
		x = times(x, minus(two, times(a, x)));
	return x;
}

/* a^n for n > 0; what runs away ends at the bounds of the exponent. */
static struct wide power(struct wide a, uint64_t n)
{
	struct wide r = a;
	bool begun = false;
	for (;; n >>= 1) {
		if (n & 1) {
			r = begun ? times(r, a) : a;
			begun = true;
		}
		if (n <= 1)
			return r;
		a = times(a, a);
		if (a.exp < LEAST_EXP || a.exp > MOST_EXP) {
			a.exp = a.exp < 0 ? LEAST_EXP : MOST_EXP;
			return a;
		}
	}
}

static struct wide power_of_ten(int n)
{
	const struct wide *five = fives[n < 0];
	unsigned size = (unsigned)(n < 0 ? -n : n);
	assert(size >> FIVES == 0);
	struct wide r = from_u128(1);
	for (bool begun = false; size; size >>= 1, five++)
		if (size & 1) {
			r = begun ? times(r, *five) : *five;
			begun = true;
		}
	r.exp += n;
	return r;
}

static struct wide from_dec(struct yz_dec d)
{
	struct wide r = from_u128(coef(d));
	if (d.exp)
		r = times(r, power_of_ten(d.exp));
	r.neg = d.neg;
	return r;
}

/* The integer part, which must be below 2^127; *half: the fraction is one half or more. */
static u128 integer_part(struct wide a, bool *half)
{
	*half = false;
	if (is_zero(&a) || a.exp < -256)
		return 0;
	assert(a.exp <= -129);
	int shift = -a.exp;
	uint64_t bit = a.m[(shift - 1) / 64] >> ((shift - 1) % 64) & 1;
	*half = bit;
	if (shift == 256)
		return 0;
	shift_down(a.m, shift);
	return (u128)a.m[1] << 64 | a.m[0];
}

/* a * 10^tens, rounded to 34 digits */
static bool to_dec(struct wide a, int tens, struct yz_dec *out)
{
	if (a.exp < -25000 || is_zero(&a)) {
		*out = (struct yz_dec){0, 0, YZ_DEC_EXP_MIN, false};
		return true;
	}
	if (a.exp > 25000)
		return false;
	/* Scaled to 37 or 38 digits before the point: 0.30103 > log10(2) > 0.30102. */
	int top = a.exp + 255, t = (top >= 0 ? top * 30102 / 100000 : -(-top * 30103 / 100000 + 1)) - 36;
	bool half;
	u128 c = integer_part(times(a, power_of_ten(-t)), &half);
	if (!yz_dec_settle(c, t + tens, a.neg, true, out))
		return false;
	if (out->exp < 0 && !yz_dec_is_zero(*out)) {
		*out = yz_dec_strip(*out);
		if (out->exp > 0)
			return yz_dec_add(*out, yz_dec_int(0), out);
	}
	return true;
}

static struct wide wide_exp(struct wide x)
{
	bool half;
	struct wide turns = times(x, ln2_inverse);
	int64_t k = (int64_t)integer_part(turns, &half) + half;
	struct wide r = times(from_u128((u128)k), ln2);
	r.neg = x.neg;
	r = minus(x, r);
	/* |r| <= 0.35; of r / 2^8 the 25th term of the series is below 2^-256. */
	r.exp -= 8;
	struct wide one = from_u128(1), s = one;
	for (uint64_t n = 25; n > 0; n--)
		s = plus(one, over_small(times(r, s), n));
	for (int i = 0; i < 8; i++)
		s = times(s, s);
	s.exp += (int)(x.neg ? -k : k);
	return s;
}

/* 2 artanh(t) for |t| <= 0.172 */
static struct wide twice_artanh(struct wide t)
{
	if (is_zero(&t))
		return t;
	struct wide one = from_u128(1), square = times(t, t);
	int bits = -(square.exp + 256);
	uint64_t terms = (uint64_t)(260 / (bits < 5 ? 5 : bits)) + 2;
	struct wide s = over_small(one, 2 * terms + 1);
	for (uint64_t n = terms; n-- > 0;)
		s = plus(over_small(one, 2 * n + 1), times(square, s));
	s = times(t, s);
	s.exp++;
	return s;
}

/* d = 2^e * m with m between the root of 1/2 and that of 2: e ln 2 + 2 artanh((m - 1) / (m + 1)). */
static struct wide wide_log(struct yz_dec d)
{
	struct wide one = from_u128(1), x = from_dec(d);
	int e = x.exp + 256;
	x.exp = -256;
	if (x.m[3] < 0xb504f333f9de6484) {
		x.exp++;
		e--;
	}
	struct wide less = minus(x, one);
	struct yz_dec exact;
	if (!e && yz_dec_sub(d, yz_dec_int(1), &exact))
		less = from_dec(exact);
	struct wide sum = twice_artanh(times(less, inverse(plus(x, one))));
	struct wide whole = times(from_u128((u128)(e < 0 ? -e : e)), ln2);
	whole.neg = e < 0;
	return e ? plus(whole, sum) : sum;
}

bool yz_dec_exp(struct yz_dec a, struct yz_dec *out)
{
	if (yz_dec_is_zero(a)) {
		*out = yz_dec_int(1);
		return true;
	}
	if (yz_dec_cmp(a, yz_dec_int(15000)) > 0)
		return false;
	if (yz_dec_cmp(a, yz_dec_int(-15000)) < 0) {
		*out = (struct yz_dec){0, 0, YZ_DEC_EXP_MIN, false};
		return true;
	}
	return to_dec(wide_exp(from_dec(a)), 0, out);
}

bool yz_dec_log(struct yz_dec a, struct yz_dec *out)
{
	if (a.neg || yz_dec_is_zero(a))
		return false;
	if (yz_dec_cmp(a, yz_dec_int(1)) == 0) {
		*out = yz_dec_int(0);
		return true;
	}
	return to_dec(wide_log(a), 0, out);
}

/* Not less than the root of n, which has 240 to 246 bits, and right in its 31 first bits. */
static u128 root_above(const uint64_t n[4])
{
	uint64_t top = n[3] << 8 | n[2] >> 56, x = (uint64_t)1 << 32; /* n / 2^184 */
	for (uint64_t next; (next = (x + top / x) / 2) < x;)
		x = next;
	return (u128)(x + 1) << 92;
}

bool yz_dec_sqrt(struct yz_dec a, struct yz_dec *out)
{
	u128 c = coef(a);
	int ideal = (a.exp - (a.exp < 0 && a.exp % 2)) / 2;
	if (!c) {
		*out = (struct yz_dec){0, 0, (int16_t)ideal, false};
		return true;
	}
	if (a.neg)
		return false;
	int d = yz_u128_digits(c), up = 73 - d;
	if ((a.exp - up) % 2)
		up++;
	int first = 38 - d;
	uint64_t n[4];
	yz_u256_mul(c * yz_p10[first], yz_p10[up - first], n);
	/* The root of 73 or 74 digits has 37.  Newton from above stops at its integer part. */
	u128 x = root_above(n);
	bool rest;
	for (;;) {
		u128 next = (x + yz_u256_div(n, x, &rest)) / 2;
		if (next >= x)
			break;
		x = next;
	}
	uint64_t square[4];
	yz_u256_mul(x, x, square);
	bool tail = compare_m(square, n) != 0;
	if (!yz_dec_settle(x, (a.exp - up) / 2, false, tail, out))
		return false;
	if (!tail) {
		*out = yz_dec_strip(*out);
		if (out->exp > ideal)
			return yz_dec_add(*out, (struct yz_dec){0, 0, (int16_t)ideal, false}, out);
	}
	return true;
}

bool yz_dec_power_wide(struct yz_dec a, int64_t n, bool neg, struct yz_dec *out)
{
	uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
	a.neg = false;
	/* The power of ten apart where neither runs away: it is an addition then. */
	bool apart = size <= 20000 && size * (uint64_t)yz_dec_bits(a) <= 20000;
	struct wide w = power(apart ? from_u128(coef(a)) : from_dec(a), size);
	if (n < 0) {
		int exp = w.exp;
		w = inverse(w);
		if (exp <= LEAST_EXP || exp >= MOST_EXP)
			w.exp = exp < 0 ? MOST_EXP : LEAST_EXP;
	}
	w.neg = neg;
	int64_t tens = apart ? a.exp * n : 0;
	return to_dec(w, (int)(tens < -40000 ? -40000 : tens > 40000 ? 40000 : tens), out);
}

u128 yz_five_power(unsigned index, bool inverse, int *exp)
{
	const struct wide *w = &fives[inverse][index];
	*exp = w->exp + 128;
	return (u128)w->m[3] << 64 | w->m[2];
}

bool yz_dec_pow(struct yz_dec a, struct yz_dec b, struct yz_dec *out)
{
	int64_t n;
	if (yz_dec_is_zero(b)) {
		*out = yz_dec_int(1);
		return true;
	}
	if (yz_dec_is_zero(a)) {
		*out = yz_dec_int(0);
		return !b.neg;
	}
	if (yz_dec_is_int(b) && yz_dec_to_int(b, &n))
		return yz_dec_power(a, n, out);
	if (a.neg) {
		/* An integer beyond 64 bits: odd only without a trailing zero. */
		if (!yz_dec_is_int(b))
			return false;
		bool odd = b.exp <= 0 && coef(b) / yz_p10[-b.exp] % 2;
		a.neg = false;
		if (!yz_dec_pow(a, b, out))
			return false;
		out->neg = odd && !yz_dec_is_zero(*out);
		return true;
	}
	struct wide l = wide_log(a);
	if (is_zero(&l)) {
		*out = yz_dec_int(1);
		return true;
	}
	l = times(l, from_dec(b));
	if (l.exp > 14 - 256) {
		*out = (struct yz_dec){0, 0, YZ_DEC_EXP_MIN, false};
		return l.neg;
	}
	return to_dec(wide_exp(l), 0, out);
}
