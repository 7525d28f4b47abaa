/* feel/machine.h - running code: what the machine, the built-ins and the types share; private to feel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_MACHINE_H
#define YZ_FEEL_MACHINE_H

#include "feel/code.h"
#include "feel/feel.h"
#include "feel/value.h"

/* What is being evaluated right now: gives reasons their place. run->frame points to the innermost. */
struct yz_feel_frame {
	const struct yz_feel *program;
	const struct yz_feel_proto *proto;
	const uint32_t *pc; /* behind the instruction at work; kept up to date only before calls that may need it */
	struct yz_feel_frame *outer;
};

/* A null with its reason, listed in the run. */
struct yz_feel_value yz_feel_raise(struct yz_feel_run *run, enum yz_feel_why why, const char *a, const char *b);
struct yz_feel_value yz_feel_raise_s(struct yz_feel_run *run, enum yz_feel_why why, struct yz_str a, struct yz_str b,
				     struct yz_str c);

/* Limits without zeros. */
const struct yz_feel_limits *yz_feel_all_limits(struct yz_arena *a, const struct yz_feel_limits *l);

/* Counts n steps; false, with a reason raised once, when there are none left. */
bool yz_feel_steps(struct yz_feel_run *run, uint64_t n);

/* An array for a list of n items, or NULL with the reason raised when the limit does not allow it. */
struct yz_feel_value *yz_feel_new_items(struct yz_feel_run *run, size_t n);
/* The string of a buffer, or null when it overflowed. */
struct yz_feel_value yz_feel_buf_value(struct yz_feel_run *run, const struct yz_buf *b);

/* a op b for the arithmetic opcodes, any kinds (10.3.2.8, 10.3.2.3.6). */
struct yz_feel_value yz_feel_arith(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value a,
				   struct yz_feel_value b);
struct yz_feel_value yz_feel_negate(struct yz_feel_run *run, struct yz_feel_value v);
/* EQ NE LT LE GT GE */
struct yz_feel_value yz_feel_relate(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value a,
				    struct yz_feel_value b);
struct yz_feel_value yz_feel_and(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b);
struct yz_feel_value yz_feel_or(struct yz_feel_run *run, struct yz_feel_value a, struct yz_feel_value b);
struct yz_feel_value yz_feel_not(struct yz_feel_run *run, struct yz_feel_value v);
/* v op what (EQ … GE, IN), v being an unknown fact, where that is the same for all values that its type allows; false:
 * it is not, or nothing is known of them. */
bool yz_feel_narrowed(struct yz_feel_run *run, enum yz_feel_opcode op, struct yz_feel_value v, struct yz_feel_value what,
		      struct yz_feel_value *out);
/* v in what: equality, membership, inclusion (table 55). */
struct yz_feel_value yz_feel_in(struct yz_feel_run *run, struct yz_feel_value v, struct yz_feel_value what);
/* A unary test whose expression does not speak of the tested value v: equality or membership; what is true
 * for something other than a boolean passes (10.3.2.7 and the table of "in"). */
struct yz_feel_value yz_feel_passes(struct yz_feel_run *run, struct yz_feel_value v, struct yz_feel_value test);
struct yz_feel_value yz_feel_in_range(struct yz_feel_run *run, struct yz_feel_value v, const struct yz_feel_range *r);
/* v.name: of contexts, of temporal values and ranges, of each item of a list. */
struct yz_feel_value yz_feel_path(struct yz_feel_run *run, struct yz_feel_value v, struct yz_str name);
/* list[n] */
struct yz_feel_value yz_feel_index(struct yz_feel_run *run, struct yz_feel_value list, struct yz_feel_value n);
struct yz_feel_value yz_feel_make_range(struct yz_feel_run *run, struct yz_feel_value start, struct yz_feel_value end,
					bool start_included, bool end_included, enum yz_feel_range_form form);
/* A date as the date and time of its midnight, UTC (10.3.2.9.4). */
struct yz_feel_value yz_feel_midnight(struct yz_feel_value date);

/* The short form of a program whose code is: an input, the tested value or a path from them, one comparison with a
 * constant, and RETURN; else NULL. */
const struct yz_feel_quick *yz_feel_find_quick(struct yz_arena *a, const struct yz_feel *f, bool tested);
struct yz_feel_value yz_feel_call_closure(struct yz_feel_run *run, const struct yz_feel_function *fn,
					  const struct yz_feel_value *args, size_t n);
/* Calls a value that should be a function; names NULL: by position. */
struct yz_feel_value yz_feel_call_value(struct yz_feel_run *run, struct yz_feel_value fn,
					const struct yz_feel_value *args, const struct yz_feel_names *names, size_t n);
/* Calls with arguments by position. */
struct yz_feel_value yz_feel_apply(struct yz_feel_run *run, const struct yz_feel_function *fn,
				   const struct yz_feel_value *args, size_t n);
struct yz_feel_value yz_feel_apply_named(struct yz_feel_run *run, const struct yz_feel_function *fn,
					 const struct yz_feel_names *names, const struct yz_feel_value *args);
/* What unknown parts of the arguments depend on, when the function could not answer for them. */
struct yz_feel_value yz_feel_blame(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n,
				   struct yz_feel_value result);

struct yz_feel_builtin;
/* The built-in may be used as a function of this type. */
bool yz_feel_builtin_accepts(const struct yz_feel_builtin *b, const struct yz_feel_type *t);

#endif
