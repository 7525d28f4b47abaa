/* SPDX-License-Identifier: Apache-2.0 */
#include "dmn/table_shape.h"

#include <assert.h>
#include <stdlib.h>

/* ---- what kind of cell ---- */

/* Equality of times counts whole seconds, and in a zone of changing offset those cannot be counted from outside. */
static bool plain_equal(struct yz_feel_value v)
{
	return v.kind < YZ_FEEL_LIST && yz_dclass_of(&v) != DC_DATE_TIME_ZONED;
}

static bool plain_test(const struct yz_feel_cond *c)
{
	if (c->input != SIZE_MAX || c->path.len)
		return false;
	switch (c->op) {
	case YZ_FEEL_EQ:
	case YZ_FEEL_NE:
		return plain_equal(c->value);
	case YZ_FEEL_LT:
	case YZ_FEEL_LE:
	case YZ_FEEL_GT:
	case YZ_FEEL_GE:
		return c->value.kind < YZ_FEEL_LIST;
	case YZ_FEEL_IN:
		if (c->value.kind == YZ_FEEL_RANGE) {
			const struct yz_feel_range *r = c->value.range;
			bool equal = r->form == YZ_FEEL_EQUALS || r->form == YZ_FEEL_DIFFERS;
			return r->start.kind < YZ_FEEL_LIST && r->end.kind < YZ_FEEL_LIST &&
			       (!equal || plain_equal(r->start));
		}
		for (size_t i = 0; c->value.kind == YZ_FEEL_LIST && i < yz_feel_len(c->value); i++)
			if (!plain_equal(yz_feel_at(c->value, i)))
				return false;
		return c->value.kind == YZ_FEEL_LIST;
	case YZ_FEEL_HOLDS:
		return false;
	}
	return false;
}

static bool plain(const struct yz_feel_cond *c)
{
	switch (c->kind) {
	case YZ_FEEL_COND_VALUE:
		return c->value.kind == YZ_FEEL_BOOLEAN || c->value.kind == YZ_FEEL_NULL;
	case YZ_FEEL_COND_TEST:
		return plain_test(c);
	case YZ_FEEL_COND_AND:
	case YZ_FEEL_COND_OR:
	case YZ_FEEL_COND_NOT:
		for (size_t i = 0; i < c->len; i++)
			if (!plain(c->parts[i]))
				return false;
		return true;
	case YZ_FEEL_COND_OPAQUE:
		return false;
	}
	return false;
}

static bool plain_boolean(struct yz_str text, struct yz_dshape *out)
{
	text = yz_str_trim(text);
	out->negated = yz_str_starts(text, YZ_LIT("not(")) && yz_str_ends(text, YZ_LIT(")"));
	if (out->negated)
		text = yz_str_trim(yz_str_n(text.ptr + 4, text.len - 5));
	out->flag = yz_str_eqz(text, "true");
	return out->flag || yz_str_eqz(text, "false");
}

void yz_dshape_of(struct yz_arena *a, const struct yz_dfeel *cell, struct yz_dshape *out)
{
	*out = (struct yz_dshape){.kind = SHAPE_NEVER};
	if (!cell->program) {
		if (yz_dcell_is_any(cell))
			out->kind = SHAPE_ANY;
		return;
	}
	out->cond = yz_feel_condition(a, cell->program);
	if (out->cond->kind == YZ_FEEL_COND_VALUE)
		out->kind = yz_feel_is_true(out->cond->value) ? SHAPE_ANY : SHAPE_NEVER;
	else if (plain(out->cond))
		out->kind = SHAPE_TESTS;
	else
		out->kind = plain_boolean(cell->text, out) ? SHAPE_BOOLEAN : SHAPE_OPAQUE;
}

/* ---- points ---- */

/* Equality of times asks for whole seconds: they are equal from the first … */
static struct yz_feel_value second_of(struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_TIME)
		v.n -= v.n % 1000000000;
	else
		v.aux = 0;
	return v;
}

