/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "calendar/calendar.h"
#include "gov/guide.h"
#include "gov/version.h"

#include <pthread.h>

/* ---- in short ---- */

static struct yz_str begin(struct fixture *f, const char *known)
{
	struct yz_str token;
	GOOD(f, yz_guide_begin(f->site, f->a, YZ_LIT("road-dig"), known ? json(f, known) : NULL, &token, &f->err));
	return token;
}

static const struct yz_guide *see(struct fixture *f, struct yz_str token, const struct yz_actor *who, enum yz_lang lang)
{
	struct yz_conn *conn = reading(f);
	const struct yz_guide *g = yz_guide_load(f->site, conn, f->a, token, who, lang, &f->err);
	yz_db_release(conn);
	GOOD(f, g);
	return g;
}

static const struct yz_guide *of(struct fixture *f, const char *what, const char *known)
{
	struct yz_conn *conn = reading(f);
	const struct yz_guide *g = yz_guide_of(f->site, conn, f->a, yz_str(what), json(f, known), NULL, YZ_LANG_ZH, &f->err);
	yz_db_release(conn);
	GOOD(f, g);
	return g;
}

static bool missing(struct fixture *f, struct yz_str token)
{
	struct yz_conn *conn = reading(f);
	f->err = (struct yz_err){0};
	bool none = !yz_guide_load(f->site, conn, f->a, token, NULL, YZ_LANG_ZH, &f->err) && f->err.code == YZ_NOT_FOUND;
	yz_db_release(conn);
	return none;
}

static size_t answer(struct fixture *f, struct yz_str token, const char *fact, const char *value)
{
	const struct yz_str v = yz_str(value);
	size_t dropped;
	GOOD(f, yz_guide_answer(f->site, f->a, token, yz_str(fact), &v, 1, &dropped, &f->err));
	return dropped;
}

static const struct yz_guide_material *material(const struct yz_guide *g, const char *key)
{
	for (size_t i = 0; i < g->nmaterials; i++)
		if (yz_str_eqz(g->materials[i].key, key))
			return &g->materials[i];
	fail_msg("no material %s", key);
	return NULL;
}

static const struct yz_guide_step *step(const struct yz_guide *g, const char *key)
{
	for (size_t i = 0; i < g->nbefore; i++)
		if (yz_str_eqz(g->before[i].key, key))
			return &g->before[i];
	return NULL;
}

static bool answered(const struct yz_guide *g, const char *fact)
{
	for (size_t i = 0; i < g->nanswered; i++)
		if (yz_str_eqz(g->answered[i].question.fact, fact))
			return true;
	return false;
}

#define assert_text(s, expected) assert_string_equal(yz_str_z(f->a, s), expected)

static const char *const road_answers[][2] = {
	{"挖掘原因", "供水管线接入"}, {"道路归属", "城市道路"}, {"申请人类型", "居民个人"}, {"委托办理", "false"},
	{"道路等级", "支路"}, {"道路使用情况", "其他"}, {"涉及绿化带", "true"}, {"邻近河道", "false"}, {"邻近文物", "false"},
	{"邻近铁路", "false"}, {"施工方式", "开挖"}, {"挖掘深度", "1.2"}, {"车道封闭", "不占车道"}};

/* Answers what is asked until nothing is; how many questions there were. */
static size_t answer_all(struct fixture *f, struct yz_str token)
{
	size_t n = 0;
	for (const struct yz_guide *g; !(g = see(f, token, NULL, YZ_LANG_ZH))->decided; n++) {
		bool found = false;
		for (size_t i = 0; i < sizeof road_answers / sizeof *road_answers && !found; i++)
			if (yz_str_eqz(g->question->fact, road_answers[i][0])) {
				answer(f, token, road_answers[i][0], road_answers[i][1]);
				found = true;
			}
		if (!found || n > 20)
			fail_msg("asked for %.*s", YZ_P(g->question->fact));
	}
	return n;
}

/* ---- asking ---- */

