/* SPDX-License-Identifier: Apache-2.0 */
#include "life.h"

#define TIMER(kind, text) "<timerEventDefinition><" kind FORMAL ">" text "</" kind "></timerEventDefinition>"
#define WAIT(kind, text)                                                                                               \
	PROCESS(BEGIN "<intermediateCatchEvent id=\"t\">" TIMER(kind, text) "</intermediateCatchEvent>" TASK("z")      \
			FLOW("1", "s", "t") FLOW("2", "t", "z"))

static void time_is(const char *iso)
{
	assert_true(yz_instant_parse(yz_str(iso), &env.now));
}

static void tick(void)
{
	must((struct yz_bpmn_event){.kind = YZ_BPMN_TICK});
}

static uint32_t timer(void)
{
	size_t n;
	const struct yz_bpmn_timer *t = yz_bpmn_timers(model, life, arena, &n);
	return n ? t[0].id : 0;
}

TEST(a_duration_runs_from_now_and_not_before_its_end)
{
	load(WAIT("timeDuration", "PT90M"));
	start("{}");
	assert_string_equal(said(), "timer t 2026-03-02T02:30:00Z");
	uint32_t id = timer();
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_TIMER, .id = id}));
	assert_int_equal(err.code, YZ_NOT_NOW);
	tick();
	assert_string_equal(said(), "");
	time_is("2026-03-02T02:30:00Z");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_TIMER, .id = id});
	assert_string_equal(said(), "open z");
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_TIMER, .id = id}));
	assert_int_equal(err.code, YZ_CONFLICT);
}

static const char *due_of(const char *xml, const char *vars)
{
	load(xml);
	env.calendar = yz_calendar_new(arena, YZ_SHANGHAI);
	start(vars);
	char *buf = yz_alloc(arena, 32);
	const struct yz_bpmn_effect *e = effect(YZ_BPMN_TIMER_SET, 0);
	return e ? yz_instant_print(e->due, buf) : "none";
}

TEST(times_come_in_every_form_the_standard_knows)
{
	assert_string_equal(due_of(WAIT("timeDuration", "P1DT2H"), "{}"), "2026-03-03T03:00:00Z");
	assert_string_equal(due_of(WAIT("timeDuration", "P1M"), "{}"), "2026-04-02T01:00:00Z");
	assert_string_equal(due_of(WAIT("timeDate", "2026-05-01T09:00:00+08:00"), "{}"), "2026-05-01T01:00:00Z");
	assert_string_equal(due_of(WAIT("timeDate", "2026-05-01"), "{}"), "2026-04-30T16:00:00Z");
	assert_string_equal(due_of(WAIT("timeDuration", "=span"), "{\"span\":\"PT1S\"}"), "2026-03-02T01:00:01Z");
	assert_string_equal(due_of(WAIT("timeDate", "=day"), "{\"day\":{\"@\":\"date\",\"text\":\"2026-05-01\"}}"),
			    "2026-04-30T16:00:00Z");
	assert_string_equal(due_of(WAIT("timeDuration", "duration(\"PT2S\")"), "{}"), "2026-03-02T01:00:02Z");
}

TEST(working_periods_run_in_the_calendar)
{
	/* Monday 2 March: five working days end on Monday 9 at 24:00. */
	assert_string_equal(due_of(WAIT("timeDuration", "P5WD"), "{}"), "2026-03-09T16:00:00Z");
	assert_string_equal(due_of(WAIT("timeDuration", "PT4WH"), "{}"),
			    "2026-03-02T06:30:00Z"); /* 9-12 and 13:30-14:30 */
	load(WAIT("timeDuration", "P5WD"));
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START}));
	assert_int_equal(err.code, YZ_BAD_INPUT);
	assert_non_null(strstr(err.msg, "there is no calendar"));
}

TEST(what_is_no_time_fails_the_step)
{
	load(WAIT("timeDuration", "=span"));
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START, .value = json("{\"span\":\"soon\"}")}));
	assert_int_equal(err.code, YZ_BAD_INPUT);
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START, .value = json("{\"span\":7}")}));
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START, .value = json("{\"span\":\"R100001/PT1S\"}")}));
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START, .value = json("{\"span\":\"P201Y\"}")}));
}

#define REMIND(cycle, how)                                                                                             \
	PROCESS(BEGIN TASK("a") "<boundaryEvent id=\"b\" attachedToRef=\"a\" cancelActivity=\"" how "\">" TIMER(       \
		"timeCycle", cycle) "</boundaryEvent><sendTask id=\"m\" messageRef=\"x\"/>" TASK("z")                  \
			FLOW("1", "s", "a") FLOW("2", "a", "z") FLOW("3", "b", "m"))

TEST(a_cycle_fires_as_often_as_it_says)
{
	load(REMIND("R2/PT1H", "false"));
	start("{}");
	assert_string_equal(said(), "timer b 2026-03-02T02:00:00Z; open a");
	time_is("2026-03-02T02:00:00Z");
	tick();
	assert_string_equal(said(), "timer b 2026-03-02T03:00:00Z; send m x");
	time_is("2026-03-02T03:10:00Z");
	tick();
	assert_string_equal(said(), "send m x");
	assert_int_equal(timer(), 0);
	done("a", "{}");
	assert_string_equal(said(), "open z");
}

