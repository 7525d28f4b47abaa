/* SPDX-License-Identifier: Apache-2.0
 *
 * A device's token is NONCE.MAC, the MAC over account and nonce under the site's key: nothing of it is stored.
 */
#include "gov/person.h"

#include "crypt/crypt.h"
#include "gov/person_row.h"

enum { NONCE_MOST = 40 };

static char *mac(struct yz_site *site, struct yz_arena *a, int64_t person, struct yz_str nonce, char out[YZ_BLIND])
{
	return yz_blind(site->keys, "sign_in.device", yz_str_printf(a, "%lld %.*s", (long long)person, YZ_P(nonce)), out);
}

struct yz_str yz_device_token(struct yz_site *site, struct yz_arena *a, int64_t person)
{
	char nonce[32], code[YZ_BLIND];
	yz_token(nonce);
	return yz_str_printf(a, "%s.%s", nonce, mac(site, a, person, yz_str(nonce), code));
}

bool yz_device_known(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str login, struct yz_str token,
		     bool *known, struct yz_err *err)
{
	struct yz_str rest = token, nonce;
	int64_t person;
	char code[YZ_BLIND];
	*known = false;
	if (!yz_person_find(site, conn, a, login, &person, err))
		return false;
	if (!person || !yz_str_cut(&rest, '.', &nonce) || !nonce.len || nonce.len > NONCE_MOST)
		return true;
	mac(site, a, person, nonce, code);
	/* Digests are compared in one time, whatever differs. */
	struct yz_digest ours = yz_digest(YZ_SM3, yz_str(code)), theirs = yz_digest(YZ_SM3, rest);
	*known = yz_digest_eq(&ours, &theirs);
	return true;
}
