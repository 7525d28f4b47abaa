/* Publicity, and a person's subsidies.  SPDX-License-Identifier: Apache-2.0 */
#include "web/subsidy.h"

#include "gov/pay.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

struct yz_str yz_show_yuan(const struct yz_page *p, int64_t fen)
{
	return yz_str_printf(p->arena, T(p->lang, "%.*s 元"), YZ_P(yz_yuan_show(p->arena, fen)));
}

const char *yz_payout_light(enum yz_payout_state s)
{
	return s == YZ_PAYOUT_paid ? "ok" : s == YZ_PAYOUT_failed ? "late" : s == YZ_PAYOUT_stopped || s == YZ_PAYOUT_repaid ? "stopped" : "warn";
}

/* ---- what is publicised ---- */

bool yz_web_publicity_list(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_publicity_list list;
	struct yz_str region = yz_str_trim(yz_req_query(req, "region")), next = {0};
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	if (!conn || !yz_publicity_now(p->site, conn, p->arena, region, before > 0 ? before : 0, &list, err))
		return false;
	/* A region with a page of its own is a known one, so its code is digits. */
	if (list.len == YZ_PUBLICITY_PAGE)
		next = yz_str_printf(p->arena, "/publicity?%s%.*s%sbefore=%lld", region.len ? "region=" : "", YZ_P(region), region.len ? "&" : "",
				     (long long)list.at[list.len - 1].id);
	p->room = YZ_ROOM_ITEMS;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "补贴公示"));
	tpl_subsidy_publicity(out, p, &list, next, p->lang);
	return yz_page_end(p);
}

static bool show_one(struct yz_page *p, struct yz_publicity_page *v, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !yz_publicity_load(p->site, conn, p->arena, yz_param_int(p->req, "id"), &v->p, err))
		return false;
	struct yz_input inputs[] = {
		{"name", T(p->lang, "您的姓名（可不填）"), T(p->lang, "只给处理异议的人看，不告诉被公示的人"), NULL, "name"},
		{"contact", T(p->lang, "联系电话（可不填）"), T(p->lang, "需要向您核实时用"), "tel", "tel"},
	};
	yz_form_inputs(p, &v->form, inputs, 2, failed);
	v->text = yz_req_field(p->req, "text");
	if (failed) {
		v->text_error = yz_field_error(p, failed, "text");
		yz_res_status(p->req, 422);
	}
	p->room = YZ_ROOM_ITEMS;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "补贴公示"));
	tpl_subsidy_publicity_one(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_publicity_one(struct yz_req *req, struct yz_err *err)
{
	struct yz_publicity_page v = {0};
	return show_one(yz_page_of(req), &v, NULL, err);
}

/* The code is no part of an address: whoever has it reads the answer. */
static bool look(struct yz_page *p, struct yz_publicity_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_objection *o = yz_new(p->arena, struct yz_objection);
	struct yz_err failed = {0};
	if (!conn)
		return false;
	if (yz_objection_by_code(p->site, conn, p->arena, yz_param_int(p->req, "id"), yz_req_field(p->req, "code"), o, &failed))
		v->looked = o;
	else if (failed.code == YZ_NOT_FOUND)
		v->not_found = true;
	else
		*err = failed;
	return !err->code;
}

bool yz_web_publicity_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_publicity_page v = {0};
	struct yz_err failed = {0};
	if (!yz_web_rate(p, "objection", YZ_LIT(""), 6, 12, err))
		return false;
	if (yz_str_eqz(yz_req_field(req, "act"), "look"))
		return look(p, &v, err) && show_one(p, &v, NULL, err);
	const struct yz_objection_new in = {.name = yz_req_field(req, "name"), .contact = yz_req_field(req, "contact"),
					    .text = yz_req_field(req, "text")};
	yz_page_release(p);
	if (yz_publicity_object(p->site, p->arena, yz_param_int(req, "id"), &in, &v.code, &failed))
		return show_one(p, &v, NULL, err);
	if (yz_err_is_hers(&failed))
		return show_one(p, &v, &failed, err);
	*err = failed;
	return false;
}

/* ---- hers ---- */

bool yz_web_my_subsidies(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_payouts list;
	struct yz_reclaim *back;
	size_t nback;
	if (!conn || !yz_payouts_mine(p->site, conn, p->arena, &p->who, &list, err) ||
	    !yz_reclaim_list(conn, p->arena, &p->who, true, &back, &nback, err))
		return false;
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "我的补贴"));
	tpl_subsidy_mine(out, p, &list, back, nback, p->lang);
	return yz_page_end(p);
}

bool yz_web_my_reclaim(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_reclaim_page v = {0};
	/* Finance may read it here as well as on the desk, and leaves the same line. */
	if (!conn || !yz_reclaim_load(conn, p->arena, &p->who, yz_param_int(req, "id"), &v.r, &v.list, &v.n, err) ||
	    !yz_page_looks(p, YZ_LOOK_reclaim, yz_param_int(req, "id"), err))
		return false;
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "责令退回通知书"));
	tpl_subsidy_reclaim(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_my_reclaim_letter(struct yz_req *req, struct yz_err *err)
{
	return yz_web_reclaim_letter(req, err);
}

/* ---- one person's, for an official ---- */

static bool show_person(struct yz_page *p, struct yz_person_payouts_page *v, const struct yz_err *failed)
{
	struct yz_input inputs[] = {
		{"id_no", T(p->lang, "身份证号码"), NULL, NULL, "off", .required = true},
		{"purpose", T(p->lang, "为了什么事查"), T(p->lang, "会记下来，本人看得到"), NULL, "off", .required = true},
	};
	yz_form_inputs(p, &v->form, inputs, 2, failed);
	if (v->form.err)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "一个人的补贴"));
	tpl_subsidy_person(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_person_payouts(struct yz_req *req, struct yz_err *err)
{
	struct yz_person_payouts_page v = {0};
	(void)err;
	return show_person(yz_page_of(req), &v, NULL);
}

bool yz_web_person_payouts_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_person_payouts_page v = {0};
	struct yz_err failed = {0};
	yz_page_release(p);
	v.found = yz_payouts_of_person(p->site, p->arena, &p->who, yz_req_field(req, "id_no"), yz_req_field(req, "purpose"), &v.person, &failed);
	if (!v.found && failed.code == YZ_NOT_FOUND) {
		failed = (struct yz_err){0};
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("没有核验过这个身份证号码的人"));
		yz_fail_in(&failed, "id_no");
	}
	if (v.found || yz_err_is_hers(&failed))
		return show_person(p, &v, v.found ? NULL : &failed);
	*err = failed;
	return false;
}
