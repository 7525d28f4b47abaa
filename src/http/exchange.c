/* http/exchange.c - one request from its first line to the last byte of its answer.
 *
 * What libmicrohttpd calls, on the loop's thread:
 *
 *	on_line       the request line is there: a request begins
 *	on_request    stage HEAD      headers are there: check, route, limits
 *	              stage ADMITTED  hooks->admit let it pass: now the body
 *	              stage BODY      some of the body; or its end: to the handler
 *	              stage ANSWER    resumed by the loop: send what the worker built
 *	              stage REFUSED   answered already: drop what still comes
 *	on_completed  answered or broken off: log, remove files, free
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include "base/log.h"

#include <assert.h>
#include <string.h>

enum {
	LEAST_RATE = 8 * 1024,           /* bytes a second a client must take */
	MOST_DROPPED = 16 * 1024 * 1024, /* bytes a refused client may still send */
};

struct yz_req_state *yz_http_exchange_new(struct yz_http_conn *c)
{
	struct yz_arena *a = yz_http_loop_arena(c->loop);
	struct yz_req_state *x = yz_new(a, struct yz_req_state);
	x->http = c->loop->http;
	x->conn = c;
	x->began = yz_ticks();
	x->req.arena = a;
	x->res.fd = -1;
	yz_arena_on_spent(a, yz_http_on_spent, x);
	c->x = x;
	return x;
}

static struct yz_http_conn *conn_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return info->socket_context;
}

void *yz_http_on_line(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct yz_http_conn *c = conn_of(mhd);
	(void)cls;
	assert(!c->x);
	struct yz_req_state *x = yz_http_exchange_new(c);
	if (setjmp(x->spent))
		x->target = YZ_LIT(""); /* found different from the line later, and refused */
	else
		x->target = yz_str_dup(x->req.arena, yz_str(uri ? uri : ""));
	/* libmicrohttpd would now take the arguments apart, each at 64 bytes of its small pool, and fall silent when
	 * that is spent.  We read them ourselves; the bytes are its own buffer, which it is about to write to. */
	char *query = uri ? strchr((char *)(uintptr_t)uri, '?') : NULL;
	if (query)
		query[1] = '\0';
	yz_http_deadline(c, YZ_HTTP_HEADER, c->loop->http->limits.header_s * YZ_SECOND);
	return x;
}

/* ---- to the worker ---- */

/* Answers from the loop itself; for the connection that is not suspended. */
static enum MHD_Result answer(struct yz_http_conn *c);

static enum MHD_Result hand_over(struct yz_http_conn *c, enum yz_http_job job)
{
	struct yz_req_state *x = c->x;
	x->job = job;
	x->stage = YZ_HTTP_WORK;
	unsigned flags = job == YZ_HTTP_RUN && !x->err.code && x->req.route ? x->req.route->flags : 0;
	if (flags & YZ_ROUTE_INLINE) {
		yz_http_run(x, c->loop->worker);
		return answer(c);
	}
	if (flags & YZ_ROUTE_KEPT && x->http->hooks.quick && yz_http_quick(x))
		return answer(c);
	/* First: the worker may be done before this returns, but only the loop resumes. */
	MHD_suspend_connection(c->mhd);
	yz_http_deadline(c, YZ_HTTP_WORKING, 0);
	c->loop->working++;
	if (!yz_http_pool_put(x->http->pool, x)) {
		x->builtin = 503;
		x->stage = YZ_HTTP_ANSWER;
		yz_http_loop_done(c->loop, x);
	}
	return MHD_YES;
}

static enum MHD_Result builtin(struct yz_http_conn *c, int status)
{
	c->x->builtin = status;
	c->x->stage = YZ_HTTP_ANSWER;
	return answer(c);
}

/* ---- headers ---- */

static uint64_t body_most(const struct yz_req_state *x)
{
	const struct yz_route *r = x->req.route;
	const struct yz_http_limits *l = &x->http->limits;
	return r->body ? r->body : r->flags & YZ_ROUTE_UPLOAD ? l->upload_bytes : l->body_bytes;
}

