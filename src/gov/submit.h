/* gov/submit.h - a draft becomes a case, inside a write (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SUBMIT_H
#define YZ_GOV_SUBMIT_H

#include "gov/draft_row.h"

/* In force, and nothing is missing; *ready false: why, in *why (for her, in Chinese).  false: err. */
bool yz_submit_ready(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_draft *d, bool *ready,
		     struct yz_err *why, struct yz_err *err);
/* It is ready.  by_house: nobody presses a button, her earlier submission is carried out; `who` is who made that one. */
bool yz_submit_draft(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_draft *d,
		     struct yz_str channel, bool by_house, struct yz_str *no, struct yz_err *err);

#endif
