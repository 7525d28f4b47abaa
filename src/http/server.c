/* http/server.c - options, addresses, starting and stopping.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, MOST_LOOPS = 64, MOST_WORKERS = 4096, MOST_LISTENERS = 64 };

static const struct yz_http_limits defaults = {
	.header_bytes = 16 * 1024,
	.headers = 100,
	.body_bytes = 2 * 1024 * 1024,
	.upload_bytes = 256 * 1024 * 1024,
	.file_bytes = 64 * 1024 * 1024,
	.fields = 1000,
	.field_bytes = 256 * 1024,
	.files = 50,
	.arena_bytes = 32 * 1024 * 1024,
	.header_s = 10,
	.body_s = 30,
	.upload_s = 900,
	.idle_s = 60,
	.send_s = 60,
	.connections = 8192,
	.per_ip = 256,
	.event_clients = 4096,
	.queue = 4096,
};

static struct yz_http_limits limits_of(struct yz_http_limits l)
{
#define DEFAULT(field) l.field = l.field ? l.field : defaults.field
	DEFAULT(header_bytes);
	DEFAULT(headers);
	DEFAULT(body_bytes);
	DEFAULT(upload_bytes);
	DEFAULT(file_bytes);
	DEFAULT(fields);
	DEFAULT(field_bytes);
	DEFAULT(files);
	DEFAULT(arena_bytes);
	DEFAULT(header_s);
	DEFAULT(body_s);
	DEFAULT(upload_s);
	DEFAULT(idle_s);
	DEFAULT(send_s);
	DEFAULT(connections);
	DEFAULT(per_ip);
	DEFAULT(event_clients);
	DEFAULT(queue);
#undef DEFAULT
	return l;
}

static size_t count(const char *const *list)
{
	size_t n = 0;
	while (list && list[n])
		n++;
	return n;
}

static unsigned processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 ? (unsigned)n : 1;
}

/* ---- addresses ---- */

static bool listen_fd(struct yz_http_listener *l, const struct sockaddr *sa, socklen_t len, const char *name,
		      struct yz_err *err)
{
	int on = 1;
	l->fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return yz_fail(err, YZ_IO, "listen on %s: %m", name);
	if (sa->sa_family != AF_UNIX) {
		setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
		setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* connections inherit it */
	}
	if (sa->sa_family == AF_INET6)
		setsockopt(l->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(l->fd, sa, len) != 0 || listen(l->fd, BACKLOG) != 0)
		return yz_fail(err, YZ_IO, "listen on %s: %m", name);
	union {
		struct sockaddr sa;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
		struct sockaddr_storage storage;
	} bound;
	socklen_t bound_len = sizeof bound;
	if (getsockname(l->fd, &bound.sa, &bound_len) == 0 && sa->sa_family != AF_UNIX)
		l->port = ntohs(sa->sa_family == AF_INET6 ? bound.six.sin6_port : bound.four.sin_port);
	return true;
}

static bool listen_unix(struct yz_http *http, struct yz_http_listener *l, const char *name, struct yz_err *err)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct stat st;
	const char *path = name + strlen("unix:");
	if (!*path || strlen(path) >= sizeof un.sun_path)
		return yz_fail(err, YZ_USAGE, "listen on %s: a path of 1 to %zu bytes", name, sizeof un.sun_path - 1);
	strcpy(un.sun_path, path);
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path); /* of a server that died; the site's lock keeps two apart */
	l->unix_path = yz_strdup(http->arena, path);
	return listen_fd(l, (struct sockaddr *)&un, sizeof un, name, err);
}

static bool listen_on(struct yz_http *http, struct yz_http_listener *l, const char *name, struct yz_err *err)
{
	if (yz_str_starts(yz_str(name), YZ_LIT("unix:")))
		return listen_unix(http, l, name, err);
	const char *colon = strrchr(name, ':');
	int64_t port = -1;
	struct yz_str host = yz_str_n(name, colon ? (size_t)(colon - name) : 0);
	struct in_addr four;
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	char text[64] = "";
	if (colon)
		yz_str_int(yz_str(colon + 1), &port);
	bool brackets = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
	if (brackets)
		host = yz_str_n(host.ptr + 1, host.len - 2);
	snprintf(text, sizeof text, "%.*s", YZ_P(host));
	if (port >= 0 && port <= 65535 && !brackets && inet_pton(AF_INET, text, &four) == 1) {
		struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = four};
		return listen_fd(l, (struct sockaddr *)&in, sizeof in, name, err);
	}
	if (port >= 0 && port <= 65535 && brackets && inet_pton(AF_INET6, text, &six.sin6_addr) == 1) {
		six.sin6_port = htons((uint16_t)port);
		return listen_fd(l, (struct sockaddr *)&six, sizeof six, name, err);
	}
	return yz_fail(err, YZ_USAGE, "listen on %s: 127.0.0.1:8080, [::1]:8080 or unix:PATH is expected", name);
}

