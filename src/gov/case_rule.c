/* A business rule task of a process: a decision of the item's own model.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/acting.h"

#include <assert.h>

enum yz_bpmn_did yz_acting_rule(void *ctx, const struct yz_bpmn_node *node, struct yz_str decision, struct yz_feel_value vars,
				struct yz_arena *a, struct yz_feel_value *out, struct yz_str *code)
{
	const struct yz_acting *t = ctx;
	const struct yz_decision *d = t->v->decision;
	const struct yz_dmn_node *n = d && decision.len ? yz_dmn_find(d->model, decision) : NULL;
	(void)node;
	(void)vars;
	(void)code;
	assert(t->facts); /* the engine has asked for the variables (look_behind), and those opened them */
	if (!n || n->kind != YZ_DMN_DECISION)
		return YZ_BPMN_DID_BY_RULE;
	struct yz_feel_run run;
	struct yz_dmn_eval eval;
	size_t told;
	const struct yz_dmn_told *facts = yz_decision_told(a, d, t->v->form, t->facts, t->facts, t->now, &told);
	yz_feel_run_init(&run, a);
	run.limits = &yz_decision_limits;
	run.now = yz_feel_instant(t->now, t->site->offset);
	yz_dmn_begin(&eval, d->model, &run);
	yz_dmn_set_told(&eval, facts, told);
	*out = yz_dmn_decide(&eval, n);
	return YZ_BPMN_DID;
}
