/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text.h"

#include "base/utf8.h"

bool yz_is_hidden(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C ||
	       (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
	       (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

bool yz_has_hidden(struct yz_str s)
{
	for (size_t i = 0; i < s.len;)
		if (yz_is_hidden(yz_utf8_next(s, &i)))
			return true;
	return false;
}

static bool joins(uint32_t c)
{
	return c == 0x200C || c == 0x200D;
}

struct yz_str yz_unhide(struct yz_arena *a, struct yz_str s)
{
	struct yz_buf b;
	if (!yz_has_hidden(s))
		return s;
	yz_buf_init(&b, a, s.len + 1);
	for (size_t i = 0; i < s.len;) {
		size_t from = i;
		uint32_t c = yz_utf8_next(s, &i);
		if (!yz_is_hidden(c) || joins(c))
			yz_buf_add(&b, s.ptr + from, i - from);
	}
	return yz_buf_str(&b);
}
