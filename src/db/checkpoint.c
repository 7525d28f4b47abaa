/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite's log goes back into the file on a thread of its own: on the writer's, every write would stand behind the
 * thousands of pages and the two syncs of it.  Readers and the writer go on meanwhile.
 */
#include "db/private.h"

#include "base/log.h"

#include <sys/resource.h>
#include <unistd.h>

static void *work(void *ctx)
{
	struct yz_db *db = ctx;
	struct checkpointer *k = &db->checkpointer;
	struct yz_conn *c = NULL;
	struct yz_err err;
	setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, (id_t)getpid())); /* the writer's precedence is its own */
	pthread_mutex_lock(&k->lock);
	for (;;) {
		while (!k->asked && !k->stop)
			pthread_cond_wait(&k->cond, &k->lock);
		if (k->stop)
			break;
		pthread_mutex_unlock(&k->lock);
		c = c ? c : yz_conn_create(db, false, &err);
		if (c)
			yz_sqlite_checkpoint(c, false);
		else
			yz_log_err(YZ_WARN, &err);
		pthread_mutex_lock(&k->lock);
		k->asked = false;
	}
	pthread_mutex_unlock(&k->lock);
	yz_conn_destroy(c);
	return NULL;
}

/* Begun by the writer's thread, it takes no signals either. */
static bool start(struct yz_db *db)
{
	struct checkpointer *k = &db->checkpointer;
	if (k->started)
		return true;
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->cond, NULL);
	k->started = pthread_create(&k->thread, NULL, work, db) == 0;
	if (k->started) {
		pthread_setname_np(k->thread, "yz-checkpoint");
	} else {
		pthread_cond_destroy(&k->cond);
		pthread_mutex_destroy(&k->lock);
	}
	return k->started;
}

bool yz_checkpoint_ask(struct yz_db *db)
{
	struct checkpointer *k = &db->checkpointer;
	if (!start(db))
		return false;
	pthread_mutex_lock(&k->lock);
	k->asked = true;
	pthread_cond_signal(&k->cond);
	pthread_mutex_unlock(&k->lock);
	return true;
}

bool yz_checkpoint_runs(struct yz_db *db)
{
	struct checkpointer *k = &db->checkpointer;
	if (!k->started)
		return false;
	pthread_mutex_lock(&k->lock);
	bool runs = k->asked;
	pthread_mutex_unlock(&k->lock);
	return runs;
}

void yz_checkpoint_stop(struct yz_db *db)
{
	struct checkpointer *k = &db->checkpointer;
	if (!k->started)
		return;
	pthread_mutex_lock(&k->lock);
	k->stop = true;
	pthread_cond_signal(&k->cond);
	pthread_mutex_unlock(&k->lock);
	pthread_join(k->thread, NULL);
	pthread_cond_destroy(&k->cond);
	pthread_mutex_destroy(&k->lock);
	k->started = false;
}
