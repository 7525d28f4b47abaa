/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"

#include "base/futex.h"
#include "crypt/crypt.h"
#include "db/private.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAIT = 10 * YZ_SECOND, HANDED_OVER = 5000 }; /* microseconds */

static char *copy(const char *s)
{
	char *c = s ? strdup(s) : NULL;
	if (s && !c)
		abort();
	return c;
}

struct yz_conn *yz_conn_create(struct yz_db *db, bool writer, struct yz_err *err)
{
	struct yz_conn *c = calloc(1, sizeof *c);
	if (!c)
		return yz_fail_null(err, YZ_UNAVAILABLE, "no memory for a connection");
	c->db = db;
	c->driver = db->driver;
	c->writer = writer;
	if (!c->driver->open(c, err)) {
		yz_conn_destroy(c);
		return NULL;
	}
	return c;
}

void yz_conn_destroy(struct yz_conn *c)
{
	if (!c)
		return;
	yz_conn_settle(c);
	c->dead = true; /* its statements end with it */
	yz_stmts_clear(c);
	c->driver->close(c);
	yz_arena_destroy(c->ledger);
	yz_hasher_destroy(c->hasher);
	free(c);
}

void yz_conn_settle(struct yz_conn *c)
{
	if (c->running)
		c->driver->end(c);
	c->running = false;
}

bool yz_conn_spoil(struct yz_conn *c, const struct yz_err *err)
{
	if (!c->spoiled)
		c->bad = *err;
	c->spoiled = true;
	return false;
}

