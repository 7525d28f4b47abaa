/* SPDX-License-Identifier: Apache-2.0
 *
 * Signals from one case to all that wait for them.
 */
#include "tests/unit/gov/relay_fixture.h"

#include <pthread.h>

#define SIGNAL_MODEL(inside)                                                                                           \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "    \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:yz=\"" YZ_BPMN_NS "\" id=\"d\" targetNamespace=\"t\">" \
	"<signal id=\"s\" name=\"flood\"/><process id=\"p\" isExecutable=\"true\"><startEvent id=\"start\"/>" inside             \
	"<endEvent id=\"end\"/></process></definitions>"
#define ON_FLOOD "<signalEventDefinition signalRef=\"s\"/>"
/* accept, tell all within reach, review */
#define WARNS(attrs)                                                                                                   \
	SIGNAL_MODEL(RELAY_TASK("accept", "accept") "<intermediateThrowEvent id=\"warn\" name=\"汛情通知\" " attrs ">" ON_FLOOD        \
		     "</intermediateThrowEvent>" RELAY_TASK("after", "review") RELAY_TASK("decide", "decide")                     \
		     RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "warn") RELAY_FLOW("f3", "warn", "after")        \
		     RELAY_FLOW("f4", "after", "decide") RELAY_FLOW("f5", "decide", "end"))
#define REACHES(where) WARNS("yz:reach=\"" where "\" yz:give=\"={level: 2, ok: true}\"")
/* accept, then wait for it or five working days */
#define WAITS                                                                                                          \
	SIGNAL_MODEL(RELAY_TASK("accept", "accept") "<eventBasedGateway id=\"either\"/><intermediateCatchEvent id=\"wait\" name=\"等汛情通知\">" ON_FLOOD \
		     "</intermediateCatchEvent><intermediateCatchEvent id=\"long\"><timerEventDefinition><timeDuration "          \
		     "xsi:type=\"tFormalExpression\">P5WD</timeDuration></timerEventDefinition></intermediateCatchEvent>"         \
		     "<userTask id=\"second\" name=\"second\" yz:act=\"review\" yz:role=\"=if level = 2 then &quot;decider&quot; else &quot;reviewer&quot;\"/>" \
		     RELAY_TASK("late", "review") "<exclusiveGateway id=\"on\"/>" RELAY_TASK("decide", "decide")                  \
		     RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "either") RELAY_FLOW("f3", "either", "wait")     \
		     RELAY_FLOW("f4", "either", "long") RELAY_FLOW("f5", "wait", "second") RELAY_FLOW("f6", "long", "late")          \
		     RELAY_FLOW("f7", "second", "on") RELAY_FLOW("f8", "late", "on") RELAY_FLOW("f9", "on", "decide")                \
		     RELAY_FLOW("f10", "decide", "end"))
/* At home in one of two villages and in the county, by the day it is applied for; the event subprocess hears. */
#define VILLAGES                                                                                                       \
	SIGNAL_MODEL("<userTask id=\"accept\" yz:act=\"accept\" yz:role=\"=if today() &lt; date(&quot;2026-11-25&quot;) then &quot;worker&quot; else &quot;window&quot;\" " \
		     "yz:region=\"=if today() = date(&quot;2026-11-23&quot;) then &quot;990121100200&quot; else if today() = date(&quot;2026-11-24&quot;) "          \
		     "then &quot;990121101200&quot; else &quot;990121&quot;\"/>"                                                \
		     "<subProcess id=\"flooded\" triggeredByEvent=\"true\"><startEvent id=\"heard\" name=\"汛情\" isInterrupting=\"false\">" ON_FLOOD \
		     "</startEvent>" RELAY_TASK("look", "review") "<endEvent id=\"looked\"/>" RELAY_FLOW("g1", "heard", "look")     \
		     RELAY_FLOW("g2", "look", "looked") "</subProcess>" RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "end"))

static int64_t in_state(struct fixture *f, const char *state)
{
	return site_int(f, "SELECT COUNT(*) FROM relay WHERE state = $1", YZ_Z(state));
}

static int64_t waiting(struct fixture *f)
{
	return site_int(f, "SELECT COUNT(*) FROM relay_wait WHERE gone IS NULL");
}

/* A road that waits for it. */
static struct yz_str road(struct fixture *f)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	return no;
}

static struct yz_str warn(struct fixture *f)
{
	struct yz_str no = relay_birth(f, actor(f, "linguohua"));
	GOOD(f, ACT(f, actor(f, "tianxin"), no, accept));
	return no;
}

