/* Server-sent events: whom they reach, and who is let go.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/http/client.h"

#include <pthread.h>

static bool listen_to(struct yz_req *req, struct yz_err *err)
{
	struct yz_str topics[2] = {yz_req_query(req, "a"), yz_req_query(req, "b")};
	return yz_res_events(req, topics, topics[1].ptr ? 2 : 1, err);
}

static bool hello(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return yz_res_text(req, YZ_LIT("hello\n"));
}

static const struct yz_route routes[] = {
	{YZ_GET, "/events", listen_to, "open", 0, 0},
	{YZ_GET, "/now", listen_to, "open", YZ_ROUTE_INLINE, 0},
	{YZ_GET, "/hello", hello, "open", 0, 0},
};

static struct server server;

/* A client: its bytes without the chunk sizes. */
struct ear {
	int fd;
	char text[1 << 16];
	size_t len;
};

static bool chunk(struct ear *e)
{
	char size[16];
	size_t n = 0;
	while (n < sizeof size - 1 && take_n(e->fd, size + n, 1))
		if (size[n++] == '\n')
			break;
	size[n] = '\0';
	size_t bytes = strtoull(size, NULL, 16);
	if (!n || !bytes || e->len + bytes + 2 > sizeof e->text || !take_n(e->fd, e->text + e->len, bytes + 2))
		return false;
	e->len += bytes;
	e->text[e->len] = '\0';
	return true;
}

