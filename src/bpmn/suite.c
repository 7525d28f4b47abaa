/* The public execution suite, run as its README says: instances in simulated
 * time, scripts that are placeholders, traces compared as sorted lists.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bpmn/bpmn.h"

#include "base/map.h"
#include "fmt/file.h"

#include <stdlib.h>

enum { FILE_MOST = 16 << 20, STEPS_MOST = 2000, SCRIPT_SECONDS = 10 };

struct instance {
	const struct yz_bpmn_state *state;
};

/* A script that takes its time. */
struct job {
	size_t instance;
	uint32_t id;
	yz_instant begin, due;
	char log; /* '1' or '2' of CREATE_TIMESTAMP_LOG_n, else 0 */
	bool over;
};

struct slow {
	const struct yz_bpmn_node *node;
	char log;
};

typedef YZ_VEC(struct yz_str) str_list; /* a name for the vector's type, used in this file only */

struct suite_run {
	struct yz_arena *a;
	const struct yz_bpmn *m;
	struct yz_bpmn_env env;
	YZ_VEC(struct instance) instances;
	YZ_VEC(struct job) jobs;
	YZ_VEC(struct slow) slow;
	str_list trace, tried; /* of what has happened, of the step under way */
	bool marker, wants_marker;
	int steps;
	struct yz_bpmn_effect *posts; /* messages and signals on their way to others */
	size_t nposts, capposts, nextpost;
	size_t from[STEPS_MOST];
};

/* Scripts */

static struct yz_feel_value one(struct yz_arena *a, const char *name, struct yz_feel_value v)
{
	struct yz_feel_entry *e = yz_new(a, struct yz_feel_entry);
	*e = (struct yz_feel_entry){yz_str(name), v};
	return yz_feel_context(a, e, 1);
}

static struct yz_feel_value incremented(struct yz_arena *a, struct yz_feel_value vars)
{
	const struct yz_feel_value *v = yz_feel_get(vars, YZ_LIT("integerVariable"));
	struct yz_dec sum = yz_dec_int(1);
	if (v && v->kind == YZ_FEEL_NUMBER)
		yz_dec_add(yz_feel_dec(*v), yz_dec_int(1), &sum);
	return one(a, "integerVariable", yz_feel_number(sum));
}

static enum yz_bpmn_did placeholder(void *ctx, const struct yz_bpmn_node *node, struct yz_str text,
				    struct yz_feel_value vars, struct yz_arena *a, struct yz_feel_value *out,
				    struct yz_str *code)
{
	struct suite_run *r = ctx;
	const struct yz_feel_value *data = yz_feel_get(vars, YZ_LIT("data"));
	if (yz_str_starts(text, YZ_LIT("SCRIPT_"))) {
		*yz_vec_push(r->a, &r->tried) = text;
	} else if (yz_str_starts(text, YZ_LIT("INCREMENT_INTEGER_VARIABLE"))) {
		*out = incremented(a, vars);
		if (yz_str_ends(text, YZ_LIT("AND_LOG")))
			*yz_vec_push(r->a, &r->tried) = YZ_LIT("INCREMENT_correct");
	} else if (yz_str_eqz(text, "CREATE_MARKER_FILE")) {
		r->marker = true;
	} else if (yz_str_eqz(text, "SET_STRING_DATA")) {
		*out = one(a, "data", yz_feel_string(YZ_LIT("String")));
	} else if (yz_str_eqz(text, "LOG_DATA")) {
		if (data && data->kind == YZ_FEEL_STRING && yz_str_eqz(yz_feel_str(*data), "String"))
			*yz_vec_push(r->a, &r->tried) = YZ_LIT("DATA_correct");
	} else if (yz_str_eqz(text, "THROW_ERROR")) {
		*code = YZ_LIT("ERR_CODE");
		return YZ_BPMN_DID_ERROR;
	} else if (yz_str_eqz(text, "WAIT_TEN_SECONDS") || yz_str_starts(text, YZ_LIT("CREATE_TIMESTAMP_LOG_"))) {
		bool log = text.ptr[0] == 'C';
		*yz_vec_push(r->a, &r->slow) = (struct slow){node, log ? text.ptr[text.len - 1] : (char)0};
		return YZ_BPMN_DID_NOT;
	}
	return YZ_BPMN_DID;
}

/* Steps */

