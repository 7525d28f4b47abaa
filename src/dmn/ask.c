/* dmn/ask.c - the next question.
 *
 * The evaluator says whether the outcome is known yet, and what it may depend
 * on; the outcome as a function of the facts (logic.h), where it is small
 * enough, says on what it really does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/ask.h"

enum { MOST_NODES = 100000, MOST_ROOT = 20000, MOST_ENDS = 4096, MOST_ANSWERS = 200, DEEPEST = 8 };

/* One of the names is the other, or a part of it. */
static bool related(struct yz_str a, struct yz_str b)
{
	if (a.len > b.len)
		return related(b, a);
	return yz_str_starts(b, a) && (b.len == a.len || b.ptr[a.len] == '.');
}

/* ---- making a guide ---- */

static void add_fact(struct yz_arena *a, struct yz_dmn_guide *g, const struct yz_dmn_node *input, struct yz_str name,
		     const struct yz_feel_type *t, unsigned depth)
{
	if (t && t->kind == YZ_FEEL_CONTEXT && t->nfields && depth < DEEPEST) {
		for (size_t i = 0; i < t->nfields; i++)
			add_fact(a, g, input, yz_str_printf(a, "%.*s.%.*s", YZ_P(name), YZ_P(t->fields[i].name)), t->fields[i].type,
				 depth + 1);
		return;
	}
	struct yz_dgfact *f = yz_vec_push(a, &g->facts);
	*f = (struct yz_dgfact){.input = input, .name = name, .type = t};
	for (size_t i = 0; i < g->logic.vars.len; i++) {
		const struct yz_dvar *v = g->logic.vars.at[i];
		if (v->kind == DV_FACT && v->input == input && yz_str_eq(v->name, name))
			f->var = v;
	}
}

static void add_table(struct yz_arena *a, struct yz_dmn_guide *g, const struct yz_dnode *n)
{
	const struct yz_dtable *t = n->logic->table;
	struct yz_dgtable *to = yz_vec_push(a, &g->tables);
	*to = (struct yz_dgtable){n, t, yz_new_n(a, t->ncolumns, uint32_t)};
	for (size_t i = 0; i < t->ncolumns; i++) {
		to->of[i] = UINT32_MAX;
		for (size_t k = 0; k < g->facts.len; k++)
			if (yz_str_eq(yz_str_trim(t->columns[i].expr.text), g->facts.at[k].name))
				to->of[i] = (uint32_t)k;
	}
}

static void add_tables(struct yz_arena *a, struct yz_dmn_guide *g, const struct yz_dmn_node *n, uint8_t *seen)
{
	const struct yz_dnode *node = (const struct yz_dnode *)n;
	if (seen[n->index])
		return;
	seen[n->index] = 1;
	for (size_t i = 0; i < n->nneeds; i++)
		add_tables(a, g, n->needs[i], seen);
	if (n->kind == YZ_DMN_DECISION && node->logic && node->logic->kind == DX_TABLE)
		add_table(a, g, node);
}

static size_t nodes_below(struct yz_arena *a, const struct yz_forest *f, uint32_t root)
{
	YZ_VEC(uint32_t) open = {0};
	uint8_t *seen = yz_new_n(a, f->nodes.len, uint8_t);
	size_t n = 0;
	*yz_vec_push(a, &open) = root;
	while (open.len) {
		uint32_t id = open.at[--open.len];
		const struct yz_forest_node *x = &f->nodes.at[id];
		if (seen[id])
			continue;
		seen[id] = 1;
		n++;
		for (uint32_t i = 0; x->var != UINT32_MAX && i < x->n; i++)
			*yz_vec_push(a, &open) = x->runs[i].to;
	}
	return n;
}

static void make_root(struct yz_arena *a, struct yz_dmn_guide *g)
{
	struct yz_forest *f = &g->logic.forest;
	const struct yz_dsym *s = yz_dlogic_node(&g->logic, g->node);
	if (f->spent || s->kind != SYM_LEAVES || s->leaves.len > MOST_ENDS)
		return;
	g->ends = s->leaves.at;
	uint32_t root = yz_forest_end(f, 2 + (uint32_t)s->leaves.len);
	for (size_t i = 0; i < s->leaves.len; i++)
		root = yz_forest_if(f, s->leaves.at[i].guard, yz_forest_end(f, 2 + (uint32_t)i), root);
	g->root = root;
	g->whole = !f->spent && nodes_below(a, f, root) <= MOST_ROOT;
}