static bool check_folder(const char *dir, struct yz_err *err)
{
	struct stat st;
	if (stat(dir, &st) != 0)
		return yz_fail(err, errno == ENOENT ? YZ_NOT_FOUND : YZ_IO, "%s: %s", dir, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return yz_fail(err, YZ_IO, "%s is not a folder", dir);
	return true;
}

struct yz_db *yz_db_open(const struct yz_db_options *o, struct yz_err *err)
{
	assert(o->dir);
	if (!check_folder(o->dir, err))
		return NULL;
	struct yz_db *db = calloc(1, sizeof *db);
	if (!db)
		return yz_fail_null(err, YZ_UNAVAILABLE, "no memory for the database");
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	db->dir = copy(o->dir);
	db->url = copy(o->url);
	db->vfs = copy(o->vfs);
	if (asprintf(&db->file, "%s/site.db", o->dir) < 0)
		abort();
	db->driver = o->url ? &yz_db_postgres : &yz_db_sqlite;
	db->readers = o->readers > 0 ? o->readers : 2 * (cpus > 0 ? (int)cpus : 1) + 2;
	db->batch = o->batch > 0 ? o->batch : 512;
	db->lane = o->lane;
	pthread_mutex_init(&db->lock, NULL);
	if (!yz_writer_start(db, err)) {
		yz_db_close(db);
		yz_fail_in(err, "database of %s", o->dir);
		return NULL;
	}
	return db;
}

void yz_db_close(struct yz_db *db)
{
	if (!db)
		return;
	yz_writer_stop(db);
	yz_checkpoint_stop(db);
	assert(db->busy == 0 && !db->first);
	while (db->idle) {
		struct yz_conn *c = db->idle;
		db->idle = c->next;
		yz_conn_destroy(c);
	}
	/* Last: SQLite then puts its log back into the file. */
	yz_conn_destroy(db->writer.conn);
	pthread_mutex_destroy(&db->lock);
	free(db->dir);
	free(db->url);
	free(db->vfs);
	free(db->file);
	free(db);
}

const char *yz_db_dir(const struct yz_db *db)
{
	return db->dir;
}

bool yz_db_is_postgres(const struct yz_db *db)
{
	return db->driver == &yz_db_postgres;
}

struct yz_db *yz_conn_db(const struct yz_conn *conn)
{
	return conn->db;
}

/* ---- the pool ---- */

/* In the lock: the word of the one who waits longest, if there is something to have, to be woken when the lock is free.  He
 * must take his place himself, as any who comes by and runs already may: handing each place to a sleeper would make everybody
 * sleep in turn.  Only who has waited long is handed it. */
static atomic_uint *grant(struct yz_db *db)
{
	struct waiter *w = db->first;
	if (!w || db->busy >= db->readers)
		return NULL;
	if (yz_ticks() - w->since > HANDED_OVER) {
		db->first = w->next;
		if (!db->first)
			db->last = NULL;
		db->busy++;
		w->granted = true;
	}
	atomic_store(&w->word, 1);
	return &w->word;
}

static void unlock(struct yz_db *db, atomic_uint *woken)
{
	pthread_mutex_unlock(&db->lock);
	if (woken)
		yz_futex_wake(woken);
}

static void drop_waiter(struct yz_db *db, struct waiter *w)
{
	struct waiter **at = &db->first, *before = NULL;
	while (*at != w) {
		before = *at;
		at = &(*at)->next;
	}
	*at = w->next;
	if (db->last == w)
		db->last = before;
}

/* In the lock, also when it returns.  *woken: who is to be woken when it is free, or NULL. */
static bool wait_turn(struct yz_db *db, atomic_uint **woken, struct yz_err *err)
{
	struct waiter w = {.since = yz_ticks()};
	if (db->last)
		db->last->next = &w;
	else
		db->first = &w;
	db->last = &w;
	for (int64_t left = WAIT; left > 0 && !w.granted && db->busy >= db->readers; left = WAIT - (yz_ticks() - w.since)) {
		atomic_store(&w.word, 0);
		pthread_mutex_unlock(&db->lock);
		yz_futex_wait(&w.word, 0, left * 1000);
		pthread_mutex_lock(&db->lock);
	}
	if (!w.granted) {
		drop_waiter(db, &w);
		w.granted = db->busy < db->readers;
		db->busy += w.granted;
	}
	*woken = grant(db); /* a second place may have been told to this one only */
	if (!w.granted)
		return yz_fail(err, YZ_BUSY, "all %d read connections are busy for %d s", db->readers, (int)(WAIT / YZ_SECOND));
	return true;
}

/* A place in the pool, with an idle connection if there is one. */
static bool take(struct yz_db *db, struct yz_conn **c, struct yz_err *err)
{
	bool good = true;
	atomic_uint *woken = NULL;
	pthread_mutex_lock(&db->lock);
	if (db->busy < db->readers)
		db->busy++;
	else
		good = wait_turn(db, &woken, err);
	*c = NULL;
	if (good && db->idle) {
		*c = db->idle;
		db->idle = (*c)->next;
	}
	unlock(db, woken);
	return good;
}

static void give_back(struct yz_db *db, struct yz_conn *c)
{
	if (c && c->dead) {
		yz_conn_destroy(c);
		c = NULL;
		pthread_mutex_lock(&db->lock);
		db->open--;
	} else {
		pthread_mutex_lock(&db->lock);
	}
	if (c) {
		c->next = db->idle;
		db->idle = c;
	}
	db->busy--;
	unlock(db, grant(db));
}

static struct yz_conn *open_reader(struct yz_db *db, struct yz_err *err)
{
	struct yz_conn *c = yz_conn_create(db, false, err);
	if (!c)
		return NULL;
	pthread_mutex_lock(&db->lock);
	db->open++;
	pthread_mutex_unlock(&db->lock);
	return c;
}

struct yz_conn *yz_db_read(struct yz_db *db, struct yz_err *err)
{
	struct yz_conn *c = yz_bulk_conn(db);
	struct yz_err local;
	if (c)
		return c;
	err = err ? err : &local;
	if (!take(db, &c, err))
		return NULL;
	bool fresh = !c;
	if (!c && !(c = open_reader(db, err))) {
		give_back(db, NULL);
		return NULL;
	}
	c->spoiled = false;
	bool good = c->driver->begin(c, err);
	if (!good && c->dead && !fresh) { /* it was lost while it lay idle */
		yz_conn_destroy(c);
		pthread_mutex_lock(&db->lock);
		db->open--;
		pthread_mutex_unlock(&db->lock);
		if (!(c = open_reader(db, err))) {
			give_back(db, NULL);
			return NULL;
		}
		good = c->driver->begin(c, err);
	}
	if (!good) {
		c->driver->rollback(c);
		give_back(db, c);
		return NULL;
	}
	return c;
}

void yz_db_release(struct yz_conn *c)
{
	if (!c)
		return;
	if (c->writer) { /* lent within a bulk */
		assert(yz_bulk_conn(c->db) == c);
		yz_conn_settle(c);
		return;
	}
	if (c->lease)
		*c->lease = NULL;
	c->lease = NULL;
	yz_conn_settle(c);
	c->driver->rollback(c); /* a reader has nothing to commit */
	give_back(c->db, c);
}

static void end_lease(void *ctx)
{
	struct yz_conn **lease = ctx;
	yz_db_release(*lease);
}

struct yz_conn *yz_db_read_in(struct yz_db *db, struct yz_arena *a, struct yz_err *err)
{
	if (yz_bulk_conn(db))
		return yz_bulk_conn(db);
	struct yz_conn **lease = yz_new(a, struct yz_conn *);
	yz_arena_defer(a, end_lease, lease);
	*lease = yz_db_read(db, err);
	if (*lease)
		(*lease)->lease = lease;
	return *lease;
}

struct yz_db_stats yz_db_stats(struct yz_db *db)
{
	pthread_mutex_lock(&db->writer.lock);
	struct yz_db_stats s = db->writer.stats;
	s.waiting_writes = atomic_load(&db->writer.waiting);
	pthread_mutex_unlock(&db->writer.lock);
	pthread_mutex_lock(&db->lock);
	s.readers_open = db->open;
	s.readers_busy = db->busy;
	pthread_mutex_unlock(&db->lock);
	return s;
}
