/* tests/unit/dmn/random.h - random decision tables, and what they answer when every cell of every row is asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TESTS_DMN_RANDOM_H
#define YZ_TESTS_DMN_RANDOM_H

#include "tests/unit/dmn/handmade.h"

static uint64_t seed;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)((seed * 0x2545F4914F6CDD1D) >> 33) % below;
}

#define PICK(list) (list)[draw(sizeof(list) / sizeof *(list))]

/* ---- random tables ---- */

enum flavour { NUMBERS, STRINGS, BOOLEANS, DATES, TIMES, MOMENTS, DURATIONS, MONTHS, MIXED, FLAVOURS };

static const char *const constants[FLAVOURS][8] = {
	[NUMBERS] = {"1", "2", "2.0", "-3", "0.5", "100", "1e30", "7"},
	[STRINGS] = {"\"a\"", "\"b\"", "\"\"", "\"abc\"", "\"中\"", "\"B\"", "\"a b\"", "\"z\""},
	[BOOLEANS] = {"true", "false", "true", "false", "null", "true", "false", "true"},
	[DATES] = {"@\"2026-01-01\"", "@\"2026-11-22\"", "@\"1999-12-31\"", "@\"2026-01-02\"", "@\"-0001-01-01\"",
		   "@\"2030-06-15\"", "@\"2000-02-29\"", "@\"2026-11-23\""},
	[TIMES] = {"@\"10:00:00\"", "@\"10:00:00.5\"", "@\"10:00:00Z\"", "@\"12:00:00+08:00\"", "@\"23:59:59\"",
		   "@\"00:00:00\"", "@\"10:00:01\"", "@\"04:00:00Z\""},
	[MOMENTS] = {"@\"2026-11-22T10:00:00\"", "@\"2026-11-22T10:00:00.25\"", "@\"2026-11-22T10:00:00Z\"",
		     "@\"2026-11-22T18:00:00+08:00\"", "@\"2026-11-22T10:00:01\"", "@\"2000-01-01T00:00:00\"",
		     "@\"2026-11-22T10:00:00.25Z\"", "@\"2027-01-01T00:00:00\""},
	[DURATIONS] = {"@\"P1D\"", "@\"PT1H\"", "@\"-P2D\"", "@\"PT0S\"", "@\"PT0.5S\"", "@\"P10D\"", "@\"PT24H\"",
		       "@\"PT2H\""},
	[MONTHS] = {"@\"P1Y\"", "@\"P1M\"", "@\"-P2Y\"", "@\"P0M\"", "@\"P12M\"", "@\"P10Y\"", "@\"P1Y1M\"",
		    "@\"P2M\""},
	[MIXED] = {"1", "\"a\"", "true", "@\"2026-01-01\"", "@\"P1D\"", "@\"P1M\"", "null", "2"},
};

static const struct yz_feel_type *type_of(enum flavour f)
{
	static const enum yz_feel_kind kinds[] = {YZ_FEEL_NUMBER, YZ_FEEL_STRING,    YZ_FEEL_BOOLEAN, YZ_FEEL_DATE,
						  YZ_FEEL_TIME,   YZ_FEEL_DATE_TIME, YZ_FEEL_DAYS,    YZ_FEEL_MONTHS};
	return f == MIXED || draw(4) == 0 ? NULL : yz_feel_type_of_kind(kinds[f]);
}

static const char *constant(struct yz_arena *a, enum flavour f)
{
	if (f == NUMBERS && draw(2))
		return yz_printf(a, "%d", (int)draw(40) - 20);
	if (draw(40) == 0)
		return "null";
	if (draw(40) == 0)
		return PICK(constants[draw(FLAVOURS)]);
	return PICK(constants[f]);
}

static const char *cell(struct yz_arena *a, enum flavour f, size_t inputs)
{
	static const char *const signs[] = {"<", "<=", ">", ">="};
	static const char *const formats[] = {"[%s..%s]", "(%s..%s)", "[%s..%s)", "]%s..%s]"};
	const char *x = constant(a, f), *y = constant(a, f);
	switch (draw(14)) {
	case 0:
	case 1:
	case 2:
		return "-";
	case 3:
	case 4:
		return x;
	case 5:
		return f == BOOLEANS ? x : yz_printf(a, "%s %s", PICK(signs), x);
	case 6:
		return f == BOOLEANS || f == MIXED ? x : yz_printf(a, PICK(formats), x, y);
	case 7:
		return yz_printf(a, "%s, %s", x, y);
	case 8:
		return yz_printf(a, "not(%s)", x);
	case 9:
		return yz_printf(a, "not(%s, %s)", x, y);
	case 10:
		return yz_printf(a, "? = %s or ? = %s", x, y);
	case 11:
		return yz_printf(a, "? != %s", x);
	case 12:
		return yz_printf(a, "? in [%s, %s]", x, y);
	default:
		return draw(3) ? "-" : yz_printf(a, "%c", hand_letters[draw((uint32_t)inputs)]);
	}
}

