/* gov/outside.h - cases that another system handles and reports act by act, so that supervision sees them.
 *
 *	open ──▶ acts, as they are reported ──▶ what ends it
 *
 * A department's own system goes through no process of ours and opens no tasks; what it did, when, and why is reported,
 * at once or later.  The same clocks run, the same monitors are asked, the same cards come.  An act is taken as it is
 * reported, also where our own acts would have refused it: that is what supervision is for.
 *
 * Failure: err, and nothing is changed.  Threads: any; no connection may be held.  The caller knows the system that reports.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_OUTSIDE_H
#define YZ_GOV_OUTSIDE_H

#include "calendar/calendar.h"
#include "gov/case.h"

struct yz_outside_case {
	struct yz_str no, item; /* no: ours, one a case, at most 60 of letters, digits and -; item: its code */
	struct yz_str org;      /* the item must be this department's, or "" */
	int64_t applicant;
	struct yz_str applicant_name; /* "": as her account says */
	yz_instant received;    /* not later than now */
	/* It was accepted at once, and has a limit of its own from then; else the item's, from acceptance. */
	bool own_limit;
	int32_t limit;
	enum yz_unit unit;
	const struct yz_json *materials; /* keys or names of what was given with it, or NULL: nothing is known */
};
bool yz_outside_open(struct yz_site *site, const struct yz_outside_case *c, struct yz_err *err);

/* act: accept, refuse, correct, supply, pass, stop, resume, grant, deny, withdraw, rate. */
struct yz_outside_act {
	struct yz_str no, node; /* node: id or name of the step of the item's process it was; "": the one for this act */
	yz_instant at;          /* when it was done; 0: now */
	struct yz_act_input in; /* act, reason, basis, overrule, items, special, days, level */
};
bool yz_outside_act(struct yz_site *site, const struct yz_outside_act *w, struct yz_err *err);

/* What the other system took from the applicant, in 分, also where the item publishes no such fee: an order that nothing is owed
 * on here any more, and the monitors of fees are asked.  At most YZ_FEE_LINES lines. */
struct yz_outside_fee {
	struct yz_str name, price, quantity; /* price in yuan, as written, or "" */
	int64_t amount;
};
bool yz_outside_charge(struct yz_site *site, struct yz_str no, const struct yz_outside_fee *fees, size_t n, struct yz_err *err);

/* The same inside a write.  A failure that is the reporter's says in err->where which of no, item, node, at, level, name,
 * amount is meant, where it is one of them; the message is one of the catalogue. */
bool yz_outside_open_in(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_outside_case *c, int64_t *id,
			struct yz_err *err);
bool yz_outside_act_in(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_outside_act *w, struct yz_err *err);
bool yz_outside_charge_in(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str of, const struct yz_outside_fee *fees,
			  size_t n, struct yz_err *err);

#endif
