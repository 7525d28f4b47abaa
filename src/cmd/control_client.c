/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/control.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct sockaddr_un yz_control_address(int dirfd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/site.sock", dirfd);
	return address;
}

/* A connected socket; -1 with *err empty: nobody is there. */
static int reach(const char *dir, struct yz_err *err)
{
	int dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = dirfd < 0 ? -1 : socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		struct sockaddr_un address = yz_control_address(dirfd);
		if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
			if (errno == EACCES || errno == EPERM)
				yz_fail(err, YZ_FORBIDDEN, "%s/site.sock: another user's server works here; become that user, or root", dir);
			else if (errno != ENOENT && errno != ECONNREFUSED)
				yz_fail(err, YZ_IO, "%s/site.sock: %s", dir, strerror(errno));
			close(fd);
			fd = -1;
		}
	}
	if (dirfd >= 0)
		close(dirfd);
	return fd;
}

static bool request(struct yz_args *args, int fd, int argc, char **argv, struct yz_err *err)
{
	struct yz_buf b;
	yz_buf_init(&b, args->arena, YZ_CONTROL_REQUEST);
	const char *const head[] = {YZ_CONTROL_GREETING, yz_lang_code(args->lang), args->terminal ? "t" : ""};
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		yz_buf_add(&b, head[i], strlen(head[i]) + 1);
	for (int i = 0; i < argc; i++)
		yz_buf_add(&b, argv[i], strlen(argv[i]) + 1);
	if (b.full)
		return yz_fail(err, YZ_TOO_LARGE, "the command line is longer than %d bytes", YZ_CONTROL_REQUEST);
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(YZ_FILES * sizeof(int))];
	} control = {0};
	struct iovec bytes = {b.ptr, b.len};
	struct msghdr m = {.msg_iov = &bytes, .msg_iovlen = 1};
	assert(args->nfiles <= YZ_FILES);
	if (args->nfiles) {
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE((size_t)args->nfiles * sizeof(int));
		control.head = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
						.cmsg_len = CMSG_LEN((size_t)args->nfiles * sizeof(int))};
		for (int i = 0; i < args->nfiles; i++)
			memcpy(CMSG_DATA(&control.head) + (size_t)i * sizeof(int), &args->files[i].fd, sizeof(int));
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL) == (ssize_t)b.len || yz_fail(err, YZ_IO, "the server does not take the command: %s", strerror(errno));
}

static bool finished(struct yz_args *args, const char *record, ssize_t n, int *status)
{
	if (n != 2 + args->nfiles)
		return false;
	*status = (unsigned char)record[1];
	for (int i = 0; i < args->nfiles; i++)
		args->files[i].whole = record[2 + i] != 0;
	return true;
}

static bool answer(struct yz_args *args, int fd, int *status, struct yz_err *err)
{
	char *record = yz_alloc(args->arena, 1 + YZ_CONTROL_CHUNK);
	for (;;) {
		ssize_t n = recv(fd, record, 1 + YZ_CONTROL_CHUNK, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return yz_fail(err, YZ_IO, "the server ended before the command did: look what was done before you repeat it");
		if (record[0] == 'x')
			return finished(args, record, n, status) || yz_fail(err, YZ_SYNTAX, "the server's answer makes no sense");
		if (record[0] != 'o' && record[0] != 'e')
			return yz_fail(err, YZ_SYNTAX, "the server's answer makes no sense");
		FILE *to = record[0] == 'o' ? args->out : args->err;
		fwrite(record + 1, 1, (size_t)n - 1, to);
		fflush(to);
	}
}

bool yz_control_ask(struct yz_args *args, const char *dir, int argc, char **argv, bool *there, int *status, struct yz_err *err)
{
	struct yz_err failed = {0};
	int fd = reach(dir, &failed);
	*there = fd >= 0;
	if (fd < 0) {
		if (failed.code && err)
			*err = failed;
		return !failed.code;
	}
	bool ok = request(args, fd, argc, argv, err) && answer(args, fd, status, err);
	close(fd);
	return ok;
}
