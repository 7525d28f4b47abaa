/* feel/case.h - upper and lower case of all of Unicode; private to feel.
 *
 * No locale: what the Unicode standard maps by default, one to several
 * characters (ß to SS) and the Greek final sigma included.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_CASE_H
#define YZ_FEEL_CASE_H

#include "base/str.h"

void yz_buf_add_upper(struct yz_buf *b, struct yz_str s);
void yz_buf_add_lower(struct yz_buf *b, struct yz_str s);

#endif
