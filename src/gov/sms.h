/* gov/sms.h - one text message to the gateway that a county has a contract with (private to gov).
 *
 *	POST setting sms.url                       {"to": "138…", "text": "…"}
 *	Idempotency-Key: ID.CREATED                the same at every attempt: a gateway that heard it sends it once
 *	X-Yizhan-Time: 1795312200                  seconds, of this attempt
 *	X-Yizhan-Signature: v1=HEX                 HMAC-SHA256 with setting sms.secret over TIME "\n" KEY "\n" BODY
 *
 * 2xx is sent; 4xx (but 408, 425, 429) is refused for good; anything else, and no answer in fifteen seconds, comes again.
 * Without a secret there is no signature: for a gateway on the same machine.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_SMS_H
#define YZ_GOV_SMS_H

#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"

#include <stdatomic.h>

enum { YZ_SMS_TRIES = 12 }; /* after the last it is given up, and technicians are told: about nine hours */

struct yz_sms {
	struct yz_str url, secret, key, body;
};
enum yz_sms_answer { YZ_SMS_SENT, YZ_SMS_AGAIN, YZ_SMS_REFUSED };

struct yz_str yz_sms_body(struct yz_arena *a, struct yz_str to, struct yz_str text);
/* failure: why not, for who can mend it. */
enum yz_sms_answer yz_sms_send(struct yz_arena *a, const struct yz_sms *sms, yz_instant now, atomic_bool *stop, char *failure, size_t size);

#endif
