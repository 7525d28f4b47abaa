/* gov/card.c - the cards that were issued, of cases and of questions, as one list.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/clock.h"

#include "db/db.h"
#include "gov/reach.h"
#include "gov/site.h"

/* Of whom she watches, and of that department. */
static void within(struct yz_sql *s, struct yz_arena *a, bool watches, struct yz_str path, struct yz_str org, int limit)
{
	if (org.len)
		yz_sql_add(s, " AND d.org = $1", YZ_S(org));
	if (watches)
		yz_sql_add(s, " AND g.path >= $1 AND g.path < $2", YZ_S(path), YZ_S(yz_reach_end(a, path)));
	yz_sql_add(s, " ORDER BY d.issued DESC, d.id DESC LIMIT $1", YZ_I(limit));
}

static void read_card(struct yz_arena *a, const struct yz_rows *r, size_t i, bool question, struct yz_card *c)
{
	*c = (struct yz_card){.id = yz_row_int(r, i, 0), .clock = yz_row_int(r, i, 1), .case_no = yz_row_str(r, i, 2),
			      .item_name = yz_row_str(r, i, 3), .org = yz_row_str(r, i, 4), .org_name = yz_row_str(r, i, 5),
			      .level = yz_row_str(r, i, 6), .rule = yz_row_str(r, i, 7), .person_name = yz_row_str(r, i, 8),
			      .clock_kind = yz_row_str(r, i, 9), .due = yz_row_int(r, i, 10), .issued = yz_row_int(r, i, 11),
			      .reckoning = yz_json_read(a, yz_row_str(r, i, 12), NULL, NULL), .question = question};
}

size_t yz_card_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str org,
		    yz_instant before, int limit, struct yz_card **cards, struct yz_err *err)
{
	(void)site;
	bool watches = yz_may(who, YZ_MAY_board);
	/* A department's own are asked for by its name. */
	if (!watches && (!org.len || !yz_may_in(who, YZ_MAY_desk, org, YZ_LIT("")))) {
		yz_refuse(who, YZ_MAY_board, err);
		return 0;
	}
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT d.id, d.clock_id, c.no, c.item_name, d.org, o.name, d.level, d.rule, p.name, k.kind, d.due, d.issued, d.reckoning "
		      "FROM card d JOIN cases c ON c.id = d.case_id JOIN clock k ON k.id = d.clock_id LEFT JOIN org o ON o.key = d.org "
		      "LEFT JOIN region g ON g.code = o.region LEFT JOIN person p ON p.id = d.person WHERE d.issued < $1",
		   YZ_I(before ? before : INT64_MAX));
	within(s, a, watches, path, org, limit);
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT d.id, CAST(0 AS BIGINT), q.no, q.item_name, d.org, o.name, d.level, '', '', 'consult', d.due, d.issued, d.reckoning "
		      "FROM consultation_card d JOIN consultation q ON q.id = d.consultation LEFT JOIN org o ON o.key = d.org "
		      "LEFT JOIN region g ON g.code = o.region WHERE d.issued < $1",
		   YZ_I(before ? before : INT64_MAX));
	within(s, a, watches, path, org, limit);
	struct yz_rows *q = r ? yz_sql_select(s, conn, a, err) : NULL;
	if (!q)
		return 0;
	size_t n = 0, i = 0, k = 0;
	*cards = yz_new_n(a, r->count + q->count, struct yz_card);
	while (n < (size_t)limit && (i < r->count || k < q->count)) {
		bool question = i == r->count || (k < q->count && yz_row_int(q, k, 11) > yz_row_int(r, i, 11));
		read_card(a, question ? q : r, question ? k++ : i++, question, &(*cards)[n++]);
	}
	return n;
}
