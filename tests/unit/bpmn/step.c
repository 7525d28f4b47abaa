/* SPDX-License-Identifier: Apache-2.0 */
#include "life.h"

TEST(tasks_follow_one_another_to_the_end_event)
{
	load(PROCESS(START TASK("a") TASK("b") END FLOW("1", "s", "a") FLOW("2", "a", "b") FLOW("3", "b", "e")));
	start("{}");
	assert_string_equal(said(), "open a");
	done("a", "{}");
	assert_string_equal(said(), "open b");
	done("b", "{\"note\":\"好\"}");
	assert_string_equal(said(), "ended e");
	assert_true(yz_str_eqz(effect(YZ_BPMN_ENDED, 0)->name, "办结"));
	assert_true(yz_bpmn_ended(life));
	assert_int_equal(yz_bpmn_outcome(life), YZ_BPMN_COMPLETED);
	assert_string_equal(var("note"), "\"好\"");
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_TICK}));
	assert_int_equal(err.code, YZ_NOT_NOW);
}

TEST(an_opened_task_says_all_the_host_needs)
{
	load(PROCESS(BEGIN "<userTask id=\"a\" name=\"审核\" yz:org=\"=unit\" yz:post=\"reviewer\" yz:limit=\"P5WD\">"
			   "<documentation>看材料</documentation></userTask>" FLOW("1", "s", "a")));
	start("{\"unit\":\"住建局\"}");
	const struct yz_bpmn_effect *e = effect(YZ_BPMN_TASK_OPENED, 0);
	assert_true(yz_str_eqz(e->node->name, "审核"));
	assert_true(yz_str_eqz(e->node->documentation, "看材料"));
	assert_int_equal(e->nattrs, 3);
	assert_true(yz_str_eqz(e->attrs[0].name, "org") && yz_str_eqz(e->attrs[0].value, "住建局"));
	assert_true(yz_str_eqz(yz_bpmn_attr(e->node, "limit"), "P5WD"));
	assert_null(yz_bpmn_attr(e->node, "form").ptr);
}

TEST(a_task_that_is_gone_is_a_conflict_and_changes_nothing)
{
	load(PROCESS(START TASK("a") TASK("b") END FLOW("1", "s", "a") FLOW("2", "a", "b") FLOW("3", "b", "e")));
	start("{}");
	uint32_t id = at("a");
	done("a", "{}");
	const struct yz_bpmn_state *was = life;
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = id}));
	assert_int_equal(err.code, YZ_CONFLICT);
	assert_ptr_equal(life, was);
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START}));
	assert_int_equal(err.code, YZ_NOT_NOW);
	life = NULL;
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_TICK}));
	assert_int_equal(err.code, YZ_NOT_NOW);
}

#define CHOICE                                                                                                         \
	PROCESS(BEGIN TASK("a") "<exclusiveGateway id=\"x\" default=\"no\"/>" TASK("yes") TASK("never")                \
			FLOW("1", "s", "a") FLOW("2", "a", "x")                                                        \
				FLOW_IF("go", "x", "yes", "amount &lt; 100 and approved") FLOW("no", "x", "never"))

TEST(an_exclusive_gateway_takes_the_first_true_flow_or_the_default)
{
	load(CHOICE);
	start("{\"amount\":5}");
	done("a", "{\"approved\":true}");
	assert_string_equal(said(), "open yes");
	load(CHOICE);
	start("{\"amount\":100}");
	done("a", "{\"approved\":true}");
	assert_string_equal(said(), "open never");
	load(CHOICE);
	start("{}"); /* null is not true */
	done("a", "{\"approved\":true}");
	assert_string_equal(said(), "open never");
}

TEST(without_a_way_out_the_step_fails_and_nothing_happened)
{
	load(PROCESS(BEGIN TASK("a") "<exclusiveGateway id=\"x\"/>" TASK("b") TASK("c") FLOW("1", "s", "a")
			     FLOW("2", "a", "x") FLOW_IF("3", "x", "b", "v = 1") FLOW_IF("4", "x", "c", "v = 2")));
	start("{}");
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = at("a"), .value = json("{\"v\":3}")}));
	assert_int_equal(err.code, YZ_BAD_INPUT);
	assert_non_null(strstr(err.msg, "exclusiveGateway \"x\""));
	done("a", "{\"v\":2}");
	assert_string_equal(said(), "open c");
}

