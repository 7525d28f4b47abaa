/* gov/relay.h - what the process of one case tells the processes of others: BPMN messages and signals.
 *
 *	an act on A ── row in the outbox, one commit ──▶ the sweeper ── B hears it: step, tasks, entry, row, one commit
 *
 * A message finds who waits for it by its name and its key (FEEL on both sides, kept as a blind index): of several the one that
 * has waited longest, never the case that sent it.  Nobody there yet: it is kept for yz:keep of the node that sends (P90D where
 * it says nothing), and looked at again when somebody begins to wait.  A key that comes to nothing (null, empty) is nobody's:
 * such a message is undelivered at once, and who waits with one hears none.  Where B cannot go on, it is tried again after 1, 2, 4 …
 * minutes, at most a day apart.  What nobody came for is not lost: it stands among the undelivered, and in A's ledger.
 *
 * A signal goes to every other case that waits for its name when it is sent, within yz:reach of the node that sends: "home" (the
 * region where the case is at home and what lies in it), "item" (the region of the item's department) or a region's code within
 * that.  Without yz:reach it stays in its case.  Each hears it once, tried again as above; whoever comes later does not.
 *
 * Messages of yz_pack_message_own the house tells by itself (payout_result.c), and no process may send them.
 *
 * Failure: err.  Threads: any.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_RELAY_H
#define YZ_GOV_RELAY_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct yz_acting;
struct yz_actor;
struct yz_bpmn_effect;
struct yz_conn;
struct yz_site;

/* Bytes of a message's content, as JSON; one over: LIMIT. */
enum { YZ_RELAY_BODY = 64 << 10 };

/* ---- inside an act, as the process says (case_flow.c) ---- */

bool yz_relay_send(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err);
bool yz_relay_wait(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err);
bool yz_relay_gone(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err);
bool yz_relay_signal(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_err *err);
/* By yz_acting_save: where its process listens for signals now. */
bool yz_relay_ears(struct yz_acting *t, struct yz_err *err);
/* The case was moved to another process: what that has no place for it waits for no more. */
bool yz_relay_moved(struct yz_acting *t, struct yz_err *err);
/* The process stands as it did before a step of that instant: what it waited for then it waits for again. */
bool yz_relay_back(struct yz_acting *t, yz_instant since, struct yz_err *err);

/* ---- the sweeper ---- */

/* Delivers what is due; *next: when to come again.  No connection may be held. */
bool yz_relay_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err);

/* ---- shown ---- */

/* What was sent and has not arrived, of cases in her region, newest first; before: an id, 0 from the newest. */
struct yz_relay {
	int64_t id, tries;
	struct yz_str case_no, item_name, org_name, name, failure;
	bool lapsed, nobodys; /* nobodys: its yz:key or yz:reach came to nothing, it cannot be sent again */
	yz_instant sent, until, ended;
};
/* Sends what gave up, or cannot be heard, once more: it is looked at at once and kept for another KEEP_DAYS, whatever it says.  A key that
 * came to nothing finds nobody for ever: YZ_NOT_NOW, as for one that was heard, or that merely waits for who is to come.  YZ_NOT_FOUND where the case is not of her region. */
bool yz_relay_again(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err);
size_t yz_relay_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t before, int limit, struct yz_relay **out,
		     struct yz_err *err);

#endif
