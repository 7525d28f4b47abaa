/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/score.h"

#include "base/map.h"
#include "crypt/crypt.h"
#include "gov/period.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const whom_names[YZ_SCORE_WHOM] = {"org", "post", "person"};

const char *yz_score_whom_name(enum yz_score_whom whom)
{
	return whom_names[whom];
}

bool yz_score_whom_parse(struct yz_str s, enum yz_score_whom *whom)
{
	for (int i = 0; i < YZ_SCORE_WHOM; i++)
		if (yz_str_eqz(s, whom_names[i])) {
			*whom = (enum yz_score_whom)i;
			return true;
		}
	return false;
}

/* ---- the method ---- */

bool yz_score_method(struct yz_conn *conn, struct yz_arena *a, struct yz_str month, const struct yz_scoring **method, struct yz_str *digest,
		     struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT a.key, a.digest, a.body FROM setting s JOIN artifact a ON a.digest = s.value "
				      "WHERE s.key >= 'scoring.' AND s.key < 'scoring/' ORDER BY s.key");
	*method = NULL;
	for (size_t i = 0; r && i < r->count; i++) {
		struct yz_pack_findings findings = {0};
		const struct yz_json *body = yz_json_read(a, yz_row_str(r, i, 2), NULL, err);
		const struct yz_scoring *s = body ? yz_scoring_read(a, yz_row_str(r, i, 0), body, yz_row_str(r, i, 0), &findings) : NULL;
		if (!body)
			return false;
		if (!s || yz_str_cmp(s->from, month) > 0 || (*method && yz_str_cmp(s->from, (*method)->from) <= 0))
			continue;
		*method = s;
		*digest = yz_row_str(r, i, 1);
	}
	return r != NULL;
}

bool yz_score_install(struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, struct yz_err *err)
{
	for (size_t i = 0; i < pack->scoring.len; i++) {
		const struct yz_pack_file *f = &pack->scoring.at[i];
		struct yz_buf b;
		char hex[YZ_HEX];
		yz_buf_init(&b, a, 4 << 20);
		yz_json_canonical(&b, f->json);
		struct yz_digest d = yz_digest(YZ_SM3, yz_buf_str(&b));
		struct yz_str digest = yz_str_dup(a, yz_str(yz_digest_hex(&d, hex)));
		if (!yz_exec(conn, err, "INSERT INTO artifact (digest, kind, key, body) VALUES ($1, 'scoring', $2, $3) ON CONFLICT (digest) DO NOTHING",
			     YZ_S(digest), YZ_S(f->key), YZ_S(yz_buf_str(&b))) ||
		    !yz_site_set(conn, yz_printf(a, "scoring.%.*s", YZ_P(f->key)), digest, err))
			return yz_fail_in(err, "%.*s", YZ_P(f->path));
	}
	return true;
}

/* ---- a month ---- */

static bool read_figures(struct yz_conn *conn, struct yz_arena *a, struct yz_str month, struct yz_str org,
			 struct yz_score_month *out, struct yz_err *err)
{
#define SUM(name) ", CAST(SUM(f." #name ") AS BIGINT)"
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT f.org, f.post, f.person" YZ_FIGURES(SUM) " FROM " YZ_FIGURE_BY_MONTH
				      " f WHERE f.month = $1 AND ($2 = '' OR f.org = $2) GROUP BY f.org, f.post, f.person ORDER BY f.org, f.post, f.person",
				      YZ_S(month), YZ_S(org));
#undef SUM
	if (!r)
		return false;
	out->figures = yz_new_n(a, r->count + 1, struct yz_scored_figure);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_scored_figure *f = &out->figures[out->nfigures++];
		size_t c = 3;
		*f = (struct yz_scored_figure){.org = yz_row_str(r, i, 0), .post = yz_row_str(r, i, 1), .person = yz_row_int(r, i, 2)};
#define READ(name) f->f.name = yz_row_int(r, i, c++);
		YZ_FIGURES(READ)
#undef READ
	}
	return true;
}

