/* dmn/sweep.c - plans worked out over a sheet, or for one record.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/sweep.h"

#include "dmn/eval.h"

#include <assert.h>
#include <stdlib.h>

/* Sets for working with: one for each level of a plan, made when first needed. */
struct work {
	const struct yz_dmn_sheet *sheet;
	size_t words, nsets;
	uint64_t **sets;
	uint64_t *match, *near;
	struct yz_arena *arena; /* of decisions made row by row */
};

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

void yz_dmn_swept_init(struct yz_dmn_swept *w, const struct yz_dmn_sheet *s)
{
	assert(s->closed);
	struct work *k = must(calloc(1, sizeof *k));
	k->sheet = s;
	k->words = s->words;
	k->match = must(calloc(s->words + 1, sizeof *k->match));
	k->near = must(calloc(s->words + 1, sizeof *k->near));
	k->arena = yz_arena_create(0);
	*w = (struct yz_dmn_swept){.match = k->match, .near = k->near, .words = s->words, .work = k};
}

void yz_dmn_swept_finish(struct yz_dmn_swept *w)
{
	struct work *k = w->work;
	if (!k)
		return;
	for (size_t i = 0; i < k->nsets; i++)
		free(k->sets[i]);
	free(k->sets);
	free(k->match);
	free(k->near);
	yz_arena_destroy(k->arena);
	free(k);
	w->work = NULL;
}

static uint64_t *level(struct work *k, size_t at)
{
	if (at >= k->nsets) {
		k->sets = must(realloc(k->sets, (at + 1) * sizeof *k->sets));
		while (k->nsets <= at)
			k->sets[k->nsets++] = must(malloc((k->words + 1) * sizeof **k->sets));
	}
	return k->sets[at];
}

/* Sets are worked on several words at a time: their length is a multiple of YZ_DWIDE. */
#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__ &&                   \
	!defined __SANITIZE_THREAD__
#define FAST __attribute__((target_clones("avx2,popcnt", "default")))
#else
#define FAST
#endif
typedef uint64_t wide __attribute__((vector_size(YZ_DWIDE * 8), aligned(8), may_alias));

#define EACH(words) for (size_t w = 0; w < (words); w += YZ_DWIDE)
#define AT(set) (*(wide *)((set) + w))
#define OF(set) (*(const wide *)((set) + w))

FAST static void set_xor(uint64_t *to, const uint64_t *a, size_t words)
{
	EACH(words) AT(to) ^= OF(a);
}
FAST static void set_xor4(uint64_t *to, const uint64_t *const a[4], size_t words)
{
	EACH(words) AT(to) ^= (OF(a[0]) ^ OF(a[1])) ^ (OF(a[2]) ^ OF(a[3]));
}
FAST static void set_or_not(uint64_t *to, const uint64_t *a, size_t words)
{
	EACH(words) AT(to) |= ~OF(a);
}
FAST static void set_and(uint64_t *to, const uint64_t *a, size_t words)
{
	EACH(words) AT(to) &= OF(a);
}
FAST static void set_or(uint64_t *to, const uint64_t *a, size_t words)
{
	EACH(words) AT(to) |= OF(a);
}
FAST static void set_and_not(uint64_t *to, const uint64_t *a, size_t words)
{
	EACH(words) AT(to) &= ~OF(a);
}
FAST static void set_not(uint64_t *to, size_t words)
{
	EACH(words) AT(to) = ~AT(to);
}
/* Counts one more set: in at least one so far, in at least two. */
FAST static void set_count(uint64_t *once, uint64_t *twice, const uint64_t *a, uint64_t flip_all, size_t words)
{
	EACH(words)
	{
		wide x = OF(a) ^ flip_all;
		AT(twice) |= AT(once) & x;
		AT(once) |= x;
	}
}
/* twice becomes: in exactly one. */
FAST static void set_exactly(uint64_t *twice, const uint64_t *once, size_t words)
{
	EACH(words) AT(twice) = OF(once) & ~AT(twice);
}
FAST static size_t count(const uint64_t *set, size_t words)
{
	size_t n = 0;
	for (size_t w = 0; w < words; w++)
		n += (size_t)__builtin_popcountll(set[w]);
	return n;
}

