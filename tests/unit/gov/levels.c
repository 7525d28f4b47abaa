/* SPDX-License-Identifier: Apache-2.0
 *
 * County, city and province in one process: what goes over the line between them is this test's to drop, repeat, hold back
 * and forge.
 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/upward_batch.h"

#define SECRET "0123456789abcdef0123456789abcdef"

/* The line to the upper one: what may happen on it. */
struct line {
	struct fixture *upper;
	bool cut;           /* it never arrives */
	bool lost;          /* it arrives, and the answer does not */
	bool forged;        /* the answer is another's */
	bool twice;         /* it arrives a second time, under a nonce of its own */
	int calls, refused; /* refused: of 409 */
	struct yz_upward_call last;
};

static bool deliver(struct fixture *upper, struct yz_arena *a, struct yz_upward_call *call, struct yz_err *err)
{
	const struct yz_upward_message m = {.method = call->method, .path = call->path, .site = call->site, .time = call->time, .nonce = call->nonce,
					    .sign = yz_str_printf(a, "sm3=%.*s", YZ_P(call->sign)), .client = YZ_LIT("10.0.0.1"), .body = call->body};
	struct yz_str sign;
	if (!yz_upward_take(upper->site, a, &m, &call->status, &call->answer, &sign, err)) {
		call->status = yz_code_status(err->code);
		call->answer = YZ_LIT("{\"error\":\"refused\"}");
		return false;
	}
	call->answer_sign = yz_str_n(sign.ptr + 4, sign.len - 4);
	return true;
}

static bool post(void *ctx, struct yz_arena *a, struct yz_upward_call *call)
{
	struct line *l = ctx;
	struct yz_err err = {0};
	l->calls++;
	if (l->cut) {
		snprintf(call->failure, sizeof call->failure, "the line is cut");
		return false;
	}
	deliver(l->upper, a, call, &err);
	if (l->twice) {
		struct yz_upward_call again = *call;
		again.nonce = yz_str_printf(a, "%.*s-again", YZ_P(call->nonce));
		again.sign = yz_up_sign(a, YZ_LIT(SECRET), call->method, call->path, call->time, again.nonce, call->body);
		err = (struct yz_err){0};
		assert_true(deliver(l->upper, a, &again, &err));
		assert_int_equal(again.status, call->status == 409 ? 409 : 200);
	}
	l->refused += call->status == 409;
	l->last = *call;
	l->last.body = yz_str_dup(l->upper->a, call->body);
	l->last.nonce = yz_str_dup(l->upper->a, call->nonce);
	l->last.time = yz_str_dup(l->upper->a, call->time);
	l->last.sign = yz_str_dup(l->upper->a, call->sign);
	l->last.site = yz_str_dup(l->upper->a, call->site);
	if (l->forged)
		call->answer = YZ_LIT("{\"have\":1,\"taken\":true,\"orders\":[]}");
	if (l->lost)
		snprintf(call->failure, sizeof call->failure, "no answer came");
	return !l->lost;
}

static const struct yz_pack *pack_of(const char *path)
{
	struct yz_err err = {0};
	const struct yz_pack *pack = yz_pack_load(yz_arena_create(0), yz_test_source(path), &err);
	assert_non_null(pack);
	return pack;
}

static void open_upper(struct fixture *f, const char *pack, yz_instant now)
{
	*f = (struct fixture){.dir = yz_test_folder(), .a = yz_arena_create(0), .now = now};
	site_open(f, true, yz_test_url());
	site_install(f, pack_of(pack));
}

/* f is the county; both lines are whole. */
#define LEVELS(name)                                                                                                   \
	static void name##_levels(struct fixture *f, struct fixture *city, struct fixture *province, struct line *l);  \
	SITE(name)                                                                                                     \
	{                                                                                                              \
		struct fixture city, province;                                                                         \
		open_upper(&city, "packs/demo-city", f->now);                                                          \
		open_upper(&province, "packs/demo-province", f->now);                                                  \
		GOOD(f, yz_link_up(f->site, YZ_LIT("city"), YZ_LIT("http://127.0.0.1:1"), YZ_LIT(SECRET), true, &f->err)); \
		GOOD(&city, yz_link_down(city.site, YZ_LIT("990121"), YZ_LIT(SECRET), YZ_LIT("10.0.0.1"), &city.err));  \
		GOOD(&city, yz_link_up(city.site, YZ_LIT("province"), YZ_LIT("http://127.0.0.1:2"), YZ_LIT(SECRET), true, &city.err)); \
		GOOD(&province, yz_link_down(province.site, YZ_LIT("990100"), YZ_LIT(SECRET), YZ_LIT(""), &province.err)); \
		struct line l[2] = {{.upper = &city}, {.upper = &province}};                                           \
		name##_levels(f, &city, &province, l);                                                                 \
		ledger_holds(&city);                                                                                   \
		ledger_holds(&province);                                                                               \
		yz_arena_destroy(city.a);                                                                              \
		yz_arena_destroy(province.a);                                                                          \
		yz_site_close(city.site);                                                                              \
		yz_site_close(province.site);                                                                          \
	}                                                                                                              \
	static void name##_levels(struct fixture *f, struct fixture *city, struct fixture *province, struct line *l)

