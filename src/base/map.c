/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <assert.h>

void yz_map_init(struct yz_map *m, struct yz_arena *a)
{
	*m = (struct yz_map){.arena = a};
}

static const struct yz_map_entry *find(const struct yz_map *m, struct yz_str key, uint64_t hash)
{
	if (!m->nslots)
		return NULL;
	for (size_t i = hash & (m->nslots - 1);; i = (i + 1) & (m->nslots - 1)) {
		if (!m->slots[i])
			return NULL;
		const struct yz_map_entry *e = &m->entries[m->slots[i] - 1];
		if (e->hash == hash && yz_str_eq(e->key, key))
			return e;
	}
}

static void place(struct yz_map *m, size_t index)
{
	size_t i = m->entries[index].hash & (m->nslots - 1);
	while (m->slots[i])
		i = (i + 1) & (m->nslots - 1);
	m->slots[i] = (uint32_t)index + 1;
}

void *yz_map_get(const struct yz_map *m, struct yz_str key)
{
	const struct yz_map_entry *e = find(m, key, yz_str_hash(key));
	return e ? e->value : NULL;
}

bool yz_map_has(const struct yz_map *m, struct yz_str key)
{
	return find(m, key, yz_str_hash(key)) != NULL;
}

void *yz_map_put(struct yz_map *m, struct yz_str key, void *value)
{
	uint64_t hash = yz_str_hash(key);
	struct yz_map_entry *e = (struct yz_map_entry *)find(m, key, hash);
	if (e) {
		void *old = e->value;
		e->value = value;
		return old;
	}
	assert(m->len < UINT32_MAX - 1);
	if (m->len == m->cap)
		m->entries = yz_vec_grow(m->arena, m->entries, &m->cap, sizeof *m->entries);
	m->entries[m->len++] = (struct yz_map_entry){key, value, hash};
	if (m->len * 2 > m->nslots) {
		m->nslots = m->nslots ? m->nslots * 2 : 16;
		m->slots = yz_new_n(m->arena, m->nslots, uint32_t);
		for (size_t i = 0; i < m->len; i++)
			place(m, i);
	} else {
		place(m, m->len - 1);
	}
	return NULL;
}

void *yz_vec_grow(struct yz_arena *a, void *at, size_t *cap, size_t size)
{
	size_t was = *cap;
	*cap = was ? was * 2 : 8;
	assert(*cap > was && *cap <= SIZE_MAX / size);
	return yz_realloc(a, at, was * size, *cap * size);
}
