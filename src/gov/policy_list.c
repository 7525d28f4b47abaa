/* gov/policy_list.c - what an official sees of a policy, and an enterprise of all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/match.h"

#include "db/db.h"
#include "gov/known.h"
#include "gov/person.h"
#include "gov/site.h"

#include <stdlib.h>

enum { PAGE_MOST = YZ_SUBJECTS_MOST, NEAR_ROUNDS = 10 };

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
	bool legal = yz_str_eqz(p->text.whom, "legal");
	if (!list->len)
		return true;
	yz_sql_init(q, a);
	yz_sql_add(q, "SELECT m.subject, m.id, m.at, m.settled, m.give, m.due, b.name, c.no, c.state, c.outcome, c.submitted, c.decided, f.name, "
		      "(SELECT s.name FROM task k JOIN person s ON s.id = k.person WHERE k.case_id = c.id AND k.act = 'decide' AND k.state = 'done' "
		      "ORDER BY k.id DESC LIMIT 1), c.filed_by FROM policy_claim m JOIN person b ON b.id = m.person LEFT JOIN cases c ON c.id = m.case_id "
		      "LEFT JOIN person f ON f.id = COALESCE(c.filed_by, c.agent, c.applicant) WHERE m.policy = $1 AND m.subject IN (",
		   YZ_S(p->key));
	for (size_t i = 0; i < list->len; i++) {
		if (i)
			yz_sql_add(q, ", ");
		yz_sql_val(q, YZ_I(list->rows[i].subject->id));
	}
	yz_sql_add(q, ") ORDER BY m.version");
	struct yz_rows *r = yz_sql_select(q, conn, a, err);
	for (size_t i = 0; r && i < r->count; i++) {
		struct yz_match_row *row = row_of(list, yz_row_int(r, i, 0));
		bool staff = !yz_row_null(r, i, 14);
		row->claim = yz_row_int(r, i, 1);
		row->claimed = yz_row_int(r, i, 2);
		row->settled = yz_row_int(r, i, 3);
		row->confirm = yz_str_eqz(yz_row_str(r, i, 4), "confirm");
		row->due = yz_row_int(r, i, 5);
		row->claimed_by = legal ? yz_row_str(r, i, 6) : yz_mask_name(a, yz_row_str(r, i, 6));
		row->case_no = yz_row_str(r, i, 7);
		row->case_state = yz_row_str(r, i, 8);
		row->outcome = yz_row_str(r, i, 9);
		row->submitted = yz_row_int(r, i, 10);
		row->decided = yz_row_int(r, i, 11);
		row->submitted_by = legal || staff ? yz_row_str(r, i, 12) : yz_mask_name(a, yz_row_str(r, i, 12));
		row->decided_by = yz_row_str(r, i, 13);
	}
	return r != NULL;
}

/* ---- whose name is read ---- */

/* She grows into it within a year: no more than time is wanting. */
enum yz_match_time yz_match_time(const struct yz_match_short *s)
{
	struct yz_dec by;
	bool months = yz_str_ends(s->fact, YZ_LIT("月数")), years = yz_str_eqz(s->fact, "年龄") || yz_str_ends(s->fact, YZ_LIT("年数"));
	if ((!months && !years) || !s->is.len || !yz_dec_parse(s->by, &by))
		return YZ_TIME_NOT;
	/* Who is too old grows no younger. */
	bool over = !s->less && yz_dec_cmp(by, yz_dec_int(months ? YZ_COMING_MONTHS : YZ_COMING_YEARS)) <= 0;
	return over ? YZ_TIME_COMING : YZ_TIME_FAR;
}

bool yz_match_near_shown(const struct yz_policy *policy, const struct yz_subject *s, const struct yz_match_pair *pair)
{
	if (s->legal || policy->text.near == YZ_NEAR_ALL)
		return true;
	if (policy->text.near == YZ_NEAR_COUNT || pair->nshorts != 1)
		return false;
	const struct yz_known_value *v = yz_known_find(s->known, s->id, pair->shorts[0].fact);
	return yz_match_time(&pair->shorts[0]) == YZ_TIME_COMING || (v && yz_str_eq(v->org, policy->org));
}

