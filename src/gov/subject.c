/* gov/subject.c - whom policies are held against: rows of the register, and verified people.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/match.h"

#include "db/db.h"
#include "gov/enterprise.h"
#include "gov/known.h"
#include "gov/match_group.h"
#include "gov/site.h"

#include <assert.h>

static bool subject_gone(struct yz_err *err, bool legal, int64_t id)
{
	return legal ? yz_fail(err, YZ_NOT_FOUND, "no enterprise %lld", (long long)id)
		     : yz_fail(err, YZ_NOT_FOUND, "no verified person %lld", (long long)id);
}

static void add_ids(struct yz_sql *q, const int64_t *ids, size_t n)
{
	yz_sql_add(q, " IN (");
	for (size_t i = 0; i < n; i++) {
		if (i)
			yz_sql_add(q, ", ");
		yz_sql_val(q, YZ_I(ids[i]));
	}
	yz_sql_add(q, ")");
}

static struct yz_subject *of_enterprise(struct yz_arena *a, struct yz_enterprise *e, int64_t account)
{
	struct yz_subject *s = yz_new(a, struct yz_subject);
	*s = (struct yz_subject){.legal = true, .id = e->id, .account = account, .name = e->name, .code = e->uscc, .enterprise = e};
	return s;
}

static bool load_legal(struct yz_conn *conn, struct yz_arena *a, const int64_t *ids, size_t n, struct yz_subject **out, struct yz_err *err)
{
	struct yz_sql *q = yz_new(a, struct yz_sql), *w = yz_new(a, struct yz_sql);
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT " YZ_ENTERPRISE_SQL " WHERE e.id");
	add_ids(q, ids, n);
	struct yz_rows *r = yz_sql_select(q, conn, a, err);
	yz_sql_init(w, a);
	yz_sql_add(w, "SELECT e.id, p.id FROM enterprise e JOIN person p ON p.id_dig = e.uscc_dig WHERE p.kind = 'legal' AND p.proof >= 1 "
		      "AND p.active = 1 AND e.id");
	add_ids(w, ids, n);
	struct yz_rows *accounts = r ? yz_sql_select(w, conn, a, err) : NULL;
	for (size_t i = 0; accounts && i < r->count; i++) {
		struct yz_enterprise *e = yz_new(a, struct yz_enterprise);
		int64_t account = 0;
		yz_enterprise_row(a, r, i, e);
		for (size_t k = 0; k < accounts->count; k++)
			if (yz_row_int(accounts, k, 0) == e->id)
				account = yz_row_int(accounts, k, 1);
		for (size_t k = 0; k < n; k++)
			if (ids[k] == e->id)
				out[k] = of_enterprise(a, e, account);
	}
	return accounts != NULL;
}

/* What the house holds of those numbered from..to. */
static struct yz_known *known_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t from, int64_t to, struct yz_err *err)
{
	struct yz_policy *all;
	struct yz_known_columns *columns = yz_new(a, struct yz_known_columns);
	size_t n = yz_policy_all(conn, a, &all, err);
	if (err->code)
		return NULL;
	yz_known_columns(a, all, n, columns);
	return yz_known_load(site, conn, a, columns, from, to, yz_instant_day(yz_site_now(site), site->offset), err);
}

static bool load_natural(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const int64_t *ids, size_t n,
			 struct yz_subject **out, struct yz_err *err)
{
	struct yz_sql *q = yz_new(a, struct yz_sql);
	int64_t from = ids[0], to = ids[0];
	for (size_t i = 0; i < n; i++) {
		from = ids[i] < from ? ids[i] : from;
		to = ids[i] > to ? ids[i] : to;
	}
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT " YZ_PERSON_SUBJECT " WHERE p.kind = 'natural' AND p.proof >= 1 AND p.active = 1 AND p.id");
	add_ids(q, ids, n);
	struct yz_rows *r = yz_sql_select(q, conn, a, err);
	const struct yz_known *known = r ? known_of(site, conn, a, from, to, err) : NULL;
	for (size_t i = 0; known && i < r->count; i++) {
		struct yz_subject *s = yz_new(a, struct yz_subject);
		if (!yz_subject_person(site, a, r, i, s, err))
			return false;
		s->known = known;
		for (size_t k = 0; k < n; k++)
			if (ids[k] == s->id)
				out[k] = s;
	}
	return known != NULL;
}

bool yz_subjects_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, bool legal, const int64_t *ids, size_t n,
		      struct yz_subject **out, struct yz_err *err)
{
	assert(n <= YZ_SUBJECTS_MOST);
	for (size_t i = 0; i < n; i++)
		out[i] = NULL;
	return !n || (legal ? load_legal(conn, a, ids, n, out, err) : load_natural(site, conn, a, ids, n, out, err));
}

struct yz_subject *yz_subject_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, bool legal, int64_t id,
				   struct yz_err *err)
{
	struct yz_subject *s;
	if (!yz_subjects_load(site, conn, a, legal, &id, 1, &s, err))
		return NULL;
	if (!s)
		subject_gone(err, legal, id);
	return s;
}

struct yz_subject *yz_subject_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
				 struct yz_err *err)
{
	/* Who was named for one item sees nothing of the rest. */
	if (who->principal != who->person && !yz_str_eqz(who->agency_scope, "*"))
		return yz_fail_null(err, YZ_NOT_NOW, "%s", N_("您的委托只限一部分事项，看不了也办不了对方的政策"));
	struct yz_rows *r = yz_select(conn, a, err, "SELECT kind, proof FROM person WHERE id = $1", YZ_I(who->principal));
	if (!r)
		return NULL;
	if (!r->count || yz_row_int(r, 0, 1) < 1)
		return yz_fail_null(err, YZ_FORBIDDEN, "person %lld is not verified", (long long)who->principal);
	if (!yz_str_eqz(yz_row_str(r, 0, 0), "legal"))
		return yz_subject_load(site, conn, a, false, who->principal, err);
	struct yz_enterprise *e = yz_enterprise_of(conn, a, who->principal, err);
	return e ? of_enterprise(a, e, who->principal) : NULL;
}
