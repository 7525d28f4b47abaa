/* dmn/logic_fact.c - facts and other unknowns as variables, and the positions their values have.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/logic.h"

#include "dmn/table_shape.h"

#include <assert.h>

enum { CANDIDATES = 6 };

typedef YZ_VEC(struct yz_datom) atom_list;

struct yz_dvar *yz_dvar_of(struct yz_dlogic *l, enum yz_dvar_kind kind, struct yz_str key, struct yz_str name,
			   const struct yz_feel_type *type)
{
	struct yz_dvar *v = yz_map_get(&l->by_key, key);
	if (!v) {
		v = yz_new(l->arena, struct yz_dvar);
		*v = (struct yz_dvar){.kind = kind, .index = (uint32_t)l->vars.len, .name = name, .type = type};
		if (type && type->kind == YZ_FEEL_ANY && !type->allows)
			v->type = NULL;
		v->always = YZ_YES;
		*yz_vec_push(l->arena, &l->vars) = v;
		yz_map_put(&l->by_key, yz_str_dup(l->arena, key), v);
		yz_dvar_allowed(l, v, v->type);
		/* Found in the second round only: nothing compares it with a constant. */
		if (!l->collecting)
			yz_dvar_close(l, v);
	}
	v->used |= !l->collecting;
	return v;
}

/* ---- points ---- */

void yz_dvar_point(struct yz_dlogic *l, struct yz_dvar *v, struct yz_feel_value point, bool ordered)
{
	if (point.kind == YZ_FEEL_NULL)
		v->speaks_null = true;
	if (point.kind == YZ_FEEL_NULL || point.kind >= YZ_FEEL_LIST || !l->collecting)
		return;
	v->strings_ordered |= ordered && point.kind == YZ_FEEL_STRING;
	*yz_vec_push(l->arena, &v->points) = point;
	/* Equality of clocks asks for whole seconds. */
	if (point.kind != YZ_FEEL_TIME && point.kind != YZ_FEEL_DATE_TIME)
		return;
	struct yz_feel_value s = point;
	if (s.kind == YZ_FEEL_TIME)
		s.n -= s.n % 1000000000;
	s.aux = 0;
	*yz_vec_push(l->arena, &v->points) = s;
	s.n += s.kind == YZ_FEEL_TIME ? 1000000000 : 1;
	*yz_vec_push(l->arena, &v->points) = s;
}

static void test_points(struct yz_dlogic *l, struct yz_dvar *v, const struct yz_feel_cond *c)
{
	if (c->op == YZ_FEEL_HOLDS)
		return;
	if (c->op != YZ_FEEL_IN) {
		yz_dvar_point(l, v, c->value, c->op != YZ_FEEL_EQ && c->op != YZ_FEEL_NE);
	} else if (c->value.kind == YZ_FEEL_RANGE) {
		const struct yz_feel_range *r = c->value.range;
		bool equal = r->form == YZ_FEEL_EQUALS || r->form == YZ_FEEL_DIFFERS;
		if (equal || r->form != YZ_FEEL_LESS)
			yz_dvar_point(l, v, r->start, !equal);
		if (equal || r->form != YZ_FEEL_GREATER)
			yz_dvar_point(l, v, r->end, !equal);
	} else {
		for (size_t i = 0; c->value.kind == YZ_FEEL_LIST && i < yz_feel_len(c->value); i++)
			yz_dvar_point(l, v, yz_feel_at(c->value, i), false);
	}
}

void yz_dvar_points(struct yz_dlogic *l, struct yz_dvar *v, const struct yz_feel_cond *c)
{
	if (c->kind == YZ_FEEL_COND_TEST)
		test_points(l, v, c);
	else
		for (size_t i = 0; i < c->len; i++)
			yz_dvar_points(l, v, c->parts[i]);
}

