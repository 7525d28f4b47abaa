/* web/levels.c - what the levels below report, and what is asked of them; orders from above.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/levels.h"

#include "calendar/calendar.h"
#include "gov/case_light.h"
#include "gov/consult.h"
#include "web/board.h"
#include "web/card.h"
#include "web/handlers.h"
#include "web/templates.h"

enum { PAGE = 50, ORDERS = 200 };

/* ---- words ---- */

struct yz_str yz_show_ago(const struct yz_page *p, yz_instant t)
{
	if (!t)
		return yz_str(T(p->lang, "还没有"));
	yz_instant apart = p->now > t ? p->now - t : 0;
	if (apart < YZ_MINUTE)
		return yz_str_printf(p->arena, T_N(p->lang, "%d 秒前", (uint64_t)(apart / YZ_SECOND)), (int)(apart / YZ_SECOND));
	if (apart < YZ_HOUR)
		return yz_str_printf(p->arena, T_N(p->lang, "%d 分钟前", (uint64_t)(apart / YZ_MINUTE)), (int)(apart / YZ_MINUTE));
	if (apart < YZ_DAY)
		return yz_str_printf(p->arena, T_N(p->lang, "%d 小时前", (uint64_t)(apart / YZ_HOUR)), (int)(apart / YZ_HOUR));
	return yz_str_printf(p->arena, T_N(p->lang, "%d 天前", (uint64_t)(apart / YZ_DAY)), (int)(apart / YZ_DAY));
}

const char *yz_level_state(const struct yz_page *p, struct yz_str kind, struct yz_str state)
{
	static const char *const talk[][2] = {{"open", N_("等待答复")}, {"answered", N_("已答复")}, {"withdrawn", N_("已撤回")}};
	for (size_t i = 0; yz_str_eqz(kind, "consultation") && i < sizeof talk / sizeof *talk; i++)
		if (yz_str_eqz(state, talk[i][0]))
			return yz_tr(p->lang, talk[i][1]);
	for (int s = YZ_CASE_submitted; s <= YZ_CASE_closed; s++)
		if (yz_str_eqz(state, yz_case_state_name((enum yz_case_state)s)))
			return yz_tr(p->lang, yz_case_state_title((enum yz_case_state)s));
	return yz_str_z(p->arena, state);
}

const char *yz_level_gap(const struct yz_page *p, struct yz_str gap)
{
	if (yz_str_eqz(gap, "fork"))
		return T(p->lang, "账目接不上");
	return gap.len ? T(p->lang, "中间缺了一段") : "";
}

static struct yz_str code_title(const struct yz_page *p, const struct yz_up_row *row, const char *sql, struct yz_str v)
{
	static const char *const ours[][3] = {{"state_code", "1", N_("待办")}, {"state_code", "2", N_("已办")}, {"source_code", "1", N_("窗口")},
					      {"source_code", "2", N_("电脑端网上")}, {"source_code", "9", N_("其他")}};
	static const char *const levels[] = {N_("预警"), N_("黄牌"), N_("红牌")};
	if (row->table == YZ_UP_card && strcmp(sql, "level_code") == 0 && v.len == 1 && v.ptr[0] >= '1' && v.ptr[0] <= '3')
		return yz_str(yz_tr(p->lang, levels[v.ptr[0] - '1']));
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcmp(sql, ours[i][0]) == 0 && yz_str_eqz(v, ours[i][1]))
			return yz_str(yz_tr(p->lang, ours[i][2]));
	return v;
}

/* The result of a case in the words of the act that gave it. */
static struct yz_str outcome_title(const struct yz_page *p, struct yz_str outcome)
{
	enum yz_act act;
	return yz_act_parse(outcome, &act) ? yz_str(yz_tr(p->lang, yz_act_done(act))) : outcome;
}

/* A code whose meaning stands beside it says nothing to who reads; what is sent carries it. */
static bool is_code(const struct yz_up_def *f)
{
	static const char *const codes[] = {"org_code", "region", "type_code", "item_type", "applicant_id_type", "agent_id_type", "basic_code"};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (strcmp(f->sql, codes[i]) == 0)
			return true;
	return strcmp(f->name, "满意度代码") == 0 || strcmp(f->name, "特别程序种类代码") == 0;
}

