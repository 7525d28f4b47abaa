/* dmn/dmn.h - decision models (DMN 1.5, reading 1.1 to 1.6): the one public face.
 *
 *	XML -> yz_dmn_load -> struct yz_dmn (immutable), diagnostics
 *	                         |
 *	     facts -> struct yz_dmn_eval: yz_dmn_set, yz_dmn_decide -> value, trace
 *
 * Load once, decide many times: a model is never written again, so any number
 * of threads decide at once without a lock, each with an evaluation of its own.
 *
 * Ownership: a model lives in the arena it was loaded in and keeps nothing of
 *            the sources.  An evaluation, its trace and its values live in the
 *            arena of its run; inputs must outlive the result.
 * Failure:   loading fails when nothing can be made of the text (no XML, no
 *            DMN, a bound passed).  Everything else that is wrong is a
 *            diagnostic; the model still decides as the standard says, and
 *            whoever publishes asks yz_dmn_errors first.  Deciding never
 *            fails: "cannot" is a null with its reason, listed in the run.
 * Unknown:   a fact that nobody has told is, where the evaluation says so, not
 *            null but unknown; a decision is then unknown exactly when it may
 *            still depend on it, and a table tells which rows are possible.
 * Threads:   a model: any.  An evaluation: one thread at a time.
 * Clock:     none; the run says what now() is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_DMN_DMN_H
#define YZ_DMN_DMN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "feel/feel.h"

/* ---- loading ------------------------------------------------------------ */

struct yz_dmn; /* a model and those it imports */

struct yz_dmn_source {
	struct yz_str file; /* its name, for messages */
	struct yz_str text; /* XML */
};

/* Every bound has a default; 0 (or NULL) in a field takes it. */
struct yz_dmn_limits {
	const struct yz_feel_limits *feel; /* of expressions at load and in evaluations; yz_feel_default */
	size_t bytes;                      /* of one source: 16 MiB */
	size_t models;                     /* sources together; imports, one counted for each way it is reached: 64 */
	size_t nodes;                      /* decisions, inputs … of all models: 20,000 */
	size_t cells;                      /* of all tables, relations included: 2,000,000 */
	size_t depth;                      /* nesting of boxed expressions and of item definitions: 64 */
	size_t chain;                      /* decisions that need each other in a row: 500 */
	size_t diags;                      /* findings kept, of each severity: 1,000 */
};
extern const struct yz_dmn_limits yz_dmn_default;

struct yz_dmn_place {
	struct yz_str file;
	struct yz_str element;  /* outermost first: "decision 资格 / decision table / rule 3 / input 2" */
	struct yz_str id;       /* of the nearest element that has one; may be empty */
	uint32_t line, column;  /* in the file, from 1; columns count characters; 0: not known */
};

struct yz_dmn_diag {
	const struct yz_dmn_diag *next;
	enum yz_feel_severity severity;
	struct yz_dmn_place place;
	struct yz_str message;  /* one sentence, for whoever can mend it */
	struct yz_str expected; /* may be empty */
	struct yz_str found;    /* may be empty */
	/* The same in Chinese; the element is the place's. */
	struct {
		struct yz_str element, message, expected, found;
	} zh;
};

/* sources[0] is the model; the others stand ready to be imported (by namespace).  NULL exactly when err is
 * filled: YZ_SYNTAX, YZ_LIMIT or YZ_TOO_LARGE with file, element, line, column in err.  *diags (NULL allowed)
 * gets all that was found, in order of the files, the fatal one too. */
const struct yz_dmn *yz_dmn_load(struct yz_arena *a, const struct yz_dmn_source *sources, size_t n,
				 const struct yz_dmn_limits *limits, const struct yz_dmn_diag **diags,
				 struct yz_err *err);
/* Findings of severity ERROR: a model with some is not to be published. */
size_t yz_dmn_errors(const struct yz_dmn *m);

/* ---- what is in it ------------------------------------------------------ */

enum yz_dmn_kind {
	YZ_DMN_INPUT,    /* input data */
	YZ_DMN_DECISION,
	YZ_DMN_BKM,      /* business knowledge model */
	YZ_DMN_SERVICE,  /* decision service */
};

