/* SPDX-License-Identifier: Apache-2.0 */
#include "life.h"

#define MODEL(top, body) OPEN top "<process id=\"p\" isExecutable=\"true\">" body "</process></definitions>"
#define MSG                                                                                                            \
	"<message id=\"m\" name=\"paid\"/><message id=\"m2\" name=\"late\"/><signal id=\"g\" name=\"go\"/><signal "    \
	"id=\"g2\" name=\"no\"/>"
#define CATCH(id, def) "<intermediateCatchEvent id=\"" id "\">" def "</intermediateCatchEvent>"
#define THROW(id, def) "<intermediateThrowEvent id=\"" id "\">" def "</intermediateThrowEvent>"
#define BOUNDARY(id, on, how, def)                                                                                     \
	"<boundaryEvent id=\"" id "\" attachedToRef=\"" on "\" cancelActivity=\"" how "\">" def "</boundaryEvent>"
#define ON_MSG(ref) "<messageEventDefinition messageRef=\"" ref "\"/>"
#define ON_SIG(ref) "<signalEventDefinition signalRef=\"" ref "\"/>"
#define ON_COND(when)                                                                                                  \
	"<conditionalEventDefinition><condition" FORMAL ">" when "</condition></conditionalEventDefinition>"
#define ON_ERR(ref) "<errorEventDefinition errorRef=\"" ref "\"/>"
#define ON_ESC(ref) "<escalationEventDefinition escalationRef=\"" ref "\"/>"
#define COMP "<compensateEventDefinition/>"
#define ERRS "<error id=\"er\" errorCode=\"E1\"/><escalation id=\"es\" escalationCode=\"S1\"/>"
/* An event subprocess with one task. */
#define ON(id, start_attrs, def, task)                                                                                 \
	"<subProcess id=\"" id "\" triggeredByEvent=\"true\"><startEvent id=\"" id "s\" " start_attrs ">" def          \
	"</startEvent>" TASK(task) "<endEvent id=\"" id "e\"/>" FLOW(id "1", id "s", task)                             \
		FLOW(id "2", task, id "e") "</subProcess>"

static void message(const char *name, uint32_t id, const char *payload)
{
	must((struct yz_bpmn_event){.kind = YZ_BPMN_MESSAGE, .id = id, .name = yz_str(name), .value = json(payload)});
}

static void signal_(const char *name)
{
	must((struct yz_bpmn_event){.kind = YZ_BPMN_SIGNAL, .name = yz_str(name)});
}

TEST(a_message_is_awaited_with_its_key_and_its_payload_kept)
{
	load(MODEL(MSG, BEGIN CATCH("c", "<messageEventDefinition messageRef=\"m\" yz:key=\"no\"/>") TASK("z")
				FLOW("1", "s", "c") FLOW("2", "c", "z")));
	start("{\"no\":\"A7\"}");
	assert_string_equal(said(), "await c paid");
	assert_true(yz_str_eqz(effect(YZ_BPMN_MESSAGE_AWAITED, 0)->key, "A7"));
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_MESSAGE, .name = YZ_LIT("other")}));
	assert_int_equal(err.code, YZ_NOT_NOW);
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_MESSAGE, .id = 99, .name = YZ_LIT("paid")}));
	assert_int_equal(err.code, YZ_CONFLICT);
	message("paid", at("c"), "{\"sum\":12.50}");
	assert_string_equal(said(), "deaf c; open z");
	assert_string_equal(var("sum"), "12.50");
}

