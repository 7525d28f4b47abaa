/* fmt/json_index.h - the index of a large object's keys (private to fmt).
 *
 * Behind the members of an object with `indexed` stands an open-addressing
 * table of member numbers + 1, hashed by key; 0 is free.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_JSON_INDEX_H
#define YZ_FMT_JSON_INDEX_H

#include "fmt/json.h"

enum { YZ_JSON_INDEX_FROM = 17 }; /* members; below it a scan is faster */

static inline size_t yz_json_index_size(size_t count)
{
	size_t n = 32;
	while (n < count * 2)
		n *= 2;
	return n;
}

static inline uint32_t *yz_json_index_of(const struct yz_json *v)
{
	return (uint32_t *)(v->members + v->count);
}

/* The slot of the key in an index: its member's number + 1, or a free one. */
static inline uint32_t *yz_json_index_slot(const struct yz_json *v, struct yz_str key)
{
	size_t mask = yz_json_index_size(v->count) - 1;
	uint32_t *slots = yz_json_index_of(v);
	for (size_t i = yz_str_hash(key) & mask;; i = (i + 1) & mask)
		if (!slots[i] || yz_str_eq(v->members[slots[i] - 1].key, key))
			return &slots[i];
}

#endif
