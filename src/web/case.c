/* SPDX-License-Identifier: Apache-2.0 */
#include "web/case_page.h"

#include "base/log.h"
#include "gov/document.h"
#include "gov/draft.h"
#include "gov/look.h"
#include "web/apply.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAYS = 400 };

/* ---- what the pages share ---- */

struct lent {
	struct yz_site *site;
	const struct yz_calendar *calendar;
};

static void give_back(void *ctx)
{
	struct lent *l = ctx;
	if (l->calendar)
		yz_site_calendar_release(l->site, l->calendar);
}

const struct yz_calendar *yz_page_calendar(struct yz_page *p)
{
	struct lent *l = yz_new(p->arena, struct lent);
	l->site = p->site;
	yz_arena_defer(p->arena, give_back, l); /* first: it may spend the request's memory, and not return */
	l->calendar = yz_site_calendar(p->site);
	return l->calendar;
}

bool yz_case_page_load(struct yz_page *p, struct yz_case_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	*v = (struct yz_case_page){0};
	if (!conn || !(v->c = yz_case_load(p->site, conn, p->arena, &p->who, yz_req_param(p->req, "no"), err)))
		return false;
	v->form = v->c->version->form;
	if (!yz_joint_around(p->site, conn, p->arena, &p->who, v->c->row.id, &v->joint, err))
		return false;
	const struct yz_looked looked = {YZ_LOOK_case, v->c->row.id, v->c->row.id, &v->c->applicant, 1};
	if (p->who.staff && (!yz_page_looked(p, &looked, err) || !(conn = yz_page_read(p, err))))
		return false;
	/* What it costs: only where the item charges is anything asked. */
	struct yz_str *nos = NULL;
	size_t n = 0;
	if (!yz_json_get(v->c->item_body, "charge"))
		return true;
	if (!yz_fee_of_case(conn, p->arena, v->c->row.id, &nos, &n, err))
		return false;
	v->fees = yz_new_n(p->arena, n, struct yz_fee_order *);
	for (size_t i = 0; i < n; i++) {
		struct yz_err hidden = {0}; /* another department's official sees the case, and not what it costs */
		struct yz_fee_order *o = yz_fee_load(p->site, conn, p->arena, &p->who, nos[i], &hidden);
		if (o)
			v->fees[v->nfees++] = o;
		else if (hidden.code != YZ_NOT_FOUND) {
			*err = hidden;
			return false;
		}
	}
	return true;
}

void yz_case_page_process(struct yz_page *p, struct yz_case_page *v)
{
	struct yz_err failed = {0};
	if (yz_process_of_case(p, v->c, v->desk, &v->process, &failed))
		return;
	yz_log_err(YZ_WARN, &failed);
	v->process = (struct yz_process_view){0};
}

const char *yz_clock_title(const struct yz_page *p, struct yz_str kind)
{
	static const char *const titles[][2] = {{"answer", N_("五个工作日内答复是否受理")}, {"promised", N_("承诺办结期限")},
						{"legal", N_("法定办结期限")}, {"step", N_("本环节期限")},
						{"correction", N_("补正期限")}, {"deliver", N_("送达期限")}, {"consult", N_("咨询答复期限")},
						{"urge", N_("督办答复期限")}};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (yz_str_eqz(kind, titles[i][0]))
			return yz_tr(p->lang, titles[i][1]);
	return yz_tr(p->lang, N_("期限"));
}

