/* Bundles (一件事): several items as one.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack_check.h"

#include "base/utf8.h"

enum { ITEMS_MOST = 20, PAIRS_MOST = 200, NAME_MOST = 200, SUMMARY_MOST = 1000 };

struct bundle {
	struct yz_reading *r;
	const struct yz_json *body;
	const struct yz_json *items;
};

static void need_text(struct bundle *b, const char *key, size_t most)
{
	const struct yz_json *v = yz_json_get(b->body, key);
	if (!yz_json_is(v, YZ_JSON_STRING) || !yz_str_trim(v->text).len || yz_utf8_count(v->text) > most)
		yz_check_error(&b->r->c, v ? v->line : b->body->line, "write text in quotes", "%s is missing, empty or longer than %zu", key, most);
}

static size_t place_of(const struct bundle *b, struct yz_str item)
{
	for (size_t i = 0; i < yz_json_len(b->items); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(b->items, i), "item"), item))
			return i;
	return SIZE_MAX;
}

static void check_items(struct bundle *b)
{
	static const char *const keys[] = {"item", "after", NULL};
	struct yz_checker *c = &b->r->c;
	size_t n = yz_json_len(b->items);
	if (!yz_json_is(b->items, YZ_JSON_ARRAY) || n < 2 || n > ITEMS_MOST) {
		yz_check_error(c, b->items ? b->items->line : b->body->line, "write [{\"item\": \"KEY\", \"after\": []}]",
			       "items is no list of 2 to %d", ITEMS_MOST);
		return;
	}
	struct yz_json *steps = yz_json_new_array(c->a);
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *one = yz_json_at(b->items, i);
		struct yz_str key = yz_json_str(one, "item");
		yz_check_keys(c, one, "items", keys);
		if (!yz_pack_find(&b->r->pack->items, key))
			yz_check_error(c, one->line, "write the key of a file in items/", "items: there is no item %.*s", YZ_P(key));
		if (place_of(b, key) != i)
			yz_check_error(c, one->line, "remove one of them", "items: %.*s stands twice", YZ_P(key));
		struct yz_json *step = yz_json_new_object(c->a);
		step->line = one->line;
		yz_json_put(c->a, step, YZ_LIT("key"), yz_json_new_str(c->a, key));
		if (yz_json_get(one, "after"))
			yz_json_put(c->a, step, YZ_LIT("after"), yz_json_get(one, "after"));
		yz_json_push(c->a, steps, step);
	}
	yz_pack_check_before(c->a, steps, c->file, c->out);
}

/* "item/material" of this bundle. */
static bool is_material(struct bundle *b, struct yz_str s)
{
	size_t slash = yz_str_find(s, YZ_LIT("/"), 0);
	if (slash == SIZE_MAX)
		return false;
	struct yz_str item = yz_str_n(s.ptr, slash), key = yz_str_n(s.ptr + slash + 1, s.len - slash - 1);
	const struct yz_pack_file *f = place_of(b, item) == SIZE_MAX ? NULL : yz_pack_find(&b->r->pack->items, item);
	const struct yz_json *list = f ? yz_json_get(f->json, "materials") : NULL;
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_str(yz_json_at(list, i), "key"), key))
			return true;
	return false;
}

static void check_material(struct bundle *b, const struct yz_json *v, uint32_t line, const char *what)
{
	if (!is_material(b, yz_json_text(v)))
		yz_check_error(&b->r->c, v ? v->line : line, "write ITEM/MATERIAL with keys of this bundle's items",
			       "%s: \"%.*s\" is no material of an item here", what, YZ_P(yz_json_text(v)));
}

static bool has_field(const struct bundle *b, struct yz_str item, struct yz_str field)
{
	const struct yz_pack_file *f = place_of(b, item) == SIZE_MAX ? NULL : yz_pack_find(&b->r->pack->items, item);
	const struct yz_form *form = f ? yz_map_get(&b->r->forms, yz_json_str(f->json, "form")) : NULL;
	return form && yz_form_field(form, field);
}

static void check_pairs(struct bundle *b)
{
	static const char *const keys[] = {"from", "to", "no", NULL};
	const struct yz_json *same = yz_json_get(b->body, "same"), *gives = yz_json_get(b->body, "gives");
	struct yz_checker *c = &b->r->c;
	if (yz_json_len(same) > PAIRS_MOST || yz_json_len(gives) > PAIRS_MOST)
		yz_check_error(c, b->body->line, "shorten it", "more than %d pairs", PAIRS_MOST);
	for (size_t i = 0; i < yz_json_len(same); i++) {
		const struct yz_json *group = yz_json_at(same, i);
		if (!yz_json_is(group, YZ_JSON_ARRAY) || group->len < 2)
			yz_check_error(c, group->line, "write [\"item/material\", \"item/material\"]", "same: no pair");
		for (size_t k = 0; yz_json_is(group, YZ_JSON_ARRAY) && k < group->len; k++)
			check_material(b, group->items[k], group->line, "same");
	}
	for (size_t i = 0; i < yz_json_len(gives); i++) {
		const struct yz_json *one = yz_json_at(gives, i);
		struct yz_str from = yz_json_str(one, "from");
		yz_check_keys(c, one, "gives", keys);
		if (place_of(b, from) == SIZE_MAX)
			yz_check_error(c, one->line, "write the key of an item of this bundle", "gives: %.*s is none", YZ_P(from));
		check_material(b, yz_json_get(one, "to"), one->line, "gives");
		struct yz_str to = yz_json_str(one, "to"), no = yz_json_str(one, "no");
		size_t slash = yz_str_find(to, YZ_LIT("/"), 0);
		if (yz_json_get(one, "no") && (slash == SIZE_MAX || !has_field(b, yz_str_n(to.ptr, slash), no)))
			yz_check_error(c, one->line, "write a field of the form of the item that gets it", "gives: \"%.*s\" is no field there",
				       YZ_P(no));
	}
}

