/* SPDX-License-Identifier: Apache-2.0 */
#include "web/fee.h"

#include "gov/fee.h"
#include "gov/look.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

struct yz_str yz_show_money(const struct yz_page *p, int64_t fen)
{
	return yz_str_printf(p->arena, T(p->lang, "%s 元"), yz_yuan_show(p->arena, fen).ptr);
}

const char *yz_refund_title(const struct yz_fee_refund *r)
{
	/* What was paid at the counter is fetched there. */
	if (r->method.len && yz_str_eqz(r->state, "ready"))
		return N_("等您到窗口领取");

	static const char *const titles[][2] = {{"asked", N_("等财务同意")}, {"ready", N_("正在退")}, {"sent", N_("平台正在退")},
						{"done", N_("已退回")}, {"failed", N_("没有退成，财务在处理")}, {"refused", N_("没有同意退")}};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (yz_str_eqz(r->state, titles[i][0]))
			return titles[i][1];
	return "";
}

static bool load(struct yz_page *p, struct yz_fee_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	v->o = conn ? yz_fee_load(p->site, conn, p->arena, &p->who, yz_req_param(p->req, "no"), err) : NULL;
	if (!v->o)
		return false;
	v->online = yz_site_setting(conn, p->arena, "pay.provider", "").len > 0;
	v->manages = yz_may_in(&p->who, YZ_MAY_fee_manage, v->o->org, v->o->region_path);
	v->takes = yz_may_in(&p->who, YZ_MAY_counter_take, v->o->org, v->o->region_path);
	v->approves = yz_may_in(&p->who, YZ_MAY_fee_approve, v->o->org, v->o->region_path);
	return true;
}

static struct yz_str path_of(struct yz_page *p, const char *before, const char *after)
{
	return yz_str_printf(p->arena, "%s/fee/%.*s%s", before, YZ_P(yz_req_param(p->req, "no")), after);
}

/* ---- hers ---- */

