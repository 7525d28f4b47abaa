/* SPDX-License-Identifier: Apache-2.0 */
#include "web/web.h"

#include "base/utf8.h"
#include "gov/message.h"
#include "web/frame.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include <stdio.h>

/* ---- reading ---- */

struct yz_conn *yz_page_read(struct yz_page *p, struct yz_err *err)
{
	if (!p->conn)
		p->conn = yz_db_read(p->site->db, err);
	return p->conn;
}

void yz_page_release(struct yz_page *p)
{
	if (p->conn)
		yz_db_release(p->conn);
	p->conn = NULL;
}

const struct yz_catalogue *yz_page_catalogue(struct yz_page *p)
{
	if (!p->catalogue)
		p->catalogue = yz_site_catalogue(p->site);
	return p->catalogue;
}

/* ---- showing ---- */

/* What a page says once after an act: ?done=CODE. */
static const struct {
	const char *code, *text;
} notices[] = {
	{"submitted", N_("申请已提交")},
	{"saved", N_("已保存")},
	{"sent_again", N_("已重新发出，马上再送一次")},
	{"counted", N_("已登记清点结果")},
	{"taken", N_("已收款，请打印收据交给缴费人")},
	{"given", N_("已退款，请打印退费凭单让领款人签名")},
	{"uploaded", N_("文件已上传")},
	{"removed", N_("文件已删除")},
	{"discarded", N_("草稿已删除")},
	{"dropped", N_("这一项不办了")},
	{"continued", N_("好，接着办这一项")},
	{"supplied", N_("补正已提交，窗口会尽快答复")},
	{"withdrawn", N_("申请已撤回")},
	{"rated", N_("谢谢您的评价")},
	{"password", N_("密码已更改，请用新密码登录")},
	{"registered", N_("注册成功，请登录")},
	{"signed-out", N_("已退出")},
	{"agent", N_("委托已保存")},
	{"revoked", N_("委托已撤销")},
	{"acting", N_("已切换办事身份")},
	{"accept", N_("已受理，通知书已生成")},
	{"refuse", N_("已作出不予受理决定，通知书已生成")},
	{"correct", N_("补正告知书已生成并通知申请人")},
	{"claim", N_("已领取")},
	{"pass", N_("审查意见已提交")},
	{"object", N_("不同意见已提交")},
	{"stop", N_("已停表，告知书已生成")},
	{"resume", N_("已恢复计时")},
	{"extend", N_("期限已延长，告知书已生成")},
	{"grant", N_("已作出准予决定，决定书已生成")},
	{"deny", N_("已作出不予决定，决定书已生成")},
	{"issue", N_("证件已制作")},
	{"deliver", N_("已送达")},
	{"urge", N_("督办已发出")},
	{"card", N_("已记下，有关的人会收到消息")},
	{"hand", N_("已转办，对方会收到提醒")},
	{"delegate", N_("已委派，办完会回到您这里")},
	{"sign", N_("已加签，对方会收到提醒")},
	{"unsign", N_("已减签")},
	{"back", N_("已退回")},
	{"recall", N_("已撤回，请重新办理")},
	{"copy", N_("已抄送")},
	{"read_copy", N_("已标为已阅")},
	{"hurry", N_("已催办，经办人会收到提醒")},
	{"hurried", N_("已催办，经办人会收到提醒")},
	{"suspend", N_("办件已挂起，法定期限照常计算")},
	{"unsuspend", N_("已恢复办理")},
	{"close", N_("办件已终止，告知书已生成")},
	{"ask_extend", N_("已申请延长，等负责人批准")},
	{"decline", N_("已答复不同意延长")},
	{"deputy", N_("代理已设好，到期自动结束")},
	{"ended", N_("代理已结束")},
	{"answer_urge", N_("督办已答复")},
	{"answer_rating", N_("评价已答复")},
	{"mend_rating", N_("整改结果已写上，评价人会收到")},
	{"verified", N_("身份已核验")},
	{"published", N_("已发布")},
	{"coming", N_("已发布，从那一天起用；在那以前新的办件还用现在的版本")},
	{"state", N_("状态已更改")},
	{"imported", N_("已导入")},
	{"closed", N_("账号已停用")},
	{"reopened", N_("账号已重新启用")},
	{"post-ended", N_("岗位已结束")},
	{"calendar", N_("放假通知已导入")},
	{"looked", N_("已经向支付平台查过")},
	{"issued", N_("已印发")},
	{"settled", N_("已经结算")},
	{"reconciled", N_("对账完成")},
	{"mended", N_("已更正")},
	{"confirmed", N_("已确认，部门收到了消息，兑现后会告诉您")},
	{"settled", N_("已登记兑现")},
	{"read", N_("已全部标为已读")},
	{"asked", N_("问题已提交，答复会发到您的消息里")},
	{"taken-back", N_("提问已撤回")},
	{"helped", N_("谢谢，您的意见已记下")},
	{"not-helped", N_("谢谢，您的意见已记下")},
	{"transferred", N_("已转办，提问人已收到通知")},
	{"q-answer", N_("已答复，提问人已收到通知")},
	{"q-publish", N_("已公开")},
	{"q-hide", N_("已撤下公开")},
	{"q-learn", N_("已收进知识库，现在就能搜到")},
	{"retired", N_("已停用，搜不到了")},
	{"restored", N_("已恢复使用")},
	{"part", N_("已检查，存成了草稿；送审、发布后才用")},
	{"forgotten", N_("您的回答已经忘掉，那份清单打不开了")},
	{"dropped", N_("已更改。有的问题因此不用再答，已经拿掉")},
	{"moved", N_("那个问题已经不用答了，请接着看下面")},
	{"ordered", N_("已发出，下级下次报送时带走；收到和答复都会显示在这里")},
	{"order-answered", N_("已答复，随下一次报送交给上级")},
	{"prefilled", N_("已按您的回答填好能填的，请核对后接着填")},
};

