/* SPDX-License-Identifier: Apache-2.0 */
#include "print/sign.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOLE = 2 * YZ_PDF_SIGNATURE, TEXT_MOST = 200, TAIL = 1024, RANGE = 48 };

struct shape {
	unsigned long root, size, info, xref, page;
	struct yz_str root_body, page_body; /* what stands behind "N 0 obj\n<<" up to endobj */
};

/* ---- what is there ---- */

static size_t find_last(struct yz_str s, struct yz_str what)
{
	size_t at = SIZE_MAX;
	for (size_t i = 0; (i = yz_str_find(s, what, i)) != SIZE_MAX; i++)
		at = i;
	return at;
}

static bool number_behind(struct yz_str s, size_t at, size_t word, unsigned long *out)
{
	char digits[12] = {0};
	size_t n = 0;
	if (at == SIZE_MAX)
		return false;
	for (at += word; at < s.len && isspace((unsigned char)s.ptr[at]); at++)
		;
	while (at < s.len && n < sizeof digits - 1 && isdigit((unsigned char)s.ptr[at]))
		digits[n++] = s.ptr[at++];
	*out = strtoul(digits, NULL, 10);
	return n > 0;
}

/* The newest definition of an object, of which an update may have written another. */
static bool object(struct yz_arena *a, struct yz_str pdf, unsigned long n, struct yz_str *body)
{
	struct yz_str open = yz_str_printf(a, "\n%lu 0 obj\n<<", n);
	size_t from = find_last(pdf, open), to = from == SIZE_MAX ? SIZE_MAX : yz_str_find(pdf, YZ_LIT("endobj"), from);
	if (to == SIZE_MAX)
		return false;
	*body = yz_str_n(pdf.ptr + from + open.len, to - from - open.len);
	return true;
}

static bool named(struct yz_str s, const char *key, unsigned long *out)
{
	return number_behind(s, yz_str_find(s, yz_str(key), 0), strlen(key), out);
}

static bool look(struct yz_arena *a, struct yz_str pdf, struct shape *s)
{
	struct yz_str tail = pdf.len > TAIL ? yz_str_n(pdf.ptr + pdf.len - TAIL, TAIL) : pdf, pages, kids;
	unsigned long tree;
	if (!number_behind(tail, find_last(tail, YZ_LIT("/Root")), 5, &s->root) ||
	    !number_behind(tail, find_last(tail, YZ_LIT("/Size")), 5, &s->size) ||
	    !number_behind(tail, find_last(tail, YZ_LIT("/Info")), 5, &s->info) ||
	    !number_behind(tail, find_last(tail, YZ_LIT("startxref")), 9, &s->xref) || !object(a, pdf, s->root, &s->root_body) ||
	    !named(s->root_body, "/Pages", &tree) || !object(a, pdf, tree, &pages))
		return false;
	size_t at = yz_str_find(pages, YZ_LIT("/Kids"), 0);
	size_t list = at == SIZE_MAX ? SIZE_MAX : yz_str_find(pages, YZ_LIT("["), at);
	if (list == SIZE_MAX)
		return false;
	kids = yz_str_n(pages.ptr + list, pages.len - list);
	return number_behind(kids, 0, 1, &s->page) && object(a, pdf, s->page, &s->page_body) &&
	       yz_str_find(s->page_body, YZ_LIT("/Annots"), 0) == SIZE_MAX &&
	       yz_str_find(s->root_body, YZ_LIT("/AcroForm"), 0) == SIZE_MAX;
}

/* ---- the update ---- */

