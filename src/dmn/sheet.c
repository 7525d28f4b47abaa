/* dmn/sheet.c - a table kept by columns, sorted once, for sweeping.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/sweep.h"

#include <assert.h>
#include <stdlib.h>

enum {
	MOST_MARKS = 128,          /* sets of the first so and so many rows, a column */
	MOST_SET_BYTES = 32 << 20, /* sets of codes, a column */
	ROWS_MOST = INT32_MAX,
	SCALE_MOST = 12, /* digits behind the point that keys carry */
};

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

struct yz_dmn_sheet *yz_dmn_sheet_create(const struct yz_dmn_fact *facts, size_t n)
{
	struct yz_dmn_sheet *s = must(calloc(1, sizeof *s));
	s->arena = yz_arena_create(0);
	s->scratch = yz_arena_create(0);
	s->columns = must(calloc(n ? n : 1, sizeof *s->columns));
	s->ncolumns = n;
	for (size_t i = 0; i < n; i++) {
		s->columns[i].fact = &facts[i];
		s->columns[i].kind = facts[i].type->kind;
		yz_map_init(&s->columns[i].by_text, s->arena);
	}
	return s;
}

void yz_dmn_sheet_destroy(struct yz_dmn_sheet *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->ncolumns; i++) {
		struct yz_dsheet_column *c = &s->columns[i];
		free(c->keys);
		free(c->known);
		free(c->order);
		free(c->starts);
		free(c->sets);
	}
	free(s->columns);
	yz_arena_destroy(s->arena);
	yz_arena_destroy(s->scratch);
	free(s);
}

size_t yz_dmn_sheet_rows(const struct yz_dmn_sheet *s)
{
	return s->rows;
}

/* ---- adding ---- */

static size_t width(const struct yz_dsheet_column *c)
{
	return c->store == DT_KEYS ? sizeof *c->keys : c->store == DT_CODES ? sizeof *c->codes : sizeof *c->values;
}

static void grow(struct yz_dmn_sheet *s)
{
	size_t more = s->capacity ? s->capacity * 2 : 1024;
	for (size_t i = 0; i < s->ncolumns; i++) {
		struct yz_dsheet_column *c = &s->columns[i];
		c->known = must(realloc(c->known, more / 8));
		memset((char *)c->known + s->capacity / 8, 0, (more - s->capacity) / 8);
		if (c->store != DT_NONE)
			c->keys = must(realloc(c->keys, more * width(c)));
	}
	s->capacity = more;
}

/* The first value of a column says how it is kept. */
static void choose_store(struct yz_dmn_sheet *s, struct yz_dsheet_column *c)
{
	switch (c->kind) {
	case YZ_FEEL_STRING:
	case YZ_FEEL_BOOLEAN:
		c->store = DT_CODES;
		break;
	case YZ_FEEL_NUMBER:
	case YZ_FEEL_DATE:
	case YZ_FEEL_MONTHS:
		c->store = DT_KEYS;
		break;
	default:
		c->store = DT_VALUES;
	}
	c->keys = must(calloc(s->capacity, width(c)));
}

static bool scaled(int64_t k, int by, int64_t *out)
{
	for (; by > 0; by--)
		if (__builtin_mul_overflow(k, (int64_t)10, &k))
			return false;
	*out = k;
	return true;
}

static bool key_of(struct yz_feel_value v, int *exp, int64_t *out)
{
	if (v.kind != YZ_FEEL_NUMBER) {
		*exp = 0;
		*out = v.n;
		return true;
	}
	struct yz_dec d = yz_dec_strip(yz_feel_dec(v));
	if (d.hi || d.lo > INT64_MAX || d.exp > 18 || d.exp < -SCALE_MOST)
		return false;
	*exp = d.exp < 0 ? d.exp : 0;
	*out = d.neg ? -(int64_t)d.lo : (int64_t)d.lo;
	return scaled(*out, d.exp - *exp, out);
}

