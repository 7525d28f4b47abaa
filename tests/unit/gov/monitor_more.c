/* Monitors of fees, hearings, questions, looks at records, and steps below.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/money_fixture.h"

#include "gov/consult.h"
#include "gov/monitor.h"
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

/* The demo with one item that says something else: `from` of its text becomes `to`. */
static void install_with(struct fixture *f, const char *item, const char *from, const char *to)
{
	struct yz_pack pack = *site_demo_pack();
	struct yz_pack_file *items = yz_new_n(f->a, pack.items.len, struct yz_pack_file);
	memcpy(items, pack.items.at, pack.items.len * sizeof *items);
	pack.items.at = items;
	for (size_t i = 0; i < pack.items.len; i++) {
		struct yz_buf b;
		if (!yz_str_eqz(items[i].key, item))
			continue;
		yz_buf_init(&b, f->a, 4 << 20);
		yz_json_canonical(&b, items[i].json);
		struct yz_str text = yz_buf_str(&b);
		size_t at = yz_str_find(text, yz_str(from), 0);
		assert_true(at != SIZE_MAX);
		items[i].json = json(f, yz_printf(f->a, "%.*s%s%.*s", (int)at, text.ptr, to, (int)(text.len - at - strlen(from)),
						  text.ptr + at + strlen(from)));
	}
	site_install(f, &pack);
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

SITE(who_looks_at_too_many_records_on_one_day_is_noticed_once)
{
	struct yz_actor *clerk = actor(f, "wupeng");
	GOOD(f, yz_monitor_set(f->site, actor(f, "admin"), YZ_LIT("pull-many"), YZ_LIT("次数"), YZ_LIT("5"), &f->err));
	for (int i = 1; i <= 8; i++) {
		struct yz_register_look look = {.reg = YZ_LIT("vehicle"), .value = YZ_LIT("99012119650312902X"), .purpose = YZ_LIT("补贴审核"),
						.field = YZ_LIT("身份证号")};
		GOOD(f, yz_site_register_look(f->site, f->a, clerk, &look, &f->err));
		assert_true(look.found.len > 0);
		int64_t looks = site_int(f, "SELECT COUNT(*) FROM pull WHERE by_person = $1", YZ_I(clerk->person));
		assert_int_equal(cards_of(f, "pull-many"), looks > 5);
	}
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM card WHERE level = 'notice' AND thing = 'pull' AND points = 0"), 1);
	f->now += YZ_DAY;
	struct yz_register_look look = {.reg = YZ_LIT("vehicle"), .value = YZ_LIT("99012119650312902X"), .purpose = YZ_LIT("补贴审核"),
					.field = YZ_LIT("身份证号")};
	GOOD(f, yz_site_register_look(f->site, f->a, clerk, &look, &f->err));
	assert_int_equal(cards_of(f, "pull-many"), 1);
}
