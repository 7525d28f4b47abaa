/* What is said about an expression when it is compiled.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "base/arena.h"
#include "feel/feel.h"

#include <stdio.h>

static struct yz_arena *arena;

static const struct yz_feel_diag *diags_of(const char *text, const struct yz_feel_scope *scope)
{
	const struct yz_feel_diag *d;
	struct yz_err err = {0};
	if (!arena)
		arena = yz_arena_create(0);
	yz_feel_compile(arena, yz_str(text), YZ_FEEL_EXPRESSION, scope, &d, &err);
	return d;
}

/* The one complaint about a text. */
static void says(const char *text, const struct yz_feel_scope *scope, const char *message)
{
	const struct yz_feel_diag *d = diags_of(text, scope);
	if (!d || d->next)
		fail_msg("%s: %s complaint", text, d ? "more than one" : "no");
	if (yz_str_find(d->message, yz_str(message), 0) == SIZE_MAX)
		fail_msg("%s: '%.*s'", text, YZ_P(d->message));
}

TEST(a_syntax_error_names_line_column_expected_and_found)
{
	struct yz_feel_scope scope = {.where = YZ_LIT("rule 3"), .line = 7, .column = 3};
	const struct yz_feel_diag *d;
	struct yz_err err = {0};
	arena = arena ? arena : yz_arena_create(0);
	assert_null(yz_feel_compile(arena, YZ_LIT("if 年龄 > 1\n then 1"), YZ_FEEL_EXPRESSION, &scope, &d, &err));
	assert_int_equal(err.code, YZ_SYNTAX);
	assert_string_equal(err.msg, "line 8, column 8: expected 'else', found the end");
	assert_string_equal(err.where, "rule 3");
	/* 年龄 is unknown as well */
	assert_non_null(d->next);
	d = d->next;
	assert_int_equal(d->place.line, 8);
	assert_int_equal(d->place.column, 8);
	assert_true(yz_str_eqz(d->expected, "'else'"));
	assert_true(yz_str_eqz(d->found, "the end"));
}

TEST(columns_count_characters_from_the_place_of_the_text)
{
	struct yz_feel_scope scope = {.line = 4, .column = 9};
	const struct yz_feel_diag *d = diags_of("\"行政\" + x", &scope);
	assert_int_equal(d->place.line, 4);
	assert_int_equal(d->place.column, 16);
	assert_int_equal(d->place.from, 11);
	assert_int_equal(d->place.to, 12);
}

TEST(unknown_names_functions_and_types_are_reported)
{
	says("a + 1", NULL, "nothing is called 'a'");
	says("f(1)", NULL, "no function is called 'f'");
	says("1 instance of tX", NULL, "no type is called 'tX'");
	says("年龄，性别", NULL, "full-width signs are part of a name");
	says("年龄＞18", NULL, "full-width signs are part of a name");
	says("１８", NULL, "full-width signs are part of a name");
	says("1 ≥ 0", NULL, "found '≥' (>=)");
	says("1 ≠ 0", NULL, "found '≠' (!=)");
	says("“a”", NULL, "found '“' (\")");
	says("{a: 1}.b", NULL, "has no 'b'");
	says("@\"2020-01-01\".hour", NULL, "a date has no 'hour'");
	says("@\"x\"", NULL, "'x' is no date");
	says("function() external {java: {}}", NULL, "not run here");
}

TEST(what_is_always_null_is_reported)
{
	says("1 + \"a\"", NULL, "number + string is always null");
	says("\"a\" - \"b\"", NULL, "string - string is always null");
	says("1 < \"a\"", NULL, "number < string is always null");
	says("true < false", NULL, "boolean < boolean");
	says("1 = \"a\"", NULL, "number = string");
	says("@\"P1D\" + @\"P1Y\"", NULL, "is always null");
	says("count(1, 2)", NULL, "count(list) takes no such arguments");
	says("floor(m: 1)", NULL, "takes no such arguments");
	says("(function(a) a)(1, 2)", NULL, "takes 1 arguments, not 2");
	says("5()", NULL, "a number cannot be called");
	says("{a: 1, a: 2}", NULL, "the key 'a' comes twice");
	says("1e9999", NULL, "a number out of range");
}

TEST(what_may_be_right_is_not_reported)
{
	static const char *const texts[] = {
		"1 + 1",
		"if true then 1 else \"a\"",
		"[1, \"a\"][1] + 1",
		"(if 1 = 1 then 1 else \"a\") + 1",
		"[{a: 1}, {b: 2}][b > 1].b",
		"{a: null}.a + 1",
		"max(\"a\", \"b\")",
		"for i in [1, 2] return partial",
		"@\"2020-01-01\" + @\"P1D\" - @\"2019-01-01\"",
		"null = 1",
		"some x in [[1]] satisfies x[1] = 1",
		"sort([1], function(a, b) a < b)",
		"range(\"[1..2]\").start + 1",
		"{f: function(x) f(x), y: f(1)}",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct yz_feel_diag *d = diags_of(texts[i], NULL);
		if (d)
			fail_msg("%s: %.*s", texts[i], YZ_P(d->message));
	}
}

