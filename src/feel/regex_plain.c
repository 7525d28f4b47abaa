/* feel/regex_plain.c - patterns of characters and classes one after the other, without PCRE2.
 *
 * No groups, no alternatives, no flags: `^[0-9]{17}[0-9X]$`, `,\s*`, `[^@]+@.+`.  Most patterns are so, and PCRE2
 * takes longer to compile or to begin than these take to match.  What a pattern means is the same; anything else,
 * wrong patterns too, is left to regex_syntax.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "feel/regex.h"

enum { MOST_PIECES = 32, MOST_TIMES = 65535 };

/* One character, or one of a set, so many times. */
struct piece {
	uint64_t ascii[2];  /* which characters below 128 */
	bool others;        /* all characters above */
	uint8_t len;        /* of `bytes` */
	char bytes[4];      /* the one character above, when len is not 0 */
	bool fixed;         /* what it takes at first is right: fewer would not help what follows */
	uint32_t least, most;
};

struct yz_regex_plain {
	struct piece *pieces;
	uint32_t n;
	bool from_start, to_end;
	bool empty;       /* it matches the empty string: every piece may be absent */
	bool begins[256]; /* a match may begin with this byte; all where it may be empty */
};

/* ---- reading ---- */

static void put(struct piece *p, unsigned char c)
{
	p->ascii[c >> 6] |= (uint64_t)1 << (c & 63);
}

static bool holds(const struct piece *p, unsigned char c)
{
	return p->ascii[c >> 6] >> (c & 63) & 1;
}

static void invert(struct piece *p)
{
	p->ascii[0] = ~p->ascii[0];
	p->ascii[1] = ~p->ascii[1];
	p->others = !p->others;
}

/* Behind a backslash: white space, or one character; -1: something else. */
static int read_escape(char c, struct piece *p)
{
	static const char single[] = "\\|.?*+(){}-[]^$";
	if (c == 's') {
		put(p, ' ');
		put(p, '\t');
		put(p, '\n');
		put(p, '\r');
		return 0;
	}
	return c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c && strchr(single, c) ? c : -1;
}

/* One character of a class, with its escape: > 0, 0 for a set, or -1 */
static int class_char(struct yz_str s, size_t *i, struct piece *p)
{
	if (*i >= s.len || (unsigned char)s.ptr[*i] >= 128 || s.ptr[*i] == '[' || !s.ptr[*i])
		return -1;
	if (s.ptr[*i] != '\\')
		return s.ptr[(*i)++];
	*i += 2;
	return *i <= s.len ? read_escape(s.ptr[*i - 1], p) : -1;
}

/* Behind [, to behind its ] */
static bool read_class(struct yz_str s, size_t *i, struct piece *p)
{
	bool negated = *i < s.len && s.ptr[*i] == '^';
	*i += negated;
	for (bool first = true; *i < s.len && (first || s.ptr[*i] != ']'); first = false) {
		if (s.ptr[*i] == ']')
			return false;
		int from = class_char(s, i, p), to = from;
		char after = *i + 1 < s.len ? s.ptr[*i + 1] : '\0';
		if (from > 0 && *i < s.len && s.ptr[*i] == '-' && after != ']') {
			++*i;
			to = class_char(s, i, p);
		}
		if (from < 0 || to < from || (from && !to))
			return false;
		for (int c = from; from && c <= to; c++)
			put(p, (unsigned char)c);
	}
	if (*i >= s.len)
		return false;
	++*i;
	if (negated)
		invert(p);
	return true;
}

static bool read_number(struct yz_str s, size_t *i, uint32_t *out)
{
	size_t from = *i;
	*out = 0;
	for (; *i < s.len && s.ptr[*i] >= '0' && s.ptr[*i] <= '9'; ++*i)
		if ((*out = *out * 10 + (uint32_t)(s.ptr[*i] - '0')) > MOST_TIMES)
			return false;
	return *i > from;
}

static bool read_times(struct yz_str s, size_t *i, struct piece *p)
{
	char c = *i < s.len ? s.ptr[*i] : '\0';
	p->least = p->most = 1;
	if (c != '?' && c != '*' && c != '+' && c != '{')
		return true;
	++*i;
	if (c != '{') {
		p->least = c == '+';
		p->most = c == '?' ? 1 : UINT32_MAX;
	} else {
		if (!read_number(s, i, &p->least))
			return false;
		p->most = p->least;
		if (*i < s.len && s.ptr[*i] == ',') {
			++*i;
			p->most = UINT32_MAX;
			if (*i < s.len && s.ptr[*i] != '}' && (!read_number(s, i, &p->most) || p->most < p->least))
				return false;
		}
		if (*i >= s.len || s.ptr[(*i)++] != '}')
			return false;
	}
	return *i >= s.len || s.ptr[*i] != '?'; /* reluctant */
}

