/* SPDX-License-Identifier: Apache-2.0
 *
 * The writer: waiting writes become one commit.
 *
 *	queue:  j1 j2 j3 …        begin
 *	        │  │  └──────────  fn                          a refusal that changed nothing needs no undoing
 *	        │  └─────────────  …and those that came meanwhile, up to `batch`
 *	        └────────────────  commit ── one sync for all ── then each is answered
 *
 * A savepoint around each write would cost more than many a write (the database keeps each page as it was), and few
 * writes fail once they have changed something.  When one does, behind others that succeeded, all are undone and
 * run again, this time each in a savepoint, so that what fails is undone alone.
 *
 * When the batch as a whole fails (disk full, connection lost, deadlock) each
 * of its writes is run again in a transaction of its own, and gets its own answer.
 * Only a commit whose outcome cannot be known is not run again.
 */
#include "db/db.h"

#include "base/futex.h"
#include "base/log.h"
#include "base/wait.h"
#include "db/private.h"

#include <assert.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { ARENA = 16 * 1024 * 1024, TRIES = 8, LINGER = 300000, LEAST = 20000 }; /* nanoseconds */

static _Thread_local bool on_writer;
static _Thread_local struct writer *in_bulk; /* whose bulk this thread runs */
static _Thread_local jmp_buf spent; /* the writer's way out of a write that ran out of memory */

static void on_spent(void *ctx)
{
	(void)ctx;
	longjmp(spent, 1);
}

/* ---- waiting for an answer ----
 *
 * A word of one's own and nothing around it: a condition variable's lock is still held when its sleeper wakes, who
 * then sleeps again.  Waking costs the writer microseconds each, so it wakes one in FAN, who wakes the others.
 * A job is its caller's again, and may be gone, once its word is set: who wakes knows words only.
 */

static void sleep_until_answered(struct job *j)
{
	while (!atomic_load_explicit(&j->done, memory_order_acquire))
		yz_futex_wait(&j->done, 0, -1);
	for (int i = 0; i < FAN && j->others[i]; i++)
		yz_futex_wake(j->others[i]);
}

/* At most FAN + 1 of the list; the rest of it. */
static struct job *answer_some(struct job *first)
{
	atomic_uint *words[FAN + 1];
	struct job *j = first;
	int n = 0;
	for (; j && n <= FAN; j = j->next)
		words[n++] = &j->done;
	memcpy(first->others, words + 1, (size_t)(n - 1) * sizeof *words);
	for (int i = n - 1; i >= 0; i--)
		atomic_store_explicit(words[i], 1, memory_order_release);
	yz_futex_wake(words[0]);
	return j;
}

/* ---- one write ---- */

static bool call(struct writer *w, struct job *j)
{
	if (setjmp(spent))
		return yz_fail(&j->err, YZ_LIMIT, "a write used more than %d bytes of memory", ARENA);
	in_bulk = j->bulk ? w : NULL;
	return j->fn(w->conn, w->arena, j->ctx, &j->err);
}

/* Calls it; false when the whole batch is lost, then err says why. */
static bool attempt(struct writer *w, struct job *j, struct yz_err *err)
{
	struct yz_conn *c = w->conn;
	c->spoiled = c->wrote = false;
	j->err = (struct yz_err){0};
	j->good = call(w, j);
	in_bulk = NULL;
	c->wrote = c->wrote || w->wrote;
	w->wrote = false;
	yz_conn_settle(c);
	yz_arena_reset(w->arena);
	yz_arena_reset(w->inner);
	if (j->good && c->spoiled) {
		j->good = false;
		j->err = c->bad;
	}
	if (!j->good && j->err.code == YZ_OK)
		yz_fail(&j->err, YZ_INTERNAL, "a write failed and did not say why");
	/* Some failures take the whole transaction with them; others may go away when run again. */
	if (c->driver->in_transaction(c) && !(c->spoiled && c->again))
		return true;
	*err = c->spoiled ? c->bad : j->err;
	return false;
}

/* In its savepoint. */
static bool run_guarded(struct writer *w, struct job *j, struct yz_err *err)
{
	struct yz_conn *c = w->conn;
	c->spoiled = false;
	if (!c->driver->savepoint(c, err) || !attempt(w, j, err))
		return false;
	if (j->good)
		return yz_ledger_flush(c, err) && c->driver->release(c, err);
	c->nheads = 0;
	return c->driver->undo(c, err);
}

/* Without.  *spilt: it failed and left something that cannot be undone alone. */
static bool run_bare(struct writer *w, struct job *j, bool *others, bool *spilt, struct yz_err *err)
{
	struct yz_conn *c = w->conn;
	if (!attempt(w, j, err))
		return false;
	if (j->good || (!c->wrote && !c->spoiled)) {
		*others |= c->wrote;
		return true;
	}
	*spilt = *others;
	if (*others)
		return false;
	c->driver->rollback(c);
	c->nheads = 0;
	return c->driver->begin(c, err);
}

