/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "base/arena.h"
#include "base/dec.h"
#include "base/dec_wide.h"

static struct yz_arena *arena;

static struct yz_dec dec(const char *text)
{
	struct yz_dec d;
	if (!yz_dec_parse(yz_str(text), &d))
		fail_msg("no number: %s", text);
	return d;
}

static const char *text(struct yz_dec d)
{
	if (!arena)
		arena = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, arena, 100000);
	yz_buf_add_dec(&b, d);
	return b.ptr;
}

typedef bool (*binary)(struct yz_dec a, struct yz_dec b, struct yz_dec *out);
typedef bool (*unary)(struct yz_dec a, struct yz_dec *out);

#define CHECK2(fn, a, b, expected)                                                                                     \
	do {                                                                                                           \
		struct yz_dec out_;                                                                                    \
		assert_true(fn(dec(a), dec(b), &out_));                                                                \
		assert_string_equal(text(out_), expected);                                                             \
	} while (0)
#define CHECK1(fn, a, expected)                                                                                        \
	do {                                                                                                           \
		struct yz_dec out_;                                                                                    \
		assert_true(fn(dec(a), &out_));                                                                        \
		assert_string_equal(text(out_), expected);                                                             \
	} while (0)

static bool fails2(binary fn, const char *a, const char *b)
{
	struct yz_dec out;
	return !fn(dec(a), dec(b), &out);
}

static bool fails1(unary fn, const char *a)
{
	struct yz_dec out;
	return !fn(dec(a), &out);
}

TEST(text_is_read_and_printed_without_an_exponent)
{
	assert_string_equal(text(dec("-12.50")), "-12.50");
	assert_string_equal(text(dec(".5")), "0.5");
	assert_string_equal(text(dec("5.")), "5");
	assert_string_equal(text(dec("1e3")), "1000");
	assert_string_equal(text(dec("1.5E-7")), "0.00000015");
	assert_string_equal(text(dec("-0")), "0");
	assert_string_equal(text(dec("0.000")), "0.000");
	assert_string_equal(text(dec("000123")), "123");
	assert_string_equal(text(dec("9999999999999999999999999999999999")), "9999999999999999999999999999999999");
	assert_string_equal(text(dec("18446744073709551616")), "18446744073709551616");
}

TEST(what_is_no_number_is_refused)
{
	static const char *const bad[] = {"",   "-",  ".",  "1e",  "1e+",   "e3", "1..2",
					  "+1", "1 ", " 1", "0x1", "1e5.5", "--1"};
	struct yz_dec d;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (yz_dec_parse(yz_str(bad[i]), &d))
			fail_msg("read as a number: '%s'", bad[i]);
	assert_false(yz_dec_parse(YZ_LIT("1e6145"), &d));
	assert_true(yz_dec_parse(YZ_LIT("9.999999999999999999999999999999999e6144"), &d));
	assert_false(yz_dec_parse(YZ_LIT("1e99999999999999999999"), &d));
	assert_true(yz_dec_parse(YZ_LIT("1e-99999999999999999999"), &d) && yz_dec_is_zero(d));
}

TEST(digits_past_the_34th_are_rounded_half_to_even)
{
	assert_string_equal(text(dec("12345678901234567890123456789012345")), "12345678901234567890123456789012340");
	assert_string_equal(text(dec("12345678901234567890123456789012355")), "12345678901234567890123456789012360");
	assert_string_equal(text(dec("1234567890123456789012345678901234500000001")),
			    "1234567890123456789012345678901235000000000");
	assert_string_equal(text(dec("99999999999999999999999999999999995")), "100000000000000000000000000000000000");
}

TEST(sums_keep_the_finer_exponent)
{
	CHECK2(yz_dec_add, "1.10", "2.20", "3.30");
	CHECK2(yz_dec_add, "0.1", "0.2", "0.3");
	CHECK2(yz_dec_add, "1", "0.00", "1.00");
	CHECK2(yz_dec_sub, "5", "5.0", "0.0");
	CHECK2(yz_dec_sub, "1.00", "1", "0.00");
	CHECK2(yz_dec_add, "9999999999999999999999999999999999", "1", "10000000000000000000000000000000000");
	CHECK2(yz_dec_add, "9999999999999999999999999999999999", "0.5", "10000000000000000000000000000000000");
	CHECK2(yz_dec_sub, "1e34", "0.4", "10000000000000000000000000000000000");
	CHECK2(yz_dec_sub, "1e33", "0.6", "999999999999999999999999999999999.4");
	CHECK2(yz_dec_add, "1e34", "1e-6000", "10000000000000000000000000000000000");
	assert_true(fails2(yz_dec_add, "9999999999999999999999999999999999e6111", "9e6111"));
}

