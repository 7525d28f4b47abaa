/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

void bflow_push(struct bstep *r, struct brec *scope, const struct yz_bnode *node, const struct yz_bflow *flow)
{
	scope->live++;
	*yz_vec_push(r->a, &r->queue) = (struct bmove){scope, node, flow};
}

static void follow(struct bstep *r, struct brec *scope, const struct yz_bflow *f, int64_t times)
{
	for (int64_t i = 0; i < times && !r->failed; i++) {
		if (++r->steps > (r->env->steps ? r->env->steps : YZ_BPMN_STEPS)) {
			bfail(r, YZ_LIMIT, "more than %u tokens moved in one step, last along \"%.*s\"", r->steps - 1,
			      YZ_P(f->pub.id));
			return;
		}
		bflow_push(r, scope, f->to, f);
	}
}

static void passed(struct bstep *r, const struct yz_bnode *node)
{
	if (r->env->trace)
		beffect(r, YZ_BPMN_PASSED, node, 0);
}

static void stuck(struct bstep *r, const struct yz_bnode *node)
{
	bfail(r, YZ_BAD_INPUT, "no way out of %s \"%.*s\": no condition is true and there is no default flow",
	      yz_bpmn_type_name(node->pub.type), YZ_P(node->pub.id));
}

/* Every unconditional flow, every true one; the default when no condition was true (13.2.1, 13.4.3). */
static void split(struct bstep *r, struct brec *scope, const struct brec *look, const struct yz_bnode *node,
		  int64_t times)
{
	size_t taken = 0, held = 0;
	for (size_t i = 0; i < node->nout; i++) {
		struct yz_bflow *f = node->out[i];
		if (f == node->standard || (f->condition && !btrue(r, look, f->condition)))
			continue;
		follow(r, scope, f, times);
		taken++;
		held += f->condition != NULL;
	}
	if (node->standard && held == 0) {
		follow(r, scope, node->standard, times);
		taken++;
	}
	if (taken == 0 && node->nout > 0)
		stuck(r, node);
}

void bflow_leave(struct bstep *r, struct brec *scope, const struct yz_bnode *node, int64_t times)
{
	passed(r, node);
	split(r, scope, scope, node, times);
}

static void exclusive(struct bstep *r, struct brec *scope, const struct yz_bnode *node)
{
	passed(r, node);
	for (size_t i = 0; i < node->nout; i++) {
		struct yz_bflow *f = node->out[i];
		if (f != node->standard && (!f->condition || btrue(r, scope, f->condition))) {
			follow(r, scope, f, 1);
			return;
		}
	}
	if (node->standard)
		follow(r, scope, node->standard, 1);
	else if (node->nout > 0)
		stuck(r, node);
}

/* Joins */

static struct brec *join_at(const struct yz_bpmn_state *s, const struct brec *scope, const struct yz_bnode *node,
			    uint32_t flow)
{
	for (size_t i = 0; i < s->recs.len; i++) {
		struct brec *rec = s->recs.at[i];
		if (!rec->dead && rec->kind == BREC_JOIN && rec->parent == scope->id && rec->node == node &&
		    rec->flow == flow)
			return rec;
	}
	return NULL;
}

static struct brec *join_add(struct bstep *r, struct brec *scope, const struct yz_bnode *node, uint32_t flow)
{
	struct brec *rec = join_at(r->s, scope, node, flow);
	if (!rec) {
		rec = brec_new(r, BREC_JOIN, scope, node);
		rec->flow = flow;
	}
	rec->count++;
	return rec;
}

static void join_take(struct bstep *r, struct brec *rec, uint32_t n)
{
	rec->count -= n;
	if (rec->count == 0)
		brec_end(r, rec);
}

/* Which incoming flows of the gateway hold tokens, and how many in all. */
static uint64_t join_mask(const struct yz_bpmn_state *s, const struct brec *scope, const struct yz_bnode *node,
			  uint32_t *tokens)
{
	uint64_t mask = 0;
	*tokens = 0;
	for (size_t i = 0; i < s->recs.len; i++) {
		const struct brec *rec = s->recs.at[i];
		if (!rec->dead && rec->kind == BREC_JOIN && rec->parent == scope->id && rec->node == node) {
			mask |= (uint64_t)1 << rec->flow;
			*tokens += rec->count;
		}
	}
	return mask;
}

