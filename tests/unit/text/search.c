/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "text/text.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEM(n, ...)                                                                                                   \
	{                                                                                                              \
		.id = YZ_LIT(n), .name = YZ_LIT(n), __VA_ARGS__                                                        \
	}

static const struct yz_search_item county[] = {
	ITEM("城市道路挖掘许可", .department = YZ_LIT("城市管理局"), .themes = YZ_LIT("市政、工程建设")),
	ITEM("供水报装", .department = YZ_LIT("住房和城乡建设局"), .themes = YZ_LIT("水电气")),
	ITEM("户口登记·出生", .department = YZ_LIT("公安局"), .themes = YZ_LIT("户籍；生育"),
	     .objects = YZ_LIT("自然人")),
	ITEM("户口迁移审批", .department = YZ_LIT("公安局")),
	ITEM("居民身份证补领", .department = YZ_LIT("公安局")),
	ITEM("残疾人证新办", .department = YZ_LIT("残疾人联合会"), .objects = YZ_LIT("自然人")),
	ITEM("残疾人证挂失补办", .department = YZ_LIT("残疾人联合会")),
	ITEM("困难残疾人生活补贴", .department = YZ_LIT("民政局")),
	ITEM("个体工商户设立登记", .department = YZ_LIT("市场监督管理局"), .objects = YZ_LIT("自然人、法人")),
	ITEM("个体工商户注销登记", .department = YZ_LIT("市场监督管理局")),
	ITEM("公司设立登记", .department = YZ_LIT("市场监督管理局"), .objects = YZ_LIT("法人")),
	ITEM("食品（含保健食品）经营许可核发", .main = YZ_LIT("食品经营许可")),
	ITEM("食品（含保健食品）经营许可延续", .main = YZ_LIT("食品经营许可")),
	ITEM("食品（含保健食品）经营许可补办", .main = YZ_LIT("食品经营许可")),
	ITEM("食品（含保健食品）经营许可注销", .main = YZ_LIT("食品经营许可")),
	ITEM("经营攀岩许可", .main = YZ_LIT("经营高危险性体育项目许可")),
	ITEM("经营高危险性体育项目变更审批", .main = YZ_LIT("经营高危险性体育项目许可")),
	ITEM("最低生活保障", .department = YZ_LIT("民政局")),
	ITEM("80周岁以上老年人高龄津贴发放", .department = YZ_LIT("民政局")),
	ITEM("烟草专卖零售许可证新办", .department = YZ_LIT("烟草专卖局")),
	ITEM("烟草专卖零售许可证歇业", .department = YZ_LIT("烟草专卖局")),
	ITEM("林木采伐许可证核发", .department = YZ_LIT("林业局")),
	ITEM("城镇污水排入排水管网许可", .department = YZ_LIT("住房和城乡建设局")),
	ITEM("建筑工程施工许可证核发", .department = YZ_LIT("住房和城乡建设局")),
	ITEM("学历公证", .everyday = YZ_LIT("文凭翻译件"), .synonyms = YZ_LIT("毕业证书公证")),
	ITEM("企业职工基本养老保险关系转移接续申请"),
	ITEM("单位参保证明查询打印"),
	ITEM("调解员补贴发放"),
	ITEM("招聘服务", .department = YZ_LIT("人力资源和社会保障局")),
	ITEM("机动车驾驶证换证", .department = YZ_LIT("公安局"), .objects = YZ_LIT("自然人")),
	ITEM("烟草专卖零售许可证补办", .department = YZ_LIT("烟草专卖局")),
	ITEM("老年人优待证申领", .department = YZ_LIT("民政局"), .objects = YZ_LIT("自然人"),
	     .conditions = YZ_LIT("满六十周岁。")),
	ITEM("公民民族成份确认和变更（未满十八岁）"),
	ITEM("公民民族成份确认和变更（满十八岁）"),
	ITEM("进城务工人员随迁子女接受义务教育入学申请办理"),
	ITEM("义务教育阶段入学办理", .conditions = YZ_LIT("入学当年八月三十一日前满六周岁；不满十岁的由家长办理。")),
	ITEM("农村危房改造农户档案信息查询"),
	ITEM("危旧房棚户区改造信息查询"),
	ITEM("企业用工补贴申领", .objects = YZ_LIT("法人"), .everyday = YZ_LIT("用工补贴")),
	ITEM("个人用工补贴申领", .objects = YZ_LIT("自然人"), .everyday = YZ_LIT("用工补贴")),
};
enum { COUNT = sizeof county / sizeof *county };

