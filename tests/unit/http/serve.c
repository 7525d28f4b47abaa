/* Requests as browsers send them, and the answers they get.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/http/client.h"

#include <fcntl.h>
#include <stdatomic.h>

static bool echo(struct yz_req *req, struct yz_err *err)
{
	struct yz_buf b;
	(void)err;
	yz_buf_init(&b, req->arena, 1 << 20);
	yz_buf_printf(&b,
		      "path=%.*s no=%.*s act=%.*s rest=%.*s q=%.*s client=%.*s secure=%d lang=%d cookie=%.*s ua=%.*s\n",
		      YZ_P(req->path), YZ_P(yz_req_param(req, "no")), YZ_P(yz_req_param(req, "act")),
		      YZ_P(yz_req_param(req, "rest")), YZ_P(yz_req_query(req, "q")), YZ_P(req->client), req->secure,
		      req->language, YZ_P(yz_req_cookie(req, "session")), YZ_P(yz_req_header(req, "user-agent")));
	struct yz_pairs fields = yz_req_fields(req);
	for (size_t i = 0; i < fields.len; i++)
		yz_buf_printf(&b, "%.*s=%.*s\n", YZ_P(fields.at[i].name), YZ_P(fields.at[i].value));
	if (req->body.len)
		yz_buf_printf(&b, "body of %.*s: %.*s\n", YZ_P(req->type), YZ_P(req->body));
	return yz_res_text(req, yz_buf_str(&b));
}

static bool page(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	if (yz_res_etag(req, YZ_LIT("v1-zh")))
		return true;
	return yz_res_html(req, YZ_LIT("<p>一站</p>"));
}

static bool sign_in(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	yz_res_cookie(req, &(struct yz_cookie){.name = "session", .value = YZ_LIT("abc=="), .max_age = 60});
	yz_res_cookie(req, &(struct yz_cookie){.name = "old", .value = YZ_LIT(""), .max_age = -1, .strict = true});
	return yz_res_redirect(req, yz_req_query(req, "to"));
}

static bool refuse(struct yz_req *req, struct yz_err *err)
{
	yz_res_cookie(req, &(struct yz_cookie){.name = "lost", .value = YZ_LIT("x")});
	return yz_fail(err, YZ_CONFLICT, "taken");
}

static bool greedy(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	while (yz_alloc(req->arena, 4096))
		;
	return true;
}

static char file_path[64];

static bool file(struct yz_req *req, struct yz_err *err)
{
	struct yz_str name = yz_req_query(req, "name");
	return yz_res_file(req, file_path, "application/pdf", name.ptr ? yz_str_z(req->arena, name) : NULL, err);
}

static bool asset(struct yz_req *req, struct yz_err *err)
{
	static const struct yz_asset a = {.type = "text/css",
					  .data = "body{}",
					  .len = 6,
					  .gzip = "GZIP",
					  .gzip_len = 4,
					  .etag = "a1",
					  .immutable = true};
	(void)err;
	return yz_res_asset(req, &a);
}

static bool no_answer(struct yz_req *req, struct yz_err *err)
{
	(void)req;
	(void)err;
	return true;
}

static const struct yz_route routes[] = {
	{YZ_GET, "/", echo, "open", 0, 0},
	{YZ_GET, "/page", page, "open", 0, 0},
	{YZ_GET, "/inline", page, "open", YZ_ROUTE_INLINE, 0},
	{YZ_GET, "/framed", page, "open", YZ_ROUTE_FRAMED, 0},
	{YZ_GET, "/case/{no}", echo, "case.read", 0, 0},
	{YZ_POST, "/case/{no}", echo, "case.write", 0, 0},
	{YZ_POST, "/case/{no}/act/{act}", echo, "case.write", 0, 0},
	{YZ_GET, "/case/new", page, "case.write", 0, 0},
	{YZ_GET, "/files/{rest*}", echo, "open", 0, 0},
	{YZ_GET, "/sign-in", sign_in, "open", 0, 0},
	{YZ_GET, "/refuse", refuse, "open", 0, 0},
	{YZ_GET, "/greedy", greedy, "open", 0, 0},
	{YZ_GET, "/file", file, "open", 0, 0},
	{YZ_GET, "/style.css", asset, "open", YZ_ROUTE_INLINE, 0},
	{YZ_GET, "/nothing", no_answer, "open", 0, 0},
	{YZ_POST, "/raw", echo, "open", YZ_ROUTE_RAW, 0},
	{YZ_GET, "/healthz", echo, "open", YZ_ROUTE_QUIET | YZ_ROUTE_STARTING | YZ_ROUTE_INLINE, 0},
};

static struct server server;

static void expect(struct reply r, int status, const char *body)
{
	if (r.status != status || !strstr(r.body, body))
		fail_msg("expected %d with \"%s\", got %d: %s", status, body, r.status, r.body);
	drop(&r);
}

TEST(answers_with_parameters_from_the_path)
{
	server = SERVE(routes);
	expect(get(&server, "/case/%E4%B8%80?q=a%20b+c", NULL), 200, "path=/case/一 no=一 act= rest= q=a b c ");
	expect(get(&server, "/case/new", NULL), 200, "一站");
	expect(get(&server, "/files/a/b%20c.pdf", NULL), 200, "rest=a/b c.pdf ");
	expect(get(&server, "/", "User-Agent: me  \r\nCookie: a=b; session=\"s1\"; c=d\r\n"), 200,
	       "client=127.0.0.1 secure=0 lang=0 cookie=s1 ua=me\n");
	expect(post(&server, "/case/7/act/accept", "application/x-www-form-urlencoded", "name=%E5%BC%A0&x=1&x=2", 22),
	       200, "name=张\nx=1\nx=2\n");
	expect(post(&server, "/case/7", "application/json; charset=utf-8", "{\"a\":1}", 7), 200,
	       "body of application/json: {\"a\":1}");
	expect(post(&server, "/raw", "application/x-www-form-urlencoded", "a=b", 3), 200,
	       "body of application/x-www-form-urlencoded: a=b");
	stop(&server);
}

TEST(says_what_is_not_there_and_what_is_not_allowed)
{
	server = SERVE(routes);
	expect(get(&server, "/none", NULL), 404, "error NOT_FOUND");
	expect(get(&server, "/case/", NULL), 404, "error NOT_FOUND");
	expect(get(&server, "/files/", NULL), 404, "error NOT_FOUND");
	struct reply r = post(&server, "/page", "text/plain", "", 0);
	assert_int_equal(r.status, 405);
	assert_string_equal(header(&r, "Allow"), "GET, HEAD, OPTIONS");
	drop(&r);
	int fd = dial(&server);
	say(fd, "OPTIONS /case/7 HTTP/1.1\r\nHost: x\r\n\r\n");
	r = hear(fd);
	assert_int_equal(r.status, 204);
	assert_string_equal(header(&r, "Allow"), "GET, HEAD, POST, OPTIONS");
	drop(&r);
	say(fd, "OPTIONS /none HTTP/1.1\r\nHost: x\r\n\r\n");
	r = hear(fd);
	assert_int_equal(r.status, 404);
	drop(&r);
	say(fd, "HEAD /page HTTP/1.1\r\nHost: x\r\n\r\n");
	r = hear_of(fd, true);
	assert_int_equal(r.status, 200);
	assert_string_equal(header(&r, "Content-Length"), "13");
	drop(&r);
	say(fd, "BREW /page HTTP/1.1\r\nHost: x\r\n\r\n");
	r = hear(fd);
	assert_int_equal(r.status, 501);
	drop(&r);
	close(fd);
	stop(&server);
}

TEST(every_answer_carries_the_policy)
{
	server = SERVE(routes);
	static const char *const paths[] = {"/page", "/none", "/refuse", "/style.css"};
	for (size_t i = 0; i < 4; i++) {
		struct reply r = get(&server, paths[i], NULL);
		assert_non_null(strstr(header(&r, "Content-Security-Policy"), "script-src 'self';"));
		assert_non_null(strstr(header(&r, "Content-Security-Policy"), "frame-ancestors 'none'"));
		assert_string_equal(header(&r, "X-Content-Type-Options"), "nosniff");
		assert_string_equal(header(&r, "Referrer-Policy"), "same-origin");
		drop(&r);
	}
	struct reply r = get(&server, "/framed", NULL);
	assert_non_null(strstr(header(&r, "Content-Security-Policy"), "frame-ancestors 'self'"));
	drop(&r);
	r = get(&server, "/case/7", NULL);
	assert_string_equal(header(&r, "Cache-Control"), "no-store");
	drop(&r);
	stop(&server);
}

TEST(a_page_the_client_has_is_304)
{
	server = SERVE(routes);
	static const char *const paths[] = {"/page", "/inline"};
	for (size_t i = 0; i < 2; i++) {
		struct reply r = get(&server, paths[i], NULL);
		assert_string_equal(header(&r, "ETag"), "\"v1-zh\"");
		assert_string_equal(header(&r, "Cache-Control"), "no-cache, private");
		drop(&r);
		r = get(&server, paths[i], "If-None-Match: \"x\", W/\"v1-zh\"\r\n");
		assert_int_equal(r.status, 304);
		assert_string_equal(header(&r, "ETag"), "\"v1-zh\"");
		drop(&r);
		expect(get(&server, paths[i], "If-None-Match: \"v1\"\r\n"), 200, "一站");
	}
	stop(&server);
}

TEST(redirects_stay_on_the_site_and_cookies_are_guarded)
{
	server = SERVE_WITH(routes, .base_url = "https://zw.example.cn/");
	assert_string_equal(yz_http_base_url(server.http), "https://zw.example.cn");
	struct reply r = get(&server, "/sign-in?to=/case/%E4%B8%80", NULL);
	assert_int_equal(r.status, 303);
	assert_string_equal(header(&r, "Location"), "/case/%E4%B8%80");
	assert_string_equal(header(&r, "Set-Cookie"),
			    "session=abc==; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax");
	assert_non_null(strstr(r.head, "old=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"));
	drop(&r);
	static const char *const bad[] = {"//evil.example", "/%5Cevil.example", "javascript:x", "/a%0d%0aX:%20y", ""};
	for (size_t i = 0; i < 5; i++) {
		char path[128];
		snprintf(path, sizeof path, "/sign-in?to=%s", bad[i]);
		r = get(&server, path, NULL);
		assert_string_equal(header(&r, "Location"), "/");
		assert_null(strstr(r.head, "X: y"));
		drop(&r);
	}
	stop(&server);
}

TEST(an_error_of_a_handler_becomes_its_page)
{
	server = SERVE(routes);
	struct reply r = get(&server, "/refuse", NULL);
	assert_int_equal(r.status, 409);
	assert_string_equal(r.body, "error CONFLICT: taken\n");
	assert_string_equal(header(&r, "Set-Cookie"), "");
	drop(&r);
	expect(get(&server, "/nothing", NULL), 500, "gave no answer");
	stop(&server);
}

TEST(a_request_past_its_memory_is_503_and_the_next_is_served)
{
	server = SERVE(routes);
	int fd = dial(&server);
	for (int i = 0; i < 3; i++) {
		say(fd, "GET /greedy HTTP/1.1\r\nHost: x\r\n\r\n");
		struct reply r = hear(fd);
		assert_int_equal(r.status, 503);
		assert_string_equal(header(&r, "Retry-After"), "2");
		drop(&r);
		say(fd, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n");
		expect(hear(fd), 200, "一站");
	}
	close(fd);
	stop(&server);
}

TEST(the_language_is_asked_for_kept_or_accepted)
{
	server = SERVE(routes);
	expect(get(&server, "/", "Accept-Language: fr, en;q=0.5, ug;q=0.8\r\n"), 200, "lang=2 ");
	expect(get(&server, "/", "Accept-Language: en-GB\r\n"), 200, "lang=1 ");
	expect(get(&server, "/", "Accept-Language: zh-CN, en;q=0.9\r\n"), 200, "lang=0 ");
	expect(get(&server, "/", "Accept-Language: en;q=0, ug;q=0.001\r\n"), 200, "lang=2 ");
	expect(get(&server, "/", "Accept-Language: en\r\nCookie: lang=ug\r\n"), 200, "lang=2 ");
	expect(get(&server, "/?lang=en", "Cookie: lang=ug\r\n"), 200, "lang=1 ");
	expect(get(&server, "/?lang=xx", NULL), 200, "lang=0 ");
	stop(&server);
}

TEST(only_a_trusted_proxy_may_name_the_client)
{
	static const char forged[] = "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n";
	server = SERVE(routes);
	expect(get(&server, "/", forged), 200, "client=127.0.0.1 secure=0");
	stop(&server);
	static const char *const trusted[] = {"127.0.0.0/8", "10.0.0.1", NULL};
	server = SERVE_WITH(routes, .trusted = trusted);
	expect(get(&server, "/", forged), 200, "client=1.2.3.4 secure=1");
	expect(get(&server, "/", "X-Forwarded-For: 6.6.6.6, 2001:db8::1, 10.0.0.1\r\n"), 200,
	       "client=2001:db8::1 secure=0");
	expect(get(&server, "/", "X-Forwarded-For: 6.6.6.6, x, 10.0.0.1\r\n"), 200, "client=10.0.0.1 ");
	expect(get(&server, "/", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 7.7.7.7\r\n"), 200, "client=7.7.7.7 ");
	stop(&server);
}

TEST(a_file_goes_whole_or_in_part)
{
	strcpy(file_path, "/tmp/yz-http-file-XXXXXX");
	int fd = mkstemp(file_path);
	assert_int_equal(write(fd, "0123456789", 10), 10);
	close(fd);
	server = SERVE(routes);
	struct reply r = get(&server, "/file?name=%E6%89%B9%E5%A4%8D%22.pdf", NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "0123456789");
	assert_string_equal(header(&r, "Content-Disposition"),
			    "attachment; filename=\"___.pdf\"; filename*=UTF-8''%E6%89%B9%E5%A4%8D%22.pdf");
	char fresh[256], stale[128];
	snprintf(fresh, sizeof fresh, "Range: bytes=2-\r\nIf-Range: %s\r\n", header(&r, "ETag"));
	snprintf(stale, sizeof stale, "If-None-Match: %s\r\n", header(&r, "ETag"));
	drop(&r);
	expect(get(&server, "/file", stale), 304, "");
	static const struct {
		const char *range, *body, *content;
		int status;
	} ranges[] = {
		{"bytes=2-4", "234", "bytes 2-4/10", 206}, {"bytes=7-", "789", "bytes 7-9/10", 206},
		{"bytes=-3", "789", "bytes 7-9/10", 206},  {"bytes=0-99", "0123456789", "bytes 0-9/10", 206},
		{"bytes=10-", "", "bytes */10", 416},      {"bytes=4-2", "", "bytes */10", 416},
		{"bytes=-0", "", "bytes */10", 416},       {"bytes=1-2,4-5", "0123456789", "", 200},
		{"lines=1-2", "0123456789", "", 200},      {"bytes=--3", "", "bytes */10", 416},
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		char line[64];
		snprintf(line, sizeof line, "Range: %s\r\n", ranges[i].range);
		r = get(&server, "/file", line);
		assert_int_equal(r.status, ranges[i].status);
		assert_string_equal(r.body, ranges[i].body);
		assert_string_equal(header(&r, "Content-Range"), ranges[i].content);
		drop(&r);
	}
	expect(get(&server, "/file", fresh), 206, "23456789");
	expect(get(&server, "/file", "Range: bytes=2-\r\nIf-Range: \"other\"\r\n"), 200, "0123456789");
	unlink(file_path);
	expect(get(&server, "/file", NULL), 404, "NOT_FOUND");
	stop(&server);
}

