/* Runs the examples of tests/spec/feel; their format is told in tests/spec/feel/README.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "base/map.h"
#include "feel/builtin.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

struct example {
	struct yz_buf text;
	struct yz_str given, tested, result, why, error;
	bool cell;
	int line;
};

static struct yz_arena *arena;
static const char *file;
static size_t ran, wrong;

/* One wrong example does not hide the others. */
#define COMPLAIN(line, ...)                                                                                            \
	(wrong++, fprintf(stderr, "%s:%d: ", file, (line)), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr))

static struct yz_str slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot read %s", path);
	struct yz_buf b;
	char part[4096];
	size_t n;
	yz_buf_init(&b, arena, 1 << 20);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		yz_buf_add(&b, part, n);
	fclose(f);
	assert_false(b.full);
	return yz_buf_str(&b);
}

static struct yz_feel_value value_of(struct yz_feel_run *run, struct yz_str text, int line)
{
	struct yz_err err = {0};
	const struct yz_feel *f = yz_feel_compile(arena, text, YZ_FEEL_EXPRESSION, NULL, NULL, &err);
	if (!f)
		fail_msg("%s:%d: %s", file, line, err.msg);
	return yz_feel_eval(f, run, NULL);
}

static const char *written(struct yz_feel_value v)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	yz_feel_write(&b, v);
	return b.ptr;
}

/* given {name: value}: the entries are the inputs; unknown(name) stands for a fact nobody told. */
static struct yz_feel_value unknown(const void *ctx, struct yz_feel_run *run, const struct yz_feel_value *args,
				    size_t n)
{
	(void)ctx;
	(void)n;
	return yz_feel_unknown(run->arena, yz_feel_str(args[0]));
}

static struct yz_feel_value inputs_of(struct yz_feel_run *run, struct yz_str text, int line)
{
	static const struct yz_feel_field param[] = {{YZ_LIT("fact"), NULL}};
	static const struct yz_feel_type type = {.kind = YZ_FEEL_FUNCTION, .fields = param, .nfields = 1};
	static const struct yz_feel_host host = {.name = YZ_LIT("unknown"), .type = &type, .call = unknown};
	struct yz_feel_name name = {YZ_LIT("unknown"), &type};
	struct yz_feel_scope scope = {.names = &name, .len = 1};
	struct yz_feel_value input = yz_feel_function_of(arena, &host);
	struct yz_err err = {0};
	const struct yz_feel *f = yz_feel_compile(arena, text, YZ_FEEL_EXPRESSION, &scope, NULL, &err);
	if (!f)
		fail_msg("%s:%d: given: %s", file, line, err.msg);
	struct yz_feel_value v = yz_feel_eval(f, run, &input);
	if (v.kind != YZ_FEEL_CONTEXT)
		fail_msg("%s:%d: given is no context", file, line);
	return v;
}

static bool reason_has(const struct yz_feel_run *run, struct yz_str why)
{
	for (const struct yz_feel_reason *r = run->reasons; r; r = r->next)
		if (yz_str_find(yz_feel_reason_text(arena, r, YZ_FEEL_EN), why, 0) != SIZE_MAX)
			return true;
	return false;
}

static void run_example(const struct example *e)
{
	struct yz_feel_run run;
	struct yz_feel_scope scope = {0};
	struct yz_feel_value *inputs = NULL, got;
	yz_feel_run_init(&run, arena);
	yz_feel_read(arena, YZ_FEEL_DATE_TIME, YZ_LIT("2026-05-17T10:20:30+08:00"), &run.now);
	if (e->given.len) {
		struct yz_feel_value given = inputs_of(&run, e->given, e->line);
		size_t n = yz_feel_len(given);
		struct yz_feel_name *names = yz_new_n(arena, n, struct yz_feel_name);
		inputs = yz_new_n(arena, n, struct yz_feel_value);
		for (size_t i = 0; i < n; i++) {
			names[i].name = yz_feel_entries(given)[i].key;
			inputs[i] = yz_feel_entries(given)[i].value;
		}
		scope = (struct yz_feel_scope){.names = names, .len = n};
	}
	struct yz_err err = {0};
	const struct yz_feel *f = yz_feel_compile(
		arena, yz_buf_str(&e->text), e->cell ? YZ_FEEL_UNARY_TESTS : YZ_FEEL_EXPRESSION, &scope, NULL, &err);
	ran++;
	if (e->error.ptr) {
		if (f || yz_str_find(yz_str(err.msg), e->error, 0) == SIZE_MAX)
			COMPLAIN(e->line, "error '%s', not '%.*s'", f ? "" : err.msg, YZ_P(e->error));
		return;
	}
	if (!f) {
		COMPLAIN(e->line, "%s", err.msg);
		return;
	}
	yz_feel_run_again(&run);
	got = e->cell ? yz_feel_test(f, &run, inputs, value_of(&run, e->tested, e->line))
		      : yz_feel_eval(f, &run, inputs);
	const char *want = yz_str_starts(e->result, YZ_LIT("unknown(")) ? yz_str_z(arena, e->result)
									: written(value_of(&run, e->result, e->line));
	if (strcmp(written(got), want))
		COMPLAIN(e->line, "%s is %s, not %s", e->text.ptr, written(got), want);
	if (e->why.ptr && !reason_has(&run, e->why))
		COMPLAIN(e->line, "%s does not say '%.*s'", e->text.ptr, YZ_P(e->why));
}

