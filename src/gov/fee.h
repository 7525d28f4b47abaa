/* gov/fee.h - what a case costs: an order with lines, paid, reduced, waived, given back.
 *
 *	item's fees + decision 费用 ──charge──▶ order ──▶ her page, her bank ──▶ money_in ──▶ paid ──▶ deliver
 *
 * Nothing is charged that the item does not publish with its basis (行政许可法 58, 59).  Amounts are 分.  An order's
 * amount follows its lines until it is paid and never afterwards.  Each step is a line of fee_moves.def, and one entry
 * of the ledger in the same transaction.
 *
 * Money that comes in is a row of its own by the channel's number, and is for the order or goes back by itself: where the
 * order is paid, closed, waived or of another amount, or where there is no such order.  So what came in is always what
 * orders were paid plus what went back (docs/money.md).
 *
 * Threads: any.  No connection may be held where one is not a parameter.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_FEE_H
#define YZ_GOV_FEE_H

#include "gov/pay.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

enum yz_fee_state {
#define STATE(name, title, owed) YZ_FEE_##name,
#include "gov/fee_states.def"
#undef STATE
	YZ_FEE_STATES
};
const char *yz_fee_state_name(enum yz_fee_state s);
const char *yz_fee_state_title(enum yz_fee_state s); /* message id */
bool yz_fee_state_parse(struct yz_str s, enum yz_fee_state *out);
bool yz_fee_owed(enum yz_fee_state s);

enum yz_fee_move {
#define MOVE(name, from, to, done) YZ_FEE_MOVE_##name,
#include "gov/fee_moves.def"
#undef MOVE
	YZ_FEE_MOVES
};
bool yz_fee_move_fits(enum yz_fee_move move, enum yz_fee_state from);
enum yz_fee_state yz_fee_move_to(enum yz_fee_move move);

enum { YZ_FEE_PAGE = 50, YZ_FEE_LINES = 50, YZ_FEE_REASON = 1000 };

struct yz_fee_line {
	int64_t id;
	struct yz_str name, basis, standard, price, quantity, note;
	bool assessed;
	int64_t amount, reduced; /* reduced: of amount */
};
struct yz_fee_relief {
	int64_t id, line, amount; /* amount: by how much less */
	struct yz_str reason, basis, state, answer, by, decided_by;
	int64_t by_id;
	yz_instant at, decided;
};
struct yz_fee_money {
	int64_t id, amount;
	struct yz_str provider, trade_no, use_for, why, learned;
	struct yz_str method, slip, by; /* at the counter (gov/counter.h) */
	yz_instant paid_at;
};
struct yz_fee_refund {
	int64_t id, amount;
	struct yz_str no, reason, state, failure, by, order_no, case_no, provider, trade_no, settled; /* settled: how, without the channel */
	struct yz_str method, slip, given_by; /* at the counter; method: how it was paid, so how it goes back */
	int64_t by_id, document;              /* document: 退费凭单, or 0 */
	yz_instant at, done;
};

struct yz_fee_order {
	int64_t id, version, case_id, payer;
	struct yz_str no, case_no, item_code, item_name, org, org_name, region_path, title, payer_name, before, reason, phone;
	enum yz_fee_state state;
	int64_t amount, full;
	yz_instant due, created, paid_at;
	struct yz_fee_line *lines;
	struct yz_fee_relief *reliefs;
	struct yz_fee_money *money;
	struct yz_fee_refund *refunds;
	size_t nlines, nreliefs, nmoney, nrefunds;
	bool hers;       /* she may pay it */
	bool waiting;    /* a payment was begun and nobody knows yet */
	int64_t receipt, bill; /* documents, or 0 */
};

/* The order as this person may see it: hers, of her department's case, or finance; else NOT_FOUND. */
struct yz_fee_order *yz_fee_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
				 struct yz_str no, struct yz_err *err);
/* The numbers of a case's orders, newest first; who has found that she may see the case. */
bool yz_fee_of_case(struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_str **nos, size_t *n, struct yz_err *err);

struct yz_fee_row {
	int64_t id, amount;
	struct yz_str no, case_no, item_name, org_name, title;
	enum yz_fee_state state;
	yz_instant due, changed;
};
struct yz_fee_list {
	struct yz_fee_row *at;
	size_t len;
	int64_t count[YZ_FEE_STATES], sum[YZ_FEE_STATES]; /* of all she may see */
};
/* Finance: the region's orders in one state, newest first; `before` pages by id, 0: from the newest. */
bool yz_fee_orders(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, enum yz_fee_state state,
		   int64_t before, struct yz_fee_list *out, struct yz_err *err);
/* Finance: refunds that wait for her (asked), or that did not go through (failed), oldest first behind `after`, YZ_FEE_PAGE at most. */
bool yz_fee_refunds(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const char *state, int64_t after,
		    struct yz_fee_refund **out, size_t *n, struct yz_err *err);
/* What was paid at the counter and waits to be handed back there: of finance's region, or of the departments of a clerk. */
bool yz_fee_refunds_counter(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t after, struct yz_fee_refund **out,
			    size_t *n, struct yz_err *err);

/* ---- what officials do ---- */

/* A line whose amount nobody could compute: so many at such a price.  The order is due when the last is assessed. */
bool yz_fee_assess(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t line,
		   struct yz_str price, struct yz_str quantity, struct yz_err *err);
/* 减免: by how much less, why, by what rule. */
bool yz_fee_relief_ask(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t line,
		       int64_t less, struct yz_str reason, struct yz_str basis, struct yz_err *err);
/* Another person decides. */
bool yz_fee_relief_decide(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t relief,
			  bool grant, struct yz_str answer, struct yz_err *err);
/* The whole of what was paid goes back: asked by the department, approved by finance, not by the same person. */
bool yz_fee_refund_ask(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str reason,
		       struct yz_err *err);
bool yz_fee_refund_decide(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t refund, bool grant,
			  struct yz_err *err);
/* One that the channel cannot give back (the account is closed), or that nobody fetches at the counter, was given back by transfer or
 * in cash: how, and by which receipt.
 * The channel is asked first: YZ_CONFLICT where it did, or still does.  Not by who asked for it. */
bool yz_fee_refund_settle(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t refund, struct yz_str how,
			  struct yz_err *err);
/* A refund that failed goes out once more, under the same number. */
bool yz_fee_refund_again(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t refund, struct yz_err *err);

/* ---- paying ---- */

/* Begins a payment, or goes on with the one begun: url is the channel's page. */
bool yz_fee_pay(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_str *url,
		struct yz_err *err);
/* Asks the channel now whether what was begun is paid. */
bool yz_fee_look(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, struct yz_err *err);

#endif
