/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/json.h"

#include "base/utf8.h"
#include "fmt/file.h"
#include "fmt/json_index.h"
#include "fmt/json_scan.h"

#include <assert.h>

enum {
	AT_ONCE = 64,  /* nodes taken from the arena at a time */
	ON_STACK = 64, /* children of open values held without the arena */
};

const struct yz_json_limits yz_json_default = {16 * 1024 * 1024, 64, 1000 * 1000};

struct member_at {
	struct yz_json_member member;
	const char *at;
};

/* The children of the values still open, innermost last, before they are
 * copied to their place.  `first` serves small texts. */
struct reader {
	const char *p, *end, *begin;
	uint32_t line;
	struct yz_arena *arena;
	struct yz_err *err;
	size_t depth, values, most_depth, most_values;
	struct yz_json *nodes;
	size_t free_nodes;
	const struct yz_json **items;
	size_t nitems, items_cap;
	struct member_at *members;
	size_t nmembers, members_cap;
	const struct yz_json *first_items[ON_STACK];
	struct member_at first_members[ON_STACK];
};

static void name_place(struct reader *r, const char *at)
{
	unsigned line = 1;
	const char *start = r->begin;
	for (const char *p = r->begin; (p = memchr(p, '\n', (size_t)(at - p))); start = ++p)
		line++;
	size_t column = yz_utf8_count(yz_str_n(start, (size_t)(at - start))) + 1;
	yz_fail_in(r->err, "line %u, column %zu", line, column);
}

#define fail_there(r, at, code, ...) (yz_fail((r)->err, code, __VA_ARGS__), name_place((r), (at)), false)

static bool fail_unexpected(struct reader *r, const char *at, const char *wanted)
{
	if (at == r->end)
		return fail_there(r, at, YZ_SYNTAX, "the text ends where %s was expected", wanted);
	unsigned char c = (unsigned char)*at;
	if (c < 0x20 || c >= 0x7F)
		return fail_there(r, at, YZ_SYNTAX, "byte 0x%02X where %s was expected", c, wanted);
	return fail_there(r, at, YZ_SYNTAX, "'%c' where %s was expected", c, wanted);
}

static inline void skip_space(struct reader *r)
{
	for (const char *p = r->p;; p++) {
		if (p < r->end && (*p == ' ' || *p == '\t' || *p == '\r'))
			continue;
		if (p < r->end && *p == '\n') {
			r->line++;
			continue;
		}
		r->p = p;
		return;
	}
}

static struct yz_json *new_node(struct reader *r)
{
	if (!r->free_nodes) {
		/* A small text should not pay for a large block. */
		r->free_nodes = r->values < AT_ONCE ? 8 : AT_ONCE;
		r->nodes = yz_new_n(r->arena, r->free_nodes, struct yz_json);
	}
	r->free_nodes--;
	return r->nodes++;
}

static bool read_hex4(struct reader *r, uint32_t *out)
{
	uint32_t v = 0;
	for (int i = 0; i < 4; i++) {
		char c = r->p < r->end ? *r->p : '\0';
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;
		if (digit < 0)
			return fail_unexpected(r, r->p, "a hexadecimal digit");
		v = v << 4 | (uint32_t)digit;
		r->p++;
	}
	*out = v;
	return true;
}

