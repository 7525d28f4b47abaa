/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

/* A copy that owes nothing to another arena.  Functions, ranges and what is unknown do not outlive a step. */
struct yz_feel_value bvalue_copy(struct yz_arena *a, struct yz_feel_value v)
{
	struct yz_feel_value out = v;
	size_t n;
	switch ((enum yz_feel_kind)v.kind) {
	case YZ_FEEL_STRING: {
		struct yz_str s = yz_str_dup(a, yz_feel_str(v));
		out.ptr = s.ptr;
		return out;
	}
	case YZ_FEEL_TIME:
	case YZ_FEEL_DATE_TIME:
		if (v.zone == 0 || yz_feel_read(a, (enum yz_feel_kind)v.kind, yz_feel_text(a, v), &out))
			return out;
		return (struct yz_feel_value){0};
	case YZ_FEEL_LIST: {
		n = yz_feel_len(v);
		struct yz_feel_value *items = yz_new_n(a, n + 1, struct yz_feel_value);
		for (size_t i = 0; i < n; i++)
			items[i] = bvalue_copy(a, yz_feel_at(v, i));
		return yz_feel_list(items, n);
	}
	case YZ_FEEL_CONTEXT: {
		n = yz_feel_len(v);
		const struct yz_feel_entry *from = yz_feel_entries(v);
		struct yz_feel_entry *entries = yz_new_n(a, n + 1, struct yz_feel_entry);
		for (size_t i = 0; i < n; i++)
			entries[i] = (struct yz_feel_entry){yz_str_dup(a, from[i].key), bvalue_copy(a, from[i].value)};
		return yz_feel_context(a, entries, n);
	}
	case YZ_FEEL_BOOLEAN:
	case YZ_FEEL_NUMBER:
	case YZ_FEEL_DATE:
	case YZ_FEEL_DAYS:
	case YZ_FEEL_MONTHS:
		return out;
	default:
		return (struct yz_feel_value){0};
	}
}

/* Variables */

struct yz_feel_value *bvar_at(struct brec *rec, struct yz_str name)
{
	for (size_t i = 0; i < rec->vars.len; i++)
		if (yz_str_eq(rec->vars.at[i].name, name))
			return &rec->vars.at[i].value;
	return NULL;
}

static bool deeper(struct yz_feel_value v, int most)
{
	size_t n = v.kind == YZ_FEEL_LIST || v.kind == YZ_FEEL_CONTEXT ? yz_feel_len(v) : 0;
	for (size_t i = 0; i < n; i++)
		if (most == 0 ||
		    deeper(v.kind == YZ_FEEL_LIST ? yz_feel_at(v, i) : yz_feel_entries(v)[i].value, most - 1))
			return true;
	return false;
}

void bvar_put(struct bstep *r, struct brec *rec, struct yz_str name, struct yz_feel_value v)
{
	struct yz_feel_value *at = bvar_at(rec, name);
	r->changed = true;
	if (deeper(v, YZ_BPMN_VALUE_DEPTH)) {
		bfail(r, YZ_LIMIT, "the value of \"%.*s\" is nested deeper than %d", YZ_P(name), YZ_BPMN_VALUE_DEPTH);
		return;
	}
	if (at) {
		*at = bvalue_copy(r->a, v);
		return;
	}
	if (rec->vars.len >= YZ_BPMN_VARS) {
		bfail(r, YZ_LIMIT, "more than %d variables in \"%.*s\"", YZ_BPMN_VARS, YZ_P(rec->node->pub.id));
		return;
	}
	*yz_vec_push(r->a, &rec->vars) = (struct bvar){yz_str_dup(r->a, name), bvalue_copy(r->a, v)};
}

static struct yz_feel_value facts_of(struct bstep *r)
{
	if (r->asked)
		return r->facts;
	r->asked = true;
	r->facts = r->env->facts;
	if (r->env->facts_of && !r->failed)
		r->failed = !r->env->facts_of(r->env->ctx, &r->facts, r->err);
	return r->facts;
}

struct yz_feel_value bvar_get(struct bstep *r, const struct brec *rec, struct yz_str name)
{
	for (struct brec *p = (struct brec *)(uintptr_t)rec; p; p = brec_find(r->s, p->parent)) {
		struct yz_feel_value *v = bvar_at(p, name);
		if (v)
			return *v;
	}
	struct yz_feel_value facts = facts_of(r);
	const struct yz_feel_value *fact = facts.kind == YZ_FEEL_CONTEXT ? yz_feel_get(facts, name) : NULL;
	return fact ? *fact : (struct yz_feel_value){0};
}

void bvar_set(struct bstep *r, struct brec *rec, struct yz_str name, struct yz_feel_value v)
{
	struct brec *root = rec;
	for (struct brec *p = rec; p; p = brec_find(r->s, p->parent)) {
		root = p;
		if (bvar_at(p, name))
			break;
	}
	bvar_put(r, root, name, v);
}

void bvar_merge(struct bstep *r, struct brec *rec, struct yz_feel_value context)
{
	if (context.kind != YZ_FEEL_CONTEXT)
		return;
	const struct yz_feel_entry *e = yz_feel_entries(context);
	for (size_t i = 0; i < yz_feel_len(context); i++)
		bvar_set(r, rec, e[i].key, e[i].value);
}