TEST(an_asset_comes_compressed_to_who_takes_it)
{
	server = SERVE(routes);
	struct reply r = get(&server, "/style.css", "Accept-Encoding: br, gzip\r\n");
	assert_string_equal(r.body, "GZIP");
	assert_string_equal(header(&r, "Content-Encoding"), "gzip");
	assert_string_equal(header(&r, "Vary"), "Accept-Encoding");
	assert_string_equal(header(&r, "Cache-Control"), "public, max-age=31536000, immutable");
	assert_string_equal(header(&r, "ETag"), "\"a1-gz\"");
	drop(&r);
	r = get(&server, "/style.css", "Accept-Encoding: gzip;q=0\r\n");
	assert_string_equal(r.body, "body{}");
	assert_string_equal(header(&r, "ETag"), "\"a1\"");
	drop(&r);
	stop(&server);
}

TEST(until_it_is_ready_only_the_health_check_answers)
{
	server = SERVE(routes);
	yz_http_set_ready(server.http, false);
	expect(get(&server, "/page", NULL), 503, "Busy");
	expect(get(&server, "/healthz", NULL), 200, "path=/healthz");
	yz_http_set_ready(server.http, true);
	expect(get(&server, "/page", NULL), 200, "一站");
	stop(&server);
}

/* ---- hooks ---- */