/* r->p stands behind the backslash. */
static bool read_escape(struct reader *r, char **out)
{
	const char *at = r->p - 1;
	if (r->p == r->end)
		return fail_unexpected(r, r->p, "the rest of an escape");
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *which = *r->p ? strchr(from, *r->p) : NULL;
	if (which) {
		*(*out)++ = to[which - from];
		r->p++;
		return true;
	}
	if (*r->p != 'u')
		return fail_unexpected(r, r->p, "one of \"\\/bfnrtu after a backslash");
	r->p++;
	uint32_t c = 0, low = 0;
	if (!read_hex4(r, &c))
		return false;
	if (c >= 0xDC00 && c <= 0xDFFF)
		return fail_there(r, at, YZ_SYNTAX, "\\u%04X is half a character", c);
	if (c >= 0xD800 && c <= 0xDBFF) {
		if (r->end - r->p < 2 || r->p[0] != '\\' || r->p[1] != 'u')
			return fail_there(r, at, YZ_SYNTAX, "\\u%04X is half a character", c);
		r->p += 2;
		if (!read_hex4(r, &low))
			return false;
		if (low < 0xDC00 || low > 0xDFFF)
			return fail_there(r, at, YZ_SYNTAX, "\\u%04X\\u%04X is no character", c, low);
		c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
	}
	*out += yz_utf8_put(c, *out);
	return true;
}

static bool fail_string(struct reader *r)
{
	unsigned char c = r->p < r->end ? (unsigned char)*r->p : 0;
	if (r->p == r->end)
		return fail_there(r, r->p, YZ_SYNTAX, "the text ends inside a string");
	if (c < 0x20)
		return fail_there(r, r->p, YZ_SYNTAX, "control character 0x%02X in a string must be escaped", c);
	return fail_there(r, r->p, YZ_SYNTAX, "byte 0x%02X begins no valid UTF-8", c);
}

/* The length of the string's source up to its quote, for the copy: an escape is
 * never shorter than what it stands for. */
static size_t source_length(const char *p, const char *end)
{
	const char *q = p;
	while (q < end && *q != '"')
		q += *q == '\\' && end - q > 1 ? 2 : 1;
	return (size_t)(q - p);
}

/* r->p stands behind the opening quote. */
static bool read_string(struct reader *r, struct yz_str *out)
{
	const char *start = r->p;
	r->p = yz_json_plain_run(r->p, r->end);
	if (r->p < r->end && *r->p == '"') {
		*out = yz_str_n(start, (size_t)(r->p++ - start));
		return true;
	}
	if (r->p == r->end || *r->p != '\\')
		return fail_string(r);
	char *copy = yz_alloc(r->arena, source_length(start, r->end) + 1), *to = copy;
	for (;;) {
		memcpy(to, start, (size_t)(r->p - start));
		to += r->p - start;
		if (r->p == r->end || (*r->p != '\\' && *r->p != '"'))
			return fail_string(r);
		if (*r->p++ == '"')
			break;
		if (!read_escape(r, &to))
			return false;
		start = r->p;
		r->p = yz_json_plain_run(r->p, r->end);
	}
	*out = yz_str_n(copy, (size_t)(to - copy));
	return true;
}

static inline bool digits(struct reader *r)
{
	const char *from = r->p;
	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return r->p > from;
}

/* RFC 8259, 6 */
static bool read_number(struct reader *r, struct yz_json *v)
{
	const char *start = r->p;
	if (*r->p == '-')
		r->p++;
	if (r->p < r->end && *r->p == '0') {
		r->p++;
		if (r->p < r->end && *r->p >= '0' && *r->p <= '9')
			return fail_there(r, start, YZ_SYNTAX, "a number may not begin with 0");
	} else if (!digits(r)) {
		return fail_unexpected(r, r->p, "a digit");
	}
	if (r->p < r->end && *r->p == '.') {
		r->p++;
		if (!digits(r))
			return fail_unexpected(r, r->p, "a digit");
	}
	if (r->p < r->end && (*r->p == 'e' || *r->p == 'E')) {
		r->p++;
		if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
			r->p++;
		if (!digits(r))
			return fail_unexpected(r, r->p, "a digit");
	}
	v->type = YZ_JSON_NUMBER;
	v->text = yz_str_n(start, (size_t)(r->p - start));
	if (v->text.len > YZ_JSON_NUMERAL)
		return fail_there(r, start, YZ_LIMIT, "a number of %zu characters; at most %d are allowed", v->text.len,
				  YZ_JSON_NUMERAL);
	return true;
}

