/* gov/outside_system.c - which systems of departments report here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/outside_take.h"

#include "base/utf8.h"
#include "db/db.h"
#include "gov/note.h"
#include "gov/person_row.h"
#include "gov/reach.h"
#include "gov/upward_batch.h"

enum { TITLE_MOST = 100 };

struct setting {
	struct yz_site *site;
	struct yz_str name, org, title, secret, addresses;
};

static bool name_fits(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') && !(i && s.ptr[i] >= '0' && s.ptr[i] <= '9'))
			return false;
	return s.len > 0 && s.len <= YZ_UP_SYSTEM;
}

static bool checks(const struct setting *w, struct yz_err *err)
{
	if (!name_fits(w->name))
		return yz_fail(err, YZ_BAD_INPUT, "the name of a system has 1 to %d small letters and digits, a letter first", YZ_UP_SYSTEM);
	if (!w->title.len || yz_utf8_count(w->title) > TITLE_MOST)
		return yz_fail(err, YZ_BAD_INPUT, "a system has a title of at most %d characters", TITLE_MOST);
	return !w->secret.len || yz_up_link_checks(w->secret, w->addresses, err);
}

/* No login may hold a blank: nobody has this one, and nobody can sign in to it. */
static int64_t stand_in(const struct setting *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	const struct yz_person_values v = {.kind = YZ_LIT("natural"), .login = yz_str_printf(a, "system %.*s", YZ_P(w->name)), .name = w->title,
					   .lang = YZ_LIT("zh-CN")};
	return yz_person_insert(w->site, conn, a, &v, YZ_LIT(""), 0, 0, w->site->region, err);
}

static bool put(const struct setting *w, struct yz_conn *conn, struct yz_arena *a, int64_t *id, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, org FROM outside_system WHERE name = $1", YZ_S(w->name));
	if (!r)
		return false;
	if (r->count && !yz_str_eq(yz_row_str(r, 0, 1), w->org))
		return yz_fail(err, YZ_CONFLICT, "system %.*s is of department %.*s; give another name", YZ_P(w->name), YZ_P(yz_row_str(r, 0, 1)));
	if (r->count) {
		*id = yz_row_int(r, 0, 0);
		return yz_exec(conn, err, "UPDATE outside_system SET title = $1, closed = NULL WHERE id = $2", YZ_S(w->title), YZ_I(*id));
	}
	int64_t person = stand_in(w, conn, a, err);
	*id = person ? yz_insert(conn, err,
				 "INSERT INTO outside_system (name, title, org, person, created, have, seen, taken, refused) "
				 "VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0)",
				 YZ_S(w->name), YZ_S(w->title), YZ_S(w->org), YZ_I(person), YZ_I(yz_site_now(w->site)))
		     : 0;
	return *id != 0;
}

/* Without one in the command it keeps the one it has. */
static bool put_key(const struct setting *w, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	return !w->secret.len ||
	       yz_exec(conn, err,
		       "INSERT INTO link_down (site, secret_enc, addresses, created, have, hash, gap_why, org) VALUES ($1, $2, $3, $4, 0, '', '', $5) "
		       "ON CONFLICT (site) DO UPDATE SET secret_enc = excluded.secret_enc, addresses = excluded.addresses",
		       YZ_S(w->name), YZ_BLOB(yz_up_seal_secret(w->site, a, w->secret)), YZ_S(w->addresses), YZ_I(yz_site_now(w->site)), YZ_S(w->org));
}

