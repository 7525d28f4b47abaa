/* What happened: cases, corrections, clocks and tasks of a year, read once.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/simulate_build.h"

#include "crypt/crypt.h"
#include "gov/guide.h"
#include "text/text.h"

#include <stdlib.h>

enum { BACK_TO_BACK = 20, HALF_HOUR = 30 };

/* ---- cases ---- */

static int situation_of(struct sim_build *b, struct yz_str key)
{
	if (!key.len)
		return YZ_SIM_ANY;
	size_t at = (size_t)yz_map_get(b->situations, key);
	if (!at) {
		at = b->situations->len + 1;
		yz_map_put(b->situations, yz_str_dup(b->a, key), (void *)at);
	}
	return (int)at - 1;
}

/* A year is read once: what it takes is bounded by this, not by how many cases there were. */
static bool fits(const struct sim_build *b, struct yz_err *err)
{
	return yz_arena_used(b->a) <= YZ_SIMULATE_MEMORY ||
	       yz_fail(err, YZ_LIMIT, "the year's cases take more than %zu MiB: choose a year with fewer, or generate some",
		       YZ_SIMULATE_MEMORY >> 20);
}

/* Only what the process may ask by name: cases alike to it are one. */
static const struct yz_json *reduced(struct yz_arena *a, const struct sim_kind_seen *k, const struct yz_json *facts)
{
	struct yz_json *out = yz_json_new_object(a);
	for (size_t i = 0; yz_json_is(facts, YZ_JSON_OBJECT) && i < facts->count; i++)
		if (k->asks_all || yz_str_find(k->text, facts->members[i].key, 0) != SIZE_MAX)
			yz_json_put(a, out, facts->members[i].key, facts->members[i].value);
	return out;
}

/* As case_flow.c shows facts to conditions. */
static struct yz_feel_value facts_for(struct sim_build *b, const struct sim_kind_seen *k, const struct yz_json *json, struct yz_str situation)
{
	struct yz_feel_value facts = yz_bpmn_value_read(b->a, json);
	size_t n = yz_feel_len(facts), m = 0;
	struct yz_feel_entry *e = yz_new_n(b->a, n + 3, struct yz_feel_entry);
	for (; m < n; m++)
		e[m] = yz_feel_entries(facts)[m];
	e[m++] = (struct yz_feel_entry){YZ_LIT("facts"), facts};
	e[m++] = (struct yz_feel_entry){YZ_LIT("situation"), yz_feel_string(yz_str_dup(b->a, situation))};
	e[m++] = (struct yz_feel_entry){YZ_LIT("item"), yz_feel_string(k->v->key)};
	return yz_feel_context(b->a, e, m);
}

static struct yz_sim_profile says(struct sim_build *b, struct yz_arena *a, const struct sim_kind_seen *k, int which, const struct yz_json *facts)
{
	struct yz_sim_profile p = {0};
	struct yz_version v = *k->v;
	struct yz_advice advice;
	if (!k->rule[which])
		return p;
	v.decision = k->rule[which];
	yz_guide_advise(a, &v, facts, b->until, &advice);
	p.refused = advice.refusal.len > 0;
	p.opinion = yz_str_eqz(advice.opinion, "准予") ? YZ_LIT("grant") : yz_str_eqz(advice.opinion, "不予") ? YZ_LIT("deny") : YZ_LIT("");
	return p;
}

