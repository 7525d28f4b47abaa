/* gov/install_known.h - a pack's knowledge into the site (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_INSTALL_KNOWN_H
#define YZ_GOV_INSTALL_KNOWN_H

#include "db/db.h"
#include "gov/site.h"
#include "pack/pack.h"

/* Inside the write of an installation: its answers and its reception.  What a department edited since, or retired, is
 * left alone.  *n: how many are new or changed. */
bool yz_install_known(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, size_t *n,
		      struct yz_err *err);

#endif
