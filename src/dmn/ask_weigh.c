/* dmn/ask_weigh.c - which fact decides most.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/ask.h"

#include "dmn/table_index.h"

#include <stdlib.h>

/* Beyond so much work outcomes are not counted but rows; of a fact with more positions, some are looked at. */
enum { MOST_WORK = 4000000, MOST_POSITIONS = 256 };

/* ---- by outcomes ---- */

/* Ends that can be reached, and, to tell equals apart, the nodes on the way. */
static void count(const struct yz_forest *f, uint32_t root, uint8_t *seen, uint32_t *stack, size_t *ends, size_t *nodes)
{
	size_t n = 0;
	memset(seen, 0, f->nodes.len);
	stack[n++] = root;
	seen[root] = 1;
	while (n) {
		const struct yz_forest_node *x = &f->nodes.at[stack[--n]];
		*ends += x->var == UINT32_MAX;
		*nodes += x->var != UINT32_MAX;
		for (uint32_t i = 0; x->var != UINT32_MAX && i < x->n; i++)
			if (!seen[x->runs[i].to]) {
				seen[x->runs[i].to] = 1;
				stack[n++] = x->runs[i].to;
			}
	}
}

/* What remains for each position of a variable; positions between two that some node tells apart are alike. */
static void remains(struct yz_dview *v, const struct yz_dvar *var, uint32_t *rest)
{
	struct yz_arena *a = v->run->arena;
	size_t n = v->forest.nodes.len;
	uint8_t *cut = yz_new_n(a, var->natoms, uint8_t);
	uint32_t *at = yz_new_n(a, v->g->logic.vars.len, uint32_t);
	memset(at, 0xff, v->g->logic.vars.len * sizeof *at);
	for (size_t i = 0; i < n; i++) {
		const struct yz_forest_node *x = &v->forest.nodes.at[i];
		for (uint32_t k = 0; x->var == var->index && k < x->n; k++)
			cut[x->runs[k].from] = 1;
	}
	for (uint32_t i = 0; i < var->natoms; i++) {
		at[var->index] = i;
		rest[i] = i && !cut[i] ? rest[i - 1] : yz_forest_fix(&v->forest, &v->forest, v->rest, at);
	}
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static double by_outcomes(struct yz_dview *v, const struct yz_dvar *var)
{
	struct yz_arena *a = v->run->arena;
	uint32_t *rest = yz_new_n(a, var->natoms, uint32_t);
	size_t ends = 0, nodes = 0, kinds = 0;
	remains(v, var, rest);
	uint8_t *seen = yz_new_n(a, v->forest.nodes.len, uint8_t);
	uint32_t *stack = yz_new_n(a, v->forest.nodes.len, uint32_t);
	qsort(rest, var->natoms, sizeof *rest, by_number);
	for (uint32_t i = 0; i < var->natoms; i++)
		if (!i || rest[i] != rest[i - 1]) {
			count(&v->forest, rest[i], seen, stack, &ends, &nodes);
			kinds++;
		}
	return (double)ends / (double)kinds + (double)nodes / (double)kinds / 1e6;
}

/* ---- by rows ---- */

static size_t bits(const uint64_t *a, const uint64_t *b, size_t nrules)
{
	size_t n = 0;
	for (size_t w = 0; w < nrules / 64; w++)
		n += (size_t)__builtin_popcountll(a[w] & b[w]);
	if (nrules % 64)
		n += (size_t)__builtin_popcountll(a[nrules / 64] & b[nrules / 64] & (((uint64_t)1 << (nrules % 64)) - 1));
	return n;
}

/* The rows that what is known leaves. */
static void rows_alive(const struct yz_dview *v, const struct yz_dgtable *t, uint64_t *alive, uint64_t *scratch)
{
	const struct yz_dindex *ix = t->table->index;
	memset(alive, 0xff, ix->words * sizeof *alive);
	for (size_t i = 0; i < t->table->ncolumns; i++) {
		const struct yz_dindex_column *c = &ix->columns[i];
		const struct yz_feel_value *value = t->of[i] == UINT32_MAX ? NULL : &v->values[t->of[i]];
		unsigned class = value ? yz_dclass_of(value) : DC_UNKNOWN;
		const struct yz_dset *s = class < DC_CLASSES ? c->sets[class] : NULL;
		const uint64_t *rows = s ? yz_dset_rows(s, yz_dset_position(s, value), ix->words, scratch) : c->possible;
		for (size_t w = 0; w < ix->words; w++)
			alive[w] &= rows[w];
	}
}

static double rows_after(const struct yz_dgtable *t, size_t column, const uint64_t *alive, uint64_t *scratch)
{
	const struct yz_dindex *ix = t->table->index;
	const struct yz_dindex_column *c = &ix->columns[column];
	size_t n = 0, sum = 0;
	for (unsigned class = 0; class < DC_CLASSES; class++) {
		const struct yz_dset *s = class != DC_NULL && c->classes >> class & 1 ? c->sets[class] : NULL;
		uint32_t step = s ? s->npositions / MOST_POSITIONS + 1 : 1;
		for (uint32_t p = 0; s && p < s->npositions; p += step, n++)
			sum += bits(alive, yz_dset_rows(s, p, ix->words, scratch), t->table->nrules);
	}
	return n ? (double)sum / (double)n : (double)bits(alive, alive, t->table->nrules);
}

/* Of all tables that are not decided yet, those that several decisions need included. */
static double by_rows(struct yz_dview *v, size_t fact)
{
	double all = 0;
	for (size_t k = 0; k < v->g->tables.len; k++) {
		const struct yz_dgtable *t = &v->g->tables.at[k];
		size_t words = t->table->index->words, column = 0;
		struct yz_dmn_page *page = yz_dpage(&v->eval, t->node->face.index);
		if (page->state[t->node->face.index % YZ_DMN_PAGE] != DS_DONE ||
		    page->values[t->node->face.index % YZ_DMN_PAGE].kind != YZ_FEEL_UNKNOWN)
			continue;
		uint64_t *work = yz_new_n(v->run->arena, 2 * words, uint64_t);
		rows_alive(v, t, work, work + words);
		while (column < t->table->ncolumns && t->of[column] != fact)
			column++;
		all += column < t->table->ncolumns ? rows_after(t, column, work, work + words)
						   : (double)bits(work, work, t->table->nrules);
	}
	return all;
}

double yz_dview_weigh(struct yz_dview *v, size_t fact)
{
	const struct yz_dvar *var = v->g->facts.at[fact].var;
	if (v->exact && var && (uint64_t)var->natoms * v->forest.nodes.len < MOST_WORK)
		return by_outcomes(v, var);
	return by_rows(v, fact);
}

/* ---- which answers lead to the same ---- */

static uint32_t mixed(uint32_t h, uint64_t v)
{
	return (uint32_t)(((h ^ v) * 0x9E3779B97F4A7C15u) >> 29);
}

void yz_dview_kinds(struct yz_dview *v, size_t fact, uint32_t *kinds)
{
	const struct yz_dvar *var = v->g->facts.at[fact].var;
	bool read = false;
	if (v->exact && (uint64_t)var->natoms * v->forest.nodes.len < MOST_WORK) {
		remains(v, var, kinds);
		return;
	}
	for (uint32_t i = 0; i < var->natoms; i++)
		kinds[i] = 0;
	for (size_t k = 0; k < v->g->tables.len; k++) {
		const struct yz_dgtable *t = &v->g->tables.at[k];
		size_t words = t->table->index->words;
		uint64_t *work = yz_new_n(v->run->arena, 2 * words, uint64_t);
		rows_alive(v, t, work, work + words);
		for (size_t c = 0; c < t->table->ncolumns; c++) {
			if (t->of[c] != fact)
				continue;
			read = true;
			for (uint32_t i = 0; i < var->natoms; i++) {
				unsigned class = yz_dclass_of(&var->atoms[i].value);
				const struct yz_dset *s = class < DC_CLASSES ? t->table->index->columns[c].sets[class] : NULL;
				const uint64_t *rows = s ? yz_dset_rows(s, yz_dset_position(s, &var->atoms[i].value), words, work + words) : NULL;
				for (size_t w = 0; rows && w < words; w++)
					kinds[i] = mixed(kinds[i], rows[w] & work[w]);
			}
		}
	}
	for (uint32_t i = 0; i < var->natoms && !read; i++)
		kinds[i] = i;
}
