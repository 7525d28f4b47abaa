/* feel/names.c - which name stands here (10.3.1.2, 10.3.1.4).
 *
 * The longest name in scope that the text begins with wins; of two as long,
 * the inner one.  A name must end where a word ends.  When a word follows the
 * name found that cannot follow a name, or nothing is found, the words up to
 * the next keyword or sign are one name that nobody declared: in a filter it
 * may be an entry of the item, in an open scope it is a new input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/ast.h"

#include "base/utf8.h"
#include "feel/builtin.h"

struct found {
	uint32_t end; /* 0: nothing */
	struct yz_feel_ref ref;
	const struct yz_feel_field *field; /* of ref.var, an item */
};

/* *next: behind the character at `at`, whatever it is. */
static inline bool space_at(struct yz_str s, size_t at, size_t *next)
{
	*next = at;
	if (at >= s.len)
		return false;
	unsigned char c = (unsigned char)s.ptr[at];
	if (c < 0x80) {
		*next = at + 1;
		return c == ' ' || (c >= '\t' && c <= '\r');
	}
	return yz_feel_is_space(yz_utf8_next(s, next));
}

/* Can a character with this byte be white space?  Bytes in which none begins: most letters, and the rest of any. */
static bool may_be_space(char byte)
{
	unsigned char c = (unsigned char)byte;
	return c <= ' ' || c == 0xC2 || (c >= 0xE1 && c <= 0xE3) || c == 0xEF;
}

static bool symbol(char c)
{
	return c == '.' || c == '/' || c == '-' || c == '\'' || c == '+' || c == '*';
}

/* 10.3.1.4: a name is tokens, and white space around a sign is none of them: "a - b" is the name a-b. */
static bool loose(struct yz_str name, size_t i)
{
	return i && i < name.len && (symbol(name.ptr[i]) || symbol(name.ptr[i - 1]));
}

uint32_t yz_parse_match(struct yz_str text, uint32_t at, struct yz_str name)
{
	size_t i = 0, k = at, next;
	if (!name.len || text.ptr[at] != name.ptr[0])
		return 0;
	while (i < name.len) {
		while (i < name.len && k < text.len && text.ptr[k] == name.ptr[i] && !may_be_space(name.ptr[i])) {
			i++;
			k++;
		}
		if (i == name.len)
			break;
		if (space_at(name, i, &next)) {
			size_t past;
			if (!space_at(text, k, &past) && !loose(name, i) && !loose(name, next))
				return 0;
			while (space_at(text, k, &past))
				k = past;
			while (space_at(name, i, &next))
				i = next;
		} else if (k < text.len && text.ptr[k] == name.ptr[i]) {
			k++;
			i++;
		} else if (k < text.len && may_be_space(text.ptr[k]) && loose(name, i) && space_at(text, k, &next)) {
			k = next;
		} else {
			return 0;
		}
	}
	/* "ab" does not begin with the name "a". */
	size_t last = name.len - 1;
	while (last && ((unsigned char)name.ptr[last] & 0xC0) == 0x80)
		last--;
	if (yz_feel_word_end(name, (uint32_t)last) > last && yz_feel_word_end(text, (uint32_t)k) > k)
		return 0;
	return (uint32_t)k;
}
#define match yz_parse_match

static void find_fields(const struct yz_feel_parser *p, uint32_t at, struct yz_feel_var *v, struct found *best)
{
	if (!v->item || !v->type || v->type->kind != YZ_FEEL_CONTEXT)
		return;
	for (size_t f = 0; f < v->type->nfields; f++) {
		uint32_t end = match(p->lex.text, at, v->type->fields[f].name);
		if (end > best->end)
			*best = (struct found){end, {YZ_REF_VAR, 0, v}, &v->type->fields[f]};
	}
}