static void join_consume(struct bstep *r, struct brec *scope, const struct yz_bnode *node, uint64_t mask)
{
	for (uint32_t i = 0; i < node->nin; i++) {
		struct brec *rec = mask >> i & 1 ? join_at(r->s, scope, node, i) : NULL;
		if (rec)
			join_take(r, rec, 1);
	}
}

static void parallel(struct bstep *r, struct brec *scope, const struct yz_bnode *node, const struct yz_bflow *flow)
{
	if (node->nin > 1 && flow) {
		uint32_t tokens;
		join_add(r, scope, node, flow->place);
		if (join_mask(r->s, scope, node, &tokens) != ((uint64_t)1 << node->nin) - 1)
			return;
		/* The flows out are pushed first, so that the scope does not look empty meanwhile. */
		for (size_t i = 0; i < node->nout; i++)
			follow(r, scope, node->out[i], 1);
		join_consume(r, scope, node, ~(uint64_t)0);
		passed(r, node);
		return;
	}
	passed(r, node);
	for (size_t i = 0; i < node->nout; i++)
		follow(r, scope, node->out[i], 1);
}

/* Complex gateways.  Their mark: the flows whose tokens the first phase took, and this bit while it waits
 * for the rest (13.4.5). */
#define WAITING_FOR_RESET ((uint64_t)1 << 63)

/* What the conditions of the gateway see besides the variables. */
struct complex_view {
	struct brec rec;
	struct bvar vars[2];
};

static const struct brec *complex_view(struct complex_view *v, const struct brec *scope, const struct yz_bnode *node,
				       uint32_t tokens, bool waiting_for_start)
{
	*v = (struct complex_view){.rec = {.kind = BREC_WAIT, .node = node, .parent = scope->id}};
	v->vars[0] = (struct bvar){YZ_LIT("activationCount"), yz_feel_int(tokens)};
	v->vars[1] = (struct bvar){YZ_LIT("waitingForStart"), yz_feel_bool(waiting_for_start)};
	v->rec.vars.at = v->vars;
	v->rec.vars.len = v->rec.vars.cap = 2;
	return &v->rec;
}

static void complex_arrived(struct bstep *r, struct brec *scope, const struct yz_bnode *node)
{
	uint32_t tokens;
	uint64_t mask = join_mask(r->s, scope, node, &tokens);
	const struct bmark *mark = bmark_find(r->s, scope, node);
	struct complex_view view;
	const struct brec *look = complex_view(&view, scope, node, tokens, true);
	if ((mark && (mark->mask & WAITING_FOR_RESET)) || !btrue(r, look, node->activation))
		return;
	passed(r, node);
	split(r, scope, look, node, 1);
	join_consume(r, scope, node, mask);
	bmark_get(r, scope, node)->mask = mask | WAITING_FOR_RESET;
}

void bflow_arrive(struct bstep *r, struct bmove move)
{
	const struct yz_bnode *node = move.node;
	struct brec *scope = move.scope;
	switch (node->pub.type) {
	case YZ_BPMN_START_EVENT:
	case YZ_BPMN_BOUNDARY_EVENT:
		bflow_leave(r, scope, node, 1);
		return;
	case YZ_BPMN_END_EVENT:
	case YZ_BPMN_THROW_EVENT:
		bevent_throw(r, scope, node);
		return;
	case YZ_BPMN_CATCH_EVENT:
	case YZ_BPMN_EVENT_BASED:
		bevent_wait(r, scope, node);
		return;
	case YZ_BPMN_EXCLUSIVE:
		exclusive(r, scope, node);
		return;
	case YZ_BPMN_PARALLEL:
		parallel(r, scope, node, move.flow);
		return;
	case YZ_BPMN_INCLUSIVE:
	case YZ_BPMN_COMPLEX:
		if (node->nin < 2 || !move.flow) {
			bflow_leave(r, scope, node, 1);
			return;
		}
		join_add(r, scope, node, move.flow->place);
		if (node->pub.type == YZ_BPMN_COMPLEX && node->activation)
			complex_arrived(r, scope, node);
		return;
	default:
		break;
	}
	if (node->start_quantity > 1 && move.flow) {
		struct brec *rec = join_add(r, scope, node, 0);
		if (rec->count < node->start_quantity)
			return;
		bact_start(r, scope, node, 0);
		join_take(r, rec, (uint32_t)node->start_quantity);
		return;
	}
	bact_start(r, scope, node, 0);
}

