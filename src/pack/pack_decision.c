/* Decisions of a pack: the model by itself, proved, and against the item that it decides for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "pack/pack_check.h"

#include <inttypes.h>

enum { SENTENCE = 4000 };

/* ---- the model by itself ---- */

static void prove(struct yz_checker *c, const struct yz_dmn *m)
{
	struct yz_arena *scratch = yz_arena_create(0);
	struct yz_dmn_proof proof;
	struct yz_err err = {0};
	bool done = yz_dmn_prove(scratch, m, NULL, 0, &proof, &err);
	if (!done) {
		yz_check_error(c, 0, "split the decision into smaller ones", "the decisions cannot be proved: %s", err.msg);
		yz_check_zh(c, "请把决策拆小", "决策太大，证明不完");
	}
	for (const struct yz_dmn_finding *f = done ? proof.findings : NULL; f; f = f->next) {
		struct yz_buf b, zh;
		yz_buf_init(&b, scratch, SENTENCE);
		yz_buf_init(&zh, scratch, SENTENCE);
		yz_dmn_finding_text(f, YZ_FEEL_EN, &b);
		yz_dmn_finding_text(f, YZ_FEEL_ZH, &zh);
		yz_check_error(c, f->place.line, "mend the rules; 'yizhan dmn prove' shows all of it", "%.*s: %.*s", YZ_P(f->place.element),
			       YZ_P(yz_buf_str(&b)));
		yz_check_zh(c, "请改规则；yizhan dmn prove 会全部列出来", "%.*s：%.*s", YZ_P(f->place.element), YZ_P(yz_buf_str(&zh)));
	}
	for (size_t i = 0; done && i < proof.nunread; i++) {
		yz_check_warn(c, proof.unread[i].place.line, "look whether all of its answers are covered",
			      "%.*s: \"%.*s\" cannot be looked into, so it was taken as %s", YZ_P(proof.unread[i].place.element),
			      YZ_P(proof.unread[i].text), proof.unread[i].value ? "any value" : "a yes or a no");
		yz_check_zh(c, "请看看它的每一种结果是不是都有规则", "%.*s：“%.*s”看不进去，当作%s", YZ_P(proof.unread[i].place.element),
			    YZ_P(proof.unread[i].text), proof.unread[i].value ? "什么值都可能" : "可是可否");
	}
	yz_arena_destroy(scratch);
}

const struct yz_decision *yz_pack_check_model(struct yz_arena *a, struct yz_str file, struct yz_str text, struct yz_pack_findings *out)
{
	struct yz_checker c = {a, file, out};
	const struct yz_dmn_diag *diags = NULL;
	struct yz_err err = {0};
	size_t before = yz_check_errors(out);
	const struct yz_decision *d = yz_decision_load(a, file, text, &diags, &err);
	for (; diags; diags = diags->next) {
		const char *mend = yz_printf(a, "%s%.*s", diags->expected.len ? "expected " : "mend it", YZ_P(diags->expected));
		if (diags->severity == YZ_FEEL_ERROR)
			yz_check_error(&c, diags->place.line, mend, "%.*s: %.*s", YZ_P(diags->place.element), YZ_P(diags->message));
		else
			yz_check_warn(&c, diags->place.line, mend, "%.*s: %.*s", YZ_P(diags->place.element), YZ_P(diags->message));
		yz_check_zh(&c, yz_printf(a, "%s%.*s", diags->zh.expected.len ? "应为 " : "请改正", YZ_P(diags->zh.expected)), "%.*s：%.*s",
			    YZ_P(diags->zh.element), YZ_P(diags->zh.message));
	}
	if (!d && yz_check_errors(out) == before)
		yz_check_error(&c, 0, "see docs/formats/pack.md for the decisions that the house reads", "%s", err.msg);
	if (d)
		prove(&c, d->model);
	return yz_check_errors(out) == before ? d : NULL;
}

/* ---- what it answers, against what the item has ---- */

struct answers {
	struct yz_checker *c;
	struct yz_str model;
	const struct yz_json *list; /* of the item */
	const char *what, *zh;
	bool *named;
};

static bool find_named(const struct answers *w, struct yz_str s)
{
	bool found = false;
	for (size_t i = 0; i < yz_json_len(w->list); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(w->list, i), "key"), s) || yz_str_eq(yz_json_str(yz_json_at(w->list, i), "name"), s))
			found = w->named[i] = true;
	return found;
}

