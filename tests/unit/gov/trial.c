/* Simulations started from a page: queued, run, kept. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/site_fixture.h"

#include "gov/trial.h"

#include <string.h>

#define ROAD "11990121009901980H4990117021000"

static int64_t road(struct fixture *f)
{
	int64_t id = 0;
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn && yz_select_int(conn, &id, 0, &f->err, "SELECT id FROM item WHERE code = $1 AND state = 'published'", YZ_Z(ROAD)));
	yz_db_release(conn);
	assert_true(id > 0);
	return id;
}

static struct yz_trial trial(struct fixture *f, int64_t id)
{
	struct yz_trial t;
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	GOOD(f, conn && yz_trial_load(conn, f->a, id, &t, &f->err));
	yz_db_release(conn);
	return t;
}

static int64_t started(struct fixture *f, const char *settings)
{
	const struct yz_trial_input in = {.cases = 60, .runs = 2, .seed = 1, .year = 2026, .settings = yz_str(settings)};
	int64_t id;
	GOOD(f, yz_trial_start(f->site, f->a, site_actor(f, "items"), road(f), &in, &id, &f->err));
	return id;
}

static bool ran(struct fixture *f, bool (*stop)(void *), void *ctx)
{
	bool there;
	GOOD(f, yz_trial_next(f->site, stop, ctx, &there, &f->err));
	return there;
}

SITE(what_was_started_is_run_in_turn_and_kept)
{
	int64_t one = started(f, ""), two = started(f, "{\"after\":{\"posts\":{\"zhujian/decider\":{\"count\":4}}}}");
	assert_true(yz_str_eqz(trial(f, one).state, "waiting"));
	assert_true(ran(f, NULL, NULL));
	struct yz_trial t = trial(f, one);
	assert_true(yz_str_eqz(t.state, "done") && t.ended && t.result && t.csv.len > 100);
	assert_null(yz_json_path(t.result, "study/all/days/after"));
	assert_true(yz_str_eqz(trial(f, two).state, "waiting"));
	assert_true(ran(f, NULL, NULL));
	t = trial(f, two);
	assert_true(t.with_settings && !t.with_process);
	assert_non_null(yz_json_path(t.result, "study/all/days/change"));
	assert_false(ran(f, NULL, NULL));
	struct yz_trial *list;
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	assert_int_equal(yz_trial_list(conn, f->a, YZ_LIT(ROAD), 10, &list, &f->err), 2);
	yz_db_release(conn);
	assert_int_equal(list[0].id, two);
}

SITE(what_cannot_be_played_says_why)
{
	int64_t id = started(f, "{\"steps\":{\"nowhere\":{}}}");
	assert_true(ran(f, NULL, NULL));
	struct yz_trial t = trial(f, id);
	assert_true(yz_str_eqz(t.state, "failed") && !t.result);
	assert_true(yz_str_find(t.error, YZ_LIT("nowhere"), 0) != SIZE_MAX);
	const struct yz_trial_input bad[] = {{.runs = 0}, {.runs = YZ_TRIAL_RUNS + 1}, {.runs = 1, .cases = YZ_SIMULATE_CASES + 1},
					     {.runs = 1, .cases = -1}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		FAILS(f, YZ_BAD_INPUT, yz_trial_start(f->site, f->a, site_actor(f, "items"), road(f), &bad[i], &id, &f->err));
	const struct yz_trial_input torn = {.runs = 1, .settings = YZ_LIT("{")};
	assert_false(yz_trial_start(f->site, f->a, site_actor(f, "items"), road(f), &torn, &id, &f->err));
}

SITE(no_more_wait_than_may)
{
	const struct yz_trial_input in = {.cases = 1, .runs = 1};
	int64_t id;
	for (int i = 0; i < YZ_TRIAL_WAITING; i++)
		started(f, "");
	FAILS(f, YZ_LIMIT, yz_trial_start(f->site, f->a, site_actor(f, "items"), road(f), &in, &id, &f->err));
}

static bool after_the_first(void *ctx)
{
	return true;
}

SITE(one_that_was_broken_off_is_run_again)
{
	int64_t id = started(f, "");
	assert_true(ran(f, after_the_first, NULL));
	assert_true(yz_str_eqz(trial(f, id).state, "running"));
	/* Its runner may yet be there. */
	assert_false(ran(f, NULL, NULL));
	f->now += 3 * YZ_MINUTE;
	assert_true(ran(f, NULL, NULL));
	assert_true(yz_str_eqz(trial(f, id).state, "done"));
}
