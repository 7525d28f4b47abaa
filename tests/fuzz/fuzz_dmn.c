/* Models are read, told what is wrong with, and decided: with no facts, and with unknown ones.
 *
 * The sources of a model that imports others are separated by the byte 0x01.
 * What is known while all facts are unknown is what it is when they are null.
 * SPDX-License-Identifier: Apache-2.0 */
#include "dmn/dmn.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

static const struct yz_feel_limits feel = {.text = 10000,
					   .depth = 40,
					   .numeral = 200,
					   .steps = 3000,
					   .string = 2000,
					   .list = 500,
					   .reasons = 5,
					   .regex = 1000};
static const struct yz_dmn_limits limits = {.feel = &feel,
					    .bytes = 1 << 16,
					    .models = 4,
					    .nodes = 60,
					    .cells = 2000,
					    .depth = 12,
					    .chain = 20,
					    .diags = 50};

static bool has_function(struct yz_feel_value v, unsigned depth)
{
	bool has = v.kind == YZ_FEEL_FUNCTION || depth > 40;
	for (size_t i = 0; v.kind == YZ_FEEL_LIST && i < yz_feel_len(v) && !has; i++)
		has = has_function(yz_feel_at(v, i), depth + 1);
	for (size_t i = 0; v.kind == YZ_FEEL_CONTEXT && i < yz_feel_len(v) && !has; i++)
		has = has_function(yz_feel_entries(v)[i].value, depth + 1);
	return has;
}

/* Steps run out sooner or later when more is asked, and an unknown input is taken to be an allowed one, which null may
 * not be: then nothing can be compared. */
static struct yz_feel_value decide(struct yz_arena *a, const struct yz_dmn *m, const struct yz_dmn_node *n,
				   bool unknown, bool *spent)
{
	struct yz_feel_run *run = yz_new(a, struct yz_feel_run);
	struct yz_dmn_eval *e = yz_new(a, struct yz_dmn_eval);
	struct yz_buf b;
	yz_feel_run_init(run, a);
	run->limits = &feel;
	yz_dmn_begin(e, m, run);
	e->missing_unknown = unknown;
	e->explain = true;
	struct yz_feel_value v = yz_dmn_decide(e, n);
	*spent |= run->steps == 0 || run->spent;
	for (const struct yz_feel_reason *r = run->reasons; r; r = r->next)
		*spent |= r->why == YZ_FEEL_WHY_STEPS || r->why == YZ_FEEL_WHY_DEPTH ||
			  r->why == YZ_FEEL_WHY_LONG_LIST || r->why == YZ_FEEL_WHY_LONG_STRING ||
			  r->why == YZ_FEEL_WHY_PATTERN_WORK || r->why == YZ_FEEL_WHY_INPUT_VALUE;
	*spent |= run->nreasons > 5;
	yz_buf_init(&b, a, 1 << 16);
	if (e->trace) {
		yz_dmn_trace_json(e->trace, &b);
		yz_dmn_trace_text(e->trace, YZ_FEEL_ZH, &b);
	}
	return v;
}

/* Asking ends, and asks nothing twice. */
static void interview(struct yz_arena *a, const struct yz_dmn *m, const struct yz_dmn_node *n)
{
	enum { MOST = 40 };
	struct yz_dmn_told told[MOST];
	const struct yz_dmn_guide *g = yz_dmn_guide_new(a, m, n);
	for (size_t k = 0; k < MOST; k++) {
		struct yz_feel_run run;
		struct yz_dmn_asked asked;
		bool needless[MOST];
		yz_feel_run_init(&run, a);
		run.limits = &feel;
		yz_dmn_ask(g, told, k, &run, &asked);
		if (asked.decided)
			return;
		for (size_t i = 0; i < k; i++)
			assert(!yz_str_eq(told[i].name, asked.question.fact));
		told[k] = (struct yz_dmn_told){.name = asked.question.fact};
		if (asked.question.nanswers)
			told[k].value = asked.question.answers[k % asked.question.nanswers].value;
		if (k % 8 == 7)
			yz_dmn_needless(g, told, k, &run, needless);
	}
}

static void prove(struct yz_arena *a, const struct yz_dmn *m)
{
	struct yz_dmn_proof proof;
	struct yz_err err = {0};
	struct yz_buf b;
	size_t n = 0;
	yz_buf_init(&b, a, 1 << 16);
	if (!yz_dmn_prove(a, m, NULL, 20000, &proof, &err)) {
		assert(err.code == YZ_LIMIT);
		return;
	}
	for (const struct yz_dmn_finding *f = proof.findings; f; f = f->next, n++)
		assert(f->node && f->place.file.len);
	assert(n == proof.nfindings);
	yz_dmn_proof_json(&proof, YZ_FEEL_ZH, &b);
}

