/* Each monitor of the demo on its planted violation, and on nothing else.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/monitor.h"

#include <pthread.h>

#define LAW YZ_LIT("城市道路管理条例第三十三条")
#define WHY YZ_LIT("材料与现场不符，需要重新勘察以后再申请")

static int64_t cards_of(struct fixture *f, const char *monitor)
{
	return site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = $1", YZ_Z(monitor));
}

/* The whole list of what was issued: "a b b", sorted. */
static const char *issued(struct fixture *f)
{
	struct yz_buf b;
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT monitor, level FROM card ORDER BY monitor, level, id");
	GOOD(f, r);
	yz_buf_init(&b, f->a, 65536);
	for (size_t i = 0; i < r->count; i++)
		yz_buf_printf(&b, "%s%.*s:%.*s", i ? " " : "", YZ_P(yz_row_str(r, i, 0)), YZ_P(yz_row_str(r, i, 1)));
	yz_db_release(conn);
	return yz_str_z(f->a, yz_buf_str(&b));
}

static const struct yz_card *one_card(struct fixture *f, const char *monitor)
{
	struct yz_actor *watcher = actor(f, "supervisor");
	int64_t id = site_int(f, "SELECT MAX(id) FROM card WHERE monitor = $1", YZ_Z(monitor));
	struct yz_conn *conn = reading(f);
	const struct yz_card *c = yz_card_load(f->site, conn, f->a, watcher, id, &f->err);
	yz_db_release(conn);
	GOOD(f, c);
	return c;
}

/* What the card says a fact was. */
static const char *fact_of(struct fixture *f, const struct yz_card *c, const char *name)
{
	const struct yz_json *facts = yz_json_get(c->reckoning, "facts");
	for (size_t i = 0; i < yz_json_len(facts); i++) {
		const struct yz_json *one = yz_json_at(facts, i);
		struct yz_buf b;
		if (!yz_str_eqz(yz_json_text(yz_json_at(one, 0)), name))
			continue;
		yz_buf_init(&b, f->a, 4096);
		yz_json_canonical(&b, yz_json_at(one, 1));
		return yz_str_z(f->a, yz_buf_str(&b));
	}
	fail_msg("the card of %.*s has no fact %s", YZ_P(c->monitor), name);
	return "";
}

struct changing {
	const char *sql;
};

static bool do_change(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_exec_vals(conn, err, ((struct changing *)ctx)->sql, 0, NULL);
}

/* What came into the tables by another way than an act. */
static void change(struct fixture *f, const char *sql)
{
	struct changing w = {sql};
	GOOD(f, yz_db_write(f->site->db, do_change, &w, &f->err));
}

/* ---- a case by the book ---- */

static void decide_well(struct fixture *f, struct yz_str no)
{
	review_all(f, no);
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件")));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, issue));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, deliver));
}

SITE(a_case_by_the_book_gets_nothing)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	decide_well(f, no);
	GOOD(f, ACT(f, she, no, rate, .level = 5));
	site_clock(f, "2027-06-01T12:00:00+08:00");
	sweep(f);
	assert_string_equal(issued(f), "");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch"), 0);
}

/* ---- limits ---- */

SITE(whole_applications_that_nobody_accepts_are_told_from_others)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	apply(f, actor(f, "zhaoguilan"));
	change(f, yz_printf(f->a, "DELETE FROM material WHERE case_id = (SELECT id FROM cases WHERE no = '%.*s')", YZ_P(no)));
	change(f, "UPDATE clock SET next_at = NULL WHERE kind = 'step'");
	site_clock(f, "2026-11-27T09:00:00+08:00");
	sweep(f);
	assert_string_equal(issued(f), "accept-missed:yellow notice-missed:notice");
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	assert_int_equal(cards_of(f, "accept-missed"), 2);
	assert_int_equal(cards_of(f, "notice-missed"), 2);
	const struct yz_card *c = one_card(f, "notice-missed");
	assert_true(yz_str_eq(c->case_no, no));
	assert_string_equal(fact_of(f, c, "材料齐全"), "false");
	assert_int_equal(c->points, -50);
	assert_int_equal(one_card(f, "accept-missed")->points, -100);
	assert_true(yz_json_len(yz_json_get(c->reckoning, "days")) > 5);
	assert_true(yz_json_len(yz_json_get(c->reckoning, "law")) > 0);
	assert_int_equal(c->version.len, 16);
	ledger_holds(f);
}