TEST(products_and_quotients_round_once)
{
	CHECK2(yz_dec_mul, "1.1", "1.1", "1.21");
	CHECK2(yz_dec_mul, "-3", "0.0", "0.0");
	CHECK2(yz_dec_mul, "3333333333333333333333333333333333", "3333333333333333333333333333333333",
	       "11111111111111111111111111111111110000000000000000000000000000000000");
	CHECK2(yz_dec_div, "1", "3", "0.3333333333333333333333333333333333");
	CHECK2(yz_dec_div, "2", "3", "0.6666666666666666666666666666666667");
	CHECK2(yz_dec_div, "10", "4", "2.5");
	CHECK2(yz_dec_div, "100", "10", "10");
	CHECK2(yz_dec_div, "1", "1234567890123456789012345678901234",
	       "0.0000000000000000000000000000000008100000072900000663390006036849059");
	assert_true(fails2(yz_dec_div, "1", "0.00"));
	assert_true(fails2(yz_dec_div, "0", "0"));
	assert_true(fails2(yz_dec_mul, "1e6000", "1e145"));
	CHECK2(yz_dec_mul, "1e-6000", "1e-6000", text(dec("0e-6176")));
}

TEST(modulo_is_exact_and_has_the_sign_of_the_divisor)
{
	CHECK2(yz_dec_mod, "12", "5", "2");
	CHECK2(yz_dec_mod, "-12", "5", "3");
	CHECK2(yz_dec_mod, "12", "-5", "-3");
	CHECK2(yz_dec_mod, "-12", "-5", "-2");
	CHECK2(yz_dec_mod, "10.1", "4.5", "1.1");
	CHECK2(yz_dec_mod, "-10.1", "4.5", "3.4");
	CHECK2(yz_dec_mod, "1e6000", "7", "1");
	CHECK2(yz_dec_mod, "2", "1e6000", "2");
	assert_true(fails2(yz_dec_mod, "1", "0"));
}

TEST(comparison_is_by_value)
{
	static const char *const up[] = {"-1e6144", "-2",    "-1.9", "-1e-6176", "0",
					 "1e-6176", "0.999", "1",    "1e34",     "1.1e34"};
	size_t n = sizeof up / sizeof *up;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int c = yz_dec_cmp(dec(up[i]), dec(up[j]));
			assert_int_equal((c > 0) - (c < 0), (i > j) - (i < j));
		}
	assert_int_equal(yz_dec_cmp(dec("1.0"), dec("1.000")), 0);
	assert_int_equal(yz_dec_cmp(dec("0e10"), dec("-0.00")), 0);
	assert_int_equal(yz_dec_cmp(dec("1000000000000000000000000000000000"), dec("1e33")), 0);
}

