/* Each bound at its value, where all is well, and one past it, where the reason says so.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "feel/feel.h"

static struct yz_arena *arena;

static const struct yz_feel *compile(const char *text, const struct yz_feel_limits *limits, struct yz_err *err)
{
	struct yz_feel_scope scope = {.limits = limits};
	arena = arena ? arena : yz_arena_create(0);
	*err = (struct yz_err){0};
	return yz_feel_compile(arena, yz_str(text), YZ_FEEL_EXPRESSION, &scope, NULL, err);
}

static struct yz_feel_value eval(const char *text, const struct yz_feel_limits *limits, struct yz_feel_run *run)
{
	struct yz_err err;
	const struct yz_feel *f = compile(text, NULL, &err);
	if (!f)
		fail_msg("%s: %s", text, err.msg);
	yz_feel_run_init(run, arena);
	run->limits = limits;
	return yz_feel_eval(f, run, NULL);
}

/* f is not computed when the text is compiled, with other limits. */
#define WITH(x, body) "(function(x) " body ")(" x ")"

struct bound {
	struct yz_feel_limits limits;
	enum yz_feel_why why;
	const char *at, *past;
};

static const struct bound bounds[] = {
	{{.list = 3}, YZ_FEEL_WHY_LONG_LIST, "for i in 1..3 return i", "for i in 1..4 return i"},
	{{.list = 3}, YZ_FEEL_WHY_LONG_LIST, WITH("1", "[x, x, x]"), WITH("1", "[x, x, x, x]")},
	{{.list = 3}, YZ_FEEL_WHY_LONG_LIST, WITH("[1, 2]", "append(x, 3)"), WITH("[1, 2]", "append(x, 3, 4)")},
	{{.list = 3},
	 YZ_FEEL_WHY_LONG_LIST,
	 WITH("[1, 2]", "concatenate(x, [3])"),
	 WITH("[1, 2]", "concatenate(x, x)")},
	{{.list = 3}, YZ_FEEL_WHY_LONG_LIST, WITH("[1]", "union(x, [2, 3])"), WITH("[1, 2]", "union(x, [3, 4])")},
	{{.list = 3},
	 YZ_FEEL_WHY_LONG_LIST,
	 WITH("[1, 2]", "insert before(x, 1, 0)"),
	 WITH("[1, 2, 3]", "insert before(x, 1, 0)")},
	{{.list = 3}, YZ_FEEL_WHY_LONG_LIST, WITH("[1, 2]", "flatten([x, 3])"), WITH("[1, 2]", "flatten([x, x])")},
	{{.list = 3},
	 YZ_FEEL_WHY_LONG_LIST,
	 WITH("\"a,b,c\"", "split(x, \",\")"),
	 WITH("\"a,b,c,d\"", "split(x, \",\")")},
	{{.list = 3},
	 YZ_FEEL_WHY_LONG_LIST,
	 WITH("{a: 1, b: 2, c: 3}", "get entries(x)"),
	 WITH("{a: 1, b: 2, c: 3, d: 4}", "get entries(x)")},
	{{.string = 6}, YZ_FEEL_WHY_LONG_STRING, WITH("\"abc\"", "x + x"), WITH("\"abc\"", "x + x + x")},
	{{.string = 6},
	 YZ_FEEL_WHY_LONG_STRING,
	 WITH("\"abc\"", "string join([x, x])"),
	 WITH("\"abc\"", "string join([x, x], \",\")")},
	{{.string = 6},
	 YZ_FEEL_WHY_LONG_STRING,
	 WITH("\"abc\"", "replace(x, \"b\", \"1234\")"),
	 WITH("\"abc\"", "replace(x, \"b\", \"12345\")")},
	{{.string = 6}, YZ_FEEL_WHY_LONG_STRING, WITH("\"ßßß\"", "upper case(x)"), WITH("\"ßßßß\"", "upper case(x)")},
	{{.string = 6},
	 YZ_FEEL_WHY_LONG_STRING,
	 WITH("\"ABCDEF\"", "lower case(x)"),
	 WITH("\"ABCDEFG\"", "lower case(x)")},
	{{.string = 6}, YZ_FEEL_WHY_LONG_STRING, WITH("[1, 2]", "string(x)"), WITH("[1, 20]", "string(x)")},
	{{.numeral = 6},
	 YZ_FEEL_WHY_NOT_READ,
	 WITH("\"123456\"", "number(x, null, null)"),
	 WITH("\"1234567\"", "number(x, null, null)")},
	{{.depth = 4},
	 YZ_FEEL_WHY_DEPTH,
	 "{f: function(n) if n = 0 then 0 else f(n - 1), r: f(3)}.r",
	 "{f: function(n) if n = 0 then 0 else f(n - 1), r: f(4)}.r"},
	{{.depth = 4}, YZ_FEEL_WHY_DEPTH, WITH("[[[[[1]]]]]", "flatten(x)"), WITH("[[[[[[1]]]]]]", "flatten(x)")},
	{{.depth = 4}, YZ_FEEL_WHY_DEPTH, WITH("[[[[[{a: 1}]]]]]", "x.a"), WITH("[[[[[[{a: 1}]]]]]]", "x.a")},
	{{.depth = 4},
	 YZ_FEEL_WHY_NO_RESULT,
	 WITH("{a: {a: {a: {}}}}", "context put(x, [\"a\", \"a\", \"a\", \"a\"], 1)"),
	 WITH("{a: {a: {a: {a: {}}}}}", "context put(x, [\"a\", \"a\", \"a\", \"a\", \"a\"], 1)")},
	{{.depth = 4}, YZ_FEEL_WHY_DEPTH, WITH("[[[[1]]]]", "x = x"), WITH("[[[[[[1]]]]]]", "[x] = [[[[[[[1]]]]]]]")},
	{{.depth = 4}, YZ_FEEL_WHY_DEPTH, WITH("[[[[1]]]]", "x in [x]"), WITH("[[[[[[1]]]]]]", "x in [x]")},
	{{.depth = 4},
	 YZ_FEEL_WHY_DEPTH,
	 WITH("[[[[1]]]]", "list contains([x], x)"),
	 WITH("[[[[[[1]]]]]]", "list contains([x], x)")},
	{{.depth = 4},
	 YZ_FEEL_WHY_DEPTH,
	 WITH("[[[[1]]]]", "index of([x], x)"),
	 WITH("[[[[[[1]]]]]]", "index of([x], x)")},
	{{.depth = 4},
	 YZ_FEEL_WHY_DEPTH,
	 WITH("[[[[1]]]]", "distinct values([x, x])"),
	 WITH("[[[[[[1]]]]]]", "distinct values([x, x])")},
	{{.list = 3}, YZ_FEEL_WHY_LONG_LIST, WITH("[1, 2, 3]", "reverse(x).a"), WITH("[1, 2, 3, 4]", "x.a")},
	{{.steps = 101}, YZ_FEEL_WHY_STEPS, "for i in 1..99 return i", "for i in 1..102 return i"},
	{{.regex = 40},
	 YZ_FEEL_WHY_PATTERN_WORK,
	 WITH("\"aaaa\"", "matches(x, \"^(a|aa)+$\")"),
	 WITH("\"aaaaaaaaaaaaaaaaaaaaaa!\"", "matches(x, \"^(a|aa)+$\")")},
};

