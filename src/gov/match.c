/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/match.h"

#include "base/log.h"
#include "db/db.h"
#include "gov/enterprise.h"
#include "gov/known.h"
#include "gov/match_group.h"
#include "gov/site.h"
#include "pack/decision.h"

#include <pthread.h>
#include <stdlib.h>

/* So many changed rows are taken one by one; above it the groups are built anew. */
enum { CHANGES_MOST = 20000 };

struct stamp {
	int64_t policies, ended; /* highest row, how many have ended */
	int64_t change;          /* of enterprises */
	int64_t proofs;          /* newest proof of identity: no table is counted at each look */
	yz_day day;
	struct yz_known_stamp known;
};

struct yz_matcher {
	pthread_rwlock_t lock; /* of the sets */
	pthread_mutex_t busy;  /* one brings them up to date */
	struct yz_match_group *groups;
	struct stamp seen;
	bool loaded;
	struct yz_match_work work;
	struct yz_arena *arena; /* of the columns */
	struct yz_known_columns columns;
};

struct yz_matcher *yz_matcher_create(void)
{
	struct yz_matcher *m = calloc(1, sizeof *m);
	if (!m)
		abort();
	pthread_rwlock_init(&m->lock, NULL);
	pthread_mutex_init(&m->busy, NULL);
	return m;
}

static void destroy_all(struct yz_match_group *g)
{
	while (g) {
		struct yz_match_group *next = g->next;
		yz_match_group_destroy(g);
		g = next;
	}
}

void yz_matcher_destroy(struct yz_matcher *m)
{
	if (!m)
		return;
	destroy_all(m->groups);
	yz_arena_destroy(m->arena);
	pthread_rwlock_destroy(&m->lock);
	pthread_mutex_destroy(&m->busy);
	free(m);
}

struct yz_match_work yz_match_work(struct yz_site *site)
{
	pthread_mutex_lock(&site->matcher->busy);
	struct yz_match_work work = site->matcher->work;
	pthread_mutex_unlock(&site->matcher->busy);
	return work;
}

/* ---- up to date ---- */

static bool look(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct stamp *now, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT (SELECT COALESCE(MAX(id), 0) FROM policy), (SELECT COUNT(*) FROM policy WHERE ended IS NOT NULL), "
				      "(SELECT COALESCE(MAX(change), 0) FROM enterprise), (SELECT COALESCE(MAX(id), 0) FROM proof)");
	if (!r)
		return false;
	*now = (struct stamp){yz_row_int(r, 0, 0), yz_row_int(r, 0, 1), yz_row_int(r, 0, 2), yz_row_int(r, 0, 3),
			      yz_instant_day(yz_site_now(site), site->offset), {0}};
	return yz_known_look(conn, a, &site->matcher->columns, &now->known, err);
}

static bool same_group(const struct yz_match_group *g, const struct yz_policy *const *policies, size_t n)
{
	if (g->legal != yz_str_eqz(policies[0]->text.whom, "legal") || !yz_str_eq(g->digest, policies[0]->model) || g->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!yz_str_eq(g->sets[i].key, policies[i]->key) ||
		    !yz_str_eq(g->decisions[i]->name, policies[i]->text.decision) ||
		    (policies[i]->text.amount.len != 0) != (g->sets[i].amount != NULL) ||
		    (g->sets[i].amount && !yz_str_eq(g->sets[i].amount->name, policies[i]->text.amount)))
			return false;
	return true;
}

/* The group of these policies: the one there is, or a new one. */
static struct yz_match_group *obtain(struct yz_site *site, struct yz_conn *conn, const struct yz_policy *const *policies, size_t n,
				     const struct yz_known *known, yz_day day, bool stale, struct yz_err *err)
{
	struct yz_matcher *m = site->matcher;
	for (struct yz_match_group *g = m->groups; g && !stale; g = g->next)
		if (same_group(g, policies, n) && g->day == day) {
			g->kept = true;
			return g;
		}
	struct yz_match_group *g = yz_match_group_build(site, conn, policies, n, known, day, err);
	m->work.built += g != NULL;
	m->work.rows += g ? g->rows : 0;
	return g;
}

/* In place of those there were; what is not kept goes. */
static void replace(struct yz_matcher *m, struct yz_match_group **groups, size_t n)
{
	struct yz_match_group *gone = NULL, *next;
	pthread_rwlock_wrlock(&m->lock);
	for (struct yz_match_group *g = m->groups; g; g = next) {
		next = g->next;
		if (!g->kept) {
			g->next = gone;
			gone = g;
		}
	}
	m->groups = NULL;
	for (size_t i = 0; i < n; i++) {
		groups[i]->kept = false;
		groups[i]->next = m->groups;
		m->groups = groups[i];
	}
	pthread_rwlock_unlock(&m->lock);
	destroy_all(gone);
}

