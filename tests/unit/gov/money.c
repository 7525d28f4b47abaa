/* SPDX-License-Identifier: Apache-2.0
 *
 * What a case costs, from the rule to the receipt.
 */
#include "tests/unit/gov/money_fixture.h"

#include "crypt/crypt.h"
#include "gov/fee_row.h"

static int64_t entries(struct fixture *f, const char *act)
{
	return site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = $1", YZ_Z(act));
}

SITE(a_grant_makes_an_order_of_the_rules_amount)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str no = granted(f, her, OCCUPY_FACTS("人行道"));
	struct yz_fee_order *o = fee(f, her, order_of(f, no));
	assert_int_equal(o->state, YZ_FEE_due);
	assert_int_equal(o->amount, 8000);
	assert_int_equal(o->nlines, 1);
	assert_true(yz_str_starts(o->lines[0].basis, YZ_LIT("《城市道路管理条例》")));
	assert_true(o->hers);
	assert_int_equal(entries(f, "fee.charge"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '请缴费'"), 1);
	ledger_holds(f);
}

SITE(nothing_is_delivered_unpaid_and_all_is_once_it_is_paid)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = granted(f, her, OCCUPY_FACTS("人行道")), order = order_of(f, no);
	GOOD(f, ACT(f, clerk, no, issue));
	assert_false(choice(look(f, clerk, no), YZ_ACT_deliver));
	FAILS(f, YZ_NOT_NOW, ACT(f, clerk, no, deliver));
	struct yz_str token = begin(f, her, order);
	/* Twice begun is once begun. */
	assert_true(yz_str_eq(begin(f, her, order), token));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payment"), 1);
	click(f, token, "prompt");
	click(f, token, "prompt");
	later(f, 2 * YZ_SECOND);
	assert_int_equal(deliver_callbacks(f), 1);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '缴费成功'"), 1);
	GOOD(f, ACT(f, clerk, no, deliver));
	money_adds_up(f);
	ledger_holds(f);
}

SITE(a_callback_that_never_comes_is_asked_for)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	click(f, begin(f, her, order), "never");
	assert_int_equal(till(f), 0);
	later(f, 21 * YZ_SECOND);
	assert_int_equal(till(f), 1);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in WHERE learned = 'query'"), 1);
	assert_int_equal(till(f), 0);
	money_adds_up(f);
}

SITE(she_looks_and_it_is_asked_at_once)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	click(f, begin(f, her, order), "never");
	assert_true(fee(f, her, order)->waiting);
	GOOD(f, yz_fee_look(f->site, f->a, her, order, &f->err));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	assert_false(fee(f, her, order)->waiting);
}

