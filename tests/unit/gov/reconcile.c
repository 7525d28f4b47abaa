/* SPDX-License-Identifier: Apache-2.0
 *
 * A day of the channel's books against ours: each difference found, named, and mended once.
 */
#include "tests/unit/gov/money_fixture.h"

#define HEAD "类型,商户订单号,平台流水号,退款单号,金额,完成时间\r\n"

static yz_day monday(struct fixture *f)
{
	yz_day d;
	(void)f;
	assert_true(yz_day_parse(YZ_LIT("2026-11-23"), &d));
	return d;
}

/* Held against a text, the day after. */
static struct yz_reconciled held(struct fixture *f, struct yz_str text)
{
	struct yz_reconciled r;
	site_clock(f, "2026-11-24T10:00:00+08:00");
	GOOD(f, yz_reconcile(f->site, f->a, actor(f, "caiwu"), YZ_LIT("sandbox"), monday(f), text, &r, &f->err));
	return r;
}

static struct yz_str statement(struct fixture *f)
{
	struct yz_pay pay;
	struct yz_str text;
	GOOD(f, yz_pay_find(f->site, f->a, YZ_LIT("sandbox"), &pay, &f->err));
	GOOD(f, pay.provider->statement(&pay, f->a, monday(f), &text, &f->err));
	return text;
}

static struct yz_str paid_order(struct fixture *f, const struct yz_actor *her)
{
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	click(f, begin(f, her, order), "prompt");
	later(f, 2 * YZ_SECOND);
	deliver_callbacks(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	return order;
}

static const struct yz_difference_row *only(const struct yz_reconciled *r, enum yz_difference kind)
{
	if (r->open != 1 || r->rows[0].kind != kind)
		fail_msg("%zu differences, the first %s", r->open, r->len ? yz_difference_name(r->rows[0].kind) : "none");
	return &r->rows[0];
}

static struct yz_difference_shown as_shown(const struct yz_difference_row *d)
{
	return (struct yz_difference_shown){.id = d->id, .theirs = d->theirs < 0 ? 0 : d->theirs, .kind = yz_str(yz_difference_name(d->kind)),
					    .number = d->number};
}

static struct yz_reconciled mended(struct fixture *f, const struct yz_difference_row *d, struct yz_str text)
{
	const struct yz_difference_shown shown = as_shown(d);
	GOOD(f, yz_reconcile_mend(f->site, f->a, actor(f, "caiwu"), &shown, &f->err));
	GOOD(f, yz_reconcile_mend(f->site, f->a, actor(f, "caiwu"), &shown, &f->err)); /* twice is once */
	struct yz_reconciled r = held(f, text);
	assert_int_equal(r.open, 0);
	return r;
}

/* She had two pages open and paid on both; of the second nothing was told. */
static void second_attempt(struct fixture *f)
{
	site_do(f, "INSERT INTO payment (order_id, provider, out_no, amount, state, created, expires, asks) "
		   "SELECT order_id, provider, 'SECOND-1', amount, 'closed', created, expires, 0 FROM payment");
	site_do(f, "INSERT INTO sandbox_trade (out_no, token, title, amount, paid, state, trade_no, back_url, notify_url, created, expires, paid_at) "
		   "SELECT 'SECOND-1', 'second', title, amount, paid, state, 'SECOND', back_url, notify_url, created, expires, paid_at FROM sandbox_trade");
}

/* The channel does not confirm it: nothing moves, and people are to find out. */
static void not_confirmed(struct fixture *f, const struct yz_difference_row *d)
{
	const struct yz_difference_shown shown = as_shown(d);
	int64_t money = site_int(f, "SELECT COUNT(*) FROM money_in"), refunds = site_int(f, "SELECT COUNT(*) FROM refund"),
		paid = site_int(f, "SELECT COUNT(*) FROM fee_order WHERE state = 'paid'");
	FAILS(f, YZ_NOT_NOW, yz_reconcile_explain(f->site, f->a, actor(f, "caiwu"), &shown, YZ_LIT("没有问过"), &f->err));
	FAILS(f, YZ_NOT_NOW, yz_reconcile_mend(f->site, f->a, actor(f, "caiwu"), &shown, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in"), money);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund"), refunds);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order WHERE state = 'paid'"), paid);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM difference WHERE asked IS NOT NULL AND answer <> '' AND mended IS NULL"), 1);
	FAILS(f, YZ_BAD_INPUT, yz_reconcile_explain(f->site, f->a, actor(f, "caiwu"), &shown, YZ_LIT(" "), &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_reconcile_explain(f->site, f->a, actor(f, "caiwu"), &shown, YZ_LIT("文件被人改过，已报告"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in"), money);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act IN ('difference.unconfirmed', 'difference.explain')"), 2);
	ledger_holds(f);
}

SITE(a_file_alone_books_no_money)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	begin(f, her, order);
	struct yz_str text = yz_str_printf(f->a, HEAD "收款,%.*s-1,FORGED,,80.00,2026-11-23 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", YZ_P(order));
	struct yz_reconciled r = held(f, text);
	not_confirmed(f, only(&r, YZ_DIFF_there_paid));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_due);
}

