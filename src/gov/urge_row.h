/* gov/urge_row.h - an urging in the middle of an act, and what it is about (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_URGE_ROW_H
#define YZ_GOV_URGE_ROW_H

#include "db/db.h"
#include "gov/site.h"
#include "gov/superior.h"
#include "gov/urge.h"

struct yz_urge_row {
	struct yz_site *site;
	struct yz_conn *conn;
	struct yz_arena *a;
	yz_instant now;
	int64_t id, thing_id, case_id, parent, by_person, turn, stage, order_id; /* by_person 0: of a level above, order_id its order */
	struct yz_str thing, org, role, region, path, clock, title; /* path: of the region */
	yz_instant due, warned, answered;
};
bool yz_urge_row_load(struct yz_urge_row *t, struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id,
		      struct yz_err *err);
/* May she answer it as it stands? */
bool yz_urge_may_answer(const struct yz_urge_row *t, const struct yz_actor *who);
/* It is hers as the supervisor of its region. */
bool yz_urge_is_hers(const struct yz_urge_row *t, const struct yz_actor *who);
/* Who has it now, by its stage. */
bool yz_urge_holders(struct yz_urge_row *t, struct yz_people *out, struct yz_err *err);
struct yz_str yz_urge_link(struct yz_arena *a, int64_t id);

/* A limit from now; of at most `most` (0: none), as long as a working day is left.  *look: when the clockwork looks again. */
bool yz_urge_limit(struct yz_urge_row *t, int64_t days, yz_instant most, yz_instant *look, struct yz_err *err);

/* ---- from above ---- */

struct yz_urge_order {
	int64_t id, case_id; /* case_id 0: of no case here; it is for the supervisors of the region then */
	struct yz_str org, text;
	yz_instant due;      /* as the level above said; 0: it did not */
};
/* Inside a write: the order as an urging, due no later than it says, as long as a working day is left. */
bool yz_urge_from_above(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_urge_order *order, int64_t *id,
			yz_instant *due, struct yz_err *err);
/* Whoever supervises the whole answers what is asked of the whole. */
bool yz_urge_is_for_all(const struct yz_urge_row *t, const struct yz_actor *who);

struct yz_urge_thing {
	struct yz_str kind, org, path, no, title; /* org: who holds it now; path: where it lies */
	struct yz_str home;                       /* whose it is, where that is another department */
	int64_t id, case_id, person;              /* person: who holds it, or 0 */
	bool open;
};
/* NOT_FOUND: there is no such thing. */
bool yz_urge_thing_load(struct yz_conn *conn, struct yz_arena *a, struct yz_str kind, int64_t id, struct yz_urge_thing *out,
			struct yz_err *err);

#endif