static struct yz_arena *arena;
static struct yz_search *shared_index;

__attribute__((constructor)) static void open_index(void)
{
	arena = yz_arena_create(0);
	shared_index = yz_search_build(county, COUNT, NULL);
}

static struct yz_search_hits ask(const char *text)
{
	struct yz_search_hits hits;
	struct yz_search_query q = {.text = yz_str(text)};
	yz_search_run(shared_index, arena, &q, &hits);
	return hits;
}

static void finds(const char *text, const char *name, size_t among)
{
	struct yz_search_hits hits = ask(text);
	for (size_t i = 0; i < hits.len && i < among; i++)
		if (yz_str_eqz(hits.at[i].name, name))
			return;
	fail_msg("%s: %s is not among the first %zu; first is %.*s", text, name, among,
		 hits.len ? (int)hits.at[0].name.len : 4, hits.len ? hits.at[0].name.ptr : "none");
}

TEST(everyday_words_find_official_names)
{
	finds("给孩子上户口", "户口登记·出生", 1);
	finds("残疾证", "残疾人证新办", 1);
	finds("开个小店", "个体工商户设立登记", 1);
	finds("营业执照", "个体工商户设立登记", 2);
	finds("吃低保", "最低生活保障", 1);
	finds("自家山上的树想砍了卖", "林木采伐许可证核发", 1);
	finds("污水接到下水道", "城镇污水排入排水管网许可", 1);
	finds("新生儿", "户口登记·出生", 1);
	finds("八十岁老人补贴", "80周岁以上老年人高龄津贴发放", 1);
}

TEST(pinyin_initials_and_mixtures_find_them_too)
{
	finds("kaidian", "个体工商户设立登记", 1);
	finds("kai dian", "个体工商户设立登记", 1);
	finds("canjizheng", "残疾人证新办", 1);
	finds("hukou迁移", "户口迁移审批", 1);
	finds("hkdj", "户口登记·出生", 1);
	finds("gtgsh", "个体工商户设立登记", 1);
	finds("sfz", "居民身份证补领", 1);
	finds("shigongxukezheng", "建筑工程施工许可证核发", 1);
	finds("sigongxukezen", "建筑工程施工许可证核发", 1); /* zh z, sh s, eng en */
	finds("tiaojieyuan", "调解员补贴发放", 1);           /* 调 tiao, not diao */
}

TEST(slips_and_other_scripts_do_not_matter)
{
	finds("营业执招", "个体工商户设立登记", 2);
	finds("残疾人正", "残疾人证新办", 1);
	finds("个体商户", "个体工商户设立登记", 1);
	finds("戶口遷移", "户口迁移审批", 1);
	finds("ＨＵＫＯＵ　迁移", "户口迁移审批", 1);
	finds("户\xE2\x80\x8B口迁移", "户口迁移审批", 1);
	finds("食品经营许可", "食品（含保健食品）经营许可核发", 1);
}

TEST(what_is_wanted_picks_among_sisters)
{
	finds("食品经营许可证丢了", "食品（含保健食品）经营许可补办", 1);
	finds("食品证到期了", "食品（含保健食品）经营许可延续", 1);
	finds("饭店不开了食品证", "食品（含保健食品）经营许可注销", 1);
	finds("残疾证丢了", "残疾人证挂失补办", 1);
	finds("店不干了", "个体工商户注销登记", 1);
	finds("不卖烟了", "烟草专卖零售许可证歇业", 1);
	finds("卖烟", "烟草专卖零售许可证新办", 1);
	finds("攀岩馆变更", "经营高危险性体育项目变更审批", 1);
	finds("攀岩馆换地址", "经营高危险性体育项目变更审批", 2);
}

