/* cmd/load_pay.h - the finance office of a made-up past (private to cmd).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_LOAD_PAY_H
#define YZ_CMD_LOAD_PAY_H

#include "cmd/load_facts.h"
#include "gov/site.h"

/* Every department pays what is due in one batch, and the bank sends one in twenty back; `failed` is told of those cases. */
bool yz_load_pay(struct yz_site *site, struct yz_arena *a, struct yz_dice *dice, void (*failed)(void *ctx, const char *no), void *ctx,
		 struct yz_err *err);

#endif
