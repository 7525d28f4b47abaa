/* feel/calc.h - programs that only calculate, in short; private to feel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_CALC_H
#define YZ_FEEL_CALC_H

#include "feel/code.h"

/* The short form of an expression of numbers: + - * /, signs, named parts, and a comparison at the very end; else
 * NULL. */
const struct yz_feel_calc *yz_feel_find_calc(struct yz_arena *a, const struct yz_feel *f);
/* The result; false, with nothing done, where it takes the machine. */
bool yz_feel_calculate(const struct yz_feel_calc *calc, const struct yz_feel_value *inputs, struct yz_feel_value *out);

#endif
