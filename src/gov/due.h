/* gov/due.h - rows with an instant at which each is looked at, and the walk over those whose instant has come (private to gov).
 *
 * What comes due is found by the index of instants, never by a scan, and looked at in a write of its own or of a few
 * together; one that cannot be handled must not stop the others: it is looked at again in an hour.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_DUE_H
#define YZ_GOV_DUE_H

#include "db/db.h"
#include "gov/site.h"

enum { YZ_DUE_ROUND = 200 }; /* rows read at one time */

struct yz_due_kind {
	const char *due;   /* SELECT id, no of those with an instant up to $1, the earliest first, $2 at most; no: what they are called */
	const char *next;  /* SELECT the first instant behind $1 */
	const char *later; /* UPDATE that sets the instant of id $2 to $1 */
	yz_write_fn *look; /* with a struct yz_due; it may run again, and finds out itself whether another was there before */
};

struct yz_due {
	struct yz_site *site;
	int64_t id;
	struct yz_str no;
	const struct yz_due_kind *kind;
	bool done; /* set by look */
};

/* *done: how many looks did something; *next: when to look again, INT64_MAX: nothing waits. */
bool yz_due_sweep(struct yz_site *site, const struct yz_due_kind *kind, yz_instant now, int64_t *done, yz_instant *next,
		  struct yz_err *err);

#endif
