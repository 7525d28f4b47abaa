/* The figures of days that are over, put together.  SPDX-License-Identifier: Apache-2.0 */
#include "gov/figure.h"

#include <stdio.h>
#include <string.h>

enum { DAYS = 31, ROWS = 5000 }; /* in one write: so many days, or when so many rows were put together */

struct rolling {
	yz_day today;
	bool more;
};

/* The clock was set back: what was put together of this month and later ones is taken apart, and begins again. */
static bool begin_again(struct yz_conn *conn, const char *today, char put[16], struct yz_err *err)
{
	yz_day first;
	char month[16];
	memcpy(month, today, 16);
	memcpy(month + 8, "01", 3);
	return yz_day_parse(yz_str(month), &first) &&
	       yz_exec(conn, err, "DELETE FROM figure_month WHERE month >= $1", YZ_S(yz_str_n(today, 7))) &&
	       yz_exec(conn, err, "DELETE FROM figure_day WHERE day >= $1", YZ_Z(month)) &&
	       yz_exec(conn, err, "UPDATE figure_put SET day = $1", YZ_Z(yz_day_print(first - 1, put)));
}

static bool read_put(struct yz_conn *conn, struct yz_arena *a, char put[16], struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err, "SELECT day FROM figure_put");
	if (!r)
		return false;
	snprintf(put, 16, "%.10s", r->count ? yz_row_z(r, 0, 0) : "");
	return true;
}

#define SUM(name) ", " #name " = k." #name " + excluded." #name

static bool put_together(struct yz_conn *conn, struct yz_str day, int64_t *rows, struct yz_err *err)
{
	bool done = yz_exec(conn, err,
		       "INSERT INTO figure_month AS k (month, org, item, post, person" YZ_FIGURES(YZ_FIGURE_NAME) ") "
		       "SELECT SUBSTR(day, 1, 7), org, item, post, person" YZ_FIGURES(YZ_FIGURE_NAME) " FROM figure WHERE day = $1 "
		       "ON CONFLICT (month, org, item, post, person) DO UPDATE SET received = k.received + excluded.received" YZ_FIGURES_MORE(SUM),
		       YZ_S(day));
	*rows += done ? yz_changed(conn) : 0;
	return done &&
	       yz_exec(conn, err,
		       "INSERT INTO figure_day (day, org" YZ_FIGURES(YZ_FIGURE_NAME) ") SELECT day, org" YZ_FIGURES(YZ_FIGURE_SUM) " FROM figure "
		       "WHERE day = $1 GROUP BY day, org",
		       YZ_S(day)) &&
	       yz_exec(conn, err, "UPDATE figure_put SET day = $1", YZ_S(day));
}

#undef SUM

static bool do_roll(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct rolling *w = ctx;
	char put[16], today[16];
	yz_day_print(w->today, today);
	w->more = false;
	if (!read_put(conn, a, put, err) || (strcmp(put, today) >= 0 && !begin_again(conn, today, put, err)))
		return false;
	int64_t rows = 0;
	for (int i = 0; i < DAYS && rows < ROWS; i++) {
		struct yz_rows *r = yz_select(conn, a, err, "SELECT MIN(day) FROM figure WHERE day > $1 AND day < $2", YZ_Z(put), YZ_Z(today));
		w->more = r && r->count && !yz_row_null(r, 0, 0);
		if (!w->more)
			return r != NULL;
		snprintf(put, sizeof put, "%.10s", yz_row_z(r, 0, 0));
		if (!put_together(conn, yz_str(put), &rows, err))
			return false;
	}
	return true;
}

bool yz_figure_roll(struct yz_site *site, bool *more, struct yz_err *err)
{
	struct rolling w = {.today = yz_instant_day(yz_site_now(site), site->offset)};
	bool done = yz_db_write(site->db, do_roll, &w, err);
	*more = done && w.more;
	return done;
}

/* Months that are whole come from figure_month as far as they are put together, and the days behind from figure. */
bool yz_figure_span(struct yz_conn *conn, yz_day from, yz_day to, struct yz_figure_span *out, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	char put[16];
	yz_day last, behind, rest = to + 2 - yz_day_civil(to + 1).day; /* rest: the first day that is of no whole month */
	bool good = read_put(conn, a, put, err);
	yz_arena_destroy(a);
	*out = (struct yz_figure_span){0};
	yz_day_print(from, out->days[0]);
	yz_day_print(to, out->days[1]);
	if (!good || !yz_day_parse(yz_str(put), &last) || yz_day_civil(from).day != 1 || rest <= from || last < from)
		return good;
	behind = last + 1 < rest ? last + 1 : rest;
	memcpy(out->months[0], out->days[0], 7);
	yz_day_print(rest - 1, out->months[1]);
	out->months[1][7] = 0;
	yz_day_print(behind, out->days[0]);
	return true;
}
