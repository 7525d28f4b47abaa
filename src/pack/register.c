/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/register.h"

#include "pack/check.h"
#include "text/text.h"

#include <stdio.h>

enum { NAME_MOST = 120, TEXT_MOST = 2000 };

static const char *const types[YZ_REG_TYPES][2] = {
#define TYPE(name, key, title) {key, title},
#include "pack/register_types.def"
#undef TYPE
};

static const char *const severities[][2] = {{"high", N_("严重")}, {"doubt", N_("疑点")}, {"note", N_("提示")}};

static const struct standard_row {
	const char *standard; /* NULL: a code of the standard above */
	const char *code, *title;
} standards[] = {
#define STANDARD(number) {number, NULL, NULL},
#define CODE(code, title) {NULL, code, title},
#define END
#include "pack/register_codes.def"
#undef STANDARD
#undef CODE
#undef END
};
enum { NSTANDARDS = sizeof standards / sizeof *standards };

const char *yz_reg_type_key(enum yz_reg_type type)
{
	return types[type][0];
}

const char *yz_reg_type_title(enum yz_reg_type type)
{
	return types[type][1];
}

const char *yz_severity_name(enum yz_severity s)
{
	return severities[s][0];
}

const char *yz_severity_title(enum yz_severity s)
{
	return severities[s][1];
}

bool yz_severity_parse(struct yz_str s, enum yz_severity *out)
{
	for (int i = 0; i <= YZ_SEVERITY_NOTE; i++)
		if (yz_str_eqz(s, severities[i][0])) {
			*out = (enum yz_severity)i;
			return true;
		}
	return false;
}

/* ---- reading ---- */

static uint32_t line_of(const struct yz_json *v, const char *key)
{
	const struct yz_json *m = yz_json_get(v, key);
	return m ? m->line : v ? v->line : 0;
}