TEST(facts_stand_behind_the_variables)
{
	load(CHOICE);
	env.facts = json("{\"amount\":5,\"approved\":false}");
	start("{}");
	done("a", "{\"approved\":true}");
	assert_string_equal(said(), "open yes");
	assert_string_equal(var("amount"), "null");
}

TEST(a_parallel_join_waits_for_all)
{
	load(PROCESS(BEGIN "<parallelGateway id=\"f\"/>" TASK("a") TASK("b") "<parallelGateway id=\"j\"/>" TASK("c")
			     FLOW("1", "s", "f") FLOW("2", "f", "a") FLOW("3", "f", "b") FLOW("4", "a", "j")
				     FLOW("5", "b", "j") FLOW("6", "j", "c")));
	start("{}");
	assert_string_equal(said(), "open a; open b");
	done("b", "{}");
	assert_string_equal(said(), "");
	size_t n;
	const struct yz_bpmn_token *t = yz_bpmn_tokens(model, life, arena, &n);
	assert_int_equal(n, 2);
	assert_int_equal(t[1].kind, YZ_BPMN_AT_JOIN);
	done("a", "{}");
	assert_string_equal(said(), "open c");
}

#define OR                                                                                                             \
	PROCESS(BEGIN "<inclusiveGateway id=\"f\"/>" TASK("a") TASK("b")                                               \
			TASK("c") "<inclusiveGateway id=\"j\"/>" TASK("z") FLOW("1", "s", "f")                         \
				FLOW_IF("2", "f", "a", "x") FLOW_IF("3", "f", "b", "y") FLOW_IF("4", "f", "c", "w")    \
					FLOW("5", "a", "j") FLOW("6", "b", "j") FLOW("7", "c", "j")                    \
						FLOW("8", "j", "z"))

TEST(an_inclusive_join_waits_for_what_can_still_come_and_no_more)
{
	load(OR);
	start("{\"x\":true,\"y\":true,\"w\":false}");
	assert_string_equal(said(), "open a; open b");
	done("a", "{}");
	assert_string_equal(said(), "");
	done("b", "{}");
	assert_string_equal(said(), "open z");
	load(OR);
	start("{\"x\":false,\"y\":false,\"w\":true}");
	done("c", "{}");
	assert_string_equal(said(), "open z");
}

TEST(an_inclusive_join_waits_for_a_token_that_loops_back)
{
	load(PROCESS(BEGIN "<parallelGateway id=\"f\"/>" TASK("a") TASK(
		"b") "<exclusiveGateway id=\"x\" default=\"on\"/>"
		     "<inclusiveGateway id=\"j\"/>" TASK("z") FLOW("1", "s", "f") FLOW("2", "f", "a")
			     FLOW("3", "f", "b") FLOW("4", "a", "j") FLOW("5", "b", "x")
				     FLOW_IF("back", "x", "b", "again") FLOW("on", "x", "j") FLOW("8", "j", "z")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "");
	done("b", "{\"again\":true}");
	assert_string_equal(said(), "open b");
	done("b", "{\"again\":false}");
	assert_string_equal(said(), "open z");
}

TEST(an_act_is_called_and_its_answer_goes_on)
{
	load(PROCESS(START "<serviceTask id=\"a\" yz:act=\"issue\" yz:result=\"licence\"/>" END FLOW("1", "s", "a")
			     FLOW("2", "a", "e")));
	start("{}");
	assert_string_equal(said(), "act a issue");
	done("a", "{\"no\":\"7\"}");
	assert_string_equal(said(), "ended e");
	assert_string_equal(var("licence"), "{\"no\":\"7\"}");
}

TEST(an_error_of_a_task_is_caught_at_its_boundary)
{
	load(OPEN
	     "<error id=\"er\" errorCode=\"NO_MONEY\"/><process id=\"p\" isExecutable=\"true\">" START
	     "<serviceTask id=\"a\" yz:act=\"pay\"/><boundaryEvent id=\"b\" attachedToRef=\"a\"><errorEventDefinition "
	     "errorRef=\"er\"/></boundaryEvent><boundaryEvent id=\"any\" "
	     "attachedToRef=\"a\"><errorEventDefinition/></boundaryEvent>" TASK("mend") TASK("other")
		     END FLOW("1", "s", "a") FLOW("2", "a", "e") FLOW("3", "b", "mend") FLOW("4", "any", "other")
			     FLOW("5", "mend", "e") FLOW("6", "other", "e") "</process></definitions>");
	start("{}");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_ERROR, .id = at("a"), .name = YZ_LIT("NO_MONEY")});
	assert_string_equal(said(), "gone a; open mend");
	life = NULL;
	start("{}");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_ERROR, .id = at("a"), .name = YZ_LIT("ELSE")});
	assert_string_equal(said(), "gone a; open other");
}

