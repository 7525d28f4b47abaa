/* dmn/sweep_plan.c - a decision taken apart into sets of rows.
 *
 * Every part of a decision that a plan cannot say exactly (opaque conditions,
 * collecting tables, computed outputs) gives the plan up: the decision is then
 * made row by row.  `want` of a condition is three-valued truth; what stands
 * in a plan is plain sets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/sweep.h"

enum { PLAN_DEEPEST = 32, OUTCOMES_MOST = 10000 };

typedef const struct yz_dplan *plan;
typedef YZ_VEC(plan) plan_list;

struct planner {
	struct yz_arena *arena;
	struct yz_dmn_rules *rules;
	struct yz_dpoints (*points)[DC_CLASSES]; /* of each fact */
	plan_list leaves;
	unsigned depth;
	struct yz_feel_run run;
};

/* A value a decision may come to, and the rows for which it does. */
struct outcome {
	struct yz_feel_value value;
	plan rows;
};
typedef YZ_VEC(struct outcome) outcome_list;

/* ---- plans ---- */

static plan join(struct planner *b, enum yz_dplan_kind kind, plan *parts, size_t n)
{
	static const struct yz_dplan all = {.kind = DP_ALL}, none = {.kind = DP_NONE};
	if (!n)
		return kind == DP_AND ? &all : &none;
	for (size_t i = 0; i < n; i++)
		if (!parts[i])
			return NULL;
	if (n == 1)
		return parts[0];
	struct yz_dplan *p = yz_new(b->arena, struct yz_dplan);
	*p = (struct yz_dplan){
		.kind = kind, .parts = (void *)yz_memdup(b->arena, (const void *)parts, n * sizeof *parts), .n = n};
	return p;
}

static plan constant(bool all)
{
	static const struct yz_dplan plans[] = {{.kind = DP_NONE}, {.kind = DP_ALL}};
	return &plans[all];
}

static plan except(struct planner *b, plan a, plan other)
{
	if (!a || !other)
		return NULL;
	return other->kind == DP_NONE ? a : join(b, DP_EXCEPT, (plan[]){a, other}, 2);
}

/* One class of values a kind has; facts of others (times, with and without zone) are not planned. */
static bool one_class(enum yz_feel_kind kind)
{
	return kind != YZ_FEEL_TIME && kind != YZ_FEEL_DATE_TIME;
}

static unsigned class_of(const struct yz_feel_type *t)
{
	struct yz_feel_value v = {.kind = (uint8_t)t->kind};
	return yz_dclass_of(&v);
}

static plan leaf(struct planner *b, uint32_t fact, const struct yz_dshape *shape, uint8_t want)
{
	const struct yz_feel_type *t = b->rules->facts[fact].type;
	if (!one_class(t->kind) || (shape && shape->kind == SHAPE_OPAQUE))
		return NULL;
	if (shape && (shape->kind == SHAPE_ANY || shape->kind == SHAPE_NEVER))
		return constant((shape->kind == SHAPE_ANY) == (want == YZ_DMN_TRUE));
	struct yz_dplan *p = yz_new(b->arena, struct yz_dplan);
	*p = (struct yz_dplan){.kind = DP_LEAF, .fact = fact, .want = want, .shape = shape};
	if (shape)
		yz_dshape_points(b->arena, shape, b->points[fact]);
	*yz_vec_push(b->arena, &b->leaves) = p;
	return p;
}

/* ---- what a name stands for ---- */

static uint32_t fact_of(const struct planner *b, const struct yz_dnode *input, struct yz_str path)
{
	for (size_t i = 0; i < b->rules->nfacts; i++)
		if (b->rules->facts[i].input == &input->face && yz_str_eq(b->rules->facts[i].path, path))
			return (uint32_t)i;
	return UINT32_MAX;
}

/* The node an input of a program stands for; NULL: something else. */
static const struct yz_dnode *node_of(const struct yz_dnode *in, const struct yz_dfeel *f, size_t input)
{
	for (uint32_t i = 0; i < f->nused; i++)
		if (f->used[i].name == input)
			return f->used[i].slot < in->nrequired ? in->required[f->used[i].slot].node : NULL;
	return NULL;
}

