/* The clock of an urging: told again when it is nearly due, a card and a step up when it is due.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gov/urge_row.h"

#include "gov/card.h"
#include "gov/card_row.h"
#include "gov/due.h"
#include "gov/note.h"

/* On whoever let it pass: the department, or the office of the supervisor below. */
static bool card(struct yz_urge_row *t, const char *level, struct yz_err *err)
{
	struct yz_clock k;
	int64_t id;
	if (!yz_clock_parse(t->clock, &k, err))
		return false;
	const struct yz_calendar *calendar = yz_site_calendar(t->site);
	struct yz_str reckoning = yz_card_reckoning(t->a, &k, calendar, t->now, NULL, NULL);
	yz_site_calendar_release(t->site, calendar);
	const struct yz_card_new c = {.monitor = YZ_LIT("clock.urge"), .version = YZ_LIT(""), .level = yz_str(level), .thing = YZ_LIT("urge"),
				      .occasion = YZ_LIT(""), .org = t->org, .post = t->role.len ? t->role : YZ_LIT("decider"), .item = YZ_LIT(""),
				      .reckoning = reckoning, .thing_id = t->id, .case_id = t->case_id, .points = yz_card_points(yz_str(level)),
				      .due = t->due, .body = yz_str_printf(t->a, "\"urge\":%lld,\"level\":\"%s\"", (long long)t->id, level)};
	return yz_card_issue(t->site, t->conn, t->a, t->now, &c, &id, err);
}

static bool note(struct yz_urge_row *t, const char *act, struct yz_err *err)
{
	struct yz_str body = yz_str_printf(t->a, "{\"stage\":%lld,\"due\":%lld}", (long long)t->stage, (long long)t->due);
	yz_site_changed(t->site, YZ_CHANGE_CARD | YZ_CHANGE_CLOCK);
	return yz_note(t->site, t->conn, NULL, act, "urge", t->id, "", body, err);
}

static bool warn(struct yz_urge_row *t, struct yz_err *err)
{
	struct yz_people all;
	t->warned = t->now;
	return yz_exec(t->conn, err, "UPDATE urge SET warned = $1, next_at = due WHERE id = $2", YZ_I(t->now), YZ_I(t->id)) &&
	       note(t, "urge.warn", err) && yz_urge_holders(t, &all, err) &&
	       yz_people_tell(t->site, t->conn, t->a, &all, yz_urge_link(t->a, t->id), YZ_LIT("督办快到期了"),
			      YZ_LIT("请在期限内答复；逾期将发牌并升级。"), err);
}

/* To the head of the department, then of the government, who has no limit but is told. */
static bool rise(struct yz_urge_row *t, struct yz_err *err)
{
	struct yz_people all, by = {{t->by_person}, t->by_person != 0};
	struct yz_str clock = t->clock;
	yz_instant due = t->due;
	if (!card(t, t->stage == YZ_URGE_DEPARTMENT ? "yellow" : "red", err))
		return false;
	t->stage++;
	bool last = t->stage == YZ_URGE_GOVERNMENT;
	if (!last && !yz_card_limit(t->site, t->conn, t->a, "urge.again_days", YZ_URGE_AGAIN_DAYS, t->now, &clock, &due, err))
		return false;
	if (!yz_exec(t->conn, err, "UPDATE urge SET stage = $1, clock = $2, due = $3, next_at = $4, turn = turn + 1 WHERE id = $5", YZ_I(t->stage),
		     YZ_S(clock), YZ_I(due), yz_val_int_or_null(due, !last), YZ_I(t->id)))
		return false;
	t->due = due;
	if (!note(t, "urge.escalate", err) || !yz_urge_holders(t, &all, err))
		return false;
	yz_people_join(&all, &by);
	return yz_people_tell(t->site, t->conn, t->a, &all, yz_urge_link(t->a, t->id),
			      last ? YZ_LIT("督办逾期未答复，已升级到政府负责人") : YZ_LIT("督办逾期未答复，已升级到部门负责人"),
			      YZ_LIT("请尽快答复。每次逾期都会发牌。"), err);
}

static bool do_look(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_due *w = ctx;
	struct yz_urge_row t;
	int64_t look;
	w->done = false;
	if (!yz_select_int(conn, &look, INT64_MAX, err, "SELECT next_at FROM urge WHERE id = $1 FOR UPDATE", YZ_I(w->id)) ||
	    !yz_urge_row_load(&t, w->site, conn, a, w->id, err))
		return false;
	if (t.answered || t.now < look)
		return true; /* another was here */
	w->done = true;
	return t.now < t.due ? warn(&t, err) : rise(&t, err);
}

bool yz_urge_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err)
{
	static const struct yz_due_kind urges = {
		.due = "SELECT id, '' FROM urge WHERE next_at IS NOT NULL AND next_at <= $1 ORDER BY next_at, id LIMIT $2",
		.next = "SELECT MIN(next_at) FROM urge WHERE next_at IS NOT NULL AND next_at > $1",
		.later = "UPDATE urge SET next_at = $1 WHERE id = $2",
		.look = do_look,
	};
	return yz_due_sweep(site, &urges, now, done, next, err);
}

/* ---- the calendar has changed ---- */

static bool do_move(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct yz_due *w = ctx;
	struct yz_urge_row t;
	struct yz_clock k;
	int64_t held;
	w->done = false;
	if (!yz_select_int(conn, &held, 0, err, "SELECT id FROM urge WHERE id = $1 FOR UPDATE", YZ_I(w->id)) ||
	    !yz_urge_row_load(&t, w->site, conn, a, w->id, err))
		return false;
	if (t.answered || t.stage == YZ_URGE_GOVERNMENT || !t.clock.len)
		return true;
	if (!yz_clock_parse(t.clock, &k, err))
		return false;
	const struct yz_calendar *calendar = yz_site_calendar(w->site);
	struct yz_clock_state s = yz_clock_at(&k, calendar, NULL, t.now);
	yz_site_calendar_release(w->site, calendar);
	if (s.due == t.due)
		return true;
	w->done = true;
	bool wait = t.stage || t.warned;
	struct yz_str body = yz_str_printf(a, "{\"from\":%lld,\"to\":%lld}", (long long)t.due, (long long)s.due);
	return yz_exec(conn, err, "UPDATE urge SET due = $1, next_at = $2 WHERE id = $3", YZ_I(s.due), YZ_I(wait ? s.due : s.warn), YZ_I(t.id)) &&
	       yz_note(w->site, conn, NULL, "clock.move", "urge", t.id, "calendar", body, err);
}

bool yz_urge_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT id FROM urge WHERE next_at IS NOT NULL ORDER BY id") : NULL;
	if (conn)
		yz_db_release(conn);
	bool ok = r != NULL;
	*moved = 0;
	for (size_t i = 0; ok && i < r->count; i++) {
		struct yz_due w = {.site = site, .id = yz_row_int(r, i, 0)};
		ok = yz_db_write(site->db, do_move, &w, err);
		*moved += w.done;
	}
	yz_arena_destroy(a);
	return ok;
}
