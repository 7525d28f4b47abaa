/* A row that a department's own system reports: read with what is wrong with it, or to what it comes; within its bounds.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gov/outside_row.h"

#include "base/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct yz_json_limits limits = {64 * 1024, 6, 1000};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	const struct yz_json *line = yz_json_read(a, yz_str_n((const char *)data, size), &limits, &err);
	struct yz_out_row row, again;
	if (line) {
		yz_out_row_read(a, YZ_LANG_ZH, 1, line, &row);
		for (size_t i = 0; i < row.found.len; i++)
			assert(row.found.at[i].reason.len && yz_utf8_count(row.found.at[i].value) <= YZ_OUT_SHOWN);
		if (!row.found.errors) {
			assert(row.table < YZ_OUT_SLOTS && row.no.len && row.no.len <= YZ_OUT_NO && yz_utf8_count(row.key) <= YZ_OUT_KEY);
			assert(!row.opens || (row.c.item.len && row.c.applicant_name.len && row.c.limit >= 0 && row.c.limit <= 10000));
			assert(!row.charges || (row.fee.name.len && row.fee.amount >= 0));
			assert(row.opens || row.charges || row.act.at != 0 || row.vals[0].there || row.vals[1].there || row.vals[2].there);
			assert(row.act.in.act != YZ_ACT_rate || (row.act.in.level >= 1 && row.act.in.level <= 5));
			/* Spelt another way it is the same row. */
			struct yz_buf b;
			yz_buf_init(&b, a, 1 << 20);
			yz_json_canonical(&b, line);
			line = yz_json_read(a, yz_buf_str(&b), NULL, &err);
			assert(line);
			yz_out_row_read(a, YZ_LANG_ZH, 1, line, &again);
			assert(!again.found.errors && yz_str_eq(again.says, row.says) && again.table == row.table);
		}
	}
	yz_arena_destroy(a);
	return 0;
}