static bool open_body(struct yz_req_state *x, struct yz_err *err)
{
	uint64_t announced = x->body_limit;
	x->body_limit = body_most(x);
	if (announced > x->body_limit)
		return yz_fail(err, YZ_TOO_LARGE, "a body of %llu bytes", (unsigned long long)announced);
	bool form = !(x->req.route->flags & YZ_ROUTE_RAW);
	if (form && yz_str_eqz(x->req.type, "application/x-www-form-urlencoded"))
		x->form = YZ_HTTP_URLENCODED;
	if (form && yz_str_eqz(x->req.type, "multipart/form-data")) {
		x->form = YZ_HTTP_MULTIPART;
		x->multipart = yz_http_multipart_new(x, yz_http_header_nth(x, "Content-Type", 0), err);
		return x->multipart != NULL;
	}
	uint64_t most = x->body_limit;
	if (x->req.route->flags & YZ_ROUTE_UPLOAD && !x->req.route->body)
		most = x->http->limits.body_bytes; /* only files may be larger */
	x->body_limit = most;
	yz_buf_init(&x->body, x->req.arena, most);
	return true;
}

/* 0, or the status of a built-in answer; an error for the site's own page goes to x->err. */
static int read_head(struct yz_req_state *x, struct MHD_Connection *mhd, const char *method)
{
	struct yz_err *err = &x->err;
	if (setjmp(x->spent))
		return 503;
	x->method = method;
	if (!yz_http_req_open(x, mhd, err))
		return x->builtin;
	if (!x->req.route)
		return 0;
	if (!(x->req.route->flags & YZ_ROUTE_STARTING) && !atomic_load(&x->http->ready))
		return 503;
	if (x->has_body)
		open_body(x, err);
	return 0;
}

static enum MHD_Result on_head(struct yz_http_conn *c, const char *url, const char *method, const char *version)
{
	struct yz_req_state *x = c->x;
	const struct yz_http_limits *limits = &x->http->limits;
	int status;
	const char *wrong = yz_http_frame_check(c->mhd, url, x->target, method, version, limits, &status);
	if (wrong) {
		yz_log(YZ_DEBUG, "%s: %s", c->peer, wrong);
		x->has_body = true; /* where it ends is anybody's guess */
		return builtin(c, status);
	}
	status = read_head(x, c->mhd, method);
	x->body_done = !x->has_body;
	if (status)
		return builtin(c, status);
	if (x->has_body && (x->err.code || !x->req.route))
		return hand_over(c, YZ_HTTP_RUN); /* the error page, without waiting for the body */
	x->stage = YZ_HTTP_BODY;
	if (!x->has_body)
		return MHD_YES; /* called again at once */
	if (x->req.route->flags & YZ_ROUTE_UPLOAD && x->http->hooks.admit)
		return hand_over(c, YZ_HTTP_ADMIT);
	yz_http_deadline(c, YZ_HTTP_READING, limits->body_s * YZ_SECOND);
	return MHD_YES;
}

/* ---- the body ---- */

static bool feed(struct yz_req_state *x, const char *data, size_t n)
{
	struct yz_err *err = &x->err;
	if (setjmp(x->spent))
		return yz_fail(err, YZ_BUSY, "a body that spent the request's memory");
	x->body_seen += n;
	if (x->body_seen > x->body_limit)
		return yz_fail(err, YZ_TOO_LARGE, "a body over %llu bytes", (unsigned long long)x->body_limit);
	if (x->multipart)
		return yz_http_multipart_feed(x->multipart, data, n, err);
	yz_buf_add(&x->body, data, n);
	return true;
}

static enum MHD_Result on_body(struct yz_http_conn *c, const char *data, size_t *size)
{
	struct yz_req_state *x = c->x;
	if (feed(x, data, *size)) {
		*size = 0;
		return MHD_YES;
	}
	/* The bytes stay with libmicrohttpd, so that it calls again when the page is built. */
	return hand_over(c, YZ_HTTP_RUN);
}

static bool finish_body(struct yz_req_state *x)
{
	if (setjmp(x->spent))
		return yz_fail(&x->err, YZ_BUSY, "a body that spent the request's memory");
	return !x->multipart || x->err.code || yz_http_multipart_end(x->multipart, &x->err);
}

