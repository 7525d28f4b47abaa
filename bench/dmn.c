/* bench/dmn.c - a table of a hundred rules against GoRules' zen-engine; loading a thousand rules; two threads.
 *
 *	bench_dmn --write FILE           the table and the facts for dmn_rival.mjs
 *	bench_dmn [RIVAL [COUNTS]]       RIVAL: what dmn_rival.mjs printed, or -; COUNTS: from --summary
 *	bench_dmn --count, --summary     as bench/feel.c: a decision in counted_eval, a load in counted_whole
 *
 * Each decision has its own evaluation with four facts set; arena and run are made anew for every ten, about what one
 * request asks.  Times are processor time, the best of some rounds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/dmn.h"
#include "fmt/json.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FACTS = 1000, INPUTS = 4, ROUNDS = 25, COUNTED = 20, REQUEST = 10 };

static const char *const kinds[] = {"企业", "合作社", "个体工商户", "事业单位", "个人"};
static const int ages[] = {0, 18, 35, 50, 60, 120};
static const char *const names[INPUTS] = {"类型", "年龄", "收入", "人数"};

static struct yz_arena *forever;
static const struct yz_dmn *model;
static const struct yz_dmn_node *decision, *inputs[INPUTS];
static struct yz_feel_value facts[FACTS][INPUTS];

static _Noreturn void stop(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

/* ---- the table ---- */

/* Rule i of a table of `rules`: its four cells and its output.  Five kinds, five ages, and bands of income. */
static void rule(struct yz_arena *a, int i, int rules, const char *cells[INPUTS], const char **output)
{
	int kind = i % 5, age = i / 5 % 5, bands = rules / 25, band = i / 25, width = 100000 / bands;
	cells[0] = yz_printf(a, "\"%s\"", kinds[kind]);
	cells[1] = yz_printf(a, "[%d..%d)", ages[age], ages[age + 1]);
	cells[2] = band + 1 == bands ? yz_printf(a, ">= %d", band * width)
				     : yz_printf(a, "[%d..%d)", band * width, (band + 1) * width);
	cells[3] = i % 3 ? yz_printf(a, "<= %d", 6 + i % 4) : "";
	*output = yz_printf(a, "%d", 100 + i);
}

static void escaped(struct yz_buf *b, const char *s)
{
	for (; *s; s++)
		if (*s == '<')
			yz_buf_addz(b, "&lt;");
		else
			yz_buf_addc(b, *s);
}

static struct yz_str model_text(struct yz_arena *a, int rules)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 16 << 20);
	yz_buf_addz(&b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"d\" name=\"d\" "
			"namespace=\"bench\">");
	for (int k = 0; k < INPUTS; k++)
		yz_buf_printf(&b, "<inputData id=\"i%d\" name=\"%s\"><variable name=\"%s\" typeRef=\"%s\"/></inputData>", k,
			      names[k], names[k], k ? "number" : "string");
	yz_buf_addz(&b, "<decision id=\"x\" name=\"补贴\"><variable name=\"补贴\" typeRef=\"number\"/>");
	for (int k = 0; k < INPUTS; k++)
		yz_buf_printf(&b, "<informationRequirement id=\"q%d\"><requiredInput href=\"#i%d\"/></informationRequirement>",
			      k, k);
	yz_buf_addz(&b, "<decisionTable id=\"t\" hitPolicy=\"FIRST\">");
	for (int k = 0; k < INPUTS; k++)
		yz_buf_printf(&b,
			      "<input id=\"c%d\"><inputExpression id=\"e%d\" typeRef=\"%s\"><text>%s</text>"
			      "</inputExpression></input>",
			      k, k, k ? "number" : "string", names[k]);
	yz_buf_addz(&b, "<output id=\"o\"/>");
	for (int i = 0; i < rules; i++) {
		const char *cells[INPUTS], *output;
		rule(a, i, rules, cells, &output);
		yz_buf_printf(&b, "<rule id=\"r%d\">", i);
		for (int k = 0; k < INPUTS; k++) {
			yz_buf_printf(&b, "<inputEntry id=\"r%dc%d\"><text>", i, k);
			escaped(&b, *cells[k] ? cells[k] : "-");
			yz_buf_addz(&b, "</text></inputEntry>");
		}
		yz_buf_printf(&b, "<outputEntry id=\"r%do\"><text>%s</text></outputEntry></rule>", i, output);
	}
	yz_buf_addz(&b, "</decisionTable></decision></definitions>");
	return yz_buf_str(&b);
}

static const struct yz_dmn *load(struct yz_arena *a, struct yz_str text)
{
	struct yz_dmn_source source = {.file = YZ_LIT("bench.dmn"), .text = text};
	struct yz_err err = {0};
	const struct yz_dmn *m = yz_dmn_load(a, &source, 1, NULL, NULL, &err);
	if (!m || yz_dmn_errors(m))
		stop("load", m ? "the model has errors" : err.msg);
	return m;
}

