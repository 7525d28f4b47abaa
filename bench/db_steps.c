/* SPDX-License-Identifier: Apache-2.0
 *
 * Durable steps a second from 128 threads, one millisecond added to every sync:
 * the writer's shared commits against one commit a step.  Prints both and the
 * ratio; the second argument is how long each runs, in seconds.
 *
 *	bench/db_steps [THREADS [SECONDS]]
 */
#include "base/date.h"
#include "tests/fault/steps.h"
#include "tests/fault/vfs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 1024, SAMPLES = 1000000 };

static atomic_bool stop;
static atomic_int samples;
static int32_t taken[SAMPLES]; /* microseconds */

struct client {
	pthread_t thread;
	struct yz_db *db;
	int64_t key, step;
};

static void *work(void *ctx)
{
	struct client *c = ctx;
	for (; !stop; c->key += c->step) {
		struct yz_err err;
		yz_instant begin = yz_ticks();
		if (!step_write(c->db, c->key, &err)) {
			fprintf(stderr, "%s\n", err.msg);
			exit(1);
		}
		int i = samples++;
		if (i < SAMPLES)
			taken[i] = (int32_t)(yz_ticks() - begin);
	}
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	return *(const int32_t *)a - *(const int32_t *)b;
}

static double run(const char *name, int batch, int threads, int seconds, long delay)
{
	static struct client clients[MOST];
	char dir[] = "/tmp/yz-bench-XXXXXX", command[64];
	struct yz_err err;
	if (!mkdtemp(dir))
		exit(1);
	struct yz_db *db = yz_db_open(&(struct yz_db_options){.dir = dir, .batch = batch, .vfs = FAULT_VFS}, &err);
	if (!db || !steps_migrate(db, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	stop = false;
	samples = 0;
	fault_slow_sync(delay);
	long syncs = fault_syncs();
	yz_instant begin = yz_ticks();
	for (int i = 0; i < threads; i++) {
		clients[i] = (struct client){.db = db, .key = i + 1, .step = threads};
		pthread_create(&clients[i].thread, NULL, work, &clients[i]);
	}
	sleep((unsigned)seconds);
	stop = true;
	for (int i = 0; i < threads; i++)
		pthread_join(clients[i].thread, NULL);
	double spent = (double)(yz_ticks() - begin) / 1e6;
	syncs = fault_syncs() - syncs;
	fault_slow_sync(0);
	const char *wrong = steps_check(db);
	if (wrong) {
		fprintf(stderr, "%s\n", wrong);
		exit(1);
	}
	int n = samples < SAMPLES ? samples : SAMPLES;
	qsort(taken, (size_t)n, sizeof *taken, by_value);
	printf("%-24s %9.0f steps/s   p50 %6.2f ms   p99 %6.2f ms   %.1f steps a sync\n", name, samples / spent,
	       taken[n / 2] / 1e3, taken[n * 99 / 100] / 1e3, (double)samples / (double)(syncs ? syncs : 1));
	yz_db_close(db);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	if (system(command) != 0)
		fprintf(stderr, "%s stays\n", dir);
	return samples / spent;
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 128, seconds = argc > 2 ? atoi(argv[2]) : 5;
	if (threads < 1 || threads > MOST || seconds < 1)
		return 2;
	fault_register();
	steps_text = 300;
	printf("SQLite, synchronous=FULL, %d clients; a step is 3 rows, 2 of them indexed, and a ledger entry\n",
	       threads);
	printf("1 ms added to every sync:\n");
	double alone = run("one commit a step", 1, threads, seconds, 1000);
	double shared = run("shared commits", 0, threads, seconds, 1000);
	printf("ratio %.1f\nthis disk as it is:\n", shared / alone);
	alone = run("one commit a step", 1, threads, seconds, 0);
	shared = run("shared commits", 0, threads, seconds, 0);
	printf("ratio %.1f\n", shared / alone);
	return 0;
}