struct yz_dmn_node {
	enum yz_dmn_kind kind;
	uint32_t index;                /* among all nodes of the model */
	struct yz_str name;            /* of its variable; white space made single */
	struct yz_str label;           /* or the name */
	struct yz_str id, ns;          /* id and namespace of its model */
	struct yz_str import;          /* "" for the model itself, else the name it was imported by, "a.b" when twice */
	struct yz_str description, question, answers; /* question and allowedAnswers of a decision; may be empty */
	const struct yz_feel_type *type; /* of its value; BKM, SERVICE: a function type.  NULL: Any */
	const struct yz_dmn_node *const *needs; /* its requirements, in order of the model; SERVICE: its outputs */
	size_t nneeds;
	struct yz_dmn_place place;
};

struct yz_str yz_dmn_name(const struct yz_dmn *m);
struct yz_str yz_dmn_namespace(const struct yz_dmn *m);
/* All nodes, those of the model itself first, in order of the file; out[i]->index is i. */
const struct yz_dmn_node *const *yz_dmn_nodes(const struct yz_dmn *m, size_t *n);
/* By name ("资格", "import.资格") or by id, the model's own first; NULL: none.  Names match with white space made
 * single. */
const struct yz_dmn_node *yz_dmn_find(const struct yz_dmn *m, struct yz_str name);
/* The input data a decision, service or knowledge model stands on, directly or not, in order of the model. */
const struct yz_dmn_node *const *yz_dmn_inputs_of(struct yz_arena *a, const struct yz_dmn *m,
						  const struct yz_dmn_node *node, size_t *n);
/* What is different between two models, decision by decision (by name) and row by row: a row of the same id or the same
 * conditions that answers otherwise is changed.  In order of the new model, then what is gone.  Texts live in `a`. */
enum yz_dmn_aspect {
	YZ_DMN_NODE_ADDED,
	YZ_DMN_NODE_REMOVED,
	YZ_DMN_COLUMNS,     /* inputs and outputs of a table, and how it hits: `was` and `is` list them */
	YZ_DMN_ROW_ADDED,
	YZ_DMN_ROW_REMOVED,
	YZ_DMN_ROW_CHANGED,
	YZ_DMN_LOGIC,       /* an expression, or another kind of logic; of boxed logic only that it is another */
};
struct yz_dmn_change {
	enum yz_dmn_aspect aspect;
	struct yz_str node;          /* its name */
	size_t row_was, row_is;      /* from 1 */
	struct yz_str was, is;       /* "conditions → answers" of a row */
};
const struct yz_dmn_change *yz_dmn_compare(struct yz_arena *a, const struct yz_dmn *was, const struct yz_dmn *is, size_t *n);
/* The allowed values of a type: the FEEL unary tests as written, and the values when they are a plain list of them
 * (NULL and *n 0 otherwise). */
struct yz_str yz_dmn_allowed(const struct yz_dmn *m, const struct yz_feel_type *t, const struct yz_feel_value **values,
			     size_t *n);

/* What the logic of a decision or knowledge model answers as it stands written, in order of the model: constant outputs of
 * its table, literals, entries of a list, both branches of a conditional.  What is computed, nulls and what the nodes
 * below it answer are not among them. */
struct yz_dmn_constant {
	struct yz_feel_value value;
	struct yz_dmn_place place;
	uint32_t rule; /* of a table, from 1; 0: none */
};
const struct yz_dmn_constant *yz_dmn_constants(struct yz_arena *a, const struct yz_dmn_node *node, size_t *n);

/* ---- deciding ----------------------------------------------------------- */

struct yz_dmn_trace;

/* Init, set, decide; nothing to finish.  The results of decisions are kept until the next yz_dmn_begin. */
struct yz_dmn_eval {
	const struct yz_dmn *model;
	struct yz_feel_run *run;
	bool missing_unknown;       /* an input nobody set is unknown (by its name) instead of null */
	bool explain;               /* keep a trace; set before deciding */
	struct yz_dmn_trace *trace; /* when explain: of what was decided first since begin, the others behind `next` */
	/* Private from here. */
	struct yz_dmn_page **pages;
	const struct yz_dmn_eval *outer;
	struct yz_dmn_trace *open;
	uint32_t depth, steps;
};
/* Sets everything of *e, both flags to false.  The run is initialised by the caller and may be used for several
 * evaluations in one arena. */
