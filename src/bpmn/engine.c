/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

#include <assert.h>

struct yz_bpmn_effect *beffect(struct bstep *r, enum yz_bpmn_effect_kind kind, const struct yz_bnode *node, uint32_t id)
{
	struct yz_bpmn_effect *e = yz_vec_push(r->a, &r->effects);
	*e = (struct yz_bpmn_effect){.kind = kind, .node = node ? &node->pub : NULL, .id = id};
	return e;
}

const char *yz_bpmn_effect_name(enum yz_bpmn_effect_kind kind)
{
	static const char *const names[] = {
		"task opened",   "act called",      "process called",  "task gone",    "timer set",
		"timer cleared", "message awaited", "awaited no more", "message sent", "signal sent",
		"escalated",     "ad hoc opened",   "passed",          "ended",
	};
	return names[kind];
}

void bend(struct bstep *r, enum yz_bpmn_outcome outcome, const struct yz_bnode *node, struct yz_str code)
{
	struct yz_bpmn_state *s = r->s;
	if (s->ended)
		return;
	bevent_deaf(r, s->recs.at[0]);
	s->ended = true;
	s->outcome = outcome;
	s->last_end = node;
	s->code = code;
	struct yz_bpmn_effect *e = beffect(r, YZ_BPMN_ENDED, node, 0);
	e->outcome = outcome;
	e->name = outcome == YZ_BPMN_FAILED ? code : node ? node->pub.name : YZ_LIT("");
	/* Only the variables stay. */
	for (size_t i = 1; i < s->recs.len; i++)
		s->recs.at[i]->dead = true;
	s->timers.len = s->marks.len = 0;
}

static bool throws_signal(const struct yz_bnode *node)
{
	if (node->pub.type != YZ_BPMN_THROW_EVENT && node->pub.type != YZ_BPMN_END_EVENT)
		return false;
	for (size_t i = 0; i < node->ndefs; i++)
		if (node->defs[i].kind == BDEF_SIGNAL)
			return true;
	return false;
}

/* A token counts as living in its scope until it has arrived. */
static void arrive(struct bstep *r, struct bmove move)
{
	struct brec *scope = move.scope;
	if (scope->kind == BREC_MULTI)
		bmulti_next(r, scope);
	else if (scope->kind == BREC_HELD)
		bcomp_run(r, scope);
	else
		bflow_arrive(r, move);
	if (!scope->dead && --scope->live == 0 && scope->kind == BREC_SCOPE)
		*yz_vec_push(r->a, &r->empty) = scope;
}

static void drain(struct bstep *r)
{
	while (!r->failed && !r->s->ended) {
		bool now = r->head < r->queue.len;
		if (!now && r->later_head == r->later.len)
			break;
		struct bmove move = now ? r->queue.at[r->head++] : r->later.at[r->later_head++];
		if (move.scope->dead || !move.node)
			continue;
		if (now && move.scope->kind == BREC_SCOPE && throws_signal(move.node))
			*yz_vec_push(r->a, &r->later) = move;
		else
			arrive(r, move);
	}
	if (r->head == r->queue.len)
		r->head = r->queue.len = 0;
	if (r->later_head == r->later.len)
		r->later_head = r->later.len = 0;
}

static bool empty_scope(struct bstep *r)
{
	if (r->empty.len == 0)
		return false;
	bscope_empty(r, r->empty.at[--r->empty.len]);
	return true;
}

/* Until nothing moves: tokens first, then conditions, then joins that wait, then scopes that are through.  Each
 * may set the others going; what keeps on is stopped by the bound on moves. */
static void settle(struct bstep *r)
{
	uint32_t rounds = 0;
	do {
		drain(r);
		if (++rounds > 4 * YZ_BPMN_STEPS)
			bfail(r, YZ_LIMIT, "the process does not come to rest");
	} while (!r->failed && !r->s->ended &&
		 (bevent_conditions(r) || r->queue.len || bflow_joins(r) || empty_scope(r)));
}

/* Events */

static const struct yz_bnode *process_of(const struct yz_bnode *n)
{
	while (n && n->scope)
		n = n->scope;
	return n;
}

