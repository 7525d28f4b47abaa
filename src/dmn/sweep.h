/* dmn/sweep.h - private: what the sweeping files share.
 *
 *	facts.c        the scalar facts of a model
 *	sheet.c        a table by columns, and its index
 *	sweep_plan.c   a decision as sets of rows: yz_dmn_rules_new
 *	sweep_code.c   the same laid out for one record after another
 *	sweep.c        those sets, worked out over a sheet or for one record
 *
 * A condition on one fact is a leaf.  As in a decision table (table_shape.h),
 * the constants that all leaves of a fact speak of cut its values into
 * positions, and a leaf is a line of truth over them.  Over a sheet, whose
 * columns are sorted, a stretch of positions is a stretch of rows; for one
 * record a fact is placed once and each leaf only looked up.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_SWEEP_H
#define YZ_DMN_SWEEP_H

#include "dmn/table_shape.h"

/* Words of a set of rows come in multiples of this. */
enum { YZ_DWIDE = 4 };

/* ---- sheets ---- */

enum yz_dstore {
	DT_NONE,  /* no value but null so far */
	DT_KEYS,  /* whole numbers of 10^exp; dates and months by their n */
	DT_CODES, /* strings by their place in the dictionary, booleans as 0 and 1 */
	DT_VALUES,
};

struct yz_dsheet_column {
	const struct yz_dmn_fact *fact;
	enum yz_feel_kind kind;
	enum yz_dstore store;
	int exp;
	union {
		int64_t *keys;
		uint32_t *codes;
		struct yz_feel_value *values;
	};
	uint64_t *known; /* rows that are not null */
	size_t nknown;
	struct yz_map by_text; /* CODES: code + 1 of a string, as a pointer */
	YZ_VEC(struct yz_str) texts;
	/* The index.  `order`: the known rows by value (by code); CODES: those of code c from starts[c] to before
	 * starts[c + 1], and as sets where that is not too much.  KEYS, VALUES: marks[i] has the first i * stride rows
	 * of the order. */
	uint32_t *order, *starts;
	uint64_t *sets;
	size_t stride, nmarks;
};

struct yz_dmn_sheet {
	struct yz_arena *arena; /* the dictionaries */
	struct yz_arena *scratch;
	struct yz_dsheet_column *columns;
	size_t ncolumns, rows, capacity, words;
	bool closed;
};

/* Known rows of the column's order that stand below v; `at`: and those equal to it. */
size_t yz_dsheet_below(const struct yz_dsheet_column *c, struct yz_feel_value v, bool at);
/* The code of a string or boolean, or UINT32_MAX: no row has it. */
uint32_t yz_dsheet_code(const struct yz_dsheet_column *c, struct yz_feel_value v);
size_t yz_dsheet_ncodes(const struct yz_dsheet_column *c);
struct yz_feel_value yz_dsheet_of_code(const struct yz_dsheet_column *c, uint32_t code);

/* ---- plans ---- */

enum yz_dplan_kind {
	DP_ALL,
	DP_NONE,
	DP_LEAF, /* the rows whose fact has truth `want` */
	DP_AND,
	DP_OR,
	DP_EXCEPT, /* in parts[0] and in no other */
	DP_ONE,    /* in exactly one */
};

struct yz_dplan {
	enum yz_dplan_kind kind;
	const struct yz_dplan **parts;
	size_t n;
	/* LEAF */
	uint32_t fact;
	uint8_t want, when_null;       /* truth of null */
	const struct yz_dshape *shape; /* NULL: the fact itself, a boolean */
	struct yz_dline line;          /* over the positions of the fact's set */
	uint32_t bit;                  /* among all leaves */
	/* Where it stands in the model, for words. */
	struct yz_str text;
	struct yz_dmn_place place;
};

/* A plan in one piece of memory, for one record after another: each node is its kind and a number, a leaf's bit or how
 * many words its parts take, and the parts follow. */
enum { YZ_DCODE_KIND = 29, YZ_DCODE_REST = (1 << YZ_DCODE_KIND) - 1 };

/* Conditions that lead to a yes together. */
struct yz_dway {
	const struct yz_dplan **conditions;
	const uint32_t **codes; /* of the conditions */
	size_t n;
};

struct yz_drule_plan {
	const struct yz_dnode *node;
	const struct yz_dplan *yes; /* NULL: is decided row by row */
	const uint32_t *code;       /* of yes */
	struct yz_dway *ways;
	size_t nways;
	bool exact; /* there is one way, and it is all of `yes` */
};

struct yz_dmn_rules {
	const struct yz_dmn *model;
	const struct yz_dmn_fact *facts;
	size_t nfacts;
	const struct yz_dset **sets; /* of the facts; NULL: no leaf speaks of it */
	/* Leaves by fact: those of fact f are bits first[f] … first[f + 1], a multiple of 64 apart.  rows[f]: which of
	 * them hold at each position, at last where the fact is null; NULL: too many, they are looked up one by one. */
	size_t *first;
	uint64_t **rows;
	const struct yz_dplan **leaves; /* by bit; NULL: none */
	size_t nbits;
	struct yz_drule_plan *rules;
	const struct yz_feel_value *wanted; /* or NULL */
	size_t n;
};

/* sweep_code.c: numbers the finished leaves, fills first, rows, leaves, nbits and every code.  A rule whose codes are
 * too many is decided row by row. */
void yz_dcode_rules(struct yz_arena *a, struct yz_dmn_rules *r, const struct yz_dplan *const *leaves, size_t n);

/* What counts as a yes. */
static inline bool yz_dis_yes(const struct yz_dmn_rules *r, struct yz_feel_value v)
{
	if (r->wanted)
		return yz_feel_same(v, *r->wanted);
	return v.kind == YZ_FEEL_BOOLEAN ? v.flag : v.kind != YZ_FEEL_NULL;
}

/* Truth of a leaf at a position. */
static inline uint8_t yz_dline_at(struct yz_dline line, uint32_t at)
{
	size_t lo = 0, hi = line.n;
	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;
		if (line.at[mid].from <= at)
			lo = mid;
		else
			hi = mid;
	}
	return line.at[lo].truth;
}

#endif