void yz_dmn_begin(struct yz_dmn_eval *e, const struct yz_dmn *m, struct yz_feel_run *run);
/* Gives an input's value, or a decision's in place of its logic.  It is converted to the node's type (10.3.2.9.4); one
 * that does not conform becomes null with a reason, and false is returned. */
bool yz_dmn_set(struct yz_dmn_eval *e, const struct yz_dmn_node *node, struct yz_feel_value v);
/* The value of a decision; of an input; of a service (its outputs: one value, or a context when several), its input
 * decisions taken from what was set; of a knowledge model: the function. */
struct yz_feel_value yz_dmn_decide(struct yz_dmn_eval *e, const struct yz_dmn_node *node);
/* Calls a knowledge model or a service with arguments in order of its parameters; missing ones at the end are null. */
struct yz_feel_value yz_dmn_call(struct yz_dmn_eval *e, const struct yz_dmn_node *node, const struct yz_feel_value *args,
				 size_t n);
/* Facts as a context, one entry an input (or a decision, in place of its logic) by name or id, those of an import also
 * in a context under its name; what names nothing is left, and its first name given in *stray (NULL allowed). */
bool yz_dmn_set_all(struct yz_dmn_eval *e, struct yz_feel_value facts, struct yz_str *stray);

/* ---- explaining --------------------------------------------------------- */

enum yz_dmn_step {
	YZ_DMN_STEP_NODE,   /* a decision, or a call of a knowledge model or service: `node` */
	YZ_DMN_STEP_TABLE,  /* a decision table */
	YZ_DMN_STEP_ENTRY,  /* an entry of a boxed context, an argument of an invocation: `name` */
	YZ_DMN_STEP_BRANCH, /* which branch a conditional took: "then", "else" */
	YZ_DMN_STEP_TEXT,   /* a literal expression: `text` */
};

/* How a cell or a row answered. */
enum yz_dmn_truth { YZ_DMN_FALSE, YZ_DMN_TRUE, YZ_DMN_NULL, YZ_DMN_POSSIBLE, YZ_DMN_NOT_ASKED };

struct yz_dmn_cell {
	struct yz_str text; /* as in the model */
	enum yz_dmn_truth truth;
};

struct yz_dmn_row {
	uint32_t rule;           /* from 1 */
	struct yz_str id, label; /* and description; may be empty */
	enum yz_dmn_truth truth; /* of the whole row */
	bool counts;             /* it made the answer */
	const struct yz_dmn_cell *cells;   /* as many as the table has inputs */
	const struct yz_str *notes;        /* annotations, as many as the table has */
	const struct yz_str *outputs;      /* the texts of its output cells */
	const struct yz_feel_value *values; /* and their values, where they were computed */
};

struct yz_dmn_trace {
	enum yz_dmn_step step;
	const struct yz_dmn_node *node;
	struct yz_str name, text;
	struct yz_dmn_place place;
	struct yz_feel_value value;
	struct yz_dmn_trace *child, *last, *next, *parent; /* children in the order they were computed */
	/* TABLE */
	struct yz_str policy;                                /* "UNIQUE", "COLLECT SUM" */
	size_t ninputs, noutputs, nnotes, nrows;
	const struct yz_str *input_texts, *output_names, *note_names; /* input labels where there are, else expressions */
	const struct yz_feel_value *input_values;
	const struct yz_dmn_row *rows; /* those that match or may match, and, for an answer of no row, all up to 100 */
	bool defaulted;                /* the default output answered */
};

/* {"decision": …, "value": …, "table": {…, "rules": […]}, "steps": […]}: docs/dmn.md gives the grammar.
 * NULL, where nothing was decided: null. */
void yz_dmn_trace_json(const struct yz_dmn_trace *t, struct yz_buf *out);
/* In the words of the model, a line a step, indented: who decided what, because of which rule and cells. */
void yz_dmn_trace_text(const struct yz_dmn_trace *t, enum yz_feel_lang lang, struct yz_buf *out);
/* The rows that can still answer in the first table below t that is not decided; NULL and *n 0 when none is open. */
const struct yz_dmn_row *yz_dmn_possible(const struct yz_dmn_trace *t, size_t *n);

