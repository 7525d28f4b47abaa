/* The decision of an item: what it asks, its proof, the file out and in.  SPDX-License-Identifier: Apache-2.0 */
#include "web/admin.h"

#include "fmt/file.h"
#include "gov/version.h"
#include "web/handlers.h"
#include "web/templates.h"

enum { MODEL_MOST = 4 << 20 };

static void count(struct yz_page *p, struct yz_admin_decision *v)
{
	struct yz_dmn_proof proof;
	for (size_t i = 0; i < v->found.len; i++)
		v->errors += v->found.at[i].error;
	if (v->decision && !v->errors && yz_dmn_prove(p->arena, v->decision->model, NULL, 0, &proof, NULL))
		v->tables = proof.tables;
}

static bool show(struct yz_page *p, struct yz_admin_decision *v)
{
	count(p, v);
	p->room = YZ_ROOM_ADMIN;
	if (v->failed)
		yz_res_status(p->req, 422);
	struct yz_buf *out = yz_page_begin(p, yz_printf(p->arena, "%s - %.*s", T(p->lang, "决策"), YZ_P(v->item->name)));
	tpl_admin_decision(out, p, v, p->lang);
	return yz_page_end(p);
}

static const struct yz_version *load(struct yz_page *p, struct yz_admin_decision *v, struct yz_str *text, struct yz_err *err)
{
	v->item = yz_admin_load_item(p, err);
	if (!v->item || !yz_item_model(yz_page_read(p, err), p->arena, v->item->id, &v->key, text, err))
		return NULL;
	return yz_version_of(p->site, yz_page_read(p, err), p->arena, v->item->id, err);
}

bool yz_web_admin_decision(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_decision v = {0};
	struct yz_str text;
	const struct yz_version *version = load(p, &v, &text, err);
	if (!version)
		return false;
	v.decision = yz_item_check_model(p->arena, version, v.key, text, &v.found);
	return show(p, &v);
}

bool yz_web_admin_decision_file(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_decision v = {0};
	struct yz_str text;
	if (!load(p, &v, &text, err))
		return false;
	yz_res_download(req, yz_str_printf(p->arena, "%.*s.dmn", YZ_P(v.key)));
	return yz_res_body(req, "application/xml", text);
}

bool yz_web_admin_decision_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_decision v = {0};
	struct yz_err failed = {0};
	struct yz_str text;
	int64_t draft;
	struct yz_upload *file = yz_req_upload_of(req, "file");
	const struct yz_version *version = load(p, &v, &text, err);
	if (!version)
		return false;
	yz_page_release(p);
	if (!file) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("请选择 .dmn 文件"));
	} else if (yz_file_read(p->arena, file->path, MODEL_MOST, &text, &failed)) {
		v.file = file->name;
		if (yz_item_save_model(p->site, p->arena, &p->who, version, v.file, text, &v.found, &draft, &failed))
			return yz_res_redirect(req, yz_str_printf(p->arena, "/admin/item/%lld?done=model", (long long)draft));
	}
	if (!yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	v.failed = &failed;
	return show(p, &v);
}
