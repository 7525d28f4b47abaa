/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

/* One event something listens for. */
struct ear {
	uint32_t rec;
	const struct yz_bnode *node;
	size_t def;
};

typedef YZ_VEC(struct ear) ear_list; /* a name for the vector's type, used in this file only */

static void add(struct bstep *r, ear_list *list, const struct brec *rec, const struct yz_bnode *node)
{
	for (size_t d = 0; d < node->ndefs; d++)
		*yz_vec_push(r->a, list) = (struct ear){rec->id, node, d};
}

static bool already(const struct bstep *r, const struct brec *wait, size_t out)
{
	const struct bmark *mark = bmark_find(r->s, wait, wait->node);
	return wait->node->wants_all && mark && (mark->mask >> out & 1);
}

/* What rec listens for.  An instance in a multi-instance activity leaves its boundary to the whole. */
static void ears_of(struct bstep *r, ear_list *list, const struct brec *rec)
{
	const struct yz_bnode *node = rec->node;
	if (rec->dead || rec->kind == BREC_DONE || rec->kind == BREC_JOIN || rec->kind == BREC_HELD)
		return;
	if (rec->kind == BREC_WAIT && node->pub.type == YZ_BPMN_EVENT_BASED) {
		for (size_t i = 0; i < node->nout; i++)
			if (!already(r, rec, i))
				add(r, list, rec, node->out[i]->to);
		return;
	}
	if (rec->kind == BREC_WAIT) {
		add(r, list, rec, node);
		return;
	}
	if (rec->parent && !rec->index)
		for (size_t i = 0; i < node->nboundary; i++)
			add(r, list, rec, node->boundary[i]);
	if (rec->kind == BREC_SCOPE && !rec->interrupted)
		for (size_t i = 0; i < rec->body->nevent_subs; i++)
			add(r, list, rec, rec->body->event_subs[i]);
}

static bool still(const struct brec *rec, const struct ear *e)
{
	return rec && rec->kind != BREC_DONE && !(e->node->pub.type == YZ_BPMN_START_EVENT && rec->interrupted);
}

void bevent_signal(struct bstep *r, struct yz_str name, struct yz_feel_value payload)
{
	ear_list all = {0};
	for (size_t i = 0; i < r->s->recs.len; i++)
		ears_of(r, &all, r->s->recs.at[i]);
	for (size_t i = 0; i < all.len && !r->failed && !r->s->ended; i++) {
		const struct yz_bdef *d = &all.at[i].node->defs[all.at[i].def];
		struct brec *rec = brec_find(r->s, all.at[i].rec);
		if (d->kind == BDEF_SIGNAL && yz_str_eq(d->name, name) && still(rec, &all.at[i]))
			bevent_fire(r, rec, all.at[i].node, all.at[i].def, payload);
	}
}

bool yz_bpmn_hears(const struct yz_bpmn *m)
{
	return m->hears;
}

const struct yz_bpmn_ear *yz_bpmn_ears(const struct yz_bpmn_state *s, struct yz_arena *a, size_t *n)
{
	struct bstep r = {.a = a, .s = bstate_copy(a, s)};
	ear_list all = {0};
	YZ_VEC(struct yz_bpmn_ear) out = {0};
	for (size_t i = 0; !s->ended && i < r.s->recs.len; i++)
		ears_of(&r, &all, r.s->recs.at[i]);
	for (size_t i = 0; i < all.len; i++) {
		const struct ear *e = &all.at[i];
		const struct yz_bdef *d = &e->node->defs[e->def];
		if (d->kind == BDEF_SIGNAL && still(brec_find(r.s, e->rec), e))
			*yz_vec_push(a, &out) = (struct yz_bpmn_ear){e->rec, &e->node->pub, d->name};
	}
	*n = out.len;
	return out.at;
}

