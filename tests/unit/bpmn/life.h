/* tests/unit/bpmn/life.h - one process instance, lived in a test.
 *
 * Each step's state goes through its JSON and back before the next, and what a
 * step did reads as one line: "open a; timer t 2026-03-02T01:00:00Z; ended e".
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_BPMN_LIFE_H
#define YZ_TESTS_BPMN_LIFE_H

#include "tests/test.h"

#include "bpmn/bpmn.h"

#include <stdio.h>
#include <string.h>

static struct yz_arena *arena;
static struct yz_err err;
static const struct yz_bpmn *model;
static const struct yz_bpmn_state *life;
static struct yz_bpmn_result result;
static struct yz_bpmn_env env;

#define OPEN                                                                                                           \
	"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "                                          \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:yz=\"https://yizhan.dev/bpmn\" id=\"defs\" "    \
	"targetNamespace=\"t\">"
#define PROCESS(body) OPEN "<process id=\"p\" isExecutable=\"true\">" body "</process></definitions>"
#define FLOW(id, a, b) "<sequenceFlow id=\"" id "\" sourceRef=\"" a "\" targetRef=\"" b "\"/>"
#define FLOW_IF(id, a, b, when)                                                                                        \
	"<sequenceFlow id=\"" id "\" sourceRef=\"" a "\" targetRef=\"" b                                               \
	"\"><conditionExpression xsi:type=\"tFormalExpression\">" when "</conditionExpression></sequenceFlow>"
#define START "<startEvent id=\"s\"/>"
/* Passed at once; where a test leaves paths open, a start event would ask for an end event. */
#define BEGIN "<scriptTask id=\"s\"/>"
#define END "<endEvent id=\"e\" name=\"办结\"/>"
#define TASK(id) "<userTask id=\"" id "\" yz:post=\"x\"/>"
#define FORMAL " xsi:type=\"tFormalExpression\""

static void fresh(void)
{
	if (!arena)
		arena = yz_arena_create(0);
	err = (struct yz_err){0};
	life = NULL;
	env = (struct yz_bpmn_env){0};
	assert_true(yz_instant_parse(YZ_LIT("2026-03-02T01:00:00Z"), &env.now));
}

__attribute__((unused)) static const struct yz_bpmn *load(const char *xml)
{
	fresh();
	model = yz_bpmn_load(arena, yz_str(xml), NULL, &err);
	if (!model)
		fail_msg("%s", err.msg);
	return model;
}

static struct yz_feel_value json(const char *text)
{
	const struct yz_json *v = yz_json_read(arena, yz_str(text), &yz_json_default, &err);
	if (!v)
		fail_msg("%s: %s", text, err.msg);
	return yz_bpmn_value_read(arena, v);
}

/* Written and read again, and written the same. */
static const struct yz_bpmn_state *revived(const struct yz_bpmn_state *s)
{
	struct yz_buf a, b;
	yz_buf_init(&a, arena, 1 << 24);
	yz_buf_init(&b, arena, 1 << 24);
	yz_bpmn_state_write(model, s, &a);
	const struct yz_bpmn_state *back = yz_bpmn_state_read(model, arena, yz_buf_str(&a), &err);
	if (!back)
		fail_msg("%s in %.*s", err.msg, YZ_P(yz_buf_str(&a)));
	yz_bpmn_state_write(model, back, &b);
	assert_string_equal(a.ptr, b.ptr);
	return back;
}

__attribute__((unused)) static bool step(struct yz_bpmn_event event)
{
	err = (struct yz_err){0};
	if (!yz_bpmn_step(model, arena, life, &event, &env, &result, &err))
		return false;
	life = revived(result.state);
	return true;
}

static void must(struct yz_bpmn_event event)
{
	if (!step(event))
		fail_msg("%s", err.msg);
}

__attribute__((unused)) static void start(const char *vars)
{
	must((struct yz_bpmn_event){.kind = YZ_BPMN_START, .value = json(vars)});
}

/* The id of the open task, scope or wait at the node; the nth of several, from 0. */
static uint32_t at_nth(const char *node, size_t nth)
{
	size_t n;
	const struct yz_bpmn_token *t = yz_bpmn_tokens(model, life, arena, &n);
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(t[i].node->id, node) && nth-- == 0)
			return t[i].id;
	return 0;
}

__attribute__((unused)) static uint32_t at(const char *node)
{
	return at_nth(node, 0);
}

/* The open task at the node: not what is around it. */
static uint32_t task_nth(const char *node, size_t nth)
{
	size_t n;
	const struct yz_bpmn_token *t = yz_bpmn_tokens(model, life, arena, &n);
	for (size_t i = 0; i < n; i++)
		if (t[i].kind == YZ_BPMN_OPEN_TASK && yz_str_eqz(t[i].node->id, node) && nth-- == 0)
			return t[i].id;
	return 0;
}

__attribute__((unused)) static void done(const char *node, const char *results)
{
	must((struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = task_nth(node, 0), .value = json(results)});
}

/* What the last step did. */
__attribute__((unused)) static const char *said(void)
{
	static const char *const words[] = {"open", "act",  "call",   "gone",      "timer", "clear", "await",
					    "deaf", "send", "signal", "escalated", "adhoc", "pass",  "ended"};
	struct yz_buf b;
	char t[32];
	yz_buf_init(&b, arena, 1 << 20);
	yz_buf_addz(&b, "");
	for (size_t i = 0; i < result.len; i++) {
		const struct yz_bpmn_effect *e = &result.effects[i];
		yz_buf_printf(&b, "%s%s", i ? "; " : "", words[e->kind]);
		if (e->kind == YZ_BPMN_ENDED)
			yz_buf_addz(&b, e->outcome == YZ_BPMN_COMPLETED ? ""
					: e->outcome == YZ_BPMN_FAILED  ? " failed"
									: " stopped");
		if (e->node)
			yz_buf_printf(&b, " %.*s", YZ_P(e->node->id));
		if (e->kind == YZ_BPMN_TIMER_SET)
			yz_buf_printf(&b, " %s", yz_instant_print(e->due, t));
		if (e->kind == YZ_BPMN_ACT_CALLED || e->kind == YZ_BPMN_MESSAGE_SENT ||
		    e->kind == YZ_BPMN_SIGNAL_SENT || e->kind == YZ_BPMN_MESSAGE_AWAITED ||
		    e->kind == YZ_BPMN_PROCESS_CALLED || e->kind == YZ_BPMN_ESCALATED ||
		    (e->kind == YZ_BPMN_ENDED && e->outcome == YZ_BPMN_FAILED))
			yz_buf_printf(&b, " %.*s", YZ_P(e->name));
		if (e->kind == YZ_BPMN_TASK_OPENED && e->index)
			yz_buf_printf(&b, " %u/%u", e->index, e->total);
	}
	return b.ptr;
}

/* A variable of the process as FEEL prints it. */
__attribute__((unused)) static const char *var(const char *name)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, arena, 1 << 20);
	yz_jw_init(&w, &b);
	yz_bpmn_value_write(&w, yz_bpmn_variable(life, yz_str(name)));
	return b.ptr;
}

__attribute__((unused)) static const struct yz_bpmn_effect *effect(enum yz_bpmn_effect_kind kind, size_t nth)
{
	for (size_t i = 0; i < result.len; i++)
		if (result.effects[i].kind == kind && nth-- == 0)
			return &result.effects[i];
	return NULL;
}

#endif
