/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/clock.h"

#include "base/log.h"
#include "gov/acting.h"
#include "gov/asked.h"
#include "gov/card_act.h"
#include "gov/consult.h"
#include "gov/due.h"
#include "gov/figure.h"
#include "gov/guide.h"
#include "gov/match.h"
#include "gov/monitor.h"
#include "gov/note.h"
#include "gov/person.h"
#include "gov/promise.h"
#include "gov/refresh.h"
#include "gov/relay.h"
#include "gov/round.h"
#include "gov/urge.h"

#define TIDY YZ_HOUR          /* what has expired goes */
#define LOOK (2 * YZ_SECOND) /* what another process does is seen within five */

/* ---- one clock that has come due ---- */

/* After acceptance the limits of the law run on, so the office goes on with what it has. */
static bool lapse_amend(struct yz_acting *t, struct yz_err *err)
{
	t->state = YZ_CASE_accepted;
	return yz_exec(t->conn, err, "UPDATE amend SET answered = $1, lapsed = $1 WHERE case_id = $2 AND answered IS NULL", YZ_I(t->now),
		       YZ_I(t->id)) &&
	       yz_exec(t->conn, err, "UPDATE material SET state = 'given' WHERE case_id = $1 AND state = 'mend'", YZ_I(t->id)) &&
	       yz_acting_clock_end(t, "correction", 0, err) && yz_acting_steps_again(t, err) && yz_acting_hold(t, t->paused != 0, err) &&
	       yz_acting_say(t, YZ_SAY_change_over, NULL, 0, err) &&
	       yz_acting_note(t, YZ_ACT_lapse_amend, 0, YZ_LIT(""), YZ_LIT(""), err);
}

static bool lapse(struct yz_acting *t, struct yz_clock_held *k, struct yz_err *err)
{
	if (t->accepted)
		return lapse_amend(t, err);
	k->card = YZ_LIT("lapsed");
	return yz_acting_clock_store(t, k, err) &&
	       yz_acting_say(t, YZ_SAY_correct_over, NULL, 0, err) &&
	       yz_note(t->site, t->conn, NULL, "case.lapse", "case", t->id, "", YZ_LIT(""), err);
}

static bool is(const struct yz_clock_held *k, const char *kind)
{
	return yz_str_eqz(k->kind, kind);
}

/* Yellow at the warning, red at the due instant; a sweeper that comes late issues what is due now. */
static bool look_at(struct yz_acting *t, struct yz_clock_held *k, struct yz_err *err)
{
	if (is(k, "correction"))
		return t->now < k->due || (yz_str_eqz(k->card, "lapsed") ? yz_acting_clock_store(t, k, err) : lapse(t, k, err));
	bool late = t->now >= k->due, warned = yz_str_eqz(k->card, "yellow");
	if (!late && (warned || t->now < k->warn))
		return yz_acting_clock_store(t, k, err);
	k->card = late ? YZ_LIT("red") : YZ_LIT("yellow");
	if (!yz_monitor_clock(t, k, late, err) || !yz_acting_clock_store(t, k, err))
		return false;
	return !late || !is(k, "answer") || t->state != YZ_CASE_submitted || !t->flow || yz_acting_deem(t, err);
}

bool yz_acting_clocks_look(struct yz_acting *t, struct yz_err *err)
{
	for (size_t i = 0; i < t->nclocks; i++) {
		struct yz_clock_held *k = &t->clocks[i];
		bool late = !yz_clock_stopped(&k->clock) && k->due < t->now; /* at the instant itself it is in time */
		if (late && !is(k, "correction") && !yz_str_eqz(k->card, "red") && !look_at(t, k, err))
			return false;
	}
	return true;
}

static bool do_look(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_due *w = ctx;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	w->done = false;
	if (!yz_acting_load(t, w->site, conn, a, NULL, w->no, err))
		return false;
	for (size_t i = 0; i < t->nclocks; i++) {
		struct yz_clock_held *k = &t->clocks[i];
		if (k->id != w->id)
			continue;
		w->done = true;
		return look_at(t, k, err) && yz_acting_save(t, err);
	}
	return true; /* ended meanwhile */
}

static bool sweep_cases(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	static const struct yz_due_kind clocks = {
		.due = "SELECT k.id, c.no FROM clock k JOIN cases c ON c.id = k.case_id WHERE k.next_at IS NOT NULL AND k.next_at <= $1 "
		       "ORDER BY k.next_at, k.id LIMIT $2",
		.next = "SELECT MIN(next_at) FROM clock WHERE next_at IS NOT NULL AND next_at > $1",
		.later = "UPDATE clock SET next_at = $1 WHERE id = $2",
		.look = do_look,
	};
	return yz_due_sweep(site, &clocks, now, done, next, err);
}

