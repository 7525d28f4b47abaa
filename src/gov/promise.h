/* gov/promise.h - by how much each department promises to be faster than the law: as it stood in any month.
 *
 * The item where the promise lies least below the legal limit decides; items that are suspended count nothing.  What the
 * catalogue says is kept in the ledger whenever it says something else than before ("promise.cut", of thing promise), so a
 * month's bonus is the same whenever it is worked out, and by whom.  Months of before the first such entry have none.
 *
 * Ownership: the arena's.  Failure: err.  Threads: any; keep is a write of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PROMISE_H
#define YZ_GOV_PROMISE_H

#include "base/map.h"
#include "db/db.h"
#include "gov/site.h"

/* Writes down what the catalogue says now, where that is something new; *news: it was. */
bool yz_promise_keep(struct yz_site *site, bool *news, struct yz_err *err);
/* As it stood at the end of what lies before `before`: per cent by department (double), whoever has none is not in it. */
bool yz_promise_at(struct yz_conn *conn, struct yz_arena *a, yz_instant before, struct yz_map *cuts, struct yz_err *err);

#endif