/* Of what the policies want to know of people; *other: they want something else than before. */
static void take_columns(struct yz_matcher *m, const struct yz_policy *all, size_t n, bool *other)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_known_columns borrowed, *c = &m->columns;
	yz_known_columns(a, all, n, &borrowed);
	*other = !yz_str_eq(borrowed.text, m->columns.text);
	if (!*other) {
		yz_arena_destroy(a);
		return;
	}
	*c = (struct yz_known_columns){.at = yz_new_n(a, borrowed.len, struct yz_known_column), .len = borrowed.len, .text = yz_str_dup(a, borrowed.text)};
	for (size_t i = 0; i < c->len; i++) {
		c->at[i] = borrowed.at[i];
		c->at[i].fact = yz_str_dup(a, borrowed.at[i].fact);
		for (size_t k = 0; k < c->at[i].n; k++)
			c->at[i].place[k] = yz_str_dup(a, borrowed.at[i].place[k]);
	}
	yz_arena_destroy(m->arena);
	m->arena = a;
}

/* The current policies, those of one kind and model together, in groups.  Readers go on with the old ones meanwhile. */
static bool regroup(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct stamp *now, struct yz_err *err)
{
	struct yz_matcher *m = site->matcher;
	struct yz_policy *all;
	size_t n = yz_policy_all(conn, a, &all, err), ngroups = 0;
	bool other;
	if (err->code)
		return false;
	take_columns(m, all, n, &other);
	bool natural = other || m->seen.proofs != now->proofs, whole = !m->loaded || now->day != m->seen.day;
	const struct yz_known *known = NULL;
	struct yz_match_group **groups = yz_new_n(a, n, struct yz_match_group *);
	const struct yz_policy **list = yz_new_n(a, n, const struct yz_policy *);
	bool *done = yz_new_n(a, n, bool);
	for (size_t i = 0; i < n; i++) {
		struct yz_err one = {0};
		size_t len = 0;
		if (done[i])
			continue;
		for (size_t k = i; k < n; k++)
			if (yz_str_eq(all[k].model, all[i].model) && yz_str_eq(all[k].text.whom, all[i].text.whom)) {
				list[len++] = &all[k];
				done[k] = true;
			}
		bool legal = yz_str_eqz(list[0]->text.whom, "legal");
		/* All that is known of everybody is read once, and not kept. */
		if (!legal && !known && !(known = yz_known_load(site, conn, a, &m->columns, 0, INT64_MAX, now->day, err)))
			return false;
		groups[ngroups] = obtain(site, conn, list, len, known, now->day, whole || (!legal && natural), &one);
		if (groups[ngroups])
			ngroups++;
		else /* one model that cannot be read keeps no other policy from being matched */
			yz_log_err(YZ_ERROR, &one);
	}
	replace(m, groups, ngroups);
	return true;
}

/* Rows that changed since, each by itself. */
static bool follow(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct stamp *now, struct yz_err *err)
{
	struct yz_matcher *m = site->matcher;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT " YZ_ENTERPRISE_SQL " WHERE e.change > $1 AND e.change <= $2 ORDER BY e.id LIMIT $3",
				      YZ_I(m->seen.change), YZ_I(now->change), YZ_I(CHANGES_MOST + 1));
	if (!r)
		return false;
	if (r->count > CHANGES_MOST) {
		m->loaded = false;
		return regroup(site, conn, a, now, err);
	}
	struct yz_arena *scratch = yz_arena_create(0);
	pthread_rwlock_wrlock(&m->lock);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_enterprise e;
		yz_enterprise_row(scratch, r, i, &e);
		struct yz_subject s = {.legal = true, .id = e.id, .enterprise = &e};
		for (struct yz_match_group *g = m->groups; g; g = g->next)
			if (g->legal)
				yz_match_group_put(site, g, scratch, &s);
		yz_arena_reset(scratch);
	}
	pthread_rwlock_unlock(&m->lock);
	m->work.records += r->count;
	yz_arena_destroy(scratch);
	return true;
}

