/* web/licence.h - what the templates of licences show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_LICENCE_H
#define YZ_WEB_LICENCE_H

#include "gov/licence.h"
#include "web/account.h"

struct yz_licence_page {
	const struct yz_licence *l;
	struct yz_licence_uses uses;
	struct yz_str next;  /* address of what is older, or "" */
	bool manages;        /* desk: she may act on it */
	struct yz_simple_form form;
	enum yz_licence_act act; /* desk: what was asked for and went wrong; YZ_LICENCE_ACTS: nothing */
};

/* The look of a state: "ok", "warn", "late" as lights have it. */
const char *yz_licence_light(enum yz_licence_state state);
/* The last day it is good, or 长期有效. */
struct yz_str yz_show_until(const struct yz_page *p, yz_day until);

#endif
