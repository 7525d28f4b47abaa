/* gov/fee_case.h - where a case meets its fees: each one call in an act (private to gov).
 *
 * Inside the act's write; the order, its message and its entry commit with the act.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_FEE_CASE_H
#define YZ_GOV_FEE_CASE_H

#include "gov/acting.h"

/* The item's element `charge` says at what moment: "accept", "grant"; "task" is the process's own act "charge".  Where
 * that is another, or nothing is to be paid, nothing happens. */
bool yz_fee_at(struct yz_acting *t, const char *moment, struct yz_err *err);
/* Refuses "decide" or "deliver" while money is owed that must be paid before it (the item's charge.before). */
bool yz_fee_gate(struct yz_acting *t, const char *act, struct yz_err *err);
/* The case has ended: what was not paid is closed; what was paid for nothing goes back, where the item says so. */
bool yz_fee_over(struct yz_acting *t, struct yz_err *err);
/* Why an act is not open now, or NULL: for the choices on a page. */
const char *yz_fee_bars(struct yz_conn *conn, int64_t case_id, const char *act);

#endif
