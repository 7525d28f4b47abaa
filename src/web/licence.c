/* SPDX-License-Identifier: Apache-2.0 */
#include "web/licence.h"

#include "gov/look.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

enum { USES = 50 };

const char *yz_licence_light(enum yz_licence_state state)
{
	return state == YZ_LICENCE_valid ? "ok" : state == YZ_LICENCE_suspended ? "stopped" : "late";
}

struct yz_str yz_show_until(const struct yz_page *p, yz_day until)
{
	return until ? yz_show_day(p, yz_day_start(until, p->site->offset)) : yz_str(T(p->lang, "长期有效"));
}

/* ---- hers ---- */

bool yz_web_licences(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_licence_list list;
	if (!conn || !yz_licence_mine(p->site, conn, p->arena, &p->who, &list, err))
		return false;
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "我的证照"));
	tpl_me_licences(out, p, &list, p->lang);
	return yz_page_end(p);
}

static bool load(struct yz_page *p, struct yz_licence_page *v, const char *path, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	int64_t before = 0;
	yz_str_int(yz_req_query(p->req, "before"), &before);
	*v = (struct yz_licence_page){.act = YZ_LICENCE_ACTS};
	if (!conn || !(v->l = yz_licence_load(p->site, conn, p->arena, &p->who, yz_param_int(p->req, "id"), err)) ||
	    !yz_licence_used(conn, p->arena, v->l->id, before > 0 ? before : 0, USES, &v->uses, err))
		return false;
	if (v->uses.len == USES)
		v->next = yz_str_printf(p->arena, "%s/%lld?before=%lld", path, (long long)v->l->id, (long long)v->uses.at[USES - 1].id);
	return true;
}

bool yz_web_licence(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_licence_page v;
	/* An official may read it here as well as on the desk, and leaves the same line. */
	if (!load(p, &v, "/me/licence", err) || !yz_page_looks(p, YZ_LOOK_licence, yz_param_int(req, "id"), err))
		return false;
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_name(p, v.l->name)));
	tpl_me_licence(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_licence_pdf(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str pdf;
	yz_page_release(p);
	if (!yz_licence_pdf(p->site, p->arena, &p->who, yz_param_int(req, "id"), &pdf, err) ||
	    !yz_page_looks(p, YZ_LOOK_licence, yz_param_int(req, "id"), err))
		return false;
	if (yz_req_query(req, "save").len)
		yz_res_download(req, yz_str_printf(p->arena, "licence-%lld.pdf", (long long)yz_param_int(req, "id")));
	return yz_res_body(req, "application/pdf", pdf);
}

/* ---- the department's ---- */

bool yz_web_desk_licences(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_licence_list list;
	struct yz_str words = yz_str_trim(yz_req_query(req, "q"));
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	if (!conn || !yz_licence_search(p->site, conn, p->arena, &p->who, words, before > 0 ? before : 0, &list, err))
		return false;
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "本部门签发的证照"));
	tpl_desk_licences(out, p, &list, words, p->lang);
	return yz_page_end(p);
}

static bool show_desk(struct yz_page *p, enum yz_licence_act act, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_licence_page v;
	if (!load(p, &v, "/desk/licence", err) || !yz_page_looks(p, YZ_LOOK_licence, yz_param_int(p->req, "id"), err))
		return false;
	struct yz_input inputs[] = {{"reason", T(p->lang, "理由"), T(p->lang, "会告诉持证人"), NULL, "off", .required = true},
				    {"until", T(p->lang, "延续到哪一天"), T(p->lang, "像 2027-06-30"), NULL, "off", .required = true}};
	yz_form_inputs(p, &v.form, inputs, 2, failed);
	v.act = failed ? act : YZ_LICENCE_ACTS;
	v.manages = yz_may_in(&p->who, YZ_MAY_licence_manage, v.l->org, YZ_LIT(""));
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, v.l->no));
	tpl_desk_licence(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_licence(struct yz_req *req, struct yz_err *err)
{
	return show_desk(yz_page_of(req), YZ_LICENCE_ACTS, NULL, err);
}

bool yz_web_desk_licence_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	enum yz_licence_act act;
	int64_t id = yz_param_int(req, "id");
	yz_day until = 0;
	if (!yz_licence_act_parse(yz_req_param(req, "act"), &act))
		return yz_fail(err, YZ_NOT_FOUND, "no act %.*s", YZ_P(yz_req_param(req, "act")));
	yz_page_release(p);
	if (act == YZ_LICENCE_ACT_renew && !yz_day_parse(yz_str_trim(yz_req_field(req, "until")), &until)) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("日期要写成 2027-06-30 这样"));
		yz_fail_in(&failed, "until");
	} else if (yz_licence_act(p->site, p->arena, &p->who, id, act, yz_req_field(req, "reason"), until, &failed)) {
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/licence/%lld?done=saved", (long long)id));
	}
	if (yz_err_is_hers(&failed))
		return show_desk(p, act, &failed, err);
	*err = failed;
	return false;
}
