/* What RFC 8259 allows and what it does not, one text a line.
 * SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/json.h"

#include <stdio.h>

#define T(s)                                                                                                           \
	{                                                                                                              \
		s, sizeof(s) - 1                                                                                       \
	}

static const struct yz_str accepted[] = {
	/* values alone, white space around */
	T("null"),
	T("true"),
	T("false"),
	T("0"),
	T("-0"),
	T("\"\""),
	T("[]"),
	T("{}"),
	T(" \t\r\n1 \t\r\n"),
	T("[ ]"),
	T("{ }"),
	T("[\n]"),
	T("{\r\n}"),
	T("\"a\""),
	T("[null]"),
	T("[true,false,null]"),
	/* numbers */
	T("1"),
	T("-1"),
	T("10"),
	T("123456789"),
	T("0.0"),
	T("0.1"),
	T("-0.1"),
	T("1.5"),
	T("1e1"),
	T("1E1"),
	T("1e+1"),
	T("1e-1"),
	T("1E+1"),
	T("1E-1"),
	T("0e0"),
	T("0e+1"),
	T("-0e-0"),
	T("1.0e10"),
	T("1.5E-10"),
	T("1e400"),
	T("-1e-400"),
	T("123.456e78"),
	T("99999999999999999999999999999999999999"),
	T("0.00000000000000000000000000000000000000001"),
	T("-123"),
	T("-1.5e3"),
	T("[1,2,3]"),
	T("[-0]"),
	T("[1.0]"),
	T("1e00"),
	T("1e01"),
	T("20e1"),
	/* strings */
	T("\"\\\"\""),
	T("\"\\\\\""),
	T("\"\\/\""),
	T("\"/\""),
	T("\"\\b\\f\\n\\r\\t\""),
	T("\"\\u0000\""),
	T("\"\\u0041\""),
	T("\"\\uABCD\""),
	T("\"\\uabcd\""),
	T("\"\\uAbCd\""),
	T("\"\\ud83d\\ude00\""),
	T("\"\\uD800\\uDC00\""),
	T("\"\\uDBFF\\uDFFF\""),
	T("\"\\uFFFF\""),
	T("\"\\uFFFE\""),
	T("\"\\u2028\""),
	T("\"\x7f\""),
	T("\"一站\""),
	T("\"\xf0\x9f\x98\x80\""),
	T("\"\xf4\x8f\xbf\xbf\""),
	T("\"\xed\x9f\xbf\""),
	T("\"\xee\x80\x80\""),
	T("\"\xef\xbf\xbf\""),
	T("\"\xc2\x80\""),
	T("\"\xe0\xa0\x80\""),
	T("\"\xf0\x90\x80\x80\""),
	T("\"\xe2\x80\xa8\""),
	T("\"a/*b*/c//d\""),
	T("\"'\""),
	T("\" \""),
	T("\"\\\\a\""),
	T("\"\\\\u0041\""),
	T("\"\\u005C\""),
	T("\"\\u0022\""),
	T("\"12345678\""),
	T("\"1234567\\n\""),
	T("\"12345678\\n\""),
	T("\"ئۇيغۇر\""),
	T("\"\\u0012\""),
	T("[\"\\u002c\"]"),
	/* arrays and objects */
	T("[[]]"),
	T("[[],[]]"),
	T("[{}]"),
	T("[1 , 2]"),
	T("[1\n,\n2]"),
	T("{\"a\":1}"),
	T("{\"\":0}"),
	T("{\"a\":{}}"),
	T("{\"a\":[]}"),
	T("{\"a\":1,\"b\":2}"),
	T("{\"a\" : 1 , \"b\" : 2}"),
	T("{\"a\":null,\"A\":null}"),
	T("{\"\\u0061\":1,\"b\":1}"),
	T("{\"a\\u0000b\":0}"),
	T("{\"a\":{\"a\":{\"a\":1}}}"),
	T("[[[[[[[[]]]]]]]]"),
	T("{\"\xc3\xa9\":1,\"e\xcc\x81\":1}"),
	T("[\"a\",1,true,null,[],{}]"),
	T("{\"x\":[{\"id\":\"x\"}],\"id\":\"y\"}"),
};

