/* SPDX-License-Identifier: Apache-2.0
 *
 * Money over the counter: taken once, handed back once, counted at the end of the day.
 */
#include "tests/unit/gov/money_fixture.h"

#include "gov/counter.h"

static bool take(struct fixture *f, const char *login, struct yz_str order, const char *means, const char *slip, int64_t amount)
{
	const struct yz_counter_take in = {order, yz_str(means), yz_str(slip), amount};
	return yz_counter_take(f->site, actor(f, login), &in, &f->err);
}

static struct yz_str due_order(struct fixture *f)
{
	return order_of(f, granted(f, actor(f, "liuyang"), OCCUPY_FACTS("人行道")));
}

static int64_t entries_of(struct fixture *f, const char *act, const char *login)
{
	return site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = $1 AND actor_id = $2", YZ_Z(act), YZ_I(actor(f, login)->person));
}

static struct yz_counter_day day_of(struct fixture *f, const char *login, bool mine)
{
	struct yz_conn *conn = reading(f);
	struct yz_counter_day d;
	yz_day today = yz_instant_day(f->now, f->site->offset);
	bool good = mine ? yz_counter_mine(conn, f->a, actor(f, login), today, &d, &f->err)
			 : yz_counter_of(f->site, conn, f->a, actor(f, login), today, &d, &f->err);
	yz_db_release(conn);
	GOOD(f, good);
	return d;
}

static bool count(struct fixture *f, const char *login, int ahead, const char *cash, const char *card)
{
	return yz_counter_count(f->site, actor(f, login), yz_instant_day(f->now, f->site->offset) + ahead, yz_str(cash), yz_str(card), &f->err);
}

static int64_t approved_refund(struct fixture *f, struct yz_str order)
{
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了天数"), &f->err));
	int64_t id = fee(f, actor(f, "caiwu"), order)->refunds[0].id;
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), id, true, &f->err));
	return id;
}

SITE(cash_at_the_counter_pays_the_order_with_a_receipt_and_the_clerks_entry)
{
	struct yz_str order = due_order(f);
	GOOD(f, take(f, "zhangmin", order, "cash", "", 8000));
	struct yz_fee_order *o = fee(f, actor(f, "liuyang"), order);
	assert_int_equal(o->state, YZ_FEE_paid);
	assert_int_equal(o->nmoney, 1);
	assert_true(yz_str_eqz(o->money[0].provider, "counter"));
	assert_true(yz_str_eqz(o->money[0].method, "cash"));
	assert_true(yz_str_eqz(o->money[0].by, "张敏"));
	assert_true(yz_str_starts(o->money[0].trade_no, YZ_LIT("C990121-2026-")));
	assert_int_equal(entries_of(f, "money.taken", "zhangmin"), 1);
	assert_int_equal(entries_of(f, "fee.pay", "zhangmin"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '缴费成功'"), 1);
	assert_true(o->receipt != 0);
	struct yz_str pdf;
	GOOD(f, yz_document_pdf(f->site, f->a, actor(f, "zhangmin"), o->receipt, &pdf, &f->err));
	assert_true(yz_str_starts(pdf, YZ_LIT("%PDF-")));
	money_adds_up(f);
	ledger_holds(f);
}

SITE(a_card_needs_the_slips_number_and_a_slip_pays_once)
{
	struct yz_str order = due_order(f), other = due_order(f);
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", order, "card", "", 8000));
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", order, "card", "12345", 8000));
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", order, "card", "123456789012345678901", 8000));
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", order, "card", "12345 789012", 8000));
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", order, "cash", "123456789012", 8000));
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", order, "cheque", "", 8000));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM payment"), 0);
	GOOD(f, take(f, "zhangmin", order, "card", "12345678901234567890", 8000));
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", other, "card", "12345678901234567890", 8000));
	assert_int_equal(fee(f, actor(f, "liuyang"), other)->state, YZ_FEE_due);
	GOOD(f, take(f, "zhangmin", other, "card", "123456", 8000));
	money_adds_up(f);
}

