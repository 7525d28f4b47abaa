/* http/worker.c - the threads that run handlers.
 *
 * Started on demand, at most `most`.  Idle ones wait in a stack, so that the
 * last to finish is the next to work (its caches are warm) and those at the
 * bottom, unused for a while, go home.
 *
 * Only as many run at once as there are processors, for waking a thread for each
 * short request costs more than the request.  A handler that waits for a write
 * says so (base/wait.h) and makes room for the next; one that waits without
 * saying so is found out by the loops, which look every few milliseconds whether
 * anything has been queued for long.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include "base/log.h"
#include "base/wait.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum { STACK = 1024 * 1024, IDLE_SECONDS = 60, KEPT = 4 };

#define LONG (5 * YZ_SECOND / 1000)

struct worker {
	struct yz_http_pool *pool;
	pthread_cond_t wake;
	struct worker *below; /* in the stack of idle ones */
	bool called;
	unsigned waits; /* not yet taken back */
	void *context;
};

struct yz_http_pool {
	struct yz_http *http;
	pthread_mutex_t lock;
	pthread_cond_t gone; /* a worker has ended */
	struct yz_req_state *first, **last;
	unsigned queued, queue_most;
	struct worker *idle;
	unsigned workers, nidle, nwaiting, most, running;
	bool quit;
};

/* ---- one request ---- */

/* The one longjmp of the program: out of our own frames and the handler's, never a library's. */
void yz_http_on_spent(void *ctx)
{
	struct yz_req_state *x = ctx;
	longjmp(x->spent, 1);
}

static void fail(struct yz_req_state *x)
{
	const struct yz_http_hooks *hooks = &x->http->hooks;
	int status = yz_code_status(x->err.code);
	yz_http_res_reset(x);
	x->res.status = status;
	if (!x->req.route && x->match.allowed) {
		/* The path is there, the method is not. */
		x->res.status = 405;
		yz_res_header(&x->req, "Allow", yz_http_allow(x->req.arena, x->match.allowed));
	}
	hooks->error(&x->req, &x->err);
	if (!yz_res_answered(&x->req))
		x->builtin = status;
}

static bool handle(struct yz_req_state *x)
{
	const struct yz_http_hooks *hooks = &x->http->hooks;
	struct yz_req *req = &x->req;
	struct yz_err *err = &x->err;
	if (!yz_http_req_prepare(x, err))
		return false;
	if (!req->route && req->method == YZ_OPTIONS && x->match.allowed) {
		yz_res_header(req, "Allow", yz_http_allow(req->arena, x->match.allowed));
		return yz_res_empty(req, 204);
	}
	if (!req->route)
		return yz_fail(err, YZ_NOT_FOUND, "no route for %.*s", YZ_P(req->path));
	if (x->job == YZ_HTTP_ADMIT)
		return hooks->admit(req, err);
	if (x->form == YZ_HTTP_URLENCODED && !yz_http_form_parse(x, x->body.ptr, x->body.len, false, err))
		return false;
	if (x->form == YZ_HTTP_RAW)
		req->body = yz_buf_str(&x->body);
	if (hooks->begin && !hooks->begin(req, err))
		return false;
	if (yz_res_answered(req))
		return true;
	if (!req->route->handler(req, err))
		return false;
	return yz_res_answered(req) || yz_fail(err, YZ_INTERNAL, "%s: the handler gave no answer", req->route->pattern);
}

static void end(struct yz_req_state *x)
{
	if (!setjmp(x->spent) && x->http->hooks.end)
		x->http->hooks.end(&x->req);
}

void yz_http_run(struct yz_req_state *x, void *worker)
{
	x->req.worker = worker;
	x->req.now = yz_now();
	if (!worker && x->http->hooks.worker_begin) {
		x->builtin = 503;
	} else if (setjmp(x->spent)) {
		x->builtin = 503;
		yz_log(YZ_WARN, "a request spent its memory (%zu bytes)", x->http->limits.arena_bytes);
	} else {
		if (!x->res.status)
			yz_http_res_reset(x);
		if (x->err.code || !handle(x)) {
			assert(x->err.code);
			fail(x);
		}
		if (yz_res_answered(&x->req))
			yz_http_res_finish(x);
	}
	bool admitted = x->job == YZ_HTTP_ADMIT && !x->builtin && !yz_res_answered(&x->req);
	x->stage = admitted ? YZ_HTTP_ADMITTED : YZ_HTTP_ANSWER;
	if (admitted)
		return;
	end(x);
}

bool yz_http_quick(struct yz_req_state *x)
{
	x->req.now = yz_now();
	if (setjmp(x->spent)) {
		x->builtin = 503;
		yz_log(YZ_WARN, "a request spent its memory (%zu bytes)", x->http->limits.arena_bytes);
	} else {
		yz_http_res_reset(x);
		if (!yz_http_req_prepare(x, &x->err))
			return false;
		if (!x->http->hooks.quick(&x->req)) {
			yz_http_res_reset(x);
			x->req.user = NULL;
			return false;
		}
		assert(yz_res_answered(&x->req));
		yz_http_res_finish(x);
	}
	x->stage = YZ_HTTP_ANSWER;
	return true;
}

/* ---- the pool ---- */

struct yz_http_pool *yz_http_pool_create(struct yz_http *http, unsigned most, unsigned running, unsigned queue)
{
	struct yz_http_pool *p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->http = http;
	p->most = most;
	p->running = running;
	p->queue_most = queue;
	p->last = &p->first;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->gone, NULL);
	return p;
}