static struct yz_feel_value of_key(const struct yz_dsheet_column *c, int64_t key)
{
	if (c->kind == YZ_FEEL_DATE)
		return yz_feel_day(key);
	if (c->kind == YZ_FEEL_MONTHS)
		return yz_feel_months(key);
	struct yz_dec d = yz_dec_int(key);
	d.exp = (int16_t)c->exp;
	return yz_feel_number(d);
}

/* Keys no longer do: every row as a value. */
static void widen(struct yz_dmn_sheet *s, struct yz_dsheet_column *c)
{
	struct yz_feel_value *values = must(calloc(s->capacity, sizeof *values));
	for (size_t i = 0; i < s->rows; i++)
		if (yz_dbit(c->known, i))
			values[i] = of_key(c, c->keys[i]);
	free(c->keys);
	c->values = values;
	c->store = DT_VALUES;
}

/* All keys of the column in units of 10^exp. */
static bool refine(struct yz_dmn_sheet *s, struct yz_dsheet_column *c, int exp)
{
	int64_t *finer = must(calloc(s->capacity, sizeof *finer));
	for (size_t i = 0; i < s->rows; i++)
		if (!scaled(c->keys[i], c->exp - exp, &finer[i])) {
			free(finer);
			return false;
		}
	free(c->keys);
	c->keys = finer;
	c->exp = exp;
	return true;
}

static bool put_key(struct yz_dmn_sheet *s, struct yz_dsheet_column *c, struct yz_feel_value v)
{
	int exp;
	int64_t key;
	if (!key_of(v, &exp, &key) || (exp < c->exp && !refine(s, c, exp)) || !scaled(key, exp - c->exp, &key))
		return false;
	c->keys[s->rows] = key;
	return true;
}

uint32_t yz_dsheet_code(const struct yz_dsheet_column *c, struct yz_feel_value v)
{
	if (c->kind == YZ_FEEL_BOOLEAN)
		return v.flag;
	return (uint32_t)(uintptr_t)yz_map_get(&c->by_text, yz_feel_str(v)) - 1;
}

static void put_code(struct yz_dmn_sheet *s, struct yz_dsheet_column *c, struct yz_feel_value v)
{
	uint32_t code = yz_dsheet_code(c, v);
	if (code == UINT32_MAX) {
		struct yz_str text = yz_str_dup(s->arena, yz_feel_str(v));
		code = (uint32_t)c->texts.len;
		*yz_vec_push(s->arena, &c->texts) = text;
		yz_map_put(&c->by_text, text, (void *)(uintptr_t)(code + 1));
	}
	c->codes[s->rows] = code;
}

/* Whether the value may stand in the column; *whole false: nor may any of its input. */
static bool fits(struct yz_dmn_sheet *s, const struct yz_dsheet_column *c, struct yz_feel_value v, bool *whole)
{
	*whole = true;
	if (v.kind == YZ_FEEL_NULL)
		return false;
	if (v.kind == (uint8_t)c->kind && !c->fact->type->allows)
		return true;
	struct yz_feel_run run;
	yz_feel_run_init(&run, s->scratch);
	bool ok = v.kind == (uint8_t)c->kind && yz_feel_coerce(&run, v, c->fact->type).kind != YZ_FEEL_NULL;
	yz_arena_reset(s->scratch);
	*whole = ok;
	return ok;
}

static void put(struct yz_dmn_sheet *s, struct yz_dsheet_column *c, struct yz_feel_value v)
{
	if (c->store == DT_NONE)
		choose_store(s, c);
	if (c->store == DT_KEYS && !put_key(s, c, v))
		widen(s, c);
	if (c->store == DT_CODES)
		put_code(s, c, v);
	if (c->store == DT_VALUES)
		c->values[s->rows] = v;
	yz_dbit_put(c->known, s->rows);
	c->nknown++;
}

