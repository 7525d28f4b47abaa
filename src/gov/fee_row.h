/* gov/fee_row.h - orders and money inside a write (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_FEE_ROW_H
#define YZ_GOV_FEE_ROW_H

#include "gov/acting.h"
#include "gov/fee.h"
#include "gov/message.h"

/* An order's row, locked. */
struct yz_fee_held {
	int64_t id, case_id, payer, amount, full, version;
	struct yz_str no, case_no, item_name, item_code, org, region, region_path, reason;
	enum yz_fee_state state;
};
bool yz_fee_hold(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_fee_held *out, struct yz_err *err);
bool yz_fee_hold_no(struct yz_conn *conn, struct yz_arena *a, struct yz_str no, struct yz_fee_held *out, struct yz_err *err);
/* The next number of an order, of the year and the case's region. */
bool yz_fee_number(struct yz_acting *t, struct yz_str *no, struct yz_err *err);
/* The move, if it fits, with its entry in the ledger; o->state is the new one.  about: digested, not told. */
bool yz_fee_move(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_fee_held *o,
		 enum yz_fee_move move, struct yz_str about, struct yz_err *err);
/* The payer is told. */
bool yz_fee_tell(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_fee_held *o, enum yz_say kind,
		 int64_t amount, struct yz_str reason, struct yz_err *err);
/* What was begun for the order is not wanted any more: the channel is asked to close it soon. */
bool yz_fee_stop_payments(struct yz_site *site, struct yz_conn *conn, int64_t order, struct yz_err *err);
/* An entry about an order or about money. */
bool yz_fee_note(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const char *act,
		 const char *thing, int64_t id, int64_t amount, struct yz_str about, struct yz_err *err);

/* The order for an act that needs this permission: refused where she only sees it, YZ_NOT_FOUND where she does not. */
bool yz_fee_hold_for(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, enum yz_permission may,
		     struct yz_fee_held *o, struct yz_err *err);

/* 缴费通知书 ("BILL") of what is due now, or 收据 ("PAID") of what was paid: a document of the case. */
bool yz_fee_paper(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_fee_held *o, const char *kind,
		  struct yz_err *err);
/* 退费凭单 of a refund that was handed back at the counter, to be signed by who took it. */
bool yz_fee_paper_back(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_fee_held *o, int64_t refund,
		       struct yz_err *err);
/* 捌拾元整 of 8000. */
struct yz_str yz_yuan_words(struct yz_arena *a, int64_t fen);

/* ---- money (money.c) ---- */

struct yz_learned {
	struct yz_str provider, out_no, trade_no;
	int64_t amount;
	yz_instant paid_at;
	const char *how; /* callback, query, file, counter */
	/* At the counter: who took it, "cash" or "card", and the card terminal's number of it. */
	const struct yz_actor *who;
	struct yz_str method, slip;
};
/* Inside a write: once, however often it is told.  *id: the row. */
bool yz_money_learn(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_learned *l, int64_t *id,
		    struct yz_err *err);
/* A refund of this money, ready to go out.  order NULL: of none. */
bool yz_money_back(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t money, int64_t amount,
		   const struct yz_fee_held *order, struct yz_str reason, int64_t *refund, struct yz_err *err);
/* It was given back by another way, as the receipt says; the caller has found that the channel did not. */
bool yz_money_settled(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str refund_no,
		      struct yz_str how, struct yz_err *err);
/* What of this money's refund did not go out is not to go out any more; asked_only: what nobody approved yet. */
bool yz_money_drop(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t money, bool asked_only,
		   struct yz_err *err);
/* It was handed back over the counter. */
bool yz_money_given(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str refund_no,
		    struct yz_str slip, struct yz_err *err);
/* What became of a refund, as the channel says. */
bool yz_money_returned(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str refund_no, bool failed,
		       int64_t amount, yz_instant at, struct yz_str reason, struct yz_err *err);

#endif
