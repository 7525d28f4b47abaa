/* A state as JSON, version 1:
 *
 *	{"v":1, "process":id, "next":n, "recs":[rec…], "timers":[timer…], "marks":[mark…],
 *	 "outcome":name, "end":id, "code":text}            the last three once it has ended
 *	rec   {"k":kind, "id":n, "in":parent, "at":node, …what differs from nothing…, "vars":{name:value}}
 *	timer {"id":n, "of":rec, "at":node, "def":n, "due":instant, "left":n, "text":cycle}
 *	mark  {"of":rec, "at":node, "mask":[bit…]}
 *
 * Nodes and flows are named by their ids, so that a newer version of the model
 * can read the state when what the tokens stand on is still there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bpmn/engine.h"

static const char *const kinds[] = {"scope", "multi", "task", "wait", "join", "held", "done"};
static const char *const outcomes[] = {"completed", "terminated", "failed"};

/* Flags, by their place in a rec's "is". */
static const char flag_names[] = "ideo";

static void write_flags(struct yz_jw *w, const struct brec *rec)
{
	char text[8];
	size_t n = 0;
	const bool flags[] = {rec->interrupted, rec->detached, rec->adhoc_enough, rec->open};
	for (size_t i = 0; i < 4; i++)
		if (flags[i])
			text[n++] = flag_names[i];
	text[n] = '\0';
	if (n)
		yz_jw_kz(w, "is", text);
}

static void write_number(struct yz_jw *w, const char *key, uint32_t v)
{
	if (v)
		yz_jw_kint(w, key, v);
}

static void write_rec(struct yz_jw *w, const struct brec *rec)
{
	yz_jw_object(w);
	yz_jw_kz(w, "k", kinds[rec->kind]);
	yz_jw_kint(w, "id", rec->id);
	write_number(w, "in", rec->parent);
	yz_jw_kstr(w, "at", rec->node->pub.id);
	if (rec->kind == BREC_JOIN && rec->flow < rec->node->nin && yz_btype_is_gateway(rec->node->pub.type))
		yz_jw_kstr(w, "flow", rec->node->in[rec->flow]->pub.id);
	write_flags(w, rec);
	write_number(w, "index", rec->index);
	write_number(w, "count", rec->count);
	write_number(w, "held", rec->held);
	write_number(w, "total", rec->total);
	write_number(w, "made", rec->made);
	write_number(w, "finished", rec->finished);
	write_number(w, "terminated", rec->terminated);
	write_number(w, "seq", rec->seq);
	if (rec->vars.len) {
		yz_jw_key(w, "vars");
		yz_jw_object(w);
		for (size_t i = 0; i < rec->vars.len; i++) {
			yz_jw_keys(w, rec->vars.at[i].name);
			yz_bpmn_value_write(w, rec->vars.at[i].value);
		}
		yz_jw_end(w, '}');
	}
	if (rec->todo.len) {
		yz_jw_key(w, "todo");
		yz_jw_array(w);
		for (size_t i = 0; i < rec->todo.len; i++)
			yz_jw_int(w, rec->todo.at[i]);
		yz_jw_end(w, ']');
	}
	yz_jw_end(w, '}');
}

static void write_timer(struct yz_jw *w, const struct btimer *t)
{
	yz_jw_object(w);
	yz_jw_kint(w, "id", t->id);
	yz_jw_kint(w, "of", t->rec);
	yz_jw_kstr(w, "at", t->node->pub.id);
	write_number(w, "def", t->def);
	yz_jw_kint(w, "due", t->due);
	yz_jw_kint(w, "left", t->left);
	if (t->text.len)
		yz_jw_kstr(w, "text", t->text);
	yz_jw_end(w, '}');
}

static void write_mark(struct yz_jw *w, const struct bmark *m)
{
	yz_jw_object(w);
	yz_jw_kint(w, "of", m->rec);
	yz_jw_kstr(w, "at", m->node->pub.id);
	yz_jw_key(w, "mask");
	yz_jw_array(w);
	for (int i = 0; i < 64; i++)
		if (m->mask >> i & 1)
			yz_jw_int(w, i);
	yz_jw_end(w, ']');
	yz_jw_end(w, '}');
}