bool yz_match_may_see(struct yz_site *site, struct yz_conn *conn, const struct yz_actor *who, const struct yz_policy *policy,
		      const struct yz_subject *s, const struct yz_match_pair *pair, bool *may, struct yz_err *err)
{
	int64_t claims = 0;
	(void)site;
	*may = yz_policy_may_see(who, policy);
	if (!*may || s->legal || pair->state == YZ_MATCH_YES)
		return true;
	if (!yz_select_int(conn, &claims, 0, err, "SELECT COUNT(*) FROM policy_claim WHERE policy = $1 AND subject = $2", YZ_S(policy->key),
			   YZ_I(s->id)))
		return false;
	*may = claims || (pair->state == YZ_MATCH_NEAR && yz_match_near_shown(policy, s, pair));
	return true;
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
	int64_t *all;
	yz_match_count(site, p->key, &out->counts);
	size_t n = yz_match_subjects(site, a, p->key, YZ_MATCH_YES, 0, out->counts.yes, &all);
	for (size_t i = 0; i < n; i++)
		out->untold += !has(told, all[i]);
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT (SELECT COUNT(DISTINCT subject) FROM policy_told WHERE policy = $1), "
				      "(SELECT COUNT(DISTINCT subject) FROM policy_told WHERE policy = $1 AND opened IS NOT NULL), "
				      "(SELECT COUNT(DISTINCT subject) FROM policy_claim WHERE policy = $1), "
				      "(SELECT COUNT(DISTINCT subject) FROM policy_claim WHERE policy = $1 AND (case_id IS NOT NULL OR give = 'confirm')), "
				      "(SELECT COUNT(DISTINCT m.subject) FROM policy_claim m LEFT JOIN cases c ON c.id = m.case_id WHERE m.policy = $1 "
				      "AND (m.settled IS NOT NULL OR c.outcome = 'grant'))",
				      YZ_S(p->key));
	if (r)
		out->way = (struct yz_match_way){(size_t)yz_row_int(r, 0, 0), (size_t)yz_row_int(r, 0, 1), (size_t)yz_row_int(r, 0, 2),
						 (size_t)yz_row_int(r, 0, 3), (size_t)yz_row_int(r, 0, 4)};
	return r != NULL;
}

