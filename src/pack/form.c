/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/form.h"

#include "base/utf8.h"
#include "fmt/schema.h"
#include "pack/check.h"

enum { NAME_MOST = 40, TEXT_DEFAULT = 200, ROWS_DEFAULT = 20 };

struct loader {
	struct yz_checker *c;
	struct yz_arena *a;
	struct yz_form *form;
};

static const char *const formats[] = {"date", "email", "cn-id", "cn-uscc", "cn-mobile", "cn-phone", "cn-postcode", NULL};
static const char *const fills[] = {"applicant.name", "applicant.id", "applicant.mobile", "applicant.email", "applicant.address",
				    "applicant.birth", "applicant.sex", "legal_rep.name", "legal_rep.id", "agent.name", "agent.mobile",
				    "today", NULL};
#define COMMON "type", "title", "description", "default", "examples", "x-when", "x-unit", "x-fill", "x-private", "x-error"
static const char *const string_keys[] = {COMMON, "enum", "oneOf", "minLength", "maxLength", "pattern", "format", NULL};
static const char *const number_keys[] = {COMMON, "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
					  "multipleOf", NULL};
static const char *const boolean_keys[] = {COMMON, NULL};
static const char *const array_keys[] = {COMMON, "items", "minItems", "maxItems", "uniqueItems", NULL};
static const char *const form_keys[] = {"$schema", "$id", "title", "description", "type", "properties", "required", "x-pages", "x-checks", NULL};
static const char *const page_keys[] = {"title", "fields", "when", NULL};
static const char *const rows_keys[] = {"type", "title", "properties", "required", NULL};
static const char *const choices_keys[] = {"type", "enum", "oneOf", NULL};

static bool one_of(struct yz_str s, const char *const *list)
{
	for (; *list; list++)
		if (yz_str_eqz(s, *list))
			return true;
	return false;
}

/* ---- one property ---- */

/* A FEEL name that no expression can mistake for anything else: letters, digits, _ and Chinese. */
static bool name_fits(struct yz_str name)
{
	static const char *const words[] = {"true", "false", "null", "and", "or", "not", "in", "if", "then", "else", "for", "return",
					    "some", "every", "satisfies", "between", "instance", "of", "function", "external",
					    "outcome", "outcomes", "facts", "situation", "item", NULL};
	if (!name.len || yz_utf8_count(name) > NAME_MOST || one_of(name, words))
		return false;
	for (size_t i = 0; i < name.len;) {
		bool first = i == 0;
		uint32_t ch = yz_utf8_next(name, &i);
		bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' || yz_is_han(ch);
		if (!letter && (first || !(ch >= '0' && ch <= '9')))
			return false;
	}
	return true;
}

/* A keyword that counts something: a whole number from 0. */
static size_t read_count(struct loader *l, const struct yz_json *s, const char *key, size_t fallback, size_t most)
{
	const struct yz_json *v = yz_json_get(s, key);
	if (!v)
		return fallback;
	int64_t n;
	if (!yz_json_is(v, YZ_JSON_NUMBER) || !yz_json_num_int(v->text, &n) || n < 0 || (uint64_t)n > most) {
		yz_check_error(l->c, v->line, "write a whole number within the bound", "%s must be a whole number from 0 to %zu", key, most);
		return fallback;
	}
	return (size_t)n;
}

static void expect(struct loader *l, const struct yz_json *s, const char *key, enum yz_json_type type, const char *what)
{
	const struct yz_json *v = yz_json_get(s, key);
	bool fits = !v || yz_json_is(v, type) || (type == YZ_JSON_TRUE && yz_json_is(v, YZ_JSON_FALSE));
	if (!fits)
		yz_check_error(l->c, v->line, what, "%s has the wrong type", key);
}