static void flip(uint64_t *set, uint32_t row)
{
	set[row / 64] ^= (uint64_t)1 << (row % 64);
}

/* ---- leaves ---- */

/* Adds (or takes out: all are in, or none) the first n rows of the order. */
static void flip_first(const struct yz_dmn_sheet *s, const struct yz_dsheet_column *c, size_t n, uint64_t *to)
{
	size_t m = (n + c->stride / 2) / c->stride;
	if (m >= c->nmarks)
		m = c->nmarks - 1;
	const uint64_t *set = c->sets + m * s->words;
	if (m)
		set_xor(to, set, s->words);
	for (size_t i = n; i < m * c->stride; i++)
		flip(to, c->order[i]);
	for (size_t i = m * c->stride; i < n; i++)
		flip(to, c->order[i]);
}

/* The known rows that stand below a position of the fact's set. */
static size_t rows_below(const struct yz_dsheet_column *c, const struct yz_dset *set, uint32_t position)
{
	if (!position)
		return 0;
	if (position >= set->npositions)
		return c->nknown;
	uint32_t i = (position - 1) / 2; /* 2i+1: point i itself; 2i+2: the gap behind it */
	return yz_dsheet_below(c, set->points[i], position % 2 == 0);
}

static void fill_ordered(const struct yz_dmn_sheet *s, const struct yz_dsheet_column *c, const struct yz_dset *set,
			 const struct yz_dplan *p, uint64_t *to)
{
	memset(to, 0, s->words * sizeof *to);
	for (size_t i = 0; i < p->line.n; i++) {
		if (p->line.at[i].truth != p->want)
			continue;
		uint32_t end = i + 1 < p->line.n ? p->line.at[i + 1].from : set->npositions;
		size_t a = rows_below(c, set, p->line.at[i].from), z = rows_below(c, set, end);
		if (a)
			flip_first(s, c, a, to);
		if (z == c->nknown)
			set_xor(to, c->known, s->words);
		else
			flip_first(s, c, z, to);
	}
}

/* Sets that wait until there are four of them. */
struct flips {
	const struct yz_dmn_sheet *sheet;
	const struct yz_dsheet_column *column;
	uint64_t *to;
	const uint64_t *sets[4];
	unsigned n;
};

static void flip_code(struct flips *f, uint32_t code)
{
	const struct yz_dsheet_column *c = f->column;
	if (!c->sets) {
		for (uint32_t i = c->starts[code]; i < c->starts[code + 1]; i++)
			flip(f->to, c->order[i]);
		return;
	}
	f->sets[f->n++] = c->sets + code * f->sheet->words;
	if (f->n == 4) {
		set_xor4(f->to, f->sets, f->sheet->words);
		f->n = 0;
	}
}

static void flip_last(struct flips *f)
{
	for (unsigned i = 0; i < f->n; i++)
		set_xor(f->to, f->sets[i], f->sheet->words);
}

/* Few points against any other: begin with what "any other" says and turn those that say otherwise. */
static void fill_points(const struct yz_dmn_sheet *s, const struct yz_dsheet_column *c, const struct yz_dset *set,
			const struct yz_dplan *p, uint64_t *to)
{
	bool others = yz_dline_at(p->line, 0) == p->want;
	struct flips f = {.sheet = s, .column = c, .to = to};
	if (others)
		memcpy(to, c->known, s->words * sizeof *to);
	else
		memset(to, 0, s->words * sizeof *to);
	for (size_t i = 0; i < p->line.n; i++) {
		uint32_t end = i + 1 < p->line.n ? p->line.at[i + 1].from : set->npositions;
		if ((p->line.at[i].truth == p->want) == others)
			continue;
		for (uint32_t at = p->line.at[i].from ? p->line.at[i].from : 1; at < end; at++) {
			uint32_t code = yz_dsheet_code(c, set->points[at - 1]);
			if (code != UINT32_MAX)
				flip_code(&f, code);
		}
	}
	flip_last(&f);
}

