/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/acting.h"

#include "crypt/crypt.h"
#include "gov/case_light.h"
#include "gov/duty.h"
#include "gov/fee_case.h"
#include "gov/joint_row.h"
#include "gov/message.h"
#include "gov/monitor.h"
#include "gov/note.h"
#include "gov/person.h"
#include "gov/relay.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

struct lent_calendar {
	struct yz_site *site;
	const struct yz_calendar *calendar;
};

static void give_back(void *ctx)
{
	struct lent_calendar *l = ctx;
	if (l->calendar)
		yz_site_calendar_release(l->site, l->calendar);
}

static void take_calendar(struct yz_acting *t)
{
	struct lent_calendar *l = yz_new(t->a, struct lent_calendar);
	l->site = t->site;
	yz_arena_defer(t->a, give_back, l); /* first: it may spend the memory, and not return */
	t->calendar = l->calendar = yz_site_calendar(t->site);
}

static bool read_clocks(struct yz_acting *t, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT id, task_id, kind, org, body, due, warn_at, card FROM clock "
				      "WHERE case_id = $1 AND ended IS NULL ORDER BY id",
				      YZ_I(t->id));
	if (!r)
		return false;
	if (r->count > YZ_CASE_CLOCKS)
		return yz_fail(err, YZ_LIMIT, "case %.*s has %zu clocks", YZ_P(t->no), r->count);
	for (size_t i = 0; i < r->count; i++) {
		struct yz_clock_held *k = &t->clocks[t->nclocks++];
		k->id = yz_row_int(r, i, 0);
		k->task = yz_row_int(r, i, 1);
		k->kind = yz_row_str(r, i, 2);
		k->org = yz_row_str(r, i, 3);
		if (!yz_clock_parse(yz_row_str(r, i, 4), &k->clock, err))
			return yz_fail_in(err, "clock %lld", (long long)k->id);
		k->due = yz_row_null(r, i, 5) ? YZ_NEVER : yz_row_int(r, i, 5);
		k->warn = yz_row_null(r, i, 6) ? YZ_NEVER : yz_row_int(r, i, 6);
		k->card = yz_row_str(r, i, 7);
	}
	return true;
}

/* Most lie where the item does. */
static bool find_path(struct yz_acting *t, struct yz_str region, struct yz_str *path, struct yz_err *err)
{
	*path = YZ_LIT("");
	if (yz_str_eq(region, t->v->region)) {
		*path = t->v->region_path;
		return true;
	}
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT path FROM region WHERE code = $1", YZ_S(region));
	if (r && r->count)
		*path = yz_row_str(r, 0, 0);
	return r != NULL;
}

/* Every act reads them: a list behind IN would be built anew each time. */
bool yz_acting_tasks_read(struct yz_acting *t, struct yz_err *err)
{
	t->tasks.len = 0;
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT id, person, token, node, act, org, state, due, name, role, post, region, kind, parent, multi, "
				      "return_to, outcome, opened FROM task WHERE case_id = $1 AND state <> 'done' AND state <> 'cancelled' ORDER BY id",
				      YZ_I(t->id));
	for (size_t i = 0; r && i < r->count; i++)
		*yz_vec_push(t->a, &t->tasks) = (struct yz_task_held){
			.id = yz_row_int(r, i, 0), .person = yz_row_int(r, i, 1), .token = (uint32_t)yz_row_int(r, i, 2),
			.node = yz_row_str(r, i, 3), .act = yz_row_str(r, i, 4), .org = yz_row_str(r, i, 5),
			.held = yz_str_eqz(yz_row_str(r, i, 6), "held"), .waiting = yz_str_eqz(yz_row_str(r, i, 6), "waiting"),
			.due = yz_row_null(r, i, 7) ? YZ_NEVER : yz_row_int(r, i, 7), .name = yz_row_str(r, i, 8),
			.role = yz_row_str(r, i, 9), .post = yz_row_str(r, i, 10), .region = yz_row_str(r, i, 11),
			.kind = yz_row_str(r, i, 12), .parent = yz_row_int(r, i, 13), .multi = (uint32_t)yz_row_int(r, i, 14),
			.return_to = yz_row_str(r, i, 15), .outcome = yz_row_str(r, i, 16),
			.opened = yz_row_int(r, i, 17)};
	for (size_t i = 0; i < t->tasks.len; i++)
		if (!find_path(t, t->tasks.at[i].region, &t->tasks.at[i].path, err))
			return false;
	return r != NULL;
}