static void start(struct bstep *r, const struct yz_bpmn_event *e)
{
	const struct yz_bpmn_node *asked = e->node ? e->node : yz_bpmn_process(r->m, (struct yz_str){NULL, 0});
	const struct yz_bnode *at = asked ? yz_bnode_of(asked) : NULL, *process = process_of(at);
	if (!process || process->pub.type != YZ_BPMN_PROCESS) {
		bfail(r, YZ_BAD_INPUT, "the model has no process to start");
		return;
	}
	r->s->process = process;
	struct brec *root = brec_new(r, BREC_SCOPE, NULL, process);
	if (e->value.kind == YZ_FEEL_CONTEXT)
		for (size_t i = 0; i < yz_feel_len(e->value); i++)
			bvar_put(r, root, yz_feel_entries(e->value)[i].key, yz_feel_entries(e->value)[i].value);
	if (at == process) {
		bscope_enter(r, root);
		return;
	}
	for (size_t i = 0; i < process->ndeclared; i++)
		if (!bvar_at(root, process->declared[i]))
			bvar_put(r, root, process->declared[i], (struct yz_feel_value){0});
	bevent_listen_in(r, root);
	if (at->scope != process) {
		bfail(r, YZ_BAD_INPUT, "a process cannot begin at \"%.*s\"", YZ_P(at->pub.id));
	} else if (at->pub.type == YZ_BPMN_START_EVENT) {
		bflow_push(r, root, at, NULL);
	} else if (at->nin == 1 && at->in[0]->from->wants_all) {
		/* A parallel event gateway waits for its other events too. */
		bevent_wait(r, root, at->in[0]->from);
		struct brec *wait = r->s->recs.at[r->s->recs.len - 1];
		for (size_t d = 0; d == 0 || d < at->ndefs; d++)
			if (!wait->dead)
				bevent_fire(r, wait, at, d, (struct yz_feel_value){0});
	} else {
		/* A receive task or an event behind an instantiating gateway: what it waits for has come. */
		bflow_leave(r, root, at, 1);
	}
}

static struct brec *task_of(struct bstep *r, const struct yz_bpmn_event *e)
{
	struct brec *rec = brec_find(r->s, e->id);
	if (rec && rec->kind == BREC_TASK && rec->open)
		return rec;
	bfail(r, YZ_CONFLICT, "task %u is no longer open", e->id);
	return NULL;
}

static struct btimer *timer_of(struct bstep *r, uint32_t id)
{
	for (size_t i = 0; i < r->s->timers.len; i++)
		if (r->s->timers.at[i].id == id && !r->s->timers.at[i].dead)
			return &r->s->timers.at[i];
	return NULL;
}

static void tick(struct bstep *r)
{
	while (!r->failed && !r->s->ended) {
		struct btimer *first = NULL;
		for (size_t i = 0; i < r->s->timers.len; i++) {
			struct btimer *t = &r->s->timers.at[i];
			if (!t->dead && t->due <= r->env->now && (!first || t->due < first->due))
				first = t;
		}
		if (!first)
			return;
		btimer_fire(r, first);
		settle(r);
	}
}

static void timer(struct bstep *r, uint32_t id)
{
	struct btimer *t = timer_of(r, id);
	if (!t)
		bfail(r, YZ_CONFLICT, "timer %u is no longer set", id);
	else if (t->due > r->env->now)
		bfail(r, YZ_NOT_NOW, "timer %u is not due yet", id);
	else
		btimer_fire(r, t);
}

static struct brec *adhoc_of(struct bstep *r, uint32_t id)
{
	struct brec *rec = brec_find(r->s, id);
	if (rec && rec->kind == BREC_SCOPE && rec->body->pub.type == YZ_BPMN_ADHOC && !rec->adhoc_enough)
		return rec;
	bfail(r, YZ_CONFLICT, "ad-hoc subprocess %u is no longer open", id);
	return NULL;
}

static void pick(struct bstep *r, const struct yz_bpmn_event *e)
{
	struct brec *scope = adhoc_of(r, e->id);
	if (!scope)
		return;
	for (size_t i = 0; i < scope->body->nentries; i++)
		if (&scope->body->entries[i]->pub == e->node) {
			bflow_push(r, scope, scope->body->entries[i], NULL);
			return;
		}
	bfail(r, YZ_NOT_NOW, "\"%.*s\" has no such activity to begin with", YZ_P(scope->node->pub.id));
}