SITE(a_payment_begun_and_left_is_closed_and_begun_anew)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	struct yz_str token = begin(f, her, order), back;
	later(f, 31 * YZ_MINUTE);
	till(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payment WHERE state = 'closed' AND next_ask IS NULL"), 1);
	FAILS(f, YZ_NOT_NOW, yz_sandbox_pay(f->site, f->a, token, YZ_LIT(""), &back, &f->err));
	struct yz_str again = begin(f, her, order);
	assert_false(yz_str_eq(again, token));
	click(f, again, "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	money_adds_up(f);
}

SITE(a_forged_late_copied_or_foreign_callback_moves_nothing)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道"))), thanks;
	begin(f, her, order);
	struct yz_str body = yz_str_printf(f->a, "{\"event\":\"paid\",\"out_no\":\"%.*s-1\",\"trade_no\":\"T1\",\"amount\":8000,\"at\":%lld}",
					   YZ_P(order), (long long)f->now);
	struct yz_pay_message m, forged;
	yz_sandbox_sign(f->site, f->a, body, f->now, &m);
	forged = m;
	forged.sign = yz_str_dup(f->a, m.sign);
	((char *)forged.sign.ptr)[0] ^= 1;
	FAILS(f, YZ_FORBIDDEN, yz_till_notice(f->site, f->a, YZ_LIT("sandbox"), &forged, &thanks, &f->err));
	forged = m;
	forged.body = yz_str_printf(f->a, "%.*s ", YZ_P(m.body));
	FAILS(f, YZ_FORBIDDEN, yz_till_notice(f->site, f->a, YZ_LIT("sandbox"), &forged, &thanks, &f->err));
	forged = m;
	forged.nonce = YZ_LIT("0123456789");
	FAILS(f, YZ_FORBIDDEN, yz_till_notice(f->site, f->a, YZ_LIT("sandbox"), &forged, &thanks, &f->err));
	yz_sandbox_sign(f->site, f->a, body, f->now - 11 * YZ_MINUTE, &forged);
	FAILS(f, YZ_FORBIDDEN, yz_till_notice(f->site, f->a, YZ_LIT("sandbox"), &forged, &thanks, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_till_notice(f->site, f->a, YZ_LIT("other"), &m, &thanks, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in"), 0);
	GOOD(f, yz_till_notice(f->site, f->a, YZ_LIT("sandbox"), &m, &thanks, &f->err));
	GOOD(f, yz_till_notice(f->site, f->a, YZ_LIT("sandbox"), &m, &thanks, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in"), 1);
	assert_int_equal(entries(f, "fee.pay"), 1);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
}

SITE(money_of_another_amount_or_of_no_order_goes_back_by_itself)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	click(f, begin(f, her, order), "wrong");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_due);
	assert_int_equal(site_int(f, "SELECT amount FROM refund WHERE state = 'ready'"), 7999);
	till(f);
	later(f, 2 * YZ_MINUTE);
	till(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE state = 'done'"), 1);
	assert_true(tell(f, yz_str_printf(f->a, "{\"event\":\"paid\",\"out_no\":\"NOBODY-1\",\"trade_no\":\"T9\",\"amount\":100,\"at\":%lld}", (long long)f->now)));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in WHERE order_id IS NULL AND use_for = 'back'"), 1);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_due);
	money_adds_up(f);
}

SITE(a_case_that_comes_to_nothing_gives_the_money_back)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = granted(f, her, OCCUPY_FACTS("人行道")), order = order_of(f, no);
	(void)clerk;
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	/* 撤回 is not open after the decision: the department gives it back. */
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了天数"), &f->err));
	FAILS(f, YZ_CONFLICT, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("再来一次"), &f->err));
	int64_t refund = site_int(f, "SELECT id FROM refund");
	assert_int_equal(till(f), 0);
	FAILS(f, YZ_FORBIDDEN, yz_fee_refund_decide(f->site, f->a, actor(f, "zhangmin"), refund, true, &f->err));
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), refund, true, &f->err));
	FAILS(f, YZ_CONFLICT, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), refund, true, &f->err));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunding);
	till(f);
	later(f, 30 * YZ_SECOND);
	/* Once by callback, once more by asking: once. */
	deliver_callbacks(f);
	later(f, 10 * YZ_MINUTE);
	till(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunded);
	assert_int_equal(entries(f, "fee.refunded"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM sandbox_refund"), 1);
	money_adds_up(f);
	ledger_holds(f);
}

SITE(an_unmeasured_fee_is_assessed_by_an_official)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道和车行道"))), url;
	struct yz_fee_order *o = fee(f, her, order);
	assert_int_equal(o->state, YZ_FEE_assess);
	FAILS(f, YZ_NOT_NOW, yz_fee_pay(f->site, f->a, her, order, &url, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_fee_assess(f->site, f->a, her, order, o->lines[0].id, YZ_LIT("0.5"), YZ_LIT("160"), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_fee_assess(f->site, f->a, clerk, order, o->lines[0].id, YZ_LIT("-1"), YZ_LIT("160"), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_fee_assess(f->site, f->a, clerk, order, o->lines[0].id, YZ_LIT("1"), YZ_LIT("100000001"), &f->err));
	GOOD(f, yz_fee_assess(f->site, f->a, clerk, order, o->lines[0].id, YZ_LIT("0.75"), YZ_LIT("160.5"), &f->err));
	o = fee(f, her, order);
	assert_int_equal(o->state, YZ_FEE_due);
	assert_int_equal(o->amount, 12038); /* 120.375 yuan, half up */
	FAILS(f, YZ_NOT_NOW, yz_fee_assess(f->site, f->a, clerk, order, o->lines[0].id, YZ_LIT("1"), YZ_LIT("1"), &f->err));
}

SITE(a_reduction_needs_a_reason_a_rule_and_another_person)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin"), *head = actor(f, "decider");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	struct yz_fee_order *o = fee(f, her, order);
	int64_t line = o->lines[0].id;
	struct yz_str token = begin(f, her, order), why = YZ_LIT("残疾人自谋职业"), basis = YZ_LIT("青岚省城市道路占用费标准");
	FAILS(f, YZ_BAD_INPUT, yz_fee_relief_ask(f->site, f->a, clerk, order, line, 3000, YZ_LIT(" "), basis, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_fee_relief_ask(f->site, f->a, clerk, order, line, 3000, why, YZ_LIT(""), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_fee_relief_ask(f->site, f->a, clerk, order, line, 8001, why, basis, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_fee_relief_ask(f->site, f->a, clerk, order, line, 0, why, basis, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_fee_relief_ask(f->site, f->a, her, order, line, 3000, why, basis, &f->err));
	GOOD(f, yz_fee_relief_ask(f->site, f->a, clerk, order, line, 3000, why, basis, &f->err));
	int64_t relief = site_int(f, "SELECT id FROM fee_relief");
	FAILS(f, YZ_FORBIDDEN, yz_fee_relief_decide(f->site, f->a, clerk, order, relief, true, YZ_LIT(""), &f->err));
	GOOD(f, yz_fee_relief_decide(f->site, f->a, head, order, relief, true, YZ_LIT(""), &f->err));
	o = fee(f, her, order);
	assert_int_equal(o->amount, 5000);
	assert_int_equal(o->full, 8000);
	/* The page that was open asks too much: what is paid there goes back. */
	click(f, token, "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_due);
	money_adds_up(f);
	/* The rest is waived, and nothing is owed. */
	GOOD(f, yz_fee_relief_ask(f->site, f->a, clerk, order, line, 5000, why, basis, &f->err));
	GOOD(f, yz_fee_relief_decide(f->site, f->a, head, order, site_int(f, "SELECT MAX(id) FROM fee_relief"), true, YZ_LIT(""), &f->err));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_waived);
	FAILS(f, YZ_NOT_NOW, yz_fee_relief_ask(f->site, f->a, clerk, order, line, 1, why, basis, &f->err));
	ledger_holds(f);
}

SITE(an_order_is_for_her_her_department_and_finance_only)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道"))), url;
	struct yz_conn *conn = reading(f);
	FAILS(f, YZ_NOT_FOUND, yz_fee_load(f->site, conn, f->a, actor(f, "items"), order, &f->err) != NULL);
	yz_db_release(conn);
	FAILS(f, YZ_NOT_FOUND, yz_fee_pay(f->site, f->a, actor(f, "caiwu"), order, &url, &f->err));
	f->err = (struct yz_err){0};
	assert_true(fee(f, actor(f, "caiwu"), order)->payer_name.len > 0);
	assert_false(yz_str_eq(fee(f, actor(f, "caiwu"), order)->payer_name, YZ_LIT("刘洋")));
	assert_true(yz_str_eq(fee(f, actor(f, "zhangmin"), order)->payer_name, YZ_LIT("刘洋")));
}

SITE(a_refund_that_fails_is_kept_and_sent_again)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	struct yz_conn *conn;
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了"), &f->err));
	int64_t refund = site_int(f, "SELECT id FROM refund");
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), refund, true, &f->err));
	till(f);
	struct yz_str refund_no = fee(f, her, order)->refunds[0].no;
	assert_true(tell(f, yz_str_printf(f->a, "{\"event\":\"refund\",\"refund_no\":\"%.*s\",\"trade_no\":\"x\",\"amount\":8000,\"at\":%lld,"
						 "\"state\":\"failed\",\"reason\":\"账户注销\"}",
					  YZ_P(refund_no), (long long)f->now)));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	money_adds_up(f);
	conn = reading(f);
	struct yz_fee_refund *failed;
	size_t n;
	GOOD(f, yz_fee_refunds(conn, f->a, actor(f, "caiwu"), "failed", 0, &failed, &n, &f->err));
	yz_db_release(conn);
	assert_int_equal(n, 1);
	GOOD(f, yz_fee_refund_again(f->site, f->a, actor(f, "caiwu"), refund, &f->err));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunding);
	till(f);
	later(f, 2 * YZ_MINUTE);
	till(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunded);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM sandbox_refund"), 1);
	money_adds_up(f);
}