/* Of how many texts in the value the item has one of this name; *all counts them. */
static size_t known_in(const struct answers *w, struct yz_feel_value v, size_t *all)
{
	size_t n = 0;
	for (size_t i = 0; v.kind == YZ_FEEL_LIST && i < yz_feel_len(v); i++)
		n += known_in(w, yz_feel_at(v, i), all);
	if (v.kind != YZ_FEEL_STRING)
		return n;
	++*all;
	return n + find_named(w, yz_feel_str(v));
}

static void refuse_unknown(const struct answers *w, const struct yz_dmn_constant *k, struct yz_feel_value v)
{
	for (size_t i = 0; v.kind == YZ_FEEL_LIST && i < yz_feel_len(v); i++)
		refuse_unknown(w, k, yz_feel_at(v, i));
	if (v.kind == YZ_FEEL_STRING && !find_named(w, yz_feel_str(v))) {
		yz_check_error(w->c, 0, "write the key or the name of one, or add it to the item",
			       "%.*s, line %" PRIu32 ": %.*s answers \"%.*s\", and the item has no %s of that key or name", YZ_P(w->model),
			       k->place.line, YZ_P(k->place.element), YZ_P(yz_feel_str(v)), w->what);
		yz_check_zh(w->c, "请写事项里有的代号或名称，或者加进事项", "%.*s 第 %" PRIu32 " 行：%.*s 答“%.*s”，事项的%s里没有这个代号或名称",
			    YZ_P(w->model), k->place.line, YZ_P(k->place.element), YZ_P(yz_feel_str(v)), w->zh);
	}
}

/* The decision itself must name what there is; one below it must when it names anything of the kind: its answers are
 * handed up then, and otherwise only compared. */
static void check_node(const struct answers *w, const struct yz_dmn_node *n, bool top)
{
	size_t nk, all = 0, known = 0;
	const struct yz_dmn_constant *k = yz_dmn_constants(w->c->a, n, &nk);
	for (size_t i = 0; i < nk; i++)
		known += known_in(w, k[i].value, &all);
	for (size_t i = 0; (top || known) && i < nk; i++)
		refuse_unknown(w, &k[i], k[i].value);
}

static void check_below(const struct answers *w, const struct yz_dmn_node *n, uint8_t *seen, bool top)
{
	if (seen[n->index] || n->kind == YZ_DMN_INPUT)
		return;
	seen[n->index] = 1;
	check_node(w, n, top);
	for (size_t i = 0; i < n->nneeds; i++)
		check_below(w, n->needs[i], seen, false);
}

static void check_answers(struct yz_checker *c, const struct yz_json *body, const struct yz_decision *d, enum yz_decision_role role,
			  const char *key, const char *what, struct yz_str model)
{
	size_t nnodes;
	const struct yz_json *list = yz_json_get(body, key);
	struct answers w = {c, model, list, what, yz_decision_name(role), yz_new_n(c->a, yz_json_len(list) + 1, bool)};
	yz_dmn_nodes(d->model, &nnodes);
	if (!d->at[role]) {
		if (role == YZ_SAYS_BEFORE && yz_json_len(list)) {
			yz_check_error(c, list->line, "add it to the model", "there are steps before, and no decision %s that says which",
				       yz_decision_name(role));
			yz_check_zh(c, "请在模型里加上", "事项写了在前的步骤，模型里却没有“%s”这个决策来说是哪些", yz_decision_name(role));
		}
		return;
	}
	check_below(&w, d->at[role], yz_new_n(c->a, nnodes, uint8_t), true);
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (!w.named[i]) {
			yz_check_warn(c, yz_json_at(list, i)->line, "name it in a rule, or take it out of the item",
				      "no rule of %.*s names the %s %.*s", YZ_P(model), what, YZ_P(yz_json_str(yz_json_at(list, i), "key")));
			yz_check_zh(c, "请在规则里用到它，或者从事项里去掉", "%.*s 没有一条规则用到%s %.*s", YZ_P(model), w.zh,
				    YZ_P(yz_json_str(yz_json_at(list, i), "key")));
		}
}

