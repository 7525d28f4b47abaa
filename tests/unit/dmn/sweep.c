/* A register swept says the same as every record decided. SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "dmn/dmn.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m' id='m'>"

static const char types[] =
	"<itemDefinition name='tKind'><typeRef>string</typeRef><allowedValues><text>\"a\",\"b\",\"c\",\"d\"</text></allowedValues></itemDefinition>"
	"<itemDefinition name='tFirm'>"
	"<itemComponent name='capital'><typeRef>number</typeRef></itemComponent>"
	"<itemComponent name='kind'><typeRef>tKind</typeRef></itemComponent>"
	"<itemComponent name='founded'><typeRef>date</typeRef></itemComponent>"
	"<itemComponent name='town'><typeRef>string</typeRef></itemComponent></itemDefinition>"
	"<inputData name='firm' id='firm'><variable name='firm' typeRef='tFirm'/></inputData>"
	"<inputData name='good' id='good'><variable name='good' typeRef='boolean'/></inputData>";

/* The conditions of `all`, each also a decision of its own. */
static const char *const conditions[] = {
	"firm.capital &gt;= 50",
	"firm.kind in (\"a\",\"b\") or firm.capital in [10..20)",
	"not(firm.founded &lt; date(\"2020-06-01\"))",
	"good",
	"firm.town != \"west\"",
};
enum { CONDITIONS = sizeof conditions / sizeof *conditions };

#define NEEDS                                                                                                                    \
	"<informationRequirement><requiredInput href='#firm'/></informationRequirement>"                                             \
	"<informationRequirement><requiredInput href='#good'/></informationRequirement>"

static void add_literal(struct yz_buf *b, const char *name, const char *needs, const char *text)
{
	yz_buf_printf(b, "<decision name='%s' id='%s'><variable name='%s'/>%s<literalExpression><text>%s</text></literalExpression></decision>",
		      name, name, name, needs, text);
}

static void add_table(struct yz_buf *b, const char *name, const char *policy, const char *more)
{
	yz_buf_printf(b,
		      "<decision name='%s' id='%s'><variable name='%s'/>" NEEDS "<decisionTable hitPolicy='%s'>"
		      "<input><inputExpression typeRef='number'><text>firm.capital</text></inputExpression></input>"
		      "<input><inputExpression><text>firm.kind</text></inputExpression></input>"
		      "<input><inputExpression typeRef='boolean'><text>firm.town = \"west\"</text></inputExpression></input>"
		      "<output><outputValues><text>\"gold\",\"silver\",\"none\"</text></outputValues>%s</output>"
		      "<rule><inputEntry><text>&gt;= 80</text></inputEntry><inputEntry><text>not(\"d\")</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>\"silver\"</text></outputEntry></rule>"
		      "<rule><inputEntry><text>&gt;= 90,5</text></inputEntry><inputEntry><text>\"a\",\"b\"</text></inputEntry><inputEntry><text>false</text></inputEntry><outputEntry><text>\"gold\"</text></outputEntry></rule>"
		      "<rule><inputEntry><text>&lt; 10</text></inputEntry><inputEntry><text>-</text></inputEntry><inputEntry><text>true</text></inputEntry><outputEntry><text>\"none\"</text></outputEntry></rule>"
		      "<rule><inputEntry><text>&lt; 12</text></inputEntry><inputEntry><text>-</text></inputEntry><inputEntry><text>true</text></inputEntry><outputEntry><text>\"none\"</text></outputEntry></rule>"
		      "</decisionTable></decision>",
		      name, name, name, policy, more);
}

static const char *const names[] = {"c0", "c1", "c2", "c3", "c4", "all", "U", "F", "A", "P", "D", "onU", "both", "sum"};
enum { DECISIONS = sizeof names / sizeof *names };

