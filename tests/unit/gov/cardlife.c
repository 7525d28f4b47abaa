/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a card, and urging down the levels.
 */
#include "tests/unit/gov/card_fixture.h"

#include "gov/consult.h"
#include "gov/urge.h"

#define WHY YZ_LIT("系统在午夜停机，材料当天已经审完")

/* ---- a card ---- */

static int64_t turn(struct fixture *f, int64_t id)
{
	return site_int(f, "SELECT turn FROM card WHERE id = $1", YZ_I(id));
}

/* With a reason, and on what the card is now, where nothing else is said. */
static bool doing(struct fixture *f, const char *login, int64_t id, struct yz_card_input in)
{
	in.text = in.text.ptr ? in.text : WHY;
	in.turn = in.turn ? in.turn : turn(f, id);
	return yz_card_do(f->site, f->a, actor(f, login), id, &in, &f->err);
}
#define DO(f, login, id, name, ...) doing((f), (login), (id), (struct yz_card_input){.act = YZ_CARD_ACT_##name, ##__VA_ARGS__})

static int64_t figure(struct fixture *f, const char *month, bool red)
{
	struct yz_figures *all;
	struct yz_actor *who = actor(f, "supervisor");
	struct yz_conn *conn = reading(f);
	size_t n = yz_board_figures(f->site, conn, f->a, who, yz_str(month), yz_str(month), &all, &f->err);
	yz_db_release(conn);
	GOOD(f, n);
	return red ? all[0].red : all[0].yellow;
}

static int64_t told(struct fixture *f, const char *login, const char *title)
{
	return site_int(f, "SELECT COUNT(*) FROM message m JOIN person p ON p.id = m.person WHERE p.login = $1 AND m.title = $2", YZ_Z(login),
			YZ_Z(title));
}

static int64_t entries(struct fixture *f, const char *act, int64_t id)
{
	return site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = $1 AND thing_id = $2", YZ_Z(act), YZ_I(id));
}

SITE(a_card_says_until_when_it_can_be_appealed_and_counts_the_days)
{
	int64_t id = red_card(f);
	struct yz_card_life l = life(f, "supervisor", id);
	assert_at(l.appeal_by, "2026-12-09T00:00:00+08:00"); /* the day it was issued does not count, nor does the weekend */
	assert_int_equal(l.final, 0);
	assert_int_equal(l.state, YZ_CARD_issued);
	int counted = 0, weekend = 0;
	for (size_t i = 0; i < l.ndays; i++) {
		counted += l.days[i].mark == YZ_MARK_COUNTED || l.days[i].mark == YZ_MARK_LAST;
		weekend += l.days[i].mark == YZ_MARK_WEEKEND;
	}
	assert_int_equal(counted, 5);
	assert_int_equal(weekend, 2);
	l = life(f, "zhangmin", id);
	assert_true(l.may[YZ_CARD_ACT_answer] && l.may[YZ_CARD_ACT_appeal] && l.may[YZ_CARD_ACT_rectify]);
	assert_false(l.may[YZ_CARD_ACT_withdraw] || l.may[YZ_CARD_ACT_confirm]);
	l = life(f, "reviewer", id); /* of the department, but of another post, and not its head */
	assert_false(l.may[YZ_CARD_ACT_answer] || l.may[YZ_CARD_ACT_appeal]);
	l = life(f, "decider", id);
	assert_true(l.may[YZ_CARD_ACT_answer] && l.may[YZ_CARD_ACT_appeal]);
}

