/* SPDX-License-Identifier: Apache-2.0 */
#include "models.h"

TEST(every_version_is_read)
{
	static const char *const spaces[] = {
		"http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
		"http://www.omg.org/spec/DMN/20180521/MODEL/",  "https://www.omg.org/spec/DMN/20191111/MODEL/",
		"https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20230324/MODEL/",
		"https://www.omg.org/spec/DMN/20240513/MODEL/",
	};
	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
		fresh();
		add_source("v.dmn", yz_printf(arena,
					      "<d:definitions xmlns:d='%s' namespace='urn:v' name=' a  name '>"
					      "<d:decision id='x' name='x'><d:literalExpression><d:text>1 + 1</d:text>"
					      "</d:literalExpression></d:decision></d:definitions>",
					      spaces[i]));
		assert_non_null(load_sources(NULL));
		finds_nothing();
		assert_true(yz_str_eqz(yz_dmn_name(model), "a name"));
		assert_true(yz_str_eqz(yz_dmn_namespace(model), "urn:v"));
		assert_string_equal(decided("x"), "2");
	}
}

static void fails(const char *text, enum yz_code code, const char *where, const char *msg)
{
	fresh();
	add_source("bad.dmn", text);
	assert_null(load_sources(NULL));
	assert_int_equal(err.code, code);
	if (!strstr(err.where, where) || !strstr(err.msg, msg))
		fail_msg("%s: %s", err.where, err.msg);
	assert_non_null(diags);
	assert_int_equal(diags->severity, YZ_FEEL_ERROR);
}

TEST(what_is_no_model_is_refused)
{
	fails("<definitions xmlns='" DMN_15 "'><decision>\n</definitions>", YZ_SYNTAX, "bad.dmn: line 2", "");
	assert_int_equal(diags->place.line, 2);
	assert_true(yz_str_eqz(diags->place.element, "<decision>"));
	fails("<definitions xmlns='" DMN_15 "'><decision name='资格'>\n1 < 2</decision></definitions>", YZ_SYNTAX,
	      "bad.dmn: line 2, column", "");
	assert_true(yz_str_eqz(diags->place.element, "<decision> \"资格\""));
	fails("no XML", YZ_SYNTAX, "bad.dmn: line 1", "");
	assert_true(yz_str_eqz(diags->zh.message, "文件读不懂：这不是 UTF-8 或 GB18030 的 XML"));
	fails("\n <definitions/>", YZ_SYNTAX, "bad.dmn: line 2, column 2", "expected definitions of DMN 1.1 to 1.6");
	fails("<definitions xmlns='urn:other'/>", YZ_SYNTAX, "bad.dmn", "urn:other");
	assert_true(yz_str_eqz(diags->message, "the file is no decision model"));
	assert_true(yz_str_eqz(diags->expected, "definitions of DMN 1.1 to 1.6"));
	assert_true(yz_str_eqz(diags->found, "definitions of \"urn:other\""));
	assert_true(yz_str_eqz(diags->zh.expected, "DMN 1.1 到 1.6 的 definitions"));
	fails("<decision xmlns='" DMN_15 "'/>", YZ_SYNTAX, "bad.dmn", "found decision");
}

TEST(nodes_say_what_they_are)
{
	load("<decision id='d' name=' the  decision '>\n<description> why </description><question>how old?</question>\n"
	     "<allowedAnswers>a, b</allowedAnswers><variable name='the decision' typeRef='number'/>\n" NEEDS(
		     "i") "<literalExpression><text>i</text></literalExpression></decision>\n" INPUT("i", "number"));
	finds_nothing();
	size_t n;
	const struct yz_dmn_node *const *nodes = yz_dmn_nodes(model, &n), *d = node("the\n decision");
	assert_int_equal(n, 2);
	assert_ptr_equal(nodes[0], d);
	assert_ptr_equal(nodes[1], node("i"));
	assert_int_equal(nodes[1]->index, 1);
	assert_int_equal(nodes[1]->kind, YZ_DMN_INPUT);
	assert_int_equal(d->kind, YZ_DMN_DECISION);
	assert_true(yz_str_eqz(d->name, "the decision") && yz_str_eqz(d->label, "the decision"));
	assert_true(yz_str_eqz(d->id, "d") && yz_str_eqz(d->ns, "urn:t") && d->import.len == 0);
	assert_true(yz_str_eqz(d->description, "why") && yz_str_eqz(d->question, "how old?"));
	assert_true(yz_str_eqz(d->answers, "a, b"));
	assert_int_equal(d->type->kind, YZ_FEEL_NUMBER);
	assert_int_equal(d->nneeds, 1);
	assert_ptr_equal(d->needs[0], nodes[1]);
	assert_int_equal(d->place.line, 2);
	assert_int_equal(d->place.column, 1);
	assert_true(yz_str_eqz(d->place.element, "decision the decision"));
	assert_ptr_equal(yz_dmn_find(model, YZ_LIT("d")), d);
	assert_null(yz_dmn_find(model, YZ_LIT("e")));
	assert_string_equal(decided_with("the decision", "{i: 7}"), "7");
}

