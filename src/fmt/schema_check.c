/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/schema.h"

#include "base/utf8.h"
#include "fmt/schema_node.h"

#include <stdlib.h>

enum { DEEPEST = 1000, SHOWN = 200, MATCH_STEPS = 200 * 1000, MATCH_HEAP_KB = 4096 };

/* Where in the value: printed only for an error. */
struct place {
	const struct place *outer;
	struct yz_str key; /* ptr NULL: an index */
	size_t index;
};

struct check {
	struct yz_arena *arena;
	struct yz_schema_errors *errors; /* NULL within anyOf and its like */
	size_t steps, depth;
	bool spent; /* too many steps: nothing after it counts */
	pcre2_match_context *limits;
	pcre2_match_data *match;
};

static bool valid(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at);

static struct yz_str pointer(struct yz_arena *a, const struct place *at)
{
	const struct place *chain[DEEPEST];
	size_t n = 0;
	for (; at && at->outer; at = at->outer)
		chain[n++] = at;
	struct yz_buf b;
	yz_buf_init(&b, a, 100 * 1000);
	while (n--) {
		yz_buf_addc(&b, '/');
		if (!chain[n]->key.ptr)
			yz_buf_addi(&b, (int64_t)chain[n]->index);
		for (size_t i = 0; i < chain[n]->key.len; i++) {
			char ch = chain[n]->key.ptr[i];
			if (ch == '~' || ch == '/')
				yz_buf_addz(&b, ch == '~' ? "~0" : "~1");
			else
				yz_buf_addc(&b, ch);
		}
	}
	return yz_buf_str(&b);
}

static struct yz_str shown(struct yz_arena *a, const struct yz_json *v)
{
	struct yz_buf b;
	yz_buf_init(&b, a, SHOWN);
	if (v)
		yz_json_write(&b, v);
	struct yz_str s = yz_buf_str(&b);
	/* A cut may lie within a character. */
	while (b.full && s.len && ((unsigned char)s.ptr[s.len - 1] & 0xC0) == 0x80)
		s.len--;
	if (b.full && s.len && (unsigned char)s.ptr[s.len - 1] >= 0xC0)
		s.len--;
	return s;
}

struct fault {
	const char *keyword, *format;
	const struct yz_json *wanted, *got;
	struct yz_str missing;
};

/* Returns false, and writes the error down where errors are wanted. */
static bool wrong(struct check *c, const struct yz_schema *s, const struct place *at, struct fault f)
{
	struct yz_schema_errors *e = c->errors;
	if (!e)
		return false;
	if (e->len == YZ_SCHEMA_ERRORS) {
		e->more = true;
		return false;
	}
	struct place below = {at, f.missing, 0};
	e->at[e->len++] = (struct yz_schema_error){
		.at = pointer(c->arena, f.missing.ptr ? &below : at),
		.keyword = f.keyword,
		.wanted = f.missing.ptr ? f.missing : shown(c->arena, f.wanted),
		.got = shown(c->arena, f.got),
		.fault = f.format,
		.schema = s->json,
		.value = f.got,
	};
	return false;
}

#define WRONG(word, limit) wrong(c, s, at, (struct fault){.keyword = (word), .wanted = (limit), .got = v})

static const struct yz_json *said(const struct yz_schema *s, const char *keyword)
{
	return yz_json_get(s->json, keyword);
}

static bool quietly(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at)
{
	struct yz_schema_errors *errors = c->errors;
	c->errors = NULL;
	bool ok = valid(c, s, v, at);
	c->errors = errors;
	return ok;
}

/* A match that takes too long ends the whole check. */
static bool matches(struct check *c, const pcre2_code *code, struct yz_str text)
{
	int n = pcre2_match(code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, 0, 0, c->match, c->limits);
	c->steps += text.len / 16;
	if (n == PCRE2_ERROR_MATCHLIMIT || n == PCRE2_ERROR_HEAPLIMIT || n == PCRE2_ERROR_DEPTHLIMIT)
		c->spent = true;
	return n >= 0;
}

static bool check_type(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at)
{
	if (!s->types || (s->types & 1u << v->type))
		return true;
	if ((s->types & YZ_SCHEMA_INTEGER) && v->type == YZ_JSON_NUMBER && yz_json_num_is_int(v->text))
		return true;
	return WRONG("type", said(s, "type"));
}

static bool check_fixed(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at)
{
	bool ok = true;
	if (s->constant && !yz_json_equal(s->constant, v))
		ok = WRONG("const", s->constant);
	if (s->enums) {
		size_t i = 0;
		while (i < s->enums->len && !yz_json_equal(s->enums->items[i], v))
			i++;
		c->steps += i;
		if (i == s->enums->len)
			ok = WRONG("enum", s->enums);
	}
	return ok;
}