static uint32_t profile_of(struct sim_build *b, struct sim_kind_seen *k, const struct yz_json *facts, struct yz_str situation)
{
	struct yz_arena *scratch = yz_arena_create(0);
	const struct yz_json *few = reduced(scratch, k, facts);
	struct yz_sim_profile said[2] = {says(b, scratch, k, 0, facts), says(b, scratch, k, 1, facts)};
	struct yz_buf key;
	yz_buf_init(&key, scratch, 16 << 20);
	yz_json_canonical(&key, few);
	size_t json = key.len;
	yz_buf_printf(&key, "|%.*s|%d%.*s|%d%.*s", YZ_P(situation), said[0].refused, YZ_P(said[0].opinion), said[1].refused, YZ_P(said[1].opinion));
	size_t at = (size_t)yz_map_get(&k->profiles, yz_buf_str(&key));
	if (!at) {
		/* What was read lives in the text of one row: its canonical form is read again, to stay. */
		struct yz_err none = {0};
		struct yz_str text = yz_str_dup(b->a, yz_buf_str(&key));
		const struct yz_json *kept = yz_json_read(b->a, yz_str_n(text.ptr, json), NULL, &none);
		struct yz_feel_value value = facts_for(b, k, kept ? kept : yz_json_new_object(b->a), situation);
		int own = situation_of(b, situation);
		*yz_vec_push(b->a, &k->known) = (struct yz_sim_profile){own, value, said[0].refused, said[0].opinion};
		*yz_vec_push(b->a, &k->known_after) = (struct yz_sim_profile){own, value, said[1].refused, said[1].opinion};
		at = k->known.len;
		yz_map_put(&k->profiles, text, (void *)at);
	}
	yz_arena_destroy(scratch);
	return (uint32_t)(at - 1);
}

static void count_today(struct sim_build *b, const struct yz_rows *r, bool counted)
{
	struct yz_str state = yz_row_str(r, 0, 3);
	yz_instant submitted = yz_row_int(r, 0, 4), ended = yz_row_int(r, 0, 5);
	if (!counted)
		return;
	b->today.received++;
	b->today.ended += ended != 0;
	b->today.refused += yz_str_eqz(state, "refused");
	b->today.denied += yz_str_eqz(state, "denied");
	b->today.withdrawn += yz_str_eqz(state, "withdrawn");
	if (ended)
		*yz_vec_push(b->a, &b->lasted) = ended - submitted;
}

struct reading {
	struct sim_build *b;
	struct yz_map codes; /* item code -> kind + 1 */
};

/* id, item_code, situation, state, submitted, ended, facts_enc */
static bool read_case(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct reading *read = ctx;
	struct sim_build *b = read->b;
	size_t at = (size_t)yz_map_get(&read->codes, yz_row_str(r, 0, 1));
	struct yz_str text;
	if (!at)
		return true;
	struct sim_kind_seen *k = &b->kinds.at[at - 1];
	struct yz_arena *scratch = yz_arena_create(0);
	int64_t id = yz_row_int(r, 0, 0);
	bool ok = yz_unseal(b->site->keys, scratch, "cases.facts", id, yz_row_str(r, 0, 6), &text, err);
	const struct yz_json *facts = ok ? yz_json_read(scratch, text, NULL, err) : NULL;
	if (facts) {
		yz_instant submitted = yz_row_int(r, 0, 4), ended = yz_row_int(r, 0, 5);
		struct yz_str situation = yz_row_str(r, 0, 2), state = yz_row_str(r, 0, 3);
		*yz_vec_push(b->a, &b->cases) = (struct sim_case_seen){.id = id, .kind = (uint32_t)(at - 1), .submitted = submitted,
								       .situation = situation_of(b, situation), .profile = profile_of(b, k, facts, situation)};
		k->cases++;
		k->refused += yz_str_eqz(state, "refused");
		if (yz_str_eqz(state, "withdrawn")) {
			k->withdrawn++;
			*yz_vec_push(b->a, &k->patience) = ended > submitted ? ended - submitted : 1;
		}
		yz_day day = yz_instant_day(submitted, b->site->offset);
		if (k->before.counted) {
			b->hours[yz_weekday(day)][(submitted - yz_day_start(day, b->site->offset)) / YZ_HOUR % 24]++;
			b->came++;
		}
		count_today(b, r, k->before.counted);
	}
	yz_arena_destroy(scratch);
	return facts != NULL && fits(b, err);
}

