/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/acting.h"

#include "gov/note.h"

static bool is(struct yz_str kind, const char *name)
{
	return yz_str_eqz(kind, name);
}

/* The applicant's own time gets no card. */
static bool watched(const struct yz_clock_held *k)
{
	return !is(k->kind, "correction");
}

/* When the sweeper must look: the warning, then the due instant; then only a calendar that changes matters. */
static yz_instant next_look(const struct yz_clock_held *k)
{
	if (!watched(k))
		return is(k->card, "") ? k->due : YZ_NEVER;
	return is(k->card, "red") ? YZ_NEVER : is(k->card, "yellow") ? k->due : k->warn;
}

/* A clock's columns besides its identity. */
struct columns {
	const char *state;
	struct yz_val due, warn, look, ended;
	int provisional;
};

static void reckon(struct yz_acting *t, struct yz_clock_held *k)
{
	struct yz_clock_state s = yz_clock_at(&k->clock, t->calendar, NULL, t->now);
	k->due = s.due;
	k->warn = s.warn;
	k->provisional = s.provisional;
}

static struct columns columns_of(const struct yz_clock_held *k)
{
	bool ended = k->clock.ended != YZ_NEVER;
	yz_instant look = ended ? YZ_NEVER : next_look(k);
	return (struct columns){
		.state = ended ? "ended" : yz_clock_stopped(&k->clock) ? "stopped" : "running",
		.due = yz_val_int_or_null(k->due, k->due != YZ_NEVER),
		.warn = yz_val_int_or_null(k->warn, k->warn != YZ_NEVER),
		.look = yz_val_int_or_null(look, look != YZ_NEVER),
		.ended = yz_val_int_or_null(k->clock.ended, ended),
		.provisional = k->provisional,
	};
}

int64_t yz_acting_days(const struct yz_acting *t, yz_instant from, yz_instant to)
{
	int offset = t->site->offset;
	return from && to > from ? yz_count_working(t->calendar, yz_instant_day(from, offset), yz_instant_day(to, offset)) : 0;
}

bool yz_acting_clock_store(struct yz_acting *t, struct yz_clock_held *k, struct yz_err *err)
{
	char body[YZ_CLOCK_TEXT];
	reckon(t, k);
	struct columns c = columns_of(k);
	return yz_exec(t->conn, err,
		       "UPDATE clock SET body = $2, state = $3, due = $4, warn_at = $5, provisional = $6, next_at = $7, ended = $8, "
		       "card = $9 WHERE id = $1",
		       YZ_I(k->id), YZ_Z(yz_clock_print(&k->clock, body)), YZ_Z(c.state), c.due, c.warn, YZ_I(c.provisional), c.look, c.ended, YZ_S(k->card));
}

struct yz_clock_held *yz_acting_clock_ready(struct yz_acting *t, const char *kind, struct yz_str org, int32_t n, enum yz_unit unit,
					    yz_instant at, struct yz_err *err)
{
	if (t->nclocks == YZ_CASE_CLOCKS)
		return yz_fail_null(err, YZ_LIMIT, "case %.*s has too many clocks", YZ_P(t->no));
	struct yz_clock_held *k = &t->clocks[t->nclocks];
	*k = (struct yz_clock_held){.kind = yz_str(kind), .org = org, .card = YZ_LIT("")};
	if (!yz_clock_start(&k->clock, n, unit, at, err))
		return NULL;
	reckon(t, k);
	return k;
}

bool yz_acting_clock_insert(struct yz_acting *t, struct yz_clock_held *k, int64_t task, struct yz_err *err)
{
	char body[YZ_CLOCK_TEXT];
	if (k->clock.nstops) /* stopped since it was made ready */
		reckon(t, k);
	struct columns c = columns_of(k);
	k->task = task;
	k->id = yz_insert(t->conn, err,
			  "INSERT INTO clock (case_id, task_id, org, kind, body, state, started, due, warn_at, provisional, card, next_at) "
			  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11)",
			  YZ_I(t->id), yz_val_int_or_null(task, task != 0), YZ_S(k->org), YZ_S(k->kind), YZ_Z(yz_clock_print(&k->clock, body)), YZ_Z(c.state),
			  YZ_I(k->clock.started), c.due, c.warn, YZ_I(c.provisional), c.look);
	t->nclocks += k->id != 0;
	return k->id != 0;
}

bool yz_acting_clock_start(struct yz_acting *t, const char *kind, int64_t task, struct yz_str org, int32_t n, enum yz_unit unit,
			   yz_instant at, struct yz_err *err)
{
	struct yz_clock_held *k = yz_acting_clock_ready(t, kind, org, n, unit, at, err);
	return k && yz_acting_clock_insert(t, k, task, err);
}

struct yz_clock_held *yz_acting_clock(struct yz_acting *t, const char *kind)
{
	for (size_t i = 0; i < t->nclocks; i++)
		if (is(t->clocks[i].kind, kind))
			return &t->clocks[i];
	return NULL;
}

bool yz_acting_all_wait(struct yz_acting *t)
{
	struct yz_clock_held *whole = yz_acting_clock(t, "promised");
	whole = whole ? whole : yz_acting_clock(t, "legal");
	return whole && yz_clock_stopped(&whole->clock);
}

bool yz_acting_clock_end(struct yz_acting *t, const char *kind, int64_t task, struct yz_err *err)
{
	size_t left = 0;
	for (size_t i = 0; i < t->nclocks; i++) {
		struct yz_clock_held *k = &t->clocks[i];
		if ((kind && !is(k->kind, kind)) || (task && k->task != task)) {
			t->clocks[left++] = *k;
			continue;
		}
		if (!yz_clock_end(&k->clock, t->now, err) || !yz_acting_clock_store(t, k, err))
			return false;
	}
	t->nclocks = left;
	return true;
}

