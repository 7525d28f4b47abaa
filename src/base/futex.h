/* base/futex.h - to sleep on a word of one's own until another changes it (futex(2), within one process).
 *
 * Who wakes needs no lock around it: one that is held while its sleeper wakes is one that he sleeps on again, and a
 * thread that loses its processor with the lock in hand keeps everybody waiting.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_BASE_FUTEX_H
#define YZ_BASE_FUTEX_H

#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* While the word is `value`, at most so long; it may also return for no reason.  ns < 0: for ever. */
static inline void yz_futex_wait(atomic_uint *word, unsigned value, int64_t ns)
{
	struct timespec most = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, ns < 0 ? NULL : &most, NULL, 0);
}

/* One sleeper.  The word is not looked at: where it is gone and nobody sleeps on it any more, nothing happens. */
static inline void yz_futex_wake(atomic_uint *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

#endif
