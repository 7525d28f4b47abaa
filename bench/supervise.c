/* bench/supervise.c - what supervision adds to an act, and how late its cards come.
 *
 *	bench_supervise PACK [CLOCKS [EVENTS [SECONDS]]]     the site is made in TMPDIR
 *	bench_supervise --count PACK CLOCKS                  under callgrind: dumps before and behind each counted_work
 *
 * The same acts in four ways: as fast as they go before there are CLOCKS (1,000,000) open cases with a clock each, and with
 * them; by one client with the pack's monitors and without any, turn about; and EVENTS (1,000) a second by many clients for
 * SECONDS (2), with and without, turn about.  In each turn with, clocks fall due at known instants: card.issued - card.due.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench/acts.h"
#include "gov/clock.h"
#include "gov/monitor.h"

#include <time.h>
#include <unistd.h>

enum { ROUNDS = 24, OF_A_ROUND = 12, CLIENTS = 16, DUE_A_SECOND = 20, TURNS = 9, OF_A_RUSH = 1200, ACTS_A_CASE = 9, WARM = 4, COUNTED = 4 };

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

/* ---- a million open cases ---- */

struct differing {
	const char *column, *value; /* of the copy; r.k: which it is; a bare column: the original's */
};

static void copy_rows(const char *table, const char *where, const struct differing *d, size_t n, int64_t case_id, int64_t from, int64_t to)
{
	enum { LONG = 4096 };
	char names[LONG] = "", values[LONG] = "", sql[3 * LONG];
	struct yz_err err = {0};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_conn *conn = yz_db_read(site->db, &err);
	snprintf(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s')", table);
	struct yz_rows *r = conn ? yz_select_vals(conn, a, &err, sql, 0, NULL) : NULL;
	if (!r)
		die(table, &err);
	yz_db_release(conn);
	for (size_t i = 0; i < r->count; i++) {
		const char *name = yz_row_z(r, i, 0), *value = name;
		for (size_t k = 0; k < n; k++)
			if (strcmp(name, d[k].column) == 0)
				value = d[k].value;
		snprintf(names + strlen(names), LONG - strlen(names), "%s%s", i ? ", " : "", name);
		snprintf(values + strlen(values), LONG - strlen(values), "%s%s", i ? ", " : "", value);
	}
	snprintf(sql, sizeof sql,
		 "WITH RECURSIVE r(k) AS (SELECT $1 UNION ALL SELECT k + 1 FROM r WHERE k < $2) INSERT INTO %s (%s) SELECT %s FROM %s, r WHERE %s", table,
		 names, values, table, where);
	change(sql, from, to, case_id, 0, 3);
	yz_arena_destroy(a);
}

#define MANY "10000000 + r.k" /* ids behind all that are there */
#define LATER(column) column " + (20 + r.k * 7 % 60) * 86400000000 + r.k * 1000003 % 86400000000"

/* Copies of a case that nobody acts on, with its open tasks and its clock, due in the weeks to come. */
static void fill(int64_t clocks, int64_t case_id)
{
	static const struct differing cases_differ[] = {{"id", MANY}, {"no", "no || '-' || r.k"}, {"next_due", LATER("next_due")}};
	static const struct differing task_differs[] = {{"id", MANY}, {"case_id", MANY}, {"due", LATER("due")}};
	static const struct differing clock_differs[] = {{"id", MANY}, {"case_id", MANY}, {"task_id", "NULL"}, {"due", LATER("due")},
							 {"warn_at", LATER("warn_at")}, {"next_at", LATER("next_at")}};
	enum { AT_ONCE = 100000 };
	int64_t missing = clocks - number("SELECT COUNT(*) FROM clock WHERE next_at IS NOT NULL");
	for (int64_t from = 1; from <= missing; from += AT_ONCE) {
		int64_t to = from + AT_ONCE - 1 < missing ? from + AT_ONCE - 1 : missing;
		copy_rows("cases", "id = $3", cases_differ, 3, case_id, from, to);
		copy_rows("task", "id = (SELECT MIN(id) FROM task WHERE case_id = $3 AND state = 'open')", task_differs, 3, case_id, from, to);
		copy_rows("clock", "id = (SELECT MIN(id) FROM clock WHERE case_id = $3 AND next_at IS NOT NULL AND kind = 'answer')", clock_differs, 6,
			  case_id, from, to);
	}
	change("DELETE FROM light_count", 0, 0, 0, 0, 0);
	change("INSERT INTO light_count SELECT org, light, COUNT(*) FROM cases WHERE ended IS NULL GROUP BY org, light", 0, 0, 0, 0, 0);
}

/* ---- the cost of an act ---- */

/* All acts of these cases by one client; how many. */
static int act_on(int from, int to)
{
	int n = 0;
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
	return n;
}

/* Microseconds of processor an act. */
static double work(int from, int to)
{
	double cpu = process_cpu();
	int n = act_on(from, to);
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
	printf("an act by one client: %.0f us of processor with the pack's monitors, %.0f without; ratio %.3f (middle of %d), budget 1.15%s\n",
	       with[ROUNDS / 2], without[ROUNDS / 2], ratio[ROUNDS / 2], ROUNDS, ratio[ROUNDS / 2] > 1.15 ? ": MISSED" : "");
}

/* Whose instructions are counted: acts of some cases. */
static __attribute__((noinline)) int counted_work(int from, int to)
{
	return act_on(from, to);
}

/* Without, with, with, without: what grows or is warmed up on the way is in both. */
static void count_instructions(void)
{
	watch(true);
	act_on(0, WARM * OF_A_ROUND);
	for (int i = 0; i < COUNTED; i++) {
		watch((i + 1) / 2 & 1);
		printf("%d\n", counted_work((WARM + i) * OF_A_ROUND, (WARM + 1 + i) * OF_A_ROUND));
	}
}

/* ---- many clients ---- */

struct load {
	int rate; /* acts a second; 0: as fast as they go */
	int seconds;
	yz_instant begun;
	atomic_int tickets, acts;
	atomic_bool stop;
};

struct taken {
	double rate, cpu; /* acts a second; microseconds of processor an act */
};

/* At their pace, all together: each act has an instant. */
static void wait_turn(struct load *w)
{
	if (!w->rate)
		return;
	yz_instant at = w->begun + (yz_instant)w->tickets++ * YZ_SECOND / w->rate, now = yz_ticks();
	if (at > now)
		nanosleep(&(struct timespec){.tv_sec = (at - now) / YZ_SECOND, .tv_nsec = (at - now) % YZ_SECOND * 1000}, NULL);
}

static void *client(void *ctx)
{
	struct load *w = ctx;
	for (int i; !w->stop && (i = next_case++) < ncases;) {
		for (bool over = false; !over && !w->stop;) {
			struct yz_arena *a = yz_arena_create(0);
			struct yz_err err = {0};
			struct yz_act_input in;
			struct yz_actor who;
			over = !next_act(a, cases[i].id, &in, &who, &err);
			if (!over)
				wait_turn(w);
			if (err.code || (!over && !yz_case_act(site, a, &who, yz_str(cases[i].no), &in, &err)))
				die("act", &err);
			w->acts += !over;
			yz_arena_destroy(a);
		}
	}
	return NULL;
}

/* With cases up to `last`, from where the one before ended. */
static struct taken drive(int events, int seconds, int last)
{
	struct load w = {.rate = events, .seconds = seconds};
	pthread_t threads[CLIENTS];
	ncases = last;
	double cpu = process_cpu();
	w.begun = yz_ticks();
	for (int i = 0; i < CLIENTS; i++)
		pthread_create(&threads[i], NULL, client, &w);
	while (yz_ticks() - w.begun < seconds * YZ_SECOND && next_case < ncases)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	double took = (double)(yz_ticks() - w.begun) / 1e6;
	int done = w.acts;
	w.stop = true;
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
	next_case = last;
	return (struct taken){done / took, (process_cpu() - cpu) * 1e6 / w.acts};
}

/* ---- cards ---- */

struct planted {
	int64_t clock;
	yz_instant at;
};

/* Genuine clocks, of cases nobody acts on, that fall due one after another. */
static void plant(struct planted *p, int n, int from)
{
	yz_instant now = yz_site_now(site);
	for (int i = 0; i < n; i++) {
		char sql[120];
		snprintf(sql, sizeof sql, "SELECT MIN(id) FROM clock WHERE case_id = %lld AND kind = 'answer' AND ended IS NULL",
			 (long long)cases[from + i].id);
		p[i] = (struct planted){number(sql), now + YZ_SECOND / 2 + (yz_instant)i * YZ_SECOND / DUE_A_SECOND + (yz_instant)(i * 7919 % 40000)};
		change("UPDATE clock SET warn_at = $1, next_at = $1 WHERE id = $2", p[i].at, p[i].clock, 0, 0, 2);
	}
}

/* How late each came, in milliseconds; how many did. */
static size_t delays(const struct planted *p, int n, double *late)
{
	size_t came = 0;
	for (int i = 0; i < n; i++) {
		char sql[100];
		snprintf(sql, sizeof sql, "SELECT MIN(issued) FROM card WHERE clock_id = %lld", (long long)p[i].clock);
		int64_t issued = number(sql);
		if (issued)
			late[came++] = (double)(issued - p[i].at) / 1e3;
	}
	return came;
}

/* ---- both ---- */

static void rush(const char *when, int seconds)
{
	struct taken t = drive(0, seconds, next_case + OF_A_RUSH);
	printf("as fast as they go, %s: %.0f acts/s, %.0f us of processor each\n", when, t.rate, t.cpu);
}

/* Cases `reserve` on are those whose clocks fall due. */
static void paced(int events, int seconds, int reserve)
{
	enum { MOST = 100000 };
	static double late[MOST];
	int cases_each = seconds * events / ACTS_A_CASE + 2 * CLIENTS, due = (seconds - 1) * DUE_A_SECOND;
	struct planted *p = calloc((size_t)(TURNS * due), sizeof *p);
	double with[TURNS], without[TURNS], ratios[TURNS], rate[2 * TURNS];
	struct yz_err err = {0};
	struct yz_sweeper *sweeper = yz_sweeper_start(site, &err);
	if (!sweeper)
		die("sweeper", &err);
	for (int i = 0; i < 2 * TURNS; i++) {
		bool on = (i + i / 2) & 1; /* turn about who comes first */
		watch(on);
		if (on)
			plant(&p[i / 2 * due], due, reserve + i / 2 * due);
		struct taken t = drive(events, seconds, next_case + cases_each);
		*(on ? &with[i / 2] : &without[i / 2]) = t.cpu;
		rate[i] = t.rate;
	}
	nanosleep(&(struct timespec){.tv_sec = 2}, NULL);
	yz_sweeper_stop(sweeper);
	size_t all = (size_t)(TURNS * due), n = delays(p, TURNS * due, late);
	for (int i = 0; i < TURNS; i++)
		ratios[i] = with[i] / without[i];
	qsort(with, TURNS, sizeof *with, by_value);
	qsort(without, TURNS, sizeof *without, by_value);
	qsort(ratios, TURNS, sizeof *ratios, by_value);
	qsort(rate, 2 * TURNS, sizeof *rate, by_value);
	qsort(late, n, sizeof *late, by_value);
	double ratio = ratios[TURNS / 2];
	printf("%d acts/s wanted of %d clients: %.0f to %.0f came%s\n", events, CLIENTS, rate[0], rate[2 * TURNS - 1],
	       rate[0] < 0.99 * events ? ": MISSED" : "");
	printf("an act among them: %.0f us of processor with monitors and %d cards a second, %.0f without; ratio %.3f (middle of %d), budget 1.15%s\n",
	       with[TURNS / 2], DUE_A_SECOND, without[TURNS / 2], ratio, TURNS, ratio > 1.15 ? ": MISSED" : "");
	printf("%zu of %zu cards came%s, after their instant: p50 %.0f ms, p99 %.0f ms, most %.0f ms; budget p99 1000%s\n", n, all,
	       n < all ? ": MISSED" : "", late[n / 2], late[n * 99 / 100], late[n ? n - 1 : 0], late[n * 99 / 100] > 1000 ? ": MISSED" : "");
	free(p);
}

static void measure(int64_t clocks, int seconds, int events, int reserve, int64_t filler)
{
	next_case = 0;
	rush("few clocks", 2);
	fill(clocks, filler);
	printf("%lld clocks have not fallen due; %lld monitors\n", (long long)number("SELECT COUNT(*) FROM clock WHERE next_at IS NOT NULL"),
	       (long long)number("SELECT COUNT(*) FROM monitor WHERE ended IS NULL"));
	next_case = OF_A_RUSH;
	rush("with them", 2);
	cost(2 * OF_A_RUSH);
	next_case = 2 * OF_A_RUSH + OF_A_ROUND * (2 * ROUNDS + 1);
	paced(events, seconds, reserve);
}

int main(int argc, char **argv)
{
	bool count = argc == 4 && strcmp(argv[1], "--count") == 0;
	int64_t clocks = count ? atoll(argv[3]) : argc > 2 ? atoll(argv[2]) : 1000000;
	int events = !count && argc > 3 ? atoi(argv[3]) : 1000, seconds = argc > 4 ? atoi(argv[4]) : 2;
	const char *tmp = getenv("TMPDIR");
	char dir[256], command[300];
	struct yz_err err = {0};
	snprintf(dir, sizeof dir, "%s/yz-bench-XXXXXX", tmp ? tmp : "/tmp");
	if (argc < 2 || clocks < 1 || seconds < 2 || seconds > 1000 || events < 1 || !mkdtemp(dir))
		return 2;
	install(dir, argv[count ? 2 : 1]);
	int busy = 2 * OF_A_RUSH + OF_A_ROUND * (2 * ROUNDS + 1) + 2 * TURNS * (seconds * events / ACTS_A_CASE + 2 * CLIENTS);
	int all = count ? (WARM + COUNTED) * OF_A_ROUND : busy + TURNS * (seconds - 1) * DUE_A_SECOND;
	prepare(dir, NULL, all + 1);
	const struct yz_site_options options = {.dir = dir};
	if (!yz_site_open(&site, &options, &err))
		die("site", &err);
	if (count) {
		fill(clocks, cases[all].id);
		count_instructions();
	} else {
		measure(clocks, seconds, events, busy, cases[all].id);
	}
	yz_site_close(site);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) != 0;
}
