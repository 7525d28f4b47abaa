/* SPDX-License-Identifier: Apache-2.0 */
#include "dmn/table_index.h"

#include "base/map.h"
#include "dmn/table_shape.h"

#include <assert.h>

/* Sets of one class of one input, and of a table, take no more bytes than this (one set is always kept). */
enum { MOST_OF_CLASS = 256 * 1024, MOST_OF_TABLE = 16 * 1024 * 1024 };

struct builder {
	struct yz_arena *arena;
	const struct yz_dtable *table;
	struct yz_dindex *index;
	size_t nbits, budget;
};

/* One input at work. */
struct column {
	const struct yz_dcolumn *clause;
	struct yz_dindex_column *index;
	uint32_t *local; /* row -> shape */
	YZ_VEC(struct yz_dshape) shapes;
	struct yz_dpoints points[DC_CLASSES];
	bool booleans; /* some cell is `true` or `false` */
};

static uint64_t *new_set(struct builder *b)
{
	b->index->bytes += b->index->words * 8;
	return yz_new_n(b->arena, b->index->words, uint64_t);
}

/* ---- cells ---- */

/* Where no type is declared, what is known of the expression. */
static const struct yz_feel_type *type_of(const struct yz_dcolumn *c)
{
	return c->type || !c->expr.program ? c->type : yz_feel_result_type(c->expr.program);
}

/* The type of a fact that stands in this column as it is: nothing makes another value, or null, of what it allows. */
static const struct yz_feel_type *fact_type(const struct yz_dcolumn *c)
{
	const struct yz_feel_type *t = c->expr.program ? yz_feel_result_type(c->expr.program) : NULL;
	if (!t || !t->allows || t->kind >= YZ_FEEL_LIST)
		return NULL;
	if (!c->type || (c->type->kind == t->kind && (!c->type->allows || c->type->ctx == t->ctx)))
		return t;
	return NULL;
}

static const struct yz_dfeel *cell_at(const struct builder *b, size_t row, size_t column)
{
	const struct yz_dtable *t = b->table;
	if (row < t->nrules)
		return &t->rules[row].cells[column];
	if (row == t->nrules)
		return &t->columns[column].allowed;
	const struct yz_feel_type *type = fact_type(&t->columns[column]);
	const struct yz_feel *tests = type ? yz_dallow_tests(type, row - t->nrules - 1) : NULL;
	struct yz_dfeel *cell = yz_new(b->arena, struct yz_dfeel);
	if (tests)
		*cell = (struct yz_dfeel){.program = tests, .text = yz_feel_source(tests)};
	return cell;
}

/* How many tests the types of facts have at most. */
static size_t count_tests(const struct yz_dtable *t)
{
	size_t most = 0;
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct yz_feel_type *type = fact_type(&t->columns[i]);
		size_t n = 0;
		while (type && yz_dallow_tests(type, n))
			n++;
		if (n > most)
			most = n;
	}
	return most;
}

bool yz_dcell_is_any(const struct yz_dfeel *cell)
{
	return !cell->program && !yz_str_trim(cell->text).len;
}

static void find_cells(struct builder *b, struct column *c, size_t at)
{
	struct yz_map seen;
	uint32_t first = b->index->ncells, *cells = yz_new_n(b->arena, b->nbits, uint32_t);
	c->local = yz_new_n(b->arena, b->nbits, uint32_t);
	yz_map_init(&seen, b->arena);
	for (size_t row = 0; row < b->nbits; row++) {
		const struct yz_dfeel *cell = cell_at(b, row, at);
		uintptr_t known = (uintptr_t)yz_map_get(&seen, cell->text);
		/* The allowed values may read as a cell does and still differ: `-`. */
		if (!known || row >= b->table->nrules) {
			known = c->shapes.len + 1;
			yz_dshape_of(b->arena, cell, yz_vec_push(b->arena, &c->shapes));
			yz_map_put(&seen, cell->text, (void *)known);
		}
		c->local[row] = (uint32_t)known - 1;
		cells[row] = first + c->local[row];
	}
	c->index->cells = cells;
	b->index->ncells += (uint32_t)c->shapes.len;
	for (size_t i = 0; i < c->shapes.len; i++) {
		yz_dshape_points(b->arena, &c->shapes.at[i], c->points);
		c->booleans |= c->shapes.at[i].kind == SHAPE_BOOLEAN;
	}
}

