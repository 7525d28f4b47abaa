/* feel/ast.h - the tree of an expression, and the parser's state; private to feel.
 *
 * The parser builds nodes bottom up; each is checked as soon as it is whole
 * (check.c gives it its type and reports what cannot be right), because names
 * behind a dot and in a filter can only be read when the type before them is
 * known.  The tree stays with the program: yz_feel_condition walks it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_AST_H
#define YZ_FEEL_AST_H

#include "base/map.h"
#include "feel/code.h"
#include "feel/feel.h"
#include "feel/lexer.h"

/* The parser recurses: a limit above the first counts as the first.  So does whatever walks the tree, which is
 * also tall where operators follow each other: a + b + c + … */
enum { YZ_FEEL_DEEPEST_TEXT = 1000, YZ_FEEL_TALLEST = 5000 };

/* Names declared around one place, or found by an open scope: each name that is read is compared with them all. */
enum { YZ_FEEL_MOST_NAMES = 4096 };

enum yz_node_kind {
	YZ_N_CONST,
	YZ_N_NAME,
	YZ_N_NEGATE,   /* a */
	YZ_N_BINARY,   /* a op b */
	YZ_N_BETWEEN,  /* a between b and c */
	YZ_N_IN,       /* head in items (tests) */
	YZ_N_INSTANCE, /* a instance of wanted */
	YZ_N_IF,       /* a then b else c */
	YZ_N_FOR,      /* vars in items return head */
	YZ_N_SOME,
	YZ_N_EVERY,
	YZ_N_LIST,     /* items */
	YZ_N_CONTEXT,  /* names: items */
	YZ_N_RANGE,    /* a..b */
	YZ_N_FUNCTION, /* body head */
	YZ_N_CALL,     /* head(items), perhaps by names */
	YZ_N_PATH,     /* a.name */
	YZ_N_FILTER,   /* a[b] */
	YZ_N_TEST,     /* op a, or a alone with op RETURN: part of IN and TESTS */
	YZ_N_TESTS,    /* items, flag: negated; the root of unary tests */
	YZ_N_REFUSE,   /* null, for the reason `why` about `text` */
};

/* A function body, or the expression itself (outer NULL). */
struct yz_feel_func {
	struct yz_feel_func *outer;
	void *compiling; /* the compiler's */
};

struct yz_feel_var {
	struct yz_str name;
	const struct yz_feel_type *type;
	struct yz_feel_func *owner;
	bool item;    /* of a filter: names may be its fields */
	bool partial; /* the results so far of a for */
	bool asked;   /* `?`: the value before an `in` */
	uint32_t slot;
};

enum yz_ref_kind { YZ_REF_NONE, YZ_REF_INPUT, YZ_REF_VAR, YZ_REF_BUILTIN };

struct yz_feel_ref {
	enum yz_ref_kind kind;
	uint32_t index; /* input, built-in */
	struct yz_feel_var *var;
};

struct yz_feel_node {
	uint8_t kind;  /* enum yz_node_kind */
	uint8_t op;    /* BINARY, TEST: an opcode */
	uint8_t flag;  /* RANGE: as the opcode's operand; FILTER: 1 can be decided once, 2 per item, 3 either */
	bool constant; /* has no name in it, and is worth computing at once */
	bool asks;     /* speaks of ? */
	bool iterated; /* RANGE: a..b of an iteration */
	uint16_t height;
	uint32_t from, to;
	const struct yz_feel_type *type; /* NULL: nothing known */
	union {
		struct yz_feel_value value;
		struct {
			struct yz_feel_node *a, *b, *c;
			const struct yz_feel_type *wanted; /* INSTANCE */
			struct yz_str name;                /* PATH */
			struct yz_feel_var *item;          /* FILTER */
		};
		struct {
			struct yz_feel_node *head, **items;
			uint32_t n, nvars;
			struct yz_str *names;      /* CONTEXT; CALL by names */
			struct yz_feel_var **vars; /* FOR, SOME, EVERY; CONTEXT; FUNCTION: parameters; IN: the value */
			struct yz_feel_var *partial;
			struct yz_feel_func *func;
			const struct yz_feel_type *returns;
			bool external;
		};
		struct {
			struct yz_str text;
			enum yz_feel_why why; /* REFUSE */
			struct yz_feel_ref ref;
			/* Items of filters around it, innermost first, that may have a field of this name. */
			struct yz_feel_var **maybe;
			uint32_t nmaybe;
		};
	};
};

struct yz_feel_parser {
	struct yz_arena *arena;
	struct yz_lexer lex;
	struct yz_token token;
	uint32_t ended; /* where the token before ended */
	const struct yz_feel_scope *scope;
	const struct yz_feel_limits *limits;
	enum yz_feel_mode mode;
	struct yz_feel_func *func;
	YZ_VEC(struct yz_feel_var *) vars;  /* innermost last */
	YZ_VEC(struct yz_feel_name) inputs; /* of the scope and, in an open one, those found */
	struct yz_feel_var *tested;
	unsigned depth;
	bool failed;
	struct yz_err *err;
	const struct yz_feel_diag *diags;
	struct yz_feel_diag *last_diag;
	size_t ndiags;
	struct yz_feel *program; /* for places */
};

/* parser.c: the whole text; NULL: failed, and err is filled. */
struct yz_feel_node *yz_feel_parse(struct yz_feel_parser *p);

