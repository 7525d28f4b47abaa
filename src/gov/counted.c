/* gov/counted.c - the cases behind a number of the screen.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/screen.h"

#include "calendar/calendar.h"
#include "db/db.h"
#include "gov/reach.h"
#include "gov/site.h"

enum { PAGE_MOST = 200 };

bool yz_counted_parse(struct yz_str s, enum yz_counted_what *what)
{
	static const char *const names[] = {"received", "decided", "rated", "stage", "on_time", "early"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (yz_str_eqz(s, names[i])) {
			*what = (enum yz_counted_what)i;
			return true;
		}
	return false;
}

/* By the entry of the decision: what it counted stands there.  The last of them, whenever it was written: the case says when it was
 * decided, which of a case that another system reported is earlier. */
static bool by_entry(const struct yz_counted_query *q)
{
	return q->what == YZ_COUNTED_ON_TIME || q->what == YZ_COUNTED_EARLY || q->post.len || q->person;
}

static bool of_decisions(enum yz_counted_what what)
{
	return what == YZ_COUNTED_DECIDED || what == YZ_COUNTED_ON_TIME || what == YZ_COUNTED_EARLY;
}

/* entry: with that of the decision, as l. */
static void add_decisions(struct yz_sql *s, struct yz_arena *a, const struct yz_counted_query *q, bool entry)
{
	yz_sql_add(s, " FROM cases c JOIN org o ON o.key = c.org JOIN region g ON g.code = o.region");
	if (entry || by_entry(q))
		yz_sql_add(s, " LEFT JOIN ledger l ON l.thing_kind = 'case' AND l.thing_id = c.id AND l.body LIKE '%\"decided\":1%' "
			      "AND NOT EXISTS (SELECT 1 FROM ledger n WHERE n.thing_kind = 'case' AND n.thing_id = c.id AND "
			      "n.body LIKE '%\"decided\":1%' AND (n.at > l.at OR (n.at = l.at AND n.seq > l.seq)))");
	yz_sql_add(s, " WHERE c.decided >= $1 AND c.decided < $2", YZ_I(q->from), YZ_I(q->to));
	if (q->what == YZ_COUNTED_ON_TIME)
		yz_sql_add(s, " AND l.body LIKE '%\"on_time\":1%'");
	if (q->what == YZ_COUNTED_EARLY)
		yz_sql_add(s, " AND l.body LIKE '%\"early\":1%'");
	if (q->post.len)
		yz_sql_add(s, " AND l.body LIKE $1", YZ_S(yz_str_printf(a, "%%\"post\":\"%.*s\"%%", YZ_P(q->post))));
	if (q->person)
		yz_sql_add(s, " AND l.actor_id = $1", YZ_I(q->person));
}

/* FROM and WHERE; $1 and $2 of each: from and to. */
static void add_source(struct yz_sql *s, struct yz_arena *a, const struct yz_counted_query *q, bool entry)
{
	switch (q->what) {
	case YZ_COUNTED_RECEIVED:
		yz_sql_add(s, " FROM cases c JOIN org o ON o.key = c.org JOIN region g ON g.code = o.region "
			      "WHERE c.submitted >= $1 AND c.submitted < $2", YZ_I(q->from), YZ_I(q->to));
		break;
	case YZ_COUNTED_DECIDED:
	case YZ_COUNTED_ON_TIME:
	case YZ_COUNTED_EARLY:
		add_decisions(s, a, q, entry);
		break;
	case YZ_COUNTED_RATED:
		yz_sql_add(s, " FROM rating k JOIN cases c ON c.id = k.case_id JOIN org o ON o.key = c.org JOIN region g ON g.code = o.region "
			      "WHERE k.at >= $1 AND k.at < $2", YZ_I(q->from), YZ_I(q->to));
		break;
	case YZ_COUNTED_STAGE:
		yz_sql_add(s, " FROM task k JOIN cases c ON c.id = k.case_id JOIN org o ON o.key = k.org JOIN region g ON g.code = o.region "
			      "WHERE k.done >= $1 AND k.done < $2 AND k.node = $3 AND k.kind = '' AND k.outcome NOT IN ('', 'back')",
			   YZ_I(q->from), YZ_I(q->to), YZ_S(q->node));
		break;
	}
}

