/* SPDX-License-Identifier: Apache-2.0 */
#include "models.h"

#define ITEM(name, inner) "<itemDefinition name='" name "'>" inner "</itemDefinition>\n"
#define LIST(name, inner) "<itemDefinition name='" name "' isCollection='true'>" inner "</itemDefinition>\n"
#define REF(type) "<typeRef>" type "</typeRef>"
#define PART(name, inner) "<itemComponent name='" name "'>" inner "</itemComponent>"
#define ALLOW(tests) "<allowedValues><text>" tests "</text></allowedValues>"
#define CONSTRAINT(tests) "<typeConstraint><text>" tests "</text></typeConstraint>"

TEST(built_in_types_are_known_by_every_name)
{
	static const struct {
		const char *ref;
		enum yz_feel_kind kind;
	} refs[] = {
		{"number", YZ_FEEL_NUMBER},
		{"feel:string", YZ_FEEL_STRING},
		{"f:boolean", YZ_FEEL_BOOLEAN},
		{" date  and\n time ", YZ_FEEL_DATE_TIME},
		{"dateTime", YZ_FEEL_DATE_TIME},
		{"feel:dayTimeDuration", YZ_FEEL_DAYS},
		{"days and time duration", YZ_FEEL_DAYS},
		{"years and months duration", YZ_FEEL_MONTHS},
		{"yearMonthDuration", YZ_FEEL_MONTHS},
		{"time", YZ_FEEL_TIME},
		{"context", YZ_FEEL_CONTEXT},
		{"list", YZ_FEEL_LIST},
		{"function", YZ_FEEL_FUNCTION},
		{"x:decimal", YZ_FEEL_NUMBER},
		{"x:dateTime", YZ_FEEL_DATE_TIME},
		{"x:int", YZ_FEEL_NUMBER},
	};
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
		char body[400];
		snprintf(body, sizeof body,
			 "<inputData id='i' name='i' xmlns:f='http://www.omg.org/spec/FEEL/20140401' "
			 "xmlns:x='http://www.w3.org/2001/XMLSchema'><variable name='i' typeRef='%s'/></inputData>",
			 refs[i].ref);
		load(body);
		finds_nothing();
		assert_int_equal(node("i")->type->kind, refs[i].kind);
	}
	load(INPUT("i", "Any") "<inputData id='j' name='j'/>");
	finds_nothing();
	assert_null(node("i")->type);
	assert_null(node("j")->type);
}

TEST(a_type_that_is_none_is_named)
{
	load(INPUT("i", "nummer"));
	finds("2:28 error: input data i / variable: there is no type of this name () [nummer]");
	load(ITEM("t", REF("f:string")));
	finds("2:26 error: item definition t: there is no type of this name () [f:string]");
	load(INPUT("i", "feel:tOwn") ITEM("tOwn", REF("string")));
	finds_among("no type of this name () [feel:tOwn]");
}

TEST(an_item_definition_is_an_alias_a_collection_a_context_or_a_function)
{
	load(ITEM("tAge", REF("number")) LIST("tAges", REF("tAge"))
		     ITEM("tPerson", PART("name", REF("string")) PART("age", REF("tAge"))
					     PART("home", PART("city", REF("string")))) LIST("tPeople", REF("tPerson"))
			     ITEM("tCity", REF("tPerson.home.city"))
				     ITEM("tTest", "<functionItem outputTypeRef='boolean'><parameters name='p' "
						   "typeRef='tPerson'/><parameters name='n'/></functionItem>")
					     INPUT("a", "tAge") INPUT("b", "tAges") INPUT("c", "tPerson")
						     INPUT("d", "tPeople") INPUT("e", "tCity") INPUT("f", "tTest"));
	finds_nothing();
	assert_string_equal(type_of("a"), "tAge");
	const struct yz_feel_type *t = node("b")->type;
	assert_int_equal(t->kind, YZ_FEEL_LIST);
	assert_int_equal(t->item->kind, YZ_FEEL_NUMBER);
	t = node("c")->type;
	assert_int_equal(t->kind, YZ_FEEL_CONTEXT);
	assert_int_equal(t->nfields, 3);
	assert_int_equal(t->fields[1].type->kind, YZ_FEEL_NUMBER);
	assert_int_equal(t->fields[2].type->fields[0].type->kind, YZ_FEEL_STRING);
	assert_int_equal(node("d")->type->item->nfields, 3);
	assert_int_equal(node("e")->type->kind, YZ_FEEL_STRING);
	t = node("f")->type;
	assert_int_equal(t->kind, YZ_FEEL_FUNCTION);
	assert_int_equal(t->nfields, 2);
	assert_ptr_equal(t->fields[0].type, node("c")->type);
	assert_null(t->fields[1].type);
	assert_int_equal(t->item->kind, YZ_FEEL_BOOLEAN);
}

