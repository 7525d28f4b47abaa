/* gov/refresh.h - what another process changed, or a date brought into force (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_REFRESH_H
#define YZ_GOV_REFRESH_H

#include "gov/site.h"

struct yz_seen {
	int64_t updated, versions, in_force, imported, entries; /* entries: of the ledger, all chains */
	uint64_t hours;
	int64_t known; /* of the knowledge: the newest change, and how many there are */
	int64_t rules; /* of supervision, and how often a number of theirs was set */
};
/* As the database is now. */
bool yz_site_look(struct yz_site *site, struct yz_seen *now, struct yz_err *err);
/* Reloads the catalogue or the calendar where the database is not as it was seen ({0}: both); where the ledger has grown,
 * whoever listens hears of cases and cards. */
bool yz_site_refresh(struct yz_site *site, struct yz_seen *seen, struct yz_err *err);

#endif
