/* Two versions of an item side by side: elements, process, decision, form.  SPDX-License-Identifier: Apache-2.0 */
#include "web/admin.h"

#include "bpmn/bpmn.h"
#include "calendar/calendar.h"
#include "dmn/dmn.h"
#include "gov/version.h"
#include "pack/decision.h"
#include "web/find.h"
#include "web/handlers.h"
#include "web/templates.h"

#include <string.h>

struct diffs {
	struct yz_page *p;
	YZ_VEC(struct yz_admin_diff) at;
};

static void add(struct diffs *d, enum yz_bpmn_mark mark, struct yz_str what, struct yz_str was, struct yz_str is)
{
	*yz_vec_push(d->p->arena, &d->at) = (struct yz_admin_diff){.mark = mark, .what = what, .was = was, .is = is};
}

static enum yz_bpmn_mark between(bool was, bool is)
{
	return !was ? YZ_BPMN_MARK_ADDED : !is ? YZ_BPMN_MARK_REMOVED : YZ_BPMN_MARK_CHANGED;
}

/* ---- elements ---- */

static void elements(struct diffs *d, const struct yz_json *was, const struct yz_json *is)
{
	for (size_t i = 0; i < YZ_ELEMENTS; i++) {
		const struct yz_json *a = yz_json_get(was, yz_elements[i].key), *b = yz_json_get(is, yz_elements[i].key);
		struct yz_buf x, y;
		yz_buf_init(&x, d->p->arena, 2 << 20);
		yz_buf_init(&y, d->p->arena, 2 << 20);
		if (a)
			yz_json_canonical(&x, a);
		if (b)
			yz_json_canonical(&y, b);
		if ((a || b) && (!a || !b || !yz_str_eq(yz_buf_str(&x), yz_buf_str(&y))))
			add(d, between(a, b), yz_str(yz_tr(d->p->lang, yz_elements[i].title)),
			    a ? yz_admin_show(d->p, (enum yz_element)i, a) : (struct yz_str){0},
			    b ? yz_admin_show(d->p, (enum yz_element)i, b) : (struct yz_str){0});
	}
}

/* ---- process ---- */

static struct yz_str ends_of(struct yz_page *p, const struct yz_bpmn_flow *f)
{
	struct yz_str from = f->from->name.len ? f->from->name : f->from->id, to = f->to->name.len ? f->to->name : f->to->id;
	return yz_str_printf(p->arena, "%.*s → %.*s", YZ_P(yz_name(p, from)), YZ_P(yz_name(p, to)));
}

static struct yz_str thing(struct yz_page *p, const struct yz_bpmn_change *c)
{
	if (c->flow)
		return yz_str_printf(p->arena, "%s %.*s", T(p->lang, "连线"), YZ_P(ends_of(p, c->flow)));
	return yz_str_printf(p->arena, "%s %.*s", yz_process_type(p, c->node->type), YZ_P(yz_name(p, c->node->name.len ? c->node->name : c->node->id)));
}

static const char *aspect(const struct yz_page *p, const struct yz_bpmn_change *c)
{
	static const struct {
		const char *attr, *title;
	} attrs[] = {{"org", N_("部门")}, {"post", N_("岗位")}, {"role", N_("角色")}, {"person", N_("人员")}, {"limit", N_("期限")},
		     {"act", N_("办什么")}, {"region", N_("区划")}, {"form", N_("表单")}, {"decision", N_("决策")}, {"assign", N_("分派方式")}};
	switch (c->aspect) {
	case YZ_BPMN_KIND:
		return T(p->lang, "种类");
	case YZ_BPMN_NAME:
		return T(p->lang, "名称");
	case YZ_BPMN_WORDS:
		return T(p->lang, "说明");
	case YZ_BPMN_PLACE:
		return T(p->lang, "位置");
	case YZ_BPMN_FROM:
		return T(p->lang, "从哪里来");
	case YZ_BPMN_TO:
		return T(p->lang, "到哪里去");
	case YZ_BPMN_CONDITION:
		return T(p->lang, "条件");
	case YZ_BPMN_DEFAULT:
		return T(p->lang, "是不是默认的出路");
	case YZ_BPMN_ATTR:
		for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
			if (yz_str_eqz(c->attr, attrs[i].attr))
				return yz_tr(p->lang, attrs[i].title);
		return yz_str_z(p->arena, c->attr);
	default:
		return T(p->lang, "别的内容");
	}
}

/* What an attribute of a task says, in words: nine working days, not P9WD. */
static struct yz_str attribute(struct yz_page *p, const char *attr, struct yz_str v)
{
	int32_t many;
	enum yz_unit unit;
	enum yz_role role;
	const struct yz_entry_org *org = strcmp(attr, "org") == 0 ? yz_catalogue_org(yz_page_catalogue(p), v) : NULL;
	if (org)
		return yz_name(p, org->name);
	if (strcmp(attr, "limit") == 0 && yz_limit_parse(v, &many, &unit))
		return yz_show_span(p, many, unit);
	if (strcmp(attr, "role") == 0 && yz_role_parse(v, &role))
		return yz_str(yz_tr(p->lang, yz_role_title(role)));
	return v;
}

