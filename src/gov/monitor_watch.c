/* Limits that monitors set going: what waits, and what comes of it.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/monitor_row.h"

#include "gov/due.h"
#include "gov/note.h"

/* What comes next, and when. */
static enum yz_card_level next_of(const struct yz_monitor *m, const struct yz_clock_state *s, bool warned, yz_instant now, yz_instant *at)
{
	bool warns = m->warn != YZ_CARD_NONE && !warned && s->warn < s->due && now < s->due;
	*at = warns ? s->warn : s->due;
	return warns ? m->warn : m->level;
}

bool yz_watch_arm(struct yz_asking *w, const struct yz_armed *m, struct yz_err *err)
{
	struct yz_feel_run run;
	struct yz_clock k;
	char text[YZ_CLOCK_TEXT];
	int64_t n;
	yz_instant at;
	yz_feel_run_init(&run, w->a);
	run.now = yz_feel_instant(w->now, w->site->offset);
	struct yz_feel_value v = yz_feel_eval(m->m->limit, &run, w->values);
	/* A limit that its facts do not give is none. */
	if (v.kind != YZ_FEEL_NUMBER || !yz_dec_to_int(yz_feel_dec(v), &n) || n < 1 || n > YZ_CLOCK_LIMIT_MOST)
		return true;
	if (!yz_clock_start(&k, (int32_t)n, m->m->unit, w->now, err))
		return false;
	struct yz_clock_state s = yz_clock_at(&k, w->calendar, NULL, w->now);
	enum yz_card_level level = next_of(m->m, &s, false, w->now, &at);
	yz_site_changed(w->site, YZ_CHANGE_CLOCK);
	return yz_exec(w->conn, err,
		       "INSERT INTO watch (monitor, thing, thing_id, occasion, case_id, clock, due, next_at, level, since, facts, version, settings) "
		       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (monitor, thing, thing_id, occasion) DO NOTHING",
		       YZ_S(m->m->key), YZ_Z(yz_watched_name(m->m->watches)), YZ_I(w->thing_id), YZ_S(w->occasion),
		       yz_val_int_or_null(w->case_id, w->case_id != 0), YZ_Z(yz_clock_print(&k, text)), YZ_I(s.due), YZ_I(at),
		       YZ_Z(yz_card_level_name(level)), YZ_I(w->now),
		       YZ_S(yz_asking_facts(w, m)), YZ_Z(m->m->digest), YZ_S(yz_asking_settings(w->a, m)));
}

/* ---- one that is due ---- */

struct found {
	struct yz_asking w;
	struct yz_clock clock;
	struct yz_clock_state state;
	const struct yz_armed *m;
	struct yz_str level, thing;
	bool over; /* the case or task has ended, which ends what was of it */
};

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

static const struct yz_calendar *calendar_of(struct yz_site *site, struct yz_arena *a)
{
	struct lent_calendar *l = yz_new(a, struct lent_calendar);
	l->site = site;
	yz_arena_defer(a, give_back, l); /* first: it may spend the memory, and not return */
	l->calendar = yz_site_calendar(site);
	return l->calendar;
}

static struct yz_feel_value no_fact(void *ctx, const struct yz_armed *m, enum yz_monitor_fact f, struct yz_err *err)
{
	(void)ctx, (void)m, (void)f, (void)err;
	return (struct yz_feel_value){0};
}

static bool enum_of(struct yz_str s, enum yz_watched *out)
{
	for (int i = 0; i < YZ_WATCHED; i++)
		if (yz_str_eqz(s, yz_watched_name(i))) {
			*out = (enum yz_watched)i;
			return true;
		}
	return false;
}

/* A task's is whose the task is; a case's, who has the open task that is due first. */
static struct yz_rows *case_of(struct found *f, struct yz_err *err)
{
	struct yz_asking *w = &f->w;
	if (w->thing == YZ_WATCH_TASK)
		return yz_select(w->conn, w->a, err,
				 "SELECT c.org, c.item_code, c.no, c.ended, k.org, k.role, k.person FROM cases c LEFT JOIN task k "
				 "ON k.case_id = c.id AND k.id = $2 AND k.state = 'open' WHERE c.id = $1",
				 YZ_I(w->case_id), YZ_I(w->thing_id));
	return yz_select(w->conn, w->a, err,
			 "SELECT c.org, c.item_code, c.no, c.ended, k.org, k.role, k.person FROM cases c LEFT JOIN task k ON k.id = "
			 "(SELECT o.id FROM task o WHERE o.case_id = c.id AND o.state = 'open' ORDER BY COALESCE(o.due, 9223372036854775807), o.id "
			 "LIMIT 1) WHERE c.id = $1",
			 YZ_I(w->case_id));
}