TEST(seven_ways_of_rounding_agree_with_their_names)
{
	static const struct {
		const char *in;
		const char *out[7]; /* in order of enum yz_dec_round */
	} cases[] = {
		{"5.5", {"6", "6", "5", "6", "5", "5", "6"}},
		{"2.5", {"2", "3", "2", "3", "2", "2", "3"}},
		{"1.1", {"1", "1", "1", "2", "1", "1", "2"}},
		{"-1.1", {"-1", "-1", "-1", "-2", "-1", "-2", "-1"}},
		{"-2.5", {"-2", "-3", "-2", "-3", "-2", "-3", "-2"}},
		{"-5.5", {"-6", "-6", "-5", "-6", "-5", "-6", "-5"}},
		{"0.4", {"0", "0", "0", "1", "0", "0", "1"}},
		{"3.0", {"3", "3", "3", "3", "3", "3", "3"}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int how = 0; how < 7; how++) {
			struct yz_dec d;
			assert_true(yz_dec_scale(dec(cases[i].in), 0, (enum yz_dec_round)how, &d));
			assert_string_equal(text(d), cases[i].out[how]);
		}
	struct yz_dec d;
	assert_true(yz_dec_scale(dec("1234.567"), -2, YZ_DEC_HALF_EVEN, &d));
	assert_string_equal(text(d), "1200");
	assert_true(yz_dec_scale(dec("1234.567"), 6176, YZ_DEC_UP, &d));
	assert_string_equal(text(d), "1234.567");
	assert_true(yz_dec_scale(dec("1"), -40, YZ_DEC_UP, &d));
	assert_string_equal(text(d), text(dec("1e40")));
}

TEST(roots_powers_and_logarithms_have_34_right_digits)
{
	CHECK1(yz_dec_sqrt, "2", "1.414213562373095048801688724209698");
	CHECK1(yz_dec_sqrt, "16.00", "4.0");
	CHECK1(yz_dec_sqrt, "1e-6176", text(dec("1e-3088")));
	CHECK1(yz_dec_sqrt, "9999999999999999999999999999999999", "99999999999999999.99999999999999999");
	assert_true(fails1(yz_dec_sqrt, "-1"));
	CHECK1(yz_dec_exp, "1", "2.718281828459045235360287471352662");
	CHECK1(yz_dec_exp, "-1", "0.3678794411714423215955237701614609");
	CHECK1(yz_dec_exp, "0", "1");
	CHECK1(yz_dec_exp, "1e-40", "1");
	assert_true(fails1(yz_dec_exp, "14150"));
	assert_true(fails1(yz_dec_exp, "1e6000"));
	CHECK1(yz_dec_exp, "-1e6000", text(dec("0e-6176")));
	CHECK1(yz_dec_log, "10", "2.302585092994045684017991454684364");
	CHECK1(yz_dec_log, "0.5", "-0.6931471805599453094172321214581766");
	CHECK1(yz_dec_log, "1", "0");
	CHECK1(yz_dec_log, "0.9999999999999999999999999999999990",
	       "-0.000000000000000000000000000000001000000000000000000000000000000001");
	CHECK1(yz_dec_log, "1e6144", "14147.08281135541668260653949758073");
	assert_true(fails1(yz_dec_log, "0"));
	assert_true(fails1(yz_dec_log, "-1"));
	CHECK2(yz_dec_pow, "5", "2", "25");
	CHECK2(yz_dec_pow, "5", "-2", "0.04");
	CHECK2(yz_dec_pow, "5", "2.55", "60.58617166606633673745724928244262");
	CHECK2(yz_dec_pow, "4", "0.5", "2");
	CHECK2(yz_dec_pow, "-2", "3", "-8");
	CHECK2(yz_dec_pow, "0", "0", "1");
	CHECK2(yz_dec_pow, "10", "6144", text(dec("1e6144")));
	CHECK2(yz_dec_pow, "1.000000000000000000000000000000001", "1e33", "2.718281828459045235360287471352661");
	CHECK2(yz_dec_pow, "1.003625", "-36", "0.8778636102474191572744431883429791");
	CHECK2(yz_dec_pow, "1.003625", "360", "3.678997836944830057093515437724159");
	CHECK2(yz_dec_pow, "0.996", "-1200", "122.685684853079948567924500788128");
	CHECK2(yz_dec_pow, "123456789.0123456789", "40", text(dec("4.577191560486515189319574308563321e323")));
	CHECK2(yz_dec_pow, "7e-30", "100", text(dec("3.234476509624757991344647769100217e-2916")));
	CHECK2(yz_dec_pow, "1.1", "-40", "0.02209492815217999428078061837618097");
	CHECK2(yz_dec_pow, "-1", "1000000000000000000001", "-1");
	CHECK2(yz_dec_pow, "0.5", "9223372036854775807", text(dec("0e-6176")));
	assert_true(fails2(yz_dec_pow, "10", "6145"));
	assert_true(fails2(yz_dec_pow, "2", "9223372036854775807"));
	assert_true(fails2(yz_dec_pow, "0.5", "-9223372036854775808"));
	assert_true(fails2(yz_dec_pow, "-8", "0.5"));
	assert_true(fails2(yz_dec_pow, "0", "-1"));
}

TEST(integers_are_recognised_and_taken)
{
	int64_t v;
	assert_true(yz_dec_is_int(dec("3.00")));
	assert_false(yz_dec_is_int(dec("3.01")));
	assert_true(yz_dec_is_int(dec("1e100")));
	assert_true(yz_dec_to_int(dec("-3.99"), &v) && v == -3);
	assert_true(yz_dec_to_int(dec("-9223372036854775808"), &v) && v == INT64_MIN);
	assert_false(yz_dec_to_int(dec("9223372036854775808"), &v));
	assert_false(yz_dec_to_int(dec("1e19"), &v));
	assert_true(yz_dec_to_int(dec("1e-50"), &v) && v == 0);
	assert_string_equal(text(yz_dec_int(INT64_MIN)), "-9223372036854775808");
	assert_string_equal(text(yz_dec_strip(dec("120.00"))), "120");
	assert_true(yz_dec_to_double(dec("-12.5")) == -12.5);
}

TEST(adding_and_taking_away_again_gives_the_same_number)
{
	uint64_t seed = 42;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		struct yz_dec a = {seed >> 20, 0, (int16_t)(-(int)(seed % 7)), seed >> 63};
		struct yz_dec b = {seed >> 33, 0, (int16_t)(-(int)(seed % 5)), false}, sum, back;
		assert_true(yz_dec_add(a, b, &sum));
		assert_true(yz_dec_sub(sum, b, &back));
		assert_int_equal(yz_dec_cmp(a, back), 0);
		if (!yz_dec_is_zero(b)) {
			assert_true(yz_dec_mul(a, b, &sum));
			assert_true(yz_dec_div(sum, b, &back));
			assert_int_equal(yz_dec_cmp(a, back), 0);
		}
	}
}

