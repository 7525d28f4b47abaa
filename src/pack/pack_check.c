/* A pack's files against each other.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack_check.h"

#include "pack/message.h"

#include "bpmn/bpmn.h"
#include "calendar/calendar.h"
#include "text/ident.h"

#include <stdlib.h>


static bool one_of(struct yz_str s, const char *const *list)
{
	for (; *list; list++)
		if (yz_str_eqz(s, *list))
			return true;
	return false;
}

static void at(struct yz_reading *r, struct yz_str file)
{
	r->c.file = file;
}

/* A member that must be text, not empty where `needed`. */
static struct yz_str text_of(struct yz_reading *r, const struct yz_json *o, const char *key, bool needed)
{
	const struct yz_json *v = yz_json_get(o, key);
	if (v ? !yz_json_is(v, YZ_JSON_STRING) : needed)
		yz_check_error(&r->c, v ? v->line : o->line, "write it as text in quotes", v ? "%s is no text" : "%s is missing", key);
	else if (needed && !yz_str_trim(v->text).len)
		yz_check_error(&r->c, v->line, "fill it in", "%s is empty", key);
	return yz_json_text(v);
}

static uint32_t line_of(const struct yz_json *o, const char *key)
{
	const struct yz_json *v = yz_json_get(o, key);
	return v ? v->line : o ? o->line : 0;
}

static void check_region(struct yz_reading *r, const struct yz_json *o, const char *key, bool needed)
{
	struct yz_str code = text_of(r, o, key, needed);
	if (code.len && !yz_map_has(&r->regions, code))
		yz_check_error(&r->c, line_of(o, key), "write a code of regions.csv", "the region %.*s is not in regions.csv", YZ_P(code));
}

static void check_org(struct yz_reading *r, struct yz_str key, uint32_t line, const char *what)
{
	if (!yz_pack_find(&r->pack->orgs, key))
		yz_check_error(&r->c, line, "write the key of a file in orgs/", "%s: there is no department %.*s", what, YZ_P(key));
}

static void check_head(struct yz_reading *r)
{
	static const char *const keys[] = {"pack", "name", "version", "region", "requires", "reception", "government", NULL};
	struct yz_pack *p = r->pack;
	at(r, YZ_LIT("pack.json"));
	if (!r->head)
		return;
	yz_check_keys(&r->c, r->head, "pack", keys);
	p->key = text_of(r, r->head, "pack", true);
	p->name = text_of(r, r->head, "name", true);
	p->version = text_of(r, r->head, "version", true);
	p->region = text_of(r, r->head, "region", true);
	text_of(r, r->head, "requires", false);
	p->reception = text_of(r, r->head, "reception", false);
	p->government = text_of(r, r->head, "government", false);
	if (p->government.len)
		check_org(r, p->government, line_of(r->head, "government"), "government");
	if (p->reception.len)
		check_org(r, p->reception, line_of(r->head, "reception"), "reception");
	check_region(r, r->head, "region", true);
	if (p->key.len && !yz_check_key_name(p->key))
		yz_check_error(&r->c, line_of(r->head, "pack"), "use a-z, 0-9 and -, at most 60", "%.*s is no key", YZ_P(p->key));
}

static void check_one_org(struct yz_reading *r, const struct yz_pack_file *f)
{
	static const char *const keys[] = {"name", "short", "uscc", "region", "nature", "address", "hours", "phone", "complain",
					   "review_organ", "court", "window", "order", NULL};
	at(r, f->path);
	yz_check_keys(&r->c, f->json, "department", keys);
	text_of(r, f->json, "name", true);
	text_of(r, f->json, "short", true);
	for (int i = 5; keys[i + 1]; i++)
		text_of(r, f->json, keys[i], false);
	check_region(r, f->json, "region", true);
	struct yz_str code = text_of(r, f->json, "uscc", false), nature = text_of(r, f->json, "nature", false);
	if (code.len && !yz_ident_credit_ok(code))
		yz_check_warn(&r->c, line_of(f->json, "uscc"), "check it against the certificate (GB 32100)",
			      "%.*s is no valid credit code", YZ_P(code));
	if (nature.len && !yz_code_title("nature", nature))
		yz_check_error(&r->c, line_of(f->json, "nature"), "write 1, 2, 3 or 9 (GB/T 39046 A.3)", "nature \"%.*s\"", YZ_P(nature));
	const struct yz_json *order = yz_json_get(f->json, "order");
	if (order && !yz_json_is(order, YZ_JSON_NUMBER))
		yz_check_error(&r->c, order->line, "write a number", "order is no number");
}

