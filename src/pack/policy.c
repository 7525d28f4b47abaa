/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/policy.h"

#include "pack/pack_check.h"
#include "pack/register.h"

enum { NAME_MOST = 200, TEXT_MOST = 4000, MODEL_NODES = 1000000 };

void yz_policy_read(const struct yz_json *body, struct yz_policy_text *out)
{
	const struct yz_json *benefit = yz_json_get(body, "benefit"), *decision = yz_json_get(body, "decision");
	*out = (struct yz_policy_text){.name = yz_json_str(body, "name"), .org = yz_json_str(body, "org"), .whom = yz_json_str(body, "for"),
				       .summary = yz_json_str(body, "summary"), .benefit = yz_json_str(benefit, "text"),
				       .unit = yz_json_str(benefit, "unit"), .amount = yz_json_str(benefit, "decision"),
				       .model = yz_json_str(decision, "model"), .decision = yz_json_str(decision, "name"),
				       .item = yz_json_str(body, "item"), .confirm = yz_str_eqz(yz_json_str(body, "give"), "confirm"),
				       .until = YZ_POLICY_OPEN, .basis = yz_json_get(body, "basis"), .facts = yz_json_get(body, "facts"),
				       .known = yz_json_get(body, "known")};
	struct yz_str near = yz_json_str(body, "near");
	const struct yz_json *within = yz_json_get(body, "within");
	int64_t days;
	if (!yz_json_is(out->known, YZ_JSON_OBJECT))
		out->known = NULL;
	out->near = yz_str_eqz(near, "list") ? YZ_NEAR_ALL : yz_str_eqz(near, "count") ? YZ_NEAR_COUNT : YZ_NEAR_COMING;
	if (yz_json_is(within, YZ_JSON_NUMBER) && yz_str_int(within->text, &days) && days > 0 && days <= YZ_POLICY_WITHIN)
		out->within = (int)days;
	yz_day_parse(yz_json_str(body, "from"), &out->from);
	yz_day_parse(yz_json_str(body, "until"), &out->until);
}

size_t yz_policy_places(struct yz_str places, struct yz_str out[YZ_POLICY_PLACES])
{
	struct yz_str rest = places, one;
	size_t n = 0;
	while (yz_str_cut(&rest, '|', &one)) {
		if (n == YZ_POLICY_PLACES)
			return n + 1;
		out[n++] = yz_str_trim(one);
	}
	return n;
}

/* ---- checking ---- */

static uint32_t line_of(const struct yz_json *v, const char *key)
{
	const struct yz_json *m = yz_json_get(v, key);
	return m ? m->line : v ? v->line : 0;
}

static void need_text(struct yz_checker *c, const struct yz_json *v, const char *where, const char *key, size_t most, bool must)
{
	const struct yz_json *m = yz_json_get(v, key);
	struct yz_str s = yz_str_trim(yz_json_str(v, key));
	if (m && (!yz_json_is(m, YZ_JSON_STRING) || s.len > most))
		yz_check_error(c, m->line, yz_printf(c->a, "write a text of at most %zu bytes", most), "%s%s is no such text", where, key);
	else if (must && !s.len)
		yz_check_error(c, line_of(v, key), "write it", "%s%s is missing", where, key);
}

static void check_day(struct yz_checker *c, const struct yz_json *v, const char *key, bool must, yz_day *day)
{
	struct yz_str s = yz_json_str(v, key);
	if ((must || yz_json_get(v, key)) && !yz_day_parse(s, day))
		yz_check_error(c, line_of(v, key), "write a day as 2026-01-05", "%s is no day", key);
}

static void check_basis(struct yz_checker *c, const struct yz_json *body)
{
	static const char *const keys[] = {"law", "article", "text", NULL};
	const struct yz_json *list = yz_json_get(body, "basis");
	if (!yz_json_is(list, YZ_JSON_ARRAY) || !yz_json_len(list))
		yz_check_error(c, line_of(body, "basis"), "write [{\"law\", \"article\", \"text\"}]", "a policy has a basis, the document that promises it");
	for (size_t i = 0; yz_json_is(list, YZ_JSON_ARRAY) && i < list->len; i++) {
		yz_check_keys(c, list->items[i], "basis", keys);
		need_text(c, list->items[i], "basis: ", "law", NAME_MOST, true);
		need_text(c, list->items[i], "basis: ", "article", NAME_MOST, false);
		need_text(c, list->items[i], "basis: ", "text", TEXT_MOST, false);
	}
}

