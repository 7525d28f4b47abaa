/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/case.h"

#include "base/utf8.h"

struct run {
	uint32_t first, last;
	int32_t step, distance;
};

struct special {
	uint32_t c, to[3];
};

#define UPPER(first, last, step, distance)
#define LOWER(first, last, step, distance)
#define SPECIAL(c, a, b, d)
#define LOWER_SPECIAL(c, a, b, d)

static const struct run uppers[] = {
#undef UPPER
#define UPPER(first, last, step, distance) {first, last, step, distance},
#include "feel/case.def"
#undef UPPER
#define UPPER(first, last, step, distance)
};

static const struct run lowers[] = {
#undef LOWER
#define LOWER(first, last, step, distance) {first, last, step, distance},
#include "feel/case.def"
#undef LOWER
#define LOWER(first, last, step, distance)
};

static const struct special upper_specials[] = {
#undef SPECIAL
#define SPECIAL(c, a, b, d) {c, {a, b, d}},
#include "feel/case.def"
#undef SPECIAL
#define SPECIAL(c, a, b, d)
};

static const struct special lower_specials[] = {
#undef LOWER_SPECIAL
#define LOWER_SPECIAL(c, a, b, d) {c, {a, b, d}},
#include "feel/case.def"
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static uint32_t mapped(const struct run *runs, size_t n, uint32_t c)
{
	/* Ideographs and syllables, most of what is not Latin here, have no case. */
	if (c >= 0x2E80 && c < 0xA640)
		return c;
	for (size_t i = 0; i < n && runs[i].first <= c; i++)
		if (c <= runs[i].last && (c - runs[i].first) % (uint32_t)runs[i].step == 0)
			return (uint32_t)((int32_t)c + runs[i].distance);
	return c;
}

static void add(struct yz_buf *b, uint32_t c, const struct run *runs, size_t n, const struct special *specials,
		size_t nspecials)
{
	for (size_t i = 0; i < nspecials; i++)
		if (specials[i].c == c) {
			for (int k = 0; k < 3 && specials[i].to[k]; k++)
				yz_buf_add_utf8(b, specials[i].to[k]);
			return;
		}
	yz_buf_add_utf8(b, mapped(runs, n, c));
}

void yz_buf_add_upper(struct yz_buf *b, struct yz_str s)
{
	for (size_t i = 0; i < s.len;) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c < 0x80) {
			yz_buf_addc(b, c >= 'a' && c <= 'z' ? (char)(c - 32) : (char)c);
			i++;
		} else {
			add(b, yz_utf8_next(s, &i), uppers, COUNT(uppers), upper_specials, COUNT(upper_specials));
		}
	}
}

static bool cased(uint32_t c)
{
	return (c < 0x80 && ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) || mapped(uppers, COUNT(uppers), c) != c ||
	       mapped(lowers, COUNT(lowers), c) != c;
}

void yz_buf_add_lower(struct yz_buf *b, struct yz_str s)
{
	const uint32_t sigma = 0x3A3, final_sigma = 0x3C2;
	bool in_word = false;
	for (size_t i = 0; i < s.len;) {
		unsigned char first = (unsigned char)s.ptr[i];
		uint32_t c = first;
		if (first < 0x80) {
			yz_buf_addc(b, c >= 'A' && c <= 'Z' ? (char)(c + 32) : (char)c);
			i++;
		} else if ((c = yz_utf8_next(s, &i)) == sigma) {
			size_t next = i;
			bool goes_on = i < s.len && cased(yz_utf8_next(s, &next));
			yz_buf_add_utf8(b, in_word && !goes_on ? final_sigma : 0x3C3);
		} else {
			add(b, c, lowers, COUNT(lowers), lower_specials, COUNT(lower_specials));
		}
		in_word = cased(c);
	}
}
