/* gov/weekly_draft.h - the figures of a week, and the words of a first draft (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_WEEKLY_DRAFT_H
#define YZ_GOV_WEEKLY_DRAFT_H

#include "gov/weekly.h"

/* Within the region whose path it is. */
bool yz_weekly_count(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str path, struct yz_weekly *w, struct yz_err *err);
/* Fills to, copies and texts. */
bool yz_weekly_write(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_weekly *w, struct yz_err *err);

#endif
