/* SPDX-License-Identifier: Apache-2.0
 *
 * What the process of one case tells another's.
 */
#include "tests/unit/gov/relay_fixture.h"

#include "gov/case_migrate.h"

#include <pthread.h>

static int64_t in_state(struct fixture *f, const char *state)
{
	return site_int(f, "SELECT COUNT(*) FROM relay WHERE state = $1", YZ_Z(state));
}

static int64_t waiting(struct fixture *f)
{
	return site_int(f, "SELECT COUNT(*) FROM relay_wait WHERE gone IS NULL");
}

static void both(struct fixture *f)
{
	relay_put(f, ROAD_DIG, RELAY_WAITS);
	relay_put(f, BIRTH, RELAY_SENDS(RELAY_GIVES));
}

SITE(a_case_that_waits_goes_on_when_another_tells_it_and_once)
{
	struct yz_actor *she = actor(f, "liuyang");
	both(f);
	struct yz_str road = relay_road(f, she), birth = relay_birth(f, she);
	assert_int_equal(waiting(f), 1);
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	assert_int_equal(in_state(f, "waiting"), 1);
	assert_int_equal(relay_entries(f, "case.tell", birth), 1);
	assert_true(sweep(f) >= 1);
	assert_int_equal(in_state(f, "heard"), 1);
	assert_int_equal(waiting(f), 0);
	struct yz_case *c = look(f, she, road);
	assert_true(task_at(c, "second")->open);
	assert_string_equal(yz_str_z(f->a, task_at(c, "second")->role), "decider"); /* what it carried is a variable */
	assert_int_equal(relay_entries(f, "case.hear", road), 1);
	assert_true(strstr(yz_str_z(f->a, c->events[c->nevents - 1].text), yz_str_z(f->a, birth)) != NULL);
	sweep(f);
	assert_int_equal(relay_entries(f, "case.hear", road), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'second'"), 1);
	/* The timer it waited for beside goes with it. */
	site_clock(f, "2026-12-10T09:00:00+08:00");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'late'"), 0);
	ledger_holds(f);
}

SITE(who_begins_to_wait_later_finds_what_was_kept)
{
	struct yz_actor *she = actor(f, "liuyang");
	both(f);
	struct yz_str birth = relay_birth(f, she);
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	sweep(f);
	assert_int_equal(in_state(f, "waiting"), 1);
	site_clock(f, "2026-12-01T09:30:00+08:00");
	struct yz_str road = relay_road(f, she);
	sweep(f); /* at once: not when it would have been looked at again */
	assert_true(task_at(look(f, she, road), "second")->open);
	assert_int_equal(in_state(f, "heard"), 1);
	ledger_holds(f);
}

SITE(another_persons_case_does_not_hear_it_nor_the_one_that_sent)
{
	struct yz_actor *she = actor(f, "liuyang");
	both(f);
	struct yz_str road = relay_road(f, she), birth = relay_birth(f, actor(f, "linguohua"));
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	sweep(f);
	assert_int_equal(in_state(f, "waiting"), 1);
	assert_int_equal(waiting(f), 1);
	assert_int_equal(relay_entries(f, "case.hear", road), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay_wait WHERE key_dig = '' OR key_dig = '1'"), 0); /* an index, not a key */
}

SITE(two_that_wait_hear_one_each_the_longest_first)
{
	struct yz_actor *she = actor(f, "liuyang");
	both(f);
	struct yz_str road = relay_road(f, she), other = relay_road(f, she);
	GOOD(f, ACT(f, actor(f, "tianxin"), relay_birth(f, she), accept));
	sweep(f);
	assert_int_equal(relay_entries(f, "case.hear", road), 1);
	assert_int_equal(relay_entries(f, "case.hear", other), 0);
	GOOD(f, ACT(f, actor(f, "tianxin"), relay_birth(f, she), accept));
	sweep(f);
	assert_int_equal(relay_entries(f, "case.hear", other), 1);
	assert_int_equal(in_state(f, "heard"), 2);
}

SITE(what_nobody_comes_for_lapses_after_the_stated_time_and_is_said)
{
	struct yz_actor *she = actor(f, "liuyang"), *watcher = actor(f, "supervisor");
	struct yz_relay *list;
	relay_put(f, ROAD_DIG, RELAY_WAITS);
	relay_put(f, BIRTH, RELAY_SENDS("yz:keep=\"P10D\""));
	struct yz_str birth = relay_birth(f, she);
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	sweep(f);
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_relay_list(conn, f->a, watcher, 0, 10, &list, &f->err), 1);
	assert_true(!list[0].lapsed && yz_str_eq(list[0].case_no, birth));
	assert_at(list[0].until, "2026-12-03T09:30:00+08:00");
	assert_int_equal(yz_relay_list(conn, f->a, watcher, list[0].id, 10, &list, &f->err), 0);
	assert_int_equal(yz_relay_list(conn, f->a, she, 0, 10, &list, &f->err), 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	yz_db_release(conn);
	site_clock(f, "2026-12-03T09:29:59+08:00");
	sweep(f);
	assert_int_equal(in_state(f, "lapsed"), 0);
	site_clock(f, "2026-12-03T09:30:00+08:00");
	sweep(f);
	assert_int_equal(in_state(f, "lapsed"), 1);
	assert_int_equal(relay_entries(f, "case.unheard", birth), 1);
	relay_road(f, she);
	sweep(f);
	assert_int_equal(waiting(f), 1); /* it is too late for it */
	f->err = (struct yz_err){0};
	conn = reading(f);
	assert_int_equal(yz_relay_list(conn, f->a, watcher, 0, 10, &list, &f->err), 1);
	assert_true(list[0].lapsed);
	yz_db_release(conn);
	ledger_holds(f);
}

static bool again(struct fixture *f, const char *login, int64_t id)
{
	f->err = (struct yz_err){0};
	return yz_relay_again(f->site, actor(f, login), id, &f->err);
}

SITE(what_gave_up_is_sent_again_by_who_watches_the_region_and_then_arrives)
{
	struct yz_actor *she = actor(f, "liuyang");
	relay_put(f, ROAD_DIG, RELAY_WAITS);
	relay_put(f, BIRTH, RELAY_SENDS("yz:keep=\"P10D\" " RELAY_GIVES));
	struct yz_str birth = relay_birth(f, she);
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	site_clock(f, "2026-12-03T09:30:00+08:00");
	sweep(f);
	assert_int_equal(in_state(f, "lapsed"), 1);
	int64_t id = site_int(f, "SELECT id FROM relay");
	struct yz_str road = relay_road(f, she);
	FAILS(f, YZ_FORBIDDEN, again(f, "tianxin", id));
	FAILS(f, YZ_FORBIDDEN, again(f, "liuyang", id));
	/* A township's supervisor does not see the county's case. */
	FAILS(f, YZ_NOT_FOUND, again(f, "supervisor-town", id));
	FAILS(f, YZ_NOT_FOUND, again(f, "supervisor", id + 1));
	GOOD(f, again(f, "supervisor", id));
	assert_int_equal(in_state(f, "waiting"), 1);
	assert_int_equal(relay_entries(f, "case.tell_again", birth), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.tell_again' AND actor_id = $1", YZ_I(actor(f, "supervisor")->person)), 1);
	sweep(f);
	assert_int_equal(in_state(f, "heard"), 1);
	assert_true(task_at(look(f, actor(f, "reviewer"), road), "second")->open);
	/* Once. */
	FAILS(f, YZ_NOT_NOW, again(f, "supervisor", id));
	sweep(f);
	assert_int_equal(relay_entries(f, "case.hear", road), 1);
	ledger_holds(f);
}

SITE(what_merely_waits_for_who_is_to_come_is_not_sent_again)
{
	relay_put(f, BIRTH, RELAY_SENDS(RELAY_GIVES));
	struct yz_str birth = relay_birth(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	int64_t id = site_int(f, "SELECT id FROM relay"), until = site_int(f, "SELECT until_at FROM relay");
	FAILS(f, YZ_NOT_NOW, again(f, "supervisor", id));
	f->now += YZ_DAY;
	sweep(f);
	FAILS(f, YZ_NOT_NOW, again(f, "supervisor", id));
	assert_int_equal(site_int(f, "SELECT until_at FROM relay"), until);
	assert_int_equal(relay_entries(f, "case.tell_again", birth), 0);
}

SITE(what_is_sent_again_and_finds_nobody_gives_up_again)
{
	relay_put(f, BIRTH, RELAY_SENDS("yz:keep=\"P10D\""));
	struct yz_str birth = relay_birth(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	site_clock(f, "2026-12-03T09:30:00+08:00");
	sweep(f);
	GOOD(f, again(f, "supervisor", site_int(f, "SELECT id FROM relay")));
	site_clock(f, "2027-03-03T09:29:59+08:00");
	sweep(f);
	assert_int_equal(in_state(f, "waiting"), 1);
	site_clock(f, "2027-03-03T09:30:00+08:00");
	sweep(f);
	assert_int_equal(in_state(f, "lapsed"), 1);
	assert_int_equal(relay_entries(f, "case.unheard", birth), 2);
}

SITE(what_says_no_case_is_not_sent_again)
{
	relay_put(f, BIRTH, RELAY_SENDS_BY("null", RELAY_GIVES));
	struct yz_str birth = relay_birth(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	assert_int_equal(in_state(f, "lapsed"), 1);
	FAILS(f, YZ_NOT_NOW, again(f, "supervisor", site_int(f, "SELECT id FROM relay")));
	assert_int_equal(relay_entries(f, "case.tell_again", birth), 0);
}

/* Two messages for one wait, brought by two sweepers at once: one is heard, the other is kept for the next who waits. */
struct sweeping {
	struct fixture *f;
	pthread_barrier_t *together;
	int64_t done;
	bool good;
};

static void *sweep_at_once(void *ctx)
{
	struct sweeping *w = ctx;
	struct yz_err err = {0};
	yz_instant next;
	pthread_barrier_wait(w->together);
	w->good = yz_relay_sweep(w->f->site, w->f->now, &w->done, &next, &err);
	return NULL;
}

SITE(of_two_messages_for_one_wait_one_is_heard_and_the_other_kept)
{
	struct yz_actor *she = actor(f, "liuyang");
	relay_put(f, ROAD_DIG, RELAY_WAITS);
	relay_put(f, BIRTH, RELAY_SENDS(RELAY_GIVES));
	struct yz_str road = relay_road(f, she), births[2] = {relay_birth(f, she), relay_birth(f, she)};
	for (int i = 0; i < 2; i++)
		GOOD(f, ACT(f, actor(f, "tianxin"), births[i], accept));
	assert_int_equal(in_state(f, "waiting"), 2);
	pthread_barrier_t together;
	pthread_t threads[2];
	struct sweeping w[2] = {{.f = f, .together = &together}, {.f = f, .together = &together}};
	assert_int_equal(pthread_barrier_init(&together, NULL, 2), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sweep_at_once, &w[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&together);
	assert_true(w[0].good && w[1].good);
	assert_int_equal(in_state(f, "heard"), 1);
	assert_int_equal(in_state(f, "waiting"), 1);
	assert_int_equal(relay_entries(f, "case.hear", road), 1);
	assert_true(task_at(look(f, actor(f, "reviewer"), road), "second")->open);
	/* What the wait took is one birth's, whole; the other's is there for the next. */
	struct yz_str next = relay_road(f, she);
	sweep(f);
	assert_int_equal(in_state(f, "heard"), 2);
	assert_int_equal(relay_entries(f, "case.hear", next), 1);
	assert_int_equal(relay_entries(f, "case.hear", road), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(DISTINCT to_case) FROM relay WHERE state = 'heard'"), 2);
	ledger_holds(f);
}

SITE(a_case_that_cannot_go_on_is_tried_again_and_hears_it_once_it_can)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_relay *list;
	/* Behind the wait no way is open on the first day. */
	relay_put(f, ROAD_DIG,
		  RELAY_MODEL(RELAY_TASK("accept", "accept") "<intermediateCatchEvent id=\"wait\"><messageEventDefinition messageRef=\"m\" "
			      "yz:key=\"case.applicant\"/></intermediateCatchEvent><exclusiveGateway id=\"which\"/>" RELAY_TASK("decide", "decide")
				      RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "wait") RELAY_FLOW("f3", "wait", "which")
			      "<sequenceFlow id=\"f4\" sourceRef=\"which\" targetRef=\"decide\"><conditionExpression xsi:type=\"tFormalExpression\">"
			      "today() &gt; date(\"2026-11-23\")</conditionExpression></sequenceFlow><sequenceFlow id=\"f6\" sourceRef=\"which\" targetRef=\"end\">"
			      "<conditionExpression xsi:type=\"tFormalExpression\">false</conditionExpression></sequenceFlow>" RELAY_FLOW("f5", "decide", "end")));
	relay_put(f, BIRTH, RELAY_SENDS(RELAY_GIVES));
	struct yz_str road = apply(f, she), birth = relay_birth(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), road, accept));
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	sweep(f);
	assert_int_equal(in_state(f, "waiting"), 1);
	assert_int_equal(waiting(f), 1);
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_relay_list(conn, f->a, actor(f, "supervisor"), 0, 10, &list, &f->err), 1);
	yz_db_release(conn);
	assert_int_equal(list[0].tries, 1);
	assert_true(strstr(yz_str_z(f->a, list[0].failure), "which") != NULL);
	assert_int_equal(site_int(f, "SELECT next_try - sent FROM relay"), YZ_MINUTE);
	f->now += YZ_MINUTE;
	sweep(f);
	assert_int_equal(site_int(f, "SELECT tries FROM relay"), 2);
	assert_int_equal(site_int(f, "SELECT next_try FROM relay") - f->now, 2 * YZ_MINUTE);
	site_clock(f, "2026-11-24T09:30:00+08:00");
	sweep(f);
	assert_int_equal(in_state(f, "heard"), 1);
	assert_true(task_at(look(f, she, road), "decide")->open);
	ledger_holds(f);
}

SITE(a_step_taken_back_waits_no_more_and_one_that_told_is_not_taken_back)
{
	struct yz_actor *she = actor(f, "liuyang"), *reviewer = actor(f, "reviewer");
	both(f);
	struct yz_str road = relay_road(f, she), birth = relay_birth(f, she);
	GOOD(f, ACT(f, reviewer, road, recall, .reason = YZ_LIT("看错了")));
	assert_int_equal(waiting(f), 0);
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	sweep(f);
	assert_int_equal(in_state(f, "waiting"), 1);
	GOOD(f, ACT(f, reviewer, road, pass));
	assert_int_equal(waiting(f), 1);
	sweep(f);
	assert_int_equal(in_state(f, "heard"), 1);
	FAILS(f, YZ_FORBIDDEN, ACT(f, reviewer, road, recall, .reason = YZ_LIT("看错了")));
	FAILS(f, YZ_FORBIDDEN, ACT(f, actor(f, "tianxin"), birth, recall, .reason = YZ_LIT("看错了")));
	ledger_holds(f);
}

#define REVIEWED(more)                                                                                                 \
	RELAY_MODEL(RELAY_TASK("accept", "accept") RELAY_TASK("first", "review") RELAY_TASK("decide", "decide") more                \
		    RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "first") RELAY_FLOW("f3", "first", "decide")      \
		    RELAY_FLOW("f4", "decide", "end"))
#define BORDERED                                                                                                       \
	REVIEWED("<boundaryEvent id=\"told\" name=\"生育登记的结果\" attachedToRef=\"first\" cancelActivity=\"false\"><messageEventDefinition "      \
		 "messageRef=\"m\" yz:key=\"case.applicant\"/></boundaryEvent><boundaryEvent id=\"long\" attachedToRef=\"first\">"     \
		 "<timerEventDefinition><timeDuration xsi:type=\"tFormalExpression\">P5WD</timeDuration></timerEventDefinition>"  \
		 "</boundaryEvent>" RELAY_TASK("second", "review") RELAY_TASK("late", "review") RELAY_FLOW("f5", "told", "second")    \
		 RELAY_FLOW("f6", "long", "late") RELAY_FLOW("f7", "second", "end") RELAY_FLOW("f8", "late", "decide"))

/* The next version of the item, in force from now. */
static void publish_road(struct fixture *f, const char *process)
{
	site_do(f, yz_printf(f->a, "INSERT INTO artifact (digest, kind, key, body) VALUES ('newer', 'process', 'newer', '%s')", process));
	site_do(f, "INSERT INTO item (code, version, key, state, from_at, name, org, region, type, form, process, body, findings, source, created, updated, "
		   "decision) SELECT code, version + 1, key, state, 1, name, org, region, type, form, 'newer', body, findings, source, created, updated, "
		   "decision FROM item WHERE code = '" ROAD_DIG "' ORDER BY version DESC LIMIT 1");
	site_do(f, "UPDATE item SET until_at = 1 WHERE code = '" ROAD_DIG "' AND process <> 'newer'");
}

SITE(what_only_a_newer_process_waits_for_at_an_open_step_begins_when_the_case_is_moved)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_moved m;
	relay_put(f, ROAD_DIG, REVIEWED(""));
	relay_put(f, BIRTH, RELAY_SENDS(RELAY_GIVES));
	struct yz_str road = apply(f, she), birth = relay_birth(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), road, accept));
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	site_clock(f, "2026-12-01T09:30:00+08:00"); /* a week and more after the step began */
	sweep(f);
	assert_int_equal(in_state(f, "waiting"), 1);
	publish_road(f, BORDERED);
	GOOD(f, yz_case_migrate(f->site, NULL, road, true, &m, &f->err));
	assert_int_equal(waiting(f), 0); /* only asked */
	GOOD(f, yz_case_migrate(f->site, NULL, road, false, &m, &f->err));
	assert_int_equal(waiting(f), 1);
	sweep(f);
	assert_int_equal(in_state(f, "heard"), 1); /* what was kept for it */
	struct yz_case *c = look(f, she, road);
	assert_true(task_at(c, "second")->open && task_at(c, "first")->open);
	/* Five working days from the move. */
	site_clock(f, "2026-12-08T23:00:00+08:00");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'late'"), 0);
	site_clock(f, "2026-12-09T00:00:00+08:00");
	sweep(f);
	c = look(f, she, road);
	assert_true(task_at(c, "late")->open);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'first' AND state = 'cancelled'"), 1);
	assert_int_equal(waiting(f), 0);
	ledger_holds(f);
}

