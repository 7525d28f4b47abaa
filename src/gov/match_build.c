/* gov/match_build.c - groups: built from all rows, and kept by single ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/match_group.h"

#include "base/log.h"
#include "crypt/crypt.h"
#include "db/db.h"
#include "gov/enterprise.h"
#include "gov/known.h"
#include "gov/site.h"
#include "pack/decision.h"
#include "text/ident.h"

#include <assert.h>
#include <stdlib.h>

/* ---- subjects ---- */

bool yz_subject_person(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_subject *out, struct yz_err *err)
{
	struct yz_str id_no = {0}, path = yz_row_str(r, i, 3);
	struct yz_ident_person known;
	*out = (struct yz_subject){.id = yz_row_int(r, i, 0), .account = yz_row_int(r, i, 0), .name = yz_row_str(r, i, 1)};
	if (!yz_row_null(r, i, 2) && !yz_unseal(site->keys, a, "person.id_no", out->id, yz_row_str(r, i, 2), &id_no, err))
		return false;
	out->code = id_no;
	/* The path of what lies within the county has the county's code in it. */
	out->resident = yz_str_find(path, yz_str_printf(a, "/%.*s/", YZ_P(site->region)), 0) != SIZE_MAX;
	if (yz_ident_person_read(id_no, yz_instant_day(yz_site_now(site), site->offset), &known)) {
		out->born = known.born;
		out->has_born = true;
		out->female = known.female;
	}
	return true;
}

struct yz_feel_value yz_subject_fact(const struct yz_site *site, struct yz_arena *a, const struct yz_subject *s, struct yz_str name,
				     enum yz_feel_kind kind, yz_day today)
{
	struct yz_feel_value none = {0};
	if (s->legal)
		return yz_enterprise_fact(a, s->enterprise, name, kind, today, site->region);
	if (yz_str_eqz(name, "本县居民"))
		return yz_feel_bool(s->resident);
	const struct yz_known_value *known = yz_known_find(s->known, s->id, name);
	if (known)
		return yz_known_read(a, known->value, kind);
	if (!s->has_born)
		return none;
	if (yz_str_eqz(name, "年龄"))
		return yz_feel_int(yz_ident_age(s->born, today));
	if (yz_str_eqz(name, "出生日期"))
		return yz_feel_day(s->born);
	if (yz_str_eqz(name, "性别"))
		return yz_feel_string(yz_str(s->female ? "女" : "男"));
	return none;
}

struct yz_feel_value *yz_match_record(const struct yz_site *site, struct yz_arena *a, const struct yz_match_group *g,
				      const struct yz_subject *s)
{
	struct yz_feel_value *record = yz_new_n(a, g->nfacts, struct yz_feel_value);
	for (size_t f = 0; f < g->nfacts; f++)
		record[f] = yz_subject_fact(site, a, s, g->facts[f].name, g->facts[f].type->kind, g->day);
	return record;
}

/* ---- rows ---- */

static size_t words_of(size_t rows)
{
	return (rows + 63) / 64;
}

static void *grown(void *at, size_t size)
{
	void *p = realloc(at, size);
	if (!p)
		abort();
	return p;
}

/* Room for so many rows; new bits are off. */
static void room(struct yz_match_group *g, size_t rows)
{
	if (rows <= g->cap)
		return;
	size_t cap = rows < 64 ? 64 : rows + rows / 8;
	g->ids = grown(g->ids, cap * sizeof *g->ids);
	for (size_t i = 0; i < g->n; i++)
		for (int k = 0; k < 2; k++) {
			size_t had = g->cap ? words_of(g->cap) : 0;
			g->sets[i].bits[k] = grown(g->sets[i].bits[k], words_of(cap) * 8);
			memset(g->sets[i].bits[k] + had, 0, (words_of(cap) - had) * 8);
		}
	g->cap = cap;
}

static void set_bit(struct yz_match_sets *s, int k, size_t row, bool on)
{
	uint64_t bit = (uint64_t)1 << (row % 64), *word = &s->bits[k][row / 64];
	s->n[k] = s->n[k] - (*word & bit ? 1 : 0) + on;
	*word = on ? *word | bit : *word & ~bit;
}

