/* dmn/load.h - private: a model while it is loaded.
 *
 *	load.c     the sources; which of them are imported
 *	read.c     their elements: imports, item definitions, nodes
 *	spell.c    what DMN does not have there
 *	import.c   how one file calls what stands in another
 *	type.c     item definitions -> struct yz_feel_type; what a typeRef means
 *	allow.c    allowed values
 *	link.c     requirements, services, cycles, the order of compiling
 *	scope.c    which name is which slot; FEEL texts compiled
 *	compile.c  boxed expressions; compile_call.c: functions, nodes; compile_loop.c;
 *	           compile_table.c: decision tables
 *	check.c    what is suspicious in a table
 *	diag.c     findings with their places
 *
 * A bound that is passed sets `failed` and err; everything else is a finding and
 * loading goes on.  All of it lives in the arena of the model.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_LOAD_H
#define YZ_DMN_LOAD_H

#include "dmn/model.h"
#include "fmt/xml.h"

/* Names that one expression may see: FEEL's own bound. */
enum { YZ_DMN_MOST_NAMES = 4096 };

struct yz_dfinding {
	const struct yz_dfile *file;
	struct yz_dmn_diag *diag;
	size_t order;
};

/* Where counting the children of an element got to last: places are asked for in order. */
struct yz_dnumber {
	const struct yz_xml *parent;
	const char *kind; /* NULL: all */
	size_t at, n;
};

struct yz_dload {
	struct yz_arena *arena;
	struct yz_dmn *dmn;
	const struct yz_dmn_limits *limits; /* no zero in it */
	struct yz_err *err;
	bool failed;
	struct yz_dfile *
		*files; /* [0] is the model itself; behind it one for each way something is imported, nearest first */
	size_t nfiles;
	YZ_VEC(struct yz_dnew *) nodes;  /* by index */
	YZ_VEC(struct yz_dnew *) order;  /* each behind what it needs */
	YZ_VEC(struct yz_ditem *) items; /* components too */
	YZ_VEC(struct yz_dfinding) findings;
	YZ_VEC(struct yz_dallowed *) allowed;
	struct yz_dmn_diag unkept; /* past the bound, or quiet */
	struct yz_dnumber numbers[8];
	size_t counts[2], cells;
	const struct yz_feel *dash; /* the cell "-" */
	bool unread_told;           /* sources that could not be read */
	bool quiet;                 /* compiling only to see which names are asked for */
};

struct yz_dimport {
	struct yz_str name, ns;
	const struct yz_xml *el;
	struct yz_dfile *to; /* NULL: there is none */
};

/* How a file calls another: the names of the imports on the way, without the empty ones. */
struct yz_dreach {
	const struct yz_dfile *file;
	const struct yz_str *names;
	size_t n;
};

struct yz_dfile {
	size_t index;
	struct yz_str file, source, ns, name;
	const struct yz_xml *root;
	struct yz_dfile *importer; /* it is there for this one */
	bool again;                /* not the first of its root: its findings are known */
	struct yz_map ids;         /* to struct yz_xml */
	struct yz_map by_id;       /* to struct yz_dnew, … */
	struct yz_map by_name;     /* … also by the name of its variable */
	struct yz_map items;       /* top ones, to struct yz_ditem */
	YZ_VEC(struct yz_dimport) imports;
	YZ_VEC(struct yz_dreach) reach;            /* itself first, then nearest first */
	YZ_VEC(const struct yz_feel_type *) types; /* as FEEL texts call them */
};

/* A node with what is known only while loading. */
struct yz_dnew {
	struct yz_dnode node; /* first: converts by cast */
	const struct yz_xml *el;
	struct yz_dfile *file;
	const struct yz_feel_type
		*seen; /* its type for whoever reads it: declared, else what its logic shows; NULL: Any */
	const struct yz_dnew *required_by; /* the last that was found to */
	const struct yz_dnode **encapsulated; /* of a service, as it says */
	size_t nencapsulated;
	uint32_t mark, low;                /* of the search for cycles */
	uint32_t chain;                    /* decisions below it in a row, itself included */
	bool open, compiled;
};

struct yz_ditem {
	struct yz_dfile *file;
	const struct yz_xml *el;
	struct yz_str name;
	struct yz_feel_type *type;       /* filled last */
	struct yz_feel_type *single;     /* of an item of a collection, else `type` */
	const struct yz_feel_type *base; /* what its typeRef means; NULL: none, or a fault */
	struct yz_ditem *alias;          /* and the item definition it comes from */
	struct yz_ditem **components;
	size_t ncomponents;
	bool collection, function, done, open;
};

/* ---- load.c ---- */