/* A receive task that rec is, or that its event gateway leads to. */
static const struct yz_bnode *receives(const struct brec *rec, struct yz_str name, const struct yz_bpmn_node *at)
{
	const struct yz_bnode *node = rec->node;
	if (rec->kind == BREC_TASK && node->pub.type == YZ_BPMN_RECEIVE_TASK && yz_str_eq(node->message, name) && (!at || at == &node->pub))
		return node;
	for (size_t i = 0; rec->kind == BREC_WAIT && node->pub.type == YZ_BPMN_EVENT_BASED && i < node->nout; i++) {
		const struct yz_bnode *to = node->out[i]->to;
		if (to->pub.type == YZ_BPMN_RECEIVE_TASK && yz_str_eq(to->message, name) && (!at || at == &to->pub))
			return to;
	}
	return NULL;
}

/* The first that hears it; id 0, node NULL: whichever. */
static bool hearer(struct bstep *r, struct yz_str name, uint32_t id, const struct yz_bpmn_node *node, struct ear *out)
{
	for (size_t i = 0; i < r->s->recs.len; i++) {
		struct brec *rec = r->s->recs.at[i];
		ear_list list = {0};
		if (rec->dead || (id && rec->id != id))
			continue;
		const struct yz_bnode *task = receives(rec, name, node);
		if (task) {
			*out = (struct ear){rec->id, task, 0};
			return true;
		}
		ears_of(r, &list, rec);
		for (size_t e = 0; e < list.len; e++) {
			const struct yz_bdef *d = &list.at[e].node->defs[list.at[e].def];
			if (d->kind == BDEF_MESSAGE && yz_str_eq(d->name, name) && (!node || node == &list.at[e].node->pub)) {
				*out = list.at[e];
				return true;
			}
		}
	}
	return false;
}

bool bevent_message(struct bstep *r, struct yz_str name, struct yz_feel_value payload, uint32_t id, const struct yz_bpmn_node *node)
{
	struct ear e;
	if (!hearer(r, name, id, node, &e))
		return false;
	bevent_fire(r, brec_find(r->s, e.rec), e.node, e.def, payload);
	return true;
}

bool yz_bpmn_awaits(const struct yz_bpmn_state *s, struct yz_arena *a, struct yz_str message)
{
	struct bstep r = {.a = a, .s = bstate_copy(a, s)};
	struct ear e;
	return !s->ended && hearer(&r, message, 0, NULL, &e);
}

/* Conditions: a waiting token goes on when its condition is true; boundaries and event subprocesses fire when
 * it becomes true (10.5.4). */
static bool condition(struct bstep *r, struct brec *rec, const struct ear *e)
{
	const struct yz_bdef *d = &e->node->defs[e->def];
	if (d->kind != BDEF_CONDITION)
		return false;
	bool outside = e->node->pub.type == YZ_BPMN_BOUNDARY_EVENT;
	bool now = btrue(r, outside ? brec_scope(r->s, rec) : rec, d->expr);
	if (rec->kind != BREC_WAIT && !e->node->parallel_multiple) {
		struct bmark *mark = bmark_get(r, rec, e->node);
		bool was = mark->mask >> e->def & 1;
		mark->mask = now ? mark->mask | (uint64_t)1 << e->def : mark->mask & ~((uint64_t)1 << e->def);
		if (was)
			return false;
	}
	if (now)
		bevent_fire(r, rec, e->node, e->def, (struct yz_feel_value){0});
	return now;
}

bool bevent_conditions(struct bstep *r)
{
	ear_list all = {0};
	bool fired = false;
	if (!r->changed || !r->m->conditional)
		return false;
	r->changed = false;
	for (size_t i = 0; i < r->s->recs.len; i++)
		ears_of(r, &all, r->s->recs.at[i]);
	for (size_t i = 0; i < all.len && !r->failed && !r->s->ended; i++) {
		struct brec *rec = brec_find(r->s, all.at[i].rec);
		if (still(rec, &all.at[i]))
			fired |= condition(r, rec, &all.at[i]);
	}
	return fired;
}

/* Beginning and ceasing to listen */

