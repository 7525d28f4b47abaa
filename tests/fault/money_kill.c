/* SPDX-License-Identifier: Apache-2.0
 *
 * Somebody pays, the callback comes, the department gives it back; the process is killed behind its n-th commit, for
 * every n until the whole goes through.  Then another takes over: what the channel did is in our books once, and what we owe
 * it is done once.
 */
#include "tests/unit/gov/money_fixture.h"

#include <signal.h>
#include <sys/wait.h>

enum { MOST = 80 };

/* Behind each commit: the blow falls on the n-th. */
struct blow {
	int left;
};

static void fall(void *ctx, unsigned changes)
{
	struct blow *b = ctx;
	(void)changes;
	if (--b->left == 0)
		raise(SIGKILL);
}

static bool do_order(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	return yz_insert(conn, err,
			 "INSERT INTO fee_order (no, case_id, org, region, payer, title, state, amount, full_amount, before_act, due, created, changed, "
			 "reason, version) SELECT $1, c.id, c.org, c.region, c.applicant, 'x', 'due', 8000, 8000, 'deliver', 0, 0, 0, '', 1 FROM cases c "
			 "ORDER BY c.id LIMIT 1",
			 YZ_S(yz_str_printf(a, "FK-%d", *(int *)ctx))) != 0;
}

/* The victim's day; every step wakes those who listen, so each commit can be its last. */
static void live(struct fixture *f, int n)
{
	struct yz_str no = yz_str_printf(f->a, "FK-%d", n);
	const struct yz_actor *her = actor(f, "liuyang");
	struct yz_str url, back;
	static struct blow blow;
	blow.left = n;
	yz_site_listen(f->site, fall, &blow);
	GOOD(f, yz_fee_pay(f->site, f->a, her, no, &url, &f->err));
	yz_site_tell(f->site, 0);
	fall(&blow, 0);
	GOOD(f, yz_sandbox_pay(f->site, f->a, yz_str_n(url.ptr + 13, url.len - 13), YZ_LIT("twice"), &back, &f->err));
	fall(&blow, 0);
	later(f, 3 * YZ_SECOND);
	deliver_callbacks(f);
	fall(&blow, 0);
	GOOD(f, yz_fee_refund_ask(f->site, f->a, actor(f, "zhangmin"), no, YZ_LIT("多算了"), &f->err));
	fall(&blow, 0);
	GOOD(f, yz_fee_refund_decide(f->site, f->a, actor(f, "caiwu"), fee(f, actor(f, "caiwu"), no)->refunds[0].id, true, &f->err));
	for (int i = 0; i < 4; i++) {
		fall(&blow, 0);
		till(f);
		later(f, 2 * YZ_MINUTE);
	}
}

/* What the channel took and gave is what our books say, to the fen. */
static void books_agree(struct fixture *f)
{
	assert_int_equal(site_int(f, "SELECT COALESCE(CAST(SUM(paid) AS BIGINT), 0) FROM sandbox_trade WHERE state = 'paid'"),
			 site_int(f, "SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM money_in"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM sandbox_refund"), site_int(f, "SELECT COUNT(*) FROM refund WHERE state = 'done'"));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM refund WHERE state NOT IN ('asked', 'done')"), 0);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE act = 'fee.pay'"), site_int(f, "SELECT COUNT(*) FROM money_in WHERE use_for = 'order'"));
	money_adds_up(f);
	ledger_holds(f);
}

/* Each step is a process of its own, as each life of a server is: the parent draws no random numbers, which libsodium
 * would not let its children go on with. */
struct life {
	const char *dir, *url;
	yz_instant now;
	int n;
};

static void set_up(struct fixture *f, const struct life *l)
{
	site_open(f, true, l->url);
	site_install(f, site_demo_pack());
	granted(f, actor(f, "liuyang"), OCCUPY_FACTS("人行道"));
}

static void first_life(struct fixture *f, const struct life *l)
{
	int n = l->n;
	site_open(f, false, l->url);
	GOOD(f, yz_db_write(f->site->db, do_order, &n, &f->err));
	live(f, n);
}

/* Callbacks that came to nobody come again, questions are asked, refunds go on. */
static void second_life(struct fixture *f, const struct life *l)
{
	site_open(f, false, l->url);
	for (int i = 0; i < 8; i++) {
		later(f, 10 * YZ_MINUTE);
		deliver_callbacks(f);
		till(f);
	}
	books_agree(f);
}

/* How it ended: 0 well, a signal's number, or -1. */
static int in_a_process(const struct life *l, void (*fn)(struct fixture *f, const struct life *l))
{
	pid_t pid = fork();
	if (pid == 0) {
		struct fixture f = {.dir = l->dir, .now = l->now, .a = yz_arena_create(0)};
		fn(&f, l);
		yz_site_close(f.site);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) ? -1 : 0;
}

static void kill_each(const char *url)
{
	struct life l = {.dir = yz_test_folder(), .url = url};
	int killed = 0, how = -1;
	assert_true(yz_instant_parse(YZ_LIT(SITE_BEGINS), &l.now));
	assert_int_equal(in_a_process(&l, set_up), 0);
	while (how != 0 && ++l.n < MOST) {
		how = in_a_process(&l, first_life);
		if (how != 0 && how != SIGKILL)
			fail_msg("behind commit %d the victim ended with %d", l.n, how);
		killed += how != 0;
		l.now += YZ_HOUR;
		if (in_a_process(&l, second_life) != 0)
			fail_msg("killed behind commit %d: the books do not agree", l.n);
		l.now += 2 * YZ_HOUR;
	}
	assert_true(l.n < MOST);
	assert_true(killed > 10);
	printf("killed behind %d commits, nothing lost and nothing twice\n", killed);
}

TEST(killed_behind_any_commit_money_is_neither_lost_nor_twice_on_sqlite)
{
	kill_each(NULL);
}

TEST(killed_behind_any_commit_money_is_neither_lost_nor_twice_on_postgres)
{
	const char *why, *url = yz_test_pg(&why);
	if (!url) {
		SKIP(why);
		return;
	}
	kill_each(url);
}
