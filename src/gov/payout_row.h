/* gov/payout_row.h - how payments are kept (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PAYOUT_ROW_H
#define YZ_GOV_PAYOUT_ROW_H

#include "db/db.h"
#include "gov/payout.h"
#include "gov/site.h"

/* Of an order that was dropped, what had been repaid stays repaid: it cannot be asked for twice. */
#define PAYOUT_RECLAIMED                                                                                               \
	"(SELECT COALESCE(SUM(CASE WHEN m.state = 'dropped' THEN m.repaid ELSE m.amount END), 0) FROM reclaim m WHERE m.payout = y.id)"
#define PAYOUT_COLUMNS                                                                                                 \
	"y.id, y.case_id, y.amount, y.attempt, y.batch, y.no, c.no, y.item_name, y.org, o.name, y.bank_enc, y.reason, y.bank_no, "  \
	"y.state, y.created, y.settled, " PAYOUT_RECLAIMED ", " \
	"(SELECT COALESCE(SUM(m.repaid), 0) FROM reclaim m WHERE m.payout = y.id), y.region"
#define PAYOUT_TABLES "payout y JOIN cases c ON c.id = y.case_id LEFT JOIN org o ON o.key = y.org"

/* open: account and name as they are, else masked. */
bool yz_payout_read(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, size_t i, bool open, struct yz_payout *out,
		    struct yz_err *err);
bool yz_payouts_read(struct yz_site *site, struct yz_arena *a, const struct yz_rows *r, bool open, struct yz_payouts *out,
		     struct yz_err *err);
/* SQL's list of the departments where her posts let her: into q, "y.org IN (…)"; false where there is none. */
bool yz_payout_orgs(struct yz_sql *q, const struct yz_actor *who, enum yz_permission what);

#endif
