/* Numeric built-ins (DMN 1.5, 10.3.4.5).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/builtin.h"

#include "feel/fast.h"
#include "feel/machine.h"

#define DEFINE(ident)                                                                                                  \
	struct yz_feel_value yz_feel_b_##ident(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)

static struct yz_feel_value number_or(struct yz_feel_run *run, bool ok, struct yz_dec d, const char *function)
{
	return ok ? yz_feel_number(d) : yz_feel_raise(run, YZ_FEEL_WHY_NO_RESULT, function, NULL);
}

/* The scale, an integer between -6111 and 6176. */
static bool scale_of(struct yz_feel_value v, int64_t *out)
{
	struct yz_dec d = yz_feel_dec(v);
	return yz_dec_to_int(d, out) && *out >= -YZ_DEC_EXP_MAX && *out <= -YZ_DEC_EXP_MIN;
}

static struct yz_feel_value rounded(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n,
				    enum yz_dec_round how, const char *function)
{
	int64_t scale = 0;
	struct yz_dec d = {0};
	bool ok = n < 2 || scale_of(args[1], &scale);
	ok = ok && yz_dec_scale(yz_feel_dec(args[0]), (int)scale, how, &d);
	/* "With given scale": decimal(5, 2) is 5.00, as far as 34 digits go. */
	const struct yz_dec zeros = {.exp = (int16_t)-scale};
	struct yz_dec padded;
	if (ok && d.exp > -scale && yz_dec_add(d, zeros, &padded) && padded.exp == -scale)
		d = padded;
	return number_or(run, ok, d, function);
}

DEFINE(decimal)
{
	return rounded(run, args, n, YZ_DEC_HALF_EVEN, "decimal");
}

DEFINE(floor)
{
	return rounded(run, args, n, YZ_DEC_FLOOR, "floor");
}

DEFINE(ceiling)
{
	return rounded(run, args, n, YZ_DEC_CEILING, "ceiling");
}

DEFINE(round_up)
{
	return rounded(run, args, n, YZ_DEC_UP, "round up");
}

DEFINE(round_down)
{
	return rounded(run, args, n, YZ_DEC_DOWN, "round down");
}

DEFINE(round_half_up)
{
	return rounded(run, args, n, YZ_DEC_HALF_UP, "round half up");
}

DEFINE(round_half_down)
{
	return rounded(run, args, n, YZ_DEC_HALF_DOWN, "round half down");
}

DEFINE(abs)
{
	struct yz_feel_value v = args[0];
	if (v.kind == YZ_FEEL_NUMBER) {
		v.flag = 0;
		return v;
	}
	if (v.kind == YZ_FEEL_MONTHS)
		return v.n < 0 ? yz_feel_negate(run, v) : v;
	if (v.kind == YZ_FEEL_DAYS)
		return yz_feel_nanos_of(v) < 0 ? yz_feel_negate(run, v) : v;
	return yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENT_KIND, YZ_LIT("abs"), YZ_LIT("n"),
			       yz_str(yz_feel_kind_name((enum yz_feel_kind)v.kind)));
}

DEFINE(modulo)
{
	struct yz_dec d, b = yz_feel_dec(args[1]);
	if (yz_dec_is_zero(b))
		return yz_feel_raise(run, YZ_FEEL_WHY_BY_ZERO, NULL, NULL);
	bool ok = yz_dec_mod(yz_feel_dec(args[0]), b, &d);
	return number_or(run, ok, d, "modulo");
}

DEFINE(sqrt)
{
	struct yz_dec d;
	bool ok = yz_dec_sqrt(yz_feel_dec(args[0]), &d);
	return number_or(run, ok, d, "sqrt");
}

DEFINE(log)
{
	struct yz_dec d;
	bool ok = yz_dec_log(yz_feel_dec(args[0]), &d);
	return number_or(run, ok, d, "log");
}

DEFINE(exp)
{
	struct yz_dec d;
	bool ok = yz_dec_exp(yz_feel_dec(args[0]), &d);
	return number_or(run, ok, d, "exp");
}

