/* gov/capital.h - registered capital as registers write it: "2,560(万元人民币)", "100万美元", "237.5000(万)".
 *
 * Pure; any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CAPITAL_H
#define YZ_GOV_CAPITAL_H

#include "base/dec.h"
#include "base/str.h"

enum yz_capital_doubt {
	YZ_CAPITAL_SURE,
	YZ_CAPITAL_NONE,     /* nothing is written: "", "-", "N/A", 无 */
	YZ_CAPITAL_CURRENCY, /* an amount, but of what?  Taken for yuan */
	YZ_CAPITAL_UNIT,     /* an amount without 元, 万 or 亿: taken for yuan */
	YZ_CAPITAL_ODD,      /* nought, or above 10,000 times what the largest has */
	YZ_CAPITAL_UNREAD,   /* no amount in it */
};

struct yz_capital {
	struct yz_dec wan;    /* in units of 10,000 */
	const char *currency; /* ISO 4217: "CNY", "USD" …; "" where there is no amount */
	enum yz_capital_doubt doubt;
};

/* Full-width characters, commas between thousands, brackets and blanks do not matter. */
void yz_capital_read(struct yz_str s, struct yz_capital *out);
/* What is doubtful, as a message id; NULL for SURE and NONE. */
const char *yz_capital_doubt_text(enum yz_capital_doubt doubt);

#endif
