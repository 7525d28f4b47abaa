/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages, timers and officials at once: threads that send, begin to wait, take back, sweep, read, while the clock passes
 * the timers.  Each case that waits goes on by one way, once.  Built with -Db_sanitize=thread it says whether they race.
 */
#include "tests/unit/gov/relay_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

enum { PEOPLE = 3, EACH = 4, ALL = PEOPLE * EACH };

static _Atomic yz_instant storm_at;
static _Atomic bool over;

static yz_instant storm_now(void *ctx)
{
	(void)ctx;
	return atomic_load(&storm_at);
}

struct storm {
	struct fixture *f;
	struct yz_str roads[ALL], births[ALL];
	struct yz_actor *clerk, *reviewer, *watcher;
	struct yz_actor *people[PEOPLE];
};

/* What comes second is told; nothing else may go wrong. */
static void tolerate(bool done, const struct yz_err *err)
{
	char buf[768];
	if (!done && err->code != YZ_CONFLICT && err->code != YZ_NOT_NOW && err->code != YZ_FORBIDDEN)
		fail_msg("%s: %s", yz_code_name(err->code), yz_err_print(err, buf, sizeof buf));
}

static void act(const struct storm *s, const struct yz_actor *who, struct yz_str no, enum yz_act what)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	const struct yz_act_input in = {.act = what, .reason = YZ_LIT("看过了")};
	tolerate(yz_case_act(s->f->site, a, who, no, &in, &err), &err);
	yz_arena_destroy(a);
}

static void rest(long ms)
{
	struct timespec little = {.tv_nsec = ms * 1000 * 1000};
	nanosleep(&little, NULL);
}

/* Half of them when time has passed: their cases may have gone on without. */
static void *send(void *ctx)
{
	const struct storm *s = ctx;
	for (int i = 0; i < ALL; i++) {
		if (i == ALL / 2)
			rest(900);
		act(s, s->clerk, s->births[i], YZ_ACT_accept);
		rest(5);
	}
	return NULL;
}

static void *wait_for(void *ctx)
{
	const struct storm *s = ctx;
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < ALL; i += round ? 3 : 1)
			act(s, s->reviewer, s->roads[i], round == 1 ? YZ_ACT_recall : YZ_ACT_pass);
	return NULL;
}

static void *sweep_on(void *ctx)
{
	const struct storm *s = ctx;
	while (!atomic_load(&over)) {
		struct yz_err err = {0};
		int64_t done;
		yz_instant next;
		tolerate(yz_sweep(s->f->site, storm_now(NULL), &done, &next, &err), &err);
	}
	return NULL;
}

static void *read_on(void *ctx)
{
	const struct storm *s = ctx;
	for (int i = 0; !atomic_load(&over); i = (i + 1) % ALL) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_err err = {0};
		struct yz_relay *list;
		struct yz_conn *conn = yz_db_read(s->f->site->db, &err);
		if (conn) {
			assert_non_null(yz_case_load(s->f->site, conn, a, s->reviewer, s->roads[i], &err));
			yz_relay_list(conn, a, s->watcher, 0, 50, &list, &err);
			assert_int_equal(err.code, 0);
			yz_db_release(conn);
		}
		yz_arena_destroy(a);
	}
	return NULL;
}

static void *pass_time(void *ctx)
{
	(void)ctx;
	for (int i = 0; i < 150 && !atomic_load(&over); i++) {
		rest(8);
		atomic_fetch_add(&storm_at, 12 * YZ_HOUR); /* past five working days before it is over */
	}
	return NULL;
}

SITE(in_a_storm_each_case_goes_on_by_one_way_and_hears_at_most_one)
{
	static struct storm s;
	static const char *const logins[PEOPLE] = {"liuyang", "linguohua", "chenxiaoyu"};
	pthread_t busy[5], idle[3];
	relay_put(f, ROAD_DIG, RELAY_WAITS);
	relay_put(f, BIRTH, RELAY_SENDS(RELAY_GIVES));
	s = (struct storm){.f = f, .clerk = actor(f, "tianxin"), .reviewer = actor(f, "reviewer"), .watcher = actor(f, "supervisor")};
	for (int i = 0; i < ALL; i++) {
		s.people[i % PEOPLE] = actor(f, logins[i % PEOPLE]);
		s.roads[i] = apply(f, s.people[i % PEOPLE]);
		s.births[i] = relay_birth(f, s.people[i % PEOPLE]);
		GOOD(f, ACT(f, actor(f, "zhangmin"), s.roads[i], accept));
	}
	atomic_store(&storm_at, f->now);
	atomic_store(&over, false);
	f->site->now = storm_now;
	struct yz_sweeper *sweeper = yz_sweeper_start(f->site, &f->err);
	GOOD(f, sweeper);
	void *(*const work[])(void *) = {send, send, wait_for, wait_for, pass_time};
	void *(*const beside[])(void *) = {sweep_on, sweep_on, read_on};
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(pthread_create(&busy[i], NULL, work[i], &s), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&idle[i], NULL, beside[i], &s), 0);
	for (size_t i = 0; i < 5; i++)
		pthread_join(busy[i], NULL);
	atomic_store(&over, true);
	for (size_t i = 0; i < 3; i++)
		pthread_join(idle[i], NULL);
	yz_sweeper_stop(sweeper);
	int64_t done;
	yz_instant next;
	GOOD(f, yz_sweep(f->site, storm_now(NULL), &done, &next, &f->err));
	/* Before the wait, waiting, told, late, or past that where the last round came so late: one of them. */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM cases c WHERE c.item_code = '" ROAD_DIG "' AND 1 <> "
				     "(SELECT COUNT(*) FROM task k WHERE k.case_id = c.id AND k.node IN ('first', 'second', 'late', 'decide') AND k.state = 'open') + "
				     "(SELECT COUNT(*) FROM relay_wait w WHERE w.case_id = c.id AND w.gone IS NULL)"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay"), ALL); /* two asked for each: one sent */
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay WHERE state = 'heard'"),
			 site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'case.hear'"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay WHERE state = 'heard'"),
			 site_int(f, "SELECT COUNT(DISTINCT to_case) FROM relay WHERE state = 'heard'"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM relay r JOIN cases c ON c.id = r.to_case JOIN cases s ON s.id = r.case_id WHERE c.applicant <> s.applicant"), 0);
	printf("%lld of %d heard, %lld by time\n", (long long)site_int(f, "SELECT COUNT(*) FROM relay WHERE state = 'heard'"), ALL,
	       (long long)site_int(f, "SELECT COUNT(*) FROM task WHERE node = 'late'"));
	f->now = storm_now(NULL);
	f->site->now = site_now;
	ledger_holds(f);
}
