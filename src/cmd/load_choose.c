/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/load_choose.h"

void yz_load_choose(struct yz_dice *d, int64_t task, struct yz_str act, struct yz_act_input *in, enum yz_happening *after, int *days)
{
	*in = (struct yz_act_input){.task = task};
	*after = YZ_STEP;
	*days = 0;
	if (yz_str_eqz(act, "accept")) {
		in->act = yz_dice_chance(d, 90) ? YZ_ACT_accept : yz_dice_chance(d, 60) ? YZ_ACT_correct : YZ_ACT_refuse;
		in->reason = in->act == YZ_ACT_refuse ? YZ_LIT("申请事项不属于本机关职权范围，请向有权机关申请。") : YZ_LIT("");
		if (in->act == YZ_ACT_correct)
			*after = YZ_SUPPLY, *days = 2 + (int)yz_dice_below(d, 6);
	} else if (yz_str_eqz(act, "review")) {
		in->act = yz_dice_chance(d, 96) ? YZ_ACT_pass : YZ_ACT_object;
		in->reason = in->act == YZ_ACT_pass ? YZ_LIT("材料齐全，符合条件。") : YZ_LIT("现场情况与申报不一致，请决定环节核实。");
		if (yz_dice_chance(d, 5)) {
			in->act = YZ_ACT_stop;
			in->special = YZ_LIT("专家评审");
			in->days = 8;
			in->reason = YZ_LIT("需要组织专家评审。");
			*after = YZ_RESUME, *days = 3 + (int)yz_dice_below(d, 8);
		}
	} else if (yz_str_eqz(act, "decide")) {
		in->act = yz_dice_chance(d, 94) ? YZ_ACT_grant : YZ_ACT_deny;
		in->reason = in->act == YZ_ACT_grant ? YZ_LIT("申请符合法定条件、标准。") : YZ_LIT("申请不符合法定条件，所在位置不能满足规定要求。");
	} else if (yz_str_eqz(act, "account")) {
		in->act = YZ_ACT_mend_account;
		in->reason = YZ_LIT("与本人核对了银行卡，原卡可用，请重发。");
	} else if (yz_str_eqz(act, "issue")) {
		in->act = YZ_ACT_issue;
	} else {
		in->act = YZ_ACT_deliver;
		*after = YZ_RATE, *days = 1 + (int)yz_dice_below(d, 5);
	}
}

void yz_load_think_again(struct yz_dice *d, struct yz_act_input *in)
{
	static const struct {
		enum yz_act act, instead;
		const char *reason;
	} other[] = {
		{YZ_ACT_accept, YZ_ACT_refuse, "按填报的情况，不符合受理条件。"},
		{YZ_ACT_refuse, YZ_ACT_accept, ""},
		{YZ_ACT_grant, YZ_ACT_deny, "经审查，申请人的情况不符合法定条件。"},
		{YZ_ACT_deny, YZ_ACT_grant, "申请符合法定条件、标准。"},
	};
	if (yz_dice_chance(d, 15)) {
		in->overrule = YZ_LIT("核对原件，情况与填报的不同。");
		return;
	}
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		if (other[i].act == in->act) {
			in->act = other[i].instead;
			in->reason = yz_str(other[i].reason);
			return;
		}
}
