/* web/weekly.h - the weekly report on what people wrote, as pages and document (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_WEEKLY_H
#define YZ_WEB_WEEKLY_H

#include "gov/weekly.h"
#include "print/print.h"
#include "web/web.h"

struct yz_weekly_page {
	struct yz_weekly w;
	struct yz_weekly_row *rows;
	size_t nrows;
	char week[YZ_PERIOD_TEXT];
	bool over; /* the week has passed */
	struct yz_weekly_edit typed; /* what the form shows */
	struct yz_str error, field;
	const struct yz_weekly_figure *figure;
	struct yz_weekly_letter *letters;
	size_t nletters;
};

/* A text with its figures as links. */
void yz_weekly_text(struct yz_buf *out, const struct yz_weekly_page *v, struct yz_str text);
/* What a figure is called, in the page's language. */
struct yz_str yz_weekly_name(const struct yz_page *p, const struct yz_weekly_figure *f);
const char *yz_letter_state(struct yz_str state); /* message id */
/* 网民反映问题办理情况周报: GB/T 9704. */
struct yz_doc *yz_weekly_doc(struct yz_page *p, const struct yz_weekly *w);

#endif