TEST(an_error_nobody_catches_fails_the_instance)
{
	load(PROCESS(BEGIN TASK("a") TASK("b") FLOW("1", "s", "a") FLOW("2", "s", "b")));
	start("{}");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_ERROR, .id = at("a"), .name = YZ_LIT("X")});
	assert_string_equal(said(), "gone a; gone b; ended failed a X");
	assert_int_equal(yz_bpmn_outcome(life), YZ_BPMN_FAILED);
}

#define SIGN(kind, completion)                                                                                         \
	PROCESS(START "<userTask id=\"a\" yz:person=\"=who\"><multiInstanceLoopCharacteristics isSequential=\"" kind   \
		      "\" yz:each=\"signers\" yz:as=\"who\">" completion                                               \
		      "</multiInstanceLoopCharacteristics></userTask>" END FLOW("1", "s", "a") FLOW("2", "a", "e"))
#define HALF                                                                                                           \
	"<completionCondition" FORMAL ">numberOfCompletedInstances / numberOfInstances >= 0.5</completionCondition>"

TEST(countersigning_opens_one_task_for_each_and_waits_for_all)
{
	load(SIGN("false", ""));
	start("{\"signers\":[\"甲\",\"乙\",\"丙\"]}");
	assert_string_equal(said(), "open a 1/3; open a 2/3; open a 3/3");
	assert_true(yz_str_eqz(effect(YZ_BPMN_TASK_OPENED, 1)->attrs[0].value, "乙"));
	must((struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = task_nth("a", 1)});
	assert_string_equal(said(), "");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = task_nth("a", 1)});
	must((struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = task_nth("a", 0)});
	assert_string_equal(said(), "ended e");
}

TEST(a_share_that_signed_is_enough)
{
	load(SIGN("false", HALF));
	start("{\"signers\":[\"甲\",\"乙\",\"丙\",\"丁\"]}");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = task_nth("a", 3)});
	assert_string_equal(said(), "");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = task_nth("a", 0)});
	assert_string_equal(said(), "gone a; gone a; ended e");
}

static void add(const char *value)
{
	must((struct yz_bpmn_event){.kind = YZ_BPMN_ADD, .id = task_nth("a", 0), .value = json(value)});
}

TEST(a_signer_is_added_and_another_dropped)
{
	load(SIGN("false", ""));
	start("{\"signers\":[\"甲\",\"乙\"]}");
	add("\"丙\"");
	assert_string_equal(said(), "open a 3/3");
	assert_true(yz_str_eqz(effect(YZ_BPMN_TASK_OPENED, 0)->attrs[0].value, "丙"));
	must((struct yz_bpmn_event){.kind = YZ_BPMN_DROP, .id = task_nth("a", 1)});
	assert_string_equal(said(), "gone a");
	done("a", "{}");
	done("a", "{}");
	assert_string_equal(said(), "ended e");
	load(SIGN("true", ""));
	start("{\"signers\":[\"甲\",\"乙\"]}");
	add("\"丙\"");
	assert_string_equal(said(), "");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_DROP, .id = task_nth("a", 0)});
	assert_string_equal(said(), "gone a; open a 2/3");
	done("a", "{}");
	assert_true(yz_str_eqz(effect(YZ_BPMN_TASK_OPENED, 0)->attrs[0].value, "丙"));
	/* The last one dropped: nobody is waited for. */
	must((struct yz_bpmn_event){.kind = YZ_BPMN_DROP, .id = task_nth("a", 0)});
	assert_string_equal(said(), "gone a; ended e");
	load(PROCESS(BEGIN TASK("a") FLOW("1", "s", "a")));
	start("{}");
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_DROP, .id = at("a")}));
	assert_int_equal(err.code, YZ_NOT_NOW);
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_ADD, .id = 77}));
	assert_int_equal(err.code, YZ_CONFLICT);
}

