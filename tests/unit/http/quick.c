/* Answers that are ready: given on the network thread, while the workers do what they do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/http/client.h"

#include <fcntl.h>
#include <semaphore.h>
#include <stdatomic.h>

static struct server server;
static atomic_int asked, began, ended, handled, inside;
static atomic_bool kept;
static sem_t gate;

static bool quick(struct yz_req *req)
{
	asked++;
	req->user = yz_strdup(req->arena, "quick");
	yz_res_cookie(req, &(struct yz_cookie){.name = "who", .value = YZ_LIT("quick")});
	yz_res_header(req, "X-Quick", YZ_LIT("1"));
	if (!kept || yz_req_cookie(req, "session").ptr)
		return false;
	if (yz_str_eqz(yz_req_query(req, "how"), "greedy"))
		while (yz_alloc(req->arena, 4096))
			;
	if (yz_res_etag(req, yz_str_printf(req->arena, "kept-%d", req->language)))
		return true;
	return yz_res_html(req, yz_str_printf(req->arena, "kept %.*s", YZ_P(yz_req_param(req, "name"))));
}

static bool begin(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	began++;
	assert_null(req->user);
	return true;
}

static void end(struct yz_req *req)
{
	(void)req;
	ended++;
}

static bool page(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	handled++;
	yz_res_cookie(req, &(struct yz_cookie){.name = "who", .value = YZ_LIT("worker")});
	return yz_res_html(req, YZ_LIT("made"));
}

static bool slow(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	inside++;
	sem_wait(&gate);
	inside--;
	return yz_res_text(req, YZ_LIT("slow"));
}

static const struct yz_route routes[] = {
	{YZ_GET, "/page/{name}", page, "open", YZ_ROUTE_KEPT, 0},
	{YZ_GET, "/other", page, "open", 0, 0},
	{YZ_GET, "/slow", slow, "open", 0, 0},
};

static void begin_with(bool have, struct yz_http_options o)
{
	kept = have;
	asked = began = ended = handled = 0;
	o.hooks = (struct yz_http_hooks){.quick = quick, .begin = begin, .end = end, .error = error_page};
	server = serve_with(o, routes, sizeof routes / sizeof *routes);
}

static void expect(const char *path, const char *headers, int status, const char *body)
{
	struct reply r = get(&server, path, headers);
	if (r.status != status || strcmp(r.body, body) != 0)
		fail_msg("expected %d with \"%s\", got %d: %s", status, body, r.status, r.body);
	drop(&r);
}

TEST(what_is_kept_is_answered_without_a_worker)
{
	begin_with(true, (struct yz_http_options){0});
	struct reply r = get(&server, "/page/a%20b?lang=en", NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "kept a b");
	assert_string_equal(header(&r, "ETag"), "\"kept-1\"");
	assert_string_equal(header(&r, "X-Content-Type-Options"), "nosniff");
	assert_non_null(strstr(header(&r, "Content-Security-Policy"), "default-src 'none'"));
	drop(&r);
	expect("/page/a", "If-None-Match: \"kept-0\"\r\n", 304, "");
	expect("/page/a", "If-None-Match: \"kept-1\"\r\n", 200, "kept a");
	struct yz_http_stats stats;
	yz_http_stats(server.http, &stats);
	assert_int_equal(stats.workers, 0);
	stop(&server);
	assert_int_equal(began + ended + handled, 0);
}

TEST(what_is_not_kept_is_made_as_if_nothing_had_been_asked)
{
	begin_with(false, (struct yz_http_options){0});
	struct reply r = get(&server, "/page/a", NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "made");
	assert_string_equal(header(&r, "Set-Cookie"), "who=worker; Path=/; HttpOnly; SameSite=Lax");
	assert_string_equal(header(&r, "X-Quick"), "");
	assert_string_equal(header(&r, "ETag"), "");
	drop(&r);
	kept = true;
	expect("/page/a", "Cookie: session=s\r\n", 200, "made");
	assert_int_equal(asked, 2);
	expect("/other", NULL, 200, "made"); /* its route does not say so */
	assert_int_equal(asked, 2);
	stop(&server);
	assert_int_equal(began, 3);
	assert_int_equal(ended, 3);
	assert_int_equal(handled, 3);
}

TEST(a_kept_answer_comes_while_every_worker_is_busy)
{
	int fds[4];
	sem_init(&gate, 0, 0);
	begin_with(true, (struct yz_http_options){.workers = 2});
	for (int i = 0; i < 4; i++) { /* two with a worker, two in the queue */
		fds[i] = dial(&server);
		say(fds[i], "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	}
	for (int i = 0; i < 6000 && inside != 2; i++)
		usleep(5000);
	assert_int_equal(inside, 2);
	for (int i = 0; i < 100; i++)
		expect("/page/a", NULL, 200, "kept a");
	assert_int_equal(inside, 2);
	for (int i = 0; i < 4; i++)
		sem_post(&gate);
	for (int i = 0; i < 4; i++) {
		struct reply r = hear(fds[i]);
		assert_string_equal(r.body, "slow");
		drop(&r);
		close(fds[i]);
	}
	stop(&server);
	sem_destroy(&gate);
}

TEST(head_and_pipelined_requests_get_kept_answers_in_order)
{
	begin_with(true, (struct yz_http_options){0});
	int fd = dial(&server);
	say(fd, "HEAD /page/a HTTP/1.1\r\nHost: x\r\n\r\nGET /page/b HTTP/1.1\r\nHost: x\r\n\r\nGET /other "
		"HTTP/1.1\r\nHost: x\r\n\r\n"
		"GET /page/c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	struct reply r = hear_of(fd, true);
	assert_int_equal(r.status, 200);
	assert_string_equal(header(&r, "Content-Length"), "6");
	drop(&r);
	static const char *const bodies[] = {"kept b", "made", "kept c"};
	for (int i = 0; i < 3; i++) {
		r = hear(fd);
		assert_string_equal(r.body, bodies[i]);
		drop(&r);
	}
	assert_true(hung_up(fd));
	close(fd);
	stop(&server);
}

TEST(bad_requests_and_spent_memory_are_refused_there_too)
{
	begin_with(true, (struct yz_http_options){.limits.arena_bytes = 1 << 20, .limits.body_bytes = 64 * 1024});
	struct reply r = get(&server, "/page/a?q=%ff", NULL);
	assert_int_equal(r.status, 400);
	drop(&r);
	r = get(&server, "/page/a?how=greedy", NULL);
	assert_int_equal(r.status, 503);
	drop(&r);
	expect("/page/a", NULL, 200, "kept a");
	stop(&server);
	assert_int_equal(handled, 0);
}

TEST(a_kept_answer_has_its_line_in_the_log)
{
	char path[] = "/tmp/yz-http-log-XXXXXX", text[4096];
	close(mkstemp(path));
	begin_with(true, (struct yz_http_options){.access_log = path});
	expect("/page/a", NULL, 200, "kept a");
	expect("/page/a", "If-None-Match: \"kept-0\"\r\n", 304, "");
	stop(&server);
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);
	assert_true(n > 0);
	text[n] = '\0';
	close(fd);
	unlink(path);
	assert_non_null(strstr(text, " 127.0.0.1 GET /page/a 200 6 "));
	assert_non_null(strstr(text, " 127.0.0.1 GET /page/a 304 0 "));
}
