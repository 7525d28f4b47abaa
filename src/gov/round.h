/* gov/round.h - a thread that goes its rounds: when something changed, or after a while.
 *
 * Ownership: it lives in the site's arena, whose listeners know it; stop it before the site is closed.
 * Failure:   err; what a round could not do it logs itself.
 * Threads:   start and stop from one; a round runs in its own; ask from any.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ROUND_H
#define YZ_GOV_ROUND_H

#include "base/date.h"
#include "base/err.h"

#include <stdatomic.h>

struct yz_site;
struct yz_round;

/* One round; how long to rest after it at most, in microseconds.  A long one looks at *stop between what it does. */
typedef yz_instant yz_round_fn(void *ctx, atomic_bool *stop);

/* changes: of enum yz_change, which end a rest.  apart: the least rest, in microseconds; what is asked for meanwhile is done
 * in the one round behind it.  name: what an error calls it. */
struct yz_round *yz_round_start(struct yz_site *site, const char *name, unsigned changes, yz_instant apart, yz_round_fn *fn, void *ctx,
				struct yz_err *err);
/* Ends the rest, as a change does. */
void yz_round_ask(struct yz_round *r);
/* Waits for the round under way.  NULL allowed. */
void yz_round_stop(struct yz_round *r);

#endif
