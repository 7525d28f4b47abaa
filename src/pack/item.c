/* One item's body against the grammar of docs/formats/pack.md; what its facts need.  SPDX-License-Identifier: Apache-2.0 */
#include "base/dec.h"
#include "base/utf8.h"
#include "calendar/calendar.h"
#include "pack/check.h"
#include "pack/pack.h"

enum { LIST_MOST = 100, TEXT_MOST = 1000, LONG_MOST = 5000, MATERIAL_MB = 1024 };

struct item {
	struct yz_checker c;
	struct yz_arena *a;
	bool has_form, decided; /* decided: by a decision, so that no condition stands in the item itself */
	const struct yz_form *form;
};

/* One key of an object inside an element. */
struct part {
	const char *key;
	enum { TEXT, NEEDED, FLAG, COUNT, LIMIT, WHEN, NAME_KEY, TYPES, MAY_KEY, KEYS, YUAN, AMOUNT } kind;
	size_t most;
	const char *const *choices;
};

static const char *const units[] = {"wd", "d", "wh", "now", NULL};
static const char *const result_kinds[] = {"licence", "document", "none", NULL};
static const char *const needs[] = {"must", "may", NULL};
static const char *const copies[] = {"original", "copy", "both", NULL};
static const char *const media[] = {"paper", "electronic", "both", NULL};
static const char *const sources[] = {"applicant", "government", "agency", NULL};
static const char *const numbers[] = {"91", "92", NULL};
static const char *const registers[] = {"identity", "enterprise", "agency", NULL};
static const char *const relations[] = {"prerequisite", "concurrent", "related", "exclusive", NULL};
static const char *const file_types[] = {"pdf", "ofd", "jpg", "jpeg", "png", "webp", "heic", "bmp", "tiff", "docx", "xlsx", "zip", NULL};

static const struct part basis_parts[] = {{"law", NEEDED, 200}, {"article", TEXT, 200}, {"text", TEXT, LONG_MOST}, {NULL}};
static const struct part step_parts[] = {{"name", NEEDED, 100}, {"who", TEXT, 200}, {"limit", LIMIT}, {"result", TEXT, TEXT_MOST}, {NULL}};
static const struct part result_parts[] = {{"name", NEEDED, 100}, {"kind", NEEDED, 20, result_kinds}, {"sample", FLAG},
					   {"valid_months", COUNT, 1200}, {"deliver", TEXT, TEXT_MOST}, {"licence", MAY_KEY},
					   {"licence_code", TEXT, 40}, {"number", TEXT, 2, numbers}, {NULL}};
static const struct part fee_parts[] = {{"name", NEEDED, 200}, {"standard", NEEDED, TEXT_MOST}, {"basis", TEXT, TEXT_MOST},
					{"reduce", TEXT, TEXT_MOST}, {"pay_online", FLAG}, {"price", YUAN}, {"unit", TEXT, 40},
					{"quantity", AMOUNT}, {"when", WHEN}, {NULL}};
/* When the order is made, and what waits until it is paid. */
static const char *const charge_at[] = {"accept", "grant", "task", NULL}, *const charge_before[] = {"decide", "deliver", "none", NULL};
static const struct part charge_parts[] = {{"at", NEEDED, 20, charge_at}, {"before", NEEDED, 20, charge_before}, {"days", COUNT, 365},
					   {"refund", FLAG}, {NULL}};
static const struct part special_parts[] = {{"kind", NEEDED, 40}, {"must", FLAG}, {"limit", LIMIT}, {"note", TEXT, TEXT_MOST},
					    {"basis", TEXT, TEXT_MOST}, {NULL}};
static const struct part faq_parts[] = {{"q", NEEDED, TEXT_MOST}, {"a", NEEDED, LONG_MOST}, {NULL}};
static const struct part relation_parts[] = {{"kind", NEEDED, 20, relations}, {"item", NAME_KEY}, {"note", TEXT, TEXT_MOST}, {NULL}};
static const struct part situation_parts[] = {{"key", NAME_KEY}, {"name", NEEDED, 200}, {"when", WHEN}, {"note", TEXT, TEXT_MOST}, {NULL}};
static const struct part before_parts[] = {
	{"key", NAME_KEY}, {"name", NEEDED, 200}, {"unit", TEXT, 200}, {"item", MAY_KEY}, {"limit", LIMIT}, {"after", KEYS, 50}, {"place", TEXT, 200},
	{"phone", TEXT, 100}, {"basis", TEXT, TEXT_MOST}, {"result", TEXT, 200}, {"note", TEXT, TEXT_MOST}, {NULL}};