SITE(an_appeal_is_decided_by_somebody_else_and_the_month_follows)
{
	int64_t id = red_card(f);
	int64_t red = figure(f, "2026-12", true), yellow = figure(f, "2026-12", false), november = figure(f, "2026-11", false);
	assert_true(red > 0 && november > 0);
	GOOD(f, DO(f, "zhangmin", id, answer));
	GOOD(f, DO(f, "zhangmin", id, appeal));
	assert_int_equal(told(f, "supervisor", "有牌被申诉，请裁定"), 1);
	assert_int_equal(told(f, "supervisor-city", "有牌被申诉，请裁定"), 0);
	assert_at(life(f, "supervisor", id).decide_by, "2026-12-16T00:00:00+08:00");
	FAILS(f, YZ_NOT_NOW, DO(f, "decider", id, appeal)); /* one waits already */
	FAILS(f, YZ_FORBIDDEN, DO(f, "zhangmin", id, withdraw));
	FAILS(f, YZ_FORBIDDEN, DO(f, "decider", id, withdraw));
	FAILS(f, YZ_FORBIDDEN, DO(f, "supervisor-town", id, withdraw));
	FAILS(f, YZ_FORBIDDEN, DO(f, "government-head", id, withdraw));
	FAILS(f, YZ_BAD_INPUT, DO(f, "supervisor", id, reduce, .level = YZ_LIT("red")));
	FAILS(f, YZ_BAD_INPUT, DO(f, "supervisor", id, reduce, .level = YZ_LIT("")));
	site_clock(f, "2026-12-02T10:00:00+08:00");
	GOOD(f, DO(f, "supervisor", id, reduce, .level = YZ_LIT("yellow")));
	struct yz_card_life l = life(f, "decider", id);
	assert_int_equal(l.state, YZ_CARD_reduced);
	assert_at(l.final, "2026-12-02T10:00:00+08:00");
	assert_int_equal(l.ndone, 3);
	assert_true(yz_str_eqz(l.done[2].level_was, "red"));
	assert_int_equal(l.done[2].points_was, -100);
	assert_int_equal(site_int(f, "SELECT points FROM card WHERE id = $1", YZ_I(id)), -50);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE id = $1 AND level = 'red' AND held_level = 'yellow'", YZ_I(id)), 1);
	assert_int_equal(figure(f, "2026-12", true), red - 1);
	assert_int_equal(figure(f, "2026-12", false), yellow + 1);
	assert_int_equal(figure(f, "2026-11", false), november); /* the month of another card */
	assert_int_equal(told(f, "decider", "您的牌有了裁定"), 1);
	assert_int_equal(entries(f, "card.reduce", id), 1);
	FAILS(f, YZ_NOT_NOW, DO(f, "supervisor", id, withdraw));
	FAILS(f, YZ_NOT_NOW, DO(f, "zhangmin", id, appeal));
	GOOD(f, DO(f, "zhangmin", id, rectify)); /* what was put right can still be told */
	ledger_holds(f);
}

