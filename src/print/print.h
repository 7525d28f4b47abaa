/* print/print.h - official documents as plain structs, and as PDF.
 *
 *	struct yz_doc *d = yz_doc_new(arena, YZ_DOC_LETTER, YZ_DOC_ZH, YZ_LIT("受理通知书"));
 *	yz_doc_letterhead(d, organ, number);
 *	yz_doc_title(d, YZ_LIT("行政许可申请受理通知书"));
 *	yz_doc_addressee(d, applicant);
 *	yz_doc_para(d, text);
 *	yz_doc_close(d, &(struct yz_doc_closing){.organ = organ, .date = date, .sealed = true});
 *	if (!yz_printer_render(printer, d, arena, &pdf, err)) …
 *
 * A document is a list of blocks in order; nothing is laid out until it is
 * rendered.  Ready letters of the administrative licence are in letters.h,
 * spreadsheets in xlsx.h, QR pictures for pages in qr.h, the type of an
 * uploaded file in sniff.h.
 *
 * Text:      any bytes.  Bad UTF-8 becomes U+FFFD; control and bidirectional
 *            override characters are dropped; a newline in a paragraph, cell or
 *            notice begins a new one.  Words too long for a line are broken.
 *            Uyghur in a Chinese line and Chinese in a Uyghur one keep their order.
 * Ownership: structs live in the arena; text is borrowed and must live until
 *            the rendering call returns.
 * Failure:   builders cannot fail; past yz_print_limits rendering fails with
 *            YZ_LIMIT.  The same document with the same fonts gives the same
 *            bytes: the date in the file is `made`, never the clock.
 * Threads:   a document belongs to one thread; a printer to any number.
 *
 * A letter, sheet or certificate whose second page would hold little is set a
 * little smaller, so that it takes one page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_PRINT_H
#define YZ_PRINT_PRINT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* What a whole document may hold; `text` counts all bytes of all strings. */
struct yz_print_limits {
	size_t blocks, cells, text, columns, pages;
};
extern const struct yz_print_limits yz_print_limits; /* 20,000  60,000  2 MiB  24  500 */

enum yz_doc_lang { YZ_DOC_ZH, YZ_DOC_EN, YZ_DOC_UG }; /* ug is set from right to left */

/* The page.  All are A4. */
enum yz_doc_form {
	YZ_DOC_FILE,        /* GB/T 9704: head 35 mm below the type area's top, number centred, one red line */
	YZ_DOC_LETTER,      /* GB/T 9704 信函格式: head 30 mm from the page's top, red double lines */
	YZ_DOC_SHEET,       /* lists, receipts, forms: narrower margins, smaller type, no head */
	YZ_DOC_CERTIFICATE, /* landscape, framed; the closing stands at the foot */
};

enum yz_doc_pages {
	YZ_PAGES_DASH, /* — 1 —, as GB/T 9704; the first page of a letter carries none */
	YZ_PAGES_OF,   /* 第 1 页 共 3 页 */
	YZ_PAGES_NONE,
};

struct yz_block;

struct yz_doc {
	struct yz_arena *arena;
	enum yz_doc_form form;
	enum yz_doc_lang lang; /* of the document; each block has its own */
	enum yz_doc_pages pages;
	bool landscape;
	struct yz_str title, author, subject; /* the file's metadata */
	struct yz_str watermark;              /* grey, across each page; empty for none */
	struct yz_str check;                  /* small line at the foot of each page: 核验码 … */
	yz_instant made;                      /* creation date of the file; 0 is 1970 */

	/* Kept by the builders. */
	enum yz_doc_lang block_lang;
	struct yz_block *first, *last;
	size_t nblocks, ncells;
};

/* YZ_DOC_SHEET has YZ_PAGES_OF, a certificate YZ_PAGES_NONE, the others YZ_PAGES_DASH. */
struct yz_doc *yz_doc_new(struct yz_arena *a, enum yz_doc_form form, enum yz_doc_lang lang, struct yz_str title);
/* Language and direction of the blocks that follow. */
void yz_doc_lang(struct yz_doc *d, enum yz_doc_lang lang);

