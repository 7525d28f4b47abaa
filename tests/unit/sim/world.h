/* tests/unit/sim/world.h - small worlds to be played.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_SIM_WORLD_H
#define YZ_TESTS_SIM_WORLD_H

#include "tests/test.h"

#include "sim/sim.h"

#include <math.h>
#include <stdio.h>

#define HEAD                                                                                                           \
	"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' " \
	"xmlns:yz='https://yizhan.dev/bpmn' id='d' targetNamespace='t'><process id='p' isExecutable='true'><startEvent id='s'/>"
#define TASK(id, more) "<userTask id='" id "' name='" id "' " more "/>"
#define END "<endEvent id='e'/>"
#define FLOW(id, from, to) "<sequenceFlow id='" id "' sourceRef='" from "' targetRef='" to "'/>"
#define FLOW_IF(id, from, to, test)                                                                                    \
	"<sequenceFlow id='" id "' sourceRef='" from "' targetRef='" to "'><conditionExpression xsi:type='tFormalExpression'>" test \
	"</conditionExpression></sequenceFlow>"
#define TAIL "</process></definitions>"

#define ONE_STEP HEAD TASK("a", "yz:act='review'") END FLOW("1", "s", "a") FLOW("2", "a", "e") TAIL

enum { PEOPLE_MOST = 40 };

struct house {
	struct yz_arena *a;
	struct yz_err err;
	struct yz_sim_kind kind;
	struct yz_sim_profile profile;
	struct yz_sim_post post;
	struct yz_sim_person people[PEOPLE_MOST];
	struct yz_sim_coming coming;
	struct yz_sim_world world;
};

static inline struct yz_str one_role(struct yz_str act)
{
	return YZ_LIT("clerk");
}

static inline const struct yz_bpmn *drawn_as(struct house *h, const char *xml)
{
	const struct yz_bpmn *m = yz_bpmn_load(h->a, yz_str(xml), NULL, &h->err);
	if (!m || yz_bpmn_count(m, YZ_BPMN_REJECT))
		fail_msg("%s: %.*s", h->err.msg, YZ_P(m ? yz_bpmn_diags(m)->message : YZ_LIT("no model")));
	return m;
}

/* One process, one post of n people, cases of one kind spread evenly over so many days from 2026-03-02, a Monday. */
static inline void house_init(struct house *h, const char *xml, const struct yz_calendar *calendar, size_t people, size_t cases, int days)
{
	static const int posts[] = {0};
	*h = (struct house){.a = yz_arena_create(0)};
	int offset = calendar ? yz_calendar_offset(calendar) : 0;
	h->kind = (struct yz_sim_kind){.key = YZ_LIT("k"), .name = YZ_LIT("k"), .org = YZ_LIT("o"), .process = drawn_as(h, xml), .counted = true,
				       .service = {.kind = YZ_SIM_CONST, .a = (double)YZ_HOUR}, .profiles = &h->profile, .nprofiles = 1};
	h->profile.situation = YZ_SIM_ANY;
	h->post = (struct yz_sim_post){.org = YZ_LIT("o"), .role = YZ_LIT("clerk"), .name = YZ_LIT("岗位")};
	for (size_t i = 0; i < people; i++)
		h->people[i] = (struct yz_sim_person){.name = YZ_LIT("人"), .posts = posts, .nposts = 1, .pace = 1};
	h->coming = (struct yz_sim_coming){.kind = 0, .n = cases};
	yz_instant from = yz_day_start(yz_day_from(2026, 3, 2), offset);
	h->world = (struct yz_sim_world){.calendar = calendar, .from = from, .until = from + days * YZ_DAY, .horizon = from + (days + 400) * YZ_DAY,
					 .kinds = &h->kind, .nkinds = 1, .posts = &h->post, .nposts = 1, .people = h->people, .npeople = people,
					 .coming = &h->coming, .ncoming = cases > 0, .role = one_role};
}

static inline struct yz_sim_report played(struct house *h, uint64_t seed)
{
	struct yz_sim_report r;
	h->err = (struct yz_err){0};
	if (!yz_sim_run(&h->world, seed, h->a, &r, &h->err))
		fail_msg("%s", h->err.msg);
	return r;
}

/* Cases that come at given times. */
static inline void come_at(struct house *h, const char *const *when, size_t n)
{
	struct yz_sim_arrival *list = yz_new_n(h->a, n, struct yz_sim_arrival);
	for (size_t i = 0; i < n; i++) {
		list[i].nth = (uint32_t)i;
		assert_true(yz_instant_parse(yz_str(when[i]), &list[i].at));
	}
	h->world.arrivals = list;
	h->world.narrivals = n;
	h->world.ncoming = 0;
}

#endif