/* "item/field" of this bundle: the forms ask the same name and mean something of their own. */
static void check_own(struct bundle *b)
{
	const struct yz_json *own = yz_json_get(b->body, "own");
	if (own && (!yz_json_is(own, YZ_JSON_ARRAY) || own->len > PAIRS_MOST))
		yz_check_error(&b->r->c, own->line, "write [\"item/field\"]", "own is no list of at most %d", PAIRS_MOST);
	for (size_t i = 0; yz_json_is(own, YZ_JSON_ARRAY) && i < own->len; i++) {
		struct yz_str s = yz_json_text(own->items[i]);
		size_t slash = yz_str_find(s, YZ_LIT("/"), 0);
		if (slash == SIZE_MAX || !has_field(b, yz_str_n(s.ptr, slash), yz_str_n(s.ptr + slash + 1, s.len - slash - 1)))
			yz_check_error(&b->r->c, own->line, "write ITEM/FIELD with a field of that item's form", "own: \"%.*s\" is none", YZ_P(s));
	}
}

/* One fact, asked once, so that the items must mean the same by it. */
static void check_facts(struct bundle *b)
{
	struct yz_checker *c = &b->r->c;
	struct yz_map seen;
	yz_map_init(&seen, c->a);
	for (size_t i = 0; i < yz_json_len(b->items); i++) {
		const struct yz_pack_file *f = yz_pack_find(&b->r->pack->items, yz_json_str(yz_json_at(b->items, i), "item"));
		const struct yz_decision *d = f ? yz_map_get(&b->r->decisions, yz_json_str(f->json, "decision")) : NULL;
		size_t n = 0;
		const struct yz_dmn_node *const *nodes = d ? yz_dmn_nodes(d->model, &n) : NULL;
		for (size_t k = 0; k < n; k++) {
			if (nodes[k]->kind != YZ_DMN_INPUT)
				continue;
			const struct yz_dmn_node *other = yz_map_put(&seen, nodes[k]->name, (void *)nodes[k]);
			if (!other || !other->type || !nodes[k]->type)
				continue;
			struct yz_str here = yz_dmn_allowed(d->model, nodes[k]->type, &(const struct yz_feel_value *){NULL}, &(size_t){0});
			struct yz_str there = yz_dmn_allowed(d->model, other->type, &(const struct yz_feel_value *){NULL}, &(size_t){0});
			if (other->type->kind != nodes[k]->type->kind || !yz_str_eq(yz_str_trim(here), yz_str_trim(there)))
				yz_check_error(c, yz_json_at(b->items, i)->line, "give both the same type and allowed values, or another name",
					       "the fact %.*s is asked once, but %.*s means other answers by it than an item before",
					       YZ_P(nodes[k]->name), YZ_P(f->key));
		}
	}
}

void yz_reading_bundles(struct yz_reading *r)
{
	static const char *const keys[] = {"name", "summary", "for", "themes", "items", "same", "gives", "own", NULL};
	for (size_t i = 0; i < r->pack->bundles.len; i++) {
		const struct yz_pack_file *f = &r->pack->bundles.at[i];
		struct bundle b = {r, f->json, yz_json_get(f->json, "items")};
		const struct yz_json *themes = yz_json_get(f->json, "themes");
		struct yz_str whom = yz_json_str(f->json, "for");
		r->c.file = f->path;
		if (!yz_json_is(f->json, YZ_JSON_OBJECT)) {
			yz_check_error(&r->c, f->json->line, "write an object in { }", "a bundle is an object");
			continue;
		}
		yz_check_keys(&r->c, f->json, "bundle", keys);
		need_text(&b, "name", NAME_MOST);
		need_text(&b, "summary", SUMMARY_MOST);
		if (!yz_str_eqz(whom, "natural") && !yz_str_eqz(whom, "legal") && !yz_str_eqz(whom, "both"))
			yz_check_error(&r->c, f->json->line, "write natural, legal or both", "for is \"%.*s\"", YZ_P(whom));
		for (size_t k = 0; k < yz_json_len(themes); k++)
			if (!yz_map_has(&r->themes, yz_json_text(yz_json_at(themes, k))))
				yz_check_error(&r->c, yz_json_at(themes, k)->line, "write a key of themes.json", "there is no theme %.*s",
					       YZ_P(yz_json_text(yz_json_at(themes, k))));
		if (yz_pack_find(&r->pack->items, f->key))
			yz_check_error(&r->c, 0, "name it otherwise", "an item has the key %.*s already", YZ_P(f->key));
		check_items(&b);
		check_pairs(&b);
		check_own(&b);
		check_facts(&b);
	}
}
