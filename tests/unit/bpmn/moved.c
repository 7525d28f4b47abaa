/* SPDX-License-Identifier: Apache-2.0
 *
 * An instance moved to a newer version of its model while tasks are open: what only the newer one waits for begins then.
 */
#include "life.h"

#define MODEL(body) OPEN "<message id=\"m\" name=\"paid\"/><message id=\"m2\" name=\"late\"/><process id=\"p\" isExecutable=\"true\">" body "</process></definitions>"
#define BOUNDARY(id, on, how, def) "<boundaryEvent id=\"" id "\" attachedToRef=\"" on "\" cancelActivity=\"" how "\">" def "</boundaryEvent>"
#define CATCH(id, def) "<intermediateCatchEvent id=\"" id "\">" def "</intermediateCatchEvent>"
#define ON_MSG(ref) "<messageEventDefinition messageRef=\"" ref "\"/>"
#define ON_MSG_BY(ref, key) "<messageEventDefinition messageRef=\"" ref "\" yz:key=\"" key "\"/>"
#define ON_TIME(text) "<timerEventDefinition><timeDuration" FORMAL ">" text "</timeDuration></timerEventDefinition>"
#define ON_COND(when) "<conditionalEventDefinition><condition" FORMAL ">" when "</condition></conditionalEventDefinition>"
#define A_TO_Z BEGIN TASK("a") TASK("y") TASK("z") FLOW("1", "s", "a") FLOW("2", "a", "z")
#define PLAIN MODEL(A_TO_Z)
#define AT_BORDER(id, how, def) MODEL(A_TO_Z BOUNDARY(id, "a", how, def) FLOW("3", id, "y"))

static void time_is(const char *iso)
{
	assert_true(yz_instant_parse(yz_str(iso), &env.now));
}

static const struct yz_bpmn_state *read_with(const char *xml)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	yz_bpmn_state_write(model, life, &b);
	model = yz_bpmn_load(arena, yz_str(xml), NULL, &err);
	assert_non_null(model);
	return yz_bpmn_state_read(model, arena, yz_buf_str(&b), &err);
}

static bool try_move(const char *xml)
{
	const struct yz_bpmn *was = model;
	if (!(life = read_with(xml)))
		fail_msg("%s", err.msg);
	return step((struct yz_bpmn_event){.kind = YZ_BPMN_MOVED, .was = was});
}

static void moved(const char *xml)
{
	if (!try_move(xml))
		fail_msg("%s", err.msg);
}

static void tick(void)
{
	must((struct yz_bpmn_event){.kind = YZ_BPMN_TICK});
}

static void message(const char *name)
{
	must((struct yz_bpmn_event){.kind = YZ_BPMN_MESSAGE, .name = yz_str(name)});
}

TEST(a_time_at_the_border_of_an_open_task_runs_from_the_move)
{
	load(PLAIN);
	start("{}");
	time_is("2026-03-09T01:00:00Z");
	moved(AT_BORDER("t", "true", ON_TIME("P2D")));
	assert_string_equal(said(), "timer t 2026-03-11T01:00:00Z");
	time_is("2026-03-11T00:59:59Z");
	tick();
	assert_string_equal(said(), "");
	time_is("2026-03-11T01:00:00Z");
	tick();
	assert_string_equal(said(), "gone a; open y");
}

TEST(a_message_at_the_border_is_waited_for_from_the_move_by_its_key)
{
	load(PLAIN);
	start("{\"no\":\"A7\"}");
	moved(AT_BORDER("b", "false", ON_MSG_BY("m", "no")));
	assert_string_equal(said(), "await b paid");
	assert_true(yz_str_eqz(effect(YZ_BPMN_MESSAGE_AWAITED, 0)->key, "A7"));
	assert_int_equal(effect(YZ_BPMN_MESSAGE_AWAITED, 0)->id, at("a"));
	message("paid");
	assert_string_equal(said(), "open y");
	done("a", "{}");
	assert_string_equal(said(), "deaf b; open z");
}

