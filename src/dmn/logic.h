/* dmn/logic.h - private: decisions as functions of facts, for asking and proving.
 *
 *	facts, computed values, opaque conditions -> variables of finitely many positions
 *	conditions                                -> diagrams (forest.h)
 *	values                                    -> outcomes, each with the diagram of where it is so
 *
 * A first round over the decisions collects the constants that each fact is
 * compared with; they cut it into positions, in each of which every condition
 * answers alike.  A second round builds.  What cannot be looked into is a
 * variable of its own: a computed value that is compared, or a yes-or-no.
 *
 *	logic.c        nodes, boxed expressions, expressions
 *	logic_test.c   conditions
 *	logic_table.c  decision tables
 *	logic_fact.c   variables and their positions
 *	natural.c      values that read naturally
 *
 * Ownership: all in the arena given.
 * Failure:   past the bound forest.spent is set, and what was built means nothing.
 * Threads:   one for a model: yz_feel_condition wants it so.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_LOGIC_H
#define YZ_DMN_LOGIC_H

#include "dmn/eval.h"
#include "dmn/forest.h"

enum yz_dvar_kind {
	DV_FACT,
	DV_COMPUTED,  /* what an expression gives, whatever it is made of */
	DV_CONDITION, /* a yes-or-no that cannot be looked into */
};

/* A position: one value, or the values between two. */
struct yz_datom {
	struct yz_feel_value value; /* one that lies there */
	struct yz_feel_value low, high; /* the gap between these; null: without end */
	bool single;
	bool empty; /* nothing lies there: a type allows none of it */
};

struct yz_dvar {
	enum yz_dvar_kind kind;
	uint32_t index;     /* its place in the forest's order */
	struct yz_str name; /* of the fact; else the text */
	const struct yz_dmn_node *input; /* FACT: NULL for a parameter */
	struct yz_str path;              /* within the input */
	const struct yz_dnode *node;     /* else where it stands */
	struct yz_dmn_place place;
	const struct yz_feel_type *type; /* NULL: any */
	YZ_VEC(struct yz_feel_value) points;
	bool strings_ordered, speaks_null;
	bool used; /* in the second round */
	struct yz_datom *atoms;
	uint32_t natoms;
	bool finite;     /* every position is one value */
	uint32_t always; /* what its values are: YZ_YES, or not the empty positions */
};

struct yz_dleaf {
	uint32_t guard;
	struct yz_dvar *var; /* NULL: the constant `value` */
	struct yz_feel_value value;
};

enum yz_dsym_kind {
	SYM_LEAVES,
	SYM_INPUT,  /* an input, or a part of it */
	SYM_FIELDS, /* a context */
};

struct yz_dsym_field {
	struct yz_str name;
	const struct yz_dnode *node; /* or */
	struct yz_dsym *sym;
};

/* A value as a function of the facts. */
struct yz_dsym {
	enum yz_dsym_kind kind;
	uint32_t fails; /* where there is none, because a table upstream has no answer */
	YZ_VEC(struct yz_dleaf) leaves; /* their guards exclude each other */
	const struct yz_dmn_node *input; /* INPUT; NULL: a parameter */
	struct yz_str name, path;
	const struct yz_feel_type *type;
	struct yz_dsym_field *fields; /* FIELDS */
	size_t nfields;
};

/* A condition: where it is true, where it is false; elsewhere it is null. */
struct yz_dtruth {
	uint32_t yes, no;
};

/* A table as it was tried, in the second round. */
struct yz_dtried {
	const struct yz_dnode *node;
	const struct yz_dtable *table;
	uint32_t care;    /* where it is asked at all, with inputs that are there */
	uint32_t refused; /* an input's value is not allowed */
	uint32_t *rows;   /* where each row matches */
	uint32_t *cells;  /* of row r and input i at r * ncolumns + i */
	const uint32_t *order; /* rows in the order in which the first that matches answers; NULL: not such a policy */
};

struct yz_dlogic {
	struct yz_arena *arena;
	const struct yz_dmn *model;
	struct yz_forest forest;
	struct yz_feel_run run;
	struct yz_dmn_eval eval; /* for functions of the model */
	bool nulls; /* a table without an answer gives null, instead of failing */
	bool collecting;
	YZ_VEC(struct yz_dvar *) vars;
	struct yz_map by_key;
	struct yz_dsym **nodes; /* by index */
	YZ_VEC(struct yz_dtried) tables;
	YZ_VEC(const struct yz_dexpr *) unread; /* boxed expressions that are not looked into */
};

