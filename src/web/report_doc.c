/* A report as official document (GB/T 9704) and as spreadsheet.  SPDX-License-Identifier: Apache-2.0 */
#include "web/report.h"

#include "db/db.h"
#include "print/xlsx.h"
#include "web/period.h"

#include <stdio.h>

enum { ORGS = 60, ITEMS = 30 }; /* rows of the document's table */

/* ---- the document ---- */

struct yz_str yz_report_organ(struct yz_page *p)
{
	for (size_t i = 0; i < p->who.nposts; i++) {
		const struct yz_post *post = &p->who.posts[i];
		const struct yz_entry_org *org = post->role == YZ_ROLE_SUPERVISOR ? yz_catalogue_org(yz_page_catalogue(p), post->org) : NULL;
		if (org)
			return org->name;
	}
	return p->site->name;
}

struct yz_str yz_report_government(struct yz_page *p, struct yz_conn *conn)
{
	struct yz_str key = yz_site_setting(conn, p->arena, "government.org", "");
	const struct yz_entry_org *org = key.len ? yz_catalogue_org(yz_page_catalogue(p), key) : NULL;
	return org ? org->name : yz_str_printf(p->arena, "%.*s人民政府", YZ_P(p->site->name));
}

struct paper {
	struct yz_page *p;
	const struct yz_report *r;
	struct yz_doc *d;
	unsigned section;
};

static void heading(struct paper *w, const char *text)
{
	static const char *const numerals[] = {"一", "二", "三", "四", "五", "六", "七", "八"};
	yz_doc_heading(w->d, 1, yz_str_printf(w->p->arena, "%s、%s", numerals[w->section++ % 8], text));
}

static struct yz_str show(const struct paper *w, const struct yz_figure *f, const char *title)
{
	size_t n;
	const struct yz_report_line *lines = yz_report_lines(&n);
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(yz_str(lines[i].title), title))
			return yz_report_show(w->p->arena, f, i);
	return YZ_LIT("–");
}

/* ，比上期增加 12.5%，比去年同期减少 3.0% */
static struct yz_str against(const struct paper *w, int64_t now, int64_t before, int64_t year_ago)
{
	const int64_t was[] = {before, year_ago};
	static const char *const names[] = {"上期", "去年同期"};
	struct yz_buf b;
	yz_buf_init(&b, w->p->arena, 512);
	for (size_t i = 0; i < 2; i++) {
		if (!was[i])
			continue;
		double change = 100.0 * (double)(now - was[i]) / (double)was[i];
		if (now == was[i])
			yz_buf_printf(&b, "，与%s持平", names[i]);
		else
			yz_buf_printf(&b, "，比%s%s %.1f%%", names[i], change > 0 ? "增加" : "减少", change > 0 ? change : -change);
	}
	return yz_buf_str(&b);
}

static void write_whole(struct paper *w)
{
	const struct yz_report_row *s = &w->r->sum;
	const struct yz_figure *f = &s->now;
	heading(w, "总体情况");
	yz_day today = yz_instant_day(w->p->now, w->p->site->offset);
	struct yz_civil c = yz_day_civil(today);
	struct yz_str until = today < w->r->period.to ? yz_str_printf(w->p->arena, "（截至%d月%d日）", c.month, c.day) : YZ_LIT("");
	yz_doc_paraf(w->d, "%.*s%.*s，%.*s共收到申请 %lld 件%.*s；受理 %lld 件，不予受理 %lld 件，申请人撤回 %lld 件。作出决定 %lld 件%.*s，其中不予许可 %lld 件。",
		     YZ_P(yz_report_period(w->p->arena, w->r->period)), YZ_P(until), YZ_P(w->r->org_name.len ? w->r->org_name : YZ_LIT("各部门")),
		     (long long)f->received, YZ_P(against(w, f->received, s->before.received, s->year_ago.received)), (long long)f->accepted,
		     (long long)f->refused, (long long)f->withdrawn, (long long)f->decided,
		     YZ_P(against(w, f->decided, s->before.decided, s->year_ago.decided)), (long long)f->denied);
	if (f->decided)
		yz_doc_paraf(w->d, "作出的决定中，在承诺期限内的占 %.*s，提前的占 %.*s，从受理到决定平均用时 %.*s 个工作日。",
			     YZ_P(show(w, f, "按期办结率")), YZ_P(show(w, f, "提前办结率")), YZ_P(show(w, f, "平均用时（工作日）")));
}