bool yz_acting_see(struct yz_acting *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a,
		   const struct yz_actor *who, struct yz_str no, struct yz_err *err)
{
	memset(t, 0, offsetof(struct yz_acting, clocks)); /* those are filled as they are counted */
	t->site = site;
	t->conn = conn;
	t->a = a;
	t->who = who;
	t->now = yz_site_now(site);
	t->no = no;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT c.id, c.version, c.item, c.applicant, c.agent, c.filed_by, c.region, c.org, c.applicant_name, "
				      "c.situation, c.outcome, c.channel, c.state, c.light, c.submitted, c.received, c.accepted, c.decided, "
				      "c.flow, c.ended, c.flow_item, c.undo, c.undo_task, c.paused, c.next_due "
				      "FROM cases c WHERE c.no = $1",
				      YZ_S(no));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no case %.*s", YZ_P(no));
	t->id = yz_row_int(r, 0, 0);
	t->version = yz_row_int(r, 0, 1);
	t->item = yz_row_int(r, 0, 2);
	t->applicant = yz_row_int(r, 0, 3);
	t->agent = yz_row_int(r, 0, 4);
	t->filed_by = yz_row_int(r, 0, 5);
	t->region = yz_row_str(r, 0, 6);
	t->org = yz_row_str(r, 0, 7);
	t->applicant_name = yz_row_str(r, 0, 8);
	t->situation = yz_row_str(r, 0, 9);
	t->outcome = yz_row_str(r, 0, 10);
	t->channel = yz_row_str(r, 0, 11);
	t->stored.light = yz_light_parse(yz_row_str(r, 0, 13));
	t->submitted = yz_row_int(r, 0, 14);
	t->received = yz_row_int(r, 0, 15);
	t->accepted = yz_row_int(r, 0, 16);
	t->decided = yz_row_int(r, 0, 17);
	t->ended = yz_row_int(r, 0, 19);
	t->stored.outcome = t->outcome;
	t->stored.decided = t->decided;
	t->stored.ended = t->ended;
	t->flow_item = yz_row_int(r, 0, 20);
	t->undo = yz_row_str(r, 0, 21);
	t->undo_task = yz_row_int(r, 0, 22);
	t->paused = yz_row_int(r, 0, 23);
	t->stored.next_due = yz_row_null(r, 0, 24) ? YZ_NEVER : yz_row_int(r, 0, 24);
	if (!yz_case_state_parse(yz_row_str(r, 0, 12), &t->state))
		return yz_fail(err, YZ_CORRUPT, "case %.*s is in an unknown state", YZ_P(no));
	const struct yz_version *moved = NULL;
	if (!(t->v = yz_version_of(site, conn, a, t->item, err)) ||
	    (t->flow_item && !(moved = yz_version_of(site, conn, a, t->flow_item, err))))
		return yz_fail_in(err, "case %.*s", YZ_P(no));
	t->process = moved ? moved->process : t->v->process;
	t->flow_text = yz_row_str(r, 0, 18);
	if (!find_path(t, t->region, &t->path, err))
		return yz_fail_in(err, "case %.*s", YZ_P(no));
	take_calendar(t);
	return read_clocks(t, err) && yz_acting_tasks_read(t, err) && yz_acting_about(t, err);
}

bool yz_acting_load(struct yz_acting *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a,
		    const struct yz_actor *who, struct yz_str no, struct yz_err *err)
{
	int64_t id;
	return yz_select_int(conn, &id, 0, err, "SELECT id FROM cases WHERE no = $1 FOR UPDATE", YZ_S(no)) &&
	       yz_acting_see(t, site, conn, a, who, no, err) && yz_acting_flow(t, err);
}

bool yz_acting_facts(struct yz_acting *t, struct yz_err *err)
{
	struct yz_str text;
	if (t->facts)
		return true;
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT facts_enc FROM case_facts WHERE case_id = $1", YZ_I(t->id));
	if (r && !r->count)
		yz_fail(err, YZ_CORRUPT, "what was written is not there");
	return (r && r->count && yz_unseal(t->site->keys, t->a, "cases.facts", t->id, yz_row_str(r, 0, 0), &text, err) &&
		(t->facts = yz_json_read(t->a, text, NULL, err))) ||
	       yz_fail_in(err, "case %.*s", YZ_P(t->no));
}

bool yz_acting_flow(struct yz_acting *t, struct yz_err *err)
{
	return t->flow || !t->flow_text.len || (t->flow = yz_bpmn_state_read(t->process, t->a, t->flow_text, err)) ||
	       yz_fail_in(err, "case %.*s", YZ_P(t->no));
}