static bool outcomes_of(struct planner *b, const struct yz_dnode *n, outcome_list *out);
static plan condition(struct planner *b, const struct yz_dnode *in, const struct yz_dfeel *f,
		      const struct yz_feel_cond *c, uint8_t want);

/* How a test answers for one value. */
static uint8_t truth_of(struct planner *b, const struct yz_dshape *shape, struct yz_feel_value v)
{
	if (!shape)
		return yz_feel_is_true(v) ? YZ_DMN_TRUE : yz_feel_is_false(v) ? YZ_DMN_FALSE : YZ_DMN_NULL;
	unsigned class = yz_dclass_of(&v);
	struct yz_dpoints points[DC_CLASSES] = {0};
	yz_dshape_points(b->arena, shape, points);
	struct yz_dset *set = yz_dset_new(b->arena, class, &points[class]);
	struct yz_dline line = yz_dshape_line(b->arena, shape, class, set);
	return yz_dline_at(line, set->npositions > 1 ? yz_dset_position(set, &v) : 0);
}

/* A test on what another decision comes to. */
static plan outcome_test(struct planner *b, const struct yz_dnode *n, const struct yz_dshape *shape, uint8_t want)
{
	outcome_list all = {0};
	plan_list fitting = {0};
	if (!outcomes_of(b, n, &all))
		return NULL;
	for (size_t i = 0; i < all.len; i++) {
		if (all.at[i].value.kind >= YZ_FEEL_LIST || !one_class((enum yz_feel_kind)all.at[i].value.kind))
			return NULL;
		if (truth_of(b, shape, all.at[i].value) == want)
			*yz_vec_push(b->arena, &fitting) = all.at[i].rows;
	}
	return join(b, DP_OR, fitting.at, fitting.len);
}

static plan about(struct planner *b, const struct yz_dnode *n, struct yz_str path, const struct yz_dshape *shape,
		  uint8_t want)
{
	if (!n)
		return NULL;
	if (n->face.kind == YZ_DMN_DECISION && !path.len)
		return outcome_test(b, n, shape, want);
	if (n->face.kind != YZ_DMN_INPUT)
		return NULL;
	uint32_t fact = fact_of(b, n, path);
	return fact == UINT32_MAX ? NULL : leaf(b, fact, shape, want);
}

/* ---- conditions ---- */

static bool plain_value(struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_LIST) {
		for (size_t i = 0; i < yz_feel_len(v); i++)
			if (!plain_value(yz_feel_at(v, i)))
				return false;
		return true;
	}
	if (v.kind == YZ_FEEL_RANGE)
		return plain_value(v.range->start) && plain_value(v.range->end);
	return v.kind < YZ_FEEL_LIST && v.kind != YZ_FEEL_TIME && v.kind != YZ_FEEL_DATE_TIME;
}

static plan test(struct planner *b, const struct yz_dnode *in, const struct yz_dfeel *f, const struct yz_feel_cond *c,
		 uint8_t want)
{
	struct yz_dshape *shape = NULL;
	if (c->op != YZ_FEEL_HOLDS) {
		if (!plain_value(c->value))
			return NULL;
		shape = yz_new(b->arena, struct yz_dshape);
		*shape = (struct yz_dshape){.kind = SHAPE_TESTS, .cond = c};
	}
	return c->input == SIZE_MAX ? NULL : about(b, node_of(in, f, c->input), c->path, shape, want);
}

/* Says where a plan stands in the model. */
static plan placed(plan p, const struct yz_dnode *in, const struct yz_dfeel *f, const struct yz_feel_cond *c)
{
	if (!p || p->kind == DP_ALL || p->kind == DP_NONE || p->text.len)
		return p;
	struct yz_str text = yz_feel_source(f->program);
	struct yz_dplan *q = (struct yz_dplan *)p;
	q->text = c->place.to <= text.len && c->place.from < c->place.to
			  ? yz_str_n(text.ptr + c->place.from, c->place.to - c->place.from)
			  : text;
	q->place = in->face.place;
	q->place.line = c->place.line;
	q->place.column = c->place.column;
	return q;
}

