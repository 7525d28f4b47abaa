/* feel/feel.h - the expression language of DMN 1.5 (clause 10.3): the one public face.
 *
 *	names -> yz_feel_compile -> struct yz_feel (immutable)
 *	                              |
 *	          values -> yz_feel_eval / yz_feel_test -> struct yz_feel_value
 *
 * Compile once, evaluate many times: a compiled expression is never written
 * again, so any number of threads evaluate it at once without a lock, each
 * with a run of its own.
 *
 * Ownership: a compiled expression lives in the arena it was compiled in and
 *            borrows the scope's names and types (the text is copied).  Values
 *            are small structs passed by value; what they point to lives in
 *            the arena of the run that made them, in the program, or is
 *            borrowed from whoever constructed them.  Inputs must outlive the
 *            result.
 * Failure:   compiling fails for syntax and bounds only; everything else that
 *            is wrong (unknown name, wrong type) is a diagnostic, and the
 *            expression evaluates as the standard says: to null.  Evaluation
 *            never fails: "cannot" is a null that carries its reason, and the
 *            run lists all reasons with their places.
 * Threads:   a program: any.  A run and its arena: one thread at a time.
 * Clock:     none; now() and today() answer what the run says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_FEEL_H
#define YZ_FEEL_FEEL_H

#include "base/arena.h"
#include "base/dec.h"
#include "base/err.h"
#include "base/str.h"

enum yz_feel_lang { YZ_FEEL_EN, YZ_FEEL_ZH };

/* ---- values ------------------------------------------------------------- */

enum yz_feel_kind {
	YZ_FEEL_NULL, /* the zero value of the struct is null without a reason */
	YZ_FEEL_BOOLEAN,
	YZ_FEEL_NUMBER,
	YZ_FEEL_STRING,
	YZ_FEEL_DATE,
	YZ_FEEL_TIME,
	YZ_FEEL_DATE_TIME,
	YZ_FEEL_DAYS,   /* days and time duration */
	YZ_FEEL_MONTHS, /* years and months duration */
	YZ_FEEL_LIST,
	YZ_FEEL_RANGE,
	YZ_FEEL_CONTEXT,
	YZ_FEEL_FUNCTION,
	YZ_FEEL_UNKNOWN, /* depends on facts nobody has told yet; never equal to anything, not null */
	YZ_FEEL_ANY,     /* of types only, no value has it */
};

struct yz_feel_reason;
struct yz_feel_range;
struct yz_feel_context;
struct yz_feel_function;
struct yz_feel_deps;
struct yz_feel_type;
struct yz_feel_run;

/* 24 bytes.  Read `kind`, then the members it names; make values with the functions below. */
struct yz_feel_value {
	uint8_t kind; /* enum yz_feel_kind */
	uint8_t flag; /* boolean: 0 or 1; number: 1 is negative; string: 1 is "known to be ASCII" */
	int16_t exp;  /* number: exponent of ten */
	uint32_t aux; /* list: number of items; date-time: nanoseconds of the second */
	union {
		struct {
			uint64_t lo, hi; /* number: coefficient; days: nanoseconds as 128-bit two's complement */
		};
		struct {
			const char *ptr; /* string: UTF-8 */
			size_t len;
		};
		struct {
			int64_t n;     /* date: days since 1970-01-01; time: nanoseconds since midnight;
					  date-time: local seconds since 1970-01-01T00:00:00; months: months */
			uint64_t zone; /* time, date-time: opaque; 0 is none */
		};
		const struct yz_feel_value *items; /* list */
		const struct yz_feel_range *range;
		const struct yz_feel_context *context;
		const struct yz_feel_function *function;
		const struct yz_feel_reason *reason; /* null: why, or NULL */
		const struct yz_feel_deps *deps;     /* unknown: on what */
	};
};

struct yz_feel_entry {
	struct yz_str key;
	struct yz_feel_value value;
};

