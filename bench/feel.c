/* bench/feel.c - expressions against feelin: prepared evaluation, parsing and evaluation, two threads.
 *
 *	bench_feel FEEL.json [RIVAL [COUNTS]]  RIVAL: what feel_rival.mjs printed, or -; COUNTS: from --summary
 *	bench_feel --count FEEL.json           each expression some times in counted_eval and in counted_whole; callgrind,
 *	                                       told to dump after each, has the instructions
 *	bench_feel --summary DUMP...           those dumps as instructions a call, two for each expression
 *
 * Arena and run are made anew for every ten evaluations, about what one request asks; parsing has them for
 * itself.  A time is processor time, the best of some rounds, in three spells because machines have moods.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/feel.h"
#include "fmt/json.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 100, NAMES = 32, ROUNDS = 5, SPELLS = 3, COUNTED = 20, REQUEST = 10 };

struct one {
	struct yz_str name, text, apart; /* apart: why no budget is set for it */
	enum yz_feel_mode mode;
	const struct yz_feel *program;
	const struct yz_feel_value *inputs;
	struct yz_feel_name names[NAMES];
	struct yz_feel_scope scope;
	struct yz_feel_value tested;
	double eval, whole; /* nanoseconds */
};

static struct one all[MOST];
static size_t n;
static struct yz_arena *forever;

