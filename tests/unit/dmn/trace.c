/* What an evaluation says of itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/dmn/decide.h"

#include "fmt/json.h"

static const char grant[] = INPUT("年龄", "number") INPUT(
	"户籍",
	"string") "<decision id='档' name='档次'><variable name='档次'/>"
		  "<informationRequirement><requiredInput href='#年龄'/></informationRequirement>" TEXT(
			  "if 年龄 &gt;= 80 then \"高\" else \"低\"") "</decision>"
								      "<decision id='d' name='资格'><variable "
								      "name='资格'/>" NEEDS("年龄") NEEDS("户籍") NEEDS_DECISION(
									      "档") "<decisionTable hitPolicy='FIRST'>"
										    "<input "
										    "label='年龄'><inputExpression "
										    "typeRef='number'><text>年龄</"
										    "text></inputExpression></input>"
										    "<input "
										    "label='户籍'><inputExpression "
										    "typeRef='string'><text>户籍</"
										    "text></inputExpression></input>"
										    "<input "
										    "label='档次'><inputExpression><"
										    "text>档次</text></"
										    "inputExpression></input>"
										    "<output name='结果'/><annotation "
										    "name='依据'/>"
										    "<rule "
										    "id='r1'><description>外地</"
										    "description>" CELL("-") CELL("not("
														  "\"本"
														  "市\""
														  ")") CELL("-") OUT(
											    "\"不符合\"") "<annotationE"
													  "ntry><text>"
													  "第三条</"
													  "text></"
													  "annotationEn"
													  "try></rule>"
													  "<rule "
													  "id='r2'"
													  ">" CELL("&gt"
														   ";= "
														   "80") CELL(
														  "\"本"
														  "市\""
														  ", "
														  "\"本"
														  "县"
														  "\"") CELL("\"高\"")
														  OUT("\"符合\"") "<annotationEntry><text>第四条</text></annotationEntry></rule>"
																  "<rule id='r3'>" CELL(
																	  "[60..80)")
																	  CELL("-") CELL(
																		  "-")
																		  OUT("\"部分符合\"") "</rule>"
																				      "</decisionTable></decision>";

static const char *text_of(enum yz_feel_lang lang)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	for (const struct yz_dmn_trace *t = eval.trace; t; t = t->next)
		yz_dmn_trace_text(t, lang, &b);
	return b.ptr ? b.ptr : "";
}

static const char *json_of(void)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	yz_dmn_trace_json(eval.trace, &b);
	if (!yz_json_read(arena, yz_buf_str(&b), NULL, &err))
		fail_msg("%s: %s in %s", err.where, err.msg, b.ptr);
	return b.ptr;
}

static const char *explain(const char *name, const char *facts, enum yz_feel_lang lang)
{
	with(facts);
	eval.explain = true;
	yz_dmn_decide(&eval, node(name));
	return text_of(lang);
}

TEST(an_explanation_is_in_the_words_of_the_model)
{
	load(grant);
	assert_string_equal(explain("资格", "{年龄: 83, 户籍: \"本市\"}", YZ_FEEL_ZH),
			    "决策“资格” = \"符合\"\n"
			    "  决策“档次” = \"高\"\n"
			    "    if 年龄 >= 80 then \"高\" else \"低\" = \"高\"\n"
			    "  因为规则 2：年龄 >= 80（实际 83），户籍属于 \"本市\", \"本县\"（实际 \"本市\"），档次为 "
			    "\"高\"；依据：第四条\n");
	assert_string_equal(explain("资格", "{年龄: 70, 户籍: \"外地\"}", YZ_FEEL_EN),
			    "decision \"资格\" = \"不符合\"\n"
			    "  decision \"档次\" = \"低\"\n"
			    "    if 年龄 >= 80 then \"高\" else \"低\" = \"低\"\n"
			    "  because of rule 1 (外地): 户籍 not(\"本市\") (it is \"外地\"); 依据: 第三条\n");
	assert_string_equal(explain("资格", "{年龄: 5, 户籍: \"本市\"}", YZ_FEEL_ZH),
			    "决策“资格”没有值（决策表中没有一条规则符合）\n"
			    "  决策“档次” = \"低\"\n"
			    "    if 年龄 >= 80 then \"高\" else \"低\" = \"低\"\n");
}

TEST(possible_rules_are_told_while_facts_are_missing)
{
	load(grant);
	with("{户籍: \"本市\"}");
	eval.explain = eval.missing_unknown = true;
	yz_dmn_decide(&eval, node("资格"));
	assert_string_equal(
		text_of(YZ_FEEL_ZH),
		"决策“资格”尚不能确定，取决于“年龄”\n"
		"  决策“档次”尚不能确定，取决于“年龄”\n"
		"    if 年龄 >= 80 then \"高\" else \"低\"尚不能确定，取决于“年龄”\n"
		"  仍有可能：规则 2：年龄 >= 80（尚不知道），户籍属于 \"本市\", \"本县\"（实际 \"本市\"），档次为 "
		"\"高\"（尚不知道）；依据：第四条\n"
		"  或者规则 3：年龄属于 [60..80)（尚不知道）\n");
	size_t n;
	const struct yz_dmn_row *rows = yz_dmn_possible(eval.trace, &n);
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].rule, 2);
	assert_int_equal(rows[1].rule, 3);
	assert_int_equal(rows[1].truth, YZ_DMN_POSSIBLE);
	with("{户籍: \"外地\"}");
	eval.explain = eval.missing_unknown = true;
	assert_string_equal(written(yz_dmn_decide(&eval, node("资格"))), "\"不符合\"");
	assert_null(yz_dmn_possible(eval.trace, &n));
	assert_int_equal(n, 0);
}

TEST(json_holds_the_same)
{
	load(grant);
	explain("资格", "{年龄: 60, 户籍: \"本市\"}", YZ_FEEL_EN);
	assert_string_equal(
		json_of(),
		"{\"decision\":\"资格\",\"id\":\"d\",\"line\":4,\"value\":\"部分符合\",\"table\":{\"policy\":\"FIRST\","
		"\"inputs\":[{\"text\":\"年龄\",\"value\":60},{\"text\":\"户籍\",\"value\":\"本市\"},"
		"{\"text\":\"档次\",\"value\":\"低\"}],\"outputs\":[\"结果\"],\"notes\":[\"依据\"],\"rules\":["
		"{\"rule\":3,\"id\":\"r3\",\"matches\":true,\"counts\":true,\"cells\":["
		"{\"text\":\"[60..80)\",\"holds\":true},{\"text\":\"-\",\"holds\":true},{\"text\":\"-\",\"holds\":true}"
		"],"
		"\"outputs\":[{\"text\":\"\\\"部分符合\\\"\",\"value\":\"部分符合\"}],\"notes\":[\"\"]}]},"
		"\"steps\":[{\"decision\":\"档次\",\"id\":\"档\",\"line\":4,\"value\":\"低\","
		"\"text\":\"if 年龄 >= 80 then \\\"高\\\" else \\\"低\\\"\"}]}");
	explain("资格", "{年龄: 1}", YZ_FEEL_EN);
	const struct yz_json *j = yz_json_read(arena, yz_str(json_of()), NULL, &err);
	assert_int_equal(yz_json_len(yz_json_path(j, "table/rules")), 1);
	explain("资格", "{年龄: 1, 户籍: \"本县\"}", YZ_FEEL_EN);
	j = yz_json_read(arena, yz_str(json_of()), NULL, &err);
	/* 本县 is not 本市: rule 1 counts. */
	assert_true(yz_json_is(yz_json_path(j, "table/rules/0/counts"), YZ_JSON_TRUE));
	explain("资格", "{年龄: 1, 户籍: \"本市\"}", YZ_FEEL_EN);
	j = yz_json_read(arena, yz_str(json_of()), NULL, &err);
	assert_int_equal(yz_json_len(yz_json_path(j, "table/rules")), 3);
	assert_true(yz_json_is(yz_json_path(j, "table/rules/1/cells/0/holds"), YZ_JSON_FALSE));
	assert_true(yz_str_eqz(yz_json_str(j, "reason"), "no rule of the decision table matches"));
}