static plan condition(struct planner *b, const struct yz_dnode *in, const struct yz_dfeel *f,
		      const struct yz_feel_cond *c, uint8_t want)
{
	bool and = (c->kind == YZ_FEEL_COND_AND) == (want == YZ_DMN_TRUE);
	plan_list parts = {0};
	plan p = NULL;
	switch (c->kind) {
	case YZ_FEEL_COND_VALUE:
		return constant(want == YZ_DMN_TRUE ? yz_feel_is_true(c->value) : yz_feel_is_false(c->value));
	case YZ_FEEL_COND_AND:
	case YZ_FEEL_COND_OR:
		for (size_t i = 0; i < c->len; i++)
			*yz_vec_push(b->arena, &parts) = condition(b, in, f, c->parts[i], want);
		p = join(b, and? DP_AND : DP_OR, parts.at, parts.len);
		break;
	case YZ_FEEL_COND_NOT:
		p = condition(b, in, f, c->parts[0], want == YZ_DMN_TRUE ? YZ_DMN_FALSE : YZ_DMN_TRUE);
		break;
	case YZ_FEEL_COND_TEST:
		p = test(b, in, f, c, want);
		break;
	case YZ_FEEL_COND_OPAQUE:
		return NULL;
	}
	return want == YZ_DMN_TRUE ? placed(p, in, f, c) : p;
}

/* ---- what decisions come to ---- */

static void add_outcome(struct planner *b, outcome_list *out, struct yz_feel_value v, plan rows)
{
	*yz_vec_push(b->arena, out) = (struct outcome){v, rows};
}

/* Whatever is in no other outcome is null. */
static bool add_rest(struct planner *b, outcome_list *out)
{
	plan_list some = {0};
	for (size_t i = 0; i < out->len; i++)
		*yz_vec_push(b->arena, &some) = out->at[i].rows;
	plan rest = except(b, constant(true), join(b, DP_OR, some.at, some.len));
	add_outcome(b, out, (struct yz_feel_value){0}, rest);
	return rest != NULL;
}

static bool literal_outcomes(struct planner *b, const struct yz_dnode *n, outcome_list *out)
{
	const struct yz_dfeel *f = &n->logic->feel;
	if (!f->program)
		return false;
	if (f->constant) {
		add_outcome(b, out, f->value, constant(true));
		return true;
	}
	const struct yz_feel_cond *c = yz_feel_condition(b->arena, f->program);
	for (int flag = 1; flag >= 0; flag--) {
		plan p = condition(b, n, f, c, flag ? YZ_DMN_TRUE : YZ_DMN_FALSE);
		if (!p)
			return false;
		add_outcome(b, out, yz_feel_bool(flag), p);
	}
	return add_rest(b, out);
}

/* The name an input clause is about; false: it is more than a name. */
static bool subject_of(struct planner *b, const struct yz_dnode *in, const struct yz_dfeel *f,
		       const struct yz_dnode **node, struct yz_str *path)
{
	size_t n;
	if (!f->program)
		return false;
	const struct yz_feel_use *uses = yz_feel_uses(b->arena, f->program, &n);
	if (n != 1 || !yz_str_eq(uses[0].path, yz_str_trim(f->text)))
		return false;
	const struct yz_feel_name *names = yz_feel_names(f->program, &n);
	struct yz_str name = names[uses[0].input].name;
	*node = node_of(in, f, uses[0].input);
	*path = uses[0].path.len > name.len ? yz_str_n(uses[0].path.ptr + name.len + 1, uses[0].path.len - name.len - 1)
					    : (struct yz_str){0};
	return *node != NULL;
}