TEST(signing_in_turn_opens_one_at_a_time)
{
	load(SIGN("true", ""));
	start("{\"signers\":[\"甲\",\"乙\"]}");
	assert_string_equal(said(), "open a 1/2");
	done("a", "{}");
	assert_string_equal(said(), "open a 2/2");
	assert_true(yz_str_eqz(effect(YZ_BPMN_TASK_OPENED, 0)->attrs[0].value, "乙"));
	done("a", "{}");
	assert_string_equal(said(), "ended e");
}

TEST(nobody_to_sign_is_through_at_once_and_no_list_is_an_error)
{
	load(SIGN("false", ""));
	start("{\"signers\":[]}");
	assert_string_equal(said(), "ended e");
	life = NULL;
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START, .value = json("{\"signers\":3}")}));
	assert_int_equal(err.code, YZ_BAD_INPUT);
}

TEST(results_of_instances_are_gathered_in_their_order)
{
	load(PROCESS(
		"<dataObject id=\"ids\" isCollection=\"true\"/><dataObject id=\"votes\" isCollection=\"true\"/>" START
		"<userTask id=\"a\" "
		"yz:post=\"x\"><multiInstanceLoopCharacteristics><loopDataInputRef>ids</loopDataInputRef>"
		"<loopDataOutputRef>votes</loopDataOutputRef><inputDataItem id=\"one\" name=\"who\"/><outputDataItem "
		"id=\"vote\"/>"
		"</multiInstanceLoopCharacteristics></userTask>" END FLOW("1", "s", "a") FLOW("2", "a", "e")));
	start("{\"ids\":[10,20,30]}");
	for (int i = 2; i >= 0; i--)
		must((struct yz_bpmn_event){.kind = YZ_BPMN_DONE,
					    .id = task_nth("a", (size_t)i),
					    .value = json(i == 0   ? "{\"vote\":\"x\"}"
							  : i == 1 ? "{\"vote\":\"y\"}"
								   : "{\"vote\":\"z\"}")});
	assert_string_equal(said(), "ended e");
	assert_string_equal(var("votes"), "[\"x\",\"y\",\"z\"]");
}

TEST(a_loop_repeats_while_its_condition_holds)
{
	load(PROCESS(START "<userTask id=\"a\" yz:post=\"x\"><standardLoopCharacteristics><loopCondition" FORMAL
			   ">not(ok)</loopCondition>"
			   "</standardLoopCharacteristics></userTask>" END FLOW("1", "s", "a") FLOW("2", "a", "e")));
	start("{}");
	done("a", "{\"ok\":false}");
	assert_string_equal(said(), "open a 2/0");
	done("a", "{\"ok\":true}");
	assert_string_equal(said(), "ended e");
}

TEST(a_process_that_runs_in_circles_is_stopped)
{
	load(PROCESS(BEGIN "<scriptTask id=\"a\"><script>{n: 1}</script></scriptTask>" FLOW("1", "s", "a")
			     FLOW("2", "a", "a")));
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START}));
	assert_int_equal(err.code, YZ_LIMIT);
	env.steps = 5;
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START}));
	assert_non_null(strstr(err.msg, "more than 5 tokens"));
	load(PROCESS(START "<scriptTask id=\"a\"><standardLoopCharacteristics><loopCondition" FORMAL
			   ">true</loopCondition>"
			   "</standardLoopCharacteristics><script>{n: 1}</script></scriptTask>" END FLOW("1", "s", "a")
				   FLOW("2", "a", "e")));
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START}));
	assert_int_equal(err.code, YZ_LIMIT);
}

