/* SPDX-License-Identifier: Apache-2.0
 *
 * Paid in batches: released by another, failed and paid again, sent back, remembered.
 */
#include "tests/unit/gov/subsidy_fixture.h"

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
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger l JOIN cases c ON c.id = l.thing_id JOIN case_facts k ON k.case_id = c.id "
				     "WHERE l.act = 'case.facts' AND c.no = $1 AND l.body LIKE '%' || k.facts_dig || '%'",
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

SITE(what_became_of_a_payment_is_said_in_the_language_of_who_gets_it)
{
	struct yz_payout_report r;
	struct yz_actor *clerk = actor(f, "pay-clerk");
	to_pay(f);
	to_pay(f);
	to_pay(f);
	int64_t id = batch(f);
	struct yz_payouts l = lines(f, id);
	static const char *const langs[] = {"en", "ug", "zh-CN"};
	for (int i = 0; i < 3; i++) {
		site_do(f, yz_printf(f->a, "UPDATE person SET lang = '%s' WHERE id = (SELECT MAX(person) FROM payout)", langs[i]));
		GOOD(f, yz_payout_result(f->site, f->a, clerk, id, yz_str(result(f, &l.at[i], "失败", "985.00", "账号不存在")), &r, &f->err));
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = 'Your subsidy did not reach your account' "
				     "AND body LIKE 'Farmland protection subsidy (%985.00 yuan%账号不存在%'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = 'تولۇقلىما پۇل ھېساباتقا كىرمىدى' AND body LIKE '%985.00 يۈەنى%'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '补贴没有发放成功' AND body LIKE '%985.00 元没有打进账户%'"), 1);
}

SITE(a_payment_of_no_amount_is_a_mistake_of_the_process)
{
	rewritten(f, "yz:amount=\"=补贴金额\" yz:payee", "yz:amount=\"many\" yz:payee");
	struct yz_str no = to_decide(f);
	FAILS(f, YZ_BAD_INPUT, ACT(f, actor(f, "farm-head"), no, grant, .reason = YZ_LIT("符合规定")));
	assert_string_equal(f->err.msg, "task pay: many is no amount to pay"); /* a word before the node's id, which may be Chinese */
}
