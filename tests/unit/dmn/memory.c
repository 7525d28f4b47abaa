/* Memory that is gone at any one allocation, of all that a model takes from its reading to its proof: the arena stops
 * the work there, and nothing is left behind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "dmn/dmn.h"
#include "fmt/file.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>

enum { MODEL_MOST = 1 << 20, FILES_MOST = 64 };

static jmp_buf out;

static void spent(void *ctx)
{
	(void)ctx;
	longjmp(out, 1);
}

static void decide(struct yz_arena *a, const struct yz_dmn *m, const struct yz_dmn_node *n, bool unknown)
{
	struct yz_feel_run run;
	struct yz_dmn_eval e;
	struct yz_buf b;
	yz_feel_run_init(&run, a);
	yz_dmn_begin(&e, m, &run);
	e.missing_unknown = unknown;
	e.explain = true;
	yz_dmn_decide(&e, n);
	yz_buf_init(&b, a, 1 << 20);
	if (e.trace) {
		yz_dmn_trace_json(e.trace, &b);
		yz_dmn_trace_text(e.trace, YZ_FEEL_ZH, &b);
	}
}

static void ask(struct yz_arena *a, const struct yz_dmn *m, const struct yz_dmn_node *n)
{
	struct yz_feel_run run;
	struct yz_dmn_asked asked;
	struct yz_dmn_told told;
	bool needless;
	const struct yz_dmn_guide *g = yz_dmn_guide_new(a, m, n);
	yz_feel_run_init(&run, a);
	yz_dmn_ask(g, NULL, 0, &run, &asked);
	if (asked.decided)
		return;
	told = (struct yz_dmn_told){.name = asked.question.fact};
	if (asked.question.nanswers)
		told.value = asked.question.answers[0].value;
	yz_dmn_ask(g, &told, 1, &run, &asked);
	yz_dmn_needless(g, &told, 1, &run, &needless);
}

/* The sources of a model that imports others are separated by the byte 0x01, as the fuzzer has them. */
static void whole_way(struct yz_arena *a, struct yz_str text)
{
	struct yz_dmn_source sources[4];
	struct yz_str part;
	const struct yz_dmn_diag *diags;
	struct yz_dmn_proof proof;
	struct yz_err err = {0};
	struct yz_buf b;
	size_t n = 0, nodes;
	while (n < 4 && yz_str_cut(&text, 1, &part))
		sources[n++] = (struct yz_dmn_source){YZ_LIT("m.dmn"), part};
	const struct yz_dmn *m = yz_dmn_load(a, sources, n, NULL, &diags, &err);
	if (!m)
		return;
	const struct yz_dmn_node *const *all = yz_dmn_nodes(m, &nodes);
	for (size_t i = 0; i < nodes; i++) {
		if (all[i]->kind == YZ_DMN_BKM || all[i]->kind == YZ_DMN_INPUT)
			continue;
		decide(a, m, all[i], false);
		decide(a, m, all[i], true);
		ask(a, m, all[i]);
	}
	yz_buf_init(&b, a, 1 << 20);
	if (yz_dmn_prove(a, m, NULL, 2000, &proof, &err))
		yz_dmn_proof_json(&proof, YZ_FEEL_ZH, &b);
}

/* True: the nth allocation was reached, and refused. */
static bool refused_at(struct yz_str text, size_t nth)
{
	struct yz_arena *volatile a = yz_arena_create(0);
	volatile bool refused = true;
	yz_arena_on_spent(a, spent, NULL);
	yz_arena_strict(a, nth);
	if (!setjmp(out)) {
		whole_way(a, text);
		refused = false;
	}
	yz_arena_destroy(a);
	return refused;
}

static int open_files(void)
{
	int n = 0;
	DIR *d = opendir("/proc/self/fd");
	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

TEST(every_allocation_refused_once_stops_the_work_and_leaves_nothing)
{
	struct yz_arena *forever = yz_arena_create(0);
	const char *folder = yz_test_source("tests/fuzz/corpus/dmn");
	struct dirent *entry;
	struct yz_err err = {0};
	size_t total = 0, models = 0;
	int files = open_files();
	DIR *d = opendir(folder);
	assert_non_null(d);
	while ((entry = readdir(d))) {
		struct yz_str text;
		if (entry->d_name[0] == '.')
			continue;
		assert_true(++models < FILES_MOST);
		assert_true(yz_file_read(forever, yz_printf(forever, "%s/%s", folder, entry->d_name), MODEL_MOST, &text,
					 &err));
		size_t nth = 1;
		while (refused_at(text, nth))
			nth++;
		total += nth;
	}
	closedir(d);
	assert_int_equal(open_files(), files);
	assert_true(total > 20000);
	print_message("%zu allocations refused\n", total);
	yz_arena_destroy(forever);
}