/* People of whom the house has learnt something since. */
static bool follow_people(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct stamp *now, struct yz_err *err)
{
	struct yz_matcher *m = site->matcher;
	int64_t *people;
	size_t n;
	if (!yz_known_changed(conn, a, &m->columns, &m->seen.known, m->seen.change, CHANGES_MOST + 1, &people, &n, err))
		return false;
	if (n > CHANGES_MOST) {
		m->loaded = false;
		return regroup(site, conn, a, now, err);
	}
	for (size_t i = 0; i < n; i++) {
		struct yz_arena *scratch = yz_arena_create(0);
		struct yz_rows *r = yz_select(conn, scratch, err,
					      "SELECT " YZ_PERSON_SUBJECT " WHERE p.id = $1 AND p.kind = 'natural' AND p.proof >= 1 "
					      "AND p.active = 1 AND p.id_enc IS NOT NULL",
					      YZ_I(people[i]));
		struct yz_subject s;
		const struct yz_known *known = r && r->count ? yz_known_load(site, conn, scratch, &m->columns, people[i], people[i], now->day, err) : NULL;
		bool ok = r && (!r->count || (known && yz_subject_person(site, scratch, r, 0, &s, err)));
		if (known && ok) {
			s.known = known;
			pthread_rwlock_wrlock(&m->lock);
			for (struct yz_match_group *g = m->groups; g; g = g->next)
				/* Who was verified since is put in with everybody: the groups of people are built anew. */
				if (!g->legal && yz_match_group_row(g, s.id) != SIZE_MAX)
					yz_match_group_put(site, g, scratch, &s);
			pthread_rwlock_unlock(&m->lock);
			m->work.records++;
		}
		yz_arena_destroy(scratch);
		if (!ok)
			return false;
	}
	return true;
}

bool yz_match_refresh(struct yz_site *site, struct yz_conn *conn, struct yz_err *err)
{
	struct yz_matcher *m = site->matcher;
	struct yz_arena *a = yz_arena_create(0);
	struct stamp now;
	pthread_mutex_lock(&m->busy);
	bool ok = look(site, conn, a, &now, err);
	if (ok) {
		const struct stamp *s = &m->seen;
		bool policies = s->policies != now.policies || s->ended != now.ended, persons = s->proofs != now.proofs;
		bool whole = !m->loaded || s->day != now.day;
		/* A snapshot older than what another thread has read already says nothing new. */
		bool old = m->loaded && (now.change < s->change || now.policies < s->policies);
		if (!old && !whole && now.change != s->change)
			ok = follow(site, conn, a, &now, err);
		bool learnt = s->known.licence != now.known.licence || s->known.changed != now.known.changed ||
			      s->known.granted != now.known.granted || s->known.imported != now.known.imported || now.change != s->change;
		if (ok && !old && !whole && !persons && learnt && m->columns.len)
			ok = follow_people(site, conn, a, &now, err);
		if (ok && !old && (whole || policies || persons))
			/* What the policies ask for may be asked of other places now. */
			ok = regroup(site, conn, a, &now, err) && yz_known_look(conn, a, &m->columns, &now.known, err);
		if (ok && !old) {
			m->seen = now;
			m->loaded = true;
		}
	}
	pthread_mutex_unlock(&m->busy);
	yz_arena_destroy(a);
	return ok;
}

bool yz_match_keep(struct yz_site *site, struct yz_err *err)
{
	struct yz_matcher *m = site->matcher;
	pthread_mutex_lock(&m->busy);
	bool over = m->loaded && m->seen.day != yz_instant_day(yz_site_now(site), site->offset);
	pthread_mutex_unlock(&m->busy);
	if (!over)
		return true;
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool ok = conn && yz_match_refresh(site, conn, err);
	if (conn)
		yz_db_release(conn);
	return ok;
}

/* ---- the sets ---- */

/* Under the lock. */
static struct yz_match_group *find(struct yz_matcher *m, struct yz_str policy, size_t *at)
{
	for (struct yz_match_group *g = m->groups; g; g = g->next)
		for (size_t i = 0; i < g->n; i++)
			if (yz_str_eq(g->sets[i].key, policy)) {
				*at = i;
				return g;
			}
	return NULL;
}

bool yz_match_count(struct yz_site *site, struct yz_str policy, struct yz_match_counts *out)
{
	struct yz_matcher *m = site->matcher;
	size_t i;
	*out = (struct yz_match_counts){0};
	pthread_rwlock_rdlock(&m->lock);
	const struct yz_match_group *g = find(m, policy, &i);
	if (g)
		*out = (struct yz_match_counts){g->rows, g->sets[i].n[YZ_MATCH_YES - 1], g->sets[i].n[YZ_MATCH_NEAR - 1]};
	pthread_rwlock_unlock(&m->lock);
	return g != NULL;
}

