/* text/search_rank.h - a question being answered; private to text.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TEXT_SEARCH_RANK_H
#define YZ_TEXT_SEARCH_RANK_H

#include "text/search.h"

enum { FINALISTS = 300, FULL = 250 };

struct finalist {
	uint32_t doc;
	float base, score;
	unsigned wish;
	enum yz_search_bar bar;
};

struct rank {
	const struct yz_search *s;
	struct question *q;
	struct yz_arena *arena;
	uint8_t *worth[GROUPS_MAX]; /* of each item, of FULL */
	float weight[GROUPS_MAX];   /* of each group */
	float *spread[GROUPS_MAX];  /* what each worth of a group adds to an item's base */
	float possible;             /* the sum of all weights, unmatched groups included */
	float clause_possible[CLAUSES_MAX];
	float *held, *weighted; /* one alternative's share, by item; and by the weight of its fields */
	uint32_t *mark, serial;
	uint32_t *touched;
	size_t ntouched;
	struct finalist finalists[FINALISTS]; /* best first once they are judged */
	size_t nfinalists;
	YZ_VEC(struct {
		uint64_t key;
		float weight;
	})
	used; /* pairs the question means */
	/* Several wishes: who answers each of the groups, and how many there are (0: one wish). */
	uint8_t owner[GROUPS_MAX];
	unsigned nwishes;
};

/* Finds the wishes the best item leaves aside and lifts what answers them. */
void rank_wishes(struct rank *r);
/* The words of the question that say a wish. */
struct yz_str rank_wish_words(const struct rank *r, unsigned wish);

#endif
