/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/consult.h"
#include "gov/message.h"

#include <ctype.h>
#include <pthread.h>

#define TEXT YZ_LIT("在村里办豆腐作坊卖给超市，要办哪一种许可？")
#define ANSWER YZ_LIT("作坊要办食品小作坊登记，不是餐馆的食品经营许可。带身份证和场地照片到乡镇市场监管所。")

static const struct yz_actor nobody;

/* Of the demo; nobody's when login is NULL. */
static struct yz_question_receipt ask(struct fixture *f, const char *login, const struct yz_question *q)
{
	struct yz_question_receipt r;
	const struct yz_question plain = {.text = TEXT, .may_publish = true};
	GOOD(f, yz_consult_ask(f->site, f->a, login ? actor(f, login) : &nobody, q ? q : &plain, &r, &f->err));
	return r;
}

struct setting {
	const char *key, *value;
};

static bool do_set(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	const struct setting *s = ctx;
	return yz_site_set(conn, s->key, yz_str(s->value), err);
}

static bool set(struct fixture *f, const char *key, const char *value)
{
	struct setting s = {key, value};
	return yz_db_write(f->site->db, do_set, &s, &f->err);
}

static struct yz_consult staff_sees(struct fixture *f, const char *login, struct yz_str no)
{
	struct yz_consult c;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_consult_load(f->site, conn, f->a, actor(f, login), no, &c, &f->err));
	yz_db_release(conn);
	return c;
}

static bool opens(struct fixture *f, const struct yz_actor *who, struct yz_str no, struct yz_str code, struct yz_consult *c)
{
	struct yz_conn *conn = reading(f);
	f->err = (struct yz_err){0};
	bool ok = yz_consult_open(f->site, conn, f->a, who, no, code, c, &f->err);
	yz_db_release(conn);
	return ok;
}

static struct yz_str answered(struct fixture *f, const char *login, const struct yz_question *q)
{
	struct yz_str no = ask(f, login, q).no;
	GOOD(f, yz_consult_answer(f->site, f->a, actor(f, "qinyue"), no, 0, ANSWER, &f->err));
	return no;
}

static int64_t steps(struct fixture *f, const char *act)
{
	return site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = $1", YZ_Z(act));
}

SITE(a_question_goes_to_its_items_department_else_the_chosen_one_else_the_reception)
{
	const struct yz_question item = {.text = TEXT, .item = YZ_LIT("food-licence"), .org = YZ_LIT("minzheng")};
	const struct yz_question org = {.text = TEXT, .org = YZ_LIT("minzheng")};
	assert_true(yz_str_eqz(staff_sees(f, "lixue", ask(f, "liuyang", &item).no).org, "shichang"));
	assert_true(yz_str_eqz(staff_sees(f, "yanghui", ask(f, "liuyang", &org).no).org, "minzheng"));
	struct yz_question_receipt r = ask(f, "liuyang", NULL);
	assert_true(yz_str_eqz(staff_sees(f, "qinyue", r.no).org, "zhengwu"));
	assert_true(yz_str_eqz(r.org_name, "清泽县政务服务和数据局"));
	assert_int_equal(r.code.len, 0); /* it is in her account */
	assert_int_equal(steps(f, "consult.ask"), 3);
}

SITE(an_agent_for_one_item_opens_no_question_about_others_or_about_none)
{
	const struct yz_question item = {.text = TEXT, .item = YZ_LIT("food-licence")};
	struct yz_consult c;
	struct yz_actor *agent = actor(f, "chenxiaoyu");
	struct yz_str about = ask(f, "liuyang", &item).no, general = ask(f, "liuyang", NULL).no, none = YZ_LIT("");
	agent->principal = actor(f, "liuyang")->person;
	agent->agency_scope = YZ_LIT("*");
	assert_true(opens(f, agent, general, none, &c) && opens(f, agent, about, none, &c));
	agent->agency_scope = c.item;
	assert_true(opens(f, agent, about, none, &c));
	assert_false(opens(f, agent, general, none, &c));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	agent->agency_scope = YZ_LIT("11990121009901980H4990117021000");
	assert_false(opens(f, agent, about, none, &c));
}

