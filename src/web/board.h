/* web/board.h - what the templates of supervision show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_BOARD_H
#define YZ_WEB_BOARD_H

#include "gov/board.h"
#include "gov/card.h"
#include "web/web.h"

struct yz_board_page {
	struct yz_figures *figures; /* [0] is the sum */
	size_t nfigures;
	struct yz_card *cards;
	size_t ncards;
	struct yz_case_list cases;
	struct yz_case_query query;
	struct yz_figures *months;
	size_t nmonths;
	struct yz_str from, to, org, org_name, next;
	struct yz_overrule *overruled;
	size_t noverruled;
};

/* 98.5%, or – where there is nothing to divide by. */
struct yz_str yz_show_share(const struct yz_page *p, int64_t part, int64_t whole);
/* Mean stars: 4.7, or –. */
struct yz_str yz_show_stars(const struct yz_page *p, const struct yz_figures *f);

/* A ledger entry in words; what has none is shown as it stands. */
const char *yz_entry_act(const struct yz_page *p, struct yz_str act);
const char *yz_entry_kind(const struct yz_page *p, struct yz_str kind);
struct yz_str yz_entry_rule(const struct yz_page *p, struct yz_str rule);

#endif