static const struct yz_str refused[] = {
	/* nothing, or nothing but space */
	T(""),
	T(" "),
	T("\n"),
	T("\t\r\n"),
	T("\0"),
	T("\xEF\xBB\xBF"),
	T("\xEF\xBB\xBF{}"),
	T("\xFF\xFE[\0]\0"),
	/* words */
	T("nul"),
	T("nulll"),
	T("tru"),
	T("True"),
	T("TRUE"),
	T("falsy"),
	T("fals"),
	T("NaN"),
	T("Infinity"),
	T("-Infinity"),
	T("undefined"),
	T("a"),
	T("[a]"),
	T("[nul]"),
	T("true false"),
	T("None"),
	T("[tru]"),
	/* numbers */
	T("+1"),
	T("-"),
	T("--1"),
	T("01"),
	T("-01"),
	T("00"),
	T("1."),
	T(".1"),
	T("-.1"),
	T("1.e1"),
	T("1e"),
	T("1e+"),
	T("1e-"),
	T("1E"),
	T("0x1"),
	T("0x"),
	T("1_000"),
	T("1 000"),
	T("1,000"),
	T("1.2.3"),
	T("1e1.5"),
	T("1e1e1"),
	T("-a"),
	T("1a"),
	T("[1a]"),
	T("[-]"),
	T("[+1]"),
	T("[01]"),
	T("[1.]"),
	T("[.5]"),
	T("[1e]"),
	T("[0e]"),
	T("[-2.]"),
	T("[0.e1]"),
	T("1eE2"),
	T("2.e+3"),
	T("[-NaN]"),
	T("\xef\xbc\x91"),
	T("1\0"),
	T("- 1"),
	T("[1 2]"),
	T("-012"),
	T("[0.1.2]"),
	T("++1234"),
	T("[1+2]"),
	T("09"),
	T("1e+-2"),
	/* strings */
	T("\""),
	T("\"a"),
	T("a\""),
	T("'a'"),
	T("\"\\\""),
	T("\"\\"),
	T("\"\\x\""),
	T("\"\\a\""),
	T("\"\\v\""),
	T("\"\\0\""),
	T("\"\\'\""),
	T("\"\\U0041\""),
	T("\"\\u\""),
	T("\"\\u1\""),
	T("\"\\u12\""),
	T("\"\\u123\""),
	T("\"\\u12G4\""),
	T("\"\\u 123\""),
	T("\"\\u-123\""),
	T("\"\\uD800\""),
	T("\"\\uDC00\""),
	T("\"\\uD800a\""),
	T("\"\\uD800\\n\""),
	T("\"\\uD800\\uD800\""),
	T("\"\\uD800\\u0041\""),
	T("\"\\uDC00\\uD800\""),
	T("\"\\uD800\\u\""),
	T("\"\\uD800\\uDC0\""),
	T("\"\\uD800\\\""),
	T("\"\n\""),
	T("\"\t\""),
	T("\"\r\""),
	T("\"\0\""),
	T("\"\x01\""),
	T("\"\x1f\""),
	T("\"12345678\x1f\""),
	T("\"\x80\""),
	T("\"\xbf\""),
	T("\"\xc0\x80\""),
	T("\"\xc1\xbf\""),
	T("\"\xc2\""),
	T("\"\xc2\x41\""),
	T("\"\xe0\x80\x80\""),
	T("\"\xe0\x9f\xbf\""),
	T("\"\xe4\xb8\""),
	T("\"\xe4\xb8\x41\""),
	T("\"\xed\xa0\x80\""),
	T("\"\xed\xbf\xbf\""),
	T("\"\xf0\x80\x80\x80\""),
	T("\"\xf0\x8f\xbf\xbf\""),
	T("\"\xf0\x9f\x98\""),
	T("\"\xf4\x90\x80\x80\""),
	T("\"\xf5\x80\x80\x80\""),
	T("\"\xf8\x88\x80\x80\x80\""),
	T("\"\xff\""),
	T("\"\xfe\""),
	T("\"a\xe9\""),
	T("\"\\\xe4\xb8\x80\""),
	T("\"\\u\xef\xbc\x91\""),
	T("\xe4\xb8\x80"),
	T("\"a\"\"b\""),
	T("\"a\" \"b\""),
	T("\"a\"1"),
	T("\"\xc2\"\x80"),
	T("\xff\"\""),
	/* arrays */
	T("["),
	T("]"),
	T("[1"),
	T("[1,"),
	T("[1,]"),
	T("[,1]"),
	T("[,]"),
	T("[1,,2]"),
	T("[1;2]"),
	T("[1:2]"),
	T("[]]"),
	T("[[]"),
	T("[1}"),
	T("[}"),
	T("[\"a\""),
	T("[\"a\","),
	T("[][]"),
	T("[],"),
	T("[1,2"),
	T("[\x0b]"),
	T("[\x0c]"),
	T("[\xc2\xa0]"),
	T("[\xe2\x80\x8b]"),
	T("[1]x"),
	T("[ 1 ] ]"),
	T("[*]"),
	T("[<null>]"),
	/* objects */
	T("{"),
	T("}"),
	T("{]"),
	T("{1:1}"),
	T("{a:1}"),
	T("{'a':1}"),
	T("{\"a\"}"),
	T("{\"a\":}"),
	T("{\"a\":1"),
	T("{\"a\":1,"),
	T("{\"a\":1,}"),
	T("{,}"),
	T("{,\"a\":1}"),
	T("{\"a\":1,,\"b\":2}"),
	T("{\"a\" 1}"),
	T("{\"a\"=1}"),
	T("{\"a\",1}"),
	T("{\"a\"::1}"),
	T("{\"a\":1 \"b\":2}"),
	T("{\"a\":1:2}"),
	T("{null:1}"),
	T("{[]:1}"),
	T("{\"a\":1}}"),
	T("{{}}"),
	T("{\"a\":\"b\"}#"),
	T("{\"a\":1;\"b\":2}"),
	T("{\"a"),
	T("{\"a\""),
	T("{\"a\":"),
	T("{\"a\":a}"),
	T("{\"a\":1]"),
	T("{:1}"),
	T("{\"a\":/**/1}"),
	T("{\"a\":1}//"),
	T("//\n{}"),
	T("/**/{}"),
	T("#\n{}"),
	T("[1/**/]"),
	T("{\"\\uD800\":1}"),
	T("{\"a\":tru}"),
	/* keys that stand twice */
	T("{\"a\":1,\"a\":1}"),
	T("{\"a\":1,\"b\":2,\"a\":3}"),
	T("{\"a\":1,\"\\u0061\":2}"),
	T("{\"\":1,\"\":2}"),
	T("{\"一\":1,\"\\u4e00\":2}"),
	T("[{\"x\":{\"a\":1,\"a\":2}}]"),
};