/* What is of no case says itself whose it is. */
static struct yz_rows *thing_of(struct found *f, struct yz_err *err)
{
	struct yz_asking *w = &f->w;
	if (w->thing == YZ_WATCH_CONSULTATION)
		return yz_select(w->conn, w->a, err, "SELECT org, item, no, '', 0 FROM consultation WHERE id = $1", YZ_I(w->thing_id));
	if (w->thing == YZ_WATCH_NOTICE)
		return yz_select(w->conn, w->a, err, "SELECT org, item, '', post, person FROM card WHERE id = $1", YZ_I(w->thing_id));
	/* A look at a record: of a department where the person has a post. */
	return yz_select(w->conn, w->a, err,
			 "SELECT p.org, '', '', p.role, p.person FROM pull l JOIN post p ON p.person = l.by_person WHERE l.id = $1 AND p.org <> '' "
			 "AND p.from_at <= $2 AND (p.until_at IS NULL OR p.until_at > $2) ORDER BY p.id LIMIT 1",
			 YZ_I(w->thing_id), YZ_I(w->now));
}

/* Whose it is now; over where it is nobody's any more. */
static bool holder(struct found *f, struct yz_err *err)
{
	struct yz_asking *w = &f->w;
	struct yz_rows *r = w->case_id ? case_of(f, err) : thing_of(f, err);
	if (!r)
		return false;
	f->over = !r->count;
	if (!r->count)
		return true;
	w->org = yz_row_str(r, 0, 0);
	w->item = yz_row_str(r, 0, 1);
	w->about = yz_row_str(r, 0, 2);
	w->post = w->case_id ? YZ_LIT("") : yz_row_str(r, 0, 3);
	w->person = w->case_id ? 0 : yz_row_int(r, 0, 4);
	if (!w->case_id)
		return true;
	bool open = !yz_row_null(r, 0, 4);
	if (open && w->thing != YZ_WATCH_RATING) {
		w->org = yz_row_str(r, 0, 4);
		w->post = yz_row_str(r, 0, 5);
		w->person = yz_row_int(r, 0, 6);
	}
	f->over = (!yz_row_null(r, 0, 3) && (w->thing == YZ_WATCH_CASE || w->thing == YZ_WATCH_TASK)) || (w->thing == YZ_WATCH_TASK && !open);
	return true;
}

/* The rule as it was when it set the limit going, wherever it is still in force; NULL: it is not. */
static bool rule(struct found *f, struct yz_str key, struct yz_str version, struct yz_str settings, struct yz_err *err)
{
	struct yz_asking *w = &f->w;
	const struct yz_monitor_set *set = yz_monitor_set_of(w->site, w->a);
	struct yz_armed *then = NULL;
	for (size_t i = 0; i < set->n && !f->m; i++)
		if (yz_str_eq(set->all[i].m->key, key))
			f->m = &set->all[i];
	if (!f->m || !version.len)
		return true;
	if (yz_str_eqz(version, f->m->m->digest)) {
		then = yz_new(w->a, struct yz_armed);
		*then = *f->m;
	} else if (!(then = yz_armed_version(w->site, w->conn, w->a, key, version, err)))
		return err->code == 0;
	yz_armed_with(w->a, then, settings);
	f->m = then;
	return true;
}

static bool find(struct found *f, struct yz_due *q, struct yz_conn *conn, struct yz_arena *a, bool *there, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT monitor, thing, thing_id, occasion, case_id, clock, level, facts, version, settings FROM watch "
						    "WHERE id = $1 FOR UPDATE",
				      YZ_I(q->id));
	*f = (struct found){.w = {.site = q->site, .conn = conn, .a = a, .now = yz_site_now(q->site), .calendar = calendar_of(q->site, a), .fact = no_fact}};
	*there = r && r->count;
	if (!*there)
		return r != NULL;
	struct yz_asking *w = &f->w;
	if (!rule(f, yz_row_str(r, 0, 0), yz_row_str(r, 0, 8), yz_row_str(r, 0, 9), err))
		return false;
	if (!enum_of(yz_row_str(r, 0, 1), &w->thing) || !yz_clock_parse(yz_row_str(r, 0, 5), &f->clock, err))
		return yz_fail_in(err, "watch %lld", (long long)q->id);
	w->thing_id = yz_row_int(r, 0, 2);
	w->occasion = yz_row_str(r, 0, 3);
	w->case_id = yz_row_int(r, 0, 4);
	w->clock = &f->clock;
	f->level = yz_row_str(r, 0, 6);
	w->facts = yz_row_str(r, 0, 7);
	f->state = yz_clock_at(&f->clock, w->calendar, NULL, w->now);
	w->due = f->state.due;
	return holder(f, err);
}