static const char *holds(const char *input, const char *value)
{
	return decided_with("ok", yz_printf(arena, "{%s: %s}", input, value));
}

TEST(allowed_values_are_asked_for)
{
	load(ITEM("tAge", REF("number") ALLOW("[0..150]")) ITEM("tAdult", REF("tAge") ALLOW("&gt;= 18")) LIST(
		"tAges", REF("number") ALLOW("&lt; 10")) LIST("tFew", REF("tAge") CONSTRAINT("count(?) &lt; 3"))
		     ITEM("tWord", REF("string") ALLOW("\"a\", \"b\"") CONSTRAINT("\"b\", \"c\"")) INPUT("i", "tAdult")
			     INPUT("l", "tAges") INPUT("f", "tFew") INPUT("w", "tWord")
				     LITERAL("ok", NEEDS("i") NEEDS("l") NEEDS("f") NEEDS("w"), "[i, l, f, w]"));
	finds_nothing();
	assert_string_equal(holds("i", "18"), "[18, null, null, null]");
	assert_string_equal(holds("i", "17"), "[null, null, null, null]");
	assert_string_equal(holds("i", "151"), "[null, null, null, null]");
	assert_string_equal(holds("l", "[1, 9]"), "[null, [1, 9], null, null]");
	assert_string_equal(holds("l", "[1, 10]"), "[null, null, null, null]");
	assert_string_equal(holds("f", "[1, 150]"), "[null, null, [1, 150], null]");
	assert_string_equal(holds("f", "[1, 2, 3]"), "[null, null, null, null]");
	assert_string_equal(holds("f", "[151]"), "[null, null, null, null]");
	assert_string_equal(holds("w", "\"b\""), "[null, null, null, \"b\"]");
	assert_string_equal(holds("w", "\"a\""), "[null, null, null, null]");
}

TEST(allowed_values_can_be_listed)
{
	const struct yz_feel_value *values;
	size_t n;
	load(ITEM("tColour", REF("string") ALLOW(" \"red\",\"green\", \"blue\" ")) ITEM("tAlias", REF("tColour"))
		     ITEM("tAge", REF("number") ALLOW("[0..150]")) ITEM("tSize", REF("number") ALLOW("1, 3,2"))
			     INPUT("c", "tAlias") INPUT("a", "tAge") INPUT("s", "tSize") INPUT("n", "number"));
	finds_nothing();
	assert_true(yz_str_eqz(yz_dmn_allowed(model, node("c")->type, &values, &n), "\"red\",\"green\", \"blue\""));
	assert_int_equal(n, 3);
	assert_string_equal(written(values[0]), "\"red\"");
	assert_string_equal(written(values[2]), "\"blue\"");
	assert_true(yz_str_eqz(yz_dmn_allowed(model, node("a")->type, &values, &n), "[0..150]"));
	assert_null(values);
	assert_int_equal(n, 0);
	yz_dmn_allowed(model, node("s")->type, &values, &n);
	assert_int_equal(n, 3);
	assert_string_equal(written(values[1]), "3");
	assert_int_equal(yz_dmn_allowed(model, node("n")->type, &values, &n).len, 0);
	assert_int_equal(yz_dmn_allowed(model, NULL, NULL, NULL).len, 0);
}

TEST(types_may_hold_themselves_but_not_be_themselves)
{
	load(ITEM("tTree", PART("value", REF("number")) PART("children", REF("tTrees"))) LIST("tTrees", REF("tTree"))
		     INPUT("t", "tTree") LITERAL("d", NEEDS("t"), "t.children.children.value"));
	finds_nothing();
	assert_string_equal(decided_with("d", "{t: {value: 1, children: [{value: 2, children: [{value: 3, children: "
					      "[]}]}]}}"),
			    "[[3]]");
	load(ITEM("a", REF("b")) ITEM("b", REF("c")) ITEM("c", REF("a")) INPUT("i", "b"));
	finds("4:1 error: item definition c: the type is made of itself, by way of 'a'");
	assert_null(node("i")->type);
	load(LIST("l", REF("l")));
	finds("2:1 error: item definition l: the type is made of itself");
}

