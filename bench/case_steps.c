/* bench/case_steps.c - acts of cases by many clients: shared commits against one commit an act.
 *
 *	bench_case_steps PACK [CLIENTS [SECONDS]]     the site is made in TMPDIR
 *
 * Both in turn, in ROUNDS of SECONDS each, that a machine which changes its pace meets both: the ratio is of all rounds.
 * Each client takes road-digging cases through claim, accept, three reviews, decision, certificate and delivery,
 * reading its open task and who it is before each act, as a page does.  One millisecond is added to every sync.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bench/acts.h"
#include "db/ledger.h"
#include "tests/fault/vfs.h"

#include <dirent.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MOST = 512, SAMPLES = 1000000, ROUNDS = 3 };

struct total {
	double acts, seconds;
};

static atomic_int acts;
static atomic_bool stop;
static int32_t taken[SAMPLES]; /* microseconds */

static void *client(void *ctx)
{
	(void)ctx;
	for (int i; !stop && (i = next_case++) < ncases;) {
		for (bool over = false; !over && !stop;) {
			struct yz_arena *a = yz_arena_create(0);
			struct yz_err err = {0};
			struct yz_act_input in;
			struct yz_actor who;
			if (!next_act(a, cases[i].id, &in, &who, &err)) {
				if (err.code)
					die("next", &err);
				over = true;
			} else {
				yz_instant begin = yz_ticks();
				if (!yz_case_act(site, a, &who, yz_str(cases[i].no), &in, &err))
					die(yz_act_name(in.act), &err);
				int n = acts++;
				if (n < SAMPLES)
					taken[n] = (int32_t)(yz_ticks() - begin);
			}
			yz_arena_destroy(a);
		}
	}
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	return *(const int32_t *)a - *(const int32_t *)b;
}

static double process_cpu(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Seconds the writer's thread has run. */
static double writer_cpu(void)
{
	double spent = 0;
	char path[300], comm[32];
	DIR *tasks = opendir("/proc/self/task");
	for (struct dirent *e; tasks && (e = readdir(tasks));) {
		long long ns = 0;
		snprintf(path, sizeof path, "/proc/self/task/%s/comm", e->d_name);
		FILE *f = fopen(path, "r");
		bool writer = f && fgets(comm, sizeof comm, f) && strcmp(comm, "yz-writer\n") == 0;
		if (f)
			fclose(f);
		snprintf(path, sizeof path, "/proc/self/task/%s/schedstat", e->d_name);
		f = writer ? fopen(path, "r") : NULL;
		if (f && fscanf(f, "%lld", &ns) == 1)
			spent += (double)ns / 1e9;
		if (f)
			fclose(f);
	}
	if (tasks)
		closedir(tasks);
	return spent;
}

static void check_ledger(void)
{
	struct yz_err err = {0};
	struct yz_ledger_report report;
	struct yz_conn *conn = yz_db_read(site->db, &err);
	if (!conn || !yz_ledger_verify(conn, NULL, &report, &err) || report.fault != YZ_LEDGER_GOOD)
		die("the ledger does not verify", &err);
	yz_db_release(conn);
}

/* `most` of the cases, from where the run before ended. */
static void run(struct total *total, const char *dir, const char *name, int batch, int clients, int seconds, int most)
{
	static pthread_t threads[CLIENTS_MOST];
	struct yz_err err = {0};
	const struct yz_site_options options = {.dir = dir, .db_batch = batch, .db_vfs = FAULT_VFS};
	if (!yz_site_open(&site, &options, &err))
		die("site", &err);
	stop = false;
	acts = 0;
	ncases = next_case + most;
	fault_slow_sync(1000);
	long syncs = fault_syncs();
	double cpu = process_cpu(), writer = writer_cpu();
	yz_instant begin = yz_ticks();
	for (int i = 0; i < clients; i++)
		pthread_create(&threads[i], NULL, client, NULL);
	while (yz_ticks() - begin < seconds * YZ_SECOND && next_case < ncases)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	double spent = (double)(yz_ticks() - begin) / 1e6;
	int done = acts;
	stop = true;
	for (int i = 0; i < clients; i++)
		pthread_join(threads[i], NULL);
	cpu = process_cpu() - cpu;
	writer = writer_cpu() - writer;
	syncs = fault_syncs() - syncs;
	fault_slow_sync(0);
	int n = acts < SAMPLES ? acts : SAMPLES;
	qsort(taken, (size_t)n, sizeof *taken, by_value);
	printf("%-18s %6.0f acts/s  p50 %6.1f ms  p99 %6.1f ms  %5.1f acts a sync  CPU an act: writer %.0f us, clients %.0f us\n", name,
	       done / spent, taken[n / 2] / 1e3, taken[n * 99LL / 100] / 1e3, (double)acts / (double)(syncs ? syncs : 1),
	       writer * 1e6 / acts, (cpu - writer) * 1e6 / acts);
	check_ledger();
	yz_site_close(site);
	total->acts += done;
	total->seconds += spent;
	next_case = ncases;
}

int main(int argc, char **argv)
{
	int clients = argc > 2 ? atoi(argv[2]) : 128, seconds = argc > 3 ? atoi(argv[3]) : 3;
	const char *tmp = getenv("TMPDIR");
	char dir[256], command[300];
	snprintf(dir, sizeof dir, "%s/yz-bench-XXXXXX", tmp ? tmp : "/tmp");
	if (argc < 2 || clients < 1 || clients > CLIENTS_MOST || seconds < 1 || !mkdtemp(dir))
		return 2;
	install(dir, argv[1]);
	fault_register(); /* behind the first site: SQLite is set up once, before anything uses it */
	printf("SQLite, synchronous=FULL, 1 ms added to every sync, %d clients\n", clients);
	int few = 100 * seconds + clients, many = 1200 * seconds + clients;
	prepare(dir, FAULT_VFS, ROUNDS * (few + many));
	next_case = 0;
	struct total alone = {0}, shared = {0};
	for (int i = 0; i < ROUNDS; i++) {
		run(&alone, dir, "one commit an act", 1, clients, seconds, few);
		run(&shared, dir, "shared commits", 0, clients, seconds, many);
	}
	printf("one commit an act %.0f acts/s, shared commits %.0f acts/s\n", alone.acts / alone.seconds, shared.acts / shared.seconds);
	printf("ratio %.1f; budget 20\n", shared.acts / shared.seconds / (alone.acts / alone.seconds));
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) != 0;
}
