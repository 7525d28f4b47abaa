/* dmn/forest.h - private: decision diagrams over facts of several values.
 *
 * A node asks one variable and goes on by its position; positions that go on
 * alike lie in runs.  Nodes are kept once and in the order of the variables, so
 * two functions are the same exactly when their numbers are, and a function
 * depends on a variable exactly when a node below it asks that variable.
 *
 *	YZ_NO, YZ_YES      the ends of a condition
 *	yz_forest_end(n)   the n'th end of a function of many outcomes
 *
 * Ownership: all in the arena given.
 * Failure:   past `most` nodes or runs `spent` is set and everything is YZ_NO;
 *            whoever builds asks when done.
 * Threads:   one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_FOREST_H
#define YZ_DMN_FOREST_H

#include "base/arena.h"
#include "base/map.h"

#include <stdbool.h>
#include <stdint.h>

enum { YZ_NO = 0, YZ_YES = 1 };

struct yz_forest_run {
	uint32_t from; /* position; the first run begins at 0 */
	uint32_t to;   /* node */
};

struct yz_forest_node {
	uint32_t var; /* UINT32_MAX: an end, … */
	uint32_t n;   /* … of this number; else runs */
	const struct yz_forest_run *runs;
};

struct yz_forest {
	struct yz_arena *arena;
	YZ_VEC(struct yz_forest_node) nodes;
	size_t most, runs;
	bool spent;
	/* Private. */
	uint32_t *slots, mask;
	struct yz_forest_memo *memo;
	uint32_t memo_mask;
};

void yz_forest_init(struct yz_forest *f, struct yz_arena *a, size_t most);
/* A node of these runs; neighbours that lead to the same are joined. */
uint32_t yz_forest_ask(struct yz_forest *f, uint32_t var, const struct yz_forest_run *runs, uint32_t n);
uint32_t yz_forest_end(struct yz_forest *f, uint32_t n);
/* Where `cond` holds `a`, else `b`. */
uint32_t yz_forest_if(struct yz_forest *f, uint32_t cond, uint32_t a, uint32_t b);
static inline uint32_t yz_forest_and(struct yz_forest *f, uint32_t a, uint32_t b)
{
	return yz_forest_if(f, a, b, YZ_NO);
}
static inline uint32_t yz_forest_or(struct yz_forest *f, uint32_t a, uint32_t b)
{
	return yz_forest_if(f, a, YZ_YES, b);
}
static inline uint32_t yz_forest_not(struct yz_forest *f, uint32_t a)
{
	return yz_forest_if(f, a, YZ_NO, YZ_YES);
}
static inline uint32_t yz_forest_less(struct yz_forest *f, uint32_t a, uint32_t b) /* a and not b */
{
	return yz_forest_if(f, b, YZ_NO, a);
}
/* Where a node goes on from a position of its variable. */
uint32_t yz_forest_step(const struct yz_forest *f, uint32_t node, uint32_t position);
/* A node of `from` in `to` (which may be the same) with variables fixed: at[var] is a position, or UINT32_MAX for one
 * that stays open. */
uint32_t yz_forest_fix(struct yz_forest *to, const struct yz_forest *from, uint32_t node, const uint32_t *at);

#endif
