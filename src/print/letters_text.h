/* print/letters_text.h - how the letters speak: shared by letters.c and sheets.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_LETTERS_TEXT_H
#define YZ_PRINT_LETTERS_TEXT_H

#include "print/letters.h"

struct yz_writer {
	struct yz_arena *a;
	struct yz_doc *d;
	const struct yz_letter *f;
	struct yz_str matter; /* 行政许可 … */
	bool permit;          /* 行政许可法 applies */
	unsigned section;     /* 一、二、… written so far */
};

struct yz_str yz_write_day(const struct yz_writer *w, yz_day day);
/* Label and value, when there is a value. */
void yz_write_field(const struct yz_writer *w, const char *label, struct yz_str value);
void yz_write_title(struct yz_writer *w, enum yz_letter_kind kind);
/* Where to ask and complain: nothing when no fact says it. */
void yz_write_contact(const struct yz_writer *w);
/* Organ, date, seal, and the code that leads to check_url, with what it is for. */
void yz_write_close(const struct yz_writer *w, const char *caption);

/* sheets.c */
void yz_write_checklist(struct yz_writer *w);
void yz_write_receipt(struct yz_writer *w);
void yz_write_delivery(struct yz_writer *w);
void yz_write_licence(struct yz_writer *w);
void yz_write_fees(struct yz_writer *w, enum yz_letter_kind kind);

#endif
