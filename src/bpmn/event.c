/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

static bool listens(const struct yz_bdef *d, enum yz_bdef_kind kind, struct yz_str name)
{
	return d->kind == kind && yz_str_eq(d->name, name);
}

/* Payloads */

static void store_payload(struct bstep *r, struct brec *rec, const struct yz_bnode *node, struct yz_feel_value payload)
{
	if (node->result.len)
		bvar_set(r, rec, node->result, payload);
	else if (node->noutputs == 0)
		bvar_merge(r, rec, payload);
	for (size_t i = 0; i < node->noutputs; i++) {
		const struct yz_bmap *m = &node->outputs[i];
		const struct yz_feel_value *part =
			payload.kind == YZ_FEEL_CONTEXT && m->from.len ? yz_feel_get(payload, m->from) : NULL;
		bvar_set(r, rec, m->to, m->expr ? beval(r, rec, m->expr) : part ? *part : payload);
	}
}

static struct yz_feel_value payload_of(struct bstep *r, struct brec *scope, const struct yz_bnode *node)
{
	struct yz_feel_entry *e = yz_new_n(r->a, node->ninputs + 1, struct yz_feel_entry);
	size_t n = 0;
	for (size_t i = 0; i < node->ninputs; i++) {
		const struct yz_bmap *m = &node->inputs[i];
		bool twice = false;
		for (size_t j = 0; j < n; j++)
			twice |= yz_str_eq(e[j].key, m->to);
		if (!twice)
			e[n++] = (struct yz_feel_entry){m->to, m->expr ? beval(r, scope, m->expr)
								       : bvar_get(r, scope, m->from)};
	}
	return n ? yz_feel_context(r->a, e, n) : (struct yz_feel_value){0};
}

bool bevent_gives(struct bstep *r, const struct brec *rec, const struct yz_bnode *node, struct yz_feel_value *out)
{
	for (size_t i = 0; i < node->pub.nattrs; i++)
		if (yz_str_eqz(node->pub.attrs[i].name, "give") && node->attr_exprs[i]) {
			*out = beval(r, rec, node->attr_exprs[i]);
			return true;
		}
	return false;
}

/* Throwing */

static struct yz_str reach(struct bstep *r, const struct brec *scope, const struct yz_bnode *node)
{
	for (size_t i = 0; i < node->pub.nattrs; i++)
		if (yz_str_eqz(node->pub.attrs[i].name, "reach"))
			return node->attr_exprs[i] ? btext(r, scope, node->attr_exprs[i]) : node->pub.attrs[i].value;
	return YZ_LIT("");
}

static void send(struct bstep *r, struct brec *scope, const struct yz_bnode *node, const struct yz_bdef *d)
{
	struct yz_feel_value payload;
	if (!bevent_gives(r, scope, node, &payload))
		payload = payload_of(r, scope, node);
	bool signal = d->kind == BDEF_SIGNAL;
	struct yz_bpmn_effect *e = beffect(r, signal ? YZ_BPMN_SIGNAL_SENT : YZ_BPMN_MESSAGE_SENT, node, 0);
	e->name = d->name;
	e->value = payload;
	e->key = signal ? reach(r, scope, node) : d->key ? btext(r, scope, d->key) : YZ_LIT("");
	if (signal)
		bevent_signal(r, d->name, payload);
}

static void terminate(struct bstep *r, struct brec *scope, const struct yz_bnode *node)
{
	bact_kill_inside(r, scope);
	if (!scope->parent)
		bend(r, YZ_BPMN_TERMINATED, node, (struct yz_str){NULL, 0});
}