static const struct part material_parts[] = {
	{"key", NAME_KEY}, {"name", NEEDED, 200}, {"need", NEEDED, 20, needs}, {"when", WHEN}, {"kind", TEXT, 20, copies},
	{"medium", TEXT, 20, media}, {"originals", COUNT, 99}, {"copies", COUNT, 99}, {"source", TEXT, 20, sources},
	{"issuer", TEXT, 200}, {"issued_within", TEXT, 200}, {"fill_note", TEXT, TEXT_MOST}, {"standard", TEXT, TEXT_MOST},
	{"basis", TEXT, TEXT_MOST}, {"types", TYPES}, {"max_mb", COUNT, MATERIAL_MB}, {"sample", TEXT, 200}, {"licence", KEYS, 20},
	{"register", TEXT, 20, registers}, {NULL}};

static bool one_of(struct yz_str s, const char *const *list)
{
	for (; *list; list++)
		if (yz_str_eqz(s, *list))
			return true;
	return false;
}

static struct yz_str joined(struct yz_arena *a, const char *const *list)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1024);
	for (const char *const *p = list; *p; p++)
		yz_buf_printf(&b, "%s%s", p == list ? "write one of " : ", ", *p);
	return yz_buf_str(&b);
}

static void check_text(struct item *t, const struct yz_json *v, const char *what, bool needed, size_t most)
{
	if (!yz_json_is(v, YZ_JSON_STRING))
		yz_check_error(&t->c, v->line, "write text in quotes", "%s is no text", what);
	else if (needed && !yz_str_trim(v->text).len)
		yz_check_error(&t->c, v->line, "fill it in", "%s is empty", what);
	else if (yz_utf8_count(v->text) > most)
		yz_check_error(&t->c, v->line, "shorten it", "%s has %zu characters, more than %zu", what, yz_utf8_count(v->text), most);
}

static void check_count(struct item *t, const struct yz_json *v, const char *what, size_t most)
{
	int64_t n;
	if (!yz_json_is(v, YZ_JSON_NUMBER) || !yz_json_num_int(v->text, &n) || n < 0 || (uint64_t)n > most)
		yz_check_error(&t->c, v->line, "write a whole number", "%s must be a whole number from 0 to %zu", what, most);
}

static void check_flag(struct item *t, const struct yz_json *v, const char *what)
{
	if (!yz_json_is(v, YZ_JSON_TRUE) && !yz_json_is(v, YZ_JSON_FALSE))
		yz_check_error(&t->c, v->line, "write true or false, without quotes", "%s is neither true nor false", what);
}

static void check_limit(struct item *t, const struct yz_json *v, const char *what)
{
	static const char *const keys[] = {"n", "unit", "note", NULL};
	if (!yz_json_is(v, YZ_JSON_OBJECT)) {
		yz_check_error(&t->c, v->line, "write {\"n\": 20, \"unit\": \"wd\"}", "%s is no limit", what);
		return;
	}
	yz_check_keys(&t->c, v, what, keys);
	struct yz_str unit = yz_json_str(v, "unit");
	const struct yz_json *n = yz_json_get(v, "n");
	if (!one_of(unit, units))
		yz_check_error(&t->c, v->line, "write wd (working days), d (days), wh (working hours) or now",
			       "%s has the unit \"%.*s\"", what, YZ_P(unit));
	if (n)
		check_count(t, n, what, YZ_CLOCK_LIMIT_MOST);
	else if (!yz_str_eqz(unit, "now"))
		yz_check_error(&t->c, v->line, "write how many in n", "%s has no number", what);
	if (yz_str_eqz(unit, "now") && yz_json_int(v, "n", 0) != 0)
		yz_check_error(&t->c, v->line, "write 0, or another unit", "%s is at once and yet has a number", what);
}

static void check_key(struct item *t, const struct yz_json *v, const char *what)
{
	if (!yz_check_key_name(yz_json_text(v)))
		yz_check_error(&t->c, v->line, "use a-z, 0-9 and -, at most 60", "%s \"%.*s\" is no key", what, YZ_P(yz_json_text(v)));
}

