/* SPDX-License-Identifier: Apache-2.0 */
#include "web/board.h"

#include "db/ledger.h"
#include "gov/card_act.h"
#include "gov/monitor.h"
#include "gov/policy.h"
#include "gov/reach.h"
#include "web/desk.h"
#include "web/handlers.h"
#include "web/templates.h"

enum { PAGE = 50, CARDS = 12, CARD_PAGE = 100, LEDGER_PAGE = 100 };

struct yz_str yz_show_share(const struct yz_page *p, int64_t part, int64_t whole)
{
	return whole ? yz_str_printf(p->arena, "%.1f%%", 100.0 * (double)part / (double)whole) : YZ_LIT("–");
}

struct yz_str yz_show_stars(const struct yz_page *p, const struct yz_figures *f)
{
	return f->rated ? yz_str_printf(p->arena, "%.1f", (double)f->stars / (double)f->rated) : YZ_LIT("–");
}

static bool month_fits(struct yz_str s)
{
	int64_t v;
	return s.len == 7 && s.ptr[4] == '-' && yz_str_int(yz_str_n(s.ptr, 4), &v) && yz_str_int(yz_str_n(s.ptr + 5, 2), &v) && v >= 1 &&
	       v <= 12;
}

/* From and to, 'YYYY-MM'; this month when not said. */
static void read_months(struct yz_page *p, struct yz_board_page *v)
{
	char day[16];
	yz_day_print(yz_instant_day(p->now, p->site->offset), day);
	struct yz_str now = yz_str_dup(p->arena, yz_str_n(day, 7));
	v->from = yz_req_query(p->req, "from");
	v->to = yz_req_query(p->req, "to");
	if (!month_fits(v->to))
		v->to = now;
	if (!month_fits(v->from))
		v->from = v->to;
}

static bool load(struct yz_page *p, struct yz_board_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	*v = (struct yz_board_page){.query = {.limit = 15}};
	if (!conn)
		return false;
	read_months(p, v);
	v->nfigures = yz_board_figures(p->site, conn, p->arena, &p->who, v->from, v->to, &v->figures, err);
	v->ncards = v->nfigures ? yz_card_list(p->site, conn, p->arena, &p->who, YZ_LIT(""), 0, CARDS, &v->cards, err) : 0;
	return !err->code && yz_case_watch(p->site, conn, p->arena, &p->who, &v->query, &v->cases, err);
}

bool yz_web_board(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_board_page v;
	if (!load(p, &v, err))
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "监察"));
	tpl_board_board(out, p, &v, p->lang);
	return yz_page_end(p);
}

/* The part of the board that is fetched anew when something changed. */
bool yz_web_board_numbers(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_board_page v;
	struct yz_buf out;
	if (!load(p, &v, err))
		return false;
	yz_buf_init(&out, p->arena, 4 << 20);
	tpl_board_numbers(&out, p, &v, p->lang);
	return yz_page_fragment(p, &out);
}

bool yz_web_board_events(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	const struct yz_str topics[] = {YZ_LIT("board")};
	yz_page_release(p);
	return yz_res_events(req, topics, 1, err);
}

bool yz_web_board_cases(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_board_page v = {.query = {.words = yz_str_trim(yz_req_query(req, "q")), .light = yz_req_query(req, "light"),
					    .org = yz_req_query(req, "org"), .limit = PAGE}};
	yz_str_int(yz_req_query(req, "due"), &v.query.after_due);
	yz_str_int(yz_req_query(req, "id"), &v.query.after_id);
	if (!conn || !yz_case_watch(p->site, conn, p->arena, &p->who, &v.query, &v.cases, err))
		return false;
	if (v.cases.more) {
		const struct yz_case_row *last = &v.cases.rows[v.cases.len - 1];
		v.next = yz_str_printf(p->arena, "/board/cases?due=%lld&id=%lld&light=%.*s&org=%.*s",
				       (long long)(last->next_due ? last->next_due : INT64_MAX), (long long)last->id, YZ_P(v.query.light),
				       YZ_P(v.query.org));
	}
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "在办件"));
	tpl_board_cases(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_cards(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_card *cards = NULL;
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	size_t n = conn ? yz_card_list_by(p->site, conn, p->arena, &p->who, yz_req_query(req, "org"), yz_req_query(req, "stand"), before,
					 CARD_PAGE, &cards, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "黄牌红牌"));
	tpl_board_cards(out, p, cards, n, n == CARD_PAGE, p->lang);
	return yz_page_end(p);
}