/* Nothing stands still for an event at the edge of a step, or for one of an event subprocess: no page says that the case waits. */
SITE(a_case_that_only_listens_beside_its_step_does_not_wait)
{
	relay_put(f, ROAD_DIG,
		  SIGNAL_MODEL(RELAY_TASK("accept", "accept") RELAY_TASK("decide", "decide") "<boundaryEvent id=\"edge\" name=\"停工\" "
			       "attachedToRef=\"decide\" cancelActivity=\"false\">" ON_FLOOD "</boundaryEvent><endEvent id=\"told\"/>"
			       "<subProcess id=\"flooded\" triggeredByEvent=\"true\"><startEvent id=\"heard\" isInterrupting=\"false\">" ON_FLOOD
			       "</startEvent><endEvent id=\"looked\"/>" RELAY_FLOW("g1", "heard", "looked") "</subProcess>"
			       RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "decide") RELAY_FLOW("f3", "decide", "end")
			       RELAY_FLOW("f4", "edge", "told")));
	struct yz_case *c = look(f, actor(f, "zhangmin"), road(f));
	assert_int_equal(c->nwaits, 2);
	assert_true(c->waits[0].beside && c->waits[1].beside);
}

SITE(a_signal_is_heard_once_by_every_case_that_waits_and_by_none_that_comes_later)
{
	struct yz_str roads[3];
	relay_put(f, ROAD_DIG, WAITS);
	relay_put(f, BIRTH, REACHES("item"));
	for (int i = 0; i < 3; i++)
		roads[i] = road(f);
	assert_int_equal(waiting(f), 3);
	struct yz_case *c = look(f, actor(f, "liuyang"), roads[0]);
	assert_int_equal(c->nwaits, 1);
	assert_string_equal(yz_str_z(f->a, c->waits[0].title), "等汛情通知");
	assert_false(c->waits[0].beside);
	struct yz_str sender = warn(f);
	assert_int_equal(in_state(f, "sent"), 1);
	assert_int_equal(in_state(f, "waiting"), 3);
	assert_int_equal(relay_entries(f, "case.tell", sender), 1);
	f->now += YZ_MINUTE;
	struct yz_str later = road(f);
	assert_true(sweep(f) >= 3);
	assert_int_equal(in_state(f, "heard"), 3);
	for (int i = 0; i < 3; i++) {
		c = look(f, actor(f, "zhangmin"), roads[i]);
		assert_true(task_at(c, "second")->open);
		assert_string_equal(yz_str_z(f->a, task_at(c, "second")->role), "decider"); /* what it carried is a variable */
		assert_int_equal(relay_entries(f, "case.hear", roads[i]), 1);
		/* Another person's case: what it is, not its number. */
		assert_true(strstr(yz_str_z(f->a, c->events[c->nevents - 1].text), yz_str_z(f->a, sender)) == NULL);
	}
	sweep(f);
	assert_int_equal(relay_entries(f, "case.hear", later), 0);
	assert_int_equal(waiting(f), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'second'"), 3);
	/* It can be said again, for who waits now. */
	warn(f);
	sweep(f);
	assert_int_equal(relay_entries(f, "case.hear", later), 1);
	assert_int_equal(waiting(f), 0);
	ledger_holds(f);
}

SITE(without_reach_a_signal_stays_in_its_case)
{
	relay_put(f, ROAD_DIG, WAITS);
	relay_put(f, BIRTH, WARNS(""));
	road(f);
	struct yz_str sender = warn(f);
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay"), 0);
	assert_int_equal(relay_entries(f, "case.tell", sender), 0);
	assert_int_equal(waiting(f), 1);
}

/* Roads at home in 上柳村 (柳溪镇), 云峰村 (云台镇) and the county. */
static void three_places(struct fixture *f, struct yz_str nos[3])
{
	static const char *const days[] = {"2026-11-23T10:00:00+08:00", "2026-11-24T10:00:00+08:00", "2026-11-25T10:00:00+08:00"};
	relay_put(f, ROAD_DIG, VILLAGES);
	for (int i = 0; i < 3; i++) {
		site_clock(f, days[i]);
		nos[i] = apply(f, actor(f, "liuyang"));
	}
	assert_int_equal(site_int(f, "SELECT COUNT(DISTINCT region) FROM cases"), 3);
	assert_int_equal(waiting(f), 3);
}

static int64_t heard(struct fixture *f, struct yz_str no)
{
	return relay_entries(f, "case.hear", no);
}

SITE(a_signal_goes_as_far_as_its_model_says)
{
	struct yz_str nos[3];
	relay_put(f, BIRTH, REACHES("990121101"));
	three_places(f, nos);
	warn(f);
	sweep(f);
	assert_true(heard(f, nos[0]) == 0 && heard(f, nos[1]) == 1 && heard(f, nos[2]) == 0);
	/* Not interrupting: it listens on, and what it did before stays to be done. */
	assert_int_equal(waiting(f), 3);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node IN ('accept', 'look') AND state = 'open'"), 4);
	ledger_holds(f);
}

SITE(a_signal_to_the_items_region_reaches_all_in_it)
{
	struct yz_str nos[3];
	relay_put(f, BIRTH, REACHES("item"));
	three_places(f, nos);
	warn(f);
	sweep(f);
	assert_true(heard(f, nos[0]) == 1 && heard(f, nos[1]) == 1 && heard(f, nos[2]) == 1);
}

static void nobodys(struct fixture *f, const char *sends)
{
	struct yz_str nos[3];
	struct yz_relay *list;
	relay_put(f, BIRTH, sends);
	three_places(f, nos);
	struct yz_str sender = warn(f);
	sweep(f);
	assert_true(!heard(f, nos[0]) && !heard(f, nos[1]) && !heard(f, nos[2]));
	assert_int_equal(in_state(f, "lapsed"), 1);
	assert_int_equal(relay_entries(f, "case.unheard", sender), 1);
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_relay_list(conn, f->a, actor(f, "supervisor"), 0, 10, &list, &f->err), 1);
	yz_db_release(conn);
	assert_true(list[0].lapsed && list[0].nobodys && yz_str_eq(list[0].case_no, sender));
	FAILS(f, YZ_NOT_NOW, yz_relay_again(f->site, actor(f, "supervisor"), list[0].id, &f->err));
	/* The sender goes on. */
	assert_true(task_at(look(f, actor(f, "tianxin"), sender), "after")->open);
	ledger_holds(f);
}

