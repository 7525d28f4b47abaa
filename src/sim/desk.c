/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

#include <stdio.h>

/* ---- what a step is ---- */

const struct yz_sim_step *yz_sim_step_rule(const struct sim_run *r, const struct sim_step_now *s, int situation)
{
	size_t i = (size_t)(situation + 1);
	const struct yz_sim_step *own = i < s->nsituations ? s->by_situation[i] : NULL;
	return own ? own : s->by_situation[0];
}

static void learn_rules(struct sim_run *r, struct sim_step_now *s)
{
	const struct yz_sim_kind *k = &r->w->kinds[s->kind];
	s->nsituations = 1;
	for (size_t i = 0; i < k->nsteps; i++)
		if (k->steps[i].situation + 2 > (int)s->nsituations)
			s->nsituations = (size_t)(k->steps[i].situation + 2);
	s->by_situation = yz_new_n(r->a, s->nsituations, const struct yz_sim_step *);
	for (size_t i = 0; i < k->nsteps; i++)
		if (yz_str_eq(k->steps[i].node, s->node->id))
			s->by_situation[k->steps[i].situation + 1] = &k->steps[i];
}

static size_t slot_of(const struct sim_run *r, uint32_t kind, const struct yz_bpmn_node *node)
{
	size_t i = (((uintptr_t)node >> 4) * 0x9E3779B97F4A7C15u + kind * 0x85EBCA6Bu) & (r->known_cap - 1);
	while (r->known[i].node && (r->known[i].node != node || r->known[i].kind != kind))
		i = (i + 1) & (r->known_cap - 1);
	return i;
}

static void make_room(struct sim_run *r)
{
	if (r->known_cap && r->nknown * 2 < r->known_cap)
		return;
	size_t was = r->known_cap;
	__typeof__(r->known) old = r->known;
	r->known_cap = was ? was * 2 : 256;
	r->known = yz_alloc_n(r->a, r->known_cap, sizeof *r->known);
	for (size_t i = 0; i < was; i++)
		if (old[i].node)
			r->known[slot_of(r, old[i].kind, old[i].node)] = old[i];
}

/* Attributes that begin with "=" may differ from case to case. */
static bool constant(const struct yz_bpmn_node *node)
{
	for (size_t i = 0; i < node->nattrs; i++)
		if (yz_str_starts(node->attrs[i].value, YZ_LIT("=")))
			return false;
	return true;
}

uint32_t yz_sim_step_of(struct sim_run *r, uint32_t kind, const struct yz_bpmn_effect *e)
{
	make_room(r);
	size_t i = slot_of(r, kind, e->node);
	if (r->known[i].node)
		return r->known[i].step;
	uint32_t at = (uint32_t)r->steps.len;
	struct yz_str limit = yz_bpmn_attr(e->node, "limit");
	struct sim_step_now *s = yz_vec_push(r->a, &r->steps);
	*s = (struct sim_step_now){.node = e->node, .kind = kind, .place = yz_sim_place(e->node->id), .queue = constant(e->node) ? -1 : -2};
	s->act = yz_bpmn_attr(e->node, "act").len ? yz_bpmn_attr(e->node, "act") : YZ_LIT("review");
	s->limited = limit.len && yz_limit_parse(limit, &s->limit, &s->unit);
	learn_rules(r, s);
	r->known[i].node = e->node;
	r->known[i].kind = kind;
	r->known[i].step = at;
	r->nknown++;
	return at;
}

/* ---- which queue ---- */

static bool able(const struct yz_sim_person *p, int post, const struct yz_sim_kind *kind, const struct sim_step_now *s)
{
	bool at = false, skilled = !p->nskills;
	for (size_t i = 0; i < p->nposts; i++)
		at |= p->posts[i] == post;
	for (size_t i = 0; i < p->nskills && !skilled; i++)
		skilled = yz_str_eq(p->skills[i], kind->key) || yz_str_eq(p->skills[i], s->node->id) || yz_str_eq(p->skills[i], s->act);
	return at && skilled;
}

