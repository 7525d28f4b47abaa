/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

static const struct yz_bnode *handler_of(const struct yz_bnode *node)
{
	for (size_t i = 0; i < node->nboundary; i++)
		if (yz_bnode_compensates(node->boundary[i]) && node->boundary[i]->handler)
			return node->boundary[i]->handler;
	return NULL;
}

static bool has_done(const struct yz_bpmn_state *s, const struct brec *rec)
{
	for (size_t i = 0; i < s->recs.len; i++) {
		const struct brec *child = s->recs.at[i];
		if (!child->dead && child->kind == BREC_DONE && child->parent == rec->id && !child->detached)
			return true;
	}
	return false;
}

bool bcomp_keeps(const struct yz_bpmn_state *s, const struct brec *rec)
{
	if (rec->held || rec->node->event_triggered)
		return false;
	if (handler_of(rec->node))
		return true;
	return (rec->kind == BREC_SCOPE && rec->body->compensator) ||
	       ((rec->kind == BREC_SCOPE || rec->kind == BREC_MULTI) && has_done(s, rec));
}

/* What is done in `scope`, the last one last; only `activity` unless NULL. */
static void gather(struct bstep *r, struct brec *held, const struct brec *scope, const struct yz_bnode *activity)
{
	size_t first = held->todo.len;
	for (size_t i = 0; i < r->s->recs.len; i++) {
		const struct brec *rec = r->s->recs.at[i];
		if (rec->dead || rec->kind != BREC_DONE || rec->parent != scope->id || rec->detached ||
		    (activity && rec->node != activity))
			continue;
		*yz_vec_push(r->a, &held->todo) = rec->id;
		for (size_t j = held->todo.len - 1; j > first; j--) {
			uint32_t *a = &held->todo.at[j - 1], *b = &held->todo.at[j], t = *a;
			if (brec_any(r->s, *a)->seq <= brec_any(r->s, *b)->seq)
				break;
			*a = *b;
			*b = t;
		}
	}
}

void bcomp_throw(struct bstep *r, struct brec *scope, const struct yz_bnode *node, const struct yz_bdef *d)
{
	struct brec *where = scope;
	/* Thrown in an event subprocess it is for the scope around it (10.5.6). */
	while (where->node->event_triggered && brec_find(r->s, where->parent))
		where = brec_find(r->s, where->parent);
	struct brec *held = brec_new(r, BREC_HELD, scope, node);
	held->detached = !d->wait;
	for (; where && held->todo.len == 0; where = d->activity ? brec_scope(r->s, where) : NULL)
		gather(r, held, where, d->activity);
	bcomp_next(r, held);
}

void bcomp_cancel(struct bstep *r, struct brec *scope, const struct yz_bnode *node)
{
	struct brec *t = scope;
	while (t && t->body->pub.type != YZ_BPMN_TRANSACTION)
		t = brec_scope(r->s, t);
	if (!t) {
		bfail(r, YZ_BAD_INPUT, "the cancel event \"%.*s\" stands in no transaction", YZ_P(node->pub.id));
		return;
	}
	bact_kill_inside(r, t);
	struct brec *held = brec_new(r, BREC_HELD, t, node);
	held->interrupted = true;
	gather(r, held, t, NULL);
	bcomp_next(r, held);
}

void bcomp_next(struct bstep *r, struct brec *held)
{
	/* Through the queue: handlers that finish at once must not nest. */
	bflow_push(r, held, held->node, NULL);
}

static void cancelled(struct bstep *r, struct brec *held)
{
	struct brec *t = brec_scope(r->s, held), *outer = bact_outer(r->s, t), *scope = brec_scope(r->s, outer);
	for (size_t i = 0; i < outer->node->nboundary; i++)
		if (outer->node->boundary[i]->ndefs == 1 && outer->node->boundary[i]->defs[0].kind == BDEF_CANCEL)
			bflow_push(r, scope, outer->node->boundary[i], NULL);
	bact_kill(r, outer);
}

static void all_undone(struct bstep *r, struct brec *held)
{
	struct brec *scope = brec_scope(r->s, held);
	if (held->interrupted) {
		cancelled(r, held);
		return;
	}
	if (!held->detached && held->node->pub.type == YZ_BPMN_THROW_EVENT)
		bflow_leave(r, scope, held->node, 1);
	brec_end(r, held);
}

void bcomp_run(struct bstep *r, struct brec *held)
{
	while (held->todo.len > 0) {
		struct brec *done = brec_find(r->s, held->todo.at[--held->todo.len]);
		if (!done || done->kind != BREC_DONE || done->detached)
			continue;
		const struct yz_bnode *handler = handler_of(done->node);
		done->detached = true;
		if (handler) {
			bact_start(r, brec_scope(r->s, done), handler, held->id);
			return;
		}
		if (done->body && done->body->compensator) {
			const struct yz_bnode *start = done->body->compensator;
			struct brec *rec = brec_new(r, BREC_SCOPE, done, start->scope);
			rec->held = held->id;
			bscope_enter(r, rec);
			bflow_push(r, rec, start, NULL);
			return;
		}
		gather(r, held, done, NULL);
	}
	all_undone(r, held);
}