struct yz_feel_value bvar_all(struct bstep *r, const struct brec *rec)
{
	struct yz_map seen;
	YZ_VEC(struct yz_feel_entry) entries = {0};
	yz_map_init(&seen, r->a);
	for (const struct brec *p = rec; p; p = brec_find(r->s, p->parent))
		for (size_t i = 0; i < p->vars.len; i++)
			if (!yz_map_has(&seen, p->vars.at[i].name)) {
				yz_map_put(&seen, p->vars.at[i].name, &seen);
				*yz_vec_push(r->a, &entries) =
					(struct yz_feel_entry){p->vars.at[i].name, p->vars.at[i].value};
			}
	struct yz_feel_value facts = facts_of(r);
	if (facts.kind == YZ_FEEL_CONTEXT)
		for (size_t i = 0; i < yz_feel_len(facts); i++)
			if (!yz_map_has(&seen, yz_feel_entries(facts)[i].key))
				*yz_vec_push(r->a, &entries) = yz_feel_entries(facts)[i];
	return yz_feel_context(r->a, entries.at, entries.len);
}

/* Expressions */

struct yz_feel_value beval(struct bstep *r, const struct brec *rec, const struct yz_bexpr *x)
{
	if (!x || !x->feel)
		return (struct yz_feel_value){0};
	if (x->nnames > r->ninputs) {
		r->ninputs = x->nnames + 16;
		r->inputs = yz_new_n(r->a, r->ninputs, struct yz_feel_value);
	}
	if (x->nnames)
		memset(r->inputs, 0, x->nnames * sizeof *r->inputs);
	for (size_t i = 0; i < x->nused; i++)
		r->inputs[x->used[i]] = bvar_get(r, rec, x->names[x->used[i]].name);
	yz_feel_run_again(&r->feel);
	return yz_feel_eval(x->feel, &r->feel, r->inputs);
}

bool btrue(struct bstep *r, const struct brec *rec, const struct yz_bexpr *x)
{
	return yz_feel_is_true(beval(r, rec, x));
}

struct yz_str btext(struct bstep *r, const struct brec *rec, const struct yz_bexpr *x)
{
	if (x && !x->feel)
		return x->text;
	struct yz_feel_value v = beval(r, rec, x);
	return v.kind == YZ_FEEL_NULL ? YZ_LIT("") : yz_feel_text(r->a, v);
}

/* JSON */

struct yz_feel_value yz_bpmn_value_read(struct yz_arena *a, const struct yz_json *v)
{
	struct yz_feel_value out = {0};
	struct yz_dec d;
	if (!v)
		return out;
	switch (v->type) {
	case YZ_JSON_NULL:
		return out;
	case YZ_JSON_FALSE:
	case YZ_JSON_TRUE:
		return yz_feel_bool(v->type == YZ_JSON_TRUE);
	case YZ_JSON_NUMBER:
		return yz_dec_parse(v->text, &d) ? yz_feel_number(d) : out;
	case YZ_JSON_STRING:
		return yz_feel_string(v->text);
	case YZ_JSON_ARRAY: {
		struct yz_feel_value *items = yz_new_n(a, v->len + 1, struct yz_feel_value);
		for (size_t i = 0; i < v->len; i++)
			items[i] = yz_bpmn_value_read(a, v->items[i]);
		return yz_feel_list(items, v->len);
	}
	case YZ_JSON_OBJECT:
		break;
	}
	struct yz_str kind = yz_json_str(v, "@");
	for (int k = YZ_FEEL_DATE; kind.len && k <= YZ_FEEL_MONTHS; k++)
		if (yz_str_eqz(kind, yz_feel_kind_name((enum yz_feel_kind)k)) &&
		    yz_feel_read(a, (enum yz_feel_kind)k, yz_json_str(v, "text"), &out))
			return out;
	struct yz_feel_entry *entries = yz_new_n(a, v->count + 1, struct yz_feel_entry);
	for (size_t i = 0; i < v->count; i++)
		entries[i] = (struct yz_feel_entry){v->members[i].key, yz_bpmn_value_read(a, v->members[i].value)};
	return yz_feel_context(a, entries, v->count);
}

void yz_bpmn_value_write(struct yz_jw *w, struct yz_feel_value v)
{
	switch ((enum yz_feel_kind)v.kind) {
	case YZ_FEEL_BOOLEAN:
		yz_jw_bool(w, yz_feel_is_true(v));
		return;
	case YZ_FEEL_STRING:
		yz_jw_str(w, yz_feel_str(v));
		return;
	case YZ_FEEL_LIST:
		yz_jw_array(w);
		for (size_t i = 0; i < yz_feel_len(v); i++)
			yz_bpmn_value_write(w, yz_feel_at(v, i));
		yz_jw_end(w, ']');
		return;
	case YZ_FEEL_CONTEXT:
		yz_jw_object(w);
		for (size_t i = 0; i < yz_feel_len(v); i++) {
			yz_jw_keys(w, yz_feel_entries(v)[i].key);
			yz_bpmn_value_write(w, yz_feel_entries(v)[i].value);
		}
		yz_jw_end(w, '}');
		return;
	case YZ_FEEL_NUMBER:
	case YZ_FEEL_DATE:
	case YZ_FEEL_TIME:
	case YZ_FEEL_DATE_TIME:
	case YZ_FEEL_DAYS:
	case YZ_FEEL_MONTHS:
		if (v.kind == YZ_FEEL_NUMBER) {
			yz_jw_raw(w, yz_feel_text(w->buf->arena, v));
			return;
		}
		yz_jw_object(w);
		yz_jw_kz(w, "@", yz_feel_kind_name((enum yz_feel_kind)v.kind));
		yz_jw_kstr(w, "text", yz_feel_text(w->buf->arena, v));
		yz_jw_end(w, '}');
		return;
	default:
		yz_jw_null(w);
		return;
	}
}