/* ---- timers of processes ---- */

static bool do_wake(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_due *w = ctx;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	int64_t wake;
	w->done = false;
	if (!yz_acting_load(t, w->site, conn, a, NULL, w->no, err) ||
	    !yz_select_int(conn, &wake, INT64_MAX, err, "SELECT wake FROM cases WHERE id = $1 AND wake IS NOT NULL", YZ_I(t->id)))
		return false;
	if (wake > t->now)
		return true; /* another sweeper, or an act, was here */
	if (t->paused) /* its end sets it again */
		return yz_exec(conn, err, "UPDATE cases SET wake = NULL WHERE id = $1", YZ_I(t->id));
	w->done = true;
	return yz_acting_tick(t, err) && yz_acting_note(t, YZ_ACT_timer, 0, YZ_LIT(""), YZ_LIT(""), err) && yz_acting_save(t, err);
}

static bool sweep_timers(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	static const struct yz_due_kind timers = {
		.due = "SELECT id, no FROM cases WHERE wake IS NOT NULL AND wake <= $1 ORDER BY wake, id LIMIT $2",
		.next = "SELECT MIN(wake) FROM cases WHERE wake IS NOT NULL AND wake > $1",
		.later = "UPDATE cases SET wake = $1 WHERE id = $2",
		.look = do_wake,
	};
	return yz_due_sweep(site, &timers, now, done, next, err);
}

/* Each looks at what is due by now, and says when it must look again. */
static bool (*const sweeps[])(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err) = {
	sweep_cases,
	sweep_timers,
	yz_relay_sweep,
	yz_consult_sweep,
	yz_watch_sweep,
	yz_urge_sweep,
	yz_card_sweep,
};

/* What the catalogue promises, where it may say something else than when this was last looked at. */
static bool keep_promises(struct yz_site *site, struct yz_err *err)
{
	uint64_t edition = yz_site_edition(site);
	bool news;
	if (edition == site->promised)
		return true;
	if (!yz_promise_keep(site, &news, err))
		return false;
	site->promised = edition;
	return true;
}

bool yz_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	bool good = keep_promises(site, err);
	*done = 0;
	*next = INT64_MAX;
	for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++) {
		int64_t n = 0;
		yz_instant then = INT64_MAX;
		struct yz_err one = {0};
		bool swept = sweeps[i](site, now, &n, &then, &one);
		*done += n;
		if (swept)
			*next = then < *next ? then : *next;
		else if (good)
			*err = one;
		else
			yz_log_err(YZ_WARN, &one);
		good = good && swept;
	}
	return good;
}

/* ---- the calendar has changed ---- */

struct recomputing {
	struct yz_site *site;
	struct yz_str no;
	int64_t moved;
};

static bool do_recompute(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct recomputing *w = ctx;
	struct yz_acting *t = yz_new(a, struct yz_acting);
	w->moved = 0;
	if (!yz_acting_load(t, w->site, conn, a, NULL, w->no, err))
		return false;
	for (size_t i = 0; i < t->nclocks; i++) {
		struct yz_clock_held *k = &t->clocks[i];
		yz_instant before = k->due;
		if (!yz_acting_clock_store(t, k, err))
			return false;
		if (k->due == before)
			continue;
		w->moved++;
		struct yz_str body = yz_str_printf(a, "{\"clock\":%lld,\"from\":%lld,\"to\":%lld}", (long long)k->id, (long long)before,
						   (long long)k->due);
		if (!yz_note(t->site, conn, NULL, "clock.move", "case", t->id, "calendar", body, err) ||
		    (is(k, "correction") &&
		     (!yz_exec(conn, err, "UPDATE correction SET due = $1 WHERE case_id = $2 AND answered IS NULL", YZ_I(k->due), YZ_I(t->id)) ||
		      !yz_exec(conn, err, "UPDATE amend SET due = $1 WHERE case_id = $2 AND answered IS NULL", YZ_I(k->due), YZ_I(t->id)))))
			return false;
	}
	return yz_acting_save(t, err);
}

