/* dmn/prove.c - every combination of answers looked at: gaps, contradictions, rules in vain.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/logic.h"

#include "dmn/load.h"
#include "dmn/table_index.h"

enum { MOST_NODES = 1000000, MOST_FINDINGS = 10000 };

typedef YZ_VEC(const struct yz_dnode *) node_list;

struct prover {
	struct yz_dlogic l;
	struct yz_dmn_proof *out;
	struct yz_dmn_finding *last;
	struct yz_dmn_eval eval;
	bool full;
};

/* ---- examples ---- */

/* The lower the sooner taken: values inside a band, then single ones, then "any other" and none. */
static int oddness(const struct yz_datom *at)
{
	if (at->empty || at->value.kind == YZ_FEEL_NULL)
		return 3;
	if (at->single)
		return 1;
	return at->value.kind == YZ_FEEL_STRING ? 2 : 0;
}

static uint32_t choose(const struct yz_forest *f, uint32_t node, const struct yz_dvar *v)
{
	uint32_t best = UINT32_MAX;
	for (uint32_t i = 0; i < v->natoms; i++) {
		if (node != YZ_YES && yz_forest_step(f, node, i) == YZ_NO)
			continue;
		if (best == UINT32_MAX || oddness(&v->atoms[i]) < oddness(&v->atoms[best]))
			best = i;
	}
	return best;
}

static bool stands_on(const struct yz_dmn_node *const *inputs, size_t n, const struct yz_dvar *v,
		      const struct yz_dnode *node)
{
	for (size_t i = 0; i < n; i++)
		if (v->input == inputs[i])
			return true;
	return !v->input && node->face.kind == YZ_DMN_BKM && yz_str_starts(v->name, node->face.name) &&
	       v->name.len > node->face.name.len && v->name.ptr[node->face.name.len] == '.';
}

/* A value for every fact the node stands on, so that `where` holds. */
static void exemplify(struct prover *p, struct yz_dmn_finding *f, const struct yz_dnode *node, uint32_t where)
{
	struct yz_dlogic *l = &p->l;
	size_t ninputs;
	const struct yz_dmn_node *const *inputs = yz_dmn_inputs_of(l->arena, l->model, &node->face, &ninputs);
	struct yz_dmn_told *told = yz_new_n(l->arena, l->vars.len, struct yz_dmn_told);
	for (size_t i = 0; i < l->vars.len; i++) {
		const struct yz_dvar *v = l->vars.at[i];
		bool asked = where > YZ_YES && l->forest.nodes.at[where].var == v->index;
		if (!asked && (v->kind != DV_FACT || !stands_on(inputs, ninputs, v, node)))
			continue;
		uint32_t at = choose(&l->forest, asked ? where : YZ_YES, v);
		if (asked)
			where = yz_forest_step(&l->forest, where, at);
		told[f->nexample++] = (struct yz_dmn_told){v->name, v->atoms[at].value, v->kind != DV_FACT};
	}
	f->example = told;
}

static struct yz_dmn_finding *found(struct prover *p, enum yz_dmn_flaw flaw, const struct yz_dnode *node,
				    struct yz_dmn_place place)
{
	struct yz_dmn_finding *f = yz_new(p->l.arena, struct yz_dmn_finding);
	*f = (struct yz_dmn_finding){.flaw = flaw, .node = &node->face, .place = place};
	if (p->last)
		p->last->next = f;
	else
		p->out->findings = f;
	p->last = f;
	p->full |= ++p->out->nfindings == MOST_FINDINGS;
	return f;
}

/* ---- rows ---- */

static struct yz_dmn_finding *of_row(struct prover *p, enum yz_dmn_flaw flaw, const struct yz_dtried *t, size_t row)
{
	struct yz_dmn_finding *f = found(p, flaw, t->node, t->table->rules[row].place);
	f->rule = (uint32_t)row + 1;
	return f;
}

