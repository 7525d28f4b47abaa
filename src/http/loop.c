/* http/loop.c - a network thread: its own epoll around libmicrohttpd, and deadlines.
 *
 * libmicrohttpd's own epoll thread stalls whenever a multiple of 128 sockets is
 * ready at once, and its timeouts count idle time, so that a client that drips
 * is never cut.  Here its epoll is only looked into (MHD_run never blocks), and
 * every phase of a connection has an absolute deadline, kept in a wheel of
 * slots: a later deadline is only noted, and found when the old slot comes up.
 *
 * Neither does it see a hang-up that arrives together with the last bytes, or
 * one while a connection is suspended: our epoll watches for that too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/un.h>
#include <unistd.h>

/* What an event is about; past the listeners it is the address of a connection. */
enum { TAG_MHD, TAG_WAKE, TAG_LISTENER, TAG_CONN = 4096, ACCEPTS = 64, NUDGE_MS = 5, FIRST_BLOCK = 192 * 1024 };

/* ---- the wheel ---- */

static void unlink_conn(struct yz_http_conn *c)
{
	if (!c->link)
		return;
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	c->link = NULL;
	c->tick = 0;
}

/* Into the slot of its deadline, or the last one of this round. */
static void link_conn(struct yz_http_conn *c)
{
	struct yz_http_loop *loop = c->loop;
	uint64_t tick = (uint64_t)(c->deadline / YZ_HTTP_TICK) + 1, last = loop->tick + YZ_HTTP_SLOTS - 1;
	if (tick <= loop->tick)
		tick = loop->tick + 1;
	c->tick = tick < last ? tick : last;
	struct yz_http_conn **slot = &loop->slots[c->tick % YZ_HTTP_SLOTS];
	c->next = *slot;
	if (c->next)
		c->next->link = &c->next;
	c->link = slot;
	*slot = c;
}

void yz_http_deadline(struct yz_http_conn *c, enum yz_http_phase phase, yz_instant from_now)
{
	if (c->gone && phase != YZ_HTTP_WRITING && from_now > YZ_HTTP_TICK)
		from_now = YZ_HTTP_TICK; /* nobody is there to wait for */
	c->phase = phase;
	c->deadline = phase == YZ_HTTP_WORKING ? INT64_MAX : yz_ticks() + from_now;
	if (c->link && (uint64_t)(c->deadline / YZ_HTTP_TICK) + 1 < c->tick) {
		unlink_conn(c);
		link_conn(c);
	}
}

static void turn_wheel(struct yz_http_loop *loop)
{
	yz_instant now = yz_ticks();
	uint64_t until = (uint64_t)(now / YZ_HTTP_TICK);
	if (until - loop->tick > YZ_HTTP_SLOTS)
		loop->tick = until - YZ_HTTP_SLOTS;
	while (loop->tick < until) {
		struct yz_http_conn *c = loop->slots[++loop->tick % YZ_HTTP_SLOTS], *next;
		loop->slots[loop->tick % YZ_HTTP_SLOTS] = NULL;
		for (; c; c = next) {
			next = c->next;
			c->link = NULL;
			if (c->deadline <= now) {
				c->deadline = INT64_MAX;
				yz_http_expire(c);
			}
			link_conn(c);
		}
	}
}

static void each_conn(struct yz_http_loop *loop, void (*fn)(struct yz_http_conn *c))
{
	for (size_t i = 0; i < YZ_HTTP_SLOTS; i++)
		for (struct yz_http_conn *c = loop->slots[i]; c; c = c->next)
			fn(c);
}

/* ---- connections ---- */

