/* search_pinyin.c - letters as pinyin, initials, or a mixture of both.
 *
 * The cheapest way through the letters, of: a word's full pinyin, a word's
 * initials, a syllable, the beginning of a word at the end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "text/search.h"

enum { LETTERS_MAX = 64 };

enum step_kind { STEP_NONE, STEP_JUNK, STEP_SYLLABLE, STEP_FULL, STEP_INITIALS, STEP_BEGUN };

struct step {
	int cost;
	enum step_kind kind;
	uint16_t from;
	uint32_t first, last; /* keys [first, last) that fit */
};

struct way {
	char raw[LETTERS_MAX + 1], soft[LETTERS_MAX + 1];
	uint16_t from[LETTERS_MAX + 1]; /* soft place -> raw place */
	size_t n, nsoft;
	bool prefix;
	struct step at[LETTERS_MAX + 1];
};

enum { COST_FULL = 100, COST_NEARLY = 60, COST_BEGUN = 115, COST_SYLLABLE = 140, COST_INITIALS = 190, COST_JUNK = 300 };

static void arrive(struct way *way, size_t from, size_t to, struct step step)
{
	step.cost += way->at[from].cost;
	step.from = (uint16_t)from;
	if (step.cost < way->at[to].cost)
		way->at[to] = step;
}

