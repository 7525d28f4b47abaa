/* What can be done with a case now: the same conditions as the acts themselves, asked beforehand, so that the page offers
 * what will be taken.  An act decides for itself all the same.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/case_choice.h"

#include "calendar/calendar.h"
#include "gov/acting.h"
#include "gov/fee_case.h"
#include "text/text.h"

#define HURRY_EVERY (24 * YZ_HOUR)

struct offering {
	struct yz_conn *conn;
	const struct yz_actor *who;
	struct yz_case *c;
	bool owner;
};

static void offer(struct offering *o, enum yz_act act, int64_t task, const char *why)
{
	o->c->choices[o->c->nchoices++] = (struct yz_case_choice){.act = act, .task = task, .allowed = !why, .reason = why};
}

static bool may(const struct offering *o, enum yz_permission what, const struct yz_case_task *k)
{
	return yz_may_task(o->who, what, k->org, k->path, k->post, k->role) != NULL;
}

/* In any post of the department. */
static bool may_beside(const struct offering *o, enum yz_permission what, const struct yz_case_task *k)
{
	return yz_may_at(o->who, what, k->org, k->path, YZ_LIT("")) != NULL;
}

static bool may_case(const struct offering *o, enum yz_permission what)
{
	return yz_may_at(o->who, what, o->c->row.org, o->c->region_path, YZ_LIT("")) != NULL;
}

/* ---- a task ---- */

static bool extended(const struct yz_case *c)
{
	for (size_t i = 0; i < c->nclocks; i++) {
		struct yz_clock k;
		if (yz_clock_parse(c->clocks[i].body, &k, NULL) && k.extra)
			return true;
	}
	return false;
}

static bool extension_asked(const struct yz_case *c)
{
	for (size_t i = 0; i < c->ntasks; i++)
		if (c->tasks[i].open && yz_str_eqz(c->tasks[i].kind, "extend"))
			return true;
	return false;
}

static const char *extend_why_not(const struct yz_case *c)
{
	return extended(c) ? N_("期限只能延长一次") : extension_asked(c) ? N_("已经申请延长，等负责人批准") : NULL;
}

/* Only where the item charges at all is anything asked of the database. */
static const char *fee_bars(struct offering *o, const char *act)
{
	bool charges = yz_json_get(o->c->item_body, "charge") != NULL && !yz_str_eqz(o->c->outcome, "deny");
	return charges ? yz_fee_bars(o->conn, o->c->row.id, act) : NULL;
}

/* What finishes it. */
static void offer_work(struct offering *o, const struct yz_case_task *k, const char *taken)
{
	const struct yz_case *c = o->c;
	if (yz_str_eqz(k->act, "accept") && may(o, YZ_MAY_case_accept, k)) {
		offer(o, YZ_ACT_accept, k->id, taken);
		offer(o, YZ_ACT_correct, k->id, taken ? taken : c->correction ? N_("补正内容必须一次告知，已经告知过") : NULL);
		offer(o, YZ_ACT_refuse, k->id, taken);
	} else if (yz_str_eqz(k->act, "review") && may(o, YZ_MAY_case_opinion, k)) {
		offer(o, YZ_ACT_pass, k->id, taken);
		offer(o, YZ_ACT_object, k->id, taken);
	} else if (yz_str_eqz(k->act, "decide") && may(o, YZ_MAY_case_decide, k)) {
		offer(o, YZ_ACT_grant, k->id, taken ? taken : fee_bars(o, "decide"));
		offer(o, YZ_ACT_deny, k->id, taken);
	} else if (yz_str_eqz(k->act, "issue") && may(o, YZ_MAY_case_issue, k)) {
		offer(o, YZ_ACT_issue, k->id, taken);
	} else if (yz_str_eqz(k->act, "deliver") && may(o, YZ_MAY_case_deliver, k)) {
		offer(o, YZ_ACT_deliver, k->id, taken ? taken : fee_bars(o, "deliver"));
	} else if (yz_str_eqz(k->act, "account") && may(o, YZ_MAY_account_mend, k)) {
		offer(o, YZ_ACT_mend_account, k->id, taken);
		offer(o, YZ_ACT_stop_pay, k->id, taken);
	} else if (yz_str_eqz(k->kind, "extend") && may(o, YZ_MAY_clock_extend, k)) {
		offer(o, YZ_ACT_extend, k->id, taken);
		offer(o, YZ_ACT_decline, k->id, taken);
	}
}

