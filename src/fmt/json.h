/* fmt/json.h - JSON read strictly and written canonically (RFC 8259, RFC 8785 order).
 *
 * The reader refuses bad UTF-8, duplicate keys, leading zeros, lone surrogates
 * and anything after the value; an error names line and column.  Numbers stay
 * as written (`text`), so nothing is rounded.  Bounded by yz_json_limits.
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

enum yz_json_type { YZ_JSON_NULL, YZ_JSON_FALSE, YZ_JSON_TRUE, YZ_JSON_NUMBER, YZ_JSON_STRING, YZ_JSON_ARRAY, YZ_JSON_OBJECT };

struct yz_json;

struct yz_json_member {
	struct yz_str key;
	const struct yz_json *value;
};

struct yz_json {
	enum yz_json_type type;
	uint32_t line; /* where it begins, from 1: for messages about its content */
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
/* The member's string, or {NULL,0}; as integer (exact) or boolean, or the fallback. */
struct yz_str yz_json_str(const struct yz_json *object, const char *key);
int64_t yz_json_int(const struct yz_json *object, const char *key, int64_t fallback);
bool yz_json_bool(const struct yz_json *object, const char *key, bool fallback);
bool yz_json_is(const struct yz_json *v, enum yz_json_type type);

/* A streaming writer over a buffer; it keeps commas and quotes. */
struct yz_jw {
	struct yz_buf *buf;
	uint64_t comma; /* one bit a level */
	unsigned depth; /* ≤ 63 */
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

/* Canonical form: sorted keys, no white space, numbers as written. */
void yz_json_canonical(struct yz_buf *out, const struct yz_json *v);

#endif