struct yz_str yz_clock_progress(const struct yz_page *p, const struct yz_calendar *calendar, struct yz_str body)
{
	struct yz_clock k;
	if (!yz_clock_parse(body, &k, NULL))
		return (struct yz_str){0};
	struct yz_clock_state s = yz_clock_at(&k, calendar, NULL, p->now);
	bool days = k.unit == YZ_WORKING_DAYS || k.unit == YZ_NATURAL_DAYS;
	if (s.stopped)
		return yz_str_printf(p->arena, T(p->lang, "已停表，用了 %lld 个工作日，共 %lld 个"), (long long)s.used, (long long)s.total);
	if (!days)
		return yz_str_printf(p->arena, T(p->lang, "用了 %lld 小时，共 %lld 小时"), (long long)(s.used / YZ_HOUR),
				     (long long)(s.total / YZ_HOUR));
	if (s.ended)
		return yz_str_printf(p->arena, k.unit == YZ_WORKING_DAYS ? T(p->lang, "用了 %lld 个工作日，共 %lld 个")
									 : T(p->lang, "用了 %lld 天，共 %lld 天"),
				     (long long)s.used, (long long)s.total);
	if (!s.used)
		return yz_str_printf(p->arena, k.unit == YZ_WORKING_DAYS
						       ? T_N(p->lang, "今天不算，从下一天起数 %lld 个工作日", (uint64_t)s.total)
						       : T_N(p->lang, "今天不算，从明天起数 %lld 天", (uint64_t)s.total),
				     (long long)s.total);
	return k.unit == YZ_WORKING_DAYS
		       ? yz_str_printf(p->arena, T(p->lang, "第 %lld 个工作日，共 %lld 个"), (long long)s.used, (long long)s.total)
		       : yz_str_printf(p->arena, T(p->lang, "第 %lld 天，共 %lld 天"), (long long)s.used, (long long)s.total);
}

const struct yz_case_clock *yz_case_main_clock(const struct yz_case *c)
{
	static const char *const order[] = {"promised", "legal", "answer", "correction", "deliver"};
	for (size_t k = 0; k < sizeof order / sizeof *order; k++)
		for (size_t i = 0; i < c->nclocks; i++)
			if (yz_str_eqz(c->clocks[i].kind, order[k]) && (c->clocks[i].running || c->clocks[i].stopped))
				return &c->clocks[i];
	return NULL;
}

bool yz_case_offers(const struct yz_case *c, enum yz_act act)
{
	for (size_t i = 0; i < c->nchoices; i++)
		if (c->choices[i].act == act && c->choices[i].allowed)
			return true;
	return false;
}

struct yz_html yz_qr_image(struct yz_page *p, struct yz_str text)
{
	return (struct yz_html){yz_qr_svg(p->arena, text)};
}

struct yz_str yz_case_address(const struct yz_page *p, const struct yz_case *c)
{
	bool hers = yz_may_own(&p->who, YZ_MAY_case_read_own, c->applicant, c->row.item_code) || p->who.person == c->agent;
	return yz_str_printf(p->arena, "%s/case/%.*s", hers ? "" : "/desk", YZ_P(c->row.no));
}

struct yz_str yz_material_accept(const struct yz_page *p, const struct yz_json *material)
{
	static const char *const known[][2] = {{"pdf", "application/pdf"}, {"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"},
					       {"png", "image/png"}};
	const struct yz_json *types = yz_json_get(material, "types");
	struct yz_buf b;
	if (!yz_json_len(types))
		return YZ_LIT("application/pdf,image/jpeg,image/png");
	yz_buf_init(&b, p->arena, 4096);
	for (size_t i = 0; i < yz_json_len(types); i++) {
		struct yz_str t = yz_json_at(types, i)->text;
		const char *mime = NULL;
		for (size_t k = 0; k < sizeof known / sizeof *known; k++)
			mime = yz_str_eqz(t, known[k][0]) ? known[k][1] : mime;
		yz_buf_addz(&b, i ? "," : "");
		if (mime)
			yz_buf_addz(&b, mime);
		else
			yz_buf_printf(&b, ".%.*s", YZ_P(t));
	}
	return yz_buf_str(&b);
}

struct yz_str yz_material_title(const struct yz_page *p, const struct yz_case_material *m)
{
	return yz_str_eqz(m->source, "register") ? yz_str(yz_tr(p->lang, yz_str_z(p->arena, m->file_name))) : m->file_name;
}

