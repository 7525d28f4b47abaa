/* gov/upward_link.c - the links of an installation: set, listed, removed, begun anew.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/upward_batch.h"

#include "db/ledger.h"
#include "gov/note.h"

enum { NAME_MOST = 60, URL_MOST = 300, SECRET_MOST = 200, ADDRESSES_MOST = 500 };

struct linking {
	struct yz_site *site;
	struct yz_str name, url, secret, addresses;
	bool personal;
};

static bool check_name(struct yz_str name, struct yz_err *err)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] <= ' ' || name.ptr[i] == 0x7f)
			return yz_fail(err, YZ_BAD_INPUT, "the name of a link has no blanks");
	return (name.len && name.len <= NAME_MOST) || yz_fail(err, YZ_BAD_INPUT, "the name of a link has 1 to %d bytes", NAME_MOST);
}

static bool check_secret(struct yz_str secret, struct yz_err *err)
{
	return (secret.len >= YZ_UPWARD_SECRET && secret.len <= SECRET_MOST) ||
	       yz_fail(err, YZ_BAD_INPUT, "the secret has %d to %d bytes: yizhan link secret FILE makes one", YZ_UPWARD_SECRET, SECRET_MOST);
}

bool yz_up_link_checks(struct yz_str secret, struct yz_str addresses, struct yz_err *err)
{
	if (addresses.len > ADDRESSES_MOST)
		return yz_fail(err, YZ_BAD_INPUT, "the addresses have at most %d bytes", ADDRESSES_MOST);
	return check_secret(secret, err);
}

static bool stays_here(struct yz_str url)
{
	static const char *const here[] = {"http://127.0.0.1:", "http://localhost:", "http://[::1]:"};
	for (size_t i = 0; i < sizeof here / sizeof *here; i++)
		if (yz_str_starts(url, yz_str(here[i])))
			return true;
	return false;
}

static bool check_url(struct yz_str url, bool personal, struct yz_err *err)
{
	bool tls = yz_str_starts(url, YZ_LIT("https://"));
	if (!tls && !yz_str_starts(url, YZ_LIT("http://")))
		return yz_fail(err, YZ_BAD_INPUT, "the address of a link begins with https:// or http://");
	for (size_t i = 0; i < url.len; i++)
		if ((unsigned char)url.ptr[i] <= ' ' || strchr("?#@\x7f", url.ptr[i]))
			return yz_fail(err, YZ_BAD_INPUT, "the address of a link has neither blanks nor ?, # or @ in it");
	if (url.len > URL_MOST)
		return yz_fail(err, YZ_BAD_INPUT, "the address of a link has at most %d bytes", URL_MOST);
	if (personal && !tls && !stays_here(url))
		return yz_fail(err, YZ_BAD_INPUT, "names and numbers in full go over https:// only");
	return true;
}

static bool do_up(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct linking *w = ctx;
	struct yz_str body = yz_str_printf(a, "{\"url\":\"%.*s\",\"personal\":%s}", YZ_P(w->url), w->personal ? "true" : "false");
	int64_t id, systems;
	if (!yz_select_int(conn, &systems, 0, err, "SELECT COUNT(*) FROM outside_system WHERE name = $1 AND closed IS NULL", YZ_S(w->name)))
		return false;
	if (systems)
		return yz_fail(err, YZ_CONFLICT, "a department's system has the name %.*s; give the link another", YZ_P(w->name));
	return yz_exec(conn, err,
		       "INSERT INTO link_up (name, url, secret_enc, personal, created, acked, busy, next_try, tries, failure) "
		       "VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, '') ON CONFLICT (name) DO UPDATE SET url = excluded.url, "
		       "secret_enc = excluded.secret_enc, personal = excluded.personal, next_try = 0, tries = 0, failure = ''",
		       YZ_S(w->name), YZ_S(w->url), YZ_BLOB(yz_up_seal_secret(w->site, a, w->secret)), YZ_I(w->personal), YZ_I(yz_site_now(w->site))) &&
	       yz_select_int(conn, &id, 0, err, "SELECT id FROM link_up WHERE name = $1", YZ_S(w->name)) &&
	       yz_note(w->site, conn, NULL, "link.up", "link", id, yz_str_z(a, w->name), body, err);
}

bool yz_link_up(struct yz_site *site, struct yz_str name, struct yz_str url, struct yz_str secret, bool personal, struct yz_err *err)
{
	while (yz_str_ends(url, YZ_LIT("/")))
		url.len--;
	struct linking w = {.site = site, .name = name, .url = url, .secret = secret, .personal = personal};
	return check_name(name, err) && check_url(url, personal, err) && check_secret(secret, err) && yz_db_write(site->db, do_up, &w, err);
}

static bool do_down(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct linking *w = ctx;
	int64_t id;
	return yz_exec(conn, err,
		       "INSERT INTO link_down (site, secret_enc, addresses, created, have, hash, gap_why) VALUES ($1, $2, $3, $4, 0, '', '') "
		       "ON CONFLICT (site) DO UPDATE SET secret_enc = excluded.secret_enc, addresses = excluded.addresses",
		       YZ_S(w->name), YZ_BLOB(yz_up_seal_secret(w->site, a, w->secret)), YZ_S(w->addresses), YZ_I(yz_site_now(w->site))) &&
	       yz_select_int(conn, &id, 0, err, "SELECT id FROM link_down WHERE site = $1", YZ_S(w->name)) &&
	       /* What an earlier link of its reported is its still. */
	       yz_exec(conn, err, "UPDATE reported_site SET link = $1 WHERE link = 0 AND (site = $2 OR via = $2)", YZ_I(id), YZ_S(w->name)) &&
	       yz_note(w->site, conn, NULL, "link.down", "link", id, yz_str_z(a, w->name), YZ_LIT(""), err);
}

