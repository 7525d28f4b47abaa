/* feel/parser.c - recursive descent over DMN 1.5, 10.3.1.2: errors, operators, names' neighbours.
 *
 * Binding, loosest first: or · and · comparison, between, in · + - · * / · ** ·
 * unary minus · instance of · path, filter, invocation.  All associate to the
 * left, ** too.  if, for, some, every and function reach as far as they can.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/ast.h"

#include "base/utf8.h"

#include <assert.h>

static const struct yz_str no_text;

enum { LEVEL_OR = 1, LEVEL_AND, LEVEL_COMPARE, LEVEL_ADD, LEVEL_MULTIPLY, LEVEL_POWER, LEVEL_UNARY };

/* ---- tokens and errors ---- */

void yz_parse_next(struct yz_feel_parser *p)
{
	p->ended = p->token.to;
	p->token = yz_lex(&p->lex);
}

bool yz_parse_take(struct yz_feel_parser *p, int kind)
{
	if (p->token.kind != kind)
		return false;
	yz_parse_next(p);
	return true;
}

static struct yz_str token_text(const struct yz_feel_parser *p)
{
	return yz_str_n(p->lex.text.ptr + p->token.from, p->token.to - p->token.from);
}

static bool take_word(struct yz_feel_parser *p, const char *word)
{
	if (!yz_parse_word_is(p, word))
		return false;
	yz_parse_next(p);
	return true;
}

/* At most 40 bytes of s, whole characters. */
static struct yz_str shortened(struct yz_str s)
{
	if (s.len <= 40)
		return s;
	s.len = 40;
	while (s.len && ((unsigned char)s.ptr[s.len] & 0xC0) == 0x80)
		s.len--;
	return s;
}

static struct yz_str describe_token(const struct yz_feel_parser *p)
{
	switch (p->token.kind) {
	case YZ_T_END:
		return YZ_LIT("the end");
	case YZ_T_OPEN_STRING:
		return YZ_LIT("a string that is never closed");
	case YZ_T_OPEN_COMMENT:
		return YZ_LIT("a comment that is never closed");
	default: {
		struct yz_str t = shortened(token_text(p));
		const char *typed = yz_feel_typed_for(t);
		return *typed ? yz_str_printf(p->arena, "'%.*s' (%s)", YZ_P(t), typed)
			      : yz_str_printf(p->arena, "'%.*s'", YZ_P(t));
	}
	}
}

static struct yz_feel_diag *add_diag(struct yz_feel_parser *p, uint32_t from, uint32_t to, enum yz_feel_says says,
				     struct yz_str a, struct yz_str b, struct yz_str c)
{
	struct yz_feel_diag *d = yz_new(p->arena, struct yz_feel_diag);
	p->ndiags++;
	d->severity = YZ_FEEL_ERROR;
	d->says = (uint8_t)says;
	d->about[0] = a;
	d->about[1] = b;
	d->about[2] = c;
	d->message = yz_feel_diag_text(p->arena, d, YZ_FEEL_EN);
	yz_feel_place_at(p->program, from, to, &d->place);
	if (p->last_diag)
		p->last_diag->next = d;
	else
		p->diags = d;
	p->last_diag = d;
	return d;
}

void yz_feel_diagnose(struct yz_feel_parser *p, uint32_t from, uint32_t to, enum yz_feel_says says, struct yz_str a,
		      struct yz_str b, struct yz_str c)
{
	enum { MOST_DIAGS = 100 };
	if (p->ndiags < MOST_DIAGS)
		add_diag(p, from, to, says, a, b, c);
}

/* Fills err with a fatal diagnostic's text. */
static void *fatal(struct yz_feel_parser *p, enum yz_code code, struct yz_feel_diag *d)
{
	p->failed = true;
	yz_fail(p->err, code, "line %u, column %u: %.*s", d->place.line, d->place.column, YZ_P(d->message));
	if (d->place.where.len)
		yz_fail_in(p->err, "%.*s", YZ_P(d->place.where));
	return NULL;
}

void *yz_parse_fail(struct yz_feel_parser *p, const char *expected)
{
	if (p->failed)
		return NULL;
	struct yz_str what = yz_str(expected), found = describe_token(p);
	struct yz_feel_diag *d = add_diag(p, p->token.from, p->token.to, YZ_SAY_EXPECTED, what, found, no_text);
	d->expected = what;
	d->found = found;
	return fatal(p, YZ_SYNTAX, d);
}

