/* feel/builtin.h - the table of built-in functions; private to feel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_BUILTIN_H
#define YZ_FEEL_BUILTIN_H

#include "feel/code.h"
#include "feel/feel.h"

/* One way to call a built-in.  `types` has a letter for each parameter:
 *
 *	a anything, null and unknown too      x anything but null
 *	n number  s string  b boolean  l list  c context  f function  u days and time duration
 *	D date or date and time  t time       p range or a value that has an order
 *	? behind a letter: null allowed       * alone: one list, or its items as arguments
 *	+ behind the last: that any number of times
 *
 * Before the call [v] becomes v where no list is wanted and v becomes [v] where one is; an argument that does
 * not fit makes the result null. */
struct yz_feel_sig {
	uint8_t least; /* arguments needed */
	const char *types;
	const char *names; /* of the parameters, between commas */
};

enum { YZ_FEEL_MOST_PARAMS = 4 };

struct yz_feel_builtin {
	const char *name;
	struct yz_feel_value (*call)(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n);
	enum yz_feel_kind result; /* when it is not null; ANY: depends */
	struct yz_feel_sig sigs[4];
	bool impure; /* depends on the run, so is never computed in advance */
};

/* Sorted by name. */
extern const struct yz_feel_builtin yz_feel_builtins[];
extern const size_t yz_feel_nbuiltins;
/* Those whose names begin with these two characters. */
void yz_feel_builtins_from(const char two[2], size_t *first, size_t *n);
struct yz_feel_value yz_feel_builtin_value(size_t index);

/* Number of parameters of a signature; *any: the last may be repeated. */
size_t yz_feel_sig_params(const struct yz_feel_sig *sig, bool *any);
/* Which parameter is called so, or -1. */
int yz_feel_sig_find(const struct yz_feel_sig *sig, struct yz_str name);
/* The signature, from 1, that has these names, or 0; places[i]: which parameter names[i] is.  Parameters left out are
 * null (10.3.2.13.5); a signature of which all needed are there goes before.  Of two that have the same names, after(point, range) and after(range, point), it is the one whose order they are given in, or else the first.
 */
unsigned yz_feel_sig_named(const struct yz_feel_builtin *b, const struct yz_str *names, size_t n, int *places);

/* args may be changed. sig: only this signature, counted from 1; 0: any. */
struct yz_feel_value yz_feel_call_builtin(struct yz_feel_run *run, const struct yz_feel_builtin *b, unsigned sig,
					  struct yz_feel_value *args, size_t n);
/* Arguments whose kinds are among these need no fitting: 16 bits for each of up to four, none for more. */
uint64_t yz_feel_fitting_kinds(const struct yz_feel_builtin *b, unsigned sig, size_t n);
struct yz_feel_value yz_feel_call_fitting(struct yz_feel_run *run, const struct yz_feel_builtin *b,
					  const struct yz_feel_value *args, size_t n);
struct yz_feel_value yz_feel_call_builtin_named(struct yz_feel_run *run, const struct yz_feel_builtin *b,
						const struct yz_feel_names *names, const struct yz_feel_value *args);

#define BUILTIN(ident, name, result, ...)                                                                              \
	struct yz_feel_value yz_feel_b_##ident(struct yz_feel_run *run, const struct yz_feel_value *args, size_t n);
#define IMPURE(ident, name, result, ...) BUILTIN(ident, name, result, __VA_ARGS__)
#include "feel/builtins.def"
#undef BUILTIN
#undef IMPURE

#endif
