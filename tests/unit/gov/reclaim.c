/* SPDX-License-Identifier: Apache-2.0
 *
 * What was paid wrongly is ordered back; and the bank sends payments back meanwhile.
 */
#include "tests/unit/gov/subsidy_fixture.h"

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
	FAILS(f, YZ_NOT_NOW, yz_reclaim_order(f->site, head, &in, &order, &f->err));
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
