/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

#include <assert.h>

struct yz_bpmn_state *bstate_copy(struct yz_arena *a, const struct yz_bpmn_state *s)
{
	struct yz_bpmn_state *to = yz_new(a, struct yz_bpmn_state);
	*to = *s;
	to->code = yz_str_dup(a, s->code);
	struct brec *recs = yz_new_n(a, s->recs.len, struct brec);
	to->recs.cap = s->recs.len + 8;
	to->recs.at = yz_new_n(a, to->recs.cap, struct brec *);
	for (size_t i = 0; i < s->recs.len; i++) {
		struct brec *rec = to->recs.at[i] = &recs[i];
		*rec = *s->recs.at[i];
		memset(&rec->vars, 0, sizeof rec->vars);
		memset(&rec->todo, 0, sizeof rec->todo);
		const struct brec *was = s->recs.at[i];
		for (size_t v = 0; v < was->vars.len; v++) {
			struct bvar var = {yz_str_dup(a, was->vars.at[v].name), bvalue_copy(a, was->vars.at[v].value)};
			*yz_vec_push(a, &rec->vars) = var;
		}
		for (size_t t = 0; t < was->todo.len; t++)
			*yz_vec_push(a, &rec->todo) = was->todo.at[t];
	}
	memset(&to->timers, 0, sizeof to->timers);
	for (size_t i = 0; i < s->timers.len; i++) {
		struct btimer t = s->timers.at[i];
		t.text = yz_str_dup(a, t.text);
		*yz_vec_push(a, &to->timers) = t;
	}
	memset(&to->marks, 0, sizeof to->marks);
	for (size_t i = 0; i < s->marks.len; i++)
		*yz_vec_push(a, &to->marks) = s->marks.at[i];
	return to;
}

