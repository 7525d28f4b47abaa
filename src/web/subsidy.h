/* web/subsidy.h - what the templates of publicity, payments and what is taken back show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_SUBSIDY_H
#define YZ_WEB_SUBSIDY_H

#include "gov/payout.h"
#include "gov/publicity.h"
#include "web/account.h"

struct yz_publicity_page {
	struct yz_publicity p;
	struct yz_simple_form form;
	struct yz_str text, text_error; /* of the objection, as typed */
	struct yz_str code;             /* of one just made */
	const struct yz_objection *looked;
	bool not_found;
};

struct yz_payouts_page {
	struct yz_payouts due, failed;
	struct yz_payout_batch_row *batches;
	size_t nbatches;
	struct yz_simple_form form;
	struct yz_str org; /* whose batch she may make; "" none */
	int64_t next_due, next_failed; /* where the next page begins; 0: there is none */
	struct yz_payout again;        /* the one to be paid again; id 0: none */
	struct yz_simple_form again_form;
};

struct yz_payout_batch_page {
	struct yz_payout_batch_row b;
	struct yz_payouts lines;
	struct yz_payout_report report;
	bool reported, makes, releases, reclaims;
	bool returns, returning; /* she may send the batch back; she tried */
	bool batch_open;         /* one payment of it may still be taken out */
	const struct yz_payout *line; /* the one she wants out; NULL: none */
	struct yz_str error;
};

struct yz_reclaims_page {
	struct yz_reclaim *list;
	size_t n;
	struct yz_simple_form form;
	int64_t payout; /* of a new order; 0: none */
};

struct yz_reclaim_page {
	struct yz_reclaim r;
	struct yz_repayment *list;
	size_t n;
	bool acts;
	struct yz_simple_form form;
};

struct yz_person_payouts_page {
	struct yz_simple_form form;
	struct yz_payout_person person;
	bool found;
};

/* "1,234.50 元" */
struct yz_str yz_show_yuan(const struct yz_page *p, int64_t fen);
/* The look of a state: "ok", "warn", "late", "stopped". */
const char *yz_payout_light(enum yz_payout_state s);
const char *yz_batch_state_title(struct yz_str state);   /* message id */
const char *yz_reclaim_state_title(struct yz_str state); /* message id */

#endif
