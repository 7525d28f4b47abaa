/* dmn/trace.c - what an evaluation remembers when it explains.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/table.h"

/* A function called a million times leaves no more steps than these. */
enum { MOST_STEPS = 20000, MOST_UNMATCHED = 100, BRIEF = 200 };

struct yz_dmn_trace *yz_dtrace_open_step(struct yz_dmn_eval *e, enum yz_dmn_step step, const struct yz_dmn_place *place)
{
	if (e->steps >= MOST_STEPS)
		return NULL;
	e->steps++;
	struct yz_dmn_trace *t = yz_new(e->run->arena, struct yz_dmn_trace), *parent = e->open;
	t->step = step;
	t->place = *place;
	t->parent = parent;
	struct yz_dmn_trace **last = parent ? &parent->last : NULL;
	if (parent) {
		*(*last ? &(*last)->next : &parent->child) = t;
		*last = t;
	} else {
		struct yz_dmn_trace **end = &e->trace;
		while (*end)
			end = &(*end)->next;
		*end = t;
	}
	e->open = t;
	return t;
}

void yz_dtrace_close(struct yz_dmn_eval *e, struct yz_dmn_trace *t, struct yz_feel_value v)
{
	if (!t)
		return;
	t->value = v;
	e->open = t->parent;
}

struct yz_str yz_dbrief(struct yz_arena *a, struct yz_feel_value v)
{
	struct yz_buf b;
	yz_buf_init(&b, a, BRIEF);
	yz_feel_write(&b, v);
	struct yz_str s = yz_buf_str(&b);
	if (!b.full)
		return s;
	/* Back to the beginning of a character. */
	while (s.len && ((unsigned char)s.ptr[s.len - 1] & 0xC0) == 0x80)
		s.len--;
	if (s.len && (unsigned char)s.ptr[s.len - 1] >= 0xC0)
		s.len--;
	return yz_str_printf(a, "%.*s…", YZ_P(s));
}

/* ---- tables ---- */

static struct yz_str policy_of(const struct yz_dtable *t)
{
	static const char *const collects[] = {[DA_NONE] = "COLLECT",
					       [DA_SUM] = "COLLECT SUM",
					       [DA_COUNT] = "COLLECT COUNT",
					       [DA_MIN] = "COLLECT MIN",
					       [DA_MAX] = "COLLECT MAX"};
	return yz_str(t->hit == DH_COLLECT ? collects[t->aggregate] : yz_dhit_name(t->hit));
}

/* Cells are asked one by one, as the standard has it, whatever way the rows were found. */
static enum yz_dmn_truth ask_cell(struct yz_dtask *task, struct yz_feel_run *run, size_t row, size_t column)
{
	const struct yz_dfeel *cell = &task->t->rules[row].cells[column];
	if (!cell->program)
		return yz_dcell_is_any(cell) ? YZ_DMN_TRUE : YZ_DMN_NULL;
	struct yz_feel_value v = yz_feel_test(cell->program, run, task->frame, task->values[column]);
	return v.kind == YZ_FEEL_UNKNOWN ? YZ_DMN_POSSIBLE
	       : yz_feel_is_true(v)      ? YZ_DMN_TRUE
	       : yz_feel_is_false(v)     ? YZ_DMN_FALSE
					 : YZ_DMN_NULL;
}

static enum yz_dmn_truth whole(const struct yz_dmn_cell *cells, size_t n)
{
	enum yz_dmn_truth all = YZ_DMN_TRUE;
	for (size_t i = 0; i < n; i++) {
		if (cells[i].truth == YZ_DMN_FALSE || (cells[i].truth == YZ_DMN_NULL && all != YZ_DMN_FALSE))
			all = cells[i].truth;
		else if (cells[i].truth == YZ_DMN_POSSIBLE && all == YZ_DMN_TRUE)
			all = YZ_DMN_POSSIBLE;
	}
	return all;
}

static void describe_row(struct yz_dtask *task, struct yz_feel_run *run, size_t row, struct yz_dmn_row *out)
{
	const struct yz_dtable *t = task->t;
	const struct yz_drule *rule = &t->rules[row];
	struct yz_arena *a = run->arena;
	struct yz_dmn_cell *cells = yz_new_n(a, t->ncolumns, struct yz_dmn_cell);
	struct yz_str *outputs = yz_new_n(a, t->noutputs, struct yz_str);
	for (size_t i = 0; i < t->ncolumns; i++)
		cells[i] = (struct yz_dmn_cell){yz_str_trim(rule->cells[i].text), ask_cell(task, run, row, i)};
	for (size_t i = 0; i < t->noutputs; i++)
		outputs[i] = yz_str_trim(rule->outputs[i].text);
	out->rule = (uint32_t)row + 1;
	out->id = rule->id;
	out->label = rule->label;
	out->cells = cells;
	out->notes = rule->notes;
	out->outputs = outputs;
	/* All cells together may be sure, or impossible, where each by itself is only possible. */
	out->truth = yz_dbit(task->sure, row)                   ? YZ_DMN_TRUE
		     : task->maybe && yz_dbit(task->maybe, row) ? YZ_DMN_POSSIBLE
								: whole(cells, t->ncolumns);
	if (out->truth != YZ_DMN_TRUE && out->truth != YZ_DMN_POSSIBLE)
		return;
	const struct yz_dindex_row *made = yz_drow_outputs(task, row);
	out->values = made ? made->outputs : NULL;
}