/* ---- the connection ---- */

static void pause_before(int try)
{
	uint64_t salt = yz_str_hash(yz_str_n((const char *)&try, sizeof try)) ^ (uint64_t)yz_ticks();
	nanosleep(&(struct timespec){.tv_nsec = (long)(1000000u << try) + (long)(salt % 1000000)}, NULL);
}

static bool connect_again(struct writer *w, struct yz_err *err)
{
	if (w->conn && !w->conn->dead)
		return true;
	struct yz_db *db = w->conn->db;
	struct yz_conn *fresh = yz_conn_create(db, true, err);
	if (!fresh)
		return false;
	yz_conn_destroy(w->conn);
	w->conn = fresh;
	return true;
}

static enum outcome commit(struct writer *w, struct yz_err *err)
{
	struct yz_conn *lost = w->conn;
	enum outcome got = lost->driver->commit(lost, err);
	if (got != UNKNOWN)
		return got;
	struct yz_err ignored;
	struct yz_conn *fresh = NULL;
	for (int try = 0; try < TRIES && !fresh; try++) { /* a server that crashed needs a moment */
		pause_before(try);
		fresh = yz_conn_create(lost->db, true, &ignored);
	}
	if (fresh) {
		got = fresh->driver->outcome(fresh, lost);
		yz_conn_destroy(lost);
		w->conn = fresh;
	}
	if (got == UNKNOWN)
		yz_fail(err, YZ_UNAVAILABLE,
			"the connection was lost during the commit: whether it was saved is not known");
	return got;
}

/* ---- the queue ----
 *
 * Who comes lays his job on `arrived`, which needs no lock, and the writer takes all that lies there into a list of its
 * own, the oldest first.
 */

static void lay(struct writer *w, struct job *j)
{
	atomic_fetch_add(&w->waiting, 1);
	j->next = atomic_load_explicit(&w->arrived, memory_order_relaxed);
	while (!atomic_compare_exchange_weak(&w->arrived, &j->next, j))
		;
	if (atomic_load(&w->asleep) && atomic_exchange(&w->asleep, 0)) /* a busy writer looks there anyway */
		yz_futex_wake(&w->asleep);
}

static void gather(struct writer *w)
{
	struct job *oldest = NULL, *last = NULL;
	if (!atomic_load_explicit(&w->arrived, memory_order_relaxed))
		return;
	for (struct job *j = atomic_exchange(&w->arrived, NULL), *next; j; j = next) {
		next = j->next;
		last = last ? last : j;
		j->next = oldest;
		oldest = j;
	}
	*(w->first ? &w->last->next : &w->first) = oldest;
	w->last = last;
}

/* Of those that wait the first ones, at most so many. */
static struct job *take(struct writer *w, int most)
{
	gather(w);
	struct job *first = w->first, *last = first;
	int n = 1;
	for (; last && n < most && last->next; n++)
		last = last->next;
	if (!last)
		return NULL;
	w->first = last->next;
	last->next = NULL;
	atomic_fetch_sub(&w->waiting, n);
	return first;
}

/* Until somebody comes or it is to stop, at most so long; ns < 0: for ever. */
static void rest(struct writer *w, int64_t ns)
{
	atomic_store(&w->asleep, 1);
	if (!atomic_load(&w->arrived) && !atomic_load(&w->stop))
		yz_futex_wait(&w->asleep, 1, ns);
	atomic_store(&w->asleep, 0);
}

/* A sync costs as much as many writes: while those who wrote lately are under way again, it waits a moment for the next of
 * them, as long as its share of the sync is worth.  One who writes alone is nobody's crowd. */
static struct job *take_next(struct writer *w, int most, int sofar)
{
	struct job *next = most > 0 ? take(w, most) : NULL;
	int64_t share = w->commit_took / sofar;
	if (next || most <= 0 || sofar >= w->crowd || share < LEAST)
		return next;
	rest(w, share < LINGER ? share : LINGER);
	return take(w, most);
}

/* ---- batches ---- */

static void fail_all(struct job *j, const struct yz_err *err)
{
	for (; j; j = j->next) {
		j->good = false;
		j->err = *err;
	}
}

enum way { BARE, GUARDED, ALONE };

/* `jobs` and, unless alone, those that wait, in one transaction.  Every job taken hangs in the list.
 * *spilt: nothing is committed, and guarded it may be. */
