/* What a pack promises, tried.  SPDX-License-Identifier: Apache-2.0 */
#include "calendar/calendar.h"
#include "pack/pack_check.h"
#include "text/text.h"

#define DAY_DEFAULT YZ_LIT("2026-01-05") /* where a test does not say when */

struct trial {
	struct yz_reading *r;
	const struct yz_json *test;
	const struct yz_json *body;
	const struct yz_form *form;         /* NULL: none */
	const struct yz_decision *decision; /* NULL: conditions in the item */
	const struct yz_json *facts;
	yz_instant now;
};

static bool is_fact(const struct trial *t, struct yz_str name)
{
	const struct yz_dmn_node *input;
	const struct yz_feel_type *type;
	return (t->form && yz_form_field(t->form, name)) || (t->decision && yz_decision_fact(t->decision, name, &input, &type));
}

/* What only the decision asks. */
static void fact_fits(struct trial *t, struct yz_str name, const struct yz_json *v)
{
	struct yz_feel_value value;
	struct yz_err err = {0};
	if ((!t->form || !yz_form_field(t->form, name)) && t->decision && is_fact(t, name) &&
	    !yz_decision_value(t->r->c.a, t->decision, name, v, &value, &err))
		yz_check_error(&t->r->c, v->line, "give a value that its type allows", "%s", err.msg);
}

/* Facts that no applicant could have given would prove nothing. */
static bool facts_fit(struct trial *t, const struct yz_json *given)
{
	struct yz_arena *a = t->r->c.a;
	size_t before = t->r->c.out->len;
	if (!yz_json_is(given, YZ_JSON_OBJECT)) {
		yz_check_error(&t->r->c, t->test->line, "write {\"field\": value}", "the test has no facts");
		return false;
	}
	for (size_t i = 0; i < given->count; i++) {
		fact_fits(t, given->members[i].key, given->members[i].value);
		if (!is_fact(t, given->members[i].key))
			yz_check_error(&t->r->c, given->members[i].value->line, "write the name of a field of its form, or an input of its decision",
				       "the fact %.*s is no field", YZ_P(given->members[i].key));
	}
	t->facts = given;
	if (!t->form)
		return t->r->c.out->len == before;
	const struct yz_json *taken = yz_form_take(a, t->form, yz_json_new_object(a), given, false, t->now);
	struct yz_form_state state;
	yz_form_state(a, t->form, taken, -1, t->now, YZ_LANG_ZH, &state);
	for (size_t i = 0; i < state.nerrors; i++) {
		const struct yz_json *v = yz_json_find(given, t->form->fields[state.errors[i].field].name);
		if (v)
			yz_check_error(&t->r->c, v->line, "give a value the form takes", "the fact %.*s: %.*s", YZ_P(state.errors[i].path),
				       YZ_P(state.errors[i].text));
	}
	/* The form's facts brought to their types, and what only the decision asks as it stands. */
	struct yz_json *facts = yz_json_new_object(a);
	for (size_t i = 0; i < yz_json_len(taken); i++)
		yz_json_put(a, facts, taken->members[i].key, taken->members[i].value);
	for (size_t i = 0; i < given->count; i++)
		if (!yz_form_field(t->form, given->members[i].key))
			yz_json_put(a, facts, given->members[i].key, given->members[i].value);
	t->facts = facts;
	return t->r->c.out->len == before;
}

static bool listed(const struct yz_json *list, struct yz_str key)
{
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eq(yz_json_text(yz_json_at(list, i)), key))
			return true;
	return false;
}

/* Exactly these keys. */
static void compare_keys(struct trial *t, const char *what, const char *things, const struct yz_str *got, size_t n)
{
	const struct yz_json *wanted = yz_json_get(t->test, what);
	if (!wanted)
		return;
	for (size_t i = 0; i < n; i++)
		if (!listed(wanted, got[i]))
			yz_check_error(&t->r->c, wanted->line, "mend the rules, or the test", "these facts also need the %s %.*s", things,
				       YZ_P(got[i]));
	for (size_t i = 0; i < yz_json_len(wanted); i++) {
		struct yz_str key = yz_json_text(yz_json_at(wanted, i));
		bool found = false;
		for (size_t k = 0; k < n; k++)
			found |= yz_str_eq(got[k], key);
		if (!found)
			yz_check_error(&t->r->c, yz_json_at(wanted, i)->line, "mend the rules, or the test",
				       "these facts do not need the %s %.*s", things, YZ_P(key));
	}
}

