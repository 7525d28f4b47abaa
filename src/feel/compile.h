/* feel/compile.h - from tree to code: the state of one function being compiled; private to compile*.c and emit.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_COMPILE_H
#define YZ_FEEL_COMPILE_H

#include "feel/ast.h"
#include "feel/builtin.h"
#include "feel/code.h"

struct yz_captured {
	const struct yz_feel_var *var; /* or NULL: an input */
	uint32_t input;
	struct yz_feel_capture source;
};

/* The whole program. */
struct yz_unit {
	struct yz_feel_parser *parser;
	struct yz_arena *arena;
	bool folding; /* constants are already being computed */
	YZ_VEC(struct yz_feel_value) consts;
	YZ_VEC(struct yz_str) keys;
	YZ_VEC(const struct yz_feel_type *) types;
	YZ_VEC(struct yz_feel_names) argnames;
	YZ_VEC(const struct yz_feel_proto *) protos;
	YZ_VEC(const struct yz_regex *) regexes;
};

/* One function body, or the expression. */
struct yz_body {
	struct yz_unit *unit;
	struct yz_body *outer;
	const struct yz_feel_func *func;
	const struct yz_feel_var *self; /* the function's own key */
	size_t own;                     /* 1 + the input that is the function itself */
	YZ_VEC(uint32_t) code;
	YZ_VEC(struct yz_feel_mark) marks;
	YZ_VEC(struct yz_captured) captures;
	uint32_t last, landed; /* the last instruction; the last place jumped to */
	uint32_t locals, most_locals, depth, most_depth, iters, most_iters, lists, most_lists;
	/* Most expressions fit in here and only their final size is allocated. */
	uint32_t small_code[96];
	struct yz_feel_mark small_marks[16];
};

void yz_body_init(struct yz_body *b, struct yz_unit *u, struct yz_body *outer, const struct yz_feel_func *func);
struct yz_feel_proto *yz_body_finish(struct yz_body *b);

/* Appends an instruction; its operand is set later by yz_land where it jumps. */
uint32_t yz_emit(struct yz_body *b, enum yz_feel_opcode op, uint32_t operand);
void yz_word(struct yz_body *b, uint32_t w);
/* Takes back the constant, input or local that was just pushed, unless something jumps behind it. */
bool yz_unpush(struct yz_body *b, enum yz_feel_opcode *op, uint32_t *operand);
/* Where the next instruction will stand; something will jump there. */
uint32_t yz_here(struct yz_body *b);
/* Sets the jump of the instruction at `at` (word 0) or of a word behind it to here. */
void yz_land(struct yz_body *b, uint32_t at, unsigned word);
/* What is emitted next stands for this node, should it end in null. */
void yz_mark(struct yz_body *b, const struct yz_feel_node *n);
uint32_t yz_key(struct yz_unit *u, struct yz_str key);
void yz_const(struct yz_body *b, struct yz_feel_value v);
uint32_t yz_new_local(struct yz_body *b);
uint32_t yz_capture(struct yz_body *b, const struct yz_feel_var *var, uint32_t input);

void yz_gen(struct yz_body *b, struct yz_feel_node *n);
void yz_gen_loop(struct yz_body *b, struct yz_feel_node *n);
void yz_gen_filter(struct yz_body *b, struct yz_feel_node *n);
/* It is known to itself as `self` (a key), or as input `own` - 1. */
void yz_gen_function(struct yz_body *b, struct yz_feel_node *n, const struct yz_feel_var *self, size_t own);
void yz_gen_call(struct yz_body *b, struct yz_feel_node *n);
void yz_gen_load(struct yz_body *b, const struct yz_feel_var *v);

#endif
