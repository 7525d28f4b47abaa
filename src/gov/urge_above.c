/* An order of a level above as an urging here: with a clock of its own, on the lists, escalated, answered back up.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gov/urge_row.h"

#include "gov/reach.h"

/* The office of who has supervised the region longest: where an order that no department has lies. */
static bool office(struct yz_urge_row *t, struct yz_err *err)
{
	struct yz_rows *r = yz_select(t->conn, t->a, err,
				      "SELECT p.org FROM post p JOIN person q ON q.id = p.person WHERE p.role = 'supervisor' AND p.org <> '' AND p.region = $1 "
				      "AND q.active = 1 AND p.from_at <= $2 AND (p.until_at IS NULL OR p.until_at > $2) ORDER BY p.id LIMIT 1",
				      YZ_S(t->region), YZ_I(t->now));
	if (r && r->count)
		t->org = yz_row_str(r, 0, 0);
	return r != NULL;
}

static bool place(struct yz_urge_row *t, const struct yz_urge_order *o, struct yz_err *err)
{
	t->region = t->site->region;
	t->role = o->org.len ? YZ_LIT("") : YZ_LIT("supervisor");
	t->org = o->org;
	if (!o->org.len)
		return office(t, err);
	struct yz_rows *r = yz_select(t->conn, t->a, err, "SELECT region FROM org WHERE key = $1", YZ_S(o->org));
	if (r && r->count)
		t->region = yz_row_str(r, 0, 0);
	return r != NULL;
}

bool yz_urge_from_above(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_urge_order *o, int64_t *id,
			yz_instant *due, struct yz_err *err)
{
	struct yz_urge_row t = {.site = site, .conn = conn, .a = a, .now = yz_site_now(site), .thing = o->case_id ? YZ_LIT("case") : YZ_LIT("order"),
				.thing_id = o->case_id ? o->case_id : o->id, .case_id = o->case_id, .clock = YZ_LIT("")};
	yz_instant look = 0;
	/* On nobody there can be no card: it waits without a limit, for who supervises more than this region. */
	if (!place(&t, o, err) ||
	    (t.org.len && !yz_urge_limit(&t, o->due ? YZ_URGE_DAYS_MOST : yz_urge_days(conn, a), o->due, &look, err)))
		return false;
	*due = t.due;
	*id = yz_insert(conn, err,
			"INSERT INTO urge (thing, thing_id, case_id, org, role, region, by_person, by_path, text, at, clock, due, stage, next_at, turn, "
			"answer, order_id) VALUES ($1, $2, $3, $4, $5, $6, 0, '', $7, $8, $9, $10, 0, $11, 0, '', $12)",
			YZ_S(t.thing), YZ_I(t.thing_id), yz_val_int_or_null(t.case_id, t.case_id != 0), YZ_S(t.org), YZ_S(t.role), YZ_S(t.region),
			YZ_S(o->text), YZ_I(t.now), YZ_S(t.clock), yz_val_int_or_null(t.due, t.due != 0), yz_val_int_or_null(look, look != 0),
			YZ_I(o->id));
	yz_site_changed(site, YZ_CHANGE_CARD | YZ_CHANGE_CLOCK);
	return *id != 0;
}

bool yz_urge_is_for_all(const struct yz_urge_row *t, const struct yz_actor *who)
{
	struct yz_err no = {0};
	return t->order_id && yz_may(who, YZ_MAY_urge) && yz_reach_whole(t->site, t->conn, t->a, who, YZ_MAY_urge, &no);
}
