/* What the machine does at once is what the long way gives.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "feel/feel.h"

#include <stdlib.h>

static uint64_t seed = 88172645463325252u;

static uint64_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

/* Small, middling and large; with zeros, and with exponents near each other and not. */
static struct yz_dec some_number(void)
{
	uint64_t r = next();
	struct yz_dec d = {.lo = next() >> (r & 63), .exp = (int16_t)(next() % 9) - 4, .neg = next() & 1};
	if (r >> 60 == 0)
		d.exp = (int16_t)(next() % 60) - 30;
	if (r >> 60 == 1)
		d.hi = next() >> 20;
	if (r >> 60 == 2)
		d.lo *= 1000;
	d.neg &= d.lo || d.hi;
	return d;
}

static const struct yz_feel *compile(struct yz_arena *a, const char *text)
{
	static const struct yz_feel_name names[] = {{.name = {"a", 1}}, {.name = {"b", 1}}};
	const struct yz_feel_scope scope = {.names = names, .len = 2};
	struct yz_err err = {0};
	const struct yz_feel *f = yz_feel_compile(a, yz_str(text), YZ_FEEL_EXPRESSION, &scope, NULL, &err);
	if (!f)
		fail_msg("%s: %s", text, err.msg);
	return f;
}

TEST(fast_arithmetic_is_exact_to_the_last_zero)
{
	static const struct {
		const char *text;
		bool (*way)(struct yz_dec, struct yz_dec, struct yz_dec *);
	} operators[] = {{"a + b", yz_dec_add}, {"a - b", yz_dec_sub}, {"a * b", yz_dec_mul}, {"a / b", yz_dec_div}};
	struct yz_arena *forever = yz_arena_create(0), *a = yz_arena_create(0);
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		const struct yz_feel *f = compile(forever, operators[i].text);
		for (int k = 0; k < 200000; k++) {
			struct yz_dec x = some_number(), y = some_number(), want = {0};
			struct yz_feel_value inputs[] = {yz_feel_number(x), yz_feel_number(y)}, v;
			struct yz_feel_run run;
			yz_arena_reset(a);
			yz_feel_run_init(&run, a);
			v = yz_feel_eval(f, &run, inputs);
			assert_int_equal(operators[i].way(x, y, &want), v.kind == YZ_FEEL_NUMBER);
			if (v.kind != YZ_FEEL_NUMBER)
				continue;
			struct yz_dec got = yz_feel_dec(v);
			if (got.lo != want.lo || got.hi != want.hi || got.exp != want.exp || got.neg != want.neg) {
				struct yz_str s = yz_feel_text(a, inputs[0]), t = yz_feel_text(a, inputs[1]),
					      g = yz_feel_text(a, v), w = yz_feel_text(a, yz_feel_number(want));
				fail_msg("%s of %.*s, %.*s: %.*s, not %.*s", operators[i].text, YZ_P(s), YZ_P(t), YZ_P(g),
					 YZ_P(w));
			}
		}
	}
	yz_arena_destroy(a);
	yz_arena_destroy(forever);
}

/* An expression of some depth over a, b and numerals. */
static void some_sum(struct yz_buf *b, int depth)
{
	static const char *const operators[] = {" + ", " - ", " * ", " / "};
	static const char *const numerals[] = {"0", "2", "0.50", "3", "100", "9223372036854775807", "1.000"};
	if (!depth || next() % 5 == 0) {
		uint64_t which = next() % 4;
		yz_buf_addz(b, which == 0 ? "a" : which == 1 ? "b" : which == 2 ? "c.d.e" : numerals[next() % 7]);
		return;
	}
	yz_buf_addz(b, next() % 6 ? "(" : "-(");
	some_sum(b, depth - 1);
	yz_buf_addz(b, operators[next() % 4]);
	some_sum(b, depth - 1);
	yz_buf_addz(b, ")");
}

static struct yz_feel_value input_of(struct yz_arena *a, uint64_t way)
{
	if (way == 0)
		return (struct yz_feel_value){0};
	if (way == 1)
		return yz_feel_string(YZ_LIT("x"));
	if (way == 2)
		return yz_feel_unknown(a, YZ_LIT("b"));
	if (way < 8)
		return yz_feel_int((int64_t)(next() % 1000) - 500);
	return yz_feel_number(some_number());
}

