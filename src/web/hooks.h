/* web/hooks.h - what runs before and after every handler (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_HOOKS_H
#define YZ_WEB_HOOKS_H

#include "web/kept.h"
#include "web/web.h"

struct yz_web {
	struct yz_arena *arena;
	struct yz_site *site;
	struct yz_http *http;
	struct yz_rate *rate;
	struct yz_str secret; /* of CSRF tokens */
	struct yz_kept *kept;
	struct yz_live *live; /* web/screen.h */
	struct yz_published *published; /* web/openness.h */
};

bool yz_hook_admit(struct yz_req *req, struct yz_err *err);
bool yz_hook_begin(struct yz_req *req, struct yz_err *err);
void yz_hook_error(struct yz_req *req, const struct yz_err *err);
void yz_hook_end(struct yz_req *req);

/* Answers from the network thread when the page is kept, without waiting for anything. */
bool yz_hook_quick(struct yz_req *req);

/* A page that says the same to everybody, but for the frame around it: as it is kept (kept.h), or 304; false: it must be
 * made.  p->room is set before. */
bool yz_page_kept(struct yz_page *p);
/* The page just made, for the next; 304 if she has it.  term: the edition from before the database was read. */
bool yz_page_keep(struct yz_page *p, struct yz_kept_term term);

/* Takes one of what this address (and, when given, this name) may try; false: TOO_MANY is in err. */
bool yz_web_rate(struct yz_page *p, const char *what, struct yz_str name, unsigned per_minute, unsigned burst, struct yz_err *err);
/* The session cookie. */
void yz_web_set_session(struct yz_page *p, struct yz_str token); /* "" removes it */

#endif