/* The message comes only after another review; beside the gateway a review of the time. */
#define AFTER_A_WHILE                                                                                                  \
	RELAY_MODEL(RELAY_TASK("accept", "accept") RELAY_TASK("first", "review") "<eventBasedGateway id=\"either\"/>"              \
		    "<intermediateCatchEvent id=\"wait\"><messageEventDefinition messageRef=\"m\" yz:key=\"case.applicant\"/>"     \
		    "</intermediateCatchEvent><intermediateCatchEvent id=\"long\"><timerEventDefinition>"                       \
		    "<timeDuration xsi:type=\"tFormalExpression\">P5WD</timeDuration></timerEventDefinition></intermediateCatchEvent>" \
		    "<intermediateCatchEvent id=\"told\"><signalEventDefinition signalRef=\"g\"/></intermediateCatchEvent>"          \
		    RELAY_TASK("second", "review") RELAY_TASK("late", "review") RELAY_TASK("decide", "decide") "<exclusiveGateway id=\"on\"/>" \
		    RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "first") RELAY_FLOW("f3", "first", "either")      \
		    RELAY_FLOW("f4", "either", "told") RELAY_FLOW("f5", "either", "long") RELAY_FLOW("f6", "told", "second")         \
		    RELAY_FLOW("f7", "long", "late") RELAY_FLOW("f8", "second", "wait") RELAY_FLOW("f9", "late", "on")               \
		    RELAY_FLOW("f10", "wait", "on") RELAY_FLOW("f11", "on", "decide") RELAY_FLOW("f12", "decide", "end"))

