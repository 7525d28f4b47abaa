/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

struct yz_str yz_sim_attr(const struct yz_bpmn_effect *e, const char *name)
{
	for (size_t i = 0; i < e->nattrs; i++)
		if (yz_str_eqz(e->attrs[i].name, name))
			return e->attrs[i].value;
	return (struct yz_str){0};
}

/* ---- cases ---- */

bool yz_sim_has_act(const struct yz_bpmn *m, const char *act)
{
	size_t n;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(m, &n);
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(yz_bpmn_attr(nodes[i], "act"), act))
			return true;
	return false;
}

static void accept(struct sim_run *r, struct sim_case *c)
{
	const struct yz_sim_kind *k = &r->w->kinds[c->kind];
	struct yz_err none = {0};
	c->accepted = !c->accepted && k->limited && yz_clock_start(&c->clock, k->limit, k->unit, r->now, &none);
}

/* As figures count it: stopped, or before the due instant. */
static void judge(struct sim_run *r, struct sim_case *c)
{
	if (!c->accepted || c->judged || !r->w->calendar)
		return;
	c->judged = true;
	c->on_time = yz_clock_stopped(&c->clock) || r->now < yz_clock_due(&c->clock, r->w->calendar);
}

static uint32_t new_case(struct sim_run *r)
{
	uint32_t slot = r->free_case;
	if (slot != UINT32_MAX) {
		r->free_case = r->cases.at[slot].next_free;
		return slot;
	}
	*yz_vec_push(r->a, &r->cases) = (struct sim_case){0};
	return (uint32_t)(r->cases.len - 1);
}

static void open_changed(struct sim_run *r, int by)
{
	r->inside += (__int128)(r->now - r->inside_since) * (__int128)r->open;
	r->inside_since = r->now;
	r->open += (size_t)by;
}

void yz_sim_case_begin(struct sim_run *r, const struct yz_sim_arrival *arrival)
{
	uint32_t slot = new_case(r);
	struct sim_case *c = &r->cases.at[slot];
	const struct yz_sim_kind *k = &r->w->kinds[arrival->kind];
	*c = (struct sim_case){.gen = c->gen, .kind = arrival->kind, .profile = arrival->profile, .nth = arrival->nth, .tasks = UINT32_MAX,
			       .used = true, .submitted = r->now};
	c->counted = k->counted && r->now >= r->w->counted_from;
	c->apart = r->now < r->w->counted_from;
	open_changed(r, 1);
	if (!c->apart)
		(k->counted ? &r->counted : &r->others)->arrived++;
	if (!r->accepts[arrival->kind])
		accept(r, c);
	if (k->withdrawn > 0 && yz_sim_chance(r->seed, c->nth, 0, SIM_WITHDRAW) < k->withdrawn) {
		yz_instant at = r->now + yz_sim_draw(&k->patience, yz_sim_chance(r->seed, c->nth, 0, SIM_PATIENCE));
		yz_sim_push(r->a, &r->agenda, (struct sim_event){.at = at, .kind = SIM_LEAVE, .slot = slot, .gen = c->gen});
	}
	struct yz_bpmn_event start = {.kind = YZ_BPMN_START};
	yz_sim_case_step(r, slot, &start);
}

void yz_sim_case_end(struct sim_run *r, uint32_t slot)
{
	struct sim_case *c = &r->cases.at[slot];
	if (!c->used)
		return;
	yz_sim_task_gone(r, slot, UINT32_MAX);
	c = &r->cases.at[slot];
	open_changed(r, -1);
	r->spent += r->now - c->submitted;
	struct yz_sim_total *t = r->w->kinds[c->kind].counted ? &r->counted : &r->others;
	int which = r->w->kinds[c->kind].counted ? 0 : 1;
	if (!c->apart) {
		t->ended++;
		t->withdrawn += c->outcome.len && yz_str_eqz(c->outcome, "withdraw");
		t->refused += c->outcome.len && yz_str_eqz(c->outcome, "refuse");
		t->denied += c->outcome.len && yz_str_eqz(c->outcome, "deny");
		t->judged += c->judged;
		t->on_time += c->judged && c->on_time;
		*yz_vec_push(r->a, &r->whole[which]) = (float)((double)(r->now - c->submitted) / (double)YZ_DAY);
		*yz_vec_push(r->a, &r->waited[which]) = (float)((double)c->waited / (double)YZ_HOUR);
	}
	c->used = false;
	c->gen++;
	c->state = NULL;
	c->next_free = r->free_case;
	r->free_case = slot;
}

