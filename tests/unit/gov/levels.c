/* SPDX-License-Identifier: Apache-2.0
 *
 * County, city and province in one process.
 */
#include "tests/unit/gov/levels_fixture.h"

/* A case with a stop, a card, papers, a certificate and a rating. */
static struct yz_str full_case(struct fixture *f)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin"), *decider = actor(f, "decider");
	struct yz_str no = apply(f, her);
	review_all(f, no);
	GOOD(f, ACT(f, decider, no, stop, .reason = YZ_LIT("需要专家看现场"), .special = YZ_LIT("专家评审"), .days = 3));
	GOOD(f, ACT(f, decider, no, resume, .reason = YZ_LIT("专家意见已出")));
	GOOD(f, ACT(f, actor(f, "supervisor"), no, urge, .reason = YZ_LIT("请按期作出决定")));
	f->now += 30 * YZ_DAY;
	sweep(f);
	GOOD(f, ACT(f, decider, no, grant, .reason = YZ_LIT("符合条件")));
	GOOD(f, ACT(f, clerk, no, issue));
	GOOD(f, ACT(f, clerk, no, deliver));
	GOOD(f, yz_case_act(f->site, f->a, her, no, &(struct yz_act_input){.act = YZ_ACT_rate, .level = 4, .reason = YZ_LIT("办得细")}, &f->err));
	return no;
}

LEVELS(what_happened_below_stands_above_to_the_row)
{
	full_case(f);
	apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	SPEAK(city, 1);
	assert_alike(f, city);
	assert_alike(f, province);
	/* Each of the standard's tables has something in it. */
	struct yz_str rows = rows_of(province, "990121");
	static const char *const tables[] = {"state", "5", "5-material", "6", "7", "7-special", "8", "9", "11"};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (yz_str_find(rows, yz_str(yz_printf(f->a, "{\"table\":\"%s\"", tables[i])), 0) == SIZE_MAX)
			fail_msg("nothing of table %s", tables[i]);
	assert_int_not_equal(yz_str_find(rows, YZ_LIT("\"特别程序种类名称\":\"专家评审\""), 0), SIZE_MAX);
	assert_int_not_equal(yz_str_find(rows, YZ_LIT("\"满意度代码\":\"2\""), 0), SIZE_MAX);
	/* What is personal is sealed where it lies. */
	assert_int_equal(site_int(province, "SELECT COUNT(*) FROM reported_apply WHERE applicant IS NOT NULL AND LENGTH(applicant) > 37"), 2);
}

LEVELS(nothing_new_costs_no_batch_and_is_heard_of)
{
	apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	int64_t reports = site_int(city, "SELECT COUNT(*) FROM report"), entries = site_int(city, "SELECT COUNT(*) FROM ledger");
	SPEAK(f, 0);
	SPEAK(f, 0);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM report"), reports);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM ledger"), entries);
	assert_int_equal(site_int(city, "SELECT seen FROM reported_site WHERE site = '990121'"), city->now);
}

LEVELS(a_line_that_is_cut_loses_nothing_and_doubles_nothing)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	l[0].cut = true;
	SPEAK(f, 0);
	assert_int_equal(have(city, "990121"), 0);
	assert_int_equal(site_int(f, "SELECT tries FROM link_up"), 1);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	l[0] = (struct line){.upper = city, .lost = true};
	SPEAK(f, 0);
	SPEAK(f, 0);
	int64_t head = site_int(f, "SELECT seq FROM ledger_head WHERE region = '990121'");
	assert_int_equal(have(city, "990121"), head);
	assert_int_equal(site_int(f, "SELECT acked FROM link_up"), 0);
	l[0].lost = false;
	SPEAK(f, 0);
	assert_int_equal(site_int(f, "SELECT acked FROM link_up"), head);
	assert_int_equal(site_int(f, "SELECT tries FROM link_up"), 0);
	assert_alike(f, city);
}

LEVELS(repeated_messages_change_nothing)
{
	l[0].twice = l[1].twice = true;
	full_case(f);
	SPEAK(f, 0);
	SPEAK(city, 1);
	int64_t entries = site_int(city, "SELECT COUNT(*) FROM ledger");
	SPEAK(f, 0);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM ledger"), entries);
	assert_alike(f, city);
	assert_alike(f, province);
}