static _Noreturn void stop(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

/* ---- the expressions ---- */

static struct yz_feel_value value_of(struct yz_str text)
{
	struct yz_err err = {0};
	struct yz_feel_run run;
	const struct yz_feel *f = yz_feel_compile(forever, text, YZ_FEEL_EXPRESSION, NULL, NULL, &err);
	if (!f)
		stop("data", err.msg);
	yz_feel_run_init(&run, forever);
	return yz_feel_eval(f, &run, NULL);
}

static const struct yz_feel *compile(struct yz_arena *a, const struct one *e)
{
	struct yz_err err = {0};
	const struct yz_feel *f = yz_feel_compile(a, e->text, e->mode, &e->scope, NULL, &err);
	if (!f)
		stop("compile", err.msg);
	return f;
}

static void load_one(const struct yz_json *data, const struct yz_json *j)
{
	struct one *e = &all[n++];
	struct yz_str with = yz_json_str(j, "with"), tested = yz_json_str(j, "tested");
	struct yz_feel_value context = value_of(yz_json_text(yz_json_find(data, with)));
	size_t len = yz_feel_len(context);
	struct yz_feel_value *inputs = yz_new_n(forever, len, struct yz_feel_value);
	if (len > NAMES)
		stop("data", "too many names");
	for (size_t i = 0; i < len; i++) {
		e->names[i] = (struct yz_feel_name){.name = yz_feel_entries(context)[i].key};
		inputs[i] = yz_feel_entries(context)[i].value;
	}
	e->inputs = inputs;
	e->scope = (struct yz_feel_scope){.names = e->names, .len = len};
	e->name = yz_json_str(j, "name");
	e->text = yz_json_str(j, "text");
	e->apart = yz_json_str(j, "apart");
	e->mode = tested.len ? YZ_FEEL_UNARY_TESTS : YZ_FEEL_EXPRESSION;
	if (tested.len)
		e->tested = value_of(tested);
	e->program = compile(forever, e);
}

static void load(const char *path)
{
	struct yz_err err = {0};
	const struct yz_json *j = yz_json_load(forever, path, NULL, &err);
	if (!j)
		stop(path, err.msg);
	const struct yz_json *list = yz_json_get(j, "expressions");
	if (!yz_json_len(list) || yz_json_len(list) > MOST)
		stop(path, "no expressions, or too many");
	for (size_t i = 0; i < yz_json_len(list); i++)
		load_one(yz_json_get(j, "data"), yz_json_at(list, i));
}

/* ---- evaluating ---- */

static inline struct yz_feel_value evaluate(const struct one *e, const struct yz_feel *f, struct yz_feel_run *run)
{
	return e->mode == YZ_FEEL_EXPRESSION ? yz_feel_eval(f, run, e->inputs)
					     : yz_feel_test(f, run, e->inputs, e->tested);
}

static __attribute__((noinline, noclone)) void counted_eval(const struct one *e, struct yz_arena *a, uint64_t times)
{
	struct yz_feel_run run;
	while (times) {
		yz_arena_reset(a);
		yz_feel_run_init(&run, a);
		for (int i = 0; i < REQUEST && times; i++, times--)
			evaluate(e, e->program, &run);
	}
}

static __attribute__((noinline, noclone)) void counted_whole(const struct one *e, struct yz_arena *a, uint64_t times)
{
	struct yz_feel_run run;
	for (uint64_t i = 0; i < times; i++) {
		yz_arena_reset(a);
		yz_feel_run_init(&run, a);
		evaluate(e, compile(a, e), &run);
	}
}

typedef void work(const struct one *e, struct yz_arena *a, uint64_t times);

static double now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The best of some rounds, if better than *best. */
static void measure(work *w, const struct one *e, double *best)
{
	struct yz_arena *a = yz_arena_create(0);
	double spent = 0;
	uint64_t times = 1;
	for (; spent < 2e6; times *= 2) {
		double begin = now(CLOCK_THREAD_CPUTIME_ID);
		w(e, a, times);
		spent = now(CLOCK_THREAD_CPUTIME_ID) - begin;
	}
	for (int i = 0; i < ROUNDS; i++) {
		double begin = now(CLOCK_THREAD_CPUTIME_ID);
		w(e, a, times);
		*best = fmin(*best, (now(CLOCK_THREAD_CPUTIME_ID) - begin) / (double)times);
	}
	yz_arena_destroy(a);
}

static void measure_all(void)
{
	for (size_t i = 0; i < n; i++)
		all[i].eval = all[i].whole = INFINITY;
	for (int spell = 0; spell < SPELLS; spell++)
		for (size_t i = 0; i < n; i++) {
			measure(counted_eval, &all[i], &all[i].eval);
			measure(counted_whole, &all[i], &all[i].whole);
		}
}

/* ---- the same results? ---- */

static bool same(struct yz_arena *a, struct yz_feel_value v, const struct yz_json *j)
{
	double x, y;
	switch (v.kind) {
	case YZ_FEEL_NULL:
		return yz_json_is(j, YZ_JSON_NULL);
	case YZ_FEEL_BOOLEAN:
		return yz_json_is(j, v.flag ? YZ_JSON_TRUE : YZ_JSON_FALSE);
	case YZ_FEEL_NUMBER:
		if (!yz_json_is(j, YZ_JSON_NUMBER))
			return false;
		x = yz_dec_to_double(yz_feel_dec(v));
		y = strtod(yz_str_z(a, j->text), NULL);
		return fabs(x - y) <= 1e-9 * fmax(1, fabs(x));
	case YZ_FEEL_LIST:
		if (!yz_json_is(j, YZ_JSON_ARRAY) || yz_json_len(j) != yz_feel_len(v))
			return false;
		for (size_t i = 0; i < yz_feel_len(v); i++)
			if (!same(a, yz_feel_at(v, i), yz_json_at(j, i)))
				return false;
		return true;
	default:
		return yz_str_eq(yz_feel_text(a, v), yz_json_text(j));
	}
}

static void check(const struct yz_json *rival)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	if (yz_json_len(rival) != n)
		stop("the rival's answers", "not as many as expressions");
	for (size_t i = 0; i < n; i++) {
		struct yz_feel_value v = evaluate(&all[i], all[i].program, &run);
		if (same(a, v, yz_json_get(yz_json_at(rival, i), "result")))
			continue;
		struct yz_buf b;
		yz_buf_init(&b, a, 1 << 20);
		yz_json_write(&b, yz_json_get(yz_json_at(rival, i), "result"));
		struct yz_str ours = yz_feel_text(a, v), theirs = yz_buf_str(&b);
		fprintf(stderr, "%.*s: ours %.*s, theirs %.*s\n", YZ_P(all[i].name), YZ_P(ours), YZ_P(theirs));
		exit(1);
	}
	yz_arena_destroy(a);
}

/* ---- two threads ---- */

enum { PASSES = 4000 };

static void *passes(void *ctx)
{
	struct yz_arena *a = yz_arena_create(0);
	for (int i = 0; i < PASSES; i++)
		for (size_t k = 0; k < n; k++)
			counted_eval(&all[k], a, 1);
	yz_arena_destroy(a);
	return NULL;
}

/* Passes a second by the clock. */
static double in_threads(int many)
{
	pthread_t t[2];
	double begin = now(CLOCK_MONOTONIC);
	for (int i = 0; i < many; i++)
		pthread_create(&t[i], NULL, passes, NULL);
	for (int i = 0; i < many; i++)
		pthread_join(t[i], NULL);
	return many * PASSES / (now(CLOCK_MONOTONIC) - begin) * 1e9;
}

/* The same in processes, which share nothing: what two threads of a machine can reach at all.  Two processors of a
 * virtual machine may be one core's two halves. */