/* Paid; the refund was approved and the channel could not give it back: her account is closed. */
static int64_t failed_refund(struct fixture *f, const struct yz_actor *her, struct yz_str *order)
{
	*order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	click(f, begin(f, her, *order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	site_do(f, "INSERT INTO setting (key, value) VALUES ('pay.sandbox.refunds', 'fail')");
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), *order, YZ_LIT("多算了"), &f->err));
	int64_t refund = site_int(f, "SELECT id FROM refund");
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), refund, true, &f->err));
	till(f);
	later(f, 2 * YZ_MINUTE);
	till(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE state = 'failed'"), 1);
	return refund;
}

SITE(a_refund_the_channel_failed_is_tried_anew_under_its_number)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order;
	int64_t refund = failed_refund(f, her, &order);
	site_do(f, "UPDATE setting SET value = 'done' WHERE key = 'pay.sandbox.refunds'");
	GOOD(f, yz_fee_refund_again(f->site, f->a, actor(f, "caiwu"), refund, &f->err));
	till(f);
	later(f, 2 * YZ_MINUTE);
	till(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunded);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM sandbox_refund"), 1);
	money_adds_up(f);
}

SITE(a_refund_no_channel_can_make_is_settled_by_hand_once_and_not_by_who_asked)
{
	struct yz_actor *her = actor(f, "liuyang"), *finance = actor(f, "caiwu");
	struct yz_str order, how = YZ_LIT("转账到本人新卡，回单 20261122-007");
	int64_t refund = failed_refund(f, her, &order);
	FAILS(f, YZ_FORBIDDEN, yz_fee_refund_settle(f->site, f->a, actor(f, "zhangmin"), refund, how, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_fee_refund_settle(f->site, f->a, finance, refund, YZ_LIT(" "), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_fee_refund_settle(f->site, f->a, finance, refund, how, &f->err));
	struct yz_fee_order *o = fee(f, her, order);
	assert_int_equal(o->state, YZ_FEE_refunded);
	assert_true(yz_str_eq(o->refunds[0].settled, how));
	FAILS(f, YZ_NOT_NOW, yz_fee_refund_settle(f->site, f->a, finance, refund, how, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_fee_refund_again(f->site, f->a, finance, refund, &f->err));
	assert_int_equal(entries(f, "refund.settle"), 1);
	money_adds_up(f);
	ledger_holds(f);
}

SITE(what_the_channel_gave_back_after_all_is_not_settled_by_hand)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order;
	int64_t refund = failed_refund(f, her, &order);
	site_do(f, "UPDATE sandbox_refund SET state = 'done'");
	FAILS(f, YZ_CONFLICT, yz_fee_refund_settle(f->site, f->a, actor(f, "caiwu"), refund, YZ_LIT("现金"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE state = 'failed'"), 1);
}

SITE(one_payment_that_cannot_be_asked_for_keeps_no_other_waiting)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	int did;
	click(f, begin(f, her, order), "never");
	later(f, 21 * YZ_SECOND);
	/* Its channel was taken out of the program; and it is asked for first. */
	site_do(f, "INSERT INTO payment (order_id, provider, out_no, amount, state, created, expires, next_ask, asks) "
		   "SELECT order_id, 'gone', 'GONE-1', amount, 'open', created, expires, 1, 0 FROM payment");
	yz_till_round(f->site, f->now, &did, &f->err);
	assert_int_equal(did, 2);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	/* The order is paid, so it is to be closed soon; and then it is asked for later, not at once and for ever. */
	f->err = (struct yz_err){0};
	assert_int_equal(till(f), 1);
	assert_int_equal(till(f), 0);
}

SITE(looking_often_does_not_count_as_asking_in_vain)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	begin(f, her, order);
	for (int i = 0; i < 50; i++)
		GOOD(f, yz_fee_look(f->site, f->a, her, order, &f->err));
	assert_int_equal(site_int(f, "SELECT asks FROM payment"), 0);
	assert_int_equal(site_int(f, "SELECT CASE WHEN next_ask <= $1 THEN 1 ELSE 0 END FROM payment", YZ_I(f->now + 20 * YZ_SECOND)), 1);
}

/* Whatever the code does. */
SITE(the_database_itself_lets_an_order_be_paid_once_and_money_go_back_once)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order;
	failed_refund(f, her, &order);
	static const char *const again[] = {
		"INSERT INTO money_in (provider, trade_no, out_no, order_id, amount, use_for, why, learned, paid_at, day, at) "
		"SELECT provider, 'OTHER', out_no, order_id, amount, use_for, why, learned, paid_at, day, at FROM money_in",
		"INSERT INTO refund (no, money_id, order_id, amount, reason, state, at, tries, failure) "
		"SELECT 'OTHER', money_id, order_id, amount, reason, 'ready', at, 0, '' FROM refund",
	};
	for (size_t i = 0; i < 2; i++) {
		FAILS(f, YZ_EXISTS, yz_db_write(f->site->db, site_do_write, yz_str_z(f->a, yz_str(again[i])), &f->err));
		f->err = (struct yz_err){0};
	}
	site_do(f, "UPDATE refund SET state = 'refused'");
	site_do(f, again[1]);
}

SITE(a_refund_of_another_amount_is_left_to_finance)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了"), &f->err));
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), site_int(f, "SELECT id FROM refund"), true, &f->err));
	till(f);
	struct yz_str refund_no = fee(f, her, order)->refunds[0].no;
	for (int i = 0; i < 2; i++)
		assert_true(tell(f, yz_str_printf(f->a, "{\"event\":\"refund\",\"refund_no\":\"%.*s\",\"trade_no\":\"x\",\"amount\":7000,\"at\":%lld,"
							 "\"state\":\"done\",\"reason\":\"\"}",
						  YZ_P(refund_no), (long long)f->now)));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE state = 'failed' AND next_try IS NULL AND failure LIKE '%70.00%80.00%'"), 1);
	money_adds_up(f);
}