TEST(a_send_task_and_a_throw_send_with_key_and_payload)
{
	load(MODEL(
		MSG,
		"<dataObject id=\"o\" name=\"doc\"/>" BEGIN
		"<sendTask id=\"a\" messageRef=\"m\" yz:key=\"doc\"/><intermediateThrowEvent id=\"b\"><dataInput "
		"id=\"i\" name=\"x\"/>"
		"<dataInputAssociation><sourceRef>o</sourceRef><targetRef>i</targetRef></dataInputAssociation>" ON_MSG(
			"m2") "</intermediateThrowEvent>" TASK("z") FLOW("1", "s", "a") FLOW("2", "a", "b")
			FLOW("3", "b", "z")));
	start("{\"doc\":\"D1\"}");
	assert_string_equal(said(), "send a paid; send b late; open z");
	assert_true(yz_str_eqz(effect(YZ_BPMN_MESSAGE_SENT, 0)->key, "D1"));
	struct yz_feel_value v = effect(YZ_BPMN_MESSAGE_SENT, 1)->value;
	assert_true(v.kind == YZ_FEEL_CONTEXT && yz_feel_get(v, YZ_LIT("x")));
}

TEST(a_boundary_message_interrupts_or_adds)
{
	load(MODEL(MSG, BEGIN TASK("a") BOUNDARY("b", "a", "true", ON_MSG("m")) BOUNDARY(
				"n", "a", "false", ON_MSG("m2")) TASK("x") TASK("y") TASK("z") FLOW("1", "s", "a")
				FLOW("2", "a", "z") FLOW("3", "b", "x") FLOW("4", "n", "y")));
	start("{}");
	assert_string_equal(said(), "await b paid; await n late; open a");
	message("late", 0, "{}");
	assert_string_equal(said(), "open y");
	message("late", 0, "{}");
	assert_string_equal(said(), "open y");
	message("paid", 0, "{}");
	assert_string_equal(said(), "gone a; deaf b; deaf n; open x");
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_MESSAGE, .name = YZ_LIT("late")}));
	life = NULL;
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "deaf b; deaf n; open z");
}

TEST(a_receive_task_is_done_by_its_message)
{
	load(MODEL(MSG, BEGIN "<receiveTask id=\"r\" messageRef=\"m\" yz:result=\"got\"/>" TASK("z") FLOW("1", "s", "r")
				FLOW("2", "r", "z")));
	start("{}");
	assert_string_equal(said(), "await r paid");
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = at("r")}));
	assert_int_equal(err.code, YZ_CONFLICT);
	message("paid", 0, "{\"n\":1}");
	assert_string_equal(said(), "deaf r; open z");
	assert_string_equal(var("got"), "{\"n\":1}");
}

TEST(an_event_gateway_takes_what_comes_first)
{
	const char *xml =
		MODEL(MSG, BEGIN "<eventBasedGateway id=\"g1\"/>" CATCH("c", ON_MSG("m")) CATCH("d", ON_SIG("g"))
				   TASK("x") TASK("y") FLOW("1", "s", "g1") FLOW("2", "g1", "c") FLOW("3", "g1", "d")
					   FLOW("4", "c", "x") FLOW("5", "d", "y"));
	load(xml);
	start("{}");
	assert_string_equal(said(), "await c paid");
	signal_("go");
	assert_string_equal(said(), "deaf c; open y");
	life = NULL;
	start("{}");
	message("paid", 0, "{}");
	assert_string_equal(said(), "deaf c; open x");
}

TEST(receive_tasks_stand_behind_an_event_gateway)
{
	load(MODEL(MSG, BEGIN "<eventBasedGateway id=\"g1\"/><receiveTask id=\"r\" messageRef=\"m\"/><receiveTask "
			      "id=\"q\" messageRef=\"m2\"/>" TASK("x") TASK("y") FLOW("1", "s", "g1") FLOW(
				      "2", "g1", "r") FLOW("3", "g1", "q") FLOW("4", "r", "x") FLOW("5", "q", "y")));
	start("{}");
	assert_string_equal(said(), "await r paid; await q late");
	message("late", 0, "{}");
	assert_string_equal(said(), "deaf r; deaf q; open y");
}