/* Tasks that the same people can do wait in one queue. */
static int queue_of(struct sim_run *r, const struct sim_step_now *s, struct yz_str org, struct yz_str role)
{
	const struct yz_sim_world *w = r->w;
	char key[256];
	snprintf(key, sizeof key, "%.*s/%.*s", YZ_P(org), YZ_P(role));
	size_t found = (size_t)yz_map_get(&r->post_of, yz_str(key)), words = (w->npeople + 63) / 64;
	if (!found) {
		sim_fail(r, YZ_NOT_FOUND, "step \"%.*s\" of %.*s: there is no post %s", YZ_P(s->node->id), YZ_P(w->kinds[s->kind].key), key);
		return 0;
	}
	int post = (int)found - 1;
	uint64_t *who = yz_new_n(r->a, words + 1, uint64_t);
	size_t n = 0;
	for (size_t i = 0; i < w->npeople; i++)
		if (able(&w->people[i], post, &w->kinds[s->kind], s))
			who[i / 64] |= 1ull << (i % 64), n++;
	for (size_t i = 0; i < r->queues.len; i++)
		if (r->queues.at[i].post == post && memcmp(r->queues.at[i].able, who, words * sizeof *who) == 0)
			return (int)i;
	struct sim_queue *q = yz_vec_push(r->a, &r->queues);
	*q = (struct sim_queue){.post = post, .able = who, .people = yz_new_n(r->a, n + 1, uint32_t)};
	for (uint32_t i = 0; i < w->npeople; i++)
		if (who[i / 64] >> (i % 64) & 1) {
			q->people[q->npeople++] = i;
			*yz_vec_push(r->a, &r->people[i].queues) = (uint32_t)(r->queues.len - 1);
		}
	return (int)r->queues.len - 1;
}

static uint32_t queue_for(struct sim_run *r, struct sim_step_now *s, const struct yz_bpmn_effect *e)
{
	if (s->queue >= 0)
		return (uint32_t)s->queue;
	struct yz_str org = yz_sim_attr(e, "org"), role = yz_sim_attr(e, "role"), act = yz_sim_attr(e, "act");
	org = org.len ? org : r->w->kinds[s->kind].org;
	role = role.len ? role : r->w->role(act);
	int queue = queue_of(r, s, org, role);
	if (s->queue == -1)
		s->queue = queue;
	return (uint32_t)queue;
}

void yz_sim_queue_changed(struct sim_run *r, int post, int by)
{
	struct sim_post_now *p = &r->posts[post];
	yz_instant from = p->since, to = r->now < r->w->until ? r->now : r->w->until;
	while (p->waiting && from < to) {
		size_t week = (size_t)((from - r->w->from) / (7 * YZ_DAY));
		yz_instant end = r->w->from + (yz_instant)(week + 1) * 7 * YZ_DAY;
		end = end < to ? end : to;
		p->week[week] += (double)p->waiting * (double)(end - from);
		from = end;
	}
	p->since = r->now;
	p->waiting += (size_t)by;
	if (p->waiting > p->most)
		p->most = p->waiting;
}

/* ---- people ---- */

static bool on_duty(struct sim_run *r, struct sim_person_now *p)
{
	while (p->at < p->hours.n && p->hours.span[p->at].to <= r->now)
		p->at++;
	return p->at < p->hours.n && p->hours.span[p->at].from <= r->now;
}

/* When so much working time from now will be over. */
static yz_instant over_at(const struct sim_run *r, const struct sim_person_now *p, int64_t work)
{
	for (size_t i = p->at; i < p->hours.n; i++) {
		const struct sim_span *s = &p->hours.span[i];
		yz_instant from = s->from > r->now ? s->from : r->now;
		if (work <= s->to - from)
			return from + work;
		work -= s->to - from;
	}
	return YZ_NEVER;
}

static struct sim_event *head_of(struct sim_run *r, struct sim_queue *q)
{
	while (q->tasks.len) {
		struct sim_event *e = &q->tasks.heap[0];
		if (r->tasks.at[e->slot].gen == e->gen && r->tasks.at[e->slot].state == SIM_TASK_QUEUED)
			return e;
		yz_sim_pop(&q->tasks);
	}
	return NULL;
}

