/* Figures put together by month against the same counted one by one.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/board.h"
#include "gov/recompute.h"
#include "gov/report.h"
#include "gov/score.h"

enum { ORGS = 4, ITEMS = 3, POSTS = 3, PERSONS = 3, EVENTS = 900, COMPARED = 60 /* every so many events */ };

static const char *const items[ITEMS] = {"", ROAD_DIG, "990121000X"};
static const char *const posts[POSTS] = {"", "window", "decider"};

/* What was added, as a plain list. */
struct added {
	yz_day day;
	size_t org, item, post;
	struct yz_figure f;
};
struct history {
	struct fixture *f;
	struct yz_str orgs[ORGS], regions[ORGS];
	struct added all[EVENTS];
	size_t n;
	uint64_t seed;
};

static uint64_t draw(struct history *h, uint64_t below)
{
	h->seed = h->seed * 6364136223846793005u + 1442695040888963407u;
	return (h->seed >> 33) % below;
}

static bool do_add(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct history *h = ctx;
	struct added *e = &h->all[h->n];
	(void)a;
	return yz_figure_add(h->f->site, conn, h->orgs[e->org], yz_day_start(e->day, h->f->site->offset) + 9 * YZ_HOUR, &e->f, err);
}

/* Mostly of today; now and then of a day long over, and then also taken back. */
static void add(struct history *h)
{
	struct added *e = &h->all[h->n];
	yz_day today = yz_instant_day(h->f->now, h->f->site->offset);
	*e = (struct added){.day = today - (draw(h, 3) ? 0 : (yz_day)draw(h, 80)), .org = draw(h, ORGS), .item = draw(h, ITEMS), .post = draw(h, POSTS)};
	e->f = (struct yz_figure){.item = yz_str(items[e->item]), .post = yz_str(posts[e->post]), .person = (int64_t)draw(h, PERSONS)};
	if (h->n && !draw(h, 5)) { /* the one before, taken back */
		*e = h->all[h->n - 1];
#define BACK(name) e->f.name = -e->f.name;
		YZ_FIGURES(BACK)
#undef BACK
	} else {
#define DRAW(name) e->f.name = draw(h, 2) ? (int64_t)draw(h, 9) : 0;
		YZ_FIGURES(DRAW)
#undef DRAW
	}
	GOOD(h->f, yz_db_write(h->f->site->db, do_add, h, &h->f->err));
	h->n++;
}

static void roll(struct fixture *f)
{
	for (bool more = true; more;)
		GOOD(f, yz_figure_roll(f->site, &more, &f->err));
}

/* ---- counted one by one ---- */

