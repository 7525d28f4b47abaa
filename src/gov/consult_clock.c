/* The clock of consultations: cards when it is late, another due instant when the calendar changes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gov/consult_row.h"

#include "base/log.h"
#include "gov/monitor.h"
#include "gov/note.h"

enum { ROUND = 200 };

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

struct looking {
	struct yz_site *site;
	struct yz_str no;
	bool done;
};

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
	struct looking *w = ctx;
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

/* One that cannot be handled must not stop the others: it is looked at again in an hour. */
static bool do_postpone(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct looking *w = ctx;
	return yz_exec(conn, err, "UPDATE consultation SET next_at = $1 WHERE no = $2", YZ_I(yz_site_now(w->site) + YZ_HOUR), YZ_S(w->no));
}

static bool read_due(struct yz_site *site, struct yz_arena *a, yz_instant now, struct yz_rows **due, yz_instant *next, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return false;
	*due = yz_select(conn, a, err,
			 "SELECT no FROM consultation WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at, id LIMIT $2", YZ_I(now),
			 YZ_I(ROUND));
	bool ok = *due && yz_select_int(conn, next, INT64_MAX, err,
					"SELECT MIN(next_at) FROM consultation WHERE next_at IS NOT NULL AND next_at > $1", YZ_I(now));
	yz_db_release(conn);
	return ok;
}

bool yz_consult_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	*done = 0;
	for (;;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_rows *due;
		bool ok = read_due(site, a, now, &due, next, err);
		size_t n = ok ? due->count : 0;
		for (size_t i = 0; ok && i < n; i++) {
			struct looking w = {.site = site, .no = yz_row_str(due, i, 0)};
			struct yz_err one = {0};
			if (yz_db_write(site->db, do_look, &w, &one)) {
				*done += w.done;
				continue;
			}
			yz_log_err(YZ_ERROR, &one);
			if (one.code == YZ_UNAVAILABLE || !yz_db_write(site->db, do_postpone, &w, err)) {
				*err = one;
				ok = false;
			}
		}
		yz_arena_destroy(a);
		if (!ok || n < ROUND)
			return ok;
	}
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