/* The rows whose value of an input clause makes a cell true. */
static plan cell_plan(struct planner *b, const struct yz_dnode *in, const struct yz_dcolumn *column,
		      const struct yz_dfeel *cell)
{
	const struct yz_dnode *node;
	struct yz_str path;
	struct yz_dshape *shape = yz_new(b->arena, struct yz_dshape);
	yz_dshape_of(b->arena, cell, shape);
	if (shape->kind == SHAPE_ANY || shape->kind == SHAPE_NEVER)
		return constant(shape->kind == SHAPE_ANY);
	if (shape->kind == SHAPE_OPAQUE)
		return NULL;
	if (subject_of(b, in, &column->expr, &node, &path))
		return about(b, node, path, shape, YZ_DMN_TRUE);
	/* A clause that is a condition itself. */
	if (!column->expr.program || yz_feel_result_type(column->expr.program)->kind != YZ_FEEL_BOOLEAN)
		return NULL;
	const struct yz_feel_cond *c = yz_feel_condition(b->arena, column->expr.program);
	plan yes = condition(b, in, &column->expr, c, YZ_DMN_TRUE),
	     no = condition(b, in, &column->expr, c, YZ_DMN_FALSE);
	if (!yes || !no)
		return NULL;
	plan_list fitting = {0};
	if (truth_of(b, shape, yz_feel_bool(true)) == YZ_DMN_TRUE)
		*yz_vec_push(b->arena, &fitting) = yes;
	if (truth_of(b, shape, yz_feel_bool(false)) == YZ_DMN_TRUE)
		*yz_vec_push(b->arena, &fitting) = no;
	if (truth_of(b, shape, (struct yz_feel_value){0}) == YZ_DMN_TRUE)
		*yz_vec_push(b->arena, &fitting) = except(b, constant(true), join(b, DP_OR, (plan[]){yes, no}, 2));
	return join(b, DP_OR, fitting.at, fitting.len);
}

/* The clause's type changes no value that arrives. */
static bool type_is_idle(struct planner *b, const struct yz_dnode *in, const struct yz_dcolumn *column)
{
	const struct yz_dnode *node;
	struct yz_str path;
	const struct yz_feel_type *t = column->type;
	if (!t || t->kind == YZ_FEEL_ANY)
		return true;
	if (subject_of(b, in, &column->expr, &node, &path)) {
		uint32_t fact = node->face.kind == YZ_DMN_INPUT ? fact_of(b, node, path) : UINT32_MAX;
		const struct yz_feel_type *own = fact != UINT32_MAX ? b->rules->facts[fact].type : node->face.type;
		return own == t || (own && own->kind == t->kind && t->kind < YZ_FEEL_LIST && !t->allows);
	}
	return t->kind == YZ_FEEL_BOOLEAN && !t->allows;
}

static plan row_plan(struct planner *b, const struct yz_dnode *in, const struct yz_dtable *t,
		     const struct yz_drule *rule, struct yz_dway *way)
{
	plan_list cells = {0};
	for (size_t i = 0; i < t->ncolumns; i++) {
		plan p = cell_plan(b, in, &t->columns[i], &rule->cells[i]);
		if (!p)
			return NULL;
		if (p->kind == DP_ALL)
			continue;
		if (p->kind != DP_NONE && !p->text.len) {
			struct yz_dplan *q = (struct yz_dplan *)p;
			q->text = yz_str_printf(b->arena, "%.*s %.*s", YZ_P(t->columns[i].label),
						YZ_P(rule->cells[i].text));
			q->place = rule->place;
		}
		*yz_vec_push(b->arena, &cells) = p;
	}
	*way = (struct yz_dway){.conditions = cells.at, .n = cells.len};
	return join(b, DP_AND, cells.at, cells.len);
}

static plan allowed_plan(struct planner *b, const struct yz_dnode *in, const struct yz_dtable *t)
{
	plan_list all = {0};
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->columns[i].allowed.program)
			*yz_vec_push(b->arena, &all) = cell_plan(b, in, &t->columns[i], &t->columns[i].allowed);
	return join(b, DP_AND, all.at, all.len);
}

/* The rules of a table, best first: as they stand, or by the order of their outputs. */
static size_t *best_first(struct planner *b, const struct yz_dtable *t)
{
	size_t *order = yz_new_n(b->arena, t->nrules, size_t);
	for (size_t i = 0; i < t->nrules; i++) {
		size_t at = i;
		while (t->hit == DH_PRIORITY && at &&
		       t->index->rows[order[at - 1]].ranks[0] > t->index->rows[i].ranks[0]) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = i;
	}
	return order;
}

static bool default_outcome(struct planner *b, const struct yz_dtable *t, plan any, plan allowed, outcome_list *out)
{
	const struct yz_dfeel *f = &t->outputs[0].otherwise;
	if (!f->text.len)
		return true;
	if (!f->constant)
		return false;
	plan p = except(b, allowed, any);
	add_outcome(b, out, yz_feel_coerce(&b->run, f->value, t->outputs[0].type), p);
	return p != NULL;
}