static struct yz_str value(struct yz_page *p, const struct yz_bpmn_change *c, struct yz_str v)
{
	if (c->aspect == YZ_BPMN_ATTR)
		return attribute(p, yz_str_z(p->arena, c->attr), v);
	if (c->aspect == YZ_BPMN_DEFAULT)
		return yz_str(yz_str_eqz(c->is, "true") == (v.ptr == c->is.ptr) ? T(p->lang, "是") : T(p->lang, "否"));
	return v;
}

static void changed(struct diffs *d, const struct yz_bpmn_change *c)
{
	struct yz_str none = {0}, what = thing(d->p, c);
	if (c->aspect == YZ_BPMN_IS_ADDED)
		add(d, YZ_BPMN_MARK_ADDED, what, none, none);
	else if (c->aspect == YZ_BPMN_IS_REMOVED)
		add(d, YZ_BPMN_MARK_REMOVED, what, none, none);
	else
		add(d, YZ_BPMN_MARK_CHANGED, yz_str_printf(d->p->arena, "%.*s · %s", YZ_P(what), aspect(d->p, c)), value(d->p, c, c->was), value(d->p, c, c->is));
}

static void processes(struct diffs *d, struct yz_admin_compare *v, const struct yz_version *was, const struct yz_version *is)
{
	size_t n;
	const struct yz_bpmn_change *changes = yz_bpmn_compare(d->p->arena, was->process, is->process, &n);
	for (size_t i = 0; i < n; i++)
		changed(d, &changes[i]);
	v->drawn = n > 0;
	if (n)
		yz_process_compare(d->p, was->process, is->process, changes, n, &v->was, &v->is);
}

/* ---- decision ---- */

static void decided(struct diffs *d, const struct yz_dmn_change *c)
{
	struct yz_arena *a = d->p->arena;
	enum yz_lang lang = d->p->lang;
	switch (c->aspect) {
	case YZ_DMN_NODE_ADDED:
	case YZ_DMN_NODE_REMOVED:
		add(d, c->aspect == YZ_DMN_NODE_ADDED ? YZ_BPMN_MARK_ADDED : YZ_BPMN_MARK_REMOVED, c->node, c->was, c->is);
		break;
	case YZ_DMN_COLUMNS:
		add(d, YZ_BPMN_MARK_CHANGED, yz_str_printf(a, "%.*s · %s", YZ_P(c->node), T(lang, "列")), c->was, c->is);
		break;
	case YZ_DMN_ROW_ADDED:
		add(d, YZ_BPMN_MARK_ADDED, yz_str_printf(a, T(lang, "%.*s · 第 %zu 行"), YZ_P(c->node), c->row_is), c->was, c->is);
		break;
	case YZ_DMN_ROW_REMOVED:
		add(d, YZ_BPMN_MARK_REMOVED, yz_str_printf(a, T(lang, "%.*s · 原第 %zu 行"), YZ_P(c->node), c->row_was), c->was, c->is);
		break;
	case YZ_DMN_ROW_CHANGED:
		add(d, YZ_BPMN_MARK_CHANGED, yz_str_printf(a, T(lang, "%.*s · 第 %zu 行"), YZ_P(c->node), c->row_is), c->was, c->is);
		break;
	case YZ_DMN_LOGIC:
		add(d, YZ_BPMN_MARK_CHANGED, yz_str_printf(a, "%.*s · %s", YZ_P(c->node), T(lang, "算法")), c->was, c->is);
	}
}

static void decisions(struct diffs *d, const struct yz_decision *was, const struct yz_decision *is)
{
	struct yz_str none = {0};
	size_t n;
	if (!was != !is) {
		add(d, between(was != NULL, is != NULL), yz_str(T(d->p->lang, "整个决策")), none, none);
		return;
	}
	const struct yz_dmn_change *changes = was ? yz_dmn_compare(d->p->arena, was->model, is->model, &n) : NULL;
	for (size_t i = 0; changes && i < n; i++)
		decided(d, &changes[i]);
}

/* ---- form ---- */

/* The choices by their titles; what is chosen is kept by its value, which stands behind it where it differs. */
static void put_choices(struct yz_buf *b, const struct yz_json *list)
{
	for (size_t i = 0; i < yz_json_len(list); i++) {
		struct yz_str value = yz_json_text(yz_json_get(yz_json_at(list, i), "const")), title = yz_json_str(yz_json_at(list, i), "title");
		yz_buf_printf(b, "%s%.*s", i ? "\n· " : "· ", YZ_P(title.len ? title : value));
		if (title.len && value.len && !yz_str_eq(title, value))
			yz_buf_printf(b, "（%.*s）", YZ_P(value));
	}
}