TEST(known_types_read_names_behind_dots_and_in_filters)
{
	const struct yz_feel_type *number = yz_feel_type_of_kind(YZ_FEEL_NUMBER);
	struct yz_feel_field fields[] = {{YZ_LIT("unit-price"), number}, {YZ_LIT("in stock"), NULL}};
	struct yz_feel_type item = {.kind = YZ_FEEL_CONTEXT, .name = YZ_LIT("tItem"), .fields = fields, .nfields = 2};
	struct yz_feel_type list = {.kind = YZ_FEEL_LIST, .item = &item};
	struct yz_feel_name names[] = {{YZ_LIT("item 1"), &item}, {YZ_LIT("items"), &list}, {YZ_LIT("unit"), number}};
	struct yz_feel_scope scope = {.names = names, .len = 3};
	assert_null(diags_of("item 1.unit-price * 2", &scope));
	assert_null(diags_of("items[unit-price > unit and in stock = true].unit-price", &scope));
	assert_null(diags_of("items[1].unit-price", &scope));
	says("item 1.price", &scope, "a tItem has no 'price'");
	struct yz_err err;
	const struct yz_feel *f = yz_feel_compile(arena, YZ_LIT("items[unit-price > 1].unit-price"), YZ_FEEL_EXPRESSION,
						  &scope, NULL, &err);
	assert_true(yz_str_eqz(yz_feel_type_text(arena, yz_feel_result_type(f)), "list<number>"));
}

TEST(a_context_of_unknown_entries_may_have_any)
{
	struct yz_feel_type list = {.kind = YZ_FEEL_LIST, .item = yz_feel_type_of_kind(YZ_FEEL_CONTEXT)};
	struct yz_feel_name names[] = {{YZ_LIT("items"), &list}};
	struct yz_feel_scope scope = {.names = names, .len = 1};
	struct yz_feel_run run;
	assert_null(diags_of("items[x = 1]", &scope));
	const struct yz_feel *f =
		yz_feel_compile(arena, YZ_LIT("items[x = 1]"), YZ_FEEL_EXPRESSION, &scope, NULL, NULL);
	struct yz_feel_entry x = {YZ_LIT("x"), yz_feel_int(1)};
	struct yz_feel_value items[] = {yz_feel_context(arena, &x, 1), yz_feel_context(arena, NULL, 0)};
	struct yz_feel_value input = yz_feel_list(items, 2);
	yz_feel_run_init(&run, arena);
	assert_int_equal(yz_feel_len(yz_feel_eval(f, &run, &input)), 1);
}

TEST(result_types_are_inferred)
{
	static const struct {
		const char *text, *type;
	} cases[] = {
		{"1 + 1", "number"},
		{"1 > 2", "boolean"},
		{"\"a\" + \"b\"", "string"},
		{"@\"2020-01-02\" - @\"2020-01-01\"", "days and time duration"},
		{"[1, 2]", "list<number>"},
		{"{a: 1, b: \"x\"}", "context<a: number, b: string>"},
		{"[1..2]", "range<number>"},
		{"for i in [1] return string(i)", "list<string>"},
		{"function(a: number) a + 1", "function<number> -> number"},
		{"if true then 1 else 2", "number"},
		{"if true then 1 else \"x\"", "Any"},
		{"count([])", "number"},
		{"date(\"2020-01-01\").year", "number"},
		{"(function(a: number) a * 2)(1)", "number"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_err err = {0};
		arena = arena ? arena : yz_arena_create(0);
		const struct yz_feel *f =
			yz_feel_compile(arena, yz_str(cases[i].text), YZ_FEEL_EXPRESSION, NULL, NULL, &err);
		assert_non_null(f);
		struct yz_str t = yz_feel_type_text(arena, yz_feel_result_type(f));
		if (!yz_str_eqz(t, cases[i].type))
			fail_msg("%s: %.*s", cases[i].text, YZ_P(t));
	}
}

TEST(at_most_a_hundred_complaints_are_kept)
{
	char text[2000] = "a0";
	for (int i = 1; i < 150; i++)
		sprintf(text + strlen(text), "+a%d", i);
	size_t n = 0;
	for (const struct yz_feel_diag *d = diags_of(text, NULL); d; d = d->next)
		n++;
	assert_int_equal(n, 100);
}