static void read_options(struct loader *l, struct yz_field *f, const struct yz_json *s)
{
	const struct yz_json *list = yz_json_get(s, "enum"), *titled = yz_json_get(s, "oneOf");
	if (list && titled)
		yz_check_error(l->c, titled->line, "keep one of them", "both enum and oneOf");
	const struct yz_json *from = titled ? titled : list;
	if (!from)
		return;
	size_t n = yz_json_len(from);
	if (!yz_json_is(from, YZ_JSON_ARRAY) || !n || n > YZ_FORM_OPTIONS) {
		yz_check_error(l->c, from->line, "list the choices", "choices must be a list of 1 to %d", YZ_FORM_OPTIONS);
		return;
	}
	static const char *const keys[] = {"const", "title", NULL};
	f->options = yz_new_n(l->a, n, struct yz_field_option);
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *o = yz_json_at(from, i), *value = titled ? yz_json_get(o, "const") : o;
		if (titled)
			yz_check_keys(l->c, o, "oneOf", keys);
		enum yz_json_type type = f->type == YZ_FIELD_NUMBER || f->type == YZ_FIELD_INTEGER ? YZ_JSON_NUMBER : YZ_JSON_STRING;
		if (!yz_json_is(value, type) || !value->text.len || value->text.len > 300) {
			yz_check_error(l->c, o->line, "write it as the field's type, not empty", "choice %zu is no value of the field", i + 1);
			continue;
		}
		for (size_t k = 0; k < f->noptions; k++)
			if (yz_str_eq(f->options[k].value, value->text))
				yz_check_error(l->c, o->line, "remove one of them", "the choice %.*s stands twice", YZ_P(value->text));
		struct yz_str title = titled ? yz_json_str(o, "title") : value->text;
		f->options[f->noptions++] = (struct yz_field_option){value->text, title.len ? title : value->text};
	}
}

static struct yz_str read_bound(struct loader *l, const struct yz_json *s, const char *key)
{
	const struct yz_json *v = yz_json_get(s, key);
	if (v && !yz_json_is(v, YZ_JSON_NUMBER))
		yz_check_error(l->c, v->line, "write a number", "%s must be a number", key);
	return yz_json_is(v, YZ_JSON_NUMBER) ? v->text : YZ_LIT("");
}

/* pattern and e-mail are fmt/schema's. */
static void read_pattern(struct loader *l, struct yz_field *f, const struct yz_json *s)
{
	const struct yz_json *pattern = yz_json_get(s, "pattern");
	bool mail = yz_str_eqz(f->format, "email");
	if (!pattern && !mail)
		return;
	struct yz_json *only = yz_json_new_object(l->a);
	if (pattern)
		yz_json_put(l->a, only, YZ_LIT("pattern"), pattern);
	if (mail)
		yz_json_put(l->a, only, YZ_LIT("format"), yz_json_new_str(l->a, f->format));
	struct yz_err err = {0};
	if (!(f->pattern = yz_schema_load(l->a, only, NULL, 0, &err)))
		yz_check_error(l->c, pattern ? pattern->line : s->line, "write a regular expression that compiles", "pattern: %s", err.msg);
}

static void read_string(struct loader *l, struct yz_field *f, const struct yz_json *s)
{
	yz_check_keys(l->c, s, "a text field", string_keys);
	f->min_length = read_count(l, s, "minLength", 0, YZ_FORM_TEXT);
	f->max_length = read_count(l, s, "maxLength", TEXT_DEFAULT, YZ_FORM_TEXT);
	f->multiline = f->max_length > 100 && yz_json_get(s, "maxLength");
	f->format = yz_json_str(s, "format");
	expect(l, s, "format", YZ_JSON_STRING, "write a format's name as text");
	if (f->format.len && !one_of(f->format, formats))
		yz_check_error(l->c, yz_json_get(s, "format")->line,
			       "write date, email, cn-id, cn-uscc, cn-mobile, cn-phone or cn-postcode", "unknown format %.*s",
			       YZ_P(f->format));
	if (f->format.len)
		f->multiline = false;
	if (f->min_length > f->max_length)
		yz_check_error(l->c, s->line, "swap or mend them", "minLength is above maxLength");
	read_options(l, f, s);
	read_pattern(l, f, s);
}

static void read_number(struct loader *l, struct yz_field *f, const struct yz_json *s)
{
	yz_check_keys(l->c, s, "a number field", number_keys);
	struct yz_str least = read_bound(l, s, "minimum"), above = read_bound(l, s, "exclusiveMinimum");
	struct yz_str most = read_bound(l, s, "maximum"), below = read_bound(l, s, "exclusiveMaximum");
	f->minimum = least.len ? least : above;
	f->maximum = most.len ? most : below;
	if (f->minimum.len && f->maximum.len && yz_json_num_cmp(f->minimum, f->maximum) > 0)
		yz_check_error(l->c, s->line, "swap or mend them", "the least value is above the greatest");
	struct yz_str of = read_bound(l, s, "multipleOf");
	if (of.len && !yz_json_num_divisor(of))
		yz_check_error(l->c, s->line, "write a number above zero of at most 18 digits", "multipleOf %.*s divides nothing", YZ_P(of));
	read_options(l, f, s);
}

