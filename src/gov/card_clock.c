/* The limits of a card's life: of the appeal, and of deciding it.  One index of instants; no card is looked at before its own.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gov/card_row.h"

#include "db/db.h"
#include "gov/due.h"
#include "gov/note.h"

bool yz_card_begin(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, yz_instant now, int64_t card, struct yz_err *err)
{
	struct yz_str clock;
	yz_instant by;
	yz_site_changed(site, YZ_CHANGE_CLOCK);
	return yz_card_limit(site, conn, a, "card.appeal_days", YZ_CARD_APPEAL_DAYS, now, &clock, &by, err) &&
	       yz_exec(conn, err, "UPDATE card SET appeal_clock = $2, appeal_by = $3, next_at = $3 WHERE id = $1", YZ_I(card), YZ_S(clock),
		       YZ_I(by));
}

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
	struct yz_due *w = ctx;
	struct yz_card_row t;
	w->done = false;
	if (!yz_card_row_lock(conn, w->id, err) || !yz_card_row_load(&t, w->site, conn, a, w->id, err))
		return false;
	yz_instant due = t.appealed ? t.decide_by : t.appeal_by;
	if (t.final || t.escalated || t.now < due)
		return true; /* another was here */
	w->done = true;
	return t.appealed ? escalate(&t, err) : confirm(&t, err);
}

bool yz_card_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	static const struct yz_due_kind cards = {
		.due = "SELECT id, '' FROM card WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at, id LIMIT $2",
		.next = "SELECT MIN(next_at) FROM card WHERE next_at IS NOT NULL AND next_at > $1",
		.later = "UPDATE card SET next_at = $1 WHERE id = $2",
		.look = do_look,
	};
	return yz_due_sweep(site, &cards, now, done, next, err);
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
	struct yz_due *w = ctx;
	struct yz_card_row t;
	w->done = false;
	if (!yz_card_row_lock(conn, w->id, err) || !yz_card_row_load(&t, w->site, conn, a, w->id, err))
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
						     YZ_I(after), YZ_I(YZ_DUE_ROUND)) : NULL;
		if (conn)
			yz_db_release(conn);
		bool ok = r != NULL;
		size_t n = ok ? r->count : 0;
		for (size_t i = 0; ok && i < n; i++) {
			struct yz_due w = {.site = site, .id = after = yz_row_int(r, i, 0)};
			ok = yz_db_write(site->db, do_move, &w, err);
			*moved += w.done;
		}
		yz_arena_destroy(a);
		if (!ok || n < YZ_DUE_ROUND)
			return ok;
	}
}