/* ---- sweeping: decisions over a whole register ------------------------------ */

/* A scalar fact that decisions may stand on: an input, or an entry within one. */
struct yz_dmn_fact {
	const struct yz_dmn_node *input;
	struct yz_str name; /* "申请人.年龄": the input's name and the path */
	struct yz_str path; /* "年龄": within the input; empty: the input itself */
	const struct yz_feel_type *type;
};
/* All scalar facts of the model's inputs, in order of the model; entries within entries down to 8 deep, lists and
 * what has no known type left out. */
const struct yz_dmn_fact *yz_dmn_facts(struct yz_arena *a, const struct yz_dmn *m, size_t *n);

/* A table with a column a fact, kept by columns, and what makes sweeping it quick.
 *
 * Ownership: on the heap; whoever creates it destroys it (NULL allowed).  It borrows the facts.
 * Threads:   one while rows are added; then any number read.
 */
struct yz_dmn_sheet;
struct yz_dmn_sheet *yz_dmn_sheet_create(const struct yz_dmn_fact *facts, size_t n);
void yz_dmn_sheet_destroy(struct yz_dmn_sheet *s);
/* A row: a value for each fact, of its kind; another kind (or what is not allowed) counts as null.  Copied.
 * YZ_LIMIT past 2^31 rows. */
bool yz_dmn_sheet_add(struct yz_dmn_sheet *s, const struct yz_feel_value *row, struct yz_err *err);
/* No more rows: builds the index. */
void yz_dmn_sheet_close(struct yz_dmn_sheet *s);
size_t yz_dmn_sheet_rows(const struct yz_dmn_sheet *s);
size_t yz_dmn_sheet_bytes(const struct yz_dmn_sheet *s); /* of memory, index included */
struct yz_feel_value yz_dmn_sheet_value(const struct yz_dmn_sheet *s, size_t row, size_t fact);

/* Decisions made ready for sweeping: each answers "yes" where its outcome is `wanted`, or, wanted NULL, where it is
 * true or, of another kind, not null.  Immutable, in the arena; borrows model and facts. */
struct yz_dmn_rules;
const struct yz_dmn_rules *yz_dmn_rules_new(struct yz_arena *a, const struct yz_dmn *m,
					    const struct yz_dmn_node *const *decisions, size_t n,
					    const struct yz_dmn_fact *facts, size_t nfacts,
					    const struct yz_feel_value *wanted);
/* The i'th decision can be swept by columns; otherwise it is decided row by row. */
bool yz_dmn_rules_plain(const struct yz_dmn_rules *r, size_t i);
/* The conditions a yes needs together; those who meet all but one nearly qualify.  0 or 1: nobody nearly does. */
size_t yz_dmn_rules_conditions(const struct yz_dmn_rules *r, size_t i);

/* Sets of rows, a bit a row.  Created once for a sheet and used for one sweep after another. */
struct yz_dmn_swept {
	const uint64_t *match, *near; /* of the last sweep */
	size_t words, nmatch, nnear;
	/* Private. */
	void *work;
};
void yz_dmn_swept_init(struct yz_dmn_swept *w, const struct yz_dmn_sheet *s);
void yz_dmn_swept_finish(struct yz_dmn_swept *w);
/* The rows whose answer to the i'th decision is yes, and those that are one condition short.  `now` as in a run. */
void yz_dmn_sweep(const struct yz_dmn_rules *r, size_t i, const struct yz_dmn_sheet *s, struct yz_feel_value now,
		  struct yz_dmn_swept *w);
/* The other way: one record, a value for each fact, against all decisions.  answers[i]: 2 yes, 1 nearly, 0 no. */
void yz_dmn_sweep_record(const struct yz_dmn_rules *r, const struct yz_feel_value *record, struct yz_feel_run *run,
			 uint8_t *answers);
/* Gives an evaluation the facts of a record, to decide and explain one pair. */
void yz_dmn_set_record(struct yz_dmn_eval *e, const struct yz_dmn_fact *facts, size_t n,
		       const struct yz_feel_value *record);