TEST(the_name_of_the_variable_is_the_one_that_counts)
{
	load("<decision id='d' name='one'>\n<variable name='two'/><literalExpression><text>1</text></literalExpression>"
	     "</decision>\n" LITERAL("e", NEEDS_DECISION("d"), "two + 1"));
	finds("3:1 warning: decision one / variable: the variable is called differently");
	assert_true(yz_str_eqz(node("two")->label, "one"));
	assert_string_equal(decided("e"), "2");
}

TEST(names_and_ids_are_each_there_once)
{
	load(LITERAL("a", "", "1") "<decision id='a' name='a'><literalExpression><text>2</text></literalExpression>"
				   "</decision>\n<inputData name='i'/><inputData id='j'/>");
	finds_among("3:1 error: decision a: the id 'a' is that of another element, in line 2");
	finds_among("3:1 error: decision a: two elements are called 'a'; the other is in line 2");
	finds_among("4:1 warning: input data i: without an id nothing can require it");
	finds_among("4:22 error: input data : it needs a name");
	assert_int_equal(yz_dmn_errors(model), 3);
	assert_string_equal(decided("a"), "1");
}

TEST(findings_stand_in_order_with_line_column_and_element)
{
	load("<decision id='d' name='资格'>\n<decisionTable>\n<input id='in'><inputExpression "
	     "typeRef='number'><text>1</text>"
	     "</inputExpression></input>\n<output/>\n<rule id='r'>\n<inputEntry><text>&lt;= 3</text></inputEntry>"
	     "<outputEntry><text>&quot;a&quot; &lt; 一 +</text></outputEntry></rule>\n<rule>\n"
	     "<inputEntry id='ie'><text>\n   &lt; 3, &gt;\n \"一\"</text></inputEntry><outputEntry><text>x y</text>"
	     "</outputEntry></rule></decisionTable></decision>");
	static const struct {
		unsigned line, column;
		const char *element, *id, *message;
	} expected[] = {
		{7, 84, "decision 资格 / decision table / rule 1 / output 1", "r", "nothing is called '一'"},
		{7, 87, "decision 资格 / decision table / rule 1 / output 1", "r", "an expression"},
		{10, 12, "decision 资格 / decision table / rule 2 / input 1", "ie", "another type"},
		{11, 44, "decision 资格 / decision table / rule 2 / output 1", "d", "nothing is called 'x y'"},
	};
	const struct yz_dmn_diag *d = diags;
	assert_int_equal(yz_dmn_errors(model), 4);
	for (size_t i = 0; i < 4; i++, d = d->next) {
		assert_non_null(d);
		if (d->place.line != expected[i].line || d->place.column != expected[i].column ||
		    !yz_str_eqz(d->place.element, expected[i].element) || !yz_str_eqz(d->place.id, expected[i].id) ||
		    yz_str_find(d->message, yz_str(expected[i].message), 0) == SIZE_MAX ||
		    !yz_str_eqz(d->place.file, "t.dmn"))
			fail_msg("%zu: %s", i, findings());
	}
	assert_null(d);
}

/* ---- bounds ---- */

static void passes_one_less(const char *body, struct yz_dmn_limits limits, const char *where, const char *msg)
{
	assert_null(load_within(body, &limits));
	assert_int_equal(err.code, YZ_LIMIT);
	if (!strstr(err.msg, msg) || !strstr(err.where, where))
		fail_msg("%s: %s", err.where, err.msg);
	finds_among(msg);
}

TEST(bytes_are_bounded)
{
	fresh();
	const char *text = definitions("urn:t", "");
	add_source("t.dmn", text);
	struct yz_dmn_limits limits = {.bytes = strlen(text)};
	assert_non_null(load_sources(&limits));
	limits.bytes--;
	assert_null(load_sources(&limits));
	assert_int_equal(err.code, YZ_TOO_LARGE);
}

TEST(models_are_bounded)
{
	fresh();
	for (int i = 0; i < 3; i++)
		add_source("t.dmn", definitions(yz_printf(arena, "urn:%d", i), ""));
	struct yz_dmn_limits limits = {.models = 3};
	assert_non_null(load_sources(&limits));
	limits.models = 2;
	assert_null(load_sources(&limits));
	assert_int_equal(err.code, YZ_LIMIT);
	finds_among("3 models, more than 2");
	nsources = 0;
	assert_null(load_sources(NULL));
}

TEST(nodes_are_bounded)
{
	const char *body = INPUT("a", "string") INPUT("b", "string") INPUT("c", "string");
	assert_non_null(load_within(body, &(struct yz_dmn_limits){.nodes = 3}));
	passes_one_less(body, (struct yz_dmn_limits){.nodes = 2}, "t.dmn: line 4, column 1: input data c",
			"more than 2 decisions");
}

