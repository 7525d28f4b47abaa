/* gov/claim.c - what was confirmed without applying (免申即享), as supervision sees it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/policy.h"

#include "db/db.h"
#include "gov/person.h"
#include "gov/reach.h"
#include "gov/site.h"

#define CLAIMS                                                                                                         \
	" FROM policy_claim m JOIN policy y ON y.key = m.policy AND y.version = m.version JOIN org o ON o.key = y.org "      \
	"JOIN region g ON g.code = o.region LEFT JOIN enterprise e ON y.whom = 'legal' AND e.id = m.subject "                \
	"LEFT JOIN person n ON y.whom = 'natural' AND n.id = m.subject LEFT JOIN person s ON s.id = m.settled_by "           \
	"WHERE m.give = 'confirm' AND g.path >= $1 AND g.path < $2"

static bool count(struct yz_conn *conn, struct yz_arena *a, struct yz_str path, yz_instant now, struct yz_claim_list *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT CAST(SUM(CASE WHEN m.settled IS NULL THEN 1 ELSE 0 END) AS BIGINT), "
				      "CAST(SUM(CASE WHEN m.settled IS NULL AND m.due <= $3 THEN 1 ELSE 0 END) AS BIGINT), "
				      "CAST(SUM(CASE WHEN m.settled IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT)" CLAIMS,
				      YZ_S(path), YZ_S(yz_reach_end(a, path)), YZ_I(now));
	if (r) {
		out->open = (size_t)yz_row_int(r, 0, 0);
		out->late = (size_t)yz_row_int(r, 0, 1);
		out->settled = (size_t)yz_row_int(r, 0, 2);
	}
	return r != NULL;
}

bool yz_claim_watch(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, bool late, int64_t before,
		    int limit, struct yz_claim_list *out, struct yz_err *err)
{
	*out = (struct yz_claim_list){0};
	if (!yz_may(who, YZ_MAY_board))
		return yz_refuse(who, YZ_MAY_board, err);
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	yz_instant now = yz_site_now(site);
	if (!count(conn, a, path, now, out, err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT m.id, m.policy, y.name, o.name, y.whom, e.name, n.name, m.amount, s.name, m.at, m.due, m.settled" CLAIMS
				      " AND m.id < $3 AND ($4 = 0 OR (m.settled IS NULL AND m.due <= $5)) ORDER BY m.id DESC LIMIT $6",
				      YZ_S(path), YZ_S(yz_reach_end(a, path)), YZ_I(before ? before : INT64_MAX), YZ_I(late), YZ_I(now), YZ_I(limit));
	if (!r)
		return false;
	out->at = yz_new_n(a, r->count, struct yz_claim_row);
	for (; out->len < r->count; out->len++) {
		size_t i = out->len;
		bool legal = yz_str_eqz(yz_row_str(r, i, 4), "legal");
		out->at[i] = (struct yz_claim_row){.id = yz_row_int(r, i, 0), .policy = yz_row_str(r, i, 1), .policy_name = yz_row_str(r, i, 2),
						   .org_name = yz_row_str(r, i, 3),
						   .subject = legal ? yz_row_str(r, i, 5) : yz_mask_name(a, yz_row_str(r, i, 6)),
						   .amount = yz_row_str(r, i, 7), .settled_by = yz_row_str(r, i, 8), .at = yz_row_int(r, i, 9),
						   .due = yz_row_int(r, i, 10), .settled = yz_row_int(r, i, 11)};
	}
	return true;
}
