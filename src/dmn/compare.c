/* Two versions of a decision model.  SPDX-License-Identifier: Apache-2.0 */
#include "dmn/model.h"

enum { ROW_MOST = 64 << 10 };

struct comparing {
	struct yz_arena *a;
	struct yz_str node;
	YZ_VEC(struct yz_dmn_change) out;
};

static struct yz_dmn_change *add(struct comparing *c, enum yz_dmn_aspect aspect, struct yz_str was, struct yz_str is)
{
	struct yz_dmn_change *change = yz_vec_push(c->a, &c->out);
	*change = (struct yz_dmn_change){.aspect = aspect, .node = c->node, .was = was, .is = is};
	return change;
}

/* ---- rows ---- */

static void cells(struct yz_buf *b, const struct yz_dfeel *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		yz_buf_printf(b, "%s%.*s", i ? " | " : "", YZ_P(yz_str_trim(at[i].text)));
}

static struct yz_str conditions(struct comparing *c, const struct yz_dtable *t, const struct yz_drule *r)
{
	struct yz_buf b;
	yz_buf_init(&b, c->a, ROW_MOST);
	yz_buf_addz(&b, "");
	cells(&b, r->cells, t->ncolumns);
	return yz_buf_str(&b);
}

static struct yz_str row(struct comparing *c, const struct yz_dtable *t, const struct yz_drule *r)
{
	struct yz_buf b;
	yz_buf_init(&b, c->a, ROW_MOST);
	cells(&b, r->cells, t->ncolumns);
	yz_buf_addz(&b, " → ");
	cells(&b, r->outputs, t->noutputs);
	return yz_buf_str(&b);
}

struct rows {
	const struct yz_dtable *table;
	struct yz_str *text, *conditions;
	size_t *twin; /* index + 1 of its row on the other side */
};

static struct rows rows_of(struct comparing *c, const struct yz_dtable *t)
{
	struct rows r = {.table = t};
	r.text = yz_new_n(c->a, t->nrules + 1, struct yz_str);
	r.conditions = yz_new_n(c->a, t->nrules + 1, struct yz_str);
	r.twin = yz_new_n(c->a, t->nrules + 1, size_t);
	for (size_t i = 0; i < t->nrules; i++) {
		r.text[i] = row(c, t, &t->rules[i]);
		r.conditions[i] = conditions(c, t, &t->rules[i]);
	}
	return r;
}

enum key { BY_TEXT, BY_ID, BY_CONDITIONS };

static struct yz_str key_of(const struct rows *r, size_t i, enum key by)
{
	return by == BY_TEXT ? r->text[i] : by == BY_ID ? r->table->rules[i].id : r->conditions[i];
}

/* Pairs what has the same key and no twin yet, the first with the first. */
static void pair(struct comparing *c, struct rows *was, struct rows *is, enum key by)
{
	struct yz_map first;
	size_t *next = yz_new_n(c->a, was->table->nrules + 1, size_t);
	yz_map_init(&first, c->a);
	for (size_t i = was->table->nrules; i-- > 0;) {
		struct yz_str key = key_of(was, i, by);
		if (was->twin[i] || (by == BY_ID && !key.len))
			continue;
		next[i] = (size_t)(uintptr_t)yz_map_get(&first, key);
		yz_map_put(&first, key, (void *)(uintptr_t)(i + 1));
	}
	for (size_t i = 0; i < is->table->nrules; i++) {
		struct yz_str key = key_of(is, i, by);
		size_t at = is->twin[i] || (by == BY_ID && !key.len) ? 0 : (size_t)(uintptr_t)yz_map_get(&first, key);
		if (!at)
			continue;
		is->twin[i] = at;
		was->twin[at - 1] = i + 1;
		yz_map_put(&first, key, (void *)(uintptr_t)next[at - 1]);
	}
}

static struct yz_str columns(struct comparing *c, const struct yz_dtable *t)
{
	struct yz_buf b;
	yz_buf_init(&b, c->a, ROW_MOST);
	for (size_t i = 0; i < t->ncolumns; i++)
		yz_buf_printf(&b, "%s%.*s", i ? " | " : "", YZ_P(yz_str_trim(t->columns[i].expr.text)));
	yz_buf_addz(&b, " → ");
	for (size_t i = 0; i < t->noutputs; i++)
		yz_buf_printf(&b, "%s%.*s", i ? " | " : "", YZ_P(t->outputs[i].name));
	yz_buf_printf(&b, " (%s)", yz_dhit_name(t->hit));
	return yz_buf_str(&b);
}

