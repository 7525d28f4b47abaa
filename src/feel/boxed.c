/* feel/boxed.c - the parser's literals, ranges, lists, contexts, functions and loops.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/ast.h"

#include "base/utf8.h"
#include "feel/time.h"

/* ---- literals ---- */

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* n hexadecimal digits at s.ptr[at], or UINT32_MAX. */
static uint32_t hex(struct yz_str s, size_t at, int n)
{
	uint32_t v = 0;
	if (s.len - at < (size_t)n)
		return UINT32_MAX;
	for (int i = 0; i < n; i++) {
		int h = hex_value(s.ptr[at + (size_t)i]);
		if (h < 0)
			return UINT32_MAX;
		v = v << 4 | (uint32_t)h;
	}
	return v;
}

/* \uXXXX or \UXXXXXX behind the backslash at `at`; two surrogates make one character.  0 bytes: it is none. */
static size_t unicode_escape(struct yz_str s, size_t at, uint32_t *c)
{
	bool wide = s.ptr[at + 1] == 'U';
	size_t used = wide ? 8 : 6;
	*c = hex(s, at + 2, wide ? 6 : 4);
	if (*c >= 0xD800 && *c <= 0xDBFF && at + 7 < s.len && s.ptr[at + 6] == '\\' && s.ptr[at + 7] == 'u') {
		uint32_t low = hex(s, at + 8, 4);
		if (low >= 0xDC00 && low <= 0xDFFF) {
			*c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
			used = 12;
		}
	}
	if (*c > 0x10FFFF)
		return 0;
	if (*c >= 0xD800 && *c <= 0xDFFF)
		*c = 0xFFFD;
	return used;
}

/* What stands between the quotes.  A backslash before anything else is one: "\s". */
static struct yz_str unescape(struct yz_arena *a, struct yz_str s)
{
	if (!s.len || !memchr(s.ptr, '\\', s.len))
		return s;
	struct yz_buf b;
	yz_buf_init(&b, a, s.len);
	for (size_t i = 0; i < s.len;) {
		if (s.ptr[i] != '\\' || i + 1 == s.len) {
			yz_buf_addc(&b, s.ptr[i++]);
			continue;
		}
		static const char from[] = "\"'\\nrt", to[] = "\"'\\\n\r\t";
		const char *simple = s.ptr[i + 1] ? strchr(from, s.ptr[i + 1]) : NULL;
		uint32_t c;
		size_t used = 0;
		if (simple) {
			yz_buf_addc(&b, to[simple - from]);
			i += 2;
		} else if ((s.ptr[i + 1] | 0x20) == 'u' && (used = unicode_escape(s, i, &c))) {
			yz_buf_add_utf8(&b, c);
			i += used;
		} else {
			yz_buf_addc(&b, s.ptr[i++]);
		}
	}
	return yz_buf_str(&b);
}

static struct yz_feel_value string_value(struct yz_str s)
{
	struct yz_feel_value v = yz_feel_string(s);
	unsigned char all = 0;
	for (size_t i = 0; i < s.len; i++)
		all |= (unsigned char)s.ptr[i];
	v.flag = all < 0x80;
	return v;
}

static struct yz_feel_node *refuse(struct yz_feel_parser *p, uint32_t from, enum yz_feel_why why, struct yz_str text)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_REFUSE, from);
	n->why = why;
	n->text = text;
	return n;
}

static struct yz_feel_node *parse_number(struct yz_feel_parser *p, struct yz_str text)
{
	struct yz_dec d;
	uint32_t from = p->token.from;
	if (text.len > p->limits->numeral)
		return yz_parse_limit(p, "a numeral too long", p->limits->numeral);
	yz_parse_next(p);
	if (!yz_dec_parse(text, &d))
		return yz_parse_whole(p, refuse(p, from, YZ_FEEL_WHY_NUMERAL, text));
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_CONST, from);
	n->value = yz_feel_number(d);
	return yz_parse_whole(p, n);
}

struct yz_feel_node *yz_parse_literal(struct yz_feel_parser *p)
{
	struct yz_token t = p->token;
	struct yz_str text = yz_str_n(p->lex.text.ptr + t.from, t.to - t.from);
	if (t.kind == YZ_T_NUMBER)
		return parse_number(p, text);
	yz_parse_next(p);
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_CONST, t.from);
	if (t.kind == YZ_T_WORD) {
		if (text.ptr[0] != 'n')
			n->value = yz_feel_bool(text.ptr[0] == 't');
		return yz_parse_whole(p, n);
	}
	size_t quote = (size_t)((const char *)memchr(text.ptr, '"', text.len) - text.ptr);
	struct yz_str inner = unescape(p->arena, yz_str_n(text.ptr + quote + 1, text.len - quote - 2));
	if (t.kind == YZ_T_STRING)
		n->value = string_value(inner);
	else if (!yz_read_temporal(p->arena, inner, &n->value))
		n = refuse(p, t.from, YZ_FEEL_WHY_AT_LITERAL, inner);
	return yz_parse_whole(p, n);
}

