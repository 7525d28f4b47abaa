/* gov/technician.h - what technicians must look at, told once a day and kind.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_TECHNICIAN_H
#define YZ_GOV_TECHNICIAN_H

#include "base/err.h"

struct yz_site;

/* A message in the site to everybody who holds a post of administration: what failed (a key such as "sms"), and
 * the error as it is written for who can mend it.  A second one of the kind within a day is not told.  In a write of its
 * own: no connection may be held. */
bool yz_technicians_tell(struct yz_site *site, const char *what, const struct yz_err *failed, struct yz_err *err);

#endif
