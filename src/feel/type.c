/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/machine.h"

#include "base/map.h"

#include <assert.h>

#define KIND(k, n) [k] = {.kind = k, .name = {n, sizeof n - 1}}
static const struct yz_feel_type built_in[] = {
	KIND(YZ_FEEL_NULL, "Null"),
	KIND(YZ_FEEL_BOOLEAN, "boolean"),
	KIND(YZ_FEEL_NUMBER, "number"),
	KIND(YZ_FEEL_STRING, "string"),
	KIND(YZ_FEEL_DATE, "date"),
	KIND(YZ_FEEL_TIME, "time"),
	KIND(YZ_FEEL_DATE_TIME, "date and time"),
	KIND(YZ_FEEL_DAYS, "days and time duration"),
	KIND(YZ_FEEL_MONTHS, "years and months duration"),
	KIND(YZ_FEEL_LIST, "list"),
	KIND(YZ_FEEL_RANGE, "range"),
	KIND(YZ_FEEL_CONTEXT, "context"),
	KIND(YZ_FEEL_FUNCTION, "function"),
	KIND(YZ_FEEL_UNKNOWN, "unknown"),
	KIND(YZ_FEEL_ANY, "Any"),
};

const struct yz_feel_type *yz_feel_type_of_kind(enum yz_feel_kind kind)
{
	return &built_in[kind];
}

const struct yz_feel_type *yz_feel_type_named(struct yz_str name)
{
	static const struct {
		const char *name;
		enum yz_feel_kind kind;
	} others[] = {
		{"dateTime", YZ_FEEL_DATE_TIME},
		{"dayTimeDuration", YZ_FEEL_DAYS},
		{"days and time duration", YZ_FEEL_DAYS},
		{"yearMonthDuration", YZ_FEEL_MONTHS},
	};
	for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
		if (i != YZ_FEEL_UNKNOWN && yz_str_eq(name, built_in[i].name))
			return &built_in[i];
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (yz_str_eqz(name, others[i].name))
			return &built_in[others[i].kind];
	return NULL;
}

/* ---- the type of a value ---- */

static const struct yz_feel_type *type_of(struct yz_arena *a, struct yz_feel_value v, unsigned depth);

/* Entries of all the contexts of a list together, each with its first type that is known. */
static void add_fields(struct yz_arena *a, struct yz_map *fields, struct yz_feel_value context, unsigned depth)
{
	for (uint32_t i = 0; i < context.context->len; i++) {
		const struct yz_feel_entry *e = &context.context->entries[i];
		const struct yz_feel_type *had = yz_map_get(fields, e->key);
		if (!had || had->kind == YZ_FEEL_ANY)
			yz_map_put(fields, e->key, (void *)type_of(a, e->value, depth + 1));
	}
}

static const struct yz_feel_type *context_of(struct yz_arena *a, const struct yz_map *fields)
{
	struct yz_feel_type *t = yz_new(a, struct yz_feel_type);
	struct yz_feel_field *f = yz_new_n(a, fields->len, struct yz_feel_field);
	for (size_t i = 0; i < fields->len; i++)
		f[i] = (struct yz_feel_field){fields->entries[i].key, fields->entries[i].value};
	*t = (struct yz_feel_type){.kind = YZ_FEEL_CONTEXT, .fields = f, .nfields = fields->len};
	return t;
}

static const struct yz_feel_type *list_of(struct yz_arena *a, struct yz_feel_value v, unsigned depth)
{
	struct yz_feel_type *t = yz_new(a, struct yz_feel_type);
	struct yz_map fields;
	bool contexts = v.aux > 0, alike = v.aux > 0;
	yz_map_init(&fields, a);
	for (uint32_t i = 0; i < v.aux; i++) {
		contexts &= v.items[i].kind == YZ_FEEL_CONTEXT;
		alike &= v.items[i].kind == v.items[0].kind;
	}
	for (uint32_t i = 0; contexts && i < v.aux; i++)
		add_fields(a, &fields, v.items[i], depth);
	*t = (struct yz_feel_type){.kind = YZ_FEEL_LIST};
	if (contexts)
		t->item = context_of(a, &fields);
	else if (alike)
		t->item = type_of(a, v.items[0], depth + 1);
	return t;
}

static const struct yz_feel_type *type_of(struct yz_arena *a, struct yz_feel_value v, unsigned depth)
{
	if (v.kind == YZ_FEEL_NULL || v.kind == YZ_FEEL_UNKNOWN || depth > 64)
		return &built_in[YZ_FEEL_ANY];
	if (v.kind == YZ_FEEL_LIST)
		return list_of(a, v, depth);
	if (v.kind == YZ_FEEL_CONTEXT) {
		struct yz_map fields;
		yz_map_init(&fields, a);
		add_fields(a, &fields, v, depth);
		return context_of(a, &fields);
	}
	if (v.kind == YZ_FEEL_FUNCTION && v.function->kind == YZ_FEEL_HOST)
		return v.function->host->type;
	return &built_in[v.kind];
}

const struct yz_feel_type *yz_feel_type_of(struct yz_arena *a, struct yz_feel_value v)
{
	return type_of(a, v, 0);
}