static struct found find(const struct yz_feel_parser *p, uint32_t at)
{
	struct found best = {0};
	uint32_t end;
	for (size_t i = p->vars.len; i-- > 0;) {
		find_fields(p, at, p->vars.at[i], &best);
		if ((end = match(p->lex.text, at, p->vars.at[i]->name)) > best.end)
			best = (struct found){end, {YZ_REF_VAR, 0, p->vars.at[i]}, NULL};
	}
	for (size_t i = 0; i < p->inputs.len; i++)
		if ((end = match(p->lex.text, at, p->inputs.at[i].name)) > best.end)
			best = (struct found){end, {YZ_REF_INPUT, (uint32_t)i, NULL}, NULL};
	return best;
}

/* A value that is no function hides no built-in function where one is called. */
static bool could_be_called(const struct yz_feel_parser *p, const struct found *f)
{
	const struct yz_feel_type *t = f->field                      ? f->field->type
				       : f->ref.kind == YZ_REF_INPUT ? p->inputs.at[f->ref.index].type
								     : f->ref.var->type;
	return !t || t->kind == YZ_FEEL_FUNCTION || t->kind == YZ_FEEL_ANY;
}

static bool call_follows(const struct yz_feel_parser *p, uint32_t end)
{
	uint32_t at = yz_feel_skip(p->lex.text, end);
	return at < p->lex.text.len && p->lex.text.ptr[at] == '(';
}

static void find_builtin(const struct yz_feel_parser *p, uint32_t at, struct found *best)
{
	size_t first, n;
	if (at + 1 >= p->lex.text.len)
		return;
	yz_feel_builtins_from(p->lex.text.ptr + at, &first, &n);
	for (size_t i = first; i < first + n; i++) {
		uint32_t end = match(p->lex.text, at, yz_str(yz_feel_builtins[i].name));
		if (!end || end < best->end)
			continue;
		bool called = call_follows(p, end);
		/* "date and time" may also be two booleans joined. */
		if (best->end && !called)
			continue;
		if (end == best->end && could_be_called(p, best))
			continue;
		*best = (struct found){end, {YZ_REF_BUILTIN, (uint32_t)i, NULL}, NULL};
	}
}

/* The end of the word behind `end` when it can only be more of a name, or 0. */
static uint32_t next_of_name(struct yz_str text, uint32_t end)
{
	size_t at = end, next;
	for (; space_at(text, at, &next); at = next)
		;
	uint32_t word = yz_feel_word_end(text, (uint32_t)at);
	if (word == at || at == end || yz_feel_is_keyword(yz_str_n(text.ptr + at, word - at)))
		return 0;
	bool number = text.ptr[at] >= '0' && text.ptr[at] <= '9';
	if (number && word < text.len && text.ptr[word] == '.')
		return 0;
	return word;
}

/* Runs of white space become one space; outer white space goes. */
static struct yz_str single_spaced(struct yz_arena *a, struct yz_str s)
{
	bool plain = true;
	size_t next;
	for (size_t i = 0; i < s.len && plain; i = next)
		if (space_at(s, i, &next))
			plain = s.ptr[i] == ' ' && i && next < s.len && !space_at(s, next, &(size_t){0});
	if (plain)
		return s;
	struct yz_buf b;
	yz_buf_init(&b, a, s.len);
	for (size_t i = 0; i < s.len;) {
		if (!space_at(s, i, &next)) {
			yz_buf_add(&b, s.ptr + i, next - i);
		} else if (b.len && b.ptr[b.len - 1] != ' ') {
			yz_buf_addc(&b, ' ');
		}
		i = next;
	}
	while (b.len && b.ptr[b.len - 1] == ' ')
		b.len--;
	return yz_buf_str(&b);
}

void yz_parse_go_on(struct yz_feel_parser *p, uint32_t end)
{
	p->token.to = end;
	p->lex.at = end;
	yz_parse_next(p);
}

bool yz_parse_longer_name(const struct yz_feel_parser *p)
{
	return find(p, p->token.from).end > p->token.to;
}

/* ---- a name in an expression ---- */

/* Nothing is known of its entries. */
static bool open_type(const struct yz_feel_type *t)
{
	return !t || t->kind == YZ_FEEL_ANY || (t->kind == YZ_FEEL_CONTEXT && !t->nfields);
}

