/* SPDX-License-Identifier: Apache-2.0 */
#include "life.h"

#define TWO                                                                                                            \
	PROCESS(START TASK("a") TASK(                                                                                  \
		"b") "<intermediateCatchEvent id=\"t\"><timerEventDefinition><timeDuration" FORMAL                     \
		     ">P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>" END FLOW("1", "s", "a")     \
			     FLOW("2", "a", "b") FLOW("3", "b", "t") FLOW("4", "t", "e"))

static const char *text_of(const struct yz_bpmn_state *s)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 1 << 20);
	yz_bpmn_state_write(model, s, &b);
	return b.ptr;
}

TEST(a_state_is_short_and_names_its_nodes)
{
	load(TWO);
	start("{\"n\":1}");
	assert_string_equal(text_of(life), "{\"v\":1,\"process\":\"p\",\"next\":3,\"recs\":[{\"k\":\"scope\",\"id\":1,"
					   "\"at\":\"p\",\"vars\":{\"n\":1}},"
					   "{\"k\":\"task\",\"id\":2,\"in\":1,\"at\":\"a\",\"is\":\"o\"}]}");
	done("a", "{}");
	done("b", "{}");
	assert_non_null(strstr(text_of(life),
			       "\"timers\":[{\"id\":5,\"of\":4,\"at\":\"t\",\"due\":1772499600000000,\"left\":1}]"));
}

TEST(values_keep_their_kinds)
{
	load(PROCESS(BEGIN TASK("a") FLOW("1", "s", "a")));
	struct yz_feel_entry e[8] = {
		{YZ_LIT("day"), yz_feel_day(20000)},
		{YZ_LIT("instant"), yz_feel_instant(1772413200000000, 28800)},
		{YZ_LIT("span"), yz_feel_seconds(90)},
		{YZ_LIT("months"), yz_feel_months(14)},
		{YZ_LIT("yes"), yz_feel_bool(true)},
		{YZ_LIT("none"), {0}},
		{YZ_LIT("text"), yz_feel_string(YZ_LIT("引号\"\n"))},
		{YZ_LIT("list"), yz_feel_list(NULL, 0)},
	};
	must((struct yz_bpmn_event){.kind = YZ_BPMN_START, .value = yz_feel_context(arena, e, 8)});
	for (int i = 0; i < 8; i++)
		assert_true(yz_feel_same(yz_bpmn_variable(life, e[i].key), e[i].value));
}

TEST(a_newer_model_carries_on_where_the_tokens_still_have_ground)
{
	load(TWO);
	start("{}");
	done("a", "{}");
	const char *text = text_of(life);
	/* A step more before the end: the token at b goes on in the new version. */
	model = yz_bpmn_load(arena,
			     yz_str(PROCESS(START TASK("a") TASK("b") TASK("c") END FLOW("1", "s", "a")
						    FLOW("2", "a", "b") FLOW("3", "b", "c") FLOW("4", "c", "e"))),
			     NULL, &err);
	life = yz_bpmn_state_read(model, arena, yz_str(text), &err);
	assert_non_null(life);
	done("b", "{}");
	assert_string_equal(said(), "open c");
}

static void refused(const char *xml, const char *text, const char *says)
{
	struct yz_err e = {0};
	const struct yz_bpmn *m = yz_bpmn_load(arena, yz_str(xml), NULL, &e);
	assert_non_null(m);
	assert_null(yz_bpmn_state_read(m, arena, yz_str(text), &e));
	if (!strstr(e.msg, says))
		fail_msg("\"%s\" does not say \"%s\"", e.msg, says);
}

TEST(a_newer_model_without_the_ground_refuses_and_names_it)
{
	load(TWO);
	start("{}");
	const char *at_a = text_of(life);
	done("a", "{}");
	done("b", "{}");
	const char *at_t = text_of(life);
	refused(PROCESS(START TASK("b") END FLOW("1", "s", "b") FLOW("2", "b", "e")), at_a,
		"\"a\", which the model does not have");
	refused(PROCESS(START "<parallelGateway id=\"a\"/>" END FLOW("1", "s", "a") FLOW("2", "a", "e")), at_a,
		"a task at \"a\"");
	refused(PROCESS(START "<subProcess id=\"h\">" TASK("a") "</subProcess>" END FLOW("1", "s", "h")
				FLOW("2", "h", "e")),
		at_a, "a task at \"a\"");
	refused(PROCESS(START "<intermediateCatchEvent id=\"t\"><signalEventDefinition "
			      "signalRef=\"x\"/></intermediateCatchEvent>" END FLOW("1", "s", "t") FLOW("2", "t", "e")),
		at_t, "a timer at \"t\"");
	refused(OPEN "<process id=\"q\"/></definitions>", at_a, "a process the model does not have");
}

