/* The files of an item's version: process, decision, form.  Looked at, taken out, changed and put in again.
 *
 * What was sent stays in the page until it is saved: a report with errors loses nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "web/admin.h"

#include "bpmn/bpmn.h"
#include "fmt/file.h"
#include "gov/version.h"
#include "web/frame.h"
#include "web/handlers.h"
#include "web/templates.h"

enum { MODEL_MOST = 4 << 20 };

/* What an item without a process of its own does: to begin from. */
static const char plain[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:yz=\"" YZ_BPMN_NS "\" id=\"plain\" targetNamespace=\"" YZ_BPMN_NS "\">\n"
	"  <process id=\"plain-process\" isExecutable=\"true\">\n"
	"    <startEvent id=\"start\"/>\n"
	"    <sequenceFlow id=\"f1\" sourceRef=\"start\" targetRef=\"accept\"/>\n"
	"    <userTask id=\"accept\" name=\"受理\" yz:act=\"accept\"/>\n"
	"    <sequenceFlow id=\"f2\" sourceRef=\"accept\" targetRef=\"decide\"/>\n"
	"    <userTask id=\"decide\" name=\"决定\" yz:act=\"decide\"/>\n"
	"    <sequenceFlow id=\"f3\" sourceRef=\"decide\" targetRef=\"deliver\"/>\n"
	"    <userTask id=\"deliver\" name=\"送达\" yz:act=\"deliver\"/>\n"
	"    <sequenceFlow id=\"f4\" sourceRef=\"deliver\" targetRef=\"end\"/>\n"
	"    <endEvent id=\"end\"/>\n"
	"  </process>\n"
	"</definitions>\n";

const char *yz_admin_part_title(enum yz_item_part part)
{
	static const char *const titles[YZ_ITEM_PARTS] = {N_("流程"), N_("决策"), N_("表单")};
	return titles[part];
}

const char *yz_admin_part_ending(enum yz_item_part part)
{
	static const char *const endings[YZ_ITEM_PARTS] = {"bpmn", "dmn", "json"};
	return endings[part];
}

static void look(struct yz_page *p, struct yz_admin_part *v)
{
	struct yz_dmn_proof proof;
	struct yz_err none = {0};
	const struct yz_json *json;
	const struct yz_bpmn *m;
	for (size_t i = 0; i < v->found.len; i++)
		v->errors += v->found.at[i].error;
	if (!v->text.len)
		return;
	switch (v->part) {
	case YZ_PART_PROCESS:
		m = yz_bpmn_load(p->arena, v->text, NULL, &none);
		if (m)
			yz_process_show(p, m, v->item->org, "process", yz_str(T(p->lang, "流程图")), &v->process);
		break;
	case YZ_PART_DECISION:
		v->decision = yz_decision_load(p->arena, v->key, v->text, NULL, &none);
		if (v->decision && !v->errors && yz_dmn_prove(p->arena, v->decision->model, NULL, 0, &proof, NULL))
			v->tables = proof.tables;
		break;
	default:
		json = yz_json_read(p->arena, v->text, NULL, &none);
		v->form = json ? yz_form_load(p->arena, json, &none) : NULL;
	}
}

static bool show(struct yz_page *p, struct yz_admin_part *v)
{
	look(p, v);
	p->room = YZ_ROOM_ADMIN;
	if (v->failed)
		yz_res_status(p->req, 422);
	struct yz_buf *out = yz_page_begin(p, yz_printf(p->arena, "%s - %.*s", yz_tr(p->lang, yz_admin_part_title(v->part)), YZ_P(v->item->name)));
	tpl_admin_part(out, p, v, p->lang);
	return yz_page_end(p);
}

static const struct yz_version *load(struct yz_page *p, enum yz_item_part part, struct yz_admin_part *v, struct yz_err *err)
{
	struct yz_err none = {0};
	*v = (struct yz_admin_part){.part = part, .item = yz_admin_load_item(p, err)};
	struct yz_conn *conn = v->item ? yz_page_read(p, err) : NULL;
	if (!conn || !yz_item_seen(conn, p->arena, v->item->code, &v->seen, err))
		return NULL;
	if (!yz_item_text(conn, p->arena, v->item->id, part, &v->key, &v->text, &none) && none.code != YZ_NOT_FOUND) {
		*err = none;
		return NULL;
	}
	return yz_version_of(p->site, conn, p->arena, v->item->id, err);
}

static bool page(struct yz_req *req, enum yz_item_part part, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_part v;
	const struct yz_version *version = load(p, part, &v, err);
	if (!version)
		return false;
	if (v.text.len)
		yz_item_check_text(p->arena, yz_page_catalogue(p), version, part, v.key, v.text, &v.found);
	else if (part == YZ_PART_PROCESS)
		v.text = yz_str(plain);
	return show(p, &v);
}

static bool download(struct yz_req *req, enum yz_item_part part, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_part v;
	if (!load(p, part, &v, err))
		return false;
	if (!v.text.len && part != YZ_PART_PROCESS)
		return yz_fail(err, YZ_NOT_FOUND, "item version %lld has no %s", (long long)v.item->id, yz_item_part_name(part));
	yz_res_download(req, yz_str_printf(p->arena, "%.*s.%s", YZ_P(v.key.len ? v.key : v.item->key), yz_admin_part_ending(part)));
	return yz_res_body(req, part == YZ_PART_FORM ? "application/json" : "application/xml", v.text.len ? v.text : yz_str(plain));
}

/* The file where one was chosen, else what stands in the box; browsers send its lines with CR LF. */
static bool sent(struct yz_page *p, struct yz_admin_part *v, struct yz_err *err)
{
	struct yz_upload *file = yz_req_upload_of(p->req, "file");
	if (file) {
		v->file = file->name;
		return yz_file_read(p->arena, file->path, MODEL_MOST, &v->text, err);
	}
	struct yz_str typed = yz_req_field(p->req, "text");
	struct yz_buf b;
	yz_buf_init(&b, p->arena, typed.len + 1);
	for (size_t i = 0; i < typed.len; i++)
		if (typed.ptr[i] != '\r')
			yz_buf_addc(&b, typed.ptr[i]);
	v->text = yz_buf_str(&b);
	return yz_str_trim(v->text).len || yz_fail(err, YZ_BAD_INPUT, "%s", N_("请选择文件，或者在框里写"));
}

static bool post(struct yz_req *req, enum yz_item_part part, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_part v;
	struct yz_err failed = {0};
	int64_t draft;
	const struct yz_version *version = load(p, part, &v, err);
	if (!version)
		return false;
	if (sent(p, &v, &failed) && yz_req_field(req, "check").len) {
		v.checked = true;
		yz_item_check_text(p->arena, yz_page_catalogue(p), version, part, v.file, v.text, &v.found);
		v.seen = yz_req_field(req, "seen");
		return show(p, &v);
	}
	yz_page_release(p);
	if (!failed.code && yz_item_save_text(p->site, p->arena, &p->who, version, part, v.file, v.text, yz_req_field(req, "seen"), &v.found, &draft, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/admin/item/%lld/%s?done=part", (long long)draft, yz_item_part_name(part)));
	if (!yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	v.failed = &failed;
	return show(p, &v);
}

/* The editor.  It sets colours and places on what it draws by style attributes and has its signs in a font within its
 * style sheet; dmn-js puts one style element of its own in, known by its digest: these are allowed on this page and on no other; scripts are the site's own, as everywhere. */
static bool draw(struct yz_req *req, enum yz_item_part part, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_part v;
	if (!load(p, part, &v, err))
		return false;
	if (!yz_admin_editor(part) || !v.text.len || v.text.len > YZ_ADMIN_TYPED)
		return yz_res_redirect(req, yz_str_printf(p->arena, "/admin/item/%lld/%s", (long long)v.item->id, yz_item_part_name(part)));
	yz_res_header(req, "Content-Security-Policy",
		      YZ_LIT("default-src 'none'; script-src 'self'; style-src 'self' 'sha256-ov/TK08jBM9LKR2/klHuWhqkmRNivlvA+In49kkY+4s='; style-src-attr 'unsafe-inline'; font-src 'self' data:; "
			     "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, yz_printf(p->arena, "%s - %.*s", T(p->lang, "编辑器"), YZ_P(v.item->name)));
	tpl_admin_draw(out, p, &v, p->lang);
	return yz_page_end(p);
}

bool yz_admin_editor(enum yz_item_part part)
{
	return part != YZ_PART_FORM && yz_asset_there(part == YZ_PART_PROCESS ? "editor-bpmn.js" : "editor-dmn.js");
}

bool yz_web_admin_process_draw(struct yz_req *req, struct yz_err *err)
{
	return draw(req, YZ_PART_PROCESS, err);
}

bool yz_web_admin_decision_draw(struct yz_req *req, struct yz_err *err)
{
	return draw(req, YZ_PART_DECISION, err);
}

bool yz_web_admin_process(struct yz_req *req, struct yz_err *err)
{
	return page(req, YZ_PART_PROCESS, err);
}

bool yz_web_admin_process_post(struct yz_req *req, struct yz_err *err)
{
	return post(req, YZ_PART_PROCESS, err);
}

bool yz_web_admin_process_file(struct yz_req *req, struct yz_err *err)
{
	return download(req, YZ_PART_PROCESS, err);
}

bool yz_web_admin_decision(struct yz_req *req, struct yz_err *err)
{
	return page(req, YZ_PART_DECISION, err);
}

bool yz_web_admin_decision_post(struct yz_req *req, struct yz_err *err)
{
	return post(req, YZ_PART_DECISION, err);
}

bool yz_web_admin_decision_file(struct yz_req *req, struct yz_err *err)
{
	return download(req, YZ_PART_DECISION, err);
}

bool yz_web_admin_item_form(struct yz_req *req, struct yz_err *err)
{
	return page(req, YZ_PART_FORM, err);
}

bool yz_web_admin_item_form_post(struct yz_req *req, struct yz_err *err)
{
	return post(req, YZ_PART_FORM, err);
}

bool yz_web_admin_item_form_file(struct yz_req *req, struct yz_err *err)
{
	return download(req, YZ_PART_FORM, err);
}