TEST(what_was_waited_for_before_is_not_begun_again)
{
	load(MODEL(A_TO_Z BOUNDARY("t", "a", "false", ON_TIME("P1D")) BOUNDARY("b", "a", "false", ON_MSG("m")) FLOW("3", "t", "y") FLOW("4", "b", "y")));
	start("{}");
	assert_string_equal(said(), "timer t 2026-03-03T01:00:00Z; await b paid; open a");
	const char *longer = MODEL(A_TO_Z BOUNDARY("t", "a", "false", ON_TIME("P9D")) BOUNDARY("b", "a", "false", ON_MSG("m"))
					   FLOW("3", "t", "y") FLOW("4", "b", "y") TASK("more") FLOW("5", "z", "more"));
	moved(longer);
	assert_string_equal(said(), ""); /* it keeps its instant */
	time_is("2026-03-03T01:00:00Z");
	tick();
	assert_string_equal(said(), "open y");
	moved(MODEL(A_TO_Z BOUNDARY("t", "a", "false", ON_TIME("P9D")) BOUNDARY("b", "a", "false", ON_MSG("m")) FLOW("3", "t", "y") FLOW("4", "b", "y")));
	assert_string_equal(said(), ""); /* it has fired */
}

TEST(another_message_or_key_is_waited_for_instead)
{
	load(AT_BORDER("b", "false", ON_MSG("m")));
	start("{\"no\":\"A7\"}");
	moved(AT_BORDER("b", "false", ON_MSG("m2")));
	assert_string_equal(said(), "deaf b; await b late");
	moved(AT_BORDER("b", "false", ON_MSG_BY("m2", "no")));
	assert_string_equal(said(), "deaf b; await b late");
	assert_true(yz_str_eqz(effect(YZ_BPMN_MESSAGE_AWAITED, 0)->key, "A7"));
	message("late");
	assert_string_equal(said(), "open y");
}

TEST(what_the_newer_one_hears_no_more_there_is_waited_for_no_more)
{
	load(AT_BORDER("b", "false", ON_MSG("m")));
	start("{}");
	moved(MODEL(A_TO_Z BOUNDARY("b", "z", "false", ON_MSG("m")) FLOW("3", "b", "y")));
	assert_string_equal(said(), "deaf b");
	done("a", "{}");
	assert_string_equal(said(), "await b paid; open z");
	load(AT_BORDER("t", "false", ON_TIME("P1D")));
	start("{}");
	assert_null(read_with(MODEL(A_TO_Z BOUNDARY("t", "z", "false", ON_TIME("P1D")) FLOW("3", "t", "y"))));
	assert_non_null(strstr(err.msg, "a timer at \"t\""));
}

TEST(a_condition_that_holds_already_comes_true_with_the_move)
{
	load(PLAIN);
	start("{\"n\":3}");
	moved(AT_BORDER("c", "true", ON_COND("n > 5")));
	assert_string_equal(said(), "");
	load(PLAIN);
	start("{\"n\":7}");
	moved(AT_BORDER("c", "true", ON_COND("n > 5")));
	assert_string_equal(said(), "gone a; open y");
}

TEST(an_event_gateway_has_its_new_branch_too)
{
#define EITHER BEGIN "<eventBasedGateway id=\"g\"/>" CATCH("c", ON_MSG("m")) TASK("y") TASK("z") FLOW("1", "s", "g") FLOW("2", "g", "c") FLOW("3", "c", "z")
	load(MODEL(EITHER CATCH("d", ON_MSG("m2")) FLOW("4", "g", "d") FLOW("5", "d", "y")));
	start("{}");
	moved(MODEL(EITHER CATCH("d", ON_MSG("m2")) FLOW("4", "g", "d") FLOW("5", "d", "y") CATCH("t", ON_TIME("P1D")) FLOW("6", "g", "t")
			    FLOW("7", "t", "y") "<receiveTask id=\"r\" messageRef=\"m\"/>" FLOW("8", "g", "r") FLOW("9", "r", "z")));
	assert_string_equal(said(), "timer t 2026-03-03T01:00:00Z; await r paid");
	time_is("2026-03-03T01:00:00Z");
	tick();
	assert_string_equal(said(), "deaf c; deaf d; deaf r; open y");
}