SITE(a_step_is_late_by_itself_and_the_whole_by_itself)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	site_clock(f, "2026-12-03T12:00:00+08:00"); /* steps of three working days; the whole has eleven */
	sweep(f);
	int64_t steps = cards_of(f, "step-late");
	assert_true(steps > 0);
	assert_int_equal(cards_of(f, "whole-late"), 0);
	assert_string_equal(fact_of(f, one_card(f, "step-late"), "整体已超期"), "false");
	change(f, "UPDATE clock SET next_at = NULL WHERE kind = 'step'");
	site_clock(f, "2027-03-01T12:00:00+08:00");
	sweep(f);
	assert_int_equal(cards_of(f, "step-late"), steps);
	assert_true(cards_of(f, "whole-late") >= 1);
	assert_true(yz_str_eqz(one_card(f, "whole-late")->level, "red"));
}

/* ---- refusals ---- */

SITE(a_refusal_without_reason_or_article_is_a_red_card)
{
	struct yz_actor *clerk = actor(f, "zhangmin"), *she = actor(f, "liuyang");
	struct yz_str over = YZ_LIT("现场情况和申请不一样，按规定处理");
	GOOD(f, ACT(f, clerk, apply(f, she), refuse, .reason = WHY, .basis = LAW, .overrule = over));
	assert_string_equal(issued(f), "");
	GOOD(f, ACT(f, clerk, apply(f, she), refuse, .reason = YZ_LIT("不行"), .basis = LAW, .overrule = over));
	assert_string_equal(issued(f), "refuse-unreasoned:red");
	GOOD(f, ACT(f, clerk, apply(f, she), refuse, .reason = WHY, .basis = YZ_LIT("有关规定"), .overrule = over));
	assert_string_equal(issued(f), "refuse-unreasoned:red refuse-unreasoned:red");
	const struct yz_card *c = one_card(f, "refuse-unreasoned");
	assert_string_equal(fact_of(f, c, "引用条款"), "false");
	assert_true(yz_str_eqz(c->org, "zhujian"));
	assert_int_equal(c->person, clerk->person);
	assert_true(yz_str_eqz(c->thing, "case"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'card.red'"), 2);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE person = $1 AND link LIKE '/desk/card/%'", YZ_I(clerk->person)), 2);
	ledger_holds(f);
}