TEST(calls_branches_and_entries_are_steps)
{
	load(INPUT("x", "number") "<businessKnowledgeModel id='f' name='f'><variable "
				  "name='f'/><encapsulatedLogic><formalParameter name='n'/>" TEXT(
					  "n * 2") "</encapsulatedLogic></businessKnowledgeModel>" DECISION("d",
													    NEEDS("x") KNOWS("f") "<context><contextEntry><variable name='a'/><invocation>" TEXT("f") "<binding><parameter name='n'/>" TEXT(
														    "x") "</binding></invocation></contextEntry>"
															 "<contextEntry><conditional><if>" TEXT("a &gt; 3") "</if><then>" TEXT(
																 "\"big\"") "</then><else>" TEXT("\"small\"") "</else></conditional></contextEntry></context>"));
	assert_string_equal(explain("d", "{x: 2}", YZ_FEEL_EN), "decision \"d\" = \"big\"\n"
								"  a = 4\n"
								"    knowledge model \"f\" = 4\n"
								"      n = 2\n"
								"      n * 2 = 4\n"
								"  a > 3 = true\n"
								"  the condition holds = \"big\"\n"
								"    \"big\" = \"big\"\n");
	assert_non_null(strstr(json_of(), "\"steps\":[{\"entry\":\"n\",\"value\":2}]"));
	assert_non_null(strstr(json_of(), "{\"branch\":\"then\",\"value\":\"big\",\"text\":\"\\\"big\\\"\"}"));
}

