/* Urgings as rows, for who may see them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gov/urge_row.h"

#include "gov/reach.h"

enum { ROWS_MOST = 200, DAYS = 200, ENTRIES = 50 };

static void columns(struct yz_sql *s)
{
	yz_sql_add(s, "SELECT u.id, u.thing, u.thing_id, u.case_id, u.parent, u.org, o.name, u.role, u.region, g.name, u.by_person, "
		      "COALESCE(p.name, d.from_name || ' ' || d.by_name, ''), u.text, u.at, "
		      "u.due, u.stage, u.warned, u.turn, u.answer, q.name, u.answered, COALESCE(c.no, e.no, d.no, ''), "
		      "COALESCE(c.item_name, e.item_name, ''), CASE WHEN u.order_id IS NULL THEN 0 ELSE 1 END, COALESCE(d.kind, '') "
		      "FROM urge u LEFT JOIN org o ON o.key = u.org LEFT JOIN region g ON g.code = u.region LEFT JOIN person p ON p.id = u.by_person "
		      "LEFT JOIN level_order d ON d.id = u.order_id LEFT JOIN person q ON q.id = u.answered_by LEFT JOIN cases c ON c.id = u.case_id "
		      "LEFT JOIN consultation e ON u.thing = 'consultation' AND e.id = u.thing_id WHERE ");
}

static size_t read_rows(struct yz_arena *a, const struct yz_rows *r, struct yz_urge **out)
{
	*out = yz_new_n(a, r->count + 1, struct yz_urge);
	for (size_t i = 0; i < r->count; i++)
		(*out)[i] = (struct yz_urge){
			.id = yz_row_int(r, i, 0), .thing = yz_row_str(r, i, 1), .thing_id = yz_row_int(r, i, 2), .case_id = yz_row_int(r, i, 3),
			.parent = yz_row_int(r, i, 4), .org = yz_row_str(r, i, 5), .org_name = yz_row_str(r, i, 6),
			.to_supervisor = yz_row_str(r, i, 7).len != 0, .region = yz_row_str(r, i, 8), .region_name = yz_row_str(r, i, 9),
			.by_person = yz_row_int(r, i, 10), .by = yz_row_str(r, i, 11), .text = yz_row_str(r, i, 12), .at = yz_row_int(r, i, 13),
			.due = yz_row_int(r, i, 14), .stage = (enum yz_urge_stage)yz_row_int(r, i, 15), .warned = yz_row_int(r, i, 16),
			.turn = yz_row_int(r, i, 17), .answer = yz_row_str(r, i, 18), .answered_by = yz_row_str(r, i, 19),
			.answered = yz_row_int(r, i, 20), .no = yz_row_str(r, i, 21), .title = yz_row_str(r, i, 22),
			.above = yz_row_int(r, i, 23) != 0, .question = yz_str_eqz(yz_row_str(r, i, 24), "question")};
	return r->count;
}

/* ---- lists ---- */

/* Of the departments she works in; what went up to her as a head of one, or of the government. */
static void of_desk(struct yz_sql *s, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who)
{
	yz_sql_add(s, "(u.org IN (''");
	for (size_t i = 0; i < who->nposts; i++)
		if (yz_role_works(who->posts[i].role)) {
			yz_sql_add(s, ", ");
			yz_sql_val(s, YZ_S(who->posts[i].org));
		}
	yz_sql_add(s, ") AND (u.role = '' OR u.stage >= 1)");
	if (yz_heads_government(conn, a, who))
		yz_sql_add(s, " OR u.stage >= 2");
	yz_sql_add(s, ")");
}

/* Of her region, or asked of her. */
static void of_board(struct yz_sql *s, struct yz_arena *a, const struct yz_actor *who, bool received)
{
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	if (received)
		yz_sql_add(s, "(u.role = 'supervisor' AND g.path = $1)", YZ_S(path));
	else
		yz_sql_add(s, "(g.path >= $1 AND g.path < $2)", YZ_S(path), YZ_S(yz_reach_end(a, path)));
}

size_t yz_urge_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_urge_query *q,
		    struct yz_urge **out, struct yz_err *err)
{
	enum yz_permission may = q->desk ? YZ_MAY_urge_answer : YZ_MAY_urge;
	if (!yz_may(who, may)) {
		yz_refuse(who, may, err);
		return 0;
	}
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	columns(s);
	if (q->desk)
		of_desk(s, conn, a, who);
	else
		of_board(s, a, who, q->received);
	if (q->thing.len)
		yz_sql_add(s, " AND u.thing = $1 AND u.thing_id = $2 ORDER BY u.id", YZ_S(q->thing), YZ_I(q->thing_id));
	else if (q->answered)
		yz_sql_add(s, " AND u.answered IS NOT NULL ORDER BY u.answered DESC, u.id DESC");
	else
		yz_sql_add(s, " AND u.answered IS NULL ORDER BY COALESCE(u.due, 9223372036854775807), u.id");
	yz_sql_add(s, " LIMIT $1", YZ_I(q->limit > 0 && q->limit < ROWS_MOST ? q->limit : ROWS_MOST));
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	return r ? read_rows(a, r, out) : 0;
}

/* ---- one ---- */

static bool sees(const struct yz_urge_row *t, const struct yz_actor *who)
{
	if ((t->by_person && who->person == t->by_person) || yz_urge_may_answer(t, who) || yz_urge_is_hers(t, who))
		return true;
	if (yz_may(who, YZ_MAY_urge) && yz_may_in(who, YZ_MAY_urge, t->org, t->path))
		return true;
	return (!t->role.len || t->stage) && (yz_works_in(who, t->org) || (t->stage >= YZ_URGE_GOVERNMENT && yz_heads_government(t->conn, t->a, who)));
}