static void sort_rows(struct builder *b, struct column *c)
{
	uint64_t *asked = new_set(b), *any = new_set(b), *possible = new_set(b);
	for (size_t row = 0; row < b->nbits; row++) {
		enum yz_dshape_kind kind = c->shapes.at[c->local[row]].kind;
		if (kind == SHAPE_OPAQUE)
			yz_dbit_put(asked, row);
		if (kind == SHAPE_ANY)
			yz_dbit_put(any, row);
		if (kind != SHAPE_NEVER)
			yz_dbit_put(possible, row);
		c->index->opaque |= kind == SHAPE_OPAQUE && row <= b->table->nrules;
	}
	c->index->asked = asked;
	c->index->any = any;
	c->index->possible = possible;
}

/* ---- finding a position ---- */

/* Every point a whole number of 10^exp that fits 64 bits. */
static bool number_keys(struct yz_arena *a, struct yz_dset *s)
{
	int exp = INT16_MAX;
	for (uint32_t i = 0; i < s->npoints; i++) {
		struct yz_dec d = yz_dec_strip(yz_feel_dec(s->points[i]));
		if (d.exp < exp && !yz_dec_is_zero(d))
			exp = d.exp;
	}
	if (exp == INT16_MAX)
		exp = 0;
	int64_t *keys = yz_new_n(a, s->npoints, int64_t);
	for (uint32_t i = 0; i < s->npoints; i++) {
		struct yz_dec d = yz_dec_strip(yz_feel_dec(s->points[i]));
		if (yz_dec_is_zero(d))
			continue;
		if (d.hi || d.lo > INT64_MAX || d.exp - exp > 18)
			return false;
		int64_t k = (int64_t)d.lo;
		for (int e = d.exp; e > exp; e--)
			if (__builtin_mul_overflow(k, (int64_t)10, &k))
				return false;
		keys[i] = d.neg ? -k : k;
	}
	s->exp = exp;
	s->keys = keys;
	return true;
}

static uint32_t after(const struct yz_dset *s, uint32_t i, bool at)
{
	/* i points lie below; at: the value is the i'th itself */
	if (!s->ordered)
		return at ? i + 1 : 0;
	return 2 * i + at;
}

static uint32_t search_keys(const struct yz_dset *s, int64_t key, bool rest)
{
	const int64_t *base = s->keys;
	uint32_t n = s->npoints;
	/* The first key that is not below `key`; no branch to guess. */
	while (n > 1) {
		uint32_t half = n / 2;
		base += base[half - 1] < key ? half : 0;
		n -= half;
	}
	uint32_t i = (uint32_t)(base - s->keys);
	i += n && *base < key;
	bool found = i < s->npoints && s->keys[i] == key;
	if (found && rest)
		return after(s, i + 1, false);
	return after(s, i, found);
}

/* Whole numbers of a few thousand at most are looked up, not searched. */
static bool direct_positions(struct yz_arena *a, struct yz_dset *s)
{
	enum { MOST = 4096 };
	if (!s->npoints)
		return false;
	int64_t first = s->keys[0], last = s->keys[s->npoints - 1];
	uint64_t span = (uint64_t)last - (uint64_t)first;
	if (s->npositions > UINT16_MAX || span >= MOST || span > 64 * (uint64_t)s->npoints)
		return false;
	uint16_t *direct = yz_new_n(a, (size_t)(last - first) + 1, uint16_t);
	for (int64_t k = first; k <= last; k++)
		direct[k - first] = (uint16_t)search_keys(s, k, false);
	s->direct = direct;
	return true;
}

static void count_keys(struct yz_arena *a, struct yz_dset *s)
{
	int64_t *keys = yz_new_n(a, s->npoints, int64_t);
	for (uint32_t i = 0; i < s->npoints; i++)
		keys[i] = s->points[i].n;
	s->keys = keys;
}

