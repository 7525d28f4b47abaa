/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/organ.h"

#include "print/sign.h"

#define CERT_LASTS (10 * 366 * YZ_DAY)
#define CERT_SIGNS (9 * 366 * YZ_DAY) /* what it signed last can be checked for a year at least */

struct signer {
	struct yz_site *site;
	struct yz_arena *a;
	struct yz_str org, name, cert, key;
	struct yz_str fresh_cert, fresh_key;
};

static const char *column(struct yz_arena *a, struct yz_str org)
{
	return yz_printf(a, "organ_key.key/%.*s", YZ_P(org));
}

static bool find(struct signer *s, struct yz_conn *conn, bool *there, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, s->a, err,
				      "SELECT o.name, k.cert, k.key_enc, k.created FROM org o LEFT JOIN organ_key k ON k.org = o.key WHERE o.key = $1",
				      YZ_S(s->org));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "no department %.*s", YZ_P(s->org));
	s->name = yz_row_str(r, 0, 0);
	s->cert = yz_row_str(r, 0, 1);
	*there = !yz_row_null(r, 0, 1) && yz_row_int(r, 0, 3) + CERT_SIGNS > yz_site_now(s->site);
	return !*there || yz_unseal(s->site->keys, s->a, column(s->a, s->org), 0, yz_row_str(r, 0, 2), &s->key, err);
}

/* The first of two who make one at once keeps it. */
static bool do_keep(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct signer *s = ctx;
	return yz_exec(conn, err,
		       "INSERT INTO organ_key (org, cert, key_enc, created) VALUES ($1, $2, $3, $4) ON CONFLICT (org) DO UPDATE SET "
		       "cert = excluded.cert, key_enc = excluded.key_enc, created = excluded.created WHERE organ_key.created <= $5",
		       YZ_S(s->org), YZ_S(s->fresh_cert), YZ_BLOB(yz_seal(s->site->keys, a, column(a, s->org), 0, s->fresh_key)),
		       YZ_I(yz_site_now(s->site)), YZ_I(yz_site_now(s->site) - CERT_SIGNS));
}

static bool look_up(struct signer *s, bool *there, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read_in(s->site->db, s->a, err);
	bool good = conn && find(s, conn, there, err);
	yz_db_release(conn);
	return good;
}

static bool have(struct signer *s, struct yz_err *err)
{
	bool there;
	if (!look_up(s, &there, err) || there)
		return !err->code;
	yz_instant now = yz_site_now(s->site);
	yz_signer_create(s->a, s->name, now, now + CERT_LASTS, &s->fresh_key, &s->fresh_cert);
	return yz_db_write(s->site->db, do_keep, s, err) && look_up(s, &there, err) &&
	       (there || yz_fail(err, YZ_CORRUPT, "the key of department %.*s was not kept", YZ_P(s->org)));
}

bool yz_organ_sign(struct yz_site *site, struct yz_arena *a, struct yz_str org, struct yz_str reason, struct yz_str *pdf,
		   char signer[YZ_HEX], struct yz_err *err)
{
	struct signer s = {.site = site, .a = a, .org = org};
	struct yz_pdf_room room;
	struct yz_str der;
	struct yz_digest print;
	if (!have(&s, err))
		return false;
	const struct yz_pdf_signer who = {s.name, reason, yz_site_now(site)};
	if (!yz_pdf_sign_room(a, *pdf, &who, &room, err))
		return false;
	const struct yz_str parts[2] = {room.before, room.after};
	if (!yz_cms_sign(a, s.key, s.cert, parts, 2, who.at, &der, err) || !yz_pdf_sign_fill(a, &room, der, pdf, err))
		return false;
	if (!yz_cert_fingerprint(s.cert, &print))
		return yz_fail(err, YZ_CORRUPT, "the certificate of department %.*s cannot be read", YZ_P(org));
	yz_digest_hex(&print, signer);
	return true;
}