/* Time goes on everywhere; then this one speaks until it has nothing more to say. */
static void speak(struct fixture *f, struct fixture *city, struct fixture *province, struct fixture *who, struct line *l)
{
	bool more = true;
	f->now += 70 * YZ_SECOND;
	city->now = province->now = f->now;
	for (int i = 0; more && i < 200; i++)
		GOOD(who, yz_upward_round(who->site, who->now, post, l, &more, &who->err));
	assert_false(more);
}
#define SPEAK(who, at) speak(f, city, province, (who), &l[at])

static bool add_line(void *ctx, struct yz_str text)
{
	yz_buf_adds(ctx, text);
	yz_buf_addc(ctx, '\n');
	return true;
}

static struct yz_str rows_of(struct fixture *f, const char *region)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 16 << 20);
	GOOD(f, yz_upward_lines(f->site, yz_str(region), true, add_line, &b, &f->err));
	return yz_buf_str(&b);
}

static void assert_alike(struct fixture *lower, struct fixture *upper)
{
	struct yz_str below = rows_of(lower, "990121"), above = rows_of(upper, "990121");
	assert_true(below.len > 0);
	assert_string_equal(yz_str_z(lower->a, above), yz_str_z(lower->a, below));
}

static int64_t have(struct fixture *upper, const char *region)
{
	return site_int(upper, "SELECT have FROM link_down WHERE site = $1", YZ_Z(region));
}

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

