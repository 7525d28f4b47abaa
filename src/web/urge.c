/* 督办: lists, one of them, and urging.  SPDX-License-Identifier: Apache-2.0 */
#include "web/urge.h"

#include "fmt/json.h"
#include "web/handlers.h"
#include "web/templates.h"

/* ---- in words ---- */

struct yz_str yz_urge_thing_said(const struct yz_page *p, const struct yz_urge *u)
{
	const char *kind = yz_str_eqz(u->thing, "case") || yz_str_eqz(u->thing, "order") ? T(p->lang, "办件") : yz_str_eqz(u->thing, "card") ? T(p->lang, "牌") : T(p->lang, "咨询");
	struct yz_str name = yz_name(p, u->title);
	return yz_str_printf(p->arena, "%s %.*s%s%.*s", kind, YZ_P(u->no), u->no.len && name.len ? " " : "", YZ_P(name));
}

struct yz_str yz_urge_thing_address(const struct yz_page *p, const struct yz_urge *u)
{
	if (yz_str_eqz(u->thing, "case"))
		return yz_str_printf(p->arena, "/desk/case/%.*s", YZ_P(u->no));
	if (yz_str_eqz(u->thing, "card"))
		return yz_str_printf(p->arena, "/card/%lld", (long long)u->thing_id);
	if (yz_str_eqz(u->thing, "order"))
		return YZ_LIT("/desk/orders");
	return yz_str_printf(p->arena, "/desk/question/%.*s", YZ_P(u->no));
}

struct yz_str yz_urge_with(const struct yz_page *p, const struct yz_urge *u)
{
	if (u->stage == YZ_URGE_GOVERNMENT)
		return yz_str(T(p->lang, "政府负责人"));
	if (u->to_supervisor && u->stage == YZ_URGE_DEPARTMENT)
		return yz_str_printf(p->arena, T(p->lang, "%.*s的监察"), YZ_P(yz_name(p, u->region_name)));
	if (u->stage == YZ_URGE_HEAD)
		return yz_str_printf(p->arena, T(p->lang, "%.*s的负责人"), YZ_P(yz_name(p, u->org_name)));
	return yz_name(p, u->org_name);
}

const char *yz_urge_light(const struct yz_page *p, const struct yz_urge *u)
{
	if (u->answered || !u->due)
		return "";
	return u->stage || p->now >= u->due ? "late" : u->warned ? "warn" : "ok";
}

const char *yz_urge_light_title(const struct yz_page *p, const struct yz_urge *u)
{
	if (u->answered)
		return T(p->lang, "已答复");
	return !u->due ? T(p->lang, "待答复") : u->stage || p->now >= u->due ? T(p->lang, "已超期") : u->warned ? T(p->lang, "将到期") : T(p->lang, "待答复");
}

const char *yz_urge_kind(const struct yz_page *p, const struct yz_urge *u)
{
	return u->question ? T(p->lang, "上级询问") : u->above ? T(p->lang, "上级督办") : T(p->lang, "督办");
}

const char *yz_urge_entry(const struct yz_page *p, const struct yz_entry *e)
{
	const struct yz_json *body = yz_json_read(p->arena, e->body, NULL, NULL);
	if (yz_str_eqz(e->act, "urge.warn"))
		return T(p->lang, "快到期，又提醒了一次");
	if (yz_str_eqz(e->act, "clock.move"))
		return T(p->lang, "按新日历重算了期限");
	return yz_json_int(body, "stage", 0) >= YZ_URGE_GOVERNMENT ? T(p->lang, "逾期未答复，发出红牌，升级到政府负责人")
								   : T(p->lang, "逾期未答复，发出黄牌，升级到部门负责人");
}

/* ---- lists ---- */