static struct ear *ear(const char *path, const char *headers)
{
	struct ear *e = calloc(1, sizeof *e);
	char head[4096];
	e->fd = dial(&server);
	sayf(e->fd, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", path, headers ? headers : "");
	take_head(e->fd, head, sizeof head);
	assert_int_equal(strncmp(head, "HTTP/1.1 200 ", 13), 0);
	assert_non_null(strstr(head, "Content-Type: text/event-stream"));
	assert_non_null(strstr(head, "Cache-Control: no-store"));
	assert_true(chunk(e));
	assert_int_equal(strncmp(e->text, "retry: 3000\n\n", 13), 0);
	return e;
}

static void deafen(struct ear *e)
{
	close(e->fd);
	free(e);
}

/* Listens until that text is there. */
static void hears(struct ear *e, const char *text)
{
	while (!strstr(e->text, text))
		if (!chunk(e))
			fail_msg("never heard \"%s\", only: %s", text, e->text);
}

static void publish(const char *topic, const char *event, const char *data)
{
	yz_hub_publish(yz_http_hub(server.http), yz_str(topic), event, yz_str(data));
}

TEST(an_event_reaches_who_listens_to_its_topic)
{
	server = SERVE(routes);
	struct ear *one = ear("/events?a=board/1", NULL), *two = ear("/events?a=board/2&b=all", NULL);
	struct ear *inl = ear("/now?a=all", NULL);
	publish("board/1", "card", "first");
	publish("board/2", "card", "line one\nline two\r\n");
	publish("board/3", "card", "nobody");
	publish("all", "notice", "");
	publish("board/1", "card", "last");
	hears(one, "event: card\ndata: last\n\n");
	assert_non_null(strstr(one->text, "event: card\ndata: first\n\n"));
	assert_null(strstr(one->text, "notice"));
	hears(two, "event: notice\ndata: \n\n");
	assert_non_null(strstr(two->text, "event: card\ndata: line one\ndata: line two\ndata: \n\n"));
	assert_null(strstr(two->text, "nobody"));
	hears(inl, "event: notice\ndata: \n\n");
	deafen(one);
	deafen(two);
	deafen(inl);
	stop(&server);
}

static void last_id(const struct ear *e, char *line, size_t size)
{
	const char *at = NULL;
	for (const char *p = e->text; (p = strstr(p, "id: ")); p += 4)
		at = p + 4;
	assert_non_null(at);
	snprintf(line, size, "Last-Event-ID: %.*s\r\n", (int)strcspn(at, "\n"), at);
}

TEST(who_comes_back_hears_what_was_missed)
{
	char id[128];
	server = SERVE(routes);
	struct ear *e = ear("/events?a=t", NULL);
	publish("t", "x", "one");
	hears(e, "data: one\n");
	last_id(e, id, sizeof id);
	deafen(e);
	publish("t", "x", "two");
	publish("other", "x", "not this");
	publish("t", "x", "three");
	e = ear("/events?a=t", id);
	hears(e, "data: three\n");
	assert_non_null(strstr(e->text, "data: two\n"));
	assert_null(strstr(e->text, "data: one\n"));
	assert_null(strstr(e->text, "reset"));
	deafen(e);
	stop(&server);
}

TEST(who_missed_too_much_is_told_to_begin_anew)
{
	char id[128];
	server = SERVE(routes);
	struct ear *e = ear("/events?a=t", NULL);
	publish("t", "x", "one");
	hears(e, "data: one\n");
	last_id(e, id, sizeof id);
	deafen(e);
	for (int i = 0; i < YZ_HUB_EVENTS + 1; i++)
		publish("t", "x", "many");
	static const char *const lost[] = {NULL, "Last-Event-ID: 123-4\r\n", "Last-Event-ID: garbage\r\n"};
	for (int i = 0; i < 3; i++) {
		e = ear("/events?a=t", i ? lost[i] : id);
		hears(e, "event: reset\ndata: \n\n");
		assert_null(strstr(e->text, "many"));
		publish("t", "x", "after");
		hears(e, "data: after\n");
		deafen(e);
	}
	stop(&server);
}

static unsigned listeners(void)
{
	struct yz_http_stats stats;
	yz_http_stats(server.http, &stats);
	return stats.event_clients;
}

TEST(a_client_that_does_not_listen_holds_nobody_up)
{
	server = SERVE(routes);
	int deaf = dial(&server);
	say(deaf, "GET /events?a=t HTTP/1.1\r\nHost: x\r\n\r\n");
	struct ear *e = ear("/events?a=u", NULL);
	while (listeners() < 2)
		usleep(1000);
	char *data = calloc(1, YZ_HUB_DATA + 1);
	memset(data, 'd', YZ_HUB_DATA);
	for (int i = 0; i < 2 * YZ_HUB_EVENTS; i++) /* 128 MiB: the ring keeps 8 */
		publish("t", "x", data);
	free(data);
	publish("u", "x", "heard");
	hears(e, "data: heard\n");
	struct reply r = get(&server, "/hello", NULL);
	assert_int_equal(r.status, 200);
	drop(&r);
	/* As soon as it reads on it is cut, or told to begin anew if it was between two events. */
	char drain[65536];
	ssize_t n;
	size_t all = 0;
	while ((n = recv(deaf, drain, sizeof drain, 0)) > 0 && !memmem(drain, (size_t)n, "event: reset", 12))
		all += (size_t)n;
	assert_true(all < 64u << 20);
	close(deaf);
	for (int i = 0; i < 1000 && listeners() > 1; i++)
		usleep(5000);
	assert_int_equal(listeners(), 1);
	deafen(e);
	stop(&server);
}

TEST(more_listeners_than_allowed_are_503)
{
	server = SERVE_WITH(routes, .limits = {.event_clients = 3});
	struct ear *e[3];
	for (int i = 0; i < 3; i++)
		e[i] = ear("/events?a=t", NULL);
	struct reply r = get(&server, "/events?a=t", NULL);
	assert_int_equal(r.status, 503);
	drop(&r);
	for (int i = 0; i < 3; i++)
		deafen(e[i]);
	stop(&server);
}

TEST(two_thousand_listeners_need_no_thread_each)
{
	enum { N = 2000 };
	struct ear **e = calloc(N, sizeof *e);
	server = SERVE_WITH(routes, .net_threads = 2, .limits = {.per_ip = N + 10});
	for (int i = 0; i < N; i++)
		e[i] = ear(i % 2 ? "/events?a=odd&b=all" : "/now?a=even&b=all", NULL);
	struct yz_http_stats stats;
	yz_http_stats(server.http, &stats);
	assert_int_equal(stats.event_clients, N);
	assert_true(stats.workers <= 8);
	for (int i = 0; i < 20; i++)
		publish(i % 2 ? "odd" : "even", "x", i % 2 ? "for odd" : "for even");
	publish("all", "x", "end");
	for (int i = 0; i < N; i++) {
		hears(e[i], "data: end\n");
		int heard = 0;
		for (const char *p = e[i]->text; (p = strstr(p, i % 2 ? "for odd" : "for even")); p++)
			heard++;
		assert_int_equal(heard, 10);
		assert_null(strstr(e[i]->text, i % 2 ? "for even" : "for odd"));
	}
	for (int i = 0; i < N; i++)
		deafen(e[i]);
	free(e);
	stop(&server);
}

TEST(stopping_ends_the_streams)
{
	server = SERVE(routes);
	struct ear *e = ear("/events?a=t", NULL);
	publish("t", "x", "last");
	hears(e, "last");
	yz_http_stop(server.http);
	assert_false(chunk(e));
	deafen(e);
	stop(&server);
}

static void *publish_many(void *ctx)
{
	for (int i = 0; i < 2000; i++)
		publish(ctx, "x", "data");
	return NULL;
}

TEST(many_publish_while_clients_come_and_go)
{
	static char topics[2][2] = {"a", "b"};
	pthread_t threads[4];
	server = SERVE_WITH(routes, .net_threads = 2);
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, publish_many, topics[i % 2]);
	for (int i = 0; i < 100; i++) {
		struct ear *e = ear("/events?a=a&b=b", NULL);
		if (i % 2) {
			publish("a", "x", "mine");
			while (!strstr(e->text, "mine") && chunk(e)) /* or it hears too much for its memory */
				;
		}
		deafen(e);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	struct ear *e = ear("/events?a=a", NULL);
	publish("a", "x", "end");
	hears(e, "data: end\n");
	deafen(e);
	stop(&server);
}
