/* What a model would do wrong when run: found by walking it, and by playing its
 * tokens through every choice within a bound.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bpmn/model.h"

/* Reachability */

static bool is_subject(const struct yz_bnode *n)
{
	return n->scope && !n->event_triggered && !n->for_compensation;
}

static void reach_from(struct yz_bpmn *m, struct yz_bnode *n, bool *seen)
{
	YZ_VEC(struct yz_bnode *) todo = {0};
	*yz_vec_push(m->arena, &todo) = n;
	while (todo.len > 0) {
		n = todo.at[--todo.len];
		if (seen[n->index])
			continue;
		seen[n->index] = true;
		for (size_t i = 0; i < n->nout; i++)
			*yz_vec_push(m->arena, &todo) = n->out[i]->to;
		for (size_t i = 0; i < n->nboundary; i++)
			*yz_vec_push(m->arena, &todo) = n->boundary[i];
		if (n->link)
			*yz_vec_push(m->arena, &todo) = n->link;
		if (n->handler)
			*yz_vec_push(m->arena, &todo) = n->handler;
	}
}

static bool begins_itself(const struct yz_bnode *n)
{
	return n->pub.type == YZ_BPMN_START_EVENT || (n->instantiate && n->nin == 0);
}

static void check_reach(struct yz_bpmn *m)
{
	bool *seen = yz_new_n(m->arena, m->nodes.len + 1, bool);
	for (size_t i = 0; i < m->nodes.len; i++) {
		struct yz_bnode *n = m->nodes.at[i];
		for (size_t e = 0; e < n->nentries; e++)
			reach_from(m, n->entries[e], seen);
		if (n->scope && begins_itself(n))
			reach_from(m, n, seen);
	}
	for (size_t i = 0; i < m->nodes.len; i++) {
		const struct yz_bnode *n = m->nodes.at[i];
		if (is_subject(n) && !seen[n->index])
			yz_bdiag(m, YZ_BPMN_DOUBT, "UNREACHABLE", n->el, "no token ever comes here");
	}
}

static void check_ends(struct yz_bpmn *m, const struct yz_bnode *n)
{
	bool end = n->pub.type == YZ_BPMN_END_EVENT, link = n->pub.type == YZ_BPMN_THROW_EVENT && n->link;
	bool undo = n->pub.type == YZ_BPMN_BOUNDARY_EVENT && yz_bnode_compensates(n);
	bool adhoc = n->scope->pub.type == YZ_BPMN_ADHOC;
	if (n->nout == 0 && !end && !link && !undo && !adhoc)
		yz_bdiag(m, YZ_BPMN_DOUBT, "DEAD_END", n->el, "the path ends here without an end event");
}

/* Conditions */

static void check_conditions(struct yz_bpmn *m, const struct yz_bnode *n)
{
	bool chooses = n->pub.type == YZ_BPMN_EXCLUSIVE || n->pub.type == YZ_BPMN_INCLUSIVE;
	size_t conditions = 0;
	for (size_t i = 0; i < n->nout; i++) {
		const struct yz_bflow *f = n->out[i];
		conditions += f->condition != NULL;
		if (chooses && n->nout > 1 && !f->condition && f != n->standard)
			yz_bdiag(m, YZ_BPMN_DOUBT, "MISSING_CONDITION", f->el,
				 "the flow leaves a choice without a condition and is not the default: it is always "
				 "taken");
		if (f->condition && (n->pub.type == YZ_BPMN_PARALLEL || n->pub.type == YZ_BPMN_EVENT_BASED))
			yz_bdiag(m, YZ_BPMN_NOTE, "IGNORED_CONDITION", f->el,
				 "a condition behind this gateway is ignored");
		if (f->condition && f == n->standard)
			yz_bdiag(m, YZ_BPMN_NOTE, "IGNORED_CONDITION", f->el,
				 "the condition of a default flow is ignored");
	}
	if (n->nout > 0 && conditions == n->nout && !n->standard && n->pub.type != YZ_BPMN_PARALLEL)
		yz_bdiag(m, YZ_BPMN_NOTE, "NO_DEFAULT", n->el,
			 "every flow out has a condition and none is the default: when all are false the step fails");
}

/* Playing tokens.  A marking has a count for each flow of one scope, 0 to 2; 2 means two or more. */

/* Flows of a scope, markings of one scope and of the whole model, flows of a choice tried in all sets. */
enum { FLOWS_MOST = 400, MARKINGS_MOST = 20000, MARKINGS_ALL = 100000, OUTCOMES_MOST = 10 };

struct marking {
	struct marking *next;
	uint64_t hash;
	uint8_t at[]; /* by local flow */
};

struct game {
	struct yz_bpmn *m;
	struct yz_arena *a;
	const struct yz_bnode *scope;
	struct yz_bflow **flows; /* local index -> flow */
	uint32_t *local;         /* flow index -> local */
	size_t nflows;
	struct marking *table[4096];
	YZ_VEC(struct marking *) todo;
	size_t markings, *all;
	bool full, *stuck, *twice; /* by node index */
};

