/* dmn/model.h - private: a model as it is evaluated.
 *
 * Built once by read.c (from XML), type.c, link.c and compile.c; then never
 * written.  A node begins with its public face, so the two convert by cast.
 *
 * Frames: whatever has logic of its own (a decision, a function body) is
 * evaluated in a frame, an array of values:
 *
 *	requirements and imports | captured | parameters | locals, pushed and popped
 *
 * A local is a context entry so far, the item of a filter, the variable of an
 * iterator.  Each expression knows at compile time which slot of its frame
 * every name it reads has; an inner name hides an outer one of the same name
 * because only the inner one is in the scope it was compiled with.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_MODEL_H
#define YZ_DMN_MODEL_H

#include "base/map.h"
#include "dmn/dmn.h"

enum yz_dexpr_kind {
	DX_LITERAL,
	DX_TABLE,
	DX_CONTEXT,
	DX_LIST,
	DX_RELATION,
	DX_FUNCTION,
	DX_INVOCATION,
	DX_CONDITIONAL,
	DX_FILTER,
	DX_FOR,
	DX_SOME,
	DX_EVERY,
	DX_BROKEN, /* missing, or refused at load (Java, PMML): null, for the reason `text` */
};

/* A compiled FEEL text with the slots of its frame.  It was compiled with the slots of its frame as its names (a hidden
 * one has none), so name i is slot i and the frame itself is the array of inputs. */
struct yz_dfeel {
	struct yz_str text;
	const struct yz_feel *program; /* NULL: did not compile; gives null */
	bool constant;                 /* then `value` is it */
	struct yz_feel_value value;
	uint32_t nnames; /* inputs the program takes: never more than its frame has slots */
	uint32_t nused;  /* those it reads; used[i].name == used[i].slot */
	const struct yz_dslot *used;
};
struct yz_dslot {
	uint32_t name, slot;
};

/* A boxed expression (10.2 … clause 7.3). */
struct yz_dexpr {
	enum yz_dexpr_kind kind;
	struct yz_dmn_place place;
	const struct yz_feel_type *type; /* its typeRef: the value is converted to it; NULL: none */
	struct yz_str text;              /* BROKEN: why */
	union {
		struct yz_dfeel feel;          /* LITERAL */
		const struct yz_dtable *table; /* TABLE */
		struct {                       /* CONTEXT, LIST, RELATION (a list of contexts), INVOCATION's bindings */
			struct yz_dentry *entries;
			size_t n;
			const struct yz_dexpr *callee; /* INVOCATION */
		};
		struct { /* CONDITIONAL: if, then, else; FILTER: in, match; iterators: in, body */
			const struct yz_dexpr *a, *b, *c;
			struct yz_str name; /* iterator variable */
			uint32_t slot;    /* of the iterator variable (FOR: `partial` is the next); FILTER: of `item` */
			uint32_t nfields; /* FILTER: fields of the item that the match may name without a path, … */
			const struct yz_dfield *fields; /* … each with a slot */
		};
		const struct yz_dfunction *function; /* FUNCTION */
	};
};
/* Filled for each item before the match is evaluated: with the entry of that name where the item is a context that has
 * it, else with what stands in slot `outer`. */
struct yz_dfield {
	struct yz_str name;
	uint32_t slot, outer; /* outer: UINT32_MAX: null */
};

struct yz_dentry {
	struct yz_str name;              /* CONTEXT: empty for the result entry; INVOCATION: the parameter */
	const struct yz_feel_type *type; /* of the variable; NULL: none */
	const struct yz_dexpr *expr;     /* NULL: nothing stands there: null */
	uint32_t slot;                   /* CONTEXT: where later entries find it */
};

/* A function definition: boxed, or the logic of a knowledge model. */
struct yz_dfunction {
	struct yz_feel_host host; /* name, type (parameters, result); call and ctx are set when it is made a value */
	const struct yz_dexpr *body;
	uint32_t captured; /* slots of the frame around it that are copied when it is made a value */
	uint32_t first;    /* slot of the first parameter (== captured) */
	uint32_t slots;    /* of its whole frame */
	uint32_t self;     /* the captured slot that is to hold the function itself; UINT32_MAX: none */
	uint32_t nneeded;
	const uint32_t *needed; /* of the captured slots, those that its body reads */
};

/* ---- decision tables (clause 8) ---- */

enum yz_dhit {
	DH_UNIQUE,
	DH_FIRST,
	DH_PRIORITY,
	DH_ANY,
	DH_COLLECT,
	DH_RULE_ORDER,
	DH_OUTPUT_ORDER,
};
/* As a model writes it (hitPolicy). */
const char *yz_dhit_name(enum yz_dhit hit);

enum yz_daggregate { DA_NONE, DA_SUM, DA_COUNT, DA_MIN, DA_MAX };