static void await(struct bstep *r, struct brec *rec, const struct yz_bnode *node)
{
	for (uint32_t d = 0; d < node->ndefs; d++) {
		const struct yz_bdef *def = &node->defs[d];
		if (def->kind == BDEF_TIMER)
			btimer_set(r, rec, node, d);
		if (def->kind != BDEF_MESSAGE)
			continue;
		struct yz_bpmn_effect *e = beffect(r, YZ_BPMN_MESSAGE_AWAITED, node, rec->id);
		e->name = def->name;
		e->key = def->key ? btext(r, rec, def->key) : YZ_LIT("");
	}
}

static void listen_to(struct bstep *r, struct brec *rec, const struct yz_bnode *node)
{
	await(r, rec, node);
	for (size_t d = 0; d < node->ndefs && !rec->dead && !r->failed; d++) {
		struct ear e = {rec->id, node, d};
		if (still(rec, &e))
			condition(r, rec, &e);
	}
}

void bevent_listen(struct bstep *r, struct brec *rec)
{
	for (size_t i = 0; i < rec->node->nboundary && !rec->dead && !r->failed; i++)
		listen_to(r, rec, rec->node->boundary[i]);
}

void bevent_listen_in(struct bstep *r, struct brec *scope)
{
	for (size_t i = 0; i < scope->body->nevent_subs && !scope->dead && !scope->interrupted && !r->failed; i++)
		listen_to(r, scope, scope->body->event_subs[i]);
}

void bevent_deaf_to(struct bstep *r, struct brec *rec, const struct yz_bnode *node)
{
	bool message = node->pub.type == YZ_BPMN_RECEIVE_TASK;
	btimer_clear(r, rec->id, node);
	for (size_t d = 0; d < node->ndefs; d++)
		message |= node->defs[d].kind == BDEF_MESSAGE;
	if (message)
		beffect(r, YZ_BPMN_AWAITED_NO_MORE, node, rec->id);
}

void bevent_deaf(struct bstep *r, struct brec *rec)
{
	ear_list list = {0};
	btimer_clear(r, rec->id, NULL);
	ears_of(r, &list, rec);
	for (size_t i = 0; i < list.len; i++)
		if (list.at[i].node->defs[list.at[i].def].kind == BDEF_MESSAGE)
			beffect(r, YZ_BPMN_AWAITED_NO_MORE, list.at[i].node, rec->id);
	const struct yz_bnode *node = rec->node;
	if (rec->kind == BREC_TASK && node->pub.type == YZ_BPMN_RECEIVE_TASK)
		beffect(r, YZ_BPMN_AWAITED_NO_MORE, node, rec->id);
	for (size_t i = 0; rec->kind == BREC_WAIT && node->pub.type == YZ_BPMN_EVENT_BASED && i < node->nout; i++)
		if (node->out[i]->to->pub.type == YZ_BPMN_RECEIVE_TASK)
			beffect(r, YZ_BPMN_AWAITED_NO_MORE, node->out[i]->to, rec->id);
}

void bevent_wait(struct bstep *r, struct brec *scope, const struct yz_bnode *node)
{
	bool link = node->ndefs == 1 && node->defs[0].kind == BDEF_LINK;
	if (node->pub.type == YZ_BPMN_CATCH_EVENT && (node->ndefs == 0 || link)) {
		bflow_leave(r, scope, node, 1);
		return;
	}
	struct brec *rec = brec_new(r, BREC_WAIT, scope, node);
	r->changed = true;
	if (node->pub.type != YZ_BPMN_EVENT_BASED) {
		await(r, rec, node);
		return;
	}
	for (size_t i = 0; i < node->nout; i++) {
		const struct yz_bnode *to = node->out[i]->to;
		await(r, rec, to);
		if (to->pub.type != YZ_BPMN_RECEIVE_TASK)
			continue;
		struct yz_bpmn_effect *e = beffect(r, YZ_BPMN_MESSAGE_AWAITED, to, rec->id);
		e->name = to->message;
		e->key = to->key ? btext(r, rec, to->key) : YZ_LIT("");
	}
}
