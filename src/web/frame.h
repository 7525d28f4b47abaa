/* web/frame.h - what the templates of the frame call (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_FRAME_H
#define YZ_WEB_FRAME_H

#include "text/text.h"

struct yz_page;

/* "yizhan.css" → "yizhan-0123456789abcdef.css": an address that may be cached for ever. */
const char *yz_asset_name(const char *file);
/* Whether it was built in. */
bool yz_asset_there(const char *file);

/* This page in another language: its address with its query, but for what was said once; of a form that was refused,
 * the page it stood on. */
struct yz_str yz_page_in(const struct yz_page *p, enum yz_lang lang);
/* A page of which more than one text in four is not in the reader's language is Chinese, runs as Chinese does, and says so at its
 * top in her own.  Between what the page says and the end of its <main>. */
void yz_page_in_chinese(struct yz_page *p);

#endif
