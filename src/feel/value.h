/* feel/value.h - what stands behind the pointers of a value; private to feel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_VALUE_H
#define YZ_FEEL_VALUE_H

#include "feel/feel.h"

/* However deep a limit allows, recursion in C stops here. */
enum { YZ_FEEL_DEEPEST = 1000 };

struct yz_feel_context {
	const struct yz_feel_entry *entries;
	uint32_t len;
	uint32_t mask;         /* of slots */
	const uint32_t *slots; /* hashed index + 1, or NULL in a small context */
};

struct yz_feel_deps {
	const struct yz_str *names; /* sorted, each once */
	size_t len;
	bool whole; /* stands for the one fact itself, so a path into it names a finer fact */
	const struct yz_feel_type *type; /* of that fact, or NULL */
};

struct yz_feel_proto;
struct yz_feel_builtin;

enum yz_feel_function_kind { YZ_FEEL_CLOSURE, YZ_FEEL_BUILTIN, YZ_FEEL_HOST };

struct yz_feel_function {
	enum yz_feel_function_kind kind;
	union {
		struct {
			const struct yz_feel *program;
			const struct yz_feel_proto *proto;
			const struct yz_feel_value *captured;
		};
		const struct yz_feel_builtin *builtin;
		const struct yz_feel_host *host;
	};
};

const struct yz_feel_value *yz_feel_find(const struct yz_feel_context *c, struct yz_str key);
/* v.field of an unknown v */
struct yz_feel_value yz_feel_unknown_field(struct yz_arena *a, struct yz_feel_value v, struct yz_str field);

struct yz_feel_value yz_feel_nanos(__int128 ns);
static inline __int128 yz_feel_nanos_of(struct yz_feel_value v)
{
	return (__int128)((unsigned __int128)v.hi << 64 | v.lo);
}

/* Zoned values as seconds of UTC; local ones as they stand. */
int64_t yz_feel_utc(struct yz_feel_value date_time);

#endif