SITE(a_file_alone_gives_no_money_back)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her);
	struct yz_str text = yz_str_printf(f->a, HEAD "收款,%.*s-1,%.*s,,80.00,2026-11-23 09:30:00\r\n收款,%.*s-1,SECOND,,80.00,2026-11-23 09:31:00\r\n"
						      "合计,2,160.00,0,0.00,\r\n",
					   YZ_P(order), YZ_P(fee(f, her, order)->money[0].trade_no), YZ_P(order));
	struct yz_reconciled r = held(f, text);
	not_confirmed(f, only(&r, YZ_DIFF_double_paid));
}

SITE(a_file_alone_changes_no_amount)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her);
	struct yz_str text = yz_str_printf(f->a, HEAD "收款,%.*s-1,%.*s,,0.01,2026-11-23 09:30:00\r\n合计,1,0.01,0,0.00,\r\n", YZ_P(order),
					   YZ_P(fee(f, her, order)->money[0].trade_no));
	struct yz_reconciled r = held(f, text);
	not_confirmed(f, only(&r, YZ_DIFF_amount));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
}

SITE(a_file_alone_settles_no_refund)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her);
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了"), &f->err));
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), site_int(f, "SELECT id FROM refund"), true, &f->err));
	struct yz_fee_order *o = fee(f, her, order);
	struct yz_str text = yz_str_printf(f->a, HEAD "收款,%.*s-1,%.*s,,80.00,2026-11-23 09:30:00\r\n退款,%.*s-1,%.*s,%.*s,80.00,2026-11-23 09:40:00\r\n"
						      "合计,1,80.00,1,80.00,\r\n",
					   YZ_P(order), YZ_P(o->money[0].trade_no), YZ_P(order), YZ_P(o->money[0].trade_no), YZ_P(o->refunds[0].no));
	struct yz_reconciled r = held(f, text);
	not_confirmed(f, only(&r, YZ_DIFF_there_back));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunding);
}

/* The channel took it, and we were killed before we heard so. */
SITE(a_refund_whose_answer_was_lost_is_asked_for_before_it_counts_as_never_sent)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her);
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了"), &f->err));
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), site_int(f, "SELECT id FROM refund"), true, &f->err));
	till(f);
	site_do(f, "UPDATE refund SET state = 'ready'");
	site_do(f, "UPDATE sandbox_trade SET paid = 7950");
	struct yz_str text = yz_str_printf(f->a, HEAD "收款,%.*s-1,%.*s,,79.50,2026-11-23 09:30:00\r\n合计,1,79.50,0,0.00,\r\n", YZ_P(order),
					   YZ_P(fee(f, her, order)->money[0].trade_no));
	struct yz_reconciled r = held(f, text);
	const struct yz_difference_shown shown = as_shown(only(&r, YZ_DIFF_amount));
	FAILS(f, YZ_CONFLICT, yz_reconcile_mend(f->site, f->a, actor(f, "caiwu"), &shown, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE state = 'ready'"), 1);
	/* The channel says it never had it: it was not sent. */
	site_do(f, "DELETE FROM sandbox_refund");
	f->err = (struct yz_err){0};
	GOOD(f, yz_reconcile_mend(f->site, f->a, actor(f, "caiwu"), &shown, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE state = 'refused'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'refund.drop'"), 1);
	assert_int_equal(site_int(f, "SELECT amount FROM refund WHERE state = 'ready'"), 7950);
	money_adds_up(f);
}

SITE(while_the_channel_is_spoken_to_about_a_refund_its_money_is_left_alone)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her);
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了"), &f->err));
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), site_int(f, "SELECT id FROM refund"), true, &f->err));
	site_do(f, "UPDATE sandbox_trade SET state = 'closed'");
	struct yz_reconciled r = held(f, YZ_LIT(HEAD "合计,0,0.00,0,0.00,\r\n"));
	const struct yz_difference_shown shown = as_shown(only(&r, YZ_DIFF_here_paid));
	site_do(f, yz_printf(f->a, "UPDATE refund SET told = 1, speaking = %lld", (long long)(f->now + YZ_MINUTE)));
	FAILS(f, YZ_NOT_NOW, yz_reconcile_mend(f->site, f->a, actor(f, "caiwu"), &shown, &f->err));
	later(f, 2 * YZ_MINUTE);
	f->err = (struct yz_err){0};
	GOOD(f, yz_reconcile_mend(f->site, f->a, actor(f, "caiwu"), &shown, &f->err));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_due);
}

