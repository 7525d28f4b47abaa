/* gov/case_migrate.h - moving running cases to a newer version of their process.
 *
 * Failure: err names the step that does not fit; the case stays as it was.
 * Threads: any; each case is a write of its own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CASE_MIGRATE_H
#define YZ_GOV_CASE_MIGRATE_H

#include "base/arena.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

struct yz_moved {
	int64_t from, to; /* item versions whose process it follows; equal: it follows the newest already */
};
/* who NULL: the operator of the site.  dry: only asks whether it would fit, and
 * what begins with the move (its timers, its conditions) could. */
bool yz_case_migrate(struct yz_site *site, const struct yz_actor *who, struct yz_str no, bool dry, struct yz_moved *out,
		     struct yz_err *err);
/* Numbers of the open cases of an item. */
size_t yz_case_open_of(struct yz_conn *conn, struct yz_arena *a, struct yz_str code, struct yz_str **nos, struct yz_err *err);

#endif
