/* tests/unit/dmn/small.h - random models over facts of few values, and all their completions.
 *
 * Facts a, b (booleans), s ("x","y","z"), n (0, 1, 2, 3, or any number from 0 to
 * 3); decisions t0, t1, t2, each a table over some facts and the decisions before
 * it; t0 and t1 may be conditions.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_DMN_SMALL_H
#define YZ_TESTS_DMN_SMALL_H

#include "tests/unit/dmn/models.h"

enum { SMALL_FACTS = 4, SMALL_TABLES = 3, SMALL_MOST = 2 * 2 * 3 * 7 };

static const char *const small_names[SMALL_FACTS] = {"a", "b", "s", "n"};
static size_t small_sizes[SMALL_FACTS] = {2, 2, 3, 4};
static bool small_halves; /* n is any number: halves stand for those between */
static uint64_t small_seed;

static inline uint32_t draw(uint32_t below)
{
	small_seed ^= small_seed << 13;
	small_seed ^= small_seed >> 7;
	small_seed ^= small_seed << 17;
	return (uint32_t)((small_seed * 0x2545F4914F6CDD1D) >> 33) % below;
}

static inline struct yz_feel_value small_value(size_t fact, size_t i)
{
	static const char *const strings[] = {"x", "y", "z"};
	return fact < 2 ? yz_feel_bool(i) : fact == 2 ? yz_feel_string(yz_str(strings[i])) : small_halves ? yz_feel_number((struct yz_dec){.lo = i * 5, .exp = -1}) : yz_feel_int((int64_t)i);
}

static inline size_t small_all(void)
{
	return small_sizes[0] * small_sizes[1] * small_sizes[2] * small_sizes[3];
}

static inline const char *small_cell(size_t column)
{
	static const char *const cells[][8] = {
		{"true", "false", "true", "false", "not(true)", "? = true or ? = false", "false", "true"},
		{"\"x\"", "\"y\"", "\"x\",\"z\"", "not(\"x\")", "\"z\"", "? != \"y\"", "string length(?) > 0", "\"y\",\"z\""},
		{"< 2", "&gt;= 2", "[1..2]", "0", "not(3)", "&gt; 0", "(0..3)", "&lt;= 2"},
	};
	if (draw(3) == 0)
		return "-";
	const char *c = cells[column < 2 ? 0 : column - 1][draw(8)];
	return strcmp(c, "< 2") ? c : "&lt; 2";
}

struct small_table {
	const char *policy;
	bool otherwise;
	char outcome; /* kind: 's' strings x, y, z; 'n' numbers 0 … 3; 'b' a condition, no table */
};
static struct small_table small_tables[SMALL_TABLES];

static inline void small_output(struct yz_buf *b, char kind)
{
	if (kind == 'n')
		yz_buf_printf(b, "%u", draw(4));
	else
		yz_buf_printf(b, "\"%c\"", "xyz"[draw(3)]);
}

static inline void small_condition(struct yz_buf *b, size_t k)
{
	static const char *const texts[] = {"a and n &gt; 1", "not(b) or s = \"x\"", "n in [1..2)", "(a or b) and s != \"y\" and n &lt; 3",
					    "if a then b else not(b)", "s in (\"x\", \"z\")"};
	small_tables[k] = (struct small_table){.policy = "-", .outcome = 'b'};
	yz_buf_printf(b, "<decision id='t%zu' name='t%zu'><variable name='t%zu' typeRef='boolean'/>", k, k, k);
	for (size_t i = 0; i < SMALL_FACTS; i++)
		yz_buf_printf(b, "<informationRequirement><requiredInput href='#%s'/></informationRequirement>", small_names[i]);
	yz_buf_printf(b, "<literalExpression><text>%s</text></literalExpression></decision>\n", texts[draw(6)]);
}

