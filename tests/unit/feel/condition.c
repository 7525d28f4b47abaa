/* A condition taken apart must answer as the whole does.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/test.h"

#include "feel/feel.h"

static struct yz_arena *arena;

static const char *const op_names[] = {"=", "!=", "<", "<=", ">", ">=", "in", "holds"};

static void print(struct yz_buf *b, const struct yz_feel_cond *c, const struct yz_feel_name *names)
{
	static const char *const joints[] = {[YZ_FEEL_COND_AND] = " & ", [YZ_FEEL_COND_OR] = " | "};
	switch (c->kind) {
	case YZ_FEEL_COND_VALUE:
		yz_feel_write(b, c->value);
		break;
	case YZ_FEEL_COND_NOT:
		yz_buf_addz(b, "!");
		print(b, c->parts[0], names);
		break;
	case YZ_FEEL_COND_AND:
	case YZ_FEEL_COND_OR:
		yz_buf_addz(b, "(");
		for (size_t i = 0; i < c->len; i++) {
			yz_buf_addz(b, i ? joints[c->kind] : "");
			print(b, c->parts[i], names);
		}
		yz_buf_addz(b, ")");
		break;
	case YZ_FEEL_COND_TEST:
		if (c->input == SIZE_MAX)
			yz_buf_addz(b, "?");
		else
			yz_buf_adds(b, names[c->input].name);
		if (c->path.len)
			yz_buf_printf(b, ".%.*s", YZ_P(c->path));
		yz_buf_printf(b, " %s", op_names[c->op]);
		if (c->op != YZ_FEEL_HOLDS) {
			yz_buf_addz(b, " ");
			yz_feel_write(b, c->value);
		}
		break;
	case YZ_FEEL_COND_OPAQUE:
		yz_buf_printf(b, "<%u-%u>", c->place.from, c->place.to);
	}
}

static struct yz_feel_name names[] = {{YZ_LIT("age"), NULL}, {YZ_LIT("p"), NULL}, {YZ_LIT("local"), NULL}};

static const struct yz_feel *compile(const char *text, enum yz_feel_mode mode, const struct yz_feel_type *tested)
{
	struct yz_feel_scope scope = {.names = names, .len = 3, .tested = tested};
	struct yz_err err = {0};
	arena = arena ? arena : yz_arena_create(0);
	names[2].type = yz_feel_type_of_kind(YZ_FEEL_BOOLEAN);
	const struct yz_feel *f = yz_feel_compile(arena, yz_str(text), mode, &scope, NULL, &err);
	if (!f)
		fail_msg("%s: %s", text, err.msg);
	return f;
}

TEST(conditions_become_trees_of_tests)
{
	static const struct {
		const char *text, *tree;
	} cases[] = {
		{"age >= 18", "age >= 18"},
		{"18 < age", "age > 18"},
		{"age > -18", "age > -18"},
		{"age > 9 + 9", "age > 18"},
		{"age > 9 + 9 and p.city = \"x\"", "(age > 18 & p.city = \"x\")"},
		{"age = 1 or age = 2 or age = 3", "(age = 1 | age = 2 | age = 3)"},
		{"(age = 1 or local) and not(age in [1..3])", "((age = 1 | local holds) & !age in [1..3])"},
		{"age between 1 and 5", "(age >= 1 & age <= 5)"},
		{"age in (1, < 0, [5..9])", "(age = 1 | age < 0 | age in [5..9])"},
		{"age in [1, 2]", "age in [1, 2]"},
		{"age in [1, \"x\"]", "<0-15>"},
		{"p.a.b c != null", "p.a.b c != null"},
		{"age > p.limit", "<0-13>"},
		{"contains(p.name, \"x\") and age > 1", "(<0-21> & age > 1)"},
		{"true", "true"},
		{"1 > 2 or age > 1", "(false | age > 1)"},
		{"local", "local holds"},
		{"not(local)", "!local holds"},
		{"not(p)", "<0-6>"},
		{"p", "<0-1>"},
		{"if local then true else false", "<0-29>"},
		{"age > 1 and (function(x) x) = (function( x ) x)", "(age > 1 & <13-47>)"},
		{"age in (? > 3)", "<0-14>"},
		{"age in (1, function(x) x)", "<0-25>"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct yz_feel *f = compile(cases[i].text, YZ_FEEL_EXPRESSION, NULL);
		struct yz_buf b;
		yz_buf_init(&b, arena, 1000);
		print(&b, yz_feel_condition(arena, f), names);
		if (strcmp(b.ptr, cases[i].tree))
			fail_msg("%s: %s", cases[i].text, b.ptr);
	}
}

TEST(cells_become_trees_of_tests_of_the_value)
{
	static const struct {
		const char *text, *tree;
	} cases[] = {
		{"-", "true"},
		{"5", "? = 5"},
		{"\"a\", \"b\"", "(? = \"a\" | ? = \"b\")"},
		{"not(\"a\", \"b\")", "!(? = \"a\" | ? = \"b\")"},
		{"[1..5), > 10", "(? in [1..5) | ? > 10)"},
		{"? > 5 and ? < 10", "(? > 5 & ? < 10)"},
		{"> -5", "? > -5"},
		{"> 2 + 3", "? > 5"},
		{"> age", "<0-5>"},
		{"contains(?, \"x\"), \"y\"", "(<0-16> | ? = \"y\")"},
		{"true", "? = true"},
		{"1 = 1", "<0-5>"},
		{"< -3", "? < -3"},
		{"> 2 + 1", "? > 3"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct yz_feel *f = compile(cases[i].text, YZ_FEEL_UNARY_TESTS, NULL);
		struct yz_buf b;
		yz_buf_init(&b, arena, 1000);
		print(&b, yz_feel_condition(arena, f), names);
		if (strcmp(b.ptr, cases[i].tree))
			fail_msg("%s: %s", cases[i].text, b.ptr);
	}
	struct yz_buf b;
	yz_buf_init(&b, arena, 100);
	const struct yz_feel *f = compile("true", YZ_FEEL_UNARY_TESTS, yz_feel_type_of_kind(YZ_FEEL_BOOLEAN));
	print(&b, yz_feel_condition(arena, f), names);
	assert_string_equal(b.ptr, "? = true");
}

static struct yz_feel_value ask(const struct yz_feel_cond *c, struct yz_feel_run *run, const struct yz_feel_value *in,
				struct yz_feel_value tested, bool unary);

/* Three-valued and, or of two answers, by the language itself. */
static struct yz_feel_value join(struct yz_feel_run *run, const char *text, struct yz_feel_value a,
				 struct yz_feel_value b)
{
	struct yz_feel_name two[] = {{YZ_LIT("a"), NULL}, {YZ_LIT("b"), NULL}};
	struct yz_feel_scope scope = {.names = two, .len = 2};
	struct yz_feel_value in[] = {a, b};
	return yz_feel_eval(yz_feel_compile(arena, yz_str(text), YZ_FEEL_EXPRESSION, &scope, NULL, NULL), run, in);
}

