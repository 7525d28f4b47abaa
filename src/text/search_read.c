/* SPDX-License-Identifier: Apache-2.0 */
#include "text/search.h"

#include "base/utf8.h"

#include <assert.h>

static const float across_factor = 0.6f; /* the cut says otherwise */
static const float joined_factor = 0.5f;
enum { JOIN_GAP = 6 };

unsigned question_acts(const struct question *q, unsigned clause)
{
	return q->acts[clause] ? q->acts[clause] : q->actions;
}

struct group *question_group(struct question *q, size_t start, size_t end, float importance)
{
	if (q->ngroups == GROUPS_MAX)
		return NULL;
	struct group *g = &q->groups[q->ngroups++];
	*g = (struct group){
		.start = (uint16_t)start, .end = (uint16_t)end, .clause = q->clause[start], .importance = importance};
	g->alts = yz_new_n(q->arena, ALTS_MAX, struct alt);
	return g;
}

struct alt *group_alt(struct question *q, struct group *g, float weight, bool partial, size_t most)
{
	if (!g || g->nalts == ALTS_MAX || !most)
		return NULL;
	struct alt *alt = &g->alts[g->nalts++];
	*alt = (struct alt){
		.weight = weight, .partial = partial, .most = most < ALT_TERMS_MAX ? (uint8_t)most : ALT_TERMS_MAX};
	alt->terms = yz_new_n(q->arena, alt->most, struct alt_term);
	return alt;
}

void alt_term(struct alt *alt, uint64_t key, uint64_t skip, uint64_t sound)
{
	if (alt->nterms < alt->most)
		alt->terms[alt->nterms++] = (struct alt_term){key, skip, sound};
}

static void alt_run(struct alt *alt, const uint32_t *c, size_t n)
{
	if (!yz_is_han(c[0])) {
		alt_term(alt, term_latin(c, n), 0, 0);
		return;
	}
	if (n == 1)
		alt_term(alt, term(TERM_ONE, c[0], 0), 0, 0);
	for (size_t i = 0; i + 1 < n; i++)
		alt_term(alt, term(TERM_PAIR, c[i], c[i + 1]), term(TERM_SKIP, c[i], c[i + 1]),
			 term(TERM_SOUND, syllable_soft(han_reading(c[i])), syllable_soft(han_reading(c[i + 1]))));
}

static bool apart(uint32_t c)
{
	return c == ' ' || c == '+';
}

void group_add(struct question *q, struct group *g, const uint32_t *c, size_t n, float weight, bool partial)
{
	struct alt *alt = group_alt(q, g, weight, partial, n);
	if (!alt)
		return;
	for (size_t i = 0, start; i < n;) {
		if (apart(c[i])) {
			i++;
			continue;
		}
		bool han = yz_is_han(c[i]);
		for (start = i; i < n && !apart(c[i]) && yz_is_han(c[i]) == han;)
			i++;
		alt_run(alt, c + start, i - start);
	}
	if (!alt->nterms)
		g->nalts--;
}

enum { LINK_CHARS_MAX = 120 };

static size_t decode(const char *text, uint32_t *c)
{
	struct yz_str s = yz_str(text);
	size_t n = 0;
	for (size_t i = 0; i < s.len && n < LINK_CHARS_MAX;) {
		uint32_t at = yz_utf8_next(s, &i);
		c[n++] = at == '+' ? '+' : yz_fold_char(at);
	}
	return n;
}

void group_add_word(struct question *q, struct group *g, const struct word *w, float weight)
{
	uint32_t c[LINK_CHARS_MAX];
	if (!g)
		return;
	size_t n = decode(word_str(w->text), c);
	unsigned asked = question_acts(q, g->clause);
	group_add(q, g, c, n, weight * (n == 1 ? 0.5f : 1), false);
	for (unsigned i = 0; i < w->nlinks; i++) {
		const struct word_link *link = &word_links[w->links + i];
		n = decode(word_str(link->text), c);
		unsigned acts = search_actions(c, n);
		/* "KTV 不开了" asks for no new licence, though KTV alone would. */
		bool other = acts & ACT_NEW && asked & ~(unsigned)ACT_NEW && !(w->flags & WORD_ACTION);
		group_add(q, g, c, n, weight * (float)link->weight / (other ? 110 : 100), false);
		if (link->weight >= 50 && !(w->flags & WORD_ACTION))
			q->implied |= acts;
	}
}