static void fact(int i, int *kind, int *age, int *income, int *members)
{
	uint64_t r = ((uint64_t)i + 1) * 0x9E3779B97F4A7C15u;
	*kind = (int)(r >> 60) % 5;
	*age = (int)(r >> 40 & 1023) % 100;
	*income = (int)(r >> 20 & 0xfffff) % 120000;
	*members = (int)(r & 1023) % 10 + 1;
}

static void prepare(void)
{
	model = load(forever, model_text(forever, 100));
	decision = yz_dmn_find(model, YZ_LIT("补贴"));
	for (int k = 0; k < INPUTS; k++)
		inputs[k] = yz_dmn_find(model, yz_str(names[k]));
	for (int i = 0; i < FACTS; i++) {
		int v[INPUTS];
		fact(i, &v[0], &v[1], &v[2], &v[3]);
		facts[i][0] = yz_feel_string(yz_str(kinds[v[0]]));
		for (int k = 1; k < INPUTS; k++)
			facts[i][k] = yz_feel_int(v[k]);
	}
}

/* The same for the rival, in its own format. */
static void write_rival(const char *path)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, forever, 16 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_jw_key(&w, "inputs");
	yz_jw_array(&w);
	for (int k = 0; k < INPUTS; k++)
		yz_jw_z(&w, names[k]);
	yz_jw_end(&w, ']');
	yz_jw_key(&w, "rules");
	yz_jw_array(&w);
	for (int i = 0; i < 100; i++) {
		const char *cells[INPUTS], *output;
		rule(forever, i, 100, cells, &output);
		yz_jw_array(&w);
		for (int k = 0; k < INPUTS; k++)
			yz_jw_z(&w, cells[k]);
		yz_jw_z(&w, output);
		yz_jw_end(&w, ']');
	}
	yz_jw_end(&w, ']');
	yz_jw_key(&w, "facts");
	yz_jw_array(&w);
	for (int i = 0; i < FACTS; i++) {
		int v[INPUTS];
		fact(i, &v[0], &v[1], &v[2], &v[3]);
		yz_jw_array(&w);
		yz_jw_z(&w, kinds[v[0]]);
		for (int k = 1; k < INPUTS; k++)
			yz_jw_int(&w, v[k]);
		yz_jw_end(&w, ']');
	}
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	FILE *f = fopen(path, "w");
	if (!f || fwrite(b.ptr, 1, b.len, f) != b.len || fclose(f))
		stop(path, "cannot be written");
}

/* ---- deciding ---- */

static inline struct yz_feel_value decide(struct yz_feel_run *run, int i)
{
	struct yz_dmn_eval e;
	yz_dmn_begin(&e, model, run);
	for (int k = 0; k < INPUTS; k++)
		yz_dmn_set(&e, inputs[k], facts[i][k]);
	return yz_dmn_decide(&e, decision);
}

static __attribute__((noinline, noclone)) void counted_eval(struct yz_arena *a, int times)
{
	struct yz_feel_run run;
	for (int i = 0; i < times; i++) {
		if (i % REQUEST == 0) {
			yz_arena_reset(a);
			yz_feel_run_init(&run, a);
		}
		decide(&run, i % FACTS);
	}
}

static __attribute__((noinline, noclone)) void counted_whole(struct yz_arena *a, struct yz_str text)
{
	yz_arena_reset(a);
	load(a, text);
}

static double now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double decisions_a_second(void)
{
	enum { TIMES = 20 * FACTS };
	struct yz_arena *a = yz_arena_create(0);
	double best = INFINITY;
	for (int round = 0; round < ROUNDS; round++) {
		double begin = now(CLOCK_THREAD_CPUTIME_ID);
		counted_eval(a, TIMES);
		best = fmin(best, now(CLOCK_THREAD_CPUTIME_ID) - begin);
	}
	yz_arena_destroy(a);
	return TIMES / best;
}

static double load_milliseconds(struct yz_str text)
{
	struct yz_arena *a = yz_arena_create(0);
	double best = INFINITY;
	for (int round = 0; round < ROUNDS; round++) {
		double begin = now(CLOCK_THREAD_CPUTIME_ID);
		counted_whole(a, text);
		best = fmin(best, now(CLOCK_THREAD_CPUTIME_ID) - begin);
	}
	yz_arena_destroy(a);
	return best * 1e3;
}

/* ---- two threads ---- */

enum { PASS = 500 * FACTS };