SITE(a_signal_past_the_items_region_is_nobodys_and_says_so)
{
	nobodys(f, REACHES("=&quot;990100&quot;"));
}

SITE(a_signal_whose_reach_comes_to_nothing_is_nobodys)
{
	nobodys(f, REACHES("=null"));
}

SITE(who_waits_no_more_when_it_comes_hears_nothing)
{
	struct yz_str roads[2];
	relay_put(f, ROAD_DIG, WAITS);
	relay_put(f, BIRTH, REACHES("item"));
	roads[0] = road(f);
	roads[1] = road(f);
	warn(f);
	GOOD(f, ACT(f, actor(f, "liuyang"), roads[0], withdraw));
	sweep(f);
	assert_int_equal(in_state(f, "past"), 1);
	assert_int_equal(in_state(f, "heard"), 1);
	assert_int_equal(heard(f, roads[0]), 0);
	assert_int_equal(heard(f, roads[1]), 1);
	FAILS(f, YZ_NOT_NOW, yz_relay_again(f->site, actor(f, "supervisor"), site_int(f, "SELECT id FROM relay WHERE state = 'past'"), &f->err));
	FAILS(f, YZ_NOT_NOW, yz_relay_again(f->site, actor(f, "supervisor"), site_int(f, "SELECT id FROM relay WHERE state = 'sent'"), &f->err));
	ledger_holds(f);
}

SITE(one_that_cannot_go_on_keeps_no_other_from_hearing_and_is_tried_again)
{
	/* Behind the wait no way is open to the first on the first day. */
	relay_put(f, ROAD_DIG,
		  SIGNAL_MODEL(RELAY_TASK("accept", "accept") "<intermediateCatchEvent id=\"wait\">" ON_FLOOD "</intermediateCatchEvent><exclusiveGateway "
			       "id=\"which\"/>" RELAY_TASK("decide", "decide") RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "wait")
				       RELAY_FLOW("f3", "wait", "which") "<sequenceFlow id=\"f4\" sourceRef=\"which\" targetRef=\"decide\"><conditionExpression "
			       "xsi:type=\"tFormalExpression\">today() &gt; date(\"2026-11-23\") or ends with(case.no, \"2\")</conditionExpression></sequenceFlow>"
			       "<sequenceFlow id=\"f6\" sourceRef=\"which\" targetRef=\"end\"><conditionExpression xsi:type=\"tFormalExpression\">false"
			       "</conditionExpression></sequenceFlow>" RELAY_FLOW("f5", "decide", "end")));
	relay_put(f, BIRTH, REACHES("item"));
	struct yz_str first = road(f), second = road(f);
	warn(f);
	sweep(f);
	assert_true(heard(f, first) == 0 && heard(f, second) == 1);
	assert_int_equal(site_int(f, "SELECT tries FROM relay WHERE state = 'waiting'"), 1);
	site_clock(f, "2026-11-24T09:30:00+08:00");
	sweep(f);
	assert_true(heard(f, first) == 1 && heard(f, second) == 1);
	assert_int_equal(in_state(f, "waiting"), 0);
	ledger_holds(f);
}