static void check_types(struct item *t, const struct yz_json *v)
{
	if (!yz_json_len(v))
		yz_check_error(&t->c, v->line, joined(t->a, file_types).ptr, "types lists no kind of file");
	for (size_t i = 0; i < yz_json_len(v); i++)
		if (!one_of(yz_json_text(yz_json_at(v, i)), file_types))
			yz_check_error(&t->c, v->line, joined(t->a, file_types).ptr, "types: \"%.*s\" is no kind of file that can be checked",
				       YZ_P(yz_json_text(yz_json_at(v, i))));
}

static void check_keys(struct item *t, const struct yz_json *v, const char *what, size_t most)
{
	if (!yz_json_len(v) || v->len > most)
		yz_check_error(&t->c, v->line, "write a list of keys: [\"business-licence\"]", "%s is no list of 1 to %zu", what, most);
	for (size_t i = 0; i < yz_json_len(v); i++)
		check_key(t, yz_json_at(v, i), what);
}

/* "80" or "0.50": text, so that nobody reads it as a fraction of two. */
static void check_yuan(struct item *t, const struct yz_json *v, const char *what)
{
	struct yz_dec d;
	if (!yz_json_is(v, YZ_JSON_STRING) || !yz_dec_parse(v->text, &d) || d.neg || d.exp < -4 || d.exp > 0)
		yz_check_error(&t->c, v->line, "write yuan in quotes: \"0.50\"", "%s is no price", what);
}

/* How many, in FEEL over the form's facts; a number stands for itself. */
static void check_amount(struct item *t, const struct yz_json *v, const char *what)
{
	struct yz_err err = {0};
	const struct yz_feel *f;
	if (!yz_json_is(v, YZ_JSON_STRING))
		yz_check_error(&t->c, v->line, "write an expression in quotes", "%s is no text", what);
	else if (t->decided)
		yz_check_error(&t->c, v->line, "say it in the decision 费用, and leave it out here", "%s: the item has a decision", what);
	else if (t->form && !yz_form_condition(t->a, t->form, v->text, t->c.file, &f, &err))
		yz_check_error(&t->c, v->line, "see docs/feel.md", "%s: %s", what, err.msg);
}

static void check_part(struct item *t, const struct part *p, const struct yz_json *v, const char *element)
{
	const char *what = yz_printf(t->a, "%s: %s", element, p->key);
	switch (p->kind) {
	case TEXT:
	case NEEDED:
		check_text(t, v, what, p->kind == NEEDED, p->most);
		if (p->choices && yz_json_text(v).len && !one_of(v->text, p->choices))
			yz_check_error(&t->c, v->line, joined(t->a, p->choices).ptr, "%s is \"%.*s\"", what, YZ_P(v->text));
		break;
	case FLAG:
		check_flag(t, v, what);
		break;
	case COUNT:
		check_count(t, v, what, p->most);
		break;
	case LIMIT:
		check_limit(t, v, what);
		break;
	case WHEN:
		if (t->decided && yz_str_trim(yz_json_text(v)).len)
			yz_check_error(&t->c, v->line, "say it in the decision, and leave the condition out",
				       "%s: the item has a decision, so this condition would be a second way to say it", what);
		else if (!t->form && t->has_form) /* it waits for the form */
			check_text(t, v, what, false, TEXT_MOST);
		else if (yz_json_text(v).len && !t->form)
			yz_check_error(&t->c, v->line, "give the item a form, or leave the condition empty",
				       "%s: a condition needs the facts of a form", what);
		else
			yz_check_condition(&t->c, t->form, v, what);
		break;
	case YUAN:
		check_yuan(t, v, what);
		break;
	case AMOUNT:
		check_amount(t, v, what);
		break;
	case NAME_KEY:
	case MAY_KEY:
		check_key(t, v, what);
		break;
	case KEYS:
		check_keys(t, v, what, p->most);
		break;
	case TYPES:
		check_types(t, v);
		break;
	}
}

static void check_object(struct item *t, const struct part *parts, const struct yz_json *v, const char *element)
{
	const char *keys[24];
	size_t n = 0;
	if (!yz_json_is(v, YZ_JSON_OBJECT)) {
		yz_check_error(&t->c, v->line, "write an object in { }", "%s is no object", element);
		return;
	}
	for (const struct part *p = parts; p->key; p++) {
		const struct yz_json *value = yz_json_get(v, p->key);
		keys[n++] = p->key;
		if (value)
			check_part(t, p, value, element);
		else if (p->kind == NEEDED || p->kind == NAME_KEY)
			yz_check_error(&t->c, v->line, "add it", "%s has no %s", element, p->key);
	}
	keys[n] = NULL;
	yz_check_keys(&t->c, v, element, keys);
}

