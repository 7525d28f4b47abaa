/* fmt/xlsx.h - the rows of a spreadsheet (ISO/IEC 29500, .xlsx), as text.
 *
 * Read in one pass in little memory: only the shared texts are held.  A row is
 * the struct of fmt/csv.h, so an import reads both alike.
 *
 *	text            as it is
 *	number          as the file writes it, not as the screen shows it
 *	date            2026-11-22, 2026-11-22T10:32:00 or 10:32:00, by the cell's number format
 *	boolean         true, false
 *	formula         its last result; an error is its text (#N/A)
 *
 * Cells not there and blank rows: as in csv.h, "" and skipped; a row's number is
 * the sheet's own.  Hidden sheets are counted and may be named.
 *
 * Failure:   err.where names row and column of what a cell holds; of a broken
 *            part its name and the line and column in its XML.
 * Threads:   one at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_XLSX_H
#define YZ_FMT_XLSX_H

#include "fmt/csv.h"

struct yz_sheet;

struct yz_sheet_options {
	size_t field;   /* bytes of one cell           1 MiB */
	size_t columns; /*                             1,000 */
	size_t rows;    /*                             1,048,576 */
	size_t shared;  /* shared texts                2,000,000 */
	size_t bytes;   /* of a part, unpacked         1 GiB */
};
extern const struct yz_sheet_options yz_sheet_default;

/* The sheet of that name, or the first when name is empty; the bytes must live
 * as long as the reader.  NOT_FOUND when there is none of that name. */
struct yz_sheet *yz_sheet_open(struct yz_arena *a, struct yz_str bytes, struct yz_str name,
			       const struct yz_sheet_options *options, struct yz_err *err);
/* All names in order. */
size_t yz_sheet_names(const struct yz_sheet *sheet, const struct yz_str **names);
/* The next row, valid until the next call; false at the end (err untouched) or on an error. */
bool yz_sheet_next(struct yz_sheet *sheet, struct yz_csv_row *row, struct yz_err *err);

#endif
