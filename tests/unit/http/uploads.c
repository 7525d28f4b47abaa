/* Files and forms in multipart/form-data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/http/client.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>

static atomic_int admitted, served;
static char kept[128];

static bool admit(struct yz_req *req, struct yz_err *err)
{
	admitted++;
	assert_int_equal(yz_req_fields(req).len, 0);
	if (yz_str_eqz(yz_req_query(req, "who"), "nobody"))
		return yz_fail(err, YZ_FORBIDDEN, "not yours");
	if (yz_str_eqz(yz_req_query(req, "who"), "guest"))
		return yz_res_redirect(req, YZ_LIT("/sign-in"));
	return true;
}

/* Says of each file its size and the sum of its bytes. */
static bool take(struct yz_req *req, struct yz_err *err)
{
	struct yz_buf b;
	(void)err;
	served++;
	yz_buf_init(&b, req->arena, 1 << 20);
	struct yz_pairs fields = yz_req_fields(req);
	for (size_t i = 0; i < fields.len; i++)
		yz_buf_printf(&b, "%.*s=%.*s\n", YZ_P(fields.at[i].name), YZ_P(fields.at[i].value));
	for (size_t i = 0; i < yz_req_uploads(req); i++) {
		struct yz_upload *u = yz_req_upload(req, i);
		unsigned long long sum = 0, n = 0;
		FILE *f = fopen(u->path, "rb");
		assert_non_null(f);
		for (int c; (c = getc(f)) != EOF; n++)
			sum += (unsigned long long)c * (n % 251 + 1);
		fclose(f);
		assert_true(n == u->size);
		yz_buf_printf(&b, "file %.*s [%.*s] %.*s %llu %llu\n", YZ_P(u->field), YZ_P(u->name), YZ_P(u->type), n,
			      sum);
	}
	struct yz_upload *keep = yz_req_upload_of(req, "keep");
	if (keep)
		snprintf(kept, sizeof kept, "%s", yz_upload_take(keep));
	return yz_res_text(req, yz_buf_str(&b));
}

static const struct yz_route routes[] = {
	{YZ_POST, "/take", take, "open", YZ_ROUTE_UPLOAD, 0},
	{YZ_POST, "/plain", take, "open", 0, 0},
};

static struct server server;

#define FORM "multipart/form-data; boundary=\"-cut here\""
#define CUT "---cut here"

#define PART(disposition, content) CUT "\r\nContent-Disposition: form-data; " disposition "\r\n\r\n" content "\r\n"

static void expect_n(const char *path, const char *type, const char *body, size_t n, int status, const char *text)
{
	struct reply r = post(&server, path, type, body, n);
	if (r.status != status || !strstr(r.body, text))
		fail_msg("expected %d with \"%s\", got %d: %s", status, text, r.status, r.body);
	drop(&r);
}

#define EXPECT(body, status, text) expect_n("/take", FORM, body, sizeof(body) - 1, status, text)

TEST(fields_and_files_arrive_as_they_were_sent)
{
	server = SERVE(routes);
	EXPECT(PART("name=\"姓名\"", "张三") PART("name=\"a\"", "") CUT
	       "\r\ncontent-disposition: form-data; name=\"f\"; filename=\"C:\\dir\\批复.pdf\"\r\nContent-Type: "
	       "application/pdf\r\n\r\n%PDF\r\n-\r\n--\r\n" CUT "--\r\n",
	       200, "姓名=张三\na=\nfile f [批复.pdf] application/pdf 11 ");
	EXPECT("preamble\r\n" PART("name=a", "1") CUT "--\r\nepilogue", 200, "a=1\n");
	EXPECT(PART("name=\"a\\\"b\"", "line\r\nline") CUT "--", 200, "a\"b=line\r\nline\n");
	EXPECT(PART("name=\"f\"; filename=\"\"", "") PART("name=\"g\"; filename=\"empty\"", "") CUT "--\r\n", 200,
	       "file g [empty]  0 0\n");
	expect_n("/plain", FORM, PART("name=\"a\"", "1") CUT "--\r\n", sizeof(PART("name=\"a\"", "1") CUT "--\r\n") - 1,
		 200, "a=1\n");
	stop(&server);
}

