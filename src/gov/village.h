/* gov/village.h - a town's villages, and a village worker's own: what is under way there.
 *
 * A post whose region is a town or a village shows the cases at home in it that her department has or had a step of; what
 * lies in a region above shows its people by the desk and the board instead.
 *
 * Failure: err.  Threads: any.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_VILLAGE_H
#define YZ_GOV_VILLAGE_H

#include "gov/case.h"

struct yz_village {
	struct yz_str code, name; /* of a village, or the town itself */
	int64_t open, late, warn;
};

enum { YZ_VILLAGE_CASES = 200 };

struct yz_villages {
	struct yz_str place;        /* the name of her region; "": she has no post in a town or village */
	bool worker;                /* of one village */
	struct yz_village *at;      /* those with something under way */
	size_t len;
	struct yz_case_row *cases;  /* what falls due first on top, at most YZ_VILLAGE_CASES */
	size_t ncases;
	bool more;
};
/* village: only its cases; "": all of hers. */
bool yz_villages(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str village, struct yz_villages *out,
		 struct yz_err *err);

#endif
