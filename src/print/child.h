/* print/child.h - the processes behind a printer (see print.h) and their messages.
 *
 *	control socket   server -> keeper   one byte: which worker to replace
 *	                 keeper -> server   one byte 'w' with the new worker's socket
 *	worker socket    server -> worker   length, document (wire.h)
 *	                 worker -> server   code, length, PDF or message of the error
 *
 * Numbers are 32 bits in the machine's order: both ends are one binary.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_CHILD_H
#define YZ_PRINT_CHILD_H

#include "base/date.h"
#include "base/err.h"

enum { YZ_WORKERS_MAX = 8 };

struct yz_reply {
	uint32_t code; /* enum yz_code; YZ_OK: a PDF follows */
	uint32_t len;
};

/* Whole messages over a socket, until `deadline` (yz_ticks; 0: without end).
 * False when the other end is gone or the time is up. */
bool yz_socket_send(int fd, const void *p, size_t n, yz_instant deadline);
bool yz_socket_recv(int fd, void *p, size_t n, yz_instant deadline);

/* The keeper's life; returns when the server is gone. Single-threaded. */
void yz_keeper_run(int control, size_t memory);
/* A worker's life; returns when its socket is closed. */
void yz_worker_run(int fd);

/* What a worker may still do: read files, compute, speak on the sockets it has.
 * It may not write or create files, open sockets, start programs or signal others;
 * `memory` bounds its address space (0: not). False when the kernel has no seccomp for
 * this machine; the limits hold all the same. */
bool yz_jail_enter(size_t memory);

#endif
