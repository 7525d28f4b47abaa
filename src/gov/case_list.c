/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/case.h"

#include "base/utf8.h"
#include "gov/case_light.h"
#include "gov/person.h"
#include "gov/reach.h"
#include "gov/site.h"

#include <stdlib.h>

enum { PAGE_MOST = 200 };

#define ROW_COLUMNS                                                                                                    \
	"c.id, c.version, c.no, c.item_name, c.item_code, c.applicant_name, c.org, o.name, c.state, c.light, c.submitted, "   \
	"c.next_due, c.ended"
enum { NCOLUMNS = 13 };

static void read_row(const struct yz_rows *r, size_t i, struct yz_case_row *row)
{
	*row = (struct yz_case_row){.id = yz_row_int(r, i, 0), .version = yz_row_int(r, i, 1), .no = yz_row_str(r, i, 2),
				    .item_name = yz_row_str(r, i, 3), .item_code = yz_row_str(r, i, 4),
				    .applicant_name = yz_row_str(r, i, 5), .org = yz_row_str(r, i, 6), .org_name = yz_row_str(r, i, 7),
				    .light = yz_light_parse(yz_row_str(r, i, 9)), .submitted = yz_row_int(r, i, 10),
				    .next_due = yz_row_int(r, i, 11), .ended = yz_row_int(r, i, 12)};
	yz_case_state_parse(yz_row_str(r, i, 8), &row->state);
}

static int page_size(const struct yz_case_query *q)
{
	return q->limit > 0 && q->limit <= PAGE_MOST ? q->limit : 50;
}

static void like(struct yz_sql *s, struct yz_arena *a, struct yz_str words)
{
	words = yz_str_trim(words);
	if (!words.len)
		return;
	struct yz_str pattern = yz_str_printf(a, "%%%.*s%%", YZ_P(words));
	yz_sql_add(s, " AND (c.no LIKE $1 OR c.applicant_name LIKE $1 OR c.item_name LIKE $1)", YZ_S(pattern));
}

/* Reads one row more than the page, to know whether there are more. */
static bool read_list(struct yz_sql *s, struct yz_conn *conn, struct yz_arena *a, int limit, struct yz_case_list *out,
		      struct yz_err *err)
{
	yz_sql_add(s, " LIMIT $1", YZ_I(limit + 1));
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	if (!r)
		return false;
	out->more = r->count > (size_t)limit;
	out->len = out->more ? (size_t)limit : r->count;
	out->rows = yz_new_n(a, out->len, struct yz_case_row);
	for (size_t i = 0; i < out->len; i++) {
		read_row(r, i, &out->rows[i]);
		if (r->cols > NCOLUMNS)
			out->rows[i].step = yz_row_str(r, i, NCOLUMNS);
	}
	return true;
}

bool yz_case_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		  const struct yz_case_query *q, struct yz_case_list *out, struct yz_err *err)
{
	(void)site;
	if (!yz_may(who, YZ_MAY_case_read_own))
		return yz_refuse(who, YZ_MAY_case_read_own, err);
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT " ROW_COLUMNS ", COALESCE((SELECT MIN(k.name) FROM task k WHERE k.case_id = c.id AND k.state = 'open'), '') "
		      "FROM cases c LEFT JOIN org o ON o.key = c.org WHERE c.applicant = $1", YZ_I(who->principal));
	/* An agent for some items sees the cases of those. */
	if (who->principal != who->person && !yz_str_eqz(who->agency_scope, "*"))
		yz_sql_add(s, " AND ' ' || $1 || ' ' LIKE '% ' || c.item_code || ' %'", YZ_S(who->agency_scope));
	if (q->after_due)
		yz_sql_add(s, " AND (c.submitted < $1 OR (c.submitted = $1 AND c.id < $2))", YZ_I(q->after_due), YZ_I(q->after_id));
	yz_sql_add(s, " ORDER BY c.submitted DESC, c.id DESC");
	return read_list(s, conn, a, page_size(q), out, err);
}

/* ---- the desk ---- */