static void visit(struct game *g, const uint8_t *at)
{
	uint64_t hash = yz_str_hash(yz_str_n((const char *)at, g->nflows));
	struct marking **slot = &g->table[hash % 4096];
	for (struct marking *k = *slot; k; k = k->next)
		if (k->hash == hash && memcmp(k->at, at, g->nflows) == 0)
			return;
	if (g->markings++ >= MARKINGS_MOST || ++*g->all > MARKINGS_ALL) {
		g->full = true;
		return;
	}
	struct marking *k = yz_alloc(g->a, sizeof *k + g->nflows);
	k->hash = hash;
	memcpy(k->at, at, g->nflows);
	k->next = *slot;
	*slot = k;
	*yz_vec_push(g->a, &g->todo) = k;
}

static void put(struct game *g, uint8_t *at, const struct yz_bflow *f)
{
	uint8_t *c = &at[g->local[f->index]];
	if (*c >= 1)
		g->twice[f->from->index] = true;
	*c = *c < 2 ? *c + 1 : 2;
}

static void put_all(struct game *g, uint8_t *at, const struct yz_bnode *n)
{
	for (size_t i = 0; i < n->nout; i++)
		put(g, at, n->out[i]);
}

/* Each outcome of a node that chooses: one flow, or any set of its conditional flows. */
static void choose(struct game *g, const uint8_t *at, const struct yz_bnode *n, bool sets)
{
	uint8_t next[FLOWS_MOST];
	size_t free_flows = n->nout > OUTCOMES_MOST ? OUTCOMES_MOST : n->nout;
	if (!sets) {
		for (size_t i = 0; i < n->nout; i++) {
			memcpy(next, at, g->nflows);
			put(g, next, n->out[i]);
			visit(g, next);
		}
		return;
	}
	for (uint32_t set = 1; set < 1u << free_flows; set++) {
		bool conditional = false, fits = true;
		for (size_t i = 0; i < free_flows; i++) {
			const struct yz_bflow *f = n->out[i];
			bool taken = set >> i & 1;
			conditional |= taken && f->condition && f != n->standard;
			fits &= taken || f->condition || f == n->standard;
		}
		for (size_t i = 0; i < free_flows; i++)
			fits &= n->out[i] != n->standard || (set >> i & 1) == !conditional;
		if (!fits)
			continue;
		memcpy(next, at, g->nflows);
		for (size_t i = 0; i < free_flows; i++)
			if (set >> i & 1)
				put(g, next, n->out[i]);
		visit(g, next);
	}
}

static bool has_conditions(const struct yz_bnode *n)
{
	for (size_t i = 0; i < n->nout; i++)
		if (n->out[i]->condition)
			return true;
	return n->standard != NULL;
}

/* What follows when the node is passed, its tokens already taken from `at`. */
static void pass(struct game *g, const uint8_t *at, const struct yz_bnode *n)
{
	uint8_t next[FLOWS_MOST];
	if (n->pub.type == YZ_BPMN_END_EVENT && n->ndefs && n->defs[0].kind >= BDEF_CANCEL) {
		memset(next, 0, g->nflows); /* terminate, cancel: all tokens go */
		visit(g, next);
		return;
	}
	if (n->pub.type == YZ_BPMN_EXCLUSIVE || n->pub.type == YZ_BPMN_EVENT_BASED) {
		if (n->nout == 0)
			visit(g, at);
		choose(g, at, n, false);
	} else if (n->pub.type != YZ_BPMN_PARALLEL && has_conditions(n)) {
		choose(g, at, n, true);
	} else {
		memcpy(next, at, g->nflows);
		put_all(g, next, n->link ? n->link : n);
		visit(g, next);
	}
	for (size_t i = 0; i < n->nboundary; i++) {
		const struct yz_bnode *b = n->boundary[i];
		if (yz_bnode_compensates(b))
			continue;
		memcpy(next, at, g->nflows);
		put_all(g, next, b);
		if (!b->interrupting)
			put_all(g, next, n);
		visit(g, next);
	}
}

static bool joins(const struct yz_bnode *n)
{
	return n->nin > 1 && (n->pub.type == YZ_BPMN_PARALLEL || n->reach != NULL);
}

/* The incoming flows that hold tokens, as places. */
static uint64_t held(const struct game *g, const uint8_t *at, const struct yz_bnode *n)
{
	uint64_t mask = 0;
	for (size_t i = 0; i < n->nin; i++)
		mask |= (uint64_t)(at[g->local[n->in[i]->index]] > 0) << i;
	return mask;
}

static bool join_ready(const struct game *g, const uint8_t *at, const struct yz_bnode *n, uint64_t mask)
{
	uint64_t all = ((uint64_t)1 << n->nin) - 1;
	if (n->pub.type == YZ_BPMN_PARALLEL)
		return mask == all;
	if (n->activation)
		return mask != 0;
	for (size_t i = 0; i < g->nflows; i++) {
		const struct yz_bnode *to = at[i] ? g->flows[i]->to : n;
		uint64_t reach = to == n ? 0 : n->reach[to->index];
		if ((reach & all & ~mask) && !(reach & mask))
			return false;
	}
	return mask != 0;
}