size_t yz_match_subjects(struct yz_site *site, struct yz_arena *a, struct yz_str policy, enum yz_match state, int64_t after,
			 size_t most, int64_t **out)
{
	struct yz_matcher *m = site->matcher;
	size_t i, n = 0;
	*out = yz_new_n(a, most, int64_t);
	pthread_rwlock_rdlock(&m->lock);
	const struct yz_match_group *g = find(m, policy, &i);
	for (size_t row = 0; g && state != YZ_MATCH_NO && row < g->rows && n < most; row++) {
		uint64_t word = g->sets[i].bits[state - 1][row / 64];
		if (!word) {
			row |= 63;
			continue;
		}
		if (word >> (row % 64) & 1 && g->ids[row] > after)
			(*out)[n++] = g->ids[row];
	}
	pthread_rwlock_unlock(&m->lock);
	return n;
}

enum yz_match yz_match_state(struct yz_site *site, struct yz_str policy, int64_t subject)
{
	struct yz_matcher *m = site->matcher;
	enum yz_match state = YZ_MATCH_NO;
	size_t i;
	pthread_rwlock_rdlock(&m->lock);
	const struct yz_match_group *g = find(m, policy, &i);
	size_t row = g ? yz_match_group_row(g, subject) : SIZE_MAX;
	for (int k = 0; k < 2 && row != SIZE_MAX; k++)
		if (g->sets[i].bits[k][row / 64] >> (row % 64) & 1)
			state = (enum yz_match)(k + 1);
	pthread_rwlock_unlock(&m->lock);
	return state;
}

/* ---- one pair ---- */

/* For people: at most two digits behind the point; what is short is never shown less than it is. */
static struct yz_str shown(struct yz_arena *a, struct yz_feel_value v, bool up)
{
	struct yz_buf b;
	if (v.kind == YZ_FEEL_NULL)
		return (struct yz_str){0};
	if (v.kind == YZ_FEEL_BOOLEAN)
		return yz_feel_is_true(v) ? YZ_LIT("是") : YZ_LIT("否");
	if (v.kind != YZ_FEEL_NUMBER)
		return yz_str_dup(a, yz_feel_text(a, v));
	struct yz_dec d = yz_feel_dec(v), two;
	yz_buf_init(&b, a, 64);
	yz_buf_add_dec(&b, yz_dec_scale(d, 2, up ? YZ_DEC_UP : YZ_DEC_DOWN, &two) ? yz_dec_strip(two) : d);
	return yz_buf_str(&b);
}

static void take_shorts(struct yz_arena *a, const struct yz_match_group *g, size_t i, const struct yz_feel_value *record,
			struct yz_feel_run *run, struct yz_match_pair *out)
{
	struct yz_dmn_short list[YZ_MATCH_SHORT];
	out->nshorts = yz_dmn_short(a, g->rules, i, record, run, list, YZ_MATCH_SHORT);
	for (size_t k = 0; k < out->nshorts; k++) {
		struct yz_match_short *s = &out->shorts[k];
		struct yz_str name = list[k].fact ? list[k].fact->name : (struct yz_str){0}, text = list[k].text;
		/* "职工人数 [3..10)": the condition without the fact it is about. */
		if (name.len && yz_str_starts(text, name))
			text = yz_str_trim(yz_str_n(text.ptr + name.len, text.len - name.len));
		struct yz_feel_value by = list[k].by;
		*s = (struct yz_match_short){.fact = yz_str_dup(a, name), .needs = yz_str_dup(a, text), .is = shown(a, list[k].is, false)};
		if (by.kind == YZ_FEEL_NUMBER) {
			struct yz_dec d = yz_feel_dec(by);
			s->less = d.neg;
			d.neg = false;
			s->by = shown(a, yz_feel_number(d), true);
		}
	}
}

/* With what is known only: what hangs on the rest is open. */
static void take_open(struct yz_arena *a, const struct yz_match_group *g, size_t i, const struct yz_feel_value *record,
		      struct yz_feel_value now, struct yz_match_pair *out)
{
	struct yz_dmn_told *told = yz_new_n(a, g->nfacts, struct yz_dmn_told);
	struct yz_feel_run *run = yz_new(a, struct yz_feel_run);
	struct yz_dmn_eval e;
	size_t n = 0, deps;
	for (size_t f = 0; f < g->nfacts; f++)
		if (record[f].kind != YZ_FEEL_NULL)
			told[n++] = (struct yz_dmn_told){g->facts[f].name, record[f], false};
	yz_feel_run_init(run, a);
	run->now = now;
	run->limits = &yz_decision_limits;
	yz_dmn_begin(&e, g->model, run);
	e.missing_unknown = true;
	yz_dmn_set_told(&e, told, n);
	struct yz_feel_value v = yz_dmn_decide(&e, g->decisions[i]);
	if (v.kind != YZ_FEEL_UNKNOWN)
		return;
	out->possible = true;
	const struct yz_str *on = yz_feel_depends_on(v, &deps);
	out->open = yz_new_n(a, deps, struct yz_str);
	for (size_t k = 0; k < deps; k++)
		out->open[out->nopen++] = yz_str_dup(a, on[k]);
}

