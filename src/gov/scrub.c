/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/scrub.h"

#include "base/utf8.h"
#include "text/text.h"

#include <ctype.h>

enum { MOBILE = 11, LONG = 15 }; /* digits; a mobile with 86 before it has two more */

/* A run of digits as people write them: in groups, full width or half; the last may be an X.  What looks like an
 * office's number (a nought first, or a group of seven) or begins with a year ends there: what follows is another number. */
static size_t digits_from(struct yz_str s, size_t i, size_t *count, uint32_t *first, bool *abroad)
{
	size_t end = i, from = i, group = 0, groups = 1;
	uint32_t head = 0; /* the first three as a number */
	*count = 0;
	*abroad = false;
	while (i < s.len) {
		uint32_t raw = yz_utf8_next(s, &i), c = yz_fold_char(raw);
		if (c >= '0' && c <= '9') {
			*first = *count ? *first : c;
			head = *count < 3 ? head * 10 + c - '0' : head;
			*abroad = head == 861;
			++*count, group++;
			end = i;
			continue;
		}
		if (raw == 0xAD || (raw >= 0x200B && raw <= 0x200F) || raw == 0x2060 || raw == 0xFEFF)
			continue; /* nobody sees them */
		struct yz_str century = yz_str_n(s.ptr + from, end - from < 2 ? 0 : 2);
		bool year = *count == 4 && (yz_str_eqz(century, "19") || yz_str_eqz(century, "20"));
		bool office = (group == 7 && *first != '1') || group >= 9 || (*first == '0' && groups == 2);
		if (c == 'x' && *count == 17)
			end = i;
		if ((c != ' ' && c != '-') || !group || year || office)
			break;
		group = 0, groups++;
	}
	return end;
}

static bool is_mail(unsigned char c)
{
	return isalnum(c) || c == '.' || c == '_' || c == '-' || c == '+';
}

/* The end of a mail address that begins here, or i. */
static size_t mail_from(struct yz_str s, size_t i)
{
	size_t at = i;
	while (at < s.len && is_mail((unsigned char)s.ptr[at]))
		at++;
	struct yz_str rest = yz_str_n(s.ptr + at, s.len - at), wide = YZ_LIT("＠");
	size_t sign = yz_str_starts(rest, YZ_LIT("@")) ? 1 : yz_str_starts(rest, wide) ? wide.len : 0;
	if (at == i || !sign)
		return i;
	size_t end = at + sign, dot = 0;
	for (; end < s.len && is_mail((unsigned char)s.ptr[end]); end++)
		dot += s.ptr[end] == '.';
	return dot ? end : i;
}

struct yz_str yz_scrub(struct yz_arena *a, struct yz_str text, struct yz_str name, size_t *found)
{
	struct yz_buf b;
	size_t n = 0;
	/* One letter and an @ become three wide stars and some: never more than four times as long. */
	yz_buf_init(&b, a, text.len * 4 + 16);
	for (size_t i = 0; i < text.len;) {
		size_t count, end;
		uint32_t first = 0;
		bool abroad = false;
		struct yz_str rest = yz_str_n(text.ptr + i, text.len - i);
		bool word = i && is_mail((unsigned char)text.ptr[i - 1]);
		if (name.len && yz_str_starts(rest, name)) {
			yz_buf_addz(&b, "某某");
			i += name.len, n++;
		} else if (!word && (end = mail_from(text, i)) > i) {
			yz_buf_addz(&b, "＊＊＊");
			i = end, n++;
		} else if ((end = digits_from(text, i, &count, &first, &abroad)) > i) {
			bool personal = (count == MOBILE && first == '1') || (count == MOBILE + 2 && abroad) || count >= LONG;
			if (personal)
				yz_buf_addz(&b, "＊＊＊"), n++;
			else
				yz_buf_add(&b, text.ptr + i, end - i);
			i = end;
		} else {
			size_t from = i;
			yz_utf8_next(text, &i);
			yz_buf_add(&b, text.ptr + from, i - from);
		}
	}
	if (found)
		*found = n;
	return yz_buf_str(&b);
}