static bool read_piece(struct yz_str s, size_t *i, struct piece *p)
{
	unsigned char c = (unsigned char)s.ptr[*i];
	if (c >= 128) {
		p->len = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
		if (p->len > s.len - *i)
			return false;
		memcpy(p->bytes, s.ptr + *i, p->len);
		*i += p->len;
	} else if (c == '[') {
		++*i;
		if (!read_class(s, i, p))
			return false;
	} else if (c == '\\') {
		int e = *i + 1 < s.len ? read_escape(s.ptr[*i + 1], p) : -1;
		if (e < 0)
			return false;
		if (e)
			put(p, (unsigned char)e);
		*i += 2;
	} else if (c == '.') {
		put(p, '\n');
		put(p, '\r');
		invert(p);
		++*i;
	} else if (!c || strchr("^$()|?*+{}]", c)) {
		return false;
	} else {
		put(p, c);
		++*i;
	}
	return read_times(s, i, p);
}

static bool apart(const struct piece *a, const struct piece *b)
{
	bool above = a->len && b->len ? a->len == b->len && !memcmp(a->bytes, b->bytes, a->len)
				      : (a->others || a->len) && (b->others || b->len);
	return !above && !(a->ascii[0] & b->ascii[0]) && !(a->ascii[1] & b->ascii[1]);
}

static void note_begins(struct yz_regex_plain *plain, const struct piece *first)
{
	for (unsigned c = 0; c < 256; c++)
		plain->begins[c] = !first || !first->least ||
				   (c < 128 ? holds(first, (unsigned char)c)
				    : first->len ? c == (unsigned char)first->bytes[0]
						 : first->others && (c & 0xC0) != 0x80);
}

const struct yz_regex_plain *yz_regex_plain(struct yz_arena *a, struct yz_str pattern)
{
	struct piece pieces[MOST_PIECES] = {0};
	struct yz_regex_plain plain = {.from_start = pattern.len && pattern.ptr[0] == '^'};
	for (size_t i = plain.from_start; i < pattern.len;) {
		if (i + 1 == pattern.len && pattern.ptr[i] == '$') {
			plain.to_end = true;
			break;
		}
		if (plain.n == MOST_PIECES || !read_piece(pattern, &i, &pieces[plain.n++]))
			return NULL;
	}
	for (uint32_t i = 0; i < plain.n; i++)
		pieces[i].fixed = i + 1 == plain.n || (pieces[i + 1].least && apart(&pieces[i], &pieces[i + 1]));
	plain.empty = true;
	for (uint32_t i = 0; i < plain.n; i++)
		plain.empty = plain.empty && !pieces[i].least;
	note_begins(&plain, plain.n ? &pieces[0] : NULL);
	struct yz_regex_plain *p = yz_new(a, struct yz_regex_plain);
	*p = plain;
	p->pieces = yz_new_n(a, plain.n, struct piece);
	memcpy(p->pieces, pieces, plain.n * sizeof *pieces);
	return p;
}

/* ---- matching ---- */

struct matching {
	const struct yz_regex_plain *plain;
	const char *text;
	size_t len;
	uint64_t work; /* left */
};

/* The end of the character at `at` when the piece takes it, or `at`. */
static inline size_t step(const struct matching *m, const struct piece *p, size_t at)
{
	unsigned char c = (unsigned char)m->text[at];
	if (c < 128)
		return at + holds(p, c);
	if (p->len)
		return m->len - at >= p->len && !memcmp(m->text + at, p->bytes, p->len) ? at + p->len : at;
	if (!p->others)
		return at;
	do
		at++;
	while (at < m->len && ((unsigned char)m->text[at] & 0xC0) == 0x80);
	return at;
}

/* Pieces from the i-th on, at `at`; each takes as much as it can, and less when what follows does not match. */
static bool match_from(struct matching *m, uint32_t i, size_t at, size_t *end)
{
	for (; i < m->plain->n; i++) {
		const struct piece *p = &m->plain->pieces[i];
		const size_t rest = m->len - at, most = p->most < rest ? p->most : rest;
		uint32_t count = 0;
		while (count < most && (signed char)m->text[at] >= 0 && holds(p, (unsigned char)m->text[at])) {
			at++;
			count++;
		}
		for (size_t next; count < p->most && at < m->len && (next = step(m, p, at)) != at; count++)
			at = next;
		m->work -= m->work > count ? count + 1 : m->work;
		if (count < p->least || !m->work)
			return false;
		if (p->fixed || count == p->least)
			continue;
		for (;;) {
			if (match_from(m, i + 1, at, end))
				return true;
			if (!m->work || count-- == p->least)
				return false;
			do
				at--;
			while (((unsigned char)m->text[at] & 0xC0) == 0x80);
		}
	}
	*end = at;
	return !m->plain->to_end || at == m->len;
}

bool yz_regex_plain_empty(const struct yz_regex_plain *plain)
{
	return plain->empty;
}

enum yz_regex_found yz_regex_plain_find(const struct yz_regex_plain *plain, struct yz_str text, size_t from,
					uint32_t work, size_t *start, size_t *end)
{
	struct matching m = {plain, text.ptr, text.len, work};
	if (plain->from_start && from)
		return YZ_REGEX_NONE;
	for (size_t at = from;;) {
		while (!plain->from_start && at < text.len && !plain->begins[(unsigned char)text.ptr[at]])
			at++;
		if (match_from(&m, 0, at, end)) {
			*start = at;
			return YZ_REGEX_FOUND;
		}
		if (!m.work)
			return YZ_REGEX_WORK;
		if (plain->from_start || at >= text.len)
			return YZ_REGEX_NONE;
		m.work--;
		do
			at++;
		while (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80);
	}
}
