/* gov/organ.h - what a department signs its papers with (private to gov).
 *
 * A key and a certificate a department, made the first time it signs and again a year before the certificate ends, the
 * key sealed by the site's keys.  The certificate signs itself: it proves that the site issued the file and that nothing was
 * changed since, not who runs the site.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ORGAN_H
#define YZ_GOV_ORGAN_H

#include "base/arena.h"
#include "base/err.h"
#include "crypt/crypt.h"
#include "gov/site.h"

/* The PDF signed for the department; signer: the certificate's fingerprint.  No connection may be held. */
bool yz_organ_sign(struct yz_site *site, struct yz_arena *a, struct yz_str org, struct yz_str reason, struct yz_str *pdf,
		   char signer[YZ_HEX], struct yz_err *err);

#endif
