/* SPDX-License-Identifier: Apache-2.0 */
#include "web/account.h"

#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

enum { PAGE = 30 };

bool yz_web_me(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_me_page me = {0};
	struct yz_case_query q = {.limit = PAGE};
	yz_str_int(yz_req_query(req, "before"), &q.after_due);
	yz_str_int(yz_req_query(req, "id"), &q.after_id);
	if (!conn || !yz_case_mine(p->site, conn, p->arena, &p->who, &q, &me.cases, err))
		return false;
	me.ndrafts = yz_draft_list(p->site, conn, p->arena, &p->who, &me.drafts, err);
	me.njoints = yz_joint_mine(p->site, conn, p->arena, &p->who, &me.joints, err);
	me.nagencies = yz_agency_list(p->site, conn, p->arena, &p->who, &me.agencies, err);
	if (err->code)
		return false;
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "我的办件"));
	tpl_me_cases(out, p, &me, p->lang);
	return yz_page_end(p);
}

bool yz_web_messages(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_message *list = NULL;
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	size_t n = conn ? yz_message_list(p->site, conn, p->arena, &p->who, before, PAGE, &list, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_MESSAGES;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "消息"));
	tpl_me_messages(out, p, list, n, n == PAGE, p->lang);
	return yz_page_end(p);
}

bool yz_web_messages_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	yz_page_release(p);
	return yz_message_read(p->site, &p->who, yz_field_int(req, "id"), err) && yz_res_redirect(req, YZ_LIT("/me/messages?done=read"));
}

/* ---- profile ---- */

static bool show_profile(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_person *me = conn ? yz_person_load(p->site, conn, p->arena, p->who.person, err) : NULL;
	if (!me)
		return false;
	enum yz_lang l = p->lang;
	struct yz_input inputs[] = {
		{"mobile", T(l, "手机号码"), NULL, "tel", "tel", .value = me->mobile},
		{"email", T(l, "邮箱（可不填）"), T(l, "用来收进度通知和找回密码"), "email", "email", .value = me->email},
		{"address", T(l, "通讯地址"), NULL, NULL, "street-address", .value = me->address},
		{"old", T(l, "原密码"), NULL, "password", "current-password"},
		{"password", T(l, "新密码"), T(l, "至少 10 个字符，可以是一句您记得住的话"), "password", "new-password"},
	};
	struct yz_simple_form f;
	yz_form_inputs(p, &f, inputs, 5, failed);
	if (f.err)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(l, "我的资料"));
	tpl_me_profile(out, p, &f, me, l);
	return yz_page_end(p);
}

bool yz_web_profile(struct yz_req *req, struct yz_err *err)
{
	return show_profile(yz_page_of(req), NULL, err);
}

bool yz_web_profile_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_page_release(p);
	if (yz_person_update(p->site, &p->who, yz_req_field(req, "mobile"), yz_req_field(req, "email"), yz_req_field(req, "address"),
			     yz_str(yz_lang_code(p->lang)), &failed))
		return yz_res_redirect(req, YZ_LIT("/me/profile?done=saved"));
	if (yz_err_is_hers(&failed))
		return show_profile(p, &failed, err);
	*err = failed;
	return false;
}

bool yz_web_password_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	if (!yz_web_rate(p, "password", YZ_LIT(""), 6, 10, err))
		return false;
	yz_page_release(p);
	if (yz_password_change(p->site, p->arena, &p->who, yz_req_field(req, "old"), yz_req_field(req, "password"), &failed)) {
		yz_web_set_session(p, YZ_LIT(""));
		return yz_res_redirect(req, YZ_LIT("/sign-in?done=password"));
	}
	if (yz_err_is_hers(&failed))
		return show_profile(p, &failed, err);
	*err = failed;
	return false;
}

/* ---- agents ---- */

static bool show_agents(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_agency *list = NULL;
	size_t n = conn ? yz_agency_list(p->site, conn, p->arena, &p->who, &list, err) : 0;
	if (err->code)
		return false;
	char until[16];
	yz_day_print(yz_instant_day(p->now, p->site->offset) + 365, until);
	struct yz_input inputs[] = {
		{"agent", T(p->lang, "代办人的登录名、身份证号码或手机号码"), T(p->lang, "代办人要先注册"), NULL, "off", .required = true},
		{"agent_name", T(p->lang, "代办人姓名"), NULL, NULL, "off", .required = true},
		{"until", T(p->lang, "委托到哪一天"), T(p->lang, "像 2027-06-30，最长三年"), NULL, "off", .value = yz_str(until), .required = true},
	};
	struct yz_simple_form f;
	yz_form_inputs(p, &f, inputs, 3, failed);
	if (f.err)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "委托代办"));
	tpl_me_agents(out, p, &f, list, n, yz_page_catalogue(p), p->lang);
	return yz_page_end(p);
}

bool yz_web_agents(struct yz_req *req, struct yz_err *err)
{
	return show_agents(yz_page_of(req), NULL, err);
}

bool yz_web_agents_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_day until = 0;
	bool dated = yz_day_parse(yz_str_trim(yz_req_field(req, "until")), &until);
	if (!yz_web_rate(p, "agent", YZ_LIT(""), 10, 20, err))
		return false;
	yz_page_release(p);
	if (!dated) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("日期要写成 2027-06-30 这样"));
		yz_fail_in(&failed, "until");
	} else if (yz_agency_add(p->site, p->arena, &p->who, yz_req_field(req, "agent"), yz_req_field(req, "agent_name"),
				 yz_req_field(req, "scope"), yz_day_start(until + 1, p->site->offset), &failed)) {
		return yz_res_redirect(req, YZ_LIT("/me/agents?done=agent"));
	}
	if (yz_err_is_hers(&failed))
		return show_agents(p, &failed, err);
	*err = failed;
	return false;
}

bool yz_web_agent_revoke(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	yz_page_release(p);
	return yz_agency_revoke(p->site, &p->who, yz_param_int(req, "id"), err) && yz_res_redirect(req, YZ_LIT("/me/agents?done=revoked"));
}

bool yz_web_act_for(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	int64_t principal = yz_field_int(req, "principal");
	yz_page_release(p);
	return yz_session_act_for(p->site, p->token, &p->who, principal ? principal : p->who.person, err) &&
	       yz_res_redirect(req, YZ_LIT("/me?done=acting"));
}
