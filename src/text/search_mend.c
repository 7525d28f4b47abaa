/* search_mend.c - wrong, missing and superfluous characters.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/utf8.h"
#include "text/search.h"

enum { WINDOW_MAX = 9 };

static const struct word *usable(uint32_t index, size_t chars)
{
	const struct word *w = &words[index];
	return w->chars == chars && !(w->flags & (WORD_STOP | WORD_READING)) ? w : NULL;
}

/* The word that sounds the same: 执招 for 执照. */
static const struct word *same_sound(const uint32_t *c, size_t n)
{
	char letters[WINDOW_MAX * 6 + 1], soft[WINDOW_MAX * 6 + 1];
	uint16_t sounds[WINDOW_MAX];
	size_t len = 0;
	han_read(c, n, sounds);
	for (size_t i = 0; i < n; i++) {
		if (!sounds[i])
			return NULL;
		size_t add = strlen(syllables[sounds[i]]);
		memcpy(letters + len, syllables[sounds[i]], add);
		len += add;
	}
	size_t plain = len;
	len = pinyin_soft(letters, len, soft, NULL);
	soft[len] = 0;
	uint32_t low = 0, high = word_full_count;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (strcmp(word_str(word_full_keys[mid].key), soft) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	letters[plain] = 0;
	const struct word *best = NULL;
	for (; low < word_full_count && !strcmp(word_str(word_full_keys[low].key), soft); low++) {
		const struct word *w = usable(word_full_keys[low].word, n);
		/* So short a word must sound just the same: 伤了 is not 散了. */
		if (w && n == 2 && !word_sounds(w, letters, plain))
			continue;
		if (w && (!best || (w->flags & WORD_EVERYDAY && !(best->flags & WORD_EVERYDAY))))
			best = w;
	}
	return best;
}

/* How many characters of the word stand in the text at their place, text[i]
 * against word[i + shift] from `from` on. */
static size_t agreeing(const struct word *w, const uint32_t *text, size_t n, size_t from, int shift)
{
	struct yz_str s = yz_str(word_str(w->text));
	size_t at = 0, same = 0, i = 0;
	for (; at < s.len; i++) {
		uint32_t c = yz_utf8_next(s, &at);
		size_t place = i < from ? i : (size_t)((int)i - shift);
		same += !(shift && i == from) && place < n && text[place] == c;
	}
	return same;
}

/* One character too few inside, or another: the rest stands as it should. */
static const struct word *one_slip(const uint32_t *c, size_t n)
{
	if (n < 3)
		return NULL;
	uint32_t digest = word_digest(c, n), rest[WINDOW_MAX];
	for (uint32_t i = word_slip_find(digest); i < word_slips_count && word_slips[i].digest == digest; i++) {
		const struct word *w = usable(word_slips[i].word, n + 1);
		/* At the end too (营业执): nobody forgets how a word begins. */
		for (size_t gap = 1; w && gap <= n; gap++)
			if (agreeing(w, c, n, gap, 1) == n)
				return w;
	}
	for (size_t left = 0; n >= 4 && left < n; left++) {
		size_t m = 0;
		for (size_t i = 0; i < n; i++)
			if (i != left)
				rest[m++] = c[i];
		digest = word_digest(rest, m);
		for (uint32_t i = word_slip_find(digest); i < word_slips_count && word_slips[i].digest == digest; i++) {
			const struct word *w = usable(word_slips[i].word, n);
			/* At either end the words would only be neighbours: 教练车(报) is not 教练车卖. */
			if (w && left && left + 1 < n && agreeing(w, c, n, n, 0) == n - 1)
				return w;
		}
	}
	return NULL;
}

/* One character too many inside. */
static const struct word *one_more(const uint32_t *c, size_t n)
{
	for (size_t left = 1; n >= 4 && left + 1 < n; left++) {
		uint32_t node = 0;
		for (size_t i = 0; i < n && (!i || node); i++)
			if (i != left)
				node = word_step(node, c[i]);
		const struct word *w = node ? word_at(node) : NULL;
		if (w && !(w->flags & (WORD_STOP | WORD_READING)))
			return w;
	}
	return NULL;
}

/* Someone who mistypes a word gets part of it right. */
static const struct word *meant(const uint32_t *c, size_t n)
{
	const struct word *w = same_sound(c, n);
	if (w && agreeing(w, c, n, n, 0) * 3 >= n)
		return w;
	w = one_slip(c, n);
	return w ? w : one_more(c, n);
}

static bool may_stand(const struct question *q, const bool *unknown, const bool *inside, size_t from, size_t n)
{
	bool any = false;
	for (size_t i = from; i < from + n; i++) {
		if (!yz_is_han(q->c[i]))
			return false;
		any |= unknown[i];
	}
	return any && !inside[from] && !inside[from + n];
}

bool question_mend(struct question *q, const bool *unknown, const bool *inside, struct piece *out)
{
	for (size_t n = WINDOW_MAX; n >= 2; n--)
		for (size_t from = 0; from + n <= q->n; from++) {
			const struct word *w = may_stand(q, unknown, inside, from, n) ? meant(q->c + from, n) : NULL;
			if (w) {
				*out = (struct piece){(uint16_t)from, (uint16_t)(from + n), 0, w};
				return true;
			}
		}
	return false;
}