TEST(accepts_what_the_standard_allows)
{
	struct yz_arena *a = yz_arena_create(0);
	for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
		struct yz_err err = {0};
		if (!yz_json_read(a, accepted[i], NULL, &err))
			fail_msg("case %zu refused: %.*s: %s: %s", i, YZ_P(accepted[i]), err.where, err.msg);
	}
	yz_arena_destroy(a);
}

TEST(refuses_everything_else)
{
	struct yz_arena *a = yz_arena_create(0);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct yz_err err = {0};
		if (yz_json_read(a, refused[i], NULL, &err))
			fail_msg("case %zu accepted: %.*s", i, YZ_P(refused[i]));
		assert_int_equal(err.code, YZ_SYNTAX);
		assert_non_null(strstr(err.where, "line "));
	}
	yz_arena_destroy(a);
}

TEST(what_is_read_and_written_reads_the_same)
{
	struct yz_arena *a = yz_arena_create(0);
	for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
		struct yz_buf once, twice;
		yz_buf_init(&once, a, 1 << 20);
		yz_buf_init(&twice, a, 1 << 20);
		const struct yz_json *v = yz_json_read(a, accepted[i], NULL, NULL);
		yz_json_write(&once, v);
		const struct yz_json *w = yz_json_read(a, yz_buf_str(&once), NULL, NULL);
		assert_non_null(w);
		assert_true(yz_json_equal(v, w));
		yz_json_write(&twice, w);
		assert_true(yz_str_eq(yz_buf_str(&once), yz_buf_str(&twice)));
	}
	yz_arena_destroy(a);
}

TEST(every_beginning_of_a_text_is_refused)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str text =
		YZ_LIT("{\"名\":[1.5e-3,\"\\ud83d\\ude00\xf0\x9f\x98\x80\",true,{\"a\":null}],\"b\":\"\\n\"}");
	assert_non_null(yz_json_read(a, text, NULL, NULL));
	for (size_t n = 0; n < text.len; n++) {
		char *exact = yz_memdup(a, text.ptr, n);
		assert_null(yz_json_read(a, yz_str_n(exact, n), NULL, NULL));
	}
	yz_arena_destroy(a);
}