/* True when the token waits or is gone, so that nothing leaves the event now. */
static bool throw_one(struct bstep *r, struct brec *scope, const struct yz_bnode *node, const struct yz_bdef *d)
{
	switch (d->kind) {
	case BDEF_MESSAGE:
	case BDEF_SIGNAL:
		send(r, scope, node, d);
		return false;
	case BDEF_ESCALATION:
		bevent_escalate(r, scope, node, d->name);
		return false;
	case BDEF_ERROR:
		bevent_error(r, scope, d->name);
		return true;
	case BDEF_TERMINATE:
		terminate(r, scope, node);
		return true;
	case BDEF_CANCEL:
		bcomp_cancel(r, scope, node);
		return true;
	case BDEF_COMPENSATE:
		bcomp_throw(r, scope, node, d);
		return d->wait;
	case BDEF_LINK:
		if (node->link)
			bflow_push(r, scope, node->link, NULL);
		return true;
	case BDEF_TIMER:
	case BDEF_CONDITION:
		return false;
	}
	return false;
}

void bevent_throw(struct bstep *r, struct brec *scope, const struct yz_bnode *node)
{
	bool end = node->pub.type == YZ_BPMN_END_EVENT, was_interrupted = scope->interrupted;
	bool top = !scope->parent || (scope->node->event_triggered && !brec_any(r->s, scope->parent)->parent);
	if (end && top)
		r->s->last_end = node;
	if (end && r->env->trace)
		beffect(r, YZ_BPMN_PASSED, node, 0);
	for (size_t i = 0; i < node->ndefs && !r->failed; i++) {
		if (throw_one(r, scope, node, &node->defs[i]))
			return;
		/* What it threw may have taken the ground from under it. */
		if (scope->dead || scope->interrupted != was_interrupted || r->s->ended)
			return;
	}
	if (!end)
		bflow_leave(r, scope, node, 1);
}

/* Upwards: errors and escalations */

static const struct yz_bnode *catcher(const struct yz_bnode *const *nodes, size_t n, enum yz_bdef_kind kind,
				      struct yz_str code)
{
	const struct yz_bnode *any = NULL;
	for (size_t i = 0; i < n; i++)
		for (size_t d = 0; d < nodes[i]->ndefs; d++) {
			const struct yz_bdef *def = &nodes[i]->defs[d];
			if (def->kind != kind)
				continue;
			if (def->name.len && yz_str_eq(def->name, code))
				return nodes[i];
			if (def->name.len == 0 && !any)
				any = nodes[i];
		}
	return any;
}

static void fire_boundary(struct bstep *r, struct brec *rec, const struct yz_bnode *node, bool interrupting)
{
	struct brec *scope = brec_scope(r->s, rec), *held = brec_find(r->s, rec->held);
	bflow_push(r, scope, node, NULL);
	if (!interrupting)
		return;
	bact_kill(r, rec);
	if (held)
		bcomp_next(r, held);
}

/* The innermost place that catches it, from `from` outwards.  Thrown inside a scope, its event subprocesses come
 * before its boundary (13.4.4). */
static bool climb(struct bstep *r, struct brec *from, enum yz_bdef_kind kind, struct yz_str code)
{
	struct brec *cur = from;
	bool inside = from->kind == BREC_SCOPE;
	while (cur) {
		const struct yz_bnode *c = NULL;
		if (inside && !cur->interrupted)
			c = catcher((const struct yz_bnode *const *)cur->body->event_subs, cur->body->nevent_subs, kind,
				    code);
		if (c) {
			bevent_start_sub(r, cur, c, (struct yz_feel_value){0});
			return true;
		}
		struct brec *outer = bact_outer(r->s, cur);
		if (outer->parent)
			c = catcher((const struct yz_bnode *const *)outer->node->boundary, outer->node->nboundary, kind,
				    code);
		if (c) {
			fire_boundary(r, outer, c, kind == BDEF_ERROR || c->interrupting);
			return true;
		}
		cur = brec_scope(r->s, outer);
		inside = true;
	}
	return false;
}

void bevent_error(struct bstep *r, struct brec *from, struct yz_str code)
{
	if (climb(r, from, BDEF_ERROR, code))
		return;
	bact_kill_inside(r, r->s->recs.at[0]);
	bend(r, YZ_BPMN_FAILED, from->node, code);
}

