/* gov/urge.h - 督办: a supervisor urges, down the levels, and is answered in time.
 *
 *	supervisor of a region ──▶ a department in it
 *	                      └──▶ the supervisor of a region below, who answers or passes it on (parent)
 *
 *	asked ──(nearly due: told again)──▶ due: yellow card, the head of the department has it
 *	      ──▶ due again: red card, the head of the government has it; it stays there until it is answered
 *
 * About a case, a card or a consultation; one thing may be urged often, by several, at several.  What is passed on is due no
 * later than what it comes from, where a working day is left.
 *
 * What a level above orders (gov/upward.h) is an urging too, by nobody here; its answer goes up.
 *
 * Limits, in working days by the site's calendar: settings urge.days (3) and, for each step up, urge.again_days (2), 1 to 30;
 * whoever urges may set another for the first.
 *
 * Each act is one write with its ledger entry ("case.urge", "card.urge", "consult.urge", and the answers; "urge.warn" and
 * "urge.escalate" of thing urge) and messages.
 *
 * Failure: err.  Threads: any; no connection may be held for an act.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_URGE_H
#define YZ_GOV_URGE_H

#include "calendar/calendar.h"
#include "db/ledger.h"
#include "gov/permission.h"

struct yz_site;

enum { YZ_URGE_TEXT = 2000, YZ_URGE_DAYS = 3, YZ_URGE_AGAIN_DAYS = 2, YZ_URGE_DAYS_MOST = 30 };
enum yz_urge_stage { YZ_URGE_DEPARTMENT, YZ_URGE_HEAD, YZ_URGE_GOVERNMENT };

struct yz_urge {
	int64_t id, thing_id, case_id, parent, turn, by_person;
	struct yz_str thing, no, title; /* thing "order": of a case that nobody here has; no: of the case or consultation; title: the item, or what the card is of */
	struct yz_str org, org_name, region, region_name, by, text, answer, answered_by;
	bool above, question; /* an order of a level above; it asks rather than urges */
	bool to_supervisor; /* of `region`; else to the department */
	enum yz_urge_stage stage;
	yz_instant at, due, warned, answered; /* due 0: of before there were limits */
	/* Only of one that was opened: */
	bool may_answer, may_pass;
	struct yz_clock_row *days;
	size_t ndays;
	struct yz_entries entries;  /* of the clockwork, oldest first */
	struct yz_urge *passed;     /* what was passed on of it */
	size_t npassed;
};

/* Whoever urges its region, was urged, works where it lies, or has it by now; NULL with NOT_FOUND. */
struct yz_urge *yz_urge_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id,
			     struct yz_err *err);

/* First due first; answered ones newest first. */
struct yz_urge_query {
	bool desk;     /* of her departments; else of her region as a supervisor */
	bool answered; /* those; else the open ones */
	bool received; /* only what the supervisor herself is to answer */
	struct yz_str thing;
	int64_t thing_id; /* all about one thing; thing "": any */
	int limit;
};
size_t yz_urge_list(struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, const struct yz_urge_query *q,
		    struct yz_urge **out, struct yz_err *err);

/* Whom she may urge about it: value as yz_urge_new.to takes it. */
struct yz_urge_target {
	struct yz_str value, name;
	struct yz_str org, region, path; /* the department, or the supervisor's office and region */
	bool supervisor;
};
/* Whom yz_urge_put takes, and nobody else. */
size_t yz_urge_targets(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str thing,
		       int64_t thing_id, struct yz_urge_target **out, struct yz_err *err);
/* What it is about, for the page; NOT_FOUND where she may not urge it. */
bool yz_urge_about(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str thing,
		   int64_t thing_id, struct yz_urge *out, struct yz_err *err);
/* The limit that is given where none is said. */
int32_t yz_urge_days(struct yz_conn *conn, struct yz_arena *a);

struct yz_urge_new {
	struct yz_str thing;  /* case, card, consultation */
	int64_t thing_id, parent; /* parent: what she passes on; 0 */
	struct yz_str to;     /* a department's key; "region/CODE": its supervisor; "": whoever holds the thing */
	struct yz_str text;
	int64_t days;         /* 0: as the setting has it */
};
bool yz_urge_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, const struct yz_urge_new *in, int64_t *id,
		 struct yz_err *err);
/* turn: of what she saw; another in between is a CONFLICT. */
bool yz_urge_answer(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id, int64_t turn, struct yz_str text,
		    struct yz_err *err);

/* ---- inside a write ---- */

bool yz_urge_put(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		 const struct yz_urge_new *in, int64_t *id, struct yz_err *err);
/* turn -1: whatever it is. */
bool yz_urge_settle(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t id, int64_t turn,
		    struct yz_str text, struct yz_err *err);

/* ---- the clockwork ---- */

bool yz_urge_sweep(struct yz_site *site, yz_instant now, int64_t *done, yz_instant *next, struct yz_err *err);
bool yz_urge_recompute(struct yz_site *site, int64_t *moved, struct yz_err *err);

#endif