SITE(what_was_given_back_by_hand_and_by_the_channel_too_is_found)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her);
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了"), &f->err));
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), site_int(f, "SELECT id FROM refund"), true, &f->err));
	till(f);
	site_do(f, "UPDATE refund SET state = 'failed', next_try = NULL");
	site_do(f, "UPDATE sandbox_refund SET state = 'fail'");
	later(f, YZ_MINUTE);
	GOOD(f, yz_fee_refund_settle(f->site, f->a, actor(f, "caiwu"), site_int(f, "SELECT id FROM refund"), YZ_LIT("现金，收条 12"), &f->err));
	/* Not in the channel's file, and that is right. */
	assert_int_equal(held(f, YZ_LIT("")).open, 0);
	site_do(f, "UPDATE sandbox_refund SET state = 'done'");
	struct yz_reconciled r = held(f, YZ_LIT(""));
	mended(f, only(&r, YZ_DIFF_there_back), YZ_LIT(""));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM difference WHERE how LIKE '%追回%'"), 1);
}

SITE(books_that_agree_have_no_differences)
{
	struct yz_actor *her = actor(f, "liuyang");
	paid_order(f, her);
	struct yz_reconciled r = held(f, YZ_LIT(""));
	assert_int_equal(r.lines, 1);
	assert_int_equal(r.agreed, 1);
	assert_int_equal(r.len, 0);
	assert_int_equal(r.theirs_in, 8000);
	assert_int_equal(r.ours_in, 8000);
	FAILS(f, YZ_FORBIDDEN, yz_reconcile(f->site, f->a, actor(f, "decider"), YZ_LIT("sandbox"), monday(f), YZ_LIT(""), &r, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_reconcile(f->site, f->a, actor(f, "caiwu"), YZ_LIT("sandbox"), monday(f) + 1, YZ_LIT(""), &r, &f->err));
}

SITE(what_was_paid_there_and_never_told_is_booked)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	click(f, begin(f, her, order), "never");
	struct yz_reconciled r = held(f, YZ_LIT(""));
	const struct yz_difference_row *d = only(&r, YZ_DIFF_there_paid);
	assert_int_equal(d->theirs, 8000);
	assert_true(yz_str_eq(d->order_no, order));
	mended(f, d, YZ_LIT(""));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	/* The question that is still open finds nothing more. */
	till(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM money_in"), 1);
	money_adds_up(f);
}

SITE(a_second_payment_of_one_order_is_booked_and_goes_back)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her);
	second_attempt(f);
	struct yz_reconciled r = held(f, YZ_LIT(""));
	mended(f, only(&r, YZ_DIFF_double_paid), YZ_LIT(""));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE amount = 8000 AND state = 'ready'"), 1);
	money_adds_up(f);
}

SITE(what_the_channel_does_not_know_is_asked_for_and_taken_back)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str empty = YZ_LIT(HEAD "合计,0,0.00,0,0.00,\r\n"), order = paid_order(f, her);
	struct yz_reconciled r = held(f, empty);
	/* The channel says it has it after all: nothing is taken back. */
	mended(f, only(&r, YZ_DIFF_here_paid), empty);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	ledger_holds(f);
}

