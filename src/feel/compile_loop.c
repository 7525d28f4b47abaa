/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/compile.h"

#include "feel/machine.h"
#include "feel/regex.h"

/* ---- loops ---- */

static uint32_t new_iter(struct yz_body *b)
{
	if (++b->iters > b->most_iters)
		b->most_iters = b->iters;
	return b->iters - 1;
}

static uint32_t new_list(struct yz_body *b)
{
	if (++b->lists > b->most_lists)
		b->most_lists = b->lists;
	return b->lists - 1;
}

/* Begins going through a domain; returns the instruction whose way out must land at the end of it all. */
static uint32_t gen_each(struct yz_body *b, struct yz_feel_node *domain, uint32_t iter, unsigned *word)
{
	uint32_t at;
	if (domain->kind == YZ_N_RANGE && domain->iterated) {
		yz_gen(b, domain->a);
		yz_gen(b, domain->b);
		yz_mark(b, domain);
		at = yz_emit(b, YZ_OP_EACH_RANGE, iter);
		*word = 1;
	} else {
		yz_gen(b, domain);
		yz_mark(b, domain);
		at = yz_emit(b, YZ_OP_EACH, iter);
		yz_word(b, YZ_EACH_FOR);
		*word = 2;
	}
	yz_word(b, 0);
	return at;
}

/* At the foot of a loop: back to the body with the next item, or on when there is none. */
static void gen_next(struct yz_body *b, uint32_t iter, uint32_t local, uint32_t body)
{
	yz_emit(b, YZ_OP_NEXT, iter);
	yz_word(b, local);
	yz_word(b, body);
}

struct way_out {
	uint32_t at;
	unsigned word;
};

/*
 *	for:   each domain · begin · jump next · body: … · add item · next: next item, to body · end
 *	some:  false into acc · each domain · jump next · body: … · some acc · next: next item, to body · acc
 */
void yz_gen_loop(struct yz_body *b, struct yz_feel_node *n)
{
	uint32_t locals = b->locals, iters = b->iters, lists = b->lists, acc = 0, list = 0;
	struct way_out *outs = yz_new_n(b->unit->arena, n->n, struct way_out);
	uint32_t *jumps = yz_new_n(b->unit->arena, 3 * n->n, uint32_t), *iter_of = jumps + n->n,
		 *bodies = iter_of + n->n;
	if (n->kind == YZ_N_FOR) {
		list = n->partial->slot = new_list(b);
	} else {
		acc = yz_new_local(b);
		yz_const(b, yz_feel_bool(n->kind == YZ_N_EVERY));
		yz_emit(b, YZ_OP_SET, acc);
	}
	if (n->kind == YZ_N_FOR && n->n > 1) {
		yz_emit(b, YZ_OP_BEGIN, list);
		yz_word(b, 0);
	}
	for (uint32_t i = 0; i < n->n; i++) {
		uint32_t iter = new_iter(b);
		outs[i].at = gen_each(b, n->items[i], iter, &outs[i].word);
		if (n->kind == YZ_N_FOR && n->n == 1) {
			yz_emit(b, YZ_OP_BEGIN, list);
			yz_word(b, iter + 1);
		}
		n->vars[i]->slot = yz_new_local(b);
		jumps[i] = yz_emit(b, YZ_OP_JUMP, 0);
		iter_of[i] = iter;
		bodies[i] = yz_here(b);
	}
	yz_gen(b, n->head);
	yz_mark(b, n->head);
	uint32_t decided = 0;
	if (n->kind == YZ_N_FOR) {
		yz_emit(b, YZ_OP_ADD_ITEM, list);
	} else {
		decided = yz_emit(b, n->kind == YZ_N_SOME ? YZ_OP_SOME : YZ_OP_EVERY, acc);
		yz_word(b, 0);
	}
	for (uint32_t i = n->n; i-- > 0;) {
		yz_land(b, jumps[i], 0);
		gen_next(b, iter_of[i], n->vars[i]->slot, bodies[i]);
	}
	if (decided)
		yz_land(b, decided, 1);
	yz_emit(b, n->kind == YZ_N_FOR ? YZ_OP_END : YZ_OP_LOCAL, n->kind == YZ_N_FOR ? list : acc);
	for (uint32_t i = 0; i < n->n; i++)
		yz_land(b, outs[i].at, outs[i].word);
	b->locals = locals;
	b->iters = iters;
	b->lists = lists;
}

