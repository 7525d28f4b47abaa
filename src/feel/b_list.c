/* List built-ins (DMN 1.5, 10.3.4.4), sort, and the boolean ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/builtin.h"

#include "base/map.h"
#include "feel/fast.h"
#include "feel/machine.h"

#define DEFINE(ident)                                                                                                  \
	struct yz_feel_value yz_feel_b_##ident(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)

static const struct yz_feel_value none;

static struct yz_feel_value no_result(struct yz_feel_run *run, const char *function)
{
	return yz_feel_raise(run, YZ_FEEL_WHY_NO_RESULT, function, NULL);
}

/* A position from 1, or from the end when negative, as an index; false outside the list. */
static bool position(struct yz_feel_value v, uint32_t len, uint32_t *index)
{
	int64_t at;
	if (!yz_dec_to_int(yz_feel_dec(v), &at))
		return false;
	if (at < 0)
		at += (int64_t)len + 1;
	if (at < 1 || at > (int64_t)len)
		return false;
	*index = (uint32_t)at - 1;
	return true;
}

/* ---- boolean ---- */

DEFINE(not )
{
	bool single = args[0].kind == YZ_FEEL_LIST && args[0].aux == 1 && args[0].items[0].kind == YZ_FEEL_BOOLEAN;
	return yz_feel_not(run, single ? args[0].items[0] : args[0]);
}

DEFINE(all)
{
	struct yz_feel_value sum = yz_feel_bool(true);
	for (uint32_t i = 0; i < args[0].aux && !yz_feel_is_false(sum); i++)
		sum = yz_feel_and(run, sum, args[0].items[i]);
	return sum;
}

DEFINE(any)
{
	struct yz_feel_value sum = yz_feel_bool(false);
	for (uint32_t i = 0; i < args[0].aux && !yz_feel_is_true(sum); i++)
		sum = yz_feel_or(run, sum, args[0].items[i]);
	return sum;
}

DEFINE(is)
{
	if (!n)
		return yz_feel_raise(run, YZ_FEEL_WHY_ARGUMENTS, "is", NULL);
	struct yz_feel_value other = n > 1 ? args[1] : none, unknown;
	if (yz_feel_has_unknown(run->arena, args[0], &unknown) || yz_feel_has_unknown(run->arena, other, &unknown))
		return yz_feel_blame(run, args, n, unknown);
	return yz_feel_bool(yz_feel_same(args[0], other));
}

/* ---- asking ---- */

DEFINE(count)
{
	return yz_feel_int(args[0].aux);
}

/* From item i on, where kinds mix or numbers are written in different ways. */
static struct yz_feel_value contains_from(struct yz_feel_run *run, uint32_t i, struct yz_feel_value list,
					  struct yz_feel_value wanted)
{
	struct yz_feel_value found = yz_feel_bool(false);
	for (; i < list.aux && !yz_feel_is_true(found); i++) {
		i += differing(list.items + i, list.aux - i, &wanted);
		if (i == list.aux)
			break;
		struct yz_feel_value same = yz_feel_equal(run, list.items[i], wanted);
		if (same.kind != YZ_FEEL_NULL || same.reason)
			found = yz_feel_or(run, found, same);
	}
	return found;
}

DEFINE(list_contains)
{
	const struct yz_feel_value *items = args[0].items;
	bool equal;
	if (!yz_feel_steps(run, args[0].aux))
		return none;
	uint32_t i = differing(items, args[0].aux, &args[1]);
	if (i == args[0].aux)
		return yz_feel_bool(false);
	if (fast_equal(&items[i], &args[1], &equal) && equal)
		return yz_feel_bool(true);
	return contains_from(run, i, args[0], args[1]);
}

DEFINE(index_of)
{
	struct yz_feel_value *out = yz_feel_new_items(run, args[0].aux), unknown = none;
	uint32_t found = 0;
	if (!out)
		return none;
	for (uint32_t i = 0; i < args[0].aux; i++) {
		struct yz_feel_value same = yz_feel_equal(run, args[0].items[i], args[1]);
		if (yz_feel_is_true(same))
			out[found++] = yz_feel_int((int64_t)i + 1);
		else if (same.kind == YZ_FEEL_UNKNOWN)
			unknown = yz_feel_unknown_both(run->arena, same, unknown);
		else if (same.kind == YZ_FEEL_NULL && same.reason)
			return same;
	}
	return unknown.kind == YZ_FEEL_UNKNOWN ? unknown : yz_feel_list(out, found);
}

/* ---- making other lists ---- */