static void compare_materials(struct trial *t)
{
	struct yz_pack_need *needs;
	size_t n = yz_pack_needs(t->r->c.a, t->body, t->form, t->decision, t->facts, t->now, &needs);
	struct yz_str *keys = yz_new_n(t->r->c.a, n, struct yz_str);
	for (size_t i = 0; i < n; i++)
		keys[i] = yz_json_str(needs[i].material, "key");
	compare_keys(t, "materials", "material", keys, n);
}

/* ---- what only a decision says ---- */

static bool same_amount(const struct yz_json *wanted, const struct yz_feel_value *amount)
{
	struct yz_dec d;
	if (!wanted)
		return true;
	if (!amount || !yz_json_is(wanted, YZ_JSON_NUMBER))
		return !amount && yz_json_is(wanted, YZ_JSON_NULL);
	return yz_dec_parse(wanted->text, &d) && yz_dec_cmp(d, yz_feel_dec(*amount)) == 0;
}

static void compare_fees(struct trial *t, const struct yz_decided *said)
{
	const struct yz_json *wanted = yz_json_get(t->test, "fees");
	if (!wanted)
		return;
	bool same = yz_json_len(wanted) == said->nfees;
	for (size_t i = 0; same && i < said->nfees; i++) {
		const struct yz_json *one = yz_json_at(wanted, i);
		same = yz_str_eq(yz_json_str(one, "项目"), said->fees[i].name) &&
		       same_amount(yz_json_get(one, "金额"), said->fees[i].amount);
	}
	struct yz_buf b;
	yz_buf_init(&b, t->r->c.a, 4000);
	for (size_t i = 0; i < said->nfees; i++)
		yz_buf_printf(&b, "%s%.*s %.*s", i ? ", " : "", YZ_P(said->fees[i].name),
			      YZ_P(said->fees[i].amount ? yz_feel_text(t->r->c.a, *said->fees[i].amount) : YZ_LIT("null")));
	if (!same)
		yz_check_error(&t->r->c, wanted->line, "mend the rules, or the test", "the fees of these facts are: %.*s",
			       YZ_P(b.len ? yz_buf_str(&b) : YZ_LIT("none")));
}

/* What an item collects is published with its basis (行政许可法 58, 59): the act that would charge anything else fails. */
static void check_published(struct trial *t, const struct yz_decided *said)
{
	const struct yz_json *fees = yz_json_get(t->body, "fees");
	for (size_t i = 0; yz_json_get(t->body, "charge") && i < said->nfees; i++) {
		bool found = false;
		for (size_t k = 0; k < yz_json_len(fees); k++)
			found |= yz_str_eq(yz_json_str(yz_json_at(fees, k), "name"), said->fees[i].name);
		if (!found)
			yz_check_error(&t->r->c, t->test->line, "write the name of one of the item's fees, or publish it there",
				       "these facts are charged %.*s, and the item publishes no fee of that name", YZ_P(said->fees[i].name));
	}
}

static void compare_limit(struct trial *t, const struct yz_decided *said)
{
	const struct yz_json *wanted = yz_json_get(t->test, "limit");
	int64_t n = -1;
	if (!wanted)
		return;
	bool plain = yz_json_is(wanted, YZ_JSON_NUMBER) && yz_json_num_int(wanted->text, &n);
	struct yz_str unit = plain ? YZ_LIT("wd") : yz_json_str(wanted, "unit");
	if (!plain)
		n = yz_json_int(wanted, "n", 0);
	if (!said->has_limit || said->limit != n || !yz_str_eq(said->limit_unit, unit))
		yz_check_error(&t->r->c, wanted->line, "mend the rules, or the test", "the limit of these facts is %lld %.*s",
			       (long long)said->limit, YZ_P(said->has_limit ? said->limit_unit : YZ_LIT("(none)")));
}