static enum outcome run_batch(struct writer *w, struct job *jobs, enum way way, bool *spilt, bool *again,
			      struct yz_err *err)
{
	struct yz_conn *c;
	enum outcome got = NOT_COMMITTED;
	bool others = false;
	*again = *spilt = false;
	if (!connect_again(w, err))
		return NOT_COMMITTED;
	c = w->conn;
	c->again = false;
	c->nheads = 0;
	bool good = c->driver->begin(c, err);
	int count = 0;
	for (struct job *j = jobs; good && j; j = j->next) {
		good = way == BARE ? run_bare(w, j, &others, spilt, err) : run_guarded(w, j, err);
		count++;
		if (good && !j->next && way != ALONE)
			j->next = take_next(w, c->db->batch - count, count);
	}
	if (good && yz_ledger_flush(c, err)) {
		yz_instant begin = yz_ticks();
		got = commit(w, err);
		w->commit_took = (yz_ticks() - begin) * 1000;
	}
	c = w->conn;
	*again = got == NOT_COMMITTED && (c->again || c->dead);
	if (got != COMMITTED)
		c->driver->rollback(c);
	return got;
}

/* One write in a transaction of its own, again while what stood in its way may go away. */
static void run_alone(struct writer *w, struct job *j)
{
	struct yz_err err = {0};
	bool again, spilt;
	for (int try = 0; try < TRIES; try++) {
		if (try)
			pause_before(try);
		if (run_batch(w, j, ALONE, &spilt, &again, &err) == COMMITTED)
			return;
		if (!again)
			break;
	}
	fail_all(j, &err);
}

static void run_each_alone(struct writer *w, struct job *jobs)
{
	struct yz_err err = {0};
	for (struct job *j = jobs, *rest; j; j = rest) {
		rest = j->next;
		if (!connect_again(w, &err)) {
			fail_all(j, &err);
			return;
		}
		j->next = NULL;
		run_alone(w, j);
		j->next = rest;
	}
}

static void count(struct writer *w, const struct job *jobs, bool retried)
{
	pthread_mutex_lock(&w->lock);
	w->stats.commits++;
	w->crowd = atomic_load(&w->waiting);
	for (; jobs; jobs = jobs->next) {
		w->crowd++;
		w->stats.writes++;
		w->stats.failed += !jobs->good;
		w->stats.retried += retried;
	}
	pthread_mutex_unlock(&w->lock);
}

static void write_batch(struct writer *w, struct job *jobs)
{
	struct yz_err err = {0};
	bool again, spilt;
	enum outcome got = run_batch(w, jobs, BARE, &spilt, &again, &err);
	if (spilt)
		got = run_batch(w, jobs, GUARDED, &spilt, &again, &err);
	if (got == UNKNOWN)
		fail_all(jobs, &err);
	bool retry = got == NOT_COMMITTED;
	if (retry) {
		yz_log_err(YZ_WARN, &err);
		run_each_alone(w, jobs);
	}
	count(w, jobs, retry);
	bool any = false;
	for (struct job *j = jobs; j; j = j->next)
		any |= j->good;
	for (int i = 0; any && i < w->nhooks; i++)
		w->hooks[i].fn(w->hooks[i].ctx);
	while (jobs)
		jobs = answer_some(jobs);
	w->conn->driver->rest(w->conn);
}

/* Everybody waits for the writer, and it sleeps with each sync: it goes before the many that it has woken as far as the
 * process may (root; else RLIMIT_NICE, which `serve` raises while it is root), and with short slices it is let in at once
 * when it wakes (Linux 6.12; sched_setattr(2)).  Where the system grants neither, nothing changes. */
static void go_first(void)
{
	enum { BEST = -20, NICES = 20, SLICE = 100000 };
	struct rlimit limit;
	if (setpriority(PRIO_PROCESS, 0, BEST) != 0 && getrlimit(RLIMIT_NICE, &limit) == 0 && limit.rlim_cur < 2 * NICES &&
	    NICES - (int)limit.rlim_cur < getpriority(PRIO_PROCESS, 0))
		setpriority(PRIO_PROCESS, 0, NICES - (int)limit.rlim_cur);
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period; /* nanoseconds; runtime: of an ordinary thread, its slice */
		uint32_t least, most;
	} attr = {0};
	if (syscall(SYS_sched_getattr, 0, &attr, sizeof attr, 0) != 0 || attr.policy != 0)
		return;
	attr.runtime = SLICE;
	syscall(SYS_sched_setattr, 0, &attr, 0);
}

static void *work(void *ctx)
{
	struct writer *w = ctx;
	on_writer = true;
	go_first();
	for (;;) {
		bool stop = atomic_load(&w->stop); /* what was laid before it is done */
		struct job *jobs = take(w, w->conn->db->batch);
		if (jobs)
			write_batch(w, jobs);
		else if (stop)
			return NULL;
		else
			rest(w, -1);
	}
}

/* ---- from outside ---- */