/* ---- text ---- */

static void write_type(struct yz_buf *b, const struct yz_feel_type *t, unsigned depth);

static void write_fields(struct yz_buf *b, const struct yz_feel_type *t, bool names, unsigned depth)
{
	yz_buf_addc(b, '<');
	for (size_t i = 0; i < t->nfields; i++) {
		yz_buf_addz(b, i ? ", " : "");
		if (names) {
			yz_buf_adds(b, t->fields[i].name);
			yz_buf_addz(b, ": ");
		}
		write_type(b, t->fields[i].type, depth + 1);
	}
	yz_buf_addc(b, '>');
}

static void write_type(struct yz_buf *b, const struct yz_feel_type *t, unsigned depth)
{
	if (!t)
		t = &built_in[YZ_FEEL_ANY];
	bool whole = t == &built_in[t->kind] || depth > 8;
	if (t->name.len || whole) {
		yz_buf_adds(b, t->name.len ? t->name : built_in[t->kind].name);
		return;
	}
	yz_buf_adds(b, built_in[t->kind].name);
	if (t->kind == YZ_FEEL_LIST || t->kind == YZ_FEEL_RANGE) {
		yz_buf_addc(b, '<');
		write_type(b, t->item, depth + 1);
		yz_buf_addc(b, '>');
	} else if (t->kind == YZ_FEEL_CONTEXT) {
		write_fields(b, t, true, depth);
	} else if (t->kind == YZ_FEEL_FUNCTION) {
		write_fields(b, t, false, depth);
		yz_buf_addz(b, " -> ");
		write_type(b, t->item, depth + 1);
	}
}

struct yz_str yz_feel_type_text(struct yz_arena *a, const struct yz_feel_type *t)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1024);
	write_type(&b, t, 0);
	return yz_buf_str(&b);
}

/* ---- types against types ---- */

static bool fits(const struct yz_feel_type *sub, const struct yz_feel_type *super, unsigned depth);

static bool any_function(const struct yz_feel_type *t)
{
	return !t->item && !t->nfields;
}

/* Parameters the other way round: whoever may be given to super must suit sub. */
static bool function_fits(const struct yz_feel_type *sub, const struct yz_feel_type *super, unsigned depth)
{
	if (any_function(super))
		return true;
	if (any_function(sub) || sub->nfields != super->nfields)
		return false;
	for (size_t i = 0; i < sub->nfields; i++)
		if (sub->fields[i].type && !fits(super->fields[i].type, sub->fields[i].type, depth))
			return false;
	/* Nothing known of the result is no reason to refuse. */
	return !sub->item || sub->item->kind == YZ_FEEL_ANY || fits(sub->item, super->item, depth);
}

static bool context_fits(const struct yz_feel_type *sub, const struct yz_feel_type *super, unsigned depth)
{
	for (size_t i = 0; i < super->nfields; i++) {
		size_t k = 0;
		while (k < sub->nfields && !yz_str_eq(sub->fields[k].name, super->fields[i].name))
			k++;
		if (k == sub->nfields || !fits(sub->fields[k].type, super->fields[i].type, depth))
			return false;
	}
	return true;
}

static bool fits(const struct yz_feel_type *sub, const struct yz_feel_type *super, unsigned depth)
{
	if (!super || super->kind == YZ_FEEL_ANY || sub == super || depth > 64)
		return true;
	if (!sub || sub->kind != super->kind)
		return sub && sub->kind == YZ_FEEL_NULL;
	switch (sub->kind) {
	case YZ_FEEL_LIST:
	case YZ_FEEL_RANGE:
		return fits(sub->item, super->item, depth + 1);
	case YZ_FEEL_CONTEXT:
		return context_fits(sub, super, depth + 1);
	case YZ_FEEL_FUNCTION:
		return function_fits(sub, super, depth + 1);
	default:
		return true;
	}
}

bool yz_feel_type_fits(const struct yz_feel_type *sub, const struct yz_feel_type *super)
{
	return fits(sub, super, 0);
}

/* ---- values against types ---- */

struct question {
	struct yz_feel_run *run;
	bool allowed; /* ask for allowed values too */
	struct yz_feel_value unknown;
};

static bool conforms(struct question *q, struct yz_feel_value v, const struct yz_feel_type *t, unsigned depth);

static bool function_conforms(const struct yz_feel_function *f, const struct yz_feel_type *t)
{
	if (any_function(t))
		return true;
	if (f->kind == YZ_FEEL_HOST)
		return fits(f->host->type, t, 0);
	if (f->kind == YZ_FEEL_CLOSURE) {
		struct yz_feel_type own = {.kind = YZ_FEEL_FUNCTION,
					   .fields = f->proto->params,
					   .nfields = f->proto->nparams,
					   .item = f->proto->result};
		return function_fits(&own, t, 0);
	}
	return yz_feel_builtin_accepts(f->builtin, t);
}

