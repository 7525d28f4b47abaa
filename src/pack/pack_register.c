/* registers/, comparisons/ and records/ of a pack.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack_check.h"

#include "pack/register.h"

#include <stdlib.h>

static uint32_t line_of(const struct yz_err *err)
{
	const char *p = strstr(err->where, "line ");
	return p ? (uint32_t)strtoul(p + 5, NULL, 10) : 0;
}

static void check_orgs(struct yz_reading *r, const struct yz_json *body, const struct yz_register *g)
{
	if (!yz_pack_find(&r->pack->orgs, g->org))
		yz_check_error(&r->c, yz_json_get(body, "org")->line, "write the key of a file in orgs/", "org: there is no department %.*s",
			       YZ_P(g->org));
	for (size_t i = 0; i < yz_json_len(g->share_orgs); i++) {
		const struct yz_json *v = yz_json_at(g->share_orgs, i);
		if (!yz_str_eqz(v->text, "*") && !yz_pack_find(&r->pack->orgs, v->text))
			yz_check_error(&r->c, v->line, "write the key of a file in orgs/, or * for all", "share: there is no department %.*s",
				       YZ_P(v->text));
	}
}

static void check_register(struct yz_reading *r, const struct yz_pack_file *f)
{
	struct yz_err err = {0};
	r->c.file = f->path;
	const struct yz_register *g = yz_register_read(r->c.a, f->key, f->json, &err);
	if (!g) {
		yz_check_error(&r->c, line_of(&err), "see registers/ in docs/formats/pack.md", "%s", err.msg);
		return;
	}
	check_orgs(r, f->json, g);
	yz_map_put(&r->registers, f->key, (void *)g);
}

/* A rule that speaks of what is not there finds nothing, and nobody would notice. */
static void check_rule(struct yz_reading *r, const struct yz_compare_rule *rule)
{
	const struct yz_register *g = yz_map_get(&r->registers, rule->reg);
	struct yz_compare_code code;
	const struct yz_feel_diag *diags = NULL;
	struct yz_err err = {0};
	if (!g) {
		yz_check_error(&r->c, rule->line, "write the key of a file in registers/", "rule %.*s: there is no register %.*s",
			       YZ_P(rule->key), YZ_P(rule->reg));
		return;
	}
	size_t find = yz_register_field(g, rule->find);
	if (find == SIZE_MAX || !g->fields[find].find)
		yz_check_error(&r->c, rule->line, "name a field of the register with \"find\": true, or its only key",
			       "rule %.*s: records are not found by %.*s", YZ_P(rule->key), YZ_P(rule->find));
	if (yz_register_field(g, rule->field) == SIZE_MAX)
		yz_check_error(&r->c, rule->line, "name a field of the register", "rule %.*s: the register has no field %.*s", YZ_P(rule->key),
			       YZ_P(rule->field));
	if (!yz_compare_compile(r->c.a, rule, g, &code, &diags, &err))
		yz_check_error(&r->c, rule->line, "mend the expression", "rule %.*s: %s", YZ_P(rule->key), err.msg);
	for (; diags; diags = diags->next)
		yz_check_error(&r->c, rule->line, "mend the expression", "rule %.*s: %.*s", YZ_P(rule->key), YZ_P(diags->message));
}

static void check_comparison(struct yz_reading *r, const struct yz_pack_file *f)
{
	struct yz_err err = {0};
	r->c.file = f->path;
	const struct yz_comparison *k = yz_comparison_read(r->c.a, f->key, f->json, &err);
	if (!k) {
		yz_check_error(&r->c, line_of(&err), "see comparisons/ in docs/formats/pack.md", "%s", err.msg);
		return;
	}
	for (size_t i = 0; i < k->nrules; i++)
		check_rule(r, &k->rules[i]);
	yz_map_put(&r->comparisons, f->key, (void *)k);
}

void yz_reading_registers(struct yz_reading *r)
{
	yz_map_init(&r->registers, r->c.a);
	yz_map_init(&r->comparisons, r->c.a);
	for (size_t i = 0; i < r->pack->registers.len; i++)
		check_register(r, &r->pack->registers.at[i]);
	for (size_t i = 0; i < r->pack->comparisons.len; i++)
		check_comparison(r, &r->pack->comparisons.at[i]);
	for (size_t i = 0; i < r->pack->records.len; i++) {
		r->c.file = r->pack->records.at[i].path;
		if (!yz_pack_find(&r->pack->registers, r->pack->records.at[i].key))
			yz_check_error(&r->c, 0, "name it after a file in registers/", "there is no register %.*s", YZ_P(r->pack->records.at[i].key));
	}
}
