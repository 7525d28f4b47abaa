/* web/levels.h - what the pages of the levels show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_LEVELS_H
#define YZ_WEB_LEVELS_H

#include "gov/outside_report.h"
#include "gov/upward.h"
#include "gov/upward_row.h"
#include "web/web.h"

struct yz_levels_page {
	struct yz_below *sites;
	size_t nsites;
	struct yz_outside_system *systems; /* departments' own */
	size_t nsystems;
	const struct yz_below *site; /* of a page of one */
	struct yz_below_query query;
	struct yz_below_thing *things;
	size_t nthings;
	struct yz_str next;
	/* one thing */
	struct yz_str no;
	struct yz_up_row *rows;
	size_t nrows;
	struct yz_order *orders;
	size_t norders;
	struct yz_str error, text_error, days_error, text; /* of the form that was sent */
	bool question;
	int64_t days;
};

/* 12 秒前, 3 小时前, 2 天前. */
struct yz_str yz_show_ago(const struct yz_page *p, yz_instant t);
/* What a light, a state, a kind of gap is called. */
const char *yz_level_state(const struct yz_page *p, struct yz_str kind, struct yz_str state);
const char *yz_level_gap(const struct yz_page *p, struct yz_str gap);
/* A field of a row for the person: its name and what stands in it; false: there is nothing to show. */
bool yz_level_field(const struct yz_page *p, const struct yz_up_row *row, size_t nth, const char **name, struct yz_str *value);
/* How many rows from i on are of its table; whether they are shown as a list; whether any of n rows has something in a field. */
size_t yz_level_group(const struct yz_levels_page *v, size_t i);
bool yz_level_listed(const struct yz_up_row *row);
bool yz_level_column(const struct yz_page *p, const struct yz_up_row *rows, size_t n, size_t nth, const char **name);
/* What became of it, rather than what was applied for. */
bool yz_level_handling(const struct yz_up_row *row);
/* How a card came about, as it was reported; NULL where it was not. */
const struct yz_json *yz_level_reckoning(const struct yz_page *p, const struct yz_up_row *row);

#endif