/* All that a token at `to` comes to in its scope without passing `wall`, boundary events and links too. */
static void comes_to(struct bstep *r, const struct yz_bnode *to, const struct yz_bnode *wall, struct yz_map *seen)
{
	YZ_VEC(const struct yz_bnode *) todo = {0};
	*yz_vec_push(r->a, &todo) = to;
	while (todo.len) {
		const struct yz_bnode *at = todo.at[--todo.len];
		if (yz_map_put(seen, at->pub.id, (void *)at) || at == wall)
			continue;
		for (size_t i = 0; i < at->nout; i++)
			*yz_vec_push(r->a, &todo) = at->out[i]->to;
		for (size_t i = 0; i < at->nboundary; i++)
			*yz_vec_push(r->a, &todo) = at->boundary[i];
		if (at->link)
			*yz_vec_push(r->a, &todo) = at->link;
	}
}

/* What a fork behind `to` has brought about goes; what stands beside it in a fork around it stays. */
static void leave_after(struct bstep *r, const struct brec *scope, const struct yz_bnode *to, const struct brec *from)
{
	struct yz_map seen;
	yz_map_init(&seen, r->a);
	comes_to(r, to, from->node, &seen);
	for (size_t i = 0; i < r->s->recs.len; i++) {
		struct brec *rec = r->s->recs.at[i];
		if (rec->dead || rec->parent != scope->id || rec->kind == BREC_DONE || rec == from)
			continue;
		bool joined = rec->kind == BREC_JOIN && rec->flow < rec->node->nin;
		const struct yz_bnode *at = joined ? rec->node->in[rec->flow]->from : rec->node;
		if (yz_map_has(&seen, at->pub.id))
			bact_kill(r, rec);
	}
	size_t n = 0;
	for (size_t i = 0; i < r->s->marks.len; i++) {
		const struct bmark *mark = &r->s->marks.at[i];
		if (mark->rec != scope->id || mark->node->pub.type != YZ_BPMN_COMPLEX || !yz_map_has(&seen, mark->node->pub.id))
			r->s->marks.at[n++] = *mark;
	}
	r->s->marks.len = n;
}

static void jump(struct bstep *r, const struct yz_bpmn_event *e)
{
	struct brec *rec = task_of(r, e);
	const struct yz_bnode *to = e->node ? yz_bnode_of(e->node) : NULL;
	if (!rec)
		return;
	struct brec *from = bact_outer(r->s, rec), *scope = brec_scope(r->s, from);
	while (scope && to && scope->body != to->scope) {
		from = bact_outer(r->s, scope);
		scope = brec_scope(r->s, from);
	}
	if (!to || !scope || yz_btype_is_event(to->pub.type) || to->event_triggered || to->for_compensation) {
		bfail(r, YZ_NOT_NOW, "task \"%.*s\" cannot go on at \"%.*s\"", YZ_P(rec->node->pub.id),
		      YZ_P(to ? to->pub.id : YZ_LIT("")));
		return;
	}
	/* The new token first, so that the scope does not look empty meanwhile. */
	bflow_push(r, scope, to, NULL);
	if (yz_str_eqz(e->name, "all"))
		leave_after(r, scope, to, from);
	bact_kill(r, from);
}

static void instance(struct bstep *r, const struct yz_bpmn_event *e)
{
	struct brec *rec = brec_find(r->s, e->id);
	struct brec *multi = rec && rec->kind != BREC_MULTI ? brec_find(r->s, rec->parent) : rec;
	if (!rec)
		bfail(r, YZ_CONFLICT, "task %u is no longer open", e->id);
	else if (!multi || multi->kind != BREC_MULTI || multi->node->loop->kind == BLOOP_STANDARD ||
		 (e->kind == YZ_BPMN_DROP && rec == multi))
		bfail(r, YZ_NOT_NOW, "\"%.*s\" is no instance of several", YZ_P(rec->node->pub.id));
	else if (e->kind == YZ_BPMN_ADD)
		bmulti_add(r, multi, e->value);
	else
		bmulti_drop(r, multi, rec);
}

