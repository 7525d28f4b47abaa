/* dmn/constants.c - what a decision can answer, as far as it stands written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/model.h"

enum { DEEPEST = 64 };

typedef YZ_VEC(struct yz_dmn_constant) constants;

static void add(struct yz_arena *a, constants *out, const struct yz_dfeel *f, const struct yz_dmn_place *place, uint32_t rule)
{
	if (f->constant && f->value.kind != YZ_FEEL_NULL)
		*yz_vec_push(a, out) = (struct yz_dmn_constant){f->value, *place, rule};
}

static void of_table(struct yz_arena *a, constants *out, const struct yz_dtable *t)
{
	for (size_t r = 0; r < t->nrules; r++)
		for (size_t o = 0; o < t->noutputs; o++)
			add(a, out, &t->rules[r].outputs[o], &t->rules[r].place, (uint32_t)r + 1);
	for (size_t o = 0; o < t->noutputs; o++)
		add(a, out, &t->outputs[o].otherwise, &t->place, 0);
}

static void of_expr(struct yz_arena *a, constants *out, const struct yz_dexpr *x, unsigned depth)
{
	if (!x || depth == DEEPEST)
		return;
	switch (x->kind) {
	case DX_LITERAL:
		add(a, out, &x->feel, &x->place, 0);
		break;
	case DX_TABLE:
		of_table(a, out, x->table);
		break;
	case DX_LIST:
		for (size_t i = 0; i < x->n; i++)
			of_expr(a, out, x->entries[i].expr, depth + 1);
		break;
	case DX_CONTEXT:
		/* Its value is that of the last entry, when that has no name. */
		if (x->n && !x->entries[x->n - 1].name.len)
			of_expr(a, out, x->entries[x->n - 1].expr, depth + 1);
		break;
	case DX_CONDITIONAL:
		of_expr(a, out, x->b, depth + 1);
		of_expr(a, out, x->c, depth + 1);
		break;
	case DX_RELATION:
	case DX_FUNCTION:
	case DX_INVOCATION:
	case DX_FILTER:
	case DX_FOR:
	case DX_SOME:
	case DX_EVERY:
	case DX_BROKEN:
		break;
	}
}

const struct yz_dmn_constant *yz_dmn_constants(struct yz_arena *a, const struct yz_dmn_node *node, size_t *n)
{
	const struct yz_dnode *d = (const struct yz_dnode *)node;
	constants out = {0};
	if (node->kind == YZ_DMN_DECISION)
		of_expr(a, &out, d->logic, 0);
	else if (node->kind == YZ_DMN_BKM && d->function)
		of_expr(a, &out, d->function->body, 0);
	*n = out.len;
	return out.at;
}