SITE(a_withdrawn_card_counts_nowhere_and_stands_where_it_was)
{
	int64_t id = red_card(f), red = figure(f, "2026-12", true);
	GOOD(f, DO(f, "decider", id, appeal));
	GOOD(f, DO(f, "supervisor", id, withdraw));
	assert_int_equal(figure(f, "2026-12", true), red - 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE id = $1 AND level = 'red' AND held_level = '' AND points = 0 AND state = 'withdrawn'",
				  YZ_I(id)),
			 1);
	/* What it was, and what it is, stands in the chain. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'card.withdraw' AND thing_kind = 'card' AND thing_id = $1 AND body LIKE '%\"was\":\"red\"%' "
				     "AND body LIKE '%\"now\":\"\"%' AND body LIKE '%\"points_was\":-100%'",
				  YZ_I(id)),
			 1);
	FAILS(f, YZ_NOT_NOW, DO(f, "zhangmin", id, answer));
	ledger_holds(f);
}

static bool do_give_post(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	(void)ctx;
	return yz_insert(conn, err,
			 "INSERT INTO post (person, org, role, region, title, from_at) SELECT id, 'zhujian', 'decider', '990121', '兼', 1 FROM person "
			 "WHERE login = 'supervisor'") != 0;
}

SITE(who_heads_the_department_besides_does_not_decide)
{
	int64_t id = red_card(f), red = figure(f, "2026-12", true);
	GOOD(f, yz_db_write(f->site->db, do_give_post, NULL, &f->err));
	GOOD(f, DO(f, "zhangmin", id, appeal));
	FAILS(f, YZ_FORBIDDEN, DO(f, "supervisor", id, uphold));
	assert_string_equal(life(f, "supervisor", id).why, "这张牌发给您或您所在的部门，要由别人裁定");
	assert_null(life(f, "supervisor-city", id).why);
	GOOD(f, DO(f, "supervisor-city", id, uphold));
	assert_int_equal(life(f, "supervisor", id).state, YZ_CARD_upheld);
	assert_int_equal(figure(f, "2026-12", true), red);
}

SITE(of_two_who_decide_at_once_one_is_told)
{
	int64_t id = red_card(f);
	GOOD(f, DO(f, "zhangmin", id, appeal));
	int64_t seen = turn(f, id);
	GOOD(f, DO(f, "supervisor", id, uphold, .turn = seen));
	FAILS(f, YZ_CONFLICT, DO(f, "supervisor-city", id, withdraw, .turn = seen));
	assert_int_equal(life(f, "supervisor", id).state, YZ_CARD_upheld);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card_act WHERE card_id = $1", YZ_I(id)), 2);
}

SITE(what_nobody_appeals_becomes_final_once_at_its_instant)
{
	int64_t id = red_card(f);
	site_clock(f, "2026-12-08T23:59:59+08:00");
	sweep(f);
	assert_int_equal(life(f, "supervisor", id).final, 0);
	site_clock(f, "2026-12-09T00:00:00+08:00");
	FAILS(f, YZ_NOT_NOW, DO(f, "zhangmin", id, appeal)); /* the limit has passed, whether or not it was swept */
	sweep(f);
	sweep(f);
	assert_at(life(f, "supervisor", id).final, "2026-12-09T00:00:00+08:00");
	assert_int_equal(entries(f, "card.confirm", id), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE id = $1 AND next_at IS NOT NULL", YZ_I(id)), 0);
	FAILS(f, YZ_NOT_NOW, DO(f, "supervisor", id, withdraw));
	assert_int_equal(life(f, "supervisor", id).state, YZ_CARD_issued);
}

SITE(what_was_answered_can_be_decided_without_an_appeal)
{
	int64_t id = red_card(f), red = figure(f, "2026-12", true);
	FAILS(f, YZ_NOT_NOW, DO(f, "supervisor", id, withdraw)); /* nobody has said anything */
	GOOD(f, DO(f, "zhangmin", id, answer));
	GOOD(f, DO(f, "supervisor", id, withdraw));
	assert_int_equal(figure(f, "2026-12", true), red - 1);
}

SITE(an_appeal_that_nobody_decides_goes_up_to_those_above_and_the_government)
{
	int64_t id = red_card(f);
	GOOD(f, DO(f, "zhangmin", id, appeal));
	site_clock(f, "2026-12-15T23:59:59+08:00");
	sweep(f);
	FAILS(f, YZ_FORBIDDEN, DO(f, "government-head", id, uphold));
	site_clock(f, "2026-12-16T00:00:00+08:00");
	sweep(f);
	sweep(f);
	assert_at(life(f, "supervisor", id).escalated, "2026-12-16T00:00:00+08:00");
	assert_int_equal(told(f, "supervisor-city", "申诉逾期没有裁定"), 1);
	assert_int_equal(told(f, "government-head", "申诉逾期没有裁定"), 1);
	assert_int_equal(told(f, "supervisor", "申诉逾期没有裁定"), 1);
	assert_int_equal(entries(f, "card.escalate", id), 1);
	FAILS(f, YZ_FORBIDDEN, DO(f, "hejing", id, uphold)); /* another department's head is not the government's */
	GOOD(f, DO(f, "government-head", id, uphold));
	assert_int_equal(life(f, "supervisor", id).state, YZ_CARD_upheld);
}

static bool do_set(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	const char *const *two = ctx;
	return yz_site_set(conn, two[0], yz_str(two[1]), err);
}