/* … to before the next. */
static struct yz_feel_value next_second(struct yz_feel_value v)
{
	v = second_of(v);
	v.n += v.kind == YZ_FEEL_TIME ? 1000000000 : 1;
	return v;
}

static bool counts_seconds(unsigned class)
{
	return class == DC_TIME || class == DC_TIME_ZONED || class == DC_DATE_TIME;
}

static void add_point(struct yz_arena *a, struct yz_dpoints *points, struct yz_feel_value v, bool ordered)
{
	unsigned class = yz_dclass_of(&v);
	if (class == DC_NULL || class == DC_BOOLEAN)
		return;
	struct yz_dpoints *p = &points[class];
	p->ordered |= ordered;
	if (!ordered && counts_seconds(class)) {
		p->ordered = true;
		*yz_vec_push(a, &p->all) = second_of(v);
		*yz_vec_push(a, &p->all) = next_second(v);
	} else {
		*yz_vec_push(a, &p->all) = v;
	}
}

static void add_points(struct yz_arena *a, const struct yz_feel_cond *c, struct yz_dpoints *points)
{
	for (size_t i = 0; i < c->len && c->kind != YZ_FEEL_COND_TEST; i++)
		add_points(a, c->parts[i], points);
	if (c->kind != YZ_FEEL_COND_TEST)
		return;
	if (c->op != YZ_FEEL_IN) {
		add_point(a, points, c->value, c->op != YZ_FEEL_EQ && c->op != YZ_FEEL_NE);
	} else if (c->value.kind == YZ_FEEL_RANGE) {
		const struct yz_feel_range *r = c->value.range;
		bool equal = r->form == YZ_FEEL_EQUALS || r->form == YZ_FEEL_DIFFERS;
		add_point(a, points, r->start, !equal);
		add_point(a, points, r->end, !equal);
	} else {
		for (size_t i = 0; i < yz_feel_len(c->value); i++)
			add_point(a, points, yz_feel_at(c->value, i), false);
	}
}

void yz_dshape_points(struct yz_arena *a, const struct yz_dshape *s, struct yz_dpoints points[DC_CLASSES])
{
	if (s->kind == SHAPE_TESTS)
		add_points(a, s->cond, points);
}

static int by_value(const void *a, const void *b)
{
	int c = 0;
	bool ok = yz_feel_compare(*(const struct yz_feel_value *)a, *(const struct yz_feel_value *)b, &c);
	assert(ok);
	return c;
}

size_t yz_dpoints_sort(struct yz_feel_value *points, size_t n)
{
	size_t kept = 0;
	if (n)
		qsort(points, n, sizeof *points, by_value);
	for (size_t i = 0; i < n; i++)
		if (!kept || by_value(&points[kept - 1], &points[i]))
			points[kept++] = points[i];
	return kept;
}

/* ---- lines ---- */

struct liner {
	struct yz_arena *arena;
	enum yz_dclass class;
	const struct yz_dset *set;
};

static struct yz_dline constant(enum yz_dmn_truth truth)
{
	static const struct yz_dturn turns[] = {
		[YZ_DMN_FALSE] = {0, YZ_DMN_FALSE}, [YZ_DMN_TRUE] = {0, YZ_DMN_TRUE}, [YZ_DMN_NULL] = {0, YZ_DMN_NULL}};
	return (struct yz_dline){&turns[truth], 1};
}

/* `inside` from position a to before b, else `outside`. */
static struct yz_dline window(struct liner *l, uint32_t a, uint32_t b, bool inside)
{
	struct yz_dturn *t = yz_new_n(l->arena, 3, struct yz_dturn);
	size_t n = 0;
	if (a >= b)
		return constant(inside ? YZ_DMN_FALSE : YZ_DMN_TRUE);
	if (a)
		t[n++] = (struct yz_dturn){0, inside ? YZ_DMN_FALSE : YZ_DMN_TRUE};
	t[n++] = (struct yz_dturn){a, inside ? YZ_DMN_TRUE : YZ_DMN_FALSE};
	if (b < l->set->npositions)
		t[n++] = (struct yz_dturn){b, inside ? YZ_DMN_FALSE : YZ_DMN_TRUE};
	return (struct yz_dline){t, n};
}

