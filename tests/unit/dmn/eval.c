/* One evaluation: what is set, decided, called; and its bounds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/dmn/decide.h"

#include <pthread.h>
#include <setjmp.h>

#define TYPED(name, type, body)                                                                                        \
	"<decision id='" name "' name='" name "'><variable name='" name "' typeRef='" type "'/>" body "</decision>"
#define BKM(name, params, more, body)                                                                                  \
	"<businessKnowledgeModel id='" name "' name='" name "'><variable name='" name                                  \
	"'/><encapsulatedLogic>" params body "</encapsulatedLogic>" more "</businessKnowledgeModel>"
#define PARAM(name, type) "<formalParameter name='" name "' typeRef='" type "'/>"

TEST(facts_are_converted_to_their_types)
{
	load(INPUT("n", "number") INPUT("t", "dateTime") TYPED("d", "string", NEEDS("n") TEXT("n + 1"))
		     DECISION("e", NEEDS("t") TEXT("t")));
	with("");
	assert_true(yz_dmn_set(&eval, node("n"), fact("[5]")));
	assert_string_equal(written(yz_dmn_decide(&eval, node("n"))), "5");
	assert_string_equal(why("d"), "a number is not of type string");
	with("");
	assert_false(yz_dmn_set(&eval, node("n"), fact("\"5\"")));
	assert_string_equal(written(yz_dmn_decide(&eval, node("n"))), "null");
	assert_true(yz_dmn_set(&eval, node("n"), fact("null")));
	assert_string_equal(decide("e", "{t: @\"2026-01-01\"}"), "@\"2026-01-01T00:00:00Z\"");
}

TEST(what_names_nothing_is_told)
{
	struct yz_str stray;
	load(INPUT("n", "number") DECISION("d", NEEDS("n") TEXT("n")));
	with("");
	assert_true(yz_dmn_set_all(&eval, fact("{n: 1, what: 2, that: 3}"), &stray));
	assert_true(yz_str_eqz(stray, "what"));
	assert_true(yz_dmn_set_all(&eval, fact("{d: 1}"), &stray));
	assert_null(stray.ptr);
	assert_false(yz_dmn_set_all(&eval, fact("{n: \"x\"}"), NULL));
}

TEST(a_decision_is_computed_once_and_may_be_set_instead)
{
	load(INPUT("n", "number") DECISION("a", NEEDS("n") TEXT("sum(for i in 1..n return i)"))
		     DECISION("b", NEEDS_DECISION("a") TEXT("a + a"))
			     DECISION("c", NEEDS_DECISION("a") NEEDS_DECISION("b") TEXT("a + b")));
	with("{n: 1000}");
	yz_dmn_decide(&eval, node("c"));
	uint64_t spent = run.limits->steps - run.steps;
	assert_true(spent > 1000 && spent < 3000);
	assert_string_equal(decide("c", "{n: 10, a: 1}"), "3");
	assert_string_equal(decide("b", "{n: 10}"), "110");
}

TEST(missing_facts_are_null_or_unknown)
{
	load(INPUT("a", "boolean") INPUT("p", "Any") DECISION("d", NEEDS("a") NEEDS("p") TEXT("a and p.old")));
	assert_string_equal(decide("d", ""), "null");
	assert_string_equal(guess("d", ""), "unknown(a, p.old)");
	assert_string_equal(guess("d", "{a: false}"), "false");
	assert_string_equal(guess("d", "{p: {old: false}}"), "false");
	assert_string_equal(guess("d", "{p: {old: true}}"), "unknown(a)");
}

TEST(what_stands_on_itself_is_null)
{
	load(DECISION("a", NEEDS_DECISION("b") TEXT("b")) DECISION("b", NEEDS_DECISION("a") TEXT("a"))
		     DECISION("c", NEEDS_DECISION("a") TEXT("if a = null then 1 else 2")));
	assert_string_equal(decide("c", ""), "1");
	assert_string_equal(why("a"), "'a' depends on itself");
}

TEST(a_chain_of_decisions_has_a_bound)
{
	enum { LONG = 60 };
	struct yz_dmn_limits limits = {.chain = LONG};
	for (int more = 0; more < 2; more++) {
		static char text[64 * 1024];
		size_t n = (size_t)snprintf(text, sizeof text, "%s", DECISION("d0", TEXT("0")));
		for (int i = 1; i < LONG + more; i++)
			n += (size_t)snprintf(text + n, sizeof text - n,
					      "<decision id='d%d' name='d%d'><variable name='d%d'/>"
					      "<informationRequirement><requiredDecision href='#d%d'/>"
					      "</informationRequirement>" TEXT("d%d + 1") "</decision>",
					      i, i, i, i - 1, i - 1);
		load_within(text, &limits);
		if (!model)
			continue;
		snprintf(text, sizeof text, "d%d", LONG + more - 1);
		const char *v = decide(text, "");
		assert_string_equal(v, more ? "null" : "59");
	}
}

/* ---- functions of the model ---- */

