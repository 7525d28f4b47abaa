/* SPDX-License-Identifier: Apache-2.0 */
#include "dmn/forest.h"

#include <assert.h>

enum { MEMO_FIRST = 1 << 8, MEMO_MOST = 1 << 18, SLOTS_FIRST = 1 << 8 };

struct yz_forest_memo {
	uint32_t cond, a, b, result; /* cond 0: free */
};

static uint32_t mixed(uint32_t h, uint32_t v)
{
	uint64_t x = ((uint64_t)h << 32 | v) * 0x9E3779B97F4A7C15u;
	return (uint32_t)(x >> 32) ^ (uint32_t)x;
}

static uint32_t hash(const struct yz_forest_node *n)
{
	uint32_t h = mixed(n->var, n->n);
	for (uint32_t i = 0; n->var != UINT32_MAX && i < n->n; i++)
		h = mixed(mixed(h, n->runs[i].from), n->runs[i].to);
	return h;
}

static bool same(const struct yz_forest_node *x, const struct yz_forest_node *y)
{
	if (x->var != y->var || x->n != y->n)
		return false;
	return x->var == UINT32_MAX || !memcmp(x->runs, y->runs, x->n * sizeof *x->runs);
}

static void put_slot(struct yz_forest *f, uint32_t id)
{
	uint32_t at = hash(&f->nodes.at[id]) & f->mask;
	while (f->slots[at])
		at = (at + 1) & f->mask;
	f->slots[at] = id + 1;
}

static void widen(struct yz_forest *f)
{
	uint32_t n = (f->mask + 1) * 2;
	f->slots = yz_new_n(f->arena, n, uint32_t);
	f->mask = n - 1;
	for (uint32_t i = 0; i < f->nodes.len; i++)
		put_slot(f, i);
	if (f->memo_mask + 1 < MEMO_MOST && n > f->memo_mask + 1) {
		f->memo = yz_new_n(f->arena, n, struct yz_forest_memo);
		f->memo_mask = n - 1;
	}
}

/* The runs of `n` may lie on the stack; they are copied when the node is new. */
static uint32_t kept(struct yz_forest *f, struct yz_forest_node n)
{
	uint32_t at = hash(&n) & f->mask;
	for (; f->slots[at]; at = (at + 1) & f->mask)
		if (same(&f->nodes.at[f->slots[at] - 1], &n))
			return f->slots[at] - 1;
	size_t runs = n.var == UINT32_MAX ? 0 : n.n;
	if (f->nodes.len >= f->most || f->runs + runs > 8 * f->most) {
		f->spent = true;
		return YZ_NO;
	}
	if (runs)
		n.runs = memcpy(yz_new_n(f->arena, runs, struct yz_forest_run), n.runs, runs * sizeof *n.runs);
	f->runs += runs;
	uint32_t id = (uint32_t)f->nodes.len;
	*yz_vec_push(f->arena, &f->nodes) = n;
	f->slots[at] = id + 1;
	if (f->nodes.len * 2 > f->mask)
		widen(f);
	return id;
}

void yz_forest_init(struct yz_forest *f, struct yz_arena *a, size_t most)
{
	*f = (struct yz_forest){.arena = a, .most = most < UINT32_MAX / 4 ? most : UINT32_MAX / 4};
	f->slots = yz_new_n(a, SLOTS_FIRST, uint32_t);
	f->mask = SLOTS_FIRST - 1;
	f->memo = yz_new_n(a, MEMO_FIRST, struct yz_forest_memo);
	f->memo_mask = MEMO_FIRST - 1;
	yz_forest_end(f, YZ_NO);
	yz_forest_end(f, YZ_YES);
}

uint32_t yz_forest_end(struct yz_forest *f, uint32_t n)
{
	return kept(f, (struct yz_forest_node){.var = UINT32_MAX, .n = n});
}

uint32_t yz_forest_ask(struct yz_forest *f, uint32_t var, const struct yz_forest_run *runs, uint32_t n)
{
	struct yz_forest_run brief[64], *own = n > 64 ? yz_new_n(f->arena, n, struct yz_forest_run) : brief;
	uint32_t k = 0;
	for (uint32_t i = 0; i < n; i++)
		if (!k || own[k - 1].to != runs[i].to)
			own[k++] = runs[i];
	if (k == 1)
		return own[0].to;
	return kept(f, (struct yz_forest_node){.var = var, .n = k, .runs = own});
}