static struct yz_feel_value ask_test(const struct yz_feel_cond *c, struct yz_feel_run *run,
				     const struct yz_feel_value *in, struct yz_feel_value tested)
{
	struct yz_feel_value v = c->input == SIZE_MAX ? tested : in[c->input];
	struct yz_str rest = c->path, name;
	while (rest.len && yz_str_cut(&rest, '.', &name)) {
		const struct yz_feel_value *e = v.kind == YZ_FEEL_CONTEXT ? yz_feel_get(v, name) : NULL;
		v = e ? *e : (struct yz_feel_value){0};
	}
	if (c->op == YZ_FEEL_HOLDS)
		return v;
	return join(run, yz_printf(arena, "a %s b", op_names[c->op]), v, c->value);
}

static struct yz_feel_value ask(const struct yz_feel_cond *c, struct yz_feel_run *run, const struct yz_feel_value *in,
				struct yz_feel_value tested, bool unary)
{
	struct yz_feel_value v;
	switch (c->kind) {
	case YZ_FEEL_COND_VALUE:
		return c->value;
	case YZ_FEEL_COND_NOT:
		v = ask(c->parts[0], run, in, tested, unary);
		return join(run, "not(a)", v, v);
	case YZ_FEEL_COND_TEST:
		return ask_test(c, run, in, tested);
	case YZ_FEEL_COND_OPAQUE:
		return unary ? yz_feel_test(c->program, run, in, tested) : yz_feel_eval(c->program, run, in);
	default:
		v = ask(c->parts[0], run, in, tested, unary);
		for (size_t i = 1; i < c->len; i++)
			v = join(run, c->kind == YZ_FEEL_COND_AND ? "a and b" : "a or b", v,
				 ask(c->parts[i], run, in, tested, unary));
		return v;
	}
}

