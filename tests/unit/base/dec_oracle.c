/* Our decimals against Intel's libbid (Debian: libintelrdfpmath-dev), bit by bit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "base/dec.h"

#ifdef YZ_HAVE_BID
struct bid {
	uint64_t w[2];
} __attribute__((aligned(16)));

struct bid __bid128_add(struct bid a, struct bid b, unsigned rnd, unsigned *flags);
struct bid __bid128_sub(struct bid a, struct bid b, unsigned rnd, unsigned *flags);
struct bid __bid128_mul(struct bid a, struct bid b, unsigned rnd, unsigned *flags);
struct bid __bid128_div(struct bid a, struct bid b, unsigned rnd, unsigned *flags);
struct bid __bid128_sqrt(struct bid a, unsigned rnd, unsigned *flags);
struct bid __bid128_exp(struct bid a, unsigned rnd, unsigned *flags);
struct bid __bid128_log(struct bid a, unsigned rnd, unsigned *flags);

static uint64_t seed = 20260101;

static uint64_t draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static struct bid bid(struct yz_dec d)
{
	return (struct bid){{d.lo, (uint64_t)d.neg << 63 | (uint64_t)(d.exp + 6176) << 49 | d.hi}};
}

/* Any magnitude; many ties, powers of ten and their neighbours. */
static struct yz_dec any(int exps)
{
	unsigned __int128 c = (unsigned __int128)(draw() & 0x1ffffffffffff) << 64 | draw(), ten34 = 1, p = 1;
	for (int i = 0; i < 34; i++)
		ten34 *= 10;
	c %= ten34;
	for (uint64_t n = draw() % 35; n; n--)
		c /= 10, p *= 10;
	if (draw() % 8 == 0)
		c = p % ten34 + draw() % 3;
	if (draw() % 16 == 0)
		c = 5 * (p / 10);
	if (c >= ten34)
		c = ten34 - 1;
	int exp = exps ? (int)(draw() % (unsigned)(2 * exps)) - exps : 0;
	return (struct yz_dec){(uint64_t)c, (uint64_t)(c >> 64), (int16_t)exp, c && (draw() & 1)};
}

static struct yz_dec unbid(struct bid b)
{
	return (struct yz_dec){b.w[0], b.w[1] & 0x1ffffffffffff, (int16_t)((b.w[1] >> 49 & 0x3fff) - 6176), b.w[1] >> 63};
}

static bool infinite_or_nan(struct bid b)
{
	return (b.w[1] & 0x7800000000000000) == 0x7800000000000000;
}

static void same(const char *what, bool ok, struct yz_dec ours, struct bid theirs, long round)
{
	if (!ok) {
		if (!infinite_or_nan(theirs))
			fail_msg("%s %ld: refused, but they have a number", what, round);
		return;
	}
	bool zero = yz_dec_is_zero(ours);
	if (zero) /* the sign of zero does not matter here */
		theirs.w[1] &= ~((uint64_t)1 << 63);
	struct bid b = bid(ours);
	if (b.w[0] != theirs.w[0] || b.w[1] != theirs.w[1])
		fail_msg("%s %ld: %016lx%016lx, they have %016lx%016lx", what, round, (long)b.w[1], (long)b.w[0],
			 (long)theirs.w[1], (long)theirs.w[0]);
}

TEST(basic_operations_agree_bit_by_bit)
{
	static const int spans[] = {0, 3, 40, 6100};
	for (long i = 0; i < 400000; i++) {
		int span = spans[i % 4];
		struct yz_dec a = any(span), b = any(span), r;
		unsigned flags = 0;
		bool ok = yz_dec_add(a, b, &r);
		same("add", ok, r, __bid128_add(bid(a), bid(b), 0, &flags), i);
		ok = yz_dec_sub(a, b, &r);
		same("sub", ok, r, __bid128_sub(bid(a), bid(b), 0, &flags), i);
		ok = yz_dec_mul(a, b, &r);
		same("mul", ok, r, __bid128_mul(bid(a), bid(b), 0, &flags), i);
		ok = yz_dec_div(a, b, &r);
		same("div", ok, r, __bid128_div(bid(a), bid(b), 0, &flags), i);
		ok = yz_dec_sqrt(a, &r);
		same("sqrt", ok, r, __bid128_sqrt(bid(a), 0, &flags), i);
	}
}

/* libbid's exp and log are not correctly rounded: one unit in the last place is granted. */
static void near(const char *what, struct yz_dec ours, struct bid theirs, long round)
{
	struct yz_dec t = unbid(theirs);
	struct yz_dec diff, ulp = {1, 0, t.exp < ours.exp ? t.exp : ours.exp, false};
	assert_true(yz_dec_sub(ours, t, &diff));
	diff.neg = false;
	if (yz_dec_cmp(diff, ulp) > 0)
		fail_msg("%s %ld: more than one unit apart: %ld %ld e%d, they have %ld %ld e%d", what, round,
			 (long)ours.hi, (long)ours.lo, ours.exp, (long)t.hi, (long)t.lo, t.exp);
}

TEST(exp_and_log_agree_to_one_unit)
{
	for (long i = 0; i < 20000; i++) {
		unsigned flags = 0;
		struct yz_dec a = any(0), r;
		a.exp = (int16_t)(-33 + (int)(draw() % 4));
		assert_true(yz_dec_exp(a, &r));
		near("exp", r, __bid128_exp(bid(a), 0, &flags), i);
		a = any(3000);
		a.neg = false;
		if (yz_dec_log(a, &r))
			near("log", r, __bid128_log(bid(a), 0, &flags), i);
	}
}
/* Integer powers between what 34 digits cut and raised at every step of a plain product would make of them: libbid's
 * own power is not rounded correctly, but its products can be rounded either way. */
TEST(integer_powers_lie_between_products_cut_and_raised)
{
	enum { DOWN = 1, UP = 2 };
	long tight = 0;
	for (long i = 0; i < 60000; i++) {
		struct yz_dec a = any(i % 3 ? 3 : 40), r, s;
		if (i % 4 == 0) /* as rates are */
			a = (struct yz_dec){1000000 + draw() % 100000, 0, -6, false};
		a.neg = false;
		int64_t n = 2 + (int64_t)(draw() % (i % 2 ? 60 : 400));
		if (yz_dec_is_zero(a))
			continue;
		struct bid low = bid(a), high = low, one = bid(yz_dec_int(1));
		unsigned flags = 0;
		for (int64_t k = 1; k < n; k++) {
			low = __bid128_mul(low, bid(a), DOWN, &flags);
			high = __bid128_mul(high, bid(a), UP, &flags);
		}
		if (flags & 0x18) /* over or under */
			continue;
		assert_true(yz_dec_pow(a, yz_dec_int(n), &r));
		assert_true(unbid(low).neg == false && yz_dec_cmp(unbid(low), r) <= 0 && yz_dec_cmp(r, unbid(high)) <= 0);
		tight += yz_dec_sub(unbid(high), unbid(low), &s) && !yz_dec_is_zero(s);
		struct bid least = __bid128_div(one, high, DOWN, &flags), most = __bid128_div(one, low, UP, &flags);
		if (flags & 0x18)
			continue;
		assert_true(yz_dec_pow(a, yz_dec_int(-n), &r));
		assert_true(yz_dec_cmp(unbid(least), r) <= 0 && yz_dec_cmp(r, unbid(most)) <= 0);
	}
	assert_true(tight > 1000);
}
#else
TEST(basic_operations_agree_bit_by_bit)
{
	SKIP("libbid is not here (Debian: libintelrdfpmath-dev): decimals are not compared with the oracle");
}
#endif
