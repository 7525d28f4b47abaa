/* SPDX-License-Identifier: Apache-2.0 */
#include "web/fee.h"

#include "fmt/file.h"
#include "gov/till.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

/* ---- orders and refunds ---- */

static bool show(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_money_page v = {.state = YZ_FEE_due};
	int64_t before = 0, asked = 0, failed_after = 0, waiting = 0;
	yz_fee_state_parse(yz_req_query(p->req, "state"), &v.state);
	yz_str_int(yz_req_query(p->req, "asked"), &asked);
	yz_str_int(yz_req_query(p->req, "failed"), &failed_after);
	yz_str_int(yz_req_query(p->req, "waiting"), &waiting);
	yz_str_int(yz_req_query(p->req, "before"), &before);
	if (failed)
		v.error = yz_err_text(p, failed);
	if (!conn || !yz_fee_orders(p->site, conn, p->arena, &p->who, v.state, before, &v.list, err) ||
	    !yz_fee_refunds(conn, p->arena, &p->who, "asked", asked, &v.asked, &v.nasked, err) ||
	    !yz_fee_refunds(conn, p->arena, &p->who, "failed", failed_after, &v.failed, &v.nfailed, err) ||
	    !yz_fee_refunds_counter(conn, p->arena, &p->who, waiting, &v.waiting, &v.nwaiting, err))
		return false;
	v.provider = yz_site_setting(conn, p->arena, "pay.provider", "");
	if (v.list.len == YZ_FEE_PAGE)
		v.next = yz_str_printf(p->arena, "/desk/money?state=%s&before=%lld", yz_fee_state_name(v.state),
				       (long long)v.list.at[v.list.len - 1].id);
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_MONEY;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "财务"));
	tpl_fee_money(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_money(struct yz_req *req, struct yz_err *err)
{
	return show(yz_page_of(req), NULL, err);
}

bool yz_web_desk_money_refund(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str act = yz_req_field(req, "act");
	int64_t id = yz_param_int(req, "id");
	yz_page_release(p);
	bool good = yz_str_eqz(act, "again")    ? yz_fee_refund_again(p->site, p->arena, &p->who, id, &failed)
		    : yz_str_eqz(act, "settle") ? yz_fee_refund_settle(p->site, p->arena, &p->who, id, yz_req_field(req, "how"), &failed)
						: yz_fee_refund_decide(p->site, p->arena, &p->who, id, yz_str_eqz(act, "grant"), &failed);
	if (good)
		return yz_res_redirect(req, YZ_LIT("/desk/money?done=saved"));
	if (yz_err_is_hers(&failed) || failed.code == YZ_UNAVAILABLE)
		return show(p, &failed, err);
	*err = failed;
	return false;
}

/* ---- a day ---- */

static bool read_day(struct yz_page *p, struct yz_str s, yz_day *day)
{
	if (yz_day_parse(yz_str_trim(s), day))
		return true;
	*day = yz_instant_day(p->now, p->site->offset) - 1;
	return false;
}

static bool show_day(struct yz_page *p, yz_day day, const struct yz_err *failed, bool counting, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_day_page v = {.counting = counting};
	char text[16];
	if (!conn)
		return false;
	yz_day_print(day, text);
	v.day = yz_str_dup(p->arena, yz_str(text));
	if (failed)
		v.error = yz_err_text(p, failed);
	if (!yz_reconcile_channel(conn, p->arena, day, &v.provider, err) ||
	    !yz_reconciled(p->site, conn, p->arena, &p->who, v.provider, day, &v.r, err) ||
	    !yz_counter_of(p->site, conn, p->arena, &p->who, day, &v.counter, err))
		return false;
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_MONEY;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "对账"));
	tpl_fee_day(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_money_day(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	yz_day day;
	read_day(p, yz_req_query(req, "day"), &day);
	return show_day(p, day, NULL, false, err);
}

bool yz_web_desk_money_day_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_upload *file = yz_req_upload_of(req, "file");
	struct yz_reconciled r;
	struct yz_err failed = {0};
	struct yz_str text = {0}, channel = {0};
	yz_day day;
	if (!read_day(p, yz_req_field(req, "day"), &day)) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("日期要写成 2027-06-30 这样"));
		return show_day(p, day, &failed, false, err);
	}
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !yz_reconcile_channel(conn, p->arena, day, &channel, err))
		return false;
	yz_page_release(p);
	char shown[16];
	yz_day_print(day, shown);
	if (!channel.len)
		yz_fail(&failed, YZ_NOT_NOW, "%s", N_("没有设置支付平台（pay.provider），没有账可对"));
	else if ((!file || yz_file_read(p->arena, file->path, YZ_PAY_FILE, &text, &failed)) &&
		 yz_reconcile(p->site, p->arena, &p->who, channel, day, text, &r, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/money/day?day=%s&done=reconciled", shown));
	if (yz_err_is_hers(&failed) || failed.code == YZ_UNAVAILABLE || failed.code == YZ_SYNTAX)
		return show_day(p, day, &failed, false, err);
	*err = failed;
	return false;
}

bool yz_web_desk_money_count(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	char shown[16];
	yz_day day;
	yz_page_release(p);
	if (!read_day(p, yz_req_field(req, "day"), &day))
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("日期要写成 2027-06-30 这样"));
	yz_day_print(day, shown);
	if (!failed.code && yz_counter_count(p->site, &p->who, day, yz_req_field(req, "cash"), yz_req_field(req, "card"), &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/money/day?day=%s&done=counted#counter", shown));
	if (yz_err_is_hers(&failed))
		return show_day(p, day, &failed, true, err);
	*err = failed;
	return false;
}

/* ---- a clerk's own day ---- */

bool yz_web_desk_till(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_till_page v = {0};
	yz_day today = yz_instant_day(p->now, p->site->offset), day;
	char text[16];
	if (!yz_day_parse(yz_str_trim(yz_req_query(req, "day")), &day))
		day = today;
	if (!conn || !yz_counter_mine(conn, p->arena, &p->who, day, &v.d, err))
		return false;
	yz_day_print(day, text);
	v.day = yz_str_dup(p->arena, yz_str(text));
	v.today = day == today;
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "我的窗口收款"));
	tpl_fee_till(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_money_mend(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_day day;
	yz_page_release(p);
	read_day(p, yz_req_field(req, "day"), &day);
	char shown[16];
	yz_day_print(day, shown);
	struct yz_difference_shown d = {.id = yz_param_int(req, "id"), .kind = yz_req_field(req, "kind"), .number = yz_req_field(req, "number")};
	yz_str_int(yz_req_field(req, "theirs"), &d.theirs);
	bool explain = yz_str_eqz(yz_req_field(req, "act"), "explain");
	if (explain ? yz_reconcile_explain(p->site, p->arena, &p->who, &d, yz_req_field(req, "note"), &failed)
		    : yz_reconcile_mend(p->site, p->arena, &p->who, &d, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/desk/money/day?day=%s&done=mended", shown));
	if (yz_err_is_hers(&failed) || failed.code == YZ_UNAVAILABLE)
		return show_day(p, day, &failed, false, err);
	*err = failed;
	return false;
}

/* ---- what a channel says by itself ---- */

bool yz_web_pay_notice(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_pay pay;
	struct yz_str thanks = {0};
	struct yz_err failed = {0};
	if (!yz_web_rate(p, "pay-notice", YZ_LIT(""), 1200, 300, err))
		return false;
	yz_page_release(p);
	if (!yz_pay_find(p->site, p->arena, yz_req_param(req, "provider"), &pay, err))
		return false;
	const struct yz_pay_message m = {.body = req->body, .time = yz_req_header(req, pay.provider->time_header),
					 .nonce = yz_req_header(req, pay.provider->nonce_header), .sign = yz_req_header(req, pay.provider->sign_header)};
	if (yz_till_notice(p->site, p->arena, yz_req_param(req, "provider"), &m, &thanks, &failed))
		return yz_res_text(req, thanks);
	/* It is a program that reads this: the status says it, and it comes again. */
	yz_res_status(req, yz_code_status(failed.code));
	return yz_res_text(req, YZ_LIT("fail"));
}

/* ---- the sandbox's own page ---- */

static bool show_sandbox(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_sandbox_trade t;
	if (!conn || !yz_sandbox_find(conn, p->arena, yz_req_param(p->req, "token"), &t, err))
		return false;
	if (failed)
		yz_res_status(p->req, 422);
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "沙箱支付"));
	tpl_fee_sandbox(out, p, &t, yz_req_param(p->req, "token"), failed ? yz_err_text(p, failed) : YZ_LIT(""), p->lang);
	return yz_page_end(p);
}

bool yz_web_sandbox(struct yz_req *req, struct yz_err *err)
{
	return show_sandbox(yz_page_of(req), NULL, err);
}

bool yz_web_sandbox_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str token = yz_req_param(req, "token"), back;
	struct yz_err failed = {0};
	yz_page_release(p);
	bool good = yz_str_eqz(yz_req_field(req, "do"), "cancel") ? yz_sandbox_cancel(p->site, p->arena, token, &back, &failed)
								  : yz_sandbox_pay(p->site, p->arena, token, yz_req_field(req, "callback"), &back, &failed);
	if (good)
		return yz_res_redirect(req, back);
	if (yz_err_is_hers(&failed))
		return show_sandbox(p, &failed, err);
	*err = failed;
	return false;
}
