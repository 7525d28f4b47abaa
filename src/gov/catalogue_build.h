/* gov/catalogue_build.h - reads the published items into a catalogue (private).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CATALOGUE_BUILD_H
#define YZ_GOV_CATALOGUE_BUILD_H

#include "db/db.h"
#include "gov/catalogue.h"

/* The items in force at `now`, in the arena (the index is deferred there); NULL when err is filled. */
const struct yz_catalogue *yz_catalogue_build(struct yz_conn *conn, struct yz_arena *a, yz_instant now, struct yz_err *err);

#endif
