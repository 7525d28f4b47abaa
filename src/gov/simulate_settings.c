/* What is supposed otherwise than it is: docs/formats/simulate.md.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/simulate_build.h"

#include "text/text.h"

enum { PEOPLE_ADDED = 1000, LEAVES = 400 };

static bool wrong(struct yz_err *err, const struct yz_json *v, const char *what)
{
	return yz_fail(err, YZ_BAD_INPUT, "settings, line %u: %s", v ? v->line : 1, what);
}

/* "org/role", made where the processes did not name it. */
static bool post_at(struct sim_build *b, const struct yz_json *v, struct yz_str key, int *out, struct yz_err *err)
{
	size_t slash = yz_str_find(key, YZ_LIT("/"), 0);
	if (slash == SIZE_MAX || !slash || slash + 1 == key.len)
		return wrong(err, v, "a post is written \"department/role\", like \"zhujian/reviewer\"");
	struct yz_str org = yz_str_n(key.ptr, slash), role = yz_str_n(key.ptr + slash + 1, key.len - slash - 1);
	for (size_t i = 0; i < b->posts.len; i++)
		if (yz_str_eq(b->posts.at[i].org, org) && yz_str_eq(b->posts.at[i].role, role)) {
			*out = (int)i;
			return true;
		}
	return yz_fail(err, YZ_BAD_INPUT, "settings, line %u: no process tried here works at the post %.*s", v->line, YZ_P(key));
}

typedef YZ_VEC(struct yz_sim_person) people_list;

static size_t held_by(const people_list *people, int post)
{
	size_t n = 0;
	for (size_t i = 0; i < people->len; i++)
		for (size_t k = 0; k < people->at[i].nposts; k++)
			n += people->at[i].posts[k] == post;
	return n;
}

static void remove_last(struct yz_arena *a, people_list *people, int post)
{
	for (size_t i = people->len; i-- > 0;)
		for (size_t k = 0; k < people->at[i].nposts; k++)
			if (people->at[i].posts[k] == post) {
				struct yz_sim_person *p = &people->at[i];
				int *rest = yz_new_n(a, p->nposts, int);
				size_t n = 0;
				for (size_t j = 0; j < p->nposts; j++)
					if (j != k)
						rest[n++] = p->posts[j];
				p->posts = rest;
				p->nposts = n;
				return;
			}
}

static bool read_post(struct sim_build *b, people_list *people, bool after, const struct yz_json_member *m, struct yz_err *err)
{
	static const char *const orders[] = {"due", "fifo", "shortest"};
	int post;
	int64_t count = yz_json_int(m->value, "count", -1);
	struct yz_str order = yz_json_str(m->value, "order");
	if (!post_at(b, m->value, m->key, &post, err))
		return false;
	if (yz_json_get(m->value, "count") && (count < 0 || count > PEOPLE_ADDED))
		return wrong(err, m->value, "count is a number from 0 to 1000");
	for (size_t n = held_by(people, post); count >= 0 && n > (size_t)count; n--)
		remove_last(b->a, people, post);
	for (size_t n = held_by(people, post); count >= 0 && n < (size_t)count; n++) {
		int *own = yz_new(b->a, int);
		*own = post;
		*yz_vec_push(b->a, people) = (struct yz_sim_person){.posts = own, .nposts = 1, .pace = 1};
	}
	if (!order.len)
		return true;
	for (int i = 0; i < 3; i++)
		if (yz_str_eqz(order, orders[i])) {
			(after ? b->order_after : b->order_before)[post] = (enum yz_sim_order)i;
			if (!after)
				b->order_after[post] = (enum yz_sim_order)i;
			return true;
		}
	return wrong(err, m->value, "order is due, fifo or shortest");
}

