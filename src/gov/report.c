/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/report.h"

#include "base/map.h"
#include "gov/reach.h"
#include "text/text.h"

#include <stdlib.h>

static const char *const by_names[YZ_BY_KINDS] = {"org", "region", "item", "post"};

const char *yz_report_by_name(enum yz_report_by by)
{
	return by_names[by];
}

bool yz_report_by_parse(struct yz_str s, enum yz_report_by *by)
{
	for (int i = 0; i < YZ_BY_KINDS; i++)
		if (yz_str_eqz(s, by_names[i])) {
			*by = (enum yz_report_by)i;
			return true;
		}
	return false;
}

const char *yz_stage_title(enum yz_office_stage stage)
{
	static const char *const titles[YZ_STAGES] = {N_("受理"), N_("审查"), N_("决定"), N_("送达")};
	return titles[stage];
}

void yz_stage_of(const struct yz_figure *f, enum yz_office_stage stage, int64_t *days, int64_t *cases)
{
	const int64_t d[YZ_STAGES] = {f->days_accept, f->days_review, f->days_decide, f->days_deliver};
	const int64_t n[YZ_STAGES] = {f->accepted, f->decided, f->decided, f->delivered};
	*days = d[stage];
	*cases = n[stage];
}

/* ---- lines ---- */

#define LINES(X)                                                                                                                 \
	X(N_("收件"), YZ_LINE_COUNT, f->received, 0) X(N_("受理"), YZ_LINE_COUNT, f->accepted, 0)                                    \
	X(N_("不予受理"), YZ_LINE_COUNT, f->refused, 0) X(N_("办结决定"), YZ_LINE_COUNT, f->decided, 0)                            \
	X(N_("其中不予许可"), YZ_LINE_COUNT, f->denied, 0) X(N_("申请人撤回"), YZ_LINE_COUNT, f->withdrawn, 0)                     \
	X(N_("按期办结率"), YZ_LINE_SHARE, f->on_time, f->decided) X(N_("提前办结率"), YZ_LINE_SHARE, f->early, f->decided)        \
	X(N_("平均用时（工作日）"), YZ_LINE_MEAN, f->days_review + f->days_decide, f->decided)                                      \
	X(N_("退回补正"), YZ_LINE_COUNT, f->corrected, 0) X(N_("特别程序"), YZ_LINE_COUNT, f->stopped, 0)                          \
	X(N_("预警"), YZ_LINE_COUNT, f->notice, 0) X(N_("黄牌"), YZ_LINE_COUNT, f->yellow, 0) X(N_("红牌"), YZ_LINE_COUNT, f->red, 0) \
	X(N_("收到评价"), YZ_LINE_COUNT, f->rated, 0) X(N_("平均星级"), YZ_LINE_MEAN, f->stars, f->rated)                           \
	X(N_("差评（一星、二星）"), YZ_LINE_COUNT, f->low, 0)

const struct yz_report_line *yz_report_lines(size_t *n)
{
#define LINE(title, unit, part, whole) {title, unit},
	static const struct yz_report_line lines[] = {LINES(LINE)};
#undef LINE
	*n = sizeof lines / sizeof *lines;
	return lines;
}

void yz_report_value(const struct yz_figure *f, size_t i, int64_t *part, int64_t *whole)
{
#define LINE(title, unit, part, whole) {part, whole},
	const int64_t values[][2] = {LINES(LINE)};
#undef LINE
	*part = values[i][0];
	*whole = values[i][1];
}

/* ---- names ---- */

struct org {
	struct yz_str key, name, region, region_name;
	int64_t nth;
};

struct making {
	struct yz_conn *conn;
	struct yz_arena *a;
	struct yz_report *out;
	struct yz_map orgs, rows; /* key to struct org, to struct yz_report_row */
	YZ_VEC(struct yz_report_row *) list;
};

static bool read_orgs(struct making *m, struct yz_str path, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->a, err,
				      "SELECT o.key, o.name, o.region, g.name FROM org o JOIN region g ON g.code = o.region "
				      "WHERE g.path >= $1 AND g.path < $2 ORDER BY o.position, o.key",
				      YZ_S(path), YZ_S(yz_reach_end(m->a, path)));
	for (size_t i = 0; r && i < r->count; i++) {
		struct org *o = yz_new(m->a, struct org);
		*o = (struct org){yz_row_str(r, i, 0), yz_row_str(r, i, 1), yz_row_str(r, i, 2), yz_row_str(r, i, 3), (int64_t)i};
		yz_map_put(&m->orgs, o->key, o);
	}
	return r != NULL;
}

