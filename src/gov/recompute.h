/* gov/recompute.h - a month counted again from the ledger alone, against what the acts kept.
 *
 *	entries ("kept": what each act counted; "stages": steps done; cards and what became
 *	of them; records; what was promised, gov/promise.h)                      ─▶ figures, steps, cards, scores
 *	                                                                                        ║ equal?
 *	tables figure, stage_figure, card, score_record                          ─▶ figures, steps, cards, scores
 *
 * and what was put together of it (figure_month, figure_day) against its days.
 *
 * The chain is verified first.  Entries of before figures stood in them count nothing: such a month is not equal.
 *
 * Failure: err.  Threads: any, with its connection; it reads the whole chain.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_RECOMPUTE_H
#define YZ_GOV_RECOMPUTE_H

#include "gov/figure.h"
#include "gov/period.h"

enum { YZ_RECOUNT_DIFFERENCES = 1000 }; /* listed; all are counted */

struct yz_recount_row {
	struct yz_str org, org_name;
	struct yz_figure kept, counted;
	int64_t kept_score, counted_score; /* tenths; -1 where there is no method */
};
struct yz_recount_difference {
	struct yz_str where; /* "figure 2026-11-24 zhujian …", "month 2026-11 zhujian …", "day …", "stage zhujian …", "card 17", "record 3", "score zhujian" */
	struct yz_str what;  /* the column */
	struct yz_str kept, counted;
};
struct yz_recount {
	int64_t entries, cards, records; /* that belong to the month */
	struct yz_recount_row *rows;
	size_t nrows;
	struct yz_recount_difference *differences;
	size_t ndifferences; /* listed */
	int64_t different;   /* in all */
	struct yz_str chain; /* what is wrong with the chain; "": nothing */
};
bool yz_recount(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_period month, struct yz_recount *out, struct yz_err *err);

#endif
