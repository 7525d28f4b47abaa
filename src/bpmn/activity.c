/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

#include <assert.h>

struct brec *bact_outer(const struct yz_bpmn_state *s, struct brec *rec)
{
	struct brec *parent = brec_find(s, rec->parent);
	return parent && parent->kind == BREC_MULTI ? parent : rec;
}

/* Results */

static bool mapped(const struct yz_bnode *node, struct yz_str name)
{
	for (size_t i = 0; i < node->noutputs; i++)
		if (yz_str_eq(node->outputs[i].from, name))
			return true;
	return false;
}

/* Where results go: the name of yz:result, else each under its own name; then by the model's associations,
 * whose sources are the results and what the activity held itself. */
static void store(struct bstep *r, struct brec *rec, const struct yz_bnode *node, struct yz_feel_value result)
{
	struct brec *out = brec_find(r->s, rec->parent);
	if (!out)
		out = rec;
	if (node->result.len) {
		bvar_set(r, out, node->result, result);
	} else if (result.kind == YZ_FEEL_CONTEXT) {
		const struct yz_feel_entry *e = yz_feel_entries(result);
		for (size_t i = 0; i < yz_feel_len(result); i++)
			if (mapped(node, e[i].key))
				bvar_put(r, rec, e[i].key, e[i].value);
			else
				bvar_set(r, out, e[i].key, e[i].value);
	}
	for (size_t i = 0; i < node->noutputs; i++) {
		const struct yz_bmap *m = &node->outputs[i];
		const struct yz_feel_value *v = m->from.len ? bvar_at(rec, m->from) : NULL;
		if (m->expr)
			bvar_set(r, out, m->to, beval(r, rec, m->expr));
		else if (v)
			bvar_set(r, out, m->to, *v);
	}
}

static struct yz_feel_value take_inputs(struct bstep *r, struct brec *rec)
{
	const struct yz_bnode *node = rec->node;
	if (node->ninputs == 0)
		return (struct yz_feel_value){0};
	struct yz_feel_entry *e = yz_new_n(r->a, node->ninputs, struct yz_feel_entry);
	size_t n = 0;
	for (size_t i = 0; i < node->ninputs; i++) {
		const struct yz_bmap *m = &node->inputs[i];
		struct yz_feel_value v = m->expr ? beval(r, rec, m->expr) : bvar_get(r, rec, m->from);
		bool twice = bvar_at(rec, m->to) != NULL;
		bvar_put(r, rec, m->to, v);
		if (!twice)
			e[n++] = (struct yz_feel_entry){m->to, *bvar_at(rec, m->to)};
	}
	return yz_feel_context(r->a, e, n);
}

/* Opening */

static void open_attrs(struct bstep *r, struct brec *rec, struct yz_bpmn_effect *e)
{
	const struct yz_bnode *n = rec->body;
	struct yz_bpmn_attr *attrs = yz_new_n(r->a, n->pub.nattrs + 1, struct yz_bpmn_attr);
	for (size_t i = 0; i < n->pub.nattrs; i++) {
		attrs[i] = n->pub.attrs[i];
		if (n->attr_exprs[i])
			attrs[i].value = btext(r, rec, n->attr_exprs[i]);
	}
	e->attrs = attrs;
	e->nattrs = n->pub.nattrs;
}

static void open_task(struct bstep *r, struct brec *rec, enum yz_bpmn_effect_kind kind, struct yz_str name,
		      struct yz_feel_value inputs)
{
	const struct brec *multi = brec_find(r->s, rec->parent);
	if (!rec->index)
		bevent_listen(r, rec);
	if (rec->dead)
		return;
	rec->open = true;
	struct yz_bpmn_effect *e = beffect(r, kind, rec->node, rec->id);
	e->name = name;
	e->value = inputs;
	e->index = rec->index;
	e->total = multi && multi->kind == BREC_MULTI ? multi->total : 0;
	e->key = rec->node->key ? btext(r, rec, rec->node->key) : YZ_LIT("");
	open_attrs(r, rec, e);
}

static void did(struct bstep *r, struct brec *rec, enum yz_bpmn_did what, struct yz_feel_value out, struct yz_str code)
{
	switch (what) {
	case YZ_BPMN_DID:
		bact_done(r, rec, out);
		return;
	case YZ_BPMN_DID_ERROR:
		bevent_error(r, rec, code);
		return;
	case YZ_BPMN_DID_NOT:
	case YZ_BPMN_DID_BY_RULE:
		open_task(r, rec, YZ_BPMN_TASK_OPENED, YZ_LIT(""), (struct yz_feel_value){0});
		return;
	}
}

static void run_script(struct bstep *r, struct brec *rec)
{
	struct yz_feel_value out = {0};
	struct yz_str code = {NULL, 0};
	enum yz_bpmn_did what = YZ_BPMN_DID_BY_RULE;
	if (r->env->script)
		what = r->env->script(r->env->ctx, &rec->node->pub, rec->body->script_text, bvar_all(r, rec), r->a,
				      &out, &code);
	if (what == YZ_BPMN_DID_BY_RULE && (rec->body->script || rec->body->script_text.len == 0)) {
		out = beval(r, rec, rec->body->script);
		what = YZ_BPMN_DID;
	}
	did(r, rec, what, out, code);
}

