/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/control.h"

#include "base/log.h"
#include "gov/site.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { ASKING = 5, TAKING = 60 }; /* seconds a client has for its request, and for taking what is printed */

struct yz_control {
	struct yz_site *site;
	int dirfd, listening, stop; /* stop: an eventfd */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t ended;
	int calls;
	bool stopping;
};

struct call {
	struct yz_control *control;
	int fd;
	bool lost; /* the client takes no more */
};

/* ---- what the client gets ---- */

static void put_record(struct call *call, char kind, const void *bytes, size_t n)
{
	struct iovec parts[] = {{&kind, 1}, {(void *)bytes, n}};
	const struct msghdr m = {.msg_iov = parts, .msg_iovlen = 2};
	call->lost = call->lost || sendmsg(call->fd, &m, MSG_NOSIGNAL) != (ssize_t)n + 1;
}

/* To a client that is gone all is written: the command does its work whoever listens. */
static ssize_t put_text(struct call *call, char kind, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i += YZ_CONTROL_CHUNK)
		put_record(call, kind, bytes + i, n - i < YZ_CONTROL_CHUNK ? n - i : YZ_CONTROL_CHUNK);
	return (ssize_t)n;
}

static ssize_t put_out(void *call, const char *bytes, size_t n)
{
	return put_text(call, 'o', bytes, n);
}

static ssize_t put_err(void *call, const char *bytes, size_t n)
{
	return put_text(call, 'e', bytes, n);
}

static void put_end(struct call *call, const struct yz_args *args, int status)
{
	char end[1 + YZ_FILES] = {(char)status};
	for (int i = 0; i < args->nfiles; i++)
		end[1 + i] = (char)args->files[i].whole;
	put_record(call, 'x', end, 1 + (size_t)args->nfiles);
}

static bool gone(void *ctx)
{
	struct call *call = ctx;
	char byte;
	pthread_mutex_lock(&call->control->lock);
	bool stopping = call->control->stopping;
	pthread_mutex_unlock(&call->control->lock);
	return stopping || call->lost || recv(call->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* ---- what it asked for ---- */

struct request {
	char *bytes;
	size_t len;
	int fds[YZ_FILES], nfds;
};

/* Takes the descriptors whatever else is wrong: they are ours now. */
static void take_files(struct request *r, struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;
			memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			if (r->nfds < YZ_FILES)
				r->fds[r->nfds++] = fd;
			else
				close(fd);
		}
	}
}