static void fill_codes(const struct yz_dmn_sheet *s, const struct yz_dsheet_column *c, const struct yz_dset *set,
		       const struct yz_dplan *p, uint64_t *to)
{
	if (set->look == DL_HASH) {
		fill_points(s, c, set, p, to);
		return;
	}
	struct flips f = {.sheet = s, .column = c, .to = to};
	memset(to, 0, s->words * sizeof *to);
	for (uint32_t code = 0; code < yz_dsheet_ncodes(c); code++) {
		struct yz_feel_value v = yz_dsheet_of_code(c, code);
		uint32_t at = set->npositions > 1 ? yz_dset_position(set, &v) : 0;
		if (yz_dline_at(p->line, at) == p->want)
			flip_code(&f, code);
	}
	flip_last(&f);
}

/* The rows there are, all of them. */
static void trim(const struct work *k, uint64_t *to)
{
	size_t w = k->sheet->rows / 64;
	if (w < k->words)
		to[w] &= ((uint64_t)1 << (k->sheet->rows % 64)) - 1;
	while (++w < k->words)
		to[w] = 0;
}

static void fill_leaf(struct work *k, const struct yz_dmn_rules *r, const struct yz_dplan *p, uint64_t *to)
{
	const struct yz_dmn_sheet *s = k->sheet;
	const struct yz_dsheet_column *c = &s->columns[p->fact];
	const struct yz_dset *set = r->sets[p->fact];
	if (c->store == DT_NONE)
		memset(to, 0, s->words * sizeof *to);
	else if (c->store == DT_CODES)
		fill_codes(s, c, set, p, to);
	else
		fill_ordered(s, c, set, p, to);
	if (p->when_null != p->want)
		return;
	set_or_not(to, c->known, s->words);
	trim(k, to);
}

/* ---- plans ---- */

static void fill(struct work *k, const struct yz_dmn_rules *r, const struct yz_dplan *p, size_t at, uint64_t *to);

/* Into `more` the rows that are in at least one part, into `to` those in exactly one, or (`missing`) in all but one. */
static void count_once(struct work *k, const struct yz_dmn_rules *r, const struct yz_dplan *const *parts, size_t n,
		       size_t at, uint64_t *to, uint64_t *any, bool missing)
{
	uint64_t *one = level(k, at), flip_all = missing ? ~(uint64_t)0 : 0;
	memset(to, 0, k->words * sizeof *to);   /* at least two */
	memset(any, 0, k->words * sizeof *any); /* at least one */
	for (size_t i = 0; i < n; i++) {
		fill(k, r, parts[i], at + 1, one);
		set_count(any, to, one, flip_all, k->words);
	}
	set_exactly(to, any, k->words);
	trim(k, to);
	trim(k, any);
}

static void combine(struct work *k, const struct yz_dmn_rules *r, const struct yz_dplan *p, size_t at, uint64_t *to)
{
	uint64_t *other = level(k, at);
	fill(k, r, p->parts[0], at + 1, to);
	for (size_t i = 1; i < p->n; i++) {
		fill(k, r, p->parts[i], at + 1, other);
		(p->kind == DP_AND ? set_and : p->kind == DP_OR ? set_or : set_and_not)(to, other, k->words);
	}
}

static void fill(struct work *k, const struct yz_dmn_rules *r, const struct yz_dplan *p, size_t at, uint64_t *to)
{
	switch (p->kind) {
	case DP_ALL:
	case DP_NONE:
		memset(to, p->kind == DP_ALL ? 0xff : 0, k->words * sizeof *to);
		if (k->words)
			trim(k, to);
		break;
	case DP_LEAF:
		fill_leaf(k, r, p, to);
		break;
	case DP_ONE:
		count_once(k, r, p->parts, p->n, at + 1, to, level(k, at), false);
		break;
	default:
		combine(k, r, p, at, to);
	}
}

/* ---- row by row ---- */

