/* What the theory of queues says, within the interval of the runs. SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

/* Erlang C: the mean wait in an M/M/c queue, in units of the mean service. */
static double erlang_c(int c, double load)
{
	double b = 1;
	for (int i = 1; i <= c; i++)
		b = load * b / (i + load * b);
	double busy = load / c, waits = b / (1 - busy * (1 - b));
	return waits / (c - load);
}

static void holds_for(int c, double busy)
{
	struct house h;
	double service = 0.5; /* hours */
	int days = c > 3 ? 200 : 700;
	size_t cases = (size_t)(busy * c / service * 24 * days);
	house_init(&h, ONE_STEP, NULL, (size_t)c, cases, days);
	h.kind.service = (struct yz_sim_dist){.kind = YZ_SIM_EXPONENTIAL, .a = service * (double)YZ_HOUR};
	h.world.counted_from = h.world.from + 10 * YZ_DAY;
	struct yz_sim_study s;
	if (!yz_sim_study(&h.world, NULL, 20261122, 10, NULL, NULL, h.a, &s, &h.err))
		fail_msg("%s", h.err.msg);
	double wanted = erlang_c(c, busy * c) * service;
	const struct yz_sim_figure *wait = &s.steps[0].number[YZ_SIM_STEP_MEAN].before, *used = &s.posts[0].number[YZ_SIM_POST_BUSY].before;
	if (fabs(wait->mean - wanted) > wait->half + 0.01 * wanted)
		fail_msg("%d people, %.0f %% busy: waited %.4f ± %.4f h, Erlang C says %.4f h", c, 100 * busy, wait->mean, wait->half, wanted);
	assert_true(fabs(used->mean - 100 * busy) < 1);
	/* The queue's length, by Little's law, from the arrivals a real hour. */
	double length = wanted * (double)cases / (24.0 * days);
	assert_true(fabs(s.posts[0].number[YZ_SIM_POST_QUEUE].before.mean - length) < 0.05 * length + s.posts[0].number[YZ_SIM_POST_QUEUE].before.half);
	yz_arena_destroy(h.a);
}

TEST(one_server_waits_as_erlang_says)
{
	holds_for(1, 0.7);
}

TEST(three_servers_wait_as_erlang_says)
{
	holds_for(3, 0.8);
}

TEST(ten_busy_servers_wait_as_erlang_says)
{
	holds_for(10, 0.9);
}

/* Pollaczek-Khinchine: constant service halves the wait of an exponential one. */
TEST(constant_service_waits_half_as_long)
{
	struct house h;
	double busy = 0.8;
	house_init(&h, ONE_STEP, NULL, 1, (size_t)(busy * 24 * 700), 700);
	h.world.counted_from = h.world.from + 10 * YZ_DAY;
	struct yz_sim_study s;
	assert_true(yz_sim_study(&h.world, NULL, 7, 10, NULL, NULL, h.a, &s, &h.err));
	double wanted = busy / (2 * (1 - busy));
	const struct yz_sim_figure *wait = &s.steps[0].number[YZ_SIM_STEP_MEAN].before;
	assert_true(fabs(wait->mean - wanted) < wait->half + 0.01 * wanted);
	yz_arena_destroy(h.a);
}

TEST(littles_law_holds_to_the_microsecond_and_every_case_ends_or_is_open)
{
	struct house h;
	house_init(&h, HEAD TASK("a", "yz:act='accept'") TASK("b", "yz:act='review'") TASK("c", "yz:act='decide'") "<parallelGateway id='g'/>"
			       "<parallelGateway id='j'/>" TASK("x", "yz:act='review'") END FLOW("1", "s", "a") FLOW("2", "a", "g") FLOW("3", "g", "b")
				       FLOW("4", "g", "x") FLOW("5", "b", "j") FLOW("6", "x", "j") FLOW("7", "j", "c") FLOW("8", "c", "e") TAIL,
		   yz_calendar_new(yz_arena_create(0), YZ_SHANGHAI), 15, 3000, 200);
	struct yz_sim_outcome accept[] = {{.name = YZ_LIT("accept"), .weight = 8}, {.name = YZ_LIT("refuse"), .weight = 1, .turn = YZ_SIM_REFUSE},
					  {.name = YZ_LIT("correct"), .weight = 1, .turn = YZ_SIM_MEND, .pause = {.a = 5 * (double)YZ_DAY}}};
	struct yz_sim_outcome review[] = {{.name = YZ_LIT("pass"), .weight = 9},
					  {.name = YZ_LIT("stop"), .weight = 1, .turn = YZ_SIM_STOP, .pause = {.kind = YZ_SIM_UNIFORM, .a = (double)YZ_DAY, .b = 20 * (double)YZ_DAY}}};
	struct yz_sim_step steps[] = {{.node = YZ_LIT("a"), .situation = YZ_SIM_ANY, .outcomes = accept, .noutcomes = 3},
				      {.node = YZ_LIT("b"), .situation = YZ_SIM_ANY, .outcomes = review, .noutcomes = 2}};
	h.kind.steps = steps;
	h.kind.nsteps = 2;
	h.kind.limited = true;
	h.kind.limit = 10;
	h.kind.unit = YZ_WORKING_DAYS;
	h.kind.withdrawn = 0.05;
	h.kind.patience = (struct yz_sim_dist){.kind = YZ_SIM_EXPONENTIAL, .a = 3 * (double)YZ_DAY};
	for (int cut = 0; cut < 2; cut++) {
		if (cut)
			h.world.horizon = h.world.until;
		struct yz_sim_report r = played(&h, 5);
		assert_true(r.inside == r.spent && r.spent > 0);
		assert_int_equal(r.counted.arrived, 3000);
		assert_int_equal(r.counted.ended + r.counted.open, 3000);
		assert_true(cut ? r.counted.open > 0 : r.counted.open == 0);
		assert_true(r.counted.refused > 200 && r.counted.refused < 400 && r.counted.withdrawn > 0);
		assert_true(r.counted.judged > 0 && r.counted.judged <= 3000 - r.counted.refused);
	}
	yz_arena_destroy(h.a);
}

TEST(a_second_person_helps_and_the_interval_says_so)
{
	struct house h;
	house_init(&h, ONE_STEP, yz_calendar_new(yz_arena_create(0), YZ_SHANGHAI), 1, 1500, 300);
	h.kind.service = (struct yz_sim_dist){.kind = YZ_SIM_LOGNORMAL, .a = (double)YZ_HOUR, .b = 1};
	struct yz_sim_world more = h.world;
	h.people[1] = h.people[0];
	more.npeople = 2;
	struct yz_sim_study s;
	assert_true(yz_sim_study(&h.world, &more, 1, 8, NULL, NULL, h.a, &s, &h.err));
	const struct yz_sim_pair *wait = &s.number[YZ_SIM_wait];
	assert_true(wait->change.mean < 0 && wait->change.mean + wait->change.half < 0);
	assert_true(fabs(wait->change.mean - (wait->after.mean - wait->before.mean)) < 1e-9);
	/* The same luck in both: the same cases, the same work. */
	assert_true(s.number[YZ_SIM_arrived].change.mean == 0 && s.number[YZ_SIM_arrived].change.half == 0);
	assert_true(fabs(s.steps[0].number[YZ_SIM_STEP_SERVICE].change.mean) < 1e-9);
	yz_arena_destroy(h.a);
}
