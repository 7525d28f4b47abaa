/* http/rate.c - token buckets by key, in bounded memory.
 *
 * A bucket remembers when it would be full again; that one instant is its whole
 * state.  Keys are kept as their seeded 64-bit hash: that two keys share one is
 * less likely than a broken disk, and an attacker cannot choose it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/http.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct bucket {
	uint64_t key;
	yz_instant full_at;
	uint32_t chain;        /* next in the hash chain; index + 1 */
	uint32_t newer, older; /* by last use; index + 1 */
};

struct yz_rate {
	pthread_mutex_t lock;
	uint32_t cap, used, newest, oldest;
	uint32_t *heads; /* cap chains */
	struct bucket *at;
};

struct yz_rate *yz_rate_create(size_t keys)
{
	assert(keys > 0 && keys < UINT32_MAX / 2);
	struct yz_rate *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	r->cap = (uint32_t)keys;
	r->heads = calloc(keys, sizeof *r->heads);
	r->at = calloc(keys, sizeof *r->at);
	if (!r->heads || !r->at) {
		yz_rate_destroy(r);
		return NULL;
	}
	return r;
}

void yz_rate_destroy(struct yz_rate *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	free(r->heads);
	free(r->at);
	free(r);
}

static void unlink_use(struct yz_rate *r, uint32_t i)
{
	struct bucket *b = &r->at[i - 1];
	*(b->newer ? &r->at[b->newer - 1].older : &r->newest) = b->older;
	*(b->older ? &r->at[b->older - 1].newer : &r->oldest) = b->newer;
}

static void link_newest(struct yz_rate *r, uint32_t i)
{
	struct bucket *b = &r->at[i - 1];
	b->newer = 0;
	b->older = r->newest;
	*(r->newest ? &r->at[r->newest - 1].newer : &r->oldest) = i;
	r->newest = i;
}

static void unchain(struct yz_rate *r, uint32_t i)
{
	uint32_t *at = &r->heads[r->at[i - 1].key % r->cap];
	while (*at != i)
		at = &r->at[*at - 1].chain;
	*at = r->at[i - 1].chain;
}

static uint32_t find(const struct yz_rate *r, uint64_t key)
{
	uint32_t i = r->heads[key % r->cap];
	while (i && r->at[i - 1].key != key)
		i = r->at[i - 1].chain;
	return i;
}

/* The key's bucket, taken from the longest unused when all are in use. */
static struct bucket *bucket_of(struct yz_rate *r, uint64_t key)
{
	uint32_t i = find(r, key);
	if (i) {
		unlink_use(r, i);
		link_newest(r, i);
		return &r->at[i - 1];
	}
	if (r->used < r->cap) {
		i = ++r->used;
	} else {
		i = r->oldest;
		unlink_use(r, i);
		unchain(r, i);
	}
	struct bucket *b = &r->at[i - 1];
	*b = (struct bucket){.key = key, .full_at = INT64_MIN, .chain = r->heads[key % r->cap]};
	r->heads[key % r->cap] = i;
	link_newest(r, i);
	return b;
}

/* With one token less the bucket would be full at this instant; it is empty when that is `burst` tokens ahead. */
static yz_instant next_full(yz_instant full_at, yz_instant now, yz_instant token)
{
	return (full_at > now ? full_at : now) + token;
}

bool yz_rate_take(struct yz_rate *r, struct yz_str key, unsigned per_minute, unsigned burst, yz_instant now)
{
	assert(per_minute > 0 && burst > 0);
	yz_instant token = YZ_MINUTE / per_minute;
	uint64_t hash = yz_str_hash(key);
	pthread_mutex_lock(&r->lock);
	struct bucket *b = bucket_of(r, hash);
	yz_instant full = next_full(b->full_at, now, token);
	bool ok = full - now <= token * burst;
	if (ok)
		b->full_at = full;
	pthread_mutex_unlock(&r->lock);
	return ok;
}

unsigned yz_rate_wait(struct yz_rate *r, struct yz_str key, unsigned per_minute, unsigned burst, yz_instant now)
{
	assert(per_minute > 0 && burst > 0);
	yz_instant token = YZ_MINUTE / per_minute, wait = 0;
	uint64_t hash = yz_str_hash(key);
	pthread_mutex_lock(&r->lock);
	uint32_t i = find(r, hash);
	if (i)
		wait = next_full(r->at[i - 1].full_at, now, token) - now - token * burst;
	pthread_mutex_unlock(&r->lock);
	return wait > 0 ? (unsigned)((wait + YZ_SECOND - 1) / YZ_SECOND) : 0;
}
