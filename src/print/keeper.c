/* Keeper and worker: what runs in the children.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/child.h"

#include "base/arena.h"
#include "base/log.h"
#include "print/pdf.h"
#include "print/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- messages --- */

static bool ready(int fd, short events, yz_instant deadline)
{
	for (;;) {
		int wait = -1;
		if (deadline) {
			yz_instant left = deadline - yz_ticks();
			if (left <= 0)
				return false;
			wait = (int)((left + 999) / 1000);
		}
		struct pollfd p = {.fd = fd, .events = events};
		int n = poll(&p, 1, wait);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

bool yz_socket_send(int fd, const void *p, size_t n, yz_instant deadline)
{
	for (const char *at = p; n;) {
		ssize_t done = send(fd, at, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (done > 0) {
			at += done;
			n -= (size_t)done;
		} else if (errno == EAGAIN) {
			if (!ready(fd, POLLOUT, deadline))
				return false;
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

bool yz_socket_recv(int fd, void *p, size_t n, yz_instant deadline)
{
	for (char *at = p; n;) {
		ssize_t done = recv(fd, at, n, MSG_DONTWAIT);
		if (done > 0) {
			at += done;
			n -= (size_t)done;
		} else if (done == 0) {
			return false;
		} else if (errno == EAGAIN) {
			if (!ready(fd, POLLIN, deadline))
				return false;
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

/* --- worker --- */

static bool answer(int fd, struct yz_arena *a, struct yz_str message)
{
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_doc *d = yz_wire_read(a, message, &err);
	if (d && yz_pdf_render(d, a, &pdf, &err)) {
		struct yz_reply head = {YZ_OK, (uint32_t)pdf.len};
		return yz_socket_send(fd, &head, sizeof head, 0) && yz_socket_send(fd, pdf.ptr, pdf.len, 0);
	}
	struct yz_reply head = {err.code, (uint32_t)strlen(err.msg)};
	return yz_socket_send(fd, &head, sizeof head, 0) && yz_socket_send(fd, err.msg, head.len, 0);
}

static bool serve_one(int fd)
{
	uint32_t len;
	if (!yz_socket_recv(fd, &len, sizeof len, 0) || len > yz_wire_max())
		return false;
	struct yz_arena *a = yz_arena_create(0);
	char *message = yz_alloc(a, len);
	bool ok = yz_socket_recv(fd, message, len, 0) && answer(fd, a, yz_str_n(message, len));
	yz_arena_destroy(a);
	return ok;
}

void yz_worker_run(int fd)
{
	yz_pdf_warm();
	while (serve_one(fd))
		;
}

/* --- keeper --- */

static void quiet_descriptors(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return;
	dup2(null, 0);
	dup2(null, 1);
	if (null > 2)
		close(null);
}

/* The only descriptors left are 0-2 and `fd`, as 3. */
static int keep_only(int fd)
{
	if (fd != 3 && dup2(fd, 3) < 0)
		_exit(1);
	close_range(4, ~0U, 0);
	return 3;
}

/* When memory is short the worker goes first, not the server. */
static void first_to_go(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t done = write(fd, "1000", 4);
	(void)done;
	close(fd);
}

static _Noreturn void become_worker(int fd, size_t memory)
{
	prctl(PR_SET_NAME, "yizhan-print");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = keep_only(fd);
	first_to_go();
	if (!yz_jail_enter(memory))
		yz_log(YZ_WARN, "printing runs without a system call filter");
	yz_worker_run(fd);
	_exit(0);
}

static void end_worker(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGKILL);
	while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
}

static bool hand_over(int control, int fd)
{
	char byte = 'w';
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} ancillary = {0};
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = ancillary.bytes,
			   .msg_controllen = sizeof ancillary.bytes};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	return sendmsg(control, &m, MSG_NOSIGNAL) == 1;
}

static bool start_worker(int control, pid_t *pid, size_t memory)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	*pid = fork();
	if (*pid == 0)
		become_worker(pair[1], memory);
	bool ok = *pid > 0 && hand_over(control, pair[0]);
	close(pair[0]);
	close(pair[1]);
	return ok;
}

void yz_keeper_run(int control, size_t memory)
{
	pid_t workers[YZ_WORKERS_MAX] = {0};
	unsigned char which;
	/* A terminal's or systemd's signal reaches all of the group: the server
	 * ends its children itself, when it has finished. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	prctl(PR_SET_NAME, "yizhan-keeper");
	quiet_descriptors();
	control = keep_only(control);
	while (yz_socket_recv(control, &which, 1, 0) && which < YZ_WORKERS_MAX) {
		end_worker(&workers[which]);
		if (!start_worker(control, &workers[which], memory))
			break;
	}
	for (size_t i = 0; i < YZ_WORKERS_MAX; i++)
		end_worker(&workers[i]);
}