/* Where the standard's name is of a code and a word is shown. */
static const char *plain_name(const char *name)
{
	static const char *const said[][2] = {{"监察规则编号", N_("规则")}, {"监察预警类型代码", N_("牌")}, {"状态产生时间", N_("发出")},
					      {"监察结果描述", N_("结果")}, {"申报来源代码", N_("申报来源")}, {"结果描述", N_("结果")}};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (strcmp(name, said[i][0]) == 0)
			return said[i][1];
	return name;
}

static const char *own_name(const struct yz_page *p, const char *name)
{
	static const char *const said[][2] = {{"x_due", N_("期限")}, {"x_person", N_("经办人")}, {"x_points", N_("扣分")}, {"x_answer", N_("部门答复")},
					      {"x_step", N_("环节")}, {"x_received", N_("收到")}, {"x_ended", N_("结束")}, {"x_org_name", N_("部门")}};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (strcmp(name, said[i][0]) == 0)
			return yz_tr(p->lang, said[i][1]);
	return NULL;
}

const struct yz_json *yz_level_reckoning(const struct yz_page *p, const struct yz_up_row *row)
{
	const struct yz_val *v = row->table == YZ_UP_card ? YZ_UP_GET(row, card, reckoning) : NULL;
	return v && v->type == YZ_VAL_TEXT ? yz_json_read(p->arena, v->s, NULL, NULL) : NULL;
}

/* In words, where it was reported with them. */
static struct yz_str rule_title(const struct yz_page *p, const struct yz_up_row *row, struct yz_str rule)
{
	struct yz_str name = yz_json_str(yz_json_get(yz_level_reckoning(p, row), "rule"), "name");
	return name.len ? yz_name(p, name) : yz_entry_rule(p, rule);
}

bool yz_level_field(const struct yz_page *p, const struct yz_up_row *row, size_t nth, const char **name, struct yz_str *value)
{
	const struct yz_up_def *f = &yz_up_defs[row->table + 1 + nth];
	const struct yz_val *v = &row->vals[nth];
	if (v->type == YZ_VAL_NULL || f->kind == YZ_UP_JSON || is_code(f))
		return false;
	*name = strncmp(f->name, "x_", 2) == 0 ? own_name(p, f->name) : yz_tr(p->lang, plain_name(f->name));
	if (!*name)
		return false;
	if (f->kind == YZ_UP_TIME)
		*value = strstr(f->sql, "due") || strstr(f->sql, "promised") ? yz_show_due(p, v->i) : yz_show_time(p, v->i);
	else if (strcmp(f->name, "x_points") == 0)
		*value = yz_card_points_text(p, v->i);
	else if (f->kind == YZ_UP_INT)
		*value = strcmp(f->sql, "taken") == 0 || strcmp(f->sql, "charged") == 0 ? yz_str(v->i ? T(p->lang, "是") : T(p->lang, "否"))
											: yz_str_printf(p->arena, "%lld", (long long)v->i);
	else if (row->table == YZ_UP_result && strcmp(f->sql, "outcome") == 0)
		*value = outcome_title(p, v->s);
	else if (row->table == YZ_UP_card && strcmp(f->sql, "rule") == 0)
		*value = rule_title(p, row, v->s);
	else
		*value = yz_name(p, yz_tr_str(p->lang, code_title(p, row, f->sql, v->s)));
	return true;
}

size_t yz_level_group(const struct yz_levels_page *v, size_t i)
{
	size_t n = 1;
	while (i + n < v->nrows && v->rows[i + n].table == v->rows[i].table)
		n++;
	return n;
}

bool yz_level_listed(const struct yz_up_row *row)
{
	return row->table == YZ_UP_material || row->table == YZ_UP_step || row->table == YZ_UP_special || row->table == YZ_UP_card;
}

bool yz_level_column(const struct yz_page *p, const struct yz_up_row *rows, size_t n, size_t nth, const char **name)
{
	struct yz_str value;
	/* A card's organ is its department over again. */
	if (rows->table == YZ_UP_card && rows->table + 1 + nth == YZ_UP_card_org_name)
		return false;
	for (size_t i = 0; i < n; i++)
		if (yz_level_field(p, &rows[i], nth, name, &value))
			return true;
	return false;
}