static enum MHD_Result on_end(struct yz_http_conn *c)
{
	c->x->body_done = true;
	finish_body(c->x);
	return hand_over(c, YZ_HTTP_RUN);
}

/* ---- the answer ---- */

static enum MHD_Result answer(struct yz_http_conn *c)
{
	struct yz_req_state *x = c->x;
	assert(x->stage == YZ_HTTP_ANSWER);
	x->status = yz_http_res_status(x);
	if (!x->body_done) {
		yz_http_refuse(c);
		return MHD_YES;
	}
	if (!x->mhd)
		x->mhd = yz_http_response(x);
	if (!x->mhd)
		return MHD_NO;
	const struct yz_http_limits *limits = &x->http->limits;
	bool stream = !x->builtin && x->res.body == YZ_HTTP_EVENTS;
	x->stage = YZ_HTTP_SENDING;
	if (stream)
		yz_http_stream_open(c);
	else
		yz_http_deadline(c, YZ_HTTP_WRITING,
				 limits->send_s * YZ_SECOND + (yz_instant)(x->sent / LEAST_RATE) * YZ_SECOND);
	enum MHD_Result ok = MHD_queue_response(c->mhd, (unsigned)x->status, x->mhd);
	MHD_destroy_response(x->mhd);
	x->mhd = NULL;
	return ok;
}

enum MHD_Result yz_http_on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
				   const char *version, const char *data, size_t *size, void **request)
{
	struct yz_req_state *x = *request;
	struct yz_http_conn *c = conn_of(mhd);
	(void)cls;
	if (!x)
		return MHD_NO;
	switch (x->stage) {
	case YZ_HTTP_HEAD:
		return on_head(c, url, method, version);
	case YZ_HTTP_ADMITTED:
		x->stage = YZ_HTTP_BODY;
		yz_http_deadline(c, YZ_HTTP_READING, x->http->limits.upload_s * YZ_SECOND);
		return MHD_YES;
	case YZ_HTTP_BODY:
		return *size ? on_body(c, data, size) : on_end(c);
	case YZ_HTTP_ANSWER:
		if (*size) {
			enum MHD_Result ok = answer(c);
			*size = 0;
			return ok;
		}
		return answer(c);
	case YZ_HTTP_REFUSED:
		x->dropped += *size;
		if (!*size || x->dropped > MOST_DROPPED)
			return MHD_NO;
		*size = 0;
		return MHD_YES;
	case YZ_HTTP_WORK:
	case YZ_HTTP_SENDING:
		break;
	}
	assert(!"a request called for while a worker has it");
	return MHD_NO;
}

/* Answered or broken off. */
static void finish(struct yz_http_conn *c, bool whole)
{
	struct yz_req_state *x = c->x;
	assert(x->stage != YZ_HTTP_WORK);
	yz_http_stream_close(c);
	if (!x->status) {
		/* libmicrohttpd answered by itself, or the client left. */
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_HTTP_STATUS);
		x->status = info ? (int)info->http_status : 499;
	}
	if (!whole && x->stage == YZ_HTTP_SENDING && x->res.body != YZ_HTTP_EVENTS)
		x->status = 499;
	yz_http_access(c->loop, x, c->peer);
	if (x->mhd)
		MHD_destroy_response(x->mhd);
	c->x = NULL;
	yz_http_loop_arena_back(c->loop, x->req.arena);
}

void yz_http_on_completed(void *cls, struct MHD_Connection *mhd, void **request, enum MHD_RequestTerminationCode why)
{
	struct yz_http_conn *c = conn_of(mhd);
	(void)cls;
	*request = NULL;
	if (c->x)
		finish(c, why == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	yz_http_deadline(c, YZ_HTTP_IDLE, c->loop->http->limits.idle_s * YZ_SECOND);
}

/* Not every way it ends a request is announced: a header it has no memory for ends in silence. */
void yz_http_exchange_drop(struct yz_http_conn *c)
{
	if (c->x)
		finish(c, false);
}
