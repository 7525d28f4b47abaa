/* gov/licence_take.h - an application takes the licences that prove its materials (private to gov).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_LICENCE_TAKE_H
#define YZ_GOV_LICENCE_TAKE_H

#include "gov/acting.h"
#include "gov/draft.h"
#include "gov/licence_row.h"

/* Makes the papers of the licences this draft would take, so that the write need only name them.  What cannot be made now
 * is made when it is opened.  No connection may be held. */
void yz_licence_ready(struct yz_site *site, const struct yz_actor *who, int64_t draft);
/* Inside the write of the submission, the case inserted: rows for what is proved and was not uploaded, lines in the holders' logs,
 * entries in the ledger. */
bool yz_licence_take(struct yz_acting *t, const struct yz_draft *d, struct yz_err *err);

#endif
