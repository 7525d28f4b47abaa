/* dmn/table.c - decision tables (clause 8, 10.3.4.6): which rows match, and what the hit policy makes of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/table.h"

#include <assert.h>
#include <stdlib.h>

static const struct yz_str no_text;
static const struct yz_feel_value null_value;

/* ---- inputs ---- */

static inline void column_value(struct yz_dtask *task, size_t i, struct yz_feel_value *v)
{
	const struct yz_dcolumn *c = &task->t->columns[i];
	uint32_t slot = task->index->columns[i].slot;
	if (slot != UINT32_MAX)
		yz_dcopy(v, &task->frame[slot]);
	else
		*v = yz_dfeel_eval(task->e, &c->expr, task->frame);
	if (c->type && (v->kind != c->type->kind || v->kind >= YZ_FEEL_LIST || c->type->allows))
		*v = yz_feel_coerce(task->e->run, *v, c->type);
}

static inline void both(uint64_t *to, const uint64_t *with, size_t words)
{
	for (size_t w = 0; w < words; w++)
		to[w] &= with[w];
}

/* The rows that the inputs leave, and those that unknown inputs may leave. */
static void gather(struct yz_dtask *task, uint64_t *scratch)
{
	const struct yz_dindex *ix = task->index;
	for (size_t i = 0; i < task->t->ncolumns; i++) {
		const struct yz_dindex_column *c = &ix->columns[i];
		struct yz_feel_value *v = &task->values[i];
		column_value(task, i, v);
		unsigned class = yz_dclass_of(v);
		const struct yz_dset *s = class < DC_CLASSES ? c->sets[class] : NULL;
		task->how[i] = s ? HOW_INDEXED : class == DC_UNKNOWN ? HOW_UNKNOWN : HOW_ASKED;
		task->asks |= c->opaque | !s;
		if (s)
			both(task->sure, yz_dset_rows(s, yz_dset_position(s, v), ix->words, scratch), ix->words);
		else
			both(task->sure, c->possible, ix->words);
		task->unknown |= class == DC_UNKNOWN;
	}
}

static void allow_unknown(struct yz_dtask *task)
{
	const struct yz_dindex *ix = task->index;
	size_t last = task->t->nrules;
	task->maybe = yz_new_n(task->e->run->arena, ix->words, uint64_t);
	memcpy(task->maybe, task->sure, ix->words * sizeof *task->maybe);
	/* An unknown value is taken to be an allowed one. */
	bool allowed = yz_dbit(task->sure, last);
	for (size_t i = 0; i < task->t->ncolumns; i++) {
		if (task->how[i] != HOW_UNKNOWN)
			continue;
		const struct yz_dindex_column *c = &ix->columns[i];
		bool narrow = yz_dcolumn_narrows(c, task->values[i]);
		both(task->sure, narrow ? c->fact_sure : c->sure, ix->words);
		both(task->maybe, narrow ? c->fact_maybe : c->maybe, ix->words);
	}
	if (allowed) {
		yz_dbit_put(task->sure, last);
		yz_dbit_put(task->maybe, last);
	}
}

/* ---- asking cells ---- */

static uint8_t ask(struct yz_dtask *task, size_t column, size_t row)
{
	const struct yz_dtable *t = task->t;
	uint32_t id = task->index->columns[column].cells[row];
	if (!task->asked)
		task->asked = yz_new_n(task->e->run->arena, task->index->ncells, uint8_t);
	if (task->asked[id])
		return task->asked[id] - 1;
	const struct yz_dfeel *cell = row < t->nrules ? &t->rules[row].cells[column] : &t->columns[column].allowed;
	struct yz_feel_value v = null_value;
	if (cell->program)
		v = yz_feel_test(cell->program, task->e->run, task->frame, task->values[column]);
	else if (yz_dcell_is_any(cell))
		v = yz_feel_bool(true);
	uint8_t truth = v.kind == YZ_FEEL_UNKNOWN ? YZ_DMN_POSSIBLE
			: yz_feel_is_true(v)      ? YZ_DMN_TRUE
			: yz_feel_is_false(v)     ? YZ_DMN_FALSE
						  : YZ_DMN_NULL;
	task->asked[id] = truth + 1;
	if (truth == YZ_DMN_POSSIBLE)
		task->why = yz_feel_unknown_both(task->e->run->arena, v, task->why);
	return truth;
}