static void write_rows(struct paper *w)
{
	static const char *const titles[YZ_BY_KINDS] = {"各部门情况", "各地区情况", "各事项情况", "各岗位情况"};
	static const struct yz_doc_column columns[] = {
		{YZ_LIT("名称"), 5.2, YZ_ALIGN_START}, {YZ_LIT("收件"), 1.5, YZ_ALIGN_END},   {YZ_LIT("受理"), 1.5, YZ_ALIGN_END},
		{YZ_LIT("决定"), 1.5, YZ_ALIGN_END},   {YZ_LIT("按期率"), 2.1, YZ_ALIGN_END}, {YZ_LIT("用时"), 1.5, YZ_ALIGN_END},
		{YZ_LIT("黄牌"), 1.4, YZ_ALIGN_END},   {YZ_LIT("红牌"), 1.4, YZ_ALIGN_END}};
	size_t most = w->r->by == YZ_BY_ITEM ? ITEMS : ORGS, n = w->r->nrows < most ? w->r->nrows : most;
	heading(w, titles[w->r->by]);
	if (!n) {
		yz_doc_para(w->d, YZ_LIT("本期没有办件。"));
		return;
	}
	yz_doc_table(w->d, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i <= n; i++) {
		const struct yz_figure *f = i < n ? &w->r->rows[i].now : &w->r->sum.now;
		const struct yz_str cells[] = {i < n ? yz_report_name(w->p, w->r, &w->r->rows[i]) : YZ_LIT("合计"),
					       show(w, f, "收件"), show(w, f, "受理"), show(w, f, "办结决定"), show(w, f, "按期办结率"),
					       show(w, f, "平均用时（工作日）"), show(w, f, "黄牌"), show(w, f, "红牌")};
		yz_doc_row(w->d, cells);
	}
	if (n < w->r->nrows)
		yz_doc_note(w->d, yz_str_printf(w->p->arena, "注：只列前 %zu 行，共 %zu 行；合计是全部的。", n, w->r->nrows));
}

static void write_stages(struct paper *w)
{
	static const struct yz_doc_column columns[] = {{YZ_LIT("环节"), 2, YZ_ALIGN_START}, {YZ_LIT("件数"), 2, YZ_ALIGN_END},
						       {YZ_LIT("平均工作日"), 2, YZ_ALIGN_END}, {YZ_LIT("上期"), 2, YZ_ALIGN_END},
						       {YZ_LIT("去年同期"), 2, YZ_ALIGN_END}};
	const struct yz_report_row *s = &w->r->sum;
	struct yz_arena *a = w->p->arena;
	heading(w, "各环节用时");
	yz_doc_table(w->d, columns, sizeof columns / sizeof *columns);
	for (int i = 0; i < YZ_STAGES; i++) {
		int64_t days, cases;
		yz_stage_of(&s->now, (enum yz_office_stage)i, &days, &cases);
		const struct yz_str cells[] = {yz_str(yz_stage_title((enum yz_office_stage)i)), yz_str_printf(a, "%lld", (long long)cases),
					       yz_report_stage(a, &s->now, (enum yz_office_stage)i), yz_report_stage(a, &s->before, (enum yz_office_stage)i),
					       yz_report_stage(a, &s->year_ago, (enum yz_office_stage)i)};
		yz_doc_row(w->d, cells);
	}
	yz_doc_paraf(w->d, "退回申请人补正 %lld 件次%.*s，启动听证、检验、专家评审等特别程序 %lld 次%.*s。", (long long)s->now.corrected,
		     YZ_P(against(w, s->now.corrected, s->before.corrected, s->year_ago.corrected)), (long long)s->now.stopped,
		     YZ_P(against(w, s->now.stopped, s->before.stopped, s->year_ago.stopped)));
}

