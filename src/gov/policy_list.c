/* gov/policy_list.c - what an official sees of a policy, and an enterprise of all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/match.h"

#include "db/db.h"
#include "gov/person.h"
#include "gov/site.h"

#include <stdlib.h>

enum { PAGE_MOST = 200 };

static int by_id(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
	return (a > b) - (a < b);
}

/* Subjects of one column, rising. */
struct ids {
	int64_t *at;
	yz_instant *told; /* of each, when she was told last; or NULL */
	size_t len;
};

static bool has(const struct ids *s, int64_t id)
{
	return s->len && bsearch(&id, s->at, s->len, sizeof *s->at, by_id);
}

static bool read_told(struct yz_conn *conn, struct yz_arena *a, struct yz_str policy, struct ids *out, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT subject, MAX(at) FROM policy_told WHERE policy = $1 GROUP BY subject ORDER BY subject LIMIT $2",
				      YZ_S(policy), YZ_I(YZ_ROWS_MOST));
	if (!r)
		return false;
	*out = (struct ids){yz_new_n(a, r->count, int64_t), yz_new_n(a, r->count, yz_instant), r->count};
	for (size_t i = 0; i < r->count; i++) {
		out->at[i] = yz_row_int(r, i, 0);
		out->told[i] = yz_row_int(r, i, 1);
	}
	return true;
}

/* 0: never. */
static yz_instant told_at(const struct ids *s, int64_t id)
{
	const int64_t *at = s->len ? bsearch(&id, s->at, s->len, sizeof *s->at, by_id) : NULL;
	return at ? s->told[at - s->at] : 0;
}

bool yz_match_untold(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str policy, size_t most,
		     int64_t **out, size_t *n, struct yz_err *err)
{
	struct yz_match_counts c;
	struct ids told;
	int64_t *all;
	*n = 0;
	if (!yz_match_refresh(site, conn, err) || !read_told(conn, a, policy, &told, err))
		return false;
	yz_match_count(site, policy, &c);
	size_t len = yz_match_subjects(site, a, policy, YZ_MATCH_YES, 0, c.yes, &all);
	*out = yz_new_n(a, len < most ? len : most, int64_t);
	for (size_t i = 0; i < len && *n < most; i++)
		if (!has(&told, all[i]))
			(*out)[(*n)++] = all[i];
	return true;
}

/* ---- an official's list ---- */

static struct yz_match_row *row_of(struct yz_match_list *list, int64_t subject)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->rows[i].subject->id == subject)
			return &list->rows[i];
	return NULL;
}

