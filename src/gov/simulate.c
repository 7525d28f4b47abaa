/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/simulate.h"

#include "gov/acting.h"
#include "gov/publicity.h"
#include "gov/simulate_build.h"
#include "text/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NOTES_MOST = 60, WEEKS_AFTER = 52 };

void yz_simbuild_note(struct sim_build *b, const char *text, struct yz_str about)
{
	for (size_t i = 0; i < b->notes.len; i++)
		if (b->notes.at[i].text == text && yz_str_eq(b->notes.at[i].about, about))
			return;
	if (b->notes.len < NOTES_MOST)
		*yz_vec_push(b->a, &b->notes) = (struct yz_simulate_note){text, yz_str_dup(b->a, about)};
}

struct yz_str yz_simulate_note_text(struct yz_arena *a, int lang, const struct yz_simulate_note *n)
{
	struct yz_str text = yz_str(yz_tr((enum yz_lang)lang, n->text));
	size_t at = yz_str_find(text, YZ_LIT("%.*s"), 0);
	if (at == SIZE_MAX)
		return text;
	return yz_str_printf(a, "%.*s%.*s%s", (int)at, text.ptr, YZ_P(n->about), text.ptr + at + 4);
}

/* ---- processes ---- */

static const struct yz_bpmn *given_process(struct sim_build *b, struct yz_err *err)
{
	if (b->o->process.len > YZ_SIMULATE_MODEL)
		return yz_fail_null(err, YZ_LIMIT, "the process is longer than %d bytes", YZ_SIMULATE_MODEL);
	const struct yz_bpmn *m = yz_bpmn_load(b->a, b->o->process, NULL, err);
	const struct yz_bpmn_diag *d = m ? yz_bpmn_diags(m) : NULL;
	while (d && d->severity != YZ_BPMN_REJECT)
		d = d->next;
	if (d)
		return yz_fail_null(err, YZ_BAD_INPUT, "the process cannot be run: line %u, %.*s: %.*s", d->line, YZ_P(d->element), YZ_P(d->message));
	return m;
}

static void limits(struct yz_sim_kind *k, const struct yz_version *v)
{
	const struct yz_item_limit *l = v->promised.given ? &v->promised : &v->legal;
	k->limited = true;
	k->limit = l->given ? l->n : 20; /* 行政许可法 42 */
	k->unit = l->given ? l->unit : YZ_WORKING_DAYS;
}

/* The names a process may ask of facts stand in its text. */
static void asked(struct sim_build *b, struct sim_kind_seen *k)
{
	struct yz_buf text;
	yz_buf_init(&text, b->a, 4 * YZ_SIMULATE_MODEL);
	yz_bpmn_save(k->before.process, &text);
	if (k->after.process != k->before.process)
		yz_bpmn_save(k->after.process, &text);
	k->text = yz_buf_str(&text);
	k->asks_all = yz_str_find(k->text, YZ_LIT("get value"), 0) != SIZE_MAX || yz_str_find(k->text, YZ_LIT("get entries"), 0) != SIZE_MAX ||
		      yz_str_find(k->text, YZ_LIT("businessRuleTask"), 0) != SIZE_MAX;
}

static struct sim_kind_seen *add_kind(struct sim_build *b, const struct yz_version *v, bool counted)
{
	struct sim_kind_seen *k = yz_vec_push(b->a, &b->kinds);
	*k = (struct sim_kind_seen){.v = v};
	k->before = (struct yz_sim_kind){.key = v->key, .name = v->name, .org = v->org, .process = v->process, .counted = counted};
	limits(&k->before, v);
	k->after = k->before;
	yz_map_init(&k->profiles, b->a);
	return k;
}