TEST(a_process_begins_with_one_of_its_events)
{
	load(MODEL(MSG, "<eventBasedGateway id=\"g1\" instantiate=\"true\" eventGatewayType=\"Parallel\"/>" CATCH(
				"c", ON_MSG("m")) CATCH("d", ON_MSG("m2")) TASK("x") TASK("y") FLOW("2", "g1", "c")
				FLOW("3", "g1", "d") FLOW("4", "c", "x") FLOW("5", "d", "y")));
	size_t n;
	const struct yz_bpmn_start *st = yz_bpmn_starts(model, &n);
	assert_int_equal(n, 2);
	assert_int_equal(st[1].trigger, YZ_BPMN_ON_MESSAGE);
	assert_true(yz_str_eqz(st[1].name, "late"));
	/* A parallel gateway wants its other events too. */
	must((struct yz_bpmn_event){.kind = YZ_BPMN_START, .node = st[1].node});
	assert_string_equal(said(), "await c paid; await d late; deaf d; open y");
	message("paid", 0, "{}");
	assert_string_equal(said(), "deaf c; open x");
}

TEST(starts_tell_what_to_watch)
{
	load(MODEL(MSG,
		   "<startEvent id=\"a\">" ON_MSG("m") "</startEvent><startEvent id=\"b\">" ON_SIG(
			   "g") "</startEvent><startEvent id=\"c\"><timerEventDefinition><timeCycle" FORMAL
				">R/P1D</timeCycle></timerEventDefinition></startEvent><startEvent id=\"d\">" ON_COND(
					"x > 1") "</startEvent>" TASK("t") END FLOW("1", "a", "t") FLOW("2", "b", "t")
					FLOW("3", "c", "t") FLOW("4", "d", "t") FLOW("5", "t", "e")));
	static const char *const names[] = {"paid", "go", "R/P1D", "x > 1"};
	size_t n;
	const struct yz_bpmn_start *st = yz_bpmn_starts(model, &n);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(st[i].trigger, i);
		assert_true(yz_str_eqz(st[i].name, names[i]));
		life = NULL;
		must((struct yz_bpmn_event){.kind = YZ_BPMN_START, .node = st[i].node});
		assert_string_equal(said(), "open t");
	}
}

TEST(a_signal_is_heard_by_all_who_listen)
{
	load(MODEL(MSG, BEGIN "<parallelGateway id=\"f\"/>" CATCH("c", ON_SIG("g")) TASK("a") BOUNDARY(
				"b", "a", "true", ON_SIG("g")) THROW("t", ON_SIG("g")) TASK("x") TASK("y") TASK("z")
				FLOW("1", "s", "f") FLOW("2", "f", "t") FLOW("3", "f", "c") FLOW("4", "f", "a")
					FLOW("5", "c", "x") FLOW("6", "b", "y") FLOW("7", "t", "z")));
	start("{}");
	/* It is thrown last, though its path came first: the others listen by then. */
	assert_string_equal(said(), "open a; signal t go; gone a; open x; open z; open y");
}

TEST(parallel_multiple_wants_all_multiple_any)
{
	load(MODEL(MSG, BEGIN "<intermediateCatchEvent id=\"c\" parallelMultiple=\"true\">" ON_SIG("g") ON_MSG(
				"m") "</intermediateCatchEvent>" TASK("z") FLOW("1", "s", "c") FLOW("2", "c", "z")));
	start("{}");
	message("paid", 0, "{\"a\":1}");
	assert_string_equal(said(), "");
	signal_("go");
	assert_string_equal(said(), "deaf c; open z");
	assert_string_equal(var("a"), "1");
	load(MODEL(MSG, BEGIN CATCH("c", ON_SIG("g") ON_MSG("m")) TASK("z") FLOW("1", "s", "c") FLOW("2", "c", "z")));
	start("{}");
	message("paid", 0, "{}");
	assert_string_equal(said(), "deaf c; open z");
}