static bool parts_conform(struct question *q, struct yz_feel_value v, const struct yz_feel_type *t, unsigned depth)
{
	switch (v.kind) {
	case YZ_FEEL_LIST:
		if (!yz_feel_steps(q->run, 1 + v.aux / 8))
			return false;
		if (t->item && (t->item->kind != YZ_FEEL_ANY || t->item->allows))
			for (uint32_t i = 0; i < v.aux; i++)
				if (!conforms(q, v.items[i], t->item, depth + 1))
					return false;
		return true;
	case YZ_FEEL_RANGE:
		return conforms(q, v.range->start, t->item, depth + 1) && conforms(q, v.range->end, t->item, depth + 1);
	case YZ_FEEL_CONTEXT:
		if (!yz_feel_steps(q->run, 1))
			return false;
		for (size_t i = 0; i < t->nfields; i++) {
			const struct yz_feel_value *e = yz_feel_find(v.context, t->fields[i].name);
			if (!e || !conforms(q, *e, t->fields[i].type, depth + 1))
				return false;
		}
		return true;
	case YZ_FEEL_FUNCTION:
		return function_conforms(v.function, t);
	default:
		return true;
	}
}

/* Null conforms to every type; unknown parts are remembered and taken to conform. */
static bool conforms(struct question *q, struct yz_feel_value v, const struct yz_feel_type *t, unsigned depth)
{
	if (!t || v.kind == YZ_FEEL_NULL)
		return true;
	if (v.kind == YZ_FEEL_UNKNOWN) {
		q->unknown = yz_feel_unknown_both(q->run->arena, v, q->unknown);
		return true;
	}
	if (t->kind != YZ_FEEL_ANY) {
		if (v.kind != t->kind || depth > q->run->limits->depth || depth > YZ_FEEL_DEEPEST)
			return false;
		if (!parts_conform(q, v, t, depth))
			return false;
	}
	if (!t->allows || !q->allowed)
		return true;
	struct yz_feel_value ok = t->allows(t, q->run, v);
	if (ok.kind == YZ_FEEL_UNKNOWN)
		q->unknown = yz_feel_unknown_both(q->run->arena, ok, q->unknown);
	return ok.kind == YZ_FEEL_UNKNOWN || yz_feel_is_true(ok);
}

struct yz_feel_value yz_feel_instance_of(struct yz_feel_run *run, struct yz_feel_value v, const struct yz_feel_type *t)
{
	struct question q = {run, false, {0}};
	if (v.kind == YZ_FEEL_UNKNOWN)
		return v;
	if (t && t->kind == YZ_FEEL_UNKNOWN)
		return yz_feel_raise_s(run, YZ_FEEL_WHY_NO_TYPE, t->name, (struct yz_str){0}, (struct yz_str){0});
	if (v.kind == YZ_FEEL_NULL)
		return yz_feel_bool(t && t->kind == YZ_FEEL_NULL);
	if (!conforms(&q, v, t, 0))
		return yz_feel_bool(false);
	return q.unknown.kind == YZ_FEEL_UNKNOWN ? q.unknown : yz_feel_bool(true);
}

/* Why v is not of t: its kind, or a value that is not allowed. */
static struct yz_feel_value refuse(struct yz_feel_run *run, struct yz_feel_value v, const struct yz_feel_type *t)
{
	struct question q = {run, false, {0}};
	struct yz_str type = yz_feel_type_text(run->arena, t);
	if (!conforms(&q, v, t, 0))
		return yz_feel_raise_s(run, YZ_FEEL_WHY_CONFORM, yz_str(yz_feel_kind_name((enum yz_feel_kind)v.kind)),
				       type, (struct yz_str){0});
	struct yz_buf b;
	yz_buf_init(&b, run->arena, 200);
	yz_feel_write(&b, v);
	return yz_feel_raise_s(run, YZ_FEEL_WHY_ALLOWED, type, yz_buf_str(&b), (struct yz_str){0});
}

static bool accepts(struct yz_feel_run *run, struct yz_feel_value v, const struct yz_feel_type *t)
{
	struct question q = {run, true, {0}};
	return conforms(&q, v, t, 0);
}

struct yz_feel_value yz_feel_coerce(struct yz_feel_run *run, struct yz_feel_value v, const struct yz_feel_type *t)
{
	if (!t || v.kind == YZ_FEEL_NULL || v.kind == YZ_FEEL_UNKNOWN || t->kind == YZ_FEEL_UNKNOWN)
		return v;
	if (accepts(run, v, t))
		return v;
	struct yz_feel_value other = v;
	if (t->kind == YZ_FEEL_LIST && v.kind != YZ_FEEL_LIST) {
		struct yz_feel_value *one = yz_new(run->arena, struct yz_feel_value);
		*one = v;
		other = yz_feel_list(one, 1);
	} else if (v.kind == YZ_FEEL_LIST && t->kind != YZ_FEEL_LIST && v.aux == 1) {
		other = v.items[0];
	} else if (v.kind == YZ_FEEL_DATE && t->kind == YZ_FEEL_DATE_TIME) {
		other = yz_feel_midnight(v);
	} else {
		return refuse(run, v, t);
	}
	return accepts(run, other, t) ? other : refuse(run, v, t);
}
