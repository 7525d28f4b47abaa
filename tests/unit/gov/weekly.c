/* The weekly report on what people wrote: counted, drafted, edited, issued.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/consult.h"
#include "gov/weekly.h"

#define TEXT YZ_LIT("在村里办豆腐作坊卖给超市，要办哪一种许可？")
#define ANSWER YZ_LIT("作坊要办食品小作坊登记。带身份证和场地照片到乡镇市场监管所。")
#define WEEK YZ_LIT("2026-W48") /* 23 to 29 November */

static struct yz_str ask(struct fixture *f, const char *item, const char *org)
{
	struct yz_question_receipt r;
	const struct yz_question q = {.text = TEXT, .item = yz_str(item), .org = yz_str(org), .may_publish = true};
	GOOD(f, yz_consult_ask(f->site, f->a, actor(f, "liuyang"), &q, &r, &f->err));
	return r.no;
}

static void answer(struct fixture *f, const char *login, struct yz_str no)
{
	GOOD(f, yz_consult_answer(f->site, f->a, actor(f, login), no, 0, ANSWER, &f->err));
}

static void open_week(struct fixture *f, const char *login, struct yz_str week, struct yz_weekly *w)
{
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_weekly_open(f->site, conn, f->a, actor(f, login), week, w, &f->err));
	yz_db_release(conn);
}

static int64_t count(const struct yz_weekly *w, const char *key)
{
	const struct yz_weekly_figure *f = yz_weekly_figure(w, yz_str(key));
	return f ? (int64_t)f->n : -1;
}

/* One the week before; in the week three: answered and rated, open for the item's department, withdrawn. */
static void two_weeks(struct fixture *f)
{
	site_clock(f, "2026-11-19T10:00:00+08:00");
	ask(f, "", "minzheng");
	site_clock(f, "2026-11-23T10:00:00+08:00");
	struct yz_str first = ask(f, "food-licence", "");
	ask(f, "food-licence", "");
	struct yz_str gone = ask(f, "", "");
	site_clock(f, "2026-11-25T10:00:00+08:00");
	answer(f, "lixue", first);
	GOOD(f, yz_consult_rate(f->site, f->a, actor(f, "liuyang"), first, YZ_LIT(""), 2, YZ_LIT("没说清"), &f->err));
	GOOD(f, yz_consult_publish(f->site, f->a, actor(f, "lixue"), first, YZ_LIT("办豆腐作坊要哪种许可"), ANSWER, &f->err));
	GOOD(f, yz_consult_withdraw(f->site, f->a, actor(f, "liuyang"), gone, YZ_LIT(""), &f->err));
}

SITE(each_figure_counts_the_letters_it_lists)
{
	struct yz_weekly w;
	struct yz_weekly_letter *letters;
	size_t n;
	two_weeks(f);
	site_clock(f, "2026-11-30T09:00:00+08:00");
	open_week(f, "supervisor", WEEK, &w);
	assert_int_equal(count(&w, "before"), 1);
	assert_int_equal(count(&w, "received"), 3);
	assert_int_equal(count(&w, "received_answered"), 1);
	assert_int_equal(count(&w, "received_open"), 1);
	assert_int_equal(count(&w, "received_withdrawn"), 1);
	assert_int_equal(count(&w, "answered"), 1);
	assert_int_equal(count(&w, "answered_on_time"), 1);
	assert_int_equal(count(&w, "answered_late"), 0);
	assert_int_equal(count(&w, "rated"), 1);
	assert_int_equal(count(&w, "dissatisfied"), 1);
	assert_int_equal(count(&w, "satisfied"), 0);
	assert_int_equal(count(&w, "org.shichang"), 2);
	int64_t kinds = 0, orgs = 0;
	struct yz_conn *conn = reading(f);
	for (size_t i = 0; i < w.nfigures; i++) {
		GOOD(f, yz_weekly_letters(conn, f->a, &w.figures[i], &letters, &n, &f->err));
		assert_int_equal(n, w.figures[i].n);
		kinds += yz_str_starts(w.figures[i].key, YZ_LIT("kind.")) ? (int64_t)n : 0;
		orgs += yz_str_starts(w.figures[i].key, YZ_LIT("org.")) ? (int64_t)n : 0;
	}
	yz_db_release(conn);
	assert_int_equal(kinds, 3);
	assert_int_equal(orgs, 3);
	/* Nobody answered the one of the week before: due on 26 November. */
	assert_int_equal(count(&w, "overdue"), 1);
	assert_int_equal(count(&w, "late.minzheng"), 1);
}

