/* gov/board.h - what the supervisor sees: lights, figures, cards, by department and month.
 *
 * Figures are rows kept by the acts themselves, in the act's own transaction: the
 * board never counts a million cases.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_BOARD_H
#define YZ_GOV_BOARD_H

#include "gov/case.h"

struct yz_figures {
	struct yz_str org, org_name, month; /* org "": all; month "": all asked for */
	int64_t received, accepted, refused, decided, denied, withdrawn, on_time, early, yellow, red, rated, stars;
	int64_t open, ok, warn, late, stopped; /* now; only where month is "" */
	int64_t overruled; /* acts against the rules in these months; only where month is "" */
};

/* One row a department of her region, and their sum in out[0]; months 'YYYY-MM' inclusive. */
size_t yz_board_figures(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			struct yz_str from_month, struct yz_str to_month, struct yz_figures **out, struct yz_err *err);
/* One row a month of a department ("": all), oldest first. */
size_t yz_board_months(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       struct yz_str org, struct yz_figures **out, struct yz_err *err);

/* The months 'YYYY-MM', both inclusive, as instants: from, and the first of the month after `to`; 0 where one is none. */
void yz_board_span(const struct yz_site *site, struct yz_str from_month, struct yz_str to_month, yz_instant *from, yz_instant *to);

/* Acts against what the item's decision says, in her region, newest first. */
struct yz_overrule {
	int64_t id;
	struct yz_str case_no, item_name, org_name, person_name;
	struct yz_str act, against, why; /* what was done, what the rules say, and her reason */
	yz_instant at;
};
struct yz_overrule_query {
	struct yz_str org;    /* "": all */
	yz_instant from, to;  /* to: exclusive; 0: no bound */
	int64_t before;       /* older than this id; 0: from the newest */
	int limit;
};
size_t yz_overrule_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_overrule_query *q,
			struct yz_overrule **out, struct yz_err *err);

#endif