static void open_job(struct suite_run *r, size_t instance, const struct yz_bpmn_effect *e)
{
	struct job j = {
		.instance = instance, .id = e->id, .begin = r->env.now, .due = r->env.now + SCRIPT_SECONDS * YZ_SECOND};
	for (size_t i = 0; i < r->slow.len; i++)
		if (r->slow.at[i].node == e->node)
			j.log = r->slow.at[i].log;
	*yz_vec_push(r->a, &r->jobs) = j;
}

static void post(struct suite_run *r, size_t instance, const struct yz_bpmn_effect *e)
{
	if (r->nposts < STEPS_MOST) {
		if (r->nposts == r->capposts)
			r->posts = yz_vec_grow(r->a, r->posts, &r->capposts, sizeof *r->posts);
		r->from[r->nposts] = instance;
		r->posts[r->nposts++] = *e;
	}
}

static void take_effects(struct suite_run *r, size_t instance, const struct yz_bpmn_result *result)
{
	for (size_t i = 0; i < result->len; i++) {
		const struct yz_bpmn_effect *e = &result->effects[i];
		if (e->kind == YZ_BPMN_TASK_OPENED && e->node->type == YZ_BPMN_SCRIPT_TASK)
			open_job(r, instance, e);
		if (e->kind == YZ_BPMN_TASK_GONE)
			for (size_t j = 0; j < r->jobs.len; j++)
				r->jobs.at[j].over |= r->jobs.at[j].instance == instance && r->jobs.at[j].id == e->id;
		if (e->kind == YZ_BPMN_MESSAGE_SENT || e->kind == YZ_BPMN_SIGNAL_SENT)
			post(r, instance, e);
		if (e->kind == YZ_BPMN_ENDED && e->outcome == YZ_BPMN_FAILED)
			*yz_vec_push(r->a, &r->trace) = YZ_LIT("ERROR_thrownErrorEvent");
	}
}

static bool step(struct suite_run *r, size_t instance, const struct yz_bpmn_event *event, bool must)
{
	struct yz_bpmn_result result;
	struct yz_err err = {0};
	r->tried.len = 0;
	bool marker = r->marker;
	if (++r->steps > STEPS_MOST)
		return false;
	if (!yz_bpmn_step(r->m, r->a, r->instances.at[instance].state, event, &r->env, &result, &err)) {
		r->marker = marker;
		if (must)
			*yz_vec_push(r->a, &r->trace) = YZ_LIT("ERROR_runtime");
		return false;
	}
	r->instances.at[instance].state = result.state;
	for (size_t i = 0; i < r->tried.len; i++)
		*yz_vec_push(r->a, &r->trace) = r->tried.at[i];
	take_effects(r, instance, &result);
	return true;
}

static void start(struct suite_run *r, const struct yz_bpmn_node *node, struct yz_feel_value vars)
{
	struct yz_bpmn_event e = {.kind = YZ_BPMN_START, .node = node, .value = vars};
	*yz_vec_push(r->a, &r->instances) = (struct instance){0};
	size_t i = r->instances.len - 1;
	if (!step(r, i, &e, true))
		r->instances.len = i;
}

/* To the other instances, and to processes that begin with it. */
static void deliver(struct suite_run *r, const struct yz_bpmn_effect *e, size_t from, struct yz_feel_value vars)
{
	bool message = e->kind == YZ_BPMN_MESSAGE_SENT, taken = false;
	struct yz_bpmn_event event = {
		.kind = message ? YZ_BPMN_MESSAGE : YZ_BPMN_SIGNAL, .name = e->name, .value = e->value};
	for (size_t i = 0; i < r->instances.len && !(message && taken); i++)
		if (i != from && !yz_bpmn_ended(r->instances.at[i].state))
			taken |= step(r, i, &event, !message);
	size_t n;
	const struct yz_bpmn_start *starts = yz_bpmn_starts(r->m, &n);
	for (size_t i = 0; i < n && !(message && taken); i++)
		if (starts[i].trigger == (message ? YZ_BPMN_ON_MESSAGE : YZ_BPMN_ON_SIGNAL) &&
		    yz_str_eq(starts[i].name, e->name)) {
			start(r, starts[i].node, vars);
			taken = true;
		}
}

/* Time */

