/* http/refuse.c - saying no to what is still coming in.
 *
 * The answer goes to the socket as bytes, then our half is closed, and what the
 * client still sends is read and dropped for a while: closing at once would make
 * the kernel reset the connection and the client lose the answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <assert.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINGER_SECONDS = 5 };

static void send_bytes(struct yz_http_conn *c, const char *p, size_t len)
{
	/* Nothing else is under way in this direction, so that room for one page is all that is needed. */
	int room = 256 * 1024;
	setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	while (len) {
		ssize_t n = send(c->fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n <= 0)
			break;
		p += n;
		len -= (size_t)n;
	}
	shutdown(c->fd, SHUT_WR);
}

void yz_http_refuse(struct yz_http_conn *c)
{
	struct yz_req_state *x = c->x;
	size_t len;
	char *bytes = yz_http_response_bytes(x, &len);
	x->status = yz_http_res_status(x);
	x->stage = YZ_HTTP_REFUSED;
	atomic_fetch_add_explicit(&x->http->refused, 1, memory_order_relaxed);
	send_bytes(c, bytes, bytes ? len : 0);
	free(bytes);
	yz_http_deadline(c, YZ_HTTP_LINGER, LINGER_SECONDS * YZ_SECOND);
}

/* Has the client sent anything since it connected? */
static bool has_spoken(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof info;
	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
	       len >= offsetof(struct tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received &&
	       info.tcpi_bytes_received > 0;
}

static void too_late(struct yz_http_conn *c)
{
	if (!c->x)
		yz_http_exchange_new(c); /* no request line yet: only for the answer and the log */
	c->x->builtin = 408;
	yz_http_refuse(c);
}

void yz_http_client_gone(struct yz_http_conn *c)
{
	c->gone = true;
	if (c->phase != YZ_HTTP_WORKING && c->phase != YZ_HTTP_WRITING)
		yz_http_deadline(c, c->phase, 0);
}

/* What it said last is still to be read; then hang up. */
static void let_go(struct yz_http_conn *c)
{
	int unread = 0;
	if (ioctl(c->fd, FIONREAD, &unread) == 0 && unread > 0)
		yz_http_deadline(c, c->phase, YZ_HTTP_TICK);
	else
		shutdown(c->fd, SHUT_RDWR);
}

/* Its time is over. */
void yz_http_expire(struct yz_http_conn *c)
{
	if (c->gone && c->phase != YZ_HTTP_STREAM && c->phase != YZ_HTTP_WRITING) {
		let_go(c);
		return;
	}
	switch (c->phase) {
	case YZ_HTTP_FRESH:
		if (has_spoken(c->fd)) {
			too_late(c);
			yz_http_access(c->loop, c->x, c->peer);
			yz_http_loop_arena_back(c->loop, c->x->req.arena);
			c->x = NULL;
		}
		shutdown(c->fd, SHUT_RDWR);
		break;
	case YZ_HTTP_HEADER:
	case YZ_HTTP_READING:
		/* libmicrohttpd may be answering by itself: a malformed length, too large a header. */
		if (MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_HTTP_STATUS))
			shutdown(c->fd, SHUT_RDWR);
		else
			too_late(c);
		break;
	case YZ_HTTP_IDLE:
	case YZ_HTTP_WRITING:
	case YZ_HTTP_LINGER:
		shutdown(c->fd, SHUT_RDWR);
		break;
	case YZ_HTTP_STREAM:
		yz_http_stream_beat(c);
		break;
	case YZ_HTTP_WORKING:
		break;
	}
}