/* The decision of that name; the model is read once for all policies that stand on it. */
static const struct yz_dmn *model_of(struct yz_reading *r, struct yz_map *models, struct yz_str key)
{
	const struct yz_pack_file *f = yz_pack_find(&r->pack->decisions, key);
	if (!f)
		return NULL;
	const struct yz_dmn *m = yz_map_get(models, key);
	struct yz_err err = {0};
	const struct yz_dmn_source source = {f->path, f->text};
	if (!m && (m = yz_dmn_load(r->c.a, &source, 1, NULL, NULL, &err)))
		yz_map_put(models, key, (void *)m);
	return m;
}

static const struct yz_dmn_node *decision_of(const struct yz_dmn *m, struct yz_str name)
{
	const struct yz_dmn_node *n = name.len ? yz_dmn_find(m, name) : NULL;
	return n && n->kind == YZ_DMN_DECISION ? n : NULL;
}

static void check_facts(struct yz_checker *c, const struct yz_json *body, const struct yz_dmn *m)
{
	const struct yz_json *facts = yz_json_get(body, "facts");
	if (facts && !yz_json_is(facts, YZ_JSON_OBJECT))
		yz_check_error(c, facts->line, "write {\"fact\": \"question\"}", "facts are an object");
	for (size_t i = 0; yz_json_is(facts, YZ_JSON_OBJECT) && i < facts->count; i++) {
		const struct yz_dmn_node *n = yz_dmn_find(m, facts->members[i].key);
		if (!n || n->kind != YZ_DMN_INPUT)
			yz_check_error(c, facts->members[i].value->line, "write the name of an input of the model", "the model has no fact %.*s",
				       YZ_P(facts->members[i].key));
		need_text(c, facts, "facts: ", yz_str_z(c->a, facts->members[i].key), TEXT_MOST, true);
	}
}

static void check_decision(struct yz_reading *r, const struct yz_json *body, const struct yz_policy_text *p, struct yz_map *models)
{
	struct yz_checker *c = &r->c;
	struct yz_err err = {0};
	const struct yz_dmn *m = model_of(r, models, p->model);
	if (!m) {
		yz_check_error(c, line_of(body, "decision"), "write {\"model\": KEY of a file in decisions/, \"name\": …}",
			       "decision: there is no model %.*s", YZ_P(p->model));
		return;
	}
	const struct yz_dmn_node *n = decision_of(m, p->decision);
	if (!n || yz_dmn_errors(m))
		yz_check_error(c, line_of(body, "decision"), "write the name of a decision of the model, and mend the model",
			       n ? "decision: the model of %.*s has errors" : "decision: the model has no decision %.*s", YZ_P(p->decision));
	if (p->amount.len && !decision_of(m, p->amount))
		yz_check_error(c, line_of(body, "benefit"), "write the name of a decision of the model", "benefit: the model has no decision %.*s",
			       YZ_P(p->amount));
	check_facts(c, body, m);
	struct yz_dmn_proof proof;
	if (!n || yz_dmn_errors(m))
		return;
	if (!yz_dmn_prove(c->a, m, n, MODEL_NODES, &proof, &err)) {
		yz_check_error(c, line_of(body, "decision"), "make the decision smaller", "decision: %s", err.msg);
		return;
	}
	for (const struct yz_dmn_finding *f = proof.findings; f; f = f->next) {
		struct yz_buf b, zh;
		yz_buf_init(&b, c->a, 1 << 16);
		yz_buf_init(&zh, c->a, 1 << 16);
		yz_dmn_finding_text(f, YZ_FEEL_EN, &b);
		yz_dmn_finding_text(f, YZ_FEEL_ZH, &zh);
		yz_check_error(c, line_of(body, "decision"), "mend the rules ('yizhan dmn prove' shows it)", "decision %.*s: %.*s",
			       YZ_P(f->place.element), YZ_P(yz_buf_str(&b)));
		yz_check_zh(c, "请改规则（yizhan dmn prove 会列出来）", "决策 %.*s：%.*s", YZ_P(f->place.element), YZ_P(yz_buf_str(&zh)));
	}
}

