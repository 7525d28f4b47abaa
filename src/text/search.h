/* text/search.h - the index of items and how a question is understood; private to text.
 *
 *	build   items   -> terms -> postings            search_build.c
 *	read    letters -> groups of alternatives       search_read.c, search_pinyin.c
 *	rank    groups  -> items, best first            search_rank.c
 *	wishes  what is left of the question -> items   search_wish.c
 *	bars    age and applicant, said and required    search_bar.c
 *
 * A term is a pair of characters, or what stands for one: a pair with one
 * character between, a single character, a pair of sounds, three initials, a
 * word of another script.  A posting is item << 8 | weight of the field it
 * stands in (255: the name).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_TEXT_SEARCH_H
#define YZ_TEXT_SEARCH_H

#include "base/map.h"
#include "text/text.h"
#include "text/words.h"

/* ---- index ---- */

enum term_kind { TERM_PAIR = 1, TERM_SKIP, TERM_ONE, TERM_SOUND, TERM_INITIALS, TERM_LATIN };

static inline uint64_t term(enum term_kind kind, uint32_t a, uint32_t b)
{
	return (uint64_t)kind << 42 | (uint64_t)(a & 0x1FFFFF) << 21 | (b & 0x1FFFFF);
}
uint64_t term_latin(const uint32_t *c, size_t n);

struct doc {
	struct yz_str id, name, department, themes, objects;
	const uint32_t *folded; /* the name */
	uint16_t len;
	uint16_t actions; /* what the name says it does */
	uint32_t family;  /* items under one main item; 0: alone */
	float prior;
	uint8_t youngest, oldest; /* whom it is for; 0 and AGE_MOST where it does not say */
	uint8_t whom;             /* WHO_PERSON, WHO_FIRM; 0: both, or it does not say */
};

struct posting_list {
	const uint32_t *at;
	uint32_t len;
};

struct yz_search {
	struct yz_arena *arena;
	struct doc *docs;
	size_t n;
	uint32_t nfamilies; /* including 0 */
	uint64_t *keys;     /* open addressing; 0 is free */
	uint32_t *starts, *lens;
	size_t mask;
	uint32_t *postings;
	float log_n; /* log(1 + n): the most an idf can be */
};

struct posting_list search_find(const struct yz_search *s, uint64_t key);
/* 0 (in every item) … 1 (in none). */
float search_rarity(const struct yz_search *s, double found);
/* The acts a folded name speaks of. */
unsigned search_actions(const uint32_t *c, size_t n);

/* ---- who may ---- */

enum { AGE_MOST = 150, WHO_PERSON = 1, WHO_FIRM = 2 };

/* The ages a folded text requires, widened where it names several (男满二十二周岁，
 * 女满二十周岁); only a name may say 未满, a condition says it of others. */
void bar_ages(const uint32_t *c, size_t n, bool name, struct doc *doc);
/* The age a folded question states, and where; AGE_MOST + 1: none. */
unsigned bar_age_said(const uint32_t *c, size_t n, size_t *start, size_t *end);

/* ---- question ---- */

enum { GROUPS_MAX = 40, ALTS_MAX = 28, ALT_TERMS_MAX = 24, QUERY_CHARS_MAX = YZ_SEARCH_QUERY_MAX, CLAUSES_MAX = 8 };

struct alt_term {
	uint64_t key;         /* as it should stand */
	uint64_t skip, sound; /* what may stand for it; 0: nothing */
};

/* One way of saying a part of the question. */
struct alt {
	float weight;
	bool partial; /* part of it is worth something: text the dictionary does not know */
	bool strict;  /* all of it or nothing */
	uint8_t nterms, most;
	struct alt_term *terms;
};

struct group {
	uint16_t start, end; /* characters of the question */
	uint8_t clause;
	float importance;
	bool act;   /* says what is wanted, not of what */
	bool whole; /* the whole question as pairs */
	bool guess; /* one reading of several: counts only where it fits */
	bool must;  /* without it an item does not answer, unless it has all of a strict one */
	unsigned nalts;
	struct alt *alts;
};

struct question {
	struct yz_arena *arena;
	const struct yz_search *search;
	uint32_t c[QUERY_CHARS_MAX]; /* folded */
	size_t n;
	bool prefix;
	struct group groups[GROUPS_MAX];
	unsigned ngroups;
	bool breaks[QUERY_CHARS_MAX + 1];    /* a comma or full stop before this character */
	uint8_t clause[QUERY_CHARS_MAX + 1]; /* of each character; 顺便 begins one too */
	unsigned nclauses;
	unsigned acts[CLAUSES_MAX]; /* asked for in so many words, by clause */
	unsigned actions;           /* in all of them */
	unsigned implied;           /* in the official words that were meant */
	unsigned age;               /* of whom it is for; AGE_MOST + 1: not said */
	unsigned who;               /* WHO_PERSON, WHO_FIRM: as what she applies; 0: not said */
	YZ_VEC(struct yz_str) words;
};

void question_read(struct question *q, struct yz_str text);
/* What is asked for in the clause; where it asks nothing, what the others ask. */
unsigned question_acts(const struct question *q, unsigned clause);
/* A group for characters [start, end); NULL when there is no room. */
struct group *question_group(struct question *q, size_t start, size_t end, float importance);
/* A new way of saying the group, with room for `most` terms; NULL when there is
 * no room, or g is NULL. */
struct alt *group_alt(struct question *q, struct group *g, float weight, bool partial, size_t most);
void alt_term(struct alt *alt, uint64_t key, uint64_t skip, uint64_t sound);
/* Official or literal words into a group; `links` also what the word stands for. */
void group_add(struct question *q, struct group *g, const uint32_t *c, size_t n, float weight, bool partial);
void group_add_word(struct question *q, struct group *g, const struct word *w, float weight);
/* Letters [start, end) of the question as pinyin, initials, or a mixture. */
void question_letters(struct question *q, size_t start, size_t end);
/* What a slip of the pen may have meant.  unknown[i]: no word covers character
 * i; inside[i]: a word of several characters goes across the place before it. */
bool question_mend(struct question *q, const bool *unknown, const bool *inside, struct piece *out);

#endif