TEST(yuan_are_read_exactly_or_not_at_all)
{
	int64_t fen;
	struct yz_arena *a = yz_arena_create(0);
	assert_true(yz_yuan_parse(YZ_LIT("80"), &fen) && fen == 8000);
	assert_true(yz_yuan_parse(YZ_LIT("0.5"), &fen) && fen == 50);
	assert_true(yz_yuan_parse(YZ_LIT("100000000.00"), &fen) && fen == YZ_PAY_MOST);
	static const char *const bad[] = {"", ".5", "1.", "1.234", "-1", "+1", "1e3", " 1", "1 ", "1,000", "100000000.01", "99999999999999999999", "一"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (yz_yuan_parse(yz_str(bad[i]), &fen))
			fail_msg("'%s' was read as %lld", bad[i], (long long)fen);
	assert_true(yz_str_eqz(yz_yuan_show(a, 123456789), "1,234,567.89"));
	assert_true(yz_str_eqz(yz_yuan_show(a, 5), "0.05"));
	assert_true(yz_str_eqz(yz_yuan(a, 100000), "1000.00"));
	yz_arena_destroy(a);
}

TEST(moves_lead_only_where_the_list_says)
{
	/* Once it is paid the only ways lead to refunds, or back because the money never came. */
	for (int m = 0; m < YZ_FEE_MOVES; m++) {
		enum yz_fee_move move = (enum yz_fee_move)m;
		bool after = yz_fee_move_fits(move, YZ_FEE_paid);
		assert_int_equal(after, move == YZ_FEE_MOVE_refund || move == YZ_FEE_MOVE_reopen);
		assert_false(yz_fee_move_fits(move, YZ_FEE_closed));
		assert_false(yz_fee_move_fits(move, YZ_FEE_waived));
		/* What the channel never gave back goes out again. */
		assert_int_equal(yz_fee_move_fits(move, YZ_FEE_refunded), move == YZ_FEE_MOVE_resend);
	}
	assert_int_equal(yz_fee_move_to(YZ_FEE_MOVE_pay), YZ_FEE_paid);
}

static bool do_body(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const char *const *pair = ctx;
	(void)a;
	return yz_exec(conn, err, "UPDATE item SET body = REPLACE(body, $1, $2) WHERE code = $3", YZ_Z(pair[0]), YZ_Z(pair[1]), YZ_Z(OCCUPY)) &&
	       yz_changed(conn) == 1;
}

/* The item as it would be with other words in it; before anybody has used it. */
static void item_with(struct fixture *f, const char *from, const char *to)
{
	const char *pair[] = {from, to};
	int64_t before = site_int(f, "SELECT COUNT(*) FROM item WHERE code = $1 AND body LIKE $2", YZ_Z(OCCUPY), YZ_Z(yz_printf(f->a, "%%%s%%", from)));
	assert_int_equal(before, 1);
	GOOD(f, yz_db_write(f->site->db, do_body, pair, &f->err));
}

static struct yz_str accepted(struct fixture *f, const struct yz_actor *her)
{
	struct yz_str no = occupy(f, her, OCCUPY_FACTS("人行道"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	return no;
}

/* 行政许可法 58, 59: no fee without law. */
SITE(what_is_not_published_is_not_charged)
{
	struct yz_actor *her = actor(f, "liuyang");
	item_with(f, "\"name\":\"城市道路占用费\"", "\"name\":\"管理费\"");
	item_with(f, "\"at\":\"grant\"", "\"at\":\"accept\"");
	struct yz_str no = occupy(f, her, OCCUPY_FACTS("人行道"));
	FAILS(f, YZ_BAD_INPUT, ACT(f, actor(f, "zhangmin"), no, accept));
	assert_non_null(strstr(f->err.msg, "行政许可法"));
	assert_int_equal(look(f, her, no)->row.state, YZ_CASE_submitted);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order"), 0);
}

SITE(what_has_no_basis_is_not_charged)
{
	struct yz_actor *her = actor(f, "liuyang");
	item_with(f, "\"basis\":\"《城市道路管理条例》第三十七条；青岚省城市道路占用费标准\"", "\"basis\":\" \"");
	item_with(f, "\"at\":\"grant\"", "\"at\":\"accept\"");
	FAILS(f, YZ_BAD_INPUT, ACT(f, actor(f, "zhangmin"), occupy(f, her, OCCUPY_FACTS("人行道")), accept));
}

SITE(a_case_withdrawn_closes_what_is_owed_and_what_comes_late_goes_back)
{
	struct yz_actor *her = actor(f, "liuyang");
	item_with(f, "\"at\":\"grant\"", "\"at\":\"accept\"");
	struct yz_str no = accepted(f, her), order = order_of(f, no), token = begin(f, her, order);
	GOOD(f, ACT(f, her, no, withdraw, .reason = YZ_LIT("不占了")));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_closed);
	/* She had the page open. */
	click(f, token, "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_closed);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE amount = 8000"), 1);
	till(f);
	later(f, 2 * YZ_MINUTE);
	till(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE state = 'done'"), 1);
	money_adds_up(f);
	ledger_holds(f);
}

SITE(a_case_that_ends_for_nothing_gives_back_what_was_paid_and_where_the_item_says_so_keeps_it)
{
	struct yz_actor *her = actor(f, "liuyang");
	item_with(f, "\"at\":\"grant\"", "\"at\":\"accept\"");
	struct yz_str no = accepted(f, her), order = order_of(f, no);
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	/* Somebody has asked for it already: one refund comes of both. */
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了"), &f->err));
	GOOD(f, ACT(f, her, no, withdraw, .reason = YZ_LIT("不占了")));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunding);
	till(f);
	later(f, 2 * YZ_MINUTE);
	till(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunded);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM sandbox_refund"), 1);
	money_adds_up(f);
}

SITE(an_item_may_keep_what_was_paid)
{
	struct yz_actor *her = actor(f, "liuyang");
	item_with(f, "\"at\":\"grant\"", "\"at\":\"accept\"");
	item_with(f, "\"refund\":true", "\"refund\":false");
	struct yz_str no = accepted(f, her), order = order_of(f, no);
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	GOOD(f, ACT(f, her, no, withdraw, .reason = YZ_LIT("不占了")));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund"), 0);
}

SITE(an_item_may_want_it_paid_before_the_decision_or_not_at_all)
{
	struct yz_actor *her = actor(f, "liuyang"), *head = actor(f, "decider");
	item_with(f, "\"at\":\"grant\"", "\"at\":\"accept\"");
	item_with(f, "\"before\":\"deliver\"", "\"before\":\"decide\"");
	struct yz_str no = accepted(f, her), order = order_of(f, no);
	struct yz_case *c = look(f, head, no);
	for (size_t i = 0; i < c->ntasks; i++)
		if (c->tasks[i].open && yz_str_eqz(c->tasks[i].act, "review"))
			GOOD(f, ACT(f, actor(f, yz_str_eqz(c->tasks[i].org, "jiaojing") ? "jiaojing" : "caihong"), no, pass, .task = c->tasks[i].id));
	FAILS(f, YZ_NOT_NOW, ACT(f, head, no, grant, .reason = YZ_LIT("符合条件。")));
	assert_false(choice(look(f, head, no), YZ_ACT_grant));
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	GOOD(f, ACT(f, head, no, grant, .reason = YZ_LIT("符合条件。")));
}

SITE(amounts_are_written_in_words_as_receipts_want_it)
{
	static const struct {
		int64_t fen;
		const char *words;
	} said[] = {{8000, "捌拾元整"}, {55000, "伍佰伍拾元整"}, {1, "壹分"}, {10, "壹角"}, {105, "壹元零伍分"}, {100010, "壹仟元壹角"}, {1000500, "壹万零伍元整"},
		    {1000000000, "壹仟万元整"}, {YZ_PAY_MOST, "壹亿元整"}, {12345678, "壹拾贰万叁仟肆佰伍拾陆元柒角捌分"}, {0, "零元整"}};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		struct yz_str s = yz_yuan_words(f->a, said[i].fen);
		if (!yz_str_eqz(s, said[i].words))
			fail_msg("%lld is %s, not %.*s", (long long)said[i].fen, said[i].words, YZ_P(s));
	}
}