TEST(two_wishes_in_one_sentence_are_both_answered)
{
	finds("想在门口挖条沟接自来水", "城市道路挖掘许可", 1);
	finds("想在门口挖条沟接自来水", "供水报装", 2);
	finds("想开个饭馆，顺便给孩子上户口", "食品（含保健食品）经营许可核发", 2);
	finds("想开个饭馆，顺便给孩子上户口", "户口登记·出生", 2);
}

static unsigned place_of(const struct yz_search_hits *hits, const char *name)
{
	for (size_t i = 0; i < hits->len; i++)
		if (yz_str_eqz(hits->at[i].name, name))
			return (unsigned)i;
	fail_msg("%s is not found", name);
	return 0;
}

/* Each wish has its best item before all others, its words, and its items. */
static void wishes(const char *text, const char *const *expected)
{
	struct yz_search_hits hits = ask(text);
	size_t n = 0;
	while (expected[2 * n])
		n++;
	if (hits.nwishes != n)
		fail_msg("%s: %zu wishes, not %zu; first is %.*s", text, hits.nwishes, n,
			 hits.len ? (int)hits.at[0].name.len : 4, hits.len ? hits.at[0].name.ptr : "none");
	for (size_t i = 0; i < n; i++) {
		const struct yz_search_hit *hit = &hits.at[place_of(&hits, expected[2 * i])];
		if (hit >= hits.at + n || !yz_str_eqz(hits.wishes[hit->wish], expected[2 * i + 1]))
			fail_msg("%s: %s comes %zu. and answers “%.*s”", text, expected[2 * i],
				 (size_t)(hit - hits.at + 1), hit->wish < n ? (int)hits.wishes[hit->wish].len : 1,
				 hit->wish < n ? hits.wishes[hit->wish].ptr : "-");
	}
}

TEST(several_wishes_have_their_best_item_each)
{
	wishes("我要开饭店还要招人",
	       (const char *const[]){"食品（含保健食品）经营许可核发", "开饭店", "招聘服务", "招人", NULL});
	wishes("结婚后迁户口顺便改驾照地址",
	       (const char *const[]){"户口迁移审批", "迁户口", "机动车驾驶证换证", "改驾照", NULL});
	wishes("身份证丢了，驾照到期了，还要给老人办低保",
	       (const char *const[]){"居民身份证补领", "身份证丢了", "机动车驾驶证换证", "驾照到期了", "最低生活保障",
				     "办低保", NULL});
	/* What is wanted of one is not wanted of the other. */
	wishes("烟证丢了，另外想开公司",
	       (const char *const[]){"公司设立登记", "开公司", "烟草专卖零售许可证补办", "烟证丢了", NULL});
}

TEST(one_wish_is_not_parted)
{
	static const char *const one[] = {"食品经营许可证丢了，怎么补办", "给孩子上户口", "饭店不开了，食品证怎么注销",
					  "户口和户籍", "外地来的农民工，孩子要上学"};
	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		struct yz_search_hits hits = ask(one[i]);
		if (hits.nwishes || !hits.len)
			fail_msg("%s: %zu wishes, %zu hits", one[i], hits.nwishes, hits.len);
		for (size_t k = 0; k < hits.len; k++)
			assert_int_equal(hits.at[k].wish, hits.nwishes);
	}
}

TEST(more_wishes_than_the_bound_are_still_answered)
{
	struct yz_search_hits hits =
		ask("开饭店，上户口，办低保，修坟，砍树，接自来水，挖马路，办残疾证，补身份证，招人，卖烟，换驾照");
	assert_int_equal(hits.nwishes, YZ_SEARCH_WISHES_MAX);
	for (size_t i = 0; i < hits.nwishes; i++) {
		assert_int_equal(hits.at[i].wish, i);
		assert_true(hits.wishes[i].len > 0);
	}
}