bool yz_level_handling(const struct yz_up_row *row)
{
	return row->table != YZ_UP_apply && row->table != YZ_UP_material && row->table != YZ_UP_accept;
}

/* ---- the board ---- */

static bool load_sites(struct yz_page *p, struct yz_levels_page *v, struct yz_str only, struct yz_conn **conn, struct yz_err *err)
{
	*conn = yz_page_read(p, err);
	v->nsites = *conn ? yz_below_list(p->site, *conn, p->arena, &p->who, only, &v->sites, err) : 0;
	return !err->code;
}

static bool load_site(struct yz_page *p, struct yz_levels_page *v, struct yz_conn **conn, struct yz_err *err)
{
	struct yz_str code = yz_req_param(p->req, "site");
	if (!code.len)
		return yz_fail(err, YZ_NOT_FOUND, "no installation is named");
	if (!load_sites(p, v, code, conn, err))
		return false;
	for (size_t i = 0; i < v->nsites; i++)
		if (yz_str_eq(v->sites[i].site, code))
			v->site = &v->sites[i];
	return v->site || yz_fail(err, YZ_NOT_FOUND, "no installation %.*s reports here", YZ_P(code));
}

bool yz_web_board_levels(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_levels_page v = {0};
	struct yz_conn *conn;
	if (load_sites(p, &v, YZ_LIT(""), &conn, err))
		v.nsystems = yz_outside_systems(p->site, conn, p->arena, &p->who, &v.systems, err);
	if (err->code)
		return false;
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "下级报送"));
	tpl_levels_sites(out, p, &v, p->lang);
	return yz_page_end(p);
}

static struct yz_str next_of(const struct yz_page *p, const struct yz_levels_page *v)
{
	const struct yz_below_thing *last = &v->things[v->nthings - 1];
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 2000);
	yz_buf_printf(&b, "/board/levels/%.*s?due=%lld&no=", YZ_P(v->site->site), (long long)(last->due ? last->due : INT64_MAX));
	yz_html_url_part(&b, last->no);
	yz_buf_addz(&b, "&light=");
	yz_html_url_part(&b, v->query.light);
	yz_buf_addz(&b, "&q=");
	yz_html_url_part(&b, v->query.words);
	return yz_buf_str(&b);
}

bool yz_web_board_level(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_levels_page v = {0};
	struct yz_conn *conn;
	if (!load_site(p, &v, &conn, err))
		return false;
	v.query = (struct yz_below_query){.site = v.site->site, .light = yz_req_query(req, "light"), .words = yz_str_trim(yz_req_query(req, "q")),
					  .after_no = yz_req_query(req, "no"), .limit = PAGE + 1};
	yz_str_int(yz_req_query(req, "due"), &v.query.after_due);
	v.nthings = yz_below_things(p->site, conn, p->arena, &p->who, &v.query, &v.things, err);
	if (err->code)
		return false;
	if (v.nthings > PAGE) {
		v.nthings = PAGE;
		v.next = next_of(p, &v);
	}
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_name(p, v.site->name)));
	tpl_levels_things(out, p, &v, p->lang);
	return yz_page_end(p);
}