void bevent_escalate(struct bstep *r, struct brec *from, const struct yz_bnode *node, struct yz_str code)
{
	if (!climb(r, from, BDEF_ESCALATION, code))
		beffect(r, YZ_BPMN_ESCALATED, node, from->kind == BREC_TASK ? from->id : 0)->name = code;
}

bool bevent_behavior(struct bstep *r, struct brec *multi, const struct yz_bdef *d)
{
	struct brec *scope = brec_scope(r->s, multi);
	bool interrupting = false;
	for (size_t i = 0; i < multi->node->nboundary; i++) {
		const struct yz_bnode *b = multi->node->boundary[i];
		for (size_t j = 0; j < b->ndefs; j++)
			if (listens(&b->defs[j], d->kind, d->name)) {
				bflow_push(r, scope, b, NULL);
				interrupting |= b->interrupting;
			}
	}
	return interrupting;
}

/* Catching */

void bevent_start_sub(struct bstep *r, struct brec *scope, const struct yz_bnode *start, struct yz_feel_value payload)
{
	if (start->interrupting) {
		bact_kill_inside(r, scope);
		for (size_t i = 0; i < scope->body->nevent_subs; i++) {
			const struct yz_bnode *sub = scope->body->event_subs[i];
			btimer_clear(r, scope->id, sub);
			for (size_t d = 0; d < sub->ndefs; d++)
				if (sub->defs[d].kind == BDEF_MESSAGE)
					beffect(r, YZ_BPMN_AWAITED_NO_MORE, sub, scope->id);
		}
		scope->interrupted = true;
	}
	struct brec *rec = brec_new(r, BREC_SCOPE, scope, start->scope);
	store_payload(r, rec, start, payload);
	bscope_enter(r, rec);
	if (!rec->dead && !rec->interrupted)
		bflow_push(r, rec, start, NULL);
}

static void caught(struct bstep *r, struct brec *wait, const struct yz_bnode *node, struct yz_feel_value payload)
{
	struct brec *scope = brec_find(r->s, wait->parent);
	const struct yz_bnode *gateway = wait->node;
	store_payload(r, scope, node, payload);
	bflow_leave(r, scope, node, node->pub.type == YZ_BPMN_RECEIVE_TASK ? node->completion_quantity : 1);
	/* A parallel event gateway waits on for its other events. */
	if (gateway->pub.type == YZ_BPMN_EVENT_BASED && gateway->wants_all) {
		struct bmark *mark = bmark_get(r, wait, gateway);
		for (size_t i = 0; i < gateway->nout; i++)
			if (gateway->out[i]->to == node)
				mark->mask |= (uint64_t)1 << i;
		bevent_deaf_to(r, wait, node);
		if (mark->mask != ((uint64_t)1 << gateway->nout) - 1)
			return;
	}
	bevent_deaf(r, wait);
	brec_end(r, wait);
}

void bevent_fire(struct bstep *r, struct brec *rec, const struct yz_bnode *node, size_t def,
		 struct yz_feel_value payload)
{
	if (node->parallel_multiple && node->ndefs > 1) {
		struct bmark *mark = bmark_get(r, rec, node);
		mark->mask |= (uint64_t)1 << def;
		if (mark->mask != ((uint64_t)1 << node->ndefs) - 1) {
			store_payload(r, rec, node, payload);
			return;
		}
		mark->mask = 0;
	}
	switch (node->pub.type) {
	case YZ_BPMN_START_EVENT:
		bevent_start_sub(r, rec, node, payload);
		return;
	case YZ_BPMN_BOUNDARY_EVENT:
		store_payload(r, brec_scope(r->s, rec), node, payload);
		fire_boundary(r, rec, node, node->interrupting);
		return;
	default:
		if (rec->kind == BREC_TASK)
			bact_done(r, rec, payload);
		else
			caught(r, rec, node, payload);
		return;
	}
}
