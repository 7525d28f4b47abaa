/* gov/openness.h - what each department promised and how it was kept, for everybody to see.
 *
 * By calendar year, up to the end of the last whole week: who looks every day learns nothing of one day's few.  A number
 * of fewer than five is not told, and where one alone is not told the next smallest is not told either, or the whole is
 * not: it could be worked out.  No case is counted: all comes from kept figures (gov/figure.h) and cards.
 *
 * Law: 政府信息公开条例 15 (what would harm a person's privacy is not published), 20 (8).
 *
 * Ownership: the arena's.  Failure: err.  Threads: any.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_OPENNESS_H
#define YZ_GOV_OPENNESS_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "gov/version.h"

struct yz_site;
struct yz_conn;

enum { YZ_OPENNESS_LEAST = 5, YZ_OPENNESS_FIRST = 2000 };

/* What is hidden of a row. */
enum { YZ_HIDDEN_RECEIVED = 1, YZ_HIDDEN_DECIDED = 2, YZ_HIDDEN_RATED = 4 };

struct yz_promise {
	struct yz_str org, org_name, item, name; /* item "": the department's sum; org "": the county's */
	struct yz_item_limit legal, promised; /* the item's as it has them now; given false: none */
	int64_t received, decided, on_time, days /* working days of the decided, added up */, rated, stars, notice, yellow, red;
	unsigned hidden; /* received; decided, on_time, days and the cards; rated and stars */
};
struct yz_openness {
	yz_day from, to;         /* both inclusive; to < from: the year has no whole week yet */
	struct yz_promise sum;
	struct yz_promise *orgs; /* those with published items or figures, in the departments' order */
	struct yz_promise *items; /* by department in the same order, then by name */
	size_t norgs, nitems;
};
struct yz_openness *yz_openness_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int year, yz_instant now,
				     struct yz_err *err);

/* Hides what is too small in the parts of a sum; sum->hidden says what of the sum is hidden already.  For the tests. */
void yz_openness_veil(struct yz_promise *sum, struct yz_promise *parts, size_t n);

#endif