static void hash_points(struct yz_arena *a, struct yz_dset *s)
{
	size_t size = 4;
	while (size < 2 * (size_t)s->npoints)
		size *= 2;
	uint32_t *slots = yz_new_n(a, size, uint32_t);
	for (uint32_t i = 0; i < s->npoints; i++) {
		size_t at = yz_str_hash(yz_feel_str(s->points[i])) & (size - 1);
		while (slots[at])
			at = (at + 1) & (size - 1);
		slots[at] = i + 1;
	}
	s->slots = slots;
	s->mask = (uint32_t)size - 1;
}

static void choose_look(struct yz_arena *a, struct yz_dset *s, enum yz_dclass class)
{
	s->look = DL_SEARCH;
	switch (class) {
	case DC_BOOLEAN:
		s->look = DL_BOOLEAN;
		break;
	case DC_NUMBER:
		if (number_keys(a, s))
			s->look = direct_positions(a, s) ? DL_DIRECT : DL_NUMBER;
		break;
	case DC_DATE:
	case DC_TIME:
	case DC_MONTHS:
		s->look = DL_COUNT;
		count_keys(a, s);
		break;
	case DC_STRING:
		if (!s->ordered) {
			s->look = DL_HASH;
			hash_points(a, s);
		}
		break;
	default:
		break;
	}
}

struct yz_dset *yz_dset_new(struct yz_arena *a, enum yz_dclass class, struct yz_dpoints *points)
{
	struct yz_dset *s = yz_new(a, struct yz_dset);
	s->points = points->all.at;
	s->npoints = (uint32_t)yz_dpoints_sort(points->all.at, points->all.len);
	s->ordered = points->ordered;
	s->npositions = class == DC_BOOLEAN ? 2 : s->ordered ? 2 * s->npoints + 1 : s->npoints + 1;
	choose_look(a, s, class);
	return s;
}

static uint32_t direct_position(const struct yz_dset *s, int64_t key, bool rest)
{
	if (key < s->keys[0])
		return 0;
	if (key > s->keys[s->npoints - 1])
		return s->ordered ? s->npositions - 1 : 0;
	uint32_t at = s->direct[key - s->keys[0]];
	/* Behind a point, or of no point at all. */
	if (rest)
		return s->ordered ? at + (at & 1) : 0;
	return at;
}

static uint32_t search_points(const struct yz_dset *s, const struct yz_feel_value *v)
{
	uint32_t lo = 0, hi = s->npoints;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = 0;
		bool ok = yz_feel_compare(*v, s->points[mid], &c);
		assert(ok);
		if (!c)
			return after(s, mid, true);
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return after(s, lo, false);
}

/* As a whole number of 10^exp, rounded down; false: not within 64 bits. */
static bool key_of(const struct yz_feel_value *v, int exp, int64_t *key, bool *rest)
{
	static const uint64_t powers[] = {1,
					  10,
					  100,
					  1000,
					  10000,
					  100000,
					  1000000,
					  10000000,
					  100000000,
					  1000000000,
					  10000000000,
					  100000000000,
					  1000000000000,
					  10000000000000,
					  100000000000000,
					  1000000000000000,
					  10000000000000000,
					  100000000000000000,
					  1000000000000000000};
	int shift = v->exp - exp;
	if (v->hi || v->lo > INT64_MAX || shift > 18 || shift < -18)
		return false;
	uint64_t k = v->lo;
	*rest = false;
	if (shift > 0 && (__builtin_mul_overflow(k, powers[shift], &k) || k > INT64_MAX))
		return false;
	if (shift < 0) {
		*rest = k % powers[-shift];
		k /= powers[-shift];
	}
	*key = v->flag ? -(int64_t)k - *rest : (int64_t)k;
	return true;
}