static void set(struct fixture *f, const char *key, const char *value)
{
	const char *two[] = {key, value};
	GOOD(f, yz_db_write(f->site->db, do_set, two, &f->err));
}

SITE(the_limits_are_settings_and_what_is_none_is_left_out)
{
	set(f, "card.appeal_days", "10");
	int64_t id = red_card(f);
	assert_at(life(f, "supervisor", id).appeal_by, "2026-12-16T00:00:00+08:00");
	set(f, "card.decide_days", "61"); /* one past the most: the usual */
	GOOD(f, DO(f, "zhangmin", id, appeal));
	assert_at(life(f, "supervisor", id).decide_by, "2026-12-16T00:00:00+08:00");
}

SITE(what_is_said_has_an_end_and_a_beginning)
{
	int64_t id = red_card(f);
	struct yz_buf b;
	yz_buf_init(&b, f->a, 1 << 16);
	for (int i = 0; i < YZ_CARD_TEXT; i++)
		yz_buf_addz(&b, "字");
	GOOD(f, DO(f, "zhangmin", id, answer, .text = yz_buf_str(&b)));
	yz_buf_addz(&b, "字");
	FAILS(f, YZ_BAD_INPUT, DO(f, "zhangmin", id, answer, .text = yz_buf_str(&b)));
	FAILS(f, YZ_BAD_INPUT, DO(f, "zhangmin", id, answer, .text = YZ_LIT("  \n ")));
	FAILS(f, YZ_FORBIDDEN, DO(f, "zhangmin", id, confirm));
	FAILS(f, YZ_NOT_FOUND, DO(f, "zhangmin", id + 999, answer));
	FAILS(f, YZ_FORBIDDEN, DO(f, "lixue", id, answer));
	FAILS(f, YZ_FORBIDDEN, DO(f, "liuyang", id, appeal));
}