void yz_http_on_connection(void *cls, struct MHD_Connection *mhd, void **socket,
			   enum MHD_ConnectionNotificationCode what)
{
	struct yz_http_loop *loop = cls;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		struct yz_http_conn *c = loop->newborn;
		loop->newborn = NULL;
		c->mhd = mhd;
		c->deadline = INT64_MAX;
		yz_http_deadline(c, YZ_HTTP_FRESH, loop->http->limits.header_s * YZ_SECOND);
		link_conn(c);
		struct epoll_event hang_up = {.events = EPOLLRDHUP | EPOLLET, .data.ptr = c};
		epoll_ctl(loop->epoll, EPOLL_CTL_ADD, c->fd, &hang_up); /* goes when the socket is closed */
		*socket = c;
		return;
	}
	struct yz_http_conn *c = *socket;
	yz_http_exchange_drop(c);
	unlink_conn(c);
	if (c->counted)
		yz_http_counter_drop(loop->http->counter, &c->addr);
	loop->connections--;
	atomic_fetch_sub(&loop->http->connections, 1);
	free(c);
}

static void refuse_connection(struct yz_http_loop *loop, struct yz_http_conn *c)
{
	if (c && c->counted)
		yz_http_counter_drop(loop->http->counter, &c->addr);
	free(c);
	loop->connections--;
	atomic_fetch_sub(&loop->http->connections, 1);
	atomic_fetch_add(&loop->http->refused, 1);
}

static void take_connection(struct yz_http_loop *loop, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct yz_http *http = loop->http;
	struct yz_http_conn *c = calloc(1, sizeof *c);
	loop->connections++;
	atomic_fetch_add(&http->connections, 1);
	if (c) {
		c->loop = loop;
		c->fd = fd;
		yz_http_addr_from(sa, &c->addr);
		yz_http_addr_print(&c->addr, c->peer);
		c->trusted = sa->sa_family == AF_UNIX ? http->trust_unix
						      : yz_http_net_has(http->trusted, http->ntrusted, &c->addr);
		bool one_of_many = !c->trusted && sa->sa_family != AF_UNIX;
		c->counted = one_of_many && yz_http_counter_add(http->counter, &c->addr, http->limits.per_ip);
		if (one_of_many && !c->counted) {
			refuse_connection(loop, c);
			close(fd);
			return;
		}
	}
	loop->newborn = c;
	if (!c)
		close(fd);
	if (!c || MHD_add_connection(loop->daemon, fd, sa, len) != MHD_YES) {
		loop->newborn = NULL;
		refuse_connection(loop, c);
	}
}

static void listen_on(struct yz_http_loop *loop, bool on)
{
	struct yz_http *http = loop->http;
	if (loop->accepting == on)
		return;
	loop->accepting = on;
	for (size_t i = 0; i < http->nlisteners; i++) {
		struct epoll_event e = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.u64 = TAG_LISTENER + i};
		epoll_ctl(loop->epoll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, http->listeners[i].fd, &e);
	}
}

static bool has_room(const struct yz_http_loop *loop)
{
	return atomic_load(&loop->http->connections) < loop->http->limits.connections;
}

static void accept_some(struct yz_http_loop *loop, int listener)
{
	for (int i = 0; i < ACCEPTS; i++) {
		union {
			struct sockaddr sa;
			struct sockaddr_storage storage;
		} from;
		socklen_t len = sizeof from;
		if (!has_room(loop)) {
			listen_on(loop, false); /* the rest wait in the kernel's queue */
			return;
		}
		int fd = accept4(listener, &from.sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			take_connection(loop, fd, &from.sa, len);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			listen_on(loop, false);
			loop->accept_after = loop->tick + 1; /* perhaps something is closed by then */
			return;
		} else if (errno != ECONNABORTED && errno != EINTR) {
			return;
		}
	}
}

/* ---- arenas, kept for the next request ---- */

struct yz_arena *yz_http_loop_arena(struct yz_http_loop *loop)
{
	if (loop->nspare)
		return loop->spare[--loop->nspare];
	struct yz_arena *a = yz_arena_create(loop->http->limits.arena_bytes);
	/* An arena keeps its first block: one that holds a page while it grows saves malloc the traffic between
	 * threads, and the kernel the giving and taking of memory. */
	yz_alloc(a, FIRST_BLOCK);
	yz_arena_reset(a);
	return a;
}

