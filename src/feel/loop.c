/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/loop.h"

struct yz_feel_value yz_feel_make_list(struct yz_feel_run *run, const struct yz_feel_value *from, uint32_t n)
{
	struct yz_feel_value *items = yz_feel_new_items(run, n);
	if (!items)
		return (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = run->last_reason};
	memcpy(items, from, n * sizeof *items);
	return yz_feel_list(items, n);
}

static bool whole_number(struct yz_feel_value v, int64_t *out)
{
	return v.kind == YZ_FEEL_NUMBER && yz_dec_is_int(yz_feel_dec(v)) && yz_dec_to_int(yz_feel_dec(v), out);
}

bool yz_feel_count_between(struct yz_iter *it, struct yz_feel_value a, struct yz_feel_value b, bool with_a, bool with_b)
{
	int64_t from, to;
	if (a.kind == YZ_FEEL_DATE && b.kind == YZ_FEEL_DATE) {
		from = a.n;
		to = b.n;
	} else if (!whole_number(a, &from) || !whole_number(b, &to)) {
		return false;
	}
	bool up = from <= to;
	uint64_t span = up ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
	if (span == UINT64_MAX)
		return false;
	uint64_t n = span + 1, cut = (uint64_t)!with_a + (uint64_t)!with_b;
	*it = (struct yz_iter){.left = n > cut ? n - cut : 0, .at = from, .step = up ? 1 : -1, .kind = a.kind};
	if (!with_a && it->left)
		it->at += it->step;
	return true;
}

struct yz_feel_value yz_feel_cannot_iterate(struct yz_feel_run *run, struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(run->arena, v, v);
	if (v.kind == YZ_FEEL_NULL && v.reason)
		return v;
	return yz_feel_raise(run, YZ_FEEL_WHY_ITERATION, yz_feel_kind_name((enum yz_feel_kind)v.kind), NULL);
}

bool yz_feel_begin_each(struct yz_feel_run *run, struct yz_iter *it, enum yz_feel_each mode, struct yz_feel_value *v)
{
	bool filter = mode != YZ_EACH_FOR;
	if (v->kind == YZ_FEEL_UNKNOWN || (v->kind == YZ_FEEL_NULL && !filter)) {
		*v = yz_feel_cannot_iterate(run, *v);
		return false;
	}
	if (v->kind == YZ_FEEL_RANGE && !filter) {
		const struct yz_feel_range *r = v->range;
		if (r->form == YZ_FEEL_INTERVAL &&
		    yz_feel_count_between(it, r->start, r->end, r->start_included, r->end_included))
			return true;
		*v = yz_feel_cannot_iterate(run, *v);
		return false;
	}
	it->items = v->items;
	it->left = v->aux;
	if (v->kind == YZ_FEEL_NULL) {
		it->left = 0;
	} else if (v->kind != YZ_FEEL_LIST) {
		it->single = *v;
		it->items = &it->single;
		it->left = 1;
	}
	it->done = 0;
	it->mode = (uint8_t)mode;
	it->probing = mode == YZ_EACH_MAYBE_INDEX && !it->left;
	it->chosen = false;
	it->result = (struct yz_feel_value){0};
	if (!it->items)
		it->items = &it->single;
	return true;
}

bool yz_feel_grow_list(struct yz_feel_run *run, struct yz_builder *b)
{
	size_t most = run->limits->list, cap = b->cap ? (size_t)b->cap * 2 : 8;
	if (cap > most)
		cap = most;
	if (cap <= b->n) {
		yz_feel_raise(run, YZ_FEEL_WHY_LONG_LIST, NULL, NULL);
		return false;
	}
	b->items = yz_realloc(run->arena, b->items, b->cap * sizeof *b->items, cap * sizeof *b->items);
	b->cap = (uint32_t)cap;
	return true;
}

void yz_feel_begin_list(struct yz_feel_run *run, struct yz_builder *b, const struct yz_iter *it)
{
	enum { MOST_AHEAD = 4096 };
	*b = (struct yz_builder){0};
	if (!it || !it->left)
		return;
	b->cap = it->left < MOST_AHEAD ? (uint32_t)it->left : MOST_AHEAD;
	if (b->cap > run->limits->list)
		b->cap = (uint32_t)run->limits->list;
	b->items = yz_new_n(run->arena, b->cap, struct yz_feel_value);
}

static struct yz_feel_value filtered_list(const struct yz_iter *it)
{
	const struct yz_feel_value *first = it->items;
	return yz_feel_list(first, it->probing ? 0 : it->done + it->left);
}

void yz_feel_keep_other(struct yz_feel_run *run, struct yz_iter *it, struct yz_feel_value condition)
{
	if (condition.kind == YZ_FEEL_UNKNOWN)
		it->result = yz_feel_unknown_both(run->arena, condition, it->result);
	if (condition.kind == YZ_FEEL_NUMBER && it->mode == YZ_EACH_MAYBE_INDEX && it->done == 1) {
		it->result = yz_feel_index(run, filtered_list(it), condition);
		it->chosen = true;
		it->left = 0;
	}
}

struct yz_feel_value yz_feel_choose(struct yz_feel_run *run, struct yz_feel_value list, struct yz_feel_value by)
{
	if (list.kind == YZ_FEEL_UNKNOWN || by.kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(run->arena, list, by);
	if (list.kind == YZ_FEEL_NULL) {
		if (list.reason && by.kind == YZ_FEEL_NUMBER)
			return list;
		list = yz_feel_list(NULL, 0);
	} else if (list.kind != YZ_FEEL_LIST) {
		list = yz_feel_make_list(run, &list, 1);
	}
	if (list.kind == YZ_FEEL_NULL)
		return list;
	if (by.kind == YZ_FEEL_NUMBER)
		return yz_feel_index(run, list, by);
	return yz_feel_is_true(by) ? list : yz_feel_list(NULL, 0);
}

bool yz_feel_is_countable(struct yz_feel_value v)
{
	int64_t n;
	return v.kind == YZ_FEEL_DATE || whole_number(v, &n);
}