static bool read_cards(struct yz_conn *conn, struct yz_arena *a, yz_instant from, yz_instant to, struct yz_str org, struct yz_score_month *out,
		       struct yz_err *err)
{
	struct yz_map names;
	yz_map_init(&names, a);
	struct yz_rows *m = yz_select(conn, a, err, "SELECT key, body FROM monitor WHERE ended IS NULL");
	struct yz_rows *r = m ? yz_select(conn, a, err,
					  "SELECT d.id, d.monitor, d.level, d.held_level, d.org, d.post, d.person, d.points, d.issued, "
					  "COALESCE(c.no, q.no, ''), d.thing FROM card d LEFT JOIN cases c ON c.id = d.case_id "
					  "LEFT JOIN consultation q ON q.id = d.thing_id AND d.thing = 'consultation' "
					  "WHERE d.issued >= $1 AND d.issued < $2 AND ($3 = '' OR d.org = $3) ORDER BY d.issued, d.id",
					  YZ_I(from), YZ_I(to), YZ_S(org))
			      : NULL;
	if (!r)
		return false;
	for (size_t i = 0; i < m->count; i++) {
		struct yz_str *name = yz_new(a, struct yz_str);
		*name = yz_json_str(yz_json_read(a, yz_row_str(m, i, 1), NULL, NULL), "name");
		yz_map_put(&names, yz_row_str(m, i, 0), name);
	}
	out->cards = yz_new_n(a, r->count + 1, struct yz_scored_card);
	for (size_t i = 0; i < r->count; i++) {
		const struct yz_str *name = yz_map_get(&names, yz_row_str(r, i, 1));
		out->cards[out->ncards++] = (struct yz_scored_card){
			.id = yz_row_int(r, i, 0), .monitor = yz_row_str(r, i, 1), .level = yz_row_str(r, i, 2), .held_level = yz_row_str(r, i, 3),
			.org = yz_row_str(r, i, 4), .post = yz_row_str(r, i, 5), .person = yz_row_int(r, i, 6), .points = yz_row_int(r, i, 7),
			.at = yz_row_int(r, i, 8), .case_no = yz_row_str(r, i, 9), .question = yz_str_eqz(yz_row_str(r, i, 10), "consultation"),
			.name = name ? *name : YZ_LIT("")};
	}
	return true;
}

static bool read_records(struct yz_conn *conn, struct yz_arena *a, struct yz_str month, struct yz_str org, struct yz_score_month *out,
			 struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT id, org, post, person, event, n, text, case_no, at FROM score_record "
				      "WHERE month = $1 AND withdrawn IS NULL AND ($2 = '' OR org = $2) ORDER BY at, id",
				      YZ_S(month), YZ_S(org));
	if (!r)
		return false;
	out->records = yz_new_n(a, r->count + 1, struct yz_scored_record);
	for (size_t i = 0; i < r->count; i++)
		out->records[out->nrecords++] = (struct yz_scored_record){
			.id = yz_row_int(r, i, 0), .org = yz_row_str(r, i, 1), .post = yz_row_str(r, i, 2), .person = yz_row_int(r, i, 3),
			.event = yz_row_str(r, i, 4), .n = yz_row_int(r, i, 5), .text = yz_row_str(r, i, 6), .case_no = yz_row_str(r, i, 7),
			.at = yz_row_int(r, i, 8)};
	return true;
}

bool yz_score_month_read(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str month, struct yz_str org,
			 struct yz_score_month *out, struct yz_err *err)
{
	struct yz_period p;
	*out = (struct yz_score_month){0};
	if (!yz_period_parse(month, &p) || p.kind != YZ_PERIOD_MONTH)
		return yz_fail(err, YZ_BAD_INPUT, "no month %.*s", YZ_P(month));
	yz_instant from = yz_day_start(p.from, site->offset), to = yz_day_start(p.to + 1, site->offset);
	return read_figures(conn, a, month, org, out, err) && read_cards(conn, a, from, to, org, out, err) &&
	       read_records(conn, a, month, org, out, err);
}

/* ---- one score ---- */

static bool is_of(const struct yz_score *s, enum yz_score_whom whom, struct yz_str org, struct yz_str post, int64_t person)
{
	if (!yz_str_eq(s->org, org))
		return false;
	return whom == YZ_SCORE_ORG || (whom == YZ_SCORE_POST ? yz_str_eq(s->post, post) : s->person == person);
}

struct counting {
	struct yz_arena *a;
	const struct yz_scoring *method;
	struct yz_score *s;
	size_t room;
};

static void add(struct counting *c, const struct yz_score_event *e)
{
	if (!e->points)
		return;
	c->s->parts[e->part].raw += e->points;
	if (c->s->nevents < c->room)
		c->s->events[c->s->nevents++] = *e;
}

