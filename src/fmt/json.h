/* fmt/json.h - JSON read strictly and written canonically (RFC 8259, RFC 8785 order).
 *
 * The reader refuses bad UTF-8, duplicate keys, leading zeros, lone surrogates
 * a byte order mark and anything after the value; err.where names line and
 * column (in characters, from 1).  Numbers stay as written (`text`), so nothing
 * is rounded; a numeral has at most YZ_JSON_NUMERAL characters.  Bounded by
 * yz_json_limits: past `bytes` the code is TOO_LARGE, past the others LIMIT,
 * otherwise SYNTAX.
 *
 * Values are read-only trees in the arena, borrowing the input text where they
 * can: the text must live as long as the tree.  NULL stands for "not there":
 * every accessor accepts NULL and a value of another type.
 *
 * The writer escapes; keys may be written in any order with yz_jw_*, or a tree
 * written whole, with keys sorted by code unit, by yz_json_canonical.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_JSON_H
#define YZ_FMT_JSON_H

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

enum yz_json_type {
	YZ_JSON_NULL,
	YZ_JSON_FALSE,
	YZ_JSON_TRUE,
	YZ_JSON_NUMBER,
	YZ_JSON_STRING,
	YZ_JSON_ARRAY,
	YZ_JSON_OBJECT
};

struct yz_json;

struct yz_json_member {
	struct yz_str key;
	const struct yz_json *value;
};

struct yz_json {
	enum yz_json_type type : 8;
	unsigned indexed : 1; /* private: an index of the keys stands behind members */
	uint32_t line;        /* where it begins, from 1: for messages about its content */
	union {
		struct yz_str text; /* string: unescaped; number: as written */
		struct {
			const struct yz_json *const *items;
			size_t len;
		};
		struct {
			const struct yz_json_member *members; /* in order of the text */
			size_t count;
		};
	};
};

struct yz_json_limits {
	size_t bytes, depth, values;
};
extern const struct yz_json_limits yz_json_default; /* 16 MiB, 64, 1,000,000 */
enum { YZ_JSON_NUMERAL = 1024, YZ_JSON_DEEPEST = 1024 /* limits.depth may not exceed it */ };

/* limits NULL: the default. */
const struct yz_json *yz_json_read(struct yz_arena *a, struct yz_str text, const struct yz_json_limits *limits,
				   struct yz_err *err);
/* From a file; err.where names it. */
const struct yz_json *yz_json_load(struct yz_arena *a, const char *path, const struct yz_json_limits *limits,
				   struct yz_err *err);

/* Member of an object, or NULL. */
const struct yz_json *yz_json_get(const struct yz_json *object, const char *key);
const struct yz_json *yz_json_find(const struct yz_json *object, struct yz_str key);
/* "a/b/3": members and indexes. */
const struct yz_json *yz_json_path(const struct yz_json *v, const char *path);
size_t yz_json_len(const struct yz_json *array); /* array: items; object: members; else 0 */
const struct yz_json *yz_json_at(const struct yz_json *array, size_t i);
/* The member's string, or {NULL,0}; as integer (written without fraction or
 * exponent, within int64_t) or boolean, or the fallback. */
struct yz_str yz_json_str(const struct yz_json *object, const char *key);
int64_t yz_json_int(const struct yz_json *object, const char *key, int64_t fallback);
bool yz_json_bool(const struct yz_json *object, const char *key, bool fallback);
bool yz_json_is(const struct yz_json *v, enum yz_json_type type);
/* The text of a string, {NULL,0} for anything else. */
struct yz_str yz_json_text(const struct yz_json *v);
/* By value: numbers by magnitude (1, 1.0 and 10e-1 are equal), members in any order. */
bool yz_json_equal(const struct yz_json *a, const struct yz_json *b);
/* Two numbers as written, exactly: < 0, 0, > 0. */
int yz_json_num_cmp(struct yz_str a, struct yz_str b);
/* Whole, however written (1.0, 10e-1); as int64_t where it fits. */
bool yz_json_num_is_int(struct yz_str s);
bool yz_json_num_int(struct yz_str s, int64_t *out);
/* Is v a multiple of `of`, exactly?  `of` must be a divisor: above zero, at most 18 significant digits. */
bool yz_json_num_multiple(struct yz_str v, struct yz_str of);
bool yz_json_num_divisor(struct yz_str s);
/* Hashes that agree with yz_json_equal; seeded by the process. */
uint64_t yz_json_num_hash(struct yz_str s);
uint64_t yz_json_hash(const struct yz_json *v);

/* Building a tree.  Text and values are borrowed; a tree may share parts. */
struct yz_json *yz_json_new_object(struct yz_arena *a);
struct yz_json *yz_json_new_array(struct yz_arena *a);
const struct yz_json *yz_json_new_str(struct yz_arena *a, struct yz_str s);
const struct yz_json *yz_json_new_num(struct yz_arena *a, struct yz_str written);
const struct yz_json *yz_json_new_int(struct yz_arena *a, int64_t v);
const struct yz_json *yz_json_new_bool(struct yz_arena *a, bool v);
const struct yz_json *yz_json_new_null(struct yz_arena *a);
/* Sets or replaces; only on objects from yz_json_new_object. */
void yz_json_put(struct yz_arena *a, struct yz_json *object, struct yz_str key, const struct yz_json *value);
/* Only on arrays from yz_json_new_array. */
void yz_json_push(struct yz_arena *a, struct yz_json *array, const struct yz_json *value);

/* A streaming writer over a buffer; it keeps commas and quotes.  A byte that is
 * no UTF-8 becomes U+FFFD.  A value in an object without a key, a key in an
 * array and a wrong `close` are assertions. */
struct yz_jw {
	struct yz_buf *buf;
	uint64_t comma;  /* one bit a level */
	uint64_t object; /* one bit a level */
	unsigned depth;  /* ≤ 63 */
	bool key;
};
void yz_jw_init(struct yz_jw *w, struct yz_buf *buf);
void yz_jw_object(struct yz_jw *w);
void yz_jw_array(struct yz_jw *w);
void yz_jw_end(struct yz_jw *w, char close); /* '}' or ']' */
void yz_jw_key(struct yz_jw *w, const char *key);
void yz_jw_keys(struct yz_jw *w, struct yz_str key);
void yz_jw_str(struct yz_jw *w, struct yz_str s);
void yz_jw_z(struct yz_jw *w, const char *z);
void yz_jw_int(struct yz_jw *w, int64_t v);
void yz_jw_bool(struct yz_jw *w, bool v);
void yz_jw_null(struct yz_jw *w);
void yz_jw_raw(struct yz_jw *w, struct yz_str json); /* a value already in JSON */
void yz_jw_value(struct yz_jw *w, const struct yz_json *v);
/* Key and value at once. */
void yz_jw_kstr(struct yz_jw *w, const char *key, struct yz_str s);
void yz_jw_kz(struct yz_jw *w, const char *key, const char *z);
void yz_jw_kint(struct yz_jw *w, const char *key, int64_t v);
void yz_jw_kbool(struct yz_jw *w, const char *key, bool v);

/* The whole tree, members in their order, no white space. */
void yz_json_write(struct yz_buf *out, const struct yz_json *v);
/* Canonical form: sorted keys, no white space, numbers as written. */
void yz_json_canonical(struct yz_buf *out, const struct yz_json *v);
/* Whether the text is a value in canonical form within the limits, without a tree.  True is certain; false is said, too, of
 * what takes more than a look: escapes, keys beyond ASCII, fractions, numerals of more than 18 digits. */
bool yz_json_is_canonical(struct yz_str text, const struct yz_json_limits *limits);

#endif
