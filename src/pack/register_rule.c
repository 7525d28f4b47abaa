/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/register.h"

enum yz_feel_kind yz_reg_feel_kind(enum yz_reg_type type)
{
	switch (type) {
	case YZ_REG_NUMBER:
	case YZ_REG_INTEGER:
		return YZ_FEEL_NUMBER;
	case YZ_REG_DATE:
		return YZ_FEEL_DATE;
	case YZ_REG_BOOLEAN:
		return YZ_FEEL_BOOLEAN;
	default:
		return YZ_FEEL_STRING;
	}
}

static const struct yz_feel_type *record_type(struct yz_arena *a, const struct yz_register *g)
{
	struct yz_feel_type *t = yz_new(a, struct yz_feel_type);
	struct yz_feel_field *fields = yz_new_n(a, g->nfields, struct yz_feel_field);
	for (size_t i = 0; i < g->nfields; i++)
		fields[i] = (struct yz_feel_field){g->fields[i].name, yz_feel_type_of_kind(yz_reg_feel_kind(g->fields[i].type))};
	*t = (struct yz_feel_type){.kind = YZ_FEEL_CONTEXT, .fields = fields, .nfields = g->nfields};
	return t;
}

bool yz_compare_compile(struct yz_arena *a, const struct yz_compare_rule *rule, const struct yz_register *g,
			struct yz_compare_code *out, const struct yz_feel_diag **diags, struct yz_err *err)
{
	struct yz_feel_type *list = yz_new(a, struct yz_feel_type);
	struct yz_feel_name *names = yz_new_n(a, 2, struct yz_feel_name);
	*list = (struct yz_feel_type){.kind = YZ_FEEL_LIST, .item = record_type(a, g)};
	names[0] = (struct yz_feel_name){YZ_LIT("record"), list->item};
	names[1] = (struct yz_feel_name){YZ_LIT("records"), list};
	struct yz_feel_scope scope = {.names = names, .len = 2, .open = true, .line = rule->line,
				      .where = yz_str_printf(a, "rule %.*s", YZ_P(rule->key))};
	const struct yz_feel_diag *first = NULL, *second = NULL;
	*out = (struct yz_compare_code){0};
	out->by = yz_feel_compile(a, rule->by, YZ_FEEL_EXPRESSION, &scope, &first, err);
	if (!out->by)
		return yz_fail_in(err, "by");
	if (rule->when.len && !(out->when = yz_feel_compile(a, rule->when, YZ_FEEL_EXPRESSION, &scope, &second, err)))
		return yz_fail_in(err, "when");
	if (diags)
		*diags = first ? first : second;
	return true;
}
