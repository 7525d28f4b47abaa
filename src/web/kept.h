/* web/kept.h - pages, and parts of pages, that are the same for everybody but for the token of their forms.
 *
 *	key = what it depends on beside the data: path, language, look, which part
 *	yz_kept_put ──▶ what the templates made, once
 *	yz_kept_hold ──▶ the page, lent ──▶ yz_kept_copy: with the reader's own token
 *
 * A page is good while the site's edition is the one it was made under, until the date that changes it.  Asking for
 * one neither reads the database nor waits for who does: the lock is held for a few loads and stores.
 *
 * Bounds: the number of pages is given, YZ_KEPT_BYTES a page; the longest unused goes.
 * Ownership: a page is copied in; one that is held stays until the arena it was held for goes.
 * Threads: any.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_KEPT_H
#define YZ_WEB_KEPT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"

/* How long a page is good: under that edition, until that instant. */
struct yz_kept_term {
	uint64_t edition;
	yz_instant until;
};

enum { YZ_KEPT_BYTES = 64 * 1024, YZ_KEPT_TOKENS = 8 };

struct yz_kept;
struct yz_kept_page;
struct yz_kept *yz_kept_create(size_t pages);
void yz_kept_destroy(struct yz_kept *k); /* nobody holds a page any more */

/* NULL when it is not kept, or not good any more. */
const struct yz_kept_page *yz_kept_hold(struct yz_kept *k, struct yz_arena *a, struct yz_str key, uint64_t edition,
					yz_instant now);
struct yz_kept_term yz_kept_term(const struct yz_kept_page *page);
/* A digest of its bytes without the tokens; hexadecimal. */
struct yz_str yz_kept_digest(const struct yz_kept_page *page);
/* With `token` where its maker's stood, which was as long. */
struct yz_str yz_kept_copy(const struct yz_kept_page *page, struct yz_arena *a, struct yz_str token);
/* Keeps the page made for `token`, unless it is too large or has too many tokens in it; its digest in any case. */
struct yz_str yz_kept_put(struct yz_kept *k, struct yz_arena *a, struct yz_str key, struct yz_kept_term term,
			  struct yz_str token, struct yz_str page);

#endif
