/* Editing an item and importing a directory.  SPDX-License-Identifier: Apache-2.0 */
#include "web/admin.h"

#include "web/handlers.h"
#include "web/templates.h"

/* The newest version's body is what is edited, whichever version the link was on. */
static bool load(struct yz_page *p, struct yz_admin_edit *v, const struct yz_json **body, struct yz_err *err)
{
	*v = (struct yz_admin_edit){0};
	*body = NULL;
	if (yz_str_eqz(yz_req_param(p->req, "id"), "new"))
		return true;
	struct yz_item *item = yz_admin_load_item(p, err), *versions;
	size_t n = item ? yz_item_versions(p->site, yz_page_read(p, err), p->arena, item->code, &versions, err) : 0;
	if (!n)
		return false;
	v->item = item;
	*body = item->body;
	v->seen = yz_str_printf(p->arena, "%lld-%lld", (long long)versions[0].id, (long long)versions[0].updated);
	return true;
}

static bool show(struct yz_page *p, struct yz_admin_edit *v, const struct yz_json *body, bool typed, struct yz_str more)
{
	yz_admin_form(p, body, typed, more, v);
	if (v->nerrors || v->text.len)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, v->item ? T(p->lang, "编辑事项") : T(p->lang, "新建事项"));
	tpl_admin_edit(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_admin_item_edit(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_edit v;
	const struct yz_json *body;
	return load(p, &v, &body, err) && show(p, &v, body, false, (struct yz_str){0});
}

static void say(struct yz_page *p, struct yz_admin_edit *v, const struct yz_err *failed)
{
	struct yz_str text = yz_err_text(p, failed);
	bool element = false;
	for (size_t i = 0; i < YZ_ELEMENTS; i++)
		element |= strcmp(yz_elements[i].key, failed->where) == 0;
	if (!element) {
		v->text = text;
		return;
	}
	v->errors = yz_alloc_n(p->arena, 1, sizeof *v->errors);
	v->errors[0].field = yz_str_dup(p->arena, yz_str(failed->where));
	v->errors[0].label = yz_str(yz_admin_element_title(p, v->errors[0].field));
	v->errors[0].text = text;
	v->nerrors = 1;
}

bool yz_web_admin_item_edit_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_edit v;
	const struct yz_json *old, *body;
	struct yz_str more = yz_req_field(req, "more");
	if (!load(p, &v, &old, err))
		return false;
	if (more.len)
		return show(p, &v, old, true, more);
	body = yz_admin_form_read(p, old, &v);
	if (v.item && !yz_str_eq(v.seen, yz_req_field(req, "seen")))
		v.text = yz_str(T(p->lang, "您打开这一页以后，别人改过这个事项。您填的内容都在下面；再按一次保存，就以您填的为准。"));
	if (v.nerrors || v.text.len)
		return show(p, &v, old, true, more);
	struct yz_err failed = {0};
	int64_t id;
	yz_page_release(p);
	if (yz_item_save_draft(p->site, p->arena, &p->who, body, &id, &failed))
		return yz_res_redirect(req, yz_str_printf(p->arena, "/admin/item/%lld?done=saved", (long long)id));
	if (!yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	say(p, &v, &failed);
	return show(p, &v, old, true, more);
}

/* ---- import ---- */

static bool show_import(struct yz_page *p, struct yz_admin_import *v)
{
	if (v->tried && !v->done)
		yz_res_status(p->req, 422);
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "导入事项目录"));
	tpl_admin_import(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_admin_import(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return show_import(yz_page_of(req), &(struct yz_admin_import){0});
}

static void arena_gone(void *ctx)
{
	yz_arena_destroy(ctx);
}

bool yz_web_admin_import_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_upload *file = yz_req_upload_of(req, "file");
	struct yz_admin_import v = {.tried = true, .map = yz_str_trim(yz_req_field(req, "map")), .strict = yz_req_field(req, "strict").len > 0};
	struct yz_err failed = {0};
	yz_page_release(p);
	if (!file) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("请选择要导入的文件"));
		yz_fail_in(&failed, "file");
	} else {
		/* A directory of tens of thousands of rows is more than a request may hold. */
		struct yz_arena *large = yz_arena_create(0);
		yz_arena_defer(req->arena, arena_gone, large);
		v.file = file->name;
		const struct yz_import_options options = {.path = file->path, .file_name = file->name,
							  .map = v.map.len ? yz_str_z(large, v.map) : NULL, .strict = v.strict,
							  .lang = yz_lang_code(p->lang), .who = &p->who};
		v.done = yz_item_import(p->site, large, &options, &v.report, &failed);
	}
	if (!v.done && !yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	if (!v.done) {
		bool strict = v.strict && v.report.findings.len;
		v.failed = &failed;
		v.error = strict ? yz_str(T(p->lang, "按严格方式，有问题就一条也不导入；下面是全部问题。")) : yz_err_text(p, &failed);
		v.detail = strict || !file ? (struct yz_str){0} : yz_str_dup(p->arena, yz_str(failed.msg));
	}
	return show_import(p, &v);
}
