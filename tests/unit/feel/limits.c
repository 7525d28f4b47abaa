/* Every bound, and one past it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "feel/feel.h"

#include <stdlib.h>

static struct yz_arena *arena;

static const struct yz_feel *compile(struct yz_str text, const struct yz_feel_limits *limits, struct yz_err *err)
{
	struct yz_feel_scope scope = {.limits = limits};
	if (!arena)
		arena = yz_arena_create(0);
	*err = (struct yz_err){0};
	return yz_feel_compile(arena, text, YZ_FEEL_EXPRESSION, &scope, NULL, err);
}

static bool refused(struct yz_str text, const struct yz_feel_limits *limits)
{
	struct yz_err err;
	bool ok = compile(text, limits, &err) != NULL;
	assert_true(ok || err.code == YZ_LIMIT);
	return !ok;
}

static struct yz_feel_value eval(const char *text, const struct yz_feel_limits *limits)
{
	struct yz_err err;
	struct yz_feel_run run;
	const struct yz_feel *f = compile(yz_str(text), NULL, &err);
	if (!f)
		fail_msg("%s: %s", text, err.msg);
	yz_feel_run_init(&run, arena);
	run.limits = limits;
	return yz_feel_eval(f, &run, NULL);
}

static bool stops(const char *text, const struct yz_feel_limits *limits, enum yz_feel_why why)
{
	struct yz_feel_value v = eval(text, limits);
	if (v.kind == YZ_FEEL_NULL && (!v.reason || v.reason->why != why))
		fail_msg("%s stops for another reason", text);
	return v.kind == YZ_FEEL_NULL;
}

static struct yz_str repeated(const char *before, const char *middle, const char *after, size_t n)
{
	struct yz_buf b;
	arena = arena ? arena : yz_arena_create(0);
	yz_buf_init(&b, arena, 16 << 20);
	for (size_t i = 0; i < n; i++)
		yz_buf_addz(&b, before);
	yz_buf_addz(&b, middle);
	for (size_t i = 0; i < n; i++)
		yz_buf_addz(&b, after);
	return yz_buf_str(&b);
}

TEST(text_is_bounded)
{
	struct yz_feel_limits l = {.text = 10};
	assert_false(refused(YZ_LIT("1234567890"), &l));
	assert_true(refused(YZ_LIT("12345678901"), &l));
	assert_true(refused(repeated(" ", "1", "", 1 << 20), NULL));
}

TEST(nesting_is_bounded)
{
	struct yz_feel_limits l = {.depth = 10};
	static const struct {
		const char *before, *middle, *after;
	} forms[] = {
		{"(", "1", ")"},
		{"[", "1", "]"},
		{"{a:", "1", "}"},
		{"-", "1", ""},
		{"if true then ", "1", " else 2"},
		{"function(a) ", "1", ""},
		{"[1][", "1", "]"},
		{"abs(", "1", ")"},
		{"for x in ", "y", " return x"},
		{"1 in (", "1", ")"},
	};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		const char *before = forms[i].before, *middle = forms[i].middle, *after = forms[i].after;
		if (refused(repeated(before, middle, after, 9), &l) ||
		    !refused(repeated(before, middle, after, 10), &l) ||
		    !refused(repeated(before, middle, after, 100000), NULL))
			fail_msg("%s%s%s", before, middle, after);
	}
	struct yz_err err;
	assert_null(compile(repeated("1 instance of list<", "number", ">", 1), NULL, &err) ? NULL : "x");
	assert_true(
		refused(yz_str_printf(arena, "1 instance of %.*s", YZ_P(repeated("list<", "Any", ">", 300))), NULL));
}

TEST(operators_in_a_row_are_bounded)
{
	assert_false(refused(repeated("", "1", "+1", 4000), NULL));
	assert_true(refused(repeated("", "1", "+1", 6000), NULL));
	assert_true(refused(repeated("", "a", ".a", 6000), NULL));
	assert_true(refused(repeated("", "a", "[1]", 6000), NULL));
	assert_true(refused(repeated("", "a", "()", 6000), NULL));
	assert_true(refused(repeated("", "a", " instance of Any", 6000), NULL));
}

TEST(numerals_are_bounded)
{
	struct yz_feel_limits l = {.numeral = 5};
	assert_false(refused(YZ_LIT("12345"), &l));
	assert_true(refused(YZ_LIT("123456"), &l));
}

TEST(calls_are_bounded)
{
	struct yz_feel_limits l = {.depth = 20};
	assert_int_equal(eval("{f: function(n) if n = 0 then 0 else f(n - 1), r: f(19)}.r", &l).kind, YZ_FEEL_NUMBER);
	assert_true(stops("{f: function(n) if n = 0 then 0 else f(n - 1), r: f(20)}.r", &l, YZ_FEEL_WHY_DEPTH));
	assert_true(stops("{f: function(n) f(n) + f(n), r: f(1)}.r", &l, YZ_FEEL_WHY_DEPTH));
}

TEST(values_compared_are_bounded)
{
	struct yz_feel_limits l = {.depth = 5};
	assert_true(yz_feel_is_true(eval("[[[[[for i in [1] return i]]]]] != [1, 2]", &l)));
	/* As deep as this they are neither equal nor different. */
	struct yz_feel_value v = eval("(for i in [1] return [[[[[[1]]]]]]) = (for i in [1] return [[[[[[1]]]]]])", &l);
	assert_false(yz_feel_is_true(v));
	v = eval("(for i in [1] return [[1]]) = (for i in [1] return [[1]])", &l);
	assert_true(yz_feel_is_true(v));
	assert_true(stops("flatten(for i in [1] return [[[[[[1]]]]]])", &l, YZ_FEEL_WHY_DEPTH));
}

