/* Monitors of fees, hearings, questions, looks at records, and steps below.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/money_fixture.h"

#include "gov/card_act.h"
#include "gov/consult.h"
#include "gov/look.h"
#include "gov/monitor.h"
#include "gov/outside.h"
#include "gov/register.h"

static int64_t cards_of(struct fixture *f, const char *monitor)
{
	return site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = $1", YZ_Z(monitor));
}

struct changing {
	const char *sql;
};

static bool do_change(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	return yz_exec_vals(conn, err, ((struct changing *)ctx)->sql, 0, NULL);
}

static void change(struct fixture *f, const char *sql)
{
	struct changing w = {sql};
	GOOD(f, yz_db_write(f->site->db, do_change, &w, &f->err));
}

/* The same files, but in the one of that key `from` has become `to`. */
static struct yz_pack_files reworded(struct fixture *f, const struct yz_pack_files *files, const char *key, const char *from, const char *to)
{
	struct yz_pack_files out = {yz_new_n(f->a, files->len, struct yz_pack_file), files->len};
	memcpy(out.at, files->at, files->len * sizeof *out.at);
	for (size_t i = 0; i < out.len; i++) {
		struct yz_buf b;
		if (!yz_str_eqz(out.at[i].key, key))
			continue;
		yz_buf_init(&b, f->a, 4 << 20);
		yz_json_canonical(&b, out.at[i].json);
		struct yz_str text = yz_buf_str(&b);
		size_t at = yz_str_find(text, yz_str(from), 0);
		assert_true(at != SIZE_MAX);
		out.at[i].json = json(f, yz_printf(f->a, "%.*s%s%.*s", (int)at, text.ptr, to, (int)(text.len - at - strlen(from)),
						   text.ptr + at + strlen(from)));
	}
	return out;
}

/* The demo with one item that says something else. */
static void install_with(struct fixture *f, const char *item, const char *from, const char *to)
{
	struct yz_pack pack = *site_demo_pack();
	pack.items = reworded(f, &pack.items, item, from, to);
	site_install(f, &pack);
}

/* The demo with one monitor besides: `says` are the keys that differ. */
static void install_monitor(struct fixture *f, const char *key, const char *says)
{
	struct yz_pack pack = *site_demo_pack();
	struct yz_pack_file *all = yz_new_n(f->a, pack.monitors.len + 1, struct yz_pack_file);
	memcpy(all, pack.monitors.at, pack.monitors.len * sizeof *all);
	all[pack.monitors.len] = (struct yz_pack_file){
		.key = yz_str(key), .path = yz_str(yz_printf(f->a, "monitors/%s.json", key)),
		.json = json(f, yz_printf(f->a, "{\"name\":\"试一试\",%s,\"level\":\"yellow\",\"points\":5,\"tell\":[\"decider\"],"
						"\"from\":\"2026-01-01\",\"source\":[{\"law\":\"行政许可法\",\"article\":\"第四十二条\",\"text\":\"按期办结。\"}]}",
					  says))};
	pack.monitors.at = all;
	pack.monitors.len++;
	site_install(f, &pack);
}

/* ---- whose a limit's card is ---- */

SITE(the_card_of_a_question_s_limit_is_its_department_s_and_supervisors_elsewhere_leave_it)
{
	install_monitor(f, "letter-slow", "\"watches\":\"consultation\",\"on\":[\"ask\"],\"until\":[\"answer\"],\"after\":{\"limit\":\"2\",\"unit\":\"wd\"}");
	const struct yz_question q = {.text = YZ_LIT("门前的井盖坏了，请问归哪个部门修？"), .org = YZ_LIT("zhujian")};
	struct yz_question_receipt r;
	GOOD(f, yz_consult_ask(f->site, f->a, actor(f, "liuyang"), &q, &r, &f->err));
	site_clock(f, "2026-11-26T09:00:00+08:00");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'letter-slow' AND org = 'zhujian' AND region = '990121' AND case_id IS NULL"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE org = ''"), 0);
	int64_t id = site_int(f, "SELECT id FROM card WHERE monitor = 'letter-slow'");
	const struct yz_card_input no = {.act = YZ_CARD_ACT_withdraw, .text = YZ_LIT("不是我们的事"), .turn = site_int(f, "SELECT turn FROM card WHERE id = $1", YZ_I(id))};
	FAILS(f, YZ_FORBIDDEN, yz_card_do(f->site, f->a, actor(f, "supervisor-town"), id, &no, &f->err));
	ledger_holds(f);
}

