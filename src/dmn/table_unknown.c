/* dmn/table_unknown.c - what a decision table answers while facts are missing.
 *
 * Known values leave a set of rows, `base`.  Each input whose value is not
 * known cuts it into one of a few sets, whatever its value turns out to be: of
 * the input's type or null, and allowed where the input says what is allowed,
 * or where the value is a fact and its type does.
 * When the inputs together make few enough combinations, all are tried: the
 * answer is known when it is the same for all, and otherwise depends on those
 * inputs that make a difference.  When there are too many, or cells cannot be
 * told without asking, the hit policy alone says whether rows that are only
 * possible could change the answer of those that are sure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/table.h"

#include <assert.h>

/* Each of several inputs has at least two choices, so no more than so many fit. */
enum { MOST_CHOICES = 64, MOST_COMBINATIONS = 256, MOST_AXES = 9 };

/* An unknown input that matters: the sets its values make. */
struct axis {
	size_t column;
	const uint64_t *sets[MOST_CHOICES];
	size_t n;
};

struct trial {
	struct yz_dtask *task;
	uint64_t *base;
	struct axis *axes;
	size_t naxes, combinations;
};

static uint64_t *copied(struct yz_dtask *task, const uint64_t *set)
{
	uint64_t *to = yz_new_n(task->e->run->arena, task->index->words, uint64_t);
	memcpy(to, set, task->index->words * sizeof *to);
	return to;
}

static bool same_rows(const struct yz_dtask *task, const uint64_t *a, const uint64_t *b)
{
	size_t n = task->t->nrules;
	for (size_t w = 0; w < n / 64; w++)
		if (a[w] != b[w])
			return false;
	return !(n % 64) || !((a[n / 64] ^ b[n / 64]) & (((uint64_t)1 << (n % 64)) - 1));
}

/* ---- choices ---- */

/* False: too many. */
static bool add_choice(struct trial *t, struct axis *x, const uint64_t *rows, uint64_t *meet)
{
	struct yz_dtask *task = t->task;
	for (size_t w = 0; w < task->index->words; w++)
		meet[w] = rows[w] & t->base[w];
	for (size_t i = 0; i < x->n; i++)
		if (same_rows(task, x->sets[i], meet))
			return true;
	if (x->n == MOST_CHOICES)
		return false;
	x->sets[x->n++] = copied(task, meet);
	return true;
}

/* Every row of the base says nothing of this input. */
static bool indifferent(const struct trial *t, const struct yz_dindex_column *c)
{
	for (size_t r = 0; (r = yz_drows_next(t->base, r, t->task->t->nrules)) < t->task->t->nrules; r++)
		if (!yz_dbit(c->any, r))
			return false;
	return true;
}

static bool find_choices(struct trial *t, struct axis *x)
{
	struct yz_dtask *task = t->task;
	const struct yz_dindex_column *c = &task->index->columns[x->column];
	size_t words = task->index->words;
	if (indifferent(t, c)) {
		x->sets[x->n++] = t->base;
		return true;
	}
	if (c->classes >> DC_OTHER & 1)
		return false;
	size_t allowed = yz_dcolumn_narrows(c, task->values[x->column]) ? task->index->nbits : task->t->nrules + 1;
	uint64_t *scratch = yz_new_n(task->e->run->arena, 2 * words, uint64_t);
	for (unsigned k = 0; k < DC_CLASSES; k++) {
		const struct yz_dset *s = c->classes >> k & 1 ? c->sets[k] : NULL;
		for (uint32_t p = 0; s && p < s->npositions; p++) {
			const uint64_t *rows = yz_dset_rows(s, p, words, scratch);
			if (yz_dallowed_at(rows, task->t->nrules, allowed) && !add_choice(t, x, rows, scratch + words))
				return false;
		}
	}
	return x->n > 0;
}

/* False: too many, or not to be told without asking. */
static bool find_axes(struct trial *t)
{
	struct yz_dtask *task = t->task;
	size_t n = task->t->ncolumns;
	t->axes = yz_new_n(task->e->run->arena, MOST_AXES, struct axis);
	t->combinations = 1;
	for (size_t i = 0; i < n; i++) {
		struct axis *x = &t->axes[t->naxes];
		if (task->how[i] != HOW_UNKNOWN)
			continue;
		*x = (struct axis){.column = i};
		if (!find_choices(t, x))
			return false;
		if (x->n == 1) {
			memmove(t->base, x->sets[0], task->index->words * sizeof *t->base);
			continue;
		}
		t->combinations *= x->n;
		t->naxes++;
		if (t->combinations > MOST_COMBINATIONS)
			return false;
	}
	return true;
}

/* ---- trying all ---- */

