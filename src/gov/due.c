/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/due.h"

enum { AT_ONCE = 20 }; /* at nine in the morning hundreds are due */

static bool look_later(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	struct yz_due *d = ctx;
	d->done = false;
	return yz_exec_vals(conn, err, d->kind->later, 2, YZ_VALS(YZ_I(yz_site_now(d->site) + YZ_HOUR), YZ_I(d->id)));
}

static bool read_due(struct yz_site *site, const struct yz_due_kind *kind, struct yz_arena *a, yz_instant now, struct yz_rows **due,
		     yz_instant *next, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return false;
	*due = yz_select_vals(conn, a, err, kind->due, 2, YZ_VALS(YZ_I(now), YZ_I(YZ_DUE_ROUND)));
	bool ok = *due && yz_select_int_vals(conn, next, INT64_MAX, err, kind->next, 1, YZ_VALS(YZ_I(now)));
	yz_db_release(conn);
	return ok;
}

bool yz_due_sweep(struct yz_site *site, const struct yz_due_kind *kind, yz_instant now, int64_t *done, yz_instant *next,
		  struct yz_err *err)
{
	struct yz_due some[AT_ONCE];
	*done = 0;
	for (;;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_rows *due;
		bool ok = read_due(site, kind, a, now, &due, next, err);
		size_t n = ok ? due->count : 0;
		for (size_t i = 0; ok && i < n;) {
			size_t m = 0;
			for (; m < AT_ONCE && i < n; i++)
				some[m++] = (struct yz_due){.site = site, .id = yz_row_int(due, i, 0), .no = yz_row_str(due, i, 1), .kind = kind};
			ok = yz_db_write_some(site->db, kind->look, look_later, some, sizeof *some, m, err);
			for (size_t k = 0; ok && k < m; k++)
				*done += some[k].done;
		}
		yz_arena_destroy(a);
		if (!ok || n < YZ_DUE_ROUND)
			return ok;
	}
}