TEST(a_task_sent_back_goes_on_where_it_is_told)
{
	load(PROCESS(BEGIN TASK("a") "<parallelGateway id=\"f\"/>" TASK(
		"b") "<subProcess id=\"sub\"><startEvent id=\"s2\"/>" TASK("c") "<endEvent id=\"e2\"/>" FLOW("11", "s2",
													     "c")
			     FLOW("12", "c", "e2") "</subProcess>" FLOW("1", "s", "a") FLOW("2", "a", "f")
				     FLOW("3", "f", "b") FLOW("4", "f", "sub")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "open b; open c");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_JUMP, .id = at("b"), .node = yz_bpmn_node(model, YZ_LIT("a"))});
	assert_string_equal(said(), "gone b; open a");
	/* Out of a subprocess the whole of it is left. */
	must((struct yz_bpmn_event){.kind = YZ_BPMN_JUMP, .id = at("c"), .node = yz_bpmn_node(model, YZ_LIT("b"))});
	assert_string_equal(said(), "gone c; open b");
	assert_int_equal(at("sub"), 0);
	assert_false(step(
		(struct yz_bpmn_event){.kind = YZ_BPMN_JUMP, .id = at("b"), .node = yz_bpmn_node(model, YZ_LIT("c"))}));
	assert_int_equal(err.code, YZ_NOT_NOW);
	assert_false(step(
		(struct yz_bpmn_event){.kind = YZ_BPMN_JUMP, .id = at("b"), .node = yz_bpmn_node(model, YZ_LIT("p"))}));
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_JUMP, .id = at("b")}));
}

TEST(a_subprocess_has_variables_of_its_own)
{
	load(PROCESS(BEGIN "<subProcess id=\"sub\"><property id=\"mine\"/><startEvent id=\"s2\"/><scriptTask "
			   "id=\"c\"><script>{mine: 1, ours: "
			   "2}</script></scriptTask>" TASK("t") FLOW("11", "s2", "c")
				   FLOW("12", "c", "t") "<endEvent id=\"e2\"/>" FLOW("13", "t",
										     "e2") "</subProcess>" TASK("z")
					   FLOW("1", "s", "sub") FLOW("2", "sub", "z")));
	start("{}");
	assert_string_equal(var("ours"), "2");
	assert_string_equal(var("mine"), "null");
	done("t", "{}");
	assert_string_equal(said(), "open z");
}

TEST(processes_and_global_tasks_of_the_model_are_called)
{
	load(OPEN
	     "<process id=\"p\" isExecutable=\"true\">" START
	     "<callActivity id=\"c\" calledElement=\"q\"/><callActivity id=\"g\" "
	     "calledElement=\"gt\"/><callActivity id=\"x\" calledElement=\"elsewhere\"/>" END FLOW("1", "s", "c")
		     FLOW("2", "c", "g") FLOW("3", "g", "x")
			     FLOW("4", "x", "e") "</process><process id=\"q\" isExecutable=\"true\"><startEvent "
						 "id=\"qs\"/>" TASK("t") "<endEvent id=\"qe\"/>" FLOW("q1", "qs", "t")
							 FLOW("q2", "t", "qe") "</process><globalUserTask id=\"gt\" "
									       "yz:post=\"clerk\"/></definitions>");
	start("{}");
	assert_string_equal(said(), "open t");
	done("t", "{}");
	assert_string_equal(said(), "open g");
	assert_true(yz_str_eqz(effect(YZ_BPMN_TASK_OPENED, 0)->attrs[0].value, "clerk"));
	done("g", "{}");
	assert_string_equal(said(), "call x elsewhere");
	done("x", "{}");
	assert_string_equal(said(), "ended e");
}