struct brec *brec_any(const struct yz_bpmn_state *s, uint32_t id)
{
	size_t lo = 0, hi = s->recs.len;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (s->recs.at[mid]->id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->recs.len && s->recs.at[lo]->id == id ? s->recs.at[lo] : NULL;
}

struct brec *brec_find(const struct yz_bpmn_state *s, uint32_t id)
{
	struct brec *rec = id ? brec_any(s, id) : NULL;
	return rec && !rec->dead ? rec : NULL;
}

static bool holds_parent(enum brec_kind kind)
{
	return kind != BREC_DONE;
}

struct brec *brec_new(struct bstep *r, enum brec_kind kind, struct brec *parent, const struct yz_bnode *node)
{
	struct brec *rec = yz_new(r->a, struct brec);
	rec->kind = kind;
	rec->node = rec->body = node;
	rec->id = r->s->next_id++;
	if (r->s->recs.len >= YZ_BPMN_RECS)
		bfail(r, YZ_LIMIT, "more than %d tasks, scopes and waits at once", YZ_BPMN_RECS);
	*yz_vec_push(r->a, &r->s->recs) = rec;
	if (parent) {
		rec->parent = parent->id;
		parent->live += holds_parent(kind);
	}
	return rec;
}

static void leaves_parent(struct bstep *r, const struct brec *rec)
{
	struct brec *parent = holds_parent(rec->kind) ? brec_find(r->s, rec->parent) : NULL;
	if (!parent)
		return;
	assert(parent->live > 0);
	if (--parent->live == 0 && parent->kind == BREC_SCOPE)
		*yz_vec_push(r->a, &r->empty) = parent;
}

void brec_end(struct bstep *r, struct brec *rec)
{
	assert(!rec->dead);
	rec->dead = true;
	bmark_clear(r->s, rec->id);
	leaves_parent(r, rec);
}

void brec_retire(struct bstep *r, struct brec *rec)
{
	bmark_clear(r->s, rec->id);
	leaves_parent(r, rec);
	rec->kind = BREC_DONE;
	rec->seq = r->s->next_id++;
}

void bstate_count(struct yz_bpmn_state *s)
{
	for (size_t i = 0; i < s->recs.len; i++)
		s->recs.at[i]->live = 0;
	for (size_t i = 0; i < s->recs.len; i++) {
		struct brec *parent = brec_find(s, s->recs.at[i]->parent);
		if (parent)
			parent->live += holds_parent(s->recs.at[i]->kind);
	}
}

void bstate_compact(struct yz_bpmn_state *s)
{
	size_t n = 0;
	/* What stands below something dead goes with it; parents come before their children. */
	for (size_t i = 0; i < s->recs.len; i++) {
		struct brec *rec = s->recs.at[i], *parent = rec->parent ? brec_any(s, rec->parent) : NULL;
		if (parent && parent->dead)
			rec->dead = true;
	}
	for (size_t i = 0; i < s->recs.len; i++)
		if (!s->recs.at[i]->dead)
			s->recs.at[n++] = s->recs.at[i];
	s->recs.len = n;
	n = 0;
	for (size_t i = 0; i < s->timers.len; i++)
		if (!s->timers.at[i].dead)
			s->timers.at[n++] = s->timers.at[i];
	s->timers.len = n;
}

struct brec *brec_scope(const struct yz_bpmn_state *s, const struct brec *rec)
{
	struct brec *p = brec_find(s, rec->parent);
	while (p && p->kind == BREC_MULTI)
		p = brec_find(s, p->parent);
	return p;
}

struct bmark *bmark_find(const struct yz_bpmn_state *s, const struct brec *rec, const struct yz_bnode *node)
{
	for (size_t i = 0; i < s->marks.len; i++)
		if (s->marks.at[i].rec == rec->id && s->marks.at[i].node == node)
			return &s->marks.at[i];
	return NULL;
}

struct bmark *bmark_get(struct bstep *r, const struct brec *rec, const struct yz_bnode *node)
{
	struct bmark *m = bmark_find(r->s, rec, node);
	if (m)
		return m;
	m = yz_vec_push(r->a, &r->s->marks);
	*m = (struct bmark){.rec = rec->id, .node = node};
	return m;
}

void bmark_clear(struct yz_bpmn_state *s, uint32_t rec)
{
	size_t n = 0;
	for (size_t i = 0; i < s->marks.len; i++)
		if (s->marks.at[i].rec != rec)
			s->marks.at[n++] = s->marks.at[i];
	s->marks.len = n;
}

/* Faces */

bool yz_bpmn_ended(const struct yz_bpmn_state *s)
{
	return s->ended;
}

enum yz_bpmn_outcome yz_bpmn_outcome(const struct yz_bpmn_state *s)
{
	return s->outcome;
}

struct yz_feel_value yz_bpmn_variable(const struct yz_bpmn_state *s, struct yz_str name)
{
	struct yz_feel_value *v = s->recs.len ? bvar_at(s->recs.at[0], name) : NULL;
	return v ? *v : (struct yz_feel_value){0};
}

const struct yz_bpmn_token *yz_bpmn_tokens(const struct yz_bpmn *m, const struct yz_bpmn_state *s, struct yz_arena *a,
					   size_t *n)
{
	static const enum yz_bpmn_token_kind kinds[] = {
		[BREC_SCOPE] = YZ_BPMN_OPEN_SCOPE, [BREC_MULTI] = YZ_BPMN_OPEN_SCOPE,
		[BREC_TASK] = YZ_BPMN_OPEN_TASK,   [BREC_WAIT] = YZ_BPMN_WAITING,
		[BREC_JOIN] = YZ_BPMN_AT_JOIN,     [BREC_HELD] = YZ_BPMN_COMPENSATING,
	};
	YZ_VEC(struct yz_bpmn_token) out = {0};
	for (size_t i = 0; i < s->recs.len; i++) {
		const struct brec *rec = s->recs.at[i];
		const struct brec *scope = rec->kind == BREC_DONE ? NULL : brec_scope(s, rec);
		/* What is below a finished scope that may be undone is finished too. */
		if (rec->kind == BREC_DONE || rec->parent == 0)
			continue;
		const struct brec *multi = brec_any(s, rec->parent);
		struct yz_bpmn_token t = {rec->kind == BREC_JOIN ? 0 : rec->id, scope ? scope->id : rec->parent,
					  kinds[rec->kind], &rec->node->pub, multi && multi->kind == BREC_MULTI ? multi->id : 0, NULL};
		if (rec->kind == BREC_JOIN && rec->flow < rec->node->nin)
			t.from = &rec->node->in[rec->flow]->from->pub;
		*yz_vec_push(a, &out) = t;
	}
	*n = out.len;
	return out.at;
}

const struct yz_bpmn_timer *yz_bpmn_timers(const struct yz_bpmn *m, const struct yz_bpmn_state *s, struct yz_arena *a,
					   size_t *n)
{
	struct yz_bpmn_timer *out = yz_new_n(a, s->timers.len + 1, struct yz_bpmn_timer);
	for (size_t i = 0; i < s->timers.len; i++)
		out[i] = (struct yz_bpmn_timer){s->timers.at[i].id, &s->timers.at[i].node->pub, s->timers.at[i].due};
	*n = s->timers.len;
	return out;
}

const struct yz_bpmn_state *yz_bpmn_state_copy(struct yz_arena *a, const struct yz_bpmn_state *s)
{
	return bstate_copy(a, s);
}

struct yz_feel_value yz_bpmn_outcome_value(struct yz_arena *a, const struct yz_bpmn_state *s, struct yz_str node, struct yz_str outcome)
{
	struct yz_feel_value before = yz_bpmn_variable(s, YZ_LIT("outcomes"));
	size_t n = before.kind == YZ_FEEL_CONTEXT ? yz_feel_len(before) : 0, k = 0;
	struct yz_feel_entry *all = yz_new_n(a, n + 1, struct yz_feel_entry);
	for (size_t i = 0; i < n; i++)
		if (!yz_str_eq(yz_feel_entries(before)[i].key, node))
			all[k++] = yz_feel_entries(before)[i];
	all[k++] = (struct yz_feel_entry){node, yz_feel_string(outcome)};
	struct yz_feel_entry *vars = yz_new_n(a, 2, struct yz_feel_entry);
	vars[0] = (struct yz_feel_entry){YZ_LIT("outcome"), yz_feel_string(outcome)};
	vars[1] = (struct yz_feel_entry){YZ_LIT("outcomes"), yz_feel_context(a, all, k)};
	return yz_feel_context(a, vars, 2);
}