static inline void small_decision(struct yz_buf *b, size_t k)
{
	static const char *const policies[] = {"UNIQUE", "FIRST", "ANY", "PRIORITY", "FIRST", "COLLECT\" aggregation=\"MAX"};
	struct small_table *t = &small_tables[k];
	size_t columns[SMALL_FACTS + SMALL_TABLES], n = 0;
	if (k < 2 && draw(4) == 0) {
		small_condition(b, k);
		return;
	}
	*t = (struct small_table){.policy = policies[draw(6)], .otherwise = draw(3) == 0, .outcome = "sn"[draw(2)]};
	if (t->policy[0] == 'C')
		t->outcome = 'n';
	for (size_t i = 0; i < SMALL_FACTS + k; i++)
		if (draw(2) || (i + 1 == SMALL_FACTS + k && !n))
			columns[n++] = i;
	yz_buf_printf(b, "<decision id='t%zu' name='t%zu'><variable name='t%zu' typeRef='%s'/>", k, k, k,
		      t->outcome == 'n' ? "number" : "string");
	for (size_t i = 0; i < n; i++)
		if (columns[i] < SMALL_FACTS)
			yz_buf_printf(b, "<informationRequirement><requiredInput href='#%s'/></informationRequirement>", small_names[columns[i]]);
		else
			yz_buf_printf(b, "<informationRequirement><requiredDecision href='#t%zu'/></informationRequirement>", columns[i] - SMALL_FACTS);
	yz_buf_printf(b, "<decisionTable hitPolicy=\"%s\">", t->policy);
	for (size_t i = 0; i < n; i++)
		if (columns[i] < SMALL_FACTS)
			yz_buf_printf(b, "<input><inputExpression><text>%s</text></inputExpression></input>", small_names[columns[i]]);
		else
			yz_buf_printf(b, "<input><inputExpression><text>t%zu</text></inputExpression></input>", columns[i] - SMALL_FACTS);
	yz_buf_addz(b, "<output>");
	if (t->policy[0] == 'P')
		yz_buf_printf(b, "<outputValues><text>%s</text></outputValues>", t->outcome == 'n' ? "2,0,1,3" : "\"y\",\"x\",\"z\"");
	if (t->otherwise)
		yz_buf_printf(b, "<defaultOutputEntry><text>%s</text></defaultOutputEntry>", t->outcome == 'n' ? "1" : "\"y\"");
	yz_buf_addz(b, "</output>");
	for (size_t r = 0, rows = 1 + draw(5); r < rows; r++) {
		yz_buf_addz(b, "<rule>");
		for (size_t i = 0; i < n; i++) {
			char kind = columns[i] < SMALL_FACTS ? "bbsn"[columns[i]] : small_tables[columns[i] - SMALL_FACTS].outcome;
			size_t like = kind == 'n' ? 3 : kind == 's' ? 2 : 0;
			yz_buf_printf(b, "<inputEntry><text>%s</text></inputEntry>", small_cell(like));
		}
		yz_buf_addz(b, "<outputEntry><text>");
		small_output(b, t->outcome);
		yz_buf_addz(b, "</text></outputEntry></rule>");
	}
	yz_buf_addz(b, "</decisionTable></decision>\n");
}

/* The text of a random model. */
static inline const char *small_model(void)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	small_halves = draw(2);
	small_sizes[3] = small_halves ? 7 : 4;
	yz_buf_addz(&b, "<itemDefinition name='S'><typeRef>string</typeRef><allowedValues><text>\"x\",\"y\",\"z\"</text></allowedValues>"
			"</itemDefinition>");
	yz_buf_printf(&b, "<itemDefinition name='N'><typeRef>number</typeRef><allowedValues><text>%s</text></allowedValues></itemDefinition>\n",
		      small_halves ? "[0..3]" : "0,1,2,3");
	for (size_t i = 0; i < SMALL_FACTS; i++)
		yz_buf_printf(&b, "<inputData id='%s' name='%s'><variable name='%s' typeRef='%s'/></inputData>\n", small_names[i],
			      small_names[i], small_names[i], i < 2 ? "boolean" : i == 2 ? "S" : "N");
	for (size_t k = 0; k < SMALL_TABLES; k++)
		small_decision(&b, k);
	return b.ptr;
}

/* Completion c: a value for each fact. */
static inline void small_facts(size_t c, struct yz_dmn_told *told)
{
	for (size_t i = 0; i < SMALL_FACTS; i++) {
		told[i] = (struct yz_dmn_told){.name = yz_str(small_names[i]), .value = small_value(i, c % small_sizes[i])};
		c /= small_sizes[i];
	}
}

static inline const struct yz_dmn_node *small_node(size_t k)
{
	return yz_dmn_find(model, yz_str_printf(arena, "t%zu", k));
}

static inline struct yz_feel_value small_decide(struct yz_arena *a, size_t k, const struct yz_dmn_told *told, size_t n,
						struct yz_dmn_eval *e)
{
	struct yz_feel_run *run = yz_new(a, struct yz_feel_run);
	yz_feel_run_init(run, a);
	yz_dmn_begin(e, model, run);
	e->explain = true;
	yz_dmn_set_told(e, told, n);
	return yz_dmn_decide(e, small_node(k));
}

static inline const struct yz_dmn_trace *small_table_of(const struct yz_dmn_eval *e)
{
	const struct yz_dmn_trace *t = e->trace->child;
	while (t && t->step != YZ_DMN_STEP_TABLE)
		t = t->next;
	assert_non_null(t);
	return t;
}

#endif
