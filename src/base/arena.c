/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 8 * 1024, KEPT_BLOCK = 64 * 1024, LARGEST_BLOCK = 1024 * 1024 };

struct block {
	struct block *older;
	size_t size, used;
	alignas(max_align_t) unsigned char bytes[];
};

struct deferred {
	struct deferred *older;
	void (*fn)(void *ctx);
	void *ctx;
};

struct yz_arena {
	struct block *newest;
	struct deferred *deferred;
	size_t budget, held, used, refuse;
	bool strict;
	void (*spent)(void *ctx);
	void *spent_ctx;
};

static _Noreturn void out_of_memory(struct yz_arena *a)
{
	if (a && a->spent)
		a->spent(a->spent_ctx);
	fprintf(stderr, "yizhan: out of memory (budget %zu bytes)\n", a ? a->budget : 0);
	abort();
}

struct yz_arena *yz_arena_create(size_t budget)
{
	struct yz_arena *a = calloc(1, sizeof *a);
	if (!a)
		out_of_memory(NULL);
	a->budget = budget;
	return a;
}

static void run_deferred(struct yz_arena *a)
{
	while (a->deferred) {
		struct deferred *d = a->deferred;
		a->deferred = d->older;
		d->fn(d->ctx);
	}
}

void yz_arena_reset(struct yz_arena *a)
{
	run_deferred(a);
	/* The largest that is not too large to lie idle will do for most of the next. */
	struct block *kept = NULL;
	for (struct block *b = a->newest, *older; b; b = older) {
		older = b->older;
		if (!kept && b->size <= KEPT_BLOCK) {
			kept = b;
			continue;
		}
		a->held -= b->size;
		free(b);
	}
	a->newest = kept;
	if (kept) {
		kept->older = NULL;
		kept->used = a->strict ? kept->size : 0;
	}
	a->used = 0;
}

void yz_arena_destroy(struct yz_arena *a)
{
	if (!a)
		return;
	run_deferred(a);
	while (a->newest) {
		struct block *b = a->newest;
		a->newest = b->older;
		free(b);
	}
	free(a);
}

void yz_arena_on_spent(struct yz_arena *a, void (*spent)(void *ctx), void *ctx)
{
	a->spent = spent;
	a->spent_ctx = ctx;
}

void yz_arena_strict(struct yz_arena *a, size_t nth)
{
	a->strict = true;
	a->refuse = nth;
	/* What is left of the newest block is given up. */
	if (a->newest)
		a->newest->used = a->newest->size;
}

static size_t rounded(size_t n)
{
	size_t unit = alignof(max_align_t);
	return (n + unit - 1) / unit * unit;
}

static void add_block(struct yz_arena *a, size_t least)
{
	size_t size = a->newest ? a->newest->size * 2 : FIRST_BLOCK;
	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < least || a->strict)
		size = least;
	if (a->strict && a->refuse && !--a->refuse)
		out_of_memory(a);
	if (a->budget && (a->held > a->budget || size > a->budget - a->held)) {
		size = least;
		if (a->held > a->budget || size > a->budget - a->held)
			out_of_memory(a);
	}
	struct block *b = malloc(sizeof *b + size);
	if (!b)
		out_of_memory(a);
	b->size = size;
	b->used = 0;
	b->older = a->newest;
	a->newest = b;
	a->held += size;
}

void *yz_alloc(struct yz_arena *a, size_t size)
{
	if (size > SIZE_MAX / 4)
		out_of_memory(a);
	size_t n = rounded(size ? size : 1);
	if (!a->newest || a->newest->size - a->newest->used < n)
		add_block(a, n);
	struct block *b = a->newest;
	void *p = b->bytes + b->used;
	b->used += n;
	a->used += n;
	return memset(p, 0, n);
}

void *yz_alloc_n(struct yz_arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 4 / size)
		out_of_memory(a);
	return yz_alloc(a, n * size);
}

void *yz_realloc(struct yz_arena *a, void *old, size_t old_size, size_t new_size)
{
	if (new_size <= old_size)
		return old;
	if (new_size > SIZE_MAX / 4)
		out_of_memory(a);
	struct block *b = a->newest;
	size_t had = rounded(old_size ? old_size : 1), want = rounded(new_size);
	if (old && b && (unsigned char *)old + had == b->bytes + b->used && want - had <= b->size - b->used) {
		memset((unsigned char *)old + old_size, 0, want - old_size);
		b->used += want - had;
		a->used += want - had;
		return old;
	}
	void *p = yz_alloc(a, new_size);
	if (old)
		memcpy(p, old, old_size);
	return p;
}

void yz_arena_defer(struct yz_arena *a, void (*fn)(void *ctx), void *ctx)
{
	struct deferred *d = yz_new(a, struct deferred);
	d->fn = fn;
	d->ctx = ctx;
	d->older = a->deferred;
	a->deferred = d;
}

size_t yz_arena_used(const struct yz_arena *a)
{
	return a->used;
}

char *yz_memdup(struct yz_arena *a, const void *p, size_t n)
{
	char *s = yz_alloc(a, n + 1);
	if (n)
		memcpy(s, p, n);
	return s;
}

char *yz_strdup(struct yz_arena *a, const char *s)
{
	return yz_memdup(a, s, strlen(s));
}

char *yz_vprintf(struct yz_arena *a, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	assert(n >= 0);
	char *s = yz_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

char *yz_printf(struct yz_arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *s = yz_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}