SITE(a_guide_asks_until_all_is_decided_and_each_answer_narrows_the_list)
{
	struct yz_str token = begin(f, NULL);
	const struct yz_guide *g = see(f, token, NULL, YZ_LANG_ZH);
	assert_false(g->decided);
	assert_int_equal(g->nanswered, 0);
	assert_int_equal(material(g, "site-plan")->state, YZ_GUIDE_NEEDED);
	assert_text(material(g, "site-plan")->why, "每个申请都要。");
	assert_int_equal(material(g, "gas-scheme")->state, YZ_GUIDE_POSSIBLE);
	assert_text(material(g, "gas-scheme")->why, "还要看：挖掘原因。");
	assert_true(g->possible > 10);
	answer(f, token, "挖掘原因", "供水管线接入");
	const struct yz_guide *next = see(f, token, NULL, YZ_LANG_ZH);
	assert_int_equal(material(next, "gas-scheme")->state, YZ_GUIDE_NOT_NEEDED);
	assert_int_equal(material(next, "construction-plan")->state, YZ_GUIDE_NEEDED);
	assert_true(next->possible < g->possible);
	assert_true(next->open < g->open);
	assert_true(answer_all(f, token) <= 12);
	g = see(f, token, NULL, YZ_LANG_ZH);
	assert_true(g->decided);
	assert_int_equal(g->open, 0);
	assert_int_equal(g->possible, 0);
	assert_text(g->items[0].situation, "green");
	assert_text(g->items[0].limit, "7 个工作日");
	assert_true(g->items[0].fees_known);
	assert_int_equal(g->nfees, 0);
	assert_int_equal(g->items[0].refusal.len, 0);
	assert_text(material(g, "green-plan")->why, "因为要动绿化带、行道树。");
	assert_text(material(g, "pipe-consent")->why, "因为申请人类型是“居民个人”，挖掘原因是“接自来水”。");
	assert_int_equal(g->needed, 7);
}

SITE(a_question_offers_its_answers_in_the_words_of_the_form)
{
	const struct yz_guide *g = of(f, "road-dig", "{\"道路使用情况\": \"其他\"}");
	const struct yz_guide_question *q = g->question;
	assert_text(q->fact, "挖掘原因");
	assert_text(q->question, "为什么要挖这条路？");
	assert_int_equal(q->hint.len, 0);
	assert_int_equal(q->kind, YZ_GUIDE_CHOICE);
	assert_int_equal(q->nchoices, 10);
	assert_text(q->choices[0].value, "供水管线接入");
	assert_text(q->choices[0].text, "接自来水");
}

SITE(a_number_is_asked_with_its_unit_and_bounds)
{
	const struct yz_guide *g = of(f, "road-dig", "{\"挖掘深度\": 1.5}");
	const struct yz_guide_answered *one = &g->answered[0];
	assert_int_equal(one->question.kind, YZ_GUIDE_NUMBER);
	assert_text(one->question.unit, "米");
	assert_text(one->question.low, "0");
	assert_text(one->question.high, "50");
	assert_text(one->question.hint, "单位是米，最深的地方。");
	assert_text(one->text, "1.5 米");
	assert_true(one->matters);
}

SITE(what_cannot_be_accepted_is_said_and_asked_no_further)
{
	const struct yz_guide *g = of(f, "road-dig", "{\"道路归属\": \"公路\"}");
	assert_text(g->items[0].refusal, "公路由交通运输局管，请到交通运输局办涉路施工许可。");
	assert_text(g->items[0].refusal_why, "因为道路归属是“公路”；《中华人民共和国公路法》第四十四条。");
	assert_true(g->decided);
	assert_true(g->items[0].decided);
}

/* ---- changing ---- */

SITE(an_early_answer_changes_and_later_ones_that_matter_stay)
{
	struct yz_str token = begin(f, "{\"挖掘原因\": \"供水管线接入\"}");
	answer_all(f, token);
	const struct yz_guide *g = see(f, token, NULL, YZ_LANG_ZH);
	size_t before = g->nanswered;
	assert_true(answered(g, "道路使用情况"));
	struct yz_str rescue = YZ_LIT("管线抢修");
	size_t dropped;
	GOOD(f, yz_guide_change(f->site, f->a, token, YZ_LIT("挖掘原因"), &rescue, 1, &dropped, &f->err));
	g = see(f, token, NULL, YZ_LANG_ZH);
	/* Where a pipe has burst nobody asks how old the road is; trees and rivers matter as before. */
	assert_true(dropped > 0);
	assert_false(answered(g, "道路使用情况"));
	assert_true(answered(g, "涉及绿化带"));
	assert_true(answered(g, "邻近河道"));
	assert_text(g->items[0].situation, "emergency");
	assert_int_equal(g->nanswered, before - dropped);
	assert_true(g->decided);
	/* And it stands where it stood. */
	size_t place = 0;
	while (!yz_str_eqz(g->answered[place].question.fact, "挖掘原因"))
		place++;
	assert_int_equal(place, 0);
	/* Back again: what went is asked again. */
	answer(f, token, "挖掘原因", "供水管线接入");
	g = see(f, token, NULL, YZ_LANG_ZH);
	assert_false(g->decided);
	assert_text(g->question->fact, "道路使用情况");
}

