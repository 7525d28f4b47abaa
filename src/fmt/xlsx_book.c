/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xlsx_book.h"

#include "base/date.h"
#include "base/utf8.h"
#include "fmt/xml.h"
#include "fmt/xml_pull.h"

#include <stdio.h>

int yz_book_read(void *stream, char *to, int n)
{
	return yz_zip_stream_read(stream, to, (size_t)n);
}

static bool fail_part(struct yz_err *err, const char *name)
{
	return yz_fail_in(err, "%s", name);
}

static const struct yz_xml *read_part(struct yz_book *b, struct yz_str name, struct yz_err *err)
{
	const struct yz_zip_entry *e = yz_zip_find(b->zip, name);
	struct yz_str text;
	if (!e)
		return yz_fail_null(err, YZ_SYNTAX, "this is no spreadsheet (.xlsx): %.*s is missing", YZ_P(name));
	if (e->size > yz_xml_default.bytes)
		return yz_fail_null(err, YZ_LIMIT, "%.*s is too large", YZ_P(name));
	const struct yz_xml *root =
		yz_zip_read(b->arena, b->zip, e, &text, err) ? yz_xml_read(b->arena, text, NULL, err) : NULL;
	if (!root)
		yz_fail_in(err, "%.*s", YZ_P(name));
	return root;
}

/* A target is relative to the folder of the part that names it. */
static struct yz_str resolve(struct yz_book *b, struct yz_str part, struct yz_str target)
{
	if (target.len && target.ptr[0] == '/')
		return yz_str_n(target.ptr + 1, target.len - 1);
	size_t cut = part.len;
	while (cut && part.ptr[cut - 1] != '/')
		cut--;
	while (yz_str_starts(target, YZ_LIT("../"))) {
		target = yz_str_n(target.ptr + 3, target.len - 3);
		cut -= cut > 0;
		while (cut && part.ptr[cut - 1] != '/')
			cut--;
	}
	return yz_str_printf(b->arena, "%.*s%.*s", (int)cut, part.ptr, YZ_P(target));
}

/* "xl/workbook.xml" → "xl/_rels/workbook.xml.rels" */
static const struct yz_xml *read_relations(struct yz_book *b, struct yz_str part, struct yz_err *err)
{
	size_t cut = part.len;
	while (cut && part.ptr[cut - 1] != '/')
		cut--;
	return read_part(b,
			 yz_str_printf(b->arena, "%.*s_rels/%.*s.rels", (int)cut, part.ptr, (int)(part.len - cut),
				       part.ptr + cut),
			 err);
}

/* The target of the first relation whose type ends so, or whose id is so; {NULL, 0}. */
static struct yz_str relation(struct yz_book *b, const struct yz_xml *relations, struct yz_str part, const char *type,
			      struct yz_str id)
{
	for (size_t i = 0; i < relations->n; i++) {
		const struct yz_xml *r = relations->children[i];
		bool hit =
			type ? yz_str_ends(yz_xml_attr(r, "Type"), yz_str(type)) : yz_str_eq(yz_xml_attr(r, "Id"), id);
		if (hit && !yz_str_eqz(yz_xml_attr(r, "TargetMode"), "External"))
			return resolve(b, part, yz_xml_attr(r, "Target"));
	}
	return (struct yz_str){NULL, 0};
}

static struct yz_str relation_id(const struct yz_xml *e)
{
	for (size_t i = 0; i < e->nattrs; i++)
		if (yz_str_eqz(e->attrs[i].name, "id") && yz_str_ends(e->attrs[i].ns, YZ_LIT("relationships")))
			return e->attrs[i].value;
	return (struct yz_str){NULL, 0};
}

static bool take_sheets(struct yz_book *b, struct yz_str part, const struct yz_xml *workbook,
			const struct yz_xml *relations, struct yz_err *err)
{
	const struct yz_xml *sheets = yz_xml_child(workbook, NULL, "sheets"),
			    *properties = yz_xml_child(workbook, NULL, "workbookPr");
	struct yz_str epoch = yz_xml_attr(properties, "date1904");
	b->from_1904 = yz_str_eqz(epoch, "1") || yz_str_eqz(epoch, "true");
	if (!sheets || !sheets->n)
		return yz_fail(err, YZ_SYNTAX, "the workbook has no sheets");
	b->names = yz_new_n(b->arena, sheets->n, struct yz_str);
	b->parts = yz_new_n(b->arena, sheets->n, struct yz_str);
	for (size_t i = 0; i < sheets->n; i++) {
		b->names[i] = yz_xml_attr(sheets->children[i], "name");
		b->parts[i] = relation(b, relations, part, NULL, relation_id(sheets->children[i]));
	}
	b->n = sheets->n;
	return true;
}

/* The number formats every reader knows without being told (18.8.30), those of
 * Chinese editions included. */
static unsigned built_in(int64_t id)
{
	if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 ||
	    id == 58)
		return YZ_CELL_DATE;
	if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 || id == 56)
		return YZ_CELL_TIME;
	return id == 22 ? YZ_CELL_DATE | YZ_CELL_TIME : YZ_CELL_PLAIN;
}