static bool next_timer(struct suite_run *r, yz_instant until, yz_instant *due, size_t *instance, uint32_t *id)
{
	bool found = false;
	for (size_t i = 0; i < r->instances.len; i++) {
		size_t n;
		const struct yz_bpmn_timer *t = yz_bpmn_timers(r->m, r->instances.at[i].state, r->a, &n);
		for (size_t j = 0; j < n; j++)
			if (t[j].due <= until && (!found || t[j].due < *due)) {
				*due = t[j].due;
				*instance = i;
				*id = t[j].id;
				found = true;
			}
	}
	return found;
}

static struct job *next_job(struct suite_run *r, yz_instant until)
{
	struct job *first = NULL;
	for (size_t i = 0; i < r->jobs.len; i++) {
		struct job *j = &r->jobs.at[i];
		if (!j->over && j->due <= until && (!first || j->due < first->due))
			first = j;
	}
	return first;
}

/* Both logs written, and while one was the other was too. */
static void check_overlap(struct suite_run *r)
{
	const struct job *log[2] = {NULL, NULL};
	for (size_t i = 0; i < r->jobs.len; i++) {
		const struct job *j = &r->jobs.at[i];
		if ((j->log == '1' || j->log == '2') && j->over)
			log[j->log - '1'] = j;
	}
	if (log[0] && log[1] && log[0]->begin < log[1]->due && log[1]->begin < log[0]->due)
		*yz_vec_push(r->a, &r->trace) = YZ_LIT("EXECUTION_parallel");
}

static bool advance(struct suite_run *r, yz_instant until)
{
	yz_instant due = 0;
	size_t instance = 0;
	uint32_t id = 0;
	bool timer = next_timer(r, until, &due, &instance, &id);
	struct job *j = next_job(r, until);
	if (!timer && !j)
		return false;
	if (j && (!timer || j->due < due)) {
		r->env.now = j->due;
		j->over = true;
		instance = j->instance;
		step(r, instance, &(struct yz_bpmn_event){.kind = YZ_BPMN_DONE, .id = j->id}, true);
		check_overlap(r);
		return true;
	}
	r->env.now = due;
	step(r, instance, &(struct yz_bpmn_event){.kind = YZ_BPMN_TIMER, .id = id}, true);
	return true;
}

static void run(struct suite_run *r, const struct yz_json *test, const struct yz_json *one_case)
{
	struct yz_feel_value vars = yz_bpmn_value_read(r->a, yz_json_get(one_case, "variables"));
	struct yz_str first = yz_json_str(test, "start_first");
	if (!first.len)
		first = yz_json_str(one_case, "start_first");
	if (yz_bpmn_count(r->m, YZ_BPMN_REJECT)) {
		*yz_vec_push(r->a, &r->trace) = YZ_LIT("ERROR_deployment");
		return;
	}
	if (first.len)
		start(r, yz_bpmn_process(r->m, first), vars);
	start(r, yz_bpmn_process(r->m, yz_json_str(test, "process")), vars);
	yz_instant until = yz_json_int(one_case, "delay_ms", yz_json_int(test, "delay_ms", 0)) * 1000;
	do {
		while (r->nextpost < r->nposts) {
			struct yz_bpmn_effect e = r->posts[r->nextpost];
			deliver(r, &e, r->from[r->nextpost++], vars);
		}
	} while (r->steps < STEPS_MOST && advance(r, until));
	if (r->marker && r->wants_marker)
		*yz_vec_push(r->a, &r->trace) = YZ_LIT("MARKER_exists");
}

/* Comparing */

static int by_text(const void *a, const void *b)
{
	return yz_str_cmp(*(const struct yz_str *)a, *(const struct yz_str *)b);
}

static bool same(str_list *got, str_list *want)
{
	if (got->len != want->len)
		return false;
	if (got->len) {
		qsort(got->at, got->len, sizeof *got->at, by_text);
		qsort(want->at, want->len, sizeof *want->at, by_text);
	}
	for (size_t i = 0; i < got->len; i++)
		if (!yz_str_eq(got->at[i], want->at[i]))
			return false;
	return true;
}

static void print_list(struct yz_buf *out, const str_list *list)
{
	yz_buf_addc(out, '[');
	for (size_t i = 0; i < list->len; i++)
		yz_buf_printf(out, "%s%.*s", i ? " " : "", YZ_P(list->at[i]));
	yz_buf_addc(out, ']');
}