static struct yz_feel_value parity(struct yz_feel_run *run, struct yz_feel_value v, bool odd)
{
	struct yz_dec d = yz_feel_dec(v), two = yz_dec_int(2), r;
	if (!yz_dec_is_int(d))
		return yz_feel_bool(false);
	bool ok = yz_dec_mod(d, two, &r);
	return ok ? yz_feel_bool(yz_dec_is_zero(r) != odd) : number_or(run, false, r, odd ? "odd" : "even");
}

DEFINE(odd)
{
	return parity(run, args[0], true);
}

DEFINE(even)
{
	return parity(run, args[0], false);
}

/* ---- over lists of numbers ---- */

/* The first item that is no number is to blame. */
static struct yz_feel_value no_number(struct yz_feel_run *run, struct yz_feel_value v, const char *function)
{
	return yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENT_KIND, yz_str(function), YZ_LIT("list"),
			       yz_str(yz_feel_kind_name((enum yz_feel_kind)v.kind)));
}

static bool all_numbers(struct yz_feel_run *run, struct yz_feel_value list, const char *function,
			struct yz_feel_value *bad)
{
	for (uint32_t i = 0; i < list.aux; i++)
		if (list.items[i].kind != YZ_FEEL_NUMBER) {
			*bad = no_number(run, list.items[i], function);
			return false;
		}
	if (!yz_feel_steps(run, list.aux)) {
		*bad = (struct yz_feel_value){0};
		return false;
	}
	return true;
}

static bool add_all(struct yz_feel_value list, struct yz_dec *sum)
{
	uint64_t lo = 0;
	uint32_t i = 0;
	*sum = yz_dec_int(0);
	/* Whole positive numbers of 64 bits, as long as they come. */
	for (; i < list.aux; i++) {
		const struct yz_feel_value *v = &list.items[i];
		if ((v->hi | (uint64_t)v->exp | v->flag) || __builtin_add_overflow(v->lo, lo, &lo))
			break;
		sum->lo = lo;
	}
	for (; i < list.aux; i++)
		if (!yz_dec_add(*sum, yz_feel_dec(list.items[i]), sum))
			return false;
	return true;
}

DEFINE(sum)
{
	struct yz_feel_value bad;
	struct yz_dec sum = yz_dec_int(0);
	if (!all_numbers(run, args[0], "sum", &bad))
		return bad;
	bool ok = args[0].aux && add_all(args[0], &sum);
	return number_or(run, ok, sum, "sum");
}

DEFINE(mean)
{
	struct yz_feel_value bad;
	struct yz_dec sum = yz_dec_int(0);
	if (!all_numbers(run, args[0], "mean", &bad))
		return bad;
	bool ok = args[0].aux && add_all(args[0], &sum) && yz_dec_div(sum, yz_dec_int(args[0].aux), &sum);
	return number_or(run, ok, sum, "mean");
}

DEFINE(product)
{
	struct yz_feel_value bad;
	struct yz_dec p = yz_dec_int(1);
	if (!all_numbers(run, args[0], "product", &bad))
		return bad;
	bool ok = args[0].aux > 0;
	for (uint32_t i = 0; ok && i < args[0].aux; i++)
		ok = yz_dec_mul(p, yz_feel_dec(args[0].items[i]), &p);
	return number_or(run, ok, p, "product");
}

/* A sorted copy, by merging. */
static struct yz_feel_value *sorted(struct yz_feel_run *run, struct yz_feel_value list)
{
	size_t n = list.aux;
	struct yz_feel_value *a = yz_feel_new_items(run, n), *b = yz_feel_new_items(run, n);
	if (!a || !b)
		return NULL;
	if (n)
		memcpy(a, list.items, n * sizeof *a);
	for (size_t width = 1; width < n; width *= 2) {
		if (!yz_feel_steps(run, n))
			return NULL;
		for (size_t from = 0; from < n; from += 2 * width) {
			size_t mid = from + width < n ? from + width : n, end = mid + width < n ? mid + width : n;
			size_t i = from, j = mid;
			for (size_t k = from; k < end; k++) {
				int c;
				bool left = j == end || (i < mid && yz_feel_compare(a[i], a[j], &c) && c <= 0);
				b[k] = left ? a[i++] : a[j++];
			}
		}
		struct yz_feel_value *t = a;
		a = b;
		b = t;
	}
	return a;
}