/* How a range was written. */
enum yz_feel_range_form {
	YZ_FEEL_INTERVAL, /* [a..b] and its kin */
	YZ_FEEL_LESS,     /* (< b), (<= b): start is null */
	YZ_FEEL_GREATER,  /* (> a), (>= a): end is null */
	YZ_FEEL_EQUALS,   /* (= a): both ends are a */
	YZ_FEEL_DIFFERS,  /* (!= a): both ends are a, everything else is in it */
};

struct yz_feel_range {
	struct yz_feel_value start, end;
	bool start_included, end_included;
	enum yz_feel_range_form form;
};

/* Makers.  Strings, lists, entries and ranges are borrowed, not copied. */
struct yz_feel_value yz_feel_bool(bool v);
struct yz_feel_value yz_feel_int(int64_t v);
struct yz_feel_value yz_feel_number(struct yz_dec d);
struct yz_feel_value yz_feel_string(struct yz_str s); /* valid UTF-8 is the caller's duty */
struct yz_feel_value yz_feel_list(const struct yz_feel_value *items, size_t n);
/* Keys must differ; order is kept. */
struct yz_feel_value yz_feel_context(struct yz_arena *a, const struct yz_feel_entry *entries, size_t n);
/* `r` must stay. The ends are not checked. */
struct yz_feel_value yz_feel_range(const struct yz_feel_range *r);
/* days since 1970-01-01 */
struct yz_feel_value yz_feel_day(int64_t day);
/* An instant (microseconds UTC) in a zone of `offset` seconds east. */
struct yz_feel_value yz_feel_instant(int64_t micros, int offset);
struct yz_feel_value yz_feel_months(int64_t months);
struct yz_feel_value yz_feel_seconds(int64_t seconds); /* days and time duration */
/* Reads what number(), date(), time(), "date and time"(), duration() read from a string, or "true"/"false";
 * STRING takes the text itself.  False, and *out untouched, when it is none.  A zone name (@Area/City) is
 * loaded into the arena. */
bool yz_feel_read(struct yz_arena *a, enum yz_feel_kind kind, struct yz_str text, struct yz_feel_value *out);

/* Takers: the value must be of that kind (asserted), except where said. */
bool yz_feel_is_true(struct yz_feel_value v);  /* any kind: exactly the boolean true */
bool yz_feel_is_false(struct yz_feel_value v); /* any kind: exactly the boolean false */
struct yz_dec yz_feel_dec(struct yz_feel_value v);
struct yz_str yz_feel_str(struct yz_feel_value v);
size_t yz_feel_len(struct yz_feel_value v);                           /* list: items; context: entries */
struct yz_feel_value yz_feel_at(struct yz_feel_value list, size_t i); /* from 0; must be < len */
const struct yz_feel_entry *yz_feel_entries(struct yz_feel_value context);
/* The entry's value, or NULL when there is none. */
const struct yz_feel_value *yz_feel_get(struct yz_feel_value context, struct yz_str key);
/* A date's day, or a date-time's local day. */
int64_t yz_feel_day_of(struct yz_feel_value v);
/* A date-time with a zone (or, without one, taken at `offset`), or a date at midnight: microseconds UTC,
 * false when out of int64_t. */
bool yz_feel_instant_of(struct yz_feel_value v, int offset, int64_t *micros);

/* Unknown: depends on the fact of this name ("applicant.age").  A path into an unknown fact of one name
 * depends on the longer name.  Names are copied. */
struct yz_feel_value yz_feel_unknown(struct yz_arena *a, struct yz_str fact);
/* The same, with what type the fact is of (NULL: any); a path into it is of the field's. */
struct yz_feel_value yz_feel_unknown_of(struct yz_arena *a, struct yz_str fact, const struct yz_feel_type *t);
/* The type of the one fact that v stands for; NULL: of any, or v is no unknown fact but depends on some. */
const struct yz_feel_type *yz_feel_unknown_type(struct yz_feel_value v);
/* Depends on all that a and b depend on (either may be known: it is ignored). */
struct yz_feel_value yz_feel_unknown_both(struct yz_arena *a, struct yz_feel_value x, struct yz_feel_value y);
/* Sorted, each once.  Anything but UNKNOWN: NULL and *n 0. */
const struct yz_str *yz_feel_depends_on(struct yz_feel_value v, size_t *n);
/* Some part of it, at any depth, is unknown; *out depends on all of them. */
bool yz_feel_has_unknown(struct yz_arena *a, struct yz_feel_value v, struct yz_feel_value *out);

