/* gov/case_must.h - the steps a case may not go without (private to gov).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_CASE_MUST_H
#define YZ_GOV_CASE_MUST_H

#include "gov/acting.h"

/* The tasks that every way from the start of a process to its decision passes; in the arena. */
const struct yz_bpmn_node *const *yz_case_must(const struct yz_bpmn *process, struct yz_arena *a, size_t *n);
/* Those of them that were never done for this case: their names.  A case that was moved to another version of its process has none. */
bool yz_case_skipped(struct yz_acting *t, struct yz_str **names, size_t *n, struct yz_err *err);

#endif