/* `cut` items of the list at `at` replaced by n others. */
static struct yz_feel_value spliced(struct yz_feel_run *run, struct yz_feel_value list, uint32_t at, uint32_t cut,
				    const struct yz_feel_value *others, size_t n)
{
	size_t len = list.aux - cut + n;
	struct yz_feel_value *out = yz_feel_new_items(run, len);
	if (!out)
		return none;
	if (at)
		memcpy(out, list.items, at * sizeof *out);
	if (n)
		memcpy(out + at, others, n * sizeof *out);
	if (at + cut < list.aux)
		memcpy(out + at + n, list.items + at + cut, (list.aux - at - cut) * sizeof *out);
	return yz_feel_list(out, len);
}

DEFINE(append)
{
	return spliced(run, args[0], args[0].aux, 0, args + 1, n - 1);
}

DEFINE(insert_before)
{
	uint32_t at;
	if (!position(args[1], args[0].aux, &at))
		return no_result(run, "insert before");
	return spliced(run, args[0], at, 0, &args[2], 1);
}

DEFINE(remove)
{
	uint32_t at;
	if (!position(args[1], args[0].aux, &at))
		return no_result(run, "remove");
	return spliced(run, args[0], at, 1, NULL, 0);
}

/* Every item for which the function says true. */
static struct yz_feel_value replace_matching(struct yz_feel_run *run, struct yz_feel_value list,
					     struct yz_feel_value match, struct yz_feel_value item)
{
	struct yz_feel_value *out = yz_feel_new_items(run, list.aux), unknown = none;
	if (!out)
		return none;
	for (uint32_t i = 0; i < list.aux; i++) {
		struct yz_feel_value pair[2] = {list.items[i], item};
		struct yz_feel_value hit = yz_feel_call(run, match, pair, 2);
		if (hit.kind == YZ_FEEL_UNKNOWN)
			unknown = yz_feel_unknown_both(run->arena, hit, unknown);
		else if (hit.kind != YZ_FEEL_BOOLEAN)
			return hit.kind == YZ_FEEL_NULL ? hit : no_result(run, "list replace");
		out[i] = yz_feel_is_true(hit) ? item : list.items[i];
	}
	return unknown.kind == YZ_FEEL_UNKNOWN ? unknown : yz_feel_list(out, list.aux);
}

DEFINE(list_replace)
{
	uint32_t at;
	if (args[1].kind == YZ_FEEL_FUNCTION)
		return replace_matching(run, args[0], args[1], args[2]);
	if (!position(args[1], args[0].aux, &at))
		return no_result(run, "list replace");
	return spliced(run, args[0], at, 1, &args[2], 1);
}

DEFINE(sublist)
{
	uint32_t at, len = args[0].aux;
	int64_t want = 0;
	if (!position(args[1], len, &at))
		return no_result(run, "sublist");
	if (n < 3)
		return yz_feel_list(args[0].items + at, len - at);
	if (!yz_dec_to_int(yz_feel_dec(args[2]), &want) || want < 1 || want > (int64_t)(len - at))
		return no_result(run, "sublist");
	return yz_feel_list(args[0].items + at, (size_t)want);
}

DEFINE(reverse)
{
	uint32_t len = args[0].aux;
	struct yz_feel_value *out = yz_feel_new_items(run, len);
	if (!out)
		return none;
	for (uint32_t i = 0; i < len; i++)
		out[i] = args[0].items[len - 1 - i];
	return yz_feel_list(out, len);
}

DEFINE(concatenate)
{
	size_t total = 0;
	for (size_t i = 0; i < n; i++)
		total += args[i].aux;
	struct yz_feel_value *out = yz_feel_new_items(run, total);
	if (!out)
		return none;
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		if (args[i].aux)
			memcpy(out + at, args[i].items, args[i].aux * sizeof *out);
		at += args[i].aux;
	}
	return yz_feel_list(out, total);
}

DEFINE(distinct_values)
{
	uint32_t len = args[0].aux, kept = 0;
	struct yz_feel_value *out = yz_feel_new_items(run, len), unknown = none;
	if (!out)
		return none;
	for (uint32_t i = 0; i < len; i++) {
		bool seen = false;
		if (!yz_feel_steps(run, kept / 8))
			return none;
		for (uint32_t k = 0; k < kept && !seen; k++) {
			if (fast_equal(&args[0].items[i], &out[k], &seen))
				continue;
			struct yz_feel_value same = yz_feel_equal(run, args[0].items[i], out[k]);
			seen = yz_feel_is_true(same);
			if (same.kind == YZ_FEEL_UNKNOWN)
				unknown = yz_feel_unknown_both(run->arena, same, unknown);
			if (same.kind == YZ_FEEL_NULL && same.reason)
				return same;
		}
		if (!seen)
			out[kept++] = args[0].items[i];
	}
	return unknown.kind == YZ_FEEL_UNKNOWN ? unknown : yz_feel_list(out, kept);
}