/* What keeps a record from a yes. */
struct yz_dmn_short {
	struct yz_str text;         /* the condition, as the model has it */
	struct yz_dmn_place place;
	const struct yz_dmn_fact *fact; /* when it is about one; else NULL */
	struct yz_feel_value is;    /* that fact's value */
	struct yz_feel_value by;    /* number or duration that it would have to rise (fall: negative); null: no such */
};
/* The conditions of decision i that the record does not meet, in order; at most `most`. */
size_t yz_dmn_short(struct yz_arena *a, const struct yz_dmn_rules *r, size_t i, const struct yz_feel_value *record,
		    struct yz_feel_run *run, struct yz_dmn_short *out, size_t most);

/* ---- asking: the next question -------------------------------------------- */

/* A fact as it was told, or as an example has it. */
struct yz_dmn_told {
	struct yz_str name; /* "申请人.年龄", as yz_dmn_facts has it; or a whole input */
	struct yz_feel_value value;
	bool assumed; /* examples: no fact, but something that cannot be looked into; not set */
};
/* Gives an evaluation these facts, the last of a name; parts of one input together.  What is not told is null, or
 * unknown where the evaluation says so. */
void yz_dmn_set_told(struct yz_dmn_eval *e, const struct yz_dmn_told *told, size_t n);

/* A decision made ready for asking.  Immutable, in the arena; any number of threads ask at once.  Making it: one
 * thread at a time for a model.  A service is asked as its first output. */
struct yz_dmn_guide;
const struct yz_dmn_guide *yz_dmn_guide_new(struct yz_arena *a, const struct yz_dmn *m,
					    const struct yz_dmn_node *decision);
/* Every question is asked because the outcome depends on it: no condition had to be taken as it stands, and the
 * decisions are not too large.  Otherwise one may be asked that turns out to make no difference. */
bool yz_dmn_guide_exact(const struct yz_dmn_guide *g);

/* One of the answers: a value, or all values between two that lead to the same. */
struct yz_dmn_answer {
	struct yz_feel_value value; /* of a band: one within it */
	bool band, low_in, high_in;
	struct yz_feel_value low, high; /* null: without end */
};

struct yz_dmn_question {
	struct yz_str fact;              /* its name, to tell the answer by */
	const struct yz_dmn_node *input; /* whose part it is; its description is the words of the question */
	const struct yz_feel_type *type; /* NULL: any */
	const struct yz_dmn_answer *answers; /* none: free */
	size_t nanswers;
	bool free; /* other values, or one within a band, may be given as well */
};

struct yz_dmn_asked {
	bool decided;
	struct yz_feel_value outcome;    /* when decided; else unknown, with what it depends on */
	struct yz_dmn_question question; /* when not */
};
/* The outcome, or the question that leaves the fewest outcomes (where there are too many to count: rows of all tables)
 * on average; of equals the first in the model. */
void yz_dmn_ask(const struct yz_dmn_guide *g, const struct yz_dmn_told *known, size_t n, struct yz_feel_run *run,
		struct yz_dmn_asked *out);
/* needless[i]: with the facts before it that matter, fact i makes no difference any more (or is told again behind). */
void yz_dmn_needless(const struct yz_dmn_guide *g, const struct yz_dmn_told *known, size_t n, struct yz_feel_run *run,
		     bool *needless);

/* ---- proving: no gap, no contradiction, no rule in vain ------------------- */

enum yz_dmn_flaw {
	YZ_DMN_GAP,       /* no rule of a table answers, and there is no default */
	YZ_DMN_REFUSED,   /* a table is given what its inputs do not allow */
	YZ_DMN_CLASH,     /* `rule` and `other` match together, where the hit policy forbids it */
	YZ_DMN_NEVER,     /* the cells of `rule` never hold together, whatever the facts and the decisions before it */
	YZ_DMN_MASKED,    /* `rule` never answers: others come before it; in the example it is `other` */
	YZ_DMN_UNREACHED, /* no rule gives `value`, which the table lists as an output */
	YZ_DMN_ENDLESS,   /* the decision is never made: it has no logic, or stands on itself */
	YZ_DMN_OUTSIDE,   /* `rule` gives `value` for output `other`, which the output or its type does not allow */
	YZ_DMN_EMPTY,     /* `rule` has nothing in the cell of output `other` */
};

