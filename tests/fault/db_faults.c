/* SPDX-License-Identifier: Apache-2.0
 *
 * Every write, sync and read of the database's disk fails once, at each place in
 * turn, under writing threads.  What was acknowledged is there afterwards, in
 * this process and in one that opens the files anew; nothing else is there by half; writing goes on.
 */
#include "tests/fault/steps.h"
#include "tests/fault/vfs.h"
#include "tests/pg.h"
#include "tests/test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 6, EACH = 6 };

struct writer {
	struct yz_db *db;
	int64_t first;
	bool good[EACH];
	enum yz_code bad[EACH];
};

static void *write_steps(void *ctx)
{
	struct writer *w = ctx;
	for (int i = 0; i < EACH; i++) {
		struct yz_err err = {0};
		w->good[i] = step_write(w->db, w->first + i, &err);
		w->bad[i] = err.code;
	}
	return NULL;
}

static struct yz_db *open_site(const char *dir)
{
	struct yz_err err;
	char buf[768];
	struct yz_db *db = yz_db_open(&(struct yz_db_options){.dir = dir, .vfs = FAULT_VFS, .readers = 2}, &err);
	if (!db)
		fail_msg("%s", yz_err_print(&err, buf, sizeof buf));
	return db;
}

static void check_acknowledged(struct yz_db *db, const struct writer *writers)
{
	struct yz_err err;
	for (int t = 0; t < THREADS; t++)
		for (int i = 0; i < EACH; i++) {
			bool there;
			assert_true(step_there(db, writers[t].first + i, &there, &err));
			if (writers[t].good[i])
				assert_true(there);
			else
				assert_int_equal(writers[t].bad[i], YZ_UNAVAILABLE);
		}
	const char *wrong = steps_check(db);
	if (wrong)
		fail_msg("%s", wrong);
}

/* One fault at the nth place.  false when there were fewer places. */
static bool strike(const char *dir, enum fault_kind kind, long nth, int64_t *key)
{
	struct yz_err err;
	pthread_t threads[THREADS];
	struct writer writers[THREADS] = {0};
	struct yz_db *db = open_site(dir);
	fault_arm(kind, nth);
	for (int t = 0; t < THREADS; t++) {
		writers[t].db = db;
		writers[t].first = *key;
		*key += EACH;
		pthread_create(&threads[t], NULL, write_steps, &writers[t]);
	}
	for (int t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	bool struck = fault_struck();
	fault_clear();
	check_acknowledged(db, writers);
	assert_true(step_write(db, (*key)++, &err)); /* and it goes on */
	yz_db_close(db);
	db = open_site(dir);
	check_acknowledged(db, writers);
	yz_db_close(db);
	return struck;
}

/* At every place until the work is done before the fault comes. */
static void strike_everywhere(enum fault_kind kind)
{
	struct yz_err err;
	const char *dir = yz_test_folder();
	int64_t key = 1;
	fault_register();
	fault_clear();
	struct yz_db *db = open_site(dir);
	assert_true(steps_migrate(db, &err));
	yz_db_close(db);
	long nth = 1, most = 400;
	while (nth < most && strike(dir, kind, nth, &key))
		nth += 1 + nth / 24; /* close together at first, then further apart */
	assert_true(nth > 2);
}

TEST(every_write_fails_once)
{
	strike_everywhere(FAULT_WRITE);
}

TEST(every_write_breaks_off_once)
{
	strike_everywhere(FAULT_SHORT);
}

TEST(every_sync_fails_once)
{
	strike_everywhere(FAULT_SYNC);
}

TEST(a_full_disk_refuses_writes_and_resumes)
{
	struct yz_err err;
	int64_t acknowledged = 0;
	const char *dir = yz_test_folder();
	fault_register();
	fault_clear();
	struct yz_db *db = open_site(dir);
	assert_true(steps_migrate(db, &err));
	for (long nth = 1; nth < 20; nth++) {
		fault_arm(FAULT_FULL, nth);
		bool refused = false;
		for (int i = 0; i < 30; i++) {
			bool good = step_write(db, nth * 1000 + i, &err);
			acknowledged += good;
			refused |= !good;
			if (!good)
				assert_int_equal(err.code, YZ_UNAVAILABLE);
			assert_int_equal(steps_count(db), acknowledged); /* reads go on */
		}
		assert_true(refused);
		fault_clear();
		assert_true(step_write(db, nth * 1000 + 999, &err));
		acknowledged++;
		assert_null(steps_check(db));
	}
	yz_db_close(db);
	db = open_site(dir);
	assert_int_equal(steps_count(db), acknowledged);
	assert_null(steps_check(db));
	yz_db_close(db);
}

TEST(a_failing_read_fails_its_request_only)
{
	struct yz_err err;
	const char *dir = yz_test_folder();
	fault_register();
	fault_clear();
	struct yz_db *db = open_site(dir);
	assert_true(steps_migrate(db, &err));
	for (int i = 0; i < 300; i++)
		assert_true(step_write(db, i, &err));
	int struck = 0;
	for (long nth = 1; nth < 60; nth++) {
		yz_db_close(db); /* nothing is in memory */
		db = open_site(dir);
		fault_arm(FAULT_READ, nth);
		bool there;
		for (int i = 0; i < 300; i += 20) {
			if (step_there(db, i, &there, &err))
				assert_true(there);
			else
				assert_int_equal(err.code, YZ_UNAVAILABLE);
		}
		struck += fault_struck();
		fault_clear();
		assert_true(step_there(db, 0, &there, &err) && there);
	}
	assert_true(struck > 10);
	assert_null(steps_check(db));
	yz_db_close(db);
}
