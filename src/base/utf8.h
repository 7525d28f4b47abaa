/* base/utf8.h - UTF-8 read strictly (RFC 3629: no surrogates, no overlong forms).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_UTF8_H
#define YZ_BASE_UTF8_H

#include "base/str.h"

/* Reads the character at s.ptr[*i] and moves *i behind it.  A byte that begins
 * no valid character yields U+FFFD and moves by one. *i must be < s.len. */
uint32_t yz_utf8_next(struct yz_str s, size_t *i);
/* Writes c (a scalar value) to out[4]; returns the length. */
size_t yz_utf8_put(uint32_t c, char out[4]);
bool yz_utf8_valid(struct yz_str s);
/* Number of characters; invalid bytes count one each. */
size_t yz_utf8_count(struct yz_str s);
/* As many whole characters from its beginning as fit into so many bytes; never NULL. */
struct yz_str yz_utf8_head(struct yz_str s, size_t bytes);
void yz_buf_add_utf8(struct yz_buf *b, uint32_t c);
/* The CJK ideographs, URO and its extensions. */
bool yz_is_han(uint32_t c);

#endif
