/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/doubt.h"
#include "gov/look.h"
#include "gov/payout_row.h"
#include "gov/publicity.h"
#include "gov/register.h"
#include "gov/village.h"
#include "text/ident.h"

#define FARMLAND "11990121009902334X4990599700000"
#define HOUSE "11990121009901980H4990599712000"
#define OWNER "99012119650312902X" /* has a car in the register */

static const char *facts(struct fixture *f, const char *village, const char *account)
{
	return yz_printf(f->a,
			 "{\"申请人姓名\":\"何桂兰\",\"身份证号\":\"" OWNER "\",\"联系电话\":\"13909990001\",\"所在村\":\"%s\",\"补贴年度\":\"2026\","
			 "\"承包面积\":\"10\",\"撂荒\":\"false\",\"危房等级\":\"D级\",\"另有安全住房\":\"false\",\"户名\":\"何桂兰\","
			 "\"开户银行\":\"清泽农村商业银行\",\"银行卡号\":\"%s\"}",
			 village, account);
}

/* A village worker verifies her and files for her. */
static struct yz_str declare(struct fixture *f, const char *worker, const char *code, const char *village)
{
	const struct yz_registration r = {.kind = YZ_LIT("natural"), .name = YZ_LIT("何桂兰"), .id_no = YZ_LIT(OWNER), .mobile = YZ_LIT("13909990001")};
	struct yz_actor *who = actor(f, worker);
	struct yz_str no;
	int64_t person, id;
	GOOD(f, yz_person_verify(f->site, f->a, who, &r, YZ_LIT("id-card"), &person, &f->err));
	GOOD(f, yz_draft_open_for(f->site, who, person, yz_str(code), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, who, id, json(f, facts(f, village, "6217990121000012345")), 0, &f->err));
	add_materials(f, who, id);
	GOOD(f, yz_case_submit(f->site, f->a, who, id, YZ_LIT("counter"), &no, &f->err));
	return no;
}

static struct yz_case_doubts doubts(struct fixture *f, struct yz_case *c)
{
	struct yz_case_doubts d;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_doubts_of(f->site, conn, f->a, c->row.id, true, &d, &f->err));
	yz_db_release(conn);
	return d;
}

static void clear(struct fixture *f, const struct yz_actor *who, struct yz_str no, const char *why)
{
	struct yz_case_doubts d = doubts(f, look(f, who, no));
	for (size_t i = 0; i < d.len; i++)
		if (!d.at[i].cleared && d.at[i].severity != YZ_SEVERITY_NOTE)
			GOOD(f, ACT(f, who, no, clear, .ref = d.at[i].id, .reason = yz_str(why)));
}

/* Village, town, county: each compares, explains and passes. */
static void to_publicity(struct fixture *f, struct yz_str no, const char *worker, const char *town, const char *county)
{
	const char *const hands[] = {worker, town, county};
	GOOD(f, ACT(f, actor(f, worker), no, accept));
	for (int i = 0; i < 3; i++) {
		clear(f, actor(f, hands[i]), no, "车是儿子的，已核实");
		GOOD(f, ACT(f, actor(f, hands[i]), no, pass));
	}
}

static struct yz_publicity shown(struct fixture *f, struct yz_objections *list, struct yz_str no)
{
	struct yz_publicity p;
	struct yz_case *c = look(f, actor(f, "farm-reviewer"), no);
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_objections_of(f->site, conn, f->a, c->row.id, list, &p, &f->err));
	yz_db_release(conn);
	return p;
}

static int64_t batch(struct fixture *f)
{
	int64_t id;
	GOOD(f, yz_payout_batch_make(f->site, actor(f, "pay-clerk"), YZ_LIT("caizheng"), YZ_LIT("十一月补贴"), &id, &f->err));
	GOOD(f, yz_payout_batch_release(f->site, actor(f, "pay-head"), id, &f->err));
	return id;
}

static struct yz_payouts lines(struct fixture *f, int64_t id)
{
	struct yz_payout_batch_row b;
	struct yz_payouts l;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_payout_batch_load(f->site, conn, f->a, actor(f, "pay-clerk"), id, &b, &l, &f->err));
	yz_db_release(conn);
	return l;
}

static const char *result(struct fixture *f, const struct yz_payout *p, const char *how, const char *amount, const char *why)
{
	return yz_printf(f->a, "付款编号,结果,金额,银行流水号,日期,原因\n%.*s,%s,%s,S1,2026-12-10,%s\n", YZ_P(p->no), how, amount, why);
}

static struct yz_str to_pay(struct fixture *f)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	to_publicity(f, no, "village-shangliu", "town-liuxi", "farm-reviewer");
	f->now += 8 * YZ_DAY;
	sweep(f);
	GOOD(f, ACT(f, actor(f, "farm-head"), no, grant, .reason = YZ_LIT("符合规定")));
	return no;
}

