/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/doing.h"

#include "base/utf8.h"
#include "gov/case_light.h"
#include "gov/doubt.h"
#include "gov/fault.h"
#include "gov/message.h"
#include "gov/payout.h"
#include "gov/person.h"
#include "gov/publicity.h"
#include "text/text.h"

enum { REASON_MOST = 4000 };

struct doing {
	struct yz_site *site;
	const struct yz_actor *who;
	struct yz_str no;
	const struct yz_act_input *in;
	const struct yz_acting *seen; /* outside the write; NULL: nothing */
};

/* ---- what an act needs ---- */

bool yz_act_reason(const struct yz_act_input *in, struct yz_err *err)
{
	struct yz_str s = yz_str_trim(in->reason);
	if (!s.len)
		return yz_wrong(err, "reason", N_("请写明理由"));
	if (yz_utf8_count(s) > REASON_MOST)
		return yz_wrong(err, "reason", N_("理由最多 4000 字"));
	return true;
}

bool yz_act_at(const struct yz_acting *t, struct yz_err *err, unsigned states)
{
	return (states & (1u << t->state)) != 0 ||
	       yz_fail(err, YZ_NOT_NOW, "case %.*s is %s", YZ_P(t->no), yz_case_state_name(t->state));
}

/* Of the tasks she may do: her own before one that waits for anybody, that before a colleague's; of equals the first.  Two of different
 * steps that are as near to her: which is meant only the input can say. */
struct picking {
	struct yz_task_held *best;
	int nearness;
	bool unclear;
};

static void pick(struct picking *p, const struct yz_acting *t, struct yz_task_held *k)
{
	int near = !k->person ? 1 : yz_stands_for(t->who, k->person) ? 2 : 0;
	if (p->best && near == p->nearness)
		p->unclear = p->unclear || !yz_str_eq(k->node, p->best->node) || !yz_str_eq(k->kind, p->best->kind);
	if (!p->best || near > p->nearness)
		*p = (struct picking){k, near, false};
}

static bool picked(const struct picking *p, const struct yz_act_input *in, struct yz_err *err)
{
	if (in->task || !p->best)
		return true;
	if (!p->nearness)
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这一步已由同事领取，没有由您办的待办"));
	return !p->unclear || yz_fail(err, YZ_NOT_NOW, "%s", N_("您在这个办件上有几项待办，请从待办里打开要办的一项"));
}

bool yz_act_task(struct yz_acting *t, const struct yz_act_input *in, const char *act, enum yz_permission may, int64_t *task,
		     struct yz_err *err)
{
	struct picking p = {0};
	bool any = false;
	if (t->paused)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("办件已挂起，恢复办理后再办"));
	for (size_t i = 0; i < t->tasks.len; i++) {
		struct yz_task_held *k = &t->tasks.at[i];
		if (yz_task_rests(k) || !yz_str_eqz(k->act, act) || (in->task && k->id != in->task))
			continue;
		any = true;
		if (yz_may_task(t->who, may, k->org, k->path, k->post, k->role))
			pick(&p, t, k);
	}
	if (any && !p.best)
		return yz_refuse(t->who, may, err);
	if (!p.best)
		return yz_fail(err, YZ_CONFLICT, "case %.*s has no open task to %s", YZ_P(t->no), act);
	*task = p.best->id;
	return picked(&p, in, err) && yz_acting_may_do(t, p.best, may, err);
}

struct yz_task_held *yz_act_on(struct yz_acting *t, const struct yz_act_input *in, enum yz_permission may, struct yz_err *err)
{
	struct picking p = {0};
	for (size_t i = 0; i < t->tasks.len; i++) {
		struct yz_task_held *k = &t->tasks.at[i];
		if (in->task ? k->id == in->task : !yz_task_rests(k) && yz_may_task(t->who, may, k->org, k->path, k->post, k->role))
			pick(&p, t, k);
	}
	if (t->paused)
		return yz_fail_null(err, YZ_NOT_NOW, "%s", N_("办件已挂起，恢复办理后再办"));
	if (!p.best || yz_task_rests(p.best))
		return yz_fail_null(err, YZ_CONFLICT, "case %.*s has no such open task", YZ_P(t->no));
	return picked(&p, in, err) && yz_acting_may_do(t, p.best, may, err) ? p.best : NULL;
}

bool yz_act_tell(struct yz_acting *t, int64_t person, enum yz_say kind, struct yz_str part, struct yz_str reason, struct yz_err *err)
{
	const struct yz_said said[] = {{"item", t->v->name, true}, {"no", t->no}, {"part", part, true}, {"name", t->who ? t->who->name : YZ_LIT("")},
				       {"reason", reason}};
	return yz_message_say_at(t->site, t->conn, t->a, person, yz_str_printf(t->a, "/desk/case/%.*s", YZ_P(t->no)), kind, said,
				 sizeof said / sizeof *said, err);
}

