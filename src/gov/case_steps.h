/* gov/case_steps.h - where a case stands in its process: every step, and what became of it.
 *
 * What became of a task its rows say.  Of what has no rows (gateways, events, service tasks) only what follows from
 * them is said: what leads to a step that was opened and has no other way in was passed, and so was what a finished
 * step leads to alone.  The rest stays unmarked rather than guessed at.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CASE_STEPS_H
#define YZ_GOV_CASE_STEPS_H

#include "bpmn/bpmn.h"
#include "gov/case.h"

struct yz_case_step {
	const struct yz_bpmn_node *node;
	enum yz_bpmn_mark mark;
	const struct yz_case_task *task; /* the last of this node, or NULL */
	const struct yz_case_wait *wait; /* it waits here for what another case tells, or NULL */
};

struct yz_case_steps {
	const struct yz_bpmn *process; /* the one it runs by now: it may have been moved to a newer version */
	struct yz_case_step *at;       /* every node, in order of the model */
	size_t len;
};

/* Of a case that this reader may see (yz_case_load). */
bool yz_case_steps(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_case *c, struct yz_case_steps *out,
		   struct yz_err *err);
/* Whoever is done with `from` may come to `to`: in another branch of a fork she does not.  What begins by no flow (boundary
 * events, event subprocesses) may follow anything. */
bool yz_case_leads(const struct yz_bpmn *m, struct yz_arena *a, const struct yz_bpmn_node *from, const struct yz_bpmn_node *to);
/* The step of a node; NULL: there is none of that id. */
struct yz_case_step *yz_case_step_of(const struct yz_case_steps *s, struct yz_str id);

#endif