static bool rules(struct sim_build *b, struct sim_kind_seen *k, const struct yz_version *after, struct yz_err *err)
{
	k->rule[0] = k->v->decision;
	if (b->o->rule.len) {
		if (b->o->rule.len > YZ_SIMULATE_MODEL)
			return yz_fail(err, YZ_LIMIT, "the rule is longer than %d bytes", YZ_SIMULATE_MODEL);
		k->rule[1] = yz_decision_load(b->a, YZ_LIT("rule"), b->o->rule, NULL, err);
		if (!k->rule[1])
			return false;
	} else if (after && after->decision != k->v->decision) {
		k->rule[1] = after->decision;
	}
	k->ruled = k->rule[1] != NULL;
	if (!k->ruled)
		k->rule[0] = NULL;
	k->before.ruled = k->ruled && k->rule[0];
	k->after.ruled = k->ruled;
	if (k->ruled && !k->rule[0])
		yz_simbuild_note(b, N_("这个事项现在没有规则：改之前按历史上的结果算，改之后按规则算。"), YZ_LIT(""));
	return true;
}

static bool tried(struct sim_build *b, struct yz_err *err)
{
	const struct yz_simulate_options *o = b->o;
	const struct yz_version *after = NULL;
	const struct yz_bpmn *own = NULL;
	if (o->process.len && !(own = given_process(b, err)))
		return false;
	if (!o->item.len) {
		if (!own)
			return yz_fail(err, YZ_BAD_INPUT, "%s", N_("请给出要试的事项或者流程"));
		struct yz_version *v = yz_new(b->a, struct yz_version);
		const struct yz_bpmn_node *p = yz_bpmn_process(own, YZ_LIT(""));
		*v = (struct yz_version){.key = p ? p->id : YZ_LIT("process"), .name = p && p->name.len ? p->name : YZ_LIT(""), .org = o->org, .process = own};
		asked(b, add_kind(b, v, true));
		return true;
	}
	const struct yz_version *v = yz_version_now(b->site, b->conn, b->a, o->item, err);
	if (!v || (o->version && !(after = yz_version_of(b->site, b->conn, b->a, o->version, err))))
		return false;
	struct sim_kind_seen *k = add_kind(b, v, true);
	if (after) {
		k->after.process = after->process;
		k->after.org = after->org;
		limits(&k->after, after);
	}
	if (own)
		k->after.process = own;
	b->has_after = after || own || o->rule.len;
	asked(b, k);
	return rules(b, k, after, err);
}

static bool shares_post(struct sim_build *b, const struct yz_sim_kind *k)
{
	size_t n;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(k->process, &n);
	for (size_t i = 0; i < n; i++) {
		struct yz_str org = yz_bpmn_attr(nodes[i], "org"), role = yz_bpmn_attr(nodes[i], "role");
		if (nodes[i]->type != YZ_BPMN_USER_TASK)
			continue;
		org = org.len ? org : k->org;
		role = role.len ? role : yz_task_role(yz_bpmn_attr(nodes[i], "act"));
		for (size_t j = 0; j < b->posts.len; j++)
			if (yz_str_eq(b->posts.at[j].org, org) && yz_str_eq(b->posts.at[j].role, role))
				return true;
	}
	return false;
}

/* Whose cases lie on the same desks. */
static bool others(struct sim_build *b, struct yz_err *err)
{
	struct yz_rows *r = yz_select(b->conn, b->a, err,
				      "SELECT item_code, COUNT(*) FROM cases WHERE submitted >= $1 AND submitted < $2 GROUP BY item_code ORDER BY item_code",
				      YZ_I(b->from), YZ_I(b->until));
	size_t posts = b->posts.len;
	for (size_t i = 0; r && i < r->count && b->kinds.len < YZ_SIM_KINDS; i++) {
		struct yz_err none = {0};
		if (yz_str_eq(yz_row_str(r, i, 0), b->o->item))
			continue;
		const struct yz_version *v = yz_version_now(b->site, b->conn, b->a, yz_row_str(r, i, 0), &none);
		struct yz_sim_kind k = v ? (struct yz_sim_kind){.org = v->org, .process = v->process} : (struct yz_sim_kind){0};
		b->posts.len = posts;
		if (v && !yz_bpmn_count(v->process, YZ_BPMN_REJECT) && shares_post(b, &k))
			asked(b, add_kind(b, v, false));
		else if (!v)
			yz_simbuild_note(b, N_("事项 %.*s 现在没有生效的版本，它的办件没有算进来。"), yz_row_str(r, i, 0));
	}
	return r != NULL;
}

