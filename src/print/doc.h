/* print/doc.h - what the builders of print.h make.
 *
 * Every block has the same shape; what `text`, `more`, `n`, `runs` and `cells` mean
 * depends on its type, as the table says.  That keeps the wire format and the
 * bounds in one place.
 *
 *	type        n              text     more     cells
 *	LETTERHEAD                 organ    number
 *	TITLE                      text
 *	SUBTITLE                   text
 *	ADDRESSEE                  text
 *	HEADING     level          text
 *	PARA        (runs)
 *	ITEM        its number     (runs)
 *	NOTE                       text
 *	FIELDS      pairs a row                      label, value, …
 *	TABLE       columns                          row by row
 *	NOTICE                     title    text
 *	QR                         text     caption
 *	SIGN                                         labels
 *	SPACE       lines
 *	BREAK
 *	CLOSE       1: sealed                        organ date seal line qr caption
 *	IMPRINT                                      copies organ date
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_DOC_H
#define YZ_PRINT_DOC_H

#include "base/map.h"
#include "print/print.h"

enum yz_block_type {
	YZ_BLOCK_LETTERHEAD,
	YZ_BLOCK_TITLE,
	YZ_BLOCK_SUBTITLE,
	YZ_BLOCK_ADDRESSEE,
	YZ_BLOCK_HEADING,
	YZ_BLOCK_PARA,
	YZ_BLOCK_ITEM,
	YZ_BLOCK_NOTE,
	YZ_BLOCK_FIELDS,
	YZ_BLOCK_TABLE,
	YZ_BLOCK_NOTICE,
	YZ_BLOCK_QR,
	YZ_BLOCK_SIGN,
	YZ_BLOCK_SPACE,
	YZ_BLOCK_BREAK,
	YZ_BLOCK_CLOSE,
	YZ_BLOCK_IMPRINT,
	YZ_BLOCK_TYPES
};

enum { YZ_CLOSE_ORGAN, YZ_CLOSE_DATE, YZ_CLOSE_SEAL, YZ_CLOSE_LINE, YZ_CLOSE_QR, YZ_CLOSE_CAPTION, YZ_CLOSE_CELLS };

enum { YZ_IMPRINT_COPIES, YZ_IMPRINT_ORGAN, YZ_IMPRINT_DATE, YZ_IMPRINT_CELLS };

struct yz_run {
	struct yz_str text;
	bool bold;
};

struct yz_block {
	struct yz_block *next;
	enum yz_block_type type;
	enum yz_doc_lang lang;
	uint32_t n;
	struct yz_str text, more;
	YZ_VEC(struct yz_run) runs;
	YZ_VEC(struct yz_str) cells;
	struct yz_doc_column *columns; /* TABLE: n of them */
};

/* Appends an empty block; NULL past the limit, which rendering then reports. */
struct yz_block *yz_block_add(struct yz_doc *d, enum yz_block_type type);
/* Adds a cell, with the same bound. */
void yz_block_cell(struct yz_doc *d, struct yz_block *b, struct yz_str text);
/* Bytes of all text, and whether the document keeps every limit that can be told before it is set. */
bool yz_doc_check(const struct yz_doc *d, struct yz_err *err);

#endif
