/* One card: by which rule, how it was worked out, what it costs.  SPDX-License-Identifier: Apache-2.0 */
#include "web/card.h"

#include "calendar/calendar.h"
#include "web/board.h"
#include "web/card_life.h"
#include "web/case_page.h"
#include "web/handlers.h"
#include "web/templates.h"

struct yz_str yz_card_address(const struct yz_page *p, const struct yz_card *c)
{
	return yz_str_printf(p->arena, "/%s/card/%lld", p->room == YZ_ROOM_BOARD ? "board" : "desk", (long long)c->id);
}

struct yz_str yz_card_title(const struct yz_page *p, const struct yz_card *c)
{
	struct yz_str name = yz_json_str(yz_json_get(c->reckoning, "rule"), "name");
	return name.len ? yz_name(p, name) : yz_str(yz_clock_title(p, c->clock_kind));
}

const char *yz_card_level_title(const struct yz_page *p, struct yz_str level)
{
	return yz_str_eqz(level, "red") ? T(p->lang, "红牌") : yz_str_eqz(level, "yellow") ? T(p->lang, "黄牌") : T(p->lang, "预警");
}

const char *yz_card_level_mark(struct yz_str level)
{
	return yz_str_eqz(level, "red") ? "■" : yz_str_eqz(level, "yellow") ? "▲" : "●";
}

struct yz_str yz_card_points_text(const struct yz_page *p, int64_t tenths)
{
	int64_t n = -tenths;
	if (!n)
		return yz_str(T(p->lang, "不扣分"));
	return n % 10 ? yz_str_printf(p->arena, T(p->lang, "扣 %lld.%lld 分"), (long long)(n / 10), (long long)(n % 10))
		      : yz_str_printf(p->arena, T(p->lang, "扣 %lld 分"), (long long)(n / 10));
}

struct yz_str yz_card_of(const struct yz_page *p, const struct yz_card *c)
{
	static const char *const said[][2] = {{"case", N_("办件")}, {"task", N_("办件环节")}, {"fee", N_("收费")}, {"rating", N_("评价")},
					      {"consultation", N_("咨询")}, {"pull", N_("数据查看")}, {"letter", N_("来信")}, {"urge", N_("督办")}, {"notice", N_("预警")}};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (yz_str_eqz(c->thing, said[i][0]))
			return yz_str(yz_tr(p->lang, said[i][1]));
	return c->thing;
}

/* 是, 否, 没有; lists with a comma between. */
struct yz_str yz_card_value(const struct yz_page *p, const struct yz_json *v)
{
	struct yz_buf b;
	if (yz_json_is(v, YZ_JSON_TRUE) || yz_json_is(v, YZ_JSON_FALSE))
		return yz_str(yz_json_is(v, YZ_JSON_TRUE) ? T(p->lang, "是") : T(p->lang, "否"));
	if (yz_json_is(v, YZ_JSON_ARRAY)) {
		yz_buf_init(&b, p->arena, 65536);
		for (size_t i = 0; i < yz_json_len(v); i++)
			yz_buf_printf(&b, "%s%.*s", i ? T(p->lang, "、") : "", YZ_P(yz_name(p, yz_json_text(yz_json_at(v, i)))));
		v = NULL;
		if (b.len)
			return yz_buf_str(&b);
	}
	struct yz_str s = yz_json_is(v, YZ_JSON_NUMBER) || yz_json_is(v, YZ_JSON_STRING) ? v->text : (struct yz_str){0};
	return s.len ? yz_name(p, yz_str(yz_tr(p->lang, yz_str_z(p->arena, s)))) : yz_str(T(p->lang, "没有"));
}

/* The law of the house's own cards; a pack's say theirs. */
const char *yz_card_law(const struct yz_page *p, const struct yz_card *c)
{
	static const char *const laws[][2] = {{"answer", N_("行政许可法第三十二条：五日内告知需要补正的内容，逾期不告知的，自收到之日起即为受理。")},
					      {"promised", N_("公布的承诺办结时限。")},
					      {"legal", N_("行政许可法第四十二条：二十日内作出决定，或者事项法定的时限。")},
					      {"step", N_("流程规定的环节时限。")},
					      {"deliver", N_("行政许可法第四十四条：作出决定之日起十日内颁发、送达。")},
					      {"consult", N_("公布的咨询答复时限。")},
					      {"urge", N_("督办规定的答复期限。")}};
	for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
		if (yz_str_eqz(c->clock_kind, laws[i][0]))
			return yz_tr(p->lang, laws[i][1]);
	return "";
}

/* A row of the reckoning's days: [day, mark, nth, name]. */
bool yz_card_day(const struct yz_json *row, struct yz_clock_row *out)
{
	const struct yz_json *mark = yz_json_at(row, 1), *nth = yz_json_at(row, 2);
	int64_t m, n;
	*out = (struct yz_clock_row){0};
	if (yz_json_len(row) < 4 || !yz_json_is(mark, YZ_JSON_NUMBER) || !yz_json_is(nth, YZ_JSON_NUMBER) ||
	    !yz_day_parse(yz_json_text(yz_json_at(row, 0)), &out->day) || !yz_str_int(mark->text, &m) || !yz_str_int(nth->text, &n) || m < 0 ||
	    m > YZ_MARK_LAST)
		return false;
	out->mark = (enum yz_clock_mark)m;
	out->nth = n;
	out->info.name = yz_json_text(yz_json_at(row, 3));
	return true;
}

bool yz_card_show(struct yz_page *p, bool desk, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_card *c = conn ? yz_card_load(p->site, conn, p->arena, &p->who, yz_param_int(p->req, "id"), err) : NULL;
	struct yz_card_life_view life = {.failed = failed};
	if (!c || !yz_card_life_view(p, c, &life, err))
		return false;
	struct yz_clock k;
	bool clock = yz_clock_parse(yz_json_str(c->reckoning, "clock"), &k, NULL);
	if (failed)
		yz_res_status(p->req, failed->code == YZ_CONFLICT ? 409 : 422);
	p->desk = true; /* what was sent to /card, too */
	p->room = desk ? YZ_ROOM_DESK : YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_card_title(p, c)));
	tpl_board_card(out, p, c, clock ? &k : NULL, &life, desk, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_card(struct yz_req *req, struct yz_err *err)
{
	return yz_card_show(yz_page_of(req), false, NULL, err);
}

bool yz_web_desk_card(struct yz_req *req, struct yz_err *err)
{
	return yz_card_show(yz_page_of(req), true, NULL, err);
}
