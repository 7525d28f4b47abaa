/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/card_act.h"

#include "db/db.h"
#include "gov/figure.h"
#include "gov/note.h"
#include "gov/reach.h"
#include "gov/superior.h"

enum { RECKONING_ROWS = 400 };

/* ---- reading ---- */

static void columns(struct yz_sql *s)
{
	yz_sql_add(s, "SELECT d.id, d.clock_id, COALESCE(c.no, q.no, ''), COALESCE(c.item_name, q.item_name, ''), d.org, o.name, d.level, "
		      "d.monitor, p.name, d.thing, d.due, d.issued, d.reckoning, d.version, d.held_level, d.state, d.thing_id, d.occasion, "
		      "d.case_id, d.item, d.post, d.region, d.points, d.person, g.path, d.escalated "
		      "FROM card d LEFT JOIN cases c ON c.id = d.case_id "
		      "LEFT JOIN consultation q ON q.id = d.thing_id AND d.thing = 'consultation' LEFT JOIN org o ON o.key = d.org "
		      "LEFT JOIN region g ON g.code = o.region LEFT JOIN person p ON p.id = d.person ");
}

static void read_card(struct yz_arena *a, const struct yz_rows *r, size_t i, struct yz_card *c)
{
	struct yz_str clock = YZ_LIT("clock.");
	*c = (struct yz_card){.id = yz_row_int(r, i, 0), .clock = yz_row_int(r, i, 1), .case_no = yz_row_str(r, i, 2),
			      .item_name = yz_row_str(r, i, 3), .org = yz_row_str(r, i, 4), .org_name = yz_row_str(r, i, 5),
			      .level = yz_row_str(r, i, 6), .monitor = yz_row_str(r, i, 7), .person_name = yz_row_str(r, i, 8),
			      .thing = yz_row_str(r, i, 9), .due = yz_row_int(r, i, 10), .issued = yz_row_int(r, i, 11),
			      .reckoning = yz_json_read(a, yz_row_str(r, i, 12), NULL, NULL), .version = yz_row_str(r, i, 13),
			      .held_level = yz_row_str(r, i, 14), .state = yz_row_str(r, i, 15), .thing_id = yz_row_int(r, i, 16),
			      .occasion = yz_row_str(r, i, 17), .case_id = yz_row_int(r, i, 18), .item = yz_row_str(r, i, 19),
			      .post = yz_row_str(r, i, 20), .region = yz_row_str(r, i, 21), .points = yz_row_int(r, i, 22),
			      .person = yz_row_int(r, i, 23)};
	c->question = yz_str_eqz(c->thing, "consultation");
	if (yz_str_starts(c->monitor, clock))
		c->clock_kind = yz_str_n(c->monitor.ptr + clock.len, c->monitor.len - clock.len);
}

static void standing(struct yz_sql *s, struct yz_str stand)
{
	if (yz_str_eqz(stand, "open"))
		yz_sql_add(s, " AND d.next_at IS NOT NULL AND d.appealed IS NULL");
	else if (yz_str_eqz(stand, "appealed"))
		yz_sql_add(s, " AND d.appealed IS NOT NULL");
	else if (yz_str_eqz(stand, "final"))
		yz_sql_add(s, " AND d.final IS NOT NULL AND d.state IN ('issued', 'upheld')");
	else if (yz_str_eqz(stand, "reduced") || yz_str_eqz(stand, "withdrawn"))
		yz_sql_add(s, " AND d.state = $1", YZ_S(stand));
}

size_t yz_card_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str org,
		    yz_instant before, int limit, struct yz_card **cards, struct yz_err *err)
{
	return yz_card_list_by(site, conn, a, who, org, YZ_LIT(""), before, limit, cards, err);
}

size_t yz_card_list_by(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str org,
		       struct yz_str stand, yz_instant before, int limit, struct yz_card **cards, struct yz_err *err)
{
	(void)site;
	bool watches = yz_may(who, YZ_MAY_board);
	/* A department's own are asked for by its name. */
	if (!watches && (!org.len || !yz_may_in(who, YZ_MAY_desk, org, YZ_LIT("")))) {
		yz_refuse(who, YZ_MAY_board, err);
		return 0;
	}
	struct yz_str path = yz_reach(who, YZ_ROLE_SUPERVISOR);
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	columns(s);
	yz_sql_add(s, "WHERE d.issued < $1", YZ_I(before ? before : INT64_MAX));
	if (org.len)
		yz_sql_add(s, " AND d.org = $1", YZ_S(org));
	if (watches)
		yz_sql_add(s, " AND g.path >= $1 AND g.path < $2", YZ_S(path), YZ_S(yz_reach_end(a, path)));
	standing(s, stand);
	yz_sql_add(s, " ORDER BY d.issued DESC, d.id DESC LIMIT $1", YZ_I(limit));
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	if (!r)
		return 0;
	*cards = yz_new_n(a, r->count, struct yz_card);
	for (size_t i = 0; i < r->count; i++)
		read_card(a, r, i, &(*cards)[i]);
	return r->count;
}

