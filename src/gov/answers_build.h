/* gov/answers_build.h - reads what is known into memory (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ANSWERS_BUILD_H
#define YZ_GOV_ANSWERS_BUILD_H

#include "db/db.h"
#include "gov/catalogue.h"
#include "gov/knowledge.h"
#include "gov/site.h"

/* Published rows, and the FAQ of the items in force at `now`, in the arena (the index is deferred there). */
const struct yz_answers *yz_answers_build(struct yz_conn *conn, struct yz_arena *a, const struct yz_catalogue *catalogue, yz_instant now,
					  struct yz_err *err);

#endif
