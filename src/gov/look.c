/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/look.h"

#include "db/db.h"
#include "gov/note.h"
#include "text/text.h"

static const struct {
	const char *name, *title;
} things[] = {
#define LOOK(name, zh) {#name, zh},
#include "gov/look_things.def"
#undef LOOK
};

const char *yz_look_name(enum yz_look_thing thing)
{
	return things[thing].name;
}

const char *yz_look_title(enum yz_look_thing thing)
{
	return things[thing].title;
}

bool yz_look_parse(struct yz_str s, enum yz_look_thing *thing)
{
	for (int i = 0; i < YZ_LOOK_THINGS; i++)
		if (yz_str_eqz(s, things[i].name)) {
			*thing = (enum yz_look_thing)i;
			return true;
		}
	return false;
}

/* ---- noting ---- */

/* person, case. */
static struct yz_rows *owners(struct yz_conn *conn, struct yz_arena *a, enum yz_look_thing thing, int64_t id, struct yz_err *err)
{
	switch (thing) {
	case YZ_LOOK_material:
		return yz_select(conn, a, err,
				 "SELECT COALESCE(c.applicant, d.principal), c.id FROM material m LEFT JOIN cases c ON c.id = m.case_id "
				 "LEFT JOIN draft d ON d.id = m.draft_id WHERE m.id = $1", YZ_I(id));
	case YZ_LOOK_document:
		return yz_select(conn, a, err, "SELECT c.applicant, c.id FROM document d JOIN cases c ON c.id = d.case_id WHERE d.id = $1", YZ_I(id));
	case YZ_LOOK_payout:
	case YZ_LOOK_payout_file:
		return yz_select(conn, a, err, "SELECT DISTINCT person, CAST(0 AS BIGINT) FROM payout WHERE batch = $1 ORDER BY person", YZ_I(id));
	case YZ_LOOK_reclaim:
		return yz_select(conn, a, err, "SELECT person, CAST(0 AS BIGINT) FROM reclaim WHERE id = $1", YZ_I(id));
	case YZ_LOOK_licence:
		return yz_select(conn, a, err, "SELECT holder, CAST(0 AS BIGINT) FROM licence WHERE id = $1", YZ_I(id));
	default:
		return yz_new(a, struct yz_rows);
	}
}

bool yz_look_of(struct yz_conn *conn, struct yz_arena *a, enum yz_look_thing thing, int64_t id, struct yz_looked *out, struct yz_err *err)
{
	struct yz_rows *r = owners(conn, a, thing, id, err);
	if (!r)
		return false;
	int64_t *persons = yz_new_n(a, r->count + 1, int64_t);
	*out = (struct yz_looked){.thing = thing, .thing_id = id, .persons = persons};
	for (size_t i = 0; i < r->count; i++) {
		if (yz_row_int(r, i, 0))
			persons[out->n++] = yz_row_int(r, i, 0);
		out->case_id = yz_row_int(r, i, 1);
	}
	return true;
}

struct noting {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_looked *what;
	const struct yz_post *by;
	yz_instant now;
	yz_day day;
};

/* The post by which she sees it: that of the case's department, else her first. */
static bool choose_post(struct noting *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	struct yz_rows *r = w->what->case_id ? yz_select(conn, a, err, "SELECT org FROM cases WHERE id = $1", YZ_I(w->what->case_id)) : NULL;
	if (w->what->case_id && !r)
		return false;
	w->by = w->who->nposts ? &w->who->posts[0] : NULL;
	for (size_t i = 0; r && r->count && i < w->who->nposts; i++)
		if (yz_str_eq(w->who->posts[i].org, yz_row_str(r, 0, 0))) {
			w->by = &w->who->posts[i];
			break;
		}
	return true;
}

static bool is_hers(const struct yz_actor *who, int64_t person)
{
	return person == who->person || person == who->principal;
}

/* One a day each official, thing and person, however many servers: the row is unique. */
static bool insert(struct noting *w, struct yz_conn *conn, int64_t person, int64_t *n, struct yz_err *err)
{
	const struct yz_looked *l = w->what;
	if (!yz_exec(conn, err,
		     "INSERT INTO pull (register, subject_dig, case_id, purpose, what, state, by_person, at, person, org, role, thing, thing_id, day) "
		     "VALUES ('', '', $1, '', '', '', $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
		     yz_val_int_or_null(l->case_id, l->case_id != 0), YZ_I(w->who->person), YZ_I(w->now), YZ_I(person),
		     YZ_S(w->by ? w->by->org : YZ_LIT("")), YZ_Z(w->by ? yz_role_name(w->by->role) : ""), YZ_Z(yz_look_name(l->thing)),
		     YZ_I(l->thing_id), YZ_I(w->day)))
		return false;
	*n += yz_changed(conn);
	return true;
}

static bool note(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct noting *w = ctx;
	int64_t n = 0;
	if (!choose_post(w, conn, a, err))
		return false;
	for (size_t i = 0; i < w->what->n; i++)
		if (!is_hers(w->who, w->what->persons[i]) && !insert(w, conn, w->what->persons[i], &n, err))
			return false;
	struct yz_str body = yz_str_printf(a, "{\"thing\":\"%s\",\"persons\":%lld}", yz_look_name(w->what->thing), (long long)n);
	return !n || yz_note(w->site, conn, w->who, "person.look", "look", w->what->thing_id,
			     yz_printf(a, "look.%s", yz_look_name(w->what->thing)), body, err);
}

/* Whether all of it stands there since this morning; who turns a page ten times a day writes once. */
static bool noted(struct noting *w, bool *all, struct yz_err *err)
{
	int64_t others = 0, there = 0;
	for (size_t i = 0; i < w->what->n; i++)
		others += !is_hers(w->who, w->what->persons[i]);
	*all = !others;
	if (*all)
		return true;
	struct yz_conn *conn = yz_db_read(w->site->db, err);
	bool good = conn && yz_select_int(conn, &there, 0, err, "SELECT COUNT(*) FROM pull WHERE by_person = $1 AND thing = $2 AND thing_id = $3 AND day = $4",
					  YZ_I(w->who->person), YZ_Z(yz_look_name(w->what->thing)), YZ_I(w->what->thing_id), YZ_I(w->day));
	if (conn)
		yz_db_release(conn);
	*all = there >= others;
	return good;
}

bool yz_look(struct yz_site *site, const struct yz_actor *who, const struct yz_looked *what, struct yz_err *err)
{
	yz_instant now = yz_site_now(site);
	struct noting w = {.site = site, .who = who, .what = what, .now = now, .day = yz_instant_day(now, site->offset)};
	bool all = true;
	if (!who->staff || !what->n)
		return true;
	return noted(&w, &all, err) && (all || yz_db_write(site->db, note, &w, err));
}
