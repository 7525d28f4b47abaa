/* Forms: a body cut anywhere gives the same fields, files and refusals; names found in headers are in them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct yz_route route = {YZ_POST, "/", NULL, "open", YZ_ROUTE_UPLOAD, 0};

static struct yz_req_state *request(struct yz_http *http)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_req_state *x = yz_new(a, struct yz_req_state);
	x->req.arena = a;
	x->req.route = &route;
	x->http = http;
	return x;
}

static char dir[] = "/tmp/yz-fuzz-XXXXXX";

static void remove_dir(void)
{
	int failed = rmdir(dir);
	assert(!failed); /* no file was left behind */
}

static struct yz_http *server(void)
{
	static struct yz_http http = {
		.limits = {.fields = 20, .field_bytes = 200, .files = 3, .file_bytes = 500, .body_bytes = 1000}};
	if (!http.upload_dir) {
		http.upload_dir = mkdtemp(dir);
		atexit(remove_dir);
	}
	return &http;
}

static struct yz_req_state *multipart(const uint8_t *data, size_t size, size_t piece, struct yz_err *err)
{
	struct yz_req_state *x = request(server());
	struct yz_http_multipart *m = yz_http_multipart_new(x, YZ_LIT("multipart/form-data; boundary=b"), err);
	bool ok = true;
	assert(m);
	for (size_t i = 0; ok && i < size; i += piece)
		ok = yz_http_multipart_feed(m, (const char *)data + i, size - i < piece ? size - i : piece, err);
	ok = ok && yz_http_multipart_end(m, err);
	assert(ok == (err->code == YZ_OK));
	return x;
}

static void compare(const uint8_t *data, size_t size, size_t piece)
{
	struct yz_err e = {0}, f = {0};
	struct yz_req_state *x = multipart(data, size, size ? size : 1, &e), *y = multipart(data, size, piece, &f);
	assert(e.code == f.code);
	for (size_t i = 0; e.code == YZ_OK && i < x->fields.len; i++)
		assert(yz_str_eq(x->fields.at[i].name, y->fields.at[i].name) &&
		       yz_str_eq(x->fields.at[i].value, y->fields.at[i].value));
	assert(e.code || (x->fields.len == y->fields.len && x->uploads.len == y->uploads.len));
	for (size_t i = 0; e.code == YZ_OK && i < x->uploads.len; i++) {
		assert(x->uploads.at[i]->size == y->uploads.at[i]->size);
		assert(x->uploads.at[i]->name.len <= 200 &&
		       !memchr(x->uploads.at[i]->name.ptr, '/', x->uploads.at[i]->name.len));
	}
	yz_arena_destroy(x->req.arena);
	yz_arena_destroy(y->req.arena);
}

static void urlencoded(const uint8_t *data, size_t size)
{
	struct yz_req_state *x = request(server());
	struct yz_err err = {0};
	char *text = yz_memdup(x->req.arena, data, size);
	bool ok = yz_http_form_parse(x, text, size, false, &err);
	assert(ok == (err.code == YZ_OK) && x->fields.len <= 20);
	for (size_t i = 0; i < x->fields.len; i++)
		assert(yz_http_text_ok(x->fields.at[i].name) && yz_http_text_ok(x->fields.at[i].value));
	yz_arena_destroy(x->req.arena);
}

static void header(const uint8_t *data, size_t size)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str value;
	if (yz_http_header_param(a, yz_str_n((const char *)data, size), "name", &value))
		assert(value.len < size);
	yz_arena_destroy(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (data[0] == 'u')
		urlencoded(data + 1, size - 1);
	else if (data[0] == 'h')
		header(data + 1, size - 1);
	else
		compare(data + 1, size - 1, data[0] % 64 + 1);
	return 0;
}