TEST(steps_are_bounded)
{
	struct yz_feel_limits l = {.steps = 100};
	assert_int_equal(eval("for i in 1..99 return i", &l).kind, YZ_FEEL_LIST);
	assert_true(stops("for i in 1..101 return i", &l, YZ_FEEL_WHY_STEPS));
	assert_true(stops("some i in 1..1000 satisfies i < 0", &l, YZ_FEEL_WHY_STEPS));
	assert_true(
		stops("{f: function(n) if n > 90 then 1 else f(n + 1) + 1, r: [f(0), f(0)]}.r", &l, YZ_FEEL_WHY_STEPS));
	struct yz_feel_run run;
	struct yz_err err;
	const struct yz_feel *f = compile(YZ_LIT("for i in 1..60 return i"), NULL, &err);
	yz_feel_run_init(&run, arena);
	run.limits = &l;
	assert_int_equal(yz_feel_eval(f, &run, NULL).kind, YZ_FEEL_LIST);
	assert_int_equal(yz_feel_eval(f, &run, NULL).kind, YZ_FEEL_NULL);
	yz_feel_run_again(&run);
	assert_int_equal(yz_feel_eval(f, &run, NULL).kind, YZ_FEEL_LIST);
}

TEST(lists_are_bounded)
{
	struct yz_feel_limits l = {.list = 10};
	assert_int_equal(yz_feel_len(eval("for i in 1..10 return i", &l)), 10);
	assert_true(stops("for i in 1..11 return i", &l, YZ_FEEL_WHY_LONG_LIST));
	assert_true(stops("append(for i in 1..10 return i, 1)", &l, YZ_FEEL_WHY_LONG_LIST));
	assert_true(stops("concatenate(for i in 1..6 return i, for i in 1..6 return i)", &l, YZ_FEEL_WHY_LONG_LIST));
	assert_true(stops("flatten([for i in 1..6 return i, for i in 1..6 return i])", &l, YZ_FEEL_WHY_LONG_LIST));
	assert_true(stops("split(string(now()) , \"x\")", &l, YZ_FEEL_WHY_NO_CLOCK));
	assert_true(stops("(function(x) split(x, \",\"))(\"a,b,c,d,e,f,g,h,i,j,k\")", &l, YZ_FEEL_WHY_LONG_LIST));
}

TEST(strings_are_bounded)
{
	struct yz_feel_limits l = {.string = 10};
	assert_int_equal(eval("(function(x) x + \"67890\")(\"12345\")", &l).kind, YZ_FEEL_STRING);
	assert_true(stops("(function(x) x + \"67890\")(\"123456\")", &l, YZ_FEEL_WHY_LONG_STRING));
	assert_true(stops("(function(x) string join([x, x]))(\"123456\")", &l, YZ_FEEL_WHY_LONG_STRING));
	assert_true(stops("(function(x) replace(x, \"a\", \"bbbbbb\"))(\"aa\")", &l, YZ_FEEL_WHY_LONG_STRING));
	assert_true(stops("(function(x) upper case(x))(\"ßßßßßßßßßßß\")", &l, YZ_FEEL_WHY_LONG_STRING));
	assert_true(stops("(function(x) string(x))([1000, 1000])", &l, YZ_FEEL_WHY_LONG_STRING));
}