static bool digit(struct yz_str s, size_t i)
{
	return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

/* Past leading zeros and to the end of the number at *i; its digits. */
static struct yz_str number(struct yz_str s, size_t *i)
{
	while (digit(s, *i) && s.ptr[*i] == '0' && digit(s, *i + 1))
		++*i;
	size_t from = *i;
	while (digit(s, *i))
		++*i;
	return yz_str_n(s.ptr + from, *i - from);
}

static int by_name(const void *a, const void *b)
{
	struct yz_str x = (*(struct yz_upload *const *)a)->name, y = (*(struct yz_upload *const *)b)->name;
	for (size_t i = 0, k = 0; i < x.len || k < y.len;) {
		if (digit(x, i) && digit(y, k)) {
			struct yz_str m = number(x, &i), n = number(y, &k);
			int order = m.len != n.len ? (m.len < n.len ? -1 : 1) : memcmp(m.ptr, n.ptr, m.len);
			if (order)
				return order;
			continue;
		}
		int c = i < x.len ? (unsigned char)x.ptr[i++] : -1, d = k < y.len ? (unsigned char)y.ptr[k++] : -1;
		if (c != d)
			return c - d;
	}
	return 0;
}

struct yz_upload **yz_uploads_in_order(struct yz_page *p, size_t *n)
{
	*n = yz_req_uploads(p->req);
	struct yz_upload **all = yz_new_n(p->arena, *n + 1, struct yz_upload *);
	for (size_t i = 0; i < *n; i++)
		all[i] = yz_req_upload(p->req, i);
	qsort(all, *n, sizeof *all, by_name);
	return all;
}

static struct yz_str case_path(struct yz_page *p, const char *rest)
{
	return yz_str_printf(p->arena, "/case/%.*s%s", YZ_P(yz_req_param(p->req, "no")), rest);
}

/* ---- looking ---- */

static bool show_case(struct yz_page *p, struct yz_case_page *v)
{
	p->room = YZ_ROOM_ME;
	yz_case_page_process(p, v);
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_name(p, v->c->row.item_name)));
	tpl_case_mine(out, p, v, yz_page_calendar(p), p->lang);
	return yz_page_end(p);
}

bool yz_web_case(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_case_page v;
	return yz_case_page_load(p, &v, err) && show_case(p, &v);
}

bool yz_web_case_receipt(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_case_page v;
	if (!yz_case_page_load(p, &v, err))
		return false;
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "申请回执"));
	tpl_case_receipt(out, p, &v, yz_qr_image(p, yz_str_printf(p->arena, "%s/case/%.*s", p->site->base_url, YZ_P(v.c->row.no))), p->lang);
	return yz_page_end(p);
}

bool yz_web_case_clock(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_case_page v;
	int64_t id = yz_param_int(req, "clock");
	if (!yz_case_page_load(p, &v, err))
		return false;
	for (size_t i = 0; i < v.c->nclocks; i++) {
		struct yz_clock k;
		if (v.c->clocks[i].id != id || !yz_clock_parse(v.c->clocks[i].body, &k, err))
			continue;
		const struct yz_calendar *calendar = yz_page_calendar(p);
		struct yz_clock_row *rows;
		bool cut;
		size_t n = yz_clock_explain(p->arena, &k, calendar, p->now, DAYS, &rows, &cut);
		struct yz_clock_state s = yz_clock_at(&k, calendar, NULL, p->now);
		p->desk = yz_str_starts(yz_case_address(p, v.c), YZ_LIT("/desk"));
		if (p->desk)
			p->room = yz_may(&p->who, YZ_MAY_desk) ? YZ_ROOM_DESK : YZ_ROOM_BOARD;
		struct yz_buf *out = yz_page_begin(p, yz_clock_title(p, v.c->clocks[i].kind));
		tpl_case_clock(out, p, &v, &v.c->clocks[i], &k, &s, rows, n, calendar, p->lang);
		return yz_page_end(p);
	}
	return err->code ? false : yz_fail(err, YZ_NOT_FOUND, "no clock %lld in the case", (long long)id);
}

bool yz_web_document(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str pdf;
	yz_page_release(p);
	if (!yz_document_pdf(p->site, p->arena, &p->who, yz_param_int(req, "id"), &pdf, err) ||
	    !yz_page_looks(p, YZ_LOOK_document, yz_param_int(req, "id"), err))
		return false;
	if (yz_req_query(req, "save").len)
		yz_res_download(req, yz_str_printf(p->arena, "%lld.pdf", (long long)yz_param_int(req, "id")));
	return yz_res_body(req, "application/pdf", pdf);
}

bool yz_web_material(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	int fd;
	int64_t size;
	struct yz_str type, name;
	yz_page_release(p);
	if (!yz_material_make(p->site, p->arena, &p->who, yz_param_int(req, "id"), err))
		return false;
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !yz_material_open(p->site, conn, p->arena, &p->who, yz_param_int(req, "id"), &fd, &size, &type, &name, err))
		return false;
	if (!yz_page_looks(p, YZ_LOOK_material, yz_param_int(req, "id"), err)) {
		close(fd);
		return false;
	}
	bool shows = yz_str_eqz(type, "application/pdf") || yz_str_starts(type, YZ_LIT("image/"));
	return yz_res_fd(req, fd, yz_str_z(p->arena, type), shows ? NULL : yz_str_z(p->arena, name), err);
}

