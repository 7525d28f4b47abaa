/* Lists of consultations.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/consult_row.h"

#include "gov/knowledge_row.h"
#include "gov/reach.h"

enum { LIST_MOST = 200 };

static int bounded(int limit)
{
	return limit > 0 && limit < LIST_MOST ? limit : LIST_MOST;
}

/* One more than asked for is read, to know whether there are more. */
static bool read_list(struct yz_site *site, struct yz_sql *q, struct yz_conn *conn, struct yz_arena *a, int limit,
		      struct yz_consult_list *out, struct yz_err *err)
{
	limit = bounded(limit);
	yz_sql_add(q, " LIMIT $1", YZ_I(limit + 1));
	struct yz_rows *r = yz_sql_select(q, conn, a, err);
	if (!r)
		return false;
	out->more = r->count > (size_t)limit;
	out->len = out->more ? (size_t)limit : r->count;
	out->at = yz_new_n(a, out->len, struct yz_consult);
	for (size_t i = 0; i < out->len; i++)
		if (!yz_consult_read(site, a, r, i, &out->at[i], err))
			return false;
	return true;
}

static struct yz_sql *begin(struct yz_arena *a)
{
	struct yz_sql *q = yz_new(a, struct yz_sql);
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT " YZ_CONSULT_COLUMNS "WHERE ");
	return q;
}

bool yz_consult_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_instant before,
		     int limit, struct yz_consult_list *out, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_consult_own))
		return yz_refuse(who, YZ_MAY_consult_own, err);
	struct yz_sql *q = begin(a);
	yz_sql_add(q, "c.person = $1 AND c.asked < $2", YZ_I(who->principal), YZ_I(before ? before : INT64_MAX));
	/* An agent for some items sees the questions about those. */
	if (who->principal != who->person && !yz_str_eqz(who->agency_scope, "*"))
		yz_sql_add(q, " AND c.item <> '' AND ' ' || $1 || ' ' LIKE '% ' || c.item || ' %'", YZ_S(who->agency_scope));
	yz_sql_add(q, " ORDER BY c.asked DESC, c.id DESC");
	return read_list(site, q, conn, a, limit, out, err);
}

bool yz_consult_desk(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, bool open,
		     yz_instant before, int limit, struct yz_consult_list *out, struct yz_err *err)
{
	struct yz_sql *q = begin(a);
	yz_sql_add(q, "c.org IN ");
	if (!yz_orgs_of(who, YZ_MAY_consult_answer, q, err))
		return false;
	if (open)
		yz_sql_add(q, " AND c.state = 'open' ORDER BY c.due, c.id");
	else
		yz_sql_add(q, " AND c.state <> 'open' AND c.asked < $1 ORDER BY c.asked DESC, c.id DESC", YZ_I(before ? before : INT64_MAX));
	return read_list(site, q, conn, a, limit, out, err);
}

bool yz_consult_watch(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, bool late, int limit,
		      struct yz_consult_list *out, struct yz_err *err)
{
	if (!yz_may(who, YZ_MAY_consult_watch))
		return yz_refuse(who, YZ_MAY_consult_watch, err);
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	struct yz_sql *q = begin(a);
	yz_sql_add(q, "c.state = 'open' AND g.path >= $1 AND g.path < $2", YZ_S(path), YZ_S(yz_reach_end(a, path)));
	if (late)
		yz_sql_add(q, " AND c.due <= $1", YZ_I(yz_site_now(site)));
	yz_sql_add(q, " ORDER BY c.due, c.id");
	if (!read_list(site, q, conn, a, limit, out, err))
		return false;
	for (size_t i = 0; i < out->len; i++)
		out->at[i].email = out->at[i].mobile = out->at[i].name = YZ_LIT("");
	return true;
}

bool yz_consult_rated_low(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_instant since,
			  int limit, struct yz_consult_list *out, struct yz_err *err)
{
	struct yz_sql *q = begin(a);
	yz_sql_add(q, "c.org IN ");
	if (!yz_orgs_of(who, YZ_MAY_consult_answer, q, err))
		return false;
	yz_sql_add(q, " AND c.rated >= $1 AND c.rating <= 2 ORDER BY c.rated DESC, c.id DESC", YZ_I(since));
	return read_list(site, q, conn, a, limit, out, err);
}

bool yz_consult_published(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int limit, struct yz_consult_list *out,
			  struct yz_err *err)
{
	struct yz_sql *q = begin(a);
	yz_sql_add(q, "c.published IS NOT NULL ORDER BY c.published DESC, c.id DESC");
	if (!read_list(site, q, conn, a, limit, out, err))
		return false;
	for (size_t i = 0; i < out->len; i++)
		yz_consult_hide_private(&out->at[i]);
	return true;
}