SITE(a_site_sets_its_own_number_within_the_bounds)
{
	struct yz_actor *clerk = actor(f, "zhangmin"), *she = actor(f, "liuyang"), *admin = actor(f, "admin");
	struct yz_str key = YZ_LIT("refuse-unreasoned"), name = YZ_LIT("理由最少字数"), over = YZ_LIT("现场情况和申请不一样，按规定处理");
	FAILS(f, YZ_BAD_INPUT, yz_monitor_set(f->site, admin, key, name, YZ_LIT("201"), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_monitor_set(f->site, admin, key, name, YZ_LIT("3"), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_monitor_set(f->site, admin, key, name, YZ_LIT("many"), &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_monitor_set(f->site, admin, key, YZ_LIT("no such"), YZ_LIT("5"), &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_monitor_set(f->site, admin, YZ_LIT("no-such"), name, YZ_LIT("5"), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_monitor_set(f->site, admin, key, name, YZ_LIT("200"), &f->err));
	GOOD(f, ACT(f, clerk, apply(f, she), refuse, .reason = WHY, .basis = LAW, .overrule = over));
	assert_string_equal(issued(f), "refuse-unreasoned:red");
	GOOD(f, yz_monitor_set(f->site, admin, key, name, YZ_LIT(""), &f->err));
	GOOD(f, ACT(f, clerk, apply(f, she), refuse, .reason = WHY, .basis = LAW, .overrule = over));
	assert_string_equal(issued(f), "refuse-unreasoned:red");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'monitor.set'"), 2);
	ledger_holds(f);
}

/* ---- out of order ---- */

SITE(who_decides_against_the_rule_in_two_words_gets_a_card)
{
	struct yz_actor *who = actor(f, "linguohua"), *clerk = actor(f, "yanghui");
	const char *code = yz_str_z(f->a, yz_json_str(yz_pack_find(&site_demo_pack()->items, YZ_LIT("elderly-allowance"))->json, "code"));
	const char *whys[] = {"户口簿上的出生年份登记错了", "就这样"};
	for (int i = 0; i < 2; i++) {
		int64_t id;
		struct yz_str no;
		GOOD(f, yz_draft_open(f->site, who, yz_str(code), &id, &f->err));
		GOOD(f, yz_draft_save(f->site, f->a, who, id,
				      json(f, "{\"性别\":\"女\",\"年龄\":\"78\",\"居住乡镇\":\"河东街道\",\"村社区\":\"滨河社区\",\"在外地居住\":\"false\","
					      "\"已领同类津贴\":\"false\",\"办理人\":\"老人本人\",\"用社保卡领取\":\"true\"}"),
				      0, &f->err));
		add_materials(f, who, id);
		GOOD(f, yz_case_submit(f->site, f->a, who, id, YZ_LIT("web"), &no, &f->err));
		GOOD(f, ACT(f, clerk, no, accept, .overrule = yz_str(whys[i])));
		assert_string_equal(issued(f), i ? "overrule-unreasoned:yellow" : "");
	}
	assert_string_equal(fact_of(f, one_card(f, "overrule-unreasoned"), "不按规则的理由"), "\"就这样\"");
}

SITE(what_is_asked_beside_the_list_or_is_held_already_is_found)
{
	struct yz_actor *clerk = actor(f, "zhangmin"), *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	struct yz_conn *conn = reading(f);
	const struct yz_version *v = yz_version_now(f->site, conn, f->a, YZ_LIT(ROAD_DIG), &f->err);
	yz_db_release(conn);
	GOOD(f, v);
	struct yz_pack_need *needs;
	size_t n = yz_pack_needs(f->a, v->body, v->form, v->decision, json(f, ROAD_FACTS), f->now, &needs);
	const struct yz_json *list = yz_json_get(v->body, "materials"), *beside = NULL;
	for (size_t i = 0; i < yz_json_len(list); i++) {
		bool needed = false;
		for (size_t k = 0; k < n; k++)
			needed = needed || needs[k].material == yz_json_at(list, i);
		beside = needed ? beside : yz_json_at(list, i);
	}
	assert_non_null(beside);
	const struct yz_json *first = needs[0].material;
	GOOD(f, ACT(f, clerk, no, correct, .reason = WHY,
		    .items = json(f, yz_printf(f->a, "[{\"material\":\"%.*s\",\"what\":\"请重新拍照\"}]", YZ_P(yz_json_str(first, "key"))))));
	int64_t held = cards_of(f, "material-held"); /* where the registers prove the first, it is a violation by itself */
	assert_int_equal(cards_of(f, "material-unlisted"), 0);
	GOOD(f, ACT(f, clerk, apply(f, she), correct, .reason = WHY,
		    .items = json(f, yz_printf(f->a, "[{\"material\":\"%.*s\",\"what\":\"请再交一份\"}]", YZ_P(yz_json_str(beside, "key"))))));
	assert_int_equal(cards_of(f, "material-unlisted"), 1);
	assert_int_equal(cards_of(f, "material-held"), held);
	assert_string_equal(fact_of(f, one_card(f, "material-unlisted"), "清单外材料"),
			    yz_printf(f->a, "[\"%.*s\"]", YZ_P(yz_json_str(beside, "name"))));
}

SITE(a_step_that_the_process_wants_may_not_be_left_out)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	review_all(f, no);
	change(f, "UPDATE task SET state = 'cancelled' WHERE act = 'accept'");
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件")));
	assert_string_equal(issued(f), "step-skipped:red");
	assert_string_equal(fact_of(f, one_card(f, "step-skipped"), "跳过的环节"), "[\"受理\"]");
}

SITE(a_second_notice_to_correct_is_one_too_many)
{
	struct yz_actor *clerk = actor(f, "zhangmin"), *she = actor(f, "liuyang");
	const struct yz_json *items = json(f, "[{\"field\":\"挖掘长度\",\"what\":\"请核对\"}]");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, clerk, no, correct, .items = items, .reason = WHY));
	assert_string_equal(issued(f), "");
	GOOD(f, ACT(f, she, no, supply, .facts = json(f, "{\"挖掘长度\":\"11\"}")));
	GOOD(f, ACT(f, clerk, no, accept));
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, back, .where = YZ_LIT("applicant"), .items = items, .reason = WHY));
	assert_string_equal(issued(f), "notices-many:yellow");
	assert_string_equal(fact_of(f, one_card(f, "notices-many"), "补正告知次数"), "2");
}

