/* gov/look_mine.c - what a person sees of who looked at hers and who did what.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/look.h"

#include "db/db.h"

/* The posts of those who did it, then: the one of the case's department, else the first that she held at that time. */
struct posts {
	struct yz_rows *r;
};

static bool posts_of(struct yz_conn *conn, struct yz_arena *a, const int64_t *people, size_t n, struct posts *out, struct yz_err *err)
{
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT p.person, p.org, o.name, p.role, p.from_at, COALESCE(p.until_at, 9223372036854775807) FROM post p "
		      "LEFT JOIN org o ON o.key = p.org WHERE p.person IN (0");
	for (size_t i = 0; i < n; i++) {
		bool again = !people[i];
		for (size_t k = 0; k < i; k++)
			again = again || people[k] == people[i];
		if (again)
			continue;
		yz_sql_add(s, ", ");
		yz_sql_val(s, YZ_I(people[i]));
	}
	yz_sql_add(s, ") ORDER BY p.id");
	return (out->r = yz_sql_select(s, conn, a, err)) != NULL;
}

static void name_post(const struct posts *p, int64_t person, struct yz_str org, struct yz_traced *t)
{
	size_t found = SIZE_MAX;
	for (size_t i = 0; i < p->r->count; i++) {
		if (yz_row_int(p->r, i, 0) != person || yz_row_int(p->r, i, 4) > t->at || yz_row_int(p->r, i, 5) <= t->at)
			continue;
		bool same = yz_str_eq(yz_row_str(p->r, i, 1), org);
		if (found == SIZE_MAX || same)
			found = i;
		if (same)
			break;
	}
	if (found == SIZE_MAX)
		return;
	t->org_name = yz_row_str(p->r, found, 2);
	t->role = yz_row_str(p->r, found, 3);
}

/* ---- looks ---- */

enum { ID, AT, WHAT, NO, PURPOSE, CASE_NO, ITEM_NAME, BY_NAME, LICENCE, THING, ORG_NAME, ROLE, BY, CASE_ORG };

static void read_look(struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_traced *t)
{
	struct yz_str no = yz_row_str(r, i, NO), what = yz_row_str(r, i, WHAT);
	*t = (struct yz_traced){.id = yz_row_int(r, i, ID), .at = yz_row_int(r, i, AT), .purpose = yz_row_str(r, i, PURPOSE),
				.what = no.len ? yz_str_printf(a, "%.*s %.*s", YZ_P(what), YZ_P(no)) : what,
				.case_no = yz_row_str(r, i, CASE_NO), .item_name = yz_row_str(r, i, ITEM_NAME),
				.by_name = yz_row_str(r, i, BY_NAME), .licence = yz_row_int(r, i, LICENCE), .thing = yz_row_str(r, i, THING),
				.org_name = yz_row_str(r, i, ORG_NAME), .role = yz_row_str(r, i, ROLE)};
}

bool yz_looks_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str case_no,
		   int64_t before, size_t most, struct yz_traces *out, struct yz_err *err)
{
	(void)site;
	*out = (struct yz_traces){0};
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	yz_sql_add(s, "SELECT u.id, u.at, COALESCE(g.name, l.type, u.what), l.no, u.purpose, c.no, c.item_name, p.name, u.licence, u.thing, o.name, "
		      "u.role, u.by_person, c.org FROM pull u LEFT JOIN licence l ON l.id = u.licence LEFT JOIN register g ON g.kind = 'register' AND "
		      "g.key = u.register AND g.ended IS NULL LEFT JOIN cases c ON c.id = u.case_id LEFT JOIN org o ON o.key = u.org "
		      "LEFT JOIN person p ON p.id = u.by_person WHERE (u.person = $1 OR u.licence IN (SELECT id FROM licence WHERE holder = $1)",
		   YZ_I(who->person));
	/* A number that she only claims opens nothing. */
	if (who->proof >= 1)
		yz_sql_add(s, " OR (u.subject_dig <> '' AND u.subject_dig = (SELECT id_dig FROM person WHERE id = $1)) OR (u.thing = 'export' AND "
			      "u.register IN (SELECT d.register FROM record d WHERE d.subject_dig = (SELECT id_dig FROM person WHERE id = $1)))",
			   YZ_I(who->person));
	yz_sql_add(s, ") AND ($1 = 0 OR u.id < $1) AND ($2 = '' OR (c.no = $2 AND c.applicant = $3)) ORDER BY u.id DESC LIMIT $4", YZ_I(before),
		   YZ_S(case_no), YZ_I(who->person), YZ_I((int64_t)most));
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	if (!r)
		return false;
	int64_t *people = yz_new_n(a, r->count + 1, int64_t);
	for (size_t i = 0; i < r->count; i++)
		people[i] = yz_row_int(r, i, BY);
	struct posts posts;
	if (!posts_of(conn, a, people, r->count, &posts, err))
		return false;
	out->at = yz_new_n(a, r->count + 1, struct yz_traced);
	out->len = r->count;
	for (size_t i = 0; i < r->count; i++) {
		read_look(a, r, i, &out->at[i]);
		out->at[i].hers = people[i] == who->person;
		if (!out->at[i].org_name.len && !out->at[i].hers)
			name_post(&posts, people[i], yz_row_str(r, i, CASE_ORG), &out->at[i]);
	}
	return true;
}

/* ---- acts ---- */

bool yz_acts_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str case_no,
		  yz_instant before, size_t most, struct yz_traces *out, struct yz_err *err)
{
	(void)site;
	*out = (struct yz_traces){0};
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT l.seq, l.at, l.act, l.actor_kind, l.actor_id, l.actor_name, c.no, c.item_name, c.org, c.agent FROM cases c "
				      "JOIN ledger l ON l.thing_kind = 'case' AND l.thing_id = c.id WHERE c.applicant = $1 AND ($2 = '' OR c.no = $2) "
				      "AND l.at < $3 ORDER BY l.at DESC, l.seq DESC LIMIT $4",
				      YZ_I(who->person), YZ_S(case_no), YZ_I(before ? before : INT64_MAX), YZ_I((int64_t)most));
	if (!r)
		return false;
	int64_t *people = yz_new_n(a, r->count + 1, int64_t);
	for (size_t i = 0; i < r->count; i++)
		people[i] = yz_row_int(r, i, 4);
	struct posts posts;
	if (!posts_of(conn, a, people, r->count, &posts, err))
		return false;
	out->at = yz_new_n(a, r->count + 1, struct yz_traced);
	out->len = r->count;
	for (size_t i = 0; i < r->count; i++) {
		struct yz_traced *t = &out->at[i];
		bool staff = yz_str_eqz(yz_row_str(r, i, 3), "staff");
		*t = (struct yz_traced){.id = yz_row_int(r, i, 0), .at = yz_row_int(r, i, 1), .act = yz_row_str(r, i, 2),
					.by_name = staff ? yz_row_str(r, i, 5) : YZ_LIT(""), .case_no = yz_row_str(r, i, 6),
					.item_name = yz_row_str(r, i, 7),
					.hers = yz_str_eqz(yz_row_str(r, i, 3), "person")};
		if (staff)
			name_post(&posts, people[i], yz_row_str(r, i, 8), t);
	}
	return true;
}