/* Words or numbers, of a yes-or-no field true and false, of one with options some of those. */
static bool is_answer(const struct yz_field *f, const struct yz_json *one)
{
	if (f->type == YZ_FIELD_BOOLEAN)
		return yz_json_is(one, YZ_JSON_TRUE) || yz_json_is(one, YZ_JSON_FALSE);
	if (!yz_json_is(one, YZ_JSON_STRING) && !yz_json_is(one, YZ_JSON_NUMBER))
		return false;
	for (size_t i = 0; i < f->noptions; i++)
		if (yz_str_eq(f->options[i].value, one->text))
			return true;
	return !f->noptions;
}

static void read_examples(struct loader *l, struct yz_field *f, const struct yz_json *s)
{
	const struct yz_json *list = f->examples = yz_json_get(s, "examples");
	expect(l, s, "examples", YZ_JSON_ARRAY, "write a list of examples");
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (!is_answer(f, yz_json_at(list, i)))
			yz_check_error(l->c, yz_json_at(list, i)->line,
				       "write text in quotes or a number; true or false for yes or no; an option of a choice",
				       "an example is no answer that this field takes");
}

static void read_property(struct loader *l, struct yz_field *f, struct yz_str name, const struct yz_json *s, bool column);

static void read_columns(struct loader *l, struct yz_field *f, const struct yz_json *items)
{
	yz_check_keys(l->c, items, "items", rows_keys);
	const struct yz_json *properties = yz_json_get(items, "properties"), *required = yz_json_get(items, "required");
	size_t n = yz_json_len(properties);
	if (!yz_json_is(properties, YZ_JSON_OBJECT) || !n || n > YZ_FORM_COLUMNS) {
		yz_check_error(l->c, items->line, "write the columns as properties", "rows need 1 to %d columns", YZ_FORM_COLUMNS);
		return;
	}
	f->type = YZ_FIELD_ROWS;
	f->columns = yz_new_n(l->a, n, struct yz_field);
	f->ncolumns = n;
	for (size_t i = 0; i < n; i++)
		read_property(l, &f->columns[i], properties->members[i].key, properties->members[i].value, true);
	for (size_t i = 0; i < yz_json_len(required); i++) {
		struct yz_str name = yz_json_text(yz_json_at(required, i));
		bool found = false;
		for (size_t k = 0; k < n; k++)
			if (yz_str_eq(f->columns[k].name, name))
				found = f->columns[k].required = true;
		if (!found)
			yz_check_error(l->c, required->line, "write the name of a column", "required names %.*s, which is no column", YZ_P(name));
	}
}

static void read_array(struct loader *l, struct yz_field *f, const struct yz_json *s, bool column)
{
	yz_check_keys(l->c, s, "a list field", array_keys);
	f->min_items = read_count(l, s, "minItems", 0, YZ_FORM_ROWS);
	f->max_items = read_count(l, s, "maxItems", ROWS_DEFAULT, YZ_FORM_ROWS);
	expect(l, s, "uniqueItems", YZ_JSON_TRUE, "write true or false");
	const struct yz_json *items = yz_json_get(s, "items");
	struct yz_str type = yz_json_str(items, "type");
	f->type = YZ_FIELD_CHOICES;
	if (column)
		yz_check_error(l->c, s->line, "give the list a field of its own", "rows hold no lists");
	else if (yz_str_eqz(type, "object"))
		read_columns(l, f, items);
	else if (yz_str_eqz(type, "string")) {
		yz_check_keys(l->c, items, "items", choices_keys);
		read_options(l, f, items);
		if (!f->noptions)
			yz_check_error(l->c, items->line, "list the choices in enum or oneOf", "a list of text needs its choices");
		if (!yz_json_get(s, "maxItems"))
			f->max_items = f->noptions;
	} else
		yz_check_error(l->c, s->line, "write items with type string (choices) or object (rows)", "a list needs its items");
}

