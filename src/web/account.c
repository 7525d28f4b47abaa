/* SPDX-License-Identifier: Apache-2.0 */
#include "web/account.h"

#include "web/guide.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include <string.h>

void yz_form_inputs(struct yz_page *p, struct yz_simple_form *f, struct yz_input *inputs, size_t n, const struct yz_err *err)
{
	*f = (struct yz_simple_form){.err = err && err->code ? err : NULL, .inputs = inputs, .n = n};
	for (size_t i = 0; i < n; i++) {
		bool secret = inputs[i].type && strcmp(inputs[i].type, "password") == 0;
		struct yz_str typed = yz_req_field(p->req, inputs[i].name);
		if (!secret && typed.ptr)
			inputs[i].value = typed;
		inputs[i].error = yz_field_error(p, f->err, inputs[i].name);
		if (inputs[i].error.len)
			f->err_field = inputs[i].name;
	}
	if (f->err)
		f->err_text = yz_err_text(p, f->err);
}

/* ---- registering ---- */

static bool show_register(struct yz_page *p, bool legal, const struct yz_err *failed)
{
	enum yz_lang l = p->lang;
	struct yz_input inputs[] = {
		{"name", legal ? T(l, "单位名称") : T(l, "姓名"), legal ? T(l, "与营业执照或登记证书一致") : T(l, "与身份证一致"), NULL,
		 legal ? "organization" : "name", .required = true},
		{"id_no", legal ? T(l, "统一社会信用代码") : T(l, "身份证号码"), T(l, "18 位"), NULL, "off", .required = true},
		{"legal_rep_name", T(l, "法定代表人姓名"), NULL, NULL, "off"},
		{"legal_rep_id", T(l, "法定代表人身份证号码"), T(l, "核验后，法定代表人可以用自己的账号为单位办事"), NULL, "off"},
		{"mobile", T(l, "手机号码"), NULL, "tel", "tel"},
		{"email", T(l, "邮箱（可不填）"), T(l, "用来收进度通知和找回密码"), "email", "email"},
		{"login", T(l, "登录名"), T(l, "4 到 40 个字符；到窗口核验身份后，也可以用证件号码或手机号码登录"), NULL, "username", .required = true},
		{"password", T(l, "密码"), T(l, "至少 10 个字符，可以是一句您记得住的话"), "password", "new-password", .required = true},
	};
	struct yz_input shown[8];
	size_t n = 0;
	for (size_t i = 0; i < 8; i++)
		if (legal || (i != 2 && i != 3))
			shown[n++] = inputs[i];
	struct yz_simple_form f;
	yz_form_inputs(p, &f, shown, n, failed);
	if (f.err)
		yz_res_status(p->req, 422);
	struct yz_buf *out = yz_page_begin(p, T(l, "注册"));
	tpl_account_register(out, p, &f, legal, l);
	return yz_page_end(p);
}

bool yz_web_register(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return show_register(yz_page_of(req), yz_str_eqz(yz_req_query(req, "kind"), "legal"), NULL);
}

bool yz_web_register_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id;
	const struct yz_registration r = {
		.kind = yz_req_field(req, "kind"), .login = yz_req_field(req, "login"), .password = yz_req_field(req, "password"),
		.name = yz_req_field(req, "name"), .id_no = yz_req_field(req, "id_no"), .mobile = yz_req_field(req, "mobile"),
		.email = yz_req_field(req, "email"), .legal_rep_name = yz_req_field(req, "legal_rep_name"),
		.legal_rep_id = yz_req_field(req, "legal_rep_id"), .lang = yz_str(yz_lang_code(p->lang))};
	if (!yz_web_rate(p, "register", YZ_LIT(""), 6, 20, err))
		return false;
	yz_page_release(p);
	if (yz_person_register(p->site, p->arena, &r, &id, &failed))
		return yz_res_redirect(req, YZ_LIT("/sign-in?done=registered"));
	if (yz_err_is_hers(&failed))
		return show_register(p, yz_str_eqz(r.kind, "legal"), &failed);
	*err = failed;
	return false;
}

/* ---- signing in and out ---- */

/* Only the page of signing in gets it. */
#define DEVICE_COOKIE "yz_device"
enum { DEVICE_DAYS = 400 };

static void know_device(struct yz_page *p, int64_t person)
{
	const struct yz_cookie cookie = {.name = DEVICE_COOKIE, .value = yz_device_token(p->site, p->arena, person),
					 .max_age = DEVICE_DAYS * (YZ_DAY / YZ_SECOND), .path = "/sign-in"};
	yz_res_cookie(p->req, &cookie);
}

static bool show_sign_in(struct yz_page *p, struct yz_str to, const struct yz_err *failed)
{
	enum yz_lang l = p->lang;
	struct yz_input inputs[] = {
		{"login", T(l, "登录名、证件号码或手机号码"), NULL, NULL, "username", .required = true},
		{"password", T(l, "密码"), NULL, "password", "current-password", .required = true},
	};
	struct yz_simple_form f;
	yz_form_inputs(p, &f, inputs, 2, failed);
	if (f.err && !f.err_field)
		f.err_field = "login";
	if (f.err)
		yz_res_status(p->req, f.err->code == YZ_TOO_MANY ? 429 : 422);
	struct yz_buf *out = yz_page_begin(p, T(l, "登录"));
	tpl_account_sign_in(out, p, &f, to, l);
	return yz_page_end(p);
}

bool yz_web_sign_in(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return show_sign_in(yz_page_of(req), yz_req_query(req, "to"), NULL);
}