/* Items of filters nearer than the thing found, or that thing, whose entries are not known. */
static void set_maybe(struct yz_feel_parser *p, struct yz_feel_node *n, const struct found *best)
{
	YZ_VEC(struct yz_feel_var *) maybe = {0};
	for (size_t i = p->vars.len; i-- > 0;) {
		struct yz_feel_var *v = p->vars.at[i];
		if (v->item && open_type(v->type))
			*yz_vec_push(p->arena, &maybe) = v;
		if (best->ref.kind == YZ_REF_VAR && best->ref.var == v)
			break;
	}
	n->maybe = maybe.at;
	n->nmaybe = (uint32_t)maybe.len;
}

static struct yz_feel_node *field_node(struct yz_feel_parser *p, uint32_t from, const struct found *f)
{
	struct yz_feel_node *item = yz_parse_node(p, YZ_N_NAME, from), *n = yz_parse_node(p, YZ_N_PATH, from);
	item->ref = f->ref;
	item->text = f->ref.var->name;
	item->type = f->ref.var->type;
	item->to = f->end;
	n->a = item;
	n->name = f->field->name;
	return n;
}

static struct yz_feel_node *builtin_node(struct yz_feel_parser *p, uint32_t from, uint32_t index)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_CONST, from);
	n->value = yz_feel_builtin_value(index);
	return n;
}

static void unknown_name(struct yz_feel_parser *p, struct yz_feel_node *n, uint32_t end)
{
	static const char *const wide[] = {"，", "（", "）", "：", "；", "、", "。", "＞", "＜", "＝", "＋", "－", "＊", "／", "！",
					   "［", "］", "｛", "｝", "０", "１", "２", "３", "４", "５", "６", "７", "８", "９"};
	bool call = call_follows(p, end);
	struct yz_str hint = {0};
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
		if (yz_str_find(n->text, yz_str(wide[i]), 0) != SIZE_MAX)
			hint = YZ_LIT("; full-width signs are part of a name");
	n->kind = YZ_N_REFUSE;
	n->why = call ? YZ_FEEL_WHY_NO_FUNCTION : YZ_FEEL_WHY_NO_NAME;
	yz_feel_diagnose(p, n->from, end, call ? YZ_SAY_NO_FUNCTION : YZ_SAY_NO_NAME, n->text, hint,
			 (struct yz_str){0});
}

struct yz_feel_node *yz_parse_name(struct yz_feel_parser *p)
{
	uint32_t from = p->token.from;
	struct found best = find(p, from);
	find_builtin(p, from, &best);
	if (best.end && next_of_name(p->lex.text, best.end))
		best = (struct found){0};
	struct yz_feel_node *n;
	uint32_t end = best.end;
	if (end && best.field) {
		n = field_node(p, from, &best);
	} else {
		if (!end)
			for (uint32_t word = p->token.to; word; word = next_of_name(p->lex.text, end))
				end = word;
		n = yz_parse_node(p, YZ_N_NAME, from);
		n->text = single_spaced(p->arena, yz_str_n(p->lex.text.ptr + from, end - from));
		n->ref = best.ref;
		set_maybe(p, n, &best);
		if (!best.end && p->scope->open && !call_follows(p, end)) {
			n->ref = (struct yz_feel_ref){YZ_REF_INPUT, (uint32_t)p->inputs.len, NULL};
			if (p->inputs.len - p->scope->len >= YZ_FEEL_MOST_NAMES)
				return yz_parse_limit(p, "too many names", YZ_FEEL_MOST_NAMES);
			*yz_vec_push(p->arena, &p->inputs) = (struct yz_feel_name){n->text, NULL};
		} else if (!best.end && !n->nmaybe) {
			unknown_name(p, n, end);
		}
		if (best.ref.kind == YZ_REF_BUILTIN && (!n->nmaybe || call_follows(p, end)))
			n = builtin_node(p, from, best.ref.index);
	}
	yz_parse_go_on(p, end);
	return yz_parse_whole(p, n);
}