void yz_http_loop_arena_back(struct yz_http_loop *loop, struct yz_arena *a)
{
	if (loop->nspare == sizeof loop->spare / sizeof *loop->spare) {
		yz_arena_destroy(a);
		return;
	}
	yz_arena_on_spent(a, NULL, NULL);
	yz_arena_reset(a);
	loop->spare[loop->nspare++] = a;
}

/* ---- other threads ---- */

void yz_http_loop_wake(struct yz_http_loop *loop)
{
	uint64_t one = 1;
	if (atomic_exchange(&loop->asleep, false)) {
		ssize_t n = write(loop->wake, &one, sizeof one);
		(void)n;
	}
}

void yz_http_loop_done(struct yz_http_loop *loop, struct yz_req_state *x)
{
	pthread_mutex_lock(&loop->lock);
	x->next = loop->done;
	loop->done = x;
	pthread_mutex_unlock(&loop->lock);
	yz_http_loop_wake(loop);
}

static bool has_news(struct yz_http_loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	bool news = loop->done != NULL;
	pthread_mutex_unlock(&loop->lock);
	return news || atomic_load(&loop->published) || (!loop->saw_stop && atomic_load(&loop->http->stopping));
}

static void resume_done(struct yz_http_loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	struct yz_req_state *x = loop->done, *oldest = NULL;
	loop->done = NULL;
	pthread_mutex_unlock(&loop->lock);
	while (x) {
		struct yz_req_state *next = x->next;
		x->next = oldest;
		oldest = x;
		x = next;
	}
	for (; oldest; oldest = oldest->next) {
		assert(loop->working);
		loop->working--;
		MHD_resume_connection(oldest->conn->mhd);
	}
}

/* ---- the thread ---- */

static void hang_up_idle(struct yz_http_conn *c)
{
	if (c->phase == YZ_HTTP_FRESH || c->phase == YZ_HTTP_IDLE)
		shutdown(c->fd, SHUT_RDWR);
}

static void hang_up(struct yz_http_conn *c)
{
	if (c->phase != YZ_HTTP_WORKING)
		shutdown(c->fd, SHUT_RDWR);
}

/* true when there is nothing left to wait for. */
static bool stopped(struct yz_http_loop *loop)
{
	loop->saw_stop = true;
	listen_on(loop, false);
	yz_http_streams_wake(loop, true);
	each_conn(loop, hang_up_idle);
	bool late = yz_ticks() > atomic_load(&loop->http->stop_by);
	if (late)
		each_conn(loop, hang_up);
	return !loop->connections || (late && !loop->working && !loop->nstreams);
}

static int timeout_of(struct yz_http_loop *loop)
{
	MHD_UNSIGNED_LONG_LONG ms;
	if (MHD_get_timeout(loop->daemon, &ms) == MHD_YES && ms == 0)
		return 0;
	if (loop->working && yz_http_pool_nudge(loop->http->pool, yz_ticks()))
		return NUDGE_MS;
	if (!loop->connections && loop->accepting)
		return -1;
	yz_instant next = (yz_instant)(loop->tick + 1) * YZ_HTTP_TICK - yz_ticks();
	return next <= 0 ? 0 : (int)(next / 1000) + 1;
}

static void wait_for_events(struct yz_http_loop *loop)
{
	struct epoll_event events[16];
	int timeout = timeout_of(loop);
	if (timeout) {
		yz_http_access_flush(loop);
		atomic_store(&loop->asleep, true);
		if (has_news(loop))
			timeout = 0;
	}
	int n = epoll_wait(loop->epoll, events, 16, timeout);
	atomic_store(&loop->asleep, false);
	for (int i = 0; i < n; i++) {
		uint64_t tag = events[i].data.u64, count;
		if (tag == TAG_WAKE) {
			ssize_t got = read(loop->wake, &count, sizeof count);
			(void)got;
		} else if (tag >= TAG_CONN) {
			yz_http_client_gone(events[i].data.ptr);
		} else if (tag >= TAG_LISTENER && loop->accepting) {
			accept_some(loop, loop->http->listeners[tag - TAG_LISTENER].fd);
		}
	}
}

