/* What a case, a task, a rating offers to conditions.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/monitor_row.h"

#include "gov/case_must.h"
#include "gov/licence.h"
#include "gov/note.h"
#include "gov/person.h"

struct of_case {
	struct yz_acting *t;
	struct yz_asking *w;
	const char *event;
	struct yz_str text, basis;
	const struct yz_clock_held *clock; /* it warns or is due, or NULL */
	yz_instant at;                     /* when it was done, as it is said */
	bool proven;
	struct yz_licence_proof *proofs; /* one a material of the item */
};

static struct yz_feel_value text(struct yz_str s)
{
	return yz_feel_string(s.ptr ? s : YZ_LIT(""));
}

/* 第三十八条 */
static bool cites(struct yz_str s)
{
	size_t from = yz_str_find(s, YZ_LIT("第"), 0);
	return from != SIZE_MAX && yz_str_find(s, YZ_LIT("条"), from) != SIZE_MAX;
}

/* ---- materials ---- */

/* What the registers and licences prove for the applicant, one answer a material of the item. */
static bool prove(struct of_case *c, struct yz_err *err)
{
	struct yz_acting *t = c->t;
	struct yz_actor *she = yz_new(t->a, struct yz_actor);
	if (c->proven)
		return true;
	c->proven = yz_actor_of(t->site, t->conn, t->a, t->applicant, she, err) &&
		    yz_licence_proves(t->site, t->conn, t->a, she, t->v->code, yz_json_get(t->v->body, "materials"), &c->proofs, err);
	return c->proven;
}

static bool is_held(const struct yz_licence_proof *p)
{
	return p->kind == YZ_PROOF_LICENCE || p->kind == YZ_PROOF_REGISTER;
}

static const struct yz_json *asked_for(const struct of_case *c)
{
	return c->t->in ? c->t->in->items : NULL;
}

static size_t material_at(const struct yz_json *list, struct yz_str key)
{
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(list, i), "key"), key))
			return i;
	return SIZE_MAX;
}

static bool needed(const struct yz_pack_need *needs, size_t n, struct yz_str key)
{
	for (size_t i = 0; i < n; i++)
		if (yz_str_eq(yz_json_str(needs[i].material, "key"), key))
			return true;
	return false;
}

/* Of the materials that this act asks for: those the application does not need, or those that are held already. */
static struct yz_feel_value materials(struct of_case *c, bool held, struct yz_err *err)
{
	struct yz_acting *t = c->t;
	const struct yz_json *items = asked_for(c), *list = yz_json_get(t->v->body, "materials");
	struct yz_feel_value *out = yz_new_n(t->a, yz_json_len(items) + 1, struct yz_feel_value);
	struct yz_pack_need *needs = NULL;
	size_t n = 0, nneeds = 0;
	if (yz_json_len(items)) {
		if (held ? !prove(c, err) : !yz_acting_facts(t, err))
			return (struct yz_feel_value){0};
		if (!held)
			nneeds = yz_pack_needs(t->a, t->v->body, t->v->form, t->v->decision, t->facts, t->now, &needs);
	}
	for (size_t i = 0; i < yz_json_len(items); i++) {
		struct yz_str key = yz_json_str(yz_json_at(items, i), "material");
		size_t k = key.len ? material_at(list, key) : SIZE_MAX;
		bool counts = key.len && (held ? k != SIZE_MAX && is_held(&c->proofs[k]) : k == SIZE_MAX || !needed(needs, nneeds, key));
		if (counts)
			out[n++] = text(k == SIZE_MAX ? key : yz_json_str(yz_json_at(list, k), "name"));
	}
	return yz_feel_list(out, n);
}

static struct yz_feel_value complete(struct of_case *c, struct yz_err *err)
{
	struct yz_acting *t = c->t;
	struct yz_pack_need *needs;
	const struct yz_json *list = yz_json_get(t->v->body, "materials");
	struct yz_rows *given = yz_select(t->conn, t->a, err, "SELECT DISTINCT key FROM material WHERE case_id = $1 AND state <> 'replaced'", YZ_I(t->id));
	if (!given || !yz_acting_facts(t, err) || !prove(c, err))
		return (struct yz_feel_value){0};
	size_t n = yz_pack_needs(t->a, t->v->body, t->v->form, t->v->decision, t->facts, t->now, &needs);
	for (size_t i = 0; i < n; i++) {
		struct yz_str key = yz_json_str(needs[i].material, "key");
		size_t k = material_at(list, key);
		bool there = !needs[i].must || (k != SIZE_MAX && is_held(&c->proofs[k]));
		for (size_t g = 0; !there && g < given->count; g++)
			there = yz_str_eq(yz_row_str(given, g, 0), key);
		if (!there)
			return yz_feel_bool(false);
	}
	return yz_feel_bool(true);
}

/* ---- limits, hearing ---- */