LEVELS(a_copy_an_old_one_and_a_forged_one_are_refused)
{
	apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	struct yz_upward_call call = l[0].last;
	FAILS(city, YZ_FORBIDDEN, deliver(city, city->a, &call, &city->err)); /* the nonce was there */
	call.nonce = YZ_LIT("another-nonce-0123");
	FAILS(city, YZ_FORBIDDEN, deliver(city, city->a, &call, &city->err)); /* and is signed with the rest */
	call.sign = yz_up_sign(city->a, YZ_LIT("another secret of thirty-two bytes"), call.method, call.path, call.time, call.nonce, call.body);
	FAILS(city, YZ_FORBIDDEN, deliver(city, city->a, &call, &city->err));
	call.sign = yz_up_sign(city->a, YZ_LIT(SECRET), call.method, call.path, call.time, call.nonce, call.body);
	city->now += 6 * YZ_MINUTE;
	FAILS(city, YZ_FORBIDDEN, deliver(city, city->a, &call, &city->err));
	city->now -= 6 * YZ_MINUTE;
	call.site = YZ_LIT("990122");
	FAILS(city, YZ_FORBIDDEN, deliver(city, city->a, &call, &city->err));
	GOOD(city, yz_link_down(city->site, YZ_LIT("990121"), YZ_LIT(SECRET), YZ_LIT("10.0.0.2, 10.0.0.3"), &city->err));
	call.site = YZ_LIT("990121");
	FAILS(city, YZ_FORBIDDEN, deliver(city, city->a, &call, &city->err));
	GOOD(city, yz_link_down(city->site, YZ_LIT("990121"), YZ_LIT(SECRET), YZ_LIT("10.0.0.2, 10.0.0.1"), &city->err));
	GOOD(city, deliver(city, city->a, &call, &city->err));
	assert_int_equal(call.status, 200);
}

