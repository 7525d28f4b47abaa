/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/regex.h"

#include "base/utf8.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { MOST_GROUPS = 200, DEEPEST = 100, NO_MEMORY = 121 /* PCRE2's "failed to allocate heap memory" */ };

struct translator {
	struct yz_arena *arena;
	struct yz_str in;
	size_t at;
	struct yz_buf out;
	int opened;
	bool closed[MOST_GROUPS + 1];
	bool dotall;
	int depth;
	const char *wrong;
};

static bool wrong(struct translator *t, const char *why)
{
	if (!t->wrong)
		t->wrong = why;
	return false;
}

static bool more(const struct translator *t)
{
	return t->at < t->in.len;
}

static char peek(const struct translator *t)
{
	return more(t) ? t->in.ptr[t->at] : '\0';
}

static bool take(struct translator *t, char c)
{
	if (!more(t) || t->in.ptr[t->at] != c)
		return false;
	t->at++;
	return true;
}

static void put_char(struct yz_buf *b, uint32_t c)
{
	yz_buf_printf(b, "\\x{%X}", c);
}

/* ---- escapes ---- */

/* Members of XML's name characters, as in a class. */
#define NAME_START                                                                                                     \
	"_:A-Za-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}\\x{200C}-\\x{200D}" \
	"\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}"              \
	"\\x{10000}-\\x{EFFFF}"
#define NAME_PART NAME_START "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}"

/* A set of characters as the inside of a class, to be taken as it is or complemented. */
struct set {
	const char *text;
	bool complement;
};

static bool letter_set(char c, struct set *out)
{
	static const struct {
		char c;
		struct set set;
	} sets[] = {
		{'s', {"\\x20\\t\\n\\r", false}},    {'S', {"\\x20\\t\\n\\r", true}},
		{'d', {"\\p{Nd}", false}},           {'D', {"\\p{Nd}", true}},
		{'w', {"\\p{P}\\p{Z}\\p{C}", true}}, {'W', {"\\p{P}\\p{Z}\\p{C}", false}},
		{'i', {NAME_START, false}},          {'I', {NAME_START, true}},
		{'c', {NAME_PART, false}},           {'C', {NAME_PART, true}},
	};
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		if (sets[i].c == c) {
			*out = sets[i].set;
			return true;
		}
	return false;
}

static const struct block {
	const char *name;
	uint32_t first, last;
} blocks[] = {
#define BLOCK(name, first, last) {name, first, last},
#include "feel/block.def"
#undef BLOCK
};

static int by_name(const void *key, const void *item)
{
	return yz_str_cmp(*(const struct yz_str *)key, yz_str(((const struct block *)item)->name));
}

static bool block_set(struct yz_arena *a, struct yz_str name, struct set *out)
{
	const struct block *found = bsearch(&name, blocks, sizeof blocks / sizeof *blocks, sizeof *blocks, by_name);
	if (!found)
		return false;
	out->text = yz_printf(a, "\\x{%X}-\\x{%X}", found->first, found->last);
	return true;
}

static bool category_set(struct yz_arena *a, struct yz_str name, struct set *out)
{
	static const char known[] = " L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc"
				    " Sk So C Cc Cf Co Cn ";
	if (!name.len || name.len > 2 || memchr(name.ptr, ' ', name.len))
		return false;
	const char *padded = yz_printf(a, " %.*s ", YZ_P(name));
	if (strlen(padded) != name.len + 2 || !strstr(known, padded))
		return false;
	out->text = yz_printf(a, "\\p{%.*s}", YZ_P(name));
	return true;
}

/* {Lu} or {IsBasicLatin} behind \p */
static bool property_set(struct translator *t, bool complement, struct set *out)
{
	out->complement = complement;
	if (!take(t, '{'))
		return wrong(t, "\\p without {");
	size_t end = yz_str_find(t->in, YZ_LIT("}"), t->at);
	if (end == SIZE_MAX)
		return wrong(t, "\\p{ without }");
	struct yz_str name = yz_str_n(t->in.ptr + t->at, end - t->at);
	t->at = end + 1;
	bool ok = yz_str_starts(name, YZ_LIT("Is")) ? block_set(t->arena, yz_str_n(name.ptr + 2, name.len - 2), out)
						    : category_set(t->arena, name, out);
	return ok || wrong(t, "\\p{…} names no category or block");
}

