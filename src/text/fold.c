/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "text/text.h"
#include "text/words.h"

/* Letters Uyghur is typed with in several ways, by input method and habit. */
static uint32_t fold_arabic(uint32_t c)
{
	switch (c) {
	case 0x0626: /* the seat of a vowel */
	case 0x0640: /* tatweel */
		return 0;
	case 0x0647:
	case 0x06BE:
		return 0x06D5;
	case 0x064A:
	case 0x06D0:
		return 0x0649;
	case 0x06A9:
		return 0x0643;
	default:
		return c;
	}
}

static bool invisible(uint32_t c)
{
	return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2060 && c <= 0x2064) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
	       (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
}

static bool punctuation(uint32_t c)
{
	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
	return c == 0xB7 || c == 0xA0 || (c >= 0x2000 && c <= 0x206F) || (c >= 0x2E00 && c <= 0x2E7F) ||
	       (c >= 0x3000 && c <= 0x303F && c != 0x3005 && c != 0x3007) || (c >= 0xFE10 && c <= 0xFE6F) ||
	       c == 0x60C || c == 0x61B || c == 0x61F;
}

uint32_t yz_fold_char(uint32_t c)
{
	if (c >= HAN_FIRST && c <= HAN_LAST)
		return han_folded[c - HAN_FIRST];
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFEE0;
	if (c >= 'A' && c <= 'Z')
		return c + 32;
	if (invisible(c))
		return 0;
	if (punctuation(c))
		return ' ';
	return c >= 0x600 && c <= 0x6FF ? fold_arabic(c) : c;
}

struct yz_str yz_fold(struct yz_arena *a, struct yz_str s)
{
	struct yz_buf out;
	yz_buf_init(&out, a, s.len * 2 + 16);
	for (size_t i = 0; i < s.len;) {
		uint32_t c = yz_fold_char(yz_utf8_next(s, &i));
		if (c)
			yz_buf_add_utf8(&out, c);
	}
	return yz_buf_str(&out);
}