void *yz_parse_limit(struct yz_feel_parser *p, const char *what, size_t limit)
{
	if (p->failed)
		return NULL;
	struct yz_str most = yz_str_printf(p->arena, "%zu", limit);
	return fatal(p, YZ_LIMIT,
		     add_diag(p, p->token.from, p->token.to, YZ_SAY_MORE_THAN, yz_str(what), most, no_text));
}

bool yz_parse_expect(struct yz_feel_parser *p, int kind, const char *expected)
{
	if (yz_parse_take(p, kind))
		return true;
	yz_parse_fail(p, expected);
	return false;
}

static bool expect_word(struct yz_feel_parser *p, const char *word, const char *expected)
{
	if (take_word(p, word))
		return true;
	yz_parse_fail(p, expected);
	return false;
}

bool yz_parse_deeper(struct yz_feel_parser *p)
{
	size_t limit = p->limits->depth < YZ_FEEL_DEEPEST_TEXT ? p->limits->depth : YZ_FEEL_DEEPEST_TEXT;
	if (p->depth < limit) {
		p->depth++;
		return true;
	}
	yz_parse_limit(p, "nested too deeply", limit);
	return false;
}

struct yz_feel_node *yz_parse_node(struct yz_feel_parser *p, enum yz_node_kind kind, uint32_t from)
{
	struct yz_feel_node *n = yz_new(p->arena, struct yz_feel_node);
	n->kind = (uint8_t)kind;
	n->from = from;
	return n;
}

struct yz_feel_node *yz_parse_whole(struct yz_feel_parser *p, struct yz_feel_node *n)
{
	n->to = p->ended;
	yz_feel_check(p, n);
	if (n->height > YZ_FEEL_TALLEST)
		return yz_parse_limit(p, "too many operators in a row", YZ_FEEL_TALLEST);
	return p->failed ? NULL : n;
}
#define whole yz_parse_whole

/* ---- operators ---- */

static struct yz_feel_node *parse_if(struct yz_feel_parser *p)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_IF, p->token.from);
	yz_parse_next(p);
	if (!(n->a = yz_parse_expression(p)) || !expect_word(p, "then", "'then'") || !(n->b = yz_parse_expression(p)) ||
	    !expect_word(p, "else", "'else'") || !(n->c = yz_parse_expression(p)))
		return NULL;
	return whole(p, n);
}

static struct yz_feel_node *parse_path(struct yz_feel_parser *p, struct yz_feel_node *of)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_PATH, of->from);
	n->a = of;
	if (!yz_parse_field(p, of->type, &n->name))
		return NULL;
	return whole(p, n);
}

static struct yz_feel_node *parse_filter(struct yz_feel_parser *p, struct yz_feel_node *of)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_FILTER, of->from);
	yz_parse_next(p);
	n->a = of;
	size_t outer = p->vars.len;
	n->item = yz_parse_push(p, YZ_LIT("item"), yz_feel_item_type(of->type));
	n->item->item = true;
	n->b = yz_parse_expression(p);
	p->vars.len = outer;
	if (!n->b || !yz_parse_expect(p, ']', "']'"))
		return NULL;
	return whole(p, n);
}

static struct yz_feel_node *parse_call(struct yz_feel_parser *p, struct yz_feel_node *callee)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_CALL, callee->from);
	YZ_VEC(struct yz_feel_node *) args = {0};
	YZ_VEC(struct yz_str) names = {0};
	yz_parse_next(p);
	n->head = callee;
	while (p->token.kind != ')' || args.len) {
		struct yz_str name;
		bool named = yz_parse_label(p, &name);
		if (args.len && named != (names.len > 0))
			return yz_parse_fail(p, named ? "an argument without a name, like those before"
						      : "an argument with a name, like those before");
		if (named)
			*yz_vec_push(p->arena, &names) = name;
		struct yz_feel_node *arg = yz_parse_expression(p);
		if (!arg)
			return NULL;
		*yz_vec_push(p->arena, &args) = arg;
		if (!yz_parse_take(p, ','))
			break;
	}
	if (!yz_parse_expect(p, ')', "',' or ')'"))
		return NULL;
	n->items = args.at;
	n->n = (uint32_t)args.len;
	n->names = names.at;
	return whole(p, n);
}