/* The place stands in err.where, as readers of files put it. */
static bool wrong(struct yz_err *err, uint32_t line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static bool wrong(struct yz_err *err, uint32_t line, const char *fmt, ...)
{
	char text[sizeof err->msg];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	yz_fail(err, YZ_BAD_INPUT, "%s", text);
	return yz_fail_in(err, "line %u", (unsigned)line);
}

static bool keys_known(const struct yz_json *o, const char *where, const char *const *keys, struct yz_err *err)
{
	if (!yz_json_is(o, YZ_JSON_OBJECT))
		return wrong(err, o ? o->line : 0, "%s is no object", where);
	for (size_t i = 0; i < o->count; i++) {
		bool known = false;
		for (const char *const *k = keys; *k && !known; k++)
			known = yz_str_eqz(o->members[i].key, *k);
		if (!known)
			return wrong(err, o->members[i].value->line, "%s: \"%.*s\" is no key of the grammar", where, YZ_P(o->members[i].key));
	}
	return true;
}

static bool text_of(const struct yz_json *o, const char *where, const char *key, size_t most, bool must, struct yz_str *out,
		    struct yz_err *err)
{
	const struct yz_json *v = yz_json_get(o, key);
	*out = yz_str_trim(yz_json_text(v));
	if (v && (!yz_json_is(v, YZ_JSON_STRING) || out->len > most))
		return wrong(err, v->line, "%s: %s is no text of at most %zu bytes", where, key, most);
	return out->len || !must || wrong(err, line_of(o, key), "%s: %s is missing", where, key);
}

static bool flag_of(const struct yz_json *o, const char *where, const char *key, bool *out, struct yz_err *err)
{
	const struct yz_json *v = yz_json_get(o, key);
	*out = yz_json_bool(o, key, false);
	return !v || yz_json_is(v, YZ_JSON_TRUE) || yz_json_is(v, YZ_JSON_FALSE) ||
	       wrong(err, v->line, "%s: %s is true or false", where, key);
}

static bool type_of(struct yz_str s, enum yz_reg_type *out)
{
	for (int i = 0; i < YZ_REG_TYPES; i++)
		if (yz_str_eqz(s, types[i][0])) {
			*out = (enum yz_reg_type)i;
			return true;
		}
	return false;
}

static bool standard_codes(struct yz_arena *a, struct yz_reg_field *f)
{
	YZ_VEC(struct yz_reg_code) codes = {0};
	bool in = false;
	for (size_t i = 0; i < NSTANDARDS; i++) {
		if (standards[i].standard)
			in = yz_str_eqz(f->standard, standards[i].standard);
		else if (in)
			*yz_vec_push(a, &codes) = (struct yz_reg_code){yz_str(standards[i].code), yz_str(standards[i].title)};
	}
	f->codes = codes.at;
	f->ncodes = codes.len;
	return codes.len > 0;
}

/* "GB/T 2261.1", or {"1": "…"}. */
static bool read_codes(struct yz_arena *a, const struct yz_json *o, struct yz_reg_field *f, struct yz_err *err)
{
	const struct yz_json *v = yz_json_get(o, "codes");
	if (f->type != YZ_REG_CODE)
		return !v || wrong(err, v->line, "field %.*s: only a code has codes", YZ_P(f->name));
	if (yz_json_is(v, YZ_JSON_STRING)) {
		f->standard = v->text;
		return standard_codes(a, f) || wrong(err, v->line, "field %.*s: the code list %.*s is not built in; write its codes as {\"1\": \"…\"}",
						      YZ_P(f->name), YZ_P(v->text));
	}
	if (!yz_json_is(v, YZ_JSON_OBJECT) || !v->count || v->count > YZ_REG_CODES)
		return wrong(err, line_of(o, "codes"), "field %.*s: codes are a standard's number or {\"1\": \"…\"}, at most %d", YZ_P(f->name),
			     (int)YZ_REG_CODES);
	struct yz_reg_code *codes = yz_new_n(a, v->count, struct yz_reg_code);
	for (size_t i = 0; i < v->count; i++) {
		codes[i] = (struct yz_reg_code){v->members[i].key, yz_str_trim(yz_json_text(v->members[i].value))};
		if (!codes[i].code.len || !codes[i].title.len)
			return wrong(err, v->members[i].value->line, "field %.*s: a code has no title", YZ_P(f->name));
	}
	f->codes = codes;
	f->ncodes = v->count;
	return true;
}

static bool read_field(struct yz_arena *a, const struct yz_json *o, struct yz_reg_field *f, struct yz_err *err)
{
	static const char *const keys[] = {"name", "type", "hint", "codes", "required", "private", "find", NULL};
	struct yz_str type;
	if (!keys_known(o, "field", keys, err) || !text_of(o, "field", "name", NAME_MOST, true, &f->name, err) ||
	    !text_of(o, "field", "type", NAME_MOST, true, &type, err) || !text_of(o, "field", "hint", TEXT_MOST, false, &f->hint, err) ||
	    !flag_of(o, "field", "required", &f->required, err) || !flag_of(o, "field", "private", &f->is_private, err) ||
	    !flag_of(o, "field", "find", &f->find, err))
		return false;
	if (!type_of(type, &f->type))
		return wrong(err, line_of(o, "type"), "field %.*s: there is no type %.*s", YZ_P(f->name), YZ_P(type));
	/* Numbers that name a person are never kept in the open. */
	if (f->type == YZ_REG_PERSON || f->type == YZ_REG_MOBILE)
		f->is_private = true;
	return read_codes(a, o, f, err);
}

size_t yz_register_field(const struct yz_register *g, struct yz_str name)
{
	for (size_t i = 0; i < g->nfields; i++)
		if (yz_str_eq(g->fields[i].name, name))
			return i;
	return SIZE_MAX;
}

static bool read_fields(struct yz_arena *a, const struct yz_json *body, struct yz_register *g, struct yz_err *err)
{
	const struct yz_json *list = yz_json_get(body, "fields");
	if (!yz_json_is(list, YZ_JSON_ARRAY) || !list->len || list->len > YZ_REG_FIELDS)
		return wrong(err, line_of(body, "fields"), "fields are a list of 1 to %d", (int)YZ_REG_FIELDS);
	g->fields = yz_new_n(a, list->len, struct yz_reg_field);
	for (size_t i = 0; i < list->len; i++) {
		if (!read_field(a, list->items[i], &g->fields[i], err))
			return false;
		if (yz_register_field(g, g->fields[i].name) != SIZE_MAX)
			return wrong(err, list->items[i]->line, "the field %.*s stands twice", YZ_P(g->fields[i].name));
		g->nfields++;
	}
	return true;
}

static bool read_id(const struct yz_json *body, struct yz_register *g, struct yz_err *err)
{
	const struct yz_json *list = yz_json_get(body, "key");
	if (!yz_json_is(list, YZ_JSON_ARRAY) || !list->len || list->len > YZ_REG_KEY)
		return wrong(err, line_of(body, "key"), "key is a list of 1 to %d fields", (int)YZ_REG_KEY);
	for (size_t i = 0; i < list->len; i++) {
		size_t f = yz_register_field(g, yz_json_text(list->items[i]));
		if (f == SIZE_MAX)
			return wrong(err, list->items[i]->line, "key: there is no field %.*s", YZ_P(yz_json_text(list->items[i])));
		g->fields[f].required = true;
		g->fields[f].find = g->fields[f].find || list->len == 1;
		g->id[g->nid++] = f;
	}
	struct yz_str subject;
	g->subject = SIZE_MAX;
	if (!text_of(body, "register", "subject", NAME_MOST, false, &subject, err))
		return false;
	if (!subject.len)
		return true;
	g->subject = yz_register_field(g, subject);
	if (g->subject == SIZE_MAX ||
	    (g->fields[g->subject].type != YZ_REG_PERSON && g->fields[g->subject].type != YZ_REG_CREDIT))
		return wrong(err, line_of(body, "subject"), "subject is a field that holds a person-id or a credit-code");
	return true;
}

static bool texts_only(const struct yz_json *list, const char *what, uint32_t line, struct yz_err *err)
{
	bool good = yz_json_is(list, YZ_JSON_ARRAY) && list->len;
	for (size_t i = 0; good && i < list->len; i++)
		good = yz_str_trim(yz_json_text(list->items[i])).len > 0;
	return good || wrong(err, line, "share: %s are a list of texts", what);
}

static bool read_share(const struct yz_json *body, struct yz_register *g, struct yz_err *err)
{
	static const char *const keys[] = {"orgs", "purposes", "basis", NULL};
	const struct yz_json *share = yz_json_get(body, "share");
	if (!share)
		return true;
	g->share_orgs = yz_json_get(share, "orgs");
	g->share_purposes = yz_json_get(share, "purposes");
	return keys_known(share, "share", keys, err) && texts_only(g->share_orgs, "orgs", line_of(share, "orgs"), err) &&
	       texts_only(g->share_purposes, "purposes", line_of(share, "purposes"), err) &&
	       text_of(share, "share", "basis", TEXT_MOST, true, &g->share_basis, err);
}

/* {"发放编号": "no", "年度": "facts.补贴年度"} */
static bool read_payments(const struct yz_json *body, struct yz_register *g, struct yz_err *err)
{
	static const char *const known[] = {"no", "item", "item_name", "amount", "day", NULL};
	g->payments = yz_json_get(body, "payments");
	if (!g->payments)
		return true;
	if (!yz_json_is(g->payments, YZ_JSON_OBJECT))
		return wrong(err, g->payments->line, "payments is an object, as {\"field\": \"no\"}");
	for (size_t i = 0; i < g->payments->count; i++) {
		struct yz_str from = yz_json_text(g->payments->members[i].value), facts = YZ_LIT("facts.");
		bool good = yz_str_starts(from, facts) && from.len > facts.len;
		for (const char *const *k = known; *k && !good; k++)
			good = yz_str_eqz(from, *k);
		if (yz_register_field(g, g->payments->members[i].key) == SIZE_MAX)
			return wrong(err, g->payments->members[i].value->line, "payments: there is no field %.*s", YZ_P(g->payments->members[i].key));
		if (!good)
			return wrong(err, g->payments->members[i].value->line,
				     "payments: %.*s is no, item, item_name, amount, day or facts. and a field of the form", YZ_P(from));
	}
	for (size_t i = 0; i < g->nfields; i++)
		if (g->fields[i].required && !yz_json_find(g->payments, g->fields[i].name))
			return wrong(err, g->payments->line, "payments: the field %.*s must be filled in", YZ_P(g->fields[i].name));
	return true;
}

struct yz_register *yz_register_read(struct yz_arena *a, struct yz_str key, const struct yz_json *body, struct yz_err *err)
{
	static const char *const keys[] = {"name", "org", "summary", "source", "key", "subject", "fields", "share", "payments", NULL};
	struct yz_register *g = yz_new(a, struct yz_register);
	g->key = key;
	bool good = keys_known(body, "register", keys, err) && text_of(body, "register", "name", NAME_MOST, true, &g->name, err) &&
		    text_of(body, "register", "org", NAME_MOST, true, &g->org, err) &&
		    text_of(body, "register", "summary", TEXT_MOST, false, &g->summary, err) &&
		    text_of(body, "register", "source", TEXT_MOST, true, &g->source, err) && read_fields(a, body, g, err) &&
		    read_id(body, g, err) && read_share(body, g, err) && read_payments(body, g, err);
	return good ? g : NULL;
}

static bool listed(const struct yz_json *list, struct yz_str s)
{
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_text(yz_json_at(list, i)), s) || yz_str_eqz(yz_json_text(yz_json_at(list, i)), "*"))
			return true;
	return false;
}