/* ---- people ---- */

static void check_post(struct yz_reading *r, const struct yz_json *post)
{
	static const char *const keys[] = {"org", "role", "title", "region", NULL};
	yz_check_keys(&r->c, post, "post", keys);
	check_org(r, text_of(r, post, "org", true), line_of(post, "org"), "post");
	check_region(r, post, "region", false);
	text_of(r, post, "title", false);
	if (!yz_pack_process_knows("role", text_of(r, post, "role", true)))
		yz_check_error(&r->c, line_of(post, "role"), "write window, reviewer, decider, supervisor, item_admin, admin, finance or worker",
			       "there is no role %.*s", YZ_P(yz_json_str(post, "role")));
}

static void check_person(struct yz_reading *r, const struct yz_json *p, struct yz_map *logins)
{
	static const char *const keys[] = {"login", "name", "kind", "posts", "region", "id", "mobile", "email", "address", "level",
					   "legal_rep", NULL};
	yz_check_keys(&r->c, p, "person", keys);
	struct yz_str login = text_of(r, p, "login", true), kind = text_of(r, p, "kind", false), id = text_of(r, p, "id", false);
	text_of(r, p, "name", true);
	check_region(r, p, "region", false);
	if (login.len && yz_map_put(logins, login, (void *)p))
		yz_check_error(&r->c, line_of(p, "login"), "give each a login of her own", "the login %.*s stands twice", YZ_P(login));
	const struct yz_json *posts = yz_json_get(p, "posts");
	for (size_t i = 0; i < yz_json_len(posts); i++)
		check_post(r, yz_json_at(posts, i));
	bool legal = yz_str_eqz(kind, "legal");
	if (kind.len && !legal && !yz_str_eqz(kind, "natural"))
		yz_check_error(&r->c, line_of(p, "kind"), "write natural or legal", "kind \"%.*s\"", YZ_P(kind));
	/* A demo person of any age was born before the year 2100; today does not matter here. */
	const char *fault = !id.len ? NULL : legal ? yz_ident_credit_fault(id) : yz_ident_person_fault(id, yz_day_from(2100, 1, 1));
	if (fault)
		yz_check_error(&r->c, line_of(p, "id"), "mend the number or its check digit", "%.*s: %s", YZ_P(id), fault);
	struct yz_str mobile = text_of(r, p, "mobile", false), rep = text_of(r, p, "legal_rep", false);
	if (mobile.len && yz_ident_mobile_fault(mobile))
		yz_check_error(&r->c, line_of(p, "mobile"), "write 11 digits", "%.*s is no mobile number", YZ_P(mobile));
	if (legal && !yz_map_has(logins, rep))
		yz_check_error(&r->c, line_of(p, "legal_rep"), "write the login of a person above", "the legal representative %.*s is not above",
			       YZ_P(rep));
	int64_t level = yz_json_int(p, "level", 0);
	if (level < 0 || level > 2)
		yz_check_error(&r->c, line_of(p, "level"), "write 0, 1 or 2", "there is no level %lld of identity", (long long)level);
}

static void check_people(struct yz_reading *r)
{
	struct yz_map logins;
	at(r, YZ_LIT("people.json"));
	yz_map_init(&logins, r->c.a);
	if (r->pack->people && !yz_json_is(r->pack->people, YZ_JSON_ARRAY))
		yz_check_error(&r->c, 1, "write a list in [ ]", "people are a list");
	for (size_t i = 0; yz_json_is(r->pack->people, YZ_JSON_ARRAY) && i < r->pack->people->len; i++)
		check_person(r, r->pack->people->items[i], &logins);
}

/* ---- calendar and themes ---- */