static void count_cards(struct counting *c, const struct yz_score_month *m, enum yz_score_whom whom)
{
	for (size_t i = 0; i < m->ncards; i++) {
		const struct yz_scored_card *d = &m->cards[i];
		const struct yz_scoring_cards *rule;
		if (!is_of(c->s, whom, d->org, d->post, d->person) || !d->held_level.len ||
		    !(rule = yz_scoring_card(c->method, d->monitor, d->held_level)))
			continue;
		add(c, &(struct yz_score_event){.kind = YZ_SCORED_CARD, .part = rule->part, .points = rule->own ? d->points : rule->points, .id = d->id,
						.name = d->name, .monitor = d->monitor, .level = d->held_level, .case_no = d->case_no, .question = d->question,
						.at = d->at});
	}
}

static void count_formulas(struct counting *c, const double *cut)
{
	const struct yz_figure *f = &c->s->figure;
	struct yz_feel_value facts[YZ_SCORE_FACTS];
#define FACT(id, name) facts[YZ_SCORE_##id] = yz_feel_number(yz_dec_int(f->id));
#define FACT_OTHER(id, name) facts[YZ_SCORE_##id] = cut ? yz_feel_number(yz_dec_int((int64_t)*cut)) : (struct yz_feel_value){0};
#include "pack/scoring_facts.def"
#undef FACT
	for (size_t i = 0; i < c->method->nformulas; i++) {
		const struct yz_scoring_formula *g = &c->method->formulas[i];
		add(c, &(struct yz_score_event){.kind = YZ_SCORED_FORMULA, .part = g->part, .points = yz_scoring_formula(c->a, g, facts), .name = g->name,
						.text = g->source, .uses = g->uses});
	}
}

/* Each takes its points; all of a kind together no more than its most. */
static void count_records(struct counting *c, const struct yz_score_month *m, enum yz_score_whom whom)
{
	int64_t *taken = yz_new_n(c->a, YZ_SCORING_RULES, int64_t);
	for (size_t i = 0; i < m->nrecords; i++) {
		const struct yz_scored_record *k = &m->records[i];
		const struct yz_scoring_record *rule;
		if (!is_of(c->s, whom, k->org, k->post, k->person) || !(rule = yz_scoring_find_record(c->method, k->event)))
			continue;
		int64_t *t = &taken[rule - c->method->records], points = rule->points * k->n;
		if (rule->most && *t + llabs(points) > rule->most)
			points = (points < 0 ? -1 : 1) * (rule->most - *t);
		*t += llabs(points);
		add(c, &(struct yz_score_event){.kind = YZ_SCORED_RECORD, .part = rule->part, .points = points, .id = k->id, .name = rule->name, .text = k->text,
						.case_no = k->case_no, .n = k->n, .at = k->at});
	}
}

/* How many events there can be of this one. */
static size_t events_of(const struct yz_scoring *method, const struct yz_score_month *m, enum yz_score_whom whom, const struct yz_score *s)
{
	size_t n = method->nformulas;
	for (size_t i = 0; i < m->ncards; i++)
		n += is_of(s, whom, m->cards[i].org, m->cards[i].post, m->cards[i].person);
	for (size_t i = 0; i < m->nrecords; i++)
		n += is_of(s, whom, m->records[i].org, m->records[i].post, m->records[i].person);
	return n;
}

void yz_score_one(struct yz_arena *a, const struct yz_scoring *method, const struct yz_score_month *m, enum yz_score_whom whom, const double *cut,
		  bool events, struct yz_score *s)
{
	struct counting c = {a, method, s, events ? events_of(method, m, whom, s) : 0};
	s->events = events ? yz_new_n(a, c.room + 1, struct yz_score_event) : NULL;
	s->nevents = 0;
	s->points = 0;
	s->figure = (struct yz_figure){0};
	for (size_t i = 0; i < m->nfigures; i++)
		if (is_of(s, whom, m->figures[i].org, m->figures[i].post, m->figures[i].person))
			yz_figure_sum(&s->figure, &m->figures[i].f);
	for (size_t i = 0; i < method->nparts; i++)
		s->parts[i].raw = method->parts[i].points;
	count_cards(&c, m, whom);
	count_formulas(&c, cut);
	count_records(&c, m, whom);
	for (size_t i = 0; i < method->nparts; i++) {
		struct yz_score_part *p = &s->parts[i];
		p->points = p->raw < 0 ? 0 : p->raw > method->parts[i].most ? method->parts[i].most : p->raw;
		s->points += p->points;
	}
	s->months = 1;
}
