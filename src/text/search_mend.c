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
	const struct word *best = NULL;
	for (; low < word_full_count && !strcmp(word_str(word_full_keys[low].key), soft); low++) {
		const struct word *w = usable(word_full_keys[low].word, n);
		if (w && (!best || (w->flags & WORD_EVERYDAY && !(best->flags & WORD_EVERYDAY))))
			best = w;
	}
	return best;
}

static const struct word *slip(uint32_t digest, size_t chars)
{
	for (uint32_t i = word_slip_find(digest); i < word_slips_count && word_slips[i].digest == digest; i++) {
		const struct word *w = usable(word_slips[i].word, chars);
		if (w)
			return w;
	}
	return NULL;
}

/* One character too few, another, or one too many. */
static const struct word *one_slip(const uint32_t *c, size_t n)
{
	if (n < 3)
		return NULL;
	const struct word *w = slip(word_digest(c, n), n + 1);
	for (size_t left = 0; !w && left < n; left++) {
		uint32_t rest[WINDOW_MAX];
		size_t m = 0;
		for (size_t i = 0; i < n; i++)
			if (i != left)
				rest[m++] = c[i];
		if (n >= 4)
			w = slip(word_digest(rest, m), n);
		if (!w && m >= 3) {
			uint32_t node = 0;
			for (size_t i = 0; i < m && (!i || node); i++)
				node = word_step(node, rest[i]);
			const struct word *exact = node ? word_at(node) : NULL;
			w = exact && !(exact->flags & (WORD_STOP | WORD_READING)) ? exact : NULL;
		}
	}
	return w;
}

static bool covers(const bool *unknown, const uint32_t *c, size_t from, size_t n)
{
	bool any = false;
	for (size_t i = from; i < from + n; i++) {
		if (!yz_is_han(c[i]))
			return false;
		any |= unknown[i];
	}
	return any;
}

bool question_mend(struct question *q, const bool *unknown, size_t start, size_t end, struct piece *out)
{
	for (size_t n = WINDOW_MAX; n >= 2; n--)
		for (size_t from = start; from + n <= end; from++) {
			if (!covers(unknown, q->c, from, n))
				continue;
			const struct word *w = same_sound(q->c + from, n);
			if (!w)
				w = one_slip(q->c + from, n);
			if (w) {
				*out = (struct piece){(uint16_t)from, (uint16_t)(from + n), 0, w};
				return true;
			}
		}
	return false;
}
