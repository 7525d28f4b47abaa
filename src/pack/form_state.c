/* What is asked, what is wrong, how to mend it; a fact in words.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/form.h"

#include "base/utf8.h"
#include "calendar/calendar.h"
#include "fmt/schema.h"
#include "text/ident.h"
#include "text/text.h"

struct looking {
	struct yz_arena *a;
	enum yz_lang lang;
	yz_instant now;
	size_t field;
	YZ_VEC(struct yz_form_error) errors;
};

static void wrong(struct looking *l, struct yz_str path, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void wrong(struct looking *l, struct yz_str path, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	*yz_vec_push(l->a, &l->errors) = (struct yz_form_error){l->field, path, yz_str(yz_vprintf(l->a, fmt, ap))};
	va_end(ap);
}

/* In the form's own words where it has some. */
static void odd(struct looking *l, const struct yz_field *f, struct yz_str path, struct yz_str text)
{
	*yz_vec_push(l->a, &l->errors) = (struct yz_form_error){l->field, path, f->error.len ? yz_tr_str(l->lang, f->error) : text};
}

static const char *tr(const struct looking *l, const char *msgid) __attribute__((format_arg(2)));
static const char *tr(const struct looking *l, const char *msgid)
{
	return yz_tr(l->lang, msgid);
}

static struct yz_str title_of(const struct looking *l, const struct yz_field *f)
{
	return yz_tr_str(l->lang, f->title);
}

/* ---- one value ---- */

static bool digits_only(struct yz_str s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return true;
}

/* A mobile number; 0999-6214012 with an extension or without; 6214012; 400-123-4567; 12345. */
static bool phone_fits(struct yz_str s)
{
	if (!yz_ident_mobile_fault(s))
		return true;
	char digits[24];
	size_t n = 0, dashes = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '-' && i && i + 1 < s.len)
			dashes++;
		else if (s.ptr[i] < '0' || s.ptr[i] > '9' || n == 16)
			return false;
		else
			digits[n++] = s.ptr[i];
	}
	struct yz_str d = {digits, n};
	if (dashes > 2 || !digits_only(d, 0, n))
		return false;
	if (n && digits[0] == '0')
		return n >= 10 && (n <= 12 || dashes == 2);
	if (n == 10)
		return yz_str_starts(d, YZ_LIT("400")) || yz_str_starts(d, YZ_LIT("800"));
	return n == 7 || n == 8 || ((n == 5 || n == 3) && (digits[0] == '1' || digits[0] == '9'));
}

static const char *format_fault(const struct looking *l, const struct yz_field *f, struct yz_str s)
{
	yz_day day;
	if (yz_str_eqz(f->format, "date"))
		return yz_day_parse(s, &day) ? NULL : N_("日期写成年-月-日，比如 2026-11-22");
	if (yz_str_eqz(f->format, "cn-id"))
		return yz_ident_person_fault(s, yz_instant_day(l->now, YZ_SHANGHAI));
	if (yz_str_eqz(f->format, "cn-uscc"))
		return yz_ident_credit_fault(s);
	if (yz_str_eqz(f->format, "cn-mobile"))
		return yz_ident_mobile_fault(s);
	if (yz_str_eqz(f->format, "cn-postcode"))
		return yz_ident_postcode_fault(s);
	if (yz_str_eqz(f->format, "cn-phone") && !phone_fits(s))
		return N_("电话写成区号-号码，比如 0999-6214012，或者写手机号码");
	return NULL;
}

static bool unseen(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 && s.ptr[i] != '\n' && s.ptr[i] != '\t')
			return true;
	return false;
}

static bool offered(const struct yz_field *f, struct yz_str s)
{
	for (size_t i = 0; i < f->noptions; i++)
		if (yz_str_eq(f->options[i].value, s))
			return true;
	return !f->noptions;
}