/* ---- the engine ---- */

struct todo {
	struct yz_bpmn_event event[YZ_SIM_ROUNDS];
	size_t n;
};

static void later(struct sim_run *r, struct todo *todo, const struct yz_bpmn_effect *e, enum yz_bpmn_event_kind kind)
{
	if (todo->n == YZ_SIM_ROUNDS)
		sim_fail(r, YZ_LIMIT, "\"%.*s\": more than %d acts follow one another", YZ_P(e->node->id), YZ_SIM_ROUNDS);
	else
		todo->event[todo->n++] = (struct yz_bpmn_event){.kind = kind, .id = e->id};
}

static void await(struct sim_run *r, uint32_t slot, const struct yz_bpmn_effect *e)
{
	struct sim_case *c = &r->cases.at[slot];
	uint32_t step = yz_sim_step_of(r, c->kind, e);
	const struct yz_sim_step *rule = yz_sim_step_rule(r, &r->steps.at[step], r->w->kinds[c->kind].profiles[c->profile].situation);
	if (!rule || !rule->waits)
		return; /* nobody said when it comes: the case stays open */
	double u = yz_sim_chance(r->seed, c->nth, r->steps.at[step].place, SIM_WAIT);
	yz_sim_push(r->a, &r->agenda, (struct sim_event){.at = r->now + yz_sim_draw(&rule->wait, u), .kind = SIM_MESSAGE, .slot = slot,
							 .gen = c->gen, .id = e->id});
}

/* A certificate is not made for a case that was denied, whatever the process draws. */
static bool skips(const struct sim_case *c, const struct yz_bpmn_effect *e)
{
	return c->outcome.len && yz_str_eqz(c->outcome, "deny") && yz_str_eqz(yz_sim_attr(e, "act"), "issue");
}

static void carry_out(struct sim_run *r, uint32_t slot, const struct yz_bpmn_effect *e, struct todo *todo, bool *ended)
{
	struct sim_case *c = &r->cases.at[slot];
	switch (e->kind) {
	case YZ_BPMN_TASK_OPENED:
		if (skips(c, e))
			later(r, todo, e, YZ_BPMN_DONE);
		else
			yz_sim_task_open(r, slot, e);
		return;
	case YZ_BPMN_ACT_CALLED:
		later(r, todo, e, YZ_BPMN_DONE);
		if (r->w->act && !r->failed)
			todo->event[todo->n - 1].value = r->w->act(e, r->w->calendar, r->now, r->states);
		return;
	case YZ_BPMN_PROCESS_CALLED:
		later(r, todo, e, YZ_BPMN_DONE);
		return;
	case YZ_BPMN_ADHOC_OPENED:
		later(r, todo, e, YZ_BPMN_FINISH);
		return;
	case YZ_BPMN_TASK_GONE:
		yz_sim_task_gone(r, slot, e->id);
		return;
	case YZ_BPMN_TIMER_SET:
		yz_sim_push(r->a, &r->agenda, (struct sim_event){.at = e->due > r->now ? e->due : r->now, .kind = SIM_TIMER, .slot = slot,
								 .gen = c->gen, .id = e->id});
		return;
	case YZ_BPMN_MESSAGE_AWAITED:
		await(r, slot, e);
		return;
	case YZ_BPMN_ENDED:
		*ended = true;
		return;
	default: /* what is cleared is passed over when it comes; what is sent goes to others */
		return;
	}
}

void yz_sim_case_step(struct sim_run *r, uint32_t slot, const struct yz_bpmn_event *first)
{
	struct sim_case *c = &r->cases.at[slot];
	const struct yz_sim_kind *k = &r->w->kinds[c->kind];
	struct yz_bpmn_env env = {.now = r->now, .calendar = r->w->calendar, .facts = k->profiles[c->profile].facts, .decide = k->decide, .ctx = k->ctx};
	struct todo todo;
	bool ended = false, asked = first->kind != YZ_BPMN_TIMER && first->kind != YZ_BPMN_MESSAGE;
	todo.n = 1;
	todo.event[0] = *first;
	for (size_t i = 0; i < todo.n && !r->failed && !ended; i++) {
		struct yz_bpmn_result result;
		struct yz_err err = {0};
		if (!yz_bpmn_step(k->process, r->states, r->cases.at[slot].state, &todo.event[i], &env, &result, &err)) {
			bool gone = err.code == YZ_CONFLICT || err.code == YZ_NOT_NOW;
			if (!gone || (i == 0 && asked))
				sim_fail(r, err.code, "%.*s: %s", YZ_P(k->key), err.msg);
			if (!gone || i == 0)
				return;
			continue;
		}
		r->cases.at[slot].state = result.state;
		for (size_t j = 0; j < result.len && !r->failed; j++)
			carry_out(r, slot, &result.effects[j], &todo, &ended);
	}
	if (ended && !r->failed) {
		c = &r->cases.at[slot];
		if (!c->outcome.len || yz_str_eqz(c->outcome, "grant"))
			judge(r, c);
		yz_sim_case_end(r, slot);
	}
}

