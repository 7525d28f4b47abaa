/* gov/sandbox.h - a payment gateway made of sand: it behaves as real ones do, and no money moves.
 *
 * The tables sandbox_* are its own books; nothing else of gov reads them.  It is reached as any channel is: by struct
 * yz_pay_provider, by its page in her browser, by callbacks over HTTP to our address, by a day's file.
 *
 * Callbacks: POST of JSON, signed with HMAC-SM3 over time "\n" nonce "\n" body, in hexadecimal; headers X-Sandbox-Time
 * (seconds since 1970), X-Sandbox-Nonce, X-Sandbox-Sign.  Taken within ten minutes of that time, each nonce once.
 * Answered with anything but 200 and "success" it comes again, eight times in about six hours.
 *
 * How they come is chosen on its page, or by setting pay.sandbox.callbacks: prompt, late (two minutes), twice, never,
 * wrong (she pays a fen too little), or "seed N", which draws one of them for each payment, the same for the same N.
 * Setting pay.sandbox.refunds: done or fail.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SANDBOX_H
#define YZ_GOV_SANDBOX_H

#include "gov/pay.h"

#include <stdatomic.h>

struct yz_conn;

struct yz_sandbox_trade {
	int64_t id, amount;
	struct yz_str out_no, title, state, back_url; /* state: waiting, paid, closed */
	yz_instant expires;
};
/* By the token of its page's address. */
bool yz_sandbox_find(struct yz_conn *conn, struct yz_arena *a, struct yz_str token, struct yz_sandbox_trade *out, struct yz_err *err);
/* She pays.  how: one of the words above, or "": as the setting says.  Paying twice is paying once. */
bool yz_sandbox_pay(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str how, struct yz_str *back, struct yz_err *err);
bool yz_sandbox_cancel(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str *back, struct yz_err *err);

/* One callback as it would be sent now. */
struct yz_sandbox_message {
	int64_t id;
	struct yz_str url;
	struct yz_pay_message message;
};
/* What is due; signed.  Settled one by one: heard, or to come again. */
bool yz_sandbox_due(struct yz_site *site, struct yz_arena *a, yz_instant now, struct yz_sandbox_message **out, size_t *n, struct yz_err *err);
bool yz_sandbox_settle(struct yz_site *site, int64_t id, bool heard, yz_instant now, struct yz_err *err);
/* Signs a body, as the sandbox does and nobody else can. */
void yz_sandbox_sign(struct yz_site *site, struct yz_arena *a, struct yz_str body, yz_instant now, struct yz_pay_message *out);
/* Its file of a day. */
bool yz_sandbox_statement(const struct yz_pay *pay, struct yz_arena *a, yz_day day, struct yz_str *text, struct yz_err *err);
/* Sends what is due over HTTP; stop: between two of them. */
bool yz_sandbox_call(struct yz_site *site, yz_instant now, atomic_bool *stop, struct yz_err *err);

#endif
