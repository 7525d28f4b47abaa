/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/dmn/small.h"

static struct yz_dmn_told known[32];
static size_t nknown;
static const struct yz_dmn_guide *guide;
static struct yz_feel_run run;
static struct yz_dmn_asked asked;

static void guided(const char *body, const char *decision)
{
	load(body);
	guide = yz_dmn_guide_new(arena, model, yz_dmn_find(model, yz_str(decision)));
	nknown = 0;
}

static void tell(const char *name, struct yz_feel_value v)
{
	known[nknown++] = (struct yz_dmn_told){.name = yz_str(name), .value = v};
}

static void ask(void)
{
	yz_feel_run_init(&run, arena);
	yz_dmn_ask(guide, known, nknown, &run, &asked);
}

static void asks(const char *fact)
{
	ask();
	assert_false(asked.decided);
	assert_string_equal(yz_str_z(arena, asked.question.fact), fact);
}

static void decides(const char *text)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 16);
	ask();
	assert_true(asked.decided);
	yz_feel_write(&b, asked.outcome);
	assert_string_equal(b.ptr, text);
}

/* "[80..90) 100" */
static const char *answers(void)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 16);
	for (size_t i = 0; i < asked.question.nanswers; i++) {
		const struct yz_dmn_answer *x = &asked.question.answers[i];
		if (i)
			yz_buf_addc(&b, ' ');
		if (x->band) {
			yz_buf_addc(&b, x->low_in ? '[' : '(');
			yz_feel_write(&b, x->low);
			yz_buf_addz(&b, "..");
			yz_feel_write(&b, x->high);
			yz_buf_addc(&b, x->high_in ? ']' : ')');
		} else {
			yz_feel_write(&b, x->value);
		}
	}
	return b.len ? b.ptr : "";
}

#define INPUT(name, type) "<inputData id='" name "' name='" name "'><variable name='" name "' typeRef='" type "'/></inputData>\n"
#define NEEDS(name) "<informationRequirement><requiredInput href='#" name "'/></informationRequirement>"
#define COLUMN(name) "<input><inputExpression><text>" name "</text></inputExpression></input>"
#define CELL(text) "<inputEntry><text>" text "</text></inputEntry>"
#define OUT(text) "<outputEntry><text>" text "</text></outputEntry>"
#define ELDERLY                                                                                                             \
	"<itemDefinition name='H'><typeRef>string</typeRef><allowedValues><text>\"here\",\"elsewhere\"</text></allowedValues>"  \
	"</itemDefinition>" INPUT("age", "number") INPUT("home", "H") INPUT("pension", "boolean")                           \
	"<decision id='d' name='d'><variable name='d'/>" NEEDS("age") NEEDS("home") NEEDS("pension")                        \
	"<decisionTable hitPolicy='FIRST'>" COLUMN("home") COLUMN("age") COLUMN("pension") "<output/>"                      \
	"<rule>" CELL("\"elsewhere\"") CELL("-") CELL("-") OUT("0") "</rule>"                                               \
	"<rule>" CELL("-") CELL("&lt; 80") CELL("-") OUT("0") "</rule>"                                                     \
	"<rule>" CELL("-") CELL("-") CELL("true") OUT("0") "</rule>"                                                        \
	"<rule>" CELL("-") CELL("[80..90)") CELL("-") OUT("100") "</rule>"                                                  \
	"<rule>" CELL("-") CELL("&gt;= 90") CELL("-") OUT("200") "</rule></decisionTable></decision>"

TEST(the_fact_that_decides_most_is_asked_first)
{
	guided(ELDERLY, "d");
	assert_true(yz_dmn_guide_exact(guide));
	asks("age");
	assert_string_equal(answers(), "(null..80) [80..90) [90..null)");
	assert_true(asked.question.free);
	tell("age", yz_feel_int(70));
	decides("0");
	nknown = 0;
	tell("age", yz_feel_int(83));
	asks("home");
	assert_string_equal(answers(), "\"here\" \"elsewhere\"");
	assert_false(asked.question.free);
	tell("home", yz_feel_string(YZ_LIT("here")));
	asks("pension");
	assert_string_equal(answers(), "false true");
	tell("pension", yz_feel_bool(false));
	decides("100");
}