static bool read_hours(struct yz_arena *a, const struct yz_json *v, struct yz_sim_person *p, struct yz_err *err)
{
	struct yz_calendar *c = yz_calendar_new(a, YZ_SHANGHAI);
	if (!yz_json_is(v, YZ_JSON_ARRAY) || v->len != 8)
		return wrong(err, v, "hours are eight texts: Monday to Sunday, and exchanged days, each \"09:00-12:00,13:30-17:30\" or \"\"");
	for (int i = 0; i < 8; i++) {
		yz_day monday = yz_day_from(2026, 3, 2);
		if (!yz_calendar_set_office(c, i, yz_json_text(v->items[i]), err))
			return yz_fail_in(err, "settings, line %u", v->line);
		if (i < 7)
			p->hours[i] = *yz_calendar_office(c, monday + i);
	}
	yz_calendar_set(c, yz_day_from(2026, 3, 7), YZ_DAY_EXCHANGED, false, YZ_LIT(""));
	p->hours[YZ_EXCHANGED] = *yz_calendar_office(c, yz_day_from(2026, 3, 7));
	p->has_hours = true;
	return true;
}

static bool read_leave(struct yz_arena *a, const struct yz_json *v, struct yz_sim_person *p, struct yz_err *err)
{
	size_t n = yz_json_len(v);
	struct yz_sim_leave *leave = yz_new_n(a, n + 1, struct yz_sim_leave);
	if (!yz_json_is(v, YZ_JSON_ARRAY) || n > LEAVES)
		return wrong(err, v, "leave is a list of [first day, last day], at most 400");
	for (size_t i = 0; i < n; i++)
		if (yz_json_len(v->items[i]) != 2 || !yz_day_parse(yz_json_text(yz_json_at(v->items[i], 0)), &leave[i].from) ||
		    !yz_day_parse(yz_json_text(yz_json_at(v->items[i], 1)), &leave[i].until) || leave[i].from > leave[i].until)
			return wrong(err, v->items[i], "leave is [\"2026-02-10\", \"2026-02-14\"], both days included");
	p->leave = leave;
	p->nleave = n;
	return true;
}

static bool read_person(struct sim_build *b, people_list *people, const struct yz_json *v, struct yz_err *err)
{
	struct yz_str login = yz_json_str(v, "login"), post = yz_json_str(v, "post");
	const struct yz_json *hours = yz_json_get(v, "hours"), *leave = yz_json_get(v, "leave"), *skills = yz_json_get(v, "skills"),
			     *pace = yz_json_get(v, "pace");
	struct yz_sim_person *p = NULL;
	for (size_t i = 0; login.len && i < b->logins.len && i < people->len; i++)
		p = yz_str_eq(b->logins.at[i], login) ? &people->at[i] : p;
	if (!p && login.len)
		return yz_fail(err, YZ_BAD_INPUT, "settings, line %u: nobody called %.*s works at these posts", v->line, YZ_P(login));
	if (!p) {
		int *own = yz_new(b->a, int);
		if (!post_at(b, v, post, own, err))
			return false;
		p = yz_vec_push(b->a, people);
		*p = (struct yz_sim_person){.name = yz_json_str(v, "name"), .posts = own, .nposts = 1, .pace = 1};
	}
	if (pace && (!yz_sim_number_read(pace, &p->pace) || p->pace < 0.01 || p->pace > 100))
		return wrong(err, pace, "pace is a number from 0.01 to 100; 2 is twice as fast");
	if ((hours && !read_hours(b->a, hours, p, err)) || (leave && !read_leave(b->a, leave, p, err)))
		return false;
	if (!skills)
		return true;
	struct yz_str *list = yz_new_n(b->a, yz_json_len(skills) + 1, struct yz_str);
	if (!yz_json_is(skills, YZ_JSON_ARRAY) || skills->len > 1000)
		return wrong(err, skills, "skills is a list of items, steps or acts, at most 1,000");
	for (size_t i = 0; i < skills->len; i++)
		list[i] = yz_json_text(skills->items[i]);
	p->skills = list;
	p->nskills = skills->len;
	return true;
}

/* ---- steps ---- */

