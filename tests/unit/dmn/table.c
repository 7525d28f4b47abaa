/* Decision tables: each hit policy, and what stands in a table beside its rules.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/dmn/decide.h"

/* One number x, and a table with this hit policy, output clauses and rules. */
static void table(const char *policy, const char *outputs, const char *rules)
{
	load(body(INPUT("x", "number") "<decision id='d' name='d'><variable name='d'/>" NEEDS(
			  "x") "<decisionTable %s>" COLUMN("x", "number") "%s%s</decisionTable></decision>",
		  policy, outputs, rules));
}

#define OVERLAPPING RULE("&gt; 1", "10") RULE("&gt; 2", "30") RULE("&gt; 3", "20")

TEST(unique_wants_one_rule)
{
	table("", "<output/>", OVERLAPPING);
	assert_string_equal(decide("d", "{x: 2}"), "10");
	assert_string_equal(decide("d", "{x: 3}"), "null");
	assert_string_equal(why("d"), "rules 1 and 2 both match, and only one may");
	assert_string_equal(decide("d", "{x: 0}"), "null");
	assert_string_equal(why("d"), "no rule of the decision table matches");
	assert_int_equal(run.nreasons, 1);
	assert_true(run.reasons->place.line > 0);
	assert_string_equal(decide("d", "{x: null}"), "null");
	assert_string_equal(decide("d", "{x: [2]}"), "10");
}

TEST(first_takes_the_first)
{
	table("hitPolicy='FIRST'", "<output/>", OVERLAPPING RULE("-", "\"else\""));
	assert_string_equal(decide("d", "{x: 4}"), "10");
	assert_string_equal(decide("d", "{x: 0}"), "\"else\"");
	assert_string_equal(decide("d", ""), "\"else\"");
}

TEST(any_wants_one_answer)
{
	table("hitPolicy='ANY'", "<output/>", RULE("&gt; 1", "1 + 1") RULE("&gt; 2", "2") RULE("&gt; 3", "20"));
	assert_string_equal(decide("d", "{x: 3}"), "2");
	assert_string_equal(decide("d", "{x: 4}"), "null");
	assert_string_equal(why("d"), "rules 1 and 3 both match, with different outputs");
}

#define ORDERED "<output name='%s'><outputValues><text>30, 20, 10</text></outputValues></output>"
#define ONE_ORDERED "<output><outputValues><text>30, 20, 10</text></outputValues></output>"

TEST(priority_and_output_order_go_by_the_output_values)
{
	table("hitPolicy='PRIORITY'", ONE_ORDERED, OVERLAPPING);
	assert_string_equal(decide("d", "{x: 4}"), "30");
	assert_string_equal(decide("d", "{x: 2}"), "10");
	table("hitPolicy='OUTPUT ORDER'", ONE_ORDERED, OVERLAPPING);
	assert_string_equal(decide("d", "{x: 4}"), "[30, 20, 10]");
	assert_string_equal(decide("d", "{x: 3}"), "[30, 10]");
	assert_string_equal(decide("d", "{x: 0}"), "[]");
}

TEST(the_second_output_decides_between_equal_first_ones)
{
	table("hitPolicy='OUTPUT ORDER'",
	      "<output name='a'><outputValues><text>\"hi\", \"lo\"</text></outputValues></output>"
	      "<output name='b'><outputValues><text>1, 2, 3</text></outputValues></output>",
	      "<rule>" CELL("-") OUT("\"lo\"") OUT("1") "</rule><rule>" CELL("-") OUT("\"hi\"")
		      OUT("3") "</rule><rule>" CELL("-") OUT("\"hi\"") OUT("x") "</rule>");
	assert_string_equal(decide("d", "{x: 2}"), "[{a: \"hi\", b: 2}, {a: \"hi\", b: 3}, {a: \"lo\", b: 1}]");
}

TEST(rule_order_and_collect_give_all)
{
	table("hitPolicy='RULE ORDER'", "<output/>", OVERLAPPING);
	assert_string_equal(decide("d", "{x: 4}"), "[10, 30, 20]");
	table("hitPolicy='COLLECT'", "<output/>", OVERLAPPING);
	assert_string_equal(decide("d", "{x: 4}"), "[10, 30, 20]");
	assert_string_equal(decide("d", "{x: 0}"), "[]");
}