static void run_rule(struct bstep *r, struct brec *rec)
{
	struct yz_feel_value out = {0};
	struct yz_str code = {NULL, 0};
	enum yz_bpmn_did what = YZ_BPMN_DID_NOT;
	if (r->env->decide)
		what = r->env->decide(r->env->ctx, &rec->node->pub, rec->body->decision, bvar_all(r, rec), r->a, &out,
				      &code);
	did(r, rec, what, out, code);
}

static void run_send(struct bstep *r, struct brec *rec, struct yz_feel_value inputs)
{
	if (rec->body->act.len) {
		open_task(r, rec, YZ_BPMN_ACT_CALLED, rec->body->act, inputs);
		return;
	}
	bevent_gives(r, rec, rec->body, &inputs);
	struct yz_bpmn_effect *e = beffect(r, YZ_BPMN_MESSAGE_SENT, rec->node, rec->id);
	e->name = rec->body->message;
	e->value = inputs;
	e->key = rec->body->key ? btext(r, rec, rec->body->key) : YZ_LIT("");
	bact_done(r, rec, (struct yz_feel_value){0});
}

static void run_receive(struct bstep *r, struct brec *rec)
{
	if (!rec->index)
		bevent_listen(r, rec);
	if (rec->dead)
		return;
	struct yz_bpmn_effect *e = beffect(r, YZ_BPMN_MESSAGE_AWAITED, rec->node, rec->id);
	e->name = rec->node->message;
	e->key = rec->node->key ? btext(r, rec, rec->node->key) : YZ_LIT("");
	r->changed = true;
}

struct brec *bact_instance(struct bstep *r, struct brec *parent, const struct yz_bnode *node, uint32_t index,
			   uint32_t held)
{
	bool scope = yz_btype_is_scope(node->pub.type) || (node->called && node->called->pub.type == YZ_BPMN_PROCESS);
	struct brec *rec = brec_new(r, scope ? BREC_SCOPE : BREC_TASK, parent, node);
	rec->body = node->called ? node->called : node;
	rec->index = index;
	rec->held = held;
	return rec;
}

void bact_enter(struct bstep *r, struct brec *rec)
{
	struct yz_feel_value inputs = take_inputs(r, rec);
	if (rec->kind == BREC_SCOPE) {
		if (!rec->index)
			bevent_listen(r, rec);
		if (!rec->dead)
			bscope_enter(r, rec);
		return;
	}
	switch (rec->body->pub.type) {
	case YZ_BPMN_SCRIPT_TASK:
	case YZ_BPMN_GLOBAL_SCRIPT_TASK:
		run_script(r, rec);
		return;
	case YZ_BPMN_RULE_TASK:
	case YZ_BPMN_GLOBAL_RULE_TASK:
		run_rule(r, rec);
		return;
	case YZ_BPMN_SEND_TASK:
		run_send(r, rec, inputs);
		return;
	case YZ_BPMN_RECEIVE_TASK:
		run_receive(r, rec);
		return;
	case YZ_BPMN_SERVICE_TASK:
		open_task(r, rec, YZ_BPMN_ACT_CALLED, rec->body->act.len ? rec->body->act : rec->body->operation,
			  inputs);
		return;
	case YZ_BPMN_CALL:
		open_task(r, rec, YZ_BPMN_PROCESS_CALLED, rec->node->called_name, inputs);
		return;
	default:
		open_task(r, rec, YZ_BPMN_TASK_OPENED, YZ_LIT(""), inputs);
		return;
	}
}

struct brec *bact_start(struct bstep *r, struct brec *scope, const struct yz_bnode *node, uint32_t held)
{
	if (node->loop) {
		struct brec *multi = brec_new(r, BREC_MULTI, scope, node);
		multi->held = held;
		bevent_listen(r, multi);
		if (!multi->dead)
			bmulti_start(r, multi);
		return multi;
	}
	struct brec *rec = bact_instance(r, scope, node, 0, held);
	bact_enter(r, rec);
	return rec;
}

/* Finishing */

void bact_done(struct bstep *r, struct brec *rec, struct yz_feel_value result)
{
	struct brec *parent = brec_find(r->s, rec->parent);
	store(r, rec, rec->node, result);
	if (r->failed)
		return;
	if (parent && parent->kind == BREC_MULTI)
		bmulti_child(r, parent, rec, result);
	else
		bact_left(r, rec);
}

static void adhoc_progress(struct bstep *r, struct brec *scope)
{
	const struct yz_bnode *body = scope->body;
	if (scope->dead || body->pub.type != YZ_BPMN_ADHOC || scope->adhoc_enough || !body->completion ||
	    !btrue(r, scope, body->completion))
		return;
	scope->adhoc_enough = true;
	if (!body->keep_remaining)
		bact_kill_inside(r, scope);
	if (scope->live == 0)
		*yz_vec_push(r->a, &r->empty) = scope;
}

