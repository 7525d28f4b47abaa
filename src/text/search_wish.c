/* search_wish.c - several wishes in one sentence: 开饭店还要招人.
 *
 * The best item leaves parts of the question aside.  An item further down that
 * answers them well answers another wish: it is lifted behind the best of the
 * wishes before it.  A comma or 顺便 in between makes that likelier.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/utf8.h"
#include "text/search_rank.h"

enum { NOBODY = YZ_SEARCH_WISHES_MAX, ANSWERED = FULL * 3 / 10 };

/* Of all that was asked, of what is left: another wish is at least so much … */
static const float least_left = 0.3f, least_answered = 0.6f;
/* … or, where it is a clause of which nothing is answered, so much (or half an even share). */
static const float clause_left = 0.15f, clause_answered = 0.45f;
/* An item belongs to a wish of which it answers so much. */
static const float belongs = 0.35f;

static bool content(const struct group *g)
{
	return !g->whole && !g->act;
}

static void own(struct rank *r, uint32_t doc, unsigned wish)
{
	for (unsigned g = 0; g < r->q->ngroups; g++)
		if (content(&r->q->groups[g]) && r->owner[g] == NOBODY && r->worth[g][doc] >= ANSWERED)
			r->owner[g] = (uint8_t)wish;
}

/* What one clause, or with nclauses the whole question, has left that nobody answers. */
static float left_of(const struct rank *r, unsigned clause, bool *answered)
{
	float left = 0;
	for (unsigned g = 0; g < r->q->ngroups; g++) {
		const struct group *group = &r->q->groups[g];
		if (clause < r->q->nclauses && group->clause != clause)
			continue;
		*answered |= r->owner[g] != NOBODY;
		left += content(group) && r->owner[g] == NOBODY ? r->weight[g] : 0;
	}
	return left;
}

/* The finalist that answers most of that, and how much. */
static size_t best_for(const struct rank *r, unsigned clause, float *answers)
{
	size_t chosen = 0;
	*answers = 0;
	for (size_t i = 1; i < r->nfinalists; i++) {
		const struct finalist *f = &r->finalists[i];
		float sum = 0;
		for (unsigned g = 0; g < r->q->ngroups; g++)
			if (content(&r->q->groups[g]) && r->owner[g] == NOBODY &&
			    (clause == r->q->nclauses || r->q->groups[g].clause == clause))
				sum += r->weight[g] * (float)r->worth[g][f->doc] / FULL;
		sum *= f->base > 0 ? f->score / f->base : 1;
		if (sum > *answers) {
			*answers = sum;
			chosen = i;
		}
	}
	return chosen;
}

/* The place of the item that answers the next wish, 0 when there is none. */
static size_t next_wish(const struct rank *r)
{
	float answers, share = 0.5f / (float)r->q->nclauses;
	share = share < clause_left ? share : clause_left;
	for (unsigned k = 0; k < r->q->nclauses && r->q->nclauses > 1; k++) {
		bool answered = false;
		float left = left_of(r, k, &answered);
		if (answered || left < r->possible * share)
			continue;
		size_t chosen = best_for(r, k, &answers);
		if (answers >= left * clause_answered)
			return chosen;
	}
	bool answered = false;
	float left = left_of(r, r->q->nclauses, &answered);
	if (left < r->possible * least_left)
		return 0;
	size_t chosen = best_for(r, r->q->nclauses, &answers);
	return answers < left * least_answered ? 0 : chosen;
}

static void lift(struct rank *r, size_t from, size_t to)
{
	if (from <= to)
		return;
	struct finalist lifted = r->finalists[from];
	memmove(r->finalists + to + 1, r->finalists + to, (from - to) * sizeof lifted);
	lifted.score = r->finalists[to - 1].score * 0.999f;
	r->finalists[to] = lifted;
}

/* Each item to the wish it answers the largest part of. */
static void sort_into(struct rank *r)
{
	float whole[YZ_SEARCH_WISHES_MAX] = {0};
	for (unsigned g = 0; g < r->q->ngroups; g++)
		if (r->owner[g] != NOBODY)
			whole[r->owner[g]] += r->weight[g];
	for (size_t i = 0; i < r->nfinalists; i++) {
		struct finalist *f = &r->finalists[i];
		float part[YZ_SEARCH_WISHES_MAX] = {0}, best = belongs;
		for (unsigned g = 0; g < r->q->ngroups; g++)
			if (r->owner[g] != NOBODY)
				part[r->owner[g]] += r->weight[g] * (float)r->worth[g][f->doc] / FULL;
		f->wish = i < r->nwishes ? (unsigned)i : r->nwishes;
		for (unsigned w = 0; w < r->nwishes && i >= r->nwishes; w++)
			if (part[w] > whole[w] * best) {
				best = part[w] / whole[w];
				f->wish = w;
			}
	}
}

void rank_wishes(struct rank *r)
{
	memset(r->owner, NOBODY, sizeof r->owner);
	if (r->nfinalists < 2)
		return;
	own(r, r->finalists[0].doc, 0);
	unsigned n = 1;
	while (n < YZ_SEARCH_WISHES_MAX) {
		size_t chosen = next_wish(r);
		if (chosen < n)
			break;
		lift(r, chosen, n);
		own(r, r->finalists[n].doc, n);
		n++;
	}
	r->nwishes = n > 1 ? n : 0;
	if (r->nwishes)
		sort_into(r);
}

/* The clause that holds most of a wish; what it says, from the first word that counts to the last. */
struct yz_str rank_wish_words(const struct rank *r, unsigned wish)
{
	const struct question *q = r->q;
	size_t start = q->n, end = 0;
	float held[CLAUSES_MAX] = {0};
	unsigned clause = 0;
	for (unsigned g = 0; g < q->ngroups; g++)
		held[q->groups[g].clause] += r->owner[g] == wish ? r->weight[g] : 0;
	for (unsigned k = 1; k < q->nclauses; k++)
		clause = held[k] > held[clause] ? k : clause;
	for (unsigned g = 0; g < q->ngroups; g++) {
		const struct group *group = &q->groups[g];
		/* 改(驾照地址): the act belongs to it where the clause says nothing else. */
		if (group->clause == clause && (r->owner[g] == wish || (group->act && q->nclauses > 1))) {
			start = group->start < start ? group->start : start;
			end = group->end > end ? group->end : end;
		}
	}
	while (start < end && (q->c[start] == 0x8981 /* 要 */ || q->c[start] == 0x60F3 /* 想 */))
		start++;
	struct yz_buf said;
	yz_buf_init(&said, r->arena, (QUERY_CHARS_MAX + 1) * 4);
	for (size_t i = start; i < end; i++)
		yz_buf_add_utf8(&said, q->c[i]);
	return yz_str_trim(yz_buf_str(&said));
}