SITE(the_bill_and_the_receipt_are_papers_of_the_case)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str no = granted(f, her, OCCUPY_FACTS("人行道")), order = order_of(f, no);
	assert_int_equal(paper(look(f, her, no), "BILL")->id, fee(f, her, order)->bill);
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	const struct yz_case_document *receipt = paper(look(f, her, no), "PAID");
	assert_true(yz_str_eqz(receipt->title, "缴费收据"));
	assert_int_equal(receipt->id, fee(f, her, order)->receipt);
	struct yz_conn *conn = reading(f);
	struct yz_document_check check;
	GOOD(f, yz_document_check(f->site, conn, f->a, receipt->check_code, &check, &f->err));
	yz_db_release(conn);
	assert_true(yz_str_eqz(check.title, "缴费收据"));
}

/* Two orders of one case: each page has its own papers. */
SITE(an_orders_page_lists_its_own_papers)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str no = granted(f, her, OCCUPY_FACTS("人行道")), order = order_of(f, no);
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	site_do(f, "INSERT INTO fee_order (no, case_id, org, region, payer, title, state, amount, full_amount, before_act, due, created, changed, reason, "
		   "version) SELECT 'F-OTHER', case_id, org, region, payer, title, 'due', 100, 100, before_act, due, created, changed, reason, 1 "
		   "FROM fee_order");
	struct yz_fee_order *first = fee(f, her, order), *second = fee(f, her, YZ_LIT("F-OTHER"));
	assert_true(first->bill && first->receipt);
	assert_int_equal(second->bill, 0);
	assert_int_equal(second->receipt, 0);
}

