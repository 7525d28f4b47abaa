/* cmd/load_facts.h - answers to a form, made up: valid, and such as people give (private to cmd).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_LOAD_FACTS_H
#define YZ_CMD_LOAD_FACTS_H

#include "base/date.h"
#include "pack/form.h"

/* A small generator of numbers: the same seed, the same numbers (SplitMix64). */
struct yz_dice {
	uint64_t state;
};
uint64_t yz_dice_roll(struct yz_dice *d);
/* Evenly in [0, n). */
uint64_t yz_dice_below(struct yz_dice *d, uint64_t n);
/* True in `percent` of a hundred. */
bool yz_dice_chance(struct yz_dice *d, unsigned percent);

/* Typed answers for yz_draft_save, fields that are asked only; `facts` are those there already.
 * NULL when no valid ones were found in a few tries. */
const struct yz_json *yz_load_facts(struct yz_arena *a, const struct yz_form *form, const struct yz_json *facts, struct yz_dice *dice,
				    yz_instant now, int offset);

#endif
