/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/asked.h"
#include "gov/knowledge.h"
#include "gov/refresh.h"
#include "gov/scrub.h"

/* The question of the best answer, or "". */
static struct yz_str best(struct fixture *f, const char *words)
{
	const struct yz_answers *x = yz_site_answers(f->site);
	struct yz_answer_hit *hits;
	size_t n = yz_answers_search(x, f->a, yz_str(words), YZ_LIT(""), f->now, 3, &hits);
	struct yz_str q = n ? yz_str_dup(f->a, hits[0].answer->question) : YZ_LIT("");
	yz_site_answers_release(f->site, x);
	return q;
}

SITE(her_own_words_find_the_answer)
{
	static const char *const words[][2] = {
		{"星期六大厅上班吗", "政务服务中心几点开门，周末办不办？"},
		{"工地半夜打桩吵得睡不着", "隔壁工地晚上一直施工，可以管吗？"},
		{"补贴没到账", "补贴打到哪张卡上，换了卡怎么办？"},
		{"butiemeidaozhang", "补贴打到哪张卡上，换了卡怎么办？"},
		{"狗证", "养狗要登记吗，在哪里办？"},
		{"忘记密码", "忘了密码，登录不上怎么办？"},
		{"五个工作日怎么算", "说是五个工作日，到底从哪天算到哪天？"},
		{"营业执照丢了", "营业执照丢了怎么补？"},
		/* of an item's FAQ */
		{"低保能拿多少钱", "低保能拿多少钱？"},
		{"电子烟要烟草证吗", "卖电子烟也是这个证吗？"},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct yz_str q = best(f, words[i][0]);
		if (!yz_str_eqz(q, words[i][1]))
			fail_msg("%s finds %.*s", words[i][0], YZ_P(q));
	}
}

SITE(what_nobody_has_answered_is_not_answered_by_something_else)
{
	static const char *const words[] = {"麒麟瑞兽", "qqqqqqqq", "火星移民签证", "量子计算机进口关税", "的"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct yz_str q = best(f, words[i]);
		if (q.len)
			fail_msg("%s finds %.*s", words[i], YZ_P(q));
	}
	best(f, "");
}

SITE(an_items_questions_have_it_as_their_source)
{
	const struct yz_answers *x = yz_site_answers(f->site);
	struct yz_answer_hit *hits;
	size_t n = yz_answers_search(x, f->a, YZ_LIT(""), YZ_LIT("road-dig"), f->now, 10, &hits);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		assert_true(hits[i].answer->faq && yz_str_eqz(hits[i].answer->item, "road-dig"));
	assert_true(yz_answers_find(x, hits[0].answer->key, f->now) == hits[0].answer);
	assert_int_equal(yz_answers_search(x, f->a, YZ_LIT("补贴没到账"), YZ_LIT("road-dig"), f->now, 10, &hits), 0);
	assert_null(yz_answers_find(x, YZ_LIT("k999999"), f->now));
	yz_site_answers_release(f->site, x);
}

SITE(past_its_expiry_it_is_shown_to_staff_alone)
{
	struct yz_actor *clerk = actor(f, "lixue");
	int64_t id = 0;
	struct yz_knowledge_new k = {.question = YZ_LIT("年报补报窗口开到什么时候？"), .answer = YZ_LIT("开到十一月三十日。"), .org = YZ_LIT("shichang"),
				     .expires = YZ_LIT("2026-11-30")};
	GOOD(f, yz_knowledge_save(f->site, f->a, clerk, &id, &k, &f->err));
	assert_true(yz_str_eq(best(f, "年报补报窗口"), k.question));
	site_clock(f, "2026-11-30T23:59:59+08:00");
	assert_true(yz_str_eq(best(f, "年报补报窗口"), k.question));
	site_clock(f, "2026-12-01T00:00:00+08:00");
	assert_int_equal(best(f, "年报补报窗口").len, 0);
	struct yz_knowledge *list;
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_knowledge_list(f->site, conn, f->a, clerk, YZ_KNOWLEDGE_EXPIRED, 0, 10, &list, &f->err), 1);
	assert_int_equal(list[0].id, id);
	assert_int_equal(yz_knowledge_list(f->site, conn, f->a, actor(f, "yanghui"), YZ_KNOWLEDGE_EXPIRED, 0, 10, &list, &f->err), 0);
	yz_db_release(conn);
	k.expires = YZ_LIT("");
	GOOD(f, yz_knowledge_save(f->site, f->a, clerk, &id, &k, &f->err));
	assert_true(yz_str_eq(best(f, "年报补报窗口"), k.question));
}

