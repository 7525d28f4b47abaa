/* pack/scoring.h - a method of scoring, as a pack says it: a hundred points in parts, and what adds to or takes from each
 * (docs/formats/scoring.md).
 *
 *	cards    what the cards of a month cost: their own points, or the method's
 *	formulas FEEL over the month's numbers (scoring_facts.def)
 *	records  what a person records: a sanction, missing data
 *
 * Points are tenths.  Ownership: a method lives in the arena it was read in; the JSON is borrowed.
 * Threads: a method that was read: any.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PACK_SCORING_H
#define YZ_PACK_SCORING_H

#include "feel/feel.h"
#include "pack/pack.h"

enum yz_scoring_fact {
#define FACT(id, name) YZ_SCORE_##id,
#include "pack/scoring_facts.def"
#undef FACT
	YZ_SCORE_FACTS
};

enum { YZ_SCORING_PARTS = 20, YZ_SCORING_RULES = 60, YZ_SCORING_MONITORS = 40, YZ_SCORING_POINTS = 10000 /* tenths, either way */ };

struct yz_scoring_part {
	struct yz_str key, name;
	int64_t points; /* to begin with; 0: only what is added */
	int64_t most;   /* it comes to no more; a part without its own has its points, one without points 10 */
};
struct yz_scoring_cards {
	size_t part;
	struct yz_str level; /* "": any */
	struct yz_str monitors[YZ_SCORING_MONITORS]; /* "whole-late", "clock.*" */
	size_t nmonitors;
	bool own;       /* as the card says */
	int64_t points; /* else */
};
struct yz_scoring_formula {
	size_t part;
	struct yz_str key, name, text, source;
	const struct yz_feel *points; /* a number of points, not tenths */
	uint32_t uses;                /* bits of yz_scoring_fact that it reads */
};
struct yz_scoring_record {
	size_t part;
	struct yz_str key, name, unit, source; /* unit: of what is counted, "" for once */
	int64_t points, most; /* of each; all together take no more than most (0: no bound) */
};
struct yz_scoring {
	struct yz_str key, name, from; /* from: '2026-01' */
	bool org, post, person;        /* whom it is for */
	struct yz_scoring_part parts[YZ_SCORING_PARTS];
	struct yz_scoring_cards cards[YZ_SCORING_RULES];
	struct yz_scoring_formula formulas[YZ_SCORING_RULES];
	struct yz_scoring_record records[YZ_SCORING_RULES];
	size_t nparts, ncards, nformulas, nrecords;
	const struct yz_json *source; /* [{"law", "article", "text", "url"}] */
};

/* Reads and checks; NULL where a finding is an error. */
struct yz_scoring *yz_scoring_read(struct yz_arena *a, struct yz_str key, const struct yz_json *body, struct yz_str file,
				   struct yz_pack_findings *out);
/* The rule of cards that a card falls under: the first that names it; NULL: it costs nothing by this method. */
const struct yz_scoring_cards *yz_scoring_card(const struct yz_scoring *s, struct yz_str monitor, struct yz_str level);
const struct yz_scoring_record *yz_scoring_find_record(const struct yz_scoring *s, struct yz_str key);
/* Tenths, of a formula with a value a fact (NULL kinds where there is none); 0 where it comes to no number. */
int64_t yz_scoring_formula(struct yz_arena *a, const struct yz_scoring_formula *f, const struct yz_feel_value facts[YZ_SCORE_FACTS]);

#endif