bool yz_act_own(const struct yz_acting *t)
{
	return yz_may_own(t->who, YZ_MAY_case_act_own, t->applicant, t->v->code) || (t->agent && t->who->person == t->agent);
}

struct yz_str yz_act_says(const struct yz_act_input *in)
{
	return yz_str_trim(in->reason);
}

static yz_act_fn *const table[YZ_ACTS] = {
	[YZ_ACT_accept] = yz_do_accept, [YZ_ACT_refuse] = yz_do_refuse, [YZ_ACT_correct] = yz_do_correct,
	[YZ_ACT_supply] = yz_do_supply, [YZ_ACT_withdraw] = yz_do_withdraw, [YZ_ACT_claim] = yz_do_claim,
	[YZ_ACT_pass] = yz_do_review, [YZ_ACT_object] = yz_do_review, [YZ_ACT_stop] = yz_do_pause, [YZ_ACT_resume] = yz_do_pause,
	[YZ_ACT_extend] = yz_do_extend, [YZ_ACT_grant] = yz_do_decide, [YZ_ACT_deny] = yz_do_decide, [YZ_ACT_issue] = yz_do_issue,
	[YZ_ACT_deliver] = yz_do_deliver, [YZ_ACT_urge] = yz_do_urge, [YZ_ACT_answer_urge] = yz_do_answer_urge,
	[YZ_ACT_rate] = yz_do_rate, [YZ_ACT_answer_rating] = yz_do_answer_rating, [YZ_ACT_mend_rating] = yz_do_mend_rating,
	[YZ_ACT_hand] = yz_do_hand, [YZ_ACT_delegate] = yz_do_delegate, [YZ_ACT_sign] = yz_do_sign, [YZ_ACT_unsign] = yz_do_unsign,
	[YZ_ACT_back] = yz_do_back, [YZ_ACT_recall] = yz_do_recall, [YZ_ACT_copy] = yz_do_copy, [YZ_ACT_read_copy] = yz_do_read_copy,
	[YZ_ACT_hurry] = yz_do_hurry, [YZ_ACT_suspend] = yz_do_suspend, [YZ_ACT_unsuspend] = yz_do_unsuspend,
	[YZ_ACT_close] = yz_do_close, [YZ_ACT_clear] = yz_do_clear,
	[YZ_ACT_answer_objection] = yz_do_answer_objection, [YZ_ACT_mend_account] = yz_do_mend_account, [YZ_ACT_stop_pay] = yz_do_stop_pay,
	[YZ_ACT_ask_extend] = yz_do_ask_extend, [YZ_ACT_decline] = yz_do_decline,
};

/* Whom the case is there for, as yz_case_load has it: numbers can be guessed. */
static bool sees(struct yz_acting *t, struct yz_err *err)
{
	const struct yz_actor *who = t->who;
	struct yz_str path = t->path;
	bool sees = yz_may_own(who, YZ_MAY_case_read_own, t->applicant, t->v->code);
	if (t->agent && who->person == t->agent && !sees) {
		if (!yz_agency_holds(t->conn, t->applicant, t->agent, t->v->code, t->now, &sees, err))
			return false;
		t->agent = sees ? t->agent : 0;
	}
	sees = sees || yz_may_at(who, YZ_MAY_case_read, t->org, path, YZ_LIT(""));
	for (size_t i = 0; !sees && i < t->tasks.len; i++)
		sees = yz_may_at(who, YZ_MAY_case_read, t->tasks.at[i].org, t->tasks.at[i].path, YZ_LIT(""));
	struct yz_rows *r = sees ? NULL : yz_select(t->conn, t->a, err,
						    "SELECT DISTINCT k.org, g.path FROM task k LEFT JOIN region g ON g.code = k.region "
						    "WHERE k.case_id = $1",
						    YZ_I(t->id));
	if (!sees && !r)
		return false;
	for (size_t i = 0; !sees && i < r->count; i++)
		sees = yz_may_at(who, YZ_MAY_case_read, yz_row_str(r, i, 0), yz_row_str(r, i, 1), YZ_LIT(""));
	int64_t copies = 0;
	if (!sees && who->staff && !yz_select_int(t->conn, &copies, 0, err, "SELECT (SELECT COUNT(*) FROM case_copy WHERE case_id = $1 AND person = $2) + "
						  "(SELECT COUNT(*) FROM task WHERE case_id = $1 AND by_person = $2)",
						  YZ_I(t->id), YZ_I(who->person)))
		return false;
	sees = sees || copies;
	return sees || yz_fail(err, YZ_NOT_FOUND, "case %.*s is not for person %lld", YZ_P(t->no), (long long)who->person);
}