/* Of one department and some months, or, as it is opened from the cards, of all. */
bool yz_web_board_overrules(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_board_page v = {.org = yz_req_query(req, "org")};
	struct yz_overrule_query q = {.org = v.org, .limit = PAGE + 1};
	if (!conn)
		return false;
	yz_str_int(yz_req_query(req, "before"), &q.before);
	v.from = yz_req_query(req, "from");
	v.to = yz_req_query(req, "to");
	yz_board_span(p->site, v.from, v.to, &q.from, &q.to);
	v.noverruled = yz_overrule_list(conn, p->arena, &p->who, &q, &v.overruled, err);
	v.nfigures = err->code ? 0 : yz_board_figures(p->site, conn, p->arena, &p->who, YZ_LIT(""), YZ_LIT(""), &v.figures, err);
	if (err->code)
		return false;
	if (v.noverruled > PAGE) {
		v.noverruled = PAGE;
		v.next = yz_str_printf(p->arena, "/board/overrules?org=%.*s&from=%.*s&to=%.*s&before=%lld", YZ_P(v.org), YZ_P(v.from), YZ_P(v.to),
				       (long long)v.overruled[PAGE - 1].id);
	}
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "没有按规则的意见办的"));
	tpl_board_overrules(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_figures(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_board_page v = {0};
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn)
		return false;
	read_months(p, &v);
	v.nfigures = yz_board_figures(p->site, conn, p->arena, &p->who, v.from, v.to, &v.figures, err);
	v.nmonths = v.nfigures ? yz_board_months(p->site, conn, p->arena, &p->who, YZ_LIT(""), &v.months, err) : 0;
	if (err->code)
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "部门和月份统计"));
	tpl_board_figures(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_org(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_board_page v = {.org = yz_req_param(req, "key"), .query = {.limit = PAGE}};
	const struct yz_entry_org *org = yz_catalogue_org(yz_page_catalogue(p), v.org);
	if (!conn || !org)
		return conn ? yz_fail(err, YZ_NOT_FOUND, "no department %.*s", YZ_P(v.org)) : false;
	v.org_name = org->name;
	v.query.org = v.org;
	v.nmonths = yz_board_months(p->site, conn, p->arena, &p->who, v.org, &v.months, err);
	v.ncards = err->code ? 0 : yz_card_list(p->site, conn, p->arena, &p->who, v.org, 0, CARDS, &v.cards, err);
	if (err->code || !yz_case_watch(p->site, conn, p->arena, &p->who, &v.query, &v.cases, err))
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_name(p, v.org_name)));
	tpl_board_org(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_claims(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_claim_list list;
	bool late = yz_str_eqz(yz_req_query(req, "light"), "late");
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	if (!conn || !yz_claim_watch(p->site, conn, p->arena, &p->who, late, before, PAGE, &list, err))
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "免申即享兑现"));
	tpl_board_claims(out, p, &list, late, list.len == PAGE, p->lang);
	return yz_page_end(p);
}

/* ---- the ledger ---- */