/* "licence.TYPE.FIELD" */
static bool licence_place(struct yz_str s)
{
	struct yz_str prefix = YZ_LIT("licence.");
	if (!yz_str_starts(s, prefix))
		return false;
	s = yz_str_n(s.ptr + prefix.len, s.len - prefix.len);
	size_t dot = yz_str_find(s, YZ_LIT("."), 0);
	return dot != SIZE_MAX && yz_check_key_name(yz_str_n(s.ptr, dot)) && s.len > dot + 1;
}

static void check_fill(struct loader *l, struct yz_str fill, uint32_t line)
{
	size_t n = 0;
	for (struct yz_str rest = fill, place; rest.len; n++) {
		size_t bar = yz_str_find(rest, YZ_LIT("|"), 0);
		place = yz_str_trim(bar == SIZE_MAX ? rest : yz_str_n(rest.ptr, bar));
		rest = bar == SIZE_MAX ? (struct yz_str){0} : yz_str_n(rest.ptr + bar + 1, rest.len - bar - 1);
		if (!one_of(place, fills) && !licence_place(place))
			yz_check_error(l->c, line,
				       "write applicant.name, .id, .mobile, .email, .address, .birth or .sex, legal_rep.name or .id, agent.name "
				       "or .mobile, today, or licence.TYPE.FIELD",
				       "%.*s is no place values come from", YZ_P(place));
	}
	if (n > YZ_FORM_FILLS)
		yz_check_error(l->c, line, "leave the best", "x-fill names %zu places, more than %d", n, YZ_FORM_FILLS);
}

static void read_texts(struct loader *l, struct yz_field *f, const struct yz_json *s)
{
	static const char *const texts[] = {"title", "description", "x-unit", "x-fill", "x-error", "x-when", "pattern", NULL};
	for (const char *const *k = texts; *k; k++)
		expect(l, s, *k, YZ_JSON_STRING, "write text in quotes");
	expect(l, s, "x-private", YZ_JSON_TRUE, "write true or false");
	f->title = yz_json_str(s, "title");
	if (!f->title.len)
		f->title = f->name;
	f->hint = yz_json_str(s, "description");
	f->unit = yz_json_str(s, "x-unit");
	f->fill = yz_json_str(s, "x-fill");
	f->error = yz_json_str(s, "x-error");
	f->is_private = yz_json_bool(s, "x-private", false);
	if (f->fill.len)
		check_fill(l, f->fill, yz_json_get(s, "x-fill")->line);
}

static void read_property(struct loader *l, struct yz_field *f, struct yz_str name, const struct yz_json *s, bool column)
{
	f->name = name;
	f->schema = s;
	f->page = -1;
	if (!name_fits(name))
		yz_check_error(l->c, s->line, "use letters, digits, _ and Chinese, no reserved word of FEEL, at most 40 characters",
			       "%.*s is no name for a field", YZ_P(name));
	if (!yz_json_is(s, YZ_JSON_OBJECT)) {
		yz_check_error(l->c, s->line, "write an object with type", "the field %.*s is no schema", YZ_P(name));
		return;
	}
	read_texts(l, f, s);
	struct yz_str type = yz_json_str(s, "type");
	if (yz_str_eqz(type, "string")) {
		f->type = YZ_FIELD_STRING;
		read_string(l, f, s);
	} else if (yz_str_eqz(type, "number") || yz_str_eqz(type, "integer")) {
		f->type = yz_str_eqz(type, "number") ? YZ_FIELD_NUMBER : YZ_FIELD_INTEGER;
		read_number(l, f, s);
	} else if (yz_str_eqz(type, "boolean")) {
		f->type = YZ_FIELD_BOOLEAN;
		yz_check_keys(l->c, s, "a yes-or-no field", boolean_keys);
	} else if (yz_str_eqz(type, "array"))
		read_array(l, f, s, column);
	else
		yz_check_error(l->c, s->line, "write string, number, integer, boolean or array", "the field %.*s has no known type", YZ_P(name));
	read_examples(l, f, s);
	if (column && yz_json_get(s, "x-when"))
		yz_check_error(l->c, s->line, "ask the whole list conditionally", "a column has no x-when");
}

/* ---- the form ---- */

