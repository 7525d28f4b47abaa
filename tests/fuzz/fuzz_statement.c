/* A channel's day and a bank's results: read whole or refused with a reason; what is read is within its bounds and adds up.
 * The first byte chooses which of the two.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/pay.h"
#include "gov/site.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void a_day(struct yz_arena *a, struct yz_str text)
{
	static struct yz_site site = {.offset = 8 * 3600};
	const struct yz_pay pay = {.site = &site};
	struct yz_pay_statement s;
	struct yz_err err = {0};
	yz_day day;
	int64_t in = 0, out = 0;
	assert(yz_day_parse(YZ_LIT("2026-11-23"), &day));
	bool read = yz_statement_csv_read(&pay, a, text, day, &s, &err);
	assert(read == (err.code == YZ_OK));
	for (size_t i = 0; read && i < s.len; i++) {
		const struct yz_pay_line *l = &s.lines[i];
		assert(l->amount >= 0 && l->amount <= YZ_PAY_MOST && l->trade_no.len && l->trade_no.len <= 60);
		assert(l->refund == (l->refund_no.len > 0) && yz_instant_day(l->at, site.offset) == day);
		*(l->refund ? &out : &in) += l->amount;
	}
	assert(!read || (s.len <= YZ_PAY_LINES && s.in == in && s.out == out));
}

static void results(struct yz_arena *a, struct yz_str text)
{
	struct yz_payout_result *list;
	struct yz_err err = {0};
	size_t n;
	bool read = yz_payout_csv_read(NULL, a, text, &list, &n, &err);
	assert(read == (err.code == YZ_OK));
	for (size_t i = 0; read && i < n; i++) {
		assert(list[i].amount >= 0 && list[i].amount <= YZ_PAY_MOST && list[i].no.len && list[i].no.len <= YZ_PAY_NO);
		assert(!(list[i].paid && list[i].returned) && (list[i].paid || list[i].reason.len));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str text = yz_str_n((const char *)data + 1, size - 1);
	if (data[0] & 1)
		results(a, text);
	else
		a_day(a, text);
	yz_arena_destroy(a);
	return 0;
}