SITE(a_case_moved_where_the_message_comes_later_does_not_take_it_from_who_waits)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_moved m;
	both(f);
	struct yz_str road = relay_road(f, she), other = relay_road(f, she);
	publish_road(f, AFTER_A_WHILE);
	GOOD(f, yz_case_migrate(f->site, NULL, road, false, &m, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay_wait WHERE gone IS NULL AND node = 'wait'"), 1);
	GOOD(f, ACT(f, actor(f, "tianxin"), relay_birth(f, she), accept));
	sweep(f);
	assert_int_equal(in_state(f, "heard"), 1);
	assert_int_equal(relay_entries(f, "case.hear", other), 1);
	ledger_holds(f);
}

SITE(a_case_that_ends_waits_no_more)
{
	struct yz_actor *she = actor(f, "liuyang");
	both(f);
	struct yz_str road = relay_road(f, she);
	GOOD(f, ACT(f, she, road, withdraw));
	assert_int_equal(waiting(f), 0);
	GOOD(f, ACT(f, actor(f, "tianxin"), relay_birth(f, she), accept));
	sweep(f);
	assert_int_equal(in_state(f, "waiting"), 1);
}

SITE(a_message_one_byte_over_is_not_sent)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "tianxin");
	/* {"much":"…"}: eleven bytes around it; the clock's day says how long it is. */
	relay_put(f, BIRTH, RELAY_SENDS("yz:give=\"={much: string join(for i in 1..(if today() = date(&quot;2026-11-23&quot;) then 65526 else 65525) "
					"return &quot;x&quot;)}\""));
	struct yz_str birth = relay_birth(f, she);
	FAILS(f, YZ_LIMIT, ACT(f, clerk, birth, accept));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay"), 0);
	assert_true(task_at(look(f, clerk, birth), "accept")->open);
	site_clock(f, "2026-11-24T09:30:00+08:00");
	GOOD(f, ACT(f, clerk, birth, accept));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay"), 1);
}