/* ---- filters ---- */

static bool speaks_of(const struct yz_feel_node *n, const struct yz_feel_var *item)
{
	struct yz_feel_node *part;
	if (n->kind == YZ_N_NAME) {
		if (n->ref.kind == YZ_REF_VAR && n->ref.var == item)
			return true;
		for (uint32_t i = 0; i < n->nmaybe; i++)
			if (n->maybe[i] == item)
				return true;
		return false;
	}
	for (size_t i = 0; (part = yz_feel_part(n, i)) || i < 3; i++)
		if (part && speaks_of(part, item))
			return true;
	return false;
}

void yz_gen_filter(struct yz_body *b, struct yz_feel_node *n)
{
	yz_gen(b, n->a);
	if (!speaks_of(n->b, n->item)) {
		yz_gen(b, n->b);
		yz_mark(b, n);
		yz_emit(b, YZ_OP_CHOOSE, 0);
		return;
	}
	uint32_t locals = b->locals, iters = b->iters, lists = b->lists, iter = new_iter(b), list = new_list(b);
	bool boolean = n->b->type && n->b->type->kind == YZ_FEEL_BOOLEAN;
	yz_mark(b, n);
	uint32_t each = yz_emit(b, YZ_OP_EACH, iter);
	yz_word(b, boolean ? YZ_EACH_FILTER : YZ_EACH_MAYBE_INDEX);
	yz_word(b, 0);
	yz_emit(b, YZ_OP_BEGIN, list);
	yz_word(b, 0);
	n->item->slot = yz_new_local(b);
	uint32_t first = yz_emit(b, YZ_OP_JUMP, 0), body = yz_here(b);
	yz_gen(b, n->b);
	yz_mark(b, n);
	yz_emit(b, YZ_OP_KEEP, list);
	yz_word(b, iter);
	yz_land(b, first, 0);
	gen_next(b, iter, n->item->slot, body);
	yz_emit(b, YZ_OP_KEPT, list);
	yz_word(b, iter);
	yz_land(b, each, 2);
	b->locals = locals;
	b->iters = iters;
	b->lists = lists;
}

/* ---- functions and calls ---- */

void yz_gen_function(struct yz_body *b, struct yz_feel_node *n, const struct yz_feel_var *self, size_t own)
{
	struct yz_unit *u = b->unit;
	if (n->external) {
		yz_mark(b, n);
		yz_emit(b, YZ_OP_REFUSE, yz_key(u, (struct yz_str){0}));
		yz_word(b, YZ_FEEL_WHY_EXTERNAL);
		return;
	}
	struct yz_body *body = yz_new(u->arena, struct yz_body);
	yz_body_init(body, u, b, n->func);
	body->self = self;
	body->own = own;
	uint32_t index = (uint32_t)u->protos.len;
	*yz_vec_push(u->arena, &u->protos) = NULL;
	bool typed = false;
	for (uint32_t i = 0; i < n->nvars; i++) {
		n->vars[i]->slot = yz_new_local(body);
		typed |= n->vars[i]->type && n->vars[i]->type->kind != YZ_FEEL_ANY;
	}
	yz_gen(body, n->head);
	struct yz_feel_proto *p = yz_body_finish(body);
	p->params = n->type->fields;
	p->nparams = n->type->nfields;
	p->result = n->type->item;
	p->typed = typed;
	p->text = yz_str_n(u->parser->program->text.ptr + n->from, n->to - n->from);
	u->protos.at[index] = p;
	yz_emit(b, YZ_OP_FUNCTION, index);
}

static const struct yz_feel_builtin *called_builtin(const struct yz_feel_node *n)
{
	const struct yz_feel_value *v = &n->head->value;
	if (n->head->kind != YZ_N_CONST || v->kind != YZ_FEEL_FUNCTION || v->function->kind != YZ_FEEL_BUILTIN)
		return NULL;
	return v->function->builtin;
}