SITE(what_was_held_anew_since_it_was_shown_is_not_mended)
{
	struct yz_str empty = YZ_LIT(HEAD "合计,0,0.00,0,0.00,\r\n");
	paid_order(f, actor(f, "liuyang"));
	struct yz_reconciled r = held(f, empty);
	const struct yz_difference_shown shown = as_shown(only(&r, YZ_DIFF_here_paid));
	struct yz_difference_shown other[] = {shown, shown, shown};
	other[0].number = YZ_LIT("ANOTHER");
	other[1].kind = YZ_LIT("amount");
	other[2].theirs = 1;
	for (size_t i = 0; i < 3; i++) {
		FAILS(f, YZ_CONFLICT, yz_reconcile_mend(f->site, f->a, actor(f, "caiwu"), &other[i], &f->err));
		f->err = (struct yz_err){0};
	}
	assert_int_equal(held(f, empty).open, 1);
}

SITE(finance_of_one_township_does_not_see_the_whole_sites_day)
{
	struct yz_str empty = YZ_LIT(HEAD "合计,0,0.00,0,0.00,\r\n");
	paid_order(f, actor(f, "liuyang"));
	struct yz_reconciled r = held(f, empty), other;
	const struct yz_difference_shown shown = as_shown(only(&r, YZ_DIFF_here_paid));
	struct yz_actor *caiwu = actor(f, "caiwu");
	struct yz_post *post = yz_new_n(f->a, caiwu->nposts, struct yz_post);
	for (size_t i = 0; i < caiwu->nposts; i++) {
		post[i] = caiwu->posts[i];
		post[i].region_path = yz_str_printf(f->a, "%.*s990121101/", YZ_P(post[i].region_path));
	}
	struct yz_actor town = *caiwu;
	town.posts = post;
	struct yz_conn *conn = reading(f);
	FAILS(f, YZ_FORBIDDEN, yz_reconciled(f->site, conn, f->a, &town, YZ_LIT("sandbox"), monday(f), &other, &f->err));
	yz_db_release(conn);
	FAILS(f, YZ_FORBIDDEN, yz_reconcile(f->site, f->a, &town, YZ_LIT("sandbox"), monday(f), empty, &other, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_reconcile_mend(f->site, f->a, &town, &shown, &f->err));
	f->err = (struct yz_err){0};
	mended(f, &r.rows[0], empty);
}

SITE(money_that_never_came_leaves_the_order_due_again)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str empty = YZ_LIT(HEAD "合计,0,0.00,0,0.00,\r\n"), order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道")));
	begin(f, her, order);
	/* Signed, and false: the channel's own books do not have it. */
	assert_true(tell(f, yz_str_printf(f->a, "{\"event\":\"paid\",\"out_no\":\"%.*s-1\",\"trade_no\":\"GHOST\",\"amount\":8000,\"at\":%lld}", YZ_P(order),
					  (long long)f->now)));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	struct yz_reconciled r = held(f, empty);
	mended(f, only(&r, YZ_DIFF_here_paid), empty);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_due);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '请重新缴费'"), 1);
	money_adds_up(f);
	/* And when it comes after all, it pays. */
	assert_true(tell(f, yz_str_printf(f->a, "{\"event\":\"paid\",\"out_no\":\"%.*s-1\",\"trade_no\":\"GHOST\",\"amount\":8000,\"at\":%lld}", YZ_P(order),
					  (long long)f->now)));
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	money_adds_up(f);
}

SITE(another_amount_goes_back_and_is_to_be_paid_again)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her), ours = fee(f, her, order)->money[0].trade_no;
	struct yz_str text = yz_str_printf(f->a, HEAD "收款,%.*s-1,%.*s,,79.50,2026-11-23 09:30:00\r\n合计,1,79.50,0,0.00,\r\n", YZ_P(order), YZ_P(ours));
	site_do(f, "UPDATE sandbox_trade SET paid = 7950");
	struct yz_reconciled r = held(f, text);
	const struct yz_difference_row *d = only(&r, YZ_DIFF_amount);
	assert_int_equal(d->ours, 8000);
	assert_int_equal(d->theirs, 7950);
	mended(f, d, text);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_due);
	assert_int_equal(site_int(f, "SELECT amount FROM refund WHERE state = 'ready'"), 7950);
	money_adds_up(f);
}