TEST(links_join_two_ends_by_name_or_target)
{
	load(MODEL("",
		   BEGIN THROW("t", "<linkEventDefinition name=\"L\"/>") CATCH("c", "<linkEventDefinition name=\"L\"/>")
			   TASK("z") FLOW("1", "s", "t") FLOW("2", "c", "z")));
	start("{}");
	assert_string_equal(said(), "open z");
	load(MODEL("", BEGIN THROW("t", "<linkEventDefinition id=\"l1\"><target>l2</target></linkEventDefinition>")
			       CATCH("c", "<linkEventDefinition id=\"l2\"><source>l1</source></linkEventDefinition>")
				       TASK("z") FLOW("1", "s", "t") FLOW("2", "c", "z")));
	start("{}");
	assert_string_equal(said(), "open z");
}

#define SUB(inside) "<subProcess id=\"sub\">" inside "</subProcess>"

TEST(an_error_climbs_to_the_event_subprocess_then_the_boundary)
{
	load(MODEL(ERRS, BEGIN SUB("<scriptTask id=\"s2\"/>" TASK("a") "<endEvent id=\"bad\">" ON_ERR(
				 "er") "</endEvent>" FLOW("11", "s2", "bad") FLOW("12", "s2", "a")
					   ON("v", "", ON_ERR("er"), "mend")) BOUNDARY("b", "sub", "true", ON_ERR("er"))
				 TASK("z") TASK("n") FLOW("1", "s", "sub") FLOW("2", "sub", "n") FLOW("3", "b", "z")));
	/* An end event asks for a start event: this one has none, so it is rejected, and says so. */
	assert_true(yz_bpmn_count(model, YZ_BPMN_REJECT) > 0);
	load(MODEL(ERRS,
		   BEGIN SUB("<startEvent id=\"s2\"/>" TASK("a") "<endEvent id=\"bad\">" ON_ERR(
			   "er") "</endEvent>" FLOW("11", "s2", "bad") FLOW("12", "s2", "a") FLOW("13", "a", "bad")
				     ON("v", "", ON_ERR("er"), "mend")) BOUNDARY("b", "sub", "true", ON_ERR("er"))
			   TASK("z") TASK("n") FLOW("1", "s", "sub") FLOW("2", "sub", "n") FLOW("3", "b", "z")));
	start("{}");
	assert_string_equal(said(), "open mend"); /* the token of `a` was still on its way */
	done("mend", "{}");
	assert_string_equal(said(), "open n");
	load(MODEL(ERRS, BEGIN SUB("<startEvent id=\"s2\"/>" TASK("a") "<endEvent id=\"bad\">" ON_ERR(
				 "er") "</endEvent>" FLOW("12", "s2", "a") FLOW("13", "a", "bad"))
				 BOUNDARY("b", "sub", "true", ON_ERR("er")) TASK("z") TASK("n") FLOW("1", "s", "sub")
					 FLOW("2", "sub", "n") FLOW("3", "b", "z")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "open z");
}

TEST(an_escalation_may_leave_its_source_running)
{
	load(MODEL(ERRS, BEGIN SUB("<scriptTask id=\"s2\"/>" THROW("t", ON_ESC("es")) TASK("a") FLOW("11", "s2", "t")
					   FLOW("12", "t", "a")) BOUNDARY("b", "sub", "false", ON_ESC("es")) TASK("z")
				 TASK("n") FLOW("1", "s", "sub") FLOW("2", "sub", "n") FLOW("3", "b", "z")));
	start("{}");
	assert_string_equal(said(), "open a; open z");
	load(MODEL(ERRS, BEGIN TASK("a") BOUNDARY("b", "a", "false", ON_ESC("es")) TASK("z") FLOW("1", "s", "a")
				 FLOW("3", "b", "z")));
	start("{}");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_ESCALATE, .id = at("a"), .name = YZ_LIT("S1")});
	assert_string_equal(said(), "open z");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_ESCALATE, .id = at("a"), .name = YZ_LIT("other")});
	assert_string_equal(said(), "escalated a other");
	assert_int_not_equal(at("a"), 0);
}