/* Where she wanted to go, on this site; staff go to their work. */
static struct yz_str first_page(const struct yz_actor *who, struct yz_str to)
{
	if (to.len > 1 && yz_is_local(to))
		return to;
	return yz_may(who, YZ_MAY_desk)	  ? YZ_LIT("/desk")
	       : yz_may(who, YZ_MAY_board)	  ? YZ_LIT("/board")
	       : yz_may(who, YZ_MAY_item_edit) || yz_may(who, YZ_MAY_people_manage) ? YZ_LIT("/admin")
						  : YZ_LIT("/me");
}

static bool signed_in(struct yz_page *p, struct yz_str token, struct yz_str to, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_actor who;
	struct yz_str csrf;
	bool stale;
	if (!conn || !yz_session_load(p->site, conn, p->arena, token, &who, &csrf, &stale, err))
		return false;
	yz_web_set_session(p, token);
	know_device(p, who.person);
	p->token = token;
	/* By a link she wants to go elsewhere; and what waits may be of who sat here before. */
	struct yz_str on = yz_guide_go_on(p, &who, !to.len && yz_req_field(p->req, "apply").len);
	return yz_res_redirect(p->req, on.len ? on : first_page(&who, to));
}

enum { TRIES = 10, TRIES_BURST = 20 }; /* a minute; what is typed wrong now and then never notices */

/* Guessing is slow from one address, and at one account from all addresses together; but a browser that has signed in
 * to the account before has tries of its own, so that nobody else's guesses keep her out. */
static bool may_try(struct yz_page *p, struct yz_str login, struct yz_err *failed, struct yz_err *err)
{
	struct yz_str device = yz_req_cookie(p->req, DEVICE_COOKIE);
	bool known = false;
	if (device.len) {
		struct yz_conn *conn = yz_page_read(p, err);
		if (!conn || !yz_device_known(p->site, conn, p->arena, login, device, &known, err))
			return false;
	}
	if (!known && !yz_web_rate(p, "sign_in", YZ_LIT(""), TRIES, TRIES_BURST, err))
		return false;
	struct yz_str key = yz_str_printf(p->arena, "sign_in %s %.*s", known ? "device" : "account", YZ_P(known ? device : login));
	return yz_rate_take(p->web->rate, key, TRIES, TRIES_BURST, p->now) ||
	       yz_fail(failed, YZ_TOO_MANY, "%s",
		       N_("登录这个账号的尝试太多了。请用登录过的浏览器，或者用“忘记密码”找回，也可以过一会儿再试"));
}

bool yz_web_sign_in_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str login = yz_str_trim(yz_req_field(req, "login")), to = yz_req_field(req, "to"), token;
	struct yz_err failed = {0};
	bool may = may_try(p, login, &failed, err);
	if (!may && !failed.code)
		return false;
	yz_page_release(p);
	if (may && yz_sign_in(p->site, p->arena, login, yz_req_field(req, "password"), &token, &failed))
		return signed_in(p, token, to, err);
	if (!may || yz_err_is_hers(&failed))
		return show_sign_in(p, to, &failed);
	*err = failed;
	return false;
}

bool yz_web_sign_out(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	yz_page_release(p);
	if (p->token.len && !yz_sign_out(p->site, p->token, err))
		return false;
	yz_web_set_session(p, YZ_LIT(""));
	return yz_res_redirect(req, YZ_LIT("/?done=signed-out"));
}

/* ---- recovering ---- */

static bool show_recover(struct yz_page *p, bool sent, const struct yz_err *failed)
{
	struct yz_input inputs[] = {{"login", T(p->lang, "登录名、证件号码或手机号码"), NULL, NULL, "username", .required = true}};
	struct yz_simple_form f;
	yz_form_inputs(p, &f, inputs, 1, failed);
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "找回密码"));
	tpl_account_recover(out, p, &f, T(p->lang, "找回密码"), YZ_LIT("/recover"), sent, p->lang);
	return yz_page_end(p);
}

bool yz_web_recover(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return show_recover(yz_page_of(req), false, NULL);
}

bool yz_web_recover_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str login = yz_str_trim(yz_req_field(req, "login"));
	/* By address alone: by account others could use it up, and a second letter within ten minutes is none. */
	if (!yz_web_rate(p, "recover", YZ_LIT(""), 3, 5, err))
		return false;
	yz_page_release(p);
	return yz_recovery_begin(p->site, p->arena, login, err) && show_recover(p, true, NULL);
}

static bool show_fresh(struct yz_page *p, const struct yz_err *failed)
{
	struct yz_input inputs[] = {
		{"password", T(p->lang, "新密码"), T(p->lang, "至少 10 个字符，可以是一句您记得住的话"), "password", "new-password", .required = true}};
	struct yz_simple_form f;
	yz_form_inputs(p, &f, inputs, 1, failed);
	if (f.err)
		yz_res_status(p->req, 422);
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "设置新密码"));
	tpl_account_recover(out, p, &f, T(p->lang, "设置新密码"), p->req->path, false, p->lang);
	return yz_page_end(p);
}

bool yz_web_recover_token(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return show_fresh(yz_page_of(req), NULL);
}

bool yz_web_recover_token_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t person;
	if (!yz_web_rate(p, "recover", YZ_LIT(""), 5, 10, err))
		return false;
	yz_page_release(p);
	if (yz_recovery_finish(p->site, p->arena, yz_req_param(req, "token"), yz_req_field(req, "password"), &person, &failed)) {
		know_device(p, person); /* her mailbox has shown that it is she */
		return yz_res_redirect(req, YZ_LIT("/sign-in?done=password"));
	}
	if (yz_err_is_hers(&failed))
		return show_fresh(p, &failed);
	*err = failed;
	return false;
}
