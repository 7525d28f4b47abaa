/* A card's life: what can be done to it, what was done, who held the case.  SPDX-License-Identifier: Apache-2.0 */
#include "web/card_life.h"

#include "web/card.h"
#include "web/case_page.h"
#include "web/handlers.h"

const struct yz_card_stand yz_card_stands[YZ_CARD_STANDS] = {{"", N_("全部")},	  {"open", N_("可以申诉")},  {"appealed", N_("申诉中")},
							     {"final", N_("已生效")}, {"reduced", N_("已减轻")}, {"withdrawn", N_("已撤销")}};

const char *yz_card_held_title(const struct yz_page *p, struct yz_str level)
{
	return yz_str_eqz(level, "red")	     ? T(p->lang, "红牌")
	       : yz_str_eqz(level, "yellow") ? T(p->lang, "黄牌")
	       : yz_str_eqz(level, "notice") ? T(p->lang, "预警")
					     : T(p->lang, "不计");
}

const char *yz_card_life_title(const struct yz_page *p, const struct yz_card_life *l)
{
	if (l->appealed)
		return l->escalated ? T(p->lang, "申诉逾期未裁定，已升级") : T(p->lang, "申诉待裁定");
	if (l->state != YZ_CARD_issued)
		return yz_tr(p->lang, yz_card_state_title(l->state));
	return l->final ? T(p->lang, "已生效") : T(p->lang, "可以申诉");
}

bool yz_duty_view(struct yz_page *p, int64_t case_id, struct yz_duty_view *out, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	*out = (struct yz_duty_view){0};
	return conn && (!case_id || yz_duty_of(conn, p->arena, case_id, &out->at, &out->n, &out->unknown, err));
}

bool yz_card_life_view(struct yz_page *p, const struct yz_card *card, struct yz_card_life_view *out, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	const struct yz_urge_query q = {.desk = !yz_may(&p->who, YZ_MAY_urge), .thing = YZ_LIT("card"), .thing_id = card->id};
	*out = (struct yz_card_life_view){.card = card, .failed = out->failed};
	if (!conn || !yz_card_life(p->site, conn, p->arena, &p->who, card, &out->life, err))
		return false;
	out->nurges = yz_urge_list(conn, p->arena, &p->who, &q, &out->urges, err);
	return !err->code && yz_duty_view(p, card->case_id, &out->duty, err);
}

static bool watches(const struct yz_page *p)
{
	return yz_may(&p->who, YZ_MAY_board);
}

static struct yz_str address(const struct yz_page *p, int64_t id)
{
	return yz_str_printf(p->arena, "/%s/card/%lld", watches(p) ? "board" : "desk", (long long)id);
}

/* Where messages lead, whoever reads them: to the page of her room. */
bool yz_web_card(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	struct yz_page *p = yz_page_of(req);
	return yz_res_redirect(req, address(p, yz_param_int(req, "id")));
}

/* "reduce/yellow": the act, and to which level. */
bool yz_web_card_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str what = yz_req_field(req, "act");
	size_t n;
	struct yz_upload **files = yz_uploads_in_order(p, &n);
	size_t slash = yz_str_find(what, YZ_LIT("/"), 0);
	struct yz_card_input in = {.turn = yz_field_int(req, "turn"), .text = yz_req_field(req, "text")};
	if (slash != SIZE_MAX) {
		in.level = yz_str_n(what.ptr + slash + 1, what.len - slash - 1);
		what = yz_str_n(what.ptr, slash);
	}
	struct yz_card_upload *uploads = yz_new_n(p->arena, n + 1, struct yz_card_upload);
	for (size_t i = 0; i < n; i++)
		uploads[i] = (struct yz_card_upload){files[i]->path, files[i]->name};
	in.files = uploads;
	in.nfiles = n;
	/* Whether there is such a card for her is asked first. */
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_card *c = conn ? yz_card_load(p->site, conn, p->arena, &p->who, yz_param_int(req, "id"), err) : NULL;
	if (!c)
		return false;
	yz_page_release(p);
	if (!yz_card_act_parse(what, &in.act)) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("请选择要办的"));
		return yz_card_show(p, !watches(p), &failed, err);
	}
	if (yz_card_do(p->site, p->arena, &p->who, c->id, &in, &failed))
		return yz_res_redirect(req, yz_done(p, address(p, c->id), "card"));
	if (yz_err_is_hers(&failed))
		return yz_card_show(p, !watches(p), &failed, err);
	*err = failed;
	return false;
}

bool yz_web_card_file(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_card_file file;
	int fd;
	struct yz_conn *conn = yz_page_read(p, err);
	struct yz_card *c = conn ? yz_card_load(p->site, conn, p->arena, &p->who, yz_param_int(req, "id"), err) : NULL;
	return c && yz_card_file_open(p->site, conn, p->arena, c, yz_param_int(req, "file"), &fd, &file, err) &&
	       yz_res_fd(req, fd, yz_str_z(p->arena, file.type), NULL, err);
}
