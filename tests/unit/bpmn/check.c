/* SPDX-License-Identifier: Apache-2.0 */
#include "life.h"

#include <stdlib.h>

/* The codes found, in order of line, each with its element. */
static const char *found(const char *xml)
{
	struct yz_buf b;
	load(xml);
	yz_buf_init(&b, arena, 1 << 16);
	yz_buf_addz(&b, "");
	for (const struct yz_bpmn_diag *d = yz_bpmn_diags(model); d; d = d->next)
		yz_buf_printf(&b, "%s%s %.*s", b.len ? "; " : "", d->code, YZ_P(d->element));
	return b.ptr;
}

TEST(a_sound_model_has_no_findings)
{
	assert_string_equal(found(PROCESS(START TASK("a") "<exclusiveGateway id=\"x\" default=\"4\"/>" TASK(
				    "b") END FLOW("1", "s", "a") FLOW("2", "a", "x") FLOW_IF("3", "x", "b", "ok")
						  FLOW("4", "x", "e") FLOW("5", "b", "e"))),
			    "");
	assert_int_equal(yz_bpmn_count(model, YZ_BPMN_DOUBT), 0);
}

TEST(dead_ends_and_unreachable_nodes_are_named)
{
	assert_string_equal(found(PROCESS(BEGIN TASK("a") FLOW("1", "s", "a"))), "DEAD_END a");
	assert_string_equal(found(PROCESS(START END TASK("a") FLOW("1", "s", "e") FLOW("2", "a", "e"))),
			    "EXT150 a; UNREACHABLE a");
}

TEST(gateways_that_can_deadlock_are_named)
{
	const char *split_join = PROCESS(
		START "<exclusiveGateway id=\"x\" default=\"3\"/>" TASK("a")
			TASK("b") "<parallelGateway id=\"j\"/>" END FLOW("1", "s", "x") FLOW_IF("2", "x", "a", "ok")
				FLOW("3", "x", "b") FLOW("4", "a", "j") FLOW("5", "b", "j") FLOW("6", "j", "e"));
	assert_string_equal(found(split_join), "DEADLOCK j");
	assert_int_equal(yz_bpmn_count(model, YZ_BPMN_REJECT), 0); /* it runs, and gets stuck */
	/* An inclusive join of the same split is sound, and so is a parallel pair. */
	assert_string_equal(
		found(PROCESS(START "<exclusiveGateway id=\"x\" default=\"3\"/>" TASK("a") TASK(
			"b") "<inclusiveGateway id=\"j\"/>" END FLOW("1", "s", "x") FLOW_IF("2", "x", "a", "ok")
				      FLOW("3", "x", "b") FLOW("4", "a", "j") FLOW("5", "b", "j") FLOW("6", "j", "e"))),
		"");
	assert_string_equal(found(PROCESS(START "<parallelGateway id=\"x\"/>" TASK("a")
						  TASK("b") "<parallelGateway id=\"j\"/>" END FLOW("1", "s", "x")
							  FLOW("2", "x", "a") FLOW("3", "x", "b") FLOW("4", "a", "j")
								  FLOW("5", "b", "j") FLOW("6", "j", "e"))),
			    "");
	/* An interrupting boundary event leaves the join waiting. */
	assert_string_equal(
		found(PROCESS(START "<parallelGateway id=\"x\"/>" TASK("a") TASK(
			"b") "<boundaryEvent id=\"o\" attachedToRef=\"b\">"
			     "<errorEventDefinition/></boundaryEvent><parallelGateway id=\"j\"/>" END FLOW(
				     "1", "s", "x") FLOW("2", "x", "a") FLOW("3", "x", "b") FLOW("4", "a", "j")
				      FLOW("5", "b", "j") FLOW("6", "j", "e") FLOW("7", "o", "e"))),
		"DEADLOCK j");
}

TEST(paths_that_meet_unjoined_are_noted)
{
	assert_string_equal(found(PROCESS(START "<parallelGateway id=\"x\"/>" TASK("a") TASK("b") TASK("z")
						  END FLOW("1", "s", "x") FLOW("2", "x", "a") FLOW("3", "x", "b")
							  FLOW("4", "a", "z") FLOW("5", "b", "z") FLOW("6", "z", "e"))),
			    "TWICE z");
	assert_string_equal(
		found(PROCESS(START "<parallelGateway id=\"x\"/>" TASK("a") TASK("z") END FLOW("1", "s", "x")
				      FLOW("2", "x", "a") FLOW("3", "x", "a") FLOW("4", "a", "z") FLOW("6", "z", "e"))),
		"TWICE a");
}