static struct yz_feel_value whole_late(const struct of_case *c)
{
	const struct yz_acting *t = c->t;
	yz_instant by = c->clock ? c->clock->due : t->now;
	for (size_t i = 0; i < t->nclocks; i++) {
		const struct yz_clock_held *k = &t->clocks[i];
		bool whole = yz_str_eqz(k->kind, "promised") || yz_str_eqz(k->kind, "legal") || yz_str_eqz(k->kind, "answer");
		if (whole && k != c->clock && !yz_clock_stopped(&k->clock) && k->due <= by)
			return yz_feel_bool(true);
	}
	return yz_feel_bool(false);
}

/* Its region lies below the one that decides: what is done here is sent up. */
static bool upward(const struct of_case *c)
{
	const struct yz_task_held *k = c->clock ? yz_acting_task(c->t, c->clock->task) : NULL;
	return k && k->path.len > c->t->path.len && yz_str_starts(k->path, c->t->path);
}

static const struct yz_json *special(const struct yz_acting *t, struct yz_str kind)
{
	const struct yz_json *list = yz_json_get(t->v->body, "special");
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(list, i), "kind"), kind))
			return yz_json_at(list, i);
	return NULL;
}

static struct yz_feel_value number_of(struct of_case *c, const char *what, struct yz_err *err)
{
	struct yz_acting *t = c->t;
	int64_t n = 0;
	bool good = yz_str_eqz(yz_str(what), "notices")
			    ? yz_select_int(t->conn, &n, 0, err,
					    "SELECT (SELECT COUNT(*) FROM correction WHERE case_id = $1) + (SELECT COUNT(*) FROM amend WHERE case_id = $1)",
					    YZ_I(t->id))
		    : yz_str_eqz(yz_str(what), "rated")
			    ? yz_select_int(t->conn, &n, 0, err, "SELECT level FROM rating WHERE case_id = $1", YZ_I(t->id))
			    : yz_select_int(t->conn, &n, 0, err, "SELECT COUNT(*) FROM remark WHERE case_id = $1 AND act = 'stop' AND text LIKE '听证%'",
					    YZ_I(t->id));
	return good ? yz_feel_int(n) : (struct yz_feel_value){0};
}

static struct yz_feel_value working_since(const struct of_case *c, yz_instant from, yz_instant to)
{
	int offset = c->t->site->offset;
	return yz_feel_int(yz_count_working(c->t->calendar, yz_instant_day(from, offset), yz_instant_day(to, offset)));
}

/* The act itself asked the applicant to put something right; what officials give back among themselves did not. */
static bool told(const struct of_case *c)
{
	bool back = yz_str_eqz(yz_str(c->event), yz_act_name(YZ_ACT_back));
	return yz_str_eqz(yz_str(c->event), yz_act_name(YZ_ACT_correct)) || (back && c->t->in && yz_str_eqz(c->t->in->where, "applicant"));
}

static struct yz_feel_value skipped(struct of_case *c, struct yz_err *err)
{
	struct yz_str *names;
	size_t n = 0;
	if (!yz_case_skipped(c->t, &names, &n, err))
		return (struct yz_feel_value){0};
	struct yz_feel_value *out = yz_new_n(c->t->a, n + 1, struct yz_feel_value);
	for (size_t i = 0; i < n; i++)
		out[i] = text(names[i]);
	return yz_feel_list(out, n);
}

static struct yz_feel_value fact(void *ctx, const struct yz_armed *m, enum yz_monitor_fact f, struct yz_err *err)
{
	struct of_case *c = ctx;
	struct yz_acting *t = c->t;
	const struct yz_act_input *in = t->in;
	(void)m;
	switch (f) {
	case YZ_FACT_act:
		return text(yz_str(c->event));
	case YZ_FACT_org:
		return text(t->org);
	case YZ_FACT_item:
		return text(t->v->code);
	case YZ_FACT_channel:
		return text(t->channel);
	case YZ_FACT_state:
		return text(yz_str(yz_case_state_name(t->state)));
	case YZ_FACT_outcome:
		return text(t->outcome);
	case YZ_FACT_reason:
		return text(c->text);
	case YZ_FACT_basis:
		return text(c->basis);
	case YZ_FACT_cites:
		return yz_feel_bool(cites(c->basis));
	case YZ_FACT_against:
		return text(t->against);
	case YZ_FACT_why:
		return text(in ? yz_str_trim(in->overrule) : YZ_LIT(""));
	case YZ_FACT_late_entry:
		return working_since(c, c->at, t->now);
	case YZ_FACT_waited:
		return working_since(c, t->received, t->now);
	case YZ_FACT_notices:
		return number_of(c, "notices", err);
	case YZ_FACT_told:
		return yz_feel_bool(told(c));
	case YZ_FACT_unlisted:
	case YZ_FACT_held:
		return materials(c, f == YZ_FACT_held, err);
	case YZ_FACT_complete:
		return complete(c, err);
	case YZ_FACT_whole_late:
		return whole_late(c);
	case YZ_FACT_upward:
		return yz_feel_bool(upward(c));
	case YZ_FACT_skipped:
		return skipped(c, err);
	case YZ_FACT_hearing_due:
		return yz_feel_bool(yz_json_bool(special(t, YZ_LIT("听证")), "must", false));
	case YZ_FACT_hearing_held: {
		struct yz_feel_value n = number_of(c, "hearings", err);
		return err->code ? n : yz_feel_bool(!yz_dec_is_zero(yz_feel_dec(n)));
	}
	case YZ_FACT_procedure:
		return text(in ? yz_str_trim(in->special) : YZ_LIT(""));
	case YZ_FACT_announced:
		return yz_feel_int(in ? in->days : 0);
	case YZ_FACT_rated:
		return number_of(c, "rated", err);
	default:
		return (struct yz_feel_value){0};
	}
}