static const struct yz_feel_type *feel_type(const struct yz_field *f)
{
	switch (f->type) {
	case YZ_FIELD_STRING:
		return yz_feel_type_of_kind(yz_str_eqz(f->format, "date") ? YZ_FEEL_DATE : YZ_FEEL_STRING);
	case YZ_FIELD_NUMBER:
	case YZ_FIELD_INTEGER:
		return yz_feel_type_of_kind(YZ_FEEL_NUMBER);
	case YZ_FIELD_BOOLEAN:
		return yz_feel_type_of_kind(YZ_FEEL_BOOLEAN);
	default:
		return NULL;
	}
}

static void read_required(struct loader *l, const struct yz_json *required)
{
	if (required && !yz_json_is(required, YZ_JSON_ARRAY))
		yz_check_error(l->c, required->line, "write a list of names", "required is no list");
	for (size_t i = 0; i < yz_json_len(required); i++) {
		struct yz_str name = yz_json_text(yz_json_at(required, i));
		struct yz_field *f = (struct yz_field *)yz_form_field(l->form, name);
		if (f)
			f->required = true;
		else
			yz_check_error(l->c, yz_json_at(required, i)->line, "write the name of a property",
				       "required names %.*s, which is no field", YZ_P(name));
	}
}

static void read_page(struct loader *l, size_t n, const struct yz_json *json)
{
	struct yz_form_page *page = &l->form->pages[n];
	const struct yz_json *fields = yz_json_get(json, "fields");
	yz_check_keys(l->c, json, "x-pages", page_keys);
	page->title = yz_json_str(json, "title");
	if (!page->title.len)
		yz_check_error(l->c, json->line, "say what the page asks", "page %zu has no title", n + 1);
	if (!yz_json_len(fields))
		yz_check_error(l->c, json->line, "list its fields, or remove the page", "page %zu has no fields", n + 1);
	page->fields = yz_new_n(l->a, yz_json_len(fields), size_t);
	for (size_t i = 0; i < yz_json_len(fields); i++) {
		const struct yz_json *name = yz_json_at(fields, i);
		struct yz_field *f = (struct yz_field *)yz_form_field(l->form, yz_json_text(name));
		if (!f)
			yz_check_error(l->c, name->line, "write the name of a property", "page %zu asks %.*s, which is no field", n + 1,
				       YZ_P(yz_json_text(name)));
		else if (f->page >= 0)
			yz_check_error(l->c, name->line, "keep it on one page", "the field %.*s stands on two pages", YZ_P(f->name));
		else {
			f->page = (int)n;
			page->fields[page->nfields++] = (size_t)(f - l->form->fields);
		}
	}
}

static void read_pages(struct loader *l, const struct yz_json *pages)
{
	size_t n = yz_json_len(pages);
	if (!yz_json_is(pages, YZ_JSON_ARRAY) || !n || n > YZ_FORM_PAGES) {
		yz_check_error(l->c, pages ? pages->line : 1, "add x-pages with title and fields", "a form needs 1 to %d pages", YZ_FORM_PAGES);
		return;
	}
	l->form->pages = yz_new_n(l->a, n, struct yz_form_page);
	l->form->npages = n;
	for (size_t i = 0; i < n; i++)
		read_page(l, i, yz_json_at(pages, i));
	for (size_t i = 0; i < l->form->nfields; i++)
		if (l->form->fields[i].page < 0)
			yz_check_error(l->c, l->form->fields[i].schema->line, "put it on a page of x-pages",
				       "the field %.*s stands on no page", YZ_P(l->form->fields[i].name));
}

static void read_conditions(struct loader *l, const struct yz_json *pages)
{
	struct yz_form *form = l->form;
	for (size_t i = 0; i < form->nfields; i++) {
		struct yz_field *f = &form->fields[i];
		f->when = yz_check_condition(l->c, form, yz_json_get(f->schema, "x-when"), "x-when");
		size_t n = 0;
		const struct yz_feel_use *uses = f->when ? yz_feel_uses(l->a, f->when, &n) : NULL;
		for (size_t k = 0; k < n; k++)
			if (uses[k].input == i)
				yz_check_error(l->c, yz_json_get(f->schema, "x-when")->line, "let it depend on other fields",
					       "whether %.*s is asked depends on its own answer", YZ_P(f->name));
	}
	for (size_t i = 0; i < form->npages; i++)
		form->pages[i].when = yz_check_condition(l->c, form, yz_json_get(yz_json_at(pages, i), "when"), "when");
}