struct issuing {
	struct yz_site *site;
	int64_t id;
};

static bool do_issue(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct issuing *w = ctx;
	const struct yz_card_new c = {.monitor = YZ_LIT("clock.step"), .version = YZ_LIT(""), .level = YZ_LIT("red"), .thing = YZ_LIT("pull"), .thing_id = 1,
				      .occasion = YZ_LIT(""), .org = YZ_LIT(""), .post = YZ_LIT(""), .item = YZ_LIT(""), .reckoning = YZ_LIT("{}"),
				      .body = YZ_LIT("\"level\":\"red\"")};
	return yz_card_issue(w->site, conn, a, yz_site_now(w->site), &c, &w->id, err);
}

SITE(a_card_on_no_department_is_not_issued)
{
	struct issuing w = {.site = f->site};
	FAILS(f, YZ_CORRUPT, yz_db_write(f->site->db, do_issue, &w, &f->err));
	f->err = (struct yz_err){0};
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card"), 0);
}

SITE(of_two_tasks_side_by_side_one_that_is_done_leaves_the_other_s_limit)
{
	install_monitor(f, "hurried", "\"watches\":\"task\",\"on\":[\"hurry\"],\"until\":[\"pass\"],\"after\":{\"limit\":\"2\",\"unit\":\"wd\"}");
	struct yz_actor *she = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, clerk, no, accept));
	int64_t police = site_int(f, "SELECT id FROM task WHERE org = 'jiaojing' AND state = 'open'");
	int64_t garden = site_int(f, "SELECT id FROM task WHERE org = 'yuanlin' AND state = 'open'");
	assert_true(police && garden);
	GOOD(f, ACT(f, she, no, hurry, .task = police, .reason = YZ_LIT("请快一点")));
	GOOD(f, ACT(f, clerk, no, hurry, .task = garden, .reason = YZ_LIT("请快一点")));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch WHERE monitor = 'hurried'"), 2);
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch WHERE monitor = 'hurried'"), 1);
	site_clock(f, "2026-11-27T09:00:00+08:00");
	sweep(f);
	assert_int_equal(cards_of(f, "hurried"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'hurried' AND org = 'yuanlin' AND thing_id = $1", YZ_I(garden)), 1);
}

SITE(the_limit_of_a_task_that_is_done_brings_no_card_to_another)
{
	install_monitor(f, "hurried", "\"watches\":\"task\",\"on\":[\"hurry\"],\"until\":[\"extend\"],\"after\":{\"limit\":\"2\",\"unit\":\"wd\"}");
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = apply(f, she);
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, she, no, hurry, .task = site_int(f, "SELECT id FROM task WHERE org = 'jiaojing' AND state = 'open'"), .reason = YZ_LIT("请快一点")));
	GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch WHERE monitor = 'hurried'"), 1);
	site_clock(f, "2026-11-27T09:00:00+08:00");
	sweep(f);
	assert_int_equal(cards_of(f, "hurried"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch WHERE monitor = 'hurried'"), 0);
}

SITE(a_fee_s_limit_ends_with_the_act_that_it_waits_for)
{
	install_monitor(f, "unassessed", "\"watches\":\"fee\",\"on\":[\"charge\"],\"until\":[\"assess\"],\"after\":{\"limit\":\"2\",\"unit\":\"wd\"}");
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道和车行道")));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch WHERE monitor = 'unassessed'"), 1);
	GOOD(f, yz_fee_assess(f->site, f->a, clerk, order, fee(f, her, order)->lines[0].id, YZ_LIT("0.5"), YZ_LIT("160"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch WHERE monitor = 'unassessed'"), 0);
}

/* ---- fees ---- */

SITE(a_fee_that_is_not_published_is_found_when_it_is_assessed)
{
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道和车行道")));
	assert_int_equal(cards_of(f, "fee-unpublished"), 0);
	change(f, "UPDATE fee_line SET name = '现场管理费'");
	GOOD(f, yz_fee_assess(f->site, f->a, clerk, order, fee(f, her, order)->lines[0].id, YZ_LIT("0.5"), YZ_LIT("160"), &f->err));
	assert_int_equal(cards_of(f, "fee-unpublished"), 1);
	assert_int_equal(cards_of(f, "fee-differs"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE thing = 'fee' AND thing_id = (SELECT id FROM fee_order) AND person = $1",
				  YZ_I(clerk->person)),
			 1);
	ledger_holds(f);
}

SITE(another_price_than_the_published_one_is_found)
{
	install_with(f, "temp-road-occupy", "\"name\":\"城市道路占用费\"", "\"name\":\"城市道路占用费\",\"price\":\"0.5\"");
	struct yz_actor *her = actor(f, "liuyang"), *clerk = actor(f, "zhangmin");
	struct yz_str order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道和车行道")));
	GOOD(f, yz_fee_assess(f->site, f->a, clerk, order, fee(f, her, order)->lines[0].id, YZ_LIT("0.50"), YZ_LIT("160"), &f->err));
	assert_int_equal(cards_of(f, "fee-differs"), 0);
	order = order_of(f, granted(f, her, OCCUPY_FACTS("人行道和车行道")));
	GOOD(f, yz_fee_assess(f->site, f->a, clerk, order, fee(f, her, order)->lines[0].id, YZ_LIT("0.75"), YZ_LIT("160"), &f->err));
	assert_int_equal(cards_of(f, "fee-differs"), 1);
	assert_int_equal(cards_of(f, "fee-unpublished"), 0);
}

SITE(fees_that_another_system_took_are_watched_and_nobody_owes_them_here)
{
	struct yz_actor *her = actor(f, "liuyang");
	const struct yz_outside_case c = {.no = YZ_LIT("A-1"), .item = YZ_LIT(OCCUPY), .applicant = her->person, .received = f->now};
	struct yz_outside_fee fees[YZ_FEE_LINES + 1];
	const struct yz_outside_fee good = {YZ_LIT("城市道路占用费"), YZ_LIT("0.5"), YZ_LIT("160"), 8000};
	GOOD(f, yz_outside_open(f->site, &c, &f->err));
	for (size_t i = 0; i <= YZ_FEE_LINES; i++)
		fees[i] = good;
	FAILS(f, YZ_BAD_INPUT, yz_outside_charge(f->site, c.no, fees, 0, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_outside_charge(f->site, c.no, fees, YZ_FEE_LINES + 1, &f->err));
	fees[1].name = YZ_LIT(" ");
	FAILS(f, YZ_BAD_INPUT, yz_outside_charge(f->site, c.no, fees, 2, &f->err));
	fees[1] = good;
	fees[1].amount = -1;
	FAILS(f, YZ_BAD_INPUT, yz_outside_charge(f->site, c.no, fees, 2, &f->err));
	fees[1].amount = YZ_PAY_MOST + 1;
	FAILS(f, YZ_BAD_INPUT, yz_outside_charge(f->site, c.no, fees, 2, &f->err));
	fees[1] = good;
	fees[1].price = YZ_LIT("00000000000000000000000000000000000000001");
	FAILS(f, YZ_BAD_INPUT, yz_outside_charge(f->site, c.no, fees, 2, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_outside_charge(f->site, YZ_LIT("A-2"), fees, 1, &f->err));
	FAILS(f, YZ_CONFLICT, yz_outside_charge(f->site, occupy(f, her, OCCUPY_FACTS("人行道和车行道")), fees, 1, &f->err));
	f->err = (struct yz_err){0};
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM fee_order"), 0);
	GOOD(f, yz_outside_charge(f->site, c.no, fees, 1, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card"), 0);
	fees[1] = (struct yz_outside_fee){YZ_LIT("现场管理费"), YZ_LIT(""), YZ_LIT(""), 2000};
	GOOD(f, yz_outside_charge(f->site, c.no, fees, 2, &f->err));
	assert_int_equal(cards_of(f, "fee-unpublished"), 1);
	assert_int_equal(cards_of(f, "fee-differs"), 0);
	const struct yz_fee_order *o = fee(f, her, order_of(f, c.no));
	assert_int_equal(o->amount, 10000);
	assert_int_equal(o->nlines, 2);
	assert_false(yz_fee_owed(o->state));
	money_adds_up(f);
	ledger_holds(f);
}

/* ---- hearings ---- */

SITE(a_decision_without_the_hearing_the_law_wants_is_a_red_card)
{
	install_with(f, "road-dig", "\"special\":[", "\"special\":[{\"kind\":\"听证\",\"limit\":{\"n\":20,\"unit\":\"wd\"},\"must\":true},");
	struct yz_actor *she = actor(f, "liuyang"), *decider = actor(f, "decider"), *reviewer = actor(f, "reviewer");
	struct yz_str why = YZ_LIT("依法举行听证，听取沿线居民意见");
	for (int heard = 0; heard < 2; heard++) {
		struct yz_str no = apply(f, she);
		GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
		if (!heard) {
			GOOD(f, ACT(f, reviewer, no, stop, .special = YZ_LIT("听证"), .days = 9, .reason = why));
			GOOD(f, ACT(f, reviewer, no, resume, .reason = YZ_LIT("听证已经举行")));
		}
		GOOD(f, ACT(f, actor(f, "jiaojing"), no, pass));
		GOOD(f, ACT(f, actor(f, "caihong"), no, pass));
		GOOD(f, ACT(f, actor(f, "yuanlin"), no, pass));
		GOOD(f, ACT(f, decider, no, grant, .reason = YZ_LIT("符合条件")));
		assert_int_equal(cards_of(f, "hearing-missed"), heard);
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor <> 'hearing-missed'"), 0);
	assert_int_equal(site_int(f, "SELECT points FROM card"), -100);
}

/* ---- steps below ---- */

SITE(a_step_below_that_is_late_is_one_that_was_not_sent_up)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	apply(f, actor(f, "zhaoguilan"));
	change(f, yz_printf(f->a,
			    "UPDATE task SET region = (SELECT MIN(code) FROM region WHERE level = 4 AND path LIKE '%%/990121/%%') "
			    "WHERE case_id = (SELECT id FROM cases WHERE no = '%.*s')",
			    YZ_P(no)));
	site_clock(f, "2026-11-25T12:00:00+08:00"); /* the window's day is over */
	sweep(f);
	assert_int_equal(cards_of(f, "forward-late"), 1);
	assert_int_equal(cards_of(f, "step-late"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card d JOIN cases c ON c.id = d.case_id WHERE d.monitor = 'forward-late' AND c.no = $1 "
				     "AND d.level = 'yellow' AND d.thing = 'task' AND d.points = -50",
				  YZ_S(no)),
			 1);
}

SITE(another_calendar_moves_a_limit_that_was_set_going)
{
	static const char holidays[] = "{\"holidays\":{\"2027-01-01\":\"New Year's Day,元旦,1\",\"2027-01-04\":\"New Year's Day,元旦,1\","
				       "\"2027-05-01\":\"Labour Day,劳动节,1\",\"2027-10-01\":\"National Day,国庆节,3\"},\"workdays\":{},\"inLieuDays\":{}}";
	struct yz_calendar_report report;
	int64_t moved;
	site_clock(f, "2026-12-10T10:00:00+08:00");
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, actor(f, "reviewer"), no, stop, .special = YZ_LIT("听证"), .days = 9, .reason = YZ_LIT("申请人要求听证")));
	assert_at(site_int(f, "SELECT due FROM watch"), "2027-01-09T00:00:00+08:00"); /* twenty days, New Year off by rule */
	GOOD(f, yz_watch_recompute(f->site, &moved, &f->err));
	assert_int_equal(moved, 0); /* by the same calendar nothing moves */
	GOOD(f, yz_site_calendar_import(f->site, f->a, actor(f, "admin"), yz_str(holidays), YZ_LIT("放假通知"), &report, &moved, &f->err));
	assert_true(moved >= 1);
	/* The fourth is off too, and then comes a weekend. */
	assert_at(site_int(f, "SELECT due FROM watch"), "2027-01-12T00:00:00+08:00");
	assert_at(site_int(f, "SELECT next_at FROM watch"), "2027-01-08T09:00:00+08:00");
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'clock.move' AND rule = 'calendar' AND body LIKE '%hearing-late%'"), 1);
	GOOD(f, yz_watch_recompute(f->site, &moved, &f->err));
	assert_int_equal(moved, 0);
	site_do(f, "UPDATE clock SET next_at = NULL");
	site_clock(f, "2027-01-08T08:59:59+08:00");
	sweep(f);
	assert_int_equal(cards_of(f, "hearing-late"), 0);
	site_clock(f, "2027-01-08T09:00:00+08:00");
	sweep(f);
	assert_int_equal(cards_of(f, "hearing-late"), 1);
	site_clock(f, "2027-01-11T23:59:59+08:00");
	sweep(f);
	assert_int_equal(cards_of(f, "hearing-late"), 1);
	site_clock(f, "2027-01-12T00:00:00+08:00");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'hearing-late' AND level = 'yellow'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM watch"), 0);
	ledger_holds(f);
}

static struct yz_str heard(struct fixture *f)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	GOOD(f, ACT(f, actor(f, "reviewer"), no, stop, .special = YZ_LIT("听证"), .days = 9, .reason = YZ_LIT("申请人要求听证")));
	return no;
}

/* The yellow card of this case, with that many points and this number in its computation. */
static bool carded(struct fixture *f, struct yz_str no, int64_t points, const char *number)
{
	return site_int(f, "SELECT COUNT(*) FROM card d JOIN cases c ON c.id = d.case_id WHERE c.no = $1 AND d.monitor = 'hearing-late' AND "
			   "d.level = 'yellow' AND d.points = $2 AND d.reckoning LIKE $3",
			YZ_S(no), YZ_I(points), YZ_Z(yz_printf(f->a, "%%\"settings\":[[\"工作日\",\"%s\"]]%%", number))) == 1;
}

SITE(a_limit_is_judged_by_the_rule_and_the_numbers_that_set_it_going)
{
	struct yz_pack pack = *site_demo_pack();
	struct yz_str before = heard(f);
	int64_t due = site_int(f, "SELECT due FROM watch"), old = site_int(f, "SELECT id FROM monitor WHERE key = 'hearing-late'");
	GOOD(f, yz_monitor_set(f->site, actor(f, "admin"), YZ_LIT("hearing-late"), YZ_LIT("工作日"), YZ_LIT("6"), &f->err));
	pack.monitors = reworded(f, &pack.monitors, "hearing-late", "\"points\":5", "\"points\":9");
	site_install(f, &pack);
	struct yz_str after = heard(f);
	assert_int_equal(site_int(f, "SELECT MAX(due) FROM watch"), due);
	assert_true(site_int(f, "SELECT MIN(due) FROM watch") < due);
	change(f, "UPDATE clock SET next_at = NULL");
	f->now = due;
	sweep(f);
	assert_true(carded(f, before, -50, "20"));
	assert_true(carded(f, after, -90, "6"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card d JOIN monitor m ON m.digest = d.version AND m.key = d.monitor WHERE m.id = $1 AND "
				     "d.level = 'yellow'",
				  YZ_I(old)),
			 1);
	/* Of one from before that said neither, what is in force now judges. */
	struct yz_str last = heard(f);
	change(f, "UPDATE watch SET version = '', settings = ''");
	f->now = site_int(f, "SELECT due FROM watch");
	sweep(f);
	assert_true(carded(f, last, -90, "6"));
	ledger_holds(f);
}

/* ---- questions ---- */

SITE(a_letter_that_nobody_answers_is_carded_by_the_pack_s_rule)
{
	const struct yz_question q = {.text = YZ_LIT("门前的井盖坏了，请问归哪个部门修？"), .org = YZ_LIT("zhujian")};
	struct yz_question_receipt r;
	GOOD(f, yz_consult_ask(f->site, f->a, actor(f, "liuyang"), &q, &r, &f->err));
	site_clock(f, "2026-11-27T09:00:00+08:00");
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'letter-unanswered' AND level = 'yellow'"), 1);
	site_clock(f, "2026-12-01T00:00:00+08:00");
	sweep(f);
	sweep(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE monitor = 'letter-unanswered' AND level = 'red' AND thing = 'consultation'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card"), 2);
	ledger_holds(f);
}

/* ---- looks at records ---- */

static void look_up(struct fixture *f, const struct yz_actor *who)
{
	struct yz_register_look look = {.reg = YZ_LIT("vehicle"), .value = YZ_LIT("99012119650312902X"), .purpose = YZ_LIT("补贴审核"),
					.field = YZ_LIT("身份证号")};
	GOOD(f, yz_site_register_look(f->site, f->a, who, &look, &f->err));
	assert_true(look.found.len > 0);
}

/* Opens a page with somebody's data: counted by itself. */
static void open_page(struct fixture *f, const struct yz_actor *who, int64_t thing_id)
{
	int64_t she = actor(f, "liuyang")->person;
	const struct yz_looked page = {YZ_LOOK_licence, thing_id, 0, &she, 1};
	GOOD(f, yz_look(f->site, who, &page, &f->err));
}

SITE(who_looks_up_too_many_records_is_noticed_once_a_day_whatever_pages_she_opens)
{
	enum { MOST = 5 };
	struct yz_actor *clerk = actor(f, "wupeng");
	GOOD(f, yz_monitor_set(f->site, actor(f, "admin"), YZ_LIT("pull-many"), YZ_LIT("次数"), YZ_LIT("5"), &f->err));
	for (int i = 1; i <= MOST + 3; i++)
		open_page(f, clerk, i); /* more pages than she may look up */
	int64_t before = 0;
	for (int i = 1; i <= MOST + 3; i++) {
		look_up(f, clerk);
		open_page(f, clerk, 100 + i);
		int64_t looks = site_int(f, "SELECT COUNT(*) FROM pull WHERE by_person = $1 AND record IS NOT NULL", YZ_I(clerk->person));
		assert_true(looks > before);
		before = looks;
		assert_int_equal(cards_of(f, "pull-many"), looks > MOST);
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'notice' AND thing = 'pull' AND points = 0 AND person = $1",
				  YZ_I(clerk->person)),
			 1);
	f->now += YZ_DAY;
	look_up(f, clerk);
	assert_int_equal(cards_of(f, "pull-many"), 1);
	for (int i = 0; i < MOST; i++)
		look_up(f, clerk);
	assert_int_equal(cards_of(f, "pull-many"), 2);
}