TEST(an_age_picks_and_rules_out)
{
	struct yz_search_hits hits = ask("老人补贴 70岁");
	const struct yz_search_hit *hit = &hits.at[place_of(&hits, "80周岁以上老年人高龄津贴发放")];
	assert_int_equal(hit->bar, YZ_SEARCH_TOO_YOUNG);
	assert_int_equal(hit->age, 80);
	finds("我妈82岁能领什么钱", "80周岁以上老年人高龄津贴发放", 1);
	hits = ask("我妈八十二岁了");
	assert_int_equal(hits.at[place_of(&hits, "80周岁以上老年人高龄津贴发放")].bar, YZ_SEARCH_OPEN);
	finds("我妈70岁", "老年人优待证申领", 1);
	finds("15岁改民族", "公民民族成份确认和变更（未满十八岁）", 1);
	finds("二十五岁想改民族", "公民民族成份确认和变更（满十八岁）", 1);
	hits = ask("25岁改民族");
	hit = &hits.at[place_of(&hits, "公民民族成份确认和变更（未满十八岁）")];
	assert_int_equal(hit->bar, YZ_SEARCH_TOO_OLD);
	assert_int_equal(hit->age, 17);
	/* 18 is no longer 未满十八, and already 满十八. */
	hits = ask("18岁改民族");
	assert_int_equal(hits.at[place_of(&hits, "公民民族成份确认和变更（满十八岁）")].bar, YZ_SEARCH_OPEN);
	assert_int_equal(hits.at[place_of(&hits, "公民民族成份确认和变更（未满十八岁）")].bar, YZ_SEARCH_TOO_OLD);
	/* A condition says 不满 of others; two ages say nobody knows whose. */
	hits = ask("12岁孩子上学");
	assert_int_equal(hits.at[place_of(&hits, "义务教育阶段入学办理")].bar, YZ_SEARCH_OPEN);
	hits = ask("5岁孩子上学");
	assert_int_equal(hits.at[place_of(&hits, "义务教育阶段入学办理")].bar, YZ_SEARCH_TOO_YOUNG);
	hits = ask("5岁和7岁的孩子上学");
	assert_int_equal(hits.at[place_of(&hits, "义务教育阶段入学办理")].bar, YZ_SEARCH_OPEN);
	hits = ask("999岁孩子上学");
	assert_int_equal(hits.at[place_of(&hits, "义务教育阶段入学办理")].bar, YZ_SEARCH_OPEN);
}

TEST(as_what_she_applies_rules_out)
{
	struct yz_search_hits hits = ask("我们公司用工补贴");
	assert_true(yz_str_eqz(hits.at[0].name, "企业用工补贴申领"));
	assert_int_equal(hits.at[0].bar, YZ_SEARCH_OPEN);
	assert_int_equal(hits.at[place_of(&hits, "个人用工补贴申领")].bar, YZ_SEARCH_PERSONS_ONLY);
	hits = ask("个人名义用工补贴");
	assert_true(yz_str_eqz(hits.at[0].name, "个人用工补贴申领"));
	assert_int_equal(hits.at[place_of(&hits, "企业用工补贴申领")].bar, YZ_SEARCH_FIRMS_ONLY);
	hits = ask("我被公司辞退了，用工补贴"); /* who speaks of a firm is none */
	assert_int_equal(hits.at[place_of(&hits, "个人用工补贴申领")].bar, YZ_SEARCH_OPEN);
}

TEST(conditions_weigh)
{
	finds("残疾补贴", "困难残疾人生活补贴", 1);
	finds("外地户口孩子上学", "进城务工人员随迁子女接受义务教育入学申请办理", 1);
	finds("孩子上学", "义务教育阶段入学办理", 1);
	finds("农村危房", "农村危房改造农户档案信息查询", 1);
	finds("棚户区危房", "危旧房棚户区改造信息查询", 1);
}

TEST(missing_turned_and_superfluous_characters)
{
	finds("营业执", "个体工商户设立登记", 2);
	finds("身份证挂遗失", "居民身份证补领", 1);
	finds("户口移迁", "户口迁移审批", 1);
	finds("残疾人人证", "残疾人证新办", 1);
	finds("最低活保障", "最低生活保障", 1);
	finds("烟草专卖零许可证", "烟草专卖零售许可证新办", 1);
	finds("社保转义", "企业职工基本养老保险关系转移接续申请", 1);
}

