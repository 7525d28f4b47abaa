/* The elements of an item as a form, and back.  SPDX-License-Identifier: Apache-2.0 */
#include "web/admin.h"

#include "web/find.h"

enum {
	ROWS_MOST = 40,	    /* an element with more rows is edited as JSON */
	FIELDS_MOST = 800,  /* a form may hold 1000 */
	ROWS_READ = 100,
	BLANK = 1, MORE = 3 /* rows to fill in */
};

/* One part of an element that is a list of objects, or an object. */
struct part {
	const char *key, *label, *kind; /* text, long, bool, int, limit, words, or a list below */
};

static const struct part basis_parts[] = {{"law", N_("法律法规"), "text"}, {"article", N_("条款"), "text"}, {"text", N_("内容摘要"), "long"}, {NULL}};
static const struct part step_parts[] = {{"name", N_("步骤"), "text"}, {"who", N_("谁办"), "text"}, {"limit", N_("时限"), "limit"},
					 {"result", N_("步骤结果"), "text"}, {NULL}};
static const struct part result_parts[] = {{"name", N_("结果名称"), "text"}, {"kind", N_("结果类型"), "result_kind"}, {"sample", N_("有样本"), "bool"},
					   {"valid_months", N_("有效期（月，0 为长期）"), "int"}, {"deliver", N_("送达方式"), "text"}, {NULL}};
static const struct part fee_parts[] = {{"name", N_("收费项目"), "text"}, {"standard", N_("收费标准"), "text"}, {"basis", N_("收费依据"), "text"},
					{"reduce", N_("减免"), "text"}, {"pay_online", N_("能网上支付"), "bool"}, {"price", N_("单价（元）"), "text"},
					{"unit", N_("计费单位"), "text"}, {"quantity", N_("数量（FEEL，空着是 1）"), "text"},
					{"when", N_("什么时候收（FEEL，空着是都收）"), "text"}, {NULL}};
static const struct part charge_parts[] = {{"at", N_("什么时候开缴费单"), "charge_at"}, {"before", N_("缴清以前不能"), "charge_before"},
					   {"days", N_("几天内缴清"), "int"}, {"refund", N_("没有办成的，退费"), "bool"}, {NULL}};
static const struct part special_parts[] = {{"kind", N_("种类"), "text"}, {"limit", N_("时限"), "limit"}, {"note", N_("说明"), "text"},
					    {"basis", N_("依据"), "text"}, {NULL}};
static const struct part faq_parts[] = {{"q", N_("问"), "text"}, {"a", N_("答"), "long"}, {NULL}};
static const struct part relation_parts[] = {{"kind", N_("关系"), "relation"}, {"item", N_("事项的键"), "text"}, {"note", N_("说明"), "text"}, {NULL}};
static const struct part situation_parts[] = {{"key", N_("键"), "text"}, {"name", N_("情形名称"), "text"}, {"when", N_("什么时候适用（FEEL）"), "text"},
					      {"note", N_("说明"), "long"}, {NULL}};
static const struct part before_parts[] = {
	{"key", N_("键"), "text"}, {"name", N_("事项名称"), "text"}, {"unit", N_("办理单位"), "text"}, {"item", N_("事项的键"), "text"},
	{"limit", N_("时限"), "limit"}, {"after", N_("排在哪些后面（键，用空格分开）"), "words"}, {"place", N_("办理地点"), "text"},
	{"phone", N_("电话"), "text"}, {"basis", N_("依据"), "text"}, {"result", N_("结果名称"), "text"}, {"note", N_("说明"), "long"}, {NULL}};
static const struct part material_parts[] = {
	{"key", N_("键"), "text"}, {"name", N_("材料名称"), "text"}, {"need", N_("必要性"), "need"},
	{"when", N_("什么时候要（FEEL，空着是都要）"), "text"}, {"kind", N_("原件或复印件"), "copy"}, {"medium", N_("纸质或电子"), "medium"},
	{"originals", N_("原件份数"), "int"}, {"copies", N_("复印件份数"), "int"}, {"source", N_("来源渠道"), "source"},
	{"issuer", N_("出具单位"), "text"}, {"issued_within", N_("出具期限"), "text"}, {"fill_note", N_("填报须知"), "long"},
	{"standard", N_("受理标准"), "long"}, {"basis", N_("要求依据"), "text"}, {"types", N_("文件类型，用空格分开"), "words"},
	{"max_mb", N_("最大兆字节"), "int"}, {"sample", N_("样表"), "text"}, {NULL}};

