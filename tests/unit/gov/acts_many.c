/* SPDX-License-Identifier: Apache-2.0
 *
 * Acts on many cases: equal ones at one press, and running ones moved to a newer process.
 */
#include "tests/unit/gov/case_fixture.h"

#include "bpmn/bpmn.h"
#include "gov/case_migrate.h"

/* The open task of each. */
static void open_tasks(struct fixture *f, const struct yz_str *nos, size_t n, int64_t *tasks)
{
	for (size_t i = 0; i < n; i++)
		tasks[i] = site_int(f, "SELECT MIN(k.id) FROM task k JOIN cases c ON c.id = k.case_id WHERE c.no = $1 AND k.state = 'open'",
				    YZ_S(nos[i]));
}

SITE(equal_cases_are_done_at_one_press_and_each_says_what_became_of_it)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str nos[4];
	int64_t tasks[4];
	struct yz_batched out[YZ_BATCH_MOST];
	for (int i = 0; i < 4; i++)
		nos[i] = apply(f, she);
	open_tasks(f, nos, 4, tasks);
	GOOD(f, ACT(f, clerk, nos[1], accept));                  /* somebody was faster */
	GOOD(f, ACT(f, she, nos[2], withdraw));                  /* it is there no more */
	const struct yz_act_input in = {.act = YZ_ACT_accept, .reason = YZ_LIT("材料齐全")};
	GOOD(f, yz_case_batch(f->site, f->a, clerk, tasks, 4, &in, out, &f->err));
	assert_true(out[0].done && out[3].done && !out[1].done && !out[2].done);
	assert_int_equal(out[1].err.code, YZ_NOT_NOW);
	assert_int_equal(out[2].err.code, YZ_NOT_NOW);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.accept'"), 3);
	ledger_holds(f);
}

