/* SPDX-License-Identifier: Apache-2.0 */
#include "web/apply.h"

#include "gov/look.h"
#include "gov/person.h"
#include "web/handlers.h"
#include "web/hooks.h"
#include "web/templates.h"

#include <stdio.h>

enum { ROWS = 20 };

/* ---- facts and fields ---- */

struct yz_str yz_fact_text(const struct yz_json *facts, struct yz_str name)
{
	const struct yz_json *v = yz_json_find(facts, name);
	if (yz_json_is(v, YZ_JSON_TRUE))
		return YZ_LIT("true");
	if (yz_json_is(v, YZ_JSON_FALSE))
		return YZ_LIT("false");
	return yz_json_is(v, YZ_JSON_STRING) || yz_json_is(v, YZ_JSON_NUMBER) ? v->text : YZ_LIT("");
}

bool yz_fact_has(const struct yz_json *facts, struct yz_str name, struct yz_str value)
{
	const struct yz_json *v = yz_json_find(facts, name);
	if (!yz_json_is(v, YZ_JSON_ARRAY))
		return yz_str_eq(yz_fact_text(facts, name), value);
	for (size_t i = 0; i < yz_json_len(v); i++)
		if (yz_str_eq(yz_json_at(v, i)->text, value))
			return true;
	return false;
}

const struct yz_json *yz_fact_row(const struct yz_json *facts, struct yz_str name, size_t row)
{
	return yz_json_at(yz_json_find(facts, name), row);
}

struct yz_str yz_error_of(const struct yz_draft_error *errors, size_t n, struct yz_str field)
{
	for (size_t i = 0; i < n; i++)
		if (yz_str_eq(errors[i].field, field))
			return errors[i].text;
	return (struct yz_str){0};
}

struct yz_str yz_fill_text(const struct yz_page *p, const struct yz_fill *fill)
{
	if (!fill || !fill->source)
		return (struct yz_str){0};
	const char *source = yz_tr(p->lang, fill->source);
	return !fill->licence ? yz_str(source)
			      : yz_str_printf(p->arena, "%s%s%.*s %.*s", source, T(p->lang, "："), YZ_P(yz_name(p, fill->licence->name)),
					      YZ_P(fill->licence->no));
}

static void write_choices(struct yz_jw *w, const struct yz_req *req, const char *name)
{
	yz_jw_array(w);
	for (size_t i = 0;; i++) {
		struct yz_str v = yz_req_field_nth(req, name, i);
		if (!v.ptr)
			break;
		if (v.len)
			yz_jw_str(w, v);
	}
	yz_jw_end(w, ']');
}

