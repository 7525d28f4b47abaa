/* The limits of a card's life: of the appeal, and of deciding it.  One index of instants; no card is looked at before its own.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gov/card_row.h"

#include "base/log.h"
#include "db/db.h"
#include "gov/note.h"

enum { ROUND = 200 };

bool yz_card_begin(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, yz_instant now, int64_t card, struct yz_err *err)
{
	struct yz_str clock;
	yz_instant by;
	yz_site_changed(site, YZ_CHANGE_CLOCK);
	return yz_card_limit(site, conn, a, "card.appeal_days", YZ_CARD_APPEAL_DAYS, now, &clock, &by, err) &&
	       yz_exec(conn, err, "UPDATE card SET appeal_clock = $2, appeal_by = $3, next_at = $3 WHERE id = $1", YZ_I(card), YZ_S(clock),
		       YZ_I(by));
}

struct looking {
	struct yz_site *site;
	int64_t card;
	bool done;
};

/* Nobody appealed: it is final as it stands. */
static bool confirm(struct yz_card_row *t, struct yz_err *err)
{
	t->final = t->now;
	return yz_card_row_save(t, err) && yz_card_row_note(t, NULL, YZ_CARD_ACT_confirm, YZ_LIT(""), t->held, t->points, err);
}

/* Whoever was to decide let the time pass: those above may decide now, and so may the head of the government. */
static bool escalate(struct yz_card_row *t, struct yz_err *err)
{
	struct yz_people above, government, near;
	t->escalated = t->now;
	if (!yz_supervisors(t->conn, t->a, t->path, true, t->now, &above, err) || !yz_government(t->conn, t->a, t->now, &government, err) ||
	    !yz_supervisors(t->conn, t->a, t->path, false, t->now, &near, err))
		return false;
	yz_people_join(&above, &government);
	yz_people_join(&above, &near);
	return yz_card_row_save(t, err) && yz_card_row_note(t, NULL, YZ_CARD_ACT_escalate, YZ_LIT(""), t->held, t->points, err) &&
	       yz_people_tell(t->site, t->conn, t->a, &above, yz_card_link(t), YZ_LIT("申诉逾期没有裁定"),
			      YZ_LIT("有一张牌的申诉超过裁定期限，已经升级：上级监察和政府负责人都可以裁定。"), err);
}

static bool do_look(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct looking *w = ctx;
	struct yz_card_row t;
	w->done = false;
	if (!yz_card_row_lock(conn, w->card, err) || !yz_card_row_load(&t, w->site, conn, a, w->card, err))
		return false;
	yz_instant due = t.appealed ? t.decide_by : t.appeal_by;
	if (t.final || t.escalated || t.now < due)
		return true; /* another was here */
	w->done = true;
	return t.appealed ? escalate(&t, err) : confirm(&t, err);
}

/* One that cannot be handled must not stop the others: it is looked at again in an hour. */
static bool do_postpone(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct looking *w = ctx;
	return yz_exec(conn, err, "UPDATE card SET next_at = $1 WHERE id = $2", YZ_I(yz_site_now(w->site) + YZ_HOUR), YZ_I(w->card));
}

static bool read_due(struct yz_site *site, struct yz_arena *a, yz_instant now, struct yz_rows **due, yz_instant *next, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return false;
	*due = yz_select(conn, a, err, "SELECT id FROM card WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at, id LIMIT $2", YZ_I(now),
			 YZ_I(ROUND));
	bool ok = *due && yz_select_int(conn, next, INT64_MAX, err, "SELECT MIN(next_at) FROM card WHERE next_at IS NOT NULL AND next_at > $1",
					YZ_I(now));
	yz_db_release(conn);
	return ok;
}

bool yz_card_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	*done = 0;
	for (;;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_rows *due;
		bool ok = read_due(site, a, now, &due, next, err);
		size_t n = ok ? due->count : 0;
		for (size_t i = 0; ok && i < n; i++) {
			struct looking w = {.site = site, .card = yz_row_int(due, i, 0)};
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

static bool move(const struct yz_calendar *calendar, struct yz_str clock, yz_instant *due, struct yz_err *err)
{
	struct yz_clock k;
	if (!clock.len)
		return true;
	if (!yz_clock_parse(clock, &k, err))
		return false;
	*due = yz_clock_due(&k, calendar);
	return true;
}

static bool do_move(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct looking *w = ctx;
	struct yz_card_row t;
	w->done = false;
	if (!yz_card_row_lock(conn, w->card, err) || !yz_card_row_load(&t, w->site, conn, a, w->card, err))
		return false;
	yz_instant appeal = t.appeal_by, decide = t.decide_by;
	if (t.final || t.escalated)
		return true;
	const struct yz_calendar *calendar = yz_site_calendar(w->site);
	bool ok = move(calendar, t.appeal_clock, &t.appeal_by, err) && move(calendar, t.decide_clock, &t.decide_by, err);
	yz_site_calendar_release(w->site, calendar);
	if (!ok || (appeal == t.appeal_by && decide == t.decide_by))
		return ok;
	w->done = true;
	struct yz_str body = yz_str_printf(a, "{\"appeal_by\":[%lld,%lld],\"decide_by\":[%lld,%lld]}", (long long)appeal, (long long)t.appeal_by,
					   (long long)decide, (long long)t.decide_by);
	return yz_card_row_save(&t, err) && yz_note(w->site, conn, NULL, "clock.move", "card", t.id, "calendar", body, err);
}

bool yz_card_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err)
{
	int64_t after = 0;
	*moved = 0;
	for (;;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_conn *conn = yz_db_read(site->db, err);
		struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT id FROM card WHERE next_at IS NOT NULL AND id > $1 ORDER BY id LIMIT $2",
						     YZ_I(after), YZ_I(ROUND)) : NULL;
		if (conn)
			yz_db_release(conn);
		bool ok = r != NULL;
		size_t n = ok ? r->count : 0;
		for (size_t i = 0; ok && i < n; i++) {
			struct looking w = {.site = site, .card = after = yz_row_int(r, i, 0)};
			ok = yz_db_write(site->db, do_move, &w, err);
			*moved += w.done;
		}
		yz_arena_destroy(a);
		if (!ok || n < ROUND)
			return ok;
	}
}
