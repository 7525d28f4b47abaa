/* Decision tables as they are read. SPDX-License-Identifier: Apache-2.0 */
#include "models.h"

#define IN(name, type) "<input><inputExpression typeRef='" type "'><text>" name "</text></inputExpression></input>"
#define IN_VALUES(name, type, values)                                                                                  \
	"<input><inputExpression typeRef='" type "'><text>" name "</text></inputExpression><inputValues><text>" values \
	"</text></inputValues></input>"
#define OUT(name, more) "<output name='" name "'>" more "</output>"
#define VALUES(v) "<outputValues><text>" v "</text></outputValues>"
#define DEFAULT(v) "<defaultOutputEntry><text>" v "</text></defaultOutputEntry>"
#define RULE(cells) "<rule>" cells "</rule>\n"
#define I(t) "<inputEntry><text>" t "</text></inputEntry>"
#define O(t) "<outputEntry><text>" t "</text></outputEntry>"
#define TABLE(attrs, inner)                                                                                            \
	INPUT("a", "number")                                                                                           \
	INPUT("s", "string")                                                                                           \
	"<decision id='d' name='d'>" NEEDS("a") NEEDS("s") "<decisionTable " attrs ">\n" inner                         \
							   "</decisionTable></decision>"

TEST(every_hit_policy_is_read)
{
	static const struct {
		const char *attrs, *result;
	} policies[] = {
		{"", "null"},
		{"hitPolicy='UNIQUE'", "null"},
		{"hitPolicy='FIRST'", "1"},
		{"hitPolicy='ANY'", "null"},
		{"hitPolicy='PRIORITY'", "3"},
		{"hitPolicy='RULE ORDER'", "[1, 3]"},
		{"hitPolicy='OUTPUT ORDER'", "[3, 1]"},
		{"hitPolicy='COLLECT' preferredOrientation='Rule-as-Column'", "[1, 3]"},
		{"hitPolicy='COLLECT' aggregation='SUM' preferredOrientation='CrossTable'", "4"},
		{"hitPolicy='COLLECT' aggregation='COUNT'", "2"},
		{"hitPolicy='COLLECT' aggregation='MIN'", "1"},
		{"hitPolicy='COLLECT' aggregation='MAX'", "3"},
	};
	for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
		char text[2000];
		snprintf(text, sizeof text,
			 TABLE("%s", IN("a", "number") OUT("o", VALUES("3, 2, 1")) RULE(I("&gt; 1") O("1"))
					     RULE(I("&gt; 5") O("2")) RULE(I("&gt; 2") O("3"))),
			 policies[i].attrs);
		load(text);
		finds_nothing();
		const char *found = decided_with("d", "{a: 4}");
		if (strcmp(found, policies[i].result) != 0)
			fail_msg("%s: %s, not %s", policies[i].attrs, found, policies[i].result);
	}
}

TEST(policies_that_cannot_be_are_found)
{
	load(TABLE("hitPolicy='UNIQ'", OUT("", "")));
	finds_among("decision d / decision table: the hit policy is not known; the table is taken for UNIQUE (UNIQUE, "
		    "FIRST, PRIORITY, ANY, COLLECT, RULE ORDER or OUTPUT ORDER) [UNIQ]");
	load(TABLE("hitPolicy='FIRST' aggregation='SUM'", OUT("", "")));
	finds_among("only a table with the hit policy COLLECT aggregates () [SUM]");
	load(TABLE("hitPolicy='COLLECT' aggregation='AVG'", OUT("", "")));
	finds_among("the aggregation is not known (SUM, COUNT, MIN or MAX) [AVG]");
	load(TABLE("hitPolicy='COLLECT' aggregation='SUM'", OUT("a", "") OUT("b", "")));
	finds_among("a table with several outputs aggregates nothing");
	load(TABLE("hitPolicy='PRIORITY'", OUT("", "")));
	finds_among("this hit policy needs output values");
	load(TABLE("hitPolicy='OUTPUT ORDER'", OUT("", VALUES("&gt; 3"))));
	finds_among("the output values give no order");
}

TEST(the_type_of_an_output_gives_its_order)
{
	load("<itemDefinition name='t'><typeRef>string</typeRef><allowedValues><text>\"b\", "
	     "\"a\"</text></allowedValues>"
	     "</itemDefinition>" TABLE("hitPolicy='PRIORITY'",
				       "<output typeRef='t'/>" RULE(O("\"a\"")) RULE(O("\"b\""))));
	finds_nothing();
	assert_string_equal(decided("d"), "\"b\"");
}

