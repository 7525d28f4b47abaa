/* fmt/text_source.h - bytes of an unknown encoding as a stream of UTF-8 (private to fmt).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_TEXT_SOURCE_H
#define YZ_FMT_TEXT_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <iconv.h>
#include <stdio.h>

enum { YZ_SOURCE_BLOCK = 64 * 1024 };

struct yz_text_source {
	const char *p, *end; /* UTF-8 not yet read; both move */
	const char *encoding;
	struct yz_str rest; /* of a text in memory, not yet taken */
	FILE *file;
	iconv_t cd;         /* (iconv_t)-1: UTF-8 already */
	size_t taken, most; /* raw bytes */
	char *raw, *text;   /* blocks of YZ_SOURCE_BLOCK, the first only where bytes must be held */
	size_t held;        /* raw bytes that are half a character */
	bool begun, over;   /* over: nothing more to take */
	const char *bad;    /* what is wrong with the bytes behind p..end */
	bool failed;
	struct yz_err fault;
};

/* Judges the encoding (of a file: by reading all of it, then going back). */
bool yz_text_source_open(struct yz_text_source *s, struct yz_arena *a, struct yz_str text, FILE *file, size_t most,
			 struct yz_err *err);
/* Makes p < end; false at the end or when failed, then `fault` says why. */
bool yz_text_source_fill(struct yz_text_source *s);

#endif