/* ---- a name behind a dot ---- */

/* Properties whose names hold a space (table 64). */
static const char *const properties[] = {"time offset", "start included", "end included"};

bool yz_parse_field(struct yz_feel_parser *p, const struct yz_feel_type *of, struct yz_str *name)
{
	yz_parse_next(p);
	if (p->token.kind != YZ_T_WORD) {
		yz_parse_fail(p, "a name behind the dot");
		return false;
	}
	uint32_t from = p->token.from, best = 0, end;
	struct yz_str known = {0};
	while (of && of->kind == YZ_FEEL_LIST)
		of = of->item;
	if (of && of->kind == YZ_FEEL_CONTEXT)
		for (size_t i = 0; i < of->nfields; i++)
			if ((end = match(p->lex.text, from, of->fields[i].name)) > best) {
				best = end;
				known = of->fields[i].name;
			}
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		if ((end = match(p->lex.text, from, yz_str(properties[i]))) > best) {
			best = end;
			known = yz_str(properties[i]);
		}
	if (best && !next_of_name(p->lex.text, best))
		*name = known;
	else
		for (uint32_t word = p->token.to; word; word = next_of_name(p->lex.text, best))
			*name = single_spaced(p->arena, yz_str_n(p->lex.text.ptr + from, (best = word) - from));
	yz_parse_go_on(p, best);
	return true;
}

/* ---- names being declared ---- */

/* What a name may hold besides words: . / - ' + * and white space. */
static bool declared_char(struct yz_str text, uint32_t at, uint32_t *next)
{
	size_t n = at;
	if (at >= text.len)
		return false;
	uint32_t c = yz_utf8_next(text, &n);
	*next = (uint32_t)n;
	return yz_feel_name_part(c) || yz_feel_is_space(c) || (c < 0x80 && strchr("./-'+*", (int)c) && c);
}

bool yz_parse_declared(struct yz_feel_parser *p, struct yz_str *name)
{
	struct yz_str text = p->lex.text;
	uint32_t from = p->token.from, at = from, end = from, next;
	if (p->token.kind != YZ_T_WORD) {
		yz_parse_fail(p, "a name");
		return false;
	}
	while (declared_char(text, at, &next)) {
		uint32_t word = yz_feel_word_end(text, at);
		if (word > at) {
			if (at > from && yz_str_eqz(yz_str_n(text.ptr + at, word - at), "in"))
				break;
			end = at = word;
			continue;
		}
		at = next;
		if (!yz_feel_is_space((unsigned char)text.ptr[at - 1]) && (unsigned char)text.ptr[at - 1] < 0x80)
			end = at;
	}
	*name = single_spaced(p->arena, yz_str_n(text.ptr + from, end - from));
	yz_parse_go_on(p, end);
	return true;
}

bool yz_parse_label(struct yz_feel_parser *p, struct yz_str *name)
{
	struct yz_str text = p->lex.text;
	uint32_t from = p->token.from, at = from, next, end;
	if (p->token.kind != YZ_T_WORD)
		return false;
	while (declared_char(text, at, &next))
		at = next;
	if (at >= text.len || text.ptr[at] != ':')
		return false;
	end = at;
	*name = single_spaced(p->arena, yz_str_n(text.ptr + from, end - from));
	yz_parse_go_on(p, at + 1);
	return true;
}

struct yz_feel_var *yz_parse_push(struct yz_feel_parser *p, struct yz_str name, const struct yz_feel_type *type)
{
	struct yz_feel_var *v = yz_new(p->arena, struct yz_feel_var);
	if (p->vars.len >= YZ_FEEL_MOST_NAMES)
		yz_parse_limit(p, "too many names at once", YZ_FEEL_MOST_NAMES);
	v->name = name;
	v->type = type;
	v->owner = p->func;
	*yz_vec_push(p->arena, &p->vars) = v;
	return v;
}