SITE(a_department_writes_edits_and_retires_its_own_alone)
{
	struct yz_actor *clerk = actor(f, "lixue"), *other = actor(f, "yanghui");
	int64_t id = 0, none = 0;
	struct yz_knowledge_new k = {.question = YZ_LIT("豆腐坊要不要健康证？"), .answer = YZ_LIT("要。"), .org = YZ_LIT("shichang"),
				     .item = YZ_LIT("食品经营许可")};
	FAILS(f, YZ_FORBIDDEN, yz_knowledge_save(f->site, f->a, other, &none, &k, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_knowledge_save(f->site, f->a, actor(f, "liuyang"), &none, &k, &f->err));
	GOOD(f, yz_knowledge_save(f->site, f->a, clerk, &id, &k, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_knowledge_save(f->site, f->a, other, &id, &k, &f->err));
	FAILS(f, YZ_FORBIDDEN, yz_knowledge_retire(f->site, other, id, true, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_knowledge_retire(f->site, clerk, 999999, true, &f->err));
	assert_true(yz_str_eq(best(f, "豆腐坊健康证"), k.question));
	GOOD(f, yz_knowledge_retire(f->site, clerk, id, true, &f->err));
	assert_false(yz_str_eq(best(f, "豆腐坊健康证"), k.question));
	GOOD(f, yz_knowledge_retire(f->site, clerk, id, false, &f->err));
	struct yz_knowledge row;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_knowledge_load(f->site, conn, f->a, clerk, id, &row, &f->err));
	yz_db_release(conn);
	assert_true(yz_str_starts(row.item, YZ_LIT("11990121"))); /* the item's code */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE thing_kind = 'knowledge'"), 3);
}

SITE(what_does_not_fit_is_told_at_its_field)
{
	struct yz_actor *clerk = actor(f, "lixue");
	int64_t id = 0;
	struct yz_buf longer;
	yz_buf_init(&longer, f->a, 1 << 20);
	for (int i = 0; i < 4001; i++)
		yz_buf_addz(&longer, "长");
	struct yz_buf lines;
	yz_buf_init(&lines, f->a, 1 << 16);
	for (int i = 0; i < YZ_KNOWLEDGE_VARIANTS + 1; i++)
		yz_buf_addz(&lines, "换个问法\n");
	const struct yz_knowledge_new good = {.question = YZ_LIT("豆腐坊要不要健康证？"), .answer = YZ_LIT("要。"), .org = YZ_LIT("shichang")};
	struct yz_str all = yz_buf_str(&longer);
	const struct {
		const char *field;
		struct yz_str value;
	} wrong[] = {{"question", YZ_LIT("为什么")}, {"question", yz_str_n(all.ptr, 3 * 121)}, {"answer", YZ_LIT("要")}, {"answer", all},
		     {"basis", yz_str_n(all.ptr, 3 * 301)}, {"variants", yz_buf_str(&lines)}, {"variants", yz_str_n(all.ptr, 3 * 121)},
		     {"expires", YZ_LIT("2026-02-30")}, {"item", YZ_LIT("没有的事项")}, {"answer", YZ_LIT("请找王主任 13900990011")}};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct yz_knowledge_new k = good;
		struct yz_str *const into[] = {&k.question, &k.answer, &k.basis, &k.variants, &k.expires, &k.item};
		static const char *const names[] = {"question", "answer", "basis", "variants", "expires", "item"};
		for (size_t n = 0; n < 6; n++)
			if (strcmp(names[n], wrong[i].field) == 0)
				*into[n] = wrong[i].value;
		FAILS(f, YZ_BAD_INPUT, yz_knowledge_save(f->site, f->a, clerk, &id, &k, &f->err));
		assert_string_equal(f->err.where, wrong[i].field);
	}
	GOOD(f, yz_knowledge_save(f->site, f->a, clerk, &id, &good, &f->err));
}

SITE(looks_and_votes_are_counted_without_a_name)
{
	GOOD(f, yz_answer_used(f->site, YZ_LIT("k1"), YZ_ANSWER_VIEWED, &f->err));
	GOOD(f, yz_answer_used(f->site, YZ_LIT("k1"), YZ_ANSWER_NOT, &f->err));
	GOOD(f, yz_answer_used(f->site, YZ_LIT("k1"), YZ_ANSWER_NOT, &f->err));
	GOOD(f, yz_answer_used(f->site, YZ_LIT("k1"), YZ_ANSWER_HELPED, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_answer_used(f->site, YZ_LIT("k999999"), YZ_ANSWER_NOT, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_answer_used(f->site, YZ_LIT("'; DROP TABLE knowledge; --"), YZ_ANSWER_NOT, &f->err));
	assert_int_equal(site_int(f, "SELECT views * 100 + yes * 10 + no FROM answer_use WHERE answer = 'k1'"), 112);
	struct yz_unhelpful *list;
	yz_day today = yz_instant_day(f->now, f->site->offset);
	const struct yz_answers *x = yz_site_answers(f->site);
	const char *org = yz_str_z(f->a, yz_answers_find(x, YZ_LIT("k1"), f->now)->org);
	yz_site_answers_release(f->site, x);
	assert_string_equal(org, "zhengwu"); /* agent-fee, the first of the pack */
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_knowledge_unhelpful(f->site, conn, f->a, actor(f, "qinyue"), today - 6, 10, &list, &f->err), 1);
	assert_int_equal(list[0].id, 1);
	assert_int_equal(yz_knowledge_unhelpful(f->site, conn, f->a, actor(f, "lixue"), today - 6, 10, &list, &f->err), 0);
	assert_int_equal(yz_knowledge_unhelpful(f->site, conn, f->a, actor(f, "qinyue"), today + 1, 10, &list, &f->err), 0);
	yz_db_release(conn);
}

SITE(installing_again_leaves_what_a_department_changed)
{
	int64_t before = site_int(f, "SELECT COUNT(*) FROM knowledge"), id = site_int(f, "SELECT id FROM knowledge WHERE key = 'dog'");
	assert_true(before >= 20);
	assert_int_equal(f->installed.known, before);
	struct yz_knowledge_new k = {.question = YZ_LIT("养狗要登记吗？"), .answer = YZ_LIT("城区要登记。"), .org = YZ_LIT("gongan")};
	GOOD(f, yz_knowledge_save(f->site, f->a, actor(f, "zhoulan"), &id, &k, &f->err));
	site_install(f, site_demo_pack());
	assert_int_equal(f->installed.known, 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM knowledge"), before);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM knowledge WHERE answer = '城区要登记。'"), 1);
}

static bool retire_behind(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct fixture *f = ctx;
	return yz_exec(conn, err, "UPDATE knowledge SET state = 'retired', updated = $1 WHERE key = 'dog'", YZ_I(f->now + 1));
}

SITE(what_another_process_retired_is_gone_at_the_next_look)
{
	struct yz_seen seen = *f->site->at_open;
	GOOD(f, yz_site_look(f->site, &seen, &f->err));
	assert_true(best(f, "狗证").len > 0);
	GOOD(f, yz_db_write(f->site->db, retire_behind, f, &f->err));
	assert_true(best(f, "狗证").len > 0);
	GOOD(f, yz_site_refresh(f->site, &seen, &f->err));
	assert_false(yz_str_eqz(best(f, "狗证"), "养狗要登记吗，在哪里办？"));
}

/* ---- what was asked ---- */

static size_t gaps(struct fixture *f, struct yz_asked_row **rows)
{
	struct yz_conn *conn = reading(f);
	size_t n = yz_asked_gaps(f->site, conn, f->a, actor(f, "lixue"), yz_instant_day(f->now, f->site->offset) - 6, 50, rows, &f->err);
	yz_db_release(conn);
	assert_int_equal(f->err.code, YZ_OK);
	return n;
}

SITE(searches_that_led_nowhere_are_kept_as_words_and_counts)
{
	struct yz_asked_row *rows;
	for (int i = 0; i < 3; i++)
		yz_asked_note(f->site, YZ_LIT("　豆腐作坊 "), 0);
	yz_asked_note(f->site, YZ_LIT("给孩子上户口"), 5);
	yz_asked_opened(f->site, YZ_LIT("给孩子上户口"), YZ_LIT("c1"));
	yz_asked_note(f->site, YZ_LIT("我的电话13900990011没人接"), 2);
	yz_asked_note(f->site, YZ_LIT("x"), 0);
	yz_asked_note(f->site, YZ_LIT("\xff\xfe"), 0);
	assert_int_equal(gaps(f, &rows), 0); /* nothing is written by searching */
	GOOD(f, yz_asked_flush(f->site, &f->err));
	assert_int_equal(gaps(f, &rows), 2);
	assert_true(yz_str_eqz(rows[0].words, "豆腐作坊"));
	assert_int_equal(rows[0].times, 3);
	assert_int_equal(rows[0].none, 3);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM asked_words WHERE words LIKE '%1390099%'"), 0);
	/* Opened more often than not: it was a good answer. */
	yz_asked_opened(f->site, YZ_LIT("我的电话13900990011没人接"), YZ_LIT(""));
	GOOD(f, yz_asked_flush(f->site, &f->err));
	assert_int_equal(gaps(f, &rows), 1);
	f->now += 8 * YZ_DAY;
	assert_int_equal(gaps(f, &rows), 0);
	f->now += YZ_ASKED_DAYS * YZ_DAY;
	yz_asked_note(f->site, YZ_LIT("新的一天"), 1);
	GOOD(f, yz_asked_flush(f->site, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM asked_words"), 1);
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_asked_gaps(f->site, conn, f->a, actor(f, "liuyang"), 0, 50, &rows, &f->err), 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	yz_db_release(conn);
}

SITE(more_words_than_fit_are_left_out)
{
	for (int i = 0; i < YZ_ASKED_WORDS + 1; i++)
		yz_asked_note(f->site, yz_str_printf(f->a, "第%d种豆腐", i), 0);
	GOOD(f, yz_asked_flush(f->site, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM asked_words"), YZ_ASKED_WORDS);
}

static struct yz_str chosen(struct fixture *f)
{
	struct yz_str item;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_asked_flush(f->site, &f->err));
	GOOD(f, yz_asked_choice(conn, f->a, YZ_LIT("豆腐作坊"), &item, &f->err));
	yz_db_release(conn);
	return item;
}

SITE(what_most_others_opened_is_known_from_the_third_on)
{
	yz_asked_opened(f->site, YZ_LIT("豆腐作坊"), YZ_LIT("food"));
	yz_asked_opened(f->site, YZ_LIT("豆腐作坊"), YZ_LIT("food"));
	assert_int_equal(chosen(f).len, 0);
	yz_asked_opened(f->site, YZ_LIT("豆腐作坊"), YZ_LIT("food"));
	assert_true(yz_str_eqz(chosen(f), "food"));
	for (int i = 0; i < 3; i++)
		yz_asked_opened(f->site, YZ_LIT("豆腐作坊"), YZ_LIT("shop"));
	assert_int_equal(chosen(f).len, 0); /* half is not most */
}

TEST(personal_data_is_taken_out_and_offices_stay)
{
	static const char *const all[][2] = {
		{"打 13900990011 找我", "打 ＊＊＊ 找我"},
		{"打 139-0099-0011", "打 ＊＊＊"},
		{"打 1390099 0011", "打 ＊＊＊"},
		{"打 +8613900990011", "打 +＊＊＊"},
		{"打 86-139-0099-0011", "打 ＊＊＊"},
		{"打 139\u200b0099\u200b0011", "打 ＊＊＊"},
		{"写信zhang.san＠example.cn", "写信＊＊＊"},
		{"电话１３９００９９００１１。", "电话＊＊＊。"},
		{"证号99012119910612213X吗", "证号＊＊＊吗"},
		{"卡号 6222 0202 0000 1234 567", "卡号 ＊＊＊"},
		{"写信zhang.san@example.cn。", "写信＊＊＊。"},
		{"王小明说王小", "某某说王小"},
		{"0999-6231012 0999-6231345", "0999-6231012 0999-6231345"},
		{"2026-01-01 2026-12-31", "2026-01-01 2026-12-31"},
		{"挖 12 米、宽 0.8 米，第 12345 号", "挖 12 米、宽 0.8 米，第 12345 号"},
		{"", ""},
	};
	struct yz_arena *a = yz_arena_create(0);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		size_t n;
		struct yz_str s = yz_scrub(a, yz_str(all[i][0]), YZ_LIT("王小明"), &n);
		if (!yz_str_eqz(s, all[i][1]))
			fail_msg("%s became %.*s", all[i][0], YZ_P(s));
		assert_int_equal(n > 0, strcmp(all[i][0], all[i][1]) != 0);
	}
	yz_arena_destroy(a);
}