static const struct {
	const char *kind;
	const struct part *parts;
} tables[] = {{"basis", basis_parts}, {"steps", step_parts}, {"fees", fee_parts}, {"special", special_parts}, {"faq", faq_parts},
	      {"materials", material_parts}, {"relations", relation_parts}, {"situations", situation_parts},
	      {"before", before_parts}, {"result", result_parts}, {"charge", charge_parts}};

static const struct {
	const char *list, *code, *title;
} titles[] = {{"unit", "wd", N_("工作日")}, {"unit", "d", N_("天")}, {"unit", "wh", N_("工作小时")}, {"unit", "now", N_("当场办结")},
	      {"result_kind", "licence", N_("证照")}, {"result_kind", "document", N_("文书")}, {"result_kind", "none", N_("没有结果")},
	      {"charge_at", "accept", N_("受理时")}, {"charge_at", "grant", N_("准予时")}, {"charge_at", "task", N_("流程里的缴费环节")},
	      {"charge_before", "decide", N_("作决定")}, {"charge_before", "deliver", N_("送达结果")}, {"charge_before", "none", N_("不限制")},
	      {"relation", "prerequisite", N_("先办")}, {"relation", "concurrent", N_("同时办")}, {"relation", "related", N_("相关")},
	      {"relation", "exclusive", N_("不能同时有")}, {"need", "must", N_("必交")}, {"need", "may", N_("可不交")},
	      {"copy", "original", N_("原件")}, {"copy", "copy", N_("复印件")}, {"copy", "both", N_("原件和复印件")},
	      {"medium", "paper", N_("纸质")}, {"medium", "electronic", N_("电子")}, {"medium", "both", N_("纸质或电子")},
	      {"source", "applicant", N_("申请人自备")}, {"source", "government", N_("政府部门核发")}, {"source", "agency", N_("中介机构出具")},
	      {"bool", "true", N_("是")}, {"bool", "false", N_("否")}};

/* In the order of the form, each with the heading it begins. */
static const struct {
	const char *section;
	enum yz_element element;
} order[] = {
	{N_("基本信息"), YZ_EL_name}, {NULL, YZ_EL_summary}, {NULL, YZ_EL_alias}, {NULL, YZ_EL_code}, {NULL, YZ_EL_basic_code}, {NULL, YZ_EL_type},
	{NULL, YZ_EL_main_item}, {NULL, YZ_EL_org}, {NULL, YZ_EL_joint_orgs}, {NULL, YZ_EL_joint}, {NULL, YZ_EL_handler}, {NULL, YZ_EL_region}, {NULL, YZ_EL_level},
	{NULL, YZ_EL_for}, {NULL, YZ_EL_themes}, {NULL, YZ_EL_handle_type},
	{N_("时限、流程和结果"), YZ_EL_legal_limit}, {NULL, YZ_EL_promised_limit}, {NULL, YZ_EL_conditions}, {NULL, YZ_EL_steps},
	{NULL, YZ_EL_special}, {NULL, YZ_EL_result}, {NULL, YZ_EL_form}, {NULL, YZ_EL_process},
	{N_("材料和情形"), YZ_EL_materials}, {NULL, YZ_EL_situations}, {NULL, YZ_EL_decision}, {NULL, YZ_EL_before},
	{NULL, YZ_EL_relations},
	{N_("收费"), YZ_EL_fees}, {NULL, YZ_EL_charge}, {NULL, YZ_EL_pay_online},
	{N_("到哪里、怎样办"), YZ_EL_ways}, {NULL, YZ_EL_online}, {NULL, YZ_EL_online_url}, {NULL, YZ_EL_system_level}, {NULL, YZ_EL_depth},
	{NULL, YZ_EL_visits}, {NULL, YZ_EL_visit_reason}, {NULL, YZ_EL_in_hall}, {NULL, YZ_EL_terminal}, {NULL, YZ_EL_area}, {NULL, YZ_EL_booking},
	{NULL, YZ_EL_express}, {NULL, YZ_EL_place}, {NULL, YZ_EL_time},
	{N_("咨询和监督"), YZ_EL_ask_ways}, {NULL, YZ_EL_ask_phone}, {NULL, YZ_EL_complain_phone}, {NULL, YZ_EL_faq},
	{N_("依据和权限"), YZ_EL_basis}, {NULL, YZ_EL_power_source}, {NULL, YZ_EL_power_split}, {NULL, YZ_EL_power_content}, {NULL, YZ_EL_quota},
	{NULL, YZ_EL_agency_service}, {NULL, YZ_EL_rights}, {NULL, YZ_EL_duties},
};
_Static_assert(sizeof order / sizeof *order == YZ_ELEMENTS, "every element has its field");

