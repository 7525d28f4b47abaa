/* feel/feel.c - compiling from outside, and asking a program about itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/ast.h"

#include "base/utf8.h"
#include "feel/machine.h"

#include <assert.h>

const struct yz_feel_limits yz_feel_default = {
	.text = 1 << 20,
	.depth = 256,
	.numeral = 10000,
	.steps = 50000000,
	.string = 16 << 20,
	.list = 1000000,
	.reasons = 100,
	.regex = 1000000,
};

const struct yz_feel_limits *yz_feel_all_limits(struct yz_arena *a, const struct yz_feel_limits *l)
{
	if (!l)
		return &yz_feel_default;
	if (l->text && l->depth && l->numeral && l->steps && l->string && l->list && l->reasons && l->regex)
		return l;
	struct yz_feel_limits *all = yz_new(a, struct yz_feel_limits);
	const struct yz_feel_limits *d = &yz_feel_default;
	*all = (struct yz_feel_limits){
		.text = l->text ? l->text : d->text,
		.depth = l->depth ? l->depth : d->depth,
		.numeral = l->numeral ? l->numeral : d->numeral,
		.steps = l->steps ? l->steps : d->steps,
		.string = l->string ? l->string : d->string,
		.list = l->list ? l->list : d->list,
		.reasons = l->reasons ? l->reasons : d->reasons,
		.regex = l->regex ? l->regex : d->regex,
	};
	return all;
}

static bool check_text(const struct yz_feel *f, struct yz_str text, const struct yz_feel_limits *limits,
		       struct yz_err *err)
{
	size_t most = limits->text < UINT32_MAX ? limits->text : UINT32_MAX - 1;
	bool ok = text.len <= most;
	if (!ok)
		yz_fail(err, YZ_LIMIT, "an expression of %zu bytes, more than %zu", text.len, most);
	else if (!(ok = yz_utf8_valid(text)))
		yz_fail(err, YZ_SYNTAX, "an expression that is not UTF-8");
	if (!ok && f->where.len)
		yz_fail_in(err, "%.*s", YZ_P(f->where));
	return ok;
}

static void set_scope(struct yz_feel_parser *p, const struct yz_feel_scope *scope)
{
	/* Borrowed until an open scope finds more. */
	p->inputs.at = (struct yz_feel_name *)scope->names;
	p->inputs.len = p->inputs.cap = scope->len;
	p->func = yz_new(p->arena, struct yz_feel_func);
	if (p->mode == YZ_FEEL_UNARY_TESTS)
		p->tested = yz_parse_push(p, YZ_LIT("?"), scope->tested);
}

const struct yz_feel_type *yz_feel_type_read(struct yz_arena *a, struct yz_str text, const struct yz_feel_scope *scope)
{
	struct yz_feel *f = yz_new(a, struct yz_feel);
	const struct yz_feel_limits *limits = yz_feel_all_limits(a, scope->limits);
	if (!check_text(f, text, limits, NULL))
		return NULL;
	f->text = yz_str_dup(a, text);
	struct yz_feel_parser p = {
		.arena = a, .lex = {f->text, 0}, .scope = scope, .limits = limits, .program = f};
	set_scope(&p, scope);
	yz_parse_next(&p);
	const struct yz_feel_type *t = yz_parse_type(&p);
	return t && !p.diags && p.token.kind == YZ_T_END ? t : NULL;
}

const struct yz_feel *yz_feel_compile(struct yz_arena *a, struct yz_str text, enum yz_feel_mode mode,
				      const struct yz_feel_scope *scope, const struct yz_feel_diag **diags,
				      struct yz_err *err)
{
	static const struct yz_feel_scope empty;
	if (!scope)
		scope = &empty;
	if (diags)
		*diags = NULL;
	struct yz_feel *f = yz_new(a, struct yz_feel);
	const struct yz_feel_limits *limits = yz_feel_all_limits(a, scope->limits);
	f->where = scope->where;
	f->line = scope->line;
	f->column = scope->column;
	f->mode = mode;
	if (!check_text(f, text, limits, err))
		return NULL;
	f->text = yz_str_dup(a, text);
	struct yz_feel_parser p = {.arena = a,
				   .lex = {f->text, 0},
				   .scope = scope,
				   .limits = limits,
				   .mode = mode,
				   .err = err,
				   .program = f};
	set_scope(&p, scope);
	struct yz_feel_node *root = yz_feel_parse(&p);
	if (diags)
		*diags = p.diags;
	if (!root)
		return NULL;
	f->root = root;
	f->func = p.func;
	f->tested = p.tested;
	f->limits = limits;
	f->inputs = p.inputs.at;
	f->ninputs = p.inputs.len;
	f->result = root->type ? root->type : yz_feel_type_of_kind(YZ_FEEL_ANY);
	yz_feel_generate(&p, root, f);
	return f;
}

