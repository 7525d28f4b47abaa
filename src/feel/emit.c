/* feel/emit.c - writing code: instructions, marks, keys, constants, locals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/compile.h"

#include <assert.h>

static const struct {
	int8_t pops, pushes;
	uint8_t words;
} effects[] = {
#define OP(name, pops, pushes, words, text) {pops, pushes, words},
#include "feel/opcodes.def"
#undef OP
};

void yz_body_init(struct yz_body *b, struct yz_unit *u, struct yz_body *outer, const struct yz_feel_func *func)
{
	memset(b, 0, offsetof(struct yz_body, small_code));
	b->unit = u;
	b->outer = outer;
	b->func = func;
	b->code.at = b->small_code;
	b->code.cap = sizeof b->small_code / sizeof *b->small_code;
	b->marks.at = b->small_marks;
	b->marks.cap = sizeof b->small_marks / sizeof *b->small_marks;
}

static void *keep(struct yz_arena *a, const void *p, size_t n, size_t size)
{
	void *copy = yz_alloc_n(a, n, size);
	if (n)
		memcpy(copy, p, n * size);
	return copy;
}

struct yz_feel_proto *yz_body_finish(struct yz_body *b)
{
	struct yz_arena *a = b->unit->arena;
	struct yz_feel_proto *p = yz_new(a, struct yz_feel_proto);
	yz_emit(b, YZ_OP_RETURN, 0);
	assert(b->depth == 0 && b->code.len < 1u << 24);
	p->code = keep(a, b->code.at, b->code.len, sizeof *b->code.at);
	p->ncode = (uint32_t)b->code.len;
	p->marks = keep(a, b->marks.at, b->marks.len, sizeof *b->marks.at);
	p->nmarks = b->marks.len;
	p->nlocals = b->most_locals;
	p->nstack = b->most_depth;
	p->niters = b->most_iters;
	p->nlists = b->most_lists;
	struct yz_feel_capture *captures = yz_new_n(a, b->captures.len, struct yz_feel_capture);
	for (size_t i = 0; i < b->captures.len; i++)
		captures[i] = b->captures.at[i].source;
	p->captures = captures;
	p->ncaptures = b->captures.len;
	return p;
}

static void grow(struct yz_body *b, int pops, int pushes)
{
	assert((int)b->depth >= pops);
	b->depth -= (uint32_t)pops;
	b->depth += (uint32_t)pushes;
	if (b->depth > b->most_depth)
		b->most_depth = b->depth;
}

bool yz_unpush(struct yz_body *b, enum yz_feel_opcode *op, uint32_t *operand)
{
	uint32_t here = (uint32_t)b->code.len;
	if (!here || b->last != here - 1 || b->landed == here)
		return false;
	uint32_t pushed = b->code.at[here - 1];
	*op = (enum yz_feel_opcode)(pushed & 0xff);
	*operand = pushed >> 8;
	if (*op != YZ_OP_INPUT && *op != YZ_OP_LOCAL && *op != YZ_OP_CONST)
		return false;
	b->code.len--;
	b->depth--;
	return true;
}

/* The operand that was just pushed goes into the instruction. */
static void fuse(struct yz_body *b, enum yz_feel_opcode *op, uint32_t *operand)
{
	enum yz_feel_opcode pushed;
	if (*op < YZ_OP_ADD || *op > YZ_OP_GE || !yz_unpush(b, &pushed, operand))
		return;
	int how = pushed == YZ_OP_CONST ? 0 : pushed == YZ_OP_LOCAL ? 1 : 2;
	*op = (enum yz_feel_opcode)(YZ_OP_ADD_CONST + (*op - YZ_OP_ADD) * 3 + how);
	if (b->marks.len && b->marks.at[b->marks.len - 1].pc > b->code.len)
		b->marks.at[b->marks.len - 1].pc--;
}

uint32_t yz_emit(struct yz_body *b, enum yz_feel_opcode op, uint32_t operand)
{
	fuse(b, &op, &operand);
	int pops = effects[op].pops;
	if (pops < 0) /* operands below the count: the list itself has none, a call its function */
		pops = (int)operand + (op == YZ_OP_CALL);
	if (op == YZ_OP_CALL_NAMED)
		pops = (int)b->unit->argnames.at[operand].n + 1;
	grow(b, pops, effects[op].pushes);
	b->last = (uint32_t)b->code.len;
	*yz_vec_push(b->unit->arena, &b->code) = operand << 8 | (uint32_t)op;
	return b->last;
}

void yz_word(struct yz_body *b, uint32_t w)
{
	*yz_vec_push(b->unit->arena, &b->code) = w;
}

uint32_t yz_here(struct yz_body *b)
{
	return b->landed = (uint32_t)b->code.len;
}

void yz_land(struct yz_body *b, uint32_t at, unsigned word)
{
	uint32_t here = b->landed = (uint32_t)b->code.len;
	if (word)
		b->code.at[at + word] = here;
	else
		b->code.at[at] = (b->code.at[at] & 0xff) | here << 8;
}

void yz_mark(struct yz_body *b, const struct yz_feel_node *n)
{
	struct yz_feel_mark m = {(uint32_t)b->code.len, n->from, n->to};
	struct yz_feel_mark *last = b->marks.len ? &b->marks.at[b->marks.len - 1] : NULL;
	if (last && last->pc == m.pc)
		*last = m;
	else if (!last || last->from != m.from || last->to != m.to)
		*yz_vec_push(b->unit->arena, &b->marks) = m;
}

uint32_t yz_key(struct yz_unit *u, struct yz_str key)
{
	for (size_t i = 0; i < u->keys.len && i < 16; i++)
		if (yz_str_eq(u->keys.at[i], key))
			return (uint32_t)i;
	*yz_vec_push(u->arena, &u->keys) = key;
	return (uint32_t)u->keys.len - 1;
}

void yz_const(struct yz_body *b, struct yz_feel_value v)
{
	*yz_vec_push(b->unit->arena, &b->unit->consts) = v;
	yz_emit(b, YZ_OP_CONST, (uint32_t)b->unit->consts.len - 1);
}

uint32_t yz_new_local(struct yz_body *b)
{
	if (++b->locals > b->most_locals)
		b->most_locals = b->locals;
	return b->locals - 1;
}
