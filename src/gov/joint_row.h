/* gov/joint_row.h - where drafts and cases meet the joint application they are part of (private to gov).
 *
 *	joint.c        rows; who sees them; the lists
 *	joint_share.c  facts and papers that several drafts have in common; what one gives another
 *	joint_act.c    begin, submit, drop, continue
 *	joint_over.c   what the end of one case sets off; corrections that several share
 *	joint_clock.c  the whole's clock
 *
 * Each hook is one call inside the write of the draft's or the case's own act.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_JOINT_ROW_H
#define YZ_GOV_JOINT_ROW_H

#include "gov/acting.h"
#include "gov/draft_row.h"
#include "gov/joint.h"

/* ---- rows (joint.c) ---- */

/* Whoever it is; YZ_NOT_FOUND. */
struct yz_joint *yz_joint_read(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err);
/* That of a draft; *out NULL: none.  *nth: which part. */
bool yz_joint_of_draft(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, struct yz_joint **out, int64_t *nth,
		       struct yz_err *err);
/* yz_joint_load inside a write. */
struct yz_joint *yz_joint_take(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
			       struct yz_err *err);
bool yz_joint_set(struct yz_conn *conn, const struct yz_joint *j, struct yz_joint_part *p, enum yz_joint_state state, struct yz_err *err);
/* One write of it is over: the next version, its end if nothing is open. */
bool yz_joint_save(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err);
/* To her, and to her agent who began it; {item} and {no} are filled. */
bool yz_joint_tell(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, enum yz_say kind,
		   const struct yz_said *more, size_t n, struct yz_err *err);
/* A draft begun under an older version of its item goes over to the one in force. */
bool yz_joint_renew(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint_part *p, struct yz_err *err);
/* The same for this draft, if it is part of one. */
bool yz_joint_renew_draft(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, struct yz_err *err);
/* Part of one that was begun at the counter. */
bool yz_joint_at_counter(struct yz_conn *conn, int64_t draft, bool *yes, struct yz_err *err);
/* Fills from, due, critical of the parts, due and light of the whole. */
bool yz_joint_reckon(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_joint *j, struct yz_err *err);

/* ---- drafts (joint_share.c) ---- */

/* Fills d->joint and what the needs are given by; nothing for a draft of its own. */
bool yz_joint_look(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_draft *d, struct yz_err *err);
/* `fields` were saved in d: into the other drafts. */
bool yz_joint_share(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_draft *d, const struct yz_json *fields,
		    struct yz_err *err);
/* A paper was put into a draft, or is about to be taken out. */
bool yz_joint_paper(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, int64_t material, struct yz_err *err);
bool yz_joint_paper_out(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t draft, int64_t material, struct yz_err *err);
/* Puts in what earlier parts gave: papers, and facts that are read off their licences. */
bool yz_joint_fill(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j, const struct yz_joint_part *p,
		   struct yz_err *err);
/* The paper of p that is the same as key of `of`, or NULL. */
const struct yz_json *yz_joint_same(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_joint *j,
				    const struct yz_joint_part *of, struct yz_str key, const struct yz_joint_part *p, struct yz_err *err);
/* Whether a fact of this name means the same in both. */
bool yz_joint_common(const struct yz_joint *j, const struct yz_joint_part *p, const struct yz_joint_part *q, struct yz_str field);

/* ---- cases (joint_over.c) ---- */

/* May this draft become a case alone now? */
bool yz_joint_alone(struct yz_conn *conn, int64_t draft, struct yz_err *err);
/* It became this case. */
bool yz_joint_filed(struct yz_acting *t, int64_t draft, struct yz_err *err);
/* The case has ended; in the write of the act that ended it. */
bool yz_joint_over(struct yz_acting *t, struct yz_err *err);
/* The applicant corrected what was marked: into the other cases that wait for the same. */
bool yz_joint_mend(struct yz_acting *t, const struct yz_json *items, const struct yz_json *typed, struct yz_err *err);
/* What waits for nothing any more is submitted, or asked to be completed. */
bool yz_joint_settle(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t joint, int64_t nth, struct yz_err *err);
/* What waits for p stops, and she is told. */
bool yz_joint_stop(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_joint *j, const struct yz_joint_part *p,
		   struct yz_err *err);

#endif