SITE(refunds_are_held_against_each_other_too)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her);
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了"), &f->err));
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), site_int(f, "SELECT id FROM refund"), true, &f->err));
	till(f);
	later(f, YZ_MINUTE);
	/* Done there; nobody told us. */
	struct yz_str text = statement(f);
	struct yz_reconciled r = held(f, text);
	assert_int_equal(r.theirs_out, 8000);
	mended(f, only(&r, YZ_DIFF_there_back), text);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunded);
	money_adds_up(f);
	/* And a file that has it not: the channel is asked, and has it. */
	struct yz_str without = yz_str_printf(f->a, HEAD "收款,%.*s-1,%.*s,,80.00,2026-11-23 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", YZ_P(order),
					      YZ_P(fee(f, her, order)->money[0].trade_no));
	r = held(f, without);
	mended(f, only(&r, YZ_DIFF_here_back), without);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunded);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM sandbox_refund"), 1);
}

/* We were told it had arrived; the channel never had it, and then cannot make it. */
SITE(a_refund_that_never_arrived_goes_out_again_and_where_it_fails_the_order_stays_paid)
{
	struct yz_actor *her = actor(f, "liuyang");
	struct yz_str order = paid_order(f, her);
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), order, YZ_LIT("多算了"), &f->err));
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), site_int(f, "SELECT id FROM refund"), true, &f->err));
	till(f);
	later(f, 2 * YZ_MINUTE);
	till(f);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunded);
	site_do(f, "DELETE FROM sandbox_refund");
	struct yz_str without = yz_str_printf(f->a, HEAD "收款,%.*s-1,%.*s,,80.00,2026-11-23 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", YZ_P(order),
					      YZ_P(fee(f, her, order)->money[0].trade_no));
	struct yz_reconciled r = held(f, without);
	mended(f, only(&r, YZ_DIFF_here_back), without);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_refunding);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'fee.resend'"), 1);
	till(f);
	site_do(f, "UPDATE sandbox_refund SET state = 'fail'");
	later(f, 2 * YZ_MINUTE);
	till(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE state = 'failed'"), 1);
	assert_int_equal(fee(f, her, order)->state, YZ_FEE_paid);
	money_adds_up(f);
	ledger_holds(f);
}

/* ---- the file ---- */

static void refused(struct fixture *f, const char *text, const char *says)
{
	struct yz_pay pay;
	struct yz_pay_statement s;
	f->err = (struct yz_err){0};
	GOOD(f, yz_pay_find(f->site, f->a, YZ_LIT("sandbox"), &pay, &f->err));
	assert_false(yz_statement_csv_read(&pay, f->a, yz_str(text), monday(f), &s, &f->err));
	if (!strstr(f->err.msg, says))
		fail_msg("'%s' was refused with: %s", text, f->err.msg);
}

SITE(a_file_is_taken_whole_or_not_at_all)
{
	refused(f, "", "empty");
	refused(f, "a,b,c,d,e,f\r\n", "head");
	refused(f, HEAD, "breaks off");
	refused(f, HEAD "收款,F-1,T1,,80.00,2026-11-23 09:30:00\r\n", "breaks off");
	refused(f, HEAD "收款,F-1,T1,,80.00,2026-11-24 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", "day");
	refused(f, HEAD "收款,F-1,T1,,80.00,2026-11-23 24:30:00\r\n合计,1,80.00,0,0.00,\r\n", "day");
	refused(f, HEAD "收款,F-1,T1,,80.001,2026-11-23 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", "amount");
	refused(f, HEAD "收款,F-1,T1,,-80.00,2026-11-23 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", "amount");
	refused(f, HEAD "付款,F-1,T1,,80.00,2026-11-23 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", "neither");
	refused(f, HEAD "收款,F-1,,,80.00,2026-11-23 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", "numbers");
	refused(f, HEAD "收款,F-1,T1,R1,80.00,2026-11-23 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", "numbers");
	refused(f, HEAD "收款,F-1,'; DROP,,80.00,2026-11-23 09:30:00\r\n合计,1,80.00,0,0.00,\r\n", "numbers");
	refused(f, HEAD "收款,F-1,T1,,80.00,2026-11-23 09:30:00\r\n收款,F-1,T1,,80.00,2026-11-23 09:30:00\r\n合计,2,160.00,0,0.00,\r\n", "twice");
	refused(f, HEAD "收款,F-1,T1,,80.00,2026-11-23 09:30:00\r\n合计,1,80.01,0,0.00,\r\n", "sums");
	refused(f, HEAD "收款,F-1,T1,,80.00,2026-11-23 09:30:00\r\n合计,2,80.00,0,0.00,\r\n", "sums");
	refused(f, HEAD "合计,0,0.00,0,0.00,\r\n收款,F-1,T1,,80.00,2026-11-23 09:30:00\r\n", "behind");
}