static void clash(struct prover *p, const struct yz_dtried *t, size_t row, size_t other, uint32_t where)
{
	struct yz_dmn_finding *f = of_row(p, YZ_DMN_CLASH, t, row);
	f->other = (uint32_t)other + 1;
	exemplify(p, f, t->node, where);
}

/* Do the rows answer differently where both match?  What is computed is decided by the example. */
static bool differs(struct prover *p, const struct yz_dtried *t, size_t a, size_t b, uint32_t where)
{
	const struct yz_dtable *table = t->table;
	const struct yz_dindex_row *x = &table->index->rows[a], *y = &table->index->rows[b];
	struct yz_dmn_finding f = {0};
	if (x->fixed && y->fixed)
		return !yz_feel_is_true(yz_feel_equal(&p->l.run, x->value, y->value));
	bool same = true;
	for (size_t i = 0; i < table->noutputs; i++)
		same &= yz_str_eq(yz_str_trim(table->rules[a].outputs[i].text), yz_str_trim(table->rules[b].outputs[i].text));
	if (same || t->node->face.kind != YZ_DMN_DECISION)
		return false;
	exemplify(p, &f, t->node, where);
	struct yz_feel_run run;
	struct yz_dmn_eval e;
	yz_feel_run_init(&run, p->l.arena);
	yz_dmn_begin(&e, p->l.model, &run);
	yz_dmn_set_told(&e, f.example, f.nexample);
	yz_dmn_decide(&e, &t->node->face);
	for (const struct yz_feel_reason *r = run.reasons; r; r = r->next)
		if (r->why == YZ_FEEL_WHY_RULES_DIFFER)
			return true;
	return false;
}

static void find_clashes(struct prover *p, const struct yz_dtried *t)
{
	struct yz_forest *f = &p->l.forest;
	uint32_t seen = YZ_NO;
	for (size_t r = 0; r < t->table->nrules && !p->full; r++) {
		bool some = yz_forest_and(f, seen, t->rows[r]) != YZ_NO;
		seen = yz_forest_or(f, seen, t->rows[r]);
		for (size_t q = 0; some && q < r && !p->full; q++) {
			uint32_t both = yz_forest_and(f, t->rows[q], t->rows[r]);
			if (both != YZ_NO && (t->table->hit == DH_UNIQUE || differs(p, t, q, r, both)))
				clash(p, t, r, q, both);
		}
	}
}

static void masked(struct prover *p, const struct yz_dtried *t, size_t at, size_t row)
{
	struct yz_dmn_finding *f = of_row(p, YZ_DMN_MASKED, t, row);
	for (size_t k = 0; k < at; k++) {
		uint32_t both = yz_forest_and(&p->l.forest, t->rows[t->order[k]], t->rows[row]);
		if (both == YZ_NO)
			continue;
		f->other = t->order[k] + 1;
		exemplify(p, f, t->node, both);
		return;
	}
}

/* Marks the rows that can answer. */
static void find_masked(struct prover *p, const struct yz_dtried *t, uint8_t *answers)
{
	struct yz_forest *f = &p->l.forest;
	uint32_t seen = YZ_NO;
	for (size_t i = 0; i < t->table->nrules && !p->full; i++) {
		uint32_t r = t->order[i];
		answers[r] = yz_forest_less(f, t->rows[r], seen) != YZ_NO;
		if (!answers[r] && t->rows[r] != YZ_NO)
			masked(p, t, i, r);
		seen = yz_forest_or(f, seen, t->rows[r]);
	}
}

/* ---- outcomes ---- */

