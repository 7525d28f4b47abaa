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

static void await_message(struct bstep *r, struct brec *rec, const struct yz_bnode *node, struct yz_str name, const struct yz_bexpr *key)
{
	struct yz_bpmn_effect *e = beffect(r, YZ_BPMN_MESSAGE_AWAITED, node, rec->id);
	e->name = name;
	e->key = key ? btext(r, rec, key) : YZ_LIT("");
}

static void await(struct bstep *r, struct brec *rec, const struct yz_bnode *node)
{
	for (uint32_t d = 0; d < node->ndefs; d++) {
		const struct yz_bdef *def = &node->defs[d];
		if (def->kind == BDEF_TIMER)
			btimer_set(r, rec, node, d);
		if (def->kind == BDEF_MESSAGE)
			await_message(r, rec, node, def->name, def->key);
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

static bool by_message(const struct yz_bnode *node)
{
	bool message = node->pub.type == YZ_BPMN_RECEIVE_TASK;
	for (size_t d = 0; d < node->ndefs; d++)
		message |= node->defs[d].kind == BDEF_MESSAGE;
	return message;
}

void bevent_deaf_to(struct bstep *r, struct brec *rec, const struct yz_bnode *node)
{
	btimer_clear(r, rec->id, node);
	if (by_message(node))
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
		if (to->pub.type == YZ_BPMN_RECEIVE_TASK)
			await_message(r, rec, to, to->message, to->key);
	}
}

/* Moved to a newer model */

static const struct yz_bnode *twin(const struct yz_bpmn *was, const struct yz_bnode *node)
{
	return yz_map_get(&was->by_id, node->pub.id);
}

static bool among(struct yz_bnode *const *list, size_t n, const struct yz_bnode *node)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == node)
			return true;
	return false;
}

bool bevent_belongs(const struct yz_bnode *event, const struct yz_bnode *at)
{
	const struct yz_bnode *body = at->called ? at->called : at;
	for (size_t i = 0; at->pub.type == YZ_BPMN_EVENT_BASED && i < at->nout; i++)
		if (at->out[i]->to == event)
			return true;
	return event == at || among(at->boundary, at->nboundary, event) || among(body->event_subs, body->nevent_subs, event);
}

/* The event in the older model, if whoever stood there waited for it too. */
static const struct yz_bnode *waited_for(const struct yz_bpmn *was, const struct brec *rec, const struct yz_bnode *node)
{
	const struct yz_bnode *host = twin(was, rec->node), *old = twin(was, node);
	return host && old && bevent_belongs(old, host) ? old : NULL;
}

static bool same_key(const struct yz_bexpr *a, const struct yz_bexpr *b)
{
	return a && b ? yz_str_eq(a->text, b->text) : a == b;
}

static bool same_def(const struct yz_bnode *old, const struct yz_bnode *node, size_t d)
{
	const struct yz_bdef *is = &node->defs[d], *was = old && d < old->ndefs ? &old->defs[d] : NULL;
	return was && was->kind == is->kind && (is->kind != BDEF_MESSAGE || (yz_str_eq(was->name, is->name) && same_key(was->key, is->key)));
}

/* A timer that ran in the older model keeps its instant, and one that has fired does not begin again. */
static void move_to(struct bstep *r, struct brec *rec, const struct yz_bnode *node, const struct yz_bnode *old)
{
	bool messages = old && old->pub.type == YZ_BPMN_RECEIVE_TASK;
	for (uint32_t d = 0; d < node->ndefs && !r->failed; d++) {
		enum yz_bdef_kind kind = node->defs[d].kind;
		if (same_def(old, node, d))
			continue;
		messages |= kind == BDEF_MESSAGE;
		r->changed |= kind == BDEF_CONDITION;
		if (kind == BDEF_TIMER)
			btimer_set(r, rec, node, d);
	}
	for (size_t d = 0; old && d < old->ndefs; d++)
		messages |= old->defs[d].kind == BDEF_MESSAGE && (d >= node->ndefs || !same_def(old, node, d));
	if (messages && old)
		beffect(r, YZ_BPMN_AWAITED_NO_MORE, node, rec->id);
	for (size_t d = 0; d < node->ndefs && messages; d++)
		if (node->defs[d].kind == BDEF_MESSAGE)
			await_message(r, rec, node, node->defs[d].name, node->defs[d].key);
}

