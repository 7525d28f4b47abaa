/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "text/text.h"
#include "text/words.h"

unsigned han_reading(uint32_t c)
{
	return c >= HAN_FIRST && c <= HAN_LAST ? han_syllable[c - HAN_FIRST] : 0;
}

static const struct polyphone *polyphone_of(uint32_t c)
{
	uint32_t low = 0, high = polyphones_count;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (polyphones[mid].c < c)
			low = mid + 1;
		else
			high = mid;
	}
	return low < polyphones_count && polyphones[low].c == c ? &polyphones[low] : NULL;
}

unsigned han_readings(uint32_t c, uint16_t out[READINGS + 1])
{
	unsigned n = 0;
	out[0] = (uint16_t)han_reading(c);
	if (!out[0])
		return 0;
	n = 1;
	const struct polyphone *p = polyphone_of(c);
	for (int i = 0; p && i < READINGS && p->readings[i]; i++)
		out[n++] = p->readings[i];
	return n;
}

/* Negative, zero, positive as the syllable orders before, with, after s[0..n). */
static int order(unsigned syllable, const char *s, size_t n)
{
	int d = strncmp(syllables[syllable], s, n);
	return d ? d : syllables[syllable][n] != 0;
}

unsigned syllable_exact(const char *s, size_t n)
{
	uint32_t low = 1, high = syllables_count;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (order(mid, s, n) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < syllables_count && order(low, s, n) == 0)
		return low;
	/* lüe and nüe are typed lue and nue. */
	if (n == 3 && s[1] == 'u' && s[2] == 'e' && (s[0] == 'l' || s[0] == 'n'))
		return syllable_exact(s[0] == 'l' ? "lve" : "nve", 3);
	return 0;
}

static bool vowel(char c)
{
	return c && strchr("aoeiuv", c);
}

size_t pinyin_soft(const char *letters, size_t n, char *out, uint16_t *from)
{
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		char last = len ? out[len - 1] : 0;
		if (letters[i] == 'h' && (last == 'z' || last == 'c' || last == 's'))
			continue;
		if (letters[i] == 'g' && last == 'n' && (i + 1 == n || !vowel(letters[i + 1])))
			continue;
		if (from)
			from[len] = (uint16_t)i;
		out[len++] = letters[i] == 'v' ? 'u' : letters[i];
	}
	if (from)
		from[len] = (uint16_t)n;
	return len;
}

unsigned syllable_soft(unsigned syllable)
{
	char soft[8];
	size_t n = pinyin_soft(syllables[syllable], strlen(syllables[syllable]), soft, NULL);
	unsigned found = syllable_exact(soft, n);
	return found ? found : syllable;
}

/* The longest word of two or more at c[0..n) whose reading is known; its length. */
static size_t phrase(const uint32_t *c, size_t n, const struct word **found)
{
	uint32_t node = 0;
	size_t best = 0;
	for (size_t i = 0; i < n && (node = word_step(node, c[i])); i++) {
		const struct word *w = word_at(node);
		if (w && i && w->reading) {
			best = i + 1;
			*found = w;
		}
	}
	return best;
}

void han_read(const uint32_t *c, size_t n, uint16_t *out)
{
	for (size_t i = 0; i < n;) {
		const struct word *w = NULL;
		size_t len = phrase(c + i, n - i, &w);
		if (!len) {
			out[i] = (uint16_t)han_reading(c[i]);
			i++;
			continue;
		}
		struct yz_str reading = yz_str(word_str(w->reading)), part;
		for (size_t end = i + len; i < end; i++)
			out[i] = yz_str_cut(&reading, ' ', &part) ? (uint16_t)syllable_exact(part.ptr, part.len) : 0;
	}
}

enum { PIECE = 256 };

static unsigned surname(uint32_t c, unsigned usual)
{
	const struct polyphone *p = polyphone_of(c);
	return p && p->surname ? p->surname : usual;
}

static void say(struct yz_buf *out, struct yz_str original, unsigned syllable, enum yz_pinyin_style style, bool *apart)
{
	if (!syllable) {
		yz_buf_adds(out, original);
		*apart = false;
		return;
	}
	if (style == YZ_PINYIN_INITIALS) {
		yz_buf_addc(out, syllables[syllable][0]);
		return;
	}
	if (*apart)
		yz_buf_addc(out, ' ');
	yz_buf_addz(out, syllables[syllable]);
	*apart = true;
}

void yz_pinyin(struct yz_buf *out, struct yz_str s, enum yz_pinyin_style style, bool person)
{
	bool apart = false, first = true;
	for (size_t at = 0; at < s.len;) {
		uint32_t c[PIECE];
		uint16_t syllable[PIECE];
		size_t place[PIECE + 1], n = 0;
		for (; n < PIECE && at < s.len; n++) {
			place[n] = at;
			c[n] = yz_fold_char(yz_utf8_next(s, &at));
		}
		place[n] = at;
		if (person)
			for (size_t i = 0; i < n; i++)
				syllable[i] = (uint16_t)han_reading(c[i]);
		else
			han_read(c, n, syllable);
		if (person && first && n)
			syllable[0] = (uint16_t)surname(c[0], syllable[0]);
		first = false;
		for (size_t i = 0; i < n; i++)
			say(out, yz_str_n(s.ptr + place[i], place[i + 1] - place[i]), syllable[i], style, &apart);
	}
}

/* Text by text of one side: a character's sound, then the character. */
int yz_pinyin_cmp(struct yz_str a, struct yz_str b)
{
	size_t i = 0, k = 0;
	while (i < a.len && k < b.len) {
		uint32_t x = yz_utf8_next(a, &i), y = yz_utf8_next(b, &k);
		if (x == y)
			continue;
		unsigned rx = han_reading(yz_fold_char(x)), ry = han_reading(yz_fold_char(y));
		if (!rx != !ry)
			return rx ? 1 : -1; /* letters and digits before Han */
		if (rx != ry)
			return rx < ry ? -1 : 1; /* syllables are numbered in order */
		return x < y ? -1 : 1;
	}
	return (i < a.len) - (k < b.len);
}