struct form {
	struct yz_page *p;
	bool typed;
	struct yz_str more;
	size_t fields; /* so far */
	struct yz_admin_edit *out;
	int fault_cap;
};

static bool is(const char *kind, const char *which)
{
	return strcmp(kind, which) == 0;
}

static const struct part *parts_of(const char *kind)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (is(kind, tables[i].kind))
			return tables[i].parts;
	return NULL;
}

static struct yz_str titled(struct yz_page *p, const char *list, struct yz_str code)
{
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (is(titles[i].list, list) && yz_str_eqz(code, titles[i].code))
			return yz_str(yz_tr(p->lang, titles[i].title));
	return code;
}

static struct yz_str part_shown(struct yz_page *p, const struct part *one, const struct yz_json *v)
{
	if (is(one->kind, "limit"))
		return yz_show_limit(p, v);
	if (is(one->kind, "bool"))
		return titled(p, "bool", !v ? YZ_LIT("") : yz_json_is(v, YZ_JSON_TRUE) ? YZ_LIT("true") : YZ_LIT("false"));
	struct yz_buf b;
	yz_buf_init(&b, p->arena, 1 << 16);
	for (size_t i = 0; yz_json_is(v, YZ_JSON_ARRAY) && i < yz_json_len(v); i++)
		yz_buf_printf(&b, "%s%.*s", i ? "、" : "", YZ_P(yz_json_text(yz_json_at(v, i))));
	return b.len ? yz_buf_str(&b) : titled(p, one->kind, yz_json_text(v));
}

/* Without what it tells, in brackets or behind a comma, who fills it in. */
static struct yz_str short_label(const struct yz_page *p, const struct part *one)
{
	struct yz_str label = yz_str(yz_tr(p->lang, one->label));
	static const char *const tells[] = {"（", "，", " (", ", "};
	for (size_t i = 0; i < sizeof tells / sizeof *tells; i++) {
		size_t end = yz_str_find(label, yz_str(tells[i]), 0);
		if (end != SIZE_MAX)
			label.len = end;
	}
	return label;
}

void yz_admin_show_row(struct yz_page *p, const char *kind, const struct yz_json *v, struct yz_buf *out)
{
	const struct part *parts = parts_of(kind);
	bool keyed = parts && is(parts[0].key, "key");
	for (size_t i = keyed; parts && parts[i].key; i++) {
		struct yz_str shown = part_shown(p, &parts[i], yz_json_get(v, parts[i].key));
		const struct yz_entry_item *item = is(kind, "relations") && is(parts[i].key, "item")
							   ? yz_catalogue_find(yz_page_catalogue(p), shown) : NULL;
		if (item)
			shown = yz_name(p, item->name);
		if (!shown.len)
			continue;
		if (i == keyed || item) /* what it is about needs no label */
			yz_buf_printf(out, "%s%.*s", i == keyed ? "" : " · ", YZ_P(shown));
		else
			yz_buf_printf(out, " · %.*s%s%.*s", YZ_P(short_label(p, &parts[i])), T(p->lang, "："), YZ_P(shown));
	}
}

static struct yz_str joined(struct form *f, struct yz_str name, const char *key)
{
	return yz_str_printf(f->p->arena, "%.*s.%s", YZ_P(name), key);
}

static struct yz_str field(struct form *f, struct yz_str name)
{
	return yz_req_field(f->p->req, yz_str_z(f->p->arena, name));
}