/* 发文机关标志, red, and 发文字号 with the red line; first block of a FILE or LETTER.  number may be empty. */
void yz_doc_letterhead(struct yz_doc *d, struct yz_str organ, struct yz_str number);
void yz_doc_title(struct yz_doc *d, struct yz_str text);
/* Under the title, small and centred: a number, a date, 正本. */
void yz_doc_subtitle(struct yz_doc *d, struct yz_str text);
/* 主送, flush; a full-width colon is added where none stands. */
void yz_doc_addressee(struct yz_doc *d, struct yz_str text);
/* Level 1 (一、) in 黑体, 2 (（一）) in bold 楷体; the caller writes the numeral. */
void yz_doc_heading(struct yz_doc *d, int level, struct yz_str text);
/* First line indented by two characters. */
void yz_doc_para(struct yz_doc *d, struct yz_str text);
void yz_doc_paraf(struct yz_doc *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds a run to the paragraph or list item begun last. */
void yz_doc_run(struct yz_doc *d, struct yz_str text, bool bold);
/* Small and flush: hints, remarks (附注). */
void yz_doc_note(struct yz_doc *d, struct yz_str text);

/* Numbered 1. 2. …; the next block that is no item ends the list. */
void yz_doc_item(struct yz_doc *d, struct yz_str text);

/* Label and value, one to four pairs a row, ruled (but in a certificate); a value too
 * long for its place takes the rest of a row of its own.  Begin, then add each. */
void yz_doc_fields(struct yz_doc *d, unsigned pairs_a_row);
void yz_doc_field(struct yz_doc *d, struct yz_str label, struct yz_str value);

enum yz_doc_align { YZ_ALIGN_START, YZ_ALIGN_CENTRE, YZ_ALIGN_END };
struct yz_doc_column {
	struct yz_str head;
	float width; /* share of the table; 0 counts as 1 */
	enum yz_doc_align align;
};
/* Ruled; the head is repeated on every page. Columns are copied. */
void yz_doc_table(struct yz_doc *d, const struct yz_doc_column *columns, size_t n);
/* As many cells as columns; copied, the text borrowed. */
void yz_doc_row(struct yz_doc *d, const struct yz_str *cells);

/* A box with a bold first line (may be empty) and text. */
void yz_doc_notice(struct yz_doc *d, struct yz_str title, struct yz_str text);
/* A QR code with a caption beside it and the text (an address) readable under the caption. */
void yz_doc_qr(struct yz_doc *d, struct yz_str text, struct yz_str caption);
/* Lines to sign on: label, then a rule; one after another, two a row. */
void yz_doc_sign(struct yz_doc *d, const struct yz_str *labels, size_t n);
void yz_doc_space(struct yz_doc *d, unsigned lines);
void yz_doc_break(struct yz_doc *d);

/* 落款: organ over date, at the end side, the seal over both; never alone on a page.
 * With `qr`, the code stands at the start side of the same block. */
struct yz_doc_closing {
	struct yz_str organ;
	struct yz_str date;      /* as printed: 2026年11月22日 */
	bool sealed;             /* draw the seal */
	struct yz_str seal;      /* name along the ring; empty: organ */
	struct yz_str seal_line; /* under the star: 行政许可专用章; may be empty */
	struct yz_str qr, qr_caption;
};
void yz_doc_close(struct yz_doc *d, const struct yz_doc_closing *closing);

/* 版记, at the foot of the last page, between rules: 抄送 (may be empty), 印发机关 and 印发日期 (GB/T 9704, 7.4); the last
 * block of a FILE. */
void yz_doc_imprint(struct yz_doc *d, struct yz_str copies, struct yz_str organ, struct yz_str date);

/* "2026年11月22日" in the arena. */
struct yz_str yz_doc_day(struct yz_arena *a, yz_day day);

/* Renders in this process: for commands and tests, one at a time (a lock
 * keeps others waiting).  It maps the fonts (70–110 MB); a server uses a printer. */
bool yz_print_pdf(const struct yz_doc *d, struct yz_arena *a, struct yz_str *pdf, struct yz_err *err);

/* False, with the families that are missing and the Debian packages that have
 * them, when documents would be set in a substitute or in empty boxes. */
bool yz_print_fonts_check(struct yz_err *err);

/* --- A child process that renders --------------------------------------
 *
 *	server --- control --- keeper --- forks --- worker (fonts, rlimits, seccomp)
 *	   \______________________ one socket a worker ______/
 *
 * yz_printer_start forks a small keeper that does nothing but fork workers, so
 * a worker that died or took too long is replaced although the server has
 * threads by then.  Call it after dropping privileges and BEFORE the first
 * thread.  Keeper and workers close every descriptor but 0-2 and their own
 * sockets; a worker may not open sockets, start programs or write files, and is
 * bounded in memory and time.
 */
struct yz_printer;

struct yz_printer_options {
	unsigned workers;  /* 0: 1; at most 8 */
	unsigned queue;    /* documents that may wait; 0: 64 */
	unsigned timeout;  /* seconds for one document, 0: 30; waiting in the queue is bounded by the same again */
	size_t memory;     /* bytes of address space a worker may map; 0: 2 GiB */
	unsigned recycle;  /* documents after which a worker is replaced; 0: 2,000 */
};

/* options may be NULL. */
struct yz_printer *yz_printer_start(const struct yz_printer_options *options, struct yz_err *err);
/* From any thread; the order of asking is the order of printing.  YZ_BUSY when
 * the queue is full or the wait too long, YZ_LIMIT when the document is too
 * large or took too long, YZ_UNAVAILABLE when the worker died: the next call
 * has a new one. */
bool yz_printer_render(struct yz_printer *p, const struct yz_doc *d, struct yz_arena *a, struct yz_str *pdf,
		       struct yz_err *err);
struct yz_printer_stats {
	uint64_t printed, failed, refused, replaced;
	unsigned waiting;
};
struct yz_printer_stats yz_printer_stats(struct yz_printer *p);
/* No call may be in progress.  Ends the children. */
void yz_printer_stop(struct yz_printer *p);

#endif
