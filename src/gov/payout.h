/* gov/payout.h - paying people in batches, and what comes back (subsidies: 惠民补贴).
 *
 *	serviceTask yz:act="pay" ──▶ due ──make──▶ batched ──release (another person)──▶ file ──▶ bank
 *	                              ▲                                                            │
 *	     account mended, in its case ◀── failed, with the bank's reason ◀── result file ◀──────┴──▶ paid
 *
 * The bank is told a payment's own number, which is never used twice: a payment that failed and is made again is
 * another row, so a file sent twice pays nobody twice and a result read twice changes nothing the second time.
 * What the case does next its process says: it waits for the message `payment` ("paid" or "failed", with the
 * reason in `payment_reason`).  Where nothing waits the variables are set all the same, and what failed is finance's
 * to pay anew once the case is over, unless it was decided that it is not paid any more.
 *
 *	reclaim (追回): ordered on what was paid wrongly ──repayments──▶ repaid; or dropped, with the reason
 *
 * A payment of which everything was repaid is `repaid` and no longer `paid`; its record in the register of payments ends,
 * and keeps what is left of it where only a part was repaid.
 *
 * The bank may send back (退汇) at any time what it paid, with orders on it and repayments made.  Each order that was open ends
 * then (`returned`): there is nothing in her hands to repay.  What it still asked for is withheld and not paid again; what she had
 * repaid is in what is paid again, so it reaches her.  With all of it withheld the payment is stopped.  At every moment
 *
 *	paid out - repaid + still to be paid - still to be repaid = what she is entitled to
 *
 * which is what was assessed less what was ordered back, never under 0: assessed anew and lower, what she had repaid is paid to her
 * all the same, and a payment with nothing of hers in it and nothing left of it can only be stopped.
 *
 * Amounts are whole 分.  Ownership: the arena given.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PAYOUT_H
#define YZ_GOV_PAYOUT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "feel/feel.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

enum { YZ_PAYOUT_PAGE = 100, YZ_PAYOUT_BATCH = 2000 /* lines of one batch */ };

enum yz_payout_state {
#define STATE(name, title) YZ_PAYOUT_##name,
#include "gov/payout_states.def"
#undef STATE
	YZ_PAYOUT_STATES
};
const char *yz_payout_state_title(enum yz_payout_state s); /* message id */
const char *yz_payout_state_name(enum yz_payout_state s);

struct yz_payout {
	int64_t id, case_id, amount, attempt, batch, reclaimed, repaid; /* reclaimed, repaid: 分 of what was ordered back */
	int64_t less, withheld; /* less: taken off when it was made; withheld: the bank sent it back and it is not paid again */
	struct yz_str no, case_no, item_name, org, org_name, payee, account, bank, reason, bank_no, region, bank_dig;
	bool over; /* its case has ended: what failed is mended by finance */
	enum yz_payout_state state;
	yz_instant created, settled;
};
struct yz_payouts {
	struct yz_payout *at;
	size_t len;
	int64_t due, amount;  /* all that are due, and their sum, whatever was listed */
	int64_t paid, repaid; /* of those listed: what was paid out, and what of it came back */
};
/* Of her departments, in this state, newest first behind `before`; accounts masked. */
bool yz_payout_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, enum yz_payout_state state,
		    int64_t before, struct yz_payouts *out, struct yz_err *err);
/* One of her department's, accounts masked. */
bool yz_payout_one(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
		   struct yz_payout *out, struct yz_err *err);
/* Of a case, oldest first. */
bool yz_payouts_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_payouts *out,
		   struct yz_err *err);
/* Everything she was paid or is to be paid, newest first: for herself (purpose empty), or for an official who says what for:
 * only what her departments or regions have to do with, and a line in the log of pulls. */
bool yz_payouts_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_payouts *out,
		     struct yz_err *err);
struct yz_payout_person {
	struct yz_str name, id_no; /* masked */
	int64_t person;
	struct yz_payouts list;
};
/* By her number; no connection may be held. */
bool yz_payouts_of_person(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str id_no, struct yz_str purpose,
			  struct yz_payout_person *out, struct yz_err *err);

/* ---- batches ---- */

