/* dmn/facts.c - the scalar facts that decisions stand on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/eval.h"

enum { FACTS_DEEPEST = 8 };

typedef YZ_VEC(struct yz_dmn_fact) fact_list;

static bool scalar(const struct yz_feel_type *t)
{
	switch (t->kind) {
	case YZ_FEEL_BOOLEAN:
	case YZ_FEEL_NUMBER:
	case YZ_FEEL_STRING:
	case YZ_FEEL_DATE:
	case YZ_FEEL_TIME:
	case YZ_FEEL_DATE_TIME:
	case YZ_FEEL_DAYS:
	case YZ_FEEL_MONTHS:
		return true;
	default:
		return false;
	}
}

static void add_facts(struct yz_arena *a, const struct yz_dmn_node *input, const struct yz_feel_type *t,
		      struct yz_str path, unsigned depth, fact_list *out)
{
	if (!t || depth > FACTS_DEEPEST)
		return;
	if (scalar(t)) {
		struct yz_dmn_fact *f = yz_vec_push(a, out);
		*f = (struct yz_dmn_fact){.input = input, .name = input->name, .path = path, .type = t};
		if (path.len)
			f->name = yz_str_printf(a, "%.*s.%.*s", YZ_P(input->name), YZ_P(path));
		if (input->import.len)
			f->name = yz_str_printf(a, "%.*s.%.*s", YZ_P(input->import), YZ_P(f->name));
	}
	for (size_t i = 0; t->kind == YZ_FEEL_CONTEXT && i < t->nfields; i++) {
		struct yz_str inner = t->fields[i].name;
		if (path.len)
			inner = yz_str_printf(a, "%.*s.%.*s", YZ_P(path), YZ_P(inner));
		add_facts(a, input, t->fields[i].type, inner, depth + 1, out);
	}
}

const struct yz_dmn_fact *yz_dmn_facts(struct yz_arena *a, const struct yz_dmn *m, size_t *n)
{
	fact_list facts = {0};
	for (size_t i = 0; i < m->nnodes; i++)
		if (m->nodes[i]->kind == YZ_DMN_INPUT)
			add_facts(a, m->nodes[i], m->nodes[i]->type, (struct yz_str){0}, 0, &facts);
	*n = facts.len;
	return facts.at;
}

/* ---- a record as inputs ---- */

/* The value of an input of this type, from its facts in order; *at goes on behind them. */
static struct yz_feel_value gathered(struct yz_arena *a, const struct yz_dmn_fact *facts,
				     const struct yz_feel_value *record, const struct yz_feel_type *t, size_t *at,
				     unsigned depth)
{
	if (!t || depth > FACTS_DEEPEST)
		return (struct yz_feel_value){0};
	if (scalar(t))
		return record[(*at)++];
	if (t->kind != YZ_FEEL_CONTEXT)
		return (struct yz_feel_value){0};
	struct yz_feel_entry *entries = yz_new_n(a, t->nfields, struct yz_feel_entry);
	for (size_t i = 0; i < t->nfields; i++)
		entries[i] = (struct yz_feel_entry){t->fields[i].name,
						    gathered(a, facts, record, t->fields[i].type, at, depth + 1)};
	return yz_feel_context(a, entries, t->nfields);
}

void yz_dmn_set_record(struct yz_dmn_eval *e, const struct yz_dmn_fact *facts, size_t n,
		       const struct yz_feel_value *record)
{
	for (size_t i = 0; i < n;) {
		const struct yz_dmn_node *input = facts[i].input;
		size_t at = i;
		yz_dmn_set(e, input, gathered(e->run->arena, facts, record, input->type, &at, 0));
		i = at > i ? at : i + 1;
	}
}