static void refuse_answer(struct yz_checker *c, struct yz_str model, enum yz_decision_role role, const struct yz_dmn_constant *k,
			  const char *mend, const char *zh)
{
	struct yz_str said = yz_feel_text(c->a, k->value);
	yz_check_error(c, 0, mend, "%.*s, line %" PRIu32 ": %s answers %.*s", YZ_P(model), k->place.line, yz_decision_name(role), YZ_P(said));
	yz_check_zh(c, zh, "%.*s 第 %" PRIu32 " 行：%s答了 %.*s", YZ_P(model), k->place.line, yz_decision_name(role), YZ_P(said));
}

static void check_opinion(struct yz_checker *c, const struct yz_decision *d, struct yz_str model)
{
	size_t n = 0;
	const struct yz_dmn_constant *k = d->at[YZ_SAYS_OPINION] ? yz_dmn_constants(c->a, d->at[YZ_SAYS_OPINION], &n) : NULL;
	for (size_t i = 0; i < n; i++)
		if (k[i].value.kind != YZ_FEEL_STRING ||
		    (!yz_str_eqz(yz_feel_str(k[i].value), "准予") && !yz_str_eqz(yz_feel_str(k[i].value), "不予")))
			refuse_answer(c, model, YZ_SAYS_OPINION, &k[i], "answer \"准予\", \"不予\" or null", "请答“准予”“不予”或 null");
	k = d->at[YZ_SAYS_ACCEPT] ? yz_dmn_constants(c->a, d->at[YZ_SAYS_ACCEPT], &n) : (n = 0, NULL);
	for (size_t i = 0; i < n; i++)
		if (k[i].value.kind != YZ_FEEL_STRING && !yz_feel_is_true(k[i].value))
			refuse_answer(c, model, YZ_SAYS_ACCEPT, &k[i], "answer true, or a sentence that says why not",
				      "请答 true，或者一句为什么不受理的话");
}

/* ---- facts and fields of one name ---- */

static const struct yz_feel_type *item_type(const struct yz_feel_type *t)
{
	return t && t->kind == YZ_FEEL_LIST ? t->item : t;
}

static bool same_kind(const struct yz_field *f, const struct yz_feel_type *t)
{
	if (!t || t->kind == YZ_FEEL_ANY)
		return true;
	switch (f->type) {
	case YZ_FIELD_STRING:
		return t->kind == (yz_str_eqz(f->format, "date") ? YZ_FEEL_DATE : YZ_FEEL_STRING);
	case YZ_FIELD_NUMBER:
	case YZ_FIELD_INTEGER:
		return t->kind == YZ_FEEL_NUMBER;
	case YZ_FIELD_BOOLEAN:
		return t->kind == YZ_FEEL_BOOLEAN;
	case YZ_FIELD_CHOICES:
	case YZ_FIELD_ROWS:
		break;
	}
	return t->kind == YZ_FEEL_LIST;
}

static void check_fields(struct yz_checker *c, const struct yz_form *form, const struct yz_decision *d, struct yz_str model)
{
	size_t n;
	const struct yz_dmn_node *const *nodes = yz_dmn_nodes(d->model, &n);
	for (size_t i = 0; i < n; i++) {
		const struct yz_field *f = nodes[i]->kind == YZ_DMN_INPUT ? yz_form_field(form, nodes[i]->name) : NULL;
		struct yz_feel_run run;
		if (!f)
			continue;
		if (!same_kind(f, nodes[i]->type)) {
			yz_check_error(c, 0, "give both the same type", "%.*s: the fact %.*s is %.*s, and the form's field of that name is not",
				       YZ_P(model), YZ_P(nodes[i]->name), YZ_P(yz_feel_type_text(c->a, nodes[i]->type)));
			yz_check_zh(c, "请让两边类型相同", "%.*s：事实 %.*s 的类型和表单里同名的字段不一样", YZ_P(model), YZ_P(nodes[i]->name));
			continue;
		}
		yz_feel_run_init(&run, c->a);
		for (size_t k = 0; f->type != YZ_FIELD_ROWS && k < f->noptions; k++) {
			struct yz_feel_value v = yz_feel_string(f->options[k].value);
			if (yz_feel_coerce(&run, v, item_type(nodes[i]->type)).kind == YZ_FEEL_NULL) {
				yz_check_error(c, 0, "add it to the allowed values of its type",
					       "%.*s: the fact %.*s does not allow \"%.*s\", which the form offers", YZ_P(model),
					       YZ_P(nodes[i]->name), YZ_P(f->options[k].value));
				yz_check_zh(c, "请加进它的类型的允许值", "%.*s：事实 %.*s 不允许“%.*s”，表单里却有这个选项", YZ_P(model),
					    YZ_P(nodes[i]->name), YZ_P(f->options[k].value));
			}
		}
	}
}