/* A rule that is gone, or whose case is over, issues nothing any more. */
static bool do_look(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_due *q = ctx;
	struct found *f = yz_new(a, struct found);
	bool there;
	q->done = false;
	if (!find(f, q, conn, a, &there, err))
		return false;
	if (!there)
		return true; /* another sweeper, or an act, was here */
	const struct yz_monitor *m = f->m ? f->m->m : NULL;
	bool late = f->w.now >= f->state.due, warned = m && m->warn != YZ_CARD_NONE && f->w.now >= f->state.warn;
	if (!m || f->over)
		return yz_exec(conn, err, "DELETE FROM watch WHERE id = $1", YZ_I(q->id));
	q->done = late || (warned && yz_str_eqz(f->level, yz_card_level_name(m->warn)));
	if (q->done && !yz_asking_card(&f->w, f->m, late ? m->level : m->warn, err))
		return false;
	if (late)
		return yz_exec(conn, err, "DELETE FROM watch WHERE id = $1", YZ_I(q->id));
	yz_instant at;
	enum yz_card_level level = next_of(m, &f->state, warned, f->w.now, &at);
	return yz_exec(conn, err, "UPDATE watch SET next_at = $1, level = $2 WHERE id = $3", YZ_I(at), YZ_Z(yz_card_level_name(level)), YZ_I(q->id));
}

bool yz_watch_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	static const struct yz_due_kind watches = {
		.due = "SELECT id, '' FROM watch WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2",
		.next = "SELECT MIN(next_at) FROM watch WHERE next_at > $1",
		.later = "UPDATE watch SET next_at = $1 WHERE id = $2",
		.look = do_look,
	};
	return yz_due_sweep(site, &watches, now, done, next, err);
}

/* ---- the calendar has changed ---- */

static bool do_move(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_due *q = ctx;
	struct found *f = yz_new(a, struct found);
	bool there;
	int64_t before;
	q->done = false;
	if (!find(f, q, conn, a, &there, err) || !yz_select_int(conn, &before, 0, err, "SELECT due FROM watch WHERE id = $1", YZ_I(q->id)))
		return false;
	if (!there || !f->m || before == f->state.due)
		return true;
	yz_instant at;
	bool warned = f->m->m->warn != YZ_CARD_NONE && !yz_str_eqz(f->level, yz_card_level_name(f->m->m->warn));
	enum yz_card_level level = next_of(f->m->m, &f->state, warned, f->w.now, &at);
	q->done = true;
	return yz_exec(conn, err, "UPDATE watch SET due = $1, next_at = $2, level = $3 WHERE id = $4", YZ_I(f->state.due), YZ_I(at),
		       YZ_Z(yz_card_level_name(level)), YZ_I(q->id)) &&
	       yz_note(q->site, conn, NULL, "clock.move", f->w.case_id ? "case" : yz_watched_name(f->w.thing), f->w.case_id ? f->w.case_id : f->w.thing_id,
		       "calendar",
		       yz_str_printf(a, "{\"monitor\":\"%.*s\",\"from\":%lld,\"to\":%lld}", YZ_P(f->m->m->key), (long long)before,
				     (long long)f->state.due),
		       err);
}

bool yz_watch_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err)
{
	int64_t after = 0;
	*moved = 0;
	for (;;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_conn *conn = yz_db_read(site->db, err);
		struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT id FROM watch WHERE id > $1 ORDER BY id LIMIT $2", YZ_I(after), YZ_I(YZ_DUE_ROUND)) : NULL;
		if (conn)
			yz_db_release(conn);
		bool ok = r != NULL;
		size_t n = ok ? r->count : 0;
		for (size_t i = 0; ok && i < n; i++) {
			struct yz_due q = {.site = site, .id = yz_row_int(r, i, 0)};
			after = q.id;
			ok = yz_db_write(site->db, do_move, &q, err);
			*moved += q.done;
		}
		yz_arena_destroy(a);
		if (!ok || n < YZ_DUE_ROUND)
			return ok;
	}
}