TEST(a_changed_answer_keeps_those_that_still_matter)
{
	bool needless[4];
	guided(ELDERLY, "d");
	tell("age", yz_feel_int(83));
	tell("home", yz_feel_string(YZ_LIT("here")));
	tell("pension", yz_feel_bool(false));
	yz_feel_run_init(&run, arena);
	yz_dmn_needless(guide, known, nknown, &run, needless);
	assert_false(needless[0] || needless[1] || needless[2]);
	known[0].value = yz_feel_int(70);
	yz_dmn_needless(guide, known, nknown, &run, needless);
	assert_false(needless[0]);
	assert_true(needless[1] && needless[2]);
	tell("age", yz_feel_int(95));
	yz_dmn_needless(guide, known, nknown, &run, needless);
	assert_true(needless[0]);
	assert_false(needless[1] || needless[2] || needless[3]);
	decides("200");
}

TEST(a_structured_input_is_asked_part_by_part)
{
	guided("<itemDefinition name='P'><itemComponent name='age'><typeRef>number</typeRef></itemComponent>"
	       "<itemComponent name='local'><typeRef>boolean</typeRef></itemComponent></itemDefinition>" INPUT("p", "P")
	       "<decision id='d' name='d'><variable name='d'/>" NEEDS("p") "<decisionTable hitPolicy='FIRST'>" COLUMN("p.local")
	       COLUMN("p.age") "<output/><rule>" CELL("true") CELL("&gt;= 80") OUT("1") "</rule><rule>" CELL("-") CELL("-") OUT("2")
	       "</rule></decisionTable></decision>",
	       "d");
	asks("p.age");
	tell("p.age", yz_feel_int(80));
	asks("p.local");
	tell("p.local", yz_feel_bool(true));
	decides("1");
}

#define TREATED                                                                                                             \
	"<decision id='d' name='d'><variable name='d' typeRef='boolean'/>" NEEDS("a") NEEDS("b") NEEDS("n")                 \
	"<literalExpression><text>if b then a * n &gt; 10 else false</text></literalExpression></decision>"

TEST(what_cannot_be_looked_into_is_asked_as_far_as_it_may_matter)
{
	guided(INPUT("a", "number") INPUT("b", "boolean") INPUT("n", "number") TREATED, "d");
	assert_false(yz_dmn_guide_exact(guide));
	asks("a");
	assert_string_equal(answers(), "");
	assert_true(asked.question.free);
	tell("b", yz_feel_bool(false));
	decides("false");
	known[0].value = yz_feel_bool(true);
	asks("a");
	tell("a", yz_feel_int(5));
	asks("n");
	tell("n", yz_feel_int(3));
	decides("true");
}

TEST(a_list_is_asked_as_a_whole)
{
	guided("<itemDefinition name='L' isCollection='true'><typeRef>number</typeRef></itemDefinition>" INPUT("l", "L")
	       "<decision id='d' name='d'><variable name='d'/>" NEEDS("l") "<literalExpression><text>sum(l)</text></literalExpression>"
	       "</decision>",
	       "d");
	asks("l");
	assert_true(asked.question.free);
	struct yz_feel_value items[] = {yz_feel_int(1), yz_feel_int(2)};
	tell("l", yz_feel_list(items, 2));
	decides("3");
}

TEST(two_ways_to_the_same_outcome_are_not_asked_apart)
{
	/* Each alternative alone seems open, together they are not. */
	guided(INPUT("a", "boolean") "<decision id='x' name='x'><variable name='x'/>" NEEDS("a")
	       "<literalExpression><text>if a then 1 else 2</text></literalExpression></decision>\n"
	       "<decision id='y' name='y'><variable name='y'/>" NEEDS("a")
	       "<literalExpression><text>if a then 2 else 1</text></literalExpression></decision>\n"
	       "<decision id='d' name='d'><variable name='d'/><informationRequirement><requiredDecision href='#x'/>"
	       "</informationRequirement><informationRequirement><requiredDecision href='#y'/></informationRequirement>"
	       "<literalExpression><text>x + y</text></literalExpression></decision>",
	       "d");
	decides("3");
}

/* ---- equal to trying all ---- */

