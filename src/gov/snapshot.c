/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/snapshot.h"

#include <assert.h>
#include <stdlib.h>

void yz_slot_init(struct yz_slot *slot)
{
	*slot = (struct yz_slot){.newest = NULL};
	pthread_mutex_init(&slot->lock, NULL);
}

static void drop(struct yz_snapshot *s)
{
	yz_arena_destroy(s->arena);
	free(s);
}

void yz_slot_finish(struct yz_slot *slot)
{
	while (slot->newest) {
		struct yz_snapshot *s = slot->newest;
		slot->newest = s->older;
		drop(s);
	}
	pthread_mutex_destroy(&slot->lock);
}

/* Unlinks the old ones nobody reads; the caller drops them outside the lock. */
static struct yz_snapshot *unread(struct yz_slot *slot)
{
	struct yz_snapshot *gone = NULL;
	for (struct yz_snapshot **at = &slot->newest->older; *at;) {
		struct yz_snapshot *s = *at;
		if (s->readers) {
			at = &s->older;
			continue;
		}
		*at = s->older;
		s->older = gone;
		gone = s;
	}
	return gone;
}

static void drop_all(struct yz_snapshot *gone)
{
	while (gone) {
		struct yz_snapshot *s = gone;
		gone = s->older;
		drop(s);
	}
}

void yz_slot_put(struct yz_slot *slot, struct yz_arena *arena, const void *thing)
{
	struct yz_snapshot *s = malloc(sizeof *s);
	assert(s);
	pthread_mutex_lock(&slot->lock);
	*s = (struct yz_snapshot){.older = slot->newest, .arena = arena, .thing = thing};
	slot->newest = s;
	struct yz_snapshot *gone = unread(slot);
	pthread_mutex_unlock(&slot->lock);
	drop_all(gone);
}

const void *yz_slot_take(struct yz_slot *slot)
{
	pthread_mutex_lock(&slot->lock);
	struct yz_snapshot *s = slot->newest;
	if (s)
		s->readers++;
	pthread_mutex_unlock(&slot->lock);
	return s ? s->thing : NULL;
}

void yz_slot_release(struct yz_slot *slot, const void *thing)
{
	pthread_mutex_lock(&slot->lock);
	struct yz_snapshot *s = slot->newest;
	while (s && s->thing != thing)
		s = s->older;
	assert(s && s->readers);
	s->readers--;
	struct yz_snapshot *gone = unread(slot);
	pthread_mutex_unlock(&slot->lock);
	drop_all(gone);
}