static void compare_opinions(struct trial *t, const struct yz_decided *said)
{
	const struct yz_json *accept = yz_json_get(t->test, "accept"), *opinion = yz_json_get(t->test, "opinion");
	bool refuse = yz_json_is(accept, YZ_JSON_STRING) || yz_json_is(accept, YZ_JSON_FALSE);
	if (accept && (refuse != said->refused || (yz_json_text(accept).len && !yz_str_eq(accept->text, said->refusal))))
		yz_check_error(&t->r->c, accept->line, "mend the rules, or the test", "these facts are %s: %.*s",
			       said->refused ? "not to be accepted" : "to be accepted", YZ_P(said->refusal));
	if (opinion && !yz_str_eq(yz_json_text(opinion), said->opinion))
		yz_check_error(&t->r->c, opinion->line, "mend the rules, or the test", "the opinion on these facts is %.*s",
			       YZ_P(said->opinion.len ? said->opinion : YZ_LIT("(none)")));
}

static void compare_decided(struct trial *t)
{
	struct yz_arena *a = t->r->c.a;
	struct yz_decided said;
	size_t ntold, n = 0;
	const struct yz_dmn_told *told = yz_decision_told(a, t->decision, t->form, t->facts, t->facts, t->now, &ntold);
	yz_decide(a, t->decision, t->body, told, ntold, t->now, 0, &said);
	struct yz_str *keys = yz_new_n(a, said.nbefore, struct yz_str);
	for (size_t i = 0; i < said.nbefore; i++)
		if (said.before[i].state == YZ_DECIDED_YES)
			keys[n++] = yz_json_str(said.before[i].thing, "key");
	compare_keys(t, "before", "step before", keys, n);
	compare_fees(t, &said);
	check_published(t, &said);
	compare_limit(t, &said);
	compare_opinions(t, &said);
	static const char *const says[YZ_SAYS] = {"situation", "accept", "materials", "before", "fees", "limit", "opinion"};
	for (int r = 0; r < YZ_SAYS; r++)
		if (t->decision->at[r] && !said.known[r] && yz_json_get(t->test, says[r]))
			yz_check_error(&t->r->c, t->test->line, "add the facts it depends on", "%s is not decided by these facts: %.*s and %zu more are open",
				       says[r], YZ_P(said.missing[0]), said.nmissing - 1);
	for (size_t i = 0; i < said.nstrange; i++)
		yz_check_error(&t->r->c, t->test->line, "answer what the item has", "for these facts the decision answers \"%.*s\"",
			       YZ_P(said.strange[i]));
}

static void try_one(struct yz_reading *r, const struct yz_json *test)
{
	static const char *const keys[] = {"item", "facts", "situation", "materials", "on", "fees", "limit", "before", "accept", "opinion",
					   "note", NULL};
	struct trial t = {.r = r, .test = test};
	yz_check_keys(&r->c, test, "test", keys);
	struct yz_str key = yz_json_str(test, "item"), on = yz_json_str(test, "on");
	const struct yz_pack_file *item = yz_pack_find(&r->pack->items, key);
	yz_day day;
	t.form = item ? yz_map_get(&r->forms, yz_json_str(item->json, "form")) : NULL;
	t.decision = item ? yz_map_get(&r->decisions, yz_json_str(item->json, "decision")) : NULL;
	if (item && yz_json_str(item->json, "decision").len && !t.decision)
		return; /* it has errors of its own */
	if (!t.form && !t.decision) {
		yz_check_error(&r->c, test->line, "write the key of an item with a form or a decision", "%.*s is no item with a form or a decision",
			       YZ_P(key));
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
	struct yz_str got = yz_json_str(yz_pack_situation(r->c.a, t.body, t.form, t.decision, t.facts, t.now), "key");
	if (wanted && !yz_str_eq(yz_json_text(wanted), got))
		yz_check_error(&r->c, wanted->line, "mend the situations' rules or order, or the test",
			       "the situation of these facts is %.*s, not %.*s", got.len ? (int)got.len : 4, got.len ? got.ptr : "none",
			       YZ_P(yz_json_text(wanted)));
	compare_materials(&t);
	if (t.decision)
		compare_decided(&t);
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
