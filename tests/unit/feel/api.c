/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "feel/feel.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>

static const struct yz_feel *compile(struct yz_arena *a, const char *text, const struct yz_feel_scope *scope)
{
	struct yz_err err = {0};
	const struct yz_feel *f = yz_feel_compile(a, yz_str(text), YZ_FEEL_EXPRESSION, scope, NULL, &err);
	if (!f)
		fail_msg("%s: %s", text, err.msg);
	return f;
}

static struct yz_feel_value eval(struct yz_arena *a, const char *text)
{
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	return yz_feel_eval(compile(a, text, NULL), &run, NULL);
}

static const char *text_of(struct yz_arena *a, struct yz_feel_value v)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	yz_feel_write(&b, v);
	return b.ptr;
}

TEST(values_are_made_and_taken)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_value zero = {0};
	assert_int_equal(zero.kind, YZ_FEEL_NULL);
	assert_true(yz_feel_is_true(yz_feel_bool(true)) && yz_feel_is_false(yz_feel_bool(false)));
	assert_false(yz_feel_is_true(yz_feel_int(1)));
	assert_string_equal(text_of(a, yz_feel_int(INT64_MIN)), "-9223372036854775808");
	assert_string_equal(text_of(a, yz_feel_string((struct yz_str){0})), "\"\"");
	struct yz_feel_value items[2] = {yz_feel_int(1), yz_feel_string(YZ_LIT("x"))};
	struct yz_feel_value list = yz_feel_list(items, 2);
	assert_int_equal(yz_feel_len(list), 2);
	assert_true(yz_feel_same(yz_feel_at(list, 1), items[1]));
	assert_string_equal(text_of(a, yz_feel_months(14)), "@\"P1Y2M\"");
	assert_string_equal(text_of(a, yz_feel_seconds(-90)), "@\"-PT1M30S\"");
	assert_string_equal(text_of(a, yz_feel_instant(-1, 8 * 3600)), "@\"1970-01-01T07:59:59.999999+08:00\"");
	struct yz_feel_range r = {yz_feel_int(1), yz_feel_int(3), true, false, YZ_FEEL_INTERVAL};
	assert_string_equal(text_of(a, yz_feel_range(&r)), "[1..3)");
	yz_arena_destroy(a);
}

TEST(a_context_finds_each_of_its_keys_and_no_other)
{
	struct yz_arena *a = yz_arena_create(0);
	static const size_t sizes[] = {0, 1, 8, 9, 500};
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		size_t n = sizes[s];
		struct yz_feel_entry *e = yz_new_n(a, n, struct yz_feel_entry);
		for (size_t i = 0; i < n; i++)
			e[i] = (struct yz_feel_entry){yz_str_printf(a, "key %zu", i), yz_feel_int((int64_t)i)};
		struct yz_feel_value c = yz_feel_context(a, e, n);
		assert_int_equal(yz_feel_len(c), n);
		for (size_t i = 0; i < n; i++)
			assert_true(yz_feel_same(*yz_feel_get(c, e[i].key), yz_feel_int((int64_t)i)));
		assert_null(yz_feel_get(c, YZ_LIT("key")));
		assert_null(yz_feel_get(c, yz_str_printf(a, "key %zu", n)));
	}
	yz_arena_destroy(a);
}

TEST(instants_and_days_come_out_as_they_went_in)
{
	struct yz_arena *a = yz_arena_create(0);
	int64_t us;
	assert_true(yz_feel_instant_of(yz_feel_instant(1234567890123456, 28800), 0, &us));
	assert_true(us == 1234567890123456);
	assert_true(yz_feel_instant_of(yz_feel_day(1), 28800, &us) && us == (86400 - 28800) * INT64_C(1000000));
	assert_true(yz_feel_instant_of(eval(a, "@\"1970-01-01T08:00:00\""), 28800, &us) && us == 0);
	assert_true(yz_feel_instant_of(eval(a, "@\"1970-01-01T08:00:00@Asia/Shanghai\""), 0, &us) && us == 0);
	assert_false(yz_feel_instant_of(eval(a, "@\"999999999-01-01T08:00:00\""), 0, &us));
	assert_int_equal(yz_feel_day_of(eval(a, "@\"1969-12-31T23:00:00\"")), -1);
	yz_arena_destroy(a);
}