/* A token elsewhere in the scope can still reach a flow that has none, and none that has one (13.4.3). */
static bool more_to_come(const struct yz_bpmn_state *s, const struct brec *scope, const struct yz_bnode *node,
			 uint64_t have)
{
	uint64_t all = ((uint64_t)1 << node->nin) - 1;
	for (size_t i = 0; i < s->recs.len; i++) {
		const struct brec *rec = s->recs.at[i];
		if (rec->dead || rec->parent != scope->id || rec->node == node || rec->kind == BREC_DONE ||
		    (rec->kind == BREC_HELD && rec->detached) || rec->held)
			continue;
		uint64_t reach = node->reach[rec->node->index];
		if ((reach & all & ~have) && !(reach & have))
			return true;
	}
	return false;
}

static bool join_moves(struct bstep *r, struct brec *scope, const struct yz_bnode *node)
{
	uint32_t tokens;
	uint64_t mask = join_mask(r->s, scope, node, &tokens);
	if (mask == 0 || more_to_come(r->s, scope, node, mask))
		return false;
	bflow_leave(r, scope, node, 1);
	join_consume(r, scope, node, mask);
	return true;
}

static bool speaks_of(const struct yz_bexpr *x, const char *name)
{
	for (size_t i = 0; x && i < x->nused; i++)
		if (yz_str_eqz(x->names[x->used[i]].name, name))
			return true;
	return false;
}

/* The second phase: what came late is taken.  Flows fire once more only where their condition tells the two
 * phases apart; else every conditional flow would fire twice. */
static bool complex_resets(struct bstep *r, struct brec *scope, const struct yz_bnode *node, struct bmark *mark)
{
	uint32_t tokens;
	struct complex_view view;
	uint64_t taken = mark->mask & ~WAITING_FOR_RESET, late = join_mask(r->s, scope, node, &tokens) & ~taken;
	if (!(mark->mask & WAITING_FOR_RESET) || more_to_come(r->s, scope, node, taken | late))
		return false;
	mark->mask = 0;
	const struct brec *look = complex_view(&view, scope, node, tokens, false);
	for (size_t i = 0; i < node->nout; i++)
		if (speaks_of(node->out[i]->condition, "waitingForStart") && btrue(r, look, node->out[i]->condition))
			follow(r, scope, node->out[i], 1);
	join_consume(r, scope, node, late);
	if (join_mask(r->s, scope, node, &tokens))
		complex_arrived(r, scope, node);
	return true;
}

bool bflow_joins(struct bstep *r)
{
	for (size_t i = 0; i < r->s->recs.len && !r->failed; i++) {
		struct brec *rec = r->s->recs.at[i];
		if (rec->dead || rec->kind != BREC_JOIN || !rec->node->reach ||
		    (rec->node->pub.type == YZ_BPMN_COMPLEX && rec->node->activation))
			continue;
		struct brec *scope = brec_find(r->s, rec->parent);
		if (scope && join_moves(r, scope, rec->node))
			return true;
	}
	for (size_t i = 0; i < r->s->marks.len && !r->failed; i++) {
		struct bmark *mark = &r->s->marks.at[i];
		struct brec *scope = brec_find(r->s, mark->rec);
		if (scope && mark->node->pub.type == YZ_BPMN_COMPLEX && complex_resets(r, scope, mark->node, mark))
			return true;
	}
	return false;
}