static bool decide_record(const struct yz_dmn_rules *r, size_t i, const struct yz_feel_value *record,
			  struct yz_feel_run *run)
{
	struct yz_dmn_eval e;
	yz_dmn_begin(&e, r->model, run);
	yz_dmn_set_record(&e, r->facts, r->nfacts, record);
	return yz_dis_yes(r, yz_dmn_decide(&e, &r->rules[i].node->face));
}

static void decide_rows(struct work *k, const struct yz_dmn_rules *r, size_t i, struct yz_feel_value now)
{
	const struct yz_dmn_sheet *s = k->sheet;
	memset(k->match, 0, k->words * sizeof *k->match);
	for (size_t row = 0; row < s->rows; row++) {
		struct yz_feel_run run;
		yz_feel_run_init(&run, k->arena);
		run.now = now;
		if (r->model->limits.feel)
			run.limits = r->model->limits.feel;
		struct yz_feel_value *record = yz_new_n(k->arena, s->ncolumns, struct yz_feel_value);
		for (size_t f = 0; f < s->ncolumns; f++)
			record[f] = yz_dmn_sheet_value(s, row, f);
		if (decide_record(r, i, record, &run))
			yz_dbit_put(k->match, row);
		yz_arena_reset(k->arena);
	}
}

/* ---- a sweep ---- */

/* Those that fail exactly one condition of some way to a yes. */
static void find_near(struct work *k, const struct yz_dmn_rules *r, const struct yz_drule_plan *rule)
{
	uint64_t *some = level(k, 0), *once = level(k, 1);
	memset(k->near, 0, k->words * sizeof *k->near);
	for (size_t i = 0; i < rule->nways; i++) {
		const struct yz_dway *way = &rule->ways[i];
		if (way->n < 2)
			continue;
		count_once(k, r, way->conditions, way->n, 2, once, some, true);
		set_or(k->near, once, k->words);
	}
	set_and_not(k->near, k->match, k->words);
}

/* The common case: one way, which is the whole of the yes, gives both sets at once. */
static void sweep_one_way(struct work *k, const struct yz_dmn_rules *r, const struct yz_dway *way)
{
	count_once(k, r, way->conditions, way->n, 0, k->near, k->match, true);
	set_not(k->match, k->words);
	if (k->words)
		trim(k, k->match);
	if (way->n < 2)
		memset(k->near, 0, k->words * sizeof *k->near);
}

void yz_dmn_sweep(const struct yz_dmn_rules *r, size_t i, const struct yz_dmn_sheet *s, struct yz_feel_value now,
		  struct yz_dmn_swept *w)
{
	struct work *k = w->work;
	const struct yz_drule_plan *rule = &r->rules[i];
	assert(k->sheet == s);
	if (!rule->yes) {
		decide_rows(k, r, i, now);
		memset(k->near, 0, k->words * sizeof *k->near);
	} else if (rule->exact && k->words) {
		sweep_one_way(k, r, rule->ways);
	} else if (k->words) {
		fill(k, r, rule->yes, 0, k->match);
		find_near(k, r, rule);
	}
	w->nmatch = count(k->match, k->words);
	w->nnear = count(k->near, k->words);
}

/* ---- one record ---- */

/* Which leaves hold for a record. */
struct judge {
	const struct yz_dmn_rules *rules;
	uint32_t *at; /* the position of each fact; behind the last: null */
	uint64_t *leaves;
};

static void place(struct judge *j, size_t fact, uint32_t at)
{
	const struct yz_dmn_rules *r = j->rules;
	size_t first = r->first[fact], words = (r->first[fact + 1] - first) / 64;
	j->at[fact] = at;
	if (r->rows[fact]) {
		memcpy(j->leaves + first / 64, r->rows[fact] + at * words, words * sizeof *j->leaves);
		return;
	}
	memset(j->leaves + first / 64, 0, words * sizeof *j->leaves);
	for (size_t bit = first; bit < first + words * 64 && r->leaves[bit]; bit++) {
		const struct yz_dplan *p = r->leaves[bit];
		uint8_t truth = at == r->sets[fact]->npositions ? p->when_null : yz_dline_at(p->line, at);
		if (truth == p->want)
			yz_dbit_put(j->leaves, bit);
	}
}