TEST(knowledge_models_call_themselves_and_others)
{
	load(INPUT("n", "number") BKM("twice", PARAM("x", "number"), "", TEXT("x * 2"))
		     BKM("fac", PARAM("x", "number"), KNOWS("fac") KNOWS("twice"),
			 TEXT("if x &lt;= 1 then twice(1) / 2 else x * fac(x - 1)"))
			     DECISION("d", NEEDS("n") KNOWS("fac") TEXT("fac(n)"))
				     DECISION("named", NEEDS("n") KNOWS("twice") TEXT("twice(x: n)"))
					     DECISION("wrong", KNOWS("twice") TEXT("twice(\"x\")"))
						     DECISION("handed", KNOWS("twice") TEXT("twice")));
	assert_string_equal(decide("d", "{n: 5}"), "120");
	assert_string_equal(decide("named", "{n: 5}"), "10");
	assert_string_equal(decide("wrong", ""), "null");
	assert_string_equal(decide("d", "{n: 100000}"), "null");
	with("{n: 5}");
	struct yz_feel_value fn = yz_dmn_decide(&eval, node("handed")), arg = yz_feel_int(21);
	assert_int_equal(fn.kind, YZ_FEEL_FUNCTION);
	assert_string_equal(written(yz_feel_call(&run, fn, &arg, 1)), "42");
	assert_string_equal(written(yz_dmn_call(&eval, node("fac"), &arg, 0)), "null");
	assert_string_equal(written(yz_dmn_call(&eval, node("twice"), &arg, 1)), "42");
	assert_string_equal(written(yz_dmn_call(&eval, node("twice"), (struct yz_feel_value[]){arg, arg}, 2)), "null");
}

#define SERVICE(name, outs, encapsulated, inputs)                                                                      \
	"<decisionService id='" name "' name='" name "'><variable name='" name "'/>" outs encapsulated inputs          \
	"</decisionService>"
#define OUTPUT(d) "<outputDecision href='#" d "'/>"
#define INSIDE(d) "<encapsulatedDecision href='#" d "'/>"
#define GIVEN_DECISION(d) "<inputDecision href='#" d "'/>"
#define GIVEN(d) "<inputData href='#" d "'/>"

static const char services[] = INPUT("x", "number") INPUT("y", "number") DECISION("a", NEEDS("x") TEXT("x * 10"))
	DECISION("b", NEEDS_DECISION("a") NEEDS("y") TEXT("a + y")) DECISION("c", NEEDS_DECISION("b") TEXT("b * 2"))
		SERVICE("one", OUTPUT("c"), INSIDE("b") INSIDE("a"), GIVEN("x") GIVEN("y"))
			SERVICE("two", OUTPUT("b") OUTPUT("c"), "", GIVEN_DECISION("a") GIVEN("y"))
				DECISION("use", KNOWS("one") KNOWS("two") NEEDS_DECISION("b")
							TEXT("[one(1, 2), two(y: 1, a: 5), b]"));

TEST(an_argument_that_does_not_conform_makes_the_call_null)
{
	load("<businessKnowledgeModel id='f' name='f'><variable name='f'/><encapsulatedLogic>"
	     "<formalParameter name='n' typeRef='number'/><literalExpression><text>\"called\"</text></literalExpression>"
	     "</encapsulatedLogic></businessKnowledgeModel>"
	     "<decision id='d' name='d'><variable name='d'/>"
	     "<knowledgeRequirement><requiredKnowledge href='#f'/></knowledgeRequirement>"
	     "<literalExpression><text>[f(1), f(null), f(\"1\")]</text></literalExpression></decision>");
	assert_string_equal(decide("d", ""), "[\"called\", \"called\", null]");
}