SITE(the_draft_says_the_figures_and_quotes_only_what_is_public)
{
	struct yz_weekly w;
	two_weeks(f);
	site_clock(f, "2026-11-30T09:00:00+08:00");
	open_week(f, "supervisor", WEEK, &w);
	assert_false(w.issued || w.edited);
	assert_true(yz_str_eqz(yz_weekly_plain(f->a, &w, YZ_LIT("{dissatisfied%rated}，{satisfied%received}，{satisfied%answered_late}，{before~received}，{rated~answered}")),
			       "100.0%，0.0%，–，减少 66.7%，持平"));
	const char *whole = yz_str_z(f->a, yz_weekly_plain(f->a, &w, w.texts[YZ_WEEKLY_WHOLE]));
	assert_non_null(strstr(whole, "本周（11月23日至11月29日）共收到群众来信和咨询 3 件，上周 1 件，增加 200.0%"));
	const char *kinds = yz_str_z(f->a, yz_weekly_plain(f->a, &w, w.texts[YZ_WEEKLY_KINDS]));
	assert_non_null(strstr(kinds, "（2 件），如“办豆腐作坊要哪种许可”"));
	for (int i = 0; i < YZ_WEEKLY_PARTS; i++) {
		const char *text = yz_str_z(f->a, yz_weekly_plain(f->a, &w, w.texts[i]));
		assert_null(strstr(text, "超市"));
		assert_null(strchr(text, '{'));
	}
	open_week(f, "supervisor-town", WEEK, &w);
	assert_int_equal(count(&w, "received"), 0);
	struct yz_conn *conn = reading(f);
	struct yz_actor *clerk = actor(f, "zhangmin"), *watch = actor(f, "supervisor");
	FAILS(f, YZ_FORBIDDEN, yz_weekly_open(f->site, conn, f->a, clerk, WEEK, &w, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_weekly_open(f->site, conn, f->a, watch, YZ_LIT("2027-W01"), &w, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_weekly_open(f->site, conn, f->a, watch, YZ_LIT("2026-11"), &w, &f->err));
	yz_db_release(conn);
}

static struct yz_weekly_edit edit_of(const struct yz_weekly *w)
{
	struct yz_weekly_edit e = {.number = YZ_LIT("清督〔2026〕48号"), .to = w->to, .copies = YZ_LIT("县委办公室"), .version = w->version};
	memcpy(e.texts, w->texts, sizeof e.texts);
	return e;
}

SITE(words_are_checked_and_the_loser_of_two_is_told)
{
	struct yz_weekly w;
	struct yz_actor *watch = actor(f, "supervisor"), *clerk = actor(f, "zhangmin");
	two_weeks(f);
	open_week(f, "supervisor", WEEK, &w);
	struct yz_weekly_edit e = edit_of(&w);
	FAILS(f, YZ_FORBIDDEN, yz_weekly_save(f->site, f->a, clerk, WEEK, &e, &f->err));
	e.texts[YZ_WEEKLY_LATE] = YZ_LIT("超期 {nonsense} 件");
	FAILS(f, YZ_BAD_INPUT, yz_weekly_save(f->site, f->a, watch, WEEK, &e, &f->err));
	assert_string_equal(f->err.where, "late");
	e.texts[YZ_WEEKLY_LATE] = YZ_LIT("{overdue%nonsense}");
	FAILS(f, YZ_BAD_INPUT, yz_weekly_save(f->site, f->a, watch, WEEK, &e, &f->err));
	e.texts[YZ_WEEKLY_LATE] = YZ_LIT("没有合上 {overdue");
	FAILS(f, YZ_BAD_INPUT, yz_weekly_save(f->site, f->a, watch, WEEK, &e, &f->err));
	e.texts[YZ_WEEKLY_LATE] = YZ_LIT(" ");
	FAILS(f, YZ_BAD_INPUT, yz_weekly_save(f->site, f->a, watch, WEEK, &e, &f->err));
	char *many = yz_alloc(f->a, 3 * (YZ_WEEKLY_TEXT + 1) + 1);
	for (int i = 0; i <= YZ_WEEKLY_TEXT; i++)
		memcpy(many + 3 * (ptrdiff_t)i, "多", 3);
	e.texts[YZ_WEEKLY_LATE] = yz_str_n(many, 3 * (YZ_WEEKLY_TEXT + 1));
	FAILS(f, YZ_BAD_INPUT, yz_weekly_save(f->site, f->a, watch, WEEK, &e, &f->err));
	e.texts[YZ_WEEKLY_LATE] = yz_str_n(many, (size_t)3 * YZ_WEEKLY_TEXT);
	f->err = (struct yz_err){0};
	GOOD(f, yz_weekly_save(f->site, f->a, watch, WEEK, &e, &f->err));
	FAILS(f, YZ_CONFLICT, yz_weekly_save(f->site, f->a, watch, WEEK, &e, &f->err));
	open_week(f, "supervisor", WEEK, &w);
	assert_true(w.edited);
	assert_int_equal(w.version, 1);
	assert_true(yz_str_eqz(w.copies, "县委办公室"));
}

SITE(what_is_issued_stays_as_it_was)
{
	struct yz_weekly w;
	struct yz_actor *watch = actor(f, "supervisor");
	two_weeks(f);
	open_week(f, "supervisor", WEEK, &w);
	FAILS(f, YZ_NOT_NOW, yz_weekly_issue(f->site, f->a, watch, WEEK, 0, &f->err));
	struct yz_weekly_edit e = edit_of(&w);
	e.texts[YZ_WEEKLY_NEXT] = YZ_LIT("下周重点办好 {received_open} 件。");
	f->err = (struct yz_err){0};
	GOOD(f, yz_weekly_save(f->site, f->a, watch, WEEK, &e, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_weekly_issue(f->site, f->a, watch, WEEK, 1, &f->err));
	site_clock(f, "2026-11-30T09:00:00+08:00");
	FAILS(f, YZ_CONFLICT, yz_weekly_issue(f->site, f->a, watch, WEEK, 2, &f->err));
	f->err = (struct yz_err){0};
	GOOD(f, yz_weekly_issue(f->site, f->a, watch, WEEK, 1, &f->err));
	/* What happens afterwards is of another week. */
	int64_t id = site_int(f, "SELECT MIN(id) FROM consultation WHERE state = 'open' AND org = 'shichang'");
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT no FROM consultation WHERE id = $1", YZ_I(id));
	GOOD(f, r);
	struct yz_str no = yz_row_str(r, 0, 0);
	yz_db_release(conn);
	answer(f, "lixue", no);
	open_week(f, "supervisor", WEEK, &w);
	assert_true(w.issued);
	assert_int_equal(count(&w, "received_open"), 1);
	assert_true(yz_str_eqz(yz_weekly_plain(f->a, &w, w.texts[YZ_WEEKLY_NEXT]), "下周重点办好 1 件。"));
	e.version = w.version;
	FAILS(f, YZ_NOT_NOW, yz_weekly_save(f->site, f->a, watch, WEEK, &e, &f->err));
	FAILS(f, YZ_NOT_NOW, yz_weekly_issue(f->site, f->a, watch, WEEK, w.version, &f->err));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'weekly.issue'"), 1);
	struct yz_weekly_row *rows;
	size_t n;
	conn = reading(f);
	GOOD(f, yz_weekly_list(f->site, conn, f->a, watch, &rows, &n, &f->err));
	yz_db_release(conn);
	assert_int_equal(n, YZ_WEEKLY_WEEKS);
	assert_false(rows[0].saved);
	assert_true(rows[1].issued);
	ledger_holds(f);
}