SITE(an_answer_to_a_reduction_has_an_end)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	GOOD(f, yz_fee_relief_ask(f->site, f->a, actor(f, "zhangmin"), order, fee(f, her, order)->lines[0].id, 3000, YZ_LIT("低保户"), YZ_LIT("减免办法"),
				  &f->err));
	int64_t relief = site_int(f, "SELECT id FROM fee_relief");
	char *text = yz_alloc(f->a, YZ_FEE_REASON + 1);
	memset(text, 'x', YZ_FEE_REASON + 1);
	FAILS(f, YZ_BAD_INPUT, yz_fee_relief_decide(f->site, f->a, actor(f, "decider"), order, relief, true, yz_str_n(text, YZ_FEE_REASON + 1), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_fee_relief_decide(f->site, f->a, actor(f, "decider"), order, relief, true, yz_str_n(text, YZ_FEE_REASON), &f->err));
}

#define ESTATE "11990121009901841T4990715301000"

/* 发改价格规〔2016〕2559 号: 80 yuan a dwelling, 550 any other, nothing for small enterprises. */
SITE(prices_and_quantities_of_an_item_without_a_decision_make_the_lines)
{
	static const struct {
		const char *use, *small;
		int64_t amount;
	} sold[] = {{"住宅", "false", 16000}, {"商业、办公等非住宅", "false", 110000}, {"车库、车位、储藏室", "false", 16000}, {"住宅", "true", 0}};
	struct yz_actor *her = actor(f, "liuyang");
	for (size_t i = 0; i < sizeof sold / sizeof *sold; i++) {
		int64_t id;
		struct yz_str no = {0};
		GOOD(f, yz_draft_open(f->site, her, YZ_LIT(ESTATE), &id, &f->err));
		GOOD(f, yz_draft_save(f->site, f->a, her, id,
				      json(f, yz_printf(f->a,
							"{\"申请人名称\":\"刘洋\",\"联系电话\":\"13800009990\",\"卖方姓名\":\"张丽华\",\"坐落\":\"文昌路 26 号\","
							"\"规划用途\":\"%s\",\"件数\":\"2\",\"小微企业\":\"%s\"}",
							sold[i].use, sold[i].small)),
				      0, &f->err));
		add_materials(f, her, id);
		GOOD(f, yz_case_submit(f->site, f->a, her, id, YZ_LIT("web"), &no, &f->err));
		GOOD(f, ACT(f, actor(f, "dengji"), no, accept));
		assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order f JOIN cases c ON c.id = f.case_id WHERE c.no = $1", YZ_S(no)), sold[i].amount > 0);
		if (!sold[i].amount)
			continue;
		struct yz_fee_order *o = fee(f, her, order_of(f, no));
		assert_int_equal(o->amount, sold[i].amount);
		assert_int_equal(o->nlines, 1);
		assert_true(yz_str_eqz(o->lines[0].quantity, "2"));
	}
}

