/* Requests no browser sends, and the answers they get.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/http/client.h"

#include <pthread.h>
#include <stdatomic.h>

static atomic_int served;

static bool count(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	served++;
	size_t fields = yz_req_fields(req).len + yz_req_queries(req).len;
	return yz_res_text(req, yz_str_printf(req->arena, "%zu fields, %zu bytes\n", fields, req->body.len));
}

static bool big(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	enum { SIZE = 16 * 1024 * 1024 };
	char *p = yz_alloc(req->arena, SIZE);
	memset(p, 'x', SIZE);
	return yz_res_text(req, yz_str_n(p, SIZE));
}

static const struct yz_route routes[] = {
	{YZ_GET, "/", count, "open", 0, 0},      {YZ_POST, "/", count, "open", 0, 0},
	{YZ_GET, "/big", big, "open", 0, 0},     {YZ_POST, "/small", count, "open", 0, 100},
	{YZ_GET, "/a/{x}", count, "open", 0, 0},
};

static struct server server;

static void still_serves(void)
{
	struct reply r = get(&server, "/", NULL);
	assert_int_equal(r.status, 200);
	drop(&r);
}

/* Sends the bytes as they are, hears one reply, and nothing was run. */
static void refused_n(const char *bytes, size_t n, int status)
{
	int before = served, fd = dial(&server);
	say_n(fd, bytes, n);
	struct reply r = hear(fd);
	if (r.status != status)
		fail_msg("expected %d, got %d for: %.*s", status, r.status, (int)n, bytes);
	if (!hung_up(fd))
		fail_msg("the connection stays open after: %.*s", (int)n, bytes);
	drop(&r);
	close(fd);
	assert_int_equal(served, before);
}

static void refused(const char *text, int status)
{
	refused_n(text, strlen(text), status);
}

#define REFUSED(literal, status) refused_n(literal, sizeof(literal) - 1, status)