TEST(cells_are_bounded)
{
	const char *table =
		"<decision id='d' name='d'><decisionTable><input><inputExpression><text>1</text></inputExpression>"
		"</input><output/><rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text>"
		"</outputEntry></rule></decisionTable></decision>";
	assert_non_null(load_within(table, &(struct yz_dmn_limits){.cells = 4}));
	passes_one_less(table, (struct yz_dmn_limits){.cells = 3}, "decision d / decision table", "more than 3 cells");
	const char *relation = "<decision id='d' name='d'><relation><column name='a'/><column name='b'/><row>"
			       "<literalExpression><text>1</text></literalExpression><literalExpression><text>1</text>"
			       "</literalExpression></row></relation></decision>";
	assert_non_null(load_within(relation, &(struct yz_dmn_limits){.cells = 2}));
	passes_one_less(relation, (struct yz_dmn_limits){.cells = 1}, "relation / row 1", "more than 1 cells");
}

enum { NESTED = 1 << 16 };

/* `open` as often as said, `inner`, `close` as often. */
static const char *nested(int deep, const char *open, const char *inner, const char *close)
{
	static char text[NESTED];
	size_t n = 0;
	for (int i = 0; i < deep; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s", open);
	n += (size_t)snprintf(text + n, sizeof text - n, "%s", inner);
	for (int i = 0; i < deep; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s", close);
	assert_true(n < sizeof text);
	return text;
}

static const char *in_decision(const char *logic)
{
	static char text[NESTED + 64];
	snprintf(text, sizeof text, "<decision id='d' name='d'>%s</decision>", logic);
	return text;
}

TEST(expressions_are_nested_to_a_bound)
{
	const char *one = "<literalExpression><text>1</text></literalExpression>";
	assert_non_null(
		load_within(in_decision(nested(4, "<list>", one, "</list>")), &(struct yz_dmn_limits){.depth = 5}));
	passes_one_less(in_decision(nested(5, "<list>", one, "</list>")), (struct yz_dmn_limits){.depth = 5},
			"t.dmn: line 2", "nested deeper than 5");
	/* The default, where it takes the most of XML: two elements each. */
	const char *open = "<conditional><if>", *close = "</if></conditional>";
	load(in_decision(nested(63, open, one, close)));
	passes_one_less(in_decision(nested(64, open, one, close)), (struct yz_dmn_limits){0}, "t.dmn: line 2",
			"nested deeper than 64");
}

TEST(components_are_nested_to_a_bound)
{
	const char *open = "<itemComponent name='c'>", *close = "</itemComponent>";
	static char text[NESTED + 64];
	for (int deep = 64; deep <= 65; deep++) {
		snprintf(text, sizeof text, "<itemDefinition name='t'>%s</itemDefinition>",
			 nested(deep - 1, open, "", close));
		if (deep == 64)
			load(text);
		else
			passes_one_less(text, (struct yz_dmn_limits){0}, "item definition t",
					"item definitions are nested deeper than 64");
	}
}

TEST(decisions_in_a_row_are_bounded)
{
	const char *body =
		LITERAL("a", "", "1") LITERAL("b", NEEDS_DECISION("a"), "a") LITERAL("c", NEEDS_DECISION("b"), "b");
	assert_non_null(load_within(body, &(struct yz_dmn_limits){.chain = 3}));
	assert_string_equal(decided("c"), "1");
	passes_one_less(body, (struct yz_dmn_limits){.chain = 2}, "decision c", "more than 2");
}

TEST(findings_are_kept_to_a_bound)
{
	const char *body = LITERAL("a", "", "x") LITERAL("b", "", "x") LITERAL("c", "", "x");
	assert_non_null(load_within(body, &(struct yz_dmn_limits){.diags = 2}));
	assert_int_equal(yz_dmn_errors(model), 3);
	assert_non_null(diags->next);
	assert_null(diags->next->next);
}

TEST(names_around_an_expression_are_bounded)
{
	struct yz_buf b;
	for (int n = 4096; n <= 4097; n++) {
		struct yz_arena *own = yz_arena_create(0);
		yz_buf_init(&b, own, 16 << 20);
		yz_buf_addz(&b, "<decision id='d' name='d'><context>");
		for (int i = 0; i < n; i++)
			yz_buf_printf(&b,
				      "<contextEntry><variable name='n%d'/><literalExpression><text>1</text>"
				      "</literalExpression></contextEntry>",
				      i);
		yz_buf_addz(&b, "</context></decision>");
		load_within(yz_buf_str(&b).ptr, NULL);
		assert_int_equal(err.code, n == 4096 ? YZ_OK : YZ_LIMIT);
		yz_arena_destroy(own);
	}
	assert_non_null(strstr(err.msg, "more than 4096 names"));
}

TEST(an_expression_has_the_bounds_of_feel)
{
	struct yz_feel_limits feel = {.text = 5};
	assert_non_null(load_within(LITERAL("a", "", "1 + 1") LITERAL("b", "", "1 + 10"),
				    &(struct yz_dmn_limits){.feel = &feel}));
	finds("3:");
	finds_among("too long");
	assert_string_equal(decided("a"), "2");
	assert_string_equal(decided("b"), "null");
}