/* What gives it to others, or sends it back. */
static void offer_moves(struct offering *o, const struct yz_case_task *k)
{
	const struct yz_case *c = o->c;
	bool accepted = c->row.state == YZ_CASE_accepted, whole = yz_str_eqz(k->act, "review") || yz_str_eqz(k->act, "decide");
	if (yz_str_eqz(k->kind, "extend"))
		return;
	if (may(o, YZ_MAY_case_hand, k) || may_beside(o, YZ_MAY_case_decide, k))
		offer(o, YZ_ACT_hand, k->id, NULL);
	if (k->kind.len)
		return;
	if (may(o, YZ_MAY_case_hand, k))
		offer(o, YZ_ACT_delegate, k->id, NULL);
	if (may(o, YZ_MAY_case_sign, k))
		offer(o, YZ_ACT_sign, k->id, NULL);
	if (accepted && whole && may(o, YZ_MAY_case_back, k))
		offer(o, YZ_ACT_back, k->id, NULL);
	if (accepted && whole && may(o, YZ_MAY_extend_ask, k) && !may(o, YZ_MAY_clock_extend, k))
		offer(o, YZ_ACT_ask_extend, k->id, extend_why_not(c));
}

static void offer_task(struct offering *o, const struct yz_case_task *k)
{
	const char *taken = k->person && !yz_stands_for(o->who, k->person) ? N_("已由他人领取") : NULL;
	if (!k->person && may(o, YZ_MAY_desk, k))
		offer(o, YZ_ACT_claim, k->id, NULL);
	offer_work(o, k, taken);
	if (!taken)
		offer_moves(o, k);
	else if (!yz_str_eqz(k->kind, "extend") && may_beside(o, YZ_MAY_case_decide, k))
		offer(o, YZ_ACT_hand, k->id, NULL);
}

/* Who was added can be left out again, by whoever has the task it was added to; of several, by another of them. */
static void offer_unsign(struct offering *o, const struct yz_case_task *k)
{
	const struct yz_case *c = o->c;
	bool hangs = k->kind.len && k->parent;
	for (size_t i = 0; i < c->ntasks; i++) {
		const struct yz_case_task *b = &c->tasks[i];
		bool on = hangs ? b->id == k->parent : k->multi && !k->kind.len && k->open && b->multi == k->multi && b->id != k->id && b->open;
		if (!on || (b->person && !yz_stands_for(o->who, b->person)) || !may(o, YZ_MAY_case_sign, b))
			continue;
		offer(o, YZ_ACT_unsign, k->id, NULL);
		return;
	}
}

static void offer_tasks(struct offering *o)
{
	const struct yz_case *c = o->c;
	for (size_t i = 0; i < c->ntasks; i++)
		if (c->tasks[i].open)
			offer_task(o, &c->tasks[i]);
	for (size_t i = 0; i < c->ntasks; i++)
		if ((c->tasks[i].open || c->tasks[i].waiting) && (c->tasks[i].multi || c->tasks[i].parent))
			offer_unsign(o, &c->tasks[i]);
	for (size_t i = 0; c->undo_task && i < c->ntasks; i++)
		if (c->tasks[i].id == c->undo_task && yz_stands_for(o->who, c->tasks[i].person) && may_beside(o, YZ_MAY_case_recall, &c->tasks[i]))
			offer(o, YZ_ACT_recall, c->undo_task, NULL);
}

/* ---- the case ---- */

static void offer_clock(struct offering *o)
{
	const struct yz_case *c = o->c;
	bool stopped = false, stops = may_case(o, YZ_MAY_clock_stop), suspends = may_case(o, YZ_MAY_case_suspend);
	for (size_t i = 0; i < c->ntasks; i++) {
		const struct yz_case_task *k = &c->tasks[i];
		if (k->kind.len && k->parent)
			continue;
		/* Hers while somebody else is asked before her. */
		stops = stops || ((k->open || k->waiting) && may_beside(o, YZ_MAY_clock_stop, k));
		suspends = suspends || ((k->open || k->held || k->waiting) && may_beside(o, YZ_MAY_case_suspend, k));
	}
	for (size_t i = 0; i < c->nclocks; i++)
		stopped = stopped || (c->clocks[i].stopped && !yz_str_eqz(c->clocks[i].kind, "step"));
	if (stops && stopped)
		offer(o, YZ_ACT_resume, 0, NULL);
	else if (stops && !c->paused)
		offer(o, YZ_ACT_stop, 0, NULL);
	if (!c->version->joint && !extension_asked(c) && may_case(o, YZ_MAY_clock_extend))
		offer(o, YZ_ACT_extend, 0, extended(c) ? N_("期限只能延长一次") : NULL);
	if (suspends)
		offer(o, c->paused ? YZ_ACT_unsuspend : YZ_ACT_suspend, 0, NULL);
}