static struct yz_str model_text(struct yz_arena *a)
{
	struct yz_buf b;
	char name[8];
	yz_buf_init(&b, a, 1 << 20);
	yz_buf_addz(&b, HEAD);
	yz_buf_addz(&b, types);
	for (int i = 0; i < CONDITIONS; i++) {
		snprintf(name, sizeof name, "c%d", i);
		add_literal(&b, name, NEEDS, conditions[i]);
	}
	yz_buf_addz(&b, "<decision name='all' id='all'><variable name='all' typeRef='boolean'/>" NEEDS "<literalExpression><text>");
	for (int i = 0; i < CONDITIONS; i++)
		yz_buf_printf(&b, "%s(%s)", i ? " and " : "", conditions[i]);
	yz_buf_addz(&b, "</text></literalExpression></decision>");
	add_table(&b, "U", "UNIQUE", "");
	add_table(&b, "F", "FIRST", "");
	add_table(&b, "A", "ANY", "");
	add_table(&b, "P", "PRIORITY", "");
	add_table(&b, "D", "FIRST", "<defaultOutputEntry><text>\"none\"</text></defaultOutputEntry>");
	add_literal(&b, "onU", "<informationRequirement><requiredDecision href='#U'/></informationRequirement>" NEEDS,
		    "U in (\"gold\",\"silver\") and firm.capital &gt; 85");
	add_literal(&b, "both",
		    "<informationRequirement><requiredDecision href='#all'/></informationRequirement>"
		    "<informationRequirement><requiredDecision href='#F'/></informationRequirement>",
		    "all or not(F = \"none\")");
	add_literal(&b, "sum", NEEDS, "firm.capital + 1 &gt; 60 and good"); /* nothing that columns can say */
	yz_buf_addz(&b, "</definitions>");
	return yz_buf_str(&b);
}

static const struct yz_dmn *load(struct yz_arena *a, struct yz_str text)
{
	struct yz_err err = {0};
	const struct yz_dmn_source source = {YZ_LIT("m.dmn"), text};
	const struct yz_dmn *m = yz_dmn_load(a, &source, 1, NULL, NULL, &err);
	assert_non_null(m);
	return m;
}

/* ---- random records ---- */

static uint64_t seed = 20261122;

static unsigned below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* capital, kind, founded, town, good */
enum { FACTS = 5 };

static void random_record(struct yz_feel_value *v)
{
	static const char *const kinds[] = {"a", "b", "c", "d"}, *const towns[] = {"west", "east", "north"};
	memset(v, 0, FACTS * sizeof *v);
	if (below(8)) {
		struct yz_dec d = yz_dec_int(below(1100));
		d.exp = -1;
		v[0] = yz_feel_number(d);
	}
	if (below(8))
		v[1] = yz_feel_string(yz_str(below(40) ? kinds[below(4)] : "z")); /* z is not allowed */
	if (below(8))
		v[2] = yz_feel_day(18300 + below(200));
	if (below(8))
		v[3] = yz_feel_string(yz_str(towns[below(3)]));
	if (below(8))
		v[4] = yz_feel_bool(below(2));
}

static bool yes(struct yz_feel_value v)
{
	return v.kind == YZ_FEEL_BOOLEAN ? v.flag : v.kind != YZ_FEEL_NULL;
}

static bool bit(const uint64_t *set, size_t i)
{
	return set[i / 64] >> (i % 64) & 1;
}

enum { ROWS = 3000 };

struct setup {
	struct yz_arena *arena, *scratch;
	const struct yz_dmn *model;
	const struct yz_dmn_fact *facts;
	size_t nfacts;
	const struct yz_dmn_node *nodes[DECISIONS];
	const struct yz_dmn_rules *rules;
	struct yz_dmn_sheet *sheet;
	struct yz_feel_value (*records)[FACTS];
};

static struct setup prepare(size_t rows)
{
	struct setup s = {.arena = yz_arena_create(0), .scratch = yz_arena_create(0)};
	struct yz_err err = {0};
	s.model = load(s.arena, model_text(s.arena));
	s.facts = yz_dmn_facts(s.arena, s.model, &s.nfacts);
	assert_int_equal(s.nfacts, FACTS);
	assert_string_equal(s.facts[0].name.ptr, "firm.capital");
	for (int i = 0; i < DECISIONS; i++)
		assert_non_null(s.nodes[i] = yz_dmn_find(s.model, yz_str(names[i])));
	s.rules = yz_dmn_rules_new(s.arena, s.model, s.nodes, DECISIONS, s.facts, s.nfacts, NULL);
	s.sheet = yz_dmn_sheet_create(s.facts, s.nfacts);
	s.records = yz_alloc_n(s.arena, rows, sizeof *s.records);
	for (size_t i = 0; i < rows; i++) {
		random_record(s.records[i]);
		assert_true(yz_dmn_sheet_add(s.sheet, s.records[i], &err));
	}
	yz_dmn_sheet_close(s.sheet);
	return s;
}

static void finish(struct setup *s)
{
	yz_dmn_sheet_destroy(s->sheet);
	yz_arena_destroy(s->scratch);
	yz_arena_destroy(s->arena);
}