static bool show_list(struct yz_req *req, bool desk, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_str show = yz_req_query(req, "show");
	struct yz_urge_page v = {.desk = desk, .answered = yz_str_eqz(show, "answered"), .received = !desk && yz_str_eqz(show, "received")};
	const struct yz_urge_query q = {.desk = desk, .answered = v.answered, .received = v.received};
	v.n = conn ? yz_urge_list(conn, p->arena, &p->who, &q, &v.at, err) : 0;
	if (err->code)
		return false;
	p->room = desk ? YZ_ROOM_DESK : YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "督办"));
	tpl_urge_list(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_board_urges(struct yz_req *req, struct yz_err *err)
{
	return show_list(req, false, err);
}

bool yz_web_desk_urges(struct yz_req *req, struct yz_err *err)
{
	return show_list(req, true, err);
}

/* ---- one ---- */

static bool show_one(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_urge *u = conn ? yz_urge_load(p->site, conn, p->arena, &p->who, yz_param_int(p->req, "id"), err) : NULL;
	if (!u)
		return false;
	if (failed)
		yz_res_status(p->req, failed->code == YZ_CONFLICT ? 409 : 422);
	p->desk = true;
	p->room = yz_may(&p->who, YZ_MAY_urge) ? YZ_ROOM_BOARD : YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "督办"));
	tpl_urge_one(out, p, u, failed, p->lang);
	return yz_page_end(p);
}

bool yz_web_urge(struct yz_req *req, struct yz_err *err)
{
	return show_one(yz_page_of(req), NULL, err);
}

bool yz_web_urge_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id = yz_param_int(req, "id");
	struct yz_conn *conn = yz_page_read(p, err);
	if (!conn || !yz_urge_load(p->site, conn, p->arena, &p->who, id, err))
		return false;
	yz_page_release(p);
	if (yz_urge_answer(p->site, p->arena, &p->who, id, yz_field_int(req, "turn"), yz_req_field(req, "text"), &failed))
		return yz_res_redirect(req, yz_done(p, yz_str_printf(p->arena, "/urge/%lld", (long long)id), "answer_urge"));
	if (yz_err_is_hers(&failed))
		return show_one(p, &failed, err);
	*err = failed;
	return false;
}

/* ---- urging ---- */

static struct yz_str asked(struct yz_page *p, const char *name)
{
	struct yz_str field = yz_req_field(p->req, name);
	return field.len ? field : yz_req_query(p->req, name);
}

static bool show_form(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_urge_form v = {.failed = failed};
	struct yz_str thing = asked(p, "thing");
	int64_t id = 0;
	yz_str_int(asked(p, "id"), &id);
	yz_str_int(asked(p, "parent"), &v.parent);
	if (!conn || !yz_urge_about(p->site, conn, p->arena, &p->who, thing, id, &v.about, err))
		return false;
	v.ntargets = yz_urge_targets(p->site, conn, p->arena, &p->who, thing, id, &v.targets, err);
	v.days = yz_urge_days(conn, p->arena);
	if (err->code)
		return false;
	if (failed) {
		v.error = yz_err_text(p, failed);
		yz_res_status(p->req, 422);
	}
	p->room = YZ_ROOM_BOARD;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "发出督办"));
	tpl_urge_new(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_urge_new(struct yz_req *req, struct yz_err *err)
{
	return show_form(yz_page_of(req), NULL, err);
}

bool yz_web_urge_new_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id;
	const struct yz_urge_new in = {.thing = yz_req_field(req, "thing"), .thing_id = yz_field_int(req, "id"), .parent = yz_field_int(req, "parent"),
				       .to = yz_req_field(req, "to"), .text = yz_req_field(req, "text"), .days = yz_field_int(req, "days")};
	if (yz_urge_add(p->site, p->arena, &p->who, &in, &id, &failed))
		return yz_res_redirect(req, yz_done(p, yz_str_printf(p->arena, "/urge/%lld", (long long)id), "urge"));
	if (yz_err_is_hers(&failed))
		return show_form(p, &failed, err);
	*err = failed;
	return false;
}