static void tables(struct comparing *c, const struct yz_dtable *a, const struct yz_dtable *b)
{
	struct rows was = rows_of(c, a), is = rows_of(c, b);
	struct yz_str before = columns(c, a), now = columns(c, b);
	if (!yz_str_eq(before, now))
		add(c, YZ_DMN_COLUMNS, before, now);
	pair(c, &was, &is, BY_TEXT);
	pair(c, &was, &is, BY_ID);
	pair(c, &was, &is, BY_CONDITIONS);
	for (size_t i = 0; i < b->nrules; i++) {
		size_t twin = is.twin[i];
		struct yz_str old = twin ? was.text[twin - 1] : (struct yz_str){0};
		if (twin && yz_str_eq(old, is.text[i]))
			continue;
		struct yz_dmn_change *change = add(c, twin ? YZ_DMN_ROW_CHANGED : YZ_DMN_ROW_ADDED, old, is.text[i]);
		change->row_was = twin;
		change->row_is = i + 1;
	}
	for (size_t i = 0; i < a->nrules; i++)
		if (!was.twin[i])
			add(c, YZ_DMN_ROW_REMOVED, was.text[i], (struct yz_str){0})->row_was = i + 1;
}

/* ---- logic ---- */

/* Boxed logic as one line, to be held against another. */
static void spell(struct yz_buf *b, const struct yz_dexpr *x, int depth)
{
	if (!x || depth > 100)
		return;
	yz_buf_printf(b, "%d(", (int)x->kind);
	if (x->kind == DX_LITERAL)
		yz_buf_adds(b, yz_str_trim(x->feel.text));
	for (size_t i = 0; x->kind == DX_TABLE && i < x->table->nrules; i++) {
		cells(b, x->table->rules[i].cells, x->table->ncolumns);
		yz_buf_addz(b, ">");
		cells(b, x->table->rules[i].outputs, x->table->noutputs);
	}
	bool entries = x->kind == DX_CONTEXT || x->kind == DX_LIST || x->kind == DX_RELATION || x->kind == DX_INVOCATION;
	for (size_t i = 0; entries && i < x->n; i++) {
		yz_buf_printf(b, "%.*s:", YZ_P(x->entries[i].name));
		spell(b, x->entries[i].expr, depth + 1);
	}
	if (x->kind == DX_INVOCATION)
		spell(b, x->callee, depth + 1);
	if (x->kind >= DX_CONDITIONAL && x->kind <= DX_EVERY) {
		yz_buf_adds(b, x->name);
		spell(b, x->a, depth + 1);
		spell(b, x->b, depth + 1);
		spell(b, x->c, depth + 1);
	}
	if (x->kind == DX_FUNCTION)
		spell(b, x->function->body, depth + 1);
	yz_buf_addc(b, ')');
}

static struct yz_str spelled(struct comparing *c, const struct yz_dexpr *x)
{
	struct yz_buf b;
	yz_buf_init(&b, c->a, 4 << 20);
	yz_buf_addz(&b, "");
	spell(&b, x, 0);
	return yz_buf_str(&b);
}

static const struct yz_dexpr *logic_of(const struct yz_dmn_node *n)
{
	const struct yz_dnode *node = (const struct yz_dnode *)n;
	return node->logic ? node->logic : node->function ? node->function->body : NULL;
}

static void logic(struct comparing *c, const struct yz_dexpr *a, const struct yz_dexpr *b)
{
	struct yz_str none = {0};
	if (a && b && a->kind == DX_TABLE && b->kind == DX_TABLE) {
		tables(c, a->table, b->table);
		return;
	}
	if (yz_str_eq(spelled(c, a), spelled(c, b)))
		return;
	add(c, YZ_DMN_LOGIC, a && a->kind == DX_LITERAL ? yz_str_trim(a->feel.text) : none, b && b->kind == DX_LITERAL ? yz_str_trim(b->feel.text) : none);
}

const struct yz_dmn_change *yz_dmn_compare(struct yz_arena *a, const struct yz_dmn *was, const struct yz_dmn *is, size_t *n)
{
	struct comparing c = {.a = a};
	struct yz_str none = {0};
	for (size_t i = 0; i < is->nnodes; i++) {
		const struct yz_dmn_node *now = is->nodes[i], *old = yz_dmn_find(was, now->name);
		c.node = now->name;
		if (!old)
			add(&c, YZ_DMN_NODE_ADDED, none, none);
		else
			logic(&c, logic_of(old), logic_of(now));
	}
	for (size_t i = 0; i < was->nnodes; i++) {
		c.node = was->nodes[i]->name;
		if (!yz_dmn_find(is, c.node))
			add(&c, YZ_DMN_NODE_REMOVED, none, none);
	}
	*n = c.out.len;
	return c.out.at;
}
