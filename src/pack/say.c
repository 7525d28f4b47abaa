/* What a finding says in Chinese: say.def, by the words that stand around what was put in.
 *
 * The finished text is matched, not its format: what comes from below (a reason of the JSON reader) and a mend that was
 * put together are then said by the same list, and a part that is itself a sentence of the list is said by it too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pack/check.h"

enum { HOLES = 6, DEPTH = 3 };

static const struct said {
	const char *en, *zh;
} said[] = {
#define SAID(en, zh) {en, zh},
#include "pack/say.def"
#undef SAID
};

/* The literal text of a pattern from `p` to its next hole, or its end. */
static struct yz_str literal(const char *p)
{
	const char *hole = strstr(p, "{}");
	return yz_str_n(p, hole ? (size_t)(hole - p) : strlen(p));
}

/* Whether the text is an instance of the pattern; holes[i]: what was put in.  *own: bytes of the pattern's own text. */
static bool fits(const char *pattern, struct yz_str text, struct yz_str holes[HOLES], size_t *own)
{
	struct yz_str part = literal(pattern);
	*own = part.len;
	if (!yz_str_starts(text, part))
		return false;
	size_t at = part.len, n = 0;
	for (const char *p = pattern + part.len; *p; p += part.len) {
		p += 2;
		part = literal(p);
		size_t end;
		if (!p[part.len]) /* the last part ends the text */
			end = text.len >= at + part.len && yz_str_ends(text, part) ? text.len - part.len : SIZE_MAX;
		else
			end = yz_str_find(text, part, at);
		if (end == SIZE_MAX || n == HOLES)
			return false;
		holes[n++] = yz_str_n(text.ptr + at, end - at);
		at = end + part.len;
		*own += part.len;
	}
	return at == text.len;
}

static struct yz_str say(struct yz_arena *a, struct yz_str text, int depth);

/* A sentence that was put in is said too; a name stays as it is. */
static void put(struct yz_arena *a, struct yz_buf *b, struct yz_str part, int depth)
{
	struct yz_str zh = {0};
	if (depth < DEPTH && (memchr(part.ptr, ' ', part.len) || yz_str_starts(part, YZ_LIT("'"))))
		zh = say(a, part, depth + 1);
	yz_buf_adds(b, zh.len ? zh : part);
}

static struct yz_str say(struct yz_arena *a, struct yz_str text, int depth)
{
	const struct said *best = NULL;
	struct yz_str holes[HOLES], found[HOLES];
	size_t own, most = 0;
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (fits(said[i].en, text, holes, &own) && (!best || own > most)) {
			best = &said[i];
			most = own;
			memcpy(found, holes, sizeof found);
		}
	if (!best)
		return (struct yz_str){0};
	struct yz_buf b;
	yz_buf_init(&b, a, text.len * 4 + 4096);
	size_t n = 0;
	for (const char *p = best->zh; *p; p++) {
		if (p[0] == '{' && p[1] == '}') {
			put(a, &b, found[n++], depth);
			p++;
		} else if (p[0] == '{' && p[1] >= '1' && p[1] <= '0' + HOLES && p[2] == '}') {
			put(a, &b, found[p[1] - '1'], depth);
			p += 2;
		} else {
			yz_buf_addc(&b, *p);
		}
	}
	return yz_buf_str(&b);
}

struct yz_str yz_check_chinese(struct yz_arena *a, struct yz_str english)
{
	return english.len ? say(a, english, 0) : english;
}