/* Where a constant of the set stands. */
static uint32_t place_of(const struct liner *l, struct yz_feel_value v)
{
	uint32_t lo = 0, hi = l->set->npoints;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = by_value(&v, &l->set->points[mid]);
		if (!c)
			return l->set->ordered ? 2 * mid + 1 : mid + 1;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	assert(!"a point of the set");
}

/* value = v, v of the line's class; `same` false: value != v. */
static struct yz_dline equality(struct liner *l, struct yz_feel_value v, bool same)
{
	if (l->class == DC_BOOLEAN)
		return window(l, v.flag, v.flag + 1u, same);
	if (counts_seconds(l->class))
		return window(l, place_of(l, second_of(v)), place_of(l, next_second(v)), same);
	uint32_t at = place_of(l, v);
	return window(l, at, at + 1, same);
}

static bool same_clock(unsigned a, unsigned b)
{
	return (a == DC_TIME && b == DC_TIME_ZONED) || (a == DC_DATE_TIME && b == DC_DATE_TIME_ZONED);
}

/* value op v, as `=` and `<` of FEEL answer for a value of the line's class. */
static struct yz_dline comparison(struct liner *l, enum yz_feel_op op, struct yz_feel_value v)
{
	unsigned other = yz_dclass_of(&v);
	bool equal = op == YZ_FEEL_EQ, about_equal = equal || op == YZ_FEEL_NE;
	if (other == DC_NULL || l->class == DC_NULL)
		return constant(!about_equal ? YZ_DMN_NULL : (other == l->class) == equal ? YZ_DMN_TRUE : YZ_DMN_FALSE);
	if (other != l->class) {
		/* A clock with and one without a zone differ; two kinds cannot be compared. */
		bool differ = about_equal && (same_clock(other, l->class) || same_clock(l->class, other));
		return constant(!differ ? YZ_DMN_NULL : equal ? YZ_DMN_FALSE : YZ_DMN_TRUE);
	}
	if (about_equal)
		return equality(l, v, equal);
	if (l->class == DC_BOOLEAN)
		return constant(YZ_DMN_NULL);
	uint32_t at = place_of(l, v);
	switch (op) {
	case YZ_FEEL_LT:
		return window(l, 0, at, true);
	case YZ_FEEL_LE:
		return window(l, 0, at + 1, true);
	case YZ_FEEL_GT:
		return window(l, at + 1, l->set->npositions, true);
	default:
		return window(l, at, l->set->npositions, true);
	}
}

static struct yz_dline negation(struct liner *l, struct yz_dline x)
{
	struct yz_dturn *t = yz_new_n(l->arena, x.n, struct yz_dturn);
	for (size_t i = 0; i < x.n; i++) {
		uint8_t was = x.at[i].truth;
		t[i].from = x.at[i].from;
		t[i].truth = was == YZ_DMN_NULL ? YZ_DMN_NULL : was == YZ_DMN_TRUE ? YZ_DMN_FALSE : YZ_DMN_TRUE;
	}
	return (struct yz_dline){t, x.n};
}

static uint8_t joined(uint8_t a, uint8_t b, uint8_t decides)
{
	if (a == decides || b == decides)
		return decides;
	return a == YZ_DMN_NULL || b == YZ_DMN_NULL ? YZ_DMN_NULL : a;
}

/* `decides`: TRUE for or, FALSE for and. */
static struct yz_dline join(struct liner *l, struct yz_dline a, struct yz_dline b, uint8_t decides)
{
	struct yz_dturn *t = yz_new_n(l->arena, a.n + b.n, struct yz_dturn);
	size_t i = 0, j = 0, n = 0;
	for (uint32_t from = 0;;) {
		uint8_t truth = joined(a.at[i].truth, b.at[j].truth, decides);
		if (!n || t[n - 1].truth != truth)
			t[n++] = (struct yz_dturn){from, truth};
		uint32_t next_a = i + 1 < a.n ? a.at[i + 1].from : UINT32_MAX;
		uint32_t next_b = j + 1 < b.n ? b.at[j + 1].from : UINT32_MAX;
		from = next_a < next_b ? next_a : next_b;
		if (from == UINT32_MAX)
			break;
		i += next_a == from;
		j += next_b == from;
	}
	return (struct yz_dline){t, n};
}

