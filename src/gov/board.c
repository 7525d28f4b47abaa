/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/board.h"

#include "db/db.h"
#include "gov/case_light.h"
#include "gov/figure.h"
#include "gov/reach.h"
#include "gov/site.h"

#include <stdio.h>

static void read_figures(const struct yz_rows *r, size_t i, size_t c, struct yz_figures *f)
{
	int64_t *const into[] = {&f->received, &f->accepted, &f->refused, &f->decided, &f->denied, &f->withdrawn,
				 &f->on_time, &f->early, &f->yellow, &f->red, &f->rated, &f->stars};
	for (size_t k = 0; k < sizeof into / sizeof *into; k++)
		*into[k] = yz_row_int(r, i, c + k);
}

static void add_figures(struct yz_figures *sum, const struct yz_figures *f)
{
	sum->received += f->received, sum->accepted += f->accepted, sum->refused += f->refused, sum->decided += f->decided;
	sum->denied += f->denied, sum->withdrawn += f->withdrawn, sum->on_time += f->on_time, sum->early += f->early;
	sum->yellow += f->yellow, sum->red += f->red, sum->rated += f->rated, sum->stars += f->stars;
	sum->overruled += f->overruled;
	sum->open += f->open, sum->ok += f->ok, sum->warn += f->warn, sum->late += f->late, sum->stopped += f->stopped;
}

static bool count_lights(struct yz_conn *conn, struct yz_arena *a, struct yz_figures *f, size_t n, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT org, light, n FROM light_count");
	if (!r)
		return false;
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < n; k++) {
			if (!yz_str_eq(f[k].org, yz_row_str(r, i, 0)))
				continue;
			int64_t many = yz_row_int(r, i, 2);
			enum yz_light light = yz_light_parse(yz_row_str(r, i, 1));
			f[k].open += many;
			*(light == YZ_LIGHT_LATE      ? &f[k].late
			  : light == YZ_LIGHT_WARN    ? &f[k].warn
			  : light == YZ_LIGHT_STOPPED ? &f[k].stopped
						      : &f[k].ok) += many;
		}
	return true;
}

static bool first_of(struct yz_str month, yz_day *day)
{
	char text[16];
	if (month.len != 7)
		return false;
	snprintf(text, sizeof text, "%.*s-01", YZ_P(month));
	return yz_day_parse(yz_str(text), day);
}

void yz_board_span(const struct yz_site *site, struct yz_str from_month, struct yz_str to_month, yz_instant *from, yz_instant *to)
{
	yz_day first, last;
	*from = first_of(from_month, &first) ? yz_day_start(first, site->offset) : 0;
	*to = 0;
	if (!first_of(to_month, &last))
		return;
	for (int month = yz_day_civil(last).month; yz_day_civil(last).month == month;)
		last++;
	*to = yz_day_start(last, site->offset);
}

/* They are few, and found by an index of their own. */
static bool count_overruled(struct yz_conn *conn, struct yz_arena *a, yz_instant from, yz_instant to, struct yz_figures *f, size_t n,
			    struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT c.org, COUNT(*) FROM remark m JOIN cases c ON c.id = m.case_id "
				      "WHERE m.act = 'overrule' AND m.at >= $1 AND ($2 = 0 OR m.at < $2) GROUP BY c.org",
				      YZ_I(from), YZ_I(to));
	for (size_t i = 0; r && i < r->count; i++)
		for (size_t k = 0; k < n; k++)
			if (yz_str_eq(f[k].org, yz_row_str(r, i, 0)))
				f[k].overruled = yz_row_int(r, i, 1);
	return r != NULL;
}

/* As read_figures reads them. */
#define SUM(what) "CAST(SUM(f." what ") AS BIGINT)"
#define SUMS                                                                                                           \
	SUM("received") ", " SUM("accepted") ", " SUM("refused") ", " SUM("decided") ", " SUM("denied") ", " SUM("withdrawn") ", " \
	SUM("on_time") ", " SUM("early") ", " SUM("yellow") ", " SUM("red") ", " SUM("rated") ", " SUM("stars")

