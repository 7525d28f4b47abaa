/* A year of cases through a licence of three reviewing departments, one thread.
 *
 *	bench_simulate [CASES]    100,000 unless given
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fmt/file.h"
#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PROFILES = 1000, PEOPLE = 25 };

static void stop(const char *why)
{
	fprintf(stderr, "%s\n", why);
	exit(1);
}

static struct yz_str role(struct yz_str act)
{
	return yz_str_eqz(act, "review") ? YZ_LIT("reviewer") : yz_str_eqz(act, "decide") ? YZ_LIT("decider") : YZ_LIT("window");
}

static struct yz_str one_of(const char *const *all, unsigned n)
{
	return yz_str(all[(unsigned)rand() % n]);
}

static struct yz_feel_value facts(struct yz_arena *a)
{
	static const char *const lane[] = {"不封闭", "封闭部分车道", "全封闭"}, *const road[] = {"主干道", "次干道", "支路"},
				 *const use[] = {"新建不满五年", "大修不满三年", "其他", "其他"}, *const why[] = {"管线抢修", "管线敷设", "出入口", "其他"};
	struct yz_feel_entry *e = yz_new_n(a, 5, struct yz_feel_entry);
	e[0] = (struct yz_feel_entry){YZ_LIT("车道封闭"), yz_feel_string(one_of(lane, 3))};
	e[1] = (struct yz_feel_entry){YZ_LIT("道路等级"), yz_feel_string(one_of(road, 3))};
	e[2] = (struct yz_feel_entry){YZ_LIT("道路使用情况"), yz_feel_string(one_of(use, 4))};
	e[3] = (struct yz_feel_entry){YZ_LIT("挖掘原因"), yz_feel_string(one_of(why, 4))};
	e[4] = (struct yz_feel_entry){YZ_LIT("涉及绿化带"), yz_feel_bool(rand() % 3 == 0)};
	return yz_feel_context(a, e, 5);
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static const char *const orgs[] = {"zhujian", "jiaojing", "chengguan", "yuanlin", "zhengfuban"}, *const roles[] = {"window", "reviewer", "decider"};
	static const struct yz_sim_outcome accept[] = {{.name = YZ_LIT("accept"), .weight = 90},
						       {.name = YZ_LIT("refuse"), .weight = 4, .turn = YZ_SIM_REFUSE},
						       {.name = YZ_LIT("correct"), .weight = 6, .turn = YZ_SIM_MEND, .pause = {.a = 4 * (double)YZ_DAY}}};
	static const struct yz_sim_outcome decide[] = {{.name = YZ_LIT("grant"), .weight = 94}, {.name = YZ_LIT("deny"), .weight = 6}};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str xml;
	if (!yz_file_read(a, YZ_SOURCE "/packs/demo/processes/road-dig.bpmn", 8 << 20, &xml, &err))
		stop(err.msg);
	const struct yz_sim_step steps[] = {{.node = YZ_LIT("accept"), .situation = YZ_SIM_ANY, .outcomes = accept, .noutcomes = 3},
					    {.node = YZ_LIT("decide"), .situation = YZ_SIM_ANY, .outcomes = decide, .noutcomes = 2}};
	struct yz_sim_profile *profiles = yz_new_n(a, PROFILES, struct yz_sim_profile);
	for (int i = 0; i < PROFILES; i++)
		profiles[i] = (struct yz_sim_profile){.situation = YZ_SIM_ANY, .facts = facts(a)};
	struct yz_sim_kind kind = {.key = YZ_LIT("road-dig"), .name = YZ_LIT("road-dig"), .org = YZ_LIT("zhujian"), .counted = true, .limited = true, .limit = 10,
				   .unit = YZ_WORKING_DAYS, .process = yz_bpmn_load(a, xml, NULL, &err), .steps = steps, .nsteps = 2, .profiles = profiles,
				   .nprofiles = PROFILES, .service = {.kind = YZ_SIM_LOGNORMAL, .a = 12 * (double)YZ_MINUTE, .b = 1}};
	struct yz_sim_post posts[15];
	struct yz_sim_person *people = yz_new_n(a, 15 * PEOPLE, struct yz_sim_person);
	for (int i = 0; i < 15; i++) {
		posts[i] = (struct yz_sim_post){.org = yz_str(orgs[i / 3]), .role = yz_str(roles[i % 3]), .name = yz_str(orgs[i / 3])};
		int *post = yz_new(a, int);
		*post = i;
		for (int k = 0; k < PEOPLE; k++)
			people[i * PEOPLE + k] = (struct yz_sim_person){.posts = post, .nposts = 1, .pace = 1};
	}
	struct yz_sim_coming coming = {.n = argc > 1 ? (size_t)atol(argv[1]) : 100000};
	for (int d = 0; d < 5; d++)
		for (int h = 9; h < 18; h++)
			coming.weight[d][h] = 1;
	yz_instant from = yz_day_start(yz_day_from(2026, 1, 1), YZ_SHANGHAI);
	struct yz_sim_world w = {.calendar = yz_calendar_new(a, YZ_SHANGHAI), .from = from, .until = from + 365 * YZ_DAY, .horizon = from + 730 * YZ_DAY,
				 .kinds = &kind, .nkinds = 1, .posts = posts, .nposts = 15, .people = people, .npeople = 15 * PEOPLE, .coming = &coming,
				 .ncoming = 1, .role = role};
	struct yz_sim_report r;
	if (!kind.process)
		stop(err.msg);
	double begin = seconds();
	if (!yz_sim_run(&w, 1, a, &r, &err))
		stop(err.msg);
	double took = seconds() - begin;
	size_t tasks = 0;
	for (size_t i = 0; i < r.nsteps; i++)
		tasks += r.steps[i].wait.n;
	printf("%zu cases of one year, %zu tasks, %llu events: %.2f s of one core, %.0f cases/s; %.1f %% on time, %zu open\n", r.counted.arrived, tasks,
	       (unsigned long long)r.events, took, (double)r.counted.arrived / took, 100.0 * (double)r.counted.on_time / (double)(r.counted.judged + !r.counted.judged), r.counted.open);
	yz_arena_destroy(a);
	return 0;
}
