/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/machine.h"

#include "feel/lexer.h"
#include "feel/time.h"
#include "feel/value.h"

static struct yz_feel_value equal(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b,
				  unsigned depth);

static const struct yz_feel_value none = {0};

/* Conjunction of equalities: false wins, then unknown; null (of two kinds) counts as false.  Null with a reason is what
 * could not be looked into. */
static bool still_equal(struct yz_feel_run *run, struct yz_feel_value *sum, struct yz_feel_value part)
{
	if (yz_feel_is_true(part))
		return true;
	if (part.kind != YZ_FEEL_UNKNOWN) {
		*sum = part.kind == YZ_FEEL_NULL && part.reason ? part : yz_feel_bool(false);
		return false;
	}
	*sum = sum->kind == YZ_FEEL_UNKNOWN ? yz_feel_unknown_both(run->arena, *sum, part) : part;
	return true;
}

static struct yz_feel_value equal_lists(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b,
					unsigned depth)
{
	if (a.aux != b.aux)
		return yz_feel_bool(false);
	struct yz_feel_value sum = yz_feel_bool(true);
	/* Lists may share parts: as a tree they can be far larger than what they take. */
	if (!yz_feel_steps(run, 1 + a.aux))
		return none;
	for (uint32_t i = 0; i < a.aux; i++)
		if (!still_equal(run, &sum, equal(run, a.items[i], b.items[i], depth + 1)))
			break;
	return sum;
}

static struct yz_feel_value equal_contexts(struct yz_feel_run *run, const struct yz_feel_context *a,
					   const struct yz_feel_context *b, unsigned depth)
{
	if (a->len != b->len)
		return yz_feel_bool(false);
	struct yz_feel_value sum = yz_feel_bool(true);
	if (!yz_feel_steps(run, 1 + a->len))
		return none;
	for (uint32_t i = 0; i < a->len; i++) {
		const struct yz_feel_value *other = yz_feel_find(b, a->entries[i].key);
		if (!other)
			return yz_feel_bool(false);
		if (!still_equal(run, &sum, equal(run, a->entries[i].value, *other, depth + 1)))
			break;
	}
	return sum;
}

static struct yz_feel_value equal_ranges(struct yz_feel_run *run, const struct yz_feel_range *a,
					 const struct yz_feel_range *b, unsigned depth)
{
	struct yz_feel_value sum = yz_feel_bool(true);
	if (a->form != b->form || a->start_included != b->start_included || a->end_included != b->end_included)
		return yz_feel_bool(false);
	if (still_equal(run, &sum, equal(run, a->start, b->start, depth + 1)))
		still_equal(run, &sum, equal(run, a->end, b->end, depth + 1));
	return sum;
}

/* Written alike, whatever stands between the words. */
static bool same_words(struct yz_str a, struct yz_str b)
{
	struct yz_lexer x = {a, 0}, y = {b, 0};
	for (;;) {
		struct yz_token s = yz_lex(&x), t = yz_lex(&y);
		if (s.kind != t.kind ||
		    !yz_str_eq(yz_str_n(a.ptr + s.from, s.to - s.from), yz_str_n(b.ptr + t.from, t.to - t.from)))
			return false;
		if (s.kind == YZ_T_END)
			return true;
	}
}

/* Of two functions the same parameters and body; what they see around them is left to compare, `captures` values each.
 */
static bool same_function(const struct yz_feel_function *a, const struct yz_feel_function *b, size_t *captures)
{
	*captures = 0;
	if (a == b)
		return true;
	if (a->kind != b->kind)
		return false;
	if (a->kind == YZ_FEEL_BUILTIN)
		return a->builtin == b->builtin;
	if (a->kind == YZ_FEEL_HOST)
		return a->host == b->host;
	*captures = a->proto->ncaptures;
	return a->proto == b->proto ||
	       (a->proto->ncaptures == b->proto->ncaptures && same_words(a->proto->text, b->proto->text));
}

/* Captured by itself, to call itself. */
static bool is_self(const struct yz_feel_function *f, size_t i)
{
	return f->captured[i].kind == YZ_FEEL_FUNCTION && f->captured[i].function == f;
}

