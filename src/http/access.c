/* http/access.c - one line a request, without what people wrote.
 *
 *	2026-11-22T10:32:00.123Z 203.0.113.5 GET /case/12 200 20803 12.3
 *	time                     client      method path status body-bytes milliseconds
 *
 * The path is without its query, as sent, so it holds neither space nor control
 * character; "-" stands for what never arrived.  Where no route answers, it may be the
 * address of one that is not logged with a slip in it: a part as long as a token is "*".
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 512, SECRET = 20 };

static void add_path(char *out, struct yz_str target, bool routed)
{
	size_t n = 0, part = 0;
	for (size_t i = 0; i < target.len && n < PATH && target.ptr[i] != '?'; i++) {
		part = target.ptr[i] == '/' ? 0 : part + 1;
		if (!routed && part == SECRET)
			out[n - SECRET + 1] = '*', n -= SECRET - 2;
		else if (routed || part < SECRET)
			out[n++] = (unsigned char)target.ptr[i] > 0x20 && target.ptr[i] != 0x7F ? target.ptr[i] : '?';
	}
	if (!n)
		out[n++] = '-';
	out[n] = '\0';
}

void yz_http_access(struct yz_http_loop *loop, const struct yz_req_state *x, const char *peer)
{
	char line[PATH + 256], path[PATH + 1], when[32];
	atomic_fetch_add_explicit(&loop->http->requests, 1, memory_order_relaxed);
	if (loop->http->log_fd < 0 || (x->req.route && x->req.route->flags & YZ_ROUTE_QUIET))
		return;
	yz_instant now = yz_now(), took = yz_ticks() - x->began;
	yz_instant_print(now / 1000 * 1000, when);
	add_path(path, x->target, x->req.route != NULL);
	struct yz_str client = x->req.client.ptr ? x->req.client : yz_str(peer);
	int n = snprintf(line, sizeof line, "%s %.*s %.16s %s %d %llu %lld.%lld\n", when, YZ_P(client),
			 x->method ? x->method : "-", path, x->status, (unsigned long long)x->sent,
			 (long long)(took / 1000), (long long)(took / 100 % 10));
	if (n <= 0 || (size_t)n >= sizeof line)
		return;
	if (loop->log_len + (size_t)n > sizeof loop->log)
		yz_http_access_flush(loop);
	memcpy(loop->log + loop->log_len, line, (size_t)n);
	loop->log_len += (size_t)n;
}

void yz_http_access_flush(struct yz_http_loop *loop)
{
	if (!loop->log_len)
		return;
	pthread_mutex_lock(&loop->http->log_lock);
	ssize_t n = write(loop->http->log_fd, loop->log, loop->log_len);
	(void)n; /* a full disk loses lines of the log, not requests */
	pthread_mutex_unlock(&loop->http->log_lock);
	loop->log_len = 0;
}

static int open_log(const char *path)
{
	if (strcmp(path, "-") == 0)
		return dup(STDOUT_FILENO);
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

bool yz_http_log_open(struct yz_http *http, struct yz_err *err)
{
	http->log_fd = -1;
	if (!http->log_path)
		return true;
	http->log_fd = open_log(http->log_path);
	return http->log_fd >= 0 || yz_fail(err, YZ_IO, "access log %s: %m", http->log_path);
}

void yz_http_reopen_log(struct yz_http *http)
{
	if (!http->log_path)
		return;
	int fd = open_log(http->log_path);
	if (fd < 0)
		return;
	pthread_mutex_lock(&http->log_lock);
	dup2(fd, http->log_fd); /* the number stays, so that nobody needs the lock to see whether there is a log */
	pthread_mutex_unlock(&http->log_lock);
	close(fd);
}