SITE(an_answer_taken_back_is_asked_again)
{
	struct yz_str token = begin(f, "{\"道路使用情况\": \"其他\", \"挖掘原因\": \"出入口开设\"}");
	GOOD(f, yz_guide_answer(f->site, f->a, token, YZ_LIT("挖掘原因"), NULL, 0, NULL, &f->err));
	const struct yz_guide *g = see(f, token, NULL, YZ_LANG_ZH);
	assert_int_equal(g->nanswered, 1);
	assert_text(g->question->fact, "挖掘原因");
	struct yz_str v = YZ_LIT("出入口开设");
	FAILS(f, YZ_NOT_FOUND, yz_guide_change(f->site, f->a, token, YZ_LIT("挖掘原因"), &v, 1, NULL, &f->err));
}

SITE(what_a_fact_does_not_allow_changes_nothing)
{
	struct yz_str token = begin(f, "{\"挖掘原因\": \"出入口开设\"}");
	static const char *const wrong[][2] = {{"挖掘原因", "挖宝"}, {"挖掘深度", "深"}, {"挖掘深度", "51"}, {"挖掘深度", "1e5000"},
					       {"委托办理", "也许"}, {"车道封闭", ""}};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct yz_str v = yz_str(wrong[i][1]);
		FAILS(f, YZ_BAD_INPUT, yz_guide_answer(f->site, f->a, token, yz_str(wrong[i][0]), &v, 1, NULL, &f->err));
	}
	struct yz_str two[] = {YZ_LIT("主干道"), YZ_LIT("支路")}, v = YZ_LIT("1");
	FAILS(f, YZ_BAD_INPUT, yz_guide_answer(f->site, f->a, token, YZ_LIT("道路等级"), two, 2, NULL, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_guide_answer(f->site, f->a, token, YZ_LIT("鞋码"), &v, 1, NULL, &f->err));
	char *large = yz_alloc(f->a, YZ_GUIDE_VALUE + 1);
	memset(large, 'x', YZ_GUIDE_VALUE + 1);
	struct yz_str past = yz_str_n(large, YZ_GUIDE_VALUE + 1);
	FAILS(f, YZ_TOO_LARGE, yz_guide_answer(f->site, f->a, token, YZ_LIT("道路等级"), &past, 1, NULL, &f->err));
	const struct yz_guide *g = see(f, token, NULL, YZ_LANG_ZH);
	assert_int_equal(g->nanswered, 1);
	assert_text(g->answered[0].text, "开车辆出入口");
	/* A number as it is typed. */
	answer(f, token, "挖掘深度", " １.５０ ");
	assert_text(see(f, token, NULL, YZ_LANG_ZH)->answered[1].values[0], "1.50");
}

/* ---- keeping ---- */

SITE(a_guide_has_no_identity_and_its_facts_are_sealed)
{
	struct yz_str token = begin(f, "{\"挖掘原因\": \"出入口开设\"}");
	assert_int_equal(token.len, YZ_GUIDE_TOKEN);
	struct yz_conn *conn = reading(f);
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT token_dig, what, facts_enc FROM guide");
	GOOD(f, r);
	assert_int_equal(r->count, 1);
	assert_int_equal(yz_str_find(yz_row_str(r, 0, 0), token, 0), SIZE_MAX);
	assert_text(yz_row_str(r, 0, 1), "item:" ROAD_DIG);
	assert_int_equal(yz_str_find(yz_row_str(r, 0, 2), YZ_LIT("出入口"), 0), SIZE_MAX);
	yz_db_release(conn);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM ledger WHERE thing_kind = 'guide'"), 0);
}