static bool must_ask(const struct yz_dtask *task, size_t column, size_t row)
{
	const struct yz_dindex_column *c = &task->index->columns[column];
	return task->how[column] == HOW_ASKED ? !yz_dbit(c->any, row) : yz_dbit(c->asked, row);
}

/* TRUE, FALSE or POSSIBLE: what the asked cells of a row say together. */
static uint8_t ask_row(struct yz_dtask *task, size_t row)
{
	uint8_t all = YZ_DMN_TRUE;
	for (size_t i = 0; i < task->t->ncolumns; i++) {
		if (!must_ask(task, i, row))
			continue;
		uint8_t truth = ask(task, i, row);
		if (truth == YZ_DMN_FALSE || truth == YZ_DMN_NULL)
			return YZ_DMN_FALSE;
		if (truth == YZ_DMN_POSSIBLE)
			all = YZ_DMN_POSSIBLE;
	}
	return all;
}

static void doubt(struct yz_dtask *task, size_t row)
{
	size_t words = task->index->words;
	if (!task->undecided)
		task->undecided = yz_new_n(task->e->run->arena, words, uint64_t);
	if (!task->maybe) {
		task->maybe = yz_new_n(task->e->run->arena, words, uint64_t);
		memcpy(task->maybe, task->sure, words * sizeof *task->maybe);
	}
	yz_dbit_put(task->undecided, row);
	yz_dbit_drop(task->sure, row);
}

/* Rows behind the first sure one say nothing in a FIRST table. */
static void cut_behind(struct yz_dtask *task, size_t row)
{
	for (size_t r = row + 1; r < task->t->nrules; r++) {
		if (r % 64 == 0 && r + 64 <= task->t->nrules) {
			task->sure[r / 64] = 0;
			if (task->maybe)
				task->maybe[r / 64] = 0;
			r += 63;
			continue;
		}
		yz_dbit_drop(task->sure, r);
		if (task->maybe)
			yz_dbit_drop(task->maybe, r);
	}
}

static void ask_rows(struct yz_dtask *task)
{
	size_t n = task->t->nrules;
	bool first = task->t->hit == DH_FIRST && !task->e->explain;
	for (size_t r = 0; (r = yz_drows_next(task->maybe ? task->maybe : task->sure, r, n)) < n; r++) {
		uint8_t truth = ask_row(task, r);
		if (truth == YZ_DMN_FALSE) {
			yz_dbit_drop(task->sure, r);
			if (task->maybe)
				yz_dbit_drop(task->maybe, r);
		} else if (truth == YZ_DMN_POSSIBLE) {
			doubt(task, r);
		} else if (first && yz_dbit(task->sure, r)) {
			cut_behind(task, r);
			return;
		}
	}
}

/* ---- allowed values ---- */

/* A list is allowed when its items are. */
static bool allows(struct yz_dtask *task, size_t column)
{
	size_t last = task->t->nrules;
	struct yz_feel_value v = task->values[column];
	const struct yz_dfeel *allowed = &task->t->columns[column].allowed;
	uint8_t truth = ask(task, column, last);
	if (truth == YZ_DMN_TRUE || truth == YZ_DMN_POSSIBLE)
		return true;
	if (v.kind != YZ_FEEL_LIST || !yz_feel_len(v))
		return false;
	for (size_t i = 0; i < yz_feel_len(v); i++) {
		struct yz_feel_value ok = yz_feel_test(allowed->program, task->e->run, task->frame, yz_feel_at(v, i));
		if (!yz_feel_is_true(ok) && ok.kind != YZ_FEEL_UNKNOWN)
			return false;
	}
	return true;
}