static bool check_number(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at)
{
	bool ok = true;
	if (s->minimum && yz_json_num_cmp(v->text, s->minimum->text) < 0)
		ok = WRONG("minimum", s->minimum);
	if (s->maximum && yz_json_num_cmp(v->text, s->maximum->text) > 0)
		ok = WRONG("maximum", s->maximum);
	if (s->above && yz_json_num_cmp(v->text, s->above->text) <= 0)
		ok = WRONG("exclusiveMinimum", s->above);
	if (s->below && yz_json_num_cmp(v->text, s->below->text) >= 0)
		ok = WRONG("exclusiveMaximum", s->below);
	if (s->multiple && !yz_json_num_multiple(v->text, s->multiple->text))
		ok = WRONG("multipleOf", s->multiple);
	return ok;
}

static bool check_string(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at)
{
	bool ok = true;
	size_t n = s->min_length || s->max_length != SIZE_MAX ? yz_utf8_count(v->text) : 0;
	if (n < s->min_length)
		ok = WRONG("minLength", said(s, "minLength"));
	if (n > s->max_length)
		ok = WRONG("maxLength", said(s, "maxLength"));
	if (s->pattern.code && !matches(c, s->pattern.code, v->text))
		ok = WRONG("pattern", s->pattern.json);
	const char *fault = s->format ? s->format->fault(v->text, s->format->ctx) : NULL;
	if (fault)
		ok = wrong(c, s, at,
			   (struct fault){.keyword = "format", .format = fault, .wanted = said(s, "format"), .got = v});
	return ok;
}

/* Is one item equal to an earlier one?  By hash, so that a long list costs no square. */
static bool has_twice(struct check *c, const struct yz_json *v)
{
	size_t slots = 16;
	while (slots < v->len * 2)
		slots *= 2;
	uint32_t *table = yz_new_n(c->arena, slots, uint32_t);
	for (size_t i = 0; i < v->len; i++) {
		size_t k = yz_json_hash(v->items[i]) & (slots - 1);
		for (; table[k]; k = (k + 1) & (slots - 1))
			if (yz_json_equal(v->items[table[k] - 1], v->items[i]))
				return true;
		table[k] = (uint32_t)i + 1;
	}
	return false;
}

static bool check_array(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at)
{
	bool ok = true;
	if (v->len < s->min_items)
		ok = WRONG("minItems", said(s, "minItems"));
	if (v->len > s->max_items)
		ok = WRONG("maxItems", said(s, "maxItems"));
	if (s->unique && has_twice(c, v))
		ok = WRONG("uniqueItems", said(s, "uniqueItems"));
	for (size_t i = 0; i < v->len && (ok || c->errors); i++) {
		struct place here = {at, {NULL, 0}, i};
		const struct yz_schema *one = i < s->prefix.n ? s->prefix.at[i] : s->items;
		if (one && !valid(c, one, v->items[i], &here))
			ok = false;
	}
	return ok;
}

static bool check_member(struct check *c, const struct yz_schema *s, const struct yz_json_member *m,
			 const struct place *at)
{
	struct yz_str key = m->key.ptr ? m->key : YZ_LIT("");
	struct place here = {at, key, 0};
	const struct yz_json *v = m->value;
	const struct yz_schema *own = yz_map_get(&s->properties, key);
	bool known = own != NULL, ok = !own || valid(c, own, v, &here);
	for (size_t i = 0; i < s->npatterns; i++) {
		if (!matches(c, s->patterns[i].code, key))
			continue;
		known = true;
		ok = valid(c, s->patterns[i].schema, v, &here) && ok;
	}
	if (!known && s->additional) {
		if (s->additional->never)
			ok = wrong(c, s, &here,
				   (struct fault){
					   .keyword = "additionalProperties", .wanted = s->additional->json, .got = v});
		else
			ok = valid(c, s->additional, v, &here) && ok;
	}
	if (s->names) {
		struct yz_json name = {.type = YZ_JSON_STRING, .text = key};
		if (!quietly(c, s->names, &name, &here))
			ok = wrong(c, s, &here,
				   (struct fault){.keyword = "propertyNames", .wanted = s->names->json, .got = v});
	}
	return ok;
}

static bool check_names(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at,
			const struct yz_json *names, const char *keyword)
{
	bool ok = true;
	for (size_t i = 0; i < yz_json_len(names); i++) {
		struct yz_str name = names->items[i]->text.ptr ? names->items[i]->text : YZ_LIT("");
		if (!yz_json_find(v, name))
			ok = wrong(c, s, at, (struct fault){.keyword = keyword, .missing = name});
	}
	return ok;
}