SITE(another_calendar_moves_the_limit_of_an_appeal)
{
	site_clock(f, "2026-12-17T10:00:00+08:00");
	apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-12-25T00:00:00+08:00");
	sweep(f);
	int64_t id = site_int(f, "SELECT MAX(id) FROM card WHERE level = 'red'");
	assert_at(life(f, "supervisor", id).appeal_by, "2027-01-05T00:00:00+08:00"); /* 1 January off by rule */
	struct yz_calendar_report report;
	int64_t moved;
	GOOD(f, yz_site_calendar_import(f->site, f->a, actor(f, "admin"),
					YZ_LIT("{\"holidays\":{\"2027-01-01\":\"New Year's Day,元旦,1\",\"2027-01-04\":\"New Year's Day,元旦,1\","
					       "\"2027-05-01\":\"Labour Day,劳动节,1\",\"2027-10-01\":\"National Day,国庆节,3\"},\"workdays\":{},"
					       "\"inLieuDays\":{}}"),
					YZ_LIT("放假通知"), &report, &moved, &f->err));
	assert_at(life(f, "supervisor", id).appeal_by, "2027-01-06T00:00:00+08:00");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE id = $1 AND next_at = appeal_by", YZ_I(id)), 1);
	assert_true(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'clock.move' AND thing_kind = 'card' AND thing_id = $1", YZ_I(id)) == 1);
}

/* ---- any story: the months say what the cards say ---- */

static uint64_t seed = 7;

static unsigned draw(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

SITE(whatever_is_done_the_months_count_what_the_cards_hold)
{
	static const char *const people[] = {"zhangmin", "decider", "supervisor", "supervisor-city", "government-head", "supervisor-town"};
	static const char *const levels[] = {"notice", "yellow", "red", ""};
	int done[YZ_CARD_ACTS] = {0};
	for (int i = 0; i < 400; i++) {
		if (i % 40 == 0) {
			apply(f, actor(f, "liuyang"));
			f->now += 9 * YZ_DAY;
			sweep(f);
		}
		enum yz_card_act act = (enum yz_card_act)draw(YZ_CARD_ACTS);
		int64_t last = site_int(f, "SELECT MAX(id) FROM card"), id = last - draw(last > 4 ? 4 : 2);
		struct yz_err err = {0};
		const struct yz_card_input in = {.act = act, .text = WHY, .turn = turn(f, id) - !draw(9), .level = yz_str(levels[draw(4)])};
		done[act] += yz_card_do(f->site, f->a, actor(f, people[draw(6)]), id, &in, &err);
		if (!draw(30)) {
			f->now += 3 * YZ_DAY;
			sweep(f);
		}
	}
	assert_true(done[YZ_CARD_ACT_appeal] && done[YZ_CARD_ACT_reduce] && done[YZ_CARD_ACT_withdraw] && done[YZ_CARD_ACT_uphold]);
	for (int m = 11; m <= 20; m++) {
		const char *month = yz_printf(f->a, "%d-%02d", m > 12 ? 2027 : 2026, m > 12 ? m - 12 : m);
		yz_instant from, to;
		yz_board_span(f->site, yz_str(month), yz_str(month), &from, &to);
		for (int red = 0; red < 2; red++)
			assert_int_equal(figure(f, month, red), site_int(f, "SELECT COUNT(*) FROM card WHERE issued >= $1 AND issued < $2 AND held_level = $3",
									 YZ_I(from), YZ_I(to), YZ_Z(red ? "red" : "yellow")));
	}
	/* Each that counts otherwise than it was issued was decided, once. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card c WHERE held_level <> level AND 1 <> (SELECT COUNT(*) FROM card_act k WHERE "
				     "k.card_id = c.id AND k.kind IN ('reduce', 'withdraw'))"),
			 0);
	ledger_holds(f);
}

/* ---- 督办 ---- */

static int64_t case_id(struct fixture *f, struct yz_str no)
{
	return site_int(f, "SELECT id FROM cases WHERE no = $1", YZ_S(no));
}

static int64_t urge(struct fixture *f, const char *login, const char *thing, int64_t thing_id, const char *to, int64_t parent, int64_t days)
{
	const struct yz_urge_new in = {.thing = yz_str(thing), .thing_id = thing_id, .to = yz_str(to), .parent = parent, .days = days,
				       .text = YZ_LIT("请说明为什么还没有受理，三天内办好")};
	int64_t id = 0;
	GOOD(f, yz_urge_add(f->site, f->a, actor(f, login), &in, &id, &f->err));
	return id;
}

static bool try_urge(struct fixture *f, const char *login, const struct yz_urge_new *in)
{
	int64_t id;
	return yz_urge_add(f->site, f->a, actor(f, login), in, &id, &f->err);
}

static struct yz_urge *see(struct fixture *f, const char *login, int64_t id)
{
	struct yz_actor *who = actor(f, login);
	struct yz_conn *conn = reading(f);
	f->err = (struct yz_err){0};
	struct yz_urge *u = yz_urge_load(f->site, conn, f->a, who, id, &f->err);
	yz_db_release(conn);
	return u;
}

static bool answer(struct fixture *f, const char *login, int64_t id)
{
	int64_t at = site_int(f, "SELECT turn FROM urge WHERE id = $1", YZ_I(id));
	return yz_urge_answer(f->site, f->a, actor(f, login), id, at, YZ_LIT("已经受理，明天踏勘"), &f->err);
}

SITE(an_urging_is_answered_in_time)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	int64_t first = urge(f, "supervisor", "case", case_id(f, no), "", 0, 0), second = urge(f, "supervisor-city", "case", case_id(f, no), "zhujian", 0, 1);
	struct yz_urge *u = see(f, "zhangmin", first);
	assert_at(u->due, "2026-11-27T00:00:00+08:00"); /* three working days after Monday */
	assert_true(u->may_answer && !u->to_supervisor && u->ndays);
	assert_at(see(f, "zhangmin", second)->due, "2026-11-25T00:00:00+08:00");
	assert_int_equal(told(f, "decider", "有督办，请按期答复"), 2);
	assert_int_equal(look(f, actor(f, "zhangmin"), no)->nurges, 2);
	assert_null(see(f, "lixue", first));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	FAILS(f, YZ_FORBIDDEN, answer(f, "lixue", first));
	FAILS(f, YZ_FORBIDDEN, answer(f, "government-head", first));
	GOOD(f, answer(f, "zhangmin", first));
	FAILS(f, YZ_CONFLICT, answer(f, "decider", first));
	assert_int_equal(told(f, "supervisor", "督办有了答复"), 1);
	site_clock(f, "2026-11-24T10:00:00+08:00");
	sweep(f);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, answer_urge, .ref = second, .reason = YZ_LIT("今天办好"))); /* on the case itself */
	site_clock(f, "2026-11-27T00:00:00+08:00");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'clock.urge'"), 0);
	assert_int_equal(entries(f, "case.urge", case_id(f, no)), 2);
	assert_int_equal(entries(f, "case.answer_urge", case_id(f, no)), 2);
	ledger_holds(f);
}