/* Where an expression stands. */
struct yz_dwhere {
	const struct yz_dnode *node;
	struct yz_dsym **frame;
	uint32_t care;
};

/* Both rounds over these nodes (decisions, knowledge models); then yz_dlogic_node is there for each. */
void yz_dlogic_run(struct yz_dlogic *l, struct yz_arena *a, const struct yz_dmn *m, size_t most, bool nulls,
		   const struct yz_dnode *const *nodes, size_t n);
const struct yz_dsym *yz_dlogic_node(struct yz_dlogic *l, const struct yz_dnode *n);

/* ---- between the files ---- */

struct yz_dsym *yz_dlogic_feel(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *f,
			       const struct yz_feel_type *type);
struct yz_dtruth yz_dlogic_tests(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *cell,
				 const struct yz_dsym *tested, const struct yz_feel_type *type);
struct yz_dsym *yz_dlogic_table(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dtable *t);
uint32_t yz_dlogic_fails(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *f);

/* A condition, the value under test and its type, and the text of the whole for what cannot be looked into. */
struct yz_dasked {
	const struct yz_dsym *tested;
	const struct yz_feel_type *type;
	struct yz_str about; /* what is tested */
	struct yz_str text;
};

struct yz_dtruth yz_dlogic_truth(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dasked *q,
				 const struct yz_feel_cond *c);
/* A test (subject op value) of a symbol, which takes the place of its subject. */
struct yz_dtruth yz_dlogic_test(struct yz_dlogic *l, const struct yz_feel_cond *c, const struct yz_dsym *s,
				const struct yz_feel_type *type);
/* A program over values that are few: what it gives for each; NULL: they are not. */
struct yz_dsym *yz_dlogic_tried(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_feel *program,
				const struct yz_dsym *tested, const struct yz_feel_type *type);

struct yz_dsym *yz_dsym_new(struct yz_dlogic *l);
/* The value behind a path; NULL: it is not to be looked into. */
const struct yz_dsym *yz_dsym_at(struct yz_dlogic *l, const struct yz_dsym *s, struct yz_str path);
/* The variable for what cannot be looked into: `text`, said of `about`. */
struct yz_dvar *yz_dvar_unread(struct yz_dlogic *l, const struct yz_dwhere *w, enum yz_dvar_kind kind, struct yz_str about,
			       struct yz_str text, const struct yz_feel_type *type);
struct yz_dsym *yz_dsym_constant(struct yz_dlogic *l, uint32_t guard, struct yz_feel_value v);
void yz_dsym_add(struct yz_dlogic *l, struct yz_dsym *s, uint32_t guard, struct yz_dvar *var, struct yz_feel_value v);
/* Equal constants become one. */
void yz_dsym_merge(struct yz_dlogic *l, struct yz_dsym *s);

/* logic_fact.c */
struct yz_dvar *yz_dvar_of(struct yz_dlogic *l, enum yz_dvar_kind kind, struct yz_str key, struct yz_str name,
			   const struct yz_feel_type *type);
void yz_dvar_point(struct yz_dlogic *l, struct yz_dvar *v, struct yz_feel_value point, bool ordered);
/* The constants of all tests in a condition. */
void yz_dvar_points(struct yz_dlogic *l, struct yz_dvar *v, const struct yz_feel_cond *c);
/* Those of what a type allows. */
void yz_dvar_allowed(struct yz_dlogic *l, struct yz_dvar *v, const struct yz_feel_type *t);
void yz_dvar_close(struct yz_dlogic *l, struct yz_dvar *v);
/* Where the variable stands at a position of those marked. */
uint32_t yz_dvar_at(struct yz_dlogic *l, const struct yz_dvar *v, const uint8_t *marked);
/* The position of a value, or UINT32_MAX. */
uint32_t yz_dvar_position(const struct yz_dvar *v, struct yz_feel_value value);

/* natural.c: values strictly between the two (null: without end; of the same class), the most natural first. */
size_t yz_dnatural(struct yz_arena *a, unsigned class, struct yz_feel_value low, struct yz_feel_value high,
		   struct yz_feel_value *out, size_t most);

#endif
