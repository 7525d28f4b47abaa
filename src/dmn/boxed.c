/* dmn/boxed.c - boxed expressions (7.3, 10.2), each answering as the FEEL text of the same meaning does.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/eval.h"

#include <assert.h>

static const struct yz_feel_value null_value;
static const struct yz_str no_text;

/* Literals within loops leave no step behind: there would be one a round. */
static struct yz_feel_value eval_item(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame)
{
	if (x && x->kind == DX_LITERAL)
		return yz_feel_coerce(e->run, yz_dfeel_eval(e, &x->feel, frame), x->type);
	return x ? yz_dexpr_eval(e, x, frame) : null_value;
}

static struct yz_feel_value literal(struct yz_dmn_eval *e, const struct yz_dexpr *x, const struct yz_feel_value *frame)
{
	struct yz_dmn_trace *t = yz_dtrace_open(e, YZ_DMN_STEP_TEXT, &x->place);
	struct yz_feel_value v = yz_dfeel_eval(e, &x->feel, frame);
	if (t)
		t->text = x->feel.text;
	yz_dtrace_close(e, t, v);
	return v;
}

/* The reason why it goes no further was raised last. */
static struct yz_feel_value spent(const struct yz_dmn_eval *e)
{
	return (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = e->run->last_reason};
}

/* ---- context, list, relation ---- */

static struct yz_feel_value context(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame)
{
	struct yz_feel_entry *made = yz_new_n(e->run->arena, x->n, struct yz_feel_entry);
	size_t n = 0;
	for (size_t i = 0; i < x->n; i++) {
		const struct yz_dentry *entry = &x->entries[i];
		struct yz_dmn_trace *t = entry->name.len ? yz_dtrace_open(e, YZ_DMN_STEP_ENTRY,
									  entry->expr ? &entry->expr->place : &x->place)
							 : NULL;
		if (t)
			t->name = entry->name;
		struct yz_feel_value v = entry->expr ? yz_dexpr_eval(e, entry->expr, frame) : null_value;
		v = yz_feel_coerce(e->run, v, entry->type);
		yz_dtrace_close(e, t, v);
		if (!entry->name.len)
			return v;
		frame[entry->slot] = v;
		made[n++] = (struct yz_feel_entry){entry->name, v};
	}
	return yz_feel_context(e->run->arena, made, n);
}

static struct yz_feel_value list(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame)
{
	struct yz_feel_value *items = yz_new_n(e->run->arena, x->n, struct yz_feel_value);
	for (size_t i = 0; i < x->n; i++)
		items[i] = yz_feel_coerce(e->run, eval_item(e, x->entries[i].expr, frame), x->entries[i].type);
	return yz_feel_list(items, x->n);
}

/* ---- invocation ---- */

static struct yz_feel_value invocation(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame)
{
	struct yz_feel_value fn = eval_item(e, x->callee, frame);
	struct yz_feel_entry *args = yz_new_n(e->run->arena, x->n, struct yz_feel_entry);
	for (size_t i = 0; i < x->n; i++) {
		args[i].key = x->entries[i].name;
		args[i].value = yz_feel_coerce(e->run, eval_item(e, x->entries[i].expr, frame), x->entries[i].type);
	}
	return yz_feel_call_named(e->run, fn, args, x->n);
}

/* ---- conditional ---- */

static struct yz_feel_value branch(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_str name,
				   struct yz_feel_value *frame)
{
	if (!x)
		return null_value;
	struct yz_dmn_trace *t = yz_dtrace_open(e, YZ_DMN_STEP_BRANCH, &x->place);
	struct yz_feel_value v = yz_dexpr_eval(e, x, frame);
	if (t)
		t->name = name;
	yz_dtrace_close(e, t, v);
	return v;
}

static struct yz_feel_value conditional(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame)
{
	struct yz_feel_value c = x->a ? yz_dexpr_eval(e, x->a, frame) : null_value;
	if (c.kind != YZ_FEEL_UNKNOWN)
		return yz_feel_is_true(c) ? branch(e, x->b, YZ_LIT("then"), frame)
					  : branch(e, x->c, YZ_LIT("else"), frame);
	struct yz_feel_value a = branch(e, x->b, YZ_LIT("then"), frame), b = branch(e, x->c, YZ_LIT("else"), frame);
	if (yz_feel_same(a, b))
		return a;
	c = yz_feel_unknown_both(e->run->arena, c, a);
	return yz_feel_unknown_both(e->run->arena, c, b);
}

/* ---- filter ---- */

static struct yz_feel_value nth(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value in,
				struct yz_feel_value by)
{
	int64_t i;
	struct yz_dec d = yz_feel_dec(by);
	if (!yz_dec_is_int(d) || !yz_dec_to_int(d, &i))
		return yz_dnull(e, YZ_FEEL_WHY_BAD_INDEX, &x->place, no_text, no_text, no_text);
	int64_t n = (int64_t)yz_feel_len(in);
	if (i && i >= -n && i <= n)
		return yz_feel_at(in, (size_t)(i > 0 ? i - 1 : n + i));
	return yz_dnull(e, YZ_FEEL_WHY_NO_ITEM, &x->place, yz_feel_text(e->run->arena, by), no_text, no_text);
}