static bool read_word(struct reader *r, struct yz_json *v, const char *word, enum yz_json_type type)
{
	size_t n = strlen(word);
	if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
		return fail_unexpected(r, r->p, "a value");
	r->p += n;
	v->type = type;
	return true;
}

/* A stack in the reader itself until it is full, then in the arena. */
static void *grown(struct reader *r, void *stack, void *first, size_t *cap, size_t size)
{
	size_t was = *cap;
	*cap *= 2;
	if (stack != first)
		return yz_realloc(r->arena, stack, was * size, *cap * size);
	void *copy = yz_alloc_n(r->arena, *cap, size);
	memcpy(copy, stack, was * size);
	return copy;
}

static bool read_value(struct reader *r, const struct yz_json **out);

static bool enter(struct reader *r)
{
	if (++r->depth > r->most_depth)
		return fail_there(r, r->p, YZ_LIMIT, "nested deeper than %zu", r->most_depth);
	r->p++;
	skip_space(r);
	return true;
}

static bool read_array(struct reader *r, struct yz_json *v)
{
	size_t base = r->nitems;
	bool closed = r->p < r->end && *r->p == ']';
	while (!closed) {
		const struct yz_json *item;
		if (!read_value(r, &item))
			return false;
		if (r->nitems == r->items_cap)
			r->items = grown(r, r->items, r->first_items, &r->items_cap, sizeof *r->items);
		r->items[r->nitems++] = item;
		skip_space(r);
		closed = r->p < r->end && *r->p == ']';
		if (!closed && (r->p == r->end || *r->p != ','))
			return fail_unexpected(r, r->p, "',' or ']'");
		if (!closed) {
			r->p++;
			skip_space(r);
		}
	}
	r->p++;
	r->depth--;
	v->type = YZ_JSON_ARRAY;
	v->len = r->nitems - base;
	if (v->len) {
		const struct yz_json **items = yz_alloc_n(r->arena, v->len, sizeof *items);
		memcpy(items, r->items + base, v->len * sizeof *items);
		v->items = items;
	}
	r->nitems = base;
	return true;
}

/* The number of the first member whose key stood before, or count. */
static size_t first_duplicate(struct yz_json *v)
{
	if (v->indexed) {
		for (size_t i = 0; i < v->count; i++) {
			uint32_t *slot = yz_json_index_slot(v, v->members[i].key);
			if (*slot)
				return i;
			*slot = (uint32_t)i + 1;
		}
		return v->count;
	}
	for (size_t i = 1; i < v->count; i++)
		for (size_t k = 0; k < i; k++)
			if (yz_str_eq(v->members[i].key, v->members[k].key))
				return i;
	return v->count;
}

static bool close_object(struct reader *r, struct yz_json *v, size_t base)
{
	v->type = YZ_JSON_OBJECT;
	v->count = r->nmembers - base;
	v->indexed = v->count >= YZ_JSON_INDEX_FROM;
	if (v->count) {
		size_t index = v->indexed ? yz_json_index_size(v->count) * sizeof(uint32_t) : 0;
		struct yz_json_member *members = yz_alloc(r->arena, v->count * sizeof *members + index);
		for (size_t i = 0; i < v->count; i++)
			members[i] = r->members[base + i].member;
		v->members = members;
	}
	size_t twice = first_duplicate(v);
	r->nmembers = base;
	if (twice < v->count) {
		struct yz_str key = v->members[twice].key;
		if (key.len > 100)
			key.len = 100;
		return fail_there(r, r->members[base + twice].at, YZ_SYNTAX, "key \"%.*s\" stands twice in one object",
				  YZ_P(key));
	}
	return true;
}