static void explain(struct question *q, const struct word *w)
{
	if (w->flags & WORD_ACTION || !w->nlinks)
		return;
	char *said = yz_strdup(q->arena, word_str(w->text)),
	     *means = yz_strdup(q->arena, word_str(word_links[w->links].text));
	for (char *p = means; *p; p++)
		if (*p == '+')
			*p = ' ';
	*yz_vec_push(q->arena, &q->words) = yz_str_printf(q->arena, "%s → %s", said, means);
}

static void read_word(struct question *q, const struct piece *piece, float sure)
{
	const struct word *w = piece->word;
	if (w->flags & WORD_STOP)
		return;
	float importance = (float)w->importance / 100;
	struct group *g = question_group(q, piece->start, piece->end, importance);
	if (!g)
		return;
	g->act = w->flags & WORD_ACTION;
	group_add_word(q, g, w, sure);
	explain(q, w);
}

/* 不卖煤气了: whoever no longer does it wants out. */
static void gives_up(struct question *q, const struct piece *pieces, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++) {
		const struct word *next = pieces[i + 1].word;
		if (pieces[i].end - pieces[i].start != 1 || q->c[pieces[i].start] != 0x4E0D /* 不 */ || !next ||
		    next->flags & (WORD_STOP | WORD_ACTION))
			continue;
		for (size_t k = i + 2; k < n && k < i + 5; k++)
			if (q->c[pieces[k].start] == 0x4E86 /* 了 */)
				q->acts[q->clause[pieces[i].start]] |= ACT_CANCEL;
	}
}

static bool means_something(const struct piece *p)
{
	return !p->word || !(p->word->flags & (WORD_STOP | WORD_ACTION));
}

/* A comma or a 顺便 begins a clause, unless what follows only says what is wanted
 * (开了个饭店，现在不干了). */
static void part_clauses(struct question *q, const struct piece *pieces, size_t n)
{
	bool pending = false, something = false;
	unsigned clause = 0;
	for (size_t i = 0, from = 0; i < n; i++) {
		const struct word *w = pieces[i].word;
		if (q->c[pieces[i].start] == ' ')
			continue;
		if (q->breaks[pieces[i].start] || (w && w->flags & WORD_ALSO)) {
			if (!pending)
				from = pieces[i].start;
			pending = something;
		}
		if (means_something(&pieces[i])) {
			if (pending && clause + 1 < CLAUSES_MAX)
				memset(q->clause + from, (int)++clause, sizeof q->clause - from);
			pending = false;
			something = true;
		}
	}
	q->nclauses = clause + 1;
}

static void read_acts(struct question *q, const struct piece *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pieces[i].word && !(pieces[i].word->flags & WORD_STOP)) {
			q->acts[q->clause[pieces[i].start]] |= pieces[i].word->actions & ACTS_ALL;
			q->who |= (pieces[i].word->actions & SAYS_PERSON ? WHO_PERSON : 0u) |
				  (pieces[i].word->actions & SAYS_FIRM ? WHO_FIRM : 0u);
		}
	gives_up(q, pieces, n);
	for (unsigned i = 0; i < q->nclauses; i++)
		q->actions |= q->acts[i];
	if (q->who == (WHO_PERSON | WHO_FIRM))
		q->who = 0;
}

/* 她70岁: what people of that age ask for, where no word says it. */
static void read_age(struct question *q)
{
	size_t start = 0, end = 0;
	q->age = bar_age_said(q->c, q->n, &start, &end);
	if (q->age > AGE_MOST || (q->age >= 18 && q->age < 60))
		return;
	for (unsigned g = 0; g < q->ngroups; g++)
		if (q->groups[g].start < end && q->groups[g].end > start && q->groups[g].nalts > 1)
			return; /* 六十岁 is a word */
	/* 孩子, 六十岁, 八十岁 */
	static const uint32_t as[3][3] = {{0x5B69, 0x5B50}, {0x516D, 0x5341, 0x5C81}, {0x516B, 0x5341, 0x5C81}};
	unsigned band = q->age < 18 ? 0 : q->age < 80 ? 1 : 2;
	const struct word *w = NULL;
	if (!word_longest(as[band], band ? 3 : 2, WORD_EVERYDAY, &w))
		return;
	struct group *g = question_group(q, start, end, (float)w->importance / 100);
	if (g)
		group_add_word(q, g, w, 1);
}