const struct yz_dmn_guide *yz_dmn_guide_new(struct yz_arena *a, const struct yz_dmn *m, const struct yz_dmn_node *decision)
{
	struct yz_dmn_guide *g = yz_new(a, struct yz_dmn_guide);
	const struct yz_dnode *n = (const struct yz_dnode *)decision;
	if (decision->kind == YZ_DMN_SERVICE && n->noutputs)
		n = n->outputs[0];
	*g = (struct yz_dmn_guide){.model = m, .node = n};
	yz_dlogic_run(&g->logic, a, m, MOST_NODES, true, &n, 1);
	make_root(a, g);
	size_t ninputs;
	const struct yz_dmn_node *const *inputs = yz_dmn_inputs_of(a, m, &n->face, &ninputs);
	if (n->face.kind == YZ_DMN_INPUT)
		add_fact(a, g, &n->face, n->face.name, n->face.type, 0);
	for (size_t i = 0; i < ninputs; i++) {
		struct yz_str name = inputs[i]->name;
		if (inputs[i]->import.len)
			name = yz_str_printf(a, "%.*s.%.*s", YZ_P(inputs[i]->import), YZ_P(name));
		add_fact(a, g, inputs[i], name, inputs[i]->type, 0);
	}
	add_tables(a, g, &n->face, yz_new_n(a, m->nnodes, uint8_t));
	return g;
}

bool yz_dmn_guide_exact(const struct yz_dmn_guide *g)
{
	const struct yz_dsym *s = g->logic.nodes[g->node->face.index];
	bool exact = g->whole;
	for (size_t i = 0; i < g->logic.vars.len; i++)
		exact &= !g->logic.vars.at[i]->used || g->logic.vars.at[i]->kind == DV_FACT;
	for (size_t i = 0; exact && i < s->leaves.len; i++)
		exact &= !s->leaves.at[i].var;
	return exact;
}

/* ---- what is open ---- */

static const struct yz_dmn_told *told_of(const struct yz_dmn_told *known, size_t n, struct yz_str name)
{
	for (size_t i = n; i-- > 0;)
		if (yz_str_eq(known[i].name, name))
			return &known[i];
	return NULL;
}

/* Told, or part of something that was. */
static bool is_known(const struct yz_dmn_told *known, size_t n, struct yz_str name)
{
	for (size_t i = 0; i < n; i++)
		if (known[i].name.len <= name.len && related(known[i].name, name))
			return true;
	return false;
}

static void by_evaluator(struct yz_dview *v, const struct yz_dmn_told *known, size_t n)
{
	size_t ndeps;
	const struct yz_str *deps = yz_feel_depends_on(v->outcome, &ndeps);
	for (size_t i = 0; i < v->g->facts.len; i++)
		for (size_t k = 0; k < ndeps && !v->matters[i]; k++)
			v->matters[i] = related(deps[k], v->g->facts.at[i].name) && !is_known(known, n, v->g->facts.at[i].name);
}

/* False: a fact has a value that no condition was made for. */
static bool fix_known(struct yz_dview *v)
{
	const struct yz_dlogic *l = &v->g->logic;
	uint32_t *at = yz_new_n(v->run->arena, l->vars.len, uint32_t);
	memset(at, 0xff, l->vars.len * sizeof *at);
	for (size_t i = 0; i < v->g->facts.len; i++) {
		const struct yz_dvar *var = v->g->facts.at[i].var;
		if (!var || v->values[i].kind == YZ_FEEL_UNKNOWN)
			continue;
		at[var->index] = yz_dvar_position(var, v->values[i]);
		if (at[var->index] == UINT32_MAX)
			return false;
	}
	yz_forest_init(&v->forest, v->run->arena, 2 * MOST_NODES);
	v->rest = yz_forest_fix(&v->forest, &l->forest, v->g->root, at);
	return !v->forest.spent;
}

/* Marks the facts that the rest asks; false: it also asks what cannot be looked into. */
static bool mark(struct yz_dview *v)
{
	const struct yz_dlogic *l = &v->g->logic;
	uint8_t *asked = yz_new_n(v->run->arena, l->vars.len, uint8_t);
	for (size_t i = 0; i < v->forest.nodes.len; i++) {
		const struct yz_forest_node *n = &v->forest.nodes.at[i];
		if (n->var != UINT32_MAX)
			asked[n->var] = 1;
		else if (n->n >= 2 && v->g->ends[n->n - 2].var)
			return false;
	}
	for (size_t i = 0; i < l->vars.len; i++)
		if (asked[i] && l->vars.at[i]->kind != DV_FACT)
			return false;
	for (size_t i = 0; i < v->g->facts.len; i++)
		v->matters[i] = v->g->facts.at[i].var && asked[v->g->facts.at[i].var->index];
	return true;
}

void yz_dview_init(struct yz_dview *v, const struct yz_dmn_guide *g, const struct yz_dmn_told *known, size_t n,
		   struct yz_feel_run *run)
{
	struct yz_feel_value on;
	*v = (struct yz_dview){.g = g, .run = run, .matters = yz_new_n(run->arena, g->facts.len, uint8_t),
			       .values = yz_new_n(run->arena, g->facts.len, struct yz_feel_value)};
	yz_dmn_begin(&v->eval, g->model, run);
	v->eval.missing_unknown = true;
	yz_dmn_set_told(&v->eval, known, n);
	v->outcome = yz_dmn_decide(&v->eval, &g->node->face);
	v->decided = !yz_feel_has_unknown(run->arena, v->outcome, &on);
	if (v->decided)
		return;
	v->outcome = on;
	bool plain = g->whole;
	for (size_t i = 0; i < g->facts.len; i++) {
		const struct yz_dmn_told *t = told_of(known, n, g->facts.at[i].name);
		v->values[i] = t ? t->value : (struct yz_feel_value){.kind = YZ_FEEL_UNKNOWN};
		plain &= t || !is_known(known, n, g->facts.at[i].name);
	}
	v->exact = plain && fix_known(v) && mark(v);
	if (!v->exact) {
		by_evaluator(v, known, n);
	} else if (v->forest.nodes.at[v->rest].var == UINT32_MAX) {
		v->decided = true;
		v->outcome = g->ends[v->forest.nodes.at[v->rest].n - 2].value;
	}
}