TEST(scripts_are_feel)
{
	load(PROCESS(START "<scriptTask id=\"a\"><script>{total: n + 1, words: [\"a\", n]}</script></scriptTask>"
			   "<scriptTask id=\"b\" yz:result=\"twice\"><script>total * 2</script></scriptTask>" END FLOW(
				   "1", "s", "a") FLOW("2", "a", "b") FLOW("3", "b", "e")));
	start("{\"n\":4}");
	assert_string_equal(said(), "ended e");
	assert_string_equal(var("total"), "5");
	assert_string_equal(var("words"), "[\"a\",4]");
	assert_string_equal(var("twice"), "10");
}

TEST(names_of_data_come_before_built_in_functions_and_may_hold_spaces)
{
	load(PROCESS(
		"<property id=\"sum\"/><dataObject id=\"o\" name=\"fee to pay\"/>" BEGIN
		"<scriptTask id=\"a\" yz:result=\"ok\"><script>sum &lt; 100 and fee to pay > 1</script></scriptTask>"
		"<scriptTask id=\"b\" yz:result=\"large\"><script>[1, 5, 9][item > least]</script></scriptTask>"
		"<scriptTask id=\"c\" yz:result=\"any\"><script>some x in large satisfies x = "
		"wanted</script></scriptTask>" TASK("z") FLOW("1", "s", "a") FLOW("2", "a", "b") FLOW("3", "b", "c")
			FLOW("4", "c", "z")));
	start("{\"sum\":5,\"fee to pay\":2,\"least\":4,\"wanted\":9}");
	assert_string_equal(var("ok"), "true");
	assert_string_equal(var("large"), "[5,9]");
	assert_string_equal(var("any"), "true");
}

static enum yz_bpmn_did decide(void *ctx, const struct yz_bpmn_node *node, struct yz_str decision,
			       struct yz_feel_value vars, struct yz_arena *a, struct yz_feel_value *out,
			       struct yz_str *code)
{
	assert_true(yz_str_eqz(decision, "资格"));
	assert_non_null(yz_feel_get(vars, YZ_LIT("age")));
	*out = yz_feel_bool(true);
	*code = YZ_LIT("UNFIT");
	return ctx ? YZ_BPMN_DID_ERROR : YZ_BPMN_DID;
}

TEST(a_rule_is_decided_by_the_host_or_opens_as_a_task)
{
	const char *xml = PROCESS(
		BEGIN "<businessRuleTask id=\"a\" yz:decision=\"资格\" yz:result=\"fit\"/><boundaryEvent id=\"b\" "
		      "attachedToRef=\"a\"><errorEventDefinition/></boundaryEvent>" TASK("z") TASK("no")
			      FLOW("1", "s", "a") FLOW("2", "a", "z") FLOW("3", "b", "no"));
	load(xml);
	env.decide = decide;
	start("{\"age\":70}");
	assert_string_equal(said(), "open z");
	assert_string_equal(var("fit"), "true");
	life = NULL;
	env.ctx = &env;
	start("{\"age\":70}");
	assert_string_equal(said(), "open no");
	load(xml);
	start("{}");
	assert_string_equal(said(), "open a");
}

