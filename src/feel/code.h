/* feel/code.h - the compiled form of an expression; private to feel.
 *
 * A program is a list of protos: proto 0 is the expression, the others the
 * bodies of functions defined in it.  Each has its own code; constants and
 * names are shared.  A frame of a running proto is one row of values:
 *
 *	| locals 0 … nlocals-1 | stack, at most nstack |
 *
 * and beside it niters loop states and nlists lists under construction.
 * An instruction is one 32-bit word: operation in the low byte, operand in the
 * upper 24 bits; some are followed by further words (opcodes.def).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_CODE_H
#define YZ_FEEL_CODE_H

#include "feel/feel.h"

enum yz_feel_opcode {
#define OP(name, pops, pushes, words, text) YZ_OP_##name,
#include "feel/opcodes.def"
#undef OP
	YZ_OP_COUNT
};

/* The operand of RANGE. */
enum {
	YZ_RANGE_START = 1,   /* included */
	YZ_RANGE_END = 2,     /* included */
	YZ_RANGE_FORM = 2,    /* enum yz_feel_range_form is shifted by this, three bits */
	YZ_RANGE_TESTED = 32, /* made for the membership test that follows */
};

/* What EACH goes through. */
enum yz_feel_each {
	YZ_EACH_FOR,         /* null is no list */
	YZ_EACH_FILTER,      /* null is an empty one */
	YZ_EACH_MAYBE_INDEX, /* the same; the condition may turn out to be a number */
};

/* Where a function body's captured value comes from when the function is made. */
enum yz_feel_source { YZ_FROM_LOCAL, YZ_FROM_INPUT, YZ_FROM_CAPTURE, YZ_FROM_SELF };

struct yz_feel_capture {
	enum yz_feel_source from;
	uint32_t index;
};

/* The code from `pc` on stands for the text from … to. */
struct yz_feel_mark {
	uint32_t pc, from, to;
};

struct yz_feel_proto {
	const uint32_t *code;
	uint32_t ncode;
	uint32_t nlocals, nstack, niters, nlists;
	/* In a function's frame locals 0 … nparams-1 are its arguments. */
	const struct yz_feel_field *params;
	size_t nparams;
	const struct yz_feel_type *result; /* as declared or inferred; may be NULL */
	const struct yz_feel_capture *captures;
	size_t ncaptures;
	const struct yz_feel_mark *marks;
	size_t nmarks;
	struct yz_str text; /* of a function, from its keyword on */
	bool typed; /* some parameter has a type */
};

/* The arguments of an invocation by name. */
struct yz_feel_names {
	const struct yz_str *names;
	size_t n;
};

/* A program that is a single comparison of an input, or of what a path leads to in it, with a constant. */
struct yz_feel_quick {
	const struct yz_str *path, *end; /* keys, one behind the other */
	const struct yz_feel_value *value;
	uint32_t input; /* UINT32_MAX: the value under test */
	uint32_t op;    /* EQ … GE, or IN_ANY for either kind of membership */
};

struct yz_feel_calc; /* calc.c */
struct yz_feel_node;
struct yz_feel_func;
struct yz_feel_var;
struct yz_regex;

struct yz_feel {
	struct yz_str text, where;
	uint32_t line, column; /* of the text's first character */
	enum yz_feel_mode mode;
	const struct yz_feel_proto *const *protos;
	size_t nprotos;
	const struct yz_feel_value *consts;
	size_t nconsts;
	const struct yz_str *keys; /* names behind dots, keys of contexts */
	size_t nkeys;
	const struct yz_feel_names *argnames;
	const struct yz_feel_type *const *types;
	/* Patterns that are constants; a string constant's aux is an index + 1 into them. */
	const struct yz_regex *const *regexes;
	size_t nregexes;
	const struct yz_feel_name *inputs;
	size_t ninputs;
	const struct yz_feel_type *result;
	const struct yz_feel_limits *limits;
	const struct yz_feel_quick *quick; /* of its first proto; NULL: it is none */
	const struct yz_feel_calc *calc;   /* the same */
	/* The tree, kept for yz_feel_condition. */
	struct yz_feel_node *root;
	struct yz_feel_func *func;
	struct yz_feel_var *tested;
};

/* Where in the text the places of one pass have come to: looking for places in order costs the text once. */
struct yz_feel_cursor {
	uint32_t at, line, column;
};
void yz_feel_place_next(const struct yz_feel *f, struct yz_feel_cursor *c, uint32_t from, uint32_t to,
			struct yz_feel_place *out);
void yz_feel_place_at(const struct yz_feel *f, uint32_t from, uint32_t to, struct yz_feel_place *out);

/* "+" of ADD, ">=" of GE: an operator as it is written. */
const char *yz_feel_sign(int op);

#endif