static void *pass(void *spent)
{
	struct yz_arena *a = yz_arena_create(0);
	double begin = now(CLOCK_THREAD_CPUTIME_ID);
	counted_eval(a, PASS);
	*(double *)spent = now(CLOCK_THREAD_CPUTIME_ID) - begin;
	yz_arena_destroy(a);
	return NULL;
}

static void rate(int threads, double *clock, double *cpu)
{
	pthread_t t[2];
	double spent[2], begin = now(CLOCK_MONOTONIC), sum = 0;
	for (int i = 0; i < threads; i++)
		pthread_create(&t[i], NULL, pass, &spent[i]);
	for (int i = 0; i < threads; i++) {
		pthread_join(t[i], NULL);
		sum += PASS / spent[i];
	}
	*clock = fmax(*clock, threads * PASS / (now(CLOCK_MONOTONIC) - begin));
	*cpu = fmax(*cpu, sum);
}

static void two_threads(void)
{
	double clock[3] = {0}, cpu[3] = {0};
	for (int round = 0; round < 5; round++)
		for (int threads = 1; threads <= 2; threads++)
			rate(threads, &clock[threads], &cpu[threads]);
	printf("two threads: %.2f of one by the clock, %.2f by processor time; budget 1.80\n", clock[2] / clock[1],
	       cpu[2] / cpu[1]);
}

/* ---- against the rival ---- */

static double rival(const char *path)
{
	struct yz_err err = {0};
	struct yz_feel_run run;
	const struct yz_json *j = yz_json_load(forever, path, NULL, &err), *answers = yz_json_get(j, "answers");
	if (!j || yz_json_len(answers) != FACTS)
		stop(path, j ? "not as many answers as facts" : err.msg);
	yz_feel_run_init(&run, forever);
	int null = 0;
	for (int i = 0; i < FACTS; i++) {
		struct yz_feel_value v = decide(&run, i);
		const struct yz_json *theirs = yz_json_at(answers, (size_t)i);
		bool same = v.kind == YZ_FEEL_NULL ? yz_json_is(theirs, YZ_JSON_NULL)
						   : yz_json_is(theirs, YZ_JSON_NUMBER) &&
							     yz_str_eq(yz_feel_text(forever, v), theirs->text);
		null += v.kind == YZ_FEEL_NULL;
		if (!same)
			stop("another answer", yz_printf(forever, "fact %d", i));
	}
	printf("%d facts, the same answers (%d of them none)\n", FACTS, null);
	return strtod(yz_str_z(forever, yz_json_get(j, "rate")->text), NULL);
}

static void compare(const char *other, FILE *counts)
{
	long decision_cost = 0, load_cost = 0;
	double theirs = other ? rival(other) : 0, ours = decisions_a_second();
	struct yz_str thousand = model_text(forever, 1000);
	if (counts && fscanf(counts, "%ld %ld", &decision_cost, &load_cost) != 2)
		stop("counts", "there are none");
	printf("a table of 100 rules, four inputs: %.0f decisions/s a thread; budget 1000000\n", ours);
	if (theirs > 0)
		printf("zen-engine: %.0f decisions/s; ratio %.1f, budget 30\n", theirs, ours / theirs);
	printf("a model of 1,000 rules (%zu KB) loaded in %.2f ms; budget 20\n", thousand.len / 1024,
	       load_milliseconds(thousand));
	if (counts)
		printf("instructions: %ld a decision, %ld a load\n", decision_cost, load_cost);
	two_threads();
}

/* ---- callgrind ---- */

static void count(void)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str thousand = model_text(forever, 1000);
	/* The first dumps have all that was done before. */
	for (int i = 0; i < 2; i++) {
		counted_eval(a, COUNTED);
		counted_whole(a, thousand);
	}
	yz_arena_destroy(a);
}

static void summary(int files, char **paths)
{
	for (int i = 2; i < files; i++) {
		char line[512];
		long total = 0;
		FILE *f = fopen(paths[i], "r");
		while (f && fgets(line, sizeof line, f))
			sscanf(line, "totals: %ld", &total);
		if (f)
			fclose(f);
		printf("%ld\n", i % 2 ? total : total / COUNTED);
	}
}

int main(int argc, char **argv)
{
	forever = yz_arena_create(0);
	if (argc > 2 && !strcmp(argv[1], "--summary")) {
		summary(argc - 2, argv + 2);
		return 0;
	}
	prepare();
	if (argc > 2 && !strcmp(argv[1], "--write")) {
		write_rival(argv[2]);
	} else if (argc > 1 && !strcmp(argv[1], "--count")) {
		count();
	} else {
		FILE *counts = argc > 2 ? fopen(argv[2], "r") : NULL;
		compare(argc > 1 && strcmp(argv[1], "-") ? argv[1] : NULL, counts);
		if (counts)
			fclose(counts);
	}
	yz_arena_destroy(forever);
	return 0;
}
