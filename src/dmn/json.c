/* dmn/json.c - values as JSON, and JSON as values.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fmt/json.h"

#include "dmn/dmn.h"

/* Deeper values end in null: whoever reads JSON has a bound too. */
enum { DEEPEST = 256 };

/* ---- writing ---- */

static void write_string(struct yz_buf *out, struct yz_str s)
{
	struct yz_jw w;
	yz_jw_init(&w, out);
	yz_jw_str(&w, s);
}

static void write_value(struct yz_buf *out, struct yz_feel_value v, unsigned depth);

static void write_entry(struct yz_buf *out, const char *before, struct yz_str key, struct yz_feel_value v,
			unsigned depth)
{
	yz_buf_addz(out, before);
	write_string(out, key);
	yz_buf_addc(out, ':');
	write_value(out, v, depth + 1);
}

static void write_range(struct yz_buf *out, struct yz_feel_value v)
{
	struct yz_buf text;
	yz_buf_init(&text, out->arena, yz_feel_default.string);
	yz_feel_write(&text, v);
	write_string(out, yz_buf_str(&text));
}

static void write_unknown(struct yz_buf *out, struct yz_feel_value v)
{
	size_t n;
	const struct yz_str *facts = yz_feel_depends_on(v, &n);
	yz_buf_addz(out, "{\"unknown\":[");
	for (size_t i = 0; i < n; i++) {
		yz_buf_addz(out, i ? "," : "");
		write_string(out, facts[i]);
	}
	yz_buf_addz(out, "]}");
}

static void write_value(struct yz_buf *out, struct yz_feel_value v, unsigned depth)
{
	/* What is full stays full: a value that shares its parts may be far larger as a tree. */
	if (out->full)
		return;
	if (depth > DEEPEST) {
		yz_buf_addz(out, "null");
		return;
	}
	switch ((enum yz_feel_kind)v.kind) {
	case YZ_FEEL_NULL:
	case YZ_FEEL_FUNCTION:
	case YZ_FEEL_ANY:
		yz_buf_addz(out, "null");
		break;
	case YZ_FEEL_BOOLEAN:
		yz_buf_addz(out, v.flag ? "true" : "false");
		break;
	case YZ_FEEL_NUMBER:
		yz_buf_add_dec(out, yz_feel_dec(v));
		break;
	case YZ_FEEL_STRING:
		write_string(out, yz_feel_str(v));
		break;
	case YZ_FEEL_DATE:
	case YZ_FEEL_TIME:
	case YZ_FEEL_DATE_TIME:
	case YZ_FEEL_DAYS:
	case YZ_FEEL_MONTHS:
		write_string(out, yz_feel_text(out->arena, v));
		break;
	case YZ_FEEL_RANGE:
		write_range(out, v);
		break;
	case YZ_FEEL_LIST:
		yz_buf_addc(out, '[');
		for (size_t i = 0; i < yz_feel_len(v) && !out->full; i++) {
			yz_buf_addz(out, i ? "," : "");
			write_value(out, yz_feel_at(v, i), depth + 1);
		}
		yz_buf_addc(out, ']');
		break;
	case YZ_FEEL_CONTEXT:
		yz_buf_addc(out, '{');
		for (size_t i = 0; i < yz_feel_len(v) && !out->full; i++) {
			const struct yz_feel_entry *e = &yz_feel_entries(v)[i];
			write_entry(out, i ? "," : "", e->key, e->value, depth);
		}
		yz_buf_addc(out, '}');
		break;
	case YZ_FEEL_UNKNOWN:
		write_unknown(out, v);
		break;
	}
}

void yz_dmn_write_json(struct yz_buf *out, struct yz_feel_value v)
{
	write_value(out, v, 0);
}

/* ---- reading ---- */

/* Where in the text, for messages: "applicant/children/2". */
struct spot {
	const struct spot *outer;
	struct yz_str name; /* or, empty, */
	size_t at;
};

struct reader {
	struct yz_arena *arena;
	struct yz_err *err;
};

static bool read_value(struct reader *r, const struct yz_json *j, const struct yz_feel_type *t, const struct spot *spot,
		       struct yz_feel_value *out);

static bool misfit(struct reader *r, const struct yz_json *j, const struct yz_feel_type *t, const struct spot *spot)
{
	static const char *const kinds[] = {
		[YZ_JSON_NULL] = "null",     [YZ_JSON_FALSE] = "false",   [YZ_JSON_TRUE] = "true",
		[YZ_JSON_NUMBER] = "number", [YZ_JSON_STRING] = "string", [YZ_JSON_ARRAY] = "array",
		[YZ_JSON_OBJECT] = "object",
	};
	struct yz_str type = yz_feel_type_text(r->arena, t);
	if (j->type == YZ_JSON_STRING || j->type == YZ_JSON_NUMBER)
		yz_fail(r->err, YZ_BAD_INPUT, "expected %.*s, found %s %.*s", YZ_P(type), kinds[j->type],
			YZ_P(j->text));
	else
		yz_fail(r->err, YZ_BAD_INPUT, "expected %.*s, found %s", YZ_P(type), kinds[j->type]);
	for (; spot; spot = spot->outer)
		if (spot->name.len)
			yz_fail_in(r->err, "%.*s", YZ_P(spot->name));
		else
			yz_fail_in(r->err, "%zu", spot->at);
	return false;
}

