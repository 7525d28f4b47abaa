/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/codec.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void yz_base64_write(struct yz_buf *out, struct yz_str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	for (size_t i = 0; i < s.len; i += 3) {
		size_t n = s.len - i < 3 ? s.len - i : 3;
		uint32_t v = (uint32_t)p[i] << 16 | (n > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (n > 2 ? p[i + 2] : 0);
		char four[4] = {alphabet[v >> 18], alphabet[v >> 12 & 63], n > 1 ? alphabet[v >> 6 & 63] : '=',
				n > 2 ? alphabet[v & 63] : '='};
		yz_buf_add(out, four, 4);
	}
}

static int sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool yz_base64_read(struct yz_arena *a, struct yz_str text, size_t max, struct yz_str *bytes)
{
	size_t cap = text.len / 4 * 3 + 3;
	char *out = yz_alloc(a, cap < max ? cap : max + 3);
	size_t len = 0;
	uint32_t v = 0;
	unsigned have = 0, pads = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (is_space(c))
			continue;
		int six = sextet(c);
		if (c == '=' ? have < 2 : six < 0 || pads)
			return false;
		pads += c == '=';
		v = v << 6 | (c == '=' ? 0 : (uint32_t)six);
		if (++have < 4)
			continue;
		if (pads > 2 || (pads == 2 && (v & 0xFFFF)) || (pads == 1 && (v & 0xFF)) || len + 3 - pads > max)
			return false;
		out[len] = (char)(v >> 16);
		out[len + 1] = (char)(v >> 8);
		out[len + 2] = (char)v;
		len += 3 - pads;
		have = 0;
		v = 0;
		if (pads) {
			while (++i < text.len)
				if (!is_space(text.ptr[i]))
					return false;
		}
	}
	*bytes = yz_str_n(out, len);
	return have == 0;
}

static bool is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == '_' || c == '~';
}

void yz_percent_write(struct yz_buf *out, struct yz_str s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (is_unreserved(s.ptr[i]))
			yz_buf_addc(out, s.ptr[i]);
		else
			yz_buf_add(out, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
	}
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool yz_percent_read(struct yz_arena *a, struct yz_str s, bool plus, struct yz_str *out)
{
	char *to = yz_alloc(a, s.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '%') {
			if (s.len - i < 3 || nibble(s.ptr[i + 1]) < 0 || nibble(s.ptr[i + 2]) < 0)
				return false;
			c = (char)(nibble(s.ptr[i + 1]) << 4 | nibble(s.ptr[i + 2]));
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		to[len++] = c;
	}
	*out = yz_str_n(to, len);
	return true;
}
