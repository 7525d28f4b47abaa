/* cmd/load.h - past cases made up: applied for, reviewed and decided through the same acts as real ones.
 *
 * A simulation in order of time: applications arrive over a year in office hours, clerks
 * act after a while, some late, some stop the clock; the sweeper runs in between.  The
 * year ends where `until` begins.  The same site, seed and day give the same cases, byte for
 * byte in the ledger: time and check codes come from the simulation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_LOAD_H
#define YZ_CMD_LOAD_H

#include "base/date.h"
#include "cmd/cmd.h"

/* N more cases in args->site; prints progress; the exit status.  Meanwhile the site's sweeper rests. */
int yz_load_cases(struct yz_args *args, int64_t cases, uint64_t seed, yz_day until);

#endif
