/* dmn/compile_loop.c - conditionals, filters, iterators.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/compile.h"

struct yz_dexpr *yz_dread_conditional(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_CONDITIONAL);
	const struct yz_feel_type *test, *then, *otherwise;
	x->a = yz_dexpr_part(s, el, "if", &test);
	x->b = yz_dexpr_part(s, el, "then", &then);
	x->c = yz_dexpr_part(s, el, "else", &otherwise);
	yz_dcheck_type(s->load, s->file, el, yz_feel_type_of_kind(YZ_FEEL_BOOLEAN), test);
	*seen = yz_dtype_common(then, otherwise);
	return x;
}

/* ---- filters ---- */

static const struct yz_feel_type *item_of(const struct yz_feel_type *list)
{
	if (list && list->kind == YZ_FEEL_LIST)
		list = list->item;
	return list && list->kind == YZ_FEEL_ANY ? NULL : list;
}

struct filter {
	YZ_VEC(struct yz_dfield) fields;
};

static void add_field(struct yz_dscope *s, struct filter *f, const struct yz_xml *el, struct yz_str name,
		      const struct yz_feel_type *type, bool may_be_outer)
{
	uint32_t outer = may_be_outer ? yz_dscope_find(s, name) : UINT32_MAX;
	*yz_vec_push(s->load->arena, &f->fields) = (struct yz_dfield){name, yz_dscope_push(s, el, name, type), outer};
}

/* Nothing is known of the items: whatever name the match uses may be an entry of theirs.  So it is compiled once only
 * to see which names that are; inside of such a compilation a further one would see nothing more. */
static void discover(struct yz_dscope *s, struct filter *f, const struct yz_xml *el, const struct yz_xml *match,
		     uint32_t item)
{
	struct yz_dload *l = s->load;
	struct yz_dscope look = *s;
	const struct yz_feel_type *seen;
	if (l->quiet || !match)
		return;
	size_t n = s->slots.len, cells = l->cells;
	look.slots.at = yz_new_n(l->arena, n, struct yz_dslotted);
	look.slots.cap = n;
	look.names = yz_new_n(l->arena, n, struct yz_feel_name);
	look.cap = n;
	look.asked.len = look.asked.cap = 0;
	for (size_t i = 0; i < n; i++) {
		look.names[i] = s->names[i];
		look.slots.at[i] = s->slots.at[i];
		look.slots.at[i].used = false;
	}
	l->quiet = true;
	yz_dcompile(&look, match, &seen);
	l->quiet = false;
	l->cells = cells;
	for (size_t i = 0; i < n && !l->failed; i++)
		if (look.slots.at[i].used && i != item)
			add_field(s, f, el, look.slots.at[i].name, NULL, true);
	for (size_t i = 0; i < look.asked.len && !l->failed; i++)
		add_field(s, f, el, look.asked.at[i], NULL, true);
}

struct yz_dexpr *yz_dread_filter(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	struct yz_dexpr *x = yz_dexpr_new(s, el, DX_FILTER);
	struct filter f = {0};
	const struct yz_feel_type *in, *test;
	size_t outer = s->slots.len;
	const struct yz_xml *match = yz_dexpr_in(yz_dchild(el, "match"));
	x->a = yz_dexpr_part(s, el, "in", &in);
	const struct yz_feel_type *item = item_of(in);
	x->name = YZ_LIT("item");
	x->slot = yz_dscope_push(s, el, x->name, item);
	if (!item || (item->kind == YZ_FEEL_CONTEXT && !item->nfields))
		discover(s, &f, el, match, x->slot);
	for (size_t i = 0; item && item->kind == YZ_FEEL_CONTEXT && i < item->nfields && !s->load->failed; i++)
		add_field(s, &f, el, item->fields[i].name, item->fields[i].type, false);
	x->b = yz_dexpr_part(s, el, "match", &test);
	/* Only those the match reads need to be filled. */
	struct yz_dfield *used = yz_new_n(s->load->arena, f.fields.len, struct yz_dfield);
	for (size_t i = 0; i < f.fields.len && !s->load->failed; i++) {
		const struct yz_dfield *field = &f.fields.at[i];
		if (!s->slots.at[field->slot].used)
			continue;
		used[x->nfields++] = *field;
		if (field->outer != UINT32_MAX)
			s->slots.at[field->outer].used = true;
	}
	x->fields = used;
	yz_dscope_pop(s, outer);
	*seen = in && in->kind == YZ_FEEL_LIST ? in : yz_dtype_list(s->load, item);
	return x;
}

/* ---- iterators ---- */

static struct yz_dexpr *begin(struct yz_dscope *s, const struct yz_xml *el, enum yz_dexpr_kind kind)
{
	struct yz_dexpr *x = yz_dexpr_new(s, el, kind);
	const struct yz_feel_type *in;
	x->a = yz_dexpr_part(s, el, "in", &in);
	x->name = yz_dname(s->load, yz_xml_attr(el, "iteratorVariable"));
	if (!x->name.len)
		yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el, "the iterator needs a variable")->expected =
			YZ_LIT("iteratorVariable");
	x->slot = yz_dscope_push(s, el, x->name, item_of(in));
	return x;
}

struct yz_dexpr *yz_dread_for(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	size_t outer = s->slots.len;
	struct yz_dexpr *x = begin(s, el, DX_FOR);
	const struct yz_feel_type *one;
	bool taken = yz_str_eqz(x->name, "partial");
	yz_dscope_push(s, el, taken ? (struct yz_str){NULL, 0} : YZ_LIT("partial"), yz_dtype_list(s->load, NULL));
	x->b = yz_dexpr_part(s, el, "return", &one);
	yz_dscope_pop(s, outer);
	*seen = yz_dtype_list(s->load, one);
	return x;
}

struct yz_dexpr *yz_dread_quantified(struct yz_dscope *s, const struct yz_xml *el, const struct yz_feel_type **seen)
{
	size_t outer = s->slots.len;
	struct yz_dexpr *x = begin(s, el, yz_dis(el, "some") ? DX_SOME : DX_EVERY);
	const struct yz_feel_type *test;
	x->b = yz_dexpr_part(s, el, "satisfies", &test);
	yz_dscope_pop(s, outer);
	*seen = yz_feel_type_of_kind(YZ_FEEL_BOOLEAN);
	return x;
}
