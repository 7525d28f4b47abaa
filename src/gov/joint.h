/* gov/joint.h - one application for the several items of a bundle (一件事联办).
 *
 *	bundle or guide ─begin─▶ a draft an item ─submit─▶ cases of their departments, one after another ─▶ ended
 *
 * What several items ask is answered once: a fact saved in one draft stands in all that have a field of that name and
 * type, a paper given to one in all that ask for the same (the bundle's `same`, or materials of one name).  What one item
 * gives another (`gives`) is not asked for: it is taken from the earlier one's licence or decision once that is granted.
 *
 * One submit: what waits for nothing becomes cases at once, the rest in the transaction of the act that ends the last
 * before it with a grant.  Where that one comes to nothing, what waits for it stops, and she decides: go on without, or
 * leave it.  Nothing is submitted twice, for its part changes state in the same write.
 *
 * One clock and many: each case has its own; the whole runs from the submission along the longest chain of promised
 * limits.  What is left out or came to nothing does not count.
 *
 * Law:       each case keeps its own acceptance, limits and remedies (行政许可法 26, 32, 42, 44).
 * Ownership: what is returned lives in the arena given.
 * Failure:   a number that is not there or not hers is YZ_NOT_FOUND alike; an act that does not fit is YZ_NOT_NOW and
 *            changes nothing.
 * Threads:   any; acts are writes, no connection may be held.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_JOINT_H
#define YZ_GOV_JOINT_H

#include "calendar/calendar.h"
#include "gov/case.h"

enum { YZ_JOINT_PARTS = 20 /* as many as a bundle has items */ };

enum yz_joint_state {
#define STATE(name, title, open) YZ_JOINT_##name,
#include "gov/joint_states.def"
#undef STATE
	YZ_JOINT_STATES
};
const char *yz_joint_state_name(enum yz_joint_state state);
const char *yz_joint_state_title(enum yz_joint_state state); /* message id */
bool yz_joint_state_open(enum yz_joint_state state);

struct yz_joint_part {
	int64_t nth; /* from 1 */
	struct yz_str key, code, name, org, org_name;
	int64_t item, draft, case_id;
	enum yz_joint_state state;
	uint32_t after;            /* which it waits for: bit nth - 1, those left out passed over */
	/* of its case; nothing where there is none, or she may not see it (seen false) */
	bool seen;
	struct yz_str case_no, step;
	enum yz_case_state case_state;
	enum yz_light light;
	yz_instant next_due, filed, accepted, over; /* 0: not yet */
	/* on the whole's clock */
	int32_t limit;             /* 0: done on the spot */
	enum yz_unit unit;
	yz_instant from, due;      /* by its promise (else the law's limit), after those before it; 0: does not count */
	bool critical;             /* a day more here is a day more for all */
};

struct yz_joint {
	int64_t id, person, principal, version;
	struct yz_str no, bundle, name, principal_name;
	yz_instant created, submitted, ended;
	bool counter;              /* a clerk began it for her */
	struct yz_joint_part *parts; /* in the bundle's order */
	size_t nparts;
	size_t done, counted;      /* granted, of those not left out */
	/* the whole, once submitted */
	yz_instant due;            /* as promised on the day of submission */
	int provisional;           /* year without a notice of holidays that due touches, or 0 */
	enum yz_light light;       /* the worst of its open cases */
	const struct yz_json *body; /* the bundle as it stood */
};

/* A draft for each item of the bundle (key) that is open, with what the guide knows (token; or empty: nothing) put in;
 * what the guide is certain she cannot have is left out.  Her unfinished one for the bundle is gone on with. */
bool yz_joint_begin(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str bundle, struct yz_str token,
		    struct yz_str *no, struct yz_err *err);
/* The same at the counter: by a clerk who files for one of its items at least, and has verified this person within the day. */
bool yz_joint_begin_for(struct yz_site *site, struct yz_arena *a, const struct yz_actor *clerk, int64_t principal, struct yz_str bundle,
			struct yz_str *no, struct yz_err *err);
/* Hers, or of whom she acts for in all its items; of the clerk who began it at the counter. */
struct yz_joint *yz_joint_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			       struct yz_str no, struct yz_err *err);
/* Newest first, at most fifty; without clocks. */
size_t yz_joint_mine(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		     struct yz_joint **out, struct yz_err *err);
/* The one a case is part of, for whoever may see the case; of other departments' cases only what she may see.  *out NULL:
 * it is part of none. */
bool yz_joint_around(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t case_id,
		     struct yz_joint **out, struct yz_err *err);
/* What anybody may know who has number and tail of the applicant's id (yz_case_peek): states, no numbers of cases. */
struct yz_joint *yz_joint_peek(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str no, struct yz_str id_tail,
			       struct yz_err *err);

/* All that is a draft, complete: YZ_BAD_INPUT names the first thing missing.  version: as seen, 0: any. */
bool yz_joint_submit(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t version,
		     struct yz_err *err);
/* Everything of it goes, before it is submitted. */
bool yz_joint_discard(struct yz_site *site, const struct yz_actor *who, struct yz_str no, struct yz_err *err);
/* She does without this item; not the last one before submission, and not what is a case already. */
bool yz_joint_drop(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t nth, struct yz_err *err);
/* What was blocked goes on without what came to nothing: submitted if it is complete, else a draft to be completed. */
bool yz_joint_continue(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, int64_t nth,
		       struct yz_err *err);

#endif