/* Of all rows at once; of several versions the newest stands. */
static bool read_claims(struct yz_conn *conn, struct yz_arena *a, const struct yz_policy *p, struct yz_match_list *list, struct yz_err *err)
{
	struct yz_sql *q = yz_new(a, struct yz_sql);
	if (!list->len)
		return true;
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT subject, id, at, settled, give FROM policy_claim WHERE policy = $1 AND subject IN (", YZ_S(p->key));
	for (size_t i = 0; i < list->len; i++) {
		if (i)
			yz_sql_add(q, ", ");
		yz_sql_val(q, YZ_I(list->rows[i].subject->id));
	}
	yz_sql_add(q, ") ORDER BY version");
	struct yz_rows *r = yz_sql_select(q, conn, a, err);
	for (size_t i = 0; r && i < r->count; i++) {
		struct yz_match_row *row = row_of(list, yz_row_int(r, i, 0));
		row->claim = yz_row_int(r, i, 1);
		row->claimed = yz_row_int(r, i, 2);
		row->settled = yz_row_int(r, i, 3);
		row->confirm = yz_str_eqz(yz_row_str(r, i, 4), "confirm");
	}
	return r != NULL;
}

/* The subjects to list, one more than asked for where there are more. */
static bool choose(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_policy *p, enum yz_match_show show,
		   int64_t after, size_t most, const struct ids *told, struct ids *out, struct yz_err *err)
{
	if (show == YZ_SHOW_CLAIMED) {
		struct yz_rows *r = yz_select(conn, a, err,
					      "SELECT DISTINCT subject FROM policy_claim WHERE policy = $1 AND subject > $2 ORDER BY subject LIMIT $3",
					      YZ_S(p->key), YZ_I(after), YZ_I((int64_t)most));
		*out = (struct ids){.at = yz_new_n(a, r ? r->count : 0, int64_t), .len = r ? r->count : 0};
		for (size_t i = 0; i < out->len; i++)
			out->at[i] = yz_row_int(r, i, 0);
		return r != NULL;
	}
	enum yz_match state = show == YZ_SHOW_NEAR ? YZ_MATCH_NEAR : YZ_MATCH_YES;
	/* Those who were told stand between: so many more are looked at. */
	size_t n = yz_match_subjects(site, a, p->key, state, after, show == YZ_SHOW_UNTOLD ? most + told->len : most, &out->at);
	out->len = 0;
	for (size_t i = 0; i < n && out->len < most; i++)
		if (show != YZ_SHOW_UNTOLD || !has(told, out->at[i]))
			out->at[out->len++] = out->at[i];
	return true;
}

static bool count_all(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_policy *p, const struct ids *told,
		      struct yz_match_list *out, struct yz_err *err)
{
	int64_t claimed, *all;
	yz_match_count(site, p->key, &out->counts);
	size_t n = yz_match_subjects(site, a, p->key, YZ_MATCH_YES, 0, out->counts.yes, &all);
	for (size_t i = 0; i < n; i++)
		out->untold += !has(told, all[i]);
	bool ok = yz_select_int(conn, &claimed, 0, err, "SELECT COUNT(DISTINCT subject) FROM policy_claim WHERE policy = $1", YZ_S(p->key));
	out->claimed = (size_t)claimed;
	return ok;
}

bool yz_match_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		   const struct yz_policy *policy, enum yz_match_show show, int64_t after, size_t limit, struct yz_match_list *out,
		   struct yz_err *err)
{
	struct ids told, chosen;
	bool legal = yz_str_eqz(policy->text.whom, "legal");
	*out = (struct yz_match_list){0};
	limit = limit && limit <= PAGE_MOST ? limit : PAGE_MOST;
	if (!yz_policy_may(who, YZ_MAY_policy_read, policy))
		return yz_refuse(who, YZ_MAY_policy_read, err);
	if (!yz_match_refresh(site, conn, err) || !read_told(conn, a, policy->key, &told, err) ||
	    !count_all(site, conn, a, policy, &told, out, err) ||
	    !choose(site, conn, a, policy, show, after, limit + 1, &told, &chosen, err))
		return false;
	size_t n = chosen.len < limit ? chosen.len : limit;
	out->next = chosen.len > limit ? chosen.at[limit - 1] : 0;
	out->rows = yz_new_n(a, n, struct yz_match_row);
	for (size_t i = 0; i < n; i++) {
		struct yz_match_row *row = &out->rows[out->len];
		struct yz_err gone = {0};
		row->subject = yz_subject_load(site, conn, a, legal, chosen.at[i], &gone);
		/* An account closed since: the next refresh leaves it out. */
		if (!row->subject && gone.code == YZ_NOT_FOUND)
			continue;
		if (!row->subject || !yz_match_pair(site, a, policy->key, row->subject, false, YZ_LANG_ZH, &row->pair, &gone)) {
			*err = gone;
			return false;
		}
		if (!legal)
			row->subject->name = yz_mask_name(a, row->subject->name);
		row->told = told_at(&told, row->subject->id);
		out->len++;
	}
	return read_claims(conn, a, policy, out, err);
}

/* ---- her own ---- */

/* Her claims of all policies, older versions first. */
static struct yz_rows *read_mine(struct yz_conn *conn, struct yz_arena *a, const struct yz_subject *s, struct yz_err *err)
{
	return yz_select(conn, a, err,
			 "SELECT c.policy, c.at, c.settled, (SELECT d.id FROM draft d WHERE d.id = c.draft) FROM policy_claim c "
			 "WHERE c.subject = $1 ORDER BY c.version",
			 YZ_I(s->id));
}

static void put_claim(const struct yz_rows *r, struct yz_match_mine *m)
{
	for (size_t i = 0; i < r->count; i++)
		if (yz_str_eq(yz_row_str(r, i, 0), m->policy->key)) {
			m->claimed = yz_row_int(r, i, 1);
			m->settled = yz_row_int(r, i, 2);
			m->draft = yz_row_int(r, i, 3);
		}
}

bool yz_match_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_subject *s, enum yz_lang lang,
		   struct yz_match_mine **out, size_t *n, struct yz_err *err)
{
	struct yz_policy *all;
	size_t len = yz_policy_all(conn, a, &all, err);
	yz_day today = yz_instant_day(yz_site_now(site), site->offset);
	*n = 0;
	struct yz_rows *claims = err->code ? NULL : read_mine(conn, a, s, err);
	if (!claims || !yz_match_refresh(site, conn, err))
		return false;
	*out = yz_new_n(a, len, struct yz_match_mine);
	for (size_t i = 0; i < len; i++) {
		struct yz_match_mine *m = &(*out)[*n];
		struct yz_err none = {0};
		if (yz_str_eqz(all[i].text.whom, "legal") != s->legal || !yz_policy_holds(&all[i].text, today) ||
		    !yz_match_pair(site, a, all[i].key, s, false, lang, &m->pair, &none))
			continue;
		m->policy = &all[i];
		put_claim(claims, m);
		++*n;
	}
	return true;
}
