/* web/desk.h - what the templates of the desk show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_DESK_H
#define YZ_WEB_DESK_H

#include "gov/clock.h"
#include "gov/draft.h"
#include "pack/pack.h"
#include "web/account.h"
#include "web/case_page.h"

struct yz_desk_page {
	struct yz_case_list list;
	struct yz_case_query query;
	struct yz_str next; /* address of the next page, or "" */
};

struct yz_act_page {
	struct yz_case_page view;
	enum yz_act act;
	int64_t task;
	struct yz_str error;      /* "" or what is wrong */
	const struct yz_err *failed;
	struct yz_str against;    /* what the item's decision says against this act; "": nothing */
	struct yz_form_state state;  /* correct: what the form asks of these facts … */
	struct yz_pack_need *needs;  /* … and the materials they need */
	size_t nneeds;
};

/* Whether a file is one of the material `key` as it stands: files replaced are not. */
static inline bool yz_material_page_of(const struct yz_case_material *m, struct yz_str key)
{
	return key.len && yz_str_eq(m->key, key) && !yz_str_eqz(m->state, "replaced");
}

/* What stops a clock, as the law lists it (行政许可法 45); message ids, and the values themselves. */
enum { YZ_SPECIALS = 8 };
extern const char *const yz_specials[YZ_SPECIALS];
/* The letter that presses an act's button at the desk; 0: none. */
char yz_act_key(enum yz_act act);
/* Acts done by one press; the others ask for reasons on a page of their own. */
bool yz_act_at_once(enum yz_act act);

#endif