/* ---- if ---- */

/* What a node is in a walk along the positions of `var`: itself where it does not ask it. */
struct walk {
	const struct yz_forest_run *runs;
	uint32_t n, at, node;
};

static struct walk walk_of(const struct yz_forest *f, uint32_t node, uint32_t var)
{
	const struct yz_forest_node *x = &f->nodes.at[node];
	if (x->var != var)
		return (struct walk){.node = node};
	return (struct walk){.runs = x->runs, .n = x->n, .node = x->runs[0].to};
}

static uint32_t next_from(const struct walk *w)
{
	return w->at + 1 < w->n ? w->runs[w->at + 1].from : UINT32_MAX;
}

static void go_on(struct walk *w, uint32_t from)
{
	if (next_from(w) == from)
		w->node = w->runs[++w->at].to;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint32_t yz_forest_if(struct yz_forest *f, uint32_t cond, uint32_t a, uint32_t b)
{
	if (cond == YZ_YES || a == b)
		return a;
	if (cond == YZ_NO)
		return b;
	if (a == YZ_YES && b == YZ_NO)
		return cond;
	if (f->spent)
		return YZ_NO;
	uint32_t key = mixed(mixed(cond, a), b);
	struct yz_forest_memo *m = &f->memo[key & f->memo_mask];
	if (m->cond == cond && m->a == a && m->b == b)
		return m->result;
	const struct yz_forest_node *nodes = f->nodes.at;
	uint32_t var = least(nodes[cond].var, least(nodes[a].var, nodes[b].var));
	struct walk c = walk_of(f, cond, var), x = walk_of(f, a, var), y = walk_of(f, b, var);
	uint32_t n = 0, most = c.n + x.n + y.n;
	struct yz_forest_run brief[24], *runs = most > 24 ? yz_new_n(f->arena, most, struct yz_forest_run) : brief;
	for (uint32_t from = 0;;) {
		runs[n++] = (struct yz_forest_run){from, yz_forest_if(f, c.node, x.node, y.node)};
		from = least(next_from(&c), least(next_from(&x), next_from(&y)));
		if (from == UINT32_MAX)
			break;
		go_on(&c, from);
		go_on(&x, from);
		go_on(&y, from);
	}
	uint32_t result = yz_forest_ask(f, var, runs, n);
	if (!f->spent)
		f->memo[key & f->memo_mask] = (struct yz_forest_memo){cond, a, b, result};
	return result;
}

/* ---- fixing ---- */

uint32_t yz_forest_step(const struct yz_forest *f, uint32_t node, uint32_t position)
{
	const struct yz_forest_node *x = &f->nodes.at[node];
	uint32_t lo = 0, hi = x->n;
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (x->runs[mid].from <= position)
			lo = mid;
		else
			hi = mid;
	}
	return x->runs[lo].to;
}

struct fixing {
	struct yz_forest *to;
	const struct yz_forest *from;
	const uint32_t *at;
	uint32_t *done; /* result + 1 */
};

static uint32_t fixed(struct fixing *x, uint32_t node)
{
	struct yz_forest_node n = x->from->nodes.at[node];
	uint32_t result;
	if (x->to->spent)
		return YZ_NO;
	if (n.var == UINT32_MAX)
		return yz_forest_end(x->to, n.n);
	if (x->done[node])
		return x->done[node] - 1;
	if (x->at[n.var] != UINT32_MAX) {
		result = fixed(x, yz_forest_step(x->from, node, x->at[n.var]));
	} else {
		struct yz_forest_run brief[64], *runs = n.n > 64 ? yz_new_n(x->to->arena, n.n, struct yz_forest_run) : brief;
		for (uint32_t i = 0; i < n.n; i++)
			runs[i] = (struct yz_forest_run){n.runs[i].from, fixed(x, n.runs[i].to)};
		result = yz_forest_ask(x->to, n.var, runs, n.n);
	}
	x->done[node] = result + 1;
	return result;
}

uint32_t yz_forest_fix(struct yz_forest *to, const struct yz_forest *from, uint32_t node, const uint32_t *at)
{
	struct fixing x = {to, from, at, yz_new_n(to->arena, from->nodes.len, uint32_t)};
	return fixed(&x, node);
}