static bool do_set(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct setting *w = ctx;
	int64_t id = 0, orgs, links, keys;
	if (!yz_select_int(conn, &orgs, 0, err, "SELECT COUNT(*) FROM org WHERE key = $1", YZ_S(w->org)))
		return false;
	if (!orgs)
		return yz_fail(err, YZ_NOT_FOUND, "there is no department %.*s", YZ_P(w->org));
	/* `link remove` knows them by their names. */
	if (!yz_select_int(conn, &links, 0, err, "SELECT COUNT(*) FROM link_up WHERE name = $1", YZ_S(w->name)))
		return false;
	if (links)
		return yz_fail(err, YZ_CONFLICT, "a link to an upper installation has the name %.*s; give the system another", YZ_P(w->name));
	return put(w, conn, a, &id, err) && put_key(w, conn, a, err) &&
	       yz_select_int(conn, &keys, 0, err, "SELECT COUNT(*) FROM link_down WHERE site = $1", YZ_S(w->name)) &&
	       yz_note(w->site, conn, NULL, "link.system", "system", id, yz_str_z(a, w->name),
		       yz_str_printf(a, "{\"org\":\"%.*s\",\"key\":%s}", YZ_P(w->org), keys ? "true" : "false"), err);
}

bool yz_outside_system_set(struct yz_site *site, struct yz_str name, struct yz_str org, struct yz_str title, struct yz_str secret,
			   struct yz_str addresses, struct yz_err *err)
{
	struct setting w = {site, name, org, yz_str_trim(title), secret, addresses};
	return checks(&w, err) && yz_db_write(site->db, do_set, &w, err);
}

size_t yz_outside_systems(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			  struct yz_outside_system **out, struct yz_err *err)
{
	if (who && !yz_reach_whole(site, conn, a, who, YZ_MAY_board, err))
		return 0;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT s.id, s.name, s.title, s.org, COALESCE(o.name, s.org), COALESCE(l.addresses, ''), COALESCE(l.gap_why, ''), "
				      "CASE WHEN l.id IS NULL THEN 0 ELSE 1 END, s.have, s.seen, s.closed, s.taken, s.refused, "
				      "(SELECT COUNT(*) FROM outside_case c WHERE c.system_id = s.id) FROM outside_system s "
				      "LEFT JOIN org o ON o.key = s.org LEFT JOIN link_down l ON l.site = s.name ORDER BY s.name");
	struct yz_outside_system *s = r ? (*out = yz_new_n(a, r->count + 1, struct yz_outside_system)) : NULL;
	for (size_t i = 0; r && i < r->count; i++)
		s[i] = (struct yz_outside_system){.id = yz_row_int(r, i, 0), .name = yz_row_str(r, i, 1), .title = yz_row_str(r, i, 2),
						  .org = yz_row_str(r, i, 3), .org_name = yz_row_str(r, i, 4), .addresses = yz_row_str(r, i, 5),
						  .gap = yz_row_str(r, i, 6), .keyed = yz_row_int(r, i, 7) != 0, .have = yz_row_int(r, i, 8),
						  .seen = yz_row_int(r, i, 9), .closed = yz_row_null(r, i, 10) ? 0 : yz_row_int(r, i, 10),
						  .taken = yz_row_int(r, i, 11), .refused = yz_row_int(r, i, 12), .cases = yz_row_int(r, i, 13)};
	return r ? r->count : 0;
}

bool yz_outside_source(struct yz_conn *conn, struct yz_arena *a, int64_t case_id, struct yz_str *title, struct yz_str *no, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT s.title, c.no FROM outside_case c JOIN outside_system s ON s.id = c.system_id WHERE c.case_id = $1",
				      YZ_I(case_id));
	*title = r && r->count ? yz_row_str(r, 0, 0) : YZ_LIT("");
	*no = r && r->count ? yz_row_str(r, 0, 1) : YZ_LIT("");
	return r != NULL;
}

bool yz_out_system_find(struct yz_conn *conn, struct yz_arena *a, struct yz_str name, int64_t *id, int64_t *have, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT id, have FROM outside_system WHERE name = $1 AND closed IS NULL", YZ_S(name));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "no system %.*s reports here: yizhan link system sets one", YZ_P(name)) : false;
	*id = yz_row_int(r, 0, 0);
	*have = yz_row_int(r, 0, 1);
	return true;
}
