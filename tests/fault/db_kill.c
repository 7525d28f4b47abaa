/* SPDX-License-Identifier: Apache-2.0
 *
 * A process with 64 writing threads is killed at a random moment, twenty times
 * on the same site.  It tells each key through a pipe once its write was
 * acknowledged; all of them must be there, nothing by half, and the ledger must verify.
 */
#include "tests/fault/steps.h"
#include "tests/pg.h"
#include "tests/test.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20, THREADS = 64, MOST = 2000000 };

struct worker {
	struct yz_db *db;
	int64_t key;
	int out;
};

static void *write_for_ever(void *ctx)
{
	struct worker *w = ctx;
	for (;; w->key += THREADS)
		if (step_write(w->db, w->key, NULL) && write(w->out, &w->key, sizeof w->key) != sizeof w->key)
			_exit(3);
}

/* The victim: never returns. */
static void work(const char *dir, const char *url, int64_t first, int out)
{
	static struct worker workers[THREADS];
	struct yz_err err;
	struct yz_db *db = yz_db_open(&(struct yz_db_options){.dir = dir, .url = url}, &err);
	if (!db)
		_exit(2);
	for (int i = 0; i < THREADS; i++) {
		pthread_t thread;
		workers[i] = (struct worker){db, first + i, out};
		pthread_create(&thread, NULL, write_for_ever, &workers[i]);
	}
	for (;;)
		pause();
}

static size_t kill_one(const char *dir, const char *url, int64_t first, int64_t *keys, size_t room)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		work(dir, url, first, ends[1]);
	}
	close(ends[1]);
	size_t n = 0;
	size_t until = 1 + (size_t)rand() % 3000; /* acknowledged, then the blow falls */
	while (n < room && read(ends[0], &keys[n], sizeof *keys) == sizeof *keys)
		if (++n == until)
			kill(pid, SIGKILL);
	close(ends[0]);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_true(n >= until);
	return n;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static int64_t *known;
static size_t nknown, matched;

static bool match(void *ctx, const struct yz_rows *row, struct yz_err *err)
{
	(void)ctx;
	(void)err;
	int64_t key = yz_row_int(row, 0, 0);
	matched += bsearch(&key, known, nknown, sizeof *known, by_value) != NULL;
	return true;
}

static void check(const char *dir, const char *url)
{
	struct yz_err err = {0};
	struct yz_db *db = yz_db_open(&(struct yz_db_options){.dir = dir, .url = url}, &err);
	if (!db)
		fail_msg("%s", err.msg);
	qsort(known, nknown, sizeof *known, by_value);
	matched = 0;
	struct yz_conn *c = yz_db_read(db, &err);
	assert_true(yz_each(c, match, NULL, &err, "SELECT key FROM step"));
	yz_db_release(c);
	assert_int_equal(matched, nknown);
	const char *wrong = steps_check(db);
	if (wrong)
		fail_msg("%s", wrong);
	yz_db_close(db);
}

static void kill_many(const char *url)
{
	struct yz_err err = {0};
	const char *dir = yz_test_folder();
	struct yz_db *db = yz_db_open(&(struct yz_db_options){.dir = dir, .url = url}, &err);
	if (!db || !steps_migrate(db, &err))
		fail_msg("%s", err.msg);
	yz_db_close(db);
	known = malloc(MOST * sizeof *known);
	nknown = 0;
	srand((unsigned)getpid());
	for (int round = 0; round < ROUNDS; round++) {
		nknown += kill_one(dir, url, (int64_t)(round + 1) * 100000000, known + nknown, MOST - nknown);
		check(dir, url);
	}
	printf("%zu acknowledged steps in %d rounds, all there\n", nknown, ROUNDS);
	free(known);
}

TEST(what_was_acknowledged_survives_kill_9_on_sqlite)
{
	kill_many(NULL);
}

TEST(what_was_acknowledged_survives_kill_9_on_postgres)
{
	const char *why, *url = yz_test_pg(&why);
	if (!url) {
		SKIP(why);
		return;
	}
	kill_many(url);
}
