/* cmd/load.h - past cases made up: applied for, reviewed and decided through the same acts as real ones.
 *
 * A simulation in order of time: applications arrive over the past year in office
 * hours, clerks act after a while, some late, some stop the clock; the sweeper runs
 * in between.  The same seed makes the same choices; dates count back from now.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_LOAD_H
#define YZ_CMD_LOAD_H

#include "cmd/cmd.h"

/* N more cases in args->site; prints progress; the exit status.  Meanwhile the site's sweeper rests. */
int yz_load_cases(struct yz_args *args, int64_t cases, uint64_t seed);

#endif
