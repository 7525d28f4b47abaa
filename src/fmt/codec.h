/* fmt/codec.h - base64 and percent-encoding.
 *
 * (Hexadecimal and unpadded base64url stand in crypt/crypt.h.)
 *
 * Failure: the readers return false on the first byte that does not belong,
 *          and on anything past the bound the caller gave.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_CODEC_H
#define YZ_FMT_CODEC_H

#include "base/arena.h"
#include "base/str.h"

/* RFC 4648, 4: with padding, without line ends. */
void yz_base64_write(struct yz_buf *out, struct yz_str bytes);
/* White space between characters is skipped (MIME); padding is required and
 * the unused bits are zero, so that one value has one form. */
bool yz_base64_read(struct yz_arena *a, struct yz_str text, size_t max, struct yz_str *bytes);

/* RFC 3986: every byte but the unreserved ones as %XX: for one path segment,
 * or a name or value of a query. */
void yz_percent_write(struct yz_buf *out, struct yz_str s);
/* %XX to its byte, anything else as it is; with `plus`, '+' is a space (forms).
 * A '%' that two hexadecimal digits do not follow is refused.  The result may
 * hold any byte: check yz_utf8_valid where text is wanted. */
bool yz_percent_read(struct yz_arena *a, struct yz_str s, bool plus, struct yz_str *out);

#endif
