/* dmn/table.h - private: one evaluation of one decision table.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_TABLE_H
#define YZ_DMN_TABLE_H

#include "dmn/eval.h"
#include "dmn/table_index.h"

enum yz_dhow {
	HOW_INDEXED, /* the set of the value's position */
	HOW_ASKED,   /* a value the index does not know: every cell is asked */
	HOW_UNKNOWN,
};

struct yz_dtask {
	struct yz_dmn_eval *e;
	const struct yz_dtable *t;
	const struct yz_dindex *index;
	const struct yz_feel_value *frame;
	struct yz_feel_value *values; /* of the inputs */
	uint8_t *how;                 /* enum yz_dhow, of the inputs */
	bool unknown, asks;
	/* Rows: */
	uint64_t *sure;
	uint64_t *maybe;          /* sure and possible; NULL: the same as sure */
	uint64_t *undecided;      /* possible, because a cell that was asked does not know; NULL: none */
	struct yz_feel_value why; /* unknown: what those cells depend on */
	/* Cells that were asked: truth + 1. */
	uint8_t *asked;
	struct yz_feel_value *answers;
	const struct yz_dindex_row **made; /* outputs that were computed, when they are kept */
	size_t chosen;                     /* the row that made the answer; SIZE_MAX: all that match */
	bool defaulted;
	bool conflict; /* two rows match that may not match together */
	bool refused;  /* an input has a value that is not allowed */
};

static inline bool yz_drows_none(const uint64_t *set, size_t n)
{
	for (size_t w = 0; w < n / 64; w++)
		if (set[w])
			return false;
	return !(n % 64) || !(set[n / 64] & (((uint64_t)1 << (n % 64)) - 1));
}

/* The first row of the set from `row` on, or n. */
static inline size_t yz_drows_next(const uint64_t *set, size_t row, size_t n)
{
	while (row < n) {
		uint64_t rest = set[row / 64] >> (row % 64);
		if (rest) {
			row += (size_t)__builtin_ctzll(rest);
			return row < n ? row : n;
		}
		row = (row / 64 + 1) * 64;
	}
	return n;
}

/* The outputs of a row; NULL, with the reason raised, when one is not allowed. */
const struct yz_dindex_row *yz_drow_outputs(struct yz_dtask *task, size_t row);
/* What the hit policy makes of exactly these rows. */
struct yz_feel_value yz_dtable_outcome(struct yz_dtask *task, const uint64_t *rows);
/* table_unknown.c: what it makes of any set of rows between sure and maybe; both may become narrower. */
struct yz_feel_value yz_dtable_unknown(struct yz_dtask *task);
/* trace_table.c: into an open step. */
void yz_dtrace_table(struct yz_dtask *task, struct yz_dmn_trace *t, struct yz_feel_value v);

#endif