struct yz_payout_batch_row {
	int64_t id, lines, amount, paid, failed;
	struct yz_str no, org, org_name, purpose, state, made_by, released_by, returned_by, reason; /* reason: why it was returned */
	int64_t maker;
	yz_instant made, released, done, filed, returned; /* filed: the bank's file was first taken */
};
bool yz_payout_batches(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		       struct yz_payout_batch_row **out, size_t *n, struct yz_err *err);
/* One with its lines, accounts masked; YZ_NOT_FOUND where it is not her department's. */
bool yz_payout_batch_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
			  struct yz_payout_batch_row *out, struct yz_payouts *lines, struct yz_err *err);
/* All that is due of one department, at most YZ_PAYOUT_BATCH, oldest first.  No connection may be held. */
bool yz_payout_batch_make(struct yz_site *site, const struct yz_actor *who, struct yz_str org, struct yz_str purpose, int64_t *id,
			  struct yz_err *err);
/* By another than who made it (内控: 经办与复核分开). */
bool yz_payout_batch_release(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err);
/* The whole batch goes back, with the reason: by who releases, or by its maker while it is not released; until the bank has said
 * anything of it.  Its payments are due again under their numbers, so a bank that took the file after all pays nobody twice. */
bool yz_payout_batch_return(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str reason, struct yz_err *err);
/* One payment of it that is wrong, before the file was taken: it fails with this reason, which the payee reads as the
 * paying department's. */
bool yz_payout_line_return(struct yz_site *site, const struct yz_actor *who, int64_t id, int64_t payout, struct yz_str reason,
			   struct yz_err *err);
/* What came back (退汇) after its case was over is paid again to an account that was mended, under another number. */
struct yz_payout_anew {
	int64_t payout;
	struct yz_str account, bank, reason;
};
bool yz_payout_again(struct yz_site *site, const struct yz_actor *who, const struct yz_payout_anew *in, struct yz_err *err);
/* The file for the bank, once it is released: YZ_CORRUPT where an account is not the one the ledger has, YZ_CONFLICT where the
 * batch changed while it was written. */
bool yz_payout_batch_file(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *text,
			  struct yz_err *err);
struct yz_payout_report {
	size_t lines, paid, failed, known, refused; /* known: had their result already; refused: could not be taken */
	struct yz_str refused_no;                   /* the first of them */
};
/* 退汇 in a result: what was paid came back later; it fails then.
 * What the bank says back: read whole before anything is done (YZ_BAD_INPUT with the line), then a case after the other.
 * A line that cannot be taken does not stop those behind it; the first one's error is returned at the end, with *report filled:
 * YZ_CONFLICT where the bank contradicts what it said before. */
bool yz_payout_result(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t batch, struct yz_str text,
		      struct yz_payout_report *report, struct yz_err *err);

/* ---- 追回 ---- */

struct yz_reclaim {
	int64_t id, payout, amount, repaid;
	struct yz_str no, payee, item_name, case_no, reason, basis, state, org_name, by;
	int64_t document; /* 责令退回通知书; 0: of before there was one */
	yz_day due;
	yz_instant at, ended;
};
struct yz_repayment {
	int64_t amount;
	yz_day day;
	struct yz_str receipt, by;
};
struct yz_reclaim_new {
	int64_t payout;
	struct yz_str amount, reason, basis; /* amount: 元, as written */
	int64_t days;                        /* to repay in */
};
bool yz_reclaim_order(struct yz_site *site, const struct yz_actor *who, const struct yz_reclaim_new *in, int64_t *id, struct yz_err *err);
/* A repayment came; day as 2026-11-22, receipt the number of the receipt. */
bool yz_reclaim_repaid(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str amount, struct yz_str day,
		       struct yz_str receipt, struct yz_err *err);
bool yz_reclaim_drop(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_str reason, struct yz_err *err);
bool yz_reclaim_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, bool mine, struct yz_reclaim **out, size_t *n,
		     struct yz_err *err);
/* Hers, or of the department of an official. */
bool yz_reclaim_load(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_reclaim *out,
		     struct yz_repayment **list, size_t *n, struct yz_err *err);

/* The letter, sealed by the department that paid: for who may see the order.  No connection may be held. */
bool yz_reclaim_letter(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_str *pdf,
		       struct yz_err *err);

/* ---- inside an act (private to gov) ---- */

struct yz_acting;
struct yz_act_input;
struct yz_bpmn_effect;
/* The service task: yz:amount (元), yz:payee, yz:account, yz:bank, yz:org who pays (absent: the item's). */
bool yz_acting_pay(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err);
/* A task with yz:act="account": the fields of yz:fields anew, or it is not paid at all. */
bool yz_do_mend_account(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err);
bool yz_do_stop_pay(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err);

#endif