/* FEEL's `=` (10.3.2.13): true, false, null (different kinds) or unknown. */
struct yz_feel_value yz_feel_equal(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b);
/* A total order: <0, 0, >0 in *out; false when the two have none (two kinds, booleans, a time with and one
 * without a zone).  Fractions of seconds count here; the standard's `=` of times leaves them out. */
bool yz_feel_compare(struct yz_feel_value a, struct yz_feel_value b, int *out);
/* FEEL's `<`, which is no order where zones are mixed: a time without a zone is taken to be in the other's (10.3.2.13,
 * semantics of inequality).  0 in *out: neither is less; *or_equal: then `<=` holds, which asks for `=`. */
bool yz_feel_order(struct yz_feel_value a, struct yz_feel_value b, int *out, bool *or_equal);
/* The same value, of the same kind, throughout; null is null; for caches and tests, not FEEL's `=`. */
bool yz_feel_same(struct yz_feel_value a, struct yz_feel_value b);

/* What string() gives; null gives "null", unknown "unknown(applicant.age)". */
struct yz_str yz_feel_text(struct yz_arena *a, struct yz_feel_value v);
/* As an expression that reads back to the same value where the language can: strings quoted. */
void yz_feel_write(struct yz_buf *b, struct yz_feel_value v);
const char *yz_feel_kind_name(enum yz_feel_kind kind); /* "date and time" */

struct yz_feel_scope;

/* ---- types -------------------------------------------------------------- */

struct yz_feel_field {
	struct yz_str name;
	const struct yz_feel_type *type; /* NULL: Any */
};

/* A type as item definitions and `instance of` know it.  The owner may fill in `item` and `fields` after other
 * types point here, so types may refer to themselves through fields. */
struct yz_feel_type {
	enum yz_feel_kind kind; /* NULL and ANY included; UNKNOWN not */
	struct yz_str name;     /* as the model calls it, for messages; may be empty */
	/* list, range: of what; function: of its result; NULL: Any.  A function type without fields and item is
	 * that of all functions. */
	const struct yz_feel_type *item;
	const struct yz_feel_field *fields; /* context: entries; function: parameters */
	size_t nfields;
	/* Allowed values: called on a value that fits otherwise; true, false or unknown.  For a list type
	 * it is the list that is asked about; constraints on the items stand on `item`.  NULL: all. */
	struct yz_feel_value (*allows)(const struct yz_feel_type *self, struct yz_feel_run *run,
				       struct yz_feel_value v);
	const void *ctx; /* for allows */
	/* What of the allowed values can be gone through or compared with; NULL: nothing.  While a fact of the type is
	 * unknown, what holds for all of that holds for the fact. */
	const struct yz_feel_span *(*span)(const struct yz_feel_type *self);
};

/* All that may be allowed of a type, or NULL; its bounds, which may belong to it or not, or NULL. */
struct yz_feel_span {
	const struct yz_feel_value *values;
	size_t nvalues;
	const struct yz_feel_value *least, *most;
};

/* The built-in type of that name ("number", "days and time duration", "dateTime", "Any", …) or NULL. */
const struct yz_feel_type *yz_feel_type_named(struct yz_str name);
const struct yz_feel_type *yz_feel_type_of_kind(enum yz_feel_kind kind);
/* A type as it is written ("list<tAge>", "function<number> -> string"), of the scope's `types` and the built-in ones;
 * NULL: it is none, or speaks of one that is not there. */
