/* web/kiosk.h - the hall's touch screen (private to web).
 *
 *	GET /kiosk ─▶ find, item ─▶ /guide/… (the guide's own pages, in the kiosk's frame) ─▶ notice: print, QR
 *	   ▲                                   │ 40 s untouched
 *	   └────────── end ◀── 20 s ── rest ◀──┘
 *
 * Everything below /kiosk, and a guide begun there, is shown in a frame of its own: large, nothing to sign in with,
 * nothing that leads elsewhere.  Whose session the browser has does not count there.  Which guide it is stands in a cookie
 * of the browser's session; no other opens, so that going back after the end shows nothing of who was there before.  Any
 * page of the rest of the site takes the cookie away: a browser that strays out of the kiosk is an ordinary one again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_KIOSK_H
#define YZ_WEB_KIOSK_H

#include "gov/guide.h"
#include "gov/item.h"
#include "gov/version.h"
#include "web/find.h"
#include "web/web.h"

/* Seconds untouched until she is asked whether she is still there, and from then until all is forgotten. */
enum { YZ_KIOSK_IDLE = 40, YZ_KIOSK_REST = 20 };
/* Characters typed on the screen's keys. */
enum { YZ_KIOSK_TYPED = 40 };

struct yz_kiosk_page {
	struct yz_find query;
	struct yz_found *hits;
	size_t nhits, total, page;
	struct yz_str title; /* of a theme; else empty */
	const struct yz_bundle *bundles;
	size_t nbundles;
	const struct yz_version *version; /* an item, or … */
	const struct yz_bundle *bundle;
	struct yz_str what, name;         /* as POST /guide takes it */
	bool guided;
	struct yz_html qr;
	struct yz_str back; /* of the page that was left alone */
};

/* Whether this request is shown in the kiosk's frame; sets p->kiosk, and drops the cookie outside of it. */
void yz_kiosk_enter(struct yz_page *p);
/* A guide was begun here: the only one that opens from now on. */
void yz_kiosk_guide(struct yz_page *p, struct yz_str token);
/* Whether this guide may be shown: outside of the kiosk each. */
bool yz_kiosk_opens(const struct yz_page *p, struct yz_str token);
/* Where an untouched page of the kiosk goes, and after how many seconds; "" where it stays. */
struct yz_str yz_kiosk_rest(const struct yz_page *p, unsigned *after);
/* The same for a browser without scripts. */
struct yz_html yz_kiosk_refresh(const struct yz_page *p, struct yz_str rest, unsigned after);
/* What is typed after a key was touched: a character, "del" or "clear".  At most `most` characters. */
struct yz_str yz_kiosk_key(const struct yz_page *p, struct yz_str typed, struct yz_str key, size_t most);

#endif
