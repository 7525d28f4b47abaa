/* Conditions, facts and amounts as people say them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gov/site_fixture.h"

#include "web/match.h"

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
	assert_said(yz_show_short(&p, &s), "职工人数：要求从 3 到不满 10，现在是 2，还差 1");
	s.less = true;
	s.is = YZ_LIT("1200");
	s.by = YZ_LIT("1190");
	assert_said(yz_show_short(&p, &s), "职工人数：要求从 3 到不满 10，现在是 1,200，多了 1,190");
	s = (struct yz_match_short){.fact = YZ_LIT("成立月数"), .needs = YZ_LIT(">= 12"), .is = YZ_LIT("10"), .by = YZ_LIT("2")};
	assert_said(yz_show_short(&p, &s), "成立月数：要求不少于 12，现在是 10，再过 2 个月就够");
	s = (struct yz_match_short){.fact = YZ_LIT("失信"), .needs = YZ_LIT("false"), .is = YZ_LIT("是")};
	assert_said(yz_show_short(&p, &s), "失信：要求“否”，现在是 “是”");
	s = (struct yz_match_short){.fact = YZ_LIT("失信"), .needs = YZ_LIT("false")};
	assert_said(yz_show_short(&p, &s), "失信：要求“否”，登记库里没有这一项");
	s = (struct yz_match_short){.needs = YZ_LIT("甲 + 乙 > 3")};
	assert_said(yz_show_short(&p, &s), "甲 + 乙 > 3");
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
