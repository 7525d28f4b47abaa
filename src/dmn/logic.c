/* dmn/logic.c - nodes, boxed expressions, expressions and conditions as functions of facts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/logic.h"

#include <assert.h>

enum { MERGE_MOST = 1 << 16 };

static const struct yz_str no_text;

/* ---- symbols ---- */

struct yz_dsym *yz_dsym_new(struct yz_dlogic *l)
{
	return yz_new(l->arena, struct yz_dsym);
}

void yz_dsym_add(struct yz_dlogic *l, struct yz_dsym *s, uint32_t guard, struct yz_dvar *var, struct yz_feel_value v)
{
	if (guard != YZ_NO)
		*yz_vec_push(l->arena, &s->leaves) = (struct yz_dleaf){guard, var, v};
}

struct yz_dsym *yz_dsym_constant(struct yz_dlogic *l, uint32_t guard, struct yz_feel_value v)
{
	struct yz_dsym *s = yz_dsym_new(l);
	yz_dsym_add(l, s, guard, NULL, v);
	return s;
}

static struct yz_dsym *of_var(struct yz_dlogic *l, uint32_t guard, struct yz_dvar *v)
{
	struct yz_dsym *s = yz_dsym_new(l);
	yz_dsym_add(l, s, guard, v, (struct yz_feel_value){0});
	return s;
}

void yz_dsym_merge(struct yz_dlogic *l, struct yz_dsym *s)
{
	struct yz_map seen;
	size_t n = 0;
	if (s->leaves.len < 2 || s->leaves.len > MERGE_MOST)
		return;
	yz_map_init(&seen, l->arena);
	for (size_t i = 0; i < s->leaves.len; i++) {
		struct yz_dleaf leaf = s->leaves.at[i];
		struct yz_buf text;
		yz_buf_init(&text, l->arena, 1 << 16);
		if (leaf.var)
			yz_buf_printf(&text, "#%u", leaf.var->index);
		else
			yz_feel_write(&text, leaf.value);
		struct yz_dleaf *before = text.full ? NULL : yz_map_get(&seen, yz_buf_str(&text));
		if (before && before->var == leaf.var && (leaf.var || yz_feel_same(before->value, leaf.value))) {
			before->guard = yz_forest_or(&l->forest, before->guard, leaf.guard);
			continue;
		}
		s->leaves.at[n] = leaf;
		if (!text.full)
			yz_map_put(&seen, yz_buf_str(&text), &s->leaves.at[n]);
		n++;
	}
	s->leaves.len = n;
}

/* ---- paths ---- */

/* The type at a path; false: there is no saying. */
static bool type_at(const struct yz_feel_type **t, struct yz_str path)
{
	while (path.len) {
		const struct yz_feel_field *found = NULL;
		for (size_t i = 0; *t && (*t)->kind == YZ_FEEL_CONTEXT && i < (*t)->nfields; i++) {
			const struct yz_feel_field *f = &(*t)->fields[i];
			if (yz_str_starts(path, f->name) && (path.len == f->name.len || path.ptr[f->name.len] == '.'))
				found = f;
		}
		if (!found)
			return false;
		path = path.len == found->name.len ? no_text : yz_str_n(path.ptr + found->name.len + 1, path.len - found->name.len - 1);
		*t = found->type;
	}
	return true;
}

