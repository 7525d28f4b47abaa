/* gov/look.h - who looked at a person's data: nothing of hers is opened by an official without a line that she sees.
 *
 *	a page of staff ──▶ yz_look ──▶ pull (once a day each official and thing) + ledger ──▶ only then it is shown
 *	licences and registers used ──▶ yz_pull_add in the act's own write
 *	                                        └──▶ yz_looks_mine, yz_acts_mine: in words, by whom, when, why
 *
 * A list of work that names an applicant is no look; opening one of its rows is.  Her own looks, and those of whom she
 * named to act for her, leave no line.
 *
 * Law: 个人信息保护法 44 (she has the right to know), 51 (2) (who may handle what is recorded).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_LOOK_H
#define YZ_GOV_LOOK_H

#include "gov/permission.h"
#include "gov/site.h"

enum yz_look_thing {
#define LOOK(name, zh) YZ_LOOK_##name,
#include "gov/look_things.def"
#undef LOOK
	YZ_LOOK_THINGS
};
const char *yz_look_name(enum yz_look_thing thing);
const char *yz_look_title(enum yz_look_thing thing); /* message id */
bool yz_look_parse(struct yz_str s, enum yz_look_thing *thing);

/* Whose a thing is, and of which case (0: none).  persons: of a payment batch those that are in it. */
struct yz_looked {
	enum yz_look_thing thing;
	int64_t thing_id, case_id;
	const int64_t *persons;
	size_t n;
};
/* Of things that say themselves whose they are: material, document, payout, payout_file, reclaim.  None: YZ_NOT_FOUND is no
 * failure of this call, n is 0. */
bool yz_look_of(struct yz_conn *conn, struct yz_arena *a, enum yz_look_thing thing, int64_t id, struct yz_looked *out, struct yz_err *err);
/* Notes it; false: it could not be noted, and may not be shown.  No connection may be held. */
bool yz_look(struct yz_site *site, const struct yz_actor *who, const struct yz_looked *what, struct yz_err *err);

/* ---- what she sees ---- */

struct yz_traced {
	int64_t id;
	yz_instant at;
	struct yz_str what;    /* the register's or licence's name; "" with a thing */
	struct yz_str thing;   /* as yz_look_parse takes it, or "" */
	struct yz_str purpose; /* of a pull: "apply", a comparison's or an official's words; "" */
	struct yz_str act;     /* of an act: "case.accept" */
	struct yz_str case_no, item_name, org_name, role, by_name; /* case_no "": no case; role: a name of yz_role_name, or "" */
	int64_t licence;       /* or 0 */
	bool hers;             /* she did it herself, or who acts for her */
};
struct yz_traces {
	struct yz_traced *at;
	size_t len;
};
/* Who looked, newest first, behind `before` (an id; 0: the newest); of one case, or (case_no "") of all.  What is found by a
 * number that she only claims is left out: from level 1. */
bool yz_looks_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str case_no,
		   int64_t before, size_t most, struct yz_traces *out, struct yz_err *err);
/* Every act on her cases, from the ledger, newest first, behind the instant `before` (0: now). */
bool yz_acts_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str case_no,
		  yz_instant before, size_t most, struct yz_traces *out, struct yz_err *err);

#endif
