/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/lexer.h"

#include "base/utf8.h"

static bool between(uint32_t c, uint32_t a, uint32_t b)
{
	return c >= a && c <= b;
}

bool yz_feel_is_space(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || between(c, '\t', '\r');
	return c == 0x85 || c == 0xA0 || c == 0x1680 || c == 0x180E || between(c, 0x2000, 0x200B) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

bool yz_feel_name_start(uint32_t c)
{
	if (c < 0x80)
		return between(c | 0x20, 'a', 'z') || c == '_' || c == '?';
	return between(c, 0xC0, 0xD6) || between(c, 0xD8, 0xF6) || between(c, 0xF8, 0x2FF) ||
	       between(c, 0x370, 0x37D) || (between(c, 0x37F, 0x1FFF) && !yz_feel_is_space(c)) ||
	       between(c, 0x200C, 0x200D) || between(c, 0x2070, 0x218F) || between(c, 0x2C00, 0x2FEF) ||
	       between(c, 0x3001, 0xD7FF) || between(c, 0xF900, 0xFDCF) ||
	       (between(c, 0xFDF0, 0xFFFC) && c != 0xFEFF) || between(c, 0x10000, 0xEFFFF);
}

bool yz_feel_name_part(uint32_t c)
{
	return yz_feel_name_start(c) || between(c, '0', '9') || c == 0xB7 || between(c, 0x300, 0x36F) ||
	       between(c, 0x203F, 0x2040);
}

uint32_t yz_feel_word_end(struct yz_str text, uint32_t at)
{
	static const char part[128] = {
		['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1,
		['9'] = 1, ['_'] = 1, ['?'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1,
		['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1,
		['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1,
		['z'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1,
		['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1,
		['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1,
	};
	while (at < text.len) {
		unsigned char c = (unsigned char)text.ptr[at];
		if (c < 0x80) {
			if (!part[c])
				break;
			at++;
			continue;
		}
		size_t next = at;
		if (!yz_feel_name_part(yz_utf8_next(text, &next)))
			break;
		at = (uint32_t)next;
	}
	return at;
}

static bool open_comment(struct yz_str text, uint32_t at)
{
	return at + 1 < text.len && text.ptr[at] == '/' && text.ptr[at + 1] == '*';
}

uint32_t yz_feel_skip(struct yz_str text, uint32_t at)
{
	while (at < text.len) {
		unsigned char c = (unsigned char)text.ptr[at];
		if (c == ' ' || between(c, '\t', '\r')) {
			at++;
		} else if (c >= 0x80) {
			size_t next = at;
			if (!yz_feel_is_space(yz_utf8_next(text, &next)))
				break;
			at = (uint32_t)next;
		} else if (c == '/' && at + 1 < text.len && text.ptr[at + 1] == '/') {
			while (at < text.len && text.ptr[at] != '\n' && text.ptr[at] != '\r')
				at++;
		} else if (open_comment(text, at)) {
			size_t end = yz_str_find(text, YZ_LIT("*/"), at + 2);
			if (end == SIZE_MAX)
				break;
			at = (uint32_t)end + 2;
		} else {
			break;
		}
	}
	return at;
}

static bool digit_at(struct yz_str text, uint32_t at)
{
	return at < text.len && between((unsigned char)text.ptr[at], '0', '9');
}

/* 12, 12.5, .5, 1e3: a point counts only before a digit, so 1..2 is a range. */
static uint32_t number_end(struct yz_str text, uint32_t at)
{
	while (digit_at(text, at))
		at++;
	if (at < text.len && text.ptr[at] == '.' && digit_at(text, at + 1))
		for (at++; digit_at(text, at);)
			at++;
	if (at < text.len && (text.ptr[at] | 0x20) == 'e') {
		uint32_t e = at + 1;
		if (e < text.len && (text.ptr[e] == '+' || text.ptr[e] == '-'))
			e++;
		if (digit_at(text, e))
			for (at = e; digit_at(text, at);)
				at++;
	}
	return at;
}

/* The place behind the closing quote, or 0. */
static uint32_t string_end(struct yz_str text, uint32_t at)
{
	for (at++; at < text.len; at++) {
		if (text.ptr[at] == '\\')
			at++;
		else if (text.ptr[at] == '"')
			return at + 1;
	}
	return 0;
}

static struct yz_token token(struct yz_lexer *l, int kind, uint32_t from, uint32_t to)
{
	l->at = to;
	return (struct yz_token){kind, from, to};
}

static struct yz_token lex_string(struct yz_lexer *l, uint32_t from, uint32_t quote, int kind)
{
	uint32_t end = string_end(l->text, quote);
	return end ? token(l, kind, from, end) : token(l, YZ_T_OPEN_STRING, from, (uint32_t)l->text.len);
}

static struct yz_token lex_punctuation(struct yz_lexer *l, uint32_t from)
{
	static const struct {
		char text[3];
		int kind;
	} pairs[] = {{"..", YZ_T_DOTS}, {"**", YZ_T_POWER}, {"!=", YZ_T_NE},
		     {"<=", YZ_T_LE},   {">=", YZ_T_GE},    {"->", YZ_T_ARROW}};
	char c = l->text.ptr[from], next = from + 1 < l->text.len ? l->text.ptr[from + 1] : '\0';
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (c == pairs[i].text[0] && next == pairs[i].text[1])
			return token(l, pairs[i].kind, from, from + 2);
	if (strchr("()[]{},:.+-*/=<>", c) && c)
		return token(l, c, from, from + 1);
	size_t end = from;
	yz_utf8_next(l->text, &end);
	return token(l, YZ_T_BAD, from, (uint32_t)end);
}

struct yz_token yz_lex(struct yz_lexer *l)
{
	uint32_t from = yz_feel_skip(l->text, l->at);
	if (from >= l->text.len)
		return token(l, YZ_T_END, (uint32_t)l->text.len, (uint32_t)l->text.len);
	unsigned char c = (unsigned char)l->text.ptr[from];
	if (open_comment(l->text, from))
		return token(l, YZ_T_OPEN_COMMENT, from, (uint32_t)l->text.len);
	if (between(c, '0', '9') || (c == '.' && digit_at(l->text, from + 1)))
		return token(l, YZ_T_NUMBER, from, number_end(l->text, from));
	if (c == '"')
		return lex_string(l, from, from, YZ_T_STRING);
	if (c == '@') {
		uint32_t quote = yz_feel_skip(l->text, from + 1);
		if (quote < l->text.len && l->text.ptr[quote] == '"')
			return lex_string(l, from, quote, YZ_T_AT);
		return token(l, YZ_T_BAD, from, from + 1);
	}
	uint32_t end = yz_feel_word_end(l->text, from);
	if (end > from)
		return token(l, YZ_T_WORD, from, end);
	return lex_punctuation(l, from);
}

const char *yz_feel_typed_for(struct yz_str sign)
{
	static const char *const signs[][2] = {{"≥", ">="}, {"≤", "<="}, {"≠", "!="}, {"×", "*"}, {"÷", "/"},
					       {"“", "\""}, {"”", "\""}, {"‘", "\""}, {"’", "\""}, {"—", "-"}};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (yz_str_eqz(sign, signs[i][0]))
			return signs[i][1];
	return "";
}

bool yz_feel_is_keyword(struct yz_str word)
{
	static const struct keyword {
		uint8_t len;
		char text[10];
	} keywords[] = {{3, "and"},    {2, "or"},	{2, "in"},	{7, "between"}, {8, "instance"}, {2, "if"},
			{4, "then"},   {4, "else"},	{3, "for"},	{6, "return"},	{4, "some"},	 {5, "every"},
			{9, "satisfies"}, {8, "function"}, {8, "external"}, {4, "true"}, {5, "false"},	 {4, "null"}};
	if (word.len < 2 || word.len > 9)
		return false;
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (keywords[i].text[0] == word.ptr[0] && keywords[i].len == word.len &&
		    !memcmp(keywords[i].text, word.ptr, word.len))
			return true;
	return false;
}

bool yz_feel_is_plain_name(struct yz_str s)
{
	uint32_t at = 0;
	bool first = true;
	while (at < s.len) {
		uint32_t end = yz_feel_word_end(s, at);
		size_t next = at;
		if (end == at || (first && (!yz_feel_name_start(yz_utf8_next(s, &next)) ||
					    yz_feel_is_keyword(yz_str_n(s.ptr + at, end - at)))))
			return false;
		first = false;
		at = end;
		if (at < s.len && (s.ptr[at] != ' ' || ++at == s.len))
			return false;
	}
	return s.len > 0;
}
