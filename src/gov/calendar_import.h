/* gov/calendar_import.h - the official holiday notice into the site's calendar.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CALENDAR_IMPORT_H
#define YZ_GOV_CALENDAR_IMPORT_H

#include "calendar/calendar.h"
#include "gov/permission.h"
#include "gov/site.h"

/* Reads JSON or iCalendar (calendar/calendar.h), stores the days, and recomputes every clock: *moved due
 * instants changed, each with a ledger entry.  who NULL: the command line.  All or nothing. */
bool yz_site_calendar_import(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str text,
			     struct yz_str source, struct yz_calendar_report *report, int64_t *moved, struct yz_err *err);

#endif