TEST(a_tree_answers_as_the_whole_for_every_kind_of_value)
{
	static const char *const expressions[] = {
		"age >= 18 and (local or p.city = \"x\")", "not(age in (1, [5..9])) or p.city in [\"x\", \"y\"]",
		"age between 3 and 8 or age = null",       "age in [1, 5, 7]",
		"18 > age and contains(p.city, \"x\")",
	};
	static const char *const cells[] = {"-", "5, > 8", "not(5, [7..9])", "? > 3 and ? != 5", "null, 1", "[2, 5]"};
	struct yz_feel_run run;
	arena = arena ? arena : yz_arena_create(0);
	struct yz_feel_entry city = {YZ_LIT("city"), yz_feel_string(YZ_LIT("x"))};
	struct yz_feel_value ages[] = {yz_feel_int(1),
				       yz_feel_int(5),
				       yz_feel_int(20),
				       {0},
				       yz_feel_string(YZ_LIT("5")),
				       yz_feel_unknown(arena, YZ_LIT("age")),
				       yz_feel_bool(true)};
	struct yz_feel_value people[] = {yz_feel_context(arena, &city, 1), {0}, yz_feel_unknown(arena, YZ_LIT("p"))};
	struct yz_feel_value locals[] = {yz_feel_bool(true), yz_feel_bool(false), {0}};
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++)
		for (size_t k = 0; k < 9; k++) {
			struct yz_feel_value in[] = {ages[i], people[k / 3], locals[k % 3]}, none = {0};
			yz_feel_run_init(&run, arena);
			for (size_t e = 0; e < sizeof expressions / sizeof *expressions; e++) {
				const struct yz_feel *f = compile(expressions[e], YZ_FEEL_EXPRESSION, NULL);
				struct yz_feel_value whole = yz_feel_eval(f, &run, in);
				struct yz_feel_value parts = ask(yz_feel_condition(arena, f), &run, in, none, false);
				bool same = whole.kind == parts.kind &&
					    (whole.kind != YZ_FEEL_BOOLEAN || whole.flag == parts.flag);
				/* A path into an unknown fact is finer in the whole. */
				if (!same && in[1].kind != YZ_FEEL_UNKNOWN)
					fail_msg("%s, case %zu %zu", expressions[e], i, k);
			}
			for (size_t e = 0; e < sizeof cells / sizeof *cells; e++) {
				const struct yz_feel *f = compile(cells[e], YZ_FEEL_UNARY_TESTS, NULL);
				struct yz_feel_value whole = yz_feel_test(f, &run, in, ages[i]);
				struct yz_feel_value parts = ask(yz_feel_condition(arena, f), &run, in, ages[i], true);
				if (whole.kind != parts.kind ||
				    (whole.kind == YZ_FEEL_BOOLEAN && whole.flag != parts.flag))
					fail_msg("cell %s, case %zu", cells[e], i);
			}
		}
}