static struct yz_dsym *of_input(struct yz_dlogic *l, const struct yz_dsym *s, struct yz_str path)
{
	const struct yz_feel_type *t = s->type;
	struct yz_str full = s->path, name = s->name;
	if (!type_at(&t, path))
		return NULL;
	if (path.len)
		full = full.len ? yz_str_printf(l->arena, "%.*s.%.*s", YZ_P(full), YZ_P(path)) : path;
	if (t && t->kind == YZ_FEEL_CONTEXT) {
		struct yz_dsym *deeper = yz_dsym_new(l);
		*deeper = (struct yz_dsym){.kind = SYM_INPUT, .input = s->input, .name = name, .path = full, .type = t};
		return deeper;
	}
	if (t && t->kind > YZ_FEEL_MONTHS && t->kind != YZ_FEEL_ANY)
		return NULL;
	if (full.len)
		name = yz_str_printf(l->arena, "%.*s.%.*s", YZ_P(name), YZ_P(full));
	struct yz_dvar *v = yz_dvar_of(l, DV_FACT, yz_str_printf(l->arena, "fact %p %.*s", (const void *)s->input, YZ_P(name)), name, t);
	v->input = s->input;
	v->path = full;
	return of_var(l, YZ_YES, v);
}

static struct yz_dsym *in_context(struct yz_dlogic *l, const struct yz_dsym *s, struct yz_str path)
{
	struct yz_dsym *out = yz_dsym_new(l);
	out->fails = s->fails;
	for (size_t i = 0; i < s->leaves.len; i++) {
		const struct yz_dleaf *leaf = &s->leaves.at[i];
		const struct yz_feel_value *v = NULL;
		if (leaf->var || (leaf->value.kind != YZ_FEEL_CONTEXT && leaf->value.kind != YZ_FEEL_NULL))
			return NULL;
		if (leaf->value.kind == YZ_FEEL_CONTEXT)
			v = yz_feel_get(leaf->value, path);
		yz_dsym_add(l, out, leaf->guard, NULL, v ? *v : (struct yz_feel_value){0});
	}
	yz_dsym_merge(l, out);
	return out;
}

/* The value behind a path; NULL: it is not to be looked into. */
const struct yz_dsym *yz_dsym_at(struct yz_dlogic *l, const struct yz_dsym *s, struct yz_str path)
{
	if (!s)
		return NULL;
	if (s->kind == SYM_INPUT)
		return of_input(l, s, path);
	if (!path.len)
		return s->kind == SYM_LEAVES ? s : NULL;
	if (s->kind == SYM_LEAVES)
		return in_context(l, s, path);
	for (size_t i = 0; i < s->nfields; i++) {
		const struct yz_dsym_field *f = &s->fields[i];
		if (!yz_str_starts(path, f->name) || (path.len > f->name.len && path.ptr[f->name.len] != '.'))
			continue;
		struct yz_str rest = path.len > f->name.len ? yz_str_n(path.ptr + f->name.len + 1, path.len - f->name.len - 1)
							    : no_text;
		const struct yz_dsym *found = yz_dsym_at(l, f->node ? yz_dlogic_node(l, f->node) : f->sym, rest);
		if (found)
			return found;
	}
	return NULL;
}

/* ---- what cannot be looked into ---- */

struct yz_dvar *yz_dvar_unread(struct yz_dlogic *l, const struct yz_dwhere *w, enum yz_dvar_kind kind, struct yz_str about,
			      struct yz_str text, const struct yz_feel_type *type)
{
	struct yz_str key = yz_str_printf(l->arena, "%d %p %.*s: %.*s", (int)kind, (const void *)w->node, YZ_P(about), YZ_P(text));
	struct yz_dvar *v = yz_dvar_of(l, kind, key, text, type);
	v->node = w->node;
	if (w->node)
		v->place = w->node->face.place;
	return v;
}

uint32_t yz_dlogic_fails(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *f)
{
	uint32_t fails = YZ_NO;
	for (size_t i = 0; i < f->nused; i++)
		if (w->frame[f->used[i].slot])
			fails = yz_forest_or(&l->forest, fails, w->frame[f->used[i].slot]->fails);
	return fails;
}

/* ---- expressions ---- */

static bool is_path(const struct yz_dfeel *f, const struct yz_feel_use *uses, size_t n)
{
	return n == 1 && yz_str_eq(yz_str_trim(f->text), uses[0].path);
}

