/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/reach.h"

#include "db/db.h"
#include "gov/site.h"

struct yz_str yz_reach(const struct yz_actor *who, enum yz_role role)
{
	struct yz_str widest = {0};
	for (size_t i = 0; i < who->nposts; i++)
		if (who->posts[i].role == role && (!widest.len || who->posts[i].region_path.len < widest.len))
			widest = who->posts[i].region_path;
	return widest;
}

struct yz_str yz_reach_end(struct yz_arena *a, struct yz_str path)
{
	return yz_str_printf(a, "%.*s\x7f", YZ_P(path)); /* digits and '/' all sort below it */
}

bool yz_reach_whole(const struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		    enum yz_permission what, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT path FROM region WHERE code = $1", YZ_S(site->region));
	if (!r)
		return false;
	return (r->count && yz_may_in(who, what, YZ_LIT(""), yz_row_str(r, 0, 0))) || yz_refuse(who, what, err);
}