static void gen_builtin(struct yz_body *b, struct yz_feel_node *n, const struct yz_feel_builtin *f, uint32_t count,
			uint32_t sig)
{
	yz_mark(b, n);
	yz_emit(b, YZ_OP_BUILTIN, count);
	yz_word(b, (uint32_t)(f - yz_feel_builtins) | sig << 16);
	uint64_t kinds = yz_feel_fitting_kinds(f, sig, count);
	yz_word(b, (uint32_t)kinds);
	yz_word(b, (uint32_t)(kinds >> 32));
}

/* Puts named arguments in order; those needed or between them that are left out are null. */
static bool gen_named_builtin(struct yz_body *b, struct yz_feel_node *n, const struct yz_feel_builtin *f)
{
	struct yz_feel_node *by_place[YZ_FEEL_MOST_PARAMS] = {0};
	int places[YZ_FEEL_MOST_PARAMS], most;
	uint32_t sig = yz_feel_sig_named(f, n->names, n->n, places);
	if (!sig)
		return false;
	most = f->sigs[sig - 1].least - 1;
	for (uint32_t i = 0; i < n->n; i++) {
		by_place[places[i]] = n->items[i];
		most = places[i] > most ? places[i] : most;
	}
	for (int k = 0; k <= most; k++) {
		if (by_place[k])
			yz_gen(b, by_place[k]);
		else
			yz_const(b, (struct yz_feel_value){0});
	}
	gen_builtin(b, n, f, (uint32_t)(most + 1), sig);
	return true;
}

static struct yz_feel_node *argument(const struct yz_feel_node *n, uint32_t index, const char *name)
{
	for (uint32_t i = 0; i < n->n; i++)
		if (n->names ? yz_str_eqz(n->names[i], name) : i == index)
			return n->items[i];
	return NULL;
}

/* The pattern of matches, replace and split is compiled with the program when it is a constant. */
static void compile_pattern(struct yz_unit *u, struct yz_feel_node *n, const struct yz_feel_builtin *f)
{
	bool split = !strcmp(f->name, "split"), replace = !strcmp(f->name, "replace");
	if (u->folding || (!split && !replace && strcmp(f->name, "matches")))
		return;
	struct yz_feel_node *pattern = argument(n, 1, split ? "delimiter" : "pattern");
	struct yz_feel_node *flags = split ? NULL : argument(n, replace ? 3 : 2, "flags");
	struct yz_str given = {0};
	const char *wrong;
	if (!pattern || pattern->kind != YZ_N_CONST || pattern->value.kind != YZ_FEEL_STRING ||
	    (flags && flags->kind != YZ_N_CONST))
		return;
	if (flags && flags->value.kind == YZ_FEEL_STRING)
		given = yz_feel_str(flags->value);
	const struct yz_regex *r =
		yz_regex_compile(u->arena, yz_feel_str(pattern->value), given, u->parser->limits->regex, &wrong);
	if (!r)
		return;
	*yz_vec_push(u->arena, &u->regexes) = r;
	pattern->value.aux = (uint32_t)u->regexes.len;
}

void yz_gen_call(struct yz_body *b, struct yz_feel_node *n)
{
	struct yz_unit *u = b->unit;
	const struct yz_feel_builtin *f = called_builtin(n);
	if (f)
		compile_pattern(u, n, f);
	if (f && n->names) {
		if (!gen_named_builtin(b, n, f)) {
			yz_mark(b, n);
			yz_emit(b, YZ_OP_REFUSE, yz_key(u, yz_str(f->name)));
			yz_word(b, YZ_FEEL_WHY_ARGUMENTS);
		}
		return;
	}
	if (!f)
		yz_gen(b, n->head);
	for (uint32_t i = 0; i < n->n; i++)
		yz_gen(b, n->items[i]);
	yz_mark(b, n);
	if (f) {
		gen_builtin(b, n, f, n->n, 0);
	} else if (n->names) {
		*yz_vec_push(u->arena, &u->argnames) = (struct yz_feel_names){n->names, n->n};
		yz_emit(b, YZ_OP_CALL_NAMED, (uint32_t)u->argnames.len - 1);
	} else {
		yz_emit(b, YZ_OP_CALL, n->n);
	}
}
