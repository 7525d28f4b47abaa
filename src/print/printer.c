/* The server's side of the printer: a queue before the workers.
 *
 * A caller waits in line for a free worker and speaks with it itself; there is
 * no thread of the printer's own.  A worker's socket belongs to whoever marked
 * it busy, so that no lock is held while a document is printed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/print.h"

#include "base/log.h"
#include "print/child.h"
#include "print/pdf.h"
#include "print/wire.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct worker {
	int fd; /* -1: to be started */
	bool busy;
	unsigned printed;
};

/* On the stack of the thread that waits. */
struct waiter {
	struct waiter *next;
};

struct yz_printer {
	struct yz_printer_options options;
	pid_t keeper;
	pthread_mutex_t lock; /* all below, but a busy worker's fd and count */
	pthread_cond_t changed;
	struct worker workers[YZ_WORKERS_MAX];
	struct waiter *first;
	struct yz_printer_stats stats;
	pthread_mutex_t control_lock;
	int control;
};

static bool in_sanitizer(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
	return true;
#endif
#endif
	return false;
}

static void fill_options(struct yz_printer_options *o, const struct yz_printer_options *given)
{
	if (given)
		*o = *given;
	if (!o->workers)
		o->workers = 1;
	if (o->workers > YZ_WORKERS_MAX)
		o->workers = YZ_WORKERS_MAX;
	if (!o->queue)
		o->queue = 64;
	if (!o->timeout)
		o->timeout = 30;
	if (!o->memory)
		o->memory = (size_t)2 << 30;
	if (!o->recycle)
		o->recycle = 2000;
	if (in_sanitizer())
		o->memory = 0; /* shadow memory takes terabytes of addresses */
}

struct yz_printer *yz_printer_start(const struct yz_printer_options *options, struct yz_err *err)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return yz_fail_null(err, YZ_IO, "socketpair: %s", strerror(errno));
	struct yz_printer *p = calloc(1, sizeof *p);
	if (!p)
		abort();
	fill_options(&p->options, options);
	p->keeper = fork();
	if (p->keeper == 0) {
		yz_keeper_run(pair[1], p->options.memory);
		_exit(0);
	}
	close(pair[1]);
	if (p->keeper < 0) {
		close(pair[0]);
		free(p);
		return yz_fail_null(err, YZ_IO, "fork: %s", strerror(errno));
	}
	p->control = pair[0];
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&p->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&p->lock, NULL);
	pthread_mutex_init(&p->control_lock, NULL);
	for (size_t i = 0; i < YZ_WORKERS_MAX; i++)
		p->workers[i].fd = -1;
	return p;
}

void yz_printer_stop(struct yz_printer *p)
{
	if (!p)
		return;
	close(p->control);
	for (size_t i = 0; i < YZ_WORKERS_MAX; i++)
		if (p->workers[i].fd >= 0)
			close(p->workers[i].fd);
	while (waitpid(p->keeper, NULL, 0) < 0 && errno == EINTR)
		;
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	pthread_mutex_destroy(&p->control_lock);
	free(p);
}

struct yz_printer_stats yz_printer_stats(struct yz_printer *p)
{
	pthread_mutex_lock(&p->lock);
	struct yz_printer_stats s = p->stats;
	pthread_mutex_unlock(&p->lock);
	return s;
}

/* --- the queue --- */

static int free_worker(const struct yz_printer *p)
{
	for (unsigned i = 0; i < p->options.workers; i++)
		if (!p->workers[i].busy)
			return (int)i;
	return -1;
}

static void leave(struct yz_printer *p, struct waiter *w)
{
	struct waiter **at = &p->first;
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	p->stats.waiting--;
	pthread_cond_broadcast(&p->changed);
}

/* The worker that is now ours; NULL after waiting too long or at once when the queue is full. */
static struct worker *wait_turn(struct yz_printer *p, struct yz_err *err)
{
	struct waiter self = {0}, **last;
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += p->options.timeout;
	pthread_mutex_lock(&p->lock);
	int found = -1;
	if (p->stats.waiting >= p->options.queue) {
		p->stats.refused++;
		yz_fail(err, YZ_BUSY, "%u documents are waiting to be printed already", p->stats.waiting);
	} else {
		for (last = &p->first; *last; last = &(*last)->next)
			;
		*last = &self;
		p->stats.waiting++;
		int status = 0;
		while ((p->first != &self || (found = free_worker(p)) < 0) && status != ETIMEDOUT)
			status = pthread_cond_timedwait(&p->changed, &p->lock, &until);
		if (found >= 0) {
			p->workers[found].busy = true;
		} else {
			p->stats.refused++;
			yz_fail(err, YZ_BUSY, "waited %u seconds for the printer", p->options.timeout);
		}
		leave(p, &self);
	}
	pthread_mutex_unlock(&p->lock);
	return found < 0 ? NULL : &p->workers[found];
}