static struct yz_feel_value refuse(struct yz_dtask *task, size_t column)
{
	task->refused = true;
	return yz_dnull(task->e, YZ_FEEL_WHY_INPUT_VALUE, &task->t->place, task->t->columns[column].label,
			yz_dbrief(task->e->run->arena, task->values[column]), no_text);
}

/* The input whose value is not allowed, or the number of inputs. */
static size_t refused_input(struct yz_dtask *task)
{
	size_t last = task->t->nrules;
	bool all = yz_dbit(task->sure, last);
	for (size_t i = 0; i < task->t->ncolumns; i++) {
		const struct yz_dindex_column *c = &task->index->columns[i];
		if (yz_dbit(c->any, last) || task->how[i] == HOW_UNKNOWN)
			continue;
		if (!all || must_ask(task, i, last))
			if (!allows(task, i))
				return i;
	}
	return task->t->ncolumns;
}

/* ---- outputs ---- */

static bool output_allowed(struct yz_dtask *task, size_t row, size_t i, struct yz_feel_value *v)
{
	const struct yz_doutput *o = &task->t->outputs[i];
	if (!o->allowed.program || v->kind == YZ_FEEL_NULL || v->kind == YZ_FEEL_UNKNOWN)
		return true;
	struct yz_feel_value ok = yz_feel_test(o->allowed.program, task->e->run, task->frame, *v);
	if (ok.kind == YZ_FEEL_UNKNOWN)
		*v = ok;
	if (yz_feel_is_true(ok) || ok.kind == YZ_FEEL_UNKNOWN)
		return true;
	struct yz_arena *a = task->e->run->arena;
	yz_dnull(task->e, YZ_FEEL_WHY_OUTPUT_VALUE, &task->t->rules[row].place, yz_str_printf(a, "%zu", row + 1),
		 yz_dbrief(a, *v), o->label.len ? o->label : o->name);
	return false;
}

/* One output is its value, several a context of them. */
static struct yz_feel_value composed(struct yz_dtask *task, const struct yz_feel_value *outputs)
{
	const struct yz_dtable *t = task->t;
	if (t->noutputs == 1)
		return outputs[0];
	struct yz_feel_entry *entries = yz_new_n(task->e->run->arena, t->noutputs, struct yz_feel_entry);
	for (size_t i = 0; i < t->noutputs; i++)
		entries[i] = (struct yz_feel_entry){t->outputs[i].name, outputs[i]};
	return yz_feel_context(task->e->run->arena, entries, t->noutputs);
}

static const struct yz_dindex_row *compute_row(struct yz_dtask *task, size_t row)
{
	const struct yz_dtable *t = task->t;
	struct yz_arena *a = task->e->run->arena;
	struct yz_dindex_row *made = yz_new(a, struct yz_dindex_row);
	struct yz_feel_value *outputs = yz_new_n(a, t->noutputs, struct yz_feel_value);
	uint32_t *ranks = yz_new_n(a, t->noutputs, uint32_t);
	for (size_t i = 0; i < t->noutputs; i++) {
		outputs[i] = yz_dfeel_eval(task->e, &t->rules[row].outputs[i], task->frame);
		outputs[i] = yz_feel_coerce(task->e->run, outputs[i], t->outputs[i].type);
		if (!output_allowed(task, row, i, &outputs[i]))
			return NULL;
		if (t->hit == DH_PRIORITY || t->hit == DH_OUTPUT_ORDER)
			ranks[i] = yz_doutput_rank(task->e->run, &t->outputs[i], outputs[i]);
	}
	made->outputs = outputs;
	made->ranks = ranks;
	made->value = composed(task, outputs);
	return made;
}

const struct yz_dindex_row *yz_drow_outputs(struct yz_dtask *task, size_t row)
{
	if (task->index->rows[row].fixed)
		return &task->index->rows[row];
	if (task->made && task->made[row])
		return task->made[row];
	const struct yz_dindex_row *made = compute_row(task, row);
	if (task->made)
		task->made[row] = made;
	return made;
}

/* ---- hit policies ---- */

static struct yz_feel_value of_row(struct yz_dtask *task, size_t row)
{
	const struct yz_dindex_row *out = yz_drow_outputs(task, row);
	task->chosen = row;
	return out ? out->value : (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = task->e->run->last_reason};
}