/* ---- asked at an act ---- */

static bool begin(struct yz_acting *t, struct of_case *c, struct yz_asking *w, enum yz_watched thing, int64_t task, struct yz_err *err)
{
	*w = (struct yz_asking){.site = t->site, .conn = t->conn, .a = t->a, .calendar = t->calendar, .now = t->now, .thing = thing,
				.thing_id = thing == YZ_WATCH_TASK ? task : t->id, .case_id = t->id, .item = t->v->code, .about = t->no,
				.org = t->by ? t->by->org : t->org, .person = t->who && t->who->staff ? t->who->person : 0, .fact = fact, .ctx = c,
				.post = t->by ? yz_str(yz_role_name(t->by->role)) : YZ_LIT(""),
				.occasion = yz_str_printf(t->a, "%lld", (long long)t->now)};
	if (thing != YZ_WATCH_RATING)
		return thing != YZ_WATCH_TASK || task;
	w->org = t->org;
	w->person = 0;
	return yz_select_int(t->conn, &w->thing_id, 0, err, "SELECT id FROM rating WHERE case_id = $1", YZ_I(t->id));
}

static bool ask(struct yz_acting *t, const struct yz_monitor_set *set, enum yz_watched thing, enum yz_act act, int64_t task, struct yz_str said,
		struct yz_str basis, struct yz_err *err)
{
	int8_t event = set->event[thing][act];
	if (event < 0)
		return true;
	struct of_case c = {.t = t, .event = yz_act_name(act), .text = said, .basis = basis, .at = t->done_at ? t->done_at : t->now};
	struct yz_monitor_slice ends = set->until[event];
	for (size_t i = 0; i < ends.n; i++)
		if (ends.at[i]->m->watches == thing &&
		    !yz_exec(t->conn, err, "DELETE FROM watch WHERE case_id = $1 AND monitor = $2 AND ($3 = 0 OR thing_id = $3)", YZ_I(t->id),
			     YZ_S(ends.at[i]->m->key), YZ_I(thing == YZ_WATCH_TASK ? task : 0)))
			return false;
	if (!set->on[event].n)
		return true;
	c.w = yz_new(t->a, struct yz_asking);
	if (!begin(t, &c, c.w, thing, task, err))
		return !err->code;
	return yz_asking_run(c.w, set->on[event], err);
}

bool yz_monitor_act(struct yz_acting *t, enum yz_act act, int64_t task, struct yz_str said, struct yz_str basis, struct yz_err *err)
{
	const struct yz_monitor_set *set = yz_monitor_set_of(t->site, t->a);
	if (!(set->acts >> act & 1))
		return true;
	return ask(t, set, YZ_WATCH_CASE, act, task, said, basis, err) && ask(t, set, YZ_WATCH_TASK, act, task, said, basis, err) &&
	       ask(t, set, YZ_WATCH_RATING, act, task, said, basis, err);
}

/* ---- asked at a clock ---- */

/* Whose it is: who claimed the open task this clock is for, or the only open one. */
static bool holder(struct yz_acting *t, const struct yz_clock_held *k, struct yz_asking *w, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT person, org, role FROM task WHERE case_id = $1 AND state = 'open' AND ($2 = 0 OR id = $2 OR parent = $2) "
				      "ORDER BY COALESCE(due, 9223372036854775807), id LIMIT 1",
				      YZ_I(t->id), YZ_I(k->task));
	if (!r)
		return false;
	w->person = r->count ? yz_row_int(r, 0, 0) : 0;
	w->org = r->count ? yz_row_str(r, 0, 1) : k->org;
	w->post = r->count ? yz_row_str(r, 0, 2) : YZ_LIT("");
	return true;
}

bool yz_monitor_clock(struct yz_acting *t, struct yz_clock_held *k, bool red, struct yz_err *err)
{
	struct of_case c = {.t = t, .event = "", .clock = k, .at = t->now};
	struct yz_asking *w = c.w = yz_new(t->a, struct yz_asking);
	bool of_task = k->task && yz_str_eqz(k->kind, "step");
	*w = (struct yz_asking){.site = t->site, .conn = t->conn, .a = t->a, .calendar = t->calendar, .now = t->now,
				.thing = of_task ? YZ_WATCH_TASK : YZ_WATCH_CASE, .thing_id = of_task ? k->task : t->id, .case_id = t->id,
				.clock_id = k->id, .item = t->v->code, .about = t->no, .clock = &k->clock, .due = k->due, .fact = fact, .ctx = &c,
				.occasion = yz_str_printf(t->a, "%lld", (long long)k->id)};
	return holder(t, k, w, err) && yz_asking_clock(w, k->kind, red, err);
}
