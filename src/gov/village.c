/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/village.h"

#include "db/db.h"
#include "gov/case_light.h"
#include "gov/reach.h"

enum { TOWN = 4, VILLAGE = 5 };

/* Her first post in a town or a village; those she holds for others come behind her own. */
static bool find_post(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_post **post, struct yz_villages *out,
		      struct yz_err *err)
{
	*post = NULL;
	for (size_t i = 0; !*post && i < who->nposts; i++) {
		const struct yz_post *p = &who->posts[i];
		if (!yz_role_works(p->role))
			continue;
		struct yz_rows *r = yz_select(conn, a, err, "SELECT name, level FROM region WHERE code = $1", YZ_S(p->region));
		if (!r)
			return false;
		if (!r->count || (yz_row_int(r, 0, 1) != TOWN && yz_row_int(r, 0, 1) != VILLAGE))
			continue;
		*post = p;
		out->place = yz_row_str(r, 0, 0);
		out->worker = yz_row_int(r, 0, 1) == VILLAGE;
	}
	return true;
}

/* Under way in her region, and her department's: it has or had a step of it there. */
static void within(struct yz_sql *s, struct yz_arena *a, const struct yz_post *p)
{
	yz_sql_add(s, "FROM cases c JOIN region g ON g.code = c.region LEFT JOIN org o ON o.key = c.org WHERE c.ended IS NULL AND g.path >= $1 "
		      "AND g.path < $2 AND EXISTS (SELECT 1 FROM task k JOIN region t ON t.code = k.region WHERE k.case_id = c.id AND k.org = $3 AND t.path >= $1 AND t.path < $2)",
		   YZ_S(p->region_path), YZ_S(yz_reach_end(a, p->region_path)), YZ_S(p->org));
}

static bool read_villages(struct yz_conn *conn, struct yz_arena *a, const struct yz_post *p, struct yz_villages *out, struct yz_err *err)
{
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT g.code, g.name, COUNT(*), SUM(CASE WHEN c.light = 'late' THEN 1 ELSE 0 END), SUM(CASE WHEN c.light = 'warn' THEN 1 ELSE 0 END) ");
	within(s, a, p);
	yz_sql_add(s, " GROUP BY g.code, g.name ORDER BY g.code");
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	if (!r)
		return false;
	out->len = r->count;
	out->at = yz_new_n(a, r->count, struct yz_village);
	for (size_t i = 0; i < r->count; i++)
		out->at[i] = (struct yz_village){yz_row_str(r, i, 0), yz_row_str(r, i, 1), yz_row_int(r, i, 2), yz_row_int(r, i, 3), yz_row_int(r, i, 4)};
	return true;
}

static bool read_cases(struct yz_conn *conn, struct yz_arena *a, const struct yz_post *p, struct yz_str village, struct yz_villages *out,
		       struct yz_err *err)
{
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT c.id, c.no, c.item_name, c.applicant_name, c.state, c.light, c.next_due, c.submitted, g.name, "
		      "(SELECT MIN(k.name) FROM task k WHERE k.case_id = c.id AND k.state = 'open') ");
	within(s, a, p);
	if (village.len)
		yz_sql_add(s, " AND c.region = $1", YZ_S(village));
	yz_sql_add(s, " ORDER BY COALESCE(c.next_due, 9223372036854775807), c.id LIMIT $1", YZ_I(YZ_VILLAGE_CASES + 1));
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	if (!r)
		return false;
	out->more = r->count > YZ_VILLAGE_CASES;
	out->ncases = out->more ? YZ_VILLAGE_CASES : r->count;
	out->cases = yz_new_n(a, r->count, struct yz_case_row);
	for (size_t i = 0; i < out->ncases; i++) {
		struct yz_case_row *c = &out->cases[i];
		*c = (struct yz_case_row){.id = yz_row_int(r, i, 0), .no = yz_row_str(r, i, 1), .item_name = yz_row_str(r, i, 2),
					  .applicant_name = yz_row_str(r, i, 3), .light = yz_light_parse(yz_row_str(r, i, 5)),
					  .next_due = yz_row_int(r, i, 6), .submitted = yz_row_int(r, i, 7), .org_name = yz_row_str(r, i, 8),
					  .step = yz_row_str(r, i, 9)};
		if (!yz_case_state_parse(yz_row_str(r, i, 4), &c->state))
			return yz_fail(err, YZ_CORRUPT, "case %.*s is in an unknown state", YZ_P(c->no));
	}
	return true;
}

bool yz_villages(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str village, struct yz_villages *out,
		 struct yz_err *err)
{
	const struct yz_post *p;
	*out = (struct yz_villages){0};
	if (!yz_may(who, YZ_MAY_desk))
		return yz_refuse(who, YZ_MAY_desk, err);
	if (!find_post(conn, a, who, &p, out, err))
		return false;
	return !p || (read_villages(conn, a, p, out, err) && read_cases(conn, a, p, village, out, err));
}
