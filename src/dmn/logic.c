/* dmn/logic.c - nodes, boxed expressions, expressions and conditions as functions of facts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/logic.h"

#include <assert.h>

enum { MOST_TRIED = 4096, MOST_USED = 8, MERGE_MOST = 1 << 16 };

static const struct yz_str no_text;

/* ---- symbols ---- */

struct yz_dsym *yz_dsym_new(struct yz_dlogic *l)
{
	return yz_new(l->arena, struct yz_dsym);
}

void yz_dsym_add(struct yz_dlogic *l, struct yz_dsym *s, uint32_t guard, struct yz_dvar *var, struct yz_feel_value v)
{
	if (guard != YZ_NO)
		*yz_vec_push(l->arena, &s->leaves) = (struct yz_dleaf){guard, var, v};
}

struct yz_dsym *yz_dsym_constant(struct yz_dlogic *l, uint32_t guard, struct yz_feel_value v)
{
	struct yz_dsym *s = yz_dsym_new(l);
	yz_dsym_add(l, s, guard, NULL, v);
	return s;
}

static struct yz_dsym *of_var(struct yz_dlogic *l, uint32_t guard, struct yz_dvar *v)
{
	struct yz_dsym *s = yz_dsym_new(l);
	yz_dsym_add(l, s, guard, v, (struct yz_feel_value){0});
	return s;
}

void yz_dsym_merge(struct yz_dlogic *l, struct yz_dsym *s)
{
	struct yz_map seen;
	size_t n = 0;
	if (s->leaves.len < 2 || s->leaves.len > MERGE_MOST)
		return;
	yz_map_init(&seen, l->arena);
	for (size_t i = 0; i < s->leaves.len; i++) {
		struct yz_dleaf leaf = s->leaves.at[i];
		struct yz_buf text;
		yz_buf_init(&text, l->arena, 1 << 16);
		if (leaf.var)
			yz_buf_printf(&text, "#%u", leaf.var->index);
		else
			yz_feel_write(&text, leaf.value);
		struct yz_dleaf *before = text.full ? NULL : yz_map_get(&seen, yz_buf_str(&text));
		if (before && before->var == leaf.var && (leaf.var || yz_feel_same(before->value, leaf.value))) {
			before->guard = yz_forest_or(&l->forest, before->guard, leaf.guard);
			continue;
		}
		s->leaves.at[n] = leaf;
		if (!text.full)
			yz_map_put(&seen, yz_buf_str(&text), &s->leaves.at[n]);
		n++;
	}
	s->leaves.len = n;
}

/* ---- paths ---- */

/* The type at a path; false: there is no saying. */
static bool type_at(const struct yz_feel_type **t, struct yz_str path)
{
	while (path.len) {
		const struct yz_feel_field *found = NULL;
		for (size_t i = 0; *t && (*t)->kind == YZ_FEEL_CONTEXT && i < (*t)->nfields; i++) {
			const struct yz_feel_field *f = &(*t)->fields[i];
			if (yz_str_starts(path, f->name) && (path.len == f->name.len || path.ptr[f->name.len] == '.'))
				found = f;
		}
		if (!found)
			return false;
		path = path.len == found->name.len ? no_text : yz_str_n(path.ptr + found->name.len + 1, path.len - found->name.len - 1);
		*t = found->type;
	}
	return true;
}

static struct yz_dsym *of_input(struct yz_dlogic *l, const struct yz_dsym *s, struct yz_str path)
{
	const struct yz_feel_type *t = s->type;
	struct yz_str full = s->path, name = s->name;
	if (!type_at(&t, path))
		return NULL;
	if (path.len)
		full = full.len ? yz_str_printf(l->arena, "%.*s.%.*s", YZ_P(full), YZ_P(path)) : path;
	if (t && t->kind == YZ_FEEL_CONTEXT) {
		struct yz_dsym *deeper = yz_dsym_new(l);
		*deeper = (struct yz_dsym){.kind = SYM_INPUT, .input = s->input, .name = name, .path = full, .type = t};
		return deeper;
	}
	if (t && t->kind > YZ_FEEL_MONTHS && t->kind != YZ_FEEL_ANY)
		return NULL;
	if (full.len)
		name = yz_str_printf(l->arena, "%.*s.%.*s", YZ_P(name), YZ_P(full));
	struct yz_dvar *v = yz_dvar_of(l, DV_FACT, yz_str_printf(l->arena, "fact %p %.*s", (const void *)s->input, YZ_P(name)), name, t);
	v->input = s->input;
	v->path = full;
	return of_var(l, YZ_YES, v);
}

