/* dmn/logic_table.c - decision tables as functions of facts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/logic.h"

#include "dmn/table_index.h"

#include <stdlib.h>

enum { MOST_LISTS = 1024 };

struct table {
	struct yz_dlogic *l;
	const struct yz_dwhere *w;
	const struct yz_dtable *t;
	struct yz_dsym **columns;
	struct yz_dtried tried;
	uint32_t open; /* asked, with inputs that are there and allowed */
	uint32_t fails;
	struct yz_dsym *out;
};

static const struct yz_feel_value null_value;

static bool speaks(const struct yz_dfeel *f)
{
	return f->program || (yz_str_trim(f->text).len && !yz_str_eqz(yz_str_trim(f->text), "-"));
}

/* ---- rows ---- */

static void match_rows(struct table *x)
{
	struct yz_forest *f = &x->l->forest;
	const struct yz_dtable *t = x->t;
	const struct yz_dindex *ix = t->index;
	uint32_t *known = yz_new_n(x->l->arena, ix->ncells, uint32_t);
	for (size_t r = 0; r < t->nrules; r++) {
		uint32_t all = x->open;
		for (size_t i = 0; i < t->ncolumns; i++) {
			/* Equal cells of a column are one. */
			uint32_t id = ix->columns[i].cells[r];
			if (!known[id])
				known[id] = yz_dlogic_tests(x->l, x->w, &t->rules[r].cells[i], x->columns[i], t->columns[i].type).yes + 1;
			x->tried.cells[r * t->ncolumns + i] = known[id] - 1;
			all = yz_forest_and(f, all, known[id] - 1);
		}
		x->tried.rows[r] = x->l->collecting ? YZ_YES : all;
	}
}

static void read_columns(struct table *x)
{
	struct yz_forest *f = &x->l->forest;
	const struct yz_dtable *t = x->t;
	uint32_t fails = YZ_NO;
	for (size_t i = 0; i < t->ncolumns; i++) {
		x->columns[i] = yz_dlogic_feel(x->l, x->w, &t->columns[i].expr, NULL);
		fails = yz_forest_or(f, fails, x->columns[i]->fails);
		for (size_t r = 0; r < t->nrules; r++)
			if (t->rules[r].cells[i].nused)
				fails = yz_forest_or(f, fails, yz_dlogic_fails(x->l, x->w, &t->rules[r].cells[i]));
	}
	x->fails = yz_forest_and(f, x->w->care, fails);
	x->tried.care = yz_forest_less(f, x->w->care, fails);
	uint32_t allowed = YZ_YES;
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->columns[i].allowed.program)
			allowed = yz_forest_and(f, allowed, yz_dlogic_tests(x->l, x->w, &t->columns[i].allowed, x->columns[i],
									    t->columns[i].type).yes);
	x->tried.refused = x->l->collecting ? YZ_NO : yz_forest_less(f, x->tried.care, allowed);
	x->open = yz_forest_less(f, x->tried.care, x->tried.refused);
}

static struct yz_dsym *output(struct table *x, size_t row)
{
	const struct yz_dindex_row *made = &x->t->index->rows[row];
	const struct yz_drule *rule = &x->t->rules[row];
	if (made->fixed)
		return yz_dsym_constant(x->l, YZ_YES, made->value);
	if (x->t->noutputs == 1) {
		struct yz_dsym *s = yz_dlogic_feel(x->l, x->w, &rule->outputs[0], x->t->outputs[0].type);
		if (s->kind == SYM_LEAVES && !x->t->outputs[0].allowed.program)
			return s;
	}
	struct yz_dvar *v = yz_dvar_of(x->l, DV_COMPUTED, yz_str_printf(x->l->arena, "row %p", (const void *)rule),
				       rule->outputs[0].text, x->t->noutputs == 1 ? x->t->outputs[0].type : NULL);
	v->node = x->w->node;
	v->place = rule->place;
	struct yz_dsym *s = yz_dsym_new(x->l);
	yz_dsym_add(x->l, s, YZ_YES, v, null_value);
	return s;
}

static void answer(struct table *x, uint32_t guard, const struct yz_dsym *s)
{
	struct yz_forest *f = &x->l->forest;
	if (guard == YZ_NO)
		return;
	for (size_t i = 0; i < s->leaves.len; i++)
		yz_dsym_add(x->l, x->out, yz_forest_and(f, guard, s->leaves.at[i].guard), s->leaves.at[i].var, s->leaves.at[i].value);
	x->fails = yz_forest_or(f, x->fails, yz_forest_and(f, guard, s->fails));
}

static void no_answer(struct table *x, uint32_t guard)
{
	if (x->l->nulls)
		yz_dsym_add(x->l, x->out, guard, NULL, null_value);
	else
		x->fails = yz_forest_or(&x->l->forest, x->fails, guard);
}

/* ---- one row answers ---- */