static bool plannable(struct planner *b, const struct yz_dnode *in, const struct yz_dtable *t)
{
	bool policy = t->hit == DH_UNIQUE || t->hit == DH_FIRST || t->hit == DH_ANY || t->hit == DH_PRIORITY;
	if (!policy || t->noutputs != 1 || !t->index || !t->index->fixed || t->nrules > OUTCOMES_MOST)
		return false;
	for (size_t i = 0; i < t->ncolumns; i++)
		if (!type_is_idle(b, in, &t->columns[i]))
			return false;
	return true;
}

/* Rows by the value of their rule; ways NULL: nobody asks. */
static bool table_outcomes(struct planner *b, const struct yz_dnode *in, const struct yz_dtable *t, outcome_list *out,
			   struct yz_dway *ways)
{
	if (!plannable(b, in, t))
		return false;
	plan allowed = allowed_plan(b, in, t);
	plan *rows = yz_new_n(b->arena, t->nrules, plan);
	size_t *order = best_first(b, t);
	struct yz_dway unused;
	for (size_t i = 0; i < t->nrules; i++)
		if (!(rows[i] = row_plan(b, in, t, &t->rules[i], ways ? &ways[i] : &unused)))
			return false;
	if (!allowed)
		return false;
	plan once = t->hit == DH_UNIQUE ? join(b, DP_ONE, rows, t->nrules) : NULL, before = constant(false);
	for (size_t i = 0; i < t->nrules; i++) {
		plan r = rows[order[i]];
		if (t->hit == DH_UNIQUE) {
			r = join(b, DP_AND, (plan[]){r, once}, 2);
		} else if (t->hit == DH_ANY) {
			plan_list others = {0};
			for (size_t j = 0; j < t->nrules; j++)
				if (!yz_feel_same(t->index->rows[j].value, t->index->rows[i].value))
					*yz_vec_push(b->arena, &others) = rows[j];
			r = except(b, r, join(b, DP_OR, others.at, others.len));
		} else {
			plan whole = r;
			r = except(b, r, before);
			before = join(b, DP_OR, (plan[]){before, whole}, 2);
		}
		add_outcome(b, out, t->index->rows[order[i]].value, join(b, DP_AND, (plan[]){r, allowed}, 2));
	}
	return default_outcome(b, t, join(b, DP_OR, rows, t->nrules), allowed, out) && add_rest(b, out);
}

/* The variable's type, and what it makes of the outcomes. */
static bool converted(struct planner *b, const struct yz_dnode *n, outcome_list *out)
{
	for (size_t i = 0; i < out->len; i++) {
		struct yz_feel_value v =
			n->logic->type ? yz_feel_coerce(&b->run, out->at[i].value, n->logic->type) : out->at[i].value;
		out->at[i].value = n->face.type ? yz_feel_coerce(&b->run, v, n->face.type) : v;
	}
	return true;
}

static bool outcomes_of(struct planner *b, const struct yz_dnode *n, outcome_list *out)
{
	if (!n->logic || n->cyclic || b->depth == PLAN_DEEPEST)
		return false;
	b->depth++;
	bool ok = n->logic->kind == DX_LITERAL
			  ? literal_outcomes(b, n, out)
			  : n->logic->kind == DX_TABLE && table_outcomes(b, n, n->logic->table, out, NULL);
	b->depth--;
	return ok && converted(b, n, out);
}

/* ---- rules ---- */

static plan yes_of(struct planner *b, const outcome_list *all)
{
	plan_list yes = {0};
	for (size_t i = 0; i < all->len; i++)
		if (yz_dis_yes(b->rules, all->at[i].value))
			*yz_vec_push(b->arena, &yes) = all->at[i].rows;
	return join(b, DP_OR, yes.at, yes.len);
}

static void plan_literal(struct planner *b, struct yz_drule_plan *r)
{
	outcome_list all = {0};
	if (!literal_outcomes(b, r->node, &all) || !converted(b, r->node, &all))
		return;
	r->yes = yes_of(b, &all);
	if (!r->yes)
		return;
	r->ways = yz_new(b->arena, struct yz_dway);
	r->nways = 1;
	r->exact = true;
	if (r->yes->kind == DP_AND) {
		*r->ways = (struct yz_dway){.conditions = r->yes->parts, .n = r->yes->n};
		return;
	}
	plan *only = yz_new(b->arena, plan);
	*only = r->yes;
	*r->ways = (struct yz_dway){.conditions = only, .n = 1};
}