/* Items by their newest version's name. */
static bool name_items(struct making *m, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->a, err, "SELECT code, name FROM item ORDER BY version");
	for (size_t i = 0; r && i < r->count; i++) {
		struct yz_report_row *row = yz_map_get(&m->rows, yz_row_str(r, i, 0));
		if (row)
			row->name = yz_row_str(r, i, 1);
	}
	return r != NULL;
}

/* ---- rows ---- */

static struct yz_report_row *row_of(struct making *m, const struct org *o, struct yz_str own)
{
	enum yz_report_by by = m->out->by;
	struct yz_str key = by == YZ_BY_ORG ? o->key : by == YZ_BY_REGION ? o->region : own;
	struct yz_str at = by == YZ_BY_POST ? yz_str_printf(m->a, "%.*s %.*s", YZ_P(o->key), YZ_P(own)) : key;
	struct yz_report_row *row = yz_map_get(&m->rows, at);
	enum yz_role role;
	if (row)
		return row;
	own = yz_str_dup(m->a, own);
	key = by == YZ_BY_ORG ? o->key : by == YZ_BY_REGION ? o->region : own;
	at = by == YZ_BY_POST ? at : key;
	row = yz_new(m->a, struct yz_report_row);
	*row = (struct yz_report_row){.key = key, .org = o->key, .org_name = o->name,
				      .name = by == YZ_BY_ORG      ? o->name
					      : by == YZ_BY_REGION ? o->region_name
					      : by == YZ_BY_POST && yz_role_parse(own, &role) ? yz_str(yz_role_title(role))
											      : own};
	yz_map_put(&m->rows, at, row);
	*yz_vec_push(m->a, &m->list) = row;
	return row;
}

#define SUM(name) ", CAST(SUM(f." #name ") AS BIGINT)"
#define SUMS YZ_FIGURES(SUM)

/* which: 0 the period, 1 the one before, 2 the year before. */
struct summing {
	struct making *m;
	int which;
};

/* org, item or post, sums */
static bool read_sums(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct summing *w = ctx;
	const struct org *o = yz_map_get(&w->m->orgs, yz_row_str(r, 0, 0));
	struct yz_figure f = {0};
	size_t c = 2;
	(void)err;
	if (!o)
		return true;
#define READ(name) f.name = yz_row_int(r, 0, c++);
	YZ_FIGURES(READ)
#undef READ
	if (!yz_figure_any(&f))
		return true;
	struct yz_report_row *row = row_of(w->m, o, yz_row_str(r, 0, 1)), *sum = &w->m->out->sum;
	yz_figure_sum(w->which == 0 ? &row->now : w->which == 1 ? &row->before : &row->year_ago, &f);
	yz_figure_sum(w->which == 0 ? &sum->now : w->which == 1 ? &sum->before : &sum->year_ago, &f);
	return true;
}

/* From one of the two tables, in the order of its key, so that nothing is sorted: months and days are put together here. */
#define READ_SUMS(table, key, own, group, span)                                                                              \
	yz_each(m->conn, read_sums, &w, err,                                                                                 \
		"SELECT f.org, " own SUMS " FROM " table " f WHERE f." key " >= $1 AND f." key " <= $2 AND ($3 = '' OR f.org = $3) "          \
		"GROUP BY f." key ", f.org" group,                                                                           \
		YZ_Z((span)[0]), YZ_Z((span)[1]), YZ_S(m->out->org))
#define READ_BOTH(own, group)                                                                                                \
	(READ_SUMS("figure_month", "month", own, group, span.months) && READ_SUMS("figure", "day", own, group, span.days))

static bool read_period(struct making *m, struct yz_period p, int which, struct yz_err *err)
{
	struct yz_figure_span span;
	struct summing w = {m, which};
	char from[16], to[16];
	yz_day_print(p.from, from);
	if (!yz_figure_span(m->conn, p.from, p.to, &span, err))
		return false;
	switch (m->out->by) {
	case YZ_BY_ITEM:
		return READ_BOTH("f.item", ", f.item");
	case YZ_BY_POST:
		return READ_BOTH("f.post", ", f.item, f.post");
	case YZ_BY_ORG:
	case YZ_BY_REGION:
	case YZ_BY_KINDS:
		break;
	}
	return yz_each(m->conn, read_sums, &w, err,
		       "SELECT f.org, ''" SUMS " FROM " YZ_FIGURE_BY_DAY(YZ_FIGURES) " f WHERE f.day >= $1 AND f.day <= $2 AND ($3 = '' OR f.org = $3) GROUP BY f.org",
		       YZ_Z(from), YZ_Z(yz_day_print(p.to, to)), YZ_S(m->out->org));
}

struct placed {
	struct yz_report_row *row;
	int64_t nth;
};

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	return x->nth != y->nth ? (x->nth > y->nth) - (x->nth < y->nth) : yz_str_cmp(x->row->key, y->row->key);
}