static struct judge judge_of(struct yz_arena *a, const struct yz_dmn_rules *r, const struct yz_feel_value *record)
{
	struct judge j = {r, yz_new_n(a, r->nfacts, uint32_t), yz_new_n(a, r->nbits / 64, uint64_t)};
	for (size_t i = 0; i < r->nfacts; i++) {
		const struct yz_dset *s = r->sets[i];
		if (s)
			place(&j, i,
			      record[i].kind != (uint8_t)r->facts[i].type->kind ? s->npositions
			      : s->npositions > 1                               ? yz_dset_position(s, &record[i])
										: 0);
	}
	return j;
}

static bool holds(const uint32_t *code, const uint64_t *leaves)
{
	uint32_t rest = *code & YZ_DCODE_REST;
	const uint32_t *part = code + 1, *end = part + rest;
	enum yz_dplan_kind kind = *code >> YZ_DCODE_KIND;
	bool first = true, held = false;
	size_t n = 0;
	switch (kind) {
	case DP_ALL:
		return true;
	case DP_NONE:
		return false;
	case DP_LEAF:
		return yz_dbit(leaves, rest);
	default:
		break;
	}
	while (part < end) {
		bool h = holds(part, leaves);
		n += h;
		if (kind == DP_AND ? !h : kind == DP_OR ? h : kind == DP_ONE ? n == 2 : first ? !h : h)
			return kind == DP_OR;
		if (first)
			held = h;
		first = false;
		bool leaf = *part >> YZ_DCODE_KIND == DP_LEAF;
		part += 1 + (leaf ? 0 : *part & YZ_DCODE_REST);
	}
	return kind == DP_AND || (kind == DP_ONE ? n == 1 : kind == DP_EXCEPT && held);
}

static size_t lacking(const struct yz_dway *way, const uint64_t *leaves, size_t most)
{
	size_t n = 0;
	for (size_t i = 0; i < way->n && n < most; i++)
		n += !holds(way->codes[i], leaves);
	return n;
}

static uint8_t answer(const struct yz_drule_plan *rule, const uint64_t *leaves)
{
	if (rule->exact) {
		size_t n = lacking(rule->ways, leaves, 2);
		return n ? n == 1 && rule->ways->n > 1 : 2;
	}
	if (holds(rule->code, leaves))
		return 2;
	for (size_t i = 0; i < rule->nways; i++)
		if (rule->ways[i].n > 1 && lacking(&rule->ways[i], leaves, 2) == 1)
			return 1;
	return 0;
}

/* As a sheet takes it: what does not conform is null, and with it all of its input. */
static const struct yz_feel_value *conforming(struct yz_feel_run *run, const struct yz_dmn_rules *r,
					      const struct yz_feel_value *record)
{
	struct yz_feel_value *copy = NULL;
	for (size_t i = 0, end; i < r->nfacts; i = end) {
		bool all = true;
		for (end = i; end < r->nfacts && r->facts[end].input == r->facts[i].input; end++) {
			const struct yz_feel_type *t = r->facts[end].type;
			if (record[end].kind == YZ_FEEL_NULL || (record[end].kind == (uint8_t)t->kind && !t->allows))
				continue;
			all &= record[end].kind == (uint8_t)t->kind &&
			       yz_feel_coerce(run, record[end], t).kind != YZ_FEEL_NULL;
		}
		if (all)
			continue;
		if (!copy)
			copy = (void *)yz_memdup(run->arena, record, r->nfacts * sizeof *record);
		for (size_t k = i; k < end; k++)
			copy[k] = (struct yz_feel_value){0};
	}
	return copy ? copy : record;
}

void yz_dmn_sweep_record(const struct yz_dmn_rules *r, const struct yz_feel_value *record, struct yz_feel_run *run,
			 uint8_t *answers)
{
	record = conforming(run, r, record);
	struct judge j = judge_of(run->arena, r, record);
	for (size_t i = 0; i < r->n; i++)
		answers[i] = r->rules[i].yes                    ? answer(&r->rules[i], j.leaves)
			     : (yz_feel_run_again(run), decide_record(r, i, record, run)) ? 2
								: 0;
}

