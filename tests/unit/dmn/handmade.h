/* tests/unit/dmn/handmade.h - decision tables made by hand, many a second, without XML.
 *
 * A table of inputs named a, b, c … and one decision that is the table.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_DMN_HANDMADE_H
#define YZ_TESTS_DMN_HANDMADE_H

#include "tests/test.h"

#include "dmn/model.h"

enum { HAND_INPUTS = 8, HAND_OUTPUTS = 3 };

struct hand {
	struct yz_arena *arena;
	struct yz_dmn model;
	struct yz_dnode *inputs[HAND_INPUTS], *decision;
	struct yz_dtable *table;
	struct yz_feel_name names[HAND_INPUTS];
	size_t ninputs;
};

static const char hand_letters[] = "abcdefgh";

static inline void hand_feel(struct hand *h, const char *text, enum yz_feel_mode mode,
			     const struct yz_feel_type *tested, struct yz_dfeel *out)
{
	struct yz_feel_scope scope = {.names = h->names, .len = h->ninputs, .tested = tested};
	struct yz_err err = {0};
	out->text = yz_str(yz_strdup(h->arena, text));
	if (!*text)
		return;
	out->program = yz_feel_compile(h->arena, out->text, mode, &scope, NULL, &err);
	if (!out->program)
		fail_msg("%s: %s", text, err.msg);
	size_t n;
	const struct yz_feel_use *uses = yz_feel_uses(h->arena, out->program, &n);
	struct yz_dslot *used = yz_new_n(h->arena, n, struct yz_dslot);
	bool seen[HAND_INPUTS] = {0};
	for (size_t i = 0; i < n; i++) {
		if (!seen[uses[i].input])
			used[out->nused++] = (struct yz_dslot){(uint32_t)uses[i].input, (uint32_t)uses[i].input};
		seen[uses[i].input] = true;
	}
	out->used = used;
	out->nnames = (uint32_t)h->ninputs;
	if (mode == YZ_FEEL_EXPRESSION)
		out->constant = yz_feel_constant(out->program, &out->value);
}

static inline struct yz_dnode *hand_node(struct hand *h, enum yz_dmn_kind kind, const char *name,
					 const struct yz_feel_type *type)
{
	struct yz_dnode *n = yz_new(h->arena, struct yz_dnode);
	n->face.kind = kind;
	n->face.index = (uint32_t)h->model.nnodes;
	n->face.name = n->face.label = yz_str(yz_strdup(h->arena, name));
	n->face.type = type;
	h->model.nodes[h->model.nnodes++] = &n->face;
	return n;
}

/* types[i] of input i, NULL: Any.  Then columns, outputs and rules; then hand_finish. */
static inline void hand_begin(struct hand *h, struct yz_arena *a, size_t ninputs,
			      const struct yz_feel_type *const *types, enum yz_dhit hit, enum yz_daggregate aggregate,
			      size_t noutputs, size_t most_rules)
{
	*h = (struct hand){.arena = a, .ninputs = ninputs};
	h->model.arena = a;
	h->model.limits.chain = 500;
	h->model.nodes = yz_new_n(a, ninputs + 1, const struct yz_dmn_node *);
	for (size_t i = 0; i < ninputs; i++) {
		char name[2] = {hand_letters[i], 0};
		h->inputs[i] = hand_node(h, YZ_DMN_INPUT, name, NULL);
		h->names[i].name = h->inputs[i]->face.name;
		h->names[i].type = types[i];
	}
	struct yz_dtable *t = h->table = yz_new(a, struct yz_dtable);
	t->place.element = YZ_LIT("decision d / decision table");
	t->hit = hit;
	t->aggregate = aggregate;
	t->ncolumns = ninputs;
	t->columns = yz_new_n(a, ninputs, struct yz_dcolumn);
	for (size_t i = 0; i < ninputs; i++) {
		char name[2] = {hand_letters[i], 0};
		hand_feel(h, name, YZ_FEEL_EXPRESSION, NULL, &t->columns[i].expr);
		t->columns[i].label = h->names[i].name;
		t->columns[i].type = types[i];
	}
	t->noutputs = noutputs;
	t->outputs = yz_new_n(a, noutputs, struct yz_doutput);
	for (size_t i = 0; i < noutputs; i++)
		t->outputs[i].name = yz_str(yz_printf(a, "out %zu", i + 1));
	t->rules = yz_new_n(a, most_rules, struct yz_drule);
}

static inline void hand_rule(struct hand *h, const char *const *cells, const char *const *outputs)
{
	struct yz_dtable *t = h->table;
	struct yz_drule *r = &t->rules[t->nrules++];
	struct yz_dfeel *in = yz_new_n(h->arena, t->ncolumns, struct yz_dfeel);
	struct yz_dfeel *out = yz_new_n(h->arena, t->noutputs, struct yz_dfeel);
	for (size_t i = 0; i < t->ncolumns; i++)
		hand_feel(h, cells[i], YZ_FEEL_UNARY_TESTS, t->columns[i].type, &in[i]);
	for (size_t i = 0; i < t->noutputs; i++)
		hand_feel(h, outputs[i], YZ_FEEL_EXPRESSION, NULL, &out[i]);
	r->cells = in;
	r->outputs = out;
}

static inline void hand_finish(struct hand *h)
{
	h->table->index = yz_dtable_index(h->arena, h->table);
	struct yz_dexpr *x = yz_new(h->arena, struct yz_dexpr);
	x->kind = DX_TABLE;
	x->table = h->table;
	struct yz_dnode *d = h->decision = hand_node(h, YZ_DMN_DECISION, "d", NULL);
	d->logic = x;
	d->slots = (uint32_t)h->ninputs;
	d->nrequired = h->ninputs;
	d->required = yz_new_n(h->arena, h->ninputs, struct yz_drequired);
	for (size_t i = 0; i < h->ninputs; i++)
		d->required[i].node = h->inputs[i];
}

static inline const char *hand_text(struct yz_arena *a, struct yz_feel_value v)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	yz_feel_write(&b, v);
	return b.ptr ? b.ptr : "";
}

#endif