SITE(what_is_not_answered_is_warned_carded_and_goes_up_twice)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	int64_t id = urge(f, "supervisor", "case", case_id(f, no), "", 0, 3);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	site_clock(f, "2026-11-25T08:59:59+08:00");
	sweep(f);
	assert_int_equal(told(f, "decider", "督办快到期了"), 0);
	site_clock(f, "2026-11-25T09:00:00+08:00");
	sweep(f);
	sweep(f);
	assert_int_equal(told(f, "decider", "督办快到期了"), 1);
	site_clock(f, "2026-11-27T00:00:00+08:00");
	sweep(f);
	sweep(f);
	struct yz_urge *u = see(f, "supervisor", id);
	assert_int_equal(u->stage, YZ_URGE_HEAD);
	assert_at(u->due, "2026-12-02T00:00:00+08:00"); /* Friday itself does not count: Monday and Tuesday do */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'clock.urge' AND thing = 'urge' AND level = 'yellow' AND org = 'zhujian'"), 1);
	assert_int_equal(told(f, "decider", "督办逾期未答复，已升级到部门负责人"), 1);
	assert_null(see(f, "government-head", id));
	f->now = u->due;
	sweep(f);
	sweep(f);
	assert_int_equal(see(f, "supervisor", id)->stage, YZ_URGE_GOVERNMENT);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'clock.urge' AND level = 'red'"), 1);
	assert_int_equal(told(f, "government-head", "督办逾期未答复，已升级到政府负责人"), 1);
	f->now += 30 * YZ_DAY;
	sweep(f);
	assert_int_equal(see(f, "supervisor", id)->stage, YZ_URGE_GOVERNMENT);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'clock.urge'"), 2);
	assert_int_equal(entries(f, "urge.warn", id), 1);
	assert_int_equal(entries(f, "urge.escalate", id), 2);
	assert_int_equal(see(f, "government-head", id)->entries.count, 3);
	GOOD(f, answer(f, "government-head", id));
	ledger_holds(f);
}