static void take(struct sim_run *r, uint32_t person, struct sim_queue *q)
{
	struct sim_person_now *p = &r->people[person];
	struct sim_event e = yz_sim_pop(&q->tasks);
	struct sim_task *t = &r->tasks.at[e.slot];
	struct sim_case *c = &r->cases.at[t->slot_case];
	yz_sim_queue_changed(r, q->post, -1);
	double pace = r->w->people[person].pace;
	int64_t work = pace > 0 && pace != 1 ? (int64_t)((double)t->work / pace) : t->work;
	int64_t waited = yz_sim_worked(&r->office, r->now) - yz_sim_worked(&r->office, t->ready);
	c->waited += waited;
	if (c->counted)
		*yz_vec_push(r->a, &r->steps.at[t->step].waits) = (float)((double)waited / (double)YZ_HOUR);
	t->state = SIM_TASK_TAKEN;
	t->person = person;
	t->taken = r->now;
	t->work = work > 0 ? work : 1;
	p->busy = true;
	p->task = e.slot;
	yz_instant at = over_at(r, p, t->work);
	if (at != YZ_NEVER)
		yz_sim_push(r->a, &r->agenda, (struct sim_event){.at = at, .kind = SIM_DONE, .slot = e.slot, .gen = t->gen});
}

/* The first of what waits for her; false: nothing does. */
static bool take_next(struct sim_run *r, uint32_t person)
{
	struct sim_person_now *p = &r->people[person];
	struct sim_queue *best = NULL;
	struct sim_event first = {0};
	for (size_t i = 0; i < p->queues.len; i++) {
		struct sim_queue *q = &r->queues.at[p->queues.at[i]];
		struct sim_event *e = head_of(r, q);
		if (e && (!best || e->at < first.at)) {
			best = q;
			first = *e;
		}
	}
	if (best)
		take(r, person, best);
	return best != NULL;
}

static void wake_later(struct sim_run *r, uint32_t person)
{
	struct sim_person_now *p = &r->people[person];
	if (p->busy || p->waking || p->at >= p->hours.n)
		return;
	p->waking = true;
	yz_sim_push(r->a, &r->agenda, (struct sim_event){.at = p->hours.span[p->at].from, .kind = SIM_WAKE, .slot = person});
}

void yz_sim_wake(struct sim_run *r, uint32_t person)
{
	r->people[person].waking = false;
	yz_sim_free_person(r, person);
}

void yz_sim_free_person(struct sim_run *r, uint32_t person)
{
	struct sim_person_now *p = &r->people[person];
	if (p->busy)
		return;
	if (on_duty(r, p)) {
		take_next(r, person);
		return;
	}
	bool any = false;
	for (size_t i = 0; i < p->queues.len && !any; i++)
		any = head_of(r, &r->queues.at[p->queues.at[i]]) != NULL;
	if (any)
		wake_later(r, person);
}

/* Whoever is there and free takes it, who has worked least so far first; else those who are not there look when they come. */
static void offer(struct sim_run *r, struct sim_queue *q)
{
	while (head_of(r, q)) {
		uint32_t who = UINT32_MAX;
		for (size_t i = 0; i < q->npeople; i++) {
			struct sim_person_now *p = &r->people[q->people[i]];
			if (!p->busy && on_duty(r, p) && (who == UINT32_MAX || p->load < r->people[who].load))
				who = q->people[i];
		}
		if (who == UINT32_MAX)
			break;
		take_next(r, who);
	}
	for (size_t i = 0; i < q->npeople && head_of(r, q); i++)
		wake_later(r, q->people[i]);
}

/* ---- tasks ---- */

static yz_instant own_due(const struct sim_run *r, const struct sim_step_now *s, const struct sim_task *t)
{
	struct yz_clock k;
	struct yz_err none = {0};
	if (!s->limited || !yz_clock_start(&k, s->limit, s->unit, t->began, &none))
		return YZ_NEVER;
	if (t->stop_to && (!yz_clock_stop(&k, t->stop_from, &none) || !yz_clock_resume(&k, t->stop_to, &none)))
		return YZ_NEVER;
	return r->w->calendar ? yz_clock_due(&k, r->w->calendar) : YZ_NEVER;
}

static yz_instant key_of(struct sim_run *r, const struct sim_task *t, int post)
{
	switch (r->w->posts[post].order) {
	case YZ_SIM_DUE:
		return t->due;
	case YZ_SIM_SHORTEST:
		return t->work;
	default:
		return t->ready;
	}
}

