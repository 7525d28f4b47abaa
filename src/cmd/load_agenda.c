/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/load_agenda.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void room_for(struct yz_agenda *g, size_t n)
{
	if (n <= g->cap)
		return;
	g->cap = g->cap * 2 > n ? g->cap * 2 : n < 1024 ? 1024 : n;
	g->heap = realloc(g->heap, g->cap * sizeof *g->heap);
	assert(g->heap);
}

static bool before(const struct yz_event *a, const struct yz_event *b)
{
	return a->at != b->at ? a->at < b->at : a->nth < b->nth;
}

void yz_agenda_push(struct yz_agenda *g, yz_instant at, enum yz_happening what, const char *no)
{
	struct yz_event e = {.at = at, .nth = g->made++, .what = what};
	snprintf(e.no, sizeof e.no, "%s", no);
	room_for(g, g->len + 1);
	size_t i = g->len++;
	while (i && before(&e, &g->heap[(i - 1) / 2])) {
		g->heap[i] = g->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	g->heap[i] = e;
}

struct yz_event yz_agenda_pop(struct yz_agenda *g)
{
	assert(g->len);
	struct yz_event first = g->heap[0], last = g->heap[--g->len];
	size_t i = 0;
	for (;;) {
		size_t k = 2 * i + 1;
		if (k >= g->len)
			break;
		if (k + 1 < g->len && before(&g->heap[k + 1], &g->heap[k]))
			k++;
		if (!before(&g->heap[k], &last))
			break;
		g->heap[i] = g->heap[k];
		i = k;
	}
	if (g->len)
		g->heap[i] = last;
	return first;
}

void yz_agenda_copy(struct yz_agenda *to, const struct yz_agenda *from)
{
	room_for(to, from->len);
	if (from->len)
		memcpy(to->heap, from->heap, from->len * sizeof *to->heap);
	to->len = from->len;
	to->made = from->made;
}

void yz_agenda_finish(struct yz_agenda *g)
{
	free(g->heap);
	*g = (struct yz_agenda){0};
}