bool yz_dmn_sheet_add(struct yz_dmn_sheet *s, const struct yz_feel_value *row, struct yz_err *err)
{
	assert(!s->closed);
	if (s->rows == ROWS_MOST)
		return yz_fail(err, YZ_LIMIT, "a sheet has at most %d rows", ROWS_MOST);
	if (s->rows == s->capacity)
		grow(s);
	for (size_t i = 0; i < s->ncolumns;) {
		/* An input one part of which does not conform is null as a whole (10.3.2.9.4). */
		size_t end = i;
		bool all = true, whole;
		for (; end < s->ncolumns && s->columns[end].fact->input == s->columns[i].fact->input; end++) {
			fits(s, &s->columns[end], row[end], &whole);
			all &= whole;
		}
		for (; i < end; i++)
			if (all && row[i].kind != YZ_FEEL_NULL)
				put(s, &s->columns[i], row[i]);
	}
	s->rows++;
	return true;
}

/* ---- the index ---- */

struct pair {
	uint64_t key;
	uint32_t row;
};

/* Least digit first, as many digits as the keys differ in. */
static void sort_pairs(struct pair *p, struct pair *other, size_t n, uint64_t span)
{
	enum { DIGIT = 11 };
	struct pair *from = p, *to = other;
	size_t counts[1 << DIGIT];
	for (unsigned shift = 0; shift < 64 && span >> shift; shift += DIGIT) {
		memset(counts, 0, sizeof counts);
		for (size_t i = 0; i < n; i++)
			counts[from[i].key >> shift & ((1 << DIGIT) - 1)]++;
		size_t sum = 0;
		for (size_t d = 0; d < 1 << DIGIT; d++) {
			size_t c = counts[d];
			counts[d] = sum;
			sum += c;
		}
		for (size_t i = 0; i < n; i++)
			to[counts[from[i].key >> shift & ((1 << DIGIT) - 1)]++] = from[i];
		struct pair *t = from;
		from = to;
		to = t;
	}
	if (from != p)
		memcpy(p, from, n * sizeof *p);
}

static void order_keys(struct yz_dmn_sheet *s, struct yz_dsheet_column *c)
{
	struct pair *pairs = must(malloc((c->nknown ? c->nknown : 1) * 2 * sizeof *pairs));
	int64_t least = INT64_MAX, most = INT64_MIN;
	size_t n = 0;
	for (size_t i = 0; i < s->rows; i++)
		if (yz_dbit(c->known, i)) {
			least = c->keys[i] < least ? c->keys[i] : least;
			most = c->keys[i] > most ? c->keys[i] : most;
		}
	for (size_t i = 0; i < s->rows; i++)
		if (yz_dbit(c->known, i))
			pairs[n++] = (struct pair){(uint64_t)c->keys[i] - (uint64_t)least, (uint32_t)i};
	sort_pairs(pairs, pairs + n, n, n ? (uint64_t)most - (uint64_t)least : 0);
	for (size_t i = 0; i < n; i++)
		c->order[i] = pairs[i].row;
	free(pairs);
}

static int by_value(const void *a, const void *b, void *ctx)
{
	const struct yz_feel_value *values = ctx;
	int c = 0;
	yz_feel_compare(values[*(const uint32_t *)a], values[*(const uint32_t *)b], &c);
	return c;
}

static void order_values(struct yz_dmn_sheet *s, struct yz_dsheet_column *c)
{
	size_t n = 0;
	for (size_t i = 0; i < s->rows; i++)
		if (yz_dbit(c->known, i))
			c->order[n++] = (uint32_t)i;
	qsort_r(c->order, n, sizeof *c->order, by_value, c->values);
}

/* After each stride of the order: which rows have come by. */
static void mark(struct yz_dmn_sheet *s, struct yz_dsheet_column *c)
{
	c->stride = c->nknown / MOST_MARKS + 1;
	c->nmarks = c->nknown / c->stride + 1;
	c->sets = must(calloc(c->nmarks * s->words, sizeof *c->sets));
	for (size_t m = 1; m < c->nmarks; m++) {
		uint64_t *set = c->sets + m * s->words;
		memcpy(set, set - s->words, s->words * sizeof *set);
		for (size_t i = (m - 1) * c->stride; i < m * c->stride; i++)
			yz_dbit_put(set, c->order[i]);
	}
}