TEST(a_broken_state_is_refused_whatever_is_wrong)
{
	load(TWO);
	refused(TWO, "", "the text ends");
	refused(TWO, "{}", "version 1");
	refused(TWO, "{\"v\":2,\"process\":\"p\"}", "version 1");
	refused(TWO, "{\"v\":1,\"process\":\"p\",\"next\":1}", "does not begin with its process");
	refused(TWO, "{\"v\":1,\"process\":\"p\",\"next\":9,\"recs\":[{\"k\":\"x\",\"id\":1,\"at\":\"p\"}]}",
		"no known kind");
	refused(TWO, "{\"v\":1,\"process\":\"p\",\"next\":9,\"recs\":[{\"k\":\"task\",\"id\":1,\"at\":\"a\"}]}",
		"a task at \"a\"");
	refused(TWO, "{\"v\":1,\"process\":\"p\",\"next\":1,\"recs\":[{\"k\":\"scope\",\"id\":1,\"at\":\"p\"}]}",
		"out of order");
	refused(TWO,
		"{\"v\":1,\"process\":\"p\",\"next\":9,\"recs\":[{\"k\":\"scope\",\"id\":1,\"at\":\"p\"},{\"k\":"
		"\"task\",\"id\":3,\"in\":1,\"at\":\"a\"},"
		"{\"k\":\"task\",\"id\":2,\"in\":1,\"at\":\"a\"}]}",
		"out of order");
	refused(TWO,
		"{\"v\":1,\"process\":\"p\",\"next\":9,\"recs\":[{\"k\":\"scope\",\"id\":1,\"at\":\"p\"},{\"k\":"
		"\"task\",\"id\":2,\"in\":1,\"at\":\"a\",\"held\":1}]}",
		"out of order");
	refused(TWO,
		"{\"v\":1,\"process\":\"p\",\"next\":9,\"recs\":[{\"k\":\"scope\",\"id\":1,\"at\":\"p\"}],\"timers\":[{"
		"\"id\":3,\"of\":7,\"at\":\"t\"}]}",
		"a timer at \"t\"");
}

TEST(an_ended_state_stays_ended)
{
	load(PROCESS(START TASK("a") END FLOW("1", "s", "a") FLOW("2", "a", "e")));
	start("{}");
	must((struct yz_bpmn_event){.kind = YZ_BPMN_ERROR, .id = at("a"), .name = YZ_LIT("X")});
	assert_true(yz_bpmn_ended(life));
	assert_int_equal(yz_bpmn_outcome(life), YZ_BPMN_FAILED);
	assert_non_null(strstr(text_of(life), "\"outcome\":\"failed\",\"code\":\"X\""));
}

/* Ten thousand events of a process that goes round leave a state no larger than ten. */
TEST(history_does_not_make_a_state_grow)
{
	load(PROCESS(BEGIN TASK("a") "<exclusiveGateway id=\"x\" default=\"b\"/>" TASK("z") FLOW("1", "s", "a")
			     FLOW("2", "a", "x") FLOW("b", "x", "a") FLOW_IF("3", "x", "z", "n >= 10000")));
	start("{\"n\":0}");
	size_t early = 0;
	for (int i = 1; i <= 10000; i++) {
		struct yz_arena *keep = arena;
		struct yz_arena *scratch = yz_arena_create(0);
		struct yz_feel_entry e = {YZ_LIT("n"), yz_feel_int(i)};
		size_t n;
		const struct yz_bpmn_token *t = yz_bpmn_tokens(model, life, scratch, &n);
		struct yz_bpmn_event event = {
			.kind = YZ_BPMN_DONE, .id = t[0].id, .value = yz_feel_context(scratch, &e, 1)};
		assert_true(yz_bpmn_step(model, scratch, life, &event, &env, &result, &err));
		struct yz_buf b;
		yz_buf_init(&b, keep, 1 << 16);
		yz_bpmn_state_write(model, result.state, &b);
		if (i == 10)
			early = b.len;
		life = yz_bpmn_state_read(model, keep, yz_buf_str(&b), &err);
		if (i == 10000)
			assert_true(b.len <= early + 16);
		yz_arena_destroy(scratch);
	}
	size_t n;
	assert_true(yz_str_eqz(yz_bpmn_tokens(model, life, arena, &n)[0].node->id, "z"));
}
