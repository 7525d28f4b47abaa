/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

/* The acts of a case from its first, with a comma behind each. */
static const char *history(struct fixture *f, struct yz_case *c)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 4096);
	for (size_t i = 0; i < c->nevents; i++)
		yz_buf_printf(&b, "%.*s,", YZ_P(c->events[i].act));
	return yz_str_z(f->a, yz_buf_str(&b));
}

/* All she was told, oldest first, to the first colon or the end. */
static const char *messages(struct fixture *f, int64_t person)
{
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT title FROM message WHERE person = $1 ORDER BY id", YZ_I(person));
	yz_db_release(conn);
	GOOD(f, r);
	struct yz_buf b;
	yz_buf_init(&b, f->a, 4096);
	for (size_t i = 0; i < r->count; i++)
		yz_buf_printf(&b, "%s|", yz_row_z(r, i, 0));
	return yz_str_z(f->a, yz_buf_str(&b));
}

SITE(what_the_process_does_by_itself_stands_behind_what_set_it_off)
{
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	review_all(f, no);
	GOOD(f, ACT(f, actor(f, "decider"), no, grant, .reason = YZ_LIT("符合条件")));
	GOOD(f, ACT(f, clerk, no, issue));
	GOOD(f, ACT(f, clerk, no, deliver));
	struct yz_case *c = look(f, she, no);
	assert_string_equal(history(f, c), "submit,accept,pass,pass,pass,grant,issue,deliver,publish,archive,");
	/* By nobody, and without the papers of the act before. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act IN ('case.publish', 'case.archive') AND actor_kind = 'system'"), 2);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act IN ('case.publish', 'case.archive') AND body LIKE '%documents%'"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.deliver' AND body LIKE '%documents%'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.deliver' AND actor_kind = 'staff'"), 1);
	ledger_holds(f);
}

SITE(of_a_denial_she_is_told_before_of_what_she_may_do_against_it)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	review_all(f, no);
	GOOD(f, ACT(f, actor(f, "decider"), no, deny, .reason = YZ_LIT("现场道路宽度和图纸不符"), .basis = YZ_LIT("城市道路管理条例第三十三条")));
	assert_string_equal(history(f, look(f, she, no)), "submit,accept,pass,pass,pass,deny,notify,archive,");
	const char *told = messages(f, she->person), *decision = strstr(told, "不予许可决定"), *remedy = strstr(told, "救济途径");
	assert_non_null(decision);
	assert_non_null(remedy);
	assert_true(decision < remedy);
}

SITE(the_card_stands_before_the_acceptance_it_led_to)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	struct yz_conn *conn = reading(f);
	int64_t card, deemed;
	GOOD(f, yz_select_int(conn, &card, 0, &f->err, "SELECT MIN(seq) FROM ledger WHERE act = 'card.red' AND rule = 'accept-missed.red'"));
	GOOD(f, yz_select_int(conn, &deemed, 0, &f->err, "SELECT seq FROM ledger WHERE act = 'case.deem'"));
	yz_db_release(conn);
	assert_true(card > 0 && card < deemed);
	assert_int_equal(look(f, she, no)->row.state, YZ_CASE_accepted);
}