TEST(words_of_the_item_itself_count)
{
	finds("文凭翻译件", "学历公证", 1);
	finds("毕业证书公证", "学历公证", 1);
	finds("学历公证", "学历公证", 1);
}

TEST(nothing_fitting_is_an_honest_nothing)
{
	static const char *const strange[] = {
		"今天天气怎么样", "住房公积金", "推荐一部科幻小说", "qwxzvf", "qqqqqqqq", "zzz",     "asdfgh", "xyzzy",
		"test",           "hello",      "?!，。",           "",       "   ",      "火星移民"};
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
		struct yz_search_hits hits = ask(strange[i]);
		if (hits.len)
			fail_msg("%s found %.*s (%.3f)", strange[i], YZ_P(hits.at[0].name), hits.at[0].score);
	}
}

TEST(spans_mark_whole_characters_of_the_name)
{
	struct yz_search_hits hits = ask("户口迁移");
	assert_true(hits.len > 0 && hits.at[0].nspans == 1);
	assert_int_equal(hits.at[0].spans[0].start, 0);
	assert_int_equal(hits.at[0].spans[0].end, strlen("户口迁移"));
	static const char *const questions[] = {"残疾证", "kaidian", "食品证", "80岁", "养老保险转移", "证明"};
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		hits = ask(questions[i]);
		for (size_t k = 0; k < hits.len; k++) {
			uint32_t last = 0;
			for (size_t j = 0; j < hits.at[k].nspans; j++) {
				struct yz_search_span span = hits.at[k].spans[j];
				assert_true(span.start < span.end && span.end <= hits.at[k].name.len);
				assert_true(!j || span.start > last);
				assert_true((hits.at[k].name.ptr[span.start] & 0xC0) != 0x80);
				assert_true(span.end == hits.at[k].name.len ||
					    (hits.at[k].name.ptr[span.end] & 0xC0) != 0x80);
				last = span.end;
			}
		}
	}
}

TEST(filters_keep_what_they_name)
{
	struct yz_search_hits hits;
	struct yz_search_query q = {.text = YZ_LIT("登记"), .object = YZ_LIT("法人")};
	yz_search_run(shared_index, arena, &q, &hits);
	assert_int_equal(hits.len, 2);
	q = (struct yz_search_query){.text = YZ_LIT("残疾"), .department = YZ_LIT("民政局")};
	yz_search_run(shared_index, arena, &q, &hits);
	assert_int_equal(hits.len, 1);
	assert_true(yz_str_eqz(hits.at[0].name, "困难残疾人生活补贴"));
	q = (struct yz_search_query){.text = YZ_LIT("户口"), .theme = YZ_LIT("户籍")};
	yz_search_run(shared_index, arena, &q, &hits);
	assert_int_equal(hits.len, 1);
	q.theme = YZ_LIT("户"); /* a part of a theme is no theme */
	yz_search_run(shared_index, arena, &q, &hits);
	assert_int_equal(hits.len, 0);
}

TEST(hits_come_best_first_and_not_more_than_asked)
{
	struct yz_search_hits hits;
	struct yz_search_query q = {.text = YZ_LIT("食品经营许可"), .limit = 2};
	yz_search_run(shared_index, arena, &q, &hits);
	assert_int_equal(hits.len, 2);
	assert_true(hits.at[0].score >= hits.at[1].score);
	assert_true(hits.at[0].score <= 1 && hits.at[1].score > 0);
	assert_true(yz_str_eq(county[hits.at[0].item].id, hits.at[0].id));
	hits = ask("挖条沟");
	assert_true(hits.nwords == 1 && yz_str_find(hits.words[0], YZ_LIT("挖沟"), 0) == 0);
}

