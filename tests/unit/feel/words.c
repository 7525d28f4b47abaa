/* Whatever is wrong is told in Chinese too, without a word of English left over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "base/utf8.h"
#include "feel/feel.h"

static struct yz_arena *arena;

/* Three small letters in a row that do not come from the text. */
static bool english_in(struct yz_str said, const char *text)
{
	for (size_t i = 0; i + 3 <= said.len; i++) {
		char word[4] = {said.ptr[i], said.ptr[i + 1], said.ptr[i + 2], 0};
		bool letters = true;
		for (int k = 0; k < 3; k++)
			letters &= word[k] >= 'a' && word[k] <= 'z';
		if (letters && !strstr(text, word))
			return true;
	}
	return false;
}

static const struct yz_feel *compile(const char *text, const struct yz_feel_diag **diags)
{
	static const struct yz_feel_field age = {YZ_LIT("age"), NULL};
	static const struct yz_feel_type person = {.kind = YZ_FEEL_CONTEXT, .fields = &age, .nfields = 1};
	struct yz_feel_name names[] = {{YZ_LIT("n"), yz_feel_type_of_kind(YZ_FEEL_NUMBER)},
				       {YZ_LIT("s"), yz_feel_type_of_kind(YZ_FEEL_STRING)},
				       {YZ_LIT("p"), &person}};
	static const struct yz_feel_limits limits = {.depth = 20, .numeral = 20};
	struct yz_feel_scope scope = {.names = names, .len = 3, .limits = &limits};
	arena = arena ? arena : yz_arena_create(0);
	return yz_feel_compile(arena, yz_str(text), YZ_FEEL_EXPRESSION, &scope, diags, NULL);
}

TEST(what_is_wrong_with_a_text_is_told_in_chinese)
{
	static const char *const texts[][2] = {
		{"1 +", "这里应该是一个表达式，却是结尾"},
		{"1 2", "这里应该是运算符或结尾，却是'2'"},
		{"\"a", "这里应该是一个表达式，却是没有收尾引号的文本"},
		{"1 + /* a", "这里应该是一个表达式，却是没有收尾的注释"},
		{"p.", "这里应该是点后面的名字，却是结尾"},
		{"{a: 1", "这里应该是“,”或“}”，却是结尾"},
		{"{", "这里应该是名字和“:”，却是结尾"},
		{"[1", "这里应该是“,”或“]”，却是结尾"},
		{"[1..2", "这里应该是结束范围的“)”“]”或“[”，却是结尾"},
		{"(1", "这里应该是“)”或“..”，却是结尾"},
		{"abs(1", "这里应该是“,”或“)”，却是结尾"},
		{"abs(n: 1, 2)", "这里应该是和前面一样带名字的参数，却是'2'"},
		{"for i in [1]", "这里应该是“,”或“return”，却是结尾"},
		{"some i in [1]", "这里应该是“,”或“satisfies”，却是结尾"},
		{"for 1", "这里应该是一个名字，却是'1'"},
		{"1 instance of", "这里应该是一个类型，却是结尾"},
		{"1 instance of context<1>", "这里应该是名字和“:”，却是'1'"},
		{"1 instance of list<number", "这里应该是'>'，却是结尾"},
		{"if true 1", "这里应该是'then'，却是'1'"},
		{"((((((((((((((((((((((((1", "嵌套太深，超过 20"},
		{"123456789012345678901", "数字太长，超过 20"},
		{"年龄 > 1", "没有名为“年龄”的内容"},
		{"date2 > 1", "没有名为“date2”的内容"},
		{"n，s", "没有名为“n，s”的内容；全角符号会当作名字的一部分"},
		{"f(1)", "没有名为“f”的函数"},
		{"1 instance of tAge", "没有名为“tAge”的类型"},
		{"n * s", "数 * 文本 总是空值"},
		{"n < s", "数 < 文本 总是空值"},
		{"p.name", "结构没有“name”"},
		{"{a: 1, a: 2}", "“a”重复出现"},
		{"function() external {java: {class: \"c\", method signature: \"m()\"}}",
		 "这里不运行外部函数（Java、PMML）"},
		{"abs(1, 2)", "abs(n) 的参数个数或名称不对"},
		{"(function(a) a)(1, 2)", "这个函数要 1 个参数，不是 2 个"},
		{"n(1)", "数不能当作函数调用"},
		{"@\"x\"", "“x”不是日期、时间或时长"},
		{"1e9999", "数超出范围"},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct yz_feel_diag *d = NULL;
		compile(texts[i][0], &d);
		if (!d)
			fail_msg("%s: nothing is wrong", texts[i][0]);
		struct yz_str zh = yz_feel_diag_text(arena, d, YZ_FEEL_ZH);
		if (!yz_str_eqz(zh, texts[i][1]))
			fail_msg("%s: %s", texts[i][0], zh.ptr);
		assert_true(yz_str_eq(yz_feel_diag_text(arena, d, YZ_FEEL_EN), d->message));
	}
}