TEST(an_event_subprocess_interrupts_or_runs_beside)
{
	load(MODEL(MSG, BEGIN TASK("a") FLOW("1", "s", "a") ON("v", "isInterrupting=\"false\"", ON_MSG("m"), "x")
				ON("w", "", ON_SIG("g"), "y")));
	start("{}");
	assert_string_equal(said(), "await vs paid; open a");
	message("paid", 0, "{}");
	message("paid", 0, "{}");
	assert_string_equal(said(), "open x");
	signal_("go");
	assert_string_equal(said(), "gone a; gone x; gone x; deaf vs; open y");
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_MESSAGE, .name = YZ_LIT("paid")}));
	signal_("go"); /* heard by nobody now */
	assert_string_equal(said(), "");
	done("y", "{}");
	assert_string_equal(said(), "ended we");
}

TEST(conditions_fire_when_they_become_true)
{
	load(MODEL("",
		   BEGIN TASK("a") BOUNDARY("b", "a", "false", ON_COND("n > 2")) CATCH("c", ON_COND("done")) TASK("x")
			   TASK("y") FLOW("1", "s", "a") FLOW("2", "s", "c") FLOW("3", "b", "x") FLOW("4", "c", "y")));
	start("{\"n\":1}");
	assert_string_equal(said(), "open a");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_SET, .value = json("{\"n\":3}")});
	assert_string_equal(said(), "open x");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_SET, .value = json("{\"n\":4}")});
	assert_string_equal(said(), ""); /* still true: not again */
	must((struct yz_bpmn_event){.kind = YZ_BPMN_SET, .value = json("{\"n\":0}")});
	must((struct yz_bpmn_event){.kind = YZ_BPMN_SET, .value = json("{\"n\":5,\"done\":true}")});
	assert_string_equal(said(), "open y; open x");
}

/* Two activities with their undoing, then compensation. */
#define UNDO(throw)                                                                                                    \
	MODEL("", BEGIN TASK("a") BOUNDARY("ba", "a", "true", COMP) TASK("b")                                          \
			  BOUNDARY("bb", "b", "true",                                                                  \
				   COMP) "<userTask id=\"ua\" yz:post=\"x\" isForCompensation=\"true\"/><userTask "    \
					 "id=\"ub\" yz:post=\"x\" "                                                    \
					 "isForCompensation=\"true\"/><association sourceRef=\"ba\" "                  \
					 "targetRef=\"ua\"/><association sourceRef=\"bb\" "                            \
					 "targetRef=\"ub\"/>" throw TASK("z") FLOW("1", "s", "a") FLOW("2", "a", "b")  \
						 FLOW("3", "b", "t") FLOW("4", "t", "z"))

TEST(compensation_undoes_the_last_first_and_waits)
{
	load(UNDO(THROW("t", COMP)));
	start("{}");
	done("a", "{}");
	done("b", "{}");
	assert_string_equal(said(), "open ub");
	done("ub", "{}");
	assert_string_equal(said(), "open ua");
	done("ua", "{}");
	assert_string_equal(said(), "open z");
	size_t n;
	yz_bpmn_tokens(model, life, arena, &n);
	assert_int_equal(n, 1);
}

TEST(compensation_of_one_activity_and_without_waiting)
{
	load(UNDO(THROW("t", "<compensateEventDefinition activityRef=\"a\"/>")));
	start("{}");
	done("a", "{}");
	done("b", "{}");
	assert_string_equal(said(), "open ua");
	done("ua", "{}");
	assert_string_equal(said(), "open z");
	load(UNDO(THROW("t", "<compensateEventDefinition waitForCompletion=\"false\"/>")));
	start("{}");
	done("a", "{}");
	done("b", "{}");
	assert_string_equal(said(), "open ub; open z");
	done("z", "{}");
	assert_string_equal(said(), ""); /* the undoing keeps the process open */
	done("ub", "{}");
	done("ua", "{}");
	assert_string_equal(said(), "ended");
}

