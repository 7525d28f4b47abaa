/* dmn/natural.c - values that read naturally, for examples: 85 between 80 and 90, the first of a month.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/logic.h"

#include "base/date.h"
#include "base/dec.h"
#include "dmn/table_index.h"

#include <math.h>

struct finder {
	struct yz_arena *arena;
	struct yz_feel_value low, high, *out;
	size_t n, most;
};

static bool inside(const struct finder *f, struct yz_feel_value v)
{
	int c;
	if (f->low.kind != YZ_FEEL_NULL && (!yz_feel_compare(f->low, v, &c) || c >= 0))
		return false;
	return f->high.kind == YZ_FEEL_NULL || (yz_feel_compare(v, f->high, &c) && c < 0);
}

static void offer(struct finder *f, struct yz_feel_value v)
{
	if (f->n == f->most || !inside(f, v))
		return;
	for (size_t i = 0; i < f->n; i++)
		if (yz_feel_same(f->out[i], v))
			return;
	f->out[f->n++] = v;
}

/* ---- numbers ---- */

static void offer_number(struct finder *f, double m, int exp)
{
	struct yz_dec d;
	if (fabs(m) < 1e15 && yz_dec_parse(yz_str_printf(f->arena, "%.0fe%d", m, exp), &d) &&
	    (exp <= 0 || yz_dec_scale(d, 0, YZ_DEC_HALF_EVEN, &d)))
		offer(f, yz_feel_number(exp < 0 ? yz_dec_strip(d) : d));
}

static void numbers_between(struct finder *f, double low, double high)
{
	double middle = low + (high - low) / 2, width = high - low;
	int from = width > 0 ? (int)ceil(log10(width)) : 0;
	for (int k = from; k >= from - 18 && f->n < f->most; k--) {
		double step = pow(10, k), m = round(middle / step);
		offer_number(f, m, k);
		offer_number(f, m + 1, k);
		offer_number(f, m - 1, k);
	}
	struct yz_dec sum, half;
	if (f->low.kind == YZ_FEEL_NUMBER && f->high.kind == YZ_FEEL_NUMBER &&
	    yz_dec_add(yz_feel_dec(f->low), yz_feel_dec(f->high), &sum) && yz_dec_div(sum, yz_dec_int(2), &half))
		offer(f, yz_feel_number(half));
}

static void numbers_above(struct finder *f, double low)
{
	double step = low > 0 ? pow(10, floor(log10(low))) : 1;
	if (low < 0)
		offer_number(f, 0, 0);
	if (low > 0 && step >= 1)
		offer_number(f, (floor(low / step) + 1) * step, 0);
	offer_number(f, floor(low) + 1, 0);
	offer_number(f, floor(low) + 2, 0);
}

static void numbers(struct finder *f)
{
	double low = f->low.kind == YZ_FEEL_NUMBER ? yz_dec_to_double(yz_feel_dec(f->low)) : 0,
	       high = f->high.kind == YZ_FEEL_NUMBER ? yz_dec_to_double(yz_feel_dec(f->high)) : 0;
	struct yz_dec beyond;
	if (f->low.kind == YZ_FEEL_NULL && f->high.kind == YZ_FEEL_NULL) {
		offer_number(f, 1, 0);
		offer_number(f, 10, 0);
	} else if (f->high.kind == YZ_FEEL_NULL) {
		numbers_above(f, low);
		if (yz_dec_add(yz_feel_dec(f->low), yz_dec_int(1), &beyond))
			offer(f, yz_feel_number(beyond));
	} else if (f->low.kind == YZ_FEEL_NULL) {
		if (high > 0)
			numbers_between(f, 0, high);
		offer_number(f, 0, 0);
		offer_number(f, ceil(high) - 1, 0);
		if (yz_dec_sub(yz_feel_dec(f->high), yz_dec_int(1), &beyond))
			offer(f, yz_feel_number(beyond));
	} else {
		numbers_between(f, low, high);
	}
}

/* ---- what counts in whole units ---- */

enum { SECONDS_OF_DAY = 86400 };
static const int64_t second = 1000000000;