/* The escape behind a backslash: one character (*is_set false) or a set. */
static bool read_escape(struct translator *t, bool *is_set, struct set *set, uint32_t *c)
{
	static const char single[] = "\\|.?*+(){}-[]^$nrt";
	char e = peek(t);
	*is_set = true;
	if (!e)
		return wrong(t, "a backslash at the end");
	t->at++;
	if (e == 'p' || e == 'P')
		return property_set(t, e == 'P', set);
	if (letter_set(e, set))
		return true;
	*is_set = false;
	if (!strchr(single, e))
		return wrong(t, "a backslash before a character that needs none");
	*c = e == 'n' ? '\n' : e == 'r' ? '\r' : e == 't' ? '\t' : (uint32_t)(unsigned char)e;
	return true;
}

/* ---- classes ---- */

/* What a class says: members in one set, and sets that are complements; all of it negated or not. */
struct class
{
	struct yz_buf members, others; /* others: "[^…]" separated by | */
	bool negated;
};

static bool class_char(struct translator *t, bool *is_set, struct set *set, uint32_t *c)
{
	*is_set = false;
	if (!more(t))
		return wrong(t, "[ without ]");
	if (take(t, '\\'))
		return read_escape(t, is_set, set, c);
	if (peek(t) == '[')
		return wrong(t, "[ within a class");
	*c = yz_utf8_next(t->in, &t->at);
	return true;
}

static bool class_item(struct translator *t, struct class *k)
{
	bool is_set;
	struct set set;
	uint32_t from, to;
	if (!class_char(t, &is_set, &set, &from))
		return false;
	if (is_set) {
		if (set.complement)
			yz_buf_printf(&k->others, "%s[^%s]", k->others.len ? "|" : "", set.text);
		else
			yz_buf_addz(&k->members, set.text);
		return true;
	}
	put_char(&k->members, from);
	char after = t->at + 1 < t->in.len ? t->in.ptr[t->at + 1] : '\0';
	if (peek(t) != '-' || after == '[' || after == ']')
		return true;
	t->at++;
	if (!class_char(t, &is_set, &set, &to))
		return false;
	if (is_set || to < from)
		return wrong(t, "a range of characters from high to low, or to a set");
	yz_buf_addc(&k->members, '-');
	put_char(&k->members, to);
	return true;
}

static void write_class(struct yz_buf *b, const struct class *k)
{
	if (!k->others.len) {
		yz_buf_printf(b, "[%s%s]", k->negated ? "^" : "", k->members.ptr);
		return;
	}
	yz_buf_printf(b, k->negated ? "(?:(?!%s" : "(?:%s", k->others.ptr);
	if (k->members.len)
		yz_buf_printf(b, "|[%s]", k->members.ptr);
	yz_buf_addz(b, k->negated ? ")(?s:.))" : ")");
}

/* Behind [, to its ]: [A-Z-[OI]] is (?:(?![OI])[A-Z]). */
static bool translate_class(struct translator *t, struct yz_buf *out)
{
	struct class k = {.negated = take(t, '^')};
	struct yz_buf minus = {0};
	if (++t->depth > DEEPEST)
		return wrong(t, "nested too deeply");
	if (peek(t) == ']')
		return wrong(t, "an empty class");
	yz_buf_init(&k.members, t->arena, 1 << 20);
	yz_buf_init(&k.others, t->arena, 1 << 20);
	for (bool first = true; first || peek(t) != ']'; first = false) {
		if (!first && peek(t) == '-' && t->at + 1 < t->in.len && t->in.ptr[t->at + 1] == '[') {
			t->at += 2;
			yz_buf_init(&minus, t->arena, 1 << 20);
			if (!translate_class(t, &minus))
				return false;
			if (peek(t) != ']')
				return wrong(t, "something behind a subtracted class");
			break;
		}
		if (!class_item(t, &k))
			return false;
	}
	t->at++;
	t->depth--;
	if (minus.len)
		yz_buf_printf(out, "(?:(?!%s)", minus.ptr);
	write_class(out, &k);
	if (minus.len)
		yz_buf_addc(out, ')');
	return true;
}

