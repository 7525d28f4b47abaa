/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xml_pull.h"

#include "base/utf8.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>

static bool fail_line(struct yz_err *err, struct yz_str text, size_t at, enum yz_code code, const char *what)
{
	unsigned line = 1;
	for (size_t i = 0; i < at; i++)
		line += text.ptr[i] == '\n';
	yz_fail(err, code, "%s", what);
	return yz_fail_in(err, "line %u", line);
}

/* The encodings in which every byte of markup is ASCII and no other character holds such a byte. */
static bool encoding_known(struct yz_str declaration)
{
	static const char *const known[] = {"utf-8",  "utf8",     "gb18030", "gbk",
					    "gb2312", "us-ascii", "ascii",   "iso-8859-1"};
	size_t at = yz_str_find(declaration, YZ_LIT("encoding"), 0);
	if (at == SIZE_MAX)
		return true;
	struct yz_str rest = yz_str_n(declaration.ptr + at + 8, declaration.len - at - 8);
	while (rest.len && (rest.ptr[0] == '=' || rest.ptr[0] == ' ' || rest.ptr[0] == '"' || rest.ptr[0] == '\''))
		rest.ptr++, rest.len--;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		size_t n = strlen(known[i]);
		if (rest.len > n && strncasecmp(rest.ptr, known[i], n) == 0 &&
		    (rest.ptr[n] == '"' || rest.ptr[n] == '\''))
			return true;
	}
	return false;
}

/* By its byte order mark, or by the zero beside the first sign of any XML, `<`. */
static bool is_utf16(struct yz_str text)
{
	return yz_str_starts(text, YZ_LIT("\xFF\xFE")) || yz_str_starts(text, YZ_LIT("\xFE\xFF")) ||
	       yz_str_starts(text, YZ_LIT("<\0")) || yz_str_starts(text, YZ_LIT("\0<"));
}

/* Looks at what stands before the root element, so that a DOCTYPE never reaches the parser. */
bool yz_xml_prolog_ok(struct yz_str text, struct yz_err *err)
{
	if (is_utf16(text))
		return fail_line(err, text, 0, YZ_SYNTAX, "the file is in UTF-16; save it as UTF-8");
	size_t i = yz_str_starts(text, YZ_LIT("\xEF\xBB\xBF")) ? 3 : 0;
	for (;;) {
		while (i < text.len && (text.ptr[i] == ' ' || (text.ptr[i] >= '\t' && text.ptr[i] <= '\r')))
			i++;
		struct yz_str rest = yz_str_n(text.ptr + i, text.len - i);
		if (!yz_str_starts(rest, YZ_LIT("<")))
			return fail_line(err, text, i, YZ_SYNTAX, "this is no XML in UTF-8 or GB18030");
		bool comment = yz_str_starts(rest, YZ_LIT("<!--")), instruction = yz_str_starts(rest, YZ_LIT("<?"));
		if (!comment && !instruction) {
			if (yz_str_starts(rest, YZ_LIT("<!")))
				return fail_line(err, text, i, YZ_SYNTAX,
						 "a document type (<!DOCTYPE) is not accepted");
			return true;
		}
		size_t end = comment ? yz_str_find(rest, YZ_LIT("-->"), 4) : yz_str_find(rest, YZ_LIT("?>"), 2);
		if (end == SIZE_MAX)
			return fail_line(err, text, i, YZ_SYNTAX, "a comment or instruction is never closed");
		if (yz_str_starts(rest, YZ_LIT("<?xml")) && !encoding_known(yz_str_n(rest.ptr, end)))
			return fail_line(err, text, i, YZ_SYNTAX, "the encoding is neither UTF-8 nor GB18030");
		i += end + (comment ? 3 : 2);
	}
}

static void note_error(void *ctx, xmlErrorPtr e)
{
	struct yz_xml_pull *p = ctx;
	if (e->level < XML_ERR_ERROR || p->failed)
		return;
	p->failed = true;
	p->line = e->line;
	p->column = e->int2;
	const char *message = e->message ? e->message : "not well-formed";
	snprintf(p->message, sizeof p->message, "%.*s", (int)strcspn(message, "\r\n"), message);
}

static void free_reader(void *ctx)
{
	yz_xml_pull_close(ctx);
}

static struct yz_xml_pull *new_pull(struct yz_arena *a)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, xmlInitParser);
	struct yz_xml_pull *p = yz_new(a, struct yz_xml_pull);
	yz_arena_defer(a, free_reader, p);
	return p;
}

enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_NOCDATA };

static struct yz_xml_pull *ready(struct yz_xml_pull *p, struct yz_err *err)
{
	if (!p->reader)
		return yz_fail_null(err, YZ_INTERNAL, "no memory for the XML parser");
	xmlTextReaderSetStructuredErrorHandler(p->reader, note_error, p);
	return p;
}

struct yz_xml_pull *yz_xml_pull_open(struct yz_arena *a, struct yz_str text, struct yz_err *err)
{
	if (text.len > INT_MAX)
		return yz_fail_null(err, YZ_TOO_LARGE, "%zu bytes of XML", text.len);
	if (!yz_xml_prolog_ok(text, err))
		return NULL;
	struct yz_xml_pull *p = new_pull(a);
	p->reader = xmlReaderForMemory(text.ptr, (int)text.len, NULL, NULL, OPTIONS);
	return ready(p, err);
}

static int read_on(void *ctx, char *to, int n)
{
	struct yz_xml_pull *p = ctx;
	if (!p->first.len)
		return p->read(p->ctx, to, n);
	size_t take = p->first.len < (size_t)n ? p->first.len : (size_t)n;
	memcpy(to, p->first.ptr, take);
	p->first.ptr += take;
	p->first.len -= take;
	return (int)take;
}

struct yz_xml_pull *yz_xml_pull_open_stream(struct yz_arena *a, int (*read)(void *ctx, char *to, int n), void *ctx,
					    struct yz_err *err)
{
	enum { BLOCK = 16 * 1024 };
	struct yz_xml_pull *p = new_pull(a);
	char *block = yz_alloc(a, BLOCK);
	int n = 0;
	while (p->first.len < BLOCK && (n = read(ctx, block + p->first.len, BLOCK - (int)p->first.len)) > 0)
		p->first.len += (size_t)n;
	p->first.ptr = block;
	if (n < 0)
		return yz_fail_null(err, YZ_SYNTAX, "cannot be read");
	if (!yz_xml_prolog_ok(p->first, err))
		return NULL;
	p->read = read;
	p->ctx = ctx;
	p->reader = xmlReaderForIO(read_on, NULL, p, NULL, NULL, OPTIONS);
	return ready(p, err);
}

int yz_xml_pull_next(struct yz_xml_pull *p, struct yz_err *err)
{
	int more = xmlTextReaderRead(p->reader);
	int type = more == 1 && !p->failed ? xmlTextReaderNodeType(p->reader) : 0;
	if (more == 0 && !p->failed)
		return 0;
	if (type == XML_READER_TYPE_DOCUMENT_TYPE || type == XML_READER_TYPE_ENTITY_REFERENCE) {
		yz_fail(err, YZ_SYNTAX, "entities and document types are not accepted");
		yz_fail_in(err, "line %u", yz_xml_pull_line(p));
		return -1;
	}
	if (type)
		return 1;
	yz_fail(err, YZ_SYNTAX, "%s", p->message[0] ? p->message : "not well-formed");
	if (p->column > 0)
		yz_fail_in(err, "line %d, column %d", p->line, p->column);
	else if (p->line > 0)
		yz_fail_in(err, "line %d", p->line);
	return -1;
}

bool yz_xml_text_ok(struct yz_str text)
{
	bool ok = yz_utf8_valid(text);
	for (size_t i = 0; ok && i < text.len; i++)
		ok = (unsigned char)text.ptr[i] >= 0x20 || text.ptr[i] == '\n' || text.ptr[i] == '\t' ||
		     text.ptr[i] == '\r';
	return ok;
}

bool yz_xml_pull_text(struct yz_xml_pull *p, struct yz_str *text, struct yz_err *err)
{
	*text = yz_str((const char *)xmlTextReaderConstValue(p->reader));
	if (yz_xml_text_ok(*text))
		return true;
	yz_fail(err, YZ_SYNTAX, "bytes that are no text");
	return yz_fail_in(err, "line %u", yz_xml_pull_line(p));
}

void yz_xml_pull_close(struct yz_xml_pull *p)
{
	if (p && p->reader)
		xmlFreeTextReader(p->reader);
	if (p)
		p->reader = NULL;
}

unsigned yz_xml_pull_line(struct yz_xml_pull *p)
{
	xmlNodePtr node = xmlTextReaderCurrentNode(p->reader);
	long line = node ? xmlGetLineNo(node) : 0;
	return line > 0 ? (unsigned)line : 1;
}