static void put_in_order(struct making *m)
{
	struct placed *p = yz_new_n(m->a, m->list.len + 1, struct placed);
	size_t n = 0;
	for (size_t i = 0; i < m->list.len; i++) {
		struct yz_report_row *row = m->list.at[i];
		if (!yz_figure_any(&row->now) && !yz_figure_any(&row->before) && !yz_figure_any(&row->year_ago))
			continue; /* what was counted was taken back */
		const struct org *o = yz_map_get(&m->orgs, row->org);
		p[n++] = (struct placed){row, m->out->by == YZ_BY_ITEM ? -row->now.received : m->out->by == YZ_BY_REGION ? 0 : o->nth};
	}
	qsort(p, n, sizeof *p, by_place);
	m->out->nrows = n;
	m->out->rows = yz_new_n(m->a, n + 1, struct yz_report_row);
	for (size_t i = 0; i < n; i++)
		m->out->rows[i] = *p[i].row;
}

/* ---- cards ---- */

static struct yz_report_card *card_of(struct making *m, struct yz_map *cards, struct yz_str monitor, struct yz_str level)
{
	struct yz_str key = yz_str_printf(m->a, "%.*s %.*s", YZ_P(monitor), YZ_P(level));
	struct yz_report_card *c = yz_map_get(cards, key);
	if (!c) {
		c = &m->out->cards[m->out->ncards++];
		*c = (struct yz_report_card){.monitor = monitor, .level = level, .name = YZ_LIT("")};
		yz_map_put(cards, key, c);
	}
	return c;
}

/* A pack's rule has a name; the newest of a key stands. */
static bool name_monitors(struct making *m, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->a, err, "SELECT key, body FROM monitor WHERE ended IS NULL");
	for (size_t i = 0; r && i < r->count; i++)
		for (size_t k = 0; k < m->out->ncards; k++)
			if (yz_str_eq(m->out->cards[k].monitor, yz_row_str(r, i, 0)))
				m->out->cards[k].name = yz_json_str(yz_json_read(m->a, yz_row_str(r, i, 1), NULL, NULL), "name");
	return r != NULL;
}

static bool read_cards(struct making *m, const struct yz_site *site, struct yz_err *err)
{
	struct yz_map cards;
	struct yz_period p = m->out->period;
	struct yz_rows *r = yz_select(m->conn, m->a, err,
				      "SELECT d.monitor, d.level, d.org, COUNT(*), CAST(SUM(CASE WHEN d.held_level <> '' THEN 1 ELSE 0 END) AS BIGINT) "
				      "FROM card d WHERE d.issued >= $1 AND d.issued < $2 AND ($3 = '' OR d.org = $3) "
				      "GROUP BY d.monitor, d.level, d.org ORDER BY d.monitor, d.level",
				      YZ_I(yz_day_start(p.from, site->offset)), YZ_I(yz_day_start(p.to + 1, site->offset)), YZ_S(m->out->org));
	if (!r)
		return false;
	yz_map_init(&cards, m->a);
	m->out->cards = yz_new_n(m->a, r->count + 1, struct yz_report_card);
	for (size_t i = 0; i < r->count; i++) {
		if (!yz_map_get(&m->orgs, yz_row_str(r, i, 2)))
			continue;
		struct yz_report_card *c = card_of(m, &cards, yz_row_str(r, i, 0), yz_row_str(r, i, 1));
		c->issued += yz_row_int(r, i, 3);
		c->counts += yz_row_int(r, i, 4);
	}
	return name_monitors(m, err);
}

bool yz_report_make(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_period period,
		    enum yz_report_by by, struct yz_str org, struct yz_report *out, struct yz_err *err)
{
	struct making m = {.conn = conn, .a = a, .out = out};
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	if (!yz_may(who, YZ_MAY_board))
		return yz_refuse(who, YZ_MAY_board, err);
	*out = (struct yz_report){.period = period, .before = yz_period_before(period), .year_ago = yz_period_year_ago(period), .by = by,
				  .org = org};
	yz_map_init(&m.orgs, a);
	yz_map_init(&m.rows, a);
	if (!read_orgs(&m, path, err))
		return false;
	const struct org *one = org.len ? yz_map_get(&m.orgs, org) : NULL;
	if (org.len && !one)
		return yz_fail(err, YZ_NOT_FOUND, "no department %.*s", YZ_P(org));
	out->org_name = one ? one->name : YZ_LIT("");
	if (!read_period(&m, out->period, 0, err) || !read_period(&m, out->before, 1, err) || !read_period(&m, out->year_ago, 2, err) ||
	    (by == YZ_BY_ITEM && !name_items(&m, err)))
		return false;
	put_in_order(&m);
	return read_cards(&m, site, err);
}