enum { FACTS_MOST = 4 << 20 };

bool yz_case_facts_store(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, const struct yz_json *facts,
			 struct yz_str *digest, struct yz_err *err)
{
	struct yz_buf text;
	char hex[YZ_HEX];
	yz_buf_init(&text, a, FACTS_MOST);
	yz_json_canonical(&text, facts);
	if (text.full)
		return yz_fail(err, YZ_LIMIT, "what was written in case %lld is longer than %d bytes", (long long)id, FACTS_MOST);
	*digest = yz_str_dup(a, yz_str(yz_keyed_digest(site->keys, "cases.facts", id, yz_buf_str(&text), hex)));
	return yz_exec(conn, err,
		       "INSERT INTO case_facts (case_id, facts_enc, facts_dig) VALUES ($1, $2, $3) "
		       "ON CONFLICT (case_id) DO UPDATE SET facts_enc = excluded.facts_enc, facts_dig = excluded.facts_dig",
		       YZ_I(id), YZ_BLOB(yz_seal(site->keys, a, "cases.facts", id, yz_buf_str(&text))), YZ_S(*digest));
}

bool yz_acting_take(struct yz_acting *t, const struct yz_acting *seen, struct yz_conn *conn, struct yz_arena *a, bool *stands,
		    struct yz_err *err)
{
	int64_t version;
	if (!yz_select_int(conn, &version, -1, err, "SELECT version FROM cases WHERE id = $1 FOR UPDATE", YZ_I(seen->id)))
		return false;
	*stands = version == seen->version;
	if (!*stands)
		return true;
	memcpy(t, seen, offsetof(struct yz_acting, clocks) + seen->nclocks * sizeof *seen->clocks);
	t->conn = conn;
	t->a = a;
	t->now = yz_site_now(t->site);
	t->tasks.at = (void *)yz_memdup(a, seen->tasks.at, seen->tasks.len * sizeof *seen->tasks.at);
	t->tasks.cap = t->tasks.len;
	take_calendar(t); /* the newest */
	return true;
}

static bool count_light(struct yz_acting *t, enum yz_light light, int64_t by, struct yz_err *err)
{
	return light == YZ_LIGHT_NONE ||
	       yz_exec(t->conn, err,
		       "INSERT INTO light_count (org, light, n) VALUES ($1, $2, $3) "
		       "ON CONFLICT (org, light) DO UPDATE SET n = light_count.n + excluded.n",
		       YZ_S(t->org), YZ_Z(yz_light_name(light)), YZ_I(by));
}

/* The process's next timer; those of a suspended case wait for its end (yz_do_unsuspend).  It is not opened for that
 * where its text names none. */
static bool find_wake(struct yz_acting *t, yz_instant *wake, struct yz_err *err)
{
	size_t n = 0;
	*wake = YZ_NEVER;
	if (t->ended || t->paused || (!t->flow && yz_str_find(t->flow_text, YZ_LIT("\"timers\":"), 0) == SIZE_MAX))
		return true;
	if (!yz_acting_flow(t, err))
		return false;
	const struct yz_bpmn_timer *timers = yz_bpmn_timers(t->process, t->flow, t->a, &n);
	for (size_t i = 0; i < n; i++)
		*wake = timers[i].due < *wake ? timers[i].due : *wake;
	if (*wake != YZ_NEVER)
		yz_site_changed(t->site, YZ_CHANGE_CLOCK);
	return true;
}

/* One statement an act.  What indexes hold is set only where it changed: each act would take it out of them and put it
 * back where it was; likewise what belongs to the process: its state and next timer, and the step that can be recalled.
 * Each form has what the one before it has: the rarer behind. */
#define ROW "UPDATE cases SET version = version + 1, state = $2, received = $3, accepted = $4, stopped = $5"
#define PROCESS ", flow = $6, wake = $7, undo = $8, undo_task = $9"
#define DUE ", light = $10, next_due = $11"
#define ENDED ", ended = $12"
#define DECIDED ", outcome = $13, decided = $14"
#define WHERE " WHERE id = $1"