/* ---- the rest ---- */

static bool translate_alternatives(struct translator *t);

/* \2 refers to a group that is closed by now; as many digits as make a group. */
static bool back_reference(struct translator *t)
{
	int n = 0;
	while (peek(t) >= '0' && peek(t) <= '9') {
		int next = n * 10 + (peek(t) - '0');
		if (n && next > t->opened)
			break;
		n = next;
		t->at++;
		if (n > MOST_GROUPS)
			break;
	}
	if (!n || n > MOST_GROUPS || !t->closed[n])
		return wrong(t, "a reference to a group that is not closed before it");
	yz_buf_printf(&t->out, "\\g{%d}", n);
	return true;
}

static bool translate_escape(struct translator *t)
{
	bool is_set;
	struct set set;
	uint32_t c;
	if (peek(t) >= '0' && peek(t) <= '9')
		return back_reference(t);
	if (!read_escape(t, &is_set, &set, &c))
		return false;
	if (is_set)
		yz_buf_printf(&t->out, "[%s%s]", set.complement ? "^" : "", set.text);
	else
		put_char(&t->out, c);
	return true;
}

static bool translate_group(struct translator *t)
{
	bool captures = true;
	if (take(t, '?')) {
		if (!take(t, ':'))
			return wrong(t, "(? that is not (?:");
		captures = false;
	}
	int number = 0;
	if (captures && (number = ++t->opened) > MOST_GROUPS)
		return wrong(t, "too many groups");
	if (++t->depth > DEEPEST)
		return wrong(t, "nested too deeply");
	yz_buf_addz(&t->out, captures ? "(" : "(?:");
	if (!translate_alternatives(t))
		return false;
	if (!take(t, ')'))
		return wrong(t, "( without )");
	yz_buf_addc(&t->out, ')');
	t->depth--;
	if (captures)
		t->closed[number] = true;
	return true;
}

static bool translate_atom(struct translator *t)
{
	char c = peek(t);
	switch (c) {
	case '(':
		t->at++;
		return translate_group(t);
	case '[':
		t->at++;
		return translate_class(t, &t->out);
	case '\\':
		t->at++;
		return translate_escape(t);
	case '.':
		t->at++;
		yz_buf_addz(&t->out, t->dotall ? "(?s:.)" : "[^\\n\\r]");
		return true;
	case '^':
	case '$':
		t->at++;
		yz_buf_addc(&t->out, c);
		return true;
	case '?':
	case '*':
	case '+':
	case '{':
	case '}':
	case ']':
		return wrong(t, "a sign that must stand behind a backslash");
	default:
		put_char(&t->out, yz_utf8_next(t->in, &t->at));
		return true;
	}
}

static bool read_count(struct translator *t, int *out)
{
	int n = 0, digits = 0;
	for (; peek(t) >= '0' && peek(t) <= '9'; t->at++, digits++)
		if ((n = n * 10 + (peek(t) - '0')) > 65535)
			return wrong(t, "a number of repetitions too large");
	*out = n;
	return digits > 0 || wrong(t, "{ without a number");
}

/* {2}, {2,} or {2,5} behind the brace */
static bool translate_count(struct translator *t)
{
	int least, most;
	if (!read_count(t, &least))
		return false;
	yz_buf_printf(&t->out, "{%d", least);
	if (take(t, ',')) {
		yz_buf_addc(&t->out, ',');
		if (peek(t) != '}') {
			if (!read_count(t, &most))
				return false;
			if (most < least)
				return wrong(t, "repetitions from high to low");
			yz_buf_addi(&t->out, most);
		}
	}
	yz_buf_addc(&t->out, '}');
	return take(t, '}') || wrong(t, "{ without }");
}