static bool read_member(struct reader *r)
{
	struct member_at m = {.at = r->p};
	if (r->p == r->end || *r->p != '"')
		return fail_unexpected(r, r->p, "a key in quotes");
	r->p++;
	if (!read_string(r, &m.member.key))
		return false;
	skip_space(r);
	if (r->p == r->end || *r->p != ':')
		return fail_unexpected(r, r->p, "':'");
	r->p++;
	skip_space(r);
	if (!read_value(r, &m.member.value))
		return false;
	if (r->nmembers == r->members_cap)
		r->members = grown(r, r->members, r->first_members, &r->members_cap, sizeof *r->members);
	r->members[r->nmembers++] = m;
	return true;
}

static bool read_object(struct reader *r, struct yz_json *v)
{
	size_t base = r->nmembers;
	bool closed = r->p < r->end && *r->p == '}';
	while (!closed) {
		if (!read_member(r))
			return false;
		skip_space(r);
		closed = r->p < r->end && *r->p == '}';
		if (!closed && (r->p == r->end || *r->p != ','))
			return fail_unexpected(r, r->p, "',' or '}'");
		if (!closed) {
			r->p++;
			skip_space(r);
		}
	}
	r->p++;
	r->depth--;
	return close_object(r, v, base);
}

static bool read_value(struct reader *r, const struct yz_json **out)
{
	if (++r->values > r->most_values)
		return fail_there(r, r->p, YZ_LIMIT, "more than %zu values", r->most_values);
	struct yz_json *v = new_node(r);
	*out = v;
	v->line = r->line;
	switch (r->p < r->end ? *r->p : '\0') {
	case '{':
		return enter(r) && read_object(r, v);
	case '[':
		return enter(r) && read_array(r, v);
	case '"':
		v->type = YZ_JSON_STRING;
		r->p++;
		return read_string(r, &v->text);
	case 't':
		return read_word(r, v, "true", YZ_JSON_TRUE);
	case 'f':
		return read_word(r, v, "false", YZ_JSON_FALSE);
	case 'n':
		return read_word(r, v, "null", YZ_JSON_NULL);
	case '-':
	case '0' ... '9':
		return read_number(r, v);
	default:
		return fail_unexpected(r, r->p, "a value");
	}
}

static bool read_text(struct reader *r, const struct yz_json **out)
{
	skip_space(r);
	if (r->end - r->p >= 3 && memcmp(r->p, "\xEF\xBB\xBF", 3) == 0)
		return fail_there(r, r->p, YZ_SYNTAX, "a byte order mark stands before the value");
	if (!read_value(r, out))
		return false;
	skip_space(r);
	return r->p == r->end || fail_unexpected(r, r->p, "the end of the text");
}

const struct yz_json *yz_json_read(struct yz_arena *a, struct yz_str text, const struct yz_json_limits *limits,
				   struct yz_err *err)
{
	if (!limits)
		limits = &yz_json_default;
	assert(limits->depth <= YZ_JSON_DEEPEST);
	if (text.len > limits->bytes)
		return yz_fail_null(err, YZ_TOO_LARGE, "%zu bytes of JSON; at most %zu are read", text.len,
				    limits->bytes);
	struct reader r;
	memset(&r, 0, offsetof(struct reader, first_items));
	r.begin = r.p = text.ptr ? text.ptr : "";
	r.end = r.p + text.len;
	r.line = 1;
	r.arena = a;
	r.err = err;
	r.most_depth = limits->depth;
	r.most_values = limits->values;
	r.items = r.first_items;
	r.members = r.first_members;
	r.items_cap = r.members_cap = ON_STACK;
	const struct yz_json *v;
	return read_text(&r, &v) ? v : NULL;
}

const struct yz_json *yz_json_load(struct yz_arena *a, const char *path, const struct yz_json_limits *limits,
				   struct yz_err *err)
{
	struct yz_str text;
	if (!limits)
		limits = &yz_json_default;
	if (!yz_file_read(a, path, limits->bytes, &text, err))
		return NULL;
	const struct yz_json *v = yz_json_read(a, text, limits, err);
	if (!v)
		yz_fail_in(err, "%s", path);
	return v;
}
