/* fmt/xlsx_book.h - what a sheet needs of its workbook (private to fmt).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_XLSX_BOOK_H
#define YZ_FMT_XLSX_BOOK_H

#include "fmt/xlsx.h"
#include "fmt/zip.h"

enum yz_cell_kind { YZ_CELL_PLAIN, YZ_CELL_DATE = 1, YZ_CELL_TIME = 2 }; /* DATE | TIME: both */

struct yz_book {
	struct yz_arena *arena;
	const struct yz_sheet_options *options;
	const struct yz_zip *zip;
	struct yz_str *names; /* of the sheets */
	struct yz_str *parts; /* their members in the archive */
	size_t n;
	bool from_1904;
	YZ_VEC(struct yz_str) texts;  /* shared */
	YZ_VEC(struct yz_str) pieces; /* of the shared text at hand */
	YZ_VEC(unsigned char) kinds;  /* of each style */
};

bool yz_book_open(struct yz_book *book, struct yz_arena *a, struct yz_str bytes, struct yz_err *err);
/* What a number format shows: a set of enum yz_cell_kind. */
unsigned yz_cell_format(struct yz_str code);
/* A serial number as ISO text into buf[40], or false: then it stays as written. */
bool yz_cell_date(struct yz_str serial, unsigned kind, bool from_1904, char buf[40]);
/* _x000D_ and its like (ISO/IEC 29500-1, 22.4.2.4) to characters, in place. */
size_t yz_cell_unescape(char *text, size_t len);

/* A member of the archive for xml_pull. */
int yz_book_read(void *stream, char *to, int n);

#endif