static void give_back(struct yz_printer *p, struct worker *w, bool printed)
{
	pthread_mutex_lock(&p->lock);
	w->busy = false;
	if (printed)
		p->stats.printed++;
	else
		p->stats.failed++;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

/* --- talking with the children --- */

static int receive_socket(int control, yz_instant deadline)
{
	char byte;
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} ancillary;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = ancillary.bytes,
			   .msg_controllen = sizeof ancillary.bytes};
	struct timeval limit = {.tv_sec = (deadline - yz_ticks()) / YZ_SECOND + 1};
	setsockopt(control, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	ssize_t n;
	while ((n = recvmsg(control, &m, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
		;
	struct cmsghdr *c = n == 1 ? CMSG_FIRSTHDR(&m) : NULL;
	int fd = -1;
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof fd);
	return fd;
}

static bool replace(struct yz_printer *p, struct worker *w, yz_instant deadline)
{
	unsigned char which = (unsigned char)(w - p->workers);
	pthread_mutex_lock(&p->control_lock);
	if (yz_socket_send(p->control, &which, 1, deadline))
		w->fd = receive_socket(p->control, deadline);
	pthread_mutex_unlock(&p->control_lock);
	w->printed = 0;
	pthread_mutex_lock(&p->lock);
	p->stats.replaced++;
	pthread_mutex_unlock(&p->lock);
	return w->fd >= 0;
}

static void drop(struct worker *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/* A worker that died while it had nothing to do is replaced without a word. */
static bool alive(const struct worker *w)
{
	char byte;
	ssize_t n = w->fd < 0 ? 0 : recv(w->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return n < 0 && errno == EAGAIN;
}

static bool lost(struct yz_printer *p, struct worker *w, yz_instant deadline, struct yz_err *err)
{
	drop(w);
	if (yz_ticks() >= deadline)
		return yz_fail(err, YZ_LIMIT, "the document was not printed within %u seconds", p->options.timeout);
	return yz_fail(err, YZ_UNAVAILABLE, "the printing process ended before the document was done");
}

/* *bytes is malloc'd: it must survive whatever happens to the caller's arena. */
static bool exchange(struct yz_printer *p, struct worker *w, struct yz_str message, void **bytes, size_t *len,
		     struct yz_err *err)
{
	struct yz_reply head;
	uint32_t size = (uint32_t)message.len;
	yz_instant deadline = yz_ticks() + p->options.timeout * YZ_SECOND;
	if (w->printed >= p->options.recycle || !alive(w))
		drop(w);
	if (w->fd < 0 && !replace(p, w, deadline))
		return yz_fail(err, YZ_UNAVAILABLE, "no printing process can be started");
	w->printed++;
	if (!yz_socket_send(w->fd, &size, sizeof size, deadline) ||
	    !yz_socket_send(w->fd, message.ptr, message.len, deadline) ||
	    !yz_socket_recv(w->fd, &head, sizeof head, deadline))
		return lost(p, w, deadline, err);
	if (head.len > (head.code == YZ_OK ? (size_t)YZ_PDF_MAX : sizeof err->msg)) {
		drop(w);
		return yz_fail(err, YZ_INTERNAL, "the printing process answered with %u bytes", head.len);
	}
	char *p2 = *bytes = malloc((size_t)head.len + 1);
	if (!p2)
		abort();
	if (!yz_socket_recv(w->fd, p2, head.len, deadline))
		return lost(p, w, deadline, err);
	p2[head.len] = 0;
	*len = head.len;
	if (head.code != YZ_OK)
		return yz_fail(err, head.code <= YZ_USAGE ? head.code : YZ_INTERNAL, "%s", p2);
	return true;
}

static void free_held(void *ctx)
{
	free(*(void **)ctx);
}

bool yz_printer_render(struct yz_printer *p, const struct yz_doc *d, struct yz_arena *a, struct yz_str *pdf,
		       struct yz_err *err)
{
	/* Asked of the caller's arena before a worker is taken: if it is spent it jumps. */
	void **held = yz_new(a, void *);
	yz_arena_defer(a, free_held, held);
	struct yz_arena *scratch = yz_arena_create(0);
	struct yz_str message;
	struct worker *w = NULL;
	bool ok = yz_wire_write(scratch, d, &message, err) && (w = wait_turn(p, err)) != NULL;
	if (w) {
		ok = exchange(p, w, message, held, &pdf->len, err);
		give_back(p, w, ok);
	}
	yz_arena_destroy(scratch);
	if (ok)
		pdf->ptr = *held;
	return ok;
}