DEFINE(union)
{
	struct yz_feel_value all = yz_feel_b_concatenate(run, args, n);
	return all.kind == YZ_FEEL_LIST ? yz_feel_b_distinct_values(run, &all, 1) : all;
}

static bool flatten_into(struct yz_feel_run *run, struct yz_feel_value list, struct yz_feel_value **out, size_t *n,
			 size_t *cap, unsigned depth)
{
	if (depth > YZ_FEEL_DEEPEST || depth > run->limits->depth) {
		yz_feel_raise(run, YZ_FEEL_WHY_DEPTH, NULL, NULL);
		return false;
	}
	if (!yz_feel_steps(run, list.aux))
		return false;
	for (uint32_t i = 0; i < list.aux; i++) {
		if (list.items[i].kind == YZ_FEEL_LIST) {
			if (!flatten_into(run, list.items[i], out, n, cap, depth + 1))
				return false;
			continue;
		}
		if (*n >= run->limits->list) {
			yz_feel_raise(run, YZ_FEEL_WHY_LONG_LIST, NULL, NULL);
			return false;
		}
		if (*n == *cap)
			*out = yz_vec_grow(run->arena, *out, cap, sizeof **out);
		(*out)[(*n)++] = list.items[i];
	}
	return true;
}

DEFINE(flatten)
{
	struct yz_feel_value *out = NULL;
	size_t len = 0, cap = 0;
	if (!flatten_into(run, args[0], &out, &len, &cap, 0))
		return (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = run->last_reason};
	return yz_feel_list(out, len);
}

/* ---- sort ---- */

struct sorting {
	struct yz_feel_run *run;
	struct yz_feel_value precedes, stop; /* stop: what makes the whole null or unknown */
	bool stopped;
	enum yz_feel_opcode order; /* of numbers, or RETURN: ask the function */
};

/* function(x, y) x < y, and its three like: the comparison, else RETURN. */
static enum yz_feel_opcode plain_order(struct yz_feel_value function)
{
	const struct yz_feel_function *f = function.function;
	const struct yz_feel_proto *p = f->kind == YZ_FEEL_CLOSURE ? f->proto : NULL;
	if (!p || p->ncode != 3 || p->nparams != 2 || p->typed || p->code[0] != YZ_OP_LOCAL || p->code[1] >> 8 != 1)
		return YZ_OP_RETURN;
	switch (p->code[1] & 0xff) {
	case YZ_OP_LT_LOCAL:
		return YZ_OP_LT;
	case YZ_OP_LE_LOCAL:
		return YZ_OP_LE;
	case YZ_OP_GT_LOCAL:
		return YZ_OP_GT;
	case YZ_OP_GE_LOCAL:
		return YZ_OP_GE;
	default:
		return YZ_OP_RETURN;
	}
}

static bool precedes(struct sorting *s, const struct yz_feel_value *a, const struct yz_feel_value *b)
{
	if (s->order != YZ_OP_RETURN && both_numbers(a, b) && !s->stopped && yz_feel_steps(s->run, 1))
		return holds(s->order, compare_numbers(a, b));
	struct yz_feel_value pair[2] = {*a, *b};
	struct yz_feel_value v = s->stopped ? none : yz_feel_call(s->run, s->precedes, pair, 2);
	if (v.kind != YZ_FEEL_BOOLEAN && !s->stopped) {
		s->stopped = true;
		s->stop = v.kind == YZ_FEEL_NULL || v.kind == YZ_FEEL_UNKNOWN ? v : no_result(s->run, "sort");
	}
	return yz_feel_is_true(v);
}

DEFINE(sort)
{
	uint32_t len = args[0].aux;
	struct sorting s = {run, args[1], none, false, plain_order(args[1])};
	struct yz_feel_value *a = yz_feel_new_items(run, len), *b = yz_feel_new_items(run, len);
	if (!a || !b)
		return none;
	if (len)
		memcpy(a, args[0].items, len * sizeof *a);
	for (uint32_t width = 1; width < len && !s.stopped; width *= 2) {
		for (uint32_t from = 0; from < len; from += 2 * width) {
			uint32_t mid = len - from < width ? len : from + width;
			uint32_t end = len - mid < width ? len : mid + width, i = from, j = mid;
			for (uint32_t k = from; k < end; k++) {
				bool right = i == mid || (j < end && precedes(&s, &a[j], &a[i]));
				copy(&b[k], right ? &a[j++] : &a[i++]);
			}
		}
		struct yz_feel_value *t = a;
		a = b;
		b = t;
	}
	return s.stopped ? s.stop : yz_feel_list(a, len);
}