void yz_bpmn_state_write(const struct yz_bpmn *m, const struct yz_bpmn_state *s, struct yz_buf *out)
{
	struct yz_jw w;
	yz_jw_init(&w, out);
	yz_jw_object(&w);
	yz_jw_kint(&w, "v", 1);
	yz_jw_kstr(&w, "process", s->process->pub.id);
	yz_jw_kint(&w, "next", s->next_id);
	yz_jw_key(&w, "recs");
	yz_jw_array(&w);
	for (size_t i = 0; i < s->recs.len; i++)
		write_rec(&w, s->recs.at[i]);
	yz_jw_end(&w, ']');
	if (s->timers.len) {
		yz_jw_key(&w, "timers");
		yz_jw_array(&w);
		for (size_t i = 0; i < s->timers.len; i++)
			write_timer(&w, &s->timers.at[i]);
		yz_jw_end(&w, ']');
	}
	if (s->marks.len) {
		yz_jw_key(&w, "marks");
		yz_jw_array(&w);
		for (size_t i = 0; i < s->marks.len; i++)
			write_mark(&w, &s->marks.at[i]);
		yz_jw_end(&w, ']');
	}
	if (s->last_end)
		yz_jw_kstr(&w, "end", s->last_end->pub.id);
	if (s->ended) {
		yz_jw_kz(&w, "outcome", outcomes[s->outcome]);
		yz_jw_kstr(&w, "code", s->code);
	}
	yz_jw_end(&w, '}');
}

/* Reading */

static bool node_at(const struct yz_bpmn *m, const struct yz_json *v, const struct yz_bnode **out, struct yz_err *err)
{
	struct yz_str id = yz_json_str(v, "at");
	*out = id.ptr ? yz_map_get(&m->by_id, id) : NULL;
	return *out ||
	       yz_fail(err, YZ_BAD_INPUT, "the state speaks of \"%.*s\", which the model does not have", YZ_P(id));
}

static uint32_t number(const struct yz_json *v, const char *key)
{
	int64_t n = yz_json_int(v, key, 0);
	return n < 0 || n > UINT32_MAX ? 0 : (uint32_t)n;
}

/* Whether such a record can stand at the node, under its parent: a newer model may have made something else of it. */
static bool fits(const struct yz_bpmn_state *s, const struct brec *rec)
{
	const struct brec *parent = brec_any(s, rec->parent);
	enum yz_bpmn_type type = rec->node->pub.type;
	bool activity = yz_btype_is_activity(type);
	if (!parent)
		return s->recs.len == 0 && rec->kind == BREC_SCOPE && type == YZ_BPMN_PROCESS && !rec->parent;
	bool in_multi = parent->kind == BREC_MULTI || (parent->kind == BREC_DONE && parent->node->loop && rec->index);
	const struct yz_bnode *around = in_multi ? parent->node->scope : parent->body;
	if (in_multi ? rec->node != parent->node : rec->node->scope != around)
		return false;
	switch (rec->kind) {
	case BREC_SCOPE:
		return activity && yz_btype_is_scope(rec->body->pub.type);
	case BREC_MULTI:
		return activity && rec->node->loop && !in_multi;
	case BREC_TASK:
		return activity && !yz_btype_is_scope(rec->body->pub.type) && (in_multi || !rec->node->loop);
	case BREC_WAIT:
		return type == YZ_BPMN_CATCH_EVENT || type == YZ_BPMN_EVENT_BASED;
	case BREC_JOIN:
		return rec->count > 0 && (yz_btype_is_gateway(type) ? rec->flow < rec->node->nin : activity);
	case BREC_HELD:
		return type == YZ_BPMN_THROW_EVENT || type == YZ_BPMN_END_EVENT;
	case BREC_DONE:
		return activity;
	}
	return false;
}