static double in_processes(int many)
{
	pid_t child[2];
	double begin = now(CLOCK_MONOTONIC);
	for (int i = 0; i < many; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			passes(NULL);
			_exit(0);
		}
	}
	for (int i = 0; i < many; i++)
		waitpid(child[i], NULL, 0);
	return many * PASSES / (now(CLOCK_MONOTONIC) - begin) * 1e9;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void two_threads(void)
{
	enum { TURNS = 15 };
	double threads[TURNS], processes[TURNS];
	for (int i = 0; i < TURNS; i++) {
		double one = in_threads(1);
		threads[i] = in_threads(2) / one;
		processes[i] = in_processes(2) / one;
	}
	qsort(threads, TURNS, sizeof *threads, ascending);
	qsort(processes, TURNS, sizeof *processes, ascending);
	printf("two threads: %.2f of one by the clock, middle of %d turns (%.2f to %.2f); two processes, which share nothing: "
	       "%.2f (%.2f to %.2f); budget 1.80\n",
	       threads[TURNS / 2], TURNS, threads[0], threads[TURNS - 1], processes[TURNS / 2], processes[0], processes[TURNS - 1]);
}

/* ---- output ---- */

static double number(const struct yz_json *j, const char *key)
{
	return strtod(yz_str_z(forever, yz_json_get(j, key)->text), NULL);
}

/* COUNTS has a line for each expression: instructions of an evaluation, of parsing and evaluation. */
static void print_counts(FILE *counts)
{
	long eval, whole;
	if (counts && fscanf(counts, "%ld %ld", &eval, &whole) == 2)
		printf(" %9ld %9ld", eval, whole);
}

static void table(const struct yz_json *rival, FILE *counts)
{
	double least = INFINITY, least_whole = INFINITY;
	int missed = 0;
	measure_all();
	printf("%-20s %9s %9s %6s  %9s %9s %6s%s\n", "nanoseconds", "ours", "feelin", "ratio", "+ parsing", "feelin",
	       "ratio", counts ? "  instr.  + parsing" : "");
	for (size_t i = 0; i < n; i++) {
		struct one *e = &all[i];
		if (rival) {
			const struct yz_json *r = yz_json_at(rival, i);
			double eval = number(r, "prepared"), whole = number(r, "whole");
			bool miss = !e->apart.len && (eval / e->eval < 20 || whole / e->whole < 50);
			missed += miss;
			if (!e->apart.len) {
				least = fmin(least, eval / e->eval);
				least_whole = fmin(least_whole, whole / e->whole);
			}
			printf("%-20.*s %9.1f %9.0f %6.0f  %9.0f %9.0f %6.0f", YZ_P(e->name), e->eval, eval,
			       eval / e->eval, e->whole, whole, whole / e->whole);
			print_counts(counts);
			printf("%s%.*s\n", miss ? "  MISSED" : e->apart.len ? "  " : "", YZ_P(e->apart));
		} else {
			printf("%-20.*s %9.1f %26.0f", YZ_P(e->name), e->eval, e->whole);
			print_counts(counts);
			printf("\n");
		}
	}
	if (rival)
		printf("%zu expressions, the same results; least ratio %.1f (budget 20), with parsing %.1f (budget 50), "
		       "%d missed\n",
		       n, least, least_whole, missed);
}

/* ---- callgrind ---- */

static void count(void)
{
	struct yz_arena *a = yz_arena_create(0);
	/* The first dump has all that was done before; so the first expression comes twice. */
	counted_eval(&all[0], a, COUNTED);
	counted_whole(&all[0], a, COUNTED);
	for (size_t i = 0; i < n; i++) {
		counted_eval(&all[i], a, COUNTED);
		counted_whole(&all[i], a, COUNTED);
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
		printf("%ld%c", total / COUNTED, i % 2 ? '\n' : ' ');
	}
}

int main(int argc, char **argv)
{
	struct yz_err err = {0};
	forever = yz_arena_create(0);
	bool rivals = argc > 2 && strcmp(argv[2], "-") != 0;
	if (argc > 2 && !strcmp(argv[1], "--summary")) {
		summary(argc - 2, argv + 2);
	} else if (argc > 2 && !strcmp(argv[1], "--count")) {
		load(argv[2]);
		count();
	} else if (argc > 1) {
		load(argv[1]);
		const struct yz_json *rival = rivals ? yz_json_load(forever, argv[2], NULL, &err) : NULL;
		FILE *counts = argc > 3 ? fopen(argv[3], "r") : NULL;
		if (rivals && !rival)
			stop(argv[2], err.msg);
		if (rival)
			check(rival);
		table(rival, counts);
		two_threads();
		if (counts)
			fclose(counts);
	} else {
		stop("usage", "bench_feel FEEL.json [RIVAL [COUNTS]]");
	}
	yz_arena_destroy(forever);
	return 0;
}