SITE(what_officials_give_back_among_themselves_is_no_notice_to_correct)
{
	struct yz_actor *clerk = actor(f, "zhangmin"), *she = actor(f, "liuyang"), *police = actor(f, "jiaojing");
	const struct yz_json *items = json(f, "[{\"field\":\"挖掘长度\",\"what\":\"请核对\"}]");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, clerk, no, correct, .items = items, .reason = WHY));
	GOOD(f, ACT(f, she, no, supply, .facts = json(f, "{\"挖掘长度\":\"11\"}")));
	GOOD(f, ACT(f, clerk, no, accept));
	GOOD(f, ACT(f, police, no, back, .where = YZ_LIT("applicant"), .items = items, .reason = WHY));
	GOOD(f, ACT(f, she, no, supply, .facts = json(f, "{\"挖掘长度\":\"12\"}")));
	assert_string_equal(issued(f), "notices-many:yellow");
	f->now += YZ_MINUTE;
	GOOD(f, ACT(f, police, no, pass));
	GOOD(f, ACT(f, actor(f, "caihong"), no, pass));
	GOOD(f, ACT(f, actor(f, "yuanlin"), no, pass));
	GOOD(f, ACT(f, actor(f, "decider"), no, back, .where = YZ_LIT("last"), .reason = WHY));
	assert_string_equal(issued(f), "notices-many:yellow");
}

/* ---- special procedures ---- */

SITE(a_hearing_that_takes_too_long_is_noticed_and_then_carded_once)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, actor(f, "reviewer"), no, stop, .special = YZ_LIT("听证"), .days = 9, .reason = WHY));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch"), 1);
	int64_t due = site_int(f, "SELECT due FROM watch"), warn = site_int(f, "SELECT next_at FROM watch");
	change(f, "UPDATE clock SET next_at = NULL");
	f->now = warn - 1;
	sweep(f);
	assert_string_equal(issued(f), "");
	f->now = warn;
	sweep(f);
	assert_string_equal(issued(f), "hearing-late:notice");
	f->now = due;
	sweep(f);
	sweep(f);
	assert_string_equal(issued(f), "hearing-late:notice hearing-late:yellow");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch"), 0);
	const struct yz_card *c = one_card(f, "hearing-late");
	assert_string_equal(fact_of(f, c, "特别程序"), "\"听证\"");
	assert_int_equal(c->due, due);
	int counted = 0;
	const struct yz_json *days = yz_json_get(c->reckoning, "days");
	for (size_t i = 0; i < yz_json_len(days); i++)
		counted += yz_json_at(yz_json_at(days, i), 1)->text.ptr[0] == '0' + YZ_MARK_COUNTED;
	assert_int_equal(counted, 19); /* the twentieth is the last */
	ledger_holds(f);
}