TEST(defaults_sums_and_refusals_are_explained)
{
	load(INPUT("x", "number") DECISION(
		"d", NEEDS("x") "<decisionTable hitPolicy='COLLECT' aggregation='SUM'>"
				"<input><inputExpression><text>x</text></inputExpression><inputValues><text>&gt; "
				"0</text></inputValues></input>"
				"<output><defaultOutputEntry><text>0</text></defaultOutputEntry></output>" RULE(
					"&gt; 1", "10") RULE("&gt; 2", "20") "</decisionTable>"));
	assert_string_equal(explain("d", "{x: 3}", YZ_FEEL_EN), "decision \"d\" = 30\n"
								"  because of rule 1: x > 1 (it is 3)\n"
								"  and rule 2: x > 2 (it is 3)\n");
	assert_string_equal(explain("d", "{x: 1}", YZ_FEEL_ZH), "决策“d” = 0\n"
								"  没有一条规则符合，取默认值\n");
	assert_string_equal(explain("d", "{x: -1}", YZ_FEEL_ZH), "决策“d”没有值（“x”不允许取值 -1）\n");
}

TEST(explaining_changes_nothing_but_the_trace)
{
	load(grant);
	decide("资格", "{年龄: 5}");
	size_t reasons = run.nreasons;
	uint64_t steps = run.steps;
	explain("资格", "{年龄: 5}", YZ_FEEL_EN);
	assert_int_equal(run.nreasons, reasons);
	assert_true(run.steps == steps);
	with("{年龄: 5}");
	yz_dmn_decide(&eval, node("资格"));
	assert_null(eval.trace);
	/* An input is not decided. */
	assert_string_equal(explain("年龄", "{年龄: 5}", YZ_FEEL_EN), "");
	assert_string_equal(json_of(), "null");
}

TEST(a_trace_of_endless_calls_ends)
{
	load("<businessKnowledgeModel id='f' name='f'><variable name='f'/><encapsulatedLogic><formalParameter "
	     "name='n'/>" TEXT("n * 2") "</encapsulatedLogic></businessKnowledgeModel>" DECISION(
		     "d", KNOWS("f") TEXT("sum(for i in 1..50000 return f(i))")));
	explain("d", "", YZ_FEEL_EN);
	assert_string_equal(written(eval.trace->value), "2500050000");
	size_t calls = 0;
	for (const struct yz_dmn_trace *t = eval.trace->child->child; t; t = t->next)
		calls++;
	assert_true(calls > 1000 && calls < 20000);
}