LEVELS(an_order_goes_down_two_levels_and_its_answer_up)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	struct yz_actor *above = actor(province, "supervisor");
	SPEAK(f, 0);
	SPEAK(city, 1);
	FAILS(province, YZ_NOT_FOUND, yz_order_give(province->site, above, YZ_LIT("990121"), YZ_LIT("nothing"), false, YZ_LIT("?"), 3, &province->err));
	FAILS(province, YZ_BAD_INPUT, yz_order_give(province->site, above, YZ_LIT("990121"), no, false, YZ_LIT("?"), 31, &province->err));
	FAILS(province, YZ_BAD_INPUT, yz_order_give(province->site, above, YZ_LIT("990121"), no, false, YZ_LIT(" "), 3, &province->err));
	FAILS(province, YZ_FORBIDDEN, yz_order_give(province->site, actor(province, "admin"), YZ_LIT("990121"), no, false, YZ_LIT("?"), 3, &province->err));
	GOOD(province, yz_order_give(province->site, above, YZ_LIT("990121"), no, true, YZ_LIT("为什么还没有受理？"), 3, &province->err));
	/* Down: with the city's next report, and from it with the county's.  Again and again, until its receipt is up. */
	SPEAK(city, 1);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM level_order WHERE link_down IS NOT NULL AND link_up IS NOT NULL"), 1);
	SPEAK(f, 0);
	SPEAK(city, 1);
	SPEAK(f, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM level_order WHERE case_id IS NOT NULL AND received IS NOT NULL"), 1);
	assert_true(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '上级询问'") > 1);
	SPEAK(city, 1);
	assert_int_equal(site_int(province, "SELECT COUNT(*) FROM level_order WHERE received IS NOT NULL AND answered IS NULL"), 1);
	/* Whose it is sees and answers it, once. */
	struct yz_order *orders;
	struct yz_conn *conn = reading(f);
	size_t n = yz_order_list(f->site, conn, f->a, actor(f, "zhangmin"), 10, &orders, &f->err);
	assert_int_equal(n, 1);
	assert_true(orders[0].question);
	assert_int_equal(yz_order_list(f->site, conn, f->a, actor(f, "lixue"), 10, &orders, &f->err), 0);
	assert_int_equal(yz_order_list(f->site, conn, f->a, actor(f, "supervisor"), 10, &orders, &f->err), 1);
	yz_db_release(conn);
	FAILS(f, YZ_NOT_FOUND, yz_order_answer(f->site, actor(f, "lixue"), orders[0].id, YZ_LIT("与我无关"), &f->err));
	GOOD(f, yz_order_answer(f->site, actor(f, "zhangmin"), orders[0].id, YZ_LIT("今天受理"), &f->err));
	FAILS(f, YZ_CONFLICT, yz_order_answer(f->site, actor(f, "zhangmin"), orders[0].id, YZ_LIT("又答"), &f->err));
	l[0].lost = true;
	SPEAK(f, 0);
	l[0].lost = false;
	SPEAK(f, 0);
	SPEAK(city, 1);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM level_order WHERE answer = '今天受理'"), 1);
	assert_int_equal(site_int(province, "SELECT COUNT(*) FROM level_order WHERE answer = '今天受理' AND answered IS NOT NULL"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM level_order"), 1);
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

/* An order as an upper one writes it, for this case of that installation. */
static struct yz_json const *order_json(struct fixture *f, const char *uid, const char *site, struct yz_str no, const char *kind)
{
	const struct yz_json *v =
		yz_json_read(f->a,
			     yz_str_printf(f->a,
					   "{\"uid\":\"%s\",\"kind\":\"%s\",\"site\":\"%s\",\"no\":\"%.*s\",\"text\":\"请说明\",\"from_site\":\"990000\","
					   "\"from_name\":\"省\",\"by_name\":\"监察\",\"at\":\"2026-11-20T02:00:00Z\",\"due\":\"2026-11-27T02:00:00Z\"}",
					   uid, kind, site, YZ_P(no)),
			     NULL, &f->err);
	assert_non_null(v);
	return v;
}

struct handing {
	struct fixture *f;
	const struct yz_json *order;
};

static bool do_hand(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct handing *h = ctx;
	int64_t link;
	return yz_select_int(conn, &link, 0, err, "SELECT MIN(id) FROM link_up") && yz_up_order_take(h->f->site, conn, a, link, h->order, err);
}

static void hand(struct fixture *f, const struct yz_json *order)
{
	struct handing h = {f, order};
	GOOD(f, yz_db_write(f->site->db, do_hand, &h, &f->err));
}

LEVELS(an_order_of_no_case_here_is_for_who_supervises_the_whole)
{
	hand(f, order_json(f, "990000-7", "990121", YZ_LIT("nothing-such"), "urge"));
	int64_t id = site_int(f, "SELECT id FROM level_order WHERE org = ''");
	assert_int_not_equal(id, 0);
	FAILS(f, YZ_NOT_FOUND, yz_order_answer(f->site, actor(f, "zhangmin"), id, YZ_LIT("我替他们答"), &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_order_answer(f->site, actor(f, "lixue"), id, YZ_LIT("我替他们答"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM level_order WHERE answered IS NOT NULL"), 0);
	GOOD(f, yz_order_answer(f->site, actor(f, "supervisor"), id, YZ_LIT("我县没有这个办件"), &f->err));
	(void)city, (void)province, (void)l;
}

LEVELS(an_order_is_told_to_who_has_a_post_now)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	int64_t clerk = site_int(f, "SELECT id FROM person WHERE login = 'zhangmin'"), over = site_int(f, "SELECT id FROM person WHERE login = 'supervisor'");
	hand(f, order_json(f, "990000-8", "990121", no, "urge"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '上级督办' AND person = $1", YZ_I(clerk)), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '上级督办' AND person = $1", YZ_I(over)), 1);
	/* Her post has begun only tomorrow; his ends next year, and holds until then. */
	site_do(f, yz_printf(f->a, "UPDATE post SET from_at = %lld WHERE person = %lld", (long long)(f->now + YZ_DAY), (long long)clerk));
	site_do(f, yz_printf(f->a, "UPDATE post SET until_at = %lld WHERE person = %lld", (long long)(f->now + 365 * YZ_DAY), (long long)over));
	hand(f, order_json(f, "990000-9", "990121", no, "urge"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '上级督办' AND person = $1", YZ_I(clerk)), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '上级督办' AND person = $1", YZ_I(over)), 2);
	(void)city, (void)province, (void)l;
}

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

LEVELS(orders_that_nobody_takes_keep_back_no_others)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	SPEAK(city, 1);
	int64_t link = site_int(province, "SELECT id FROM link_down");
	for (int i = 0; i < YZ_UPWARD_ORDERS; i++)
		site_do(province,
			yz_printf(province->a,
				  "INSERT INTO level_order (uid, kind, site, no, text, from_site, from_name, by_name, at, link_down, org, answer, "
				  "answered_by) VALUES ('990000-old-%d', 'urge', '990199', 'A1', '请说明', '990000', '省', '监察', %lld, %lld, '', '', '')",
				  i, (long long)province->now, (long long)link));
	GOOD(province, yz_order_give(province->site, actor(province, "supervisor"), YZ_LIT("990121"), no, false, YZ_LIT("请尽快"), 3, &province->err));
	SPEAK(city, 1);
	SPEAK(city, 1);
	/* The way to 990199 is not known: those wait above, and the one for the county goes on. */
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM level_order"), 1);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM level_order WHERE site = '990121' AND link_down IS NOT NULL"), 1);
	(void)l;
}

LEVELS(an_order_that_is_not_whole_is_sent_back_once)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	GOOD(city, yz_order_give(city->site, actor(city, "supervisor"), YZ_LIT("990121"), no, false, YZ_LIT("请尽快"), 3, &city->err));
	site_do(city, "UPDATE level_order SET kind = 'command'");
	SPEAK(f, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM level_order WHERE site = '' AND answered IS NOT NULL"), 1);
	SPEAK(f, 0);
	assert_int_equal(site_int(city, "SELECT COUNT(*) FROM level_order WHERE received IS NOT NULL AND answer LIKE '退回：%'"), 1);
	int64_t entries = site_int(f, "SELECT COUNT(*) FROM ledger");
	SPEAK(f, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger"), entries);
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