static struct yz_str written(struct yz_arena *a, const struct yz_json *v)
{
	struct yz_buf b;
	if (!v || yz_json_is(v, YZ_JSON_STRING))
		return yz_json_text(v);
	yz_buf_init(&b, a, 1 << 20);
	yz_json_write(&b, v);
	return yz_buf_str(&b);
}

/* ---- choices ---- */

struct choices {
	struct yz_choice *at;
	size_t len, cap;
};

static void offer(struct form *f, struct choices *c, struct yz_str value, struct yz_str title, bool on)
{
	*yz_vec_push(f->p->arena, c) = (struct yz_choice){value, title, on};
}

static bool listed(const struct yz_json *list, struct yz_str value)
{
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_text(yz_json_at(list, i)), value))
			return true;
	return false;
}

static bool chosen(struct form *f, struct yz_str name, const struct yz_json *v, struct yz_str value)
{
	if (!f->typed)
		return yz_json_is(v, YZ_JSON_ARRAY) && listed(v, value);
	struct yz_str one;
	for (size_t i = 0; (one = yz_req_field_nth(f->p->req, yz_str_z(f->p->arena, name), i)).ptr; i++)
		if (yz_str_eq(one, value))
			return true;
	return false;
}

/* What may be chosen: `key` is a code list, one of ours, or org, orgs, themes. */
static void offer_all(struct form *f, struct choices *c, const char *key, struct yz_str name, const struct yz_json *v, struct yz_str now)
{
	struct yz_page *p = f->p;
	const struct yz_catalogue *k = yz_page_catalogue(p);
	if (is(key, "org") || is(key, "orgs"))
		for (size_t i = 0; i < k->norgs; i++)
			offer(f, c, k->orgs[i].key, yz_name(p, k->orgs[i].name), yz_str_eq(now, k->orgs[i].key) || chosen(f, name, v, k->orgs[i].key));
	else if (is(key, "themes"))
		for (size_t i = 0; i < k->nthemes; i++)
			offer(f, c, k->themes[i].key, yz_name(p, k->themes[i].name), chosen(f, name, v, k->themes[i].key));
	size_t n = 0;
	const struct yz_code_row *rows = yz_code_list(key, &n);
	for (size_t i = 0; rows && i < n; i++)
		offer(f, c, yz_str(rows[i].code), yz_str(yz_tr(p->lang, rows[i].title)),
		      yz_str_eqz(now, rows[i].code) || chosen(f, name, v, yz_str(rows[i].code)));
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		if (is(titles[i].list, key))
			offer(f, c, yz_str(titles[i].code), yz_str(yz_tr(p->lang, titles[i].title)), yz_str_eqz(now, titles[i].code));
}

/* What stands there and is in no list stays choosable, so that saving loses nothing. */
static void keep_unknown(struct form *f, struct choices *c, struct yz_str value)
{
	for (size_t i = 0; i < c->len; i++)
		if (yz_str_eq(c->at[i].value, value))
			return;
	if (value.len)
		offer(f, c, value, value, true);
}

/* ---- building ---- */

static void make_select(struct form *f, struct yz_widget *w, const char *key)
{
	struct choices c = {0};
	w->kind = YZ_WIDGET_SELECT;
	offer(f, &c, YZ_LIT(""), yz_str(T(f->p->lang, "未填写")), !w->value.len);
	offer_all(f, &c, key, w->name, NULL, w->value);
	keep_unknown(f, &c, w->value);
	w->choices = c.at;
	w->nchoices = c.len;
}

static void make_checks(struct form *f, struct yz_widget *w, const char *key, const struct yz_json *v)
{
	struct choices c = {0};
	w->kind = YZ_WIDGET_CHECKS;
	offer_all(f, &c, key, w->name, v, (struct yz_str){0});
	for (size_t i = 0; !f->typed && i < yz_json_len(v); i++)
		keep_unknown(f, &c, yz_json_text(yz_json_at(v, i)));
	struct yz_str one;
	for (size_t i = 0; f->typed && (one = yz_req_field_nth(f->p->req, yz_str_z(f->p->arena, w->name), i)).ptr; i++)
		keep_unknown(f, &c, one);
	w->choices = c.at;
	w->nchoices = c.len;
	for (size_t i = 0; i < c.len; i++)
		f->fields += c.at[i].on;
}