TEST(lexical_forms_are_read_by_kind)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_value v = {0};
	assert_true(yz_feel_read(a, YZ_FEEL_BOOLEAN, YZ_LIT("true"), &v) && yz_feel_is_true(v));
	assert_false(yz_feel_read(a, YZ_FEEL_BOOLEAN, YZ_LIT("yes"), &v));
	assert_true(yz_feel_read(a, YZ_FEEL_NUMBER, YZ_LIT("-1.50"), &v));
	assert_string_equal(text_of(a, v), "-1.50");
	assert_true(yz_feel_read(a, YZ_FEEL_DAYS, YZ_LIT("P1D"), &v));
	assert_false(yz_feel_read(a, YZ_FEEL_MONTHS, YZ_LIT("P1D"), &v));
	assert_int_equal(v.kind, YZ_FEEL_DAYS);
	assert_true(yz_feel_read(a, YZ_FEEL_TIME, YZ_LIT("10:00:00@Asia/Shanghai"), &v));
	assert_false(yz_feel_read(a, YZ_FEEL_LIST, YZ_LIT("[]"), &v));
	yz_arena_destroy(a);
}

TEST(an_unknown_value_says_what_it_depends_on)
{
	struct yz_arena *a = yz_arena_create(0);
	char name[] = "income";
	struct yz_feel_value x = yz_feel_unknown(a, yz_str(name)), y = yz_feel_unknown(a, YZ_LIT("age"));
	name[0] = '?';
	size_t n;
	const struct yz_str *deps = yz_feel_depends_on(yz_feel_unknown_both(a, x, y), &n);
	assert_int_equal(n, 2);
	assert_true(yz_str_eqz(deps[0], "age") && yz_str_eqz(deps[1], "income"));
	yz_feel_depends_on(yz_feel_unknown_both(a, x, yz_feel_int(1)), &n);
	assert_int_equal(n, 1);
	assert_null(yz_feel_depends_on(yz_feel_int(1), &n));
	struct yz_feel_value items[2] = {yz_feel_int(1), x}, inner[1] = {yz_feel_list(items, 2)}, out;
	assert_true(yz_feel_has_unknown(a, yz_feel_list(inner, 1), &out));
	assert_string_equal(text_of(a, out), "unknown(income)");
	assert_false(yz_feel_has_unknown(a, yz_feel_list(items, 1), &out));
	struct yz_feel_value heads[2] = {yz_feel_list(items, 1), yz_feel_list(items, 2)};
	assert_true(yz_feel_has_unknown(a, yz_feel_list(heads, 2), &out));
	struct yz_feel_value many[500];
	for (int i = 0; i < 500; i++)
		many[i] = yz_feel_list(items, 1);
	many[499] = inner[0];
	assert_true(yz_feel_has_unknown(a, yz_feel_list(many, 500), &out));
	yz_arena_destroy(a);
}

TEST(what_is_written_reads_back_to_the_same_value)
{
	static const char *const texts[] = {"null",
					    "true",
					    "-1.50",
					    "\"a\\\"b\\\\c\\n\\u0001\"",
					    "@\"2020-01-01\"",
					    "@\"10:00:00.5+08:00\"",
					    "@\"-0044-03-15T10:00:00@Asia/Shanghai\"",
					    "@\"-P1DT2H0.5S\"",
					    "@\"P1Y\"",
					    "[1, [2, \"x\"]]",
					    "{a: 1, \"b-c\": {d e: [null]}, \"if\": 2}",
					    "[1..3)",
					    "(>=1)",
					    "(!=2)",
					    "(<@\"2020-01-01\")"};
	struct yz_arena *a = yz_arena_create(0);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct yz_feel_value v = eval(a, texts[i]), again = eval(a, text_of(a, v));
		if (!yz_feel_same(v, again))
			fail_msg("%s: %s", texts[i], text_of(a, again));
	}
	yz_arena_destroy(a);
}

