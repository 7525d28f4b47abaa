/* text/words.h - the dictionary tools/wordgen compiles; private to text.
 *
 * Words stand in a trie of folded characters: a node's children are
 * word_nodes[kids .. kids+nkids), sorted by character; node 0 is the root.
 * Strings are offsets into word_text, NUL-terminated.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TEXT_WORDS_H
#define YZ_TEXT_WORDS_H

#include "base/str.h"

enum { HAN_FIRST = 0x4E00, HAN_LAST = 0x9FFF, READINGS = 3 };

/* What somebody wants done with the thing; a set of bits. */
enum action {
	ACT_NEW = 1,
	ACT_CHANGE = 2,
	ACT_REPLACE = 4,
	ACT_RENEW = 8,
	ACT_CANCEL = 16,
	ACT_MOVE = 32,
	ACT_TRANSFER = 64,
	ACT_STOP = 128,
	ACT_RESUME = 256,
	ACT_QUERY = 512,
	ACT_PAY = 1024,
	ACT_CONSULT = 2048,
	/* Not acts, but kept with them: as what somebody applies. */
	SAYS_PERSON = 4096,
	SAYS_FIRM = 8192,
	ACTS_ALL = SAYS_PERSON - 1,
};

enum word_flags {
	WORD_STOP = 1,     /* means nothing for a search */
	WORD_EVERYDAY = 2, /* has links to official words */
	WORD_ACTION = 4,   /* from action.tsv: says what is wanted, not of what */
	WORD_READING = 8,  /* only there for its reading */
	WORD_ALSO = 16,    /* what follows may be another wish: 顺便 */
};

struct word_node {
	uint32_t c, kids;
	uint16_t nkids;
	uint16_t word; /* index + 1, 0: no word ends here */
};

struct word {
	uint32_t text;
	uint32_t reading; /* "guang an" */
	uint32_t links;   /* into word_links */
	uint16_t actions;
	uint16_t alias; /* index + 1 of the word that stands for it in longer ones */
	uint8_t nlinks, chars, flags;
	uint8_t importance; /* hundredths */
};

struct word_link {
	uint32_t text;  /* official words; '+' between words that need not stand together */
	uint8_t weight; /* hundredths */
};

struct word_key {
	uint32_t key; /* soft pinyin without spaces, or initials */
	uint16_t word;
};

/* A word's characters with one left out: what a slip of the pen leaves. */
struct word_slip {
	uint32_t digest;
	uint16_t word;
};

struct polyphone {
	uint16_t c;
	uint16_t readings[READINGS]; /* beyond the first; 0 ends */
	uint16_t surname;            /* 0: as usual */
};

extern const char word_text[];
extern const struct word_node word_nodes[];
extern const struct word words[];
extern const uint32_t words_count;
extern const struct word_link word_links[];
extern const struct word_key word_full_keys[], word_initial_keys[];
extern const uint32_t word_full_count, word_initial_count;
extern const struct word_slip word_slips[];
extern const uint32_t word_slips_count;

extern const char *const syllables[]; /* syllables[0] is "" */
extern const uint32_t syllables_count;
extern const uint16_t han_syllable[HAN_LAST - HAN_FIRST + 1];
extern const uint16_t han_folded[HAN_LAST - HAN_FIRST + 1];
extern const struct polyphone polyphones[];
extern const uint32_t polyphones_count;

/* ---- words.c ---- */

/* The child of `node` for c, or 0. */
uint32_t word_step(uint32_t node, uint32_t c);
const struct word *word_at(uint32_t node);
static inline const char *word_str(uint32_t offset)
{
	return word_text + offset;
}
/* FNV-1a over code points; tools/wordgen computes the same. */
uint32_t word_digest(const uint32_t *c, size_t n);
/* First slip with this digest, or word_slips_count. */
uint32_t word_slip_find(uint32_t digest);

struct piece {
	uint16_t start, end;     /* characters */
	uint16_t skipped;        /* filler characters passed over inside: 挖(条)沟 */
	const struct word *word; /* NULL: unknown */
};
/* Cuts c[0..n) into pieces, best path; out has room for n.  n ≤ CUT_MAX.
 * With `loose`, a word may have fillers between its characters. */
enum { CUT_MAX = 1024 };
size_t word_cut(const uint32_t *c, size_t n, bool loose, struct piece *out);

/* The longest word of two characters or more that c[0..n) begins with and that
 * has one of the flags; its length, 0 when there is none. */
size_t word_longest(const uint32_t *c, size_t n, unsigned flags, const struct word **found);

/* Whether the word's pinyin, its spaces left out, is letters[0..n); ü as v or u. */
bool word_sounds(const struct word *w, const char *letters, size_t n);

/* ---- pinyin.c ---- */

/* The usual syllable of a folded character, 0 for what is no Han. */
unsigned han_reading(uint32_t c);
/* Every reading, the usual one first; returns how many (≤ READINGS + 1). */
unsigned han_readings(uint32_t c, uint16_t out[READINGS + 1]);
/* Readings of a text, phrases first: one syllable a character, 0 where none. */
void han_read(const uint32_t *c, size_t n, uint16_t *out);
/* Letters without what many do not tell apart (zh z, ch c, sh s, ng n, ü u);
 * out has room for n; from[i] is the place letter i came from, from[result] = n. */
size_t pinyin_soft(const char *letters, size_t n, char *out, uint16_t *from);
/* The number of a syllable's soft form: equal for zhi and zi. */
unsigned syllable_soft(unsigned syllable);
/* The syllable written letters[0..n), or 0. */
unsigned syllable_exact(const char *letters, size_t n);

#endif