const struct yz_feel_type *yz_feel_type_read(struct yz_arena *a, struct yz_str text, const struct yz_feel_scope *scope);
/* The type a value has, for a scope made from sample data. */
const struct yz_feel_type *yz_feel_type_of(struct yz_arena *a, struct yz_feel_value v);
/* "list<number>"; named types by name. */
struct yz_str yz_feel_type_text(struct yz_arena *a, const struct yz_feel_type *t);
/* `v instance of t`: true, false, or unknown.  null is an instance of Null only.  `t` NULL is Any. */
struct yz_feel_value yz_feel_instance_of(struct yz_feel_run *run, struct yz_feel_value v, const struct yz_feel_type *t);
/* The implicit conversions of 10.3.2.9.4: the value itself when it conforms (null conforms to all), [v] to v,
 * v to [v], date to date and time; otherwise null with a reason.  Contexts and lists are converted within
 * only as far as the standard says: not at all.  Allowed values are checked.  Unknown stays unknown. */
struct yz_feel_value yz_feel_coerce(struct yz_feel_run *run, struct yz_feel_value v, const struct yz_feel_type *t);
/* Every value of the one is of the other. */
bool yz_feel_type_fits(const struct yz_feel_type *sub, const struct yz_feel_type *super);

/* ---- functions ---------------------------------------------------------- */

/* A function of the host: a business knowledge model, a decision service.  `type` is of kind FUNCTION: parameter
 * names and types, result type.  Arguments come in parameter order, coerced to their types, named invocation
 * already sorted out; a wrong number never arrives.  The result is coerced to the result type. */
struct yz_feel_host {
	struct yz_str name;
	const struct yz_feel_type *type;
	struct yz_feel_value (*call)(const void *ctx, struct yz_feel_run *run, const struct yz_feel_value *args,
				     size_t n);
	const void *ctx;
	/* Arguments that do not conform: false makes them null and calls; true makes the result null. */
	bool strict;
};
/* `h` must outlive the value. */
struct yz_feel_value yz_feel_function_of(struct yz_arena *a, const struct yz_feel_host *h);
/* Calls any function value by position. */
struct yz_feel_value yz_feel_call(struct yz_feel_run *run, struct yz_feel_value fn, const struct yz_feel_value *args,
				  size_t n);
/* Calls any function value by the names of its parameters.  Those of a function of the model or of the host that are not
 * given are null; a name it does not have makes the result null, with a reason. */
struct yz_feel_value yz_feel_call_named(struct yz_feel_run *run, struct yz_feel_value fn,
					const struct yz_feel_entry *args, size_t n);
/* Number of parameters it takes, or -1 when it is a built-in that takes several numbers. */
int yz_feel_arity(struct yz_feel_value fn);

/* ---- compiling ---------------------------------------------------------- */

/* Every bound has a default; 0 in a field takes it. */
struct yz_feel_limits {
	size_t text;    /* bytes of an expression: 1 MiB */
	size_t depth;   /* nesting of an expression, of calls, of values compared or printed: 256 */
	size_t numeral; /* digits of a numeral as written: 10,000 */
	uint64_t steps; /* calls, rounds of loops and items handled by one evaluation: 50,000,000 */
	size_t string;  /* bytes of one string made: 16 MiB */
	size_t list;    /* items of one list made: 1,000,000 */
	size_t reasons; /* null reasons kept by one run: 100 */
	uint32_t regex; /* match limit of one regular expression: 1,000,000 */
};
extern const struct yz_feel_limits yz_feel_default;

struct yz_feel_name {
	struct yz_str name; /* spaces, operators and Chinese allowed; trimmed; runs of white space count as one */
	const struct yz_feel_type *type; /* NULL: Any.  Known context types resolve names behind a dot. */
};

