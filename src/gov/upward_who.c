/* gov/upward_who.c - who sends a signed message: an installation below, or a department's own system.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/upward_batch.h"

#include "db/db.h"
#include "gov/site.h"

enum { NONCE_LEAST = 16, NONCE_MOST = 64 };
#define WINDOW (5 * YZ_MINUTE)

static bool from_here(struct yz_str addresses, struct yz_str client)
{
	struct yz_str one;
	if (!addresses.len)
		return true;
	while (yz_str_cut(&addresses, ',', &one))
		if (yz_str_eq(yz_str_trim(one), client))
			return true;
	return false;
}

static bool find_link(struct yz_site *site, struct yz_arena *a, const struct yz_upward_message *m, bool system, struct yz_up_sender *out,
		      struct yz_str *addresses, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	struct yz_rows *r = conn ? yz_select(conn, a, err, "SELECT id, secret_enc, addresses, org FROM link_down WHERE site = $1", YZ_S(m->site)) : NULL;
	if (conn)
		yz_db_release(conn);
	if (!r || !r->count || (yz_row_str(r, 0, 3).len > 0) != system)
		return r ? yz_fail(err, YZ_FORBIDDEN, "no link for %.*s", YZ_P(m->site)) : false;
	out->link = yz_row_int(r, 0, 0);
	*addresses = yz_row_str(r, 0, 2);
	return yz_up_open_secret(site, a, yz_row_str(r, 0, 1), &out->secret, err);
}

bool yz_up_sender_check(struct yz_site *site, struct yz_arena *a, const struct yz_upward_message *m, bool system, struct yz_up_sender *out,
			struct yz_err *err)
{
	struct yz_str addresses, sign = m->sign;
	yz_instant now = yz_site_now(site);
	int64_t seconds;
	if (!m->site.len || m->site.len > (system ? YZ_UP_SYSTEM : YZ_UP_SITE))
		return yz_fail(err, YZ_FORBIDDEN, "no site is named");
	if (!find_link(site, a, m, system, out, &addresses, err))
		return false;
	if (!from_here(addresses, m->client))
		return yz_fail(err, YZ_FORBIDDEN, "%.*s does not report from %.*s", YZ_P(m->site), YZ_P(m->client));
	if (m->nonce.len < NONCE_LEAST || m->nonce.len > NONCE_MOST || m->time.len > 15 || !yz_str_int(m->time, &seconds))
		return yz_fail(err, YZ_FORBIDDEN, "no time or no nonce");
	if (!yz_str_starts(sign, YZ_LIT("sm3=")) ||
	    !yz_same(yz_str_n(sign.ptr + 4, sign.len - 4), yz_up_sign(a, out->secret, m->method, m->path, m->time, m->nonce, m->body)))
		return yz_fail(err, YZ_FORBIDDEN, "%.*s signed with another secret", YZ_P(m->site));
	if (seconds < 0 || seconds > now / YZ_SECOND + WINDOW / YZ_SECOND || seconds < now / YZ_SECOND - WINDOW / YZ_SECOND)
		return yz_fail(err, YZ_FORBIDDEN, "%.*s: its clock and ours are more than %d seconds apart", YZ_P(m->site), (int)(WINDOW / YZ_SECOND));
	return true;
}

bool yz_up_nonce_once(struct yz_conn *conn, int64_t link, const struct yz_upward_message *m, yz_instant now, struct yz_err *err)
{
	if (!yz_exec(conn, err, "DELETE FROM link_nonce WHERE at < $1", YZ_I(now - 3 * WINDOW)) ||
	    !yz_exec(conn, err, "INSERT INTO link_nonce (link, nonce, at) VALUES ($1, $2, $3) ON CONFLICT (link, nonce) DO NOTHING", YZ_I(link),
		     YZ_S(m->nonce), YZ_I(now)))
		return false;
	return yz_changed(conn) == 1 || yz_fail(err, YZ_FORBIDDEN, "%.*s: this message came before", YZ_P(m->site));
}
