/* web/case_page.h - what the templates of a case show, hers and the desk's (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_CASE_PAGE_H
#define YZ_WEB_CASE_PAGE_H

#include "calendar/calendar.h"
#include "gov/upward.h"
#include "gov/case.h"
#include "gov/fee.h"
#include "gov/doubt.h"
#include "gov/payout.h"
#include "gov/publicity.h"
#include "gov/joint.h"
#include "gov/version.h"
#include "pack/form.h"
#include "print/qr.h"
#include "web/card_life.h"
#include "web/process.h"
#include "web/web.h"

struct yz_case_page {
	struct yz_case *c;
	const struct yz_form *form;
	bool desk;
	int64_t shown; /* material in the viewer */
	struct yz_joint *joint; /* what it is part of, or NULL */
	struct yz_str error;
	const struct yz_err *failed;
	struct yz_process_view process; /* rows: none, when it cannot be read */
	struct yz_fee_order **fees; /* newest first */
	size_t nfees;
	/* The desk's: what it was compared with, publicised, paid. */
	struct yz_case_doubts doubts;
	struct yz_objections objections;
	struct yz_publicity shown_now; /* id 0: none */
	struct yz_payouts payouts;
	struct yz_duty_view duty; /* the supervisor's */
};

/* Fills v->process; what fails is logged, and the page goes without. */
void yz_case_page_process(struct yz_page *p, struct yz_case_page *v);

/* The case as this person may see it. */
bool yz_case_page_load(struct yz_page *p, struct yz_case_page *v, struct yz_err *err);
/* "承诺期限", "五日内答复" …, translated. */
const char *yz_clock_title(const struct yz_page *p, struct yz_str kind);
/* "第 7 个工作日，共 20 个" of a clock now. */
struct yz_str yz_clock_progress(const struct yz_page *p, const struct yz_calendar *calendar, struct yz_str body);
/* The clock that matters most to her: promised, else legal, answer, correction, deliver; NULL when none runs. */
const struct yz_case_clock *yz_case_main_clock(const struct yz_case *c);
/* The calendar, lent for the request. */
const struct yz_calendar *yz_page_calendar(struct yz_page *p);
/* Whether an act may be done now. */
bool yz_case_offers(const struct yz_case *c, enum yz_act act);
/* Where this person looks at the case: her own page, or the desk's. */
struct yz_str yz_case_address(const struct yz_page *p, const struct yz_case *c);
/* What a file input lets her choose for a material: "application/pdf,image/jpeg,image/png", or as the item says. */
struct yz_str yz_material_accept(const struct yz_page *p, const struct yz_json *material);
/* The uploads of a request by name, numbers by value (扫描2 before 扫描10): pages of one material in their order. */
struct yz_upload **yz_uploads_in_order(struct yz_page *p, size_t *n);
/* A file's name; of what the registers prove: what they know, in her language. */
struct yz_str yz_material_title(const struct yz_page *p, const struct yz_case_material *m);
struct yz_html yz_qr_image(struct yz_page *p, struct yz_str text);

#endif
