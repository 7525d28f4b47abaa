/* The finance office: batches, and what is taken back.  SPDX-License-Identifier: Apache-2.0 */
#include "web/subsidy.h"

#include "fmt/file.h"
#include "gov/pay.h"
#include "gov/look.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

const char *yz_batch_state_title(struct yz_str state)
{
	return yz_str_eqz(state, "made")       ? N_("等待复核")
	       : yz_str_eqz(state, "released") ? N_("已复核，等银行结果")
	       : yz_str_eqz(state, "returned") ? N_("已退回")
					       : N_("已有全部结果");
}

const char *yz_reclaim_state_title(struct yz_str state)
{
	return yz_str_eqz(state, "ordered")    ? N_("等待退回")
	       : yz_str_eqz(state, "repaid")   ? N_("已退清")
	       : yz_str_eqz(state, "returned") ? N_("银行已退回，不用再退")
					       : N_("已撤销");
}

/* The department she pays for. */
static struct yz_str pays_for(const struct yz_page *p, enum yz_permission what)
{
	for (size_t i = 0; i < p->who.nposts; i++)
		if (yz_may_in(&p->who, what, p->who.posts[i].org, YZ_LIT("")))
			return p->who.posts[i].org;
	return YZ_LIT("");
}

static int64_t next_page(const struct yz_payouts *l)
{
	return l->len == YZ_PAYOUT_PAGE ? l->at[l->len - 1].id : 0;
}