SITE(what_ends_in_time_leaves_nothing_waiting)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	struct yz_actor *reviewer = actor(f, "reviewer");
	GOOD(f, ACT(f, reviewer, no, stop, .special = YZ_LIT("鉴定"), .days = 9, .reason = WHY));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch WHERE monitor = 'special-long'"), 1);
	site_clock(f, "2026-11-25T10:00:00+08:00");
	GOOD(f, ACT(f, reviewer, no, resume, .reason = WHY));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch"), 0);
	GOOD(f, ACT(f, reviewer, no, stop, .special = YZ_LIT("鉴定"), .days = 2, .reason = WHY));
	change(f, "UPDATE clock SET next_at = NULL");
	site_clock(f, "2026-12-20T10:00:00+08:00");
	sweep(f);
	assert_string_equal(issued(f), "special-long:yellow"); /* nobody looked in time for the notice */
	assert_string_equal(fact_of(f, one_card(f, "special-long"), "告知天数"), "2");
}

/* ---- ratings ---- */

SITE(a_bad_rating_is_answered_in_a_day_and_put_right_in_fifteen)
{
	struct yz_actor *she = actor(f, "liuyang"), *decider = actor(f, "decider");
	struct yz_str no = apply(f, she), late = apply(f, she);
	decide_well(f, no);
	decide_well(f, late);
	GOOD(f, ACT(f, she, no, rate, .level = 2));
	GOOD(f, ACT(f, she, late, rate, .level = 1));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch"), 4);
	site_clock(f, "2026-11-24T10:00:00+08:00");
	FAILS(f, YZ_NOT_NOW, ACT(f, decider, no, mend_rating, .reason = WHY));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, decider, no, answer_rating, .reason = YZ_LIT("已电话联系，向您致歉")));
	site_clock(f, "2026-11-25T00:00:00+08:00");
	sweep(f);
	assert_string_equal(issued(f), "rating-contact:yellow");
	assert_true(yz_str_eq(one_card(f, "rating-contact")->case_no, late));
	assert_true(yz_str_eqz(one_card(f, "rating-contact")->thing, "rating"));
	site_clock(f, "2026-12-10T10:00:00+08:00");
	GOOD(f, ACT(f, decider, no, mend_rating, .reason = YZ_LIT("窗口增加了人手，并培训了经办人")));
	FAILS(f, YZ_CONFLICT, ACT(f, decider, no, mend_rating, .reason = WHY));
	f->err = (struct yz_err){0};
	site_clock(f, "2026-12-15T10:00:00+08:00");
	sweep(f);
	assert_string_equal(issued(f), "rating-contact:yellow rating-mend:red");
	assert_true(yz_str_eq(one_card(f, "rating-mend")->case_no, late));
	ledger_holds(f);
}

/* ---- notices ---- */

SITE(the_third_notice_in_a_month_is_a_card_and_counting_begins_anew)
{
	struct yz_actor *clerk = actor(f, "zhangmin"), *reviewer = actor(f, "reviewer"), *she = actor(f, "liuyang");
	for (int i = 0; i < 7; i++) {
		struct yz_str no = apply(f, she);
		GOOD(f, ACT(f, clerk, no, accept));
		GOOD(f, ACT(f, reviewer, no, stop, .special = YZ_LIT("检测"), .days = 4, .reason = WHY));
	}
	change(f, "UPDATE clock SET next_at = NULL");
	f->now = site_int(f, "SELECT MAX(next_at) FROM watch");
	sweep(f);
	assert_int_equal(cards_of(f, "special-long"), 7);
	assert_int_equal(cards_of(f, "notice-repeated"), 2);
	assert_string_equal(fact_of(f, one_card(f, "notice-repeated"), "连续预警次数"), "3");
	assert_int_equal(one_card(f, "notice-repeated")->points, -30);
}

