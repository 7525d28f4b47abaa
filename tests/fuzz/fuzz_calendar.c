/* Importing a notice: all or nothing, and what is imported can be counted with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar/calendar.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(struct yz_arena *a, const struct yz_calendar *c)
{
	struct yz_clock clock;
	struct yz_clock_row *rows;
	bool cut;
	yz_instant start = yz_day_start(yz_day_from(2026, 9, 21), YZ_SHANGHAI);
	assert(yz_clock_start(&clock, 20, YZ_WORKING_DAYS, start, NULL));
	struct yz_clock_state s = yz_clock_at(&clock, c, NULL, start);
	size_t n = yz_clock_explain(a, &clock, c, start, 500, &rows, &cut);
	assert(n > 0);
	if (s.due != YZ_NEVER && !cut)
		assert(rows[n - 1].nth == 20 && rows[n - 1].mark == YZ_MARK_LAST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_calendar *c = yz_calendar_new(a, YZ_SHANGHAI), *was = yz_calendar_copy(a, c);
	struct yz_calendar_report report;
	struct yz_err err = {0};
	yz_day first;
	bool ok = yz_calendar_import(c, yz_str_n((const char *)data, size), &report, &err);
	assert(ok == (err.code == YZ_OK));
	bool changed = yz_calendar_differ(was, c, yz_day_from(1900, 1, 1), yz_day_from(2199, 12, 31), &first);
	assert(ok || !changed);
	assert(!ok || !changed || report.first == first);
	if (ok)
		count(a, c);
	/* A clock's text is read or refused, and what is read prints the same. */
	struct yz_clock k, again;
	char text[YZ_CLOCK_TEXT];
	if (yz_clock_parse(yz_str_n((const char *)data, size), &k, &err))
		assert(yz_clock_parse(yz_str(yz_clock_print(&k, text)), &again, &err) && again.nstops == k.nstops);
	yz_arena_destroy(a);
	return 0;
}
