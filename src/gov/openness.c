/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/openness.h"

#include "base/map.h"
#include "db/db.h"
#include "gov/figure.h"
#include "gov/reach.h"
#include "gov/site.h"

#include <stdlib.h>

/* ---- what is too small ---- */

static int64_t measure(const struct yz_promise *r, int m)
{
	return m == 0 ? r->received : m == 1 ? r->decided : r->rated;
}

static bool too_small(int64_t n)
{
	return n > 0 && n < YZ_OPENNESS_LEAST;
}

/* One more of the parts: the smallest that is told. */
static bool hide_another(struct yz_promise *parts, size_t n, int m)
{
	struct yz_promise *least = NULL;
	for (size_t i = 0; i < n; i++)
		if (measure(&parts[i], m) > 0 && !(parts[i].hidden & 1u << m) && (!least || measure(&parts[i], m) < measure(least, m)))
			least = &parts[i];
	if (least)
		least->hidden |= 1u << m;
	return least != NULL;
}

void yz_openness_veil(struct yz_promise *sum, struct yz_promise *parts, size_t n)
{
	for (int m = 0; m < 3; m++) {
		size_t hidden = 0;
		if (too_small(measure(sum, m)))
			sum->hidden |= 1u << m;
		for (size_t i = 0; i < n; i++) {
			if (too_small(measure(&parts[i], m)))
				parts[i].hidden |= 1u << m;
			hidden += (parts[i].hidden & 1u << m) != 0;
		}
		bool told = !(sum->hidden & 1u << m);
		/* What is told of the parts adds up to a sum that is not. */
		if (!told && !hidden)
			hide_another(parts, n, m);
		if (told && hidden == 1 && !hide_another(parts, n, m))
			sum->hidden |= 1u << m;
	}
}

/* ---- reading ---- */

struct reading {
	struct yz_openness *o;
	struct yz_arena *a;
	struct yz_map orgs, items; /* key, and "key code", to index + 1 */
	YZ_VEC(struct yz_promise) rows;
};

static struct yz_promise *org_of(struct reading *w, struct yz_str key)
{
	size_t at = (size_t)(uintptr_t)yz_map_get(&w->orgs, key);
	return at ? &w->o->orgs[at - 1] : NULL;
}

/* The row of an item that a department has, or had. */
static struct yz_promise *item_of(struct reading *w, struct yz_str org, struct yz_str item)
{
	struct yz_str key = yz_str_printf(w->a, "%.*s %.*s", YZ_P(org), YZ_P(item));
	size_t at = (size_t)(uintptr_t)yz_map_get(&w->items, key);
	struct yz_promise *of = org_of(w, org);
	if (at || !of || !item.len)
		return at ? &w->rows.at[at - 1] : NULL;
	*yz_vec_push(w->a, &w->rows) = (struct yz_promise){.org = of->org, .org_name = of->org_name, .item = item, .name = item};
	yz_map_put(&w->items, key, (void *)(uintptr_t)w->rows.len);
	return &w->rows.at[w->rows.len - 1];
}

static bool read_orgs(struct reading *w, struct yz_site *site, struct yz_conn *conn, struct yz_err *err)
{
	struct yz_rows *p = yz_select(conn, w->a, err, "SELECT path FROM region WHERE code = $1", YZ_S(site->region));
	struct yz_str path = p && p->count ? yz_row_str(p, 0, 0) : YZ_LIT("");
	struct yz_rows *r = p ? yz_select(conn, w->a, err,
					  "SELECT o.key, o.name FROM org o JOIN region g ON g.code = o.region WHERE g.path >= $1 AND g.path < $2 "
					  "ORDER BY o.position, o.key", YZ_S(path), YZ_S(yz_reach_end(w->a, path)))
			      : NULL;
	if (!r)
		return false;
	w->o->orgs = yz_new_n(w->a, r->count + 1, struct yz_promise);
	for (size_t i = 0; i < r->count; i++) {
		w->o->orgs[w->o->norgs++] = (struct yz_promise){.org = yz_row_str(r, i, 0), .org_name = yz_row_str(r, i, 1)};
		yz_map_put(&w->orgs, yz_row_str(r, i, 0), (void *)(uintptr_t)w->o->norgs);
	}
	return true;
}

static bool one_item(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	(void)err;
	struct reading *w = ctx;
	struct yz_promise *row = item_of(w, yz_str_dup(w->a, yz_row_str(r, 0, 0)), yz_str_dup(w->a, yz_row_str(r, 0, 1)));
	if (!row)
		return true;
	/* A body is large, and two numbers of it are wanted. */
	struct yz_arena *scratch = yz_arena_create(0);
	const struct yz_json *body = yz_json_read(scratch, yz_row_str(r, 0, 3), NULL, NULL);
	row->name = yz_str_dup(w->a, yz_row_str(r, 0, 2));
	yz_item_limit_read(yz_json_get(body, "legal_limit"), &row->legal);
	yz_item_limit_read(yz_json_get(body, "promised_limit"), &row->promised);
	row->legal.note = row->promised.note = (struct yz_str){0};
	yz_arena_destroy(scratch);
	return true;
}

static bool one_figure(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	(void)err;
	struct reading *w = ctx;
	struct yz_promise *row = item_of(w, yz_str_dup(w->a, yz_row_str(r, 0, 0)), yz_str_dup(w->a, yz_row_str(r, 0, 1)));
	if (!row)
		return true;
	row->received = yz_row_int(r, 0, 2), row->decided = yz_row_int(r, 0, 3), row->on_time = yz_row_int(r, 0, 4);
	row->days = yz_row_int(r, 0, 5), row->rated = yz_row_int(r, 0, 6), row->stars = yz_row_int(r, 0, 7);
	return true;
}