TEST(quantities_of_tokens_are_kept)
{
	load(PROCESS(START "<userTask id=\"a\" yz:post=\"x\" completionQuantity=\"3\"/><userTask id=\"b\" "
			   "yz:post=\"x\" startQuantity=\"2\"/>" END FLOW("1", "s", "a") FLOW("2", "a", "b")
				   FLOW("3", "b", "e")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "open b");
	done("b", "{}");
	assert_string_equal(said(), ""); /* one token waits for another that never comes */
}

#define ADHOC(attrs, more)                                                                                             \
	PROCESS(START "<adHocSubProcess id=\"h\" " attrs ">" TASK("a") TASK("b") more                                  \
		"</adHocSubProcess>" END FLOW("1", "s", "h") FLOW("2", "h", "e"))

TEST(an_ad_hoc_subprocess_runs_all_or_what_is_picked)
{
	load(ADHOC("ordering=\"Sequential\"", ""));
	start("{}");
	assert_string_equal(said(), "open a");
	done("a", "{}");
	assert_string_equal(said(), "open b");
	done("b", "{}");
	assert_string_equal(said(), "ended e");
	load(ADHOC("", "<completionCondition" FORMAL ">enough</completionCondition>"));
	start("{}");
	assert_string_equal(said(), "open a; open b");
	done("b", "{\"enough\":true}");
	assert_string_equal(said(), "gone a; ended e");
	load(ADHOC("yz:start=\"choose\"", ""));
	start("{}");
	assert_string_equal(said(), "adhoc h");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_PICK, .id = at("h"), .node = yz_bpmn_node(model, YZ_LIT("b"))});
	assert_string_equal(said(), "open b");
	done("b", "{}");
	assert_string_equal(said(), "");
	assert_false(step(
		(struct yz_bpmn_event){.kind = YZ_BPMN_PICK, .id = at("h"), .node = yz_bpmn_node(model, YZ_LIT("e"))}));
	must((struct yz_bpmn_event){.kind = YZ_BPMN_PICK, .id = at("h"), .node = yz_bpmn_node(model, YZ_LIT("b"))});
	must((struct yz_bpmn_event){.kind = YZ_BPMN_FINISH, .id = at("h")});
	assert_string_equal(said(), ""); /* what was begun is finished first */
	assert_false(step(
		(struct yz_bpmn_event){.kind = YZ_BPMN_PICK, .id = at("h"), .node = yz_bpmn_node(model, YZ_LIT("b"))}));
	assert_int_equal(err.code, YZ_CONFLICT);
	done("b", "{}");
	assert_string_equal(said(), "ended e");
}

TEST(termination_takes_everything)
{
	load(PROCESS(START TASK("a") TASK("b") "<endEvent id=\"e\"><terminateEventDefinition/></endEvent>" FLOW(
		"1", "s", "a") FLOW("2", "s", "b") FLOW("3", "a", "e") FLOW("4", "b", "e")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "gone b; ended stopped e");
	life = NULL;
	start("{}");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_TERMINATE});
	assert_string_equal(said(), "gone a; gone b; ended stopped");
}

TEST(data_associations_carry_values_in_and_out)
{
	load(PROCESS("<dataObject id=\"o1\" name=\"form\"/><dataObject id=\"o2\" name=\"answer\"/>" START
		     "<userTask id=\"a\" yz:post=\"x\"><ioSpecification><dataInput id=\"i\" name=\"in\"/><dataOutput "
		     "id=\"o\" name=\"out\"/><inputSet>"
		     "<dataInputRefs>i</dataInputRefs></inputSet><outputSet><dataOutputRefs>o</dataOutputRefs></"
		     "outputSet></ioSpecification>"
		     "<dataInputAssociation><sourceRef>o1</sourceRef><targetRef>i</targetRef></dataInputAssociation>"
		     "<dataOutputAssociation><sourceRef>o</sourceRef><targetRef>o2</targetRef><transformation>out * "
		     "2</transformation>"
		     "</dataOutputAssociation></userTask>" END FLOW("1", "s", "a") FLOW("2", "a", "e")));
	start("{\"form\":{\"n\":3}}");
	struct yz_feel_value inputs = effect(YZ_BPMN_TASK_OPENED, 0)->value;
	assert_int_equal(inputs.kind, YZ_FEEL_CONTEXT);
	assert_non_null(yz_feel_get(inputs, YZ_LIT("in")));
	done("a", "{\"out\":21}");
	assert_string_equal(var("answer"), "42");
}