TEST(clauses_and_cells_are_there_once_each)
{
	load(TABLE("", IN("a", "number") OUT("", "") OUT("b", "") OUT("b", "") RULE(I("1") I("2") O("1") O("1") O("1"))
			       RULE(O("1") O("1"))));
	finds_among("output 1: of several outputs each needs a name");
	finds_among("output 3: two outputs are called 'b'");
	assert_string_equal(decided("d"), "null");
	finds_among("rule 1: the rule has another number of cells than the table has columns (1 inputs) [2]");
	finds_among("rule 2: the rule has another number of cells than the table has columns (1 inputs) [0]");
	finds_among("rule 2: the rule has another number of cells than the table has columns (3 outputs) [2]");
	load(TABLE("", "<input/>" RULE(I("-"))));
	finds_among("input 1: nothing stands here (an input expression)");
	finds_among("decision table: a decision table needs an output");
}

TEST(cells_that_never_match_are_found)
{
	load(TABLE("", IN_VALUES("s", "string", "\"a\", \"b\"") IN("a", "number") OUT("", "")
			       RULE(I("\"a\"") I("1, 2") O("1")) RULE(I("\"c\"") I("-") O("2"))
				       RULE(I("not(\"b\")") I("\"1\"") O("3")) RULE(I("5") I("[\"a\"..\"b\"]") O("4"))
					       RULE(I("") I("? + 1 &gt; 3") O("5"))));
	finds_among("rule 2 / input 1: the value is not among the input values: it never comes (\"a\", \"b\") [\"c\"]");
	finds_among("rule 3 / input 2: the value is of another type than the input: it never matches (number) [\"1\"]");
	finds_among("rule 4 / input 1: the value is of another type than the input: it never matches (string) [5]");
	finds_among("rule 4 / input 2");
	finds_among("warning: decision d / decision table / rule 5 / input 1: the cell is empty (-)");
	assert_string_equal(decided_with("d", "{a: 3, s: \"b\"}"), "5");
	assert_string_equal(decided_with("d", "{a: 2, s: \"a\"}"), "1");
}

TEST(outputs_have_their_values_and_defaults)
{
	load(TABLE("", IN("a", "number") OUT("", VALUES("1, 2") DEFAULT("2")) RULE(I("1") O("1"))));
	finds_nothing();
	assert_string_equal(decided_with("d", "{a: 1}"), "1");
	assert_string_equal(decided_with("d", "{a: 7}"), "2");
	load(TABLE("", IN("a", "number") OUT("", VALUES("1, 2") DEFAULT("3")) RULE(I("1") O("4"))));
	finds_among(
		"error: decision d / decision table / output 1: the default is not among the output values (1, 2) [3]");
	finds_among(
		"warning: decision d / decision table / rule 1: the value of output 1 is not among its output values "
		"(1, 2) [4]");
	load(TABLE("",
		   IN("a", "number") "<output typeRef='number'>" DEFAULT("\"x\"") "</output>" RULE(I("1") O("\"y\""))));
	finds_among("output 1: the value is of another type: it is always null (number) [string]");
	finds_among("rule 1 / output 1: the value is of another type: it is always null (number) [string]");
}

TEST(what_an_unknown_fact_allows_is_unknown)
{
	load(TABLE("", OUT("", VALUES("&gt; a")) RULE(O("3"))));
	finds_nothing();
	assert_string_equal(decided_with("d", "{a: 2}"), "3");
	assert_string_equal(decided_with("d", "{a: 3}"), "null");
	assert_string_equal(decided_open("d"), "unknown(a)");
	/* A rule that fails makes the whole null, whatever the unknown ones say. */
	load(TABLE("hitPolicy='PRIORITY'", OUT("", VALUES("3, 2, 1")) RULE(O("a")) RULE(O("7"))));
	assert_string_equal(decided_with("d", "{a: 2}"), "null");
	assert_string_equal(decided_open("d"), "null");
}

TEST(several_outputs_make_a_context)
{
	load(TABLE("", IN("a", "number") OUT("the x", "") OUT("y", "") "<annotation name='why'/>" RULE(
			       I("&gt; 1") O("1") O("\"b\"") "<annotationEntry><text>so</text></annotationEntry>"))
		     LITERAL("e", NEEDS_DECISION("d"), "d.the x + 1"));
	finds_nothing();
	assert_string_equal(decided_with("e", "{a: 2}"), "2");
	assert_string_equal(decided_with("d", "{a: 2}"), "{the x: 1, y: \"b\"}");
}

TEST(input_expressions_are_typed)
{
	load(TABLE("", IN("a + 1", "string") OUT("", "") RULE(I("\"x\"") O("1"))));
	finds_among("input 1 / expression: the value is of another type: it is always null (string) [number]");
	load(TABLE("", "<input><inputExpression><text>a + 1</text></inputExpression></input>" OUT("", "")
			       RULE(I("\"x\"") O("1"))));
	finds_among("rule 1 / input 1: the value is of another type than the input");
}