unsigned yz_cell_format(struct yz_str s)
{
	unsigned kind = 0;
	bool month = false;
	if (yz_str_starts(s, YZ_LIT("General")))
		return 0;
	for (size_t i = 0; i < s.len && s.ptr[i] != ';'; i++) {
		char c = s.ptr[i];
		char lower = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
		if (c == '"') {
			for (i++; i < s.len && s.ptr[i] != '"';)
				i++;
		} else if (c == '\\' || c == '_' || c == '*') {
			i++;
		} else if (c == '[') {
			/* [h] is a length of time; [Red], [$-804], [>=1] are not. */
			char next = i + 1 < s.len ? (char)(s.ptr[i + 1] | 0x20) : 0,
			     after = i + 2 < s.len ? s.ptr[i + 2] : 0;
			if ((next == 'h' || next == 'm' || next == 's') && (after == ']' || (after | 0x20) == next))
				kind |= YZ_CELL_TIME;
			while (i < s.len && s.ptr[i] != ']')
				i++;
		} else if (lower == 'y' || lower == 'd') {
			kind |= YZ_CELL_DATE;
		} else if (lower == 'h' || lower == 's') {
			kind |= YZ_CELL_TIME;
		} else if (lower == 'm') {
			month = true;
		} else if (c == '0' || c == '#' || c == '?') {
			if (!kind && !month)
				return 0;
		}
	}
	return kind || !month ? kind : YZ_CELL_DATE;
}

