/* Reports of a period: what the page, the spreadsheet and the document share.  SPDX-License-Identifier: Apache-2.0 */
#include "web/report.h"

#include "web/board.h"
#include "web/handlers.h"
#include "web/templates.h"

#include <math.h>
#include <stdlib.h>

/* ---- values in words ---- */

static double ratio(int64_t part, int64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

struct yz_str yz_report_show(struct yz_arena *a, const struct yz_figure *f, size_t line)
{
	size_t n;
	int64_t part, whole;
	enum yz_line_unit unit = yz_report_lines(&n)[line].unit;
	yz_report_value(f, line, &part, &whole);
	if (unit == YZ_LINE_COUNT)
		return yz_str_printf(a, "%lld", (long long)part);
	if (!whole)
		return YZ_LIT("–");
	return unit == YZ_LINE_SHARE ? yz_str_printf(a, "%.1f%%", 100 * ratio(part, whole)) : yz_str_printf(a, "%.1f", ratio(part, whole));
}

struct yz_str yz_report_change(struct yz_arena *a, const struct yz_figure *now, const struct yz_figure *then, size_t line)
{
	size_t n;
	int64_t part, whole, was, of;
	enum yz_line_unit unit = yz_report_lines(&n)[line].unit;
	yz_report_value(now, line, &part, &whole);
	yz_report_value(then, line, &was, &of);
	double change = unit == YZ_LINE_COUNT ? 100 * ratio(part - was, was) : ratio(part, whole) - ratio(was, of);
	if (unit == YZ_LINE_SHARE)
		change *= 100;
	if (isnan(change))
		return YZ_LIT("–");
	if (fabs(change) < 0.05)
		return unit == YZ_LINE_COUNT ? YZ_LIT("0.0%") : YZ_LIT("0.0");
	return yz_str_printf(a, "%s%.1f%s", change < 0 ? "−" : "+", fabs(change), unit == YZ_LINE_COUNT ? "%" : "");
}

struct yz_str yz_report_stage(struct yz_arena *a, const struct yz_figure *f, enum yz_office_stage stage)
{
	int64_t days, cases;
	yz_stage_of(f, stage, &days, &cases);
	return cases ? yz_str_printf(a, "%.1f", ratio(days, cases)) : YZ_LIT("–");
}

struct yz_str yz_report_period(struct yz_arena *a, struct yz_period p)
{
	char text[YZ_PERIOD_TEXT];
	struct yz_civil c = yz_day_civil(p.from), e = yz_day_civil(p.to);
	switch (p.kind) {
	case YZ_PERIOD_WEEK:
		yz_period_print(p, text);
		return yz_str_printf(a, "%.4s年第%d周（%d月%d日至%d月%d日）", text, atoi(text + 6), c.month, c.day, e.month, e.day);
	case YZ_PERIOD_MONTH:
		return yz_str_printf(a, "%d年%d月", c.year, c.month);
	case YZ_PERIOD_QUARTER:
		return yz_str_printf(a, "%d年第%d季度", c.year, (c.month - 1) / 3 + 1);
	case YZ_PERIOD_YEAR:
		return yz_str_printf(a, "%d年", c.year);
	case YZ_PERIOD_DAY:
	case YZ_PERIOD_KINDS:
		break;
	}
	return yz_doc_day(a, p.from);
}

struct yz_str yz_report_name(const struct yz_page *p, const struct yz_report *r, const struct yz_report_row *row)
{
	if (r->by == YZ_BY_POST)
		return yz_str_printf(p->arena, "%.*s · %s", YZ_P(yz_name(p, row->org_name)),
				     row->name.len ? yz_tr(p->lang, yz_str_z(p->arena, row->name)) : T(p->lang, "申请人和系统"));
	if (r->by == YZ_BY_ITEM && !row->name.len)
		return yz_str(T(p->lang, "不属于哪个事项"));
	return yz_name(p, row->name);
}

struct yz_str yz_report_rule(const struct yz_page *p, const struct yz_report_card *c)
{
	return c->name.len ? yz_name(p, c->name) : yz_entry_rule(p, c->monitor);
}

const char *yz_level_title(struct yz_str level)
{
	return yz_str_eqz(level, "red") ? N_("红牌") : yz_str_eqz(level, "yellow") ? N_("黄牌") : N_("预警");
}

/* ---- what is asked for ---- */

/* of=2026-11, or kind=month and any day=2026-11-22 of it; this month where nothing is said. */
static struct yz_period read_period(struct yz_page *p)
{
	struct yz_period period;
	enum yz_period_kind kind = YZ_PERIOD_MONTH;
	yz_day day = yz_instant_day(p->now, p->site->offset), said;
	if (yz_period_parse(yz_req_query(p->req, "of"), &period))
		return period;
	yz_period_kind_parse(yz_req_query(p->req, "kind"), &kind);
	if (yz_day_parse(yz_req_query(p->req, "day"), &said) && said >= yz_day_from(YZ_CALENDAR_FIRST, 1, 1) &&
	    said < yz_day_from(YZ_CALENDAR_LAST, 1, 1))
		day = said;
	return yz_period_of(kind, day);
}

static bool load(struct yz_page *p, struct yz_report_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	enum yz_report_by by = YZ_BY_ORG;
	struct yz_period period = read_period(p);
	struct yz_str org = yz_req_query(p->req, "org");
	yz_report_by_parse(yz_req_query(p->req, "by"), &by);
	*v = (struct yz_report_page){0};
	if (!conn || !yz_report_make(p->site, conn, p->arena, &p->who, period, by, org, &v->r, err))
		return false;
	yz_period_print(period, v->of);
	yz_period_print(v->r.before, v->previous);
	yz_period_print(yz_period_after(period), v->next);
	yz_day_print(period.from, v->day);
	v->query = yz_str_printf(p->arena, "of=%s&by=%s&org=%.*s", v->of, yz_report_by_name(by), YZ_P(org));
	return true;
}

bool yz_web_board_report(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_report_page v;
	if (!load(p, &v, err))
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "办理情况报告"));
	tpl_board_report(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_report_xlsx(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_report_page v;
	struct yz_str bytes;
	if (!load(p, &v, err))
		return false;
	yz_page_release(p);
	if (!yz_report_book(p, &v.r, &bytes, err))
		return false;
	yz_res_download(req, yz_str_printf(p->arena, "%s-%s.xlsx", T(p->lang, "办理情况报告"), v.of));
	return yz_res_body(req, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes);
}

bool yz_web_board_report_pdf(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_report_page v;
	struct yz_str pdf;
	if (!load(p, &v, err))
		return false;
	struct yz_doc *doc = yz_report_doc(p, &v.r);
	yz_page_release(p);
	if (!(p->site->printer ? yz_printer_render(p->site->printer, doc, p->arena, &pdf, err) : yz_print_pdf(doc, p->arena, &pdf, err)))
		return false;
	yz_res_download(req, yz_str_printf(p->arena, "%s-%s.pdf", T(p->lang, "办理情况报告"), v.of));
	return yz_res_body(req, "application/pdf", pdf);
}
