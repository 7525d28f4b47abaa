/* gov/payout_row.h - how payments are kept (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PAYOUT_ROW_H
#define YZ_GOV_PAYOUT_ROW_H

#include "crypt/crypt.h"
#include "db/db.h"
#include "gov/payout.h"
#include "gov/site.h"

/* Of an order that was dropped, or ended by what the bank sent back, what had been repaid stays repaid: it cannot be asked for twice. */
#define PAYOUT_RECLAIMED                                                                                               \
	"(SELECT COALESCE(SUM(CASE WHEN m.state IN ('dropped', 'returned') THEN m.repaid ELSE m.amount END), 0) FROM reclaim m WHERE m.payout = y.id)"
#define PAYOUT_REPAID "(SELECT COALESCE(SUM(m.repaid), 0) FROM reclaim m WHERE m.payout = y.id)"
#define PAYOUT_COLUMNS                                                                                                 \
	"y.id, y.case_id, y.amount, y.attempt, y.batch, y.no, c.no, y.item_name, y.org, o.name, y.bank_enc, y.reason, y.bank_no, "  \
	"y.state, y.created, y.settled, " PAYOUT_RECLAIMED ", " \
	PAYOUT_REPAID ", y.region, y.bank_dig, c.ended, y.less, y.withheld"
#define PAYOUT_TABLES "payout y JOIN cases c ON c.id = y.case_id LEFT JOIN org o ON o.key = y.org"

/* open: account and name as they are, else masked. */
bool yz_payout_read(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, bool open, struct yz_payout *out,
		    struct yz_err *err);
bool yz_payouts_read(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, bool open, struct yz_payouts *out,
		     struct yz_err *err);
/* name, account and bank as they are kept; *dig: keyed, as the ledger has it. */
struct yz_str yz_payout_bank(struct yz_site *site, struct yz_arena *a, int64_t case_id, struct yz_str name, struct yz_str account, struct yz_str bank,
			     char dig[YZ_HEX]);
/* An entry of one payment; about: digested. */
bool yz_payout_note(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const char *act, int64_t id,
		    int64_t amount, struct yz_str bank_dig, struct yz_str about, struct yz_err *err);
/* Into the register its department keeps of payments, or out of it where the bank sent it back; inside the act that learns it. */
struct yz_payout_result;
bool yz_payout_record(struct yz_acting *t, const struct yz_actor *who, int64_t payout, const struct yz_payout_result *line, struct yz_err *err);
/* Something of it was repaid: the record keeps what is left, and ends where nothing is; from: whose doing it is, as a file's name. */
bool yz_payout_record_left(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t payout,
			   int64_t left, struct yz_str from, struct yz_err *err);
/* Inside the act that learns that the bank sent it back: every order to repay on it ends, what was still to be repaid is withheld, and
 * where that is all of it, it is not paid any more. */
bool yz_payout_sent_back(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t payout,
			 int64_t amount, int64_t *withheld, struct yz_err *err);
/* Another payment was made instead of one that failed: what was repaid of that one is held against this one. */
bool yz_payout_instead(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t old, int64_t made,
		       struct yz_err *err);
/* Of a payment that was just paid or repaid: its record and its state follow what is left of it. */
bool yz_payout_left(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t payout,
		    struct yz_str from, struct yz_err *err);
/* A batch as its department may see it, and do this with it; its lines. */
bool yz_payout_batch_find(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, enum yz_permission what,
			  struct yz_payout_batch_row *out, struct yz_err *err);
/* The same inside a write: no other changes it before the commit. */
bool yz_payout_batch_hold(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, enum yz_permission what,
			  struct yz_payout_batch_row *out, struct yz_err *err);
struct yz_rows *yz_payout_lines_of(struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err);
/* The bank's file in two steps: written from a snapshot; then noted inside a write, if the lines are still those (else YZ_CONFLICT:
 * one was taken out meanwhile, and would be paid here and once more). */
struct yz_payout_file {
	int64_t batch;
	struct yz_str text;
	char lines[YZ_HEX]; /* their numbers, amounts and accounts, digested */
};
bool yz_payout_file_write(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, struct yz_payout_file *out,
			  struct yz_err *err);
bool yz_payout_file_note(struct yz_site *site, const struct yz_actor *who, const struct yz_payout_file *file, struct yz_err *err);
/* Of what goes back or is paid anew. */
bool yz_payout_reason_fits(struct yz_str reason, struct yz_err *err);
/* SQL's list of the departments where her posts let her: into q, "y.org IN (…)"; false where there is none. */
bool yz_payout_orgs(struct yz_sql *q, const struct yz_actor *who, enum yz_permission what);

#endif
