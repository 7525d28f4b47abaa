/* 一件事联办: several items by one application.  SPDX-License-Identifier: Apache-2.0 */
#include "web/joint.h"

#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

static struct yz_str address(struct yz_page *p, struct yz_str no, const char *rest)
{
	return yz_str_printf(p->arena, "/joint/%.*s%s", YZ_P(no), rest);
}

struct yz_str yz_joint_after(const struct yz_page *p, const struct yz_joint *j, const struct yz_joint_part *part)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 65536);
	for (size_t i = 0; i < j->nparts; i++)
		if (part->after & 1u << i)
			yz_buf_printf(&b, T(p->lang, "“%.*s”"), YZ_P(yz_name(p, j->parts[i].name)));
	struct yz_str names = yz_buf_str(&b);
	return names.len ? yz_str_printf(p->arena, T(p->lang, "等%.*s办好后自动提交"), YZ_P(names)) : names;
}

struct yz_str yz_joint_limit(const struct yz_page *p, const struct yz_joint_part *part)
{
	if (!part->limit)
		return yz_str(T(p->lang, "当场办结"));
	const char *form = part->unit == YZ_WORKING_DAYS    ? T_N(p->lang, "%d 个工作日", part->limit)
			   : part->unit == YZ_NATURAL_DAYS  ? T_N(p->lang, "%d 天", part->limit)
			   : part->unit == YZ_WORKING_HOURS ? T_N(p->lang, "%d 个工作小时", part->limit)
			   : part->unit == YZ_NATURAL_HOURS ? T_N(p->lang, "%d 小时", part->limit)
							    : T_N(p->lang, "%d 分钟", part->limit);
	return yz_str_printf(p->arena, form, part->limit);
}

/* ---- loading ---- */

static bool load_draft(struct yz_page *p, struct yz_conn *conn, int64_t id, struct yz_apply_page *v, struct yz_err *err)
{
	if (!(v->draft = yz_draft_load(p->site, conn, p->arena, &p->who, id, err)))
		return false;
	v->form = v->draft->version->form;
	if (v->form)
		yz_form_state(p->arena, v->form, v->draft->facts, -1, p->now, p->lang, &v->state);
	v->nerrors = yz_draft_check(p->site, p->arena, v->draft, yz_lang_code(p->lang), -1, &v->errors);
	return true;
}

static bool load(struct yz_page *p, struct yz_joint_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	*v = (struct yz_joint_page){0};
	if (!conn || !(v->j = yz_joint_load(p->site, conn, p->arena, &p->who, yz_req_param(p->req, "no"), err)))
		return false;
	v->drafts = yz_new_n(p->arena, v->j->nparts + 1, struct yz_apply_page);
	for (size_t i = 0; i < v->j->nparts; i++) {
		const struct yz_joint_part *part = &v->j->parts[i];
		v->drafts[i] = (struct yz_apply_page){0};
		if (!part->draft || part->state != YZ_JOINT_draft)
			continue;
		if (!load_draft(p, conn, part->draft, &v->drafts[i], err))
			return false;
		v->left += v->drafts[i].nerrors != 0;
		v->next = v->next || !v->drafts[i].nerrors ? v->next : part;
	}
	return true;
}

/* ---- looking ---- */

static bool show(struct yz_page *p, struct yz_joint_page *v)
{
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_name(p, v->j->name)));
	if (v->j->submitted)
		tpl_joint_progress(out, p, v, p->lang);
	else
		tpl_joint_fill(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_joint(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_joint_page v;
	return load(p, &v, err) && show(p, &v);
}

static bool show_check(struct yz_page *p, struct yz_joint_page *v)
{
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "核对后提交"));
	tpl_joint_check(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_joint_check(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_joint_page v;
	if (!load(p, &v, err))
		return false;
	return v.j->submitted ? yz_res_redirect(req, address(p, v.j->no, "")) : show_check(p, &v);
}

bool yz_web_joint_receipt(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_joint_page v;
	if (!load(p, &v, err))
		return false;
	if (!v.j->submitted)
		return yz_res_redirect(req, address(p, v.j->no, ""));
	p->room = YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "申请回执"));
	tpl_joint_receipt(out, p, &v, yz_qr_image(p, yz_str_printf(p->arena, "%s/joint/%.*s", p->site->base_url, YZ_P(v.j->no))), p->lang);
	return yz_page_end(p);
}

/* ---- doing ---- */

bool yz_web_joint_begin(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_str no;
	yz_page_release(p);
	int64_t principal = yz_field_int(req, "principal");
	bool good = principal && principal != p->who.principal
			    ? yz_joint_begin_for(p->site, p->arena, &p->who, principal, yz_req_field(req, "bundle"), &no, err)
			    : yz_joint_begin(p->site, p->arena, &p->who, yz_req_field(req, "bundle"), YZ_LIT(""), &no, err);
	return good &&
	       yz_res_redirect(req, address(p, no, ""));
}

/* What she can mend is shown where she was. */
static bool again(struct yz_page *p, const struct yz_err *failed, bool check, struct yz_err *err)
{
	struct yz_joint_page v;
	if (!yz_err_is_hers(failed)) {
		*err = *failed;
		return false;
	}
	if (!load(p, &v, err))
		return false;
	v.error = yz_err_text(p, failed);
	yz_res_status(p->req, 422);
	return check && !v.j->submitted ? show_check(p, &v) : show(p, &v);
}

bool yz_web_joint_submit(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str no = yz_req_param(req, "no");
	if (!yz_web_rate(p, "submit", YZ_LIT(""), 30, 60, err))
		return false;
	yz_page_release(p);
	if (!yz_req_field(req, "true").len)
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("请确认填写的内容和材料真实"));
	else if (yz_joint_submit(p->site, p->arena, &p->who, no, yz_field_int(req, "version"), &failed))
		return yz_res_redirect(req, address(p, no, "/receipt?done=submitted"));
	return again(p, &failed, true, err);
}

bool yz_web_joint_discard(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	yz_page_release(p);
	return yz_joint_discard(p->site, &p->who, yz_req_param(req, "no"), &failed) ? yz_res_redirect(req, YZ_LIT("/me?done=discarded"))
										     : again(p, &failed, false, err);
}

bool yz_web_joint_drop(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str no = yz_req_param(req, "no");
	yz_page_release(p);
	return yz_joint_drop(p->site, p->arena, &p->who, no, yz_param_int(req, "nth"), &failed)
		       ? yz_res_redirect(req, address(p, no, "?done=dropped"))
		       : again(p, &failed, false, err);
}

bool yz_web_joint_continue(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	struct yz_str no = yz_req_param(req, "no");
	yz_page_release(p);
	return yz_joint_continue(p->site, p->arena, &p->who, no, yz_param_int(req, "nth"), &failed)
		       ? yz_res_redirect(req, address(p, no, "?done=continued"))
		       : again(p, &failed, false, err);
}