SITE(a_token_that_is_none_finds_nothing)
{
	begin(f, NULL);
	assert_true(missing(f, YZ_LIT("")));
	assert_true(missing(f, YZ_LIT("AAAAAAAAAAAAAAAAAAAAAA")));
	assert_true(missing(f, YZ_LIT("../../../etc/passwd")));
	assert_true(missing(f, YZ_LIT("AAAAAAAAAAAAAAAAAAAAA'")));
	struct yz_str v = YZ_LIT("支路"), bad = YZ_LIT("AAAAAAAAAAAAAAAAAAAAAA");
	FAILS(f, YZ_NOT_FOUND, yz_guide_answer(f->site, f->a, bad, YZ_LIT("道路等级"), &v, 1, NULL, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_guide_forget(f->site, bad, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_guide_begin(f->site, f->a, YZ_LIT("no-such-item"), NULL, &bad, &f->err));
	FAILS(f, YZ_NOT_FOUND, yz_guide_begin(f->site, f->a, YZ_LIT("marriage"), NULL, &bad, &f->err));
}

SITE(thirty_days_after_the_last_answer_it_is_gone)
{
	struct yz_str token = begin(f, NULL), idle = begin(f, NULL);
	int64_t gone;
	answer(f, token, "道路等级", "支路");
	f->now += YZ_DAY;
	assert_true(missing(f, idle));
	f->now += 20 * YZ_DAY;
	answer(f, token, "道路归属", "城市道路");
	f->now += 30 * YZ_DAY - YZ_SECOND;
	see(f, token, NULL, YZ_LANG_ZH);
	GOOD(f, yz_guide_sweep(f->site, f->now, &gone, &f->err));
	assert_int_equal(gone, 1); /* the idle one */
	f->now += YZ_SECOND;
	assert_true(missing(f, token));
	struct yz_str v = YZ_LIT("支路");
	FAILS(f, YZ_NOT_FOUND, yz_guide_answer(f->site, f->a, token, YZ_LIT("道路等级"), &v, 1, NULL, &f->err));
	GOOD(f, yz_guide_sweep(f->site, f->now, &gone, &f->err));
	assert_int_equal(gone, 1);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM guide"), 0);
}

SITE(forgotten_is_gone)
{
	struct yz_str token = begin(f, NULL);
	GOOD(f, yz_guide_forget(f->site, token, &f->err));
	assert_true(missing(f, token));
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM guide"), 0);
}

static bool age_by_a_million(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	(void)a;
	(void)ctx;
	return yz_exec(conn, err, "UPDATE guide SET id = id + $1 WHERE id = (SELECT MAX(id) FROM guide)", YZ_I(YZ_GUIDE_KEPT));
}

SITE(one_guide_that_lives_long_keeps_nobody_out)
{
	begin(f, NULL);
	begin(f, NULL);
	GOOD(f, yz_db_write(f->site->db, age_by_a_million, NULL, &f->err));
	begin(f, NULL);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM guide"), 3);
}

SITE(ten_thousand_answers_leave_one_small_row)
{
	struct yz_str token = begin(f, "{\"挖掘原因\": \"出入口开设\"}");
	static const char *const grades[] = {"主干道", "次干道", "支路", "街巷"};
	struct yz_arena *a = yz_arena_create(0);
	for (int i = 0; i < 10000; i++) {
		struct yz_str v = yz_str(grades[i % 4]);
		GOOD(f, yz_guide_answer(f->site, a, token, YZ_LIT("道路等级"), &v, 1, NULL, &f->err));
		yz_arena_reset(a);
	}
	yz_arena_destroy(a);
	assert_int_equal(see(f, token, NULL, YZ_LANG_ZH)->nanswered, 2);
	assert_int_equal(site_int(f, "SELECT COUNT(*) FROM guide"), 1);
	assert_true(site_int(f, "SELECT LENGTH(facts_enc) FROM guide") < 300);
}

struct answering {
	struct fixture *f;
	struct yz_str token;
	const char *fact, *value;
	bool ok;
};

static void *answer_there(void *ctx)
{
	struct answering *w = ctx;
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str v = yz_str(w->value);
	w->ok = yz_guide_answer(w->f->site, a, w->token, yz_str(w->fact), &v, 1, NULL, &err);
	yz_arena_destroy(a);
	return NULL;
}

SITE(answers_given_at_once_all_count)
{
	enum { MANY = 6 };
	static const char *const facts[MANY][2] = {{"道路等级", "支路"}, {"涉及绿化带", "true"}, {"邻近河道", "true"},
						   {"邻近铁路", "true"}, {"委托办理", "true"}, {"施工方式", "开挖"}};
	struct yz_str token = begin(f, "{\"挖掘原因\": \"出入口开设\"}");
	struct answering w[MANY];
	pthread_t threads[MANY];
	for (int i = 0; i < MANY; i++) {
		w[i] = (struct answering){f, token, facts[i][0], facts[i][1], false};
		assert_int_equal(pthread_create(&threads[i], NULL, answer_there, &w[i]), 0);
	}
	for (int i = 0; i < MANY; i++) {
		pthread_join(threads[i], NULL);
		assert_true(w[i].ok);
	}
	const struct yz_guide *g = see(f, token, NULL, YZ_LANG_ZH);
	for (int i = 0; i < MANY; i++)
		assert_true(answered(g, facts[i][0]));
}

/* ---- who looks ---- */

SITE(what_registers_know_is_shown_with_its_source_and_not_asked)
{
	struct yz_str token = begin(f, "{\"挖掘原因\": \"出入口开设\"}");
	assert_false(answered(see(f, token, NULL, YZ_LANG_ZH), "申请人类型"));
	struct yz_actor *who = actor(f, "linguohua");
	const struct yz_guide *g = see(f, token, who, YZ_LANG_ZH);
	assert_true(answered(g, "申请人类型"));
	const struct yz_guide_answered *last = &g->answered[g->nanswered - 1];
	assert_int_equal(last->source, YZ_GUIDE_REGISTER);
	assert_text(last->register_name, "实名信息");
	assert_text(last->text, "居民个人");
	/* Who is not verified has told it herself, so it is asked; and it is never stored. */
	who->principal_proof = 0;
	assert_false(answered(see(f, token, who, YZ_LANG_ZH), "申请人类型"));
	assert_int_equal(see(f, token, NULL, YZ_LANG_ZH)->nanswered, 1);
}

SITE(the_application_begins_with_what_was_answered)
{
	struct yz_str token = begin(f, NULL);
	answer_all(f, token);
	struct yz_actor *who = actor(f, "linguohua");
	int64_t id;
	FAILS(f, YZ_SIGN_IN, yz_guide_apply(f->site, f->a, NULL, token, YZ_LIT(""), &id, &f->err));
	GOOD(f, yz_guide_apply(f->site, f->a, who, token, YZ_LIT(""), &id, &f->err));
	struct yz_draft *d = draft(f, who, id);
	assert_text(d->item_key, "road-dig");
	assert_text(yz_json_str(d->facts, "道路等级"), "支路");
	assert_true(yz_json_bool(d->facts, "涉及绿化带", false));
	assert_int_equal(yz_json_get(d->facts, "道路归属"), NULL);
	assert_text(yz_json_get(d->facts, "挖掘深度")->text, "1.2");
	assert_text(d->situation, "green");
	FAILS(f, YZ_NOT_FOUND, yz_guide_apply(f->site, f->a, who, token, YZ_LIT("dibao"), &id, &f->err));
}

SITE(in_english_questions_come_from_the_pack)
{
	struct yz_str token = begin(f, "{\"道路使用情况\": \"其他\"}");
	const struct yz_guide *g = see(f, token, NULL, YZ_LANG_EN);
	assert_text(g->name, "Permit to dig up an urban road");
	assert_text(g->question->question, "Why must the road be dug up?");
	assert_text(g->question->choices[0].text, "Connecting water");
	assert_text(material(g, "site-plan")->why, "Every application needs it.");
}

/* ---- steps before ---- */

static const struct yz_json *step_json(const char *key)
{
	const struct yz_json *list = yz_json_get(yz_pack_find(&site_demo_pack()->items, YZ_LIT("road-dig"))->json, "before");
	for (size_t i = 0; i < yz_json_len(list); i++)
		if (yz_str_eqz(yz_json_str(yz_json_at(list, i), "key"), key))
			return yz_json_at(list, i);
	return NULL;
}

SITE(steps_before_are_ordered_with_time_and_what_must_not_slip)
{
	const struct yz_guide *g = of(f, "road-dig",
				      "{\"挖掘原因\":\"建设工程施工\",\"道路归属\":\"城市道路\",\"申请人类型\":\"企业或其他组织\","
				      "\"委托办理\":false,\"道路等级\":\"主干道\",\"道路使用情况\":\"其他\",\"涉及绿化带\":true,"
				      "\"邻近河道\":true,\"邻近文物\":true,\"邻近铁路\":true,\"施工方式\":\"开挖\",\"挖掘深度\":2,"
				      "\"车道封闭\":\"全封闭\"}");
	const struct yz_calendar *c = yz_site_calendar(f->site);
	size_t critical = 0;
	yz_day last = 0;
	assert_true(g->decided);
	assert_true(g->nbefore > 20);
	for (size_t i = 0; i < g->nbefore; i++) {
		const struct yz_guide_step *s = &g->before[i];
		const struct yz_json *limit = yz_json_get(step_json(yz_str_z(f->a, s->key)), "limit");
		yz_day begins = g->day;
		bool handed = s->start == g->day;
		for (size_t k = 0; k < s->nafter; k++) {
			const struct yz_guide_step *b = &g->before[s->after[k]];
			assert_true(s->after[k] < i && b->round < s->round);
			if (b->end > begins)
				begins = b->end;
			handed |= b->critical && b->end == s->start;
		}
		assert_int_equal(s->start, begins);
		if (yz_str_eqz(yz_json_str(limit, "unit"), "wd"))
			assert_int_equal(s->end, yz_add_working(c, s->start, (int)yz_json_int(limit, "n", 0)));
		assert_true(!s->critical || handed);
		critical += s->critical;
		last = s->end > last ? s->end : last;
	}
	yz_site_calendar_release(f->site, c);
	assert_int_equal(g->ready, last);
	assert_true(critical >= 2 && critical < g->nbefore);
	/* A step that is an item of this site leads to it. */
	size_t linked = 0;
	for (size_t i = 0; i < g->nbefore; i++)
		linked += g->before[i].code.len > 0;
	assert_true(linked >= 2);
	assert_null(step(g, "water-connect"));
}

SITE(a_step_that_is_not_needed_hands_its_predecessors_on)
{
	static const char small[] = "{\"挖掘原因\":\"供水管线接入\",\"申请人类型\":\"居民个人\",\"道路等级\":\"支路\","
				    "\"道路使用情况\":\"其他\",\"涉及绿化带\":false,\"邻近河道\":true,\"邻近文物\":false,"
				    "\"邻近铁路\":false,\"施工方式\":\"开挖\",\"挖掘深度\":2,\"车道封闭\":\"不占车道\"}";
	const struct yz_guide *g = of(f, "road-dig", small);
	size_t handed = 0;
	for (size_t i = 0; i < g->nbefore; i++) {
		const struct yz_guide_step *s = &g->before[i];
		const struct yz_json *after = yz_json_get(step_json(yz_str_z(f->a, s->key)), "after");
		bool through = false;
		for (size_t k = 0; k < yz_json_len(after); k++)
			through |= !step(g, yz_str_z(f->a, yz_json_text(yz_json_at(after, k))));
		for (size_t k = 0; k < s->nafter; k++) {
			bool named = false;
			for (size_t n = 0; n < yz_json_len(after); n++)
				named |= yz_str_eq(yz_json_text(yz_json_at(after, n)), g->before[s->after[k]].key);
			assert_true(named || through);
			handed += !named;
		}
	}
	assert_true(handed > 0);
}

/* ---- rules change ---- */

SITE(a_guide_goes_over_to_the_rules_in_force)
{
	struct yz_str token = begin(f, "{\"挖掘原因\": \"出入口开设\"}");
	assert_false(see(f, token, NULL, YZ_LANG_ZH)->renewed);
	struct yz_pack newer = *site_demo_pack();
	struct yz_pack_file *items = yz_new_n(f->a, newer.items.len, struct yz_pack_file);
	memcpy(items, newer.items.at, newer.items.len * sizeof *items);
	size_t at = (size_t)(yz_pack_find(&newer.items, YZ_LIT("road-dig")) - newer.items.at);
	struct yz_json *body = yz_json_new_object(f->a);
	for (size_t i = 0; i < items[at].json->count; i++)
		yz_json_put(f->a, body, items[at].json->members[i].key, items[at].json->members[i].value);
	yz_json_put(f->a, body, YZ_LIT("summary"), yz_json_new_str(f->a, YZ_LIT("新的说明")));
	items[at].json = body;
	newer.items.at = items;
	f->now += YZ_HOUR;
	site_install(f, &newer);
	const struct yz_guide *g = see(f, token, NULL, YZ_LANG_ZH);
	assert_true(g->renewed);
	assert_text(g->summary, "新的说明");
	assert_int_equal(g->nanswered, 1);
	answer(f, token, "道路归属", "城市道路");
	assert_false(see(f, token, NULL, YZ_LANG_ZH)->renewed);
}

/* ---- printed ---- */

SITE(as_text_and_as_json_it_says_the_same)
{
	const struct yz_guide *g = of(f, "road-dig", "{\"挖掘原因\": \"供水管线接入\"}");
	struct yz_buf b;
	yz_buf_init(&b, f->a, 1 << 20);
	yz_guide_text(g, YZ_LANG_ZH, &b);
	assert_int_not_equal(yz_str_find(yz_buf_str(&b), YZ_LIT("挖掘位置平面图"), 0), SIZE_MAX);
	assert_int_not_equal(yz_str_find(yz_buf_str(&b), YZ_LIT("下一个问题"), 0), SIZE_MAX);
	yz_buf_init(&b, f->a, 1 << 20);
	yz_guide_json(g, &b);
	const struct yz_json *j = yz_json_read(f->a, yz_buf_str(&b), NULL, &f->err);
	GOOD(f, j);
	assert_int_equal(yz_json_len(yz_json_get(j, "materials")), g->nmaterials);
	assert_true(yz_str_eq(yz_json_str(yz_json_get(j, "ask"), "fact"), g->question->fact));
}

/* ---- checking ---- */

SITE(who_acts_against_the_rules_says_why_and_it_stands_in_the_history)
{
	struct yz_conn *conn = reading(f);
	const struct yz_version *v = yz_version_now(f->site, conn, f->a, YZ_LIT("elderly-allowance"), &f->err);
	GOOD(f, v);
	yz_db_release(conn);
	struct yz_advice advice;
	const char *young = "{\"年龄\":78,\"在外地居住\":false,\"已领同类津贴\":false,\"办理人\":\"老人本人\",\"用社保卡领取\":true}";
	yz_guide_advise(f->a, v, json(f, young), f->now, &advice);
	assert_true(advice.asked && !advice.accepts);
	assert_text(advice.opinion, "不予");
	assert_true(yz_guide_against(&advice, YZ_ACT_accept).len > 0);
	assert_true(yz_guide_against(&advice, YZ_ACT_grant).len > 0);
	assert_int_equal(yz_guide_against(&advice, YZ_ACT_refuse).len, 0);
	assert_int_equal(yz_guide_against(&advice, YZ_ACT_deny).len, 0);
	const char *old = "{\"年龄\":85,\"在外地居住\":false,\"已领同类津贴\":false,\"办理人\":\"老人本人\",\"用社保卡领取\":true}";
	yz_guide_advise(f->a, v, json(f, old), f->now, &advice);
	assert_true(advice.accepts);
	assert_int_equal(yz_guide_against(&advice, YZ_ACT_accept).len, 0);
	assert_true(yz_guide_against(&advice, YZ_ACT_refuse).len > 0);
	assert_true(yz_guide_against(&advice, YZ_ACT_deny).len > 0);
}

SITE(an_acceptance_against_the_rules_wants_a_reason_and_supervision_reads_it)
{
	struct yz_actor *who = actor(f, "linguohua"), *clerk = actor(f, "yanghui");
	const char *code = yz_str_z(f->a, yz_json_str(yz_pack_find(&site_demo_pack()->items, YZ_LIT("elderly-allowance"))->json, "code"));
	int64_t id;
	struct yz_str no;
	GOOD(f, yz_draft_open(f->site, who, yz_str(code), &id, &f->err));
	GOOD(f, yz_draft_save(f->site, f->a, who, id,
			      json(f, "{\"性别\":\"女\",\"年龄\":\"78\",\"居住乡镇\":\"河东街道\",\"村社区\":\"滨河社区\",\"在外地居住\":\"false\","
				      "\"已领同类津贴\":\"false\",\"办理人\":\"老人本人\",\"用社保卡领取\":\"true\"}"),
			      0, &f->err));
	add_materials(f, who, id);
	/* She is told, and may submit all the same. */
	assert_int_not_equal(draft(f, who, id)->refusal.len, 0);
	GOOD(f, yz_case_submit(f->site, f->a, who, id, YZ_LIT("web"), &no, &f->err));
	FAILS(f, YZ_BAD_INPUT, ACT(f, clerk, no, accept));
	assert_string_equal(f->err.where, "overrule");
	assert_int_equal(look(f, clerk, no)->row.state, YZ_CASE_submitted);
	char *large = yz_alloc(f->a, 4001);
	memset(large, 'x', 4001);
	FAILS(f, YZ_BAD_INPUT, ACT(f, clerk, no, accept, .overrule = yz_str_n(large, 4001)));
	f->err = (struct yz_err){0};
	GOOD(f, ACT(f, clerk, no, accept, .overrule = YZ_LIT("户口簿上的出生年份登记错了")));
	struct yz_case *c = look(f, clerk, no);
	assert_int_equal(c->row.state, YZ_CASE_accepted);
	bool told = false;
	for (size_t i = 0; i < c->nevents; i++)
		told |= yz_str_eqz(c->events[i].act, "overrule") && yz_str_find(c->events[i].text, YZ_LIT("登记错了"), 0) != SIZE_MAX;
	assert_true(told);
	struct yz_overrule *rows;
	struct yz_overrule_query all = {.limit = 10}, other = {.limit = 10, .org = YZ_LIT("zhujian")}, late = all;
	struct yz_figures *figures;
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_overrule_list(conn, f->a, actor(f, "supervisor"), &all, &rows, &f->err), 1);
	assert_true(yz_str_eq(rows[0].case_no, no));
	assert_text(rows[0].act, "受理");
	assert_true(rows[0].against.len > 0);
	assert_text(rows[0].why, "户口簿上的出生年份登记错了");
	assert_int_equal(yz_overrule_list(conn, f->a, actor(f, "supervisor"), &other, &rows, &f->err), 0);
	assert_int_equal(yz_overrule_list(conn, f->a, actor(f, "supervisor-town"), &all, &rows, &f->err), 0);
	late.from = yz_site_now(f->site) + YZ_DAY;
	assert_int_equal(yz_overrule_list(conn, f->a, actor(f, "supervisor"), &late, &rows, &f->err), 0);
	late = (struct yz_overrule_query){.limit = 10, .to = late.from};
	assert_int_equal(yz_overrule_list(conn, f->a, actor(f, "supervisor"), &late, &rows, &f->err), 1);
	late.before = rows[0].id;
	assert_int_equal(yz_overrule_list(conn, f->a, actor(f, "supervisor"), &late, &rows, &f->err), 0);
	assert_true(yz_board_figures(f->site, conn, f->a, actor(f, "supervisor"), YZ_LIT(""), YZ_LIT(""), &figures, &f->err) > 1);
	assert_int_equal(figures[0].overruled, 1);
	assert_int_equal(yz_overrule_list(conn, f->a, who, &all, &rows, &f->err), 0);
	assert_int_equal(f->err.code, YZ_FORBIDDEN);
	yz_db_release(conn);
	ledger_holds(f);
}

SITE(a_version_that_lacks_what_its_decision_names_is_not_published)
{
	struct yz_conn *conn = reading(f);
	struct yz_item *item = yz_item_at(f->site, conn, f->a, YZ_LIT(ROAD_DIG), f->now, &f->err);
	GOOD(f, item);
	yz_db_release(conn);
	int64_t id;
	GOOD(f, yz_item_save_draft(f->site, f->a, NULL, item->body, &id, &f->err));
	GOOD(f, yz_item_set_state(f->site, NULL, id, YZ_LIT("review"), 0, &f->err));
	GOOD(f, yz_item_set_state(f->site, NULL, id, YZ_LIT("published"), 0, &f->err));
	/* A body that has lost what the decision names. */
	struct yz_json *body = yz_json_new_object(f->a);
	for (size_t i = 0; i < item->body->count; i++)
		yz_json_put(f->a, body, item->body->members[i].key, item->body->members[i].value);
	yz_json_put(f->a, body, YZ_LIT("materials"), yz_json_new_array(f->a));
	GOOD(f, yz_item_save_draft(f->site, f->a, NULL, body, &id, &f->err));
	GOOD(f, yz_item_set_state(f->site, NULL, id, YZ_LIT("review"), 0, &f->err));
	FAILS(f, YZ_BAD_INPUT, yz_item_set_state(f->site, NULL, id, YZ_LIT("published"), 0, &f->err));
	assert_non_null(strstr(f->err.msg, "no material"));
}

/* ---- bundles ---- */

SITE(a_bundle_asks_each_fact_once_and_its_items_share_their_papers)
{
	struct yz_str token;
	size_t asked = 0, shared = 0, given = 0;
	GOOD(f, yz_guide_begin(f->site, f->a, YZ_LIT("newborn"), NULL, &token, &f->err));
	const struct yz_guide *g;
	while (!(g = see(f, token, NULL, YZ_LANG_ZH))->decided) {
		const struct yz_guide_question *q = g->question;
		assert_false(answered(g, yz_str_z(f->a, q->fact)));
		struct yz_str v = q->nchoices ? q->choices[0].value : q->kind == YZ_GUIDE_DATE ? YZ_LIT("2026-11-01") : YZ_LIT("1");
		GOOD(f, yz_guide_answer(f->site, f->a, token, q->fact, &v, 1, NULL, &f->err));
		assert_true(++asked < 60);
	}
	assert_true(asked > 0 && g->nitems > 3 && g->needed > 0);
	assert_text(g->bundle, "newborn");
	for (size_t i = 0; i < g->nitems; i++)
		for (size_t k = 0; k < g->items[i].nafter; k++)
			assert_true(g->items[i].after[k] < i);
	for (size_t i = 0; i < g->nmaterials; i++) {
		shared += g->materials[i].nitems > 1;
		given += g->materials[i].given_by.len > 0;
		for (size_t k = 0; k < i; k++)
			assert_false(yz_str_eq(g->materials[i].name, g->materials[k].name));
	}
	assert_true(shared > 0);
	assert_true(given > 0);
	struct yz_bundle *list;
	struct yz_conn *conn = reading(f);
	assert_int_equal(yz_bundle_list(f->site, conn, f->a, YZ_LANG_ZH, &list, &f->err), site_demo_pack()->bundles.len);
	assert_null(yz_bundle_load(f->site, conn, f->a, YZ_LIT("no-such-bundle"), YZ_LANG_ZH, &f->err));
	assert_int_equal(f->err.code, YZ_NOT_FOUND);
	yz_db_release(conn);
}