/* Everyday words that lie across the cut: 挖沙 in 挖|沙子. */
static void read_across(struct question *q, const struct piece *pieces, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		for (size_t at = pieces[i].start; at < pieces[i].end; at++) {
			const struct word *w = NULL;
			size_t len = word_longest(q->c + at, q->n - at, WORD_EVERYDAY, &w);
			if (at + len <= pieces[i].end || w->flags & WORD_ACTION ||
			    q->clause[at] != q->clause[at + len - 1])
				continue;
			struct group *g = question_group(q, at, at + len, across_factor * (float)w->importance / 100);
			if (g)
				group_add_word(q, g, w, 1);
		}
}

static uint32_t step_text(uint32_t node, const char *text, bool first)
{
	struct yz_str s = yz_str(text);
	for (size_t i = 0; i < s.len && (node || first); first = false)
		node = word_step(node, yz_utf8_next(s, &i));
	return node;
}

static uint32_t step_piece(const struct question *q, uint32_t node, const struct piece *p, bool alias, bool first)
{
	if (alias)
		return step_text(node, word_str(words[p->word->alias - 1].text), first);
	for (size_t i = p->start; i < p->end && (node || first); i++, first = false)
		node = word_step(node, q->c[i]);
	return node;
}

/* The everyday word that a and b make together, each as said or by its alias. */
static const struct word *joined(const struct question *q, const struct piece *a, const struct piece *b, bool touch)
{
	for (int way = touch; way < 4; way++) {
		bool left = way & 1, right = way & 2;
		if ((left && !(a->word && a->word->alias)) || (right && !(b->word && b->word->alias)))
			continue;
		uint32_t node = step_piece(q, 0, a, left, true);
		node = node ? step_piece(q, node, b, right, false) : 0;
		const struct word *w = node ? word_at(node) : NULL;
		if (w && w->flags & WORD_EVERYDAY && !(w->flags & WORD_ACTION))
			return w;
	}
	return NULL;
}

/* Everyday words said apart: 养(几百只)鸡; turned round: 工资被拖 for 拖工资; or
 * with a word of the same meaning: 娃儿上学 for 孩子上学. */
static void read_joined(struct question *q, const struct piece *pieces, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && pieces[k].start - pieces[i].end <= JOIN_GAP; k++) {
			if (q->clause[pieces[i].start] != q->clause[pieces[k].start])
				break;
			const struct word *w = joined(q, &pieces[i], &pieces[k], k == i + 1);
			if (!w && (w = joined(q, &pieces[k], &pieces[i], false)) && w->chars < 3)
				w = NULL;
			struct group *g = !w ? NULL
					     : question_group(q, pieces[i].start, pieces[k].end,
							      joined_factor * (float)w->importance / 100);
			if (g)
				group_add_word(q, g, w, 1);
		}
}

static bool letter(uint32_t c)
{
	return c >= 'a' && c <= 'z';
}

/* Characters no word covers, [start, end). */
static void read_unknown(struct question *q, size_t start, size_t end)
{
	if (letter(q->c[start])) {
		question_letters(q, start, end);
		return;
	}
	bool lone = end - start == 1;
	struct group *g = question_group(q, start, end, lone ? 0.35f : 0.8f);
	if (g)
		group_add(q, g, q->c + start, end - start, lone ? 0.5f : 1, true);
}

/* The words one may still be typing: those the last characters begin. */
static void read_unfinished(struct question *q)
{
	size_t most = q->n < 10 ? q->n : 10;
	for (size_t len = most; len >= 2; len--) {
		uint32_t node = 0;
		for (size_t i = q->n - len; i < q->n && (i == q->n - len || node); i++)
			node = word_step(node, q->c[i]);
		if (!node || !word_nodes[node].nkids)
			continue;
		struct group *g = question_group(q, q->n - len, q->n, 0.8f);
		for (unsigned depth = 0; g && node && depth < 4 && g->nalts < 12; depth++) {
			for (unsigned k = 0; k < word_nodes[node].nkids && g->nalts < 12; k++) {
				const struct word *w = word_at(word_nodes[node].kids + k);
				if (w && !(w->flags & (WORD_STOP | WORD_READING)))
					group_add_word(q, g, w, 0.8f);
			}
			node = word_nodes[node].kids;
		}
		return;
	}
}

