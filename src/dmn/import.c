/* dmn/import.c - how one file calls what stands in another (6.3.3).
 *
 * An import makes a context of the elements that a node requires of it, under
 * the import's name; imports of imports stand in it under theirs.  An import
 * without a name puts them among the importing model's own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/load.h"

const struct yz_dreach *yz_dimport_reach(const struct yz_dfile *from, const struct yz_dfile *to)
{
	for (size_t i = 0; i < from->reach.len; i++)
		if (from->reach.at[i].file == to)
			return &from->reach.at[i];
	return NULL;
}

/* Each file by its shortest way. */
static void find_reach(struct yz_dload *l, struct yz_dfile *f)
{
	*yz_vec_push(l->arena, &f->reach) = (struct yz_dreach){f, NULL, 0};
	for (size_t i = 0; i < f->reach.len; i++) {
		const struct yz_dfile *at = f->reach.at[i].file;
		for (size_t k = 0; k < at->imports.len; k++) {
			const struct yz_dimport *import = &at->imports.at[k];
			if (!import->to || yz_dimport_reach(f, import->to))
				continue;
			struct yz_dreach r = {import->to, NULL, f->reach.at[i].n};
			struct yz_str *names = yz_new_n(l->arena, r.n + 1, struct yz_str);
			for (size_t x = 0; x < r.n; x++)
				names[x] = f->reach.at[i].names[x];
			if (import->name.len)
				names[r.n++] = import->name;
			r.names = names;
			*yz_vec_push(l->arena, &f->reach) = r;
		}
	}
}

static void check_names(struct yz_dload *l, const struct yz_dfile *f)
{
	for (size_t i = 0; i < f->imports.len; i++)
		for (size_t k = 0; k < i; k++)
			if (f->imports.at[i].name.len && yz_str_eq(f->imports.at[i].name, f->imports.at[k].name))
				yz_ddiag(l, YZ_FEEL_ERROR, f, f->imports.at[i].el, "two imports are called '%.*s'",
					 YZ_P(f->imports.at[i].name));
}

static struct yz_str joined(struct yz_dload *l, const struct yz_dreach *r)
{
	struct yz_buf b;
	yz_buf_init(&b, l->arena, 1 << 16);
	for (size_t i = 0; i < r->n; i++) {
		yz_buf_addz(&b, i ? "." : "");
		yz_buf_adds(&b, r->names[i]);
	}
	return yz_buf_str(&b);
}

void yz_dimport_link(struct yz_dload *l)
{
	for (size_t i = 0; i < l->nfiles; i++)
		find_reach(l, l->files[i]);
	for (size_t i = 0; i < l->nfiles; i++)
		check_names(l, l->files[i]);
	for (size_t i = 0; i < l->files[0]->reach.len; i++) {
		const struct yz_dreach *r = &l->files[0]->reach.at[i];
		const struct yz_dmodel *m = &l->dmn->models[r->file->index];
		struct yz_str name = joined(l, r);
		for (size_t k = 0; k < m->nnodes; k++)
			m->nodes[k]->face.import = name;
	}
}

/* ---- contexts of imports ---- */

static struct yz_dimported *inner_of(struct yz_dload *l, struct yz_dimported *in, struct yz_str name)
{
	struct yz_dmember *members = in->members;
	struct yz_dimported *inner = yz_new(l->arena, struct yz_dimported);
	inner->name = name;
	for (size_t i = 0; i < in->nmembers; i++)
		if (yz_str_eq(members[i].name, name))
			return members[i].inner ? members[i].inner : inner;
	members = yz_realloc(l->arena, members, in->nmembers * sizeof *members, (in->nmembers + 1) * sizeof *members);
	members[in->nmembers++] = (struct yz_dmember){name, NULL, inner};
	in->members = members;
	return inner;
}

void yz_dimport_add(struct yz_dload *l, struct yz_dimported *outer, const struct yz_dreach *reach,
		    struct yz_dnew *member)
{
	for (size_t i = 1; i < reach->n; i++)
		outer = inner_of(l, outer, reach->names[i]);
	/* The first of a name stays; that there are two is told where they are. */
	for (size_t i = 0; i < outer->nmembers; i++)
		if (yz_str_eq(outer->members[i].name, member->node.face.name))
			return;
	struct yz_dmember *members = yz_realloc(l->arena, outer->members, outer->nmembers * sizeof *members,
						(outer->nmembers + 1) * sizeof *members);
	members[outer->nmembers++] = (struct yz_dmember){member->node.face.name, &member->node, NULL};
	outer->members = members;
}

const struct yz_feel_type *yz_dimport_type(struct yz_dload *l, struct yz_dimported *i)
{
	struct yz_feel_type *t = yz_dtype_new(l, YZ_FEEL_CONTEXT);
	struct yz_feel_field *fields = yz_new_n(l->arena, i->nmembers, struct yz_feel_field);
	for (size_t k = 0; k < i->nmembers; k++) {
		const struct yz_dmember *m = &i->members[k];
		fields[k].name = m->name;
		fields[k].type = m->node ? ((const struct yz_dnew *)m->node)->seen : yz_dimport_type(l, m->inner);
	}
	t->fields = fields;
	t->nfields = i->nmembers;
	i->type = t;
	return t;
}