static void put_item(const struct yz_dexpr *x, struct yz_feel_value item, struct yz_feel_value *frame)
{
	frame[x->slot] = item;
	for (uint32_t i = 0; i < x->nfields; i++) {
		const struct yz_dfield *f = &x->fields[i];
		const struct yz_feel_value *own = item.kind == YZ_FEEL_CONTEXT ? yz_feel_get(item, f->name) : NULL;
		frame[f->slot] = own ? *own : f->outer == UINT32_MAX ? null_value : frame[f->outer];
	}
}

/* What is no list is one of itself, null an empty one (10.3.2.5, 10.3.2.9.4). */
static struct yz_feel_value as_list(struct yz_dmn_eval *e, struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_LIST)
		return v;
	if (v.kind == YZ_FEEL_NULL)
		return yz_feel_list(NULL, 0);
	struct yz_feel_value *one = yz_new(e->run->arena, struct yz_feel_value);
	*one = v;
	return yz_feel_list(one, 1);
}

/* A condition that is no truth at all makes the whole null (7.3.9, 7.3.10); null is not known to be one. */
static bool no_truth(struct yz_feel_value v)
{
	return v.kind != YZ_FEEL_BOOLEAN && v.kind != YZ_FEEL_NULL && v.kind != YZ_FEEL_UNKNOWN;
}

static struct yz_feel_value not_boolean(struct yz_dmn_eval *e, const struct yz_dexpr *x, const char *what,
					struct yz_feel_value v)
{
	return yz_dnull(e, YZ_FEEL_WHY_NOT_BOOLEAN, &x->place, yz_str(what),
			yz_str(yz_feel_kind_name((enum yz_feel_kind)v.kind)), no_text);
}

