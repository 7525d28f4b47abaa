/* SPDX-License-Identifier: Apache-2.0
 *
 * Acts at their edges: what is used up, what is named, who comes second.
 */
#include "tests/unit/gov/case_fixture.h"

#include "bpmn/bpmn.h"
#include "gov/acting.h"
#include "gov/note.h"
#include "gov/version.h"
#include "pack/pack.h"

#include <pthread.h>

SITE(an_office_that_suspends_often_leaves_the_law_its_stops)
{
	struct yz_actor *she = actor(f, "liuyang"), *traffic = actor(f, "jiaojing");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	for (int i = 0; i < 40; i++) { /* of one day all are one */
		GOOD(f, ACT(f, traffic, no, suspend, .reason = YZ_LIT("等图纸")));
		GOOD(f, ACT(f, traffic, no, unsuspend, .reason = YZ_LIT("图纸到了")));
	}
	bool often = true;
	for (int i = 0; often && i < 40; i++) {
		f->now += YZ_DAY;
		often = ACT(f, traffic, no, suspend, .reason = YZ_LIT("等图纸"));
		if (often)
			GOOD(f, ACT(f, traffic, no, unsuspend, .reason = YZ_LIT("图纸到了")));
	}
	assert_false(often);
	assert_int_equal(f->err.code, YZ_NOT_NOW);
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, traffic, no, stop, .reason = YZ_LIT("要鉴定"), .special = YZ_LIT("鉴定"), .days = 5));
	GOOD(f, ACT(f, traffic, no, resume, .reason = YZ_LIT("鉴定好了")));
	ledger_holds(f);
}

SITE(stopping_and_extending_name_a_task_of_this_case_or_none)
{
	struct yz_actor *she = actor(f, "liuyang"), *traffic = actor(f, "jiaojing"), *decider = actor(f, "decider");
	struct yz_str no = apply(f, she), other = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	int64_t theirs = task_at(look(f, actor(f, "zhangmin"), other), "accept")->id;
	int64_t done = task_at(look(f, actor(f, "zhangmin"), no), "accept")->id;
	FAILS(f, YZ_CONFLICT, ACT(f, traffic, no, stop, .task = theirs, .reason = YZ_LIT("要鉴定"), .special = YZ_LIT("鉴定"), .days = 5));
	FAILS(f, YZ_CONFLICT, ACT(f, traffic, no, stop, .task = done, .reason = YZ_LIT("要鉴定"), .special = YZ_LIT("鉴定"), .days = 5));
	FAILS(f, YZ_CONFLICT, ACT(f, decider, no, extend, .task = theirs, .reason = YZ_LIT("情况复杂"), .days = 3));
	int64_t own = task_at(look(f, traffic, no), "review_traffic")->id;
	GOOD(f, ACT(f, traffic, no, stop, .task = own, .reason = YZ_LIT("要鉴定"), .special = YZ_LIT("鉴定"), .days = 5));
	GOOD(f, ACT(f, traffic, no, resume, .reason = YZ_LIT("鉴定好了")));
	GOOD(f, ACT(f, decider, no, extend, .reason = YZ_LIT("情况复杂"), .days = 3));
}

/* ---- an act that forgets ---- */

struct forgetting {
	struct yz_site *site;
	struct yz_str no;
	int what;
};

static bool do_forget(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct forgetting *w = ctx;
	const struct yz_stage step = {.org = YZ_LIT("zhujian"), .node = YZ_LIT("accept"), .name = YZ_LIT("受理"), .n = 1};
	struct yz_acting *t = yz_new(a, struct yz_acting);
	if (!yz_acting_load(t, w->site, conn, a, NULL, w->no, err) || !yz_exec(conn, err, "UPDATE task SET opinion = 'x' WHERE case_id = $1", YZ_I(t->id)))
		return false;
	if (w->what == 0 && !yz_acting_stage(t, &step, t->now - YZ_HOUR, t->now, err))
		return false;
	if (w->what == 1)
		t->figure.decided = 1;
	if (w->what == 2)
		*yz_vec_push(a, &t->follow) = (struct yz_follow){.act = YZ_ACT_notify};
	return yz_acting_save(t, err);
}

