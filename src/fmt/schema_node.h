/* fmt/schema_node.h - a schema made ready (private to fmt).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_SCHEMA_NODE_H
#define YZ_FMT_SCHEMA_NODE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "fmt/schema.h"

enum { YZ_SCHEMA_INTEGER = 1 << 7 }; /* beside 1 << enum yz_json_type */

struct yz_schema_list {
	const struct yz_schema **at;
	size_t n;
};

struct yz_schema_pattern {
	pcre2_code *code;
	const struct yz_json *json; /* the pattern's string, or NULL for a key */
	const struct yz_schema *schema;
};

/* Counts are SIZE_MAX or 0 where the keyword is not there; pointers NULL. */
struct yz_schema {
	const struct yz_json *json;
	bool never; /* false */
	unsigned types;
	const struct yz_json *type, *enums, *constant;
	const struct yz_json *minimum, *maximum, *above, *below, *multiple;
	size_t min_length, max_length, min_items, max_items, min_properties, max_properties;
	struct yz_schema_pattern pattern;
	const struct yz_schema_format *format;
	const struct yz_schema *items, *additional, *names;
	struct yz_schema_list prefix, all, any, one;
	const struct yz_schema *not_, *if_, *then, *else_, *ref;
	bool unique;
	struct yz_map properties; /* name → schema */
	struct yz_schema_pattern *patterns;
	size_t npatterns;
	const struct yz_json *required, *dependent;
	int mark; /* of the walk that looks for circles */
};

/* The formats every schema knows. */
extern const struct yz_schema_format yz_schema_formats[];
extern const size_t yz_schema_nformats;

#endif