static bool show_thing(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_levels_page v = {.no = yz_req_param(p->req, "no"), .days = 3};
	struct yz_conn *conn;
	if (!load_site(p, &v, &conn, err) || !yz_below_load(p->site, conn, p->arena, &p->who, v.site->site, v.no, &v.rows, &v.nrows, &v.orders, &v.norders, err))
		return false;
	if (failed) {
		v.error = yz_err_text(p, failed);
		v.text_error = yz_field_error(p, failed, "text");
		v.days_error = yz_field_error(p, failed, "days");
		v.text = yz_req_field(p->req, "text");
		v.question = yz_str_eqz(yz_req_field(p->req, "kind"), "question");
		v.days = yz_field_int(p->req, "days");
		yz_res_status(p->req, 422);
	}
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "下级的办件"));
	tpl_levels_thing(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_level_thing(struct yz_req *req, struct yz_err *err)
{
	return show_thing(yz_page_of(req), NULL, err);
}

/* A text of a row; "" where it has none. */
static struct yz_str text_of(const struct yz_val *v)
{
	return v->type == YZ_VAL_TEXT ? v->s : YZ_LIT("");
}

static int64_t number_of(const struct yz_val *v)
{
	return v->type == YZ_VAL_INT ? v->i : 0;
}

static bool find_card(struct yz_page *p, const struct yz_levels_page *v, struct yz_card *c)
{
	struct yz_str key = yz_req_param(p->req, "key"), clock = YZ_LIT("clock.");
	for (size_t i = 0; i < v->nrows; i++) {
		const struct yz_up_row *r = &v->rows[i];
		if (r->table != YZ_UP_card || !yz_str_eq(r->key, key) || !yz_level_reckoning(p, r))
			continue;
		struct yz_str code = text_of(YZ_UP_GET(r, card, level_code)), rule = text_of(YZ_UP_GET(r, card, rule));
		size_t at = yz_str_find(rule, YZ_LIT("@"), 0);
		*c = (struct yz_card){.level = yz_str(yz_str_eqz(code, "3") ? "red" : yz_str_eqz(code, "2") ? "yellow" : "notice"),
				      .org_name = text_of(YZ_UP_GET(r, card, duty_org)), .person_name = text_of(YZ_UP_GET(r, card, person)),
				      .issued = number_of(YZ_UP_GET(r, card, at)), .due = number_of(YZ_UP_GET(r, card, due)),
				      .points = number_of(YZ_UP_GET(r, card, points)), .reckoning = yz_level_reckoning(p, r),
				      .version = at == SIZE_MAX ? YZ_LIT("") : yz_str_n(rule.ptr + at + 1, rule.len - at - 1)};
		if (yz_str_starts(rule, clock))
			c->clock_kind = yz_str_n(rule.ptr + clock.len, rule.len - clock.len);
		return true;
	}
	return false;
}

bool yz_web_board_level_card(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_levels_page v = {.no = yz_req_param(req, "no")};
	struct yz_conn *conn;
	struct yz_card c;
	struct yz_clock k;
	if (!load_site(p, &v, &conn, err) || !yz_below_load(p->site, conn, p->arena, &p->who, v.site->site, v.no, &v.rows, &v.nrows, &v.orders, &v.norders, err))
		return false;
	if (!find_card(p, &v, &c))
		return yz_fail(err, YZ_NOT_FOUND, "no such card was reported");
	bool clock = yz_clock_parse(yz_json_str(c.reckoning, "clock"), &k, NULL);
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_card_title(p, &c)));
	tpl_levels_card(out, p, &v, &c, clock ? &k : NULL, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_level_order(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str site = yz_req_param(req, "site"), no = yz_req_param(req, "no");
	int64_t days = yz_field_int(req, "days");
	yz_page_release(p);
	if (yz_order_give(p->site, &p->who, site, no, yz_str_eqz(yz_req_field(req, "kind"), "question"), yz_req_field(req, "text"),
			  days >= 0 && days <= 1000 ? (int)days : 0, &failed)) {
		struct yz_buf to;
		yz_buf_init(&to, p->arena, 1000);
		yz_buf_addz(&to, "/board/levels/");
		yz_html_url_part(&to, site);
		yz_buf_addc(&to, '/');
		yz_html_url_part(&to, no);
		return yz_res_redirect(req, yz_done(p, yz_buf_str(&to), "ordered"));
	}
	if (yz_err_is_hers(&failed))
		return show_thing(p, &failed, err);
	*err = failed;
	return false;
}

/* ---- from above ---- */

static bool show_orders(struct yz_page *p, const struct yz_err *failed, int64_t id, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_order *orders = NULL;
	size_t n = conn ? yz_order_list(p->site, conn, p->arena, &p->who, ORDERS, &orders, err) : 0;
	if (err->code)
		return false;
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "上级督办和询问"));
	tpl_levels_orders(out, p, orders, n, failed ? yz_err_text(p, failed) : YZ_LIT(""), id, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_orders(struct yz_req *req, struct yz_err *err)
{
	return show_orders(yz_page_of(req), NULL, 0, err);
}

bool yz_web_desk_order_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id = yz_param_int(req, "id");
	yz_page_release(p);
	if (yz_order_answer(p->site, &p->who, id, yz_req_field(req, "text"), &failed))
		return yz_res_redirect(req, yz_done(p, YZ_LIT("/desk/orders"), "order-answered"));
	if (yz_err_is_hers(&failed))
		return show_orders(p, &failed, id, err);
	*err = failed;
	return false;
}
