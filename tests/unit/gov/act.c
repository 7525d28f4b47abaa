/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#define LAW YZ_LIT("城市道路管理条例第三十三条")
#define WHY YZ_LIT("材料与现场不符")

/* ---- acceptance ---- */

SITE(accepting_ends_the_five_days_and_starts_the_limits)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept, .reason = YZ_LIT("材料齐全")));
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_accepted);
	assert_int_equal(c->accepted, f->now);
	assert_int_equal(clock_of(c, "answer")->ended, f->now);
	assert_at(clock_of(c, "promised")->due, "2026-12-08T00:00:00+08:00"); /* ten working days */
	assert_at(clock_of(c, "legal")->due, "2026-12-22T00:00:00+08:00");    /* twenty */
	paper(c, "ACCEPT");
	assert_true(yz_str_eqz(c->events[1].text, "材料齐全"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE person = $1", YZ_I(she->person)), 2);
}

SITE(refusing_takes_a_reason_and_a_basis_and_ends_the_case)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	FAILS(f, YZ_BAD_INPUT, ACT(f, clerk, no, refuse, .basis = LAW));
	assert_true(yz_str_eqz(yz_str(f->err.where), "reason"));
	FAILS(f, YZ_BAD_INPUT, ACT(f, clerk, no, refuse, .reason = WHY));
	assert_true(yz_str_eqz(yz_str(f->err.where), "basis"));
	assert_int_equal(look(f, she, no)->row.state, YZ_CASE_submitted);
	GOOD(f, ACT(f, clerk, no, refuse, .reason = WHY, .basis = LAW));
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_refused);
	assert_int_equal(c->row.ended, f->now);
	paper(c, "REFUSE");
	assert_true(task_at(c, "accept")->cancelled);
	for (size_t i = 0; i < c->nclocks; i++)
		assert_int_equal(c->clocks[i].ended, f->now);
	FAILS(f, YZ_NOT_NOW, ACT(f, clerk, no, accept));
}

/* ---- correcting ---- */

#define MARKS "[{\"field\":\"挖掘长度\",\"what\":\"与平面图一致\"},{\"material\":\"site-plan\",\"what\":\"换清楚的\"}]"

SITE(correction_marks_what_the_item_has_and_is_asked_once)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	FAILS(f, YZ_BAD_INPUT, ACT(f, clerk, no, correct));
	FAILS(f, YZ_BAD_INPUT, ACT(f, clerk, no, correct, .items = json(f, "[{\"field\":\"没有的\",\"what\":\"改\"}]")));
	FAILS(f, YZ_BAD_INPUT, ACT(f, clerk, no, correct, .items = json(f, "[{\"field\":\"挖掘长度\",\"what\":\" \"}]")));
	GOOD(f, ACT(f, clerk, no, correct, .items = json(f, MARKS), .reason = WHY));
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_correcting);
	paper(c, "MEND");
	assert_at(c->correction->due, "2026-12-15T00:00:00+08:00"); /* fifteen working days */
	assert_true(choice(c, YZ_ACT_supply));
	/* Her time is not the clerk's: nothing of his runs meanwhile. */
	for (size_t i = 0; i < c->nclocks; i++)
		assert_true(c->clocks[i].ended || yz_str_eqz(c->clocks[i].kind, "correction"));
	FAILS(f, YZ_NOT_NOW, ACT(f, clerk, no, refuse, .reason = WHY, .basis = LAW)); /* her days are not over */
	FAILS(f, YZ_NOT_NOW, ACT(f, clerk, no, accept));
}