/* Columns are posted as "field/row/column"; a row with nothing in it is none. */
static void write_rows(struct yz_jw *w, const struct yz_req *req, const struct yz_field *f, struct yz_arena *a)
{
	yz_jw_array(w);
	for (size_t row = 0; row < ROWS; row++) {
		bool any = false;
		for (size_t c = 0; c < f->ncolumns; c++)
			any = any || yz_str_trim(yz_req_field(req, yz_printf(a, "%.*s/%zu/%.*s", YZ_P(f->name), row,
									      YZ_P(f->columns[c].name)))).len;
		if (!any)
			continue;
		yz_jw_object(w);
		for (size_t c = 0; c < f->ncolumns; c++) {
			struct yz_str v = yz_req_field(req, yz_printf(a, "%.*s/%zu/%.*s", YZ_P(f->name), row, YZ_P(f->columns[c].name)));
			yz_jw_keys(w, f->columns[c].name);
			yz_jw_str(w, v);
		}
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
}

const struct yz_json *yz_fields_typed(const struct yz_req *req, const struct yz_form *form, struct yz_arena *a, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 4 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	for (size_t i = 0; form && i < form->nfields; i++) {
		const struct yz_field *f = &form->fields[i];
		const char *name = yz_str_z(a, f->name);
		/* The page says which fields it showed: an empty set of boxes is an answer too. */
		bool shown = yz_req_field(req, yz_printf(a, "has/%s", name)).ptr || yz_req_field(req, name).ptr;
		if (!shown)
			continue;
		yz_jw_keys(&w, f->name);
		if (f->type == YZ_FIELD_CHOICES)
			write_choices(&w, req, name);
		else if (f->type == YZ_FIELD_ROWS)
			write_rows(&w, req, f, a);
		else
			yz_jw_str(&w, yz_req_field(req, name));
	}
	yz_jw_end(&w, '}');
	return yz_json_read(a, yz_buf_str(&b), NULL, err);
}

/* ---- loading ---- */

/* What another draft of the application asks before, or a licence will say, is shown and not asked again. */
static void spare(struct yz_page *p, struct yz_apply_page *v)
{
	const struct yz_draft *d = v->draft;
	if (!d->joint || !v->form)
		return;
	v->spared = yz_new_n(p->arena, v->form->nfields + 1, bool);
	for (size_t i = 0; i < v->form->nfields; i++) {
		const struct yz_draft_shared *s = &d->joint->fields[i];
		v->spared[i] = v->state.asked[i] && (s->given_by.len || (s->draft && yz_json_find(d->facts, v->form->fields[i].name)));
	}
	for (size_t e = 0; e < v->state.nerrors; e++)
		if (!d->joint->fields[v->state.errors[e].field].given_by.len)
			v->spared[v->state.errors[e].field] = false;
	for (size_t g = 0; g < v->form->npages; g++) {
		bool any = false;
		for (size_t k = 0; k < v->form->pages[g].nfields; k++) {
			size_t i = v->form->pages[g].fields[k];
			v->state.asked[i] = v->state.asked[i] && !v->spared[i];
			any = any || v->state.asked[i];
		}
		v->state.page_asked[g] = v->state.page_asked[g] && any;
	}
}

static bool load(struct yz_page *p, struct yz_apply_page *v, struct yz_err *err)
{
	struct yz_conn *conn = yz_page_read(p, err);
	*v = (struct yz_apply_page){0};
	if (!conn || !(v->draft = yz_draft_load(p->site, conn, p->arena, &p->who, yz_param_int(p->req, "id"), err)))
		return false;
	v->form = v->draft->version->form;
	v->for_other = v->draft->principal != p->who.person;
	v->counter = p->who.staff && v->for_other;
	p->desk = v->counter;
	const struct yz_looked looked = {YZ_LOOK_draft, v->draft->id, 0, &v->draft->principal, 1};
	if (v->counter && (!yz_page_looked(p, &looked, err) || !(conn = yz_page_read(p, err))))
		return false;
	struct yz_person *principal = yz_person_load(p->site, conn, p->arena, v->draft->principal, err);
	if (!principal)
		return false;
	v->principal_name = principal->name;
	if (v->form)
		yz_form_state(p->arena, v->form, v->draft->facts, -1, p->now, p->lang, &v->state);
	spare(p, v);
	return yz_draft_fills(p->site, conn, p->arena, v->draft, &v->fills, err);
}

static size_t npages(const struct yz_apply_page *v)
{
	return v->form ? v->form->npages : 0;
}

/* The next page that has something to ask; npages is the materials. */
static size_t next_page(const struct yz_apply_page *v, size_t from)
{
	while (from < npages(v) && !v->state.page_asked[from])
		from++;
	return from;
}

static struct yz_str page_path(struct yz_page *p, const struct yz_apply_page *v, size_t page)
{
	return page < npages(v) ? yz_str_printf(p->arena, "/draft/%lld?page=%zu", (long long)v->draft->id, page)
				: yz_str_printf(p->arena, "/draft/%lld/materials", (long long)v->draft->id);
}

static struct yz_str joint_path(struct yz_page *p, const struct yz_apply_page *v, const char *rest)
{
	return yz_str_printf(p->arena, "/joint/%.*s%s", YZ_P(v->draft->joint->no), rest);
}

static bool show_form(struct yz_page *p, struct yz_apply_page *v)
{
	p->room = v->counter ? YZ_ROOM_DESK : YZ_ROOM_ME;
	struct yz_buf *out = yz_page_begin(p, yz_str_z(p->arena, yz_name(p, v->draft->item_name)));
	tpl_apply_form(out, p, v, p->lang);
	return yz_page_end(p);
}

/* ---- handlers ---- */

bool yz_web_apply(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	int64_t id, principal = yz_field_int(req, "principal");
	struct yz_str code = yz_req_param(req, "code");
	yz_page_release(p);
	bool ok = principal && principal != p->who.principal ? yz_draft_open_for(p->site, &p->who, principal, code, &id, err)
							      : yz_draft_open(p->site, &p->who, code, &id, err);
	return ok && yz_res_redirect(req, yz_str_printf(p->arena, "/draft/%lld", (long long)id));
}

bool yz_web_draft(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_apply_page v;
	if (!load(p, &v, err))
		return false;
	int64_t asked = v.draft->page;
	struct yz_str page = yz_req_query(req, "page");
	if (page.len)
		yz_str_int(page, &asked);
	v.page = next_page(&v, asked < 0 ? 0 : (size_t)asked);
	if (v.page >= npages(&v))
		return yz_res_redirect(req, page_path(p, &v, npages(&v)));
	/* Coming back from the check page she sees what is wrong here. */
	if (yz_req_query(req, "wrong").len)
		v.nerrors = yz_draft_check(p->site, p->arena, v.draft, yz_lang_code(p->lang), (int)v.page, &v.errors);
	return show_form(p, &v);
}

static bool save(struct yz_page *p, const struct yz_form *form, int64_t id, int page, struct yz_err *err)
{
	const struct yz_json *typed = yz_fields_typed(p->req, form, p->arena, err);
	yz_page_release(p);
	return typed && yz_draft_save(p->site, p->arena, &p->who, id, typed, page, err);
}

bool yz_web_draft_post(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_apply_page v;
	int64_t at = yz_field_int(req, "page");
	if (!load(p, &v, err))
		return false;
	size_t page = at < 0 || (size_t)at >= npages(&v) ? 0 : (size_t)at;
	if (!save(p, v.form, v.draft->id, (int)page, err) || !load(p, &v, err))
		return false;
	if (yz_req_field(req, "later").ptr)
		return yz_res_redirect(req, v.counter ? YZ_LIT("/desk/counter?done=saved")
					    : v.draft->joint ? joint_path(p, &v, "?done=saved")
							     : YZ_LIT("/me?done=saved"));
	v.page = page;
	v.nerrors = yz_draft_check(p->site, p->arena, v.draft, yz_lang_code(p->lang), (int)page, &v.errors);
	if (v.nerrors) {
		yz_res_status(req, 422);
		return show_form(p, &v);
	}
	return yz_res_redirect(req, page_path(p, &v, next_page(&v, page + 1)));
}

/* While she types: {"saved": "已保存 10:32", "asked": [fields of this page that are asked]}. */
bool yz_web_draft_save(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_apply_page v;
	int64_t at = yz_field_int(req, "page");
	if (!load(p, &v, err) || !save(p, v.form, v.draft->id, (int)at, err) || !load(p, &v, err))
		return false;
	char clock[32];
	yz_instant_local(p->now, p->site->offset, clock);
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, p->arena, 64 * 1024);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kstr(&w, "saved", yz_str_printf(p->arena, T(p->lang, "已保存 %s"), clock + 11));
	yz_jw_key(&w, "asked");
	yz_jw_array(&w);
	for (size_t i = 0; v.form && i < v.form->nfields; i++)
		if (v.state.asked[i])
			yz_jw_str(&w, v.form->fields[i].name);
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	return yz_res_json(req, yz_buf_str(&b));
}

