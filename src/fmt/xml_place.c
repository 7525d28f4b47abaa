/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xml_place.h"

#include "base/utf8.h"

static bool here(struct yz_str t, size_t at, const char *z)
{
	size_t n = strlen(z);
	return at <= t.len && t.len - at >= n && memcmp(t.ptr + at, z, n) == 0;
}

/* Behind the next `end`, or the end of the text. */
static size_t behind(struct yz_str t, size_t at, const char *end)
{
	size_t i = at < t.len ? yz_str_find(t, yz_str(end), at) : SIZE_MAX;
	return i == SIZE_MAX ? t.len : i + strlen(end);
}

/* Behind the tag that begins at `at`: ">" may stand in the value of an attribute. */
static size_t behind_tag(struct yz_str t, size_t at)
{
	for (; at < t.len && t.ptr[at] != '>'; at++) {
		char quote = t.ptr[at];
		if (quote != '"' && quote != '\'')
			continue;
		const char *close = memchr(t.ptr + at + 1, quote, t.len - at - 1);
		if (!close)
			return t.len;
		at = (size_t)(close - t.ptr);
	}
	return at < t.len ? at + 1 : t.len;
}

/* Behind the comment, instruction or end tag at `at`; `at` when there is none. */
static size_t behind_markup(struct yz_str t, size_t at)
{
	if (here(t, at, "<!--"))
		return behind(t, at + 4, "-->");
	if (here(t, at, "<?"))
		return behind(t, at + 2, "?>");
	return here(t, at, "</") ? behind(t, at, ">") : at;
}

size_t yz_xml_scan_tag(struct yz_xml_scan *s)
{
	struct yz_str t = s->text;
	size_t at = s->at;
	while (at < t.len) {
		const char *open = memchr(t.ptr + at, '<', t.len - at);
		if (!open)
			break;
		at = (size_t)(open - t.ptr);
		size_t next = behind_markup(t, at);
		if (next == at && here(t, at, "<!"))
			next = behind(t, at, "]]>");
		if (next == at) {
			s->at = behind_tag(t, at);
			return at;
		}
		at = next;
	}
	s->at = t.len;
	return t.len;
}

enum bytes { UTF8, SINGLE, GB };

static enum bytes bytes_of(struct yz_str t)
{
	if (!here(t, 0, "<?xml"))
		return UTF8;
	const char *end = memchr(t.ptr, '>', t.len);
	size_t len = end ? (size_t)(end - t.ptr) : 0, at = 5;
	while (at < len && !here(t, at, "encoding"))
		at++;
	for (at += 8; at < len && strchr(" \t\r\n='\"", t.ptr[at]); at++)
		;
	if (at + 2 < len && strncasecmp(t.ptr + at, "gb", 2) == 0)
		return GB;
	return at + 3 < len && strncasecmp(t.ptr + at, "iso", 3) == 0 ? SINGLE : UTF8;
}

static size_t behind_char(struct yz_str t, enum bytes bytes, size_t at)
{
	if (bytes == UTF8) {
		yz_utf8_next(t, &at);
		return at;
	}
	size_t n = bytes == SINGLE || (unsigned char)t.ptr[at] < 0x81 || at + 1 >= t.len ? 1
		   : t.ptr[at + 1] >= '0' && t.ptr[at + 1] <= '9'                        ? 4
											 : 2;
	return t.len - at < n ? t.len : at + n;
}

/* Goes on from one place, whose line and column are known, to a later one. */
static struct yz_xml_at counted(struct yz_str t, enum bytes bytes, struct yz_xml_at at, size_t from, size_t to)
{
	const char *end = t.ptr + to;
	if (!from && here(t, 0, "\xEF\xBB\xBF"))
		from = 3;
	for (const char *p = t.ptr + from; p < end && (p = memchr(p, '\n', (size_t)(end - p)));) {
		at.line++;
		at.column = 1;
		from = (size_t)(++p - t.ptr);
	}
	for (; from < to; at.column++)
		from = (unsigned char)t.ptr[from] < 0x80 ? from + 1 : behind_char(t, bytes, from);
	return at;
}

struct yz_xml_at yz_xml_scan_at(struct yz_xml_scan *s, size_t at)
{
	if (!s->counted)
		s->bytes = (int)bytes_of(s->text);
	s->place = counted(s->text, (enum bytes)s->bytes, s->place, s->counted, at);
	s->counted = at;
	return s->place;
}

size_t yz_xml_scan_text(const struct yz_xml_scan *s)
{
	struct yz_str t = s->text;
	size_t at = s->at;
	while (at < t.len && t.ptr[at] == '<') {
		size_t next = behind_markup(t, at);
		if (next == at && here(t, at, "<![CDATA[")) {
			if (!here(t, at + 9, "]]>"))
				return at + 9;
			next = at + 12;
		}
		if (next == at)
			break;
		at = next;
	}
	return at;
}

/* ---- afterwards ---- */

static size_t within(struct yz_str source, size_t at)
{
	return at < source.len ? at : source.len;
}

struct yz_xml_at yz_xml_where(struct yz_str source, const struct yz_xml *e)
{
	return (struct yz_xml_at){e->line, e->column};
}

/* Behind the character of the text at `at`, however it is written. */
static size_t behind_text(struct yz_str source, enum bytes bytes, size_t at)
{
	if (source.ptr[at] == '&')
		return behind(source, at, ";");
	if (here(source, at, "\r\n"))
		return at + 2;
	return behind_char(source, bytes, at);
}

/* Where its next character is: behind comments and the signs of CDATA. */
static size_t next_text(struct yz_str source, size_t at, bool *cdata)
{
	for (;;) {
		size_t next = at;
		if (*cdata && here(source, at, "]]>")) {
			*cdata = false;
			next = at + 3;
		} else if (!*cdata && here(source, at, "<![CDATA[")) {
			*cdata = true;
			next = at + 9;
		} else if (!*cdata && !here(source, at, "</")) {
			next = behind_markup(source, at);
		}
		if (next == at)
			return at;
		at = next;
	}
}

struct yz_xml_at yz_xml_text_where(struct yz_str source, const struct yz_xml *e, size_t to)
{
	size_t at = within(source, e->text_from ? e->text_from : e->from), i = 0;
	enum bytes bytes = bytes_of(source);
	bool cdata = at >= 9 && here(source, at - 9, "<![CDATA[");
	while (i < to && i < e->text.len) {
		at = next_text(source, at, &cdata);
		if (at >= source.len)
			break;
		yz_utf8_next(e->text, &i);
		at = cdata && source.ptr[at] == '&' ? at + 1 : behind_text(source, bytes, at);
	}
	at = i < e->text.len ? next_text(source, at, &cdata) : at;
	return counted(source, bytes, yz_xml_where(source, e), within(source, e->from), within(source, at));
}