static void write_cards(struct paper *w)
{
	static const struct yz_doc_column columns[] = {{YZ_LIT("监察规则"), 6, YZ_ALIGN_START}, {YZ_LIT("级别"), 2, YZ_ALIGN_CENTRE},
						       {YZ_LIT("发出"), 2, YZ_ALIGN_END}, {YZ_LIT("现在有效"), 2, YZ_ALIGN_END}};
	const struct yz_report_row *s = &w->r->sum;
	struct yz_arena *a = w->p->arena;
	heading(w, "电子监察情况");
	yz_doc_paraf(w->d, "共发出预警 %lld 次、黄牌 %lld 张%.*s、红牌 %lld 张%.*s。", (long long)s->now.notice, (long long)s->now.yellow,
		     YZ_P(against(w, s->now.yellow, s->before.yellow, s->year_ago.yellow)), (long long)s->now.red,
		     YZ_P(against(w, s->now.red, s->before.red, s->year_ago.red)));
	if (!w->r->ncards)
		return;
	yz_doc_table(w->d, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < w->r->ncards; i++) {
		const struct yz_report_card *c = &w->r->cards[i];
		const struct yz_str cells[] = {yz_report_rule(w->p, c), yz_str(yz_level_title(c->level)), yz_str_printf(a, "%lld", (long long)c->issued),
					       yz_str_printf(a, "%lld", (long long)c->counts)};
		yz_doc_row(w->d, cells);
	}
}

static void write_ratings(struct paper *w)
{
	const struct yz_report_row *s = &w->r->sum;
	heading(w, "群众评价");
	if (!s->now.rated) {
		yz_doc_para(w->d, YZ_LIT("本期没有收到评价。"));
		return;
	}
	yz_doc_paraf(w->d, "收到评价 %lld 个%.*s，平均 %.*s 星；差评（一星、二星）%lld 个%.*s。", (long long)s->now.rated,
		     YZ_P(against(w, s->now.rated, s->before.rated, s->year_ago.rated)), YZ_P(show(w, &s->now, "平均星级")), (long long)s->now.low,
		     YZ_P(against(w, s->now.low, s->before.low, s->year_ago.low)));
}

/* A week by its number, a day on a line of its own: a title is not torn within a word (GB/T 9704, 7.3.1). */
static struct yz_str title_of(struct yz_arena *a, struct yz_period period, const char *then)
{
	struct yz_str when = yz_report_period(a, period);
	size_t range = yz_str_find(when, YZ_LIT("（"), 0);
	return yz_str_printf(a, "关于%.*s%s政务服务办理情况的报告", YZ_P(range == SIZE_MAX ? when : yz_str_n(when.ptr, range)), then);
}

struct yz_doc *yz_report_doc(struct yz_page *shown, const struct yz_report *r)
{
	struct yz_err none = {0};
	struct yz_page *p = yz_new(shown->arena, struct yz_page);
	*p = *shown;
	p->lang = YZ_LANG_ZH; /* documents are in Chinese, whoever asks */
	struct yz_arena *a = p->arena;
	struct yz_conn *conn = yz_page_read(shown, &none);
	struct yz_str organ = yz_report_organ(p), to = conn ? yz_report_government(p, conn) : p->site->name;
	struct yz_str title = title_of(a, r->period, ""), lines = title_of(a, r->period, r->period.kind == YZ_PERIOD_DAY ? "\n" : "");
	struct yz_str today = yz_doc_day(a, yz_instant_day(p->now, p->site->offset));
	struct paper w = {.p = p, .r = r, .d = yz_doc_new(a, YZ_DOC_FILE, YZ_DOC_ZH, title)};
	w.d->author = organ;
	w.d->made = p->now;
	yz_doc_letterhead(w.d, organ, YZ_LIT(""));
	yz_doc_title(w.d, lines);
	yz_doc_addressee(w.d, to);
	write_whole(&w);
	write_rows(&w);
	write_stages(&w);
	write_cards(&w);
	write_ratings(&w);
	yz_doc_close(w.d, &(struct yz_doc_closing){.organ = organ, .date = today});
	yz_doc_imprint(w.d, YZ_LIT(""), organ, today);
	return w.d;
}

/* ---- the spreadsheet ---- */

/* To one place, as the page and the document say it; an empty cell where there is nothing to divide by. */
static void put(struct yz_xlsx *x, enum yz_line_unit unit, int64_t part, int64_t whole)
{
	char said[32];
	if (unit == YZ_LINE_COUNT) {
		yz_xlsx_int(x, part);
	} else if (!whole) {
		yz_xlsx_blank(x);
	} else {
		snprintf(said, sizeof said, "%.1f", (unit == YZ_LINE_SHARE ? 100.0 : 1.0) * (double)part / (double)whole);
		yz_xlsx_decimal(x, yz_str(said));
	}
}