static struct yz_feel_value context_of(struct yz_arena *a, const char *key, struct yz_feel_value v)
{
	struct yz_feel_entry *e = yz_new(a, struct yz_feel_entry);
	*e = (struct yz_feel_entry){yz_str(key), v};
	return yz_feel_context(a, e, 1);
}

/* A call of a function has no short form: what it computes within, the machine does. */
TEST(sums_in_short_are_what_the_machine_makes_of_them)
{
	static const char *const ends[] = {"", " < b", " = a", " >= 10", " != (a - b)"};
	struct yz_arena *a = yz_arena_create(0);
	long numbers = 0, truths = 0;
	for (int i = 0; i < 20000; i++) {
		static const struct yz_feel_name names[] = {{.name = {"a", 1}}, {.name = {"b", 1}}, {.name = {"c", 1}}};
		const struct yz_feel_scope scope = {.names = names, .len = 3};
		struct yz_err err = {0};
		struct yz_buf quick, slow;
		yz_arena_reset(a);
		yz_buf_init(&quick, a, 10000);
		yz_buf_init(&slow, a, 10000);
		if (i % 4 == 0)
			yz_buf_addz(&quick, "{x: a * 2, y: x + b, z: ");
		some_sum(&quick, 1 + (int)(next() % 4));
		yz_buf_addz(&quick, i % 4 ? ends[next() % 5] : " - x / y}.z");
		yz_buf_addz(&slow, "(function() ");
		yz_buf_adds(&slow, yz_buf_str(&quick));
		yz_buf_addz(&slow, ")()");
		const struct yz_feel *f = yz_feel_compile(a, yz_buf_str(&quick), YZ_FEEL_EXPRESSION, &scope, NULL, &err);
		const struct yz_feel *g = yz_feel_compile(a, yz_buf_str(&slow), YZ_FEEL_EXPRESSION, &scope, NULL, &err);
		assert_true(f && g);
		for (int k = 0; k < 10; k++) {
			struct yz_feel_run run;
			yz_feel_run_init(&run, a);
			struct yz_feel_value d = context_of(a, "e", input_of(a, next() % 40)),
					     c = context_of(a, next() % 20 ? "d" : "other", d);
			struct yz_feel_value inputs[] = {input_of(a, next() % 40), input_of(a, next() % 40), c};
			struct yz_feel_value x = yz_feel_eval(f, &run, inputs), y = yz_feel_eval(g, &run, inputs);
			if (!yz_feel_same(x, y) || (x.kind == YZ_FEEL_NUMBER && (x.exp != y.exp || x.flag != y.flag))) {
				struct yz_str s = yz_buf_str(&quick), t = yz_feel_text(a, x), u = yz_feel_text(a, y);
				fail_msg("%.*s: %.*s, not %.*s", YZ_P(s), YZ_P(t), YZ_P(u));
			}
			numbers += x.kind == YZ_FEEL_NUMBER;
			truths += x.kind == YZ_FEEL_BOOLEAN;
		}
	}
	assert_true(numbers > 20000 && truths > 20000);
	yz_arena_destroy(a);
}

/* Texts of every length, equal but for one byte, with nothing behind them that may be read. */
TEST(texts_differ_by_any_byte)
{
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_feel *f = compile(a, "a = b"), *in = compile(a, "a in (\"zz\", \"0123456789\", \"01\")");
	for (size_t n = 0; n <= 40; n++)
		for (size_t wrong = 0; wrong <= n; wrong++) {
			char *x = malloc(n + 1), *y = malloc(n + 1);
			for (size_t i = 0; i < n; i++)
				x[i] = y[i] = (char)('0' + i % 10);
			if (wrong < n)
				y[wrong] = 'x';
			x = realloc(x, n ? n : 1);
			y = realloc(y, n ? n : 1);
			struct yz_feel_value inputs[] = {yz_feel_string(yz_str_n(x, n)), yz_feel_string(yz_str_n(y, n))};
			struct yz_feel_run run;
			yz_feel_run_init(&run, a);
			assert_int_equal(yz_feel_is_true(yz_feel_eval(f, &run, inputs)), wrong == n);
			assert_int_equal(yz_feel_is_true(yz_feel_eval(in, &run, inputs)), n == 10 || n == 2);
			free(x);
			free(y);
		}
	yz_arena_destroy(a);
}

