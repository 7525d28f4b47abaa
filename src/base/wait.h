/* base/wait.h - a thread says that it is about to wait.
 *
 * A thread that works for others (a server's worker) may listen to itself: when
 * code far below waits for what needs no processor, a durable write or another
 * machine, the listener lets another thread run meanwhile.
 *
 *	yz_waits(true);
 *	… pthread_cond_wait …
 *	yz_waits(false);
 *
 * Threads: each has a listener of its own, or none; then nothing happens.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_WAIT_H
#define YZ_BASE_WAIT_H

#include <stdbool.h>

/* Of the calling thread; NULL ends it. */
void yz_wait_listen(void (*listener)(void *ctx, bool waits), void *ctx);
/* In pairs.  The listener may take locks of its own. */
void yz_waits(bool waits);

#endif