TEST(an_open_scope_collects_the_names_it_meets)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_name given = {YZ_LIT("age"), NULL};
	struct yz_feel_scope scope = {.names = &given, .len = 1, .open = true};
	const struct yz_feel *f =
		compile(a, "age > limit age and applicant.home town = \"x\" and limit age < 100", &scope);
	size_t n;
	const struct yz_feel_name *names = yz_feel_names(f, &n);
	assert_int_equal(n, 3);
	assert_true(yz_str_eqz(names[1].name, "limit age") && yz_str_eqz(names[2].name, "applicant"));
	const struct yz_feel_use *uses = yz_feel_uses(a, f, &n);
	assert_int_equal(n, 3);
	assert_true(yz_str_eqz(uses[0].path, "age") && yz_str_eqz(uses[2].path, "applicant.home town"));
	assert_int_equal(uses[2].input, 2);
	assert_int_equal(uses[2].place.column, 21);
	yz_arena_destroy(a);
}

TEST(constants_are_computed_at_once)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_value v;
	assert_true(yz_feel_constant(compile(a, "sum([1, 2]) * 3 + date(\"2020-01-01\").year", NULL), &v));
	assert_string_equal(text_of(a, v), "2029");
	assert_false(yz_feel_constant(compile(a, "now()", NULL), &v));
	assert_false(yz_feel_constant(compile(a, "1 / 0", NULL), &v));
	struct yz_buf b;
	yz_buf_init(&b, a, 1000);
	yz_feel_dump(compile(a, "1 + 1", NULL), &b);
	assert_non_null(strstr(b.ptr, "CONST      0  ; 2"));
	yz_arena_destroy(a);
}

TEST(a_null_tells_its_reasons_with_their_places_in_both_languages)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_scope scope = {.where = YZ_LIT("decision 资格"), .line = 10, .column = 5};
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	struct yz_feel_value v = yz_feel_eval(compile(a, "[\"政\" + 1,\n 2 / 0][1]", &scope), &run, NULL);
	assert_int_equal(v.kind, YZ_FEEL_NULL);
	assert_int_equal(run.nreasons, 2);
	const struct yz_feel_reason *r = run.reasons;
	assert_ptr_equal(v.reason, r);
	assert_true(yz_str_eqz(r->place.where, "decision 资格"));
	assert_int_equal(r->place.line, 10);
	assert_int_equal(r->place.column, 6);
	assert_int_equal(r->why, YZ_FEEL_WHY_OPERATION);
	assert_true(yz_str_eqz(yz_feel_reason_text(a, r, YZ_FEEL_EN), "there is no string + number"));
	assert_true(yz_str_eqz(yz_feel_reason_text(a, r, YZ_FEEL_ZH), "不能计算 文本 + 数"));
	assert_int_equal(r->next->place.line, 11);
	assert_int_equal(r->next->place.column, 2);
	assert_null(r->next->next);
	yz_arena_destroy(a);
}

TEST(the_same_reason_in_a_loop_is_listed_once)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	yz_feel_eval(compile(a, "for i in 1..1000 return i + \"x\"", NULL), &run, NULL);
	assert_int_equal(run.nreasons, 1000);
	assert_null(run.reasons->next);
	yz_arena_destroy(a);
}

static struct yz_feel_value add(const void *ctx, struct yz_feel_run *run, const struct yz_feel_value *args, size_t n)
{
	struct yz_dec d;
	assert_int_equal(n, 2);
	if (args[0].kind == YZ_FEEL_NULL)
		return yz_feel_null(run, "%s needs two numbers", (const char *)ctx);
	assert_true(yz_dec_add(yz_feel_dec(args[0]), yz_feel_dec(args[1]), &d));
	return yz_feel_number(d);
}

static const struct yz_feel_type *number(void)
{
	return yz_feel_type_of_kind(YZ_FEEL_NUMBER);
}

