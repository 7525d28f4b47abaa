/* The rules of docs/items.md.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/item.h"

#include "gov/catalogue.h"
#include "gov/item_row.h"
#include "gov/version.h"
#include "pack/pack.h"
#include "text/text.h"

struct checking {
	struct yz_arena *a;
	const struct yz_json *body;
	enum yz_lang lang;
	const struct yz_catalogue *catalogue;
	struct yz_findings *out;
};

void yz_finding_add(struct yz_arena *a, struct yz_findings *out, bool error, int row, const char *rule, struct yz_str field,
		    struct yz_str value, const char *reason, ...)
{
	va_list ap;
	va_start(ap, reason);
	*yz_vec_push(a, out) = (struct yz_finding){error, row, yz_str(rule), field, value, yz_str(yz_vprintf(a, reason, ap))};
	va_end(ap);
	if (error)
		out->errors++;
	else
		out->warnings++;
}

struct yz_str yz_findings_json(struct yz_arena *a, const struct yz_findings *f, int row)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 1 << 20);
	yz_jw_init(&j, &b);
	yz_jw_array(&j);
	for (size_t i = 0; i < f->len; i++) {
		if (f->at[i].row != row)
			continue;
		yz_jw_object(&j);
		yz_jw_kstr(&j, "rule", f->at[i].rule);
		yz_jw_kstr(&j, "field", f->at[i].field);
		yz_jw_kstr(&j, "value", f->at[i].value);
		yz_jw_kstr(&j, "reason", f->at[i].reason);
		yz_jw_kbool(&j, "error", f->at[i].error);
		yz_jw_end(&j, '}');
	}
	yz_jw_end(&j, ']');
	return yz_buf_str(&b);
}

static const char *tr(const struct checking *c, const char *msgid) __attribute__((format_arg(2)));
static const char *tr(const struct checking *c, const char *msgid)
{
	return yz_tr(c->lang, msgid);
}

#define SAY(c, error, rule, field, value, ...) \
	yz_finding_add((c)->a, (c)->out, (error), 0, (rule), yz_str(field), (value), __VA_ARGS__)

static const struct yz_json *get(const struct checking *c, const char *key)
{
	return yz_json_get(c->body, key);
}

static struct yz_str text(const struct checking *c, const char *key)
{
	return yz_str_trim(yz_json_str(c->body, key));
}

static bool has_code(const struct yz_json *list, const char *code)
{
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eqz(yz_json_text(yz_json_at(list, i)), code))
			return true;
	return false;
}

/* ---- elements ---- */

static void check_elements(struct checking *c)
{
	for (size_t i = 0; i < YZ_ELEMENTS; i++) {
		const struct yz_element_info *e = &yz_elements[i];
		const struct yz_json *v = get(c, e->key);
		struct yz_str value = yz_json_text(v);
		const char *title = tr(c, e->title);
		if (!v || (e->required && !yz_str_trim(value).len)) {
			if (e->required)
				SAY(c, true, "", e->key, value, tr(c, N_("缺少“%s”，请填写")), title);
			continue;
		}
		struct yz_pack_findings inside = {0};
		yz_pack_check_element(c->a, (enum yz_element)i, v, &inside);
		for (size_t k = 0; k < inside.len; k++) {
			if (strcmp(e->kind, "code") == 0)
				SAY(c, true, "", e->key, value, tr(c, N_("“%s”没有代码 %.*s，请从代码表里选")), title, YZ_P(value));
			else
				SAY(c, true, "", e->key, value, tr(c, N_("“%s”的写法不对：%.*s")), title, YZ_P(yz_pack_finding_what(&inside.at[k], c->lang != YZ_LANG_EN)));
		}
	}
	for (size_t i = 0; yz_json_is(c->body, YZ_JSON_OBJECT) && i < c->body->count; i++) {
		bool known = false;
		for (size_t k = 0; k < YZ_ELEMENTS && !known; k++)
			known = yz_str_eqz(c->body->members[i].key, yz_elements[k].key);
		if (!known)
			yz_finding_add(c->a, c->out, true, 0, "", c->body->members[i].key, YZ_LIT(""), tr(c, N_("没有“%.*s”这个要素，请删去或改正")),
				       YZ_P(c->body->members[i].key));
	}
}

/* ---- rules ---- */

static void rule_1(struct checking *c)
{
	struct yz_item_limit limit;
	struct yz_str type = text(c, "handle_type");
	if (!yz_item_limit_read(get(c, "promised_limit"), &limit) || !type.len)
		return;
	if (limit.at_once && !yz_str_eqz(type, "1"))
		SAY(c, false, "R1", "handle_type", type, "%s", tr(c, N_("承诺当场办结，办件类型应是“即办件”")));
	if (!limit.at_once && yz_str_eqz(type, "1"))
		SAY(c, false, "R1", "promised_limit", yz_json_str(get(c, "promised_limit"), "unit"), "%s",
		    tr(c, N_("即办件的承诺时限应是当场办结；不能当场办结的，办件类型应是“承诺件”")));
}

