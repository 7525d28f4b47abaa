/* cmd/control.h - a command beside a running server: asked for over DIR/site.sock, done by the server.
 *
 *	client                                          server
 *	"yizhan VERSION" lang terminal words…  ──────▶   one record, with the FILEs opened by the client
 *	                          ◀──────  'o' bytes     for standard output
 *	                          ◀──────  'e' bytes     for standard error
 *	                          ◀──────  'x' status whole…   the end; a byte a file: it is complete
 *
 * A socket of records (SOCK_SEQPACKET), mode 0600; only root and the server's own user are heard.  The server parses
 * the words itself and runs the same function as the command alone would, with its open site: what it changes is seen
 * at once.  Descriptors travel, paths do not: a file is read and made with the rights of whoever asked.
 *
 * A client that goes away does not undo anything: a command that is one write is done or not, whoever listens; one of
 * many writes (load) ends between two.  A server that is told to stop finishes what it has begun, as above.
 *
 * Bounds:  request 64 KiB and five seconds; 4 commands at once, the others wait; a client that takes no output for
 *          a minute is given up.
 * Threads: start and stop from one; each command has its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_CONTROL_H
#define YZ_CMD_CONTROL_H

#include "cmd/cmd.h"

enum { YZ_CONTROL_REQUEST = 64 << 10, YZ_CONTROL_CHUNK = 16 << 10, YZ_CONTROL_AT_ONCE = 4 };
#define YZ_CONTROL_GREETING "yizhan " YZ_VERSION

/* An address for DIR/site.sock, however long DIR's name is: through `dirfd`, which stays open as long as it is used. */
struct sockaddr_un;
struct sockaddr_un yz_control_address(int dirfd);

/* ---- the server's side ---- */

struct yz_control;
/* The site's lock must be held: a socket that lies there is a dead server's, and goes. */
struct yz_control *yz_control_start(struct yz_site *site, struct yz_err *err);
/* Hears no more, waits for the commands under way, removes the socket.  NULL allowed. */
void yz_control_stop(struct yz_control *control);

/* ---- the command's side ---- */

/* Asks the server in `dir`; prints as it answers.  *there: one answered, and *status is the command's; its files
 * know whether they are whole.  false: it is there, but what it said is no answer. */
bool yz_control_ask(struct yz_args *args, const char *dir, int argc, char **argv, bool *there, int *status, struct yz_err *err);

#endif