static bool gives_licence(const struct yz_reading *r, struct yz_str type)
{
	for (size_t i = 0; i < r->pack->items.len; i++) {
		const struct yz_json *result = yz_json_get(r->pack->items.at[i].json, "result");
		struct yz_str own = yz_json_str(result, "licence");
		if (yz_str_eqz(yz_json_str(result, "kind"), "licence") && yz_str_eq(own.len ? own : r->pack->items.at[i].key, type))
			return true;
	}
	return false;
}

/* A register about people, found by whom it is about, and shared for finding whom a policy fits. */
static bool lends_register(struct yz_reading *r, struct yz_str key, struct yz_str org)
{
	const struct yz_pack_file *f = yz_pack_find(&r->pack->registers, key);
	struct yz_err err = {0};
	const struct yz_register *g = f ? yz_register_read(r->c.a, key, f->json, &err) : NULL;
	if (!g || g->subject == SIZE_MAX || g->fields[g->subject].type != YZ_REG_PERSON)
		return false;
	bool found = g->fields[g->subject].find || (g->nid == 1 && g->id[0] == g->subject);
	return found && yz_register_shared(g, org, YZ_LIT("政策找人"));
}

/* What to write instead; NULL where the place is right. */
static const char *place_wrong(struct yz_reading *r, struct yz_str place, struct yz_str org)
{
	struct yz_str rest = place, kind, key = {0};
	yz_str_cut(&rest, '.', &kind);
	if (yz_str_eqz(kind, "enterprise"))
		return NULL;
	if (yz_str_eqz(kind, "register"))
		return lends_register(r, rest, org) ? NULL
						   : "write the key of a register that is about people, found by them, and shared with the "
						     "policy's department for 政策找人";
	bool licence = yz_str_eqz(kind, "licence");
	if (!licence && !yz_str_eqz(kind, "case"))
		return "write licence.TYPE, licence.TYPE.FIELD, case.ITEM, case.ITEM.FIELD, register.KEY, enterprise or enterprise.FACT";
	yz_str_cut(&rest, '.', &key);
	if (licence)
		return gives_licence(r, key) ? NULL : "write the type of a licence that an item of the pack gives";
	return yz_pack_find(&r->pack->items, key) ? NULL : "write the key of a file in items/";
}

/* One fact has one origin, whichever policy asks for it. */
static void check_known(struct yz_reading *r, const struct yz_json *body, const struct yz_policy_text *p, struct yz_map *models)
{
	struct yz_checker *c = &r->c;
	const struct yz_json *known = yz_json_get(body, "known");
	if (!known)
		return;
	if (!yz_json_is(known, YZ_JSON_OBJECT) || yz_str_eqz(p->whom, "legal")) {
		yz_check_error(c, known->line, "write {\"fact\": \"licence.TYPE\"} in a policy for natural persons", "known is no such object");
		return;
	}
	const struct yz_dmn *m = model_of(r, models, p->model);
	for (size_t i = 0; i < known->count; i++) {
		struct yz_str fact = known->members[i].key, from = yz_json_text(known->members[i].value), place[YZ_POLICY_PLACES];
		uint32_t line = known->members[i].value->line;
		const struct yz_dmn_node *n = m ? yz_dmn_find(m, fact) : NULL;
		size_t places = yz_policy_places(from, place);
		if (m && (!n || n->kind != YZ_DMN_INPUT))
			yz_check_error(c, line, "write the name of an input of the model", "known: the model has no fact %.*s", YZ_P(fact));
		if (!places || places > YZ_POLICY_PLACES)
			yz_check_error(c, line, "write one to four places with | between", "known: %.*s has no such places", YZ_P(fact));
		for (size_t k = 0; k < places && places <= YZ_POLICY_PLACES; k++) {
			const char *hint = place_wrong(r, place[k], p->org);
			if (hint)
				yz_check_error(c, line, hint, "known: there is no place %.*s", YZ_P(place[k]));
		}
		for (size_t k = 0; k < r->pack->policies.len; k++) {
			const struct yz_json *other = yz_json_find(yz_json_get(r->pack->policies.at[k].json, "known"), fact);
			if (other && !yz_str_eq(yz_json_text(other), from))
				yz_check_error(c, line, "write the same places in every policy", "known: %.*s comes from elsewhere in %.*s",
					       YZ_P(fact), YZ_P(r->pack->policies.at[k].path));
		}
	}
}