static void *loop_main(void *ctx)
{
	struct yz_http_loop *loop = ctx;
	struct yz_http *http = loop->http;
	sigset_t pipe;
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, NULL);
	if (http->any_inline && http->hooks.worker_begin)
		loop->worker = http->hooks.worker_begin(http->app);
	loop->tick = (uint64_t)(yz_ticks() / YZ_HTTP_TICK);
	listen_on(loop, true);
	for (;;) {
		resume_done(loop);
		if (atomic_exchange(&loop->published, 0))
			yz_http_streams_wake(loop, false);
		MHD_run(loop->daemon);
		turn_wheel(loop);
		if (atomic_load(&http->stopping)) {
			if (stopped(loop))
				break;
		} else if (!loop->accepting && loop->tick > loop->accept_after && has_room(loop)) {
			listen_on(loop, true);
		}
		wait_for_events(loop);
	}
	yz_http_access_flush(loop);
	if (loop->worker && http->hooks.worker_end)
		http->hooks.worker_end(http->app, loop->worker);
	return NULL;
}

/* Addresses come as they are written in the log; libmicrohttpd's own messages add nothing. */
static size_t leave_escaped(void *cls, struct MHD_Connection *mhd, char *s)
{
	(void)cls;
	(void)mhd;
	return strlen(s);
}

bool yz_http_loop_open(struct yz_http_loop *loop, struct yz_http *http, struct yz_err *err)
{
	loop->http = http;
	loop->epoll = loop->wake = -1;
	pthread_mutex_init(&loop->lock, NULL);
	loop->daemon =
		MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
				 yz_http_on_request, loop, MHD_OPTION_STRICT_FOR_CLIENT, 0,
				 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(2 * http->limits.header_bytes),
				 MHD_OPTION_CONNECTION_LIMIT, http->limits.connections + 1, MHD_OPTION_NOTIFY_COMPLETED,
				 yz_http_on_completed, loop, MHD_OPTION_NOTIFY_CONNECTION, yz_http_on_connection, loop,
				 MHD_OPTION_URI_LOG_CALLBACK, yz_http_on_line, loop, MHD_OPTION_UNESCAPE_CALLBACK,
				 leave_escaped, NULL, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
	if (!loop->daemon)
		return yz_fail(err, YZ_IO, "libmicrohttpd does not start");
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct epoll_event mhd = {.events = EPOLLIN, .data.u64 = TAG_MHD};
	struct epoll_event wake = {.events = EPOLLIN, .data.u64 = TAG_WAKE};
	if (!info || loop->epoll < 0 || loop->wake < 0 ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, info->epoll_fd, &mhd) != 0 ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &wake) != 0)
		return yz_fail(err, YZ_IO, "epoll: %m");
	return true;
}

bool yz_http_loop_start(struct yz_http_loop *loop, struct yz_err *err)
{
	int failed = pthread_create(&loop->thread, NULL, loop_main, loop);
	if (failed)
		return yz_fail(err, YZ_IO, "thread: %s", strerror(failed));
	loop->started = true;
	return true;
}

/* Waits for the thread, which ends once http->stopping is set. */
void yz_http_loop_join(struct yz_http_loop *loop)
{
	if (loop->started)
		pthread_join(loop->thread, NULL);
	loop->started = false;
}

/* What its thread has left: a client that takes its answer too slowly.  Its request ends here, where all that requests
 * hold is still there. */
void yz_http_loop_end(struct yz_http_loop *loop)
{
	if (loop->daemon)
		MHD_stop_daemon(loop->daemon);
	loop->daemon = NULL;
}

void yz_http_loop_close(struct yz_http_loop *loop)
{
	if (!loop->http)
		return;
	yz_http_loop_end(loop);
	yz_http_access_flush(loop);
	assert(!loop->connections);
	while (loop->nspare)
		yz_arena_destroy(loop->spare[--loop->nspare]);
	if (loop->epoll >= 0)
		close(loop->epoll);
	if (loop->wake >= 0)
		close(loop->wake);
	pthread_mutex_destroy(&loop->lock);
}