static const char *allowed(struct yz_arena *a, enum flavour f)
{
	const char *text = cell(a, f, 1);
	if (!strcmp(text, "-") || (text[0] >= 'a' && text[0] <= 'h' && !text[1]) || !strncmp(text, "not", 3) || draw(2))
		text = constant(a, f);
	return yz_printf(a, "%s, %s, %s", constant(a, f), constant(a, f), text);
}

/* The type with one or two tests of what it allows. */
static const struct yz_feel_type *narrowed(struct yz_arena *a, enum flavour f, const struct yz_feel_type *of)
{
	struct yz_feel_type *t = yz_new(a, struct yz_feel_type);
	struct yz_feel_scope scope = {.tested = of};
	*t = *of;
	for (uint32_t n = 1 + (draw(4) == 0); n--;) {
		const char *text = draw(3) ? allowed(a, f) : yz_printf(a, ">= %s", constant(a, f));
		yz_dallow_by(a, t, yz_feel_compile(a, yz_str(text), YZ_FEEL_UNARY_TESTS, &scope, NULL, NULL));
	}
	return t;
}

struct policy {
	enum yz_dhit hit;
	enum yz_daggregate aggregate;
};
static const struct policy policies[] = {
	{DH_UNIQUE, DA_NONE},  {DH_FIRST, DA_NONE},      {DH_PRIORITY, DA_NONE},     {DH_ANY, DA_NONE},
	{DH_COLLECT, DA_NONE}, {DH_COLLECT, DA_SUM},     {DH_COLLECT, DA_COUNT},     {DH_COLLECT, DA_MIN},
	{DH_COLLECT, DA_MAX},  {DH_RULE_ORDER, DA_NONE}, {DH_OUTPUT_ORDER, DA_NONE},
};

static void order_outputs(struct hand *h)
{
	for (size_t i = 0; i < h->table->noutputs; i++) {
		struct yz_feel_value *order = yz_new_n(h->arena, 3, struct yz_feel_value);
		for (int k = 0; k < 3; k++)
			order[k] = yz_feel_int((k * 2 + 1) % 4);
		h->table->outputs[i].order = order;
		h->table->outputs[i].norder = 3;
	}
}

static void random_table(struct hand *h, struct yz_arena *a, enum flavour *flavours, size_t most_rows)
{
	const struct yz_feel_type *types[HAND_INPUTS];
	size_t ninputs = 1 + draw(4), noutputs = draw(4) ? 1 : 2, rows = 1 + draw((uint32_t)most_rows);
	struct policy p = PICK(policies);
	for (size_t i = 0; i < ninputs; i++) {
		flavours[i] = (enum flavour)draw(FLAVOURS);
		types[i] = type_of(flavours[i]);
	}
	for (size_t i = 0; i < ninputs; i++)
		if (types[i] && draw(4) == 0)
			types[i] = narrowed(a, flavours[i], types[i]);
	hand_begin(h, a, ninputs, types, p.hit, p.aggregate, noutputs, rows);
	for (size_t i = 0; i < ninputs; i++)
		if (types[i] && types[i]->allows) {
			h->inputs[i]->face.type = types[i];
			if (draw(2))
				h->table->columns[i].type = draw(2) ? NULL : yz_feel_type_of_kind(types[i]->kind);
		}
	if (draw(3) == 0)
		for (size_t i = 0; i < ninputs; i++)
			if (draw(3) == 0)
				hand_feel(h, allowed(a, flavours[i]), YZ_FEEL_UNARY_TESTS, types[i],
					  &h->table->columns[i].allowed);
	if (draw(2))
		order_outputs(h);
	if (draw(3) == 0)
		hand_feel(h, "-1", YZ_FEEL_EXPRESSION, NULL, &h->table->outputs[0].otherwise);
	for (size_t r = 0; r < rows; r++) {
		const char *cells[HAND_INPUTS], *outputs[HAND_OUTPUTS];
		for (size_t i = 0; i < ninputs; i++)
			cells[i] = cell(a, flavours[i], ninputs);
		for (size_t i = 0; i < noutputs; i++)
			outputs[i] = draw(6)   ? yz_printf(a, "%u", draw(4))
				     : draw(4) ? "1 + count([a])"
				     : draw(2) ? "\"x\""
					       : "a";
		hand_rule(h, cells, outputs);
	}
	hand_finish(h);
}

