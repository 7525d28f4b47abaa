/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/dmn/small.h"

#include "base/map.h"

static struct yz_dmn_proof proof;

static bool prove(const char *body)
{
	load(body);
	return yz_dmn_prove(arena, model, NULL, 0, &proof, &err);
}

static const char *told(void)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	for (const struct yz_dmn_finding *f = proof.findings; f; f = f->next) {
		yz_buf_printf(&b, "%.*s: ", YZ_P(f->node->name));
		yz_dmn_finding_text(f, YZ_FEEL_EN, &b);
		yz_buf_addc(&b, '\n');
	}
	return b.len ? b.ptr : "";
}

static void shows(const char *body, const char *expected)
{
	if (!prove(body))
		fail_msg("%s", err.msg);
	assert_string_equal(told(), expected);
}

#define INPUT(name, type) "<inputData id='" name "' name='" name "'><variable name='" name "' typeRef='" type "'/></inputData>\n"
#define NEEDS(name) "<informationRequirement><requiredInput href='#" name "'/></informationRequirement>"
#define NEEDS_D(name) "<informationRequirement><requiredDecision href='#" name "'/></informationRequirement>"
#define COLUMN(name, type) "<input><inputExpression typeRef='" type "'><text>" name "</text></inputExpression></input>"
#define RULE1(a, out) "<rule><inputEntry><text>" a "</text></inputEntry><outputEntry><text>" out "</text></outputEntry></rule>"
#define RULE2(a, b, out) \
	"<rule><inputEntry><text>" a "</text></inputEntry><inputEntry><text>" b "</text></inputEntry><outputEntry><text>" out \
	"</text></outputEntry></rule>"
#define AGE_TABLE(policy, rules)                                                                                            \
	INPUT("age", "number")                                                                                              \
	"<decision id='d' name='d'><variable name='d'/>" NEEDS("age") "<decisionTable hitPolicy='" policy "'>"              \
	COLUMN("age", "number") "<output/>" rules "</decisionTable></decision>"

TEST(a_complete_table_has_no_finding)
{
	shows(AGE_TABLE("UNIQUE", RULE1("&lt; 18", "1") RULE1("[18..60)", "2") RULE1("&gt;= 60", "3")), "");
	assert_int_equal(proof.tables, 1);
	assert_int_equal(proof.facts, 1);
	assert_int_equal(proof.nunread, 0);
}

TEST(a_gap_has_an_example_that_reads_naturally)
{
	shows(AGE_TABLE("UNIQUE", RULE1("&lt; 18", "1") RULE1("&gt;= 60", "3")), "d: no rule answers; for example age = 40\n");
	shows(AGE_TABLE("UNIQUE", RULE1("&lt; 80", "1") RULE1("&gt; 80", "3")), "d: no rule answers; for example age = 80\n");
	shows(AGE_TABLE("UNIQUE", RULE1("&lt; 80", "1")), "d: no rule answers; for example age = 90\n");
}

TEST(overlapping_rules_of_a_unique_table_contradict)
{
	shows(AGE_TABLE("UNIQUE", RULE1("&lt; 20", "1") RULE1("&gt;= 10", "3")),
	      "d: rules 1 and 2 contradict: both match; for example age = 15\n");
}

TEST(rules_of_an_any_table_contradict_only_with_other_answers)
{
	shows(AGE_TABLE("ANY", RULE1("&lt; 20", "1") RULE1("&gt;= 10", "1.0")), "");
	shows(AGE_TABLE("ANY", RULE1("&lt; 20", "1") RULE1("&gt;= 10", "2")),
	      "d: rules 1 and 2 contradict: both match; for example age = 15\n");
	shows(AGE_TABLE("ANY", RULE1("&lt; 20", "age + 1") RULE1("&gt;= 10", "1 + age")), "");
	shows(AGE_TABLE("ANY", RULE1("&lt; 20", "age + 1") RULE1("&gt;= 10", "age + 2")),
	      "d: rules 1 and 2 contradict: both match; for example age = 15\n");
}

TEST(a_rule_behind_others_that_take_all_is_masked)
{
	shows(AGE_TABLE("FIRST", RULE1("&lt; 20", "1") RULE1("&gt;= 10", "2") RULE1("[12..30]", "3")),
	      "d: rule 3 never answers: others come first, as rule 1; for example age = 16\n");
}