/* ---- what is short ---- */

enum { NO_FACT = UINT32_MAX };

/* The one fact a condition is about, or NO_FACT. */
static uint32_t only_fact(const struct yz_dplan *p)
{
	uint32_t fact = p->kind == DP_LEAF ? p->fact : NO_FACT;
	for (size_t i = 0; i < p->n; i++) {
		uint32_t f = only_fact(p->parts[i]);
		if (f == NO_FACT || (i && f != fact))
			return NO_FACT;
		fact = f;
	}
	return fact;
}

static struct yz_feel_value difference(struct yz_feel_value is, struct yz_feel_value wanted)
{
	struct yz_dec d;
	if (is.kind == YZ_FEEL_NUMBER && yz_dec_sub(yz_feel_dec(wanted), yz_feel_dec(is), &d))
		return yz_feel_number(d);
	if (is.kind == YZ_FEEL_DATE)
		return yz_feel_seconds((wanted.n - is.n) * 86400);
	if (is.kind == YZ_FEEL_MONTHS)
		return yz_feel_months(wanted.n - is.n);
	return (struct yz_feel_value){0};
}

/* The nearest value that would do: up from here, and down; a gap is reached at the point it begins behind. */
static struct yz_feel_value distance(struct judge *j, const uint32_t *code, uint32_t fact, struct yz_feel_value is)
{
	const struct yz_dset *set = j->rules->sets[fact];
	struct yz_feel_value up = {0}, down = {0};
	uint32_t here = j->at[fact];
	if (here == set->npositions || !set->ordered || is.kind == YZ_FEEL_STRING)
		return up;
	for (uint32_t q = here + 1; q < set->npositions && up.kind == YZ_FEEL_NULL; q++) {
		place(j, fact, q);
		if (holds(code, j->leaves))
			up = difference(is, set->points[(q - 1) / 2]);
	}
	for (uint32_t q = here; q-- > 0 && down.kind == YZ_FEEL_NULL;) {
		place(j, fact, q);
		if (holds(code, j->leaves))
			down = difference(is, set->points[q / 2]);
	}
	place(j, fact, here);
	if (up.kind == YZ_FEEL_NULL || down.kind == YZ_FEEL_NULL)
		return up.kind == YZ_FEEL_NULL ? down : up;
	int c = 0;
	struct yz_feel_value lower = up.kind == YZ_FEEL_NUMBER ? difference(down, yz_feel_int(0)) : down;
	return yz_feel_compare(up, lower, &c) && c <= 0 ? up : down;
}

size_t yz_dmn_short(struct yz_arena *a, const struct yz_dmn_rules *r, size_t i, const struct yz_feel_value *record,
		    struct yz_feel_run *run, struct yz_dmn_short *out, size_t most)
{
	const struct yz_drule_plan *rule = &r->rules[i];
	if (!rule->yes)
		return 0;
	record = conforming(run, r, record);
	struct judge j = judge_of(a, r, record);
	const struct yz_dway *best = NULL;
	size_t fewest = SIZE_MAX, n = 0;
	for (size_t w = 0; w < rule->nways; w++) {
		size_t lacks = lacking(&rule->ways[w], j.leaves, SIZE_MAX);
		if (lacks < fewest) {
			fewest = lacks;
			best = &rule->ways[w];
		}
	}
	for (size_t c = 0; best && c < best->n && n < most; c++) {
		const struct yz_dplan *p = best->conditions[c];
		if (holds(best->codes[c], j.leaves))
			continue;
		uint32_t fact = only_fact(p);
		struct yz_dmn_short *s = &out[n++];
		*s = (struct yz_dmn_short){.text = p->text, .place = p->place};
		if (fact == NO_FACT)
			continue;
		s->fact = &r->facts[fact];
		s->is = record[fact];
		s->by = distance(&j, best->codes[c], fact, record[fact]);
	}
	return n;
}