static struct yz_str source_of(struct yz_arena *a, const struct yz_subject *s, struct yz_str fact)
{
	const struct yz_known_value *v = s->legal ? NULL : yz_known_find(s->known, s->id, fact);
	return v ? yz_str_dup(a, v->source) : (struct yz_str){0};
}

static void take_facts(struct yz_arena *a, const struct yz_match_group *g, size_t i, const struct yz_feel_value *record,
		       const struct yz_subject *s, struct yz_match_pair *out)
{
	size_t n;
	const struct yz_dmn_node *const *inputs = yz_dmn_inputs_of(a, g->model, g->decisions[i], &n);
	out->facts = yz_new_n(a, n, struct yz_match_fact);
	for (size_t k = 0; k < n; k++)
		for (size_t f = 0; f < g->nfacts; f++)
			if (g->facts[f].input == inputs[k] && out->nfacts < n)
				out->facts[out->nfacts++] = (struct yz_match_fact){yz_str_dup(a, g->facts[f].name), shown(a, record[f], false),
											   source_of(a, s, g->facts[f].name)};
}

static void reason(const struct yz_site *site, struct yz_arena *a, const struct yz_match_group *g, size_t i, const struct yz_subject *s,
		   bool trace, enum yz_lang lang, struct yz_match_pair *out)
{
	struct yz_feel_value *record = yz_match_record(site, a, g, s);
	struct yz_feel_run *run = yz_new(a, struct yz_feel_run);
	struct yz_dmn_eval e;
	yz_feel_run_init(run, a);
	run->now = yz_feel_instant(yz_site_now(site), site->offset);
	run->limits = &yz_decision_limits;
	yz_dmn_begin(&e, g->model, run);
	e.explain = trace;
	yz_dmn_set_record(&e, g->facts, g->nfacts, record);
	struct yz_feel_value v = yz_dmn_decide(&e, g->decisions[i]);
	if (v.kind == YZ_FEEL_BOOLEAN ? yz_feel_is_true(v) : v.kind != YZ_FEEL_NULL)
		out->state = YZ_MATCH_YES;
	if (trace) {
		struct yz_buf b;
		yz_buf_init(&b, a, 1 << 18);
		yz_dmn_trace_text(e.trace, lang == YZ_LANG_ZH ? YZ_FEEL_ZH : YZ_FEEL_EN, &b);
		out->trace = yz_buf_str(&b);
	}
	if (out->state == YZ_MATCH_YES && g->sets[i].amount) {
		struct yz_feel_value amount = yz_dmn_decide(&e, g->sets[i].amount);
		out->amount = amount.kind == YZ_FEEL_NUMBER ? shown(a, amount, false) : (struct yz_str){0};
	}
	if (out->state != YZ_MATCH_YES) {
		take_shorts(a, g, i, record, run, out);
		out->state = yz_dmn_rules_conditions(g->rules, i) > 1 && out->nshorts == 1 ? YZ_MATCH_NEAR : YZ_MATCH_NO;
		take_open(a, g, i, record, run->now, out);
	}
	take_facts(a, g, i, record, s, out);
}

static void arena_gone(void *ctx)
{
	yz_arena_destroy(ctx);
}

bool yz_match_pair(struct yz_site *site, struct yz_arena *a, struct yz_str policy, const struct yz_subject *s, bool trace,
		   enum yz_lang lang, struct yz_match_pair *out, struct yz_err *err)
{
	struct yz_matcher *m = site->matcher;
	/* Under the lock nothing is taken from the caller's arena: where that is spent, nobody would unlock. */
	struct yz_arena *own = yz_arena_create(0);
	size_t i;
	yz_arena_defer(a, arena_gone, own);
	*out = (struct yz_match_pair){0};
	pthread_rwlock_rdlock(&m->lock);
	const struct yz_match_group *g = find(m, policy, &i);
	if (g && g->legal == s->legal)
		reason(site, own, g, i, s, trace, lang, out);
	pthread_rwlock_unlock(&m->lock);
	return (g && g->legal == s->legal) || yz_fail(err, YZ_NOT_FOUND, "policy %.*s is matched with nobody of that kind", YZ_P(policy));
}
