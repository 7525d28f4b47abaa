/* The parts that need no connection: routes, addresses, rates, tokens.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "http/private.h"

#include <stdio.h>
#include <string.h>

static bool handler(struct yz_req *req, struct yz_err *err)
{
	(void)req;
	(void)err;
	return true;
}

#define R(method, pattern)                                                                                             \
	{                                                                                                              \
		method, pattern, handler, "open", 0, 0                                                                 \
	}

static const char *found(const struct yz_http_routes *r, struct yz_arena *a, enum yz_method m, const char *path,
			 struct yz_http_match *match)
{
	struct yz_str segments[YZ_HTTP_SEGMENTS], rest = yz_str(path + 1), part;
	size_t n = 0;
	while (yz_str_cut(&rest, '/', &part))
		segments[n++] = part;
	yz_http_routes_find(r, m, segments, n, a, match);
	return match->route ? match->route->pattern : "";
}

TEST(the_most_exact_route_is_found)
{
	static const struct yz_route table[] = {
		R(YZ_GET, "/"),       R(YZ_GET, "/a"),
		R(YZ_GET, "/a/"),     R(YZ_GET, "/a/{x}"),
		R(YZ_POST, "/a/{x}"), R(YZ_GET, "/a/b"),
		R(YZ_GET, "/a/b/c"),  R(YZ_GET, "/a/{x}/d"),
		R(YZ_GET, "/{any*}"), R(YZ_GET, "/a/{x}/{y}/{z*}"),
	};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_http_match m;
	struct yz_http_routes *r = yz_http_routes_build(a, table, sizeof table / sizeof *table, &err);
	assert_non_null(r);
	assert_string_equal(found(r, a, YZ_GET, "/", &m), "/");
	assert_string_equal(found(r, a, YZ_GET, "/a", &m), "/a");
	assert_string_equal(found(r, a, YZ_GET, "/a/", &m), "/a/");
	assert_string_equal(found(r, a, YZ_GET, "/a/b", &m), "/a/b");
	assert_string_equal(found(r, a, YZ_GET, "/a/q", &m), "/a/{x}");
	assert_true(yz_str_eqz(m.params[0].name, "x") && yz_str_eqz(m.params[0].value, "q"));
	assert_string_equal(found(r, a, YZ_POST, "/a/b", &m), "/a/{x}");
	assert_string_equal(found(r, a, YZ_GET, "/a/b/d", &m), "/a/{x}/d"); /* back from the literal b */
	assert_string_equal(found(r, a, YZ_GET, "/a/b/c", &m), "/a/b/c");
	assert_string_equal(found(r, a, YZ_GET, "/a/1/2/3/4", &m), "/a/{x}/{y}/{z*}");
	assert_int_equal(m.nparams, 3);
	assert_true(yz_str_eqz(m.params[1].value, "2") && yz_str_eqz(m.params[2].value, "3/4"));
	assert_string_equal(found(r, a, YZ_GET, "/q/r", &m), "/{any*}");
	assert_true(yz_str_eqz(m.params[0].value, "q/r"));
	assert_string_equal(found(r, a, YZ_DELETE, "/a/b", &m), "");
	assert_int_equal(m.allowed, YZ_GET | YZ_HEAD | YZ_POST);
	yz_arena_destroy(a);
}

TEST(a_table_that_contradicts_itself_is_refused)
{
	static const struct yz_route bad[][2] = {
		{R(YZ_GET, "/a"), R(YZ_GET, "/a")},
		{R(YZ_GET, "/a/{x}"), R(YZ_GET, "/a/{y}")},
		{R(YZ_GET, "a"), R(YZ_GET, "/b")},
		{R(YZ_GET, "/{x*}/a"), R(YZ_GET, "/b")},
		{R(YZ_GET, "/{X}"), R(YZ_GET, "/b")},
		{R(YZ_GET, "/{}"), R(YZ_GET, "/b")},
		{R(YZ_GET, "/{x"), R(YZ_GET, "/b")},
		{R(YZ_HEAD, "/a"), R(YZ_GET, "/b")},
		{R(YZ_GET | YZ_POST, "/a"), R(YZ_GET, "/b")},
		{{YZ_GET, "/a", handler, NULL, 0, 0}, R(YZ_GET, "/b")},
		{R(YZ_GET, "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}"), R(YZ_GET, "/b")},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_err err = {0};
		assert_null(yz_http_routes_build(a, bad[i], 2, &err));
		assert_int_equal(err.code, YZ_USAGE);
		yz_arena_destroy(a);
	}
}