static void fire_join(struct game *g, const uint8_t *at, const struct yz_bnode *n, uint64_t mask)
{
	uint8_t next[FLOWS_MOST];
	memcpy(next, at, g->nflows);
	for (size_t i = 0; i < n->nin; i++)
		next[g->local[n->in[i]->index]] -= mask >> i & 1;
	if (n->pub.type == YZ_BPMN_COMPLEX && n->activation)
		for (size_t i = 0; i < n->nin; i++)
			next[g->local[n->in[i]->index]] = 0;
	pass(g, next, n);
}

/* One step from a marking.  A token before a plain node is moved alone and first: the order of independent
 * moves changes nothing, and there are fewer markings. */
static void play(struct game *g, const uint8_t *at)
{
	uint8_t next[FLOWS_MOST];
	bool any = false, moved = false;
	for (size_t i = 0; i < g->nflows; i++) {
		const struct yz_bnode *n = g->flows[i]->to;
		any |= at[i] > 0;
		if (!at[i] || joins(n))
			continue;
		memcpy(next, at, g->nflows);
		next[i]--;
		pass(g, next, n);
		return;
	}
	for (size_t i = 0; i < g->nflows && !moved; i++) {
		const struct yz_bnode *n = g->flows[i]->to;
		uint64_t mask = at[i] ? held(g, at, n) : 0;
		if (mask && join_ready(g, at, n, mask)) {
			fire_join(g, at, n, mask);
			moved = true;
		}
	}
	for (size_t i = 0; any && !moved && i < g->nflows; i++)
		if (at[i])
			g->stuck[g->flows[i]->to->index] = true;
}

static void begin(struct game *g)
{
	uint8_t at[FLOWS_MOST] = {0};
	const struct yz_bnode *s = g->scope;
	if (s->nentries && s->pub.type != YZ_BPMN_ADHOC) {
		for (size_t i = 0; i < s->nentries; i++)
			put_all(g, at, s->entries[i]);
		visit(g, at);
	}
	for (size_t i = 0; i < s->nchildren; i++) {
		const struct yz_bnode *n = s->children[i];
		bool entry = n->pub.type == YZ_BPMN_START_EVENT && n->ndefs > 0;
		if (!entry && !(n->instantiate && n->nin == 0))
			continue;
		memset(at, 0, sizeof at);
		pass(g, at, n);
	}
}

static void tell(struct game *g)
{
	for (size_t i = 0; i < g->scope->nchildren; i++) {
		const struct yz_bnode *n = g->scope->children[i];
		if (g->stuck[n->index])
			yz_bdiag(g->m, YZ_BPMN_DOUBT, "DEADLOCK", n->el,
				 "tokens can wait here for ever: some way leads to only part of the flows it joins");
		if (g->twice[n->index] && n->nin > 1 && !joins(n))
			yz_bdiag(g->m, YZ_BPMN_NOTE, "TWICE", n->el,
				 "parallel paths meet here unjoined: what follows runs once for each");
	}
	if (g->full)
		yz_bdiag(g->m, YZ_BPMN_NOTE, "TOO_LARGE", g->scope->el,
			 "too many ways through to try them all; deadlocks may be missed");
}

static void check_game(struct yz_bpmn *m, const struct yz_bnode *scope, uint32_t *local, size_t *all)
{
	struct game g = {.m = m, .scope = scope, .local = local, .all = all};
	for (size_t i = 0; i < scope->nchildren; i++)
		g.nflows += scope->children[i]->nin;
	if (g.nflows == 0)
		return;
	if (g.nflows > FLOWS_MOST) {
		g.full = true;
		g.stuck = g.twice = yz_new_n(m->arena, m->nodes.len, bool);
		tell(&g);
		return;
	}
	g.a = yz_arena_create(0);
	g.flows = yz_new_n(g.a, g.nflows, struct yz_bflow *);
	g.stuck = yz_new_n(g.a, m->nodes.len, bool);
	g.twice = yz_new_n(g.a, m->nodes.len, bool);
	g.nflows = 0;
	for (size_t i = 0; i < scope->nchildren; i++)
		for (size_t j = 0; j < scope->children[i]->nin; j++) {
			local[scope->children[i]->in[j]->index] = (uint32_t)g.nflows;
			g.flows[g.nflows++] = scope->children[i]->in[j];
		}
	begin(&g);
	while (g.todo.len > 0)
		play(&g, g.todo.at[--g.todo.len]->at);
	tell(&g);
	yz_arena_destroy(g.a);
}

void yz_bcheck_flow(struct yz_bpmn *m)
{
	uint32_t *local = yz_new_n(m->arena, m->flows.len + 1, uint32_t);
	size_t markings = 0;
	check_reach(m);
	for (size_t i = 0; i < m->nodes.len; i++) {
		const struct yz_bnode *n = m->nodes.at[i];
		if (yz_btype_is_scope(n->pub.type))
			check_game(m, n, local, &markings);
		if (!is_subject(n))
			continue;
		check_ends(m, n);
		check_conditions(m, n);
	}
}
