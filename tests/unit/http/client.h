/* tests/unit/http/client.h - a server in this process and a client of raw bytes.
 *
 * The server listens on a free port of 127.0.0.1 with the routes of the test;
 * its folder for uploads is a temporary one, and stop() asserts that nothing is
 * left in it.  The client sends exactly the bytes it is given.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_HTTP_CLIENT_H
#define YZ_TESTS_HTTP_CLIENT_H

#include "tests/test.h"

#include "http/http.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
	struct yz_http *http;
	char uploads[64];
};

struct reply {
	int status; /* 0: the server hung up without one */
	char *head; /* status line and headers, NUL-terminated */
	char *body;
	size_t len;
};

static inline void error_page(struct yz_req *req, const struct yz_err *err)
{
	yz_res_text(req, yz_str_printf(req->arena, "error %s: %s\n", yz_code_name(err->code), err->msg));
}

static inline struct server serve_with(struct yz_http_options o, const struct yz_route *routes, size_t n)
{
	static const char *const listen[] = {"127.0.0.1:0", NULL};
	struct server s = {.uploads = "/tmp/yz-http-XXXXXX"};
	struct yz_err err = {0};
	assert_non_null(mkdtemp(s.uploads));
	if (!o.listen)
		o.listen = listen;
	o.routes = routes;
	o.nroutes = n;
	o.upload_dir = s.uploads;
	if (!o.drain_s)
		o.drain_s = 5;
	if (!o.hooks.error)
		o.hooks.error = error_page;
	s.http = yz_http_create(&o, &err);
	if (!s.http)
		fail_msg("%s", err.msg);
	assert_true(yz_http_start(s.http, &err));
	yz_http_set_ready(s.http, true);
	return s;
}

#define SERVE(routes) serve_with((struct yz_http_options){0}, routes, sizeof(routes) / sizeof *(routes))
#define SERVE_WITH(routes, ...)                                                                                        \
	serve_with((struct yz_http_options){__VA_ARGS__}, routes, sizeof(routes) / sizeof *(routes))

static inline size_t files_left(const struct server *s)
{
	DIR *d = opendir(s->uploads);
	struct dirent *e;
	size_t n = 0;
	assert_non_null(d);
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static inline void stop(struct server *s)
{
	yz_http_destroy(s->http);
	assert_int_equal(files_left(s), 0);
	rmdir(s->uploads);
}

static inline int dial(const struct server *s)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)yz_http_port(s->http, 0))};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval patience = {.tv_sec = 60};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		fail_msg("connect: %s", strerror(errno));
	return fd;
}

/* false when the server no longer listens to it. */
static inline bool say_n(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = send(fd, p, n, MSG_NOSIGNAL);
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static inline bool say(int fd, const char *text)
{
	return say_n(fd, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static inline bool sayf(int fd, const char *fmt, ...)
{
	char text[8192];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	assert_in_range(n, 0, sizeof text - 1);
	return say_n(fd, text, (size_t)n);
}

/* The value of a header of the reply, or "" ; 8 in turn. */
static inline const char *header(const struct reply *r, const char *name)
{
	static _Thread_local char values[8][2048];
	static _Thread_local unsigned turn;
	char *out = values[turn++ % 8];
	size_t len = strlen(name);
	out[0] = '\0';
	for (const char *line = r->head; line && (line = strstr(line, "\r\n"));) {
		line += 2;
		if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
			snprintf(out, sizeof values[0], "%.*s", (int)strcspn(line + len + 2, "\r"), line + len + 2);
			break;
		}
	}
	return out;
}

static inline bool take_n(int fd, char *p, size_t n)
{
	while (n) {
		ssize_t got = recv(fd, p, n, 0);
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

/* Up to and with the empty line, and nothing behind it. */
static inline size_t take_head(int fd, char *head, size_t size)
{
	size_t n = 0;
	while (n < size - 1) {
		ssize_t got = recv(fd, head + n, size - 1 - n, MSG_PEEK);
		if (got <= 0)
			break;
		size_t from = n < 3 ? 0 : n - 3;
		char *end = memmem(head + from, n + (size_t)got - from, "\r\n\r\n", 4);
		size_t take = end ? (size_t)(end + 4 - head) - n : (size_t)got;
		if (!take_n(fd, head + n, take))
			break;
		n += take;
		if (end)
			break;
	}
	head[n] = '\0';
	return n;
}

static inline void drop(struct reply *r)
{
	free(r->head);
	free(r->body);
	*r = (struct reply){0};
}

/* Reads one reply by its Content-Length. */
static inline struct reply hear_of(int fd, bool head_only)
{
	struct reply r = {.head = calloc(1, 16384), .body = NULL};
	if (!take_head(fd, r.head, 16384) || sscanf(r.head, "HTTP/1.1 %d", &r.status) != 1) {
		r.status = 0;
		r.body = calloc(1, 1);
		return r;
	}
	r.len = head_only || r.status == 304 || r.status == 204
			? 0
			: (size_t)strtoull(header(&r, "Content-Length"), NULL, 10);
	r.body = calloc(1, r.len + 1);
	if (!take_n(fd, r.body, r.len))
		fail_msg("the body of a reply broke off");
	return r;
}

static inline struct reply hear(int fd)
{
	return hear_of(fd, false);
}

/* Has the server hung up (nothing more comes)? */
static inline bool hung_up(int fd)
{
	char c;
	return recv(fd, &c, 1, 0) <= 0;
}

/* One request on a connection of its own; headers is NULL or lines that each end with \r\n. */
static inline struct reply get(const struct server *s, const char *path, const char *headers)
{
	int fd = dial(s);
	sayf(fd, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", path, headers ? headers : "");
	struct reply r = hear(fd);
	close(fd);
	return r;
}

static inline struct reply post(const struct server *s, const char *path, const char *type, const char *body, size_t n)
{
	int fd = dial(s);
	sayf(fd, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", path, type, n);
	say_n(fd, body, n);
	struct reply r = hear(fd);
	close(fd);
	return r;
}

#endif
