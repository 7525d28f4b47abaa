/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/ast.h"

/* Grammar rule 51: name, list<…>, range<…>, context<name: …>, function<…> -> … */

static const struct yz_feel_type *parse_inner(struct yz_feel_parser *p)
{
	if (!yz_parse_deeper(p))
		return NULL;
	const struct yz_feel_type *t = yz_parse_type(p);
	p->depth--;
	return t;
}

static struct yz_feel_type *new_type(struct yz_feel_parser *p, enum yz_feel_kind kind)
{
	struct yz_feel_type *t = yz_new(p->arena, struct yz_feel_type);
	t->kind = kind;
	return t;
}

/* list<T>, range<T> behind the word */
static const struct yz_feel_type *parse_of_one(struct yz_feel_parser *p, enum yz_feel_kind kind)
{
	struct yz_feel_type *t = new_type(p, kind);
	yz_parse_next(p);
	if (!yz_parse_take(p, '<'))
		return t;
	if (!(t->item = parse_inner(p)) || !yz_parse_expect(p, '>', "'>'"))
		return NULL;
	return t;
}

static const struct yz_feel_type *parse_context_type(struct yz_feel_parser *p)
{
	struct yz_feel_type *t = new_type(p, YZ_FEEL_CONTEXT);
	YZ_VEC(struct yz_feel_field) fields = {0};
	yz_parse_next(p);
	if (!yz_parse_take(p, '<'))
		return t;
	while (p->token.kind != '>' || fields.len) {
		struct yz_feel_field f;
		if (!yz_parse_label(p, &f.name))
			return yz_parse_fail(p, "a name and ':'");
		if (!(f.type = parse_inner(p)))
			return NULL;
		*yz_vec_push(p->arena, &fields) = f;
		if (!yz_parse_take(p, ','))
			break;
	}
	if (!yz_parse_expect(p, '>', "',' or '>'"))
		return NULL;
	t->fields = fields.at;
	t->nfields = fields.len;
	return t;
}

static const struct yz_feel_type *parse_function_type(struct yz_feel_parser *p)
{
	struct yz_feel_type *t = new_type(p, YZ_FEEL_FUNCTION);
	YZ_VEC(struct yz_feel_field) params = {0};
	yz_parse_next(p);
	if (!yz_parse_take(p, '<'))
		return t; /* without a result type: any function */
	while (p->token.kind != '>' || params.len) {
		struct yz_feel_field f = {0};
		if (!(f.type = parse_inner(p)))
			return NULL;
		*yz_vec_push(p->arena, &params) = f;
		if (!yz_parse_take(p, ','))
			break;
	}
	if (!yz_parse_expect(p, '>', "',' or '>'") || !yz_parse_expect(p, YZ_T_ARROW, "'->'") ||
	    !(t->item = parse_inner(p)))
		return NULL;
	t->fields = params.at;
	t->nfields = params.len;
	return t;
}

/* The longest name of a type at hand; a model's own before a built-in one. */
static const struct yz_feel_type *known_type(struct yz_feel_parser *p, uint32_t *end)
{
	static const char *const built_in[] = {"number",
					       "string",
					       "boolean",
					       "date",
					       "time",
					       "date and time",
					       "dateTime",
					       "days and time duration",
					       "dayTimeDuration",
					       "years and months duration",
					       "yearMonthDuration",
					       "Any",
					       "Null"};
	const struct yz_feel_type *best = NULL;
	uint32_t at = p->token.from, e;
	*end = 0;
	for (size_t i = 0; i < p->scope->ntypes; i++)
		if ((e = yz_parse_match(p->lex.text, at, p->scope->types[i]->name)) > *end) {
			*end = e;
			best = p->scope->types[i];
		}
	for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
		if ((e = yz_parse_match(p->lex.text, at, yz_str(built_in[i]))) > *end) {
			*end = e;
			best = yz_feel_type_named(yz_str(built_in[i]));
		}
	return best;
}

static const struct yz_feel_type *no_type(struct yz_feel_parser *p, uint32_t from, uint32_t end)
{
	struct yz_feel_type *t = new_type(p, YZ_FEEL_UNKNOWN);
	t->name = yz_str_n(p->lex.text.ptr + from, end - from);
	yz_feel_diagnose(p, from, end, YZ_SAY_NO_TYPE, t->name, (struct yz_str){0}, (struct yz_str){0});
	return t;
}

static const struct yz_feel_type *unknown_type(struct yz_feel_parser *p)
{
	struct yz_str text = p->lex.text;
	uint32_t from = p->token.from, end = p->token.to;
	while (end + 1 < text.len && text.ptr[end] == '.' && yz_feel_word_end(text, end + 1) > end + 1)
		end = yz_feel_word_end(text, end + 1);
	const struct yz_feel_type *t = no_type(p, from, end);
	yz_parse_go_on(p, end);
	return t;
}

const struct yz_feel_type *yz_parse_type(struct yz_feel_parser *p)
{
	uint32_t end;
	if (p->token.kind != YZ_T_WORD)
		return yz_parse_fail(p, "a type");
	const struct yz_feel_type *t = known_type(p, &end);
	if (t) {
		yz_parse_go_on(p, end);
		return t;
	}
	if (yz_parse_word_is(p, "list"))
		return parse_of_one(p, YZ_FEEL_LIST);
	if (yz_parse_word_is(p, "range"))
		return parse_of_one(p, YZ_FEEL_RANGE);
	if (yz_parse_word_is(p, "context"))
		return parse_context_type(p);
	if (yz_parse_word_is(p, "function"))
		return parse_function_type(p);
	return unknown_type(p);
}

const struct yz_feel_type *yz_parse_type_whole(struct yz_feel_parser *p)
{
	uint32_t from = p->token.from;
	const struct yz_feel_type *t = yz_parse_type(p);
	if (!t || t->name.len || p->lex.text.ptr[p->ended - 1] == '>')
		return t;
	bool one_word = t->kind == YZ_FEEL_LIST || t->kind == YZ_FEEL_RANGE || t->kind == YZ_FEEL_CONTEXT ||
			(t->kind == YZ_FEEL_FUNCTION && !t->item);
	return one_word ? no_type(p, from, p->ended) : t;
}