static bool translate_quantifier(struct translator *t)
{
	char c = peek(t);
	if (c != '?' && c != '*' && c != '+' && c != '{')
		return true;
	t->at++;
	if (c != '{')
		yz_buf_addc(&t->out, c);
	else if (!translate_count(t))
		return false;
	if (take(t, '?'))
		yz_buf_addc(&t->out, '?');
	return true;
}

static bool translate_alternatives(struct translator *t)
{
	while (more(t) && peek(t) != ')') {
		if (take(t, '|')) {
			yz_buf_addc(&t->out, '|');
			continue;
		}
		if (!translate_atom(t) || !translate_quantifier(t))
			return false;
	}
	return true;
}

/* Flag x: white space goes, except within classes. */
static struct yz_str without_space(struct yz_arena *a, struct yz_str s)
{
	struct yz_buf b;
	int depth = 0;
	bool escaped = false;
	yz_buf_init(&b, a, s.len);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (!depth && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
			continue;
		if (!escaped && c == '[')
			depth++;
		else if (!escaped && c == ']' && depth)
			depth--;
		escaped = !escaped && c == '\\';
		yz_buf_addc(&b, c);
	}
	return yz_buf_str(&b);
}

static bool read_flags(struct translator *t, struct yz_str flags, uint32_t *options)
{
	for (size_t i = 0; i < flags.len; i++) {
		switch (flags.ptr[i]) {
		case 's':
			t->dotall = true;
			break;
		case 'm':
			*options |= PCRE2_MULTILINE;
			break;
		case 'i':
			*options |= PCRE2_CASELESS;
			break;
		case 'x':
			t->in = without_space(t->arena, t->in);
			break;
		default:
			return wrong(t, "a flag other than s, m, i and x");
		}
	}
	return true;
}

bool yz_regex_translate(struct yz_arena *a, struct yz_str pattern, struct yz_str flags, struct yz_regex_text *out)
{
	*out = (struct yz_regex_text){.options =
					      PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C};
	struct translator t = {.arena = a, .in = pattern};
	yz_buf_init(&t.out, a, 1 << 20);
	bool ok = read_flags(&t, flags, &out->options) && translate_alternatives(&t);
	if (ok && more(&t))
		ok = wrong(&t, ") without (");
	if (ok && t.out.full)
		ok = wrong(&t, "too long");
	out->wrong = t.wrong;
	out->pcre = yz_buf_str(&t.out);
	out->groups = t.opened;
	return ok;
}

static void free_code(void *regex)
{
	pcre2_code_free(((struct yz_regex *)regex)->code);
}

const struct yz_regex *yz_regex_compile(struct yz_arena *a, struct yz_str pattern, struct yz_str flags, uint32_t work,
					const char **wrong_out)
{
	struct yz_regex_text text;
	int number;
	size_t offset;
	const struct yz_regex_plain *plain = flags.len ? NULL : yz_regex_plain(a, pattern);
	if (plain) {
		struct yz_regex *p = yz_new(a, struct yz_regex);
		*p = (struct yz_regex){.pattern = yz_str_dup(a, pattern), .plain = plain};
		return p;
	}
	if (!yz_regex_translate(a, pattern, flags, &text)) {
		*wrong_out = text.wrong;
		return NULL;
	}
	const char *all = yz_printf(a, "(*LF)(*LIMIT_MATCH=%u)(*LIMIT_DEPTH=%u)(*LIMIT_HEAP=20000)%.*s", work,
				    work < 100000 ? work : 100000, YZ_P(text.pcre));
	struct yz_regex *r = yz_new(a, struct yz_regex);
	*r = (struct yz_regex){yz_str_dup(a, pattern), yz_str_dup(a, flags), text.groups, work, NULL};
	/* The arena knows of the code before there is one: it may run out of memory at any call. */
	yz_arena_defer(a, free_code, r);
	r->code = pcre2_compile((PCRE2_SPTR)all, strlen(all), text.options, &number, &offset, NULL);
	if (!r->code)
		*wrong_out = number == NO_MEMORY ? "there is no memory for it" : "too much for one pattern";
	return r->code ? r : NULL;
}