SITE(supplying_changes_only_what_was_marked_and_starts_five_days_anew)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, clerk, no, correct, .items = json(f, MARKS), .reason = WHY));
	site_clock(f, "2026-11-26T10:00:00+08:00");
	const struct yz_json *typed = json(f, "{\"挖掘长度\":\"15\",\"道路名称\":\"别的路\"}");
	FAILS(f, YZ_BAD_INPUT, ACT(f, she, no, supply, .facts = typed)); /* the marked plan is not given yet */
	int64_t id;
	FAILS(f, YZ_NOT_NOW, yz_material_add(f->site, f->a, she, 0, no, YZ_LIT("id-card"), put_picture(f), YZ_LIT("x.png"), &id, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_material_add(f->site, f->a, actor(f, "zhaoguilan"), 0, no, YZ_LIT("site-plan"), put_picture(f),
					       YZ_LIT("x.png"), &id, &f->err));
	GOOD(f, yz_material_add(f->site, f->a, she, 0, no, YZ_LIT("site-plan"), put_picture(f), YZ_LIT("x.png"), &id, &f->err));
	FAILS(f, YZ_BAD_INPUT, ACT(f, she, no, supply, .facts = json(f, "{\"挖掘长度\":\"-1\"}")));
	GOOD(f, ACT(f, she, no, supply, .facts = typed));
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_submitted);
	assert_true(yz_str_eqz(yz_json_get(c->facts, "挖掘长度")->text, "15"));
	assert_true(yz_str_eqz(yz_json_str(c->facts, "道路名称"), "滨河路"));
	assert_int_equal(c->correction->answered, f->now);
	assert_at(clock_of(c, "answer")->due, "2026-12-04T00:00:00+08:00");
	assert_at(clock_of(c, "step")->due, "2026-11-28T00:00:00+08:00"); /* the window has its day again */
	assert_at(task_at(c, "accept")->due, "2026-11-28T00:00:00+08:00");
	FAILS(f, YZ_NOT_NOW, ACT(f, clerk, no, correct, .items = json(f, MARKS)));
	GOOD(f, ACT(f, clerk, no, accept));
	ledger_holds(f);
}

SITE(a_correction_that_never_came_may_be_refused_when_its_days_are_over)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, clerk, no, correct, .items = json(f, MARKS), .reason = WHY, .days = 5));
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card"), 0); /* her delay is no department's */
	GOOD(f, ACT(f, clerk, no, refuse, .reason = WHY, .basis = LAW));
	assert_int_equal(look(f, she, no)->row.state, YZ_CASE_refused);
}

SITE(she_withdraws_before_the_decision_and_not_after)
{
	struct yz_actor *she = actor(f, "liuyang"), *decider = actor(f, "decider");
	struct yz_str first = apply(f, she), second = apply(f, she);
	review_all(f, first);
	GOOD(f, ACT(f, she, first, withdraw));
	struct yz_case *c = look(f, she, first);
	assert_int_equal(c->row.state, YZ_CASE_withdrawn);
	assert_int_equal(c->row.ended, f->now);
	assert_true(yz_str_eqz(task_at(c, "decide")->outcome, "") && task_at(c, "decide")->cancelled);
	review_all(f, second);
	GOOD(f, ACT(f, decider, second, grant, .reason = YZ_LIT("符合条件")));
	FAILS(f, YZ_NOT_NOW, ACT(f, she, second, withdraw));
}

/* ---- review ---- */

SITE(three_departments_review_road_digging_at_the_same_time)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	struct yz_case *c = look(f, she, no);
	assert_true(task_at(c, "review_traffic")->open && task_at(c, "review_city")->open && task_at(c, "review_green")->open);
	assert_true(yz_str_eqz(task_at(c, "review_traffic")->org, "jiaojing"));
	GOOD(f, ACT(f, actor(f, "caihong"), no, pass));
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
	c = look(f, she, no);
	assert_true(task_at(c, "review_green")->open);
	for (size_t i = 0; i < c->ntasks; i++)
		assert_false(yz_str_eqz(c->tasks[i].node, "decide")); /* one opinion is missing */
	GOOD(f, ACT(f, actor(f, "yuanlin"), no, pass));
	assert_true(task_at(look(f, she, no), "decide")->open);
}

SITE(one_objection_leads_to_a_conference)
{
	struct yz_actor *she = actor(f, "liuyang"), *gardens = actor(f, "yuanlin");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
	GOOD(f, ACT(f, actor(f, "caihong"), no, pass));
	FAILS(f, YZ_BAD_INPUT, ACT(f, gardens, no, object));
	GOOD(f, ACT(f, gardens, no, object, .reason = YZ_LIT("移植方案不全")));
	struct yz_case *c = look(f, she, no);
	assert_true(task_at(c, "confer")->open);
	assert_true(yz_str_eqz(task_at(c, "review_green")->opinion, "移植方案不全"));
	/* Each of those who were asked has her say. */
	static const char *const asked[] = {"reviewer", "caihong", "jiaojing", "yuanlin"};
	for (size_t i = 0; i < 4; i++) {
		c = look(f, she, no);
		for (size_t k = 0; k < c->ntasks; k++)
			assert_false(yz_str_eqz(c->tasks[k].node, "decide"));
		GOOD(f, ACT(f, actor(f, asked[i]), no, pass));
	}
	assert_true(task_at(look(f, she, no), "decide")->open);
}