TEST(choices_without_condition_or_default_are_named)
{
	assert_string_equal(
		found(PROCESS(START "<exclusiveGateway id=\"x\"/>" TASK("a") TASK("b") END FLOW("1", "s", "x") FLOW(
			"2", "x", "a") FLOW_IF("3", "x", "b", "ok") FLOW("4", "a", "e") FLOW("5", "b", "e"))),
		"MISSING_CONDITION 2");
	assert_string_equal(
		found(PROCESS(START "<exclusiveGateway id=\"x\"/>" TASK("a") TASK("b") END FLOW("1", "s", "x") FLOW_IF(
			"2", "x", "a", "no") FLOW_IF("3", "x", "b", "ok") FLOW("4", "a", "e") FLOW("5", "b", "e"))),
		"NO_DEFAULT x");
	assert_string_equal(found(PROCESS(START "<parallelGateway id=\"x\"/>" TASK("a") TASK("b")
						  END FLOW("1", "s", "x") FLOW_IF("2", "x", "a", "no")
							  FLOW("3", "x", "b") FLOW("4", "a", "e") FLOW("5", "b", "e"))),
			    "IGNORED_CONDITION 2");
}

TEST(expressions_that_are_no_feel_are_rejected_with_their_line)
{
	assert_string_equal(
		found(PROCESS(START TASK("a") "<exclusiveGateway id=\"x\" default=\"4\"/>" END FLOW("1", "s", "a")
				      FLOW("2", "a", "x") FLOW_IF("3", "x", "e", "a + + ") FLOW("4", "x", "e"))),
		"EXPRESSION conditionExpression");
	assert_int_equal(yz_bpmn_count(model, YZ_BPMN_REJECT), 1);
	assert_false(step((struct yz_bpmn_event){.kind = YZ_BPMN_START}));
	assert_non_null(strstr(err.msg, "cannot be run"));
	assert_string_equal(
		found(PROCESS(
			START
			"<scriptTask id=\"a\" scriptFormat=\"text/javascript\"><script>f()</script></scriptTask>" END
				FLOW("1", "s", "a") FLOW("2", "a", "e"))),
		"SCRIPT_LANGUAGE a");
}

TEST(tasks_nobody_may_do_and_acts_nobody_named)
{
	assert_string_equal(
		found(PROCESS(START "<userTask id=\"a\"/><serviceTask id=\"b\"/><businessRuleTask id=\"c\"/>"
				    "<userTask id=\"d\" yz:limit=\"5 days\" yz:act=\"review\"/>" END FLOW("1", "s", "a")
					    FLOW("2", "a", "b") FLOW("3", "b", "c") FLOW("4", "c", "d")
						    FLOW("5", "d", "e"))),
		"NOBODY a; NO_ACT b; NO_DECISION c; BAD_LIMIT d");
	assert_string_equal(found(PROCESS("<laneSet id=\"ls\"><lane id=\"l\" "
					  "name=\"窗口\"><flowNodeRef>a</flowNodeRef></lane></laneSet>" START
					  "<userTask id=\"a\"/>" END FLOW("1", "s", "a") FLOW("2", "a", "e"))),
			    "");
	assert_true(yz_str_eqz(yz_bpmn_node(model, YZ_LIT("a"))->lane, "窗口"));
}

TEST(a_timer_whose_constant_text_is_no_time_is_named)
{
	static const char *const right[] = {"P3D", "PT8H", "P1Y2M", "P5WD", "PT8WH", "R3/PT10S", "R/P1D", "2026-10-01", "2026-10-01T09:00:00+08:00",
					    "R2/2026-10-01T09:00:00Z/P1D", "=until"};
	static const char *const wrong[] = {"P3DW", "P3", "PT", "PT8", "R3/P", "P5WDs"};
	char xml[2000];
	for (size_t i = 0; i < sizeof right / sizeof *right + sizeof wrong / sizeof *wrong; i++) {
		bool ok = i < sizeof right / sizeof *right;
		const char *time = ok ? right[i] : wrong[i - sizeof right / sizeof *right];
		snprintf(xml, sizeof xml, PROCESS(START "<intermediateCatchEvent id=\"c\"><timerEventDefinition><timeDuration "
						       "xsi:type=\"tFormalExpression\">%s</timeDuration></timerEventDefinition>"
						       "</intermediateCatchEvent>" END FLOW("1", "s", "c") FLOW("2", "c", "e")), time);
		if (strcmp(found(xml), ok ? "" : "BAD_TIME c") != 0)
			fail_msg("%s: %s", time, found(xml));
	}
}

