/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/json.h"

#include "fmt/json_scan.h"

#include <assert.h>
#include <stdlib.h>

static void add_escaped(struct yz_buf *b, struct yz_str s)
{
	static const char hex[] = "0123456789abcdef";
	static const char shorts[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	const char *p = s.ptr ? s.ptr : "", *end = p + s.len;
	yz_buf_addc(b, '"');
	while (p < end) {
		const char *stop = yz_json_plain_run(p, end);
		yz_buf_add(b, p, (size_t)(stop - p));
		if (stop == end)
			break;
		unsigned char c = (unsigned char)*stop;
		if (c >= 0x80)
			yz_buf_addz(b, "\xEF\xBF\xBD");
		else if (c >= 0x20)
			yz_buf_add(b, (char[]){'\\', (char)c}, 2);
		else if (c < sizeof shorts && shorts[c])
			yz_buf_add(b, (char[]){'\\', shorts[c]}, 2);
		else
			yz_buf_add(b, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
		p = stop + 1;
	}
	yz_buf_addc(b, '"');
}

/* Room for n more bytes and a NUL as it is. */
static inline bool has_room(const struct yz_buf *b, size_t n)
{
	return b->cap - b->len > n && b->max - b->len >= n;
}

/* With what stands behind it: a key's colon, or '\0' for nothing.  Nearly all stand for themselves, and fit. */
static void add_string(struct yz_buf *b, struct yz_str s, char behind)
{
	enum { AROUND = 3 };
	if (!s.len || !has_room(b, s.len + AROUND) || yz_json_plain_run(s.ptr, s.ptr + s.len) != s.ptr + s.len) {
		add_escaped(b, s);
		if (behind)
			yz_buf_addc(b, behind);
		return;
	}
	char *p = b->ptr + b->len;
	*p++ = '"';
	memcpy(p, s.ptr, s.len);
	p += s.len;
	*p++ = '"';
	if (behind)
		*p++ = behind;
	*p = '\0';
	b->len = (size_t)(p - b->ptr);
}

static inline void add_char(struct yz_buf *b, char c)
{
	if (!has_room(b, 1)) {
		yz_buf_addc(b, c);
		return;
	}
	b->ptr[b->len++] = c;
	b->ptr[b->len] = '\0';
}

void yz_jw_init(struct yz_jw *w, struct yz_buf *buf)
{
	*w = (struct yz_jw){.buf = buf};
}

static void comma(struct yz_jw *w)
{
	uint64_t bit = 1ull << w->depth;
	if (w->comma & bit)
		add_char(w->buf, ',');
	w->comma |= bit;
}

/* Before every value: the comma, unless its key had it. */
static void value(struct yz_jw *w)
{
	bool in_object = w->object >> w->depth & 1;
	assert(in_object == w->key);
	if (!w->key) {
		assert(w->depth || !(w->comma & 1));
		comma(w);
	}
	w->key = false;
}

static void deeper(struct yz_jw *w, char open)
{
	value(w);
	add_char(w->buf, open);
	assert(w->depth < 63);
	uint64_t bit = 1ull << ++w->depth;
	w->comma &= ~bit;
	w->object = open == '{' ? w->object | bit : w->object & ~bit;
}

void yz_jw_object(struct yz_jw *w)
{
	deeper(w, '{');
}

void yz_jw_array(struct yz_jw *w)
{
	deeper(w, '[');
}

void yz_jw_end(struct yz_jw *w, char close)
{
	assert(w->depth && !w->key && close == (w->object >> w->depth & 1 ? '}' : ']'));
	w->depth--;
	add_char(w->buf, close);
}

static void put_key(struct yz_jw *w, struct yz_str key)
{
	assert((w->object >> w->depth & 1) && !w->key);
	comma(w);
	add_string(w->buf, key, ':');
	w->key = true;
}

static void put_str(struct yz_jw *w, struct yz_str s)
{
	value(w);
	add_string(w->buf, s, '\0');
}

static void put_int(struct yz_jw *w, int64_t v)
{
	value(w);
	yz_buf_addi(w->buf, v);
}

void yz_jw_keys(struct yz_jw *w, struct yz_str key)
{
	put_key(w, key);
}

void yz_jw_key(struct yz_jw *w, const char *key)
{
	put_key(w, yz_str(key));
}

void yz_jw_str(struct yz_jw *w, struct yz_str s)
{
	put_str(w, s);
}

void yz_jw_z(struct yz_jw *w, const char *z)
{
	put_str(w, yz_str(z));
}

void yz_jw_int(struct yz_jw *w, int64_t v)
{
	put_int(w, v);
}

void yz_jw_bool(struct yz_jw *w, bool v)
{
	value(w);
	yz_buf_addz(w->buf, v ? "true" : "false");
}

void yz_jw_null(struct yz_jw *w)
{
	value(w);
	yz_buf_addz(w->buf, "null");
}

void yz_jw_raw(struct yz_jw *w, struct yz_str json)
{
	value(w);
	yz_buf_adds(w->buf, json);
}

void yz_jw_value(struct yz_jw *w, const struct yz_json *v)
{
	value(w);
	yz_json_write(w->buf, v);
}

void yz_jw_kstr(struct yz_jw *w, const char *key, struct yz_str s)
{
	put_key(w, yz_str(key));
	put_str(w, s);
}

void yz_jw_kz(struct yz_jw *w, const char *key, const char *z)
{
	put_key(w, yz_str(key));
	put_str(w, yz_str(z));
}

void yz_jw_kint(struct yz_jw *w, const char *key, int64_t v)
{
	put_key(w, yz_str(key));
	put_int(w, v);
}

void yz_jw_kbool(struct yz_jw *w, const char *key, bool v)
{
	yz_jw_key(w, key);
	yz_jw_bool(w, v);
}

/* RFC 8785, 3.2.3: by UTF-16 code units.  UTF-8 has the same order but for
 * characters above U+FFFF (lead F0-F4), which stand below U+E000-U+FFFF (EE, EF). */
static int by_code_unit(const void *a, const void *b)
{
	struct yz_str x = ((const struct yz_json_member *)a)->key, y = ((const struct yz_json_member *)b)->key;
	size_t n = x.len < y.len ? x.len : y.len, i = 0;
	while (i < n && x.ptr[i] == y.ptr[i])
		i++;
	if (i == n)
		return (x.len > y.len) - (x.len < y.len);
	unsigned char c = (unsigned char)x.ptr[i], d = (unsigned char)y.ptr[i];
	if (c >= 0xEE && d >= 0xEE && (c >= 0xF0) != (d >= 0xF0))
		return c >= 0xF0 ? -1 : 1;
	return c < d ? -1 : 1;
}

static void write_tree(struct yz_buf *b, const struct yz_json *v, bool sorted);

static void write_object(struct yz_buf *b, const struct yz_json *v, bool sorted)
{
	const struct yz_json_member *members = v->members;
	if (sorted && v->count > 1) {
		struct yz_json_member *copy = yz_new_n(b->arena, v->count, struct yz_json_member);
		memcpy(copy, members, v->count * sizeof *copy);
		qsort(copy, v->count, sizeof *copy, by_code_unit);
		members = copy;
	}
	yz_buf_addc(b, '{');
	for (size_t i = 0; i < v->count; i++) {
		if (i)
			yz_buf_addc(b, ',');
		add_string(b, members[i].key, ':');
		write_tree(b, members[i].value, sorted);
	}
	yz_buf_addc(b, '}');
}

static void write_tree(struct yz_buf *b, const struct yz_json *v, bool sorted)
{
	switch (v ? v->type : YZ_JSON_NULL) {
	case YZ_JSON_NULL:
		yz_buf_addz(b, "null");
		break;
	case YZ_JSON_FALSE:
		yz_buf_addz(b, "false");
		break;
	case YZ_JSON_TRUE:
		yz_buf_addz(b, "true");
		break;
	case YZ_JSON_NUMBER:
		yz_buf_adds(b, v->text);
		break;
	case YZ_JSON_STRING:
		add_string(b, v->text, '\0');
		break;
	case YZ_JSON_ARRAY:
		yz_buf_addc(b, '[');
		for (size_t i = 0; i < v->len; i++) {
			if (i)
				yz_buf_addc(b, ',');
			write_tree(b, v->items[i], sorted);
		}
		yz_buf_addc(b, ']');
		break;
	case YZ_JSON_OBJECT:
		write_object(b, v, sorted);
		break;
	}
}

void yz_json_write(struct yz_buf *out, const struct yz_json *v)
{
	write_tree(out, v, false);
}

void yz_json_canonical(struct yz_buf *out, const struct yz_json *v)
{
	write_tree(out, v, true);
}