static void check_manner(struct yz_checker *c, const struct yz_json *body, const struct yz_policy_text *p)
{
	static const char *const words[] = {"coming", "count", "list"};
	const struct yz_json *near = yz_json_get(body, "near"), *within = yz_json_get(body, "within");
	bool said = !near;
	for (size_t i = 0; i < 3; i++)
		said = said || yz_str_eqz(yz_json_str(body, "near"), words[i]);
	if (!said)
		yz_check_error(c, near->line, "write coming, count or list", "near: whom an official reads is not said");
	if (within && (!p->within || !p->confirm))
		yz_check_error(c, within->line, "write working days from 1 to 250, where give is confirm", "within is no such number");
}

static void check_policy(struct yz_reading *r, const struct yz_pack_file *f, struct yz_map *models)
{
	static const char *const keys[] = {"name", "org", "for", "summary", "basis", "benefit", "from", "until", "decision", "item",
					   "give", "facts", "known", "near", "within", NULL};
	static const char *const benefit_keys[] = {"text", "decision", "unit", NULL}, *const decision_keys[] = {"model", "name", NULL};
	struct yz_checker *c = &r->c;
	const struct yz_json *body = f->json;
	struct yz_policy_text p;
	yz_day from = 0, until = YZ_POLICY_OPEN;
	c->file = f->path;
	if (!yz_json_is(body, YZ_JSON_OBJECT)) {
		yz_check_error(c, body->line, "write { … }", "a policy is an object");
		return;
	}
	yz_policy_read(body, &p);
	yz_check_keys(c, body, "", keys);
	yz_check_keys(c, yz_json_get(body, "benefit"), "benefit", benefit_keys);
	yz_check_keys(c, yz_json_get(body, "decision"), "decision", decision_keys);
	need_text(c, body, "", "name", NAME_MOST, true);
	need_text(c, body, "", "summary", TEXT_MOST, true);
	need_text(c, yz_json_get(body, "benefit"), "benefit: ", "text", TEXT_MOST, true);
	need_text(c, yz_json_get(body, "benefit"), "benefit: ", "unit", NAME_MOST, false);
	check_basis(c, body);
	check_day(c, body, "from", true, &from);
	check_day(c, body, "until", false, &until);
	if (until < from)
		yz_check_error(c, line_of(body, "until"), "write a later day", "it ends before it begins");
	if (!yz_str_eqz(p.whom, "legal") && !yz_str_eqz(p.whom, "natural"))
		yz_check_error(c, line_of(body, "for"), "write legal or natural", "for whom it is is not said");
	if (!p.confirm && !yz_str_eqz(yz_json_str(body, "give"), "apply"))
		yz_check_error(c, line_of(body, "give"), "write apply, or confirm (免申即享)", "how it is given is not said");
	if (!yz_pack_find(&r->pack->orgs, p.org))
		yz_check_error(c, line_of(body, "org"), "write the key of a file in orgs/", "there is no department %.*s", YZ_P(p.org));
	if (p.item.len && !yz_pack_find(&r->pack->items, p.item))
		yz_check_error(c, line_of(body, "item"), "write the key of a file in items/", "there is no item %.*s", YZ_P(p.item));
	check_decision(r, body, &p, models);
	check_known(r, body, &p, models);
	check_manner(c, body, &p);
}

bool yz_reading_is_policy_model(const struct yz_reading *r, struct yz_str key)
{
	bool policy = false;
	for (size_t i = 0; i < r->pack->items.len; i++)
		if (yz_str_eq(yz_json_str(r->pack->items.at[i].json, "decision"), key))
			return false;
	for (size_t i = 0; i < r->pack->policies.len && !policy; i++)
		policy = yz_str_eq(yz_json_str(yz_json_get(r->pack->policies.at[i].json, "decision"), "model"), key);
	return policy;
}

void yz_reading_policies(struct yz_reading *r)
{
	struct yz_map models;
	yz_map_init(&models, r->c.a);
	for (size_t i = 0; i < r->pack->policies.len; i++)
		check_policy(r, &r->pack->policies.at[i], &models);
}
