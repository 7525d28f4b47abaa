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

#define OF_TYPE(name, type)                                                                                            \
	"<inputData id='" name "' name='" name "'><variable name='" name "' typeRef='" type "'/></inputData>"
#define ALLOWED(name, type, of, values)                                                                                \
	"<itemDefinition name='" name "'><typeRef>" of "</typeRef><" type "><text>" values "</text></" type                 \
	"></itemDefinition>"
#define KIND_TABLE(columns, rules)                                                                                     \
	NEEDS("k") NEEDS("p") "<decisionTable hitPolicy='UNIQUE'>" columns "<output/>" rules "</decisionTable>"

/* Of two values, and told by both of them; of a range, and of a part of a structure. */
static const char *const narrowed[] = {
	ALLOWED("tKind", "allowedValues", "string", "\"本县\", \"外地\""),
	ALLOWED("tAge", "typeConstraint", "number", "[0..150]"),
	ALLOWED("tOpen", "allowedValues", "string", "\"a\", null"),
	"<itemDefinition name='tPerson'><itemComponent name='age'><typeRef>tAge</typeRef></itemComponent></itemDefinition>",
	OF_TYPE("k", "tKind") OF_TYPE("p", "tPerson") OF_TYPE("o", "tOpen"),
	DECISION("same", KIND_TABLE(COLUMN("k", "tKind"), RULE("\"本县\"", "1") RULE("\"外地\"", "1"))),
	DECISION("differ", KIND_TABLE(COLUMN("k", "string"), RULE("\"本县\"", "1") RULE("\"外地\"", "2"))),
	DECISION("never", KIND_TABLE(COLUMN("k", "string"), RULE("\"外国\"", "1") RULE("not(\"外国\")", "2"))),
	DECISION("age", KIND_TABLE(COLUMN("p.age", "number"), RULE("&lt; 0", "1") RULE("&gt;= 0", "2"))),
	DECISION("computed", KIND_TABLE(COLUMN("p.age + 1", "number"), RULE("&lt; 0", "1") RULE("&gt;= 0", "2"))),
	"<decision id='null' name='null'><variable name='null'/>" NEEDS("o") "<decisionTable hitPolicy='UNIQUE'>" COLUMN(
		"o", "string") "<output/>" RULE("\"a\"", "1") RULE("\"b\"", "2") "</decisionTable></decision>",
};

TEST(an_unknown_fact_is_one_of_those_its_type_allows)
{
	static char text[16384];
	text[0] = '\0';
	for (size_t i = 0; i < sizeof narrowed / sizeof *narrowed; i++)
		strcat(text, narrowed[i]);
	load(text);
	static const struct {
		const char *decision, *answer;
	} wanted[] = {
		{"same", "1"}, {"differ", "unknown(k)"},    {"never", "2"},
		{"age", "2"},  {"computed", "unknown(p.age)"}, {"null", "unknown(o)"},
	};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct yz_dmn_asked asked;
		assert_string_equal(guess(wanted[i].decision, ""), wanted[i].answer);
		/* Asking agrees: what is decided needs no question. */
		const struct yz_dmn_guide *g = yz_dmn_guide_new(arena, model, node(wanted[i].decision));
		struct yz_feel_run own;
		yz_feel_run_init(&own, arena);
		yz_dmn_ask(g, NULL, 0, &own, &asked);
		if (wanted[i].answer[0] != 'u')
			assert_true(asked.decided);
	}
	/* What is told is not narrowed, it is refused. */
	assert_string_equal(decide("differ", "{k: \"外国\"}"), "null");
	assert_string_equal(decide("age", "{p: {age: -1}}"), "null");
}