static void coerce_leaves(struct yz_dlogic *l, struct yz_dsym *s, const struct yz_feel_type *type)
{
	for (size_t i = 0; type && i < s->leaves.len; i++)
		if (!s->leaves.at[i].var)
			s->leaves.at[i].value = yz_feel_coerce(&l->run, s->leaves.at[i].value, type);
}

static struct yz_dsym *copied(struct yz_dlogic *l, const struct yz_dsym *s)
{
	struct yz_dsym *to = yz_dsym_new(l);
	*to = *s;
	memset(&to->leaves, 0, sizeof to->leaves);
	for (size_t i = 0; i < s->leaves.len; i++)
		*yz_vec_push(l->arena, &to->leaves) = s->leaves.at[i];
	return to;
}

static struct yz_dsym *of_condition(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *f,
				    const struct yz_feel_cond *c)
{
	struct yz_dasked q = {.text = yz_feel_source(f->program)};
	struct yz_dtruth t = yz_dlogic_truth(l, w, &q, c);
	struct yz_dsym *s = yz_dsym_new(l);
	yz_dsym_add(l, s, t.yes, NULL, yz_feel_bool(true));
	yz_dsym_add(l, s, t.no, NULL, yz_feel_bool(false));
	uint32_t null = yz_forest_not(&l->forest, yz_forest_or(&l->forest, t.yes, t.no));
	yz_dsym_add(l, s, null, NULL, (struct yz_feel_value){0});
	return s;
}

struct yz_dsym *yz_dlogic_feel(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dfeel *f,
			       const struct yz_feel_type *type)
{
	struct yz_dsym *s = NULL;
	const struct yz_dsym *found;
	size_t n;
	if (f->constant || !f->program) {
		s = yz_dsym_constant(l, YZ_YES, f->constant ? f->value : (struct yz_feel_value){0});
		coerce_leaves(l, s, type);
		return s;
	}
	const struct yz_feel_use *uses = yz_feel_uses(l->arena, f->program, &n);
	if (is_path(f, uses, n)) {
		struct yz_str name = yz_feel_names(f->program, &n)[uses[0].input].name, path = no_text;
		if (uses[0].path.len > name.len)
			path = yz_str_n(uses[0].path.ptr + name.len + 1, uses[0].path.len - name.len - 1);
		const struct yz_dsym *at = w->frame[uses[0].input];
		if (at && at->kind == SYM_FIELDS && !path.len)
			return copied(l, at);
		if ((found = yz_dsym_at(l, at, path)))
			s = copied(l, found);
	}
	const struct yz_feel_cond *c = s ? NULL : yz_feel_condition(l->arena, f->program);
	if (c && (c->kind == YZ_FEEL_COND_AND || c->kind == YZ_FEEL_COND_OR || c->kind == YZ_FEEL_COND_NOT ||
		  c->kind == YZ_FEEL_COND_TEST))
		s = of_condition(l, w, f, c);
	if (!s)
		s = yz_dlogic_tried(l, w, f->program, NULL, NULL);
	if (!s) {
		const struct yz_feel_type *own = yz_feel_result_type(f->program);
		s = of_var(l, YZ_YES, yz_dvar_unread(l, w, DV_COMPUTED, no_text, yz_str_trim(f->text), type ? type : own));
	}
	coerce_leaves(l, s, type);
	s->fails = yz_forest_or(&l->forest, s->fails, yz_dlogic_fails(l, w, f));
	return s;
}

/* ---- boxed expressions ---- */

static struct yz_dsym *of_expr(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x);

static void add_guarded(struct yz_dlogic *l, struct yz_dsym *to, const struct yz_dsym *from, uint32_t guard)
{
	for (size_t i = 0; i < from->leaves.len; i++)
		yz_dsym_add(l, to, yz_forest_and(&l->forest, guard, from->leaves.at[i].guard), from->leaves.at[i].var,
			    from->leaves.at[i].value);
	to->fails = yz_forest_or(&l->forest, to->fails, yz_forest_and(&l->forest, guard, from->fails));
}