static int64_t count_of(unsigned class, struct yz_feel_value v)
{
	if (class == DC_DAYS) {
		__int128 n = (__int128)(((unsigned __int128)v.hi << 64) | v.lo) / second;
		return n > INT64_MAX / 4 ? INT64_MAX / 4 : n < INT64_MIN / 4 ? INT64_MIN / 4 : (int64_t)n;
	}
	return v.n;
}

static void offer_count(struct finder *f, unsigned class, int64_t n)
{
	struct yz_feel_value v = f->low.kind != YZ_FEEL_NULL ? f->low : f->high;
	switch (class) {
	case DC_DATE:
		offer(f, yz_feel_day(n));
		return;
	case DC_MONTHS:
		offer(f, yz_feel_months(n));
		return;
	case DC_DAYS:
		offer(f, yz_feel_seconds(n));
		return;
	case DC_TIME:
	case DC_TIME_ZONED:
		if (n < 0 || n >= SECONDS_OF_DAY * second)
			return;
		break;
	default:
		break;
	}
	if (v.kind == YZ_FEEL_NULL)
		return;
	v.n = n;
	v.aux = 0;
	offer(f, v);
}

static int64_t rounded(int64_t n, int64_t unit)
{
	int64_t rest = ((n % unit) + unit) % unit;
	return n - rest;
}

static void counts(struct finder *f, unsigned class)
{
	static const int64_t units[DC_CLASSES][5] = {
		[DC_DATE] = {1},
		[DC_TIME] = {3600000000000, 1800000000000, 60000000000, 1000000000, 1},
		[DC_TIME_ZONED] = {3600000000000, 1800000000000, 60000000000, 1000000000, 1},
		[DC_DATE_TIME] = {86400, 3600, 60, 1},
		[DC_DATE_TIME_ZONED] = {86400, 3600, 60, 1},
		[DC_DAYS] = {86400, 3600, 60, 1},
		[DC_MONTHS] = {12, 1},
	};
	bool open_low = f->low.kind == YZ_FEEL_NULL, open_high = f->high.kind == YZ_FEEL_NULL, date = class == DC_DATE;
	int64_t low = open_low ? 0 : count_of(class, f->low), high = open_high ? 0 : count_of(class, f->high);
	int64_t far = date ? 366 : class == DC_MONTHS ? 12 : units[class][0];
	if (open_low && open_high)
		low = 0, high = 2 * far;
	else if (open_low)
		low = high - 2 * far;
	else if (open_high)
		high = low + 2 * far;
	int64_t middle = low + (high - low) / 2;
	if (date && middle > -700000 && middle < 2900000) {
		struct yz_civil c = yz_day_civil((yz_day)middle);
		offer_count(f, class, yz_day_from(c.year, 1, 1));
		offer_count(f, class, yz_day_from(c.year + 1, 1, 1));
		offer_count(f, class, yz_day_from(c.year, c.month, 1));
	}
	for (size_t i = 0; i < 5 && units[class][i]; i++) {
		offer_count(f, class, rounded(middle, units[class][i]));
		offer_count(f, class, rounded(middle, units[class][i]) + units[class][i]);
	}
	offer_count(f, class, low + 1);
	offer_count(f, class, high - 1);
	/* Between two seconds lie parts of one. */
	if ((class == DC_DATE_TIME || class == DC_DATE_TIME_ZONED) && !open_low && !f->n) {
		struct yz_feel_value v = f->low;
		uint32_t end = v.n == f->high.n ? f->high.aux : 1000000000;
		v.aux = v.aux + (end - v.aux) / 2;
		offer(f, v);
	}
}

static void strings(struct finder *f)
{
	if (f->low.kind == YZ_FEEL_NULL) {
		offer(f, yz_feel_string(YZ_LIT("")));
		return;
	}
	offer(f, yz_feel_string(yz_str_printf(f->arena, "%.*s0", YZ_P(yz_feel_str(f->low)))));
}

size_t yz_dnatural(struct yz_arena *a, unsigned class, struct yz_feel_value low, struct yz_feel_value high,
		   struct yz_feel_value *out, size_t most)
{
	struct finder f = {.arena = a, .low = low, .high = high, .out = out, .most = most};
	if (class == DC_NUMBER)
		numbers(&f);
	else if (class == DC_STRING)
		strings(&f);
	else if (class >= DC_DATE && class < DC_CLASSES)
		counts(&f, class);
	return f.n;
}
