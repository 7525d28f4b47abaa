/* dmn/service.c - decision services: the decisions of a model with arguments in place of what they stand on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/eval.h"

/* An evaluation of its own: what is decided inside says nothing of what is decided outside (10.4). */
static struct yz_dmn_eval *inside(struct yz_dmn_eval *e, const struct yz_dnode *n, const struct yz_feel_value *args)
{
	/* Not on the stack: functions that are made inside may go out with the result. */
	struct yz_dmn_eval *in = yz_new(e->run->arena, struct yz_dmn_eval);
	yz_dmn_begin(in, e->model, e->run);
	in->missing_unknown = e->missing_unknown;
	in->outer = e;
	in->depth = e->depth + 1;
	in->explain = e->explain;
	in->open = e->open;
	in->steps = e->steps;
	for (size_t i = 0; i < n->nparameters; i++)
		yz_dmn_set(in, &n->parameters[i]->face, args[i]);
	return in;
}

struct yz_feel_value yz_dservice_run(struct yz_dmn_eval *e, const struct yz_dnode *n, const struct yz_feel_value *args)
{
	struct yz_str none = {0};
	if (e->depth >= e->model->limits.chain)
		return yz_dnull(e, YZ_FEEL_WHY_CHAIN, &n->face.place, none, none, none);
	struct yz_dmn_eval *in = inside(e, n, args);
	struct yz_feel_value v = {0};
	if (n->noutputs == 1) {
		v = yz_dnode_value(in, n->outputs[0]);
	} else {
		struct yz_feel_entry *entries = yz_new_n(e->run->arena, n->noutputs, struct yz_feel_entry);
		for (size_t i = 0; i < n->noutputs; i++)
			entries[i] =
				(struct yz_feel_entry){n->outputs[i]->face.name, yz_dnode_value(in, n->outputs[i])};
		v = yz_feel_context(e->run->arena, entries, n->noutputs);
	}
	/* A function that was made inside and is called later explains itself no more. */
	e->steps = in->steps;
	in->explain = false;
	in->open = NULL;
	return v;
}
