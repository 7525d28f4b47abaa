/* fmt/json_scan.h - the bytes of a string that stand for themselves (private to fmt).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_JSON_SCAN_H
#define YZ_FMT_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Length of the valid character of two or more bytes at p, or 0. */
static inline size_t yz_json_wide_char(const unsigned char *p, size_t n)
{
#define TAIL(i) ((p[i] & 0xC0) == 0x80)
	if (p[0] < 0xC2)
		return 0;
	if (p[0] < 0xE0)
		return n > 1 && TAIL(1) ? 2 : 0;
	if (p[0] < 0xF0) {
		if (n < 3 || !TAIL(1) || !TAIL(2) || (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F))
			return 0;
		return 3;
	}
	if (n < 4 || !TAIL(1) || !TAIL(2) || !TAIL(3) || p[0] > 0xF4 || (p[0] == 0xF0 && p[1] < 0x90) ||
	    (p[0] == 0xF4 && p[1] > 0x8F))
		return 0;
	return 4;
#undef TAIL
}

/* Whether one of eight bytes is a quote, a backslash, a control or not ASCII. */
static inline bool yz_json_has_special(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
	uint64_t quote = w ^ (ones * '"'), slash = w ^ (ones * '\\');
	return ((w | (w - ones * 0x20) | (quote - ones) | (slash - ones)) & tops) != 0;
}

/* ASCII that stands for itself. */
static inline bool yz_json_is_plain(unsigned char c)
{
	static const bool plain[256] = {
		[0x20 ... '"' - 1] = true, ['"' + 1 ... '\\' - 1] = true, ['\\' + 1 ... 0x7F] = true};
	return plain[c];
}

/* Moves behind the bytes of a string that stand for themselves. */
static inline const char *yz_json_plain_run(const char *p, const char *end)
{
	for (;;) {
		while (end - p >= 8) {
			uint64_t w;
			memcpy(&w, p, 8);
			if (yz_json_has_special(w))
				break;
			p += 8;
		}
		const char *stop = end - p >= 8 ? p + 8 : end;
		while (p < stop) {
			if (yz_json_is_plain((unsigned char)*p)) {
				p++;
				continue;
			}
			if ((unsigned char)*p < 0x80)
				return p;
			do { /* seldom alone */
				size_t n = yz_json_wide_char((const unsigned char *)p, (size_t)(end - p));
				if (!n)
					return p;
				p += n;
			} while (p < end && (unsigned char)*p >= 0x80);
		}
		if (p >= end)
			return p;
	}
}

#endif