TEST(the_oftener_chosen_of_equals_comes_first)
{
	struct yz_search_item two[] = {ITEM("公园游船许可"), ITEM("公园游船许可", .weight = 8)};
	struct yz_search *s = yz_search_build(two, 2, NULL);
	struct yz_search_hits hits;
	struct yz_search_query q = {.text = YZ_LIT("公园游船")};
	yz_search_run(s, arena, &q, &hits);
	assert_int_equal(hits.len, 2);
	assert_int_equal(hits.at[0].item, 1);
	yz_search_destroy(s);
}

TEST(what_is_being_typed_is_completed)
{
	static const struct {
		const char *typed, *name;
	} cases[] = {
		{"残疾", "残疾人证新办"},   {"营业执", "个体工商户设立登记"}, {"huko", "户口迁移审批"},
		{"canjiz", "残疾人证新办"}, {"户口迁", "户口迁移审批"},       {"个体工商", "个体工商户设立登记"},
	};
	struct yz_search_hits hits;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool found = false;
		yz_search_suggest(shared_index, arena, yz_str(cases[i].typed), 5, &hits);
		assert_in_range(hits.len, 1, 5);
		for (size_t k = 0; k < hits.len; k++)
			found |= yz_str_eqz(hits.at[k].name, cases[i].name);
		if (!found)
			fail_msg("%s does not suggest %s", cases[i].typed, cases[i].name);
	}
}

TEST(more_items_than_the_bound_are_refused)
{
	struct yz_err err = {0};
	assert_null(yz_search_build(county, YZ_SEARCH_ITEMS_MAX + 1, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}

TEST(a_field_past_the_bound_is_cut_and_an_endless_question_is_answered)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_buf long_text;
	yz_buf_init(&long_text, a, (size_t)1 << 20);
	while (long_text.len + 3 < YZ_SEARCH_TEXT_MAX)
		yz_buf_addz(&long_text, "啊");
	yz_buf_addz(&long_text, "丫丫城堡"); /* begins within the bound, ends past it */
	struct yz_search_item items[] = {ITEM("一号", .description = yz_buf_str(&long_text)),
					 ITEM("二号", .description = YZ_LIT("城堡"))};
	struct yz_search *s = yz_search_build(items, 2, NULL);
	struct yz_search_hits hits;
	struct yz_search_query q = {.text = YZ_LIT("城堡")};
	yz_search_run(s, a, &q, &hits);
	assert_int_equal(hits.len, 1);
	assert_int_equal(hits.at[0].item, 1);
	for (int i = 0; i < 2000; i++)
		yz_buf_addz(&long_text, "给孩子上户口kaidian营业执招");
	q.text = yz_buf_str(&long_text);
	yz_search_run(shared_index, a, &q, &hits);
	q.text = yz_str_n("户口迁移\0\xFF\xFE\xE6", 16);
	yz_search_run(shared_index, a, &q, &hits);
	assert_true(hits.len > 0);
	yz_search_destroy(s);
	yz_arena_destroy(a);
}

TEST(no_items_no_hits)
{
	struct yz_search *s = yz_search_build(NULL, 0, NULL);
	struct yz_search_hits hits;
	struct yz_search_query q = {.text = YZ_LIT("户口")};
	yz_search_run(s, arena, &q, &hits);
	assert_int_equal(hits.len, 0);
	assert_int_equal(yz_search_count(s), 0);
	yz_search_destroy(s);
	yz_search_destroy(NULL);
}

/* Whatever is typed, the answer is made without reading or writing astray
 * (the sanitizers watch) and its hits are in order. */
TEST(random_questions_do_no_harm)
{
	static const char *const scraps[] = {"户", "口", "证", "a",    "zh", "kai", "，", " ", "丢了",
					     "不", "了", "營", "\xE6", "１", "ktv", "挖", "沟"};
	struct yz_arena *a = yz_arena_create(0);
	unsigned seed = 20261122;
	for (int round = 0; round < 3000; round++) {
		struct yz_buf b;
		yz_buf_init(&b, a, 900);
		for (unsigned n = (seed = seed * 1103515245u + 12345) >> 16 & 31; n; n--)
			yz_buf_addz(
				&b,
				scraps[((seed = seed * 1103515245u + 12345) >> 16) % (sizeof scraps / sizeof *scraps)]);
		struct yz_search_hits hits;
		struct yz_search_query q = {.text = yz_buf_str(&b), .prefix = round & 1};
		yz_search_run(shared_index, a, &q, &hits);
		assert_true(hits.len <= COUNT);
		yz_arena_reset(a);
	}
	yz_arena_destroy(a);
}

static void *read_often(void *unused)
{
	(void)unused;
	struct yz_arena *a = yz_arena_create(0);
	size_t right = 0;
	for (int i = 0; i < 200; i++) {
		struct yz_search_hits hits;
		struct yz_search_query q = {.text = YZ_LIT("残疾证丢了")};
		yz_search_run(shared_index, a, &q, &hits);
		right += hits.len && yz_str_eqz(hits.at[0].name, "残疾人证挂失补办");
		yz_arena_reset(a);
	}
	yz_arena_destroy(a);
	return (void *)right;
}

TEST(many_read_one_index)
{
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_often, NULL), 0);
	for (int i = 0; i < 4; i++) {
		void *right;
		pthread_join(threads[i], &right);
		assert_int_equal((size_t)right, 200);
	}
}

