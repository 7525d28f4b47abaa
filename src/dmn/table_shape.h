/* dmn/table_shape.h - private: a cell as a line of truth over the positions of a class of values.
 *
 * Works on conditions as yz_feel_condition takes them apart; three-valued
 * throughout, since not(null) is not true where not(false) is.
 *
 * Ownership: all in the arena given.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_TABLE_SHAPE_H
#define YZ_DMN_TABLE_SHAPE_H

#include "dmn/table_index.h"

enum yz_dshape_kind {
	SHAPE_ANY,     /* true whatever the value */
	SHAPE_NEVER,   /* false or null whatever the value */
	SHAPE_TESTS,   /* comparisons of the value with constants */
	SHAPE_BOOLEAN, /* true or false, which says the same of every value that is no boolean (table of "in") */
	SHAPE_OPAQUE,  /* more than that */
};

struct yz_dshape {
	enum yz_dshape_kind kind;
	const struct yz_feel_cond *cond; /* TESTS */
	bool flag, negated;              /* BOOLEAN */
};

void yz_dshape_of(struct yz_arena *a, const struct yz_dfeel *cell, struct yz_dshape *out);

/* The constants of one class that a column's cells speak of. */
struct yz_dpoints {
	YZ_VEC(struct yz_feel_value) all;
	bool ordered; /* some test asks for more than equality */
};
void yz_dshape_points(struct yz_arena *a, const struct yz_dshape *s, struct yz_dpoints points[DC_CLASSES]);
/* Sorted, each once; the number left. */
size_t yz_dpoints_sort(struct yz_feel_value *points, size_t n);

/* The positions of a class: its points are sorted in place. */
struct yz_dset *yz_dset_new(struct yz_arena *a, enum yz_dclass class, struct yz_dpoints *points);

/* From `at[i].from` on the truth is at[i].truth; at[0].from is 0. */
struct yz_dline {
	const struct yz_dturn {
		uint32_t from;
		uint8_t truth; /* YZ_DMN_FALSE, YZ_DMN_TRUE or YZ_DMN_NULL */
	} * at;
	size_t n;
};
/* Of a shape that is not OPAQUE, over the positions of `set` (look, ordered, points and their numbers are read). */
struct yz_dline yz_dshape_line(struct yz_arena *a, const struct yz_dshape *s, enum yz_dclass class,
			       const struct yz_dset *set);

#endif
