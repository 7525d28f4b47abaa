/* SPDX-License-Identifier: Apache-2.0 */
#include "models.h"

#define IMPORT(name, ns) "<import name='" name "' namespace='" ns "' importType='" DMN_15 "'/>\n"

static void load_two(const char *first, const char *second)
{
	fresh();
	add_source("a.dmn", definitions("urn:a", first));
	add_source("b.dmn", definitions("urn:b", second));
	if (!load_sources(NULL))
		fail_msg("%s: %s", err.where, err.msg);
}

TEST(references_lead_by_id_namespace_and_file)
{
	load(INPUT("i", "number") LITERAL("a", NEEDS("i"),
					  "i") "<decision id='b' name='b'><informationRequirement><requiredInput "
					       "href='urn:t#i'/></informationRequirement><literalExpression><text>i + 1"
					       "</text></literalExpression></decision>"
					       "<decision id='c' name='c'><informationRequirement><requiredInput "
					       "href='t.dmn#i'/></informationRequirement><literalExpression><text>i + 2"
					       "</text></literalExpression></decision>"
					       "<decision id='e' name='e'><informationRequirement><requiredInput "
					       "href='i'/></informationRequirement><literalExpression><text>i + 3"
					       "</text></literalExpression></decision>");
	finds("4:399 warning: decision e / information requirement 1: the reference should begin with '#'; it is taken "
	      "for one () [i]");
	assert_string_equal(decided_with("a", "{i: 1}"), "1");
	assert_string_equal(decided_with("b", "{i: 1}"), "2");
	assert_string_equal(decided_with("c", "{i: 1}"), "3");
	assert_string_equal(decided_with("e", "{i: 1}"), "4");
}

TEST(references_that_lead_nowhere_are_found)
{
	load(LITERAL("d", NEEDS("x"), "1"));
	finds("2:51 error: decision d / information requirement 1: the reference leads to nothing () [#x]");
	load(LITERAL("d", "<informationRequirement><requiredInput href='urn:other#i'/></informationRequirement>", "1"));
	finds_among("the reference leads to a model that is not imported () [urn:other#i]");
	load(LITERAL("d", NEEDS("t"), "1") "<textAnnotation id='t'/>");
	finds_among("the reference leads to no decision, input, knowledge model or service");
	load(LITERAL("d", "<informationRequirement/>", "1"));
	finds_among("the requirement says not of what");
	load(LITERAL("d", "<informationRequirement><requiredInput/></informationRequirement>", "1"));
	finds_among("the reference is empty");
	load(LITERAL("e", "", "2") LITERAL("d", NEEDS("e"), "e"));
	finds("3:51 error: decision d / information requirement 1: the reference leads to another kind of element "
	      "(input "
	      "data) [a decision 'e']");
	assert_string_equal(decided("d"), "2");
}

TEST(what_is_not_required_is_not_known)
{
	load(INPUT("i", "number") LITERAL("d", "", "i + 1"));
	finds("3:52 error: decision d: nothing is called 'i' (an information requirement on this input data) []");
	load(INPUT("i", "number") LITERAL("d", NEEDS("i") NEEDS("i"), "i"));
	finds("3:102 warning: decision d / information requirement 2: 'i' is required twice");
}

TEST(circles_of_requirements_are_found_and_null)
{
	load(LITERAL("a", NEEDS_DECISION("b"), "b") LITERAL("b", NEEDS_DECISION("c"), "c") LITERAL(
		"c", NEEDS_DECISION("b"), "b") LITERAL("d", NEEDS_DECISION("d"), "d") LITERAL("e", "", "1"));
	finds_among("3:1 error: decision b: it stands on itself: a circle of requirements () ['b', 'c']");
	finds_among("5:1 error: decision d: it stands on itself: a circle of requirements () ['d']");
	assert_int_equal(yz_dmn_errors(model), 2);
	assert_string_equal(decided("a"), "null");
	assert_string_equal(decided("d"), "null");
	assert_string_equal(decided("e"), "1");
}