/* A province's day: more than one payment may be. */
SITE(the_sums_of_a_day_may_be_larger_than_any_one_payment)
{
	struct yz_pay pay;
	struct yz_pay_statement s;
	GOOD(f, yz_pay_find(f->site, f->a, YZ_LIT("sandbox"), &pay, &f->err));
	const struct yz_str text = YZ_LIT(HEAD "收款,F-1,T1,,100000000.00,2026-11-23 09:30:00\r\n收款,F-2,T2,,100000000.00,2026-11-23 09:30:00\r\n"
					       "合计,2,200000000.00,0,0.00,\r\n");
	GOOD(f, yz_statement_csv_read(&pay, f->a, text, monday(f), &s, &f->err));
	assert_true(s.in == 2 * YZ_PAY_MOST);
	refused(f, HEAD "收款,F-1,T1,,100000000.01,2026-11-23 09:30:00\r\n合计,1,100000000.01,0,0.00,\r\n", "amount");
	int64_t fen;
	assert_true(yz_yuan_parse_sum(YZ_LIT("10000000000000.00"), &fen) && fen == YZ_PAY_LINES * YZ_PAY_MOST);
	assert_false(yz_yuan_parse_sum(YZ_LIT("10000000000000.01"), &fen));
	assert_false(yz_yuan_parse_sum(YZ_LIT("99999999999999999999"), &fen));
}

static void set_number(char *line, long n)
{
	snprintf(line, 64, "收款,F-1,T%06ld,,1.00,2026-11-23 09:30:00\r\n", n);
}

SITE(one_line_past_the_most_is_refused)
{
	struct yz_pay pay;
	struct yz_pay_statement s;
	struct yz_buf b;
	char line[80];
	GOOD(f, yz_pay_find(f->site, f->a, YZ_LIT("sandbox"), &pay, &f->err));
	for (long extra = 0; extra < 2; extra++) {
		yz_buf_init(&b, f->a, YZ_PAY_FILE);
		yz_buf_addz(&b, HEAD);
		for (long i = 0; i < YZ_PAY_LINES + extra; i++) {
			set_number(line, i);
			yz_buf_addz(&b, line);
		}
		yz_buf_printf(&b, "合计,%ld,%ld.00,0,0.00,\r\n", (long)YZ_PAY_LINES + extra, (long)YZ_PAY_LINES + extra);
		f->err = (struct yz_err){0};
		assert_int_equal(yz_statement_csv_read(&pay, f->a, yz_buf_str(&b), monday(f), &s, &f->err), !extra);
		assert_int_equal(f->err.code, extra ? YZ_LIMIT : YZ_OK);
	}
}

/* The largest file there is, none of it known here. */
SITE(a_day_of_as_many_lines_as_there_may_be_is_held)
{
	struct yz_buf b;
	char line[80];
	yz_buf_init(&b, f->a, YZ_PAY_FILE);
	yz_buf_addz(&b, HEAD);
	for (long i = 0; i < YZ_PAY_LINES; i++) {
		set_number(line, i);
		yz_buf_addz(&b, line);
	}
	yz_buf_printf(&b, "合计,%ld,%ld.00,0,0.00,\r\n", (long)YZ_PAY_LINES, (long)YZ_PAY_LINES);
	struct yz_reconciled r = held(f, yz_buf_str(&b));
	assert_int_equal(r.all, YZ_PAY_LINES);
	assert_int_equal(r.open, YZ_PAY_LINES);
	assert_int_equal(r.len, YZ_DIFFERENCES_SHOWN);
}

