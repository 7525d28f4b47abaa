/* The weekly report on what people wrote: drafted, edited, issued.  SPDX-License-Identifier: Apache-2.0 */
#include "web/weekly.h"

#include "web/handlers.h"
#include "web/hooks.h"
#include "web/report.h"
#include "web/templates.h"

#include <string.h>

struct yz_str yz_weekly_name(const struct yz_page *p, const struct yz_weekly_figure *f)
{
	bool group = yz_str_find(f->key, YZ_LIT("."), 0) != SIZE_MAX && !yz_str_eqz(f->key, "kind.other");
	return group ? yz_name(p, f->name) : yz_str(yz_tr(p->lang, yz_str_z(p->arena, f->name)));
}

const char *yz_letter_state(struct yz_str state)
{
	return yz_str_eqz(state, "answered") ? N_("已答复") : yz_str_eqz(state, "withdrawn") ? N_("已撤回") : N_("正在办");
}

void yz_weekly_text(struct yz_buf *out, const struct yz_weekly_page *v, struct yz_str text)
{
	struct yz_weekly_piece *p;
	struct yz_str bad;
	size_t n;
	yz_weekly_pieces(out->arena, &v->w, text, &p, &n, &bad);
	for (size_t i = 0; i < n; i++) {
		if (!p[i].figure) {
			yz_html_lines(out, p[i].words);
			continue;
		}
		if (!p[i].figure->key.len) {
			yz_html_text(out, p[i].words);
			continue;
		}
		yz_buf_printf(out, "<a href=\"/board/weekly/%s/letters?of=", v->week);
		yz_html_url_part(out, p[i].figure->key);
		yz_buf_addz(out, "\">");
		yz_html_text(out, p[i].words);
		yz_buf_addz(out, "</a>");
	}
}

static bool load(struct yz_page *p, struct yz_weekly_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !yz_weekly_open(p->site, conn, p->arena, &p->who, yz_req_param(p->req, "week"), &v->w, err))
		return false;
	yz_period_print(v->w.period, v->week);
	v->over = v->w.period.to < yz_instant_day(p->now, p->site->offset);
	v->typed = (struct yz_weekly_edit){.number = v->w.number, .to = v->w.to, .copies = v->w.copies, .version = v->w.version};
	memcpy(v->typed.texts, v->w.texts, sizeof v->w.texts);
	return true;
}

static void read_form(struct yz_page *p, struct yz_weekly_edit *e)
{
	*e = (struct yz_weekly_edit){.number = yz_req_field(p->req, "number"), .to = yz_req_field(p->req, "to"),
				     .copies = yz_req_field(p->req, "copies"), .version = yz_field_int(p->req, "version")};
	for (int i = 0; i < YZ_WEEKLY_PARTS; i++)
		e->texts[i] = yz_str_trim(yz_req_field(p->req, yz_weekly_part_key((enum yz_weekly_part)i)));
}

