/* gov/doubt.h - what a case was compared with, and what was found.
 *
 *	serviceTask yz:act="compare" yz:rules="KEY" ──▶ a round of doubts ──clear, with a reason──▶ the step may pass
 *
 * Each comparison begins a round; only the last one's doubts have to be cleared, and what was said to the same doubt in
 * an earlier round stands beside it.  A note needs no clearing.
 *
 * Ownership: the arena given.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_DOUBT_H
#define YZ_GOV_DOUBT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "feel/feel.h"
#include "pack/register.h"

struct yz_site;
struct yz_conn;

struct yz_case_doubt {
	int64_t id, round;
	struct yz_str step, rule, register_name, field, value, text; /* value: empty where it is not hers to see */
	struct yz_str reason, by;                                    /* of its clearing */
	struct yz_str before, before_by;                             /* what an earlier step said to the same */
	enum yz_severity severity;
	yz_instant found, cleared;
};
struct yz_case_doubts {
	struct yz_case_doubt *at; /* of the last round */
	size_t len, open;         /* open: to be cleared */
	struct yz_str step;       /* the last comparison: its name in the process … */
	yz_instant compared;      /* … and when; 0: the case was never compared */
	int64_t rounds, records;  /* records read by the last one */
};
/* open: values and reasons in clear, for who handles the case. */
bool yz_doubts_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t case_id, bool open, struct yz_case_doubts *out,
		  struct yz_err *err);

/* ---- inside an act (private to gov) ---- */

struct yz_acting;
struct yz_act_input;
struct yz_bpmn_effect;
/* The service task; *result: {doubts: how many are open}. */
bool yz_acting_compare(struct yz_acting *t, const struct yz_bpmn_effect *e, struct yz_feel_value *result, struct yz_err *err);
/* NOT_NOW while a doubt of the last round is not cleared. */
bool yz_acting_doubts_settled(struct yz_acting *t, struct yz_err *err);
/* The act: ref names the doubt, reason says why it does not stand in the way. */
bool yz_do_clear(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err);

#endif
