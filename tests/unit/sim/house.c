/* People, hours, clocks and processes of a simulated house. SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

static struct yz_calendar *china(void)
{
	return yz_calendar_new(yz_arena_create(0), YZ_SHANGHAI);
}

TEST(work_rests_at_noon_at_night_and_at_the_weekend)
{
	struct house h;
	house_init(&h, ONE_STEP, china(), 1, 0, 14);
	h.kind.service.a = 8 * (double)YZ_HOUR;
	/* Friday 16:30 to 17:30, Monday 9:00 to 12:00 and 13:30 to 17:30: eight hours of office. */
	come_at(&h, (const char *[]){"2026-03-06T16:30:00+08:00"}, 1);
	struct yz_sim_report r = played(&h, 1);
	assert_int_equal(r.counted.ended, 1);
	assert_true(fabs(r.counted.whole.mean * 24 - 73) < 0.01);
	assert_true(r.counted.wait.mean == 0);
}

TEST(who_comes_at_night_waits_no_working_time)
{
	struct house h;
	house_init(&h, ONE_STEP, china(), 1, 0, 14);
	come_at(&h, (const char *[]){"2026-03-07T22:00:00+08:00", "2026-03-07T23:00:00+08:00"}, 2);
	struct yz_sim_report r = played(&h, 1);
	assert_int_equal(r.counted.ended, 2);
	assert_true(fabs(r.counted.wait.mean - 0.5) < 0.01);
	assert_int_equal(r.posts[0].queue_most, 2);
}

TEST(leave_and_own_hours_keep_a_person_away)
{
	struct house h;
	struct yz_sim_leave leave = {yz_day_from(2026, 3, 2), yz_day_from(2026, 3, 6)};
	house_init(&h, ONE_STEP, china(), 1, 0, 30);
	h.people[0].leave = &leave;
	h.people[0].nleave = 1;
	h.people[0].has_hours = true;
	h.people[0].hours[1] = (struct yz_office){.n = 1, .span = {{600, 720}}};
	come_at(&h, (const char *[]){"2026-03-02T09:00:00+08:00"}, 1);
	struct yz_sim_report r = played(&h, 1);
	/* Tuesday the 10th, 10:00 to 11:00. */
	assert_true(fabs(r.counted.whole.mean - (8 + 2.0 / 24)) < 0.001);
}

TEST(what_falls_due_first_is_taken_first_where_the_desk_does_so)
{
	static const char xml[] = HEAD "<exclusiveGateway id='g' default='2'/>" TASK("a", "yz:act='review' yz:limit='P9WD'")
		TASK("b", "yz:act='review' yz:limit='P1WD'") END FLOW("1", "s", "g") FLOW("2", "g", "a")
			FLOW_IF("3", "g", "b", "urgent") FLOW("4", "a", "e") FLOW("5", "b", "e") TAIL;
	static const char *const when[] = {"2026-03-02T09:00:00+08:00", "2026-03-02T09:10:00+08:00", "2026-03-02T09:20:00+08:00"};
	for (int order = YZ_SIM_DUE; order <= YZ_SIM_FIFO; order++) {
		struct house h;
		house_init(&h, xml, china(), 1, 0, 14);
		struct yz_feel_entry yes[] = {{YZ_LIT("urgent"), yz_feel_bool(true)}}, no[] = {{YZ_LIT("urgent"), yz_feel_bool(false)}};
		struct yz_sim_profile profiles[] = {{YZ_SIM_ANY, yz_feel_context(h.a, no, 1), false, {0}}, {YZ_SIM_ANY, yz_feel_context(h.a, yes, 1), false, {0}}};
		h.kind.profiles = profiles;
		h.kind.nprofiles = 2;
		h.post.order = (enum yz_sim_order)order;
		come_at(&h, when, 3);
		((struct yz_sim_arrival *)h.world.arrivals)[2].profile = 1;
		struct yz_sim_report r = played(&h, 1);
		const struct yz_sim_step_report *urgent = &r.steps[yz_str_eqz(r.steps[0].node, "b") ? 0 : 1];
		assert_true(yz_str_eqz(urgent->node, "b"));
		assert_true(fabs(urgent->wait.mean - (order == YZ_SIM_DUE ? 40 : 100) / 60.0) < 0.01);
		yz_arena_destroy(h.a);
	}
}

