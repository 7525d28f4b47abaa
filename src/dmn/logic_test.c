/* dmn/logic_test.c - conditions as functions of facts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/logic.h"

enum { MOST_TRIED = 4096, MOST_USED = 8 };

static const struct yz_str no_text;

/* ---- trying every value ---- */

struct dimension {
	size_t slot; /* SIZE_MAX: the tested value */
	YZ_VEC(struct yz_dleaf) choices;
};

static bool add_dimension(struct yz_dlogic *l, struct dimension *d, const struct yz_dsym *s, size_t *total)
{
	for (size_t i = 0; i < s->leaves.len; i++) {
		struct yz_dleaf leaf = s->leaves.at[i];
		if (!leaf.var) {
			*yz_vec_push(l->arena, &d->choices) = leaf;
			continue;
		}
		if (!leaf.var->finite || leaf.var->natoms > MOST_TRIED)
			return false;
		uint8_t *marked = yz_new_n(l->arena, leaf.var->natoms, uint8_t);
		for (uint32_t k = 0; k < leaf.var->natoms; k++) {
			marked[k] = 1;
			uint32_t at = yz_forest_and(&l->forest, leaf.guard, yz_dvar_at(l, leaf.var, marked));
			marked[k] = 0;
			if (at != YZ_NO)
				*yz_vec_push(l->arena, &d->choices) = (struct yz_dleaf){.guard = at, .value = leaf.var->atoms[k].value};
		}
	}
	*total *= d->choices.len;
	return *total <= MOST_TRIED;
}

static bool asks_the_clock(const struct yz_feel *program)
{
	struct yz_str text = yz_feel_source(program);
	return yz_str_find(text, YZ_LIT("today"), 0) != SIZE_MAX || yz_str_find(text, YZ_LIT("now"), 0) != SIZE_MAX;
}

static bool find_dimensions(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_feel *program,
			    const struct yz_dsym *tested, struct dimension *dims, size_t *n, struct yz_feel_value *inputs)
{
	size_t nuses, total = 1;
	const struct yz_feel_use *uses = yz_feel_uses(l->arena, program, &nuses);
	*n = 0;
	if (tested) {
		dims[(*n)++] = (struct dimension){.slot = SIZE_MAX};
		if (tested->kind != SYM_LEAVES || !add_dimension(l, &dims[0], tested, &total))
			return false;
	}
	for (size_t i = 0; i < nuses; i++) {
		const struct yz_dsym *s = w->frame[uses[i].input];
		bool known = false;
		for (size_t k = 0; k < *n; k++)
			known |= dims[k].slot == uses[i].input;
		if (known)
			continue;
		if (s && s->kind == SYM_INPUT)
			s = yz_dsym_at(l, s, no_text);
		if (!s || s->kind != SYM_LEAVES || *n == MOST_USED)
			return false;
		if (s->leaves.len == 1 && !s->leaves.at[0].var) {
			inputs[uses[i].input] = s->leaves.at[0].value;
			continue;
		}
		dims[(*n)++] = (struct dimension){.slot = uses[i].input};
		if (!add_dimension(l, &dims[*n - 1], s, &total))
			return false;
	}
	return *n > 0;
}

/* A program over values that are few: what it gives for each. */
struct yz_dsym *yz_dlogic_tried(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_feel *program,
			     const struct yz_dsym *tested, const struct yz_feel_type *type)
{
	struct dimension dims[MOST_USED + 1];
	size_t n, nnames, at[MOST_USED + 1] = {0};
	yz_feel_names(program, &nnames);
	struct yz_feel_value *inputs = yz_new_n(l->arena, nnames, struct yz_feel_value), under_test = {0};
	if (l->collecting || asks_the_clock(program) || !find_dimensions(l, w, program, tested, dims, &n, inputs))
		return NULL;
	struct yz_dsym *out = yz_dsym_new(l);
	for (;;) {
		uint32_t guard = YZ_YES;
		size_t i = 0;
		for (; i < n; i++) {
			if (at[i] == dims[i].choices.len)
				return out;
			const struct yz_dleaf *choice = &dims[i].choices.at[at[i]];
			guard = yz_forest_and(&l->forest, guard, choice->guard);
			if (dims[i].slot == SIZE_MAX)
				under_test = type ? yz_feel_coerce(&l->run, choice->value, type) : choice->value;
			else
				inputs[dims[i].slot] = choice->value;
		}
		if (guard != YZ_NO) {
			yz_feel_run_again(&l->run);
			yz_dsym_add(l, out, guard, NULL, tested ? yz_feel_test(program, &l->run, inputs, under_test)
								: yz_feel_eval(program, &l->run, inputs));
		}
		for (i = 0; i < n && ++at[i] == dims[i].choices.len && i + 1 < n; i++)
			at[i] = 0;
		if (i == n || at[n - 1] == dims[n - 1].choices.len)
			break;
	}
	yz_dsym_merge(l, out);
	return out;
}

/* ---- conditions ---- */

static struct yz_feel_value negated(struct yz_feel_value v)
{
	return v.kind == YZ_FEEL_BOOLEAN ? yz_feel_bool(!v.flag) : v;
}