SITE(a_slip_is_the_same_in_small_letters_and_in_large)
{
	struct yz_str order = due_order(f), other = due_order(f);
	GOOD(f, take(f, "zhangmin", order, "card", " ab12cd ", 8000));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in WHERE slip = 'AB12CD'"), 1);
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", other, "card", "AB12CD", 8000));
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", other, "card", "aB12cD", 8000));
	/* One that was taken before slips were written alike. */
	site_do(f, "UPDATE money_in SET slip = 'ab12cd'");
	FAILS(f, YZ_BAD_INPUT, take(f, "zhangmin", other, "card", "AB12CD", 8000));
	assert_int_equal(fee(f, actor(f, "liuyang"), other)->state, YZ_FEE_due);
	/* The next day's terminal begins anew. */
	later(f, YZ_DAY);
	GOOD(f, take(f, "zhangmin", other, "card", "ab12cd", 8000));
	money_adds_up(f);
}

SITE(what_was_paid_is_not_taken_again_nor_by_another_department_nor_for_herself)
{
	struct yz_str order = due_order(f);
	FAILS(f, YZ_NOT_FOUND, take(f, "lixue", order, "cash", "", 8000));
	FAILS(f, YZ_FORBIDDEN, take(f, "reviewer", order, "cash", "", 8000));
	FAILS(f, YZ_FORBIDDEN, take(f, "caiwu", order, "cash", "", 8000));
	FAILS(f, YZ_FORBIDDEN, take(f, "liuyang", order, "cash", "", 8000));
	FAILS(f, YZ_CONFLICT, take(f, "zhangmin", order, "cash", "", 7999));
	site_do(f, "UPDATE fee_order SET payer = (SELECT id FROM person WHERE login = 'zhangmin')");
	FAILS(f, YZ_FORBIDDEN, take(f, "zhangmin", order, "cash", "", 8000));
	site_do(f, "UPDATE fee_order SET payer = (SELECT id FROM person WHERE login = 'liuyang')");
	GOOD(f, take(f, "zhangmin", order, "cash", "", 8000));
	FAILS(f, YZ_NOT_NOW, take(f, "zhangmin", order, "cash", "", 8000));
	FAILS(f, YZ_NOT_NOW, take(f, "zhangmin", order, "card", "123456789012", 8000));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund"), 0);
	money_adds_up(f);
}

SITE(a_closed_order_and_one_not_assessed_take_nothing)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str no = granted(f, her, OCCUPY_FACTS("人行道")), order = order_of(f, no);
	site_do(f, "UPDATE fee_order SET state = 'assess'");
	FAILS(f, YZ_NOT_NOW, take(f, "zhangmin", order, "cash", "", 8000));
	site_do(f, "UPDATE fee_order SET state = 'closed'");
	FAILS(f, YZ_NOT_NOW, take(f, "zhangmin", order, "cash", "", 8000));
	site_do(f, "UPDATE fee_order SET state = 'waived'");
	FAILS(f, YZ_NOT_NOW, take(f, "zhangmin", order, "cash", "", 8000));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in"), 0);
}

SITE(who_paid_online_as_well_gets_that_back)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = due_order(f), token = begin(f, her, order);
	GOOD(f, take(f, "zhangmin", order, "cash", "", 8000));
	click(f, token, "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund r JOIN money_in m ON m.id = r.money_id WHERE m.provider = 'sandbox' AND r.next_try IS NOT NULL"), 1);
	money_adds_up(f);
}