static void check(const char *text, const char *want)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	struct yz_feel_value inputs[] = {yz_feel_int(1), yz_feel_unknown(a, YZ_LIT("b"))};
	struct yz_str got = yz_feel_text(a, yz_feel_eval(compile(a, text), &run, inputs));
	if (!yz_str_eqz(got, want))
		fail_msg("%s: %.*s, not %s", text, YZ_P(got), want);
	yz_arena_destroy(a);
}

TEST(an_entry_of_a_context_just_written_needs_no_context)
{
	check("{x: a, y: x + 1}.y + {y: a * 10, x: y + 2}.x", "14");
	check("{x: a, x: 2}.x", "null");
	check("{x: a}.y", "null");
	check("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", "120");
	check("for i in 1..3 return {x: i, y: x * partial[1].x}.y", "[null, null, null]");
	check("{x: b, y: 3}.y", "3");
}

TEST(paths_go_on_where_contexts_end)
{
	check("for c in [{d: {e: 5}}, {d: [{e: 6}, {e: 7}]}, {d: null}, 8, {d: {}}] return c.d.e",
	      "[5, [6, 7], null, null, null]");
	check("for c in [@\"2026-11-22\", {year: {month: 3}}] return c.year.month", "[null, 3]");
	check("[{k: 1, l: 2}, {l: 3, k: 4}, {l: 5}, {k: 6, l: 7}].k", "[1, 4, null, 6]");
	check("b.c.d", "unknown(b.c.d)");
}

TEST(tests_of_constants_are_one_after_the_other)
{
	check("a in (3, 2, 1)", "true");
	check("a in (3, 2.0)", "false");
	check("1.00 in (3, 1)", "true");
	check("a in (\"1\", \"2\")", "null");
	check("null in (1, 2)", "false");
	check("b in (1, 2)", "unknown(b)");
	check("[1] in (1, 2)", "null");
}

TEST(what_is_looked_for_in_a_list_is_found_wherever_it_stands)
{
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_feel *f = compile(a, "list contains(b, a)"), *m = compile(a, "[min(b), max(b)]");
	struct yz_feel_value items[12];
	for (uint32_t n = 1; n <= 12; n++)
		for (uint32_t at = 0; at < n; at++)
			for (int form = 0; form < 4; form++) {
				struct yz_feel_run run;
				for (uint32_t i = 0; i < n; i++)
					items[i] = yz_feel_number((struct yz_dec){.lo = 70, .hi = i == at ? 0 : 1});
				/* 70 as 70, 7e1, 7000e-2, and something that only begins like it */
				if (form == 1)
					items[at] = yz_feel_number((struct yz_dec){.lo = 7, .exp = 1});
				if (form == 2)
					items[at] = yz_feel_number((struct yz_dec){.lo = 7000, .exp = -2});
				if (form == 3)
					items[at] = yz_feel_string(YZ_LIT("70"));
				struct yz_feel_value inputs[] = {yz_feel_int(70), yz_feel_list(items, n)}, v;
				yz_feel_run_init(&run, a);
				assert_int_equal(yz_feel_is_true(yz_feel_eval(f, &run, inputs)), form != 3);
				if (form == 3 || n == 1)
					continue;
				v = yz_feel_eval(m, &run, inputs);
				assert_true(yz_feel_same(v.items[0], yz_feel_int(70)));
				assert_int_equal(yz_feel_dec(v.items[1]).hi, 1);
			}
	yz_arena_destroy(a);
}

static size_t some_of(const char *const *parts, size_t nparts, size_t most, char *out)
{
	size_t len = 0;
	for (size_t i = next() % (most + 1); i; i--) {
		const char *part = parts[next() % nparts];
		memcpy(out + len, part, strlen(part));
		len += strlen(part);
	}
	return len;
}