TEST(names_of_files_are_made_harmless)
{
	server = SERVE(routes);
	EXPECT(PART("name=\"f\"; filename=\"../../etc/passwd\"", "x") CUT "--\r\n", 200, "file f [passwd] ");
	EXPECT(PART("name=\"f\"; filename=\"..\"", "x") CUT "--\r\n", 200, "file f [] ");
	EXPECT(PART("name=\"f\"; filename=\"a\tb\x7f\xe2\x80\xaegpj.exe\"", "x") CUT "--\r\n", 200,
	       "file f [abgpj.exe] ");
	char body[2048], right[512], name[1000] = "";
	for (int i = 0; i < 150; i++)
		strcat(name, "长");
	size_t n = (size_t)sprintf(
		body, "%s\r\nContent-Disposition: form-data; name=\"f\"; filename=\"%s.pdf\"\r\n\r\nx\r\n%s--", CUT,
		name, CUT);
	sprintf(right, "file f [%.195s.pdf] ", name);
	expect_n("/take", FORM, body, n, 200, right);
	stop(&server);
}

TEST(a_form_that_is_none_is_400)
{
	server = SERVE(routes);
	EXPECT("nothing at all", 400, "breaks off");
	EXPECT(PART("name=\"a\"", "1"), 400, "breaks off");
	EXPECT(PART("name=\"a\"", "1") CUT "x", 400, "boundary");
	EXPECT(CUT "\r\n\r\nno header\r\n" CUT "--\r\n", 400, "Content-Disposition");
	EXPECT(CUT "\r\nContent-Disposition: form-data\r\n\r\nx\r\n" CUT "--\r\n", 400, "without a name");
	EXPECT(CUT "\r\nno colon\r\n\r\nx\r\n" CUT "--\r\n", 400, "colon");
	EXPECT(PART("name=\"a\"", "\xff") CUT "--\r\n", 400, "UTF-8");
	EXPECT(PART("name=\"a\"", "x\0y") CUT "--\r\n", 400, "NUL");
	EXPECT(PART("name=\"a\0b\"", "x") CUT "--\r\n", 400, "NUL");
	EXPECT(PART("name=\"f\"; filename=\"a\0.pdf\"", "x") CUT "--\r\n", 400, "NUL");
	EXPECT(PART("name=\"f\"; filename=\"\xff.pdf\"", "x") CUT "--\r\n", 400, "UTF-8");
	expect_n("/take", "multipart/form-data", "x", 1, 400, "boundary");
	expect_n("/take", "multipart/form-data; boundary=", "x", 1, 400, "boundary");
	char long_boundary[256] = "multipart/form-data; boundary=";
	memset(long_boundary + strlen(long_boundary), 'b', 71);
	expect_n("/take", long_boundary, "x", 1, 400, "boundary");
	expect_n("/plain", FORM, PART("name=\"f\"; filename=\"x\"", "x") CUT "--",
		 sizeof(PART("name=\"f\"; filename=\"x\"", "x") CUT "--") - 1, 400, "no file is expected");
	stop(&server);
}

TEST(a_part_with_endless_headers_is_400)
{
	char *body = malloc(100000);
	server = SERVE(routes);
	size_t n = (size_t)sprintf(body, "%s\r\n", CUT);
	memset(body + n, 'h', 90000);
	expect_n("/take", FORM, body, n + 90000, 400, "headers over");
	n = (size_t)sprintf(body, "%s\r\n", CUT);
	for (int i = 0; i < 3000; i++)
		n += (size_t)sprintf(body + n, "a: b\r\n");
	expect_n("/take", FORM, body, n, 400, "headers over");
	free(body);
	stop(&server);
}

