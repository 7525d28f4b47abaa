/* web/fee.h - what the pages of fees and money show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_FEE_H
#define YZ_WEB_FEE_H

#include "gov/counter.h"
#include "gov/fee.h"
#include "gov/reconcile.h"
#include "gov/sandbox.h"
#include "pack/message.h"
#include "web/account.h"
#include "web/web.h"

struct yz_fee_page {
	struct yz_fee_order *o;
	struct yz_str error, act; /* act: which form failed */
	bool online;              /* a channel is set */
	bool manages, approves, takes; /* takes: money over the counter */
	int64_t bill, receipt;    /* documents of the case, or 0 */
};

struct yz_money_page {
	struct yz_fee_list list;
	enum yz_fee_state state;
	struct yz_fee_refund *asked, *failed, *waiting; /* waiting: to be fetched at the counter */
	size_t nasked, nfailed, nwaiting;
	struct yz_str error, next, provider;
};

struct yz_day_page {
	struct yz_reconciled r;
	struct yz_counter_day counter;
	struct yz_str provider, day, error;
	bool counting; /* it is the counting that failed */
};

struct yz_till_page {
	struct yz_counter_day d;
	struct yz_str day;
	bool today;
};

/* 8,000.00 元, in her language. */
struct yz_str yz_show_money(const struct yz_page *p, int64_t fen);
/* What a refund's state is called: message id. */
const char *yz_refund_title(const struct yz_fee_refund *r);

#endif