static void read_vars(struct yz_arena *a, struct brec *rec, const struct yz_json *v)
{
	const struct yz_json *vars = yz_json_get(v, "vars"), *todo = yz_json_get(v, "todo");
	for (size_t i = 0; yz_json_is(vars, YZ_JSON_OBJECT) && i < vars->count; i++)
		*yz_vec_push(a, &rec->vars) =
			(struct bvar){vars->members[i].key, yz_bpmn_value_read(a, vars->members[i].value)};
	for (size_t i = 0; i < yz_json_len(todo) && yz_json_is(todo, YZ_JSON_ARRAY); i++) {
		int64_t id = 0;
		if (yz_json_is(todo->items[i], YZ_JSON_NUMBER) && yz_str_int(todo->items[i]->text, &id) && id > 0 &&
		    id < UINT32_MAX)
			*yz_vec_push(a, &rec->todo) = (uint32_t)id;
	}
}

static bool read_flow(struct brec *rec, struct yz_str flow)
{
	if (!flow.len)
		return !yz_btype_is_gateway(rec->node->pub.type);
	for (uint32_t i = 0; i < rec->node->nin; i++)
		if (yz_str_eq(rec->node->in[i]->pub.id, flow)) {
			rec->flow = i;
			return true;
		}
	return false;
}

static bool read_rec(const struct yz_bpmn *m, struct yz_arena *a, struct yz_bpmn_state *s, const struct yz_json *v,
		     struct yz_err *err)
{
	struct brec *rec = yz_new(a, struct brec);
	struct yz_str kind = yz_json_str(v, "k"), flags = yz_json_str(v, "is");
	size_t k = 0, n = sizeof kinds / sizeof kinds[0];
	while (k < n && !yz_str_eqz(kind, kinds[k]))
		k++;
	if (k == n || !node_at(m, v, &rec->node, err))
		return k < n ? false
			     : yz_fail(err, YZ_CORRUPT, "line %u: the state has a record of no known kind", v->line);
	rec->kind = (enum brec_kind)k;
	rec->body = rec->node->called ? rec->node->called : rec->node;
	rec->id = number(v, "id");
	rec->parent = number(v, "in");
	rec->index = number(v, "index");
	rec->count = number(v, "count");
	rec->held = number(v, "held");
	rec->total = number(v, "total");
	rec->made = number(v, "made");
	rec->finished = number(v, "finished");
	rec->terminated = number(v, "terminated");
	rec->seq = number(v, "seq");
	bool *const bits[] = {&rec->interrupted, &rec->detached, &rec->adhoc_enough, &rec->open};
	for (size_t i = 0; i < flags.len; i++)
		for (size_t b = 0; b < 4; b++)
			*bits[b] |= flags.ptr[i] == flag_names[b];
	read_vars(a, rec, v);
	uint32_t last = s->recs.len ? s->recs.at[s->recs.len - 1]->id : 0;
	if (rec->id <= last || rec->id >= s->next_id || rec->parent >= rec->id)
		return yz_fail(err, YZ_CORRUPT, "line %u: the state's record %u is out of order", v->line, rec->id);
	if ((rec->kind == BREC_JOIN && !read_flow(rec, yz_json_str(v, "flow"))) || !fits(s, rec))
		return yz_fail(err, YZ_BAD_INPUT,
			       "the state has a %s at \"%.*s\", where the model has no place for one", kinds[k],
			       YZ_P(rec->node->pub.id));
	*yz_vec_push(a, &s->recs) = rec;
	return true;
}

static bool read_timer(const struct yz_bpmn *m, struct yz_arena *a, struct yz_bpmn_state *s, const struct yz_json *v,
		       struct yz_err *err)
{
	struct btimer t = {.id = number(v, "id"), .rec = number(v, "of"), .def = number(v, "def")};
	if (!node_at(m, v, &t.node, err))
		return false;
	t.due = yz_json_int(v, "due", 0);
	t.left = yz_json_int(v, "left", 1);
	t.text = yz_json_str(v, "text");
	const struct brec *rec = brec_find(s, t.rec);
	if (t.def >= t.node->ndefs || t.node->defs[t.def].kind != BDEF_TIMER || !rec || !bevent_belongs(t.node, rec->node) ||
	    t.id >= s->next_id)
		return yz_fail(err, YZ_BAD_INPUT, "the state has a timer at \"%.*s\", where the model has none",
			       YZ_P(t.node->pub.id));
	*yz_vec_push(a, &s->timers) = t;
	return true;
}