TEST(a_finished_subprocess_is_undone_from_within)
{
	load(MODEL("", BEGIN SUB("<scriptTask id=\"s2\"/>" TASK("a") BOUNDARY(
			       "ba", "a", "true", COMP) "<userTask id=\"ua\" yz:post=\"x\" "
							"isForCompensation=\"true\"/><association sourceRef=\"ba\" "
							"targetRef=\"ua\"/>" FLOW("11", "s2", "a")) THROW("t", COMP)
			       TASK("z") FLOW("1", "s", "sub") FLOW("2", "sub", "t") FLOW("3", "t", "z")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "open ua");
	done("ua", "{}");
	assert_string_equal(said(), "open z");
}

TEST(nothing_to_undo_passes_at_once)
{
	load(MODEL("", BEGIN THROW("t", COMP) TASK("z") FLOW("1", "s", "t") FLOW("2", "t", "z")));
	start("{}");
	assert_string_equal(said(), "open z");
}

TEST(a_cancelled_transaction_undoes_what_it_did)
{
	load(MODEL("", BEGIN "<transaction id=\"tr\"><startEvent id=\"s2\"/>" TASK("a") TASK("other") BOUNDARY(
			       "ba", "a", "true",
			       COMP) "<userTask id=\"ua\" yz:post=\"x\" isForCompensation=\"true\"/><association "
				     "sourceRef=\"ba\" targetRef=\"ua\"/>"
				     "<endEvent id=\"e2\"><cancelEventDefinition/></endEvent>" FLOW(
					     "11", "s2", "a") FLOW("12", "a", "e2") FLOW("13", "s2", "other")
					     FLOW("14", "other", "e2") "</transaction>" BOUNDARY(
						     "b", "tr", "true", "<cancelEventDefinition/>") TASK("x") TASK("z")
						     FLOW("1", "s", "tr") FLOW("2", "tr", "z") FLOW("3", "b", "x")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "gone other; open ua");
	done("ua", "{}");
	assert_string_equal(said(), "open x");
	size_t n;
	yz_bpmn_tokens(model, life, arena, &n);
	assert_int_equal(n, 1);
}

#define COMPLEX                                                                                                        \
	MODEL("", BEGIN TASK("a") TASK("b")                                                                            \
			  TASK("c") "<complexGateway id=\"x\"><activationCondition" FORMAL                             \
				    ">activationCount >= 2</activationCondition></complexGateway>" TASK("z")           \
					    FLOW("1", "s", "a") FLOW("2", "s", "b") FLOW("3", "s", "c")                \
						    FLOW("4", "a", "x") FLOW("5", "b", "x") FLOW("6", "c", "x")        \
							    FLOW("7", "x", "z"))

TEST(a_complex_gateway_fires_at_two_of_three_and_swallows_the_third)
{
	load(COMPLEX);
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "");
	done("c", "{}");
	assert_string_equal(said(), "open z");
	done("b", "{}");
	assert_string_equal(said(), "");
	done("z", "{}");
	assert_string_equal(said(), "ended");
}

TEST(what_undoes_is_stopped_with_its_compensation)
{
	load(MODEL(MSG, BEGIN SUB("<scriptTask id=\"s2\"/>" TASK("a") BOUNDARY(
				"ba", "a", "true", COMP) "<userTask id=\"ua\" yz:post=\"x\" "
							 "isForCompensation=\"true\"/><association sourceRef=\"ba\" "
							 "targetRef=\"ua\"/>" FLOW("11", "s2", "a")) THROW("t", COMP)
				TASK("z") FLOW("1", "s", "sub") FLOW("2", "sub", "t") FLOW("3", "t", "z")
					ON("w", "", ON_SIG("g"), "y")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "open ua");
	signal_("go");
	assert_string_equal(said(), "gone ua; open y");
	done("y", "{}");
	assert_string_equal(said(), "ended we");
}

TEST(facts_that_changed_are_looked_at_with_set)
{
	load(MODEL("", BEGIN CATCH("c", ON_COND("paid")) TASK("z") FLOW("1", "s", "c") FLOW("2", "c", "z")));
	start("{}");
	env.facts = json("{\"paid\":true}");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_SET});
	assert_string_equal(said(), "open z");
}
