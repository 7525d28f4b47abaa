/* dmn/table_index.h - private: what makes a decision table quick.
 *
 * Rows are bits.  For each input and each class of values (numbers, strings …)
 * the constants that its cells speak of cut the class into positions: with an
 * order, the constants and the gaps between them; without one, each constant
 * and "any other".  Within a position every cell answers alike, so a position
 * has one set of rows:
 *
 *	value --(search, hash)--> position --> set of rows       alive = AND of all inputs' sets
 *
 * A cell that is more than comparisons with constants is opaque: its rows stay
 * alive, and the cell is asked for those that still are when all inputs have
 * spoken.  Equal texts of one input are one cell, worked out and asked once.
 *
 * One bit more than there are rows says whether the value is among the input's
 * allowed values; those behind it, whether each test of the type that the
 * expression has allows it: a fact of that type, not known yet, is one of these.
 *
 * Sets of a class with many positions are kept for every block'th position
 * only, with the rows that come and go between.
 *
 * Threads: written once, by yz_dtable_index.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_TABLE_INDEX_H
#define YZ_DMN_TABLE_INDEX_H

#include "dmn/model.h"

enum yz_dclass {
	DC_NULL,
	DC_BOOLEAN,
	DC_NUMBER,
	DC_STRING,
	DC_DATE,
	DC_TIME,
	DC_TIME_ZONED,
	DC_DATE_TIME,
	DC_DATE_TIME_ZONED,
	DC_DAYS,
	DC_MONTHS,
	DC_CLASSES,
	DC_OTHER = DC_CLASSES, /* lists, ranges, contexts, functions: every cell is asked */
	DC_UNKNOWN,
};

enum yz_dlook {
	DL_ONE,     /* there is one position */
	DL_BOOLEAN, /* false, true */
	DL_NUMBER,  /* `keys` are the points in units of 10^exp */
	DL_COUNT,   /* `keys` are the points' n: dates, months, local times */
	DL_DIRECT,  /* as NUMBER, and keys lie close together: `direct` has the positions from the first to the last */
	DL_HASH,    /* strings, in `slots` */
	DL_SEARCH,  /* by yz_feel_compare */
};

/* Where values of one class stand. */
struct yz_dset {
	enum yz_dlook look;
	bool ordered; /* point i is position 2i+1, the gap before it 2i; otherwise point i is i+1 and 0 any other */
	int exp;
	uint32_t npoints, npositions;
	const struct yz_feel_value *points; /* sorted */
	const int64_t *keys;
	const uint16_t *direct;
	const uint32_t *slots; /* hashed index + 1 */
	uint32_t mask;
	uint32_t block;       /* 1: a set for every position */
	const uint64_t *bits; /* of positions 0, block, 2*block … */
	const uint32_t
		*change_at; /* rows changing on the way to position p: changes[change_at[p] … change_at[p + 1]) */
	const uint32_t *changes;
};

struct yz_dindex_column {
	uint32_t slot; /* the input expression is the name in this slot; UINT32_MAX: it is more */
	bool opaque;   /* some cell is */
	const struct yz_dset *sets[DC_CLASSES];
	const uint64_t *asked;    /* rows whose cell is opaque */
	const uint64_t *any;      /* rows whose cell is true for every value: `-` */
	const uint64_t *possible; /* rows whose cell is not false for every value */
	const uint32_t *cells;    /* row -> cell, counted through all columns; the last is that of the allowed values */
	/* An unknown value: of which classes it may be, and the rows that are sure, and possible, then. */
	uint32_t classes; /* bits; 1 << DC_OTHER: of any, or of some that ask the cells */
	const uint64_t *sure, *maybe;
	const struct yz_feel_type *fact; /* NULL: no type narrows a fact here.  Otherwise the same for facts of it: */
	const uint64_t *fact_sure, *fact_maybe;
};

/* An unknown value is a fact whose type says which values it may turn out to be. */
static inline bool yz_dcolumn_narrows(const struct yz_dindex_column *c, struct yz_feel_value v)
{
	const struct yz_feel_type *t = c->fact ? yz_feel_unknown_type(v) : NULL;
	return t && t->kind == c->fact->kind && t->allows == c->fact->allows && t->ctx == c->fact->ctx;
}

/* Outputs that are constants of the right type, made at load. */
struct yz_dindex_row {
	bool fixed;
	struct yz_feel_value value; /* of the row: one output, or their context */
	const struct yz_feel_value *outputs;
	const uint32_t *ranks; /* by output values, for P and O */
};

struct yz_dindex {
	size_t words; /* of a set */
	size_t nbits; /* rows, and what is allowed */
	uint32_t ncells;
	bool fixed; /* all rows are */
	struct yz_dindex_column *columns;
	struct yz_dindex_row *rows;
	size_t bytes; /* of all sets */
};

static inline bool yz_dbit(const uint64_t *set, size_t i)
{
	return set[i / 64] >> (i % 64) & 1;
}
static inline void yz_dbit_put(uint64_t *set, size_t i)
{
	set[i / 64] |= (uint64_t)1 << (i % 64);
}
static inline void yz_dbit_drop(uint64_t *set, size_t i)
{
	set[i / 64] &= ~((uint64_t)1 << (i % 64));
}

/* Where such rows are the values are allowed: the bits behind the rows, from `from` to `to`. */
static inline bool yz_dallowed_at(const uint64_t *rows, size_t from, size_t to)
{
	while (from < to && yz_dbit(rows, from))
		from++;
	return from == to;
}

/* enum yz_dclass of a value */
static inline unsigned yz_dclass_of(const struct yz_feel_value *v)
{
	static const uint8_t classes[] = {
		[YZ_FEEL_NULL] = DC_NULL,           [YZ_FEEL_BOOLEAN] = DC_BOOLEAN, [YZ_FEEL_NUMBER] = DC_NUMBER,
		[YZ_FEEL_STRING] = DC_STRING,       [YZ_FEEL_DATE] = DC_DATE,       [YZ_FEEL_TIME] = DC_TIME,
		[YZ_FEEL_DATE_TIME] = DC_DATE_TIME, [YZ_FEEL_DAYS] = DC_DAYS,       [YZ_FEEL_MONTHS] = DC_MONTHS,
		[YZ_FEEL_LIST] = DC_OTHER,          [YZ_FEEL_RANGE] = DC_OTHER,     [YZ_FEEL_CONTEXT] = DC_OTHER,
		[YZ_FEEL_FUNCTION] = DC_OTHER,      [YZ_FEEL_UNKNOWN] = DC_UNKNOWN,
	};
	unsigned c = classes[v->kind];
	return c + ((c == DC_TIME || c == DC_DATE_TIME) && v->zone);
}

/* The position of a value of the set's class. */
uint32_t yz_dset_position(const struct yz_dset *s, const struct yz_feel_value *v);
/* The rows of a position; `scratch` (of `words`) may be used for them. */
const uint64_t *yz_dset_rows(const struct yz_dset *s, uint32_t position, size_t words, uint64_t *scratch);

/* The place among an output's values; behind them all when it is none of them. */
uint32_t yz_doutput_rank(struct yz_feel_run *run, const struct yz_doutput *o, struct yz_feel_value v);
/* A cell that holds for every value because nothing stands in it. */
bool yz_dcell_is_any(const struct yz_dfeel *cell);

#endif
