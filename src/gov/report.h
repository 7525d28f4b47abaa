/* gov/report.h - what was received, decided, late, sent back, stopped, rated and issued in a period, against the one
 * before (环比) and the same of the year before (同比); by region, department, item or post.
 *
 * From the rows the acts keep (gov/figure.h), of days that are over put together by month: no case is counted.
 *
 * Failure: err.  Threads: any, each with its connection.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_REPORT_H
#define YZ_GOV_REPORT_H

#include "gov/figure.h"
#include "gov/period.h"
#include "gov/permission.h"

enum yz_report_by { YZ_BY_ORG, YZ_BY_REGION, YZ_BY_ITEM, YZ_BY_POST, YZ_BY_KINDS };
/* "org" … and back. */
const char *yz_report_by_name(enum yz_report_by by);
bool yz_report_by_parse(struct yz_str s, enum yz_report_by *by);

struct yz_report_row {
	struct yz_str key;  /* department, region's code, item's code, role */
	struct yz_str name; /* as the house calls it; of a post the role's title (message id), "" where nobody of the house did it */
	struct yz_str org, org_name; /* of a post: its department */
	struct yz_figure now, before, year_ago;
};
struct yz_report_card {
	struct yz_str monitor, name, level; /* name: of a pack's rule, else "" */
	int64_t issued, counts;             /* counts: not withdrawn */
};
struct yz_report {
	struct yz_period period, before, year_ago;
	enum yz_report_by by;
	struct yz_str org, org_name; /* of one department only; "": of all she watches */
	struct yz_report_row sum;
	struct yz_report_row *rows; /* with something in one of the three periods; items: most received first */
	size_t nrows;
	struct yz_report_card *cards; /* by rule and level */
	size_t ncards;
};
bool yz_report_make(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_period period,
		    enum yz_report_by by, struct yz_str org, struct yz_report *out, struct yz_err *err);

/* The lines of a report, in order: a count, a share of something, a mean. */
enum yz_line_unit { YZ_LINE_COUNT, YZ_LINE_SHARE, YZ_LINE_MEAN };
struct yz_report_line {
	const char *title; /* message id */
	enum yz_line_unit unit;
};
const struct yz_report_line *yz_report_lines(size_t *n);
/* What line i comes to: a count in *part, else *part of *whole (0: nothing to divide by). */
void yz_report_value(const struct yz_figure *f, size_t i, int64_t *part, int64_t *whole);

/* The stages, in order: what is divided by what to have working days on average. */
enum yz_office_stage { YZ_STAGE_ACCEPT, YZ_STAGE_REVIEW, YZ_STAGE_DECIDE, YZ_STAGE_DELIVER, YZ_STAGES };
const char *yz_stage_title(enum yz_office_stage stage); /* 受理 …: message id */
void yz_stage_of(const struct yz_figure *f, enum yz_office_stage stage, int64_t *days, int64_t *cases);

#endif
