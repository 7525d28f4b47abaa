/* feel/lexer.h - text into tokens; private to feel.
 *
 * Names of FEEL hold spaces and operators, so a token is one word only; the
 * parser, which knows what is in scope, looks behind a word for more of its
 * name (names.c) and moves the lexer on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FEEL_LEXER_H
#define YZ_FEEL_LEXER_H

#include "base/str.h"

enum yz_token_kind {
	YZ_T_END,
	YZ_T_NUMBER,
	YZ_T_STRING, /* with its quotes */
	YZ_T_AT,     /* @"…", with all of it */
	YZ_T_WORD,
	YZ_T_OPEN_STRING, /* a string that is never closed */
	YZ_T_OPEN_COMMENT,
	YZ_T_BAD, /* a character that begins nothing */
	/* Punctuation: the character itself, or one of these. */
	YZ_T_DOTS = 256, /* .. */
	YZ_T_POWER,      /* ** */
	YZ_T_NE,
	YZ_T_LE,
	YZ_T_GE,
	YZ_T_ARROW, /* -> */
};

struct yz_token {
	int kind;
	uint32_t from, to;
};

struct yz_lexer {
	struct yz_str text;
	uint32_t at; /* where the next token is looked for */
};

struct yz_token yz_lex(struct yz_lexer *l);

/* Grammar rules 28 to 30 of DMN 1.5, 10.3.1.2; `?` is a letter like others, so "what if?" is a name. */
bool yz_feel_name_start(uint32_t c);
bool yz_feel_name_part(uint32_t c);
bool yz_feel_is_space(uint32_t c);
/* The place behind white space and comments at `at`; an unclosed comment is left standing. */
uint32_t yz_feel_skip(struct yz_str text, uint32_t at);
/* The end of the word at `at`; `at` itself when there is none. */
uint32_t yz_feel_word_end(struct yz_str text, uint32_t at);
/* Reserved words, which end a name nobody declared. */
bool yz_feel_is_keyword(struct yz_str word);
/* Words, joined by single spaces: can stand as a key without quotes. */
bool yz_feel_is_plain_name(struct yz_str s);

/* What is typed for a sign that print has and FEEL has not: ">=" for "≥"; "" for others. */
const char *yz_feel_typed_for(struct yz_str sign);

#endif
