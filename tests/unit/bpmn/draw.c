/* SPDX-License-Identifier: Apache-2.0 */
#include "life.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static struct yz_buf drawn;

static enum yz_bpmn_mark none_marked(void *ctx, struct yz_str id, struct yz_str *word)
{
	return YZ_BPMN_MARK_NONE;
}

static const char *draw_with(const struct yz_bpmn_pen *pen)
{
	yz_buf_init(&drawn, arena, 4 << 20);
	yz_buf_addz(&drawn, "");
	err = (struct yz_err){0};
	if (!yz_bpmn_draw(model, arena, pen, &drawn, &err))
		return NULL;
	return drawn.ptr;
}

static const char *draw(const char *xml)
{
	static const struct yz_bpmn_pen pen = {.id = "d", .title = {"流程", 6}, .desc = {"三步", 6}, .mark = none_marked};
	load(xml);
	return draw_with(&pen);
}

static size_t count(const char *in, const char *what)
{
	size_t n = 0;
	for (const char *at = in; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

/* Where the first shape after the name of a node stands. */
static int after(const char *svg, const char *title, const char *attr)
{
	const char *at = strstr(svg, title);
	assert_non_null(at);
	at = strstr(at, attr);
	assert_non_null(at);
	return atoi(at + strlen(attr));
}

TEST(a_model_without_a_diagram_is_laid_out_from_left_to_right)
{
	const char *svg = draw(PROCESS(START "<userTask id=\"a\" name=\"甲\" yz:post=\"x\"/><userTask id=\"b\" name=\"乙\" yz:post=\"x\"/>" END
						   FLOW("1", "s", "a") FLOW("2", "a", "b") FLOW("3", "b", "e")));
	assert_non_null(svg);
	assert_true(after(svg, "<title>甲", "x=\"") + 100 < after(svg, "<title>乙", "x=\""));
	assert_int_equal(after(svg, "<title>甲", "y=\""), after(svg, "<title>乙", "y=\""));
	assert_int_equal(count(svg, "class=\"flow\""), 3);
}

TEST(what_runs_side_by_side_stands_below_one_another)
{
	const char *svg = draw(PROCESS(START "<parallelGateway id=\"f\"/><userTask id=\"a\" name=\"甲\" yz:post=\"x\"/>"
					     "<userTask id=\"b\" name=\"乙\" yz:post=\"x\"/><parallelGateway id=\"j\"/>" END FLOW("1", "s", "f")
						     FLOW("2", "f", "a") FLOW("3", "f", "b") FLOW("4", "a", "j") FLOW("5", "b", "j") FLOW("6", "j", "e")));
	assert_int_equal(after(svg, "<title>甲", "x=\""), after(svg, "<title>乙", "x=\""));
	assert_true(after(svg, "<title>甲", "y=\"") + 80 < after(svg, "<title>乙", "y=\""));
}

TEST(a_flow_back_ends_where_it_began_and_is_drawn_once)
{
	const char *svg = draw(PROCESS(START "<userTask id=\"a\" name=\"甲\" yz:post=\"x\"/><exclusiveGateway id=\"g\" default=\"3\"/>" END
						   FLOW("1", "s", "a") FLOW("2", "a", "g") FLOW("3", "g", "e") FLOW_IF("4", "g", "a", "again")));
	assert_int_equal(count(svg, "class=\"flow\" d=\"M"), 5); /* four, and the stroke of the default */
	assert_true(after(svg, "<title>甲", "x=\"") < after(svg, "</g><g class=\"plain\"><title></title><path class=\"box\" d=\"M", "M"));
}

TEST(a_subprocess_holds_what_is_in_it)
{
	const char *svg = draw(PROCESS(
		START "<subProcess id=\"p1\" name=\"里面\"><startEvent id=\"s1\"/><userTask id=\"a\" name=\"甲\" yz:post=\"x\"/><endEvent id=\"e1\"/>" FLOW(
			"11", "s1", "a") FLOW("12", "a", "e1") "</subProcess>" END FLOW("1", "s", "p1") FLOW("2", "p1", "e")));
	int x = after(svg, "<title>里面", "x=\""), w = after(svg, "<title>里面", "width=\""), inner = after(svg, "<title>甲", "x=\"");
	assert_true(x < inner && inner + 100 < x + w);
	assert_int_equal(count(svg, "class=\"flow\""), 4);
}

#define DI_NS " xmlns:di=\"http://www.omg.org/spec/BPMN/20100524/DI\" xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" xmlns:dd=\"http://www.omg.org/spec/DD/20100524/DI\""
#define SHAPE(of, x, y, w, h) "<di:BPMNShape bpmnElement=\"" of "\"><dc:Bounds x=\"" x "\" y=\"" y "\" width=\"" w "\" height=\"" h "\"/></di:BPMNShape>"
#define DRAWN(shapes) OPEN "<process id=\"p\" isExecutable=\"true\">" START TASK("a") END FLOW("1", "s", "a") FLOW("2", "a", "e") "</process>" \
	"<di:BPMNDiagram" DI_NS "><di:BPMNPlane bpmnElement=\"p\">" shapes "</di:BPMNPlane></di:BPMNDiagram></definitions>"

TEST(a_model_with_a_diagram_is_drawn_by_it)
{
	const char *svg = draw(DRAWN(SHAPE("s", "10", "400", "36", "36") SHAPE("a", "777", "333.4", "120", "80") SHAPE("e", "999", "400", "36", "36")
		"<di:BPMNEdge bpmnElement=\"1\"><dd:waypoint x=\"46\" y=\"418\"/><dd:waypoint x=\"777\" y=\"418\"/></di:BPMNEdge>"));
	assert_non_null(strstr(svg, "<rect x=\"777\" y=\"333\" width=\"120\" height=\"80\""));
	assert_non_null(strstr(svg, "d=\"M46 418L777 418\""));
}

TEST(a_diagram_that_leaves_out_a_node_or_lies_too_far_is_not_used)
{
	assert_null(strstr(draw(DRAWN(SHAPE("s", "10", "400", "36", "36") SHAPE("a", "777", "333", "120", "80"))), "x=\"777\""));
	assert_non_null(strstr(draw(DRAWN(SHAPE("s", "10", "400", "36", "36") SHAPE("a", "30000", "333", "120", "80") SHAPE("e", "9", "4", "36", "36"))), "x=\"30000\""));
	assert_null(strstr(draw(DRAWN(SHAPE("s", "10", "400", "36", "36") SHAPE("a", "30001", "333", "120", "80") SHAPE("e", "9", "4", "36", "36"))), "x=\"30001\""));
	assert_null(strstr(draw(DRAWN(SHAPE("s", "10", "400", "36", "36") SHAPE("a", "nan", "333", "120", "80") SHAPE("e", "9", "4", "36", "36"))), "nan"));
}

TEST(names_are_escaped_and_nothing_is_styled_in_place)
{
	const char *svg = draw(PROCESS(START "<userTask id=\"a\" name=\"&lt;script&gt;&quot;&amp;\" yz:post=\"x\"/>" END FLOW("1", "s", "a") FLOW("2", "a", "e")));
	assert_null(strstr(svg, "<script"));
	assert_non_null(strstr(svg, "&lt;script&gt;&quot;&amp;"));
	assert_null(strstr(svg, "style="));
	assert_non_null(strstr(svg, "role=\"img\" aria-labelledby=\"d-t d-d\""));
	assert_non_null(strstr(svg, "<title id=\"d-t\">流程</title><desc id=\"d-d\">三步</desc>"));
}

static enum yz_bpmn_mark by_id(void *ctx, struct yz_str id, struct yz_str *word)
{
	*word = YZ_LIT("正在办");
	return yz_str_eqz(id, "a") ? YZ_BPMN_MARK_OPEN : yz_str_eqz(id, "e") ? YZ_BPMN_MARK_AHEAD : YZ_BPMN_MARK_NONE;
}

TEST(a_mark_is_a_class_a_sign_and_a_word)
{
	struct yz_bpmn_pen pen = {.id = "d", .mark = by_id};
	load(PROCESS(START "<userTask id=\"a\" name=\"甲\" yz:post=\"x\"/>" END FLOW("1", "s", "a") FLOW("2", "a", "e")));
	const char *svg = draw_with(&pen);
	assert_non_null(strstr(svg, "<g class=\"open\" id=\"d-now\"><title>甲 · 正在办</title>"));
	assert_non_null(strstr(svg, yz_bpmn_mark_badge(YZ_BPMN_MARK_OPEN)));
	assert_non_null(strstr(svg, "class=\"word state\">正在办</text>"));
	assert_non_null(strstr(svg, yz_bpmn_mark_badge(YZ_BPMN_MARK_AHEAD)));
	for (int i = 1; i < YZ_BPMN_MARKS; i++)
		for (int k = 1; k < i; k++)
			assert_string_not_equal(yz_bpmn_mark_badge((enum yz_bpmn_mark)i), yz_bpmn_mark_badge((enum yz_bpmn_mark)k));
}

/* A chain of n tasks: n nodes and n - 1 flows. */
static const char *chain(int n)
{
	struct yz_buf b;
	fresh();
	yz_buf_init(&b, arena, 4 << 20);
	yz_buf_addz(&b, OPEN "<process id=\"p\" isExecutable=\"true\">");
	for (int i = 0; i < n; i++)
		yz_buf_printf(&b, "<userTask id=\"t%d\" yz:post=\"x\"/>", i);
	for (int i = 0; i + 1 < n; i++)
		yz_buf_printf(&b, "<sequenceFlow id=\"f%d\" sourceRef=\"t%d\" targetRef=\"t%d\"/>", i, i, i + 1);
	yz_buf_addz(&b, "</process></definitions>");
	return b.ptr;
}

TEST(as_many_as_the_bound_are_drawn_and_one_more_is_told)
{
	int most = YZ_BPMN_DRAWN / 2; /* with the process itself: 1 + n + n - 1 */
	assert_non_null(draw(chain(most)));
	assert_null(draw(chain(most + 1)));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_int_equal(drawn.len, 0);
}

TEST(a_drawing_longer_than_its_room_leaves_nothing_behind)
{
	struct yz_bpmn_pen pen = {.id = "d"};
	load(chain(50));
	yz_buf_init(&drawn, arena, 2000);
	yz_buf_addz(&drawn, "before");
	err = (struct yz_err){0};
	assert_false(yz_bpmn_draw(model, arena, &pen, &drawn, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_int_equal(drawn.len, 6);
}

/* Boxes of activities, as drawn: none on top of another. */
static void apart(const char *svg)
{
	int at[1200][4], n = 0;
	for (const char *s = svg; (s = strstr(s, "<rect x=\"")) && n < 1200; s++)
		if (sscanf(s, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\"", &at[n][0], &at[n][1], &at[n][2], &at[n][3]) == 4)
			n++;
	for (int i = 0; i < n; i++)
		for (int k = 0; k < i; k++)
			assert_false(at[i][0] < at[k][0] + at[k][2] && at[k][0] < at[i][0] + at[i][2] && at[i][1] < at[k][1] + at[k][3] &&
				     at[k][1] < at[i][1] + at[i][3]);
}

TEST(no_box_lies_on_another_however_the_flows_run)
{
	uint32_t seed = 7;
	for (int round = 0; round < 60; round++) {
		struct yz_buf b;
		fresh();
		yz_buf_init(&b, arena, 1 << 20);
		yz_buf_addz(&b, OPEN "<process id=\"p\" isExecutable=\"true\">");
		int n = 2 + round % 17;
		for (int i = 0; i < n; i++)
			yz_buf_printf(&b, "<userTask id=\"t%d\" yz:post=\"x\"/>", i);
		for (int i = 0; i < 2 * n; i++) {
			seed = seed * 1664525 + 1013904223;
			int from = (int)(seed >> 16) % n;
			seed = seed * 1664525 + 1013904223;
			yz_buf_printf(&b, "<sequenceFlow id=\"f%d\" sourceRef=\"t%d\" targetRef=\"t%d\"/>", i, from, (int)(seed >> 16) % n);
		}
		yz_buf_addz(&b, "</process></definitions>");
		const char *svg = draw(b.ptr);
		assert_non_null(svg);
		assert_int_equal(count(svg, "class=\"flow\" d=\"M"), 2 * n);
		apart(svg);
	}
}

TEST(every_process_of_the_demo_is_drawn_by_its_own_diagram)
{
	DIR *dir = opendir(yz_test_source("packs/demo/processes"));
	assert_non_null(dir);
	size_t n = 0;
	for (struct dirent *e; (e = readdir(dir));) {
		if (e->d_name[0] == '.')
			continue;
		char path[600], *text = malloc(1 << 20);
		snprintf(path, sizeof path, "%s/%s", yz_test_source("packs/demo/processes"), e->d_name);
		FILE *f = fopen(path, "r");
		assert_non_null(f);
		size_t len = fread(text, 1, (1 << 20) - 1, f);
		fclose(f);
		text[len] = 0;
		const char *svg = draw(text);
		assert_non_null(svg);
		size_t nodes;
		yz_bpmn_nodes(model, &nodes);
		assert_int_equal(count(svg, "<g class="), nodes - 1 + count(text, "<bpmndi:BPMNEdge ") + count(text, "<bpmn:participant") + count(text, "<bpmn:lane ") + count(text, "<bpmn:textAnnotation"));
		free(text);
		n++;
	}
	closedir(dir);
	assert_true(n >= 16);
}

/* ---- compared ---- */

static const char *differences(const char *was, const char *is)
{
	static const char *const names[] = {"added", "removed", "kind", "name", "words", "attr", "place", "from", "to", "condition", "default", "rest"};
	struct yz_buf b;
	size_t n;
	const struct yz_bpmn *before = load(was), *now = load(is);
	const struct yz_bpmn_change *c = yz_bpmn_compare(arena, before, now, &n);
	yz_buf_init(&b, arena, 1 << 16);
	yz_buf_addz(&b, "");
	for (size_t i = 0; i < n; i++)
		yz_buf_printf(&b, "%s%s %.*s%s%.*s", i ? "; " : "", names[c[i].aspect], YZ_P(c[i].id), c[i].attr.len ? " " : "", YZ_P(c[i].attr));
	return b.ptr;
}

#define TWO(tasks, flows) PROCESS(START tasks END flows)
#define A_TO_B FLOW("1", "s", "a") FLOW("2", "a", "b") FLOW("3", "b", "e")

TEST(what_only_looks_different_is_no_change)
{
	assert_string_equal(differences(TWO(TASK("a") TASK("b"), A_TO_B), TWO("\n  <userTask  yz:post='x' id='a'>\n</userTask>" TASK("b"), A_TO_B)), "");
	assert_string_equal(differences(TWO(TASK("a") TASK("b"), A_TO_B), TWO(TASK("b") TASK("a"), A_TO_B)), "");
}

TEST(each_thing_changed_is_named)
{
	assert_string_equal(differences(TWO(TASK("a") TASK("b"), A_TO_B),
					TWO("<userTask id=\"a\" name=\"新名\" yz:post=\"y\" yz:limit=\"P5WD\"/>" TASK("b"), A_TO_B)),
			    "name a; attr a post; attr a limit");
	assert_string_equal(differences(TWO(TASK("a") TASK("b"), A_TO_B), TWO("<manualTask id=\"a\"/>" TASK("b"), A_TO_B)), "kind a; attr a post");
	assert_string_equal(differences(TWO(TASK("a") TASK("b"), A_TO_B), TWO(TASK("a") TASK("c"), FLOW("1", "s", "a") FLOW("2", "a", "c") FLOW("4", "c", "e"))),
			    "added c; to 2; added 4; removed b; removed 3");
	assert_string_equal(differences(TWO("<exclusiveGateway id=\"a\" default=\"2\"/>" TASK("b"), A_TO_B FLOW_IF("4", "a", "e", "x")),
					TWO("<exclusiveGateway id=\"a\" default=\"4\"/>" TASK("b"), A_TO_B FLOW_IF("4", "a", "e", "x > 1"))),
			    "default 2; condition 4; default 4");
	assert_string_equal(differences(TWO(TASK("a") "<scriptTask id=\"b\"><script>1</script></scriptTask>", A_TO_B),
					TWO(TASK("a") "<scriptTask id=\"b\"><script>2</script></scriptTask>", A_TO_B)),
			    "rest b");
}