/* For the files of the parser only. */
void yz_parse_next(struct yz_feel_parser *p);
bool yz_parse_take(struct yz_feel_parser *p, int kind);
static inline bool yz_parse_word_is(const struct yz_feel_parser *p, const char *word)
{
	size_t n = strlen(word);
	return p->token.kind == YZ_T_WORD && p->token.to - p->token.from == n &&
	       !memcmp(p->lex.text.ptr + p->token.from, word, n);
}
/* Fails with what was expected; returns NULL. */
void *yz_parse_fail(struct yz_feel_parser *p, const char *expected);
void *yz_parse_limit(struct yz_feel_parser *p, const char *what, size_t limit);
bool yz_parse_expect(struct yz_feel_parser *p, int kind, const char *expected);
bool yz_parse_deeper(struct yz_feel_parser *p);
struct yz_feel_node *yz_parse_node(struct yz_feel_parser *p, enum yz_node_kind kind, uint32_t from);
/* The node is whole and ends where the last token ended: checks it.  NULL: failed. */
struct yz_feel_node *yz_parse_whole(struct yz_feel_parser *p, struct yz_feel_node *n);
struct yz_feel_node *yz_parse_expression(struct yz_feel_parser *p);
/* Behind the first end of a range whose opening bracket stands at `from`: "..", the other end, the bracket. */
struct yz_feel_node *yz_parse_rest_of_range(struct yz_feel_parser *p, uint32_t from, int open,
					    struct yz_feel_node *start);
struct yz_feel_node *yz_parse_primary(struct yz_feel_parser *p);
struct yz_feel_node *yz_parse_operators(struct yz_feel_parser *p, int level, struct yz_feel_node *left);
/* names.c */
struct yz_feel_node *yz_parse_name(struct yz_feel_parser *p);
/* A name in scope begins with the keyword at hand and goes on behind it. */
bool yz_parse_longer_name(const struct yz_feel_parser *p);
bool yz_parse_field(struct yz_feel_parser *p, const struct yz_feel_type *of, struct yz_str *name);
/* A name being declared: words and the signs names may hold, up to the word `in`; white space made single. */
bool yz_parse_declared(struct yz_feel_parser *p, struct yz_str *name);
/* "name :" ahead: moves behind the colon. */
bool yz_parse_label(struct yz_feel_parser *p, struct yz_str *name);
/* The end of `name` where the text has it at `at`, or 0. A run of white space in one is a run in the other. */
uint32_t yz_parse_match(struct yz_str text, uint32_t at, struct yz_str name);
/* The name at hand ends at `end`. */
void yz_parse_go_on(struct yz_feel_parser *p, uint32_t end);
struct yz_feel_var *yz_parse_push(struct yz_feel_parser *p, struct yz_str name, const struct yz_feel_type *type);
/* types: parse_type.c */
const struct yz_feel_type *yz_parse_type(struct yz_feel_parser *p);
/* Behind "instance of": list, range, context and function without their parameters are no types (table 61). */
const struct yz_feel_type *yz_parse_type_whole(struct yz_feel_parser *p);
/* boxed.c: literals, lists, contexts, functions, loops */
struct yz_feel_node *yz_parse_literal(struct yz_feel_parser *p);
struct yz_feel_node *yz_parse_bracket(struct yz_feel_parser *p);
struct yz_feel_node *yz_parse_context(struct yz_feel_parser *p);
struct yz_feel_node *yz_parse_function(struct yz_feel_parser *p);
struct yz_feel_node *yz_parse_loop(struct yz_feel_parser *p);
struct yz_feel_node *yz_parse_test(struct yz_feel_parser *p);
/* Does a comparison begin here? */
static inline bool yz_parse_compares(const struct yz_feel_parser *p)
{
	_Static_assert('<' + 2 == '>' && YZ_T_NE + 1 == YZ_T_LE && YZ_T_LE + 1 == YZ_T_GE, "signs stand side by side");
	int kind = p->token.kind;
	return (kind >= '<' && kind <= '>') || (kind >= YZ_T_NE && kind <= YZ_T_GE);
}
/* "< 10" as a range; parentheses: and what closes them. */
struct yz_feel_node *yz_parse_operator_range(struct yz_feel_parser *p, uint32_t from, bool parentheses);

/* The i-th part of a node in order of the text, or NULL; there is none behind a NULL but for i < 3. */
struct yz_feel_node *yz_feel_part(const struct yz_feel_node *n, size_t i);

/* check.c: types and complaints, once a node is whole. */
void yz_feel_check(struct yz_feel_parser *p, struct yz_feel_node *node);
#define SAY(name, en, zh) YZ_SAY_##name,
enum yz_feel_says {
#include "feel/diags.def"
};
#undef SAY
/* An error about the text from `from` to `to`; a, b, c fill the message in and must stay. */
void yz_feel_diagnose(struct yz_feel_parser *p, uint32_t from, uint32_t to, enum yz_feel_says says, struct yz_str a,
		      struct yz_str b, struct yz_str c);
/* The type of a list's items, of a value that stands for a list of itself, or NULL. */
const struct yz_feel_type *yz_feel_item_type(const struct yz_feel_type *t);
/* A context's key that comes twice. */
bool yz_feel_key_twice(struct yz_arena *a, const struct yz_feel_node *n, struct yz_str *which);
/* Entry of a context type, or NULL. */
const struct yz_feel_field *yz_feel_field_of(const struct yz_feel_type *t, struct yz_str name);

/* compile.c: code for a tree into f.  Writes to the tree's variables where they live in the frame. */
void yz_feel_generate(struct yz_feel_parser *p, struct yz_feel_node *root, struct yz_feel *f);

/* A unary test (one that does not speak of `?`) is compared with the tested value even where it is a boolean, which
 * otherwise answers by itself. */
bool yz_feel_compares(const struct yz_feel_type *tested, const struct yz_feel_node *test);

/* The value of a part without names; false: null, or not worth it. */
bool yz_feel_compute(struct yz_feel_parser *p, struct yz_feel_node *n, struct yz_feel_value *out);

#endif
