/* cmd/load_questions.h - a demo's past consultations: asked, passed on, answered by the same acts as real ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_LOAD_QUESTIONS_H
#define YZ_CMD_LOAD_QUESTIONS_H

#include "base/date.h"
#include "cmd/cmd.h"
#include "fmt/json.h"

/* Of a pack's questions.json (docs/formats/pack.md), counted back from the last working day before `until`; NULL: none.
 * In order of time, cards between the acts, no mail.  Returns the exit status. */
int yz_load_questions(struct yz_args *args, const struct yz_json *questions, yz_day until);

#endif