SITE(five_working_days_from_asking_unless_the_site_says_otherwise)
{
	struct yz_question_receipt r = ask(f, "liuyang", NULL);
	assert_at(r.due, "2026-12-01T00:00:00+08:00");
	GOOD(f, set(f, "consult.days", "3"));
	assert_at(ask(f, "liuyang", NULL).due, "2026-11-27T00:00:00+08:00");
	GOOD(f, set(f, "consult.days", "61")); /* past the bound: as if nothing was set */
	assert_at(ask(f, "liuyang", NULL).due, "2026-12-01T00:00:00+08:00");
}

SITE(passing_on_wants_a_reason_tells_her_and_stops_nothing)
{
	struct yz_question_receipt r = ask(f, "liuyang", NULL);
	struct yz_actor *desk = actor(f, "qinyue");
	FAILS(f, YZ_BAD_INPUT, yz_consult_transfer(f->site, f->a, desk, r.no, 0, YZ_LIT("shichang"), YZ_LIT(" "), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_consult_transfer(f->site, f->a, desk, r.no, 0, YZ_LIT("nowhere"), YZ_LIT("归市场监管"), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_consult_transfer(f->site, f->a, desk, r.no, 0, YZ_LIT("zhengwu"), YZ_LIT("归市场监管"), &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_consult_transfer(f->site, f->a, actor(f, "lixue"), r.no, 0, YZ_LIT("shichang"), YZ_LIT("给我"), &f->err));
	site_clock(f, "2026-11-24T10:00:00+08:00");
	GOOD(f, yz_consult_transfer(f->site, f->a, desk, r.no, 1, YZ_LIT("shichang"), YZ_LIT("归市场监管"), &f->err));
	struct yz_consult c = staff_sees(f, "lixue", r.no);
	assert_int_equal(c.due, r.due);
	assert_int_equal(c.nsteps, 2);
	assert_true(yz_str_eqz(c.steps[1].text, "归市场监管"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '咨询已转办' AND link = $1",
				  YZ_S(yz_str_printf(f->a, "/ask/%.*s", YZ_P(r.no)))),
			 1);
	/* It is the other department's now. */
	FAILS(f, YZ_FORBIDDEN, yz_consult_answer(f->site, f->a, desk, r.no, 0, ANSWER, &f->err));
	assert_int_equal(steps(f, "consult.transfer"), 1);
}

SITE(an_answer_reaches_her_page_her_messages_and_her_mail)
{
	struct yz_actor *she = actor(f, "liuyang");
	GOOD(f, yz_person_update(f->site, she, YZ_LIT("15409990001"), YZ_LIT("liu@example.cn"), YZ_LIT(""), YZ_LIT("zh-CN"), &f->err));
	struct yz_str no = answered(f, "liuyang", NULL);
	struct yz_consult c;
	assert_true(opens(f, she, no, YZ_LIT(""), &c));
	assert_int_equal(c.state, YZ_CONSULT_answered);
	assert_true(yz_str_eq(c.answer, ANSWER));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title = '咨询已答复' AND body LIKE '%食品小作坊登记%'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE subject = '咨询已答复'"), 1);
	struct yz_consult_list mine;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_consult_mine(f->site, conn, f->a, she, 0, 10, &mine, &f->err));
	yz_db_release(conn);
	assert_int_equal(mine.len, 1);
	assert_true(yz_str_eq(mine.at[0].answer, ANSWER));
	FAILS(f, YZ_NOT_NOW, yz_consult_answer(f->site, f->a, actor(f, "qinyue"), no, 0, ANSWER, &f->err));
	ledger_holds(f);
}

SITE(the_loser_of_two_answers_is_told)
{
	struct yz_str no = ask(f, "liuyang", NULL).no;
	struct yz_actor *desk = actor(f, "qinyue");
	GOOD(f, yz_consult_transfer(f->site, f->a, desk, no, 1, YZ_LIT("shichang"), YZ_LIT("归市场监管"), &f->err));
	FAILS(f, YZ_CONFLICT, yz_consult_answer(f->site, f->a, actor(f, "lixue"), no, 1, ANSWER, &f->err));
	GOOD(f, yz_consult_answer(f->site, f->a, actor(f, "lixue"), no, 2, ANSWER, &f->err));
}

/* ---- without an account ---- */

SITE(without_an_account_number_and_code_open_it_for_180_days)
{
	const struct yz_question q = {.text = TEXT, .email = YZ_LIT("reader@example.cn"), .mobile = YZ_LIT("13900990011")};
	struct yz_question_receipt r = ask(f, NULL, &q);
	struct yz_consult c;
	assert_int_equal(r.code.len, YZ_CONSULT_CODE + 1);
	assert_true(opens(f, &nobody, r.no, r.code, &c));
	assert_true(yz_str_eq(c.text, TEXT));
	char low[16] = "";
	for (size_t i = 0; i < r.code.len; i++)
		low[i] = (char)tolower((unsigned char)r.code.ptr[i]);
	assert_true(opens(f, &nobody, r.no, yz_str(low), &c)); /* however she typed it */
	static const char *const wrong[] = {"", "AAAAA-AAAAA", "1", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(opens(f, &nobody, r.no, yz_str(wrong[i]), &c));
		assert_int_equal(f->err.code, YZ_NOT_FOUND);
	}
	assert_false(opens(f, &nobody, YZ_LIT("ZX20261123-9999"), r.code, &c));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	f->now += YZ_CONSULT_CODE_DAYS * YZ_DAY - 1;
	assert_true(opens(f, &nobody, r.no, r.code, &c));
	f->now += 1;
	assert_false(opens(f, &nobody, r.no, r.code, &c));
	assert_int_equal(f->err.code, YZ_NOT_NOW);
}

SITE(the_answer_goes_to_the_address_she_left)
{
	const struct yz_question q = {.text = TEXT, .email = YZ_LIT("reader@example.cn")};
	answered(f, NULL, &q);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE subject = '咨询已答复'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM message WHERE title LIKE '咨询%'"), 0);
}

/* The department's words stay as they are; what stands around them, and its name, are hers to read. */
SITE(who_has_no_account_is_answered_in_the_language_she_asked_in)
{
	struct yz_question q = {.text = TEXT, .email = YZ_LIT("reader@example.cn"), .lang = YZ_LANG_EN};
	struct yz_str no = answered(f, NULL, &q);
	assert_int_equal(staff_sees(f, "qinyue", no).lang, YZ_LANG_EN);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE subject = 'Your question was answered' AND body LIKE $1",
				  YZ_S(yz_str_printf(f->a, "Your question (%.*s)%%%.*s%%", YZ_P(no), YZ_P(ANSWER)))),
			 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE body LIKE '%答复单位%' OR body LIKE '%局%'"), 0);
	q.lang = YZ_LANG_UG;
	no = ask(f, NULL, &q).no;
	GOOD(f, yz_consult_transfer(f->site, f->a, actor(f, "qinyue"), no, 0, YZ_LIT("shichang"), YZ_LIT("归市场监管"), &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE subject = 'سوئالىڭىز باشقا تارماققا ئۆتكۈزۈلدى'"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM outbox WHERE subject LIKE '咨询%'"), 0);
}

SITE(words_and_contact_are_sealed_and_the_ledger_has_neither)
{
	const struct yz_question q = {.text = YZ_LIT("刘洋的手机 13900990011 能收到吗？"), .email = YZ_LIT("reader@example.cn"),
				      .mobile = YZ_LIT("13900990011")};
	answered(f, NULL, &q);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE body LIKE '%13900990011%' OR body LIKE '%豆腐%' OR body LIKE '%reader%'"), 0);
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT text_enc, email_enc, mobile_enc, answer_enc FROM consultation");
	GOOD(f, r);
	static const char *const plain[] = {"手机", "reader@example.cn", "13900990011", "作坊"};
	for (size_t i = 0; i < 4; i++) {
		assert_true(yz_row_str(r, 0, i).len > 37);
		assert_int_equal(yz_str_find(yz_row_str(r, 0, i), yz_str(plain[i]), 0), SIZE_MAX);
	}
	yz_db_release(conn);
}

SITE(another_persons_question_is_not_there)
{
	struct yz_str no = answered(f, "liuyang", NULL);
	struct yz_consult c;
	assert_false(opens(f, actor(f, "chenxiaoyu"), no, YZ_LIT(""), &c));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	assert_false(opens(f, &nobody, no, YZ_LIT("AAAAA-AAAAA"), &c));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	FAILS(f, YZ_NOT_FOUND, yz_consult_rate(f->site, f->a, actor(f, "chenxiaoyu"), no, YZ_LIT(""), 1, YZ_LIT(""), &f->err));
	struct yz_conn *conn = reading(f);
	f->err = (struct yz_err){0};
	assert_false(yz_consult_load(f->site, conn, f->a, actor(f, "lixue"), no, &c, &f->err));
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	f->err = (struct yz_err){0};
	assert_false(yz_consult_load(f->site, conn, f->a, actor(f, "liuyang"), no, &c, &f->err));
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	/* Who supervises the region may look; another town's supervisor may not. */
	f->err = (struct yz_err){0};
	GOOD(f, yz_consult_load(f->site, conn, f->a, actor(f, "supervisor"), no, &c, &f->err));
	assert_true(yz_str_eqz(c.name, "刘*"));
	assert_false(yz_consult_load(f->site, conn, f->a, actor(f, "supervisor-town"), no, &c, &f->err));
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	yz_db_release(conn);
}

/* ---- bounds ---- */

static struct yz_str many(struct fixture *f, const char *one, size_t n)
{
	struct yz_buf b;
	yz_buf_init(&b, f->a, 1 << 20);
	for (size_t i = 0; i < n; i++)
		yz_buf_addz(&b, one);
	return yz_buf_str(&b);
}

SITE(what_is_too_short_too_long_or_no_address_is_told_at_its_field)
{
	struct yz_question_receipt r;
	struct yz_question q = {.text = YZ_LIT("怎么办")};
	FAILS(f, YZ_BAD_INPUT, yz_consult_ask(f->site, f->a, &nobody, &q, &r, &f->err));
	assert_string_equal(f->err.where, "text");
	q.text = many(f, "问", YZ_QUESTION_MOST + 1);
	FAILS(f, YZ_BAD_INPUT, yz_consult_ask(f->site, f->a, &nobody, &q, &r, &f->err));
	q.text = many(f, "问", 10000);
	FAILS(f, YZ_BAD_INPUT, yz_consult_ask(f->site, f->a, &nobody, &q, &r, &f->err));
	q.text = many(f, "问", YZ_QUESTION_MOST);
	q.email = YZ_LIT("a@b");
	FAILS(f, YZ_BAD_INPUT, yz_consult_ask(f->site, f->a, &nobody, &q, &r, &f->err));
	assert_string_equal(f->err.where, "email");
	q.email = YZ_LIT("");
	q.mobile = YZ_LIT("139");
	FAILS(f, YZ_BAD_INPUT, yz_consult_ask(f->site, f->a, &nobody, &q, &r, &f->err));
	assert_string_equal(f->err.where, "mobile");
	q.mobile = YZ_LIT("");
	q.item = YZ_LIT("no-such-item");
	FAILS(f, YZ_BAD_INPUT, yz_consult_ask(f->site, f->a, &nobody, &q, &r, &f->err));
	q.item = YZ_LIT("");
	q.org = YZ_LIT("no-such-org");
	FAILS(f, YZ_BAD_INPUT, yz_consult_ask(f->site, f->a, &nobody, &q, &r, &f->err));
	q.org = YZ_LIT("");
	GOOD(f, yz_consult_ask(f->site, f->a, &nobody, &q, &r, &f->err));
	struct yz_actor *desk = actor(f, "qinyue");
	FAILS(f, YZ_BAD_INPUT, yz_consult_answer(f->site, f->a, desk, r.no, 0, many(f, "答", YZ_ANSWER_MOST + 1), &f->err));
	GOOD(f, yz_consult_answer(f->site, f->a, desk, r.no, 0, many(f, "答", YZ_ANSWER_MOST), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_consult_rate(f->site, f->a, &nobody, r.no, r.code, 6, YZ_LIT(""), &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_consult_rate(f->site, f->a, &nobody, r.no, r.code, 5, many(f, "好", YZ_REASON_MOST + 1), &f->err));
}

SITE(a_form_sent_twice_asks_once)
{
	const struct yz_question q = {.text = TEXT, .once = YZ_LIT("drawn-with-the-form")};
	struct yz_question_receipt r;
	ask(f, NULL, &q);
	FAILS(f, YZ_EXISTS, yz_consult_ask(f->site, f->a, &nobody, &q, &r, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM consultation"), 1);
}

/* ---- cards ---- */

static int64_t cards(struct fixture *f, const char *level)
{
	return site_int(f, "SELECT COUNT(*) FROM card WHERE thing = 'consultation' AND level = $1", YZ_Z(level));
}

SITE(a_late_question_gets_yellow_then_red_each_once)
{
	struct yz_str no = ask(f, "liuyang", NULL).no;
	answered(f, "liuyang", NULL);
	site_clock(f, "2026-11-27T08:59:59+08:00");
	sweep(f);
	assert_int_equal(cards(f, "yellow"), 0);
	site_clock(f, "2026-11-27T09:00:00+08:00"); /* Friday; the last day is Monday */
	assert_int_equal(sweep(f), 1);
	assert_int_equal(sweep(f), 0);
	assert_int_equal(cards(f, "yellow"), 1);
	assert_string_equal(yz_consult_light(&(struct yz_consult){.state = YZ_CONSULT_open, .due = f->now + 1, .warn = f->now}, f->now), "warn");
	site_clock(f, "2026-12-01T00:00:00+08:00");
	assert_int_equal(sweep(f), 1);
	assert_int_equal(cards(f, "red"), 1);
	assert_int_equal(sweep(f), 0);
	struct yz_consult_list late;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_consult_watch(f->site, conn, f->a, actor(f, "supervisor"), true, 10, &late, &f->err));
	assert_int_equal(late.len, 1);
	assert_true(yz_str_eq(late.at[0].no, no));
	assert_int_equal(late.at[0].name.len, 0);
	GOOD(f, yz_consult_watch(f->site, conn, f->a, actor(f, "supervisor-town"), true, 10, &late, &f->err));
	assert_int_equal(late.len, 0);
	f->err = (struct yz_err){0};
	assert_false(yz_consult_watch(f->site, conn, f->a, actor(f, "qinyue"), true, 10, &late, &f->err));
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	/* Among the cards of the board, and counted with them. */
	f->err = (struct yz_err){0};
	struct yz_card *list;
	size_t n = yz_card_list(f->site, conn, f->a, actor(f, "supervisor"), YZ_LIT(""), 0, 10, &list, &f->err);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		assert_true(list[i].question && yz_str_eq(list[i].case_no, no));
	assert_true(yz_str_eqz(list[0].level, "red") && yz_str_eqz(list[1].level, "yellow"));
	assert_int_equal(yz_card_list(f->site, conn, f->a, actor(f, "supervisor-town"), YZ_LIT(""), 0, 10, &list, &f->err), 0);
	yz_db_release(conn);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(red) AS BIGINT) FROM figure"), 1);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(yellow) AS BIGINT) FROM figure"), 1);
	assert_int_equal(steps(f, "card.red"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM consultation WHERE next_at IS NOT NULL"), 0);
	ledger_holds(f);
}

struct sweeping {
	struct yz_site *site;
	yz_instant now;
	bool good;
};

static void *sweep_once(void *ctx)
{
	struct sweeping *s = ctx;
	int64_t done;
	yz_instant next;
	struct yz_err err = {0};
	s->good = yz_sweep(s->site, s->now, &done, &next, &err);
	return NULL;
}

SITE(sweepers_at_once_issue_each_card_once)
{
	for (int i = 0; i < 8; i++)
		ask(f, "liuyang", NULL);
	site_clock(f, "2026-12-01T09:00:00+08:00");
	enum { SWEEPERS = 4 };
	pthread_t t[SWEEPERS];
	struct sweeping s[SWEEPERS];
	for (int i = 0; i < SWEEPERS; i++) {
		s[i] = (struct sweeping){f->site, f->now, false};
		assert_int_equal(pthread_create(&t[i], NULL, sweep_once, &s[i]), 0);
	}
	for (int i = 0; i < SWEEPERS; i++) {
		pthread_join(t[i], NULL);
		assert_true(s[i].good);
	}
	assert_int_equal(cards(f, "red"), 8);
	assert_int_equal(steps(f, "card.red"), 8);
}

SITE(another_holiday_moves_what_is_due)
{
	site_clock(f, "2026-12-30T10:00:00+08:00");
	struct yz_question_receipt r = ask(f, "liuyang", NULL);
	int64_t moved;
	struct yz_calendar_report report;
	assert_at(r.due, "2027-01-08T00:00:00+08:00"); /* 1 January off by rule */
	static const char notice[] = "{\"holidays\":{\"2027-01-01\":\"New Year's Day,元旦,1\",\"2027-01-04\":\"New Year's Day,元旦,1\","
				     "\"2027-05-01\":\"Labour Day,劳动节,1\",\"2027-10-01\":\"National Day,国庆节,3\"},\"workdays\":{},"
				     "\"inLieuDays\":{}}";
	GOOD(f, yz_site_calendar_import(f->site, f->a, actor(f, "admin"), YZ_LIT(notice), YZ_LIT("通知"), &report, &moved, &f->err));
	assert_int_equal(moved, 1);
	assert_at(site_int(f, "SELECT due FROM consultation"), "2027-01-09T00:00:00+08:00");
}

/* ---- afterwards ---- */

SITE(she_rates_once_and_withdraws_only_what_is_open)
{
	struct yz_actor *she = actor(f, "liuyang");
	struct yz_str no = ask(f, "liuyang", NULL).no;
	FAILS(f, YZ_NOT_NOW, yz_consult_rate(f->site, f->a, she, no, YZ_LIT(""), 5, YZ_LIT(""), &f->err));
	GOOD(f, yz_consult_withdraw(f->site, f->a, she, no, YZ_LIT(""), &f->err));
	FAILS(f, YZ_NOT_NOW, yz_consult_withdraw(f->site, f->a, she, no, YZ_LIT(""), &f->err));
	FAILS(f, YZ_NOT_NOW, yz_consult_answer(f->site, f->a, actor(f, "qinyue"), no, 0, ANSWER, &f->err));
	no = answered(f, "liuyang", NULL);
	GOOD(f, yz_consult_rate(f->site, f->a, she, no, YZ_LIT(""), 2, YZ_LIT("没说带什么"), &f->err));
	FAILS(f, YZ_NOT_NOW, yz_consult_rate(f->site, f->a, she, no, YZ_LIT(""), 5, YZ_LIT(""), &f->err));
	struct yz_consult_list low;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_consult_rated_low(f->site, conn, f->a, actor(f, "qinyue"), f->now - YZ_DAY, 10, &low, &f->err));
	yz_db_release(conn);
	assert_int_equal(low.len, 1);
	assert_true(yz_str_eqz(low.at[0].remark, "没说带什么"));
	assert_int_equal(steps(f, "consult.withdraw"), 1);
	assert_int_equal(steps(f, "consult.rate"), 1);
	site_clock(f, "2027-02-01T09:00:00+08:00");
	assert_int_equal(sweep(f), 0); /* neither is late */
}

SITE(only_what_she_agreed_to_is_published_and_nothing_of_hers_in_it)
{
	struct yz_actor *desk = actor(f, "qinyue");
	const struct yz_question closed = {.text = TEXT, .may_publish = false};
	struct yz_str no = answered(f, "liuyang", &closed), q = YZ_LIT("豆腐作坊要办什么许可？");
	FAILS(f, YZ_NOT_NOW, yz_consult_publish(f->site, f->a, desk, no, q, ANSWER, &f->err));
	const struct yz_question mine = {.text = YZ_LIT("我是刘洋，电话 139 0099 0011，作坊怎么办证？"), .may_publish = true};
	no = answered(f, "liuyang", &mine);
	struct yz_consult c = staff_sees(f, "qinyue", no);
	struct yz_str clean = yz_consult_scrub(f->a, &c, c.text);
	assert_true(yz_str_eqz(clean, "我是某某，电话 ＊＊＊，作坊怎么办证？"));
	static const char *const personal[] = {"刘洋问作坊怎么办证", "请打 13900990011 问作坊", "身份证 990121199106122135 作坊", "写信到 a.b@example.cn 问"};
	for (size_t i = 0; i < sizeof personal / sizeof *personal; i++) {
		FAILS(f, YZ_BAD_INPUT, yz_consult_publish(f->site, f->a, desk, no, yz_str(personal[i]), ANSWER, &f->err));
		assert_string_equal(f->err.where, "question");
		FAILS(f, YZ_BAD_INPUT, yz_consult_publish(f->site, f->a, desk, no, q, yz_str(personal[i]), &f->err));
		assert_string_equal(f->err.where, "answer");
	}
	GOOD(f, yz_consult_publish(f->site, f->a, desk, no, clean, YZ_LIT("请打 0999-6231012 或 0999-6231345。"), &f->err));
	struct yz_consult_list all;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_consult_published(f->site, conn, f->a, 10, &all, &f->err));
	assert_int_equal(all.len, 1);
	assert_true(yz_str_eq(all.at[0].public_question, clean));
	assert_int_equal(all.at[0].text.len + all.at[0].name.len + all.at[0].answer.len + (size_t)all.at[0].person, 0);
	GOOD(f, yz_consult_public(f->site, conn, f->a, no, &c, &f->err));
	yz_db_release(conn);
	GOOD(f, yz_consult_hide(f->site, f->a, desk, no, YZ_LIT("提问人要求撤下"), &f->err));
	conn = reading(f);
	assert_false(yz_consult_public(f->site, conn, f->a, no, &c, &f->err));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	yz_db_release(conn);
	f->err = (struct yz_err){0};
	assert_int_equal(steps(f, "consult.publish") + steps(f, "consult.hide"), 2);
}

SITE(an_answered_question_becomes_knowledge_in_one_act)
{
	struct yz_actor *desk = actor(f, "qinyue");
	struct yz_str no = answered(f, "liuyang", NULL);
	int64_t id = 0;
	struct yz_knowledge_new k = {.question = YZ_LIT("村里做豆腐卖给超市要办什么证？"), .variants = YZ_LIT("豆腐坊办证\n豆腐作坊许可"), .answer = ANSWER,
				     .expires = YZ_LIT("2027-06-30")};
	FAILS(f, YZ_FORBIDDEN, yz_consult_learn(f->site, f->a, actor(f, "lixue"), no, &k, &id, &f->err));
	GOOD(f, yz_consult_learn(f->site, f->a, desk, no, &k, &id, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_consult_learn(f->site, f->a, desk, no, &k, &id, &f->err));
	const struct yz_answers *x = yz_site_answers(f->site);
	struct yz_answer_hit *hits;
	assert_true(yz_answers_search(x, f->a, YZ_LIT("豆腐作坊"), YZ_LIT(""), f->now, 3, &hits) > 0);
	assert_true(yz_str_eq(hits[0].answer->question, k.question));
	assert_true(yz_str_eqz(hits[0].answer->org, "zhengwu"));
	yz_site_answers_release(f->site, x);
	assert_int_equal(steps(f, "consult.learn"), 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM knowledge WHERE source = $1", YZ_S(no)), 1);
	assert_int_equal(staff_sees(f, "qinyue", no).knowledge, id);
	ledger_holds(f);
}