static void check_days(struct yz_reading *r, const char *key)
{
	const struct yz_json *list = yz_json_get(r->pack->calendar, key);
	for (size_t i = 0; i < yz_json_len(list); i++) {
		const struct yz_json *row = yz_json_at(list, i);
		size_t n = yz_json_len(row);
		yz_day first, last;
		bool fits = yz_json_is(row, YZ_JSON_ARRAY) && (n == 2 || n == 3) && yz_json_text(yz_json_at(row, n - 1)).len &&
			    yz_day_parse(yz_json_text(yz_json_at(row, 0)), &first) &&
			    yz_day_parse(yz_json_text(yz_json_at(row, n - 2)), &last) && last >= first && last - first < 60;
		if (!fits)
			yz_check_error(&r->c, row->line, "write [\"2026-02-15\", \"2026-02-23\", \"春节\"]",
				       "%s: row %zu is not first day, last day and name", key, i + 1);
	}
}

static void check_calendar(struct yz_reading *r)
{
	static const char *const keys[] = {"zone", "hours", "years", "off", "work", NULL};
	static const char *const week[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "exchanged", NULL};
	const struct yz_json *c = r->pack->calendar, *hours = yz_json_get(c, "hours"), *years = yz_json_get(c, "years");
	at(r, YZ_LIT("calendar.json"));
	if (!c)
		return;
	yz_check_keys(&r->c, c, "calendar", keys);
	yz_check_keys(&r->c, hours, "hours", week);
	struct yz_str zone = text_of(r, c, "zone", false);
	if (zone.len && !yz_str_eqz(zone, "Asia/Shanghai"))
		yz_check_error(&r->c, line_of(c, "zone"), "write Asia/Shanghai", "the zone %.*s is not supported", YZ_P(zone));
	struct yz_calendar *trial = yz_calendar_new(r->c.a, YZ_SHANGHAI);
	for (int d = 0; week[d]; d++) {
		const struct yz_json *spans = yz_json_get(hours, week[d]);
		struct yz_err err = {0};
		if (spans && !yz_calendar_set_office(trial, d, yz_pack_hours(r->c.a, spans), &err))
			yz_check_error(&r->c, spans->line, "write [\"09:00-12:00\", \"13:30-17:30\"]", "%s: %s", week[d], err.msg);
	}
	for (size_t i = 0; i < yz_json_len(years); i++) {
		int64_t y;
		const struct yz_json *v = yz_json_at(years, i);
		if (!yz_json_is(v, YZ_JSON_NUMBER) || !yz_json_num_int(v->text, &y) || y < YZ_CALENDAR_FIRST || y > YZ_CALENDAR_LAST)
			yz_check_error(&r->c, v->line, "write a year", "years: row %zu is no year", i + 1);
	}
	check_days(r, "off");
	check_days(r, "work");
}

static void check_themes(struct yz_reading *r)
{
	static const char *const keys[] = {"key", "kind", "name", "for", "order", NULL};
	static const char *const kinds[] = {"theme", "life", "business", NULL};
	static const char *const whom[] = {"natural", "legal", "both", NULL};
	at(r, YZ_LIT("themes.json"));
	if (r->pack->themes && !yz_json_is(r->pack->themes, YZ_JSON_ARRAY))
		yz_check_error(&r->c, 1, "write a list in [ ]", "themes are a list");
	for (size_t i = 0; yz_json_is(r->pack->themes, YZ_JSON_ARRAY) && i < r->pack->themes->len; i++) {
		const struct yz_json *t = r->pack->themes->items[i];
		struct yz_str key = text_of(r, t, "key", true);
		yz_check_keys(&r->c, t, "theme", keys);
		text_of(r, t, "name", true);
		if (!yz_check_key_name(key))
			yz_check_error(&r->c, line_of(t, "key"), "use a-z, 0-9 and -, at most 60", "%.*s is no key", YZ_P(key));
		else if (yz_map_put(&r->themes, key, (void *)t))
			yz_check_error(&r->c, t->line, "give each a key of its own", "the theme %.*s stands twice", YZ_P(key));
		if (!one_of(text_of(r, t, "kind", true), kinds))
			yz_check_error(&r->c, line_of(t, "kind"), "write theme, life or business", "unknown kind of theme");
		if (!one_of(text_of(r, t, "for", true), whom))
			yz_check_error(&r->c, line_of(t, "for"), "write natural, legal or both", "unknown audience of a theme");
	}
}