static bool show_materials(struct yz_page *p, struct yz_apply_page *v)
{
	p->room = v->counter ? YZ_ROOM_DESK : YZ_ROOM_ME;
	v->page = npages(v);
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "上传材料"));
	tpl_apply_materials(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_draft_materials(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_apply_page v;
	return load(p, &v, err) && show_materials(p, &v);
}

bool yz_web_draft_upload(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_err failed = {0};
	int64_t id = yz_param_int(req, "id"), material;
	struct yz_str key = yz_req_field(req, "key");
	size_t n;
	struct yz_upload **files = yz_uploads_in_order(p, &n);
	yz_page_release(p);
	for (size_t i = 0; i < n && !failed.code; i++)
		yz_material_add(p->site, p->arena, &p->who, id, YZ_LIT(""), key, files[i]->path, files[i]->name, &material, &failed);
	if (!n) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("请先选择文件"));
		yz_fail_in(&failed, "materials");
	}
	if (!failed.code)
		return yz_res_redirect(req, yz_str_printf(p->arena, "/draft/%lld/materials?done=uploaded#m-%.*s", (long long)id, YZ_P(key)));
	if (!yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	struct yz_apply_page v;
	if (!load(p, &v, err))
		return false;
	v.upload_error = yz_err_text(p, &failed);
	v.upload_key = key;
	yz_res_status(req, 422);
	return show_materials(p, &v);
}