/* ---- the worlds ---- */

static void default_hours(struct sim_build *b)
{
	if (b->came >= 50)
		return;
	for (int d = 0; d < 7; d++)
		for (int h = 0; h < 24; h++)
			b->hours[d][h] = d < 5 && h >= 9 && h < 17 && h != 12;
}

/* Steps nobody has done in this year. */
static void note_new(struct sim_build *b, const struct yz_sim_kind *k)
{
	size_t n;
	const struct yz_bpmn_node *const *nodes = yz_bpmn_nodes(k->process, &n);
	for (size_t i = 0; i < n; i++) {
		bool seen = nodes[i]->type != YZ_BPMN_USER_TASK;
		for (size_t j = 0; j < k->nsteps && !seen; j++)
			seen = k->steps[j].timed && yz_str_eq(k->steps[j].node, nodes[i]->id);
		if (!seen)
			yz_simbuild_note(b, N_("步骤“%.*s”没有可用的历史用时，按平均半小时算。"), nodes[i]->id);
	}
}

static void settle_kind(struct sim_build *b, struct sim_kind_seen *k)
{
	struct yz_sim_kind changed = k->after;
	if (!k->known.len) {
		/* Generated without a past: nothing is known of them. */
		*yz_vec_push(b->a, &k->known) = (struct yz_sim_profile){.situation = YZ_SIM_ANY};
		*yz_vec_push(b->a, &k->known_after) = (struct yz_sim_profile){.situation = YZ_SIM_ANY};
	}
	yz_simbuild_steps(b, k);
	k->after = k->before;
	k->after.process = changed.process;
	k->after.org = changed.org;
	k->after.limit = changed.limit;
	k->after.unit = changed.unit;
	k->after.ruled = changed.ruled;
	k->after.profiles = k->known_after.at;
}

static struct yz_sim_arrival *arrivals(struct sim_build *b, size_t *n)
{
	struct yz_sim_arrival *list = yz_new_n(b->a, b->cases.len + 1, struct yz_sim_arrival);
	*n = 0;
	for (size_t i = 0; i < b->cases.len; i++) {
		const struct sim_case_seen *c = &b->cases.at[i];
		/* Drawn anew: as many as asked for, or so many times as many. */
		bool drawn = c->kind == 0 && (b->o->cases || b->scale[0] != 1 || b->scale[1] != 1);
		if (!drawn)
			list[(*n)++] = (struct yz_sim_arrival){.at = c->submitted, .kind = c->kind, .profile = c->profile, .nth = (uint32_t)i};
	}
	return list;
}

/* What processes ask of a built-in act afterwards: nobody objects, and no register speaks against anyone. */
static struct yz_feel_value act_result(const struct yz_bpmn_effect *e, const struct yz_calendar *calendar, yz_instant now, struct yz_arena *a)
{
	struct yz_clock k;
	int32_t n;
	enum yz_unit unit;
	struct yz_err err = {0};
	if (yz_str_eqz(e->name, "publicise") && yz_limit_parse(yz_effect_attr(e, "period"), &n, &unit) && yz_clock_start(&k, n, unit, now, &err))
		return yz_publicity_begun(a, yz_clock_due(&k, calendar), yz_calendar_offset(calendar));
	if (yz_str_eqz(e->name, "compare")) {
		struct yz_feel_entry *one = yz_new(a, struct yz_feel_entry);
		*one = (struct yz_feel_entry){YZ_LIT("doubts"), yz_feel_int(0)};
		return yz_feel_context(a, one, 1);
	}
	return (struct yz_feel_value){0};
}