bool yz_register_shared(const struct yz_register *g, struct yz_str org, struct yz_str purpose)
{
	return yz_str_eq(g->org, org) || (listed(g->share_orgs, org) && listed(g->share_purposes, purpose));
}

const struct yz_str *yz_reg_code_title(const struct yz_reg_field *f, struct yz_str code)
{
	for (size_t i = 0; i < f->ncodes; i++)
		if (yz_str_eq(f->codes[i].code, code))
			return &f->codes[i].title;
	return NULL;
}

/* ---- comparisons ---- */

static bool read_rule(const struct yz_json *o, struct yz_compare_rule *r, struct yz_err *err)
{
	static const char *const keys[] = {"key", "register", "find", "by", "per", "when", "field", "severity", "text", NULL};
	struct yz_str per, severity;
	r->line = o->line;
	if (!keys_known(o, "rule", keys, err) || !text_of(o, "rule", "key", 60, true, &r->key, err) ||
	    !text_of(o, "rule", "register", 60, true, &r->reg, err) || !text_of(o, "rule", "find", NAME_MOST, true, &r->find, err) ||
	    !text_of(o, "rule", "by", TEXT_MOST, true, &r->by, err) || !text_of(o, "rule", "per", 20, false, &per, err) ||
	    !text_of(o, "rule", "when", TEXT_MOST, false, &r->when, err) || !text_of(o, "rule", "field", NAME_MOST, true, &r->field, err) ||
	    !text_of(o, "rule", "severity", 20, true, &severity, err) || !text_of(o, "rule", "text", TEXT_MOST, true, &r->text, err))
		return false;
	if (!yz_check_key_name(r->key))
		return wrong(err, line_of(o, "key"), "%.*s is no key", YZ_P(r->key));
	r->all = yz_str_eqz(per, "all");
	r->absent = yz_str_eqz(per, "none");
	if (per.len && !r->all && !r->absent && !yz_str_eqz(per, "record"))
		return wrong(err, line_of(o, "per"), "rule %.*s: per is record, all or none", YZ_P(r->key));
	return yz_severity_parse(severity, &r->severity) ||
	       wrong(err, line_of(o, "severity"), "rule %.*s: severity is high, doubt or note", YZ_P(r->key));
}

