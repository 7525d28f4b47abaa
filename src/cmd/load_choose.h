/* cmd/load_choose.h - what officials of made-up cases do (private to cmd).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_LOAD_CHOOSE_H
#define YZ_CMD_LOAD_CHOOSE_H

#include "cmd/load_agenda.h"
#include "cmd/load_facts.h"
#include "gov/case.h"

/* Mostly what one hopes for.  act: of the task; *after, days later: what it leads to. */
void yz_load_choose(struct yz_dice *d, int64_t task, struct yz_str act, struct yz_act_input *in, enum yz_happening *after, int *days);
/* The rules say otherwise: as they say, or now and then why not. */
void yz_load_think_again(struct yz_dice *d, struct yz_act_input *in);

#endif
