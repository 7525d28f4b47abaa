/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "feel/feel.h"

static struct yz_arena *arena;
static struct yz_feel_run run;

static struct yz_feel_value eval(const char *text)
{
	struct yz_err err = {0};
	if (!arena)
		arena = yz_arena_create(0);
	const struct yz_feel *f = yz_feel_compile(arena, yz_str(text), YZ_FEEL_EXPRESSION, NULL, NULL, &err);
	if (!f)
		fail_msg("%s: %s", text, err.msg);
	yz_feel_run_init(&run, arena);
	return yz_feel_eval(f, &run, NULL);
}

static void coerces(const char *from, const struct yz_feel_type *t, const char *to)
{
	struct yz_feel_value v = eval(from), got = yz_feel_coerce(&run, v, t), want;
	struct yz_buf b;
	yz_buf_init(&b, arena, 1000);
	yz_feel_write(&b, got);
	want = eval(to);
	if (!yz_feel_same(got, want))
		fail_msg("%s to %.*s: %s", from, YZ_P(yz_feel_type_text(arena, t)), b.ptr);
}

static const struct yz_feel_type *kind(enum yz_feel_kind k)
{
	return yz_feel_type_of_kind(k);
}

TEST(built_in_types_have_their_names)
{
	assert_ptr_equal(yz_feel_type_named(YZ_LIT("number")), kind(YZ_FEEL_NUMBER));
	assert_ptr_equal(yz_feel_type_named(YZ_LIT("dateTime")), kind(YZ_FEEL_DATE_TIME));
	assert_ptr_equal(yz_feel_type_named(YZ_LIT("yearMonthDuration")), kind(YZ_FEEL_MONTHS));
	assert_null(yz_feel_type_named(YZ_LIT("tAge")));
	assert_null(yz_feel_type_named(YZ_LIT("unknown")));
}

TEST(implicit_conversions_are_those_of_the_standard)
{
	struct yz_feel_type numbers = {.kind = YZ_FEEL_LIST, .item = kind(YZ_FEEL_NUMBER)};
	coerces("5", kind(YZ_FEEL_NUMBER), "5");
	coerces("5", NULL, "5");
	coerces("5", kind(YZ_FEEL_ANY), "5");
	coerces("\"x\"", kind(YZ_FEEL_NUMBER), "null");
	coerces("null", kind(YZ_FEEL_NUMBER), "null");
	coerces("[5]", kind(YZ_FEEL_NUMBER), "5");
	coerces("[5, 6]", kind(YZ_FEEL_NUMBER), "null");
	coerces("[\"x\"]", kind(YZ_FEEL_NUMBER), "null");
	coerces("5", &numbers, "[5]");
	coerces("\"x\"", &numbers, "null");
	coerces("[1, 2]", &numbers, "[1, 2]");
	coerces("[1, \"x\"]", &numbers, "null");
	coerces("@\"2020-01-01\"", kind(YZ_FEEL_DATE_TIME), "@\"2020-01-01T00:00:00Z\"");
	coerces("@\"2020-01-01T10:00:00\"", kind(YZ_FEEL_DATE), "null");
}

static struct yz_feel_value at_most(const struct yz_feel_type *self, struct yz_feel_run *r, struct yz_feel_value v)
{
	(void)r;
	int c;
	return yz_feel_bool(yz_feel_compare(v, yz_feel_int(*(const int *)self->ctx), &c) && c <= 0);
}

TEST(allowed_values_are_asked_for_when_coercing_only)
{
	int most = 120;
	struct yz_feel_type age = {.kind = YZ_FEEL_NUMBER, .name = YZ_LIT("tAge"), .allows = at_most, .ctx = &most};
	struct yz_feel_type ages = {.kind = YZ_FEEL_LIST, .item = &age};
	struct yz_feel_field fields[] = {{YZ_LIT("age"), &age}};
	struct yz_feel_type person = {
		.kind = YZ_FEEL_CONTEXT, .name = YZ_LIT("tPerson"), .fields = fields, .nfields = 1};
	coerces("120", &age, "120");
	coerces("121", &age, "null");
	coerces("[1, 121]", &ages, "null");
	coerces("{age: 10}", &person, "{age: 10}");
	coerces("{age: 130}", &person, "null");
	coerces("{}", &person, "null");
	struct yz_feel_value v = eval("130");
	assert_true(yz_feel_is_true(yz_feel_instance_of(&run, v, &age)));
	v = yz_feel_coerce(&run, v, &age);
	assert_true(yz_str_eqz(yz_feel_reason_text(arena, v.reason, YZ_FEEL_EN), "tAge does not allow 130"));
	v = yz_feel_coerce(&run, eval("\"x\""), &age);
	assert_true(yz_str_eqz(yz_feel_reason_text(arena, v.reason, YZ_FEEL_EN), "a string is not of type tAge"));
	v = yz_feel_coerce(&run, yz_feel_unknown(arena, YZ_LIT("a")), &age);
	assert_int_equal(v.kind, YZ_FEEL_UNKNOWN);
}