/* Third column of the list: "name"; quotes are never doubled there. */
static size_t real_items(struct yz_arena *a, const char *path, struct yz_search_item *out, size_t most)
{
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	char line[4096];
	size_t n = 0;
	for (bool head = true; n < most && fgets(line, sizeof line, f); head = false) {
		struct yz_str rest = yz_str(line), column;
		for (int i = 0; i < 6 && !head; i++) {
			yz_str_cut(&rest, '"', &column);
			struct yz_str copy = i & 1 ? yz_str_dup(a, column) : (struct yz_str){0};
			if (i == 1)
				out[n].department = copy;
			else if (i == 3)
				out[n].main = copy;
			else if (i == 5)
				out[n].name = out[n].id = copy;
		}
		n += !head;
	}
	fclose(f);
	return n;
}

TEST(a_real_county_is_found_by_what_people_say)
{
	const char *path = yz_test_shared("data/items/guangan-511602.csv");
	if (!path)
		SKIP("data/items is not there");
	static const char *const asked[][2] = {
		{"想在门口挖条沟接自来水", "占用、挖掘城市道路审批"},
		{"给孩子上户口", "户口登记"},
		{"kaidian", "个体工商户设立登记"},
		{"残疾证", "残疾人证新办"},
		{"新生儿", "《出生医学证明》首次签发"},
		{"营业执照", "个体工商户设立登记"},
		{"低保", "最低生活保障"},
	};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_search_item *items = yz_new_n(a, 2000, struct yz_search_item);
	size_t n = real_items(a, path, items, 2000);
	assert_int_equal(n, 1135);
	struct yz_search *s = yz_search_build(items, n, NULL);
	struct yz_search_hits hits;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		struct yz_search_query q = {.text = yz_str(asked[i][0]), .limit = 2};
		yz_search_run(s, a, &q, &hits);
		if (!hits.len || (!yz_str_eqz(hits.at[0].name, asked[i][1]) &&
				  (hits.len < 2 || !yz_str_eqz(hits.at[1].name, asked[i][1]))))
			fail_msg("%s does not find %s", asked[i][0], asked[i][1]);
	}
	/* No item speaks of it, so none is offered. */
	struct yz_search_query q = {.text = YZ_LIT("公积金")};
	yz_search_run(s, a, &q, &hits);
	assert_int_equal(hits.len, 0);
	/* Every name finds itself. */
	size_t itself = 0;
	for (size_t i = 0; i < n; i++) {
		q = (struct yz_search_query){.text = items[i].name, .limit = 1};
		yz_search_run(s, a, &q, &hits);
		itself += hits.len && yz_str_eq(hits.at[0].name, items[i].name);
	}
	assert_int_equal(itself, n);
	yz_search_destroy(s);
	yz_arena_destroy(a);
}
