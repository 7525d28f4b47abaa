/* What a model says that can hardly be meant is told, and where.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/dmn/decide.h"

TEST(a_constant_that_can_never_match_is_found_in_its_cell)
{
	load(INPUT("b", "boolean") DECISION("d", NEEDS("b") "<decisionTable>" COLUMN("b", "boolean") "<output/><rule>" CELL(
			"\"yes\"") OUT("1") "</rule><rule>" CELL("true") OUT("2") "</rule></decisionTable>"));
	finds_among("rule 1 / input 1: the value is of another type than the input: it never matches (boolean) "
		    "[\"yes\"]");
	load("<itemDefinition name='t'><typeRef>string</typeRef><allowedValues><text>\"a\", \"b\"</text></allowedValues>"
	     "</itemDefinition>" INPUT("s", "t")
		     DECISION("d", NEEDS("s") "<decisionTable>" COLUMN("s", "t") "<output typeRef='t'/><rule>" CELL(
						   "\"a\"") OUT("\"b\"") "</rule><rule>" CELL("\"c\"")
						   OUT("\"e\"") "</rule></decisionTable>"));
	finds_among("rule 2 / input 1: the value is not among the input values: it never comes (\"a\", \"b\") "
		    "[\"c\"]");
	finds_among("rule 2: the value of output 1 is not among its output values (\"a\", \"b\") [\"e\"]");
}

TEST(what_is_misspelt_is_told_with_what_may_be_meant)
{
	load("<itemDefinition name='t'><typeRef>string</typeRef><allowedValue><text>\"a\"</text></allowedValue>"
	     "</itemDefinition>" INPUT("s", "string")
		     DECISION("d", NEEDS("s") "<decisionTable hitpolicy='FIRST'><input><inputExpression "
					      "typeref='string'><text>s</text></inputExpression></input><output/><rule>" CELL(
						      "-") OUT("1") "</rule></decisionTable>"));
	finds_among("item definition t: the element 'allowedValue' is not known here; it is passed over (allowedValues)");
	finds_among("the attribute 'hitpolicy' is not known here; it is passed over (hitPolicy)");
	finds_among("the attribute 'typeref' is not known here; it is passed over (typeRef)");
	load(INPUT("s", "string") "<extensionElements><nonsense/></extensionElements><x:other xmlns:x='urn:x' thing='1'/>"
				  "<textAnnotation id='t' x:more='1' xmlns:x='urn:x'/>");
	finds_nothing();
}

TEST(findings_are_said_in_chinese_too)
{
	load(DECISION("d", "<decisionTable hitPolicy='SOME'><output/><rule>" OUT("1") OUT("2") "</rule></decisionTable>"));
	assert_non_null(diags);
	assert_true(yz_str_eqz(diags->zh.element, "决策 d / 决策表"));
	assert_true(yz_str_eqz(diags->zh.message, "不认识这种命中策略，按 UNIQUE 处理"));
	assert_true(yz_str_eqz(diags->zh.expected, "UNIQUE、FIRST、PRIORITY、ANY、COLLECT、RULE ORDER 或 OUTPUT ORDER"));
	assert_true(yz_str_eqz(diags->zh.found, "SOME"));
	for (const struct yz_dmn_diag *d = diags; d; d = d->next)
		assert_true(d->zh.element.len && d->zh.message.len && !d->zh.expected.len == !d->expected.len);
}

TEST(types_written_with_angles_are_read_and_checked)
{
#define OF(type) "<itemDefinition name='tX'><typeRef>" type "</typeRef></itemDefinition>"
	load("<itemDefinition name='tAge'><typeRef>number</typeRef><allowedValues><text>&gt;= 0</text></allowedValues>"
	     "</itemDefinition>" OF("list&lt;tAge&gt;") INPUT("x", "tX") INPUT("r", "range&lt;date&gt;")
		     INPUT("c", "context&lt;a b: number, l: list&lt;tAge&gt;&gt;")
			     INPUT("f", "function&lt;number, tAge&gt;-&gt;string") DECISION("d", NEEDS("x") TEXT("count(x)")));
	finds_nothing();
	assert_int_equal(node("x")->type->kind, YZ_FEEL_LIST);
	assert_true(yz_str_eqz(node("x")->type->item->name, "tAge"));
	assert_int_equal(node("x")->type->item->kind, YZ_FEEL_NUMBER);
	assert_int_equal(node("r")->type->kind, YZ_FEEL_RANGE);
	assert_int_equal(node("c")->type->nfields, 2);
	assert_int_equal(node("f")->type->nfields, 2);
	assert_int_equal(node("f")->type->item->kind, YZ_FEEL_STRING);
	assert_string_equal(decide("d", "{x: [1, 2]}"), "2");
	with("{x: [1, -2]}");
	assert_string_equal(why("d"), "tX does not allow [1, -2]");
	load(OF("list&lt;tNone&gt;"));
	finds_among("there is no type of this name () [list<tNone>]");
	load(INPUT("x", "list&lt;number"));
	finds_among("there is no type of this name () [list<number]");
}

TEST(an_output_outside_its_type_and_an_empty_one_are_proved)
{
	struct yz_dmn_proof proof;
	load(INPUT("b", "boolean")
		     DECISION("d", NEEDS("b") "<decisionTable>" COLUMN("b", "boolean") "<output typeRef='number'>"
					      "<outputValues><text>[0..9]</text></outputValues></output><rule>" CELL(
						      "true") OUT("12") "</rule><rule>" CELL("false")
						      OUT("") "</rule></decisionTable>"));
	assert_true(yz_dmn_prove(arena, model, NULL, 0, &proof, &err));
	assert_int_equal(proof.nfindings, 2);
	assert_int_equal(proof.findings->flaw, YZ_DMN_OUTSIDE);
	assert_int_equal(proof.findings->rule, 1);
	assert_string_equal(written(proof.findings->value), "12");
	assert_int_equal(proof.findings->next->flaw, YZ_DMN_EMPTY);
	assert_int_equal(proof.findings->next->rule, 2);
}

TEST(what_an_input_does_not_allow_is_told_with_its_place)
{
	load("<itemDefinition name='t'><typeRef>string</typeRef><allowedValues><text>\"a\"</text></allowedValues>"
	     "</itemDefinition>\n" INPUT("s", "t"));
	with("{s: \"b\"}");
	assert_int_equal(run.nreasons, 1);
	assert_true(yz_str_eqz(run.reasons->place.where, "input data s"));
	assert_int_equal(run.reasons->place.line, 3);
}
