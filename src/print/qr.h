/* print/qr.h - QR codes as pictures for pages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_QR_H
#define YZ_PRINT_QR_H

#include "base/arena.h"
#include "base/str.h"

/* One <svg> element of digits and fixed words only, so it may stand in a page
 * as it is; black on white with the quiet zone of four modules, one unit a
 * module, without width and height (CSS gives them).  {NULL, 0} when the text
 * is empty, holds a NUL or is longer than 1,200 bytes. */
struct yz_str yz_qr_svg(struct yz_arena *a, struct yz_str text);

/* The modules: size × size bytes, 1 is dark, without quiet zone; NULL as above. */
const unsigned char *yz_qr_modules(struct yz_arena *a, struct yz_str text, unsigned *size);

#endif
