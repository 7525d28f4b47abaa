/* print/sign.h - room for a signature in a PDF written by cairo, and putting it there (ISO 32000-1, 12.8).
 *
 * The room is one more incremental update: a signature field without a look of its own, on the first page, and a
 * dictionary whose /Contents stands empty.  What is signed is everything but that hole:
 *
 *	|........ before ........|<0000…>|........ after ........|
 *
 * Ownership: the new bytes live in the arena.
 * Failure:   YZ_BAD_INPUT when the file is not of the shape cairo writes.
 * Threads:   any.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_SIGN_H
#define YZ_PRINT_SIGN_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

enum { YZ_PDF_SIGNATURE = 6144 }; /* bytes of a signature at most */

struct yz_pdf_signer {
	struct yz_str name, reason; /* who signs, why; at most 200 characters each */
	yz_instant at;
};

struct yz_pdf_room {
	struct yz_str pdf; /* with the hole */
	struct yz_str before, after; /* the parts of it that are signed */
};

bool yz_pdf_sign_room(struct yz_arena *a, struct yz_str pdf, const struct yz_pdf_signer *who, struct yz_pdf_room *out,
		      struct yz_err *err);
/* The file with the signature in its hole. */
bool yz_pdf_sign_fill(struct yz_arena *a, const struct yz_pdf_room *room, struct yz_str der, struct yz_str *pdf,
		      struct yz_err *err);
/* The parts that a signed file says are signed, and the signature; false where it has none that covers the whole. */
bool yz_pdf_sign_read(struct yz_arena *a, struct yz_str pdf, struct yz_str parts[2], struct yz_str *der);

#endif
