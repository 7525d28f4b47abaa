/* gov/doing.h - what the acts on a case share, and where each is done (private to gov).
 *
 * An act is a function on a case that stands loaded in a write: it checks what the law and the state allow, changes, and
 * notes itself last.  case_act.c has the table, and does what comes before (who sees the case, its version, the rules) and
 * after (saving).
 *
 *	case_accept.c  accept, deem, refuse, correct, supply, withdraw
 *	case_review.c  claim, pass, object, grant, deny, issue, deliver
 *	case_limit.c   the clocks: stop, resume, extend and what leads to it, suspend and its end
 *	case_hand.c    who does a task: hand, delegate, sign, unsign
 *	case_back.c    where the case goes on: back, recall, close
 *	case_talk.c    urge, hurry, copy, read, rate, and their answers
 *
 * Failure: err; the write is undone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_DOING_H
#define YZ_GOV_DOING_H

#include "gov/acting.h"

typedef bool yz_act_fn(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err);

yz_act_fn yz_do_accept, yz_do_refuse, yz_do_correct, yz_do_supply, yz_do_withdraw;
yz_act_fn yz_do_claim, yz_do_review, yz_do_decide, yz_do_issue, yz_do_deliver;
yz_act_fn yz_do_pause, yz_do_extend;
yz_act_fn yz_do_urge, yz_do_answer_urge, yz_do_rate, yz_do_answer_rating;

#define YZ_AT(state) (1u << YZ_CASE_##state)
/* The case is in one of these states. */
bool yz_act_at(const struct yz_acting *t, struct yz_err *err, unsigned states);
/* A reason was given, of at most 4,000 characters. */
bool yz_act_reason(const struct yz_act_input *in, struct yz_err *err);
struct yz_str yz_act_says(const struct yz_act_input *in);
/* The open task of this kind that the input names (or the only one); she must be of its department, region and role. */
bool yz_act_task(struct yz_acting *t, const struct yz_act_input *in, const char *act, enum yz_permission may, int64_t *task,
		 struct yz_err *err);
/* Hers, or her agent's while she is one. */
bool yz_act_own(const struct yz_acting *t);

#endif
