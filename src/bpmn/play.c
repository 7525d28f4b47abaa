/* SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/bpmn.h"

enum { EVENTS_MOST = 10000 };

struct play {
	const struct yz_bpmn *m;
	struct yz_arena *a;
	struct yz_bpmn_env env;
	const struct yz_bpmn_state *state;
	struct yz_buf *out;
};

static const char *const names[] = {"start", "done", "error",  "escalate", "timer", "tick", "message",  "signal",
				    "set",   "pick", "finish", "add",      "drop",  "jump", "terminate"};

/* The open task, scope, wait or timer at the node. */
static uint32_t find(struct play *p, struct yz_str node, int64_t nth, bool timer)
{
	size_t n;
	if (!p->state)
		return 0;
	if (timer) {
		const struct yz_bpmn_timer *t = yz_bpmn_timers(p->m, p->state, p->a, &n);
		for (size_t i = 0; i < n; i++)
			if (yz_str_eq(t[i].node->id, node) && --nth == 0)
				return t[i].id;
		return 0;
	}
	const struct yz_bpmn_token *t = yz_bpmn_tokens(p->m, p->state, p->a, &n);
	uint32_t around = 0;
	for (size_t i = 0; i < n; i++) {
		if (!t[i].id || !yz_str_eq(t[i].node->id, node))
			continue;
		/* Of several instances the whole comes first; a task is meant. */
		if (t[i].kind == YZ_BPMN_OPEN_SCOPE)
			around = around ? around : t[i].id;
		else if (--nth == 0)
			return t[i].id;
	}
	return around;
}

static bool read_event(struct play *p, const struct yz_json *v, struct yz_bpmn_event *e, struct yz_err *err)
{
	struct yz_str kind = yz_json_str(v, "event"), at = yz_json_str(v, "at"), to = yz_json_str(v, "to");
	struct yz_str now = yz_json_str(v, "now");
	size_t k = 0, n = sizeof names / sizeof names[0];
	while (k < n && !yz_str_eqz(kind, names[k]))
		k++;
	if (k == n)
		return yz_fail(err, YZ_SYNTAX, "line %u: \"%.*s\" is no event", v->line, YZ_P(kind));
	if (now.len && !yz_instant_parse(now, &p->env.now))
		return yz_fail(err, YZ_SYNTAX, "line %u: \"%.*s\" is no instant", v->line, YZ_P(now));
	*e = (struct yz_bpmn_event){.kind = (enum yz_bpmn_event_kind)k, .name = yz_json_str(v, "name")};
	e->value = yz_bpmn_value_read(p->a, yz_json_get(v, "value"));
	if (at.len && !yz_bpmn_node(p->m, at))
		return yz_fail(err, YZ_SYNTAX, "line %u: there is no node \"%.*s\"", v->line, YZ_P(at));
	if (at.len)
		e->id = find(p, at, yz_json_int(v, "nth", 1), e->kind == YZ_BPMN_TIMER);
	if (to.len && !(e->node = yz_bpmn_node(p->m, to)))
		return yz_fail(err, YZ_SYNTAX, "line %u: there is no node \"%.*s\"", v->line, YZ_P(to));
	return true;
}

static void print_effect(struct play *p, const struct yz_bpmn_effect *e)
{
	static const char *const outcomes[] = {"completed", "terminated", "failed"};
	char t[32];
	yz_buf_printf(p->out, "%s %s", yz_instant_print(p->env.now, t), yz_bpmn_effect_name(e->kind));
	if (e->kind == YZ_BPMN_ENDED)
		yz_buf_printf(p->out, " %s", outcomes[e->outcome]);
	if (e->node)
		yz_buf_printf(p->out, " %.*s", YZ_P(e->node->id));
	if (e->node && e->node->name.len)
		yz_buf_printf(p->out, " \"%.*s\"", YZ_P(e->node->name));
	if (e->index)
		yz_buf_printf(p->out, " %u/%u", e->index, e->total);
	if (e->name.len && e->kind != YZ_BPMN_ENDED)
		yz_buf_printf(p->out, " %.*s", YZ_P(e->name));
	if (e->kind == YZ_BPMN_TIMER_SET)
		yz_buf_printf(p->out, " due %s", yz_instant_print(e->due, t));
	yz_buf_addc(p->out, '\n');
}

bool yz_bpmn_play(const struct yz_bpmn *m, struct yz_str events, const struct yz_calendar *calendar, struct yz_buf *out,
		  struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	struct play p = {.m = m, .a = a, .out = out, .env = {.calendar = calendar, .trace = true}};
	const struct yz_json *list = yz_json_read(a, events, &yz_json_default, err);
	bool ok = list && (yz_json_is(list, YZ_JSON_ARRAY) ||
			   yz_fail(err, YZ_SYNTAX, "line %u: the events are no list", list->line));
	if (ok && list->len > EVENTS_MOST)
		ok = yz_fail(err, YZ_LIMIT, "more than %d events", EVENTS_MOST);
	for (size_t i = 0; ok && i < list->len; i++) {
		struct yz_bpmn_event e;
		struct yz_bpmn_result r;
		struct yz_err refused = {0};
		ok = read_event(&p, list->items[i], &e, err);
		if (!ok)
			break;
		struct yz_str at = yz_json_str(list->items[i], "at");
		if (at.len && !e.id) {
			yz_buf_printf(out, "refused: CONFLICT: %s at %.*s\n", e.kind == YZ_BPMN_TIMER ? "no timer runs" : "nothing is open", YZ_P(at));
			continue;
		}
		if (!yz_bpmn_step(m, a, p.state, &e, &p.env, &r, &refused)) {
			yz_buf_printf(out, "refused: %s: %s\n", yz_code_name(refused.code), refused.msg);
			continue;
		}
		p.state = r.state;
		for (size_t k = 0; k < r.len; k++)
			print_effect(&p, &r.effects[k]);
	}
	yz_arena_destroy(a);
	return ok;
}