/* ---- the plain way ---- */

struct plain {
	size_t rows[4096], n;
	bool refused;
};

static bool passes(struct yz_feel_run *run, const struct yz_dfeel *cell, const struct yz_feel_value *frame,
		   struct yz_feel_value v)
{
	return !cell->text.len || yz_feel_is_true(yz_feel_test(cell->program, run, frame, v));
}

static void match(struct hand *h, struct yz_feel_run *run, const struct yz_feel_value *frame, struct plain *p)
{
	struct yz_dtable *t = h->table;
	struct yz_feel_value v[HAND_INPUTS];
	p->n = 0;
	p->refused = false;
	for (size_t i = 0; i < t->ncolumns; i++) {
		v[i] = yz_feel_coerce(run, frame[i], t->columns[i].type);
		bool ok = passes(run, &t->columns[i].allowed, frame, v[i]);
		if (!ok && v[i].kind == YZ_FEEL_LIST && yz_feel_len(v[i])) {
			ok = true;
			for (size_t k = 0; k < yz_feel_len(v[i]); k++)
				ok &= passes(run, &t->columns[i].allowed, frame, yz_feel_at(v[i], k));
		}
		p->refused |= !ok;
	}
	for (size_t r = 0; r < t->nrules; r++) {
		size_t i = 0;
		while (i < t->ncolumns && passes(run, &t->rules[r].cells[i], frame, v[i]))
			i++;
		if (i == t->ncolumns)
			p->rows[p->n++] = r;
	}
}

static struct yz_feel_value output(struct hand *h, struct yz_feel_run *run, const struct yz_feel_value *frame,
				   size_t row, size_t i)
{
	return yz_feel_eval(h->table->rules[row].outputs[i].program, run, frame);
}

static struct yz_feel_value whole(struct hand *h, struct yz_feel_run *run, const struct yz_feel_value *outputs)
{
	struct yz_dtable *t = h->table;
	if (t->noutputs == 1)
		return outputs[0];
	struct yz_feel_entry *e = yz_new_n(run->arena, t->noutputs, struct yz_feel_entry);
	for (size_t i = 0; i < t->noutputs; i++)
		e[i] = (struct yz_feel_entry){t->outputs[i].name, outputs[i]};
	return yz_feel_context(run->arena, e, t->noutputs);
}

static struct yz_feel_value row_value(struct hand *h, struct yz_feel_run *run, const struct yz_feel_value *frame,
				      size_t row)
{
	struct yz_feel_value outputs[HAND_OUTPUTS];
	for (size_t i = 0; i < h->table->noutputs; i++)
		outputs[i] = output(h, run, frame, row, i);
	return whole(h, run, outputs);
}

static size_t place(struct hand *h, struct yz_feel_value v, size_t i)
{
	const struct yz_doutput *o = &h->table->outputs[i];
	size_t k = 0;
	while (k < o->norder && !yz_feel_same(o->order[k], v))
		k++;
	return k;
}

static bool before(struct hand *h, struct yz_feel_run *run, const struct yz_feel_value *frame, size_t a, size_t b)
{
	for (size_t i = 0; i < h->table->noutputs; i++) {
		size_t x = place(h, output(h, run, frame, a, i), i), y = place(h, output(h, run, frame, b, i), i);
		if (x != y)
			return x < y;
	}
	return false;
}

static struct yz_feel_value collected(struct hand *h, struct yz_feel_run *run, const struct yz_feel_value *frame,
				      const struct plain *p, size_t output_index)
{
	struct yz_feel_value sum = {0};
	int c;
	for (size_t k = 0; k < p->n; k++) {
		struct yz_feel_value v = output(h, run, frame, p->rows[k], output_index);
		struct yz_dec d;
		if (h->table->aggregate == DA_SUM) {
			if (v.kind != YZ_FEEL_NUMBER)
				return (struct yz_feel_value){0};
			assert_true(yz_dec_add(k ? yz_feel_dec(sum) : yz_dec_int(0), yz_feel_dec(v), &d));
			sum = yz_feel_number(d);
			continue;
		}
		if (!k)
			sum = v;
		if (!yz_feel_compare(v, sum, &c))
			return (struct yz_feel_value){0};
		if (h->table->aggregate == DA_MIN ? c < 0 : c > 0)
			sum = v;
	}
	return sum;
}