static void look_text(struct looking *l, const struct yz_field *f, struct yz_str path, struct yz_str s)
{
	size_t n = yz_utf8_count(s);
	const char *fault;
	if (unseen(s) || !yz_utf8_valid(s))
		wrong(l, path, tr(l, N_("“%.*s”里有看不见的字符，请删去后重填")), YZ_P(title_of(l, f)));
	else if (!offered(f, s))
		wrong(l, path, tr(l, N_("请从给出的选项里选择“%.*s”")), YZ_P(title_of(l, f)));
	else if (n > f->max_length)
		wrong(l, path, tr(l, N_("“%.*s”最多 %zu 个字，现在是 %zu 个字，请缩短")), YZ_P(title_of(l, f)), f->max_length, n);
	else if (n < f->min_length)
		odd(l, f, path, yz_str_printf(l->a, tr(l, N_("“%.*s”至少 %zu 个字，现在是 %zu 个字，请写得详细一些")),
					      YZ_P(title_of(l, f)), f->min_length, n));
	else if ((fault = format_fault(l, f, s)))
		odd(l, f, path, yz_str(tr(l, fault)));
	else if (f->pattern && !yz_schema_check(l->a, f->pattern, yz_json_new_str(l->a, s), NULL))
		odd(l, f, path, yz_str_eqz(f->format, "email") ? yz_str(tr(l, N_("电子邮箱写成 name@example.com 的样子")))
							       : yz_str_printf(l->a, tr(l, N_("“%.*s”的格式不对，请核对后重填")),
									       YZ_P(title_of(l, f))));
}

static void look_number(struct looking *l, const struct yz_field *f, struct yz_str path, const struct yz_json *v)
{
	struct yz_str t = title_of(l, f), unit = yz_tr_str(l->lang, f->unit);
	if (!yz_json_is(v, YZ_JSON_NUMBER)) {
		odd(l, f, path, yz_str_printf(l->a, tr(l, N_("“%.*s”请填数字，比如 12.5，不要带单位")), YZ_P(t)));
		return;
	}
	bool above = yz_json_get(f->schema, "exclusiveMinimum") && !yz_json_get(f->schema, "minimum");
	bool below = yz_json_get(f->schema, "exclusiveMaximum") && !yz_json_get(f->schema, "maximum");
	int least = f->minimum.len ? yz_json_num_cmp(v->text, f->minimum) : 1;
	int most = f->maximum.len ? yz_json_num_cmp(v->text, f->maximum) : -1;
	const struct yz_json *of = yz_json_get(f->schema, "multipleOf");
	struct yz_dec d;
	if (v->text.len > 30 || !yz_dec_parse(v->text, &d))
		odd(l, f, path, yz_str_printf(l->a, tr(l, N_("“%.*s”的数字太长，请核对后重填")), YZ_P(t)));
	else if (f->type == YZ_FIELD_INTEGER && !yz_json_num_is_int(v->text))
		odd(l, f, path, yz_str_printf(l->a, tr(l, N_("“%.*s”请填整数")), YZ_P(t)));
	else if (above ? least <= 0 : least < 0)
		odd(l, f, path, yz_str_printf(l->a, above ? tr(l, N_("“%.*s”应大于 %.*s %.*s，请核对后重填"))
							  : tr(l, N_("“%.*s”不能小于 %.*s %.*s，请核对后重填")),
					      YZ_P(t), YZ_P(f->minimum), YZ_P(unit)));
	else if (below ? most >= 0 : most > 0)
		odd(l, f, path, yz_str_printf(l->a, below ? tr(l, N_("“%.*s”应小于 %.*s %.*s，请核对后重填"))
							  : tr(l, N_("“%.*s”不能大于 %.*s %.*s，请核对后重填")),
					      YZ_P(t), YZ_P(f->maximum), YZ_P(unit)));
	else if (of && !yz_json_num_multiple(v->text, of->text))
		odd(l, f, path, yz_str_printf(l->a, tr(l, N_("“%.*s”应是 %.*s 的整数倍，请核对后重填")), YZ_P(t), YZ_P(of->text)));
	else if (!offered(f, v->text))
		odd(l, f, path, yz_str_printf(l->a, tr(l, N_("请从给出的选项里选择“%.*s”")), YZ_P(t)));
}

