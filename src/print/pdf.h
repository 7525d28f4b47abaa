/* print/pdf.h - the rendering itself, in whichever process.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_PDF_H
#define YZ_PRINT_PDF_H

#include "print/doc.h"

/* The largest file that is handed on. */
enum { YZ_PDF_MAX = 64 << 20 };

/* Not locked; pdf is in a. */
bool yz_pdf_render(const struct yz_doc *d, struct yz_arena *a, struct yz_str *pdf, struct yz_err *err);
/* Adds the language to the catalogue of a PDF written by cairo, as an
 * incremental update; leaves *pdf as it was when it is not of the expected shape. */
void yz_pdf_language(struct yz_arena *a, struct yz_str *pdf, const char *tag);
/* Sets a few characters of each face, so that the first document need not wait for the fonts. */
void yz_pdf_warm(void);

#endif