static void put_lines(struct yz_xlsx *x, const struct yz_figure *f)
{
	size_t n;
	const struct yz_report_line *lines = yz_report_lines(&n);
	for (size_t i = 0; i < n; i++) {
		int64_t part, whole;
		yz_report_value(f, i, &part, &whole);
		put(x, lines[i].unit, part, whole);
	}
	for (int s = 0; s < YZ_STAGES; s++) {
		int64_t days, cases;
		yz_stage_of(f, (enum yz_office_stage)s, &days, &cases);
		put(x, YZ_LINE_MEAN, days, cases);
	}
}

static void put_head(struct yz_xlsx *x, const struct yz_page *p, const char *first)
{
	enum { MOST = 40 };
	size_t n, k = 0;
	const struct yz_report_line *lines = yz_report_lines(&n);
	struct yz_str head[MOST];
	head[k++] = yz_str(first);
	for (size_t i = 0; i < n && k < MOST; i++)
		head[k++] = lines[i].unit == YZ_LINE_SHARE ? yz_str_printf(p->arena, "%s（%%）", yz_tr(p->lang, lines[i].title))
							   : yz_str(yz_tr(p->lang, lines[i].title));
	for (int s = 0; s < YZ_STAGES; s++)
		head[k++] = yz_str_printf(p->arena, "%s%s", yz_tr(p->lang, yz_stage_title((enum yz_office_stage)s)), T(p->lang, "平均工作日"));
	yz_xlsx_widths(x, (const double[]){32}, 1);
	yz_xlsx_head(x, head, k);
}

static void sheet_periods(struct yz_xlsx *x, const struct yz_page *p, const struct yz_report *r)
{
	const struct yz_period periods[] = {r->period, r->before, r->year_ago};
	const struct yz_figure *const figures[] = {&r->sum.now, &r->sum.before, &r->sum.year_ago};
	yz_xlsx_sheet(x, yz_str(T(p->lang, "总体")));
	put_head(x, p, T(p->lang, "时期"));
	for (size_t i = 0; i < 3; i++) {
		yz_xlsx_text(x, yz_show_period(p, periods[i]));
		put_lines(x, figures[i]);
		yz_xlsx_row(x);
	}
}

static void sheet_rows(struct yz_xlsx *x, const struct yz_page *p, const struct yz_report *r, const char *name, int which)
{
	yz_xlsx_sheet(x, yz_str(name));
	put_head(x, p, T(p->lang, "名称"));
	for (size_t i = 0; i < r->nrows; i++) {
		const struct yz_report_row *row = &r->rows[i];
		yz_xlsx_text(x, yz_report_name(p, r, row));
		put_lines(x, which == 0 ? &row->now : which == 1 ? &row->before : &row->year_ago);
		yz_xlsx_row(x);
	}
}

static void sheet_cards(struct yz_xlsx *x, const struct yz_page *p, const struct yz_report *r)
{
	const struct yz_str head[] = {yz_str(T(p->lang, "监察规则")), yz_str(T(p->lang, "级别")), yz_str(T(p->lang, "发出")), yz_str(T(p->lang, "现在有效"))};
	yz_xlsx_sheet(x, yz_str(T(p->lang, "发牌")));
	yz_xlsx_widths(x, (const double[]){40}, 1);
	yz_xlsx_head(x, head, 4);
	for (size_t i = 0; i < r->ncards; i++) {
		yz_xlsx_text(x, yz_report_rule(p, &r->cards[i]));
		yz_xlsx_text(x, yz_str(yz_tr(p->lang, yz_level_title(r->cards[i].level))));
		yz_xlsx_int(x, r->cards[i].issued);
		yz_xlsx_int(x, r->cards[i].counts);
		yz_xlsx_row(x);
	}
}

bool yz_report_book(struct yz_page *p, const struct yz_report *r, struct yz_str *bytes, struct yz_err *err)
{
	struct yz_xlsx *x = yz_xlsx_begin(p->arena, yz_str(T(p->lang, "办理情况报告")), p->now, err);
	if (!x)
		return false;
	sheet_periods(x, p, r);
	sheet_rows(x, p, r, T(p->lang, "本期"), 0);
	sheet_rows(x, p, r, T(p->lang, "上期"), 1);
	sheet_rows(x, p, r, T(p->lang, "去年同期"), 2);
	sheet_cards(x, p, r);
	return yz_xlsx_end(x, bytes, err);
}