static bool open_listeners(struct yz_http *http, const char *const *names, struct yz_err *err)
{
	if (count(names) > MOST_LISTENERS)
		return yz_fail(err, YZ_USAGE, "more than %d addresses to listen on", MOST_LISTENERS);
	http->listeners = yz_new_n(http->arena, count(names), struct yz_http_listener);
	for (size_t i = 0; i < count(names); i++) {
		http->listeners[http->nlisteners++].fd = -1;
		if (!listen_on(http, &http->listeners[i], names[i], err))
			return false;
	}
	return http->nlisteners || yz_fail(err, YZ_USAGE, "no address to listen on");
}

static bool read_trusted(struct yz_http *http, const char *const *names, struct yz_err *err)
{
	http->trusted = yz_new_n(http->arena, count(names), struct yz_http_net);
	for (size_t i = 0; i < count(names); i++) {
		if (strcmp(names[i], "unix") == 0)
			http->trust_unix = true;
		else if (!yz_http_net_parse(yz_str(names[i]), &http->trusted[http->ntrusted++]))
			return yz_fail(err, YZ_USAGE, "trusted proxy %s: an address, a network or unix", names[i]);
	}
	return true;
}

/* ---- create, start, stop ---- */

static bool check_limits(const struct yz_http *http, const struct yz_http_options *o, struct yz_err *err)
{
	const struct yz_http_limits *l = &http->limits;
	size_t largest = l->body_bytes;
	for (size_t i = 0; i < o->nroutes; i++)
		if (o->routes[i].body > largest && !(o->routes[i].flags & YZ_ROUTE_UPLOAD))
			largest = o->routes[i].body;
	/* A body grows by doubling in the arena, then becomes fields there. */
	if (l->arena_bytes / 6 < largest)
		return yz_fail(err, YZ_USAGE, "limits: a body of %zu bytes needs arena_bytes of %zu", largest,
			       largest * 6);
	if (l->header_bytes < 4096 || l->header_bytes > 1024 * 1024)
		return yz_fail(err, YZ_USAGE, "limits: header_bytes from 4096 to 1 MiB");
	return true;
}

static void copy_options(struct yz_http *http, const struct yz_http_options *o)
{
	static const char *const languages[] = {"zh_CN", "en", "ug", NULL};
	const char *const *list = count(o->languages) ? o->languages : languages;
	struct yz_arena *a = http->arena;
	http->limits = limits_of(o->limits);
	http->hooks = o->hooks;
	http->app = o->app;
	http->drain_s = o->drain_s ? o->drain_s : 10;
	http->nloops = o->net_threads ? o->net_threads : 1;
	http->nloops = http->nloops < MOST_LOOPS ? http->nloops : MOST_LOOPS;
	http->workers = o->workers ? o->workers : 128;
	http->workers = http->workers < MOST_WORKERS ? http->workers : MOST_WORKERS;
	struct yz_str base = yz_str(o->base_url ? o->base_url : "");
	while (yz_str_ends(base, YZ_LIT("/")))
		base.len--;
	http->base_url = yz_str_z(a, base);
	http->secure = yz_str_starts(base, YZ_LIT("https://"));
	http->upload_dir = o->upload_dir ? yz_strdup(a, o->upload_dir) : NULL;
	http->log_path = o->access_log ? yz_strdup(a, o->access_log) : NULL;
	http->nlanguages = count(list);
	http->languages = yz_new_n(a, http->nlanguages, const char *);
	for (size_t i = 0; i < http->nlanguages; i++)
		http->languages[i] = yz_strdup(a, list[i]);
	for (size_t i = 0; i < o->nroutes; i++)
		http->any_inline |= (o->routes[i].flags & YZ_ROUTE_INLINE) != 0;
}