#define GATE BEGIN "<eventBasedGateway id=\"g\"/>" TASK("y") TASK("z") FLOW("1", "s", "g")
#define BRANCH(flow, id, on, to) FLOW(flow, "g", id) FLOW(on, id, to)
#define RECEIVE(id, ref) "<receiveTask id=\"" id "\" messageRef=\"" ref "\"/>"

TEST(what_stands_behind_the_event_gateway_no_more_is_waited_for_no_more)
{
#define D_TOO CATCH("d", ON_MSG("m2")) BRANCH("4", "d", "5", "y")
	load(MODEL(GATE CATCH("c", ON_MSG("m")) BRANCH("2", "c", "3", "z") D_TOO));
	start("{}");
	assert_string_equal(said(), "await c paid; await d late");
	moved(MODEL(GATE D_TOO CATCH("t", ON_TIME("P1D")) BRANCH("2", "t", "3", "u") TASK("u") CATCH("c", ON_MSG("m"))
			    FLOW("6", "u", "c") FLOW("7", "c", "z")));
	assert_string_equal(said(), "deaf c; timer t 2026-03-03T01:00:00Z");
	message("late");
	assert_string_equal(said(), "clear t; deaf d; open y");
	load(MODEL(GATE RECEIVE("r", "m") BRANCH("2", "r", "3", "z") RECEIVE("d", "m2") BRANCH("4", "d", "5", "y")));
	start("{}");
	moved(MODEL(GATE RECEIVE("d", "m2") BRANCH("4", "d", "5", "y") CATCH("t", ON_TIME("P1D")) BRANCH("2", "t", "3", "z")));
	assert_string_equal(said(), "deaf r; timer t 2026-03-03T01:00:00Z");
}

TEST(a_receive_task_behind_the_event_gateway_that_becomes_a_catching_event_is_waited_for_once)
{
#define R_IS(how) MODEL(GATE how BRANCH("2", "r", "3", "z") CATCH("d", ON_COND("n > 5")) BRANCH("4", "d", "5", "y"))
	load(R_IS(RECEIVE("r", "m")));
	start("{}");
	moved(R_IS(CATCH("r", ON_MSG("m"))));
	assert_string_equal(said(), "deaf r; await r paid");
	moved(R_IS(RECEIVE("r", "m")));
	assert_string_equal(said(), "deaf r; await r paid");
	moved(R_IS(CATCH("r", ON_TIME("P1D"))));
	assert_string_equal(said(), "timer r 2026-03-03T01:00:00Z; deaf r");
}

TEST(what_a_parallel_event_gateway_has_heard_is_not_waited_for_again)
{
#define ALL                                                                                                            \
	BEGIN "<eventBasedGateway id=\"g\" eventGatewayType=\"Parallel\"/>" TASK("y") TASK("z") FLOW("1", "s", "g")         \
	CATCH("c", ON_MSG("m")) BRANCH("2", "c", "3", "z") D_TOO
	load(MODEL(ALL));
	start("{}");
	message("paid");
	assert_string_equal(said(), "deaf c; open z");
	moved(MODEL(ALL TASK("u") FLOW("6", "z", "u")));
	assert_string_equal(said(), "");
}

TEST(a_receive_task_waits_for_what_the_newer_one_says)
{
#define RECEIVES(ref) MODEL(BEGIN "<receiveTask id=\"r\" messageRef=\"" ref "\"/>" TASK("z") FLOW("1", "s", "r") FLOW("2", "r", "z"))
	load(RECEIVES("m"));
	start("{}");
	moved(RECEIVES("m"));
	assert_string_equal(said(), "");
	moved(RECEIVES("m2"));
	assert_string_equal(said(), "deaf r; await r late");
	message("late");
	assert_string_equal(said(), "deaf r; open z");
}