TEST(a_counted_cycle_catches_up_an_endless_one_does_not)
{
	load(REMIND("R3/PT1H", "false"));
	start("{}");
	time_is("2026-03-03T01:00:00Z");
	tick();
	assert_string_equal(said(),
			    "timer b 2026-03-02T03:00:00Z; send m x; timer b 2026-03-02T04:00:00Z; send m x; send m x");
	load(REMIND("R/PT1H", "false"));
	start("{}");
	time_is("2026-03-03T01:30:00Z");
	tick();
	assert_string_equal(said(), "timer b 2026-03-03T02:00:00Z; send m x");
	done("a", "{}");
	assert_string_equal(said(), "clear b; open z");
}

TEST(a_cycle_of_working_days_falls_on_each)
{
	load(REMIND("R3/P1WD", "false"));
	env.calendar = yz_calendar_new(arena, YZ_SHANGHAI);
	time_is("2026-03-05T01:00:00Z"); /* Thursday */
	start("{}");
	assert_string_equal(said(), "timer b 2026-03-06T16:00:00Z; open a");
	time_is("2026-03-06T16:00:00Z");
	tick();
	assert_string_equal(said(), "timer b 2026-03-09T16:00:00Z; send m x");
}

TEST(an_interrupting_timer_takes_the_task)
{
	load(REMIND("R3/PT1H", "true"));
	start("{}");
	time_is("2026-03-02T05:00:00Z");
	tick();
	assert_string_equal(said(), "gone a; send m x; ended");
}

TEST(a_task_in_time_clears_its_timers)
{
	load(PROCESS(BEGIN "<subProcess id=\"sub\"><scriptTask id=\"s2\"/>" TASK("a") FLOW(
		"11", "s2", "a") "</subProcess><boundaryEvent id=\"b\" "
				 "attachedToRef=\"sub\">" TIMER("timeDuration", "P1D") "</boundaryEvent>" TASK("late")
					 TASK("z") FLOW("1", "s", "sub") FLOW("2", "sub", "z") FLOW("3", "b", "late")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "clear b; open z");
	life = NULL;
	start("{}");
	time_is("2026-03-04T01:00:00Z");
	tick();
	assert_string_equal(said(), "gone a; open late");
}

TEST(a_timer_of_an_event_subprocess_runs_beside)
{
	load(PROCESS(BEGIN TASK("a") "<subProcess id=\"v\" triggeredByEvent=\"true\"><startEvent id=\"vs\" "
				     "isInterrupting=\"false\">" TIMER("timeDuration", "PT1M") "</startEvent>" TASK(
					     "x") "<endEvent id=\"ve\"/>" FLOW("v1", "vs", "x")
					     FLOW("v2", "x", "ve") "</subProcess>" FLOW("1", "s", "a")));
	start("{}");
	assert_string_equal(said(), "timer vs 2026-03-02T01:01:00Z; open a");
	time_is("2026-03-02T01:02:00Z");
	tick();
	assert_string_equal(said(), "open x");
	done("a", "{}");
	done("x", "{}");
	assert_string_equal(said(), "ended ve");
}

TEST(timers_fire_in_the_order_of_their_instants)
{
	load(PROCESS(BEGIN "<intermediateCatchEvent id=\"t\">" TIMER(
		"timeDuration", "PT2H") "</intermediateCatchEvent><intermediateCatchEvent "
					"id=\"u\">" TIMER("timeDuration", "PT1H") "</intermediateCatchEvent>" TASK("x")
						TASK("y") FLOW("1", "s", "t") FLOW("2", "s", "u") FLOW("3", "t", "x")
							FLOW("4", "u", "y")));
	start("{}");
	time_is("2026-03-03T00:00:00Z");
	tick();
	assert_string_equal(said(), "open y; open x");
}

TEST(instances_that_finish_leave_no_timers)
{
	load(PROCESS(BEGIN
		     "<subProcess id=\"sub\"><multiInstanceLoopCharacteristics><loopCardinality" FORMAL
		     ">2</loopCardinality></multiInstanceLoopCharacteristics><scriptTask id=\"s2\"/>" TASK("a")
			     FLOW("11", "s2",
				  "a") "<subProcess id=\"v\" triggeredByEvent=\"true\"><startEvent id=\"vs\" "
				       "isInterrupting=\"false\">" TIMER("timeDuration", "P1D") "</startEvent>" TASK(
					       "x") "<endEvent id=\"ve\"/>" FLOW("v1", "vs", "x")
					       FLOW("v2", "x", "ve") "</subProcess></subProcess>" TASK("z")
						       FLOW("1", "s", "sub") FLOW("2", "sub", "z")));
	start("{}");
	done("a", "{}");
	assert_string_equal(said(), "clear vs");
	done("a", "{}");
	assert_string_equal(said(), "clear vs; open z");
	assert_int_equal(timer(), 0);
}
