/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/text_source.h"

#include "base/utf8.h"
#include "fmt/csv.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct judge {
	bool utf8, nul;
	size_t bytes;
	char carry[4];
	size_t ncarry;
};

static size_t lead_length(unsigned char c)
{
	return c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
}

/* A block may end within a character: its bytes are carried to the next. */
static void judge_block(struct judge *j, struct yz_str s)
{
	j->bytes += s.len;
	j->nul = j->nul || (s.len && memchr(s.ptr, '\0', s.len));
	while (j->ncarry && s.len) {
		assert(j->ncarry < sizeof j->carry); /* a character that is whole leaves at once */
		j->carry[j->ncarry++] = *s.ptr++;
		s.len--;
		if (j->ncarry == lead_length((unsigned char)j->carry[0])) {
			j->utf8 = j->utf8 && yz_utf8_valid(yz_str_n(j->carry, j->ncarry));
			j->ncarry = 0;
		}
	}
	for (size_t back = 1; back <= 3 && back <= s.len; back++) {
		unsigned char c = (unsigned char)s.ptr[s.len - back];
		if ((c & 0xC0) == 0x80)
			continue;
		if (lead_length(c) > back) {
			memcpy(j->carry, s.ptr + s.len - back, back);
			j->ncarry = back;
			s.len -= back;
		}
		break;
	}
	j->utf8 = j->utf8 && yz_utf8_valid(s);
}

static bool judge_file(FILE *f, struct judge *j, char mark[4], size_t most, struct yz_err *err)
{
	char block[16 * 1024];
	size_t n, nmark = 0;
	off_t start = ftello(f);
	while ((n = fread(block, 1, sizeof block, f)) > 0) {
		if (!nmark)
			memcpy(mark, block, nmark = n < 4 ? n : 4);
		judge_block(j, yz_str_n(block, n));
		if (j->bytes > most)
			break;
	}
	if (ferror(f) || start < 0 || fseeko(f, start, SEEK_SET) != 0)
		return yz_fail(err, YZ_IO, "cannot be read: %s", strerror(errno));
	return true;
}

static void close_iconv(void *ctx)
{
	iconv_close(((struct yz_text_source *)ctx)->cd);
}

bool yz_text_source_open(struct yz_text_source *s, struct yz_arena *a, struct yz_str text, FILE *file, size_t most,
			 struct yz_err *err)
{
	struct judge j = {.utf8 = true};
	char mark[4] = {0};
	*s = (struct yz_text_source){.rest = text, .file = file, .cd = (iconv_t)-1, .most = most};
	if (file) {
		if (!judge_file(file, &j, mark, most, err))
			return false;
	} else {
		memcpy(mark, text.len ? text.ptr : "", text.len < 4 ? text.len : 4);
		if (text.len <= most)
			judge_block(&j, text);
		else
			j.bytes = text.len;
	}
	if (j.bytes > most)
		return yz_fail(err, YZ_TOO_LARGE, "more than %zu bytes", most);
	const char *from = NULL;
	s->encoding = "UTF-8";
	if (j.bytes >= 2 && (memcmp(mark, "\xFF\xFE", 2) == 0 || memcmp(mark, "\xFE\xFF", 2) == 0)) {
		from = s->encoding = "UTF-16";
	} else if (j.nul) {
		return yz_fail(err, YZ_SYNTAX, "this is no text: it holds a zero byte");
	} else if (!j.utf8 || j.ncarry) {
		from = s->encoding = "GB18030";
	}
	if (file)
		s->raw = yz_alloc(a, YZ_SOURCE_BLOCK);
	if (!from)
		return true;
	if ((s->cd = iconv_open("UTF-8", from)) == (iconv_t)-1)
		return yz_fail(err, YZ_INTERNAL, "the system cannot read %s", from);
	yz_arena_defer(a, close_iconv, s);
	s->text = yz_alloc(a, YZ_SOURCE_BLOCK);
	return true;
}

static bool fail_source(struct yz_text_source *s, enum yz_code code, const char *what)
{
	s->failed = true;
	s->p = s->end;
	return yz_fail(&s->fault, code, "%s", what);
}

/* More raw bytes behind those held; of a text in memory all that is left. */
static bool take_raw(struct yz_text_source *s, struct yz_str *raw)
{
	if (!s->file) {
		*raw = s->rest;
		s->over = true;
		return true;
	}
	size_t n = fread(s->raw + s->held, 1, YZ_SOURCE_BLOCK - s->held, s->file);
	if (n == 0 && ferror(s->file))
		return fail_source(s, YZ_IO, "cannot be read");
	s->over = n == 0;
	if ((s->taken += n) > s->most)
		return fail_source(s, YZ_TOO_LARGE, "the file grew while it was read");
	*raw = yz_str_n(s->raw, s->held + n);
	return true;
}

static bool convert(struct yz_text_source *s, struct yz_str raw)
{
	char *in = (char *)raw.ptr, *out = s->text;
	size_t left = raw.len, room = YZ_SOURCE_BLOCK;
	size_t done = iconv(s->cd, &in, &left, &out, &room);
	int why = done == (size_t)-1 ? errno : 0;
	s->p = s->text;
	s->end = out;
	if (why == EILSEQ)
		s->bad = strcmp(s->encoding, "GB18030") == 0 ? "a character is neither UTF-8 nor GB18030"
							     : "a character is no UTF-16";
	if (memchr(s->p, '\0', (size_t)(out - s->text)))
		return fail_source(s, YZ_SYNTAX, "this is no text: it holds a zero byte");
	if (s->file) {
		memmove(s->raw, in, left);
		s->held = left;
	} else {
		s->rest = yz_str_n(in, left);
		s->over = left == 0;
	}
	if (why == EINVAL && (s->over || !s->file))
		s->bad = "the file breaks off within a character";
	return true;
}

bool yz_text_source_fill(struct yz_text_source *s)
{
	while (s->p == s->end) {
		struct yz_str raw = {0};
		if (s->bad && !s->failed)
			return fail_source(s, YZ_SYNTAX, s->bad);
		if (s->failed || (s->over && !s->held) || !take_raw(s, &raw))
			return false;
		if (s->cd != (iconv_t)-1) {
			if (!convert(s, raw))
				return false;
		} else {
			s->p = raw.ptr ? raw.ptr : "";
			s->end = s->p + raw.len;
		}
		if (!s->begun && s->end - s->p >= 3 && memcmp(s->p, "\xEF\xBB\xBF", 3) == 0)
			s->p += 3;
		s->begun = true;
	}
	return true;
}

bool yz_text_decode(struct yz_arena *a, struct yz_str bytes, size_t max, struct yz_str *text, struct yz_err *err)
{
	/* The arena closes its converter, so it lives there. */
	struct yz_text_source *s = yz_new(a, struct yz_text_source);
	if (!yz_text_source_open(s, a, bytes, NULL, max, err))
		return false;
	if (s->cd == (iconv_t)-1) {
		*text = yz_str_starts(bytes, YZ_LIT("\xEF\xBB\xBF")) ? yz_str_n(bytes.ptr + 3, bytes.len - 3) : bytes;
		return true;
	}
	struct yz_buf b;
	yz_buf_init(&b, a, max);
	while (yz_text_source_fill(s)) {
		yz_buf_add(&b, s->p, (size_t)(s->end - s->p));
		s->p = s->end;
	}
	if (s->failed) {
		if (err)
			*err = s->fault;
		return false;
	}
	if (b.full)
		return yz_fail(err, YZ_TOO_LARGE, "more than %zu bytes", max);
	*text = yz_buf_str(&b);
	return true;
}
