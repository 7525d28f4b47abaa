/* web/report.h - reports as page, spreadsheet and official document (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_REPORT_H
#define YZ_WEB_REPORT_H

#include "gov/report.h"
#include "print/print.h"
#include "web/web.h"

enum { YZ_REPORT_ROWS = 300 }; /* of a page; the spreadsheet has all */

struct yz_report_page {
	struct yz_report r;
	char of[YZ_PERIOD_TEXT], previous[YZ_PERIOD_TEXT], next[YZ_PERIOD_TEXT], day[16];
	struct yz_str query; /* of=…&by=…&org=…, for the files */
};

/* 12, 98.5%, 4.7; – where there is nothing to divide by. */
struct yz_str yz_report_show(struct yz_arena *a, const struct yz_figure *f, size_t line);
/* +12.5% of a count, +1.2 of a share (百分点) or mean; – where there was nothing. */
struct yz_str yz_report_change(struct yz_arena *a, const struct yz_figure *now, const struct yz_figure *then, size_t line);
/* Mean working days of a stage: 2.4, or –. */
struct yz_str yz_report_stage(struct yz_arena *a, const struct yz_figure *f, enum yz_office_stage stage);
/* 2026年11月, 2026年第47周（11月16日至11月22日） … as the document says it, in Chinese. */
struct yz_str yz_report_period(struct yz_arena *a, struct yz_period p);
/* What a row is called, in the page's language. */
struct yz_str yz_report_name(const struct yz_page *p, const struct yz_report *r, const struct yz_report_row *row);
/* A rule's name, or what the clock is about. */
struct yz_str yz_report_rule(const struct yz_page *p, const struct yz_report_card *c);
const char *yz_level_title(struct yz_str level); /* message id */

/* 关于2026年11月政务服务办理情况的报告: GB/T 9704. */
struct yz_doc *yz_report_doc(struct yz_page *p, const struct yz_report *r);
/* The organ that reports, and where it reports to. */
struct yz_str yz_report_organ(struct yz_page *p);
struct yz_str yz_report_government(struct yz_page *p, struct yz_conn *conn);
bool yz_report_book(struct yz_page *p, const struct yz_report *r, struct yz_str *bytes, struct yz_err *err);

#endif