TEST(reasons_are_bounded)
{
	struct yz_feel_limits l = {.reasons = 2};
	struct yz_feel_run run;
	struct yz_err err;
	const struct yz_feel *f = compile(YZ_LIT("[1 / 0, 1 + null, -\"a\", 1 < \"a\"]"), NULL, &err);
	yz_feel_run_init(&run, arena);
	run.limits = &l;
	struct yz_feel_value v = yz_feel_eval(f, &run, NULL);
	assert_int_equal(run.nreasons, 4);
	assert_non_null(run.reasons->next);
	assert_null(run.reasons->next->next);
	assert_ptr_equal(yz_feel_at(v, 3).reason, run.reasons->next);
}

TEST(the_work_of_a_pattern_is_bounded)
{
	struct yz_feel_limits l = {.regex = 100};
	assert_true(yz_feel_is_true(eval("(function(x) matches(x, \"^(a|aa)+$\"))(\"aaaa\")", &l)));
	assert_true(stops("(function(x, p) matches(x, p))(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", \"^(a|aa)+$\")", &l,
			  YZ_FEEL_WHY_PATTERN_WORK));
}

TEST(a_limit_of_zero_is_the_default)
{
	struct yz_feel_limits none = {0};
	assert_int_equal(yz_feel_len(eval("for i in 1..1000 return i", &none)), 1000);
	assert_int_equal(eval("for i in 1..1000001 return i", &none).kind, YZ_FEEL_NULL);
}

TEST(names_at_once_are_bounded)
{
	struct yz_buf b;
	arena = arena ? arena : yz_arena_create(0);
	yz_buf_init(&b, arena, 1 << 20);
	yz_buf_addc(&b, '{');
	for (int i = 0; i < 4096; i++)
		yz_buf_printf(&b, "%sa%d:0", i ? "," : "", i);
	assert_false(refused(yz_str_printf(arena, "%s}", b.ptr), NULL));
	assert_true(refused(yz_str_printf(arena, "%s,b:0}", b.ptr), NULL));
	struct yz_feel_scope open = {.open = true};
	struct yz_err err = {0};
	yz_buf_init(&b, arena, 1 << 20);
	for (int i = 0; i < 4096; i++)
		yz_buf_printf(&b, "%sa%d", i ? "," : "[", i);
	assert_non_null(
		yz_feel_compile(arena, yz_str_printf(arena, "%s]", b.ptr), YZ_FEEL_EXPRESSION, &open, NULL, &err));
	assert_null(
		yz_feel_compile(arena, yz_str_printf(arena, "%s,b]", b.ptr), YZ_FEEL_EXPRESSION, &open, NULL, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}

TEST(values_that_share_their_parts_are_no_way_around_the_bounds)
{
	/* As trees these have 2^60 leaves. */
	static const char laughs[] = "for i in 0..60 return if i = 0 then 1 else [partial[i], partial[i]]";
	struct yz_feel_limits l = {.steps = 100000};
	struct yz_feel_value v = eval(laughs, NULL), unknown;
	assert_false(yz_feel_has_unknown(arena, v, &unknown));
	assert_true(yz_feel_same(v, v));
	assert_false(yz_feel_same(v, eval(laughs, NULL)));
	assert_true(stops(yz_printf(arena, "(%s) = (%s)", laughs, laughs), &l, YZ_FEEL_WHY_STEPS));
	assert_true(stops(yz_printf(arena, "count((%s)[61].x)", laughs), &l, YZ_FEEL_WHY_STEPS));
	assert_true(stops(yz_printf(arena, "flatten(%s)", laughs), &l, YZ_FEEL_WHY_STEPS));
	struct yz_feel_limits few = {.string = 1000};
	assert_true(stops(yz_printf(arena, "string(%s)", laughs), &few, YZ_FEEL_WHY_LONG_STRING));
}