TEST(addresses_and_networks_are_read_strictly)
{
	struct yz_http_addr a;
	struct yz_http_net n;
	char text[46];
	static const char *const good[][2] = {
		{"1.2.3.4", "1.2.3.4"}, {"2001:DB8::1", "2001:db8::1"}, {"::ffff:1.2.3.4", "1.2.3.4"}};
	for (size_t i = 0; i < 3; i++) {
		assert_true(yz_http_addr_parse(yz_str(good[i][0]), &a));
		yz_http_addr_print(&a, text);
		assert_string_equal(text, good[i][1]);
	}
	static const char *const bad[] = {"",      "1.2.3", "1.2.3.4.5", "1.2.3.4:80",
					  "[::1]", "host",  " 1.2.3.4",  "1.2.3.4/8"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(yz_http_addr_parse(yz_str(bad[i]), &a));
	assert_false(yz_http_net_parse(YZ_LIT("1.2.3.4/33"), &n));
	assert_false(yz_http_net_parse(YZ_LIT("1.2.3.4/-1"), &n));
	assert_false(yz_http_net_parse(YZ_LIT("1.2.3.4/"), &n));
	assert_true(yz_http_net_parse(YZ_LIT("10.16.0.0/12"), &n));
	yz_http_addr_parse(YZ_LIT("10.31.255.255"), &a);
	assert_true(yz_http_net_has(&n, 1, &a));
	yz_http_addr_parse(YZ_LIT("10.32.0.0"), &a);
	assert_false(yz_http_net_has(&n, 1, &a));
	assert_true(yz_http_net_parse(YZ_LIT("0.0.0.0/0"), &n));
	assert_true(yz_http_net_has(&n, 1, &a));
	yz_http_addr_parse(YZ_LIT("2001:db8::1"), &a);
	assert_false(yz_http_net_has(&n, 1, &a));
}

TEST(addresses_are_counted_and_forgotten)
{
	struct yz_http_counter *c = yz_http_counter_create();
	struct yz_http_addr a, b, other;
	yz_http_addr_parse(YZ_LIT("2001:db8:1:2::1"), &a);
	yz_http_addr_parse(YZ_LIT("2001:db8:1:2:ffff::9"), &b); /* the same /64 */
	yz_http_addr_parse(YZ_LIT("2001:db8:1:3::1"), &other);
	assert_true(yz_http_counter_add(c, &a, 2));
	assert_true(yz_http_counter_add(c, &b, 2));
	assert_false(yz_http_counter_add(c, &a, 2));
	assert_true(yz_http_counter_add(c, &other, 2));
	yz_http_counter_drop(c, &b);
	assert_true(yz_http_counter_add(c, &a, 2));
	yz_http_counter_destroy(c);
}

TEST(a_bucket_gives_its_burst_and_then_its_rate)
{
	struct yz_rate *r = yz_rate_create(100);
	struct yz_str key = YZ_LIT("sign-in 1.2.3.4"), other = YZ_LIT("sign-in 5.6.7.8");
	yz_instant now = 1000 * YZ_SECOND;
	for (int i = 0; i < 5; i++)
		assert_true(yz_rate_take(r, key, 6, 5, now));
	assert_false(yz_rate_take(r, key, 6, 5, now));
	assert_int_equal(yz_rate_wait(r, key, 6, 5, now), 10);
	assert_true(yz_rate_take(r, other, 6, 5, now));
	assert_false(yz_rate_take(r, key, 6, 5, now + 9 * YZ_SECOND));
	assert_int_equal(yz_rate_wait(r, key, 6, 5, now + 9 * YZ_SECOND), 1);
	assert_true(yz_rate_take(r, key, 6, 5, now + 10 * YZ_SECOND));
	assert_false(yz_rate_take(r, key, 6, 5, now + 10 * YZ_SECOND));
	assert_int_equal(yz_rate_wait(r, YZ_LIT("new"), 6, 5, now), 0);
	for (int i = 0; i < 5; i++)
		assert_true(yz_rate_take(r, key, 6, 5, now + 600 * YZ_SECOND));
	assert_false(yz_rate_take(r, key, 6, 5, now + 600 * YZ_SECOND));
	yz_rate_destroy(r);
}

TEST(the_longest_unused_bucket_is_forgotten_first)
{
	struct yz_rate *r = yz_rate_create(4);
	char key[16];
	yz_instant now = YZ_HOUR;
	for (int i = 0; i < 4; i++) {
		int n = snprintf(key, sizeof key, "k%d", i);
		assert_true(yz_rate_take(r, yz_str_n(key, (size_t)n), 1, 1, now));
	}
	assert_false(yz_rate_take(r, YZ_LIT("k0"), 1, 1, now)); /* used again: k1 is the oldest now */
	assert_true(yz_rate_take(r, YZ_LIT("k4"), 1, 1, now));
	assert_false(yz_rate_take(r, YZ_LIT("k0"), 1, 1, now));
	assert_true(yz_rate_take(r, YZ_LIT("k1"), 1, 1, now));
	for (int i = 0; i < 10000; i++) {
		int n = snprintf(key, sizeof key, "x%d", i);
		assert_true(yz_rate_take(r, yz_str_n(key, (size_t)n), 1, 1, now));
	}
	yz_rate_destroy(r);
}

TEST(a_token_belongs_to_one_session_and_one_secret)
{
	char token[YZ_CSRF_SIZE];
	struct yz_str secret = YZ_LIT("0123456789abcdef0123456789abcdef"), session = YZ_LIT("session-1");
	yz_csrf_token(secret, session, token);
	assert_int_equal(strlen(token), 43);
	assert_true(yz_csrf_check(secret, session, yz_str(token)));
	assert_false(yz_csrf_check(secret, YZ_LIT("session-2"), yz_str(token)));
	assert_false(yz_csrf_check(YZ_LIT("another secret"), session, yz_str(token)));
	assert_false(yz_csrf_check(secret, session, YZ_LIT("")));
	token[0] ^= 1;
	assert_false(yz_csrf_check(secret, session, yz_str(token)));
}

TEST(parameters_of_a_header_are_found)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str v;
	assert_true(yz_http_header_param(a, YZ_LIT("form-data; name=\"a;b\\\"c\"; filename=x"), "name", &v));
	assert_true(yz_str_eqz(v, "a;b\"c"));
	assert_true(yz_http_header_param(a, YZ_LIT("form-data; name=\"a\"; filename=x y"), "FileName", &v));
	assert_true(yz_str_eqz(v, "x"));
	assert_true(yz_http_header_param(a, YZ_LIT("form-data;name=\"\""), "name", &v));
	assert_true(v.ptr && v.len == 0);
	assert_false(yz_http_header_param(a, YZ_LIT("form-data; filename=\"name=x\""), "name", &v));
	assert_false(yz_http_header_param(a, YZ_LIT("form-data; name=\"open"), "name", &v));
	assert_false(yz_http_header_param(a, YZ_LIT("form-data; name"), "name", &v));
	assert_false(yz_http_header_param(a, YZ_LIT(""), "name", &v));
	yz_arena_destroy(a);
}