SITE(a_claimed_task_is_done_by_who_claimed_it)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin"), *admin = actor(f, "admin");
	struct yz_str no = apply(f, she);
	int64_t second;
	GOOD(f, yz_staff_add(f->site, f->a, admin, YZ_LIT("second"), YZ_LIT("李二"), YZ_LIT("a-long-password"), &second, &f->err));
	GOOD(f, yz_post_add(f->site, admin, second, YZ_LIT("zhujian"), YZ_ROLE_WINDOW, YZ_LIT("990121"), YZ_LIT("窗口"), &f->err));
	int64_t task = task_at(look(f, clerk, no), "accept")->id;
	GOOD(f, ACT(f, clerk, no, claim, .task = task));
	FAILS(f, YZ_CONFLICT, ACT(f, actor(f, "second"), no, claim, .task = task));
	FAILS(f, YZ_CONFLICT, ACT(f, actor(f, "second"), no, accept));
	GOOD(f, ACT(f, clerk, no, accept));
}

/* ---- clocks ---- */

SITE(stopped_working_days_move_every_limit_by_as_many)
{
	struct yz_actor *she = actor(f, "liuyang"), *traffic = actor(f, "jiaojing");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	FAILS(f, YZ_BAD_INPUT, ACT(f, traffic, no, stop, .special = YZ_LIT("喝茶"), .days = 3, .reason = WHY));
	FAILS(f, YZ_BAD_INPUT, ACT(f, traffic, no, stop, .special = YZ_LIT("专家评审"), .days = 0, .reason = WHY));
	site_clock(f, "2026-11-24T10:00:00+08:00");
	GOOD(f, ACT(f, traffic, no, stop, .special = YZ_LIT("专家评审"), .days = 3, .reason = WHY));
	struct yz_case *c = look(f, she, no);
	paper(c, "SUSPEND");
	assert_true(clock_of(c, "promised")->stopped && clock_of(c, "step")->stopped);
	assert_int_equal(c->row.light, YZ_LIGHT_STOPPED);
	assert_int_equal(task_at(c, "review_traffic")->due, 0);
	FAILS(f, YZ_NOT_NOW, ACT(f, traffic, no, stop, .special = YZ_LIT("听证"), .days = 3, .reason = WHY));
	site_clock(f, "2026-11-27T10:00:00+08:00"); /* three working days later */
	GOOD(f, ACT(f, traffic, no, resume, .reason = YZ_LIT("评审结束")));
	c = look(f, she, no);
	assert_at(clock_of(c, "promised")->due, "2026-12-11T00:00:00+08:00");
	assert_at(clock_of(c, "legal")->due, "2026-12-25T00:00:00+08:00");
	assert_at(task_at(c, "review_traffic")->due, "2026-12-02T00:00:00+08:00"); /* 26 November, and three */
	FAILS(f, YZ_NOT_NOW, ACT(f, traffic, no, resume, .reason = WHY));
}

SITE(a_task_that_opens_while_the_clock_is_stopped_waits_with_it)
{
	struct yz_actor *she = actor(f, "liuyang"), *traffic = actor(f, "jiaojing");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, traffic, no, stop, .special = YZ_LIT("听证"), .days = 9, .reason = WHY));
	GOOD(f, ACT(f, traffic, no, pass));
	GOOD(f, ACT(f, actor(f, "caihong"), no, pass));
	GOOD(f, ACT(f, actor(f, "yuanlin"), no, pass));
	struct yz_case *c = look(f, she, no);
	assert_true(task_at(c, "decide")->open);
	assert_true(clock_of(c, "step")->stopped);
	site_clock(f, "2026-12-01T10:00:00+08:00");
	assert_int_equal(sweep(f), 0);
	GOOD(f, ACT(f, actor(f, "decider"), no, resume, .reason = WHY));
	assert_at(task_at(look(f, she, no), "decide")->due, "2026-12-04T00:00:00+08:00");
}

