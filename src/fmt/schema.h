/* fmt/schema.h - JSON Schema 2020-12, the subset we keep.
 *
 *	type enum const                     string, number, integer, boolean, array, object, null
 *	minimum maximum exclusiveMinimum exclusiveMaximum multipleOf      exact, at any length
 *	minLength maxLength pattern format  length in characters; PCRE2 with match limits
 *	items prefixItems minItems maxItems uniqueItems
 *	properties patternProperties additionalProperties propertyNames
 *	required dependentRequired minProperties maxProperties
 *	allOf anyOf oneOf not if then else
 *	$ref ("#…" within the document) $defs
 *	title description default examples deprecated readOnly writeOnly $schema $id $comment: kept, not checked
 *	x-…: kept, not checked
 *
 * Anything else is refused when the schema is loaded, and so is a format nobody
 * gave, a pattern that does not compile, and a $ref that leads to itself
 * without going into the value.  A format is always checked.
 *
 * A multipleOf has at most 18 significant digits, a pattern 1,000 bytes, a
 * document 5,000 schemas.
 *
 * Ownership: a schema lives in its arena and borrows its JSON.
 * Threads:   read-only once loaded: any number at once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_SCHEMA_H
#define YZ_FMT_SCHEMA_H

#include "fmt/json.h"

struct yz_schema;

/* NULL when the text has the format, else what is wrong (a message id).  date,
 * date-time, email and uri are built in; one of the same name here comes first. */
struct yz_schema_format {
	const char *name;
	const char *(*fault)(struct yz_str text, void *ctx);
	void *ctx;
};

/* Formats are copied; names and ctx are borrowed. */
const struct yz_schema *yz_schema_load(struct yz_arena *a, const struct yz_json *json,
				       const struct yz_schema_format *formats, size_t nformats, struct yz_err *err);

struct yz_schema_error {
	struct yz_str at; /* JSON pointer into the value: "/家庭成员/2/姓名"; for `required` the missing member's */
	const char *keyword;          /* "maxLength"; "false" where the schema allows nothing */
	struct yz_str wanted;         /* the keyword's value as JSON, cut at 200 bytes; for `required` the name */
	struct yz_str got;            /* the value as JSON, cut at 200 bytes */
	const char *fault;            /* of a format: what it said; else NULL */
	const struct yz_json *schema; /* the object that holds the keyword: for its title, x-error … */
	const struct yz_json *value;  /* NULL for `required` */
};

enum { YZ_SCHEMA_ERRORS = 100, YZ_SCHEMA_STEPS = 5 * 1000 * 1000 };

struct yz_schema_errors {
	struct yz_schema_error at[YZ_SCHEMA_ERRORS];
	size_t len;
	bool more; /* there were more, or the check was too long and ended (keyword "steps") */
};

/* True when the value is valid.  errors NULL: stops at the first.  Within anyOf,
 * oneOf and not only the keyword itself is reported. */
bool yz_schema_check(struct yz_arena *a, const struct yz_schema *schema, const struct yz_json *value,
		     struct yz_schema_errors *errors);
/* "/年龄: 17 does not hold minimum 18", for logs and whoever writes the schema. */
struct yz_str yz_schema_print(struct yz_arena *a, const struct yz_schema_error *error);

#endif