static void look_choices(struct looking *l, const struct yz_field *f, struct yz_str path, const struct yz_json *v)
{
	struct yz_str t = title_of(l, f);
	size_t n = yz_json_len(v);
	if (!yz_json_is(v, YZ_JSON_ARRAY)) {
		wrong(l, path, tr(l, N_("请从给出的选项里选择“%.*s”")), YZ_P(t));
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (!offered(f, yz_json_text(v->items[i]))) {
			wrong(l, path, tr(l, N_("请从给出的选项里选择“%.*s”")), YZ_P(t));
			return;
		}
	if (n < f->min_items)
		odd(l, f, path, yz_str_printf(l->a, tr(l, N_("“%.*s”至少选 %zu 项，现在选了 %zu 项")), YZ_P(t), f->min_items, n));
	else if (n > f->max_items)
		odd(l, f, path, yz_str_printf(l->a, tr(l, N_("“%.*s”最多选 %zu 项，现在选了 %zu 项")), YZ_P(t), f->max_items, n));
}

static void look(struct looking *l, const struct yz_field *f, struct yz_str path, const struct yz_json *v);

static void look_rows(struct looking *l, const struct yz_field *f, struct yz_str path, const struct yz_json *v)
{
	struct yz_str t = title_of(l, f);
	size_t n = yz_json_len(v);
	if (n < f->min_items)
		wrong(l, path, tr(l, N_("“%.*s”至少填 %zu 行，现在填了 %zu 行，请补上")), YZ_P(t), f->min_items, n);
	else if (n > f->max_items)
		wrong(l, path, tr(l, N_("“%.*s”最多填 %zu 行，现在填了 %zu 行，请删去多出的")), YZ_P(t), f->max_items, n);
	for (size_t i = 0; i < n && i < YZ_FORM_ROWS; i++) {
		const struct yz_json *row = yz_json_at(v, i);
		for (size_t k = 0; k < f->ncolumns; k++) {
			const struct yz_field *col = &f->columns[k];
			look(l, col, yz_str_printf(l->a, "%.*s/%zu/%.*s", YZ_P(f->name), i + 1, YZ_P(col->name)),
			     yz_json_find(row, col->name));
		}
		for (size_t k = 0; yz_json_get(f->schema, "uniqueItems") && k < i; k++)
			if (yz_json_bool(f->schema, "uniqueItems", false) && yz_json_equal(row, yz_json_at(v, k))) {
				wrong(l, path, tr(l, N_("“%.*s”的第 %zu 行和第 %zu 行一样，请删去一行")), YZ_P(t), k + 1, i + 1);
				break;
			}
	}
}

static void look(struct looking *l, const struct yz_field *f, struct yz_str path, const struct yz_json *v)
{
	struct yz_str t = title_of(l, f);
	if (!v) {
		bool chosen = f->noptions || f->type == YZ_FIELD_BOOLEAN;
		if (f->required || (f->type == YZ_FIELD_ROWS && f->min_items && f->required))
			wrong(l, path, chosen ? tr(l, N_("请选择“%.*s”")) : tr(l, N_("请填写“%.*s”")), YZ_P(t));
		return;
	}
	switch (f->type) {
	case YZ_FIELD_STRING:
		if (yz_json_is(v, YZ_JSON_STRING))
			look_text(l, f, path, v->text);
		else
			wrong(l, path, tr(l, N_("“%.*s”请填文字")), YZ_P(t));
		break;
	case YZ_FIELD_NUMBER:
	case YZ_FIELD_INTEGER:
		look_number(l, f, path, v);
		break;
	case YZ_FIELD_BOOLEAN:
		if (!yz_json_is(v, YZ_JSON_TRUE) && !yz_json_is(v, YZ_JSON_FALSE))
			wrong(l, path, tr(l, N_("请选择“%.*s”")), YZ_P(t));
		break;
	case YZ_FIELD_CHOICES:
		look_choices(l, f, path, v);
		break;
	case YZ_FIELD_ROWS:
		look_rows(l, f, path, v);
		break;
	}
}

/* Beside a field that is asked, answered, and not wrong by itself. */
static void look_between(struct looking *l, const struct yz_form *form, const struct yz_json *facts, const struct yz_feel_value *values,
			 const bool *asked, int page)
{
	for (size_t i = 0; i < form->nchecks; i++) {
		const struct yz_form_check *c = &form->checks[i];
		const struct yz_field *f = &form->fields[c->field];
		bool said = !asked[c->field] || (page >= 0 && f->page != page) || !yz_json_find(facts, f->name);
		for (size_t k = 0; k < l->errors.len; k++)
			said |= l->errors.at[k].field == c->field;
		if (said || !yz_form_fails(l->a, c->test, values, l->now))
			continue;
		l->field = c->field;
		wrong(l, f->name, "%.*s", YZ_P(yz_tr_str(l->lang, c->error)));
	}
}

void yz_form_state(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts, int page, yz_instant now, int lang,
		   struct yz_form_state *out)
{
	struct looking l = {.a = a, .lang = (enum yz_lang)lang, .now = now};
	*out = (struct yz_form_state){.asked = yz_new_n(a, form->nfields, bool), .page_asked = yz_new_n(a, form->npages, bool)};
	const struct yz_feel_value *values = yz_form_visible(a, form, facts, now, out->asked);
	for (size_t p = 0; p < form->npages; p++) {
		for (size_t i = 0; i < form->pages[p].nfields; i++) {
			l.field = form->pages[p].fields[i];
			const struct yz_field *f = &form->fields[l.field];
			if (!out->asked[l.field])
				continue;
			out->page_asked[p] = true;
			if (page < 0 || (size_t)page == p)
				look(&l, f, f->name, yz_json_find(facts, f->name));
		}
	}
	look_between(&l, form, facts, values, out->asked, page);
	out->errors = l.errors.at;
	out->nerrors = l.errors.len;
}

/* ---- a fact in words ---- */

static struct yz_str option_title(const struct yz_field *f, struct yz_str value, enum yz_lang lang)
{
	for (size_t i = 0; i < f->noptions; i++)
		if (yz_str_eq(f->options[i].value, value))
			return yz_tr_str(lang, f->options[i].title);
	return value;
}

static void show(struct yz_buf *b, struct yz_arena *a, const struct yz_field *f, const struct yz_json *v, enum yz_lang lang);

static void show_row(struct yz_buf *b, struct yz_arena *a, const struct yz_field *f, const struct yz_json *row, enum yz_lang lang)
{
	bool first = true;
	for (size_t i = 0; i < f->ncolumns; i++) {
		const struct yz_json *v = yz_json_find(row, f->columns[i].name);
		if (!v)
			continue;
		if (!first)
			yz_buf_addz(b, lang == YZ_LANG_ZH ? "，" : ", ");
		first = false;
		yz_buf_adds(b, yz_tr_str(lang, f->columns[i].title));
		yz_buf_addz(b, lang == YZ_LANG_ZH ? "：" : ": ");
		show(b, a, &f->columns[i], v, lang);
	}
}

static void show(struct yz_buf *b, struct yz_arena *a, const struct yz_field *f, const struct yz_json *v, enum yz_lang lang)
{
	yz_day day;
	if (yz_json_is(v, YZ_JSON_TRUE) || yz_json_is(v, YZ_JSON_FALSE)) {
		yz_buf_addz(b, v->type == YZ_JSON_TRUE ? yz_tr(lang, N_("是")) : yz_tr(lang, N_("否")));
	} else if (yz_json_is(v, YZ_JSON_ARRAY)) {
		for (size_t i = 0; i < v->len; i++) {
			bool rows = f->type == YZ_FIELD_ROWS;
			if (i)
				yz_buf_addz(b, lang != YZ_LANG_ZH ? (rows ? "; " : ", ") : rows ? "；" : "、");
			if (rows)
				show_row(b, a, f, v->items[i], lang);
			else
				yz_buf_adds(b, option_title(f, yz_json_text(v->items[i]), lang));
		}
	} else if (yz_json_is(v, YZ_JSON_STRING) && yz_str_eqz(f->format, "date") && yz_day_parse(v->text, &day)) {
		yz_say_day(b, lang, day);
	} else if (yz_json_is(v, YZ_JSON_STRING) || yz_json_is(v, YZ_JSON_NUMBER)) {
		yz_buf_adds(b, option_title(f, v->text, lang));
		if (f->unit.len) {
			yz_buf_addc(b, ' ');
			yz_buf_adds(b, yz_tr_str(lang, f->unit));
		}
	}
}

struct yz_str yz_form_show(struct yz_arena *a, const struct yz_field *field, const struct yz_json *value, int lang)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	show(&b, a, field, value, (enum yz_lang)lang);
	return yz_buf_str(&b);
}