/* ---- correcting ---- */

static bool show_correct(struct yz_page *p, struct yz_case_page *v, struct yz_err *err)
{
	if (!v->c->correction || v->c->row.state != YZ_CASE_correcting)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("这个办件现在不需要补正"));
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "补正"));
	tpl_case_correct(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_case_correct(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_case_page v;
	return yz_case_page_load(p, &v, err) && show_correct(p, &v, err);
}

/* Shows the page again with what went wrong. */
static bool correct_again(struct yz_page *p, struct yz_err *failed, struct yz_err *err)
{
	struct yz_case_page v;
	if (!yz_err_is_hers(failed)) {
		*err = *failed;
		return false;
	}
	if (!yz_case_page_load(p, &v, err))
		return false;
	v.error = yz_err_text(p, failed);
	v.failed = failed;
	yz_res_status(p->req, 422);
	return show_correct(p, &v, err);
}

bool yz_web_case_correct_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_case_page v;
	struct yz_err failed = {0};
	if (!yz_case_page_load(p, &v, err))
		return false;
	const struct yz_json *typed = yz_fields_typed(req, v.form, p->arena, err);
	if (!typed)
		return false;
	const struct yz_act_input in = {.act = YZ_ACT_supply, .version = yz_field_int(req, "version"), .facts = typed};
	yz_page_release(p);
	if (yz_case_act(p->site, p->arena, &p->who, v.c->row.no, &in, &failed))
		return yz_res_redirect(req, case_path(p, "?done=supplied"));
	return correct_again(p, &failed, err);
}

bool yz_web_case_correct_upload(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id;
	size_t n;
	struct yz_upload **files = yz_uploads_in_order(p, &n);
	yz_page_release(p);
	for (size_t i = 0; i < n && !failed.code; i++)
		yz_material_add(p->site, p->arena, &p->who, 0, yz_req_param(req, "no"), yz_req_field(req, "key"), files[i]->path,
				files[i]->name, &id, &failed);
	if (!n) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("请先选择文件"));
		yz_fail_in(&failed, "materials");
	}
	return failed.code ? correct_again(p, &failed, err) : yz_res_redirect(req, case_path(p, "/correct?done=uploaded"));
}

/* ---- withdrawing, rating ---- */

bool yz_web_case_withdraw(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_case_page v;
	if (!yz_case_page_load(p, &v, err))
		return false;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "撤回申请"));
	tpl_case_withdraw(out, p, &v, p->lang);
	return yz_page_end(p);
}

static bool act_and_return(struct yz_page *p, const struct yz_act_input *in, const char *done, struct yz_err *err)
{
	struct yz_err failed = {0};
	yz_page_release(p);
	if (yz_case_act(p->site, p->arena, &p->who, yz_req_param(p->req, "no"), in, &failed))
		return yz_res_redirect(p->req, case_path(p, done));
	if (!yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	struct yz_case_page v;
	if (!yz_case_page_load(p, &v, err))
		return false;
	v.error = yz_err_text(p, &failed);
	yz_res_status(p->req, 422);
	return show_case(p, &v);
}

bool yz_web_case_withdraw_post(struct yz_req *req, struct yz_err *err)
{
	const struct yz_act_input in = {.act = YZ_ACT_withdraw, .version = yz_field_int(req, "version"),
					.reason = yz_req_field(req, "reason")};
	return act_and_return(yz_page_of(req), &in, "?done=withdrawn", err);
}

bool yz_web_case_rate(struct yz_req *req, struct yz_err *err)
{
	const struct yz_act_input in = {.act = YZ_ACT_rate, .level = (int)yz_field_int(req, "level"), .reason = yz_req_field(req, "text")};
	return act_and_return(yz_page_of(req), &in, "?done=rated", err);
}

bool yz_web_case_hurry(struct yz_req *req, struct yz_err *err)
{
	const struct yz_act_input in = {.act = YZ_ACT_hurry, .reason = yz_req_field(req, "text")};
	return act_and_return(yz_page_of(req), &in, "?done=hurried", err);
}
