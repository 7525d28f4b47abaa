/* feel/exec.h - one running proto; private to the machine.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_EXEC_H
#define YZ_FEEL_EXEC_H

#include "feel/loop.h"
#include "feel/machine.h"

struct yz_exec {
	struct yz_feel_run *run;
	const struct yz_feel *program;
	const struct yz_feel_value *inputs, *captured;
	const struct yz_feel_function *self;
	struct yz_feel_value *locals;
	struct yz_iter *iters;
	struct yz_builder *lists;
	struct yz_feel_frame frame;
};

/* What a frame that must stop results in. */
static inline struct yz_feel_value yz_feel_last_null(const struct yz_feel_run *run)
{
	return (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = run->last_reason};
}

/* machine.c: from pc until a RETURN, or a JOIN at `stop`; x->run->frame must be x's. */
void yz_feel_execute(struct yz_exec *x, const uint32_t *pc, const uint32_t *stop, struct yz_feel_value *sp,
		     struct yz_feel_value *out);

#endif
