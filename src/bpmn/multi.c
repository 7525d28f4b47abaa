/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/engine.h"

/* No FEEL name begins with a blank. */
#define ITEMS YZ_LIT(" items")
#define RESULTS YZ_LIT(" results")

static void show_counts(struct bstep *r, struct brec *m)
{
	uint32_t active = m->made - m->finished - m->terminated;
	bvar_put(r, m, YZ_LIT("numberOfInstances"), yz_feel_int(m->total));
	bvar_put(r, m, YZ_LIT("numberOfActiveInstances"), yz_feel_int(active));
	bvar_put(r, m, YZ_LIT("numberOfCompletedInstances"), yz_feel_int(m->finished));
	bvar_put(r, m, YZ_LIT("numberOfTerminatedInstances"), yz_feel_int(m->terminated));
}

static void next_by_queue(struct bstep *r, struct brec *m)
{
	/* Through the queue: instances that finish at once must not nest. */
	bflow_push(r, m, m->node, NULL);
}

static void make_instance(struct bstep *r, struct brec *m)
{
	const struct yz_bloop *l = m->node->loop;
	const struct yz_feel_value *items = bvar_at(m, ITEMS);
	struct yz_feel_value item = {0};
	if (++r->steps > (r->env->steps ? r->env->steps : YZ_BPMN_STEPS)) {
		bfail(r, YZ_LIMIT, "more than %u instances and tokens in one step, last of \"%.*s\"", r->steps - 1,
		      YZ_P(m->node->pub.id));
		return;
	}
	if (items && m->made < yz_feel_len(*items))
		item = yz_feel_at(*items, m->made);
	m->made++;
	if (l->kind != BLOOP_STANDARD)
		show_counts(r, m);
	struct brec *rec = bact_instance(r, m, m->node, m->made, m->held);
	bvar_put(r, rec, YZ_LIT("loopCounter"), yz_feel_int(m->made));
	if (items && l->element.len)
		bvar_put(r, rec, l->element, item);
	bact_enter(r, rec);
}

static bool how_many(struct bstep *r, struct brec *m, const struct yz_bloop *l)
{
	int64_t n;
	struct yz_feel_value v;
	if (l->each || l->collection.len) {
		v = l->each ? beval(r, m, l->each) : bvar_get(r, m, l->collection);
		if (v.kind != YZ_FEEL_LIST) {
			bfail(r, YZ_BAD_INPUT, "\"%.*s\" is to run for each of a list, and there is a %s",
			      YZ_P(m->node->pub.id), yz_feel_kind_name((enum yz_feel_kind)v.kind));
			return false;
		}
		bvar_put(r, m, ITEMS, v);
		n = (int64_t)yz_feel_len(v);
	} else {
		v = beval(r, m, l->cardinality);
		if (v.kind != YZ_FEEL_NUMBER || !yz_dec_to_int(yz_feel_dec(v), &n) || n < 0) {
			bfail(r, YZ_BAD_INPUT, "\"%.*s\" has no number of instances that makes sense",
			      YZ_P(m->node->pub.id));
			return false;
		}
	}
	if (n > YZ_BPMN_RECS)
		bfail(r, YZ_LIMIT, "\"%.*s\" would have %lld instances, at most %d", YZ_P(m->node->pub.id),
		      (long long)n, YZ_BPMN_RECS);
	m->total = (uint32_t)n;
	return !r->failed;
}

/* The list of outputs, once all are there, to the variable the model names. */
static void finish(struct bstep *r, struct brec *m)
{
	const struct yz_bloop *l = m->node->loop;
	const struct yz_feel_value *results = bvar_at(m, RESULTS);
	struct brec *out = brec_find(r->s, m->parent);
	if (l->out_collection.len && out)
		bvar_set(r, out, l->out_collection, results ? *results : yz_feel_list(NULL, 0));
	bact_left(r, m);
}

void bmulti_start(struct bstep *r, struct brec *m)
{
	const struct yz_bloop *l = m->node->loop;
	if (l->kind == BLOOP_STANDARD) {
		bvar_put(r, m, YZ_LIT("loopCounter"), yz_feel_int(0));
		if ((l->test_before && !btrue(r, m, l->condition)) || l->maximum == 0)
			bact_left(r, m);
		else
			next_by_queue(r, m);
		return;
	}
	if (!how_many(r, m, l))
		return;
	show_counts(r, m);
	if (m->total == 0)
		finish(r, m);
	else if (l->kind == BLOOP_SEQUENTIAL)
		next_by_queue(r, m);
	else
		for (uint32_t i = 0; i < m->total && !m->dead && m->kind == BREC_MULTI && !m->detached && !r->failed;
		     i++)
			make_instance(r, m);
}

