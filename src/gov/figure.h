/* gov/figure.h - what the acts count: one row a day, department, item, post and person, added to inside the act's own
 * write (private to gov).
 *
 * An act that counts adds to one row, once; the same numbers stand in its ledger entry as the member "kept", so that
 * any month can be counted again from the ledger alone (gov/recompute.h).  It counts on the entry's day, or where the body
 * has the member "kept_at" (an instant), on that one's: a card that is withdrawn counts no more on the day it was issued.
 *
 * So do steps of processes, by month, in the table stage_figure: as the member "stages" of the entry that follows them.
 *
 * Days are working days of the office's calendar: in the stage of acceptance from receipt, in review from acceptance
 * to the opening of the decision's task (lawful stops left out), in decision from there, in delivery from the decision.
 *
 * Days that are over are put together, so that a report of a month, a quarter or a year reads a row a month, department,
 * item, post and person, and what shows departments a row a day:
 *
 *	figure        … 11-20  11-21  11-22 (figure_put) │ 11-23 today
 *	figure_month  2026-11: all of these, added up    │ the acts add to figure alone
 *	figure_day    11-20: …  11-21: …  11-22: …       │
 *
 * What is added later to a day that was put together is added to all three in one write.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_FIGURE_H
#define YZ_GOV_FIGURE_H

#include "db/db.h"
#include "fmt/json.h"
#include "gov/site.h"

/* X(member): the columns of the table figure, in order.  low: ratings of one or two stars.  corrected: sent back to the
 * applicant to be put right.  stopped: special procedures begun.  days_…: sums of working days. */
#define YZ_FIGURES(X) X(received) YZ_FIGURES_MORE(X)
#define YZ_FIGURES_MORE(X)                                                                                                       \
	X(accepted) X(refused) X(decided) X(denied) X(withdrawn) X(on_time) X(early) X(notice) X(yellow) X(red)       \
	X(rated) X(stars) X(low) X(corrected) X(stopped) X(delivered) X(days_accept) X(days_review) X(days_decide) X(days_deliver)

struct yz_figure {
	/* Whose it is: the item's code, the role of the post by which it was done and who did it; "" and 0 where nobody
	 * of the house did, or it is of no item. */
	struct yz_str item, post;
	int64_t person;
#define X(name) int64_t name;
	YZ_FIGURES(X)
#undef X
};

bool yz_figure_any(const struct yz_figure *f);
/* Inside a write. */
bool yz_figure_add(struct yz_site *site, struct yz_conn *conn, struct yz_str org, yz_instant at, const struct yz_figure *f,
		   struct yz_err *err);
/* The member "kept" of the entry's body, with what is not 0. */
void yz_figure_say(struct yz_jw *w, struct yz_str org, const struct yz_figure *f);
/* The same for a body that is put together as text: "kept":{…} without a comma. */
struct yz_str yz_figure_text(struct yz_arena *a, struct yz_str org, const struct yz_figure *f);
/* Back from an entry's body; false where it counts nothing. */
bool yz_figure_said(const struct yz_json *body, struct yz_str *org, struct yz_figure *f);
/* dst += f, the numbers only. */
void yz_figure_sum(struct yz_figure *dst, const struct yz_figure *f);

/* Puts together the next days that are over, a few in one write; *more: there may be others.  An installation whose clock was set
 * back begins again with the month it is in. */
bool yz_figure_roll(struct yz_site *site, bool *more, struct yz_err *err);

/* Where the figures of a period stand: in the rows of figure_month from months[0] to months[1] and those of figure from
 * days[0] to days[1], both inclusive; nothing lies in both.  A period that does not begin a month: all in days. */
struct yz_figure_span {
	char months[2][16], days[2][16];
};
bool yz_figure_span(struct yz_conn *conn, yz_day from, yz_day to, struct yz_figure_span *out, struct yz_err *err);
/* All figures as rows with a month: "FROM " YZ_FIGURE_BY_MONTH " f WHERE f.month = $1".  With a day and a department, those of
 * a list as above: "FROM " YZ_FIGURE_BY_DAY(YZ_FIGURES) " f". */
#define YZ_FIGURE_NAME(name) ", " #name
#define YZ_FIGURE_SUM(name) ", CAST(SUM(" #name ") AS BIGINT) AS " #name
#define YZ_FIGURE_BY_MONTH                                                                                                   \
	"(SELECT month, org, item, post, person" YZ_FIGURES(YZ_FIGURE_NAME) " FROM figure_month "                            \
	"UNION ALL SELECT SUBSTR(day, 1, 7) AS month, org, item, post, person" YZ_FIGURES(YZ_FIGURE_NAME) " FROM figure "   \
	"WHERE day > (SELECT MAX(day) FROM figure_put))"
#define YZ_FIGURE_BY_DAY(FIGURES)                                                                                            \
	"(SELECT day, org" FIGURES(YZ_FIGURE_NAME) " FROM figure_day "                                                       \
	"UNION ALL SELECT day, org" FIGURES(YZ_FIGURE_SUM) " FROM figure WHERE day > (SELECT MAX(day) FROM figure_put) GROUP BY day, org)"

/* A step of a process was done, or was recalled and is not: by month, department, item and step. */
struct yz_stage {
	struct yz_str org, item, node, name;
	int64_t n;     /* 1; recalled: -1 */
	int64_t spent; /* office time it took, microseconds; recalled: what was added then, negative */
	yz_instant at; /* when it was done: it counts in that month */
};
/* The member "stages" of an entry's body: [{"org", "item", "node", "n", "spent", "at"} …]. */
void yz_figure_stages_say(struct yz_jw *w, const struct yz_stage *stages, size_t n);
bool yz_figure_stage_said(const struct yz_json *stage, struct yz_stage *out);
bool yz_figure_stage(struct yz_site *site, struct yz_conn *conn, const struct yz_stage *stage, struct yz_err *err);

#endif