static struct yz_dsym *in_context(struct yz_dlogic *l, const struct yz_dsym *s, struct yz_str path)
{
	struct yz_dsym *out = yz_dsym_new(l);
	out->fails = s->fails;
	for (size_t i = 0; i < s->leaves.len; i++) {
		const struct yz_dleaf *leaf = &s->leaves.at[i];
		const struct yz_feel_value *v = NULL;
		if (leaf->var || (leaf->value.kind != YZ_FEEL_CONTEXT && leaf->value.kind != YZ_FEEL_NULL))
			return NULL;
		if (leaf->value.kind == YZ_FEEL_CONTEXT)
			v = yz_feel_get(leaf->value, path);
		yz_dsym_add(l, out, leaf->guard, NULL, v ? *v : (struct yz_feel_value){0});
	}
	yz_dsym_merge(l, out);
	return out;
}

/* The value behind a path; NULL: it is not to be looked into. */
static const struct yz_dsym *resolve(struct yz_dlogic *l, const struct yz_dsym *s, struct yz_str path)
{
	if (!s)
		return NULL;
	if (s->kind == SYM_INPUT)
		return of_input(l, s, path);
	if (!path.len)
		return s->kind == SYM_LEAVES ? s : NULL;
	if (s->kind == SYM_LEAVES)
		return in_context(l, s, path);
	for (size_t i = 0; i < s->nfields; i++) {
		const struct yz_dsym_field *f = &s->fields[i];
		if (!yz_str_starts(path, f->name) || (path.len > f->name.len && path.ptr[f->name.len] != '.'))
			continue;
		struct yz_str rest = path.len > f->name.len ? yz_str_n(path.ptr + f->name.len + 1, path.len - f->name.len - 1)
							    : no_text;
		const struct yz_dsym *found = resolve(l, f->node ? yz_dlogic_node(l, f->node) : f->sym, rest);
		if (found)
			return found;
	}
	return NULL;
}

/* ---- what cannot be looked into ---- */

static struct yz_dvar *unread(struct yz_dlogic *l, const struct yz_dwhere *w, enum yz_dvar_kind kind, struct yz_str about,
			      struct yz_str text, const struct yz_feel_type *type)
{
	struct yz_str key = yz_str_printf(l->arena, "%d %p %.*s: %.*s", (int)kind, (const void *)w->node, YZ_P(about), YZ_P(text));
	struct yz_dvar *v = yz_dvar_of(l, kind, key, text, type);
	v->node = w->node;
	if (w->node)
		v->place = w->node->face.place;
	return v;
}

