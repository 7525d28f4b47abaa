/* search_bar.c - ages as a name or a condition requires them, and as a question states them.
 *
 * 以上 and 满 include the number, 不满 does not (民法典 1259).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "text/search.h"

enum {
	ONE_HUNDRED = 0x767E, /* 百 */
	TEN = 0x5341,         /* 十 */
	YEARS = 0x5C81,       /* 岁 */
	FULL_YEARS = 0x5468,  /* 周(岁) */
	REACHED = 0x6EE1,     /* 满 */
	NOT = 0x4E0D,         /* 不 */
	NOT_YET = 0x672A,     /* 未 */
	UP = 0x4E0A,          /* 以上 */
	AND = 0x4EE5,         /* 以 */
};

static int digit(uint32_t c)
{
	static const uint32_t han[] = {0x96F6, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D};
	if (c >= '0' && c <= '9')
		return (int)(c - '0');
	for (int i = 0; i < 10; i++)
		if (han[i] == c)
			return i;
	return c == 0x3007 ? 0 : c == 0x4E24 /* 两 */ ? 2 : -1;
}

/* 82, 八十二, 十六, 一百零三; returns the place after it, or `at`. */
static size_t number(const uint32_t *c, size_t n, size_t at, unsigned *value)
{
	unsigned total = 0, last = 0;
	size_t i = at;
	for (; i < n && i < at + 6; i++) {
		int d = digit(c[i]);
		if (d >= 0)
			last = last * (c[i] < 0x80 ? 10 : 1) + (unsigned)d;
		else if (c[i] == TEN || c[i] == ONE_HUNDRED) {
			total += (last ? last : 1) * (c[i] == TEN ? 10 : 100);
			last = 0;
		} else
			break;
	}
	*value = total + last;
	return i;
}

/* The next age at or after *at: its value, its first character, and *at past its 岁; false at the end. */
static bool next_age(const uint32_t *c, size_t n, size_t *at, size_t *start, unsigned *age)
{
	while (*at < n) {
		size_t from = *at, end = number(c, n, from, age), i = end;
		*at = end > from ? end : from + 1;
		if (end == from || *age > AGE_MOST)
			continue;
		while (i < n && c[i] == ' ')
			i++;
		if (i < n && (c[i] == 0x591A /* 多 */ || c[i] == 0x51E0 /* 几 */ || c[i] == 0x6765 /* 来 */))
			i++;
		if (i < n && c[i] == FULL_YEARS)
			i++;
		if (i == n || c[i] != YEARS)
			continue;
		*start = from;
		*at = i + 1;
		return true;
	}
	return false;
}

void bar_ages(const uint32_t *c, size_t n, bool name, struct doc *doc)
{
	unsigned age, least = AGE_MOST, most = 0;
	for (size_t at = 0, start; next_age(c, n, &at, &start, &age);) {
		size_t before = start;
		while (before && c[before - 1] == ' ')
			before--;
		bool reached = before && c[before - 1] == REACHED;
		bool negated = reached && before > 1 && (c[before - 2] == NOT || c[before - 2] == NOT_YET);
		bool up = at + 1 < n && c[at] == AND && c[at + 1] == UP;
		if (negated && name && age && age - 1 > most)
			most = age - 1;
		if (!negated && (reached || up) && age < least)
			least = age;
	}
	if (least < AGE_MOST)
		doc->youngest = (uint8_t)least;
	if (most)
		doc->oldest = (uint8_t)most;
}

unsigned bar_age_said(const uint32_t *c, size_t n, size_t *start, size_t *end)
{
	unsigned said = AGE_MOST + 1, age;
	for (size_t at = 0, from; next_age(c, n, &at, &from, &age);) {
		if (said <= AGE_MOST && said != age)
			return AGE_MOST + 1; /* two people: whose it is nobody knows */
		said = age;
		*start = from;
		*end = at;
	}
	return said;
}