static void plan_table(struct planner *b, struct yz_drule_plan *r)
{
	const struct yz_dtable *t = r->node->logic->table;
	struct yz_dway *ways = yz_new_n(b->arena, t->nrules, struct yz_dway);
	outcome_list all = {0};
	if (!table_outcomes(b, r->node, t, &all, ways) || !converted(b, r->node, &all))
		return;
	r->yes = yes_of(b, &all);
	r->ways = ways;
	for (size_t i = 0; r->yes && i < t->nrules; i++) {
		struct yz_feel_value v = t->index->rows[i].value;
		if (yz_dis_yes(b->rules, r->node->face.type ? yz_feel_coerce(&b->run, v, r->node->face.type) : v))
			ways[r->nways++] = ways[i];
	}
}

static void finish_leaf(struct planner *b, struct yz_dplan *p)
{
	static const struct yz_dturn flag[] = {{0, YZ_DMN_FALSE}, {1, YZ_DMN_TRUE}};
	unsigned class = class_of(b->rules->facts[p->fact].type);
	const struct yz_dset **set = &b->rules->sets[p->fact];
	if (!*set) {
		struct yz_dpoints *points = &b->points[p->fact][class];
		points->ordered |= class != DC_STRING && class != DC_BOOLEAN;
		*set = yz_dset_new(b->arena, class, points);
	}
	if (!p->shape) {
		p->when_null = YZ_DMN_NULL;
		p->line = (struct yz_dline){flag, 2};
		return;
	}
	struct yz_dpoints no_points = {0};
	p->when_null =
		yz_dline_at(yz_dshape_line(b->arena, p->shape, DC_NULL, yz_dset_new(b->arena, DC_NULL, &no_points)), 0);
	p->line = yz_dshape_line(b->arena, p->shape, class, *set);
}

const struct yz_dmn_rules *yz_dmn_rules_new(struct yz_arena *a, const struct yz_dmn *m,
					    const struct yz_dmn_node *const *decisions, size_t n,
					    const struct yz_dmn_fact *facts, size_t nfacts,
					    const struct yz_feel_value *wanted)
{
	struct yz_dmn_rules *r = yz_new(a, struct yz_dmn_rules);
	*r = (struct yz_dmn_rules){.model = m, .facts = facts, .nfacts = nfacts, .n = n};
	if (wanted)
		r->wanted = (void *)yz_memdup(a, (const void *)wanted, sizeof *wanted);
	r->sets = yz_new_n(a, nfacts, const struct yz_dset *);
	r->rules = yz_new_n(a, n, struct yz_drule_plan);
	struct planner b = {.arena = a, .rules = r, .points = yz_alloc_n(a, nfacts, sizeof *b.points)};
	yz_feel_run_init(&b.run, a);
	if (m->limits.feel)
		b.run.limits = m->limits.feel;
	for (size_t i = 0; i < n; i++) {
		struct yz_drule_plan *rule = &r->rules[i];
		rule->node = (const struct yz_dnode *)decisions[i];
		if (rule->node->face.kind != YZ_DMN_DECISION || !rule->node->logic || rule->node->cyclic)
			continue;
		if (rule->node->logic->kind == DX_LITERAL)
			plan_literal(&b, rule);
		else if (rule->node->logic->kind == DX_TABLE)
			plan_table(&b, rule);
	}
	for (size_t i = 0; i < b.leaves.len; i++)
		finish_leaf(&b, (struct yz_dplan *)b.leaves.at[i]);
	yz_dcode_rules(a, r, b.leaves.at, b.leaves.len);
	return r;
}

bool yz_dmn_rules_plain(const struct yz_dmn_rules *r, size_t i)
{
	return r->rules[i].yes != NULL;
}

size_t yz_dmn_rules_conditions(const struct yz_dmn_rules *r, size_t i)
{
	size_t most = 0;
	for (size_t w = 0; r->rules[i].yes && w < r->rules[i].nways; w++)
		most = r->rules[i].ways[w].n > most ? r->rules[i].ways[w].n : most;
	return most;
}