TEST(cells_that_never_hold_together_are_told)
{
	shows(INPUT("age", "number")
	      "<decision id='adult' name='adult'><variable name='adult' typeRef='boolean'/>" NEEDS("age")
	      "<literalExpression><text>age &gt;= 18</text></literalExpression></decision>\n"
	      "<decision id='d' name='d'><variable name='d'/>" NEEDS("age") NEEDS_D("adult") "<decisionTable hitPolicy='FIRST'>"
	      COLUMN("adult", "boolean") COLUMN("age", "number") "<output/>" RULE2("true", "&lt; 18", "1") RULE2("-", "-", "2")
	      "</decisionTable></decision>",
	      "d: rule 1 never matches: its cells cannot hold together\n");
}

TEST(allowed_values_leave_no_gap_behind_them)
{
	const char *body = "<itemDefinition name='T'><typeRef>string</typeRef><allowedValues><text>\"a\",\"b\"</text>"
			   "</allowedValues></itemDefinition>" INPUT("x", "T")
			   "<decision id='d' name='d'><variable name='d'/>" NEEDS("x") "<decisionTable>" COLUMN("x", "T") "<output/>"
			   RULE1("\"a\"", "1") RULE1("\"b\"", "2") "</decisionTable></decision>";
	shows(body, "");
	shows(INPUT("x", "string") "<decision id='d' name='d'><variable name='d'/>" NEEDS("x") "<decisionTable>" COLUMN("x", "string")
	      "<output/>" RULE1("\"a\"", "1") RULE1("\"b\"", "2") "</decisionTable></decision>",
	      "d: no rule answers; for example x = \"其他\"\n");
}

TEST(null_is_no_gap_unless_a_rule_speaks_of_it)
{
	shows(INPUT("x", "boolean") "<decision id='d' name='d'><variable name='d'/>" NEEDS("x") "<decisionTable>"
	      COLUMN("x", "boolean") "<output/>" RULE1("true", "1") RULE1("false", "2") "</decisionTable></decision>", "");
	shows(AGE_TABLE("FIRST", RULE1("not(null)", "1")), "d: no rule answers; for example age = null\n");
}

TEST(what_cannot_be_looked_into_is_a_yes_or_no_and_listed)
{
	shows(INPUT("a", "number") INPUT("b", "number")
	      "<decision id='d' name='d'><variable name='d'/>" NEEDS("a") NEEDS("b") "<decisionTable hitPolicy='FIRST'>"
	      COLUMN("a", "number") "<output/>" RULE1("? &gt; b * 2", "1") "</decisionTable></decision>",
	      "d: no rule answers; for example a = 1, and assuming ? > b * 2 = false\n");
	assert_int_equal(proof.nunread, 1);
	assert_false(proof.unread[0].value);
}

TEST(a_computed_value_is_cut_into_bands_like_a_fact)
{
	shows(INPUT("a", "number") INPUT("b", "number")
	      "<decision id='d' name='d'><variable name='d'/>" NEEDS("a") NEEDS("b") "<decisionTable>"
	      COLUMN("a * b", "number") "<output/>" RULE1("&lt; 10", "1") RULE1("&gt;= 10", "2") "</decisionTable></decision>", "");
	assert_int_equal(proof.nunread, 1);
	assert_true(proof.unread[0].value);
}

TEST(parts_of_a_structured_input_are_facts)
{
	shows("<itemDefinition name='P'><itemComponent name='age'><typeRef>number</typeRef></itemComponent>"
	      "<itemComponent name='local'><typeRef>boolean</typeRef></itemComponent></itemDefinition>" INPUT("p", "P")
	      "<decision id='d' name='d'><variable name='d'/>" NEEDS("p") "<decisionTable>" COLUMN("p.local", "boolean")
	      COLUMN("p.age", "number") "<output/>" RULE2("true", "&gt;= 80", "1") RULE2("false", "-", "2") "</decisionTable></decision>",
	      "d: no rule answers; for example p.local = true, p.age = 0\n");
}