struct ranked {
	const struct yz_dindex_row *row;
	size_t noutputs;
	uint32_t at;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	for (size_t i = 0; i < x->noutputs; i++)
		if (x->row->ranks[i] != y->row->ranks[i])
			return x->row->ranks[i] < y->row->ranks[i] ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* NULL: the rows have no order that is known beforehand. */
static const uint32_t *order_of(struct table *x)
{
	size_t n = x->t->nrules;
	bool ranks = x->t->hit == DH_PRIORITY || x->t->hit == DH_OUTPUT_ORDER;
	struct ranked *all = yz_new_n(x->l->arena, n, struct ranked);
	uint32_t *order = yz_new_n(x->l->arena, n, uint32_t);
	for (size_t r = 0; r < n; r++) {
		all[r] = (struct ranked){&x->t->index->rows[r], x->t->noutputs, (uint32_t)r};
		if (ranks && !all[r].row->fixed)
			return NULL;
	}
	if (ranks)
		qsort(all, n, sizeof *all, by_rank);
	for (size_t r = 0; r < n; r++)
		order[r] = all[r].at;
	return order;
}

static uint32_t first_of(struct table *x, const uint32_t *order)
{
	struct yz_forest *f = &x->l->forest;
	uint32_t rest = x->open;
	for (size_t i = 0; i < x->t->nrules; i++) {
		uint32_t r = order[i], here = yz_forest_and(f, rest, x->tried.rows[r]);
		answer(x, here, output(x, r));
		if (!x->l->collecting)
			rest = yz_forest_less(f, rest, x->tried.rows[r]);
	}
	return rest;
}

static uint32_t only_of(struct table *x)
{
	struct yz_forest *f = &x->l->forest;
	uint32_t seen = YZ_NO, twice = YZ_NO;
	for (size_t r = 0; r < x->t->nrules && !x->l->collecting; r++) {
		twice = yz_forest_or(f, twice, yz_forest_and(f, seen, x->tried.rows[r]));
		seen = yz_forest_or(f, seen, x->tried.rows[r]);
	}
	for (size_t r = 0; r < x->t->nrules; r++)
		answer(x, yz_forest_less(f, x->tried.rows[r], twice), output(x, r));
	no_answer(x, twice);
	return yz_forest_less(f, x->open, seen);
}

/* Rows of equal answers do not contradict. */
static uint32_t any_of(struct table *x)
{
	struct yz_forest *f = &x->l->forest;
	YZ_VEC(struct yz_dleaf) kinds = {0};
	uint32_t seen = YZ_NO, conflict = YZ_NO;
	for (size_t r = 0; r < x->t->nrules; r++) {
		const struct yz_dindex_row *made = &x->t->index->rows[r];
		size_t k = 0;
		while (made->fixed && k < kinds.len &&
		       (kinds.at[k].var || !yz_feel_is_true(yz_feel_equal(&x->l->run, kinds.at[k].value, made->value))))
			k++;
		if (!made->fixed)
			k = kinds.len;
		if (k == kinds.len) {
			const struct yz_dsym *s = output(x, r);
			*yz_vec_push(x->l->arena, &kinds) = (struct yz_dleaf){
				.guard = YZ_NO, .value = made->value, .var = made->fixed || !s->leaves.len ? NULL : s->leaves.at[0].var};
		}
		kinds.at[k].guard = yz_forest_or(f, kinds.at[k].guard, x->tried.rows[r]);
	}
	for (size_t k = 0; k < kinds.len && !x->l->collecting; k++) {
		conflict = yz_forest_or(f, conflict, yz_forest_and(f, seen, kinds.at[k].guard));
		seen = yz_forest_or(f, seen, kinds.at[k].guard);
	}
	for (size_t k = 0; k < kinds.len; k++)
		yz_dsym_add(x->l, x->out, yz_forest_less(f, kinds.at[k].guard, conflict), kinds.at[k].var, kinds.at[k].value);
	no_answer(x, conflict);
	return yz_forest_less(f, x->open, seen);
}

/* ---- several rows answer ---- */

/* What stands so far, and one more. */
static struct yz_feel_value gathered(struct table *x, struct yz_feel_value so_far, bool first, struct yz_feel_value v)
{
	struct yz_dec d;
	int c;
	size_t n;
	struct yz_feel_value *items;
	switch (x->t->aggregate) {
	case DA_COUNT:
		return yz_feel_int(first ? 1 : so_far.lo + 1);
	case DA_SUM:
		if (v.kind != YZ_FEEL_NUMBER || (!first && so_far.kind != YZ_FEEL_NUMBER))
			return null_value;
		if (first)
			return v;
		return yz_dec_add(yz_feel_dec(so_far), yz_feel_dec(v), &d) ? yz_feel_number(d) : null_value;
	case DA_MIN:
	case DA_MAX:
		if (first)
			return v;
		if (!yz_feel_compare(v, so_far, &c))
			return null_value;
		return (x->t->aggregate == DA_MIN) == (c < 0) && c ? v : so_far;
	case DA_NONE:
		break;
	}
	n = first ? 0 : yz_feel_len(so_far);
	items = yz_new_n(x->l->arena, n + 1, struct yz_feel_value);
	for (size_t i = 0; i < n; i++)
		items[i] = yz_feel_at(so_far, i);
	items[n] = v;
	return yz_feel_list(items, n + 1);
}

/* False: there are too many, or their rows are computed. */
static bool all_of(struct table *x, const uint32_t *order)
{
	struct yz_forest *f = &x->l->forest;
	struct yz_dsym *so_far = yz_dsym_new(x->l);
	uint32_t none = x->open;
	if (!order || !x->t->index->fixed || (x->t->aggregate && x->t->noutputs > 1))
		return false;
	for (size_t i = 0; i < x->t->nrules; i++) {
		uint32_t row = x->tried.rows[order[i]];
		struct yz_feel_value v = x->t->index->rows[order[i]].value;
		struct yz_dsym *next = yz_dsym_new(x->l);
		for (size_t k = 0; k < so_far->leaves.len; k++) {
			struct yz_dleaf leaf = so_far->leaves.at[k];
			yz_dsym_add(x->l, next, yz_forest_and(f, leaf.guard, row), NULL, gathered(x, leaf.value, false, v));
			yz_dsym_add(x->l, next, yz_forest_less(f, leaf.guard, row), NULL, leaf.value);
		}
		yz_dsym_add(x->l, next, yz_forest_and(f, none, row), NULL, gathered(x, null_value, true, v));
		none = yz_forest_less(f, none, row);
		yz_dsym_merge(x->l, next);
		if (next->leaves.len > MOST_LISTS || f->spent)
			return false;
		so_far = next;
	}
	answer(x, x->open, so_far);
	return true;
}

static uint32_t none_of(struct table *x)
{
	uint32_t seen = YZ_NO;
	for (size_t r = 0; r < x->t->nrules; r++)
		seen = yz_forest_or(&x->l->forest, seen, x->tried.rows[r]);
	return yz_forest_less(&x->l->forest, x->open, seen);
}

static uint32_t collected(struct table *x, const uint32_t *order)
{
	if (!x->l->collecting && all_of(x, order))
		return none_of(x);
	struct yz_dvar *v = yz_dvar_of(x->l, DV_COMPUTED, yz_str_printf(x->l->arena, "table %p", (const void *)x->t),
				       x->t->place.element, NULL);
	v->node = x->w->node;
	v->place = x->t->place;
	x->out->leaves.len = 0;
	yz_dsym_add(x->l, x->out, x->open, v, null_value);
	return x->l->collecting ? YZ_YES : YZ_NO;
}

/* ---- no row answers ---- */

static bool has_default(const struct yz_dtable *t)
{
	for (size_t i = 0; i < t->noutputs; i++)
		if (speaks(&t->outputs[i].otherwise))
			return true;
	return false;
}

static void otherwise(struct table *x, uint32_t rest)
{
	const struct yz_dtable *t = x->t;
	bool lists = !t->aggregate && (t->hit == DH_COLLECT || t->hit == DH_RULE_ORDER || t->hit == DH_OUTPUT_ORDER);
	struct yz_dsym *s;
	if (has_default(t) && t->noutputs == 1) {
		s = yz_dlogic_feel(x->l, x->w, &t->outputs[0].otherwise, t->outputs[0].type);
		answer(x, rest, s);
	} else if (has_default(t)) {
		struct yz_dvar *v = yz_dvar_of(x->l, DV_COMPUTED, yz_str_printf(x->l->arena, "default %p", (const void *)t),
					       t->outputs[0].otherwise.text, NULL);
		v->node = x->w->node;
		v->place = t->place;
		yz_dsym_add(x->l, x->out, rest, v, null_value);
	} else if (t->aggregate == DA_COUNT || lists) {
		yz_dsym_add(x->l, x->out, rest, NULL, lists ? yz_feel_list(NULL, 0) : yz_feel_int(0));
	} else {
		no_answer(x, rest);
	}
}

struct yz_dsym *yz_dlogic_table(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dtable *t)
{
	struct table x = {.l = l, .w = w, .t = t, .out = yz_dsym_new(l)};
	uint32_t rest;
	if (!t->noutputs)
		return yz_dsym_constant(l, YZ_YES, null_value);
	x.columns = yz_new_n(l->arena, t->ncolumns, struct yz_dsym *);
	x.tried = (struct yz_dtried){.node = w->node, .table = t};
	x.tried.rows = yz_new_n(l->arena, t->nrules, uint32_t);
	x.tried.cells = yz_new_n(l->arena, t->nrules * t->ncolumns, uint32_t);
	read_columns(&x);
	match_rows(&x);
	const uint32_t *order = order_of(&x);
	no_answer(&x, x.tried.refused);
	switch (t->hit) {
	case DH_FIRST:
	case DH_PRIORITY:
		x.tried.order = order;
		rest = order ? first_of(&x, order) : collected(&x, NULL);
		break;
	case DH_UNIQUE:
		rest = only_of(&x);
		break;
	case DH_ANY:
		rest = any_of(&x);
		break;
	default:
		rest = collected(&x, order);
		break;
	}
	otherwise(&x, rest);
	if (!l->collecting)
		*yz_vec_push(l->arena, &l->tables) = x.tried;
	yz_dsym_merge(l, x.out);
	x.out->fails = x.fails;
	return x.out;
}
