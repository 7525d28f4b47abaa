/* gov/outside_take.h - the writes behind what a department's system reports (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_OUTSIDE_TAKE_H
#define YZ_GOV_OUTSIDE_TAKE_H

#include "gov/outside_report.h"
#include "gov/outside_row.h"

enum yz_out_state { YZ_OUT_TAKEN, YZ_OUT_SAME, YZ_OUT_REFUSED, YZ_OUT_BEFORE /* answered before */, YZ_OUT_FORK, YZ_OUT_GAP };

struct yz_out_item {
	struct yz_site *site;
	int64_t system, seq;     /* seq 0: the next, and nothing is kept of a row that is not taken */
	enum yz_lang lang;
	const struct yz_out_row *row;
	/* what came of it */
	enum yz_out_state state;
	struct yz_err why;       /* of one that was refused though it reads well */
};
/* In order, in writes of some; stops at a gap or fork, *n being how many came before.  false: it cannot be written down now. */
bool yz_out_items_do(struct yz_site *site, struct yz_out_item *items, size_t *n, struct yz_err *err);
/* What is wrong with a refused one, as findings. */
void yz_out_item_why(struct yz_arena *a, const struct yz_out_item *item, int nth, struct yz_findings *out);

/* The system of that name that may report; YZ_NOT_FOUND. */
bool yz_out_system_find(struct yz_conn *conn, struct yz_arena *a, struct yz_str name, int64_t *id, int64_t *have, struct yz_err *err);

#endif
