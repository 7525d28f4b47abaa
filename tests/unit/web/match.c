/* Conditions, facts and amounts as people say them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gov/site_fixture.h"

#include "db/db.h"
#include "dmn/dmn.h"
#include "web/match.h"
#include "web/templates.h"

static struct yz_page page_in(struct fixture *f, enum yz_lang lang)
{
	return (struct yz_page){.site = f->site, .arena = f->a, .lang = lang, .now = f->now};
}

#define assert_said(call, expected) assert_string_equal(yz_str_z(f->a, (call)), (expected))

SITE(a_condition_is_said_in_words)
{
	struct yz_page zh = page_in(f, YZ_LANG_ZH), en = page_in(f, YZ_LANG_EN);
	static const char *const cases[][3] = {
		{">= 3", "不少于 3", "at least 3"},
		{"> 10000", "超过 10,000", "more than 10,000"},
		{"<= 5.5", "不超过 5.5", "at most 5.5"},
		{"< 0", "不满 0", "less than 0"},
		{"[3..10)", "从 3 到不满 10", "from 3 to less than 10"},
		{"(0..300]", "超过 0，不超过 300", "more than 0, at most 300"},
		{"[12..60]", "从 12 到 60", "from 12 to 60"},
		{"(0..1)", "超过 0，不满 1", "more than 0, less than 1"},
		{"true", "“是”", "“yes”"},
		{"\"企业\"", "“企业”", NULL},
		{"not(\"制造业\")", "不是 “制造业”", NULL},
		{"", "", ""},
		{"[", "[", "["},
		{"x + y > 3", "x + y > 3", "x + y > 3"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_said(yz_show_needs(&zh, yz_str(cases[i][0])), cases[i][1]);
		if (cases[i][2]) {
			struct yz_str said = yz_show_needs(&en, yz_str(cases[i][0]));
			if (strcasecmp(yz_str_z(f->a, said), cases[i][2]) != 0)
				fail_msg("%s: %.*s", cases[i][0], YZ_P(said));
		}
	}
}

SITE(what_is_short_says_what_is_needed_what_is_and_how_much)
{
	struct yz_page p = page_in(f, YZ_LANG_ZH);
	struct yz_match_short s = {.fact = YZ_LIT("职工人数"), .needs = YZ_LIT("[3..10)"), .is = YZ_LIT("2"), .by = YZ_LIT("1")};
	assert_said(yz_show_short(&p, NULL, &s), "职工人数：要求从 3 到不满 10，现在是 2，还差 1");
	s.less = true;
	s.is = YZ_LIT("1200");
	s.by = YZ_LIT("1190");
	assert_said(yz_show_short(&p, NULL, &s), "职工人数：要求从 3 到不满 10，现在是 1,200，多了 1,190");
	s = (struct yz_match_short){.fact = YZ_LIT("成立月数"), .needs = YZ_LIT(">= 12"), .is = YZ_LIT("10"), .by = YZ_LIT("2")};
	assert_said(yz_show_short(&p, NULL, &s), "成立月数：要求不少于 12，现在是 10，再过 2 个月就够");
	s = (struct yz_match_short){.fact = YZ_LIT("年龄"), .needs = YZ_LIT("[80..90)"), .is = YZ_LIT("79"), .by = YZ_LIT("1")};
	assert_said(yz_show_short(&p, NULL, &s), "年龄：要求从 80 到不满 90，现在是 79，还差 1 岁");
	struct yz_subject old = {.has_born = true, .born = yz_day_from(1947, 3, 12)};
	assert_said(yz_show_short(&p, &old, &s), "年龄：要求从 80 到不满 90，现在是 79，还差 1 岁，2027年3月12日满 80 周岁");
	old.born = yz_day_from(1948, 2, 29);
	assert_said(yz_show_short(&p, &old, &s), "年龄：要求从 80 到不满 90，现在是 79，还差 1 岁，2028年2月29日满 80 周岁");
	s = (struct yz_match_short){.fact = YZ_LIT("年龄"), .needs = YZ_LIT(">= 65"), .is = YZ_LIT("64"), .by = YZ_LIT("1")};
	assert_said(yz_show_short(&p, &old, &s), "年龄：要求不少于 65，现在是 64，还差 1 岁，2013年3月1日满 65 周岁");
	s = (struct yz_match_short){.fact = YZ_LIT("失信"), .needs = YZ_LIT("false"), .is = YZ_LIT("是")};
	assert_said(yz_show_short(&p, NULL, &s), "失信：要求“否”，现在是 “是”");
	s = (struct yz_match_short){.fact = YZ_LIT("失信"), .needs = YZ_LIT("false")};
	assert_said(yz_show_short(&p, NULL, &s), "失信：要求“否”，登记库里没有这一项");
	s = (struct yz_match_short){.needs = YZ_LIT("甲 + 乙 > 3")};
	assert_said(yz_show_short(&p, NULL, &s), "甲 + 乙 > 3");
}

SITE(amounts_and_terms_carry_units_and_days)
{
	struct yz_page p = page_in(f, YZ_LANG_ZH);
	struct yz_policy y = {.text = {.unit = YZ_LIT("元/年"), .from = yz_day_from(2026, 1, 1), .until = yz_day_from(2026, 12, 31)}};
	assert_said(yz_show_amount(&p, &y, YZ_LIT("1200000.5")), "1,200,000.5 元/年");
	assert_said(yz_show_amount(&p, &y, YZ_LIT("")), "");
	assert_said(yz_show_term(&p, &y), "2026年1月1日 到 2026年12月31日");
	y.text.until = YZ_POLICY_OPEN;
	assert_said(yz_show_term(&p, &y), "2026年1月1日 起");
	assert_said(yz_show_fact(&p, YZ_LIT("-1234567")), "-1,234,567");
	assert_said(yz_show_fact(&p, YZ_LIT("")), "–");
}

/* ---- in English ---- */