static struct yz_str joined_list(struct form *f, const struct yz_json *v, const char *by)
{
	struct yz_buf b;
	yz_buf_init(&b, f->p->arena, 1 << 20);
	for (size_t i = 0; i < yz_json_len(v); i++)
		yz_buf_printf(&b, "%s%.*s", i ? by : "", YZ_P(written(f->p->arena, yz_json_at(v, i))));
	return yz_buf_str(&b);
}

static struct yz_widget simple(struct form *f, struct yz_str name, const char *label, const char *kind, const struct yz_json *v);

static void make_limit(struct form *f, struct yz_widget *w, const struct yz_json *v)
{
	w->kind = YZ_WIDGET_GROUP;
	w->ninner = 3;
	w->inner = yz_new_n(f->p->arena, 3, struct yz_widget);
	w->inner[0] = simple(f, joined(f, w->name, "n"), T(f->p->lang, "多少"), "int", yz_json_get(v, "n"));
	w->inner[1] = simple(f, joined(f, w->name, "unit"), T(f->p->lang, "单位"), "unit", yz_json_get(v, "unit"));
	w->inner[2] = simple(f, joined(f, w->name, "note"), T(f->p->lang, "说明"), "text", yz_json_get(v, "note"));
}

/* One field, or the three of a limit; label: translated. */
static struct yz_widget simple(struct form *f, struct yz_str name, const char *label, const char *kind, const struct yz_json *v)
{
	struct yz_widget w = {.kind = YZ_WIDGET_INPUT, .name = name, .label = yz_str(label)};
	if (is(kind, "limit")) {
		make_limit(f, &w, v);
		return w;
	}
	f->fields++;
	w.value = f->typed ? field(f, name) : is(kind, "words") ? joined_list(f, v, " ") : is(kind, "list") ? joined_list(f, v, "\n") : written(f->p->arena, v);
	w.number = is(kind, "int");
	if (is(kind, "long") || is(kind, "list"))
		w.kind = YZ_WIDGET_AREA;
	else if (!is(kind, "text") && !is(kind, "int") && !is(kind, "words"))
		make_select(f, &w, kind);
	return w;
}

static void make_parts(struct form *f, struct yz_widget *w, const struct part *parts, const struct yz_json *v)
{
	while (parts[w->ninner].key)
		w->ninner++;
	w->inner = yz_new_n(f->p->arena, w->ninner, struct yz_widget);
	for (size_t i = 0; i < w->ninner; i++)
		w->inner[i] = simple(f, joined(f, w->name, parts[i].key), yz_tr(f->p->lang, parts[i].label), parts[i].kind,
				     yz_json_get(v, parts[i].key));
}

static size_t rows_typed(struct form *f, struct yz_str name)
{
	int64_t n = yz_field_int(f->p->req, yz_str_z(f->p->arena, joined(f, name, "rows")));
	return n < 0 ? 0 : n > ROWS_READ ? ROWS_READ : (size_t)n;
}

static void make_json(struct form *f, struct yz_widget *w, const struct yz_json *v)
{
	struct yz_buf b;
	w->kind = YZ_WIDGET_AREA;
	w->code = true;
	w->hint = yz_str(T(f->p->lang, "条目很多，按 JSON 编辑：一行一条"));
	yz_buf_init(&b, f->p->arena, 1 << 20);
	for (size_t i = 0; i < yz_json_len(v); i++)
		yz_buf_printf(&b, "%s%.*s", i ? ",\n" : "[\n", YZ_P(written(f->p->arena, yz_json_at(v, i))));
	yz_buf_addz(&b, yz_json_len(v) ? "\n]" : "[]");
	w->value = f->typed ? field(f, w->name) : yz_buf_str(&b);
	f->fields++;
}