static void no_page(struct yz_req *req, const struct yz_err *err)
{
	(void)req;
	(void)err;
}

TEST(options_that_cannot_work_are_refused)
{
	static const struct yz_route table[] = {R(YZ_GET, "/")};
	static const char *const bad_listen[][2] = {
		{"127.0.0.1"}, {"localhost:80"}, {"127.0.0.1:70000"}, {"::1:80"}, {"unix:"}};
	struct yz_http_options o = {.routes = table, .nroutes = 1};
	struct yz_err err = {0};
	o.hooks.error = no_page;
	for (size_t i = 0; i < sizeof bad_listen / sizeof *bad_listen; i++) {
		o.listen = bad_listen[i];
		assert_null(yz_http_create(&o, &err));
		assert_int_equal(err.code, YZ_USAGE);
	}
	o.listen = (const char *const[]){"127.0.0.1:0", NULL};
	o.trusted = (const char *const[]){"proxy.example", NULL};
	assert_null(yz_http_create(&o, &err));
	o.trusted = NULL;
	o.limits.arena_bytes = 1024 * 1024; /* less than a body of 2 MiB needs */
	assert_null(yz_http_create(&o, &err));
	o.limits.arena_bytes = 0;
	o.access_log = "/nonexistent/log";
	assert_null(yz_http_create(&o, &err));
	assert_int_equal(err.code, YZ_IO);
	o.access_log = NULL;
	struct yz_http *http = yz_http_create(&o, &err);
	assert_non_null(http);
	assert_int_not_equal(yz_http_port(http, 0), 0);
	yz_http_destroy(http); /* never started */
}