struct yz_dcolumn {          /* an input clause */
	struct yz_str label; /* or the expression's text */
	struct yz_dfeel expr;
	const struct yz_feel_type *type; /* of the input expression; NULL: Any */
	struct yz_dfeel allowed;         /* inputValues, unary tests; program NULL: none */
};

struct yz_doutput { /* an output clause */
	struct yz_str name, label;
	const struct yz_feel_type *type;   /* NULL: Any */
	struct yz_dfeel allowed;           /* outputValues; program NULL: none */
	const struct yz_feel_value *order; /* the plain values of outputValues, best first; for P and O */
	size_t norder;
	struct yz_dfeel otherwise; /* default output entry; text empty: none */
};

struct yz_drule {
	struct yz_dmn_place place;
	struct yz_str id, label; /* label: @label or description */
	const struct yz_dfeel
		*cells; /* unary tests, one an input; their slots are the table's frame, `?` the column's value */
	const struct yz_dfeel *outputs;
	const struct yz_str *notes;
};

struct yz_dindex; /* table_index.c: what makes it quick */

struct yz_dtable {
	struct yz_dmn_place place;
	struct yz_str label; /* outputLabel */
	enum yz_dhit hit;
	enum yz_daggregate aggregate;
	struct yz_dcolumn *columns;
	size_t ncolumns;
	struct yz_doutput *outputs;
	size_t noutputs;
	struct yz_str *notes; /* names of the annotation columns */
	size_t nnotes;
	struct yz_drule *rules;
	size_t nrules;
	const struct yz_dindex *index;
};

/* ---- nodes ---- */

enum yz_dneed { DN_INFORMATION, DN_KNOWLEDGE };

struct yz_dnode {
	struct yz_dmn_node face;
	struct yz_dmodel *model;
	/* Frame of a decision's or knowledge model's logic: slot i < nrequired holds … */
	struct yz_drequired {
		const struct yz_dnode *node; /* … the value (or function) of this node, */
		struct yz_dimported *import; /* … or the context of an import: its members */
	} * required;
	size_t nrequired;
	const struct yz_dexpr *logic;  /* DECISION; NULL: none */
	uint32_t slots;                /* of the whole frame of the decision */
	struct yz_dfunction *function; /* BKM; its frame begins with `required` (captured == nrequired) */
	bool cyclic;                   /* stands on itself: null */
	/* SERVICE: parameters are inputs, then input decisions (10.4, table 53) */
	const struct yz_dnode **parameters, **outputs;
	size_t nparameters, noutputs;
	const struct yz_feel_host *host; /* BKM, SERVICE: name and function type */
};

/* What an expression sees of an import: a context of the imported nodes it requires. */
struct yz_dimported {
	struct yz_str name;
	const struct yz_feel_type *type; /* a context type */
	struct yz_dmember *members;
	size_t nmembers;
};
struct yz_dmember {
	struct yz_str name;
	const struct yz_dnode *node; /* or, of an import of the import, */
	struct yz_dimported *inner;
};

struct yz_dmodel { /* one file */
	struct yz_str file, name, ns;
	struct yz_dnode **nodes;
	size_t nnodes;
};

struct yz_dmn {
	struct yz_arena *arena;
	struct yz_dmn_limits limits;
	struct yz_dmodel *models; /* [0] is the model itself */
	size_t nmodels;
	const struct yz_dmn_node **nodes; /* of all, by index */
	size_t nnodes;
	struct yz_map by_name, by_id; /* to struct yz_dmn_node; the model's own first */
	size_t nerrors;
	const struct yz_dmn_diag *diags;
};

/* ---- between the files ---- */

/* allow.c: the i'th of the unary tests that say what a type allows; NULL: no more. */
const struct yz_feel *yz_dallow_tests(const struct yz_feel_type *t, size_t i);
/* Narrows a type to what these tests allow, beside those it has. */
void yz_dallow_by(struct yz_arena *a, struct yz_feel_type *t, const struct yz_feel *tests);
/* find.c: white space made single, into `to` of at least s.len bytes; the length. */
size_t yz_dname_into(char *to, struct yz_str s);

/* boxed.c: the value of a boxed expression in a frame. */
struct yz_feel_value yz_dexpr_eval(struct yz_dmn_eval *e, const struct yz_dexpr *x, struct yz_feel_value *frame);
/* eval.c: a FEEL text in a frame. */
struct yz_feel_value yz_dfeel_eval(struct yz_dmn_eval *e, const struct yz_dfeel *f, const struct yz_feel_value *frame);
/* table.c */
struct yz_feel_value yz_dtable_eval(struct yz_dmn_eval *e, const struct yz_dtable *t,
				    const struct yz_feel_value *frame);
/* table_index.c: called once all cells are compiled; never NULL. */
const struct yz_dindex *yz_dtable_index(struct yz_arena *a, const struct yz_dtable *t);

#endif
