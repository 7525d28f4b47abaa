/* gov/reach.h - how far a person's posts reach over the regions.
 *
 * A region's path begins with the path of what it lies in ('/990000/990100/990121/'), so that
 * everything within a reach is `path >= reach AND path < end`.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_REACH_H
#define YZ_GOV_REACH_H

#include "base/arena.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

/* The widest region of her posts in this role; "" when she has none, which is the beginning of every path. */
struct yz_str yz_reach(const struct yz_actor *who, enum yz_role role);
/* What sorts behind all that begins with it. */
struct yz_str yz_reach_end(struct yz_arena *a, struct yz_str path);
/* Her role covers all of the site's region: what belongs to no part of it.  Fills the refusal otherwise. */
bool yz_reach_whole(const struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		    enum yz_permission what, struct yz_err *err);

#endif