SITE(a_doubt_must_be_explained_at_every_level_before_the_case_goes_on)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	struct yz_actor *worker = actor(f, "village-shangliu"), *town = actor(f, "town-liuxi");
	GOOD(f, ACT(f, worker, no, accept));
	struct yz_case_doubts d = doubts(f, look(f, worker, no));
	assert_int_equal(d.rounds, 1);
	assert_int_equal(d.open, 1);
	assert_true(yz_str_eqz(d.at[0].rule, "car") && yz_str_eqz(d.at[0].value, "比亚迪汉"));
	FAILS(f, YZ_NOT_NOW, ACT(f, worker, no, pass));
	FAILS(f, YZ_BAD_INPUT, ACT(f, worker, no, clear, .ref = d.at[0].id));
	FAILS(f, YZ_CONFLICT, ACT(f, worker, no, clear, .ref = d.at[0].id + 1000, .reason = YZ_LIT("不是她的")));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, worker, no, clear, .ref = d.at[0].id, .reason = YZ_LIT("车是儿子的")));
	FAILS(f, YZ_CONFLICT, ACT(f, worker, no, clear, .ref = d.at[0].id, .reason = YZ_LIT("再说一次")));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, worker, no, pass));
	d = doubts(f, look(f, town, no));
	assert_int_equal(d.rounds, 2);
	assert_int_equal(d.open, 1);
	assert_true(yz_str_eqz(d.at[0].before, "车是儿子的"));
	FAILS(f, YZ_NOT_NOW, ACT(f, town, no, pass));
	/* Not worth explaining away: it goes to the county to be refused. */
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, town, no, object, .reason = YZ_LIT("说明没有证明")));
	FAILS(f, YZ_NOT_NOW, ACT(f, actor(f, "farm-head"), no, grant, .reason = YZ_LIT("发")));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, actor(f, "farm-head"), no, deny, .reason = YZ_LIT("不符合"), .basis = YZ_LIT("办法第十二条")));
	assert_int_equal(look(f, town, no)->row.state, YZ_CASE_denied);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'register.compare'"), 2);
}

SITE(a_village_sees_its_own_and_another_village_or_town_does_not)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	static const char *const see[] = {"village-shangliu", "town-liuxi"}, *const not[] = {"village-xialiu", "town-yuntai", "village-shahe"};
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, accept));
	clear(f, actor(f, "village-shangliu"), no, "已核实");
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, pass));
	for (int i = 0; i < 2; i++)
		look(f, actor(f, see[i]), no);
	for (int i = 0; i < 3; i++) {
		struct yz_conn *conn = reading(f);
		FAILS(f, YZ_NOT_FOUND, yz_case_load(f->site, conn, f->a, actor(f, not[i]), no, &f->err));
		yz_db_release(conn);
	}
	FAILS(f, YZ_FORBIDDEN, ACT(f, actor(f, "village-shangliu"), no, pass));
}

static struct yz_villages villages(struct fixture *f, const char *login, const char *village)
{
	struct yz_villages v;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_villages(conn, f->a, actor(f, login), yz_str(village), &v, &f->err));
	yz_db_release(conn);
	return v;
}

SITE(a_worker_has_a_list_of_her_village_and_a_town_of_its_villages)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	struct yz_villages v = villages(f, "village-shangliu", "");
	assert_true(v.worker && yz_str_eqz(v.place, "上柳村"));
	assert_int_equal(v.ncases, 1);
	assert_true(yz_str_eq(v.cases[0].no, no) && v.cases[0].step.len && v.cases[0].next_due);
	look(f, actor(f, "village-shangliu"), v.cases[0].no); /* what is listed opens */
	assert_int_equal(villages(f, "village-xialiu", "").ncases, 0);
	/* The town has a list once it has a step. */
	assert_int_equal(villages(f, "town-yuntai", "").ncases, 0);
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, accept));
	clear(f, actor(f, "village-shangliu"), no, "已核实");
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, pass));
	v = villages(f, "town-liuxi", "");
	assert_false(v.worker);
	assert_int_equal(v.len, 1);
	assert_true(yz_str_eqz(v.at[0].name, "上柳村"));
	assert_int_equal(v.at[0].open, 1);
	look(f, actor(f, "town-liuxi"), v.cases[0].no);
	assert_int_equal(villages(f, "town-liuxi", "990121100201").ncases, 0);
	assert_int_equal(villages(f, "town-liuxi", "990121100200").ncases, 1);
	assert_int_equal(villages(f, "decider", "").place.len, 0); /* of the county: the desk is hers */
	struct yz_conn *conn = reading(f);
	FAILS(f, YZ_FORBIDDEN, yz_villages(conn, f->a, actor(f, "liuyang"), YZ_LIT(""), &v, &f->err));
	yz_db_release(conn);
}

SITE(a_large_grant_goes_to_the_city_and_a_small_one_does_not)
{
	struct yz_str no = declare(f, "village-shangliu", HOUSE, "990121100200");
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, accept));
	static const char *const hands[] = {"village-shangliu", "town-liuxi", "reviewer", "city-reviewer"};
	for (int i = 0; i < 4; i++) {
		clear(f, actor(f, hands[i]), no, "已核实");
		GOOD(f, ACT(f, actor(f, hands[i]), no, pass));
	}
	assert_int_equal(doubts(f, look(f, actor(f, "city-reviewer"), no)).rounds, 4);
	assert_int_equal(site_int(f, "SELECT amount FROM publicity"), 3500000);
	to_pay(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'city'"), 1);
}

SITE(what_is_publicised_says_no_number_and_is_gone_when_it_is_over)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	struct yz_objections o;
	struct yz_publicity_list list;
	to_publicity(f, no, "village-shangliu", "town-liuxi", "farm-reviewer");
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_publicity_now(f->site, conn, f->a, YZ_LIT("990121100"), 0, &list, &f->err));
	assert_int_equal(list.len, 1);
	assert_true(yz_str_eqz(list.at[0].name, "何*兰"));
	assert_true(yz_str_eqz(list.at[0].place, "柳溪镇上柳村"));
	assert_int_equal(list.at[0].amount, 98500);
	GOOD(f, yz_publicity_now(f->site, conn, f->a, YZ_LIT("990121101"), 0, &list, &f->err));
	assert_int_equal(list.len, 0);
	yz_db_release(conn);
	struct yz_publicity p = shown(f, &o, no);
	f->now = p.until;
	p = shown(f, &o, no);
	assert_false(p.open);
	assert_int_equal(p.name.len + p.place.len + (size_t)p.amount, 0);
	const struct yz_objection_new in = {.text = YZ_LIT("地早就不种了")};
	struct yz_str code;
	FAILS(f, YZ_NOT_NOW, yz_publicity_object(f->site, f->a, p.id, &in, &code, &f->err));
}