static void check_list(struct item *t, const struct part *parts, const struct yz_json *v, const char *element)
{
	if (!yz_json_is(v, YZ_JSON_ARRAY) || v->len > LIST_MOST) {
		yz_check_error(&t->c, v->line, "write a list in [ ]", "%s is no list of at most %d", element, LIST_MOST);
		return;
	}
	for (size_t i = 0; i < v->len; i++) {
		check_object(t, parts, v->items[i], element);
		struct yz_str key = parts[0].kind == NAME_KEY ? yz_json_str(v->items[i], "key") : (struct yz_str){0};
		for (size_t k = 0; key.len && k < i; k++)
			if (yz_str_eq(yz_json_str(v->items[k], "key"), key))
				yz_check_error(&t->c, v->items[i]->line, "give each a key of its own", "%s: the key %.*s stands twice", element,
					       YZ_P(key));
	}
}

/* Texts, keys or codes in a list. */
static void check_texts(struct item *t, const struct yz_json *v, const char *element, bool keys, const char *codes)
{
	if (!yz_json_is(v, YZ_JSON_ARRAY) || v->len > LIST_MOST) {
		yz_check_error(&t->c, v->line, "write a list in [ ]", "%s is no list of at most %d", element, LIST_MOST);
		return;
	}
	for (size_t i = 0; i < v->len; i++) {
		const struct yz_json *one = v->items[i];
		if (keys)
			check_key(t, one, element);
		else
			check_text(t, one, element, true, TEXT_MOST);
		if (codes && yz_json_is(one, YZ_JSON_STRING) && !yz_code_title(codes, one->text))
			yz_check_error(&t->c, one->line, "write codes of GB/T 39046 Annex A", "%s: there is no code \"%.*s\"", element,
				       YZ_P(one->text));
		for (size_t k = 0; k < i; k++)
			if (yz_json_equal(v->items[k], one))
				yz_check_error(&t->c, one->line, "remove one of them", "%s: %.*s stands twice", element, YZ_P(yz_json_text(one)));
	}
}

static void check_code(struct item *t, const struct yz_json *v, const char *key)
{
	if (yz_code_title(key, yz_json_text(v)))
		return;
	struct yz_buf b;
	size_t n;
	const struct yz_code_row *rows = yz_code_list(key, &n);
	yz_buf_init(&b, t->a, 2048);
	for (size_t i = 0; i < n; i++)
		yz_buf_printf(&b, "%s%s %s", i ? ", " : "write one of ", rows[i].code, rows[i].title);
	yz_check_error(&t->c, v->line, b.ptr, "%s: there is no code \"%.*s\"", key, YZ_P(yz_json_text(v)));
}

static void check_element(struct item *t, const struct yz_element_info *e, const struct yz_json *v)
{
	static const struct {
		const char *kind;
		const struct part *parts;
	} objects[] = {{"basis", basis_parts}, {"steps", step_parts}, {"fees", fee_parts}, {"special", special_parts}, {"faq", faq_parts},
		       {"materials", material_parts}, {"relations", relation_parts}, {"situations", situation_parts}, {"before", before_parts}};
	const char *kind = e->kind;
	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
		if (strcmp(kind, objects[i].kind) == 0) {
			check_list(t, objects[i].parts, v, e->key);
			return;
		}
	if (strcmp(kind, "text") == 0)
		check_text(t, v, e->key, e->required, strcmp(e->key, "name") == 0 ? 200 : TEXT_MOST);
	else if (strcmp(kind, "long") == 0)
		check_text(t, v, e->key, false, LONG_MOST);
	else if (strcmp(kind, "list") == 0)
		check_texts(t, v, e->key, false, NULL);
	else if (strcmp(kind, "orgs") == 0 || strcmp(kind, "themes") == 0)
		check_texts(t, v, e->key, true, NULL);
	else if (strcmp(kind, "codes") == 0)
		check_texts(t, v, e->key, false, e->key);
	else if (strcmp(kind, "code") == 0)
		check_code(t, v, e->key);
	else if (strcmp(kind, "limit") == 0)
		check_limit(t, v, e->key);
	else if (strcmp(kind, "bool") == 0)
		check_flag(t, v, e->key);
	else if (strcmp(kind, "int") == 0)
		check_count(t, v, e->key, 1000);
	else if (strcmp(kind, "charge") == 0)
		check_object(t, charge_parts, v, e->key);
	else if (strcmp(kind, "result") == 0)
		check_object(t, result_parts, v, e->key);
	else if (strcmp(kind, "region") == 0)
		check_text(t, v, e->key, true, 12);
	else
		check_key(t, v, e->key); /* org, ref */
}