size_t yz_dsheet_ncodes(const struct yz_dsheet_column *c)
{
	return c->kind == YZ_FEEL_BOOLEAN ? 2 : c->texts.len;
}

struct yz_feel_value yz_dsheet_of_code(const struct yz_dsheet_column *c, uint32_t code)
{
	return c->kind == YZ_FEEL_BOOLEAN ? yz_feel_bool(code) : yz_feel_string(c->texts.at[code]);
}

static void order_codes(struct yz_dmn_sheet *s, struct yz_dsheet_column *c)
{
	size_t n = yz_dsheet_ncodes(c), sum = 0;
	c->starts = must(calloc(n + 2, sizeof *c->starts));
	for (size_t i = 0; i < s->rows; i++)
		if (yz_dbit(c->known, i))
			c->starts[c->codes[i] + 2]++;
	for (size_t i = 0; i < n + 2; i++)
		c->starts[i] = (uint32_t)(sum += c->starts[i]);
	for (size_t i = 0; i < s->rows; i++)
		if (yz_dbit(c->known, i))
			c->order[c->starts[c->codes[i] + 1]++] = (uint32_t)i;
	if (n * s->words * sizeof *c->sets > MOST_SET_BYTES)
		return;
	c->nmarks = n;
	c->sets = must(calloc((n ? n : 1) * s->words, sizeof *c->sets));
	for (size_t i = 0; i < s->rows; i++)
		if (yz_dbit(c->known, i))
			yz_dbit_put(c->sets + c->codes[i] * s->words, i);
}

void yz_dmn_sheet_close(struct yz_dmn_sheet *s)
{
	s->closed = true;
	s->words = (s->rows + YZ_DWIDE * 64 - 1) / (YZ_DWIDE * 64) * YZ_DWIDE;
	for (size_t i = 0; i < s->ncolumns; i++) {
		struct yz_dsheet_column *c = &s->columns[i];
		if (c->store == DT_NONE)
			continue;
		c->order = must(malloc((c->nknown ? c->nknown : 1) * sizeof *c->order));
		if (c->store == DT_CODES) {
			order_codes(s, c);
			continue;
		}
		if (c->store == DT_KEYS)
			order_keys(s, c);
		else
			order_values(s, c);
		mark(s, c);
	}
}

size_t yz_dmn_sheet_bytes(const struct yz_dmn_sheet *s)
{
	size_t sum = yz_arena_used(s->arena);
	for (size_t i = 0; i < s->ncolumns; i++) {
		const struct yz_dsheet_column *c = &s->columns[i];
		sum += s->capacity / 8 + (c->store == DT_NONE ? 0 : s->capacity * width(c));
		if (s->closed && c->store != DT_NONE)
			sum += c->nknown * sizeof *c->order + c->nmarks * s->words * sizeof *c->sets +
			       (c->starts ? (yz_dsheet_ncodes(c) + 2) * sizeof *c->starts : 0);
	}
	return sum;
}

struct yz_feel_value yz_dmn_sheet_value(const struct yz_dmn_sheet *s, size_t row, size_t fact)
{
	const struct yz_dsheet_column *c = &s->columns[fact];
	if (!yz_dbit(c->known, row))
		return (struct yz_feel_value){0};
	if (c->store == DT_CODES)
		return yz_dsheet_of_code(c, c->codes[row]);
	return c->store == DT_KEYS ? of_key(c, c->keys[row]) : c->values[row];
}

size_t yz_dsheet_below(const struct yz_dsheet_column *c, struct yz_feel_value v, bool at)
{
	size_t lo = 0, hi = c->nknown;
	int exp;
	int64_t key;
	bool keyed = c->store == DT_KEYS && key_of(v, &exp, &key) && exp >= c->exp && scaled(key, exp - c->exp, &key);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		uint32_t row = c->order[mid];
		int order = 0;
		if (keyed)
			order = (c->keys[row] > key) - (c->keys[row] < key);
		else
			yz_feel_compare(c->store == DT_KEYS ? of_key(c, c->keys[row]) : c->values[row], v, &order);
		if (order < 0 || (at && !order))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
