/* tests/fault/vfs.h - a disk for SQLite that fails when it is told to, or takes its time.
 *
 * Threads: any.  SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_FAULT_VFS_H
#define YZ_TESTS_FAULT_VFS_H

#include <stdbool.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_WRITE, /* EIO */
	FAULT_SHORT, /* half of the bytes are written, then EIO */
	FAULT_SYNC,  /* fsync fails */
	FAULT_READ,  /* EIO */
	FAULT_FULL,  /* no space: until fault_clear */
};

#define FAULT_VFS "yz-fault"

/* Registers the VFS; pass FAULT_VFS in yz_db_options.vfs. */
void fault_register(void);
/* The nth operation of this kind from now on (1: the next) fails, once; FAULT_FULL: every one from it on. */
void fault_arm(enum fault_kind kind, long nth);
void fault_clear(void);
/* Whether the armed fault has struck. */
bool fault_struck(void);
/* Adds to every sync from now on. */
void fault_slow_sync(long microseconds);
long fault_syncs(void);

#endif