/* In "[1..10[" the last bracket closes the range: nothing that could begin a filter's condition follows it. */
static bool bracket_opens_filter(const struct yz_feel_parser *p)
{
	struct yz_lexer ahead = p->lex;
	struct yz_token t = yz_lex(&ahead);
	switch (t.kind) {
	case YZ_T_NUMBER:
	case YZ_T_STRING:
	case YZ_T_AT:
	case '(':
	case '[':
	case '{':
	case '-':
		return true;
	case YZ_T_WORD: {
		struct yz_str word = yz_str_n(p->lex.text.ptr + t.from, t.to - t.from);
		static const char *const joints[] = {"and",  "or",   "in",     "between",  "instance",
						     "then", "else", "return", "satisfies"};
		for (size_t i = 0; i < sizeof joints / sizeof *joints; i++)
			if (yz_str_eqz(word, joints[i]))
				return false;
		return true;
	}
	default:
		return false;
	}
}

static struct yz_feel_node *parse_postfix(struct yz_feel_parser *p, struct yz_feel_node *n)
{
	while (n) {
		if (p->token.kind == '.')
			n = parse_path(p, n);
		else if (p->token.kind == '[' && bracket_opens_filter(p))
			n = parse_filter(p, n);
		else if (p->token.kind == '(')
			n = parse_call(p, n);
		else
			break;
	}
	return n;
}

static struct yz_feel_node *parse_instance(struct yz_feel_parser *p, struct yz_feel_node *left)
{
	while (left && yz_parse_word_is(p, "instance")) {
		struct yz_feel_node *n = yz_parse_node(p, YZ_N_INSTANCE, left->from);
		yz_parse_next(p);
		if (!expect_word(p, "of", "'of'"))
			return NULL;
		n->a = left;
		if (!(n->wanted = yz_parse_type_whole(p)))
			return NULL;
		left = whole(p, n);
	}
	return left;
}

static struct yz_feel_node *parse_negation(struct yz_feel_parser *p);

static struct yz_feel_node *parse_unary(struct yz_feel_parser *p)
{
	if (p->token.kind != '-')
		return parse_instance(p, parse_postfix(p, yz_parse_primary(p)));
	return parse_negation(p);
}

/* "-5 instance of number" asks about -5: the sign is part of a numeral (rule 35). */
static struct yz_feel_node *parse_negation(struct yz_feel_parser *p)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_NEGATE, p->token.from);
	yz_parse_next(p);
	bool numeral = p->token.kind == YZ_T_NUMBER;
	if (!yz_parse_deeper(p) || !(n->a = numeral ? parse_postfix(p, yz_parse_primary(p)) : parse_unary(p)))
		return NULL;
	p->depth--;
	n = whole(p, n);
	return numeral ? parse_instance(p, n) : n;
}

static int binary_level(const struct yz_feel_parser *p, int *op)
{
	switch (p->token.kind) {
	case '+':
		return *op = YZ_OP_ADD, LEVEL_ADD;
	case '-':
		return *op = YZ_OP_SUB, LEVEL_ADD;
	case '*':
		return *op = YZ_OP_MUL, LEVEL_MULTIPLY;
	case '/':
		return *op = YZ_OP_DIV, LEVEL_MULTIPLY;
	case YZ_T_POWER:
		return *op = YZ_OP_POW, LEVEL_POWER;
	case '=':
		return *op = YZ_OP_EQ, LEVEL_COMPARE;
	case YZ_T_NE:
		return *op = YZ_OP_NE, LEVEL_COMPARE;
	case '<':
		return *op = YZ_OP_LT, LEVEL_COMPARE;
	case YZ_T_LE:
		return *op = YZ_OP_LE, LEVEL_COMPARE;
	case '>':
		return *op = YZ_OP_GT, LEVEL_COMPARE;
	case YZ_T_GE:
		return *op = YZ_OP_GE, LEVEL_COMPARE;
	case YZ_T_WORD:
		if (yz_parse_word_is(p, "and"))
			return *op = YZ_OP_AND, LEVEL_AND;
		if (yz_parse_word_is(p, "or"))
			return *op = YZ_OP_OR, LEVEL_OR;
		if (yz_parse_word_is(p, "between"))
			return *op = -1, LEVEL_COMPARE;
		if (yz_parse_word_is(p, "in"))
			return *op = -2, LEVEL_COMPARE;
		return 0;
	default:
		return 0;
	}
}