static void make_rows(struct form *f, struct yz_widget *w, const struct part *parts, const struct yz_json *v)
{
	size_t nparts = 0, n = yz_json_len(v) + BLANK;
	for (const struct part *one = parts; one->key; one++)
		nparts += is(one->kind, "limit") ? 3 : 1;
	bool as_json = f->typed ? field(f, w->name).ptr != NULL : n > ROWS_MOST || f->fields + n * nparts > FIELDS_MOST;
	if (as_json) {
		make_json(f, w, v);
		return;
	}
	if (f->typed)
		n = rows_typed(f, w->name);
	size_t there = n;
	if (yz_str_eq(f->more, w->name) && n + MORE <= ROWS_READ && f->fields + (n + MORE) * nparts <= FIELDS_MOST + 100)
		n += MORE;
	w->kind = YZ_WIDGET_GROUP;
	w->rows = w->ninner = n ? n : BLANK;
	w->inner = yz_new_n(f->p->arena, w->ninner, struct yz_widget);
	for (size_t i = 0; i < w->ninner; i++) {
		struct yz_widget *row = &w->inner[i];
		*row = (struct yz_widget){.kind = YZ_WIDGET_ROW, .name = yz_str_printf(f->p->arena, "%.*s.%zu", YZ_P(w->name), i),
					   .open = i >= there};
		make_parts(f, row, parts, yz_json_at(v, i));
		/* The name of a row, or what it begins with. */
		size_t head = is(parts[0].key, "key") || is(parts[0].key, "kind") ? 1 : 0;
		row->value = row->inner[head].value.len ? row->inner[head].value : row->inner[0].value;
		const struct yz_entry_item *other = parts == relation_parts ? yz_catalogue_find(yz_page_catalogue(f->p), row->value) : NULL;
		if (other)
			row->value = yz_name(f->p, other->name);
		row->label = row->value.len ? yz_str_printf(f->p->arena, "%zu. %.*s", i + 1, YZ_P(row->value))
					    : yz_str(T(f->p->lang, "新的一条"));
	}
	f->fields++;
}

static struct yz_str error_of(const struct yz_admin_edit *out, const char *key)
{
	for (size_t i = 0; i < out->nerrors; i++)
		if (yz_str_eqz(out->errors[i].field, key))
			return out->errors[i].text;
	return (struct yz_str){0};
}

static struct yz_widget element_widget(struct form *f, enum yz_element e, const struct yz_json *v)
{
	const struct yz_element_info *info = &yz_elements[e];
	const char *kind = info->kind, *title = yz_tr(f->p->lang, info->title);
	const struct part *parts = parts_of(kind);
	struct yz_widget w = {.kind = YZ_WIDGET_INPUT, .name = yz_str(info->key), .label = yz_str(title)};
	if (is(kind, "result") || is(kind, "charge")) {
		w.kind = YZ_WIDGET_GROUP;
		make_parts(f, &w, parts, v);
	} else if (parts) {
		make_rows(f, &w, parts, v);
	} else if (is(kind, "codes") || is(kind, "orgs") || is(kind, "themes")) {
		make_checks(f, &w, is(kind, "codes") ? info->key : kind, v);
	} else {
		bool direct = is(kind, "region") || is(kind, "ref");
		w = simple(f, w.name, title, direct ? "text" : is(kind, "code") ? info->key : kind, v);
	}
	if (is(kind, "list"))
		w.hint = yz_str(T(f->p->lang, "一行一条"));
	if (e == YZ_EL_fees)
		w.none = (f->typed ? yz_req_field(f->p->req, "fees.none").len > 0 : v && !yz_json_len(v)) ? 2 : 1;
	if (is(kind, "ref"))
		w.hint = yz_str(T(f->p->lang, "应用包里的键，没有就空着"));
	w.required = info->required;
	w.error = error_of(f->out, info->key);
	return w;
}

void yz_admin_form(struct yz_page *p, const struct yz_json *body, bool typed, struct yz_str more, struct yz_admin_edit *out)
{
	struct form f = {.p = p, .typed = typed, .more = more, .out = out};
	size_t n = sizeof order / sizeof *order;
	struct yz_widget *all = yz_new_n(p->arena, n, struct yz_widget);
	out->sections = yz_new_n(p->arena, n, struct yz_widget_section);
	out->nsections = 0;
	for (size_t i = 0; i < n; i++) {
		if (order[i].section)
			out->sections[out->nsections++] = (struct yz_widget_section){yz_tr(p->lang, order[i].section), &all[i], 0};
		all[i] = element_widget(&f, order[i].element, yz_json_get(body, yz_elements[order[i].element].key));
		if (order[i].element == YZ_EL_code && out->item) {
			all[i].value = out->item->code;
			all[i].fixed = true;
		}
		out->sections[out->nsections - 1].len++;
	}
}