TEST(who_has_not_learnt_it_leaves_it_to_others)
{
	static const char xml[] = HEAD TASK("a", "yz:act='review'") TASK("b", "yz:act='review'") END FLOW("1", "s", "a") FLOW("2", "a", "b")
		FLOW("3", "b", "e") TAIL;
	static const struct yz_str only_a[] = {YZ_LIT("a")};
	struct house h;
	house_init(&h, xml, china(), 2, 0, 30);
	h.people[0].skills = only_a;
	h.people[0].nskills = 1;
	h.people[1].pace = 0.5;
	come_at(&h, (const char *[]){"2026-03-02T09:00:00+08:00"}, 1);
	struct yz_sim_report r = played(&h, 1);
	assert_int_equal(r.counted.ended, 1);
	/* a by the first in an hour, b by the other in two. */
	assert_true(fabs(r.counted.whole.mean * 24 - 3) < 0.01);
}

TEST(a_special_procedure_stops_the_clock_and_a_correction_begins_before_it)
{
	static const char xml[] = HEAD TASK("a", "yz:act='accept' yz:limit='P1WD'") TASK("b", "yz:act='review' yz:limit='P2WD'")
		TASK("c", "yz:act='decide'") END FLOW("1", "s", "a") FLOW("2", "a", "b") FLOW("3", "b", "c") FLOW("4", "c", "e") TAIL;
	struct house h;
	house_init(&h, xml, china(), 1, 0, 60);
	struct yz_sim_outcome mend[] = {{.name = YZ_LIT("correct"), .weight = 1, .turn = YZ_SIM_MEND, .pause = {.a = 7 * (double)YZ_DAY}}};
	struct yz_sim_outcome stop[] = {{.name = YZ_LIT("stop"), .weight = 1, .turn = YZ_SIM_STOP, .pause = {.a = 14 * (double)YZ_DAY}}};
	struct yz_sim_step steps[] = {{.node = YZ_LIT("a"), .situation = YZ_SIM_ANY, .outcomes = mend, .noutcomes = 1},
				      {.node = YZ_LIT("b"), .situation = YZ_SIM_ANY, .outcomes = stop, .noutcomes = 1}};
	h.kind.steps = steps;
	h.kind.nsteps = 2;
	h.kind.limited = true;
	h.kind.limit = 1;
	h.kind.unit = YZ_WORKING_DAYS;
	come_at(&h, (const char *[]){"2026-03-02T09:00:00+08:00"}, 1);
	struct yz_sim_report r = played(&h, 1);
	/* Three weeks on the way, and still within one working day. */
	assert_true(r.counted.whole.mean > 21 && r.counted.whole.mean < 22);
	assert_int_equal(r.counted.judged, 1);
	assert_int_equal(r.counted.on_time, 1);
	for (size_t i = 0; i < r.nsteps; i++)
		assert_true(r.steps[i].late <= 0);
	h.kind.steps = steps;
	h.kind.nsteps = 1;
	h.kind.service.a = 12 * (double)YZ_HOUR;
	r = played(&h, 1);
	assert_int_equal(r.counted.on_time, 0);
}

TEST(a_rule_decides_by_the_facts_of_each_case)
{
	static const char xml[] = HEAD TASK("a", "yz:act='accept'") TASK("b", "yz:act='decide'") "<exclusiveGateway id='g' default='no'/>"
		TASK("c", "yz:act='issue'") END FLOW("1", "s", "a") FLOW("2", "a", "b") FLOW("3", "b", "g")
			FLOW_IF("4", "g", "c", "outcome = \"grant\"") FLOW("no", "g", "e") FLOW("6", "c", "e") TAIL;
	struct house h;
	house_init(&h, xml, china(), 3, 900, 60);
	struct yz_sim_profile profiles[] = {{.situation = YZ_SIM_ANY, .opinion = YZ_LIT("grant")}, {.situation = YZ_SIM_ANY, .opinion = YZ_LIT("deny")},
					    {.situation = YZ_SIM_ANY, .refused = true}};
	h.kind.profiles = profiles;
	h.kind.nprofiles = 3;
	h.kind.ruled = true;
	struct yz_sim_report r = played(&h, 3);
	assert_int_equal(r.counted.ended, 900);
	size_t granted = 900 - r.counted.refused - r.counted.denied;
	assert_true(r.counted.refused > 240 && r.counted.denied > 240 && granted > 240);
	for (size_t i = 0; i < r.nsteps; i++)
		if (yz_str_eqz(r.steps[i].node, "c"))
			assert_int_equal(r.steps[i].wait.n, granted);
	h.kind.overrule = 1;
	struct yz_sim_report other = played(&h, 3);
	assert_int_equal(other.counted.refused, r.counted.denied + granted);
}