/* The whole question as pairs: what a search without a dictionary would do. */
static void read_whole(struct question *q)
{
	struct group *g = question_group(q, 0, q->n, 0.35f);
	struct alt *alt = group_alt(q, g, 1, true, q->n);
	if (!alt)
		return;
	g->whole = true;
	for (size_t i = 0; i + 1 < q->n; i++)
		if (yz_is_han(q->c[i]) && yz_is_han(q->c[i + 1]) &&
		    search_find(q->search, term(TERM_PAIR, q->c[i], q->c[i + 1])).len)
			alt_term(alt, term(TERM_PAIR, q->c[i], q->c[i + 1]), 0, 0);
	if (!alt->nterms)
		q->ngroups--;
}

static bool ends_clause(uint32_t c)
{
	switch (c) {
	case ',':
	case ';':
	case '!':
	case '?':
	case '\n':
	case 0x3001: /* 、 */
	case 0x3002: /* 。 */
	case 0xFF0C:
	case 0xFF1B:
	case 0xFF01:
	case 0xFF1F:
		return true;
	default:
		return false;
	}
}

static void fold_question(struct question *q, struct yz_str text)
{
	if (text.len > YZ_SEARCH_QUERY_MAX)
		text.len = YZ_SEARCH_QUERY_MAX;
	text = yz_str_trim(text);
	bool stop = false;
	for (size_t i = 0; i < text.len && q->n < QUERY_CHARS_MAX;) {
		uint32_t raw = yz_utf8_next(text, &i), c = yz_fold_char(raw);
		stop |= ends_clause(raw);
		bool gap = q->n && q->c[q->n - 1] == ' ';
		if (!c || c == 0xFFFD || (c == ' ' && (gap || !q->n)))
			continue;
		if (gap && q->n > 1 && letter(c) && letter(q->c[q->n - 2]))
			q->n--; /* "hu kou" is one run of letters */
		q->breaks[q->n] = stop && c != ' ';
		stop = stop && c == ' ';
		q->c[q->n++] = c;
	}
	if (q->n && q->c[q->n - 1] == ' ')
		q->n--;
}

/* Puts the mended word in the place of the pieces it covers. */
static size_t mend_pieces(struct piece *pieces, size_t n, struct piece mended)
{
	size_t kept = 0;
	bool placed = false;
	for (size_t i = 0; i < n; i++) {
		if (pieces[i].end <= mended.start || pieces[i].start >= mended.end) {
			pieces[kept++] = pieces[i];
			continue;
		}
		if (!placed)
			pieces[kept++] = mended;
		placed = true;
	}
	return kept;
}

static size_t mend_all(struct question *q, struct piece *pieces, size_t n, bool *mended)
{
	bool unknown[QUERY_CHARS_MAX + 1] = {false}, inside[QUERY_CHARS_MAX + 1] = {false};
	for (size_t i = 0; i < n; i++) {
		unknown[pieces[i].start] = !pieces[i].word && yz_is_han(q->c[pieces[i].start]);
		for (size_t at = pieces[i].start + 1u; at < pieces[i].end; at++)
			inside[at] = true;
	}
	struct piece found;
	for (int round = 0; round < 4 && question_mend(q, unknown, inside, &found); round++) {
		n = mend_pieces(pieces, n, found);
		for (size_t i = found.start; i < found.end; i++) {
			unknown[i] = false;
			inside[i] = i > found.start;
		}
		mended[found.start] = true;
	}
	return n;
}

void question_read(struct question *q, struct yz_str text)
{
	struct piece pieces[QUERY_CHARS_MAX];
	bool mended[QUERY_CHARS_MAX] = {false};
	fold_question(q, text);
	size_t n = word_cut(q->c, q->n, true, pieces);
	n = mend_all(q, pieces, n, mended);
	part_clauses(q, pieces, n);
	read_acts(q, pieces, n);
	for (size_t i = 0; i < n;) {
		if (pieces[i].word) {
			read_word(q, &pieces[i], mended[pieces[i].start] ? 0.85f : 1);
			i++;
			continue;
		}
		size_t start = pieces[i].start, end = start;
		bool letters = letter(q->c[start]), han = yz_is_han(q->c[start]);
		while (i < n && !pieces[i].word && q->c[pieces[i].start] != ' ' &&
		       letters == letter(q->c[pieces[i].start]) && han == yz_is_han(q->c[pieces[i].start]))
			end = pieces[i++].end;
		if (end > start)
			read_unknown(q, start, end);
		else
			i++;
	}
	read_across(q, pieces, n);
	read_joined(q, pieces, n);
	read_age(q);
	if (q->prefix)
		read_unfinished(q);
	read_whole(q);
}
