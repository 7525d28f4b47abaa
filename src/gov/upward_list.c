/* gov/upward_list.c - what the installations below have reported, for who supervises the whole region.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/upward_batch.h"

#include "gov/case_light.h"
#include "gov/reach.h"

static void count_lights(const struct yz_rows *r, struct yz_below *b, size_t n)
{
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < n; k++) {
			if (!yz_str_eq(b[k].site, yz_row_str(r, i, 0)))
				continue;
			int64_t many = yz_row_int(r, i, 2);
			enum yz_light light = yz_light_parse(yz_row_str(r, i, 1));
			b[k].open += many;
			*(light == YZ_LIGHT_LATE      ? &b[k].late
			  : light == YZ_LIGHT_WARN    ? &b[k].warn
			  : light == YZ_LIGHT_STOPPED ? &b[k].stopped
						      : &b[k].ok) += many;
		}
}

static void count_orders(const struct yz_rows *r, struct yz_below *b, size_t n)
{
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < n; k++)
			if (yz_str_eq(b[k].site, yz_row_str(r, i, 0)))
				b[k].orders = yz_row_int(r, i, 1);
}

static bool count_all(struct yz_conn *conn, struct yz_arena *a, struct yz_str only, struct yz_below *b, size_t n, struct yz_err *err)
{
	/* As the indexes of the open ones and of the unanswered lie. */
	struct yz_sql *q = yz_new(a, struct yz_sql);
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT site, light, COUNT(*) FROM reported_case WHERE ended IS NULL");
	if (only.len)
		yz_sql_add(q, " AND site = $1", YZ_S(only));
	yz_sql_add(q, " GROUP BY site, light");
	struct yz_rows *lights = yz_sql_select(q, conn, a, err);
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT site, COUNT(*) FROM level_order WHERE answered IS NULL");
	if (only.len)
		yz_sql_add(q, " AND site = $1", YZ_S(only));
	yz_sql_add(q, " GROUP BY site");
	struct yz_rows *orders = lights ? yz_sql_select(q, conn, a, err) : NULL;
	if (!orders)
		return false;
	count_lights(lights, b, n);
	count_orders(orders, b, n);
	return true;
}

size_t yz_below_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str only,
		     struct yz_below **out, struct yz_err *err)
{
	if (!yz_reach_whole(site, conn, a, who, YZ_MAY_board, err))
		return 0;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT s.site, s.name, s.via, COALESCE(NULLIF(l.gap_why, ''), s.gap), s.have, s.head, s.seen, s.oldest, s.cases, s.cards FROM reported_site s "
				      "LEFT JOIN link_down l ON l.site = s.site WHERE $1 = '' OR s.site = $1 ORDER BY s.site",
				      YZ_S(only));
	struct yz_rows *silent = r ? yz_select(conn, a, err,
					       "SELECT l.site, COALESCE(g.name, l.site) FROM link_down l LEFT JOIN region g ON g.code = l.site "
					       "WHERE l.org = '' AND NOT EXISTS (SELECT 1 FROM reported_site s WHERE s.site = l.site) AND ($1 = '' OR l.site = $1) ORDER BY l.site",
					       YZ_S(only))
				   : NULL;
	if (!silent)
		return 0;
	struct yz_below *b = *out = yz_new_n(a, r->count + silent->count + 1, struct yz_below);
	for (size_t i = 0; i < r->count; i++)
		b[i] = (struct yz_below){.site = yz_row_str(r, i, 0), .name = yz_row_str(r, i, 1), .via = yz_row_str(r, i, 2), .gap = yz_row_str(r, i, 3),
					 .have = yz_row_int(r, i, 4), .head = yz_row_int(r, i, 5), .seen = yz_row_int(r, i, 6),
					 .oldest = yz_row_int(r, i, 7), .cases = yz_row_int(r, i, 8), .cards = yz_row_int(r, i, 9)};
	for (size_t i = 0; i < silent->count; i++)
		b[r->count + i] = (struct yz_below){.site = yz_row_str(silent, i, 0), .name = yz_row_str(silent, i, 1), .linked = true};
	return count_all(conn, a, only, b, r->count, err) ? r->count + silent->count : 0;
}

size_t yz_below_things(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       const struct yz_below_query *q, struct yz_below_thing **out, struct yz_err *err)
{
	struct yz_sql *s = yz_new(a, struct yz_sql);
	if (!yz_reach_whole(site, conn, a, who, YZ_MAY_case_watch, err))
		return 0;
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT no, kind, item_name, org_name, state, light, step, due, received, ended FROM reported_case WHERE site = $1", YZ_S(q->site));
	if (q->words.len)
		yz_sql_add(s, " AND no >= $1 AND no < $2", YZ_S(q->words), YZ_S(yz_str_printf(a, "%.*s\x7f", YZ_P(q->words))));
	else
		yz_sql_add(s, " AND ended IS NULL");
	if (q->light.len)
		yz_sql_add(s, " AND light = $1", YZ_S(q->light));
	if (q->after_no.len)
		yz_sql_add(s, " AND (COALESCE(due, 9223372036854775807) > $1 OR (COALESCE(due, 9223372036854775807) = $1 AND no > $2))",
			   YZ_I(q->after_due), YZ_S(q->after_no));
	yz_sql_add(s, " ORDER BY COALESCE(due, 9223372036854775807), no LIMIT $1", YZ_I(q->limit));
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	size_t n = r ? r->count : 0;
	*out = yz_new_n(a, n + 1, struct yz_below_thing);
	for (size_t i = 0; i < n; i++)
		(*out)[i] = (struct yz_below_thing){.no = yz_row_str(r, i, 0), .kind = yz_row_str(r, i, 1), .item_name = yz_row_str(r, i, 2),
						    .org_name = yz_row_str(r, i, 3), .state = yz_row_str(r, i, 4), .light = yz_row_str(r, i, 5),
						    .step = yz_row_str(r, i, 6), .due = yz_row_int(r, i, 7), .received = yz_row_int(r, i, 8),
						    .ended = yz_row_int(r, i, 9)};
	return n;
}

bool yz_below_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str region,
		   struct yz_str no, struct yz_up_row **rows, size_t *nrows, struct yz_order **orders, size_t *norders, struct yz_err *err)
{
	if (!yz_reach_whole(site, conn, a, who, YZ_MAY_case_watch, err) || !yz_up_rows(site, conn, a, region, no, YZ_UP_SLOTS, rows, nrows, err))
		return false;
	if (!*nrows)
		return yz_fail(err, YZ_NOT_FOUND, "%.*s of %.*s was not reported here", YZ_P(no), YZ_P(region));
	*norders = yz_up_orders_below(conn, a, region, no, orders, err);
	return !err->code;
}
