/* Cases of three approvals a second, one thread, against bpmn-engine from npm.
 *
 *	bench_bpmn [FOLDER]    FOLDER has node_modules/bpmn-engine
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bpmn/bpmn.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CASES = 200000, TASKS = 3 };

#define HEAD                                                                                                           \
	"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "                                          \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:yz=\"https://yizhan.dev/bpmn\" id=\"d\" "       \
	"targetNamespace=\"bench\"><process id=\"p\" isExecutable=\"true\">"
#define NODES                                                                                                          \
	"<startEvent id=\"s\"/><userTask id=\"a\" yz:post=\"x\" yz:limit=\"P5WD\"/><userTask id=\"b\" yz:post=\"x\"/>" \
	"<userTask id=\"c\" yz:post=\"x\"/><endEvent id=\"e\" name=\"ok\"/>"
#define FLOWS                                                                                                          \
	"<sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"a\"/><sequenceFlow id=\"f2\" sourceRef=\"a\" "            \
	"targetRef=\"b\"/><sequenceFlow id=\"f3\" sourceRef=\"b\" targetRef=\"c\"/><sequenceFlow id=\"f4\" "           \
	"sourceRef=\"c\" targetRef=\"e\"/></process></definitions>"

static const char MODEL[] = HEAD NODES FLOWS;

static void stop(const char *why)
{
	fprintf(stderr, "%s\n", why);
	exit(1);
}

static const struct yz_bpmn_state *through_text(const struct yz_bpmn *m, struct yz_arena *a,
						const struct yz_bpmn_state *s)
{
	struct yz_buf b;
	struct yz_err err;
	yz_buf_init(&b, a, 1 << 20);
	yz_bpmn_state_write(m, s, &b);
	return yz_bpmn_state_read(m, a, yz_buf_str(&b), &err);
}

static void one_case(const struct yz_bpmn *m, struct yz_arena *a, bool text)
{
	struct yz_feel_entry vars[] = {{YZ_LIT("amount"), yz_feel_int(7)},
				       {YZ_LIT("name"), yz_feel_string(YZ_LIT("张三"))}};
	struct yz_feel_entry answer = {YZ_LIT("approved"), yz_feel_bool(true)};
	struct yz_bpmn_event e = {.kind = YZ_BPMN_START, .value = yz_feel_context(a, vars, 2)};
	struct yz_bpmn_env env = {.now = 1};
	struct yz_bpmn_result r;
	struct yz_err err = {0};
	const struct yz_bpmn_state *s = NULL;
	for (int i = 0; i <= TASKS; i++) {
		if (!yz_bpmn_step(m, a, s, &e, &env, &r, &err))
			stop(err.msg);
		s = text ? through_text(m, a, r.state) : r.state;
		e = (struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .value = yz_feel_context(a, &answer, 1)};
		e.id = r.effects[r.len - 1].id;
	}
	if (!yz_bpmn_ended(s))
		stop("a case did not end");
}

static double rate(const struct yz_bpmn *m, bool text)
{
	struct yz_arena *a = yz_arena_create(0);
	yz_instant begin = yz_ticks();
	for (int i = 0; i < CASES; i++) {
		yz_arena_reset(a);
		one_case(m, a, text);
	}
	double seconds = (double)(yz_ticks() - begin) / 1e6;
	yz_arena_destroy(a);
	return CASES / seconds;
}

/* A loop of one task, stepped on after so many events: steps a second. */
static double loop_rate(struct yz_arena *a, long events)
{
	static const char xml[] = HEAD "<startEvent id=\"s\"/><userTask id=\"a\"/><exclusiveGateway id=\"g\" default=\"f3\"/><endEvent id=\"e\"/>"
				       "<sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"a\"/><sequenceFlow id=\"f2\" sourceRef=\"a\" targetRef=\"g\"/>"
				       "<sequenceFlow id=\"f3\" sourceRef=\"g\" targetRef=\"a\"/><sequenceFlow id=\"f4\" sourceRef=\"g\" targetRef=\"e\">"
				       "<conditionExpression xsi:type=\"tFormalExpression\">over</conditionExpression></sequenceFlow></process></definitions>";
	struct yz_err err = {0};
	struct yz_arena *two[2] = {yz_arena_create(0), yz_arena_create(0)};
	const struct yz_bpmn *m = yz_bpmn_load(a, yz_str(xml), NULL, &err);
	struct yz_bpmn_event e = {.kind = YZ_BPMN_START};
	struct yz_bpmn_env env = {.now = 1};
	struct yz_bpmn_result r = {0};
	enum { MEASURED = 200000 };
	yz_instant begin = 0;
	for (long i = 0; i < events + MEASURED; i++) {
		if (i == events)
			begin = yz_ticks();
		yz_arena_reset(two[i % 2]);
		if (!m || !yz_bpmn_step(m, two[i % 2], r.state, &e, &env, &r, &err))
			stop(err.msg);
		e = (struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = r.effects[r.len - 1].id};
	}
	double seconds = (double)(yz_ticks() - begin) / 1e6;
	yz_arena_destroy(two[0]);
	yz_arena_destroy(two[1]);
	return MEASURED / seconds;
}

/* The rival's cases a second, or 0. */
static double rival(const char *folder)
{
	char path[] = "/tmp/yz-bench-XXXXXX", command[4096];
	double answer = 0;
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, MODEL, sizeof MODEL - 1) != (ssize_t)sizeof MODEL - 1)
		stop("no temporary file");
	close(fd);
	snprintf(command, sizeof command, "cd '%s' && node '%s/bench/bpmn_rival.mjs' '%s'", folder, YZ_SOURCE, path);
	FILE *f = popen(command, "r");
	if (f && fscanf(f, "%lf", &answer) != 1)
		answer = 0;
	if (f)
		pclose(f);
	unlink(path);
	return answer;
}

int main(int argc, char **argv)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	const struct yz_bpmn *m = yz_bpmn_load(a, yz_str(MODEL), NULL, &err);
	if (!m)
		stop(err.msg);
	double memory = rate(m, false), text = rate(m, true), theirs = argc > 1 ? rival(argv[1]) : 0;
	printf("in memory %.0f cases/s, every state through its text %.0f cases/s\n", memory, text);
	printf("a case behind 10 events %.0f steps/s, behind 10,000 %.0f steps/s, behind 1,000,000 %.0f steps/s\n", loop_rate(a, 10), loop_rate(a, 10000),
	       loop_rate(a, 1000000));
	if (theirs > 0)
		printf("bpmn-engine %.1f cases/s: in memory %.0f times, through text %.0f times\n", theirs,
		       memory / theirs, text / theirs);
	yz_arena_destroy(a);
	return 0;
}
