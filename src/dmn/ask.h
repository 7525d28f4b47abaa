/* dmn/ask.h - private: a guide, and what is open while it asks.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_ASK_H
#define YZ_DMN_ASK_H

#include "dmn/logic.h"

/* A part of an input that is asked at once. */
struct yz_dgfact {
	const struct yz_dmn_node *input;
	struct yz_str name;
	const struct yz_feel_type *type;
	const struct yz_dvar *var; /* NULL: no condition speaks of it */
};

/* A table below the decision; of[i]: the fact that its i'th input is, or UINT32_MAX. */
struct yz_dgtable {
	const struct yz_dnode *node;
	const struct yz_dtable *table;
	uint32_t *of;
};

struct yz_dmn_guide {
	const struct yz_dmn *model;
	const struct yz_dnode *node;
	struct yz_dlogic logic;
	bool whole;                 /* `root` is there: the outcome as a function, … */
	uint32_t root;
	struct yz_dleaf *ends;      /* … end 2 + i being this one */
	YZ_VEC(struct yz_dgfact) facts; /* in order of the model */
	YZ_VEC(struct yz_dgtable) tables;
};

/* What is open with some facts known. */
struct yz_dview {
	const struct yz_dmn_guide *g;
	struct yz_feel_run *run;
	struct yz_dmn_eval eval;
	struct yz_feel_value *values; /* of the guide's facts; unknown where not told */
	bool decided;
	struct yz_feel_value outcome;
	uint8_t *matters; /* of the guide's facts */
	bool exact;       /* `rest` is the outcome as a function of what is open */
	struct yz_forest forest;
	uint32_t rest;
};
void yz_dview_init(struct yz_dview *v, const struct yz_dmn_guide *g, const struct yz_dmn_told *known, size_t n,
		   struct yz_feel_run *run);

/* ask_weigh.c: how much stays possible on average once a fact is told; the less the better. */
double yz_dview_weigh(struct yz_dview *v, size_t fact);
/* kinds[i]: positions of the fact's variable with the same number lead to the same. */
void yz_dview_kinds(struct yz_dview *v, size_t fact, uint32_t *kinds);

#endif