SITE(the_level_above_urges_the_supervisor_below_who_passes_it_on)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	int64_t c = case_id(f, no);
	struct yz_urge_target *targets;
	struct yz_actor *city = actor(f, "supervisor-city"), *county = actor(f, "supervisor");
	struct yz_conn *conn = reading(f);
	size_t n = yz_urge_targets(f->site, conn, f->a, city, YZ_LIT("case"), c, &targets, &f->err);
	assert_int_equal(n, 2);
	assert_true(yz_str_eqz(targets[0].value, "zhujian") && !targets[0].supervisor);
	assert_true(yz_str_eqz(targets[1].value, "region/990121") && targets[1].supervisor);
	n = yz_urge_targets(f->site, conn, f->a, county, YZ_LIT("case"), c, &targets, &f->err);
	assert_int_equal(n, 1);
	yz_db_release(conn);
	int64_t above = urge(f, "supervisor-city", "case", c, "region/990121", 0, 3);
	assert_int_equal(told(f, "supervisor", "有督办，请按期答复"), 1);
	assert_int_equal(told(f, "decider", "有督办，请按期答复"), 0);
	assert_null(see(f, "zhangmin", above)); /* it is between the supervisors */
	assert_true(see(f, "supervisor", above)->may_pass);
	assert_false(see(f, "supervisor-city", above)->may_answer);
	int64_t below = urge(f, "supervisor", "case", c, "", above, 9);
	assert_int_equal(see(f, "supervisor", below)->due, see(f, "supervisor", above)->due); /* nine days, but three are left */
	assert_int_equal(see(f, "supervisor-city", above)->npassed, 1);
	const struct yz_urge_new up = {.thing = YZ_LIT("case"), .thing_id = c, .to = YZ_LIT("region/990100"), .text = WHY};
	FAILS(f, YZ_BAD_INPUT, try_urge(f, "supervisor", &up));
	const struct yz_urge_new not_hers = {.thing = YZ_LIT("case"), .thing_id = c, .parent = below, .text = WHY};
	FAILS(f, YZ_FORBIDDEN, try_urge(f, "supervisor-city", &not_hers));
	GOOD(f, answer(f, "zhangmin", below));
	FAILS(f, YZ_FORBIDDEN, answer(f, "zhangmin", above));
	GOOD(f, answer(f, "supervisor", above));
	FAILS(f, YZ_NOT_NOW, try_urge(f, "supervisor", &(struct yz_urge_new){.thing = YZ_LIT("case"), .thing_id = c, .parent = above, .text = WHY}));
	/* Not answered below, it is the office below that gets the card. */
	urge(f, "supervisor-city", "case", c, "region/990121", 0, 1);
	site_clock(f, "2026-11-25T00:00:00+08:00");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'clock.urge' AND org = 'zhengwu' AND post = 'supervisor'"), 1);
	ledger_holds(f);
}

/* A card on a supervisor's office is told about by whoever holds it; those above decide. */
SITE(the_office_of_a_supervisor_speaks_for_its_own_card)
{
	int64_t c = case_id(f, apply(f, actor(f, "liuyang")));
	urge(f, "supervisor-city", "case", c, "region/990121", 0, 1);
	site_clock(f, "2026-11-25T00:00:00+08:00");
	sweep(f);
	int64_t id = site_int(f, "SELECT id FROM card WHERE monitor = 'clock.urge'");
	assert_true(life(f, "supervisor", id).may[YZ_CARD_ACT_appeal]);
	FAILS(f, YZ_FORBIDDEN, DO(f, "supervisor-town", id, appeal));
	GOOD(f, DO(f, "supervisor", id, answer));
	FAILS(f, YZ_FORBIDDEN, DO(f, "supervisor", id, withdraw));
	GOOD(f, DO(f, "supervisor", id, appeal));
	GOOD(f, DO(f, "supervisor-city", id, uphold));
}

static bool do_sql(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_exec_vals(conn, err, *(const char **)ctx, 0, NULL);
}

static void change(struct fixture *f, const char *sql)
{
	GOOD(f, yz_db_write(f->site->db, do_sql, &sql, &f->err));
}

SITE(nobody_is_urged_who_is_not_offered)
{
	int64_t c = case_id(f, apply(f, actor(f, "liuyang")));
	struct yz_urge_new in = {.thing = YZ_LIT("case"), .thing_id = c, .to = YZ_LIT("jiaojing"), .text = WHY};
	FAILS(f, YZ_BAD_INPUT, try_urge(f, "supervisor", &in)); /* of her region, but it has nothing to do with the case */
	in.to = YZ_LIT("region/990121");
	change(f, "UPDATE person SET active = 0 WHERE login = 'supervisor'");
	FAILS(f, YZ_BAD_INPUT, try_urge(f, "supervisor-city", &in));
	change(f, "UPDATE person SET active = 1 WHERE login = 'supervisor'");
	/* A post with an end is one until then. */
	change(f, "UPDATE post SET until_at = 4000000000000000 WHERE role = 'supervisor'");
	f->err = (struct yz_err){0};
	GOOD(f, try_urge(f, "supervisor-city", &in));
	in.to = YZ_LIT("zhujian");
	GOOD(f, try_urge(f, "supervisor", &in));
}