/* ---- what a task came to ---- */

static struct yz_str usual(struct yz_str act)
{
	static const char *const all[][2] = {{"accept", "accept"}, {"review", "pass"}, {"decide", "grant"}, {"issue", "issued"}, {"deliver", "delivered"}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (yz_str_eqz(act, all[i][0]))
			return yz_str(all[i][1]);
	return YZ_LIT("done");
}

static bool can_be(const struct yz_sim_outcome *o, const struct sim_case *c, const struct sim_task *t, bool ruled)
{
	if (o->turn == YZ_SIM_MEND)
		return !c->mended; /* what is to be corrected is said once: 行政许可法 32 */
	if (o->turn == YZ_SIM_STOP)
		return !t->stop_to && c->accepted && !yz_clock_stopped(&c->clock) && c->clock.nstops < YZ_CLOCK_STOPS;
	return o->turn != YZ_SIM_REFUSE || !ruled;
}

static const struct yz_sim_outcome *drawn(const struct yz_sim_step *rule, const struct sim_case *c, const struct sim_task *t, bool ruled, double u)
{
	double all = 0;
	const struct yz_sim_outcome *last = NULL;
	for (size_t i = 0; rule && i < rule->noutcomes; i++)
		if (can_be(&rule->outcomes[i], c, t, ruled))
			all += rule->outcomes[i].weight;
	u *= all;
	for (size_t i = 0; all > 0 && i < rule->noutcomes; i++)
		if (can_be(&rule->outcomes[i], c, t, ruled) && rule->outcomes[i].weight > 0) {
			last = &rule->outcomes[i];
			if ((u -= last->weight) < 0)
				break;
		}
	return last;
}

/* Frequencies, or where a rule is tried what it says of the case's facts, now and then against it. */
static struct yz_sim_outcome outcome_of(struct sim_run *r, const struct sim_case *c, const struct sim_task *t)
{
	const struct yz_sim_kind *k = &r->w->kinds[c->kind];
	const struct yz_sim_profile *p = &k->profiles[c->profile];
	const struct sim_step_now *s = &r->steps.at[t->step];
	const struct yz_sim_step *rule = yz_sim_step_rule(r, s, p->situation);
	bool accepting = yz_str_eqz(s->act, "accept"), deciding = yz_str_eqz(s->act, "decide");
	bool against = k->overrule > 0 && yz_sim_chance(r->seed, c->nth, s->place, SIM_OVERRULE) < k->overrule;
	const struct yz_sim_outcome *o = drawn(rule, c, t, k->ruled && accepting, yz_sim_chance(r->seed, c->nth, s->place + t->visit, SIM_OUTCOME));
	if (o && o->turn != YZ_SIM_ON && o->turn != YZ_SIM_REFUSE)
		return *o;
	if (k->ruled && accepting)
		return p->refused != against ? (struct yz_sim_outcome){.name = YZ_LIT("refuse"), .turn = YZ_SIM_REFUSE}
					     : (struct yz_sim_outcome){.name = YZ_LIT("accept")};
	if (k->ruled && deciding && p->opinion.len)
		return (struct yz_sim_outcome){.name = yz_str_eqz(p->opinion, "grant") != against ? YZ_LIT("grant") : YZ_LIT("deny")};
	return o ? *o : (struct yz_sim_outcome){.name = usual(s->act)};
}

static void pause_task(struct sim_run *r, uint32_t slot, const struct yz_sim_outcome *o)
{
	struct sim_task *t = &r->tasks.at[slot];
	struct sim_case *c = &r->cases.at[t->slot_case];
	struct yz_err none = {0};
	uint64_t place = r->steps.at[t->step].place + t->visit;
	yz_instant again = r->now + yz_sim_draw(&o->pause, yz_sim_chance(r->seed, c->nth, place, SIM_PAUSE));
	if (o->turn == YZ_SIM_MEND) {
		c->mended = true;
		t->began = again;
	} else if (yz_clock_stop(&c->clock, r->now, &none)) {
		t->stop_from = r->now;
		t->stop_to = again;
	}
	t->state = SIM_TASK_AWAY;
	t->visit++;
	yz_sim_push(r->a, &r->agenda, (struct sim_event){.at = again, .kind = SIM_AGAIN, .slot = slot, .gen = t->gen});
}

static struct yz_feel_value with(struct yz_arena *a, struct yz_feel_value before, struct yz_str name, struct yz_feel_value value)
{
	size_t n = before.kind == YZ_FEEL_CONTEXT ? yz_feel_len(before) : 0, k = 0;
	struct yz_feel_entry *all = yz_new_n(a, n + 1, struct yz_feel_entry);
	for (size_t i = 0; i < n; i++)
		if (!yz_str_eq(yz_feel_entries(before)[i].key, name))
			all[k++] = yz_feel_entries(before)[i];
	all[k++] = (struct yz_feel_entry){name, value};
	return yz_feel_context(a, all, k);
}

/* As case_flow.c answers: of several also how many agree and object so far, and one objection is the outcome of all. */
static struct yz_feel_value answer(struct sim_run *r, struct sim_case *c, const struct sim_task *t, struct yz_str outcome)
{
	struct yz_arena *a = r->states;
	struct yz_str node = r->steps.at[t->step].node->id;
	struct sim_votes *v = NULL;
	for (uint32_t i = 0; t->index && i < SIM_VOTES && i < c->nvotes; i++)
		if (c->votes[(c->nvotes - 1 - i) % SIM_VOTES].step == t->step) {
			v = &c->votes[(c->nvotes - 1 - i) % SIM_VOTES];
			break;
		}
	if (!v)
		return yz_bpmn_outcome_value(a, c->state, node, outcome);
	*(yz_str_eqz(outcome, "object") ? &v->object : &v->agree) += 1;
	struct yz_feel_value all = yz_bpmn_outcome_value(a, c->state, node, v->object ? YZ_LIT("object") : outcome), votes = {0};
	votes = with(a, votes, YZ_LIT("agree"), yz_feel_int(v->agree));
	votes = with(a, votes, YZ_LIT("objections"), yz_feel_int(v->object));
	all = with(a, all, YZ_LIT("outcome"), yz_feel_string(outcome));
	all = with(a, all, YZ_LIT("agree"), yz_feel_int(v->agree));
	all = with(a, all, YZ_LIT("objections"), yz_feel_int(v->object));
	return with(a, all, YZ_LIT("votes"), with(a, yz_bpmn_variable(c->state, YZ_LIT("votes")), node, votes));
}

static void finish_task(struct sim_run *r, uint32_t slot, const struct yz_sim_outcome *o)
{
	struct sim_task *t = &r->tasks.at[slot];
	uint32_t at = t->slot_case, token = t->token;
	struct sim_case *c = &r->cases.at[at];
	const struct sim_step_now *s = &r->steps.at[t->step];
	if (yz_str_eqz(s->act, "accept"))
		accept(r, c);
	if (yz_str_eqz(s->act, "decide")) {
		judge(r, c);
		c->outcome = yz_str_eqz(o->name, "deny") ? YZ_LIT("deny") : YZ_LIT("grant");
	}
	struct yz_bpmn_event e = {.kind = YZ_BPMN_DONE, .id = token, .value = answer(r, c, t, o->name)};
	yz_sim_task_free(r, slot);
	yz_sim_case_step(r, at, &e);
}

void yz_sim_task_done(struct sim_run *r, uint32_t slot)
{
	struct sim_task *t = &r->tasks.at[slot];
	uint32_t person = t->person, at = t->slot_case;
	yz_sim_task_worked(r, slot);
	struct yz_sim_outcome o = outcome_of(r, &r->cases.at[at], t);
	if (o.turn == YZ_SIM_REFUSE) {
		r->cases.at[at].outcome = YZ_LIT("refuse");
		yz_sim_case_end(r, at);
	} else if (o.turn != YZ_SIM_ON) {
		pause_task(r, slot, &o);
	} else {
		finish_task(r, slot, &o);
	}
	yz_sim_free_person(r, person);
}

void yz_sim_task_again(struct sim_run *r, uint32_t slot)
{
	struct sim_task *t = &r->tasks.at[slot];
	struct sim_case *c = &r->cases.at[t->slot_case];
	struct yz_err none = {0};
	if (t->stop_to == r->now && yz_clock_stopped(&c->clock))
		yz_clock_resume(&c->clock, r->now, &none);
	yz_sim_task_queue(r, slot);
}
