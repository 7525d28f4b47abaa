/* SPDX-License-Identifier: Apache-2.0 */
#include "models.h"

#define TEXT(t) "<literalExpression><text>" t "</text></literalExpression>"
#define DECISION(name, needs, logic) "<decision id='" name "' name='" name "'>" needs logic "</decision>\n"
#define ENTRY(name, logic) "<contextEntry><variable name='" name "'/>" logic "</contextEntry>"
#define RESULT(logic) "<contextEntry>" logic "</contextEntry>"

TEST(entries_of_a_context_see_those_before_them)
{
	load(INPUT("i", "number") DECISION("d", NEEDS("i"),
					   "<context>" ENTRY("a", TEXT("i + 1")) ENTRY("b c", TEXT("a * 2")) ENTRY(
						   "i", TEXT("b c + i")) RESULT(TEXT("[i, a, b c]")) "</context>"));
	finds_nothing();
	assert_string_equal(decided_with("d", "{i: 1}"), "[5, 2, 4]");
	load(DECISION("d", "", "<context>" ENTRY("a", TEXT("b")) ENTRY("b", TEXT("1")) "</context>"));
	finds("2:95 error: decision d / context / entry a: nothing is called 'b'");
	load(DECISION("d", "",
		      "<context>" ENTRY("a", TEXT("1")) ENTRY("a", TEXT("2")) RESULT(TEXT("3"))
			      ENTRY("b", TEXT("4")) "<contextEntry><variable name='c'/></contextEntry></context>"));
	finds_among("entry a: two entries are called 'a'");
	finds_among("entry b: the entry without a variable, the result, is to be the last");
	finds_among("entry c: nothing stands here (an expression)");
	assert_string_equal(decided("d"), "null");
}

TEST(inner_names_hide_outer_ones_and_give_them_back)
{
	load(INPUT("x", "number") DECISION(
		"d", NEEDS("x"),
		"<context>" ENTRY("inner", "<context>" ENTRY("x", TEXT("x + 10")) RESULT(TEXT("x")) "</context>")
			ENTRY("out", TEXT("x")) RESULT(TEXT("[inner, out]")) "</context>"));
	finds_nothing();
	assert_string_equal(decided_with("d", "{x: 1}"), "[11, 1]");
}

TEST(functions_take_what_is_around_them_and_call_themselves)
{
	load(INPUT("x", "number") DECISION(
		"d", NEEDS("x"),
		"<context>" ENTRY("y", TEXT("x * 2"))
			ENTRY("f", "<functionDefinition><formalParameter name='n' typeRef='number'/>" TEXT(
					   "if n &lt; 1 then y else n * f(n - 1)") "</functionDefinition>")
				ENTRY("g", "<functionDefinition><formalParameter name='x'/>"
					   "<functionDefinition><formalParameter name='z'/>" TEXT(
						   "[x, y, z]") "</functionDefinition></functionDefinition>")
					RESULT(TEXT("[f(4), g(7)(8)]")) "</context>"));
	finds_nothing();
	assert_string_equal(decided_with("d", "{x: 1}"), "[48, [7, 2, 8]]");
}

TEST(functions_of_other_kinds_are_refused)
{
	load(DECISION(
		"d", "",
		"<context>" ENTRY("f", "<functionDefinition kind='Java'><context>" ENTRY(
					       "class", TEXT("\"java.lang.Math\"")) "</context></functionDefinition>")
			RESULT(TEXT("f()")) "</context>"));
	finds("2:70 error: decision d / context / entry f / function: functions of another kind than FEEL are not run "
	      "(FEEL) [Java]");
	assert_string_equal(decided("d"), "null");
	load("<decision id='d' name='d'><literalExpression "
	     "expressionLanguage='urn:js'><text>x()</text></literalExpression>"
	     "</decision>");
	finds("2:27 error: decision d: only FEEL is run, no other expression language () [urn:js]");
	assert_string_equal(decided("d"), "null");
	load("<decision id='d' name='d'><literalExpression expressionLanguage='http://www.omg.org/spec/FEEL/20140401'>"
	     "<text>1</text></literalExpression></decision>"
	     "<decision id='e' name='e'><literalExpression expressionLanguage='feel'><text>1</text></literalExpression>"
	     "</decision>");
	finds_nothing();
	load("<decision id='d' name='d'><literalExpression><importedValues/></literalExpression></decision>");
	finds_among("imported values are not read");
}