SITE(a_step_that_signalled_is_not_recalled_and_one_recalled_waits_as_before)
{
	relay_put(f, ROAD_DIG,
		  SIGNAL_MODEL(RELAY_TASK("accept", "accept") RELAY_TASK("first", "review") "<intermediateCatchEvent id=\"wait\">" ON_FLOOD
			       "</intermediateCatchEvent>" RELAY_TASK("decide", "decide") RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "first")
				       RELAY_FLOW("f3", "first", "wait") RELAY_FLOW("f4", "wait", "decide") RELAY_FLOW("f5", "decide", "end")));
	relay_put(f, BIRTH, REACHES("item"));
	struct yz_actor *reviewer = actor(f, "reviewer");
	struct yz_str no = road(f);
	GOOD(f, ACT(f, reviewer, no, pass));
	assert_int_equal(waiting(f), 1);
	GOOD(f, ACT(f, reviewer, no, recall, .reason = YZ_LIT("看错了")));
	assert_int_equal(waiting(f), 0);
	struct yz_str sender = warn(f);
	FAILS(f, YZ_FORBIDDEN, ACT(f, actor(f, "tianxin"), sender, recall, .reason = YZ_LIT("看错了")));
	GOOD(f, ACT(f, reviewer, no, pass));
	assert_int_equal(waiting(f), 1);
	sweep(f);
	assert_int_equal(heard(f, no), 0); /* it did not wait when it was sent */
	warn(f);
	sweep(f);
	assert_int_equal(heard(f, no), 1);
	ledger_holds(f);
}

/* Several sweepers bring the same signals while cases come to wait and cease to. */
enum { ROADS = 12, SWEEPERS = 4 };

struct storm {
	struct fixture *f;
	pthread_barrier_t *together;
	const struct yz_str *roads;
	bool good;
};

static void *sweep_at_once(void *ctx)
{
	struct storm *w = ctx;
	struct yz_err err = {0};
	yz_instant next;
	int64_t done;
	pthread_barrier_wait(w->together);
	w->good = yz_relay_sweep(w->f->site, w->f->now, &done, &next, &err);
	return NULL;
}

static void *withdraw_some(void *ctx)
{
	struct storm *w = ctx;
	struct yz_actor *she = yz_new(w->f->a, struct yz_actor);
	*she = *actor(w->f, "liuyang");
	pthread_barrier_wait(w->together);
	w->good = true;
	for (int i = 0; i < ROADS; i += 3) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_err err = {0};
		const struct yz_act_input in = {.act = YZ_ACT_withdraw};
		w->good = w->good && (yz_case_act(w->f->site, a, she, w->roads[i], &in, &err) || err.code == YZ_CONFLICT);
		yz_arena_destroy(a);
	}
	return NULL;
}

SITE(of_many_that_wait_each_hears_a_signal_once_whoever_brings_it)
{
	struct yz_str roads[ROADS];
	pthread_t threads[SWEEPERS + 1];
	pthread_barrier_t together;
	struct storm w[SWEEPERS + 1];
	relay_put(f, ROAD_DIG, WAITS);
	relay_put(f, BIRTH, REACHES("item"));
	for (int i = 0; i < ROADS; i++)
		roads[i] = road(f);
	warn(f);
	assert_int_equal(pthread_barrier_init(&together, NULL, SWEEPERS + 1), 0);
	for (int i = 0; i <= SWEEPERS; i++) {
		w[i] = (struct storm){.f = f, .together = &together, .roads = roads};
		assert_int_equal(pthread_create(&threads[i], NULL, i < SWEEPERS ? sweep_at_once : withdraw_some, &w[i]), 0);
	}
	for (int i = 0; i <= SWEEPERS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&together);
	for (int i = 0; i <= SWEEPERS; i++)
		assert_true(w[i].good);
	sweep(f);
	assert_int_equal(in_state(f, "waiting"), 0);
	assert_int_equal(in_state(f, "heard") + in_state(f, "past"), ROADS);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.hear'"), in_state(f, "heard"));
	assert_int_equal(site_int(f, "SELECT COUNT(DISTINCT thing_id) FROM ledger WHERE act = 'case.hear'"), in_state(f, "heard"));
	for (int i = 0; i < ROADS; i++)
		assert_true(heard(f, roads[i]) == 1 || (i % 3 == 0 && heard(f, roads[i]) == 0));
	ledger_holds(f);
}