SITE(cards_and_questions_are_urged_too_and_lists_go_by_due)
{
	int64_t card = red_card(f);
	const struct yz_question q = {.text = YZ_LIT("孩子上学要准备什么材料？"), .item = YZ_LIT(ROAD_DIG)};
	struct yz_question_receipt receipt;
	GOOD(f, yz_consult_ask(f->site, f->a, actor(f, "liuyang"), &q, &receipt, &f->err));
	int64_t question = site_int(f, "SELECT id FROM consultation WHERE no = $1", YZ_S(receipt.no));
	int64_t a = urge(f, "supervisor", "card", card, "", 0, 9), b = urge(f, "supervisor", "consultation", question, "", 0, 2);
	assert_int_equal(entries(f, "card.urge", card), 1);
	assert_int_equal(entries(f, "consult.urge", question), 1);
	struct yz_urge *list;
	struct yz_actor *clerk = actor(f, "decider"), *watch = actor(f, "supervisor"), *town = actor(f, "supervisor-town"), *other = actor(f, "hejing");
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_urge_list(conn, f->a, clerk, &(struct yz_urge_query){.desk = true}, &list, &f->err), 2);
	assert_true(list[0].id == b && list[1].id == a);
	assert_int_equal(yz_urge_list(conn, f->a, watch, &(struct yz_urge_query){0}, &list, &f->err), 2);
	assert_int_equal(yz_urge_list(conn, f->a, watch, &(struct yz_urge_query){.thing = YZ_LIT("card"), .thing_id = card}, &list, &f->err), 1);
	assert_int_equal(yz_urge_list(conn, f->a, town, &(struct yz_urge_query){0}, &list, &f->err), 0);
	assert_int_equal(yz_urge_list(conn, f->a, other, &(struct yz_urge_query){.desk = true}, &list, &f->err), 0);
	assert_int_equal(f->err.code, YZ_OK);
	assert_int_equal(yz_urge_list(conn, f->a, clerk, &(struct yz_urge_query){0}, &list, &f->err), 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	yz_db_release(conn);
	GOOD(f, answer(f, "decider", a));
	GOOD(f, answer(f, "zhangmin", b));
	conn = reading(f);
	assert_int_equal(yz_urge_list(conn, f->a, clerk, &(struct yz_urge_query){.desk = true}, &list, &f->err), 0);
	assert_int_equal(yz_urge_list(conn, f->a, clerk, &(struct yz_urge_query){.desk = true, .answered = true}, &list, &f->err), 2);
	yz_db_release(conn);
	const struct yz_urge_new past = {.thing = YZ_LIT("card"), .thing_id = card, .text = WHY, .days = YZ_URGE_DAYS_MOST + 1};
	FAILS(f, YZ_BAD_INPUT, try_urge(f, "supervisor", &past));
	FAILS(f, YZ_NOT_FOUND, try_urge(f, "supervisor", &(struct yz_urge_new){.thing = YZ_LIT("licence"), .thing_id = 1, .text = WHY}));
	FAILS(f, YZ_FORBIDDEN, try_urge(f, "supervisor-town", &(struct yz_urge_new){.thing = YZ_LIT("card"), .thing_id = card, .text = WHY}));
	FAILS(f, YZ_FORBIDDEN, try_urge(f, "decider", &(struct yz_urge_new){.thing = YZ_LIT("card"), .thing_id = card, .text = WHY}));
	GOOD(f, DO(f, "zhangmin", card, appeal));
	GOOD(f, DO(f, "supervisor", card, withdraw));
	FAILS(f, YZ_NOT_NOW, try_urge(f, "supervisor", &(struct yz_urge_new){.thing = YZ_LIT("card"), .thing_id = card, .text = WHY}));
}
