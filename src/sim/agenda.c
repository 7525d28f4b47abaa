/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

#include <assert.h>

static inline bool before(const struct sim_event *a, const struct sim_event *b)
{
	return a->at != b->at ? a->at < b->at : a->nth < b->nth;
}

void yz_sim_push(struct yz_arena *a, struct sim_agenda *g, struct sim_event e)
{
	if (g->len == g->cap)
		g->heap = yz_vec_grow(a, g->heap, &g->cap, sizeof *g->heap);
	e.nth = g->made++;
	size_t i = g->len++;
	while (i && before(&e, &g->heap[(i - 1) / 4])) {
		g->heap[i] = g->heap[(i - 1) / 4];
		i = (i - 1) / 4;
	}
	g->heap[i] = e;
}

struct sim_event yz_sim_pop(struct sim_agenda *g)
{
	assert(g->len);
	struct sim_event first = g->heap[0], last = g->heap[--g->len];
	size_t i = 0;
	for (size_t k = 1; k < g->len; k = 4 * i + 1) {
		size_t least = k;
		for (size_t j = k + 1; j < k + 4 && j < g->len; j++)
			if (before(&g->heap[j], &g->heap[least]))
				least = j;
		if (!before(&g->heap[least], &last))
			break;
		g->heap[i] = g->heap[least];
		i = least;
	}
	g->heap[i] = last;
	return first;
}