bool yz_acting_steps_rest(struct yz_acting *t, struct yz_err *err)
{
	return yz_acting_clock_end(t, "step", 0, err);
}

bool yz_acting_steps_again(struct yz_acting *t, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT k.id, c.org, c.body FROM task k "
				      "JOIN clock c ON c.case_id = k.case_id AND c.task_id = k.id "
				      "WHERE k.case_id = $1 AND k.state IN ('open', 'held', 'waiting') AND c.kind = 'step' "
				      "AND c.id = (SELECT MAX(l.id) FROM clock l WHERE l.case_id = k.case_id AND l.task_id = k.id "
				      "AND l.kind = 'step') ORDER BY k.id",
				      YZ_I(t->id));
	if (!r)
		return false;
	bool wait = yz_acting_all_wait(t) || t->paused;
	for (size_t i = 0; i < r->count; i++) {
		struct yz_clock before;
		struct yz_clock_held *k;
		if (!yz_clock_parse(yz_row_str(r, i, 2), &before, err) ||
		    !(k = yz_acting_clock_ready(t, "step", yz_row_str(r, i, 1), before.limit, before.unit, t->now, err)) ||
		    (wait && !yz_clock_stop(&k->clock, t->now, err)) || !yz_acting_clock_insert(t, k, yz_row_int(r, i, 0), err))
			return false;
	}
	return true;
}

yz_instant yz_acting_task_due(struct yz_acting *t, struct yz_str act, const struct yz_clock_held *own)
{
	struct yz_clock_held *whole;
	if (is(act, "accept"))
		whole = yz_acting_clock(t, "answer");
	else if (is(act, "deliver") || is(act, "issue"))
		whole = yz_acting_clock(t, "deliver");
	else if (!(whole = yz_acting_clock(t, "promised")))
		whole = yz_acting_clock(t, "legal");
	yz_instant due = whole ? whole->due : YZ_NEVER;
	return own && own->due < due ? own->due : due;
}

static const struct yz_clock_held *first_due(const struct yz_acting *t, int64_t task)
{
	const struct yz_clock_held *first = NULL;
	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].task == task && (!first || t->clocks[i].due < first->due))
			first = &t->clocks[i];
	return first;
}

bool yz_acting_dues(struct yz_acting *t, struct yz_err *err)
{
	for (size_t i = 0; i < t->tasks.len; i++) {
		struct yz_task_held *k = &t->tasks.at[i];
		/* What hangs on a task has its time. */
		yz_instant due = k->held ? k->due : yz_acting_task_due(t, k->act, first_due(t, k->parent ? k->parent : k->id));
		if (due == k->due)
			continue;
		k->due = due;
		if (!yz_exec(t->conn, err, "UPDATE task SET due = $1 WHERE id = $2", yz_val_int_or_null(due, due != YZ_NEVER), YZ_I(k->id)))
			return false;
	}
	return true;
}

static bool counts(const struct yz_clock_held *k)
{
	return is(k->kind, "promised") || is(k->kind, "legal") || is(k->kind, "step");
}

bool yz_acting_clocks_stop(struct yz_acting *t, struct yz_err *err)
{
	for (size_t i = 0; i < t->nclocks; i++) {
		struct yz_clock_held *k = &t->clocks[i];
		if (counts(k) && !yz_clock_stopped(&k->clock) &&
		    (!yz_clock_stop(&k->clock, t->now, err) || !yz_acting_clock_store(t, k, err)))
			return false;
	}
	return true;
}

bool yz_acting_clocks_resume(struct yz_acting *t, struct yz_err *err)
{
	for (size_t i = 0; i < t->nclocks; i++) {
		struct yz_clock_held *k = &t->clocks[i];
		if (counts(k) && yz_clock_stopped(&k->clock) && !(t->paused && is(k->kind, "step")) &&
		    (!yz_clock_resume(&k->clock, t->now, err) || !yz_acting_clock_store(t, k, err)))
			return false;
	}
	return true;
}

bool yz_acting_clocks_extend(struct yz_acting *t, int32_t days, struct yz_err *err)
{
	for (size_t i = 0; i < t->nclocks; i++) {
		struct yz_clock_held *k = &t->clocks[i];
		bool whole = is(k->kind, "promised") || is(k->kind, "legal");
		if (!whole || (k->clock.unit != YZ_WORKING_DAYS && k->clock.unit != YZ_NATURAL_DAYS))
			continue;
		/* More time lifts a warning that was given, but not a red card. */
		if (!yz_clock_extend(&k->clock, days, err) || !yz_acting_clock_store(t, k, err))
			return false;
	}
	return true;
}

enum yz_light yz_acting_light(const struct yz_acting *t, yz_instant *next_due, bool *stopped)
{
	bool late = false, warn = false, running = false;
	*next_due = YZ_NEVER;
	*stopped = false;
	for (size_t i = 0; i < t->nclocks; i++) {
		const struct yz_clock_held *k = &t->clocks[i];
		if (yz_clock_stopped(&k->clock)) {
			/* While the case is suspended its steps rest, and the light is the law's. */
			*stopped = *stopped || !(t->paused && is(k->kind, "step"));
			continue;
		}
		if (k->due < *next_due)
			*next_due = k->due;
		if (!watched(k))
			continue;
		running = true;
		late = late || t->now >= k->due;
		warn = warn || t->now >= k->warn;
	}
	return late ? YZ_LIGHT_LATE : *stopped && !warn ? YZ_LIGHT_STOPPED : warn && running ? YZ_LIGHT_WARN : YZ_LIGHT_OK;
}