static struct yz_feel_node *parse_between(struct yz_feel_parser *p, struct yz_feel_node *left)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_BETWEEN, left->from);
	n->a = left;
	if (!(n->b = yz_parse_operators(p, LEVEL_ADD, NULL)) || !expect_word(p, "and", "'and'") ||
	    !(n->c = yz_parse_operators(p, LEVEL_ADD, NULL)))
		return NULL;
	return whole(p, n);
}

/* One test: "< 5", or an expression. */
struct yz_feel_node *yz_parse_test(struct yz_feel_parser *p)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_TEST, p->token.from);
	int op = YZ_OP_RETURN;
	if (yz_parse_compares(p)) {
		binary_level(p, &op);
		yz_parse_next(p);
		n->a = yz_parse_operators(p, LEVEL_ADD, NULL);
	} else {
		n->a = yz_parse_expression(p);
	}
	n->op = (uint8_t)op;
	return n->a ? whole(p, n) : NULL;
}

static struct yz_feel_node *plain_test(struct yz_feel_parser *p, struct yz_feel_node *value)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_TEST, value->from);
	n->op = YZ_OP_RETURN;
	n->a = value;
	return whole(p, n);
}

/* Behind "in (": several tests, one, or the beginning of an interval or of any expression in parentheses. */
static struct yz_feel_node *parse_in_parentheses(struct yz_feel_parser *p, struct yz_feel_node *in)
{
	YZ_VEC(struct yz_feel_node *) tests = {0};
	uint32_t from = p->token.from;
	yz_parse_next(p);
	do {
		struct yz_feel_node *t = yz_parse_test(p);
		if (!t)
			return NULL;
		*yz_vec_push(p->arena, &tests) = t;
		if (tests.len == 1 && t->op == YZ_OP_RETURN && p->token.kind == YZ_T_DOTS) {
			struct yz_feel_node *range = yz_parse_rest_of_range(p, from, '(', t->a);
			range = range ? yz_parse_operators(p, LEVEL_ADD, parse_postfix(p, range)) : NULL;
			if (!range || !(tests.at[0] = plain_test(p, range)))
				return NULL;
			goto done;
		}
	} while (yz_parse_take(p, ','));
	if (!yz_parse_expect(p, ')', "',' or ')'"))
		return NULL;
	if (tests.len == 1 && tests.at[0]->op == YZ_OP_RETURN) {
		/* (a + b) * 2 */
		struct yz_feel_node *value = parse_postfix(p, tests.at[0]->a);
		if (!value || !(value = yz_parse_operators(p, LEVEL_ADD, parse_instance(p, value))))
			return NULL;
		tests.at[0] = plain_test(p, value);
	}
done:
	in->items = tests.at;
	in->n = (uint32_t)tests.len;
	return in;
}

static struct yz_feel_node *parse_in(struct yz_feel_parser *p, struct yz_feel_node *left)
{
	struct yz_feel_node *n = yz_parse_node(p, YZ_N_IN, left->from), *t;
	n->head = left;
	size_t outer = p->vars.len;
	n->vars = yz_new(p->arena, struct yz_feel_var *);
	/* Table 55: {?: e1, r: e2}.r; in a cell `?` stays the value under test. */
	n->vars[0] = yz_parse_push(p, p->tested ? (struct yz_str){0} : YZ_LIT("?"), left->type);
	n->vars[0]->asked = !p->tested;
	if (p->token.kind == '(') {
		if (!parse_in_parentheses(p, n))
			return NULL;
	} else {
		bool compares = yz_parse_compares(p);
		t = compares ? yz_parse_test(p) : yz_parse_operators(p, LEVEL_ADD, NULL);
		if (!t || (!compares && !(t = plain_test(p, t))))
			return NULL;
		n->items = yz_new(p->arena, struct yz_feel_node *);
		n->items[0] = t;
		n->n = 1;
	}
	p->vars.len = outer;
	return whole(p, n);
}

struct yz_feel_node *yz_parse_operators(struct yz_feel_parser *p, int level, struct yz_feel_node *left)
{
	unsigned depth = p->depth;
	if (!yz_parse_deeper(p))
		return NULL;
	if (!left && !p->failed)
		left = parse_unary(p);
	int op = 0, found;
	while (left && (found = binary_level(p, &op)) >= level) {
		uint32_t from = left->from;
		yz_parse_next(p);
		if (op == -1) {
			left = parse_between(p, left);
			continue;
		}
		if (op == -2) {
			left = parse_in(p, left);
			continue;
		}
		struct yz_feel_node *n = yz_parse_node(p, YZ_N_BINARY, from);
		n->op = (uint8_t)op;
		n->a = left;
		if (!(n->b = yz_parse_operators(p, found + 1, NULL)))
			return NULL;
		left = whole(p, n);
	}
	p->depth = depth;
	return left;
}

