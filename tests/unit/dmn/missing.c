/* While facts are missing, boxed expressions, functions and services claim nothing that may turn out otherwise.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/dmn/decide.h"

#define IF(a, b, c) "<conditional><if>" TEXT(a) "</if><then>" TEXT(b) "</then><else>" TEXT(c) "</else></conditional>"
#define LOOP(kind, in, how, body)                                                                                      \
	"<" kind " iteratorVariable='i'><in>" TEXT(in) "</in><" how ">" TEXT(body) "</" how "></" kind ">"
#define ALL NEEDS("x") NEEDS("b") NEEDS("xs")

static const char *const graph[] = {
	INPUT("x", "number") INPUT("b", "boolean") INPUT("xs", "Any"),
	"<businessKnowledgeModel id='f' name='f'><variable name='f'/><encapsulatedLogic><formalParameter name='n'/>",
	IF("n &gt; 1", "n", "b0") "</encapsulatedLogic></businessKnowledgeModel>",
	DECISION("b0", TEXT("0")) DECISION("if", ALL IF("b", "x &gt; 1", "x &gt; 2")),
	DECISION("filter", ALL "<filter><in>" TEXT("xs") "</in><match>" TEXT("item &gt; x") "</match></filter>"),
	DECISION("nth", ALL "<filter><in>" TEXT("[1, x, 3]") "</in><match>" TEXT("x") "</match></filter>"),
	DECISION("for", ALL LOOP("for", "xs", "return", "i * x")),
	DECISION("some", ALL LOOP("some", "[x, 1, xs]", "satisfies", "i &gt; 1 or b")),
	DECISION("every", ALL LOOP("every", "[b, x = 1]", "satisfies", "i")),
	DECISION("any", ALL LOOP("some", "[true, xs]", "satisfies", "i")),
	DECISION("call", ALL KNOWS("f") "<invocation>" TEXT("f") "<binding><parameter name='n'/>" TEXT(
				 "if b then x else 5") "</binding></invocation>"),
	DECISION("table", ALL "<decisionTable hitPolicy='FIRST'>" COLUMN("x", "number")
				  COLUMN("b", "boolean") "<output/><rule>" CELL("&lt; 1") CELL("-")
					  OUT("1") "</rule><rule>" CELL("-") CELL("true") OUT("1") "</rule><rule>" CELL(
						  "&gt;= 1") CELL("false") OUT("2") "</rule></decisionTable>"),
	DECISION("above", NEEDS_DECISION("table") NEEDS_DECISION("if") "<decisionTable hitPolicy='ANY'>" COLUMN(
				  "table", "number") COLUMN("if", "boolean") "<output/><rule>" CELL("&lt; 2") CELL("-")
				  OUT("\"lo\"") "</rule><rule>" CELL("not(5)") CELL("not(false)")
					  OUT("\"lo\"") "</rule></decisionTable>"),
	"<decisionService id='s' name='s'><variable name='s'/><outputDecision href='#above'/>"
	"<outputDecision href='#if'/><inputDecision href='#table'/><inputData href='#x'/><inputData href='#b'/>"
	"</decisionService>",
	"<decision id='served' name='served'><variable name='served'/>" ALL
	"<knowledgeRequirement><requiredKnowledge href='#s'/></knowledgeRequirement>" TEXT(
		"s(x: 1, b: b, table: x)") "</decision>",
};

static struct yz_feel_value decide_facts(const char *name, const struct yz_feel_value *facts, unsigned known)
{
	static const char *const names[] = {"x", "b", "xs"};
	yz_feel_run_init(&run, arena);
	yz_dmn_begin(&eval, model, &run);
	eval.missing_unknown = true;
	for (size_t i = 0; i < 3; i++)
		if (known >> i & 1)
			yz_dmn_set(&eval, node(names[i]), facts[i]);
	return yz_dmn_decide(&eval, node(name));
}

TEST(whatever_is_boxed_claims_nothing_either)
{
	static const char *const domains[3][6] = {{"null", "0", "1", "2", "3", "5"},
						  {"null", "true", "false", "null", "true", "false"},
						  {"null", "[]", "[1, 2, 3]", "5", "true", "[null, \"x\"]"}};
	static const char *const names[] = {"if",  "filter", "nth",   "for",   "some",  "every",
					    "any", "call",   "table", "above", "served"};
	static char text[16384];
	struct yz_feel_value v[3][6], facts[3], unknown;
	size_t known = 0, open = 0;
	for (size_t i = 0; i < sizeof graph / sizeof *graph; i++)
		strcat(text, graph[i]);
	load(text);
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 6; k++)
			v[i][k] = fact(domains[i][k]);
	for (size_t d = 0; d < sizeof names / sizeof *names; d++)
		for (unsigned given = 0; given < 8; given++)
			for (size_t c = 0; c < 216; c++) {
				size_t at[3] = {c % 6, c / 6 % 6, c / 36};
				for (size_t i = 0; i < 3; i++)
					facts[i] = v[i][at[i]];
				struct yz_feel_value before = decide_facts(names[d], facts, given);
				struct yz_feel_value after = decide_facts(names[d], facts, 7);
				bool may = yz_feel_has_unknown(arena, before, &unknown);
				known += !may;
				open += may;
				if (!may && !yz_feel_same(before, after))
					fail_msg("%s (facts %u: %s %s %s): %s, then %s", names[d], given,
						 domains[0][at[0]], domains[1][at[1]], domains[2][at[2]],
						 written(before), written(after));
			}
	assert_true(known > 5000 && open > 3000);
}
