/* gov/weekly.h - 网民反映问题办理情况周报: what people wrote in a week and what became of it.
 *
 *	letters of the week ──▶ figures, each with the letters it counts ──▶ draft ──edit──▶ draft ──issue──▶ issued
 *
 * A draft is written from the letters whenever it is opened; what a supervisor changed in its words stays, its figures are
 * those of now.  In the words a figure stands as a mark, {received}, so that nobody types it wrong and each leads to the
 * letters it counts.  Issuing keeps the figures and the letters behind them as they were; nothing changes it after.
 *
 * Letters are consultations.  Those whose askers agreed, and that were published, are quoted; no other words of theirs.
 *
 * Failure: err.  Threads: any, each with its connection; writes take none.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_WEEKLY_H
#define YZ_GOV_WEEKLY_H

#include "fmt/json.h"
#include "gov/period.h"
#include "gov/permission.h"
#include "gov/site.h"

enum yz_weekly_part { YZ_WEEKLY_WHOLE, YZ_WEEKLY_KINDS, YZ_WEEKLY_ORGS, YZ_WEEKLY_LATE, YZ_WEEKLY_RATINGS, YZ_WEEKLY_NEXT, YZ_WEEKLY_PARTS };
const char *yz_weekly_part_key(enum yz_weekly_part part);   /* "whole" … */
const char *yz_weekly_part_title(enum yz_weekly_part part); /* 总体情况 …: message id */

enum { YZ_WEEKLY_TEXT = 4000 /* characters of a part */, YZ_WEEKLY_LINE = 200, YZ_WEEKLY_WEEKS = 26 };

struct yz_weekly_figure {
	struct yz_str key;  /* "received", "org.zhujian", "kind.shebao", "item.CODE" */
	struct yz_str name; /* message id; of a department, theme or item its name */
	int64_t *letters;   /* ids of the consultations it counts */
	size_t n;
	struct yz_str quote; /* of an item in a draft: a question that was published, its beginning */
};
struct yz_weekly {
	struct yz_period period;
	int64_t id, version; /* 0: nobody has saved it yet */
	bool issued, edited;
	struct yz_str number, to, copies; /* 发文字号, 主送, 抄送 */
	struct yz_str texts[YZ_WEEKLY_PARTS];
	struct yz_weekly_figure *figures;
	size_t nfigures;
	struct yz_str by_name;
	yz_instant at; /* issued, or saved */
};
struct yz_weekly_letter {
	int64_t id;
	struct yz_str no, org_name, item_name, state;
	yz_instant asked, due, ended;
	int rating;
};
struct yz_weekly_row {
	struct yz_period period;
	bool saved, issued;
	yz_instant at;
	struct yz_str by_name;
};

/* The last weeks, newest first, this one included. */
bool yz_weekly_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_weekly_row **rows,
		    size_t *n, struct yz_err *err);
/* A week that has begun. */
bool yz_weekly_open(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str week,
		    struct yz_weekly *out, struct yz_err *err);
const struct yz_weekly_figure *yz_weekly_figure(const struct yz_weekly *w, struct yz_str key);
/* The letters a figure counts, oldest first. */
bool yz_weekly_letters(struct yz_conn *conn, struct yz_arena *a, const struct yz_weekly_figure *f, struct yz_weekly_letter **out, size_t *n,
		       struct yz_err *err);
/* A text in pieces: words, and marks with their figure; false where a mark names none (its name in *bad).
 * {rated} is a number, {satisfied%rated} a share of another, {received~before} how it compares with another: 增加 12.5%. */
struct yz_weekly_piece {
	struct yz_str words; /* of a mark: what it says now */
	const struct yz_weekly_figure *figure; /* NULL: words only */
};
bool yz_weekly_pieces(struct yz_arena *a, const struct yz_weekly *w, struct yz_str text, struct yz_weekly_piece **out, size_t *n,
		      struct yz_str *bad);
/* The same as plain text. */
struct yz_str yz_weekly_plain(struct yz_arena *a, const struct yz_weekly *w, struct yz_str text);

struct yz_weekly_edit {
	struct yz_str number, to, copies, texts[YZ_WEEKLY_PARTS];
	int64_t version; /* of what she saw: another in between is a CONFLICT */
};
bool yz_weekly_save(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str week, const struct yz_weekly_edit *edit,
		    struct yz_err *err);
/* The week is over, and somebody has read it: it was saved at this version. */
bool yz_weekly_issue(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str week, int64_t version,
		     struct yz_err *err);

#endif
