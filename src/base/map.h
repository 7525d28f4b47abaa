/* base/map.h - text to pointer, in order of insertion; and vectors.
 *
 * Open addressing over a seeded hash; entries are never removed.  Keys are
 * borrowed: they must live as long as the map.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_MAP_H
#define YZ_BASE_MAP_H

#include "base/arena.h"
#include "base/str.h"

struct yz_map_entry {
	struct yz_str key;
	void *value;
	uint64_t hash;
};

struct yz_map {
	struct yz_arena *arena;
	struct yz_map_entry *entries; /* entries[0..len), oldest first */
	size_t len, cap;
	uint32_t *slots; /* index + 1 into entries; 0 is free */
	size_t nslots;
};

void yz_map_init(struct yz_map *m, struct yz_arena *a);
/* The value, or NULL. */
void *yz_map_get(const struct yz_map *m, struct yz_str key);
bool yz_map_has(const struct yz_map *m, struct yz_str key);
/* Sets or replaces; returns the value that stood there, or NULL. */
void *yz_map_put(struct yz_map *m, struct yz_str key, void *value);

/* A vector of T in an arena: struct { T *at; size_t len, cap; }.
 *
 *	YZ_VEC(struct yz_task) tasks = {0};
 *	*yz_vec_push(arena, &tasks) = task;
 */
#define YZ_VEC(T)                                                                                                      \
	struct {                                                                                                       \
		T *at;                                                                                                 \
		size_t len, cap;                                                                                       \
	}
#define yz_vec_push(a, v)                                                                                              \
	((v)->len == (v)->cap ? (void)((v)->at = yz_vec_grow((a), (v)->at, &(v)->cap, sizeof *(v)->at)) : (void)0,     \
	 &(v)->at[(v)->len++])
void *yz_vec_grow(struct yz_arena *a, void *at, size_t *cap, size_t size);

#endif