/* What an expression may speak of.  names[i] is inputs[i] of the evaluation. */
struct yz_feel_scope {
	const struct yz_feel_name *names;
	size_t len;
	/* Names that are not there are added behind the others (yz_feel_names) instead of being reported. */
	bool open;
	/* Types of the model by name, before the built-in ones. */
	const struct yz_feel_type *const *types; /* by their `name`; "import.tAge" for imported ones */
	size_t ntypes;
	/* 1 + which of the names stands for the expression's own value, where that is a function: it calls itself by
	 * it, and the input is not read.  0: none. */
	size_t own;
	/* Unary tests: the type of the value under test (`?`). NULL: Any. */
	const struct yz_feel_type *tested;
	/* Names the place in messages ("decision 资格, rule 3"); line and column of the text's first character in
	 * its file (0: 1) are added to every place. */
	struct yz_str where;
	uint32_t line, column;
	const struct yz_feel_limits *limits; /* NULL: yz_feel_default */
};

enum yz_feel_mode {
	YZ_FEEL_EXPRESSION,
	YZ_FEEL_UNARY_TESTS, /* a cell of a decision table, allowed values */
};

struct yz_feel_place {
	struct yz_str where;   /* of the scope */
	uint32_t line, column; /* from 1; columns count characters */
	uint32_t from, to;     /* bytes of the text */
};

enum yz_feel_severity { YZ_FEEL_ERROR, YZ_FEEL_WARNING };

struct yz_feel_diag {
	const struct yz_feel_diag *next;
	enum yz_feel_severity severity;
	struct yz_feel_place place;
	struct yz_str message;  /* one sentence, for whoever can mend it */
	struct yz_str expected; /* may be empty */
	struct yz_str found;    /* may be empty */
	/* Private: for yz_feel_diag_text. */
	uint8_t says;
	struct yz_str about[3];
};

/* The message in either language; English is what `message` says. */
struct yz_str yz_feel_diag_text(struct yz_arena *a, const struct yz_feel_diag *d, enum yz_feel_lang lang);

struct yz_feel; /* a compiled expression */

/* NULL exactly when err is filled: a syntax error (YZ_SYNTAX) or a bound (YZ_LIMIT); err->msg then says line,
 * column, expected, found.  *diags (NULL allowed) gets all that was found, oldest first, the fatal one too. */
const struct yz_feel *yz_feel_compile(struct yz_arena *a, struct yz_str text, enum yz_feel_mode mode,
				      const struct yz_feel_scope *scope, const struct yz_feel_diag **diags,
				      struct yz_err *err);
/* The names inputs are expected for: the scope's, then those an open scope collected. */
const struct yz_feel_name *yz_feel_names(const struct yz_feel *f, size_t *n);

struct yz_feel_use {
	size_t input;       /* index into yz_feel_names */
	struct yz_str path; /* "applicant.address": as far as the expression says, outside filters */
	struct yz_feel_place place;
};
/* Which inputs it reads, each path once, in order of the text; found on demand. */
const struct yz_feel_use *yz_feel_uses(struct yz_arena *a, const struct yz_feel *f, size_t *n);
/* The type of the result as far as known; never NULL. */
const struct yz_feel_type *yz_feel_result_type(const struct yz_feel *f);
struct yz_str yz_feel_source(const struct yz_feel *f);
/* It is the same value whatever the inputs: that value in *out. */
bool yz_feel_constant(const struct yz_feel *f, struct yz_feel_value *out);
/* Opcodes, one a line, for people. */
void yz_feel_dump(const struct yz_feel *f, struct yz_buf *out);

/* ---- evaluating --------------------------------------------------------- */

#define REASON(name, en, zh) YZ_FEEL_WHY_##name,
enum yz_feel_why {
#include "feel/reasons.def"
	YZ_FEEL_NREASONS
};
#undef REASON

/* Why something is null. */
struct yz_feel_reason {
	const struct yz_feel_reason *next; /* raised after this one, in the run's list */
	enum yz_feel_why why;
	struct yz_feel_place place;
	struct yz_str about[3]; /* what {1}, {2}, {3} of the text stand for; each may be empty */
};
/* "cannot add a number and a string"; without the place. */
struct yz_str yz_feel_reason_text(struct yz_arena *a, const struct yz_feel_reason *r, enum yz_feel_lang lang);