bool yz_link_down(struct yz_site *site, struct yz_str region, struct yz_str secret, struct yz_str addresses, struct yz_err *err)
{
	struct linking w = {.site = site, .name = region, .secret = secret, .addresses = addresses};
	for (size_t i = 0; i < region.len; i++)
		if (region.ptr[i] < '0' || region.ptr[i] > '9')
			return yz_fail(err, YZ_BAD_INPUT, "an installation below is named by its region's code, such as 990121");
	if (region.len < 6 || region.len > YZ_UP_SITE)
		return yz_fail(err, YZ_BAD_INPUT, "an installation below is named by its region's code, such as 990121");
	if (yz_str_eq(region, site->region))
		return yz_fail(err, YZ_BAD_INPUT, "%.*s is this installation itself", YZ_P(region));
	return yz_up_link_checks(secret, addresses, err) && yz_db_write(site->db, do_down, &w, err);
}

/* Its number may be another's one day, which must inherit nothing. */
static bool leave(struct yz_conn *conn, int64_t id, bool up, struct yz_err *err)
{
	if (up)
		return yz_exec(conn, err, "UPDATE level_order SET link_up = NULL WHERE link_up = $1", YZ_I(id)) &&
		       yz_exec(conn, err, "DELETE FROM link_up WHERE id = $1", YZ_I(id));
	return yz_exec(conn, err, "UPDATE level_order SET link_down = NULL WHERE link_down = $1", YZ_I(id)) &&
	       yz_exec(conn, err, "UPDATE reported_site SET link = 0 WHERE link = $1", YZ_I(id)) &&
	       yz_exec(conn, err, "DELETE FROM link_nonce WHERE link = $1", YZ_I(id)) &&
	       yz_exec(conn, err, "DELETE FROM link_down WHERE id = $1", YZ_I(id));
}

static bool do_remove(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct linking *w = ctx;
	struct yz_rows *up = yz_select(conn, a, err, "SELECT id FROM link_up WHERE name = $1", YZ_S(w->name));
	struct yz_rows *down = up ? yz_select(conn, a, err, "SELECT id FROM link_down WHERE site = $1", YZ_S(w->name)) : NULL;
	if (!down || (up->count && !leave(conn, yz_row_int(up, 0, 0), true, err)) || (down->count && !leave(conn, yz_row_int(down, 0, 0), false, err)))
		return false;
	if (!yz_exec(conn, err, "UPDATE outside_system SET closed = $1 WHERE name = $2 AND closed IS NULL", YZ_I(yz_site_now(w->site)), YZ_S(w->name)))
		return false;
	if (!up->count && !down->count && yz_changed(conn) != 1)
		return yz_fail(err, YZ_NOT_FOUND, "there is no link %.*s", YZ_P(w->name));
	return yz_note(w->site, conn, NULL, "link.remove", "link", 0, yz_str_z(a, w->name), YZ_LIT(""), err);
}