static struct yz_feel_value compared(enum yz_feel_op op, struct yz_feel_value a, struct yz_feel_value b)
{
	int c;
	if (!yz_feel_compare(a, b, &c))
		return (struct yz_feel_value){0};
	return yz_feel_bool(op == YZ_FEEL_LT   ? c < 0
			    : op == YZ_FEEL_LE ? c <= 0
			    : op == YZ_FEEL_GT ? c > 0
					       : c >= 0);
}

static struct yz_feel_value in_range(struct yz_dlogic *l, struct yz_feel_value v, const struct yz_feel_range *r)
{
	struct yz_feel_value low = yz_feel_bool(true), high = low;
	if (r->form == YZ_FEEL_EQUALS)
		return yz_feel_equal(&l->run, v, r->start);
	if (r->form == YZ_FEEL_DIFFERS)
		return negated(yz_feel_equal(&l->run, v, r->start));
	if (r->form != YZ_FEEL_LESS)
		low = compared(r->start_included ? YZ_FEEL_GE : YZ_FEEL_GT, v, r->start);
	if (r->form != YZ_FEEL_GREATER)
		high = compared(r->end_included ? YZ_FEEL_LE : YZ_FEEL_LT, v, r->end);
	if (yz_feel_is_false(low) || yz_feel_is_false(high))
		return yz_feel_bool(false);
	return yz_feel_is_true(low) ? high : low;
}

/* subject op value, as FEEL answers. */
static struct yz_feel_value test_value(struct yz_dlogic *l, const struct yz_feel_cond *c, struct yz_feel_value v)
{
	switch (c->op) {
	case YZ_FEEL_EQ:
		return yz_feel_equal(&l->run, v, c->value);
	case YZ_FEEL_NE:
		return negated(yz_feel_equal(&l->run, v, c->value));
	case YZ_FEEL_HOLDS:
		return v;
	case YZ_FEEL_IN:
		if (c->value.kind == YZ_FEEL_RANGE)
			return in_range(l, v, c->value.range);
		for (size_t i = 0; i < yz_feel_len(c->value); i++)
			if (yz_feel_is_true(yz_feel_equal(&l->run, v, yz_feel_at(c->value, i))))
				return yz_feel_bool(true);
		return yz_feel_bool(false);
	default:
		return compared(c->op, v, c->value);
	}
}

static void add_truth(struct yz_dlogic *l, struct yz_dtruth *t, uint32_t guard, struct yz_feel_value v)
{
	if (yz_feel_is_true(v))
		t->yes = yz_forest_or(&l->forest, t->yes, guard);
	else if (yz_feel_is_false(v))
		t->no = yz_forest_or(&l->forest, t->no, guard);
}

struct yz_dtruth yz_dlogic_test(struct yz_dlogic *l, const struct yz_feel_cond *c, const struct yz_dsym *s,
				  const struct yz_feel_type *type)
{
	struct yz_dtruth t = {YZ_NO, YZ_NO};
	for (size_t i = 0; i < s->leaves.len; i++) {
		const struct yz_dleaf *leaf = &s->leaves.at[i];
		yz_feel_run_again(&l->run);
		if (l->collecting) {
			if (leaf->var) {
				yz_dvar_points(l, leaf->var, c);
				yz_dvar_allowed(l, leaf->var, type);
			}
			continue;
		}
		if (!leaf->var) {
			add_truth(l, &t, leaf->guard, test_value(l, c, type ? yz_feel_coerce(&l->run, leaf->value, type) : leaf->value));
			continue;
		}
		struct yz_dvar *v = leaf->var;
		uint8_t *yes = yz_new_n(l->arena, v->natoms, uint8_t), *no = yz_new_n(l->arena, v->natoms, uint8_t);
		for (uint32_t k = 0; k < v->natoms; k++) {
			struct yz_feel_value value = v->atoms[k].value;
			value = test_value(l, c, type ? yz_feel_coerce(&l->run, value, type) : value);
			yes[k] = yz_feel_is_true(value);
			no[k] = yz_feel_is_false(value);
		}
		t.yes = yz_forest_or(&l->forest, t.yes, yz_forest_and(&l->forest, leaf->guard, yz_dvar_at(l, v, yes)));
		t.no = yz_forest_or(&l->forest, t.no, yz_forest_and(&l->forest, leaf->guard, yz_dvar_at(l, v, no)));
	}
	return t;
}

static struct yz_dtruth opaque(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dasked *q,
			       const struct yz_feel_cond *c)
{
	struct yz_str text = q->text;
	if (c->place.to > c->place.from && c->place.to <= text.len)
		text = yz_str_trim(yz_str_n(text.ptr + c->place.from, c->place.to - c->place.from));
	struct yz_dvar *v = yz_dvar_unread(l, w, DV_CONDITION, q->about, text, NULL);
	uint8_t marked[2] = {0, 1};
	if (l->collecting)
		return (struct yz_dtruth){YZ_YES, YZ_YES};
	if (!v->path.len)
		v->path = q->about;
	uint32_t yes = yz_dvar_at(l, v, marked);
	return (struct yz_dtruth){yes, yz_forest_not(&l->forest, yes)};
}