SITE(a_notice_that_was_withdrawn_is_none_of_three_in_a_row)
{
	struct yz_actor *clerk = actor(f, "zhangmin"), *reviewer = actor(f, "reviewer"), *she = actor(f, "liuyang");
	for (int i = 0; i < 3; i++) {
		struct yz_str no = apply(f, she);
		GOOD(f, ACT(f, clerk, no, accept));
		GOOD(f, ACT(f, reviewer, no, stop, .special = YZ_LIT("检测"), .days = 4 + i, .reason = WHY));
	}
	change(f, "UPDATE clock SET next_at = NULL");
	f->now = site_int(f, "SELECT MIN(next_at) FROM watch");
	sweep(f);
	assert_int_equal(cards_of(f, "special-long"), 1);
	change(f, "UPDATE card SET state = 'withdrawn', held_level = '', points = 0");
	f->now = site_int(f, "SELECT MAX(next_at) FROM watch");
	change(f, "UPDATE watch SET next_at = due WHERE level <> 'notice'");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'special-long' AND level = 'notice'"), 3);
	assert_int_equal(cards_of(f, "notice-repeated"), 0);
}

/* ---- exactly once ---- */

struct sweeping {
	struct yz_site *site;
	yz_instant now;
	bool good;
};

static void *sweep_once(void *ctx)
{
	struct sweeping *s = ctx;
	struct yz_err err = {0};
	int64_t done;
	yz_instant next;
	s->good = yz_sweep(s->site, s->now, &done, &next, &err);
	return NULL;
}

SITE(limits_of_monitors_come_once_from_many_sweepers_and_over_a_restart)
{
	enum { SWEEPERS = 4, CASES = 8 };
	struct yz_actor *clerk = actor(f, "zhangmin"), *reviewer = actor(f, "reviewer"), *she = actor(f, "liuyang");
	for (int i = 0; i < CASES; i++) {
		struct yz_str no = apply(f, she);
		GOOD(f, ACT(f, clerk, no, accept));
		GOOD(f, ACT(f, reviewer, no, stop, .special = YZ_LIT("检验"), .days = 3, .reason = WHY));
	}
	site_clock(f, "2026-12-20T10:00:00+08:00");
	change(f, "UPDATE clock SET next_at = NULL");
	pthread_t t[SWEEPERS];
	struct sweeping s[SWEEPERS];
	for (int i = 0; i < SWEEPERS; i++) {
		s[i] = (struct sweeping){f->site, f->now, false};
		assert_int_equal(pthread_create(&t[i], NULL, sweep_once, &s[i]), 0);
	}
	for (int i = 0; i < SWEEPERS; i++) {
		pthread_join(t[i], NULL);
		assert_true(s[i].good);
	}
	assert_int_equal(cards_of(f, "special-long"), CASES);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'card.yellow'"), CASES);
	if (!yz_db_is_postgres(f->site->db)) {
		yz_arena_destroy(f->a);
		f->a = yz_arena_create(0);
		yz_site_close(f->site);
		site_open(f, false, NULL);
	}
	sweep(f);
	assert_int_equal(cards_of(f, "special-long"), CASES);
	ledger_holds(f);
}

/* ---- installing ---- */

SITE(a_monitor_that_is_taken_out_watches_no_more_and_the_house_has_its_own)
{
	struct yz_pack pack = *site_demo_pack();
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, actor(f, "reviewer"), no, stop, .special = YZ_LIT("听证"), .days = 9, .reason = WHY));
	pack.monitors = (struct yz_pack_files){0};
	site_install(f, &pack);
	size_t n;
	yz_monitor_list(f->site, f->a, &n);
	assert_int_equal(n, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch"), 0);
	GOOD(f, ACT(f, actor(f, "reviewer"), no, resume, .reason = WHY));
	site_clock(f, "2027-06-01T12:00:00+08:00");
	sweep(f);
	assert_true(cards_of(f, "clock.promised") == 1 && cards_of(f, "clock.step") > 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor NOT LIKE 'clock.%'"), 0);
	site_install(f, site_demo_pack());
	assert_int_equal(f->installed.monitors, site_demo_pack()->monitors.len);
	site_install(f, site_demo_pack());
	assert_int_equal(f->installed.monitors, 0);
}