static bool is_han(struct yz_str s)
{
	for (size_t i = 0; i + 2 < s.len; i++) {
		const unsigned char *c = (const unsigned char *)s.ptr + i;
		uint32_t code = c[0] >> 4 == 0xe ? (uint32_t)(c[0] & 15) << 12 | (uint32_t)(c[1] & 63) << 6 | (c[2] & 63) : 0;
		if (code >= 0x3400 && code <= 0x9fff)
			return true;
	}
	return false;
}

static size_t said; /* texts looked at */

static void in_english(const struct yz_page *p, struct yz_str policy, struct yz_str text)
{
	said++;
	if (is_han(yz_name(p, text)))
		fail_msg("policy %.*s: texts/en.json lacks \"%.*s\"", YZ_P(policy), YZ_P(text));
}

/* The names of facts, and the words they may have as values. */
static void facts_in_english(struct fixture *f, const struct yz_page *p, struct yz_conn *conn, const struct yz_policy *policy)
{
	struct yz_rows *r = yz_select(conn, f->a, &f->err, "SELECT key, body FROM artifact WHERE digest = $1", YZ_S(policy->model));
	GOOD(f, r && r->count);
	const struct yz_dmn_source source = {yz_row_str(r, 0, 0), yz_row_str(r, 0, 1)};
	const struct yz_dmn *m = yz_dmn_load(f->a, &source, 1, NULL, NULL, &f->err);
	GOOD(f, m);
	size_t n;
	const struct yz_dmn_node *const *inputs = yz_dmn_inputs_of(f->a, m, yz_dmn_find(m, policy->text.decision), &n);
	for (size_t i = 0; i < n; i++)
		in_english(p, policy->key, inputs[i]->name);
	/* "企业", "个体工商户": whatever stands in quotation marks in allowed values and cells. */
	struct yz_str rest = source.text;
	for (size_t at = yz_str_find(rest, YZ_LIT("<text>"), 0); at != SIZE_MAX; at = yz_str_find(rest, YZ_LIT("<text>"), at + 1)) {
		size_t end = yz_str_find(rest, YZ_LIT("</text>"), at);
		struct yz_str cell = yz_str_n(rest.ptr + at + 6, end - at - 6), part;
		for (bool quoted = false; yz_str_cut(&cell, '"', &part); quoted = !quoted)
			if (quoted && part.len)
				in_english(p, policy->key, part);
	}
}

SITE(nothing_of_a_policy_that_a_citizen_reads_lacks_english)
{
	struct yz_page en = page_in(f, YZ_LANG_EN);
	struct yz_conn *conn = yz_db_read(f->site->db, &f->err);
	struct yz_policy *all;
	size_t n = conn ? yz_policy_all(conn, f->a, &all, &f->err) : 0;
	assert_true(n >= 40);
	for (size_t i = 0; i < n; i++) {
		const struct yz_policy_text *t = &all[i].text;
		struct yz_buf out;
		in_english(&en, all[i].key, t->name);
		for (size_t k = 0; t->facts && k < t->facts->count; k++) {
			in_english(&en, all[i].key, t->facts->members[k].key);
			in_english(&en, all[i].key, yz_show_asked(&en, &all[i], t->facts->members[k].key));
		}
		facts_in_english(f, &en, conn, &all[i]);
		/* As it stands on the page: what it is, by whom, until when, by which law. */
		yz_buf_init(&out, f->a, 1 << 20);
		tpl_match_head(&out, &en, &all[i], (struct yz_str){0}, YZ_LANG_EN);
		yz_buf_adds(&out, yz_show_amount(&en, &all[i], YZ_LIT("1000")));
		if (is_han(yz_buf_str(&out)))
			fail_msg("policy %.*s shows Chinese: %.*s", YZ_P(all[i].key), YZ_P(yz_buf_str(&out)));
	}
	yz_db_release(conn);
	assert_true(said > 500);
}