static struct yz_dtruth joined(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dasked *q,
			       const struct yz_feel_cond *c)
{
	bool and = c->kind == YZ_FEEL_COND_AND;
	struct yz_dtruth all = {and ? YZ_YES : YZ_NO, and ? YZ_NO : YZ_YES};
	for (size_t i = 0; i < c->len; i++) {
		struct yz_dtruth one = yz_dlogic_truth(l, w, q, c->parts[i]);
		all.yes = and ? yz_forest_and(&l->forest, all.yes, one.yes) : yz_forest_or(&l->forest, all.yes, one.yes);
		all.no = and ? yz_forest_or(&l->forest, all.no, one.no) : yz_forest_and(&l->forest, all.no, one.no);
	}
	return all;
}

struct yz_dtruth yz_dlogic_truth(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dasked *q,
				 const struct yz_feel_cond *c)
{
	struct yz_dtruth t = {YZ_NO, YZ_NO};
	const struct yz_dsym *s;
	switch (c->kind) {
	case YZ_FEEL_COND_VALUE:
		add_truth(l, &t, YZ_YES, c->value);
		return t;
	case YZ_FEEL_COND_AND:
	case YZ_FEEL_COND_OR:
		return joined(l, w, q, c);
	case YZ_FEEL_COND_NOT:
		t = yz_dlogic_truth(l, w, q, c->parts[0]);
		return (struct yz_dtruth){t.no, t.yes};
	case YZ_FEEL_COND_TEST:
		s = c->input == SIZE_MAX ? q->tested : w->frame[c->input];
		s = yz_dsym_at(l, s, c->path);
		if (!s)
			return opaque(l, w, q, c);
		t = yz_dlogic_test(l, c, s, c->input == SIZE_MAX && !c->path.len ? q->type : NULL);
		break;
	case YZ_FEEL_COND_OPAQUE:
		s = yz_dlogic_tried(l, w, c->program, q->tested, q->type);
		if (!s)
			return opaque(l, w, q, c);
		for (size_t i = 0; i < s->leaves.len; i++)
			add_truth(l, &t, s->leaves.at[i].guard, s->leaves.at[i].value);
		break;
	}
	return l->collecting ? (struct yz_dtruth){YZ_YES, YZ_YES} : t;
}

/* `true` and `false` in a cell are not taken apart, since they say the same of every value that is no boolean. */
static bool plain_boolean(const struct yz_dfeel *cell)
{
	struct yz_str text = yz_str_trim(cell->text);
	return yz_str_eqz(text, "true") || yz_str_eqz(text, "false");
}

static struct yz_dtruth of_boolean(struct yz_dlogic *l, const struct yz_dfeel *cell, const struct yz_dsym *s)
{
	struct yz_dtruth t = {YZ_NO, YZ_NO};
	size_t n;
	yz_feel_names(cell->program, &n);
	struct yz_feel_value *inputs = yz_new_n(l->arena, n, struct yz_feel_value);
	for (size_t i = 0; i < s->leaves.len; i++) {
		const struct yz_dleaf *leaf = &s->leaves.at[i];
		if (!leaf->var) {
			add_truth(l, &t, leaf->guard, yz_feel_test(cell->program, &l->run, inputs, leaf->value));
			continue;
		}
		if (l->collecting)
			yz_dvar_point(l, leaf->var, yz_feel_bool(true), false);
		uint8_t *yes = yz_new_n(l->arena, leaf->var->natoms + 1, uint8_t);
		for (uint32_t k = 0; k < leaf->var->natoms; k++)
			yes[k] = yz_feel_is_true(yz_feel_test(cell->program, &l->run, inputs, leaf->var->atoms[k].value));
		if (!l->collecting)
			t.yes = yz_forest_or(&l->forest, t.yes, yz_forest_and(&l->forest, leaf->guard, yz_dvar_at(l, leaf->var, yes)));
	}
	return t;
}

struct yz_dtruth yz_dlogic_tests(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *cell,
				 const struct yz_dsym *tested, const struct yz_feel_type *type)
{
	struct yz_dtruth all = {YZ_YES, YZ_NO}, none = {YZ_NO, YZ_NO};
	if (!cell->program)
		return yz_str_trim(cell->text).len && !yz_str_eqz(yz_str_trim(cell->text), "-") ? none : all;
	const struct yz_feel_cond *c = yz_feel_condition(l->arena, cell->program);
	struct yz_dasked q = {.tested = tested, .type = type, .text = yz_feel_source(cell->program)};
	const struct yz_dsym *s = yz_dsym_at(l, tested, no_text);
	if (c->kind == YZ_FEEL_COND_OPAQUE && plain_boolean(cell) && s) {
		struct yz_dtruth t = of_boolean(l, cell, s);
		return l->collecting ? all : t;
	}
	if (s && s->leaves.len && s->leaves.at[0].var)
		q.about = s->leaves.at[0].var->name;
	q.tested = s ? s : tested;
	return yz_dlogic_truth(l, w, &q, c);
}