TEST(a_function_of_the_host_is_called_by_place_and_by_name)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_field params[] = {{YZ_LIT("first one"), number()}, {YZ_LIT("b"), number()}};
	struct yz_feel_type type = {.kind = YZ_FEEL_FUNCTION, .fields = params, .nfields = 2, .item = number()};
	struct yz_feel_host host = {YZ_LIT("add"), &type, add, "add", false};
	struct yz_feel_name name = {YZ_LIT("add"), &type};
	struct yz_feel_scope scope = {.names = &name, .len = 1};
	struct yz_feel_value fn = yz_feel_function_of(a, &host), args[2] = {yz_feel_int(1), yz_feel_int(2)};
	static const struct {
		const char *text, *result;
	} cases[] = {
		{"add(1, 2)", "3"},
		{"add(b: 1, first one: 2)", "3"},
		{"add([1], 2)", "3"},
		{"add(1)", "null"},
		{"add(1, 2, 3)", "null"},
		{"add(b: 1, c: 2)", "null"},
		{"add(null, 2)", "null"},
		{"add(\"x\", 2)", "null"},
		{"for f in [add, function(x, y) x * y] return f(3, 4)", "[7, 12]"},
		{"(function(g) g(1, 1))(add)", "2"},
		{"add instance of function<number, number> -> number", "true"},
		{"add instance of function<number> -> number", "false"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_feel_run run;
		yz_feel_run_init(&run, a);
		struct yz_feel_value v = yz_feel_eval(compile(a, cases[i].text, &scope), &run, &fn);
		if (strcmp(text_of(a, v), cases[i].result))
			fail_msg("%s: %s", cases[i].text, text_of(a, v));
	}
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	assert_string_equal(text_of(a, yz_feel_call(&run, fn, args, 2)), "3");
	assert_int_equal(yz_feel_arity(fn), 2);
	assert_int_equal(yz_feel_arity(eval(a, "sum")), -1);
	assert_int_equal(yz_feel_arity(eval(a, "sqrt")), 1);
	assert_string_equal(text_of(a, fn), "add");
	host.strict = true;
	args[0] = yz_feel_string(YZ_LIT("x"));
	assert_int_equal(yz_feel_call(&run, fn, args, 2).reason->why, YZ_FEEL_WHY_CONFORM);
	yz_arena_destroy(a);
}

TEST(functions_are_called_by_the_names_of_their_parameters)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_field params[] = {{YZ_LIT("first one"), number()}, {YZ_LIT("b"), number()}};
	struct yz_feel_type type = {.kind = YZ_FEEL_FUNCTION, .fields = params, .nfields = 2, .item = number()};
	struct yz_feel_host host = {YZ_LIT("add"), &type, add, "add", false};
	struct yz_feel_value fn = yz_feel_function_of(a, &host);
	struct yz_feel_entry args[] = {{YZ_LIT("b"), yz_feel_int(1)}, {YZ_LIT("first one"), yz_feel_int(2)}};
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	assert_string_equal(text_of(a, yz_feel_call_named(&run, fn, args, 2)), "3");
	assert_int_equal(yz_feel_call_named(&run, fn, args, 1).kind, YZ_FEEL_NULL);
	struct yz_feel_value own = eval(a, "function(b, c) b + (if c = null then 10 else 20)");
	assert_string_equal(text_of(a, yz_feel_call_named(&run, own, args, 1)), "11");
	struct yz_feel_value v = yz_feel_call_named(&run, own, args, 2);
	assert_int_equal(v.reason->why, YZ_FEEL_WHY_NO_PARAMETER);
	assert_true(yz_str_eqz(yz_feel_reason_text(a, v.reason, YZ_FEEL_EN),
			       "the function has no parameter 'first one'"));
	struct yz_feel_entry number_of = {YZ_LIT("from"), yz_feel_string(YZ_LIT("12"))};
	assert_string_equal(text_of(a, yz_feel_call_named(&run, eval(a, "string"), &number_of, 1)), "\"12\"");
	assert_int_equal(yz_feel_call_named(&run, yz_feel_int(1), NULL, 0).reason->why, YZ_FEEL_WHY_NOT_CALLABLE);
	yz_arena_destroy(a);
}

TEST(a_reason_has_the_place_it_is_given)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	struct yz_feel_place one = {YZ_LIT("table"), 3, 7, 0, 0}, two = {YZ_LIT("table"), 4, 7, 0, 0};
	struct yz_str none = {0};
	struct yz_feel_value v = yz_feel_null_for(&run, YZ_FEEL_WHY_NO_RULE, &one, none, none, none);
	assert_int_equal(v.reason->place.line, 3);
	assert_ptr_equal(yz_feel_null_for(&run, YZ_FEEL_WHY_NO_RULE, &one, none, none, none).reason, v.reason);
	assert_ptr_not_equal(yz_feel_null_for(&run, YZ_FEEL_WHY_NO_RULE, &two, none, none, none).reason, v.reason);
	assert_int_equal(run.nreasons, 3);
	yz_arena_destroy(a);
}