/* With the lock held. */
static struct yz_req_state *take(struct yz_http_pool *p)
{
	struct yz_req_state *x = p->first;
	if (x) {
		p->first = x->next;
		if (!p->first)
			p->last = &p->first;
		p->queued--;
	}
	return x;
}

static void call_one(struct yz_http_pool *p)
{
	struct worker *w = p->idle;
	p->idle = w->below;
	p->nidle--;
	w->called = true;
	pthread_cond_signal(&w->wake);
}

static void leave_stack(struct yz_http_pool *p, struct worker *w)
{
	struct worker **at = &p->idle;
	while (*at != w)
		at = &(*at)->below;
	*at = w->below;
	p->nidle--;
}

/* Waits in the stack; false when it is time to go home. */
static bool wait(struct yz_http_pool *p, struct worker *w)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += IDLE_SECONDS;
	w->called = false;
	w->below = p->idle;
	p->idle = w;
	p->nidle++;
	while (!w->called)
		if (pthread_cond_timedwait(&w->wake, &p->lock, &until) == ETIMEDOUT && !w->called) {
			leave_stack(p, w);
			return p->workers <= KEPT;
		}
	return true;
}

static void start_one(struct yz_http_pool *p);

static void one_more(struct yz_http_pool *p)
{
	if (p->idle)
		call_one(p);
	else if (p->workers < p->most)
		start_one(p);
}

static bool may_run_more(const struct yz_http_pool *p)
{
	return p->workers - p->nidle - p->nwaiting < p->running;
}

static void on_waits(void *ctx, bool waits)
{
	struct worker *w = ctx;
	struct yz_http_pool *p = w->pool;
	assert(waits || w->waits);
	if ((waits ? w->waits++ : --w->waits) != 0)
		return;
	pthread_mutex_lock(&p->lock);
	p->nwaiting += waits ? 1 : -1u;
	if (waits && p->first && may_run_more(p))
		one_more(p);
	pthread_mutex_unlock(&p->lock);
}

static void work(struct yz_http_pool *p, struct worker *w)
{
	for (;;) {
		struct yz_req_state *x = take(p);
		if (!x) {
			if (p->quit || !wait(p, w))
				return;
			continue;
		}
		pthread_mutex_unlock(&p->lock);
		struct yz_http_loop *loop = x->conn->loop;
		yz_http_run(x, w->context);
		while (w->waits) /* its memory was spent in between */
			on_waits(w, false);
		yz_http_loop_done(loop, x);
		pthread_mutex_lock(&p->lock);
	}
}

static void *worker_main(void *ctx)
{
	struct worker *w = ctx;
	struct yz_http_pool *p = w->pool;
	const struct yz_http_hooks *hooks = &p->http->hooks;
	pthread_condattr_t clock;
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &clock);
	pthread_condattr_destroy(&clock);
	yz_wait_listen(on_waits, w);
	if (hooks->worker_begin)
		w->context = hooks->worker_begin(p->http->app);
	pthread_mutex_lock(&p->lock);
	work(p, w);
	pthread_mutex_unlock(&p->lock);
	if (hooks->worker_end)
		hooks->worker_end(p->http->app, w->context);
	pthread_cond_destroy(&w->wake);
	free(w);
	pthread_mutex_lock(&p->lock);
	p->workers--;
	pthread_cond_signal(&p->gone);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* With the lock held.  Where no thread can be had the others must do. */
static void start_one(struct yz_http_pool *p)
{
	struct worker *w = calloc(1, sizeof *w);
	pthread_attr_t attr;
	pthread_t thread;
	if (!w)
		return;
	w->pool = p;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attr, worker_main, w) == 0)
		p->workers++;
	else
		free(w);
	pthread_attr_destroy(&attr);
}

bool yz_http_pool_put(struct yz_http_pool *p, struct yz_req_state *x)
{
	x->queued = yz_ticks();
	x->next = NULL;
	pthread_mutex_lock(&p->lock);
	bool ok = p->queued < p->queue_most && !p->quit;
	if (ok && may_run_more(p))
		one_more(p);
	ok = ok && p->workers; /* not one thread could be had */
	if (ok) {
		*p->last = x;
		p->last = &x->next;
		p->queued++;
	}
	pthread_mutex_unlock(&p->lock);
	return ok;
}

bool yz_http_pool_nudge(struct yz_http_pool *p, yz_instant now)
{
	pthread_mutex_lock(&p->lock);
	bool waiting = p->first != NULL;
	if (waiting && now - p->first->queued > LONG)
		for (unsigned i = 0; i < p->queued && i < p->most; i++)
			one_more(p);
	pthread_mutex_unlock(&p->lock);
	return waiting;
}

void yz_http_pool_destroy(struct yz_http_pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->quit = true;
	while (p->idle)
		call_one(p);
	while (p->workers)
		pthread_cond_wait(&p->gone, &p->lock);
	assert(!p->first);
	pthread_mutex_unlock(&p->lock);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->gone);
	free(p);
}

void yz_http_pool_stats(struct yz_http_pool *p, struct yz_http_stats *out)
{
	pthread_mutex_lock(&p->lock);
	out->workers = p->workers;
	out->busy = p->workers - p->nidle;
	out->queued = p->queued;
	pthread_mutex_unlock(&p->lock);
}