/* One or several evaluations in one arena.  Init, set what differs, evaluate; nothing to finish. */
struct yz_feel_run {
	struct yz_arena *arena;
	const struct yz_feel_limits *limits;
	struct yz_feel_value now;             /* a date-time with zone for now() and today(); null: they are null */
	const struct yz_feel_reason *reasons; /* oldest first */
	size_t nreasons;                      /* raised, kept or not */
	uint64_t steps; /* left; UINT64_MAX before the first evaluation: as many as the limits say */
	/* Private from here. */
	struct yz_feel_reason *last_reason;
	size_t kept;
	uint32_t depth;
	bool spent;
	void *frame, *regexes;
	struct yz_feel_value *stack;
	size_t stack_used, stack_size;
};
void yz_feel_run_init(struct yz_feel_run *run, struct yz_arena *a);
/* Full steps and no reasons again, for the next evaluation in the same arena. */
void yz_feel_run_again(struct yz_feel_run *run);

/* `inputs` has one value for each of yz_feel_names. */
struct yz_feel_value yz_feel_eval(const struct yz_feel *f, struct yz_feel_run *run, const struct yz_feel_value *inputs);
/* Unary tests on a value: true, false, or null; unknown when it depends. */
struct yz_feel_value yz_feel_test(const struct yz_feel *f, struct yz_feel_run *run, const struct yz_feel_value *inputs,
				  struct yz_feel_value tested);
/* A null for a host's function, with its reason ("{1}" is the printed text), listed in the run. */
struct yz_feel_value yz_feel_null(struct yz_feel_run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for a reason of reasons.def with what its text is about (borrowed); `place` NULL: where the run stands. */
struct yz_feel_value yz_feel_null_for(struct yz_feel_run *run, enum yz_feel_why why, const struct yz_feel_place *place,
				      struct yz_str a, struct yz_str b, struct yz_str c);

/* ---- looking inside ----------------------------------------------------- */

/* What a table, a prover or a sweep can know of a condition without running it. */
enum yz_feel_op {
	YZ_FEEL_EQ,
	YZ_FEEL_NE,
	YZ_FEEL_LT,
	YZ_FEEL_LE,
	YZ_FEEL_GT,
	YZ_FEEL_GE,
	YZ_FEEL_IN,
	YZ_FEEL_HOLDS, /* the subject itself is the condition, a boolean; no value */
};

enum yz_feel_cond_kind {
	YZ_FEEL_COND_VALUE, /* always `value` */
	YZ_FEEL_COND_AND,   /* of parts */
	YZ_FEEL_COND_OR,
	YZ_FEEL_COND_NOT,    /* of parts[0] */
	YZ_FEEL_COND_TEST,   /* subject op value */
	YZ_FEEL_COND_OPAQUE, /* anything else: evaluate `program` */
};

struct yz_feel_cond {
	enum yz_feel_cond_kind kind;
	struct yz_feel_place place;
	const struct yz_feel_cond *const *parts;
	size_t len;
	/* TEST */
	size_t input;       /* index into yz_feel_names; SIZE_MAX is the tested value (`?`) */
	struct yz_str path; /* behind the input's name: "address.city"; empty: the input itself */
	enum yz_feel_op op;
	/* Constant: for EQ … GE a scalar or null; for IN a range with constant ends, or a list of scalars of one
	 * kind, in which a subject of another kind is not (false, where EQ would be null). */
	struct yz_feel_value value;
	/* OPAQUE: gives the same as this part of the whole does; takes the same inputs, and in unary tests is
	 * asked with yz_feel_test. */
	const struct yz_feel *program;
};
/* The condition as a tree, three-valued like the original.  Built on demand in `a`; never NULL. Works for both modes;
 * in unary tests a plain `-` is VALUE true.  One thread at a time for a program. */
const struct yz_feel_cond *yz_feel_condition(struct yz_arena *a, const struct yz_feel *f);

#endif