SITE(unequal_ones_and_other_desks_are_left_out_of_a_batch)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin"), *traffic = actor(f, "jiaojing");
	struct yz_str nos[2] = {apply(f, she), apply(f, she)};
	int64_t tasks[3];
	struct yz_batched out[YZ_BATCH_MOST];
	const struct yz_act_input in = {.act = YZ_ACT_pass, .reason = YZ_LIT("同意")};
	GOOD(f, ACT(f, clerk, nos[0], accept));
	tasks[0] = site_int(f, "SELECT id FROM task WHERE node = 'review_traffic'");
	tasks[1] = site_int(f, "SELECT id FROM task WHERE node = 'review_city'");
	tasks[2] = 999999;
	GOOD(f, yz_case_batch(f->site, f->a, traffic, tasks, 3, &in, out, &f->err));
	assert_true(out[0].done && !out[1].done && !out[2].done);
	assert_int_equal(out[1].err.code, YZ_NOT_FOUND); /* not on her desk: nor its number told */
	assert_true(!out[1].no.len && !out[1].applicant_name.len);
	assert_int_equal(out[2].err.code, YZ_NOT_FOUND);
	open_tasks(f, &nos[1], 1, &tasks[1]);
	GOOD(f, yz_case_batch(f->site, f->a, clerk, &tasks[1], 1, &in, out, &f->err));
	assert_false(out[0].done); /* a window's step is not passed */
	FAILS(f, YZ_BAD_INPUT, yz_case_batch(f->site, f->a, clerk, tasks, 0, &in, out, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_case_batch(f->site, f->a, clerk, tasks, YZ_BATCH_MOST + 1, &in, out, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_case_batch(f->site, f->a, she, tasks, 1, &in, out, &f->err));
}

SITE(a_batch_against_the_rules_says_so_case_by_case)
{
	struct yz_actor *she = actor(f, "liuyang"), *decider = actor(f, "decider");
	struct yz_str nos[2] = {apply(f, she), apply(f, she)};
	int64_t tasks[2];
	struct yz_batched out[YZ_BATCH_MOST];
	review_all(f, nos[0]);
	review_all(f, nos[1]);
	open_tasks(f, nos, 2, tasks);
	const struct yz_act_input none = {.act = YZ_ACT_grant};
	GOOD(f, yz_case_batch(f->site, f->a, decider, tasks, 2, &none, out, &f->err));
	assert_int_equal(out[0].err.code, YZ_BAD_INPUT); /* a decision has its reason */
	const struct yz_act_input in = {.act = YZ_ACT_grant, .reason = YZ_LIT("符合条件")};
	GOOD(f, yz_case_batch(f->site, f->a, decider, tasks, 2, &in, out, &f->err));
	assert_true(out[0].done && out[1].done);
}

/* ---- a newer process ---- */

struct publishing {
	struct yz_str process;
	int64_t item;
};

/* The next version of road digging, in force from now, with this process. */
static bool do_publish(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct publishing *w = ctx;
	if (!yz_exec(conn, err, "INSERT INTO artifact (digest, kind, key, body) VALUES ('newer', 'process', 'newer', $1) "
				"ON CONFLICT (digest) DO UPDATE SET body = excluded.body", YZ_S(w->process)))
		return false;
	return (w->item = yz_insert(conn, err,
				    "INSERT INTO item (code, version, key, state, from_at, name, org, region, type, form, process, body, findings, source, "
				    "created, updated, decision) SELECT code, version + 1, key, state, 1, name, org, region, type, form, 'newer', body, "
				    "findings, source, created, updated, decision FROM item WHERE code = $1 ORDER BY version DESC LIMIT 1",
				    YZ_Z(ROAD_DIG))) &&
	       yz_exec(conn, err, "UPDATE item SET until_at = 1 WHERE code = $1 AND id <> $2", YZ_Z(ROAD_DIG), YZ_I(w->item));
}

static void publish(struct fixture *f, const char *tasks)
{
	struct publishing w = {yz_str_printf(f->a,
					     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
					     "xmlns:yz=\"" YZ_BPMN_NS "\" id=\"d\" targetNamespace=\"t\"><process id=\"%s\" isExecutable=\"true\">"
					     "<startEvent id=\"start\"/>%s<endEvent id=\"end\"/></process></definitions>",
					     "road-dig", tasks)};
	GOOD(f, yz_db_write(f->site->db, do_publish, &w, &f->err));
}

#define TASK(id, act) "<userTask id=\"" id "\" name=\"" id "\" yz:act=\"" act "\"/>"
#define FLOW(id, from, to) "<sequenceFlow id=\"" id "\" sourceRef=\"" from "\" targetRef=\"" to "\"/>"

SITE(a_case_moves_to_a_newer_process_by_an_explicit_checked_act)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_moved m;
	struct yz_str no = apply(f, she);
	GOOD(f, yz_case_migrate(f->site, NULL, no, false, &m, &f->err));
	assert_int_equal(m.from, m.to); /* there is no newer one */
	publish(f, TASK("accept", "accept") TASK("second_look", "review") TASK("decide", "decide") TASK("deliver", "deliver")
			   FLOW("f1", "start", "accept") FLOW("f2", "accept", "second_look") FLOW("f3", "second_look", "decide")
				   FLOW("f4", "decide", "deliver") FLOW("f5", "deliver", "end"));
	GOOD(f, yz_case_migrate(f->site, NULL, no, true, &m, &f->err));
	assert_int_not_equal(m.from, m.to);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE flow_item IS NOT NULL"), 0); /* only asked */
	FAILS(f, YZ_FORBIDDEN, yz_case_migrate(f->site, clerk, no, false, &m, &f->err));
	GOOD(f, yz_case_migrate(f->site, actor(f, "admin"), no, false, &m, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.migrate'"), 1);
	GOOD(f, ACT(f, clerk, no, accept));
	assert_true(task_at(look(f, clerk, no), "second_look")->open);
	GOOD(f, ACT(f, actor(f, "reviewer"), no, pass));
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件")));
	ledger_holds(f);
}

SITE(where_a_token_would_stand_on_nothing_the_case_stays_as_it_was)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_moved m;
	struct yz_str no = apply(f, she), other = apply(f, she), *nos;
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	publish(f, TASK("accept", "accept") TASK("decide", "decide") FLOW("f1", "start", "accept") FLOW("f2", "accept", "decide")
			   FLOW("f3", "decide", "end"));
	FAILS(f, YZ_BAD_INPUT, yz_case_migrate(f->site, NULL, no, false, &m, &f->err));
	assert_true(strstr(f->err.msg, "review_"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE flow_item IS NOT NULL"), 0);
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass)); /* it goes on by its own */
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_case_open_of(conn, f->a, YZ_LIT(ROAD_DIG), &nos, &f->err), 2);
	yz_db_release(conn);
	GOOD(f, yz_case_migrate(f->site, NULL, other, false, &m, &f->err));
}

/* What the newer process would wait for is a variable the case does not have. */
SITE(asked_first_a_case_whose_new_timer_comes_to_nothing_stays_for_the_same_reason)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_moved m;
	struct yz_str no = apply(f, she);
	publish(f, TASK("accept", "accept") TASK("decide", "decide") "<boundaryEvent id=\"late\" attachedToRef=\"accept\"><timerEventDefinition>"
		   "<timeDuration xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"tFormalExpression\">=missing</timeDuration>"
		   "</timerEventDefinition></boundaryEvent>"
			   FLOW("f1", "start", "accept") FLOW("f2", "accept", "decide") FLOW("f3", "decide", "end")
				   FLOW("f4", "late", "decide"));
	FAILS(f, YZ_BAD_INPUT, yz_case_migrate(f->site, NULL, no, true, &m, &f->err));
	const char *asked = yz_printf(f->a, "%s", f->err.msg);
	assert_non_null(strstr(asked, "late"));
	FAILS(f, YZ_BAD_INPUT, yz_case_migrate(f->site, NULL, no, false, &m, &f->err));
	assert_string_equal(f->err.msg, asked);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases WHERE flow_item IS NOT NULL"), 0);
}
