/* http/token.c - tokens that only a page of this session can know.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/http.h"

#include "crypt/crypt.h"

void yz_csrf_token(struct yz_str secret, struct yz_str session, char out[YZ_CSRF_SIZE])
{
	struct yz_digest d = yz_hmac(secret, session);
	yz_base64url(d.bytes, sizeof d.bytes, out);
}

bool yz_csrf_check(struct yz_str secret, struct yz_str session, struct yz_str token)
{
	char right[YZ_CSRF_SIZE];
	yz_csrf_token(secret, session, right);
	return yz_same(yz_str(right), token);
}