TEST(events_are_played_by_hand_and_told)
{
	load(PROCESS(START "<userTask id=\"a\" name=\"审核\" yz:post=\"x\"/><intermediateCatchEvent "
			   "id=\"t\"><timerEventDefinition><timeDuration" FORMAL
			   ">P1WD</timeDuration></timerEventDefinition></intermediateCatchEvent>" END FLOW(
				   "1", "s", "a") FLOW("2", "a", "t") FLOW("3", "t", "e")));
	struct yz_buf out;
	yz_buf_init(&out, arena, 1 << 16);
	const struct yz_calendar *c = yz_calendar_new(arena, YZ_SHANGHAI);
	assert_true(
		yz_bpmn_play(model,
			     YZ_LIT("[{\"event\":\"start\",\"now\":\"2026-03-02T09:00:00+08:00\",\"value\":{\"n\":1}},"
				    "{\"event\":\"done\",\"at\":\"t\"},{\"event\":\"done\",\"at\":\"a\"},"
				    "{\"event\":\"timer\",\"at\":\"t\",\"now\":\"2026-03-04T00:00:00+08:00\"}]"),
			     c, &out, &err));
	assert_string_equal(out.ptr, "2026-03-02T01:00:00Z passed s\n"
				     "2026-03-02T01:00:00Z task opened a \"审核\"\n"
				     "refused: CONFLICT: nothing is open at t\n"
				     "2026-03-02T01:00:00Z passed a \"审核\"\n"
				     "2026-03-02T01:00:00Z timer set t due 2026-03-03T16:00:00Z\n"
				     "2026-03-03T16:00:00Z passed t\n"
				     "2026-03-03T16:00:00Z passed e \"办结\"\n"
				     "2026-03-03T16:00:00Z ended completed e \"办结\"\n");
	assert_false(yz_bpmn_play(model, YZ_LIT("{}"), c, &out, &err));
	assert_false(yz_bpmn_play(model, YZ_LIT("[\n{\"event\":\"dance\"}]"), c, &out, &err));
	assert_non_null(strstr(err.msg, "line 2: \"dance\""));
	assert_false(yz_bpmn_play(model, YZ_LIT("[{\"event\":\"start\",\"to\":\"nowhere\"}]"), c, &out, &err));
	assert_false(yz_bpmn_play(model, YZ_LIT("[{\"event\":\"start\"},\n{\"event\":\"done\",\"at\":\"nowhere\"}]"), c, &out, &err));
	assert_string_equal(err.msg, "line 2: there is no node \"nowhere\"");
	assert_false(yz_bpmn_play(model, YZ_LIT("[{\"event\":\"tick\",\"now\":\"noon\"}]"), c, &out, &err));
}

TEST(a_trace_names_what_was_passed)
{
	load(PROCESS(START "<exclusiveGateway id=\"x\"/>" END FLOW("1", "s", "x") FLOW("2", "x", "e")
			     FLOW_IF("3", "x", "e", "false")));
	env.trace = true;
	start("{}");
	assert_string_equal(said(), "pass s; pass x; pass e; ended e");
}

TEST(what_outgrows_a_state_is_refused)
{
	load(SIGN("false", ""));
	env.steps = 100000;
	struct yz_feel_value *items = yz_new_n(arena, 20001, struct yz_feel_value);
	struct yz_feel_entry signers = {YZ_LIT("signers"), yz_feel_list(items, 20001)};
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START, .value = yz_feel_context(arena, &signers, 1)}));
	assert_int_equal(err.code, YZ_LIMIT);
	struct yz_feel_value deep = yz_feel_int(1);
	for (int i = 0; i <= 41; i++) {
		struct yz_feel_value *one = yz_new(arena, struct yz_feel_value);
		*one = deep;
		deep = yz_feel_list(one, 1);
		signers.value = deep;
		life = NULL;
		load(PROCESS(BEGIN TASK("a") FLOW("1", "s", "a")));
		assert_int_equal(step((struct yz_bpmn_event){.kind = YZ_BPMN_START,
							     .value = yz_feel_context(arena, &signers, 1)}),
				 i < 40);
	}
	struct yz_feel_entry *many = yz_new_n(arena, 10001, struct yz_feel_entry);
	for (int i = 0; i < 10001; i++)
		many[i] = (struct yz_feel_entry){yz_str_printf(arena, "v%d", i), yz_feel_int(i)};
	load(PROCESS(BEGIN TASK("a") FLOW("1", "s", "a")));
	struct yz_bpmn_event e = {.kind = YZ_BPMN_START, .value = yz_feel_context(arena, many, 10001)};
	assert_false(yz_bpmn_step(model, arena, NULL, &e, &env, &result, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}