uint32_t yz_dset_position(const struct yz_dset *s, const struct yz_feel_value *v)
{
	int64_t key;
	bool rest = false;
	switch (s->look) {
	case DL_ONE:
		return 0;
	case DL_BOOLEAN:
		return v->flag;
	case DL_NUMBER:
		return key_of(v, s->exp, &key, &rest) ? search_keys(s, key, rest) : search_points(s, v);
	case DL_DIRECT:
		return key_of(v, s->exp, &key, &rest) ? direct_position(s, key, rest) : search_points(s, v);
	case DL_COUNT:
		return search_keys(s, v->n, false);
	case DL_HASH:
		for (size_t i = yz_str_hash(yz_str_n(v->ptr, v->len)) & s->mask; s->slots[i]; i = (i + 1) & s->mask) {
			const struct yz_feel_value *p = &s->points[s->slots[i] - 1];
			if (p->len == v->len && !memcmp(p->ptr, v->ptr, v->len))
				return s->slots[i];
		}
		return 0;
	case DL_SEARCH:
		return search_points(s, v);
	}
	assert(!"no such look");
}

/* ---- sets ---- */

const uint64_t *yz_dset_rows(const struct yz_dset *s, uint32_t position, size_t words, uint64_t *scratch)
{
	if (s->block == 1)
		return s->bits + position * words;
	uint32_t mark = position / s->block;
	memcpy(scratch, s->bits + mark * words, words * sizeof *scratch);
	for (uint32_t i = s->change_at[mark * s->block + 1]; i < s->change_at[position + 1]; i++)
		scratch[s->changes[i] / 64] ^= (uint64_t)1 << (s->changes[i] % 64);
	return scratch;
}

/* Which rows come or go on the way to each position; the rows of position 0 to `first`. */
static void find_changes(struct builder *b, const struct column *c, const struct yz_dline *lines, struct yz_dset *s,
			 uint64_t *first)
{
	uint32_t *at = yz_new_n(b->arena, s->npositions + 2, uint32_t);
	for (size_t row = 0; row < b->nbits; row++) {
		const struct yz_dline *l = &lines[c->local[row]];
		if (l->at[0].truth == YZ_DMN_TRUE)
			yz_dbit_put(first, row);
		for (size_t i = 1; i < l->n; i++)
			at[l->at[i].from + 1] += (l->at[i].truth == YZ_DMN_TRUE) != (l->at[i - 1].truth == YZ_DMN_TRUE);
	}
	for (uint32_t p = 0; p <= s->npositions; p++)
		at[p + 1] += at[p];
	uint32_t *changes = yz_new_n(b->arena, at[s->npositions + 1], uint32_t);
	uint32_t *fill = yz_new_n(b->arena, s->npositions + 1, uint32_t);
	memcpy(fill, at, (s->npositions + 1) * sizeof *fill);
	for (size_t row = 0; row < b->nbits; row++) {
		const struct yz_dline *l = &lines[c->local[row]];
		for (size_t i = 1; i < l->n; i++)
			if ((l->at[i].truth == YZ_DMN_TRUE) != (l->at[i - 1].truth == YZ_DMN_TRUE))
				changes[fill[l->at[i].from]++] = (uint32_t)row;
	}
	s->change_at = at;
	s->changes = changes;
}

static void fill_sets(struct builder *b, struct yz_dset *s, const uint64_t *first)
{
	size_t words = b->index->words, set = words * 8;
	size_t most = b->budget / set ? b->budget / set : 1;
	s->block = (uint32_t)((s->npositions + most - 1) / most);
	size_t kept = (s->npositions + s->block - 1) / s->block;
	uint64_t *bits = yz_new_n(b->arena, kept * words, uint64_t), *at = yz_new_n(b->arena, words, uint64_t);
	b->index->bytes += kept * set;
	memcpy(at, first, set);
	for (uint32_t p = 0; p < s->npositions; p++) {
		for (uint32_t i = s->change_at[p]; i < s->change_at[p + 1]; i++)
			at[s->changes[i] / 64] ^= (uint64_t)1 << (s->changes[i] % 64);
		if (p % s->block == 0)
			memcpy(bits + p / s->block * words, at, set);
	}
	s->bits = bits;
}