/* Table 53: the same parameters, body and scope. */
static struct yz_feel_value equal_functions(struct yz_feel_run *run, const struct yz_feel_function *a,
					    const struct yz_feel_function *b, unsigned depth)
{
	size_t n;
	struct yz_feel_value sum = yz_feel_bool(true);
	if (a->kind == YZ_FEEL_CLOSURE && !yz_feel_steps(run, 1 + a->proto->ncaptures + a->proto->text.len / 16))
		return none;
	if (!same_function(a, b, &n))
		return yz_feel_bool(false);
	for (size_t i = 0; i < n; i++) {
		struct yz_feel_value part = is_self(a, i) ? yz_feel_bool(is_self(b, i))
							  : equal(run, a->captured[i], b->captured[i], depth + 1);
		if (!still_equal(run, &sum, part))
			break;
	}
	return sum;
}

/* Times and date-times with a zone have no order among those without. */
static bool zones_mix(struct yz_feel_value a, struct yz_feel_value b)
{
	return !a.zone != !b.zone;
}

static int64_t time_utc(struct yz_feel_value v)
{
	return v.n - yz_zone_offset_standard(v.zone) * (int64_t)1000000000;
}

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static bool compare_times(struct yz_feel_value a, struct yz_feel_value b, int *out)
{
	if (zones_mix(a, b))
		return false;
	*out = yz_zone_same(a.zone, b.zone) ? order(a.n, b.n) : order(time_utc(a), time_utc(b));
	return true;
}

static bool compare_date_times(struct yz_feel_value a, struct yz_feel_value b, int *out)
{
	if (zones_mix(a, b))
		return false;
	int64_t x = a.n, y = b.n;
	if (!yz_zone_same(a.zone, b.zone) || yz_zone_named(a.zone)) {
		x = yz_feel_utc(a);
		y = yz_feel_utc(b);
	}
	*out = x == y ? order(a.aux, b.aux) : order(x, y);
	return true;
}

bool yz_feel_compare(struct yz_feel_value a, struct yz_feel_value b, int *out)
{
	if (a.kind != b.kind)
		return false;
	switch (a.kind) {
	case YZ_FEEL_NUMBER:
		*out = yz_dec_cmp(yz_feel_dec(a), yz_feel_dec(b));
		return true;
	case YZ_FEEL_STRING:
		*out = yz_str_cmp(yz_feel_str(a), yz_feel_str(b));
		return true;
	case YZ_FEEL_DATE:
	case YZ_FEEL_MONTHS:
		*out = order(a.n, b.n);
		return true;
	case YZ_FEEL_TIME:
		return compare_times(a, b, out);
	case YZ_FEEL_DATE_TIME:
		return compare_date_times(a, b, out);
	case YZ_FEEL_DAYS: {
		__int128 x = yz_feel_nanos_of(a), y = yz_feel_nanos_of(b);
		*out = (x > y) - (x < y);
		return true;
	}
	default:
		return false;
	}
}

bool yz_feel_order(struct yz_feel_value a, struct yz_feel_value b, int *out, bool *or_equal)
{
	const bool clocks = a.kind == b.kind && (a.kind == YZ_FEEL_TIME || a.kind == YZ_FEEL_DATE_TIME);
	*or_equal = !clocks || !zones_mix(a, b);
	if (!*or_equal)
		a.zone = b.zone = 0;
	return yz_feel_compare(a, b, out);
}

/* 10.3.2.3.4, .5: a time's value counts whole seconds, so fractions do not tell two times apart. */
static bool equal_clocks(struct yz_feel_value a, struct yz_feel_value b)
{
	int c;
	const int64_t second = 1000000000;
	if (a.kind == YZ_FEEL_TIME) {
		a.n -= yz_floor_mod(a.n, second);
		b.n -= yz_floor_mod(b.n, second);
	} else {
		a.aux = b.aux = 0;
	}
	return yz_feel_compare(a, b, &c) && c == 0;
}

