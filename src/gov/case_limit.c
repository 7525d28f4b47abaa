/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/doing.h"

#include "gov/fault.h"
#include "text/text.h"

enum { EXTEND_MOST = 10 };

/* 行政许可法 45: this time does not count, and the applicant is told in writing. */
static bool stop(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	static const char *const lawful[] = {"听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"};
	struct yz_str special = yz_str_trim(in->special);
	bool known = false;
	for (size_t i = 0; i < sizeof lawful / sizeof *lawful; i++)
		known = known || yz_str_eqz(special, lawful[i]);
	const struct yz_json *own = yz_json_get(t->v->body, "special");
	for (size_t i = 0; i < yz_json_len(own); i++)
		known = known || yz_str_eq(special, yz_json_str(yz_json_at(own, i), "kind"));
	if (!yz_act_at(t, err, YZ_AT(accepted)) || !yz_act_reason(in, err))
		return false;
	if (!known)
		return yz_wrong(err, "special", N_("请选择法律规定不计入期限的程序"));
	if (in->days < 1 || in->days > 365)
		return yz_wrong(err, "days", N_("请写明预计需要的工作日，1 到 365"));
	struct yz_clock_held *k = yz_acting_clock(t, "promised");
	k = k ? k : yz_acting_clock(t, "legal");
	if (k && yz_clock_stopped(&k->clock))
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("已经停表"));
	struct yz_letter_extra extra = {.reason = yz_act_says(in), .procedure = special, .days = in->days};
	struct yz_str text = yz_str_printf(t->a, "%.*s，预计 %lld 个工作日：%.*s", YZ_P(special), (long long)in->days, YZ_P(yz_act_says(in)));
	return yz_acting_clocks_stop(t, err) && yz_acting_letter(t, "SUSPEND", &extra, err) &&
	       yz_acting_say(t, YZ_SAY_stop,
			     (struct yz_said[]){{"procedure", special, true},
						{"days", yz_str_printf(t->a, "%lld", (long long)in->days)},
						{"reason", yz_act_says(in)}},
			     3, err) &&
	       yz_acting_note(t, YZ_ACT_stop, in->task, text, YZ_LIT("行政许可法第四十五条"), err);
}

static bool resume(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	bool stopped = false;
	for (size_t i = 0; i < t->nclocks; i++)
		stopped = stopped || yz_clock_stopped(&t->clocks[i].clock);
	if (!stopped)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("现在没有停表"));
	return yz_act_reason(in, err) && yz_acting_clocks_resume(t, err) &&
	       yz_acting_say(t, YZ_SAY_resume, NULL, 0, err) &&
	       yz_acting_note(t, YZ_ACT_resume, in->task, yz_act_says(in), YZ_LIT(""), err);
}

/* 行政许可法 42: ten working days more, once, approved by the head, the reason told. */
bool yz_do_extend(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	if (!yz_act_at(t, err, YZ_AT(accepted)) || !yz_act_reason(in, err))
		return false;
	if (!yz_may_in(t->who, YZ_MAY_clock_extend, t->org, t->path))
		return yz_refuse(t->who, YZ_MAY_clock_extend, err);
	if (in->days < 1 || in->days > EXTEND_MOST)
		return yz_wrong(err, "days", N_("延长期限为 1 到 10 个工作日"));
	/* The law extends its own limit while it runs; a promise that ran out before does not end it. */
	const struct yz_clock_held *k = yz_acting_clock(t, "legal");
	k = k ? k : yz_acting_clock(t, "promised");
	if (k && !yz_clock_stopped(&k->clock) && t->now >= k->due)
		return yz_fail(err, YZ_NOT_NOW, "%s", N_("期限已过，不能再延长"));
	for (size_t i = 0; i < t->nclocks; i++)
		if (t->clocks[i].clock.extra)
			return yz_fail(err, YZ_NOT_NOW, "%s", N_("期限只能延长一次"));
	struct yz_letter_extra extra = {.reason = yz_act_says(in), .days = in->days};
	struct yz_str text = yz_str_printf(t->a, "延长 %lld 个工作日：%.*s", (long long)in->days, YZ_P(yz_act_says(in)));
	return yz_acting_clocks_extend(t, (int32_t)in->days, err) && yz_acting_letter(t, "EXTEND", &extra, err) &&
	       yz_acting_say(t, YZ_SAY_extend,
			     (struct yz_said[]){{"days", yz_str_printf(t->a, "%lld", (long long)in->days)}, {"reason", yz_act_says(in)}}, 2, err) &&
	       yz_acting_note(t, YZ_ACT_extend, in->task, text, YZ_LIT("行政许可法第四十二条"), err);
}

/* stop and resume: whoever holds an open task of the case, or decides for its department. */
bool yz_do_pause(struct yz_acting *t, const struct yz_act_input *in, struct yz_err *err)
{
	bool may = yz_may_in(t->who, YZ_MAY_clock_stop, t->org, t->path);
	for (size_t i = 0; !may && i < t->tasks.len; i++)
		may = !t->tasks.at[i].held && yz_may_in(t->who, YZ_MAY_clock_stop, t->tasks.at[i].org, t->path);
	if (!may)
		return yz_refuse(t->who, YZ_MAY_clock_stop, err);
	return in->act == YZ_ACT_stop ? stop(t, in, err) : resume(t, in, err);
}