/* ---- reading ---- */

static void fault(struct form *f, const char *key, const char *text)
{
	if (f->out->nerrors == YZ_ELEMENTS)
		return;
	if (!f->out->errors)
		f->out->errors = yz_alloc_n(f->p->arena, YZ_ELEMENTS, sizeof *f->out->errors);
	f->out->errors[f->out->nerrors].field = yz_str(key);
	f->out->errors[f->out->nerrors].label = yz_str(yz_admin_element_title(f->p, yz_str(key)));
	f->out->errors[f->out->nerrors++].text = yz_str_dup(f->p->arena, yz_str(yz_tr(f->p->lang, text)));
}

static struct yz_str unix_lines(struct yz_arena *a, struct yz_str s)
{
	struct yz_buf b;
	yz_buf_init(&b, a, s.len + 1);
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '\r')
			yz_buf_addc(&b, s.ptr[i]);
	return yz_str_trim(yz_buf_str(&b));
}

static const struct yz_json *read_list(struct form *f, struct yz_str s, char by)
{
	struct yz_json *list = yz_json_new_array(f->p->arena);
	struct yz_str part;
	while (yz_str_cut(&s, by, &part))
		if (yz_str_trim(part).len)
			yz_json_push(f->p->arena, list, yz_json_new_str(f->p->arena, yz_str_trim(part)));
	return list->len ? list : NULL;
}

static const struct yz_json *read_simple(struct form *f, const char *key, struct yz_str name, const char *kind);

static const struct yz_json *read_limit(struct form *f, const char *key, struct yz_str name)
{
	struct yz_arena *a = f->p->arena;
	const struct yz_json *n = read_simple(f, key, joined(f, name, "n"), "int"), *unit = read_simple(f, key, joined(f, name, "unit"), "unit"),
			     *note = read_simple(f, key, joined(f, name, "note"), "text");
	if (!n && !unit && !note)
		return NULL;
	if (!unit)
		fault(f, key, N_("填了时限，请选单位"));
	else if (!n && !yz_str_eqz(yz_json_text(unit), "now"))
		fault(f, key, N_("选了单位，请填多少"));
	struct yz_json *limit = yz_json_new_object(a);
	if (n || yz_str_eqz(yz_json_text(unit), "now"))
		yz_json_put(a, limit, YZ_LIT("n"), n ? n : yz_json_new_int(a, 0));
	if (unit)
		yz_json_put(a, limit, YZ_LIT("unit"), unit);
	if (note)
		yz_json_put(a, limit, YZ_LIT("note"), note);
	return limit;
}

/* NULL: nothing was filled in. */
static const struct yz_json *read_simple(struct form *f, const char *key, struct yz_str name, const char *kind)
{
	struct yz_arena *a = f->p->arena;
	if (is(kind, "limit"))
		return read_limit(f, key, name);
	struct yz_str s = unix_lines(a, field(f, name));
	int64_t n;
	if (!s.len)
		return NULL;
	if (is(kind, "bool"))
		return yz_json_new_bool(a, yz_str_eqz(s, "true"));
	if (is(kind, "list"))
		return read_list(f, s, '\n');
	if (is(kind, "words"))
		return read_list(f, s, ' ');
	if (!is(kind, "int"))
		return yz_json_new_str(a, s);
	if (yz_str_int(s, &n) && n >= 0)
		return yz_json_new_int(a, n);
	fault(f, key, N_("这里要填不小于 0 的整数"));
	return NULL;
}

/* Empty parts are left out, except where the version before has them written so. */
static const struct yz_json *read_parts(struct form *f, const char *key, struct yz_str name, const struct part *parts, const struct yz_json *old)
{
	struct yz_json *object = yz_json_new_object(f->p->arena);
	bool any = false;
	for (; parts->key; parts++) {
		const struct yz_json *v = read_simple(f, key, joined(f, name, parts->key), parts->kind), *was = yz_json_get(old, parts->key);
		any |= v != NULL;
		if (!v && yz_json_is(was, YZ_JSON_STRING) && !was->text.len)
			v = was;
		if (v)
			yz_json_put(f->p->arena, object, yz_str(parts->key), v);
	}
	return any ? object : NULL;
}

