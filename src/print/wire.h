/* print/wire.h - a document as one message between processes of one program.
 *
 * "yzd1", then the document's numbers and strings, then the blocks; integers
 * are 32 bits little-endian, strings a length and bytes.  Both ends are the same
 * binary, so there is no version to negotiate; the reader still trusts
 * nothing: every length, enum and count is checked before it is used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_WIRE_H
#define YZ_PRINT_WIRE_H

#include "print/doc.h"

/* The longest message a document within yz_print_limits can make. */
size_t yz_wire_max(void);
/* Fails with YZ_LIMIT on a document past yz_print_limits. */
bool yz_wire_write(struct yz_arena *a, const struct yz_doc *d, struct yz_str *out, struct yz_err *err);
/* Borrows the message's bytes. */
struct yz_doc *yz_wire_read(struct yz_arena *a, struct yz_str message, struct yz_err *err);

#endif
