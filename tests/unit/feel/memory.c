/* Memory that is gone at any one allocation: the arena stops the work there, and nothing is left behind.
 *
 * Allocations are the arena's and PCRE2's; the linker puts what begins with __wrap in PCRE2's place (meson.build).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "feel/feel.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static jmp_buf out;

static void spent(void *ctx)
{
	(void)ctx;
	longjmp(out, 1);
}

/* ---- PCRE2 ---- */

static int live;          /* codes and match data not yet freed */
static unsigned in_pcre2; /* fails at this call from now; 0: none */

static bool pcre2_fails(void)
{
	return in_pcre2 && !--in_pcre2;
}

pcre2_code *__real_pcre2_compile_8(PCRE2_SPTR, PCRE2_SIZE, uint32_t, int *, PCRE2_SIZE *, pcre2_compile_context *);
pcre2_code *__wrap_pcre2_compile_8(PCRE2_SPTR, PCRE2_SIZE, uint32_t, int *, PCRE2_SIZE *, pcre2_compile_context *);
pcre2_match_data *__real_pcre2_match_data_create_from_pattern_8(const pcre2_code *, pcre2_general_context *);
pcre2_match_data *__wrap_pcre2_match_data_create_from_pattern_8(const pcre2_code *, pcre2_general_context *);
void __real_pcre2_code_free_8(pcre2_code *);
void __wrap_pcre2_code_free_8(pcre2_code *);
void __real_pcre2_match_data_free_8(pcre2_match_data *);
void __wrap_pcre2_match_data_free_8(pcre2_match_data *);

pcre2_code *__wrap_pcre2_compile_8(PCRE2_SPTR pattern, PCRE2_SIZE len, uint32_t options, int *number, PCRE2_SIZE *at,
				   pcre2_compile_context *context)
{
	if (pcre2_fails()) {
		*number = 121;
		return NULL;
	}
	pcre2_code *c = __real_pcre2_compile_8(pattern, len, options, number, at, context);
	live += c != NULL;
	return c;
}

pcre2_match_data *__wrap_pcre2_match_data_create_from_pattern_8(const pcre2_code *code, pcre2_general_context *context)
{
	if (pcre2_fails())
		return NULL;
	pcre2_match_data *d = __real_pcre2_match_data_create_from_pattern_8(code, context);
	live += d != NULL;
	return d;
}

void __wrap_pcre2_code_free_8(pcre2_code *c)
{
	live -= c != NULL;
	__real_pcre2_code_free_8(c);
}

void __wrap_pcre2_match_data_free_8(pcre2_match_data *d)
{
	live -= d != NULL;
	__real_pcre2_match_data_free_8(d);
}

/* ---- what is tried ---- */

/* From text to the reasons of the result, through all that the face offers. */
static void whole_way(struct yz_arena *a, struct yz_str text, enum yz_feel_mode mode)
{
	struct yz_feel_name names[] = {{YZ_LIT("年龄"), NULL}, {YZ_LIT("b c"), NULL}, {YZ_LIT("l"), NULL}};
	struct yz_feel_scope scope = {.names = names, .len = 3, .open = mode == YZ_FEEL_EXPRESSION};
	struct yz_feel_value item = yz_feel_int(4),
			     inputs[64] = {yz_feel_int(20), yz_feel_unknown(a, YZ_LIT("b c")), yz_feel_list(&item, 1)};
	const struct yz_feel_diag *diags;
	struct yz_feel_run run;
	struct yz_buf b;
	struct yz_err err = {0};
	size_t n;
	const struct yz_feel *f = yz_feel_compile(a, text, mode, &scope, &diags, &err);
	if (!f)
		return;
	yz_feel_names(f, &n);
	assert_true(n <= 64);
	yz_feel_uses(a, f, &n);
	yz_feel_condition(a, f);
	yz_feel_run_init(&run, a);
	yz_feel_read(a, YZ_FEEL_DATE_TIME, YZ_LIT("2026-05-17T10:20:30@Asia/Shanghai"), &run.now);
	struct yz_feel_value v =
		mode == YZ_FEEL_EXPRESSION ? yz_feel_eval(f, &run, inputs) : yz_feel_test(f, &run, inputs, inputs[0]);
	yz_feel_type_text(a, yz_feel_type_of(a, v));
	yz_buf_init(&b, a, 1 << 16);
	yz_feel_write(&b, v);
	for (const struct yz_feel_reason *r = run.reasons; r; r = r->next) {
		yz_feel_reason_text(a, r, YZ_FEEL_EN);
		yz_feel_reason_text(a, r, YZ_FEEL_ZH);
	}
}