/* By what each counts as now: one that was withdrawn counts as nothing. */
static bool one_card(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	(void)err;
	struct reading *w = ctx;
	struct yz_promise *row = item_of(w, yz_str_dup(w->a, yz_row_str(r, 0, 0)), yz_str_dup(w->a, yz_row_str(r, 0, 1)));
	struct yz_str level = yz_row_str(r, 0, 2);
	int64_t n = yz_row_int(r, 0, 3);
	if (row)
		*(yz_str_eqz(level, "red") ? &row->red : yz_str_eqz(level, "yellow") ? &row->yellow : &row->notice) += n;
	return true;
}

static bool read_rows(struct reading *w, struct yz_site *site, struct yz_conn *conn, yz_instant now, struct yz_err *err)
{
	struct yz_figure_span span;
	const struct yz_openness *o = w->o;
	return yz_figure_span(conn, o->from, o->to, &span, err) &&
	       yz_each(conn, one_item, w, err,
		       "SELECT org, code, name, body FROM item WHERE state IN ('published', 'suspended') AND from_at <= $1 "
		       "AND (until_at IS NULL OR until_at > $1)", YZ_I(now)) &&
	       yz_each(conn, one_figure, w, err,
		       "SELECT org, item, CAST(SUM(received) AS BIGINT), CAST(SUM(decided) AS BIGINT), CAST(SUM(on_time) AS BIGINT), "
		       "CAST(SUM(days_review + days_decide) AS BIGINT), CAST(SUM(rated) AS BIGINT), CAST(SUM(stars) AS BIGINT) FROM ("
		       "SELECT org, item, received, decided, on_time, days_review, days_decide, rated, stars FROM figure_month "
		       "WHERE month >= $1 AND month <= $2 AND item <> '' UNION ALL "
		       "SELECT org, item, received, decided, on_time, days_review, days_decide, rated, stars FROM figure "
		       "WHERE day >= $3 AND day <= $4 AND item <> '') f GROUP BY org, item",
		       YZ_Z(span.months[0]), YZ_Z(span.months[1]), YZ_Z(span.days[0]), YZ_Z(span.days[1])) &&
	       yz_each(conn, one_card, w, err,
		       "SELECT org, item, held_level, COUNT(*) FROM card WHERE issued >= $1 AND issued < $2 AND held_level <> '' AND item <> '' "
		       "GROUP BY org, item, held_level",
		       YZ_I(yz_day_start(o->from, site->offset)), YZ_I(yz_day_start(o->to + 1, site->offset)));
}

static void add(struct yz_promise *sum, const struct yz_promise *r)
{
	sum->received += r->received, sum->decided += r->decided, sum->on_time += r->on_time, sum->days += r->days;
	sum->rated += r->rated, sum->stars += r->stars, sum->notice += r->notice, sum->yellow += r->yellow, sum->red += r->red;
}

static int by_name(const void *x, const void *y)
{
	const struct yz_promise *a = x, *b = y;
	int order = yz_str_cmp(a->name, b->name);
	return order ? order : yz_str_cmp(a->item, b->item);
}

static void veil_items(struct yz_openness *o)
{
	for (size_t i = 0, first = 0; i < o->norgs; i++) {
		size_t last = first;
		while (last < o->nitems && yz_str_eq(o->items[last].org, o->orgs[i].org))
			last++;
		yz_openness_veil(&o->orgs[i], o->items + first, last - first);
		first = last;
	}
}

/* Items beside their department, in its order; departments without any go. */
static void arrange(struct reading *w)
{
	struct yz_openness *o = w->o;
	size_t norgs = 0;
	o->items = yz_new_n(w->a, w->rows.len + 1, struct yz_promise);
	for (size_t i = 0; i < o->norgs; i++) {
		struct yz_promise org = o->orgs[i];
		size_t first = o->nitems;
		for (size_t k = 0; k < w->rows.len; k++)
			if (yz_str_eq(w->rows.at[k].org, org.org)) {
				o->items[o->nitems++] = w->rows.at[k];
				add(&org, &w->rows.at[k]);
			}
		qsort(o->items + first, o->nitems - first, sizeof *o->items, by_name);
		add(&o->sum, &org);
		if (o->nitems > first)
			o->orgs[norgs++] = org;
	}
	o->norgs = norgs;
	/* What the items hide of their department hides it in the county; what is hidden there is not to come from the items. */
	veil_items(o);
	yz_openness_veil(&o->sum, o->orgs, o->norgs);
	veil_items(o);
}

struct yz_openness *yz_openness_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int year, yz_instant now,
				     struct yz_err *err)
{
	struct reading w = {.o = yz_new(a, struct yz_openness), .a = a};
	yz_day today = yz_instant_day(now, site->offset);
	yz_day sunday = today - 1 - (today + 3) % 7; /* 1970-01-01 was a Thursday: days since Monday are (day + 3) % 7 */
	if (year < YZ_OPENNESS_FIRST || year > yz_day_civil(today).year)
		return yz_fail_null(err, YZ_NOT_FOUND, "nothing is published of the year %d", year);
	yz_map_init(&w.orgs, a);
	yz_map_init(&w.items, a);
	w.o->from = yz_day_from(year, 1, 1);
	w.o->to = yz_day_from(year, 12, 31);
	w.o->to = sunday < w.o->to ? sunday : w.o->to;
	if (!read_orgs(&w, site, conn, err) || !read_rows(&w, site, conn, now, err))
		return NULL;
	arrange(&w);
	return w.o;
}