TEST(what_is_at_a_bound_is_computed_and_one_past_it_is_null_with_the_reason)
{
	struct yz_feel_run run;
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
		const struct bound *b = &bounds[i];
		if (eval(b->at, &b->limits, &run).kind == YZ_FEEL_NULL)
			fail_msg("%s is at the bound and null", b->at);
		struct yz_feel_value v = eval(b->past, &b->limits, &run);
		/* A part of the result may be what is null. */
		const struct yz_feel_reason *r = v.kind == YZ_FEEL_LIST ? run.reasons : v.reason;
		if ((v.kind != YZ_FEEL_NULL && v.kind != YZ_FEEL_LIST) || !r)
			fail_msg("%s is past the bound and no null with a reason", b->past);
		if (r->why != b->why)
			fail_msg("%s: %.*s", b->past, YZ_P(yz_feel_reason_text(arena, r, YZ_FEEL_EN)));
	}
}

/* The smallest number of steps that a loop takes is found; one less stops it. */
TEST(an_evaluation_stops_at_the_very_step)
{
	struct yz_feel_limits l = {.steps = 1};
	struct yz_feel_run run;
	static const char text[] = "for i in 1..50 return i";
	while (eval(text, &l, &run).kind == YZ_FEEL_NULL) {
		assert_int_equal(run.reasons->why, YZ_FEEL_WHY_STEPS);
		assert_true(run.spent);
		assert_true(++l.steps < 200);
	}
	assert_in_range(l.steps, 50, 60);
	assert_int_equal(run.steps, 0);
}

static char *repeated(const char *before, const char *middle, const char *after, size_t n)
{
	struct yz_buf b;
	arena = arena ? arena : yz_arena_create(0);
	yz_buf_init(&b, arena, 16 << 20);
	for (size_t i = 0; i < n; i++)
		yz_buf_addz(&b, before);
	yz_buf_addz(&b, middle);
	for (size_t i = 0; i < n; i++)
		yz_buf_addz(&b, after);
	return b.ptr;
}

