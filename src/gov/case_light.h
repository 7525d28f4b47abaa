/* gov/case_light.h - what the files of a case share beside case.h (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CASE_LIGHT_H
#define YZ_GOV_CASE_LIGHT_H

#include "gov/case.h"

enum yz_permission yz_act_permission(enum yz_act act);
enum yz_light yz_light_parse(struct yz_str s);

#endif