static void message(struct bstep *r, const struct yz_bpmn_event *e)
{
	if (bevent_message(r, e->name, e->value, e->id, e->node))
		return;
	bfail(r, e->id ? YZ_CONFLICT : YZ_NOT_NOW, "nothing waits for the message \"%.*s\"", YZ_P(e->name));
}

static void apply(struct bstep *r, const struct yz_bpmn_event *e)
{
	struct brec *rec;
	switch (e->kind) {
	case YZ_BPMN_START:
		start(r, e);
		return;
	case YZ_BPMN_DONE:
		if ((rec = task_of(r, e)))
			bact_done(r, rec, e->value);
		return;
	case YZ_BPMN_ERROR:
		if ((rec = task_of(r, e)))
			bevent_error(r, rec, e->name);
		return;
	case YZ_BPMN_ESCALATE:
		if ((rec = task_of(r, e)))
			bevent_escalate(r, rec, rec->node, e->name);
		return;
	case YZ_BPMN_TIMER:
		timer(r, e->id);
		return;
	case YZ_BPMN_TICK:
		tick(r);
		return;
	case YZ_BPMN_MESSAGE:
		message(r, e);
		return;
	case YZ_BPMN_SIGNAL:
		bevent_signal(r, e->name, e->value);
		return;
	case YZ_BPMN_SET:
		r->changed = true;
		bvar_merge(r, r->s->recs.at[0], e->value);
		return;
	case YZ_BPMN_PICK:
		pick(r, e);
		return;
	case YZ_BPMN_FINISH:
		if ((rec = adhoc_of(r, e->id))) {
			rec->adhoc_enough = true;
			*yz_vec_push(r->a, &r->empty) = rec;
		}
		return;
	case YZ_BPMN_ADD:
	case YZ_BPMN_DROP:
		instance(r, e);
		return;
	case YZ_BPMN_JUMP:
		jump(r, e);
		return;
	case YZ_BPMN_MOVED:
		bevent_moved(r, e->was);
		return;
	case YZ_BPMN_TERMINATE:
		bact_kill_inside(r, r->s->recs.at[0]);
		bend(r, YZ_BPMN_TERMINATED, NULL, (struct yz_str){NULL, 0});
		return;
	}
}

static bool may_run(const struct yz_bpmn *m, const struct yz_bpmn_state *state, const struct yz_bpmn_event *event,
		    struct yz_err *err)
{
	if (!state && event->kind != YZ_BPMN_START)
		return yz_fail(err, YZ_NOT_NOW, "the process has not been started");
	if (state && event->kind == YZ_BPMN_START)
		return yz_fail(err, YZ_NOT_NOW, "the process has been started already");
	if (state && state->ended)
		return yz_fail(err, YZ_NOT_NOW, "the process has ended");
	if (state || m->counts[YZ_BPMN_REJECT] == 0)
		return true;
	const struct yz_bpmn_diag *d = m->diags;
	while (d->severity != YZ_BPMN_REJECT)
		d = d->next;
	return yz_fail(err, YZ_BAD_INPUT, "the model cannot be run: line %u, \"%.*s\": %.*s", d->line, YZ_P(d->element),
		       YZ_P(d->message));
}

bool yz_bpmn_step(const struct yz_bpmn *m, struct yz_arena *a, const struct yz_bpmn_state *state,
		  const struct yz_bpmn_event *event, const struct yz_bpmn_env *env, struct yz_bpmn_result *out,
		  struct yz_err *err)
{
	if (!may_run(m, state, event, err))
		return false;
	struct bstep r = {.m = m, .a = a, .env = env, .err = err};
	if (state) {
		r.s = bstate_copy(a, state);
	} else {
		r.s = yz_new(a, struct yz_bpmn_state);
		r.s->model = m;
		r.s->next_id = 1;
	}
	bstate_count(r.s);
	yz_feel_run_init(&r.feel, a);
	r.feel.now = yz_feel_instant(env->now, env->calendar ? yz_calendar_offset(env->calendar) : 0);
	apply(&r, event);
	settle(&r);
	if (r.failed)
		return false;
	bstate_compact(r.s);
	out->state = r.s;
	out->effects = r.effects.at;
	out->len = r.effects.len;
	return true;
}