static void receive_moved(struct bstep *r, struct brec *rec, const struct yz_bnode *task, const struct yz_bnode *old)
{
	bool did = old && old->pub.type == YZ_BPMN_RECEIVE_TASK;
	if (task->pub.type != YZ_BPMN_RECEIVE_TASK || (did && yz_str_eq(old->message, task->message) && same_key(old->key, task->key)))
		return;
	if (old && by_message(old))
		beffect(r, YZ_BPMN_AWAITED_NO_MORE, task, rec->id);
	await_message(r, rec, task, task->message, task->key);
}

static bool has(const ear_list *list, const struct yz_bnode *node)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->at[i].node == node)
			return true;
	return false;
}

/* Of a parallel event gateway, what has come already is not listened for and still its branch. */
static bool heard_now(const struct brec *rec, const ear_list *list, const struct yz_bnode *now)
{
	return now && (has(list, now) || (by_message(now) && bevent_belongs(now, rec->node)));
}

static void deaf_unless_heard(struct bstep *r, struct brec *rec, const ear_list *list, const struct yz_bnode *old)
{
	if (by_message(old) && !heard_now(rec, list, yz_map_get(&r->m->by_id, old->pub.id)))
		beffect(r, YZ_BPMN_AWAITED_NO_MORE, old, rec->id);
}

/* Messages at its border, behind its gateway or for its event subprocesses that the newer model hears elsewhere, or
 * nowhere. */
static void deaf_moved(struct bstep *r, struct brec *rec, const struct yz_bpmn *was, const ear_list *list)
{
	const struct yz_bnode *host = twin(was, rec->node);
	if (!host || rec->kind == BREC_DONE || rec->kind == BREC_JOIN)
		return;
	const struct yz_bnode *body = host->called ? host->called : host;
	bool either = rec->kind == BREC_WAIT && host->pub.type == YZ_BPMN_EVENT_BASED;
	bool listened = rec->parent && !rec->index, hears = rec->kind == BREC_SCOPE && !rec->interrupted;
	if (rec->kind == BREC_WAIT || rec->kind == BREC_TASK)
		deaf_unless_heard(r, rec, list, host);
	for (size_t i = 0; either && i < host->nout; i++)
		deaf_unless_heard(r, rec, list, host->out[i]->to);
	for (size_t i = 0; listened && i < host->nboundary; i++)
		deaf_unless_heard(r, rec, list, host->boundary[i]);
	for (size_t i = 0; hears && i < body->nevent_subs; i++)
		deaf_unless_heard(r, rec, list, body->event_subs[i]);
}

void bevent_moved(struct bstep *r, const struct yz_bpmn *was)
{
	for (size_t i = 0; i < r->s->recs.len && !r->failed; i++) {
		struct brec *rec = r->s->recs.at[i];
		ear_list list = {0};
		ears_of(r, &list, rec);
		deaf_moved(r, rec, was, &list);
		for (size_t e = 0; e < list.len && !r->failed; e++)
			if (list.at[e].def == 0)
				move_to(r, rec, list.at[e].node, waited_for(was, rec, list.at[e].node));
		if (rec->kind == BREC_TASK)
			receive_moved(r, rec, rec->node, twin(was, rec->node));
		for (size_t e = 0; rec->kind == BREC_WAIT && rec->node->pub.type == YZ_BPMN_EVENT_BASED && e < rec->node->nout; e++)
			receive_moved(r, rec, rec->node->out[e]->to, waited_for(was, rec, rec->node->out[e]->to));
	}
}