/* again: the one to be paid again, or 0; failed is of its form then. */
static bool show_payouts(struct yz_page *p, int64_t again, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_payouts_page v = {.org = pays_for(p, YZ_MAY_payout_make)};
	int64_t due = 0, unpaid = 0;
	yz_str_int(yz_req_query(p->req, "due"), &due);
	yz_str_int(yz_req_query(p->req, "failed"), &unpaid);
	if (!conn || !yz_payout_list(p->site, conn, p->arena, &p->who, YZ_PAYOUT_due, due, &v.due, err) ||
	    !yz_payout_list(p->site, conn, p->arena, &p->who, YZ_PAYOUT_failed, unpaid, &v.failed, err) ||
	    (again && !yz_payout_one(p->site, conn, p->arena, &p->who, again, &v.again, err)) ||
	    !yz_payout_batches(p->site, conn, p->arena, &p->who, &v.batches, &v.nbatches, err))
		return false;
	struct yz_input inputs[] = {{"purpose", T(p->lang, "这一批是发什么的"), T(p->lang, "像：11月惠民补贴"), NULL, "off", .required = true}};
	yz_form_inputs(p, &v.form, inputs, 1, again ? NULL : failed);
	struct yz_input mended[] = {
		{"account", T(p->lang, "新的银行卡号"), NULL, NULL, "off", .required = true},
		{"bank", T(p->lang, "开户银行"), NULL, NULL, "off", .required = true},
		{"reason", T(p->lang, "怎样核实的"), T(p->lang, "像：本人持新卡和身份证到窗口"), NULL, "off", .required = true},
	};
	yz_form_inputs(p, &v.again_form, mended, 3, again ? failed : NULL);
	v.next_due = next_page(&v.due);
	v.next_failed = next_page(&v.failed);
	if (v.form.err || v.again_form.err)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "补贴发放"));
	tpl_subsidy_payouts(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_payouts(struct yz_req *req, struct yz_err *err)
{
	int64_t again = 0;
	yz_str_int(yz_req_query(req, "again"), &again);
	return show_payouts(yz_page_of(req), again, NULL, err);
}

bool yz_web_payout_again(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	const struct yz_payout_anew in = {.payout = yz_field_int(req, "payout"), .account = yz_req_field(req, "account"),
					  .bank = yz_req_field(req, "bank"), .reason = yz_req_field(req, "reason")};
	yz_page_release(p);
	if (yz_payout_again(p->site, &p->who, &in, &failed))
		return yz_res_redirect(req, YZ_LIT("/desk/payouts?done=saved"));
	if (yz_err_is_hers(&failed))
		return show_payouts(p, in.payout, &failed, err);
	*err = failed;
	return false;
}

bool yz_web_payouts_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id;
	yz_page_release(p);
	if (yz_payout_batch_make(p->site, &p->who, pays_for(p, YZ_MAY_payout_make), yz_req_field(req, "purpose"), &id, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/payout/%lld?done=saved", (long long)id));
	if (yz_err_is_hers(&failed))
		return show_payouts(p, 0, &failed, err);
	*err = failed;
	return false;
}

/* ---- one batch ---- */

static void may_return(struct yz_page *p, struct yz_payout_batch_page *v)
{
	bool made = yz_str_eqz(v->b.state, "made"), released = yz_str_eqz(v->b.state, "released");
	int64_t line = 0;
	v->returns = (made || (released && !v->b.paid && !v->b.failed)) && (v->releases || (made && v->b.maker == p->who.person));
	v->batch_open = (made || (released && !v->b.filed)) && (v->makes || v->releases);
	yz_str_int(p->req->method == YZ_POST ? yz_req_field(p->req, "line") : yz_req_query(p->req, "line"), &line);
	for (size_t i = 0; v->batch_open && i < v->lines.len; i++)
		if (v->lines.at[i].id == line && v->lines.at[i].state == YZ_PAYOUT_batched)
			v->line = &v->lines.at[i];
}

static bool show_batch(struct yz_page *p, struct yz_payout_batch_page *v, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !yz_payout_batch_load(p->site, conn, p->arena, &p->who, yz_param_int(p->req, "id"), &v->b, &v->lines, err) ||
	    !yz_page_looks(p, YZ_LOOK_payout, yz_param_int(p->req, "id"), err))
		return false;
	v->makes = yz_may_in(&p->who, YZ_MAY_payout_make, v->b.org, YZ_LIT(""));
	v->releases = yz_may_in(&p->who, YZ_MAY_payout_release, v->b.org, YZ_LIT(""));
	v->reclaims = yz_may_in(&p->who, YZ_MAY_payout_reclaim, v->b.org, YZ_LIT(""));
	may_return(p, v);
	if (failed) {
		v->error = yz_err_text(p, failed);
		yz_res_status(p->req, 422);
	}
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, v->b.no));
	tpl_subsidy_batch(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_payout(struct yz_req *req, struct yz_err *err)
{
	struct yz_payout_batch_page v = {0};
	return show_batch(yz_page_of(req), &v, NULL, err);
}

static bool after(struct yz_page *p, bool done, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_payout_batch_page v = {0};
	if (done)
		return yz_res_redirect(p->req, yz_str_printf(p->arena, "/desk/payout/%lld?done=saved", (long long)yz_param_int(p->req, "id")));
	if (yz_err_is_hers(failed))
		return show_batch(p, &v, failed, err);
	*err = *failed;
	return false;
}

bool yz_web_payout_release(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_page_release(p);
	return after(p, yz_payout_batch_release(p->site, &p->who, yz_param_int(req, "id"), &failed), &failed, err);
}

bool yz_web_payout_return(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_payout_batch_page v = {.returning = true};
	struct yz_err failed = {0};
	int64_t id = yz_param_int(req, "id"), line = yz_field_int(req, "line");
	yz_page_release(p);
	if (line ? yz_payout_line_return(p->site, &p->who, id, line, yz_req_field(req, "reason"), &failed)
		 : yz_payout_batch_return(p->site, &p->who, id, yz_req_field(req, "reason"), &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/payout/%lld?done=saved", (long long)id));
	if (yz_err_is_hers(&failed))
		return show_batch(p, &v, &failed, err);
	*err = failed;
	return false;
}

bool yz_web_payout_file(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str text;
	yz_page_release(p);
	if (!yz_payout_batch_file(p->site, p->arena, &p->who, yz_param_int(req, "id"), &text, &failed))
		return after(p, false, &failed, err);
	if (!yz_page_looks(p, YZ_LOOK_payout_file, yz_param_int(req, "id"), err))
		return false;
	yz_res_download(req, yz_str_printf(p->arena, "payout-%lld.csv", (long long)yz_param_int(req, "id")));
	return yz_res_body(req, "text/csv; charset=utf-8", text);
}

bool yz_web_payout_result(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_upload *file = yz_req_upload_of(req, "file");
	struct yz_payout_batch_page v = {.reported = true};
	struct yz_err failed = {0};
	struct yz_str text;
	yz_page_release(p);
	if (!file)
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("请选择银行发回的结果文件"));
	else if (yz_file_read(p->arena, file->path, YZ_PAY_FILE, &text, &failed) &&
		 yz_payout_result(p->site, p->arena, &p->who, yz_param_int(req, "id"), text, &v.report, &failed))
		return show_batch(p, &v, NULL, err);
	v.reported = v.report.lines != 0;
	if (failed.code == YZ_SYNTAX || yz_err_is_hers(&failed))
		return show_batch(p, &v, &failed, err);
	*err = failed;
	return false;
}

/* ---- what is taken back ---- */

static bool show_reclaims(struct yz_page *p, int64_t payout, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_reclaims_page v = {.payout = payout};
	if (!conn || !yz_reclaim_list(conn, p->arena, &p->who, false, &v.list, &v.n, err))
		return false;
	struct yz_input inputs[] = {
		{"amount", T(p->lang, "追回多少元"), T(p->lang, "像 1200 或者 1200.50"), NULL, "off", .required = true},
		{"reason", T(p->lang, "理由"), T(p->lang, "会写在通知书里"), NULL, "off", .required = true},
		{"basis", T(p->lang, "依据"), NULL, NULL, "off", .required = true},
		{"days", T(p->lang, "多少天内退回"), NULL, "number", "off", .value = YZ_LIT("30"), .required = true},
	};
	yz_form_inputs(p, &v.form, inputs, 4, failed);
	if (v.form.err)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "追回"));
	tpl_subsidy_reclaims(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_reclaims(struct yz_req *req, struct yz_err *err)
{
	int64_t payout = 0;
	yz_str_int(yz_req_query(req, "payout"), &payout);
	return show_reclaims(yz_page_of(req), payout, NULL, err);
}

bool yz_web_reclaims_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id;
	const struct yz_reclaim_new in = {.payout = yz_field_int(req, "payout"), .amount = yz_req_field(req, "amount"),
					  .reason = yz_req_field(req, "reason"), .basis = yz_req_field(req, "basis"),
					  .days = yz_field_int(req, "days")};
	yz_page_release(p);
	if (yz_reclaim_order(p->site, &p->who, &in, &id, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/reclaim/%lld?done=saved", (long long)id));
	if (yz_err_is_hers(&failed))
		return show_reclaims(p, in.payout, &failed, err);
	*err = failed;
	return false;
}

static bool show_reclaim(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_reclaim_page v = {.acts = true};
	if (!conn || !yz_reclaim_load(conn, p->arena, &p->who, yz_param_int(p->req, "id"), &v.r, &v.list, &v.n, err) ||
	    !yz_page_looks(p, YZ_LOOK_reclaim, yz_param_int(p->req, "id"), err))
		return false;
	struct yz_input inputs[] = {
		{"amount", T(p->lang, "退回多少元"), NULL, NULL, "off", .required = true},
		{"day", T(p->lang, "哪一天退的"), T(p->lang, "像 2026-11-22"), NULL, "off", .required = true},
		{"receipt", T(p->lang, "收据号"), NULL, NULL, "off", .required = true},
	};
	yz_form_inputs(p, &v.form, inputs, 3, failed);
	if (v.form.err)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, v.r.no));
	tpl_subsidy_reclaim(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_reclaim(struct yz_req *req, struct yz_err *err)
{
	return show_reclaim(yz_page_of(req), NULL, err);
}

bool yz_web_reclaim_letter(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str pdf;
	int64_t id = yz_param_int(req, "id");
	yz_page_release(p);
	return yz_reclaim_letter(p->site, p->arena, &p->who, id, &pdf, err) && yz_page_looks(p, YZ_LOOK_reclaim, id, err) &&
	       yz_res_body(req, "application/pdf", pdf);
}

bool yz_web_reclaim_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id = yz_param_int(req, "id");
	yz_page_release(p);
	bool drop = yz_str_eqz(yz_req_field(req, "act"), "drop");
	bool done = drop ? yz_reclaim_drop(p->site, &p->who, id, yz_req_field(req, "reason"), &failed)
			 : yz_reclaim_repaid(p->site, &p->who, id, yz_req_field(req, "amount"), yz_req_field(req, "day"),
					     yz_req_field(req, "receipt"), &failed);
	if (done)
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/reclaim/%lld?done=saved", (long long)id));
	if (yz_err_is_hers(&failed))
		return show_reclaim(p, &failed, err);
	*err = failed;
	return false;
}
