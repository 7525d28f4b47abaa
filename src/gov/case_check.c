/* The item's own decision, held against what an official is about to do.
 *
 * She may decide otherwise, for she sees what no form asks; but she says why, and it stands in the ledger and in the
 * history of the case, where supervision reads it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/utf8.h"
#include "gov/acting.h"
#include "gov/fault.h"
#include "gov/guide.h"
#include "text/text.h"

enum { OVERRULE_MOST = 4000 };

void yz_guide_advise(struct yz_arena *a, const struct yz_version *v, const struct yz_json *facts, yz_instant now,
		     struct yz_advice *out)
{
	struct yz_decided said;
	size_t n;
	*out = (struct yz_advice){0};
	if (!v->decision || (!v->decision->at[YZ_SAYS_ACCEPT] && !v->decision->at[YZ_SAYS_OPINION]))
		return;
	const struct yz_dmn_told *told = yz_decision_told(a, v->decision, v->form, facts, facts, now, &n);
	yz_decide(a, v->decision, v->body, told, n, now, 1u << YZ_SAYS_ACCEPT | 1u << YZ_SAYS_OPINION, &said);
	out->accepts = said.known[YZ_SAYS_ACCEPT] && !said.refused;
	if (said.refused)
		out->refusal = said.refusal.len ? said.refusal : YZ_LIT("不符合受理条件");
	out->opinion = said.opinion;
	out->asked = said.known[YZ_SAYS_ACCEPT] || said.opinion.len > 0;
	out->missing = said.missing;
	out->nmissing = said.nmissing;
}

struct yz_str yz_guide_against(const struct yz_advice *advice, enum yz_act act)
{
	switch (act) {
	case YZ_ACT_accept:
		return advice->refusal;
	case YZ_ACT_refuse:
		return advice->accepts ? YZ_LIT("符合受理条件") : (struct yz_str){0};
	case YZ_ACT_grant:
		return yz_str_eqz(advice->opinion, "不予") ? advice->opinion : (struct yz_str){0};
	case YZ_ACT_deny:
		return yz_str_eqz(advice->opinion, "准予") ? advice->opinion : (struct yz_str){0};
	default:
		return (struct yz_str){0};
	}
}

bool yz_acting_weigh(struct yz_acting *t, enum yz_act act, struct yz_err *err)
{
	struct yz_advice advice;
	bool looked = act == YZ_ACT_accept || act == YZ_ACT_refuse || act == YZ_ACT_grant || act == YZ_ACT_deny;
	t->weighed = true;
	/* What was not mended in time is refused for that, whatever the rules say of the rest. */
	if (!looked || !t->v->decision || (act == YZ_ACT_refuse && t->state == YZ_CASE_correcting))
		return true;
	if (!yz_acting_facts(t, err))
		return false;
	yz_guide_advise(t->a, t->v, t->facts, t->now, &advice);
	t->against = yz_guide_against(&advice, act);
	return true;
}

bool yz_acting_check(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!t->weighed && !yz_acting_weigh(t, in->act, err))
		return false;
	struct yz_str why = yz_str_trim(in->overrule);
	if (!t->against.len)
		return true;
	if (!why.len)
		return yz_wrong(err, "overrule", N_("这样办和规则的意见不一致，请写明为什么"));
	if (yz_utf8_count(why) > OVERRULE_MOST)
		return yz_wrong(err, "overrule", N_("理由最多 4000 字"));
	struct yz_str text = yz_str_printf(t->a, "%s；规则的意见：%.*s；理由：%.*s", yz_act_verb(in->act), YZ_P(t->against), YZ_P(why));
	return yz_acting_note(t, YZ_ACT_overrule, in->task, text, YZ_LIT(""), err);
}
