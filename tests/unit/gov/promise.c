/* SPDX-License-Identifier: Apache-2.0
 *
 * By how much the departments promise to be faster than the law, month by month; and steps counted again from the ledger.
 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/catalogue.h"
#include "gov/period.h"
#include "gov/promise.h"
#include "gov/recompute.h"
#include "gov/score.h"

static double cut_at(struct fixture *f, const char *org, yz_instant before)
{
	struct yz_map cuts;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_promise_at(conn, f->a, before, &cuts, &f->err));
	yz_db_release(conn);
	const double *cut = yz_map_get(&cuts, yz_str(org));
	return cut ? *cut : -1000;
}

static int64_t kept(struct fixture *f)
{
	return site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'promise.cut'");
}

/* Only the item of zhujian whose promise lies furthest below the law goes on. */
static int64_t leave_the_fastest(struct fixture *f)
{
	const struct yz_catalogue *c = yz_site_catalogue(f->site);
	double best = 0;
	int64_t id = 0;
	for (size_t i = 0; i < c->nitems; i++)
		if (yz_str_eqz(c->items[i].org, "zhujian") && c->items[i].has_cut && c->items[i].cut > best) {
			best = c->items[i].cut;
			id = c->items[i].id;
		}
	yz_site_catalogue_release(f->site, c);
	assert_true(best >= 30);
	site_do(f, yz_printf(f->a, "UPDATE item SET state = 'suspended' WHERE org = 'zhujian' AND state = 'published' AND id <> %lld", (long long)id));
	GOOD(f, yz_site_catalogue_reload(f->site, &f->err));
	return (int64_t)best;
}

static void resume_all(struct fixture *f)
{
	site_do(f, "UPDATE item SET state = 'published' WHERE org = 'zhujian' AND state = 'suspended'");
	GOOD(f, yz_site_catalogue_reload(f->site, &f->err));
}

static int64_t score_of(struct fixture *f, const char *month, int64_t *bonus)
{
	struct yz_scores all;
	struct yz_actor *who = actor(f, "supervisor");
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_score_make(f->site, conn, f->a, who, yz_str(month), yz_str(month), YZ_SCORE_ORG, YZ_LIT("zhujian"), &all, &f->err));
	yz_db_release(conn);
	assert_int_equal(all.len, 1);
	*bonus = 0;
	for (size_t i = 0; i < all.at[0].nevents; i++)
		if (yz_str_starts(all.at[0].events[i].name, YZ_LIT("承诺期限压缩")))
			*bonus += all.at[0].events[i].points;
	return all.at[0].points;
}

static struct yz_recount recount(struct fixture *f, const char *month)
{
	struct yz_recount r;
	struct yz_period p;
	struct yz_conn *conn = reading(f);
	assert_true(yz_period_parse(yz_str(month), &p));
	GOOD(f, yz_recount(f->site, conn, f->a, p, &r, &f->err));
	yz_db_release(conn);
	return r;
}

static int64_t counted_of(const struct yz_recount *r, const char *org, int64_t *at_page)
{
	for (size_t i = 0; i < r->nrows; i++)
		if (yz_str_eqz(r->rows[i].org, org)) {
			*at_page = r->rows[i].kept_score;
			return r->rows[i].counted_score;
		}
	fail_msg("no row of %s", org);
	return 0;
}

