/* web/score.h - what the templates of scores show (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_SCORE_H
#define YZ_WEB_SCORE_H

#include "gov/score.h"
#include "web/web.h"

struct yz_score_page {
	struct yz_scores all;          /* departments; of one department's page it alone */
	struct yz_scores posts, persons; /* of one department's page */
	const struct yz_score *one;    /* whose parts the page shows */
	struct yz_str of, title;       /* 2026-11, 2026-H1, 2026 */
	char previous[16], next[16];
	bool month, over;              /* one month; it has passed, so that it can be settled */
	bool anew;                     /* it was settled before */
	struct yz_str error, field;
	struct yz_score_record_new typed;
	struct yz_str reason;
};

/* 97.5, -5, +1: tenths; sign: with + where it is more than none. */
struct yz_str yz_show_points(const struct yz_page *p, int64_t tenths, bool sign);
/* What an event is called. */
struct yz_str yz_score_event_name(const struct yz_page *p, const struct yz_score_event *e);
/* What a formula's points come from: the cases of the month, the department's promises, or its report. */
struct yz_str yz_score_event_link(const struct yz_page *p, const struct yz_score_page *v, const struct yz_score_event *e);
/* Whose a row of posts or persons is. */
struct yz_str yz_score_whose(const struct yz_page *p, const struct yz_score *s);

#endif
