/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/schema.h"

#include "fmt/codec.h"
#include "fmt/schema_node.h"

#include <stddef.h>
#include <stdio.h>

enum { PATTERN_BYTES = 1000, MOST_SCHEMAS = 5000, DEEPEST = 500 };

/* Schemas made so far, by their JSON: a $ref may lead to one still being made. */
struct made {
	const struct yz_json *json;
	struct yz_schema *schema;
};

struct loader {
	struct yz_arena *arena;
	const struct yz_json *root;
	struct yz_schema_format *formats;
	size_t nformats;
	struct yz_map made; /* key: the bytes of made->json */
	YZ_VEC(struct yz_schema *) all;
	struct yz_err *err;
	size_t depth; /* of make within make: subschemas and $ref */
};

static bool fail_at(struct loader *l, const struct yz_json *v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool fail_at(struct loader *l, const struct yz_json *v, const char *fmt, ...)
{
	char text[300];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	yz_fail(l->err, YZ_SYNTAX, "%s", text);
	return v->line ? yz_fail_in(l->err, "line %u", v->line) : false;
}

static bool make(struct loader *l, const struct yz_json *json, const struct yz_schema **out);

/* ---- one function a shape of keyword; `at` is the field it fills ---- */

static bool take_schema(struct loader *l, const struct yz_json *v, void *at)
{
	return make(l, v, at);
}

static bool take_list(struct loader *l, const struct yz_json *v, void *at)
{
	struct yz_schema_list *list = at;
	if (!yz_json_is(v, YZ_JSON_ARRAY) || !v->len)
		return fail_at(l, v, "a list of schemas is wanted, with at least one");
	list->at = yz_new_n(l->arena, v->len, const struct yz_schema *);
	list->n = v->len;
	for (size_t i = 0; i < v->len; i++)
		if (!make(l, v->items[i], &list->at[i]))
			return false;
	return true;
}

static bool take_count(struct loader *l, const struct yz_json *v, void *at)
{
	int64_t n;
	if (!yz_json_is(v, YZ_JSON_NUMBER) || !yz_json_num_int(v->text, &n) || n < 0)
		return fail_at(l, v, "a whole number from 0 is wanted");
	*(size_t *)at = (size_t)n;
	return true;
}

static bool take_number(struct loader *l, const struct yz_json *v, void *at)
{
	if (!yz_json_is(v, YZ_JSON_NUMBER))
		return fail_at(l, v, "a number is wanted");
	*(const struct yz_json **)at = v;
	return true;
}

static bool take_divisor(struct loader *l, const struct yz_json *v, void *at)
{
	if (!yz_json_is(v, YZ_JSON_NUMBER) || !yz_json_num_divisor(v->text))
		return fail_at(l, v, "multipleOf wants a number above 0 with at most 18 significant digits");
	*(const struct yz_json **)at = v;
	return true;
}

static bool take_any(struct loader *l, const struct yz_json *v, void *at)
{
	*(const struct yz_json **)at = v;
	return true;
}

static bool take_enum(struct loader *l, const struct yz_json *v, void *at)
{
	if (!yz_json_is(v, YZ_JSON_ARRAY) || !v->len)
		return fail_at(l, v, "enum wants a list with at least one value");
	return take_any(l, v, at);
}

static bool take_bool(struct loader *l, const struct yz_json *v, void *at)
{
	if (!yz_json_is(v, YZ_JSON_TRUE) && !yz_json_is(v, YZ_JSON_FALSE))
		return fail_at(l, v, "true or false is wanted");
	*(bool *)at = yz_json_is(v, YZ_JSON_TRUE);
	return true;
}

static unsigned type_bit(struct yz_str name)
{
	static const struct {
		const char *name;
		unsigned bits;
	} types[] = {{"null", 1 << YZ_JSON_NULL},     {"boolean", 1 << YZ_JSON_TRUE | 1 << YZ_JSON_FALSE},
		     {"number", 1 << YZ_JSON_NUMBER}, {"integer", YZ_SCHEMA_INTEGER},
		     {"string", 1 << YZ_JSON_STRING}, {"array", 1 << YZ_JSON_ARRAY},
		     {"object", 1 << YZ_JSON_OBJECT}};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (yz_str_eqz(name, types[i].name))
			return types[i].bits;
	return 0;
}

static bool take_types(struct loader *l, const struct yz_json *v, void *at)
{
	unsigned bits = 0, bit;
	size_t n = yz_json_is(v, YZ_JSON_ARRAY) ? v->len : 1;
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *one = yz_json_is(v, YZ_JSON_ARRAY) ? v->items[i] : v;
		if (!(bit = type_bit(yz_json_text(one))))
			return fail_at(l, one, "type is one of null, boolean, number, integer, string, array, object");
		bits |= bit;
	}
	if (!bits)
		return fail_at(l, v, "type wants at least one type");
	*(unsigned *)at = bits;
	return true;
}