static struct yz_feel_value outcomes[SMALL_MOST];

static size_t index_of(const size_t *at)
{
	size_t c = 0;
	for (size_t i = SMALL_FACTS; i-- > 0;)
		c = c * small_sizes[i] + at[i];
	return c;
}

static size_t position_of(size_t fact, struct yz_feel_value v)
{
	size_t i = 0;
	while (!yz_feel_same(small_value(fact, i), v))
		i++;
	return i;
}

/* Among the completions of what is told, two that differ in this fact alone have different outcomes. */
static bool depends(const struct yz_dmn_told *told, size_t n, size_t fact)
{
	for (size_t c = 0; c < small_all(); c++) {
		size_t at[SMALL_FACTS], rest = c;
		bool fits = true;
		for (size_t i = 0; i < SMALL_FACTS; i++) {
			at[i] = rest % small_sizes[i];
			rest /= small_sizes[i];
			for (size_t k = 0; k < n; k++)
				fits &= !yz_str_eqz(told[k].name, small_names[i]) || position_of(i, told[k].value) == at[i];
		}
		for (size_t other = 0; fits && other < small_sizes[fact]; other++) {
			size_t to[SMALL_FACTS];
			memcpy(to, at, sizeof to);
			to[fact] = other;
			if (!yz_feel_same(outcomes[c], outcomes[index_of(to)]))
				return true;
		}
	}
	return false;
}

static size_t fact_of(struct yz_str name)
{
	size_t i = 0;
	while (!yz_str_eqz(name, small_names[i]))
		i++;
	return i;
}

static size_t questions, interviews;

static void interview(struct yz_arena *a, size_t c)
{
	struct yz_dmn_told all[SMALL_FACTS], told[SMALL_FACTS];
	size_t n = 0;
	small_facts(c, all);
	for (;;) {
		struct yz_dmn_asked q;
		yz_feel_run_init(&run, a);
		yz_dmn_ask(guide, told, n, &run, &q);
		if (q.decided) {
			assert_true(yz_feel_same(q.outcome, outcomes[c]));
			break;
		}
		size_t fact = fact_of(q.question.fact);
		assert_true(n < SMALL_FACTS);
		assert_true(depends(told, n, fact));
		assert_int_equal(q.question.free, fact == 3 && small_halves);
		assert_true(q.question.free || q.question.nanswers == small_sizes[fact]);
		told[n++] = all[fact];
	}
	questions += n;
	interviews++;
	/* All facts in an order of their own: which matter? */
	bool needless[SMALL_FACTS];
	struct yz_dmn_told kept[SMALL_FACTS];
	size_t nkept = 0, first = draw(SMALL_FACTS);
	for (size_t i = 0; i < SMALL_FACTS; i++)
		told[i] = all[(i + first) % SMALL_FACTS];
	yz_dmn_needless(guide, told, SMALL_FACTS, &run, needless);
	for (size_t i = 0; i < SMALL_FACTS; i++) {
		assert_int_equal(needless[i], !depends(kept, nkept, fact_of(told[i].name)));
		if (!needless[i])
			kept[nkept++] = told[i];
	}
}

TEST(asking_ends_with_the_outcome_of_all_facts_and_never_asks_in_vain)
{
	for (uint64_t from = 1; from <= 150; from++) {
		fresh();
		small_seed = from * 0x9E3779B97F4A7C15u + 3;
		add_source("t.dmn", definitions("urn:t", small_model()));
		assert_non_null(load_sources(NULL));
		for (size_t k = 0; k < SMALL_TABLES; k++) {
			struct yz_arena *a = yz_arena_create(0);
			for (size_t c = 0; c < small_all(); c++) {
				struct yz_dmn_told facts[SMALL_FACTS];
				struct yz_dmn_eval e;
				small_facts(c, facts);
				outcomes[c] = small_decide(a, k, facts, SMALL_FACTS, &e);
			}
			guide = yz_dmn_guide_new(arena, model, small_node(k));
			assert_true(yz_dmn_guide_exact(guide));
			for (size_t c = 0; c < small_all(); c++)
				interview(a, c);
			yz_arena_destroy(a);
		}
	}
	print_message("%.2f questions on average\n", (double)questions / (double)interviews);
}