/* In a group of its own a pattern is not plain, and means the same. */
TEST(plain_patterns_find_what_pcre_finds)
{
	static const char *const signs[] = {"a",   "b",      "中",    "é",    "-",       ".",   "^",      "$",    "[ab]", "[^a]",
					    "[a-c]", "[^中]", "[b中]", "\\s",  "\\.",     "\\d", "*",      "+",    "?",	"{2}",
					    "{0,2}", "{1,}",   "a*",    "[ab]+", "[-a]",    "[a-]", "[\\s-]", "[a-\\n]", "中+", "[^\\]]",
					    ".*",    ".+",     "|",     "(b)", "{",       "[]",  "[b-a]",  "{2,1}", "a{0}", "+?"};
	static const char *const letters[] = {"a", "b", "c", "中", "é", "-", ".", " ", "\n", "\r", "]", "aa", "ab"};
	static const char *const uses[][2] = {{"matches(a, b)", "matches(a, \"(?:\" + b + \")\")"},
					      {"replace(a, b, \"<$0>\")", "replace(a, \"(?:\" + b + \")\", \"<$0>\")"},
					      {"split(a, b)", "split(a, \"(?:\" + b + \")\")"}};
	struct yz_arena *forever = yz_arena_create(0), *a = yz_arena_create(0);
	const struct yz_feel *plain[3], *pcre[3];
	size_t found = 0;
	for (int k = 0; k < 3; k++) {
		plain[k] = compile(forever, uses[k][0]);
		pcre[k] = compile(forever, uses[k][1]);
	}
	for (int i = 0; i < 60000; i++) {
		char pattern[64], text[64];
		struct yz_feel_value inputs[2];
		inputs[0] = yz_feel_string(yz_str_n(text, some_of(letters, sizeof letters / sizeof *letters, 12, text)));
		inputs[1] = yz_feel_string(yz_str_n(pattern, some_of(signs, sizeof signs / sizeof *signs, 5, pattern)));
		for (int k = 0; k < 3; k++) {
			struct yz_feel_run run;
			yz_arena_reset(a);
			yz_feel_run_init(&run, a);
			struct yz_feel_value v = yz_feel_eval(plain[k], &run, inputs);
			struct yz_feel_value w = yz_feel_eval(pcre[k], &run, inputs);
			found += v.kind == YZ_FEEL_LIST && v.aux > 1;
			if (!yz_feel_same(v, w)) {
				struct yz_str s = yz_feel_text(a, v), t = yz_feel_text(a, w);
				fail_msg("%s of '%.*s', '%.*s': %.*s, not %.*s", uses[k][0], YZ_P(yz_feel_str(inputs[0])),
					 YZ_P(yz_feel_str(inputs[1])), YZ_P(s), YZ_P(t));
			}
		}
	}
	assert_in_range(found, 1000, 60000);
	yz_arena_destroy(a);
	yz_arena_destroy(forever);
}

TEST(plain_patterns_are_bounded_too)
{
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_feel *f = compile(a, "matches(a, b)");
	static char many[4000];
	memset(many, 'a', sizeof many);
	struct yz_feel_value inputs[] = {yz_feel_string(yz_str_n(many, sizeof many)),
					 yz_feel_string(YZ_LIT("a*a*a*a*b"))};
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	struct yz_feel_value v = yz_feel_eval(f, &run, inputs);
	assert_int_equal(v.kind, YZ_FEEL_NULL);
	assert_int_equal(v.reason->why, YZ_FEEL_WHY_PATTERN_WORK);
	inputs[1] = yz_feel_string(YZ_LIT("^a*b"));
	assert_true(yz_feel_is_false(yz_feel_eval(f, &run, inputs)));
	yz_arena_destroy(a);
}