/* ---- ranges and lists ---- */

struct yz_feel_node *yz_parse_rest_of_range(struct yz_feel_parser *p, uint32_t from, int open,
					    struct yz_feel_node *start)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_RANGE, from);
	yz_parse_next(p);
	n->a = start;
	if (!(n->b = yz_parse_expression(p)))
		return NULL;
	int close = p->token.kind;
	if (close != ')' && close != ']' && close != '[')
		return yz_parse_fail(p, "')', ']' or '[' to end the range");
	yz_parse_next(p);
	n->flag = (open == '[' ? YZ_RANGE_START : 0) | (close == ']' ? YZ_RANGE_END : 0);
	return yz_parse_whole(p, n);
}

struct yz_feel_node *yz_parse_operator_range(struct yz_feel_parser *p, uint32_t from, bool parentheses)
{
	struct yz_feel_node *t = yz_parse_test(p);
	if (!t || (parentheses && !yz_parse_expect(p, ')', "')'")))
		return NULL;
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_RANGE, from), *open = yz_parse_node(p, YZ_N_CONST, from);
	open->to = from;
	open->constant = true;
	n->a = n->b = t->a;
	switch (t->op) {
	case YZ_OP_LT:
	case YZ_OP_LE:
		n->a = open;
		n->flag = (t->op == YZ_OP_LE ? YZ_RANGE_END : 0) | YZ_FEEL_LESS << YZ_RANGE_FORM;
		break;
	case YZ_OP_GT:
	case YZ_OP_GE:
		n->b = open;
		n->flag = (t->op == YZ_OP_GE ? YZ_RANGE_START : 0) | YZ_FEEL_GREATER << YZ_RANGE_FORM;
		break;
	case YZ_OP_EQ:
		n->flag = YZ_RANGE_START | YZ_RANGE_END | YZ_FEEL_EQUALS << YZ_RANGE_FORM;
		break;
	default:
		n->flag = YZ_FEEL_DIFFERS << YZ_RANGE_FORM;
	}
	return yz_parse_whole(p, n);
}

static struct yz_feel_node *parse_rest_of_list(struct yz_feel_parser *p, uint32_t from, struct yz_feel_node *first)
{
	YZ_VEC(struct yz_feel_node *) items = {0};
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_LIST, from);
	if (first)
		*yz_vec_push(p->arena, &items) = first;
	while (first && yz_parse_take(p, ',')) {
		struct yz_feel_node *item = yz_parse_expression(p);
		if (!item)
			return NULL;
		*yz_vec_push(p->arena, &items) = item;
	}
	if (!yz_parse_expect(p, ']', first ? "',' or ']'" : "']'"))
		return NULL;
	n->items = items.at;
	n->n = (uint32_t)items.len;
	return yz_parse_whole(p, n);
}

/* Behind ( [ or ]: a range, a list or an expression in parentheses. */
struct yz_feel_node *yz_parse_bracket(struct yz_feel_parser *p)
{
	int open = p->token.kind;
	uint32_t from = p->token.from;
	yz_parse_next(p);
	if (open == '(' && yz_parse_compares(p))
		return yz_parse_operator_range(p, from, true);
	if (open == '[' && p->token.kind == ']')
		return parse_rest_of_list(p, from, NULL);
	struct yz_feel_node *first = yz_parse_expression(p);
	if (!first)
		return NULL;
	if (p->token.kind == YZ_T_DOTS)
		return yz_parse_rest_of_range(p, from, open, first);
	if (open == ']')
		return yz_parse_fail(p, "'..'");
	if (open == '[')
		return parse_rest_of_list(p, from, first);
	if (!yz_parse_expect(p, ')', "')' or '..'"))
		return NULL;
	return first;
}

/* ---- contexts ---- */

static bool parse_key(struct yz_feel_parser *p, struct yz_str *key)
{
	if (p->token.kind == YZ_T_STRING) {
		struct yz_str t = yz_str_n(p->lex.text.ptr + p->token.from + 1, p->token.to - p->token.from - 2);
		*key = unescape(p->arena, t);
		yz_parse_next(p);
		return yz_parse_expect(p, ':', "':'");
	}
	if (yz_parse_label(p, key))
		return true;
	yz_parse_fail(p, "a key and ':'");
	return false;
}

