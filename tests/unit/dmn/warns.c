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