static void takes(char *at, char *past, const struct yz_feel_limits *l)
{
	struct yz_err err;
	if (!compile(at, l, &err))
		fail_msg("%.60s: %s", at, err.msg);
	assert_null(compile(past, l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_true(strlen(err.msg) > 10);
}

TEST(a_text_is_bounded_in_length_depth_and_digits)
{
	static const struct yz_feel_limits text = {.text = 100}, numeral = {.numeral = 20}, depth = {.depth = 12};
	takes(repeated("", "1", " ", 99), repeated("", "1", " ", 100), &text);
	takes(repeated("1", "", "", 20), repeated("1", "", "", 21), &numeral);
	takes(yz_printf(arena, ".%s", repeated("1", "", "", 19)), yz_printf(arena, ".%s", repeated("1", "", "", 20)),
	      &numeral);
	takes(repeated("(", "1", ")", 11), repeated("(", "1", ")", 12), &depth);
	takes(repeated("[", "1", "]", 11), repeated("[", "1", "]", 12), &depth);
	takes(repeated("if true then ", "1", " else 1", 11), repeated("if true then ", "1", " else 1", 12), &depth);
	takes(repeated("", "1", "+1", 5000), repeated("", "1", "+1", 5001), NULL);
	takes(repeated("", "a", ".b", 5000), repeated("", "a", ".b", 5001), NULL);
	takes(repeated("", "[]", "[1]", 5000), repeated("", "[]", "[1]", 5001), NULL);
}

/* Whatever the limits say, the C stack has bounds of its own. */
TEST(limits_without_a_limit_are_none)
{
	static const struct yz_feel_limits all = {SIZE_MAX, SIZE_MAX, SIZE_MAX, UINT64_MAX,
						  SIZE_MAX, SIZE_MAX, SIZE_MAX, UINT32_MAX};
	struct yz_feel_run run;
	takes(repeated("(", "1", ")", 999), repeated("(", "1", ")", 1000), &all);
	assert_int_equal(eval("{f: function(n) if n = 0 then 0 else f(n - 1), r: f(999)}.r", &all, &run).kind,
			 YZ_FEEL_NUMBER);
	struct yz_feel_value v = eval("{f: function(n) if n = 0 then 0 else f(n - 1), r: f(1000)}.r", &all, &run);
	assert_int_equal(v.kind, YZ_FEEL_NULL);
	assert_int_equal(v.reason->why, YZ_FEEL_WHY_DEPTH);
	/* A value deeper than anything goes through: lists in lists, from a loop. */
	static const char deep[] = "(for i in 0..3000 return if i = 0 then [] else [partial[-1]])[-1]";
	assert_int_equal(eval(deep, &all, &run).kind, YZ_FEEL_LIST);
	v = eval("(function(x) flatten(x))((for i in 0..3000 return if i = 0 then [] else [partial[-1]])[-1])", &all,
		 &run);
	assert_int_equal(v.reason->why, YZ_FEEL_WHY_DEPTH);
	v = eval("(function(x) x = x)((for i in 0..3000 return if i = 0 then [] else [partial[-1]])[-1])", &all, &run);
	assert_int_equal(v.reason->why, YZ_FEEL_WHY_DEPTH);
	assert_true(yz_feel_text(arena, eval(deep, &all, &run)).len > 100);
}

TEST(a_pattern_is_bounded_in_groups_and_depth)
{
	static const struct {
		const char *before, *middle, *after;
		size_t most;
	} forms[] = {{"(a)", "", "", 200}, {"(", "a", ")", 100}, {"[b-z-", "[a]", "]", 99}};
	struct yz_feel_run run;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		for (size_t past = 0; past < 2; past++) {
			char *p = repeated(forms[i].before, forms[i].middle, forms[i].after, forms[i].most + past);
			struct yz_feel_value v =
				eval(yz_printf(arena, "(function(x) matches(x, \"%s\"))(\"a\")", p), NULL, &run);
			if ((v.kind == YZ_FEEL_NULL) != (past == 1))
				fail_msg("%.20s %zu", p, forms[i].most + past);
			assert_true(!past || v.reason->why == YZ_FEEL_WHY_PATTERN);
		}
}

TEST(reasons_are_kept_up_to_the_bound_and_counted_past_it)
{
	static const struct yz_feel_limits l = {.reasons = 3};
	struct yz_feel_run run;
	for (int n = 3; n <= 4; n++) {
		size_t kept = 0;
		eval(n == 3 ? "[1 / 0, -\"\", {}.a]" : "[1 / 0, -\"\", {}.a, 1 + null]", &l, &run);
		for (const struct yz_feel_reason *r = run.reasons; r; r = r->next)
			kept++;
		assert_int_equal(kept, 3);
		assert_int_equal(run.nreasons, n);
	}
}