void yz_dvar_allowed(struct yz_dlogic *l, struct yz_dvar *v, const struct yz_feel_type *t)
{
	bool null = v->speaks_null;
	const struct yz_feel *tests;
	for (size_t i = 0; t && (tests = yz_dallow_tests(t, i)); i++)
		yz_dvar_points(l, v, yz_feel_condition(l->arena, tests));
	v->speaks_null = null;
}

/* ---- positions ---- */

static bool allowed(struct yz_dlogic *l, const struct yz_dvar *v, struct yz_feel_value value)
{
	if (!v->type || value.kind == YZ_FEEL_NULL)
		return true;
	return (value.kind == v->type->kind || v->type->kind == YZ_FEEL_ANY) &&
	       (!v->type->allows || yz_feel_is_true(v->type->allows(v->type, &l->run, value)));
}

static void add_single(struct yz_dlogic *l, const struct yz_dvar *v, struct yz_feel_value value, atom_list *out)
{
	if (allowed(l, v, value))
		*yz_vec_push(l->arena, out) = (struct yz_datom){.value = value, .single = true};
}

static void add_gap(struct yz_dlogic *l, const struct yz_dvar *v, unsigned class, const struct yz_feel_value *low,
		    const struct yz_feel_value *high, atom_list *out)
{
	struct yz_datom atom = {0};
	struct yz_feel_value found[CANDIDATES];
	if (low)
		atom.low = *low;
	if (high)
		atom.high = *high;
	size_t n = yz_dnatural(l->arena, class, atom.low, atom.high, found, CANDIDATES);
	for (size_t i = 0; i < n; i++)
		if (allowed(l, v, found[i])) {
			atom.value = found[i];
			*yz_vec_push(l->arena, out) = atom;
			return;
		}
}

static void add_other_string(struct yz_dlogic *l, const struct yz_dvar *v, const struct yz_feel_value *points, size_t n,
			     atom_list *out)
{
	for (size_t try = 0; try <= n; try++) {
		struct yz_str s = try ? yz_str_printf(l->arena, "其他%zu", try) : YZ_LIT("其他");
		struct yz_feel_value value = yz_feel_string(s);
		bool taken = false;
		for (size_t i = 0; i < n; i++)
			taken |= yz_str_eq(yz_feel_str(points[i]), s);
		if (!taken) {
			if (allowed(l, v, value))
				*yz_vec_push(l->arena, out) = (struct yz_datom){.value = value};
			return;
		}
	}
}

static void add_class(struct yz_dlogic *l, const struct yz_dvar *v, unsigned class, atom_list *out)
{
	YZ_VEC(struct yz_feel_value) points = {0};
	for (size_t i = 0; i < v->points.len; i++)
		if (yz_dclass_of(&v->points.at[i]) == class)
			*yz_vec_push(l->arena, &points) = v->points.at[i];
	size_t n = points.len ? yz_dpoints_sort(points.at, points.len) : 0;
	bool ordered = class != DC_STRING || v->strings_ordered;
	for (size_t i = 0; i < n; i++) {
		if (ordered)
			add_gap(l, v, class, i ? &points.at[i - 1] : NULL, &points.at[i], out);
		add_single(l, v, points.at[i], out);
	}
	if (!ordered)
		add_other_string(l, v, points.at, n, out);
	else
		add_gap(l, v, class, n ? &points.at[n - 1] : NULL, NULL, out);
}

/* The classes its values may be of. */
static uint32_t classes_of(const struct yz_dvar *v)
{
	static const uint32_t of_kind[] = {
		[YZ_FEEL_BOOLEAN] = 1u << DC_BOOLEAN, [YZ_FEEL_NUMBER] = 1u << DC_NUMBER, [YZ_FEEL_STRING] = 1u << DC_STRING,
		[YZ_FEEL_DATE] = 1u << DC_DATE,       [YZ_FEEL_TIME] = 1u << DC_TIME,     [YZ_FEEL_DATE_TIME] = 1u << DC_DATE_TIME,
		[YZ_FEEL_DAYS] = 1u << DC_DAYS,       [YZ_FEEL_MONTHS] = 1u << DC_MONTHS,
	};
	uint32_t found = 0, own = v->type && v->type->kind <= YZ_FEEL_MONTHS ? of_kind[v->type->kind] : 0;
	for (size_t i = 0; i < v->points.len; i++)
		if (!own || v->points.at[i].kind == v->type->kind)
			found |= 1u << yz_dclass_of(&v->points.at[i]);
	return found ? found : own;
}