SITE(the_limit_is_extended_once_and_by_ten_days_at_most)
{
	struct yz_actor *she = actor(f, "liuyang"), *decider = actor(f, "decider");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	FAILS(f, YZ_BAD_INPUT, ACT(f, decider, no, extend, .days = 11, .reason = WHY));
	FAILS(f, YZ_BAD_INPUT, ACT(f, decider, no, extend, .days = 0, .reason = WHY));
	FAILS(f, YZ_BAD_INPUT, ACT(f, decider, no, extend, .days = 5));
	GOOD(f, ACT(f, decider, no, extend, .days = 10, .reason = WHY));
	struct yz_case *c = look(f, she, no);
	paper(c, "EXTEND");
	assert_at(clock_of(c, "promised")->due, "2026-12-22T00:00:00+08:00");
	FAILS(f, YZ_NOT_NOW, ACT(f, decider, no, extend, .days = 1, .reason = WHY));
}

SITE(a_limit_that_has_run_out_is_not_extended)
{
	struct yz_actor *she = actor(f, "liuyang"), *decider = actor(f, "decider");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	site_clock(f, "2027-02-01T10:00:00+08:00");
	FAILS(f, YZ_NOT_NOW, ACT(f, decider, no, extend, .days = 5, .reason = WHY));
}

/* ---- the decision ---- */

SITE(a_granted_case_ends_with_a_licence_that_anybody_can_check)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	review_all(f, no);
	FAILS(f, YZ_BAD_INPUT, ACT(f, actor(f, "decider"), no, grant));
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件")));
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_decided);
	assert_at(clock_of(c, "deliver")->due, "2026-12-08T00:00:00+08:00"); /* ten working days */
	FAILS(f, YZ_CONFLICT, ACT(f, clerk, no, deliver));                    /* nothing to hand over yet */
	GOOD(f, ACT(f, clerk, no, issue));
	GOOD(f, ACT(f, clerk, no, deliver));
	c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_finished);
	assert_true(yz_str_eqz(c->licence_no, "990121-road-dig-2026-00001"));
	paper(c, "DELIVERY");
	struct yz_document_check check;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_document_check(f->site, conn, f->a, paper(c, "LICENCE")->check_code, &check, &f->err));
	assert_true(yz_str_eq(check.no, c->licence_no));
	assert_int_equal(check.state, YZ_LICENCE_valid);
	assert_true(yz_str_eqz(check.holder, "刘*"));
	FAILS(f, YZ_NOT_FOUND, yz_document_check(f->site, conn, f->a, YZ_LIT("222222222222"), &check, &f->err));
	yz_db_release(conn);
	struct yz_str pdf;
	GOOD(f, yz_document_pdf(f->site, f->a, she, paper(c, "GRANT")->id, &pdf, &f->err));
	assert_true(yz_str_starts(pdf, YZ_LIT("%PDF")));
	struct yz_str again;
	GOOD(f, yz_document_pdf(f->site, f->a, she, paper(c, "GRANT")->id, &again, &f->err));
	assert_true(yz_str_eq(pdf, again));
	FAILS(f, YZ_NOT_FOUND, yz_document_pdf(f->site, f->a, actor(f, "zhaoguilan"), paper(c, "GRANT")->id, &pdf, &f->err));
	ledger_holds(f);
}

SITE(a_denial_takes_a_basis_makes_no_licence_and_ends_denied)
{
	struct yz_actor *she = actor(f, "liuyang"), *decider = actor(f, "decider");
	struct yz_str no = apply(f, she);
	review_all(f, no);
	FAILS(f, YZ_BAD_INPUT, ACT(f, decider, no, deny, .reason = WHY));
	GOOD(f, ACT(f, decider, no, deny, .reason = WHY, .basis = LAW));
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_denied);
	paper(c, "DENY");
	assert_true(c->licence_no.len == 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM licence"), 0);
	GOOD(f, ACT(f, she, no, rate, .level = 1));
}

SITE(she_rates_once_and_the_department_answers_once)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	FAILS(f, YZ_NOT_NOW, ACT(f, she, no, rate, .level = 5));
	GOOD(f, ACT(f, clerk, no, refuse, .reason = WHY, .basis = LAW));
	FAILS(f, YZ_BAD_INPUT, ACT(f, she, no, rate, .level = 6));
	FAILS(f, YZ_BAD_INPUT, ACT(f, she, no, rate, .level = 0));
	GOOD(f, ACT(f, she, no, rate, .level = 4, .reason = YZ_LIT("很快")));
	FAILS(f, YZ_CONFLICT, ACT(f, she, no, rate, .level = 5));
	GOOD(f, ACT(f, clerk, no, answer_rating, .reason = YZ_LIT("谢谢")));
	FAILS(f, YZ_CONFLICT, ACT(f, clerk, no, answer_rating, .reason = YZ_LIT("谢谢")));
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->rating.level, 4);
	assert_true(yz_str_eqz(c->rating.answer, "谢谢"));
}