static bool check_object(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at)
{
	bool ok = check_names(c, s, v, at, s->required, "required");
	if (v->count < s->min_properties)
		ok = WRONG("minProperties", said(s, "minProperties"));
	if (v->count > s->max_properties)
		ok = WRONG("maxProperties", said(s, "maxProperties"));
	for (size_t i = 0; s->dependent && i < s->dependent->count; i++)
		if (yz_json_find(v, s->dependent->members[i].key) &&
		    !check_names(c, s, v, at, s->dependent->members[i].value, "dependentRequired"))
			ok = false;
	for (size_t i = 0; i < v->count && (ok || c->errors); i++)
		if (!check_member(c, s, &v->members[i], at))
			ok = false;
	return ok;
}

static bool check_combined(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at)
{
	bool ok = !s->ref || valid(c, s->ref, v, at);
	for (size_t i = 0; i < s->all.n; i++)
		ok = valid(c, s->all.at[i], v, at) && ok;
	size_t hits = 0;
	for (size_t i = 0; i < s->any.n && !hits; i++)
		hits += quietly(c, s->any.at[i], v, at);
	if (s->any.n && !hits)
		ok = WRONG("anyOf", said(s, "anyOf"));
	hits = 0;
	for (size_t i = 0; i < s->one.n && hits < 2; i++)
		hits += quietly(c, s->one.at[i], v, at);
	if (s->one.n && hits != 1)
		ok = WRONG("oneOf", said(s, "oneOf"));
	if (s->not_ && quietly(c, s->not_, v, at))
		ok = WRONG("not", s->not_->json);
	if (s->if_) {
		const struct yz_schema *way = quietly(c, s->if_, v, at) ? s->then : s->else_;
		ok = (!way || valid(c, way, v, at)) && ok;
	}
	return ok;
}

static bool valid(struct check *c, const struct yz_schema *s, const struct yz_json *v, const struct place *at)
{
	if (c->spent || ++c->steps > YZ_SCHEMA_STEPS || c->depth == DEEPEST) {
		c->spent = true;
		return false;
	}
	if (s->never)
		return WRONG("false", NULL);
	c->depth++;
	bool ok = check_type(c, s, v, at);
	ok = check_fixed(c, s, v, at) && ok;
	if (v->type == YZ_JSON_NUMBER)
		ok = check_number(c, s, v, at) && ok;
	else if (v->type == YZ_JSON_STRING)
		ok = check_string(c, s, v, at) && ok;
	else if (v->type == YZ_JSON_ARRAY)
		ok = check_array(c, s, v, at) && ok;
	else if (v->type == YZ_JSON_OBJECT)
		ok = check_object(c, s, v, at) && ok;
	ok = (ok || c->errors) && check_combined(c, s, v, at) && ok;
	c->depth--;
	return ok;
}

static void free_match(void *ctx)
{
	struct check *c = ctx;
	pcre2_match_data_free(c->match);
	pcre2_match_context_free(c->limits);
	c->match = NULL;
	c->limits = NULL;
}

bool yz_schema_check(struct yz_arena *a, const struct yz_schema *schema, const struct yz_json *value,
		     struct yz_schema_errors *errors)
{
	struct check *c = yz_new(a, struct check);
	c->arena = a;
	c->errors = errors;
	yz_arena_defer(a, free_match, c);
	c->limits = pcre2_match_context_create(NULL);
	c->match = pcre2_match_data_create(1, NULL);
	if (!c->limits || !c->match)
		abort();
	pcre2_set_match_limit(c->limits, MATCH_STEPS);
	pcre2_set_heap_limit(c->limits, MATCH_HEAP_KB);
	if (errors)
		errors->len = 0, errors->more = false;
	struct place root = {NULL, {NULL, 0}, 0};
	bool ok = valid(c, schema, value, &root);
	if (c->spent) {
		ok = false;
		if (errors)
			errors->more = true;
		wrong(c, schema, &root, (struct fault){.keyword = "steps", .got = value});
	}
	free_match(c);
	return ok;
}

struct yz_str yz_schema_print(struct yz_arena *a, const struct yz_schema_error *e)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 2000);
	yz_buf_printf(&b, "%.*s: ", YZ_P(e->at.len ? e->at : YZ_LIT("/")));
	if (!e->value)
		yz_buf_printf(&b, "missing (%s)", e->keyword);
	else
		yz_buf_printf(&b, "%.*s does not hold %s %.*s", YZ_P(e->got), e->keyword, YZ_P(e->wanted));
	return yz_buf_str(&b);
}