SITE(an_objection_stands_in_the_way_until_it_is_answered)
{
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200"), code;
	struct yz_objections o;
	struct yz_objection mine;
	to_publicity(f, no, "village-shangliu", "town-liuxi", "farm-reviewer");
	struct yz_publicity p = shown(f, &o, no);
	const struct yz_objection_new in = {.text = YZ_LIT("地早就不种了，在城里住"), .contact = YZ_LIT("13909990009")};
	const struct yz_objection_new empty = {.text = YZ_LIT("不对")};
	FAILS(f, YZ_BAD_INPUT, yz_publicity_object(f->site, f->a, p.id, &empty, &code, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_publicity_object(f->site, f->a, p.id, &in, &code, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM objection WHERE answered IS NULL"), 1);
	f->now += 8 * YZ_DAY;
	sweep(f);
	struct yz_actor *county = actor(f, "farm-reviewer");
	task_at(look(f, county, no), "objections");
	FAILS(f, YZ_NOT_NOW, ACT(f, county, no, pass));
	shown(f, &o, no);
	assert_int_equal(o.open, 1);
	FAILS(f, YZ_BAD_INPUT, ACT(f, county, no, answer_objection, .ref = o.at[0].id, .reason = YZ_LIT("查过了")));
	FAILS(f, YZ_FORBIDDEN, ACT(f, actor(f, "town-liuxi"), no, answer_objection, .ref = o.at[0].id, .special = YZ_LIT("rejected"), .reason = YZ_LIT("查过了")));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, county, no, answer_objection, .ref = o.at[0].id, .special = YZ_LIT("rejected"), .reason = YZ_LIT("入户看过，地在种")));
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_objection_by_code(f->site, conn, f->a, p.id, code, &mine, &f->err));
	assert_true(mine.answered && !mine.upheld && yz_str_eqz(mine.answer, "入户看过，地在种"));
	FAILS(f, YZ_NOT_FOUND, yz_objection_by_code(f->site, conn, f->a, p.id, YZ_LIT("AAAAAAAAAAAA"), &mine, &f->err));
	yz_db_release(conn);
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, county, no, pass));
	GOOD(f, ACT(f, actor(f, "farm-head"), no, grant, .reason = YZ_LIT("符合规定")));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout WHERE state = 'due'"), 1);
}

SITE(what_fails_goes_back_to_the_village_and_is_paid_again_under_another_number)
{
	struct yz_str no = to_pay(f), text;
	struct yz_payout_report r;
	int64_t first = batch(f);
	struct yz_payouts l = lines(f, first);
	assert_int_equal(l.len, 1);
	assert_int_equal(l.at[0].amount, 98500);
	GOOD(f, yz_payout_batch_file(f->site, f->a, actor(f, "pay-clerk"), first, &text, &f->err));
	assert_true(yz_str_find(text, YZ_LIT("6217990121000012345"), 0) != SIZE_MAX && yz_str_find(text, YZ_LIT("985.00"), 0) != SIZE_MAX);
	struct yz_actor *clerk = actor(f, "pay-clerk");
	FAILS(f, YZ_BAD_INPUT, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "成功", "986.00", "")), &r, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "失败", "985.00", "账号不存在")), &r, &f->err));
	assert_int_equal(r.failed, 1);
	GOOD(f, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "失败", "985.00", "账号不存在")), &r, &f->err));
	assert_int_equal(r.known, 1);
	FAILS(f, YZ_CONFLICT, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	assert_true(r.refused == 1 && yz_str_eq(r.refused_no, l.at[0].no));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout WHERE state = 'paid'"), 0);
	f->err = (struct yz_err){0};
	struct yz_actor *worker = actor(f, "village-shangliu");
	task_at(look(f, worker, no), "account");
	FAILS(f, YZ_BAD_INPUT, ACT(f, worker, no, mend_account, .reason = YZ_LIT("卡换了"), .facts = json(f, "{\"银行卡号\":\"abc\"}")));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, worker, no, mend_account, .reason = YZ_LIT("卡换了"), .facts = json(f, "{\"银行卡号\":\"6217990121000054321\",\"承包面积\":\"400\"}")));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger l JOIN cases c ON c.id = l.thing_id WHERE l.act = 'case.facts' AND c.no = $1 "
				     "AND l.body LIKE '%' || c.facts_dig || '%'",
				  YZ_S(no)),
			 1);
	clear(f, actor(f, "farm-reviewer"), no, "已核实");
	GOOD(f, ACT(f, actor(f, "farm-reviewer"), no, pass));
	int64_t second = batch(f);
	struct yz_payouts again = lines(f, second);
	assert_int_equal(again.at[0].attempt, 2);
	assert_int_equal(again.at[0].amount, 98500);
	assert_false(yz_str_eq(again.at[0].no, l.at[0].no));
	GOOD(f, yz_payout_batch_file(f->site, f->a, clerk, second, &text, &f->err));
	assert_true(yz_str_find(text, YZ_LIT("6217990121000054321"), 0) != SIZE_MAX);
	GOOD(f, yz_payout_result(f->site, f->a, clerk, second, yz_str(result(f, &again.at[0], "成功", "985.00", "")), &r, &f->err));
	assert_int_equal(r.paid, 1);
	assert_int_equal(look(f, worker, no)->row.state, YZ_CASE_finished);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout WHERE state = 'paid'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout_batch WHERE state = 'done'"), 2);
}

