/* Any text as an expression and as unary tests.  What compiles is run; what results is written and read back; and what
 * is known of the result while a fact is not must stay true whatever the fact turns out to be.
 * SPDX-License-Identifier: Apache-2.0 */
#include "feel/feel.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct yz_feel_limits limits = {
	.text = 4096, .depth = 40, .steps = 5000, .string = 5000, .list = 500, .reasons = 10, .regex = 2000};

enum { NAMES = 4 };

/* What cannot be written as it is; so is what is huge because it shares its parts. */
static bool unwritable(struct yz_feel_value v, unsigned depth, unsigned *left)
{
	if (v.kind == YZ_FEEL_FUNCTION || depth > 60 || !*left)
		return true;
	--*left;
	if (v.kind == YZ_FEEL_RANGE)
		return v.range->form == YZ_FEEL_INTERVAL && (!v.range->start.kind || !v.range->end.kind);
	if (v.kind != YZ_FEEL_LIST && v.kind != YZ_FEEL_CONTEXT)
		return false;
	for (size_t i = 0; i < yz_feel_len(v); i++)
		if (unwritable(v.kind == YZ_FEEL_LIST ? yz_feel_at(v, i) : yz_feel_entries(v)[i].value, depth + 1,
			       left))
			return true;
	return false;
}

static bool has_function(struct yz_feel_value v)
{
	unsigned left = 5000;
	return unwritable(v, 0, &left);
}

static bool bounded(const struct yz_feel_run *run)
{
	if (run->spent || run->nreasons > 9)
		return true;
	/* An unknown fact is taken to be of the type that a parameter asks for; told, it may turn out not to be. */
	for (const struct yz_feel_reason *r = run->reasons; r; r = r->next)
		if (r->why >= YZ_FEEL_WHY_STEPS || r->why == YZ_FEEL_WHY_PATTERN_WORK || r->why == YZ_FEEL_WHY_CONFORM)
			return true;
	return false;
}

static struct yz_feel_value run_once(const struct yz_feel *f, enum yz_feel_mode mode, struct yz_feel_run *run,
				     struct yz_arena *a, const struct yz_feel_value *in)
{
	yz_feel_run_init(run, a);
	run->limits = &limits;
	run->now = yz_feel_instant(1790000000000000, 28800);
	return mode == YZ_FEEL_EXPRESSION ? yz_feel_eval(f, run, in) : yz_feel_test(f, run, in, in[0]);
}

static void read_back(struct yz_arena *a, struct yz_feel_value v)
{
	struct yz_feel_value unknown;
	struct yz_buf b;
	struct yz_feel_run run;
	if (has_function(v) || yz_feel_has_unknown(a, v, &unknown))
		return;
	yz_buf_init(&b, a, 1 << 16);
	yz_feel_write(&b, v);
	if (b.full)
		return;
	const struct yz_feel *f = yz_feel_compile(a, yz_buf_str(&b), YZ_FEEL_EXPRESSION, NULL, NULL, NULL);
	assert(f);
	yz_feel_run_init(&run, a);
	assert(yz_feel_same(v, yz_feel_eval(f, &run, NULL)));
	assert(yz_feel_is_true(yz_feel_equal(&run, v, v)));
}

static void try_text(struct yz_arena *a, struct yz_str text, enum yz_feel_mode mode)
{
	struct yz_feel_entry entries[] = {{YZ_LIT("x"), yz_feel_int(1)}, {YZ_LIT("y z"), yz_feel_string(YZ_LIT("q"))}};
	struct yz_feel_value items[] = {yz_feel_int(3), yz_feel_int(1), yz_feel_context(a, entries, 2)};
	struct yz_feel_name names[NAMES] = {
		{YZ_LIT("a"), NULL}, {YZ_LIT("b c"), NULL}, {YZ_LIT("l"), NULL}, {YZ_LIT("长度"), NULL}};
	struct yz_feel_value known[NAMES] = {yz_feel_int(5), yz_feel_bool(true), yz_feel_list(items, 3),
					     yz_feel_string(YZ_LIT("行"))};
	struct yz_feel_scope scope = {.names = names, .len = NAMES, .limits = &limits};
	const struct yz_feel_diag *diags;
	struct yz_err err = {0};
	const struct yz_feel *f = yz_feel_compile(a, text, mode, &scope, &diags, &err);
	assert((f == NULL) == (err.code != YZ_OK));
	if (!f)
		return;
	struct yz_feel_run run;
	struct yz_feel_value v = run_once(f, mode, &run, a, known), unknown;
	size_t n;
	yz_feel_uses(a, f, &n);
	yz_feel_condition(a, f);
	for (const struct yz_feel_reason *r = run.reasons; r; r = r->next)
		yz_feel_reason_text(a, r, YZ_FEEL_ZH);
	if (!bounded(&run))
		read_back(a, v);
	for (size_t i = 0; i < NAMES; i++) {
		struct yz_feel_value in[NAMES];
		struct yz_feel_run other;
		memcpy(in, known, sizeof in);
		in[i] = yz_feel_unknown(a, names[i].name);
		struct yz_feel_value w = run_once(f, mode, &other, a, in);
		if (bounded(&run) || bounded(&other) || yz_feel_has_unknown(a, w, &unknown) || has_function(v))
			continue;
		assert(yz_feel_same(v, w));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str text = yz_str_n((const char *)data, size);
	if (size % 2)
		yz_arena_strict(a, 0);
	try_text(a, text, YZ_FEEL_EXPRESSION);
	try_text(a, text, YZ_FEEL_UNARY_TESTS);
	yz_arena_destroy(a);
	return 0;
}
