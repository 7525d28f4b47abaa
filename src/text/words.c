/* SPDX-License-Identifier: Apache-2.0 */
#include "text/words.h"

#include <assert.h>

uint32_t word_step(uint32_t node, uint32_t c)
{
	uint32_t low = word_nodes[node].kids, high = low + word_nodes[node].nkids;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (word_nodes[mid].c < c)
			low = mid + 1;
		else
			high = mid;
	}
	bool found = low < word_nodes[node].kids + word_nodes[node].nkids && word_nodes[low].c == c;
	return found ? low : 0;
}

const struct word *word_at(uint32_t node)
{
	return word_nodes[node].word ? &words[word_nodes[node].word - 1] : NULL;
}

bool word_sounds(const struct word *w, const char *letters, size_t n)
{
	size_t i = 0;
	for (const char *p = word_str(w->reading); *p; p++) {
		if (*p == ' ')
			continue;
		if (i == n || (letters[i] != *p && !(*p == 'v' && letters[i] == 'u')))
			return false;
		i++;
	}
	return i == n;
}

uint32_t word_digest(const uint32_t *c, size_t n)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ c[i]) * 16777619u;
	return h;
}

uint32_t word_slip_find(uint32_t digest)
{
	uint32_t low = 0, high = word_slips_count;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (word_slips[mid].digest < digest)
			low = mid + 1;
		else
			high = mid;
	}
	return low < word_slips_count && word_slips[low].digest == digest ? low : word_slips_count;
}

/* What may stand inside a word without changing it: 挖(一条)沟, 上(个)户口. */
static bool filler(uint32_t c)
{
	switch (c) {
	case 0x4E2A: /* 个 */
	case 0x4E00: /* 一 */
	case 0x4E86: /* 了 */
	case 0x5F20: /* 张 */
	case 0x6761: /* 条 */
	case 0x5BB6: /* 家 */
	case 0x672C: /* 本 */
	case 0x95F4: /* 间 */
	case 0x4EFD: /* 份 */
	case 0x4E0B: /* 下 */
	case 0x7684: /* 的 */
	case 0x70B9: /* 点 */
	case 0x4E9B: /* 些 */
	case 0x8F86: /* 辆 */
	case 0x53F0: /* 台 */
	case 0x6B21: /* 次 */
	case 0x79CD: /* 种 */
	case 0x8FC7: /* 过 */
	case 0x7740: /* 着 */
	case 0x5757: /* 块 */
	case 0x53EA: /* 只 */
	case 0x5C0F: /* 小 */
	case 0x5904: /* 处 */
	case 0x5EA7: /* 座 */
	case 0x53E3: /* 口 */
		return true;
	default:
		return false;
	}
}

static bool alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

/* Costs in hundredths: the fewer and longer the pieces the better. */
static int word_cost(const struct word *w)
{
	int cost = w->chars == 1 ? 130 : 100 - w->chars;
	if (w->flags & WORD_EVERYDAY)
		cost -= 6;
	if (w->flags & WORD_STOP)
		cost += 4;
	return cost;
}

enum { UNKNOWN_COST = 240, FILLER_COST = 45, FILLERS_MOST = 2 };

struct cut {
	const uint32_t *c;
	size_t n;
	bool loose;
	int *cost;            /* the best way to reach a place */
	struct piece *arrive; /* the last piece of that way */
};

static void reach(struct cut *cut, size_t start, size_t end, unsigned skipped, const struct word *w, int cost)
{
	if (cut->cost[start] + cost < cut->cost[end]) {
		cut->cost[end] = cut->cost[start] + cost;
		cut->arrive[end] = (struct piece){(uint16_t)start, (uint16_t)end, (uint16_t)skipped, w};
	}
}

static void walk(struct cut *cut, size_t start, size_t at, uint32_t node, unsigned skipped)
{
	for (; at < cut->n; at++) {
		uint32_t c = cut->c[at];
		if (cut->loose && at > start && skipped < FILLERS_MOST && filler(c))
			walk(cut, start, at + 1, node, skipped + 1);
		node = word_step(node, c);
		if (!node)
			return;
		const struct word *w = word_at(node);
		if (!w || w->flags & WORD_READING || (skipped && (w->flags & WORD_STOP || w->chars < 2)))
			continue;
		if (alnum(c) && at + 1 < cut->n && alnum(cut->c[at + 1]))
			continue;
		reach(cut, start, at + 1, skipped, w, word_cost(w) + (int)skipped * FILLER_COST);
	}
}

size_t word_longest(const uint32_t *c, size_t n, unsigned flags, const struct word **found)
{
	uint32_t node = 0;
	size_t best = 0;
	for (size_t i = 0; i < n && (node = word_step(node, c[i])); i++) {
		const struct word *w = word_at(node);
		if (w && w->flags & flags && w->chars >= 2) {
			best = i + 1;
			*found = w;
		}
	}
	return best;
}

size_t word_cut(const uint32_t *c, size_t n, bool loose, struct piece *out)
{
	assert(n <= CUT_MAX);
	int cost[CUT_MAX + 1];
	struct piece arrive[CUT_MAX + 1];
	struct cut cut = {c, n, loose, cost, arrive};
	for (size_t i = 1; i <= n; i++)
		cost[i] = INT32_MAX / 2;
	cost[0] = 0;
	for (size_t i = 0; i < n; i++) {
		reach(&cut, i, i + 1, 0, NULL, c[i] == ' ' ? 0 : UNKNOWN_COST);
		if (!(alnum(c[i]) && i && alnum(c[i - 1])))
			walk(&cut, i, i, 0, 0);
	}
	size_t count = 0;
	for (size_t at = n; at; at = arrive[at].start)
		out[count++] = arrive[at];
	for (size_t i = 0; i < count / 2; i++) {
		struct piece swap = out[i];
		out[i] = out[count - 1 - i];
		out[count - 1 - i] = swap;
	}
	return count;
}