static struct yz_feel_value two_rows(struct yz_dtask *task, enum yz_feel_why why, size_t a, size_t b)
{
	struct yz_arena *arena = task->e->run->arena;
	task->conflict = true;
	return yz_dnull(task->e, why, &task->t->place, yz_str_printf(arena, "%zu", a + 1),
			yz_str_printf(arena, "%zu", b + 1), no_text);
}

static struct yz_feel_value otherwise(struct yz_dtask *task)
{
	const struct yz_dtable *t = task->t;
	struct yz_feel_value *outputs = yz_new_n(task->e->run->arena, t->noutputs, struct yz_feel_value);
	for (size_t i = 0; i < t->noutputs; i++) {
		const struct yz_dfeel *f = &t->outputs[i].otherwise;
		if (yz_dcell_is_any(f))
			continue;
		outputs[i] = yz_feel_coerce(task->e->run, yz_dfeel_eval(task->e, f, task->frame), t->outputs[i].type);
	}
	task->defaulted = true;
	return composed(task, outputs);
}

/* 8.2.8, 8.3.2: the default output; else all the hits that there are, none.  10.3.2.10 has null for every policy, but
 * then a list of nothing could not be written: a default is of the output's type. */
static struct yz_feel_value no_row(struct yz_dtask *task)
{
	const struct yz_dtable *t = task->t;
	for (size_t i = 0; i < t->noutputs; i++)
		if (!yz_dcell_is_any(&t->outputs[i].otherwise))
			return otherwise(task);
	if (t->aggregate == DA_COUNT)
		return yz_feel_int(0);
	if (t->hit == DH_RULE_ORDER || t->hit == DH_OUTPUT_ORDER || (t->hit == DH_COLLECT && t->aggregate == DA_NONE))
		return yz_feel_list(NULL, 0);
	return yz_dnull(task->e, YZ_FEEL_WHY_NO_RULE, &t->place, no_text, no_text, no_text);
}

static struct yz_feel_value any(struct yz_dtask *task, const uint64_t *rows, size_t first)
{
	size_t n = task->t->nrules;
	struct yz_feel_value v = of_row(task, first), unknown = null_value;
	for (size_t r = first + 1; (r = yz_drows_next(rows, r, n)) < n; r++) {
		struct yz_feel_value same = yz_feel_equal(task->e->run, v, of_row(task, r));
		if (same.kind == YZ_FEEL_UNKNOWN)
			unknown = yz_feel_unknown_both(task->e->run->arena, same, unknown);
		else if (!yz_feel_is_true(same))
			return two_rows(task, YZ_FEEL_WHY_RULES_DIFFER, first, r);
	}
	task->chosen = SIZE_MAX;
	return unknown.kind == YZ_FEEL_UNKNOWN ? unknown : v;
}

