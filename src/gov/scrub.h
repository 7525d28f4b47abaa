/* gov/scrub.h - text without the personal data a machine can see (private to gov).
 *
 * Mobile numbers, numbers of fifteen digits and more (identity, bank cards) and mail addresses become ＊＊＊, the name
 * given becomes 某某.  Offices' telephone numbers stay.  What only a person can see is the publisher's to take out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SCRUB_H
#define YZ_GOV_SCRUB_H

#include "base/arena.h"
#include "base/str.h"

/* *found: how many were taken out; may be NULL. */
struct yz_str yz_scrub(struct yz_arena *a, struct yz_str text, struct yz_str name, size_t *found);

#endif