static void assert_figures(const struct yz_figure *is, const struct yz_figure *wanted, const char *what)
{
#define SAME(name)                                                                                                               \
	if (is->name != wanted->name)                                                                                            \
		fail_msg("%s: " #name " %lld, counted %lld", what, (long long)is->name, (long long)wanted->name);
	YZ_FIGURES(SAME)
#undef SAME
}

static bool is_of(const struct history *h, const struct added *e, enum yz_report_by by, const struct yz_report_row *row)
{
	switch (by) {
	case YZ_BY_ORG:
		return yz_str_eq(h->orgs[e->org], row->key);
	case YZ_BY_REGION:
		return yz_str_eq(h->regions[e->org], row->key);
	case YZ_BY_ITEM:
		return yz_str_eq(e->f.item, row->key);
	case YZ_BY_POST:
		return yz_str_eq(e->f.post, row->key) && yz_str_eq(h->orgs[e->org], row->org);
	case YZ_BY_KINDS:
		break;
	}
	return false;
}

/* row NULL: of all. */
static void assert_counted(const struct history *h, struct yz_period p, enum yz_report_by by, const struct yz_report_row *row,
			   const struct yz_figure *is, const char *what)
{
	struct yz_figure sum = {0};
	for (size_t i = 0; i < h->n; i++)
		if (h->all[i].day >= p.from && h->all[i].day <= p.to && (!row || is_of(h, &h->all[i], by, row)))
			yz_figure_sum(&sum, &h->all[i].f);
	assert_figures(is, &sum, what);
}

static void compare_report(struct history *h, struct yz_conn *conn, const struct yz_actor *who, struct yz_period p, enum yz_report_by by)
{
	struct yz_report r;
	struct yz_figure rows = {0};
	char what[64], of[YZ_PERIOD_TEXT];
	GOOD(h->f, yz_report_make(h->f->site, conn, h->f->a, who, p, by, YZ_LIT(""), &r, &h->f->err));
	for (size_t i = 0; i < r.nrows; i++) {
		const struct yz_report_row *row = &r.rows[i];
		snprintf(what, sizeof what, "%s by %s, %.*s", yz_period_print(p, of), yz_report_by_name(by), YZ_P(row->key));
		assert_counted(h, r.period, by, row, &row->now, what);
		assert_counted(h, r.before, by, row, &row->before, what);
		assert_counted(h, r.year_ago, by, row, &row->year_ago, what);
		assert_true(yz_figure_any(&row->now) || yz_figure_any(&row->before) || yz_figure_any(&row->year_ago));
		yz_figure_sum(&rows, &row->now);
	}
	assert_counted(h, r.period, by, NULL, &r.sum.now, "all");
	assert_figures(&rows, &r.sum.now, "the rows together");
}

static void compare_month(struct history *h, struct yz_conn *conn, const struct yz_actor *who, struct yz_period p)
{
	char text[YZ_PERIOD_TEXT];
	struct yz_score_month m;
	struct yz_figures *board;
	struct yz_figure sum = {0};
	struct yz_str month = yz_str(yz_period_print(p, text));
	GOOD(h->f, yz_score_month_read(h->f->site, conn, h->f->a, month, YZ_LIT(""), &m, &h->f->err));
	for (size_t i = 0; i < m.nfigures; i++)
		yz_figure_sum(&sum, &m.figures[i].f);
	assert_counted(h, p, YZ_BY_ORG, NULL, &sum, "figures of scores");
	GOOD(h->f, yz_board_figures(h->f->site, conn, h->f->a, who, month, month, &board, &h->f->err));
	assert_int_equal(board[0].received, sum.received);
	assert_int_equal(board[0].stars, sum.stars);
	size_t n = yz_board_months(h->f->site, conn, h->f->a, who, YZ_LIT(""), &board, &h->f->err);
	GOOD(h->f, n);
	for (size_t i = 0; i < n; i++)
		if (yz_str_eq(board[i].month, month))
			assert_int_equal(board[i].received, sum.received);
}

static void compare(struct history *h, const struct yz_actor *who)
{
	struct yz_conn *conn = reading(h->f);
	yz_day day = yz_instant_day(h->f->now, h->f->site->offset) - (yz_day)draw(h, 70);
	for (int kind = 0; kind < YZ_PERIOD_KINDS; kind++)
		for (int by = 0; by < YZ_BY_KINDS; by++)
			compare_report(h, conn, who, yz_period_of((enum yz_period_kind)kind, day), (enum yz_report_by)by);
	compare_month(h, conn, who, yz_period_of(YZ_PERIOD_MONTH, day));
	yz_db_release(conn);
}

static void begin(struct history *h, struct fixture *f, uint64_t seed)
{
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err,
				      "SELECT o.key, o.region FROM org o WHERE o.key IN ('zhujian', 'jiaojing') OR o.region > '990121000000' "
				      "ORDER BY o.region DESC, o.key LIMIT $1", YZ_I(2));
	struct yz_rows *s = yz_select(conn, f->a, &f->err, "SELECT o.key, o.region FROM org o WHERE o.key IN ('zhujian', 'jiaojing') ORDER BY o.key");
	assert_true(r && s && r->count == 2 && s->count == 2);
	*h = (struct history){.f = f, .seed = seed};
	for (size_t i = 0; i < ORGS; i++) {
		h->orgs[i] = yz_row_str(i < 2 ? s : r, i % 2, 0);
		h->regions[i] = yz_row_str(i < 2 ? s : r, i % 2, 1);
	}
	yz_db_release(conn);
}