struct forgetting {
	struct fixture *f;
	struct yz_str no, field;
};

static bool do_forget(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct forgetting *w = ctx;
	struct yz_str text;
	struct yz_buf b;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, facts_enc FROM cases JOIN case_facts ON case_id = id WHERE no = $1", YZ_S(w->no));
	if (!r || !yz_unseal(w->f->site->keys, a, "cases.facts", yz_row_int(r, 0, 0), yz_row_str(r, 0, 1), &text, err))
		return false;
	const struct yz_json *old = yz_json_read(a, text, NULL, err);
	struct yz_json *facts = yz_json_new_object(a);
	for (size_t i = 0; i < old->count; i++)
		if (!yz_str_eq(old->members[i].key, w->field))
			yz_json_put(a, facts, old->members[i].key, old->members[i].value);
	yz_buf_init(&b, a, 1 << 20);
	yz_json_canonical(&b, facts);
	return yz_exec(conn, err, "UPDATE case_facts SET facts_enc = $1 WHERE case_id = $2",
		       YZ_BLOB(yz_seal(w->f->site->keys, a, "cases.facts", yz_row_int(r, 0, 0), yz_buf_str(&b))), YZ_I(yz_row_int(r, 0, 0)));
}

static void unanswered(struct fixture *f, struct yz_str no, const char *field)
{
	struct forgetting w = {f, no, yz_str(field)};
	GOOD(f, yz_db_write(f->site->db, do_forget, &w, &f->err));
}

