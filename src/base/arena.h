/* base/arena.h - memory that is freed all at once.
 *
 * Every request, job and pack load owns one arena.  What it allocates lives
 * until the arena is destroyed or reset; nothing inside is freed one piece at
 * a time.  Anything else acquired (statement, file, transaction) is registered
 * with yz_arena_defer at once; the newest runs first.
 *
 * Ownership: whoever creates it destroys it; pointers from it are borrowed.
 * Failure:   allocation never returns NULL; past the budget, or when the
 *            system has no memory, `spent` is called and must not return
 *            (the default prints one line and aborts).
 * Threads:   one thread at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_ARENA_H
#define YZ_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct yz_arena;

/* budget in bytes; 0 means none. */
struct yz_arena *yz_arena_create(size_t budget);
void yz_arena_destroy(struct yz_arena *a);
/* Runs the deferred calls and forgets all memory but the first block. */
void yz_arena_reset(struct yz_arena *a);

/* What happens past the budget: `spent` must not return. */
void yz_arena_on_spent(struct yz_arena *a, void (*spent)(void *ctx), void *ctx);

/* For tests: from now on every allocation has a block of its own, so that sanitizers see a step past its end, and the
 * nth is refused as if memory were gone (0: none is). */
void yz_arena_strict(struct yz_arena *a, size_t nth);

/* Aligned for any type; zeroed. */
void *yz_alloc(struct yz_arena *a, size_t size);
/* Overflow-checked array of n elements; zeroed. */
void *yz_alloc_n(struct yz_arena *a, size_t n, size_t size);
/* Enlarges the block `old` of `old_size` bytes, in place where it is the newest; the rest is zeroed. */
void *yz_realloc(struct yz_arena *a, void *old, size_t old_size, size_t new_size);
#define yz_new(a, type) ((type *)yz_alloc((a), sizeof(type)))
#define yz_new_n(a, n, type) ((type *)yz_alloc_n((a), (n), sizeof(type)))

void yz_arena_defer(struct yz_arena *a, void (*fn)(void *ctx), void *ctx);

/* Bytes handed out so far. */
size_t yz_arena_used(const struct yz_arena *a);

/* NUL-terminated copies and printf into the arena. */
char *yz_strdup(struct yz_arena *a, const char *s);
char *yz_memdup(struct yz_arena *a, const void *p, size_t n); /* adds a NUL */
char *yz_printf(struct yz_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *yz_vprintf(struct yz_arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

#endif
