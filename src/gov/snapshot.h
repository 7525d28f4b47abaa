/* gov/snapshot.h - something read-only that is replaced while others still read it (private).
 *
 * A slot holds the newest; take lends it, release gives it back, put replaces
 * it; the arena of an old one goes with its last reader.
 *
 * Threads: any.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SNAPSHOT_H
#define YZ_GOV_SNAPSHOT_H

#include "base/arena.h"

#include <pthread.h>

struct yz_snapshot {
	struct yz_snapshot *older;
	struct yz_arena *arena;
	const void *thing;
	unsigned readers;
};

struct yz_slot {
	pthread_mutex_t lock;
	struct yz_snapshot *newest; /* and the older ones still read */
};

void yz_slot_init(struct yz_slot *slot);
void yz_slot_finish(struct yz_slot *slot); /* nobody reads any more */
/* Takes the arena, in which `thing` lives. */
void yz_slot_put(struct yz_slot *slot, struct yz_arena *arena, const void *thing);
const void *yz_slot_take(struct yz_slot *slot);
void yz_slot_release(struct yz_slot *slot, const void *thing);

#endif