static bool explain(struct yz_urge_row *t, struct yz_urge *u, struct yz_err *err)
{
	struct yz_clock k;
	bool cut;
	if (!t->clock.len)
		return true;
	if (!yz_clock_parse(t->clock, &k, err))
		return false;
	const struct yz_calendar *calendar = yz_site_calendar(t->site);
	u->ndays = yz_clock_explain(t->a, &k, calendar, t->now, DAYS, &u->days, &cut);
	for (size_t i = 0; i < u->ndays; i++) /* they live as long as the calendar */
		u->days[i].info.name = yz_str_dup(t->a, u->days[i].info.name);
	yz_site_calendar_release(t->site, calendar);
	return true;
}

struct yz_urge *yz_urge_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
			     struct yz_err *err)
{
	struct yz_urge_row t;
	struct yz_urge *u;
	struct yz_sql *s = yz_new(a, struct yz_sql);
	if (!yz_urge_row_load(&t, site, conn, a, id, err))
		return NULL;
	if (!sees(&t, who))
		return yz_fail_null(err, YZ_NOT_FOUND, "urge %lld is not for person %lld", (long long)id, (long long)who->person);
	yz_sql_init(s, a);
	columns(s);
	yz_sql_add(s, "u.id = $1 OR u.parent = $1 ORDER BY CASE WHEN u.id = $1 THEN 0 ELSE 1 END, u.id LIMIT $2", YZ_I(id), YZ_I(ROWS_MOST));
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	size_t n = r ? read_rows(a, r, &u) : 0;
	if (!n || !explain(&t, u, err) || !yz_ledger_of(conn, a, YZ_LIT("urge"), id, 0, 0, ENTRIES, &u->entries, err))
		return NULL;
	u->passed = u + 1;
	u->npassed = n - 1;
	u->may_answer = yz_urge_may_answer(&t, who);
	u->may_pass = !t.answered && !yz_str_eqz(t.thing, "order") && yz_urge_is_hers(&t, who);
	return u;
}

/* ---- what may be urged, and whom ---- */

bool yz_urge_about(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str thing,
		   int64_t thing_id, struct yz_urge *out, struct yz_err *err)
{
	(void)site;
	struct yz_urge_thing t;
	if (!yz_urge_thing_load(conn, a, thing, thing_id, &t, err))
		return false;
	if (!yz_may(who, YZ_MAY_urge) || !yz_may_in(who, YZ_MAY_urge, t.org, t.path) || yz_str_eqz(thing, "order"))
		return yz_fail(err, YZ_NOT_FOUND, "%.*s %lld is not for person %lld", YZ_P(thing), (long long)thing_id, (long long)who->person);
	*out = (struct yz_urge){.thing = t.kind, .thing_id = t.id, .no = t.no, .title = t.title, .org = t.org, .case_id = t.case_id};
	return true;
}

/* The department that holds it, whose it is, and each supervisor between her and it, the nearest to it last. */
size_t yz_urge_targets(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str thing,
		       int64_t thing_id, struct yz_urge_target **out, struct yz_err *err)
{
	struct yz_urge_thing t;
	struct yz_str reach = yz_reach(who, YZ_ROLE_SUPERVISOR);
	size_t n = 0;
	if (!yz_urge_thing_load(conn, a, thing, thing_id, &t, err))
		return 0;
	struct yz_rows *o = yz_select(conn, a, err,
				      "SELECT o.key, o.name, o.region, g.path FROM org o JOIN region g ON g.code = o.region WHERE o.key IN ($1, $2) "
				      "AND g.path LIKE $3 || '%' ORDER BY CASE WHEN o.key = $1 THEN 0 ELSE 1 END",
				      YZ_S(t.org), YZ_S(t.home), YZ_S(reach));
	/* Her office is the department of the eldest post: on it a card would be. */
	struct yz_rows *r = o ? yz_select(conn, a, err,
					  "SELECT g.code, g.name, g.path, p.org FROM post p JOIN region g ON g.code = p.region WHERE p.id IN (SELECT MIN(s.id) "
					  "FROM post s JOIN region h ON h.code = s.region JOIN person q ON q.id = s.person WHERE s.role = 'supervisor' "
					  "AND s.org <> '' AND $1 LIKE h.path || '%' AND h.path LIKE $2 || '%' AND h.path <> $2 AND q.active = 1 "
					  "AND s.from_at <= $3 AND (s.until_at IS NULL OR s.until_at > $3) GROUP BY s.region) ORDER BY g.level, g.code",
					  YZ_S(t.path), YZ_S(reach), YZ_I(yz_site_now(site)))
			      : NULL;
	if (!r)
		return 0;
	*out = yz_new_n(a, o->count + r->count + 1, struct yz_urge_target);
	for (size_t i = 0; i < o->count; i++)
		(*out)[n++] = (struct yz_urge_target){.value = yz_row_str(o, i, 0), .name = yz_row_str(o, i, 1), .org = yz_row_str(o, i, 0),
						      .region = yz_row_str(o, i, 2), .path = yz_row_str(o, i, 3)};
	for (size_t i = 0; i < r->count; i++)
		(*out)[n++] = (struct yz_urge_target){.value = yz_str_printf(a, "region/%.*s", YZ_P(yz_row_str(r, i, 0))), .name = yz_row_str(r, i, 1),
						      .org = yz_row_str(r, i, 3), .region = yz_row_str(r, i, 0), .path = yz_row_str(r, i, 2), .supervisor = true};
	return n;
}