static bool has_value(const atom_list *atoms, struct yz_feel_value v)
{
	for (size_t i = 0; i < atoms->len; i++)
		if (yz_feel_same(atoms->at[i].value, v))
			return true;
	return false;
}

static void add_all(struct yz_dlogic *l, const struct yz_dvar *v, atom_list *out)
{
	const struct yz_feel_value *values;
	size_t n;
	yz_dmn_allowed(l->model, v->type, &values, &n);
	for (size_t i = 0; i < n; i++)
		if (values[i].kind != YZ_FEEL_NULL && !has_value(out, values[i]))
			add_single(l, v, values[i], out);
	uint32_t classes = n ? 0 : classes_of(v);
	for (unsigned class = 0; class < DC_CLASSES; class++) {
		if (!(classes >> class & 1))
			continue;
		if (class == DC_BOOLEAN) {
			add_single(l, v, yz_feel_bool(false), out);
			add_single(l, v, yz_feel_bool(true), out);
		} else {
			add_class(l, v, class, out);
		}
	}
	if (v->speaks_null)
		*yz_vec_push(l->arena, out) = (struct yz_datom){.single = true};
}

void yz_dvar_close(struct yz_dlogic *l, struct yz_dvar *v)
{
	atom_list atoms = {0};
	if (v->kind == DV_CONDITION) {
		for (int i = 0; i < 2; i++)
			*yz_vec_push(l->arena, &atoms) = (struct yz_datom){.value = yz_feel_bool(i), .single = true};
	} else {
		add_all(l, v, &atoms);
	}
	/* Nothing speaks of it, or nothing is allowed: one position all the same. */
	if (!atoms.len)
		*yz_vec_push(l->arena, &atoms) = (struct yz_datom){.empty = v->type && v->type->allows};
	v->atoms = atoms.at;
	v->natoms = (uint32_t)atoms.len;
	v->finite = true;
	for (size_t i = 0; i < atoms.len; i++)
		v->finite &= atoms.at[i].single;
}

uint32_t yz_dvar_at(struct yz_dlogic *l, const struct yz_dvar *v, const uint8_t *marked)
{
	struct yz_forest_run brief[64], *runs = v->natoms > 64 ? yz_new_n(l->arena, v->natoms, struct yz_forest_run) : brief;
	uint32_t n = 0;
	for (uint32_t i = 0; i < v->natoms; i++) {
		uint32_t to = marked[i] ? YZ_YES : YZ_NO;
		if (!n || runs[n - 1].to != to)
			runs[n++] = (struct yz_forest_run){i, to};
	}
	return yz_forest_ask(&l->forest, v->index, runs, n);
}

uint32_t yz_dvar_position(const struct yz_dvar *v, struct yz_feel_value value)
{
	int c;
	uint32_t other = UINT32_MAX;
	for (uint32_t i = 0; i < v->natoms; i++) {
		const struct yz_datom *at = &v->atoms[i];
		if (at->single) {
			if (at->value.kind == value.kind && (yz_feel_same(at->value, value) ||
							     (yz_feel_compare(at->value, value, &c) && !c)))
				return i;
			continue;
		}
		if (at->value.kind != value.kind || yz_dclass_of(&at->value) != yz_dclass_of(&value))
			continue;
		if (at->low.kind != YZ_FEEL_NULL && (!yz_feel_compare(at->low, value, &c) || c >= 0))
			continue;
		if (at->high.kind != YZ_FEEL_NULL && (!yz_feel_compare(value, at->high, &c) || c >= 0))
			continue;
		other = i;
	}
	return other;
}