static bool are_names(const struct yz_json *v)
{
	if (!yz_json_is(v, YZ_JSON_ARRAY))
		return false;
	for (size_t i = 0; i < v->len; i++)
		if (!yz_json_is(v->items[i], YZ_JSON_STRING))
			return false;
	return true;
}

static bool take_names(struct loader *l, const struct yz_json *v, void *at)
{
	return are_names(v) ? take_any(l, v, at) : fail_at(l, v, "required wants a list of names");
}

static bool take_dependent(struct loader *l, const struct yz_json *v, void *at)
{
	bool ok = yz_json_is(v, YZ_JSON_OBJECT);
	for (size_t i = 0; ok && i < v->count; i++)
		ok = are_names(v->members[i].value);
	return ok ? take_any(l, v, at) : fail_at(l, v, "dependentRequired wants a list of names for each name");
}

static void free_code(void *code)
{
	pcre2_code_free(code);
}

/* As ECMA-262 reads it (the "u" flag), as far as PCRE2 does. */
static bool compile(struct loader *l, const struct yz_json *at, struct yz_str text, pcre2_code **code)
{
	if (text.len > PATTERN_BYTES)
		return fail_at(l, at, "a pattern of %zu bytes; at most %d are allowed", text.len, PATTERN_BYTES);
	if (yz_str_starts(text, YZ_LIT("(*")))
		return fail_at(l, at, "a pattern may not begin with (*");
	int why;
	PCRE2_SIZE where;
	*code = pcre2_compile((PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len,
			      PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX | PCRE2_NEVER_BACKSLASH_C |
				      PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS,
			      &why, &where, NULL);
	if (*code) {
		yz_arena_defer(l->arena, free_code, *code);
		return true;
	}
	PCRE2_UCHAR message[120];
	pcre2_get_error_message(why, message, sizeof message);
	return fail_at(l, at, "the pattern is wrong at its character %zu: %s", (size_t)where + 1, (char *)message);
}

static bool take_pattern(struct loader *l, const struct yz_json *v, void *at)
{
	struct yz_schema_pattern *p = at;
	p->json = v;
	if (!yz_json_is(v, YZ_JSON_STRING))
		return fail_at(l, v, "pattern wants a text");
	return compile(l, v, v->text, &p->code);
}

static bool take_format(struct loader *l, const struct yz_json *v, void *at)
{
	struct yz_str name = yz_json_text(v);
	for (size_t i = 0; i < l->nformats; i++)
		if (name.ptr && yz_str_eqz(name, l->formats[i].name)) {
			*(const struct yz_schema_format **)at = &l->formats[i];
			return true;
		}
	return fail_at(l, v, "format \"%.*s\" is not known here", YZ_P(name));
}

static bool take_properties(struct loader *l, const struct yz_json *v, void *at)
{
	struct yz_map *map = at;
	if (!yz_json_is(v, YZ_JSON_OBJECT))
		return fail_at(l, v, "an object of schemas is wanted");
	for (size_t i = 0; i < v->count; i++) {
		const struct yz_schema *s;
		if (!make(l, v->members[i].value, &s))
			return false;
		yz_map_put(map, v->members[i].key, (void *)s);
	}
	return true;
}

static bool take_patterns(struct loader *l, const struct yz_json *v, void *at)
{
	struct yz_schema *s = (struct yz_schema *)((char *)at - offsetof(struct yz_schema, patterns));
	if (!yz_json_is(v, YZ_JSON_OBJECT))
		return fail_at(l, v, "an object of schemas is wanted");
	s->patterns = yz_new_n(l->arena, v->count + 1, struct yz_schema_pattern);
	s->npatterns = v->count;
	for (size_t i = 0; i < v->count; i++)
		if (!compile(l, v->members[i].value, v->members[i].key, &s->patterns[i].code) ||
		    !make(l, v->members[i].value, &s->patterns[i].schema))
			return false;
	return true;
}

/* Made even where nothing refers to them, so that a mistake there shows. */
static bool take_defs(struct loader *l, const struct yz_json *v, void *at)
{
	const struct yz_schema *s;
	if (!yz_json_is(v, YZ_JSON_OBJECT))
		return fail_at(l, v, "an object of schemas is wanted");
	for (size_t i = 0; i < v->count; i++)
		if (!make(l, v->members[i].value, &s))
			return false;
	return true;
}

/* RFC 6901, 4, and 6 for the percent-encoding of a fragment */
static bool take_ref(struct loader *l, const struct yz_json *v, void *at)
{
	struct yz_str ref = yz_json_text(v), rest, step;
	const struct yz_json *target = l->root;
	if (!ref.len || ref.ptr[0] != '#' ||
	    !yz_percent_read(l->arena, yz_str_n(ref.ptr + 1, ref.len - 1), false, &rest))
		return fail_at(l, v, "$ref leads only within this document: \"#/$defs/name\"");
	if (rest.len && rest.ptr[0] != '/')
		return fail_at(l, v, "$ref wants a JSON pointer: anchors are not in our subset");
	if (rest.len)
		rest = yz_str_n(rest.ptr + 1, rest.len - 1);
	else
		rest.ptr = NULL;
	while (target && yz_str_cut(&rest, '/', &step)) {
		struct yz_buf key;
		yz_buf_init(&key, l->arena, step.len);
		for (size_t i = 0; i < step.len; i++) {
			bool tilde = step.ptr[i] == '~' && i + 1 < step.len;
			yz_buf_addc(&key, tilde ? (step.ptr[++i] == '1' ? '/' : '~') : step.ptr[i]);
		}
		int64_t i;
		if (yz_json_is(target, YZ_JSON_ARRAY))
			target = yz_str_int(yz_buf_str(&key), &i) && i >= 0 ? yz_json_at(target, (size_t)i) : NULL;
		else
			target = yz_json_find(target, yz_buf_str(&key));
	}
	if (!target)
		return fail_at(l, v, "$ref %.*s leads nowhere", YZ_P(ref));
	return make(l, target, at);
}

static const struct keyword {
	const char *name;
	bool (*take)(struct loader *l, const struct yz_json *v, void *at); /* NULL: kept, not checked */
	size_t at;
} keywords[] = {
#define K(name, take, field)                                                                                           \
	{                                                                                                              \
		name, take, offsetof(struct yz_schema, field)                                                          \
	}
	K("type", take_types, types),
	K("enum", take_enum, enums),
	K("const", take_any, constant),
	K("minimum", take_number, minimum),
	K("maximum", take_number, maximum),
	K("exclusiveMinimum", take_number, above),
	K("exclusiveMaximum", take_number, below),
	K("multipleOf", take_divisor, multiple),
	K("minLength", take_count, min_length),
	K("maxLength", take_count, max_length),
	K("pattern", take_pattern, pattern),
	K("format", take_format, format),
	K("items", take_schema, items),
	K("prefixItems", take_list, prefix),
	K("minItems", take_count, min_items),
	K("maxItems", take_count, max_items),
	K("uniqueItems", take_bool, unique),
	K("properties", take_properties, properties),
	K("patternProperties", take_patterns, patterns),
	K("additionalProperties", take_schema, additional),
	K("propertyNames", take_schema, names),
	K("required", take_names, required),
	K("dependentRequired", take_dependent, dependent),
	K("minProperties", take_count, min_properties),
	K("maxProperties", take_count, max_properties),
	K("allOf", take_list, all),
	K("anyOf", take_list, any),
	K("oneOf", take_list, one),
	K("not", take_schema, not_),
	K("if", take_schema, if_),
	K("then", take_schema, then),
	K("else", take_schema, else_),
	K("$ref", take_ref, ref),
	K("$defs", take_defs, json),
	{"title", NULL, 0},
	{"description", NULL, 0},
	{"default", NULL, 0},
	{"examples", NULL, 0},
	{"deprecated", NULL, 0},
	{"readOnly", NULL, 0},
	{"writeOnly", NULL, 0},
	{"$schema", NULL, 0},
	{"$id", NULL, 0},
	{"$comment", NULL, 0},
#undef K
};

static const struct keyword *find_keyword(struct yz_str name)
{
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (yz_str_eqz(name, keywords[i].name))
			return &keywords[i];
	return NULL;
}

static bool fill(struct loader *l, struct yz_schema *s)
{
	const struct yz_json *json = s->json;
	for (size_t i = 0; i < json->count; i++) {
		const struct yz_json_member *m = &json->members[i];
		const struct keyword *k = find_keyword(m->key);
		if (!k && yz_str_starts(m->key, YZ_LIT("x-")))
			continue;
		if (!k)
			return fail_at(l, m->value, "\"%.*s\" is not in our subset of JSON Schema", YZ_P(m->key));
		if (yz_str_eqz(m->key, "$id") && json != l->root)
			return fail_at(l, m->value, "$id stands only at the root");
		if (k->take && !k->take(l, m->value, (char *)s + k->at)) {
			yz_fail_in(l->err, "%s", k->name);
			return false;
		}
	}
	return true;
}

static bool make(struct loader *l, const struct yz_json *json, const struct yz_schema **out)
{
	struct yz_str key = yz_str_n((const char *)&json, sizeof json);
	struct made *made = yz_map_get(&l->made, key);
	if (made) {
		*out = made->schema;
		return true;
	}
	made = yz_new(l->arena, struct made);
	struct yz_schema *s = made->schema = yz_new(l->arena, struct yz_schema);
	made->json = s->json = json;
	yz_map_put(&l->made, yz_str_n((const char *)&made->json, sizeof made->json), made);
	*yz_vec_push(l->arena, &l->all) = s;
	yz_map_init(&s->properties, l->arena);
	s->max_length = s->max_items = s->max_properties = SIZE_MAX;
	*out = s;
	s->never = yz_json_is(json, YZ_JSON_FALSE);
	if (s->never || yz_json_is(json, YZ_JSON_TRUE))
		return true;
	if (!yz_json_is(json, YZ_JSON_OBJECT))
		return fail_at(l, json, "a schema is an object, true or false");
	if (l->all.len > MOST_SCHEMAS || l->depth == DEEPEST)
		return fail_at(l, json, "more than %d schemas in one document, or more than %d within each other",
			       MOST_SCHEMAS, DEEPEST);
	l->depth++;
	bool ok = fill(l, s);
	l->depth--;
	return ok;
}

/* Does a schema lead to itself through keywords that look at the same value? */
static bool is_circle(const struct yz_schema *from)
{
	struct yz_schema *s = (struct yz_schema *)from;
	if (!s || s->mark == 2)
		return false;
	if (s->mark == 1)
		return true;
	s->mark = 1;
	bool circle = is_circle(s->ref) || is_circle(s->not_) || is_circle(s->if_) || is_circle(s->then) ||
		      is_circle(s->else_);
	const struct yz_schema_list *lists[] = {&s->all, &s->any, &s->one};
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < lists[k]->n; i++)
			circle = circle || is_circle(lists[k]->at[i]);
	s->mark = 2;
	return circle;
}

const struct yz_schema *yz_schema_load(struct yz_arena *a, const struct yz_json *json,
				       const struct yz_schema_format *formats, size_t nformats, struct yz_err *err)
{
	struct loader l = {.arena = a, .root = json, .err = err, .nformats = nformats + yz_schema_nformats};
	l.formats = yz_new_n(a, l.nformats, struct yz_schema_format);
	if (nformats)
		memcpy(l.formats, formats, nformats * sizeof *formats);
	memcpy(l.formats + nformats, yz_schema_formats, yz_schema_nformats * sizeof *formats);
	yz_map_init(&l.made, a);
	const struct yz_schema *s;
	if (!json)
		return yz_fail_null(err, YZ_SYNTAX, "no schema");
	if (!make(&l, json, &s))
		return NULL;
	for (size_t i = 0; i < l.all.len; i++)
		if (is_circle(l.all.at[i])) {
			fail_at(&l, l.all.at[i]->json, "this schema leads to itself without going into the value");
			return NULL;
		}
	return s;
}