static u128 any_u128(uint64_t *seed)
{
	uint64_t r[3];
	for (int k = 0; k < 3; k++) {
		*seed ^= *seed << 13;
		*seed ^= *seed >> 7;
		r[k] = *seed ^= *seed << 17;
	}
	u128 v = (u128)r[0] << 64 | r[1];
	switch (r[2] % 5) {
	case 0:
		return v >> r[2] / 5 % 128;
	case 1:
		return ((u128)1 << r[2] / 5 % 128) - 1 + r[1] % 3;
	case 2:
		return v | (u128)UINT64_MAX << 64;
	case 3:
		return yz_p10[r[2] / 5 % 39] + r[1] % 3 - 1;
	default:
		return v;
	}
}

/* Numbers at the edges of words and of powers of ten are those that a step of such a division gets wrong. */
TEST(dividing_by_multiplying_leaves_what_dividing_does)
{
	uint64_t seed = 88172645463325252u;
	for (int i = 0; i < 200000; i++) {
		const u128 c = any_u128(&seed), q = any_u128(&seed), d = any_u128(&seed) | 1,
			   more = any_u128(&seed) % d;
		u128 rest;
		const int n = i % 38 + 1;
		assert_true(yz_u128_over_ten(c, n, &rest) == c / yz_p10[n] && rest == c % yz_p10[n]);
		uint64_t w[4];
		yz_u256_mul(q, d, w);
		const u128 low = ((u128)w[1] << 64 | w[0]) + more, high = ((u128)w[3] << 64 | w[2]) + (low < more);
		const uint64_t sum[4] = {(uint64_t)low, (uint64_t)(low >> 64), (uint64_t)high, (uint64_t)(high >> 64)};
		bool left;
		assert_true(yz_u256_div(sum, d, &left) == q);
		assert_int_equal(left, more != 0);
	}
}

/* The short way is taken only where its own error cannot change the rounding, so the long one never differs. */
TEST(powers_by_fewer_bits_round_as_those_by_more)
{
	static const uint64_t most[] = {100, 1000000, 100000000000000, UINT64_MAX};
	uint64_t seed = 88172645463325252u;
	long one_way = 0;
	for (long i = 0; i < 200000; i++) {
		uint64_t r[3];
		for (int k = 0; k < 3; k++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			r[k] = seed ^= seed << 17;
		}
		struct yz_dec a = {r[0] % most[i % 4] + 2, i % 7 ? 0 : r[1] >> 20, (int16_t)(r[2] % 80) - 60,
				   r[2] & 1 << 20},
			      x, y;
		int64_t n = (int64_t)((r[1] & 0xffff) % (i % 5 ? 80 : 1100)) + 1;
		n = r[2] & 1 << 21 ? -n : n;
		const struct yz_dec plain = yz_dec_strip(a);
		if ((n < 0 ? -n : n) * yz_dec_bits(plain) <= 256)
			continue; /* exact */
		bool ok = yz_dec_pow(a, yz_dec_int(n), &x);
		assert_int_equal(ok, yz_dec_power_wide(plain, n, a.neg && n % 2, &y));
		if (ok && (yz_dec_cmp(x, y) != 0 || x.neg != y.neg))
			fail_msg("%s to the power %ld: %s, not %s", text(a), (long)n, text(x), text(y));
		one_way += ok && x.exp < 0;
	}
	assert_true(one_way > 10000);
}