/* ---- expressions ---- */

struct yz_feel_node *yz_parse_primary(struct yz_feel_parser *p)
{
	switch (p->token.kind) {
	case YZ_T_NUMBER:
	case YZ_T_STRING:
	case YZ_T_AT:
		return yz_parse_literal(p);
	case '(':
	case '[':
	case ']':
		return yz_parse_bracket(p);
	case '{':
		return yz_parse_context(p);
	case YZ_T_WORD:
		break;
	default:
		return yz_parse_fail(p, "an expression");
	}
	if (!yz_feel_is_keyword(token_text(p)) || yz_parse_longer_name(p))
		return yz_parse_name(p);
	if (yz_parse_word_is(p, "if"))
		return parse_if(p);
	if (yz_parse_word_is(p, "for") || yz_parse_word_is(p, "some") || yz_parse_word_is(p, "every"))
		return yz_parse_loop(p);
	if (yz_parse_word_is(p, "function"))
		return yz_parse_function(p);
	if (yz_parse_word_is(p, "true") || yz_parse_word_is(p, "false") || yz_parse_word_is(p, "null"))
		return yz_parse_literal(p);
	return yz_parse_fail(p, "an expression");
}

/* Rule 2h: "> 5" is an expression too, a range; but no operand, or "a == b" would have a meaning. */
struct yz_feel_node *yz_parse_expression(struct yz_feel_parser *p)
{
	if (yz_parse_compares(p))
		return yz_parse_operator_range(p, p->token.from, false);
	return yz_parse_operators(p, LEVEL_OR, NULL);
}

static struct yz_feel_node *parse_tests(struct yz_feel_parser *p, struct yz_feel_node *root)
{
	YZ_VEC(struct yz_feel_node *) tests = {0};
	do {
		struct yz_feel_node *t = yz_parse_test(p);
		if (!t)
			return NULL;
		*yz_vec_push(p->arena, &tests) = t;
	} while (yz_parse_take(p, ','));
	root->items = tests.at;
	root->n = (uint32_t)tests.len;
	return root;
}

/* not(…) as a whole negates tests; when more follows, it was a call, and all is read again. */
static struct yz_feel_node *parse_negated(struct yz_feel_parser *p, struct yz_feel_node *root, bool *negated)
{
	struct yz_feel_parser before = *p;
	*negated = false;
	if (!yz_parse_word_is(p, "not"))
		return root;
	yz_parse_next(p);
	if (p->token.kind == '(') {
		yz_parse_next(p);
		struct yz_err err = {0}, *outer = p->err;
		p->err = &err;
		bool fits = parse_tests(p, root) && p->token.kind == ')';
		p->err = outer;
		if (fits) {
			yz_parse_next(p);
			if (p->token.kind == YZ_T_END) {
				root->flag = true;
				*negated = true;
				return root;
			}
		}
	}
	*p = before;
	if (p->last_diag)
		p->last_diag->next = NULL;
	return root;
}

static struct yz_feel_node *parse_unary_tests(struct yz_feel_parser *p)
{
	struct yz_feel_node *root = yz_parse_node(p, YZ_N_TESTS, p->token.from);
	if (p->token.kind == '-') {
		struct yz_lexer ahead = p->lex;
		if (yz_lex(&ahead).kind == YZ_T_END) {
			yz_parse_next(p);
			return whole(p, root);
		}
	}
	bool negated;
	parse_negated(p, root, &negated);
	if (!negated && !parse_tests(p, root))
		return NULL;
	return whole(p, root);
}

struct yz_feel_node *yz_feel_parse(struct yz_feel_parser *p)
{
	yz_parse_next(p);
	struct yz_feel_node *root = p->mode == YZ_FEEL_UNARY_TESTS ? parse_unary_tests(p) : yz_parse_expression(p);
	if (root && p->token.kind != YZ_T_END)
		return yz_parse_fail(p, p->mode == YZ_FEEL_UNARY_TESTS ? "an operator, ',' or the end"
								       : "an operator or the end");
	assert(root || p->failed);
	return root;
}