struct yz_card *yz_card_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
			     struct yz_err *err)
{
	(void)site;
	struct yz_card *c = yz_new(a, struct yz_card);
	struct yz_sql *s = yz_new(a, struct yz_sql);
	yz_sql_init(s, a);
	columns(s);
	yz_sql_add(s, "WHERE d.id = $1", YZ_I(id));
	struct yz_rows *r = yz_sql_select(s, conn, a, err);
	if (!r)
		return NULL;
	if (r->count)
		read_card(a, r, 0, c);
	struct yz_str path = r->count ? yz_row_str(r, 0, 24) : YZ_LIT(""), reach = yz_reach(who, YZ_ROLE_SUPERVISOR);
	bool hers = r->count && ((yz_may(who, YZ_MAY_board) && yz_str_starts(path, reach)) || (c->org.len && yz_may_in(who, YZ_MAY_desk, c->org, YZ_LIT(""))) ||
				(!yz_row_null(r, 0, 25) && yz_heads_government(conn, a, who)));
	return hers ? c : yz_fail_null(err, YZ_NOT_FOUND, "card %lld is not for person %lld", (long long)id, (long long)who->person);
}

/* ---- issuing ---- */

struct yz_str yz_card_reckoning(struct yz_arena *a, const struct yz_clock *k, const struct yz_calendar *calendar, yz_instant now,
				void (*rest)(struct yz_jw *w, void *ctx), void *ctx)
{
	struct yz_clock_row *rows;
	bool cut;
	size_t n = yz_clock_explain(a, k, calendar, now, RECKONING_ROWS, &rows, &cut);
	struct yz_buf b;
	struct yz_jw w;
	char day[16], text[YZ_CLOCK_TEXT];
	yz_buf_init(&b, a, 256 * 1024);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_kz(&w, "clock", yz_clock_print(k, text));
	yz_jw_kint(&w, "due", yz_clock_at(k, calendar, NULL, now).due);
	yz_jw_key(&w, "days");
	yz_jw_array(&w);
	for (size_t i = 0; i < n; i++) {
		yz_jw_array(&w);
		yz_jw_z(&w, yz_day_print(rows[i].day, day));
		yz_jw_int(&w, rows[i].mark);
		yz_jw_int(&w, rows[i].nth);
		yz_jw_str(&w, rows[i].info.name);
		yz_jw_end(&w, ']');
	}
	yz_jw_end(&w, ']');
	if (rest)
		rest(&w, ctx);
	yz_jw_end(&w, '}');
	return yz_buf_str(&b);
}

int64_t yz_card_points(struct yz_str level)
{
	return yz_str_eqz(level, "red") ? -100 : yz_str_eqz(level, "yellow") ? -50 : 0;
}

bool yz_card_issue(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, yz_instant now, const struct yz_card_new *c,
		   int64_t *id, struct yz_err *err)
{
	int64_t there;
	*id = 0;
	/* Of no department it would lie in no region: anybody's to decide and in nobody's list. */
	if (!c->org.len)
		return yz_fail(err, YZ_CORRUPT, "a card of %.*s on %.*s %lld belongs to no department", YZ_P(c->monitor), YZ_P(c->thing),
			       (long long)c->thing_id);
	/* The row is unique: another sweeper may have been here. */
	if (!yz_select_int(conn, &there, 0, err,
			   "SELECT COUNT(*) FROM card WHERE monitor = $1 AND thing = $2 AND thing_id = $3 AND occasion = $4 AND level = $5",
			   YZ_S(c->monitor), YZ_S(c->thing), YZ_I(c->thing_id), YZ_S(c->occasion), YZ_S(c->level)))
		return false;
	if (there)
		return true;
	*id = yz_insert(conn, err,
			"INSERT INTO card (monitor, version, level, thing, thing_id, occasion, clock_id, case_id, org, post, person, region, "
			"item, points, due, issued, reckoning, state, held_level) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
			"COALESCE((SELECT region FROM org WHERE key = $9), ''), $12, $13, $14, $15, $16, 'issued', $3)",
			YZ_S(c->monitor), YZ_S(c->version), YZ_S(c->level), YZ_S(c->thing), YZ_I(c->thing_id), YZ_S(c->occasion),
			yz_val_int_or_null(c->clock, c->clock != 0), yz_val_int_or_null(c->case_id, c->case_id != 0), YZ_S(c->org),
			YZ_S(c->post), yz_val_int_or_null(c->person, c->person != 0), YZ_S(c->item), YZ_I(c->points),
			yz_val_int_or_null(c->due, c->due != 0), YZ_I(now), YZ_S(c->reckoning));
	if (!*id || !yz_card_begin(site, conn, a, now, *id, err))
		return false;
	const struct yz_figure f = {.item = c->item, .post = c->post, .person = c->person, .notice = yz_str_eqz(c->level, "notice"),
				    .yellow = yz_str_eqz(c->level, "yellow"), .red = yz_str_eqz(c->level, "red")};
	bool question = yz_str_eqz(c->thing, "consultation");
	yz_site_changed(site, YZ_CHANGE_CARD);
	struct yz_str body = yz_str_printf(a, "{\"card\":%lld,%.*s,\"points\":%lld,%.*s}", (long long)*id, YZ_P(c->body),
					   (long long)c->points, YZ_P(yz_figure_text(a, c->org, &f)));
	return yz_figure_add(site, conn, c->org, now, &f, err) &&
	       yz_note_at(site, conn, now, NULL, yz_printf(a, "card.%.*s", YZ_P(c->level)), question ? "consult" : c->case_id ? "case" : yz_str_z(a, c->thing),
		       c->case_id ? c->case_id : c->thing_id, yz_printf(a, "%.*s.%.*s", YZ_P(c->monitor), YZ_P(c->level)), body, err);
}