static bool show(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_fee_page v = {0};
	if (failed)
		v.error = yz_err_text(p, failed);
	if (!load(p, &v, err))
		return false;
	/* An official has her own page of it. */
	if (!v.o->hers)
		return yz_res_redirect(p->req, path_of(p, "/desk", ""));
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "缴费"));
	tpl_fee_order(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_fee(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	/* She comes back from the channel: it is asked, for the callback may be late. */
	if (yz_req_query(req, "back").len && yz_web_rate(p, "fee-look", yz_req_param(req, "no"), 20, 10, &failed)) {
		yz_page_release(p);
		failed = (struct yz_err){0};
		if (!yz_fee_look(p->site, p->arena, &p->who, yz_req_param(req, "no"), &failed) && failed.code != YZ_UNAVAILABLE) {
			*err = failed;
			return false;
		}
	}
	return show(p, NULL, err);
}

bool yz_web_fee_pay(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str url;
	yz_page_release(p);
	if (yz_fee_pay(p->site, p->arena, &p->who, yz_req_param(req, "no"), &url, &failed))
		return yz_res_redirect(req, url);
	if (yz_err_is_hers(&failed) || failed.code == YZ_UNAVAILABLE)
		return show(p, &failed, err);
	*err = failed;
	return false;
}

bool yz_web_fee_look(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	if (!yz_web_rate(p, "fee-look", yz_req_param(req, "no"), 20, 10, err))
		return false;
	yz_page_release(p);
	struct yz_err failed = {0};
	if (!yz_fee_look(p->site, p->arena, &p->who, yz_req_param(req, "no"), &failed)) {
		if (failed.code == YZ_UNAVAILABLE)
			return show(p, &failed, err);
		*err = failed;
		return false;
	}
	return yz_res_redirect(req, path_of(p, "", "?done=looked"));
}

/* ---- the department's ---- */

static bool show_desk(struct yz_page *p, const struct yz_err *failed, struct yz_err *err)
{
	struct yz_fee_page v = {0};
	if (failed) {
		v.error = yz_err_text(p, failed);
		v.act = yz_req_param(p->req, "act");
	}
	if (!load(p, &v, err))
		return false;
	const struct yz_looked looked = {YZ_LOOK_fee, v.o->id, v.o->case_id, &v.o->payer, 1};
	if (!yz_page_looked(p, &looked, err))
		return false;
	if (failed)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_DESK;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, v.o->no));
	tpl_fee_desk(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_web_desk_fee(struct yz_req *req, struct yz_err *err)
{
	return show_desk(yz_page_of(req), NULL, err);
}

static bool do_act(struct yz_page *p, struct yz_str act, struct yz_err *err)
{
	struct yz_req *req = p->req;
	struct yz_str no = yz_req_param(req, "no"), reason = yz_req_field(req, "reason");
	int64_t line = yz_field_int(req, "line"), less = 0;
	if (yz_str_eqz(act, "assess"))
		return yz_fee_assess(p->site, p->arena, &p->who, no, line, yz_req_field(req, "price"), yz_req_field(req, "quantity"), err);
	if (yz_str_eqz(act, "relief")) {
		if (!yz_yuan_parse(yz_str_trim(yz_req_field(req, "less")), &less))
			less = 0;
		return yz_fee_relief_ask(p->site, p->arena, &p->who, no, line, less, reason, yz_req_field(req, "basis"), err);
	}
	if (yz_str_eqz(act, "grant") || yz_str_eqz(act, "refuse"))
		return yz_fee_relief_decide(p->site, p->arena, &p->who, no, yz_field_int(req, "relief"), yz_str_eqz(act, "grant"), reason, err);
	if (yz_str_eqz(act, "take")) {
		const struct yz_counter_take in = {no, yz_req_field(req, "means"), yz_req_field(req, "slip"), yz_field_int(req, "amount")};
		return yz_counter_take(p->site, &p->who, &in, err);
	}
	if (yz_str_eqz(act, "give"))
		return yz_counter_give(p->site, &p->who, no, yz_field_int(req, "refund"), yz_req_field(req, "slip"), err);
	if (yz_str_eqz(act, "refund"))
		return yz_fee_refund_ask(p->site, p->arena, &p->who, no, reason, err);
	return yz_fail(err, YZ_NOT_FOUND, "no act %.*s", YZ_P(act));
}

bool yz_web_desk_fee_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_page_release(p);
	struct yz_str act = yz_req_param(req, "act");
	if (do_act(p, act, &failed))
		return yz_res_redirect(req, path_of(p, "/desk", yz_str_eqz(act, "take")   ? "?done=taken"
								   : yz_str_eqz(act, "give") ? "?done=given"
											     : "?done=saved"));
	if (yz_err_is_hers(&failed))
		return show_desk(p, &failed, err);
	*err = failed;
	return false;
}

/* ---- what she is told, by which way ---- */

bool yz_web_ways(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_message_ways ways[YZ_TOPICS];
	struct yz_person *me = conn ? yz_person_load(p->site, conn, p->arena, p->who.person, err) : NULL;
	if (!me || !yz_message_ways(conn, p->arena, p->who.person, ways, err))
		return false;
	bool texts = yz_site_setting(conn, p->arena, "sms.url", "").len > 0;
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "用什么方式通知我"));
	tpl_me_ways(out, p, ways, me, texts, p->lang);
	return yz_page_end(p);
}

bool yz_web_ways_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_message_ways ways[YZ_TOPICS];
	for (int i = 0; i < YZ_TOPICS; i++)
		ways[i] = (struct yz_message_ways){yz_req_field(req, yz_printf(p->arena, "mail-%s", yz_topics[i].name)).len > 0,
						   yz_req_field(req, yz_printf(p->arena, "sms-%s", yz_topics[i].name)).len > 0};
	yz_page_release(p);
	return yz_message_choose(p->site, &p->who, ways, err) && yz_res_redirect(req, YZ_LIT("/me/ways?done=saved"));
}
