/* Words of the other direction, kept together.
 *
 * In a Chinese line "ئۆي ھەققى：120 元" the number would be drawn before the name, for the bidirectional algorithm
 * (UAX 9, W and N rules) counts a number and the marks before it to the right-to-left word they follow; in a Uyghur
 * line 《城市道路管理条例》第三十条 would come apart at its brackets.  So each stretch of the other direction is
 * set between an isolate and its end, as HTML's bdi does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/type.h"

#include "base/utf8.h"

#include <string.h>

enum { LRI = 0x2066, RLI = 0x2067, FSI = 0x2068, PDI = 0x2069 };
enum side { NEUTRAL, LEFT, RIGHT }; /* to which a character runs: strong left-to-right, right-to-left, or as its neighbours */

static enum side side_of(uint32_t c)
{
	if (!g_unichar_isalpha(c))
		return NEUTRAL;
	bool right = (c >= 0x590 && c <= 0x8FF) || (c >= 0xFB1D && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFE) ||
		     (c >= 0x10800 && c <= 0x10FFF) || (c >= 0x1E800 && c <= 0x1EFFF);
	return right ? RIGHT : LEFT;
}

static bool digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* What a number or a code has between its digits. */
static bool joins(uint32_t c)
{
	return c && c < 0x80 && strchr("-./:,+%#&@_", (int)c);
}

static bool opens(uint32_t c)
{
	return g_unichar_type(c) == G_UNICODE_OPEN_PUNCTUATION || g_unichar_type(c) == G_UNICODE_INITIAL_PUNCTUATION;
}

static bool closes(uint32_t c)
{
	return g_unichar_type(c) == G_UNICODE_CLOSE_PUNCTUATION || g_unichar_type(c) == G_UNICODE_FINAL_PUNCTUATION;
}

/* The first byte of a stretch whose first letter stands at `at`: with what is written to it without a space. */
static size_t begins(struct yz_str s, size_t floor, size_t at)
{
	while (at > floor) {
		size_t before = at - 1, i;
		while (before > floor && ((unsigned char)s.ptr[before] & 0xC0) == 0x80)
			before--;
		i = before;
		uint32_t c = yz_utf8_next(s, &i);
		if (!digit(c) && !joins(c) && !opens(c))
			break;
		at = before;
	}
	return at;
}

/* The end of a stretch whose last letter ends at `at`: digits, marks on a letter, and closing brackets it opened. */
static size_t ends(struct yz_str s, size_t from, size_t at)
{
	long open = 0;
	for (size_t i = from; i < at;) {
		uint32_t c = yz_utf8_next(s, &i);
		open += opens(c) - closes(c);
	}
	for (size_t i = at, last = at;; last = i) {
		uint32_t c = i < s.len ? yz_utf8_next(s, &i) : 0; /* 0: neither of all */
		if (closes(c) && open > 0)
			open--;
		else if (digit(c) || g_unichar_ismark(c))
			;
		else if (joins(c) && i < s.len && digit((unsigned char)s.ptr[i]))
			;
		else
			return last;
	}
}

static void add(struct yz_buf *b, uint32_t c)
{
	char bytes[4];
	yz_buf_add(b, bytes, yz_utf8_put(c, bytes));
}

struct stretch {
	size_t from, to;
};

/* The next stretch at or after `at` of a paragraph; false: there is none.  An isolate that stands there already is
 * one neutral thing. */
static bool next_stretch(struct yz_str s, size_t at, enum side other, struct stretch *out)
{
	size_t last = 0;
	bool found = false;
	long depth = 0;
	for (size_t i = at; i < s.len;) {
		size_t here = i;
		uint32_t c = yz_utf8_next(s, &i);
		if (c >= LRI && c <= FSI)
			depth++;
		else if (c == PDI && depth)
			depth--;
		enum side side = depth ? NEUTRAL : side_of(c);
		if (side == other) {
			if (!found)
				out->from = begins(s, at, here);
			found = true;
			last = i;
		} else if (side != NEUTRAL && found) {
			break;
		}
	}
	if (found)
		out->to = ends(s, out->from, last);
	return found;
}

static bool has_side(struct yz_str s, enum side side)
{
	for (size_t i = 0; i < s.len;)
		if (side_of(yz_utf8_next(s, &i)) == side)
			return true;
	return false;
}

static void add_paragraph(struct yz_buf *b, struct yz_str s, enum side own)
{
	enum side other = own == LEFT ? RIGHT : LEFT;
	struct stretch one = {0, s.len};
	/* With nothing of the line's own direction in it, also its brackets and numbers are the other's. */
	bool whole = !has_side(s, own), more = has_side(s, other);
	size_t at = 0;
	while (more && (whole || next_stretch(s, at, other, &one))) {
		yz_buf_add(b, s.ptr + at, one.from - at);
		add(b, other == LEFT ? LRI : RLI);
		yz_buf_add(b, s.ptr + one.from, one.to - one.from);
		add(b, PDI);
		at = one.to;
		more = !whole;
	}
	yz_buf_add(b, s.ptr + at, s.len - at);
}

struct yz_str yz_type_isolate(struct yz_arena *a, struct yz_str s, enum yz_doc_lang lang)
{
	enum side own = lang == YZ_DOC_UG ? RIGHT : LEFT;
	if (!has_side(s, own == LEFT ? RIGHT : LEFT))
		return s;
	struct yz_buf b;
	yz_buf_init(&b, a, s.len * 7 + 8); /* a letter of one byte, and two marks of three */
	for (size_t from = 0; from <= s.len;) {
		const char *nl = from < s.len ? memchr(s.ptr + from, '\n', s.len - from) : NULL;
		size_t end = nl ? (size_t)(nl - s.ptr) : s.len;
		add_paragraph(&b, yz_str_n(s.ptr + from, end - from), own);
		if (nl)
			yz_buf_addc(&b, '\n');
		from = end + 1;
	}
	return yz_buf_str(&b);
}