TEST(what_is_wrong_with_a_value_is_told_in_chinese)
{
	static const char *const texts[] = {
		"[1, true, null, @\"P1D\"][2] + 1",
		"-\"a\"",
		"\"a\" < 1",
		"1 / 0",
		"1 and true",
		"nobody",
		"nobody()",
		"1 instance of x",
		"{}.a",
		"1.a",
		"@\"2026-01-01\".a",
		"[1][2]",
		"[1][0.5]",
		"1(2)",
		"abs()",
		"abs(null)",
		"abs(\"a\")",
		"sqrt(-1)",
		"date(\"a\")",
		"@\"a\"",
		"1e9999",
		"(function(a: number) a)(\"a\")",
		"{a: 1, a: 2}",
		"context([{key: \"a\", value: 1}, {key: \"a\", value: 1}])",
		"for i in null return i",
		"[1..\"a\"]",
		"[true..false]",
		"now()",
		"10 ** 9999",
		"function() external {}",
		"sort([2, 1], function(a) a)",
		"matches(\"a\", \"(\")",
		"matches(\"a\", \")\")",
		"matches(\"a\", \"(?=a)\")",
		"matches(\"a\", \"[a[b]]\")",
		"matches(\"a\", \"[a\")",
		"matches(\"a\", \"[]\")",
		"matches(\"a\", \"[a-[b]c]\")",
		"matches(\"a\", \"\\\\p\")",
		"matches(\"a\", \"\\\\p{L\")",
		"matches(\"a\", \"\\\\p{Q}\")",
		"matches(\"a\", \"\\\\\")",
		"matches(\"a\", \"\\\\q\")",
		"matches(\"a\", \"a{99999999}\")",
		"matches(\"a\", \"a{2,1}\")",
		"matches(\"a\", \"[b-a]\")",
		"matches(\"a\", \"\\\\1\")",
		"matches(\"a\", \"a{b}\")",
		"matches(\"a\", \"a{1\")",
		"matches(\"a\", \"*\")",
		"matches(\"a\", \"]\")",
		"matches(\"a\", \"a\", \"q\")",
		"replace(\"a\", \"\", \"b\")",
		"replace(\"a\", \"a\", \"$\")",
		"split(\"a\", \"x*\")",
	};
	struct yz_feel_run run;
	struct yz_feel_value inputs[3] = {0};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct yz_feel *f = compile(texts[i], NULL);
		assert_non_null(f);
		yz_feel_run_init(&run, arena);
		struct yz_feel_value v = yz_feel_eval(f, &run, inputs);
		if (v.kind != YZ_FEEL_NULL || !v.reason)
			fail_msg("%s is no null with a reason", texts[i]);
		struct yz_str zh = yz_feel_reason_text(arena, v.reason, YZ_FEEL_ZH);
		if (english_in(zh, texts[i]))
			fail_msg("%s: %s", texts[i], zh.ptr);
	}
}

/* A name is told as it is, even when it is called like a kind. */
TEST(names_are_not_translated)
{
	struct yz_feel_run run;
	struct yz_feel_value inputs[3] = {0};
	yz_feel_run_init(&run, arena);
	struct yz_feel_value v = yz_feel_eval(compile("{}.date", NULL), &run, inputs);
	assert_string_equal(yz_feel_reason_text(arena, v.reason, YZ_FEEL_ZH).ptr, "其中没有“date”这一项");
	v = yz_feel_eval(compile("string(from: date(\"x\"))", NULL), &run, inputs);
	assert_string_equal(yz_feel_reason_text(arena, v.reason, YZ_FEEL_ZH).ptr, "date 读不懂“x”");
}

TEST(long_names_are_told_short)
{
	struct yz_buf b;
	const struct yz_feel_diag *d;
	arena = arena ? arena : yz_arena_create(0);
	yz_buf_init(&b, arena, 1 << 16);
	for (int i = 0; i < 5000; i++)
		yz_buf_addz(&b, "名");
	assert_non_null(compile(b.ptr, &d));
	assert_true(d->message.len < 1100 && yz_utf8_valid(d->message));
	assert_true(yz_utf8_valid(yz_feel_diag_text(arena, d, YZ_FEEL_ZH)));
}

TEST(a_text_that_is_no_text_is_refused)
{
	struct yz_err err = {0};
	struct yz_feel_scope scope = {.where = YZ_LIT("decision 资格")};
	arena = arena ? arena : yz_arena_create(0);
	assert_null(yz_feel_compile(arena, YZ_LIT("\"\xff\""), YZ_FEEL_EXPRESSION, &scope, NULL, &err));
	assert_int_equal(err.code, YZ_SYNTAX);
	assert_string_equal(err.where, "decision 资格");
	assert_non_null(strstr(err.msg, "UTF-8"));
}

/* What was found is told in 40 bytes, whole characters. */
TEST(what_is_found_is_told_short)
{
	const struct yz_feel_diag *d;
	arena = arena ? arena : yz_arena_create(0);
	assert_null(compile("1 \"行政许可行政许可行政许可行政许可行政许可行政许可\"", &d));
	assert_string_equal(d->found.ptr, "'\"行政许可行政许可行政许可行'");
}

TEST(a_pattern_may_be_too_long)
{
	struct yz_buf b;
	struct yz_feel_run run;
	struct yz_feel_value inputs[3] = {0};
	arena = arena ? arena : yz_arena_create(0);
	yz_buf_init(&b, arena, 1 << 20);
	yz_buf_addz(&b, "matches(\"a\", \"(");
	for (int i = 0; i < 200000; i++)
		yz_buf_addz(&b, "\\\\i");
	yz_buf_addz(&b, ")\")");
	yz_feel_run_init(&run, arena);
	struct yz_feel_value v = yz_feel_eval(compile(b.ptr, NULL), &run, inputs);
	assert_int_equal(v.reason->why, YZ_FEEL_WHY_PATTERN);
	assert_non_null(strstr(yz_feel_reason_text(arena, v.reason, YZ_FEEL_ZH).ptr, "太长"));
}
