/* fmt/csv.h - rows of text: RFC 4180 read strictly, written for spreadsheets.
 *
 * Encoding: UTF-8, with or without a byte order mark; UTF-16 with one; a text
 * that is no UTF-8 is taken as GB18030, which old spreadsheets save (a handful
 * of Chinese characters in GB18030 can happen to be UTF-8; twenty cannot).
 * Lines end in CRLF or LF.  Fields are separated by a comma (or options.separator), and
 * quoted with " where they hold one, a quote or a line end.  A row whose fields
 * are all empty and unquoted (a blank line) is skipped.
 *
 *	struct yz_csv *csv = yz_csv_open(arena, text, NULL, err);
 *	while (yz_csv_next(csv, &row, err)) …
 *	if (err->code) …
 *
 * Failure:   err.where names row and column as a spreadsheet counts them, both
 *            from 1, the header included.  A quoted field that never ends is an
 *            error: the file breaks off.
 * Threads:   one at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_CSV_H
#define YZ_FMT_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdio.h>

struct yz_csv_options {
	char separator;  /* 0: comma */
	size_t bytes;    /* of the text                              256 MiB */
	size_t field;    /* bytes of one field                       1 MiB */
	size_t columns;  /*                                          1,000 */
	size_t rows;     /*                                          5,000,000 */
	bool same_width; /* every row has as many fields as the first */
};
extern const struct yz_csv_options yz_csv_default;

struct yz_csv;

struct yz_csv_row {
	size_t number; /* from 1, skipped rows counted */
	size_t line;   /* where it begins in the text, from 1 */
	const struct yz_str *fields;
	size_t n;
};

/* The text must live as long as the reader.  options NULL: the default. */
struct yz_csv *yz_csv_open(struct yz_arena *a, struct yz_str text, const struct yz_csv_options *options,
			   struct yz_err *err);
/* Reads on as rows are asked for; the file stays the caller's.  Its encoding is
 * judged by the whole file, so it must be seekable. */
struct yz_csv *yz_csv_open_file(struct yz_arena *a, FILE *f, const struct yz_csv_options *options, struct yz_err *err);
/* The next row, valid until the next call; false at the end (err untouched) or on an error. */
bool yz_csv_next(struct yz_csv *csv, struct yz_csv_row *row, struct yz_err *err);
/* "UTF-8", "UTF-16" or "GB18030", for the page that shows what was read. */
const char *yz_csv_encoding(const struct yz_csv *csv);

/* Text in one of these encodings to UTF-8 without a byte order mark (borrowed
 * when it is that already); SYNTAX when it is in none of them. */
bool yz_text_decode(struct yz_arena *a, struct yz_str bytes, size_t max, struct yz_str *text, struct yz_err *err);

/* One field; first of its row or not.  Quoted where needed.  A field that a
 * spreadsheet would run as a formula (= + - @, tab or CR at its beginning,
 * full-width forms included) gets a ' before it, unless it is a plain number. */
void yz_csv_field(struct yz_buf *out, struct yz_str field, bool first);
void yz_csv_end(struct yz_buf *out); /* CRLF */
/* A byte order mark: spreadsheets take the file for UTF-8 then. */
void yz_csv_mark(struct yz_buf *out);

#endif