void yz_sim_task_queue(struct sim_run *r, uint32_t slot)
{
	struct sim_task *t = &r->tasks.at[slot];
	struct sim_case *c = &r->cases.at[t->slot_case];
	struct sim_step_now *s = &r->steps.at[t->step];
	const struct yz_sim_kind *k = &r->w->kinds[c->kind];
	const struct yz_sim_step *rule = yz_sim_step_rule(r, s, k->profiles[c->profile].situation);
	t->state = SIM_TASK_QUEUED;
	t->ready = r->now;
	t->due = own_due(r, s, t);
	if (c->accepted && !c->judged && !yz_clock_stopped(&c->clock) && r->w->calendar) {
		yz_instant whole = yz_clock_due(&c->clock, r->w->calendar);
		t->due = whole < t->due ? whole : t->due;
	}
	double u = yz_sim_chance(r->seed, c->nth, s->place + t->visit, SIM_SERVICE);
	t->work = yz_sim_draw(rule && rule->timed ? &rule->service : &k->service, u);
	struct sim_queue *q = &r->queues.at[t->queue];
	yz_sim_queue_changed(r, q->post, 1);
	yz_sim_push(r->a, &q->tasks, (struct sim_event){.at = key_of(r, t, q->post), .slot = slot, .gen = t->gen});
	offer(r, q);
}

void yz_sim_task_open(struct sim_run *r, uint32_t slot_case, const struct yz_bpmn_effect *e)
{
	struct sim_case *c = &r->cases.at[slot_case];
	uint32_t step = yz_sim_step_of(r, c->kind, e), queue = queue_for(r, &r->steps.at[step], e), slot = r->free_task;
	if (r->failed)
		return;
	if (slot == UINT32_MAX) {
		slot = (uint32_t)r->tasks.len;
		*yz_vec_push(r->a, &r->tasks) = (struct sim_task){.next = UINT32_MAX};
	} else {
		r->free_task = r->tasks.at[slot].next;
	}
	struct sim_task *t = &r->tasks.at[slot];
	/* Several of one step in one case (会签) draw for themselves. */
	*t = (struct sim_task){.gen = t->gen, .slot_case = slot_case, .token = e->id, .next = c->tasks, .step = step, .queue = queue,
			       .visit = e->index * YZ_SIM_ROUNDS, .index = e->index, .began = r->now};
	if (e->index == 1)
		c->votes[c->nvotes++ % SIM_VOTES] = (struct sim_votes){.step = step};
	c->tasks = slot;
	yz_sim_task_queue(r, slot);
}

/* Off its case's list and into the free ones; who was at it is free. */
void yz_sim_task_free(struct sim_run *r, uint32_t slot)
{
	struct sim_task *t = &r->tasks.at[slot];
	uint32_t *at = &r->cases.at[t->slot_case].tasks;
	while (*at != slot)
		at = &r->tasks.at[*at].next;
	*at = t->next;
	t->gen++;
	t->state = SIM_TASK_FREE;
	t->next = r->free_task;
	r->free_task = slot;
}

static void stop_work(struct sim_run *r, uint32_t slot)
{
	struct sim_task *t = &r->tasks.at[slot];
	struct sim_person_now *p = &r->people[t->person];
	yz_instant from = t->taken < r->w->until ? t->taken : r->w->until, to = r->now < r->w->until ? r->now : r->w->until;
	int64_t done = yz_sim_worked(&p->hours, to) - yz_sim_worked(&p->hours, from);
	p->busy = false;
	p->load += done;
	r->posts[r->queues.at[t->queue].post].worked += done;
}

void yz_sim_task_gone(struct sim_run *r, uint32_t slot_case, uint32_t token)
{
	for (uint32_t slot = r->cases.at[slot_case].tasks, next; slot != UINT32_MAX; slot = next) {
		struct sim_task *t = &r->tasks.at[slot];
		next = t->next;
		if (token != UINT32_MAX && t->token != token)
			continue;
		bool taken = t->state == SIM_TASK_TAKEN;
		uint32_t person = t->person;
		if (t->state == SIM_TASK_QUEUED)
			yz_sim_queue_changed(r, r->queues.at[t->queue].post, -1);
		if (taken)
			stop_work(r, slot);
		yz_sim_task_free(r, slot);
		/* She looks for something else when all of this instant has settled. */
		if (taken)
			yz_sim_push(r->a, &r->agenda, (struct sim_event){.at = r->now, .kind = SIM_WAKE, .slot = person});
	}
}

void yz_sim_task_worked(struct sim_run *r, uint32_t slot)
{
	struct sim_task *t = &r->tasks.at[slot];
	struct sim_step_now *s = &r->steps.at[t->step];
	stop_work(r, slot);
	r->posts[r->queues.at[t->queue].post].done++;
	if (r->cases.at[t->slot_case].counted) {
		s->n++;
		s->service += (double)t->work;
		s->late += s->limited && r->now >= own_due(r, s, t);
	}
}