size_t yz_board_figures(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			struct yz_str from_month, struct yz_str to_month, struct yz_figures **out, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_board)) {
		yz_refuse(who, YZ_MAY_board, err);
		return 0;
	}
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	yz_instant from, to;
	yz_board_span(site, from_month, to_month, &from, &to);
	struct yz_rows *r = yz_select(
		conn, a, err,
		"SELECT o.key, o.name, " SUMS " "
		"FROM org o JOIN region g ON g.code = o.region "
		"LEFT JOIN " YZ_FIGURE_BY_DAY(YZ_FIGURES) " f ON f.org = o.key AND f.day >= $1 AND f.day <= $2 "
		"WHERE g.path >= $3 AND g.path < $4 GROUP BY o.key, o.name, o.position ORDER BY o.position, o.key",
		YZ_S(from_month), YZ_S(yz_str_printf(a, "%.*s-31", YZ_P(to_month))), YZ_S(path), YZ_S(yz_reach_end(a, path)));
	if (!r)
		return 0;
	struct yz_figures *f = yz_new_n(a, r->count + 1, struct yz_figures);
	for (size_t i = 0; i < r->count; i++) {
		f[i + 1].org = yz_row_str(r, i, 0);
		f[i + 1].org_name = yz_row_str(r, i, 1);
		read_figures(r, i, 2, &f[i + 1]);
	}
	if (!count_lights(conn, a, f + 1, r->count, err) || !count_overruled(conn, a, from, to, f + 1, r->count, err))
		return 0;
	for (size_t i = 1; i <= r->count; i++)
		add_figures(&f[0], &f[i]);
	*out = f;
	return r->count + 1;
}

size_t yz_board_months(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       struct yz_str org, struct yz_figures **out, struct yz_err *err)
{
	(void)site;
	if (!yz_may(who, YZ_MAY_board)) {
		yz_refuse(who, YZ_MAY_board, err);
		return 0;
	}
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	struct yz_rows *r = yz_select(
		conn, a, err,
		"SELECT SUBSTR(f.day, 1, 7), " SUMS " FROM " YZ_FIGURE_BY_DAY(YZ_FIGURES) " f JOIN org o ON o.key = f.org JOIN region g ON g.code = o.region "
		"WHERE g.path >= $1 AND g.path < $2 AND ($3 = '' OR f.org = $3) GROUP BY SUBSTR(f.day, 1, 7) ORDER BY 1 DESC LIMIT 36",
		YZ_S(path), YZ_S(yz_reach_end(a, path)), YZ_S(org));
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_figures);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_figures *f = &(*out)[r->count - 1 - i];
		f->org = org;
		f->month = yz_row_str(r, i, 0);
		read_figures(r, i, 1, f);
	}
	return r->count;
}

/* "不予受理；规则的意见：符合受理条件；理由：…", as yz_acting_check wrote it. */
static void read_overrule(struct yz_str text, struct yz_overrule *o)
{
	static const struct yz_str against = {"；规则的意见：", sizeof "；规则的意见：" - 1}, why = {"；理由：", sizeof "；理由：" - 1};
	size_t a = yz_str_find(text, against, 0), w = a == SIZE_MAX ? SIZE_MAX : yz_str_find(text, why, a + against.len);
	if (w == SIZE_MAX) {
		o->why = text;
		return;
	}
	o->act = yz_str_n(text.ptr, a);
	o->against = yz_str_n(text.ptr + a + against.len, w - a - against.len);
	o->why = yz_str_n(text.ptr + w + why.len, text.len - w - why.len);
}

size_t yz_overrule_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_overrule_query *q,
			struct yz_overrule **out, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_board)) {
		yz_refuse(who, YZ_MAY_board, err);
		return 0;
	}
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT m.id, c.no, c.item_name, o.name, p.name, m.text, m.at FROM remark m JOIN cases c ON c.id = m.case_id "
				      "JOIN org o ON o.key = c.org JOIN region g ON g.code = o.region LEFT JOIN person p ON p.id = m.by_person "
				      "WHERE m.act = 'overrule' AND g.path >= $1 AND g.path < $2 AND ($3 = '' OR c.org = $3) AND m.at >= $4 "
				      "AND ($5 = 0 OR m.at < $5) AND ($6 = 0 OR m.id < $6) ORDER BY m.id DESC LIMIT $7",
				      YZ_S(path), YZ_S(yz_reach_end(a, path)), YZ_S(q->org), YZ_I(q->from), YZ_I(q->to), YZ_I(q->before),
				      YZ_I(q->limit));
	size_t n = r ? r->count : 0;
	*out = yz_new_n(a, n + 1, struct yz_overrule);
	for (size_t i = 0; i < n; i++) {
		(*out)[i] = (struct yz_overrule){.id = yz_row_int(r, i, 0), .case_no = yz_row_str(r, i, 1), .item_name = yz_row_str(r, i, 2),
						 .org_name = yz_row_str(r, i, 3), .person_name = yz_row_str(r, i, 4), .at = yz_row_int(r, i, 6)};
		read_overrule(yz_row_str(r, i, 5), &(*out)[i]);
	}
	return n;
}