static void rule_2(struct checking *c)
{
	const struct yz_json *result = get(c, "result");
	struct yz_str name = yz_json_str(result, "name"), kind = yz_json_str(result, "kind");
	if (!name.len)
		return;
	if (yz_str_ends(name, YZ_LIT("证")) && !yz_str_eqz(kind, "licence"))
		SAY(c, false, "R2", "result", name, "%s", tr(c, N_("结果名称以“证”结尾，结果类型应是证照")));
	if ((yz_str_ends(name, YZ_LIT("文")) || yz_str_ends(name, YZ_LIT("批复"))) && !yz_str_eqz(kind, "document"))
		SAY(c, false, "R2", "result", name, "%s", tr(c, N_("结果名称以“文”或“批复”结尾，结果类型应是文书")));
	if (!yz_str_eqz(kind, "none") && !yz_json_bool(result, "sample", false))
		SAY(c, false, "R2", "result", name, "%s", tr(c, N_("有办理结果的事项应附上结果样本")));
}

static void rules_3_and_4(struct checking *c)
{
	const struct yz_json *visits = get(c, "visits");
	int64_t n = yz_json_int(c->body, "visits", -1);
	if (!visits || n < 0)
		return;
	if (n > 0 && !text(c, "visit_reason").len)
		SAY(c, false, "R3", "visit_reason", YZ_LIT(""), tr(c, N_("要到现场 %d 次，应写明为什么必须到现场")), (int)n);
	bool mail = has_code(get(c, "ways"), "4") || yz_json_bool(c->body, "express", false);
	if (n == 0 && !yz_json_bool(c->body, "online", false) && !mail)
		SAY(c, false, "R3", "visits", yz_json_text(visits), "%s", tr(c, N_("不用到现场又不能网上办的，应支持快递申请")));
	if (n > 0 && yz_str_eqz(text(c, "depth"), "6"))
		SAY(c, false, "R4", "visits", yz_json_text(visits), "%s", tr(c, N_("网上办理深度是全程网办，到办事现场次数应是 0")));
}

static void rule_5(struct checking *c)
{
	const struct yz_json *fees = get(c, "fees");
	if (!yz_json_is(fees, YZ_JSON_ARRAY))
		return;
	for (size_t i = 0; i < fees->len; i++) {
		const struct yz_json *fee = fees->items[i];
		struct yz_str name = yz_json_str(fee, "name");
		if (!yz_str_trim(yz_json_str(fee, "basis")).len)
			SAY(c, true, "R5", "fees", name, "%s", tr(c, N_("收费项目没有写收费依据，请补上；没有依据的不得收费")));
		if (!name.len || !yz_str_trim(yz_json_str(fee, "standard")).len)
			SAY(c, true, "R5", "fees", name, "%s", tr(c, N_("收费项目没有写名称或收费标准，请补上")));
		if (!yz_json_get(fee, "pay_online"))
			SAY(c, false, "R5", "fees", name, "%s", tr(c, N_("收费项目没有写能不能网上支付，请补上")));
	}
	if (!fees->len && yz_json_bool(c->body, "pay_online", false))
		SAY(c, false, "R5", "pay_online", YZ_LIT("true"), "%s", tr(c, N_("不收费的事项不应写支持网上支付")));
}

/* 0999-6214012, (0999)6214012, 12345, 400…: some number in it begins with 0 or needs no area code. */
static bool has_area_code(struct yz_str phone)
{
	for (size_t i = 0; i < phone.len; i++) {
		bool begins = phone.ptr[i] >= '0' && phone.ptr[i] <= '9' && (i == 0 || phone.ptr[i - 1] < '0' || phone.ptr[i - 1] > '9');
		size_t n = 0;
		while (begins && i + n < phone.len && phone.ptr[i + n] >= '0' && phone.ptr[i + n] <= '9')
			n++;
		struct yz_str number = {phone.ptr + i, n};
		if (n > 1 && (number.ptr[0] == '0' || yz_str_eqz(number, "12345") || yz_str_starts(number, YZ_LIT("400"))))
			return true;
	}
	return false;
}

static void rule_6(struct checking *c)
{
	static const char *const keys[] = {"ask_phone", "complain_phone"};
	for (int i = 0; i < 2; i++) {
		struct yz_str phone = text(c, keys[i]);
		if (phone.len && !has_area_code(phone))
			SAY(c, false, "R6", keys[i], phone, "%s", tr(c, N_("电话应带区号，比如 0999-6214012")));
	}
	if (text(c, "ask_phone").len && yz_str_eq(text(c, "ask_phone"), text(c, "complain_phone")))
		SAY(c, false, "R6", "complain_phone", text(c, "complain_phone"), "%s",
		    tr(c, N_("监督电话不应与咨询电话相同，请换成监督部门的电话")));
}