static void find_gaps(struct prover *p, const struct yz_dtried *t)
{
	const struct yz_dtable *table = t->table;
	struct yz_forest *f = &p->l.forest;
	bool several = table->hit == DH_COLLECT || table->hit == DH_RULE_ORDER || table->hit == DH_OUTPUT_ORDER;
	if (t->refused != YZ_NO)
		exemplify(p, found(p, YZ_DMN_REFUSED, t->node, table->place), t->node, t->refused);
	if (several && (!table->aggregate || table->aggregate == DA_COUNT))
		return;
	for (size_t i = 0; i < table->noutputs; i++)
		if (!yz_dcell_is_any(&table->outputs[i].otherwise))
			return;
	uint32_t rest = yz_forest_less(f, t->care, t->refused);
	for (size_t r = 0; r < table->nrules; r++)
		rest = yz_forest_less(f, rest, t->rows[r]);
	if (rest != YZ_NO)
		exemplify(p, found(p, YZ_DMN_GAP, t->node, table->place), t->node, rest);
}

static bool gives(struct prover *p, const struct yz_dtried *t, const uint8_t *answers, struct yz_feel_value v)
{
	const struct yz_dtable *table = t->table;
	const struct yz_dfeel *otherwise = &table->outputs[0].otherwise;
	for (size_t r = 0; r < table->nrules; r++) {
		const struct yz_dindex_row *made = &table->index->rows[r];
		if (answers[r] && (!made->fixed || yz_feel_is_true(yz_feel_equal(&p->l.run, made->value, v))))
			return true;
	}
	return !yz_dcell_is_any(otherwise) &&
	       (!otherwise->constant || yz_feel_is_true(yz_feel_equal(&p->l.run, otherwise->value, v)));
}

static void find_unreached(struct prover *p, const struct yz_dtried *t, const uint8_t *answers)
{
	const struct yz_dtable *table = t->table;
	size_t n = 0;
	if (table->noutputs != 1 || !table->outputs[0].allowed.program)
		return;
	const struct yz_feel_value *values = yz_dallow_values(p->l.arena, table->outputs[0].allowed.program, &n);
	for (size_t i = 0; i < n && !p->full; i++)
		if (!gives(p, t, answers, values[i]))
			found(p, YZ_DMN_UNREACHED, t->node, table->place)->value = values[i];
}

static bool allows(struct prover *p, const struct yz_doutput *o, struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_NULL)
		return true;
	if (o->type && yz_feel_coerce(&p->l.run, v, o->type).kind == YZ_FEEL_NULL)
		return false;
	/* What speaks of other names is told at load. */
	return !o->allowed.program || o->allowed.nused ||
	       yz_feel_is_true(yz_feel_test(o->allowed.program, &p->l.run, NULL, v));
}

static void find_outside(struct prover *p, const struct yz_dtried *t)
{
	const struct yz_dtable *table = t->table;
	for (size_t r = 0; r < table->nrules; r++)
		for (size_t i = 0; i < table->noutputs && !p->full; i++) {
			const struct yz_dfeel *cell = &table->rules[r].outputs[i];
			bool empty = !yz_str_trim(cell->text).len;
			if (!empty && (!cell->constant || allows(p, &table->outputs[i], cell->value)))
				continue;
			struct yz_dmn_finding *f = of_row(p, empty ? YZ_DMN_EMPTY : YZ_DMN_OUTSIDE, t, r);
			f->other = (uint32_t)i + 1;
			f->value = cell->value;
		}
}

static void look_at(struct prover *p, const struct yz_dtried *t)
{
	const struct yz_dtable *table = t->table;
	uint8_t *answers = yz_new_n(p->l.arena, table->nrules, uint8_t);
	p->out->tables++;
	/* It is never asked, since one before it never answers: that one is told. */
	if (t->care == YZ_NO)
		return;
	for (size_t r = 0; r < table->nrules && !p->full; r++) {
		answers[r] = t->rows[r] != YZ_NO;
		if (!answers[r])
			of_row(p, YZ_DMN_NEVER, t, r);
	}
	find_outside(p, t);
	if (t->order)
		find_masked(p, t, answers);
	if (table->hit == DH_UNIQUE || table->hit == DH_ANY)
		find_clashes(p, t);
	find_gaps(p, t);
	find_unreached(p, t, answers);
}

