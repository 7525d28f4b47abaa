/* SPDX-License-Identifier: Apache-2.0 */
#include "web/kept.h"

#include "crypt/crypt.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { DIGEST = 16 }; /* of 64 characters: enough to tell a page from those before it */

struct yz_kept_page {
	struct yz_kept_term term;
	uint64_t used;
	unsigned holders; /* and one for standing in the table */
	size_t key, len, token;
	size_t at[YZ_KEPT_TOKENS], ntokens;
	char digest[DIGEST];
	char bytes[]; /* the key, then the page */
};

struct yz_kept {
	pthread_mutex_t lock;
	uint64_t ticks;
	size_t npages;
	uint64_t *hashes;
	struct yz_kept_page *pages[];
};

struct yz_kept *yz_kept_create(size_t pages)
{
	struct yz_kept *k = calloc(1, sizeof *k + pages * sizeof *k->pages);
	assert(k && pages);
	k->hashes = calloc(pages, sizeof *k->hashes);
	assert(k->hashes);
	k->npages = pages;
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

/* With the lock held, or when nobody else can. */
static void drop(struct yz_kept_page *p)
{
	assert(p->holders);
	if (!--p->holders)
		free(p);
}

void yz_kept_destroy(struct yz_kept *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->npages; i++)
		if (k->pages[i])
			drop(k->pages[i]);
	pthread_mutex_destroy(&k->lock);
	free(k->hashes);
	free(k);
}

static size_t find(const struct yz_kept *k, uint64_t hash, struct yz_str key)
{
	for (size_t i = 0; i < k->npages; i++)
		if (k->hashes[i] == hash && k->pages[i] &&
		    yz_str_eq(yz_str_n(k->pages[i]->bytes, k->pages[i]->key), key))
			return i;
	return SIZE_MAX;
}

/* ---- lending ---- */

struct lent {
	struct yz_kept *kept;
	struct yz_kept_page *page;
};

static void give_back(void *ctx)
{
	struct lent *l = ctx;
	if (!l->page)
		return;
	pthread_mutex_lock(&l->kept->lock);
	drop(l->page);
	pthread_mutex_unlock(&l->kept->lock);
}

const struct yz_kept_page *yz_kept_hold(struct yz_kept *k, struct yz_arena *a, struct yz_str key, uint64_t edition,
					yz_instant now)
{
	/* All that may spend the request's memory, and not return, comes before the lock. */
	struct lent *l = yz_new(a, struct lent);
	yz_arena_defer(a, give_back, l);
	l->kept = k;
	uint64_t hash = yz_str_hash(key);
	pthread_mutex_lock(&k->lock);
	size_t i = find(k, hash, key);
	struct yz_kept_page *p = i == SIZE_MAX ? NULL : k->pages[i];
	if (p && p->term.edition == edition && now < p->term.until) {
		p->used = ++k->ticks;
		p->holders++;
		l->page = p;
	}
	pthread_mutex_unlock(&k->lock);
	return l->page;
}

struct yz_kept_term yz_kept_term(const struct yz_kept_page *page)
{
	return page->term;
}

struct yz_str yz_kept_digest(const struct yz_kept_page *page)
{
	return yz_str_n(page->digest, sizeof page->digest);
}

struct yz_str yz_kept_copy(const struct yz_kept_page *page, struct yz_arena *a, struct yz_str token)
{
	assert(token.len == page->token);
	char *bytes = yz_alloc(a, page->len + 1);
	memcpy(bytes, page->bytes + page->key, page->len);
	for (size_t i = 0; i < page->ntokens; i++)
		memcpy(bytes + page->at[i], token.ptr, token.len);
	return yz_str_n(bytes, page->len);
}

/* ---- keeping ---- */

/* Without what differs from reader to reader. */
static struct yz_str digest(struct yz_arena *a, struct yz_str token, struct yz_str page)
{
	struct yz_hasher *h = yz_hasher_create(YZ_SM3);
	char *hex = yz_alloc(a, YZ_HEX);
	size_t from = 0;
	for (size_t at; (at = yz_str_find(page, token, from)) != SIZE_MAX; from = at + token.len)
		yz_hasher_add(h, page.ptr + from, at - from);
	yz_hasher_add(h, page.ptr + from, page.len - from);
	struct yz_digest d = yz_hasher_end(h);
	yz_hasher_destroy(h);
	yz_digest_hex(&d, hex);
	return yz_str_n(hex, DIGEST);
}

static bool find_tokens(struct yz_kept_page *p, struct yz_str token, struct yz_str page)
{
	for (size_t at = 0; (at = yz_str_find(page, token, at)) != SIZE_MAX; at += token.len) {
		if (p->ntokens == YZ_KEPT_TOKENS)
			return false;
		p->at[p->ntokens++] = at;
	}
	return true;
}

/* Where the key stands, or an empty place, or that of the longest unused.  With the lock held. */
static size_t place_for(const struct yz_kept *k, uint64_t hash, struct yz_str key)
{
	size_t at = find(k, hash, key);
	for (size_t i = 0; at == SIZE_MAX && i < k->npages; i++)
		if (!k->pages[i])
			at = i;
	if (at != SIZE_MAX)
		return at;
	at = 0;
	for (size_t i = 1; i < k->npages; i++)
		if (k->pages[i]->used < k->pages[at]->used)
			at = i;
	return at;
}

struct yz_str yz_kept_put(struct yz_kept *k, struct yz_arena *a, struct yz_str key, struct yz_kept_term term,
			  struct yz_str token, struct yz_str page)
{
	assert(token.len);
	struct yz_str tag = digest(a, token, page);
	struct yz_kept_page *fresh = page.len > YZ_KEPT_BYTES ? NULL : calloc(1, sizeof *fresh + key.len + page.len);
	if (!fresh)
		return tag;
	if (!find_tokens(fresh, token, page)) {
		free(fresh);
		return tag;
	}
	fresh->term = term;
	fresh->holders = 1;
	fresh->key = key.len;
	fresh->len = page.len;
	fresh->token = token.len;
	memcpy(fresh->digest, tag.ptr, DIGEST);
	memcpy(fresh->bytes, key.ptr, key.len);
	memcpy(fresh->bytes + key.len, page.ptr, page.len);
	uint64_t hash = yz_str_hash(key);
	pthread_mutex_lock(&k->lock);
	size_t i = place_for(k, hash, key);
	if (k->pages[i])
		drop(k->pages[i]);
	fresh->used = ++k->ticks;
	k->pages[i] = fresh;
	k->hashes[i] = hash;
	pthread_mutex_unlock(&k->lock);
	return tag;
}