static bool decided(struct setup *s, size_t row, int decision)
{
	struct yz_feel_run run;
	struct yz_dmn_eval e;
	yz_arena_reset(s->scratch);
	yz_feel_run_init(&run, s->scratch);
	yz_dmn_begin(&e, s->model, &run);
	yz_dmn_set_record(&e, s->facts, s->nfacts, s->records[row]);
	return yes(yz_dmn_decide(&e, s->nodes[decision]));
}

TEST(a_sweep_says_what_deciding_each_record_says)
{
	struct setup s = prepare(ROWS);
	struct yz_dmn_swept w;
	yz_dmn_swept_init(&w, s.sheet);
	for (int d = 0; d < DECISIONS; d++) {
		assert_int_equal(yz_dmn_rules_plain(s.rules, (size_t)d), strcmp(names[d], "sum") != 0);
		yz_dmn_sweep(s.rules, (size_t)d, s.sheet, (struct yz_feel_value){0}, &w);
		size_t n = 0;
		for (size_t row = 0; row < ROWS; row++) {
			bool wanted = decided(&s, row, d);
			n += wanted;
			if (bit(w.match, row) != wanted)
				fail_msg("%s, row %zu: swept %d, decided %d", names[d], row, bit(w.match, row), wanted);
			if (bit(w.match, row) && bit(w.near, row))
				fail_msg("%s, row %zu is both", names[d], row);
		}
		assert_int_equal(w.nmatch, n);
		assert_true(n > 0 && (n < ROWS || !strcmp(names[d], "D")));
	}
	yz_dmn_swept_finish(&w);
	finish(&s);
}

TEST(near_is_all_conditions_but_one)
{
	struct setup s = prepare(ROWS);
	struct yz_dmn_swept w;
	size_t near = 0;
	yz_dmn_swept_init(&w, s.sheet);
	yz_dmn_sweep(s.rules, CONDITIONS, s.sheet, (struct yz_feel_value){0}, &w);
	assert_int_equal(yz_dmn_rules_conditions(s.rules, CONDITIONS), CONDITIONS);
	for (size_t row = 0; row < ROWS; row++) {
		int met = 0;
		for (int c = 0; c < CONDITIONS; c++)
			met += decided(&s, row, c);
		near += met == CONDITIONS - 1;
		if (bit(w.near, row) != (met == CONDITIONS - 1))
			fail_msg("row %zu meets %d", row, met);
	}
	assert_int_equal(w.nnear, near);
	assert_true(near > 0);
	yz_dmn_swept_finish(&w);
	finish(&s);
}

TEST(one_record_against_all_decisions_says_the_same)
{
	struct setup s = prepare(ROWS);
	struct yz_dmn_swept w;
	uint8_t answers[ROWS][DECISIONS];
	for (size_t row = 0; row < ROWS; row++) {
		struct yz_feel_run run;
		yz_arena_reset(s.scratch);
		yz_feel_run_init(&run, s.scratch);
		yz_dmn_sweep_record(s.rules, s.records[row], &run, answers[row]);
	}
	yz_dmn_swept_init(&w, s.sheet);
	for (size_t d = 0; d < DECISIONS; d++) {
		yz_dmn_sweep(s.rules, d, s.sheet, (struct yz_feel_value){0}, &w);
		for (size_t row = 0; row < ROWS; row++) {
			int want = bit(w.match, row) ? 2 : bit(w.near, row);
			if (answers[row][d] != want)
				fail_msg("%s, row %zu: %d, swept %d", names[d], row, answers[row][d], want);
		}
	}
	yz_dmn_swept_finish(&w);
	finish(&s);
}