static bool save_row(struct yz_acting *t, enum yz_light light, yz_instant next_due, bool stopped, struct yz_err *err)
{
	enum { OF_ROW = 5, OF_PROCESS = 9, OF_DUE = 11, OF_ENDED = 12, OF_ALL = 14 };
	struct yz_buf flow;
	yz_instant wake;
	yz_buf_init(&flow, t->a, 4 << 20);
	if (!find_wake(t, &wake, err))
		return false;
	if (t->flowed) {
		yz_bpmn_state_write(t->process, t->flow, &flow);
		t->flow_text = yz_buf_str(&flow);
	}
	const struct yz_val v[OF_ALL] = {
		YZ_I(t->id), YZ_Z(yz_case_state_name(t->state)), YZ_I(t->received), yz_val_int_or_null(t->accepted, t->accepted != 0),
		YZ_I(stopped), YZ_S(t->flow_text), yz_val_int_or_null(wake, wake != YZ_NEVER), YZ_S(t->undo),
		yz_val_int_or_null(t->undo_task, t->undo_task != 0),
		YZ_Z(yz_light_name(light)), yz_val_int_or_null(next_due, next_due != YZ_NEVER),
		yz_val_int_or_null(t->ended, t->ended != 0), YZ_S(t->outcome), yz_val_int_or_null(t->decided, t->decided != 0),
	};
	if (t->decided != t->stored.decided || !yz_str_eq(t->outcome, t->stored.outcome))
		return yz_exec_vals(t->conn, err, ROW PROCESS DUE ENDED DECIDED WHERE, OF_ALL, v);
	if (t->ended != t->stored.ended)
		return yz_exec_vals(t->conn, err, ROW PROCESS DUE ENDED WHERE, OF_ENDED, v);
	if (light != t->stored.light || next_due != t->stored.next_due)
		return yz_exec_vals(t->conn, err, ROW PROCESS DUE WHERE, OF_DUE, v);
	if (t->flowed || t->touched)
		return yz_exec_vals(t->conn, err, ROW PROCESS WHERE, OF_PROCESS, v);
	return yz_exec_vals(t->conn, err, ROW WHERE, OF_ROW, v);
}

/* Each act notes itself last, and what it set off behind it: what no entry says, the figures could not be proved by. */
static bool noted(const struct yz_acting *t, struct yz_err *err)
{
	const char *left = t->follow.len ? "a built-in act" : t->stages.len ? "a step done" : !t->figured && yz_figure_any(&t->figure) ? "a figure" : NULL;
	return !left || yz_fail(err, YZ_INTERNAL, "case %.*s: %s stands in no entry of the ledger; nothing was kept", YZ_P(t->no), left);
}

bool yz_acting_save(struct yz_acting *t, struct yz_err *err)
{
	yz_instant next_due;
	bool stopped;
	if (!noted(t, err) || !yz_relay_ears(t, err) || !yz_acting_dues(t, err) || (t->ended && !yz_fee_over(t, err)))
		return false;
	enum yz_light light = t->ended ? YZ_LIGHT_NONE : yz_acting_light(t, &next_due, &stopped);
	if (t->ended)
		next_due = YZ_NEVER, stopped = false;
	if (!save_row(t, light, next_due, stopped, err))
		return false;
	if (light != t->stored.light && (!count_light(t, t->stored.light, -1, err) || !count_light(t, light, 1, err)))
		return false;
	if (yz_figure_any(&t->figure) && !yz_figure_add(t->site, t->conn, t->org, t->now, &t->figure, err))
		return false;
	yz_site_changed(t->site, YZ_CHANGE_CASE | YZ_CHANGE_CLOCK);
	return !t->ended || yz_joint_over(t, err);
}

/* The act itself counts; what follows from it does not count again. */
static void say_figure(struct yz_acting *t, struct yz_jw *w)
{
	bool house = t->who && t->by;
	t->figured = true;
	t->figure.item = t->v->code;
	t->figure.post = house ? yz_str(yz_role_name(t->by->role)) : YZ_LIT("");
	t->figure.person = house ? t->who->person : 0;
	yz_figure_say(w, t->org, &t->figure);
}

