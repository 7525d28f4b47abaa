/* bench/supervise.c - what supervision adds to an act, and how late its cards come.
 *
 *	bench_supervise PACK [CLOCKS [SECONDS [EVENTS]]]     the site is made in TMPDIR
 *
 * The site has CLOCKS (1,000,000) clocks that have not fallen due.  First the same acts are done with the pack's monitors
 * and without any, turn about, one client: the ratio of the processor time an act takes.  Then clients do EVENTS
 * (1,000) acts a second, while clocks fall due at random instants: card.issued - card.due.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench/acts.h"
#include "gov/clock.h"
#include "gov/monitor.h"

#include <time.h>
#include <unistd.h>

enum { ROUNDS = 24, OF_A_ROUND = 12, CLIENTS = 16, DUE_A_SECOND = 20 };

static atomic_int acts;
static atomic_bool stop;

static double process_cpu(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* ---- one write after another, as SQL ---- */

struct change {
	const char *sql;
	struct yz_val v[4];
	size_t n;
};

static bool do_change(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct change *c = ctx;
	(void)a;
	return yz_exec_vals(conn, err, c->sql, c->n, c->v);
}

static void change(const char *sql, int64_t a, int64_t b, int64_t c, int64_t d, size_t n)
{
	struct yz_err err = {0};
	struct change w = {sql, {YZ_I(a), YZ_I(b), YZ_I(c), YZ_I(d)}, n};
	if (!yz_db_write(site->db, do_change, &w, &err))
		die(sql, &err);
}

static int64_t number(const char *sql)
{
	struct yz_err err = {0};
	int64_t n;
	struct yz_conn *conn = yz_db_read(site->db, &err);
	if (!conn || !yz_select_int_vals(conn, &n, 0, &err, sql, 0, NULL))
		die(sql, &err);
	yz_db_release(conn);
	return n;
}

/* Copies of a clock until there are so many, due in the weeks to come; of a case that nobody acts on. */
static void fill(int64_t clocks, int64_t case_id)
{
	int64_t have = number("SELECT COUNT(*) FROM clock WHERE next_at IS NOT NULL"), most = number("SELECT MAX(id) FROM clock");
	if (have >= clocks)
		return;
	change("WITH RECURSIVE r(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM r WHERE k < $1) "
	       "INSERT INTO clock (id, case_id, org, kind, body, state, started, due, warn_at, provisional, card, next_at) "
	       "SELECT $2 + r.k, $4, c.org, c.kind, c.body, c.state, c.started, c.due + (20 + r.k * 7 % 60) * $3 + r.k * 1000003 % $3, "
	       "c.warn_at + (20 + r.k * 7 % 60) * $3, 0, 'yellow', c.due + (20 + r.k * 7 % 60) * $3 + r.k * 1000003 % $3 "
	       "FROM clock c, r WHERE c.id = (SELECT MIN(id) FROM clock WHERE next_at IS NOT NULL AND task_id IS NULL)",
	       clocks - have, most, YZ_DAY, case_id, 4);
}

/* ---- the cost of an act ---- */

/* All acts of these cases by one client; microseconds of processor an act. */
static double work(int from, int to)
{
	int n = 0;
	double cpu = process_cpu();
	for (int i = from; i < to; i++) {
		for (bool over = false; !over;) {
			struct yz_arena *a = yz_arena_create(0);
			struct yz_err err = {0};
			struct yz_act_input in;
			struct yz_actor who;
			over = !next_act(a, cases[i].id, &in, &who, &err);
			if (err.code || (!over && !yz_case_act(site, a, &who, yz_str(cases[i].no), &in, &err)))
				die("act", &err);
			n += !over;
			yz_arena_destroy(a);
		}
	}
	return (process_cpu() - cpu) * 1e6 / n;
}

static void watch(bool on)
{
	struct yz_err err = {0};
	change(on ? "UPDATE monitor SET ended = NULL WHERE version = 1" : "UPDATE monitor SET ended = 1", 0, 0, 0, 0, 0);
	if (!yz_monitors_reload(site, &err))
		die("monitors", &err);
}

static void cost(int from)
{
	double with[ROUNDS], without[ROUNDS], ratio[ROUNDS];
	work(from, from + OF_A_ROUND);
	from += OF_A_ROUND;
	for (int i = 0; i < ROUNDS; i++) {
		/* Turn about who comes first. */
		for (int k = 0; k < 2; k++, from += OF_A_ROUND) {
			bool on = (i + k) & 1;
			watch(on);
			*(on ? &with[i] : &without[i]) = work(from, from + OF_A_ROUND);
		}
		ratio[i] = with[i] / without[i];
	}
	watch(true);
	qsort(with, ROUNDS, sizeof *with, by_value);
	qsort(without, ROUNDS, sizeof *without, by_value);
	qsort(ratio, ROUNDS, sizeof *ratio, by_value);
	printf("an act: %.0f us of processor with the pack's monitors, %.0f without; ratio %.3f (middle of %d), budget 1.15\n", with[ROUNDS / 2],
	       without[ROUNDS / 2], ratio[ROUNDS / 2], ROUNDS);
}

/* ---- cards while many act ---- */

static int rate;
static yz_instant begun;