TEST(a_circle_through_a_service_is_one)
{
	load(LITERAL("a", KNOWS("s"),
		     "s()") "<decisionService id='s' name='s'><outputDecision href='#a'/></decisionService>");
	finds_among("it stands on itself");
}

/* ---- imports ---- */

TEST(imported_elements_stand_behind_the_name_of_the_import)
{
	load_two(IMPORT("other",
			"urn:b") "<decision id='d' name='d'><informationRequirement><requiredDecision "
				 "href='urn:b#x'/></informationRequirement><informationRequirement>"
				 "<requiredInput href='urn:b#the in'/></informationRequirement>"
				 "<knowledgeRequirement><requiredKnowledge href='urn:b#f'/>"
				 "</knowledgeRequirement><literalExpression><text>other.f(other.x) + other.the in"
				 "</text></literalExpression></decision>" INPUT("p", "other.tAge")
					 LITERAL("e", NEEDS("p"), "p instance of other.tAge"),
		 "<itemDefinition name='tAge'><typeRef>number</typeRef></itemDefinition>" INPUT("the in", "tAge")
			 LITERAL("x", "",
				 "20") "<businessKnowledgeModel id='f' name='f'><encapsulatedLogic>"
				       "<formalParameter name='n' typeRef='tAge'/><literalExpression><text>n * 2"
				       "</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>");
	finds_nothing();
	const struct yz_dmn_node *x = node("other.x");
	assert_true(yz_str_eqz(x->import, "other") && yz_str_eqz(x->ns, "urn:b"));
	assert_true(yz_str_eqz(x->place.file, "b.dmn"));
	assert_string_equal(decided_with("d", "{other.the in: 2}"), "42");
	assert_string_equal(decided_with("e", "{p: 1}"), "true");
	assert_string_equal(decided("other.x"), "20");
	size_t n;
	assert_int_equal(yz_dmn_nodes(model, &n)[0]->index, 0);
	assert_int_equal(n, 6);
}

TEST(an_import_without_a_name_puts_its_elements_among_the_own)
{
	load_two(IMPORT("", "urn:b") "<decision id='d' name='d'><informationRequirement><requiredDecision "
				     "href='urn:b#x'/></informationRequirement><literalExpression><text>x + 1</text>"
				     "</literalExpression></decision>" INPUT("p", "tAge"),
		 "<itemDefinition name='tAge'><typeRef>number</typeRef></itemDefinition>" LITERAL("x", "", "20"));
	finds_nothing();
	assert_string_equal(decided("d"), "21");
	assert_string_equal(decided("x"), "20");
	assert_int_equal(node("p")->type->kind, YZ_FEEL_NUMBER);
}

TEST(imports_of_imports_stand_in_them)
{
	fresh();
	add_source("a.dmn",
		   definitions("urn:a", IMPORT("b", "urn:b") "<decision id='d' name='d'><informationRequirement>"
							     "<requiredDecision href='urn:c#x'/>"
							     "</informationRequirement><informationRequirement>"
							     "<requiredDecision href='urn:b#y'/>"
							     "</informationRequirement><literalExpression>"
							     "<text>b.y + b.c.x</text></literalExpression>"
							     "</decision>" INPUT("p", "b.c.tAge")));
	add_source("c.dmn",
		   definitions("urn:c",
			       "<itemDefinition name='tAge'><typeRef>number</typeRef></itemDefinition>" LITERAL("x", "",
														"20")));
	add_source("b.dmn",
		   definitions("urn:b", IMPORT("c", "urn:c") "<decision id='y' name='y'><informationRequirement>"
							     "<requiredDecision href='urn:c#x'/>"
							     "</informationRequirement><literalExpression>"
							     "<text>c.x * 2</text></literalExpression></decision>"));
	add_source("unused.dmn", definitions("urn:u", LITERAL("u", "", "1")));
	assert_non_null(load_sources(NULL));
	finds_nothing();
	assert_string_equal(decided("d"), "60");
	assert_string_equal(decided("b.c.x"), "20");
	assert_int_equal(node("p")->type->kind, YZ_FEEL_NUMBER);
	assert_null(yz_dmn_find(model, YZ_LIT("u")));
}

