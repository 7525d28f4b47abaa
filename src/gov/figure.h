/* gov/figure.h - adds one to figures of a department's month, inside the act's own write (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_FIGURE_H
#define YZ_GOV_FIGURE_H

#include "db/db.h"
#include "gov/site.h"

/* What to add; most are 0. */
struct yz_figure {
	int64_t received, accepted, refused, decided, denied, withdrawn, on_time, early, yellow, red, rated, stars;
};
bool yz_figure_add(struct yz_site *site, struct yz_conn *conn, struct yz_str org, yz_instant at, const struct yz_figure *f,
		   struct yz_err *err);

#endif