const char *yz_entry_act(const struct yz_page *p, struct yz_str act)
{
	static const char *const said[][2] = {
		{"case.lapse", N_("补正期限已过")}, {"card.notice", N_("发出预警")}, {"card.yellow", N_("发出黄牌")}, {"card.red", N_("发出红牌")},
		{"clock.move", N_("按新日历重算期限")}, {"calendar.import", N_("导入了放假通知")}, {"pack.install", N_("装入了应用包")},
		{"item.draft", N_("保存了事项草稿")}, {"item.review", N_("事项送审")}, {"item.return", N_("事项退回修改")},
		{"item.publish", N_("发布了事项")}, {"item.suspend", N_("暂停了事项")}, {"item.resume", N_("恢复了事项")},
		{"item.abolish", N_("废止了事项")}, {"item.import", N_("导入了事项目录")}, {"enterprise.import", N_("导入了企业登记表")}, {"policy.publish", N_("发布了政策")},
		{"policy.end", N_("结束了政策")}, {"policy.push", N_("告知了符合政策的人")}, {"policy.apply", N_("按政策开始申请")},
		{"policy.open", N_("打开了告知的政策")}, {"policy.look", N_("看了政策名单")}, {"policy.confirm", N_("确认免申即享")}, {"policy.settle", N_("登记了兑现")}, {"material.add", N_("上传了材料")},
		{"person.register", N_("注册")}, {"person.sign_in", N_("登录")}, {"person.verify", N_("当面核验了身份")},
		{"person.update", N_("更改了资料")}, {"person.password", N_("更改了密码")}, {"person.recover", N_("找回密码")},
		{"person.activate", N_("启用了账号")}, {"person.close", N_("停用了账号")}, {"person.act_for", N_("改为替别人办事")},
		{"staff.add", N_("新增人员")}, {"post.add", N_("增加岗位")}, {"post.end", N_("结束岗位")},
		{"consult.ask", N_("提出咨询")}, {"consult.transfer", N_("转办了咨询")}, {"consult.answer", N_("答复了咨询")},
		{"consult.rate", N_("评价了咨询")}, {"consult.publish", N_("公开了咨询")}, {"consult.hide", N_("撤下了公开的咨询")},
		{"consult.learn", N_("把咨询收进知识库")}, {"consult.withdraw", N_("撤回了咨询")}, {"knowledge.add", N_("写了答案")},
		{"knowledge.edit", N_("修改了答案")}, {"knowledge.retire", N_("停用了答案")}, {"knowledge.restore", N_("恢复了答案")},
		{"score.record", N_("记了一件评分的事")}, {"score.withdraw", N_("撤销了评分记录")}, {"score.settle", N_("结算了评分")},
		{"weekly.save", N_("修改了周报")}, {"weekly.issue", N_("印发了周报")}, {"person.look", N_("打开了个人的信息")}, {"agency.add", N_("委托代办")}, {"agency.revoke", N_("撤销委托")}, {"site.settings", N_("更改了本站设置")}, {"screen.open", N_("给了大屏新的地址")}, {"screen.close", N_("停用了大屏的地址")},
		{"card.urge", N_("发出了督办")}, {"card.answer_urge", N_("答复了督办")}, {"consult.urge", N_("发出了督办")},
		{"consult.answer_urge", N_("答复了督办")}, {"urge.warn", N_("督办快到期，又提醒了一次")}, {"urge.escalate", N_("督办逾期，升级")},
		{"link.up", N_("接上了上级")}, {"link.down", N_("接上了下级")}, {"link.remove", N_("断开了上下级的连接")},
		{"order.give", N_("督办或者询问了下级")}, {"order.receive", N_("收到上级的督办或者询问")}, {"order.answer", N_("答复了上级")},
		{"levels.restart", N_("重新向上级报送")}, {"register.declare", N_("建了登记库")}, {"register.import", N_("导入了登记库")},
		{"register.put", N_("写入了登记库")}, {"register.compare", N_("与登记库比对")}, {"register.export", N_("导出了登记库")},
		{"register.left_out", N_("导入时略过了几行")}, {"comparison.declare", N_("定了比对规则")}, {"promise.cut", N_("记下了缩短的承诺")},
		{"licence.use", N_("用证照代替了材料")}, {"payout.due", N_("列入了待发放")}, {"payout.batch", N_("编了发放批次")},
		{"payout.release", N_("核准了发放批次")}, {"payout.done", N_("发放批次办结")}, {"payout.paid", N_("补贴已到账")},
		{"payout.failed", N_("补贴没有到账")}, {"payout.look", N_("取了发放清单")}, {"joint.begin", N_("开始办一件事")},
		{"payout.returned", N_("补贴被银行退回")}, {"payout.withheld", N_("扣下了应退回的部分")}, {"payout.stop", N_("停止发放")},
		{"payout.again", N_("重新列入待发放")}, {"payout.repaid", N_("补贴已全部退回")}, {"reclaim.order", N_("要求退回补贴")},
		{"reclaim.repaid", N_("登记了退回的补贴")}, {"reclaim.drop", N_("撤销了退回要求")}, {"reclaim.returned", N_("因退汇了结了退回要求")},
		{"reclaim.carry", N_("已退的款转到重发的补贴")}, {"link.system", N_("接上了部门的系统")}, {"system.report", N_("部门的系统交来了文件")},
		{"levels.receive", N_("收到了下级的报送")},
		{"joint.mend", N_("改了一件事")}, {"trial.start", N_("开始模拟")}, {"deputy.add", N_("请人代理")}, {"deputy.end", N_("结束代理")},
		{"document.sign", N_("签发了文书")}, {"monitor.install", N_("装入了监察规则")}, {"monitor.end", N_("停用了监察规则")}, {"monitor.set", N_("改了监察规则的数")}};
	enum yz_act done;
	enum yz_card_act carded;
	if (yz_str_starts(act, YZ_LIT("card.")) && yz_card_act_parse(yz_str_n(act.ptr + 5, act.len - 5), &carded))
		return yz_tr(p->lang, yz_card_act_done(carded));
	if (yz_str_starts(act, YZ_LIT("case.")) && yz_act_parse(yz_str_n(act.ptr + 5, act.len - 5), &done))
		return yz_tr(p->lang, yz_act_done(done));
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (yz_str_eqz(act, said[i][0]))
			return yz_tr(p->lang, said[i][1]);
	return "";
}