static void live(struct fixture *f, uint64_t seed)
{
	struct history *h = yz_new(f->a, struct history);
	struct yz_actor *who = actor(f, "supervisor");
	begin(h, f, seed);
	while (h->n < EVENTS) {
		add(h);
		if (!draw(h, 8))
			f->now += (yz_instant)(1 + draw(h, 4)) * YZ_DAY;
		if (!draw(h, 12))
			roll(f);
		if (h->n == EVENTS / 2) { /* the clock is set back over a month's end */
			f->now -= 40 * YZ_DAY;
			add(h);
			roll(f);
		}
		if (h->n % COMPARED == 0)
			compare(h, who);
	}
	roll(f);
	compare(h, who);
	assert_true(site_int(f, "SELECT COUNT(*) FROM figure_month") > 0);
	assert_true(site_int(f, "SELECT COUNT(*) FROM figure_month") < site_int(f, "SELECT COUNT(*) FROM figure"));
}

SITE(reports_of_any_history_come_to_what_a_plain_count_does)
{
	live(f, 1);
}

SITE(and_of_another)
{
	live(f, 20261123);
}

SITE(today_is_not_put_together_and_yesterday_is_once)
{
	struct history *h = yz_new(f->a, struct history);
	bool more;
	begin(h, f, 7);
	add(h);
	h->all[0].day = yz_instant_day(f->now, f->site->offset);
	site_do(f, "DELETE FROM figure");
	GOOD(f, yz_db_write(f->site->db, do_add, (h->n = 0, h), &f->err));
	roll(f);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM figure_month"), 0);
	f->now += YZ_DAY;
	GOOD(f, yz_figure_roll(f->site, &more, &f->err));
	assert_false(more);
	int64_t received = site_int(f, "SELECT CAST(SUM(received) AS BIGINT) FROM figure");
	assert_int_equal(site_int(f, "SELECT CAST(SUM(received) AS BIGINT) FROM figure_month"), received);
	/* An act of the day before that was written behind midnight counts in both. */
	GOOD(f, yz_db_write(f->site->db, do_add, h, &f->err));
	assert_int_equal(site_int(f, "SELECT CAST(SUM(received) AS BIGINT) FROM figure_month"), 2 * received);
	/* And one by a server whose clock says that this day is not over. */
	f->now -= YZ_DAY;
	GOOD(f, yz_db_write(f->site->db, do_add, h, &f->err));
	f->now += YZ_DAY;
	roll(f);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(received) AS BIGINT) FROM figure_month"), 3 * received);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(received) AS BIGINT) FROM figure_day"), 3 * received);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(received) AS BIGINT) FROM figure"), 3 * received);
}

SITE(a_year_of_days_is_put_together_in_several_writes)
{
	struct history *h = yz_new(f->a, struct history);
	bool more;
	int writes = 0;
	begin(h, f, 9);
	site_do(f, "DELETE FROM figure");
	for (h->n = 0; h->n < 100; h->n++) {
		h->all[h->n] = (struct added){.day = yz_instant_day(f->now, f->site->offset) - 1 - (yz_day)h->n, .f = {.item = YZ_LIT("x"), .received = 1}};
		GOOD(f, yz_db_write(f->site->db, do_add, h, &f->err));
	}
	for (more = true; more; writes++)
		GOOD(f, yz_figure_roll(f->site, &more, &f->err));
	assert_in_range(writes, 2, 10);
	assert_int_equal(site_int(f, "SELECT CAST(SUM(received) AS BIGINT) FROM figure_month"), 100);
}

/* ---- spans ---- */