static atomic_int began, ended, threads;

static bool begin(struct yz_req *req, struct yz_err *err)
{
	began++;
	assert_non_null(req->worker);
	req->user = yz_strdup(req->arena, "web");
	if (yz_str_eqz(yz_req_query(req, "who"), "nobody"))
		return yz_fail(err, YZ_SIGN_IN, "sign in first");
	if (yz_str_eqz(yz_req_query(req, "who"), "guest"))
		return yz_res_redirect(req, YZ_LIT("/sign-in"));
	return true;
}

static void end(struct yz_req *req)
{
	(void)req;
	ended++;
}

static void *thread_begin(void *app)
{
	threads++;
	return app;
}

static void thread_end(void *app, void *worker)
{
	assert_ptr_equal(app, worker);
	threads--;
}

static bool ask_user(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	return yz_res_text(req, yz_str(req->user));
}

TEST(hooks_stand_around_every_handler)
{
	static const struct yz_route table[] = {{YZ_GET, "/", ask_user, "open", 0, 0},
						{YZ_GET, "/inline", ask_user, "open", YZ_ROUTE_INLINE, 0},
						{YZ_GET, "/greedy", greedy, "open", 0, 0}};
	static int app;
	began = ended = 0;
	server = SERVE_WITH(
		table, .app = &app,
		.hooks = {.begin = begin, .end = end, .worker_begin = thread_begin, .worker_end = thread_end});
	expect(get(&server, "/", NULL), 200, "web");
	expect(get(&server, "/inline", NULL), 200, "web");
	expect(get(&server, "/?who=nobody", NULL), 401, "SIGN_IN");
	expect(get(&server, "/?who=guest", NULL), 303, "");
	assert_int_equal(began, 4);
	expect(get(&server, "/greedy", NULL), 503, "");
	expect(get(&server, "/none", NULL), 404, "");
	stop(&server);
	assert_int_equal(ended, 6);
	assert_int_equal(threads, 0);
}

TEST(the_log_has_one_line_a_request_and_no_query)
{
	char path[] = "/tmp/yz-http-log-XXXXXX", text[4096];
	close(mkstemp(path));
	server = SERVE_WITH(routes, .access_log = path);
	expect(get(&server, "/case/7?idno=511602199001011234", NULL), 200, "");
	expect(get(&server, "/none", NULL), 404, "");
	expect(get(&server, "/none/SrS_WTos2DUreQ6RXrYVRQ/x", NULL), 404, "");
	expect(get(&server, "/healthz", NULL), 200, "");
	yz_http_reopen_log(server.http);
	stop(&server);
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof text - 1);
	assert_true(n > 0);
	text[n] = '\0';
	close(fd);
	unlink(path);
	assert_non_null(strstr(text, " 127.0.0.1 GET /case/7 200 "));
	assert_non_null(strstr(text, " 127.0.0.1 GET /none 404 "));
	assert_non_null(strstr(text, " 127.0.0.1 GET /none/*/x 404 "));
	assert_null(strstr(text, "511602"));
	assert_null(strstr(text, "healthz"));
	size_t lines = 0;
	for (char *p = text; (p = strchr(p, '\n')); p++)
		lines++;
	assert_int_equal(lines, 3);
}