TEST(a_model_imported_in_two_ways_has_inputs_for_each)
{
	fresh();
#define WAY(name) "<informationRequirement><requiredDecision href='urn:" name "#m'/></informationRequirement>"
	add_source("a.dmn", definitions("urn:a", IMPORT("b", "urn:b") IMPORT("c", "urn:c")
							 LITERAL("d", WAY("b") WAY("c"), "b.m + \" \" + c.m")));
	for (const char *const *x = (const char *const[]){"b", "c", NULL}; *x; x++)
		add_source(*x, definitions(yz_printf(arena, "urn:%s", *x),
					   IMPORT("base", "urn:base") LITERAL("m", WAY("base"), "base.m + \"!\"")));
	add_source("base", definitions("urn:base", INPUT("i", "string") LITERAL("m", NEEDS("i"), "\"hello \" + i")
							   LITERAL("n", "", "x")));
	assert_non_null(load_sources(NULL));
	finds("4:52 error: decision n: nothing is called 'x'");
	assert_string_equal(decided_with("d", "{b.base.i: \"b\", c.base.i: \"c\"}"), "\"hello b! hello c!\"");
	assert_string_equal(decided_with("d", "{b: {base: {i: \"b\"}}, c: {base: {i: \"c\"}}}"),
			    "\"hello b! hello c!\"");
	struct yz_dmn_limits limits = {.models = 5};
	assert_non_null(load_sources(&limits));
	limits.models = 4;
	assert_null(load_sources(&limits));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_non_null(strstr(err.msg, "more than 4 models"));
}

TEST(what_is_wrong_with_an_import_is_said)
{
	load(IMPORT("b", "urn:b") IMPORT("t", "urn:t") "<import name='p' namespace='urn:p' importType='urn:pmml'/>");
	finds_among("2:1 error: import b: there is no model of this namespace () [urn:b]");
	finds_among("3:1 error: import t: a model cannot import itself () [urn:t]");
	finds_among("4:1 error: import p: only decision models are imported () [urn:pmml]");
	load_two(IMPORT("b", "urn:b"), IMPORT("a", "urn:a"));
	finds("2:1 error: import a: the imported model imports this one again");
	assert_true(yz_str_eqz(diags->place.file, "b.dmn"));
	load_two(IMPORT("b", "urn:b") IMPORT("b", "urn:b"), "");
	finds("3:1 error: import b: two imports are called 'b'");
}

/* Models that only lie beside are nobody's business. */
TEST(what_is_not_imported_is_not_told)
{
	load_two("", "<decision>");
	finds_nothing();
	assert_non_null(model);
	load_two(IMPORT("b", "urn:b"), "<decision>");
	finds_among("there is no model of this namespace () [urn:b]");
	finds_among("error: <decision>: the file cannot be read: ");
	assert_non_null(model);
	fresh();
	add_source("a.dmn", definitions("urn:a", ""));
	add_source("b.dmn", definitions("urn:a", ""));
	assert_non_null(load_sources(NULL));
	finds_nothing();
	fresh();
	add_source("a.dmn", definitions("urn:a", IMPORT("b", "urn:b")));
	add_source("b.dmn", definitions("urn:b", ""));
	add_source("c.dmn", definitions("urn:b", ""));
	assert_non_null(load_sources(NULL));
	finds("2:1 warning: import b: the namespace is that of another model () [c.dmn]");
	fresh();
	add_source("a.dmn", definitions("urn:a", "<import name='b' namespace='urn:b' locationURI='c.dmn'/>"));
	add_source("b.dmn", definitions("urn:b", ""));
	add_source("c.dmn", definitions("urn:b", LITERAL("x", "", "1")));
	assert_non_null(load_sources(NULL));
	finds_nothing();
	assert_non_null(node("b.x"));
}