static bool recompute_cases(struct yz_site *site, int64_t *moved, struct yz_err *err)
{
	*moved = 0;
	int64_t after = 0;
	for (;;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_conn *conn = yz_db_read(site->db, err);
		struct yz_rows *r = conn ? yz_select(conn, a, err,
						     "SELECT DISTINCT c.id, c.no FROM cases c JOIN clock k ON k.case_id = c.id "
						     "WHERE k.ended IS NULL AND c.id > $1 ORDER BY c.id LIMIT $2",
						     YZ_I(after), YZ_I(YZ_DUE_ROUND)) : NULL;
		if (conn)
			yz_db_release(conn);
		bool ok = r != NULL;
		size_t n = ok ? r->count : 0;
		for (size_t i = 0; ok && i < n; i++) {
			struct recomputing w = {.site = site, .no = yz_row_str(r, i, 1)};
			after = yz_row_int(r, i, 0);
			ok = yz_db_write(site->db, do_recompute, &w, err);
			*moved += w.moved;
		}
		yz_arena_destroy(a);
		if (!ok || n < YZ_DUE_ROUND)
			return ok;
	}
}

bool yz_clocks_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err)
{
	int64_t asked, watched, cards, urges;
	if (!recompute_cases(site, moved, err) || !yz_consult_recompute(site, &asked, err) || !yz_watch_recompute(site, &watched, err) ||
	    !yz_card_recompute(site, &cards, err) || !yz_urge_recompute(site, &urges, err))
		return false;
	*moved += asked + watched + cards + urges;
	return true;
}

/* ---- the thread ---- */

/* Two threads: what takes its time (people matched anew when a day is over, at the very instant when most limits fall due)
 * must not keep a card waiting. */
struct yz_sweeper {
	struct yz_site *site;
	struct yz_round *round, *chores;
	struct yz_seen seen; /* the round's, with the instant when it looked last */
	yz_instant looked;
	yz_instant tidied; /* the chores' */
	bool roll;         /* days may be over that are not put together */
};

/* What fails is looked at again: the others go on. */
static void log_unless(bool done, struct yz_err *err)
{
	if (!done)
		yz_log_err(YZ_WARN, err);
	*err = (struct yz_err){0};
}

/* Until the next instant, at most LOOK: other processes may have started clocks. */
static yz_instant sweep_round(void *ctx, atomic_bool *stop)
{
	struct yz_sweeper *s = ctx;
	struct yz_err err = {0};
	int64_t done;
	yz_instant next;
	(void)stop;
	/* Items and holidays that a command or another server changed, or a date brought in. */
	if (yz_ticks() - s->looked >= LOOK) {
		s->looked = yz_ticks();
		log_unless(yz_site_refresh(s->site, &s->seen, &err), &err);
	}
	yz_sweep_begin(s->site);
	bool swept = yz_sweep(s->site, yz_site_now(s->site), &done, &next, &err);
	yz_sweep_end(s->site);
	log_unless(swept, &err);
	yz_instant now = yz_site_now(s->site);
	return !swept || next > now + LOOK ? LOOK : next - now;
}

static yz_instant chores_round(void *ctx, atomic_bool *stop)
{
	struct yz_sweeper *s = ctx;
	struct yz_err err = {0};
	int64_t done;
	(void)stop;
	log_unless(yz_match_keep(s->site, &err), &err);
	log_unless(yz_asked_flush(s->site, &err), &err);
	if (!s->tidied || yz_ticks() - s->tidied >= TIDY) {
		s->tidied = yz_ticks();
		s->roll = true;
		log_unless(yz_guide_sweep(s->site, yz_site_now(s->site), &done, &err), &err);
	}
	/* A few days a write: acts do not wait for all of them. */
	if (s->roll)
		log_unless(yz_figure_roll(s->site, &s->roll, &err), &err);
	return s->roll ? 0 : LOOK;
}

struct yz_sweeper *yz_sweeper_start(struct yz_site *site, struct yz_err *err)
{
	struct yz_sweeper *s = yz_new(site->arena, struct yz_sweeper);
	s->site = site;
	s->seen = *site->at_open;
	s->round = yz_round_start(site, "the sweeper", YZ_CHANGE_CLOCK, 0, sweep_round, s, err);
	s->chores = s->round ? yz_round_start(site, "the sweeper's chores", 0, 0, chores_round, s, err) : NULL;
	if (s->chores)
		return s;
	yz_round_stop(s->round);
	return NULL;
}

void yz_sweeper_stop(struct yz_sweeper *s)
{
	yz_round_stop(s ? s->round : NULL);
	yz_round_stop(s ? s->chores : NULL);
}