/* A schema member by member: what each is called, then what it says. */
static void put_schema(struct yz_buf *b, const struct yz_page *p, const struct yz_json *schema)
{
	static const char *const said[][2] = {{"type", N_("种类")}, {"description", N_("提示")}, {"minimum", N_("最小")}, {"maximum", N_("最大")},
					      {"minLength", N_("最少几个字")}, {"maxLength", N_("最多几个字")}, {"pattern", N_("写法")},
					      {"format", N_("格式")}, {"default", N_("先填好的")}, {"oneOf", N_("选项")}};
	for (size_t i = 0; i < yz_json_len(schema); i++) {
		const struct yz_json_member *m = &schema->members[i];
		const char *name = NULL;
		if (yz_str_eqz(m->key, "title"))
			continue;
		for (size_t k = 0; k < sizeof said / sizeof *said; k++)
			if (yz_str_eqz(m->key, said[k][0]))
				name = yz_tr(p->lang, said[k][1]);
		yz_buf_addc(b, '\n');
		if (name)
			yz_buf_addz(b, name);
		else
			yz_buf_adds(b, m->key);
		yz_buf_addz(b, T(p->lang, "："));
		if (yz_str_eqz(m->key, "oneOf")) {
			yz_buf_addc(b, '\n');
			put_choices(b, m->value);
		} else if (yz_json_is(m->value, YZ_JSON_STRING) || yz_json_is(m->value, YZ_JSON_NUMBER)) {
			yz_buf_adds(b, yz_json_text(m->value));
		} else {
			yz_json_canonical(b, m->value);
		}
	}
}

static struct yz_str field_text(struct yz_page *p, const struct yz_form *form, const struct yz_field *f)
{
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 1 << 20);
	yz_buf_printf(&b, "%.*s%s\n", YZ_P(f->title), f->required ? T(p->lang, "（必填）") : "");
	yz_buf_printf(&b, T(p->lang, "第 %d 页"), f->page + 1);
	put_schema(&b, p, f->schema);
	return yz_buf_str(&b);
}

static void forms(struct diffs *d, const struct yz_form *was, const struct yz_form *is)
{
	struct yz_str none = {0};
	if (!was != !is) {
		add(d, between(was != NULL, is != NULL), yz_str(T(d->p->lang, "整张表单")), none, none);
		return;
	}
	for (size_t i = 0; is && i < is->nfields; i++) {
		const struct yz_field *now = &is->fields[i], *old = yz_form_field(was, now->name);
		struct yz_str b = field_text(d->p, is, now), a = old ? field_text(d->p, was, old) : none;
		if (!old || !yz_str_eq(a, b))
			add(d, between(old != NULL, true), now->name, a, b);
	}
	for (size_t i = 0; was && i < was->nfields; i++)
		if (!yz_form_field(is, was->fields[i].name))
			add(d, YZ_BPMN_MARK_REMOVED, was->fields[i].name, field_text(d->p, was, &was->fields[i]), none);
}

/* ---- the page ---- */

/* The one she chose, else the one before; only of the same item. */
static const struct yz_item *other(struct yz_page *p, const struct yz_admin_compare *v, struct yz_err *err)
{
	int64_t chosen = 0;
	yz_str_int(yz_req_query(p->req, "with"), &chosen);
	for (size_t i = 0; i < v->nversions; i++)
		if (chosen ? v->versions[i].id == chosen : v->versions[i].version < v->item->version)
			return &v->versions[i];
	if (chosen)
		return yz_fail_null(err, YZ_NOT_FOUND, "version %lld is none of item %.*s", (long long)chosen, YZ_P(v->item->code));
	return v->item;
}

static struct diffs begin(struct yz_page *p)
{
	return (struct diffs){.p = p};
}

bool yz_web_admin_compare(struct yz_req *req, struct yz_err *err)
{
	struct yz_page *p = yz_page_of(req);
	struct yz_admin_compare v = {.item = yz_admin_load_item(p, err)};
	if (!v.item)
		return false;
	struct yz_conn *conn = yz_page_read(p, err);
	v.nversions = yz_item_versions(p->site, conn, p->arena, v.item->code, &v.versions, err);
	if (err->code || !(v.with = other(p, &v, err)))
		return false;
	const struct yz_version *is = yz_version_of(p->site, conn, p->arena, v.item->id, err);
	const struct yz_version *was = is ? yz_version_of(p->site, conn, p->arena, v.with->id, err) : NULL;
	if (!was)
		return false;
	struct diffs e = begin(p), f = begin(p), r = begin(p), q = begin(p);
	elements(&e, was->body, is->body);
	processes(&r, &v, was, is);
	decisions(&q, was->decision, is->decision);
	forms(&f, was->form, is->form);
	v.elements = e.at.at;
	v.nelements = e.at.len;
	v.process = r.at.at;
	v.nprocess = r.at.len;
	v.decision = q.at.at;
	v.ndecision = q.at.len;
	v.form = f.at.at;
	v.nform = f.at.len;
	p->room = YZ_ROOM_ADMIN;
	struct yz_buf *out = yz_page_begin(p, yz_printf(p->arena, "%s - %.*s", T(p->lang, "比较版本"), YZ_P(v.item->key)));
	tpl_admin_compare(out, p, &v, p->lang);
	return yz_page_end(p);
}
