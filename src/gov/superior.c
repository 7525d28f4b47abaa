/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/superior.h"

#include "db/db.h"
#include "gov/message.h"
#include "gov/site.h"

static bool take(const struct yz_rows *r, struct yz_people *out)
{
	*out = (struct yz_people){0};
	for (size_t i = 0; r && i < r->count && out->n < YZ_SUPERIORS_MOST; i++)
		out->at[out->n++] = yz_row_int(r, i, 0);
	return r != NULL;
}

bool yz_people_of(struct yz_conn *conn, struct yz_arena *a, struct yz_str org, const char *role, yz_instant now, struct yz_people *out,
		  struct yz_err *err)
{
	return take(yz_select(conn, a, err,
			      "SELECT DISTINCT p.person FROM post p JOIN person q ON q.id = p.person WHERE p.org = $1 AND (p.role = $2 OR ($2 = '' AND "
			      "p.role IN ('window', 'reviewer', 'decider', 'worker'))) AND q.active = 1 AND p.from_at <= $3 "
			      "AND (p.until_at IS NULL OR p.until_at > $3) ORDER BY p.person LIMIT $4",
			      YZ_S(org), YZ_Z(role), YZ_I(now), YZ_I(YZ_SUPERIORS_MOST)),
		    out);
}

bool yz_government(struct yz_conn *conn, struct yz_arena *a, yz_instant now, struct yz_people *out, struct yz_err *err)
{
	return yz_people_of(conn, a, yz_site_setting(conn, a, "government.org", ""), "decider", now, out, err);
}

bool yz_supervisors(struct yz_conn *conn, struct yz_arena *a, struct yz_str path, bool above, yz_instant now, struct yz_people *out,
		    struct yz_err *err)
{
	/* Regions around a place lie within one another, so their level tells them apart. */
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT p.person, MAX(g.level) FROM post p JOIN region g ON g.code = p.region JOIN person q ON q.id = p.person "
				      "WHERE p.role = 'supervisor' AND $1 LIKE g.path || '%' AND q.active = 1 AND p.from_at <= $2 "
				      "AND (p.until_at IS NULL OR p.until_at > $2) GROUP BY p.person ORDER BY 2 DESC, p.person",
				      YZ_S(path), YZ_I(now));
	*out = (struct yz_people){0};
	int64_t level = r && r->count ? yz_row_int(r, 0, 1) : 0;
	for (size_t i = 0; above && r && i < r->count; i++)
		if (yz_row_int(r, i, 1) < level) {
			level = yz_row_int(r, i, 1);
			above = false;
		}
	if (above)
		return r != NULL;
	for (size_t i = 0; r && i < r->count && out->n < YZ_SUPERIORS_MOST; i++)
		if (yz_row_int(r, i, 1) == level)
			out->at[out->n++] = yz_row_int(r, i, 0);
	return r != NULL;
}

bool yz_people_has(const struct yz_people *all, int64_t person)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->at[i] == person)
			return true;
	return false;
}

void yz_people_join(struct yz_people *all, const struct yz_people *more)
{
	for (size_t i = 0; i < more->n && all->n < YZ_SUPERIORS_MOST; i++)
		if (!yz_people_has(all, more->at[i]))
			all->at[all->n++] = more->at[i];
}

bool yz_people_tell(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_people *all, struct yz_str link,
		    struct yz_str title, struct yz_str body, struct yz_err *err)
{
	for (size_t i = 0; i < all->n; i++)
		if (!yz_message_put(site, conn, a, YZ_TOPIC_progress, all->at[i], 0, link, title, body, err))
			return false;
	return true;
}

bool yz_heads(const struct yz_actor *who, struct yz_str org)
{
	for (size_t i = 0; org.len && i < who->nposts; i++)
		if (who->posts[i].role == YZ_ROLE_DECIDER && !who->posts[i].deputy_of && yz_str_eq(who->posts[i].org, org))
			return true;
	return false;
}

bool yz_heads_government(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who)
{
	return yz_heads(who, yz_site_setting(conn, a, "government.org", ""));
}

bool yz_works_in(const struct yz_actor *who, struct yz_str org)
{
	for (size_t i = 0; i < who->nposts; i++)
		if (yz_role_works(who->posts[i].role) && !who->posts[i].deputy_of && yz_str_eq(who->posts[i].org, org))
			return true;
	return false;
}

int32_t yz_setting_days(struct yz_conn *conn, struct yz_arena *a, const char *key, int32_t usual, int32_t most)
{
	int64_t days;
	return yz_str_int(yz_site_setting(conn, a, key, ""), &days) && days >= 1 && days <= most ? (int32_t)days : usual;
}