struct yz_str yz_pack_hours(struct yz_arena *a, const struct yz_json *spans)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 400);
	for (size_t i = 0; i < yz_json_len(spans); i++) {
		if (i)
			yz_buf_addc(&b, ',');
		yz_buf_adds(&b, yz_json_text(yz_json_at(spans, i)));
	}
	return yz_buf_str(&b);
}

/* ---- forms, processes, items ---- */

static void check_forms(struct yz_reading *r)
{
	for (size_t i = 0; i < r->pack->forms.len; i++) {
		const struct yz_pack_file *f = &r->pack->forms.at[i];
		at(r, f->path);
		const struct yz_form *form = yz_form_check(&r->c, f->json);
		if (form)
			yz_map_put(&r->forms, f->key, (void *)form);
	}
}

static bool known_name(void *ctx, const char *attr, struct yz_str name)
{
	struct yz_reading *r = ctx;
	if (strcmp(attr, "org") == 0)
		return yz_pack_find(&r->pack->orgs, name) != NULL;
	if (strcmp(attr, "role") == 0 || strcmp(attr, "act") == 0)
		return yz_pack_process_knows(attr, name);
	if (strcmp(attr, "form") == 0)
		return yz_pack_find(&r->pack->forms, name) != NULL;
	if (strcmp(attr, "region") == 0)
		return yz_map_has(&r->regions, name);
	return true;
}

static void check_process(struct yz_reading *r, const struct yz_pack_file *f)
{
	const struct yz_bpmn_known known = {known_name, r};
	const struct yz_bpmn *m = yz_pack_check_process(r->c.a, f->path, f->text, &known, r->c.out);
	if (m)
		yz_map_put(&r->processes, f->key, (void *)m);
}

static void check_references(struct yz_reading *r, const struct yz_pack_file *f)
{
	const struct yz_json *b = f->json, *joint = yz_json_get(b, "joint_orgs"), *themes = yz_json_get(b, "themes");
	check_org(r, yz_json_str(b, "org"), line_of(b, "org"), "org");
	for (size_t i = 0; i < yz_json_len(joint); i++)
		check_org(r, yz_json_text(yz_json_at(joint, i)), yz_json_at(joint, i)->line, "joint_orgs");
	for (size_t i = 0; i < yz_json_len(themes); i++)
		if (!yz_map_has(&r->themes, yz_json_text(yz_json_at(themes, i))))
			yz_check_error(&r->c, yz_json_at(themes, i)->line, "write a key of themes.json", "there is no theme %.*s",
				       YZ_P(yz_json_text(yz_json_at(themes, i))));
	if (yz_json_get(b, "region"))
		check_region(r, b, "region", true);
	struct yz_str form = yz_json_str(b, "form"), process = yz_json_str(b, "process");
	if (form.len && !yz_pack_find(&r->pack->forms, form))
		yz_check_error(&r->c, line_of(b, "form"), "write the key of a file in forms/", "there is no form %.*s", YZ_P(form));
	if (process.len && !yz_pack_find(&r->pack->processes, process))
		yz_check_error(&r->c, line_of(b, "process"), "write the key of a file in processes/", "there is no process %.*s", YZ_P(process));
	const struct yz_json *relations = yz_json_get(b, "relations");
	for (size_t i = 0; i < yz_json_len(relations); i++) {
		const struct yz_json *one = yz_json_at(relations, i);
		struct yz_str item = yz_json_str(one, "item");
		if (!yz_pack_find(&r->pack->items, item))
			yz_check_error(&r->c, one->line, "write the key of a file in items/", "relations: there is no item %.*s", YZ_P(item));
		else if (yz_str_eq(item, f->key))
			yz_check_error(&r->c, one->line, "remove it", "relations: the item is related to itself");
	}
}

