/* feel/loop.h - going through lists and building them; private to the machine.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_LOOP_H
#define YZ_FEEL_LOOP_H

#include "feel/fast.h"
#include "feel/machine.h"

/* Where a loop stands. */
struct yz_iter {
	const struct yz_feel_value *items; /* NULL: counting */
	uint64_t left, done;
	int64_t at; /* counting: the next value */
	int8_t step;
	uint8_t kind; /* counting: NUMBER or DATE */
	uint8_t mode;
	bool probing; /* an empty list's filter is tried once: is its condition a number? */
	bool chosen;  /* the filter was an index, `result` is the item */
	struct yz_feel_value single, result;
};

struct yz_builder {
	struct yz_feel_value *items;
	uint32_t n, cap;
};

/* Counts from a to b, up or down, numbers or days. */
bool yz_feel_count_between(struct yz_iter *it, struct yz_feel_value a, struct yz_feel_value b, bool with_a,
			   bool with_b);
/* A whole number or a day. */
bool yz_feel_is_countable(struct yz_feel_value v);
/* The result of a loop over what cannot be gone through: null or unknown. */
struct yz_feel_value yz_feel_cannot_iterate(struct yz_feel_run *run, struct yz_feel_value v);
/* False: *v is the loop's result. */
bool yz_feel_begin_each(struct yz_feel_run *run, struct yz_iter *it, enum yz_feel_each mode, struct yz_feel_value *v);

/* False: there is no next. */
static inline bool yz_feel_next_item(struct yz_iter *it, struct yz_feel_value *out)
{
	if (!it->left) {
		if (__builtin_expect(it->items && it->probing && !it->done, 0)) {
			it->done = 1;
			*out = (struct yz_feel_value){0};
			return true;
		}
		return false;
	}
	it->left--;
	if (it->items) {
		copy(out, &it->items[it->done++]);
		return true;
	}
	bool number = it->kind == YZ_FEEL_NUMBER, minus = number && it->at < 0;
	set_head(out, it->kind, minus, 0);
	out->lo = minus ? -(uint64_t)it->at : (uint64_t)it->at;
	out->hi = 0;
	if (it->left)
		it->at += it->step;
	return true;
}

bool yz_feel_grow_list(struct yz_feel_run *run, struct yz_builder *b);
/* With room for the items of `it`, when it is not NULL. */
void yz_feel_begin_list(struct yz_feel_run *run, struct yz_builder *b, const struct yz_iter *it);

/* False: too long, and the reason is raised. */
static inline bool yz_feel_add_item(struct yz_feel_run *run, struct yz_builder *b, const struct yz_feel_value *v)
{
	if (b->n == b->cap && !yz_feel_grow_list(run, b))
		return false;
	copy(&b->items[b->n++], v);
	return true;
}

/* A filter's condition that is no boolean: unknown, an index, or nothing. */
void yz_feel_keep_other(struct yz_feel_run *run, struct yz_iter *it, struct yz_feel_value condition);

/* One condition of a filter is known; false: the list grew too long. */
static inline bool yz_feel_keep_item(struct yz_feel_run *run, struct yz_iter *it, struct yz_builder *b,
				     const struct yz_feel_value *condition)
{
	if (__builtin_expect(condition->kind != YZ_FEEL_BOOLEAN, 0)) {
		yz_feel_keep_other(run, it, *condition);
		return true;
	}
	return !condition->flag || it->probing || yz_feel_add_item(run, b, &it->items[it->done - 1]);
}

/* list[by], where `by` says nothing of the items */
struct yz_feel_value yz_feel_choose(struct yz_feel_run *run, struct yz_feel_value list, struct yz_feel_value by);
struct yz_feel_value yz_feel_make_list(struct yz_feel_run *run, const struct yz_feel_value *from, uint32_t n);

#endif
