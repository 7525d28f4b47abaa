/* SPDX-License-Identifier: Apache-2.0 */
#include "web/kept.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct page {
	uint64_t hash, used;
	char *bytes; /* the key, then the page */
	size_t key, len, token;
	size_t at[YZ_KEPT_TOKENS], ntokens;
};

struct yz_kept {
	pthread_mutex_t lock;
	uint64_t ticks;
	size_t npages;
	struct page pages[];
};

struct yz_kept *yz_kept_create(size_t pages)
{
	struct yz_kept *k = calloc(1, sizeof *k + pages * sizeof *k->pages);
	assert(k && pages);
	k->npages = pages;
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

void yz_kept_destroy(struct yz_kept *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->npages; i++)
		free(k->pages[i].bytes);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

/* With the lock held. */
static struct page *find(struct yz_kept *k, uint64_t hash, struct yz_str key)
{
	for (size_t i = 0; i < k->npages; i++) {
		struct page *p = &k->pages[i];
		if (p->bytes && p->hash == hash && yz_str_eq(yz_str_n(p->bytes, p->key), key))
			return p;
	}
	return NULL;
}

struct yz_str yz_kept_take(struct yz_kept *k, struct yz_arena *a, struct yz_str key, struct yz_str token)
{
	struct yz_str copy = {0};
	uint64_t hash = yz_str_hash(key);
	pthread_mutex_lock(&k->lock);
	struct page *p = find(k, hash, key);
	if (p && p->token == token.len) {
		/* Page-sized allocations may spend the request's memory, which does not return here. */
		size_t len = p->len;
		pthread_mutex_unlock(&k->lock);
		char *bytes = yz_alloc(a, len + 1);
		pthread_mutex_lock(&k->lock);
		p = find(k, hash, key);
		if (p && p->len == len && p->token == token.len) {
			memcpy(bytes, p->bytes + p->key, len);
			for (size_t i = 0; i < p->ntokens; i++)
				memcpy(bytes + p->at[i], token.ptr, token.len);
			p->used = ++k->ticks;
			copy = yz_str_n(bytes, len);
		}
	}
	pthread_mutex_unlock(&k->lock);
	return copy;
}

static bool find_tokens(struct page *p, struct yz_str token, struct yz_str page)
{
	p->ntokens = 0;
	for (size_t at = 0; (at = yz_str_find(page, token, at)) != SIZE_MAX; at += token.len) {
		if (p->ntokens == YZ_KEPT_TOKENS)
			return false;
		p->at[p->ntokens++] = at;
	}
	return true;
}

void yz_kept_put(struct yz_kept *k, struct yz_str key, struct yz_str token, struct yz_str page)
{
	struct page fresh = {.hash = yz_str_hash(key), .key = key.len, .len = page.len, .token = token.len};
	if (!token.len || page.len > YZ_KEPT_BYTES || !find_tokens(&fresh, token, page))
		return;
	fresh.bytes = malloc(key.len + page.len + 1);
	assert(fresh.bytes);
	memcpy(fresh.bytes, key.ptr, key.len);
	memcpy(fresh.bytes + key.len, page.ptr, page.len);
	pthread_mutex_lock(&k->lock);
	struct page *p = find(k, fresh.hash, key);
	for (size_t i = 0; !p && i < k->npages; i++)
		if (!k->pages[i].bytes)
			p = &k->pages[i];
	if (!p) {
		p = k->pages;
		for (size_t i = 1; i < k->npages; i++)
			if (k->pages[i].used < p->used)
				p = &k->pages[i];
	}
	char *gone = p->bytes;
	fresh.used = ++k->ticks;
	*p = fresh;
	pthread_mutex_unlock(&k->lock);
	free(gone);
}