static void read_check(struct loader *l, size_t n, const struct yz_json *json)
{
	static const char *const keys[] = {"test", "error", "field", NULL};
	struct yz_form_check *check = &l->form->checks[n];
	const struct yz_field *f = yz_form_field(l->form, yz_json_str(json, "field"));
	yz_check_keys(l->c, json, "x-checks", keys);
	check->test = yz_check_condition(l->c, l->form, yz_json_get(json, "test"), "test");
	check->error = yz_json_str(json, "error");
	if (!yz_str_trim(yz_json_str(json, "test")).len)
		yz_check_error(l->c, json->line, "write [{\"test\": FEEL, \"error\": text, \"field\": name}]", "check %zu has no test", n + 1);
	if (!yz_str_trim(check->error).len)
		yz_check_error(l->c, json->line, "say what is wrong and how to mend it", "check %zu has no error", n + 1);
	if (!f)
		yz_check_error(l->c, json->line, "write the name of a property", "check %zu stands beside %.*s, which is no field", n + 1,
			       YZ_P(yz_json_str(json, "field")));
	else
		check->field = (size_t)(f - l->form->fields);
}

static void read_checks(struct loader *l, const struct yz_json *checks)
{
	if (!checks)
		return;
	if (!yz_json_is(checks, YZ_JSON_ARRAY) || checks->len > YZ_FORM_CHECKS) {
		yz_check_error(l->c, checks->line, "write [{\"test\": FEEL, \"error\": text, \"field\": name}]",
			       "x-checks is no list of at most %d", YZ_FORM_CHECKS);
		return;
	}
	l->form->checks = yz_new_n(l->a, checks->len, struct yz_form_check);
	l->form->nchecks = checks->len;
	for (size_t i = 0; i < checks->len; i++)
		read_check(l, i, checks->items[i]);
}

const struct yz_form *yz_form_check(struct yz_checker *c, const struct yz_json *json)
{
	size_t before = yz_check_errors(c->out);
	struct loader l = {.c = c, .a = c->a, .form = yz_new(c->a, struct yz_form)};
	const struct yz_json *properties = yz_json_get(json, "properties"), *pages = yz_json_get(json, "x-pages");
	size_t n = yz_json_len(properties);
	yz_check_keys(c, json, "a form", form_keys);
	l.form->json = json;
	l.form->title = yz_json_str(json, "title");
	if (!yz_str_eqz(yz_json_str(json, "type"), "object") || !yz_json_is(properties, YZ_JSON_OBJECT) || !n || n > YZ_FORM_FIELDS) {
		yz_check_error(c, json->line, "write \"type\": \"object\" with properties", "a form is an object of 1 to %d fields",
			       YZ_FORM_FIELDS);
		return NULL;
	}
	l.form->fields = yz_new_n(c->a, n, struct yz_field);
	l.form->names = yz_new_n(c->a, n, struct yz_feel_name);
	l.form->nfields = n;
	for (size_t i = 0; i < n; i++) {
		read_property(&l, &l.form->fields[i], properties->members[i].key, properties->members[i].value, false);
		l.form->names[i] = (struct yz_feel_name){l.form->fields[i].name, feel_type(&l.form->fields[i])};
	}
	read_required(&l, yz_json_get(json, "required"));
	read_pages(&l, pages);
	if (yz_check_errors(c->out) == before)
		read_conditions(&l, pages);
	if (yz_check_errors(c->out) == before)
		read_checks(&l, yz_json_get(json, "x-checks"));
	return yz_check_errors(c->out) == before ? l.form : NULL;
}

const struct yz_form *yz_form_load(struct yz_arena *a, const struct yz_json *json, struct yz_err *err)
{
	struct yz_pack_findings findings = {0};
	struct yz_checker c = {.a = a, .out = &findings};
	const struct yz_form *form = yz_form_check(&c, json);
	for (size_t i = 0; !form && i < findings.len; i++) {
		const struct yz_pack_finding *f = &findings.at[i];
		if (!f->error)
			continue;
		yz_fail(err, YZ_SYNTAX, "%.*s; %.*s", YZ_P(f->what), YZ_P(f->mend));
		yz_fail_in(err, "line %u", (unsigned)f->line);
		return NULL;
	}
	return form;
}

const struct yz_field *yz_form_field(const struct yz_form *form, struct yz_str name)
{
	for (size_t i = 0; i < form->nfields; i++)
		if (yz_str_eq(form->fields[i].name, name))
			return &form->fields[i];
	return NULL;
}