void yz_pack_check_decided(struct yz_arena *a, const struct yz_json *body, const struct yz_form *form, const struct yz_decision *d,
			   struct yz_str file, struct yz_pack_findings *out)
{
	struct yz_checker c = {a, file, out};
	struct yz_str model = yz_str_printf(a, "decision %.*s", YZ_P(yz_json_str(body, "decision")));
	check_answers(&c, body, d, YZ_SAYS_SITUATION, "situations", "situation", model);
	check_answers(&c, body, d, YZ_SAYS_MATERIALS, "materials", "material", model);
	check_answers(&c, body, d, YZ_SAYS_BEFORE, "before", "step before", model);
	check_opinion(&c, d, model);
	if (form)
		check_fields(&c, form, d, model);
}

/* ---- steps before: a graph ---- */

/* Those that can be done, round by round; what is left stands in a ring. */
void yz_pack_check_before(struct yz_arena *a, const struct yz_json *list, struct yz_str file, struct yz_pack_findings *out)
{
	struct yz_checker c = {a, file, out};
	size_t n = yz_json_len(list), done = 0;
	struct yz_map at;
	bool *finished = yz_new_n(a, n + 1, bool), moved = true;
	yz_map_init(&at, a);
	for (size_t i = 0; i < n; i++)
		yz_map_put(&at, yz_json_str(yz_json_at(list, i), "key"), (void *)(uintptr_t)(i + 1));
	while (moved) {
		moved = false;
		for (size_t i = 0; i < n; i++) {
			const struct yz_json *after = yz_json_get(yz_json_at(list, i), "after");
			bool ready = !finished[i];
			for (size_t k = 0; ready && k < yz_json_len(after); k++) {
				size_t j = (size_t)(uintptr_t)yz_map_get(&at, yz_json_text(yz_json_at(after, k)));
				ready = !j || finished[j - 1];
				if (!j)
					yz_check_error(&c, yz_json_at(after, k)->line, "write the key of another step before",
						       "before: there is no step %.*s", YZ_P(yz_json_text(yz_json_at(after, k))));
			}
			done += ready;
			moved |= ready;
			finished[i] |= ready;
		}
	}
	for (size_t i = 0; i < n && done < n; i++)
		if (!finished[i])
			yz_check_error(&c, yz_json_at(list, i)->line, "take one of them out of `after`",
				       "before: %.*s waits for itself, over others or at once", YZ_P(yz_json_str(yz_json_at(list, i), "key")));
}

/* ---- of a pack ---- */

void yz_reading_decisions(struct yz_reading *r)
{
	for (size_t i = 0; i < r->pack->decisions.len; i++) {
		const struct yz_pack_file *f = &r->pack->decisions.at[i];
		if (yz_reading_is_policy_model(r, f->key))
			continue;
		const struct yz_decision *d = yz_pack_check_model(r->c.a, f->path, f->text, r->c.out);
		if (d)
			yz_map_put(&r->decisions, f->key, (void *)d);
	}
}

void yz_reading_decided_item(struct yz_reading *r, const struct yz_pack_file *item)
{
	const struct yz_json *key = yz_json_get(item->json, "decision"), *before = yz_json_get(item->json, "before");
	const struct yz_form *form = yz_map_get(&r->forms, yz_json_str(item->json, "form"));
	const struct yz_decision *d = yz_map_get(&r->decisions, yz_json_text(key));
	r->c.file = item->path;
	for (size_t i = 0; i < yz_json_len(before); i++) {
		const struct yz_json *other = yz_json_get(yz_json_at(before, i), "item");
		if (other && !yz_pack_find(&r->pack->items, yz_json_text(other)))
			yz_check_error(&r->c, other->line, "write the key of a file in items/", "before: there is no item %.*s",
				       YZ_P(yz_json_text(other)));
	}
	yz_pack_check_before(r->c.a, before, item->path, r->c.out);
	if (key && !yz_pack_find(&r->pack->decisions, yz_json_text(key)))
		yz_check_error(&r->c, key->line, "write the key of a file in decisions/", "there is no decision %.*s", YZ_P(yz_json_text(key)));
	if (d)
		yz_pack_check_decided(r->c.a, item->json, form, d, item->path, r->c.out);
}