LEVELS(an_answer_that_is_not_signed_is_not_believed)
{
	apply(f, actor(f, "liuyang"));
	l[0].forged = true;
	SPEAK(f, 0);
	assert_int_equal(site_int(f, "SELECT acked FROM link_up"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM link_up WHERE failure LIKE '%not signed%'"), 1);
	l[0].forged = false;
	SPEAK(f, 0);
	assert_alike(f, city);
}

static struct yz_str signed_body(struct fixture *upper, struct yz_str body, struct yz_upward_call *call)
{
	static int nth;
	*call = (struct yz_upward_call){.method = "POST", .path = YZ_UPWARD_PATH, .site = YZ_LIT("990121"), .body = body,
					.time = yz_str_printf(upper->a, "%lld", (long long)(upper->now / YZ_SECOND)),
					.nonce = yz_str_printf(upper->a, "nonce-of-a-test-%d", nth++)};
	call->sign = yz_up_sign(upper->a, YZ_LIT(SECRET), call->method, call->path, call->time, call->nonce, body);
	return body;
}

LEVELS(a_gap_and_a_fork_are_refused_and_seen)
{
	struct yz_actor *her = actor(f, "liuyang");
	apply(f, her);
	SPEAK(f, 0);
	int64_t here = have(city, "990121");
	struct yz_upward_call call;
	char zeros[65];
	memset(zeros, '0', 64);
	zeros[64] = '\0';
	signed_body(city, yz_str_printf(city->a, "{\"batch\":{\"site\":\"990121\",\"name\":\"清泽县\",\"from\":%lld,\"to\":%lld,\"prev\":\"%s\",\"hash\":\"%s\",\"head\":%lld}}\n",
					(long long)here + 5, (long long)here + 9, zeros, zeros, (long long)here + 9), &call);
	GOOD(city, deliver(city, city->a, &call, &city->err));
	assert_int_equal(call.status, 409);
	assert_int_equal(site_int(city, "SELECT gap_from FROM link_down WHERE gap_why = 'gap'"), here + 1);
	assert_int_equal(site_int(city, "SELECT gap_to FROM link_down"), here + 4);
	assert_int_equal(have(city, "990121"), here);
	/* It goes on where it should: the gap is made good. */
	apply(f, her);
	SPEAK(f, 0);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM link_down WHERE gap_why = ''"), 1);
	here = have(city, "990121");
	/* Another chain of the same length: a backup was restored, and life went on from there. */
	signed_body(city, yz_str_printf(city->a, "{\"batch\":{\"site\":\"990121\",\"name\":\"清泽县\",\"from\":%lld,\"to\":%lld,\"prev\":\"%s\",\"hash\":\"%s\",\"head\":%lld}}\n",
					(long long)here + 1, (long long)here + 2, zeros, zeros, (long long)here + 2), &call);
	GOOD(city, deliver(city, city->a, &call, &city->err));
	assert_int_equal(call.status, 409);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM link_down WHERE gap_why = 'fork'"), 1);
	assert_int_equal(have(city, "990121"), here);
	/* A technician lets it begin anew; the province follows. */
	SPEAK(city, 1);
	GOOD(city, yz_link_restart(city->site, YZ_LIT("990121"), &city->err));
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM reported_case"), 0);
	SPEAK(city, 1);
	assert_int_equal(site_int(province, "SELECT COUNT(*) FROM reported_case"), 0);
	SPEAK(f, 0);
	SPEAK(city, 1);
	assert_alike(f, city);
	assert_alike(f, province);
}

LEVELS(an_upper_one_from_a_backup_is_told_again)
{
	full_case(f);
	SPEAK(f, 0);
	/* As if it had been restored to before the first batch. */
	GOOD(city, yz_link_restart(city->site, YZ_LIT("990121"), &city->err));
	SPEAK(f, 0);
	SPEAK(city, 1);
	assert_alike(f, city);
	assert_alike(f, province);
	assert_int_equal(l[0].refused, 1);
}

static void assert_refused(struct fixture *city, struct yz_str lines, const char *why)
{
	struct yz_upward_call call;
	char zeros[65];
	memset(zeros, '0', 64);
	zeros[64] = '\0';
	signed_body(city, yz_str_printf(city->a, "{\"batch\":{\"site\":\"990121\",\"name\":\"清泽县\",\"from\":1,\"to\":1,\"prev\":\"%s\",\"hash\":\"%s\",\"head\":1}}\n%.*s",
					zeros, zeros, YZ_P(lines)), &call);
	city->err = (struct yz_err){0};
	assert_false(deliver(city, city->a, &call, &city->err));
	if (yz_code_status(city->err.code) != 400 || !strstr(city->err.msg, why))
		fail_msg("%s: %s", city->err.msg, why);
}

#define STATE_ROW "{\"table\":\"state\",\"site\":\"990121\",\"no\":\"A1\",\"key\":\"\",\"fields\":{\"x_kind\":\"case\"}}\n"

LEVELS(what_is_no_batch_is_refused_whole)
{
	static const struct {
		const char *lines, *why;
	} bad[] = {
		{"{\"table\":\"12\",\"site\":\"990121\",\"no\":\"A1\",\"key\":\"\",\"fields\":{}}\n", "no such table"},
		{"{\"table\":\"7\",\"site\":\"990121\",\"no\":\"A1\",\"key\":\"\",\"fields\":{\"环节\":\"受理\"}}\n", "not in it"},
		{"{\"table\":\"7\",\"site\":\"990121\",\"no\":\"A1\",\"key\":\"\",\"fields\":{\"开始时间\":\"昨天\"}}\n", "an instant"},
		{"{\"table\":\"9\",\"site\":\"990121\",\"no\":\"A1\",\"key\":\"\",\"fields\":{\"评价次数\":\"1\"}}\n", "whole number"},
		{"{\"table\":\"9\",\"site\":\"990121\",\"no\":\"A1\",\"key\":\"\",\"fields\":{\"满意度代码\":\"12\"}}\n", "at most 1 characters"},
		{"{\"table\":\"11\",\"site\":\"990121\",\"no\":\"A1\",\"key\":\"\",\"fields\":{\"x_reckoning\":\"{\"}}\n", "expected"},
		{"{\"table\":\"state\",\"site\":\"990122\",\"no\":\"A1\",\"key\":\"\",\"fields\":{}}\n", "does not report for 990122"},
		{"{\"table\":\"6\",\"site\":\"990121\",\"no\":\"A1\",\"key\":\"\",\"fields\":{}}\n", "no row of its state"},
		{STATE_ROW STATE_ROW, "stands there twice"},
		{"{\"about\":{\"site\":\"990200\",\"name\":\"别市\",\"have\":1,\"head\":1,\"seen\":\"2026-11-22T00:00:00Z\",\"gap\":\"\"}}\n", "not an installation below"},
		{"{\"forget\":{\"site\":\"990121\"}}\n", "neither a row"},
		{"{\"something\":1}\n", "neither a row"},
		{STATE_ROW "not JSON\n", ""},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_refused(city, yz_str(bad[i].lines), bad[i].why);
	assert_int_equal(have(city, "990121"), 0);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM reported_case"), 0);
	(void)f, (void)province, (void)l;
}

LEVELS(more_rows_than_a_batch_may_have_are_refused)
{
	struct yz_buf b;
	yz_buf_init(&b, city->a, 8 << 20);
	for (int i = 0; i <= YZ_UP_ROWS; i++)
		yz_buf_printf(&b, "{\"table\":\"state\",\"site\":\"990121\",\"no\":\"A%d\",\"key\":\"\",\"fields\":{}}\n", i);
	assert_refused(city, yz_buf_str(&b), "at most 20000 rows");
	(void)f, (void)province, (void)l;
}

LEVELS(names_and_numbers_are_masked_unless_the_link_carries_them)
{
	GOOD(f, yz_link_up(f->site, YZ_LIT("city"), YZ_LIT("http://city.example"), YZ_LIT(SECRET), false, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_link_up(f->site, YZ_LIT("city"), YZ_LIT("http://city.example"), YZ_LIT(SECRET), true, &f->err));
	apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	struct yz_str rows = rows_of(city, "990121");
	assert_int_not_equal(yz_str_find(rows, YZ_LIT("\"申请者名称\":\"刘*\""), 0), SIZE_MAX);
	assert_int_equal(yz_str_find(rows, YZ_LIT("刘洋"), 0), SIZE_MAX);
	assert_int_equal(yz_str_find(rows, YZ_LIT("通讯地址"), 0), SIZE_MAX);
	(void)province;
}

LEVELS(a_links_settings_are_checked)
{
	FAILS(f, YZ_BAD_INPUT, yz_link_up(f->site, YZ_LIT("a b"), YZ_LIT("https://x"), YZ_LIT(SECRET), false, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_link_up(f->site, YZ_LIT("c"), YZ_LIT("ftp://x"), YZ_LIT(SECRET), false, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_link_up(f->site, YZ_LIT("c"), YZ_LIT("https://user@x"), YZ_LIT(SECRET), false, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_link_up(f->site, YZ_LIT("c"), YZ_LIT("https://x"), YZ_LIT("too short"), false, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_link_down(f->site, YZ_LIT("990121"), YZ_LIT(SECRET), YZ_LIT(""), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_link_down(f->site, YZ_LIT("county"), YZ_LIT(SECRET), YZ_LIT(""), &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_link_remove(f->site, YZ_LIT("nobody"), &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_link_restart(f->site, YZ_LIT("990122"), &f->err));
	GOOD(f, yz_link_remove(f->site, YZ_LIT("city"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM link_up"), 0);
	(void)city, (void)province, (void)l;
}

LEVELS(the_board_counts_what_is_below_for_who_supervises_it_all)
{
	struct yz_below *b;
	apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	SPEAK(city, 1);
	struct yz_conn *conn = reading(province);
	size_t n = yz_below_list(province->site, conn, province->a, actor(province, "supervisor"), YZ_LIT(""), &b, &province->err);
	assert_int_equal(n, 2);
	assert_true(yz_str_eqz(b[0].site, "990100") && !b[0].via.len);
	assert_true(yz_str_eqz(b[1].site, "990121") && yz_str_eqz(b[1].via, "990100"));
	assert_int_equal(b[1].open, 1);
	assert_int_equal(b[1].ok, 1);
	assert_int_equal(b[1].have, b[1].head);
	province->err = (struct yz_err){0};
	assert_int_equal(yz_below_list(province->site, conn, province->a, actor(province, "admin"), YZ_LIT(""), &b, &province->err), 0);
	assert_int_equal(province->err.code, YZ_FORBIDDEN);
	yz_db_release(conn);
}

/* Messages lost, answered in vain and repeated at random, while life goes on: in the end all is there, once. */
LEVELS(a_bad_line_is_only_a_slow_one)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	unsigned seed = 20261122;
	for (int round = 0; round < 40; round++) {
		struct yz_str no = {0};
		if (round % 3 == 0)
			no = apply(f, her);
		if (no.len && round % 2)
			GOOD(f, ACT(f, clerk, no, accept));
		for (int at = 0; at < 2; at++) {
			int luck = (int)(seed = seed * 1103515245 + 12345) >> 16 & 7;
			l[at].cut = luck == 0 || luck == 1;
			l[at].lost = luck == 2 || luck == 3;
			l[at].twice = luck == 4;
			SPEAK(at ? city : f, at);
		}
	}
	for (int at = 0; at < 2; at++)
		l[at].cut = l[at].lost = l[at].twice = false;
	SPEAK(f, 0);
	SPEAK(city, 1);
	assert_alike(f, city);
	assert_alike(f, province);
	assert_int_equal(site_int(province, "SELECT COUNT(*) FROM reported_apply"), 14);
}

/* ---- what only goes wrong at the edges ---- */

LEVELS(a_new_link_inherits_nothing_of_a_removed_one)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	struct yz_actor *above = actor(city, "supervisor");
	GOOD(city, yz_order_give(city->site, above, YZ_LIT("990121"), no, false, YZ_LIT("请尽快"), 3, &city->err));
	GOOD(city, yz_link_remove(city->site, YZ_LIT("990121"), &city->err));
	GOOD(city, yz_link_down(city->site, YZ_LIT("990122"), YZ_LIT(SECRET), YZ_LIT(""), &city->err));
	int64_t other = site_int(city, "SELECT id FROM link_down WHERE site = '990122'");
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM level_order WHERE link_down = $1", YZ_I(other)), 0);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM reported_site WHERE link = $1", YZ_I(other)), 0);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM link_nonce WHERE link = $1", YZ_I(other)), 0);
	/* Linked anew, it hears of the order, and what it reported is its own again. */
	GOOD(city, yz_link_down(city->site, YZ_LIT("990121"), YZ_LIT(SECRET), YZ_LIT(""), &city->err));
	SPEAK(f, 0);
	SPEAK(f, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM level_order WHERE received IS NOT NULL"), 1);
	assert_alike(f, city);
	assert_int_equal(site_int(city, "SELECT cases FROM reported_site WHERE site = '990121'"), 1);
	/* The same upward: the order is answered by the link that stands now. */
	GOOD(f, yz_link_remove(f->site, YZ_LIT("city"), &f->err));
	GOOD(f, yz_link_up(f->site, YZ_LIT("elsewhere"), YZ_LIT("http://127.0.0.1:9"), YZ_LIT(SECRET), true, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM level_order WHERE link_up IS NOT NULL"), 0);
	(void)province;
}

struct carding {
	struct fixture *f;
	int64_t id;
};

static bool do_card(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct carding *c = ctx;
	const struct yz_card_new card = {.monitor = YZ_LIT("clock.urge"), .level = YZ_LIT("yellow"), .thing = YZ_LIT("urge"), .thing_id = 4711,
					 .org = YZ_LIT("minzheng"), .post = YZ_LIT("supervisor"), .points = -50, .body = YZ_LIT("\"of\":\"urge\""),
					 .reckoning = YZ_LIT("{\"due\":5,\"facts\":[[\"天数\",3],[\"理由\",\"刘洋来电\"],[\"名单\",[\"刘洋\"]]],\"law\":[]}")};
	return yz_card_issue(c->f->site, conn, a, c->f->now, &card, &c->id, err);
}

LEVELS(a_card_about_an_urging_goes_up_when_it_is_issued)
{
	struct carding c = {.f = f};
	SPEAK(f, 0);
	GOOD(f, yz_db_write(f->site->db, do_card, &c, &f->err));
	SPEAK(f, 0);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM reported_card WHERE no = $1", YZ_S(yz_str_printf(f->a, "card-%lld", (long long)c.id))), 1);
	assert_int_equal(site_int(city, "SELECT cards FROM reported_site WHERE site = '990121'"),
			 site_int(city, "SELECT COUNT(*) FROM reported_card WHERE card_no IS NOT NULL"));
	assert_alike(f, city);
	(void)province;
}

LEVELS(what_officials_wrote_freely_stays_below_without_a_personal_link)
{
	struct carding c = {.f = f};
	GOOD(f, yz_link_up(f->site, YZ_LIT("city"), YZ_LIT("http://city.example"), YZ_LIT(SECRET), false, &f->err));
	full_case(f);
	GOOD(f, yz_db_write(f->site->db, do_card, &c, &f->err));
	SPEAK(f, 0);
	struct yz_str rows = rows_of(city, "990121");
	static const char *const said[] = {"处理意见", "特别程序理由", "督办内容", "刘洋", "理由"};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (yz_str_find(rows, yz_str(said[i]), 0) != SIZE_MAX)
			fail_msg("%s went up", said[i]);
	/* Numbers, days and levels are supervision's own. */
	assert_int_not_equal(yz_str_find(rows, YZ_LIT("天数"), 0), SIZE_MAX);
	(void)province;
}

LEVELS(who_reports_itself_is_not_told_of_by_another)
{
	apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	GOOD(province, yz_link_down(province->site, YZ_LIT("990121"), YZ_LIT(SECRET), YZ_LIT(""), &province->err));
	SPEAK(city, 1);
	/* The city's batch is taken, what it says of the county is not. */
	assert_int_equal(have(province, "990100"), site_int(city, "SELECT seq FROM ledger_head WHERE region = '990100'"));
	assert_int_equal(site_int(province, "SELECT COUNT(*) FROM reported_case WHERE site = '990121'"), 0);
	l[0].upper = province;
	SPEAK(f, 0);
	assert_alike(f, province);
	l[0].upper = city;
	GOOD(city, yz_link_restart(city->site, YZ_LIT("990121"), &city->err));
	SPEAK(city, 1);
	assert_alike(f, province);
}