TEST(aggregates_sum_count_least_and_most)
{
	static const struct {
		const char *how, *three, *none;
	} cases[] = {{"SUM", "60", "null"}, {"COUNT", "3", "0"}, {"MIN", "10", "null"}, {"MAX", "30", "null"}};
	for (size_t i = 0; i < 4; i++) {
		char policy[64];
		snprintf(policy, sizeof policy, "hitPolicy='COLLECT' aggregation='%s'", cases[i].how);
		table(policy, "<output/>", OVERLAPPING);
		assert_string_equal(decide("d", "{x: 4}"), cases[i].three);
		assert_string_equal(decide("d", "{x: 0}"), cases[i].none);
	}
	table("hitPolicy='COLLECT' aggregation='SUM'", "<output/>", RULE("-", "1") RULE("-", "\"x\""));
	decide("d", "{x: 1}");
	assert_string_equal(why("d"), "there is no SUM of the outputs, for one is a string");
	table("hitPolicy='COLLECT' aggregation='MAX'", "<output/>",
	      RULE("-", "date(\"2026-01-01\")") RULE("-", "date(\"2026-02-01\")"));
	assert_string_equal(decide("d", "{x: 1}"), "@\"2026-02-01\"");
	/* Of several outputs, each by itself. */
	table("hitPolicy='COLLECT' aggregation='SUM'", "<output name='a'/><output name='b'/>",
	      "<rule>" CELL("-") OUT("1") OUT("2") "</rule><rule>" CELL("-") OUT("3") OUT("4") "</rule>");
	assert_string_equal(decide("d", "{x: 1}"), "{a: 4, b: 6}");
}

TEST(several_outputs_are_a_context)
{
	table("", "<output name='a'/><output name='b' typeRef='string'/>",
	      "<rule>" CELL("1") OUT("1") OUT("\"x\"") "</rule><rule>" CELL("2") OUT("2") OUT("3") "</rule>");
	assert_string_equal(decide("d", "{x: 1}"), "{a: 1, b: \"x\"}");
	assert_string_equal(decide("d", "{x: 2}"), "{a: 2, b: null}");
}

TEST(default_outputs_answer_when_no_rule_does)
{
	table("",
	      "<output name='a'><defaultOutputEntry><text>x + 1</text></defaultOutputEntry></output><output name='b'/>",
	      "<rule>" CELL("1") OUT("1") OUT("\"x\"") "</rule>");
	assert_string_equal(decide("d", "{x: 7}"), "{a: 8, b: null}");
	table("hitPolicy='COLLECT' aggregation='COUNT'",
	      "<output><defaultOutputEntry><text>-1</text></defaultOutputEntry></output>", RULE("1", "1"));
	assert_string_equal(decide("d", "{x: 7}"), "-1");
	assert_string_equal(decide("d", "{x: 1}"), "1");
}

TEST(values_that_are_not_allowed_give_null)
{
	load(INPUT("s", "string") DECISION(
		"d", NEEDS("s") "<decisionTable hitPolicy='FIRST'><input label='Kind'><inputExpression><text>s</text>"
				"</inputExpression><inputValues><text>\"a\", \"b\"</text></inputValues></input>"
				"<output name='o'><outputValues><text>1, 2</text></outputValues></output>" RULE(
					"\"a\"", "1") RULE("\"b\"", "3") RULE("-", "2") "</decisionTable>"));
	assert_string_equal(decide("d", "{s: \"a\"}"), "1");
	assert_string_equal(decide("d", "{s: \"c\"}"), "null");
	assert_string_equal(why("d"), "'Kind' does not allow \"c\"");
	assert_string_equal(decide("d", "{s: \"b\"}"), "null");
	assert_string_equal(why("d"), "rule 2 gives 3, which 'o' does not allow");
	assert_string_equal(decide("d", ""), "null");
	assert_string_equal(why("d"), "'Kind' does not allow null");
}

TEST(cells_may_speak_of_other_inputs)
{
	load(INPUT("x", "number") INPUT("y", "number") DECISION(
		"d", NEEDS("x") NEEDS("y") "<decisionTable hitPolicy='FIRST'>" COLUMN("x", "number") "<output/>" RULE(
			     "&lt; y", "\"less\"") RULE("y, y + 1", "\"about\"")
			     RULE("? * 2 &gt; y", "x - y") "</decisionTable>"));
	assert_string_equal(decide("d", "{x: 1, y: 2}"), "\"less\"");
	assert_string_equal(decide("d", "{x: 3, y: 2}"), "\"about\"");
	assert_string_equal(decide("d", "{x: 9, y: 2}"), "7");
}

TEST(a_table_of_ten_thousand_rules_answers)
{
	enum { RULES = 10000 };
	struct yz_arena *own = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, own, 1 << 24);
	for (int i = 0; i < RULES; i++)
		yz_buf_printf(&b, RULE("[%d..%d)", "%d"), i * 3, i * 3 + 3, i);
	table("", "<output/>", b.ptr);
	yz_arena_destroy(own);
	for (int i = 0; i < RULES * 3; i += 997) {
		const char *facts = yz_printf(arena, "{x: %d}", i);
		assert_string_equal(decide("d", facts), yz_printf(arena, "%d", i / 3));
	}
	assert_string_equal(decide("d", "{x: -1}"), "null");
	assert_string_equal(decide("d", "{x: 30000}"), "null");
}