struct yz_feel_node *yz_parse_context(struct yz_feel_parser *p)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_CONTEXT, p->token.from);
	YZ_VEC(struct yz_feel_node *) items = {0};
	YZ_VEC(struct yz_str) keys = {0};
	YZ_VEC(struct yz_feel_var *) vars = {0};
	size_t outer = p->vars.len;
	yz_parse_next(p);
	while (p->token.kind != '}' || items.len) {
		struct yz_str key;
		if (!parse_key(p, &key))
			return NULL;
		/* A function may call itself by its key; anything else sees only the entries before it. */
		bool function = yz_parse_word_is(p, "function");
		struct yz_feel_var *var = NULL;
		if (function)
			var = yz_parse_push(p, key, yz_feel_type_of_kind(YZ_FEEL_FUNCTION));
		struct yz_feel_node *value = yz_parse_expression(p);
		if (!value)
			return NULL;
		if (!function)
			var = yz_parse_push(p, key, NULL);
		var->type = value->type;
		*yz_vec_push(p->arena, &keys) = key;
		*yz_vec_push(p->arena, &items) = value;
		*yz_vec_push(p->arena, &vars) = var;
		if (!yz_parse_take(p, ','))
			break;
	}
	p->vars.len = outer;
	if (!yz_parse_expect(p, '}', items.len ? "',' or '}'" : "a key or '}'"))
		return NULL;
	n->names = keys.at;
	n->items = items.at;
	n->vars = vars.at;
	n->n = n->nvars = (uint32_t)items.len;
	return yz_parse_whole(p, n);
}

/* ---- functions ---- */

static bool parse_parameters(struct yz_feel_parser *p, struct yz_feel_node *n)
{
	YZ_VEC(struct yz_feel_var *) params = {0};
	while (p->token.kind != ')' || params.len) {
		struct yz_str name;
		if (!yz_parse_declared(p, &name))
			return false;
		struct yz_feel_var *v = yz_parse_push(p, name, NULL);
		*yz_vec_push(p->arena, &params) = v;
		if (yz_parse_take(p, ':') && !(v->type = yz_parse_type(p)))
			return false;
		if (!yz_parse_take(p, ','))
			break;
	}
	n->vars = params.at;
	n->nvars = (uint32_t)params.len;
	return yz_parse_expect(p, ')', "',' or ')'");
}

struct yz_feel_node *yz_parse_function(struct yz_feel_parser *p)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_FUNCTION, p->token.from);
	size_t outer = p->vars.len;
	yz_parse_next(p);
	if (!yz_parse_expect(p, '(', "'('"))
		return NULL;
	n->func = yz_new(p->arena, struct yz_feel_func);
	n->func->outer = p->func;
	p->func = n->func;
	bool ok = parse_parameters(p, n);
	if (ok && yz_parse_word_is(p, "external")) {
		n->external = true;
		yz_parse_next(p);
	}
	if (ok)
		n->head = yz_parse_expression(p);
	p->func = n->func->outer;
	p->vars.len = outer;
	return ok && n->head ? yz_parse_whole(p, n) : NULL;
}

/* ---- for, some, every ---- */

static struct yz_feel_node *parse_domain(struct yz_feel_parser *p)
{
	struct yz_feel_node *first = yz_parse_expression(p);
	if (!first || p->token.kind != YZ_T_DOTS)
		return first;
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_RANGE, first->from);
	yz_parse_next(p);
	n->a = first;
	n->iterated = true;
	return (n->b = yz_parse_expression(p)) ? yz_parse_whole(p, n) : NULL;
}

struct yz_feel_node *yz_parse_loop(struct yz_feel_parser *p)
{
	enum yz_node_kind kind = yz_parse_word_is(p, "for")    ? YZ_N_FOR
				 : yz_parse_word_is(p, "some") ? YZ_N_SOME
							       : YZ_N_EVERY;
	const char *word = kind == YZ_N_FOR ? "return" : "satisfies";
	struct yz_feel_node *n = yz_parse_node(p, kind, p->token.from);
	YZ_VEC(struct yz_feel_node *) domains = {0};
	YZ_VEC(struct yz_feel_var *) vars = {0};
	size_t outer = p->vars.len;
	yz_parse_next(p);
	do {
		struct yz_str name;
		if (!yz_parse_declared(p, &name))
			return NULL;
		if (!yz_parse_word_is(p, "in"))
			return yz_parse_fail(p, "'in'");
		yz_parse_next(p);
		struct yz_feel_node *domain = parse_domain(p);
		if (!domain)
			return NULL;
		const struct yz_feel_type *item = yz_feel_item_type(domain->type);
		*yz_vec_push(p->arena, &domains) = domain;
		*yz_vec_push(p->arena, &vars) = yz_parse_push(p, name, item);
	} while (yz_parse_take(p, ','));
	if (!yz_parse_word_is(p, word))
		return yz_parse_fail(p, kind == YZ_N_FOR ? "',' or 'return'" : "',' or 'satisfies'");
	if (kind == YZ_N_FOR) {
		n->partial = yz_parse_push(p, YZ_LIT("partial"), NULL);
		n->partial->partial = true;
	}
	yz_parse_next(p);
	n->head = yz_parse_expression(p);
	p->vars.len = outer;
	n->items = domains.at;
	n->vars = vars.at;
	n->n = n->nvars = (uint32_t)domains.len;
	return n->head ? yz_parse_whole(p, n) : NULL;
}