static struct yz_dline line_of(struct liner *l, const struct yz_feel_cond *c);

/* Halves first: a cell of thousands of values costs no square. */
static struct yz_dline join_parts(struct liner *l, const struct yz_feel_cond *const *parts, size_t n, uint8_t decides)
{
	if (n == 1)
		return line_of(l, parts[0]);
	return join(l, join_parts(l, parts, n / 2, decides), join_parts(l, parts + n / 2, n - n / 2, decides), decides);
}

/* In a list what cannot be compared is merely different. */
static struct yz_dline in_items(struct liner *l, const struct yz_feel_value *items, size_t n)
{
	if (n > 1)
		return join(l, in_items(l, items, n / 2), in_items(l, items + n / 2, n - n / 2), YZ_DMN_TRUE);
	if (!n || (items[0].kind != YZ_FEEL_NULL && yz_dclass_of(&items[0]) != l->class))
		return constant(YZ_DMN_FALSE);
	return comparison(l, YZ_FEEL_EQ, items[0]);
}

static struct yz_dline membership(struct liner *l, struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_LIST)
		return in_items(l, v.items, yz_feel_len(v));
	const struct yz_feel_range *r = v.range;
	if (r->form == YZ_FEEL_EQUALS || r->form == YZ_FEEL_DIFFERS)
		return comparison(l, r->form == YZ_FEEL_EQUALS ? YZ_FEEL_EQ : YZ_FEEL_NE, r->start);
	struct yz_dline low = constant(YZ_DMN_TRUE), high = low;
	if (r->form != YZ_FEEL_LESS)
		low = comparison(l, r->start_included ? YZ_FEEL_GE : YZ_FEEL_GT, r->start);
	if (r->form != YZ_FEEL_GREATER)
		high = comparison(l, r->end_included ? YZ_FEEL_LE : YZ_FEEL_LT, r->end);
	return join(l, low, high, YZ_DMN_FALSE);
}

static struct yz_dline line_of(struct liner *l, const struct yz_feel_cond *c)
{
	switch (c->kind) {
	case YZ_FEEL_COND_VALUE:
		return constant(yz_feel_is_true(c->value)    ? YZ_DMN_TRUE
				: yz_feel_is_false(c->value) ? YZ_DMN_FALSE
							     : YZ_DMN_NULL);
	case YZ_FEEL_COND_TEST:
		return c->op == YZ_FEEL_IN ? membership(l, c->value) : comparison(l, c->op, c->value);
	case YZ_FEEL_COND_AND:
		return join_parts(l, c->parts, c->len, YZ_DMN_FALSE);
	case YZ_FEEL_COND_OR:
		return join_parts(l, c->parts, c->len, YZ_DMN_TRUE);
	case YZ_FEEL_COND_NOT:
		return negation(l, line_of(l, c->parts[0]));
	case YZ_FEEL_COND_OPAQUE:
		break;
	}
	assert(!"a plain condition");
}

struct yz_dline yz_dshape_line(struct yz_arena *a, const struct yz_dshape *s, enum yz_dclass class,
			       const struct yz_dset *set)
{
	struct liner l = {a, class, set};
	struct yz_dline line;
	switch (s->kind) {
	case SHAPE_ANY:
		return constant(YZ_DMN_TRUE);
	case SHAPE_NEVER:
		return constant(YZ_DMN_FALSE);
	case SHAPE_BOOLEAN:
		line = class == DC_BOOLEAN ? window(&l, s->flag, s->flag + 1u, true)
					   : constant(s->flag ? YZ_DMN_TRUE : YZ_DMN_FALSE);
		return s->negated ? negation(&l, line) : line;
	default:
		return line_of(&l, s->cond);
	}
}