static bool read_outcomes(struct sim_build *b, const struct yz_json *v, struct yz_sim_step *s, struct yz_err *err)
{
	static const struct {
		const char *name;
		enum yz_sim_turn turn;
	} turns[] = {{"refuse", YZ_SIM_REFUSE}, {"correct", YZ_SIM_MEND}, {"stop", YZ_SIM_STOP}};
	struct yz_sim_outcome *o = yz_new_n(b->a, yz_json_len(v) + 1, struct yz_sim_outcome);
	double all = 0;
	if (!yz_json_is(v, YZ_JSON_OBJECT) || !v->count || v->count > 50)
		return wrong(err, v, "outcomes is an object: outcome, share; at most 50");
	for (size_t i = 0; i < v->count; i++) {
		const struct yz_json *one = v->members[i].value, *share = yz_json_is(one, YZ_JSON_OBJECT) ? yz_json_get(one, "share") : one;
		o[i] = (struct yz_sim_outcome){.name = v->members[i].key};
		if (!yz_sim_number_read(share, &o[i].weight) || o[i].weight < 0)
			return wrong(err, one, "an outcome has its share, a number of 0 or more, or {\"share\": …, \"pause\": {\"days\": …}}");
		all += o[i].weight;
		for (size_t k = 0; k < 3; k++)
			if (yz_str_eqz(o[i].name, turns[k].name))
				o[i].turn = turns[k].turn;
		bool pauses = o[i].turn == YZ_SIM_MEND || o[i].turn == YZ_SIM_STOP;
		if (pauses && !yz_sim_dist_read(yz_json_get(one, "pause"), &o[i].pause, err))
			return yz_fail_in(err, "settings, pause of %.*s", YZ_P(o[i].name));
	}
	s->outcomes = o;
	s->noutcomes = v->count;
	return all > 0 || wrong(err, v, "some outcome has a share");
}

/* Over what was seen, in every situation. */
static bool read_step(struct sim_build *b, struct yz_sim_kind *k, const struct yz_json_member *m, struct yz_err *err)
{
	struct yz_sim_step *steps = yz_new_n(b->a, k->nsteps + 1, struct yz_sim_step), own = {.node = m->key, .situation = YZ_SIM_ANY};
	const struct yz_json *service = yz_json_get(m->value, "service"), *outcomes = yz_json_get(m->value, "outcomes"), *wait = yz_json_get(m->value, "wait");
	size_t n = 0;
	bool there = false;
	if (!yz_bpmn_node(k->process, m->key))
		return yz_fail(err, YZ_BAD_INPUT, "settings, line %u: the process has no step %.*s", m->value->line, YZ_P(m->key));
	if ((service && !yz_sim_dist_read(service, &own.service, err)) || (wait && !yz_sim_dist_read(wait, &own.wait, err)))
		return yz_fail_in(err, "settings, step %.*s", YZ_P(m->key));
	if (outcomes && !read_outcomes(b, outcomes, &own, err))
		return false;
	own.timed = service != NULL;
	own.waits = wait != NULL;
	for (size_t i = 0; i < k->nsteps; i++) {
		struct yz_sim_step s = k->steps[i];
		if (yz_str_eq(s.node, m->key)) {
			there |= s.situation == YZ_SIM_ANY;
			if (service)
				s.timed = true, s.service = own.service;
			if (outcomes)
				s.outcomes = own.outcomes, s.noutcomes = own.noutcomes;
			if (wait)
				s.waits = true, s.wait = own.wait;
		}
		steps[n++] = s;
	}
	if (!there)
		steps[n++] = own;
	k->steps = steps;
	k->nsteps = n;
	return true;
}

static bool read_steps(struct sim_build *b, bool after, const struct yz_json *v, struct yz_err *err)
{
	if (!yz_json_is(v, YZ_JSON_OBJECT))
		return wrong(err, v, "steps is an object: id of the step, what is supposed of it");
	for (size_t i = 0; i < v->count; i++) {
		struct sim_kind_seen *k = &b->kinds.at[0];
		bool in_before = yz_bpmn_node(k->before.process, v->members[i].key) != NULL;
		if (!after && in_before && !read_step(b, &k->before, &v->members[i], err))
			return false;
		if ((after || yz_bpmn_node(k->after.process, v->members[i].key) || !in_before) && !read_step(b, &k->after, &v->members[i], err))
			return false;
	}
	return true;
}

/* ---- the whole ---- */

