/* SPDX-License-Identifier: Apache-2.0
 *
 * A process with 64 threads that submit and accept cases is killed at a random moment, twenty times on
 * the same site (five with YZ_QUICK).  Each act is told through a pipe once it was acknowledged;
 * all of them must be there, no half of one, and the ledger must verify.
 */
#include "tests/unit/gov/case_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

enum { ROUNDS = 20, QUICK_ROUNDS = 5, THREADS = 64, MOST = 100000 };

struct told {
	char no[32];
	int accepted;
};

struct worker {
	struct fixture *f;
	const struct yz_actor *clerk;
	int64_t applicant;
	const char *picture;
	int out;
};

static void tell(int out, struct yz_str no, int accepted)
{
	struct told t = {.accepted = accepted};
	memcpy(t.no, no.ptr, no.len < sizeof t.no ? no.len : sizeof t.no - 1);
	if (write(out, &t, sizeof t) != (ssize_t)sizeof t)
		_exit(3);
}

#define ITEM YZ_LIT("1199012100990261764992023303000") /* 生育登记: no form, one material */

static void *work_for_ever(void *ctx)
{
	struct worker *w = ctx;
	struct yz_site *site = w->f->site;
	const struct yz_act_input in = {.act = YZ_ACT_accept};
	for (;;) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_err err = {0};
		struct yz_str no;
		int64_t id, material;
		if (!yz_draft_open_for(site, w->clerk, w->applicant, ITEM, &id, &err) ||
		    !yz_material_add(site, a, w->clerk, id, YZ_LIT(""), YZ_LIT("id-card"), w->picture, YZ_LIT("x.png"), &material, &err) ||
		    !yz_case_submit(site, a, w->clerk, id, YZ_LIT("window"), &no, &err))
			_exit(4);
		tell(w->out, no, 0);
		if (!yz_case_act(site, a, w->clerk, no, &in, &err))
			_exit(5);
		tell(w->out, no, 1);
		yz_arena_destroy(a);
	}
	return NULL;
}

/* The victim: never returns. */
static void work(const struct fixture *parent, const char *url, const int64_t *people, int out)
{
	static struct worker workers[THREADS];
	struct fixture f = {.dir = parent->dir, .now = parent->now, .a = yz_arena_create(0)};
	site_open(&f, false, url);
	const struct yz_actor *clerk = actor(&f, "tianxin");
	const char *picture = put_picture(&f);
	for (int i = 0; i < THREADS; i++) {
		pthread_t thread;
		workers[i] = (struct worker){&f, clerk, people[i], picture, out};
		if (pthread_create(&thread, NULL, work_for_ever, &workers[i]) != 0)
			_exit(6);
	}
	for (;;)
		pause();
}

static size_t kill_one(const struct fixture *f, const char *url, const int64_t *people, struct told *told, size_t room)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		work(f, url, people, ends[1]);
	}
	close(ends[1]);
	size_t n = 0, until = 1 + (size_t)rand() % 300; /* acknowledged, then the blow falls */
	while (n < room && read(ends[0], &told[n], sizeof *told) == (ssize_t)sizeof *told)
		if (++n == until)
			kill(pid, SIGKILL);
	close(ends[0]);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status))
		fail_msg("the victim ended by itself with %d", WEXITSTATUS(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_true(n >= until);
	return n;
}

/* Whatever is wrong shows as rows. */
static void no_halves(struct fixture *f)
{
	static const char *const halves[] = {
		"SELECT COUNT(*) FROM cases c WHERE state NOT IN ('submitted', 'accepted') OR light = '' OR version < 1 "
		"OR NOT EXISTS (SELECT 1 FROM case_facts k WHERE k.case_id = c.id)",
		"SELECT COUNT(*) FROM cases c WHERE 1 <> (SELECT COUNT(*) FROM ledger l WHERE l.act = 'case.submit' AND l.thing_id = c.id)",
		"SELECT COUNT(*) FROM cases c WHERE (CASE state WHEN 'accepted' THEN 1 ELSE 0 END) <> "
		"(SELECT COUNT(*) FROM ledger l WHERE l.act = 'case.accept' AND l.thing_id = c.id)",
		"SELECT COUNT(*) FROM cases c WHERE 1 <> (SELECT COUNT(*) FROM task k WHERE k.case_id = c.id AND k.act = 'accept' "
		"AND k.state = CASE c.state WHEN 'accepted' THEN 'done' ELSE 'open' END)",
		"SELECT COUNT(*) FROM cases c WHERE 1 <> (SELECT COUNT(*) FROM task k WHERE k.case_id = c.id AND k.state = 'open')",
		"SELECT COUNT(*) FROM cases c WHERE 1 <> (SELECT COUNT(*) FROM clock k WHERE k.case_id = c.id AND k.kind = 'answer' "
		"AND k.state = CASE c.state WHEN 'accepted' THEN 'ended' ELSE 'running' END)",
		"SELECT COUNT(*) FROM cases c WHERE (CASE state WHEN 'accepted' THEN 1 ELSE 0 END) <> "
		"(SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END FROM clock k WHERE k.case_id = c.id AND k.kind IN ('promised', 'legal'))",
		"SELECT COUNT(*) FROM cases c WHERE (CASE state WHEN 'accepted' THEN 2 ELSE 1 END) <> "
		"(SELECT COUNT(*) FROM document d WHERE d.case_id = c.id)",
		/* A draft that outlived a round gets a second one in the next. */
		"SELECT COUNT(*) FROM cases c WHERE NOT EXISTS (SELECT 1 FROM material m WHERE m.case_id = c.id)",
		"SELECT (SELECT COUNT(*) FROM ledger WHERE act IN ('case.submit', 'case.accept')) - "
		"(SELECT COALESCE(CAST(SUM(received + accepted) AS BIGINT), 0) FROM figure)",
		"SELECT (SELECT COUNT(*) FROM cases) - (SELECT COALESCE(CAST(SUM(n) AS BIGINT), 0) FROM light_count)",
	};
	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
		struct yz_conn *conn = reading(f);
		int64_t wrong = 0;
		GOOD(f, yz_select_int_vals(conn, &wrong, 0, &f->err, halves[i], 0, NULL));
		yz_db_release(conn);
		if (wrong)
			fail_msg("%lld: %s", (long long)wrong, halves[i]);
	}
	ledger_holds(f);
}