SITE(what_no_entry_says_is_not_saved)
{
	struct forgetting w = {.site = f->site, .no = apply(f, actor(f, "liuyang"))};
	int64_t version = site_int(f, "SELECT version FROM cases");
	for (w.what = 0; w.what < 3; w.what++)
		FAILS(f, YZ_INTERNAL, yz_db_write(f->site->db, do_forget, &w, &f->err));
	assert_int_equal(site_int(f, "SELECT version FROM cases"), version);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE opinion = 'x'"), 0);
	f->err = (struct yz_err){0};
	GOOD(f, yz_db_write(f->site->db, do_forget, &w, &f->err)); /* forgetting nothing */
	assert_int_equal(site_int(f, "SELECT version FROM cases"), version + 1);
	ledger_holds(f);
}

/* ---- who edits a process ---- */

#define PROCESS(org)                                                                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:yz=\"" YZ_BPMN_NS \
	"\" id=\"d\" targetNamespace=\"t\"><process id=\"road-dig\" isExecutable=\"true\"><startEvent id=\"start\"/>"          \
	"<userTask id=\"accept\" name=\"受理\" yz:act=\"accept\"/><userTask id=\"decide\" name=\"决定\" yz:act=\"decide\" yz:org=\"" org \
	"\"/><userTask id=\"deliver\" name=\"送达\" yz:act=\"deliver\"/><endEvent id=\"end\"/>"                                \
	"<sequenceFlow id=\"f1\" sourceRef=\"start\" targetRef=\"accept\"/><sequenceFlow id=\"f2\" sourceRef=\"accept\" targetRef=\"decide\"/>" \
	"<sequenceFlow id=\"f3\" sourceRef=\"decide\" targetRef=\"deliver\"/><sequenceFlow id=\"f4\" sourceRef=\"deliver\" targetRef=\"end\"/>" \
	"</process></definitions>"

/* accept, ask a decision, decide */
#define ASKS(decision)                                                                                                 \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:yz=\"" YZ_BPMN_NS \
	"\" id=\"d\" targetNamespace=\"t\"><process id=\"road-dig\" isExecutable=\"true\"><startEvent id=\"start\"/>"          \
	"<userTask id=\"accept\" name=\"受理\" yz:act=\"accept\"/><businessRuleTask id=\"ask\" yz:decision=\"" decision        \
	"\" yz:result=\"said\"/><userTask id=\"decide\" name=\"决定\" yz:act=\"decide\"/><endEvent id=\"end\"/>"               \
	"<sequenceFlow id=\"f1\" sourceRef=\"start\" targetRef=\"accept\"/><sequenceFlow id=\"f2\" sourceRef=\"accept\" targetRef=\"ask\"/>" \
	"<sequenceFlow id=\"f3\" sourceRef=\"ask\" targetRef=\"decide\"/><sequenceFlow id=\"f4\" sourceRef=\"decide\" targetRef=\"end\"/>" \
	"</process></definitions>"

/* accept, tell every case of the region, decide */
#define WARNS(gives)                                                                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:yz=\"" YZ_BPMN_NS \
	"\" id=\"d\" targetNamespace=\"t\"><signal id=\"g\" name=\"warning\"/><process id=\"road-dig\" isExecutable=\"true\">"   \
	"<startEvent id=\"start\"/><userTask id=\"accept\" name=\"受理\" yz:act=\"accept\"/><intermediateThrowEvent id=\"warn\" "    \
	"yz:reach=\"item\" yz:give=\"={a: " gives "}\"><signalEventDefinition signalRef=\"g\"/></intermediateThrowEvent>"        \
	"<userTask id=\"decide\" name=\"决定\" yz:act=\"decide\"/><endEvent id=\"end\"/>"                                     \
	"<sequenceFlow id=\"f1\" sourceRef=\"start\" targetRef=\"accept\"/><sequenceFlow id=\"f2\" sourceRef=\"accept\" targetRef=\"warn\"/>" \
	"<sequenceFlow id=\"f3\" sourceRef=\"warn\" targetRef=\"decide\"/><sequenceFlow id=\"f4\" sourceRef=\"decide\" targetRef=\"end\"/>" \
	"</process></definitions>"