size_t yz_match_group_row(const struct yz_match_group *g, int64_t id)
{
	size_t lo = 0, hi = g->rows;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (g->ids[mid] == id)
			return mid;
		if (g->ids[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return SIZE_MAX;
}

static struct yz_feel_run *new_run(const struct yz_site *site, struct yz_arena *a)
{
	struct yz_feel_run *run = yz_new(a, struct yz_feel_run);
	yz_feel_run_init(run, a);
	run->now = yz_feel_instant(yz_site_now(site), site->offset);
	run->limits = &yz_decision_limits;
	return run;
}

void yz_match_group_put(const struct yz_site *site, struct yz_match_group *g, struct yz_arena *scratch, const struct yz_subject *s)
{
	uint8_t *answers = yz_new_n(scratch, g->n, uint8_t);
	yz_dmn_sweep_record(g->rules, yz_match_record(site, scratch, g, s), new_run(site, scratch), answers);
	size_t row = yz_match_group_row(g, s->id);
	if (row == SIZE_MAX) {
		/* Ids rise: a new one stands behind all others. */
		assert(!g->rows || g->ids[g->rows - 1] < s->id);
		room(g, g->rows + 1);
		row = g->rows++;
		g->ids[row] = s->id;
	}
	for (size_t i = 0; i < g->n; i++)
		for (int k = 0; k < 2; k++)
			set_bit(&g->sets[i], k, row, answers[i] == k + 1);
}

/* ---- building ---- */

struct filling {
	struct yz_site *site;
	struct yz_match_group *g;
	struct yz_dmn_sheet *sheet;
	struct yz_arena *scratch;
	const struct yz_known *known;
};

static bool take(struct filling *w, const struct yz_subject *s, struct yz_err *err)
{
	struct yz_match_group *g = w->g;
	room(g, g->rows + 1);
	g->ids[g->rows++] = s->id;
	bool ok = yz_dmn_sheet_add(w->sheet, yz_match_record(w->site, w->scratch, g, s), err);
	yz_arena_reset(w->scratch);
	return ok;
}

static bool take_enterprise(void *ctx, const struct yz_rows *row, struct yz_err *err)
{
	struct filling *w = ctx;
	struct yz_enterprise e;
	yz_enterprise_row(w->scratch, row, 0, &e);
	struct yz_subject s = {.legal = true, .id = e.id, .enterprise = &e};
	return take(w, &s, err);
}

static bool take_person(void *ctx, const struct yz_rows *row, struct yz_err *err)
{
	struct filling *w = ctx;
	struct yz_subject s;
	if (!yz_subject_person(w->site, w->scratch, row, 0, &s, err))
		return false;
	s.known = w->known;
	return take(w, &s, err);
}

static void sweep_all(struct filling *w)
{
	struct yz_match_group *g = w->g;
	struct yz_dmn_swept swept;
	yz_dmn_swept_init(&swept, w->sheet);
	for (size_t i = 0; i < g->n; i++) {
		yz_dmn_sweep(g->rules, i, w->sheet, yz_feel_instant(yz_site_now(w->site), w->site->offset), &swept);
		const uint64_t *const from[] = {swept.near, swept.match};
		for (int k = 0; k < 2 && g->rows; k++)
			memcpy(g->sets[i].bits[k], from[k], words_of(g->rows) * 8);
		g->sets[i].n[0] = swept.nnear;
		g->sets[i].n[1] = swept.nmatch;
	}
	yz_dmn_swept_finish(&swept);
}

static bool fill(struct yz_site *site, struct yz_conn *conn, struct yz_match_group *g, const struct yz_known *known, struct yz_err *err)
{
	struct filling w = {site, g, yz_dmn_sheet_create(g->facts, g->nfacts), yz_arena_create(0), known};
	bool ok = g->legal ? yz_each(conn, take_enterprise, &w, err, "SELECT " YZ_ENTERPRISE_SQL " ORDER BY e.id")
			   : yz_each(conn, take_person, &w, err,
				     "SELECT " YZ_PERSON_SUBJECT " WHERE p.kind = 'natural' AND p.proof >= 1 AND p.active = 1 AND p.id_enc IS NOT NULL ORDER BY p.id");
	yz_dmn_sheet_close(w.sheet);
	if (ok)
		sweep_all(&w);
	yz_dmn_sheet_destroy(w.sheet);
	yz_arena_destroy(w.scratch);
	return ok;
}

static const struct yz_dmn *read_model(struct yz_conn *conn, struct yz_arena *a, struct yz_str digest, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT key, body FROM artifact WHERE digest = $1", YZ_S(digest));
	if (!r)
		return NULL;
	if (!r->count)
		return yz_fail_null(err, YZ_NOT_FOUND, "no artifact %.*s", YZ_P(digest));
	const struct yz_dmn_source source = {yz_row_str(r, 0, 0), yz_row_str(r, 0, 1)};
	const struct yz_dmn_limits limits = {.feel = &yz_decision_limits};
	return yz_dmn_load(a, &source, 1, &limits, NULL, err);
}

static void take_policies(struct yz_match_group *g, const struct yz_policy *const *policies, size_t n)
{
	g->decisions = yz_new_n(g->arena, n, const struct yz_dmn_node *);
	g->sets = yz_new_n(g->arena, n, struct yz_match_sets);
	for (size_t i = 0; i < n; i++) {
		const struct yz_policy *p = policies[i];
		const struct yz_dmn_node *d = yz_dmn_find(g->model, p->text.decision);
		if (!d || d->kind != YZ_DMN_DECISION) {
			yz_log(YZ_WARN, "policy %.*s: its model has no decision '%.*s'", YZ_P(p->key), YZ_P(p->text.decision));
			continue;
		}
		g->decisions[g->n] = d;
		g->sets[g->n++] = (struct yz_match_sets){.key = yz_str_dup(g->arena, p->key),
							 .amount = p->text.amount.len ? yz_dmn_find(g->model, p->text.amount) : NULL};
	}
	g->facts = yz_dmn_facts(g->arena, g->model, &g->nfacts);
	g->rules = yz_dmn_rules_new(g->arena, g->model, g->decisions, g->n, g->facts, g->nfacts, NULL);
}

struct yz_match_group *yz_match_group_build(struct yz_site *site, struct yz_conn *conn, const struct yz_policy *const *policies, size_t n,
					    const struct yz_known *known, yz_day day, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_match_group *g = yz_new(a, struct yz_match_group);
	*g = (struct yz_match_group){.arena = a, .legal = yz_str_eqz(policies[0]->text.whom, "legal"), .day = day,
				     .digest = yz_str_dup(a, policies[0]->model)};
	g->model = read_model(conn, a, g->digest, err);
	if (g->model)
		take_policies(g, policies, n);
	if (!g->model || !fill(site, conn, g, known, err)) {
		yz_match_group_destroy(g);
		return NULL;
	}
	return g;
}

void yz_match_group_destroy(struct yz_match_group *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->n; i++)
		for (int k = 0; k < 2; k++)
			free(g->sets[i].bits[k]);
	free(g->ids);
	yz_arena_destroy(g->arena);
}