TEST(a_plain_order_sorts_like_one_that_is_called)
{
	static const char *const orders[] = {"<", "<=", ">", ">="};
	struct yz_arena *forever = yz_arena_create(0), *a = yz_arena_create(0);
	for (int o = 0; o < 4; o++) {
		const struct yz_feel *plain = compile(
			forever, yz_printf(forever, "sort(a, function(x, y) x %s y)", orders[o]));
		const struct yz_feel *called = compile(
			forever, yz_printf(forever, "sort(a, function(x, y) x %s y and true)", orders[o]));
		for (int k = 0; k < 300; k++) {
			struct yz_feel_value items[20], inputs[2] = {{0}};
			struct yz_feel_run run;
			uint32_t n = (uint32_t)(next() % 20);
			for (uint32_t i = 0; i < n; i++)
				items[i] = next() % 4 ? yz_feel_number((struct yz_dec){.lo = next() % 5})
						      : yz_feel_number((struct yz_dec){.lo = 10 * (next() % 5), .exp = -1});
			if (n && k % 10 == 0)
				items[next() % n] = k % 20 ? yz_feel_string(YZ_LIT("3")) : (struct yz_feel_value){0};
			yz_arena_reset(a);
			yz_feel_run_init(&run, a);
			inputs[0] = yz_feel_list(items, n);
			struct yz_feel_value v = yz_feel_eval(plain, &run, inputs), w = yz_feel_eval(called, &run, inputs);
			assert_true(yz_feel_same(v, w));
			/* Equal ones keep their order in both, or in neither. */
			for (uint32_t i = 0; v.kind == YZ_FEEL_LIST && i < v.aux; i++)
				assert_int_equal(v.items[i].exp, w.items[i].exp);
		}
	}
	yz_arena_destroy(a);
	yz_arena_destroy(forever);
}

/* One comparison alone takes a shorter way than the same within something. */
TEST(a_comparison_alone_gives_what_it_gives_within_a_list)
{
	static const char *const rights[] = {"< 5", "<= 5", "> 5", ">= 5", "= 5", "!= 5", "= \"x\"", "!= \"x\"", "< \"x\"",
					     "= null", "!= null", "= true", "in (5, 6)", "in (\"x\", \"y\")", "in (5)"};
	static const char *const lefts[] = {"a", "b", "b.c", "b.c.d"};
	struct yz_arena *forever = yz_arena_create(0), *a = yz_arena_create(0);
	struct yz_feel_entry inner = {YZ_LIT("d"), yz_feel_int(5)}, outer = {YZ_LIT("c"), yz_feel_int(6)};
	struct yz_feel_value values[12] = {yz_feel_int(5), yz_feel_number((struct yz_dec){.lo = 50, .exp = -1}),
					   yz_feel_int(-5), yz_feel_string(YZ_LIT("x")), yz_feel_string(YZ_LIT("y")),
					   yz_feel_bool(true), {0}, yz_feel_day(5), yz_feel_list(NULL, 0)};
	values[9] = yz_feel_unknown(forever, YZ_LIT("u"));
	values[10] = yz_feel_context(forever, &outer, 1);
	outer.value = yz_feel_context(forever, &inner, 1);
	values[11] = yz_feel_context(forever, &outer, 1);
	for (size_t l = 0; l < sizeof lefts / sizeof *lefts; l++)
		for (size_t r = 0; r < sizeof rights / sizeof *rights; r++) {
			const struct yz_feel *alone = compile(forever, yz_printf(forever, "%s %s", lefts[l], rights[r]));
			const struct yz_feel *within = compile(forever, yz_printf(forever, "[%s %s]", lefts[l], rights[r]));
			for (size_t k = 0; k < 12; k++) {
				struct yz_feel_value inputs[] = {values[k], values[k]};
				struct yz_feel_run one, two;
				yz_arena_reset(a);
				yz_feel_run_init(&one, a);
				yz_feel_run_init(&two, a);
				struct yz_feel_value v = yz_feel_eval(alone, &one, inputs);
				struct yz_feel_value w = yz_feel_eval(within, &two, inputs);
				if (!yz_feel_same(v, w.items[0]) || one.nreasons != two.nreasons)
					fail_msg("%s %s of value %zu", lefts[l], rights[r], k);
			}
		}
	yz_arena_destroy(a);
	yz_arena_destroy(forever);
}