static void add_desk_filters(struct yz_sql *s, struct yz_arena *a, const struct yz_actor *who, const struct yz_case_query *q)
{
	if (q->mine)
		yz_sql_add(s, " AND k.person = $1", YZ_I(who->person));
	if (q->light.len)
		yz_sql_add(s, " AND c.light = $1", YZ_S(q->light));
	if (q->item.len)
		yz_sql_add(s, " AND c.item_code = $1", YZ_S(q->item));
	if (q->after_id)
		yz_sql_add(s, " AND (COALESCE(k.due, 9223372036854775807) > $1 OR (COALESCE(k.due, 9223372036854775807) = $1 AND k.id > $2))",
			   YZ_I(q->after_due), YZ_I(q->after_id));
	like(s, a, q->words);
}

static bool desk_of(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_post *post,
		    const struct yz_case_query *q, int limit, struct yz_case_list *out, struct yz_err *err)
{
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT " ROW_COLUMNS ", k.name, k.id, p.name, k.due, (SELECT COUNT(*) FROM hurry h WHERE h.case_id = k.case_id AND h.task_id = k.id) FROM task k JOIN cases c ON c.id = k.case_id "
		      "LEFT JOIN org o ON o.key = c.org LEFT JOIN person p ON p.id = k.person "
		      "LEFT JOIN region g ON g.code = k.region "
		      "WHERE k.org = $1 AND k.role = $2 AND k.state = 'open' AND (k.post = '' OR k.post = $3) "
		      "AND COALESCE(g.path, $4) >= $4 AND COALESCE(g.path, $4) < $5",
		   YZ_S(post->org), YZ_Z(yz_role_name(post->role)), YZ_S(post->title), YZ_S(post->region_path),
		   YZ_S(yz_reach_end(a, post->region_path)));
	add_desk_filters(s, a, who, q);
	yz_sql_add(s, " ORDER BY COALESCE(k.due, 9223372036854775807), k.id LIMIT $1", YZ_I(limit + 1));
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	if (!r)
		return false;
	out->len = r->count;
	out->rows = yz_new_n(a, r->count, struct yz_case_row);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_case_row *row = &out->rows[i];
		read_row(r, i, row);
		row->step = yz_row_str(r, i, NCOLUMNS);
		row->task = yz_row_int(r, i, NCOLUMNS + 1);
		row->task_person = yz_row_str(r, i, NCOLUMNS + 2);
		row->next_due = yz_row_int(r, i, NCOLUMNS + 3);
		row->hurried = yz_row_int(r, i, NCOLUMNS + 4);
	}
	return true;
}

static int by_due(const void *x, const void *y)
{
	const struct yz_case_row *a = x, *b = y;
	yz_instant da = a->next_due ? a->next_due : INT64_MAX, db = b->next_due ? b->next_due : INT64_MAX;
	return da != db ? (da < db ? -1 : 1) : (a->task > b->task) - (a->task < b->task);
}

static bool same_post(const struct yz_post *a, const struct yz_post *b)
{
	return a->role == b->role && yz_str_eq(a->org, b->org) && yz_str_eq(a->region, b->region) && yz_str_eq(a->title, b->title);
}

bool yz_case_desk(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		  const struct yz_case_query *q, struct yz_case_list *out, struct yz_err *err)
{
	(void)site;
	*out = (struct yz_case_list){0};
	if (!yz_may(who, YZ_MAY_desk))
		return yz_refuse(who, YZ_MAY_desk, err);
	int limit = page_size(q);
	struct yz_case_row *all = yz_new_n(a, (who->nposts + 1) * ((size_t)limit + 1), struct yz_case_row);
	size_t n = 0;
	for (size_t i = 0; i < who->nposts; i++) {
		const struct yz_post *p = &who->posts[i];
		bool again = !yz_role_works(p->role);
		for (size_t k = 0; k < i; k++)
			again = again || same_post(&who->posts[k], p);
		if (again)
			continue;
		struct yz_case_list one = {0};
		if (!desk_of(conn, a, who, p, q, limit, &one, err))
			return false;
		if (one.len)
			memcpy(all + n, one.rows, one.len * sizeof *all);
		n += one.len;
	}
	qsort(all, n, sizeof *all, by_due);
	/* A post she holds for another may reach over one of her own. */
	size_t once = 0;
	for (size_t i = 0; i < n; i++)
		if (!once || all[once - 1].task != all[i].task)
			all[once++] = all[i];
	n = once;
	out->rows = all;
	out->more = n > (size_t)limit;
	out->len = out->more ? (size_t)limit : n;
	return true;
}