static struct yz_feel_value filter(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame)
{
	struct yz_feel_value in = x->a ? yz_dexpr_eval(e, x->a, frame) : null_value, unknown = {0};
	if (in.kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(e->run->arena, in, in);
	in = as_list(e, in);
	size_t n = yz_feel_len(in), kept = 0;
	struct yz_feel_value *items = yz_new_n(e->run->arena, n, struct yz_feel_value);
	/* An empty list's condition is tried once: is it an index? */
	for (size_t i = 0; i < (n ? n : 1); i++) {
		if (!yz_dstep(e))
			return spent(e);
		put_item(x, n ? yz_feel_at(in, i) : null_value, frame);
		struct yz_feel_value c = eval_item(e, x->b, frame);
		if (c.kind == YZ_FEEL_NUMBER && !i)
			return nth(e, x, in, c);
		if (no_truth(c) && n)
			return not_boolean(e, x, "filter", c);
		if (c.kind == YZ_FEEL_UNKNOWN)
			unknown = yz_feel_unknown_both(e->run->arena, c, unknown);
		else if (yz_feel_is_true(c) && n)
			items[kept++] = yz_feel_at(in, i);
	}
	return unknown.kind == YZ_FEEL_UNKNOWN ? unknown : yz_feel_list(items, kept);
}

/* ---- for, some, every ---- */

/* What an iteration goes through: items of a list, or a count of numbers or days. */
struct walk {
	const struct yz_feel_value *items; /* NULL: counting */
	uint64_t left;
	int64_t at;
	int step;
	bool days;
};

static bool countable(struct yz_feel_value v, int64_t *out)
{
	if (v.kind == YZ_FEEL_DATE)
		*out = v.n;
	return v.kind == YZ_FEEL_DATE ||
	       (v.kind == YZ_FEEL_NUMBER && yz_dec_is_int(yz_feel_dec(v)) && yz_dec_to_int(yz_feel_dec(v), out));
}

static bool walk_range(struct walk *w, const struct yz_feel_range *r)
{
	int64_t from, to;
	if (r->form != YZ_FEEL_INTERVAL || r->start.kind != r->end.kind || !countable(r->start, &from) ||
	    !countable(r->end, &to))
		return false;
	w->step = from <= to ? 1 : -1;
	w->days = r->start.kind == YZ_FEEL_DATE;
	uint64_t span = from <= to ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
	uint64_t cut = (uint64_t)!r->start_included + (uint64_t)!r->end_included;
	w->left = span == UINT64_MAX ? span : span + 1;
	w->left = w->left > cut ? w->left - cut : 0;
	w->at = r->start_included ? from : from + w->step;
	return true;
}

/* False: *v is the iteration's result. */
static bool begin_walk(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct walk *w, struct yz_feel_value *v)
{
	*w = (struct walk){0};
	if (v->kind == YZ_FEEL_UNKNOWN) {
		*v = yz_feel_unknown_both(e->run->arena, *v, *v);
		return false;
	}
	if (v->kind == YZ_FEEL_NULL || v->kind == YZ_FEEL_RANGE) {
		if (v->kind == YZ_FEEL_RANGE && walk_range(w, v->range))
			return true;
		if (v->kind == YZ_FEEL_RANGE || !v->reason)
			*v = yz_dnull(e, YZ_FEEL_WHY_ITERATION, &x->place,
				      yz_str(yz_feel_kind_name((enum yz_feel_kind)v->kind)), no_text, no_text);
		return false;
	}
	struct yz_feel_value in = as_list(e, *v);
	w->items = in.items;
	w->left = yz_feel_len(in);
	return true;
}

static struct yz_feel_value next(struct walk *w)
{
	w->left--;
	if (w->items)
		return *w->items++;
	struct yz_feel_value v = w->days ? yz_feel_day(w->at) : yz_feel_int(w->at);
	if (w->left)
		w->at += w->step;
	return v;
}

static struct yz_feel_value loop(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame)
{
	struct walk w;
	struct yz_feel_value in = x->a ? yz_dexpr_eval(e, x->a, frame) : null_value;
	if (!begin_walk(e, x, &w, &in))
		return in;
	size_t most = e->run->limits->list ? e->run->limits->list : yz_feel_default.list, cap = 0, n = 0;
	struct yz_feel_value *items = NULL;
	if (w.left > most)
		return yz_dnull(e, YZ_FEEL_WHY_LONG_LIST, &x->place, no_text, no_text, no_text);
	while (w.left) {
		if (!yz_dstep(e))
			return spent(e);
		if (n == cap) {
			size_t more = cap ? cap * 2 : w.left < 64 ? (size_t)w.left : 64;
			items = yz_realloc(e->run->arena, items, cap * sizeof *items, more * sizeof *items);
			cap = more;
		}
		frame[x->slot] = next(&w);
		frame[x->slot + 1] = yz_feel_list(items, n);
		struct yz_feel_value v = eval_item(e, x->b, frame);
		items[n++] = v;
	}
	return yz_feel_list(items, n);
}

/* Whatever facts it waits for, it will be a boolean or null. */
static bool is_truth(const struct yz_dexpr *x)
{
	return x && x->kind == DX_LITERAL && x->feel.program &&
	       yz_feel_result_type(x->feel.program)->kind == YZ_FEEL_BOOLEAN;
}

/* Three-valued `or` for some, `and` for every: unknown goes before null.  All items are asked, since one that answers
 * with no truth makes the whole null. */
static struct yz_feel_value quantified(struct yz_dmn_eval *e, const struct yz_dexpr *x, bool decides,
				       struct yz_feel_value *frame)
{
	struct walk w;
	struct yz_feel_value in = x->a ? yz_dexpr_eval(e, x->a, frame) : null_value, sum = yz_feel_bool(!decides);
	if (!begin_walk(e, x, &w, &in))
		return in;
	while (w.left) {
		if (!yz_dstep(e))
			return spent(e);
		frame[x->slot] = next(&w);
		struct yz_feel_value v = eval_item(e, x->b, frame);
		if (no_truth(v))
			return not_boolean(e, x, decides ? "some" : "every", v);
		if (sum.kind == YZ_FEEL_BOOLEAN && sum.flag == decides && (v.kind != YZ_FEEL_UNKNOWN || is_truth(x->b)))
			continue;
		if (v.kind == YZ_FEEL_UNKNOWN)
			sum = yz_feel_unknown_both(e->run->arena, v, sum);
		else if (v.kind == YZ_FEEL_BOOLEAN ? v.flag == decides : sum.kind == YZ_FEEL_BOOLEAN)
			sum = v;
	}
	return sum;
}

/* ---- all ---- */

static struct yz_feel_value value_of(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame)
{
	switch (x->kind) {
	case DX_LITERAL:
		return literal(e, x, frame);
	case DX_TABLE:
		return yz_dtable_eval(e, x->table, frame);
	case DX_CONTEXT:
		return context(e, x, frame);
	case DX_LIST:
	case DX_RELATION:
		return list(e, x, frame);
	case DX_FUNCTION:
		return yz_dclosure(e, x->function, frame);
	case DX_INVOCATION:
		return invocation(e, x, frame);
	case DX_CONDITIONAL:
		return conditional(e, x, frame);
	case DX_FILTER:
		return filter(e, x, frame);
	case DX_FOR:
		return loop(e, x, frame);
	case DX_SOME:
	case DX_EVERY:
		return quantified(e, x, x->kind == DX_SOME, frame);
	case DX_BROKEN:
		return yz_dnull(e, YZ_FEEL_WHY_HOST, &x->place, x->text, no_text, no_text);
	}
	assert(!"no such expression");
}

struct yz_feel_value yz_dexpr_eval(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame)
{
	struct yz_feel_value v = value_of(e, x, frame);
	if (!x->type || (v.kind == x->type->kind && v.kind < YZ_FEEL_LIST && !x->type->allows))
		return v;
	return yz_feel_coerce(e->run, v, x->type);
}