TEST(a_long_row_of_types_is_no_deep_recursion)
{
	struct yz_arena *own = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, own, 16 << 20);
	enum { MANY = 50000 };
	for (int i = 0; i < MANY; i++)
		yz_buf_printf(&b, "<itemDefinition name='t%d'><typeRef>t%d</typeRef></itemDefinition>\n", i, i + 1);
	yz_buf_printf(&b, "<itemDefinition name='t%d'><typeRef>string</typeRef></itemDefinition>\n" INPUT("i", "t0"),
		      MANY);
	load(yz_buf_str(&b).ptr);
	finds_nothing();
	assert_int_equal(node("i")->type->kind, YZ_FEEL_STRING);
	yz_arena_destroy(own);
}

TEST(what_is_wrong_with_a_type_is_said)
{
	load(ITEM("a", REF("string")) ITEM("a", REF("number")) ITEM("", REF("string")));
	finds_among("3:1 error: item definition a: two types are called 'a'; the other is in line 2");
	finds_among("4:1 error: item definition : an item definition needs a name");
	load(ITEM("a", PART("x", REF("string")) PART("x", REF("string"))));
	finds_among("two components are called 'x'");
	load(ITEM("a", REF("string") PART("x", "")));
	finds_among("a type is of one kind");
	load(ITEM("a", REF("number") ALLOW("1, x")));
	finds("2:75 error: item definition a / allowed values: nothing is called 'x'");
	load(ITEM("a", PART("b", REF("number") ALLOW("1 +"))));
	finds_among("item definition a / component b / allowed values: ");
}

TEST(expressions_know_the_types)
{
	load(ITEM("tAge", REF("number") ALLOW("&gt; 3")) ITEM("tPerson", PART("the age", REF("tAge")))
		     INPUT("p", "tPerson") LITERAL("d", NEEDS("p"), "p.the age + 1")
			     LITERAL("e", "", "{the age: 5} instance of tPerson")
				     LITERAL("f", NEEDS("p"), "p.the age + \"x\"") LITERAL("g", NEEDS("p"), "p.other"));
	assert_string_equal(decided_with("d", "{p: {the age: 7}}"), "8");
	assert_string_equal(decided("e"), "true");
	finds_among("decision f: number + string is always null");
	finds_among("decision g: a tPerson has no 'other'");
	assert_int_equal(yz_dmn_errors(model), 2);
}

TEST(a_value_that_is_always_of_another_type_is_found)
{
	load("<decision id='d' name='d'>\n<variable name='d' typeRef='number'/><literalExpression><text>\"a\" + \"b\""
	     "</text></literalExpression></decision>");
	finds("2:1 error: decision d: the value is of another type: it is always null (number) [string]");
	load("<decision id='d' name='d'><literalExpression "
	     "typeRef='date'><text>1</text></literalExpression></decision>");
	finds("2:27 error: decision d: the value is of another type: it is always null (date) [number]");
	/* What may be converted, or is not known for certain, is no fault. */
	load(LIST("tNumbers",
		  REF("number")) "<decision id='d' name='d'><variable name='d' typeRef='tNumbers'/>"
				 "<literalExpression><text>1</text></literalExpression></decision>"
				 "<decision id='e' name='e'><variable name='e' typeRef='date and time'/>"
				 "<literalExpression><text>@\"2026-01-01\"</text></literalExpression>"
				 "</decision><decision id='f' name='f'><variable name='f' typeRef='number'/>"
				 "<literalExpression><text>[1, 2][item &gt; 1]</text></literalExpression>"
				 "</decision>");
	finds_nothing();
}

TEST(types_of_decisions_show_in_what_requires_them)
{
	load("<decision id='d' name='d'><context><contextEntry><variable name='Pay-back "
	     "time'/><literalExpression><text>3"
	     "</text></literalExpression></contextEntry></context></decision>\n" LITERAL(
		     "e", NEEDS_DECISION("d"), "d.Pay-back time + 1") LITERAL("f", NEEDS_DECISION("d"), "d.Pay")
		     LITERAL("l", NEEDS_DECISION("d"), "[d, d]") LITERAL("g", NEEDS_DECISION("l"), "l.Pay-back time"));
	finds("4:");
	finds_among("decision f: a context has no 'Pay'");
	assert_string_equal(decided("e"), "4");
	assert_string_equal(decided("g"), "[3, 3]");
}