static bool word(struct yz_str line, const char *prefix, struct yz_str *rest)
{
	struct yz_str p = yz_str(prefix);
	if (!yz_str_starts(line, p))
		return false;
	*rest = yz_str_trim(yz_str_n(line.ptr + p.len, line.len - p.len));
	return true;
}

/* "1 + 1 => 2" */
static bool split_line(struct yz_str line, struct yz_str *expr, struct yz_str *result, struct yz_str *why)
{
	size_t at = yz_str_find(line, YZ_LIT(" => "), 0);
	if (at == SIZE_MAX || !at)
		return false;
	*expr = yz_str_trim(yz_str_n(line.ptr, at));
	*result = yz_str_trim(yz_str_n(line.ptr + at + 4, line.len - at - 4));
	*why = (struct yz_str){0};
	size_t because = yz_str_find(*result, YZ_LIT(" why "), 0);
	if (because != SIZE_MAX) {
		*why = yz_str_trim(yz_str_n(result->ptr + because + 5, result->len - because - 5));
		result->len = because;
	}
	return true;
}

static void begin(struct example *e)
{
	memset(e, 0, sizeof *e);
	yz_buf_init(&e->text, arena, 1 << 16);
}

static void take_line(struct example *e, struct yz_str line, int number)
{
	struct yz_str cell, expr;
	struct example one = *e;
	if (word(line, "given ", &e->given) || word(line, "tested ", &e->tested) || word(line, "=> ", &e->result) ||
	    word(line, "why ", &e->why) || word(line, "error ", &e->error))
		return;
	if (!e->text.len && split_line(line, &expr, &one.result, &one.why)) {
		one.line = number;
		one.cell = word(expr, "cell ", &expr);
		yz_buf_init(&one.text, arena, 1 << 16);
		yz_buf_adds(&one.text, expr);
		word(one.result, "error ", &one.error);
		run_example(&one);
		return;
	}
	if (!e->text.len)
		e->line = number;
	else
		yz_buf_addc(&e->text, '\n');
	if (word(line, "cell ", &cell)) {
		e->cell = true;
		line = cell;
	}
	yz_buf_adds(&e->text, line);
}

static void finish(struct example *e)
{
	if (e->text.len) {
		if (!e->result.ptr && !e->error.ptr)
			fail_msg("%s:%d: no result", file, e->line);
		run_example(e);
	}
	begin(e);
}

/* `number` lines stand before the text. */
static void run_text(struct yz_str text, int number)
{
	struct yz_str line;
	struct example e;
	begin(&e);
	while (yz_str_cut(&text, '\n', &line)) {
		number++;
		if (!line.len)
			finish(&e);
		else if (line.ptr[0] != '#')
			take_line(&e, line, number);
	}
	finish(&e);
}

TEST(every_example_of_the_language_gives_what_it_says)
{
	const char *folder = yz_test_source("tests/spec/feel");
	DIR *d = opendir(folder);
	assert_non_null(d);
	for (struct dirent *entry; (entry = readdir(d));) {
		struct yz_str name = yz_str(entry->d_name);
		if (!yz_str_ends(name, YZ_LIT(".txt")))
			continue;
		arena = yz_arena_create(0);
		file = yz_printf(arena, "%s/%s", folder, entry->d_name);
		run_text(slurp(file), 0);
		yz_arena_destroy(arena);
	}
	closedir(d);
	assert_int_equal(wrong, 0);
	assert_true(ran > 500);
	printf("%zu examples\n", ran);
}

/* ---- the manual ---- */

/* `name(` begins a row of the reference: what it tells of. */
struct row {
	struct yz_str name, params;
};