TEST(one_field_or_file_too_many_is_400)
{
	static const struct yz_http_limits few = {.fields = 3, .files = 2, .field_bytes = 10};
	server = SERVE_WITH(routes, .limits = few);
	EXPECT(PART("name=a", "1") PART("name=b", "1") PART("name=c", "1") CUT "--", 200, "c=1");
	EXPECT(PART("name=a", "1") PART("name=b", "1") PART("name=c", "1") PART("name=d", "1") CUT "--", 400,
	       "more than 3");
	EXPECT(PART("name=a; filename=x", "1") PART("name=b; filename=x", "1") CUT "--", 200, "file b");
	EXPECT(PART("name=a; filename=x", "1") PART("name=b; filename=x", "1") PART("name=c; filename=x", "1") CUT "--",
	       400, "more than 2");
	EXPECT(PART("name=a", "0123456789") CUT "--", 200, "a=0123456789");
	EXPECT(PART("name=a", "0123456789x") CUT "--", 413, "field over 10");
	stop(&server);
}

/* Sends a form with one file of `size` bytes, in pieces of `piece`; says it is `announced` long (0: chunked). */
static struct reply send_file(const char *path, size_t size, size_t piece, bool chunked, unsigned long long *sum)
{
	static const char before[] =
		PART("name=\"a\"", "1") CUT "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"big\"\r\n\r\n",
			  after[] = "\r\n" CUT "--\r\n";
	int fd = dial(&server);
	sayf(fd, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n", path, FORM);
	if (chunked)
		say(fd, "Transfer-Encoding: chunked\r\n\r\n");
	else
		sayf(fd, "Content-Length: %zu\r\n\r\n", size + sizeof before - 1 + sizeof after - 1);
	if (chunked)
		sayf(fd, "%zx\r\n%s\r\n", sizeof before - 1, before);
	else
		say(fd, before);
	char *p = malloc(piece + 2);
	unsigned long long n = 0;
	*sum = 0;
	for (size_t left = size; left;) {
		size_t now = left < piece ? left : piece;
		for (size_t i = 0; i < now; i++, n++) {
			p[i] = n % 3 ? "\r\n--- cuthere"[n * 7 % 13] : (char)n;
			*sum += (unsigned long long)(unsigned char)p[i] * (n % 251 + 1);
		}
		memcpy(p + now, "\r\n", 2);
		if (chunked)
			sayf(fd, "%zx\r\n", now);
		if (!say_n(fd, p, now + (chunked ? 2 : 0)))
			break;
		left -= now;
	}
	free(p);
	if (chunked)
		sayf(fd, "%zx\r\n%s\r\n0\r\n\r\n", sizeof after - 1, after);
	else
		say(fd, after);
	struct reply r = hear(fd);
	close(fd);
	return r;
}

TEST(a_file_arrives_whole_however_it_is_cut)
{
	static const size_t pieces[] = {1, 7, 13, 1000, 4096, 65536, 1 << 20};
	server = SERVE(routes);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		for (int chunked = 0; chunked < 2; chunked++) {
			char right[128];
			unsigned long long sum;
			size_t size = pieces[i] < 100 ? 3001 : 3000001;
			struct reply r = send_file("/take", size, pieces[i], chunked, &sum);
			sprintf(right, "a=1\nfile f [big]  %zu %llu\n", size, sum);
			assert_int_equal(r.status, 200);
			assert_string_equal(r.body, right);
			drop(&r);
		}
	stop(&server);
}

TEST(a_file_over_its_limit_is_413_and_leaves_nothing)
{
	static const struct yz_http_limits small = {.file_bytes = 1000000, .upload_bytes = 3000000};
	unsigned long long sum;
	server = SERVE_WITH(routes, .limits = small);
	served = 0;
	for (int chunked = 0; chunked < 2; chunked++) {
		struct reply r = send_file("/take", 1000000, 65536, chunked, &sum);
		assert_int_equal(r.status, 200);
		drop(&r);
		r = send_file("/take", 1000001, 65536, chunked, &sum);
		assert_int_equal(r.status, 413);
		drop(&r);
		r = send_file("/take", 4000000, 65536, chunked, &sum);
		assert_int_equal(r.status, 413);
		drop(&r);
	}
	assert_int_equal(served, 2);
	for (int i = 0; i < 500 && files_left(&server); i++)
		usleep(10000);
	stop(&server);
}

TEST(a_gigabyte_is_413_before_a_byte_of_it_is_kept)
{
	unsigned long long sum;
	server = SERVE(routes);
	struct reply r = send_file("/take", 1u << 30, 1 << 20, false, &sum);
	assert_int_equal(r.status, 413);
	drop(&r);
	r = send_file("/take", 1u << 30, 1 << 20, true, &sum);
	assert_int_equal(r.status, 413);
	drop(&r);
	stop(&server);
}

TEST(who_may_not_upload_is_told_before_the_body)
{
	server = SERVE_WITH(routes, .hooks = {.admit = admit});
	admitted = served = 0;
	unsigned long long sum;
	struct reply r = send_file("/take?who=nobody", 5000000, 65536, false, &sum);
	assert_int_equal(r.status, 403);
	assert_non_null(strstr(r.body, "not yours"));
	drop(&r);
	r = send_file("/take?who=guest", 5000000, 65536, true, &sum);
	assert_int_equal(r.status, 303);
	assert_string_equal(header(&r, "Location"), "/sign-in");
	drop(&r);
	int fd = dial(&server);
	say(fd, "POST /take?who=nobody HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
	r = hear(fd);
	assert_int_equal(r.status, 403); /* and not 100 */
	drop(&r);
	close(fd);
	assert_int_equal(served, 0);
	r = send_file("/take", 5000000, 65536, false, &sum);
	assert_int_equal(r.status, 200);
	drop(&r);
	assert_int_equal(admitted, 4);
	stop(&server);
}

TEST(a_file_that_is_taken_stays_and_others_go)
{
	server = SERVE(routes);
	EXPECT(PART("name=keep; filename=x", "hello") PART("name=other; filename=y", "bye") CUT "--", 200,
	       "file other");
	struct stat st;
	assert_int_equal(stat(kept, &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(st.st_mode & 077, 0);
	for (int i = 0; i < 500 && files_left(&server) > 1; i++)
		usleep(10000);
	assert_int_equal(files_left(&server), 1);
	unlink(kept);
	stop(&server);
}

TEST(an_upload_broken_off_leaves_nothing)
{
	server = SERVE(routes);
	served = 0;
	for (int i = 0; i < 20; i++) {
		int fd = dial(&server);
		sayf(fd, "POST /take HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 5000000\r\n\r\n%s",
		     FORM, CUT "\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n");
		char *p = calloc(1, 200000);
		say_n(fd, p, 200000);
		free(p);
		struct linger now = {.l_onoff = 1};
		if (i % 2)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
		close(fd);
	}
	for (int i = 0; i < 500 && files_left(&server); i++)
		usleep(10000);
	assert_int_equal(files_left(&server), 0);
	assert_int_equal(served, 0);
	stop(&server);
}

TEST(what_a_dead_server_left_is_removed_after_a_day)
{
	server = SERVE(routes);
	char old[128], young[128], other[128];
	const char *names[] = {"upload-old", "upload-new", "keep"};
	char *paths[] = {old, young, other};
	for (int i = 0; i < 3; i++) {
		sprintf(paths[i], "%s/%s", server.uploads, names[i]);
		close(open(paths[i], O_CREAT | O_WRONLY, 0600));
	}
	struct timespec past[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	utimensat(AT_FDCWD, old, past, 0);
	utimensat(AT_FDCWD, other, past, 0);
	static const char *const listen[] = {"127.0.0.1:0", NULL};
	struct yz_http *second = yz_http_create(&(struct yz_http_options){.listen = listen,
									  .routes = routes,
									  .nroutes = 2,
									  .upload_dir = server.uploads,
									  .hooks = {.error = error_page}},
						NULL);
	assert_non_null(second);
	yz_http_destroy(second);
	assert_int_equal(files_left(&server), 2);
	assert_int_not_equal(access(old, F_OK), 0);
	unlink(young);
	unlink(other);
	stop(&server);
}
