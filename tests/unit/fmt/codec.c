/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/codec.h"

static struct yz_arena *a;

static void start(void)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
}

TEST(base64_agrees_with_the_rfc)
{
	/* RFC 4648, 10 */
	static const char *const cases[][2] = {{"", ""},
					       {"f", "Zg=="},
					       {"fo", "Zm8="},
					       {"foo", "Zm9v"},
					       {"foob", "Zm9vYg=="},
					       {"fooba", "Zm9vYmE="},
					       {"foobar", "Zm9vYmFy"},
					       {"\xff\xfe\xfb", "//77"}};
	start();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_buf b;
		struct yz_str back;
		yz_buf_init(&b, a, 100);
		yz_base64_write(&b, yz_str(cases[i][0]));
		assert_true(yz_str_eqz(yz_buf_str(&b), cases[i][1]));
		assert_true(yz_base64_read(a, yz_buf_str(&b), 6, &back));
		assert_true(yz_str_eqz(back, cases[i][0]));
	}
}

TEST(base64_refuses_what_has_another_form)
{
	static const char *const bad[] = {"Z",    "Zg",       "Zg=",  "Zm8",  "Zg===", "Zh==",  "Zm9=", "=",
					  "====", "Zg==Zg==", "Z-8=", "Zg=a", "Zm8=x", "Zm9v!", "Z=g="};
	struct yz_str out;
	start();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(yz_base64_read(a, yz_str(bad[i]), 100, &out));
	assert_true(yz_base64_read(a, YZ_LIT("Zm 9v\r\nYg =\t=\n"), 100, &out));
	assert_true(yz_str_eqz(out, "foob"));
}

TEST(base64_stops_one_past_its_bound)
{
	struct yz_str out;
	start();
	assert_true(yz_base64_read(a, YZ_LIT("Zm9vYg=="), 4, &out));
	assert_false(yz_base64_read(a, YZ_LIT("Zm9vYmE="), 4, &out));
	assert_false(yz_base64_read(a, YZ_LIT("Zg=="), 0, &out));
}

TEST(every_byte_survives_percent_encoding)
{
	char all[256];
	struct yz_buf b;
	struct yz_str back;
	start();
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	yz_buf_init(&b, a, 1000);
	yz_percent_write(&b, yz_str_n(all, 256));
	assert_int_equal(b.len, 66 + 190 * 3);
	assert_null(memchr(b.ptr, '+', b.len));
	assert_true(yz_percent_read(a, yz_buf_str(&b), true, &back));
	assert_true(yz_str_eq(back, yz_str_n(all, 256)));
}

TEST(percent_needs_two_digits)
{
	static const char *const bad[] = {"%", "%4", "%4g", "a%", "%%41", "%-1", "% 1"};
	struct yz_str out;
	start();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(yz_percent_read(a, yz_str(bad[i]), false, &out));
	assert_true(yz_percent_read(a, YZ_LIT("a+%2b%E4%b8%80"), true, &out));
	assert_true(yz_str_eqz(out, "a +一"));
	assert_true(yz_percent_read(a, YZ_LIT("a+b"), false, &out));
	assert_true(yz_str_eqz(out, "a+b"));
}