static const struct yz_feel_type *field_type(const struct yz_feel_type *t, struct yz_str name)
{
	for (size_t i = 0; t && t->kind == YZ_FEEL_CONTEXT && i < t->nfields; i++)
		if (yz_str_eq(t->fields[i].name, name))
			return t->fields[i].type;
	return NULL;
}

static bool read_object(struct reader *r, const struct yz_json *j, const struct yz_feel_type *t,
			const struct spot *spot, struct yz_feel_value *out)
{
	struct yz_feel_entry *entries = yz_new_n(r->arena, j->count, struct yz_feel_entry);
	for (size_t i = 0; i < j->count; i++) {
		struct spot inner = {spot, j->members[i].key, 0};
		entries[i].key = yz_str_dup(r->arena, j->members[i].key);
		if (!read_value(r, j->members[i].value, field_type(t, j->members[i].key), &inner, &entries[i].value))
			return false;
	}
	*out = yz_feel_context(r->arena, entries, j->count);
	return true;
}

/* A list of one may stand for its item (10.3.2.9.4). */
static bool read_array(struct reader *r, const struct yz_json *j, const struct yz_feel_type *t, const struct spot *spot,
		       struct yz_feel_value *out)
{
	bool list = !t || t->kind == YZ_FEEL_LIST || t->kind == YZ_FEEL_ANY;
	if (!list && j->len != 1)
		return misfit(r, j, t, spot);
	const struct yz_feel_type *item = t && t->kind == YZ_FEEL_LIST ? t->item : list ? NULL : t;
	struct yz_feel_value *items = yz_new_n(r->arena, j->len, struct yz_feel_value);
	for (size_t i = 0; i < j->len; i++) {
		struct spot inner = {spot, {0}, i + 1};
		if (!read_value(r, j->items[i], item, &inner, &items[i]))
			return false;
	}
	*out = yz_feel_list(items, j->len);
	return true;
}

/* "[1..5)", as ranges are written. */
static bool read_range(struct reader *r, struct yz_str text, struct yz_feel_value *out)
{
	struct yz_err err = {0};
	const struct yz_feel *f =
		yz_feel_compile(r->arena, text, YZ_FEEL_EXPRESSION, &(struct yz_feel_scope){0}, NULL, &err);
	return f && yz_feel_constant(f, out) && out->kind == YZ_FEEL_RANGE;
}

static bool read_string(struct reader *r, const struct yz_json *j, const struct yz_feel_type *t,
			const struct spot *spot, struct yz_feel_value *out)
{
	struct yz_str s = yz_str_dup(r->arena, j->text);
	switch (t ? t->kind : YZ_FEEL_ANY) {
	case YZ_FEEL_ANY:
	case YZ_FEEL_STRING:
		*out = yz_feel_string(s);
		return true;
	case YZ_FEEL_DATE:
	case YZ_FEEL_TIME:
	case YZ_FEEL_DATE_TIME:
	case YZ_FEEL_DAYS:
	case YZ_FEEL_MONTHS:
		if (yz_feel_read(r->arena, t->kind, s, out))
			return true;
		/* A day stands for its beginning where a moment is wanted. */
		if (t->kind == YZ_FEEL_DATE_TIME && yz_feel_read(r->arena, YZ_FEEL_DATE, s, out))
			return true;
		break;
	case YZ_FEEL_RANGE:
		if (read_range(r, s, out))
			return true;
		break;
	default:
		break;
	}
	return misfit(r, j, t, spot);
}

static bool read_value(struct reader *r, const struct yz_json *j, const struct yz_feel_type *t, const struct spot *spot,
		       struct yz_feel_value *out)
{
	struct yz_dec d;
	bool any = !t || t->kind == YZ_FEEL_ANY;
	if (t && t->kind == YZ_FEEL_LIST && j->type != YZ_JSON_ARRAY && j->type != YZ_JSON_NULL)
		return read_value(r, j, t->item, spot, out);
	switch (j->type) {
	case YZ_JSON_NULL:
		*out = (struct yz_feel_value){0};
		return true;
	case YZ_JSON_FALSE:
	case YZ_JSON_TRUE:
		*out = yz_feel_bool(j->type == YZ_JSON_TRUE);
		return any || t->kind == YZ_FEEL_BOOLEAN || misfit(r, j, t, spot);
	case YZ_JSON_NUMBER:
		if ((!any && t->kind != YZ_FEEL_NUMBER) || !yz_dec_parse(j->text, &d))
			return misfit(r, j, any ? yz_feel_type_of_kind(YZ_FEEL_NUMBER) : t, spot);
		*out = yz_feel_number(d);
		return true;
	case YZ_JSON_STRING:
		return read_string(r, j, t, spot, out);
	case YZ_JSON_ARRAY:
		return read_array(r, j, t, spot, out);
	case YZ_JSON_OBJECT:
		if (!any && t->kind != YZ_FEEL_CONTEXT)
			return misfit(r, j, t, spot);
		return read_object(r, j, t, spot, out);
	}
	return false;
}

bool yz_dmn_read_json(struct yz_arena *a, struct yz_str json, const struct yz_feel_type *t, struct yz_feel_value *out,
		      struct yz_err *err)
{
	struct reader r = {a, err};
	const struct yz_json *j = yz_json_read(a, json, NULL, err);
	return j && read_value(&r, j, t, NULL, out);
}