/* Its members stand in their canonical order, so that the ledger need not put them in it. */
static void note_body(struct yz_acting *t, int64_t task, int64_t remark, struct yz_str text, struct yz_buf *b)
{
	struct yz_jw w;
	char digest[YZ_HEX];
	yz_jw_init(&w, b);
	yz_jw_object(&w);
	yz_duty_write_awaits(t, &w);
	if (remark)
		yz_jw_kz(&w, "digest", yz_keyed_digest(t->site->keys, "remark.text", remark, text, digest));
	if (t->ndocuments) {
		yz_jw_key(&w, "documents");
		yz_jw_array(&w);
		for (size_t i = 0; i < t->ndocuments; i++)
			yz_jw_int(&w, t->documents[i]);
		yz_jw_end(&w, ']');
	}
	if (t->who && t->by && t->by->deputy_of)
		yz_jw_kint(&w, "for", t->by->deputy_of);
	yz_duty_write_held(t, &w);
	if (yz_figure_any(&t->figure) && !t->figured)
		say_figure(t, &w);
	if (remark)
		yz_jw_kint(&w, "remark", remark);
	if (t->stages.len)
		yz_figure_stages_say(&w, t->stages.at, t->stages.len);
	t->stages.len = 0;
	yz_jw_kz(&w, "state", yz_case_state_name(t->state));
	if (task)
		yz_jw_kint(&w, "task", task);
	yz_jw_end(&w, '}');
}

static bool note(struct yz_acting *t, enum yz_act act, int64_t task, struct yz_str text, struct yz_str basis, struct yz_err *err)
{
	struct yz_buf b;
	int64_t remark = 0;
	if (text.len || basis.len) {
		remark = yz_insert(t->conn, err,
				   "INSERT INTO remark (case_id, act, text, basis, by_person, at) VALUES ($1, $2, $3, $4, $5, $6)",
				   YZ_I(t->id), YZ_Z(yz_act_name(act)), YZ_S(text), YZ_S(basis),
				   yz_val_int_or_null(t->who ? t->who->person : 0, t->who && t->who->person), YZ_I(t->now));
		if (!remark)
			return false;
	}
	yz_buf_init(&b, t->a, 64 * 1024);
	note_body(t, task, remark, text, &b);
	struct yz_buf rule, name;
	yz_buf_init(&rule, t->a, 64);
	yz_buf_addz(&rule, "item ");
	yz_buf_addi(&rule, t->item);
	yz_buf_init(&name, t->a, 64);
	yz_buf_addz(&name, "case.");
	yz_buf_addz(&name, yz_act_name(act));
	struct yz_actor deputy;
	const struct yz_actor *who = t->who;
	if (who && t->by && t->by->deputy_of) {
		deputy = *who;
		deputy.name = yz_str_printf(t->a, "%.*s（%.*s代）", YZ_P(t->by->deputy_of_name), YZ_P(who->name));
		who = &deputy;
	}
	return yz_note(t->site, t->conn, who, name.ptr, "case", t->id, rule.ptr, yz_buf_str(&b), err) &&
	       yz_monitor_act(t, act, task, text, basis, err);
}

static bool tell_step(struct yz_acting *t, const struct yz_follow *f, struct yz_err *err)
{
	/* Words of the pack have a translation as one line has. */
	bool one = yz_str_find(f->text, YZ_LIT("\n"), 0) == SIZE_MAX;
	const struct yz_said said[] = {{"part", f->part, true}, {"text", f->text.len ? f->text : YZ_LIT(""), one}};
	return yz_acting_say(t, YZ_SAY_step, said, 2, err);
}

bool yz_acting_note(struct yz_acting *t, enum yz_act act, int64_t task, struct yz_str text, struct yz_str basis, struct yz_err *err)
{
	const struct yz_actor *who = t->who;
	bool ok = note(t, act, task, text, basis, err);
	t->who = NULL; /* what follows nobody did */
	t->ndocuments = 0;
	for (size_t i = 0; ok && i < t->follow.len; i++) {
		const struct yz_follow *f = &t->follow.at[i];
		ok = (!f->part.len || tell_step(t, f, err)) && note(t, f->act, 0, f->says, YZ_LIT(""), err);
	}
	t->follow.len = 0;
	t->who = who;
	return ok;
}

bool yz_acting_say(struct yz_acting *t, enum yz_say kind, const struct yz_said *more, size_t n, struct yz_err *err)
{
	enum { MOST = 8 };
	struct yz_said said[MOST] = {{"item", t->v->name, true}, {"no", t->no, false}};
	bool agent = false;
	assert(n <= MOST - 2);
	for (size_t i = 0; i < n; i++)
		said[2 + i] = more[i];
	if (t->agent && t->agent != t->applicant && !yz_agency_holds(t->conn, t->applicant, t->agent, t->v->code, t->now, &agent, err))
		return false;
	return yz_message_say(t->site, t->conn, t->a, t->applicant, t->id, kind, said, 2 + n, err) &&
	       (!agent || yz_message_say(t->site, t->conn, t->a, t->agent, t->id, kind, said, 2 + n, err));
}