/* ---- copies ---- */

size_t yz_case_copies(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_copied **out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT c.no, c.item_name, b.name, d.text, d.at, d.read_at FROM case_copy d JOIN cases c ON c.id = d.case_id "
				      "JOIN person b ON b.id = d.by_person WHERE d.person = $1 ORDER BY d.at DESC, d.id DESC LIMIT $2",
				      YZ_I(who->person), YZ_I(PAGE_MOST));
	if (!r)
		return 0;
	*out = yz_new_n(a, r->count, struct yz_copied);
	for (size_t i = 0; i < r->count; i++)
		(*out)[i] = (struct yz_copied){.no = yz_row_str(r, i, 0), .item_name = yz_row_str(r, i, 1), .by = yz_row_str(r, i, 2),
					       .text = yz_row_str(r, i, 3), .at = yz_row_int(r, i, 4), .read_at = yz_row_int(r, i, 5)};
	return r->count;
}

/* ---- supervision ---- */

bool yz_case_watch(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		   const struct yz_case_query *q, struct yz_case_list *out, struct yz_err *err)
{
	(void)site;
	if (!yz_may(who, YZ_MAY_case_watch))
		return yz_refuse(who, YZ_MAY_case_watch, err);
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT " ROW_COLUMNS ", COALESCE((SELECT MIN(k.name) FROM task k WHERE k.case_id = c.id AND k.state = 'open'), '') "
		      "FROM cases c LEFT JOIN org o ON o.key = c.org JOIN region g ON g.code = c.region "
		      "WHERE c.ended IS NULL AND g.path >= $1 AND g.path < $2",
		   YZ_S(path), YZ_S(yz_reach_end(a, path)));
	if (q->light.len)
		yz_sql_add(s, " AND c.light = $1", YZ_S(q->light));
	if (q->item.len)
		yz_sql_add(s, " AND c.item_code = $1", YZ_S(q->item));
	if (q->org.len)
		yz_sql_add(s, " AND c.org = $1", YZ_S(q->org));
	if (q->after_id)
		yz_sql_add(s, " AND (COALESCE(c.next_due, 9223372036854775807) > $1 OR "
			      "(COALESCE(c.next_due, 9223372036854775807) = $1 AND c.id > $2))",
			   YZ_I(q->after_due), YZ_I(q->after_id));
	like(s, a, q->words);
	yz_sql_add(s, " ORDER BY COALESCE(c.next_due, 9223372036854775807), c.id");
	if (!read_list(s, conn, a, page_size(q), out, err))
		return false;
	for (size_t i = 0; i < out->len; i++)
		out->rows[i].applicant_name = yz_mask_name(a, out->rows[i].applicant_name);
	return true;
}

/* ---- anybody with number and tail of the id ---- */

bool yz_case_peek(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str no, struct yz_str id_tail,
		  struct yz_case_row *row, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT " ROW_COLUMNS ", c.applicant FROM cases c LEFT JOIN org o ON o.key = c.org WHERE c.no = $1",
				      YZ_S(yz_str_trim(no)));
	if (!r)
		return false;
	bool fits = false;
	if (r->count && !yz_person_tail(site, conn, a, yz_row_int(r, 0, NCOLUMNS), id_tail, &fits, err))
		return false;
	/* The same answer for a number that is not there and a tail that is wrong. */
	if (!fits)
		return yz_fail(err, YZ_NOT_FOUND, "no case with this number and id");
	read_row(r, 0, row);
	row->applicant_name = yz_mask_name(a, row->applicant_name);
	struct yz_rows *k = yz_select(conn, a, err, "SELECT name FROM task WHERE case_id = $1 AND state = 'open' ORDER BY id LIMIT 1",
				      YZ_I(row->id));
	if (!k)
		return false;
	row->step = k->count ? yz_row_str(k, 0, 0) : YZ_LIT("");
	return true;
}
