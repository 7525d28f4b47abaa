/* http/send.c - answers as libmicrohttpd wants them, and as bytes.
 *
 * An answer to a request whose body is not read to its end cannot go through
 * libmicrohttpd: it takes one only before the body or after it.  Such a one is
 * written to the socket as bytes (yz_http_response_bytes, refuse.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	int status;
	const char *text;
} builtin[] = {
	{204, ""},
	{400, "请求的格式不对。\nThe request is malformed.\n"},
	{408, "请求没有及时收完，请重试。\nThe request did not arrive in time.\n"},
	{413, "内容太大，请减小后再提交。\nThe content is too large.\n"},
	{431, "请求的头部太大。\nThe request's headers are too large.\n"},
	{500, "系统出了问题，请稍后再试。\nSomething went wrong here.\n"},
	{501, "不支持这种请求。\nThis method is not served.\n"},
	{503, "现在办事的人较多，请稍后再试。\nBusy: please try again in a moment.\n"},
};

static const struct {
	const char *name, *value;
} builtin_headers[] = {
	{"Content-Type", "text/plain; charset=utf-8"},
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Cache-Control", "no-store"},
};

enum { BUILTIN_HEADERS = sizeof builtin_headers / sizeof *builtin_headers };

struct yz_str yz_http_builtin_text(int status)
{
	for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++)
		if (builtin[i].status == status)
			return yz_str(builtin[i].text);
	return YZ_LIT("");
}

const char *yz_http_reason(int status)
{
	return MHD_get_reason_phrase_for((unsigned)status);
}

int yz_http_res_status(const struct yz_req_state *x)
{
	return x->builtin ? x->builtin : x->res.status;
}

static bool bodiless(int status)
{
	return status == 204 || status == 304;
}

static struct yz_str memory_of(const struct yz_req_state *x)
{
	struct yz_str body = x->builtin ? yz_http_builtin_text(x->builtin) : x->res.memory;
	return bodiless(yz_http_res_status(x)) ? YZ_LIT("") : body;
}

static struct MHD_Response *create(struct yz_req_state *x)
{
	struct yz_http_res *res = &x->res;
	struct MHD_Response *r;
	if (!x->builtin && res->body == YZ_HTTP_EVENTS)
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, yz_http_stream_read, x->conn, NULL);
	if (!x->builtin && res->body == YZ_HTTP_FILE) {
		r = MHD_create_response_from_fd_at_offset64(res->length, res->fd, res->offset);
		if (r)
			res->fd = -1;
		x->sent = res->length;
		return r;
	}
	struct yz_str body = memory_of(x);
	x->sent = x->req.head ? 0 : body.len;
	return MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.ptr, MHD_RESPMEM_PERSISTENT);
}

static bool add_headers(struct yz_req_state *x, struct MHD_Response *r)
{
	if (x->builtin) {
		for (size_t i = 0; i < BUILTIN_HEADERS; i++)
			if (MHD_add_response_header(r, builtin_headers[i].name, builtin_headers[i].value) != MHD_YES)
				return false;
		return x->builtin != 503 || MHD_add_response_header(r, "Retry-After", "2") == MHD_YES;
	}
	for (size_t i = 0; i < x->res.headers.len; i++) {
		const struct yz_pair *h = &x->res.headers.at[i];
		if (h->value.len && MHD_add_response_header(r, h->name.ptr, h->value.ptr) != MHD_YES)
			return false;
	}
	return true;
}

struct MHD_Response *yz_http_response(struct yz_req_state *x)
{
	struct MHD_Response *r = create(x);
	bool close = atomic_load_explicit(&x->http->stopping, memory_order_relaxed);
	if (r && (!add_headers(x, r) || (close && MHD_add_response_header(r, "Connection", "close") != MHD_YES))) {
		MHD_destroy_response(r);
		r = NULL;
	}
	return r;
}

struct bytes {
	char *at;
	size_t len, cap;
};

static void add(struct bytes *b, const char *p, size_t n)
{
	if (b->at && n)
		memcpy(b->at + b->len, p, n);
	b->len += n;
}

static void add_header(struct bytes *b, const char *name, struct yz_str value)
{
	add(b, name, strlen(name));
	add(b, ": ", 2);
	add(b, value.ptr, value.len);
	add(b, "\r\n", 2);
}

static void write_answer(struct bytes *b, struct yz_req_state *x, struct yz_str body)
{
	char text[64];
	int status = yz_http_res_status(x);
	int n = snprintf(text, sizeof text, "HTTP/1.1 %d %s\r\n", status, yz_http_reason(status));
	add(b, text, (size_t)n);
	for (size_t i = 0; x->builtin && i < BUILTIN_HEADERS; i++)
		add_header(b, builtin_headers[i].name, yz_str(builtin_headers[i].value));
	for (size_t i = 0; !x->builtin && i < x->res.headers.len; i++)
		add_header(b, x->res.headers.at[i].name.ptr, x->res.headers.at[i].value);
	if (x->builtin == 503)
		add_header(b, "Retry-After", YZ_LIT("2"));
	snprintf(text, sizeof text, "%zu", body.len);
	add_header(b, "Content-Length", yz_str(text));
	add_header(b, "Connection", YZ_LIT("close"));
	add(b, "\r\n", 2);
	if (!x->req.head)
		add(b, body.ptr, body.len);
}

char *yz_http_response_bytes(struct yz_req_state *x, size_t *len)
{
	if (!x->builtin && x->res.body != YZ_HTTP_MEMORY)
		x->builtin = 500;
	struct yz_str body = memory_of(x);
	struct bytes b = {0};
	write_answer(&b, x, body);
	b.at = malloc(b.len);
	b.len = 0;
	if (b.at)
		write_answer(&b, x, body);
	*len = b.len;
	x->sent = body.len;
	return b.at;
}