const char *yz_entry_kind(const struct yz_page *p, struct yz_str kind)
{
	static const char *const said[][2] = {{"case", N_("办件")}, {"person", N_("人员")}, {"item", N_("事项")}, {"policy", N_("政策")}, {"post", N_("岗位")},
					      {"agency", N_("委托")}, {"site", N_("本站")}, {"pack", N_("应用包")}, {"import", N_("导入")},
					      {"calendar", N_("工作日历")}, {"consult", N_("咨询")}, {"card", N_("牌")}, {"urge", N_("督办")}, {"knowledge", N_("知识")}, {"system", N_("一站")}, {"score", N_("评分")}, {"weekly", N_("周报")},
					      {"fee", N_("收费")}, {"rating", N_("评价")}, {"pull", N_("数据查看")}, {"monitor", N_("监察规则")}, {"look", N_("查看")}, {"licence", N_("证照")}, {"record", N_("登记记录")}, {"register", N_("登记库")},
					      {"register_import", N_("登记库的导入")}, {"payout", N_("补贴发放")}, {"payout_batch", N_("发放批次")}, {"promise", N_("承诺")},
					      {"comparison", N_("比对规则")}, {"enterprise_import", N_("企业登记表")}, {"order", N_("上级督办")}, {"joint", N_("一件事")},
					      {"trial", N_("模拟")}, {"deputy", N_("代理")}, {"document", N_("文书")}, {"link", N_("上下级的连接")}};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (yz_str_eqz(kind, said[i][0]))
			return yz_tr(p->lang, said[i][1]);
	return yz_str_z(p->arena, kind);
}

struct yz_str yz_entry_rule(const struct yz_page *p, struct yz_str rule)
{
	static const char *const said[][2] = {{"answer", N_("五个工作日内答复是否受理")}, {"promised", N_("承诺办结期限")},
					      {"legal", N_("法定办结期限")}, {"step", N_("本环节期限")}, {"correction", N_("补正期限")},
					      {"deliver", N_("送达期限")}, {"consult", N_("咨询答复期限")}};
	struct yz_str item = YZ_LIT("item "), clock = YZ_LIT("clock.");
	if (yz_str_starts(rule, item))
		return yz_str_printf(p->arena, "%s %.*s", T(p->lang, "事项版本"), (int)(rule.len - item.len), rule.ptr + item.len);
	for (size_t i = 0; yz_str_starts(rule, clock) && i < sizeof said / sizeof *said; i++)
		if (yz_str_starts(yz_str_n(rule.ptr + clock.len, rule.len - clock.len), yz_str(said[i][0])))
			return yz_str(yz_tr(p->lang, said[i][1]));
	if (yz_str_starts(rule, YZ_LIT("look.")))
		return yz_str(T(p->lang, "看个人的信息要留痕"));
	/* Of a card: KEY.LEVEL; of what armed it: KEY DIGEST. */
	size_t n, dot = yz_str_find(rule, YZ_LIT("."), 0);
	if (dot == SIZE_MAX)
		dot = yz_str_find(rule, YZ_LIT(" "), 0);
	const struct yz_armed *monitors = dot == SIZE_MAX ? NULL : yz_monitor_list(p->site, p->arena, &n);
	for (size_t i = 0; monitors && i < n; i++)
		if (yz_str_eq(monitors[i].m->key, yz_str_n(rule.ptr, dot)))
			return yz_name(p, monitors[i].m->name);
	return rule;
}

/* The numbers of the cases the entries are about; "" for the others. */
static struct yz_str *case_numbers(struct yz_page *p, struct yz_conn *conn, const struct yz_entries *l, struct yz_err *err)
{
	struct yz_str *nos = yz_new_n(p->arena, l->count + 1, struct yz_str);
	struct yz_sql q;
	yz_sql_init(&q, p->arena);
	yz_sql_add(&q, "SELECT id, no FROM cases WHERE id IN (0");
	for (size_t i = 0; i < l->count; i++)
		if (yz_str_eqz(l->at[i].thing_kind, "case")) {
			yz_sql_add(&q, ", ");
			yz_sql_val(&q, YZ_I(l->at[i].thing_id));
		}
	yz_sql_add(&q, ")");
	struct yz_rows *r = yz_sql_select(&q, conn, p->arena, err);
	for (size_t k = 0; r && k < r->count; k++)
		for (size_t i = 0; i < l->count; i++)
			if (yz_str_eqz(l->at[i].thing_kind, "case") && l->at[i].thing_id == yz_row_int(r, k, 0))
				nos[i] = yz_row_str(r, k, 1);
	return r ? nos : NULL;
}

bool yz_web_ledger(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_entries entries;
	int64_t before = 0;
	yz_str_int(yz_req_query(req, "before"), &before);
	/* Its entries are of the whole site, not of one of its towns. */
	if (!conn || !yz_reach_whole(p->site, conn, p->arena, &p->who, YZ_MAY_ledger_read, err) ||
	    !yz_ledger_page(conn, p->arena, p->site->region, before, LEDGER_PAGE, &entries, err))
		return false;
	struct yz_str *nos = case_numbers(p, conn, &entries, err);
	if (!nos)
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "账目"));
	tpl_board_ledger(out, p, &entries, nos, entries.count == LEDGER_PAGE, p->lang);
	return yz_page_end(p);
}