/* A bound was passed: fills err with the place.  Returns false. */
bool yz_dload_fail(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* A namespace of DMN's models, 1.1 to 1.6. */
bool yz_dload_is_model_ns(struct yz_str ns);
bool yz_dload_is_feel(struct yz_str language);

/* ---- diag.c ---- */

struct yz_dmn_place yz_dplace(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el);
/* The element path alone: "decision 资格 / decision table / rule 3". */
struct yz_str yz_dplace_path(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el);
/* The Chinese of messages.def, or NULL. */
const char *yz_dsay(struct yz_str english);
/* A finding at an element; the returned one may be completed with `expected` and `found`.  Never NULL. */
struct yz_dmn_diag *yz_ddiag(struct yz_dload *l, enum yz_feel_severity severity, const struct yz_dfile *f,
			     const struct yz_xml *el, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* FEEL's findings on the text of `text`, of which `skipped` bytes at its front were not compiled. */
void yz_ddiag_feel(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *text, size_t skipped,
		   const struct yz_feel_diag *diags);
void yz_ddiag_finish(struct yz_dload *l);

/* ---- read.c ---- */

/* A name with white space made single. */
struct yz_str yz_dname(struct yz_dload *l, struct yz_str s);
struct yz_str yz_dname_of(struct yz_dload *l, const struct yz_xml *el);
/* A child in the namespace of DMN. */
const struct yz_xml *yz_dchild(const struct yz_xml *el, const char *name);
bool yz_dis(const struct yz_xml *el, const char *name);
void yz_dread_imports(struct yz_dload *l, struct yz_dfile *f);
void yz_dread_file(struct yz_dload *l, struct yz_dfile *f);

/* ---- spell.c ---- */

/* Warns of attributes and elements that DMN does not have there, and says which it has. */
void yz_dspell(struct yz_dload *l, const struct yz_dfile *f);

/* ---- import.c ---- */

void yz_dimport_link(struct yz_dload *l);
const struct yz_dreach *yz_dimport_reach(const struct yz_dfile *from, const struct yz_dfile *to);
/* Adds a node to the context of an import: `reach` says how it is called behind the name of the import. */
void yz_dimport_add(struct yz_dload *l, struct yz_dimported *outer, const struct yz_dreach *reach,
		    struct yz_dnew *member);
/* Gives the context its type, when the nodes in it have theirs. */
const struct yz_feel_type *yz_dimport_type(struct yz_dload *l, struct yz_dimported *i);

/* ---- type.c ---- */

void yz_dtype_link(struct yz_dload *l);
/* What a type reference at `el` means; NULL: Any, or nothing, which is reported. */
const struct yz_feel_type *yz_dtype(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el,
				    struct yz_str ref);
/* Of the attribute typeRef; NULL when there is none. */
const struct yz_feel_type *yz_dtype_of(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el);
/* What readers may take for the type of what a FEEL text gives: a list may be one item of it, so of lists only what
 * names need. */
const struct yz_feel_type *yz_dtype_shape(const struct yz_feel_type *t);
/* One type for both; NULL: nothing known. */
const struct yz_feel_type *yz_dtype_common(const struct yz_feel_type *a, const struct yz_feel_type *b);
struct yz_feel_type *yz_dtype_new(struct yz_dload *l, enum yz_feel_kind kind);

/* ---- allow.c ---- */

/* Adds the unary tests of `el` (NULL: none) to what the type asks already. */
void yz_dallow_add(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el, struct yz_feel_type *t);
/* Compiles what was added, when all types are there. */
void yz_dallow_compile(struct yz_dload *l);
/* The values of unary tests that are a plain list of them. */
const struct yz_feel_value *yz_dallow_values(struct yz_arena *a, const struct yz_feel *tests, size_t *n);

/* ---- link.c ---- */

void yz_dlink(struct yz_dload *l);
bool yz_dlink_order(struct yz_dload *l);

/* ---- scope.c ---- */

struct yz_dslotted {
	struct yz_str name;
	const struct yz_feel_type *type;
	uint32_t hides; /* slot, or UINT32_MAX */
	bool used;
};

struct yz_dscope {
	struct yz_dload *load;
	struct yz_dfile *file;
	YZ_VEC(struct yz_dslotted) slots; /* by slot */
	struct yz_feel_name *names;       /* the same for FEEL: hidden ones without a name */
	size_t cap;
	uint32_t most;  /* slots of the frame */
	uint32_t depth; /* of boxed expressions */
	size_t own;     /* 1 + the slot that the text being compiled, a function, calls itself by; 0: none */
	struct yz_str where;
	YZ_VEC(struct yz_str) asked; /* while quiet: names that nobody has declared */
};

void yz_dscope_init(struct yz_dscope *s, struct yz_dload *l, struct yz_dfile *f);
/* The next slot gets a name (empty: none), which hides an outer one. */
uint32_t yz_dscope_push(struct yz_dscope *s, const struct yz_xml *el, struct yz_str name,
			const struct yz_feel_type *type);
/* Back to `len` slots. */
void yz_dscope_pop(struct yz_dscope *s, size_t len);
/* The slot a name has, or UINT32_MAX. */
uint32_t yz_dscope_find(const struct yz_dscope *s, struct yz_str name);
/* Compiles the text of `el` (a literal expression, a cell …).  False: there is no program; why is reported. */
bool yz_dscope_compile(struct yz_dscope *s, const struct yz_xml *el, enum yz_feel_mode mode,
		       const struct yz_feel_type *tested, struct yz_dfeel *out);
/* The cell that every value passes; it is compiled once. */
void yz_dscope_dash(struct yz_dscope *s, struct yz_dfeel *out);
/* The text of an expression as written, trimmed. */
struct yz_str yz_dtext(const struct yz_xml *el);

/* ---- compile*.c ---- */

void yz_dcompile_node(struct yz_dload *l, struct yz_dnew *n);
/* A boxed expression; `*seen`: the type of its value as far as it shows. */
const struct yz_dexpr *yz_dcompile(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen);
/* The first child of `el` that is an expression, or NULL. */
const struct yz_xml *yz_dexpr_in(const struct yz_xml *el);
/* NULL: nothing can come of it, which is reported. */
const struct yz_dtable *yz_dcompile_table(struct yz_dscope *s, const struct yz_xml *el,
					  const struct yz_feel_type **seen);
/* What is declared against what shows. */
void yz_dcheck_type(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el,
		    const struct yz_feel_type *declared, const struct yz_feel_type *seen);

#endif