static struct yz_dsym *unlooked(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x)
{
	if (!l->collecting)
		*yz_vec_push(l->arena, &l->unread) = x;
	return of_var(l, YZ_YES, yz_dvar_unread(l, w, DV_COMPUTED, no_text, x->place.element, x->type));
}

static struct yz_dsym *of_conditional(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x)
{
	struct yz_dsym *c = x->a ? of_expr(l, w, x->a) : NULL, *out = yz_dsym_new(l);
	if (!c || c->kind != SYM_LEAVES)
		return unlooked(l, w, x);
	struct yz_feel_cond is = {.kind = YZ_FEEL_COND_TEST, .input = SIZE_MAX, .op = YZ_FEEL_HOLDS};
	uint32_t yes = yz_dlogic_test(l, &is, c, NULL).yes;
	if (l->collecting)
		yes = YZ_YES;
	uint32_t there = yz_forest_less(&l->forest, w->care, c->fails);
	for (int i = 0; i < 2; i++) {
		const struct yz_dexpr *branch = i ? x->c : x->b;
		uint32_t guard = i && !l->collecting ? yz_forest_not(&l->forest, yes) : yes;
		struct yz_dwhere inner = {w->node, w->frame, yz_forest_and(&l->forest, there, guard)};
		struct yz_dsym *s = branch ? of_expr(l, &inner, branch)
					   : yz_dsym_constant(l, YZ_YES, (struct yz_feel_value){0});
		if (s->kind != SYM_LEAVES)
			return unlooked(l, w, x);
		add_guarded(l, out, s, guard);
	}
	out->fails = yz_forest_or(&l->forest, out->fails, c->fails);
	yz_dsym_merge(l, out);
	return out;
}

static struct yz_dsym *of_context(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x)
{
	struct yz_dsym *out = yz_dsym_new(l), *s = NULL;
	*out = (struct yz_dsym){.kind = SYM_FIELDS, .fields = yz_new_n(l->arena, x->n, struct yz_dsym_field)};
	for (size_t i = 0; i < x->n; i++) {
		const struct yz_dentry *e = &x->entries[i];
		s = e->expr ? of_expr(l, w, e->expr) : yz_dsym_constant(l, YZ_YES, (struct yz_feel_value){0});
		coerce_leaves(l, s, e->type);
		if (!e->name.len)
			return s;
		w->frame[e->slot] = s;
		out->fails = yz_forest_or(&l->forest, out->fails, s->fails);
		out->fields[out->nfields++] = (struct yz_dsym_field){.name = e->name, .sym = s};
	}
	return out;
}

static struct yz_dsym *of_expr(struct yz_dlogic *l, const struct yz_dwhere *w, const struct yz_dexpr *x)
{
	struct yz_dsym *s;
	switch (x->kind) {
	case DX_LITERAL:
		return yz_dlogic_feel(l, w, &x->feel, x->type);
	case DX_TABLE:
		s = yz_dlogic_table(l, w, x->table);
		break;
	case DX_CONDITIONAL:
		s = of_conditional(l, w, x);
		break;
	case DX_CONTEXT:
		s = of_context(l, w, x);
		break;
	default:
		s = unlooked(l, w, x);
		break;
	}
	coerce_leaves(l, s, x->type);
	return s;
}

/* ---- nodes ---- */

static struct yz_dsym *of_import(struct yz_dlogic *l, const struct yz_dimported *import)
{
	struct yz_dsym *s = yz_dsym_new(l);
	*s = (struct yz_dsym){.kind = SYM_FIELDS, .fields = yz_new_n(l->arena, import->nmembers, struct yz_dsym_field)};
	for (size_t i = 0; i < import->nmembers; i++) {
		const struct yz_dmember *m = &import->members[i];
		s->fields[s->nfields++] = (struct yz_dsym_field){m->name, m->node, m->node ? NULL : of_import(l, m->inner)};
	}
	return s;
}