SITE(the_department_whose_task_is_due_is_urged_and_answers)
{
	struct yz_actor *watch = actor(f, "supervisor"), *traffic = actor(f, "jiaojing"), *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	review_all(f, no);
	struct yz_str other = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), other, accept));
	GOOD(f, ACT(f, actor(f, "caihong"), other, pass));
	FAILS(f, YZ_BAD_INPUT, ACT(f, watch, other, urge));
	GOOD(f, ACT(f, watch, other, urge, .reason = YZ_LIT("请抓紧")));
	struct yz_case *c = look(f, traffic, other);
	assert_int_equal(c->nurges, 1);
	assert_true(choice(c, YZ_ACT_answer_urge));
	assert_int_equal(look(f, she, other)->nurges, 0); /* between supervisor and department */
	int64_t urge = c->urges[0].id;
	FAILS(f, YZ_NOT_FOUND, ACT(f, traffic, no, answer_urge, .ref = urge, .reason = YZ_LIT("好")));
	GOOD(f, ACT(f, traffic, other, answer_urge, .ref = urge, .reason = YZ_LIT("今天办")));
	FAILS(f, YZ_CONFLICT, ACT(f, traffic, other, answer_urge, .ref = urge, .reason = YZ_LIT("再答")));
	assert_true(yz_str_eqz(look(f, watch, other)->urges[0].answer, "今天办"));
}

/* ---- two at once ---- */

struct racer {
	struct fixture *f;
	struct yz_actor *who;
	struct yz_str no;
	int64_t version;
	enum yz_act act;
	bool won;
	struct yz_err err;
};

static void *race(void *ctx)
{
	struct racer *r = ctx;
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_act_input in = {.act = r->act, .version = r->version, .reason = WHY, .basis = LAW};
	r->won = yz_case_act(r->f->site, a, r->who, r->no, &in, &r->err);
	yz_arena_destroy(a);
	return NULL;
}

SITE(of_two_who_decide_at_once_one_wins_and_the_other_is_told)
{
	struct yz_actor *she = actor(f, "liuyang");
	for (int i = 0; i < 8; i++) {
		struct yz_str no = apply(f, she);
		review_all(f, no);
		int64_t version = look(f, she, no)->row.version;
		struct racer r[2] = {{f, actor(f, "decider"), no, version, YZ_ACT_grant, false, {0}},
				     {f, actor(f, "decider"), no, version, YZ_ACT_deny, false, {0}}};
		pthread_t t[2];
		for (int k = 0; k < 2; k++)
			assert_int_equal(pthread_create(&t[k], NULL, race, &r[k]), 0);
		for (int k = 0; k < 2; k++)
			pthread_join(t[k], NULL);
		assert_int_equal(r[0].won + r[1].won, 1);
		assert_int_equal(r[r[0].won ? 1 : 0].err.code, YZ_CONFLICT);
		struct yz_case *c = look(f, she, no);
		assert_int_equal(c->row.version, version + 1);
		assert_true(yz_str_eqz(c->outcome, r[0].won ? "grant" : "deny"));
	}
	ledger_holds(f);
}

/* Holds the writer until the gate opens: who acts meanwhile has seen the case and waits to write. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int held;

static bool hold(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	held = 1;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	return true;
}

static void *hold_writer(void *ctx)
{
	struct fixture *f = ctx;
	assert_true(yz_db_write(f->site->db, hold, NULL, NULL));
	return NULL;
}

/* Both see the case as it is now; the first comes to write first. */
static void act_in_order(struct fixture *f, struct racer r[2])
{
	pthread_t holder, t[2];
	held = 0;
	pthread_mutex_lock(&gate);
	assert_int_equal(pthread_create(&holder, NULL, hold_writer, f), 0);
	while (!held)
		usleep(100);
	for (int k = 0; k < 2; k++) {
		assert_int_equal(pthread_create(&t[k], NULL, race, &r[k]), 0);
		while (yz_db_stats(f->site->db).waiting_writes <= k)
			usleep(100);
	}
	pthread_mutex_unlock(&gate);
	pthread_join(holder, NULL);
	for (int k = 0; k < 2; k++)
		pthread_join(t[k], NULL);
}