static bool create(struct yz_http *http, const struct yz_http_options *o, struct yz_err *err)
{
	copy_options(http, o);
	if (!check_limits(http, o, err) || !read_trusted(http, o->trusted, err))
		return false;
	http->routes = yz_http_routes_build(http->arena, o->routes, o->nroutes, err);
	if (!http->routes || !yz_http_log_open(http, err) || !open_listeners(http, o->listen, err))
		return false;
	http->hub = yz_http_hub_create(http);
	http->counter = yz_http_counter_create();
	http->pool =
		yz_http_pool_create(http, http->workers, o->running ? o->running : processors(), http->limits.queue);
	http->loops = yz_new_n(http->arena, http->nloops, struct yz_http_loop);
	if (!http->hub || !http->counter || !http->pool)
		return yz_fail(err, YZ_INTERNAL, "out of memory");
	for (unsigned i = 0; i < http->nloops; i++)
		if (!yz_http_loop_open(&http->loops[i], http, err))
			return false;
	if (http->upload_dir)
		yz_http_uploads_purge(http->upload_dir);
	return true;
}

struct yz_http *yz_http_create(const struct yz_http_options *options, struct yz_err *err)
{
	assert(options->hooks.error);
	struct yz_arena *a = yz_arena_create(0);
	struct yz_http *http = yz_new(a, struct yz_http);
	http->arena = a;
	http->log_fd = -1;
	pthread_mutex_init(&http->log_lock, NULL);
	if (create(http, options, err))
		return http;
	yz_http_destroy(http);
	return NULL;
}

bool yz_http_start(struct yz_http *http, struct yz_err *err)
{
	struct rlimit files;
	assert(!http->started);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	http->started = true;
	for (unsigned i = 0; i < http->nloops; i++)
		if (!yz_http_loop_start(&http->loops[i], err))
			return false;
	return true;
}

static void close_listeners(struct yz_http *http)
{
	for (size_t i = 0; i < http->nlisteners; i++) {
		struct yz_http_listener *l = &http->listeners[i];
		if (l->fd >= 0)
			close(l->fd);
		if (l->fd >= 0 && l->unix_path)
			unlink(l->unix_path);
		l->fd = -1;
	}
}

void yz_http_stop(struct yz_http *http)
{
	if (http->stopped)
		return;
	http->stopped = true;
	atomic_store(&http->stop_by, yz_ticks() + http->drain_s * YZ_SECOND);
	atomic_store(&http->stopping, true);
	for (unsigned i = 0; i < http->nloops && http->started; i++)
		yz_http_loop_wake(&http->loops[i]);
	for (unsigned i = 0; i < http->nloops && http->started; i++)
		yz_http_loop_join(&http->loops[i]);
	for (unsigned i = 0; i < http->nloops && http->started; i++)
		yz_http_loop_end(&http->loops[i]);
	close_listeners(http);
}

void yz_http_destroy(struct yz_http *http)
{
	if (!http)
		return;
	yz_http_stop(http);
	yz_http_pool_destroy(http->pool);
	for (unsigned i = 0; i < http->nloops && http->loops; i++)
		yz_http_loop_close(&http->loops[i]);
	yz_http_hub_destroy(http->hub);
	yz_http_counter_destroy(http->counter);
	if (http->log_fd >= 0)
		close(http->log_fd);
	pthread_mutex_destroy(&http->log_lock);
	yz_arena_destroy(http->arena);
}

/* ---- what others ask ---- */

unsigned yz_http_port(const struct yz_http *http, size_t nth)
{
	return nth < http->nlisteners ? http->listeners[nth].port : 0;
}

void yz_http_set_ready(struct yz_http *http, bool ready)
{
	atomic_store(&http->ready, ready);
}

bool yz_http_ready(const struct yz_http *http)
{
	return atomic_load(&http->ready);
}

struct yz_hub *yz_http_hub(struct yz_http *http)
{
	return http->hub;
}

const char *yz_http_base_url(const struct yz_http *http)
{
	return http->base_url;
}

void yz_http_stats(struct yz_http *http, struct yz_http_stats *out)
{
	*out = (struct yz_http_stats){
		.requests = atomic_load(&http->requests),
		.refused = atomic_load(&http->refused),
		.connections = atomic_load(&http->connections),
		.event_clients = atomic_load(&http->event_clients),
	};
	yz_http_pool_stats(http->pool, out);
}