static struct yz_dsym *of_logic(struct yz_dlogic *l, const struct yz_dnode *n)
{
	const struct yz_dfunction *fn = n->function;
	size_t slots = n->face.kind == YZ_DMN_BKM && fn ? fn->slots : n->slots;
	const struct yz_dexpr *x = n->face.kind == YZ_DMN_BKM ? fn ? fn->body : NULL : n->logic;
	if (n->cyclic || !x || x->kind == DX_BROKEN)
		return yz_dsym_constant(l, YZ_YES, (struct yz_feel_value){0});
	struct yz_dwhere w = {n, yz_new_n(l->arena, slots + 1, struct yz_dsym *), YZ_YES};
	for (size_t i = 0; i < n->nrequired; i++)
		w.frame[i] = n->required[i].node ? (struct yz_dsym *)yz_dlogic_node(l, n->required[i].node)
						 : of_import(l, n->required[i].import);
	for (size_t i = 0; n->face.kind == YZ_DMN_BKM && i < fn->host.type->nfields; i++) {
		const struct yz_feel_field *p = &fn->host.type->fields[i];
		struct yz_dsym *s = w.frame[fn->first + i] = yz_dsym_new(l);
		*s = (struct yz_dsym){.kind = SYM_INPUT, .type = p->type};
		s->name = yz_str_printf(l->arena, "%.*s.%.*s", YZ_P(n->face.name), YZ_P(p->name));
	}
	struct yz_dsym *s = of_expr(l, &w, x);
	if (n->face.kind == YZ_DMN_DECISION)
		coerce_leaves(l, s, n->face.type);
	return s;
}

const struct yz_dsym *yz_dlogic_node(struct yz_dlogic *l, const struct yz_dnode *n)
{
	struct yz_dsym **at = &l->nodes[n->face.index];
	if (*at)
		return *at;
	struct yz_dsym *s = *at = yz_dsym_new(l); /* stands in a circle: null */
	switch (n->face.kind) {
	case YZ_DMN_INPUT:
		*s = (struct yz_dsym){.kind = SYM_INPUT, .input = &n->face, .name = n->face.name, .type = n->face.type};
		if (n->face.import.len)
			s->name = yz_str_printf(l->arena, "%.*s.%.*s", YZ_P(n->face.import), YZ_P(n->face.name));
		break;
	case YZ_DMN_DECISION:
		*s = *of_logic(l, n);
		break;
	case YZ_DMN_BKM:
		*s = *yz_dsym_constant(l, YZ_YES, yz_dnode_value(&l->eval, n));
		break;
	case YZ_DMN_SERVICE: /* its inputs are those of the evaluation: not to be called here */
		s->kind = SYM_FIELDS;
		break;
	}
	return s;
}

static void round_over(struct yz_dlogic *l, const struct yz_dnode *const *nodes, size_t n)
{
	l->nodes = yz_new_n(l->arena, l->model->nnodes, struct yz_dsym *);
	for (size_t i = 0; i < n && !l->forest.spent; i++) {
		yz_dlogic_node(l, nodes[i]);
		if (nodes[i]->face.kind == YZ_DMN_BKM)
			of_logic(l, nodes[i]);
	}
}

void yz_dlogic_run(struct yz_dlogic *l, struct yz_arena *a, const struct yz_dmn *m, size_t most, bool nulls,
		   const struct yz_dnode *const *nodes, size_t n)
{
	*l = (struct yz_dlogic){.arena = a, .model = m, .nulls = nulls, .collecting = true};
	yz_forest_init(&l->forest, a, most);
	yz_feel_run_init(&l->run, a);
	if (m->limits.feel)
		l->run.limits = m->limits.feel;
	yz_dmn_begin(&l->eval, m, &l->run);
	yz_map_init(&l->by_key, a);
	round_over(l, nodes, n);
	l->collecting = false;
	for (size_t i = 0; i < l->vars.len; i++)
		yz_dvar_close(l, l->vars.at[i]);
	round_over(l, nodes, n);
}
