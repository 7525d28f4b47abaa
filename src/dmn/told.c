/* dmn/told.c - facts told one by one, as inputs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/eval.h"

enum { DEEPEST = 8 };

struct teller {
	struct yz_dmn_eval *e;
	const struct yz_dmn_told *told;
	size_t n;
};

static const struct yz_feel_value *told_of(const struct teller *t, struct yz_str name)
{
	for (size_t i = t->n; i-- > 0;)
		if (!t->told[i].assumed && yz_str_eq(t->told[i].name, name))
			return &t->told[i].value;
	return NULL;
}

static bool within(const struct teller *t, struct yz_str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (!t->told[i].assumed && t->told[i].name.len > name.len && yz_str_starts(t->told[i].name, name) &&
		    t->told[i].name.ptr[name.len] == '.')
			return true;
	return false;
}

static struct yz_feel_value missing(const struct teller *t, struct yz_str name, const struct yz_feel_type *type)
{
	if (!t->e->missing_unknown)
		return (struct yz_feel_value){0};
	return yz_feel_unknown_of(t->e->run->arena, name, type);
}

static struct yz_feel_value gathered(const struct teller *t, struct yz_str name, const struct yz_feel_type *type, unsigned depth)
{
	struct yz_arena *a = t->e->run->arena;
	const struct yz_feel_value *whole = told_of(t, name);
	if (whole)
		return *whole;
	if (!type || type->kind != YZ_FEEL_CONTEXT || depth == DEEPEST || !within(t, name))
		return missing(t, name, type);
	struct yz_feel_entry *entries = yz_new_n(a, type->nfields, struct yz_feel_entry);
	for (size_t i = 0; i < type->nfields; i++) {
		struct yz_str inner = yz_str_printf(a, "%.*s.%.*s", YZ_P(name), YZ_P(type->fields[i].name));
		entries[i] = (struct yz_feel_entry){type->fields[i].name, gathered(t, inner, type->fields[i].type, depth + 1)};
	}
	return yz_feel_context(a, entries, type->nfields);
}

void yz_dmn_set_told(struct yz_dmn_eval *e, const struct yz_dmn_told *told, size_t n)
{
	struct teller t = {e, told, n};
	for (size_t i = 0; i < e->model->nnodes; i++) {
		const struct yz_dmn_node *node = e->model->nodes[i];
		struct yz_str name = node->name;
		if (node->kind != YZ_DMN_INPUT)
			continue;
		if (node->import.len)
			name = yz_str_printf(e->run->arena, "%.*s.%.*s", YZ_P(node->import), YZ_P(name));
		if (told_of(&t, name) || within(&t, name))
			yz_dmn_set(e, node, gathered(&t, name, node->type, 0));
	}
}