DEFINE(median)
{
	struct yz_feel_value bad;
	uint32_t len = args[0].aux;
	if (!all_numbers(run, args[0], "median", &bad))
		return bad;
	if (!len)
		return number_or(run, false, yz_dec_int(0), "median");
	struct yz_feel_value *v = sorted(run, args[0]);
	if (!v)
		return (struct yz_feel_value){0};
	if (len % 2)
		return v[len / 2];
	struct yz_dec d;
	bool ok = yz_dec_add(yz_feel_dec(v[len / 2 - 1]), yz_feel_dec(v[len / 2]), &d) &&
		  yz_dec_div(d, yz_dec_int(2), &d);
	return number_or(run, ok, d, "median");
}

DEFINE(mode)
{
	struct yz_feel_value bad;
	uint32_t len = args[0].aux, most = 0, found = 0;
	if (!all_numbers(run, args[0], "mode", &bad))
		return bad;
	struct yz_feel_value *v = sorted(run, args[0]), *out = yz_feel_new_items(run, len);
	if (!v || !out)
		return (struct yz_feel_value){0};
	for (uint32_t i = 0, end; i < len; i = end) {
		for (end = i + 1; end < len && yz_dec_cmp(yz_feel_dec(v[i]), yz_feel_dec(v[end])) == 0; end++)
			;
		if (end - i > most) {
			most = end - i;
			found = 0;
		}
		if (end - i == most)
			out[found++] = v[i];
	}
	return yz_feel_list(out, found);
}

DEFINE(stddev)
{
	struct yz_feel_value bad;
	uint32_t len = args[0].aux;
	struct yz_dec mean, sum = yz_dec_int(0), d;
	if (!all_numbers(run, args[0], "stddev", &bad))
		return bad;
	bool ok = len > 1 && add_all(args[0], &mean) && yz_dec_div(mean, yz_dec_int(len), &mean);
	for (uint32_t i = 0; ok && i < len; i++)
		ok = yz_dec_sub(yz_feel_dec(args[0].items[i]), mean, &d) && yz_dec_mul(d, d, &d) &&
		     yz_dec_add(sum, d, &sum);
	ok = ok && yz_dec_div(sum, yz_dec_int(len - 1), &d) && yz_dec_sqrt(d, &d);
	return number_or(run, ok, d, "stddev");
}

/* ---- min, max: anything with an order ---- */

/* Where the extreme stands among the first *n items, which differ in coefficients of 64 bits only. */
static uint32_t extreme_of_alike(struct yz_feel_value list, int sign, uint32_t *n)
{
	const struct yz_feel_value *first = list.items;
	const bool largest = (sign > 0) != first->flag;
	uint64_t top = first->lo;
	uint32_t i = 0, at = 0;
	for (; first->kind == YZ_FEEL_NUMBER && i < list.aux; i++) {
		const struct yz_feel_value *v = &first[i];
		if (head(v) != head(first) || v->hi)
			break;
		if (largest ? v->lo > top : v->lo < top) {
			top = v->lo;
			at = i;
		}
	}
	*n = i;
	return at;
}

static struct yz_feel_value extreme(struct yz_feel_run *run, struct yz_feel_value list, int sign, const char *function)
{
	uint32_t i;
	if (!list.aux)
		return yz_feel_raise(run, YZ_FEEL_WHY_NO_RESULT, function, NULL);
	if (!yz_feel_steps(run, list.aux))
		return (struct yz_feel_value){0};
	const struct yz_feel_value *best = &list.items[extreme_of_alike(list, sign, &i)];
	for (; i < list.aux; i++) {
		const struct yz_feel_value *v = &list.items[i];
		int c;
		if (both_numbers(v, best))
			c = compare_numbers(v, best);
		else if (!yz_feel_compare(*v, *best, &c))
			return yz_feel_raise_s(run, YZ_FEEL_WHY_ARGUMENT_KIND, yz_str(function), YZ_LIT("list"),
					       yz_str(yz_feel_kind_name((enum yz_feel_kind)v->kind)));
		if (c * sign > 0)
			best = v;
	}
	return *best;
}

DEFINE(min)
{
	return extreme(run, args[0], -1, "min");
}

DEFINE(max)
{
	return extreme(run, args[0], 1, "max");
}
