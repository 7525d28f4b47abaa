/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/case.h"

#include "gov/case_light.h"
#include "text/text.h"

static const struct {
	const char *name, *title;
	bool open;
} states[] = {
#define STATE(name, title, open) {#name, title, open},
#include "gov/case_states.def"
#undef STATE
};

static const struct {
	const char *name, *verb, *done;
	enum yz_permission permission;
} acts[] = {
#define ACT(name, permission, verb, done) {#name, verb, done, YZ_MAY_##permission},
#include "gov/case_acts.def"
#undef ACT
};

static const struct {
	const char *name, *title;
} lights[] = {
	[YZ_LIGHT_NONE] = {"", ""},
	[YZ_LIGHT_OK] = {"ok", N_("正常")},
	[YZ_LIGHT_WARN] = {"warn", N_("将到期")},
	[YZ_LIGHT_LATE] = {"late", N_("已超期")},
	[YZ_LIGHT_STOPPED] = {"stopped", N_("已停表")},
};

const char *yz_case_state_name(enum yz_case_state state)
{
	return states[state].name;
}

const char *yz_case_state_title(enum yz_case_state state)
{
	return states[state].title;
}

bool yz_case_state_open(enum yz_case_state state)
{
	return states[state].open;
}

bool yz_case_state_parse(struct yz_str s, enum yz_case_state *state)
{
	for (int i = 0; i < YZ_CASE_STATES; i++)
		if (yz_str_eqz(s, states[i].name)) {
			*state = (enum yz_case_state)i;
			return true;
		}
	return false;
}

const char *yz_act_name(enum yz_act act)
{
	return acts[act].name;
}

const char *yz_act_verb(enum yz_act act)
{
	return acts[act].verb;
}

const char *yz_act_done(enum yz_act act)
{
	return acts[act].done;
}

enum yz_permission yz_act_permission(enum yz_act act)
{
	return acts[act].permission;
}

bool yz_act_parse(struct yz_str s, enum yz_act *act)
{
	for (int i = 0; i < YZ_ACTS; i++)
		if (yz_str_eqz(s, acts[i].name)) {
			*act = (enum yz_act)i;
			return true;
		}
	return false;
}

const char *yz_light_name(enum yz_light light)
{
	return lights[light].name;
}

const char *yz_light_title(enum yz_light light)
{
	return lights[light].title;
}

enum yz_light yz_light_parse(struct yz_str s)
{
	for (int i = YZ_LIGHT_OK; i <= YZ_LIGHT_STOPPED; i++)
		if (yz_str_eqz(s, lights[i].name))
			return (enum yz_light)i;
	return YZ_LIGHT_NONE;
}