/* UTF-16 with its mark, in hexadecimal: any character is safe in it. */
static void add_text(struct yz_buf *b, struct yz_str s)
{
	yz_buf_addz(b, "<FEFF");
	for (size_t i = 0, n = 0; i < s.len && n < TEXT_MOST; n++) {
		uint32_t c = yz_utf8_next(s, &i);
		if (c >= 0x10000)
			yz_buf_printf(b, "%04X%04X", (unsigned)(0xd800 + ((c - 0x10000) >> 10)), (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
		else
			yz_buf_printf(b, "%04X", (unsigned)c);
	}
	yz_buf_addz(b, ">");
}

static void add_time(struct yz_buf *b, yz_instant at)
{
	char iso[40];
	yz_instant_print(at / YZ_SECOND * YZ_SECOND, iso); /* 2026-11-22T02:30:00Z */
	yz_buf_printf(b, "(D:%.4s%.2s%.2s%.2s%.2s%.2sZ)", iso, iso + 5, iso + 8, iso + 11, iso + 14, iso + 17);
}

/* Offsets of the four objects, in order of number where they are new. */
struct places {
	size_t root, page, field, signature, hole, range;
};

static void write_objects(struct yz_buf *b, const struct shape *s, const struct yz_pdf_signer *who, struct places *at)
{
	at->root = b->len;
	yz_buf_printf(b, "%lu 0 obj\n<< /AcroForm << /Fields [ %lu 0 R ] /SigFlags 3 >>", s->root, s->size);
	yz_buf_adds(b, s->root_body);
	yz_buf_addz(b, "endobj\n");
	at->page = b->len;
	yz_buf_printf(b, "%lu 0 obj\n<< /Annots [ %lu 0 R ]", s->page, s->size);
	yz_buf_adds(b, s->page_body);
	yz_buf_addz(b, "endobj\n");
	at->field = b->len;
	yz_buf_printf(b,
		      "%lu 0 obj\n<< /Type /Annot /Subtype /Widget /FT /Sig /T (signature) /Rect [ 0 0 0 0 ] /F 132 /P %lu 0 R /V %lu 0 R "
		      ">>\nendobj\n",
		      s->size, s->page, s->size + 1);
	at->signature = b->len;
	yz_buf_printf(b, "%lu 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Name ", s->size + 1);
	add_text(b, who->name);
	yz_buf_addz(b, " /Reason ");
	add_text(b, who->reason);
	yz_buf_addz(b, " /M ");
	add_time(b, who->at);
	yz_buf_addz(b, "\n/ByteRange ");
	at->range = b->len;
	for (int i = 0; i < RANGE; i++)
		yz_buf_addz(b, " ");
	yz_buf_addz(b, "\n/Contents ");
	at->hole = b->len;
	yz_buf_addz(b, "<");
	for (int i = 0; i < HOLE / 64; i++)
		yz_buf_addz(b, "0000000000000000000000000000000000000000000000000000000000000000");
	yz_buf_addz(b, "> >>\nendobj\n");
}

static void write_table(struct yz_buf *b, const struct shape *s, const struct places *at)
{
	size_t table = b->len;
	bool page_first = s->page < s->root;
	yz_buf_printf(b, "xref\n0 0\n%lu 1\n%010zu 00000 n \n%lu 1\n%010zu 00000 n \n", page_first ? s->page : s->root,
		      page_first ? at->page : at->root, page_first ? s->root : s->page, page_first ? at->root : at->page);
	yz_buf_printf(b, "%lu 2\n%010zu 00000 n \n%010zu 00000 n \n", s->size, at->field, at->signature);
	yz_buf_printf(b, "trailer\n<< /Size %lu /Root %lu 0 R /Info %lu 0 R /Prev %lu >>\nstartxref\n%zu\n%%%%EOF\n", s->size + 2,
		      s->root, s->info, s->xref, table);
}

bool yz_pdf_sign_room(struct yz_arena *a, struct yz_str pdf, const struct yz_pdf_signer *who, struct yz_pdf_room *out,
		      struct yz_err *err)
{
	struct shape s;
	struct places at;
	struct yz_buf b;
	if (!look(a, pdf, &s))
		return yz_fail(err, YZ_BAD_INPUT, "the file is no PDF that has room for a signature");
	yz_buf_init(&b, a, pdf.len + HOLE + 65536);
	yz_buf_adds(&b, pdf);
	if (pdf.len && pdf.ptr[pdf.len - 1] != '\n')
		yz_buf_addz(&b, "\n");
	write_objects(&b, &s, who, &at);
	write_table(&b, &s, &at);
	if (b.full)
		return yz_fail(err, YZ_TOO_LARGE, "the file's catalogue is too large to be written again");
	size_t behind = at.hole + HOLE + 2;
	char range[RANGE + 1];
	int n = snprintf(range, sizeof range, "[ 0 %zu %zu %zu ]", at.hole, behind, b.len - behind);
	memcpy(b.ptr + at.range, range, (size_t)n);
	out->pdf = yz_buf_str(&b);
	out->before = yz_str_n(b.ptr, at.hole);
	out->after = yz_str_n(b.ptr + behind, b.len - behind);
	return true;
}

bool yz_pdf_sign_fill(struct yz_arena *a, const struct yz_pdf_room *room, struct yz_str der, struct yz_str *pdf,
		      struct yz_err *err)
{
	static const char hex[] = "0123456789ABCDEF";
	if (der.len > YZ_PDF_SIGNATURE)
		return yz_fail(err, YZ_TOO_LARGE, "a signature of %zu bytes does not fit into %d", der.len, YZ_PDF_SIGNATURE);
	struct yz_str copy = yz_str_dup(a, room->pdf);
	char *at = (char *)copy.ptr + room->before.len + 1;
	for (size_t i = 0; i < der.len; i++) {
		*at++ = hex[(unsigned char)der.ptr[i] >> 4];
		*at++ = hex[der.ptr[i] & 15];
	}
	*pdf = copy;
	return true;
}

/* ---- reading it again ---- */

static int digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10 : -1;
}

/* A DER value says how long it is; behind it the hole is nothing. */
static size_t der_length(struct yz_str der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	if (der.len < 4 || p[0] != 0x30)
		return 0;
	if (p[1] < 0x80)
		return (size_t)p[1] + 2;
	size_t n = p[1] == 0x81 ? (size_t)p[2] + 3 : p[1] == 0x82 ? ((size_t)p[2] << 8 | p[3]) + 4 : 0;
	return n <= der.len ? n : 0;
}

bool yz_pdf_sign_read(struct yz_arena *a, struct yz_str pdf, struct yz_str parts[2], struct yz_str *der)
{
	unsigned long first, hole, behind, rest;
	size_t at = find_last(pdf, YZ_LIT("/ByteRange"));
	char text[RANGE + 16] = {0};
	if (at == SIZE_MAX || pdf.len - at < sizeof text)
		return false;
	memcpy(text, pdf.ptr + at, sizeof text - 1);
	if (sscanf(text, "/ByteRange [ %lu %lu %lu %lu ]", &first, &hole, &behind, &rest) != 4 || first || hole >= behind ||
	    behind > pdf.len || rest != pdf.len - behind || behind - hole < 4 || behind - hole > HOLE + 2)
		return false;
	parts[0] = yz_str_n(pdf.ptr, hole);
	parts[1] = yz_str_n(pdf.ptr + behind, rest);
	size_t n = (behind - hole - 2) / 2;
	char *bytes = yz_new_n(a, n, char);
	for (size_t i = 0; i < n; i++) {
		int high = digit(pdf.ptr[hole + 1 + 2 * i]), low = digit(pdf.ptr[hole + 2 + 2 * i]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (char)(high << 4 | low);
	}
	*der = yz_str_n(bytes, der_length(yz_str_n(bytes, n)));
	return der->len > 0;
}
