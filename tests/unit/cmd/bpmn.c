/* yizhan bpmn, as it is called.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/pg.h"
#include "tests/test.h"

#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODEL                                                                                                          \
	"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' id='d' targetNamespace='t'><process id='p' "  \
	"isExecutable='true'><startEvent id='s'/><userTask id='a' name='审查'/><endEvent id='e'/>"                     \
	"<sequenceFlow id='1' sourceRef='s' targetRef='a'/><sequenceFlow id='2' sourceRef='a' targetRef='e'/>"         \
	"</process></definitions>"

static char out[4096], err[4096];

static enum yz_lang lang = YZ_LANG_EN;

static int bpmn(const char *verb, const char *a, const char *b, const char *c)
{
	const char *given[] = {"bpmn", verb, a, b, c};
	int words, argc = 2;
	while (argc < 5 && given[argc])
		argc++;
	struct yz_args args = {.arena = yz_arena_create(0), .lang = lang, .out = fmemopen(out, sizeof out, "w"),
			       .err = fmemopen(err, sizeof err, "w")};
	char **argv = (char **)given;
	args.command = yz_command_find(argc, argv, &words);
	assert_non_null(args.command);
	int status = yz_args_parse(&args, argc - words, argv + words) ? args.command->run(&args) : 2;
	fclose(args.out);
	fclose(args.err);
	yz_arena_destroy(args.arena);
	return status;
}

static const char *file(const char *dir, const char *name, const char *text)
{
	static char paths[8][512];
	static unsigned at;
	char *path = paths[at++ % 8];
	snprintf(path, sizeof paths[0], "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return path;
}

static int times(const char *in, const char *what)
{
	int n = 0;
	for (const char *at = in; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

TEST(a_model_that_is_none_or_is_not_there_is_named_once)
{
	const char *broken = file(yz_test_folder(), "broken.bpmn", "<definitions");
	static const char *const verbs[] = {"check", "save", "run"};
	for (int i = 0; i < 3; i++) {
		assert_int_equal(bpmn(verbs[i], broken, i == 2 ? "--events" : NULL, i == 2 ? broken : NULL), 1);
		assert_int_equal(times(err, "broken.bpmn"), 1);
		assert_int_equal(bpmn(verbs[i], "/nowhere/x.bpmn", i == 2 ? "--events" : NULL, i == 2 ? broken : NULL), 1);
		assert_int_equal(times(err, "/nowhere/x.bpmn"), 1);
	}
}

static const char *suite(const char *expects)
{
	const char *dir = yz_test_folder();
	static char json[512];
	snprintf(json, sizeof json, "[{\"id\":\"x\",\"model\":\"m.bpmn\",\"cases\":[{\"n\":1,\"expected\":[%s]}]}]", expects);
	file(dir, "m.bpmn", "no model");
	file(dir, "expected.json", json);
	return dir;
}

/* b and c meet where only one of them ever comes. */
#define DEADLOCK                                                                                                       \
	"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' id='d' "          \
	"targetNamespace='t'><process id='p' isExecutable='true'>\n"                                                           \
	"<startEvent id='s'/><exclusiveGateway id='x' default='3'/><userTask id='b'/><userTask id='c'/><parallelGateway id='j'/><endEvent id='e'/>" \
	"<sequenceFlow id='1' sourceRef='s' targetRef='x'/><sequenceFlow id='2' sourceRef='x' targetRef='b'><conditionExpression xsi:type='tFormalExpression'>ok"          \
	"</conditionExpression></sequenceFlow><sequenceFlow id='3' sourceRef='x' targetRef='c'/><sequenceFlow id='4' sourceRef='b' targetRef='j'/>" \
	"<sequenceFlow id='5' sourceRef='c' targetRef='j'/><sequenceFlow id='6' sourceRef='j' targetRef='e'/></process></definitions>"

TEST(a_check_names_each_element_in_the_readers_language_and_fails_for_what_is_rejected)
{
	const char *dir = yz_test_folder(), *stuck = file(dir, "stuck.bpmn", DEADLOCK), *none = file(dir, "none.bpmn", "<a/>");
	const char *lost = file(dir, "lost.bpmn", "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' id='d' targetNamespace='t'>"
						  "<process id='p' isExecutable='true'><startEvent id='s'/><endEvent id='e'/><sequenceFlow id='1' sourceRef='s' "
						  "targetRef='nowhere'/></process></definitions>");
	assert_int_equal(bpmn("check", stuck, NULL, NULL), 0); /* doubts are for publication */
	assert_non_null(strstr(out, "stuck.bpmn:2\tdoubt\tDEADLOCK\tj\ttokens can wait here for ever"));
	assert_non_null(strstr(out, "doubt\tNOBODY\tb\t"));
	lang = YZ_LANG_ZH;
	assert_int_equal(bpmn("check", stuck, NULL, NULL), 0);
	assert_non_null(strstr(out, "doubt\tDEADLOCK\tj\t"));
	assert_null(strstr(out, "j\ttokens can wait"));
	lang = YZ_LANG_EN;
	assert_int_equal(bpmn("check", lost, stuck, NULL), 1);
	assert_non_null(strstr(out, "reject"));
	assert_non_null(strstr(out, "stuck.bpmn"));
	assert_int_equal(bpmn("check", none, NULL, NULL), 1);
	assert_non_null(strstr(err, "none.bpmn"));
	assert_int_equal(bpmn("check", NULL, NULL, NULL), 2);
}

TEST(running_prints_what_happens_and_what_is_refused)
{
	const char *dir = yz_test_folder(), *model = file(dir, "m.bpmn", MODEL);
	const char *events = file(dir, "e.json", "[{\"event\":\"start\",\"now\":\"2026-03-02T01:00:00Z\"},{\"event\":\"timer\",\"at\":\"a\"},"
						"{\"event\":\"done\",\"at\":\"a\"}]");
	assert_int_equal(bpmn("run", model, "--events", events), 0);
	assert_non_null(strstr(out, "2026-03-02T01:00:00Z task opened a \"审查\"\n"));
	assert_non_null(strstr(out, "refused: CONFLICT"));
	assert_non_null(strstr(out, "ended completed e\n"));
}

TEST(a_list_that_is_none_says_where)
{
	const char *dir = yz_test_folder(), *model = file(dir, "m.bpmn", MODEL);
	const char *events = file(dir, "e.json", "[\n{\"event\":\"leap\"}]");
	assert_int_equal(bpmn("run", model, "--events", events), 1);
	assert_non_null(strstr(err, "e.json"));
	assert_non_null(strstr(err, "line 2: \"leap\" is no event"));
	assert_int_equal(bpmn("run", model, NULL, NULL), 2);
}

TEST(several_suites_are_counted_together)
{
	const char *good = suite("\"ERROR_deployment\""), *bad = suite("\"SCRIPT_task1\"");
	assert_int_equal(bpmn("test", good, good, NULL), 0);
	assert_string_equal(out, "2 passed, 0 failed\n");
	assert_int_equal(bpmn("test", good, bad, NULL), 1);
	assert_non_null(strstr(out, "failed x case 1"));
	assert_non_null(strstr(out, "\n1 passed, 1 failed\n"));
	static char named[512];
	snprintf(named, sizeof named, "%s/expected.json", good);
	assert_int_equal(bpmn("test", named, NULL, NULL), 0);
	assert_int_equal(bpmn("test", good, "/nowhere", NULL), 1);
	assert_non_null(strstr(out, "1 passed, 0 failed"));
	assert_int_equal(bpmn("test", NULL, NULL, NULL), 2);
}
