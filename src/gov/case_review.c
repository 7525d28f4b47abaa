/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/doing.h"

#include "gov/doubt.h"
#include "gov/fault.h"
#include "gov/publicity.h"
#include "gov/fee_case.h"
#include "text/text.h"

enum { DELIVER_DAYS = 10 };

/* ---- review ---- */

bool yz_do_claim(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_task_held *k = yz_acting_task(t, in->task);
	if (!k || yz_task_rests(k))
		return yz_fail(err, YZ_CONFLICT, "task %lld is taken", (long long)in->task);
	if (!yz_acting_may_do(t, k, YZ_MAY_desk, err))
		return false;
	yz_acting_touch(t);
	k->person = yz_acting_taker(t);
	return yz_exec(t->conn, err, "UPDATE task SET person = $1 WHERE id = $2", YZ_I(k->person), YZ_I(in->task)) &&
	       yz_acting_note(t, YZ_ACT_claim, in->task, YZ_LIT(""), YZ_LIT(""), err);
}

bool yz_do_review(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	bool pass = in->act == YZ_ACT_pass;
	/* A process may ask other departments after the decision too: the tax office of a new company. */
	if (!yz_act_at(t, err, YZ_AT(submitted) | YZ_AT(accepted) | YZ_AT(decided)) || (!pass && !yz_act_reason(in, err)) ||
	    !yz_act_task(t, in, "review", YZ_MAY_case_opinion, &task, err))
		return false;
	bool hangs = yz_task_hangs(yz_acting_task(t, task));
	if (t->state == YZ_CASE_submitted && !hangs)
		return yz_act_at(t, err, YZ_AT(accepted) | YZ_AT(decided));
	if (pass && (!yz_acting_doubts_settled(t, err) || !yz_acting_objections_settled(t, err)))
		return false;
	if (!yz_acting_done(t, task, pass ? "pass" : "object", yz_act_says(in), err))
		return false;
	/* What has been told or published cannot be taken back. */
	if (t->flowed && !t->ended && !t->follow.len && !hangs) {
		t->undo = t->flow_text; /* as it was before this act */
		t->undo_task = task;
	}
	return yz_acting_note(t, in->act, task, yz_act_says(in), YZ_LIT(""), err);
}

/* ---- decision ---- */

/* On time: before the promised limit (else the law's) ran out; early: at least a day before its last.  How long it took:
 * as the limit counts it, so without lawful stops; the decision's own part since its task was opened. */
static void judge_time(struct yz_acting *t, yz_instant opened)
{
	struct yz_clock_held *k = yz_acting_clock(t, "promised");
	k = k ? k : yz_acting_clock(t, "legal");
	int64_t whole = yz_acting_days(t, t->accepted, t->now), own = yz_acting_days(t, opened, t->now);
	struct yz_clock_state s = {0};
	if (k)
		s = yz_clock_at(&k->clock, t->calendar, NULL, t->now);
	if (k && k->clock.unit == YZ_WORKING_DAYS)
		whole = s.used;
	t->figure.days_decide = own < whole ? own : whole;
	t->figure.days_review = whole - t->figure.days_decide;
	if (!k)
		return;
	t->figure.on_time = s.stopped || t->now < s.due;
	t->figure.early = t->figure.on_time && (s.stopped || yz_instant_day(t->now, t->site->offset) < s.last_day);
}

bool yz_do_decide(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	bool deny = in->act == YZ_ACT_deny;
	if (!yz_act_at(t, err, YZ_AT(accepted)) || !yz_act_task(t, in, "decide", YZ_MAY_case_decide, &task, err) || !yz_act_reason(in, err))
		return false;
	if (deny && !yz_str_trim(in->basis).len)
		return yz_wrong(err, "basis", N_("请写明法律依据（法律名称和条款）"));
	if (!deny && (!yz_acting_doubts_settled(t, err) || !yz_acting_objections_settled(t, err)))
		return false;
	t->state = YZ_CASE_decided;
	t->decided = t->now;
	t->outcome = deny ? YZ_LIT("deny") : YZ_LIT("grant");
	t->figure.decided = 1;
	t->figure.denied = deny;
	judge_time(t, yz_acting_task(t, task)->opened);
	struct yz_letter_extra extra = {.reason = yz_act_says(in), .basis = yz_str_trim(in->basis)};
	return yz_fee_gate(t, "decide", err) && (deny || yz_fee_at(t, "grant", err)) && yz_acting_clock_end(t, "promised", 0, err) && yz_acting_clock_end(t, "legal", 0, err) &&
	       yz_acting_letter(t, deny ? "DENY" : "GRANT", &extra, err) &&
	       yz_acting_clock_start(t, "deliver", 0, t->org, DELIVER_DAYS, YZ_WORKING_DAYS, t->now, err) &&
	       yz_acting_done(t, task, deny ? "deny" : "grant", yz_act_says(in), err) &&
	       yz_acting_say(t, deny ? YZ_SAY_deny : YZ_SAY_grant, NULL, 0, err) &&
	       yz_acting_note(t, in->act, task, yz_act_says(in), yz_str_trim(in->basis), err);
}

bool yz_do_issue(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	return yz_act_at(t, err, YZ_AT(decided)) && yz_act_task(t, in, "issue", YZ_MAY_case_issue, &task, err) &&
	       (!yz_str_eqz(t->v->result_kind, "licence") || yz_acting_licence(t, err)) &&
	       yz_acting_done(t, task, "issued", yz_act_says(in), err) && yz_acting_note(t, YZ_ACT_issue, task, yz_act_says(in), YZ_LIT(""), err);
}

static bool any_licence(const struct yz_rows *papers)
{
	for (size_t i = 0; i < papers->count; i++)
		if (yz_str_eqz(yz_row_str(papers, i, 0), "LICENCE"))
			return true;
	return false;
}

bool yz_do_deliver(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	int64_t task;
	struct yz_letter_extra extra = {0};
	if (!yz_act_at(t, err, YZ_AT(decided)) || !yz_act_task(t, in, "deliver", YZ_MAY_case_deliver, &task, err) || !yz_fee_gate(t, "deliver", err) ||
	    !(extra.papers = yz_acting_papers(t, err)))
		return false;
	/* A process without a task of its own for it makes the certificate here. */
	t->figure.delivered = 1;
	t->figure.days_deliver = yz_acting_days(t, t->decided, t->now);
	bool make = !any_licence(extra.papers) && yz_str_eqz(t->outcome, "grant") && yz_str_eqz(t->v->result_kind, "licence");
	return (!make || (yz_acting_licence(t, err) && (extra.papers = yz_acting_papers(t, err)))) &&
	       yz_acting_letter(t, "DELIVERY", &extra, err) && yz_acting_clock_end(t, "deliver", 0, err) &&
	       yz_acting_done(t, task, "delivered", yz_act_says(in), err) &&
	       yz_acting_say(t, YZ_SAY_deliver, NULL, 0, err) &&
	       yz_acting_note(t, YZ_ACT_deliver, task, yz_act_says(in), YZ_LIT(""), err);
}