static void check_model(struct yz_arena *a, const struct yz_dmn *m)
{
	size_t n, k;
	const struct yz_dmn_node *const *nodes = yz_dmn_nodes(m, &n);
	for (size_t i = 0; i < n; i++) {
		bool spent = false;
		assert(nodes[i]->index == i);
		yz_dmn_inputs_of(a, m, nodes[i], &k);
		yz_dmn_allowed(m, nodes[i]->type, NULL, NULL);
		if (nodes[i]->kind == YZ_DMN_BKM || nodes[i]->kind == YZ_DMN_INPUT)
			continue;
		interview(a, m, nodes[i]);
		struct yz_feel_value known = decide(a, m, nodes[i], false, &spent);
		struct yz_feel_value open = decide(a, m, nodes[i], true, &spent), on;
		if (spent || yz_feel_has_unknown(a, open, &on) || has_function(known, 0) || has_function(open, 0))
			continue;
		assert(yz_feel_same(known, open));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_arena *a = yz_arena_create((size_t)1 << 30);
	struct yz_dmn_source sources[4];
	struct yz_str rest = yz_str_n((const char *)data, size), part;
	const struct yz_dmn_diag *diags;
	struct yz_err err = {0};
	size_t n = 0;
	while (n < 4 && yz_str_cut(&rest, 1, &part))
		sources[n++] = (struct yz_dmn_source){YZ_LIT("f.dmn"), part};
	const struct yz_dmn *m = yz_dmn_load(a, sources, n, &limits, &diags, &err);
	assert((m == NULL) == (err.code != YZ_OK));
	size_t errors = 0;
	for (const struct yz_dmn_diag *d = diags; d; d = d->next) {
		assert(d->place.file.len && d->message.len);
		errors += d->severity == YZ_FEEL_ERROR;
	}
	if (m) {
		assert(yz_dmn_errors(m) >= errors);
		check_model(a, m);
		prove(a, m);
	}
	yz_arena_destroy(a);
	return 0;
}

/* ---- mutations that leave most of the XML whole ---- */

/* The end of the element that begins at `at`, or 0. */
static size_t element_end(const uint8_t *data, size_t size, size_t at)
{
	int depth = 0;
	while (at < size) {
		bool end = at + 1 < size && data[at + 1] == '/';
		const uint8_t *close = memchr(data + at, '>', size - at);
		if (!close)
			return 0;
		bool empty = close > data && close[-1] == '/';
		depth += end ? -1 : empty ? 0 : 1;
		at = (size_t)(close - data) + 1;
		if (depth <= 0)
			return at;
		const uint8_t *open = memchr(data + at, '<', size - at);
		if (!open)
			return 0;
		at = (size_t)(open - data);
	}
	return 0;
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* The next byte `c` at or behind a place drawn. */
static size_t draw(const uint8_t *data, size_t size, int c, uint32_t *seed)
{
	size_t at = size ? next(seed) % size : 0;
	const uint8_t *p = size ? memchr(data + at, c, size - at) : NULL;
	return p ? (size_t)(p - data) : size;
}

static size_t splice(uint8_t *data, size_t size, size_t max, size_t from, size_t to, const uint8_t *with, size_t len)
{
	if (size - (to - from) + len > max)
		return size;
	memmove(data + from + len, data + to, size - to);
	memcpy(data + from, with, len);
	return size - (to - from) + len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned drawn)
{
	static uint8_t kept[1 << 16];
	uint32_t seed = drawn;
	size_t from = draw(data, size, '<', &seed), to = element_end(data, size, from);
	size_t other = draw(data, size, '<', &seed), end = element_end(data, size, other);
	switch (next(&seed) % 8) {
	case 0: /* an element goes */
		return to ? splice(data, size, max, from, to, data, 0) : size;
	case 1: /* an element is copied to another place, or takes it */
	case 2:
		if (!to || !end || end - other > sizeof kept)
			return size;
		memcpy(kept, data + other, end - other);
		return splice(data, size, max, from, next(&seed) % 2 ? from : to, kept, end - other);
	case 3: /* the value of an attribute, … */
	case 4:
	case 5: { /* … a text */
		bool text = next(&seed) % 3 != 0;
		from = draw(data, size, text ? '>' : '"', &seed);
		const uint8_t *p = from < size ? memchr(data + from + 1, text ? '<' : '"', size - from - 1) : NULL;
		if (!p || (size_t)(p - data) - from - 1 > 1000)
			return size;
		to = (size_t)(p - data);
		size_t len = to - from - 1;
		memcpy(kept, data + from + 1, len);
		len = LLVMFuzzerMutate(kept, len, 1200);
		return splice(data, size, max, from + 1, to, kept, len);
	}
	default:
		return LLVMFuzzerMutate(data, size, max);
	}
}