static struct yz_feel_value equal(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b,
				  unsigned depth)
{
	if (a.kind == YZ_FEEL_UNKNOWN || b.kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(run->arena, a, b);
	if (a.kind == YZ_FEEL_NULL || b.kind == YZ_FEEL_NULL)
		return yz_feel_bool(a.kind == b.kind);
	if (a.kind != b.kind)
		return none;
	if (depth > YZ_FEEL_DEEPEST || depth > run->limits->depth)
		return yz_feel_raise(run, YZ_FEEL_WHY_DEPTH, NULL, NULL);
	switch (a.kind) {
	case YZ_FEEL_BOOLEAN:
		return yz_feel_bool(a.flag == b.flag);
	case YZ_FEEL_STRING:
		return yz_feel_bool(a.len == b.len && !memcmp(a.ptr, b.ptr, a.len));
	case YZ_FEEL_TIME:
	case YZ_FEEL_DATE_TIME:
		return yz_feel_bool(equal_clocks(a, b));
	case YZ_FEEL_LIST:
		return equal_lists(run, a, b, depth);
	case YZ_FEEL_CONTEXT:
		return equal_contexts(run, a.context, b.context, depth);
	case YZ_FEEL_RANGE:
		return equal_ranges(run, a.range, b.range, depth);
	case YZ_FEEL_FUNCTION:
		return equal_functions(run, a.function, b.function, depth);
	default: {
		int c;
		return yz_feel_bool(yz_feel_compare(a, b, &c) && c == 0);
	}
	}
}

struct yz_feel_value yz_feel_equal(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b)
{
	return equal(run, a, b, 0);
}

/* Values that share parts are trees of any size; past so many pairs they count as different. */
enum { MOST_PAIRS = 10000000 };

static bool same(struct yz_feel_value a, struct yz_feel_value b, unsigned depth, uint32_t *left);

static bool same_parts(struct yz_feel_value a, struct yz_feel_value b, unsigned depth, uint32_t *left)
{
	if (a.kind == YZ_FEEL_LIST ? a.items == b.items && a.aux == b.aux : a.context == b.context)
		return true;
	if (a.kind == YZ_FEEL_RANGE)
		return a.range->form == b.range->form && a.range->start_included == b.range->start_included &&
		       a.range->end_included == b.range->end_included &&
		       same(a.range->start, b.range->start, depth, left) &&
		       same(a.range->end, b.range->end, depth, left);
	if (yz_feel_len(a) != yz_feel_len(b))
		return false;
	for (size_t i = 0; i < yz_feel_len(a); i++) {
		if (a.kind == YZ_FEEL_LIST) {
			if (!same(a.items[i], b.items[i], depth, left))
				return false;
			continue;
		}
		const struct yz_feel_entry *e = &a.context->entries[i];
		const struct yz_feel_value *other = yz_feel_find(b.context, e->key);
		if (!other || !same(e->value, *other, depth, left))
			return false;
	}
	return true;
}

static bool same_functions(const struct yz_feel_function *a, const struct yz_feel_function *b, unsigned depth,
			   uint32_t *left)
{
	size_t n;
	if (!same_function(a, b, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_self(a, i) ? !is_self(b, i) : !same(a->captured[i], b->captured[i], depth + 1, left))
			return false;
	return true;
}

static bool same_unknown(const struct yz_feel_deps *a, const struct yz_feel_deps *b)
{
	if (a->len != b->len || a->whole != b->whole)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (!yz_str_eq(a->names[i], b->names[i]))
			return false;
	return true;
}

static bool same(struct yz_feel_value a, struct yz_feel_value b, unsigned depth, uint32_t *left)
{
	if (a.kind != b.kind || depth > YZ_FEEL_DEEPEST || !*left)
		return false;
	--*left;
	switch (a.kind) {
	case YZ_FEEL_NULL:
		return true;
	case YZ_FEEL_BOOLEAN:
		return a.flag == b.flag;
	case YZ_FEEL_TIME:
	case YZ_FEEL_DATE_TIME:
		return a.n == b.n && a.aux == b.aux && yz_zone_same(a.zone, b.zone);
	case YZ_FEEL_LIST:
	case YZ_FEEL_RANGE:
	case YZ_FEEL_CONTEXT:
		return same_parts(a, b, depth + 1, left);
	case YZ_FEEL_FUNCTION:
		return same_functions(a.function, b.function, depth, left);
	case YZ_FEEL_UNKNOWN:
		return same_unknown(a.deps, b.deps);
	default: {
		int c;
		return yz_feel_compare(a, b, &c) && c == 0;
	}
	}
}

bool yz_feel_same(struct yz_feel_value a, struct yz_feel_value b)
{
	uint32_t left = MOST_PAIRS;
	return same(a, b, 0, &left);
}