void bact_left(struct bstep *r, struct brec *rec)
{
	struct brec *scope = brec_scope(r->s, rec), *held = brec_find(r->s, rec->held);
	const struct yz_bnode *node = rec->node;
	bevent_deaf(r, rec);
	if (held) {
		brec_end(r, rec);
		bcomp_next(r, held);
		return;
	}
	bflow_leave(r, scope, node, node->completion_quantity);
	if (bcomp_keeps(r->s, rec))
		brec_retire(r, rec);
	else
		brec_end(r, rec);
	adhoc_progress(r, scope);
}

static void tell_gone(struct bstep *r, struct brec *rec)
{
	bool choose = rec->kind == BREC_SCOPE && rec->body->pub.type == YZ_BPMN_ADHOC && rec->body->choose;
	if (rec->open || choose)
		beffect(r, YZ_BPMN_TASK_GONE, rec->node, rec->id);
	bevent_deaf(r, rec);
}

void bact_kill(struct bstep *r, struct brec *rec)
{
	size_t i = 0;
	if (rec->dead)
		return;
	while (r->s->recs.at[i] != rec)
		i++;
	if (rec->kind != BREC_DONE)
		tell_gone(r, rec);
	brec_end(r, rec);
	for (i++; i < r->s->recs.len; i++) {
		struct brec *child = r->s->recs.at[i], *parent = brec_any(r->s, child->parent);
		if (child->dead || !parent || !parent->dead)
			continue;
		if (child->kind != BREC_DONE)
			tell_gone(r, child);
		child->dead = true;
		bmark_clear(r->s, child->id);
	}
}

/* Tokens on their way in the scope are taken back. */
static void take_back(struct brec *scope, struct bmove *moves, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (moves[i].scope == scope && moves[i].node) {
			moves[i].node = NULL;
			scope->live--;
		}
}

void bact_kill_inside(struct bstep *r, struct brec *scope)
{
	if (r->queue.len)
		take_back(scope, r->queue.at + r->head, r->queue.len - r->head);
	if (r->later.len)
		take_back(scope, r->later.at + r->later_head, r->later.len - r->later_head);
	for (size_t i = 0; i < r->s->recs.len; i++) {
		struct brec *rec = r->s->recs.at[i];
		if (!rec->dead && rec->parent == scope->id && rec->kind != BREC_DONE)
			bact_kill(r, rec);
	}
	/* What undoes something stands beneath what is done; it goes with the compensation it belongs to. */
	for (size_t i = 0; i < r->s->recs.len; i++) {
		struct brec *rec = r->s->recs.at[i];
		if (!rec->dead && rec->held && !brec_find(r->s, rec->held))
			bact_kill(r, rec);
	}
	size_t n = 0;
	for (size_t i = 0; i < r->s->marks.len; i++)
		if (r->s->marks.at[i].rec != scope->id || r->s->marks.at[i].node->pub.type != YZ_BPMN_COMPLEX)
			r->s->marks.at[n++] = r->s->marks.at[i];
	r->s->marks.len = n;
}

/* Scopes */

void bscope_enter(struct bstep *r, struct brec *scope)
{
	const struct yz_bnode *body = scope->body;
	for (size_t i = 0; i < body->ndeclared; i++)
		if (!bvar_at(scope, body->declared[i]))
			bvar_put(r, scope, body->declared[i], (struct yz_feel_value){0});
	bevent_listen_in(r, scope);
	if (scope->dead || scope->interrupted)
		return;
	size_t n = body->nentries;
	if (body->pub.type == YZ_BPMN_ADHOC && body->choose) {
		struct yz_bpmn_effect *e = beffect(r, YZ_BPMN_ADHOC_OPENED, scope->node, scope->id);
		open_attrs(r, scope, e);
		return;
	}
	if (body->pub.type == YZ_BPMN_ADHOC && body->sequential && n > 0) {
		n = 1;
		scope->made = 1;
	}
	for (size_t i = 0; i < n; i++)
		bflow_push(r, scope, body->entries[i], NULL);
	if (scope->live == 0)
		*yz_vec_push(r->a, &r->empty) = scope;
}

static bool adhoc_goes_on(struct bstep *r, struct brec *scope)
{
	const struct yz_bnode *body = scope->body;
	if (body->pub.type != YZ_BPMN_ADHOC || scope->adhoc_enough)
		return false;
	if (body->choose)
		return true;
	if (!body->sequential || scope->made >= body->nentries)
		return false;
	bflow_push(r, scope, body->entries[scope->made++], NULL);
	return true;
}

void bscope_empty(struct bstep *r, struct brec *scope)
{
	if (scope->dead || scope->live > 0 || r->s->ended || adhoc_goes_on(r, scope))
		return;
	if (!scope->parent) {
		bend(r, YZ_BPMN_COMPLETED, r->s->last_end, (struct yz_str){NULL, 0});
		return;
	}
	if (!scope->node->event_triggered) {
		bact_done(r, scope, (struct yz_feel_value){0});
		return;
	}
	struct brec *held = brec_find(r->s, scope->held);
	bevent_deaf(r, scope);
	brec_end(r, scope);
	if (held)
		bcomp_next(r, held);
}
