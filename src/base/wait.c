/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wait.h"

#include <stddef.h>

static _Thread_local struct {
	void (*fn)(void *ctx, bool waits);
	void *ctx;
} listener;

void yz_wait_listen(void (*fn)(void *ctx, bool waits), void *ctx)
{
	listener.fn = fn;
	listener.ctx = ctx;
}

void yz_waits(bool waits)
{
	if (listener.fn)
		listener.fn(listener.ctx, waits);
}