static struct yz_sim_world world(struct sim_build *b, int side, const struct yz_sim_arrival *list, size_t n)
{
	struct yz_sim_kind *kinds = yz_new_n(b->a, b->kinds.len, struct yz_sim_kind);
	struct yz_sim_post *posts = yz_new_n(b->a, b->posts.len + 1, struct yz_sim_post);
	for (size_t i = 0; i < b->kinds.len; i++)
		kinds[i] = side ? b->kinds.at[i].after : b->kinds.at[i].before;
	for (size_t i = 0; i < b->posts.len; i++) {
		posts[i] = b->posts.at[i];
		posts[i].order = (side ? b->order_after : b->order_before)[i];
	}
	struct yz_sim_world w = {.calendar = b->calendar, .from = b->from, .until = b->until, .horizon = b->until + (yz_instant)WEEKS_AFTER * 7 * YZ_DAY,
				 .kinds = kinds, .nkinds = b->kinds.len, .posts = posts, .nposts = b->posts.len, .arrivals = list, .narrivals = n,
				 .people = side ? b->people_after.at : b->people.at, .npeople = side ? b->people_after.len : b->people.len,
				 .role = yz_task_role, .act = act_result};
	double base = b->o->cases ? (double)b->o->cases : (double)b->kinds.at[0].cases;
	if (b->o->cases || b->scale[0] != 1 || b->scale[1] != 1) {
		struct yz_sim_coming *coming = yz_new(b->a, struct yz_sim_coming);
		*coming = (struct yz_sim_coming){.kind = 0, .n = (size_t)(base * b->scale[side] + 0.5)};
		memcpy(coming->weight, b->hours, sizeof coming->weight);
		uint32_t *pool = yz_new_n(b->a, b->cases.len + 1, uint32_t);
		for (size_t i = 0; i < b->cases.len; i++)
			if (b->cases.at[i].kind == 0)
				pool[coming->npool++] = b->cases.at[i].profile;
		coming->pool = pool;
		w.coming = coming;
		w.ncoming = 1;
	}
	return w;
}

static int ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void settle_today(struct sim_build *b)
{
	struct yz_sim_spread *s = &b->today.whole;
	size_t n = b->lasted.len;
	double sum = 0;
	if (!n)
		return;
	qsort(b->lasted.at, n, sizeof *b->lasted.at, ascending);
	for (size_t i = 0; i < n; i++)
		sum += (double)b->lasted.at[i];
	const double q[] = {0.5, 0.9, 0.99};
	double *const to[] = {&s->p50, &s->p90, &s->p99};
	for (int i = 0; i < 3; i++)
		*to[i] = (double)b->lasted.at[(size_t)ceil(q[i] * (double)n) - 1] / (double)YZ_DAY;
	s->n = n;
	s->mean = sum / (double)n / (double)YZ_DAY;
}

static bool period(struct sim_build *b, struct yz_err *err)
{
	int offset = b->site->offset;
	if (b->o->year && (b->o->year < 1990 || b->o->year > 2190))
		return yz_fail(err, YZ_BAD_INPUT, "a year from 1990 to 2190");
	b->until = yz_day_start(yz_instant_day(yz_site_now(b->site), offset), offset);
	b->from = b->until - 365 * YZ_DAY;
	if (b->o->year) {
		b->from = yz_day_start(yz_day_from(b->o->year, 1, 1), offset);
		b->until = yz_day_start(yz_day_from(b->o->year + 1, 1, 1), offset);
	}
	return true;
}

static bool build(struct sim_build *b, struct yz_err *err)
{
	yz_map_init(b->situations, b->a);
	yz_map_init(&b->acts, b->a);
	b->scale[0] = b->scale[1] = 1;
	/* The tried one's posts first: they say whose cases count among the others. */
	if (!period(b, err) || !tried(b, err) || !yz_simbuild_people(b, err))
		return false;
	b->people.len = b->logins.len = b->notes.len = 0;
	if (!others(b, err) || !yz_simbuild_past(b, err) || !yz_simbuild_people(b, err))
		return false;
	for (size_t i = 0; i < b->kinds.len; i++)
		settle_kind(b, &b->kinds.at[i]);
	default_hours(b);
	settle_today(b);
	if (!b->kinds.at[0].cases && !b->o->cases)
		return yz_fail(err, YZ_NOT_FOUND, "%s", N_("这一年没有这个事项的办件，请用 --cases N 造一些"));
	if (!yz_simbuild_settings(b, err))
		return false;
	note_new(b, &b->kinds.at[0].before);
	note_new(b, &b->kinds.at[0].after);
	return true;
}