static struct yz_str notice_of(const struct yz_page *p)
{
	struct yz_str code = yz_req_query(p->req, "done");
	for (size_t i = 0; code.len && i < sizeof notices / sizeof *notices; i++)
		if (yz_str_eqz(code, notices[i].code))
			return yz_str(yz_tr(p->lang, notices[i].text));
	return (struct yz_str){0};
}

struct yz_str yz_done(const struct yz_page *p, struct yz_str path, const char *code)
{
	return yz_str_printf(p->arena, "%.*s%sdone=%s", YZ_P(path), yz_str_find(path, YZ_LIT("?"), 0) == SIZE_MAX ? "?" : "&", code);
}

struct yz_buf *yz_page_begin(struct yz_page *p, const char *title)
{
	enum { PAGE_MOST = 8 << 20 };
	p->title = title;
	p->notice = notice_of(p);
	if (p->who.person) {
		struct yz_conn *conn = yz_page_read(p, NULL);
		p->unread = conn ? yz_message_unread(conn, &p->who) : 0;
	}
	yz_buf_init(&p->out, p->arena, PAGE_MOST);
	tpl_frame_begin(&p->out, p, p->lang);
	p->main_from = p->out.len;
	p->tally = yz_tr_tally();
	return &p->out;
}

bool yz_page_end(struct yz_page *p)
{
	yz_page_in_chinese(p);
	p->main_to = p->out.len;
	tpl_frame_end(&p->out, p, p->lang);
	return yz_res_html(p->req, yz_buf_str(&p->out));
}

bool yz_page_fragment(struct yz_page *p, struct yz_buf *out)
{
	return yz_res_html(p->req, yz_buf_str(out));
}

/* ---- small things ---- */

struct yz_str yz_show_time(const struct yz_page *p, yz_instant t)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 128);
	if (t)
		yz_say_instant(&b, p->lang, t, p->site->offset);
	return yz_buf_str(&b);
}

