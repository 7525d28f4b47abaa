/* The clock of consultations: cards when it is late, another due instant when the calendar changes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gov/consult_row.h"

#include "gov/due.h"
#include "gov/monitor.h"
#include "gov/note.h"

static bool is(struct yz_str s, const char *z)
{
	return yz_str_eqz(s, z);
}

void yz_consult_reckon(const struct yz_clock *k, const struct yz_calendar *calendar, struct yz_str card, yz_instant now,
		       struct yz_consult_due *out)
{
	struct yz_clock_state s = yz_clock_at(k, calendar, NULL, now);
	yz_instant look = s.ended || is(card, "red") ? YZ_NEVER : is(card, "yellow") ? s.due : s.warn;
	*out = (struct yz_consult_due){.due = s.due, .warn = s.warn, .provisional = s.provisional,
				       .look = yz_val_int_or_null(look, look != YZ_NEVER)};
	yz_clock_print(k, out->body);
}

/* ---- cards ---- */

static bool store(struct yz_consulting *t, const struct yz_consult_due *d, struct yz_str card, struct yz_err *err)
{
	return yz_exec(t->conn, err,
		       "UPDATE consultation SET due = $2, warn_at = $3, provisional = $4, next_at = $5, card = $6 WHERE id = $1", YZ_I(t->c.id),
		       YZ_I(d->due), YZ_I(d->warn), YZ_I(d->provisional), d->look, YZ_S(card));
}

/* Yellow at the warning, red at the due instant; a sweeper that comes late issues what is due now. */
static bool look_at(struct yz_consulting *t, const struct yz_calendar *calendar, bool *done, struct yz_err *err)
{
	struct yz_clock k;
	struct yz_consult_due d;
	if (!yz_clock_parse(t->clock, &k, err))
		return false;
	bool late = t->now >= t->c.due, warned = is(t->c.card, "yellow");
	struct yz_str card = late ? YZ_LIT("red") : warned || t->now >= t->c.warn ? YZ_LIT("yellow") : t->c.card;
	*done = !yz_str_eq(card, t->c.card);
	if (*done && !yz_monitor_consult(t, &k, calendar, late, err))
		return false;
	yz_consult_reckon(&k, calendar, card, t->now, &d);
	return store(t, &d, card, err);
}

static bool do_look(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_due *w = ctx;
	struct yz_consulting t;
	w->done = false;
	if (!yz_consulting_load(&t, w->site, conn, a, NULL, w->no, err))
		return false;
	if (t.c.state != YZ_CONSULT_open)
		return true; /* ended meanwhile */
	const struct yz_calendar *calendar = yz_site_calendar(w->site);
	bool ok = look_at(&t, calendar, &w->done, err);
	yz_site_calendar_release(w->site, calendar);
	return ok;
}

bool yz_consult_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	static const struct yz_due_kind questions = {
		.due = "SELECT id, no FROM consultation WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at, id LIMIT $2",
		.next = "SELECT MIN(next_at) FROM consultation WHERE next_at IS NOT NULL AND next_at > $1",
		.later = "UPDATE consultation SET next_at = $1 WHERE id = $2",
		.look = do_look,
	};
	return yz_due_sweep(site, &questions, now, done, next, err);
}

/* ---- the calendar has changed ---- */

struct moving {
	struct yz_site *site;
	struct yz_str no;
	int64_t moved;
};

static bool do_move(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct moving *w = ctx;
	struct yz_consulting t;
	struct yz_clock k;
	struct yz_consult_due d;
	w->moved = 0;
	if (!yz_consulting_load(&t, w->site, conn, a, NULL, w->no, err) || !yz_clock_parse(t.clock, &k, err))
		return false;
	if (t.c.state != YZ_CONSULT_open)
		return true;
	const struct yz_calendar *calendar = yz_site_calendar(w->site);
	yz_consult_reckon(&k, calendar, t.c.card, t.now, &d);
	yz_site_calendar_release(w->site, calendar);
	w->moved = d.due != t.c.due;
	struct yz_str body = yz_str_printf(a, "{\"from\":%lld,\"to\":%lld}", (long long)t.c.due, (long long)d.due);
	return store(&t, &d, t.c.card, err) &&
	       (!w->moved || yz_note(w->site, conn, NULL, "clock.move", "consult", t.c.id, "calendar", body, err));
}

bool yz_consult_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT no FROM consultation WHERE state = 'open' ORDER BY due, id") : NULL;
	if (conn)
		yz_db_release(conn);
	bool ok = r != NULL;
	*moved = 0;
	for (size_t i = 0; ok && i < r->count; i++) {
		struct moving w = {.site = site, .no = yz_row_str(r, i, 0)};
		ok = yz_db_write(site->db, do_move, &w, err);
		*moved += w.moved;
	}
	yz_arena_destroy(a);
	return ok;
}