/* Every byte of a good file changed, cut off at every length: read, or refused with a reason, and nothing else. */
SITE(no_file_breaks_the_reader)
{
	struct yz_pay pay;
	const struct yz_str good = YZ_LIT(HEAD "收款,F-1,T1,,80.00,2026-11-23 09:30:00\r\n退款,F-1,T1,R1,80.00,2026-11-23 10:30:00\r\n合计,1,80.00,1,80.00,\r\n");
	GOOD(f, yz_pay_find(f->site, f->a, YZ_LIT("sandbox"), &pay, &f->err));
	for (size_t i = 0; i <= good.len; i++)
		for (int k = 0; k < 6; k++) {
			static const char bytes[] = {0, ',', '"', '\n', '\xff', '9'};
			struct yz_arena *a = yz_arena_create(0);
			struct yz_pay_statement s;
			struct yz_err err = {0};
			char *copy = yz_alloc(a, good.len + 1);
			memcpy(copy, good.ptr, good.len);
			if (k < 5 && i < good.len)
				copy[i] = bytes[k];
			bool read = yz_statement_csv_read(&pay, a, yz_str_n(copy, k < 5 ? good.len : i), monday(f), &s, &err);
			assert_int_equal(read, err.code == YZ_OK);
			if (read)
				assert_true(s.len <= 2 && s.in <= YZ_PAY_MOST);
			yz_arena_destroy(a);
		}
}

SITE(payouts_go_out_and_come_back_as_files)
{
	struct yz_pay pay;
	struct yz_str text;
	struct yz_payout_result *back;
	size_t n;
	const struct yz_payout_line lines[] = {{YZ_LIT("P1"), YZ_LIT("刘洋"), YZ_LIT("6222000011112222"), YZ_LIT("清泽农商行"), YZ_LIT(""), 12345},
					       {YZ_LIT("P2"), YZ_LIT("=cmd"), YZ_LIT("6222000011113333"), YZ_LIT("清泽农商行"), YZ_LIT("高龄津贴"), 5000}};
	struct yz_payout_batch batch = {.no = YZ_LIT("B1"), .purpose = YZ_LIT("高龄津贴"), .lines = lines, .len = 2};
	GOOD(f, yz_pay_find(f->site, f->a, YZ_LIT("sandbox"), &pay, &f->err));
	GOOD(f, pay.provider->payout_file(&pay, f->a, &batch, &text, &f->err));
	assert_true(yz_str_find(text, YZ_LIT("B1,1,P1,刘洋,6222000011112222,清泽农商行,123.45,高龄津贴"), 0) != SIZE_MAX);
	assert_true(yz_str_find(text, YZ_LIT("'=cmd"), 0) != SIZE_MAX);
	assert_true(yz_str_find(text, YZ_LIT("合计,2,,,,,173.45,"), 0) != SIZE_MAX);
	batch.len = 0;
	FAILS(f, YZ_BAD_INPUT, pay.provider->payout_file(&pay, f->a, &batch, &text, &f->err));
	f->err = (struct yz_err){0};
	struct yz_str result = YZ_LIT("付款编号,结果,金额,银行流水号,日期,原因\r\nP1,成功,123.45,N1,2026-11-23,\r\nP2,失败,50.00,,2026-11-23,账号不存在\r\n");
	GOOD(f, pay.provider->read_payout(&pay, f->a, result, &back, &n, &f->err));
	assert_int_equal(n, 2);
	assert_true(back[0].paid && back[0].amount == 12345 && !back[1].paid);
	FAILS(f, YZ_BAD_INPUT, yz_payout_csv_read(&pay, f->a, YZ_LIT("付款编号,结果,金额,银行流水号,日期,原因\r\nP1,失败,1.00,,2026-11-23,\r\n"), &back, &n, &f->err));
	FAILS(f, YZ_BAD_INPUT,
	      yz_payout_csv_read(&pay, f->a, YZ_LIT("付款编号,结果,金额,银行流水号,日期,原因\r\nP1,成功,1.00,,2026-11-23,\r\nP1,成功,1.00,,2026-11-23,\r\n"), &back, &n,
				 &f->err));
}