uint32_t yz_dlogic_fails(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *f)
{
	uint32_t fails = YZ_NO;
	for (size_t i = 0; i < f->nused; i++)
		if (w->frame[f->used[i].slot])
			fails = yz_forest_or(&l->forest, fails, w->frame[f->used[i].slot]->fails);
	return fails;
}

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
			s = resolve(l, s, no_text);
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
static struct yz_dsym *tried(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_feel *program,
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

static struct yz_dtruth of_leaves(struct yz_dlogic *l, const struct yz_feel_cond *c, const struct yz_dsym *s,
				  const struct yz_feel_type *type)
{
	struct yz_dtruth t = {YZ_NO, YZ_NO};
	for (size_t i = 0; i < s->leaves.len; i++) {
		const struct yz_dleaf *leaf = &s->leaves.at[i];
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

/* A condition, the value under test and its type, and the text of the whole for what cannot be looked into. */
struct asked {
	const struct yz_dsym *tested;
	const struct yz_feel_type *type;
	struct yz_str about; /* what is tested */
	struct yz_str text;
};

static struct yz_dtruth opaque(struct yz_dlogic *l, const struct yz_dwhere *w, const struct asked *q,
			       const struct yz_feel_cond *c)
{
	struct yz_str text = q->text;
	if (c->place.to > c->place.from && c->place.to <= text.len)
		text = yz_str_trim(yz_str_n(text.ptr + c->place.from, c->place.to - c->place.from));
	struct yz_dvar *v = unread(l, w, DV_CONDITION, q->about, text, NULL);
	uint8_t marked[2] = {0, 1};
	if (l->collecting)
		return (struct yz_dtruth){YZ_YES, YZ_YES};
	if (!v->path.len)
		v->path = q->about;
	uint32_t yes = yz_dvar_at(l, v, marked);
	return (struct yz_dtruth){yes, yz_forest_not(&l->forest, yes)};
}

static struct yz_dtruth truth_of(struct yz_dlogic *l, const struct yz_dwhere *w, const struct asked *q,
				 const struct yz_feel_cond *c);

static struct yz_dtruth joined(struct yz_dlogic *l, const struct yz_dwhere *w, const struct asked *q,
			       const struct yz_feel_cond *c)
{
	bool and = c->kind == YZ_FEEL_COND_AND;
	struct yz_dtruth all = {and ? YZ_YES : YZ_NO, and ? YZ_NO : YZ_YES};
	for (size_t i = 0; i < c->len; i++) {
		struct yz_dtruth one = truth_of(l, w, q, c->parts[i]);
		all.yes = and ? yz_forest_and(&l->forest, all.yes, one.yes) : yz_forest_or(&l->forest, all.yes, one.yes);
		all.no = and ? yz_forest_or(&l->forest, all.no, one.no) : yz_forest_and(&l->forest, all.no, one.no);
	}
	return all;
}

static struct yz_dtruth truth_of(struct yz_dlogic *l, const struct yz_dwhere *w, const struct asked *q,
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
		t = truth_of(l, w, q, c->parts[0]);
		return (struct yz_dtruth){t.no, t.yes};
	case YZ_FEEL_COND_TEST:
		s = c->input == SIZE_MAX ? q->tested : w->frame[c->input];
		s = resolve(l, s, c->path);
		if (!s)
			return opaque(l, w, q, c);
		t = of_leaves(l, c, s, c->input == SIZE_MAX && !c->path.len ? q->type : NULL);
		break;
	case YZ_FEEL_COND_OPAQUE:
		s = tried(l, w, c->program, q->tested, q->type);
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
	struct asked q = {.tested = tested, .type = type, .text = yz_feel_source(cell->program)};
	const struct yz_dsym *s = resolve(l, tested, no_text);
	if (c->kind == YZ_FEEL_COND_OPAQUE && plain_boolean(cell) && s) {
		struct yz_dtruth t = of_boolean(l, cell, s);
		return l->collecting ? all : t;
	}
	if (s && s->leaves.len && s->leaves.at[0].var)
		q.about = s->leaves.at[0].var->name;
	q.tested = s ? s : tested;
	return truth_of(l, w, &q, c);
}

/* ---- expressions ---- */

static bool is_path(const struct yz_dfeel *f, const struct yz_feel_use *uses, size_t n)
{
	return n == 1 && yz_str_eq(yz_str_trim(f->text), uses[0].path);
}

static void coerce_leaves(struct yz_dlogic *l, struct yz_dsym *s, const struct yz_feel_type *type)
{
	for (size_t i = 0; type && i < s->leaves.len; i++)
		if (!s->leaves.at[i].var)
			s->leaves.at[i].value = yz_feel_coerce(&l->run, s->leaves.at[i].value, type);
}

static struct yz_dsym *copied(struct yz_dlogic *l, const struct yz_dsym *s)
{
	struct yz_dsym *to = yz_dsym_new(l);
	*to = *s;
	memset(&to->leaves, 0, sizeof to->leaves);
	for (size_t i = 0; i < s->leaves.len; i++)
		*yz_vec_push(l->arena, &to->leaves) = s->leaves.at[i];
	return to;
}

static struct yz_dsym *of_condition(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *f,
				    const struct yz_feel_cond *c)
{
	struct asked q = {.text = yz_feel_source(f->program)};
	struct yz_dtruth t = truth_of(l, w, &q, c);
	struct yz_dsym *s = yz_dsym_new(l);
	yz_dsym_add(l, s, t.yes, NULL, yz_feel_bool(true));
	yz_dsym_add(l, s, t.no, NULL, yz_feel_bool(false));
	uint32_t null = yz_forest_not(&l->forest, yz_forest_or(&l->forest, t.yes, t.no));
	yz_dsym_add(l, s, null, NULL, (struct yz_feel_value){0});
	return s;
}

struct yz_dsym *yz_dlogic_feel(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *f,
			       const struct yz_feel_type *type)
{
	struct yz_dsym *s = NULL;
	const struct yz_dsym *found;
	size_t n;
	if (f->constant || !f->program) {
		s = yz_dsym_constant(l, YZ_YES, f->constant ? f->value : (struct yz_feel_value){0});
		coerce_leaves(l, s, type);
		return s;
	}
	const struct yz_feel_use *uses = yz_feel_uses(l->arena, f->program, &n);
	if (is_path(f, uses, n)) {
		struct yz_str name = yz_feel_names(f->program, &n)[uses[0].input].name, path = no_text;
		if (uses[0].path.len > name.len)
			path = yz_str_n(uses[0].path.ptr + name.len + 1, uses[0].path.len - name.len - 1);
		const struct yz_dsym *at = w->frame[uses[0].input];
		if (at && at->kind == SYM_FIELDS && !path.len)
			return copied(l, at);
		if ((found = resolve(l, at, path)))
			s = copied(l, found);
	}
	const struct yz_feel_cond *c = s ? NULL : yz_feel_condition(l->arena, f->program);
	if (c && (c->kind == YZ_FEEL_COND_AND || c->kind == YZ_FEEL_COND_OR || c->kind == YZ_FEEL_COND_NOT ||
		  c->kind == YZ_FEEL_COND_TEST))
		s = of_condition(l, w, f, c);
	if (!s)
		s = tried(l, w, f->program, NULL, NULL);
	if (!s) {
		const struct yz_feel_type *own = yz_feel_result_type(f->program);
		s = of_var(l, YZ_YES, unread(l, w, DV_COMPUTED, no_text, yz_str_trim(f->text), type ? type : own));
	}
	coerce_leaves(l, s, type);
	s->fails = yz_forest_or(&l->forest, s->fails, yz_dlogic_fails(l, w, f));
	return s;
}

/* ---- boxed expressions ---- */

static struct yz_dsym *of_expr(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x);

static void add_guarded(struct yz_dlogic *l, struct yz_dsym *to, const struct yz_dsym *from, uint32_t guard)
{
	for (size_t i = 0; i < from->leaves.len; i++)
		yz_dsym_add(l, to, yz_forest_and(&l->forest, guard, from->leaves.at[i].guard), from->leaves.at[i].var,
			    from->leaves.at[i].value);
	to->fails = yz_forest_or(&l->forest, to->fails, yz_forest_and(&l->forest, guard, from->fails));
}

static struct yz_dsym *unlooked(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x)
{
	if (!l->collecting)
		*yz_vec_push(l->arena, &l->unread) = x;
	return of_var(l, YZ_YES, unread(l, w, DV_COMPUTED, no_text, x->place.element, x->type));
}

static struct yz_dsym *of_conditional(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x)
{
	struct yz_dsym *c = x->a ? of_expr(l, w, x->a) : NULL, *out = yz_dsym_new(l);
	if (!c || c->kind != SYM_LEAVES)
		return unlooked(l, w, x);
	struct yz_feel_cond is = {.kind = YZ_FEEL_COND_TEST, .input = SIZE_MAX, .op = YZ_FEEL_HOLDS};
	uint32_t yes = of_leaves(l, &is, c, NULL).yes;
	if (l->collecting)
		yes = YZ_YES;
	uint32_t there = yz_forest_less(&l->forest, w->care, c->fails);
	for (int i = 0; i < 2; i++) {
		const struct yz_dexpr *branch = i ? x->c : x->b;
		uint32_t guard = i && !l->collecting ? yz_forest_not(&l->forest, yes) : yes;
		struct yz_dwhere inner = {w->node, w->frame, yz_forest_and(&l->forest, there, guard)};
		struct yz_dsym *s = branch ? of_expr(l, &inner, branch)
					   : yz_dsym_constant(l, YZ_YES, (struct yz_feel_value){0});
		if (s->kind != SYM_LEAVES)
			return unlooked(l, w, x);
		add_guarded(l, out, s, guard);
	}
	out->fails = yz_forest_or(&l->forest, out->fails, c->fails);
	yz_dsym_merge(l, out);
	return out;
}

static struct yz_dsym *of_context(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x)
{
	struct yz_dsym *out = yz_dsym_new(l), *s = NULL;
	*out = (struct yz_dsym){.kind = SYM_FIELDS, .fields = yz_new_n(l->arena, x->n, struct yz_dsym_field)};
	for (size_t i = 0; i < x->n; i++) {
		const struct yz_dentry *e = &x->entries[i];
		s = e->expr ? of_expr(l, w, e->expr) : yz_dsym_constant(l, YZ_YES, (struct yz_feel_value){0});
		coerce_leaves(l, s, e->type);
		if (!e->name.len)
			return s;
		w->frame[e->slot] = s;
		out->fails = yz_forest_or(&l->forest, out->fails, s->fails);
		out->fields[out->nfields++] = (struct yz_dsym_field){.name = e->name, .sym = s};
	}
	return out;
}

static struct yz_dsym *of_expr(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x)
{
	struct yz_dsym *s;
	switch (x->kind) {
	case DX_LITERAL:
		return yz_dlogic_feel(l, w, &x->feel, x->type);
	case DX_TABLE:
		s = yz_dlogic_table(l, w, x->table);
		break;
	case DX_CONDITIONAL:
		s = of_conditional(l, w, x);
		break;
	case DX_CONTEXT:
		s = of_context(l, w, x);
		break;
	default:
		s = unlooked(l, w, x);
		break;
	}
	coerce_leaves(l, s, x->type);
	return s;
}

/* ---- nodes ---- */

static struct yz_dsym *of_import(struct yz_dlogic *l, const struct yz_dimported *import)
{
	struct yz_dsym *s = yz_dsym_new(l);
	*s = (struct yz_dsym){.kind = SYM_FIELDS, .fields = yz_new_n(l->arena, import->nmembers, struct yz_dsym_field)};
	for (size_t i = 0; i < import->nmembers; i++) {
		const struct yz_dmember *m = &import->members[i];
		s->fields[s->nfields++] = (struct yz_dsym_field){m->name, m->node, m->node ? NULL : of_import(l, m->inner)};
	}
	return s;
}

static struct yz_dsym *of_logic(struct yz_dlogic *l, const struct yz_dnode *n)
{
	const struct yz_dfunction *fn = n->function;
	size_t slots = n->face.kind == YZ_DMN_BKM && fn ? fn->slots : n->slots;
	const struct yz_dexpr *x = n->face.kind == YZ_DMN_BKM ? fn ? fn->body : NULL : n->logic;
	if (n->cyclic || !x || x->kind == DX_BROKEN)
		return yz_dsym_constant(l, YZ_YES, (struct yz_feel_value){0});
	struct yz_dwhere w = {n, yz_new_n(l->arena, slots + 1, struct yz_dsym *), YZ_YES};
	for (size_t i = 0; i < n->nrequired; i++)
		w.frame[i] = n->required[i].node ? (struct yz_dsym *)yz_dlogic_node(l, n->required[i].node)
						 : of_import(l, n->required[i].import);
	for (size_t i = 0; n->face.kind == YZ_DMN_BKM && i < fn->host.type->nfields; i++) {
		const struct yz_feel_field *p = &fn->host.type->fields[i];
		struct yz_dsym *s = w.frame[fn->first + i] = yz_dsym_new(l);
		*s = (struct yz_dsym){.kind = SYM_INPUT, .type = p->type};
		s->name = yz_str_printf(l->arena, "%.*s.%.*s", YZ_P(n->face.name), YZ_P(p->name));
	}
	struct yz_dsym *s = of_expr(l, &w, x);
	if (n->face.kind == YZ_DMN_DECISION)
		coerce_leaves(l, s, n->face.type);
	return s;
}

const struct yz_dsym *yz_dlogic_node(struct yz_dlogic *l, const struct yz_dnode *n)
{
	struct yz_dsym **at = &l->nodes[n->face.index];
	if (*at)
		return *at;
	struct yz_dsym *s = *at = yz_dsym_new(l); /* stands in a circle: null */
	switch (n->face.kind) {
	case YZ_DMN_INPUT:
		*s = (struct yz_dsym){.kind = SYM_INPUT, .input = &n->face, .name = n->face.name, .type = n->face.type};
		if (n->face.import.len)
			s->name = yz_str_printf(l->arena, "%.*s.%.*s", YZ_P(n->face.import), YZ_P(n->face.name));
		break;
	case YZ_DMN_DECISION:
		*s = *of_logic(l, n);
		break;
	case YZ_DMN_BKM:
		*s = *yz_dsym_constant(l, YZ_YES, yz_dnode_value(&l->eval, n));
		break;
	case YZ_DMN_SERVICE: /* its inputs are those of the evaluation: not to be called here */
		s->kind = SYM_FIELDS;
		break;
	}
	return s;
}

static void round_over(struct yz_dlogic *l, const struct yz_dnode *const *nodes, size_t n)
{
	l->nodes = yz_new_n(l->arena, l->model->nnodes, struct yz_dsym *);
	for (size_t i = 0; i < n && !l->forest.spent; i++) {
		yz_dlogic_node(l, nodes[i]);
		if (nodes[i]->face.kind == YZ_DMN_BKM)
			of_logic(l, nodes[i]);
	}
}

void yz_dlogic_run(struct yz_dlogic *l, struct yz_arena *a, const struct yz_dmn *m, size_t most, bool nulls,
		   const struct yz_dnode *const *nodes, size_t n)
{
	*l = (struct yz_dlogic){.arena = a, .model = m, .nulls = nulls, .collecting = true};
	yz_forest_init(&l->forest, a, most);
	yz_feel_run_init(&l->run, a);
	yz_dmn_begin(&l->eval, m, &l->run);
	yz_map_init(&l->by_key, a);
	round_over(l, nodes, n);
	l->collecting = false;
	for (size_t i = 0; i < l->vars.len; i++)
		yz_dvar_close(l, l->vars.at[i]);
	round_over(l, nodes, n);
}