static struct yz_feel_value no_row(struct hand *h, struct yz_feel_run *run)
{
	struct yz_feel_value outputs[HAND_OUTPUTS] = {{0}};
	const struct yz_dtable *t = h->table;
	if (t->outputs[0].otherwise.program) {
		outputs[0] = yz_feel_int(-1);
		return whole(h, run, outputs);
	}
	if (t->aggregate == DA_COUNT)
		return yz_feel_int(0);
	bool list = t->hit == DH_RULE_ORDER || t->hit == DH_OUTPUT_ORDER || (t->hit == DH_COLLECT && !t->aggregate);
	return list ? yz_feel_list(NULL, 0) : (struct yz_feel_value){0};
}

static struct yz_feel_value plainly(struct hand *h, struct yz_feel_run *run, const struct yz_feel_value *frame,
				    struct plain *p)
{
	const struct yz_dtable *t = h->table;
	struct yz_feel_value none = {0}, outputs[HAND_OUTPUTS];
	match(h, run, frame, p);
	if (p->refused)
		return none;
	if (!p->n)
		return no_row(h, run);
	struct yz_feel_value *items = yz_new_n(run->arena, p->n, struct yz_feel_value);
	switch (t->hit) {
	case DH_UNIQUE:
		return p->n == 1 ? row_value(h, run, frame, p->rows[0]) : none;
	case DH_FIRST:
		return row_value(h, run, frame, p->rows[0]);
	case DH_ANY:
		for (size_t k = 1; k < p->n; k++)
			if (!yz_feel_is_true(yz_feel_equal(run, row_value(h, run, frame, p->rows[0]),
							   row_value(h, run, frame, p->rows[k]))))
				return none;
		return row_value(h, run, frame, p->rows[0]);
	case DH_PRIORITY:
	case DH_OUTPUT_ORDER:
		for (size_t i = 1; i < p->n; i++)
			for (size_t k = i; k && before(h, run, frame, p->rows[k], p->rows[k - 1]); k--) {
				size_t swap = p->rows[k];
				p->rows[k] = p->rows[k - 1];
				p->rows[k - 1] = swap;
			}
		if (t->hit == DH_PRIORITY)
			return row_value(h, run, frame, p->rows[0]);
		break;
	case DH_COLLECT:
		if (t->aggregate == DA_COUNT)
			return yz_feel_int((int64_t)p->n);
		for (size_t i = 0; t->aggregate && i < t->noutputs; i++)
			outputs[i] = collected(h, run, frame, p, i);
		if (t->aggregate)
			return whole(h, run, outputs);
		break;
	case DH_RULE_ORDER:
		break;
	}
	for (size_t k = 0; k < p->n; k++)
		items[k] = row_value(h, run, frame, p->rows[k]);
	return yz_feel_list(items, p->n);
}

/* ---- values, and a table for people ---- */

static struct yz_feel_value read_value(struct yz_arena *a, const char *text)
{
	struct yz_feel_run run;
	yz_feel_run_init(&run, a);
	const struct yz_feel *f =
		yz_feel_compile(a, yz_str(text), YZ_FEEL_EXPRESSION, &(struct yz_feel_scope){0}, NULL, NULL);
	return yz_feel_eval(f, &run, NULL);
}

static const char *show(struct hand *h, struct yz_arena *a)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 16);
	yz_buf_printf(&b, "policy %d %d\n", h->table->hit, h->table->aggregate);
	for (size_t i = 0; i < h->table->ncolumns; i++)
		yz_buf_printf(&b, "%s allowed %.*s\n", h->table->columns[i].type ? "typed" : "any",
			      YZ_P(h->table->columns[i].allowed.text));
	for (size_t r = 0; r < h->table->nrules; r++) {
		for (size_t i = 0; i < h->table->ncolumns; i++)
			yz_buf_printf(&b, "%.*s | ", YZ_P(h->table->rules[r].cells[i].text));
		yz_buf_printf(&b, "-> %.*s\n", YZ_P(h->table->rules[r].outputs[0].text));
	}
	return b.ptr;
}

#endif