static void all_there(struct fixture *f, const struct told *told, size_t n)
{
	struct yz_conn *conn = reading(f);
	for (size_t i = 0; i < n; i++) {
		int64_t there = 0;
		GOOD(f, yz_select_int(conn, &there, 0, &f->err, "SELECT COUNT(*) FROM cases WHERE no = $1 AND ($2 = 0 OR accepted IS NOT NULL)",
				      YZ_Z(told[i].no), YZ_I(told[i].accepted)));
		if (there != 1)
			fail_msg("%s was acknowledged (accepted: %d) and is not there", told[i].no, told[i].accepted);
	}
	yz_db_release(conn);
}

/* People whose applications the threads bring; a clerk who has seen their cards. */
static void people_come(struct fixture *f, int64_t people[THREADS])
{
	const struct yz_actor *clerk = actor(f, "tianxin");
	for (int i = 0; i < THREADS; i++) {
		char id[19];
		snprintf(id, sizeof id, "990121198505%02d%03d", 1 + i % 28, 500 + i);
		static const int weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
		int sum = 0;
		for (int k = 0; k < 17; k++)
			sum += (id[k] - '0') * weight[k];
		id[17] = "10X98765432"[sum % 11];
		id[18] = '\0';
		const struct yz_registration r = {.kind = YZ_LIT("natural"), .name = YZ_LIT("梅花"), .id_no = yz_str(id)};
		GOOD(f, yz_person_verify(f->site, f->a, clerk, &r, YZ_LIT("身份证"), &people[i], &f->err));
	}
}

static void kill_many(const char *url)
{
	struct fixture f = {.dir = yz_test_folder(), .a = yz_arena_create(0)};
	int64_t people[THREADS];
	site_clock(&f, SITE_BEGINS);
	site_open(&f, true, url);
	site_install(&f, site_demo_pack());
	people_come(&f, people);
	yz_site_close(f.site);
	struct told *told = malloc(MOST * sizeof *told);
	size_t n = 0;
	int rounds = getenv("YZ_QUICK") ? QUICK_ROUNDS : ROUNDS;
	srand((unsigned)getpid());
	for (int round = 0; round < rounds; round++) {
		size_t more = kill_one(&f, url, people, told + n, MOST - n);
		site_open(&f, false, url);
		all_there(&f, told + n, more);
		no_halves(&f);
		yz_site_close(f.site);
		n += more;
	}
	site_open(&f, false, url);
	all_there(&f, told, n);
	yz_site_close(f.site);
	printf("%zu acknowledged acts in %d rounds, all there\n", n, rounds);
	free(told);
	yz_arena_destroy(f.a);
}

TEST(what_was_acknowledged_of_a_case_survives_kill_9_on_sqlite)
{
	kill_many(NULL);
}

TEST(what_was_acknowledged_of_a_case_survives_kill_9_on_postgres)
{
	const char *why, *url = yz_test_pg(&why);
	if (!url) {
		SKIP(why);
		return;
	}
	kill_many(url);
}
