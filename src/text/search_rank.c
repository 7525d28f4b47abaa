/* search_rank.c - from groups of alternatives to items, best first.
 *
 * A group's worth for an item is its best alternative's: the share of the
 * alternative's terms, by rarity, that the item holds.  Groups add up, each by
 * its rarity among the items; the best are then judged by how much of their
 * name the question accounts for and whether they do what is asked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "text/search_rank.h"

#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>

/* A little in each of two parts of the question is worth more than all of one. */
static const float spread = 0.93f;
/* What stands for a pair counts less than the pair. */
static const float skip_factor = 0.6f, sound_factor = 0.55f;
/* An item that covers less of the question than this does not answer it. */
static const float least_cover = 0.22f;
/* What the words rule out comes lower, but is shown: they may speak of somebody else. */
static const float barred_age = 0.72f, barred_whom = 0.8f;

static void add_postings(struct rank *r, uint64_t key, float share, bool gaps_only)
{
	struct posting_list list = search_find(r->s, key);
	for (uint32_t i = 0; i < list.len; i++) {
		uint32_t doc = list.at[i] >> 8;
		if (r->mark[doc] == r->serial)
			continue;
		if (gaps_only)
			r->mark[doc] = r->serial;
		if (r->held[doc] == 0)
			r->touched[r->ntouched++] = doc;
		r->held[doc] += share;
		r->weighted[doc] += share * (float)(list.at[i] & 255) / 255;
		r->mark[doc] = r->serial;
	}
}

static void use(struct rank *r, uint64_t key, float weight)
{
	for (size_t i = 0; i < r->used.len; i++)
		if (r->used.at[i].key == key) {
			if (r->used.at[i].weight < weight)
				r->used.at[i].weight = weight;
			return;
		}
	if (r->used.len < 512) {
		yz_vec_push(r->arena, &r->used);
		r->used.at[r->used.len - 1].key = key;
		r->used.at[r->used.len - 1].weight = weight;
	}
}

/* Adds one alternative's worth to the group's row. */
static void weigh_alt(struct rank *r, const struct alt *alt, uint8_t *row)
{
	float rarity[ALT_TERMS_MAX], sum = 0;
	for (unsigned i = 0; i < alt->nterms; i++) {
		rarity[i] = search_rarity(r->s, search_find(r->s, alt->terms[i].key).len) + 0.02f;
		sum += rarity[i];
	}
	r->ntouched = 0;
	for (unsigned i = 0; i < alt->nterms; i++) {
		const struct alt_term *t = &alt->terms[i];
		float share = rarity[i] / sum;
		r->serial++;
		bool known = search_find(r->s, t->key).len != 0;
		add_postings(r, t->key, share, false);
		if (t->skip)
			add_postings(r, t->skip, share * skip_factor, true);
		if (t->sound && !known)
			add_postings(r, t->sound, share * sound_factor, true);
		use(r, t->key, alt->weight);
	}
	for (size_t i = 0; i < r->ntouched; i++) {
		uint32_t doc = r->touched[i];
		float share = r->held[doc], field = r->weighted[doc] / share;
		r->held[doc] = r->weighted[doc] = 0;
		if (alt->strict && share < 0.99f)
			continue;
		float worth = alt->weight * field * (alt->partial ? share * sqrtf(share) : powf(share, 1.4f));
		unsigned rounded = (unsigned)(worth * FULL + 0.5f);
		if (rounded > row[doc])
			row[doc] = (uint8_t)(rounded < FULL ? rounded : FULL);
	}
}

/* Who wants to move his climbing hall asks for 经营高危险性体育项目变更审批,
 * whose name does not say 攀岩 but whose sister's does: what fits one item of a
 * main item counts for those that do what is asked. */
static void share_in_family(struct rank *r, const struct group *g, uint8_t *row)
{
	unsigned asked = question_acts(r->q, g->clause) & ~(unsigned)ACT_NEW;
	if (!asked || r->s->nfamilies < 2)
		return;
	uint8_t *best = yz_new_n(r->arena, r->s->nfamilies, uint8_t);
	for (size_t doc = 0; doc < r->s->n; doc++)
		if (best[r->s->docs[doc].family] < row[doc])
			best[r->s->docs[doc].family] = row[doc];
	for (size_t doc = 0; doc < r->s->n; doc++) {
		const struct doc *d = &r->s->docs[doc];
		unsigned shared = best[d->family] * 6u / 10;
		if (d->family && d->actions & asked && row[doc] < shared)
			row[doc] = (uint8_t)shared;
	}
}

