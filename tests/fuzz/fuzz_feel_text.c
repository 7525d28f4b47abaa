/* The small languages within the language: numbers, dates, durations, zones, patterns.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "feel/feel.h"
#include "feel/regex.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read is written so that it reads to the same. */
static void try_kind(struct yz_arena *a, enum yz_feel_kind kind, struct yz_str text)
{
	struct yz_feel_value v, again;
	if (!yz_feel_read(a, kind, text, &v))
		return;
	assert(v.kind == kind);
	bool ok = yz_feel_read(a, kind, yz_feel_text(a, v), &again);
	assert(ok && yz_feel_same(v, again));
}

/* \2 is another group once there is a group around it. */
static bool refers(struct yz_str pattern)
{
	for (size_t i = 0; i + 1 < pattern.len; i++)
		if (pattern.ptr[i] == '\\' && pattern.ptr[i + 1] >= '0' && pattern.ptr[i + 1] <= '9')
			return true;
	return false;
}

/* A pattern in a group goes to another matcher than a plain one: they agree, unless one of them gives up. */
static void same_or_null(struct yz_feel_value x, struct yz_feel_value y)
{
	assert(x.kind == YZ_FEEL_NULL || y.kind == YZ_FEEL_NULL || yz_feel_same(x, y));
}

/* No pattern takes another way out than a match, none or a reason. */
static void try_pattern(struct yz_arena *a, struct yz_str pattern, struct yz_str text, struct yz_str flags)
{
	struct yz_feel_name names[] = {{YZ_LIT("t"), NULL}, {YZ_LIT("p"), NULL}, {YZ_LIT("f"), NULL}};
	struct yz_feel_value in[] = {yz_feel_string(text), yz_feel_string(pattern), yz_feel_string(flags)};
	struct yz_feel_scope scope = {.names = names, .len = 3};
	struct yz_feel_limits limits = {.regex = 5000, .string = 100000};
	struct yz_feel_run run;
	const struct yz_feel *f =
		yz_feel_compile(a,
				YZ_LIT("[matches(t, p, f), replace(t, p, t, f), split(t, p), split(p, t), "
				       "matches(t, \"(\" + p + \")\", f), split(t, \"(\" + p + \")\")]"),
				YZ_FEEL_EXPRESSION, &scope, NULL, NULL);
	yz_feel_run_init(&run, a);
	run.limits = &limits;
	struct yz_feel_value v = yz_feel_eval(f, &run, in);
	assert(v.kind == YZ_FEEL_LIST);
	for (size_t i = 0; i < yz_feel_len(v); i++)
		assert(yz_feel_at(v, i).kind != YZ_FEEL_NULL || yz_feel_at(v, i).reason);
	if (refers(pattern))
		return;
	same_or_null(yz_feel_at(v, 0), yz_feel_at(v, 4));
	same_or_null(yz_feel_at(v, 2), yz_feel_at(v, 5));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum yz_feel_kind kinds[] = {YZ_FEEL_NUMBER,    YZ_FEEL_DATE, YZ_FEEL_TIME,
						  YZ_FEEL_DATE_TIME, YZ_FEEL_DAYS, YZ_FEEL_MONTHS};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str text = yz_str_n((const char *)data, size < 2000 ? size : 2000), pattern = {0}, flags = {0};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		try_kind(a, kinds[i], text);
	if (!yz_utf8_valid(text)) /* strings are, by contract */
		goto done;
	yz_str_cut(&text, '\n', &pattern);
	yz_str_cut(&text, '\n', &flags);
	try_pattern(a, pattern, text.ptr ? text : YZ_LIT("ab行"), flags);
done:
	yz_arena_destroy(a);
	return 0;
}