/* ---- conditions ---- */

/* A text compared with a choice field that the field never has is a slip that would pass in silence. */
static void check_choices(struct yz_checker *c, const struct yz_form *form, const struct yz_feel_cond *cond, uint32_t line)
{
	if (cond->kind == YZ_FEEL_COND_TEST && cond->input < form->nfields && !cond->path.len &&
	    (cond->op == YZ_FEEL_EQ || cond->op == YZ_FEEL_NE) && cond->value.kind == YZ_FEEL_STRING) {
		const struct yz_field *f = &form->fields[cond->input];
		bool known = !f->noptions || f->type != YZ_FIELD_STRING;
		for (size_t i = 0; i < f->noptions && !known; i++)
			known = yz_str_eq(f->options[i].value, yz_feel_str(cond->value));
		if (!known) {
			yz_check_error(c, line, "write one of the field's choices", "%.*s is never \"%.*s\"", YZ_P(f->name),
				       YZ_P(yz_feel_str(cond->value)));
			yz_check_zh(c, "请写这个字段的一个选项", "“%.*s”没有“%.*s”这个选项", YZ_P(f->name), YZ_P(yz_feel_str(cond->value)));
		}
	}
	for (size_t i = 0; i < cond->len; i++)
		check_choices(c, form, cond->parts[i], line);
}

/* *wrong: what is, in either language; NULL where err alone says it. */
static const struct yz_feel *compile(struct yz_arena *a, const struct yz_form *form, struct yz_str text, struct yz_str where,
				     const struct yz_feel_diag **wrong, struct yz_err *err)
{
	struct yz_feel_scope scope = {.names = form ? form->names : NULL, .len = form ? form->nfields : 0, .where = where};
	const struct yz_feel_diag *diags = NULL;
	const struct yz_feel *f = yz_feel_compile(a, text, YZ_FEEL_EXPRESSION, &scope, &diags, err);
	while (diags && diags->severity != YZ_FEEL_ERROR)
		diags = diags->next;
	*wrong = diags;
	if (f && diags) {
		yz_fail(err, YZ_SYNTAX, "%.*s", YZ_P(diags->message));
		return NULL;
	}
	return f;
}

bool yz_form_condition(struct yz_arena *a, const struct yz_form *form, struct yz_str text, struct yz_str where,
		       const struct yz_feel **out, struct yz_err *err)
{
	const struct yz_feel_diag *wrong;
	*out = NULL;
	return !yz_str_trim(text).len || (*out = compile(a, form, text, where, &wrong, err)) != NULL;
}

const struct yz_feel *yz_check_condition(struct yz_checker *c, const struct yz_form *form, const struct yz_json *text,
					 const char *where)
{
	if (!text)
		return NULL;
	if (!yz_json_is(text, YZ_JSON_STRING)) {
		yz_check_error(c, text->line, "write the condition as text", "%s is no text", where);
		yz_check_zh(c, "请把条件写成文字", "%s 不是文字", where);
		return NULL;
	}
	if (!yz_str_trim(text->text).len)
		return NULL;
	struct yz_err err = {0};
	const struct yz_feel_diag *wrong;
	const struct yz_feel *f = compile(c->a, form, text->text, yz_str(where), &wrong, &err);
	if (!f) {
		yz_check_error(c, text->line, "mend the expression; names are the form's fields", "%s: %s", where, err.msg);
		if (wrong)
			yz_check_zh(c, "请改正表达式；里面的名字是表单的字段", "%s：第 %u 行第 %u 列：%.*s", where, wrong->place.line,
				    wrong->place.column, YZ_P(yz_feel_diag_text(c->a, wrong, YZ_FEEL_ZH)));
		return NULL;
	}
	const struct yz_feel_type *type = yz_feel_result_type(f);
	if (type->kind != YZ_FEEL_BOOLEAN && type->kind != YZ_FEEL_ANY) {
		yz_check_error(c, text->line, "write a comparison, or a yes-or-no field", "%s is not true or false but %s", where,
			       yz_feel_kind_name(type->kind));
		yz_check_zh(c, "请写一个比较，或者一个是否字段", "%s 的结果不是“是”或“否”", where);
	}
	const struct yz_feel_cond *cond = form ? yz_feel_condition(c->a, f) : NULL;
	if (cond)
		check_choices(c, form, cond, text->line);
	return f;
}
