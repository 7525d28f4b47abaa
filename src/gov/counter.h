/* gov/counter.h - money over the counter: taken, handed back, counted at the end of the day.
 *
 *	order due ──take──▶ paid, receipt printed      refund approved ──waits──▶ give ──▶ given back, 退费凭单 signed
 *	                        └───────────── the day ─────────────┘
 *	                 drawer and card terminals counted ──▶ agrees, or a difference that a person explains
 *
 * No channel knows of it, so nobody is asked and no file is waited for: "counter" is a channel of its own in the books, whose day
 * is held against what was counted.  Each is one entry of the ledger with who did it, in the transaction that moves the order.
 * Paid by card goes back to the card, cash in cash.
 *
 * Threads: any.  No connection may be held where one is not a parameter.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_COUNTER_H
#define YZ_GOV_COUNTER_H

#include "gov/fee.h"
#include "gov/reconcile.h"

/* slip: the card terminal's reference number, of digits and letters. */
enum { YZ_COUNTER_SLIP_LEAST = 6, YZ_COUNTER_SLIP = 20, YZ_COUNTER_LINES = 500 };

enum yz_means { YZ_MEANS_cash, YZ_MEANS_card, YZ_MEANS };
const char *yz_means_title(enum yz_means m);     /* message id */
const char *yz_means_of(struct yz_str method); /* the same by its name, as a row has it */

struct yz_counter_take {
	struct yz_str no;   /* of the order */
	struct yz_str means; /* "cash" or "card" */
	struct yz_str slip; /* card: wanted; cash: must be empty */
	int64_t amount;     /* as she was shown it: YZ_CONFLICT where it is another by now */
};
/* A clerk of the department that charges; not for herself.  YZ_NOT_NOW: it is not to be paid (any more). */
bool yz_counter_take(struct yz_site *site, const struct yz_actor *who, const struct yz_counter_take *in, struct yz_err *err);
/* Hands back what was paid at the counter, once finance has approved it or the case came to nothing. */
bool yz_counter_give(struct yz_site *site, const struct yz_actor *who, struct yz_str order_no, int64_t refund, struct yz_str slip,
		     struct yz_err *err);

struct yz_counter_line {
	bool back;
	int64_t amount;
	enum yz_means means;
	struct yz_str no, order_no, item_name, slip, by; /* no: of the receipt, or of the refund */
	yz_instant at;
};
struct yz_counter_sum {
	struct yz_str by; /* "" of a past that was made up */
	int64_t in[YZ_MEANS], out[YZ_MEANS], n;
};
struct yz_counter_day {
	yz_day day;
	struct yz_counter_line *lines; /* the first YZ_COUNTER_LINES */
	struct yz_counter_sum *sums;   /* one a person */
	struct yz_counter_sum all;
	size_t nlines, nsums;
	struct yz_fee_refund *waiting; /* that may be handed back */
	size_t nwaiting;
	/* Finance only. */
	bool counted, stale;     /* stale: money moved after it was counted */
	int64_t found[YZ_MEANS]; /* what was counted */
	struct yz_reconciled r;  /* its differences */
};
/* What must be there at the end of the day.  Cash: of each drawer, never less than nothing, for what was paid out beyond what
 * it took came from its float; card: of all terminals together. */
int64_t yz_counter_due(const struct yz_counter_day *d, enum yz_means m);
/* What finance owes the floats. */
int64_t yz_counter_float(const struct yz_counter_day *d);

/* Her own day, for who takes money. */
bool yz_counter_mine(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_day day, struct yz_counter_day *out,
		     struct yz_err *err);
/* Everybody's, for who holds money for the whole site; who NULL: the command line. */
bool yz_counter_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, yz_day day,
		   struct yz_counter_day *out, struct yz_err *err);
/* What the drawers and the terminals came to, in 元 as written.  Counted again, what was explained stays and the rest is found anew.
 * A day to come is refused.  who NULL: the command line. */
bool yz_counter_count(struct yz_site *site, const struct yz_actor *who, yz_day day, struct yz_str cash, struct yz_str card,
		      struct yz_err *err);

#endif