TEST(what_the_outputs_of_a_service_need_is_inside_or_given)
{
#define GRAPH                                                                                                          \
	INPUT("i", "number")                                                                                           \
	LITERAL("below", NEEDS("i"), "i") LITERAL("mid", NEEDS_DECISION("below"), "below")                             \
		LITERAL("out", NEEDS_DECISION("mid"), "mid")
	load(GRAPH "<decisionService id='s' name='s'><outputDecision href='#out'/><encapsulatedDecision href='#mid'/>"
		   "<encapsulatedDecision href='#below'/><inputData href='#i'/></decisionService>");
	finds_nothing();
	load(GRAPH "<decisionService id='s' name='s'><outputDecision href='#out'/><encapsulatedDecision href='#mid'/>"
		   "<inputDecision href='#below'/></decisionService>");
	finds_nothing();
	load(GRAPH "<decisionService id='s' name='s'><outputDecision href='#out'/><inputData href='#i'/>"
		   "</decisionService>");
	finds_among("the service also needs 'mid', which is neither encapsulated nor an input of it");
	load(GRAPH "<decisionService id='s' name='s'><outputDecision href='#out'/><encapsulatedDecision href='#mid'/>"
		   "<encapsulatedDecision href='#below'/></decisionService>");
	finds_among("the service also needs 'i', which is neither encapsulated nor an input of it");
}

/* ---- services ---- */

TEST(a_service_takes_inputs_then_decisions)
{
	load("<decisionService id='s' name='s'><outputDecision href='#out'/><encapsulatedDecision href='#mid'/>"
	     "<inputDecision href='#given'/><inputData href='#i'/><inputData href='#j'/></decisionService>\n" INPUT(
		     "i", "number") INPUT("j", "string") INPUT("k", "number") LITERAL("given", NEEDS("k"), "k")
		     LITERAL("mid", NEEDS("i") NEEDS_DECISION("given"), "i + given")
			     LITERAL("out", NEEDS_DECISION("mid") NEEDS("j"), "j + string(mid)")
				     LITERAL("call", KNOWS("s"), "s(1, \"a\", 5)"));
	finds_nothing();
	const struct yz_dmn_node *s = node("s");
	assert_int_equal(s->kind, YZ_DMN_SERVICE);
	assert_int_equal(s->type->nfields, 3);
	assert_true(yz_str_eqz(s->type->fields[0].name, "i") && yz_str_eqz(s->type->fields[2].name, "given"));
	assert_int_equal(s->type->fields[1].type->kind, YZ_FEEL_STRING);
	assert_int_equal(s->nneeds, 1);
	assert_string_equal(decided("call"), "\"a6\"");
	size_t n;
	const struct yz_dmn_node *const *in = yz_dmn_inputs_of(arena, model, s, &n);
	assert_int_equal(n, 2);
	assert_ptr_equal(in[0], node("i"));
	in = yz_dmn_inputs_of(arena, model, node("out"), &n);
	assert_int_equal(n, 3);
	assert_ptr_equal(in[2], node("k"));
	yz_dmn_inputs_of(arena, model, node("call"), &n);
	assert_int_equal(n, 0);
}

TEST(a_service_of_several_outputs_gives_a_context)
{
	load("<decisionService id='s' name='s'><outputDecision href='#a'/><outputDecision href='#b'/></decisionService>"
	     "<decision id='a' name='a'><variable name='a' typeRef='number'/><literalExpression><text>1</text>"
	     "</literalExpression></decision>" LITERAL("b", "", "\"x\"") LITERAL("c", KNOWS("s"), "s().a"));
	finds_nothing();
	assert_int_equal(node("s")->type->item->kind, YZ_FEEL_CONTEXT);
	assert_int_equal(node("s")->type->item->nfields, 2);
	assert_string_equal(decided("c"), "1");
	load("<decisionService id='s' name='s'/>");
	finds("2:1 error: decision service s: a decision service needs an output decision");
}
