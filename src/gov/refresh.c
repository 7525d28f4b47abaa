/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/site.h"

#include "gov/knowledge.h"
#include "gov/monitor.h"
#include "gov/refresh.h"

static bool look(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_seen *now, struct yz_err *err)
{
	yz_instant t = yz_site_now(site);
	/* The sum: where a date ends one version and begins another, the count stays.  Each part has an index of its own. */
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT (SELECT COALESCE(MAX(updated), 0) FROM item), (SELECT COUNT(*) FROM item), "
				      "(SELECT COALESCE(CAST(SUM(id) AS BIGINT), 0) FROM item WHERE state IN ('published', 'suspended') "
				      "AND from_at <= $1 AND (until_at IS NULL OR until_at > $1)), "
				      "(SELECT COALESCE(MAX(imported), 0) FROM calendar_year), "
				      "(SELECT COALESCE(CAST(SUM(seq) AS BIGINT), 0) FROM ledger_head), "
				      "(SELECT COALESCE(MAX(updated), 0) FROM knowledge) + (SELECT COUNT(*) FROM knowledge), "
				      "(SELECT COALESCE(MAX(id), 0) + COUNT(ended) FROM monitor) + "
				      "COALESCE((SELECT n FROM counter WHERE key = 'monitor.edition'), 0)",
				      YZ_I(t));
	if (!r)
		return false;
	static const char *const settings[] = {"calendar.hours", "calendar.warn_days", "calendar.warn_time"};
	uint64_t hours = 0;
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		hours = hours * 31 + yz_str_hash(yz_site_setting(conn, a, settings[i], ""));
	*now = (struct yz_seen){yz_row_int(r, 0, 0), yz_row_int(r, 0, 1), yz_row_int(r, 0, 2), yz_row_int(r, 0, 3),
				yz_row_int(r, 0, 4), hours, yz_row_int(r, 0, 5),
				yz_row_int(r, 0, 6)};
	return true;
}

bool yz_site_look(struct yz_site *site, struct yz_seen *now, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, err);
	bool ok = conn && look(site, conn, a, now, err);
	if (conn)
		yz_db_release(conn);
	yz_arena_destroy(a);
	return ok;
}

bool yz_site_refresh(struct yz_site *site, struct yz_seen *seen, struct yz_err *err)
{
	struct yz_seen now;
	if (!yz_site_look(site, &now, err))
		return false;
	bool items = now.updated != seen->updated || now.versions != seen->versions || now.in_force != seen->in_force;
	bool days = now.imported != seen->imported || now.hours != seen->hours;
	bool known = now.known != seen->known && !items; /* with the items what is known is read again, too */
	/* What could not be read again is tried again. */
	if ((items && !yz_site_catalogue_reload(site, err)) || (days && !yz_site_calendar_reload(site, err)) ||
	    (known && !yz_site_answers_reload(site, err)) || (now.rules != seen->rules && !yz_monitors_reload(site, err)))
		return false;
	/* One's own acts were told when they were committed: once more does no harm. */
	if (now.entries != seen->entries)
		yz_site_tell(site, YZ_CHANGE_CASE | YZ_CHANGE_CARD);
	*seen = now;
	return true;
}
