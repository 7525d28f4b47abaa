/* Figures of items and of the steps of their processes: gov/board.c keeps those of departments.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/figure.h"

bool yz_figure_item(struct yz_site *site, struct yz_conn *conn, struct yz_str org, struct yz_str item, yz_instant at,
		    const struct yz_figure *f, struct yz_err *err)
{
	return yz_exec(conn, err,
		       "INSERT INTO item_figure (day, org, item, received, accepted, refused, decided, on_time, early, days, rated, stars) "
		       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
		       "ON CONFLICT (day, org, item) DO UPDATE SET received = item_figure.received + excluded.received, "
		       "accepted = item_figure.accepted + excluded.accepted, refused = item_figure.refused + excluded.refused, "
		       "decided = item_figure.decided + excluded.decided, on_time = item_figure.on_time + excluded.on_time, "
		       "early = item_figure.early + excluded.early, days = item_figure.days + excluded.days, "
		       "rated = item_figure.rated + excluded.rated, stars = item_figure.stars + excluded.stars",
		       YZ_I(yz_instant_day(at, site->offset)), YZ_S(org), YZ_S(item), YZ_I(f->received), YZ_I(f->accepted), YZ_I(f->refused),
		       YZ_I(f->decided), YZ_I(f->on_time), YZ_I(f->early), YZ_I(f->days), YZ_I(f->rated), YZ_I(f->stars));
}

bool yz_figure_stage(struct yz_site *site, struct yz_conn *conn, const struct yz_stage *stage, yz_instant at, struct yz_err *err)
{
	char month[16];
	yz_day_print(yz_instant_day(at, site->offset), month);
	return yz_exec(conn, err,
		       "INSERT INTO stage_figure (month, org, item, node, name, n, spent) VALUES ($1, $2, $3, $4, $5, $6, $7) "
		       "ON CONFLICT (month, org, item, node) DO UPDATE SET name = excluded.name, n = stage_figure.n + excluded.n, "
		       "spent = stage_figure.spent + excluded.spent",
		       YZ_S(yz_str_n(month, 7)), YZ_S(stage->org), YZ_S(stage->item), YZ_S(stage->node), YZ_S(stage->name), YZ_I(stage->n), YZ_I(stage->spent));
}
