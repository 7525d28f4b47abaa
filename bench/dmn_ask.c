/* bench/dmn_ask.c - the next question in a model of 10,000 rows; proving the sixteen situations of road digging.
 *
 *	bench_dmn_ask
 *
 * Times are the best of some rounds, of processor time; what an interview asks of one who qualifies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/dmn.h"
#include "fmt/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RULES = 10000, ROUNDS = 15, INPUTS = 4 };

static const char *const names[INPUTS] = {"类型", "年龄", "收入", "人数"};
static const char *const kinds[] = {"企业", "合作社", "个体工商户", "事业单位", "个人"};
static const int ages[] = {0, 18, 35, 50, 60};

static _Noreturn void stop(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct yz_str model_text(struct yz_arena *a)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 64 << 20);
	yz_buf_addz(&b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"d\" name=\"d\" namespace=\"bench\">");
	for (int k = 0; k < INPUTS; k++)
		yz_buf_printf(&b, "<inputData id=\"i%d\" name=\"%s\"><variable name=\"%s\" typeRef=\"%s\"/></inputData>", k, names[k],
			      names[k], k ? "number" : "string");
	yz_buf_addz(&b, "<decision id=\"x\" name=\"补贴\"><variable name=\"补贴\" typeRef=\"number\"/>");
	for (int k = 0; k < INPUTS; k++)
		yz_buf_printf(&b, "<informationRequirement id=\"q%d\"><requiredInput href=\"#i%d\"/></informationRequirement>", k, k);
	yz_buf_addz(&b, "<decisionTable id=\"t\" hitPolicy=\"FIRST\">");
	for (int k = 0; k < INPUTS; k++)
		yz_buf_printf(&b, "<input id=\"c%d\"><inputExpression id=\"e%d\"><text>%s</text></inputExpression></input>", k, k, names[k]);
	yz_buf_addz(&b, "<output id=\"o\"/>");
	for (int i = 0; i < RULES; i++) {
		int band = i / 25;
		yz_buf_printf(&b,
			      "<rule><inputEntry><text>\"%s\"</text></inputEntry><inputEntry><text>&gt;= %d</text></inputEntry>"
			      "<inputEntry><text>[%d..%d)</text></inputEntry><inputEntry><text>%s</text></inputEntry>"
			      "<outputEntry><text>%d</text></outputEntry></rule>",
			      kinds[i % 5], ages[4 - i / 5 % 5], band * 250, band * 250 + 250, i % 3 ? "&lt;= 9" : "-", i);
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

/* Milliseconds for one question, the best of the rounds. */
static double ask(const struct yz_dmn_guide *g, const struct yz_dmn_told *known, size_t n, struct yz_arena *a,
		  struct yz_dmn_asked *out)
{
	double best = 1e9;
	for (int i = 0; i < ROUNDS; i++) {
		struct yz_feel_run run;
		yz_arena_reset(a);
		double from = now();
		yz_feel_run_init(&run, a);
		yz_dmn_ask(g, known, n, &run, out);
		double took = now() - from;
		best = took < best ? took : best;
	}
	return best * 1e3;
}

static void large(void)
{
	struct yz_arena *a = yz_arena_create(0), *each = yz_arena_create(0);
	const struct yz_dmn *m = load(a, model_text(a));
	double from = now();
	const struct yz_dmn_guide *g = yz_dmn_guide_new(a, m, yz_dmn_find(m, YZ_LIT("补贴")));
	printf("a guide of %d rows: %.0f ms to make, %s\n", RULES, (now() - from) * 1e3,
	       yz_dmn_guide_exact(g) ? "by outcomes" : "by rows");
	const struct yz_feel_value answers[INPUTS] = {yz_feel_string(YZ_LIT("个人")), yz_feel_int(40), yz_feel_int(56789),
						      yz_feel_int(12)};
	struct yz_dmn_told known[INPUTS];
	size_t n = 0;
	for (;;) {
		struct yz_dmn_asked asked;
		double ms = ask(g, known, n, each, &asked);
		if (asked.decided)
			printf("  outcome %.*s: %.2f ms\n", YZ_P(yz_feel_text(each, asked.outcome)), ms);
		else
			printf("  question %zu, %.*s: %.2f ms\n", n + 1, YZ_P(asked.question.fact), ms);
		if (asked.decided || n == INPUTS)
			break;
		size_t k = 0;
		while (!yz_str_eqz(asked.question.fact, names[k]))
			k++;
		known[n++] = (struct yz_dmn_told){.name = yz_str(names[k]), .value = answers[k]};
	}
	yz_arena_destroy(each);
	yz_arena_destroy(a);
}

/* All completions: how many questions until the situation is known. */
static size_t walk(const struct yz_dmn_guide *g, struct yz_dmn_told *known, size_t n, struct yz_arena *a, size_t *asked_all,
		   size_t *most)
{
	struct yz_feel_run run;
	struct yz_dmn_asked asked;
	yz_feel_run_init(&run, a);
	yz_dmn_ask(g, known, n, &run, &asked);
	if (asked.decided) {
		*asked_all += n;
		*most = n > *most ? n : *most;
		return 1;
	}
	size_t ends = 0;
	for (size_t i = 0; i < asked.question.nanswers; i++) {
		known[n] = (struct yz_dmn_told){.name = asked.question.fact, .value = asked.question.answers[i].value};
		ends += walk(g, known, n + 1, a, asked_all, most);
	}
	return ends;
}

static void situations(const char *path)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str text;
	struct yz_err err = {0};
	struct yz_dmn_proof proof;
	double best = 1e9;
	if (!yz_file_read(a, path, 1 << 20, &text, &err))
		stop(path, err.msg);
	const struct yz_dmn *m = load(a, text);
	for (int i = 0; i < ROUNDS; i++) {
		struct yz_arena *each = yz_arena_create(0);
		double from = now();
		if (!yz_dmn_prove(each, m, NULL, 0, &proof, &err))
			stop("prove", err.msg);
		double took = now() - from;
		best = took < best ? took : best;
		yz_arena_destroy(each);
	}
	printf("proving %zu tables, %zu facts: %.2f ms, %zu nodes, %zu findings\n", proof.tables, proof.facts, best * 1e3,
	       proof.nodes, proof.nfindings);
	static const char *const asked_for[] = {"情形", "办结工作日", "材料清单"};
	for (size_t i = 0; i < 3; i++) {
		struct yz_dmn_told known[16];
		size_t all = 0, most = 0;
		const struct yz_dmn_guide *g = yz_dmn_guide_new(a, m, yz_dmn_find(m, yz_str(asked_for[i])));
		double from = now();
		size_t ends = walk(g, known, 0, a, &all, &most);
		printf("  %s: %.1f questions on average of %zu ways, %zu at most; %.3f ms a question\n", asked_for[i],
		       (double)all / (double)ends, ends, most, (now() - from) * 1e3 / (double)(all + ends));
	}
	yz_arena_destroy(a);
}

int main(int argc, char **argv)
{
	large();
	situations(argc > 1 ? argv[1] : YZ_SOURCE "/docs/examples/dig-situations.dmn");
	return 0;
}
