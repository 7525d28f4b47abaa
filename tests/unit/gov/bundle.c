/* The demo county's bundles, guided to their end.  SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gov/case_fixture.h"

#include "gov/guide.h"

enum { QUESTIONS_MOST = 40 };

struct told {
	const char *fact, *value;
};

static const struct yz_guide *see(struct fixture *f, struct yz_str token)
{
	struct yz_conn *conn = reading(f);
	const struct yz_guide *g = yz_guide_load(f->site, conn, f->a, token, NULL, YZ_LANG_ZH, &f->err);
	yz_db_release(conn);
	GOOD(f, g);
	return g;
}

static bool was_asked(struct yz_str *asked, size_t n, struct yz_str fact)
{
	for (size_t i = 0; i < n; i++)
		if (yz_str_eq(asked[i], fact))
			return true;
	return false;
}

/* Answers what is asked, each fact once, until nothing is open. */
static const struct yz_guide *answer_all(struct fixture *f, const char *bundle, const struct told *answers, size_t n)
{
	struct yz_str token, asked[QUESTIONS_MOST];
	size_t nasked = 0;
	const struct yz_guide *g;
	GOOD(f, yz_guide_begin(f->site, f->a, yz_str(bundle), NULL, &token, &f->err));
	while (!(g = see(f, token))->decided) {
		struct yz_str fact = g->question->fact, value = {0};
		for (size_t i = 0; i < n; i++)
			if (yz_str_eqz(fact, answers[i].fact))
				value = yz_str(answers[i].value);
		if (!value.len || nasked == QUESTIONS_MOST || was_asked(asked, nasked, fact))
			fail_msg("%s asks for %.*s", bundle, YZ_P(fact));
		asked[nasked++] = yz_str_dup(f->a, fact);
		GOOD(f, yz_guide_answer(f->site, f->a, token, fact, &value, 1, NULL, &f->err));
	}
	return g;
}

static const struct yz_guide_material *named(const struct yz_guide *g, const char *name)
{
	const struct yz_guide_material *found = NULL;
	for (size_t i = 0; i < g->nmaterials; i++)
		if (yz_str_eqz(g->materials[i].name, name)) {
			if (found)
				fail_msg("%s stands twice", name);
			found = &g->materials[i];
		}
	if (!found)
		fail_msg("%s is not listed", name);
	return found;
}

static void is_given(struct fixture *f, const struct yz_guide *g, const char *name, const char *by)
{
	assert_string_equal(yz_str_z(f->a, named(g, name)->given_by), by);
}

SITE(what_a_birth_needs_is_brought_once)
{
	static const struct told answers[] = {{"出生地点", "国内医院"}, {"有出生医学证明", "true"}, {"父母婚姻", "已结婚"},
					      {"随谁落户", "母亲"},	{"户口类型", "家庭户"},	    {"姓氏来源", "随父姓"}};
	const struct yz_guide *g = answer_all(f, "newborn", answers, sizeof answers / sizeof *answers);
	assert_int_equal(g->nitems, 7);
	is_given(f, g, "出生医学证明（副页）", "出生医学证明签发");
	is_given(f, g, "居民户口簿", "户口登记·出生登记");
	const struct yz_guide_material *parents = named(g, "父母身份证");
	assert_int_equal(parents->given_by.len, 0);
	assert_int_equal(parents->state, YZ_GUIDE_NEEDED);
	assert_true(parents->nitems >= 4);
}

SITE(a_restaurants_licence_is_not_asked_of_who_just_gets_it)
{
	static const struct told answers[] = {
		{"涉及前置许可", "false"}, {"组成形式", "个人经营"}, {"场所性质", "租赁房屋"}, {"住宅改商用", "false"},
		{"委托办理", "true"}, {"主体业态", "餐饮服务"}, {"仅销售预包装食品", "false"}, {"高风险项目", "true"},
		{"自动设备", "false"}, {"网络经营", "false"}, {"排水类别", "餐饮"}, {"重点排污单位", "false"},
		{"日排水量", "3"}, {"新建排水设施", "true"}, {"设施类型", "门头招牌"}, {"设置位置", "临街门头"},
		{"展示面积", "8"}, {"带照明", "true"}, {"使用权", "租用"}, {"申请人类型", "单位或商户"}};
	const struct yz_guide *g = answer_all(f, "open-restaurant", answers, sizeof answers / sizeof *answers);
	assert_int_equal(g->nitems, 5);
	is_given(f, g, "营业执照", "个体工商户设立登记");
	is_given(f, g, "营业执照（或者统一社会信用代码证书）", "个体工商户设立登记");
	is_given(f, g, "营业执照或者统一社会信用代码证书", "个体工商户设立登记");
	const struct yz_guide_material *letter = named(g, "授权委托书");
	assert_int_equal(letter->state, YZ_GUIDE_NEEDED);
	assert_int_equal(letter->nitems, 4);
	assert_int_equal(named(g, "专间或者专用操作区说明")->state, YZ_GUIDE_NEEDED);
}

SITE(a_new_employee_is_registered_once)
{
	static const struct told answers[] = {
		{"员工类型", "从别的单位过来"}, {"以前参保", "在外地"}, {"以前公积金", "没有"}, {"档案在哪里", "原来的单位"}};
	const struct yz_guide *g = answer_all(f, "hire-employee", answers, sizeof answers / sizeof *answers);
	assert_int_equal(g->nitems, 6);
	assert_int_equal(g->nanswered, 4);
	is_given(f, g, "就业登记回执", "就业登记（用人单位招用）");
	is_given(f, g, "职工参保登记回执", "职工社会保险参保登记（养老、失业、工伤）");
	assert_int_equal(named(g, "劳动合同")->nitems, 3);
	assert_true(named(g, "员工身份证")->nitems >= 5);
	assert_true(named(g, "用人单位的营业执照或者登记证书")->nitems >= 4);
}