bool yz_simulate(struct yz_site *site, const struct yz_simulate_options *o, bool (*told)(void *ctx, size_t done, size_t all), void *ctx,
		 struct yz_arena *a, struct yz_simulated *out, struct yz_err *err)
{
	struct yz_arena *own = yz_arena_create(0);
	struct sim_build *b = yz_new(own, struct sim_build);
	*b = (struct sim_build){.site = site, .o = o, .a = own};
	b->calendar = yz_site_calendar(site);
	b->conn = yz_db_read(site->db, err);
	bool ok = b->conn && build(b, err);
	if (b->conn)
		yz_db_release(b->conn);
	*out = (struct yz_simulated){0};
	if (ok) {
		size_t n;
		const struct yz_sim_arrival *list = arrivals(b, &n);
		struct yz_sim_world before = world(b, 0, list, n), after = world(b, 1, list, n);
		before.stop = after.stop = o->stop;
		before.stop_ctx = after.stop_ctx = ctx;
		before.most = after.most = YZ_SIMULATE_MEMORY;
		ok = yz_sim_study(&before, b->has_after ? &after : NULL, o->seed, o->runs, told, ctx, a, &out->study, err);
	}
	if (ok) {
		out->today = b->today;
		out->from = b->from;
		out->until = b->until;
		out->name = yz_str_dup(a, b->kinds.at[0].v->name);
		out->others = b->kinds.len - 1;
		out->nnotes = b->notes.len;
		out->notes = yz_new_n(a, b->notes.len + 1, struct yz_simulate_note);
		for (size_t i = 0; i < b->notes.len; i++)
			out->notes[i] = (struct yz_simulate_note){b->notes.at[i].text, yz_str_dup(a, b->notes.at[i].about)};
	}
	yz_site_calendar_release(site, b->calendar);
	yz_arena_destroy(own);
	return ok;
}

static void json_number(struct yz_jw *w, const char *key, double x)
{
	char buf[32];
	snprintf(buf, sizeof buf, "%.4f", x);
	yz_jw_key(w, key);
	yz_jw_raw(w, yz_str(buf));
}

static void json_count(struct yz_jw *w, const char *key, size_t n)
{
	yz_jw_key(w, key);
	yz_jw_int(w, (int64_t)n);
}

static void json_today(const struct yz_simulate_today *t, struct yz_jw *w)
{
	yz_jw_object(w);
	json_count(w, "received", t->received);
	json_count(w, "ended", t->ended);
	json_count(w, "refused", t->refused);
	json_count(w, "denied", t->denied);
	json_count(w, "withdrawn", t->withdrawn);
	json_number(w, "on_time", t->judged ? 100 * (double)t->on_time / (double)t->judged : 0);
	json_number(w, "days", t->whole.mean);
	json_number(w, "days_p50", t->whole.p50);
	json_number(w, "days_p90", t->whole.p90);
	json_number(w, "days_p99", t->whole.p99);
	yz_jw_end(w, '}');
}

void yz_simulated_json(const struct yz_simulated *r, struct yz_jw *w)
{
	char at[32];
	yz_jw_object(w);
	yz_jw_kstr(w, "name", r->name);
	yz_jw_kz(w, "from", yz_instant_print(r->from, at));
	yz_jw_kz(w, "until", yz_instant_print(r->until, at));
	json_count(w, "others", r->others);
	yz_jw_key(w, "today");
	json_today(&r->today, w);
	yz_jw_key(w, "notes");
	yz_jw_array(w);
	for (size_t i = 0; i < r->nnotes; i++) {
		yz_jw_object(w);
		yz_jw_kz(w, "text", r->notes[i].text);
		yz_jw_kstr(w, "about", r->notes[i].about);
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
	yz_jw_key(w, "study");
	yz_sim_json(&r->study, w);
	yz_jw_end(w, '}');
}
