/* All that the demo county's guides say, in English.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "base/utf8.h"
#include "gov/guide.h"
#include "gov/version.h"

enum { LACKS_SHOWN = 20 };

static size_t lacks, looked;

/* Documents stay as they are; this is what she reads. */
static void english(const char *what, struct yz_str item, struct yz_str s)
{
	looked++;
	for (size_t i = 0; i < s.len;)
		if (yz_is_han(yz_utf8_next(s, &i))) {
			if (lacks++ < LACKS_SHOWN)
				print_message("%s of %.*s: %.*s\n", what, YZ_P(item), YZ_P(s));
			return;
		}
}

/* A text of the pack that the page shows by its own hand. */
static void named(struct fixture *f, const char *what, struct yz_str item, struct yz_str s)
{
	english(what, item, yz_site_name(f->site, "en", s));
}

static void question(struct yz_str item, const struct yz_guide_question *q)
{
	english("question", item, q->question);
	english("hint", item, q->hint);
	english("unit", item, q->unit);
	for (size_t i = 0; i < q->nchoices; i++)
		english("answer", item, q->choices[i].text);
}

static void materials(struct fixture *f, struct yz_str item, const struct yz_guide *g)
{
	static const char *const parts[] = {"standard", "fill_note", "issued_within", "issuer"};
	for (size_t i = 0; i < g->nmaterials; i++) {
		const struct yz_guide_material *m = &g->materials[i];
		english("material", item, m->name);
		english("why a material", item, m->why);
		english("basis of a material", item, m->basis);
		english("giver of a material", item, m->given_by);
		for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
			named(f, parts[k], item, yz_json_str(m->material, parts[k]));
	}
}

static void steps_and_fees(struct yz_str item, const struct yz_guide *g)
{
	for (size_t i = 0; i < g->nbefore; i++) {
		const struct yz_guide_step *s = &g->before[i];
		const struct yz_str all[] = {s->name, s->unit, s->place, s->basis, s->result, s->note, s->limit, s->why};
		for (size_t k = 0; k < sizeof all / sizeof *all; k++)
			english("step before", item, all[k]);
	}
	for (size_t i = 0; i < g->nfees; i++) {
		const struct yz_str all[] = {g->fees[i].name, g->fees[i].amount, g->fees[i].note, g->fees[i].why};
		for (size_t k = 0; k < sizeof all / sizeof *all; k++)
			english("fee", item, all[k]);
	}
}

static void items(struct fixture *f, const struct yz_guide *g)
{
	for (size_t i = 0; i < g->nitems; i++) {
		const struct yz_guide_item *it = &g->items[i];
		const struct yz_str all[] = {it->name, it->org_name, it->situation_name, it->situation_note, it->situation_why, it->limit,
					     it->legal_limit, it->limit_why, it->refusal, it->refusal_why, it->opinion_why, it->window,
					     it->address, it->hours, it->form_title};
		const struct yz_json *laws = yz_json_get(it->version->body, "basis"), *situations = yz_json_get(it->version->body, "situations");
		for (size_t k = 0; k < sizeof all / sizeof *all; k++)
			english("item", it->key, all[k]);
		for (size_t k = 0; k < yz_json_len(laws); k++) {
			named(f, "law", it->key, yz_json_str(yz_json_at(laws, k), "law"));
			named(f, "article", it->key, yz_json_str(yz_json_at(laws, k), "article"));
			named(f, "what a law says", it->key, yz_json_str(yz_json_at(laws, k), "text"));
		}
		for (size_t k = 0; k < yz_json_len(situations); k++) {
			named(f, "situation", it->key, yz_json_str(yz_json_at(situations, k), "name"));
			named(f, "note of a situation", it->key, yz_json_str(yz_json_at(situations, k), "note"));
		}
		named(f, "summary", it->key, yz_json_str(it->version->body, "summary"));
	}
}

static void look_at(struct fixture *f, struct yz_str what, const struct yz_guide *g)
{
	english("name", what, g->name);
	english("summary", what, g->bundle.len ? g->summary : (struct yz_str){0});
	if (g->question)
		question(what, g->question);
	for (size_t i = 0; i < g->nanswered; i++) {
		question(what, &g->answered[i].question);
		english("what was answered", what, g->answered[i].text);
	}
	items(f, g);
	materials(f, what, g);
	steps_and_fees(what, g);
}

/* Those of the row that the decision has: the form's others are not asked in a guide. */
static const struct yz_json *told_of(struct fixture *f, const struct yz_guide *g, const struct yz_json *facts)
{
	struct yz_json *told = yz_json_new_object(f->a);
	const struct yz_dmn_node *input;
	const struct yz_feel_type *type;
	for (size_t i = 0; i < yz_json_len(facts); i++)
		if (yz_decision_fact(g->items[0].version->decision, facts->members[i].key, &input, &type))
			yz_json_put(f->a, told, facts->members[i].key, facts->members[i].value);
	return told;
}

SITE(every_text_of_a_guide_and_its_notice_has_its_english)
{
	const struct yz_pack *pack = site_demo_pack();
	struct yz_conn *conn = reading(f);
	lacks = looked = 0;
	size_t rows = 0;
	for (size_t t = 0; t < pack->tests.len; t++)
		for (size_t i = 0; i < yz_json_len(pack->tests.at[t].json); i++) {
			const struct yz_json *row = yz_json_at(pack->tests.at[t].json, i);
			struct yz_str item = yz_json_str(row, "item");
			const struct yz_guide *g = yz_guide_of(f->site, conn, f->a, item, NULL, NULL, YZ_LANG_EN, &f->err);
			if (!g && f->err.code == YZ_NOT_FOUND) { /* it has no decision, so no guide */
				f->err = (struct yz_err){0};
				continue;
			}
			GOOD(f, g);
			const struct yz_json *told = told_of(f, g, yz_json_get(row, "facts"));
			GOOD(f, g = yz_guide_of(f->site, conn, f->a, item, told, NULL, YZ_LANG_EN, &f->err));
			look_at(f, item, g);
			rows++;
		}
	for (size_t i = 0; i < pack->bundles.len; i++) {
		const struct yz_guide *g = yz_guide_of(f->site, conn, f->a, pack->bundles.at[i].key, NULL, NULL, YZ_LANG_EN, &f->err);
		GOOD(f, g);
		look_at(f, pack->bundles.at[i].key, g);
	}
	yz_db_release(conn);
	assert_true(rows > 100);
	assert_true(looked > 10000);
	assert_int_equal(lacks, 0);
}