/* An application on paper: the clerk typed less than the form asks. */
SITE(a_fee_whose_condition_cannot_be_told_is_decided_by_an_official)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "dengji");
	int64_t id;
	struct yz_str no = {0};
	GOOD(f, yz_draft_open(f->site, her, YZ_LIT(ESTATE), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, her, id,
			      json(f, "{\"申请人名称\":\"刘洋\",\"联系电话\":\"13800009990\",\"卖方姓名\":\"张丽华\",\"坐落\":\"文昌路 26 号\","
				      "\"规划用途\":\"住宅\",\"件数\":\"2\",\"小微企业\":\"false\"}"),
			      0, &f->err));
	add_materials(f, her, id);
	GOOD(f, yz_case_submit(f->site, f->a, her, id, YZ_LIT("web"), &no, &f->err));
	unanswered(f, no, "规划用途");
	GOOD(f, ACT(f, clerk, no, accept));
	struct yz_str order = order_of(f, no);
	struct yz_fee_order *o = fee(f, her, order);
	assert_int_equal(o->state, YZ_FEE_assess);
	assert_true(o->nlines >= 2);
	for (size_t i = 0; i < o->nlines; i++)
		assert_true(!o->lines[i].assessed && o->lines[i].note.len);
	/* Not charged: none of it; charged: as published. */
	GOOD(f, yz_fee_assess(f->site, f->a, clerk, order, o->lines[0].id, YZ_LIT("80"), YZ_LIT("2"), &f->err));
	for (size_t i = 1; i < o->nlines; i++)
		GOOD(f, yz_fee_assess(f->site, f->a, clerk, order, o->lines[i].id, YZ_LIT("0"), YZ_LIT("0"), &f->err));
	o = fee(f, her, order);
	assert_int_equal(o->state, YZ_FEE_due);
	assert_int_equal(o->amount, 16000);
}

/* What a condition says in words is not what it asks. */
SITE(a_fee_whose_condition_only_mentions_what_was_not_answered_is_charged)
{
	struct yz_actor *her = actor(f, "liuyang");
	int64_t id;
	struct yz_str no = {0};
	site_do(f, "UPDATE item SET body = REPLACE(body, ' and 小微企业 != true', ' and 小微企业 != true and 规划用途 != \\\"联系电话\\\"') WHERE code = '" ESTATE "'");
	GOOD(f, yz_draft_open(f->site, her, YZ_LIT(ESTATE), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, her, id,
			      json(f, "{\"申请人名称\":\"刘洋\",\"联系电话\":\"13800009990\",\"卖方姓名\":\"张丽华\",\"坐落\":\"文昌路 26 号\","
				      "\"规划用途\":\"住宅\",\"件数\":\"2\",\"小微企业\":\"false\"}"),
			      0, &f->err));
	add_materials(f, her, id);
	GOOD(f, yz_case_submit(f->site, f->a, her, id, YZ_LIT("web"), &no, &f->err));
	unanswered(f, no, "联系电话");
	GOOD(f, ACT(f, actor(f, "dengji"), no, accept));
	struct yz_fee_order *o = fee(f, her, order_of(f, no));
	assert_int_equal(o->state, YZ_FEE_due);
	assert_int_equal(o->nlines, 1);
	assert_int_equal(o->amount, 16000);
}

SITE(who_has_not_paid_is_reminded_once_before_the_last_day)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	yz_instant due = fee(f, her, order)->due;
	f->now = due - 3 * YZ_DAY - 1;
	till(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '缴费快到期了'"), 0);
	f->now = due - 3 * YZ_DAY;
	till(f);
	till(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '缴费快到期了' AND person = $1", YZ_I(her->person)), 1);
	assert_int_equal(entries(f, "fee.remind"), 1);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_due);
	ledger_holds(f);
}