bool yz_link_remove(struct yz_site *site, struct yz_str name, struct yz_err *err)
{
	struct linking w = {.site = site, .name = name};
	return yz_db_write(site->db, do_remove, &w, err);
}

/* ---- beginning anew ---- */

static bool forget(struct linking *w, struct yz_conn *conn, struct yz_arena *a, struct yz_str region, struct yz_err *err)
{
	return yz_up_site_drop(conn, a, region, err) && yz_exec(conn, err, "DELETE FROM reported_site WHERE site = $1", YZ_S(region)) &&
	       yz_note(w->site, conn, NULL, "levels.restart", "levels", 0, "", yz_str_printf(a, "{\"site\":\"%.*s\"}", YZ_P(region)), err);
}

static bool do_restart(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct linking *w = ctx;
	struct yz_rows *l = yz_select(conn, a, err, "SELECT id FROM link_down WHERE site = $1 AND org = ''", YZ_S(w->name));
	if (!l || !l->count)
		return l ? yz_fail(err, YZ_NOT_FOUND, "no installation %.*s reports here", YZ_P(w->name)) : false;
	struct yz_rows *r = yz_select(conn, a, err, "SELECT site FROM reported_site WHERE link = $1 ORDER BY site", YZ_I(yz_row_int(l, 0, 0)));
	for (size_t i = 0; r && i < r->count; i++)
		if (!forget(w, conn, a, yz_row_str(r, i, 0), err))
			return false;
	return r && yz_exec(conn, err,
			    "UPDATE link_down SET have = 0, hash = '', gap_from = NULL, gap_to = NULL, gap_at = NULL, gap_why = '' WHERE id = $1",
			    YZ_I(yz_row_int(l, 0, 0)));
}

bool yz_link_restart(struct yz_site *site, struct yz_str region, struct yz_err *err)
{
	struct linking w = {.site = site, .name = region};
	return yz_db_write(site->db, do_restart, &w, err);
}

/* ---- list ---- */

size_t yz_link_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_link **out, struct yz_err *err)
{
	int64_t head;
	struct yz_rows *u = yz_select(conn, a, err, "SELECT id, name, url, failure, personal, acked, said FROM link_up ORDER BY name");
	struct yz_rows *d = u ? yz_select(conn, a, err,
					  "SELECT l.id, l.site, l.addresses, l.have, l.gap_why, s.head, s.seen FROM link_down l "
					  "LEFT JOIN reported_site s ON s.site = l.site WHERE l.org = '' ORDER BY l.site")
			      : NULL;
	if (!d || !yz_ledger_head(conn, site->region, &head, err))
		return 0;
	struct yz_link *l = *out = yz_new_n(a, u->count + d->count + 1, struct yz_link);
	for (size_t i = 0; i < u->count; i++)
		*l++ = (struct yz_link){.id = yz_row_int(u, i, 0), .up = true, .name = yz_row_str(u, i, 1), .url = yz_row_str(u, i, 2),
					.failure = yz_row_str(u, i, 3), .personal = yz_row_int(u, i, 4) != 0, .sequence = yz_row_int(u, i, 5),
					.head = head, .said = yz_row_int(u, i, 6)};
	for (size_t i = 0; i < d->count; i++)
		*l++ = (struct yz_link){.id = yz_row_int(d, i, 0), .name = yz_row_str(d, i, 1), .addresses = yz_row_str(d, i, 2),
					.sequence = yz_row_int(d, i, 3), .gap = yz_row_str(d, i, 4), .head = yz_row_int(d, i, 5),
					.said = yz_row_int(d, i, 6)};
	return u->count + d->count;
}