SITE(a_month_keeps_the_promise_that_stood_in_it)
{
	int64_t bonus, page, again;
	assert_int_equal(kept(f), 1); /* as it was installed */
	double before = cut_at(f, "zhujian", f->now + 1);
	apply(f, actor(f, "liuyang"));
	site_clock(f, "2026-12-01T09:00:00+08:00");
	apply(f, actor(f, "zhaoguilan"));
	int64_t best = leave_the_fastest(f);
	sweep(f);
	sweep(f);
	assert_int_equal(kept(f), 2);
	assert_int_equal((int64_t)cut_at(f, "zhujian", f->now + 1), best);
	assert_true(cut_at(f, "zhujian", f->now - YZ_HOUR) == before); /* at the end of November */
	/* Three points from 30 per cent on, one more with every ten. */
	int64_t december = score_of(f, "2026-12", &bonus);
	assert_int_equal(bonus, 10 * (3 + (best - 30) / 10));
	struct yz_recount r = recount(f, "2026-12");
	assert_int_equal(counted_of(&r, "zhujian", &page), december);
	assert_int_equal(page, december);
	assert_int_equal(r.different, 0);
	/* Promised otherwise in January, December is what it was; so is November. */
	site_clock(f, "2027-01-05T09:00:00+08:00");
	resume_all(f);
	sweep(f);
	assert_int_equal(kept(f), 3);
	assert_true(cut_at(f, "zhujian", f->now + 1) == before);
	december = score_of(f, "2026-12", &bonus);
	assert_int_equal(bonus, 10 * (3 + (best - 30) / 10));
	r = recount(f, "2026-12");
	again = counted_of(&r, "zhujian", &page);
	assert_int_equal(again, december);
	assert_int_equal(page, december);
	assert_int_equal(r.different, 0);
	int64_t november = score_of(f, "2026-11", &bonus);
	r = recount(f, "2026-11");
	assert_int_equal(counted_of(&r, "zhujian", &page), november);
	assert_int_equal(r.different, 0);
	ledger_holds(f);
}

SITE(before_the_first_entry_nothing_was_promised)
{
	yz_instant first = site_int(f, "SELECT at FROM ledger WHERE act = 'promise.cut'");
	struct yz_map cuts;
	struct yz_conn *conn = reading(f);
	GOOD(f, yz_promise_at(conn, f->a, first, &cuts, &f->err));
	assert_null(yz_map_get(&cuts, YZ_LIT("zhujian")));
	GOOD(f, yz_promise_at(conn, f->a, first + 1, &cuts, &f->err));
	assert_non_null(yz_map_get(&cuts, YZ_LIT("zhujian")));
	yz_db_release(conn);
	bool news = true;
	GOOD(f, yz_promise_keep(f->site, &news, &f->err));
	assert_false(news);
}

/* ---- steps ---- */

static bool says(const struct yz_recount *r, const char *where, const char *what)
{
	for (size_t i = 0; i < r->ndifferences; i++)
		if (yz_str_starts(r->differences[i].where, yz_str(where)) && yz_str_eqz(r->differences[i].what, what))
			return true;
	return false;
}

SITE(steps_are_counted_again_from_the_ledger_and_recalled_ones_are_taken_off)
{
	struct yz_str no = apply(f, actor(f, "liuyang"));
	struct yz_actor *reviewer = actor(f, "jiaojing");
	GOOD(f, ACT(f, actor(f, "zhangmin"), no, accept));
	f->now += 3 * YZ_HOUR;
	GOOD(f, ACT(f, reviewer, no, pass, .reason = YZ_LIT("现场属实")));
	assert_int_equal(recount(f, "2026-11").different, 0);
	int64_t steps = site_int(f, "SELECT CAST(SUM(n) AS BIGINT) FROM stage_figure");
	assert_true(steps >= 2);
	assert_true(site_int(f, "SELECT COUNT(*) FROM ledger WHERE body LIKE '%\"stages\":[{%'") >= 2);
	/* Recalled when the month is over: taken off where it was counted. */
	site_clock(f, "2026-12-01T09:00:00+08:00");
	GOOD(f, ACT(f, reviewer, no, recall, .reason = YZ_LIT("量错了，要再去看")));
	assert_int_equal(site_int(f, "SELECT CAST(SUM(n) AS BIGINT) FROM stage_figure WHERE month = '2026-11'"), steps - 1);
	assert_int_equal(recount(f, "2026-11").different, 0);
	assert_int_equal(recount(f, "2026-12").different, 0);
	site_do(f, "UPDATE stage_figure SET spent = spent + 1 WHERE month = '2026-11' AND n > 0");
	struct yz_recount r = recount(f, "2026-11");
	assert_true(says(&r, "stage zhujian", "spent"));
	assert_false(says(&r, "stage zhujian", "n"));
	site_do(f, "DELETE FROM stage_figure WHERE month = '2026-11'");
	r = recount(f, "2026-11");
	assert_true(says(&r, "stage zhujian", "n"));
	ledger_holds(f);
}