static void weigh_group(struct rank *r, unsigned index)
{
	struct group *g = &r->q->groups[index];
	uint8_t *row = r->worth[index] = yz_new_n(r->arena, r->s->n + 1, uint8_t);
	for (unsigned i = 0; i < g->nalts; i++)
		weigh_alt(r, &g->alts[i], row);
	double found = 0;
	for (size_t doc = 0; doc < r->s->n; doc++)
		if (row[doc] > FULL / 4)
			found += (double)row[doc] / FULL;
	if (!g->act && !g->whole)
		share_in_family(r, g, row);
	r->weight[index] = g->importance * search_rarity(r->s, found);
	if (found == 0)
		r->weight[index] *= g->guess ? 0 : 0.7f; /* nobody knows the word: it says little about what is meant */
	if (!g->whole && !g->act) {
		r->possible += r->weight[index];
		r->clause_possible[g->clause] += r->weight[index];
	}
}

static bool listed(struct yz_str list, struct yz_str wanted)
{
	if (!wanted.len)
		return true;
	size_t at = 0;
	while ((at = yz_str_find(list, wanted, at)) != SIZE_MAX) {
		size_t end = at + wanted.len;
		bool begins = !at || strchr(";,| \n", list.ptr[at - 1]) ||
			      (at >= 3 && (!memcmp(list.ptr + at - 3, "、", 3) || !memcmp(list.ptr + at - 3, "；", 3)));
		bool ends =
			end == list.len || strchr(";,| \n", list.ptr[end]) ||
			(end + 3 <= list.len && (!memcmp(list.ptr + end, "、", 3) || !memcmp(list.ptr + end, "；", 3)));
		if (begins && ends)
			return true;
		at++;
	}
	return false;
}

static bool admitted(const struct doc *doc, const struct yz_search_query *query)
{
	return (!query->department.len || yz_str_eq(doc->department, query->department)) &&
	       listed(doc->themes, query->theme) && listed(doc->objects, query->object);
}

/* Keeps the best FINALISTS: the first is the worst of them (a heap). */
static void keep(struct rank *r, struct finalist f)
{
	struct finalist *heap = r->finalists;
	size_t at;
	if (r->nfinalists < FINALISTS) {
		at = r->nfinalists++;
		for (; at && heap[(at - 1) / 2].base > f.base; at = (at - 1) / 2)
			heap[at] = heap[(at - 1) / 2];
		heap[at] = f;
		return;
	}
	if (f.base <= heap[0].base)
		return;
	for (at = 0;;) {
		size_t kid = 2 * at + 1;
		if (kid + 1 < FINALISTS && heap[kid + 1].base < heap[kid].base)
			kid++;
		if (kid >= FINALISTS || heap[kid].base >= f.base)
			break;
		heap[at] = heap[kid];
		at = kid;
	}
	heap[at] = f;
}

/* How much of the name the question accounts for; what stands in brackets matters less. */
static float name_cover(const struct rank *r, const struct doc *doc)
{
	float all = 0, covered = 0;
	size_t at = 0;
	int depth = 0;
	for (uint32_t before = 0; at < doc->name.len;) {
		uint32_t raw = yz_utf8_next(doc->name, &at), c = yz_fold_char(raw);
		depth += (raw == '(' || raw == 0xFF08) - (raw == ')' || raw == 0xFF09);
		if (before && yz_is_han(before) && yz_is_han(c)) {
			uint64_t key = term(TERM_PAIR, before, c);
			float rarity = search_rarity(r->s, search_find(r->s, key).len) * (depth > 0 ? 0.35f : 1);
			all += rarity;
			for (size_t i = 0; i < r->used.len; i++)
				if (r->used.at[i].key == key) {
					covered += rarity * r->used.at[i].weight;
					break;
				}
		}
		before = c;
	}
	return all > 0 ? covered / all : 0;
}

/* Acts that are nearly the same to whoever asks. */
static unsigned kin(unsigned acts)
{
	unsigned more = acts;
	if (acts & (ACT_REPLACE | ACT_RENEW))
		more |= ACT_REPLACE | ACT_RENEW;
	if (acts & (ACT_CANCEL | ACT_STOP))
		more |= ACT_CANCEL | ACT_STOP;
	if (acts & (ACT_MOVE | ACT_TRANSFER))
		more |= ACT_MOVE | ACT_TRANSFER;
	if (acts & ACT_TRANSFER)
		more |= ACT_CHANGE;
	if (acts & ACT_QUERY)
		more |= ACT_CONSULT;
	return more;
}

static float act_factor(const struct question *q, unsigned asked, unsigned acts)
{
	unsigned known = asked | q->implied;
	if (asked & acts)
		return 1.25f;
	if (asked & ~(unsigned)ACT_NEW) {
		if (kin(asked) & acts)
			return 1.08f;
		if (acts & q->implied)
			return 1;
		return acts & ~(unsigned)ACT_NEW ? 0.72f : acts ? 0.8f : 0.85f;
	}
	unsigned unasked = acts & ~known;
	if (acts & known && !(unasked & ~(unsigned)ACT_NEW))
		return 1.1f;
	if (!unasked)
		return 1;
	if (unasked & ACT_NEW)
		return 1.04f;
	if (unasked & ACT_CONSULT)
		return 0.85f;
	if (unasked & ACT_QUERY)
		return 0.82f;
	return 0.65f;
}