TEST(several_review_at_once_and_a_timer_goes_off)
{
	static const char xml[] = HEAD "<userTask id='a' yz:act='review'><multiInstanceLoopCharacteristics><loopCardinality "
		"xsi:type='tFormalExpression'>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
		"<boundaryEvent id='t' attachedToRef='a' cancelActivity='false'><timerEventDefinition><timeDuration "
		"xsi:type='tFormalExpression'>PT30M</timeDuration></timerEventDefinition></boundaryEvent>" TASK("u", "yz:act='review'") END
		"<endEvent id='e2'/>" FLOW("1", "s", "a") FLOW("2", "a", "e") FLOW("3", "t", "u") FLOW("4", "u", "e2") TAIL;
	struct house h;
	house_init(&h, xml, china(), 4, 0, 14);
	come_at(&h, (const char *[]){"2026-03-02T09:00:00+08:00"}, 1);
	struct yz_sim_report r = played(&h, 1);
	assert_int_equal(r.counted.ended, 1);
	assert_int_equal(r.nsteps, 2);
	assert_int_equal(r.steps[0].wait.n, 3);
	/* The fourth is free when the timer goes off at half past nine. */
	assert_true(fabs(r.counted.whole.mean * 24 - 1.5) < 0.01);
}

TEST(a_timer_without_an_end_ends_the_run)
{
	static const char xml[] = HEAD "<intermediateCatchEvent id='t'><timerEventDefinition><timeDuration "
		"xsi:type='tFormalExpression'>PT1S</timeDuration></timerEventDefinition></intermediateCatchEvent>"
		"<exclusiveGateway id='g' default='3'/>" TASK("a", "yz:act='review'") END FLOW("1", "s", "t") FLOW("2", "t", "g")
		FLOW("3", "g", "t") FLOW_IF("4", "g", "a", "1 = 2") FLOW("5", "a", "e") TAIL;
	struct house h;
	struct yz_sim_report r;
	house_init(&h, xml, china(), 1, 0, 14);
	come_at(&h, (const char *[]){"2026-03-02T09:00:00+08:00"}, 1);
	assert_false(yz_sim_run(&h.world, 1, h.a, &r, &h.err));
	assert_int_equal(h.err.code, YZ_LIMIT);
	assert_non_null(strstr(h.err.msg, "has no end"));
}

TEST(of_several_the_process_hears_how_many_object)
{
	static const char xml[] = HEAD "<userTask id='a' yz:act='review'><multiInstanceLoopCharacteristics><loopCardinality "
		"xsi:type='tFormalExpression'>4</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
		"<exclusiveGateway id='g' default='3'/>" TASK("m", "yz:act='review'") END FLOW("1", "s", "a") FLOW("2", "a", "g") FLOW("3", "g", "e")
			FLOW_IF("4", "g", "m", "objections &gt;= 2 and votes.a.agree + objections = 4 and outcomes.a = \"object\"") FLOW("5", "m", "e") TAIL;
	struct house h;
	house_init(&h, xml, china(), 8, 800, 60);
	h.kind.service.a = (double)YZ_MINUTE;
	struct yz_sim_outcome outcomes[] = {{.name = YZ_LIT("pass"), .weight = 1}, {.name = YZ_LIT("object"), .weight = 1}};
	struct yz_sim_step step = {.node = YZ_LIT("a"), .situation = YZ_SIM_ANY, .outcomes = outcomes, .noutcomes = 2};
	h.kind.steps = &step;
	h.kind.nsteps = 1;
	struct yz_sim_report r = played(&h, 4);
	assert_int_equal(r.nsteps, 2);
	assert_int_equal(r.steps[0].wait.n, 3200);
	/* Two or more of four, each by the toss of a coin: eleven sixteenths. */
	assert_true(fabs((double)r.steps[1].wait.n / 800 - 11.0 / 16) < 0.05);
}