TEST(services_decide_with_their_arguments)
{
	load(services);
	assert_string_equal(decide("use", "{x: 7, y: 8}"), "[24, {b: 6, c: 12}, 78]");
	assert_string_equal(decide("one", "{x: 1, y: 2}"), "24");
	assert_string_equal(decide("two", "{a: 5, y: 1}"), "{b: 6, c: 12}");
	assert_string_equal(decide("two", "{x: 5, y: 1}"), "{b: null, c: null}");
	assert_string_equal(guess("two", "{y: 1}"), "{b: unknown(a), c: unknown(a)}");
	struct yz_feel_value args[] = {yz_feel_int(3), yz_feel_int(4)};
	with("{x: 100}");
	assert_string_equal(written(yz_dmn_call(&eval, node("one"), args, 2)), "68");
	assert_string_equal(written(yz_dmn_decide(&eval, node("a"))), "1000");
}

/* ---- threads, memory ---- */

static const char mixed[] = INPUT("x", "number") INPUT("s", "string") BKM("f", PARAM("n", "number"), "", TEXT("n + 1"))
	DECISION("t",
		 NEEDS("x") NEEDS("s") KNOWS("f") "<decisionTable hitPolicy='COLLECT'>" COLUMN("f(x)", "number")
			 COLUMN("s", "string") "<output name='o'/>"
					       "<rule>" CELL("&gt; 3") CELL("\"a\", \"b\"")
						       OUT("x * 2") "</rule><rule>" CELL("[1..9]") CELL("not(\"a\")")
							       OUT("[x]") "</rule><rule>" CELL("f(?) &gt; 2") CELL("-")
								       OUT("\"c\"") "</rule></decisionTable>")
		DECISION("d", NEEDS_DECISION("t") "<context><contextEntry><variable name='n'/>" TEXT(
				      "count(t)") "</contextEntry><contextEntry><variable name='all'/><for "
						  "iteratorVariable='i'><in>" TEXT("t") "</in><return>" TEXT(
							  "string(i)") "</return></for></contextEntry></context>");

static const char expected[] = "{n: 2, all: [\"8\", \"c\"]}";

static void *decide_often(void *unused)
{
	for (int i = 0; i < 2000; i++) {
		struct yz_arena *a = yz_arena_create(0);
		struct yz_feel_run own;
		struct yz_dmn_eval e;
		yz_feel_run_init(&own, a);
		yz_dmn_begin(&e, model, &own);
		e.explain = i % 2;
		yz_dmn_set(&e, yz_dmn_find(model, YZ_LIT("x")), yz_feel_int(4));
		yz_dmn_set(&e, yz_dmn_find(model, YZ_LIT("s")), yz_feel_string(YZ_LIT("a")));
		struct yz_buf b;
		yz_buf_init(&b, a, 1000);
		yz_feel_write(&b, yz_dmn_decide(&e, yz_dmn_find(model, YZ_LIT("d"))));
		bool same = !strcmp(b.ptr, expected);
		yz_arena_destroy(a);
		if (!same)
			return (void *)1;
	}
	return NULL;
}

TEST(threads_decide_one_model_at_once)
{
	pthread_t threads[3];
	load(mixed);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, decide_often, NULL), 0);
	for (int i = 0; i < 3; i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

static jmp_buf out;

static void no_memory(void *unused)
{
	longjmp(out, 1);
}

/* Every budget from none to enough: an allocation refused anywhere goes out through the arena and nowhere else. */
TEST(deciding_may_run_out_of_memory_anywhere)
{
	load(mixed);
	struct yz_feel_value x = yz_feel_int(4), s = yz_feel_string(YZ_LIT("a"));
	volatile size_t refused = 0;
	volatile bool done = false;
	for (volatile size_t budget = 1; !done; budget += 97) {
		struct yz_arena *a = yz_arena_create(budget);
		yz_arena_on_spent(a, no_memory, NULL);
		if (setjmp(out)) {
			refused++;
		} else {
			struct yz_feel_run own;
			struct yz_dmn_eval e;
			yz_feel_run_init(&own, a);
			yz_dmn_begin(&e, model, &own);
			e.explain = e.missing_unknown = true;
			yz_dmn_set(&e, node("x"), x);
			yz_dmn_set(&e, node("s"), s);
			struct yz_buf b;
			yz_buf_init(&b, a, 1 << 16);
			yz_feel_write(&b, yz_dmn_decide(&e, node("d")));
			assert_string_equal(b.ptr, expected);
			yz_dmn_begin(&e, model, &own);
			e.missing_unknown = true;
			yz_dmn_decide(&e, node("d"));
			done = true;
		}
		yz_arena_destroy(a);
	}
	assert_true(refused > 20);
}