/* A licence that no item of the pack issues proves nothing here, unless another pack issues it. */
static void check_licences(struct yz_reading *r, const struct yz_pack_file *f, const struct yz_map *issued)
{
	const struct yz_json *materials = yz_json_get(f->json, "materials");
	for (size_t i = 0; i < yz_json_len(materials); i++) {
		const struct yz_json *types = yz_json_get(yz_json_at(materials, i), "licence");
		for (size_t k = 0; k < yz_json_len(types); k++)
			if (!yz_map_has(issued, yz_json_text(yz_json_at(types, k))))
				yz_check_warn(&r->c, yz_json_at(types, k)->line, "write the licence of an item's result, or its key",
					      "materials: no item here issues the licence %.*s", YZ_P(yz_json_text(yz_json_at(types, k))));
	}
}

static void gather_licences(struct yz_reading *r, struct yz_map *issued)
{
	for (size_t i = 0; i < r->pack->items.len; i++) {
		const struct yz_pack_file *f = &r->pack->items.at[i];
		const struct yz_json *result = yz_json_get(f->json, "result");
		struct yz_str type = yz_json_str(result, "licence");
		if (yz_str_eqz(yz_json_str(result, "kind"), "licence"))
			yz_map_put(issued, type.len ? type : f->key, (void *)f);
	}
}

static void check_items(struct yz_reading *r)
{
	struct yz_map issued;
	yz_map_init(&issued, r->c.a);
	gather_licences(r, &issued);
	struct yz_map codes;
	yz_map_init(&codes, r->c.a);
	for (size_t i = 0; i < r->pack->items.len; i++) {
		const struct yz_pack_file *f = &r->pack->items.at[i];
		at(r, f->path);
		const struct yz_form *form = yz_map_get(&r->forms, yz_json_str(f->json, "form"));
		yz_pack_check_item(r->c.a, f->json, form, f->path, r->c.out);
		check_references(r, f);
		check_licences(r, f, &issued);
		yz_reading_decided_item(r, f);
		struct yz_str code = yz_json_str(f->json, "code");
		const struct yz_pack_file *other = code.len ? yz_map_put(&codes, code, (void *)f) : NULL;
		if (other)
			yz_check_error(&r->c, line_of(f->json, "code"), "give each item a code of its own", "the code %.*s is also in %.*s",
				       YZ_P(code), YZ_P(other->path));
	}
}

static void check_texts(struct yz_reading *r)
{
	for (size_t i = 0; i < r->pack->texts.len; i++) {
		const struct yz_pack_file *f = &r->pack->texts.at[i];
		at(r, f->path);
		if (!yz_json_is(f->json, YZ_JSON_OBJECT)) {
			yz_check_error(&r->c, f->json->line, "write {\"text\": \"translation\"}", "translations are an object");
			continue;
		}
		for (size_t k = 0; k < f->json->count; k++)
			text_of(r, f->json, yz_str_z(r->c.a, f->json->members[k].key), true);
	}
}

void yz_reading_check(struct yz_reading *r)
{
	yz_map_init(&r->themes, r->c.a);
	yz_map_init(&r->forms, r->c.a);
	yz_map_init(&r->decisions, r->c.a);
	yz_map_init(&r->processes, r->c.a);
	check_head(r);
	for (size_t i = 0; i < r->pack->orgs.len; i++)
		check_one_org(r, &r->pack->orgs.at[i]);
	check_people(r);
	check_calendar(r);
	check_themes(r);
	yz_reading_registers(r);
	yz_reading_monitors(r);
	check_forms(r);
	for (size_t i = 0; i < r->pack->processes.len; i++)
		check_process(r, &r->pack->processes.at[i]);
	yz_reading_decisions(r);
	check_items(r);
	yz_reading_asked(r);
	yz_reading_bundles(r);
	yz_reading_policies(r);
	yz_reading_scoring(r);
	check_texts(r);
	for (size_t i = 0; i < r->pack->messages.len; i++)
		yz_pack_check_messages(r->c.a, r->pack->messages.at[i].json, r->pack->messages.at[i].path, r->c.out);
	yz_reading_check_known(r);
	yz_reading_atlas(r);
	yz_reading_test(r);
}
