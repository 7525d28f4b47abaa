/* What the index answers must be what asking every cell of every row answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/dmn/random.h"

#include "dmn/table_index.h"

static struct yz_feel_value random_value(struct yz_arena *a, enum flavour f)
{
	static const char *const odd[] = {"[1, 2]", "[\"a\"]", "{x: 1}", "[1..3]", "[]", "null", "sum"};
	switch (draw(12)) {
	case 0:
		return read_value(a, PICK(odd));
	case 1:
		return read_value(a, constant(a, (enum flavour)draw(FLAVOURS)));
	case 2:
		return (struct yz_feel_value){0};
	case 3:
		return f == NUMBERS ? read_value(a, yz_printf(a, "%d.%u", (int)draw(40) - 20, draw(100)))
				    : read_value(a, constant(a, f));
	default:
		return read_value(a, constant(a, f));
	}
}

static void compare_rows(struct hand *h, struct yz_arena *a, const struct yz_dmn_trace *t, const struct plain *p)
{
	const struct yz_dmn_trace *table = t->child;
	assert_int_equal(table->step, YZ_DMN_STEP_TABLE);
	if (p->refused) {
		assert_int_equal(table->nrows, 0);
		return;
	}
	size_t matching = 0;
	for (size_t i = 0; i < table->nrows; i++) {
		const struct yz_dmn_row *r = &table->rows[i];
		bool found = false;
		for (size_t k = 0; k < p->n; k++)
			found |= p->rows[k] + 1 == r->rule;
		bool all = true;
		for (size_t k = 0; k < table->ninputs; k++)
			all &= r->cells[k].truth == YZ_DMN_TRUE;
		if (found != (r->truth == YZ_DMN_TRUE) || all != found)
			fail_msg("rule %u\n%s", r->rule, show(h, a));
		matching += found;
	}
	assert_int_equal(matching, p->n);
}

static void try_values(struct hand *h, struct yz_arena *a, const enum flavour *flavours)
{
	struct yz_feel_value frame[HAND_INPUTS];
	struct yz_feel_run run, other;
	struct yz_dmn_eval e;
	struct plain p;
	yz_feel_run_init(&run, a);
	yz_feel_run_init(&other, a);
	yz_dmn_begin(&e, &h->model, &run);
	for (size_t i = 0; i < h->ninputs; i++) {
		frame[i] = yz_feel_coerce(&other, random_value(a, flavours[i]), h->inputs[i]->face.type);
		yz_dmn_set(&e, &h->inputs[i]->face, frame[i]);
	}
	struct yz_feel_value quick = yz_dmn_decide(&e, &h->decision->face), plain = plainly(h, &other, frame, &p);
	if (!yz_feel_same(quick, plain)) {
		for (size_t i = 0; i < h->ninputs; i++)
			print_message("%c = %s\n", hand_letters[i], hand_text(a, frame[i]));
		fail_msg("%s, plainly %s\n%s", hand_text(a, quick), hand_text(a, plain), show(h, a));
	}
	if (quick.kind == YZ_FEEL_NULL && !p.n)
		assert_non_null(quick.reason);
	yz_dmn_begin(&e, &h->model, &run);
	e.explain = true;
	for (size_t i = 0; i < h->ninputs; i++)
		yz_dmn_set(&e, &h->inputs[i]->face, frame[i]);
	assert_true(yz_feel_same(yz_dmn_decide(&e, &h->decision->face), plain));
	compare_rows(h, a, e.trace, &p);
}

TEST(tables_answer_as_asking_every_cell_does)
{
	seed = 0x9E3779B97F4A7C15;
	for (int i = 0; i < 3000; i++) {
		struct yz_arena *a = yz_arena_create(0);
		enum flavour flavours[HAND_INPUTS];
		struct hand h;
		random_table(&h, a, flavours, i % 10 ? 12 : 150);
		for (int k = 0; k < 20; k++)
			try_values(&h, a, flavours);
		yz_arena_destroy(a);
	}
}

/* More positions than sets are kept for: rows come and go between. */
TEST(large_tables_keep_fewer_sets_and_answer_the_same)
{
	enum { ROWS = 4000 };
	struct yz_arena *a = yz_arena_create(0);
	const struct yz_feel_type *types[] = {yz_feel_type_of_kind(YZ_FEEL_NUMBER),
					      yz_feel_type_of_kind(YZ_FEEL_STRING)};
	struct hand h;
	seed = 0x2545F4914F6CDD1D;
	hand_begin(&h, a, 2, types, DH_COLLECT, DA_NONE, 1, ROWS);
	for (int i = 0; i < ROWS; i++) {
		uint32_t x = draw(20000);
		const char *cells[] = {yz_printf(a, "[%u..%u), %u", x, x + draw(40), draw(20000)),
				       draw(3) ? yz_printf(a, "\"s%u\", \"s%u\"", draw(3000), draw(3000)) : "-"};
		const char *output = yz_printf(a, "%d", i);
		hand_rule(&h, cells, &output);
	}
	hand_finish(&h);
	const struct yz_dindex *ix = h.table->index;
	assert_true(ix->columns[0].sets[DC_NUMBER]->block > 1 && ix->columns[1].sets[DC_STRING]->block > 1);
	assert_true(ix->bytes < 1024 * 1024);
	for (int i = 0; i < 1000; i++) {
		struct yz_arena *b = yz_arena_create(0);
		struct yz_feel_value frame[] = {yz_feel_int(draw(20100)),
						yz_feel_string(yz_str(yz_printf(b, "s%u", draw(3100))))};
		struct yz_feel_run run;
		struct yz_dmn_eval e;
		struct plain p;
		yz_feel_run_init(&run, b);
		yz_dmn_begin(&e, &h.model, &run);
		for (size_t k = 0; k < 2; k++)
			yz_dmn_set(&e, &h.inputs[k]->face, frame[k]);
		assert_true(yz_feel_same(yz_dmn_decide(&e, &h.decision->face), plainly(&h, &run, frame, &p)));
		yz_arena_destroy(b);
	}
	yz_arena_destroy(a);
}