SITE(what_was_paid_at_the_counter_goes_back_there_once_finance_agrees)
{
	struct yz_actor *clerk = actor(f, "zhangmin");
	struct yz_str order = due_order(f), none = YZ_LIT("");
	GOOD(f, take(f, "zhangmin", order, "cash", "", 8000));
	GOOD(f, yz_fee_refund_ask(f->site, f->a, clerk, order, YZ_LIT("多算了天数"), &f->err));
	int64_t refund = fee(f, clerk, order)->refunds[0].id;
	FAILS(f, YZ_NOT_NOW, yz_counter_give(f->site, clerk, order, refund, none, &f->err));
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), refund, true, &f->err));
	/* No channel is told of it, however long it waits. */
	later(f, YZ_DAY);
	till(f);
	assert_int_equal(fee(f, clerk, order)->state, YZ_FEE_refunding);
	assert_int_equal(day_of(f, "zhangmin", true).nwaiting, 1);
	assert_int_equal(day_of(f, "lixue", true).nwaiting, 0);
	FAILS(f, YZ_NOT_FOUND, yz_counter_give(f->site, actor(f, "lixue"), order, refund, none, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_counter_give(f->site, clerk, order, refund + 1, none, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_counter_give(f->site, clerk, order, refund, YZ_LIT("123456789012"), &f->err));
	GOOD(f, yz_counter_give(f->site, clerk, order, refund, none, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_counter_give(f->site, clerk, order, refund, none, &f->err));
	struct yz_fee_order *o = fee(f, clerk, order);
	assert_int_equal(o->state, YZ_FEE_refunded);
	assert_true(yz_str_eqz(o->refunds[0].given_by, "张敏"));
	assert_int_equal(entries_of(f, "refund.given", "zhangmin"), 1);
	struct yz_str pdf;
	GOOD(f, yz_document_pdf(f->site, f->a, clerk, o->refunds[0].document, &pdf, &f->err));
	assert_true(yz_str_starts(pdf, YZ_LIT("%PDF-")));
	assert_int_equal(day_of(f, "zhangmin", true).nwaiting, 0);
	money_adds_up(f);
	ledger_holds(f);
}

SITE(what_was_paid_by_card_goes_back_to_the_card)
{
	struct yz_actor *clerk = actor(f, "zhangmin");
	struct yz_str order = due_order(f);
	GOOD(f, take(f, "zhangmin", order, "card", "123456789012", 8000));
	int64_t refund = approved_refund(f, order);
	FAILS(f, YZ_BAD_INPUT, yz_counter_give(f->site, clerk, order, refund, YZ_LIT(""), &f->err));
	GOOD(f, yz_counter_give(f->site, clerk, order, refund, YZ_LIT("123456789013"), &f->err));
	struct yz_counter_day d = day_of(f, "zhangmin", true);
	assert_int_equal(d.all.in[YZ_MEANS_card], 8000);
	assert_int_equal(d.all.out[YZ_MEANS_card], 8000);
	assert_int_equal(d.all.in[YZ_MEANS_cash] + d.all.out[YZ_MEANS_cash], 0);
}

SITE(what_nobody_fetches_at_the_counter_finance_may_transfer)
{
	struct yz_str order = due_order(f), how = YZ_LIT("转到本人账户，回单 20261124-01");
	GOOD(f, take(f, "zhangmin", order, "cash", "", 8000));
	int64_t refund = approved_refund(f, order);
	GOOD(f, yz_fee_refund_settle(f->site, f->a, actor(f, "caiwu"), refund, how, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_counter_give(f->site, actor(f, "zhangmin"), order, refund, YZ_LIT(""), &f->err));
	assert_int_equal(day_of(f, "zhangmin", true).all.out[YZ_MEANS_cash], 0);
	money_adds_up(f);
}

SITE(the_channels_day_knows_nothing_of_the_counter_and_the_counters_day_is_counted)
{
	struct yz_str order = due_order(f), text;
	struct yz_reconciled r;
	struct yz_pay pay;
	GOOD(f, take(f, "zhangmin", order, "cash", "", 8000));
	GOOD(f, take(f, "zhangmin", due_order(f), "card", "123456789012", 8000));
	yz_day day = yz_instant_day(f->now, f->site->offset);
	struct yz_counter_day d = day_of(f, "caiwu", false);
	assert_int_equal(d.nlines, 2);
	assert_int_equal(d.nsums, 1);
	assert_int_equal(d.sums[0].n, 2);
	assert_false(d.counted);
	assert_int_equal(yz_counter_due(&d, YZ_MEANS_cash), 8000);
	FAILS(f, YZ_FORBIDDEN, count(f, "zhangmin", 0, "80", "80"));
	FAILS(f, YZ_BAD_INPUT, count(f, "caiwu", 1, "80", "80"));
	FAILS(f, YZ_BAD_INPUT, count(f, "caiwu", 0, "-80", "80"));
	FAILS(f, YZ_BAD_INPUT, count(f, "caiwu", 0, "80", "80.001"));
	GOOD(f, count(f, "caiwu", 0, "80", "80.00"));
	d = day_of(f, "caiwu", false);
	assert_true(d.counted && !d.stale);
	assert_int_equal(d.r.open, 0);
	assert_int_equal(entries_of(f, "reconciliation.count", "caiwu"), 1);
	/* More comes in after it was counted. */
	GOOD(f, take(f, "zhangmin", due_order(f), "cash", "", 8000));
	assert_true(day_of(f, "caiwu", false).stale);
	later(f, YZ_DAY);
	GOOD(f, yz_pay_find(f->site, f->a, YZ_LIT("sandbox"), &pay, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, pay.provider->statement(&pay, f->a, day, &text, &f->err));
	GOOD(f, yz_reconcile(f->site, f->a, actor(f, "caiwu"), YZ_LIT("sandbox"), day, text, &r, &f->err));
	assert_int_equal(r.all, 0);
	assert_int_equal(r.ours_in, 0);
}

SITE(a_drawer_that_is_short_is_a_difference_until_somebody_explains_it)
{
	GOOD(f, take(f, "zhangmin", due_order(f), "cash", "", 8000));
	GOOD(f, count(f, "caiwu", 0, "70", "0"));
	struct yz_counter_day d = day_of(f, "caiwu", false);
	assert_int_equal(d.r.open, 1);
	assert_int_equal(d.r.rows[0].kind, YZ_DIFF_counter_cash);
	assert_int_equal(d.r.rows[0].ours, 8000);
	assert_int_equal(d.r.rows[0].theirs, 7000);
	const struct yz_difference_shown shown = {d.r.rows[0].id, 7000, YZ_LIT("counter_cash"), d.r.rows[0].number};
	FAILS(f, YZ_NOT_NOW, yz_reconcile_mend(f->site, f->a, actor(f, "caiwu"), &shown, &f->err));
	GOOD(f, yz_reconcile_explain(f->site, f->a, actor(f, "caiwu"), &shown, YZ_LIT("找零多找了十元，由收款人补足"), &f->err));
	/* Counted alike, it stays explained; counted otherwise, it is another; counted right, it is gone. */
	GOOD(f, count(f, "caiwu", 0, "70", "0"));
	assert_int_equal(day_of(f, "caiwu", false).r.open, 0);
	GOOD(f, count(f, "caiwu", 0, "69", "0"));
	assert_int_equal(day_of(f, "caiwu", false).r.open, 1);
	GOOD(f, count(f, "caiwu", 0, "80", "0"));
	d = day_of(f, "caiwu", false);
	assert_int_equal(d.r.open, 0);
	assert_int_equal(d.r.all, 1);
	ledger_holds(f);
}

SITE(what_is_paid_out_beyond_the_day_comes_from_the_float_and_is_no_difference)
{
	struct yz_str order = due_order(f);
	GOOD(f, take(f, "zhangmin", order, "cash", "", 8000));
	int64_t refund = approved_refund(f, order);
	later(f, YZ_DAY);
	GOOD(f, yz_counter_give(f->site, actor(f, "zhangmin"), order, refund, YZ_LIT(""), &f->err));
	struct yz_counter_day d = day_of(f, "caiwu", false);
	assert_int_equal(d.all.out[YZ_MEANS_cash], 8000);
	assert_int_equal(yz_counter_due(&d, YZ_MEANS_cash), 0);
	assert_int_equal(yz_counter_float(&d), 8000);
	GOOD(f, count(f, "caiwu", 0, "0", "0"));
	assert_int_equal(day_of(f, "caiwu", false).r.all, 0);
}

SITE(what_one_drawer_paid_out_of_its_float_is_not_missing_in_another)
{
	struct yz_str order = due_order(f);
	GOOD(f, take(f, "zhangmin", order, "cash", "", 8000));
	int64_t refund = approved_refund(f, order);
	later(f, YZ_DAY);
	GOOD(f, yz_counter_give(f->site, actor(f, "zhangmin"), order, refund, YZ_LIT(""), &f->err));
	GOOD(f, take(f, "zhangmin", due_order(f), "cash", "", 8000));
	site_do(f, "UPDATE refund SET given_by = (SELECT id FROM person WHERE login = 'lixue')");
	struct yz_counter_day d = day_of(f, "caiwu", false);
	assert_int_equal(d.nsums, 2);
	assert_int_equal(yz_counter_due(&d, YZ_MEANS_cash), 8000);
	assert_int_equal(yz_counter_float(&d), 8000);
	GOOD(f, count(f, "caiwu", 0, "80", "0"));
	assert_int_equal(day_of(f, "caiwu", false).r.all, 0);
	GOOD(f, count(f, "caiwu", 0, "0", "0"));
	assert_int_equal(day_of(f, "caiwu", false).r.open, 1);
}