static bool read_arrivals(struct sim_build *b, bool after, const struct yz_json *v, struct yz_err *err)
{
	const struct yz_json *scale = yz_json_get(v, "scale"), *week = yz_json_get(v, "weekday"), *hour = yz_json_get(v, "hour");
	double x;
	if (scale) {
		if (!yz_sim_number_read(scale, &x) || x <= 0 || x > 100)
			return wrong(err, scale, "scale is a number above 0, at most 100");
		b->scale[1] = x;
		b->scale[0] = after ? b->scale[0] : x;
	}
	if (!week && !hour)
		return true;
	if (after || yz_json_len(week) != 7 || yz_json_len(hour) != 24)
		return wrong(err, v, "weekday has seven weights from Monday, hour twenty-four, and both are the same before and after");
	for (int d = 0; d < 7; d++)
		for (int h = 0; h < 24; h++) {
			double dw, hw;
			if (!yz_sim_number_read(yz_json_at(week, (size_t)d), &dw) || !yz_sim_number_read(yz_json_at(hour, (size_t)h), &hw) || dw < 0 || hw < 0)
				return wrong(err, v, "a weight is a number of 0 or more");
			b->hours[d][h] = dw * hw;
		}
	return true;
}

static bool read_part(struct sim_build *b, bool after, const struct yz_json *v, struct yz_err *err)
{
	static const char *const known[] = {"posts", "people", "steps", "arrivals", "limit", "overrule", "after"};
	people_list *people = after ? (people_list *)&b->people_after : (people_list *)&b->people;
	struct sim_kind_seen *k = &b->kinds.at[0];
	if (!yz_json_is(v, YZ_JSON_OBJECT))
		return wrong(err, v, "an object is wanted");
	for (size_t i = 0; i < v->count; i++) {
		bool ok = false;
		for (size_t j = 0; j < sizeof known / sizeof *known - (after ? 1 : 0); j++)
			ok |= yz_str_eqz(v->members[i].key, known[j]);
		if (!ok)
			return yz_fail(err, YZ_BAD_INPUT, "settings, line %u: \"%.*s\" is not known here", v->members[i].value->line, YZ_P(v->members[i].key));
	}
	const struct yz_json *posts = yz_json_get(v, "posts"), *list = yz_json_get(v, "people"), *steps = yz_json_get(v, "steps"),
			     *arrivals = yz_json_get(v, "arrivals"), *overrule = yz_json_get(v, "overrule");
	if (yz_json_len(list) > PEOPLE_ADDED)
		return wrong(err, list, "at most 1,000 people");
	/* By name first: what follows takes away and adds. */
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (!read_person(b, people, yz_json_at(list, i), err))
			return false;
	for (size_t i = 0; yz_json_is(posts, YZ_JSON_OBJECT) && i < posts->count; i++)
		if (!read_post(b, people, after, &posts->members[i], err))
			return false;
	struct yz_str limit = yz_json_str(v, "limit");
	struct yz_sim_kind *const sides[2] = {&k->before, &k->after};
	for (int side = after; side < 2; side++) {
		if (limit.len && !(sides[side]->limited = yz_limit_parse(limit, &sides[side]->limit, &sides[side]->unit)))
			return wrong(err, yz_json_get(v, "limit"), "limit is like P8WD, PT24H, P15D");
		if (overrule && (!yz_sim_number_read(overrule, &sides[side]->overrule) || sides[side]->overrule < 0 || sides[side]->overrule > 1))
			return wrong(err, overrule, "overrule is a share from 0 to 1");
	}
	return (!steps || read_steps(b, after, steps, err)) && (!arrivals || read_arrivals(b, after, arrivals, err));
}

bool yz_simbuild_settings(struct sim_build *b, struct yz_err *err)
{
	const struct yz_json *v = NULL;
	b->order_before = yz_new_n(b->a, b->posts.len + 1, enum yz_sim_order);
	b->order_after = yz_new_n(b->a, b->posts.len + 1, enum yz_sim_order);
	if (b->o->settings.len) {
		if (b->o->settings.len > YZ_SIMULATE_SETTINGS)
			return yz_fail(err, YZ_LIMIT, "the settings are longer than %d bytes", YZ_SIMULATE_SETTINGS);
		v = yz_json_read(b->a, yz_str_dup(b->a, b->o->settings), NULL, err);
		if (!v || !read_part(b, false, v, err))
			return false;
	}
	b->people_after.at = yz_new_n(b->a, b->people.len + 1, struct yz_sim_person);
	memcpy(b->people_after.at, b->people.at, b->people.len * sizeof *b->people.at);
	b->people_after.len = b->people.len;
	b->people_after.cap = b->people.len + 1;
	const struct yz_json *after = yz_json_get(v, "after");
	b->has_after |= after != NULL;
	return !after || read_part(b, true, after, err);
}