static struct yz_str csv_of(struct house *h, uint64_t seed, const struct yz_sim_world *after)
{
	struct yz_sim_study s;
	struct yz_buf out;
	yz_buf_init(&out, h->a, 1 << 20);
	assert_true(yz_sim_study(&h->world, after, seed, 3, NULL, NULL, h->a, &s, &h->err));
	yz_sim_csv(&s, &out);
	return yz_buf_str(&out);
}

TEST(one_seed_gives_the_same_table_byte_for_byte)
{
	struct house h;
	house_init(&h, ONE_STEP, china(), 2, 2000, 300);
	h.kind.service = (struct yz_sim_dist){.kind = YZ_SIM_LOGNORMAL, .a = 0.8 * (double)YZ_HOUR, .b = 1.2};
	struct yz_sim_world after = h.world;
	after.npeople = 1;
	struct yz_str one = csv_of(&h, 42, &after), again = csv_of(&h, 42, &after), other = csv_of(&h, 43, &after);
	assert_true(yz_str_eq(one, again));
	assert_false(yz_str_eq(one, other));
	assert_true(yz_str_find(one, YZ_LIT("\r\nstep,a,a,wait_p99,h,"), 0) != SIZE_MAX);
}

TEST(a_post_nobody_made_and_one_case_too_many_are_told)
{
	struct house h;
	struct yz_sim_report r;
	house_init(&h, ONE_STEP, china(), 1, 10, 30);
	h.kind.org = YZ_LIT("elsewhere");
	assert_false(yz_sim_run(&h.world, 1, h.a, &r, &h.err));
	assert_int_equal(h.err.code, YZ_NOT_FOUND);
	assert_non_null(strstr(h.err.msg, "elsewhere/clerk"));
	h.coming.n = YZ_SIM_CASES + 1;
	assert_false(yz_sim_run(&h.world, 1, h.a, &r, &h.err));
	assert_int_equal(h.err.code, YZ_LIMIT);
	h.coming.n = 10;
	h.world.until = h.world.from + (yz_instant)(YZ_SIM_WEEKS * 7 + 1) * YZ_DAY;
	h.world.horizon = h.world.until;
	assert_false(yz_sim_run(&h.world, 1, h.a, &r, &h.err));
	assert_int_equal(h.err.code, YZ_LIMIT);
	struct yz_sim_study s;
	assert_false(yz_sim_study(&h.world, NULL, 1, YZ_SIM_RUNS + 1, NULL, NULL, h.a, &s, &h.err));
}

TEST(times_are_read_as_written_and_what_is_none_is_told)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_sim_dist d;
	static const struct {
		const char *text;
		enum yz_sim_dist_kind kind;
		double mean; /* minutes; 0: refused */
	} all[] = {{"{\"minutes\":30}", YZ_SIM_CONST, 30}, {"{\"hours\":2,\"exponential\":true}", YZ_SIM_EXPONENTIAL, 120},
		   {"{\"minutes\":[10,40]}", YZ_SIM_UNIFORM, 25}, {"{\"days\":1,\"spread\":0.5}", YZ_SIM_LOGNORMAL, 1440},
		   {"{\"minutes\":[40,10]}", YZ_SIM_CONST, 0}, {"{\"minutes\":-1}", YZ_SIM_CONST, 0}, {"{\"weeks\":1}", YZ_SIM_CONST, 0},
		   {"{\"minutes\":1,\"spread\":11}", YZ_SIM_CONST, 0}, {"{\"days\":3651}", YZ_SIM_CONST, 0}, {"7", YZ_SIM_CONST, 0}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const struct yz_json *v = yz_json_read(a, yz_str(all[i].text), NULL, &err);
		assert_int_equal(yz_sim_dist_read(v, &d, &err), all[i].mean > 0);
		if (all[i].mean <= 0)
			continue;
		assert_int_equal(d.kind, all[i].kind);
		assert_true(fabs(yz_sim_mean(&d) - all[i].mean * (double)YZ_MINUTE) < 1);
		double sum = 0;
		int64_t before = 0;
		for (int k = 0; k < 100000; k++) {
			int64_t x = yz_sim_draw(&d, (k + 0.5) / 100000);
			assert_true(x >= before);
			before = x;
			sum += (double)x;
		}
		assert_true(fabs(sum / 100000 - yz_sim_mean(&d)) < 0.002 * yz_sim_mean(&d));
	}
	yz_arena_destroy(a);
}