struct editing {
	struct fixture *f;
	const char *text;
	struct yz_str seen;
	int64_t draft;
	bool done;
	struct yz_err err;
};

static const struct yz_version *road(struct fixture *f, struct yz_arena *a)
{
	struct yz_conn *conn = reading(f);
	const struct yz_version *v = yz_version_now(f->site, conn, a, YZ_LIT(ROAD_DIG), &f->err);
	yz_db_release(conn);
	GOOD(f, v);
	return v;
}

static struct yz_str seen_now(struct fixture *f)
{
	struct yz_str seen;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_item_seen(conn, f->a, YZ_LIT(ROAD_DIG), &seen, &f->err));
	yz_db_release(conn);
	return seen;
}

static void *edit(void *ctx)
{
	struct editing *e = ctx;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_pack_findings found = {0};
	struct yz_conn *conn = yz_db_read(e->f->site->db, &e->err);
	const struct yz_version *v = conn ? yz_version_now(e->f->site, conn, a, YZ_LIT(ROAD_DIG), &e->err) : NULL;
	if (conn)
		yz_db_release(conn);
	e->done = v && yz_item_save_text(e->f->site, a, NULL, v, YZ_PART_PROCESS, YZ_LIT("processes/road-dig.bpmn"), yz_str(e->text), e->seen, &found,
					 &e->draft, &e->err);
	yz_arena_destroy(a);
	return NULL;
}

SITE(of_two_who_save_what_both_saw_one_is_told)
{
	for (int round = 0; round < 5; round++) {
		struct editing e[2] = {{.f = f, .text = PROCESS("zhujian")}, {.f = f, .text = PROCESS("jiaojing")}};
		pthread_t threads[2];
		f->now += YZ_SECOND;
		e[0].seen = e[1].seen = seen_now(f);
		for (int i = 0; i < 2; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, edit, &e[i]), 0);
		for (int i = 0; i < 2; i++)
			pthread_join(threads[i], NULL);
		assert_int_equal(e[0].done + e[1].done, 1);
		assert_int_equal(e[e[0].done ? 1 : 0].err.code, YZ_CONFLICT);
	}
}

SITE(a_process_that_names_what_is_not_there_is_not_published)
{
	struct editing e = {.f = f, .text = PROCESS("nowhere"), .seen = seen_now(f)};
	edit(&e);
	assert_true(e.done); /* as a draft it may stand */
	assert_non_null(road(f, f->a));
	GOOD(f, yz_item_set_state(f->site, NULL, e.draft, YZ_LIT("review"), 0, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_item_set_state(f->site, NULL, e.draft, YZ_LIT("published"), 0, &f->err));
	assert_true(strstr(f->err.msg, "nowhere") != NULL);
}

/* Published where the right text of two is in it; what refuses the wrong one says `why`. */
static void only_the_right_is_published(struct fixture *f, const char *wrong, const char *good, const char *why)
{
	for (int right = 0; right < 2; right++) {
		struct editing e = {.f = f, .text = right ? good : wrong, .seen = seen_now(f)};
		edit(&e);
		assert_true(e.done);
		GOOD(f, yz_item_set_state(f->site, NULL, e.draft, YZ_LIT("review"), 0, &f->err));
		f->err = (struct yz_err){0};
		assert_int_equal(yz_item_set_state(f->site, NULL, e.draft, YZ_LIT("published"), 0, &f->err), right);
		assert_true(right || (f->err.code == YZ_BAD_INPUT && strstr(f->err.msg, why)));
		if (!right)
			GOOD(f, yz_item_set_state(f->site, NULL, e.draft, YZ_LIT("draft"), 0, &f->err));
	}
}

/* The case would come to it and stand there: nobody answers a decision that the item's model does not have. */
SITE(a_process_that_asks_a_decision_the_item_does_not_have_is_not_published)
{
	only_the_right_is_published(f, ASKS("价格"), ASKS("情形"), "价格");
}

SITE(a_process_that_tells_everybody_what_is_personal_is_not_published)
{
	only_the_right_is_published(f, WARNS("facts"), WARNS("挖掘原因"), "个人信息");
}