TEST(a_type_may_hold_itself)
{
	struct yz_feel_type node = {.kind = YZ_FEEL_CONTEXT, .name = YZ_LIT("tNode")};
	struct yz_feel_type list = {.kind = YZ_FEEL_LIST, .item = &node};
	struct yz_feel_field fields[] = {{YZ_LIT("n"), kind(YZ_FEEL_NUMBER)}, {YZ_LIT("kids"), &list}};
	node.fields = fields;
	node.nfields = 2;
	coerces("{n: 1, kids: [{n: 2, kids: []}]}", &node, "{n: 1, kids: [{n: 2, kids: []}]}");
	coerces("{n: 1, kids: [{n: \"x\", kids: []}]}", &node, "null");
	assert_true(yz_feel_type_fits(&node, &node));
}

TEST(model_types_are_known_by_name)
{
	struct yz_feel_field fields[] = {{YZ_LIT("a"), kind(YZ_FEEL_STRING)}};
	struct yz_feel_type first = {
		.kind = YZ_FEEL_CONTEXT, .name = YZ_LIT("t first"), .fields = fields, .nfields = 1};
	struct yz_feel_type dotted = {.kind = YZ_FEEL_NUMBER, .name = YZ_LIT("lib.tAge")};
	const struct yz_feel_type *types[] = {&first, &dotted};
	struct yz_feel_scope scope = {.types = types, .ntypes = 2};
	static const struct {
		const char *text;
		bool yes;
	} cases[] = {
		{"{a: \"x\"} instance of t first", true},
		{"{a: 1} instance of t first", false},
		{"[{a: \"x\"}] instance of list<t first>", true},
		{"5 instance of lib.tAge", true},
		{"(function(x: t first) x.a)({a: \"x\"}) = \"x\"", true},
	};
	arena = arena ? arena : yz_arena_create(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_err err = {0};
		const struct yz_feel *f =
			yz_feel_compile(arena, yz_str(cases[i].text), YZ_FEEL_EXPRESSION, &scope, NULL, &err);
		assert_non_null(f);
		yz_feel_run_init(&run, arena);
		struct yz_feel_value v = yz_feel_eval(f, &run, NULL);
		if (yz_feel_is_true(v) != cases[i].yes)
			fail_msg("%s", cases[i].text);
	}
}

TEST(one_type_fits_another_when_all_its_values_do)
{
	struct yz_feel_field ab[] = {{YZ_LIT("a"), kind(YZ_FEEL_NUMBER)}, {YZ_LIT("b"), NULL}};
	struct yz_feel_type both = {.kind = YZ_FEEL_CONTEXT, .fields = ab, .nfields = 2};
	struct yz_feel_type one = {.kind = YZ_FEEL_CONTEXT, .fields = ab, .nfields = 1};
	struct yz_feel_type numbers = {.kind = YZ_FEEL_LIST, .item = kind(YZ_FEEL_NUMBER)};
	struct yz_feel_field any_param[] = {{YZ_LIT("x"), NULL}},
			     number_param[] = {{YZ_LIT("x"), kind(YZ_FEEL_NUMBER)}};
	struct yz_feel_type takes_any = {
		.kind = YZ_FEEL_FUNCTION, .fields = any_param, .nfields = 1, .item = kind(YZ_FEEL_NUMBER)};
	struct yz_feel_type takes_number = {
		.kind = YZ_FEEL_FUNCTION, .fields = number_param, .nfields = 1, .item = kind(YZ_FEEL_NUMBER)};
	assert_true(yz_feel_type_fits(&both, &one));
	assert_false(yz_feel_type_fits(&one, &both));
	assert_true(yz_feel_type_fits(&numbers, kind(YZ_FEEL_LIST)));
	assert_false(yz_feel_type_fits(kind(YZ_FEEL_NUMBER), &numbers));
	assert_true(yz_feel_type_fits(kind(YZ_FEEL_NULL), &numbers));
	assert_true(yz_feel_type_fits(&takes_any, &takes_number));
	assert_false(yz_feel_type_fits(&takes_number, kind(YZ_FEEL_NUMBER)));
}

TEST(the_type_of_sample_data_names_all_its_entries)
{
	struct yz_feel_value v = eval("{a: 1, l: [{x: 1}, {x: null, y: \"s\"}], n: null, e: []}");
	assert_true(yz_str_eqz(yz_feel_type_text(arena, yz_feel_type_of(arena, v)),
			       "context<a: number, l: list<context<x: number, y: string>>, n: Any, e: list<Any>>"));
}