struct yz_str yz_show_due(const struct yz_page *p, yz_instant t)
{
	yz_day day = yz_instant_day(t, p->site->offset);
	if (!t || yz_day_start(day, p->site->offset) != t)
		return yz_show_time(p, t);
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 128);
	yz_say_day(&b, p->lang, day - 1);
	yz_buf_addz(&b, " 24:00");
	return yz_buf_str(&b);
}

struct yz_str yz_show_day(const struct yz_page *p, yz_instant t)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 128);
	if (t)
		yz_say_day(&b, p->lang, yz_instant_day(t, p->site->offset));
	return yz_buf_str(&b);
}

struct yz_str yz_show_when(const struct yz_page *p, yz_instant t)
{
	if (!t)
		return (struct yz_str){0};
	/* A limit that ends at 24:00 belongs to the day it ends, not to the next. */
	int days = yz_instant_day(t - 1, p->site->offset) - yz_instant_day(p->now, p->site->offset);
	if (t <= p->now && days == 0)
		return yz_str(T(p->lang, "今天已过"));
	if (days == 0)
		return yz_str(T(p->lang, "今天到期"));
	if (days == 1)
		return yz_str(T(p->lang, "明天到期"));
	return days > 0 ? yz_str_printf(p->arena, T(p->lang, "还有 %d 天"), days)
			: yz_str_printf(p->arena, T(p->lang, "已过 %d 天"), -days);
}

struct yz_str yz_show_size(const struct yz_page *p, int64_t bytes)
{
	if (bytes < 1024)
		return yz_str_printf(p->arena, "%lld B", (long long)bytes);
	if (bytes < 1 << 20)
		return yz_str_printf(p->arena, "%lld KB", (long long)(bytes + 512) / 1024);
	return yz_str_printf(p->arena, "%.1f MB", (double)bytes / (1 << 20));
}

bool yz_is_local(struct yz_str to)
{
	return to.len && to.ptr[0] == '/' && (to.len == 1 || (to.ptr[1] != '/' && to.ptr[1] != '\\'));
}

int64_t yz_param_int(const struct yz_req *req, const char *name)
{
	int64_t v;
	return yz_str_int(yz_req_param(req, name), &v) && v > 0 ? v : 0;
}

int64_t yz_field_int(const struct yz_req *req, const char *name)
{
	int64_t v;
	return yz_str_int(yz_str_trim(yz_req_field(req, name)), &v) ? v : 0;
}

bool yz_err_is_hers(const struct yz_err *err)
{
	switch (err->code) {
	case YZ_BAD_INPUT:
	case YZ_EXISTS:
	case YZ_NOT_NOW:
	case YZ_CONFLICT:
	case YZ_LIMIT:
	case YZ_TOO_LARGE:
	case YZ_SYNTAX:
		return true;
	default:
		return false;
	}
}

/* Messages written for people are Chinese; what is for technicians is not shown to her. */
static bool for_people(const char *msg)
{
	struct yz_str s = yz_str(msg);
	for (size_t i = 0; i < s.len;)
		if (yz_is_han(yz_utf8_next(s, &i)))
			return (unsigned char)msg[0] >= 0x80;
	return false;
}

bool yz_err_for_people(const struct yz_err *err)
{
	return for_people(err->msg);
}

struct yz_str yz_err_text(const struct yz_page *p, const struct yz_err *err)
{
	return yz_str_dup(p->arena, yz_str(yz_tr(p->lang, for_people(err->msg) ? err->msg : yz_code_text(err->code))));
}

struct yz_str yz_field_error(const struct yz_page *p, const struct yz_err *err, const char *field)
{
	if (!err || !err->code || strcmp(err->where, field) != 0)
		return (struct yz_str){0};
	return yz_err_text(p, err);
}

struct yz_str yz_name(const struct yz_page *p, struct yz_str name)
{
	return yz_site_name(p->site, p->lang == YZ_LANG_ZH ? "zh-CN" : yz_lang_code(p->lang), name);
}