void bmulti_next(struct bstep *r, struct brec *m)
{
	if (m->kind == BREC_MULTI && !m->detached)
		make_instance(r, m);
}

static void keep_output(struct bstep *r, struct brec *m, struct brec *child, struct yz_feel_value result)
{
	const struct yz_bloop *l = m->node->loop;
	if (!l->out_collection.len || !l->out_element.len)
		return;
	const struct yz_feel_value *old = bvar_at(m, RESULTS), *given = NULL;
	if (result.kind == YZ_FEEL_CONTEXT)
		given = yz_feel_get(result, l->out_element);
	struct yz_feel_value v = given ? *given : bvar_get(r, child, l->out_element);
	/* In the order of the instances, whatever order they finish in. */
	struct yz_feel_value *items = yz_new_n(r->a, m->total + 1, struct yz_feel_value);
	for (uint32_t i = 0; old && i < m->total && i < yz_feel_len(*old); i++)
		items[i] = yz_feel_at(*old, i);
	items[child->index - 1] = v;
	bvar_put(r, m, RESULTS, yz_feel_list(items, m->total));
}

/* Events of the activity itself as instances finish (10.3.8, behavior). */
static bool tell_finished(struct bstep *r, struct brec *m)
{
	const struct yz_bloop *l = m->node->loop;
	bool stop = false;
	if (l->behavior == BMI_NONE && l->none_event)
		bevent_behavior(r, m, l->none_event);
	if (l->behavior == BMI_ONE && l->one_event && m->finished == 1)
		bevent_behavior(r, m, l->one_event);
	for (size_t i = 0; l->behavior == BMI_COMPLEX && i < l->ncomplex; i++)
		if (l->complex[i].event && btrue(r, m, l->complex[i].condition))
			stop |= bevent_behavior(r, m, l->complex[i].event);
	return stop;
}

static void enough(struct bstep *r, struct brec *m)
{
	m->detached = true; /* no more are made */
	for (size_t i = 0; i < r->s->recs.len; i++) {
		struct brec *rec = r->s->recs.at[i];
		if (!rec->dead && rec->parent == m->id && rec->kind != BREC_DONE) {
			bact_kill(r, rec);
			m->terminated++;
		}
	}
	finish(r, m);
}

/* After an instance finished or was dropped: enough, through, or the next in turn. */
static void go_on(struct bstep *r, struct brec *m, bool stop)
{
	const struct yz_bloop *l = m->node->loop;
	if (m->dead || r->failed)
		return;
	if (stop || btrue(r, m, l->completion))
		enough(r, m);
	else if (m->finished + m->terminated == m->total)
		finish(r, m);
	else if (l->kind == BLOOP_SEQUENTIAL)
		next_by_queue(r, m);
}

void bmulti_child(struct bstep *r, struct brec *m, struct brec *child, struct yz_feel_value result)
{
	const struct yz_bloop *l = m->node->loop;
	m->finished++;
	bevent_deaf(r, child);
	if (l->kind == BLOOP_STANDARD) {
		bvar_put(r, m, YZ_LIT("loopCounter"), yz_feel_int(m->finished));
		bool again = btrue(r, m, l->condition) && (l->maximum < 0 || m->finished < l->maximum);
		if (again)
			next_by_queue(r, m);
		bcomp_keeps(r->s, child) ? brec_retire(r, child) : brec_end(r, child);
		if (!again)
			bact_left(r, m);
		return;
	}
	keep_output(r, m, child, result);
	bcomp_keeps(r->s, child) ? brec_retire(r, child) : brec_end(r, child);
	show_counts(r, m);
	go_on(r, m, tell_finished(r, m));
}

void bmulti_add(struct bstep *r, struct brec *m, struct yz_feel_value item)
{
	const struct yz_feel_value *old = bvar_at(m, ITEMS);
	if (m->total >= YZ_BPMN_RECS) {
		bfail(r, YZ_LIMIT, "\"%.*s\" has %d instances already", YZ_P(m->node->pub.id), YZ_BPMN_RECS);
		return;
	}
	struct yz_feel_value *items = yz_new_n(r->a, m->total + 1, struct yz_feel_value);
	for (uint32_t i = 0; old && i < m->total; i++)
		items[i] = yz_feel_at(*old, i);
	items[m->total++] = item;
	bvar_put(r, m, ITEMS, yz_feel_list(items, m->total));
	show_counts(r, m);
	if (m->node->loop->kind == BLOOP_PARALLEL)
		make_instance(r, m);
}

void bmulti_drop(struct bstep *r, struct brec *m, struct brec *child)
{
	bact_kill(r, child);
	m->terminated++;
	show_counts(r, m);
	go_on(r, m, false);
}
