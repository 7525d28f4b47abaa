/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xml.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdio.h>

/* XML 1.0 fifth edition, 2.3, without the colon */
static bool begins_name(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7) || (c >= 0x370 && c <= 0x1FFF && c != 0x37E) ||
	       c == 0x200C || c == 0x200D || (c >= 0x2070 && c <= 0x218F) || (c >= 0x2C00 && c <= 0x2FEF) ||
	       (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFFC) ||
	       (c >= 0x10000 && c <= 0xEFFFF);
}

bool yz_xml_name_ok(struct yz_str name)
{
	for (size_t i = 0; i < name.len;) {
		bool first = i == 0;
		uint32_t c = yz_utf8_next(name, &i);
		if (begins_name(c))
			continue;
		if (first ||
		    !((c >= '0' && c <= '9') || c == '-' || c == '.' || c == 0xB7 || (c >= 0x300 && c <= 0x36F)))
			return false;
	}
	return name.len > 0;
}

static void add_escaped(struct yz_buf *b, struct yz_str s, bool attribute)
{
	size_t from = 0, i = 0;
	while (i < s.len) {
		size_t at = i;
		unsigned char c = (unsigned char)s.ptr[i];
		const char *as = NULL;
		if (c >= 0x80) {
			uint32_t wide = yz_utf8_next(s, &i);
			if ((wide == 0xFFFD && i == at + 1) || wide == 0xFFFE || wide == 0xFFFF)
				as = "\xEF\xBF\xBD";
		} else {
			i++;
			as = c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '\r' ? "&#13;" : NULL;
			if (attribute)
				as = c == '"' ? "&quot;" : c == '\n' ? "&#10;" : c == '\t' ? "&#9;" : as;
			if (c < 0x20 && c != '\n' && c != '\t' && c != '\r')
				as = "\xEF\xBF\xBD";
		}
		if (!as)
			continue;
		yz_buf_add(b, s.ptr + from, at - from);
		yz_buf_addz(b, as);
		from = i;
	}
	if (s.len > from)
		yz_buf_add(b, s.ptr + from, s.len - from);
}

void yz_xw_init(struct yz_xw *w, struct yz_buf *buf)
{
	*w = (struct yz_xw){.buf = buf, .inner = true};
	yz_buf_addz(buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

static void close_start(struct yz_xw *w)
{
	if (w->open)
		yz_buf_addc(w->buf, '>');
	w->open = false;
}

static void new_line(struct yz_xw *w)
{
	if (!w->indent)
		return;
	yz_buf_addc(w->buf, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		yz_buf_addz(w->buf, "  ");
}

void yz_xw_begin(struct yz_xw *w, const char *name)
{
	assert(w->depth < YZ_XW_DEPTH);
	close_start(w);
	if (w->depth)
		new_line(w);
	w->names[w->depth++] = name;
	yz_buf_addc(w->buf, '<');
	yz_buf_addz(w->buf, name);
	w->open = w->inner = true;
}

void yz_xw_attr(struct yz_xw *w, const char *name, struct yz_str value)
{
	assert(w->open);
	yz_buf_addc(w->buf, ' ');
	yz_buf_addz(w->buf, name);
	yz_buf_addz(w->buf, "=\"");
	add_escaped(w->buf, value, true);
	yz_buf_addc(w->buf, '"');
}

void yz_xw_attrz(struct yz_xw *w, const char *name, const char *value)
{
	yz_xw_attr(w, name, yz_str(value));
}

void yz_xw_attri(struct yz_xw *w, const char *name, int64_t value)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%lld", (long long)value);
	yz_xw_attrz(w, name, digits);
}

void yz_xw_text(struct yz_xw *w, struct yz_str text)
{
	assert(w->depth);
	close_start(w);
	add_escaped(w->buf, text, false);
	w->inner = true;
}

void yz_xw_end(struct yz_xw *w)
{
	assert(w->depth);
	w->depth--;
	if (w->open) {
		yz_buf_addz(w->buf, "/>");
	} else {
		if (!w->inner)
			new_line(w);
		yz_buf_addz(w->buf, "</");
		yz_buf_addz(w->buf, w->names[w->depth]);
		yz_buf_addc(w->buf, '>');
	}
	w->open = w->inner = false;
	if (!w->depth)
		yz_buf_addc(w->buf, '\n');
}

void yz_xw_leaf(struct yz_xw *w, const char *name, struct yz_str text)
{
	yz_xw_begin(w, name);
	if (text.len)
		yz_xw_text(w, text);
	yz_xw_end(w);
}
