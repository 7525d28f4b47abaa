/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/case_must.h"

struct reaching {
	const struct yz_bpmn_node *const *nodes;
	const struct yz_bpmn_flow *flows;
	size_t nnodes, nflows;
	bool *seen; /* one a node */
};

static size_t index_of(const struct reaching *w, const struct yz_bpmn_node *node)
{
	size_t i = 0;
	while (i < w->nnodes && w->nodes[i] != node)
		i++;
	return i;
}

static bool is_task(const struct yz_bpmn_node *n)
{
	return n->type == YZ_BPMN_USER_TASK || n->type == YZ_BPMN_MANUAL_TASK || n->type == YZ_BPMN_TASK;
}

/* What begins without a flow into it: a start, and whatever may break in. */
static void begin(struct reaching *w)
{
	for (size_t i = 0; i < w->nnodes; i++) {
		bool led = false;
		for (size_t k = 0; k < w->nflows; k++)
			led = led || w->flows[k].to == w->nodes[i];
		w->seen[i] = !led && w->nodes[i]->parent;
	}
}

static bool reaches(struct reaching *w, const struct yz_bpmn_node *to, const struct yz_bpmn_node *without)
{
	begin(w);
	for (bool more = true; more;) {
		more = false;
		for (size_t k = 0; k < w->nflows; k++) {
			const struct yz_bpmn_flow *f = &w->flows[k];
			size_t from = index_of(w, f->from), at = index_of(w, f->to);
			if (f->from == without || from == w->nnodes || at == w->nnodes || !w->seen[from] || w->seen[at])
				continue;
			w->seen[at] = more = true;
		}
	}
	return w->seen[index_of(w, to)];
}

static bool done(const struct yz_rows *r, struct yz_str node)
{
	for (size_t i = 0; i < r->count; i++)
		if (yz_str_eq(yz_row_str(r, i, 0), node))
			return true;
	return false;
}

static const struct yz_bpmn_node *decision(const struct reaching *w)
{
	for (size_t i = 0; i < w->nnodes; i++)
		if (is_task(w->nodes[i]) && yz_str_eqz(yz_bpmn_attr(w->nodes[i], "act"), "decide"))
			return w->nodes[i];
	return NULL;
}

const struct yz_bpmn_node *const *yz_case_must(const struct yz_bpmn *process, struct yz_arena *a, size_t *n)
{
	struct reaching w;
	*n = 0;
	w.nodes = yz_bpmn_nodes(process, &w.nnodes);
	w.flows = yz_bpmn_flows(process, &w.nflows);
	const struct yz_bpmn_node **must = yz_new_n(a, w.nnodes, const struct yz_bpmn_node *);
	const struct yz_bpmn_node *to = decision(&w);
	w.seen = yz_new_n(a, w.nnodes + 1, bool);
	for (size_t i = 0; to && w.nnodes <= YZ_BPMN_DRAWN && i < w.nnodes; i++) {
		const struct yz_bpmn_node *node = w.nodes[i];
		/* Of several, there may be none to do. */
		if (is_task(node) && node != to && node->parent == to->parent && !yz_bpmn_attr(node, "each").len && !reaches(&w, to, node))
			must[(*n)++] = node;
	}
	return must;
}

bool yz_case_skipped(struct yz_acting *t, struct yz_str **names, size_t *n, struct yz_err *err)
{
	const struct yz_version *v = t->v;
	*n = 0;
	*names = yz_new_n(t->a, v->nmust, struct yz_str);
	if (t->flow_item || !v->nmust)
		return true;
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT node FROM task WHERE case_id = $1 AND state = 'done'", YZ_I(t->id));
	for (size_t i = 0; r && i < v->nmust; i++)
		if (!done(r, v->must[i]->id))
			(*names)[(*n)++] = v->must[i]->name.len ? v->must[i]->name : v->must[i]->id;
	return r != NULL;
}
