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
	int64_t days; /* working days that what was decided took; by item only */
};
bool yz_figure_add(struct yz_site *site, struct yz_conn *conn, struct yz_str org, yz_instant at, const struct yz_figure *f,
		   struct yz_err *err);
/* The same by day and item, of what the public is shown. */
bool yz_figure_item(struct yz_site *site, struct yz_conn *conn, struct yz_str org, struct yz_str item, yz_instant at,
		    const struct yz_figure *f, struct yz_err *err);
/* A step of a process was done, or was recalled and is not: by month, department, item and step. */
struct yz_stage {
	struct yz_str org, item, node, name;
	int64_t n;     /* 1; recalled: -1 */
	int64_t spent; /* office time it took, microseconds; recalled: what was added then, negative */
};
bool yz_figure_stage(struct yz_site *site, struct yz_conn *conn, const struct yz_stage *stage, yz_instant at, struct yz_err *err);

#endif