bool yz_web_draft_remove(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	int64_t id = yz_param_int(req, "id");
	yz_page_release(p);
	return yz_material_remove(p->site, &p->who, id, yz_param_int(req, "material"), err) &&
	       yz_res_redirect(req, yz_str_printf(p->arena, "/draft/%lld/materials?done=removed", (long long)id));
}

static bool show_check(struct yz_page *p, struct yz_apply_page *v)
{
	p->room = v->counter ? YZ_ROOM_DESK : YZ_ROOM_ME;
	v->page = npages(v) + 1;
	v->nerrors = yz_draft_check(p->site, p->arena, v->draft, yz_lang_code(p->lang), -1, &v->errors);
	struct yz_buf *out = yz_page_begin(p, T(p->lang, "核对后提交"));
	tpl_apply_check(out, p, v, p->lang);
	return yz_page_end(p);
}

bool yz_web_draft_check(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_apply_page v;
	if (!load(p, &v, err))
		return false;
	/* All of it is checked and submitted at once. */
	bool together = v.draft->joint && (!v.draft->joint->sent || v.draft->joint->waits);
	return together ? yz_res_redirect(req, joint_path(p, &v, "?done=saved")) : show_check(p, &v);
}

bool yz_web_draft_submit(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_apply_page v;
	struct yz_err failed = {0};
	struct yz_str no;
	if (!load(p, &v, err))
		return false;
	if (!yz_web_rate(p, "submit", YZ_LIT(""), 30, 60, err))
		return false;
	bool counter = v.counter;
	int64_t id = v.draft->id;
	yz_page_release(p);
	if (!yz_req_field(req, "true").len && !counter) {
		yz_fail(&failed, YZ_BAD_INPUT, "%s", N_("请确认填写的内容和材料真实"));
	} else if (yz_case_submit(p->site, p->arena, &p->who, id, counter ? YZ_LIT("counter") : YZ_LIT("web"), &no, &failed)) {
		return yz_res_redirect(req, counter ? yz_str_printf(p->arena, "/desk/case/%.*s?done=submitted", YZ_P(no))
						    : yz_str_printf(p->arena, "/case/%.*s/receipt?done=submitted", YZ_P(no)));
	}
	if (!yz_err_is_hers(&failed)) {
		*err = failed;
		return false;
	}
	if (!load(p, &v, err))
		return false;
	v.upload_error = yz_err_text(p, &failed);
	yz_res_status(req, 422);
	return show_check(p, &v);
}

bool yz_web_draft_discard(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_apply_page v;
	if (!load(p, &v, err))
		return false;
	yz_page_release(p);
	return yz_draft_discard(p->site, &p->who, v.draft->id, err) &&
	       yz_res_redirect(req, v.counter ? YZ_LIT("/desk/counter?done=discarded") : YZ_LIT("/me?done=discarded"));
}