TEST(names_that_no_data_declares_are_listed_with_their_place)
{
	size_t n;
	load(PROCESS(START "<scriptTask id=\"a\" yz:result=\"sum\"><script>length * 2</script></scriptTask>"
			   "<exclusiveGateway id=\"x\" default=\"4\"/>" TASK("b") END FLOW("1", "s", "a") FLOW("2", "a", "x")
				   FLOW_IF("3", "x", "b", "sum > width") FLOW("4", "x", "e") FLOW("5", "b", "e")));
	const struct yz_bpmn_asked *asked = yz_bpmn_asks(model, &n);
	assert_int_equal(n, 2);
	assert_true(yz_str_eqz(asked[0].name, "length") || yz_str_eqz(asked[1].name, "length"));
	for (size_t i = 0; i < n; i++)
		assert_true(yz_str_eqz(asked[i].element, yz_str_eqz(asked[i].name, "length") ? "a" : "3"));
}

static bool knows(void *ctx, const char *attr, struct yz_str name)
{
	return strcmp(attr, "org") != 0 || yz_str_eqz(name, "住建局");
}

TEST(names_the_host_does_not_know_are_named)
{
	fresh();
	struct yz_bpmn_known known = {knows, NULL};
	const char *xml = PROCESS(
		START "<userTask id=\"a\" yz:org=\"住建局\"/><userTask id=\"b\" yz:org=\"水务局\"/><userTask id=\"c\" "
		      "yz:org=\"=unit\"/>" END FLOW("1", "s", "a") FLOW("2", "a", "b") FLOW("3", "b", "c")
			      FLOW("4", "c", "e"));
	model = yz_bpmn_load(arena, yz_str(xml), &known, &err);
	const struct yz_bpmn_diag *d = yz_bpmn_diags(model);
	assert_non_null(d);
	assert_string_equal(d->code, "UNKNOWN_NAME");
	assert_true(yz_str_eqz(d->element, "b"));
	assert_non_null(strstr(d->message.ptr, "there is no org \"水务局\""));
	assert_null(d->next);
}

TEST(elements_nobody_knows_are_passed_over_and_named)
{
	assert_string_equal(
		found(PROCESS(START TASK(
			"a") "<robotTask id=\"r\"/><extensionElements><other xmlns=\"u\"/></extensionElements>" END
				      FLOW("1", "s", "a") FLOW("2", "a", "e"))),
		"UNKNOWN_ELEMENT r");
}

TEST(flows_that_lead_nowhere_are_rejected)
{
	assert_string_equal(
		found(PROCESS(START TASK("a") END FLOW("1", "s", "a") FLOW("2", "a", "e") FLOW("3", "a", "nowhere"))),
		"FLOW_END 3");
}

TEST(findings_come_in_order_of_lines)
{
	load(PROCESS("\n\n" BEGIN "\n<serviceTask id=\"b\"/>\n<userTask id=\"a\"/>" FLOW("1", "s", "b")
			     FLOW("2", "b", "a")));
	uint32_t last = 0;
	size_t n = 0;
	for (const struct yz_bpmn_diag *d = yz_bpmn_diags(model); d; d = d->next, n++) {
		assert_true(d->line >= last);
		last = d->line;
	}
	assert_int_equal(n, 3);
	assert_int_equal(last, 5);
}

static void not_read(struct yz_str xml, enum yz_code code, const char *says)
{
	fresh();
	assert_null(yz_bpmn_load(arena, xml, NULL, &err));
	assert_int_equal(err.code, code);
	if (!strstr(err.msg, says))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, says);
}

TEST(what_is_no_model_is_refused_with_its_line)
{
	not_read(YZ_LIT(""), YZ_SYNTAX, "line");
	not_read(YZ_LIT("<a>\n<b></a>"), YZ_SYNTAX, "line 2");
	not_read(YZ_LIT("<definitions/>"), YZ_SYNTAX, "not BPMN 2.0");
	not_read(YZ_LIT("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"), YZ_SYNTAX, "DOCTYPE");
	not_read(YZ_LIT("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"), YZ_SYNTAX, "DOCTYPE");
	not_read(YZ_LIT("<a>&undefined;</a>"), YZ_SYNTAX, "line 1");
	not_read(yz_str_n("<a\0>", 4), YZ_SYNTAX, "line 1");
}

