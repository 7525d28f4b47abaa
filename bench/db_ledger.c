/* SPDX-License-Identifier: Apache-2.0
 *
 * A ledger of a million entries: added a thousand to a write, then verified;
 * beside it the bare SM3 over as many bytes, which no verification can beat.
 *
 *	bench_db_ledger [ENTRIES [URL]]
 */
#include "db/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EACH = 1000, REGIONS = 50 };

static const char body[] = "{\"due\":1764000000000000,\"item\":\"511602-14-0021\",\"situation\":\"3\",\"state\":"
			   "\"accepted\",\"task\":\"review\",\"version\":7,\"digest\":"
			   "\"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0\"}";

static bool add(struct yz_conn *c, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	int64_t *done = ctx;
	(void)a;
	for (int i = 0; i < EACH; i++) {
		char region[16];
		snprintf(region, sizeof region, "%06d", 511600 + (int)((*done + i) % REGIONS));
		struct yz_entry e = {
			.region = yz_str(region),
			.at = 1764000000000000 + *done + i,
			.actor_kind = YZ_LIT("person"),
			.actor_id = i,
			.actor_name = YZ_LIT("窗口一号"),
			.act = YZ_LIT("case.accept"),
			.thing_kind = YZ_LIT("case"),
			.thing_id = *done + i,
			.rule = YZ_LIT("行政许可法 32"),
			.body = yz_str(body),
		};
		if (!yz_ledger_add(c, &e, err))
			return false;
	}
	return true;
}

static void die(const struct yz_err *err)
{
	char buf[768];
	fprintf(stderr, "%s\n", yz_err_print(err, buf, sizeof buf));
	exit(1);
}

static double since(yz_instant begin)
{
	return (double)(yz_ticks() - begin) / 1e6;
}

static double bare(int64_t entries)
{
	char bytes[sizeof body + 170] = "";
	struct yz_hasher *h = yz_hasher_create(YZ_SM3);
	yz_instant begin = yz_ticks();
	for (int64_t i = 0; i < entries; i++) {
		yz_hasher_add(h, bytes, sizeof bytes);
		bytes[0] = (char)yz_hasher_end(h).bytes[0];
	}
	yz_hasher_destroy(h);
	return since(begin);
}

static void resident(void)
{
	char line[128];
	FILE *f = fopen("/proc/self/status", "r");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, "VmRSS", 5) == 0 || strncmp(line, "VmHWM", 5) == 0)
			fputs(line, stdout);
	if (f)
		fclose(f);
}

int main(int argc, char **argv)
{
	int64_t entries = argc > 1 ? atoll(argv[1]) : 1000000;
	char dir[] = "/tmp/yz-bench-XXXXXX", command[64];
	struct yz_err err = {0};
	struct yz_ledger_report report;
	if (!mkdtemp(dir))
		return 1;
	struct yz_db *db = yz_db_open(&(struct yz_db_options){.dir = dir, .url = argc > 2 ? argv[2] : NULL}, &err);
	if (!db || !yz_db_migrate(db, "bench", NULL, 0, &err))
		die(&err);
	yz_instant begin = yz_ticks();
	for (int64_t done = 0; done < entries; done += EACH)
		if (!yz_db_write(db, add, &done, &err))
			die(&err);
	printf("added    %9.0f entries/s\n", (double)entries / since(begin));
	struct yz_conn *c = yz_db_read(db, &err);
	begin = yz_ticks();
	if (!c || !yz_ledger_verify(c, NULL, &report, &err))
		die(&err);
	double spent = since(begin), hashing = bare(entries);
	printf("verified %9.0f entries/s (%s, %lld in %lld chains, %.2f s)\n", (double)report.checked / spent,
	       yz_ledger_fault_name(report.fault), (long long)report.checked, (long long)report.chains, spent);
	printf("bare SM3 %9.0f entries/s\nratio %.2f\n", (double)entries / hashing, hashing / spent);
	yz_db_release(c);
	resident();
	yz_db_close(db);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) != 0;
}
