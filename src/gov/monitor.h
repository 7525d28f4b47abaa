/* gov/monitor.h - the packs' monitors at work: asked at acts, set going as limits, and the cards that come of them.
 *
 *	act ──▶ which monitors name it ──▶ facts they read ──▶ condition ──▶ card
 *	                                                            └──▶ watch ──sweeper, at its instant──▶ card
 *	clock warns, falls due ──▶ which monitors go with it ──▶ condition ──▶ card
 *
 * What a monitor may be asked at is known from its text, so an act that none names costs one look at a bit, and a fact is
 * made only where a condition reads it.  A condition is asked inside the write of the act, with its card and entry; a
 * limit waits in the table watch by its next instant, and nothing is ever looked for among all cases.
 *
 * A kind of clock that no monitor of the pack goes with has the house's own card, clock.KIND.
 *
 * Failure: err, and with it the write.  Threads: any; what takes a conn is for inside a write, except where said.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_MONITOR_H
#define YZ_GOV_MONITOR_H

#include "gov/acting.h"
#include "gov/card.h"
#include "pack/monitor.h"

/* ---- the site's monitors ---- */

struct yz_monitors;
struct yz_monitors *yz_monitors_create(void);
void yz_monitors_destroy(struct yz_monitors *m);
/* Reads and compiles them again: after a pack was installed, a number was set, or another process did.  No connection may
 * be held. */
bool yz_monitors_reload(struct yz_site *site, struct yz_err *err);
/* Inside an installation's write: the pack's are all there are.  *fresh: how many are new or say something else. */
bool yz_monitors_install(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_pack *pack, size_t *fresh,
			 struct yz_err *err);

/* A monitor with the numbers of this site. */
struct yz_armed {
	const struct yz_monitor *m;
	struct yz_dec values[YZ_MONITOR_SETTINGS];
	struct yz_feel_value settings;
	yz_instant from;
};
/* All, by key; lent until `a` goes. */
const struct yz_armed *yz_monitor_list(struct yz_site *site, struct yz_arena *a, size_t *n);
/* Sets a number of a monitor; value "": as the pack has it.  YZ_BAD_INPUT says what may be written.  A write of its own. */
bool yz_monitor_set(struct yz_site *site, const struct yz_actor *who, struct yz_str key, struct yz_str setting, struct yz_str value,
		    struct yz_err *err);

/* ---- asked, each one call in an act ---- */

/* An act on a case was done and noted. */
bool yz_monitor_act(struct yz_acting *t, enum yz_act act, int64_t task, struct yz_str text, struct yz_str basis, struct yz_err *err);
/* An order of fees was charged, assessed, moved. */
bool yz_monitor_fee(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t order,
		    enum yz_monitor_event event, struct yz_err *err);
/* Somebody's record was looked at: the newest pull of this person. */
bool yz_monitor_pull(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_str org,
		     struct yz_str purpose, int64_t case_id, struct yz_err *err);

/* A clock of a case warns (red false) or has fallen due; the cards that come of it. */
bool yz_monitor_clock(struct yz_acting *t, struct yz_clock_held *k, bool red, struct yz_err *err);
/* The same of a consultation's. */
struct yz_consulting;
bool yz_monitor_consult(struct yz_consulting *t, const struct yz_clock *k, const struct yz_calendar *calendar, bool red, struct yz_err *err);

/* A step of a consultation was done (gov/consult_act.c). */
bool yz_monitor_question(struct yz_consulting *t, const char *act, struct yz_err *err);

/* ---- limits that were set going: for the sweeper ---- */

bool yz_watch_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err);
/* After the calendar changed; *moved: how many. */
bool yz_watch_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err);

#endif