/* Of those chosen the rows that may be shown. */
static bool take_rows(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_policy *policy,
		      enum yz_match_show show, const struct ids *told, const int64_t *ids, size_t n, struct yz_match_list *out,
		      struct yz_err *err)
{
	bool legal = yz_str_eqz(policy->text.whom, "legal");
	struct yz_subject *subjects[YZ_SUBJECTS_MOST];
	if (!yz_subjects_load(site, conn, a, legal, ids, n, subjects, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct yz_match_row *row = &out->rows[out->len];
		*row = (struct yz_match_row){.subject = subjects[i]};
		/* An account closed since: the next refresh leaves it out. */
		if (!row->subject)
			continue;
		if (!yz_match_pair(site, a, policy->key, row->subject, false, YZ_LANG_ZH, &row->pair, err))
			return false;
		if (show == YZ_SHOW_NEAR && !yz_match_near_shown(policy, row->subject, &row->pair))
			continue;
		if (!legal)
			row->subject->name = yz_mask_name(a, row->subject->name);
		row->told = told_at(told, row->subject->id);
		out->len++;
	}
	return true;
}

bool yz_match_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		   const struct yz_policy *policy, enum yz_match_show show, int64_t after, size_t limit, struct yz_match_list *out,
		   struct yz_err *err)
{
	struct ids told, chosen;
	bool some = show == YZ_SHOW_NEAR && !yz_str_eqz(policy->text.whom, "legal") && policy->text.near != YZ_NEAR_ALL;
	*out = (struct yz_match_list){0};
	limit = limit && limit <= PAGE_MOST ? limit : PAGE_MOST;
	if (!yz_policy_may(who, YZ_MAY_policy_read, policy))
		return yz_refuse(who, YZ_MAY_policy_read, err);
	if (!yz_match_refresh(site, conn, err) || !read_told(conn, a, policy->key, &told, err) ||
	    !count_all(site, conn, a, policy, &told, out, err))
		return false;
	out->hidden = !yz_policy_may_see(who, policy) || (some && policy->text.near == YZ_NEAR_COUNT);
	if (out->hidden)
		return true;
	out->rows = yz_new_n(a, limit, struct yz_match_row);
	/* Where few of those looked at are shown, so many more are looked at, but not all of a county. */
	for (size_t round = 0; round < (some ? NEAR_ROUNDS : 1) && out->len < limit; round++) {
		size_t most = limit - out->len;
		if (!choose(site, conn, a, policy, show, after, most + 1, &told, &chosen, err))
			return false;
		size_t n = chosen.len < most ? chosen.len : most;
		out->next = after = chosen.len > most ? chosen.at[most - 1] : 0;
		if (!take_rows(site, conn, a, policy, show, &told, chosen.at, n, out, err))
			return false;
		if (!out->next)
			break;
	}
	return read_claims(conn, a, policy, out, err);
}

struct telling {
	struct yz_site *site;
	const struct yz_policy *policies;
	size_t n, *out, at;
};

/* policy, subject: in order of both. */
static bool told_one(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct telling *t = ctx;
	struct yz_str key = yz_row_str(r, 0, 0);
	(void)err;
	for (size_t i = 0; i < t->n && !yz_str_eq(t->policies[t->at].key, key); i++)
		t->at = (t->at + 1) % t->n;
	if (yz_str_eq(t->policies[t->at].key, key) && t->out[t->at] && yz_match_state(t->site, key, yz_row_int(r, 0, 1)) == YZ_MATCH_YES)
		t->out[t->at]--;
	return true;
}

bool yz_match_untold_counts(struct yz_site *site, struct yz_conn *conn, const struct yz_policy *policies, size_t n, size_t *out,
			    struct yz_err *err)
{
	struct telling t = {site, policies, n, out, 0};
	for (size_t i = 0; i < n; i++) {
		struct yz_match_counts c;
		yz_match_count(site, policies[i].key, &c);
		out[i] = c.yes;
	}
	return !n || yz_each(conn, told_one, &t, err, "SELECT DISTINCT policy, subject FROM policy_told ORDER BY policy, subject");
}

/* ---- her own ---- */

/* Her claims of all policies, older versions first. */
static struct yz_rows *read_mine(struct yz_conn *conn, struct yz_arena *a, const struct yz_subject *s, struct yz_err *err)
{
	return yz_select(conn, a, err,
			 "SELECT m.policy, m.at, m.settled, m.draft, m.due, c.no, c.state FROM policy_claim m JOIN policy p ON p.key = m.policy "
			 "AND p.version = m.version LEFT JOIN cases c ON c.id = m.case_id WHERE m.subject = $1 AND p.whom = $2 ORDER BY m.version",
			 YZ_I(s->id), YZ_Z(s->legal ? "legal" : "natural"));
}

static void put_claim(const struct yz_rows *r, struct yz_match_mine *m)
{
	for (size_t i = 0; i < r->count; i++)
		if (yz_str_eq(yz_row_str(r, i, 0), m->policy->key)) {
			m->claimed = yz_row_int(r, i, 1);
			m->settled = yz_row_int(r, i, 2);
			m->draft = yz_row_int(r, i, 3);
			m->due = yz_row_int(r, i, 4);
			m->case_no = yz_row_str(r, i, 5);
			m->case_state = yz_row_str(r, i, 6);
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