static void rule_7(struct checking *c)
{
	const struct yz_json *whom = get(c, "for"), *themes = get(c, "themes");
	bool natural = has_code(whom, "1"), legal = yz_json_len(whom) > (natural ? 1u : 0u);
	for (size_t i = 0; c->catalogue && yz_json_len(whom) && i < yz_json_len(themes); i++) {
		const struct yz_entry_theme *t = yz_catalogue_theme(c->catalogue, yz_json_text(yz_json_at(themes, i)));
		if (!t)
			SAY(c, true, "", "themes", yz_json_text(yz_json_at(themes, i)), "%s", tr(c, N_("没有这个服务主题，请从主题表里选")));
		else if ((yz_str_eqz(t->for_whom, "natural") && !natural) || (yz_str_eqz(t->for_whom, "legal") && !legal))
			SAY(c, false, "R7", "themes", t->name, tr(c, N_("主题“%.*s”与服务对象不一致，请改主题或者服务对象")), YZ_P(t->name));
	}
}

static void rule_8(struct checking *c)
{
	if (!yz_str_eqz(text(c, "type"), "01"))
		return;
	const struct yz_json *faq = get(c, "faq"), *steps = get(c, "steps");
	if (faq && !yz_json_len(faq))
		SAY(c, false, "R8", "faq", YZ_LIT("0"), "%s", tr(c, N_("行政许可至少要有 1 个常见问题")));
	if (steps && yz_json_len(steps) < 5)
		SAY(c, false, "R8", "steps", yz_str_printf(c->a, "%zu", yz_json_len(steps)), "%s",
		    tr(c, N_("行政许可的办理流程至少 5 步：受理、审核、审批、办结、送达")));
}

/* Working days against days by what they at most come to: five working days are seven days; hours count by eight a day. */
static int64_t in_days(const struct yz_item_limit *l)
{
	switch (l->unit) {
	case YZ_WORKING_DAYS:
		return (int64_t)l->n * 7;
	case YZ_NATURAL_DAYS:
		return (int64_t)l->n * 5;
	case YZ_WORKING_HOURS:
		return (int64_t)l->n * 7 / 8;
	default:
		return 0;
	}
}

static void rule_10(struct checking *c)
{
	struct yz_item_limit promised, legal;
	if (!yz_item_limit_read(get(c, "promised_limit"), &promised) || !yz_item_limit_read(get(c, "legal_limit"), &legal) ||
	    promised.at_once)
		return;
	bool longer = legal.at_once || (promised.unit == legal.unit ? promised.n > legal.n : in_days(&promised) > in_days(&legal));
	if (longer)
		SAY(c, true, "R10", "promised_limit", yz_str_printf(c->a, "%d %s", (int)promised.n, yz_unit_name(promised.unit)), "%s",
		    tr(c, N_("承诺办结时限不得超过法定办结时限，请缩短承诺时限")));
}

static void check_org(struct checking *c)
{
	struct yz_str org = text(c, "org");
	if (c->catalogue && org.len && !yz_catalogue_org(c->catalogue, org))
		SAY(c, true, "", "org", org, "%s", tr(c, N_("没有这个部门，请从部门表里选")));
}

void yz_item_check_in(struct yz_arena *a, const struct yz_catalogue *catalogue, const struct yz_json *body, const char *lang,
		      struct yz_findings *out)
{
	struct checking c = {.a = a, .body = body, .lang = YZ_LANG_ZH, .catalogue = catalogue, .out = out};
	yz_lang_parse(yz_str(lang ? lang : "zh-CN"), &c.lang);
	check_elements(&c);
	check_org(&c);
	rule_1(&c);
	rule_2(&c);
	rules_3_and_4(&c);
	rule_5(&c);
	rule_6(&c);
	rule_7(&c);
	rule_8(&c);
	rule_10(&c);
}

void yz_item_check(struct yz_arena *a, const struct yz_json *body, const char *lang, struct yz_findings *out)
{
	yz_item_check_in(a, NULL, body, lang, out);
}

/* ---- R9 ---- */

struct counting {
	struct yz_arena *scratch;
	int64_t items, once;
};

static bool count(void *ctx, const struct yz_rows *row, struct yz_err *err)
{
	struct counting *c = ctx;
	yz_arena_reset(c->scratch);
	const struct yz_json *body = yz_json_read(c->scratch, yz_row_str(row, 0, 0), NULL, err);
	int64_t visits = yz_json_int(body, "visits", -1);
	c->items += visits >= 0;
	c->once += visits >= 0 && visits <= 1;
	return body != NULL;
}

int yz_item_once_rate(struct yz_site *site, struct yz_conn *conn)
{
	struct counting c = {.scratch = yz_arena_create(0)};
	struct yz_err err = {0};
	bool good = yz_each(conn, count, &c, &err,
			    "SELECT body FROM item WHERE state = 'published' AND from_at <= $1 AND (until_at IS NULL OR until_at > $1) "
			    "AND body LIKE '%\"visits\"%'",
			    YZ_I(yz_site_now(site)));
	yz_arena_destroy(c.scratch);
	return good && c.items ? (int)(c.once * 1000 / c.items) : -1;
}