static struct sim_case_seen *case_of(struct sim_build *b, int64_t id)
{
	size_t lo = 0, hi = b->cases.len;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (b->cases.at[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < b->cases.len && b->cases.at[lo].id == id ? &b->cases.at[lo] : NULL;
}

/* case_id, at, answered */
static bool read_correction(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct sim_build *b = ctx;
	struct sim_case_seen *c = case_of(b, yz_row_int(r, 0, 0));
	yz_instant at = yz_row_int(r, 0, 1), answered = yz_row_int(r, 0, 2);
	if (!c)
		return true;
	struct sim_kind_seen *k = &b->kinds.at[c->kind];
	k->mended++;
	if (answered > at) {
		c->answered = answered;
		*yz_vec_push(b->a, &k->mends) = answered - at;
	}
	return true;
}

/* ---- tasks ---- */

static struct sim_seen *seen_of(struct sim_build *b, struct sim_kind_seen *k, struct yz_str node, struct yz_str act, int situation)
{
	for (size_t i = 0; i < k->seen.len; i++)
		if (k->seen.at[i]->situation == situation && yz_str_eq(k->seen.at[i]->node, node))
			return k->seen.at[i];
	struct sim_seen *s = yz_new(b->a, struct sim_seen);
	*s = (struct sim_seen){.node = yz_str_dup(b->a, node), .act = yz_str_dup(b->a, act), .situation = situation};
	yz_map_init(&s->outcomes, b->a);
	*yz_vec_push(b->a, &k->seen) = s;
	return s;
}

static void count_outcome(struct sim_build *b, struct sim_seen *s, struct yz_str outcome)
{
	size_t n = (size_t)yz_map_get(&s->outcomes, outcome);
	yz_map_put(&s->outcomes, n ? outcome : yz_str_dup(b->a, outcome), (void *)(n + 1));
	s->done++;
}

/* case_id, node, act, outcome, person, opened, done */
static bool read_task(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct sim_build *b = ctx;
	struct sim_case_seen *c = case_of(b, yz_row_int(r, 0, 0));
	if (!c)
		return true;
	struct sim_kind_seen *k = &b->kinds.at[c->kind];
	struct yz_str node = yz_row_str(r, 0, 1), act = yz_row_str(r, 0, 2), outcome = yz_row_str(r, 0, 3);
	struct sim_seen *all = seen_of(b, k, node, act, YZ_SIM_ANY), *own = c->situation >= 0 ? seen_of(b, k, node, act, c->situation) : all;
	count_outcome(b, all, outcome);
	if (own != all)
		count_outcome(b, own, outcome);
	yz_instant opened = yz_row_int(r, 0, 5), done = yz_row_int(r, 0, 6);
	if (c->answered > opened && c->answered < done)
		opened = c->answered;
	*yz_vec_push(b->a, &b->tasks) = (struct sim_task_seen){.of = (uint32_t)(c - b->cases.at), .person = yz_row_int(r, 0, 4), .opened = opened,
							       .done = done, .all = all, .own = own};
	return fits(b, err);
}

static int by_case(const void *a, const void *b)
{
	const struct sim_task_seen *x = a, *y = b;
	return x->of != y->of ? (x->of > y->of) - (x->of < y->of) : (x->opened > y->opened) - (x->opened < y->opened);
}

static int by_person(const void *a, const void *b)
{
	const struct sim_task_seen *x = a, *y = b;
	if (x->person != y->person)
		return (x->person > y->person) - (x->person < y->person);
	return x->done != y->done ? (x->done > y->done) - (x->done < y->done) : (x->of > y->of) - (x->of < y->of);
}

/* A stop belongs to the review that was open then; its time is no work. */
static void note_stop(struct sim_build *b, uint32_t of, const struct yz_clock_stop *stop)
{
	size_t lo = 0, hi = b->tasks.len;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (b->tasks.at[mid].of < of)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < b->tasks.len && b->tasks.at[lo].of == of; lo++) {
		struct sim_task_seen *t = &b->tasks.at[lo];
		if (t->opened > stop->from || t->done < stop->from || !yz_str_eqz(t->all->act, "review"))
			continue;
		*yz_vec_push(b->a, &t->all->stops) = stop->to - stop->from;
		if (t->own != t->all)
			*yz_vec_push(b->a, &t->own->stops) = stop->to - stop->from;
		if (stop->to < t->done)
			t->opened = stop->to;
		return;
	}
}

/* case_id, body, kind, due, ended */
static bool read_clock(void *ctx, const struct yz_rows *r, struct yz_err *err)
{
	struct sim_build *b = ctx;
	struct sim_case_seen *c = case_of(b, yz_row_int(r, 0, 0));
	struct yz_clock k;
	if (!c)
		return true;
	if (!yz_clock_parse(yz_row_str(r, 0, 1), &k, err))
		return false;
	if (k.ended != YZ_NEVER && b->kinds.at[c->kind].before.counted) {
		b->today.judged++;
		b->today.on_time += yz_clock_stopped(&k) || k.ended < yz_clock_due(&k, b->calendar);
	}
	for (uint32_t i = 0; i < k.nstops; i++)
		if (k.stops[i].to != YZ_NEVER && k.stops[i].to > k.stops[i].from)
			note_stop(b, (uint32_t)(c - b->cases.at), &k.stops[i]);
	return true;
}

static sim_samples *act_samples(struct sim_build *b, struct yz_str act)
{
	sim_samples *s = yz_map_get(&b->acts, act);
	if (!s) {
		s = yz_alloc(b->a, sizeof *s);
		yz_map_put(&b->acts, act, s);
	}
	return s;
}

static void take_times(struct sim_build *b)
{
	qsort(b->tasks.at, b->tasks.len, sizeof *b->tasks.at, by_person);
	for (size_t i = 1; i < b->tasks.len; i++) {
		const struct sim_task_seen *before = &b->tasks.at[i - 1], *t = &b->tasks.at[i];
		if (!t->person || t->person != before->person || t->opened > before->done || t->done <= before->done ||
		    yz_instant_day(t->done, b->site->offset) != yz_instant_day(before->done, b->site->offset))
			continue;
		int64_t took = yz_count_office(b->calendar, before->done, t->done);
		if (took <= 0)
			continue;
		*yz_vec_push(b->a, &t->all->service) = took;
		if (t->own != t->all)
			*yz_vec_push(b->a, &t->own->service) = took;
		*yz_vec_push(b->a, act_samples(b, t->all->act)) = took;
	}
}

bool yz_simbuild_past(struct sim_build *b, struct yz_err *err)
{
	struct reading read = {.b = b};
	yz_map_init(&read.codes, b->a);
	for (size_t i = 0; i < b->kinds.len; i++)
		if (b->kinds.at[i].v->code.len)
			yz_map_put(&read.codes, b->kinds.at[i].v->code, (void *)(i + 1));
	if (!yz_each(b->conn, read_case, &read, err,
		     "SELECT id, item_code, situation, state, submitted, ended, facts_enc FROM cases JOIN case_facts ON case_id = id "
		     "WHERE submitted >= $1 AND submitted < $2 ORDER BY id",
		     YZ_I(b->from), YZ_I(b->until)) ||
	    !yz_each(b->conn, read_correction, b, err, "SELECT case_id, at, answered FROM correction WHERE at >= $1", YZ_I(b->from)) ||
	    !yz_each(b->conn, read_task, b, err,
		     "SELECT case_id, node, act, outcome, person, opened, done FROM task WHERE state = 'done' AND kind = '' AND opened >= $1 ORDER BY id", YZ_I(b->from)))
		return false;
	if (b->tasks.len)
		qsort(b->tasks.at, b->tasks.len, sizeof *b->tasks.at, by_case);
	/* The promise counts; the law's limit where nothing was promised. */
	if (!yz_each(b->conn, read_clock, b, err,
		     "SELECT k.case_id, k.body FROM clock k WHERE k.started >= $1 AND (k.kind = 'promised' OR (k.kind = 'legal' AND NOT EXISTS "
		     "(SELECT 1 FROM clock o WHERE o.case_id = k.case_id AND o.kind = 'promised')))",
		     YZ_I(b->from)))
		return false;
	take_times(b);
	return true;
}

/* ---- what follows from it ---- */

static int ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static struct yz_sim_dist empirical(sim_samples *s)
{
	qsort(s->at, s->len, sizeof *s->at, ascending);
	return (struct yz_sim_dist){.kind = YZ_SIM_EMPIRICAL, .sample = s->at, .n = s->len};
}

/* The step's own in its situation, else in all, else the act's, else half an hour. */
static bool service_of(struct sim_build *b, struct sim_kind_seen *k, struct sim_seen *s, struct yz_sim_dist *out)
{
	if (s->service.len >= BACK_TO_BACK) {
		*out = empirical(&s->service);
		return true;
	}
	if (s->situation != YZ_SIM_ANY)
		return false;
	sim_samples *act = yz_map_get(&b->acts, s->act);
	if (act && act->len >= BACK_TO_BACK) {
		*out = empirical(act);
		if (k->before.counted)
			yz_simbuild_note(b, N_("步骤“%.*s”的办理用时不够二十次，用的是全县同类环节的用时。"), s->node);
		return true;
	}
	*out = (struct yz_sim_dist){.kind = YZ_SIM_LOGNORMAL, .a = HALF_HOUR * (double)YZ_MINUTE, .b = 1};
	if (k->before.counted)
		yz_simbuild_note(b, N_("步骤“%.*s”没有可用的历史用时，按平均半小时算。"), s->node);
	return true;
}

static size_t outcomes_of(struct sim_build *b, struct sim_kind_seen *k, struct sim_seen *s, struct yz_sim_outcome **out)
{
	bool accepting = yz_str_eqz(s->act, "accept");
	struct yz_sim_outcome *o = *out = yz_new_n(b->a, s->outcomes.len + 3, struct yz_sim_outcome);
	size_t n = 0;
	double finals = (double)s->done, first = accepting ? (double)k->mended : 0, again = (double)s->stops.len;
	/* Of all cases, not of this situation's: a refusal is not written with its task. */
	double share = accepting && k->cases ? finals / (double)k->cases : 0;
	finals += accepting ? (double)k->refused * (s->situation == YZ_SIM_ANY ? 1 : share) : 0;
	first *= s->situation == YZ_SIM_ANY ? 1 : share;
	double rest = finals > first + again ? (finals - first - again) / finals : 0.1;
	for (size_t i = 0; i < s->outcomes.len; i++)
		if (s->outcomes.entries[i].key.len)
			o[n++] = (struct yz_sim_outcome){.name = s->outcomes.entries[i].key, .weight = rest * (double)(size_t)s->outcomes.entries[i].value};
	if (accepting && k->refused)
		o[n++] = (struct yz_sim_outcome){.name = YZ_LIT("refuse"), .turn = YZ_SIM_REFUSE,
						 .weight = rest * (double)k->refused * (s->situation == YZ_SIM_ANY ? 1 : share)};
	if (first > 0 && k->mends.len)
		o[n++] = (struct yz_sim_outcome){.name = YZ_LIT("correct"), .turn = YZ_SIM_MEND, .weight = first, .pause = empirical(&k->mends)};
	if (s->stops.len)
		o[n++] = (struct yz_sim_outcome){.name = YZ_LIT("stop"), .turn = YZ_SIM_STOP, .weight = again, .pause = empirical(&s->stops)};
	return n;
}

void yz_simbuild_steps(struct sim_build *b, struct sim_kind_seen *k)
{
	struct yz_sim_step *steps = yz_new_n(b->a, k->seen.len + 1, struct yz_sim_step);
	for (size_t i = 0; i < k->seen.len; i++) {
		struct sim_seen *s = k->seen.at[i];
		struct yz_sim_outcome *outcomes;
		steps[i] = (struct yz_sim_step){.node = s->node, .situation = s->situation};
		steps[i].timed = service_of(b, k, s, &steps[i].service);
		/* A situation seen too seldom to be timed by itself has the step's times. */
		for (size_t j = 0; !steps[i].timed && j < k->seen.len; j++)
			if (k->seen.at[j]->situation == YZ_SIM_ANY && yz_str_eq(k->seen.at[j]->node, s->node))
				steps[i].timed = service_of(b, &(struct sim_kind_seen){0}, k->seen.at[j], &steps[i].service);
		steps[i].noutcomes = outcomes_of(b, k, s, &outcomes);
		steps[i].outcomes = outcomes;
	}
	k->before.steps = steps;
	k->before.nsteps = k->seen.len;
	k->before.service = (struct yz_sim_dist){.kind = YZ_SIM_LOGNORMAL, .a = HALF_HOUR * (double)YZ_MINUTE, .b = 1};
	k->before.withdrawn = k->cases ? (double)k->withdrawn / (double)k->cases : 0;
	if (k->patience.len)
		k->before.patience = empirical(&k->patience);
	k->before.profiles = k->known.at;
	k->before.nprofiles = k->known.len;
}