SITE(what_the_house_tells_by_itself_no_process_sends)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "tianxin");
	relay_put(f, BIRTH,
		  "<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:yz=\"" YZ_BPMN_NS
		  "\" id=\"d\" targetNamespace=\"t\"><message id=\"m\" name=\"payment\"/><process id=\"p\" isExecutable=\"true\">"
		  "<startEvent id=\"start\"/>" RELAY_TASK("accept", "accept") "<sendTask id=\"tell\" messageRef=\"m\" yz:key=\"case.applicant\"/>"
		  "<endEvent id=\"end\"/>" RELAY_FLOW("f1", "start", "accept") RELAY_FLOW("f2", "accept", "tell") RELAY_FLOW("f3", "tell", "end")
		  "</process></definitions>");
	struct yz_str birth = relay_birth(f, she);
	FAILS(f, YZ_BAD_INPUT, ACT(f, clerk, birth, accept));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay"), 0);
}

static void nobodys(struct fixture *f, const char *waits, const char *sends)
{
	struct yz_relay *list;
	relay_put(f, ROAD_DIG, waits);
	relay_put(f, BIRTH, sends);
	struct yz_str road = relay_road(f, actor(f, "liuyang")), birth = relay_birth(f, actor(f, "linguohua"));
	GOOD(f, ACT(f, actor(f, "tianxin"), birth, accept));
	sweep(f);
	assert_int_equal(in_state(f, "heard"), 0);
	assert_int_equal(waiting(f), 0);
	assert_int_equal(relay_entries(f, "case.hear", road), 0);
	/* The sender goes on, and is told at once that nobody will hear it. */
	assert_int_equal(in_state(f, "lapsed"), 1);
	assert_int_equal(relay_entries(f, "case.unheard", birth), 1);
	assert_true(task_at(look(f, actor(f, "tianxin"), birth), "after")->open);
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_relay_list(conn, f->a, actor(f, "supervisor"), 0, 10, &list, &f->err), 1);
	yz_db_release(conn);
	assert_true(list[0].lapsed && yz_str_find(list[0].failure, YZ_LIT("yz:key"), 0) != SIZE_MAX);
	/* Who waits may still wait for the time. */
	site_clock(f, "2026-12-10T09:00:00+08:00");
	sweep(f);
	assert_true(task_at(look(f, actor(f, "reviewer"), road), "late")->open);
	ledger_holds(f);
}

SITE(without_a_joint_application_its_number_is_nobodys_key)
{
	nobodys(f, RELAY_WAITS_BY("case.joint"), RELAY_SENDS_BY("case.joint", RELAY_GIVES));
}

SITE(an_empty_key_is_nobodys)
{
	nobodys(f, RELAY_WAITS_BY("&quot;&quot;"), RELAY_SENDS_BY("&quot; &quot;", RELAY_GIVES));
}

/* What begins in Chinese is taken to be for people: a node's id may be Chinese, so a word stands before it. */
SITE(a_message_that_is_kept_for_no_number_of_days_is_a_mistake_of_the_process)
{
	relay_put(f, BIRTH, RELAY_SENDS("yz:keep=\"P1WD\""));
	struct yz_str birth = relay_birth(f, actor(f, "liuyang"));
	FAILS(f, YZ_BAD_INPUT, ACT(f, actor(f, "tianxin"), birth, accept));
	assert_true(yz_str_starts(yz_str(f->err.msg), YZ_LIT("node tell: yz:keep is P1WD")));
}