TEST(an_event_subprocess_and_a_border_around_open_tasks_begin_once)
{
#define SUB(more, inside)                                                                                              \
	MODEL(BEGIN "<subProcess id=\"h\">" TASK("a") TASK("b") inside "</subProcess>" TASK("y") TASK("z") FLOW("1", "s", "h") FLOW("2", "h", "z") more)
	load(SUB("", ""));
	start("{}");
	moved(SUB(BOUNDARY("t", "h", "true", ON_TIME("P1D")) FLOW("3", "t", "y"),
		  "<subProcess id=\"v\" triggeredByEvent=\"true\"><startEvent id=\"vs\" isInterrupting=\"false\">" ON_MSG("m") "</startEvent>" TASK(
			  "w") "<endEvent id=\"ve\"/>" FLOW("v1", "vs", "w") FLOW("v2", "w", "ve") "</subProcess>"));
	assert_string_equal(said(), "timer t 2026-03-03T01:00:00Z; await vs paid");
	message("paid");
	assert_string_equal(said(), "open w");
}

TEST(an_event_subprocess_the_newer_one_has_no_more_is_waited_for_no_more)
{
#define HEARS(id, how)                                                                                                 \
	"<subProcess id=\"v\" triggeredByEvent=\"true\"><startEvent id=\"" id "\" isInterrupting=\"" how "\">" ON_MSG("m") "</startEvent>" TASK( \
		"w") "<endEvent id=\"ve\"/>" FLOW("v1", id, "w") FLOW("v2", "w", "ve") "</subProcess>"
	load(SUB("", HEARS("vs", "false")));
	start("{}");
	moved(SUB("", HEARS("vs", "false")));
	assert_string_equal(said(), "");
	moved(SUB("", HEARS("other", "false")));
	assert_string_equal(said(), "deaf vs; await other paid");
	moved(SUB("", ""));
	assert_string_equal(said(), "deaf other");
	load(SUB("", HEARS("vs", "true")));
	start("{}");
	message("paid"); /* it has taken over, and nothing is listened for */
	moved(SUB("", HEARS("other", "true")));
	assert_string_equal(said(), "");
}

TEST(of_a_task_of_several_the_whole_waits_once)
{
#define SEVERAL(more)                                                                                                  \
	MODEL(BEGIN "<userTask id=\"a\" yz:post=\"x\" yz:each=\"[1, 2, 3]\" yz:as=\"i\"><multiInstanceLoopCharacteristics/></userTask>" TASK("y") TASK("z") \
		      FLOW("1", "s", "a") FLOW("2", "a", "z") more)
	load(SEVERAL(""));
	start("{}");
	moved(SEVERAL(BOUNDARY("t", "a", "true", ON_TIME("P1D")) FLOW("3", "t", "y")));
	assert_string_equal(said(), "timer t 2026-03-03T01:00:00Z");
	time_is("2026-03-03T01:00:00Z");
	tick();
	assert_string_equal(said(), "gone a; gone a; gone a; open y");
}

TEST(a_token_that_waited_for_a_message_and_now_for_a_time_goes_on_by_it)
{
#define WAITS(def) MODEL(BEGIN CATCH("c", def) TASK("z") FLOW("1", "s", "c") FLOW("2", "c", "z"))
	load(WAITS(ON_MSG("m")));
	start("{}");
	moved(WAITS(ON_TIME("P1D")));
	assert_string_equal(said(), "timer c 2026-03-03T01:00:00Z; deaf c");
	time_is("2026-03-03T01:00:00Z");
	tick();
	assert_string_equal(said(), "open z");
}

TEST(a_time_that_comes_to_nothing_refuses_the_move)
{
	load(PLAIN);
	start("{}");
	assert_false(try_move(AT_BORDER("t", "true", ON_TIME("=missing"))));
}
