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
yz_act_fn yz_do_pause, yz_do_extend, yz_do_ask_extend, yz_do_decline, yz_do_suspend, yz_do_unsuspend;
yz_act_fn yz_do_hand, yz_do_delegate, yz_do_sign, yz_do_unsign;
yz_act_fn yz_do_back, yz_do_recall, yz_do_close;
yz_act_fn yz_do_copy, yz_do_read_copy, yz_do_hurry;
yz_act_fn yz_do_urge, yz_do_answer_urge, yz_do_rate, yz_do_answer_rating, yz_do_mend_rating;

#define YZ_AT(state) (1u << YZ_CASE_##state)
/* The case is in one of these states. */
bool yz_act_at(const struct yz_acting *t, struct yz_err *err, unsigned states);
/* A reason was given, of at most 4,000 characters. */
bool yz_act_reason(const struct yz_act_input *in, struct yz_err *err);
struct yz_str yz_act_says(const struct yz_act_input *in);
/* What is noted of a special procedure that begins: it opens with its kind (行政许可法 45). */
struct yz_str yz_act_stop_says(struct yz_arena *a, const struct yz_act_input *in);
/* The open task of this kind that the input names; where it names none, her own, else one that anybody of hers may take.  A colleague's:
 * CONFLICT; several that she could mean: NOT_NOW.  She must be of its department, region and role. */
bool yz_act_task(struct yz_acting *t, const struct yz_act_input *in, const char *act, enum yz_permission may, int64_t *task,
		 struct yz_err *err);
/* Likewise of any kind; `may`: the permission of the act itself. */
struct yz_task_held *yz_act_on(struct yz_acting *t, const struct yz_act_input *in, enum yz_permission may, struct yz_err *err);
/* Marked fields and materials that the item has, each with how to mend it. */
bool yz_act_items(const struct yz_acting *t, const struct yz_json *items, struct yz_err *err);
/* The marked materials are to be given anew. */
bool yz_act_mark(struct yz_acting *t, const struct yz_json *items, struct yz_err *err);
/* After something that hung on `parent` went: the last before it gives it back, the last behind it lets the process go on. */
bool yz_acting_hung(struct yz_acting *t, int64_t parent, struct yz_str kind, struct yz_err *err);
/* A message to an official, in her language, with the way to the case.  part: the name of a step; reason: the words of who acts. */
bool yz_act_tell(struct yz_acting *t, int64_t person, enum yz_say kind, struct yz_str part, struct yz_str reason, struct yz_err *err);
/* Hers, or her agent's while she is one. */
bool yz_act_own(const struct yz_acting *t);

#endif