SITE(what_was_seen_before_another_acted_is_looked_at_again)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	struct racer reviews[2] = {{f, actor(f, "jiaojing"), no, 0, YZ_ACT_pass, false, {0}},
				   {f, actor(f, "caihong"), no, 0, YZ_ACT_pass, false, {0}}};
	act_in_order(f, reviews);
	GOOD(f, reviews[0].won && reviews[1].won);
	struct racer late[2] = {{f, she, no, 0, YZ_ACT_withdraw, false, {0}},
				{f, actor(f, "yuanlin"), no, 0, YZ_ACT_pass, false, {0}}};
	act_in_order(f, late);
	assert_true(late[0].won && !late[1].won);
	assert_int_equal(late[1].err.code, YZ_NOT_NOW);
	struct yz_case *c = look(f, she, no);
	assert_int_equal(c->row.state, YZ_CASE_withdrawn);
	int passed = 0;
	for (size_t i = 0; i < c->ntasks; i++)
		passed += yz_str_eqz(c->tasks[i].outcome, "pass");
	assert_int_equal(passed, 2);
	ledger_holds(f);
}

SITE(who_saw_an_older_version_is_told_and_nothing_changes)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	int64_t seen = look(f, clerk, no)->row.version;
	GOOD(f, ACT(f, clerk, no, claim, .task = task_at(look(f, clerk, no), "accept")->id));
	FAILS(f, YZ_CONFLICT, ACT(f, clerk, no, accept, .version = seen));
	assert_int_equal(look(f, she, no)->row.state, YZ_CASE_submitted);
}

/* ---- who may ---- */

static bool try(struct fixture *f, const char *login, struct yz_str no, enum yz_act act)
{
	f->err = (struct yz_err){0};
	const struct yz_act_input in = {.act = act, .reason = WHY, .basis = LAW, .items = json(f, MARKS), .special = YZ_LIT("听证"),
					.days = 3, .level = 3, .ref = 1};
	return yz_case_act(f->site, f->a, actor(f, login), no, &in, &f->err);
}

SITE(no_act_is_open_to_the_wrong_role)
{
	static const struct {
		enum yz_act act;
		const char *who[4];
	} wrong[] = {{YZ_ACT_accept, {"reviewer", "decider", "supervisor"}},  {YZ_ACT_refuse, {"reviewer", "decider", "supervisor"}},
		     {YZ_ACT_correct, {"reviewer", "decider", "supervisor"}}, {YZ_ACT_pass, {"zhangmin", "decider", "supervisor"}},
		     {YZ_ACT_object, {"zhangmin", "decider", "supervisor"}},  {YZ_ACT_stop, {"zhangmin", "supervisor", "items"}},
		     {YZ_ACT_resume, {"zhangmin", "supervisor", "items"}},    {YZ_ACT_extend, {"zhangmin", "reviewer", "supervisor"}},
		     {YZ_ACT_grant, {"zhangmin", "reviewer", "supervisor"}},  {YZ_ACT_deny, {"zhangmin", "reviewer", "supervisor"}},
		     {YZ_ACT_issue, {"reviewer", "decider", "supervisor"}},   {YZ_ACT_deliver, {"reviewer", "decider", "supervisor"}},
		     {YZ_ACT_urge, {"zhangmin", "reviewer", "decider"}},      {YZ_ACT_answer_urge, {"supervisor", "items", "admin"}},
		     {YZ_ACT_answer_rating, {"reviewer", "supervisor", "admin"}}, {YZ_ACT_claim, {"supervisor", "items", "admin"}}};
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	int64_t entries = site_int(f, "SELECT COUNT(*) FROM ledger");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		for (int k = 0; k < 4 && wrong[i].who[k]; k++)
			FAILS(f, YZ_FORBIDDEN, try(f, wrong[i].who[k], no, wrong[i].act));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger"), entries);
}