TEST(a_miss_names_the_condition_and_the_distance)
{
	struct setup s = prepare(1);
	struct yz_feel_run run;
	struct yz_dmn_short misses[4];
	struct yz_feel_value record[FACTS] = {yz_feel_int(30), yz_feel_string(YZ_LIT("a")), yz_feel_day(18500),
					      yz_feel_string(YZ_LIT("east")), yz_feel_bool(true)};
	yz_feel_run_init(&run, s.scratch);
	assert_int_equal(yz_dmn_short(s.arena, s.rules, CONDITIONS, record, &run, misses, 4), 1);
	assert_true(yz_str_eqz(misses[0].text, "firm.capital >= 50"));
	assert_true(yz_str_eqz(misses[0].fact->name, "firm.capital"));
	assert_true(yz_feel_same(misses[0].is, yz_feel_int(30)));
	assert_true(yz_feel_same(misses[0].by, yz_feel_int(20)));
	record[0] = yz_feel_int(60);
	record[2] = yz_feel_day(18414 - 10); /* ten days before 2020-06-01 */
	assert_int_equal(yz_dmn_short(s.arena, s.rules, CONDITIONS, record, &run, misses, 4), 1);
	assert_true(yz_str_eqz(misses[0].fact->name, "firm.founded"));
	assert_true(yz_feel_same(misses[0].by, yz_feel_seconds(10 * 86400)));
	record[2] = (struct yz_feel_value){0};
	record[4] = yz_feel_bool(false);
	assert_int_equal(yz_dmn_short(s.arena, s.rules, CONDITIONS, record, &run, misses, 4), 2);
	assert_int_equal(misses[0].by.kind, YZ_FEEL_NULL);
	assert_int_equal(misses[1].by.kind, YZ_FEEL_NULL);
	finish(&s);
}

TEST(numbers_of_any_scale_are_found_again)
{
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_dmn *m = load(a, model_text(a));
	size_t n;
	struct yz_err err = {0};
	const struct yz_dmn_fact *facts = yz_dmn_facts(a, m, &n);
	struct yz_dmn_sheet *s = yz_dmn_sheet_create(facts, n);
	static const char *const numbers[] = {"7", "7.25", "-3", "0.000000000001", "123456789012345678", "0.00000000000000000001",
					      "1234567890123456789012345678901234"};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct yz_feel_value record[FACTS] = {0};
		assert_true(yz_feel_read(a, YZ_FEEL_NUMBER, yz_str(numbers[i]), &record[0]));
		assert_true(yz_dmn_sheet_add(s, record, &err));
		for (size_t k = 0; k <= i; k++) {
			struct yz_feel_run run;
			struct yz_feel_value want;
			yz_feel_run_init(&run, a);
			assert_true(yz_feel_read(a, YZ_FEEL_NUMBER, yz_str(numbers[k]), &want));
			assert_true(yz_feel_is_true(yz_feel_equal(&run, yz_dmn_sheet_value(s, k, 0), want)));
		}
	}
	yz_dmn_sheet_close(s);
	assert_int_equal(yz_dmn_sheet_rows(s), 7);
	yz_dmn_sheet_destroy(s);
	yz_arena_destroy(a);
}

TEST(an_empty_sheet_matches_nothing)
{
	struct setup s = prepare(0);
	struct yz_dmn_swept w;
	yz_dmn_swept_init(&w, s.sheet);
	for (size_t d = 0; d < DECISIONS; d++) {
		yz_dmn_sweep(s.rules, d, s.sheet, (struct yz_feel_value){0}, &w);
		assert_int_equal(w.nmatch + w.nnear, 0);
	}
	yz_dmn_swept_finish(&w);
	finish(&s);
}

TEST(an_outcome_can_be_asked_for)
{
	struct setup s = prepare(ROWS);
	struct yz_dmn_swept w;
	const struct yz_feel_value silver = yz_feel_string(YZ_LIT("silver"));
	const struct yz_dmn_rules *rules = yz_dmn_rules_new(s.arena, s.model, s.nodes, DECISIONS, s.facts, s.nfacts, &silver);
	size_t all = 0;
	yz_dmn_swept_init(&w, s.sheet);
	for (int d = 6; d < 11; d++) { /* the tables */
		yz_dmn_sweep(rules, (size_t)d, s.sheet, (struct yz_feel_value){0}, &w);
		for (size_t row = 0; row < ROWS; row++) {
			struct yz_feel_run run;
			struct yz_dmn_eval e;
			uint8_t answers[DECISIONS];
			yz_arena_reset(s.scratch);
			yz_feel_run_init(&run, s.scratch);
			yz_dmn_begin(&e, s.model, &run);
			yz_dmn_set_record(&e, s.facts, s.nfacts, s.records[row]);
			bool wanted = yz_feel_same(yz_dmn_decide(&e, s.nodes[d]), silver);
			yz_dmn_sweep_record(rules, s.records[row], &run, answers);
			if (bit(w.match, row) != wanted || (answers[d] == 2) != wanted)
				fail_msg("%s, row %zu: swept %d, decided %d", names[d], row, bit(w.match, row), wanted);
			all += wanted;
		}
	}
	assert_true(all > 0);
	yz_dmn_swept_finish(&w);
	finish(&s);
}