/* As it was seen if that still holds, else as it is now. */
static bool take_or_load(const struct doing *d, struct yz_acting *t, struct yz_conn *conn, struct yz_arena *a, struct yz_err *err)
{
	bool stands = false;
	if (d->seen && !yz_acting_take(t, d->seen, conn, a, &stands, err))
		return false;
	if (!stands)
		return yz_acting_load(t, d->site, conn, a, d->who, d->no, err) && sees(t, err);
	/* An agency may have ended without the case knowing. */
	return !t->agent || d->who->person != t->agent || sees(t, err);
}

static struct yz_version_asked *asked_of(const struct yz_acting *seen)
{
	return &seen->v->asked[seen->tasks.len < 2];
}

static uint64_t act_bit(enum yz_act act)
{
	return (uint64_t)1 << (act % 64);
}

/* Of a case that another system handles: what is about it, and not its handling. */
static bool done_here(enum yz_act act)
{
	static const enum yz_act here[] = {YZ_ACT_urge, YZ_ACT_answer_urge, YZ_ACT_rate, YZ_ACT_answer_rating, YZ_ACT_mend_rating, YZ_ACT_copy, YZ_ACT_read_copy};
	for (size_t i = 0; i < sizeof here / sizeof *here; i++)
		if (act == here[i])
			return true;
	return false;
}

/* What the act had to open itself is opened before it the next time. */
static void learn(const struct yz_acting *t, const struct yz_acting *seen, enum yz_act act)
{
	struct yz_version_asked *asked = asked_of(seen);
	if (t->version != seen->version) /* loaded anew, and more than it needs */
		return;
	if (t->facts && !seen->facts)
		asked->opens |= act_bit(act);
	if (t->vars.kind != YZ_FEEL_NULL && seen->vars.kind == YZ_FEEL_NULL)
		asked->weighs |= act_bit(act);
	if (t->flow && !seen->flow)
		asked->flows |= act_bit(act);
}

static bool do_act(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct doing *d = ctx;
	/* Not in the arena, which would clear it: it is large, and mostly clocks that are not there. */
	struct yz_acting taken, *t = &taken;
	if (!take_or_load(d, t, conn, a, err))
		return false;
	t->in = d->in;
	if (d->in->version && d->in->version != t->version)
		return yz_fail(err, YZ_CONFLICT, "case %.*s is at version %lld, the actor saw %lld", YZ_P(t->no), (long long)t->version,
			       (long long)d->in->version);
	if (yz_case_elsewhere(t->channel) && !done_here(d->in->act))
		return yz_fail(err, YZ_CONFLICT, "%s", N_("这个办件由部门自己的系统办理，请在那里办"));
	bool good = yz_acting_check(t, d->in, err) && table[d->in->act](t, d->in, err) && yz_acting_save(t, err);
	if (d->seen)
		learn(t, d->seen, d->in->act);
	return good;
}

/* Outside the write: what the writer would do while others wait. */
static bool see(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no, enum yz_act act,
		struct yz_acting *seen, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read_in(site->db, a, err);
	bool good = conn && yz_acting_see(seen, site, conn, a, who, no, err) && sees(seen, err);
	if (good) {
		/* What the applicant wrote and where the process stands are opened where such an act of this item has asked for
		 * them before: many move nothing, or no condition of the process looks at the facts on their way. */
		const struct yz_version_asked *asked = asked_of(seen);
		uint64_t bit = act_bit(act);
		good = (!(asked->flows & bit) || yz_acting_flow(seen, err)) &&
		       (!(asked->opens & bit) || yz_acting_facts(seen, err)) &&
		       (!(asked->weighs & bit) || yz_acting_vars(seen, err)) && yz_acting_weigh(seen, act, err);
	}
	yz_db_release(conn);
	seen->conn = NULL;
	return good;
}

bool yz_case_act(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str no,
		 const struct yz_act_input *in, struct yz_err *err)
{
	if (in->act >= YZ_ACTS || !table[in->act])
		return yz_fail(err, YZ_BAD_INPUT, "act %d cannot be asked for", (int)in->act);
	enum yz_permission may = yz_act_permission(in->act);
	if (!yz_may(who, may))
		return yz_refuse(who, may, err);
	struct yz_acting *seen = yz_new(a, struct yz_acting);
	if (!see(site, a, who, no, in->act, seen, err))
		return false;
	struct doing d = {site, who, no, in, seen};
	return yz_db_write(site->db, do_act, &d, err);
}