void yz_pack_check_item(struct yz_arena *a, const struct yz_json *body, const struct yz_form *form, struct yz_str file,
			struct yz_pack_findings *out)
{
	struct item t = {.c = {a, file, out}, .a = a, .has_form = yz_json_str(body, "form").len > 0,
			 .decided = yz_json_str(body, "decision").len > 0, .form = form};
	const char *keys[YZ_ELEMENTS + 1];
	if (!yz_json_is(body, YZ_JSON_OBJECT)) {
		yz_check_error(&t.c, body ? body->line : 0, "write an object in { }", "an item is an object of elements");
		return;
	}
	for (size_t i = 0; i < YZ_ELEMENTS; i++) {
		const struct yz_element_info *e = &yz_elements[i];
		const struct yz_json *v = yz_json_get(body, e->key);
		keys[i] = e->key;
		if (v)
			check_element(&t, e, v);
		else if (e->required)
			yz_check_error(&t.c, body->line, "add it", "the element %s (%s) is missing", e->key, e->title);
	}
	keys[YZ_ELEMENTS] = NULL;
	yz_check_keys(&t.c, body, "item", keys);
}

void yz_pack_check_element(struct yz_arena *a, enum yz_element element, const struct yz_json *v, struct yz_pack_findings *out)
{
	struct item t = {.c = {a, {0}, out}, .a = a, .has_form = true};
	check_element(&t, &yz_elements[element], v);
}

/* ---- what the facts need ---- */

static bool holds(struct yz_arena *a, const struct yz_form *form, const struct yz_feel_value *values, const struct yz_json *thing,
		  yz_instant now)
{
	const struct yz_feel *condition;
	struct yz_err err = {0};
	if (!yz_str_trim(yz_json_str(thing, "when")).len)
		return true;
	/* A body is checked before it is published; what does not compile holds for nobody. */
	return form && yz_form_condition(a, form, yz_json_str(thing, "when"), YZ_LIT("when"), &condition, &err) &&
	       yz_form_test(a, condition, values, now);
}

size_t yz_pack_needs(struct yz_arena *a, const struct yz_json *item_body, const struct yz_form *form, const struct yz_decision *d,
		     const struct yz_json *facts, yz_instant now, struct yz_pack_need **out)
{
	const struct yz_json *materials = yz_json_get(item_body, "materials");
	const struct yz_feel_value *values = form && !d ? yz_form_visible(a, form, facts, now, NULL) : NULL;
	struct yz_decided said;
	size_t n = 0, ntold;
	*out = yz_new_n(a, yz_json_len(materials), struct yz_pack_need);
	if (d) {
		const struct yz_dmn_told *told = yz_decision_told(a, d, form, facts, facts, now, &ntold);
		yz_decide(a, d, item_body, told, ntold, now, 1u << YZ_SAYS_MATERIALS, &said);
	}
	for (size_t i = 0; i < yz_json_len(materials); i++) {
		const struct yz_json *m = yz_json_at(materials, i);
		if (d ? said.materials[i].state == YZ_DECIDED_YES : holds(a, form, values, m, now))
			(*out)[n++] = (struct yz_pack_need){m, !yz_str_eqz(yz_json_str(m, "need"), "may")};
	}
	return n;
}

const struct yz_json *yz_pack_situation(struct yz_arena *a, const struct yz_json *item_body, const struct yz_form *form,
					const struct yz_decision *d, const struct yz_json *facts, yz_instant now)
{
	const struct yz_json *situations = yz_json_get(item_body, "situations");
	struct yz_decided said;
	size_t ntold;
	if (d) {
		const struct yz_dmn_told *told = yz_decision_told(a, d, form, facts, facts, now, &ntold);
		yz_decide(a, d, item_body, told, ntold, now, 1u << YZ_SAYS_SITUATION, &said);
		return said.situation;
	}
	const struct yz_feel_value *values = form ? yz_form_visible(a, form, facts, now, NULL) : NULL;
	for (size_t i = 0; i < yz_json_len(situations); i++)
		if (holds(a, form, values, yz_json_at(situations, i), now))
			return yz_json_at(situations, i);
	return NULL;
}
