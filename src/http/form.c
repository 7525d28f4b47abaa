/* http/form.c - application/x-www-form-urlencoded, in queries and bodies.
 *
 * WHATWG URL 5.1: pairs split at "&", "+" is a space.  Stricter than it: a bad
 * escape, bad UTF-8 or a NUL refuses the whole, rather than becoming U+FFFD.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include "base/utf8.h"

#include <string.h>

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool yz_http_unescape(char *text, size_t *len, bool plus)
{
	size_t out = 0;
	for (size_t i = 0; i < *len; i++) {
		char c = text[i];
		if (c == '+' && plus) {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < *len ? hex(text[i + 1]) : -1, low = i + 2 < *len ? hex(text[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		text[out++] = c;
	}
	*len = out;
	return true;
}

bool yz_http_text_ok(struct yz_str s)
{
	return (!s.len || !memchr(s.ptr, 0, s.len)) && yz_utf8_valid(s);
}

static bool part(struct yz_req_state *x, char *text, size_t len, bool query, struct yz_err *err)
{
	const struct yz_http_limits *limits = &x->http->limits;
	const char *what = query ? "query" : "form";
	char *equals = memchr(text, '=', len);
	size_t name_len = equals ? (size_t)(equals - text) : len;
	char *value = equals ? equals + 1 : text + len;
	size_t value_len = len - (size_t)(value - text);
	struct yz_pair pair;
	if (!yz_http_unescape(text, &name_len, true) || !yz_http_unescape(value, &value_len, true))
		return yz_fail(err, YZ_BAD_INPUT, "%s: a bad escape", what);
	pair = (struct yz_pair){yz_str_n(text, name_len), yz_str_n(value, value_len)};
	if (!yz_http_text_ok(pair.name) || !yz_http_text_ok(pair.value))
		return yz_fail(err, YZ_BAD_INPUT, "%s: bad UTF-8 or a NUL", what);
	if (pair.value.len > limits->field_bytes)
		return yz_fail(err, YZ_TOO_LARGE, "%s: a field over %zu bytes", what, limits->field_bytes);
	if ((query ? x->queries.len : x->fields.len) == limits->fields)
		return yz_fail(err, YZ_LIMIT, "%s: more than %zu fields", what, limits->fields);
	if (query)
		*yz_vec_push(x->req.arena, &x->queries) = pair;
	else
		*yz_vec_push(x->req.arena, &x->fields) = pair;
	return true;
}

bool yz_http_form_parse(struct yz_req_state *x, char *text, size_t len, bool query, struct yz_err *err)
{
	while (len) {
		char *end = memchr(text, '&', len);
		size_t n = end ? (size_t)(end - text) : len;
		if (n && !part(x, text, n, query, err))
			return false;
		size_t step = n + (end != NULL);
		text += step;
		len -= step;
	}
	return true;
}
