/* dmn/sweep_code.c - plans laid out for one record after another: leaves as bits, conditions as codes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/sweep.h"

enum { MOST_ROW_BYTES = 32 << 20 }; /* of one fact's rows */

/* Bits for the leaves, those of one fact together. */
static void number_leaves(struct yz_arena *a, struct yz_dmn_rules *r, const struct yz_dplan *const *leaves, size_t n)
{
	size_t *counts = yz_new_n(a, r->nfacts, size_t);
	for (size_t i = 0; i < n; i++)
		counts[leaves[i]->fact]++;
	r->first = yz_new_n(a, r->nfacts + 1, size_t);
	for (size_t f = 0; f < r->nfacts; f++) {
		r->first[f + 1] = r->first[f] + (counts[f] + 63) / 64 * 64;
		counts[f] = r->first[f];
	}
	r->nbits = r->first[r->nfacts];
	r->leaves = yz_new_n(a, r->nbits, const struct yz_dplan *);
	for (size_t i = 0; i < n; i++) {
		struct yz_dplan *p = (struct yz_dplan *)leaves[i];
		p->bit = (uint32_t)counts[p->fact]++;
		r->leaves[p->bit] = p;
	}
}

static void make_rows(struct yz_arena *a, struct yz_dmn_rules *r, size_t fact)
{
	size_t first = r->first[fact], words = (r->first[fact + 1] - first) / 64;
	if (!words || (r->sets[fact]->npositions + 1) * words * sizeof **r->rows > MOST_ROW_BYTES)
		return;
	uint32_t npositions = r->sets[fact]->npositions;
	uint64_t *rows = yz_new_n(a, (npositions + 1) * words, uint64_t);
	for (size_t bit = 0; bit < words * 64 && r->leaves[first + bit]; bit++) {
		const struct yz_dplan *p = r->leaves[first + bit];
		for (size_t i = 0; i < p->line.n; i++) {
			uint32_t end = i + 1 < p->line.n ? p->line.at[i + 1].from : npositions;
			for (uint32_t at = p->line.at[i].from; p->line.at[i].truth == p->want && at < end; at++)
				yz_dbit_put(rows + at * words, bit);
		}
		if (p->when_null == p->want)
			yz_dbit_put(rows + npositions * words, bit);
	}
	r->rows[fact] = rows;
}

typedef YZ_VEC(uint32_t) code_list;

static void encode(struct yz_arena *a, const struct yz_dplan *p, code_list *out)
{
	size_t at = out->len;
	*yz_vec_push(a, out) = (uint32_t)p->kind << YZ_DCODE_KIND | (p->kind == DP_LEAF ? p->bit : 0);
	for (size_t i = 0; i < p->n; i++)
		encode(a, p->parts[i], out);
	if (p->n)
		out->at[at] |= (uint32_t)(out->len - at - 1) & YZ_DCODE_REST;
}

/* All codes of a rule behind each other. */
static void encode_rule(struct yz_arena *a, struct yz_drule_plan *rule)
{
	code_list all = {0};
	YZ_VEC(size_t) starts = {0};
	if (!rule->yes)
		return;
	encode(a, rule->yes, &all);
	for (size_t w = 0; w < rule->nways; w++)
		for (size_t i = 0; i < rule->ways[w].n; i++) {
			*yz_vec_push(a, &starts) = all.len;
			encode(a, rule->ways[w].conditions[i], &all);
		}
	if (all.len > YZ_DCODE_REST) {
		rule->yes = NULL;
		return;
	}
	rule->code = all.at;
	for (size_t w = 0, k = 0; w < rule->nways; w++) {
		rule->ways[w].codes = yz_new_n(a, rule->ways[w].n, const uint32_t *);
		for (size_t i = 0; i < rule->ways[w].n; i++)
			rule->ways[w].codes[i] = all.at + starts.at[k++];
	}
}

void yz_dcode_rules(struct yz_arena *a, struct yz_dmn_rules *r, const struct yz_dplan *const *leaves, size_t n)
{
	number_leaves(a, r, leaves, n);
	r->rows = yz_new_n(a, r->nfacts, uint64_t *);
	for (size_t f = 0; f < r->nfacts; f++)
		make_rows(a, r, f);
	for (size_t i = 0; i < r->n; i++)
		encode_rule(a, &r->rules[i]);
}
