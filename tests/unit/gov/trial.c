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
	struct yz_trial t = {0};
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

/* The server went down in the middle of it, each time. */
SITE(one_that_ends_the_server_each_time_is_given_up)
{
	int64_t poison = started(f, ""), good = started(f, "");
	for (int i = 0; i < 3; i++) {
		assert_true(ran(f, after_the_first, NULL));
		/* after_the_first stopped it in good order: undo that, as if nobody had. */
		site_do(f, "UPDATE trial SET tries = tries + 1 WHERE state = 'running'");
		f->now += 3 * YZ_MINUTE;
	}
	assert_true(ran(f, NULL, NULL));
	struct yz_trial t = trial(f, poison);
	assert_true(yz_str_eqz(t.state, "failed") && t.ended && t.error.len);
	assert_true(yz_str_eqz(trial(f, good).state, "done"));
	assert_false(ran(f, NULL, NULL));
}

SITE(stopping_the_server_is_no_fault_of_what_it_was_running)
{
	int64_t id = started(f, "");
	for (int i = 0; i < 5; i++) {
		assert_true(ran(f, after_the_first, NULL));
		f->now += 3 * YZ_MINUTE;
	}
	assert_true(ran(f, NULL, NULL));
	assert_true(yz_str_eqz(trial(f, id).state, "done"));
}

static bool at_the_third_question(void *ctx)
{
	return ++*(int *)ctx >= 3;
}

SITE(a_run_is_broken_off_within_and_not_only_behind_it)
{
	const struct yz_trial_input in = {.cases = 20000, .runs = 1, .seed = 1, .year = 2026};
	int64_t id;
	int asked = 0;
	GOOD(f, yz_trial_start(f->site, f->a, site_actor(f, "items"), road(f), &in, &id, &f->err));
	assert_true(ran(f, at_the_third_question, &asked));
	/* Of one run: the question came before its end. */
	assert_true(yz_str_eqz(trial(f, id).state, "running"));
	assert_int_equal(site_int(f, "SELECT runs_done FROM trial"), 0);
}

SITE(only_the_last_of_an_item_are_kept)
{
	int64_t id = started(f, "");
	site_do(f, yz_printf(f->a,
			     "INSERT INTO trial (item, item_code, state, options, process, rule, settings, runs, runs_done, result, csv, error, by_person, "
			     "created, beat, ended) SELECT t.item, t.item_code, 'done', t.options, '', '', '', 1, 1, '', '', '', t.by_person, t.created, 0, 1 "
			     "FROM trial t, (SELECT seq FROM ledger ORDER BY seq LIMIT %d) n WHERE t.id = %lld",
			     YZ_TRIAL_KEPT + 5, (long long)id));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM trial"), YZ_TRIAL_KEPT + 6);
	int64_t last = started(f, "");
	assert_true(ran(f, NULL, NULL));
	assert_true(ran(f, NULL, NULL));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM trial"), YZ_TRIAL_KEPT);
	assert_true(yz_str_eqz(trial(f, last).state, "done"));
}
