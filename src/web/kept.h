/* web/kept.h - whole pages that are the same for everybody who is not signed in, but for the token of their forms.
 *
 *	key = path, language, look, and the stamp of what the page shows, read from the database at each request
 *	yz_kept_take ──▶ a copy with her own token    yz_kept_put ──▶ what the templates made, once
 *
 * Bounds: the number of pages is given, YZ_KEPT_BYTES a page; the longest unused goes.
 * Ownership: pages are copied in and out.  Threads: any.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_KEPT_H
#define YZ_WEB_KEPT_H

#include "base/arena.h"
#include "base/str.h"

enum { YZ_KEPT_BYTES = 64 * 1024, YZ_KEPT_TOKENS = 8 };

struct yz_kept;
struct yz_kept *yz_kept_create(size_t pages);
void yz_kept_destroy(struct yz_kept *k);

/* The page with `token` where its maker's stood, in the arena; {NULL, 0} when it is not kept. */
struct yz_str yz_kept_take(struct yz_kept *k, struct yz_arena *a, struct yz_str key, struct yz_str token);
/* Keeps the page made for `token`, unless it is too large or has too many tokens in it. */
void yz_kept_put(struct yz_kept *k, struct yz_str key, struct yz_str token, struct yz_str page);

#endif
