/* dmn/scope.c - which name is which slot, and FEEL texts compiled among them.
 *
 * FEEL is given the slots of the frame as its names, so a program's inputs are
 * the frame itself.  Names change while compiling goes on; a program keeps none
 * of them, only their numbers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/load.h"

void yz_dscope_init(struct yz_dscope *s, struct yz_dload *l, struct yz_dfile *f)
{
	*s = (struct yz_dscope){.load = l, .file = f};
}

uint32_t yz_dscope_find(const struct yz_dscope *s, struct yz_str name)
{
	for (size_t i = s->slots.len; name.len && i-- > 0;)
		if (yz_str_eq(s->names[i].name, name))
			return (uint32_t)i;
	return UINT32_MAX;
}

uint32_t yz_dscope_push(struct yz_dscope *s, const struct yz_xml *el, struct yz_str name,
			const struct yz_feel_type *type)
{
	struct yz_dload *l = s->load;
	uint32_t slot = (uint32_t)s->slots.len, hides = yz_dscope_find(s, name);
	if (slot >= YZ_DMN_MOST_NAMES) {
		yz_dload_fail(l, s->file, el, "more than %d names around one expression", YZ_DMN_MOST_NAMES);
		return slot - 1;
	}
	*yz_vec_push(l->arena, &s->slots) = (struct yz_dslotted){name, type, hides, false};
	if (slot >= s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 16;
		s->names = yz_realloc(l->arena, s->names, s->cap * sizeof *s->names, cap * sizeof *s->names);
		s->cap = cap;
	}
	s->names[slot] = (struct yz_feel_name){name, type};
	if (hides != UINT32_MAX)
		s->names[hides].name.len = 0;
	if (s->slots.len > s->most)
		s->most = (uint32_t)s->slots.len;
	return slot;
}

void yz_dscope_pop(struct yz_dscope *s, size_t len)
{
	while (s->slots.len > len) {
		const struct yz_dslotted *last = &s->slots.at[--s->slots.len];
		if (last->hides != UINT32_MAX)
			s->names[last->hides].name = last->name;
	}
}

struct yz_str yz_dtext(const struct yz_xml *el)
{
	const struct yz_xml *text = yz_dchild(el, "text");
	return text ? yz_str_trim(text->text) : (struct yz_str){NULL, 0};
}

/* A text that is not compiled at all, which is reported. */
static bool refused(struct yz_dscope *s, const struct yz_xml *el)
{
	struct yz_str language = yz_xml_attr(el, "expressionLanguage");
	if (!language.len)
		language = yz_xml_attr(s->file->root, "expressionLanguage");
	if (!yz_dload_is_feel(language))
		yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el, "only FEEL is run, no other expression language")->found =
			language;
	else if (yz_dchild(el, "importedValues"))
		yz_ddiag(s->load, YZ_FEEL_ERROR, s->file, el, "imported values are not read");
	else
		return false;
	return true;
}

/* Names that an open scope collected; while quiet they are what a filter's item may have. */
static void note_asked(struct yz_dscope *s, const struct yz_feel *program)
{
	size_t n;
	const struct yz_feel_name *names = yz_feel_names(program, &n);
	for (size_t i = s->slots.len; i < n; i++) {
		bool known = false;
		for (size_t k = 0; k < s->asked.len; k++)
			known |= yz_str_eq(s->asked.at[k], names[i].name);
		if (!known)
			*yz_vec_push(s->load->arena, &s->asked) = names[i].name;
	}
}

static void note_used(struct yz_dscope *s, struct yz_dfeel *out)
{
	size_t n;
	const struct yz_feel_use *uses = yz_feel_uses(s->load->arena, out->program, &n);
	YZ_VEC(struct yz_dslot) used = {0};
	for (size_t i = 0; i < n; i++) {
		uint32_t slot = (uint32_t)uses[i].input;
		bool known = slot >= s->slots.len;
		for (size_t k = 0; k < used.len && !known; k++)
			known = used.at[k].slot == slot;
		if (known)
			continue;
		*yz_vec_push(s->load->arena, &used) = (struct yz_dslot){slot, slot};
		s->slots.at[slot].used = true;
	}
	out->used = used.at;
	out->nused = (uint32_t)used.len;
}

void yz_dscope_dash(struct yz_dscope *s, struct yz_dfeel *out)
{
	struct yz_dload *l = s->load;
	if (!l->dash)
		l->dash = yz_feel_compile(l->arena, YZ_LIT("-"), YZ_FEEL_UNARY_TESTS, NULL, NULL, NULL);
	out->program = l->dash;
	out->text = yz_feel_source(l->dash);
}

bool yz_dscope_compile(struct yz_dscope *s, const struct yz_xml *el, enum yz_feel_mode mode,
		       const struct yz_feel_type *tested, struct yz_dfeel *out)
{
	struct yz_dload *l = s->load;
	const struct yz_xml *text = yz_dchild(el, "text");
	struct yz_str whole = text ? text->text : (struct yz_str){NULL, 0};
	out->text = yz_str_trim(whole);
	if (refused(s, el))
		return false;
	if (mode == YZ_FEEL_UNARY_TESTS && yz_str_eqz(out->text, "-")) {
		yz_dscope_dash(s, out);
		return true;
	}
	size_t skipped = (size_t)(out->text.ptr - whole.ptr);
	struct yz_xml_at at = text ? yz_xml_text_where(s->file->source, text, skipped) : (struct yz_xml_at){0, 0};
	struct yz_feel_scope scope = {
		.names = s->names,
		.len = s->slots.len,
		.open = l->quiet,
		.types = s->file->types.at,
		.ntypes = s->file->types.len,
		.own = s->own,
		.tested = tested,
		.where = s->where,
		.line = at.line,
		.column = at.column,
		.limits = l->limits->feel,
	};
	const struct yz_feel_diag *diags;
	out->program = yz_feel_compile(l->arena, out->text, mode, &scope, &diags, NULL);
	if (diags && text)
		yz_ddiag_feel(l, s->file, text, skipped, diags);
	if (!out->program) {
		if (!diags)
			yz_ddiag(l, YZ_FEEL_ERROR, s->file, el, "an expression that is too long");
		return false;
	}
	out->text = yz_feel_source(out->program);
	out->nnames = (uint32_t)s->slots.len;
	out->constant = yz_feel_constant(out->program, &out->value);
	if (l->quiet)
		note_asked(s, out->program);
	if (!out->constant)
		note_used(s, out);
	return true;
}