static void assert_span(struct fixture *f, struct yz_conn *conn, const char *from, const char *to, const char *months, const char *days)
{
	struct yz_figure_span s;
	yz_day a = 0, b = 0;
	char text[40];
	assert_true(yz_day_parse(yz_str(from), &a) && yz_day_parse(yz_str(to), &b));
	GOOD(f, yz_figure_span(conn, a, b, &s, &f->err));
	snprintf(text, sizeof text, "%.7s %.7s", s.months[0], s.months[1]);
	assert_string_equal(text, months);
	snprintf(text, sizeof text, "%.10s %.10s", s.days[0], s.days[1]);
	assert_string_equal(text, days);
}

SITE(whole_months_come_from_what_was_put_together_and_the_rest_from_days)
{
	struct yz_conn *conn = reading(f);
	assert_span(f, conn, "2026-11-01", "2026-11-30", " ", "2026-11-01 2026-11-30");
	yz_db_release(conn);
	site_do(f, "UPDATE figure_put SET day = '2026-11-20'");
	conn = reading(f);
	assert_span(f, conn, "2026-11-01", "2026-11-30", "2026-11 2026-11", "2026-11-21 2026-11-30");
	assert_span(f, conn, "2026-10-01", "2026-12-31", "2026-10 2026-12", "2026-11-21 2026-12-31");
	assert_span(f, conn, "2026-01-01", "2026-11-22", "2026-01 2026-10", "2026-11-01 2026-11-22");
	assert_span(f, conn, "2025-11-01", "2025-11-30", "2025-11 2025-11", "2025-12-01 2025-11-30");
	assert_span(f, conn, "2026-12-01", "2026-12-31", " ", "2026-12-01 2026-12-31");
	assert_span(f, conn, "2026-11-02", "2026-11-30", " ", "2026-11-02 2026-11-30");
	assert_span(f, conn, "2026-11-01", "2026-11-01", " ", "2026-11-01 2026-11-01");
	yz_db_release(conn);
}

/* ---- counted again from the ledger ---- */

static int64_t differing(struct fixture *f, const char *month, struct yz_recount *r)
{
	struct yz_conn *conn = reading(f);
	struct yz_period p;
	assert_true(yz_period_parse(yz_str(month), &p));
	GOOD(f, yz_recount(f->site, conn, f->a, p, r, &f->err));
	yz_db_release(conn);
	return r->different;
}

SITE(a_month_that_was_put_together_wrongly_is_found_when_it_is_counted_again)
{
	struct yz_recount r;
	review_all(f, apply(f, actor(f, "liuyang")));
	assert_int_equal(differing(f, "2026-11", &r), 0);
	f->now += 2 * YZ_DAY;
	roll(f);
	assert_true(site_int(f, "SELECT COUNT(*) FROM figure_month WHERE accepted > 0") > 0);
	assert_int_equal(differing(f, "2026-11", &r), 0);
	site_do(f, "UPDATE figure_month SET accepted = accepted + 1 WHERE accepted > 0");
	assert_int_equal(differing(f, "2026-11", &r), 1);
	assert_true(yz_str_starts(r.differences[0].where, YZ_LIT("month 2026-11 zhujian")));
	assert_string_equal(yz_str_z(f->a, r.differences[0].what), "accepted");
	assert_string_equal(yz_str_z(f->a, r.differences[0].kept), "2");
	assert_string_equal(yz_str_z(f->a, r.differences[0].counted), "1");
	site_do(f, "UPDATE figure_day SET received = 7");
	assert_int_equal(differing(f, "2026-11", &r), 2);
	assert_string_equal(yz_str_z(f->a, r.differences[1].where), "day 2026-11-23 zhujian");
	assert_string_equal(yz_str_z(f->a, r.differences[1].kept), "7");
	site_do(f, "DELETE FROM figure_month");
	assert_true(differing(f, "2026-11", &r) > 2);
}