static bool show(struct yz_page *p, const struct yz_weekly_edit *typed, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_weekly_page *v = yz_new(p->arena, struct yz_weekly_page);
	if (!load(p, v, err))
		return false;
	if (typed)
		v->typed = *typed;
	if (failed) {
		v->error = yz_err_text(p, failed);
		v->field = failed->where[0] ? yz_str(failed->where) : YZ_LIT("edit");
		yz_res_status(p->req, 422);
	}
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, yz_printf(p->arena, "%s - %s", T(p->lang, "网民反映问题办理情况周报"), v->week));
	tpl_board_weekly(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_weeklies(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_weekly_page *v = yz_new(p->arena, struct yz_weekly_page);
	if (!conn || !yz_weekly_list(p->site, conn, p->arena, &p->who, &v->rows, &v->nrows, err))
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "网民反映问题办理情况周报"));
	tpl_board_weeklies(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_weekly(struct yz_req *req, struct yz_err *err)
{
	return show(yz_page_of(req), NULL, NULL, err);
}

bool yz_web_board_weekly_letters(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_weekly_page *v = yz_new(p->arena, struct yz_weekly_page);
	struct yz_str key = yz_req_query(req, "of");
	if (!load(p, v, err))
		return false;
	if (!(v->figure = yz_weekly_figure(&v->w, key)))
		return yz_fail(err, YZ_NOT_FOUND, "no figure %.*s", YZ_P(key));
	if (!yz_weekly_letters(yz_page_read(p, err), p->arena, v->figure, &v->letters, &v->nletters, err))
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_weekly_name(p, v->figure)));
	tpl_board_weekly_letters(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_weekly_pdf(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_weekly_page *v = yz_new(p->arena, struct yz_weekly_page);
	struct yz_str pdf;
	if (!load(p, v, err))
		return false;
	yz_page_release(p);
	struct yz_doc *doc = yz_weekly_doc(p, &v->w);
	if (!(p->site->printer ? yz_printer_render(p->site->printer, doc, p->arena, &pdf, err) : yz_print_pdf(doc, p->arena, &pdf, err)))
		return false;
	yz_res_download(req, yz_str_printf(p->arena, "%s-%s.pdf", T(p->lang, "网民反映问题办理情况周报"), v->week));
	return yz_res_body(req, "application/pdf", pdf);
}

static struct yz_str back_to(const struct yz_page *p, const char *said)
{
	return yz_str_printf(p->arena, "/board/weekly/%.*s?done=%s", YZ_P(yz_req_param(p->req, "week")), said);
}

bool yz_web_board_weekly_save(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_weekly_edit e;
	struct yz_err failed = {0};
	yz_page_release(p);
	read_form(p, &e);
	if (yz_weekly_save(p->site, p->arena, &p->who, yz_req_param(req, "week"), &e, &failed))
		return yz_res_redirect(req, back_to(p, "saved"));
	if (yz_err_is_hers(&failed))
		return show(p, &e, &failed, err);
	*err = failed;
	return false;
}

bool yz_web_board_weekly_issue(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_page_release(p);
	if (yz_weekly_issue(p->site, p->arena, &p->who, yz_req_param(req, "week"), yz_field_int(req, "version"), &failed))
		return yz_res_redirect(req, back_to(p, "issued"));
	if (yz_err_is_hers(&failed))
		return show(p, NULL, &failed, err);
	*err = failed;
	return false;
}

/* ---- the document ---- */

static void table_of(struct yz_doc *d, struct yz_page *p, const struct yz_weekly *w, const char *group, struct yz_str head)
{
	const struct yz_doc_column columns[] = {{head, 8, YZ_ALIGN_START}, {YZ_LIT("件数"), 2, YZ_ALIGN_END}};
	struct yz_str prefix = yz_str(group);
	bool begun = false;
	for (size_t i = 0; i < w->nfigures; i++) {
		const struct yz_weekly_figure *f = &w->figures[i];
		if (!yz_str_starts(f->key, prefix))
			continue;
		if (!begun)
			yz_doc_table(d, columns, 2);
		begun = true;
		const struct yz_str cells[] = {yz_weekly_name(p, f), yz_str_printf(p->arena, "%zu", f->n)};
		yz_doc_row(d, cells);
	}
}

struct yz_doc *yz_weekly_doc(struct yz_page *shown, const struct yz_weekly *w)
{
	static const char *const numerals[] = {"一", "二", "三", "四", "五", "六"};
	struct yz_page *p = yz_new(shown->arena, struct yz_page);
	*p = *shown;
	p->lang = YZ_LANG_ZH; /* documents are in Chinese, whoever asks */
	struct yz_arena *a = p->arena;
	struct yz_str organ = yz_report_organ(p), title = YZ_LIT("网民反映问题办理情况周报");
	struct yz_str day = yz_doc_day(a, yz_instant_day(w->issued ? w->at : p->now, p->site->offset));
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_FILE, YZ_DOC_ZH, title);
	unsigned section = 0;
	d->author = organ;
	d->made = w->issued ? w->at : p->now;
	if (!w->issued)
		d->watermark = YZ_LIT("草稿");
	yz_doc_letterhead(d, organ, w->number);
	yz_doc_title(d, title);
	yz_doc_subtitle(d, yz_report_period(a, w->period));
	yz_doc_addressee(d, w->to);
	for (int i = 0; i < YZ_WEEKLY_PARTS; i++) {
		struct yz_str text = yz_weekly_plain(a, w, w->texts[i]), rest = text, line;
		if (!yz_str_trim(text).len)
			continue;
		yz_doc_heading(d, 1, yz_str_printf(a, "%s、%s", numerals[section++], yz_weekly_part_title((enum yz_weekly_part)i)));
		while (yz_str_cut(&rest, '\n', &line))
			if (yz_str_trim(line).len)
				yz_doc_para(d, yz_str_trim(line));
		if (i == YZ_WEEKLY_KINDS)
			table_of(d, p, w, "kind.", YZ_LIT("反映的内容"));
		if (i == YZ_WEEKLY_ORGS)
			table_of(d, p, w, "org.", YZ_LIT("办理部门"));
	}
	yz_doc_close(d, &(struct yz_doc_closing){.organ = organ, .date = day});
	yz_doc_imprint(d, w->copies, organ, day);
	return d;
}