TEST(knowledge_models_are_functions)
{
	load("<businessKnowledgeModel id='f' name='f'><variable name='f' typeRef='string'/><encapsulatedLogic>"
	     "<formalParameter name='n' typeRef='number'/><formalParameter name='m'/>" TEXT(
		     "g(n) + m") "</encapsulatedLogic>" KNOWS("g") "</businessKnowledgeModel>"
								   "<businessKnowledgeModel id='g' "
								   "name='g'><encapsulatedLogic><formalParameter "
								   "name='n'/>" TEXT(
									   "string(n)") "</encapsulatedLogic></"
											"businessKnowledgeModel"
											">" DECISION("d", KNOWS("f"),
												     TEXT("f(1, "
													  "\"a\")"))
												DECISION(
													"e", KNOWS("f"),
													"<invocation"
													">" TEXT("f") "<binding><parameter name='m'/>" TEXT("\"b\"") "</binding><binding><parameter name='n'/>" TEXT(
														"2") "<"
														     "/"
														     "b"
														     "i"
														     "n"
														     "d"
														     "i"
														     "n"
														     "g"
														     ">"
														     "<"
														     "/"
														     "i"
														     "n"
														     "v"
														     "o"
														     "c"
														     "a"
														     "t"
														     "i"
														     "o"
														     "n"
														     ">"));
	finds_nothing();
	assert_string_equal(decided("d"), "\"1a\"");
	assert_string_equal(decided("e"), "\"2b\"");
	assert_string_equal(type_of("f"), "function<number, Any> -> string");
	load("<businessKnowledgeModel id='f' name='f'/>" DECISION("d", KNOWS("f"), TEXT("f(1)")));
	finds_among("2:1 error: business knowledge model f: nothing stands here (the body of the function)");
	finds_among("decision d: the function takes 0 arguments, not 1");
}

TEST(a_function_type_says_the_type_of_the_result)
{
	load("<itemDefinition name='tF'><functionItem outputTypeRef='number'><parameters name='n' typeRef='string'/>"
	     "</functionItem></itemDefinition><businessKnowledgeModel id='f' name='f'><variable name='f' typeRef='tF'/>"
	     "<encapsulatedLogic><formalParameter name='n' typeRef='string'/>" TEXT(
		     "string length(n)") "</encapsulatedLogic>"
					 "</businessKnowledgeModel>" DECISION("d", KNOWS("f"), TEXT("f(\"12\") + 11"))
						 DECISION("e", KNOWS("f"), TEXT("f(\"12\") + \"x\"")));
	finds_among("decision e: number + string is always null");
	assert_string_equal(decided("d"), "13");
}

TEST(invocations_bind_each_parameter_once)
{
	load("<businessKnowledgeModel id='f' name='f'><encapsulatedLogic><formalParameter name='a'/>"
	     "<formalParameter name='b'/>" TEXT("a") "</encapsulatedLogic></businessKnowledgeModel>\n" DECISION(
		     "d", KNOWS("f"),
		     "<invocation>" TEXT("f") "<binding><parameter name='a'/>" TEXT(
			     "1") "</binding><binding><parameter "
				  "name='a'/>" TEXT("1") "</binding><binding><parameter name='c'/>" TEXT(
					  "2") "</binding></invocation>")
		     DECISION("e", "", "<invocation>" TEXT("1 + 1") "</invocation>")
			     DECISION("g", "", "<invocation><binding/></invocation>"));
	finds_among("binding a: 'a' is bound twice");
	finds_among("decision d / invocation: the function has no parameter 'c'");
	finds_among("decision d / invocation: nothing is bound to the parameter 'b'");
	finds_among("decision e / invocation: what is invoked is no function () [number]");
	finds_among("decision g / invocation: nothing stands here (an expression for the function)");
	finds_among("the binding names no parameter");
}