struct yz_comparison *yz_comparison_read(struct yz_arena *a, struct yz_str key, const struct yz_json *body, struct yz_err *err)
{
	static const char *const keys[] = {"name", "purpose", "rules", NULL};
	struct yz_comparison *c = yz_new(a, struct yz_comparison);
	c->key = key;
	if (!keys_known(body, "comparison", keys, err) || !text_of(body, "comparison", "name", NAME_MOST, true, &c->name, err) ||
	    !text_of(body, "comparison", "purpose", NAME_MOST, true, &c->purpose, err))
		return NULL;
	const struct yz_json *list = yz_json_get(body, "rules");
	if (!yz_json_is(list, YZ_JSON_ARRAY) || !list->len || list->len > YZ_REG_RULES)
		return wrong(err, line_of(body, "rules"), "rules are a list of 1 to %d", (int)YZ_REG_RULES), NULL;
	c->rules = yz_new_n(a, list->len, struct yz_compare_rule);
	for (size_t i = 0; i < list->len; i++) {
		if (!read_rule(list->items[i], &c->rules[i], err))
			return NULL;
		for (size_t k = 0; k < i; k++)
			if (yz_str_eq(c->rules[k].key, c->rules[i].key))
				return wrong(err, list->items[i]->line, "the rule %.*s stands twice", YZ_P(c->rules[i].key)), NULL;
		c->nrules++;
	}
	return c;
}