static bool same_name(const struct question *q, const struct doc *doc)
{
	size_t i = 0, k = 0;
	for (;; i++, k++) { /* brackets were folded to spaces */
		while (i < q->n && q->c[i] == ' ')
			i++;
		while (k < doc->len && doc->folded[k] == ' ')
			k++;
		if (i == q->n || k == doc->len)
			return i == q->n && k == doc->len;
		if (q->c[i] != doc->folded[k])
			return false;
	}
}

/* A worth is one of 251: its power is taken once, not for every item. */
static void spread_group(struct rank *r, unsigned g)
{
	r->spread[g] = yz_new_n(r->arena, FULL + 1, float);
	for (unsigned i = 1; i <= FULL; i++)
		r->spread[g][i] = r->weight[g] > 0 ? powf(r->weight[g] * (float)i / FULL, spread) : 0;
}

/* The clause an item answers, where it answers hardly anything of the others; else nclauses. */
static unsigned clause_of(const struct rank *r, uint32_t doc)
{
	const struct question *q = r->q;
	float content[CLAUSES_MAX] = {0}, all = 0;
	for (unsigned g = 0; g < q->ngroups; g++)
		if (!q->groups[g].whole && !q->groups[g].act) {
			float worth = r->weight[g] * (float)r->worth[g][doc] / FULL;
			content[q->groups[g].clause] += worth;
			all += worth;
		}
	for (unsigned k = 0; k < q->nclauses; k++)
		if (content[k] > all * 0.8f)
			return k;
	return q->nclauses;
}

/* All groups of one item, without the acts of other clauses where `clause` has its own. */
static float base_of(const struct rank *r, uint32_t doc, unsigned clause)
{
	float base = 0;
	bool own = clause < r->q->nclauses && r->q->acts[clause];
	for (unsigned g = 0; g < r->q->ngroups; g++) {
		const struct group *group = &r->q->groups[g];
		if (!(own && group->act && group->clause != clause))
			base += r->spread[g][r->worth[g][doc]];
	}
	return powf(base, 1 / spread);
}

static enum yz_search_bar bar(const struct question *q, const struct doc *doc)
{
	if (q->age <= AGE_MOST && q->age < doc->youngest)
		return YZ_SEARCH_TOO_YOUNG;
	if (q->age <= AGE_MOST && q->age > doc->oldest)
		return YZ_SEARCH_TOO_OLD;
	if (q->who && doc->whom && q->who != doc->whom)
		return doc->whom == WHO_PERSON ? YZ_SEARCH_PERSONS_ONLY : YZ_SEARCH_FIRMS_ONLY;
	return YZ_SEARCH_OPEN;
}

static void judge(struct rank *r, struct finalist *f)
{
	const struct doc *doc = &r->s->docs[f->doc];
	const struct question *q = r->q;
	float cover = name_cover(r, doc);
	unsigned asked = q->actions;
	if (q->nclauses > 1) {
		unsigned clause = clause_of(r, f->doc);
		asked = clause < q->nclauses ? question_acts(q, clause) : asked;
		f->base = base_of(r, f->doc, clause);
	}
	/* What makes it the right one among its sisters may be all its name says. */
	if (asked & doc->actions & ~(unsigned)ACT_NEW)
		cover = 0.4f + 0.6f * cover;
	f->score = f->base * (0.6f + 0.4f * cover) * act_factor(q, asked, doc->actions) * doc->prior;
	f->bar = bar(q, doc);
	if (f->bar)
		f->score *= f->bar == YZ_SEARCH_TOO_YOUNG || f->bar == YZ_SEARCH_TOO_OLD ? barred_age : barred_whom;
	if (same_name(q, doc))
		f->score += r->possible;
}

static int by_score(const void *a, const void *b)
{
	const struct finalist *x = a, *y = b;
	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return x->doc < y->doc ? -1 : x->doc > y->doc;
}

/* Of several wishes one may be a small part of the question. */
static bool answers_clause(const struct rank *r, const float *content)
{
	for (unsigned k = 0; k < r->q->nclauses && r->q->nclauses > 1; k++)
		if (content[k] > 0 && content[k] >= r->clause_possible[k] * 2 * least_cover)
			return true;
	return false;
}

