/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/round.h"

#include "gov/site.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

struct yz_round {
	unsigned changes;
	yz_round_fn *fn;
	void *ctx;
	yz_instant apart;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	atomic_bool stop;
	bool asked;
};

/* By the clock that nobody sets: a day put back by an hour must not make a rest an hour longer. */
static struct timespec later(yz_instant most)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += most / YZ_SECOND;
	t.tv_nsec += most % YZ_SECOND * 1000;
	if (t.tv_nsec >= 1000000000)
		t.tv_sec++, t.tv_nsec -= 1000000000;
	return t;
}

static void rest(struct yz_round *r, yz_instant most)
{
	struct timespec least = later(r->apart), until = later(most);
	while (!r->stop && r->apart && pthread_cond_timedwait(&r->wake, &r->lock, &least) != ETIMEDOUT)
		;
	while (!r->stop && !r->asked && pthread_cond_timedwait(&r->wake, &r->lock, &until) != ETIMEDOUT)
		;
}

static void *loop(void *ctx)
{
	struct yz_round *r = ctx;
	pthread_mutex_lock(&r->lock);
	while (!r->stop) {
		r->asked = false; /* what is asked for during a round is done in the next */
		pthread_mutex_unlock(&r->lock);
		yz_instant most = r->fn(r->ctx, &r->stop);
		pthread_mutex_lock(&r->lock);
		rest(r, most > 0 ? most : 0);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

void yz_round_ask(struct yz_round *r)
{
	pthread_mutex_lock(&r->lock);
	r->asked = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
}

static void on_change(void *ctx, unsigned changes)
{
	struct yz_round *r = ctx;
	if (changes & r->changes)
		yz_round_ask(r);
}

struct yz_round *yz_round_start(struct yz_site *site, const char *name, unsigned changes, yz_instant apart, yz_round_fn *fn, void *ctx,
				struct yz_err *err)
{
	struct yz_round *r = yz_new(site->arena, struct yz_round);
	pthread_condattr_t attr;
	r->changes = changes;
	r->apart = apart;
	r->fn = fn;
	r->ctx = ctx;
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->wake, &attr);
	pthread_condattr_destroy(&attr);
	yz_site_listen(site, on_change, r);
	if (pthread_create(&r->thread, NULL, loop, r) != 0)
		return yz_fail_null(err, YZ_INTERNAL, "cannot start the thread of %s", name);
	return r;
}

void yz_round_stop(struct yz_round *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
}