static void add_where(struct yz_sql *s, struct yz_arena *a, const struct yz_actor *who, const struct yz_counted_query *q)
{
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	yz_sql_add(s, " AND g.path >= $1 AND g.path < $2", YZ_S(path), YZ_S(yz_reach_end(a, path)));
	if (q->org.len)
		yz_sql_add(s, " AND o.key = $1", YZ_S(q->org));
	if (q->item.len)
		yz_sql_add(s, " AND c.item_code = $1", YZ_S(q->item));
}

/* The columns id and at, literally, of what is counted. */
static void add_order(struct yz_sql *s, const struct yz_counted_query *q, int limit)
{
#define ORDER(at, id)                                                                                                  \
	do {                                                                                                           \
		if (q->before_at)                                                                                      \
			yz_sql_add(s, " AND (" at " < $1 OR (" at " = $1 AND " id " < $2))", YZ_I(q->before_at),       \
				   YZ_I(q->before_id));                                                                \
		yz_sql_add(s, " ORDER BY " at " DESC, " id " DESC LIMIT $1", YZ_I(limit));                             \
	} while (0)
	switch (q->what) {
	case YZ_COUNTED_RECEIVED: ORDER("c.submitted", "c.id"); break;
	case YZ_COUNTED_DECIDED:
	case YZ_COUNTED_ON_TIME:
	case YZ_COUNTED_EARLY: ORDER("c.decided", "c.id"); break;
	case YZ_COUNTED_RATED: ORDER("k.at", "k.id"); break;
	case YZ_COUNTED_STAGE: ORDER("k.done", "k.id"); break;
	}
#undef ORDER
}

static void add_columns(struct yz_sql *s, enum yz_counted_what what)
{
	yz_sql_add(s, "SELECT c.no, c.item_name, o.short");
	if (what == YZ_COUNTED_RECEIVED)
		yz_sql_add(s, ", c.id, c.submitted, CAST(0 AS BIGINT), CAST(0 AS BIGINT)");
	else if (of_decisions(what))
		yz_sql_add(s, ", c.id, c.decided, CAST(0 AS BIGINT), CAST(0 AS BIGINT), CASE WHEN l.body IS NULL THEN 0 "
			      "WHEN l.body LIKE '%\"early\":1%' THEN 3 WHEN l.body LIKE '%\"on_time\":1%' THEN 2 ELSE 1 END");
	else if (what == YZ_COUNTED_RATED)
		yz_sql_add(s, ", k.id, k.at, k.level, CAST(0 AS BIGINT)");
	else
		yz_sql_add(s, ", k.id, k.done, CAST(0 AS BIGINT), k.opened");
}

bool yz_counted(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_counted_query *q,
		struct yz_counted *out, struct yz_err *err)
{
	*out = (struct yz_counted){0};
	if (!yz_may(who, YZ_MAY_board))
		return yz_refuse(who, YZ_MAY_board, err);
	int limit = q->limit > 0 && q->limit <= PAGE_MOST ? q->limit : 50;
	struct yz_sql *n = yz_new(a, struct yz_sql), *s = yz_new(a, struct yz_sql);
	yz_sql_init(n, a);
	yz_sql_add(n, "SELECT COUNT(*)");
	add_source(n, a, q, false);
	add_where(n, a, who, q);
	yz_sql_init(s, a);
	add_columns(s, q->what);
	add_source(s, a, q, true);
	add_where(s, a, who, q);
	add_order(s, q, limit + 1);
	struct yz_rows *all = yz_sql_select(n, conn, a, err), *r = all ? yz_sql_select(s, conn, a, err) : NULL;
	if (!r)
		return false;
	out->total = yz_row_int(all, 0, 0);
	out->more = r->count > (size_t)limit;
	out->len = out->more ? (size_t)limit : r->count;
	out->rows = yz_new_n(a, out->len + 1, struct yz_counted_row);
	const struct yz_calendar *calendar = yz_site_calendar(site);
	for (size_t i = 0; i < out->len; i++) {
		out->rows[i] = (struct yz_counted_row){.case_no = yz_row_str(r, i, 0), .item_name = yz_row_str(r, i, 1), .org_name = yz_row_str(r, i, 2),
						       .id = yz_row_int(r, i, 3), .at = yz_row_int(r, i, 4), .stars = yz_row_int(r, i, 5)};
		if (of_decisions(q->what))
			out->rows[i].kept = (enum yz_counted_kept)yz_row_int(r, i, 7);
		if (q->what == YZ_COUNTED_STAGE)
			out->rows[i].spent = yz_count_office(calendar, yz_row_int(r, i, 6), out->rows[i].at);
	}
	yz_site_calendar_release(site, calendar);
	return true;
}