/* The next `…` in the line. */
static bool next_span(struct yz_str *line, struct yz_str *span)
{
	size_t from = yz_str_find(*line, YZ_LIT("`"), 0), to = SIZE_MAX;
	if (from != SIZE_MAX)
		to = yz_str_find(*line, YZ_LIT("`"), from + 1);
	if (to == SIZE_MAX)
		return false;
	*span = yz_str_n(line->ptr + from + 1, to - from - 1);
	*line = yz_str_n(line->ptr + to + 1, line->len - to - 1);
	return true;
}

static bool read_row(struct yz_str line, struct row *r)
{
	struct yz_str span;
	if (!yz_str_starts(line, YZ_LIT("| `")) || !next_span(&line, &span))
		return false;
	size_t open = yz_str_find(span, YZ_LIT("("), 0);
	if (open == SIZE_MAX || !open || span.ptr[span.len - 1] != ')')
		return false;
	r->name = yz_str_n(span.ptr, open);
	r->params = yz_str_n(span.ptr + open + 1, span.len - open - 2);
	return true;
}

static size_t builtin_called(struct yz_str name)
{
	for (size_t i = 0; i < yz_feel_nbuiltins; i++)
		if (yz_str_eqz(name, yz_feel_builtins[i].name))
			return i;
	return SIZE_MAX;
}

/* Its parameters are called as the reference says; a and b stand for points and ranges. */
static void check_params(const struct yz_feel_builtin *b, struct yz_str params, int line)
{
	struct yz_str name;
	while (params.len && yz_str_cut(&params, ',', &name)) {
		bool known = yz_str_eqz(yz_str_trim(name), "a") || yz_str_eqz(yz_str_trim(name), "b");
		name = yz_str_trim(name);
		if (yz_str_ends(name, YZ_LIT("?")))
			name.len--;
		if (yz_str_ends(name, YZ_LIT("…")))
			name.len -= strlen("…");
		for (int i = 0; i < 4 && b->sigs[i].types; i++)
			known |= yz_feel_sig_find(&b->sigs[i], name) >= 0;
		if (!known)
			COMPLAIN(line, "%s has no parameter %.*s", b->name, YZ_P(name));
	}
}

static void run_line(struct yz_str line, int number, unsigned *shown)
{
	struct row r = {0};
	struct yz_str span;
	size_t builtin = read_row(line, &r) ? builtin_called(r.name) : SIZE_MAX;
	if (r.name.len && builtin == SIZE_MAX)
		COMPLAIN(number, "there is no function %.*s", YZ_P(r.name));
	while (next_span(&line, &span)) {
		if (yz_str_find(span, YZ_LIT(" => "), 0) == SIZE_MAX)
			continue;
		run_text(span, number - 1);
		if (builtin == SIZE_MAX)
			continue;
		check_params(&yz_feel_builtins[builtin], r.params, number);
		shown[builtin] += yz_str_starts(span, yz_str_printf(arena, "%.*s(", YZ_P(r.name)));
	}
}

static void run_manual(const char *path, unsigned *shown)
{
	struct yz_str rest = slurp(path), line, block = {0};
	bool fence = false;
	int number = 0, begun = 0;
	file = path;
	while (yz_str_cut(&rest, '\n', &line)) {
		number++;
		if (yz_str_starts(line, YZ_LIT("```"))) {
			if (fence && block.ptr)
				run_text(yz_str_n(block.ptr, (size_t)(line.ptr - block.ptr)), begun);
			fence = !fence;
			begun = number;
			block = (struct yz_str){fence && yz_str_eqz(line, "```feel") ? line.ptr + line.len + 1 : NULL,
						0};
		} else if (!fence) {
			run_line(line, number, shown);
		}
	}
	assert_false(fence);
}

TEST(every_example_of_the_manual_holds_and_every_built_in_has_one)
{
	static const char *const manuals[] = {"docs/feel.md", "docs/feel.zh-CN.md"};
	wrong = 0;
	for (size_t i = 0; i < 2; i++) {
		arena = yz_arena_create(0);
		unsigned *shown = yz_new_n(arena, yz_feel_nbuiltins, unsigned);
		ran = 0;
		run_manual(yz_test_source(manuals[i]), shown);
		assert_true(ran > 150);
		for (size_t k = 0; k < yz_feel_nbuiltins; k++)
			if (!shown[k])
				COMPLAIN(0, "no example of %s", yz_feel_builtins[k].name);
		printf("%s: %zu examples\n", manuals[i], ran);
		yz_arena_destroy(arena);
	}
	assert_int_equal(wrong, 0);
}