static bool read_mark(const struct yz_bpmn *m, struct yz_arena *a, struct yz_bpmn_state *s, const struct yz_json *v,
		      struct yz_err *err)
{
	struct bmark mark = {.rec = number(v, "of")};
	const struct yz_json *bits = yz_json_get(v, "mask");
	if (!node_at(m, v, &mark.node, err))
		return false;
	for (size_t i = 0; yz_json_is(bits, YZ_JSON_ARRAY) && i < bits->len; i++) {
		int64_t bit;
		if (yz_json_is(bits->items[i], YZ_JSON_NUMBER) && yz_str_int(bits->items[i]->text, &bit) && bit >= 0 &&
		    bit < 64)
			mark.mask |= (uint64_t)1 << bit;
	}
	if (brec_find(s, mark.rec))
		*yz_vec_push(a, &s->marks) = mark;
	return true;
}

static bool read_list(const struct yz_bpmn *m, struct yz_arena *a, struct yz_bpmn_state *s, const struct yz_json *list,
		      bool (*read)(const struct yz_bpmn *, struct yz_arena *, struct yz_bpmn_state *,
				   const struct yz_json *, struct yz_err *),
		      struct yz_err *err)
{
	if (!yz_json_is(list, YZ_JSON_ARRAY))
		return true;
	for (size_t i = 0; i < list->len; i++)
		if (!read(m, a, s, list->items[i], err))
			return false;
	return true;
}

const struct yz_bpmn_state *yz_bpmn_state_read(const struct yz_bpmn *m, struct yz_arena *a, struct yz_str json,
					       struct yz_err *err)
{
	const struct yz_json *v = yz_json_read(a, json, &yz_json_default, err);
	if (!v)
		return NULL;
	struct yz_bpmn_state *s = yz_new(a, struct yz_bpmn_state);
	const struct yz_bpmn_node *process = yz_bpmn_process(m, yz_json_str(v, "process"));
	struct yz_str outcome = yz_json_str(v, "outcome"), end = yz_json_str(v, "end");
	if (yz_json_int(v, "v", 0) != 1)
		return yz_fail_null(err, YZ_CORRUPT, "the state is not of version 1");
	if (!yz_json_str(v, "process").len || !process)
		return yz_fail_null(err, YZ_BAD_INPUT, "the state is of a process the model does not have");
	s->model = m;
	s->process = yz_bnode_of(process);
	s->next_id = number(v, "next");
	s->last_end = end.len ? yz_map_get(&m->by_id, end) : NULL;
	for (int i = 0; i < 3; i++)
		if (outcome.len && yz_str_eqz(outcome, outcomes[i])) {
			s->ended = true;
			s->outcome = (enum yz_bpmn_outcome)i;
			s->code = yz_json_str(v, "code");
		}
	if (!read_list(m, a, s, yz_json_get(v, "recs"), read_rec, err) ||
	    !read_list(m, a, s, yz_json_get(v, "timers"), read_timer, err) ||
	    !read_list(m, a, s, yz_json_get(v, "marks"), read_mark, err))
		return NULL;
	for (size_t i = 0; i < s->recs.len; i++) {
		const struct brec *held = s->recs.at[i]->held ? brec_any(s, s->recs.at[i]->held) : NULL;
		if (s->recs.at[i]->held && (!held || held->kind != BREC_HELD))
			return yz_fail_null(err, YZ_CORRUPT, "the state's record %u is out of order",
					    s->recs.at[i]->id);
	}
	if (s->recs.len == 0 || s->recs.at[0]->node != s->process)
		return yz_fail_null(err, YZ_CORRUPT, "the state does not begin with its process");
	return s;
}