SITE(to_other_people_and_departments_a_case_is_not_there)
{
	struct yz_actor *she = actor(f, "liuyang"), *other = actor(f, "zhaoguilan");
	struct yz_str no = apply(f, she);
	struct yz_conn *conn = reading(f);
	assert_null(yz_case_load(f->site, conn, f->a, other, no, &f->err));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	assert_null(yz_case_load(f->site, conn, f->a, actor(f, "lixue"), no, &f->err));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	assert_null(yz_case_load(f->site, conn, f->a, actor(f, "supervisor-town"), no, &f->err));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	yz_db_release(conn);
	/* The same word as for a number that was never given, whatever the version or the state. */
	for (int i = 0; i < 2; i++) {
		struct yz_str which = i ? YZ_LIT("990121-20260101-9999") : no;
		FAILS(f, YZ_NOT_FOUND, ACT(f, other, which, withdraw, .version = 99));
		FAILS(f, YZ_NOT_FOUND, ACT(f, other, which, supply));
		FAILS(f, YZ_NOT_FOUND, ACT(f, other, which, rate, .level = 1));
		FAILS(f, YZ_NOT_FOUND, try(f, "lixue", which, YZ_ACT_accept));
		FAILS(f, YZ_NOT_FOUND, try(f, "jiaojing", which, YZ_ACT_pass)); /* not yet before them */
		FAILS(f, YZ_NOT_FOUND, try(f, "hejing", which, YZ_ACT_grant));
		FAILS(f, YZ_NOT_FOUND, try(f, "supervisor-town", which, YZ_ACT_urge));
	}
	struct yz_actor nobody = {0};
	FAILS(f, YZ_SIGN_IN, ACT(f, &nobody, no, withdraw));
	assert_int_equal(look(f, she, no)->row.version, 1);
}

SITE(lists_show_each_only_what_is_hers)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	struct yz_case_list list;
	const struct yz_case_query q = {0};
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_case_mine(f->site, conn, f->a, she, &q, &list, &f->err));
	assert_int_equal(list.len, 1);
	GOOD(f, yz_case_mine(f->site, conn, f->a, actor(f, "zhaoguilan"), &q, &list, &f->err));
	assert_int_equal(list.len, 0);
	GOOD(f, yz_case_desk(f->site, conn, f->a, actor(f, "zhangmin"), &q, &list, &f->err));
	assert_int_equal(list.len, 1);
	GOOD(f, yz_case_desk(f->site, conn, f->a, actor(f, "lixue"), &q, &list, &f->err));
	assert_int_equal(list.len, 0);
	FAILS(f, YZ_FORBIDDEN, yz_case_desk(f->site, conn, f->a, she, &q, &list, &f->err));
	GOOD(f, yz_case_watch(f->site, conn, f->a, actor(f, "supervisor-city"), &q, &list, &f->err));
	assert_int_equal(list.len, 1);
	assert_true(yz_str_eqz(list.rows[0].applicant_name, "刘*"));
	GOOD(f, yz_case_watch(f->site, conn, f->a, actor(f, "supervisor-town"), &q, &list, &f->err));
	assert_int_equal(list.len, 0);
	struct yz_case_row row;
	GOOD(f, yz_case_peek(f->site, conn, f->a, no, YZ_LIT("2135"), &row, &f->err));
	assert_true(yz_str_eqz(row.applicant_name, "刘*"));
	FAILS(f, YZ_NOT_FOUND, yz_case_peek(f->site, conn, f->a, no, YZ_LIT("2136"), &row, &f->err));
	yz_db_release(conn);
}

SITE(a_supervisor_reads_a_case_with_private_values_masked)
{
	struct yz_actor *she = actor(f, "liuyang"), *watch = actor(f, "supervisor"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	struct yz_case *c = look(f, clerk, no);
	assert_true(yz_str_eqz(yz_json_str(c->facts, "证件号码"), "990121199106122135"));
	c = look(f, watch, no);
	assert_false(yz_str_eqz(yz_json_str(c->facts, "证件号码"), "990121199106122135"));
	assert_true(yz_str_starts(yz_json_str(c->facts, "证件号码"), YZ_LIT("9901")));
	assert_true(yz_str_eqz(yz_json_str(c->facts, "申请人名称"), "刘*"));
	assert_true(yz_str_eqz(c->row.applicant_name, "刘*"));
	assert_true(yz_str_eqz(c->events[0].who, "刘*"));
	/* A scan of her card cannot be masked. */
	int fd = -1;
	int64_t size;
	struct yz_str type, name;
	struct yz_conn *conn = reading(f);
	FAILS(f, YZ_FORBIDDEN, yz_material_open(f->site, conn, f->a, watch, c->materials[0].id, &fd, &size, &type, &name, &f->err));
	GOOD(f, yz_material_open(f->site, conn, f->a, clerk, c->materials[0].id, &fd, &size, &type, &name, &f->err));
	close(fd);
	yz_db_release(conn);
}