TEST(an_outcome_that_no_rule_gives_is_told)
{
	shows(INPUT("x", "boolean") "<decision id='d' name='d'><variable name='d'/>" NEEDS("x") "<decisionTable>"
	      COLUMN("x", "boolean") "<output><outputValues><text>\"p\",\"q\"</text></outputValues></output>" RULE1("-", "\"p\"")
	      "</decisionTable></decision>", "d: no rule gives \"q\", which is listed as an output\n");
}

TEST(a_decision_without_logic_is_never_made)
{
	shows("<decision id='d' name='d'><variable name='d'/></decision>",
	      "d: the decision is never made: it has no logic that can be run, or stands on itself\n");
}

TEST(more_nodes_than_allowed_are_refused)
{
	load(AGE_TABLE("UNIQUE", RULE1("&lt; 18", "1") RULE1("[18..60)", "2") RULE1("&gt;= 60", "3")));
	assert_true(yz_dmn_prove(arena, model, NULL, 100, &proof, &err));
	size_t enough = proof.nodes;
	assert_true(yz_dmn_prove(arena, model, NULL, enough, &proof, &err));
	assert_false(yz_dmn_prove(arena, model, NULL, enough - 1, &proof, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}

/* ---- equal to trying all ---- */

static void claim(struct yz_map *set, const char *what)
{
	yz_map_put(set, yz_str(what), arena);
}

static bool row_is(const struct yz_dmn_trace *t, uint32_t rule, bool counts)
{
	for (size_t i = 0; i < t->nrows; i++)
		if (t->rows[i].rule == rule)
			return t->rows[i].truth == YZ_DMN_TRUE && (!counts || t->rows[i].counts);
	return false;
}

/* A decision before this one has no answer. */
static bool fails_before(struct yz_arena *a, size_t k, const struct yz_dmn_told *told_facts)
{
	const struct yz_dmn_node *n = small_node(k);
	for (size_t i = 0; i < n->nneeds; i++)
		if (n->needs[i]->kind == YZ_DMN_DECISION) {
			struct yz_dmn_eval e;
			size_t before = (size_t)(n->needs[i]->name.ptr[1] - '0');
			if (small_decide(a, before, told_facts, SMALL_FACTS, &e).kind == YZ_FEEL_NULL ||
			    fails_before(a, before, told_facts))
				return true;
		}
	return false;
}

struct seen {
	size_t matched[8], counted[8];
	bool both[8][8], gap, asked;
};

static void observe(struct yz_arena *a, size_t k, struct seen *s, size_t nrules)
{
	for (size_t c = 0; c < small_all(); c++) {
		struct yz_dmn_told facts[SMALL_FACTS];
		struct yz_dmn_eval e;
		small_facts(c, facts);
		if (fails_before(a, k, facts))
			continue;
		s->asked = true;
		small_decide(a, k, facts, SMALL_FACTS, &e);
		const struct yz_dmn_trace *t = small_table_of(&e);
		size_t n = 0;
		for (uint32_t r = 1; r <= nrules; r++) {
			n += row_is(t, r, false);
			s->matched[r] += row_is(t, r, false);
			s->counted[r] += row_is(t, r, true);
			for (uint32_t q = 1; q < r; q++)
				s->both[q][r] |= row_is(t, q, false) && row_is(t, r, false);
		}
		s->gap |= !n && !small_tables[k].otherwise;
	}
}

static struct yz_str output_of(const char *text, size_t k, uint32_t rule)
{
	const char *at = strstr(text, yz_printf(arena, "name='t%zu'", k));
	for (uint32_t r = 0; r < rule; r++)
		at = strstr(at + 1, "<rule>");
	at = strstr(at, "<outputEntry><text>") + strlen("<outputEntry><text>");
	return yz_str_n(at, (size_t)(strchr(at, '<') - at));
}

static size_t rules_of(const char *text, size_t k)
{
	size_t n = 0;
	const char *at = strstr(text, yz_printf(arena, "name='t%zu'", k)), *end = strstr(at, "</decisionTable>");
	while ((at = strstr(at + 1, "<rule>")) && at < end)
		n++;
	return n;
}

static void expect(struct yz_arena *a, const char *text, struct yz_map *set)
{
	for (size_t k = 0; k < SMALL_TABLES; k++) {
		struct seen s = {0};
		if (small_tables[k].outcome == 'b')
			continue;
		size_t n = rules_of(text, k);
		char p = small_tables[k].policy[0];
		observe(a, k, &s, n);
		if (s.gap)
			claim(set, yz_printf(arena, "%d t%zu 0 0", YZ_DMN_GAP, k));
		for (uint32_t r = 1; r <= n; r++) {
			if (s.asked && !s.matched[r])
				claim(set, yz_printf(arena, "%d t%zu %u 0", YZ_DMN_NEVER, k, r));
			else if (s.asked && !s.counted[r] && (p == 'F' || p == 'P'))
				claim(set, yz_printf(arena, "%d t%zu %u 0", YZ_DMN_MASKED, k, r));
			for (uint32_t q = 1; q < r; q++)
				if (s.both[q][r] && (p == 'U' || (p == 'A' && !yz_str_eq(output_of(text, k, q), output_of(text, k, r)))))
					claim(set, yz_printf(arena, "%d t%zu %u %u", YZ_DMN_CLASH, k, r, q));
		}
	}
}

/* The example is what the finding says it is. */
static void is_real(struct yz_arena *a, const struct yz_dmn_finding *f)
{
	struct yz_dmn_eval e;
	size_t k = (size_t)(f->node->name.ptr[1] - '0');
	struct yz_feel_value v = small_decide(a, k, f->example, f->nexample, &e);
	const struct yz_dmn_trace *t = small_table_of(&e);
	if (f->flaw == YZ_DMN_GAP) {
		assert_int_equal(v.kind, YZ_FEEL_NULL);
		for (size_t i = 0; i < t->nrows; i++)
			assert_int_not_equal(t->rows[i].truth, YZ_DMN_TRUE);
	} else if (f->flaw != YZ_DMN_NEVER && f->flaw != YZ_DMN_UNREACHED) {
		assert_true(row_is(t, f->rule, false));
		assert_true(row_is(t, f->other, false));
		assert_true(f->flaw == YZ_DMN_CLASH || !row_is(t, f->rule, true));
	}
}

/* cmocka cuts messages short. */
static void show(uint64_t from, const char *what, struct yz_str which, const char *text)
{
	fprintf(stderr, "seed %llu: %s: %.*s\n%s\n%s", (unsigned long long)from, what, YZ_P(which), told(), text);
	fail();
}

static size_t compared[YZ_DMN_ENDLESS + 1];

static void same_as_trying_all(uint64_t from)
{
	struct yz_map expected, given;
	fresh();
	small_seed = from * 0x9E3779B97F4A7C15u + 1;
	const char *text = small_model();
	add_source("t.dmn", definitions("urn:t", text));
	assert_non_null(load_sources(NULL));
	assert_int_equal(yz_dmn_errors(model), 0);
	yz_map_init(&expected, arena);
	yz_map_init(&given, arena);
	struct yz_arena *a = yz_arena_create(0);
	expect(a, text, &expected);
	if (!yz_dmn_prove(arena, model, NULL, 0, &proof, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(proof.nunread, 0);
	for (const struct yz_dmn_finding *f = proof.findings; f; f = f->next) {
		compared[f->flaw]++;
		is_real(a, f);
		if (f->flaw != YZ_DMN_UNREACHED)
			claim(&given, yz_printf(arena, "%d %.*s %u %u", f->flaw, YZ_P(f->node->name), f->rule,
						f->flaw == YZ_DMN_CLASH ? f->other : 0));
	}
	for (size_t i = 0; i < expected.len; i++)
		if (!yz_map_has(&given, expected.entries[i].key))
			show(from, "not found", expected.entries[i].key, text);
	for (size_t i = 0; i < given.len; i++)
		if (!yz_map_has(&expected, given.entries[i].key))
			show(from, "invented", given.entries[i].key, text);
	yz_arena_destroy(a);
}

TEST(findings_are_those_of_trying_all_answers_and_their_examples_real)
{
	for (uint64_t i = 1; i <= 400; i++)
		same_as_trying_all(i);
	for (int f = YZ_DMN_GAP; f < YZ_DMN_ENDLESS; f++)
		if (f != YZ_DMN_REFUSED)
			assert_true(compared[f] > 20);
}