TEST(lists_relations_and_conditionals)
{
	load("<decision id='l' name='l'><list>" TEXT("1") TEXT(
		"\"a\"") "<list/></list></decision>\n"
			 "<decision id='r' name='r'><relation><column name='a b' typeRef='number'/><column "
			 "name='c'/><row>" TEXT("1") TEXT("\"x\"") "</row><row>" TEXT("2") TEXT(
				 "\"y\"") "</row></relation></decision>\n" DECISION("s", NEEDS_DECISION("r"),
										    TEXT("r[a b &gt; 1].c"))
				 DECISION(
					 "c", NEEDS_DECISION("l"),
					 "<conditional><if>" TEXT("count(l) = 3") "</if><then>" TEXT(
						 "\"three\"") "</then><else>" TEXT("\"not\"") "</else></conditional>"));
	finds_nothing();
	assert_string_equal(decided("l"), "[1, \"a\", []]");
	assert_string_equal(decided("r"), "[{a b: 1, c: \"x\"}, {a b: 2, c: \"y\"}]");
	assert_string_equal(decided("s"), "[\"y\"]");
	assert_string_equal(decided("c"), "\"three\"");
	load(DECISION("c", "", "<conditional><if>" TEXT("1") "</if><then/></conditional>") DECISION(
		"r", "", "<relation><column name='a'/><column name='a'/><row>" TEXT("1") "</row></relation>"));
	finds_among("decision c / conditional: the value is of another type: it is always null (boolean) [number]");
	finds_among("conditional / then: nothing stands here (<then> with an expression)");
	finds_among("decision c / conditional: nothing stands here (<else> with an expression)");
	finds_among("column a: two columns are called 'a'");
	assert_string_equal(decided("r"), "null");
	finds_among("relation / row 1: the row has 1 cells, the relation 2 columns");
}

#define FILTER(in, match) "<filter><in>" in "</in><match>" match "</match></filter>"

TEST(a_filter_names_the_fields_of_its_items)
{
	load("<itemDefinition name='tP'><itemComponent name='the age'><typeRef>number</typeRef></itemComponent>"
	     "<itemComponent name='n'><typeRef>string</typeRef></itemComponent></itemDefinition>"
	     "<itemDefinition name='tPs' isCollection='true'><typeRef>tP</typeRef></itemDefinition>\n" INPUT(
		     "ps", "tPs") INPUT("n", "string") INPUT("u", "Any")
		     DECISION("known", NEEDS("ps") NEEDS("n"), FILTER(TEXT("ps"), TEXT("the age &gt; 3")))
			     DECISION("hides", NEEDS("ps") NEEDS("n"), FILTER(TEXT("ps"), TEXT("n = \"b\"")))
				     DECISION("item", NEEDS("ps"), FILTER(TEXT("ps"), TEXT("item.n = \"a\"")))
					     DECISION("unknown", NEEDS("u") NEEDS("n"),
						      FILTER(TEXT("u"), TEXT("q.r &gt; 1 and n = \"b\""))));
	finds_nothing();
	const char *ps = "{ps: [{the age: 3, n: \"a\"}, {the age: 4, n: \"b\"}], n: \"z\"}";
	assert_string_equal(decided_with("known", ps), "[{the age: 4, n: \"b\"}]");
	assert_string_equal(decided_with("hides", ps), "[{the age: 4, n: \"b\"}]");
	assert_string_equal(decided_with("item", ps), "[{the age: 3, n: \"a\"}]");
	/* Where the item has an entry n, that is meant; where not, the input. */
	assert_string_equal(decided_with("unknown", "{u: [{q: {r: 2}, n: \"b\"}, {q: {r: 2}}, {n: \"b\"}], n: \"c\"}"),
			    "[{q: {r: 2}, n: \"b\"}]");
	assert_string_equal(decided_with("unknown", "{u: [{q: {r: 2}, n: \"a\"}, {q: {r: 2}}, {n: \"b\"}], n: \"b\"}"),
			    "[{q: {r: 2}}]");
}