TEST(a_test_alone_gives_what_it_gives_beside_another)
{
	static const char *const tests[] = {"< 5", ">= 5", "= 5", "5", "\"x\"", "\"x\", \"y\"", "5, 6", "?.c.d = 5", "? = 5"};
	struct yz_arena *forever = yz_arena_create(0), *a = yz_arena_create(0);
	struct yz_feel_entry inner = {YZ_LIT("d"), yz_feel_int(5)}, outer = {YZ_LIT("c"), yz_feel_context(forever, &inner, 1)};
	struct yz_feel_value values[] = {yz_feel_int(5), yz_feel_number((struct yz_dec){.lo = 50, .exp = -1}), yz_feel_int(6),
					 yz_feel_string(YZ_LIT("x")), yz_feel_bool(true), {0}, yz_feel_day(5),
					 yz_feel_unknown(forever, YZ_LIT("u")), yz_feel_context(forever, &outer, 1)};
	for (size_t t = 0; t < sizeof tests / sizeof *tests; t++) {
		struct yz_err err = {0};
		const struct yz_feel *alone = yz_feel_compile(forever, yz_str(tests[t]), YZ_FEEL_UNARY_TESTS, NULL, NULL, &err);
		/* What nothing is, or the test. */
		const struct yz_feel *beside = yz_feel_compile(forever, yz_str_printf(forever, "@\"P99Y\" = ?, %s", tests[t]),
							       YZ_FEEL_UNARY_TESTS, NULL, NULL, &err);
		assert_true(alone && beside);
		for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
			struct yz_feel_run run;
			yz_arena_reset(a);
			yz_feel_run_init(&run, a);
			struct yz_feel_value v = yz_feel_test(alone, &run, NULL, values[k]);
			struct yz_feel_value w = yz_feel_test(beside, &run, NULL, values[k]);
			if (yz_feel_is_true(v) != yz_feel_is_true(w) ||
			    (v.kind == YZ_FEEL_UNKNOWN) != (w.kind == YZ_FEEL_UNKNOWN))
				fail_msg("%s of value %zu", tests[t], k);
		}
	}
	yz_arena_destroy(a);
	yz_arena_destroy(forever);
}

TEST(a_comparison_alone_can_be_looked_into)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	const struct yz_feel *f = yz_feel_compile(a, YZ_LIT("< -(2 + 3)"), YZ_FEEL_UNARY_TESTS, NULL, NULL, &err);
	const struct yz_feel_cond *c = yz_feel_condition(a, f);
	assert_int_equal(c->kind, YZ_FEEL_COND_TEST);
	assert_true(yz_feel_same(c->value, yz_feel_int(-5)));
	c = yz_feel_condition(a, compile(a, "a < -(2 + 3)"));
	assert_int_equal(c->kind, YZ_FEEL_COND_TEST);
	assert_true(yz_feel_same(c->value, yz_feel_int(-5)));
	yz_arena_destroy(a);
}
/* The same name but for one byte, at any place, is another. */
TEST(names_of_every_length_are_told_apart)
{
	enum { MOST = 40 };
	struct yz_arena *a = yz_arena_create(0);
	for (size_t len = 0; len <= MOST; len++)
		for (size_t at = 0; at <= len; at++) {
			char key[MOST + 1] = {0}, *other = memset(yz_alloc(a, MOST + 1), 'x', len);
			memset(key, 'x', len);
			key[at] = at < len ? 'y' : '\0';
			struct yz_feel_value v = yz_feel_string(yz_str_n(other, len));
			struct yz_feel_value inputs[] = {v, yz_feel_string(yz_str_n(key, len))};
			struct yz_feel_run run;
			yz_feel_run_init(&run, a);
			v = yz_feel_eval(compile(a, "a = b"), &run, inputs);
			assert_int_equal(yz_feel_is_true(v), at == len);
			if (!len)
				continue;
			struct yz_feel_entry *e = yz_new_n(a, 2, struct yz_feel_entry);
			e[0] = (struct yz_feel_entry){yz_str_n(key, len), yz_feel_int(1)};
			e[1] = (struct yz_feel_entry){yz_str_n(other, len), yz_feel_int(2)};
			inputs[0] = yz_feel_context(a, at < len ? e : e + 1, at < len ? 2 : 1);
			v = yz_feel_eval(compile(a, yz_printf(a, "a.%s = 2", other)), &run, inputs);
			assert_true(yz_feel_is_true(v));
		}
	yz_arena_destroy(a);
}