const struct yz_feel_name *yz_feel_names(const struct yz_feel *f, size_t *n)
{
	*n = f->ninputs;
	return f->inputs;
}

const struct yz_feel_type *yz_feel_result_type(const struct yz_feel *f)
{
	return f->result;
}

struct yz_str yz_feel_source(const struct yz_feel *f)
{
	return f->text;
}

bool yz_feel_constant(const struct yz_feel *f, struct yz_feel_value *out)
{
	const struct yz_feel_proto *p = f->protos[0];
	if (f->mode != YZ_FEEL_EXPRESSION || p->ncode != 2 || (p->code[0] & 0xff) != YZ_OP_CONST)
		return false;
	*out = f->consts[p->code[0] >> 8];
	return true;
}

/* ---- which inputs it reads ---- */

struct uses {
	struct yz_arena *arena;
	const struct yz_feel *program;
	struct yz_feel_cursor cursor;
	YZ_VEC(struct yz_feel_use) found;
	struct yz_map seen;
};

static void add_use(struct uses *u, const struct yz_feel_node *n, uint32_t input, struct yz_str path)
{
	if (yz_map_put(&u->seen, path, u))
		return;
	struct yz_feel_use *use = yz_vec_push(u->arena, &u->found);
	use->input = input;
	use->path = path;
	yz_feel_place_next(u->program, &u->cursor, n->from, n->to, &use->place);
}

/* The input at the bottom of a chain of dots, and the chain as text. */
static const struct yz_feel_node *chain(struct yz_arena *a, const struct yz_feel_node *n, struct yz_str *path)
{
	const struct yz_feel_node *bottom = n;
	while (bottom->kind == YZ_N_PATH)
		bottom = bottom->a;
	if (bottom->kind != YZ_N_NAME || bottom->ref.kind != YZ_REF_INPUT)
		return NULL;
	*path = bottom->text;
	if (bottom == n)
		return bottom;
	YZ_VEC(struct yz_str) names = {0};
	for (; n != bottom; n = n->a)
		*yz_vec_push(a, &names) = n->name;
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	yz_buf_adds(&b, bottom->text);
	for (size_t i = names.len; i-- > 0;) {
		yz_buf_addc(&b, '.');
		yz_buf_adds(&b, names.at[i]);
	}
	*path = yz_buf_str(&b);
	return bottom;
}

static void find_uses(struct uses *u, const struct yz_feel_node *n)
{
	struct yz_str path;
	struct yz_feel_node *part;
	if (n->kind == YZ_N_NAME || n->kind == YZ_N_PATH) {
		const struct yz_feel_node *input = chain(u->arena, n, &path);
		if (input) {
			add_use(u, n, input->ref.index, path);
			return;
		}
	}
	for (size_t i = 0; (part = yz_feel_part(n, i)) || i < 3; i++)
		if (part)
			find_uses(u, part);
}

const struct yz_feel_use *yz_feel_uses(struct yz_arena *a, const struct yz_feel *f, size_t *n)
{
	struct uses u = {.arena = a, .program = f};
	yz_map_init(&u.seen, a);
	find_uses(&u, f->root);
	*n = u.found.len;
	return u.found.at;
}

/* ---- for people ---- */

static const struct {
	const char *name;
	uint8_t words;
} operations[] = {
#define OP(name, pops, pushes, words, text) {#name, words},
#include "feel/opcodes.def"
#undef OP
};

void yz_feel_dump(const struct yz_feel *f, struct yz_buf *out)
{
	for (size_t i = 0; i < f->nprotos; i++) {
		const struct yz_feel_proto *p = f->protos[i];
		yz_buf_printf(out, "proto %zu: %u locals, %u deep\n", i, p->nlocals, p->nstack);
		for (uint32_t pc = 0; pc < p->ncode; pc++) {
			uint32_t op = p->code[pc] & 0xff, n = p->code[pc] >> 8;
			yz_buf_printf(out, "%5u  %-10s %u", pc, operations[op].name, n);
			if (op == YZ_OP_CONST) {
				yz_buf_addz(out, "  ; ");
				yz_feel_write(out, f->consts[n]);
			} else if (op == YZ_OP_PATH || op == YZ_OP_FIELD || op == YZ_OP_REFUSE) {
				yz_buf_printf(out, "  ; %.*s", YZ_P(f->keys[n]));
			}
			for (uint8_t w = 0; w < operations[op].words; w++)
				yz_buf_printf(out, " %u", p->code[++pc]);
			yz_buf_addc(out, '\n');
		}
	}
}
