/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <string.h>

/* The length of the valid character at p, or 0; its value in *c. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *c)
{
	if (p[0] < 0x80) {
		*c = p[0];
		return 1;
	}
	size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	if (p[0] < 0xC2 || p[0] > 0xF4 || len > n)
		return 0;
	uint32_t v = p[0] & (0x7Fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3Fu);
	}
	if (v < least[len] || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF))
		return 0;
	*c = v;
	return len;
}

uint32_t yz_utf8_next(struct yz_str s, size_t *i)
{
	uint32_t c = (unsigned char)s.ptr[*i];
	if (c < 0x80) {
		++*i;
		return c;
	}
	size_t n = decode((const unsigned char *)s.ptr + *i, s.len - *i, &c);
	*i += n ? n : 1;
	return n ? c : 0xFFFD;
}

size_t yz_utf8_put(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3F));
	out[0] = (char)((0xF00u >> n) | c);
	return n;
}

static bool is_tail(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

/* Three bytes of which any are a character: all Chinese ones but a few. */
static bool plain_three(const unsigned char *p, size_t n)
{
	return n >= 3 && p[0] > 0xE0 && p[0] < 0xF0 && p[0] != 0xED && is_tail(p[1]) && is_tail(p[2]);
}

static const unsigned char *behind_ascii(const unsigned char *p, const unsigned char *end)
{
	uint64_t eight;
	for (; end - p >= 8; p += 8) {
		memcpy(&eight, p, 8);
		if (eight & 0x8080808080808080)
			break;
	}
	while (p < end && *p < 0x80)
		p++;
	return p;
}

/* Everything that is stored goes through here. */
bool yz_utf8_valid(struct yz_str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr, *end = s.len ? p + s.len : p;
	for (p = behind_ascii(p, end); p < end; p = behind_ascii(p, end)) {
		uint32_t c;
		for (size_t n; p < end && *p >= 0x80; p += n)
			if (!(n = plain_three(p, (size_t)(end - p)) ? 3 : decode(p, (size_t)(end - p), &c)))
				return false;
	}
	return true;
}

size_t yz_utf8_count(struct yz_str s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.len; count++)
		yz_utf8_next(s, &i);
	return count;
}

struct yz_str yz_utf8_head(struct yz_str s, size_t bytes)
{
	size_t len = s.len < bytes ? s.len : bytes;
	while (len && len < s.len && ((unsigned char)s.ptr[len] & 0xC0) == 0x80)
		len--;
	return yz_str_n(s.ptr ? s.ptr : "", len);
}

void yz_buf_add_utf8(struct yz_buf *b, uint32_t c)
{
	char out[4];
	yz_buf_add(b, out, yz_utf8_put(c, out));
}

bool yz_is_han(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x323AF) ||
	       (c >= 0xF900 && c <= 0xFAFF) || c == 0x3007;
}