/* Keys that begin with s[0..n): [*first, *last); those that are just that: [*first, *exact). */
static bool keys_find(const struct word_key *keys, uint32_t count, const char *s, size_t n, uint32_t *first,
		      uint32_t *exact, uint32_t *last)
{
	uint32_t low = 0, high = count;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (strncmp(word_str(keys[mid].key), s, n) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*first = *exact = low;
	for (high = count; low < high;) {
		uint32_t mid = (low + high) / 2;
		if (strncmp(word_str(keys[mid].key), s, n) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	*last = low;
	while (*exact < *last && !word_str(keys[*exact].key)[n])
		++*exact;
	return *first < *last;
}

/* Typed as it is spelt, not only nearly: yanzheng is 验证, not 养证. */
static bool exact_among(const struct way *way, size_t raw, size_t to, uint32_t first, uint32_t last)
{
	for (uint32_t i = first; i < last; i++)
		if (word_sounds(&words[word_full_keys[i].word], way->raw + raw, to - raw))
			return true;
	return false;
}

static void full_steps(struct way *way, size_t raw, size_t soft)
{
	uint32_t first, exact, last;
	for (size_t n = 2; soft + n <= way->nsoft; n++) {
		if (!keys_find(word_full_keys, word_full_count, way->soft + soft, n, &first, &exact, &last))
			return;
		size_t to = way->from[soft + n];
		int cost = COST_FULL - (int)n;
		if (exact > first && !exact_among(way, raw, to, first, exact))
			cost += COST_NEARLY;
		if (exact > first)
			arrive(way, raw, to, (struct step){cost, STEP_FULL, 0, first, exact});
		if (to == way->n && exact < last && n >= (way->prefix ? 2 : 4))
			arrive(way, raw, to, (struct step){COST_BEGUN, STEP_BEGUN, 0, exact, last});
	}
}

static void initial_steps(struct way *way, size_t raw)
{
	uint32_t first, exact, last;
	for (size_t n = 2; raw + n <= way->n; n++) {
		if (!keys_find(word_initial_keys, word_initial_count, way->raw + raw, n, &first, &exact, &last))
			return;
		int cost = COST_INITIALS - 10 * (n < 6 ? (int)n : 6);
		if (exact > first)
			arrive(way, raw, raw + n, (struct step){cost, STEP_INITIALS, 0, first, exact});
	}
}

static void find_way(struct way *way)
{
	size_t soft = 0;
	for (size_t i = 1; i <= way->n; i++)
		way->at[i].cost = INT32_MAX / 2;
	for (size_t i = 0; i < way->n; i++) {
		while (soft < way->nsoft && way->from[soft] < i)
			soft++;
		arrive(way, i, i + 1, (struct step){COST_JUNK, STEP_JUNK, 0, 0, 0});
		for (size_t n = 1; n <= 6 && i + n <= way->n; n++)
			if (syllable_exact(way->raw + i, n))
				arrive(way, i, i + n, (struct step){COST_SYLLABLE - (int)n, STEP_SYLLABLE, 0, 0, 0});
		if (soft < way->nsoft && way->from[soft] == i)
			full_steps(way, i, soft);
		initial_steps(way, i);
	}
}

/* What a word promises: everyday words lead somewhere, others may stand in a name. */
static int promise(const struct question *q, const struct word *w)
{
	if (w->flags & WORD_EVERYDAY)
		return w->flags & WORD_ACTION ? 2 : 3;
	uint32_t c[2] = {0};
	struct yz_str s = yz_str(word_str(w->text));
	(void)q;
	size_t i = 0;
	for (int k = 0; k < 2 && i < s.len; k++) {
		unsigned char b = (unsigned char)s.ptr[i];
		size_t len = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
		c[k] = len == 3 ? (uint32_t)((b & 15) << 12 | (s.ptr[i + 1] & 63) << 6 | (s.ptr[i + 2] & 63)) : b;
		i += len;
	}
	return search_find(q->search, term(TERM_PAIR, c[0], c[1])).len ? 2 : 1;
}

/* letters[0..n) are what was typed, for words found by their full sound. */
static void add_words(struct question *q, struct group *g, const struct word_key *keys, const struct step *step,
		      float weight, const char *letters, size_t n)
{
	uint32_t last = step->last - step->first > 200 ? step->first + 200 : step->last;
	for (int level = 3; level >= 1; level--)
		for (uint32_t i = step->first; i < last; i++) {
			const struct word *w = &words[keys[i].word];
			if (promise(q, w) != level)
				continue;
			if (g->nalts + 3 > ALTS_MAX)
				return;
			bool nearly = step->kind == STEP_FULL && !word_sounds(w, letters, n);
			group_add_word(q, g, w, nearly ? weight * 0.75f : weight);
			if (!nearly && step->last - step->first <= 3)
				q->actions |= w->actions & ACTS_ALL;
		}
}

static void add_sounds(struct question *q, struct group *g, const struct way *way, size_t to)
{
	/* The syllables before `to`, as far as they touch. */
	uint16_t sounds[LETTERS_MAX];
	size_t n = 0;
	for (size_t at = to; at && n < LETTERS_MAX;) {
		size_t best = 0;
		for (size_t len = at < 6 ? at : 6; len && !best; len--)
			if (syllable_exact(way->raw + at - len, len) && len != 1)
				best = len;
		if (!best)
			break;
		sounds[n++] = (uint16_t)syllable_soft(syllable_exact(way->raw + at - best, best));
		at -= best;
	}
	struct alt *alt = n < 2 ? NULL : group_alt(q, g, 0.8f, true, n - 1);
	for (size_t i = n; alt && i-- > 1;)
		alt_term(alt, term(TERM_SOUND, sounds[i], sounds[i - 1]), 0, 0);
}

static void add_initials(struct question *q, struct group *g, const struct way *way, bool strict)
{
	struct alt *alt = way->n < 3 ? NULL : group_alt(q, g, 0.9f, !strict, way->n - 2);
	if (alt)
		alt->strict = strict;
	for (size_t i = 0; alt && i + 3 <= way->n; i++) {
		uint32_t letters =
			(uint32_t)way->raw[i] << 14 | (uint32_t)way->raw[i + 1] << 7 | (uint32_t)way->raw[i + 2];
		alt_term(alt, term(TERM_INITIALS, 0, letters), 0, 0);
	}
}

/* What letters may be: mostly spelt out, or the initials of one word; the
 * initials of several; asdf, the beginning of anything and so of nothing. */
enum sense { SENSE_NONE, SENSE_INITIALS, SENSE_WORDS };

static enum sense makes_sense(const struct way *way)
{
	size_t spelt = 0;
	bool junk = false;
	for (size_t at = way->n; at; at = way->at[at].from) {
		const struct step *step = &way->at[at];
		size_t n = at - step->from;
		if (step->kind == STEP_INITIALS && n == way->n)
			return SENSE_WORDS;
		junk |= step->kind == STEP_JUNK || step->kind == STEP_SYLLABLE;
		if (step->kind == STEP_FULL || step->kind == STEP_BEGUN || (step->kind == STEP_SYLLABLE && n > 1))
			spelt += n;
	}
	return spelt * 3 >= way->n * 2 ? SENSE_WORDS : junk ? SENSE_NONE : SENSE_INITIALS;
}

/* qqqq: nothing is called that. */
static bool one_key(const struct way *way)
{
	for (size_t i = 1; i < way->n; i++)
		if (way->raw[i] != way->raw[0])
			return false;
	return way->n > 2;
}

/* The dictionary's words along the way; whether none was found by initials. */
static bool add_way(struct question *q, const struct way *way, size_t start, bool must)
{
	bool syllables_only = true;
	for (size_t at = way->n; at; at = way->at[at].from) {
		const struct step *step = &way->at[at];
		if (step->kind == STEP_JUNK)
			question_group(q, start + step->from, start + at, 0.5f); /* counts as not understood */
		if (step->kind == STEP_JUNK || step->kind == STEP_SYLLABLE)
			continue;
		syllables_only &= step->kind != STEP_INITIALS;
		/* Two or three initials may be a hundred words; names know better. */
		bool guess = step->kind == STEP_INITIALS && at - step->from < way->n;
		struct group *g = question_group(q, start + step->from, start + at, guess ? 0.5f : 1);
		if (!g)
			break;
		g->must = must;
		const struct word_key *keys = step->kind == STEP_INITIALS ? word_initial_keys : word_full_keys;
		add_words(q, g, keys, step, step->kind == STEP_FULL ? 1 : 0.85f, way->raw + step->from, at - step->from);
	}
	return syllables_only;
}

void question_letters(struct question *q, size_t start, size_t end)
{
	struct way way = {.prefix = q->prefix};
	struct group *literal = question_group(q, start, end, 0.6f);
	if (literal) {
		literal->guess = true;
		group_add(q, literal, q->c + start, end - start, 1, false);
	}
	way.n = end - start < LETTERS_MAX ? end - start : LETTERS_MAX;
	for (size_t i = 0; i < way.n; i++)
		way.raw[i] = (char)q->c[start + i];
	way.nsoft = pinyin_soft(way.raw, way.n, way.soft, way.from);
	find_way(&way);
	if (one_key(&way))
		return;
	enum sense sense = makes_sense(&way);
	bool meant = sense == SENSE_WORDS;
	bool syllables_only = sense != SENSE_NONE && add_way(q, &way, start, !meant);
	struct group *sounds = question_group(q, start, end, syllables_only || way.n < 4 ? 0.6f : 1.2f);
	if (!sounds)
		return;
	sounds->guess = meant;
	if (meant)
		add_sounds(q, sounds, &way, way.n);
	if (!syllables_only || !sounds->nalts)
		add_initials(q, sounds, &way, !meant);
	if (!sounds->nalts)
		q->ngroups--;
}