static const struct yz_bpmn *load(struct yz_arena *a, const char *folder, struct yz_str path, struct yz_err *err)
{
	struct yz_str text;
	if (!yz_file_read(a, yz_printf(a, "%s/%.*s", folder, YZ_P(path)), FILE_MOST, &text, err))
		return NULL;
	return yz_bpmn_load(a, text, NULL, err);
}

static void run_case(const char *folder, const struct yz_json *test, const struct yz_json *one_case, struct yz_buf *out,
		     struct yz_bpmn_suite *sum)
{
	struct yz_arena *a = yz_arena_create(0);
	struct suite_run *r = yz_new(a, struct suite_run);
	const struct yz_json *expected = yz_json_get(one_case, "expected");
	struct yz_err err = {0};
	str_list want = {0};
	r->a = a;
	r->env = (struct yz_bpmn_env){.ctx = r, .script = placeholder};
	bool any_error = false;
	for (size_t i = 0; i < yz_json_len(expected); i++) {
		struct yz_str token = expected->items[i]->text;
		any_error |= yz_str_eqz(token, "ERROR");
		r->wants_marker |= yz_str_eqz(token, "MARKER_exists");
		*yz_vec_push(a, &want) = token;
	}
	r->m = load(a, folder, yz_json_str(test, "model"), &err);
	if (r->m)
		run(r, test, one_case);
	else
		*yz_vec_push(a, &r->trace) = YZ_LIT("ERROR_deployment");
	for (size_t i = 0; any_error && i < r->trace.len; i++)
		if (yz_str_eqz(r->trace.at[i], "ERROR_runtime") || yz_str_eqz(r->trace.at[i], "ERROR_deployment"))
			r->trace.at[i] = YZ_LIT("ERROR");
	if (same(&r->trace, &want)) {
		sum->passed++;
	} else {
		sum->failed++;
		yz_buf_printf(out, "failed %.*s case %d: expected ", YZ_P(yz_json_str(test, "id")),
			      (int)yz_json_int(one_case, "n", 0));
		print_list(out, &want);
		yz_buf_addz(out, ", got ");
		print_list(out, &r->trace);
		yz_buf_addc(out, '\n');
	}
	yz_arena_destroy(a);
}

static void run_constraint(const char *folder, const struct yz_json *c, struct yz_buf *out, struct yz_bpmn_suite *sum)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	bool valid = yz_json_bool(c, "valid", false);
	const struct yz_bpmn *m = load(a, folder, yz_json_str(c, "model"), &err);
	bool accepted = m && yz_bpmn_count(m, YZ_BPMN_REJECT) == 0;
	if (accepted == valid) {
		sum->passed++;
	} else {
		sum->failed++;
		const struct yz_bpmn_diag *d = m ? yz_bpmn_diags(m) : NULL;
		while (d && d->severity != YZ_BPMN_REJECT)
			d = d->next;
		yz_buf_printf(out, "failed %.*s: %s", YZ_P(yz_json_str(c, "model")),
			      valid ? "is valid, was rejected: " : "was not rejected");
		if (valid)
			yz_buf_printf(out, "%.*s", YZ_P(d ? d->message : yz_str(err.msg)));
		yz_buf_addc(out, '\n');
	}
	yz_arena_destroy(a);
}

bool yz_bpmn_suite(const char *folder, struct yz_buf *out, struct yz_bpmn_suite *sum, struct yz_err *err)
{
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_json *tests = yz_json_load(a, yz_printf(a, "%s/expected.json", folder), &yz_json_default, err);
	struct yz_err none = {0};
	const struct yz_json *constraints =
		tests ? yz_json_load(a, yz_printf(a, "%s/constraints.json", folder), &yz_json_default, &none) : NULL;
	for (size_t i = 0; i < yz_json_len(tests); i++) {
		const struct yz_json *cases = yz_json_get(yz_json_at(tests, i), "cases");
		for (size_t j = 0; j < yz_json_len(cases); j++)
			run_case(folder, yz_json_at(tests, i), yz_json_at(cases, j), out, sum);
	}
	for (size_t i = 0; i < yz_json_len(constraints); i++)
		run_constraint(folder, yz_json_at(constraints, i), out, sum);
	yz_arena_destroy(a);
	return tests != NULL;
}