SITE(who_made_a_batch_does_not_release_it_and_nothing_is_written_before)
{
	int64_t id;
	struct yz_str text;
	struct yz_payout_report r;
	struct yz_actor *clerk = actor(f, "pay-clerk"), *head = actor(f, "pay-head");
	FAILS(f, YZ_NOT_NOW, yz_payout_batch_make(f->site, clerk, YZ_LIT("caizheng"), YZ_LIT("空"), &id, &f->err));
	to_pay(f);
	FAILS(f, YZ_FORBIDDEN, yz_payout_batch_make(f->site, head, YZ_LIT("caizheng"), YZ_LIT("补贴"), &id, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_payout_batch_make(f->site, actor(f, "farm-head"), YZ_LIT("nongye"), YZ_LIT("补贴"), &id, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_batch_make(f->site, clerk, YZ_LIT("caizheng"), YZ_LIT("补贴"), &id, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_payout_batch_release(f->site, clerk, id, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_payout_batch_file(f->site, f->a, clerk, id, &text, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_payout_result(f->site, f->a, clerk, id, yz_str("付款编号,结果,金额,银行流水号,日期,原因\n"), &r, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_payout_batch_release(f->site, actor(f, "farm-head"), id, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_batch_release(f->site, head, id, &f->err));
	FAILS(f, YZ_CONFLICT, yz_payout_batch_release(f->site, head, id, &f->err));
}

SITE(what_was_paid_wrongly_is_ordered_back_and_repaid_in_parts)
{
	struct yz_payout_report r;
	int64_t id, order;
	to_pay(f);
	id = batch(f);
	struct yz_payouts l = lines(f, id);
	struct yz_actor *head = actor(f, "pay-head"), *clerk = actor(f, "pay-clerk");
	struct yz_reclaim_new in = {.payout = l.at[0].id, .amount = YZ_LIT("300"), .reason = YZ_LIT("面积多报"), .basis = YZ_LIT("办法第二十条"), .days = 30};
	FAILS(f, YZ_NOT_NOW, yz_reclaim_order(f->site, head, &in, &order, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_result(f->site, f->a, clerk, id, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	in.amount = YZ_LIT("985.01");
	FAILS(f, YZ_BAD_INPUT, yz_reclaim_order(f->site, head, &in, &order, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_reclaim_order(f->site, actor(f, "farm-head"), &(struct yz_reclaim_new){.payout = l.at[0].id, .amount = YZ_LIT("1"),
					   .reason = YZ_LIT("面积多报"), .basis = YZ_LIT("办法"), .days = 3}, &order, &f->err));
	in.amount = YZ_LIT("300");
	f->err = (struct yz_err){0};
	GOOD(f, yz_reclaim_order(f->site, head, &in, &order, &f->err));
	GOOD(f, yz_reclaim_repaid(f->site, clerk, order, YZ_LIT("100"), YZ_LIT("2026-11-25"), YZ_LIT("S-1"), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_reclaim_repaid(f->site, clerk, order, YZ_LIT("200.01"), YZ_LIT("2026-11-25"), YZ_LIT("S-2"), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_reclaim_repaid(f->site, clerk, order, YZ_LIT("200"), YZ_LIT("2026-11-26"), YZ_LIT("S-2"), &f->err));
	FAILS(f, YZ_CONFLICT, yz_reclaim_repaid(f->site, clerk, order, YZ_LIT("1"), YZ_LIT("2026-11-26"), YZ_LIT("S-3"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM reclaim WHERE state = 'repaid' AND repaid = 30000"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act LIKE 'reclaim.%'"), 3);
	in.amount = YZ_LIT("685");
	GOOD(f, yz_reclaim_order(f->site, head, &in, &order, &f->err));
	GOOD(f, yz_reclaim_repaid(f->site, clerk, order, YZ_LIT("85"), YZ_LIT("2026-11-26"), YZ_LIT("S-4"), &f->err));
	GOOD(f, yz_reclaim_drop(f->site, head, order, YZ_LIT("查明面积没有多报"), &f->err));
	/* The 85 stay repaid: only 600 are left to ask for. */
	in.amount = YZ_LIT("600.01");
	FAILS(f, YZ_BAD_INPUT, yz_reclaim_order(f->site, head, &in, &order, &f->err));
	assert_int_equal(lines(f, id).at[0].reclaimed, 38500);
	in.amount = YZ_LIT("600");
	f->err = (struct yz_err){0};
	GOOD(f, yz_reclaim_order(f->site, head, &in, &order, &f->err));
}

SITE(a_subsidy_repaid_in_full_is_paid_no_more_and_leaves_the_register)
{
	struct yz_payout_report r;
	int64_t id, order;
	to_pay(f);
	id = batch(f);
	struct yz_payouts l = lines(f, id);
	struct yz_actor *head = actor(f, "pay-head"), *clerk = actor(f, "pay-clerk");
	struct yz_reclaim_new in = {.payout = l.at[0].id, .amount = YZ_LIT("985"), .reason = YZ_LIT("面积多报"), .basis = YZ_LIT("办法第二十条"), .days = 30};
	GOOD(f, yz_payout_result(f->site, f->a, clerk, id, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	GOOD(f, yz_reclaim_order(f->site, head, &in, &order, &f->err));
	GOOD(f, yz_reclaim_repaid(f->site, clerk, order, YZ_LIT("300"), YZ_LIT("2026-11-25"), YZ_LIT("S-1"), &f->err));
	assert_int_equal(lines(f, id).at[0].state, YZ_PAYOUT_paid);
	struct yz_register_look seen = {.reg = YZ_LIT("subsidy-paid"), .field = YZ_LIT(""), .value = l.at[0].no, .purpose = YZ_LIT("核对追回")};
	GOOD(f, yz_site_register_look(f->site, f->a, head, &seen, &f->err));
	assert_int_equal(seen.found.len, 1);
	assert_true(yz_str_eqz(seen.found.at[0].values[yz_register_field(seen.g, YZ_LIT("金额"))], "685"));
	GOOD(f, yz_reclaim_repaid(f->site, clerk, order, YZ_LIT("685"), YZ_LIT("2026-11-26"), YZ_LIT("S-2"), &f->err));
	struct yz_payouts after = lines(f, id);
	assert_int_equal(after.at[0].state, YZ_PAYOUT_repaid);
	assert_int_equal(after.paid, 98500);
	assert_int_equal(after.repaid, 98500);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.repaid'"), 1);
	seen.found = (struct yz_records){0};
	GOOD(f, yz_site_register_look(f->site, f->a, head, &seen, &f->err));
	assert_true(!seen.found.len || seen.found.at[0].until);
	/* It cannot be ordered back twice, and a bank that sends it back as well is for people to see to. */
	FAILS(f, YZ_NOT_NOW, yz_reclaim_order(f->site, head, &in, &order, &f->err));
	FAILS(f, YZ_CONFLICT, yz_payout_result(f->site, f->a, clerk, id, yz_str(result(f, &l.at[0], "退汇", "985.00", "账户已销户")), &r, &f->err));
	assert_int_equal(lines(f, id).at[0].state, YZ_PAYOUT_repaid);
	ledger_holds(f);
}

SITE(what_is_left_of_a_payment_and_does_not_fit_its_register_is_told)
{
	struct yz_payout_report r;
	int64_t id, order;
	to_pay(f);
	id = batch(f);
	struct yz_payouts l = lines(f, id);
	struct yz_actor *clerk = actor(f, "pay-clerk");
	struct yz_reclaim_new in = {.payout = l.at[0].id, .amount = YZ_LIT("300.50"), .reason = YZ_LIT("面积多报"), .basis = YZ_LIT("办法第二十条"), .days = 30};
	GOOD(f, yz_payout_result(f->site, f->a, clerk, id, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	site_do(f, "UPDATE register SET body = REPLACE(body, '\"type\":\"number\"', '\"type\":\"integer\"') WHERE key = 'subsidy-paid'");
	GOOD(f, yz_reclaim_order(f->site, actor(f, "pay-head"), &in, &order, &f->err));
	GOOD(f, yz_reclaim_repaid(f->site, clerk, order, YZ_LIT("300.50"), YZ_LIT("2026-11-25"), YZ_LIT("S-1"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM reclaim WHERE state = 'repaid' AND repaid = 30050"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'register.left_out' AND body LIKE '%金额%'"), 1);
	ledger_holds(f);
}

SITE(what_is_ordered_back_comes_with_a_sealed_letter_of_who_paid)
{
	struct yz_payout_report r;
	int64_t id, order;
	struct yz_str pdf;
	to_pay(f);
	id = batch(f);
	struct yz_payouts l = lines(f, id);
	struct yz_actor *head = actor(f, "pay-head"), *clerk = actor(f, "pay-clerk"), *owner = yz_new(f->a, struct yz_actor);
	struct yz_reclaim_new in = {.payout = l.at[0].id, .amount = YZ_LIT("300"), .reason = YZ_LIT("面积多报"), .basis = YZ_LIT("办法第二十条"), .days = 30};
	GOOD(f, yz_payout_result(f->site, f->a, clerk, id, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	GOOD(f, yz_reclaim_order(f->site, head, &in, &order, &f->err));
	int64_t person = site_int(f, "SELECT person FROM reclaim");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM document d JOIN reclaim y ON y.document = d.id WHERE d.kind = 'RECLAIM' AND d.org = 'caizheng'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '责令退回通知书' AND person = $1 AND body LIKE '%下载%'", YZ_I(person)), 1);
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_actor_of(f->site, conn, f->a, person, owner, &f->err));
	yz_db_release(conn);
	GOOD(f, yz_reclaim_letter(f->site, f->a, owner, order, &pdf, &f->err));
	assert_true(yz_str_starts(pdf, YZ_LIT("%PDF-")));
	assert_true(pdf.len > 10000);
	GOOD(f, yz_reclaim_letter(f->site, f->a, clerk, order, &pdf, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_reclaim_letter(f->site, f->a, actor(f, "farm-head"), order, &pdf, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_reclaim_letter(f->site, f->a, actor(f, "liuyang"), order, &pdf, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_reclaim_letter(f->site, f->a, clerk, order + 1, &pdf, &f->err));
	ledger_holds(f);
}

SITE(one_persons_subsidies_are_hers_and_a_look_at_them_is_noted)
{
	struct yz_payout_person p;
	to_pay(f);
	FAILS(f, YZ_BAD_INPUT, yz_payouts_of_person(f->site, f->a, actor(f, "farm-reviewer"), YZ_LIT(OWNER), YZ_LIT(""), &p, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_payouts_of_person(f->site, f->a, actor(f, "liuyang"), YZ_LIT(OWNER), YZ_LIT("想看看"), &p, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payouts_of_person(f->site, f->a, actor(f, "village-shangliu"), YZ_LIT(OWNER), YZ_LIT("年度复核"), &p, &f->err));
	assert_int_equal(p.list.len, 1);
	assert_true(yz_str_find(p.list.at[0].account, YZ_LIT("****"), 0) != SIZE_MAX);
	GOOD(f, yz_payouts_of_person(f->site, f->a, actor(f, "village-shahe"), YZ_LIT(OWNER), YZ_LIT("年度复核"), &p, &f->err));
	assert_int_equal(p.list.len, 0);
	struct yz_actor *owner = yz_new(f->a, struct yz_actor);
	struct yz_payouts mine;
	struct yz_traces pulls;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_actor_of(f->site, conn, f->a, p.person, owner, &f->err));
	GOOD(f, yz_payouts_mine(f->site, conn, f->a, owner, &mine, &f->err));
	assert_int_equal(mine.len, 1);
	GOOD(f, yz_looks_mine(f->site, conn, f->a, owner, YZ_LIT(""), 0, 50, &pulls, &f->err));
	assert_true(pulls.len >= 5);
	assert_true(yz_str_eqz(pulls.at[0].purpose, "年度复核"));
	yz_db_release(conn);
}

SITE(a_batch_goes_back_whole_with_a_reason_and_its_payments_keep_their_numbers)
{
	int64_t id, second;
	struct yz_str text;
	struct yz_payout_report r;
	struct yz_actor *clerk = actor(f, "pay-clerk"), *head = actor(f, "pay-head");
	to_pay(f);
	GOOD(f, yz_payout_batch_make(f->site, clerk, YZ_LIT("caizheng"), YZ_LIT("补贴"), &id, &f->err));
	struct yz_str no = yz_str_dup(f->a, lines(f, id).at[0].no);
	FAILS(f, YZ_BAD_INPUT, yz_payout_batch_return(f->site, head, id, YZ_LIT(" "), &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_payout_batch_return(f->site, actor(f, "farm-head"), id, YZ_LIT("不对"), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_batch_release(f->site, head, id, &f->err));
	/* Released, it is no longer its maker's. */
	FAILS(f, YZ_FORBIDDEN, yz_payout_batch_return(f->site, clerk, id, YZ_LIT("做错了"), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_batch_file(f->site, f->a, clerk, id, &text, &f->err));
	GOOD(f, yz_payout_batch_return(f->site, head, id, YZ_LIT("银行没有受理：文件里有一户销户"), &f->err));
	FAILS(f, YZ_CONFLICT, yz_payout_batch_return(f->site, head, id, YZ_LIT("再退一次"), &f->err));
	FAILS(f, YZ_NOT_NOW, yz_payout_batch_file(f->site, f->a, clerk, id, &text, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_payout_result(f->site, f->a, clerk, id, yz_str("付款编号,结果,金额,银行流水号,日期,原因\n"), &r, &f->err));
	assert_non_null(strstr(f->err.msg, "已经退回"));
	f->err = (struct yz_err){0};
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout WHERE state = 'due' AND batch IS NULL"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.return' AND body LIKE '%digest%'"), 1);
	second = batch(f);
	assert_true(yz_str_eq(lines(f, second).at[0].no, no));
	struct yz_payouts l = lines(f, second);
	GOOD(f, yz_payout_result(f->site, f->a, clerk, second, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	FAILS(f, YZ_CONFLICT, yz_payout_batch_return(f->site, head, second, YZ_LIT("不对"), &f->err));
	ledger_holds(f);
}

SITE(a_payment_that_is_wrong_is_taken_out_of_its_batch_and_goes_back_to_the_village)
{
	int64_t id;
	struct yz_str text;
	struct yz_str no = to_pay(f);
	to_pay(f);
	struct yz_actor *clerk = actor(f, "pay-clerk"), *head = actor(f, "pay-head");
	GOOD(f, yz_payout_batch_make(f->site, clerk, YZ_LIT("caizheng"), YZ_LIT("补贴"), &id, &f->err));
	struct yz_payouts l = lines(f, id);
	assert_int_equal(l.len, 2);
	GOOD(f, yz_payout_batch_release(f->site, head, id, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_payout_line_return(f->site, actor(f, "village-shangliu"), id, l.at[0].id, YZ_LIT("户名不对"), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_line_return(f->site, head, id, l.at[0].id, YZ_LIT("户名不对"), &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_payout_line_return(f->site, head, id, l.at[0].id, YZ_LIT("户名不对"), &f->err));
	f->err = (struct yz_err){0};
	task_at(look(f, actor(f, "village-shangliu"), no), "account");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout_batch WHERE lines = 1 AND amount = 98500 AND state = 'released'"), 1);
	GOOD(f, yz_payout_batch_file(f->site, f->a, clerk, id, &text, &f->err));
	assert_true(yz_str_find(text, l.at[0].no, 0) == SIZE_MAX && yz_str_find(text, l.at[1].no, 0) != SIZE_MAX);
	/* The bank has it now: it says what became of the rest. */
	FAILS(f, YZ_NOT_NOW, yz_payout_line_return(f->site, head, id, l.at[1].id, YZ_LIT("也不对"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.failed' AND thing_id = $1", YZ_I(l.at[0].id)), 1);
}

/* 退汇: days later the bank sends it back. */
SITE(what_comes_back_after_it_was_paid_fails_and_is_paid_again_to_another_account)
{
	struct yz_payout_report r;
	struct yz_actor *clerk = actor(f, "pay-clerk");
	struct yz_str no = to_pay(f), text;
	int64_t first = batch(f);
	struct yz_payouts l = lines(f, first);
	GOOD(f, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	assert_int_equal(look(f, actor(f, "village-shangliu"), no)->row.state, YZ_CASE_finished);
	FAILS(f, YZ_BAD_INPUT, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "退汇", "985.00", "")), &r, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "退汇", "985.00", "收款账户已销户")), &r, &f->err));
	assert_int_equal(r.failed, 1);
	GOOD(f, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "退汇", "985.00", "收款账户已销户")), &r, &f->err));
	assert_int_equal(r.known, 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.returned'"), 1);
	struct yz_payout_anew in = {.payout = l.at[0].id, .account = YZ_LIT("abc"), .bank = YZ_LIT("清泽农商行"), .reason = YZ_LIT("本人持新卡到窗口")};
	FAILS(f, YZ_BAD_INPUT, yz_payout_again(f->site, clerk, &in, &f->err));
	in.account = YZ_LIT("6217990121000099999");
	FAILS(f, YZ_FORBIDDEN, yz_payout_again(f->site, actor(f, "pay-head"), &in, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_again(f->site, clerk, &in, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_payout_again(f->site, clerk, &in, &f->err));
	f->err = (struct yz_err){0};
	int64_t second = batch(f);
	struct yz_payouts again = lines(f, second);
	assert_int_equal(again.at[0].attempt, 2);
	assert_false(yz_str_eq(again.at[0].no, l.at[0].no));
	GOOD(f, yz_payout_batch_file(f->site, f->a, clerk, second, &text, &f->err));
	assert_true(yz_str_find(text, YZ_LIT("6217990121000099999"), 0) != SIZE_MAX);
	GOOD(f, yz_payout_result(f->site, f->a, clerk, second, yz_str(result(f, &again.at[0], "成功", "985.00", "")), &r, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout WHERE state = 'paid'"), 1);
	ledger_holds(f);
}

SITE(what_goes_to_the_bank_is_what_the_ledger_has)
{
	struct yz_str text;
	to_pay(f);
	int64_t id = batch(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger l JOIN payout y ON y.id = l.thing_id WHERE l.act = 'payout.due' AND l.thing_kind = 'payout' "
				     "AND l.body LIKE '%' || y.bank_dig || '%'"),
			 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act IN ('payout.batch', 'payout.release') AND body LIKE '%digest%'"), 2);
	/* Somebody who can write to the tables. */
	site_do(f, "UPDATE payout SET bank_dig = '00'");
	FAILS(f, YZ_CORRUPT, yz_payout_batch_file(f->site, f->a, actor(f, "pay-clerk"), id, &text, &f->err));
}

SITE(a_look_at_ones_subsidies_is_kept_for_that_person_without_its_words)
{
	struct yz_payout_person p;
	to_pay(f);
	GOOD(f, yz_payouts_of_person(f->site, f->a, actor(f, "farm-reviewer"), YZ_LIT(OWNER), YZ_LIT("查何桂兰的家事"), &p, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.look' AND thing_id = $1", YZ_I(p.person)), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.look' AND body LIKE '%家事%'"), 0);
}

static int64_t remembered(struct fixture *f)
{
	return site_int(f, "SELECT COUNT(*) FROM record r JOIN register_import i ON i.id = r.source JOIN payout_batch b ON b.no = i.file "
			   "WHERE r.register = 'subsidy-paid' AND r.until_at IS NULL");
}

/* How often the village's comparison of a new application says it was paid already. */
static size_t paid_already(struct fixture *f)
{
	size_t n = 0;
	struct yz_str no = declare(f, "village-shangliu", FARMLAND, "990121100200");
	GOOD(f, ACT(f, actor(f, "village-shangliu"), no, accept));
	struct yz_case_doubts d = doubts(f, look(f, actor(f, "village-shangliu"), no));
	for (size_t i = 0; i < d.len; i++)
		n += yz_str_eqz(d.at[i].rule, "twice") && d.at[i].severity == YZ_SEVERITY_HIGH;
	return n;
}

SITE(what_was_paid_stands_in_the_register_and_a_second_application_is_held_against_it)
{
	struct yz_payout_report r;
	struct yz_actor *clerk = actor(f, "pay-clerk");
	struct yz_register_look seen = {.reg = YZ_LIT("subsidy-paid"), .field = YZ_LIT("身份证号"), .value = YZ_LIT(OWNER), .purpose = YZ_LIT("补贴审核")};
	to_pay(f);
	f->now = at("2026-12-11T09:00:00+08:00");
	int64_t id = batch(f);
	struct yz_payouts l = lines(f, id);
	assert_int_equal(remembered(f), 0);
	GOOD(f, yz_payout_result(f->site, f->a, clerk, id, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	GOOD(f, yz_payout_result(f->site, f->a, clerk, id, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	assert_int_equal(remembered(f), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'register.put'"), 1);
	GOOD(f, yz_site_register_look(f->site, f->a, NULL, &seen, &f->err));
	assert_int_equal(seen.found.len, 1);
	static const char *const fields[][2] = {{"身份证号", OWNER}, {"姓名", "何桂兰"}, {"项目", "sub-farmland"}, {"年度", "2026"},
						{"金额", "985"}, {"发放日期", "2026-12-10"}};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		assert_true(yz_str_eqz(seen.found.at[0].values[yz_register_field(seen.g, yz_str(fields[i][0]))], fields[i][1]));
	assert_int_equal(paid_already(f), 1);
	/* The bank sends it back: she has not had it. */
	GOOD(f, yz_payout_result(f->site, f->a, clerk, id, yz_str(result(f, &l.at[0], "退汇", "985.00", "收款账户已销户")), &r, &f->err));
	assert_int_equal(remembered(f), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'register.end'"), 1);
	assert_int_equal(paid_already(f), 0);
	ledger_holds(f);
}

/* The clerk takes the file; meanwhile the head takes a payment out. */
SITE(a_file_that_was_written_before_a_payment_was_taken_out_is_not_given_out)
{
	struct yz_payout_file file;
	struct yz_str text;
	struct yz_actor *clerk = actor(f, "pay-clerk"), *head = actor(f, "pay-head");
	to_pay(f);
	to_pay(f);
	int64_t id = batch(f);
	struct yz_payouts l = lines(f, id);
	GOOD(f, yz_payout_file_write(f->site, f->a, clerk, id, &file, &f->err));
	assert_true(yz_str_find(file.text, l.at[0].no, 0) != SIZE_MAX);
	GOOD(f, yz_payout_line_return(f->site, head, id, l.at[0].id, YZ_LIT("户名不对"), &f->err));
	FAILS(f, YZ_CONFLICT, yz_payout_file_note(f->site, clerk, &file, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout_batch WHERE filed IS NOT NULL"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.file'"), 0);
	f->err = (struct yz_err){0};
	GOOD(f, yz_payout_batch_file(f->site, f->a, clerk, id, &text, &f->err));
	assert_true(yz_str_find(text, l.at[0].no, 0) == SIZE_MAX);
	/* It was not the bank that said so. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '补贴这次没有发放' AND body LIKE '%发放单位说明：户名不对%'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE body LIKE '%银行说明%'"), 0);
}

/* A village that looks after it was paid: the process has gone on behind the bank's word. */
static void visited_after(struct fixture *f)
{
	site_do(f, "UPDATE artifact SET body = REPLACE(body, 'sourceRef=\"paid\" targetRef=\"file\"/>', 'sourceRef=\"paid\" targetRef=\"visit\"/>"
		   "<userTask id=\"visit\" name=\"回访\" yz:act=\"review\" yz:role=\"reviewer\"/>"
		   "<sequenceFlow id=\"f_visit_file\" sourceRef=\"visit\" targetRef=\"file\"/>') "
		   "WHERE digest = (SELECT process FROM item WHERE code = '" FARMLAND "')");
}

SITE(what_comes_back_while_its_case_is_past_the_payment_is_recorded)
{
	struct yz_payout_report r;
	struct yz_actor *clerk = actor(f, "pay-clerk");
	visited_after(f);
	struct yz_str no = to_pay(f);
	int64_t first = batch(f);
	struct yz_payouts l = lines(f, first);
	GOOD(f, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "成功", "985.00", "")), &r, &f->err));
	task_at(look(f, actor(f, "farm-reviewer"), no), "visit");
	GOOD(f, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "退汇", "985.00", "收款账户已销户")), &r, &f->err));
	assert_int_equal(r.failed, 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout WHERE state = 'failed' AND reason = '收款账户已销户'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.returned'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '补贴被银行退回'"), 1);
	/* Once the case is over finance pays it anew. */
	const struct yz_payout_anew in = {.payout = l.at[0].id, .account = YZ_LIT("6217990121000099999"), .bank = YZ_LIT("清泽农商行"),
					  .reason = YZ_LIT("本人持新卡到窗口")};
	FAILS(f, YZ_NOT_NOW, yz_payout_again(f->site, clerk, &in, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, actor(f, "farm-reviewer"), no, pass));
	assert_int_equal(look(f, actor(f, "village-shangliu"), no)->row.state, YZ_CASE_finished);
	GOOD(f, yz_payout_again(f->site, clerk, &in, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout WHERE state = 'due' AND attempt = 2"), 1);
	ledger_holds(f);
}

SITE(what_is_not_to_be_paid_any_more_cannot_be_paid_anew)
{
	struct yz_payout_report r;
	struct yz_actor *clerk = actor(f, "pay-clerk"), *worker = actor(f, "village-shangliu");
	struct yz_str no = to_pay(f);
	int64_t first = batch(f);
	struct yz_payouts l = lines(f, first);
	GOOD(f, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "失败", "985.00", "账号不存在")), &r, &f->err));
	GOOD(f, ACT(f, worker, no, stop_pay, .reason = YZ_LIT("本人已去世")));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout WHERE state = 'stopped'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'payout.stop'"), 1);
	const struct yz_payout_anew in = {.payout = l.at[0].id, .account = YZ_LIT("6217990121000099999"), .bank = YZ_LIT("清泽农商行"),
					  .reason = YZ_LIT("本人持新卡到窗口")};
	FAILS(f, YZ_NOT_NOW, yz_payout_again(f->site, clerk, &in, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payout"), 1);
	f->err = (struct yz_err){0};
	/* The bank's file read once more changes nothing, and its batch still counts what failed. */
	GOOD(f, yz_payout_result(f->site, f->a, clerk, first, yz_str(result(f, &l.at[0], "失败", "985.00", "账号不存在")), &r, &f->err));
	assert_int_equal(r.known, 1);
	struct yz_payout_batch_row *b;
	size_t n;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_payout_batches(f->site, conn, f->a, clerk, &b, &n, &f->err));
	yz_db_release(conn);
	assert_int_equal(n, 1);
	assert_int_equal(b[0].failed, 1);
}

static bool twice(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	(void)ctx;
	return yz_exec(conn, err,
		       "INSERT INTO payout (no, case_id, org, item_code, item_name, person, region, bank_enc, amount, attempt, state, reason, bank_no, "
		       "created, bank_dig) SELECT 'P-TWICE', case_id, org, item_code, item_name, person, region, bank_enc, amount, attempt, 'due', '', "
		       "'', created, bank_dig FROM payout");
}

SITE(one_attempt_of_a_case_is_paid_once)
{
	to_pay(f);
	FAILS(f, YZ_EXISTS, yz_db_write(f->site->db, twice, NULL, &f->err));
}