static void choose(struct rank *r, const struct yz_search_query *query)
{
	bool filtered = query->department.len || query->theme.len || query->object.len;
	for (uint32_t doc = 0; doc < r->s->n; doc++) {
		float base = 0, content = 0, clause[CLAUSES_MAX] = {0};
		bool lacking = false, certain = false;
		for (unsigned g = 0; g < r->q->ngroups; g++) {
			const struct group *group = &r->q->groups[g];
			float worth = r->weight[g] * (float)r->worth[g][doc] / FULL;
			base += r->spread[g][r->worth[g][doc]];
			if (!group->whole && !group->act) {
				content += worth;
				clause[group->clause] += worth;
			}
			lacking |= group->must && r->worth[g][doc] < FULL / 4;
			certain |= worth > 0 && group->nalts && group->alts[0].strict;
		}
		if (lacking && !certain)
			continue;
		if (base <= 0 || (content < r->possible * least_cover && !answers_clause(r, clause)))
			continue;
		base = powf(base, 1 / spread);
		if (filtered && !admitted(&r->s->docs[doc], query))
			continue;
		keep(r, (struct finalist){.doc = doc, .base = base});
	}
	for (size_t i = 0; i < r->nfinalists; i++)
		judge(r, &r->finalists[i]);
	qsort(r->finalists, r->nfinalists, sizeof *r->finalists, by_score);
	rank_wishes(r);
}

/* Marks the pairs of the name that the question means. */
static void mark_spans(struct rank *r, const struct doc *doc, struct yz_search_hit *hit)
{
	YZ_VEC(struct yz_search_span) spans = {0};
	uint32_t before = 0, before_at = 0;
	for (size_t at = 0; at < doc->name.len;) {
		uint32_t start = (uint32_t)at, c = yz_fold_char(yz_utf8_next(doc->name, &at));
		bool pair = false, one = false;
		for (size_t i = 0; i < r->used.len && !pair; i++) {
			pair = before && r->used.at[i].key == term(TERM_PAIR, before, c);
			one |= r->used.at[i].key == term(TERM_ONE, c, 0);
		}
		if (pair || one) {
			uint32_t from = pair ? before_at : start;
			struct yz_search_span *last = spans.len ? &spans.at[spans.len - 1] : NULL;
			if (last && last->end >= from)
				last->end = (uint32_t)at;
			else
				*yz_vec_push(r->arena, &spans) = (struct yz_search_span){from, (uint32_t)at};
		}
		before = c;
		before_at = start;
	}
	hit->spans = spans.at;
	hit->nspans = spans.len;
}

static void report(struct rank *r, const struct yz_search_query *query, struct yz_search_hits *out)
{
	size_t limit = query->limit ? query->limit : 20;
	out->len = r->nfinalists < limit ? r->nfinalists : limit;
	out->at = yz_new_n(r->arena, out->len + 1, struct yz_search_hit);
	for (size_t i = 0; i < out->len; i++) {
		const struct finalist *f = &r->finalists[i];
		const struct doc *doc = &r->s->docs[f->doc];
		double score = r->possible > 0 ? f->score / (r->possible + 0.3f) : 0;
		out->at[i] = (struct yz_search_hit){.item = f->doc,
						    .id = doc->id,
						    .name = doc->name,
						    .score = score < 1 ? score : 1,
						    .wish = f->wish,
						    .bar = f->bar,
						    .age = f->bar == YZ_SEARCH_TOO_YOUNG ? doc->youngest
							   : f->bar == YZ_SEARCH_TOO_OLD ? doc->oldest
											 : 0};
		mark_spans(r, doc, &out->at[i]);
	}
	out->words = r->q->words.at;
	out->nwords = r->q->words.len;
	out->nwishes = r->nwishes;
	for (unsigned i = 0; i < r->nwishes; i++)
		out->wishes[i] = rank_wish_words(r, i);
}

void yz_search_run(const struct yz_search *s, struct yz_arena *a, const struct yz_search_query *query,
		   struct yz_search_hits *out)
{
	*out = (struct yz_search_hits){0};
	struct question *q = yz_new(a, struct question);
	q->arena = a;
	q->search = s;
	q->prefix = query->prefix;
	question_read(q, query->text);
	if (!s->n || !q->ngroups)
		return;
	struct rank *r = yz_new(a, struct rank);
	r->s = s;
	r->q = q;
	r->arena = a;
	r->held = yz_new_n(a, s->n, float);
	r->weighted = yz_new_n(a, s->n, float);
	r->mark = yz_new_n(a, s->n, uint32_t);
	r->touched = yz_new_n(a, s->n, uint32_t);
	for (unsigned g = 0; g < q->ngroups; g++) {
		weigh_group(r, g);
		spread_group(r, g);
	}
	choose(r, query);
	report(r, query, out);
}

void yz_search_suggest(const struct yz_search *s, struct yz_arena *a, struct yz_str typed, size_t limit,
		       struct yz_search_hits *out)
{
	struct yz_search_query query = {.text = typed, .limit = limit ? limit : 8, .prefix = true};
	yz_search_run(s, a, &query, out);
}