static const struct yz_dset *new_class(struct builder *b, struct column *c, enum yz_dclass class)
{
	struct yz_dset *s = yz_dset_new(b->arena, class, &c->points[class]);
	struct yz_dline *lines = yz_new_n(b->arena, c->shapes.len, struct yz_dline);
	bool turns = false;
	for (size_t i = 0; i < c->shapes.len; i++) {
		static const struct yz_dturn alive = {0, YZ_DMN_TRUE};
		const struct yz_dshape *shape = &c->shapes.at[i];
		lines[i] = shape->kind == SHAPE_OPAQUE ? (struct yz_dline){&alive, 1}
						       : yz_dshape_line(b->arena, shape, class, s);
		turns |= lines[i].n > 1;
	}
	if (!turns) {
		s->look = DL_ONE;
		s->npositions = 1;
	}
	uint64_t *first = yz_new_n(b->arena, b->index->words, uint64_t);
	find_changes(b, c, lines, s, first);
	fill_sets(b, s, first);
	return s;
}

/* ---- what an input may be ---- */

static uint32_t classes_of(const struct yz_feel_type *t)
{
	if (!t || t->kind == YZ_FEEL_ANY || t->kind == YZ_FEEL_UNKNOWN)
		return (1u << DC_OTHER << 1) - 1;
	struct yz_feel_value v = {.kind = (uint8_t)t->kind};
	unsigned class = yz_dclass_of(&v);
	uint32_t classes = 1u << DC_NULL | 1u << class;
	if (class == DC_TIME || class == DC_DATE_TIME)
		classes |= 1u << class << 1;
	return classes;
}

/* The rows that hold for all and for some of the values that an unknown one may turn out to be: of the type, and
 * allowed where that can be told, by the input and what stands in the bits before `allowed`. */
static void find_unknown(struct builder *b, struct yz_dindex_column *c, size_t allowed, const uint64_t **all,
			 const uint64_t **some)
{
	size_t words = b->index->words;
	bool any = false;
	uint64_t *sure = new_set(b), *maybe = new_set(b), *scratch = yz_new_n(b->arena, words, uint64_t);
	*all = c->any;
	*some = c->possible;
	if (c->classes >> DC_OTHER & 1)
		return;
	memset(sure, 0xff, words * 8);
	for (unsigned k = 0; k < DC_CLASSES; k++) {
		const struct yz_dset *s = c->classes >> k & 1 ? c->sets[k] : NULL;
		for (uint32_t p = 0; s && p < s->npositions; p++) {
			const uint64_t *rows = yz_dset_rows(s, p, words, scratch);
			if (!yz_dallowed_at(rows, b->table->nrules, allowed))
				continue;
			any = true;
			for (size_t w = 0; w < words; w++) {
				sure[w] &= rows[w];
				maybe[w] |= rows[w];
			}
		}
	}
	if (any) {
		*all = sure;
		*some = maybe;
	}
}

/* The expression is a name and nothing more. */
static uint32_t plain_slot(struct builder *b, const struct yz_dfeel *f)
{
	size_t n;
	if (!f->program || f->nused != 1)
		return UINT32_MAX;
	const struct yz_feel_name *names = yz_feel_names(f->program, &n);
	uint32_t slot = f->used[0].slot;
	return slot < n && yz_str_eq(yz_str_trim(f->text), names[slot].name) ? slot : UINT32_MAX;
}

/* Clocks with and clocks without a zone are compared as they stand on the wall, which no positions can tell: a value
 * of the one kind asks the cells that order the other. */
static bool asks_clocks(const struct column *c, unsigned class)
{
	static const uint8_t others[DC_CLASSES] = {[DC_TIME] = DC_TIME_ZONED,
						   [DC_TIME_ZONED] = DC_TIME,
						   [DC_DATE_TIME] = DC_DATE_TIME_ZONED,
						   [DC_DATE_TIME_ZONED] = DC_DATE_TIME};
	return others[class] && c->points[others[class]].ordered;
}

