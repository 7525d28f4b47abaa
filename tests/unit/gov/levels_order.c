/* SPDX-License-Identifier: Apache-2.0
 *
 * What a level above orders: down the levels, an urging where it is for, and its answer up again.
 */
#include "tests/unit/gov/levels_fixture.h"

#include "gov/urge.h"

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

/* The only urging there is, as she sees it among hers. */
static struct yz_urge *listed(struct fixture *f, const char *login, const struct yz_urge_query *q)
{
	struct yz_urge *list = NULL;
	struct yz_actor *who = actor(f, login);
	struct yz_conn *conn = reading(f);
	f->err = (struct yz_err){0};
	size_t n = yz_urge_list(conn, f->a, who, q, &list, &f->err);
	yz_db_release(conn);
	assert_int_equal(f->err.code, YZ_OK);
	return n ? list : NULL;
}

static int64_t cards_of_urge(struct fixture *f, const char *level)
{
	return site_int(f, "SELECT COUNT(*) FROM card WHERE thing = 'urge' AND monitor = 'clock.urge' AND level = $1", YZ_Z(level));
}

/* Until the sweeper has looked at it once more. */
static void look_again(struct fixture *f)
{
	f->now = site_int(f, "SELECT next_at FROM urge");
	assert_true(f->now > 0);
	sweep(f);
}

LEVELS(an_order_has_a_clock_of_its_own_and_its_answer_goes_up)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	SPEAK(f, 0);
	SPEAK(city, 1);
	GOOD(province, yz_order_give(province->site, actor(province, "supervisor"), YZ_LIT("990121"), no, false, YZ_LIT("请查清并按期办结"), 3, &province->err));
	SPEAK(city, 1);
	SPEAK(f, 0);
	struct yz_urge *u = listed(f, "zhangmin", &(struct yz_urge_query){.desk = true});
	assert_non_null(u);
	assert_true(u->above && !u->question && yz_str_eq(u->no, no) && u->case_id);
	assert_true(yz_str_starts(u->by, province->site->name));
	/* As many working days as it was given, by the calendar here. */
	assert_int_equal(u->due, site_int(province, "SELECT due FROM level_order"));
	assert_non_null(listed(f, "supervisor", &(struct yz_urge_query){0}));
	assert_non_null(listed(f, "supervisor", &(struct yz_urge_query){.thing = YZ_LIT("case"), .thing_id = u->case_id}));
	assert_null(listed(f, "lixue", &(struct yz_urge_query){.desk = true}));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'order.receive'"), 1);
	/* Nearly due: told again.  Due: yellow, to the head; again: red, to the government's. */
	look_again(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM urge WHERE warned IS NOT NULL"), 1);
	assert_int_equal(cards_of_urge(f, "yellow"), 0);
	look_again(f);
	assert_int_equal(cards_of_urge(f, "yellow"), 1);
	look_again(f);
	assert_int_equal(cards_of_urge(f, "red"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM urge WHERE next_at IS NOT NULL"), 0);
	FAILS(f, YZ_FORBIDDEN, yz_urge_answer(f->site, f->a, actor(f, "lixue"), u->id, 2, YZ_LIT("与我无关"), &f->err));
	struct yz_buf b;
	yz_buf_init(&b, f->a, 4096);
	for (int i = 0; i <= YZ_UPWARD_TEXT; i++)
		yz_buf_addz(&b, "字");
	FAILS(f, YZ_BAD_INPUT, yz_urge_answer(f->site, f->a, actor(f, "government-head"), u->id, 2, yz_buf_str(&b), &f->err));
	GOOD(f, yz_urge_answer(f->site, f->a, actor(f, "government-head"), u->id, 2, YZ_LIT("已责成今天办结"), &f->err));
	FAILS(f, YZ_CONFLICT, yz_order_answer(f->site, actor(f, "zhangmin"), site_int(f, "SELECT id FROM level_order"), YZ_LIT("又答"), &f->err));
	l[0].lost = true;
	SPEAK(f, 0);
	l[0].lost = false;
	SPEAK(f, 0);
	SPEAK(city, 1);
	assert_int_equal(site_int(province, "SELECT COUNT(*) FROM level_order WHERE answer = '已责成今天办结' AND answered IS NOT NULL"), 1);
	/* Above stand the two cards; the order itself is not told as an urging of the county's. */
	assert_int_equal(site_int(province, "SELECT COUNT(*) FROM reported_card WHERE site = '990121' AND rule LIKE 'clock.urge%'"), 2);
	assert_int_equal(site_int(province, "SELECT COUNT(*) FROM reported_card WHERE site = '990121' AND text = '请查清并按期办结'"), 0);
	assert_alike(f, province);
	ledger_holds(f);
}

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
	/* It lies with her office, and is late there as anything is. */
	struct yz_urge *u = listed(f, "supervisor", &(struct yz_urge_query){.received = true});
	assert_true(u && u->above && yz_str_eqz(u->thing, "order") && yz_str_eqz(u->no, "nothing-such"));
	yz_instant said;
	assert_true(yz_instant_parse(YZ_LIT("2026-11-27T02:00:00Z"), &said));
	assert_true(u->due > f->now && u->due <= said);
	/* There is nobody below to pass it on to. */
	struct yz_conn *conn = reading(f);
	struct yz_urge *one = yz_urge_load(f->site, conn, f->a, actor(f, "supervisor"), u->id, &f->err), about;
	GOOD(f, one != NULL);
	assert_true(one->may_answer && !one->may_pass);
	FAILS(f, YZ_NOT_FOUND, yz_urge_about(f->site, conn, f->a, actor(f, "supervisor"), u->thing, u->thing_id, &about, &f->err));
	yz_db_release(conn);
	const struct yz_urge_new in = {.thing = u->thing, .thing_id = u->thing_id, .parent = u->id, .text = YZ_LIT("请查"), .to = YZ_LIT("zhujian")};
	int64_t passed;
	FAILS(f, YZ_NOT_FOUND, yz_urge_add(f->site, f->a, actor(f, "supervisor"), &in, &passed, &f->err));
	look_again(f);
	look_again(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE thing = 'urge' AND level = 'yellow' AND org <> '' AND post = 'supervisor'"), 1);
	GOOD(f, yz_order_answer(f->site, actor(f, "supervisor"), id, YZ_LIT("我县没有这个办件"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM urge WHERE answered IS NOT NULL AND next_at IS NULL"), 1);
	FAILS(f, YZ_CONFLICT, yz_order_answer(f->site, actor(f, "supervisor"), id, YZ_LIT("又答"), &f->err));
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