/* ---- all ---- */

/* Decisions and knowledge models below a node, each once, those it needs first. */
static void closure(struct yz_arena *a, const struct yz_dmn_node *n, uint8_t *seen, node_list *out)
{
	YZ_VEC(const struct yz_dmn_node *) open = {0};
	*yz_vec_push(a, &open) = n;
	while (open.len) {
		n = open.at[open.len - 1];
		if (seen[n->index]) {
			open.len--;
			if (seen[n->index] == 1 && (n->kind == YZ_DMN_DECISION || n->kind == YZ_DMN_BKM))
				*yz_vec_push(a, out) = (const struct yz_dnode *)n;
			seen[n->index] = 2;
			continue;
		}
		seen[n->index] = 1;
		for (size_t i = n->nneeds; i-- > 0;)
			if (!seen[n->needs[i]->index])
				*yz_vec_push(a, &open) = n->needs[i];
	}
}

static void list_unread(struct prover *p)
{
	struct yz_dlogic *l = &p->l;
	struct yz_dmn_unread *all = yz_new_n(l->arena, l->vars.len, struct yz_dmn_unread);
	for (size_t i = 0; i < l->vars.len; i++) {
		const struct yz_dvar *v = l->vars.at[i];
		p->out->facts += v->used && v->kind == DV_FACT;
		/* A computed value that nothing compares makes no difference. */
		if (!v->used || v->kind == DV_FACT || (v->kind == DV_COMPUTED && !v->points.len && !v->speaks_null))
			continue;
		all[p->out->nunread++] = (struct yz_dmn_unread){.text = v->name, .about = v->kind == DV_CONDITION ? v->path : (struct yz_str){0},
								.place = v->place,
								.value = v->kind == DV_COMPUTED && (!v->type || v->type->kind != YZ_FEEL_BOOLEAN)};
	}
	p->out->unread = all;
}

static void find_endless(struct prover *p, const node_list *nodes)
{
	for (size_t i = 0; i < nodes->len && !p->full; i++) {
		const struct yz_dnode *n = nodes->at[i];
		if (n->face.kind == YZ_DMN_DECISION && (n->cyclic || !n->logic || n->logic->kind == DX_BROKEN))
			found(p, YZ_DMN_ENDLESS, n, n->face.place);
	}
}

bool yz_dmn_prove(struct yz_arena *a, const struct yz_dmn *m, const struct yz_dmn_node *decision, size_t most,
		  struct yz_dmn_proof *out, struct yz_err *err)
{
	struct prover p = {.out = out};
	node_list nodes = {0};
	uint8_t *seen = yz_new_n(a, m->nnodes, uint8_t);
	*out = (struct yz_dmn_proof){0};
	if (!most)
		most = MOST_NODES;
	for (size_t i = 0; i < m->nnodes; i++)
		if (decision ? m->nodes[i] == decision
			     : m->nodes[i]->kind == YZ_DMN_DECISION || m->nodes[i]->kind == YZ_DMN_BKM)
			closure(a, m->nodes[i], seen, &nodes);
	yz_dlogic_run(&p.l, a, m, most, false, nodes.at, nodes.len);
	for (size_t i = 0; i < p.l.tables.len && !p.full && !p.l.forest.spent; i++)
		look_at(&p, &p.l.tables.at[i]);
	if (p.l.forest.spent)
		return yz_fail(err, YZ_LIMIT, "the decisions are too entangled to be proved: more than %zu nodes of diagrams%s", most,
			       decision ? "" : "; try one decision at a time");
	find_endless(&p, &nodes);
	if (p.full)
		return yz_fail(err, YZ_LIMIT, "there are more than %d findings", MOST_FINDINGS);
	list_unread(&p);
	out->nodes = p.l.forest.nodes.len;
	return true;
}