TEST(filters_of_unknown_items_are_nested)
{
	load(INPUT("u", "Any") INPUT("k", "Any") DECISION(
		"d", NEEDS("u") NEEDS("k"),
		FILTER(TEXT("u"),
		       "<conditional><if>" TEXT("a = k") "</if><then>" TEXT("true") "</then><else><context>" ENTRY(
			       "inner", FILTER(TEXT("list"), TEXT("b = a")))
			       RESULT(TEXT("count(inner) &gt; 0")) "</context></else></conditional>")));
	finds_nothing();
	assert_string_equal(decided_with("d", "{k: 1, u: [{a: 1}, {a: 2, list: [{b: 2}]}, {a: 3, list: [{b: 2}]}]}"),
			    "[{a: 1}, {a: 2, list: [{b: 2}]}]");
	/* Deep nests are compiled in bounded time. */
	static char text[1 << 16];
	size_t n = (size_t)snprintf(text, sizeof text, "<decision id='d' name='d'>");
	for (int i = 0; i < 60; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "<filter><in>" TEXT("[{}]") "</in><match>");
	n += (size_t)snprintf(text + n, sizeof text - n, TEXT("x%d = 1"), 1);
	for (int i = 0; i < 60; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "</match></filter>");
	snprintf(text + n, sizeof text - n, "</decision>");
	load(text);
	finds_nothing();
}

TEST(iterators_have_a_variable_and_for_its_results_so_far)
{
	load(
		"<decision id='f' name='f'><for iteratorVariable='x y'><in>" TEXT("[1, 2, 3]") "</in><return>" TEXT(
			"x y + count(partial)") "</return></for></decision>"
						"<decision id='s' name='s'><some iteratorVariable='x'><in>" TEXT(
							"[1, "
							"2]") "</in><satisfies>" TEXT("x &gt; 1") "</satisfies></"
												  "some></decision>"
												  "<decision id='e' "
												  "name='e'><every "
												  "iteratorVariable='x'"
												  "><in>" TEXT("[1, 2]") "</in><satisfies>" TEXT(
													  "x &gt; "
													  "1") "</"
													       "sat"
													       "isf"
													       "ies"
													       "></"
													       "eve"
													       "ry>"
													       "</"
													       "dec"
													       "isi"
													       "on>"
													       "<de"
													       "cis"
													       "ion"
													       " id"
													       "='"
													       "p' "
													       "nam"
													       "e='"
													       "p'>"
													       "<fo"
													       "r "
													       "ite"
													       "rat"
													       "orV"
													       "ari"
													       "abl"
													       "e='"
													       "par"
													       "tia"
													       "l'>"
													       "<in"
													       ">" TEXT("[1, 2]") "</in><return>" TEXT(
														       "partial") "</return></for></decision>");
	finds_nothing();
	assert_string_equal(decided("f"), "[1, 3, 5]");
	assert_string_equal(decided("s"), "true");
	assert_string_equal(decided("e"), "false");
	assert_string_equal(decided("p"), "[1, 2]");
	load("<decision id='f' name='f'><for><in>" TEXT("[1]") "</in><return>" TEXT("1") "</return></for></decision>");
	finds_among("decision f / for: the iterator needs a variable (iteratorVariable)");
}

/* Each place is found by counting its siblings: on from the last one. */
TEST(places_in_long_lists_take_no_square_of_time)
{
	struct yz_arena *own = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, own, 32 << 20);
	yz_buf_addz(&b, "<decision id='d' name='d'><relation><column name='a'/><column name='b'/>\n");
	for (int i = 0; i < 40000; i++)
		yz_buf_addz(&b, "<row>" TEXT("1") TEXT("2") "</row>\n");
	yz_buf_addz(&b, "<row>" TEXT("1") "<list>" TEXT("1") TEXT("x") "</list></row></relation></decision>");
	load(yz_buf_str(&b).ptr);
	finds("40003:143 error: decision d / relation / row 40001 / item 2 / list / item 2: nothing is called 'x'");
	yz_arena_destroy(own);
}

TEST(a_decision_may_be_without_logic)
{
	load("<decision id='d' name='d'/>" DECISION("e", "", TEXT(" ")));
	finds_among("2:1 warning: decision d: the decision has no logic");
	finds_among("decision e: nothing stands here (an expression)");
	assert_string_equal(decided("d"), "null");
}