TEST(a_closure_outlives_the_evaluation_that_made_it)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_name name = {YZ_LIT("rate"), NULL};
	struct yz_feel_scope scope = {.names = &name, .len = 1};
	struct yz_feel_run run;
	struct yz_feel_value fn, arg = yz_feel_int(4);
	{
		struct yz_feel_value input = yz_feel_int(10);
		yz_feel_run_init(&run, a);
		fn = yz_feel_eval(compile(a, "function(x) x * rate", &scope), &run, &input);
		input = yz_feel_int(0);
	}
	yz_feel_run_again(&run);
	assert_string_equal(text_of(a, yz_feel_call(&run, fn, &arg, 1)), "40");
	assert_string_equal(text_of(a, fn), "function(x)");
	yz_arena_destroy(a);
}

static jmp_buf out;

static void spent(void *ctx)
{
	(void)ctx;
	longjmp(out, 1);
}

TEST(an_arena_that_is_spent_stops_an_evaluation_anywhere)
{
	struct yz_arena *a = yz_arena_create(0);
	static const char *const texts[] = {
		"for i in 1..100000 return {a: i, b: string(i)}",
		"split(string join(for i in 1..5000 return \"ab\", \";\"), \";\")",
		"replace(string join(for i in 1..50000 return \"ab\"), \"a\", \"xyz\")",
		"sort(for i in 1..20000 return i, function(x, y) x > y)",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct yz_feel *f = compile(a, texts[i], NULL);
		struct yz_arena *volatile small = yz_arena_create(64 * 1024);
		volatile bool stopped = false;
		yz_arena_on_spent(small, spent, NULL);
		if (setjmp(out)) {
			stopped = true;
		} else {
			struct yz_feel_run run;
			yz_feel_run_init(&run, small);
			yz_feel_eval(f, &run, NULL);
		}
		assert_true(stopped);
		yz_arena_destroy(small);
	}
	yz_arena_destroy(a);
}

/* Budgets from nothing to enough, so that it is another allocation that fails each time. */
TEST(compiling_and_running_can_be_cut_short_at_every_block)
{
	static const char text[] = "{f: function(x: number) x + 1, l: for i in 1..200 return f(i), "
				   "m: replace(string(l), \"([0-9])\", \"$1$1\"), n: split(m, \",\"), "
				   "k: l[item > 5 and matches(string(item), \"1\")], s: sort(k, function(a, b) a > b)}";
	volatile size_t budget = 8 * 1024, cut = 0;
	for (volatile bool done = false; !done; budget += 509) {
		struct yz_arena *volatile a = yz_arena_create(budget);
		yz_arena_on_spent(a, spent, NULL);
		if (!setjmp(out)) {
			struct yz_feel_run run;
			yz_feel_run_init(&run, a);
			assert_int_equal(yz_feel_eval(compile(a, text, NULL), &run, NULL).kind, YZ_FEEL_CONTEXT);
			done = true;
		} else {
			cut++;
		}
		yz_arena_destroy(a);
	}
	assert_true(cut > 20);
}

struct worker {
	const struct yz_feel *f;
	pthread_t thread;
	int64_t input;
	bool ok;
};

static void *work(void *ctx)
{
	struct worker *w = ctx;
	w->ok = true;
	for (int64_t i = 0; i < 500; i++) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_feel_run run;
		struct yz_feel_value in = yz_feel_int(w->input + i);
		yz_feel_run_init(&run, a);
		struct yz_feel_value v = yz_feel_eval(w->f, &run, &in);
		w->ok &= v.kind == YZ_FEEL_NUMBER && v.lo == (uint64_t)(w->input + i) * 10;
		yz_arena_destroy(a);
	}
	return NULL;
}

TEST(many_threads_evaluate_one_program)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_feel_name name = {YZ_LIT("n"), NULL};
	struct yz_feel_scope scope = {.names = &name, .len = 1};
	const struct yz_feel *f = compile(
		a,
		"if matches(string(n), \"^[0-9]+$\") then sum(for i in 1..4 return (function(x) x * n)(i)) else null",
		&scope);
	struct worker workers[8];
	for (int i = 0; i < 8; i++) {
		workers[i] = (struct worker){.f = f, .input = i * 1000 + 1};
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_true(workers[i].ok);
	}
	yz_arena_destroy(a);
}