struct ranked {
	const struct yz_dindex_row *out;
	size_t row, noutputs;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	for (size_t i = 0; i < x->noutputs; i++)
		if (x->out->ranks[i] != y->out->ranks[i])
			return x->out->ranks[i] < y->out->ranks[i] ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* An output that is not known has no place among the others. */
static bool unranked(struct yz_dtask *task, const struct yz_dindex_row *out, struct yz_feel_value *why)
{
	bool found = false;
	for (size_t i = 0; i < task->t->noutputs; i++)
		if (out->outputs[i].kind == YZ_FEEL_UNKNOWN) {
			*why = yz_feel_unknown_both(task->e->run->arena, out->outputs[i], *why);
			found = true;
		}
	return found;
}

/* The rows in order of their outputs; NULL: *v is the answer. */
static struct ranked *in_order(struct yz_dtask *task, const uint64_t *rows, size_t *count, struct yz_feel_value *v)
{
	size_t n = task->t->nrules, k = 0;
	for (size_t r = 0; (r = yz_drows_next(rows, r, n)) < n; r++)
		k++;
	struct ranked *all = yz_new_n(task->e->run->arena, k, struct ranked);
	*v = null_value;
	*count = 0;
	for (size_t r = 0; (r = yz_drows_next(rows, r, n)) < n; r++) {
		struct ranked *at = &all[(*count)++];
		*at = (struct ranked){yz_drow_outputs(task, r), r, task->t->noutputs};
		if (!at->out) {
			*v = (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = task->e->run->last_reason};
			return NULL;
		}
		unranked(task, at->out, v);
	}
	if (v->kind == YZ_FEEL_UNKNOWN && k > 1)
		return NULL;
	qsort(all, k, sizeof *all, by_rank);
	return all;
}

static struct yz_feel_value output_order(struct yz_dtask *task, const uint64_t *rows)
{
	size_t n;
	struct yz_feel_value v;
	struct ranked *all = in_order(task, rows, &n, &v);
	if (!all)
		return v;
	if (task->t->hit == DH_PRIORITY)
		return of_row(task, all[0].row);
	struct yz_feel_value *items = yz_new_n(task->e->run->arena, n, struct yz_feel_value);
	for (size_t i = 0; i < n; i++)
		items[i] = all[i].out->value;
	return yz_feel_list(items, n);
}

/* ---- collecting ---- */

static struct yz_feel_value no_aggregate(struct yz_dtask *task, struct yz_feel_value v)
{
	static const char *const names[] = {[DA_SUM] = "SUM", [DA_COUNT] = "COUNT", [DA_MIN] = "MIN", [DA_MAX] = "MAX"};
	return yz_dnull(task->e, YZ_FEEL_WHY_AGGREGATE, &task->t->place, yz_str(names[task->t->aggregate]),
			yz_str(yz_feel_kind_name((enum yz_feel_kind)v.kind)), no_text);
}

/* As sum(), min() and max() answer for the values so far and one more. */
static struct yz_feel_value aggregated(struct yz_dtask *task, struct yz_feel_value sum, struct yz_feel_value v)
{
	int c = 0;
	struct yz_dec d;
	if (v.kind == YZ_FEEL_UNKNOWN || sum.kind == YZ_FEEL_UNKNOWN)
		return yz_feel_unknown_both(task->e->run->arena, v, sum);
	if (task->t->aggregate == DA_SUM) {
		if (v.kind != YZ_FEEL_NUMBER)
			return no_aggregate(task, v);
		if (!yz_dec_add(yz_feel_dec(sum), yz_feel_dec(v), &d))
			return yz_dnull(task->e, YZ_FEEL_WHY_TOO_LARGE, &task->t->place, no_text, no_text, no_text);
		return yz_feel_number(d);
	}
	if (!yz_feel_compare(v, sum, &c))
		return no_aggregate(task, v);
	return (task->t->aggregate == DA_MIN) == (c < 0) && c ? v : sum;
}

static struct yz_feel_value aggregate(struct yz_dtask *task, const uint64_t *rows, size_t output)
{
	size_t n = task->t->nrules, count = 0;
	struct yz_feel_value sum = null_value, unknown = null_value;
	for (size_t r = 0; (r = yz_drows_next(rows, r, n)) < n; r++) {
		const struct yz_dindex_row *out = yz_drow_outputs(task, r);
		if (!out)
			return (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = task->e->run->last_reason};
		struct yz_feel_value v = out->outputs[output];
		if (!count++)
			sum = task->t->aggregate == DA_SUM ? yz_feel_int(0) : v;
		if (task->t->aggregate == DA_COUNT)
			continue;
		if (v.kind == YZ_FEEL_UNKNOWN) {
			unknown = yz_feel_unknown_both(task->e->run->arena, v, unknown);
			sum = unknown;
			continue;
		}
		sum = aggregated(task, sum, v);
		if (sum.kind == YZ_FEEL_NULL)
			return sum;
	}
	return task->t->aggregate == DA_COUNT ? yz_feel_int((int64_t)count) : sum;
}

static struct yz_feel_value collect(struct yz_dtask *task, const uint64_t *rows)
{
	const struct yz_dtable *t = task->t;
	struct yz_arena *a = task->e->run->arena;
	size_t n = t->nrules, k = 0;
	if (t->aggregate == DA_COUNT)
		return aggregate(task, rows, 0);
	if (t->hit == DH_COLLECT && t->aggregate != DA_NONE) {
		struct yz_feel_value *columns = yz_new_n(a, t->noutputs, struct yz_feel_value);
		for (size_t i = 0; i < t->noutputs; i++)
			columns[i] = aggregate(task, rows, i);
		return composed(task, columns);
	}
	for (size_t r = 0; (r = yz_drows_next(rows, r, n)) < n; r++)
		k++;
	struct yz_feel_value *items = yz_new_n(a, k, struct yz_feel_value);
	k = 0;
	for (size_t r = 0; (r = yz_drows_next(rows, r, n)) < n; r++) {
		const struct yz_dindex_row *out = yz_drow_outputs(task, r);
		if (!out)
			return (struct yz_feel_value){.kind = YZ_FEEL_NULL, .reason = task->e->run->last_reason};
		items[k++] = out->value;
	}
	return yz_feel_list(items, k);
}

struct yz_feel_value yz_dtable_outcome(struct yz_dtask *task, const uint64_t *rows)
{
	size_t n = task->t->nrules, first = yz_drows_next(rows, 0, n), second;
	task->chosen = SIZE_MAX;
	task->defaulted = task->conflict = false;
	if (!task->t->noutputs)
		return null_value;
	if (first == n)
		return no_row(task);
	switch (task->t->hit) {
	case DH_UNIQUE:
		second = yz_drows_next(rows, first + 1, n);
		return second < n ? two_rows(task, YZ_FEEL_WHY_MANY_RULES, first, second) : of_row(task, first);
	case DH_FIRST:
		return of_row(task, first);
	case DH_ANY:
		return any(task, rows, first);
	case DH_PRIORITY:
	case DH_OUTPUT_ORDER:
		return output_order(task, rows);
	case DH_RULE_ORDER:
	case DH_COLLECT:
		return collect(task, rows);
	}
	assert(!"no such hit policy");
}

/* ---- all ---- */

static struct yz_feel_value evaluate(struct yz_dtask *task, uint64_t *scratch)
{
	size_t last = task->t->nrules;
	memset(task->sure, 0xff, task->index->words * sizeof *task->sure);
	gather(task, scratch);
	if (task->unknown)
		allow_unknown(task);
	if (task->asks || !yz_dbit(task->sure, last)) {
		size_t refused = refused_input(task);
		if (refused < task->t->ncolumns)
			return refuse(task, refused);
		ask_rows(task);
	}
	return task->maybe ? yz_dtable_unknown(task) : yz_dtable_outcome(task, task->sure);
}

/* Tables of this many inputs and words of rows need nothing from the arena but their answer. */
enum { FEW_INPUTS = 16, FEW_WORDS = 16 };

struct yz_feel_value yz_dtable_eval(struct yz_dmn_eval *e, const struct yz_dtable *t, const struct yz_feel_value *frame)
{
	struct yz_feel_value values[FEW_INPUTS];
	uint8_t how[FEW_INPUTS];
	uint64_t rows[FEW_WORDS], scratch[FEW_WORDS], *work = scratch;
	struct yz_dtask task = {
		.e = e, .t = t, .index = t->index, .frame = frame, .values = values, .how = how, .sure = rows};
	struct yz_dmn_trace *step = yz_dtrace_open(e, YZ_DMN_STEP_TABLE, &t->place);
	if (t->ncolumns > FEW_INPUTS || step) {
		task.values = yz_new_n(e->run->arena, t->ncolumns, struct yz_feel_value);
		task.how = yz_new_n(e->run->arena, t->ncolumns, uint8_t);
	}
	if (t->index->words > FEW_WORDS) {
		task.sure = yz_new_n(e->run->arena, t->index->words, uint64_t);
		work = yz_new_n(e->run->arena, t->index->words, uint64_t);
	}
	struct yz_feel_value v = evaluate(&task, work);
	if (step)
		yz_dtrace_table(&task, step, v);
	yz_dtrace_close(e, step, v);
	return v;
}