TEST(headers_that_proxies_read_otherwise_are_400)
{
	server = SERVE(routes);
	refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", 400);
	refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400);
	refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
	refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400);
	refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
		"chunked\r\n\r\n0\r\n\r\n",
		400);
	refused("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\n", 400);
	refused("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
	refused("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Type: "
		"application/json\r\nContent-Length: 2\r\n\r\n{}",
		400);
	refused("GET / HTTP/1.1\r\nHost: x\nAccept: y\r\n\r\n", 400);
	refused("GET / HTTP/1.1\nHost: x\r\n\r\n", 400);
	refused("GET / HTTP/1.1\r\nHost: x\r\n\nGET", 400);
	refused("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400);
	refused("GET / HTTP/1.1\r\nHost: x\r\nA:\r\n\tb\r\n\r\n", 400);
	REFUSED("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 400);
	REFUSED("GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n", 400);
	REFUSED("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400);
	refused("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400);
	refused("GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400);
	refused("GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", 400);
	refused("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400);
	refused("GET / HTTP/1.1\r\nAccept: x\r\n\r\n", 400);
	refused("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400);
	/* A NUL moves the next line away by as much as a bare LF brings it closer. */
	REFUSED("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\nB: c\r\n\r\n", 400);
	still_serves();
	stop(&server);
}

TEST(a_request_libmicrohttpd_itself_refuses_is_never_run)
{
	static const char *const bad[] = {
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3x\r\n\r\nabc", /* no number */
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc", /* negative */
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
		"GET /\r\n\r\n",
		"GET / HTTP/3.0\r\nHost: x\r\n\r\n",
		"\x16\x03\x01\x02",
	};
	server = SERVE(routes);
	served = 0;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int fd = dial(&server);
		say(fd, bad[i]);
		shutdown(fd, SHUT_WR);
		struct reply r = hear(fd);
		if (r.status && r.status < 400)
			fail_msg("%d for: %s", r.status, bad[i]);
		drop(&r);
		close(fd);
	}
	assert_int_equal(served, 0);
	still_serves();
	stop(&server);
}

TEST(bad_text_in_a_path_or_a_field_is_400)
{
	server = SERVE(routes);
	static const char *const paths[] = {"/a/%00",     "/a/%ff",         "/a/%4",    "/a/%zz",  "/a/..",
					    "/a/%2e%2e",  "/../etc/passwd", "/a/b%2fc", "/?q=%00", "/?q=%ff",
					    "/?q=%C0%80", "/?q=%4",         "/?%ff=1"};
	int before = served;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct reply r = get(&server, paths[i], NULL);
		if (r.status != 400)
			fail_msg("%s: %d", paths[i], r.status);
		drop(&r);
	}
	static const char *const forms[] = {"a=%00", "a=%ff", "%00=a", "a=\xff", "a=%ed%a0%80", "a=%"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct reply r = post(&server, "/", "application/x-www-form-urlencoded", forms[i], strlen(forms[i]));
		if (r.status != 400)
			fail_msg("%s: %d", forms[i], r.status);
		drop(&r);
	}
	assert_int_equal(served, before);
	stop(&server);
}

static struct reply post_fields(size_t n)
{
	char *body = malloc(n * 8 + 1);
	size_t len = 0;
	for (size_t i = 0; i < n; i++)
		len += (size_t)sprintf(body + len, "a=%zu&", i % 10);
	struct reply r = post(&server, "/", "application/x-www-form-urlencoded", body, len);
	free(body);
	return r;
}

TEST(a_thousand_fields_are_taken_and_one_more_is_400)
{
	server = SERVE(routes);
	struct reply r = post_fields(1000);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "1000 fields, 0 bytes\n");
	drop(&r);
	r = post_fields(1001);
	assert_int_equal(r.status, 400);
	drop(&r);
	r = post_fields(10000);
	assert_int_equal(r.status, 400);
	drop(&r);
	stop(&server);
}

static int query_of(size_t n)
{
	char *text = malloc(n * 4 + 64);
	size_t len = (size_t)sprintf(text, "GET /?");
	for (size_t i = 0; i < n; i++)
		len += (size_t)sprintf(text + len, "a=1&");
	len += (size_t)sprintf(text + len, " HTTP/1.1\r\nHost: x\r\n\r\n");
	int fd = dial(&server);
	say_n(fd, text, len);
	struct reply r = hear(fd);
	int status = r.status;
	drop(&r);
	close(fd);
	free(text);
	return status;
}

TEST(a_query_of_a_thousand_arguments_is_taken_and_one_more_is_400)
{
	server = SERVE(routes);
	assert_int_equal(query_of(1000), 200);
	assert_int_equal(query_of(1001), 400);
	assert_int_equal(query_of(3900), 400);
	stop(&server);
}

static int header_of(size_t bytes, const char *line)
{
	char *text = malloc(bytes + 200);
	size_t n = (size_t)sprintf(text, "GET / HTTP/1.1\r\nHost: x\r\n");
	while (*line && n + strlen(line) + 10 < bytes)
		n += (size_t)sprintf(text + n, "%s", line);
	n += (size_t)sprintf(text + n, "Pad: ");
	while (n < bytes - 4)
		text[n++] = 'p';
	n += (size_t)sprintf(text + n, "\r\n\r\n");
	int fd = dial(&server);
	say_n(fd, text, n);
	struct reply r = hear(fd);
	int status = r.status;
	drop(&r);
	close(fd);
	free(text);
	return status;
}

TEST(headers_over_their_limit_are_431)
{
	server = SERVE(routes);
	assert_int_equal(header_of(16 * 1024, ""), 200);
	assert_int_equal(header_of(16 * 1024 + 1, ""), 431);
	assert_int_equal(header_of(64 * 1024, ""), 431);
	assert_int_equal(header_of(98 * 6, "A: b\r\n"), 200); /* with Host and Pad fewer than 100 */
	assert_int_equal(header_of(120 * 6, "A: b\r\n"), 431);
	char *text = malloc(70000);
	memset(text, 'a', 70000);
	memcpy(text, "GET /", 5);
	int fd = dial(&server);
	say_n(fd, text, 70000);
	struct reply r = hear(fd);
	assert_int_equal(r.status, 414);
	drop(&r);
	close(fd);
	free(text);
	still_serves();
	stop(&server);
}

TEST(a_body_over_its_limit_is_413_before_it_is_read)
{
	server = SERVE(routes);
	int fd = dial(&server);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1073741824\r\n\r\n");
	struct reply r = hear(fd);
	assert_int_equal(r.status, 413);
	assert_non_null(strstr(r.body, "error TOO_LARGE"));
	assert_string_equal(header(&r, "Connection"), "close");
	assert_true(hung_up(fd));
	drop(&r);
	close(fd);
	fd = dial(&server);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1073741824\r\n\r\n");
	r = hear(fd);
	assert_int_equal(r.status, 413);
	drop(&r);
	close(fd);
	char text[128];
	memset(text, 'a', sizeof text);
	r = post(&server, "/small", "text/plain", text, 100);
	assert_int_equal(r.status, 200);
	drop(&r);
	r = post(&server, "/small", "text/plain", text, 101);
	assert_int_equal(r.status, 413);
	drop(&r);
	stop(&server);
}

TEST(a_client_that_waits_for_100_gets_it)
{
	server = SERVE(routes);
	int fd = dial(&server);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	struct reply r = hear_of(fd, true);
	assert_int_equal(r.status, 100);
	drop(&r);
	say(fd, "abc");
	r = hear(fd);
	assert_string_equal(r.body, "0 fields, 3 bytes\n");
	drop(&r);
	close(fd);
	stop(&server);
}

TEST(a_chunked_body_that_never_ends_is_413)
{
	server = SERVE(routes);
	int fd = dial(&server);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
	char chunk[4096 + 8];
	size_t n = (size_t)sprintf(chunk, "1000\r\n");
	memset(chunk + n, 'x', 4096);
	memcpy(chunk + n + 4096, "\r\n", 2);
	int sent = 0;
	while (sent < 100000 && say_n(fd, chunk, n + 4098))
		sent++;
	assert_in_range(sent, 512, 99999); /* 2 MiB fit */
	struct reply r = hear(fd);
	assert_int_equal(r.status, 413);
	drop(&r);
	close(fd);
	still_serves();
	stop(&server);
}

TEST(a_gigabyte_said_to_be_a_form_is_413_and_the_client_can_read_it)
{
	server = SERVE(routes);
	int fd = dial(&server);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
		"Content-Length: 1073741824\r\n\r\n");
	/* It goes on sending, as browsers do, and must still find the answer. */
	char *more = calloc(1, 1 << 20);
	for (int i = 0; i < 8; i++)
		if (!say_n(fd, more, 1 << 20))
			break;
	struct reply r = hear(fd);
	assert_int_equal(r.status, 413);
	drop(&r);
	free(more);
	close(fd);
	stop(&server);
}

/* ---- slow clients ---- */

static const struct yz_http_limits hasty = {.header_s = 1, .body_s = 1, .idle_s = 1, .send_s = 1};

/* Says a byte now and then until the server hangs up; the reply it finds then. */
static struct reply drip(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	for (int i = 0; i < 1000 && poll(&p, 1, 50) == 0; i++)
		if (!say(fd, "a"))
			break;
	return hear(fd);
}

TEST(a_dripped_header_is_408)
{
	server = SERVE_WITH(routes, .limits = hasty);
	int fd = dial(&server);
	say(fd, "GE");
	struct reply r = drip(fd);
	assert_int_equal(r.status, 408);
	drop(&r);
	close(fd);
	fd = dial(&server);
	say(fd, "GET / HTTP/1.1\r\nHost: x\r\nDrip: ");
	r = drip(fd);
	assert_int_equal(r.status, 408);
	drop(&r);
	close(fd);
	stop(&server);
}

TEST(a_dripped_body_is_408)
{
	server = SERVE_WITH(routes, .limits = hasty);
	int fd = dial(&server);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
	struct reply r = drip(fd);
	assert_int_equal(r.status, 408);
	drop(&r);
	close(fd);
	fd = dial(&server);
	say(fd, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	r = drip(fd);
	assert_true(r.status == 408 || r.status == 400 || r.status == 413);
	drop(&r);
	close(fd);
	stop(&server);
}

TEST(a_connection_that_says_nothing_is_closed_without_a_word)
{
	server = SERVE_WITH(routes, .limits = hasty);
	int silent = dial(&server), idle = dial(&server);
	say(idle, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	struct reply r = hear(idle);
	assert_int_equal(r.status, 200);
	drop(&r);
	char c;
	assert_int_equal(recv(silent, &c, 1, 0), 0);
	assert_int_equal(recv(idle, &c, 1, 0), 0);
	close(silent);
	close(idle);
	stop(&server);
}

TEST(a_client_that_does_not_take_its_answer_is_cut)
{
	/* 16 MiB at 8 KiB a second would be half an hour: the connection is dropped by the test, the server by stop. */
	server = SERVE_WITH(routes, .limits = hasty, .drain_s = 1);
	int fd = dial(&server), small = 4096;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	say(fd, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
	char head[8];
	assert_true(take_n(fd, head, sizeof head));
	still_serves();
	stop(&server); /* does not wait for it */
	close(fd);
}

/* ---- rude clients ---- */

TEST(pipelined_requests_are_answered_in_order)
{
	server = SERVE(routes);
	int fd = dial(&server);
	char many[8192];
	size_t n = 0;
	for (int i = 0; i < 50; i++)
		n += (size_t)sprintf(many + n, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%.*s", i % 10,
				     i % 10, "123456789");
	say_n(fd, many, n);
	for (int i = 0; i < 50; i++) {
		char right[32];
		struct reply r = hear(fd);
		sprintf(right, "0 fields, %d bytes\n", i % 10);
		assert_int_equal(r.status, 200);
		assert_string_equal(r.body, right);
		drop(&r);
	}
	close(fd);
	stop(&server);
}

TEST(clients_that_hang_up_anywhere_leave_nothing_behind)
{
	static const char whole[] =
		"POST /?a=b HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
	server = SERVE_WITH(routes, .limits = {.header_s = 3600, .body_s = 3600, .idle_s = 3600});
	for (size_t n = 0; n <= sizeof whole - 1; n++) {
		int fd = dial(&server);
		say_n(fd, whole, n);
		struct linger now = {.l_onoff = 1};
		if (n % 2)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now); /* a reset */
		close(fd);
	}
	still_serves();
	struct yz_http_stats stats;
	for (int i = 0; i < 1000; i++) {
		yz_http_stats(server.http, &stats);
		if (!stats.connections)
			break;
		usleep(10000);
	}
	assert_int_equal(stats.connections, 0);
	stop(&server);
}

TEST(an_address_with_too_many_connections_gets_no_more)
{
	server = SERVE_WITH(routes, .limits = {.per_ip = 3});
	int fds[4];
	for (int i = 0; i < 3; i++) {
		fds[i] = dial(&server);
		say(fds[i], "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
		struct reply r = hear(fds[i]);
		assert_int_equal(r.status, 200);
		drop(&r);
	}
	fds[3] = dial(&server);
	assert_true(hung_up(fds[3]));
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	int status = 0;
	for (int i = 0; i < 1000 && status != 200; i++) {
		struct reply r = get(&server, "/", NULL);
		status = r.status;
		drop(&r);
		usleep(status == 200 ? 0 : 10000);
	}
	assert_int_equal(status, 200);
	stop(&server);
}

TEST(connections_over_the_limit_wait_their_turn)
{
	server = SERVE_WITH(routes, .limits = {.connections = 2});
	int a = dial(&server), b = dial(&server), c = dial(&server);
	say(a, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	say(b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	struct reply r = hear(a);
	drop(&r);
	r = hear(b);
	drop(&r);
	say(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	struct pollfd p = {.fd = c, .events = POLLIN};
	assert_int_equal(poll(&p, 1, 300), 0);
	close(a);
	r = hear(c);
	assert_int_equal(r.status, 200);
	drop(&r);
	close(b);
	close(c);
	stop(&server);
}