/* `head`, `n` times `each`, `tail`. */
static struct yz_str many(const char *head, const char *each, size_t n, const char *tail)
{
	struct yz_buf b;
	yz_buf_init(&b, arena, 64 << 20);
	yz_buf_addz(&b, head);
	for (size_t i = 0; i < n; i++)
		yz_buf_printf(&b, "%s", each);
	yz_buf_addz(&b, tail);
	return yz_buf_str(&b);
}

TEST(a_model_one_past_its_bounds_is_refused)
{
	fresh();
	struct yz_str big = many(OPEN "<!--", "x", YZ_BPMN_BYTES, "--></definitions>");
	not_read(big, YZ_TOO_LARGE, "bytes");
	struct yz_buf deep;
	yz_buf_init(&deep, arena, 1 << 20);
	yz_buf_addz(&deep, OPEN);
	for (int i = 0; i < YZ_BPMN_DEPTH; i++)
		yz_buf_addz(&deep, "<a>");
	for (int i = 0; i < YZ_BPMN_DEPTH; i++)
		yz_buf_addz(&deep, "</a>");
	yz_buf_addz(&deep, "</definitions>");
	not_read(yz_buf_str(&deep), YZ_LIMIT, "deeper than 100");
	not_read(many(OPEN, "<a/>", YZ_BPMN_ELEMENTS, "</definitions>"), YZ_LIMIT, "more than 200000");
	assert_non_null(yz_bpmn_load(arena, many(OPEN, "<a/>", YZ_BPMN_ELEMENTS - 1, "</definitions>"), NULL, &err));
	not_read(many(OPEN "<process id=\"p\">", "<task/>", 20001, "</process></definitions>"), YZ_LIMIT, "flow nodes");
	not_read(many(OPEN "<process id=\"p\"><task id=\"a\"/><parallelGateway id=\"g\"/>",
		      "<sequenceFlow id=\"f\" sourceRef=\"a\" targetRef=\"g\"/>", 64, "</process></definitions>"),
		 YZ_LIMIT, "63 flows");
	not_read(many(OPEN "<process id=\"p\"><startEvent id=\"a\">", "<signalEventDefinition/>", 64,
		      "</startEvent></process></definitions>"),
		 YZ_LIMIT, "event definitions");
}

TEST(findings_are_bounded_and_still_counted)
{
	fresh();
	model = yz_bpmn_load(arena, many(OPEN "<process id=\"p\">", "<robot/>", 1500, "</process></definitions>"), NULL,
			     &err);
	assert_int_equal(yz_bpmn_count(model, YZ_BPMN_DOUBT), 1500);
	size_t n = 0;
	for (const struct yz_bpmn_diag *d = yz_bpmn_diags(model); d; d = d->next)
		n++;
	assert_int_equal(n, 1000);
}

TEST(a_model_saved_reads_the_same)
{
	const char *xml = OPEN "<!-- a &amp; note --><process id=\"p\" name=\"&lt;&quot;名&#10;\">\n  "
			       "<documentation><![CDATA[a < b]]></documentation>\n"
			       "<task id=\"t\" yz:post=\"x\"/><other:x xmlns:other=\"urn:o\" other:y=\"1\">text &amp; "
			       "more</other:x></process></definitions>";
	load(xml);
	struct yz_buf once, twice;
	yz_buf_init(&once, arena, 1 << 16);
	yz_buf_init(&twice, arena, 1 << 16);
	yz_bpmn_save(model, &once);
	model = yz_bpmn_load(arena, yz_buf_str(&once), NULL, &err);
	yz_bpmn_save(model, &twice);
	assert_string_equal(once.ptr, twice.ptr);
	assert_non_null(strstr(once.ptr, "<!-- a &amp; note -->"));
	assert_non_null(strstr(once.ptr, "<![CDATA[a < b]]>"));
	assert_non_null(strstr(once.ptr, "name=\"&lt;&quot;名&#10;\""));
	assert_non_null(strstr(once.ptr, "<other:x xmlns:other=\"urn:o\" other:y=\"1\">text &amp; more</other:x>"));
	assert_true(yz_str_eqz(yz_bpmn_node(model, YZ_LIT("p"))->documentation, "a < b"));
}
