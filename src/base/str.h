/* base/str.h - text as pointer and length, and a buffer that grows to a bound.
 *
 * A yz_str borrows its bytes: UTF-8 by convention, not NUL-terminated, NULs
 * carried by length.  The empty string is {NULL or any, 0}.
 *
 * A yz_buf grows inside an arena.  Every buffer has a maximum; past it the
 * buffer keeps what it has, drops the rest and `full` is set, so a writer
 * checks once at the end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_STR_H
#define YZ_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct yz_arena;

struct yz_str {
	const char *ptr;
	size_t len;
};

/* For printf: "%.*s", YZ_P(s) */
#define YZ_P(s) (int)(s).len, (s).ptr ? (s).ptr : ""
/* From a literal, in a constant or an expression. */
#define YZ_LIT(s) ((struct yz_str){(s), sizeof(s) - 1})

static inline struct yz_str yz_str(const char *z)
{
	return (struct yz_str){z, z ? strlen(z) : 0};
}
static inline struct yz_str yz_str_n(const char *p, size_t n)
{
	return (struct yz_str){p, n};
}

bool yz_str_eq(struct yz_str a, struct yz_str b);
bool yz_str_eqz(struct yz_str a, const char *z);
int yz_str_cmp(struct yz_str a, struct yz_str b);
bool yz_str_starts(struct yz_str s, struct yz_str prefix);
bool yz_str_ends(struct yz_str s, struct yz_str suffix);
/* First place of `needle` at or after `from`, or SIZE_MAX. */
size_t yz_str_find(struct yz_str s, struct yz_str needle, size_t from);
/* Without ASCII white space and U+3000 at both ends. */
struct yz_str yz_str_trim(struct yz_str s);
/* Takes the part before `sep` off the front of *s; false when *s is at its end. */
bool yz_str_cut(struct yz_str *s, char sep, struct yz_str *part);
/* The whole of s as a decimal integer. */
bool yz_str_int(struct yz_str s, int64_t *out);
/* Copies into the arena, NUL-terminated behind the end. */
struct yz_str yz_str_dup(struct yz_arena *a, struct yz_str s);
char *yz_str_z(struct yz_arena *a, struct yz_str s);
struct yz_str yz_str_printf(struct yz_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Seeded 64-bit hash (SipHash-1-3); the seed is drawn at process start. */
uint64_t yz_str_hash(struct yz_str s);

struct yz_buf {
	struct yz_arena *arena;
	char *ptr; /* NUL-terminated once anything was added */
	size_t len, cap, max;
	bool full;
};

void yz_buf_init(struct yz_buf *b, struct yz_arena *a, size_t max);
void yz_buf_add(struct yz_buf *b, const void *p, size_t n);
void yz_buf_addc(struct yz_buf *b, char c);
void yz_buf_addz(struct yz_buf *b, const char *z);
void yz_buf_adds(struct yz_buf *b, struct yz_str s);
void yz_buf_addi(struct yz_buf *b, int64_t v);
void yz_buf_printf(struct yz_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void yz_buf_vprintf(struct yz_buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
struct yz_str yz_buf_str(const struct yz_buf *b);

#endif
