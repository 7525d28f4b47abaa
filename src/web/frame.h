/* web/frame.h - what the templates of the frame call (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_FRAME_H
#define YZ_WEB_FRAME_H

/* "yizhan.css" → "yizhan-0123456789abcdef.css": an address that may be cached for ever. */
const char *yz_asset_name(const char *file);
/* Whether it was built in. */
bool yz_asset_there(const char *file);

#endif