struct yz_dmn_finding {
	const struct yz_dmn_finding *next;
	enum yz_dmn_flaw flaw;
	const struct yz_dmn_node *node;
	struct yz_dmn_place place;
	uint32_t rule, other; /* from 1; 0: none */
	struct yz_feel_value value;
	const struct yz_dmn_told *example; /* facts for which it is so; NEVER, UNREACHED and ENDLESS have none */
	size_t nexample;
};

/* What was taken as a yes-or-no, or as any value, because it cannot be looked into. */
struct yz_dmn_unread {
	struct yz_str text, about; /* about: the input it tests; may be empty */
	struct yz_dmn_place place; /* of the decision */
	bool value;                /* a computed value that is compared, not a yes-or-no */
};

struct yz_dmn_proof {
	const struct yz_dmn_finding *findings; /* in order of the model */
	size_t nfindings;
	const struct yz_dmn_unread *unread;
	size_t nunread;
	size_t tables, facts, nodes; /* looked at; nodes of the diagrams */
};

/* Looks at every answer there can be to every fact, for `decision` and what it needs (NULL: all decisions and
 * knowledge models): each of a fact's type and allowed values.  A fact that is not answered (null) is no gap unless
 * some rule speaks of null.  False with YZ_LIMIT past `most` nodes (0: 1,000,000) of diagrams or 10,000 findings.
 * One thread at a time for a model, and no other may be making a guide or rules of it. */
bool yz_dmn_prove(struct yz_arena *a, const struct yz_dmn *m, const struct yz_dmn_node *decision, size_t most,
		  struct yz_dmn_proof *out, struct yz_err *err);
/* One sentence, and the example; without the place. */
void yz_dmn_finding_text(const struct yz_dmn_finding *f, enum yz_feel_lang lang, struct yz_buf *out);
/* {"findings": […], "unread": […], "tables": N, …}: docs/dmn.md gives the grammar. */
void yz_dmn_proof_json(const struct yz_dmn_proof *p, enum yz_feel_lang lang, struct yz_buf *out);

/* ---- values as JSON ----------------------------------------------------- */

/* Numbers as they stand, strings, booleans, lists, contexts; dates, times and durations as strings (as string()
 * gives them); null; functions as null; unknown as {"unknown": ["fact", …]}. */
void yz_dmn_write_json(struct yz_buf *out, struct yz_feel_value v);
/* A JSON value as FEEL's, shaped by a type where one is known: a string where a date is expected is read as one.
 * NULL type: strings stay strings.  False with err (where: the path within) when the JSON is none or does not fit. */
bool yz_dmn_read_json(struct yz_arena *a, struct yz_str json, const struct yz_feel_type *t, struct yz_feel_value *out,
		      struct yz_err *err);

/* ---- the public conformance suite's test cases --------------------------- */

/* Counts of all files run with it; `out` gets a line for each case that fails, `csv` (NULL allowed) a line for each
 * case in the suite's own form: folder, file, case, SUCCESS or ERROR, detail. */
struct yz_dmn_suite {
	struct yz_buf *out, *csv;
	size_t passed, failed;
	struct yz_feel_value now; /* what now() answers */
	const struct yz_dmn_limits *limits;
};
/* Runs the cases of one test file.  `folder` names it in the report; sources[0] is the model it names, the others what
 * that may import (yz_dmn_suite_model tells the name).  A case passes when all its results are as expected: numbers
 * within 1e-8, contexts by name, lists in order; a result marked errorResult is to be null.  False with err when
 * the text is no test file; a model that does not load fails its cases. */
bool yz_dmn_suite_run(struct yz_dmn_suite *s, struct yz_str folder, const struct yz_dmn_source *test,
		      const struct yz_dmn_source *sources, size_t n, struct yz_err *err);
/* The model a test file names; {NULL, 0} when it is no test file. */
struct yz_str yz_dmn_suite_model(struct yz_arena *a, struct yz_str test);

#endif