/* ---- answers ---- */

static void put_band(const struct yz_dvar *var, size_t from, size_t to, struct yz_dmn_answer *out)
{
	const struct yz_datom *a = &var->atoms[from], *b = &var->atoms[to];
	*out = (struct yz_dmn_answer){.band = true, .low_in = a->single, .high_in = b->single, .low = a->single ? a->value : a->low,
				      .high = b->single ? b->value : b->high};
	for (size_t i = from; i <= to; i++)
		if (!var->atoms[i].single || i == from)
			out->value = var->atoms[i].value;
	if (from == to && a->single)
		*out = (struct yz_dmn_answer){.value = a->value};
}

static bool ordered(const struct yz_dvar *var)
{
	for (uint32_t i = 0; i < var->natoms; i++)
		if (var->atoms[i].value.kind == YZ_FEEL_STRING || var->atoms[i].value.kind == YZ_FEEL_NULL)
			return false;
	return true;
}

static void answers_of(struct yz_dview *v, size_t fact, struct yz_dmn_question *q)
{
	const struct yz_dvar *var = v->g->facts.at[fact].var;
	struct yz_arena *a = v->run->arena;
	q->free = !var || !var->finite;
	if (!var || var->natoms > 50 * MOST_ANSWERS)
		return;
	struct yz_dmn_answer *out = yz_new_n(a, var->natoms, struct yz_dmn_answer);
	uint32_t *kinds = yz_new_n(a, var->natoms, uint32_t);
	bool bands = !var->finite && ordered(var);
	if (bands)
		yz_dview_kinds(v, fact, kinds);
	for (uint32_t i = 0, end; i < var->natoms; i = end + 1) {
		end = i;
		if (bands) {
			while (end + 1 < var->natoms && kinds[end + 1] == kinds[i] &&
			       yz_feel_compare(var->atoms[end].value, var->atoms[end + 1].value, &(int){0}))
				end++;
			put_band(var, i, end, &out[q->nanswers++]);
		} else if (var->atoms[i].single) {
			out[q->nanswers++] = (struct yz_dmn_answer){.value = var->atoms[i].value};
		}
	}
	q->answers = out;
	/* One band without ends says nothing. */
	if (q->nanswers > MOST_ANSWERS ||
	    (q->nanswers == 1 && out->band && out->low.kind == YZ_FEEL_NULL && out->high.kind == YZ_FEEL_NULL))
		q->nanswers = 0;
}

/* ---- asking ---- */

void yz_dmn_ask(const struct yz_dmn_guide *g, const struct yz_dmn_told *known, size_t n, struct yz_feel_run *run,
		struct yz_dmn_asked *out)
{
	struct yz_dview v;
	size_t best = SIZE_MAX;
	double least = 0;
	yz_dview_init(&v, g, known, n, run);
	*out = (struct yz_dmn_asked){.decided = v.decided, .outcome = v.outcome};
	if (v.decided)
		return;
	for (size_t i = 0; i < g->facts.len; i++) {
		if (!v.matters[i])
			continue;
		double weight = yz_dview_weigh(&v, i);
		if (best == SIZE_MAX || weight < least - 1e-9) {
			best = i;
			least = weight;
		}
	}
	/* Nothing can be asked that would help: it stays as it is. */
	if (best == SIZE_MAX) {
		out->decided = true;
		return;
	}
	out->question = (struct yz_dmn_question){.fact = g->facts.at[best].name, .input = g->facts.at[best].input,
						 .type = g->facts.at[best].type};
	answers_of(&v, best, &out->question);
}

void yz_dmn_needless(const struct yz_dmn_guide *g, const struct yz_dmn_told *known, size_t n, struct yz_feel_run *run,
		     bool *needless)
{
	struct yz_dmn_told *kept = yz_new_n(run->arena, n, struct yz_dmn_told);
	size_t nkept = 0;
	for (size_t i = 0; i < n; i++) {
		struct yz_dview v;
		needless[i] = true;
		if (told_of(known + i + 1, n - i - 1, known[i].name))
			continue;
		yz_dview_init(&v, g, kept, nkept, run);
		for (size_t k = 0; k < g->facts.len && !v.decided; k++)
			if (v.matters[k] && related(known[i].name, g->facts.at[k].name))
				needless[i] = false;
		if (!needless[i])
			kept[nkept++] = known[i];
	}
}
