/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/html.h"

#include "fmt/codec.h"

static const struct yz_str references[256] = {
	['\0'] = YZ_LIT("\xEF\xBF\xBD"), ['&'] = YZ_LIT("&amp;"),  ['<'] = YZ_LIT("&lt;"),
	['>'] = YZ_LIT("&gt;"),          ['"'] = YZ_LIT("&quot;"), ['\''] = YZ_LIT("&#39;"),
};

struct yz_html yz_html_of(const struct yz_buf *b)
{
	return (struct yz_html){yz_buf_str(b)};
}

void yz_html_raw(struct yz_buf *out, struct yz_html h)
{
	yz_buf_adds(out, h.s);
}

void yz_html_text(struct yz_buf *out, struct yz_str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.len; i++) {
		const struct yz_str *r = &references[(unsigned char)s.ptr[i]];
		if (!r->ptr)
			continue;
		yz_buf_add(out, s.ptr + from, i - from);
		yz_buf_adds(out, *r);
		from = i + 1;
	}
	if (s.len > from)
		yz_buf_add(out, s.ptr + from, s.len - from);
}

void yz_html_textz(struct yz_buf *out, const char *z)
{
	yz_html_text(out, yz_str(z));
}

void yz_html_textf(struct yz_buf *out, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *z = yz_vprintf(out->arena, fmt, ap);
	va_end(ap);
	yz_html_textz(out, z);
}

void yz_html_lines(struct yz_buf *out, struct yz_str s)
{
	struct yz_str rest = s, line;
	bool first = true;
	while (yz_str_cut(&rest, '\n', &line)) {
		if (!first)
			yz_buf_addz(out, "<br>");
		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		yz_html_text(out, line);
		first = false;
	}
}

static bool same_word(struct yz_str s, const char *lower)
{
	size_t i = 0;
	for (; i < s.len && lower[i]; i++)
		if ((s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] | 0x20 : s.ptr[i]) != lower[i])
			return false;
	return i == s.len && !lower[i];
}

bool yz_url_safe(struct yz_str url)
{
	/* A browser drops white space at the ends and tabs and line ends within before it looks for a scheme. */
	for (size_t i = 0; i < url.len; i++)
		if ((unsigned char)url.ptr[i] <= ' ' || url.ptr[i] == 0x7F)
			return false;
	for (size_t i = 0; i < url.len; i++) {
		char c = url.ptr[i];
		if (c == '/' || c == '?' || c == '#')
			return true;
		if (c == ':') {
			struct yz_str scheme = yz_str_n(url.ptr, i);
			return same_word(scheme, "http") || same_word(scheme, "https") || same_word(scheme, "mailto") ||
			       same_word(scheme, "tel");
		}
	}
	return true;
}

void yz_html_url(struct yz_buf *out, struct yz_str url)
{
	yz_html_text(out, yz_url_safe(url) ? url : YZ_LIT("#"));
}

void yz_html_url_part(struct yz_buf *out, struct yz_str s)
{
	yz_percent_write(out, s);
}

void yz_html_json(struct yz_buf *out, struct yz_str s)
{
	size_t from = 0;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		size_t n = 1;
		const char *escape = c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : c == '&' ? "\\u0026" : NULL;
		if (c == '\xE2' && s.len - i >= 3 && s.ptr[i + 1] == '\x80' && (s.ptr[i + 2] & '\xFE') == '\xA8') {
			escape = s.ptr[i + 2] & 1 ? "\\u2029" : "\\u2028";
			n = 3;
		}
		if (!escape)
			continue;
		yz_buf_add(out, s.ptr + from, i - from);
		yz_buf_addz(out, escape);
		from = i + n;
		i += n - 1;
	}
	if (s.len > from)
		yz_buf_add(out, s.ptr + from, s.len - from);
}
