/* Boxed expressions answer as the FEEL text of the same meaning.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/dmn/decide.h"

static const char *boxed(const char *logic, const char *facts)
{
	load(body(INPUT("x", "Any") INPUT("xs", "Any") "<decision id='d' name='d'><variable name='d'/>" NEEDS("x")
			  NEEDS("xs") "%s</decision>",
		  logic));
	return decide("d", facts);
}

#define ENTRY(name, body) "<contextEntry><variable name='" name "'/>" body "</contextEntry>"

TEST(a_context_sees_its_earlier_entries)
{
	assert_string_equal(
		boxed("<context>" ENTRY("a", TEXT("x + 1")) ENTRY("b", TEXT("a * 2")) "</context>", "{x: 1}"),
		"{a: 2, b: 4}");
	assert_string_equal(
		boxed("<context>" ENTRY("a", TEXT("x + 1")) ENTRY(
			      "b",
			      "<context>" ENTRY("a", TEXT("a + 10")) ENTRY(
				      "c", TEXT("a")) "</context>") "<contextEntry>" TEXT("b.c + a") "</contextEntry></"
												     "context>",
		      "{x: 1}"),
		"14");
	assert_string_equal(boxed("<context><contextEntry><variable name='a' typeRef='number'/>" TEXT(
					  "\"no\"") "</contextEntry></context>",
				  ""),
			    "{a: null}");
}

TEST(lists_and_relations)
{
	assert_string_equal(boxed("<list>" TEXT("x") TEXT("x + 1") "</list>", "{x: 1}"), "[1, 2]");
	assert_string_equal(boxed("<relation><column name='a'/><column name='b'/><row>" TEXT("1")
					  TEXT("x") "</row><row>" TEXT("2") TEXT("null") "</row></relation>",
				  "{x: 7}"),
			    "[{a: 1, b: 7}, {a: 2, b: null}]");
}

#define IF(c)                                                                                                          \
	"<conditional><if>" TEXT(c) "</if><then>" TEXT("\"yes\"") "</then><else>" TEXT("x") "</else></conditional>"

TEST(a_condition_that_is_not_true_is_false)
{
	assert_string_equal(boxed(IF("x &gt; 1"), "{x: 2}"), "\"yes\"");
	assert_string_equal(boxed(IF("x &gt; 1"), "{x: 1}"), "1");
	assert_string_equal(boxed(IF("\"true\""), "{x: 1}"), "1");
	assert_string_equal(boxed(IF("x &gt; 1"), ""), "null");
	assert_string_equal(guess("d", "{xs: 1}"), "unknown(x)");
}

#define FILTER(m) "<filter><in>" TEXT("xs") "</in><match>" TEXT(m) "</match></filter>"

TEST(filters_choose_by_condition_or_index)
{
	assert_string_equal(boxed(FILTER("item &gt; 1"), "{xs: [1, 2, 3]}"), "[2, 3]");
	assert_string_equal(boxed(FILTER("2"), "{xs: [1, 2, 3]}"), "2");
	assert_string_equal(boxed(FILTER("-1"), "{xs: [1, 2, 3]}"), "3");
	assert_string_equal(boxed(FILTER("4"), "{xs: [1, 2, 3]}"), "null");
	assert_string_equal(boxed(FILTER("1.5"), "{xs: [1, 2, 3]}"), "null");
	assert_string_equal(boxed(FILTER("item = 5"), "{xs: 5}"), "[5]");
	assert_string_equal(boxed(FILTER("item = 5"), ""), "[]");
	assert_string_equal(boxed(FILTER("item.a &gt; 1"), "{xs: [{a: 1}, {a: 2}, {b: 1}]}"), "[{a: 2}]");
	assert_string_equal(boxed(FILTER("item"), "{xs: [true, null, false, true]}"), "[true, true]");
	assert_string_equal(boxed(FILTER("item"), "{xs: [true, 1]}"), "null");
	assert_string_equal(why("d"), "'filter' needs true or false, not a number");
	assert_string_equal(boxed(FILTER("item &gt; x"), "{xs: [1, 2]}"), "[]");
	assert_string_equal(guess("d", "{xs: [1, 2]}"), "unknown(x)");
}

#define FOR(in, body) "<for iteratorVariable='i'><in>" TEXT(in) "</in><return>" TEXT(body) "</return></for>"
#define SOME(in, body) "<some iteratorVariable='i'><in>" TEXT(in) "</in><satisfies>" TEXT(body) "</satisfies></some>"
#define EVERY(in, body) "<every iteratorVariable='i'><in>" TEXT(in) "</in><satisfies>" TEXT(body) "</satisfies></every>"

TEST(loops_go_through_lists_and_ranges)
{
	assert_string_equal(boxed(FOR("xs", "i * i"), "{xs: [1, 2, 3]}"), "[1, 4, 9]");
	assert_string_equal(boxed(FOR("[1..4]", "i"), ""), "[1, 2, 3, 4]");
	assert_string_equal(boxed(FOR("(1..4]", "i"), ""), "[2, 3, 4]");
	assert_string_equal(boxed(FOR("(4..1]", "i"), ""), "null");
	assert_string_equal(why("d"), "a range cannot end before it starts");
	assert_string_equal(boxed(FOR("for k in 4..1 return k", "i"), ""), "[4, 3, 2, 1]");
	assert_string_equal(boxed(FOR("[@\"2026-02-27\"..@\"2026-03-01\"]", "i"), ""),
			    "[@\"2026-02-27\", @\"2026-02-28\", @\"2026-03-01\"]");
	assert_string_equal(boxed(FOR("[1..5]", "if i = 1 then 1 else i * partial[-1]"), ""), "[1, 2, 6, 24, 120]");
	assert_string_equal(boxed(FOR("xs", "i"), ""), "null");
	assert_string_equal(boxed(FOR("xs", "i"), "{xs: 3}"), "[3]");
	assert_string_equal(boxed(FOR("[1..1000001]", "i"), ""), "null");
	assert_string_equal(why("d"), "a list grows too long");
	assert_string_equal(boxed(FOR("[1..9999999999]", "i"), ""), "null");
}

TEST(some_and_every_are_three_valued)
{
	assert_string_equal(boxed(SOME("xs", "i &gt; 2"), "{xs: [1, 3]}"), "true");
	assert_string_equal(boxed(SOME("xs", "i &gt; 2"), "{xs: [1, 2]}"), "false");
	assert_string_equal(boxed(SOME("xs", "i &gt; 2"), "{xs: [1, null]}"), "null");
	assert_string_equal(boxed(SOME("xs", "i &gt; 2"), "{xs: [null, 3]}"), "true");
	assert_string_equal(boxed(SOME("xs", "i &gt; 2"), "{xs: []}"), "false");
	assert_string_equal(boxed(EVERY("xs", "i &gt; 2"), "{xs: [3, 4]}"), "true");
	assert_string_equal(boxed(EVERY("xs", "i &gt; 2"), "{xs: [null, 1]}"), "false");
	assert_string_equal(boxed(EVERY("xs", "i &gt; 2"), "{xs: [null, 4]}"), "null");
	assert_string_equal(boxed(EVERY("xs", "i"), "{xs: [1]}"), "null");
	assert_string_equal(why("d"), "'every' needs true or false, not a number");
	assert_string_equal(boxed(SOME("[1, x, 3]", "i &gt; 2"), ""), "true");
	assert_string_equal(guess("d", ""), "true");
	assert_string_equal(boxed(EVERY("[5, x, 3]", "i &gt; 2"), ""), "null");
	assert_string_equal(guess("d", ""), "unknown(x)");
	assert_string_equal(boxed(SOME("[true, x]", "i"), ""), "true");
	assert_string_equal(guess("d", ""), "unknown(x)");
	assert_string_equal(boxed(SOME("[1..1000000000]", "false"), ""), "null");
	assert_string_equal(why("d"), "the evaluation takes too many steps");
}

#define FUNCTION(params, body) "<functionDefinition>" params body "</functionDefinition>"
#define PARAM(name) "<formalParameter name='" name "'/>"
#define BIND(name, body) "<binding><parameter name='" name "'/>" body "</binding>"

TEST(functions_keep_what_they_were_made_with)
{
	assert_string_equal(boxed("<context>" ENTRY("f", FUNCTION(PARAM("a") PARAM("b"), TEXT("a - b + x")))
					  ENTRY("r", TEXT("[f(5, 1), f(b: 5, a: 1)]")) "<contextEntry>" TEXT(
						  "r") "</contextEntry></context>",
				  "{x: 100}"),
			    "[104, 96]");
	assert_string_equal(
		boxed("<context>" ENTRY(
			      "f",
			      FUNCTION(
				      PARAM("a"),
				      FUNCTION(
					      PARAM("b"),
					      TEXT("a * b + x")))) "<contextEntry>" TEXT("for n in [1, 2] return "
											 "f(n)(10)") "</contextEntry></"
												     "context>",
		      "{x: 1}"),
		"[11, 21]");
}

#define RESULT(text) "<contextEntry>" TEXT(text) "</contextEntry>"
#define LITERALLY(f, result) "<context>" ENTRY("f", TEXT(f)) RESULT(result) "</context>"

/* As the entry of a context in FEEL does (10.3.2.6). */
TEST(a_function_written_as_text_calls_itself_by_the_name_of_its_entry)
{
	assert_string_equal(boxed(LITERALLY("function(n) if n &lt; 2 then 1 else n * f(n - 1)", "f(x)"), "{x: 5}"), "120");
	assert_string_equal(boxed(LITERALLY(" function (n) if n = 0 then x else f(n: n - 1)", "f(3)"), "{x: 7}"), "7");
	/* From a function within it, too; and each that is made knows its own. */
	assert_string_equal(boxed(LITERALLY("function(n) if n = 0 then [x] else (function() f(n - 1))()", "f(2)"), "{x: 7}"),
			    "[7]");
	assert_string_equal(
		boxed("<context>" ENTRY("make", FUNCTION(PARAM("step"), LITERALLY("function(n) if n &lt;= 0 then [] else "
										   "concatenate([n], f(n - step))",
										   "f")))
			      RESULT("[make(1)(3), make(2)(3)]") "</context>",
		      ""),
		"[[3, 2, 1], [3, 1]]");
	/* Other entries see only those before them: the outer x here. */
	assert_string_equal(boxed("<context>" ENTRY("x", TEXT("function_of(x)")) "</context>", "{x: 1}"), "{x: null}");
	assert_string_equal(boxed("<context>" ENTRY("x", TEXT("[function(n) x + n]")) RESULT("x[1](2)") "</context>", "{x: 1}"), "3");
	/* Without end it is null, and says why. */
	assert_string_equal(boxed(LITERALLY("function(n) f(n + 1)", "f(0)"), ""), "null");
	/* A function that does not call itself is what it was. */
	assert_string_equal(boxed(LITERALLY("function(n) n + x", "[f(1), f(2)]"), "{x: 1}"), "[2, 3]");
}

#define F ENTRY("f", FUNCTION(PARAM("a") PARAM("b"), TEXT("[a, b]")))

TEST(invocations_bind_by_name)
{
	assert_string_equal(boxed("<context>" F "<contextEntry><invocation>" TEXT("f") BIND("b", TEXT("x"))
					  BIND("a", TEXT("1")) "</invocation></contextEntry></context>",
				  "{x: 2}"),
			    "[1, 2]");
	assert_string_equal(boxed("<context>" F "<contextEntry><invocation>" TEXT("f")
					  BIND("b", TEXT("x")) "</invocation></contextEntry></context>",
				  "{x: 2}"),
			    "[null, 2]");
	assert_string_equal(boxed("<context>" F "<contextEntry><invocation>" TEXT("f")
					  BIND("c", TEXT("x")) "</invocation></contextEntry></context>",
				  "{x: 2}"),
			    "null");
}
