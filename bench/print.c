/* bench/print.c - pages a second: in this process, and through the printer's children.
 *
 *	bench_print [documents]
 *
 * The document is a sealed notice of acceptance with its QR code.  What the child
 * costs is the ratio of one caller through one worker to this process; two workers
 * under eight callers show what the queue adds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/letters.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define L(s) YZ_LIT(s)

static const struct yz_str basis[] = {L("《城市道路管理条例》第三十三条")};

static struct yz_doc *notice(struct yz_arena *a, int n)
{
	struct yz_letter f = {
		.organ = L("青岭县行政审批局"),
		.number = yz_str_printf(a, "青审批字〔2026〕%d号", n),
		.applicant = L("青岭县清源供水有限公司"),
		.item = L("城市道路挖掘许可"),
		.case_no = yz_str_printf(a, "QL20261120%06d", n),
		.date = yz_day_from(2026, 11, 22),
		.received = yz_day_from(2026, 11, 20),
		.due = yz_day_from(2026, 12, 18),
		.days = 20,
		.basis = basis,
		.nbasis = 1,
		.phone = L("0870-2123456"),
		.check_url = yz_str_printf(a, "https://qingling.example/check/%d", n),
		.check_code = L("7K2M-9QXD"),
		.sealed = true,
		.seal_line = L("行政许可专用章"),
	};
	return yz_letter_doc(a, YZ_LETTER_ACCEPT, &f, NULL);
}

static void stop(const char *what, const struct yz_err *err)
{
	char words[768];
	fprintf(stderr, "%s: %s\n", what, yz_err_print(err, words, sizeof words));
	exit(1);
}

static size_t one(struct yz_printer *p, int n)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_doc *d = notice(a, n);
	if (!(p ? yz_printer_render(p, d, a, &pdf, &err) : yz_print_pdf(d, a, &pdf, &err)))
		stop("print", &err);
	size_t size = pdf.len;
	yz_arena_destroy(a);
	return size;
}

static double rate(int n, yz_instant since)
{
	return n / ((double)(yz_ticks() - since) / (double)YZ_SECOND);
}

struct caller {
	struct yz_printer *p;
	atomic_int *left;
};

static void *call(void *ctx)
{
	struct caller *c = ctx;
	for (int n; (n = atomic_fetch_sub(c->left, 1)) > 0;)
		one(c->p, n);
	return NULL;
}

static double through(struct yz_printer *p, int callers, int documents)
{
	pthread_t threads[16];
	atomic_int left = documents;
	struct caller c = {p, &left};
	yz_instant start = yz_ticks();
	for (int i = 0; i < callers; i++)
		pthread_create(&threads[i], NULL, call, &c);
	for (int i = 0; i < callers; i++)
		pthread_join(threads[i], NULL);
	return rate(documents, start);
}

static long resident_kb(void)
{
	long pages = 0, shared;
	FILE *f = fopen("/proc/self/statm", "r");
	if (!f || fscanf(f, "%ld %ld", &shared, &pages) != 2)
		pages = 0;
	if (f)
		fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 300;
	struct yz_err err = {0};
	if (n < 1)
		return 2;
	struct yz_printer *single = yz_printer_start(NULL, &err);
	struct yz_printer *pair = yz_printer_start(&(struct yz_printer_options){.workers = 2}, &err);
	if (!single || !pair)
		stop("start", &err);

	yz_instant start = yz_ticks();
	one(single, 0);
	printf("first document of a new worker  %6.0f ms\n", (double)(yz_ticks() - start) / 1000);
	double child = through(single, 1, n);
	one(pair, 0);
	double children = through(pair, 8, n);
	long before = resident_kb();

	size_t size = one(NULL, 0);
	start = yz_ticks();
	for (int i = 0; i < n; i++)
		size = one(NULL, i);
	double here = rate(n, start);

	printf("in this process                 %6.1f pages/s   %zu KB a page\n", here, size / 1024);
	printf("one caller, one worker          %6.1f pages/s   %.2f of this process\n", child, child / here);
	printf("eight callers, two workers      %6.1f pages/s   %.2f\n", children, children / here);
	printf("resident here                   %ld MB while the workers print, %ld MB once it prints itself\n",
	       before / 1024, resident_kb() / 1024);
	yz_printer_stop(single);
	yz_printer_stop(pair);
	return 0;
}