bool yz_writer_start(struct yz_db *db, struct yz_err *err)
{
	struct writer *w = &db->writer;
	pthread_mutex_init(&w->lock, NULL);
	w->conn = yz_conn_create(db, true, err);
	if (!w->conn)
		return false;
	w->arena = yz_arena_create(ARENA);
	w->inner = yz_arena_create(ARENA);
	yz_arena_on_spent(w->arena, on_spent, NULL);
	yz_arena_on_spent(w->inner, on_spent, NULL);
	sigset_t all, before; /* signals are for main */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int bad = pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (bad)
		return yz_fail(err, YZ_UNAVAILABLE, "no thread for the writer");
	pthread_setname_np(w->thread, "yz-writer");
	w->started = true;
	return true;
}

void yz_writer_stop(struct yz_db *db)
{
	struct writer *w = &db->writer;
	if (w->started) {
		atomic_store(&w->stop, true);
		if (atomic_exchange(&w->asleep, 0))
			yz_futex_wake(&w->asleep);
		pthread_join(w->thread, NULL);
	}
	yz_arena_destroy(w->arena);
	yz_arena_destroy(w->inner);
	pthread_mutex_destroy(&w->lock);
}

struct yz_conn *yz_bulk_conn(struct yz_db *db)
{
	return in_bulk == &db->writer ? in_bulk->conn : NULL;
}

/* Without a savepoint: what fails having changed something spoils the whole. */
static bool write_inside(struct writer *w, yz_write_fn *fn, void *ctx, struct yz_err *err)
{
	struct yz_conn *c = w->conn;
	struct yz_err failed = {0};
	in_bulk = NULL; /* nothing inside this one */
	w->wrote = w->wrote || c->wrote;
	c->wrote = false;
	bool good = fn(c, w->inner, ctx, &failed) && !c->spoiled;
	yz_conn_settle(c);
	yz_arena_reset(w->inner);
	in_bulk = w;
	if (!good && !failed.code)
		failed = c->bad;
	if (!good && c->wrote && !c->spoiled) {
		c->spoiled = true;
		c->bad = failed;
	}
	if (!good && err)
		*err = failed;
	return good;
}

static bool ask(struct yz_db *db, yz_write_fn *fn, void *ctx, bool bulk, struct yz_err *err)
{
	assert(!on_writer); /* it would wait for itself */
	struct writer *w = &db->writer;
	struct job j = {.fn = fn, .ctx = ctx, .bulk = bulk};
	lay(w, &j);
	yz_waits(true);
	sleep_until_answered(&j);
	yz_waits(false);
	if (!j.good && err)
		*err = j.err;
	return j.good;
}

bool yz_db_write(struct yz_db *db, yz_write_fn *fn, void *ctx, struct yz_err *err)
{
	return yz_bulk_conn(db) ? write_inside(&db->writer, fn, ctx, err) : ask(db, fn, ctx, false, err);
}

bool yz_db_bulk(struct yz_db *db, yz_write_fn *fn, void *ctx, struct yz_err *err)
{
	struct yz_conn *outer = yz_bulk_conn(db);
	return outer ? fn(outer, db->writer.arena, ctx, err) : ask(db, fn, ctx, true, err);
}

/* ---- some at a time ---- */

struct some {
	struct yz_db *db;
	yz_write_fn *fn;
	char *items;
	size_t size, n;
};

static bool do_some(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct some *s = ctx;
	(void)conn, (void)a;
	for (size_t i = 0; i < s->n; i++)
		if (!yz_db_write(s->db, s->fn, s->items + i * s->size, err))
			return false;
	return true;
}

bool yz_db_write_some(struct yz_db *db, yz_write_fn *fn, yz_write_fn *instead, void *items, size_t size, size_t n, struct yz_err *err)
{
	struct some s = {db, fn, items, size, n};
	struct yz_err one = {0};
	if (n > 1 && !yz_bulk_conn(db) && yz_db_bulk(db, do_some, &s, &one))
		return true;
	for (size_t i = 0; i < n; i++) {
		one = (struct yz_err){0};
		if (yz_db_write(db, fn, s.items + i * size, &one))
			continue;
		yz_log_err(YZ_ERROR, &one);
		if (one.code == YZ_UNAVAILABLE || !yz_db_write(db, instead, s.items + i * size, &one)) {
			*err = one;
			return false;
		}
	}
	return true;
}

void yz_db_on_commit(struct yz_db *db, void (*fn)(void *ctx), void *ctx)
{
	struct writer *w = &db->writer;
	pthread_mutex_lock(&w->lock);
	assert(w->nhooks < HOOKS);
	w->hooks[w->nhooks++] = (struct hook){fn, ctx};
	pthread_mutex_unlock(&w->lock);
}