/* True: the nth allocation was reached, and refused. */
static bool refused_at(struct yz_str text, enum yz_feel_mode mode, size_t nth)
{
	struct yz_arena *volatile a = yz_arena_create(0);
	volatile bool refused = true;
	yz_arena_on_spent(a, spent, NULL);
	yz_arena_strict(a, nth);
	if (!setjmp(out)) {
		whole_way(a, text, mode);
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

static const char *const expressions[] = {
	"{f: function(x: number, y: list<context<a b: string>>) x + 1, l: for i in 1..9, j in [i, i] return f(i, []), "
	"k: l[item > 5 and matches(string(item), \"1\")], s: sort(k, function(a, b) a > b)}",
	"replace(string(年龄), \"([0-9])\", \"$1$1\") + string join(split(\"a;b;c\", \";\"), \"-\")",
	"(function(p) [matches(\"abc\", p), matches(\"abd\", p, \"i\"), replace(\"abc\", p, \"x\"), split(\"abc\", "
	"p)])(\"b.\")",
	"if b c > 1 then 年龄 / 0 else [b c, {x: b c}.x, -\"a\", nobody(1), @\"2026-02-30\"]",
	"some x in l satisfies x in (1, [2..5], < 年龄) or every y in [b c] satisfies y between 1 and 2",
	"now() - @\"2026-01-01T00:00:00@Europe/Paris\" > duration(\"P1DT2H\") and range(\"[1..5]\") instance of "
	"range<number>",
	"context merge([{a: 1}, context put({a: {b: 2}}, [\"a\", \"b\"], 3), context(get entries({\"c d\": upper "
	"case(\"ß\")}))]).c d",
	"[union([1, 2], [2, 3]), flatten([[1], [[2]]]), list replace([1, 2], function(a, b) a = 1, 9), mode([1, 1]), "
	"sublist([1, 2, 3], 2), concatenate([1], [2]), insert before([1], 1, 2), remove([1, 2], 1), index of([1], 1)]",
	"1 + (2",
	"\"never closed",
};

static size_t refuse_all(struct yz_str text, enum yz_feel_mode mode)
{
	size_t nth = 1;
	while (refused_at(text, mode, nth)) {
		assert_int_equal(live, 0);
		nth++;
	}
	assert_int_equal(live, 0);
	return nth;
}

/* The examples of one line; as cells too, where they can be. */
static size_t refuse_in(const char *path)
{
	size_t total = 0;
	char line[1000];
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		char *end = strstr(line, " => ");
		if (!end || line[0] == '#')
			continue;
		*end = '\0';
		for (int mode = 0; mode < 2; mode++)
			total += refuse_all(yz_str(line), (enum yz_feel_mode)mode);
	}
	fclose(f);
	return total;
}

TEST(every_allocation_refused_once_stops_the_work_and_leaves_nothing)
{
	int files = open_files();
	size_t total = 0;
	for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
		total += refuse_all(yz_str(expressions[i]), YZ_FEEL_EXPRESSION);
	total += refuse_all(YZ_LIT("not(< 5, [7..9], ? in l, matches(string(?), \"^4\"))"), YZ_FEEL_UNARY_TESTS);
	total += refuse_in(yz_test_source("tests/spec/feel/builtins.txt"));
	total += refuse_in(yz_test_source("tests/spec/feel/grammar.txt"));
	assert_int_equal(open_files(), files);
	assert_true(total > 20000);
	print_message("%zu allocations refused\n", total);
}

TEST(a_pattern_without_memory_is_null_with_a_reason)
{
	static const char *const texts[] = {"matches(\"abc\", p)", "replace(\"abc\", p, \"x\")", "split(\"abc\", p)"};
	struct yz_feel_name name = {YZ_LIT("p"), NULL};
	struct yz_feel_scope scope = {.names = &name, .len = 1};
	struct yz_feel_value p = yz_feel_string(YZ_LIT("(b)")); /* a group takes PCRE2 */
	struct yz_feel_run run;
	for (size_t i = 0; i < 3; i++) {
		/* The first call compiles the pattern, the second makes room for the match. */
		for (unsigned nth = 1; nth <= 2; nth++) {
			struct yz_arena *a = yz_arena_create(0);
			const struct yz_feel *f =
				yz_feel_compile(a, yz_str(texts[i]), YZ_FEEL_EXPRESSION, &scope, NULL, NULL);
			yz_feel_run_init(&run, a);
			in_pcre2 = nth;
			struct yz_feel_value v = yz_feel_eval(f, &run, &p);
			in_pcre2 = 0;
			assert_int_equal(v.kind, YZ_FEEL_NULL);
			assert_non_null(v.reason);
			assert_non_null(strstr(yz_feel_reason_text(a, v.reason, YZ_FEEL_EN).ptr, "no memory"));
			yz_arena_destroy(a);
			assert_int_equal(live, 0);
		}
	}
	/* Refused while the program is compiled, it is compiled when it runs. */
	struct yz_arena *a = yz_arena_create(0);
	in_pcre2 = 1;
	const struct yz_feel *f =
		yz_feel_compile(a, YZ_LIT("matches(string(now()), \"^(1970)\")"), YZ_FEEL_EXPRESSION, NULL, NULL, NULL);
	in_pcre2 = 0;
	yz_feel_run_init(&run, a);
	run.now = yz_feel_instant(0, 0);
	assert_true(yz_feel_is_true(yz_feel_eval(f, &run, NULL)));
	assert_int_equal(run.nreasons, 0);
	yz_arena_destroy(a);
	assert_int_equal(live, 0);
}