static void index_column(struct builder *b, size_t at)
{
	struct column c = {.clause = &b->table->columns[at], .index = &b->index->columns[at]};
	find_cells(b, &c, at);
	sort_rows(b, &c);
	c.index->slot = plain_slot(b, &c.clause->expr);
	c.index->classes = classes_of(type_of(c.clause));
	bool open = c.index->classes >> DC_OTHER & 1;
	for (unsigned k = 0; k < DC_CLASSES; k++) {
		bool spoken_of = k == DC_NULL || c.points[k].all.len || (k == DC_BOOLEAN && c.booleans);
		if (asks_clocks(&c, k))
			c.index->classes |= (c.index->classes >> k & 1) << DC_OTHER;
		else if (c.index->classes >> k & 1 && (!open || spoken_of))
			c.index->sets[k] = new_class(b, &c, k);
	}
	find_unknown(b, c.index, b->table->nrules + 1, &c.index->sure, &c.index->maybe);
	c.index->fact = fact_type(c.clause);
	if (c.index->fact)
		find_unknown(b, c.index, b->nbits, &c.index->fact_sure, &c.index->fact_maybe);
}

/* ---- outputs ---- */

static bool fixed_output(struct yz_feel_run *run, const struct yz_doutput *o, const struct yz_dfeel *f)
{
	if (!f->constant || !yz_feel_same(yz_feel_coerce(run, f->value, o->type), f->value))
		return false;
	if (f->value.kind == YZ_FEEL_NULL || !o->allowed.program)
		return true;
	return !o->allowed.nused && yz_feel_is_true(yz_feel_test(o->allowed.program, run, NULL, f->value));
}

/* OUTPUT ORDER and PRIORITY: the place among the output values, behind them all when it is none. */
uint32_t yz_doutput_rank(struct yz_feel_run *run, const struct yz_doutput *o, struct yz_feel_value v)
{
	uint32_t i = 0;
	while (i < o->norder && !yz_feel_is_true(yz_feel_equal(run, o->order[i], v)))
		i++;
	return i;
}

static void fix_row(struct builder *b, struct yz_feel_run *run, const struct yz_dfeel *cells, struct yz_dindex_row *row)
{
	const struct yz_dtable *t = b->table;
	struct yz_feel_value *values = yz_new_n(b->arena, t->noutputs, struct yz_feel_value);
	uint32_t *ranks = yz_new_n(b->arena, t->noutputs, uint32_t);
	for (size_t i = 0; i < t->noutputs; i++) {
		if (!fixed_output(run, &t->outputs[i], &cells[i]))
			return;
		values[i] = cells[i].value;
		if (t->hit == DH_PRIORITY || t->hit == DH_OUTPUT_ORDER)
			ranks[i] = yz_doutput_rank(run, &t->outputs[i], values[i]);
	}
	*row = (struct yz_dindex_row){.fixed = true, .outputs = values, .ranks = ranks, .value = values[0]};
	if (t->noutputs == 1)
		return;
	struct yz_feel_entry *entries = yz_new_n(b->arena, t->noutputs, struct yz_feel_entry);
	for (size_t i = 0; i < t->noutputs; i++)
		entries[i] = (struct yz_feel_entry){t->outputs[i].name, values[i]};
	row->value = yz_feel_context(b->arena, entries, t->noutputs);
}

const struct yz_dindex *yz_dtable_index(struct yz_arena *a, const struct yz_dtable *t)
{
	struct yz_dindex *index = yz_new(a, struct yz_dindex);
	struct builder b = {a, t, index, t->nrules + 1 + count_tests(t), MOST_OF_TABLE};
	struct yz_feel_run run;
	index->nbits = b.nbits;
	index->words = (b.nbits + 63) / 64;
	if (t->ncolumns)
		b.budget /= t->ncolumns;
	if (b.budget > MOST_OF_CLASS)
		b.budget = MOST_OF_CLASS;
	index->columns = yz_new_n(a, t->ncolumns, struct yz_dindex_column);
	for (size_t i = 0; i < t->ncolumns; i++)
		index_column(&b, i);
	index->rows = yz_new_n(a, t->nrules, struct yz_dindex_row);
	yz_feel_run_init(&run, a);
	index->fixed = true;
	for (size_t i = 0; i < t->nrules && t->noutputs; i++) {
		fix_row(&b, &run, t->rules[i].outputs, &index->rows[i]);
		index->fixed &= index->rows[i].fixed;
	}
	return index;
}
