/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/calendar_import.h"

#include "gov/clock.h"
#include "gov/note.h"

struct importing {
	struct yz_site *site;
	const struct yz_actor *who;
	const struct yz_calendar *calendar;
	struct yz_str source;
	const struct yz_calendar_report *report;
};

static bool store_day(struct importing *w, struct yz_conn *conn, yz_day day, struct yz_err *err)
{
	struct yz_day_info info = yz_calendar_day(w->calendar, day);
	if (!yz_exec(conn, err, "DELETE FROM calendar_day WHERE region = $1 AND day = $2", YZ_S(w->site->region), YZ_I(day)))
		return false;
	if (!info.listed)
		return true;
	return yz_exec(conn, err, "INSERT INTO calendar_day (region, day, works, in_lieu, name) VALUES ($1, $2, $3, $4, $5)",
		       YZ_S(w->site->region), YZ_I(day), YZ_I(info.kind == YZ_DAY_EXCHANGED), YZ_I(info.in_lieu), YZ_S(info.name));
}

static bool do_store(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	struct importing *w = ctx;
	for (yz_day d = w->report->first; d <= w->report->last; d++)
		if (!store_day(w, conn, d, err))
			return false;
	for (int i = 0; i < w->report->years; i++)
		if (!yz_exec(conn, err,
			     "INSERT INTO calendar_year (region, year, source, imported) VALUES ($1, $2, $3, $4) "
			     "ON CONFLICT (region, year) DO UPDATE SET source = excluded.source, imported = excluded.imported",
			     YZ_S(w->site->region), YZ_I(w->report->year[i]), YZ_S(w->source), YZ_I(yz_site_now(w->site))))
			return false;
	struct yz_str body = yz_str_printf(a, "{\"off\":%d,\"exchanged\":%d,\"years\":%d}", w->report->off, w->report->exchanged,
					   w->report->years);
	return yz_note(w->site, conn, w->who, "calendar.import", "calendar", 0, "全国年节及纪念日放假办法", body, err);
}

bool yz_site_calendar_import(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str text,
			     struct yz_str source, struct yz_calendar_report *report, int64_t *moved, struct yz_err *err)
{
	if (who && !yz_may(who, YZ_MAY_calendar_manage))
		return yz_refuse(who, YZ_MAY_calendar_manage, err);
	*moved = 0;
	const struct yz_calendar *now = yz_site_calendar(site);
	struct yz_calendar *fresh = yz_calendar_copy(a, now);
	yz_site_calendar_release(site, now);
	if (!yz_calendar_import(fresh, text, report, err))
		return false;
	struct importing w = {site, who, fresh, source, report};
	return yz_db_write(site->db, do_store, &w, err) && yz_site_calendar_reload(site, err) && yz_clocks_recompute(site, moved, err);
}