static bool take_styles(struct yz_book *b, struct yz_str part, struct yz_err *err)
{
	if (!part.ptr || !yz_zip_find(b->zip, part))
		return true;
	const struct yz_xml *root = read_part(b, part, err);
	if (!root)
		return false;
	const struct yz_xml *formats = yz_xml_child(root, NULL, "numFmts"),
			    *styles = yz_xml_child(root, NULL, "cellXfs");
	struct yz_map codes;
	yz_map_init(&codes, b->arena);
	for (size_t i = 0; formats && i < formats->n; i++)
		yz_map_put(&codes, yz_xml_attr(formats->children[i], "numFmtId"), formats->children[i]);
	for (size_t i = 0; styles && i < styles->n; i++) {
		struct yz_str id = yz_xml_attr(styles->children[i], "numFmtId");
		const struct yz_xml *own = id.ptr ? yz_map_get(&codes, id) : NULL;
		int64_t number;
		unsigned kind = own                       ? yz_cell_format(yz_xml_attr(own, "formatCode"))
				: yz_str_int(id, &number) ? built_in(number)
							  : 0;
		*yz_vec_push(b->arena, &b->kinds) = (unsigned char)kind;
	}
	return true;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

size_t yz_cell_unescape(char *text, size_t len)
{
	size_t out = 0;
	for (size_t i = 0; i < len;) {
		uint32_t c = 0;
		bool escape = len - i >= 7 && text[i] == '_' && text[i + 1] == 'x' && text[i + 6] == '_';
		for (size_t k = 2; escape && k < 6; k++) {
			escape = hex_digit(text[i + k]) >= 0;
			c = c << 4 | (uint32_t)(hex_digit(text[i + k]) & 15);
		}
		if (escape && c && (c < 0xD800 || c > 0xDFFF)) {
			out += yz_utf8_put(c, text + out);
			i += 7;
		} else {
			text[out++] = text[i++];
		}
	}
	return out;
}

/* One <si>: its texts joined, phonetic hints (rPh) left out. */
static bool take_text(struct yz_book *b, struct yz_xml_pull *p, int depth, struct yz_err *err)
{
	size_t len = 0;
	b->pieces.len = 0;
	bool in_text = false, hint = false;
	bool empty = xmlTextReaderIsEmptyElement(p->reader) == 1;
	int more = 1;
	while (!empty && (more = yz_xml_pull_next(p, err)) == 1 && xmlTextReaderDepth(p->reader) > depth) {
		int type = xmlTextReaderNodeType(p->reader);
		struct yz_str name = yz_str((const char *)xmlTextReaderConstLocalName(p->reader));
		bool begins = type == XML_READER_TYPE_ELEMENT && xmlTextReaderIsEmptyElement(p->reader) != 1;
		if (type == XML_READER_TYPE_ELEMENT || type == XML_READER_TYPE_END_ELEMENT) {
			in_text = yz_str_eqz(name, "t") ? begins : in_text;
			hint = yz_str_eqz(name, "rPh") ? begins : hint;
		} else if (in_text && !hint) {
			struct yz_str piece;
			if (!yz_xml_pull_text(p, &piece, err))
				return false;
			if (piece.len > b->options->field - len)
				return yz_fail(err, YZ_LIMIT, "shared text %zu has more than %zu bytes",
					       b->texts.len + 1, b->options->field);
			len += piece.len;
			*yz_vec_push(b->arena, &b->pieces) = yz_str_dup(b->arena, piece);
		}
	}
	char *joined = b->pieces.len == 1 ? (char *)b->pieces.at[0].ptr : yz_alloc(b->arena, len + 1);
	for (size_t i = 0, at = 0; b->pieces.len > 1 && i < b->pieces.len; at += b->pieces.at[i++].len)
		memcpy(joined + at, b->pieces.at[i].ptr, b->pieces.at[i].len);
	*yz_vec_push(b->arena, &b->texts) = yz_str_n(joined, yz_cell_unescape(joined, len));
	return more >= 0;
}

static bool take_texts(struct yz_book *b, struct yz_str part, struct yz_err *err)
{
	const struct yz_zip_entry *e = part.ptr ? yz_zip_find(b->zip, part) : NULL;
	if (!e)
		return true;
	struct yz_zip_stream *stream = yz_zip_stream_open(b->arena, b->zip, e);
	struct yz_xml_pull *p = yz_xml_pull_open_stream(b->arena, yz_book_read, stream, err);
	int more = p ? 1 : -1;
	bool ok = p != NULL;
	while (ok && (more = yz_xml_pull_next(p, err)) == 1) {
		if (xmlTextReaderNodeType(p->reader) != XML_READER_TYPE_ELEMENT || xmlTextReaderDepth(p->reader) != 1)
			continue;
		if (b->texts.len == b->options->shared)
			ok = yz_fail(err, YZ_LIMIT, "more than %zu shared texts", b->options->shared);
		else
			ok = take_text(b, p, 1, err);
	}
	yz_xml_pull_close(p);
	if (ok && more == 0)
		return true;
	if (yz_zip_stream_fault(stream))
		yz_fail(err, YZ_SYNTAX, "%s", yz_zip_stream_fault(stream));
	return fail_part(err, "shared texts");
}

bool yz_book_open(struct yz_book *b, struct yz_arena *a, struct yz_str bytes, struct yz_err *err)
{
	struct yz_zip_limits limits = yz_zip_default;
	limits.one = b->options->bytes;
	limits.total = b->options->bytes > SIZE_MAX / 4 ? SIZE_MAX : b->options->bytes * 4;
	b->arena = a;
	if (!(b->zip = yz_zip_open(a, bytes, &limits, err)))
		return false;
	const struct yz_xml *top = read_part(b, YZ_LIT("_rels/.rels"), err);
	if (!top)
		return false;
	struct yz_str part = relation(b, top, YZ_LIT(""), "/officeDocument", YZ_LIT(""));
	if (!part.ptr)
		return yz_fail(err, YZ_SYNTAX, "this is no spreadsheet (.xlsx)");
	const struct yz_xml *workbook = read_part(b, part, err),
			    *relations = workbook ? read_relations(b, part, err) : NULL;
	return relations && take_sheets(b, part, workbook, relations, err) &&
	       take_styles(b, relation(b, relations, part, "/styles", YZ_LIT("")), err) &&
	       take_texts(b, relation(b, relations, part, "/sharedStrings", YZ_LIT("")), err);
}

/* Days and seconds of a serial number, rounded to the second. */
static bool split_serial(struct yz_str s, int64_t *days, int64_t *seconds)
{
	size_t i = 0;
	int64_t whole = 0, fraction = 0, unit = 1;
	for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
		if ((whole = whole * 10 + (s.ptr[i] - '0')) > 3000000)
			return false;
	if (!i)
		return false;
	if (i < s.len && s.ptr[i] == '.')
		for (i++; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++)
			if (unit < 1000000000000)
				fraction = fraction * 10 + (s.ptr[i] - '0'), unit *= 10;
	*days = whole;
	*seconds = (fraction * 86400 + unit / 2) / unit;
	if (*seconds == 86400)
		*seconds = 0, ++*days;
	return i == s.len;
}

bool yz_cell_date(struct yz_str serial, unsigned kind, bool from_1904, char buf[40])
{
	int64_t days, seconds;
	if (!split_serial(serial, &days, &seconds))
		return false;
	int h = (int)(seconds / 3600), m = (int)(seconds / 60 % 60), s = (int)(seconds % 60);
	if (!(kind & YZ_CELL_DATE)) {
		if (days > 400)
			return false;
		snprintf(buf, 40, "%02d:%02d:%02d", (int)days * 24 + h, m, s);
		return true;
	}
	/* Day 60 is a 29 February 1900 that never was; the days before it are one off. */
	if (!from_1904 && (days == 0 || days == 60))
		return false;
	yz_day base = from_1904 ? yz_day_from(1904, 1, 1) : yz_day_from(1899, 12, days < 60 ? 31 : 30);
	struct yz_civil c = yz_day_civil(base + (yz_day)days);
	if (c.year > 9999)
		return false;
	if (seconds || (kind & YZ_CELL_TIME))
		snprintf(buf, 40, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, h, m, s);
	else
		snprintf(buf, 40, "%04d-%02d-%02d", c.year, c.month, c.day);
	return true;
}
