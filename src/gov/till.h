/* gov/till.h - the thread that talks to payment channels: asks whether a payment came, sends refunds, hears callbacks.
 *
 * The rows of payment and refund are its outbox: written with the act that wants them, taken with a lease before the
 * channel is spoken to, settled afterwards.  Killed in between, it asks again under the same number, and the channel
 * knows it; so nothing is paid or given back twice, and nothing is forgotten.
 *
 *	payment  open ──asked after 20 s, 40 s, 80 s … at most every 10 min──▶ paid, or closed once it has expired
 *	refund   ready ──told──▶ sent ──asked after 1, 2, 4 … at most 60 min──▶ done, or failed (finance sees it)
 *
 * What a channel never answers is asked for ever, but after GIVE_UP_ASKS only once in six hours, and technicians are told.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_TILL_H
#define YZ_GOV_TILL_H

#include "gov/pay.h"

/* One payment now. */
bool yz_till_ask(struct yz_site *site, struct yz_arena *a, int64_t payment, struct yz_err *err);
/* One round of all that is due, however many of them fail: the first error is returned when all had their turn.  *did: how many
 * were spoken of. */
bool yz_till_round(struct yz_site *site, yz_instant now, int *did, struct yz_err *err);

/* A callback as it came; what to answer is in *thanks.  YZ_FORBIDDEN: it is not from the channel.  A copy of one that was
 * taken is answered alike and changes nothing. */
bool yz_till_notice(struct yz_site *site, struct yz_arena *a, struct yz_str provider, const struct yz_pay_message *m,
		    struct yz_str *thanks, struct yz_err *err);

struct yz_till;
struct yz_till *yz_till_start(struct yz_site *site, struct yz_err *err);
void yz_till_stop(struct yz_till *t);

#endif
