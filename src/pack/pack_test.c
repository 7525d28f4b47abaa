/* What a pack promises, tried.  SPDX-License-Identifier: Apache-2.0 */
#include "calendar/calendar.h"
#include "pack/pack_check.h"
#include "text/text.h"

#define DAY_DEFAULT YZ_LIT("2026-01-05") /* where a test does not say when */

struct trial {
	struct yz_reading *r;
	const struct yz_json *test;
	const struct yz_json *body;
	const struct yz_form *form;
	const struct yz_json *facts;
	yz_instant now;
};

/* Facts that no applicant could have given would prove nothing. */
static bool facts_fit(struct trial *t, const struct yz_json *given)
{
	struct yz_arena *a = t->r->c.a;
	size_t before = t->r->c.out->len;
	if (!yz_json_is(given, YZ_JSON_OBJECT)) {
		yz_check_error(&t->r->c, t->test->line, "write {\"field\": value}", "the test has no facts");
		return false;
	}
	for (size_t i = 0; i < given->count; i++)
		if (!yz_form_field(t->form, given->members[i].key))
			yz_check_error(&t->r->c, given->members[i].value->line, "write the name of a field of its form",
				       "the fact %.*s is no field", YZ_P(given->members[i].key));
	t->facts = yz_form_take(a, t->form, yz_json_new_object(a), given, false, t->now);
	struct yz_form_state state;
	yz_form_state(a, t->form, t->facts, -1, t->now, YZ_LANG_ZH, &state);
	for (size_t i = 0; i < state.nerrors; i++) {
		const struct yz_json *v = yz_json_find(given, t->form->fields[state.errors[i].field].name);
		if (v)
			yz_check_error(&t->r->c, v->line, "give a value the form takes", "the fact %.*s: %.*s", YZ_P(state.errors[i].path),
				       YZ_P(state.errors[i].text));
	}
	return t->r->c.out->len == before;
}

static bool listed(const struct yz_json *list, struct yz_str key)
{
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_text(yz_json_at(list, i)), key))
			return true;
	return false;
}

static void compare_materials(struct trial *t)
{
	const struct yz_json *wanted = yz_json_get(t->test, "materials");
	struct yz_pack_need *needs;
	size_t n = yz_pack_needs(t->r->c.a, t->body, t->form, t->facts, t->now, &needs);
	if (!wanted)
		return;
	for (size_t i = 0; i < n; i++) {
		struct yz_str key = yz_json_str(needs[i].material, "key");
		if (!listed(wanted, key))
			yz_check_error(&t->r->c, wanted->line, "mend the material's condition, or the test",
				       "these facts also need the material %.*s", YZ_P(key));
	}
	for (size_t i = 0; i < yz_json_len(wanted); i++) {
		struct yz_str key = yz_json_text(yz_json_at(wanted, i));
		bool found = false;
		for (size_t k = 0; k < n; k++)
			found |= yz_str_eq(yz_json_str(needs[k].material, "key"), key);
		if (!found)
			yz_check_error(&t->r->c, yz_json_at(wanted, i)->line, "mend the material's condition, or the test",
				       "these facts do not need the material %.*s", YZ_P(key));
	}
}

static void try_one(struct yz_reading *r, const struct yz_json *test)
{
	static const char *const keys[] = {"item", "facts", "situation", "materials", "on", NULL};
	struct trial t = {.r = r, .test = test};
	yz_check_keys(&r->c, test, "test", keys);
	struct yz_str key = yz_json_str(test, "item"), on = yz_json_str(test, "on");
	const struct yz_pack_file *item = yz_pack_find(&r->pack->items, key);
	yz_day day;
	if (!item || !(t.form = yz_map_get(&r->forms, yz_json_str(item->json, "form")))) {
		yz_check_error(&r->c, test->line, "write the key of an item with a form", "%.*s is no item with a form", YZ_P(key));
		return;
	}
	if (!yz_day_parse(on.len ? on : DAY_DEFAULT, &day)) {
		yz_check_error(&r->c, test->line, "write a day as 2026-01-05", "on: %.*s is no day", YZ_P(on));
		return;
	}
	t.body = item->json;
	t.now = yz_day_start(day, YZ_SHANGHAI) + 10 * YZ_HOUR;
	if (!facts_fit(&t, yz_json_get(test, "facts")))
		return;
	const struct yz_json *wanted = yz_json_get(test, "situation");
	struct yz_str got = yz_json_str(yz_pack_situation(r->c.a, t.body, t.form, t.facts, t.now), "key");
	if (wanted && !yz_str_eq(yz_json_text(wanted), got))
		yz_check_error(&r->c, wanted->line, "mend the situations' conditions or order, or the test",
			       "the situation of these facts is %.*s, not %.*s", got.len ? (int)got.len : 4, got.len ? got.ptr : "none",
			       YZ_P(yz_json_text(wanted)));
	compare_materials(&t);
}

void yz_reading_test(struct yz_reading *r)
{
	for (size_t i = 0; i < r->pack->tests.len; i++) {
		const struct yz_pack_file *f = &r->pack->tests.at[i];
		r->c.file = f->path;
		if (!yz_json_is(f->json, YZ_JSON_ARRAY))
			yz_check_error(&r->c, f->json->line, "write a list in [ ]", "tests are a list");
		for (size_t k = 0; yz_json_is(f->json, YZ_JSON_ARRAY) && k < f->json->len; k++)
			try_one(r, f->json->items[k]);
	}
}