static void offer_owner(struct offering *o)
{
	const struct yz_case *c = o->c;
	enum yz_case_state s = c->row.state;
	if (yz_case_elsewhere(c->channel) && s != YZ_CASE_finished && s != YZ_CASE_denied && s != YZ_CASE_refused)
		return;
	if (s == YZ_CASE_correcting)
		offer(o, YZ_ACT_supply, 0, NULL);
	if (s == YZ_CASE_submitted || s == YZ_CASE_correcting || s == YZ_CASE_accepted)
		offer(o, YZ_ACT_withdraw, 0, NULL);
	else if (s == YZ_CASE_decided)
		offer(o, YZ_ACT_withdraw, 0, N_("已经作出决定，不能撤回"));
	if ((s == YZ_CASE_finished || s == YZ_CASE_denied || s == YZ_CASE_refused) && !c->rating.level)
		offer(o, YZ_ACT_rate, 0, NULL);
}

static bool works_on_it(const struct offering *o)
{
	bool works = may_case(o, YZ_MAY_case_copy);
	for (size_t i = 0; !works && i < o->c->ntasks; i++)
		works = may_beside(o, YZ_MAY_case_copy, &o->c->tasks[i]);
	return works;
}

static void offer_asides(struct offering *o, bool hurried)
{
	const struct yz_case *c = o->c;
	bool works = works_on_it(o), waits = false, others = false;
	for (size_t i = 0; i < c->ntasks; i++) {
		waits = waits || c->tasks[i].open;
		others = others || (c->tasks[i].open && !may(o, YZ_MAY_desk, &c->tasks[i]));
	}
	if (waits && (o->owner || (others && works && yz_may(o->who, YZ_MAY_case_hurry))))
		offer(o, YZ_ACT_hurry, 0, hurried ? N_("24 小时内已经催过一次，请稍后再催") : NULL);
	if (works)
		offer(o, YZ_ACT_copy, 0, NULL);
	for (size_t i = 0; i < c->ncopies; i++)
		if (c->copies[i].person == o->who->person && !c->copies[i].read_at)
			offer(o, YZ_ACT_read_copy, 0, NULL);
}

static bool mended(const struct yz_case *c)
{
	for (size_t i = 0; i < c->nevents; i++)
		if (yz_str_eqz(c->events[i].act, yz_act_name(YZ_ACT_mend_rating)))
			return true;
	return false;
}

static void offer_supervision(struct offering *o)
{
	const struct yz_case *c = o->c;
	if (yz_case_state_open(c->row.state) && yz_may_in(o->who, YZ_MAY_urge, c->row.org, c->region_path))
		offer(o, YZ_ACT_urge, 0, NULL);
	for (size_t i = 0; i < c->nurges; i++)
		if (!c->urges[i].answered && !c->urges[i].to_supervisor && yz_may_in(o->who, YZ_MAY_urge_answer, c->urges[i].org_key, c->region_path)) {
			offer(o, YZ_ACT_answer_urge, c->urges[i].id, NULL);
			break;
		}
	if (c->rating.level && !c->rating.answered && yz_may_in(o->who, YZ_MAY_rating_answer, c->row.org, c->region_path))
		offer(o, YZ_ACT_answer_rating, 0, NULL);
	if (c->rating.level && c->rating.level <= 2 && c->rating.answered && !mended(c) &&
	    yz_may_in(o->who, YZ_MAY_rating_answer, c->row.org, c->region_path))
		offer(o, YZ_ACT_mend_rating, 0, NULL);
}

bool yz_case_offer(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, struct yz_case *c,
		   bool owner, struct yz_err *err)
{
	struct offering o = {conn, who, c, owner};
	yz_instant now = yz_site_now(site);
	enum yz_case_state s = c->row.state;
	int64_t hurried;
	if (!yz_select_int(conn, &hurried, 0, err, "SELECT COUNT(*) FROM hurry WHERE case_id = $1 AND by_person = $2 AND at > $3",
			   YZ_I(c->row.id), YZ_I(who->person), YZ_I(now - HURRY_EVERY)))
		return false;
	c->choices = yz_new_n(a, c->ntasks * 12 + c->ncopies + 32, struct yz_case_choice);
	if (owner)
		offer_owner(&o);
	offer_tasks(&o);
	if (s == YZ_CASE_correcting && !yz_case_elsewhere(c->channel) && !c->accepted && may_case(&o, YZ_MAY_case_accept)) {
		bool lapsed = c->correction && now >= c->correction->due;
		offer(&o, YZ_ACT_refuse, 0, lapsed ? NULL : N_("补正期限未到，请等申请人补正"));
	}
	if (s == YZ_CASE_accepted && !yz_case_elsewhere(c->channel))
		offer_clock(&o);
	if (!yz_case_elsewhere(c->channel) && (s == YZ_CASE_submitted || s == YZ_CASE_correcting || s == YZ_CASE_accepted) && may_case(&o, YZ_MAY_case_close))
		offer(&o, YZ_ACT_close, 0, NULL);
	offer_asides(&o, hurried != 0);
	offer_supervision(&o);
	return true;
}