static const struct yz_json *read_json(struct form *f, const char *key, struct yz_str text)
{
	struct yz_err bad = {0};
	const struct yz_json *v = yz_json_read(f->p->arena, text, NULL, &bad);
	if (yz_json_is(v, YZ_JSON_ARRAY))
		return v;
	fault(f, key, v ? N_("JSON 要写成一个列表，用 [ ] 括起来")
			: yz_printf(f->p->arena, T(f->p->lang, "JSON 写得不对（%s）：%s"), bad.where, bad.msg));
	return NULL;
}

static const struct yz_json *read_rows(struct form *f, const char *key, const struct part *parts, const struct yz_json *old)
{
	struct yz_str name = yz_str(key), text = field(f, name);
	if (text.ptr)
		return yz_str_trim(text).len ? read_json(f, key, text) : NULL;
	struct yz_json *list = yz_json_new_array(f->p->arena);
	for (size_t i = 0, n = rows_typed(f, name); i < n; i++) {
		const struct yz_json *row = read_parts(f, key, yz_str_printf(f->p->arena, "%s.%zu", key, i), parts, yz_json_at(old, i));
		if (row)
			yz_json_push(f->p->arena, list, row);
	}
	return list;
}

/* Those that stood there before keep their order. */
static const struct yz_json *read_checks(struct form *f, const char *key, const struct yz_json *was)
{
	struct yz_json *list = yz_json_new_array(f->p->arena);
	struct yz_str one;
	for (size_t i = 0; i < yz_json_len(was); i++)
		if (chosen(f, yz_str(key), was, yz_json_text(yz_json_at(was, i))))
			yz_json_push(f->p->arena, list, yz_json_at(was, i));
	for (size_t i = 0; (one = yz_req_field_nth(f->p->req, key, i)).ptr; i++)
		if (one.len && !listed(list, one))
			yz_json_push(f->p->arena, list, yz_json_new_str(f->p->arena, one));
	return list;
}

static const struct yz_json *read_element(struct form *f, const struct yz_element_info *e, const struct yz_json *was)
{
	const struct part *parts = parts_of(e->kind);
	const struct yz_json *v;
	if (is(e->kind, "result") || is(e->kind, "charge"))
		return read_parts(f, e->key, yz_str(e->key), parts, was);
	if (parts)
		v = read_rows(f, e->key, parts, was);
	else if (is(e->kind, "codes") || is(e->kind, "orgs") || is(e->kind, "themes"))
		v = read_checks(f, e->key, was);
	else
		v = read_simple(f, e->key, yz_str(e->key), is(e->kind, "code") || is(e->kind, "ref") || is(e->kind, "region") ? "text" : e->kind);
	if (strcmp(e->key, "fees") == 0 && !yz_json_len(v)) {
		bool none = yz_req_field(f->p->req, "fees.none").len > 0;
		return none ? yz_json_new_array(f->p->arena) : NULL;
	}
	/* An empty list, which says "none", differs from nothing said. */
	if (yz_json_is(v, YZ_JSON_ARRAY) && !v->len && !was)
		return NULL;
	if (!v && yz_json_is(was, YZ_JSON_STRING) && !was->text.len)
		return was;
	return v;
}

const struct yz_json *yz_admin_form_read(struct yz_page *p, const struct yz_json *old, struct yz_admin_edit *out)
{
	struct form f = {.p = p, .typed = true, .out = out};
	struct yz_json *body = yz_json_new_object(p->arena);
	for (size_t i = 0; i < YZ_ELEMENTS; i++) {
		const struct yz_element_info *e = &yz_elements[i];
		const struct yz_json *was = yz_json_get(old, e->key);
		const struct yz_json *v = i == YZ_EL_code && was ? was : read_element(&f, e, was);
		if (v)
			yz_json_put(p->arena, body, yz_str(e->key), v);
	}
	return body;
}