static bool receive(struct call *call, struct request *r, struct yz_err *err)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(YZ_FILES * sizeof(int))];
	} control;
	struct iovec bytes = {r->bytes, YZ_CONTROL_REQUEST};
	struct msghdr m = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	ssize_t n;
	do
		n = recvmsg(call->fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return yz_fail(err, YZ_IO, "no command came: %s", strerror(errno));
	take_files(r, &m);
	r->len = (size_t)n;
	if (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return yz_fail(err, YZ_TOO_LARGE, "a command line of more than %d bytes, or more than %d files", YZ_CONTROL_REQUEST, YZ_FILES);
	return true;
}

/* The next text up to its NUL. */
static const char *next_text(struct yz_str *rest)
{
	const char *text = rest->ptr, *end = rest->len ? memchr(text, '\0', rest->len) : NULL;
	if (!end)
		return NULL;
	rest->ptr = end + 1;
	rest->len -= (size_t)(end + 1 - text);
	return text;
}

static bool read_request(const struct request *r, struct yz_args *args, int *argc, char ***argv, struct yz_err *err)
{
	struct yz_str rest = yz_str_n(r->bytes, r->len);
	const char *greeting = next_text(&rest), *lang = greeting ? next_text(&rest) : NULL, *terminal = lang ? next_text(&rest) : NULL;
	if (!terminal || rest.len == 0 || r->bytes[r->len - 1] != '\0' || strncmp(greeting, "yizhan ", 7) != 0 ||
	    !yz_lang_parse(yz_str(lang), &args->lang))
		return yz_fail(err, YZ_SYNTAX, "what came over the control socket is no command");
	if (strcmp(greeting, YZ_CONTROL_GREETING) != 0)
		return yz_fail(err, YZ_USAGE, "the server is yizhan " YZ_VERSION ", the command is %.40s: restart the server", greeting);
	args->terminal = *terminal == 't';
	size_t n = 0;
	for (size_t i = 0; i < rest.len; i++)
		n += rest.ptr[i] == '\0';
	*argv = yz_new_n(args->arena, n + 1, char *);
	for (*argc = 0; (size_t)*argc < n; ++*argc)
		(*argv)[*argc] = (char *)next_text(&rest);
	return true;
}

/* The same function as the command alone runs, with the server's site. */
static int work(struct yz_args *args, const struct request *r, struct yz_err *err)
{
	int argc = 0, words;
	char **argv = NULL;
	if (!read_request(r, args, &argc, &argv, err))
		return yz_cmd_fail(args, err);
	args->command = yz_command_find(argc, argv, &words);
	if (!args->command || args->command->place == YZ_ALONE) {
		yz_fail(err, YZ_USAGE, "the control socket runs no such command");
		return yz_cmd_fail(args, err);
	}
	if (!yz_args_parse(args, argc - words, argv + words))
		return 2;
	bool all = args->nfiles == r->nfds;
	args->nfiles = all ? args->nfiles : 0;
	for (int i = 0; i < args->nfiles; i++)
		args->files[i].fd = r->fds[i];
	if (!all)
		yz_fail(err, YZ_SYNTAX, "the command's files did not come with it");
	else if (yz_option(args, "db"))
		yz_fail(err, YZ_USAGE, "a server runs here, with its own database: leave --db out");
	else
		return args->command->run(args);
	return yz_cmd_fail(args, err);
}

static FILE *open_stream(struct call *call, ssize_t (*put)(void *call, const char *bytes, size_t n), int buffering)
{
	FILE *f = fopencookie(call, "w", (cookie_io_functions_t){.write = put});
	if (!f)
		abort();
	setvbuf(f, NULL, buffering, YZ_CONTROL_CHUNK);
	return f;
}

static void serve(struct call *call)
{
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	struct request r = {.bytes = yz_alloc(a, YZ_CONTROL_REQUEST)};
	struct yz_args args = {.arena = a, .site = call->control->site, .gone = gone, .gone_ctx = call,
			       .out = open_stream(call, put_out, _IOFBF), .err = open_stream(call, put_err, _IONBF)};
	int status = receive(call, &r, &err) ? work(&args, &r, &err) : yz_cmd_fail(&args, &err);
	fclose(args.out);
	fclose(args.err);
	put_end(call, &args, status);
	if (args.command)
		yz_log(YZ_INFO, "command %s: %d%s", args.command->words, status, call->lost ? ", nobody waited for it" : "");
	else
		yz_log_err(YZ_WARN, &err);
	for (int i = 0; i < r.nfds; i++)
		close(r.fds[i]);
	yz_arena_destroy(a);
}

static void *call_thread(void *ctx)
{
	struct call *call = ctx;
	struct yz_control *c = call->control;
	serve(call);
	close(call->fd);
	free(call);
	pthread_mutex_lock(&c->lock);
	c->calls--;
	pthread_cond_signal(&c->ended);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* ---- listening ---- */

static bool may_ask(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && (peer.uid == 0 || peer.uid == geteuid());
}

static void take_call(struct yz_control *c, int fd)
{
	const struct timeval asking = {.tv_sec = ASKING}, taking = {.tv_sec = TAKING};
	struct call *call = malloc(sizeof *call);
	pthread_t thread;
	if (!call)
		abort();
	*call = (struct call){.control = c, .fd = fd};
	bool good = may_ask(fd) && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &asking, sizeof asking) == 0 &&
		    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &taking, sizeof taking) == 0;
	if (good) {
		pthread_mutex_lock(&c->lock);
		c->calls++;
		pthread_mutex_unlock(&c->lock);
		if (pthread_create(&thread, NULL, call_thread, call) == 0) {
			pthread_detach(thread);
			return;
		}
		pthread_mutex_lock(&c->lock);
		c->calls--;
		pthread_mutex_unlock(&c->lock);
	}
	yz_log(YZ_WARN, "a command was not heard: %s", good ? "no thread for it" : "it is another user's");
	close(fd);
	free(call);
}