static void rows_of(const struct trial *t, size_t combination, uint64_t *rows)
{
	size_t words = t->task->index->words;
	memcpy(rows, t->base, words * sizeof *rows);
	for (size_t i = 0; i < t->naxes; i++) {
		const struct axis *x = &t->axes[i];
		const uint64_t *set = x->sets[combination % x->n];
		for (size_t w = 0; w < words; w++)
			rows[w] &= set[w];
		combination /= x->n;
	}
}

static struct yz_feel_value depend(struct yz_dtask *task, struct yz_feel_value on, struct yz_feel_value also)
{
	struct yz_feel_value found;
	if (!yz_feel_has_unknown(task->e->run->arena, also, &found))
		return on;
	return yz_feel_unknown_both(task->e->run->arena, found, on);
}

/* An answer, and how it came about. */
struct answer {
	struct yz_feel_value value;
	size_t chosen, combination;
	bool open; /* it is not known throughout: it is the same answer only where it comes from the same rows */
};

static bool same_answer(const struct trial *t, const struct answer *x, const struct answer *y, uint64_t *work)
{
	if (!yz_feel_same(x->value, y->value))
		return false;
	if (!x->open || (x->chosen == y->chosen && x->chosen != SIZE_MAX))
		return true;
	uint64_t *other = work + t->task->index->words;
	rows_of(t, x->combination, work);
	rows_of(t, y->combination, other);
	return same_rows(t->task, work, other);
}

/* The answers of all combinations, each once; what is sure and possible becomes exact. */
static size_t try_all(struct trial *t, uint32_t *which, struct answer *answers)
{
	struct yz_dtask *task = t->task;
	size_t words = task->index->words, n = 0;
	uint64_t *rows = yz_new_n(task->e->run->arena, 3 * words, uint64_t);
	memset(task->sure, 0xff, words * sizeof *rows);
	memset(task->maybe, 0, words * sizeof *rows);
	for (size_t c = 0; c < t->combinations; c++) {
		struct yz_feel_value on;
		rows_of(t, c, rows);
		for (size_t w = 0; w < words; w++) {
			task->sure[w] &= rows[w];
			task->maybe[w] |= rows[w];
		}
		struct answer x = {.value = yz_dtable_outcome(task, rows), .chosen = task->chosen, .combination = c};
		x.open = yz_feel_has_unknown(task->e->run->arena, x.value, &on);
		size_t i = 0;
		while (i < n && !same_answer(t, &answers[i], &x, rows + words))
			i++;
		if (i == n)
			answers[n++] = x;
		which[c] = (uint32_t)i;
	}
	return n;
}

/* Which inputs make a difference: two combinations that differ in one of them alone, with different answers. */
static struct yz_feel_value blame(const struct trial *t, const uint32_t *which, const struct answer *answers, size_t n)
{
	struct yz_dtask *task = t->task;
	struct yz_feel_value on = {0};
	size_t step = 1;
	for (size_t i = 0; i < t->naxes; i++) {
		const struct axis *x = &t->axes[i];
		bool differs = false;
		for (size_t c = 0; c < t->combinations && !differs; c++)
			differs = c / step % x->n && which[c] != which[c - step];
		if (differs)
			on = depend(task, on, task->values[x->column]);
		step *= x->n;
	}
	for (size_t i = 0; i < n; i++)
		on = depend(task, on, answers[i].value);
	return on;
}

/* ---- by the hit policy alone ---- */

static bool only_possible(const struct yz_dtask *task, size_t row)
{
	return yz_dbit(task->maybe, row) && !yz_dbit(task->sure, row);
}

/* A row that may come before the best of the sure ones does no harm when it says the same. */
static bool gives_way(struct yz_dtask *task, const struct yz_dindex_row *out, const struct yz_dindex_row *best)
{
	for (size_t i = 0; i < task->t->noutputs; i++) {
		if (out->outputs[i].kind == YZ_FEEL_UNKNOWN)
			return false;
		if (out->ranks[i] != best->ranks[i])
			return out->ranks[i] > best->ranks[i] || yz_feel_same(out->value, best->value);
	}
	return yz_feel_same(out->value, best->value);
}

/* One output more leaves a sum, a least or a greatest value as it is. */
static bool adds_nothing(const struct yz_dtask *task, struct yz_feel_value out, struct yz_feel_value v)
{
	int c;
	switch (task->t->aggregate) {
	case DA_SUM:
		return out.kind == YZ_FEEL_NUMBER && yz_dec_is_zero(yz_feel_dec(out));
	case DA_MIN:
		return yz_feel_compare(out, v, &c) && c >= 0;
	case DA_MAX:
		return yz_feel_compare(out, v, &c) && c <= 0;
	default:
		return false;
	}
}