/* The row that an aggregate took its value from. */
static bool gave(const struct yz_dtask *task, const struct yz_dmn_row *row, struct yz_feel_value v)
{
	bool picks = task->t->hit == DH_COLLECT && (task->t->aggregate == DA_MIN || task->t->aggregate == DA_MAX);
	return !picks || task->t->noutputs != 1 || !row->values || yz_feel_same(row->values[0], v);
}

static bool counts(const struct yz_dtask *task, const struct yz_dmn_row *row, struct yz_feel_value v)
{
	/* While facts are missing an answer may be known and yet have no one row behind it. */
	if (row->truth != YZ_DMN_TRUE || task->defaulted || task->conflict ||
	    (task->maybe && v.kind == YZ_FEEL_UNKNOWN))
		return false;
	return task->chosen == SIZE_MAX ? gave(task, row, v) : task->chosen == row->rule - 1u;
}

static void describe_rows(struct yz_dtask *task, struct yz_feel_run *run, struct yz_dmn_trace *step,
			  struct yz_feel_value v)
{
	const uint64_t *set = task->maybe ? task->maybe : task->sure;
	size_t n = task->t->nrules, k = 0;
	for (size_t r = 0; (r = yz_drows_next(set, r, n)) < n; r++)
		k++;
	bool none = !k;
	size_t shown = none ? (n < MOST_UNMATCHED ? n : MOST_UNMATCHED) : k;
	struct yz_dmn_row *rows = yz_new_n(run->arena, shown, struct yz_dmn_row);
	size_t r = 0;
	for (size_t i = 0; i < shown; i++, r++) {
		if (!none)
			r = yz_drows_next(set, r, n);
		describe_row(task, run, r, &rows[i]);
		rows[i].counts = counts(task, &rows[i], v);
	}
	step->rows = rows;
	step->nrows = shown;
}

void yz_dtrace_table(struct yz_dtask *task, struct yz_dmn_trace *step, struct yz_feel_value v)
{
	const struct yz_dtable *t = task->t;
	struct yz_dmn_eval *e = task->e;
	struct yz_feel_run *own = e->run, aside;
	struct yz_str *inputs = yz_new_n(own->arena, t->ncolumns, struct yz_str);
	struct yz_str *outputs = yz_new_n(own->arena, t->noutputs, struct yz_str);
	for (size_t i = 0; i < t->ncolumns; i++)
		inputs[i] = t->columns[i].label.len ? t->columns[i].label : yz_str_trim(t->columns[i].expr.text);
	for (size_t i = 0; i < t->noutputs; i++)
		outputs[i] = t->outputs[i].label.len ? t->outputs[i].label : t->outputs[i].name;
	step->policy = policy_of(t);
	step->name = t->label;
	step->ninputs = t->ncolumns;
	step->noutputs = t->noutputs;
	step->nnotes = t->nnotes;
	step->input_texts = inputs;
	step->output_names = outputs;
	step->note_names = t->notes;
	step->input_values = task->values;
	step->defaulted = task->defaulted;
	if (task->refused)
		return;
	/* Asking once more must not add reasons, steps of the trace, or cost the run its steps. */
	yz_feel_run_init(&aside, own->arena);
	aside.limits = own->limits;
	aside.now = own->now;
	aside.depth = own->depth;
	e->run = &aside;
	e->explain = false;
	describe_rows(task, &aside, step, v);
	e->explain = true;
	e->run = own;
}

const struct yz_dmn_row *yz_dmn_possible(const struct yz_dmn_trace *t, size_t *n)
{
	*n = 0;
	if (!t)
		return NULL;
	if (t->step == YZ_DMN_STEP_TABLE && t->value.kind == YZ_FEEL_UNKNOWN) {
		*n = t->nrows;
		return t->nrows ? t->rows : NULL;
	}
	for (const struct yz_dmn_trace *c = t->child; c; c = c->next) {
		const struct yz_dmn_row *rows = yz_dmn_possible(c, n);
		if (rows)
			return rows;
	}
	return NULL;
}