/* Waits until there is room for one more; those that wait meanwhile are the socket's. */
static bool may_take(struct yz_control *c)
{
	pthread_mutex_lock(&c->lock);
	while (!c->stopping && c->calls == YZ_CONTROL_AT_ONCE)
		pthread_cond_wait(&c->ended, &c->lock);
	bool may = !c->stopping;
	pthread_mutex_unlock(&c->lock);
	return may;
}

static void *listener(void *ctx)
{
	struct yz_control *c = ctx;
	struct pollfd on[] = {{.fd = c->listening, .events = POLLIN}, {.fd = c->stop, .events = POLLIN}};
	while (may_take(c)) {
		if (poll(on, 2, -1) < 0 || !(on[0].revents & POLLIN))
			continue;
		int fd = accept4(c->listening, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			take_call(c, fd);
		else if (errno != EINTR && errno != ECONNABORTED)
			poll(&on[1], 1, 100); /* no descriptor left: in a moment again */
	}
	return NULL;
}

static bool start_listening(struct yz_control *c, struct yz_err *err)
{
	struct sockaddr_un address;
	c->dirfd = open(c->site->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	c->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (c->dirfd < 0 || c->stop < 0 || c->listening < 0)
		return yz_fail(err, YZ_IO, "no control socket in %s: %s", c->site->dir, strerror(errno));
	if (unlinkat(c->dirfd, "site.sock", 0) != 0 && errno != ENOENT)
		return yz_fail(err, YZ_IO, "%s/site.sock is in the way: %s", c->site->dir, strerror(errno));
	/* The mode is the new file's from its first moment: bind takes it from the socket. */
	address = yz_control_address(c->dirfd);
	if (fchmod(c->listening, 0600) != 0 || bind(c->listening, (struct sockaddr *)&address, sizeof address) != 0 ||
	    listen(c->listening, 64) != 0)
		return yz_fail(err, YZ_IO, "no control socket in %s: %s", c->site->dir, strerror(errno));
	return pthread_create(&c->thread, NULL, listener, c) == 0 || yz_fail(err, YZ_INTERNAL, "no thread for the control socket");
}

static void finish(struct yz_control *c)
{
	const int fds[] = {c->dirfd, c->listening, c->stop};
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->ended);
	free(c);
}

struct yz_control *yz_control_start(struct yz_site *site, struct yz_err *err)
{
	struct yz_control *c = malloc(sizeof *c);
	if (!c)
		abort();
	*c = (struct yz_control){.site = site, .dirfd = -1, .listening = -1, .stop = -1};
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->ended, NULL);
	if (start_listening(c, err))
		return c;
	finish(c);
	return NULL;
}

void yz_control_stop(struct yz_control *c)
{
	const uint64_t one = 1;
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stopping = true;
	pthread_cond_signal(&c->ended);
	pthread_mutex_unlock(&c->lock);
	if (write(c->stop, &one, sizeof one) < 0)
		abort();
	pthread_join(c->thread, NULL);
	unlinkat(c->dirfd, "site.sock", 0);
	pthread_mutex_lock(&c->lock);
	while (c->calls)
		pthread_cond_wait(&c->ended, &c->lock);
	pthread_mutex_unlock(&c->lock);
	finish(c);
}
