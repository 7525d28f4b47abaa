/* print/xlsx.h - tables as spreadsheets, written row by row in constant memory.
 *
 *	struct yz_xlsx *x = yz_xlsx_begin(arena, YZ_LIT("办件"), made, err);
 *	yz_xlsx_sheet(x, YZ_LIT("2026年11月"));
 *	yz_xlsx_head(x, heads, n);
 *	yz_xlsx_text(x, name); yz_xlsx_int(x, 12); yz_xlsx_day(x, day); yz_xlsx_row(x);
 *	if (!yz_xlsx_end(x, &bytes, err)) …
 *
 * Text is always a string cell, never a formula or a link, whatever it begins
 * with; a cell that a spreadsheet would take for a formula or a number once
 * someone edits it (=1, +8, 0012, an identity number) has the text format "@".
 * Control characters XML cannot carry are dropped.
 *
 * Bounds:    1,048,576 rows and 256 columns a sheet, 64 sheets: past them
 *            yz_xlsx_end fails with YZ_LIMIT.  A text past 32,000 characters is
 *            cut and ends in "…".
 * Ownership: the writer lives in the arena and is released with it, ended or not;
 *            rows go to unnamed temporary files ($TMPDIR, else /tmp).
 * Failure:   calls between begin and end cannot fail; the first failure is
 *            kept and told by end.
 * Threads:   one at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_XLSX_H
#define YZ_PRINT_XLSX_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct yz_xlsx;

struct yz_xlsx *yz_xlsx_begin(struct yz_arena *a, struct yz_str title, yz_instant made, struct yz_err *err);
/* A new sheet; forbidden characters in its name are replaced, a name taken already gets a number. */
void yz_xlsx_sheet(struct yz_xlsx *x, struct yz_str name);
/* Widths of columns in characters, before the first row. */
void yz_xlsx_widths(struct yz_xlsx *x, const double *widths, size_t n);
/* The first row: bold, frozen, with filters. */
void yz_xlsx_head(struct yz_xlsx *x, const struct yz_str *names, size_t n);

/* The next cell of the row. */
void yz_xlsx_text(struct yz_xlsx *x, struct yz_str text);
/* Beyond ±2^53 written as text, so no digit is lost. */
void yz_xlsx_int(struct yz_xlsx *x, int64_t v);
/* NaN and infinities become empty cells. */
void yz_xlsx_number(struct yz_xlsx *x, double v);
/* A decimal as written ("12.50"): a number with as many places as it has when it
 * is plain and of at most 15 digits, else text. */
void yz_xlsx_decimal(struct yz_xlsx *x, struct yz_str digits);
/* A date; before 1900-03-01 (where spreadsheets disagree) as text. */
void yz_xlsx_day(struct yz_xlsx *x, yz_day day);
/* Date and minute in the zone `offset` seconds east. */
void yz_xlsx_instant(struct yz_xlsx *x, yz_instant t, int offset);
void yz_xlsx_blank(struct yz_xlsx *x);
/* Ends the row. */
void yz_xlsx_row(struct yz_xlsx *x);

/* The whole file in the arena, at most 256 MiB. */
bool yz_xlsx_end(struct yz_xlsx *x, struct yz_str *bytes, struct yz_err *err);
/* Into a file, replaced whole or not at all. */
bool yz_xlsx_end_file(struct yz_xlsx *x, const char *path, struct yz_err *err);

#endif