static void *client(void *ctx)
{
	(void)ctx;
	for (int i; !stop && (i = next_case++) < ncases;) {
		for (bool over = false; !over && !stop;) {
			struct yz_arena *a = yz_arena_create(0);
			struct yz_err err = {0};
			struct yz_act_input in;
			struct yz_actor who;
			/* At their pace, all together. */
			while (!stop && (yz_ticks() - begun) * rate / YZ_SECOND < acts)
				nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
			over = !next_act(a, cases[i].id, &in, &who, &err);
			if (err.code || (!over && !yz_case_act(site, a, &who, yz_str(cases[i].no), &in, &err)))
				die("act", &err);
			acts += !over;
			yz_arena_destroy(a);
		}
	}
	return NULL;
}

static struct {
	int64_t clock;
	yz_instant at;
} *planted;
static size_t nplanted;

/* Genuine clocks, of cases nobody acts on, that fall due one after another. */
static void plant(int seconds, int from)
{
	yz_instant now = yz_site_now(site);
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_conn *conn = yz_db_read(site->db, &err);
	struct yz_rows *r = conn ? yz_select(conn, a, &err,
					     "SELECT MIN(k.id) FROM clock k WHERE k.kind = 'answer' AND k.ended IS NULL AND k.case_id >= $1 AND k.task_id IS NULL "
					     "GROUP BY k.case_id ORDER BY k.case_id LIMIT $2",
					     YZ_I(cases[from].id), YZ_I(seconds * DUE_A_SECOND)) : NULL;
	if (!r)
		die("plant", &err);
	yz_db_release(conn);
	planted = calloc(r->count + 1, sizeof *planted);
	for (size_t i = 0; i < r->count; i++) {
		yz_instant at = now + 2 * YZ_SECOND + (yz_instant)i * YZ_SECOND / DUE_A_SECOND + (yz_instant)(i * 7919 % 40000);
		change("UPDATE clock SET warn_at = $1, next_at = $1 WHERE id = $2", at, yz_row_int(r, i, 0), 0, 0, 2);
		planted[nplanted].clock = yz_row_int(r, i, 0);
		planted[nplanted++].at = at;
	}
	printf("%zu clocks warn within %d seconds\n", r->count, seconds);
	yz_arena_destroy(a);
}

static void delays(int seconds, int events, int from, int reserve)
{
	pthread_t threads[CLIENTS];
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	int64_t before = number("SELECT COALESCE(MAX(id), 0) FROM card");
	plant(seconds, reserve);
	struct yz_sweeper *sweeper = yz_sweeper_start(site, &err);
	if (!sweeper)
		die("sweeper", &err);
	next_case = from;
	ncases = reserve;
	rate = events;
	begun = yz_ticks();
	for (int i = 0; i < CLIENTS; i++)
		pthread_create(&threads[i], NULL, client, NULL);
	while (yz_ticks() - begun < (seconds + 3) * YZ_SECOND && next_case < ncases)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	double took = (double)(yz_ticks() - begun) / 1e6;
	int done = acts;
	stop = true;
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	nanosleep(&(struct timespec){.tv_sec = 3}, NULL);
	yz_sweeper_stop(sweeper);
	struct yz_conn *conn = yz_db_read(site->db, &err);
	double *late = calloc(nplanted + 1, sizeof *late);
	size_t n = 0;
	for (size_t k = 0; conn && k < nplanted; k++) {
		int64_t issued;
		if (!yz_select_int(conn, &issued, 0, &err, "SELECT MIN(issued) FROM card WHERE clock_id = $1 AND id > $2", YZ_I(planted[k].clock),
				   YZ_I(before)))
			die("cards", &err);
		if (issued)
			late[n++] = (double)(issued - planted[k].at) / 1e3;
	}
	yz_db_release(conn);
	qsort(late, n, sizeof *late, by_value);
	printf("%.0f acts/s (wanted %d) by %d clients; %zu of %zu cards came, after their instant: p50 %.0f ms, p99 %.0f ms, most %.0f ms; "
	       "budget p99 1000\n",
	       done / took, events, CLIENTS, n, nplanted, late[n / 2], late[n * 99 / 100], late[n ? n - 1 : 0]);
	free(late);
	yz_arena_destroy(a);
}

int main(int argc, char **argv)
{
	int64_t clocks = argc > 2 ? atoll(argv[2]) : 1000000;
	int seconds = argc > 3 ? atoi(argv[3]) : 10, events = argc > 4 ? atoi(argv[4]) : 1000;
	const char *tmp = getenv("TMPDIR");
	char dir[256], command[300];
	struct yz_err err = {0};
	snprintf(dir, sizeof dir, "%s/yz-bench-XXXXXX", tmp ? tmp : "/tmp");
	if (argc < 2 || clocks < 1 || seconds < 1 || events < 1 || !mkdtemp(dir))
		return 2;
	install(dir, argv[1]);
	int first = OF_A_ROUND * (2 * ROUNDS + 1), busy = first + (seconds + 3) * events / 10 + CLIENTS, all = busy + seconds * DUE_A_SECOND;
	prepare(dir, NULL, all + 1);
	const struct yz_site_options options = {.dir = dir};
	if (!yz_site_open(&site, &options, &err))
		die("site", &err);
	fill(clocks, cases[all].id);
	printf("%lld clocks have not fallen due\n", (long long)number("SELECT COUNT(*) FROM clock WHERE next_at IS NOT NULL"));
	ncases = all;
	cost(0);
	delays(seconds, events, first, busy);
	yz_site_close(site);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) != 0;
}