/* Would the answer v, made by row `chosen` or by all sure rows, be the same if this row matched too? */
static bool harmless(struct yz_dtask *task, size_t row, size_t chosen, struct yz_feel_value v)
{
	const struct yz_dtable *t = task->t;
	if (t->hit == DH_FIRST && row > chosen)
		return true;
	const struct yz_dindex_row *out = yz_drow_outputs(task, row);
	if (!out)
		return false;
	const struct yz_dindex_row *best = chosen < t->nrules ? yz_drow_outputs(task, chosen) : NULL;
	switch (t->hit) {
	case DH_FIRST:
		return best && yz_feel_same(out->value, best->value);
	case DH_PRIORITY:
		return best && gives_way(task, out, best);
	case DH_ANY:
		return yz_feel_same(out->value, v);
	case DH_COLLECT:
		return t->noutputs == 1 && v.kind != YZ_FEEL_NULL && adds_nothing(task, out->value, v);
	default:
		return false;
	}
}

static bool settled(struct yz_dtask *task, struct yz_feel_value *v)
{
	size_t n = task->t->nrules;
	if (same_rows(task, task->sure, task->maybe)) {
		*v = yz_dtable_outcome(task, task->sure);
		return true;
	}
	if (yz_drows_next(task->sure, 0, n) == n)
		return false;
	*v = yz_dtable_outcome(task, task->sure);
	/* Several sure rows break UNIQUE, and different ones ANY, whatever else matches. */
	if (task->conflict)
		return true;
	if (task->t->hit != DH_FIRST && v->kind == YZ_FEEL_UNKNOWN)
		return false;
	for (size_t r = 0, chosen = task->chosen; (r = yz_drows_next(task->maybe, r, n)) < n; r++)
		if (only_possible(task, r) && !harmless(task, r, chosen, *v))
			return false;
	return true;
}

/* Everything that a row which is only possible waits for, and that the sure ones say of themselves. */
static struct yz_feel_value all_causes(struct yz_dtask *task, struct yz_feel_value also)
{
	const struct yz_dtable *t = task->t;
	size_t last = t->hit == DH_FIRST ? yz_drows_next(task->sure, 0, t->nrules) : t->nrules;
	struct yz_feel_value on = depend(task, task->why, also), all = on;
	for (size_t i = 0; i < t->ncolumns; i++) {
		bool matters = false;
		if (task->how[i] != HOW_UNKNOWN)
			continue;
		all = depend(task, all, task->values[i]);
		for (size_t r = 0; !matters && (r = yz_drows_next(task->maybe, r, last)) < last; r++)
			matters = only_possible(task, r) && !yz_dbit(task->index->columns[i].any, r);
		if (matters)
			on = depend(task, on, task->values[i]);
	}
	return on.kind == YZ_FEEL_UNKNOWN ? on : all;
}

/* ---- all ---- */

/* False: not to be tried.  *rows: a set of rows that gives the answer, when there is one. */
static bool try_combinations(struct yz_dtask *task, struct yz_feel_value *v, uint64_t **rows)
{
	struct trial t = {.task = task, .base = copied(task, task->maybe)};
	if (task->undecided && !yz_drows_none(task->undecided, task->t->nrules))
		return false;
	if (!find_axes(&t))
		return false;
	uint32_t *which = yz_new_n(task->e->run->arena, t.combinations, uint32_t);
	struct answer *answers = yz_new_n(task->e->run->arena, t.combinations, struct answer);
	size_t n = try_all(&t, which, answers);
	*v = n == 1 ? answers[0].value : blame(&t, which, answers, n);
	*rows = NULL;
	if (n == 1) {
		*rows = copied(task, t.base);
		rows_of(&t, 0, *rows);
	}
	return true;
}

struct yz_feel_value yz_dtable_unknown(struct yz_dtask *task)
{
	struct yz_feel_run *run = task->e->run, aside = *run;
	struct yz_feel_value v = {0};
	uint64_t *rows = NULL;
	if (!task->made)
		task->made = yz_new_n(run->arena, task->t->nrules, const struct yz_dindex_row *);
	/* What is only tried gives no reasons. */
	aside.reasons = NULL;
	aside.last_reason = NULL;
	aside.nreasons = aside.kept = 0;
	task->e->run = &aside;
	if (!try_combinations(task, &v, &rows)) {
		if (settled(task, &v))
			rows = task->sure;
		else
			v = all_causes(task, v);
	}
	run->steps = aside.steps;
	run->spent = aside.spent;
	task->e->run = run;
	if (rows)
		return yz_dtable_outcome(task, rows);
	task->chosen = SIZE_MAX;
	task->defaulted = false;
	return v;
}
